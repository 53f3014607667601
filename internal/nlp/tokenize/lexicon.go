package tokenize

import (
	"bufio"
	"fmt"
	"io/fs"
	"strings"
	"unicode/utf8"
)

// class says how an abbreviation behaves; see lexicons/en/abbreviations.tsv.
type class uint8

const (
	noAbbr class = iota
	title
	company
	date
	number
	state
	inside
	word
	initial // one letter: "J."
	acronym // letters with inner full stops: "U.S."
)

// classNames are the spellings in the file.
var classNames = map[string]class{
	"title": title, "company": company, "date": date, "number": number,
	"state": state, "inside": inside, "word": word,
}

// lexicon is what the rules know of words; it does not change after load.
type lexicon struct {
	abbr         map[string]class
	prefixes     map[string]bool
	keep         map[string]bool
	contractions map[string][]int // lower case, straight apostrophe → cuts, in characters from the start
	apostrophe   map[string]bool  // with a straight apostrophe
	units        map[string]bool
	domains      map[string]bool
	agencies     map[string]bool
	starters     map[string]bool
	reporting    map[string]bool
	joiners      map[string]bool
	emoticons    map[string]bool
}

// load reads en/abbreviations.tsv and en/tokens.tsv from fsys.
func load(fsys fs.FS) (*lexicon, error) {
	lex := &lexicon{
		abbr: map[string]class{}, prefixes: map[string]bool{}, keep: map[string]bool{},
		contractions: map[string][]int{}, apostrophe: map[string]bool{}, units: map[string]bool{},
		domains: map[string]bool{}, agencies: map[string]bool{}, starters: map[string]bool{},
		reporting: map[string]bool{}, joiners: map[string]bool{}, emoticons: map[string]bool{},
	}
	err := lines(fsys, "en/abbreviations.tsv", func(key, val string) error {
		c, ok := classNames[val]
		if !ok {
			return fmt.Errorf("unknown class %q", val)
		}
		lex.abbr[key] = c
		if up := strings.ToUpper(key); len(key) > 1 && lex.abbr[up] == noAbbr && c != number {
			lex.abbr[up] = c
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	sets := map[string]map[string]bool{
		"prefix": lex.prefixes, "keep": lex.keep, "apostrophe": lex.apostrophe, "unit": lex.units,
		"domain": lex.domains, "agency": lex.agencies, "starter": lex.starters,
		"reporting": lex.reporting, "joiner": lex.joiners, "emoticon": lex.emoticons,
	}
	err = lines(fsys, "en/tokens.tsv", func(key, val string) error {
		for _, w := range strings.Fields(val) {
			if key == "contraction" {
				parts := strings.Split(w, "|")
				var cuts []int
				n := 0
				for _, p := range parts[:len(parts)-1] {
					n += utf8.RuneCountInString(p)
					cuts = append(cuts, n)
				}
				lex.contractions[strings.Join(parts, "")] = cuts
				continue
			}
			set, ok := sets[key]
			if !ok {
				return fmt.Errorf("unknown kind %q", key)
			}
			set[w] = true
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return lex, nil
}

// lines calls f for each "key TAB value" line of the file, skipping comments.
func lines(fsys fs.FS, name string, f func(key, val string) error) error {
	file, err := fsys.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	sc := bufio.NewScanner(file)
	for n := 1; sc.Scan(); n++ {
		line := sc.Text()
		if line == "" || line[0] == '#' {
			continue
		}
		key, val, ok := strings.Cut(line, "\t")
		if !ok {
			return fmt.Errorf("%s:%d: no tab in %q", name, n, line)
		}
		if err := f(key, val); err != nil {
			return fmt.Errorf("%s:%d: %w", name, n, err)
		}
	}
	return sc.Err()
}

package quote

import (
	"fmt"
	"io/fs"
	"strings"

	"github.com/readout-news/readout/lexicons"
)

// frame is a way in which a verb takes its content; see
// lexicons/en/reporting-verbs.tsv.
type frame uint16

const (
	frameQuote frame = 1 << iota
	frameClause
	frameInf
	frameIng
	frameNP
	frameAs
	frameOf
	frameTo
	frameHearer
	frameNoun
	frameHearsay
	frameTopic
)

var frameNames = map[string]frame{
	"quote": frameQuote, "clause": frameClause, "inf": frameInf, "ing": frameIng, "np": frameNP,
	"as": frameAs, "of": frameOf, "to": frameTo, "hearer": frameHearer, "noun": frameNoun, "hearsay": frameHearsay, "topic": frameTopic,
}

// verb is one reporting verb.
type verb struct {
	class  string
	frames frame
}

func (v verb) has(f frame) bool { return v.frames&f != 0 }

// lexicon holds the word lists of this package.
type lexicon struct {
	verbs   map[string]verb            // by lemma
	multi   map[string]map[string]verb // lemma, then particle or preposition
	cues    map[string]string          // words to kind: source, hearsay, colon, noun, outlet
	opens   map[string]bool            // first words of cues
	core    map[string]bool            // word forms of core reporting verbs
	media   map[string][]string        // head of a phrase to its prepositions
	aux     map[string]bool            // auxiliaries of speech not uttered
	mark    map[string]bool            // subordinators of it
	govern  map[string]bool            // words above an infinitive of it
	silence map[string]bool            // what is refused by one who says nothing
	relays  map[string]string          // words to kind: platform, post, work, asking
	facts   sureness
	topics  map[string]bool // nouns for a thought
	light   map[string]bool // verbs that lend a noun of speech its subject
	classes map[string]bool
}

// verbClasses is what a class may be.
var verbClasses = strings.Fields("say tell ask order agree refuse deny accuse describe promise warn claim confirm express propose write relay")

// loadLexicon reads the files from the embedded lexicons.
func loadLexicon() (*lexicon, error) { return readLexicon(lexicons.FS) }

func readLexicon(fsys fs.FS) (*lexicon, error) {
	l := &lexicon{
		verbs: map[string]verb{}, multi: map[string]map[string]verb{}, cues: map[string]string{}, opens: map[string]bool{}, core: map[string]bool{},
		media: map[string][]string{}, aux: map[string]bool{}, mark: map[string]bool{}, govern: map[string]bool{}, silence: map[string]bool{}, classes: map[string]bool{},
		relays: map[string]string{}, facts: sureness{}, light: map[string]bool{}, topics: map[string]bool{},
	}
	for _, c := range verbClasses {
		l.classes[c] = true
	}
	for _, f := range []struct {
		name string
		cols int
		add  func(c []string) error
	}{
		{"en/reporting-verbs.tsv", 3, l.addVerb},
		{"en/reporting-cues.tsv", 2, func(c []string) error {
			switch c[1] {
			case "light":
				l.light[c[0]] = true
				return nil
			case "topic":
				l.topics[c[0]] = true
				return nil
			case "source", "hearsay", "colon", "noun", "outlet", "rumor", "told":
				l.cues[c[0]] = c[1]
				first, _, _ := strings.Cut(c[0], " ")
				l.opens[first] = true
				return nil
			}
			return fmt.Errorf("unknown kind %q", c[1])
		}},
		{"en/reporting-core.txt", 1, func(c []string) error { l.core[c[0]] = true; return nil }},
		{"en/relays.tsv", 3, l.addRelay},
		{"en/factuality.tsv", 4, l.addFact},
		{"en/statement-media.tsv", 2, func(c []string) error { l.media[c[0]] = strings.Split(c[1], ","); return nil }},
		{"en/unuttered.tsv", 2, func(c []string) error {
			m := map[string]map[string]bool{"aux": l.aux, "mark": l.mark, "governor": l.govern, "silence": l.silence}[c[1]]
			if m == nil {
				return fmt.Errorf("unknown sign %q", c[1])
			}
			m[c[0]] = true
			return nil
		}},
	} {
		if err := readTable(fsys, f.name, f.cols, f.add); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// addVerb takes a row of reporting-verbs.tsv. A lemma with two rows has the
// frames of both and the class of the first.
func (l *lexicon) addVerb(c []string) error {
	v := verb{class: c[1]}
	if !l.classes[v.class] {
		return fmt.Errorf("unknown class %q", c[1])
	}
	for _, n := range strings.Split(c[2], ",") {
		f, ok := frameNames[n]
		if !ok {
			return fmt.Errorf("unknown frame %q", n)
		}
		v.frames |= f
	}
	lemma, part, multi := strings.Cut(c[0], " ")
	into := l.verbs
	if multi {
		if l.multi[lemma] == nil {
			l.multi[lemma] = map[string]verb{}
		}
		into, lemma = l.multi[lemma], part
	}
	if old, ok := into[lemma]; ok {
		old.frames |= v.frames
		v = old
	}
	into[lemma] = v
	return nil
}

// readTable calls add for every row of a tab-separated file, comments and
// empty lines left out.
func readTable(fsys fs.FS, name string, cols int, add func([]string) error) error {
	b, err := fs.ReadFile(fsys, name)
	if err != nil {
		return err
	}
	for i, line := range strings.Split(string(b), "\n") {
		line = strings.TrimRight(line, "\r ")
		if line == "" || line[0] == '#' {
			continue
		}
		c := strings.Split(line, "\t")
		if len(c) != cols {
			return fmt.Errorf("%s:%d: %d columns, want %d", name, i+1, len(c), cols)
		}
		if err := add(c); err != nil {
			return fmt.Errorf("%s:%d: %w", name, i+1, err)
		}
	}
	return nil
}

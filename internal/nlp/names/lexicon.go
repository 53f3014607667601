package names

import (
	"bufio"
	"bytes"
	"fmt"
	"io/fs"
	"strings"

	"github.com/readout-news/readout/internal/nlp"
)

// lexicon is the content of lexicons/en/names.
type lexicon struct {
	last       map[string]nlp.MentionType // head words at the end of a name
	first      map[string]nlp.MentionType // … at its start
	always     map[string]nlp.MentionType // … that overrule the model's type
	cues       map[string]bool            // nouns beside a quoted title
	programmes map[string]programme       // by first word, lower case
	modifiers  map[string]bool            // words that may open a title: "former"
	never      map[string]bool            // words that alone are no name
	particles  map[string]bool            // small words that may open a name: "al", "van"
	groups     map[string]bool            // words for the members of a party or faith: "Democrats"
	evidence   cueTable                   // phrases beside a name that tell its type
}

// programme lists the programmes that start with one word, longest first.
type programme []struct {
	words  []string
	marked bool // counts only when quoted or followed by "with"
}

// readRows calls row with the tab-separated columns of each line that is not
// blank or a comment; missing columns are empty.
func readRows(fsys fs.FS, file string, columns int, row func(col []string) error) error {
	data, err := fs.ReadFile(fsys, file)
	if err != nil {
		return fmt.Errorf("read lexicon: %w", err)
	}
	sc := bufio.NewScanner(bytes.NewReader(data))
	for line := 1; sc.Scan(); line++ {
		text := strings.TrimRight(sc.Text(), "\r")
		if strings.TrimSpace(text) == "" || text[0] == '#' {
			continue
		}
		col := strings.Split(text, "\t")
		if len(col) > columns || strings.TrimSpace(col[0]) == "" {
			return fmt.Errorf("%s:%d: %d columns, want 1 to %d", file, line, len(col), columns)
		}
		for len(col) < columns {
			col = append(col, "")
		}
		if err := row(col); err != nil {
			return fmt.Errorf("%s:%d: %w", file, line, err)
		}
	}
	return sc.Err()
}

func loadLexicon(fsys fs.FS) (*lexicon, error) {
	lex := &lexicon{
		last: map[string]nlp.MentionType{}, first: map[string]nlp.MentionType{}, always: map[string]nlp.MentionType{}, cues: map[string]bool{},
		programmes: map[string]programme{}, modifiers: map[string]bool{}, never: map[string]bool{},
		particles: map[string]bool{}, groups: map[string]bool{},
		evidence: cueTable{before: map[string]cue{}, after: map[string]cue{}},
	}
	kinds := map[string]nlp.MentionType{"event": nlp.EventName, "work": nlp.WorkName, "outlet": nlp.OutletName}
	err := readRows(fsys, "en/names/heads.tsv", 3, func(col []string) error {
		kind, ok := kinds[col[1]]
		if !ok {
			return fmt.Errorf("unknown kind %q", col[1])
		}
		switch col[2] {
		case "last":
			lex.last[col[0]] = kind
		case "first":
			lex.first[col[0]] = kind
		case "always":
			lex.always[col[0]] = kind
		default:
			return fmt.Errorf("unknown place %q", col[2])
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = readRows(fsys, "en/names/words.tsv", 2, func(col []string) error {
		switch col[1] {
		case "cue":
			lex.cues[col[0]] = true
		case "modifier":
			lex.modifiers[col[0]] = true
		case "particle":
			lex.particles[col[0]] = true
		case "group":
			lex.groups[col[0]] = true
		case "never":
			lex.never[col[0]] = true
		default:
			return fmt.Errorf("unknown use %q", col[1])
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err = readRows(fsys, "en/names/evidence.tsv", 4, lex.evidence.add); err != nil {
		return nil, err
	}
	err = readRows(fsys, "en/names/programmes.tsv", 2, func(col []string) error {
		if col[1] != "" && col[1] != "marked" {
			return fmt.Errorf("unknown condition %q", col[1])
		}
		words := splitWords(col[0])
		key := strings.ToLower(words[0])
		list := lex.programmes[key]
		at := 0
		for at < len(list) && len(list[at].words) >= len(words) {
			at++
		}
		list = append(list, programme{{}}...)
		copy(list[at+1:], list[at:])
		list[at].words, list[at].marked = words, col[1] == "marked"
		lex.programmes[key] = list
		return nil
	})
	if err != nil {
		return nil, err
	}
	return lex, nil
}

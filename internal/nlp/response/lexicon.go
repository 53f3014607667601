package response

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/lexicons"
)

// kindNone marks rows that say a word is no answer in that frame.
const kindNone readout.ResponseKind = "none"

// lexicon is what lexicons/en/responses holds, read once.
type lexicon struct {
	lists  map[string]map[string]bool
	frames map[string][]*frame // by class and lemma, "V deny"
	opens  []opening
}

// frame is one row of frames.tsv.
type frame struct {
	rule       string
	kind       readout.ResponseKind
	conditions []condition
	party      []slot
	about      []slot
	agentless  bool // stands without a party: "it was confirmed that …"
	neg, negOK bool
	pass       bool
	passOK     bool
	aux        bool // says which auxiliaries; else only those of fact
	example    string
}

// opening is one row of opens.tsv.
type opening struct {
	rule    string
	kind    readout.ResponseKind
	asked   bool
	words   [][]string // by place, the alternatives
	example string
}

var kinds = map[readout.ResponseKind]bool{
	readout.Confirms: true, readout.Denies: true, readout.Neither: true, readout.Declines: true,
	readout.NoAnswer: true, readout.Unavailable: true, readout.Acknowledges: true, kindNone: true,
}

// load reads the files of dir.
func load(fsys fs.FS, dir string) (*lexicon, error) {
	lex := &lexicon{lists: map[string]map[string]bool{}, frames: map[string][]*frame{}}
	for _, s := range []struct {
		file   string
		fields int
		row    func([]string) error
	}{
		{"lists.tsv", 2, lex.addList},
		{"account.tsv", 2, lex.addList},
		{"frames.tsv", 7, lex.addFrame},
		{"opens.tsv", 5, lex.addOpening},
	} {
		if err := lexicons.Rows(fsys, path.Join(dir, s.file), s.fields, s.row); err != nil {
			return nil, err
		}
	}
	for _, l := range neededLists {
		if lex.lists[l] == nil {
			return nil, fmt.Errorf("%s: list %s is missing", dir, l)
		}
	}
	return lex, nil
}

// neededLists are the lists that the code names.
var neededLists = []string{"claim", "ask", "question", "speaker", "office", "end", "describe", "bare", "medium", "made"}

func (lex *lexicon) addList(c []string) error {
	if lex.lists[c[0]] != nil {
		return fmt.Errorf("list %s twice", c[0])
	}
	m := map[string]bool{}
	for _, w := range strings.Split(c[1], "|") {
		if w == "" {
			return fmt.Errorf("list %s: empty word", c[0])
		}
		m[w] = true
	}
	lex.lists[c[0]] = m
	return nil
}

func (lex *lexicon) addFrame(c []string) error {
	f := &frame{rule: c[0], kind: readout.ResponseKind(c[1]), example: c[6]}
	if !kinds[f.kind] {
		return fmt.Errorf("kind %q is unknown", c[1])
	}
	class, lemmas, ok := strings.Cut(c[2], " ")
	if !ok || len(class) != 1 || !strings.Contains("VAN", class) {
		return fmt.Errorf("cue %q, want V, A or N and lemmas", c[2])
	}
	if c[3] != "-" {
		if err := lex.parseConditions(f, c[3]); err != nil {
			return err
		}
	}
	var err error
	if f.party, err = parseSlots(c[4]); err != nil {
		return err
	}
	if c[5] != "-" {
		if f.about, err = parseSlots(c[5]); err != nil {
			return err
		}
	}
	f.agentless = len(f.party) > 0 && f.party[0].rel == slotAgent
	for _, p := range f.party {
		f.agentless = f.agentless || p.rel == slotPrep || len(p.on) > 0
	}
	words := strings.Split(lemmas, "|")
	if l, ok := strings.CutPrefix(lemmas, "%"); ok {
		if lex.lists[l] == nil {
			return fmt.Errorf("list %s is not in lists.tsv", lemmas)
		}
		words = nil
		for w := range lex.lists[l] {
			words = append(words, w)
		}
	}
	for _, w := range words {
		k := class + " " + w
		lex.frames[k] = append(lex.frames[k], f)
	}
	return nil
}

func (lex *lexicon) addOpening(c []string) error {
	o := opening{rule: c[0], kind: readout.ResponseKind(c[1]), asked: c[2] == "asked", example: c[4]}
	if !kinds[o.kind] || o.kind == kindNone {
		return fmt.Errorf("kind %q is unknown", c[1])
	}
	if c[2] != "asked" && c[2] != "-" {
		return fmt.Errorf("%q, want asked or -", c[2])
	}
	for _, w := range strings.Fields(c[3]) {
		o.words = append(o.words, strings.Split(w, "|"))
	}
	if len(o.words) == 0 {
		return fmt.Errorf("no words")
	}
	lex.opens = append(lex.opens, o)
	return nil
}

package event

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/lexicons"
)

// typeNone marks rows that say a word is no event in that frame.
const typeNone = "NONE"

// lexicon is what lexicons/en/events holds, read once.
type lexicon struct {
	types    map[typeMode]bool
	lists    map[string]map[string]bool
	triggers map[string][]*trigger // by word class and lemma, "V meet"
	roles    []role
	support  map[string]string // "obj hold" → "light"
	uttered  map[string]bool   // "obj release", "prep.in say": carriers of STATEMENT nouns
	cues     map[string]string // "aux will" → "planned"
}

type typeMode struct{ typ, mode string }

// trigger is one row of triggers.tsv.
type trigger struct {
	rule      string
	pos       byte // 'V', 'N' or 'A'
	frame     []condition
	typ, mode string
	anaphor   bool
	pluralOne bool
	weak      bool
	negative  bool // the frame itself asks for "not"
}

// role is one row of roles.tsv.
type role struct {
	typ, pos string // "*" for any
	mode     string // "" for any
	slot     string // "nsubj", "prep"
	preps    []string
	role     string
}

// load reads the files of dir.
func load(fsys fs.FS, dir string) (*lexicon, error) {
	lex := &lexicon{
		types: map[typeMode]bool{}, lists: map[string]map[string]bool{},
		triggers: map[string][]*trigger{}, support: map[string]string{}, uttered: map[string]bool{}, cues: map[string]string{},
	}
	steps := []struct {
		file   string
		fields int
		row    func([]string) error
	}{
		{"plover.tsv", 6, lex.addType},
		{"lists.tsv", 2, lex.addList},
		{"triggers.tsv", 7, lex.addTrigger},
		{"roles.tsv", 4, lex.addRole},
		{"support.tsv", 3, lex.addSupport},
		{"status.tsv", 3, lex.addCue},
	}
	for _, s := range steps {
		if err := lexicons.Rows(fsys, path.Join(dir, s.file), s.fields, s.row); err != nil {
			return nil, err
		}
	}
	return lex, nil
}

func dash(s string) string {
	if s == "-" {
		return ""
	}
	return s
}

func (lex *lexicon) addType(c []string) error {
	k := typeMode{c[0], dash(c[1])}
	if lex.types[k] {
		return fmt.Errorf("type %s/%s twice", c[0], c[1])
	}
	lex.types[k] = true
	return nil
}

func (lex *lexicon) addList(c []string) error {
	if lex.lists[c[0]] != nil {
		return fmt.Errorf("list %s twice", c[0])
	}
	lex.lists[c[0]] = set(strings.Split(c[1], "|"))
	return nil
}

func set(words []string) map[string]bool {
	m := make(map[string]bool, len(words))
	for _, w := range words {
		m[w] = true
	}
	return m
}

func (lex *lexicon) addTrigger(c []string) error {
	t := &trigger{rule: c[0], typ: c[4], mode: dash(c[5])}
	if len(c[1]) != 1 || !strings.Contains("VNA", c[1]) {
		return fmt.Errorf("word class %q, want V, N or A", c[1])
	}
	t.pos = c[1][0]
	if t.typ != typeNone && !lex.types[typeMode{t.typ, t.mode}] {
		return fmt.Errorf("type %s/%s is not in plover.tsv", t.typ, t.mode)
	}
	var err error
	if t.frame, err = lex.parseFrame(dash(c[3])); err != nil {
		return err
	}
	t.negative = strings.Contains(c[3], "advmod=not")
	for _, f := range strings.Fields(dash(c[6])) {
		switch f {
		case "anaphor":
			t.anaphor = true
		case "plural-one":
			t.pluralOne = true
		case "weak":
			t.weak = true
		default:
			return fmt.Errorf("flag %q is unknown", f)
		}
	}
	for _, lemma := range strings.Split(c[2], "|") {
		k := c[1] + " " + lemma
		lex.triggers[k] = append(lex.triggers[k], t)
	}
	return nil
}

func (lex *lexicon) addRole(c []string) error {
	slot, preps, _ := strings.Cut(c[2], ".")
	typ, mode, _ := strings.Cut(c[0], "/")
	r := role{typ: typ, mode: mode, pos: c[1], slot: slot, role: dash(c[3])}
	if preps != "" {
		r.preps = strings.Split(preps, ",")
	}
	if (slot == "prep") != (preps != "") {
		return fmt.Errorf("slot %q: prep and only prep takes prepositions", c[2])
	}
	lex.roles = append(lex.roles, r)
	return nil
}

func (lex *lexicon) addSupport(c []string) error {
	switch c[0] {
	case carryLight, carryAspect, carryPlan, carryPlanned, carryWish, carryCancel, carryHost, carryDeny, carryMention, carryTransparent, carryUtter:
	default:
		return fmt.Errorf("class %q is unknown", c[0])
	}
	for _, lemma := range strings.Split(c[2], "|") {
		k := c[1] + " " + lemma
		if c[0] == carryUtter {
			lex.uttered[k] = true
			continue
		}
		// The first class wins: the file goes from the surest to the vaguest.
		if lex.support[k] == "" {
			lex.support[k] = c[0]
		}
	}
	return nil
}

func (lex *lexicon) addCue(c []string) error {
	switch c[1] {
	case cuePlanned, cueWould, cueHypothetical, cueNegated, cueReported, cueDenied, cueOccurred, cueCancelled, cueNone:
	default:
		return fmt.Errorf("status %q is unknown", c[1])
	}
	for _, lemma := range strings.Split(c[2], "|") {
		k := c[0] + " " + lemma
		if lex.cues[k] == "" {
			lex.cues[k] = c[1]
		}
	}
	return nil
}

// roleOf is the role of an argument in slot of event e; "" when
// it takes no part. prep is the preposition of slot "prep".
func (lex *lexicon) roleOf(e *nlp.EventMention, slot, prep string) string {
	pos := "V"
	if e.Nominal {
		pos = "N"
	}
	for i := range lex.roles {
		r := &lex.roles[i]
		if (r.typ != "*" && r.typ != e.Type) || (r.mode != "" && r.mode != e.Mode) || (r.pos != "*" && r.pos != pos) || r.slot != slot {
			continue
		}
		if slot == "prep" && !contains(r.preps, prep) {
			continue
		}
		return r.role
	}
	return ""
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

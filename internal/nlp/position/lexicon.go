package position

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/lexicons"
)

// lexicon is what lexicons/en/positions holds, read once.
type lexicon struct {
	frames map[string][]*frame // by word class and lemma, "V demand"
	lists  map[string]map[string]bool
	rows   []*frame // in the order of the file
}

// frame is one row of frames.tsv.
type frame struct {
	rule      string
	class     byte // 'V', 'N' or 'A'
	lemmas    []string
	terms     []slot
	addressee []slot
	stance    readout.Stance // "" when the positive form takes no stand
	negated   readout.Stance // "" when the negative form takes no stand
	flags     map[string]bool
	except    map[string]bool // lemmas that the head of the terms may not have
	by        map[string]bool // lemmas of the verb whose object the trigger must be; nil: any
	example   string
}

// slot is a place in the tree around a trigger.
type slot struct {
	kind   string          // one of slotKinds
	words  []string        // prepositions of kind prep, particles of kind prt
	heads  map[string]bool // lemmas its head may have; nil: any
	must   bool            // the frame holds only when the slot is filled
	strays bool            // a phrase on the object may fill it
}

var stances = map[string]readout.Stance{
	"demand": readout.Demand, "condition": readout.Condition, "request": readout.Request, "offer": readout.Offer,
	"proposal": readout.Proposal, "refusal": readout.Refuse, "acceptance": readout.Acceptance, "goal": readout.Goal,
	"warning": readout.Warning, "accusation": readout.Accusation, "commitment": readout.Commit, "-": "",
}

// slotKinds are the kinds of a slot, and whether words follow after a dot.
var slotKinds = map[string]bool{
	"that":      false, // a clause with a tense of its own
	"subj-that": false, // a clause in the subjunctive or with "should" or "must": what is wanted, not what is so
	"due-that":  false, // the same or a clause in the future: what is promised, not what is so
	"inf":       false, // a to-infinitive
	"ger":       false, // a gerund
	"obj":       false, // the object; of a passive its subject
	"iobj":      false, // the recipient of an offer or promise
	"obj-inf":   false, // an object that is the subject of an infinitive ("wants Karvany to leave")
	"prep":      true,  // what follows one of the prepositions
	"due-inf":   false, // an infinitive with or without a subject: what is due ("it is time for Karvany to leave")
	"until":     false, // a phrase with "until", which is none of the terms
	"prt":       true,  // the particle of a verb
	"subj":      false, // the subject; as addressee, that of the terms
	"say":       false, // the quotation that the trigger is the cue of
	"list":      false, // what follows "including"
	"pred-obj":  false, // a noun or adjective that the object is said to be ("called it a crime")
	"compound":  false, // a noun before the trigger ("her tariff demands")
	"obj-done":  false, // an object with a participle ("wants the tariffs lifted")
	"modified":  false, // the noun that a participle before it describes, when somebody possesses it ("her threatened tariffs")
	"pred":      false, // what the trigger is said to be ("the goal is a truce")
}

var frameFlags = map[string]bool{
	"public":       true, // a person without an office is no party here
	"breach":       true, // terms that break what binds are a breach
	"support":      true, // a noun that needs a verb or possessor that shows its holder
	"would":        true, // only after "would" ("would like to")
	"plural":       true, // the noun must be in the plural ("plans to")
	"party-object": true, // the addressee must be somebody
	"no-object":    true, // the verb has no object
	"thing":        true, // the terms are nobody
	"said":         true, // only in what somebody says
	"ahead":        true, // the terms lie ahead, not behind ("hoped that it had …")
	"speaker":      true, // without a holder it is the speaker's
	"first":        true, // the exceptions hold for "I" and "we" only
	"possible":     true, // holds under "can" and "could" when negated ("cannot rule out")
	"asks":         true, // a goal that others are to fulfil: people without an office may hold it
	"in":           true, // a noun after "in" ("is in favour of")
	"stated":       true, // the trigger is a predicate ("it is time to")
	"possessed":    true, // a noun that needs a possessor
	"reported":     true, // of a passive without agent it is the speaker's
	"progressive":  true, // the verb must be in the progressive ("is looking to")
}

func load(fsys fs.FS, dir string) (*lexicon, error) {
	lex := &lexicon{frames: map[string][]*frame{}, lists: map[string]map[string]bool{}}
	if err := lexicons.Rows(fsys, path.Join(dir, "lists.tsv"), 2, lex.addList); err != nil {
		return nil, err
	}
	return lex, lexicons.Rows(fsys, path.Join(dir, "frames.tsv"), 8, lex.addFrame)
}

// list reports whether word is in the list of that name.
func (lex *lexicon) list(name, word string) bool { return lex.lists[name][word] }

func (lex *lexicon) addList(c []string) error {
	if lex.lists[c[0]] != nil {
		return fmt.Errorf("list %s twice", c[0])
	}
	words := map[string]bool{}
	for _, w := range strings.Split(c[1], "|") {
		if w == "" || w != strings.ToLower(w) {
			return fmt.Errorf("list %s: word %q is empty or not in lower case", c[0], w)
		}
		words[w] = true
	}
	lex.lists[c[0]] = words
	return nil
}

func (lex *lexicon) parseSlots(s string) ([]slot, error) {
	if s == "-" {
		return nil, nil
	}
	var out []slot
	for _, f := range strings.Split(s, ",") {
		var sl slot
		f, sl.must = strings.CutPrefix(f, "!")
		f, list, ok := strings.Cut(f, ":")
		if ok {
			if sl.heads = lex.lists[list]; sl.heads == nil {
				return nil, fmt.Errorf("list %q of slot %q is not in lists.tsv", list, f)
			}
		}
		kind, words, ok := strings.Cut(f, ".")
		takes, known := slotKinds[kind]
		if !known || ok != takes {
			return nil, fmt.Errorf("slot %q is unknown", f)
		}
		sl.kind = kind
		if ok {
			sl.words = strings.Split(words, "+")
		}
		out = append(out, sl)
	}
	return out, nil
}

func (lex *lexicon) addFrame(c []string) error {
	f := &frame{rule: c[0], lemmas: strings.Split(c[2], "|"), flags: map[string]bool{}, example: c[7]}
	if len(c[1]) != 1 || !strings.Contains("VNA", c[1]) {
		return fmt.Errorf("word class %q, want V, N or A", c[1])
	}
	f.class = c[1][0]
	var err error
	if f.terms, err = lex.parseSlots(c[3]); err != nil {
		return err
	}
	if f.terms == nil {
		return fmt.Errorf("rule %s has no terms", f.rule)
	}
	if f.addressee, err = lex.parseSlots(c[4]); err != nil {
		return err
	}
	for i := range f.terms {
		f.terms[i].strays = slices.ContainsFunc(f.addressee, func(s slot) bool { return s.must && s.kind == "obj" })
	}
	for i := range f.addressee {
		f.addressee[i].strays = f.addressee[i].must
	}
	yes, no, _ := strings.Cut(c[5], "/")
	if no == "" {
		no = "-"
	}
	var ok1, ok2 bool
	f.stance, ok1 = stances[yes]
	f.negated, ok2 = stances[no]
	if !ok1 || !ok2 || f.stance == "" && f.negated == "" {
		return fmt.Errorf("stance %q is unknown", c[5])
	}
	if c[6] != "-" {
		for _, fl := range strings.Split(c[6], ",") {
			if list, ok := strings.CutPrefix(fl, "except:"); ok {
				if f.except = lex.lists[list]; f.except == nil {
					return fmt.Errorf("list %q is not in lists.tsv", list)
				}
				continue
			}
			if list, ok := strings.CutPrefix(fl, "by:"); ok {
				if f.by = lex.lists[list]; f.by == nil {
					return fmt.Errorf("list %q is not in lists.tsv", list)
				}
				continue
			}
			if !frameFlags[fl] {
				return fmt.Errorf("flag %q is unknown", fl)
			}
			f.flags[fl] = true
		}
	}
	if f.example == "" || f.example == "-" {
		return fmt.Errorf("rule %s has no example", f.rule)
	}
	for _, l := range f.lemmas {
		if l == "" || l != strings.ToLower(l) {
			return fmt.Errorf("lemma %q is empty or not in lower case", l)
		}
		key := c[1] + " " + l
		lex.frames[key] = append(lex.frames[key], f)
	}
	lex.rows = append(lex.rows, f)
	return nil
}

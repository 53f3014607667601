package response

import (
	"fmt"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// Names of slots and flags in frames.tsv.
const (
	slotAgent = "agent"
	slotPrep  = "prep"
	slotSubj  = "subj"
	// slotRelObj is the noun whose relative clause the cue is: "the report, which
	// she denied".
	slotRelObj = "relobj"

	flagNeg     = "neg"
	flagPass    = "pass"
	flagAux     = "aux"
	flagAdv     = "adv"
	flagTold    = "told"
	flagPast    = "past"
	flagWh      = "wh"
	flagWithout = "without"
	flagNo      = "no"
	flagNone    = "none"
	flagInf     = "inf"
	flagGer     = "ger"
	flagNoComp  = "nocomp"
)

// slot is a path to a dependent: a relation, then prepositions from noun to
// noun.
type slot struct {
	deep    bool // of the completing infinitive or gerund
	rel     string
	preps   []string   // of rel "prep"
	on      [][]string // prepositions of each further step
	speaker bool       // who says what the cue stands in
	own     bool       // what the party said last
}

// condition is one condition of a frame.
type condition struct {
	negate bool
	deep   bool
	head   bool   // the cue is that relation of one of alts
	flag   string // one of the flags, "" for a slot
	slot   slot
	alts   []alternative // nil: any word
}

// alternative is a lemma, a list or a class of words.
type alternative struct {
	lemma string
	list  map[string]bool
	class string
}

var slotNames = map[string]bool{
	slotSubj: true, "obj": true, slotRelObj: true, "iobj": true, slotAgent: true, "ccomp": true, "comp": true, "poss": true, "conj": true, slotPrep: true, flagGer: true, "advcl": true, "compound": true,
}

func parseSlots(s string) ([]slot, error) {
	var out []slot
	for _, f := range strings.Fields(s) {
		p, err := parseSlot(f)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

func parseSlot(f string) (slot, error) {
	switch f {
	case "speaker":
		return slot{speaker: true}, nil
	case "own":
		return slot{own: true}, nil
	}
	var p slot
	f, p.deep = strings.CutPrefix(f, ">")
	parts := strings.Split(f, ".")
	p.rel = parts[0]
	if !slotNames[p.rel] {
		return p, fmt.Errorf("slot %q is unknown", f)
	}
	parts = parts[1:]
	if p.rel == slotPrep {
		if len(parts) == 0 {
			return p, fmt.Errorf("slot %q names no preposition", f)
		}
		p.preps, parts = strings.Split(parts[0], ","), parts[1:]
	}
	for _, x := range parts {
		p.on = append(p.on, strings.Split(x, ","))
	}
	return p, nil
}

func (lex *lexicon) parseConditions(f *frame, s string) error {
	for _, w := range strings.Fields(s) {
		switch w {
		case "neg":
			f.neg = true
			continue
		case "neg?":
			f.negOK = true
			continue
		case "pass":
			f.pass = true
			continue
		case "pass?":
			f.passOK = true
			continue
		case "aux?":
			f.aux = true
			continue
		}
		c, err := lex.parseCondition(w)
		if err != nil {
			return err
		}
		if c.flag == flagAux && !c.negate {
			f.aux = true
		}
		f.conditions = append(f.conditions, c)
	}
	return nil
}

func (lex *lexicon) parseCondition(w string) (condition, error) {
	var c condition
	w, c.negate = strings.CutPrefix(w, "!")
	w, c.deep = strings.CutPrefix(w, ">")
	w, c.head = strings.CutPrefix(w, "head.")
	key, alts, has := strings.Cut(w, "=")
	switch key {
	case flagTold, flagPast, flagWh, flagWithout, flagNo, flagPass:
		if has {
			return c, fmt.Errorf("condition %q takes no word", w)
		}
		c.flag = key
	case flagAux, flagAdv, flagNone, flagInf, flagGer, flagNoComp:
		c.flag = key
	default:
		var err error
		if c.slot, err = parseSlot(key); err != nil {
			return c, err
		}
	}
	if !has {
		return c, nil
	}
	for _, a := range strings.Split(alts, "|") {
		switch {
		case a == "":
			return c, fmt.Errorf("condition %q: empty alternative", w)
		case a[0] == '%':
			l := lex.lists[a[1:]]
			if l == nil {
				return c, fmt.Errorf("condition %q: list %s is not in lists.tsv", w, a)
			}
			c.alts = append(c.alts, alternative{list: l})
		case a[0] == '@':
			switch a {
			case "@speaker", "@self", "@event", "@person", "@place", "@press":
			default:
				return c, fmt.Errorf("condition %q: class %s is unknown", w, a)
			}
			c.alts = append(c.alts, alternative{class: a})
		default:
			c.alts = append(c.alts, alternative{lemma: a})
		}
	}
	return c, nil
}

// match returns the first row that fits token t and the word that completes
// the cue (t itself when none does).
func (lex *lexicon) match(g *tree, t int) (f *frame, deep int, ok bool) {
	tok := &g.doc.Tokens[t]
	var class string
	switch tok.UPOS {
	case "VERB":
		class = "V"
	case "ADJ", "NOUN", "PROPN":
		class = "N"
		if g.Child(t, "cop") != nlp.None {
			class = "A"
		} else if tok.UPOS == "ADJ" {
			return nil, 0, false
		}
		if tok.UPOS == "PROPN" && g.named(t) {
			return nil, 0, false
		}
	default:
		return nil, 0, false
	}
	for _, f := range lex.frames[class+" "+g.Lemma(t)] {
		if deep, ok := g.fits(f, t, class); ok {
			return f, deep, true
		}
	}
	return nil, 0, false
}

// unreal are the auxiliaries of what is not told as a fact.
var unreal = []string{"will", "would", "may", "might", "can", "could", "should", "must", "shall", "'ll", "'d", "ought"}

func (g *tree) fits(f *frame, t int, class string) (deep int, ok bool) {
	deep = t
	if h := g.doc.Tokens[t].Head; class == "N" && h != nlp.None && g.doc.Tokens[h].UPOS == "VERB" && g.unasserted(h) && g.doc.Tokens[h].XPOS != "VBG" {
		return 0, false // "if there is no truth to the report"
	}
	if class != "N" {
		if neg := g.negatedAs(t); neg != f.neg && !(f.negOK || f.hasFlag(flagWithout)) {
			return 0, false
		}
		if pass := g.passive(t); class == "V" && pass != f.pass && !f.passOK {
			return 0, false
		}
		if !f.aux && g.auxIn(g.finite(t), unreal) {
			return 0, false
		}
		if !f.hasFlag(flagWithout) && g.unasserted(t) {
			return 0, false
		}
	}
	// The completing word comes first: other conditions speak of it.
	for i := range f.conditions {
		c := &f.conditions[i]
		if (c.flag == flagInf || c.flag == flagGer) && !c.negate {
			if deep = g.completing(t, c); deep == nlp.None {
				return 0, false
			}
		}
	}
	for i := range f.conditions {
		c := &f.conditions[i]
		if (c.flag == flagInf || c.flag == flagGer) && !c.negate {
			continue
		}
		at := t
		if c.deep {
			at = deep
		}
		if g.holds(c, at) == c.negate {
			return 0, false
		}
	}
	return deep, true
}

func (f *frame) hasFlag(flag string) bool {
	return slices.ContainsFunc(f.conditions, func(c condition) bool { return c.flag == flag && !c.negate })
}

// completing is the infinitive or gerund that completes t and is one of the
// alternatives, or None.
func (g *tree) completing(t int, c *condition) int {
	kids := g.Kids[t]
	if c.flag == flagGer {
		// "stopped short of confirming": it hangs on the adjective.
		for _, k := range g.Kids[t] {
			if g.Rel(k, "xcomp") && g.doc.Tokens[k].UPOS == "ADJ" {
				kids = append(slices.Clone(kids), g.Kids[k]...)
			}
		}
	}
	for _, k := range kids {
		if c.flag == flagInf && g.infinitiveOf(t, k) || c.flag == flagGer && g.gerundOf(k) {
			for _, x := range g.group(k) {
				if g.isOne(x, c.alts) {
					return x
				}
			}
		}
	}
	return nlp.None
}

func (g *tree) holds(c *condition, t int) bool {
	doc := g.doc
	switch c.flag {
	case flagAux:
		return slices.ContainsFunc(g.Kids[t], func(k int) bool {
			return nlp.HasRel(doc.Tokens[k].Deprel, "aux") && g.isOne(k, c.alts)
		})
	case flagAdv:
		return slices.ContainsFunc(g.Kids[t], func(k int) bool {
			return nlp.HasRel(doc.Tokens[k].Deprel, "advmod", "compound") && g.isOne(k, c.alts)
		})
	case flagPass:
		return g.passive(t)
	case flagTold:
		return g.contentOf(t) != nlp.None
	case flagPast:
		return g.past(t)
	case flagWh:
		return g.asks(t)
	case flagWithout:
		m := g.Child(t, "mark", "case")
		return m != nlp.None && doc.Lower(m) == "without"
	case flagNoComp:
		return slices.ContainsFunc(g.slots(slot{rel: "comp"}, t), func(x int) bool {
			return g.isOne(x, c.alts) && (g.negated(x) || g.negated(t))
		})
	case flagNo:
		return g.withoutAny(t)
	case flagNone:
		o := g.Child(t, "obj")
		if g.passive(t) {
			o = g.Child(t, "nsubj:pass")
		}
		if o == nlp.None {
			return false
		}
		return slices.ContainsFunc(g.group(o), func(x int) bool { return g.isOne(x, c.alts) }) && (g.negated(t) || g.withoutAny(o) || g.hardlyAny(o))
	case flagInf, flagGer:
		return g.completing(t, c) != nlp.None
	}
	if c.head {
		h := doc.Tokens[t].Head
		return h != nlp.None && slices.Contains(g.slots(c.slot, h), t) && g.isOne(h, c.alts)
	}
	return slices.ContainsFunc(g.slots(c.slot, t), func(x int) bool { return g.isOne(x, c.alts) })
}

// hardlyAny reports whether noun t has "few" or "little" before it, and not "a
// few".
func (g *tree) hardlyAny(t int) bool {
	return slices.ContainsFunc(g.Kids[t], func(k int) bool {
		w := g.doc.Lower(k)
		return k < t && (w == "few" || w == "little") && g.Child(t, "det") == nlp.None
	})
}

// slotOf is the first dependent that slot p of the cue leads to, or None.
func (g *tree) slotOf(p slot, t, deep int) int {
	if p.own {
		return nlp.None
	}
	if p.deep {
		t = deep
	}
	if s := g.slots(p, t); len(s) > 0 {
		return s[0]
	}
	return nlp.None
}

// slots lists the dependents of t that p leads to.
func (g *tree) slots(p slot, t int) []int {
	doc := g.doc
	var found []int
	add := func(rels ...string) {
		for _, k := range g.Kids[t] {
			if nlp.HasRel(doc.Tokens[k].Deprel, rels...) {
				found = append(found, k)
			}
		}
	}
	switch p.rel {
	case slotSubj:
		if s := g.subject(t); s != nlp.None {
			found = append(found, s)
		}
	case slotAgent:
		for _, k := range g.Kids[t] {
			if nlp.HasRel(doc.Tokens[k].Deprel, "obl") && g.caseOf(k) == "by" {
				found = append(found, k)
			}
		}
	case "obj":
		add("obj")
		if a := g.antecedentAsObject(t); a != nlp.None {
			found = append(found, a)
		}
		if len(found) == 0 {
			// "confirm or deny the report": the object stands at the last verb.
			for _, k := range g.Kids[t] {
				if g.Rel(k, "conj") && k > t && g.doc.Tokens[k].UPOS == "VERB" && g.Child(k, "nsubj") == nlp.None {
					found = append(found, g.slots(slot{rel: "obj"}, k)...)
				}
			}
		}
	case slotRelObj:
		if a := g.antecedentAsObject(t); a != nlp.None {
			found = append(found, a)
		}
	case "iobj":
		add("iobj")
	case "ccomp":
		for _, k := range g.Kids[t] {
			d := doc.Tokens[k].Deprel
			if nlp.HasRel(d, "ccomp") && k > t && !g.infinitive(k) || d == "csubj" || d == "csubj:pass" || g.askingClause(t, k) {
				found = append(found, k)
			}
			if d == "obl" && k > t {
				// "denied in a filing that …": hung on the noun before it.
				for _, x := range g.Kids[k] {
					if g.strayClause(k, x) {
						found = append(found, x)
					}
				}
			}
		}
	case "comp":
		for _, k := range g.Kids[t] {
			d := doc.Tokens[k].Deprel
			if (nlp.HasRel(d, "xcomp", "advmod", "amod", "ccomp") || d == "obj" && (doc.Tokens[k].UPOS == "ADJ" || g.Child(k, "det", "nmod:poss") == nlp.None)) && !g.infinitive(k) {
				found = append(found, k)
			}
		}
		if o := g.Child(t, "obj"); o != nlp.None {
			// "called the report false": read as a word of the object.
			for _, k := range g.Kids[o] {
				if k > o && nlp.HasRel(doc.Tokens[k].Deprel, "amod", "acl", "appos") {
					found = append(found, k)
				}
			}
		}
		for _, x := range slices.Clone(found) {
			// "called it fake news"
			for _, k := range g.Kids[x] {
				if g.Rel(k, "amod") && k < x {
					found = append(found, k)
				}
			}
		}
	case "compound":
		add("compound")
	case "poss":
		add("nmod:poss")
	case "conj":
		add("conj")
	case "advcl":
		add("advcl", "acl")
	case flagGer:
		for _, k := range g.Kids[t] {
			if g.gerundOf(k) {
				found = append(found, k)
			}
		}
	case slotPrep:
		found = g.after(t, p.preps)
	}
	for _, preps := range p.on {
		var next []int
		var all []int
		for _, x := range found {
			all = append(all, g.group(x)...)
		}
		for _, x := range all {
			next = append(next, g.after(x, preps)...)
			for _, k := range g.Kids[x] {
				// "a request for comment on the plan", "a readout of the call from
				// the palace": the step may stand on the noun within.
				if nlp.HasRel(doc.Tokens[k].Deprel, "nmod") {
					next = append(next, g.after(k, preps)...)
				}
			}
		}
		if len(next) == 0 && len(found) > 0 && g.Lemma(found[0]) != "" {
			// The phrase may be hung on the verb: "gave no details about the talks".
			for _, k := range g.after(t, preps) {
				if k > found[0] || p.rel == slotSubj {
					next = append(next, k)
				}
			}
		}
		found = next
	}
	return found
}

// after lists the dependents of t that stand after one of preps.
func (g *tree) after(t int, preps []string) []int {
	var out []int
	for _, k := range g.Kids[t] {
		if nlp.HasRel(g.doc.Tokens[k].Deprel, "obl", "nmod", "advcl", "acl") && slices.Contains(preps, g.caseOf(k)) && g.timexAt(k) == nlp.None {
			out = append(out, k)
		}
	}
	return out
}

// quantities are words that stand for the noun after "of".
var quantities = map[string]bool{"all": true, "any": true, "most": true, "some": true, "many": true, "each": true, "several": true, "none": true, "both": true, "much": true}

// isOne reports whether token t is one of alts; any token is when alts is nil.
func (g *tree) isOne(t int, alts []alternative) bool {
	if alts == nil {
		return true
	}
	if quantities[g.Lemma(t)] {
		// "all of the allegations"
		for _, k := range g.Kids[t] {
			if g.Rel(k, "nmod") && g.caseOf(k) == "of" && g.isOne(k, alts) {
				return true
			}
		}
	}
	for i := range alts {
		a := &alts[i]
		switch {
		case a.class != "":
			if g.inClass(t, a.class) {
				return true
			}
		case a.list != nil:
			if a.list[g.Lemma(t)] {
				return true
			}
		case a.lemma == g.Lemma(t):
			return true
		}
	}
	return false
}

func (g *tree) inClass(t int, class string) bool {
	m := g.mention(t)
	var x *nlp.Mention
	var c *nlp.Chain
	if m != nlp.None {
		x = &g.doc.Mentions[m]
		if x.Chain != nlp.None {
			c = &g.doc.Chains[x.Chain]
		}
	}
	press := x != nil && x.Type == nlp.OutletName || c != nil && c.Type == readout.Outlet
	switch class {
	case "@event":
		return g.eventAt(t) != nlp.None
	case "@press":
		return press
	case "@person":
		return x != nil && x.Type == nlp.PersonName && x.Form == readout.FormName
	case "@place":
		return x != nil && x.Type == nlp.PlaceName || c != nil && c.Type == readout.Place
	}
	if class == "@self" {
		return g.isSelf(t)
	}
	// @speaker
	if g.doc.Tokens[t].UPOS == "PRON" || g.doc.Tokens[t].UPOS == "DET" {
		return g.lex.lists["speaker"][g.doc.Lower(t)] || g.doc.Lower(t) == "it" && (c != nil && c.Name != "" || g.isSelf(t))
	}
	if x != nil && (x.Type == nlp.EventName || x.Type == nlp.WorkName) {
		return false
	}
	if c != nil {
		switch c.Type {
		case readout.Person, readout.Organization, readout.Outlet:
			return true
		case readout.Place:
			return c.Country != "" || c.Key != "" || x.Form == readout.FormName && g.answering(t)
		case readout.Group:
			return len(c.Members) > 0 || g.lex.lists["speaker"][g.Lemma(t)] || c.Name != ""
		}
	}
	if x != nil && x.Form == readout.FormName {
		return x.Type == nlp.PersonName || x.Type == nlp.OrgName || x.Type == nlp.OutletName || x.Type == nlp.Nationality || x.Type == nlp.PlaceName && g.answering(t)
	}
	if x == nil && g.doc.Tokens[t].UPOS == "PROPN" && g.timexAt(t) == nlp.None {
		return g.Rel(t, "nsubj") || g.subjectless(t) // a name that the names layer missed
	}
	return g.lex.lists["speaker"][g.Lemma(t)]
}

// answering reports whether the place t stands where parties stand: the subject
// of a verb, before ", which", or after "by" or "from". A place of which no lexicon knows the
// state is a party there ("Karvany denied it") and only there.
func (g *tree) answering(t int) bool {
	if g.Rel(t, "nsubj") {
		h := g.doc.Tokens[t].Head
		return h != nlp.None && g.doc.Tokens[h].UPOS == "VERB"
	}
	if g.subjectless(t) {
		return true
	}
	if t+2 < len(g.doc.Tokens) && g.doc.Word(t+1) == "," && g.doc.Lower(t+2) == "which" {
		return true
	}
	c := g.caseOf(t)
	return g.Rel(t, "obl", "nmod") && (c == "by" || c == "from")
}

// isSelf reports whether t is a pronoun that stands for who says what it is in:
// "I", "we", or one of the third person that coreference gave to the speaker or
// to nobody.
func (g *tree) isSelf(t int) bool {
	a := g.contentOf(t)
	if a == nlp.None || !g.speaks(a) {
		return false
	}
	switch g.doc.Lower(t) {
	case "i", "we":
		return true
	case "he", "she", "it", "they":
		c, s := g.chainOf(t), g.doc.Attributions[a].Speaker
		return c == s || c == nlp.None && g.doc.Attributions[a].Kind == readout.Indirect
	}
	return false
}

// strayClause reports whether x, which hangs on the noun k after a verb of
// answering, is the clause that completes the verb: "denied in a filing that it
// had paid", "confirmed in a statement the two had met", "confirmed to the
// Courier that …".
func (g *tree) strayClause(k, x int) bool {
	doc := g.doc
	if !g.Rel(x, "acl") || x < k {
		return false
	}
	that, s := nlp.None, nlp.None
	for _, c := range g.Kids[x] {
		switch {
		case doc.Lower(c) == "that" && that == nlp.None && c < x && g.Rel(c, "mark", "obj", "nsubj"):
			that = c
		case g.Rel(c, "nsubj") && c < x && doc.Lower(c) != "which" && doc.Lower(c) != "who":
			s = c
		}
	}
	switch {
	case s == nlp.None:
		return false
	case that != nlp.None:
		return g.Rel(that, "mark") || g.named(k) || g.lex.lists["medium"][g.Lemma(k)] && !g.lex.lists["made"][g.Lemma(x)]
	}
	return g.lex.lists["medium"][g.Lemma(k)] && !g.lex.lists["made"][g.Lemma(x)]
}

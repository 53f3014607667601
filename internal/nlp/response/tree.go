package response

import (
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/kb"
	"github.com/readout-news/readout/internal/nlp"
)

// tree is a Doc with its trees, titles and events.
type tree struct {
	*nlp.Tree
	doc    *nlp.Doc
	lex    *lexicon
	kb     *kb.KB
	titled map[int]int // token of a title → the person it stands with
	events map[int]int // token → the first event it triggers
}

func newTree(doc *nlp.Doc, lex *lexicon, k *kb.KB) *tree {
	g := &tree{Tree: nlp.NewTree(doc, nlp.NameFirst), doc: doc, lex: lex, kb: k, events: map[int]int{}, titled: map[int]int{}}
	for m := range doc.Mentions {
		x := &doc.Mentions[m]
		if x.Form == readout.FormName && x.Type == nlp.PersonName && !x.Title.Empty() && x.Title.End <= x.Start {
			for first, last := doc.TokensIn(x.Title); first < last; first++ {
				g.titled[first] = m
			}
		}
	}
	for e := range doc.Events {
		if _, ok := g.events[doc.Events[e].Token]; !ok {
			g.events[doc.Events[e].Token] = e
		}
	}
	return g
}

// mention is what token t stands for: the mention it heads, the name it
// belongs to, or the person whose title it is. None when there is none.
func (g *tree) mention(t int) int {
	if m, ok := g.titled[t]; ok {
		return m
	}
	if m := g.Headed[t]; m != nlp.None && (g.doc.Mentions[m].Form == readout.FormName || g.doc.Mentions[m].Chain != nlp.None) {
		return m
	}
	if m := g.Covered[t]; m != nlp.None && g.doc.Mentions[m].Form == readout.FormName {
		return m
	}
	// "President Ilse Maren", "Karvany's spokesman, Tomas Ered": the name.
	for _, k := range g.Kids[t] {
		if m := g.Headed[k]; m != nlp.None && g.doc.Mentions[m].Form == readout.FormName && g.doc.Mentions[m].Type == nlp.PersonName && g.Rel(k, "flat", "appos") {
			return m
		}
	}
	return g.Headed[t]
}

// named reports whether t belongs to a name.
func (g *tree) named(t int) bool {
	m := g.Covered[t]
	return m != nlp.None && g.doc.Mentions[m].Form == readout.FormName
}

// chainOf is the chain that token t stands for, or None.
func (g *tree) chainOf(t int) int {
	if m := g.mention(t); m != nlp.None {
		return g.doc.Mentions[m].Chain
	}
	return nlp.None
}

// eventAt is the event whose trigger is token t, or None.
func (g *tree) eventAt(t int) int {
	if e, ok := g.events[t]; ok {
		return e
	}
	return nlp.None
}

func (g *tree) timexAt(t int) int {
	for i := range g.doc.Timexes {
		if x := &g.doc.Timexes[i]; x.First <= t && t < x.Last {
			return i
		}
	}
	return nlp.None
}

// negated reports whether t is denied by a word of its own ("not", "neither …
// nor") or by its subject ("nobody"). "No details were given" is left to the
// frames.
func (g *tree) negated(t int) bool {
	if g.Negation(t) != nlp.None {
		return true
	}
	s := g.Child(t, "nsubj")
	return s != nlp.None && !g.lex.lists["detail"][g.Lemma(s)] && g.Nothing(s)
}

// finite is the verb whose auxiliaries and negation hold for t: t itself, or
// the verb it is coordinated with when both are bare forms ("could not confirm
// or deny").
func (g *tree) finite(t int) int {
	for n := 0; n < 4 && g.Rel(t, "conj") && g.doc.Tokens[t].XPOS == "VB" && g.Child(t, "aux", "nsubj", "mark") == nlp.None; n++ {
		t = g.doc.Tokens[t].Head
	}
	return t
}

// negatedAs reports whether t is negated, alone or with the verb it shares its
// auxiliaries with.
func (g *tree) negatedAs(t int) bool { return g.negated(t) || g.negated(g.finite(t)) }

// withoutAny reports whether noun t has "no" before it.
func (g *tree) withoutAny(t int) bool {
	return slices.ContainsFunc(g.Kids[t], func(k int) bool { return k < t && g.Rel(k, "det", "advmod", "amod") && g.doc.Lower(k) == "no" })
}

func (g *tree) passive(v int) bool {
	if g.hasDone(v) {
		return false
	}
	for _, k := range g.Kids[v] {
		switch g.doc.Tokens[k].Deprel {
		case "nsubj:pass", "aux:pass", "csubj:pass":
			return true
		}
	}
	return g.doc.Tokens[v].XPOS == "VBN" && g.Rel(v, "acl") && g.Child(v, "aux", "nsubj") == nlp.None
}

// hasDone reports whether "'s" before participle v is "has", though the tree
// reads "is": a verb in the passive has no object.
func (g *tree) hasDone(v int) bool {
	if o := g.Child(v, "obj"); o == nlp.None || o < v || len(g.lex.frames["V "+g.Lemma(v)]) == 0 {
		return false
	}
	found := false
	for _, k := range g.Kids[v] {
		if g.Rel(k, "aux") {
			if w := g.doc.Lower(k); w != "'s" && w != "’s" {
				return false
			}
			found = true
		}
	}
	return found
}

func (g *tree) auxIn(t int, words []string) bool {
	return slices.ContainsFunc(g.Kids[t], func(k int) bool { return g.Rel(k, "aux") && slices.Contains(words, g.Lemma(k)) })
}

// unasserted reports whether cue t is not told as something that a party did:
// an infinitive, a clause of condition or question, an order, a word before a
// noun, a gerund that a verb or preposition other than those of the frame
// governs.
func (g *tree) unasserted(t int) bool {
	cue := t
	if slices.ContainsFunc(g.Kids[t], func(k int) bool { return g.Rel(k, "advmod") && (g.Lemma(k) == "almost" || g.Lemma(k) == "nearly") }) {
		return true
	}
	if x := g.doc.Tokens[t].XPOS; x == "JJR" || x == "JJS" {
		return true
	}
	if g.Rel(t, "xcomp") && g.doc.Tokens[t].XPOS == "VBN" && g.Child(t, "aux") == nlp.None {
		return true // "to get the nominee confirmed"
	}
	if t = g.finite(t); g.infinitive(t) || g.Rel(t, "amod", "compound") {
		return true
	}
	if g.asksItself(t) {
		return true
	}
	for n := 0; t != nlp.None && n < 3; n++ {
		for _, k := range g.Kids[t] {
			if !g.Rel(k, "mark") {
				continue
			}
			switch g.doc.Lower(k) {
			case "if", "unless", "whether", "lest", "until":
				return true
			}
		}
		// A participle or conjunct shares the condition of its verb.
		if !g.Rel(t, "conj") {
			break
		}
		t = g.doc.Tokens[t].Head
	}
	if g.doc.Tokens[cue].XPOS == "VBG" && g.Child(cue, "aux") == nlp.None {
		return !g.Rel(cue, "advcl", "acl", "conj", "ccomp") || g.caseOf(cue) != "" && g.caseOf(cue) != "with"
	}
	return false
}

// asksItself reports whether t is the verb of a direct question.
func (g *tree) asksItself(t int) bool {
	if !g.Rel(t, "root") {
		return false
	}
	s := g.doc.Sentences[g.doc.Tokens[t].Sent]
	text := strings.TrimRight(g.doc.Text(s.Span), " \n\t\"”’')")
	return strings.HasSuffix(text, "?")
}

func (g *tree) infinitive(t int) bool {
	return slices.ContainsFunc(g.Kids[t], func(k int) bool { return g.doc.Lower(k) == "to" && g.Rel(k, "mark") })
}

// infinitiveOf reports whether k completes t as an infinitive.
func (g *tree) infinitiveOf(t, k int) bool {
	return k > t && g.infinitive(k) && g.Rel(k, "xcomp", "ccomp", "advcl", "acl", "csubj")
}

// gerundOf reports whether k is a gerund that completes its governor.
func (g *tree) gerundOf(k int) bool {
	perfect := slices.ContainsFunc(g.Kids[k], func(x int) bool { return g.Rel(x, "aux") && g.doc.Lower(x) == "having" })
	if g.doc.Tokens[k].XPOS != "VBG" && !perfect || k < g.doc.Tokens[k].Head {
		return false
	}
	if g.Rel(k, "xcomp", "ccomp", "obj") {
		return true
	}
	c := g.caseOf(k)
	return g.Rel(k, "advcl", "acl", "obl", "nmod") && (c == "from" || c == "of" || c == "to")
}

// group lists t and what is coordinated with it.
func (g *tree) group(t int) []int {
	out := []int{t}
	for _, k := range g.Kids[t] {
		if g.Rel(k, "conj") {
			out = append(out, g.group(k)...)
		}
	}
	return out
}

// caseOf is the preposition or gerund's subordinator of t, lower-cased.
func (g *tree) caseOf(t int) string {
	for _, k := range g.Kids[t] {
		if g.Rel(k, "case") && g.doc.Tokens[k].UPOS != "PART" {
			return g.doc.Lower(k)
		}
	}
	for _, k := range g.Kids[t] {
		if g.Rel(k, "mark") && g.doc.Tokens[t].XPOS == "VBG" {
			return g.doc.Lower(k)
		}
	}
	return ""
}

// subject is who does, or undergoes, what t says: its own subject, or one
// shared by coordination, control or a relative clause.
func (g *tree) subject(t int) int {
	v := t
	for n := 0; n < 10; n++ {
		if s := g.Child(v, "nsubj"); s != nlp.None {
			switch g.doc.Lower(s) {
			case "who", "which", "that":
				if a := g.nameBefore(s); a != nlp.None && g.doc.Lower(s) != "that" {
					return a
				}
				if a := g.antecedent(v); a != nlp.None {
					return a
				}
			}
			return s
		}
		if s := g.misreadSubject(v); s != nlp.None {
			return s
		}
		h := g.doc.Tokens[v].Head
		if h == nlp.None {
			return nlp.None
		}
		switch {
		case g.Rel(v, "conj"):
			if u := g.doc.Tokens[h].UPOS; u != "VERB" && u != "AUX" && g.Child(h, "cop") == nlp.None {
				return nlp.None
			}
			v = h
		case g.Rel(v, "xcomp"):
			v = h
		case g.Rel(v, "advcl") && (g.doc.Tokens[v].XPOS == "VBG" || g.doc.Tokens[v].XPOS == "VBN"):
			// "said that Ered had fled and made a video, confessing …": whose
			// participle it is stays open.
			if v > h && slices.ContainsFunc(g.Kids[h], func(k int) bool { return g.Rel(k, "ccomp") && h < k && k < v }) {
				return nlp.None
			}
			v = h
		case g.Rel(v, "obl") && g.caseOf(v) == "without":
			v = h
		case g.Rel(v, "acl"):
			// "a statement denying the report": who made the statement.
			switch g.doc.Tokens[v].XPOS {
			case "VBG", "VBN":
			default:
				return nlp.None
			}
			if p := g.Child(h, "nmod:poss"); p != nlp.None {
				return p
			}
			if g.lex.lists["speaker"][g.Lemma(h)] || g.named(h) {
				return h
			}
			hh := g.doc.Tokens[h].Head
			if hh == nlp.None || !g.Rel(h, "obj", "obl") {
				return nlp.None
			}
			v = hh
		default:
			return nlp.None
		}
	}
	return nlp.None
}

// misreadSubject is a name right before verb v that the tree hangs on it as
// anything but its subject: rare names are read as adverbs. None when v has
// none, or words stand between.
func (g *tree) misreadSubject(v int) int {
	first := v
	for _, k := range g.Kids[v] {
		if k < v && g.Rel(k, "aux", "advmod") && g.doc.Tokens[k].UPOS != "PROPN" {
			first = min(first, k)
		}
	}
	if first == 0 || !g.subjectless(first-1) || g.doc.Tokens[first-1].Head != v {
		return nlp.None
	}
	return first - 1
}

// subjectless reports whether t is a name that hangs on a verb after it by a
// relation that names do not have.
func (g *tree) subjectless(t int) bool {
	h := g.doc.Tokens[t].Head
	if !g.named(t) && t != g.doc.Sentences[g.doc.Tokens[t].Sent].First {
		return false
	}
	return h > t && g.doc.Tokens[t].UPOS == "PROPN" && g.doc.Tokens[h].UPOS == "VERB" && g.timexAt(t) == nlp.None && g.Rel(t, "advmod", "discourse", "dep", "compound", "amod") && g.caseOf(t) == ""
}

// nameBefore is the head of the name that ends right before the relative
// pronoun r and its comma: "a war with Iran, which denies it" is about Iran
// wherever the tree hangs the clause. None when no name does.
func (g *tree) nameBefore(r int) int {
	t := r - 1
	if t < 0 || g.doc.Word(t) != "," || t == 0 || !g.named(t-1) {
		return nlp.None
	}
	h := g.doc.Mentions[g.Covered[t-1]].Head
	if h < 0 || g.doc.Tokens[h].Sent != g.doc.Tokens[r].Sent {
		return nlp.None
	}
	for n := 0; n < 4 && g.Rel(h, "flat", "appos") && g.doc.Tokens[h].Head < h; n++ {
		h = g.doc.Tokens[h].Head // "the premier, Tomas Ered, who"
	}
	return h
}

// antecedent is the noun that the relative clause of verb v describes.
func (g *tree) antecedent(v int) int {
	for n := 0; n < 8; n++ {
		h := g.doc.Tokens[v].Head
		switch {
		case h == nlp.None:
			return nlp.None
		case g.Rel(v, "acl"):
			return h
		case g.Rel(v, "conj", "xcomp"):
			v = h
		default:
			return nlp.None
		}
	}
	return nlp.None
}

// antecedentAsObject is the noun of "the report, which the ministry denied".
func (g *tree) antecedentAsObject(v int) int {
	if !g.Rel(v, "acl:relcl") || g.passive(v) {
		return nlp.None
	}
	if o := g.Child(v, "obj"); o != nlp.None {
		switch g.doc.Lower(o) {
		case "which", "that", "all", "both", "whom":
		default:
			return nlp.None
		}
	}
	s := g.Child(v, "nsubj")
	if s == nlp.None {
		return nlp.None
	}
	switch g.doc.Lower(s) {
	case "who", "which", "that":
		return nlp.None
	}
	return g.doc.Tokens[v].Head
}

// asks reports whether a clause that completes t asks: "whether", "who".
func (g *tree) asks(t int) bool {
	return slices.ContainsFunc(g.Kids[t], func(k int) bool { return g.askingClause(t, k) })
}

// askingClause reports whether k is a clause after t that opens with a word
// of asking.
func (g *tree) askingClause(t, k int) bool {
	if k < t || !g.Rel(k, "ccomp", "xcomp", "advcl") || g.lex.lists["bare"][g.Lemma(t)] {
		return false // "declined to comment when reached"
	}
	first, last := g.doc.Subtree(k)
	for i := max(first, t+1); i < min(last, first+2) && i <= t+3; i++ {
		switch g.doc.Lower(i) {
		case "whether", "who", "whom", "what", "when", "where", "why", "how", "which":
			return true
		case "if":
			// "asked if", "did not say if"; elsewhere a condition.
			return g.Lemma(t) == "ask" || g.Lemma(t) == "say"
		}
	}
	return false
}

// firstPerson reports whether t is "I" or "we".
func (g *tree) firstPerson(t int) bool {
	switch g.doc.Lower(t) {
	case "i", "we":
		return true
	}
	return false
}

// empty reports whether a pronoun tells nothing about what is answered.
func (g *tree) empty(t int) bool {
	switch g.doc.Lower(t) {
	case "which", "what", "who", "to":
		return true
	}
	return false
}

// contentOf is the innermost attribution whose content holds token t.
func (g *tree) contentOf(t int) int {
	best := nlp.None
	for i := range g.doc.Attributions {
		a := &g.doc.Attributions[i]
		if !slices.ContainsFunc(a.Content, func(c readout.Span) bool { return c.Contains(g.doc.Tokens[t].Span) }) {
			continue
		}
		if best == nlp.None || a.Span().Len() < g.doc.Attributions[best].Span().Len() {
			best = i
		}
	}
	return best
}

// voicedBy is the attribution of which t is the cue, else the one whose
// content holds it.
func (g *tree) voicedBy(t int) int {
	for i := range g.doc.Attributions {
		if a := &g.doc.Attributions[i]; a.CueToken == t || a.Cue.Contains(g.doc.Tokens[t].Span) {
			return i
		}
	}
	return g.contentOf(t)
}

// party is who answers.
type party struct {
	chain int
	span  readout.Span
}

// speakerOf is who says attribution i.
func (g *tree) speakerOf(i int) []party {
	if i == nlp.None {
		return []party{{chain: nlp.None}}
	}
	a := &g.doc.Attributions[i]
	if h := a.SourceHead; h != nlp.None && g.firstPerson(h) {
		if outer := g.contentOf(h); outer != nlp.None && outer != i && g.doc.Attributions[outer].SourceHead != h {
			// “We can confirm that …,” she said: the statement within has "we".
			a = &g.doc.Attributions[outer]
		}
	}
	return []party{{chain: a.Speaker, span: a.Source}}
}

// speaks reports whether the source of attribution i is somebody who can
// answer.
func (g *tree) speaks(i int) bool {
	if i == nlp.None {
		return false
	}
	a := &g.doc.Attributions[i]
	return a.Speaker != nlp.None || a.SourceHead != nlp.None && g.inClass(a.SourceHead, "@speaker")
}

// parties are those whom the phrase at t names: the group where coreference
// found one, else each of the coordinated phrases.
func (g *tree) parties(t int) []party {
	if c := g.chainOf(t); c != nlp.None && len(g.doc.Chains[c].Members) > 0 {
		return []party{{c, g.phrase(t)}}
	}
	var out []party
	for _, x := range g.group(t) {
		u := g.doc.Tokens[x].UPOS
		if x != t && u != "NOUN" && u != "PROPN" && u != "PRON" {
			continue
		}
		p := party{chain: g.chainOf(x), span: g.phraseAlone(x)}
		if m, ok := g.titled[x]; ok && g.doc.Mentions[m].Start >= p.span.Start {
			p.span.End = max(p.span.End, g.doc.Mentions[m].End)
		}
		if p.chain == nlp.None && x != t && !g.inClass(x, "@speaker") {
			continue
		}
		if !slices.ContainsFunc(out, func(o party) bool { return o.chain == p.chain && p.chain != nlp.None }) {
			out = append(out, p)
		}
	}
	return out
}

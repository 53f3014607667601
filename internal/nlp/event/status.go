package event

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// What a cue of status.tsv says.
const (
	cuePlanned      = "planned"
	cueWould        = "would"
	cueHypothetical = "hypothetical"
	cueNegated      = "negated"
	cueReported     = "reported"
	cueDenied       = "denied"
	cueOccurred     = "occurred"
	cueCancelled    = "cancelled"
	cueNone         = "none"
)

// The keys of EventMention.Attributes that this package sets.
const (
	// AttrStatusBy is the cue that decided the status ("aux will"); "default"
	// when nothing in the sentence says, as with "the call" in passing.
	AttrStatusBy = "status-by"
	// AttrCancelled is "yes" for what was planned and called off.
	AttrCancelled = "cancelled"
	// AttrHeading is "yes" for a mention in a heading or caption.
	AttrHeading = "heading"
	// AttrFutureInPast is "yes" for "said that they would meet".
	AttrFutureInPast = "future-in-past"
	// AttrAspect is "begin" or "end" when the verb says that the event began or
	// ended then.
	AttrAspect = "aspect"
	// AttrResumed is "yes" for talks that are to be taken up again: they took
	// place before, whatever becomes of the plan.
	AttrResumed = "resumed"
	// AttrPartners is what the report calls the parties of a contact that it does
	// not name ("Maren's lawyers").
	AttrPartners = "partners"
	// AttrNumber is the word that says how many ("several", "7") of a plural.
	AttrNumber = "number"
)

// Values of AttrStatusBy for verbs that name a purpose and no happening, and for
// hearsay.
const (
	StatusByGerund     = "gerund"
	StatusByInfinitive = "infinitive"
	// StatusByPart stands for "nobody attacked", "signed no agreement", and
	// StatusByWithout for "left without having met".
	StatusByPart    = "part"
	StatusByWithout = "without"
	// StatusBySource stands for what one nameless source or a rumour tells.
	StatusBySource = "source"
)

// DefaultStatus is the value of AttrStatusBy when no cue was found.
const DefaultStatus = "default"

// verdict gathers what the cues around one event say.
type verdict struct {
	status  readout.EventStatus
	by      string
	negated bool
	open    bool // denied twice
	tense   string
	attrs   map[string]string
}

func (v *verdict) set(s readout.EventStatus, by string) {
	if v.by == "" || rank(s) > rank(v.status) {
		v.status, v.by = s, by
	}
}

// rank orders statuses by how far they are from the fact: the farther wins
// when several cues speak ("may have reportedly met").
func rank(s readout.EventStatus) int {
	switch s {
	case readout.Reported:
		return 1
	case readout.Planned:
		return 2
	case readout.Hypothetical:
		return 3
	case readout.Denied:
		return 4
	}
	return 0
}

// status sets Status, Negated, Tense and the attributes of e.
func status(g *graph, lex *lexicon, e *nlp.EventMention, c carrier) {
	v := verdict{status: readout.Occurred, attrs: map[string]string{}}
	if e.Nominal {
		nounStatus(g, lex, &v, e.Token, c)
	} else {
		verbStatus(g, lex, &v, e.Token, anyPart...)
	}
	if e.Mode == "talks" && e.Nominal && c.verb != nlp.None {
		g.brokenOff(lex, &v, c)
	}
	if e.Time != nlp.None && e.Nominal && v.status == readout.Occurred && future(g.doc, &g.doc.Timexes[e.Time]) {
		if rel, _ := g.relation(e.Token); rel == "after" && g.doc.Tokens[g.host(e.Token)].XPOS == "VBD" || v.by == "" && farOff(g.doc, &g.doc.Timexes[e.Time]) {
			// "After the March meeting, Maren agreed", "in light of a 25 July call" told
			// in September: not that of next year.
			e.Time = nlp.None
		}
	}
	if e.Time != nlp.None && v.status == readout.Occurred && future(g.doc, &g.doc.Timexes[e.Time]) && v.tense != "past" {
		v.set(readout.Planned, "time after publication")
	}
	if v.status == readout.Occurred && !v.negated && e.Type != typeStatement && g.hearsay(e) {
		v.set(readout.Reported, StatusBySource)
	}
	if v.negated {
		e.Negated = true
		v.status = readout.Denied
	}
	if v.by == "" {
		v.by = DefaultStatus
		if v.tense == "past" {
			v.by = "past tense"
		}
	}
	e.Status, e.Tense = v.status, v.tense
	if a := g.aspect(c); a != "" {
		v.attrs[AttrAspect] = a
	}
	v.attrs[AttrStatusBy] = v.by
	if g.doc.Sentences[e.Sent].Noise != "" {
		v.attrs[AttrHeading] = "yes"
	}
	if e.Plural {
		v.attrs[AttrNumber] = cmp.Or(g.howMany(lex, e.Token, c.noun, c.verb), NumberUnknown)
	}
	e.Attributes = v.attrs
}

// brokenOff reads what presupposes that talks took place: "ceased negotiations",
// "suspended talks" ended them, "to resume talks" takes them up again.
func (g *graph) brokenOff(lex *lexicon, v *verdict, c carrier) {
	if c.class == carryCancel && (c.slot == "obj" || c.slot == "nsubj:pass") && lex.lists["broken"][g.Lemma(c.verb)] {
		var own verdict
		own.attrs = map[string]string{}
		verbStatus(g, lex, &own, c.verb, subjectOnly...)
		if own.by == "" && !own.negated && own.tense == "past" {
			v.status, v.by, v.tense = readout.Occurred, "broken off", "past"
			delete(v.attrs, AttrCancelled)
			v.attrs[AttrAspect] = "end"
		}
		return
	}
	if v.status != readout.Planned && v.status != readout.Hypothetical {
		return
	}
	if lex.lists["again"][g.Lemma(c.verb)] || c.slot != "obj" && slices.ContainsFunc(g.complements(c.verb), func(k int) bool { return lex.lists["again"][g.Lemma(k)] }) {
		v.attrs[AttrResumed] = "yes"
	}
}

// aspect is "begin" or "end" when the verb that carries the event, or its
// clause, says so and no more.
func (g *graph) aspect(c carrier) string {
	verbs := slices.Clone(c.clauses)
	if c.class == carryAspect || c.class == carryLight {
		verbs = append(verbs, c.verb)
		verbs = append(verbs, g.complements(c.verb)...)
	}
	for _, v := range verbs {
		switch l := g.Lemma(v); {
		case g.lex.lists["beginning"][l]:
			return "begin"
		case g.lex.lists["ending"][l]:
			return "end"
		}
	}
	return ""
}

// future reports whether a date lies after the report's publication.
func future(doc *nlp.Doc, x *nlp.Timex) bool {
	pub := doc.Report.Published.Value
	v := x.Value
	if len(pub) < 10 || len(v) < 4 || v[0] < '1' || v[0] > '9' {
		return false
	}
	n := min(len(v), 10)
	if i := strings.IndexAny(v, "TW"); i > 0 {
		n = min(n, i)
	}
	v = strings.TrimSuffix(v[:n], "-")
	return v > pub[:len(v)]
}

// farDays is how far ahead a day without a year is taken to be meant at most.
const farDays = 150

// farOff reports whether a day or month that x tells without its year was taken
// to be one more than farDays after publication.
func farOff(doc *nlp.Doc, x *nlp.Timex) bool {
	pub, ok := doc.Report.Published.Day()
	if !ok || len(x.Value) < len("2006-01") || x.Value[4] != '-' || x.Value[5] > '1' || strings.Contains(doc.Text(x.Span), x.Value[:4]) {
		return false
	}
	if strings.Contains(strings.ToLower(doc.Text(x.Span)), "next") {
		return false
	}
	layout := time.DateOnly
	at, err := time.Parse(layout[:min(len(x.Value), len(layout))], x.Value[:min(len(x.Value), len(layout))])
	return err == nil && at.Sub(pub) > farDays*24*time.Hour
}

// nounStatus reads the words around an event noun.
func nounStatus(g *graph, lex *lexicon, v *verdict, t int, c carrier) {
	for _, x := range []int{t, c.noun} {
		for _, k := range g.Kids[x] {
			d := g.doc.Tokens[k].Deprel
			switch {
			case nlp.HasRel(d, "amod", "compound", "advmod"):
				// A participle may keep its form or give its verb's: "anticipated".
				w := g.Lemma(k)
				if lex.cues["amod "+w] == "" {
					w = g.doc.Lower(k)
				}
				v.cue(lex.cues["amod "+w], "amod "+w)
			case nlp.HasRel(d, "det"):
				if lex.cues["det "+g.Lemma(k)] == cueNegated {
					v.negated = true
					v.by = "det " + g.Lemma(k)
				}
			}
		}
		if !v.negated && g.Nothing(x) {
			v.deny(StatusByPart)
		}
		if c.noun == t {
			break
		}
	}
	if g.Without(t) || g.Without(c.noun) {
		g.without(v, g.coordinationTop(c.noun))
	}
	for _, cl := range c.clauses {
		if g.Child(t, "cop") != nlp.None {
			break // "it was a meeting that could have …" was one
		}
		if cls := lex.support["acl "+g.Lemma(cl)]; cls == carryPlanned {
			v.set(readout.Planned, "acl "+g.Lemma(cl))
			continue
		}
		verbStatus(g, lex, v, cl)
	}
	if g.Child(t, "cop") != nlp.None {
		g.ownCues(lex, v, t, true) // "it would be their third call"
	}
	if c.slot == "nmod" && lex.lists["hearsay"][g.Lemma(c.verb)] {
		// "reports of a meeting", and "denied reports of a meeting"
		v.set(readout.Reported, "nmod of "+g.Lemma(c.verb))
		top := g.coordinationTop(c.verb)
		if h := g.doc.Tokens[top].Head; h != nlp.None && nlp.HasRel(g.doc.Tokens[top].Deprel, "obj", "nsubj:pass") && g.denies(h) {
			v.set(g.denial(h), "nmod of "+g.Lemma(c.verb))
		}
		return
	}
	by := c.slot + " of"
	if c.verb != nlp.None {
		by += " " + g.Lemma(c.verb)
	}
	switch c.class {
	case carryPlan, carryPlanned, carryWish:
		if c.slot == "nmod" && g.lacking(lex, c.verb) {
			v.negated, v.by = true, by // "without a date for another meeting"
			break
		}
		if v.tense == "past" && v.status == readout.Occurred {
			break // "referred to the talks they held"
		}
		if c.class == carryWish {
			v.set(readout.Hypothetical, by)
			break
		}
		v.set(readout.Planned, by)
		for _, k := range g.Kids[c.verb] {
			if nlp.HasRel(g.doc.Tokens[k].Deprel, "conj") && g.Child(k, "nsubj") == nlp.None && g.supportOf(lex, "nsubj:pass", k) == carryCancel {
				v.attrs[AttrCancelled] = "yes" // "had been set for Friday but was cancelled"
			}
		}
		if c.slot == "obj" || c.slot == "nsubj:pass" {
			v.negated = v.negated || g.Denied(c.verb)
		}
	case carryCancel:
		v.set(readout.Planned, by)
		v.attrs[AttrCancelled] = "yes"
	case carryDeny:
		v.set(g.denial(c.verb), by)
	case carryLight, carryAspect, carryHost:
		if g.quality(lex, c) {
			// "the call was not productive": it took place.
			negated, said := v.negated, v.by
			verbStatus(g, lex, v, c.verb)
			if v.negated != negated {
				v.negated, v.by = negated, said
			}
			break
		}
		if len(c.clauses) > 0 && v.tense == "past" && v.status == readout.Occurred {
			break // "the talks, which began on Wednesday, will end …"
		}
		if strings.HasPrefix(c.slot, "nsubj") {
			verbStatus(g, lex, v, c.verb)
			break
		}
		verbStatus(g, lex, v, c.verb, subjectOnly...)
	default:
		// "in case of talks": the clause above may still be conditional.
		if c.slot == "nsubj" || c.slot == "obj" {
			if m := g.Child(c.verb, "mark"); m != nlp.None && lex.cues["mark "+g.Lemma(m)] == cueHypothetical {
				v.set(readout.Hypothetical, "mark "+g.Lemma(m))
			}
		}
	}
}

// quality reports whether the carrier is an adjective that says what the event
// was like, not whether it was to be.
func (g *graph) quality(lex *lexicon, c carrier) bool {
	return c.slot == "nsubj" && g.doc.Tokens[c.verb].UPOS == "ADJ" && g.Child(c.verb, "cop") != nlp.None && lex.support["nsubj "+g.Lemma(c.verb)] != carryPlanned &&
		lex.cues["governor "+g.Lemma(c.verb)] == "" && lex.cues["amod "+g.Lemma(c.verb)] == ""
}

// cue applies one cue found by place.
func (v *verdict) cue(c, by string) {
	switch c {
	case cuePlanned:
		v.set(readout.Planned, by)
	case cueHypothetical:
		v.set(readout.Hypothetical, by)
	case cueReported:
		v.set(readout.Reported, by)
	case cueDenied:
		v.set(readout.Denied, by)
	case cueNegated:
		v.deny(by)
	case cueCancelled:
		v.set(readout.Planned, by)
		v.attrs[AttrCancelled] = "yes"
	case cueOccurred:
		if v.by == "" {
			v.by = by
		}
	}
}

// verbStatus reads verb t and what governs it.
// Parts of t that hang on it by one of rels can deny it ("no soldiers
// attacked"); of the verb that carries a noun some say only what came of it
// ("the talks produced no deal").
func verbStatus(g *graph, lex *lexicon, v *verdict, t int, rels ...string) {
	doc := g.doc
	cur := t
	for n := 0; n < 6; n++ {
		g.ownCues(lex, v, cur, n == 0)
		if g.Negation(cur) == nlp.None && g.DeniedBy(cur, rels...) {
			v.deny(StatusByPart)
		}
		if n == 0 && len(rels) > 0 && cur > 0 && doc.Tokens[cur-1].Head == cur {
			v.cue(lex.cues["before "+doc.Lower(cur-1)], "before "+doc.Lower(cur-1))
		}
		if h := doc.Tokens[cur].Head; h != nlp.None && nlp.HasRel(doc.Tokens[cur].Deprel, "acl", "ccomp") && lex.lists["hearsay"][g.Lemma(h)] && doc.Tokens[h].UPOS == "NOUN" && !g.infinitive(cur) {
			v.set(readout.Reported, "clause of "+g.Lemma(h))
			top := g.coordinationTop(h)
			if hh := doc.Tokens[top].Head; hh != nlp.None && nlp.HasRel(doc.Tokens[top].Deprel, "obj") && g.denies(hh) {
				v.set(g.denial(hh), "clause of "+g.Lemma(h))
			}
			if slices.ContainsFunc(g.Kids[h], func(k int) bool { return g.Rel(k, "amod") && lex.cues["governor "+g.Lemma(k)] == cueDenied }) {
				v.set(readout.Denied, "clause of "+g.Lemma(h)) // "Karvany dismissed reports that", taken for a participle
			}
			return
		}
		if n == 0 && g.prospective(cur) {
			v.set(readout.Hypothetical, StatusByGerund)
		}
		d := doc.Tokens[cur].Deprel
		h := doc.Tokens[cur].Head
		if h == nlp.None {
			return
		}
		switch {
		case nlp.HasRel(d, "conj"):
			// Auxiliaries are shared: "will meet and discuss".
			if g.Child(cur, "aux", "nsubj") != nlp.None || doc.Tokens[h].UPOS != "VERB" {
				return
			}
			if v.by != "" && v.by != StatusByInfinitive {
				return
			}
			if doc.Tokens[cur].XPOS == "VBD" && doc.Tokens[h].XPOS != "VBD" {
				return // a finite verb shares no infinitive
			}
			if n == 0 {
				v.tense = ""
			}
			cur, rels = h, subjectOnly
		case d == "xcomp" || nlp.HasRel(d, "acl") && g.infinitive(cur) || nlp.HasRel(d, "csubj") || d == "obl" || d == "ccomp" && g.infinitive(cur):
			l := g.Lemma(h)
			if g.passive(h) || g.participleOfBe(h) {
				if c := lex.cues["passive "+l]; c != "" {
					v.cue(c, "passive "+l)
				}
			}
			c := lex.cues["governor "+l]
			if w := doc.Lower(h); c == "" && lex.cues["governor "+w] == cueNegated {
				l, c = w, cueNegated // "unwilling", taken for a participle
			}
			if l == "have" && g.infinitive(cur) && slices.ContainsFunc(g.Kids[h], func(k int) bool { return g.Rel(k, "advmod") && doc.Lower(k) == "yet" }) {
				l, c = "have yet", cueNegated // "has yet to meet"
			}
			if o := g.Child(h, "obj"); o != nlp.None && d == "xcomp" && (lex.cues["governor "+g.Lemma(o)] == cuePlanned || lex.cues["governor "+g.Lemma(o)] == cueHypothetical) {
				// "indicated plans to discuss": read as the verb's complement.
				l = g.Lemma(o)
				c = lex.cues["governor "+l]
			}
			// "is understood to have met": a perfect infinitive is no plan.
			if (c == cuePlanned || c == cueHypothetical) && g.perfect(cur) {
				c = ""
			}
			if c == cueDenied {
				v.set(g.denial(h), "governor "+l)
				return
			}
			v.cue(c, "governor "+l)
			cur, rels = h, anyPart
			if doc.Tokens[h].UPOS == "NOUN" {
				switch {
				case g.Nothing(h):
					v.deny(StatusByPart) // "has no plans to attack"
				case g.averted(h):
					v.set(readout.Hypothetical, StatusByInfinitive) // "rejected calls to withdraw"
				}
				if c == "" && nlp.HasRel(d, "acl") && g.infinitive(t) && !g.perfect(t) {
					v.set(readout.Planned, StatusByInfinitive)
				}
				return
			}
		case d == "ccomp":
			l := g.Lemma(h)
			switch c := lex.cues["governor "+l]; {
			case c == cueDenied:
				v.set(g.denial(h), "governor "+l)
			case lex.lists["confirming"][l] && g.Denied(h):
				v.set(readout.Reported, "governor "+l)
			case (l == "expect" || l == "hope" || l == "want" || l == "wish" || l == "propose" || l == "suggest" || l == "demand") && v.tense != "past":
				v.cue(c, "governor "+l)
			case g.passive(h) && lex.cues["passive "+l] == cueReported && l != "say" && l != "report":
				v.cue(cueReported, "passive "+l)
			}
			return
		case nlp.HasRel(d, "advcl"):
			// A purpose: "flew to Dorne to meet Ered".
			if g.infinitive(cur) && !g.perfect(cur) && n == 0 {
				if g.prevented(h) || lex.cues["governor "+g.Lemma(h)] == cueNegated {
					v.set(readout.Hypothetical, StatusByInfinitive) // "refused to fly to Dorne to meet Ered"
				}
				v.set(readout.Planned, StatusByInfinitive)
			}
			return
		default:
			return
		}
	}
}

// participleOfBe reports whether t is a participle after "be", whatever the
// tree calls the auxiliary.
func (g *graph) participleOfBe(t int) bool {
	if !strings.HasSuffix(g.doc.Lower(t), "d") && g.doc.Tokens[t].XPOS != "VBN" {
		return false
	}
	for _, k := range g.Kids[t] {
		if g.Lemma(k) == "be" && nlp.HasRel(g.doc.Tokens[k].Deprel, "aux", "cop") {
			return true
		}
	}
	return false
}

// prospective reports whether verb t is a gerund after a preposition that
// looks ahead: "efforts at ending the war", "talks on stopping the attacks".
func (g *graph) prospective(t int) bool {
	if g.doc.Tokens[t].XPOS != "VBG" || g.Child(t, "aux", "nsubj") != nlp.None {
		return false
	}
	switch g.caseOf(t) {
	case "on", "of", "for", "toward", "towards", "about", "to", "at", "from", "against", "before", "without", "into":
		return true
	}
	return false
}

// infinitive reports whether t is a to-infinitive.
func (g *graph) infinitive(t int) bool {
	for _, k := range g.Kids[t] {
		if g.doc.Tokens[k].Deprel == "mark" && g.doc.Lower(k) == "to" {
			return true
		}
	}
	return false
}

// perfect reports whether t has the auxiliary "have".
func (g *graph) perfect(t int) bool {
	for _, k := range g.Kids[t] {
		if g.doc.Tokens[k].Deprel == "aux" && g.Lemma(k) == "have" {
			return true
		}
	}
	return false
}

// ownCues reads the auxiliaries, adverbs and subordinator of verb t. Tense is
// taken from the first verb only.
func (g *graph) ownCues(lex *lexicon, v *verdict, t int, first bool) {
	doc := g.doc
	tense := ""
	switch doc.Tokens[t].XPOS {
	case "VBD":
		tense = "past"
	case "VBZ", "VBP":
		tense = "present"
	}
	would := false
	if g.isTo(t) {
		v.set(readout.Planned, "aux be")
		tense = "future"
		if g.perfect(t) {
			v.attrs[AttrCancelled] = "yes" // "was to have met": it did not come to it
		}
	}
	for _, k := range g.Kids[t] {
		d, l := doc.Tokens[k].Deprel, g.Lemma(k)
		switch {
		case nlp.HasRel(d, "aux", "cop"):
			switch c := lex.cues["aux "+l]; {
			case c == cueWould || c == cueHypothetical && g.perfect(t) && l != "may" && l != "might" && l != "could":
				would = true
			case c == cuePlanned:
				tense = "future"
				v.cue(c, "aux "+l)
			case c != "":
				v.cue(c, "aux "+l)
			case doc.Tokens[k].XPOS == "VBD" || l == "have" && tense == "":
				if tense == "" {
					tense = "past"
				}
			case tense == "":
				tense = "present"
			}
			if l == "have" && tense == "present" {
				tense = "past"
			}
		case nlp.HasRel(d, "advmod"):
			// What denies is read below, wherever it hangs.
			if c := lex.cues["advmod "+l]; c != cueNegated && (c != cuePlanned || tense != "past" && !g.leadsIn(k)) {
				v.cue(c, "advmod "+l)
			}
		case d == "mark":
			if c := lex.cues["mark "+l]; c != "" {
				v.cue(c, "mark "+l)
			}
		}
	}
	switch k := g.Negation(t); {
	case k == nlp.None:
	case !first && lex.lists["notrecall"][g.Lemma(t)]:
		v.set(readout.Reported, "governor "+g.Lemma(t)) // "does not recall meeting him" says neither
	default:
		v.deny("advmod " + g.Lemma(k))
	}
	if g.Without(t) {
		g.without(v, t)
	}
	if would {
		tense = "future"
		if g.reportedPast(t) {
			v.set(readout.Planned, "aux would")
			v.attrs[AttrFutureInPast] = "yes"
		} else {
			v.set(readout.Hypothetical, "aux would")
		}
	}
	if first || v.tense == "" {
		v.tense = tense
	}
}

// isTo reports whether t is what somebody "is to" do: an infinitive with "be"
// before its "to", as its auxiliary or as the verb above it.
func (g *graph) isTo(t int) bool {
	if !g.infinitive(t) {
		return false
	}
	to := nlp.None
	for _, k := range g.Kids[t] {
		if g.doc.Tokens[k].Deprel == "mark" && g.doc.Lower(k) == "to" {
			to = k
		}
	}
	if h := g.doc.Tokens[t].Head; h != nlp.None && g.doc.Tokens[t].Deprel == "xcomp" && g.Lemma(h) == "be" && h == to-1 {
		return true
	}
	return slices.ContainsFunc(g.Kids[t], func(k int) bool {
		return k == to-1 && g.Lemma(k) == "be" && (g.doc.Tokens[k].Deprel == "aux" || g.doc.Tokens[k].Deprel == "cop")
	})
}

// leadsIn reports whether adverb t belongs to the subordinator or preposition
// right after it: "shortly after the meeting ended".
func (g *graph) leadsIn(t int) bool {
	if t+1 >= len(g.doc.Tokens) {
		return false
	}
	switch g.doc.Lower(t + 1) {
	case "after", "before", "following", "ahead":
		return true
	}
	return false
}

// reportedPast reports whether t stands in a clause told by a verb in the past
// ("said that they would meet").
func (g *graph) reportedPast(t int) bool {
	doc := g.doc
	for n := 0; n < 8; n++ {
		d, h := doc.Tokens[t].Deprel, doc.Tokens[t].Head
		if h == nlp.None {
			return false
		}
		if nlp.HasRel(d, "acl") && doc.Tokens[h].UPOS == "NOUN" && g.Child(t, "mark") != nlp.None && !g.infinitive(t) {
			return true // "the announcement that they would meet"
		}
		if nlp.HasRel(d, "ccomp", "csubj") || d == "parataxis" {
			if doc.Tokens[h].XPOS == "VBD" || doc.Tokens[h].XPOS == "VBN" {
				return true
			}
		}
		t = h
	}
	return false
}

// hearsay reports whether e is told by one source without a name, or by rumour:
// "a source said that …", "people familiar with the matter said". What several
// officials say is not hearsay, nor what a named body or paper reports.
func (g *graph) hearsay(e *nlp.EventMention) bool {
	if e.Attribution == nlp.None {
		return false
	}
	a := &g.doc.Attributions[e.Attribution]
	t := a.SourceHead
	if t == nlp.None || a.Relay != nlp.None {
		return false
	}
	if c := g.chain(g.mention(t)); c != nil && c.Name != "" {
		return false
	}
	l := g.Lemma(t)
	if g.lex.lists["source"][l] {
		// "several congressional sources" are more than one.
		return !slices.ContainsFunc(g.Kids[t], func(k int) bool {
			return nlp.HasRel(g.doc.Tokens[k].Deprel, "amod", "nummod") && (g.lex.lists["count"][g.Lemma(k)] || g.number(k) > 1)
		})
	}
	nameless, one := false, false
	for _, k := range g.Kids[t] {
		w := g.doc.Lower(k)
		switch d := g.doc.Tokens[k].Deprel; {
		case g.lex.lists["nameless"][g.Lemma(k)] || g.lex.lists["nameless"][w]:
			nameless = true
		case nlp.HasRel(d, "det", "nummod") && (w == "a" || w == "an" || w == "one"):
			one = true
		}
	}
	return one && (nameless || g.lex.lists["insider"][l]) || nameless && g.lex.lists["insider"][l]
}

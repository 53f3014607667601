package response

import (
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/kb"
	"github.com/readout-news/readout/internal/nlp"
)

// offices are the kinds of titles (lexicons/en/titles.tsv) whose holders speak
// for their state, and bodies the kinds of bodies that do.
var (
	offices = map[string]bool{"head-of-state": true, "head-of-government": true, "minister": true, "spokesperson": true, "envoy": true, "official": true}
	bodies  = map[string]bool{"government": true, "agency": true, "ministry": true}
)

// accounts finds statements in which an official side tells a meeting or call
// of its own as a fact.
func (g *tree) accounts() []nlp.Response {
	doc := g.doc
	var out []nlp.Response
	for i := range doc.Attributions {
		a := &doc.Attributions[i]
		if !a.Uttered || a.Negated || len(a.Content) == 0 || a.Cue.Empty() {
			continue
		}
		if g.answersNo(a.CueToken) {
			continue // "denied that they had met"
		}
		e, fact := g.accountOf(i)
		if e == nlp.None {
			continue
		}
		if !g.toldElsewhere(e, a) {
			continue
		}
		own, official := g.standing(a, e)
		if !own && !official {
			continue
		}
		r := nlp.Response{
			Kind: readout.Confirms, Cue: a.Cue, Party: a.Speaker, Who: a.Source, To: nlp.None,
			About: g.phraseAlone(doc.Events[e].Token), AboutEvent: e, AboutSaid: nlp.None, Time: nlp.None, Attribution: i,
		}
		rule := "own-account"
		switch {
		case own:
		case fact:
			rule = "official-account"
		default:
			r.Kind, rule = readout.Acknowledges, "official-opinion"
		}
		if g.concedes(a.CueToken) {
			r.Kind = readout.Acknowledges // "admitted on the radio they had met"
		}
		r.By = readout.By{Annotator: name, Version: version, Rule: "response/" + rule}
		r.Span = g.told(a, doc.Events[e].Sent)
		if a.Addressee != a.Speaker {
			r.To = a.Addressee
		}
		if a.CueToken != nlp.None {
			r.Time = g.timeOf(a.CueToken, a.CueToken, i)
		}
		out = append(out, r)
	}
	return out
}

// answersNo reports whether the cue at t is a word by which parties deny or
// decline, in whatever frame.
func (g *tree) answersNo(t int) bool {
	return t != nlp.None && (g.negated(t) || slices.ContainsFunc(g.lex.frames["V "+g.Lemma(t)], func(f *frame) bool {
		return f.kind == readout.Denies && strings.HasPrefix(f.rule, "deny/claim") || f.rule == "decline/infinitive" || f.rule == "decline/refuse"
	}))
}

// concedes reports whether the cue at t is a verb of acknowledging.
func (g *tree) concedes(t int) bool {
	return t != nlp.None && slices.ContainsFunc(g.lex.frames["V "+g.Lemma(t)], func(f *frame) bool { return f.rule == "acknowledge/clause" })
}

// accountOf is the meeting or call that statement i tells of as its matter,
// and whether it gives a fact of it (that it took place, ended, how long it
// lasted) rather than an opinion. None when it tells of none.
func (g *tree) accountOf(i int) (event int, fact bool) {
	doc := g.doc
	a := &doc.Attributions[i]
	// "described the call as useful"
	if c := a.CueToken; c != nlp.None && g.lex.lists["describe"][g.Lemma(c)] && !g.negated(c) {
		for _, o := range g.slots(slot{rel: "obj"}, c) {
			if e := g.eventAt(o); g.contact(e) {
				return e, false
			}
		}
		return nlp.None, false
	}
	for _, h := range g.heads(i) {
		if g.negated(h) || g.auxIn(h, unreal) || g.infinitive(h) {
			continue
		}
		if e := g.eventAt(h); g.contact(e) && !doc.Events[e].Nominal && doc.Events[e].Tense == "past" {
			return e, true // "they spoke for two hours"
		}
		s := g.Child(h, "nsubj")
		if s == nlp.None {
			// "noted that the meeting went “very well”": the mark splits the
			// content from its verb.
			continue
		}
		if e := g.eventAt(s); g.contact(e) && g.past(h) {
			return e, doc.Tokens[h].UPOS == "VERB" && g.lex.lists["end"][g.Lemma(h)]
		}
	}
	return nlp.None, false
}

// toldElsewhere reports whether the report tells of event e outside of
// statement a too: an account answers what is on record, a meeting told by one
// of those who met is news.
func (g *tree) toldElsewhere(e int, a *nlp.Attribution) bool {
	ps := g.partiesOf(e)
	for i := range g.doc.Events {
		x := &g.doc.Events[i]
		if x.Type != "CONSULT" || x.Plural || i == e || slices.ContainsFunc(a.Content, func(c readout.Span) bool { return c.Contains(x.Trigger) }) {
			continue
		}
		n := 0
		for _, p := range g.partiesIn(i) {
			if slices.Contains(ps, p) {
				n++
			}
		}
		if n > 1 {
			return true
		}
	}
	return false
}

// contact reports whether e is one meeting or call that took place.
func (g *tree) contact(e int) bool {
	if e == nlp.None {
		return false
	}
	x := &g.doc.Events[e]
	return x.Type == "CONSULT" && x.Status == readout.Occurred && !x.Negated && !x.Plural
}

// past reports whether t or its copula or auxiliary is in the past.
func (g *tree) past(t int) bool {
	if x := g.doc.Tokens[t].XPOS; x == "VBD" {
		return true
	}
	return slices.ContainsFunc(g.Kids[t], func(k int) bool {
		return g.Rel(k, "cop", "aux") && (g.doc.Tokens[k].XPOS == "VBD" || g.Lemma(k) == "have")
	})
}

// standing says whether the speaker of a took part in event e, or speaks for a
// side that did.
func (g *tree) standing(a *nlp.Attribution, e int) (own, official bool) {
	doc := g.doc
	parties := g.partiesOf(e)
	if len(parties) == 0 {
		return false, false
	}
	if a.Speaker != nlp.None && slices.Contains(parties, a.Speaker) && doc.Chains[a.Speaker].Type == readout.Person {
		return true, false
	}
	country := g.speaksFor(a)
	if country == "" {
		return false, false
	}
	return false, slices.ContainsFunc(parties, func(c int) bool { return doc.Chains[c].Country == country })
}

// speaksFor is the state (ISO 3166-1 alpha-2) for which the source of a
// speaks: a state, a body of it, or a person whom the report gives an office.
// "" when it speaks for none.
func (g *tree) speaksFor(a *nlp.Attribution) string {
	doc := g.doc
	if a.Speaker != nlp.None {
		c := &doc.Chains[a.Speaker]
		switch c.Type {
		case readout.Place, readout.Organization:
			if e := g.kb.ByKey(c.Key); e != nil && (e.Type == kb.State || e.Seat || bodies[e.Kind]) {
				return c.Country
			}
			return ""
		case readout.Person:
			if c.Country != "" && (slices.ContainsFunc(c.Titles, g.speaksAs) || c.Name == "" && g.officeAt(a)) {
				return c.Country
			}
		}
	}
	if !g.officeAt(a) {
		return ""
	}
	// "a White House official", "officials in Dorne": the body in the phrase.
	for m := range doc.Mentions {
		x := &doc.Mentions[m]
		if a.Source.Contains(x.Span) && x.Chain != nlp.None && x.Form == readout.FormName {
			if c := &doc.Chains[x.Chain]; c.Country != "" && c.Type != readout.Outlet {
				return c.Country
			}
		}
	}
	return ""
}

// speaksAs reports whether title is an office that speaks for a state. The
// last words decide: "white house deputy chief of staff", "spokesman of
// sollund".
func (g *tree) speaksAs(title string) bool {
	if strings.HasPrefix(title, "former ") {
		return false
	}
	office, _, _ := strings.Cut(title, " of ")
	for _, whole := range []string{title, office} {
		for rest, ok := whole, true; ok; _, rest, ok = strings.Cut(rest, " ") {
			if t := g.kb.TitleOf(rest); t != nil {
				return offices[t.Kind] && t.Body != "party"
			}
		}
	}
	return false
}

// officeAt reports whether the source of a is described by an office.
func (g *tree) officeAt(a *nlp.Attribution) bool {
	first, last := g.doc.TokensIn(a.Source)
	for t := first; t < last; t++ {
		if g.lex.lists["office"][g.Lemma(t)] {
			return true
		}
	}
	return false
}

// partiesOf are the chains that took part in event e, groups spelled out. A
// mention that names nobody ("the call") has those of the last mention of such
// an event before it that does, else of the first after it.
func (g *tree) partiesOf(e int) []int {
	doc := g.doc
	if p := g.partiesIn(e); len(p) > 1 {
		return p
	}
	own := g.partiesIn(e)
	if !doc.Events[e].Definite && doc.Events[e].Nominal {
		return own
	}
	var found []int
	for i := range doc.Events {
		x := &doc.Events[i]
		if i == e || x.Type != doc.Events[e].Type || x.Plural || x.Status != readout.Occurred {
			continue
		}
		p := g.partiesIn(i)
		if len(p) < 2 || len(own) > 0 && !slices.Contains(p, own[0]) {
			continue
		}
		if i < e || found == nil {
			found = p
		}
		if i > e {
			break
		}
	}
	if found == nil {
		return own
	}
	return found
}

// partiesIn are the chains of e's own participants, groups spelled out.
func (g *tree) partiesIn(e int) []int {
	var out []int
	add := func(c int) {
		if !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	for _, a := range g.doc.Events[e].Args {
		if a.Role == "topic" || a.Mention == nlp.None {
			continue
		}
		c := g.doc.Mentions[a.Mention].Chain
		if c == nlp.None {
			continue
		}
		if len(g.doc.Chains[c].Members) > 0 {
			for _, m := range g.doc.Chains[c].Members {
				add(m)
			}
			continue
		}
		add(c)
	}
	return out
}

// told is the evidence of an account: source, cue and what of the content
// stands in their sentence; only the words of sentence sent, which tells of the
// event, when that is another.
func (g *tree) told(a *nlp.Attribution, sent int) readout.Span {
	doc := g.doc
	if in := doc.Sentences[sent].Span; sent != a.Sent {
		for _, c := range a.Content {
			if c.Overlaps(in) {
				return g.withMarks(readout.Span{Start: max(c.Start, in.Start), End: min(c.End, in.End)})
			}
		}
	}
	in := doc.Sentences[a.Sent].Span
	s := a.Cue
	widen := func(x readout.Span) {
		if x.Empty() {
			return
		}
		between := readout.Span{Start: min(s.End, x.End), End: max(s.Start, x.Start)}
		if between.Start < between.End && strings.Contains(doc.Text(between), "\n") {
			return
		}
		s = readout.Span{Start: min(s.Start, x.Start), End: max(s.End, x.End)}
	}
	if !a.Source.Empty() && doc.Sentences[a.Sent].Contains(a.Source) {
		widen(a.Source)
	}
	for _, c := range a.Content {
		if in.Overlaps(c) {
			widen(g.withMarks(readout.Span{Start: max(c.Start, in.Start), End: min(c.End, in.End)}))
		}
	}
	return s
}

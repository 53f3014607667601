package response

import (
	"slices"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// complete fills what is answered, to whom and when. about is the head of
// r.About or None.
func (g *tree) complete(r *nlp.Response, t, deep, about int) {
	if r.Kind != readout.Acknowledges && r.Kind != readout.Confirms || r.About.Empty() {
		if q := g.questionFor(t, r.Attribution); q != nlp.None {
			about = g.answerTo(r, q, about)
		}
	}
	if r.To == nlp.None {
		r.To = g.asker(t, r)
	}
	r.Time = g.timeOf(t, deep, r.Attribution)
	if about != nlp.None {
		r.AboutEvent = g.eventUnder(about)
	}
	if g.aboutTold(about, r) {
		r.AboutSaid = g.toldBefore(t, about, r)
	}
	if r.AboutEvent == nlp.None && r.AboutSaid != nlp.None {
		r.AboutEvent = g.eventIn(r.AboutSaid)
	}
}

// answerTo takes from the question at q what is asked and by whom, where the
// answer itself says neither. It returns the head of what is answered.
func (g *tree) answerTo(r *nlp.Response, q, about int) int {
	if r.About.Empty() {
		for _, p := range questionSlots {
			if s := g.slots(p, q); len(s) > 0 {
				about = s[0]
				r.About = g.beforeAnswer(g.phrase(about), about, r)
				break
			}
		}
	}
	if r.To == nlp.None {
		for _, p := range askerSlots {
			for _, x := range g.slots(p, q) {
				if c := g.chainOf(x); c != nlp.None && (g.inClass(x, "@press") || g.inClass(x, "@speaker")) {
					r.To = c
					return about
				}
			}
		}
	}
	return about
}

// loose are the tags of words that end no phrase.
var loose = []string{"PUNCT", "ADP", "PRON", "SCONJ", "CCONJ", "AUX"}

// beforeAnswer cuts from s, the phrase of t in a question, the answer that the
// tree hangs on it: "the payments, to which he replied".
func (g *tree) beforeAnswer(s readout.Span, t int, r *nlp.Response) readout.Span {
	cut := r.Cue.Start
	if r.Attribution != nlp.None {
		if c := g.doc.Attributions[r.Attribution].Cue; !c.Empty() {
			cut = min(cut, c.Start)
		}
	}
	if cut <= g.doc.Tokens[t].Start || cut >= s.End {
		return s
	}
	_, last := g.doc.TokensIn(readout.Span{Start: s.Start, End: cut})
	for last-1 > t && slices.Contains(loose, g.doc.Tokens[last-1].UPOS) {
		last--
	}
	s.End = g.doc.Tokens[last-1].End
	return s
}

var (
	questionSlots = mustSlots("prep.about,on,regarding,over,concerning ccomp")
	askerSlots    = mustSlots("poss agent prep.from,by compound")
)

// mustSlots parses slots that the code names; a mistake is one of this file.
func mustSlots(s string) []slot {
	out, err := parseSlots(s)
	if err != nil {
		panic(err)
	}
	return out
}

// questionFor finds the word of asking that the cue at t answers: in its own
// sentence, or, for what is said in a quotation, in the sentence of the cue of
// that quotation, in those of the paragraph before it or the last before that. None when no question is told.
func (g *tree) questionFor(t, attribution int) int {
	sents := []int{g.doc.Tokens[t].Sent}
	if attribution != nlp.None {
		a := &g.doc.Attributions[attribution]
		if a.Sent != sents[0] {
			sents = append(sents, a.Sent)
		}
		if a.CueToken != t {
			// Back to the opening of the paragraph, and the last sentence
			// before it.
			for s := sents[0] - 1; s >= 0 && g.doc.Sentences[s].Para >= g.doc.Sentences[sents[0]].Para-1; s-- {
				sents = append(sents, s)
				if g.doc.Sentences[s].Para < g.doc.Sentences[sents[0]].Para {
					break
				}
			}
		}
	}
	for _, s := range sents {
		sent := &g.doc.Sentences[s]
		for x := sent.First; x < sent.Last; x++ {
			if x == t || g.contentOf(x) == attribution && attribution != nlp.None && g.contentOf(t) == attribution {
				continue
			}
			if g.asksAt(x) {
				return x
			}
		}
	}
	return nlp.None
}

// asksAt reports whether token x tells that a question was put: "was asked",
// "The Meridian's inquiry", but not "asked to leave".
func (g *tree) asksAt(x int) bool {
	switch g.doc.Tokens[x].UPOS {
	case "VERB":
		if !g.lex.lists["ask"][g.Lemma(x)] || g.completing(x, &condition{flag: flagInf}) != nlp.None {
			return false
		}
		return g.passive(x) || g.doc.Tokens[x].XPOS == "VBN" || len(g.slots(questionSlots[0], x)) > 0 || g.asks(x)
	case "NOUN":
		return g.lex.lists["question"][g.Lemma(x)] && len(g.slots(questionSlots[0], x)) > 0
	}
	return false
}

// asker is who is told to have got the answer: "told The Meridian", "confirmed
// to The Meridian", "a request from The Meridian", "in an interview with it".
func (g *tree) asker(t int, r *nlp.Response) int {
	take := func(x int) int {
		if c := g.chainOf(x); c != nlp.None && g.inClass(x, "@press") {
			return c
		}
		return nlp.None
	}
	for _, x := range g.after(t, []string{"to"}) {
		if c := take(x); c != nlp.None {
			return c
		}
	}
	if r.Attribution != nlp.None {
		if a := &g.doc.Attributions[r.Attribution]; a.Addressee != nlp.None && a.Addressee != r.Party {
			return a.Addressee
		}
	}
	sent := &g.doc.Sentences[g.doc.Tokens[t].Sent]
	for x := sent.First; x < sent.Last; x++ {
		l := g.Lemma(x)
		var slots []slot
		switch {
		case g.doc.Tokens[x].UPOS != "NOUN":
			continue
		case l == "interview" || l == "appearance":
			slots = interviewSlots
		case g.lex.lists["request"][l]:
			slots = askerSlots
		}
		for _, p := range slots {
			for _, y := range g.slots(p, x) {
				if c := take(y); c != nlp.None {
					return c
				}
			}
		}
	}
	return nlp.None
}

var interviewSlots = mustSlots("prep.with,on")

// timeOf is the time expression that hangs on the cue, on the word that
// completes it, or on the cue of the statement it stands in.
func (g *tree) timeOf(t, deep, attribution int) int {
	at := []int{t, deep}
	if attribution != nlp.None {
		if c := g.doc.Attributions[attribution].CueToken; c != nlp.None {
			at = append(at, c)
		}
	}
	for _, v := range slices.Clone(at) {
		// "on Friday she answered by saying": a clause of manner or purpose has
		// the time of its verb.
		for n := 0; n < 2 && (g.Rel(v, "xcomp") || g.Rel(v, "advcl") && g.doc.Tokens[v].XPOS == "VBG"); n++ {
			v = g.doc.Tokens[v].Head
			at = append(at, v)
		}
	}
	for _, v := range at {
		for i := range g.doc.Timexes {
			x := &g.doc.Timexes[i]
			if x.Optional || x.Type != "DATE" && x.Type != "TIME" || x.AnchorEvent != "" {
				continue
			}
			for k := x.First; k < x.Last; k++ {
				if g.doc.Tokens[k].Head == v && g.Rel(k, "obl", "advmod", "nmod") {
					return i
				}
			}
		}
	}
	return nlp.None
}

// eventUnder is the event that the phrase or clause at top tells of: the one
// nearest to its head, None when the nearest stands in a clause about another
// noun.
func (g *tree) eventUnder(top int) int {
	level := []int{top}
	for depth := 0; depth <= eventDepth && len(level) > 0; depth++ {
		var next []int
		for _, t := range level {
			if e := g.eventAt(t); e != nlp.None {
				return e
			}
			for _, k := range g.Kids[t] {
				if !g.Rel(k, "advcl", "punct", "conj", "parataxis", "acl:relcl") {
					next = append(next, k)
				}
			}
		}
		level = next
	}
	return nlp.None
}

// eventDepth is how far below the head of what is answered an event may stand:
// "the report on a call" has it at 1, "claims that he had held talks" at 2.
const eventDepth = 2

// aboutTold reports whether what is answered is something that somebody told.
func (g *tree) aboutTold(about int, r *nlp.Response) bool {
	if about == nlp.None {
		return r.Kind == readout.Denies
	}
	switch g.doc.Lower(about) {
	case "it", "this", "that":
		return true
	}
	first, last := g.doc.Subtree(about)
	for x := first; x < last; x++ {
		if g.lex.lists["claim"][g.Lemma(x)] && g.doc.Tokens[x].UPOS == "NOUN" && (x == about || g.doc.Tokens[x].Head == about) {
			return true
		}
	}
	return false
}

// claimReach is how many sentences back "the claim" looks for what was told,
// where no name says whose it was.
const claimReach = 1

// toldLength is the fewest words of a statement that "the claim" can mean.
const toldLength = 4

// toldBefore is the statement that "the claim", "Maren's report" means: the
// last one before the cue of those whom the phrase names, else the last one of
// another than the party, within reach. None when there is none.
func (g *tree) toldBefore(t, about int, r *nlp.Response) int {
	doc := g.doc
	var named []int
	if about != nlp.None {
		first, last := doc.Subtree(about)
		for m := range doc.Mentions {
			if x := &doc.Mentions[m]; x.First >= first && x.Last <= last && x.Chain != nlp.None && x.Form == readout.FormName && x.Chain != r.Party {
				named = append(named, x.Chain)
			}
		}
	}
	best := nlp.None
	for i := range doc.Attributions {
		a := &doc.Attributions[i]
		if i == r.Attribution || len(a.Content) == 0 || !a.Uttered || a.Negated || a.Span().End > doc.Tokens[t].Start || a.Cue.Contains(doc.Tokens[t].Span) {
			continue
		}
		if a.Speaker != nlp.None && a.Speaker == r.Party || !r.About.Empty() && a.Span().Overlaps(r.About) {
			continue
		}
		if len(named) > 0 {
			if !slices.Contains(named, a.Speaker) {
				continue
			}
		} else if f, l := doc.TokensIn(a.Span()); doc.Tokens[t].Sent-a.Sent > claimReach || l-f < toldLength {
			continue
		}
		if best == nlp.None || a.Span().End >= doc.Attributions[best].Span().End {
			best = i
		}
	}
	return best
}

// saidBefore is the last statement of the party at or before cue t, in its
// sentence or the one before: what it does not want to say more about.
func (g *tree) saidBefore(t, party int) int {
	best := nlp.None
	for i := range g.doc.Attributions {
		a := &g.doc.Attributions[i]
		if party == nlp.None || a.Speaker != party || len(a.Content) == 0 || !a.Uttered || a.Negated || a.Cue.Contains(g.doc.Tokens[t].Span) {
			continue
		}
		if a.Span().End <= g.doc.Tokens[t].Start && g.doc.Tokens[t].Sent-a.Sent <= claimReach {
			best = i
		}
	}
	return best
}

// eventIn is the event that statement i tells of: the one nearest to the head
// of its content.
func (g *tree) eventIn(i int) int {
	for _, h := range g.heads(i) {
		if e := g.eventUnder(h); e != nlp.None {
			return e
		}
	}
	return nlp.None
}

// heads are the words of statement i's content that are governed from outside
// it, in order.
func (g *tree) heads(i int) []int {
	var out []int
	for _, c := range g.doc.Attributions[i].Content {
		first, last := g.doc.TokensIn(c)
		for t := first; t < last; t++ {
			if h := g.doc.Tokens[t].Head; (h < first || h >= last) && !g.Rel(t, "punct") {
				out = append(out, t)
			}
		}
	}
	return out
}

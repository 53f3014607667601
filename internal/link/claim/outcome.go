package claim

import (
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/event"
	"github.com/readout-news/readout/internal/nlp"
)

// The classes of an outcome: what its value says before the matter.
const (
	outAccord      = "accord"      // something was agreed or reached
	outProgress    = "progress"    // moved on, without a result
	outFailure     = "failure"     // nothing was reached
	outDifference  = "difference"  // the sides stand apart
	outRefusal     = "refusal"     // one side said no
	outUndisclosed = "undisclosed" // nothing was told
)

// outcome claims what came of the contacts of document d: what the contact is
// told to have brought or failed to bring, and what a party agreed to or
// refused at it.
func (c *comparer) outcome(d int) {
	doc := c.docs[d]
	for t := range doc.Tokens {
		tok := &doc.Tokens[t]
		if tok.UPOS != "VERB" || !readable(doc, tok.Sent) {
			continue
		}
		for _, f := range []func(d, t int) (result, bool){c.eventBrought, c.partyBrought, c.demandRefused, c.nothingTold} {
			if r, ok := f(d, t); ok {
				value := r.class
				if r.matter != "" {
					value += ": " + r.matter
				}
				if x := c.once(d, r.event, Outcome, r.span, readout.ClaimValue{Text: value}, "", r.rule); x != nil {
					c.actor[x.ID] = r.actor
				}
				break
			}
		}
	}
}

// result is one outcome read.
type result struct {
	event  int
	class  string
	matter string // head lemma of what was reached, refused or missed; "" none
	actor  string // Entity.ID of the party, "" for the contact as a whole
	span   readout.Span
	rule   string
}

func (c *comparer) verb(doc *nlp.Doc, t int, class string) bool {
	l := doc.Tokens[t].Lemma
	if p := doc.Child(t, "compound:prt"); p != nlp.None && c.lex.outcome.is(l+" "+doc.Lower(p), "verb:"+class) {
		return true
	}
	return c.lex.outcome.is(l, "verb:"+class)
}

// noun is the class of outcome that the noun t names, "" none.
func (c *comparer) noun(doc *nlp.Doc, t int) string {
	if doc.Tokens[t].UPOS != "NOUN" && doc.Tokens[t].UPOS != "PROPN" {
		return ""
	}
	for _, k := range []string{outAccord, outProgress, outFailure, outDifference} {
		if c.lex.outcome.is(strings.ToLower(doc.Tokens[t].Lemma), "noun:"+k) {
			return k
		}
	}
	return ""
}

// fruit looks below verb t for what it brings: its object, or a noun after
// "to", "in", "with", "without". none is set when the words say that there was
// none of it.
func (c *comparer) fruit(doc *nlp.Doc, t int) (noun int, class string, none bool) {
	for _, k := range doc.Children(t) {
		rel := doc.Tokens[k].Deprel
		if !nlp.HasRel(rel, "obj", "obl", "nsubj:pass") || nlp.HasRel(rel, "obl:agent", "obl:tmod") {
			continue
		}
		prep := ""
		if p := doc.Child(k, "case"); p != nlp.None {
			prep = doc.Lower(p)
		}
		switch prep {
		case "", "to", "in", "with", "without", "about", "into":
		default:
			continue
		}
		head := k
		// "a lot of progress", "no sign of a deal", "a series of agreements"
		cl := c.noun(doc, head)
		for _, m := range doc.Children(k) {
			if cl == "" && nlp.HasRel(doc.Tokens[m].Deprel, "nmod") {
				if p := doc.Child(m, "case"); p != nlp.None && doc.Lower(p) == "of" {
					if cl = c.noun(doc, m); cl != "" {
						head = m
					}
				}
			}
		}
		if cl == "" {
			continue
		}
		return head, cl, prep == "without" || c.scant(doc, head) || head != k && c.scant(doc, k)
	}
	return nlp.None, "", false
}

// scant reports whether noun t is said to be missing: "no", "little", "any".
func (c *comparer) scant(doc *nlp.Doc, t int) bool {
	return slices.ContainsFunc(doc.Children(t), func(k int) bool {
		if !nlp.HasRel(doc.Tokens[k].Deprel, "det", "amod", "advmod") {
			return false
		}
		switch doc.Lower(k) {
		case "no", "little", "few", "scant", "neither":
			return true
		}
		return false
	})
}

// brought reads the clause of verb t, whoever its subject is: what class of
// outcome it tells, on what matter, and its words.
func (c *comparer) brought(doc *nlp.Doc, t int) (class, matter string, span readout.Span, ok bool) {
	not := c.negated(doc, t)
	v := t
	failed := false
	if c.verb(doc, t, "fail") {
		x := doc.Child(t, "xcomp")
		if x == nlp.None {
			return outFailure, "", c.predicate(doc, t), !not
		}
		v, failed = x, true
	}
	switch {
	case c.verb(doc, v, "yield"), c.verb(doc, v, "end"), c.verb(doc, v, "show"):
		n, cl, none := c.fruit(doc, v)
		if n == nlp.None {
			return "", "", span, false
		}
		switch {
		case c.verb(doc, v, "show") && !c.verb(doc, v, "yield") && cl != outDifference:
			return "", "", span, false
		case failed || none || not:
			if cl == outFailure || cl == outDifference {
				return "", "", span, false
			}
			cl = outFailure
		}
		return cl, doc.Tokens[n].Lemma, c.predicate(doc, t), true
	case failed:
		return outFailure, c.matterOf(doc, v), c.predicate(doc, t), true
	}
	return "", "", span, false
}

// matterOf is the lemma of the object of verb v, else of what it is to do.
func (c *comparer) matterOf(doc *nlp.Doc, v int) string {
	for steps := 0; v != nlp.None && steps < maxUp; steps++ {
		if o := doc.Child(v, "obj", "obl"); o != nlp.None && doc.Tokens[o].UPOS == "NOUN" {
			return doc.Tokens[o].Lemma
		}
		x := doc.Child(v, "xcomp", "ccomp")
		if x == nlp.None {
			return doc.Tokens[v].Lemma
		}
		v = x
	}
	return ""
}

// predicate is the clause of verb v from the verb on, without its subject, what
// is coordinated with it and what a clause beside it says.
func (c *comparer) predicate(doc *nlp.Doc, v int) readout.Span {
	first, end := v, v+1
	for _, k := range doc.Children(v) {
		t := &doc.Tokens[k]
		switch {
		case nlp.HasRel(t.Deprel, "nsubj", "conj", "parataxis", "punct", "cc", "advcl", "vocative", "dep"):
			continue
		case nlp.HasRel(t.Deprel, "aux", "advmod") && k < v && v-k <= 3:
			first = min(first, k)
		case k > v:
			_, hi := doc.Subtree(k)
			end = max(end, hi)
		}
	}
	return doc.TokenSpan(first, end)
}

// eventBrought reads "the talks failed to bring a truce".
func (c *comparer) eventBrought(d, t int) (result, bool) {
	doc := c.docs[d]
	s := doc.Child(t, "nsubj")
	for h := t; s == nlp.None && nlp.HasRel(doc.Tokens[h].Deprel, "conj") && doc.Tokens[h].Head != nlp.None; {
		h = doc.Tokens[h].Head
		s = doc.Child(h, "nsubj")
	}
	if s == nlp.None {
		return result{}, false
	}
	class, matter, span, ok := c.brought(doc, t)
	if !ok || !c.asserted(doc, t) {
		return result{}, false
	}
	n, pronoun := c.contactAt(d, s)
	if n == event.None || pronoun || c.aheadAt(d, s) {
		return result{}, false
	}
	return result{event: n, class: class, matter: matter, span: span, rule: "claim/outcome-contact"}, true
}

// aheadAt reports whether the mention at token t tells of something that has
// not taken place.
func (c *comparer) aheadAt(d, t int) bool {
	i := c.mentionAt(d, t)
	return i != nlp.None && c.docs[d].Events[i].Status != readout.Occurred && c.docs[d].Events[i].Status != readout.Reported
}

// partyBrought reads "at the talks Orrin agreed to open the lake" and "we made
// progress in that meeting": a party does it at, during or after the contact.
func (c *comparer) partyBrought(d, t int) (result, bool) {
	doc := c.docs[d]
	agrees, refuses := c.verb(doc, t, "agree"), c.verb(doc, t, "refuse")
	class, matter, span, brings := "", "", readout.Span{}, false
	if !agrees && !refuses {
		if class, matter, span, brings = c.brought(doc, t); !brings {
			return result{}, false
		}
	}
	s := doc.Child(t, "nsubj")
	main := t
	if s == nlp.None && nlp.HasRel(doc.Tokens[t].Deprel, "conj") && doc.Tokens[t].Head != nlp.None {
		main = doc.Tokens[t].Head
		s = doc.Child(main, "nsubj")
	}
	if s == nlp.None || c.mentionAt(d, s) != nlp.None || !c.asserted(doc, t) || !past(doc, t) {
		return result{}, false
	}
	actor := c.entityAt(d, s)
	n := c.contactOfClause(d, t, main, actor)
	if n == event.None {
		return result{}, false
	}
	out := result{event: n, class: class, matter: matter, actor: actor, span: span, rule: "claim/outcome-party"}
	if !brings {
		x := doc.Child(t, "xcomp", "ccomp")
		o := doc.Child(t, "obj", "obl")
		switch {
		case x == nlp.None && o == nlp.None:
			return result{}, false
		case x != nlp.None:
			out.matter = c.matterOf(doc, x)
		default:
			out.matter = doc.Tokens[o].Lemma
		}
		not := c.negated(doc, t)
		out.class, out.span = outAccord, c.predicate(doc, t)
		if agrees && not || refuses && !not {
			out.class = outRefusal
		} else if refuses {
			return result{}, false
		}
		if lo, _ := doc.Subtree(s); main == t && lo < t {
			out.span.Start = doc.Tokens[lo].Start
		}
	}
	return out, true
}

// past reports whether verb t is told as past or just done: "agreed", "has
// refused".
func past(doc *nlp.Doc, t int) bool {
	switch doc.Tokens[t].XPOS {
	case "VBD":
		return true
	case "VBN":
		return slices.ContainsFunc(doc.Children(t), func(k int) bool {
			return doc.Tokens[k].Deprel == "aux" && doc.Tokens[k].Lemma == "have"
		})
	}
	return false
}

// contactOfClause is the contact at which verb t (main is the first verb of its
// coordination) takes place: one that the clause names after "at", "during",
// "in", "after", "following"; or the contact last told of, when the clause
// speaks of "the readouts of the calls" and the actor took part in it.
func (c *comparer) contactOfClause(d, t, main int, actor string) int {
	doc := c.docs[d]
	for _, v := range []int{t, main} {
		for _, k := range doc.Children(v) {
			if !nlp.HasRel(doc.Tokens[k].Deprel, "obl", "advcl") {
				continue
			}
			p := doc.Child(k, "case", "mark")
			if p == nlp.None {
				continue
			}
			switch doc.Lower(p) {
			case "at", "during", "in", "after", "following", "on":
			default:
				continue
			}
			if i := c.mentionAt(d, k); i != nlp.None && doc.Events[i].Type == consult && doc.Events[i].Nominal && !c.aheadAt(d, k) {
				if n := c.events.OfMention[d][i]; n != event.None {
					return n
				}
			}
		}
	}
	if actor == "" {
		return event.None
	}
	sent := doc.Tokens[t].Sent
	for i := range doc.Events {
		ev := &doc.Events[i]
		if ev.Sent != sent || ev.Type != consult || !ev.Definite || !ev.Nominal || c.events.OfMention[d][i] != event.None {
			continue
		}
		h := doc.Tokens[ev.Token].Head
		if h == nlp.None || !c.lex.outcome.is(doc.Tokens[h].Lemma, "noun:details") {
			continue
		}
		n := c.lastContact(d, ev.Token)
		if n != event.None && slices.ContainsFunc(c.events.Events[n].Participants, func(p readout.Participant) bool { return p.Entity == actor }) {
			return n
		}
	}
	return event.None
}

// demandRefused reads "in talks with Veldt, Orrin made demands described as
// unacceptable by Veldt".
func (c *comparer) demandRefused(d, t int) (result, bool) {
	doc := c.docs[d]
	n := c.contactOfClause(d, t, t, "")
	if n == event.None || !c.asserted(doc, t) || !past(doc, t) {
		return result{}, false
	}
	o := doc.Child(t, "obj")
	if o == nlp.None {
		return result{}, false
	}
	heads := []int{o}
	for _, k := range doc.Children(o) {
		if nlp.HasRel(doc.Tokens[k].Deprel, "nmod") {
			heads = append(heads, k)
		}
	}
	for _, h := range heads {
		if !c.lex.outcome.is(doc.Tokens[h].Lemma, "noun:demand") {
			continue
		}
		for _, v := range doc.Children(h) {
			if !nlp.HasRel(doc.Tokens[v].Deprel, "acl", "amod") || doc.Tokens[v].UPOS != "VERB" {
				continue
			}
			refused := c.verb(doc, v, "refuse")
			end := v + 1
			for _, k := range doc.Children(v) {
				if c.lex.outcome.is(doc.Tokens[k].Lemma, "adjective:unacceptable") && c.lex.frames.is(doc.Tokens[v].Lemma, "describing") {
					refused, end = true, max(end, k+1)
				}
				if nlp.HasRel(doc.Tokens[k].Deprel, "obl:agent") {
					_, hi := doc.Subtree(k)
					end = max(end, hi)
				}
			}
			if !refused {
				continue
			}
			actor := ""
			if by := doc.Child(v, "obl:agent"); by != nlp.None {
				actor = c.entityAt(d, by)
			}
			return result{event: n, class: outRefusal, matter: doc.Tokens[h].Lemma, actor: actor, span: doc.TokenSpan(t, end), rule: "claim/outcome-demand-refused"}, true
		}
	}
	return result{}, false
}

// nothingTold reads "did not give details of the call".
func (c *comparer) nothingTold(d, t int) (result, bool) {
	doc := c.docs[d]
	if !c.verb(doc, t, "tell") {
		return result{}, false
	}
	o := doc.Child(t, "obj")
	if o == nlp.None || !c.lex.outcome.is(doc.Tokens[o].Lemma, "noun:details") {
		return result{}, false
	}
	main := t
	declined := false
	if h := doc.Tokens[t].Head; doc.Tokens[t].Deprel == "xcomp" && h != nlp.None && c.verb(doc, h, "refuse") {
		main, declined = h, true
	}
	if !declined && !c.negated(doc, t) && !c.scant(doc, o) || !c.asserted(doc, main) {
		return result{}, false
	}
	lo, hi := doc.Subtree(o)
	for k := lo; k < hi; k++ {
		n, _ := event.None, false
		if i := c.mentionAt(d, k); i != nlp.None && doc.Events[i].Type == consult && !c.aheadAt(d, k) {
			n = c.events.OfMention[d][i]
		}
		if n != event.None {
			span := c.predicate(doc, main)
			return result{event: n, class: outUndisclosed, span: span, rule: "claim/outcome-undisclosed"}, true
		}
	}
	return result{}, false
}

// generic are nouns for an agreement of any content.
var generic = []string{"agreement", "deal", "accord", "pact", "breakthrough", "result", "progress", "consensus", "understanding", ""}

// compareOutcome compares two outcomes. The same class on the same matter
// agrees; what was reached excludes that nothing was, on the same matter and
// for the same party; all else can be true together.
func (c *comparer) compareOutcome(a, b *readout.Claim) (readout.Verdict, string) {
	ca, ma, _ := strings.Cut(a.Value.Text, ": ")
	cb, mb, _ := strings.Cut(b.Value.Text, ": ")
	same := ma == mb || slices.Contains(generic, ma) && slices.Contains(generic, mb)
	if ca > cb {
		a, b, ca, cb, ma, mb = b, a, cb, ca, mb, ma
	}
	party := c.actor[a.ID] == c.actor[b.ID]
	switch {
	case ca == cb && same:
		return readout.Agree, ""
	case ca == outUndisclosed || cb == outUndisclosed:
		return readout.Compatible, "one tells of an outcome, one that no details were given"
	case ca == outAccord && cb == outFailure && (same || slices.Contains(generic, mb)):
		if !party && c.actor[b.ID] != "" {
			break
		}
		return readout.Conflict, "“" + a.Text + "” and “" + b.Text + "” exclude each other"
	case ca == outAccord && cb == outRefusal && ma == mb && party && ma != "":
		return readout.Conflict, "“" + a.Text + "” and “" + b.Text + "” exclude each other"
	case ca == outFailure && cb == outProgress && (mb == ma || ma == "progress"):
		return readout.Conflict, "“" + b.Text + "” and “" + a.Text + "” exclude each other"
	}
	return readout.Compatible, "“" + a.Text + "” and “" + b.Text + "” can both be true"
}

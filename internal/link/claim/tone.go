package claim

import (
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/event"
	"github.com/readout-news/readout/internal/nlp"
)

// How a word of tone speaks of a contact.
const (
	positive = "positive"
	negative = "negative"
	neutral  = "neutral"
	mixed    = "mixed" // "productive but tense"
)

// Where a word of tone may stand, see tone.tsv.
const (
	useEvent  = "event"
	useAny    = "any"
	useAdverb = "adverb"
)

// tone claims how the contacts of document d went, in the words of whoever
// says so: "the talks were tense", "called it productive", "it went well".
func (c *comparer) tone(d int) {
	doc := c.docs[d]
	isTone := func(t int) bool { return len(c.lex.tone[doc.Lower(t)]) > 0 }
	done := map[int]bool{} // heads of coordinations read
	for t := range doc.Tokens {
		if !isTone(t) || !readable(doc, doc.Tokens[t].Sent) {
			continue
		}
		h := top(doc, t, isTone)
		if done[h] {
			continue
		}
		done[h] = true
		f, ok := c.described(d, h)
		if !ok || f.clause != nlp.None && !c.asserted(doc, f.clause) {
			continue
		}
		span, polarity := c.praise(doc, h, f)
		if polarity == "" || doc.Sentences[doc.Tokens[h].Sent].Noise != "" && f.rule == "claim/tone-before-noun" {
			continue
		}
		c.once(d, f.event, Tone, span, readout.ClaimValue{Text: polarity}, "", f.rule, func(x *readout.Claim) {
			if f.holder != "" && (x.Holder == "" || len(x.Chain) < 2) {
				c.heldBy(x, d, f)
			}
		})
	}
}

// description is a contact and what is said of it.
type description struct {
	event  int
	rule   string
	clause int    // word whose mood decides, None
	holder string // who describes, where no attribution holds it; "" none
	teller int    // token of the holder
	cue    int    // token of the describing verb
}

// described finds the contact of which the word of tone t, the first of its
// coordination, speaks.
func (c *comparer) described(d, t int) (description, bool) {
	doc := c.docs[d]
	tok := &doc.Tokens[t]
	out := description{clause: t, teller: nlp.None, cue: nlp.None}
	uses := func(use string) bool {
		return slices.ContainsFunc(c.lex.tone[doc.Lower(t)], func(w toneWord) bool { return w.use == use })
	}
	predicate := uses(useEvent) || uses(useAny)
	of := func(s int, rule string, adverb bool) (description, bool) {
		n, pronoun := c.contactAt(d, s)
		if n == event.None || pronoun && !adverb && !uses(useEvent) {
			return out, false
		}
		out.event, out.rule = n, rule
		return out, true
	}
	// "the call was productive", "a triumph"
	if predicate && doc.Child(t, "cop") != nlp.None {
		if s := doc.Child(t, "nsubj"); s != nlp.None {
			return of(s, "claim/tone-predicate", false)
		}
	}
	h := tok.Head
	if h == nlp.None {
		return out, false
	}
	verb := &doc.Tokens[h]
	if nlp.HasRel(tok.Deprel, "amod") {
		// "a productive call", also where the noun is the predicate: "it was a productive call"
		// or in quotation marks: his "perfect" call
		if i := c.mentionAt(d, h); i != nlp.None && (uses(useEvent) || uses(useAny) && (doc.Child(h, "cop") != nlp.None || c.quoted(doc, t))) {
			if ev := &doc.Events[i]; ev.Status == readout.Occurred && !ev.Plural && !ev.Negated {
				out.clause = h
				if d, ok := of(h, "claim/tone-before-noun", false); ok {
					return d, true
				}
				if s := doc.Child(h, "nsubj"); s != nlp.None && doc.Child(h, "cop") != nlp.None {
					return of(s, "claim/tone-predicate", false)
				}
			}
		}
		return out, false
	}
	subject := func(v int) int {
		if s := doc.Child(v, "nsubj"); s != nlp.None {
			return s
		}
		if nlp.HasRel(doc.Tokens[v].Deprel, "conj") && doc.Tokens[v].Head != nlp.None {
			return doc.Child(doc.Tokens[v].Head, "nsubj")
		}
		return nlp.None
	}
	switch {
	case c.lex.frames.is(verb.Lemma, "going") && nlp.HasRel(tok.Deprel, "advmod", "xcomp", "obj", "advcl", "obl"):
		if s := subject(h); s != nlp.None && (uses(useAdverb) || uses(useEvent)) {
			out.clause = h
			return of(s, "claim/tone-adverb", true)
		}
	case predicate && c.lex.frames.is(verb.Lemma, "describing") && nlp.HasRel(tok.Deprel, "obl", "xcomp", "advcl", "ccomp", "obj", "nmod", "amod"):
		out.clause, out.cue = h, h
		s := doc.Child(h, "obj")
		if s == t {
			s = nlp.None
		}
		if s != nlp.None {
			out.teller = subject(h)
		} else if s = doc.Child(h, "nsubj:pass"); s != nlp.None {
			out.teller = doc.Child(h, "obl:agent")
		} else {
			// "called the call productive" read as one clause: its subject is the contact
			s = doc.Child(t, "nsubj")
			out.teller = subject(h)
		}
		if s == nlp.None {
			return out, false
		}
		if out.teller != nlp.None {
			out.holder = c.entityAt(d, out.teller)
		}
		return of(s, "claim/tone-described", false)
	}
	return out, false
}

// quoted reports whether token t stands alone in quotation marks, with its
// degree at most.
func (c *comparer) quoted(doc *nlp.Doc, t int) bool {
	mark := func(k int) bool {
		return k >= 0 && k < len(doc.Tokens) && strings.ContainsAny(doc.Word(k), "\"“”")
	}
	return mark(t+1) && (mark(t-1) || mark(t-2))
}

// praise is the span of a coordination of words of tone headed by h, with
// their degrees, and their polarity together: "" when the words cancel out.
func (c *comparer) praise(doc *nlp.Doc, h int, f description) (readout.Span, string) {
	adverb := f.rule == "claim/tone-adverb"
	seen := map[string]bool{}
	span := doc.Tokens[h].Span
	var walk func(t int)
	walk = func(t int) {
		polarity := ""
		for _, w := range c.lex.tone[doc.Lower(t)] {
			if (w.use == useAdverb) == adverb || polarity == "" {
				polarity = w.polarity
			}
		}
		not := c.negated(doc, t) || t == h && f.clause != nlp.None && f.clause != h && f.rule != "claim/tone-before-noun" && c.negated(doc, f.clause)
		switch {
		case not && polarity == positive:
			polarity = negative
		case not && polarity == negative:
			polarity = neutral // "not hostile" is no praise
		}
		seen[polarity] = true
		for _, k := range doc.Children(t) {
			rel := doc.Tokens[k].Deprel
			switch {
			case nlp.HasRel(rel, "advmod", "amod", "compound") && k < t && t-k <= 3, nlp.HasRel(rel, "advmod") && not:
				lo, _ := doc.Subtree(k) // "short-term" is three tokens
				span.Start = min(span.Start, doc.Tokens[lo].Start)
			case nlp.HasRel(rel, "conj") && len(c.lex.tone[doc.Lower(k)]) > 0:
				span.End = max(span.End, doc.Tokens[k].End)
				walk(k)
			}
		}
	}
	walk(h)
	if f.rule == "claim/tone-before-noun" || nlp.HasRel(doc.Tokens[h].Deprel, "amod") {
		// "a beautiful, warm conversation": adjectives side by side
		for _, k := range doc.Children(doc.Tokens[h].Head) {
			if k != h && nlp.HasRel(doc.Tokens[k].Deprel, "amod") && len(c.lex.tone[doc.Lower(k)]) > 0 {
				span = readout.Span{Start: min(span.Start, doc.Tokens[k].Start), End: max(span.End, doc.Tokens[k].End)}
				walk(k)
			}
		}
	}
	switch {
	case seen[positive] && seen[negative]:
		return span, mixed
	case seen[positive]:
		return span, positive
	case seen[negative]:
		return span, negative
	case seen[neutral]:
		return span, neutral
	}
	return span, ""
}

// heldBy makes whoever describes the contact the holder of claim x.
func (c *comparer) heldBy(x *readout.Claim, d int, f description) {
	doc := c.docs[d]
	lo, hi := doc.Subtree(f.teller)
	link := readout.ChainLink{Entity: f.holder, Text: strings.TrimSpace(doc.Text(doc.TokenSpan(lo, hi)))}
	if m := doc.MentionAt(f.teller); m != nlp.None {
		link.Text = doc.Text(doc.Mentions[m].Span)
	}
	if f.cue != nlp.None {
		link.Cue = &readout.Evidence{Report: doc.Report.ID, Span: doc.Tokens[f.cue].Span, By: x.Evidence.By}
	}
	x.Holder = f.holder
	x.Chain = append([]readout.ChainLink{link}, x.Chain...)
}

// comparePolarity compares two tones. Words of one polarity agree, however
// they differ: "very well" and "useful" are both praise. Praise and blame
// exclude each other; what is neither, or both, goes with all.
func comparePolarity(a, b *readout.Claim) (readout.Verdict, string) {
	x, y := a.Value.Text, b.Value.Text
	switch {
	case x == y:
		return readout.Agree, ""
	case x == positive && y == negative, x == negative && y == positive:
		if y == positive {
			a, b = b, a
		}
		return readout.Conflict, "“" + a.Text + "” praises, “" + b.Text + "” does not"
	}
	return readout.Compatible, "“" + a.Text + "” is " + x + ", “" + b.Text + "” " + y
}

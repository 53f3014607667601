package claim

import (
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/event"
	"github.com/readout-news/readout/internal/nlp"
)

// topic claims what the contacts of document d were about: what follows "on",
// "about", "regarding", what the parties met to discuss, what the contact
// focused on.
func (c *comparer) topic(d int) {
	doc := c.docs[d]
	for i := range doc.Events {
		ev := &doc.Events[i]
		n := c.events.OfMention[d][i]
		if ev.Type != consult || n == event.None || ev.Negated || ev.Plural || !readable(doc, ev.Sent) {
			continue
		}
		found := false
		about := func(t int, rule string) {
			found = true
			if span := c.phrase(doc, t); !span.Empty() && !span.Contains(ev.Trigger) {
				if w := c.matter(doc, span); len(w) > 0 {
					c.once(d, n, Topic, span, readout.ClaimValue{Text: strings.Join(w, " ")}, "", rule)
				}
			}
		}
		verbs := []int{ev.Token}
		if h := doc.Tokens[ev.Token].Head; ev.Nominal && h != nlp.None && doc.Tokens[h].UPOS == "VERB" && nlp.HasRel(doc.Tokens[ev.Token].Deprel, "obj", "nsubj", "obl") {
			verbs = append(verbs, h)
		}
		for at, v := range verbs {
			carrier := at == 1
			for _, k := range doc.Children(v) {
				rel := doc.Tokens[k].Deprel
				switch {
				case nlp.HasRel(rel, "nmod", "obl") && (!carrier || nlp.HasRel(doc.Tokens[ev.Token].Deprel, "obj") && k > ev.Token):
					// "on Monday" and "on the sidelines" are no topics; a person after "on" seldom is
					if p, _ := doc.Subtree(k); p < k && c.lex.topics.is(doc.Lower(p), "about") && !c.inTimex(doc, k) && !c.circumstance(doc, p, k) {
						about(k, "claim/topic-about")
					}
				case nlp.HasRel(rel, "acl") && v == ev.Token && c.lex.topics.is(doc.Tokens[k].Lemma, "focusing"):
					// "talks focused on fish", a clause or not
					if o := doc.Child(k, "obl"); o != nlp.None && !c.inTimex(doc, o) {
						about(o, "claim/topic-focus")
					}
				case nlp.HasRel(rel, "advcl", "acl", "xcomp") && c.lex.topics.is(doc.Tokens[k].Lemma, "discussing"):
					if o := doc.Child(k, "obj"); o != nlp.None {
						about(o, "claim/topic-to-discuss")
					}
				}
			}
			if carrier && nlp.HasRel(doc.Tokens[ev.Token].Deprel, "nsubj") && c.lex.topics.is(doc.Tokens[v].Lemma, "focusing") {
				for _, k := range doc.Children(v) {
					if nlp.HasRel(doc.Tokens[k].Deprel, "obl", "obj") && !c.inTimex(doc, k) {
						about(k, "claim/topic-focus")
						break
					}
				}
			}
			// "the two discussed fish during the call"
			if carrier && nlp.HasRel(doc.Tokens[ev.Token].Deprel, "obl") && c.lex.topics.is(doc.Tokens[v].Lemma, "discussing") {
				if o := doc.Child(v, "obj"); o != nlp.None {
					about(o, "claim/topic-discussed")
				}
			}
		}
		// "a call during which the leaders discussed fish"
		for _, r := range doc.Children(ev.Token) {
			if doc.Tokens[r].Deprel == "acl:relcl" && c.lex.topics.is(doc.Tokens[r].Lemma, "discussing") {
				if o := doc.Child(r, "obj"); o != nlp.None && doc.Lower(o) != "which" && doc.Lower(o) != "that" {
					about(o, "claim/topic-discussed")
				}
			}
		}
		if !found {
			c.topicOfMention(d, i, n)
		}
	}
}

// topicOfMention claims the topics that the mention itself holds, as one.
func (c *comparer) topicOfMention(d, i, n int) {
	doc := c.docs[d]
	var span readout.Span
	for _, a := range doc.Events[i].Args {
		if a.Role != "topic" || a.Span.Empty() || c.lex.topics.is(strings.ToLower(doc.Tokens[headOf(doc, a.Span)].Lemma), "circumstance") {
			continue
		}
		if span.Empty() {
			span = a.Span
		}
		span = readout.Span{Start: min(span.Start, a.Span.Start), End: max(span.End, a.Span.End)}
	}
	first, last := doc.TokensIn(span)
	if span.Empty() || last-first > maxTopic || span.Contains(doc.Events[i].Trigger) {
		return
	}
	if w := c.matter(doc, span); len(w) > 0 {
		c.once(d, n, Topic, span, readout.ClaimValue{Text: strings.Join(w, " ")}, "", "claim/topic-of-mention")
	}
}

// headOf is the word in span that hangs on a word outside of it.
func headOf(doc *nlp.Doc, span readout.Span) int {
	first, last := doc.TokensIn(span)
	for k := first; k < last; k++ {
		if h := doc.Tokens[k].Head; h < first || h >= last {
			if !nlp.HasRel(doc.Tokens[k].Deprel, "case", "mark", "punct") {
				return k
			}
		}
	}
	return first
}

// circumstance reports whether "on" or "over" at p opens where or how a contact
// took place, not what it was about: "on the sidelines", "over dinner", "on the
// phone".
func (c *comparer) circumstance(doc *nlp.Doc, p, k int) bool {
	switch doc.Lower(p) {
	case "on", "over":
	default:
		return false
	}
	if c.lex.topics.is(strings.ToLower(doc.Tokens[k].Lemma), "circumstance") {
		return true
	}
	m := doc.MentionAt(k)
	return m != nlp.None && doc.Lower(p) == "on" && doc.Mentions[m].Form == readout.FormName && (doc.Mentions[m].Type == nlp.PlaceName || doc.Mentions[m].Type == nlp.OutletName)
}

// maxTopic is how many words of a topic are kept: what follows is the clause
// running on.
const maxTopic = 24

// phrase is the phrase headed by token t without its preposition; empty when it
// is a pronoun or longer than a topic can be.
func (c *comparer) phrase(doc *nlp.Doc, t int) readout.Span {
	if doc.Tokens[t].UPOS == "PRON" {
		return readout.Span{}
	}
	lo, hi := doc.Subtree(t)
	if lo < t && nlp.HasRel(doc.Tokens[lo].Deprel, "case", "mark") {
		lo++
	}
	// "efforts | to end the war", "the status of talks | on ending the war":
	// what follows at once belongs to the phrase, though the tree hangs it on
	// the verb.
	for n := 0; n < 2 && hi < len(doc.Tokens) && doc.Tokens[hi].Sent == doc.Tokens[t].Sent; n++ {
		k := hi
		for h := doc.Tokens[k].Head; h != nlp.None && h != doc.Tokens[t].Head && h > hi; h = doc.Tokens[k].Head {
			k = h
		}
		if doc.Tokens[k].Head != doc.Tokens[t].Head || !nlp.HasRel(doc.Tokens[k].Deprel, "advcl", "obl", "acl", "nmod") || doc.Tokens[hi].UPOS == "PUNCT" || c.inTimex(doc, k) {
			break
		}
		switch doc.Lower(hi) {
		case "to", "on", "of", "for", "toward", "towards", "between", "over", "about":
		default:
			n = 2
			continue
		}
		if a, b := doc.Subtree(k); a == hi {
			hi = b
		}
	}
	for hi > lo && doc.Tokens[hi-1].UPOS == "PUNCT" {
		hi--
	}
	if hi-lo > maxTopic || lo >= hi {
		return readout.Span{}
	}
	return doc.TokenSpan(lo, hi)
}

// matter lists the lemmas of the words of content in span, each once, sorted,
// without those that say nothing of the matter.
func (c *comparer) matter(doc *nlp.Doc, span readout.Span) []string {
	first, last := doc.TokensIn(span)
	var out []string
	for k := first; k < last; k++ {
		t := &doc.Tokens[k]
		switch t.UPOS {
		case "NOUN", "PROPN", "VERB", "ADJ":
			if l := strings.ToLower(t.Lemma); len(l) > 2 && !c.lex.topics.is(l, "empty") && l != "two" && l != "have" && l != "bring" && l != "take" && l != "make" {
				out = append(out, l)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// compareTopic compares two topics by their words of content. A contact can
// have many topics, so they never conflict; they agree when half of the words
// of the shorter are in the other.
func compareTopic(a, b *readout.Claim) (readout.Verdict, string) {
	x, y := strings.Fields(a.Value.Text), strings.Fields(b.Value.Text)
	var both []string
	for _, w := range x {
		if slices.Contains(y, w) {
			both = append(both, w)
		}
	}
	switch {
	case len(both) == 0:
		return readout.Compatible, "“" + a.Text + "” and “" + b.Text + "” name other topics"
	case 2*len(both) >= min(len(x), len(y)):
		return readout.Agree, ""
	}
	return readout.Compatible, "“" + a.Text + "” and “" + b.Text + "” share " + strings.Join(both, ", ")
}

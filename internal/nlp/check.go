package nlp

import (
	"fmt"
	"unicode/utf8"

	"github.com/readout-news/readout"
)

// Check reports the first thing in the layers that cannot be: a span outside of
// the text or within a rune, an index beyond its list, words that overlap, a
// ring where there must be a tree. Layers that passed can be linked and shown;
// whether they are right it does not say. It is for layers that come from
// outside.
func (d *Doc) Check() error {
	c := checker{text: d.Report.Text, doc: d}
	c.words()
	c.people()
	c.deeds()
	return c.err
}

// checker keeps the first fault.
type checker struct {
	text string
	doc  *Doc
	err  error
}

func (c *checker) fail(what string, i int, format string, args ...any) {
	if c.err == nil {
		c.err = fmt.Errorf("%s %d: "+format, append([]any{what, i}, args...)...)
	}
}

// spans checks that each lies in the text, on rune edges; the zero Span is none.
func (c *checker) spans(what string, i int, spans ...readout.Span) {
	for _, s := range spans {
		edge := func(at int) bool { return at == len(c.text) || utf8.RuneStart(c.text[at]) }
		if s.Start < 0 || s.End < s.Start || s.End > len(c.text) || !edge(s.Start) || !edge(s.End) {
			c.fail(what, i, "the span [%d, %d] does not lie in the text of %d bytes", s.Start, s.End, len(c.text))
		}
	}
}

// in checks that each index is None or lies in a list of n.
func (c *checker) in(what string, i, n int, list string, indexes ...int) {
	for _, x := range indexes {
		if x < None || x >= n {
			c.fail(what, i, "there is no %s %d; there are %d", list, x, n)
		}
	}
}

// all is in without None.
func (c *checker) all(what string, i, n int, list string, indexes []int) {
	for _, x := range indexes {
		if x < 0 || x >= n {
			c.fail(what, i, "there is no %s %d; there are %d", list, x, n)
		}
	}
}

// tokens checks a half-open range of tokens.
func (c *checker) tokens(what string, i, first, last int) {
	if first < 0 || last < first || last > len(c.doc.Tokens) {
		c.fail(what, i, "there are no tokens [%d, %d); there are %d", first, last, len(c.doc.Tokens))
	}
}

// trees checks that following up from each of n comes to an end.
func (c *checker) trees(what string, n int, up func(int) int) {
	const white, grey, black = 0, 1, 2
	state := make([]byte, n)
	var path []int
	for i := range n {
		path = path[:0]
		j := i
		for j >= 0 && j < n && state[j] == white {
			state[j] = grey
			path = append(path, j)
			j = up(j)
		}
		if j >= 0 && j < n && state[j] == grey {
			c.fail(what, i, "it leads back to itself")
			return
		}
		for _, k := range path {
			state[k] = black
		}
	}
}

func (c *checker) words() {
	d := c.doc
	end := 0
	for i := range d.Tokens {
		t := &d.Tokens[i]
		c.spans("token", i, t.Span)
		if t.Start < end || t.Empty() {
			c.fail("token", i, "it is empty or overlaps the one before")
		}
		end = t.End
		c.all("token", i, len(d.Sentences), "sentence", []int{t.Sent})
		c.in("token", i, len(d.Tokens), "token", t.Head)
	}
	at := 0
	for i := range d.Sentences {
		s := &d.Sentences[i]
		c.spans("sentence", i, s.Span)
		c.tokens("sentence", i, s.First, s.Last)
		if s.First != at || s.Para < 0 {
			c.fail("sentence", i, "its tokens do not follow those of the one before, or its paragraph is none")
		}
		if c.err != nil {
			return
		}
		for t := s.First; t < s.Last; t++ {
			h := d.Tokens[t].Head
			if d.Tokens[t].Sent != i || h != None && (h < s.First || h >= s.Last) {
				c.fail("token", t, "it or its head is of another sentence")
			}
		}
		at = s.Last
	}
	if at != len(d.Tokens) && c.err == nil {
		c.fail("token", at, "it is in no sentence")
	}
	c.trees("token", len(d.Tokens), func(i int) int { return d.Tokens[i].Head })
	for i := range d.Timexes {
		x := &d.Timexes[i]
		c.spans("timex", i, x.Span)
		c.in("timex", i, len(d.Timexes), "timex", x.Anchor)
		c.tokens("timex", i, x.First, x.Last)
	}
	c.trees("timex", len(d.Timexes), func(i int) int { return d.Timexes[i].Anchor })
}

func (c *checker) people() {
	d := c.doc
	for i := range d.Mentions {
		m := &d.Mentions[i]
		c.spans("mention", i, m.Span, m.Title)
		c.tokens("mention", i, m.First, m.Last)
		c.in("mention", i, len(d.Tokens), "token", m.Head)
		c.in("mention", i, len(d.Chains), "chain", m.Chain)
	}
	for i := range d.Chains {
		x := &d.Chains[i]
		c.all("chain", i, len(d.Mentions), "mention", x.Mentions)
		c.all("chain", i, len(d.Chains), "chain", x.Members)
	}
	for i := range d.Attributions {
		a := &d.Attributions[i]
		c.spans("attribution", i, a.Content...)
		c.spans("attribution", i, a.Cue, a.Source, a.AddressSpan, a.Medium)
		c.in("attribution", i, len(d.Tokens), "token", a.CueToken, a.SourceHead)
		c.in("attribution", i, len(d.Sentences), "sentence", a.Sent)
		c.in("attribution", i, len(d.Attributions), "attribution", a.Parent, a.Relay)
		c.in("attribution", i, len(d.Chains), "chain", a.Speaker, a.Addressee)
	}
	c.trees("attribution", len(d.Attributions), func(i int) int { return d.Attributions[i].Parent })
	c.trees("attribution", len(d.Attributions), func(i int) int { return d.Attributions[i].Relay })
}

func (c *checker) deeds() {
	d := c.doc
	for i := range d.Events {
		e := &d.Events[i]
		c.spans("event", i, e.Span, e.Trigger)
		c.all("event", i, len(d.Tokens), "token", []int{e.Token})
		c.all("event", i, len(d.Sentences), "sentence", []int{e.Sent})
		c.in("event", i, len(d.Timexes), "timex", e.Time, e.Duration)
		c.in("event", i, len(d.Mentions), "mention", e.Place)
		c.in("event", i, len(d.Attributions), "attribution", e.Attribution)
		for _, a := range e.Args {
			c.spans("event", i, a.Span)
			c.in("event", i, len(d.Mentions), "mention", a.Mention)
		}
		for _, l := range [][]int{e.Before, e.After, e.Tells} {
			c.all("event", i, len(d.Events), "event", l)
		}
	}
	for i := range d.Positions {
		p := &d.Positions[i]
		c.spans("position", i, p.Span, p.Trigger, p.Terms, p.If)
		c.in("position", i, len(d.Chains), "chain", p.Party, p.Addressee)
		c.all("position", i, len(d.Tokens), "token", p.Issue)
		c.in("position", i, len(d.Timexes), "timex", p.Until, p.Time)
		c.in("position", i, len(d.Attributions), "attribution", p.Attribution)
		c.in("position", i, len(d.Events), "event", p.Event)
	}
	for i := range d.Responses {
		r := &d.Responses[i]
		c.spans("response", i, r.Span, r.Cue, r.Who, r.About)
		c.in("response", i, len(d.Chains), "chain", r.Party, r.To)
		c.in("response", i, len(d.Events), "event", r.AboutEvent)
		c.in("response", i, len(d.Attributions), "attribution", r.AboutSaid, r.Attribution)
		c.in("response", i, len(d.Timexes), "timex", r.Time)
	}
}

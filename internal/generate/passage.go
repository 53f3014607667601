package generate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// passage is a sentence or a few as the annotators read them, ready to be
// filled with other names and days. All spans of its layers count tokens
// instead of bytes: {Start: first, End: last} for [first, last).
type passage struct {
	name   string
	words  []word
	tail   string          // after the last word
	dated  *nlp.Doc        // as read in a report with a day
	open   *nlp.Doc        // as read in one without
	chains [2]chainsOfSlot // of dated and of open
	marked int             // token that names the event of the story, None
}

// chainsOfSlot says which chains are named by a slot: the slot of the full name.
type chainsOfSlot map[int]string

// word is a token: what stands before it and what it is.
type word struct {
	gap, text string
	slot      string // "" none
	nth       int    // of the words of the slot
}

// readPassages reads all passages with the annotators.
func readPassages(annotators nlp.Pipeline) (map[string][]*passage, error) {
	out := map[string][]*passage{}
	for name, list := range passages {
		for i, text := range list {
			p, err := readPassage(fmt.Sprintf("%s/%d", name, i), text, annotators)
			if err != nil {
				return nil, err
			}
			out[name] = append(out[name], p)
		}
	}
	return out, nil
}

// filled is a text with its slots filled from stand.
type filled struct {
	text  strings.Builder
	slots []slotAt
	mark  int // byte offset of the marked word, -1
}

type slotAt struct {
	readout.Span
	slot string
}

func (f *filled) write(text string) error {
	for text != "" {
		i := strings.IndexAny(text, "{*")
		if i < 0 {
			f.text.WriteString(text)
			break
		}
		f.text.WriteString(text[:i])
		if text[i] == '*' {
			word, rest, ok := strings.Cut(text[i+1:], "*")
			if !ok {
				return fmt.Errorf("a mark is not closed in %q", text)
			}
			f.mark = f.text.Len()
			f.text.WriteString(word)
			text = rest
			continue
		}
		slot, rest, ok := strings.Cut(text[i+1:], "}")
		if !ok || stand[slot] == "" {
			return fmt.Errorf("no slot %q", slot)
		}
		from := f.text.Len()
		f.text.WriteString(stand[slot])
		f.slots = append(f.slots, slotAt{readout.Span{Start: from, End: f.text.Len()}, slot})
		text = rest
	}
	return nil
}

func readPassage(name, text string, annotators nlp.Pipeline) (*passage, error) {
	f := &filled{mark: -1}
	if err := f.write(introduction); err != nil {
		return nil, fmt.Errorf("generate: introduction: %w", err)
	}
	from := f.text.Len()
	f.mark = -1
	if err := f.write(text); err != nil {
		return nil, fmt.Errorf("generate: passage %s: %w", name, err)
	}
	p := &passage{name: name, marked: nlp.None}
	for k, day := range []string{standPublished, ""} {
		doc := &nlp.Doc{Report: &readout.Report{ID: "r0000000000000000", Language: "en", Text: f.text.String(), Published: publishedOn(day)}}
		annotators.Run(doc)
		c := &cutter{from: from, src: doc, out: &nlp.Doc{}, slots: f.slots}
		if err := c.cut(); err != nil {
			return nil, fmt.Errorf("generate: passage %s: %w", name, err)
		}
		p.chains[k] = c.slotOf
		if k == 0 {
			p.dated = c.out
			if err := p.spell(c, f); err != nil {
				return nil, fmt.Errorf("generate: passage %s: %w", name, err)
			}
		} else if p.open = c.out; len(p.open.Tokens) != len(p.dated.Tokens) {
			return nil, fmt.Errorf("generate: passage %s has %d tokens with a day and %d without", name, len(p.dated.Tokens), len(p.open.Tokens))
		}
	}
	return p, nil
}

// publishedOn is what extract makes of a day in a sidecar.
func publishedOn(day string) readout.Published {
	if day == "" {
		return readout.Published{Basis: readout.BasisNone}
	}
	return readout.Published{Value: day, Precision: "day", Basis: readout.BasisSidecar}
}

// spell notes the words of the passage and which of them fill slots.
func (p *passage) spell(c *cutter, f *filled) error {
	text := c.src.Report.Text
	at := c.from
	for i := c.first; i < len(c.src.Tokens); i++ {
		t := c.src.Tokens[i]
		w := word{gap: text[at:t.Start], text: text[t.Start:t.End]}
		at = t.End
		for _, s := range f.slots {
			if s.Start <= t.Start && t.End <= s.End {
				w.slot, w.nth = s.slot, strings.Count(text[s.Start:t.Start], " ")
				if got := strings.Fields(stand[s.slot]); got[w.nth] != w.text {
					return fmt.Errorf("slot %s is read as %q", s.slot, w.text)
				}
			}
		}
		if t.Start == f.mark {
			p.marked = i - c.first
		}
		p.words = append(p.words, w)
	}
	p.tail = text[at:]
	if f.mark >= 0 && !slices.ContainsFunc(p.dated.Events, func(e nlp.EventMention) bool { return e.Token == p.marked }) {
		return fmt.Errorf("the annotators see no event in %q", text[f.mark:])
	}
	return nil
}

// cutter takes the layers of a passage out of those of a document.
type cutter struct {
	src, out *nlp.Doc
	from     int // byte offset of the passage
	slots    []slotAt

	first, sent        int // token and sentence at from
	starts, ends       map[int]int
	mention, timex     map[int]int
	attribution, event map[int]int
	chain              map[int]int
	slotOf             chainsOfSlot
	err                error
}

// index is where i went, None when it is not part of the passage.
func index(of map[int]int, i int) int {
	if j, ok := of[i]; ok {
		return j
	}
	return nlp.None
}

// span counts s in tokens of the passage.
func (c *cutter) span(s readout.Span) readout.Span {
	if s.Len() == 0 {
		return readout.Span{}
	}
	a, ok := c.starts[s.Start]
	b, ok2 := c.ends[s.End]
	if (!ok || !ok2) && c.err == nil {
		c.err = fmt.Errorf("%q does not begin and end with a word", s.In(c.src.Report.Text))
	}
	return readout.Span{Start: a, End: b}
}

func (c *cutter) token(i int) int {
	if i < c.first {
		return nlp.None
	}
	return i - c.first
}

func (c *cutter) cut() error {
	c.starts, c.ends = map[int]int{}, map[int]int{}
	c.mention, c.timex, c.attribution, c.event, c.chain = map[int]int{}, map[int]int{}, map[int]int{}, map[int]int{}, map[int]int{}
	c.slotOf = chainsOfSlot{}
	src := c.src
	c.first, c.sent = len(src.Tokens), len(src.Sentences)
	for i := range src.Tokens {
		if src.Tokens[i].Start >= c.from {
			if c.first == len(src.Tokens) {
				c.first, c.sent = i, src.Tokens[i].Sent
			}
			c.starts[src.Tokens[i].Start], c.ends[src.Tokens[i].End] = i-c.first, i-c.first+1
		}
	}
	for i := range src.Mentions {
		if src.Mentions[i].Start >= c.from {
			c.mention[i] = len(c.mention)
		}
	}
	for i := range src.Timexes {
		if src.Timexes[i].Start >= c.from {
			c.timex[i] = len(c.timex)
		}
	}
	for i := range src.Attributions {
		if src.Attributions[i].Sent >= c.sent {
			c.attribution[i] = len(c.attribution)
		}
	}
	for i := range src.Events {
		if src.Events[i].Start >= c.from {
			c.event[i] = len(c.event)
		}
	}
	c.names()
	c.tokens()
	c.times()
	c.said()
	c.happened()
	c.stood()
	return c.err
}

// names takes the mentions and the chains. A chain is taken when the passage
// names it or the introduction does.
func (c *cutter) names() {
	src, out := c.src, c.out
	for i := range src.Chains {
		x := src.Chains[i]
		var in []int
		slot := ""
		for _, m := range x.Mentions {
			if k := index(c.mention, m); k != nlp.None {
				in = append(in, k)
			}
			if src.Mentions[m].Form == readout.FormName {
				for _, s := range c.slots {
					if s.Span == src.Mentions[m].Span && slot == "" {
						slot = bearer(s.slot)
					}
				}
			}
		}
		if len(in) == 0 && slot == "" && len(x.Members) == 0 {
			continue
		}
		c.chain[i] = len(out.Chains)
		if slot != "" {
			c.slotOf[len(out.Chains)] = slot
		}
		x.Mentions = in
		out.Chains = append(out.Chains, x)
	}
	for i := range out.Chains {
		var members []int
		for _, m := range out.Chains[i].Members {
			if k := index(c.chain, m); k != nlp.None {
				members = append(members, k)
			}
		}
		out.Chains[i].Members = members
	}
	for i := range src.Mentions {
		if index(c.mention, i) == nlp.None {
			continue
		}
		m := src.Mentions[i]
		m.Span, m.Title = c.span(m.Span), c.span(m.Title)
		m.First, m.Last, m.Head, m.Chain = c.token(m.First), c.token(m.Last), c.token(m.Head), index(c.chain, m.Chain)
		out.Mentions = append(out.Mentions, m)
	}
}

// bearer is the slot of the full name of who is named by a slot, "" when a slot
// names nobody.
func bearer(slot string) string {
	switch slot {
	case "P1", "L1":
		return "P1"
	case "P2", "L2":
		return "P2"
	case "S1", "S2", "T", "U":
		return slot
	}
	return ""
}

func (c *cutter) tokens() {
	for _, t := range c.src.Tokens[c.first:] {
		t.Span = c.span(t.Span)
		t.Sent -= c.sent
		t.Head = c.token(t.Head)
		c.out.Tokens = append(c.out.Tokens, t)
	}
	for _, s := range c.src.Sentences[c.sent:] {
		s.Span = c.span(s.Span)
		s.First, s.Last, s.Para = s.First-c.first, s.Last-c.first, s.Para-introduced
		c.out.Sentences = append(c.out.Sentences, s)
	}
}

func (c *cutter) times() {
	for i := range c.src.Timexes {
		if index(c.timex, i) == nlp.None {
			continue
		}
		t := c.src.Timexes[i]
		t.Span = c.span(t.Span)
		t.First, t.Last, t.Anchor = c.token(t.First), c.token(t.Last), index(c.timex, t.Anchor)
		c.out.Timexes = append(c.out.Timexes, t)
	}
}

func (c *cutter) said() {
	for i := range c.src.Attributions {
		if index(c.attribution, i) == nlp.None {
			continue
		}
		a := c.src.Attributions[i]
		a.Content = slices.Clone(a.Content)
		for k := range a.Content {
			a.Content[k] = c.span(a.Content[k])
		}
		a.Cue, a.Source, a.AddressSpan, a.Medium = c.span(a.Cue), c.span(a.Source), c.span(a.AddressSpan), c.span(a.Medium)
		a.CueToken, a.SourceHead, a.Sent = c.token(a.CueToken), c.token(a.SourceHead), a.Sent-c.sent
		a.Parent, a.Relay = index(c.attribution, a.Parent), index(c.attribution, a.Relay)
		a.Speaker, a.Addressee = index(c.chain, a.Speaker), index(c.chain, a.Addressee)
		c.out.Attributions = append(c.out.Attributions, a)
	}
}

func (c *cutter) happened() {
	for i := range c.src.Events {
		if index(c.event, i) == nlp.None {
			continue
		}
		e := c.src.Events[i]
		e.Span, e.Trigger = c.span(e.Span), c.span(e.Trigger)
		e.Token, e.Sent = c.token(e.Token), e.Sent-c.sent
		e.Time, e.Place, e.Duration = index(c.timex, e.Time), index(c.mention, e.Place), index(c.timex, e.Duration)
		e.Attribution = index(c.attribution, e.Attribution)
		e.Args = slices.Clone(e.Args)
		for k := range e.Args {
			e.Args[k].Span, e.Args[k].Mention = c.span(e.Args[k].Span), index(c.mention, e.Args[k].Mention)
		}
		within := func(of []int) (out []int) {
			for _, j := range of {
				if k := index(c.event, j); k != nlp.None {
					out = append(out, k)
				}
			}
			return out
		}
		e.Before, e.After, e.Tells = within(e.Before), within(e.After), within(e.Tells)
		c.out.Events = append(c.out.Events, e)
	}
}

func (c *cutter) stood() {
	for _, p := range c.src.Positions {
		if p.Start < c.from {
			continue
		}
		p.Span, p.Trigger, p.Terms, p.If = c.span(p.Span), c.span(p.Trigger), c.span(p.Terms), c.span(p.If)
		p.Party, p.Addressee = index(c.chain, p.Party), index(c.chain, p.Addressee)
		p.Until, p.Time = index(c.timex, p.Until), index(c.timex, p.Time)
		p.Attribution, p.Event = index(c.attribution, p.Attribution), index(c.event, p.Event)
		p.Issue = slices.Clone(p.Issue)
		for k := range p.Issue {
			p.Issue[k] = c.token(p.Issue[k])
		}
		c.out.Positions = append(c.out.Positions, p)
	}
	for _, r := range c.src.Responses {
		if r.Start < c.from {
			continue
		}
		r.Span, r.Cue, r.Who, r.About = c.span(r.Span), c.span(r.Cue), c.span(r.Who), c.span(r.About)
		r.Party, r.To = index(c.chain, r.Party), index(c.chain, r.To)
		r.AboutEvent, r.AboutSaid = index(c.event, r.AboutEvent), index(c.attribution, r.AboutSaid)
		r.Time, r.Attribution = index(c.timex, r.Time), index(c.attribution, r.Attribution)
		c.out.Responses = append(c.out.Responses, r)
	}
}

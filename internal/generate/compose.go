package generate

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// use is a passage with what fills it.
type use struct {
	*passage
	*slots
	tale  string // the event that the marked word names, "" none
	fresh bool   // it begins a paragraph

	titles *strings.Replacer // of retitle
}

// plot is what a report says, before it is written down.
type plot []use

// plot makes up what the nth report on a tale of day n says. Later reports tell
// the tale in other words and with other sentences about it.
func (s *Stream) plot(n int, t *tale, nth int) plot {
	rng := s.rng(rngReport, uint64(n)<<20|uint64(t.id), uint64(nth))
	f := s.slotsOf(t)
	id := taleID(n, t)
	if nth > 0 && rng.IntN(7) == 0 { // an account that differs
		f.text["N"] = strconv.Itoa(t.minutes + 1 + rng.IntN(20))
	}
	kind := kinds[t.kind]
	var out plot
	add := func(fresh bool, tale, name string, f *slots) {
		list := s.passages[name]
		f = f.with(s, rng, t.topic)
		out = append(out, use{passage: list[rng.IntN(len(list))], slots: f, tale: tale, fresh: fresh})
	}
	add(true, id, "lead/"+kind, f)
	if t.kind > 1 {
		add(false, "", "pair", f) // states without their officials
	} else if rng.IntN(2) == 0 {
		add(false, "", "fill", f)
	}
	// Those who speak are named in full before they are quoted.
	spoken := [2]bool{}
	voice := func() {
		k := rng.IntN(2)
		if !spoken[k] {
			spoken[k] = true
			add(true, "", "voice/"+strconv.Itoa(k+1), f)
		} else {
			add(true, "", "say/"+strconv.Itoa(k+1), f)
		}
	}
	voice()
	for range 2 + rng.IntN(9) {
		switch p := rng.IntN(10); {
		case p < 5:
			voice()
			if rng.IntN(2) == 0 {
				add(false, "", "fill", f)
			}
		case p < 9:
			add(rng.IntN(2) == 0, "", "fill", f)
		default:
			if old, m := s.earlier(n, t, rng); old != nil {
				add(true, taleID(m, old), "back/"+kinds[old.kind], s.slotsOf(old))
			}
		}
	}
	if rng.IntN(2) == 0 && spoken[0] {
		// After the lead, where "the call" can only be the call of the lead.
		list := s.passages["more/"+kind]
		x := use{passage: list[rng.IntN(len(list))], slots: f.with(s, rng, t.topic), fresh: true}
		if x.marked != nlp.None {
			x.tale = id
		}
		at := slices.IndexFunc(out[1:], func(u use) bool { return strings.HasPrefix(u.name, "voice/1") }) + 2
		if !slices.ContainsFunc(out[:at], func(u use) bool { return strings.HasPrefix(u.name, "back/") }) {
			out = slices.Insert(out, at, x)
		}
	}
	return out
}

// with draws the things that a sentence speaks of, and a paper.
func (f *slots) with(s *Stream, rng *rand.Rand, topic int) *slots {
	g := &slots{text: maps.Clone(f.text), who: maps.Clone(f.who), day: f.day}
	of := s.topics[topic].things
	k := rng.IntN(len(of))
	g.text["W1"], g.text["W2"], g.text["W3"] = of[k], of[(k+1)%len(of)], of[(k+2)%len(of)]
	paper := rng.IntN(s.Outlets)
	g.text["U"], g.who["U"] = s.outlet(paper), whoOutlet+who(paper)
	return g
}

// ages are how many days background goes back.
var ages = []int{1, 3, 7, 30}

// earlier is an event of some days ago, of one of the parties when it can be.
func (s *Stream) earlier(n int, t *tale, rng *rand.Rand) (*tale, int) {
	m := n - ages[rng.IntN(len(ages))]
	if m < 0 {
		return nil, 0
	}
	b := s.block(m, false)
	if of := b.byState[t.a]; len(of) > 0 {
		return &b.tales[of[rng.IntN(len(of))]], m
	}
	return &b.tales[rng.IntN(len(b.tales))], m
}

// original is the report that the nth on a tale copies, nth itself when it
// copies none.
func (s *Stream) original(n int, t *tale, nth int) int {
	for nth > 0 {
		rng := s.rng(rngEdit, uint64(n)<<20|uint64(t.id), uint64(nth))
		if rng.IntN(4) > 0 {
			break
		}
		nth = rng.IntN(nth)
	}
	return nth
}

// edited is what a copy makes of a plot: it leaves out a sentence or changes a
// figure.
func (s *Stream) edited(p plot, n int, t *tale, nth int) plot {
	rng := s.rng(rngEdit, uint64(n)<<20|uint64(t.id), uint64(nth)|1<<40)
	for i := range 1 + rng.IntN(2) {
		k := len(p) - 1 - rng.IntN(2)
		if k < 3 {
			break
		}
		if i == 0 {
			p = slices.Delete(p, k, k+1)
		} else {
			p[len(p)-1].slots = p[len(p)-1].with(s, rng, t.topic)
		}
	}
	return p
}

func taleID(n int, t *tale) string { return fmt.Sprintf("d%d.%d", n, t.id) }

// written is a report put together: its text, and the layers when asked for.
type written struct {
	text  strings.Builder
	doc   *nlp.Doc
	open  bool // the report carries no day
	told  []Told
	chain map[who]int
	para  int
}

// write puts a plot down.
func (p plot) write(open, layers bool) *written {
	w := &written{open: open, chain: map[who]int{}, para: -1}
	if layers {
		w.doc = &nlp.Doc{}
		n := 0
		for i := range p {
			n += len(p[i].words)
		}
		w.doc.Tokens = make([]nlp.Token, 0, n)
	}
	w.text.Grow(2048)
	for i := range p {
		if p[i].fresh || i == 0 {
			w.para++
		}
		w.passage(&p[i], i == 0)
	}
	return w
}

// spelled is the words of a passage as they were written down.
type spelled struct{ starts, ends []int }

// span turns words into bytes.
func (x *spelled) span(s readout.Span) readout.Span {
	if s.Start >= s.End {
		return readout.Span{}
	}
	return readout.Span{Start: x.starts[s.Start], End: x.ends[s.End-1]}
}

// shift moves an index, and leaves None.
func shift(i, by int) int {
	if i == nlp.None {
		return nlp.None
	}
	return i + by
}

func (w *written) passage(u *use, first bool) {
	switch {
	case first:
	case u.fresh:
		w.text.WriteString("\n\n")
	default:
		w.text.WriteByte(' ')
	}
	x := spelled{make([]int, len(u.words)), make([]int, len(u.words))}
	for i := range u.words {
		v := &u.words[i]
		w.text.WriteString(v.gap)
		x.starts[i] = w.text.Len()
		w.text.WriteString(u.spelling(v))
		x.ends[i] = w.text.Len()
	}
	w.text.WriteString(u.tail)
	if w.doc != nil {
		w.layers(u, &x)
	}
}

// spelling is what stands for a word.
func (u *use) spelling(v *word) string {
	if v.slot == "" {
		return v.text
	}
	s := u.slots.text[v.slot]
	for range v.nth {
		_, s, _ = strings.Cut(s, " ")
	}
	s, _, _ = strings.Cut(s, " ")
	return s
}

// layers adds those of a passage.
func (w *written) layers(u *use, x *spelled) {
	from, doc, reading := u.dated, w.doc, 0
	if w.open {
		from, reading = u.open, 1
	}
	tok, sent, men, tim := len(doc.Tokens), len(doc.Sentences), len(doc.Mentions), len(doc.Timexes)
	att, eve := len(doc.Attributions), len(doc.Events)
	for i := range from.Tokens {
		t := from.Tokens[i]
		t.Span, t.Sent, t.Head = readout.Span{Start: x.starts[i], End: x.ends[i]}, t.Sent+sent, shift(t.Head, tok)
		if v := &u.words[i]; v.slot != "" {
			t.Lemma = lemmaLike(t.Lemma, v.text, u.spelling(v))
		}
		doc.Tokens = append(doc.Tokens, t)
	}
	for _, s := range from.Sentences {
		s.Span, s.First, s.Last, s.Para = x.span(s.Span), s.First+tok, s.Last+tok, w.para
		doc.Sentences = append(doc.Sentences, s)
	}
	chains := w.chains(u, from, u.chains[reading], men)
	for _, m := range from.Mentions {
		m.Span, m.Title = x.span(m.Span), x.span(m.Title)
		m.First, m.Last, m.Head = m.First+tok, m.Last+tok, shift(m.Head, tok)
		m.Chain = shiftBy(chains, m.Chain)
		doc.Mentions = append(doc.Mentions, m)
	}
	for _, t := range from.Timexes {
		u.retime(&t, w.open)
		t.Span, t.First, t.Last, t.Anchor = x.span(t.Span), t.First+tok, t.Last+tok, shift(t.Anchor, tim)
		doc.Timexes = append(doc.Timexes, t)
	}
	for _, a := range from.Attributions {
		a.Content = slices.Clone(a.Content)
		for k := range a.Content {
			a.Content[k] = x.span(a.Content[k])
		}
		a.Cue, a.Source, a.AddressSpan, a.Medium = x.span(a.Cue), x.span(a.Source), x.span(a.AddressSpan), x.span(a.Medium)
		a.CueToken, a.SourceHead, a.Sent = shift(a.CueToken, tok), shift(a.SourceHead, tok), a.Sent+sent
		a.Parent, a.Relay = shift(a.Parent, att), shift(a.Relay, att)
		a.Speaker, a.Addressee = shiftBy(chains, a.Speaker), shiftBy(chains, a.Addressee)
		doc.Attributions = append(doc.Attributions, a)
	}
	for _, e := range from.Events {
		if u.tale != "" && e.Token == u.marked {
			w.told = append(w.told, Told{Event: len(doc.Events), Tale: u.tale})
		}
		e.Span, e.Trigger = x.span(e.Span), x.span(e.Trigger)
		e.Token, e.Sent = e.Token+tok, e.Sent+sent
		e.Time, e.Place, e.Duration, e.Attribution = shift(e.Time, tim), shift(e.Place, men), shift(e.Duration, tim), shift(e.Attribution, att)
		e.Args = slices.Clone(e.Args)
		for k := range e.Args {
			e.Args[k].Span, e.Args[k].Mention = x.span(e.Args[k].Span), shift(e.Args[k].Mention, men)
		}
		e.Before, e.After, e.Tells = shiftAll(e.Before, eve), shiftAll(e.After, eve), shiftAll(e.Tells, eve)
		doc.Events = append(doc.Events, e)
	}
	for _, p := range from.Positions {
		p.Span, p.Trigger, p.Terms, p.If = x.span(p.Span), x.span(p.Trigger), x.span(p.Terms), x.span(p.If)
		p.Party, p.Addressee = shiftBy(chains, p.Party), shiftBy(chains, p.Addressee)
		p.Until, p.Time = shift(p.Until, tim), shift(p.Time, tim)
		p.Attribution, p.Event, p.Issue = shift(p.Attribution, att), shift(p.Event, eve), shiftAll(p.Issue, tok)
		doc.Positions = append(doc.Positions, p)
	}
	for _, r := range from.Responses {
		r.Span, r.Cue, r.Who, r.About = x.span(r.Span), x.span(r.Cue), x.span(r.Who), x.span(r.About)
		r.Party, r.To = shiftBy(chains, r.Party), shiftBy(chains, r.To)
		r.AboutEvent, r.AboutSaid = shift(r.AboutEvent, eve), shift(r.AboutSaid, att)
		r.Time, r.Attribution = shift(r.Time, tim), shift(r.Attribution, att)
		doc.Responses = append(doc.Responses, r)
	}
}

// shiftBy is where a chain of a passage went.
func shiftBy(chains []int, c int) int {
	if c == nlp.None {
		return nlp.None
	}
	return chains[c]
}

func shiftAll(of []int, by int) []int {
	out := slices.Clone(of)
	for i := range out {
		out[i] += by
	}
	return out
}

// lemmaLike is the lemma of a word that stands where was stood.
func lemmaLike(lemma, was, is string) string {
	switch {
	case lemma == was:
		return is
	case lemma == strings.ToLower(was):
		return strings.ToLower(is)
	case lemma+"s" == was:
		return strings.TrimSuffix(is, "s")
	}
	return lemma
}

// chains joins the chains of a passage to those of the report so far, by who is
// named, and returns where each went: None for one that neither names.
func (w *written) chains(u *use, from *nlp.Doc, slotOf chainsOfSlot, men int) []int {
	doc := w.doc
	out := make([]int, len(from.Chains))
	for i := range from.Chains {
		c := &from.Chains[i]
		slot := slotOf[i]
		known, named := w.chain[u.slots.who[slot]], false
		if slot != "" {
			_, named = w.chain[u.slots.who[slot]]
		}
		if len(c.Mentions) == 0 && !named {
			out[i] = nlp.None
			continue
		}
		if !named {
			known = len(doc.Chains)
			x := *c
			x.Mentions, x.Members, x.Titles = nil, nil, nil
			if slot != "" {
				w.chain[u.slots.who[slot]] = known
				// A family name alone until the full name comes.
				x.Name = u.slots.text[slot]
				x.Key, x.Country = "", ""
			}
			doc.Chains = append(doc.Chains, x)
		}
		out[i] = known
		x := &doc.Chains[known]
		for _, m := range c.Mentions {
			x.Mentions = append(x.Mentions, m+men)
		}
		for _, t := range c.Titles {
			if t = u.retitle(t); !slices.Contains(x.Titles, t) {
				x.Titles = append(x.Titles, t)
				slices.Sort(x.Titles)
			}
		}
	}
	for i := range from.Chains {
		if out[i] != nlp.None {
			for _, m := range from.Chains[i].Members {
				if out[m] != nlp.None {
					doc.Chains[out[i]].Members = append(doc.Chains[out[i]].Members, out[m])
				}
			}
		}
	}
	return out
}

// retitle puts the office and the state of a report in the place of those of
// stand: "foreign minister of sollund".
func (u *use) retitle(t string) string {
	if u.titles == nil {
		var swap []string
		for _, slot := range []string{"O1", "O2", "S1", "S2"} {
			swap = append(swap, strings.ToLower(stand[slot]), strings.ToLower(u.slots.text[slot]))
		}
		u.titles = strings.NewReplacer(swap...)
	}
	return u.titles.Replace(t)
}

// retime gives a time expression the value of the day or number that fills it.
func (u *use) retime(t *nlp.Timex, open bool) {
	for i := t.First; i < t.Last; i++ {
		switch slot := u.words[i].slot; {
		case slot == "WD" && open:
			t.Value = fmt.Sprintf("XXXX-WXX-%d", (u.slots.day.Weekday()+6)%7+1)
		case slot == "DM" && open:
			t.Value = u.slots.day.Format("XXXX-01-02")
		case slot == "WD" || slot == "DM" || slot == "DY":
			t.Value = u.slots.day.Format("2006-01-02")
		case slot == "N" && t.Type == "DURATION":
			n, _ := strconv.ParseFloat(u.slots.text["N"], 64)
			t.Value = "PT" + u.slots.text["N"] + "M"
			if t.Minutes != nil {
				t.Minutes = &nlp.Range{Min: &n, Max: &n}
			}
		}
	}
}

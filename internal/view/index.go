package view

import (
	"slices"
	"strings"
	"sync"

	"github.com/readout-news/readout"
)

// lazy holds what is indexed when first asked for.
type lazy struct {
	factsOnce sync.Once
	facts     factIndex
	sidesOnce sync.Once
	sides     map[string]string          // Entity.ID → Entity.ID of the party it speaks for
	named     map[string]*readout.Entity // folded name → place or body

	formerOnce sync.Once
	former     map[string]*readout.Utterance // by the ids that its renderings give it, see saying

	mentionsOnce sync.Once
	mentions     map[string][]mentioned // Report.ID → mentions, by place
}

// factIndex lists facts by the event and by the report that they belong to, in
// the order of the record.
type factIndex struct {
	byEvent    map[string]*eventFacts
	byReport   map[string]*reportFacts
	utterances map[string]*readout.Utterance
	commitment map[string]*readout.Commitment // by ID
	byPosition map[string]*readout.Commitment // by Position.ID
	threads    map[string]*readout.Thread
}

// eventFacts is what the record says of one event.
type eventFacts struct {
	claims     []*readout.Claim
	responses  []*readout.Response
	statements []*readout.Statement
	positions  []*readout.Position
	threads    []*readout.Thread
	from       []backLink // links of other events to this one
}

// backLink is a link seen from its end.
type backLink struct {
	event *readout.Event
	link  *readout.EventLink
}

// reportFacts is what the record took from one report.
type reportFacts struct {
	events      []*readout.Event
	claims      []*readout.Claim
	responses   []*readout.Response
	statements  []*readout.Statement
	positions   []*readout.Position
	commitments []*readout.Commitment
	timexes     []*readout.Timex
	copies      []string // Report.IDs of reports that copy it
}

func (v *View) index() *factIndex {
	v.lazy.factsOnce.Do(func() { v.lazy.facts = newFactIndex(v.Record) })
	return &v.lazy.facts
}

func newFactIndex(rec *readout.Record) factIndex {
	x := factIndex{
		byEvent: map[string]*eventFacts{}, byReport: map[string]*reportFacts{}, utterances: map[string]*readout.Utterance{},
		commitment: map[string]*readout.Commitment{}, byPosition: map[string]*readout.Commitment{}, threads: map[string]*readout.Thread{},
	}
	ev := func(id string) *eventFacts {
		if x.byEvent[id] == nil {
			x.byEvent[id] = &eventFacts{}
		}
		return x.byEvent[id]
	}
	rep := func(id string) *reportFacts {
		if x.byReport[id] == nil {
			x.byReport[id] = &reportFacts{}
		}
		return x.byReport[id]
	}
	for _, e := range rec.Events {
		for i := range e.Links {
			f := ev(e.Links[i].Event)
			f.from = append(f.from, backLink{e, &e.Links[i]})
		}
		for _, m := range e.Mentions {
			f := rep(m.Report)
			if n := len(f.events); n == 0 || f.events[n-1] != e {
				f.events = append(f.events, e)
			}
		}
	}
	for _, c := range rec.Claims {
		ev(c.Event).claims = append(ev(c.Event).claims, c)
		rep(c.Evidence.Report).claims = append(rep(c.Evidence.Report).claims, c)
	}
	for _, r := range rec.Responses {
		if r.Event != "" {
			ev(r.Event).responses = append(ev(r.Event).responses, r)
		}
		rep(r.Evidence.Report).responses = append(rep(r.Evidence.Report).responses, r)
	}
	for _, s := range rec.Statements {
		if s.Event != "" {
			ev(s.Event).statements = append(ev(s.Event).statements, s)
		}
		rep(s.Report).statements = append(rep(s.Report).statements, s)
	}
	for _, p := range rec.Positions {
		if p.Event != "" {
			ev(p.Event).positions = append(ev(p.Event).positions, p)
		}
		rep(p.Evidence.Report).positions = append(rep(p.Evidence.Report).positions, p)
	}
	for _, t := range rec.Threads {
		x.threads[t.ID] = t
		for _, id := range t.Events {
			ev(id).threads = append(ev(id).threads, t)
		}
	}
	for _, u := range rec.Utterances {
		x.utterances[u.ID] = u
	}
	for _, c := range rec.Commitments {
		x.commitment[c.ID] = c
		if c.Position != "" {
			x.byPosition[c.Position] = c
		}
		rep(c.Evidence.Report).commitments = append(rep(c.Evidence.Report).commitments, c)
	}
	for _, t := range rec.Timexes {
		rep(t.Report).timexes = append(rep(t.Report).timexes, t)
	}
	for i, o := range rec.Origins {
		if o.Kind == "copy" && i < len(rec.Reports) {
			rep(o.Of).copies = append(rep(o.Of).copies, rec.Reports[i].ID)
		}
	}
	return x
}

// about is what the record says of an event; never nil.
func (v *View) about(event string) *eventFacts {
	if f := v.index().byEvent[event]; f != nil {
		return f
	}
	return &eventFacts{}
}

// from is what the record took from a report; never nil.
func (v *View) from(report string) *reportFacts {
	if f := v.index().byReport[report]; f != nil {
		return f
	}
	return &reportFacts{}
}

// sentences are the sentence spans of a report, in order. Where they are
// unknown its paragraphs stand for them, and known is false.
func (v *View) sentences(report string) (spans []readout.Span, known bool) {
	if v.Sentences != nil {
		if s := v.Sentences(report); len(s) > 0 {
			return s, true
		}
	}
	r := v.Report(report)
	if r == nil {
		return nil, false
	}
	return paragraphs(r.Text), false
}

// paragraphs are the stretches of text between line ends, without the spaces
// around them; empty ones are left out.
func paragraphs(text string) []readout.Span {
	var out []readout.Span
	for at := 0; at < len(text); {
		end := len(text)
		if i := strings.IndexByte(text[at:], '\n'); i >= 0 {
			end = at + i
		}
		s := readout.Span{Start: at, End: end}
		for s.Start < s.End && strings.ContainsRune(" \t\r", rune(text[s.Start])) {
			s.Start++
		}
		for s.End > s.Start && strings.ContainsRune(" \t\r", rune(text[s.End-1])) {
			s.End--
		}
		if s.Start < s.End {
			out = append(out, s)
		}
		at = end + 1
	}
	return out
}

// sentenceAt are the indexes of the first and last sentence that span touches;
// ok is false when it touches none.
func sentenceAt(sentences []readout.Span, span readout.Span) (first, last int, ok bool) {
	first, _ = slices.BinarySearchFunc(sentences, span.Start, func(s readout.Span, at int) int {
		if s.End <= at {
			return -1
		}
		return 1
	})
	if first == len(sentences) || sentences[first].Start >= max(span.End, span.Start+1) {
		return 0, 0, false
	}
	last = first
	for last+1 < len(sentences) && sentences[last+1].Start < span.End {
		last++
	}
	return first, last, true
}

// Warm builds what the first page would else wait for. Pages may be asked for
// meanwhile.
func (v *View) Warm() {
	v.index()
	v.look()
	v.Side("")
	v.Sources()
	v.Summary(Filter{})
}

// EventByID returns the event of that id, or nil.
func (v *View) EventByID(id string) *readout.Event { return v.events[id] }

// ThreadsOf lists the threads that an event is in.
func (v *View) ThreadsOf(event string) []*readout.Thread { return v.about(event).threads }

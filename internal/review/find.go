package review

import (
	"slices"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/view"
)

// Find is the id of the thing that a target of a decision is now: the one that
// rests on most of its places; "" none does.
func Find(v *view.View, t readout.Target) string {
	at := map[string][]readout.Anchor{}
	for _, a := range t.Evidence {
		at[a.Report] = append(at[a.Report], a)
	}
	best, most := "", 0
	take := func(id string, evidence []readout.Evidence) {
		n := 0
		for _, e := range evidence {
			for _, a := range at[e.Report] {
				if a.Span.Overlaps(e.Span) {
					n++
					break
				}
			}
		}
		if n > most || n == most && n > 0 && id == t.ID {
			best, most = id, n
		}
	}
	switch store.Kind(t.Kind) {
	case store.KindEvent:
		for _, e := range v.Record.Events {
			if slices.ContainsFunc(e.Mentions, func(m readout.EventMention) bool { return at[m.Report] != nil }) {
				take(e.ID, triggers(e, at))
			}
		}
	case store.KindEntity:
		for _, e := range v.Record.Entities {
			if slices.ContainsFunc(e.Mentions, func(m readout.EntityMention) bool { return at[m.Report] != nil }) {
				take(e.ID, entityEvidence(e))
			}
		}
	case store.KindStatement:
		for _, s := range v.Record.Statements {
			if at[s.Report] != nil {
				take(s.ID, statementEvidence(s))
			}
		}
	case store.KindCommitment:
		for _, c := range v.Record.Commitments {
			take(c.ID, []readout.Evidence{c.Evidence})
		}
	case store.KindReport:
		if v.Report(t.ID) != nil {
			return t.ID
		}
	}
	return best
}

// triggers are the places of those mentions of an event whose word is that of an
// anchor, where anchors name words: several events share a sentence.
func triggers(e *readout.Event, at map[string][]readout.Anchor) []readout.Evidence {
	var out []readout.Evidence
	for _, m := range e.Mentions {
		if slices.ContainsFunc(at[m.Report], func(a readout.Anchor) bool { return a.Trigger.Empty() || a.Trigger.Overlaps(m.Trigger) }) {
			out = append(out, m.Evidence)
		}
	}
	return out
}

// At are the things that rest on a place of a report: events, then what was
// said and promised, then who is named.
func At(v *view.View, e readout.Evidence) []Side {
	on := func(x readout.Evidence) bool { return x.Report == e.Report && x.Span.Overlaps(e.Span) }
	var out []Side
	for _, x := range v.Record.Events {
		if ev := eventEvidence(x); slices.ContainsFunc(ev, on) {
			out = append(out, Side{Kind: store.KindEvent, ID: x.ID, Title: x.Title, Evidence: ev})
		}
	}
	for _, s := range v.Record.Statements {
		if ev := statementEvidence(s); slices.ContainsFunc(ev, on) {
			out = append(out, Side{Kind: store.KindStatement, ID: s.ID, Title: view.Shorten(s.Text, 100), Evidence: ev})
		}
	}
	for _, c := range v.Record.Commitments {
		if on(c.Evidence) {
			out = append(out, commitmentSide(v, c))
		}
	}
	for _, x := range v.Record.Entities {
		if ev := entityEvidence(x); len(x.Names) > 0 && slices.ContainsFunc(ev, on) {
			out = append(out, personSide(x))
		}
	}
	return out
}

package recordjson

import (
	"fmt"
	"iter"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/wire"
)

// Line is one fact of a record: Fact is the type of package wire for Kind
// ("event": wire.Event).
type Line struct {
	Kind string `json:"kind"`
	Fact any    `json:"fact"`
}

// Lines goes through the facts of part, one at a time, in the order of the
// contract; what part names and does not hold is looked up in whole. It ends
// after the first error.
func Lines(whole, part *readout.Record) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		e := newEncoder(whole)
		defects := anomalies(part)
		for _, seq := range []iter.Seq[Line]{
			func(yield func(Line) bool) {
				for i, r := range part.Reports {
					var o readout.Origin
					if i < len(part.Origins) {
						o = part.Origins[i]
					}
					if !yield(Line{"report", e.report(r, o, e.main[r.ID], defects[r.ID])}) {
						return
					}
				}
			},
			lines("refusal", part.Refusals, func(r readout.Refusal) wire.Refusal { return wire.Refusal{Path: r.Path, Reason: r.Reason} }),
			lines("entity", part.Entities, e.entity),
			lines("event", part.Events, e.event),
			lines("statement", part.Statements, e.statement),
			lines("claim", part.Claims, e.claim),
			lines("disagreement", part.Disagreements, disagreement),
			lines("position", part.Positions, e.position),
			lines("commitment", part.Commitments, e.commitment),
			lines("response", part.Responses, e.response),
			lines("utterance", part.Utterances, e.utterance),
			lines("issue", part.Issues, issue),
			lines("thread", part.Threads, thread),
			lines("timex", part.Timexes, e.timex),
		} {
			for l := range seq {
				if e.err != nil {
					yield(Line{}, fmt.Errorf("write %s: %w", l.Kind, e.err))
					return
				}
				if !yield(l, nil) {
					return
				}
			}
		}
	}
}

func lines[T, W any](kind string, facts []T, convert func(T) W) iter.Seq[Line] {
	return func(yield func(Line) bool) {
		for _, x := range facts {
			if !yield(Line{kind, convert(x)}) {
				return
			}
		}
	}
}

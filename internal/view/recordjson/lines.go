package recordjson

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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
func Lines(whole, part *readout.Record, decided map[string][]readout.Decision) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		e := newEncoder(whole, decided)
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

// listOf names the list of the contract that holds each kind, in its order.
var listOf = []struct{ kind, list string }{
	{"report", "reports"},
	{"refusal", "refused"},
	{"entity", "entities"},
	{"event", "events"},
	{"statement", "statements"},
	{"claim", "claims"},
	{"disagreement", "disagreements"},
	{"position", "positions"},
	{"commitment", "commitments"},
	{"response", "responses"},
	{"utterance", "utterances"},
	{"issue", "issues"},
	{"thread", "threads"},
	{"timex", "timexes"},
}

// Stream prints what WritePart prints, to the byte, and holds one fact at a
// time in memory. Where it fails, what was printed is the beginning of it.
func Stream(w io.Writer, whole, part *readout.Record, decided map[string][]readout.Decision) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "{\n \"schema\": %q", Schema)
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("  ", " ")
	at, n := -1, 0 // list under way, facts in it
	upTo := func(kind string) {
		for at < 0 || at < len(listOf) && listOf[at].kind != kind {
			if n > 0 {
				out.WriteString("\n ]")
			} else if at >= 0 {
				out.WriteString("]")
			}
			if at, n = at+1, 0; at < len(listOf) {
				fmt.Fprintf(out, ",\n %q: [", listOf[at].list)
			}
		}
	}
	for l, err := range Lines(whole, part, decided) {
		if err != nil {
			return errors.Join(fmt.Errorf("write record: %w", err), out.Flush())
		}
		upTo(l.Kind)
		if n++; n > 1 {
			out.WriteByte(',')
		}
		out.WriteString("\n  ")
		b.Reset()
		if err := enc.Encode(l.Fact); err != nil {
			return fmt.Errorf("write record: %w", err)
		}
		out.Write(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
	}
	upTo("")
	out.WriteString("\n}\n")
	return out.Flush()
}

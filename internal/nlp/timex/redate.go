package timex

import (
	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/lexicons"
)

// Dater reads the time expressions of an annotated report again as if it had
// been published on another day. It is safe for concurrent use.
type Dater struct{ set *ruleSet }

// NewDater compiles the rules that New compiles.
func NewDater() (*Dater, error) {
	set, err := parseFS(lexicons.FS, "en/timex")
	if err != nil {
		return nil, err
	}
	return &Dater{set}, nil
}

// Redate returns doc.Timexes with the values that they have in a report
// published at p. Number, order and spans stay as they are, so that indexes
// into the layer hold; an expression that cannot be read any more keeps its
// value. Neither doc nor its report is changed.
func (d *Dater) Redate(doc *nlp.Doc, p readout.Published) []nlp.Timex {
	report := *doc.Report
	report.Published = p
	again := *doc
	again.Report = &report
	again.Timexes = nil
	// Names alone block a match; coref has added descriptions since.
	again.Mentions = nil
	for _, m := range doc.Mentions {
		if m.Form == readout.FormName {
			again.Mentions = append(again.Mentions, m)
		}
	}
	run(d.set, &again)

	out := make([]nlp.Timex, len(doc.Timexes))
	at := make(map[readout.Span]int, len(out))
	for i := range doc.Timexes {
		out[i] = doc.Timexes[i]
		at[out[i].Span] = i
	}
	for i := range again.Timexes {
		t := again.Timexes[i]
		old, ok := at[t.Span]
		if !ok || out[old].Type == "DURATION" || t.Type == "DURATION" {
			continue
		}
		if t.Anchor != nlp.None {
			anchor, ok := at[again.Timexes[t.Anchor].Span]
			if !ok {
				anchor = nlp.None
			}
			t.Anchor = anchor
		}
		out[old] = t
	}
	return out
}

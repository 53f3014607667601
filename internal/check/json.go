package check

import (
	"unicode/utf8"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/wire"
)

// Schema names the form of JSON, see docs/check.md.
const Schema = "readout/check/1"

// JSON is the result for programs. Starts and ends count code points, as in the
// record's JSON: those of findings in the draft, those of places in the report.
func (x *Index) JSON(r *Result) wire.Check {
	out := wire.Check{Schema: Schema, Reports: r.Reports, Match: r.Count(Match), Differs: r.Count(Differs), Absent: r.Count(Absent), Findings: []wire.Finding{}}
	c := counted{text: r.Text}
	for _, f := range r.Findings {
		start := c.at(f.Span.Start)
		j := wire.Finding{N: f.N, Kind: string(f.Kind), Start: start, End: start + utf8.RuneCountInString(f.Text), Text: f.Text, Verdict: string(f.Verdict), Why: f.Why, Record: []wire.CheckPlace{}, Changes: []wire.CheckChange{}, Sides: []wire.CheckSide{}}
		for _, p := range f.Record {
			q := wire.CheckPlace{Ref: p.Ref, Report: p.Report, Outlet: x.v.OutletName(p.Report), Text: x.Words(p, p.Span), Sentence: x.Words(p, p.Sentence), Number: p.N, Speaker: p.Speaker, Chain: p.Chain}
			if rep := x.v.Report(p.Report); rep != nil {
				q.Headline, q.Published = rep.Title, rep.Published.Value
				q.Start = utf8.RuneCountInString(rep.Text[:p.Span.Start])
				q.End = q.Start + utf8.RuneCountInString(q.Text)
			}
			j.Record = append(j.Record, q)
		}
		for _, c := range f.Changes {
			j.Changes = append(j.Changes, wire.CheckChange(c))
		}
		for _, s := range f.Sides {
			j.Sides = append(j.Sides, wire.CheckSide(s))
		}
		out.Findings = append(out.Findings, j)
	}
	return out
}

// counted counts code points up to places that come in order.
type counted struct {
	text  string
	bytes int
	runes int
}

func (c *counted) at(pos int) int {
	c.runes += utf8.RuneCountInString(c.text[c.bytes:pos])
	c.bytes = pos
	return c.runes
}

// Words is the text of a report of the record at span; "" where it has none.
func (x *Index) Words(p Place, span readout.Span) string {
	r := x.v.Report(p.Report)
	if r == nil || span.Start < 0 || span.End > len(r.Text) || span.Start > span.End {
		return ""
	}
	return span.In(r.Text)
}

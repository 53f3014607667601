package check

import (
	"github.com/readout-news/readout"
	"github.com/readout-news/readout/wire"
)

// Schema names the form of JSON, see docs/check.md.
const Schema = "readout/check/1"

// JSON is the result for programs. Spans of findings are byte offsets into the
// draft, those of places into the report.
func (x *Index) JSON(r *Result) wire.Check {
	out := wire.Check{Schema: Schema, Reports: r.Reports, Match: r.Count(Match), Differs: r.Count(Differs), Absent: r.Count(Absent), Findings: []wire.Finding{}}
	for _, f := range r.Findings {
		j := wire.Finding{N: f.N, Kind: string(f.Kind), Start: f.Span.Start, End: f.Span.End, Text: f.Text, Verdict: string(f.Verdict), Why: f.Why, Record: []wire.CheckPlace{}, Changes: []wire.CheckChange{}, Sides: []wire.CheckSide{}}
		for _, p := range f.Record {
			q := wire.CheckPlace{Ref: p.Ref, Report: p.Report, Outlet: x.v.OutletName(p.Report), Start: p.Span.Start, End: p.Span.End, Text: x.Words(p, p.Span), Sentence: x.Words(p, p.Sentence), Number: p.N, Speaker: p.Speaker, Chain: p.Chain}
			if rep := x.v.Report(p.Report); rep != nil {
				q.Headline, q.Published = rep.Title, rep.Published.Value
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

// Words is the text of a report of the record at span; "" where it has none.
func (x *Index) Words(p Place, span readout.Span) string {
	r := x.v.Report(p.Report)
	if r == nil || span.Start < 0 || span.End > len(r.Text) || span.Start > span.End {
		return ""
	}
	return span.In(r.Text)
}

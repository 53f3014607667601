package check

import "github.com/readout-news/readout"

// Schema names the form of JSON, see docs/check.md.
const Schema = "readout/check/1"

// JSON is a result as programs get it. Spans of findings are byte offsets into
// the draft, those of places into the report.
type JSON struct {
	Schema   string        `json:"schema"`
	Reports  int           `json:"reports"` // compared with
	Match    int           `json:"match"`
	Differs  int           `json:"differs"`
	Absent   int           `json:"not_in_the_record"`
	Findings []JSONFinding `json:"findings"`
}

// JSONFinding is a Finding.
type JSONFinding struct {
	N       int          `json:"n"`
	Kind    Kind         `json:"kind"`
	Start   int          `json:"start"`
	End     int          `json:"end"`
	Text    string       `json:"text"`
	Verdict Verdict      `json:"verdict"`
	Why     string       `json:"why"`
	Record  []JSONPlace  `json:"record"`
	Changes []JSONChange `json:"changes"`
	Sides   []JSONSide   `json:"sides"`
}

// JSONPlace is a Place.
type JSONPlace struct {
	Ref       string   `json:"ref"`
	Report    string   `json:"report"`
	Outlet    string   `json:"outlet"`
	Headline  string   `json:"headline,omitempty"`
	Published string   `json:"published,omitempty"`
	Start     int      `json:"start"`
	End       int      `json:"end"`
	Text      string   `json:"text"`
	Sentence  string   `json:"sentence"`
	Number    int      `json:"sentence_number,omitempty"`
	Speaker   string   `json:"speaker,omitempty"`
	Chain     []string `json:"chain,omitempty"`
}

// JSONChange is a Change.
type JSONChange struct {
	Draft  string `json:"draft"`
	Record string `json:"record"`
}

// JSONSide is a Side.
type JSONSide struct {
	Value   string   `json:"value"`
	Reports []string `json:"reports"`
	Origins int      `json:"origins"`
	Draft   bool     `json:"draft"`
}

// JSON writes the result for programs.
func (x *Index) JSON(r *Result) JSON {
	out := JSON{Schema: Schema, Reports: r.Reports, Match: r.Count(Match), Differs: r.Count(Differs), Absent: r.Count(Absent), Findings: []JSONFinding{}}
	for _, f := range r.Findings {
		j := JSONFinding{N: f.N, Kind: f.Kind, Start: f.Span.Start, End: f.Span.End, Text: f.Text, Verdict: f.Verdict, Why: f.Why, Record: []JSONPlace{}, Changes: []JSONChange{}, Sides: []JSONSide{}}
		for _, p := range f.Record {
			q := JSONPlace{Ref: p.Ref, Report: p.Report, Outlet: x.v.OutletName(p.Report), Start: p.Span.Start, End: p.Span.End, Text: x.Words(p, p.Span), Sentence: x.Words(p, p.Sentence), Number: p.N, Speaker: p.Speaker, Chain: p.Chain}
			if rep := x.v.Report(p.Report); rep != nil {
				q.Headline, q.Published = rep.Title, rep.Published.Value
			}
			j.Record = append(j.Record, q)
		}
		for _, c := range f.Changes {
			j.Changes = append(j.Changes, JSONChange(c))
		}
		for _, s := range f.Sides {
			j.Sides = append(j.Sides, JSONSide(s))
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

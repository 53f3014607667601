// Package check compares a draft with the record: every quotation word for
// word, every figure, duration, date, title and name with what reports say of
// the same matter.
//
// In: the draft as an annotated document (read by the annotators that read
// reports) and a view of the record. Out: findings in the order of the draft,
// each with the words of the draft, a verdict and the sentences of the record
// that it rests on. The verdicts are three: the record has the same, the record
// has it otherwise, the record does not speak of it.
//
// Quotations are aligned with the words of reports (Gotoh 1982: gaps cost once);
// an ellipsis of the draft may stand for words left out, words in square
// brackets for any. Figures and dates are compared where a sentence of the record
// shares most of the weight (inverse document frequency) of the draft's words
// around them, and durations also with the claims on the one event that fits.
// Where nothing is close enough nothing is claimed: a wrong alarm costs more
// than a missed one.
//
// The package judges wording, not truth: "match" says that a report has it.
// Nothing of a draft is kept.
package check

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// Verdict is what the record says of a part of a draft.
type Verdict string

// The verdicts.
const (
	Match   Verdict = "match"
	Differs Verdict = "differs"
	Absent  Verdict = "not in the record"
)

// Kind is what was compared.
type Kind string

// The kinds of a finding.
const (
	Quotation Kind = "quotation"
	Figure    Kind = "figure"
	Duration  Kind = "duration"
	Day       Kind = "date"
	Title     Kind = "title"
	Name      Kind = "name"
)

// Finding is one part of the draft and what the record says of it.
type Finding struct {
	N       int          // from 1, in the order of the draft
	Kind    Kind         //
	Span    readout.Span // in Result.Text
	Text    string       // the words of the draft
	Verdict Verdict
	Why     string   // assembled from what was compared: "word for word, in 3 reports"
	Record  []Place  // what it rests on, best first; empty when the record does not speak of it
	Changes []Change // of a quotation with other words
	Sides   []Side   // where reports differ among themselves: what they have, most origins first
}

// Place is a sentence of the record.
type Place struct {
	Ref      string // id that opens it: a statement, claim, entity or report
	Report   string
	Span     readout.Span // of the words compared, in the report's text
	Sentence readout.Span // that holds them
	N        int          // number of the sentence in its report, 0 unknown
	Value    string       // what stands there
	Speaker  string       // of a quotation, "" unknown
	Chain    []string     // of a quotation
}

// Change is one place where a quotation has other words than the record; one
// side is empty where words were left out or put in.
type Change struct{ Draft, Record string }

// Side is one value that reports have.
type Side struct {
	Value   string
	Reports []string // ids, sorted
	Origins int      // independent ones
	Draft   bool     // the draft has this one
}

// Result is a draft with its findings.
type Result struct {
	Text      string
	Sentences []readout.Span
	Findings  []Finding // by place in the draft
	Reports   int       // that the draft was compared with
}

// Count is the number of findings with that verdict.
func (r *Result) Count(v Verdict) int {
	n := 0
	for _, f := range r.Findings {
		if f.Verdict == v {
			n++
		}
	}
	return n
}

// ErrEmpty is returned for a draft with nothing to compare.
var ErrEmpty = errors.New("the draft has no text")

// maxPlaces bounds how many sentences a finding shows.
const maxPlaces = 5

// Check compares the draft with the record.
func (x *Index) Check(doc *nlp.Doc) (*Result, error) {
	if doc == nil || doc.Report == nil || strings.TrimSpace(doc.Report.Text) == "" {
		return nil, ErrEmpty
	}
	if doc.Report.Skip != "" {
		return nil, fmt.Errorf("the draft was not read: %s", doc.Report.Skip)
	}
	d := &draft{Index: x, doc: doc, text: doc.Report.Text}
	for _, s := range doc.Sentences {
		d.sents = append(d.sents, s.Span)
	}
	d.quoted = quotations(d.text)
	d.quotes()
	d.times("DATE", "TIME") // first: they tell which day the rest is about
	d.times("DURATION")
	d.figures()
	d.titles()
	d.spellings()
	slices.SortStableFunc(d.out, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Span.Start, b.Span.Start), cmp.Compare(a.Span.End, b.Span.End), cmp.Compare(a.Kind, b.Kind))
	})
	for i := range d.out {
		f := &d.out[i]
		f.N, f.Text = i+1, f.Span.In(d.text)
		f.Record = f.Record[:min(len(f.Record), maxPlaces)]
	}
	return &Result{Text: d.text, Sentences: d.sents, Findings: d.out, Reports: len(x.v.Record.Reports)}, nil
}

// draft is a draft under comparison.
type draft struct {
	*Index
	doc    *nlp.Doc
	text   string
	sents  []readout.Span
	quoted []readout.Span // between quotation marks
	out    []Finding
}

func (d *draft) add(f Finding) { d.out = append(d.out, f) }

// inQuote reports whether s lies between quotation marks of the draft.
func (d *draft) inQuote(s readout.Span) bool {
	return slices.ContainsFunc(d.quoted, func(q readout.Span) bool { return q.Overlaps(s) })
}

// place is where the words at span stand in the report numbered r.
func (x *Index) place(r int32, span readout.Span, value, ref string) Place {
	rep := x.v.Record.Reports[r]
	p := Place{Ref: cmp.Or(ref, rep.ID), Report: rep.ID, Span: span, Sentence: span, Value: value}
	if i := x.at(r, span.Start); i >= 0 {
		p.Sentence = x.sentences[i].span
		if x.v.Sentences != nil {
			p.N = int(x.sentences[i].n)
		}
		if j := x.at(r, max(span.End-1, span.Start)); j > i {
			p.Sentence.End = x.sentences[j].span.End
		}
	}
	return p
}

// sides counts values by report: those with most independent origins first.
func (x *Index) sides(values map[string][]string, mine func(value string) bool) []Side {
	var out []Side
	for v, reports := range values {
		slices.Sort(reports)
		reports = slices.Compact(reports)
		origins := map[string]bool{}
		for _, r := range reports {
			origins[x.v.Origin(r)] = true
		}
		out = append(out, Side{v, reports, len(origins), mine(v)})
	}
	slices.SortFunc(out, func(a, b Side) int {
		return cmp.Or(cmp.Compare(b.Origins, a.Origins), cmp.Compare(len(b.Reports), len(a.Reports)), cmp.Compare(a.Value, b.Value))
	})
	return out
}

// differ words that reports disagree: "reports differ: 3 say 40 minutes, 2 say
// an hour".
func differ(sides []Side) string {
	var parts []string
	for _, s := range sides {
		verb := "say"
		if len(s.Reports) == 1 {
			verb = "says"
		}
		parts = append(parts, fmt.Sprintf("%d %s %s", len(s.Reports), verb, s.Value))
	}
	return "reports differ: " + strings.Join(parts, ", ")
}

// reports counts the reports of places in words: "1 report", "3 reports".
func reports(places []Place) string {
	seen := map[string]bool{}
	for _, p := range places {
		seen[p.Report] = true
	}
	if len(seen) == 1 {
		return "1 report"
	}
	return fmt.Sprintf("%d reports", len(seen))
}

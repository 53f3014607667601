package view

import (
	"fmt"
	"slices"
	"strings"

	"github.com/readout-news/readout"
)

// Diff is what a later record of the same reports and more has that an earlier
// one had not.
type Diff struct {
	Reports     []ReportRow // new
	Events      []EventDiff // new or changed, in the order of the timeline
	Positions   []PositionRow
	Commitments []CommitmentRow
	Responses   []ResponseRow
}

// EventDiff is an event of the later record with what it was in the earlier.
type EventDiff struct {
	EventRow
	Before  []*readout.Event // none: new; several: they turned out to be one
	Changes []Alteration
}

// Alteration is one thing that changed; a side is "" where it was unknown.
type Alteration struct {
	What, Before, After string
}

// place is where a fact stands: facts of two records are one when they rest on
// the same words. Ids do not tell, they follow from all the words of a fact.
type place struct {
	report string
	span   readout.Span
}

// Since compares v with the record of earlier reports.
func (v *View) Since(old *View) Diff {
	var out Diff
	for i, r := range v.Record.Reports {
		if old.Report(r.ID) == nil {
			out.Reports = append(out.Reports, v.report(i))
		}
	}
	told := map[place]*readout.Event{}
	for _, e := range old.Record.Events {
		for _, m := range e.Mentions {
			told[place{m.Report, m.Trigger}] = e
		}
	}
	for _, row := range v.Timeline() {
		d := EventDiff{EventRow: row}
		for _, m := range row.Event.Mentions {
			if e := told[place{m.Report, m.Trigger}]; e != nil && !slices.Contains(d.Before, e) {
				d.Before = append(d.Before, e)
			}
		}
		slices.SortFunc(d.Before, func(a, b *readout.Event) int { return strings.Compare(a.ID, b.ID) })
		if len(d.Before) > 0 {
			d.Changes = v.changes(old, row, d.Before)
		}
		if len(d.Before) == 0 || len(d.Changes) > 0 {
			out.Events = append(out.Events, d)
		}
	}
	held := map[place]bool{}
	for _, x := range old.Record.Positions {
		held[place{x.Evidence.Report, x.Evidence.Span}] = true
	}
	for _, r := range v.Positions(Filter{}) {
		if e := r.Position.Evidence; !held[place{e.Report, e.Span}] {
			out.Positions = append(out.Positions, r)
		}
	}
	promised := map[place]int{} // violations of each
	for _, x := range old.Record.Commitments {
		promised[place{x.Evidence.Report, x.Evidence.Span}] = 1 + len(x.Violations)
	}
	for _, r := range v.Commitments(Filter{}) {
		if e := r.Commitment.Evidence; promised[place{e.Report, e.Span}] < 1+len(r.Violations) {
			out.Commitments = append(out.Commitments, r)
		}
	}
	given := map[place]bool{}
	for _, x := range old.Record.Responses {
		given[place{x.Evidence.Report, x.Evidence.Span}] = true
	}
	for _, r := range v.Responses(Filter{}) {
		if e := r.Response.Evidence; !given[place{e.Report, e.Span}] {
			out.Responses = append(out.Responses, r)
		}
	}
	return out
}

// changes lists what is told of an event otherwise than before.
func (v *View) changes(old *View, row EventRow, before []*readout.Event) []Alteration {
	var out []Alteration
	add := func(what, a, b string) {
		if a != b {
			out = append(out, Alteration{what, a, b})
		}
	}
	was := before[0]
	if len(before) > 1 {
		add("events that turned out to be one", fmt.Sprint(len(before)), "1")
		for _, e := range before {
			if len(e.Mentions) > len(was.Mentions) {
				was = e
			}
		}
	}
	oldRow, _ := old.Event(was.ID)
	add("status", string(was.Status), string(row.Event.Status))
	add("date", dateWords(was.Date), dateWords(row.Event.Date))
	add("place", oldRow.Place, row.Place)
	add("people", strings.Join(oldRow.People, ", "), strings.Join(row.People, ", "))
	verdicts := func(x *View, id string) map[string]string {
		m := map[string]string{}
		for _, d := range x.byEvent[id] {
			m[d.Attribute] = string(d.Verdict)
		}
		return m
	}
	a, b := verdicts(old, was.ID), verdicts(v, row.Event.ID)
	for _, d := range v.byEvent[row.Event.ID] {
		add("accounts of "+d.Attribute, a[d.Attribute], b[d.Attribute])
	}
	add("independent origins", fmt.Sprint(oldRow.Support.Origins), fmt.Sprint(row.Support.Origins))
	return out
}

// dateWords is a date as ISO values, "" unknown.
func dateWords(d *readout.Date) string {
	switch {
	case d == nil:
		return ""
	case d.End != "" && d.End != d.Value:
		return d.Value + "/" + d.End
	}
	return d.Value
}

package view

import (
	"cmp"
	"slices"
	"strings"

	"github.com/readout-news/readout"
)

// DisagreementRow is one attribute on which reports tell of an event.
type DisagreementRow struct {
	Event *readout.Event
	Difference
}

// verdicts are in the order in which a reader wants them.
var verdicts = []readout.Verdict{readout.Conflict, readout.Compatible, readout.Agree, readout.Single}

// Disagreements are the attributes that pass the filter, conflicts first, then
// by the event's date.
func (v *View) Disagreements(f Filter) []DisagreementRow {
	var out []DisagreementRow
	for _, d := range v.Record.Disagreements {
		e := v.events[d.Event]
		if e == nil || f.Disputed && d.Verdict != readout.Conflict || f.Verdict != "" && d.Verdict != f.Verdict || !v.eventPasses(e, f) || f.On != "" && !holds(f.On, d.Attribute) {
			continue
		}
		out = append(out, DisagreementRow{e, v.difference(d)})
	}
	slices.SortStableFunc(out, func(a, b DisagreementRow) int {
		return cmp.Or(cmp.Compare(slices.Index(verdicts, a.Verdict), slices.Index(verdicts, b.Verdict)),
			strings.Compare(day(a.Event.Date), day(b.Event.Date)), strings.Compare(a.Event.ID, b.Event.ID), strings.Compare(a.Attribute, b.Attribute))
	})
	return out
}

// ThreadRow is a thread with its events.
type ThreadRow struct {
	Thread  *readout.Thread
	Parties []string
	Events  []EventRow
	Support Support
}

// Threads are the threads that have an event which passes the filter, those
// with most events first.
func (v *View) Threads(f Filter) []ThreadRow {
	var out []ThreadRow
	for _, t := range v.Record.Threads {
		if row, ok := v.thread(t, f); ok {
			out = append(out, row)
		}
	}
	slices.SortStableFunc(out, func(a, b ThreadRow) int {
		return cmp.Or(-cmp.Compare(len(a.Thread.Events), len(b.Thread.Events)), strings.Compare(a.Thread.Title, b.Thread.Title), strings.Compare(a.Thread.ID, b.Thread.ID))
	})
	return out
}

func (v *View) thread(t *readout.Thread, f Filter) (row ThreadRow, ok bool) {
	row.Thread = t
	for _, id := range t.Parties {
		if n := v.EntityName(id); n != "" {
			row.Parties = append(row.Parties, n)
		}
	}
	var ev []readout.Evidence
	for _, id := range t.Events {
		if e := v.events[id]; e != nil && during(e.Date, f.From, f.To) && v.eventPasses(e, Filter{By: f.By, Outlet: f.Outlet, EventType: f.EventType, Disputed: f.Disputed}) {
			x, _ := v.Event(id)
			row.Events = append(row.Events, x)
			for _, m := range e.Mentions {
				ev = append(ev, m.Evidence)
			}
		}
	}
	row.Support = v.support(ev)
	return row, len(row.Events) > 0 && (f.Thread == "" || f.Thread == t.ID) && v.all(f.With, t.Parties...) && holds(f.On, t.Title) && holds(f.Words, append([]string{t.Title}, row.Parties...)...)
}

// VariantRow is one rendering of an utterance.
type VariantRow struct {
	Variant readout.Variant
	Quote   QuoteRow
	Changes []Change
}

// Change is one place where a variant has other words; one side is "" where
// words were left out or put in.
type Change struct {
	Fullest, Variant string
	At               readout.Span // of Variant, in the variant's report
}

// UtteranceRow is one thing once said, in all its renderings.
type UtteranceRow struct {
	Utterance *readout.Utterance
	Speaker   string
	Variants  []VariantRow // the fullest first
	Origins   int          // independent origins among the reports
}

// Utterances are what several statements render, where one of them passes the
// filter: those with changed words first, then by date said.
func (v *View) Utterances(f Filter) []UtteranceRow {
	var out []UtteranceRow
	for _, u := range v.Record.Utterances {
		row := v.utterance(u)
		if slices.ContainsFunc(row.Variants, func(x VariantRow) bool { return v.statementPasses(x.Quote.Statement, f) }) {
			out = append(out, row)
		}
	}
	slices.SortStableFunc(out, func(a, b UtteranceRow) int {
		x, y := a.Variants[0].Quote, b.Variants[0].Quote
		return cmp.Or(-cmp.Compare(b2i(a.Changed()), b2i(b.Changed())), strings.Compare(x.Date, y.Date), readout.ComparePublished(x.Reported, y.Reported), strings.Compare(a.Utterance.ID, b.Utterance.ID))
	})
	return out
}

// Changed reports whether a rendering has other words inside quotation marks.
func (u UtteranceRow) Changed() bool {
	return slices.ContainsFunc(u.Variants, func(x VariantRow) bool { return len(x.Changes) > 0 })
}

func (v *View) utterance(u *readout.Utterance) UtteranceRow {
	row := UtteranceRow{Utterance: u, Speaker: v.EntityName(u.Speaker)}
	var ev []readout.Evidence
	for _, x := range u.Variants {
		s := v.statements[x.Statement]
		if s == nil {
			continue
		}
		vr := VariantRow{Variant: x, Quote: v.quote(s)}
		for _, c := range x.Changes {
			ch := Change{Variant: v.text(readout.Evidence{Report: s.Report, Span: c.Variant}), At: c.Variant}
			if full := v.statements[u.Variants[0].Statement]; full != nil {
				ch.Fullest = v.text(readout.Evidence{Report: full.Report, Span: c.Fullest})
			}
			vr.Changes = append(vr.Changes, ch)
		}
		row.Variants = append(row.Variants, vr)
		ev = append(ev, readout.Evidence{Report: s.Report})
	}
	row.Origins = v.support(ev).Origins
	return row
}

// ReportRow is a report with what the set says of it.
type ReportRow struct {
	Report    *readout.Report
	Outlet    string
	Origin    readout.Origin
	Of        string // name of the report or agency that it copies or credits
	Anomalies []readout.Anomaly
	Events    int // that it tells of
	Quotes    int // statements in it
}

// Reports are the reports whose outlet or title passes the filter, by day of
// publication, the unknown last. By is the outlet, On words of title and path.
func (v *View) Reports(f Filter) []ReportRow {
	events, quotes := map[string]int{}, map[string]int{}
	for _, e := range v.Record.Events {
		seen := map[string]bool{}
		for _, m := range e.Mentions {
			if !seen[m.Report] {
				seen[m.Report] = true
				events[m.Report]++
			}
		}
	}
	for _, s := range v.Record.Statements {
		quotes[s.Report]++
	}
	var out []ReportRow
	for i, r := range v.Record.Reports {
		row := v.report(i)
		row.Events, row.Quotes = events[r.ID], quotes[r.ID]
		var d *readout.Date
		if r.Published.Value != "" {
			d = &readout.Date{Value: r.Published.Value}
		}
		if during(d, f.From, f.To) && (f.Thread == "" || v.look().inThread[f.Thread][r.ID]) && v.ofOutlet(f.Outlet, r.ID) && holds(f.By, row.Outlet) && holds(f.On, r.Title, r.Path) && (f.Kind == "" || f.Kind == row.Origin.Kind) {
			out = append(out, row)
		}
	}
	slices.SortStableFunc(out, func(a, b ReportRow) int {
		return cmp.Or(cmp.Compare(b2i(a.Report.Published.Value == ""), b2i(b.Report.Published.Value == "")),
			readout.ComparePublished(a.Report.Published.Value, b.Report.Published.Value), strings.Compare(a.Outlet, b.Outlet), strings.Compare(a.Report.ID, b.Report.ID))
	})
	return out
}

func (v *View) report(i int) ReportRow {
	r := v.Record.Reports[i]
	row := ReportRow{Report: r, Outlet: v.OutletName(r.ID), Anomalies: slices.Clone(r.Anomalies)}
	if i < len(v.Record.Origins) {
		row.Origin = v.Record.Origins[i]
		switch row.Origin.Kind {
		case "copy":
			row.Of = v.OutletName(row.Origin.Of)
		case "wire":
			row.Of = v.EntityName(row.Origin.Of)
		}
	}
	for _, d := range v.defects[r.ID] {
		row.Anomalies = append(row.Anomalies, d.Anomaly)
	}
	return row
}

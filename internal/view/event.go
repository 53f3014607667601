package view

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/readout-news/readout"
)

// EventPage is all that the record has on one event.
type EventPage struct {
	EventRow
	All       []Difference // who says what, attribute by attribute, single sources too
	Links     []LinkRow
	Answers   []ResponseRow
	Quotes    []QuoteRow // said at it
	Positions []PositionRow
	Threads   []ThreadRow
}

// LinkRow is an event that another is linked with.
type LinkRow struct {
	Relation string // as seen from the page's event
	Event    *readout.Event
	Evidence readout.Evidence
}

// inverse names a link from its other end.
var inverse = map[string]string{
	"before": "after", "after": "before", "reports_on": "told by", "announces": "announced by", "responds_to": "answered by", "part_of": "has part",
}

// Page gathers what the record has on the event of that id; ok is false when
// there is none.
func (v *View) Page(id string) (p EventPage, ok bool) {
	if p.EventRow, ok = v.Event(id); !ok {
		return p, false
	}
	for _, d := range v.byEvent[id] {
		p.All = append(p.All, v.difference(d))
	}
	slices.SortStableFunc(p.All, func(a, b Difference) int {
		return cmp.Or(cmp.Compare(slices.Index(verdicts, a.Verdict), slices.Index(verdicts, b.Verdict)), strings.Compare(a.Attribute, b.Attribute))
	})
	add := func(relation string, e *readout.Event, ev readout.Evidence) {
		if e != nil && !slices.ContainsFunc(p.Links, func(l LinkRow) bool { return l.Relation == relation && l.Event == e }) {
			p.Links = append(p.Links, LinkRow{relation, e, ev})
		}
	}
	for _, l := range p.Event.Links {
		add(l.Relation, v.events[l.Event], l.Evidence)
	}
	f := v.about(id)
	for _, b := range f.from {
		add(cmp.Or(inverse[b.link.Relation], b.link.Relation+" of"), b.event, b.link.Evidence)
	}
	slices.SortStableFunc(p.Links, func(a, b LinkRow) int {
		return cmp.Or(strings.Compare(a.Relation, b.Relation), strings.Compare(day(a.Event.Date), day(b.Event.Date)), strings.Compare(a.Event.ID, b.Event.ID))
	})
	for _, r := range f.responses {
		p.Answers = append(p.Answers, v.response(r))
	}
	for _, x := range f.statements {
		p.Quotes = append(p.Quotes, v.quote(x))
	}
	for _, x := range f.positions {
		p.Positions = append(p.Positions, v.position(x))
	}
	for _, t := range f.threads {
		row, _ := v.thread(t, Filter{})
		p.Threads = append(p.Threads, row)
	}
	return p, true
}

// Events are the events that pass the filter, in the order of Timeline. A name
// in With has to be that of a participant; Words have to stand in the title,
// the names of participants or place, the day or the status.
func (v *View) Events(f Filter) []EventRow {
	return slices.DeleteFunc(v.Timeline(), func(r EventRow) bool { return !v.eventPasses(r.Event, f) })
}

func (v *View) eventPasses(e *readout.Event, f Filter) bool {
	var reports, ids []string
	for _, m := range e.Mentions {
		reports = append(reports, m.Report)
	}
	if f.Thread != "" && !v.look().inThread[f.Thread][e.ID] || !v.ofOutlet(f.Outlet, reports...) || f.EventType != "" && !ofType(e, f.EventType) || f.Disputed && !v.look().disputed[e.ID] {
		return false
	}
	if f.Status != "" && e.Status != f.Status || !v.during(f, e.Date, reports...) {
		return false
	}
	var agents []string
	for _, p := range e.Participants {
		ids = append(ids, p.Entity)
		if p.Role == "agent" || p.Role == "participant" {
			agents = append(agents, p.Entity)
		}
	}
	if f.By != "" && !v.all([]string{f.By}, agents...) || !v.all(f.With, ids...) {
		return false
	}
	if f.Words == "" || strings.HasPrefix(e.ID, f.Words) {
		return true
	}
	texts := []string{e.Title, e.Mode, string(e.Status)}
	for _, id := range append(ids, e.Place) {
		if x := v.entities[id]; x != nil {
			texts = append(texts, append(x.Names, x.Name)...)
		}
	}
	for _, d := range v.byEvent[e.ID] {
		for _, c := range d.Claims {
			if cl := v.claims[c]; cl != nil && f.InClaims {
				texts = append(texts, cl.Text)
			}
		}
	}
	if e.Date != nil {
		texts = append(texts, e.Date.Value)
		if t, err := time.Parse(time.DateOnly, e.Date.Value[:min(len(e.Date.Value), len(time.DateOnly))]); err == nil {
			texts = append(texts, t.Format("2 January 2006"))
		}
	}
	return holds(f.Words, texts...)
}

// difference fills in the names of who claims what.
func (v *View) difference(d *readout.Disagreement) Difference {
	diff := Difference{Disagreement: d}
	for _, c := range d.Claims {
		if cl := v.claims[c]; cl != nil {
			diff.Values = append(diff.Values, ClaimRow{Claim: cl, Holder: v.EntityName(cl.Holder), Outlet: v.OutletName(cl.Evidence.Report), Chain: v.Chain(cl.Chain, cl.Evidence.Report), Reported: v.published(cl.Evidence.Report)})
		}
	}
	return diff
}

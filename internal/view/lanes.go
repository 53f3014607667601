package view

import (
	"slices"

	"github.com/readout-news/readout"
)

// LanesPage is a timeline by party: a lane a party, a column an event.
type LanesPage struct {
	Timetable
	Lanes   []LaneRow
	Others  int       // parties without a lane
	Columns []LaneCol // the dated rows of Timetable, the oldest first
	Undated int       // rows without a date: they are in no order
}

// LaneRow is a party with its events on the page.
type LaneRow struct {
	Entity *readout.Entity
	Events int // on the page
}

// LaneCol is one event in order of time.
type LaneCol struct {
	Group *Group
	Row   *TimelineRow
	Lanes []int // of those who take part
}

// MaxLanes bounds the lanes of a page.
const MaxLanes = 8

// Lanes is the page of a timeline by party. Who speaks for a party stands in its
// lane. The lanes are of those who take part in most events of the page.
func (v *View) Lanes(f Filter, cursor string, limit int, oldest bool) LanesPage {
	p := LanesPage{Timetable: v.Timetable(f, cursor, limit, oldest, "")}
	var groups []*Group
	for i := range p.Groups {
		if gap := p.Groups[i].Gap; gap != nil {
			for j := range gap.Groups {
				groups = append(groups, &gap.Groups[j])
			}
		}
		groups = append(groups, &p.Groups[i])
	}
	here := map[string]int{}
	for _, g := range groups {
		for i := range g.Rows {
			if g.Kind == SpanTold {
				p.Undated++
				continue
			}
			p.Columns = append(p.Columns, LaneCol{Group: g, Row: &g.Rows[i]})
			for _, id := range v.sidesOf(g.Rows[i].Event) {
				here[id]++
			}
		}
	}
	lane := map[string]int{}
	for _, c := range facets(here, v.EntityName) {
		if len(p.Lanes) == MaxLanes {
			p.Others++
			continue
		}
		lane[c.Value] = len(p.Lanes)
		p.Lanes = append(p.Lanes, LaneRow{Entity: v.entities[c.Value], Events: c.N})
	}
	for i := range p.Columns {
		for _, id := range v.sidesOf(p.Columns[i].Row.Event) {
			if l, ok := lane[id]; ok {
				p.Columns[i].Lanes = append(p.Columns[i].Lanes, l)
			}
		}
	}
	if !oldest {
		slices.Reverse(p.Columns)
	}
	return p
}

// sidesOf are the parties of an event, each once: those for whom its
// participants act, in the event's order.
func (v *View) sidesOf(e *readout.Event) []string {
	var out []string
	for _, p := range e.Participants {
		if p.Role == "place" || p.Entity == "" {
			continue
		}
		if id := v.Side(p.Entity); !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

package view

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/readout-news/readout"
)

// Arrivals are reports in the order in which they came out, with what copied
// what.
type Arrivals struct {
	Reports  []Arrival // by publication, the undated last
	Outlets  []OutletCount
	From, To time.Time // of the dated ones; zero when there is none
	Undated  int
	Copies   int // reports with another's text or an agency's
}

// Arrival is one report of Arrivals.
type Arrival struct {
	Report  *readout.Report
	Outlet  int // index in Outlets
	At      time.Time
	Exact   bool // At has an hour; else it is the beginning of the day
	Copies  int  // index of the report it copies, -1 none that is here
	Origin  readout.Origin
	Of      string // whose text it is, in words; "" its own
	Overlap string // "94 %", of the words of a copy; "" not told
}

// Arrivals puts reports in the order of their publication.
func (v *View) Arrivals(reports []string) Arrivals {
	var a Arrivals
	for _, id := range reports {
		i, ok := v.reports[id]
		if !ok {
			continue
		}
		r := v.Record.Reports[i]
		x := Arrival{Report: r, Copies: -1}
		if _, ok := r.Published.Day(); ok {
			x.At, x.Exact = moment(r.Published.Value)
		} else {
			a.Undated++
		}
		if i < len(v.Record.Origins) {
			x.Origin = v.Record.Origins[i]
			switch x.Origin.Kind {
			case "copy":
				x.Of = v.OutletName(x.Origin.Of)
				if n, _, ok := strings.Cut(x.Origin.Why, "%"); ok {
					x.Overlap = strings.TrimSpace(n) + " %"
				}
			case "wire":
				x.Of = cmp.Or(v.EntityName(x.Origin.Of), "an agency")
			}
		}
		if x.Of != "" {
			a.Copies++
		}
		a.Reports = append(a.Reports, x)
	}
	slices.SortStableFunc(a.Reports, func(x, y Arrival) int {
		return cmp.Or(cmp.Compare(b2i(x.At.IsZero()), b2i(y.At.IsZero())), x.At.Compare(y.At),
			cmp.Compare(b2i(x.Of != ""), b2i(y.Of != "")), strings.Compare(x.Report.ID, y.Report.ID))
	})
	at := map[string]int{}
	outlet := map[string]int{}
	for i := range a.Reports {
		x := &a.Reports[i]
		at[x.Report.ID] = i
		name := v.OutletName(x.Report.ID)
		if _, ok := outlet[name]; !ok {
			outlet[name] = len(a.Outlets)
			a.Outlets = append(a.Outlets, OutletCount{Name: name, Entity: x.Origin.Outlet})
		}
		x.Outlet = outlet[name]
		a.Outlets[x.Outlet].Reports++
		if !x.At.IsZero() {
			if a.From.IsZero() {
				a.From = x.At
			}
			a.To = x.At
		}
	}
	for i := range a.Reports {
		if x := &a.Reports[i]; x.Origin.Kind == "copy" {
			if j, ok := at[x.Origin.Of]; ok && j != i {
				x.Copies = j
			}
		}
	}
	return a
}

// moment reads an ISO 8601 value; exact is false when it has no hour.
func moment(v string) (t time.Time, exact bool) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02T15"} {
		if t, err := time.Parse(layout, v); err == nil {
			return t.UTC(), true
		}
	}
	t, err := time.Parse(time.DateOnly, v[:min(len(v), len(time.DateOnly))])
	if err != nil {
		return time.Time{}, false
	}
	return t, false
}

package answer

import (
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/query"
	"github.com/readout-news/readout/internal/view"
)

// small is a record of two outlets and a promise; its first report is out on
// day, "" not known.
func small(day string) *Answers {
	return From(&live.Snapshot{View: view.New(&readout.Record{
		Reports: []*readout.Report{
			{ID: "r1", Text: "Sollund will open the lock.", Outlet: "Harbour Wire", Published: readout.Published{Value: day}},
			{ID: "r2", Text: "They met.", Outlet: "The Meridian"},
		},
		Origins: []readout.Origin{{Kind: "own", Outlet: "e4"}, {Kind: "own", Outlet: "e5"}},
		Entities: []*readout.Entity{
			{ID: "e1", Type: readout.Place, Name: "Sollund"},
			{ID: "e4", Type: readout.Outlet, Name: "Harbour Wire", Names: []string{"Harbour Wire", "HW"}},
			{ID: "e5", Type: readout.Outlet, Name: "The Meridian", Names: []string{"The Meridian"}},
		},
		Commitments: []*readout.Commitment{{ID: "k1", Party: "e1", Terms: "open the lock", Until: &readout.Date{Value: "2031-03-28"}, Evidence: readout.Evidence{Report: "r1", Span: readout.Span{End: 27}}}},
	})})
}

// An outlet is found by its id and every name it has.
func TestReportsOfAnOutlet(t *testing.T) {
	a := small("2031-03-15")
	for outlet, want := range map[string]int{"": 2, "Harbour Wire": 1, "HW": 1, "e4": 1, "e1": 0} {
		if got := a.Reports(query.Params{Outlet: outlet}); got.N != want {
			t.Errorf("outlet %q: %d reports, want %d", outlet, got.N, want)
		}
	}
}

// A promise is neither overdue nor soon where nobody knows of which day that is
// asked.
func TestStandingOfAPromise(t *testing.T) {
	for _, c := range []struct {
		newest, day, standing string
		days                  int // -999 none
	}{
		{"", "", "open", -999},
		{"2031-03-15", "", "due soon", 13},
		{"2031-03-15", "2031-03", "overdue", -3},
		{"", "2031", "overdue", -278},
	} {
		list := small(c.newest).Commitments(query.Params{Day: c.day})
		if list.N != 1 {
			t.Fatalf("%d promises", list.N)
		}
		x, days := list.At(0), -999
		if x.Days != nil {
			days = *x.Days
		}
		if x.Standing != c.standing || days != c.days {
			t.Errorf("newest report %q, day %q: %s, %d days, want %s, %d", c.newest, c.day, x.Standing, days, c.standing, c.days)
		}
	}
}

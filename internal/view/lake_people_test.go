package view_test

import (
	"testing"

	"github.com/readout-news/readout/internal/view"
)

func one(t *testing.T, v *view.View, name string) view.PersonPage {
	t.Helper()
	rows, n := v.Actors("", name, nil, "", 0, 1)
	if n == 0 {
		t.Fatalf("nobody is called %q", name)
	}
	p, _ := v.Person(rows[0].Entity.ID, "", 100)
	return p
}

func TestLakePeople(t *testing.T) {
	v := openLake(t)
	p := one(t, v, "Torokai")
	if p.Role == nil || p.Role.Title != "president of Karvany" || len(p.Spellings) < 3 || p.Said.Len() < 10 {
		t.Errorf("Torokai: %+v, %v, %d said", p.Role, p.Spellings, p.Said.Len())
	}
	last := "~"
	for _, r := range p.Said.Rows(0, 100) {
		at := r.Quote.Reported[:10]
		if r.Quote.Date != "" && r.Quote.Date <= r.Quote.Reported {
			at = r.Quote.Date
		}
		if at > last {
			t.Errorf("%s stands behind %s", at, last)
		}
		last = at
	}
	for _, x := range p.Events {
		if x.Count != len(x.Events) {
			t.Errorf("%s: %d events, %d listed", x.Part, x.Count, len(x.Events))
		}
	}
	state := one(t, v, "Karvany")
	if state.Kind != view.ActorState || len(state.People) < 2 {
		t.Errorf("Karvany: %s with %d people", state.Kind, len(state.People))
	}
}

func TestLakeSources(t *testing.T) {
	v := openLake(t)
	n, own := 0, 0
	for _, s := range v.Sources() {
		n += s.Reports
		own += s.Own
		if s.Own+s.Copied+s.Wire != s.Reports || s.Delay.First > s.Delay.Timed || s.Delay.Timed > s.Delay.Shared || s.Delay.Shared > s.Events || s.Shape.Relayed > s.Shape.Sum() {
			t.Errorf("figures that cannot be: %+v", s)
		}
	}
	if n != len(v.Record.Reports) || own != n-2 {
		t.Errorf("%d of %d reports, %d with a text of their own", n, len(v.Record.Reports), own)
	}
	c, ok := v.Compare(v.OutletNamed("Harbour Wire"), v.OutletNamed("Elsey Evening Post"), view.Filter{})
	if !ok || c.BCopiesA != 2 || len(c.Both) == 0 {
		t.Errorf("the copier shares %d events; %d reports copied", len(c.Both), c.BCopiesA)
	}
}

// Every cell of the positions table and every promise opens a sentence.
func TestLakeStances(t *testing.T) {
	v := openLake(t)
	s := v.Stances(view.Filter{}, 4, 0, 1000)
	if len(s.Lines) != s.Issues || s.Lines[0].Parties < 2 {
		t.Errorf("%d lines of %d issues", len(s.Lines), s.Issues)
	}
	for _, l := range s.Lines {
		stands := 0
		for _, c := range append(l.Cells, l.Others...) {
			if len(c.Positions) > 0 {
				stands++
			}
			for _, p := range c.Positions {
				if v.Context(p.Position.Evidence.Report, p.Position.Evidence.Span).Hit == "" {
					t.Errorf("%s has no words", p.Position.ID)
				}
			}
		}
		if stands != l.Parties {
			t.Errorf("%s: %d parties of %d", l.Issue.Name, stands, l.Parties)
		}
	}
	l := v.Ledger(view.Filter{}, "2031-05-12")
	if l.Len() == 0 || len(l.Alleged) == 0 || l.Alleged[0].Status() != "breach alleged" {
		t.Errorf("%d promises, %d said to be broken", l.Len(), len(l.Alleged))
	}
	if c := v.Contacts(view.Filter{}, "", 30); len(c.Edges) == 0 || c.Nodes[c.Edges[0].A].Name == "" {
		t.Error("nobody speaks with anybody")
	}
}

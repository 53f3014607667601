package view

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
)

func mention(report string, start int) readout.EventMention {
	return readout.EventMention{Evidence: readout.Evidence{Report: report, Span: readout.Span{Start: start, End: start + 4}}}
}

// sample has five reports: an agency's, a copy of it, one that credits the
// agency, and two of their own, one without an outlet.
func sample() *readout.Record {
	return &readout.Record{
		Reports: []*readout.Report{
			{ID: "r1", Outlet: "Harbour Wire", Text: "The call took an hour.\nNobody knew."},
			{ID: "r2", Outlet: "Elsey Evening Post", Text: "The call took an hour."},
			{ID: "r3", Outlet: "Lowland Radio", Text: "A call was held."},
			{ID: "r4", Outlet: "The Meridian", Text: "A call? A call."},
			{ID: "r5", Path: "note.txt", Text: "The call."},
		},
		Origins: []readout.Origin{
			{Kind: "own", Outlet: "eWire"},
			{Kind: "copy", Outlet: "ePost", Of: "r1"},
			{Kind: "wire", Outlet: "eRadio", Of: "eWire"},
			{Kind: "own", Outlet: "eMeridian"},
			{Kind: "own"},
		},
		Entities: []*readout.Entity{
			{ID: "e1", Type: readout.Person, Name: "Vesna Torokai", Names: []string{"Torokaj", "Vesna Torokai"}},
			{ID: "e2", Type: readout.Person, Name: "Ada al-Torokai", Names: []string{"Ada al-Torokai"}},
		},
		Events: []*readout.Event{
			{ID: "v1", Title: "undated", Mentions: []readout.EventMention{mention("r4", 0)}},
			{ID: "v2", Title: "call", Date: &readout.Date{Value: "2031-03-14"}, Participants: []readout.Participant{{Entity: "e1", Role: "participant"}}, Mentions: []readout.EventMention{mention("r1", 4), mention("r2", 4), mention("r3", 2), mention("r4", 2), mention("r4", 10), mention("r5", 4)}},
			{ID: "v3", Title: "earlier", Date: &readout.Date{Value: "2031-02"}, Mentions: []readout.EventMention{mention("r4", 0)}},
		},
		Statements: []*readout.Statement{
			{ID: "s1", Report: "r1", Kind: readout.Direct, Text: "Nobody knew.", Content: []readout.Span{{Start: 23, End: 35}}, Speaker: "e1"},
			{ID: "s2", Report: "r4", Kind: readout.Indirect, Text: "A call.", Content: []readout.Span{{Start: 8, End: 15}}},
		},
	}
}

func TestSupportCountsFourThings(t *testing.T) {
	row, ok := New(sample()).Event("v2")
	if !ok {
		t.Fatal("no event")
	}
	// The agency, its copy and the report that credits it are one origin.
	want := Support{Mentions: 6, Reports: []string{"r1", "r2", "r3", "r4", "r5"}, Origins: 3}
	if diff := cmp.Diff(want, row.Support); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTimelineOrder(t *testing.T) {
	var got []string
	for _, r := range New(sample()).Timeline() {
		got = append(got, r.Event.Title)
	}
	if diff := cmp.Diff([]string{"earlier", "call", "undated"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWho(t *testing.T) {
	v := New(sample())
	for _, tc := range []struct {
		name string
		want []string
	}{
		{"vesna torokai", []string{"e1"}},
		{"TOROKAJ", []string{"e1"}},
		{"Torokai", []string{"e1", "e2"}}, // no whole name: all who carry the word
		{"Al Torokai", []string{"e2"}},
		{"e2", []string{"e2"}},
		{"Oona", nil},
		{"", nil},
	} {
		var got []string
		for _, r := range v.Who(tc.name) {
			got = append(got, r.Entity.ID)
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tc.name, diff)
		}
	}
	if rows := v.Who("e1"); len(rows[0].Events) != 1 || len(rows[0].Quotes) != 1 {
		t.Errorf("e1: %d events, %d quotes", len(rows[0].Events), len(rows[0].Quotes))
	}
}

func TestQuotes(t *testing.T) {
	v := New(sample())
	for _, tc := range []struct {
		name   string
		filter Filter
		want   []string
	}{
		{"all, the unnamed last", Filter{}, []string{"s1", "s2"}},
		{"by any spelling", Filter{By: "torokaj"}, []string{"s1"}},
		{"by kind", Filter{Kind: "indirect"}, []string{"s2"}},
		{"by words", Filter{On: "NOBODY"}, []string{"s1"}},
		{"nothing fits", Filter{By: "Oona"}, nil},
	} {
		var got []string
		for _, q := range v.Quotes(tc.filter) {
			got = append(got, q.Statement.ID)
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
}

func TestContextIsOneParagraph(t *testing.T) {
	v := New(sample())
	if got, want := v.Context("r1", readout.Span{Start: 23, End: 29}), (Context{"", "Nobody", " knew."}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	long := strings.Repeat("żółw ", 200)
	v = New(&readout.Record{Reports: []*readout.Report{{ID: "r", Text: long + "HIT" + long}}})
	c := v.Context("r", readout.Span{Start: len(long), End: len(long) + 3})
	if c.Hit != "HIT" || len(c.Before) > maxContext+4 || len(c.After) > maxContext+4 || strings.ContainsRune(c.Before+c.After, '\uFFFD') {
		t.Errorf("got %d, %q, %d bytes", len(c.Before), c.Hit, len(c.After))
	}
}

func TestShow(t *testing.T) {
	v := New(sample())
	for id, kind := range map[string]string{"r5": "report", "e1": "entity", "v2": "event", "s2": "statement"} {
		if f, err := v.Show(id); err != nil || f.Kind != kind {
			t.Errorf("%s: got %q, %v", id, f.Kind, err)
		}
	}
	if _, err := v.Show("x"); !errors.Is(err, readout.ErrNotFound) {
		t.Errorf("unknown id: got %v", err)
	}
	if _, err := v.Show("s"); err == nil || !strings.Contains(err.Error(), "s1, s2") {
		t.Errorf("ambiguous id: got %v", err)
	}
}

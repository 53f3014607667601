package view

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
)

func TestSpanOf(t *testing.T) {
	for _, c := range []struct {
		d         *readout.Date
		kind, key string
	}{
		{nil, "", ""},
		{&readout.Date{}, "", ""},
		{&readout.Date{Value: "soon"}, "", ""},
		{&readout.Date{Value: "2031-13-40"}, "", ""},
		{&readout.Date{Value: "2031-03-14"}, SpanDay, "2031-03-14"},
		{&readout.Date{Value: "2031-03-14T15:40"}, SpanDay, "2031-03-14"},
		{&readout.Date{Value: "2031-03-12", End: "2031-03-14"}, SpanDay, "2031-03-12"},
		{&readout.Date{Value: "2031-03-10", End: "2031-03-16"}, SpanWeek, "2031-03-10/2031-03-16"},
		{&readout.Date{Value: "2031-03-11", End: "2031-03-17"}, SpanDay, "2031-03-11"}, // seven days, but no week
		{&readout.Date{Value: "2031-03-01", End: "2031-03-31"}, SpanMonth, "2031-03"},
		{&readout.Date{Value: "2031-01-01", End: "2031-12-31"}, SpanYear, "2031"},
		{&readout.Date{Value: "2031-03", Precision: "month"}, SpanMonth, "2031-03"},
		{&readout.Date{Value: "2031", Precision: "year"}, SpanYear, "2031"},
		{&readout.Date{Value: "2031-03-10", End: "2031-03-16", Precision: readout.Latest}, SpanDay, "2031-03-10"},
	} {
		if kind, key := spanOf(c.d); kind != c.kind || key != c.key {
			t.Errorf("%+v: %s %s, want %s %s", c.d, kind, key, c.kind, c.key)
		}
	}
}

// calendar has events on many days: two origins tell of the major ones, one of
// the minor ones; some have a month, some nothing.
func calendar() *readout.Record {
	rec := &readout.Record{
		Reports: []*readout.Report{
			{ID: "r1", Outlet: "Harbour Wire", Text: "It was told here at some length that they met by the lake.", Published: readout.Published{Value: "2031-03-15"}},
			{ID: "r2", Outlet: "The Meridian", Text: "It was told there at some length that they met by the lake.", Published: readout.Published{Value: "2031-03-16T10:00"}},
			{ID: "r3", Outlet: "Elsey Evening Post", Text: "It was told here at some length that they met by the lake.", Published: readout.Published{Value: "2031-03-16"}},
		},
		Origins:  []readout.Origin{{Kind: "own", Outlet: "eo1"}, {Kind: "own", Outlet: "eo2"}, {Kind: "copy", Outlet: "eo3", Of: "r1", Why: "94 % of its words"}},
		Entities: []*readout.Entity{{ID: "e1", Name: "Sollund", Type: readout.Place}, {ID: "e2", Name: "Karvany", Type: readout.Place}},
	}
	add := func(id, value, end string, major bool, status readout.EventStatus) {
		at := func(report string) readout.EventMention {
			return readout.EventMention{Evidence: readout.Evidence{Report: report, Span: readout.Span{End: 58}}, Trigger: readout.Span{Start: 39, End: 42}}
		}
		e := &readout.Event{ID: id, Type: "STATEMENT", Title: "Event " + id, Status: status, Participants: []readout.Participant{{Entity: "e1", Role: "agent"}}, Mentions: []readout.EventMention{at("r1")}}
		if major {
			e.Mentions = append(e.Mentions, at("r2"), at("r3"))
			e.Participants = append(e.Participants, readout.Participant{Entity: "e2", Role: "participant"})
		}
		if value != "" {
			e.Date = &readout.Date{Value: value, End: end}
		}
		rec.Events = append(rec.Events, e)
	}
	add("v01", "2031-02-02", "", true, readout.Occurred)
	add("v02", "2031-02-10", "", false, readout.Occurred)
	add("v03", "2031-02-20", "", false, readout.Occurred)
	add("v04", "2031-03-03", "", true, readout.Occurred)
	add("v05", "2031-03-04T05:00", "", true, readout.Occurred)
	add("v06", "2031-03-04T13:00", "", false, readout.Occurred)
	add("v07", "2031-03-04", "", false, readout.Occurred)
	add("v08", "2031-03-12", "2031-03-14", true, readout.Occurred)
	add("v09", "2031-03-18", "", true, readout.Reported)
	add("v10", "2031-04", "", true, readout.Planned)
	add("v11", "", "", false, readout.Occurred)
	add("v12", "", "", true, readout.Occurred)
	add("v13", "2031-03-10", "2031-03-16", false, readout.Occurred)
	rec.Claims = []*readout.Claim{{ID: "c1", Event: "v08", Attribute: "duration", Text: "an hour", Evidence: readout.Evidence{Report: "r1"}}, {ID: "c2", Event: "v08", Attribute: "duration", Text: "a day", Holder: "e2", Evidence: readout.Evidence{Report: "r2"}}}
	rec.Disagreements = []*readout.Disagreement{{Event: "v08", Attribute: "duration", Verdict: readout.Conflict, Claims: []string{"c1", "c2"}}}
	return rec
}

// outline writes groups in short: key, rows, and the gap before.
func outline(groups []Group) string {
	var b strings.Builder
	for _, g := range groups {
		if g.Gap != nil {
			fmt.Fprintf(&b, "(%d days, %d minor) ", g.Gap.Days, g.Gap.Events)
		}
		fmt.Fprintf(&b, "%s:", g.Key)
		for _, r := range g.Rows {
			b.WriteString(" " + r.Event.ID)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestTimetable(t *testing.T) {
	v := New(calendar())
	got := outline(v.Timetable(Filter{}, "", 100, false, "2031-03-16").Groups)
	// v10 lies ahead. A day's hours run backwards with the days, and what has
	// none stands behind. v08 goes on for days: none of them is empty.
	want := `2031-03-18: v09
(3 days, 0 minor) 2031-03-12: v08
2031-03-10/2031-03-16: v13
(5 days, 0 minor) 2031-03-04: v06 v05 v07
2031-03-03: v04
(28 days, 2 minor) 2031-02-02: v01
2031-03-15: v12 v11
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	got = outline(v.Timetable(Filter{}, "2031-03-04", 100, true, "").Groups)
	want = `2031-03-04: v05 v06 v07
(5 days, 0 minor) 2031-03-10/2031-03-16: v13
2031-03-12: v08
(3 days, 0 minor) 2031-03-18: v09
2031-04: v10
2031-03-15: v12 v11
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// All pages of a list together hold every event once, in the order of one long
// page, whatever their size.
func TestTimetablePages(t *testing.T) {
	v := New(calendar())
	for _, oldest := range []bool{false, true} {
		for limit := 1; limit < 15; limit++ {
			ids := func(p Timetable) (out []string) {
				for _, g := range p.Groups {
					if g.Gap != nil {
						for _, h := range g.Gap.Groups {
							for _, r := range h.Rows {
								out = append(out, r.Event.ID)
							}
						}
					}
					for _, r := range g.Rows {
						out = append(out, r.Event.ID)
					}
				}
				return out
			}
			want := ids(v.Timetable(Filter{}, "", 1000, oldest, ""))
			var got []string
			cursor := ""
			for range 20 {
				p := v.Timetable(Filter{}, cursor, limit, oldest, "")
				if p.From != len(got)+1 || p.Total != 13 || p.Rows > limit {
					t.Errorf("limit %d: page from %d of %d rows, %d had gone before", limit, p.From, p.Rows, len(got))
				}
				got = append(got, ids(p)...)
				if cursor = p.Next; cursor == "" {
					break
				}
			}
			if diff := cmp.Diff(want, got); diff != "" || len(got) != 13 {
				t.Errorf("limit %d, oldest %v (-want +got):\n%s", limit, oldest, diff)
			}
		}
	}
}

// pagesOf follows Next from the beginning and gives the ids in the order of the
// pages, those in gaps too.
func pagesOf(t *testing.T, v *View, limit int, oldest bool) []string {
	t.Helper()
	var ids []string
	rows := func(groups []Group) {
		for _, g := range groups {
			for _, r := range g.Rows {
				ids = append(ids, r.Event.ID)
			}
		}
	}
	cursor := ""
	for range len(v.Record.Events) + 1 {
		p := v.Timetable(Filter{}, cursor, limit, oldest, "")
		for _, g := range p.Groups {
			if g.Gap != nil {
				rows(g.Gap.Groups)
			}
			rows([]Group{g})
		}
		if cursor = p.Next; cursor == "" {
			return ids
		}
	}
	t.Errorf("limit %d, oldest %v: the pages do not end: %v", limit, oldest, ids)
	return ids
}

// wantOnce checks that pages of every size hold each event once, in both orders.
func wantOnce(t *testing.T, v *View) {
	t.Helper()
	for _, oldest := range []bool{false, true} {
		whole := pagesOf(t, v, len(v.Record.Events), oldest)
		var all []string
		for _, e := range v.Record.Events {
			all = append(all, e.ID)
		}
		slices.Sort(all)
		if diff := cmp.Diff(all, slices.Sorted(slices.Values(whole))); diff != "" {
			t.Errorf("oldest %v (-want +got):\n%s", oldest, diff)
		}
		for limit := 1; limit < 5; limit++ {
			if diff := cmp.Diff(whole, pagesOf(t, v, limit, oldest)); diff != "" {
				t.Errorf("limit %d, oldest %v (-want +got):\n%s", limit, oldest, diff)
			}
		}
	}
}

// dated makes a record of events with these dates ("" none, "from/to" a range);
// event i is told of by a report that came out on the day i of published, where
// "" is not known.
func dated(dates, published []string) *readout.Record {
	rec := &readout.Record{}
	for i, d := range dates {
		e := &readout.Event{ID: fmt.Sprintf("v%03d", i+1)}
		if from, to, _ := strings.Cut(d, "/"); from != "" {
			e.Date = &readout.Date{Value: from, End: to}
		}
		if published != nil {
			r := &readout.Report{ID: fmt.Sprintf("r%03d", i+1), Text: "They met.", Published: readout.Published{Value: published[i]}}
			rec.Reports, rec.Origins = append(rec.Reports, r), append(rec.Origins, readout.Origin{Kind: "own"})
			e.Mentions = []readout.EventMention{{Evidence: readout.Evidence{Report: r.ID, Span: readout.Span{End: 9}}, Trigger: readout.Span{Start: 5, End: 8}}}
		}
		rec.Events = append(rec.Events, e)
	}
	return rec
}

// Events without a date that only reports without a day tell of are a group of
// their own, which is not where the undated begin.
func TestTimetableToldOnNoDay(t *testing.T) {
	wantOnce(t, New(dated(make([]string, 6), []string{"2031-03-15", "", "", "", "", ""})))
}

func TestTimetableCursors(t *testing.T) {
	v := New(calendar())
	for _, c := range []struct {
		cursor string
		oldest bool
		want   string
	}{
		{"2031-03-05", false, "v06"}, // no event on that day: the next one
		{"2031-03-05", true, "v13"},
		{"2031-03-04+1", false, "v05"},
		{"2031-03-04+99", false, "v04"},
		{"2031-03-04+x", false, "v06"},
		{"2030-01-01", false, "v12"},
		{"2040", false, "v10"},
		{"~", false, "v12"},
		{"~", true, "v12"},
		{"~2031-03-15+1", true, "v11"},
		{"nonsense", false, "v10"},
		{"\x00", false, "v12"},
	} {
		p := v.Timetable(Filter{}, c.cursor, 1, c.oldest, "")
		got := ""
		for _, g := range p.Groups {
			for _, r := range g.Rows {
				got = r.Event.ID
			}
		}
		if got != c.want {
			t.Errorf("%q, oldest %v: %s, want %s", c.cursor, c.oldest, got, c.want)
		}
	}
}

func FuzzTimetable(f *testing.F) {
	v := New(calendar())
	for _, s := range []string{"", "~", "2031-03-04+1", "2031-03-04+-1", "+", "~+3", "2031-03-10/2031-03-16"} {
		f.Add(s, 3, true)
		f.Add(s, 1, false)
	}
	f.Fuzz(func(t *testing.T, cursor string, limit int, oldest bool) {
		limit = max(1, min(limit, 1000))
		p := v.Timetable(Filter{}, cursor, limit, oldest, "")
		if p.Rows > limit || p.From < 1 || p.From > p.Total+1 {
			t.Errorf("%q: %d rows from %d of %d", cursor, p.Rows, p.From, p.Total)
		}
		if p.Next == cursor && cursor != "" {
			t.Errorf("%q leads to itself", cursor)
		}
	})
}

func TestRow(t *testing.T) {
	v := New(calendar())
	r, ok := v.TimelineRow("v08")
	if !ok || !slices.Equal(r.Disputes, []string{"duration"}) || r.When != "to 14 March" || r.Time != "" || r.Minor {
		t.Errorf("v08: %+v", r)
	}
	// The report that is no copy and came first, and the words around the trigger.
	if r.By != "Harbour Wire" || r.Words != "It was told here at some length that they met by the lake." || r.Exact {
		t.Errorf("v08: %q by %s", r.Words, r.By)
	}
	if r.Told != "Harbour Wire and 2 others" {
		t.Errorf("told by %s", r.Told)
	}
	if r, _ = v.TimelineRow("v05"); r.Time != "05:00" {
		t.Errorf("v05 at %q", r.Time)
	}
	if r, _ = v.TimelineRow("v02"); !r.Minor {
		t.Error("v02 is not minor")
	}
	if _, ok := v.TimelineRow("v99"); ok {
		t.Error("v99 is there")
	}
}

func TestAround(t *testing.T) {
	text := "Before. The delegation of Karvany, which had come by boat, left the table at ten past two, and nobody said why it did so. After."
	passage := readout.Span{Start: 8, End: 121}
	i := strings.Index(text, "left")
	focus := readout.Span{Start: i, End: i + 4}
	for _, c := range []struct {
		n    int
		want string
	}{
		{200, "The delegation of Karvany, which had come by boat, left the table at ten past two, and nobody said why it did so."},
		{60, "… of Karvany, which had come by boat, left the table at …"},
		{10, "… left …"},
	} {
		if got := around(text, passage, focus, c.n); got != c.want {
			t.Errorf("%d: %q, want %q", c.n, got, c.want)
		}
	}
}

func TestSummary(t *testing.T) {
	v := New(calendar())
	s := v.Summary(Filter{})
	if s.Events != 13 || s.Dated != 11 || s.Undated != 2 || s.Reports != 3 || s.Disputed != 1 || s.Copies != 1 {
		t.Errorf("%+v", s)
	}
	// The copy is no report of its outlet's own.
	if want := []OutletCount{{"Harbour Wire", "eo1", 1}, {"The Meridian", "eo2", 1}}; !slices.Equal(s.Outlets, want) {
		t.Errorf("%v", s.Outlets)
	}
	if want := []Facet{{"Sollund", "e1", 13}, {"Karvany", "e2", 7}}; !slices.Equal(s.Parties, want) {
		t.Errorf("%v", s.Parties)
	}
	if n := v.CountEvents(Filter{With: []string{"Karvany"}}); n != 7 {
		t.Errorf("%d events with Karvany", n)
	}
	if n := v.CountEvents(Filter{Disputed: true}); n != 1 {
		t.Errorf("%d in dispute", n)
	}
	if n := v.CountEvents(Filter{Outlet: "The Meridian"}); n != 7 {
		t.Errorf("%d in The Meridian", n)
	}
}

// What a filter finds by its lists is what it finds by looking at everything.
func TestCandidatesMissNothing(t *testing.T) {
	v := New(calendar())
	for _, f := range []Filter{{}, {By: "Sollund"}, {With: []string{"e2", "Sollund"}}, {Outlet: "eo3"}, {Outlet: "Elsey"}, {EventType: "statement"}, {EventType: "x"}, {Disputed: true}, {From: "2031-03", To: "2031-03"}, {From: "2031-03-13"}, {To: "2031-03-13"}, {From: "2031-03-16", To: "2031-03-16"}, {From: "2031-04-15"}, {From: "2032"}, {To: "2030"}, {From: "2031", To: "2031-02-10"}, {Thread: "t1"}, {Words: "event v08"}} {
		var want []string
		for _, r := range v.Events(f) {
			want = append(want, r.Event.ID)
		}
		var got []string
		for _, i := range v.eventSet(f).at {
			got = append(got, v.inOrder().order[i].ID)
		}
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", f, diff)
		}
	}
}

func TestStripCounts(t *testing.T) {
	v := New(calendar())
	s := v.Summary(Filter{}).Strip
	if s.Unit != SpanDay || s.From.Format("2006-01-02") != "2031-02-02" || s.To.Format("2006-01-02") != "2031-03-18" {
		t.Errorf("%s from %v to %v", s.Unit, s.From, s.To)
	}
	if n := s.Shown() + s.Earlier + s.Later + s.Vague + s.Undated; n != 13 || s.Vague != 2 || s.Undated != 2 {
		t.Errorf("%d counted: %+v", n, s)
	}
	if b := s.Busiest(); len(b) != 1 || b[0].Events != 3 || b[0].First.Format("2006-01-02") != "2031-03-04" {
		t.Errorf("busiest %v", b)
	}
	s = v.Summary(Filter{From: "2031-03-04", To: "2031-03"}).Strip
	if s.From.Format("2006-01-02") != "2031-03-04" || s.To.Format("2006-01-02") != "2031-03-31" {
		t.Errorf("bounds of the filter: %v to %v", s.From, s.To)
	}
}

// A far-off event does not make the others too small to see: it is counted at
// the edge. Whatever the unit, nothing is lost.
func TestStripCore(t *testing.T) {
	rec := calendar()
	for i, day := range []string{"1991-06-01", "2040-01-05"} {
		rec.Events = append(rec.Events, &readout.Event{ID: fmt.Sprint("vx", i), Date: &readout.Date{Value: day}})
	}
	s := New(rec).Summary(Filter{}).Strip
	if s.Unit == SpanYear || s.Earlier+s.Later == 0 {
		t.Errorf("%s from %v to %v, %d earlier, %d later", s.Unit, s.From, s.To, s.Earlier, s.Later)
	}
	for _, years := range []int{1, 2, 5, 30, 90} {
		rec := &readout.Record{}
		for i := range 60 {
			rec.Events = append(rec.Events, &readout.Event{ID: fmt.Sprintf("v%02d", i), Date: &readout.Date{Value: fmt.Sprintf("%d-%02d-%02d", 2031-i%max(1, years), 1+i%12, 1+i%28)}})
		}
		s := New(rec).Summary(Filter{}).Strip
		if n := s.Shown() + s.Earlier + s.Later + s.Vague; n != 60 {
			t.Errorf("%d years: %d events in %ss", years, n, s.Unit)
		}
		for i, b := range s.Bins {
			if b.First.Before(s.From) || b.Last.After(s.To) || i > 0 && !s.Bins[i-1].Last.Before(b.First) {
				t.Errorf("%d years: bin %d from %v to %v", years, i, b.First, b.Last)
			}
		}
	}
}

func TestAhead(t *testing.T) {
	rec := calendar()
	rec.Commitments = []*readout.Commitment{{ID: "k1", Party: "e1", Terms: "open the lock", Until: &readout.Date{Value: "2031-03-30"}, Evidence: readout.Evidence{Report: "r1"}}, {ID: "k2", Party: "e1", Terms: "long past", Until: &readout.Date{Value: "2031-03-01"}, Evidence: readout.Evidence{Report: "r1"}}}
	v := New(rec)
	if got := v.Today(""); got != "2031-03-16" {
		t.Errorf("today is %s", got)
	}
	if got := v.Today("2031-03-10T15:00Z"); got != "2031-03-10" {
		t.Errorf("as of: %s", got)
	}
	rows := v.Ahead(Filter{}, "2031-03-16")
	if len(rows) != 2 || rows[0].Commitment == nil || rows[0].Commitment.Commitment.ID != "k1" || rows[1].Event == nil || rows[1].Event.Event.ID != "v10" || rows[1].Note != "day not set" {
		t.Errorf("%+v", rows)
	}
}

func TestDisputes(t *testing.T) {
	v := New(calendar())
	rows, n := v.Disputes(Filter{}, 4)
	if n != 1 || len(rows) != 1 || rows[0].Event.ID != "v08" || len(rows[0].Sides) != 2 || rows[0].Ref != "v08.duration" || rows[0].Question == "" {
		t.Fatalf("%d: %+v", n, rows)
	}
	var who []string
	for _, s := range rows[0].Sides {
		who = append(who, s.Who...)
	}
	slices.Sort(who)
	if !slices.Equal(who, []string{"Harbour Wire", "Karvany"}) {
		t.Errorf("held by %v", who)
	}
	if rows, n = v.Disputes(Filter{To: "2031-02"}, 4); n != 0 || rows != nil {
		t.Errorf("%d in February", n)
	}
}

func TestLanes(t *testing.T) {
	p := New(calendar()).Lanes(Filter{}, "", 100, false)
	if len(p.Lanes) != 2 || p.Lanes[0].Entity.ID != "e1" || p.Lanes[0].Events != 11 || p.Lanes[1].Events != 6 || p.Undated != 2 {
		t.Errorf("%+v, %d undated", p.Lanes, p.Undated)
	}
	if len(p.Columns) != 11 || p.Columns[0].Row.Event.ID != "v01" || !slices.Equal(p.Columns[0].Lanes, []int{0, 1}) {
		t.Errorf("%d columns", len(p.Columns))
	}
}

func TestArrivals(t *testing.T) {
	rec := calendar()
	rec.Reports = append(rec.Reports, &readout.Report{ID: "r4", Outlet: "Harbour Wire"})
	rec.Origins = append(rec.Origins, readout.Origin{Kind: "wire", Outlet: "eo1", Of: "none"})
	a := New(rec).Arrivals([]string{"r4", "r3", "r2", "r1", "r9"})
	var ids []string
	for _, r := range a.Reports {
		ids = append(ids, r.Report.ID)
	}
	if !slices.Equal(ids, []string{"r1", "r3", "r2", "r4"}) || a.Undated != 1 || a.Copies != 2 {
		t.Errorf("%v, %d undated, %d copies", ids, a.Undated, a.Copies)
	}
	if c := a.Reports[1]; c.Copies != 0 || c.Of != "Harbour Wire" || c.Overlap != "94 %" || c.Outlet != 1 {
		t.Errorf("the copy: %+v", c)
	}
	if w := a.Reports[3]; w.Of != "an agency" || w.Copies != -1 || w.Outlet != 0 {
		t.Errorf("the credit: %+v", w)
	}
	if !a.Reports[2].Exact || a.Reports[0].Exact || a.To.Format("15:04") != "10:00" {
		t.Errorf("times: %v to %v", a.From, a.To)
	}
}

func TestKindName(t *testing.T) {
	for value, want := range map[string]string{"CONSULT": "Conversation", "phone": "Phone call", "reject": "Rejection", "nonsense": "nonsense", "": "", "arrest": "Arrest"} {
		if got := KindName(value); got != want {
			t.Errorf("%q: %q, want %q", value, got, want)
		}
	}
}

func TestNews(t *testing.T) {
	rec := calendar()
	// v01 is told of anew on the 16th: its second account differs.
	rec.Claims = append(rec.Claims,
		&readout.Claim{ID: "c3", Event: "v08", Attribute: "place", Text: "Port Elsey", Value: readout.ClaimValue{Text: "Port Elsey"}, Evidence: readout.Evidence{Report: "r2", Span: readout.Span{Start: 3, End: 6}}})
	v := New(rec)
	n := v.News("2031-03-16", "2031-03-16", 2)
	if n.Reports != 2 || n.Copies != 1 || n.Last != "2031-03-16T10:00" {
		t.Errorf("%d reports, %d copies, last %s", n.Reports, n.Copies, n.Last)
	}
	// r1 told of all events the day before, so none is new.
	if n.Events != 0 || len(n.Threads) != 0 {
		t.Errorf("%d events, %d threads", n.Events, len(n.Threads))
	}
	if len(n.Changed) == 0 || n.Changed[0].Event.ID != "v08" {
		t.Errorf("changed: %+v", n.Changed)
	}
	all := v.News("2031-01", "2031-03-16", 2)
	if all.Events != 13 || len(all.Threads) != 1 || len(all.Threads[0].Rows) != 2 || all.Threads[0].Events != 13 {
		t.Errorf("since January: %d events, %+v", all.Events, all.Threads)
	}
	if got := v.News("2031-04", "2031-03-16", 2); got.Reports+got.Events+len(got.Changed)+len(got.Opened) != 0 {
		t.Errorf("since April: %+v", got)
	}
}

func TestBeside(t *testing.T) {
	v := New(calendar())
	for _, c := range [][3]string{{"2031-03-04", "2031-03-03", "2031-03-12"}, {"2031-03-05", "2031-03-04", "2031-03-12"}, {"2031-02-02", "", "2031-02-10"}, {"2031-03-18", "2031-03-16", ""}, {"1999-01-01", "", "2031-02-02"}} {
		if a, b := v.Beside(c[0]); a != c[1] || b != c[2] {
			t.Errorf("beside %s: %q and %q, want %q and %q", c[0], a, b, c[1], c[2])
		}
	}
	if rows := v.PublishedOn("2031-03-16"); len(rows) != 2 || rows[0].Report.ID != "r3" {
		t.Errorf("%+v", rows)
	}
}

// Whatever kinds of dates a record has: no two groups go by one cursor, and every
// event stands on one page.
func TestTimetableOfAnyDates(t *testing.T) {
	wantOnce(t, New(dated([]string{"2031-03-10", "2031-03-10/2031-03-16", "2031-03-10T15:40", "2031-03-20"}, nil)))
	rng := rand.New(rand.NewPCG(31, 7))
	for range 60 {
		var dates, published []string
		for range 1 + rng.IntN(14) {
			day := time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, rng.IntN(3), rng.IntN(16))
			monday := day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
			iso := func(t time.Time) string { return t.Format(time.DateOnly) }
			dates = append(dates, []string{
				"", "", iso(day), iso(monday), fmt.Sprintf("%sT%02d:40", iso(monday), rng.IntN(24)), iso(day) + "T09:00Z", iso(monday) + "/" + iso(monday.AddDate(0, 0, 6)),
				iso(day) + "/" + iso(day.AddDate(0, 0, 2)), day.Format("2006-01"), day.Format("2006-01") + "-01", day.Format("2006"), "2031-01-01/2031-12-31", "2031-01-01/2031-01-31",
			}[rng.IntN(13)])
			published = append(published, []string{"", iso(day), iso(day) + "T10:00Z"}[rng.IntN(3)])
		}
		v := New(dated(dates, published))
		wantOnce(t, v)
		for _, oldest := range []bool{false, true} {
			seen := map[string]string{}
			for _, r := range v.runs(v.eventSet(Filter{}), oldest, "") {
				c := cursorOf(r, 0)
				if other, ok := seen[c]; ok || c == UndatedCursor {
					t.Errorf("cursor %q is of %q and of %q", c, other, r.kind+" "+r.key)
				}
				seen[c] = r.kind + " " + r.key
			}
		}
		if t.Failed() {
			t.Fatalf("dates %q, told on %q", dates, published)
		}
	}
}

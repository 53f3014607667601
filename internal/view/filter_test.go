package view

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
)

// told has two calls of one thread and a strike outside it, reported by two
// outlets, with a fact of every kind at or beside them.
func told() *readout.Record {
	ev := func(report string) readout.Evidence {
		return readout.Evidence{Report: report, Span: readout.Span{Start: 0, End: 4}}
	}
	day := func(s string) *readout.Date { return &readout.Date{Value: s} }
	return &readout.Record{
		Reports: []*readout.Report{
			{ID: "r1", Outlet: "Harbour Wire", Text: "One. Two.", Published: readout.Published{Value: "2031-03-14"}},
			{ID: "r2", Outlet: "The Meridian", Text: "One. Two.", Published: readout.Published{Value: "2031-03-15"}},
			{ID: "r3", Outlet: "harbour wire", Text: "One. Two.", Published: readout.Published{Value: "2031-03-16"}},
		},
		Origins: []readout.Origin{{Kind: "own", Outlet: "e1"}, {Kind: "own", Outlet: "e2"}, {Kind: "own", Outlet: "e1"}},
		Entities: []*readout.Entity{
			{ID: "e1", Type: readout.Outlet, Name: "Harbour Wire", Names: []string{"Harbour Wire", "HW"}},
			{ID: "e2", Type: readout.Outlet, Name: "The Meridian"},
			{ID: "e3", Type: readout.Person, Name: "Vesna Torokai"},
		},
		Events: []*readout.Event{
			{ID: "v1", Type: "CONSULT", Mode: "phone", Date: day("2031-03-14"), Mentions: []readout.EventMention{mention("r1", 0)}},
			{ID: "v2", Type: "CONSULT", Mode: "talks", Date: day("2031-03-15"), Mentions: []readout.EventMention{mention("r1", 0), mention("r2", 0)}},
			{ID: "v3", Type: "PROTEST", Mode: "strike", Date: day("2031-03-16"), Mentions: []readout.EventMention{mention("r3", 0)}},
		},
		Claims: []*readout.Claim{{ID: "c1", Event: "v2", Attribute: "duration", Evidence: ev("r1")}, {ID: "c2", Event: "v2", Attribute: "duration", Evidence: ev("r2")}},
		Disagreements: []*readout.Disagreement{
			{Event: "v2", Attribute: "duration", Verdict: readout.Conflict, Claims: []string{"c1", "c2"}},
			{Event: "v3", Attribute: "duration", Verdict: readout.Compatible},
		},
		Statements: []*readout.Statement{
			{ID: "s1", Report: "r1", Kind: readout.Direct, Text: "One.", Content: []readout.Span{{Start: 0, End: 4}}, Speaker: "e3", Event: "v1", Utterance: "u1"},
			{ID: "s2", Report: "r2", Kind: readout.Direct, Text: "One.", Content: []readout.Span{{Start: 0, End: 4}}, Speaker: "e3", Utterance: "u1"},
			{ID: "s3", Report: "r3", Kind: readout.Direct, Text: "One.", Content: []readout.Span{{Start: 0, End: 4}}, Speaker: "e3", Event: "v3"},
		},
		Utterances: []*readout.Utterance{{ID: "u1", Speaker: "e3", Variants: []readout.Variant{{Statement: "s1", Kind: "fullest"}, {Statement: "s2", Kind: "changed", Changes: []readout.WordChange{{Fullest: readout.Span{Start: 0, End: 3}, Variant: readout.Span{Start: 0, End: 3}}}}}}},
		Positions: []*readout.Position{
			{ID: "p1", Party: "e3", Stance: readout.Demand, Event: "v2", Evidence: ev("r1")},
			{ID: "p2", Party: "e3", Stance: readout.Accusation, Evidence: ev("r3")},
		},
		Commitments: []*readout.Commitment{
			{ID: "k1", Party: "e3", Position: "p1", Evidence: ev("r1")},
			{ID: "k2", Party: "e3", Position: "p2", Evidence: ev("r3"), Violations: []readout.Violation{{Accused: "e3", Evidence: ev("r3")}}},
		},
		Responses: []*readout.Response{
			{ID: "a1", Party: "e3", Kind: readout.Denies, Event: "v1", Evidence: ev("r1")},
			{ID: "a2", Party: "e3", Kind: readout.Confirms, Evidence: ev("r3")},
		},
		Threads: []*readout.Thread{{ID: "t1", Title: "calls", Events: []string{"v1", "v2"}, Reports: []string{"r1", "r2"}}},
	}
}

// every is what each view leaves under f.
func every(v *View, f Filter) map[string][]string {
	out := map[string][]string{}
	for _, x := range v.Events(f) {
		out["events"] = append(out["events"], x.Event.ID)
	}
	for _, x := range v.Disagreements(f) {
		out["disagreements"] = append(out["disagreements"], x.Event.ID)
	}
	for _, x := range v.Threads(f) {
		for _, e := range x.Events {
			out["threads"] = append(out["threads"], x.Thread.ID+" "+e.Event.ID)
		}
	}
	for _, x := range v.Quotes(f) {
		out["quotes"] = append(out["quotes"], x.Statement.ID)
	}
	for _, x := range v.Utterances(f) {
		out["utterances"] = append(out["utterances"], x.Utterance.ID)
	}
	for _, x := range v.Positions(f) {
		out["positions"] = append(out["positions"], x.Position.ID)
	}
	for _, x := range v.Commitments(f) {
		out["commitments"] = append(out["commitments"], x.Commitment.ID)
	}
	for _, x := range v.Responses(f) {
		out["responses"] = append(out["responses"], x.Response.ID)
	}
	for _, x := range v.Reports(f) {
		out["reports"] = append(out["reports"], x.Report.ID)
	}
	return out
}

func TestFiltersOfPages(t *testing.T) {
	v := New(told())
	all := map[string][]string{
		"events": {"v1", "v2", "v3"}, "disagreements": {"v2", "v3"}, "threads": {"t1 v1", "t1 v2"}, "quotes": {"s1", "s2", "s3"},
		"utterances": {"u1"}, "positions": {"p1", "p2"}, "commitments": {"k1", "k2"}, "responses": {"a1", "a2"}, "reports": {"r1", "r2", "r3"},
	}
	harbour := map[string][]string{
		"events": {"v1", "v2", "v3"}, "disagreements": {"v2", "v3"}, "threads": {"t1 v1", "t1 v2"}, "quotes": {"s1", "s3"},
		"utterances": {"u1"}, "positions": {"p1", "p2"}, "commitments": {"k1", "k2"}, "responses": {"a1", "a2"}, "reports": {"r1", "r3"},
	}
	for _, c := range []struct {
		name string
		f    Filter
		want map[string][]string
	}{
		{"none", Filter{}, all},
		{"thread", Filter{Thread: "t1"}, map[string][]string{
			"events": {"v1", "v2"}, "disagreements": {"v2"}, "threads": {"t1 v1", "t1 v2"}, "quotes": {"s1", "s2"},
			"utterances": {"u1"}, "positions": {"p1"}, "commitments": {"k1"}, "responses": {"a1"}, "reports": {"r1", "r2"},
		}},
		{"no such thread", Filter{Thread: "t2"}, map[string][]string{}},
		{"outlet by name", Filter{Outlet: "harbour wire"}, harbour},
		{"outlet by spelling", Filter{Outlet: "HW"}, harbour},
		{"outlet by id", Filter{Outlet: "e1"}, harbour},
		{"type", Filter{EventType: "consult"}, map[string][]string{
			"events": {"v1", "v2"}, "disagreements": {"v2"}, "threads": {"t1 v1", "t1 v2"}, "quotes": {"s1"},
			"utterances": {"u1"}, "positions": {"p1"}, "commitments": {"k1"}, "responses": {"a1"}, "reports": all["reports"],
		}},
		{"mode", Filter{EventType: "phone"}, map[string][]string{
			"events": {"v1"}, "threads": {"t1 v1"}, "quotes": {"s1"}, "utterances": {"u1"}, "responses": {"a1"}, "reports": all["reports"],
		}},
		{"disputed", Filter{Disputed: true}, map[string][]string{
			"events": {"v2"}, "disagreements": {"v2"}, "threads": {"t1 v2"}, "quotes": {"s1", "s2"},
			"utterances": {"u1"}, "positions": {"p2"}, "commitments": {"k2"}, "responses": {"a1"}, "reports": all["reports"],
		}},
		{"all at once", Filter{Thread: "t1", Outlet: "The Meridian", EventType: "talks", Disputed: true}, map[string][]string{
			"events": {"v2"}, "disagreements": {"v2"}, "threads": {"t1 v2"}, "reports": {"r2"},
		}},
	} {
		if diff := cmp.Diff(c.want, every(v, c.f)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// The names that were asked for before do not change what a name means.
func TestNamesAreForgotten(t *testing.T) {
	v := New(told())
	for i := range 3 * maxNames {
		v.is("e3", string(rune('a'+i%26))+string(rune(0x100+i)))
	}
	if n := len(v.lookup.names); n > maxNames {
		t.Errorf("remembers %d names", n)
	}
	if !v.is("e3", "torokai") || v.is("e3", "meridian") || !v.is("e2", "meridian") {
		t.Error("names mean something else")
	}
}

func TestContainsFold(t *testing.T) {
	for _, c := range []struct {
		s, words string
		want     bool
	}{
		{"The Lake is low", "LAKE", true},
		{"The Lake is low", "lakes", false},
		{"", "", true},
		{"low", "", true},
		{"", "a", false},
		{"A@ b", "a` B", false}, // "@" and "`" differ by the bit that parts cases
		{"aab", "AB", true},
		{"żółw", "ŻÓŁW", true},
		{"the end.", "END.", true},
	} {
		if got := containsFold(c.s, c.words); got != c.want {
			t.Errorf("%q in %q: %v", c.words, c.s, got)
		}
	}
}

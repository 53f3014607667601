package view

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
)

func TestDuring(t *testing.T) {
	for _, c := range []struct {
		value, end, from, to string
		want                 bool
	}{
		{"2031-03-14", "", "", "", true},
		{"", "", "", "", true},
		{"", "", "2031", "", false},
		{"2031-03-14T10:00", "", "2031-03-14", "2031-03-14", true},
		{"2031-03-14", "", "2031-03-15", "", false},
		{"2031-03-14", "", "", "2031-03-13", false},
		{"2031-03", "", "2031-03-14", "2031-03-14", true},
		{"2031-03-14", "", "2031-03", "2031-03", true},
		{"2031-03-14", "", "2031", "2031", true},
		{"2031-02-27", "2031-03-01", "2031-03", "", true},
		{"2031-02-27", "2031-03-01", "", "2031-02", true},
		{"2031-04", "", "", "2031-03", false},
	} {
		var d *readout.Date
		if c.value != "" {
			d = &readout.Date{Value: c.value, End: c.end}
		}
		if got := during(d, c.from, c.to); got != c.want {
			t.Errorf("%s–%s from %q to %q: %v", c.value, c.end, c.from, c.to, got)
		}
	}
}

// stands has two parties with positions on two issues, a promise with an
// alleged breach and its denial, and an event that all of it hangs on.
func stands() *readout.Record {
	ev := func(report string, a, b int) readout.Evidence {
		return readout.Evidence{Report: report, Span: readout.Span{Start: a, End: b}}
	}
	day := func(s string) *readout.Date { return &readout.Date{Value: s} }
	return &readout.Record{
		Reports: []*readout.Report{
			{ID: "r1", Outlet: "Harbour Wire", Text: "All fourteen. A cap. Broken. Not so.", Published: readout.Published{Value: "2031-03-14"}},
			{ID: "r2", Outlet: "The Meridian", Text: "Somewhere else.", Title: "A lake", Published: readout.Published{Value: "2031-03-12"}},
			{ID: "r3", Outlet: "Lowland Radio", Text: "Nothing."},
		},
		Origins: []readout.Origin{{Kind: "own", Outlet: "e9"}, {Kind: "own"}, {Kind: "own"}},
		Entities: []*readout.Entity{
			{ID: "e1", Name: "Karvany"},
			{ID: "e2", Name: "Sollund"},
			{ID: "e3", Name: "Tomas Ered", Names: []string{"Ered"}, Mentions: []readout.EntityMention{{Evidence: ev("r1", 0, 3)}}},
			{ID: "e4", Name: "Dana Whitlock"},
			{ID: "e9", Name: "Harbour Wire"},
		},
		Events: []*readout.Event{
			{ID: "v1", Title: "Talks in Port Elsey", Date: day("2031-03-12"), Participants: []readout.Participant{{Entity: "e1", Role: "participant"}, {Entity: "e2", Role: "participant"}}, Mentions: []readout.EventMention{{Evidence: ev("r2", 0, 4)}}},
			{ID: "v2", Title: "Call", Status: readout.Planned, Date: day("2031-03-17"), Participants: []readout.Participant{{Entity: "e1", Role: "participant"}}, Mentions: []readout.EventMention{{Evidence: ev("r1", 0, 4)}}},
		},
		Claims: []*readout.Claim{{ID: "c1", Event: "v1", Attribute: "place", Text: "elsewhere", Evidence: ev("r2", 0, 4)}, {ID: "c2", Event: "v2", Attribute: "date", Evidence: ev("r1", 0, 4)}},
		Disagreements: []*readout.Disagreement{
			{Event: "v1", Attribute: "place", Verdict: readout.Single, Claims: []string{"c1"}},
			{Event: "v2", Attribute: "date", Verdict: readout.Agree, Claims: []string{"c2"}},
			{Event: "v2", Attribute: "duration", Verdict: readout.Conflict},
			{Event: "v1", Attribute: "duration", Verdict: readout.Conflict},
		},
		Issues: []*readout.Issue{{ID: "i1", Name: "fishermen", Names: []string{"fishermen", "the men"}}, {ID: "i2", Name: "cap", Names: []string{"cap"}}},
		Positions: []*readout.Position{
			{ID: "p1", Party: "e1", Issue: "i1", Stance: readout.Demand, Text: "All fourteen", Date: day("2031-03-14"), Evidence: ev("r1", 0, 12), Speaker: "e3", Addressee: "e2", Event: "v1", Previous: "p2"},
			{ID: "p2", Party: "e1", Issue: "i1", Stance: readout.Demand, Text: "All of them", Date: day("2031-03-04"), Evidence: ev("r1", 0, 3)},
			{ID: "p3", Party: "e1", Issue: "i2", Stance: readout.Offer, Text: "A cap", If: "levels are published", Date: day("2031-03-13"), Evidence: ev("r1", 14, 19)},
			{ID: "p4", Party: "e2", Stance: readout.Refuse, Text: "None", Evidence: ev("r1", 0, 3)},
			{ID: "p5", Party: "e1", Stance: readout.Accusation, Text: "Broken", Evidence: ev("r1", 21, 27), Addressee: "e2"},
		},
		Commitments: []*readout.Commitment{{ID: "m1", Party: "e2", To: "e4", Terms: "the lock", Evidence: ev("r1", 0, 3), Violations: []readout.Violation{{Accuser: "e1", Accused: "e2", Position: "p5", Evidence: ev("r1", 21, 27), DeniedBy: []string{"a1"}}}}},
		Responses: []*readout.Response{
			{ID: "a1", Party: "e2", Kind: readout.Denies, About: "the breach", Evidence: ev("r1", 29, 35), Date: day("2031-03-15")},
			{ID: "a2", Party: "e3", Kind: readout.Confirms, Event: "v2", Evidence: ev("r1", 0, 3), To: "e4"},
		},
		Threads: []*readout.Thread{{ID: "t1", Title: "Karvany and Sollund", Parties: []string{"e1", "e2"}, Events: []string{"v1", "v2"}}},
		Defects: []*readout.Defect{{Report: "r2", Anomaly: readout.Anomaly{Kind: "stale-title"}}},
	}
}

func TestStands(t *testing.T) {
	v := New(stands())
	positions := func(f Filter) (out []string) {
		for _, r := range v.Positions(f) {
			out = append(out, r.Position.ID)
		}
		return out
	}
	commitments := func(f Filter) (out []string) {
		for _, r := range v.Commitments(f) {
			out = append(out, r.Commitment.ID)
		}
		return out
	}
	responses := func(f Filter) (out []string) {
		for _, r := range v.Responses(f) {
			out = append(out, r.Response.ID)
		}
		return out
	}
	disagreements := func(f Filter) (out []string) {
		for _, r := range v.Disagreements(f) {
			out = append(out, r.Event.ID+" "+r.Attribute)
		}
		return out
	}
	events := func(f Filter) (out []string) {
		for _, r := range v.Events(f) {
			out = append(out, r.Event.ID)
		}
		return out
	}
	threads := func(f Filter) (out []string) {
		for _, r := range v.Threads(f) {
			out = append(out, r.Thread.ID)
		}
		return out
	}
	reports := func(f Filter) (out []string) {
		for _, r := range v.Reports(f) {
			out = append(out, r.Report.ID)
		}
		return out
	}
	for _, c := range []struct {
		name string
		ask  func(Filter) []string
		f    Filter
		want string
	}{
		{"positions by party, issue, day", positions, Filter{}, "p2 p1 p3 p5 p4"},
		{"positions by who voiced them", positions, Filter{By: "Ered"}, "p1"},
		{"positions of a party", positions, Filter{By: "sollund"}, "p4"},
		{"positions toward", positions, Filter{With: []string{"Sollund"}}, "p1 p5"},
		{"positions on an issue under another name", positions, Filter{On: "men"}, "p2 p1"},
		{"positions on an issue's id", positions, Filter{On: "i2"}, "p3"},
		{"positions by words", positions, Filter{On: "fourteen"}, "p1"},
		{"positions by stance and day", positions, Filter{Stance: readout.Demand, From: "2031-03-10"}, "p1"},
		{"a stand that hangs on a condition sets one", positions, Filter{Stance: readout.Condition}, "p3"},
		{"an undated position goes by its report's day", positions, Filter{By: "Sollund", To: "2031-03-14"}, "p4"},
		{"and fails by it", positions, Filter{By: "Sollund", To: "2031-03-13"}, ""},
		{"commitments of the accused", commitments, Filter{By: "Sollund"}, "m1"},
		{"commitments toward the accuser", commitments, Filter{With: []string{"Karvany"}}, "m1"},
		{"commitments of nobody else", commitments, Filter{By: "Karvany"}, ""},
		{"responses by day", responses, Filter{}, "a1 a2"},
		{"responses about an event", responses, Filter{On: "v2"}, "a2"},
		{"responses about words of it", responses, Filter{On: "call"}, "a2"},
		{"responses to", responses, Filter{With: []string{"Whitlock"}}, "a2"},
		{"responses of a kind", responses, Filter{Kind: "deny"}, "a1"},
		{"conflicts first", disagreements, Filter{}, "v1 duration v2 duration v2 date v1 place"},
		{"one attribute", disagreements, Filter{On: "place"}, "v1 place"},
		{"one verdict", disagreements, Filter{Verdict: readout.Agree}, "v2 date"},
		{"events of two", events, Filter{With: []string{"Karvany", "Sollund"}}, "v1"},
		{"events by words of title and day", events, Filter{Words: "talks march"}, "v1"},
		{"events by words of claims", events, Filter{Words: "elsewhere", InClaims: true}, "v1"},
		{"but only where asked", events, Filter{Words: "elsewhere"}, ""},
		{"events of a status", events, Filter{Status: readout.Planned}, "v2"},
		{"events by id", events, Filter{Words: "v2"}, "v2"},
		{"events from", events, Filter{From: "2031-03-13"}, "v2"},
		{"threads of a party", threads, Filter{With: []string{"Karvany"}}, "t1"},
		{"threads with no event in those days", threads, Filter{From: "2032"}, ""},
		{"reports, the undated last", reports, Filter{}, "r2 r1 r3"},
		{"reports of an outlet", reports, Filter{By: "meridian"}, "r2"},
		{"reports by title", reports, Filter{On: "lake"}, "r2"},
	} {
		if diff := cmp.Diff(strings.Fields(c.want), strings.Fields(strings.Join(c.ask(c.f), " "))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
	rec := stands()
	rec.Entities[2].Roles = []readout.Role{{Title: "deputy prime minister of karvany"}}
	rec.Positions = append(rec.Positions, &readout.Position{ID: "p6", Party: "e3", Stance: readout.Warning, Text: "Or else", Evidence: rec.Positions[0].Evidence})
	copied := *rec.Positions[0]
	copied.ID, copied.Evidence.Report = "p7", "r2"
	rec.Positions = append(rec.Positions, &copied)
	rec.Origins[1] = readout.Origin{Kind: "copy", Of: "r1"}
	w := New(rec)
	if got := len(w.Positions(Filter{By: "Karvany"})); got != 6 {
		t.Errorf("%d positions of Karvany and its officers, want 6", got)
	}
	if got := w.WithoutCopies(w.Positions(Filter{On: "fourteen"})); len(got) != 1 || len(got[0].Copies) != 1 {
		t.Errorf("a copy stands beside its original: %+v", got)
	}
	m := v.Commitments(Filter{})[0].Violations[0]
	if m.Text != "Broken" || len(m.Denials) != 1 || m.Denials[0].Text != "Not so" {
		t.Errorf("the breach and its denial: %+v", m)
	}
	if r := v.Reports(Filter{By: "Meridian"})[0]; len(r.Anomalies) != 1 || r.Anomalies[0].Kind != "stale-title" {
		t.Errorf("the defect is not with its report: %+v", r)
	}
}

// TestPart holds that a part has the facts added, what they name, and no more.
func TestPart(t *testing.T) {
	v := New(stands())
	p := v.NewPart()
	p.Add("p1", "m1")
	p.AddEntity("e3")
	rec := p.Record()
	ids := map[string][]string{}
	for _, x := range rec.Positions {
		ids["positions"] = append(ids["positions"], x.ID)
	}
	for _, x := range rec.Commitments {
		ids["commitments"] = append(ids["commitments"], x.ID)
	}
	for _, x := range rec.Responses {
		ids["responses"] = append(ids["responses"], x.ID)
	}
	for _, x := range rec.Events {
		ids["events"] = append(ids["events"], x.ID)
	}
	for _, x := range rec.Claims {
		ids["claims"] = append(ids["claims"], x.ID)
	}
	for _, x := range rec.Issues {
		ids["issues"] = append(ids["issues"], x.ID)
	}
	for _, x := range rec.Reports {
		ids["reports"] = append(ids["reports"], x.ID)
	}
	for _, x := range rec.Entities {
		ids["entities"] = append(ids["entities"], x.ID)
		if (len(x.Mentions) > 0) != (x.ID == "e3") {
			t.Errorf("%s has %d mentions", x.ID, len(x.Mentions))
		}
	}
	want := map[string][]string{
		"positions": {"p1", "p2", "p5"}, "commitments": {"m1"}, "responses": {"a1"}, "events": {"v1"}, "claims": {"c1"}, "issues": {"i1"},
		"reports": {"r1", "r2"}, "entities": {"e1", "e2", "e3", "e4", "e9"},
	}
	if diff := cmp.Diff(want, ids); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(rec.Origins) != len(rec.Reports) || len(rec.Defects) != 1 || len(rec.Disagreements) != 2 {
		t.Errorf("%d origins, %d defects, %d disagreements", len(rec.Origins), len(rec.Defects), len(rec.Disagreements))
	}
}

// TestPartIsWhole holds that nothing which a part names is missing from it,
// whatever the order of ids: the original of a copy, the reports that show a
// defect, the events that an event is linked with.
func TestPartIsWhole(t *testing.T) {
	for _, original := range []string{"r1", "r3"} {
		rec := stands()
		rec.Origins = []readout.Origin{{Kind: "own"}, {Kind: "copy", Of: original}, {Kind: "own"}}
		other := map[string]string{"r1": "r3", "r3": "r1"}[original]
		rec.Defects[0].Evidence = []readout.Evidence{{Report: "r2"}, {Report: other}}
		rec.Events[0].Links = []readout.EventLink{{Relation: "before", Event: "v2", Evidence: readout.Evidence{Report: "r2"}}}
		p := New(rec).NewPart()
		p.Add("v1")
		part := p.Record()
		if len(part.Reports) != 3 || len(part.Origins) != 3 || part.Origins[1].Of != original {
			t.Errorf("copy of %s: %d reports, origins %v", original, len(part.Reports), part.Origins)
		}
		if len(part.Events) != 2 {
			t.Errorf("%d events, want the added one and the linked one", len(part.Events))
		}
	}
}

func TestChain(t *testing.T) {
	v := New(stands())
	got := v.Chain([]readout.ChainLink{{Text: "two officials", Factuality: readout.ProbableYes}, {Entity: "e9"}, {OutletOfReport: true}}, "r1")
	if diff := cmp.Diff([]string{"two officials (probable)", "Harbour Wire"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"The Meridian"}, v.Chain(nil, "r2")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestSince compares two records by the words that facts rest on: ids change
// with every mention.
func TestSince(t *testing.T) {
	at := func(report string, a int) readout.EventMention {
		return readout.EventMention{Evidence: readout.Evidence{Report: report}, Trigger: readout.Span{Start: a, End: a + 4}}
	}
	old := stands()
	old.Events[0].Status, old.Events[0].Date = readout.Planned, &readout.Date{Value: "2031-03-12", End: "2031-03-14"}
	old.Events[0].Mentions = []readout.EventMention{at("r2", 0)}
	old.Events[1].Mentions = []readout.EventMention{at("r1", 0)}
	old.Positions, old.Responses = old.Positions[:4], old.Responses[:1]
	old.Commitments[0].Violations = nil
	old.Reports, old.Origins = old.Reports[:2], old.Origins[:2]
	old.Disagreements = nil

	now := stands()
	now.Events[0].ID, now.Events[0].Status = "v9", readout.Occurred
	now.Events[0].Mentions = []readout.EventMention{at("r2", 0), at("r1", 0)} // the two turned out to be one
	now.Events[1].Mentions = []readout.EventMention{at("r3", 0)}
	now.Disagreements = []*readout.Disagreement{{Event: "v9", Attribute: "duration", Verdict: readout.Conflict}}

	d := New(now).Since(New(old))
	if len(d.Reports) != 1 || d.Reports[0].Report.ID != "r3" {
		t.Errorf("new reports: %+v", d.Reports)
	}
	if len(d.Events) != 2 || len(d.Events[0].Before) != 2 || len(d.Events[1].Before) != 0 {
		t.Fatalf("events: %+v", d.Events)
	}
	want := []Alteration{
		{"events that turned out to be one", "2", "1"},
		{"status", "planned", "occurred"},
		{"date", "2031-03-12/2031-03-14", "2031-03-12"},
		{"accounts of duration", "", "conflict"},
		{"independent origins", "1", "2"},
	}
	if diff := cmp.Diff(want, d.Events[0].Changes); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(d.Positions) != 1 || d.Positions[0].Position.ID != "p5" || len(d.Commitments) != 1 || len(d.Responses) != 1 || d.Responses[0].Response.ID != "a2" {
		t.Errorf("%d positions, %d commitments, %d responses", len(d.Positions), len(d.Commitments), len(d.Responses))
	}
	if d := New(now).Since(New(now)); len(d.Reports)+len(d.Events)+len(d.Positions)+len(d.Commitments)+len(d.Responses) != 0 {
		t.Errorf("a record differs from itself: %+v", d)
	}
}

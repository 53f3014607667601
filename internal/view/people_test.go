package view

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
)

// desk has three outlets: the Wire, the Post, which copies one of its texts,
// and the Courier. A president of Karvany speaks in all of them; she has a
// namesake who is a mayor.
func desk() *readout.Record {
	ev := func(report string, a, b int) readout.Evidence {
		return readout.Evidence{Report: report, Span: readout.Span{Start: a, End: b}}
	}
	named := func(report string) readout.EntityMention {
		return readout.EntityMention{Evidence: ev(report, 0, 4), Form: readout.FormName}
	}
	day := func(s string) *readout.Date { return &readout.Date{Value: s, Precision: "day"} }
	link := func(id string) readout.ChainLink { return readout.ChainLink{Entity: id} }
	outlet := func(id string) readout.ChainLink { return readout.ChainLink{Entity: id, OutletOfReport: true} }
	text := "We will not sign. They will. A cap, a lock, an hour."
	report := func(id, name, at string) *readout.Report {
		return &readout.Report{ID: id, SHA256: id, Outlet: name, Text: text, URL: "https://" + id + ".example/", Published: readout.Published{Value: at}}
	}
	statement := func(id, report, speaker string, a, b int, chain ...readout.ChainLink) *readout.Statement {
		return &readout.Statement{ID: id, Report: report, Kind: readout.Direct, Content: []readout.Span{{Start: a, End: b}}, Text: text[a:b], Speaker: speaker, Chain: chain, Uttered: true}
	}
	s1 := statement("s1", "r1", "e1", 0, 17, link("e1"), outlet("e7"))
	s2 := statement("s2", "r2", "e1", 0, 17, link("e1"), outlet("e8"))
	s3 := statement("s3", "r3", "e1", 0, 16, link("e1"), link("e4"), outlet("e9"))
	s1.Utterance, s2.Utterance, s3.Utterance = "u1", "u1", "u1"
	s4 := statement("s4", "r4", "e1", 29, 34, link("e1"), outlet("e7"))
	s4.Date, s4.Addressee, s4.Event, s4.Medium = day("2031-03-17"), "e2", "v1", "The Harbour Review"
	s5 := statement("s5", "r4", "e6", 18, 28, link("e6"), outlet("e7"))
	s6 := statement("s6", "r4", "e3", 36, 42, link("e3"), outlet("e7"))
	s6.Kind = readout.Indirect
	s7 := statement("s7", "r3", "", 44, 51, outlet("e9"))
	s7.Date = day("2031-06-01") // what it speaks of, not when it was said
	return &readout.Record{
		Reports: []*readout.Report{
			report("r1", "Harbour Wire", "2031-03-14T10:00:00Z"), report("r2", "Elsey Evening Post", "2031-03-14T16:00:00Z"),
			report("r3", "Karvany Courier", "2031-03-15T10:00:00Z"), report("r4", "Harbour Wire", "2031-03-18"),
		},
		Origins: []readout.Origin{{Kind: "own", Outlet: "e7"}, {Kind: "copy", Outlet: "e8", Of: "r1", Why: "all its words"}, {Kind: "own", Outlet: "e9"}, {Kind: "own", Outlet: "e7"}},
		Entities: []*readout.Entity{
			{ID: "e1", Type: readout.Person, Name: "Vesna Torokai", Names: []string{"Torokaj", "Vesna Torokai"}, Mentions: []readout.EntityMention{named("r1"), named("r2"), named("r3"), named("r4")}, Roles: []readout.Role{
				{Title: "president", Evidence: []readout.Evidence{ev("r1", 0, 4)}},
				{Title: "president of karvany", Evidence: []readout.Evidence{ev("r3", 0, 4)}},
				{Title: "former mayor of tarn", Evidence: []readout.Evidence{ev("r4", 0, 4)}},
			}},
			{ID: "e2", Type: readout.Person, Name: "Henrik Aldane", Names: []string{"Henrik Aldane"}, Mentions: []readout.EntityMention{named("r1")}, Roles: []readout.Role{{Title: "minister of sollund", From: "2031-03-16", Evidence: []readout.Evidence{ev("r4", 0, 4)}}, {Title: "envoy of sollund", To: "2031-03-15", Evidence: []readout.Evidence{ev("r1", 0, 4)}}}},
			{ID: "e3", Type: readout.Place, Name: "Karvany", Names: []string{"Karvany"}, Mentions: []readout.EntityMention{named("r1"), named("r2")}},
			{ID: "e4", Type: readout.Person, Name: "Marek Ilvan", Names: []string{"Marek Ilvan"}, Mentions: []readout.EntityMention{named("r3")}},
			{ID: "e5", Type: readout.Person, Name: "Ada Torokai", Names: []string{"Ada Torokai"}, Mentions: []readout.EntityMention{named("r3")}, Roles: []readout.Role{{Title: "mayor of tarn", Evidence: []readout.Evidence{ev("r3", 0, 4)}}}},
			{ID: "e6", Type: readout.Group, Name: "two officials", Mentions: []readout.EntityMention{{Evidence: ev("r4", 0, 4), Form: readout.FormNominal}}},
			{ID: "e7", Type: readout.Organization, Name: "Harbour Wire"},
			{ID: "e8", Type: readout.Outlet, Name: "Elsey Evening Post"},
			{ID: "e9", Type: readout.Outlet, Name: "Karvany Courier"},
			{ID: "ea", Type: readout.Place, Name: "Sollund", Mentions: []readout.EntityMention{named("r1")}},
			{ID: "eb", Type: readout.Group, Name: "the two", Members: []string{"e1", "e2"}},
		},
		Events: []*readout.Event{
			{ID: "v1", Type: "CONSULT", Mode: "phone", Title: "Call", Status: readout.Occurred, Date: day("2031-03-14"), Place: "e3", Participants: []readout.Participant{{Entity: "eb", Role: "participant"}}, Mentions: []readout.EventMention{mention("r1", 0), mention("r2", 0), mention("r3", 0)}},
			{ID: "v2", Type: "CONSULT", Title: "Next call", Status: readout.Planned, Participants: []readout.Participant{{Entity: "e1", Role: "participant"}, {Entity: "e2", Role: "participant"}, {Entity: "e6", Role: "participant"}}, Mentions: []readout.EventMention{mention("r1", 0), mention("r4", 0)}},
			{ID: "v3", Type: "STATEMENT", Title: "Speech", Status: readout.Occurred, Date: day("2031-03-12"), Participants: []readout.Participant{{Entity: "e1", Role: "agent"}}, Mentions: []readout.EventMention{mention("r3", 0)}},
		},
		Claims: []*readout.Claim{
			minutes("c1", "r1", 60, 60), minutes("c2", "r2", 60, 60), minutes("c3", "r3", 110, 130), minutes("c4", "r1", 110, 130),
			{ID: "c5", Event: "v1", Attribute: "tone", Text: "frank", Value: readout.ClaimValue{Text: "neutral"}, Evidence: ev("r3", 0, 4)},
		},
		Disagreements: []*readout.Disagreement{
			{Event: "v1", Attribute: "duration", Verdict: readout.Conflict, Claims: []string{"c1", "c2", "c3", "c4"}},
			{Event: "v1", Attribute: "tone", Verdict: readout.Single, Claims: []string{"c5"}},
		},
		Statements: []*readout.Statement{s1, s2, s3, s4, s5, s6, s7},
		Utterances: []*readout.Utterance{{ID: "u1", Speaker: "e1", Variants: []readout.Variant{
			{Statement: "s1", Kind: "fullest"},
			{Statement: "s2", Kind: "same"},
			{Statement: "s3", Kind: "changed", Changes: []readout.WordChange{{Fullest: readout.Span{Start: 8, End: 11}, Variant: readout.Span{Start: 3, End: 7}}}},
		}}},
		Issues: []*readout.Issue{{ID: "i1", Name: "cap", Names: []string{"cap"}, Positions: []string{"p1", "p2", "p3", "p4"}}, {ID: "i2", Name: "lock", Names: []string{"lock"}, Positions: []string{"p5"}}},
		Positions: []*readout.Position{
			{ID: "p1", Party: "e3", Issue: "i1", Stance: readout.Refuse, Text: "no cap", Date: day("2031-03-01"), Evidence: ev("r1", 0, 4), Change: "new"},
			{ID: "p2", Party: "e1", Speaker: "e1", Issue: "i1", Stance: readout.Acceptance, Text: "a cap", Date: day("2031-03-14"), Evidence: ev("r1", 0, 4), Previous: "p1", Change: "softened", Statement: "s1"},
			{ID: "p3", Party: "e1", Speaker: "e1", Issue: "i1", Stance: readout.Acceptance, Text: "A cap", Evidence: ev("r2", 0, 4)},
			{ID: "p4", Party: "e4", Issue: "i1", Stance: readout.Warning, Text: "or else", Evidence: ev("r3", 0, 4)},
			{ID: "p5", Party: "e3", Issue: "i2", Stance: readout.Commit, Text: "open it", Date: day("2031-08-01"), Evidence: ev("r4", 0, 4)},
			{ID: "p6", Party: "e3", Stance: readout.Goal, Text: "peace", Evidence: ev("r4", 0, 4)},
		},
		Responses: []*readout.Response{{ID: "a1", Party: "ea", Kind: readout.Declines, Statement: "s1", Evidence: ev("r1", 0, 4)}},
	}
}

func minutes(id, report string, lo, hi float64) *readout.Claim {
	return &readout.Claim{ID: id, Event: "v1", Attribute: "duration", Text: fmt.Sprint(lo, "–", hi), Value: readout.ClaimValue{Unit: "minute", Min: &lo, Max: &hi}, Evidence: readout.Evidence{Report: report}}
}

func TestPerson(t *testing.T) {
	p, ok := New(desk()).Person("e1", "", 1)
	if !ok {
		t.Fatal("no page")
	}
	if p.Kind != ActorPerson || strings.Join(p.Spellings, " ") != "Torokaj" {
		t.Errorf("kind %q, spellings %v", p.Kind, p.Spellings)
	}
	if p.Role == nil || p.Role.Title != "president of Karvany" || p.Role.First != "2031-03-14" || p.Role.Last != "2031-03-15" {
		t.Errorf("role: %+v", p.Role)
	}
	if len(p.Roles) != 2 || p.Roles[0].Title != "former mayor of tarn" {
		t.Errorf("the shorter of two titles stands alone, or the order is wrong: %+v", p.Roles)
	}
	if len(p.SameName) != 1 || p.SameName[0].Entity.ID != "e5" || p.SameName[0].Role != "mayor of tarn" {
		t.Errorf("namesakes: %+v", p.SameName)
	}
	var parts []string
	for _, x := range p.Events {
		parts = append(parts, fmt.Sprintf("%s %d of %d", x.Part, len(x.Events), x.Count))
	}
	if diff := cmp.Diff([]string{"agent 1 of 1", "participant 1 of 1"}, parts); diff != "" {
		t.Errorf("parts (-want +got):\n%s", diff)
	}
	if len(p.Held) != 1 || len(p.Held[0].Positions) != 1 || strings.Join(p.Held[0].Positions[0].Copies, "") != "Elsey Evening Post" {
		t.Errorf("a copy counts as a position of its own: %+v", p.Held)
	}
	want := []CarrierRow{
		{Outlet: "e7", Name: "Harbour Wire", Direct: 2, Reports: []string{"r1", "r4"}},
		{Outlet: "e9", Name: "Karvany Courier", Relayed: 1, Through: []string{"Marek Ilvan"}, Reports: []string{"r3"}},
		{Outlet: "e8", Name: "Elsey Evening Post", Copied: 1},
	}
	if diff := cmp.Diff(want, p.Carriers); diff != "" {
		t.Errorf("carriers (-want +got):\n%s", diff)
	}
	if len(p.Of) != 1 || p.Of[0].Entity.ID != "e3" {
		t.Errorf("of: %+v", p.Of)
	}
	if p, _ := New(desk()).Person("e3", "", 1); p.Kind != ActorState || len(p.People) != 1 || p.People[0].Role != "president of Karvany" {
		t.Errorf("people of Karvany: %+v", p.People)
	}
	if p, ok := New(desk()).Person("e4", "", 1); !ok || p.Said.Len() != 0 || len(p.Support.Reports) != 1 {
		t.Errorf("named, never quoted: %d said, %+v", p.Said.Len(), p.Support)
	}
	if _, ok := New(desk()).Person("e0", "", 1); ok {
		t.Error("a page of nobody")
	}
}

// An office is told of the day that is asked for.
func TestRoleOn(t *testing.T) {
	v := New(desk())
	for _, c := range []struct{ id, day, want string }{
		{"e2", "2031-03-14", "envoy of Sollund"},
		{"e2", "2031-03-15T23:00Z", "envoy of Sollund"},
		{"e2", "2031-03-17", "minister of Sollund"}, // it had begun; no report had told of it yet
		{"e2", "", "minister of Sollund"},
		{"e1", "2031-03-14", "president of Karvany"},
		{"e1", "2031-03-20", "president of Karvany"}, // a former office is none
		{"e4", "2031-03-14", ""},
		{"e0", "", ""},
	} {
		if got := v.Role(c.id, c.day); got != c.want {
			t.Errorf("%s on %q: %q, want %q", c.id, c.day, got, c.want)
		}
	}
}

func TestSaid(t *testing.T) {
	v := New(desk())
	ids := func(l SaidList) string {
		var out []string
		for _, r := range l.Rows(0, 100) {
			out = append(out, r.ID)
		}
		return strings.Join(out, " ")
	}
	for _, c := range []struct {
		name  string
		f     Filter
		order SaidOrder
		want  string
	}{
		{"newest", Filter{}, SaidNewest, "s5 s6 s4 s7 u1"},
		{"oldest", Filter{}, SaidOldest, "u1 s7 s4 s6 s5"},
		{"by carriers", Filter{}, SaidCarriers, "u1 s5 s6 s4 s7"},
		{"by", Filter{By: "torokaj"}, SaidNewest, "s4 u1"},
		{"by several of the name", Filter{By: "Torokai"}, SaidCarriers, "u1 s4"},
		{"by nobody", Filter{By: "Oona"}, SaidNewest, ""},
		{"to", Filter{With: []string{"Aldane"}}, SaidNewest, "s4"},
		{"at a place", Filter{At: "karvany"}, SaidNewest, "s4"},
		{"in a medium", Filter{At: "harbour review"}, SaidNewest, "s4"},
		{"at an event", Filter{At: "v1"}, SaidNewest, "s4"},
		{"kind", Filter{Kind: "indirect"}, SaidNewest, "s6"},
		{"words of any rendering", Filter{On: "sign."}, SaidNewest, "u1"},
		{"outlet", Filter{Outlet: "Karvany Courier"}, SaidNewest, "s7 u1"},
		{"disputed", Filter{Disputed: true}, SaidNewest, "u1"},
		{"unnamed sources", Filter{Source: SourceUnnamed}, SaidNewest, "s5 s7"},
		{"official sources", Filter{Source: SourceOfficial}, SaidNewest, "s6"},
	} {
		if got := ids(v.Said(c.f, c.order)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	l := v.Said(Filter{}, SaidNewest)
	if l.Len() != 5 || l.Differing() != 1 || len(l.Rows(3, 1)) != 1 || len(l.Rows(4, 9)) != 1 || len(l.Rows(5, 9)) != 0 || len(l.Rows(-1, 1)) != 1 {
		t.Errorf("%d said, %d differ", l.Len(), l.Differing())
	}
	if got := ids(v.SaidAt("v1")); got != "s4" {
		t.Errorf("at v1: %s", got)
	}
	for _, id := range []string{"u1", "s1", "s3"} {
		if r, ok := v.SaidOne(id); !ok || r.ID != "u1" {
			t.Errorf("%s: %q", id, r.ID)
		}
	}
	if _, ok := v.SaidOne("s0"); ok {
		t.Error("found a statement that is not there")
	}
}

func TestRenderings(t *testing.T) {
	r, _ := New(desk()).SaidOne("u1")
	if r.Differ != 1 || len(r.Variants) != 3 || r.Support.Origins != 2 || r.Role != "president of Karvany" {
		t.Errorf("%d of %d differ, %d origins, %q", r.Differ, len(r.Variants), r.Support.Origins, r.Role)
	}
	if diff := cmp.Diff([]Segment{{"We will ", false}, {"not", true}, {" sign.", false}}, r.Text); diff != "" {
		t.Errorf("fullest (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]Segment{{"We ", false}, {"will", true}, {" not sign", false}}, r.Variants[2].Text); diff != "" {
		t.Errorf("variant (-want +got):\n%s", diff)
	}
	if r.Variants[1].CopyOf != "Harbour Wire" || r.Variants[2].CopyOf != "" {
		t.Errorf("copies: %q, %q", r.Variants[1].CopyOf, r.Variants[2].CopyOf)
	}
	// Pieces of one statement are parted as in its text.
	rec := desk()
	s := rec.Statements[3]
	s.Content, s.Text = []readout.Span{{Start: 0, End: 2}, {Start: 12, End: 17}}, "We … sign."
	one, _ := New(rec).SaidOne("s4")
	text := ""
	for _, x := range one.Text {
		text += x.Text
	}
	if text != s.Text {
		t.Errorf("%q, want %q", text, s.Text)
	}
	s.Content[1].End = 1000
	if one, _ := New(rec).SaidOne("s4"); one.Text[0].Text != s.Text {
		t.Errorf("a span outside the report: %v", one.Text)
	}
}

func TestActors(t *testing.T) {
	v := New(desk())
	ids := func(kind ActorKind, words, of string, from, n int) string {
		var out []string
		rows, total := v.Actors(kind, words, strings.Fields(of), "", from, n)
		for _, r := range rows {
			out = append(out, r.Entity.ID)
		}
		return strings.Join(out, " ") + fmt.Sprint(" of ", total)
	}
	for _, c := range []struct {
		kind      ActorKind
		words, of string
		from, n   int
		want      string
	}{
		{ActorPerson, "", "", 0, 9, "e1 e5 e2 e4 of 4"},
		{ActorPerson, "", "", 1, 2, "e5 e2 of 4"},
		{ActorPerson, "torok", "", 0, 9, "e1 e5 of 2"},
		{ActorPerson, "mayor", "", 0, 9, "e1 e5 of 2"},
		{"", "", "Karvany", 0, 9, "e1 of 1"},
		{"", "", "Hegra", 0, 9, " of 0"},
		{"", "", "Karvany Hegra", 0, 9, " of 0"},
		{"", "", "Karvany e3", 0, 9, "e1 of 1"},
		{ActorUnnamed, "", "", 0, 9, "e6 of 1"},
		{ActorOutlet, "", "", 0, 9, "e8 e7 e9 of 3"},
		{ActorState, "", "", 0, 9, "e3 ea of 2"},
	} {
		if got := ids(c.kind, c.words, c.of, c.from, c.n); got != c.want {
			t.Errorf("%s %q of %q: %q, want %q", c.kind, c.words, c.of, got, c.want)
		}
	}
	if got := v.ActorCounts("", nil); got[ActorPerson] != 4 || got[ActorOther] != 1 {
		t.Errorf("counts: %v", got)
	}
	if got := v.ActorCounts("torok", []string{"Karvany"}); got[ActorPerson] != 1 || len(got) != 1 {
		t.Errorf("counts of who passes: %v", got)
	}
	row := v.actor(v.entities["e1"], "")
	if row.Mentions != 4 || row.Reports != 4 || row.Origins != 2 || row.Said != 2 || row.For != "e3" || row.Positions != 1 { // its other position is in a copied text
		t.Errorf("%+v", row)
	}
}

func TestStances(t *testing.T) {
	v := New(desk())
	s := v.Stances(Filter{}, 1, 0, 10)
	if s.Issues != 2 || s.Positions != 5 || s.Loose != 1 || len(s.Parties) != 1 || len(s.Others) != 1 {
		t.Fatalf("%+v", s)
	}
	line := s.Lines[0]
	if line.Issue.ID != "i1" || line.First != "2031-03-01" || line.Last != "2031-03-15" || line.Parties != 2 || len(line.Others) != 1 {
		t.Errorf("cap: %+v", line)
	}
	// The president stands in the column of her state; the copy is folded.
	cell := line.Cells[0]
	if cell.Party.Entity != "e3" || len(cell.Positions) != 2 || cell.Newest().Word() != "accepts" || cell.Newest().Changed() != "softened" || cell.Newest().Speaker != "Vesna Torokai" || strings.Join(cell.Newest().Copies, "") != "Elsey Evening Post" {
		t.Errorf("cell: %+v", cell)
	}
	lock := s.Lines[1]
	if lock.Last != "2031-03-18" || lock.Cells[0].Newest().Dated() {
		t.Errorf("a position taken after its report: %+v", lock)
	}
	if s := v.Stances(Filter{}, 5, 1, 1); len(s.Lines) != 1 || s.Lines[0].Issue.ID != "i2" || s.Lines[0].Cells[1].Newest() != nil {
		t.Errorf("second page: %+v", s.Lines)
	}
	if s := v.Stances(Filter{Stance: readout.Warning}, 5, 0, 9); s.Issues != 1 || s.Positions != 1 || s.Parties[0].Entity != "e4" {
		t.Errorf("warnings: %+v", s)
	}
	rec := desk()
	rec.Positions = append(rec.Positions, &readout.Position{ID: "p7", Party: "ea", Issue: "i2", Stance: readout.Demand, Text: "close it", Evidence: rec.Positions[0].Evidence})
	for _, l := range New(rec).Stances(Filter{}, 5, 0, 9).Lines {
		for _, c := range l.Cells {
			if c.Party.Entity == "ea" && (l.Issue.ID == "i1") != (c.Silent != nil) {
				t.Errorf("Sollund on %s: silent %v", l.Issue.Name, c.Silent)
			}
		}
	}
	p, ok := v.Issue("i1", Filter{})
	if !ok || len(p.Parties) != 2 || p.Support.Origins != 2 || len(p.Answers) != 1 || p.First != "2031-03-01" {
		t.Fatalf("issue: %+v", p)
	}
	steps := p.Parties[0].Steps
	if len(steps) != 2 || steps[0].Before != nil || steps[1].Before == nil || steps[1].Before.Position.ID != "p1" {
		t.Errorf("steps: %+v", steps)
	}
	if _, ok := v.Issue("i0", Filter{}); ok {
		t.Error("an issue that is not there")
	}
}

func TestLedger(t *testing.T) {
	day := func(value, end string) *readout.Date { return &readout.Date{Value: value, End: end} }
	rec := desk()
	ev := rec.Positions[0].Evidence
	promise := func(id, terms string, until *readout.Date) *readout.Commitment {
		return &readout.Commitment{ID: id, Party: "e3", Terms: terms, Until: until, Evidence: ev}
	}
	copied := promise("k8", "A", day("2031-03-10", ""))
	copied.Evidence.Report = "r2"
	broken := promise("k6", "f", day("2031-03-01", ""))
	broken.Violations = []readout.Violation{{Accuser: "ea", Accused: "e3", Evidence: ev}}
	rec.Commitments = []*readout.Commitment{
		promise("k1", "a", day("2031-03-10", "")), promise("k2", "b", day("2031-03", "")), promise("k3", "c", day("2031-04-01", "2031-04-18")),
		promise("k4", "d", day("2032", "")), promise("k5", "e", nil), broken, promise("k7", "g", day("2031-03-18", "")), copied,
	}
	rec.Commitments[4].Made = day("2031-12-01", "")
	v := New(rec)
	ids := func(rows []DueRow) string {
		var out []string
		for _, r := range rows {
			out = append(out, fmt.Sprintf("%s %d %s", r.Commitment.ID, r.Days, r.Status()))
		}
		return strings.Join(out, ", ")
	}
	l := v.Ledger(Filter{}, "")
	for _, c := range []struct{ name, got, want string }{
		{"day", l.Day, "2031-03-18"},
		{"overdue", ids(l.Overdue), "k1 -8 overdue"},
		{"soon", ids(l.Soon), "k7 0 due soon, k2 13 due soon"},
		{"alleged", ids(l.Alleged), "k6 -17 breach alleged"},
		{"open", ids(l.Open), "k3 31 open, k4 654 open"},
		{"undated", ids(l.Undated), "k5 0 no date"},
		{"made", l.Undated[0].MadeDay(), "2031-03-14"},
		{"copies", strings.Join(l.Overdue[0].Copies, ""), "Elsey Evening Post"},
		{"earlier", ids(v.Ledger(Filter{}, "2031-03-08T12:00:00Z").Overdue), ""},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.name, c.got, c.want)
		}
	}
	if l.Len() != 7 || len(l.Rows()) != 7 {
		t.Errorf("%d promises", l.Len())
	}
	if r, ok := v.DueOne("k2", "2031-04-02"); !ok || r.Due != "2031-03-31" || r.Days != -2 {
		t.Errorf("k2: %+v", r)
	}
	if _, ok := v.DueOne("k0", ""); ok {
		t.Error("a promise that is not there")
	}
	// Nothing is overdue where no day is known.
	for _, r := range rec.Reports {
		r.Published = readout.Published{}
	}
	v = New(rec)
	l = v.Ledger(Filter{}, "")
	if len(l.Overdue)+len(l.Soon) != 0 || l.Len() != 7 {
		t.Errorf("without a day: %+v", l)
	}
	for _, r := range l.Open {
		if one, _ := v.DueOne(r.Commitment.ID, ""); one.Status() != "open" || r.Status() != "open" || !r.Is("open") || r.Is("soon") || r.Is("overdue") {
			t.Errorf("without a day %s is %s, by itself %s", r.Commitment.ID, r.Status(), one.Status())
		}
	}
}

// A ledger for a month or a year counts on its last day.
func TestLedgerOfAMonth(t *testing.T) {
	rec := desk()
	rec.Commitments = []*readout.Commitment{
		{ID: "k1", Party: "e3", Terms: "a", Until: &readout.Date{Value: "2031-03-28"}, Evidence: rec.Positions[0].Evidence},
		{ID: "k2", Party: "e3", Terms: "b", Until: &readout.Date{Value: "2031-06"}, Evidence: rec.Positions[0].Evidence},
	}
	v := New(rec)
	for _, c := range []struct{ day, on, k1, k2 string }{
		{"2031-02", "2031-02-28", "28 due soon", "122 open"},
		{"2031-03", "2031-03-31", "-3 overdue", "91 open"},
		{"2031", "2031-12-31", "-278 overdue", "-184 overdue"},
		{"2031-03-28T10:00", "2031-03-28", "0 due soon", "94 open"},
	} {
		l := v.Ledger(Filter{}, c.day)
		if l.Day != c.on || l.Len() != 2 {
			t.Errorf("%s: on %s, %d promises", c.day, l.Day, l.Len())
		}
		for _, r := range l.Rows() {
			one, _ := v.DueOne(r.Commitment.ID, c.day)
			got, alone := fmt.Sprint(r.Days, " ", r.Status()), fmt.Sprint(one.Days, " ", one.Status())
			if want := map[string]string{"k1": c.k1, "k2": c.k2}[r.Commitment.ID]; got != want || alone != want {
				t.Errorf("%s: %s is %s, by itself %s, want %s", c.day, r.Commitment.ID, got, alone, want)
			}
		}
	}
}

func TestSources(t *testing.T) {
	v := New(desk())
	rows := v.Sources()
	if len(rows) != 3 || rows[0].Name != "Harbour Wire" {
		t.Fatalf("%+v", rows)
	}
	wire := rows[0]
	if wire.Reports != 2 || wire.Own != 2 || len(wire.Taken) != 1 || wire.Taken[0].Name != "Elsey Evening Post" || wire.First != "2031-03-14" || wire.Last != "2031-03-18" || wire.Events != 2 || wire.Quotes != 4 {
		t.Errorf("wire: %+v", wire)
	}
	if (wire.Shape != Shape{Named: 2, Official: 1, Unnamed: 1}) {
		t.Errorf("shape: %+v", wire.Shape)
	}
	// The next call is told by two reports of one outlet: others have it not.
	if (wire.Delay != Delay{Shared: 1, Timed: 1, First: 1}) {
		t.Errorf("delay: %+v", wire.Delay)
	}
	post, _ := v.Source("e8")
	if post.Copied != 1 || post.Own != 0 || post.From[0].ID != "e7" || (post.Shape != Shape{}) || post.Delay.Median != 6*time.Hour {
		t.Errorf("post: %+v", post)
	}
	if c, _ := v.Source("e9"); c.Shape.Relayed != 1 || c.Delay.Median != 24*time.Hour {
		t.Errorf("courier: %+v", c)
	}
	if _, ok := v.Source("e1"); ok {
		t.Error("a person is no source")
	}
	if got := v.OutletNamed("courier"); got != "e9" {
		t.Errorf("courier is %q", got)
	}
	if got := v.OutletNamed(""); got != "" {
		t.Errorf("no name is %q", got)
	}
	copies := v.Copies()
	if len(copies) != 1 || copies[0].FromName != "Harbour Wire" || copies[0].To != "e8" || copies[0].Median != 6*time.Hour || copies[0].Reports[0].Of != "r1" {
		t.Errorf("copies: %+v", copies)
	}
	if r, n := v.ReportsOf("e7", 0, 1); n != 2 || len(r) != 1 || r[0].Report.ID != "r4" {
		t.Errorf("reports of the wire: %d", n)
	}
	// A report that has a day and no time may have been the first of that day.
	rec := desk()
	rec.Reports[2].Published.Value = "2031-03-14"
	if w, _ := New(rec).Source("e7"); w.Delay.Timed != 0 || w.Delay.Shared != 1 {
		t.Errorf("who was first is not known: %+v", w.Delay)
	}
	// Two texts at one address are an edit.
	rec.Reports[3].URL = rec.Reports[0].URL
	if w, _ := New(rec).Source("e7"); w.Edits != 1 {
		t.Errorf("edits: %+v", w)
	}
}

func TestCompare(t *testing.T) {
	v := New(desk())
	c, ok := v.Compare("e7", "e9", Filter{})
	if !ok {
		t.Fatal("no comparison")
	}
	var rows []string
	for _, r := range c.Rows {
		rows = append(rows, fmt.Sprintf("%s: %s, %d and %d", r.Attribute, r.Relation, len(r.A), len(r.B)))
	}
	if diff := cmp.Diff([]string{"duration: more in a, 2 and 1", "tone: only b, 0 and 1"}, rows); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(c.Both) != 1 || len(c.InA) != 1 || len(c.InB) != 1 || c.InA[0].ID != "v2" || c.InB[0].ID != "v3" || c.FirstA != 1 || c.FirstB != 0 {
		t.Errorf("both %d, a %v, b %v, first %d and %d", len(c.Both), c.InA, c.InB, c.FirstA, c.FirstB)
	}
	if c.QuotedBoth != 1 || len(c.QuotedA) != 1 || c.QuotedA[0].Name != "Karvany" || len(c.QuotedB) != 0 {
		t.Errorf("quoted: %d, %v, %v", c.QuotedBoth, c.QuotedA, c.QuotedB)
	}
	if c, _ := v.Compare("e8", "e9", Filter{}); c.Rows[0].Relation != Differ || c.Counts[OnlyB] != 1 {
		t.Errorf("60 against 110–130 minutes: %+v", c.Rows[0])
	}
	if c, _ := v.Compare("e8", "e7", Filter{}); c.ACopiesB != 1 || c.BCopiesA != 0 || c.Rows[0].Relation != MoreInB {
		t.Errorf("the copy: %+v", c)
	}
	if c, _ := v.Compare("e7", "e9", Filter{From: "2031-03-14", EventType: "phone"}); len(c.InA)+len(c.InB) != 0 || len(c.Both) != 1 {
		t.Errorf("only the call: %+v", c)
	}
	if _, ok := v.Compare("e7", "e1", Filter{}); ok {
		t.Error("compared with a person")
	}
}

func TestRelate(t *testing.T) {
	date := func(value, end, precision string) *readout.Claim {
		return &readout.Claim{Value: readout.ClaimValue{Date: &readout.Date{Value: value, End: end, Precision: precision}}}
	}
	word := func(text, entity, norm string) *readout.Claim {
		return &readout.Claim{Text: text, Value: readout.ClaimValue{Entity: entity, Text: norm}}
	}
	for _, c := range []struct {
		name  string
		a, b  *readout.Claim
		whole readout.Verdict
		want  readout.Verdict
	}{
		{"same minutes", minutes("", "", 40, 40), minutes("", "", 40, 40), "", readout.Agree},
		{"within", minutes("", "", 35, 45), minutes("", "", 40, 40), "", readout.Compatible},
		{"apart", minutes("", "", 35, 45), minutes("", "", 60, 60), "", readout.Conflict},
		{"same day", date("2031-03-14", "", "day"), date("2031-03-14", "", "day"), "", readout.Agree},
		{"day in month", date("2031-03", "", "month"), date("2031-03-14", "", "day"), "", readout.Compatible},
		{"other day", date("2031-03-13", "", "day"), date("2031-03-14", "", "day"), "", readout.Conflict},
		{"day in range", date("2031-03-12", "2031-03-14", "day"), date("2031-03-13", "", "day"), "", readout.Compatible},
		{"by a day at the latest", date("2031-03-14", "", readout.Latest), date("2031-03-10", "", "day"), "", readout.Compatible},
		{"later than the latest", date("2031-03-14", "", readout.Latest), date("2031-03-15", "", "day"), "", readout.Conflict},
		{"same place", word("Tarn", "e1", ""), word("the town", "e1", ""), "", readout.Agree},
		{"other place, as the record has it", word("Tarn", "e1", ""), word("the harbour", "e2", ""), readout.Compatible, readout.Compatible},
		{"other place, in conflict", word("Tarn", "e1", ""), word("Hegra", "e2", ""), readout.Conflict, readout.Conflict},
		{"same word", word("Frank", "", "neutral"), word("sober", "", "neutral"), "", readout.Agree},
	} {
		if got := relate(c.a, c.b, c.whole); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		if got := relate(c.b, c.a, c.whole); got != c.want {
			t.Errorf("%s turned: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestContacts(t *testing.T) {
	v := New(desk())
	c := v.Contacts(Filter{}, "", 10)
	if len(c.Nodes) != 2 || c.Others != 0 || c.Events != 2 || len(c.Edges) != 1 {
		t.Fatalf("%+v", c)
	}
	e := c.Edges[0]
	if c.Nodes[e.A].Name != "Henrik Aldane" || e.Held != 1 || e.Planned != 1 || e.Disputed != 1 || e.BtoA != 1 || e.AtoB != 0 || e.Together() != 1 || e.First != "2031-03-14" {
		t.Errorf("%+v", e)
	}
	if c := v.Contacts(Filter{Status: readout.Planned}, "", 10); c.Events != 1 || c.Edges[0].Held != 0 {
		t.Errorf("planned: %+v", c)
	}
	if c := v.Contacts(Filter{}, "", 1); c.Others != 1 || len(c.Edges) != 0 || c.Events != 0 {
		t.Errorf("cut to one: %+v", c)
	}
	if c := v.Contacts(Filter{With: []string{"Ilvan"}}, "", 10); len(c.Nodes) != 0 {
		t.Errorf("Ilvan spoke with: %+v", c)
	}
}

func TestOpenSeveral(t *testing.T) {
	v := New(desk())
	o, err := v.Open(Refs("p1", "p4"))
	if err != nil || o.Independent != 2 || o.Note != "and 1 more fact" {
		t.Errorf("two positions: %+v, %v", o, err)
	}
	if o, err := v.Open("e1.role.president-of-karvany"); err != nil || o.Title != "Vesna Torokai, president of Karvany" || len(o.Reports) != 2 {
		t.Errorf("an office: %+v, %v", o, err)
	}
	for _, ref := range []string{"p1,p0", "e1.role.queen", "e1.age", ",", strings.Repeat("p1,", maxRefs) + "p1"} {
		if _, err := v.Open(ref); !errors.Is(err, readout.ErrNotFound) {
			t.Errorf("%q: %v", ref, err)
		}
	}
	ids := make([]string, 3*maxRefs)
	for i := range ids {
		ids[i] = "p1"
	}
	if _, err := v.Open(Refs(ids...)); err != nil {
		t.Errorf("very many: %v", err)
	}
	// A name that stands everywhere opens where it stands last.
	rec := desk()
	for range 2 * maxNamings {
		rec.Entities[0].Mentions = append(rec.Entities[0].Mentions, rec.Entities[0].Mentions[0])
	}
	if o, err := New(rec).Open("e1"); err != nil || o.Note != "the newest 100 mentions of 204" || o.Reports[0].Report.ID == "" {
		t.Errorf("very many mentions: %q, %v", o.Note, err)
	}
}

// TestSaidOneByFormerID finds an utterance by the id that it had when another of
// its renderings was the fullest that was known.
func TestSaidOneByFormerID(t *testing.T) {
	v := New(desk())
	for _, id := range []string{"u1", readout.UtteranceID("s1"), readout.UtteranceID("s3")} {
		if row, _ := v.SaidOne(id); row.ID != "u1" {
			t.Errorf("%s leads to %q", id, row.ID)
		}
		if f, ok := v.Thing(id); !ok || f.Utterance.Utterance.ID != "u1" {
			t.Errorf("nothing goes by %s", id)
		}
		if _, err := v.Open(id); err != nil {
			t.Error(err)
		}
	}
	if _, ok := v.SaidOne(readout.UtteranceID("s4")); ok {
		t.Error("what was said once only is taken for an utterance")
	}
}

// TestQuotedPath says of an outlet that its words are the same where they are,
// though another has other words, and that they are not where the one with other
// words is shown.
func TestQuotedPath(t *testing.T) {
	for id, want := range map[string]string{
		"s1": "Harbour Wire, also in Elsey Evening Post, wording identical, Karvany Courier has it in other words",
		"s3": "Marek Ilvan, Karvany Courier, also in 2 reports, wording differs",
	} {
		v := New(desk())
		if got := strings.Join(v.quoted(v.statements[id]).Path, ", "); got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
}

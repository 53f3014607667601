package cli

import (
	"bytes"
	"strings"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/view"
)

// hostile moves the cursor, colours the screen and turns the direction of
// writing.
const hostile = "\x1b[2J\u202e\x00"

// depthRecord is a small record made by hand with one of each noun: Karvany
// demands, Sollund promises under a condition, Karvany accuses, Sollund denies;
// two outlets have the same quotation with other words.
func depthRecord() *readout.Record {
	wire := hostile + "Karvany demands all fourteen. Sollund promised a hotline by May if the lock opens. Sollund broke it, Karvany said. “We kept it,” said Maren, who denied it. They talked."
	radio := "“We have kept it,” said Maren. They talked."
	by := readout.By{Annotator: "test", Version: "1", Rule: "test/rule"}
	at := func(text, s string) readout.Span {
		i := strings.Index(text, s)
		return readout.Span{Start: i, End: i + len(s)}
	}
	ev := func(s string) readout.Evidence { return readout.Evidence{Report: "r1", Span: at(wire, s), By: by} }
	out := readout.ChainLink{OutletOfReport: true}
	day := func(v string) *readout.Date { return &readout.Date{Value: v, Precision: "day", Basis: "explicit"} }
	return &readout.Record{
		Reports: []*readout.Report{
			{ID: "r1", Outlet: "Harbour Wire" + hostile, Title: "Talks" + hostile, Text: wire, Published: readout.Published{Value: "2031-03-14", Basis: "sidecar", Why: "from the manifest" + hostile}},
			{ID: "r2", Outlet: "Lowland Radio", Text: radio, Path: "b.txt" + hostile, Published: readout.Published{Earliest: "2031-03-14", Why: "the latest day that it tells of" + hostile}},
		},
		Origins: []readout.Origin{{Kind: "own"}, {Kind: "copy", Of: "r1", Why: "87 %" + hostile}},
		Entities: []*readout.Entity{
			{ID: "e1", Type: readout.Place, Name: "Karvany" + hostile, Names: []string{"Karvany"}, Mentions: []readout.EntityMention{{Evidence: ev("Karvany")}}},
			{ID: "e2", Type: readout.Place, Name: "Sollund" + hostile, Names: []string{"Sollund"}},
			{ID: "e3", Type: readout.Person, Name: "Ilse Maren", Names: []string{"Maren"}},
		},
		Events: []*readout.Event{
			{ID: "v1", Type: "CONSULT", Mode: "talks", Title: "Talks between Karvany and Sollund" + hostile, Status: readout.Occurred, Date: day("2031-03-14"), Participants: []readout.Participant{{Entity: "e1", Role: "participant"}, {Entity: "e2", Role: "participant"}}, Attributes: map[string]string{"topic": "lake" + hostile}, Mentions: []readout.EventMention{{Evidence: ev("They talked."), Trigger: at(wire, "talked"), Status: readout.Occurred}}},
			{ID: "v2", Type: "CONSULT", Mode: "talks", Title: "Fourth round" + hostile, Status: readout.Planned, Date: &readout.Date{Value: "2031-04"}, Links: []readout.EventLink{{Relation: "after", Event: "v1", Evidence: ev("They talked.")}}},
		},
		Statements: []*readout.Statement{
			{ID: "s1", Report: "r1", Kind: readout.Direct, Content: []readout.Span{at(wire, "We kept it,")}, Text: "We kept it," + hostile, Speaker: "e3", Event: "v1", Uttered: true, Utterance: "u1", Chain: []readout.ChainLink{{Entity: "e3"}, {Text: "an official" + hostile, Factuality: readout.PossibleYes}, out}, By: by},
			{ID: "s2", Report: "r2", Kind: readout.Direct, Content: []readout.Span{at(radio, "We have kept it,")}, Text: "We have kept it,", Speaker: "e3", Uttered: true, Utterance: "u1", Chain: []readout.ChainLink{{Entity: "e3"}, out}, By: by},
		},
		Utterances: []*readout.Utterance{{ID: "u1", Speaker: "e3", Variants: []readout.Variant{
			{Statement: "s2", Kind: "fullest"},
			{Statement: "s1", Kind: "changed", Changes: []readout.WordChange{{Fullest: at(radio, "have "), Variant: readout.Span{Start: 4, End: 4}}}},
		}}},
		Claims: []*readout.Claim{
			{ID: "c1", Event: "v1", Attribute: "duration", Text: "two hours" + hostile, Evidence: ev("They talked."), Holder: "e1"},
			{ID: "c2", Event: "v1", Attribute: "duration", Text: "90 minutes", Evidence: readout.Evidence{Report: "r2", Span: at(radio, "talked"), By: by}},
			{ID: "c3", Event: "v1", Attribute: "place", Text: "Port Elsey", Evidence: ev("They talked.")},
		},
		Disagreements: []*readout.Disagreement{
			{Event: "v1", Attribute: "place", Verdict: readout.Single, Claims: []string{"c3"}},
			{Event: "v1", Attribute: "duration", Verdict: readout.Conflict, Claims: []string{"c1", "c2"}, Why: "105–135 min lies above 90" + hostile},
		},
		Issues: []*readout.Issue{{ID: "i1", Name: "all fourteen" + hostile, Names: []string{"all fourteen"}, Positions: []string{"p1"}}},
		Positions: []*readout.Position{
			{ID: "p1", Party: "e1", Addressee: "e2", Issue: "i1", Stance: readout.Demand, Text: "Karvany demands all fourteen" + hostile, Date: day("2031-03-14"), Evidence: ev("Karvany demands all fourteen"), Event: "v1", Change: "hardened", Uttered: true, Chain: []readout.ChainLink{{Entity: "e1"}, out}},
			{ID: "p2", Party: "e2", Stance: readout.Commit, Text: "Sollund promised a hotline by May if the lock opens", If: "the lock opens" + hostile, Until: &readout.Date{Value: "2031-05"}, Evidence: ev("Sollund promised a hotline by May if the lock opens"), Chain: []readout.ChainLink{out}},
			{ID: "p3", Party: "e1", Addressee: "e2", Stance: readout.Accusation, Text: "Sollund broke it", Date: day("2031-03-13"), Evidence: ev("Sollund broke it"), Uttered: true, Chain: []readout.ChainLink{{Entity: "e1"}, out}},
		},
		Commitments: []*readout.Commitment{{
			ID: "m1", Party: "e2", To: "e1", Terms: "a hotline" + hostile, If: "the lock opens", Until: &readout.Date{Value: "2031-05"}, Position: "p2", Evidence: ev("Sollund promised a hotline"),
			Violations: []readout.Violation{{Accuser: "e1", Accused: "e2", Position: "p3", Evidence: ev("Sollund broke it"), DeniedBy: []string{"a1"}}},
		}},
		Responses: []*readout.Response{
			{ID: "a1", Party: "e2", Kind: readout.Denies, About: "it" + hostile, Date: day("2031-03-14"), Evidence: ev("who denied it"), To: "e3", Chain: []readout.ChainLink{{Entity: "e3"}, out}},
			{ID: "a2", Kind: readout.Declines, Event: "v1", Evidence: ev("They talked."), Chain: []readout.ChainLink{out}},
		},
		Threads: []*readout.Thread{{ID: "t1", Title: "Karvany and Sollund on the lake" + hostile, Parties: []string{"e1", "e2"}, Events: []string{"v1", "v2"}, Reports: []string{"r1"}}},
		Defects: []*readout.Defect{{Report: "r1", Anomaly: readout.Anomaly{Kind: "stale-title", Note: "the title tells of a fourth day" + hostile, Evidence: []readout.Evidence{ev("They talked.")}}}},
	}
}

// faces are the views of depthRecord as the terminal shows them.
func faces(t *testing.T) map[string]string {
	t.Helper()
	v := view.New(depthRecord())
	out := map[string]string{}
	draw := func(name string, f func(*terminal)) {
		var b bytes.Buffer
		f(newTerminal(&b, []string{"COLUMNS=120"}))
		out[name] = b.String()
	}
	draw("positions", func(t *terminal) { renderPositions(t, v, v.Positions(view.Filter{}), 0) })
	draw("some positions", func(t *terminal) { renderPositions(t, v, v.Positions(view.Filter{}), 1) })
	draw("commitments", func(t *terminal) { renderCommitments(t, v, v.Commitments(view.Filter{})) })
	draw("responses", func(t *terminal) { renderResponses(t, v, v.Responses(view.Filter{})) })
	draw("disagreements", func(t *terminal) { renderDisagreements(t, v, v.Disagreements(view.Filter{}), false) })
	draw("threads", func(t *terminal) { renderThreads(t, v, v.Threads(view.Filter{})) })
	draw("variants", func(t *terminal) { renderUtterances(t, v.Utterances(view.Filter{}), false) })
	draw("reports", func(t *terminal) { renderReports(t, v, v.Reports(view.Filter{}), nil) })
	draw("no position", func(t *terminal) { renderPositions(t, v, nil, 0) })
	draw("no thread", func(t *terminal) { renderThreads(t, v, nil) })
	for _, id := range []string{"v1", "v2", "p1", "m1", "a1", "t1", "u1", "i1", "r1", "r2", "s1", "c1", "e1"} {
		found, err := v.Show(id)
		if err != nil {
			t.Fatal(err)
		}
		draw(id, func(t *terminal) { renderFound(t, v, found) })
	}
	return out
}

func TestFaces(t *testing.T) {
	got := faces(t)
	for name, s := range got {
		if strings.ContainsAny(s, "\x1b\u202e\x00") {
			t.Errorf("%s: a report's text reaches the terminal unescaped:\n%q", name, s)
		}
		got[name] = strings.ReplaceAll(strings.Join(strings.Fields(s), " "), "[2J", "")
	}
	for name, wants := range map[string][]string{
		"positions":      {"Karvany (2 positions) on all fourteen i1 14 Mar 2031 demand to Sollund hardened “Karvany demands all fourteen”", "no date commitment “Sollund promised", "condition: “the lock opens” until May 2031 Harbour Wire, 14 Mar 2031 not uttered p2"},
		"some positions": {`1 more: readout positions 'Karvany`},
		"commitments":    {"Sollund no date promised Karvany: “a hotline” condition: “the lock opens” until May 2031", "13 Mar 2031 breach alleged by Karvany against Sollund: “Sollund broke it”", "14 Mar 2031 denied by Sollund: “who denied it”"},
		"responses":      {"14 Mar 2031 Sollund denied it “who denied it” Ilse Maren → Harbour Wire, 14 Mar 2031 to Ilse Maren a1", "Somebody unnamed declined to comment on Talks between Karvany and Sollund v1"},
		"disagreements":  {"1 conflict · 0 compatible · 0 agree · 1 told by one source", "duration conflict: 105–135 min lies above 90 “two hours” Karvany → Harbour Wire, 14 Mar 2031", "1 more on which reports agree or one source tells: --all"},
		"threads":        {"Karvany and Sollund on the lake t1 2 events · 1 report · 1 independent origin 14 Mar 2031 Talks", "Apr 2031 Fourth round planned v2"},
		"variants":       {"Ilse Maren 2 renderings u1 fullest “We have kept it,”", "changed “We kept it,” left out “have ”", "Ilse Maren → an official (possible) → Harbour Wire"},
		"reports":        {"14 Mar 2031 Harbour Wire: Talks day sidecar: from the manifest stale-title: the title tells of a fourth day", "no date Lowland Radio: b.txt day open, not before 14 Mar 2031: the latest day", "copy of Harbour Wire: 87 %"},
		"no position":    {"No position fits. 3 positions are held, of: Karvany, Sollund. Drop a filter"},
		"no thread":      {"No thread fits. The record holds 1 thread: drop a filter."},
		"v1":             {"topic: lake", "WHO SAYS WHAT duration conflict: 105–135 min lies above 90", "place one source “Port Elsey”", "LINKED Apr 2031 before: Fourth round planned v2", "CONFIRMED, DENIED, NOT ANSWERED no date Somebody unnamed declined", "POSITIONS TAKEN THERE 14 Mar 2031 Karvany: demand to Sollund", "SAID THERE", "PART OF Karvany and Sollund on the lake 2 events t1", "WHERE"},
		"v2":             {"Fourth round planned", "LINKED 14 Mar 2031 after: Talks between Karvany and Sollund v1"},
		"m1":             {"WHERE", "test/1 test/rule"},
		"i1":             {"on all fourteen"},
		"r1":             {"note stale-title: the title tells of a fourth day"},
	} {
		for _, want := range wants {
			want = strings.ReplaceAll(want, "have ”", "have”") // clean trims
			if !strings.Contains(got[name], want) {
				t.Errorf("%s: no %q in\n%s", name, want, got[name])
			}
		}
	}
}

// TestNearNames holds that names which an error offers are fit for a terminal.
func TestNearNames(t *testing.T) {
	err := checkNames(view.New(depthRecord()), "Karvania")
	if err == nil || strings.ContainsAny(err.Error(), "\x1b\u202e\x00") || !strings.Contains(err.Error(), "is it one of these: Karvany") {
		t.Errorf("got %q", err)
	}
}

func TestQuoted(t *testing.T) {
	for in, want := range map[string]string{"a": "“a”", "“a”": "“a”", "“a” and “b”": "““a” and “b””", "he “a”": "“he “a””"} {
		if got := quoted(in); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
}

// TestKindsHaveWords holds that every kind of response is said in words.
func TestKindsHaveWords(t *testing.T) {
	for _, k := range responseKinds {
		if did[readout.ResponseKind(k)] == "" {
			t.Errorf("%s has no words", k)
		}
	}
	if len(responseKinds) != len(did) {
		t.Errorf("%d kinds, %d with words", len(responseKinds), len(did))
	}
}

package cli

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode"

	"github.com/charmbracelet/x/ansi"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/torture"
	"github.com/readout-news/readout/internal/view"
)

// sampleRecord is a small record made by hand: one call in two reports that
// differ on its length, one statement.
func sampleRecord() *readout.Record {
	wire := "The call lasted about two hours. “It was useful,” Maren said."
	radio := "They spoke for 90 minutes."
	at := func(text, s string) readout.Span {
		i := strings.Index(text, s)
		return readout.Span{Start: i, End: i + len(s)}
	}
	by := readout.By{Annotator: "test", Version: "1", Rule: "test/rule"}
	mention := func(report, text, trigger string) readout.EventMention {
		return readout.EventMention{Evidence: readout.Evidence{Report: report, Span: readout.Span{End: len(text)}, By: by}, Trigger: at(text, trigger), Status: readout.Occurred}
	}
	return &readout.Record{
		Reports: []*readout.Report{{ID: "r1", Outlet: "Harbour Wire", Text: wire}, {ID: "r2", Outlet: "Lowland Radio", Text: radio}},
		Origins: []readout.Origin{{Kind: "own"}, {Kind: "own"}},
		Entities: []*readout.Entity{
			{ID: "e1", Type: readout.Person, Name: "Ilse Maren", Names: []string{"Ilse Maren", "Maren"}, Roles: []readout.Role{{Title: "foreign minister"}}, Mentions: []readout.EntityMention{{Evidence: readout.Evidence{Report: "r1", Span: at(wire, "Maren"), By: by}, Form: readout.FormName}}},
			{ID: "e2", Type: readout.Person, Name: "Tomas Ered\x1b[31m"},
		},
		Events: []*readout.Event{{
			ID: "v1", Type: "CONSULT", Mode: "phone", Title: "Phone call between Ilse Maren and Tomas Ered", Status: readout.Occurred,
			Participants: []readout.Participant{{Entity: "e1", Role: "participant"}, {Entity: "e2", Role: "participant"}},
			Date:         &readout.Date{Value: "2031-03-12T09:00", End: "2031-03-14", Precision: "minute", Basis: "explicit"},
			Mentions:     []readout.EventMention{mention("r1", wire, "call"), mention("r2", radio, "spoke")},
		}},
		Statements: []*readout.Statement{{ID: "s1", Report: "r1", Kind: readout.Direct, Content: []readout.Span{at(wire, "It was useful,")}, Text: "It was useful,", Speaker: "e1", Uttered: true, Chain: []readout.ChainLink{{Entity: "e1", Text: "Maren"}, {OutletOfReport: true}}, By: by}},
		Claims: []*readout.Claim{
			{ID: "c1", Event: "v1", Attribute: "duration", Text: "about two hours", Evidence: readout.Evidence{Report: "r1", Span: at(wire, "about two hours"), By: by}},
			{ID: "c2", Event: "v1", Attribute: "duration", Text: "90 minutes", Evidence: readout.Evidence{Report: "r2", Span: at(radio, "90 minutes"), By: by}},
		},
		Disagreements: []*readout.Disagreement{{Event: "v1", Attribute: "duration", Verdict: readout.Conflict, Claims: []string{"c1", "c2"}, Why: "105–135 min lies above 90"}},
	}
}

func TestRenderOverview(t *testing.T) {
	for _, width := range []string{"40", "72", "200"} {
		var b bytes.Buffer
		term := newTerminal(&b, []string{"COLUMNS=" + width})
		renderOverview(term, view.New(sampleRecord()), false)
		got := b.String()
		if strings.Contains(got, "\x1b") {
			t.Errorf("width %s: escape codes where the output is no terminal, or from a report's text", width)
		}
		for _, line := range strings.Split(got, "\n") {
			if n := ansi.StringWidth(line); n > term.width {
				t.Errorf("width %s: line of %d columns: %q", width, n, line)
			}
		}
		flat := strings.Join(strings.Fields(got), " ")
		for _, want := range []string{
			"2 reports · 2 outlets · 2 independent origins · 1 event · 1 statement",
			"ask further: disagreements (1 in conflict)",
			"12–14 Mar 2031 Phone call between Ilse Maren and Tomas Ered",
			"09:00",
			"reports differ on duration: 105–135 min lies above 90",
			"“about two hours” Harbour Wire", "“90 minutes” Lowland Radio",
			"2 mentions · 2 reports · 2 independent origins v1",
			"Ilse Maren, foreign minister (1 statement)",
			"“It was useful,” Ilse Maren → Harbour Wire direct s1",
		} {
			if !strings.Contains(flat, want) {
				t.Errorf("width %s: no %q in\n%s", width, want, got)
			}
		}
	}
}

func TestRenderFoundOpensTheSentence(t *testing.T) {
	v := view.New(sampleRecord())
	for id, want := range map[string]string{
		"s1": "The call lasted about two hours. “It was useful,” Maren said.",
		"v1": "They spoke for 90 minutes.",
		"c2": "They spoke for 90 minutes.",
		"e1": "“It was useful,” Maren said.",
		"r2": "Lowland Radio",
	} {
		found, err := v.Show(id)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		renderFound(newTerminal(&b, nil), v, found)
		if got := strings.Join(strings.Fields(b.String()), " "); !strings.Contains(got, want) {
			t.Errorf("%s: no %q in\n%s", id, want, b.String())
		}
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"a\x1b[2Jb":             "a[2Jb",
		"line\r\none\ttwo":      "line one two",
		"\u202eevil\u2066":      "evil",
		"a\u200fb\u061cc\u200e": "abc",
		"“Nobody\u00a0knows”":   "“Nobody knows”",
	} {
		if got := clean(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	n, controls := 0, torture.Watch(t)
	for r := rune(0); r <= unicode.MaxRune; r++ {
		for _, out := range clean("a" + string(r) + "b") {
			if unicode.IsControl(out) || unicode.Is(unicode.Bidi_Control, out) {
				controls.Errorf("%U comes out as %U", r, out)
			}
		}
		n++
	}
	torture.Counted(t, "R20", n, "characters on their way to the terminal", fmt.Sprintf("%d controls and characters that turn the direction of text", controls.N()))
}

func TestISODate(t *testing.T) {
	for in, want := range map[string]string{"2031-03-14": "14 Mar 2031", "2031-03-14T10:05Z": "14 Mar 2031", "2031-03": "Mar 2031", "2031": "2031", "2031-W11": "2031-W11", "": ""} {
		if got := isoDate(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

package recordjson

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/wire"
)

func TestCodePointsFromByte(t *testing.T) {
	for _, text := range []string{"", "abc", "“Nobody” walked", "a\u00e9\u4e16\U0001F600z"} {
		cp := NewCodePoints(text)
		n := 0
		for b := range text + "x" {
			if got := cp.FromByte(b); got != n {
				t.Errorf("%q: byte %d: got code point %d, want %d", text, b, got, n)
			}
			n++
		}
		if got, want := cp.FromByte(len(text)), utf8.RuneCountInString(text); got != want {
			t.Errorf("%q: end: got %d, want %d", text, got, want)
		}
	}
}

// An empty record still has every array, and nothing but arrays where the
// contract says arrays.
func TestWriteEmpty(t *testing.T) {
	var b bytes.Buffer
	if err := Write(&b, &readout.Record{}); err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	for _, k := range []string{"reports", "entities", "events", "statements", "claims", "disagreements", "positions", "commitments", "responses", "utterances", "issues", "threads", "timexes"} {
		if _, ok := got[k].([]any); !ok {
			t.Errorf("%s: got %T, want an array", k, got[k])
		}
	}
	if got["schema"] != Schema {
		t.Errorf("schema: got %v", got["schema"])
	}
}

func TestWriteConvertsSpans(t *testing.T) {
	text := "Ered: “Nobody walked out.”"
	at := strings.Index(text, "Nobody")
	rec := &readout.Record{
		Reports: []*readout.Report{{ID: "r1", Text: text}},
		Origins: []readout.Origin{{Kind: "own", Outlet: "e2"}},
		Statements: []*readout.Statement{{
			ID: "s1", Report: "r1", Kind: readout.Direct, Uttered: true,
			Content: []readout.Span{{Start: at, End: at + len("Nobody walked out.")}},
		}},
	}
	var b bytes.Buffer
	if err := Write(&b, rec); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Reports    []struct{ Outlet string }
		Statements []struct {
			Content []struct{ Start, End int }
			Speaker *string
		}
	}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	c := got.Statements[0].Content[0]
	if q := string([]rune(text)[c.Start:c.End]); q != "Nobody walked out." {
		t.Errorf("content: got %q", q)
	}
	if got.Statements[0].Speaker != nil {
		t.Errorf("unknown speaker: got %q, want null", *got.Statements[0].Speaker)
	}
	if got.Reports[0].Outlet != "e2" {
		t.Errorf("outlet: got %q", got.Reports[0].Outlet)
	}
}

// Mentions, reports and origins are counted apart, in a part of a record too.
func TestWriteCounts(t *testing.T) {
	at := func(r string) readout.EventMention {
		return readout.EventMention{Evidence: readout.Evidence{Report: r}}
	}
	whole := &readout.Record{
		Reports: []*readout.Report{{ID: "r1"}, {ID: "r2"}, {ID: "r3"}},
		Origins: []readout.Origin{{Kind: "own", Outlet: "e1"}, {Kind: "copy", Of: "r1"}, {Kind: "own", Outlet: "e3"}},
		Events:  []*readout.Event{{ID: "v1", Mentions: []readout.EventMention{at("r1"), at("r1"), at("r2"), at("r3")}}},
	}
	var b bytes.Buffer
	if err := WritePart(&b, whole, &readout.Record{Events: whole.Events}, nil); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Events []struct{ Counts wire.Counts }
	}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Events[0].Counts != (wire.Counts{Mentions: 4, Reports: 3, Origins: 2}) {
		t.Errorf("got %+v", got.Events[0].Counts)
	}
}

// A span that does not lie in its report is a bug that must not reach a
// reader as a wrong sentence.
func TestWriteRefusesSpanOutsideReport(t *testing.T) {
	rec := &readout.Record{
		Reports: []*readout.Report{{ID: "r1", Text: "short"}},
		Timexes: []*readout.Timex{{Evidence: readout.Evidence{Report: "r1", Span: readout.Span{Start: 2, End: 9}}}},
	}
	if err := Write(&bytes.Buffer{}, rec); err == nil {
		t.Error("got no error")
	}
}

// TestDecided: what people decided stands at the fact, and nowhere when nobody
// did.
func TestDecided(t *testing.T) {
	rec := &readout.Record{Entities: []*readout.Entity{{ID: "e1", Name: "Ilse Maren"}, {ID: "e2", Name: "Tomas Ered"}}}
	var b bytes.Buffer
	d := readout.Decision{Seq: 3, At: time.Date(2031, 5, 2, 9, 0, 0, 0, time.UTC), By: "ana", Kind: readout.DecideCorrect, Field: "name", Before: "I. Maren", After: "Ilse Maren"}
	if err := WritePart(&b, rec, rec, map[string][]readout.Decision{"e1": {d}}); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Entities []struct {
			ID      string
			Decided []struct {
				Number               int
				By, At, Before, Kind string
			}
		}
	}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	one := got.Entities[0].Decided
	if len(one) != 1 || one[0].Number != 3 || one[0].By != "ana" || one[0].At != "2031-05-02T09:00:00Z" || one[0].Before != "I. Maren" || strings.Count(b.String(), `"decided"`) != 1 {
		t.Errorf("decided: %s", b.String())
	}
}

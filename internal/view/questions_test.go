package view

import (
	"testing"

	"github.com/readout-news/readout"
)

// TestQuestions holds that every template gives its example, and that the lists
// load.
func TestQuestions(t *testing.T) {
	p, err := load()
	if err != nil {
		t.Fatal(err)
	}
	if len(p.questions) < 40 {
		t.Errorf("%d templates, want at least 40", len(p.questions))
	}
	v := New(&readout.Record{Entities: []*readout.Entity{{ID: "e1", Name: "Karvany"}, {ID: "e2", Name: "Sollund"}}})
	for _, q := range p.questions {
		e := &readout.Event{ID: "v1", Type: q.typ, Mode: q.mode, Participants: []readout.Participant{{Entity: "e1", Role: "agent"}, {Entity: "e2", Role: "patient"}}}
		if q.typ == "-" {
			e.Type, e.Mode = "CONSULT", "talks"
			// Contacts have rows of their own for some attributes.
			if q.attribute == "place" || q.attribute == "initiator" {
				e.Type = "-"
				p.nouns[[2]string{"-", "talks"}] = p.nouns[[2]string{"CONSULT", "talks"}]
			}
		}
		if e.Mode == "-" {
			e.Mode = ""
		}
		if q.when == "ahead" {
			e.Status = readout.Planned
		}
		key := q.attribute
		if key != "number" && len(key) > 7 && key[:7] == "number-" {
			key += "-fisherman"
		}
		if got := v.question(e, key, nil); got != q.example {
			t.Errorf("%s %s %s %s: %q, want %q", q.attribute, q.typ, q.mode, q.when, got, q.example)
		}
	}
	delete(p.nouns, [2]string{"-", "talks"})
}

// TestQuestionWithoutParties: a template that needs a party falls back.
func TestQuestionWithoutParties(t *testing.T) {
	v := New(&readout.Record{})
	if got, want := v.question(&readout.Event{Type: "REJECT"}, "occurrence", nil), "Did the rejection take place?"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := v.question(&readout.Event{Type: "UNKNOWN"}, "duration", nil), "How long did it last?"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := v.question(&readout.Event{Type: "CONSULT", Mode: "phone"}, "number-attended", nil), "How many people came?"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

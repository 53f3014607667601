package event

import (
	"slices"
	"testing"

	"github.com/readout-news/readout/internal/nlp"
)

// TestSameEventsEveryTime links the same reports again and again: maps must
// not decide.
func TestSameEventsEveryTime(t *testing.T) {
	build := func() []*nlp.Doc {
		return []*nlp.Doc{
			report("r1", "2031-03-18",
				told{word: "call", mode: "phone", who: "Maren Ered", when: "2031-03-18", status: occurred},
				told{word: "talk", mode: "talks", who: "Sollund Karvany", when: "2031-W12", where: "Dorne", sent: 2, status: planned}),
			report("r2", "2031-03-19", told{word: "call", mode: "phone", who: "Maren Ered", status: occurred}),
			report("r3", "2031-03-20",
				told{word: "talk", mode: "talks", who: "Karvany Sollund", when: "2031-03-20", where: "Dorne", status: occurred},
				told{word: "conversation", who: "Ered Maren", when: "2031-03-18", sent: 3, status: occurred}),
		}
	}
	var want []string
	for n := range 20 {
		docs := build()
		l, err := Link(docs, entities(docs))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range l.Events {
			got = append(got, e.ID+" "+e.Title)
		}
		if n == 0 {
			want = got
		}
		if !slices.Equal(got, want) {
			t.Fatalf("run %d: %q, first %q", n, got, want)
		}
	}
	if len(want) != 2 {
		t.Errorf("events %q, want two", want)
	}
}

package link

import (
	"testing"

	"github.com/readout-news/readout"
)

// An event that is put for a group keeps what the linker remembers of it: the
// mentions that are left out of a change are those of other reports, which tell
// of it as before.
func TestGroupLeavesTiesAlone(t *testing.T) {
	is := &readout.Event{ID: "v1", Mentions: []readout.EventMention{{Evidence: readout.Evidence{Report: "r1"}}, {Evidence: readout.Evidence{Report: "r2"}}}}
	w := &change{l: &Linker{ties: newTies()}, scope: map[string]bool{"r2": true}, out: &Change{Record: &readout.Record{}}}
	w.group("v1", []*tie{{Event: is}})
	if got := w.out.Record.Events[0].Mentions; len(got) != 1 || got[0].Report != "r2" {
		t.Errorf("mentions in the change: %v, want that of r2", got)
	}
	if is.Mentions[0].Report != "r1" || is.Mentions[1].Report != "r2" {
		t.Errorf("the linker remembers %v", is.Mentions)
	}
}

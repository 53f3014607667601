package decide_test

import (
	"strings"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/decide"
)

// A log that was written by hand can have any place.
func TestMovedFromNowhere(t *testing.T) {
	a := readout.Anchor{Evidence: readout.Evidence{Span: readout.Span{Start: 0, End: 5}}, Trigger: readout.Span{Start: -3, End: 2}}
	if got, ok := decide.Moved("Talks ended.", nil, "Talks ended.", nil, a); ok {
		t.Errorf("moved to %+v", got)
	}
}

// A sentence is found where it stands as one: not where another quotes it.
func TestMovedIsWhole(t *testing.T) {
	const s = "Talks ended in Orrin."
	sentences := func(list ...string) (out []readout.Span) {
		at := 0
		for _, x := range list {
			out = append(out, readout.Span{Start: at, End: at + len(x)})
			at += len(x) + 1
		}
		return out
	}
	for _, c := range []struct {
		was, now []string
		want     int // the sentence of now; -1 none
	}{
		{[]string{s}, []string{"It rained.", s}, 1},
		{[]string{s}, []string{"Denied: " + s}, -1},
		{[]string{s}, []string{s + "”"}, -1},
		{[]string{s}, []string{"Denied: " + s, s}, 1},
		{[]string{"Denied: " + s, s}, []string{s, "It rained.", s}, 0},
		{[]string{s, s}, []string{s, "It rained.", s}, 2},
		{[]string{s, s}, []string{"It rained.", s}, 1},
	} {
		was, now := sentences(c.was...), sentences(c.now...)
		last := was[len(was)-1]
		a := readout.Anchor{Evidence: readout.Evidence{Span: readout.Span{Start: last.Start, End: last.Start + 5}}}
		a.Trigger = readout.Span{Start: last.Start + 6, End: last.Start + 11}
		got, ok := decide.Moved(strings.Join(c.was, " "), was, strings.Join(c.now, " "), now, a)
		if ok != (c.want >= 0) || ok && (got.Span.Start != now[c.want].Start || got.Trigger.Start != now[c.want].Start+6) {
			t.Errorf("%q in %q: %+v, %v", c.was, c.now, got, ok)
		}
	}
}

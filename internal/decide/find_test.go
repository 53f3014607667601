package decide_test

import (
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/decide"
)

// A log that was written by hand can have any place.
func TestMovedFromNowhere(t *testing.T) {
	a := readout.Anchor{Evidence: readout.Evidence{Span: readout.Span{Start: 0, End: 5}}, Trigger: readout.Span{Start: -3, End: 2}}
	if got, ok := decide.Moved("Talks ended.", nil, "Talks ended.", a); ok {
		t.Errorf("moved to %+v", got)
	}
}

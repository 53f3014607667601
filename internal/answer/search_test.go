package answer

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/wire"
)

func TestMarksCountCodePoints(t *testing.T) {
	got := marks("é “boats”", []readout.Span{{Start: 0, End: 2}, {Start: 6, End: 11}})
	want := []wire.Span{{Start: 0, End: 1}, {Start: 3, End: 8}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

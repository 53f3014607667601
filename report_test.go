package readout_test

import (
	"cmp"
	"slices"
	"testing"

	"github.com/readout-news/readout"
)

// TestComparePublished lists values in their order, which holds for each two of
// them.
func TestComparePublished(t *testing.T) {
	in := []string{
		"", "2031", "2031-03", "2031-03-13T23:59Z", "2031-03-14", "2031-03-14T02:00+02:00", "2031-03-14T00:30", "2031-03-14T00:30Z", "2031-03-14T00:30:05Z",
		"2031-03-14T01:00Z", "2031-03-14T03:00+02:00", "2031-03-15", "2031-03-15T01:00Z", "2031-03-14T23:30-05:00", "2031-03-15T04:31", "2031-03-16T04:00+99:00", "~",
	}
	for i, a := range in {
		for j, b := range in {
			if got, want := readout.ComparePublished(a, b), cmp.Compare(i, j); got != want {
				t.Errorf("%q and %q: %d, want %d", a, b, got, want)
			}
		}
	}
	if mixed := append(slices.Clone(in[8:]), in[:8]...); !slices.Equal(slices.SortedFunc(slices.Values(mixed), readout.ComparePublished), in) {
		t.Error("sorted otherwise")
	}
}

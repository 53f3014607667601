package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
)

func TestSpans(t *testing.T) {
	for _, want := range [][]readout.Span{
		nil,
		{{}},
		{{Start: 3, End: 80}, {Start: 81, End: 400}, {Start: 10, End: 4}},
	} {
		b := store.EncodeSpans(want)
		got, err := store.DecodeSpans(b)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%v (-want +got)\n%s", err, diff)
		}
		if len(b) > 0 {
			if _, err := store.DecodeSpans(append(b, 0x80)); err == nil {
				t.Error("no error for a span that is cut off")
			}
		}
	}
}

package sqlstore

import (
	"encoding/hex"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/storetest"
)

// TestDigestVersion holds that what is summed does not change under one version:
// stores keep sums and compare new ones with them.
func TestDigestVersion(t *testing.T) {
	const want = "delta2:3904844456c4efe45b1d3a640ffefb5e7646363e9d5e663bc767fec43d695596"
	rec := &readout.Record{}
	storetest.Fill(rec)
	rec = store.Ordered(rec)
	var total sum
	for _, s := range sumsOf(rec, make([]string, len(rec.Reports)), nil) {
		total.add(*s)
	}
	if got := digestVersion + hex.EncodeToString(total.bytes()); got != want {
		t.Errorf("the rows of a record have another sum: raise digestVersion, and write here\n%s", got)
	}
}

// What is added can be taken away, in any order.
func TestSum(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		draw := func(label string) []sum {
			return rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) (s sum) {
				b := rapid.SliceOfN(rapid.SampledFrom([]byte{0, 1, 0x7f, 0x80, 0xff}), 32, 32).Draw(rt, "bytes")
				s, err := sumOf(b)
				if err != nil || !slices.Equal(s.bytes(), b) {
					rt.Fatalf("%x comes back as %x: %v", b, s.bytes(), err)
				}
				return s
			}), 0, 6).Draw(rt, label)
		}
		stay, leave := draw("stay"), draw("go")
		var want, got sum
		for _, s := range stay {
			want.add(s)
		}
		for _, s := range append(slices.Clone(leave), stay...) {
			got.add(s)
		}
		slices.Reverse(leave)
		for _, s := range leave {
			got.sub(s)
		}
		if got != want {
			rt.Fatalf("%x, want %x", got.bytes(), want.bytes())
		}
	})
	if _, err := sumOf(make([]byte, 31)); err == nil {
		t.Error("a sum of 31 bytes is taken")
	}
}

// Numbers follow from days and ids: they do not fall where the order rises.
func TestTarget(t *testing.T) {
	day := rapid.OneOf(
		rapid.StringMatching(`|20[0-9]{2}(-(0[1-9]|1[0-2])(-([0-2][1-8]|3[01])(T[0-2][0-3]:[0-5][0-9])?)?)?`),
		rapid.StringMatching(`2031-03-14(T0[89]:0[0-3]Z)?`), // many within an hour
	)
	id := rapid.StringMatching(`s[0-9a-f]{0,16}`)
	rapid.Check(t, func(rt *rapid.T) {
		a := &indexed{id: id.Draw(rt, "a"), day: day.Draw(rt, "day a"), weight: rapid.IntRange(0, 3).Draw(rt, "weight a")}
		b := &indexed{id: id.Draw(rt, "b"), day: day.Draw(rt, "day b"), weight: rapid.IntRange(0, 3).Draw(rt, "weight b")}
		for _, kind := range []store.Kind{store.KindStatement, store.KindEntity} {
			x, y := *a, *b
			if kind == store.KindEntity {
				x.day, y.day = "", ""
			} else {
				x.weight, y.weight = 0, 0
			}
			n, m := x.target(kind), y.target(kind)
			if c := x.compare(&y); c < 0 && n > m || c > 0 && n < m || n < 0 || n >= endNumber {
				rt.Fatalf("%+v has %d, %+v has %d", x, n, y, m)
			}
		}
	})
}

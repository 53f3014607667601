package crash_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/readout-news/readout/internal/torture"
	"github.com/readout-news/readout/internal/torture/faultfs"
)

// The power goes while a store is made, at each of its first steps, and the disk
// keeps any part of what was not synced: nothing was promised yet, and the store
// can be made after all.
func TestPowerCutInMaking(t *testing.T) {
	d := newDeed(t)
	dir, log := t.TempDir(), &faultfs.Log{}
	faultfs.Arm(dir, faultfs.Plan{Log: log})
	err := d.do(t.Context(), filepath.Join(dir, "readout.db"), func(p promise) { log.Mark(p) })
	faultfs.Disarm()
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(seed(t), 5)) //nolint:gosec // no secret
	const first = 15                         // the file is made in WAL mode within these
	cuts, stores := 0, watch(t)
	for n := 1; n <= first; n++ {
		for range torture.Rounds(t, 3, 20, 100) {
			at := t.TempDir()
			if err := faultfs.Lay(at, log.Left(n, faultfs.Some, rng)); err != nil {
				t.Fatal(err)
			}
			faultfs.Arm(at, faultfs.Plan{})
			stores.judge(fmt.Sprintf("power gone after %d", n), d.kept(t.Context(), filepath.Join(at, "readout.db"), nil))
			faultfs.Disarm()
			empty(t, at)
			cuts++
		}
	}
	torture.Counted(t, "R2", cuts, "power cuts in the first steps of making a store, with parts of what was not synced", fmt.Sprintf("%d files that are no store", stores.damaged.N()))
}

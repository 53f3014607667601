package status

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/torture"
)

// backedUp is a store that was backed up, or not, whose record began at a time and
// was linked just now.
type backedUp struct{ last, since time.Time }

func (b backedUp) About(context.Context) (store.About, error) {
	return store.About{Name: "postgres://desk@localhost/desk", Reports: 1, Since: b.since}, nil
}

func (b backedUp) Revision(context.Context) (store.Revision, error) {
	return store.Revision{N: 9, At: today, Reports: 1}, nil
}
func (b backedUp) Feeds(context.Context) ([]store.Feed, error) { return nil, nil }

func (b backedUp) LastBackup(context.Context) (store.Backup, error) {
	return store.Backup{At: b.last}, nil
}

var today = time.Date(2031, 5, 2, 12, 0, 0, 0, time.UTC)

// R38: a backup that is older than 26 hours, or missing for as long, is warned of.
func TestOldBackup(t *testing.T) {
	now := today
	warned, cases := 0, map[string]struct {
		b    backedUp
		want string
	}{
		"fresh":         {backedUp{now.Add(-26 * time.Hour), now.Add(-100 * time.Hour)}, ""},
		"old":           {backedUp{now.Add(-26*time.Hour - time.Second), now}, "the last backup is 26h"},
		"never, new":    {backedUp{time.Time{}, now.Add(-time.Hour)}, ""},
		"never, in use": {backedUp{time.Time{}, now.Add(-27 * time.Hour)}, "never backed up"},
		"never, empty":  {backedUp{}, ""},
	}
	for name, c := range cases {
		r := New(Sources{Store: c.b, Now: func() time.Time { return now }}).State(t.Context())
		got := strings.Join(r.Warnings, "; ")
		if (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: warned %q, want %q", name, got, c.want)
		}
		if got != "" {
			warned++
		}
		if at := r.Store.BackedUpAt; (at == nil) != c.b.last.IsZero() || at != nil && *at != c.b.last.Format(time.RFC3339) {
			t.Errorf("%s: backed up at %v", name, at)
		}
	}
	torture.Counted(t, "R38", len(cases), "ages of backups", fmt.Sprintf("%d warned of: older than 26 hours, or none for as long", warned))
}

// R38: less than a tenth of the disk is warned of, and what is free is told.
func TestFullDisk(t *testing.T) {
	shares := map[float64]bool{1: false, 0.5: false, 0.1: false, 0.0999: true, 0: true, -1: false}
	told := 0
	for share, warned := range shares {
		r := New(Sources{Store: &desk{about: store.About{Name: "desk.db"}}, Free: func(name string) float64 {
			if name != "desk.db" {
				t.Errorf("asked for the disk of %q", name)
			}
			return share
		}}).State(t.Context())
		if got := strings.Contains(strings.Join(r.Warnings, "; "), "nearly full"); got != warned {
			t.Errorf("%v free: warned %v: %q", share, got, r.Warnings)
		} else if got {
			told++
		}
		if free := r.Store.DiskFree; (free == nil) != (share < 0) || free != nil && *free != share {
			t.Errorf("%v free: told %v", share, free)
		}
	}
	torture.Counted(t, "R38", len(shares), "disks, full to empty", fmt.Sprintf("%d warned of: below a tenth free", told))

	if free := diskFree(filepath.Join(t.TempDir(), "desk.db")); runtime.GOOS == "linux" && (free <= 0 || free > 1) {
		t.Errorf("of the disk of this test %v is free", free)
	}
	if free := diskFree("postgres://desk@localhost/desk"); free != -1 {
		t.Errorf("of another machine's disk %v is free", free)
	}
}

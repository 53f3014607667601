package status

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/torture"
)

// backedUp is a store that was backed up, or not, and linked at a time.
type backedUp struct{ last, linked time.Time }

func (b backedUp) About(context.Context) (store.About, error) {
	return store.About{Name: "postgres://desk@localhost/desk", Reports: 1}, nil
}

func (b backedUp) Revision(context.Context) (store.Revision, error) {
	return store.Revision{N: 1, At: b.linked, Reports: 1}, nil
}
func (b backedUp) Feeds(context.Context) ([]store.Feed, error) { return nil, nil }

func (b backedUp) LastBackup(context.Context) (store.Backup, error) {
	return store.Backup{At: b.last}, nil
}

// R38: a backup that is older than 26 hours, or missing for as long, is warned of.
func TestOldBackup(t *testing.T) {
	now := time.Date(2031, 5, 2, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		b    backedUp
		want string
	}{
		"fresh":         {backedUp{now.Add(-26 * time.Hour), now.Add(-100 * time.Hour)}, ""},
		"old":           {backedUp{now.Add(-26*time.Hour - time.Second), now}, "the last backup is 26h"},
		"never, new":    {backedUp{time.Time{}, now.Add(-time.Hour)}, ""},
		"never, linked": {backedUp{time.Time{}, now.Add(-27 * time.Hour)}, "never backed up"},
		"never, empty":  {backedUp{}, ""},
	} {
		got := strings.Join(New(Sources{Store: c.b, Now: func() time.Time { return now }}).State(t.Context()).Warnings, "; ")
		if (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: warned %q, want %q", name, got, c.want)
		}
	}
	torture.Counted(t, "R38", 5, "ages of backups", "warned of from 26 hours on")
}

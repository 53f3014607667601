package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/live/livetest"
	"github.com/readout-news/readout/internal/store/open"
	"github.com/readout-news/readout/internal/store/pgtest"
	"github.com/readout-news/readout/internal/store/sqlstore"
	"github.com/readout-news/readout/internal/store/storetest"
	"github.com/readout-news/readout/internal/torture"
	"github.com/readout-news/readout/internal/torture/faultfs"
	"github.com/readout-news/readout/internal/view/recordtest"
)

// TestMain puts the layer under SQLite that fails when a test says so, which has to
// be there before SQLite is used.
func TestMain(m *testing.M) {
	if err := faultfs.Install(); err != nil {
		panic(err)
	}
	m.Run()
}

// targets are names of new stores, by engine.
var targets = map[string]func(t testing.TB) string{
	"sqlite":   func(t testing.TB) string { return filepath.Join(t.TempDir(), "restored.db") },
	"postgres": pgtest.Database,
}

// R33: a store that is backed up while others write is restored on either engine,
// whole and with the same record to the byte; so is what was decided.
func TestBackup(t *testing.T) {
	rounds := torture.Rounds(t, 1, 10, 50)
	n, findings, others := 0, torture.Watch(t), torture.Watch(t)
	for _, source := range livetest.Engines {
		for to, target := range targets {
			t.Run(source.Name+" to "+to, func(t *testing.T) {
				s := livetest.Open(t, source.Desk(t))
				want := recordtest.Export(t, s)
				ctx, stop := context.WithCancel(t.Context())
				defer stop()
				var writing sync.WaitGroup
				wrote := 0
				writing.Go(func() { // reports come in meanwhile; nobody links them
					for i := 0; ctx.Err() == nil; i++ {
						c := storetest.Capture(fmt.Sprintf("late-%d.txt", i), fmt.Sprintf("Boats left Hegra at %d.", i))
						if err := s.Keep(ctx, c, storetest.Doc(c), "v1"); err != nil && ctx.Err() == nil {
							t.Error(err)
							return
						}
						wrote++
						time.Sleep(time.Millisecond)
					}
				})
				for i := range rounds {
					file := filepath.Join(t.TempDir(), fmt.Sprintf("%d.backup", i))
					at := time.Date(2031, 5, 2, 10, i, 0, 0, time.UTC)
					done, err := Write(t.Context(), s.(Source), file, "test", func() time.Time { return at }, nil)
					if err != nil {
						t.Fatal(err)
					}
					if m, err := Check(file); err != nil || *m != done.Manifest {
						t.Fatalf("check: %+v %v", m, err)
					}
					name := target(t)
					if _, rows, err := Restore(t.Context(), file, name, nil); err != nil || rows != done.Rows {
						t.Fatalf("restore: %d of %d rows, %v", rows, done.Rows, err)
					}
					again := livetest.Open(t, name)
					livetest.Whole(findings, again)
					if got := recordtest.Export(t, again); got != want {
						others.Error("the restored record is another")
					}
					if seq, _, err := again.VerifyDecisions(t.Context()); err != nil || seq != livetest.Decided {
						t.Errorf("decisions: %d, %v", seq, err)
					}
					if b, err := s.LastBackup(t.Context()); err != nil || !b.At.Equal(at) || b.SHA256 != done.SHA256 {
						t.Errorf("last backup: %+v %v", b, err)
					}
					n++
				}
				stop()
				writing.Wait()
				if wrote == 0 {
					t.Error("nothing was written meanwhile")
				}
			})
		}
	}
	torture.Counted(t, "R33", n, "backups taken while reports came in, and restored", fmt.Sprintf("verify --deep finds fault with %d, %d have another record, on and between both engines", findings.N(), others.N()))
}

// R33: a backup of an earlier Readout, whose rows had sums of other columns, is
// restored and brought up to date.
func TestBackupOfEarlierTables(t *testing.T) {
	const first = 18 // of the tables with sums the first that take all rows of now
	now := livetest.Open(t, livetest.File(t)).(*sqlstore.Store)
	if now.TablesVersion() <= first {
		t.Fatal("there are no earlier tables")
	}
	for version := int64(first); version < now.TablesVersion(); version++ {
		for to, target := range targets {
			t.Run(fmt.Sprintf("%d to %s", version, to), func(t *testing.T) {
				old, err := open.Making(t.Context(), filepath.Join(t.TempDir(), "old.db"), version)
				if err != nil {
					t.Fatal(err)
				}
				defer old.Close()
				err = old.Load(t.Context(), func(l *sqlstore.Loader) error {
					return now.Dump(t.Context(), func(table string, columns []string) error {
						_, err := l.Table(table, columns)
						return err
					}, l.Put)
				})
				if err != nil {
					t.Fatal(err)
				}
				file := filepath.Join(t.TempDir(), "old.backup")
				if _, err := Write(t.Context(), old, file, "test", time.Now, nil); err != nil {
					t.Fatal(err)
				}
				name := target(t)
				if _, _, err := Restore(t.Context(), file, name, nil); err != nil {
					t.Fatal(err)
				}
				again := livetest.Open(t, name)
				livetest.Whole(t, again)
				if seq, _, err := again.VerifyDecisions(t.Context()); err != nil || seq != livetest.Decided {
					t.Errorf("decisions: %d, %v", seq, err)
				}
			})
		}
	}
}

// A store that is damaged is not backed up, and no file is left of the try.
func TestDamagedStoreIsNotBackedUp(t *testing.T) {
	for _, c := range []struct {
		name, damage string
		want         error
	}{
		{"a title", `UPDATE report SET title = title || ' of Hegra' WHERE id = (SELECT min(id) FROM report)`, readout.ErrDamaged},
		{"a decision", `DROP TRIGGER decision_stays; UPDATE decision SET body = replace(body, 'read twice', 'read once')`, readout.ErrLog},
	} {
		s := livetest.Open(t, livetest.File(t))
		if _, err := s.(*sqlstore.Store).Writer().ExecContext(t.Context(), c.damage); err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		if _, err := Write(t.Context(), s.(Source), filepath.Join(dir, "desk.backup"), "test", time.Now, nil); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("%s: %v are left, %v", c.name, left, err)
		}
	}
}

// A backup that is damaged or cut short makes no store.
func TestDamagedBackup(t *testing.T) {
	dir := t.TempDir()
	s := livetest.Open(t, livetest.File(t))
	file := filepath.Join(dir, "desk.backup")
	if _, err := Write(t.Context(), s.(Source), file, "test", time.Now, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := Write(t.Context(), s.(Source), file, "test", time.Now, nil); err == nil {
		t.Error("a backup replaced another")
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for i, data := range [][]byte{b[:len(b)/2], b[:10], nil, append(bytes.Clone(b[:len(b)-200]), b[len(b)-199:]...), []byte(strings.Repeat("x", 1000)), bytes.Replace(b, []byte(`"tables"`), []byte(`"tablex"`), 1)} {
		bad := filepath.Join(dir, fmt.Sprint("bad", i))
		if err := os.WriteFile(bad, data, 0o600); err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(dir, fmt.Sprint("to", i, ".db"))
		if _, _, err := Restore(t.Context(), bad, to, nil); !errors.Is(err, ErrBackup) {
			t.Errorf("%d: %v", i, err)
		}
		if _, err := os.Stat(to); err == nil {
			t.Errorf("%d: a store was made", i)
		}
	}
}

func FuzzRecords(f *testing.F) {
	z, err := zstd.NewWriter(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(z.EncodeAll([]byte{5, 'T', 's', 1, 'a', 's', 4, 'R', 'n', 'i', 2, 3, 'E', 'i', 2}, nil))
	f.Add([]byte("x"))
	f.Fuzz(func(_ *testing.T, b []byte) {
		rows := 0
		_ = Records(bytes.NewReader(b), func(string, []string) error { return nil }, func([]any) error {
			if rows++; rows > 1000 {
				return errors.New("enough")
			}
			return nil
		})
	})
}

// A disk that fills up while the log is folded into the restored file for the last
// time ends the restoring: SQLite itself tells nobody.
func TestRestoreFullDisk(t *testing.T) {
	src := livetest.Open(t, livetest.File(t)).(*sqlstore.Store)
	file := filepath.Join(t.TempDir(), "desk.backup")
	if _, err := Write(t.Context(), src, file, "test", time.Now, nil); err != nil {
		t.Fatal(err)
	}
	count := func(plan faultfs.Plan) (to string, writes int, failed []faultfs.Failed, err error) {
		dir := t.TempDir()
		to = filepath.Join(dir, "restored.db")
		faultfs.Arm(dir, plan)
		_, _, err = Restore(t.Context(), file, to, nil)
		writes, failed = faultfs.Disarm()
		return to, writes, failed, err
	}
	_, writes, _, err := count(faultfs.Plan{Ops: faultfs.Write})
	if err != nil {
		t.Fatal(err)
	}
	for _, back := range []int{0, 1, 5, 40} {
		to, _, failed, err := count(faultfs.Plan{Ops: faultfs.Write, At: writes - back, On: true, Code: faultfs.Full})
		if _, there := os.Stat(to); len(failed) == 0 || err == nil || !errors.Is(there, fs.ErrNotExist) {
			t.Errorf("full from the write %d of %d on: %v, %d writes failed, the file: %v", writes-back, writes, err, len(failed), there)
		}
	}
	// With room again it is restored.
	to, _, _, err := count(faultfs.Plan{Ops: faultfs.Write})
	if err != nil {
		t.Fatal(err)
	}
	livetest.Whole(t, livetest.Open(t, to))
}

package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/ingest"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/open"
	"github.com/readout-news/readout/internal/store/pgtest"
	"github.com/readout-news/readout/internal/store/storetest"
	"github.com/readout-news/readout/internal/torture"
	"github.com/readout-news/readout/internal/view/recordjson"
)

var reader = sync.OnceValues(pipeline.New)

// sample fills a new store with the sample.
func sample(t *testing.T, name string) store.Store {
	t.Helper()
	r, err := reader()
	if err != nil {
		t.Fatal(err)
	}
	s, err := open.Store(t.Context(), name, open.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	if _, err := r.Read(t.Context(), ingest.Read(t.Context(), []string{"../../examples/lake-ansa"}, ingest.Options{}), pipeline.Options{Keeper: s}); err != nil {
		t.Fatal(err)
	}
	if err := live.Relink(t.Context(), r, s, nil); err != nil {
		t.Fatal(err)
	}
	rec, err := s.Record(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	d := readout.Decision{By: "maren", Kind: readout.DecideNote, Why: "looked at", About: []readout.Target{{Kind: "report", ID: rec.Reports[0].ID}}}
	if err := s.AddDecision(t.Context(), &d); err != nil {
		t.Fatal(err)
	}
	if err := live.Relink(t.Context(), r, s, nil); err != nil {
		t.Fatal(err)
	}
	return s
}

func export(t *testing.T, s store.Store) string {
	t.Helper()
	rec, err := s.Record(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := recordjson.Write(&b, rec); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func whole(t testing.TB, s store.Store) {
	t.Helper()
	v, err := s.Verify(t.Context(), true, nil)
	if err != nil || !v.Whole() {
		t.Errorf("not whole: %v %v", v.Findings, err)
	}
}

// names are new stores of both engines.
func names(t *testing.T) map[string]func() string {
	n := 0
	return map[string]func() string{
		"sqlite": func() string { n++; return filepath.Join(t.TempDir(), fmt.Sprintf("s%d.db", n)) },
		"postgres": func() string {
			return pgtest.Copy(t, "backup", func(string) error { return nil })
		},
	}
}

// R33: a store that is backed up while others write is restored on either engine,
// whole and with the same record to the byte; so is what was decided.
func TestBackup(t *testing.T) {
	rounds := torture.Rounds(t, 1, 10, 50)
	n, findings, others := 0, torture.Watch(t), torture.Watch(t)
	for from, source := range names(t) {
		for to, target := range names(t) {
			t.Run(from+" to "+to, func(t *testing.T) {
				s := sample(t, source())
				want := export(t, s)
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
					name := target()
					if _, rows, err := Restore(t.Context(), file, name, nil); err != nil || rows != done.Rows {
						t.Fatalf("restore: %d of %d rows, %v", rows, done.Rows, err)
					}
					again, err := open.Store(t.Context(), name, open.Options{})
					if err != nil {
						t.Fatal(err)
					}
					whole(findings, again)
					if got := export(t, again); got != want {
						others.Error("the restored record is another")
					}
					if seq, _, err := again.VerifyDecisions(t.Context()); err != nil || seq != 1 {
						t.Errorf("decisions: %d, %v", seq, err)
					}
					again.Close()
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

// A backup that is damaged or cut short makes no store.
func TestDamagedBackup(t *testing.T) {
	dir := t.TempDir()
	s := sample(t, filepath.Join(dir, "desk.db"))
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

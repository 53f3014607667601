package livetest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/decide"
	"github.com/readout-news/readout/internal/ingest"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/open"
	"github.com/readout-news/readout/internal/store/pgtest"
	"github.com/readout-news/readout/internal/store/sqlstore"
)

// Decided is how many decisions the log of a Desk holds.
const Decided = 3

// reader loads the models once for all tests of a package.
var reader = sync.OnceValues(pipeline.New)

// Reader is the reader that a Desk is read and linked with.
func Reader(t testing.TB) *pipeline.Reader {
	t.Helper()
	r, err := reader()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Engines are the stores on which tests of both engines run: each call makes one
// as a desk leaves it.
var Engines = []struct {
	Name string
	Desk func(t testing.TB) (name string)
}{{"sqlite", File}, {"postgres", Database}}

// desk are the bytes of a file as a desk leaves it.
var desk = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "desk")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	name := filepath.Join(dir, "desk.db")
	if err := fill(name); err != nil {
		return nil, err
	}
	return os.ReadFile(name)
})

// File is the name of a new SQLite store as a desk leaves it: the sample is
// linked, a feed is followed, and what was decided is in force.
func File(t testing.TB) string {
	t.Helper()
	b, err := desk()
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "desk.db")
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// Database is File on PostgreSQL.
func Database(t testing.TB) string {
	t.Helper()
	return pgtest.Copy(t, "desk", fill)
}

// fill makes a store as a desk leaves it.
func fill(name string) (err error) {
	r, err := reader()
	if err != nil {
		return err
	}
	ctx := context.Background()
	at := time.Date(2031, 5, 2, 10, 0, 0, 0, time.UTC)
	s, err := open.Store(ctx, name, open.Options{Create: true, Now: func() time.Time { return at }})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	lake := Lake
	if _, err := os.Stat(lake); err != nil {
		lake = filepath.Join("..", lake) // of a package one folder further down
	}
	res, err := r.Read(ctx, ingest.Read(ctx, []string{lake}, ingest.Options{}), pipeline.Options{Keeper: s})
	if err == nil && res.Reports == 0 {
		err = fmt.Errorf("nothing was read of %s", lake)
	}
	if err != nil {
		return err
	}
	feed := store.Feed{Address: "https://harbour.example/feed", Kind: "feed", Title: "Harbour Wire", Added: at, Tried: at, Due: at}
	if _, err := s.AddFeed(ctx, feed); err != nil {
		return err
	}
	if _, err := s.PutPoll(ctx, feed, []store.Listing{{URL: "https://harbour.example/a", Address: "https://harbour.example/a", Title: "Talks"}}); err != nil {
		return err
	}
	if err := live.Relink(ctx, r, s, nil); err != nil {
		return err
	}
	rec, err := s.Record(ctx)
	if err != nil {
		return err
	}
	verbs := decide.In(rec)
	decisions := make([]readout.Decision, Decided)
	for i, verb := range []func() (readout.Decision, error){
		func() (readout.Decision, error) { return verbs.Correct(rec.Events[0].ID, "date", "2031-02-03") },
		func() (readout.Decision, error) { return verbs.Correct(rec.Events[1].ID, "status", "denied") },
		func() (readout.Decision, error) { return verbs.Note(rec.Reports[0].ID, "read twice") },
	} {
		if decisions[i], err = verb(); err != nil {
			return err
		}
		decisions[i].By, decisions[i].At = "maren", at.Add(time.Duration(i)*time.Minute)
		if decisions[i].Why == "" {
			decisions[i].Why = fmt.Sprintf("reason %d", i)
		}
		if err := s.AddDecision(ctx, &decisions[i]); err != nil {
			return err
		}
	}
	return live.Relink(ctx, r, s, nil)
}

// Open opens the store of that name, which ends with the test.
func Open(t testing.TB, name string) store.Store {
	t.Helper()
	s, err := open.Store(t.Context(), name, open.Options{NoBackup: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// Whole fails a test whose store has something in it that is not as it was
// written.
func Whole(t testing.TB, s store.Store) {
	t.Helper()
	v, err := s.Verify(t.Context(), true, nil)
	if err != nil || !v.Whole() {
		t.Errorf("not whole: %v %v", v.Findings, err)
	}
}

// Rows sums all rows of a store that are kept, of the record, too, table by table;
// tables that cannot be read are left out. The store may be of any version.
func Rows(t testing.TB, s store.Store) map[string]string {
	t.Helper()
	out := map[string]string{}
	x := s.(*sqlstore.Store)
	columns, err := x.Columns(t.Context())
	if err != nil {
		return out
	}
	tables, summed := sqlstore.Copied(columns)
	for _, table := range tables {
		h := sha256.New()
		err := x.Readable(t.Context(), table, summed[table.Name], func(vals []any, _ bool) { h.Write(sqlstore.AppendRow(nil, vals)) })
		if err == nil {
			out[table.Name] = hex.EncodeToString(h.Sum(nil))
		}
	}
	return out
}

// TwoOutlets adds to a store, which is linked then, two reports of the same bytes: a
// text that two outlets print. The first of their ids is that of the arrival which
// sorts last.
func TwoOutlets(t testing.TB, s store.Store) (ids []string) {
	t.Helper()
	r := Reader(t)
	rec, err := s.Record(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.Capture(t.Context(), rec.Reports[0].SHA256)
	if err != nil {
		t.Fatal(err)
	}
	for _, outlet := range []string{"Zeta Wire", "Yota Wire"} {
		c.Path, c.Sidecar = "zz/"+outlet+".txt", &readout.Sidecar{Outlet: outlet, Published: "2031-02-04", Title: "As " + outlet + " has it"}
		doc, err := r.Doc(c, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Keep(t.Context(), c, doc, r.Annotators.Version()); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, doc.Report.ID)
	}
	if err := live.Relink(t.Context(), r, s, nil); err != nil {
		t.Fatal(err)
	}
	return ids
}

package salvage

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/ingest"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/open"
	"github.com/readout-news/readout/internal/store/sqlstore"
	"github.com/readout-news/readout/internal/torture"
	"github.com/readout-news/readout/internal/view/recordjson"
)

var reader = sync.OnceValues(pipeline.New)

// sample is a store with the sample, a feed, a decision and a page.
func sample(t *testing.T, name string) {
	t.Helper()
	r, err := reader()
	if err != nil {
		t.Fatal(err)
	}
	s, err := open.Store(t.Context(), name, open.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := r.Read(t.Context(), ingest.Read(t.Context(), []string{"../../examples/lake-ansa"}, ingest.Options{}), pipeline.Options{Keeper: s}); err != nil {
		t.Fatal(err)
	}
	at := time.Date(2031, 5, 2, 10, 0, 0, 0, time.UTC)
	feed := store.Feed{Address: "https://harbour.example/feed", Kind: "feed", Title: "Harbour Wire", Added: at, Tried: at, Due: at}
	if _, err := s.AddFeed(t.Context(), feed); err != nil {
		t.Fatal(err)
	}
	if _, err := s.PutPoll(t.Context(), feed, []store.Listing{{URL: "https://harbour.example/a", Address: "https://harbour.example/a", Title: "Talks"}}); err != nil {
		t.Fatal(err)
	}
	if err := live.Relink(t.Context(), r, s, nil); err != nil {
		t.Fatal(err)
	}
	rec, err := s.Record(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		d := readout.Decision{By: "maren", Kind: readout.DecideNote, Why: fmt.Sprintf("note %d", i), About: []readout.Target{{Kind: "report", ID: rec.Reports[i].ID}}}
		if err := s.AddDecision(t.Context(), &d); err != nil {
			t.Fatal(err)
		}
	}
	if err := live.Relink(t.Context(), r, s, nil); err != nil {
		t.Fatal(err)
	}
}

// export is the record as JSON.
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

// content sums all rows of a store, of the record, too, table by table; the
// tables that cannot be read are left out.
func content(t *testing.T, name string) map[string]string {
	t.Helper()
	s, err := open.Damaged(t.Context(), name)
	if err != nil {
		return nil
	}
	defer s.Close()
	x := s.(*sqlstore.Store)
	columns, err := x.Columns(t.Context())
	if err != nil {
		return nil
	}
	tables, summed := sqlstore.Copied(columns)
	out := map[string]string{}
	for _, table := range tables {
		h := sha256.New()
		err := x.Readable(t.Context(), table, summed[table.Name], func(vals []any, _ bool) { h.Write(sqlstore.AppendRow(nil, vals)) })
		if err == nil {
			out[table.Name] = hex.EncodeToString(h.Sum(nil))
		}
	}
	return out
}

// reads asks a damaged store for all that people ask it for: each answer is that of
// the store that was not damaged, or an error.
func reads(t *testing.T, name string, want map[string]string) (silent []string, refused int) {
	t.Helper()
	s, err := open.Store(t.Context(), name, open.Options{NoBackup: true})
	if err != nil {
		return nil, 1
	}
	defer s.Close()
	is := func(key string, v any, err error) {
		if err != nil {
			refused++
			if !errors.Is(err, readout.ErrDamaged) && !errors.Is(err, readout.ErrNotFound) && !errors.Is(err, readout.ErrNotStore) && !errors.Is(err, readout.ErrLog) {
				t.Logf("an error without a name: %s: %v", key, err)
			}
			return
		}
		if got := fmt.Sprintf("%+v", v); want[key] == "" {
			want[key] = got
		} else if want[key] != got {
			silent = append(silent, key)
		}
	}
	ctx := t.Context()
	rec, err := s.Record(ctx)
	var b bytes.Buffer
	if err == nil {
		err = recordjson.Write(&b, rec)
	}
	is("record", b.String(), err)
	for _, id := range ids(want) {
		r, err := s.Report(ctx, id)
		is("report "+id, deref(r), err)
		if r != nil {
			c, err := s.Capture(ctx, r.SHA256)
			side := readout.Sidecar{}
			if c.Sidecar != nil {
				side, c.Sidecar = *c.Sidecar, nil
			}
			is("capture "+id, fmt.Sprintf("%+v %+v", c, side), err)
		}
		spans, err := s.Sentences(ctx, id)
		is("sentences "+id, spans, err)
		l, err := s.Layered(ctx, id)
		if err == nil {
			is("layers "+id, fmt.Sprintf("%+v %+v", l.Doc.Tokens, l.Doc.Sentences), nil)
		} else {
			is("layers "+id, nil, err)
		}
	}
	ds, err := s.Decisions(ctx, 0)
	if err == nil {
		_, _, err = s.VerifyDecisions(ctx)
	}
	is("decisions", ds, err)
	_, err = s.Search(ctx, store.Query{})
	_ = err // what the index finds is Verify's to compare
	return silent, refused
}

func deref(r *readout.Report) any {
	if r == nil {
		return nil
	}
	return *r
}

func ids(want map[string]string) []string { return strings.Fields(want["ids"]) }

// R9: of single bits that are turned over in the file of a store, none goes
// unnoticed by “doctor --deep” that changes a row, none changes silently what is
// read, and none ends the program.
func TestBitFlips(t *testing.T) {
	dir := t.TempDir()
	whole := filepath.Join(dir, "whole.db")
	sample(t, whole)
	before := content(t, whole)
	want := map[string]string{}
	s, err := open.Store(t.Context(), whole, open.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for l, err := range s.Layers(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		want["ids"] += l.Doc.Report.ID + " "
	}
	v, err := s.Verify(t.Context(), true, nil)
	if err != nil || !v.Whole() {
		t.Fatalf("not whole to begin with: %v %v", v.Findings, err)
	}
	s.Close()
	if silent, refused := reads(t, whole, want); len(silent)+refused > 0 {
		t.Fatalf("not read to begin with: %v, %d refused", silent, refused)
	}
	b, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	n := torture.Rounds(t, 25, 200, 1000)
	rnd := rand.New(rand.NewPCG(1, uint64(n))) //nolint:gosec // of a test
	found, harmless, unread, misread := 0, 0, 0, 0
	unnoticed := torture.Watch(t)
	flipped := filepath.Join(dir, "flipped.db")
	for range n {
		at, bit := rnd.IntN(len(b)), byte(1)<<rnd.IntN(8)
		b[at] ^= bit
		if err := os.WriteFile(flipped, b, 0o600); err != nil {
			t.Fatal(err)
		}
		b[at] ^= bit
		for _, more := range []string{"-wal", "-shm"} {
			_ = os.Remove(flipped + more)
		}
		where := fmt.Sprintf("bit %08b of byte %d (page %d)", bit, at, at/4096+1)
		findings := 1
		if s, err := open.Damaged(t.Context(), flipped); err == nil {
			v, err := s.Verify(t.Context(), true, nil)
			if err != nil {
				t.Fatalf("%s: %v", where, err)
			}
			findings = len(v.Findings)
			s.Close()
		}
		after := content(t, flipped)
		if findings > 0 {
			found++
		} else {
			was := unnoticed.N()
			for table, sum := range before {
				if after[table] != sum {
					unnoticed.Errorf("%s: silent: rows of %s changed, and nothing was found", where, table)
				}
			}
			if unnoticed.N() == was {
				harmless++
			}
		}
		silent, refused := reads(t, flipped, want)
		for _, key := range silent {
			// A row that is no longer found under its key leaves no trace where the
			// others are read; doctor misses it.
			if misread++; findings == 0 {
				unnoticed.Errorf("%s: silent: %s is read otherwise", where, key)
			}
			t.Logf("%s: %s is read otherwise (findings: %d)", where, key, findings)
		}
		if refused > 0 {
			unread++
		}
	}
	torture.Counted(t, "R9", n, "bits turned over in the file of a store", fmt.Sprintf("%d found by doctor --deep, %d changed no row, %d silent; in %d some reading was refused by name, %d readings lacked a row that doctor missed and named", found, harmless, unnoticed.N(), unread, misread))
}

// R10: what is no whole store is named, and never changed, by whatever opens it.
func TestDamagedFiles(t *testing.T) {
	dir := t.TempDir()
	whole := filepath.Join(dir, "whole.db")
	sample(t, whole)
	b, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	nameless, shortened := torture.Watch(t), torture.Watch(t)
	try := func(name string, data []byte) {
		t.Helper()
		n++
		path := filepath.Join(dir, "damaged.db")
		for _, more := range []string{"", "-wal", "-shm"} {
			_ = os.Remove(path + more)
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		named := func(err error) bool {
			return errors.Is(err, readout.ErrDamaged) || errors.Is(err, readout.ErrNotStore) || errors.Is(err, readout.ErrNewerStore)
		}
		s, err := open.Damaged(t.Context(), path)
		if err == nil {
			v, verr := s.Verify(t.Context(), true, nil)
			s.Close()
			if verr != nil {
				t.Errorf("%s: verify: %v", name, verr)
			} else if v.Whole() {
				nameless.Errorf("%s: verify finds nothing", name)
			}
		} else if !named(err) {
			nameless.Errorf("%s: %v: an error without a name", name, err)
		}
		if s, err := open.Store(t.Context(), path, open.Options{Create: true, NoBackup: true}); err == nil {
			_, err := s.Record(t.Context())
			if err == nil {
				for _, err = range s.Layers(t.Context()) {
					if err != nil {
						break
					}
				}
			}
			if err != nil && !named(err) {
				nameless.Errorf("%s: read: %v: an error without a name", name, err)
			}
			s.Close()
		} else if !named(err) {
			nameless.Errorf("%s: open: %v: an error without a name", name, err)
		}
		after, err := os.ReadFile(path)
		if err != nil || len(after) < len(data) {
			shortened.Errorf("%s: the file had %d bytes and has %d (%v)", name, len(data), len(after), err)
		}
	}
	rounds := torture.Rounds(t, 6, 40, 200)
	rnd := rand.New(rand.NewPCG(2, uint64(rounds))) //nolint:gosec // of a test
	for i := range rounds {
		cut := 1 + rnd.IntN(len(b)-1)
		if i%2 == 0 {
			cut = max(1, cut/4096) * 4096
		}
		try(fmt.Sprintf("cut to %d of %d bytes", cut, len(b)), b[:cut])
		from := rnd.IntN(len(b)/4096) * 4096
		zeroed := bytes.Clone(b)
		clear(zeroed[from:min(len(b), from+4096*(1+rnd.IntN(20)))])
		if !bytes.Equal(zeroed, b) {
			try(fmt.Sprintf("zeroed from %d", from), zeroed)
		}
	}
	try("all zero", make([]byte, len(b)))
	try("a text", bytes.Repeat([]byte("Talks ended in Orrin.\n"), 500))
	other := bytes.Clone(b)
	copy(other[16:], bytes.Repeat([]byte{0xff}, 84))
	try("header", other)
	torture.Counted(t, "R10", n, "truncated, zeroed and swapped stores", fmt.Sprintf("%d not named by whatever opens them, %d shortened", nameless.N(), shortened.N()))
}

// R10: salvage takes what is whole, names what is not, reads lost reports again
// from their bytes, and what it makes is whole.
func TestSalvage(t *testing.T) {
	r, err := reader()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	whole := filepath.Join(dir, "whole.db")
	sample(t, whole)
	s, err := open.Store(t.Context(), whole, open.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := export(t, s)
	s.Close()
	b, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	damage := map[string]func(b []byte){
		"nothing":             func([]byte) {},
		"the first page":      func(b []byte) { clear(b[:4096]) },
		"the schema":          func(b []byte) { clear(b[200:4096]) },
		"the header's number": func(b []byte) { b[18], b[19] = 9, 9 },
	}
	rounds := torture.Rounds(t, 2, 20, 100)
	rnd := rand.New(rand.NewPCG(3, uint64(rounds))) //nolint:gosec // of a test
	for i := range rounds {
		damage[fmt.Sprintf("pages %d", i)] = func(b []byte) {
			for range 1 + rnd.IntN(8) {
				clear(b[4096*rnd.IntN(len(b)/4096):][:4096])
			}
		}
	}
	same := 0
	broken, touched := torture.Watch(t), torture.Watch(t)
	for name, f := range damage {
		data := bytes.Clone(b)
		f(data)
		from, to := filepath.Join(dir, "damaged.db"), filepath.Join(t.TempDir(), "saved.db")
		for _, more := range []string{"-wal", "-shm"} {
			_ = os.Remove(from + more)
		}
		if err := os.WriteFile(from, data, 0o600); err != nil {
			t.Fatal(err)
		}
		saved, err := Run(context.Background(), r, from, to, nil)
		if err != nil {
			broken.Errorf("%s: %v", name, err)
			continue
		}
		after, err := os.ReadFile(from)
		if err != nil || !bytes.Equal(after, data) {
			touched.Errorf("%s: salvage changed the damaged file", name)
		}
		s, err := open.Store(t.Context(), to, open.Options{})
		if err != nil {
			broken.Errorf("%s: %v", name, err)
			continue
		}
		v, err := s.Verify(t.Context(), true, nil)
		if err != nil || !v.Whole() {
			broken.Errorf("%s: what was saved is not whole: %v %v", name, v.Findings, err)
		}
		got := export(t, s)
		s.Close()
		if got == want {
			same++
		} else if len(saved.Lost) == 0 && len(saved.Reread) == 0 {
			t.Errorf("%s: the record is another, and nothing was said to be lost", name)
		}
		if saved.Reports+len(saved.Lost) < 20 {
			t.Errorf("%s: %d reports saved, %d lost are named: %v", name, saved.Reports, len(saved.Lost), saved.Lost)
		}
		if !strings.HasPrefix(name, "pages") && (got != want || saved.Decisions != 3) {
			t.Errorf("%s: the record is another, %d decisions, lost %v, read again %v", name, saved.Decisions, saved.Lost, saved.Reread)
		}
		t.Logf("%s: %d rows, %d reports, read again %d, lost %q", name, saved.Rows, saved.Reports, len(saved.Reread), saved.Lost)
	}
	torture.Counted(t, "R10", len(damage), "damaged stores salvaged", fmt.Sprintf("%d not whole afterwards, %d FROM changed; %d with the same record to the byte, the losses of the others named", broken.N(), touched.N(), same))
}

func FuzzPages(f *testing.F) {
	f.Add([]byte("SQLite format 3\x00"), []byte{})
	f.Add(bytes.Repeat([]byte{0x0d, 0, 0, 0, 9}, 4096), []byte{1})
	page := make([]byte, 8192)
	copy(page, "SQLite format 3\x00\x10\x00\x01\x01\x00")
	copy(page[4096:], []byte{0x0a, 0, 0, 0, 1, 0x0f, 0xf0, 0, 0x0f, 0xf0})
	copy(page[4096+0xff0:], []byte{5, 3, 1, 15, 7, 'a'})
	f.Add(page, []byte{})
	f.Fuzz(func(t *testing.T, file, wal []byte) {
		if len(file) > 1<<20 || len(wal) > 1<<20 {
			return
		}
		p := openPages(bytes.NewReader(file), int64(len(file)), bytes.NewReader(wal), int64(len(wal)))
		p.rows(func(_ int64, vals []any) {
			if len(vals) == 0 || len(vals) > maxColumns {
				t.Fatalf("a row of %d values", len(vals))
			}
		})
	})
}

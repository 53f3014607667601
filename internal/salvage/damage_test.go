package salvage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/live/livetest"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/open"
	"github.com/readout-news/readout/internal/torture"
	"github.com/readout-news/readout/internal/view/recordjson"
	"github.com/readout-news/readout/internal/view/recordtest"
)

// content are the rows of a damaged store.
func content(t *testing.T, name string) map[string]string {
	t.Helper()
	s, err := open.Damaged(t.Context(), name)
	if err != nil {
		return nil
	}
	defer s.Close()
	return livetest.Rows(t, s)
}

// read is what a store gave back when it was asked for all that people ask it for.
type read struct {
	got     map[string]string
	refused map[string]error
}

// is notes an answer.
func (r *read) is(key string, v any, err error) {
	if err != nil {
		r.refused[key] = err
		return
	}
	r.got[key] = fmt.Sprintf("%+v", v)
}

// errUnread is a report that came without its layers, which says that they have to
// be made again.
var errUnread = fmt.Errorf("%w: the layers have to be made again", readout.ErrDamaged)

// readings asks a store for all that is compared with what was written: the record,
// reports with their bytes, sentences and layers, the log of decisions, revisions
// and refusals. ids are those of the reports that it held.
func readings(ctx context.Context, name string, ids []string) *read {
	out := &read{got: map[string]string{}, refused: map[string]error{}}
	s, err := open.Store(ctx, name, open.Options{NoBackup: true})
	if err != nil {
		out.refused["open"] = err
		return out
	}
	defer s.Close()
	rec, err := s.Record(ctx)
	var b bytes.Buffer
	if err == nil {
		err = recordjson.Write(&b, rec)
	}
	out.is("record", b.String(), err)
	layered := func(key string, l store.Layered, err error) {
		if err == nil && l.Version == "" {
			err = errUnread
		}
		if err != nil {
			out.is(key, nil, err)
			return
		}
		out.is(key, fmt.Sprintf("%s %+v %+v %+v", l.Version, *l.Doc.Report, l.Doc.Tokens, l.Doc.Sentences), nil)
	}
	for _, id := range ids {
		r, err := s.Report(ctx, id)
		if err == nil {
			out.is("report "+id, *r, nil)
			c, err := s.Capture(ctx, r.SHA256)
			side := readout.Sidecar{}
			if c.Sidecar != nil {
				side, c.Sidecar = *c.Sidecar, nil
			}
			out.is("capture "+id, fmt.Sprintf("%+v %+v", c, side), err)
		} else {
			out.is("report "+id, nil, err)
		}
		spans, err := s.Sentences(ctx, id)
		out.is("sentences "+id, spans, err)
		l, err := s.Layered(ctx, id)
		layered("layers "+id, l, err)
	}
	var all []string
	err = nil
	for l, e := range s.Layers(ctx) {
		if err = e; err == nil {
			all = append(all, l.Doc.Report.ID)
		}
	}
	out.is("all reports", all, err)
	ds, err := s.Decisions(ctx, 0)
	out.is("decisions", ds, err)
	revisions, err := s.Revisions(ctx)
	out.is("revisions", revisions, err)
	reports, err := s.ReportsAt(ctx, 1)
	out.is("reports at 1", reports, err)
	refusals, err := s.Refusals(ctx)
	out.is("refusals", refusals, err)
	return out
}

// named reports whether an error says that the store is damaged, or no store, or of
// a version that nobody knows.
func named(err error) bool {
	return errors.Is(err, readout.ErrDamaged) || errors.Is(err, readout.ErrLog) || errors.Is(err, readout.ErrNotStore) || errors.Is(err, readout.ErrNewerStore)
}

// panicked reports whether f panics, and with what.
func panicked(f func()) (with any) {
	defer func() { with = recover() }()
	f()
	return nil
}

// R9: of single bits that are turned over in the file of a store, none goes
// unnoticed by “doctor --deep” that changes a row, none changes silently what is
// read, and none ends the program.
func TestBitFlips(t *testing.T) {
	whole := livetest.File(t)
	s := livetest.Open(t, whole)
	livetest.Whole(t, s)
	var ids []string
	for l, err := range s.Layers(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, l.Doc.Report.ID)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	before := content(t, whole)
	want := readings(t.Context(), whole, ids)
	if len(want.refused) > 0 || len(ids) == 0 {
		t.Fatalf("not read to begin with: %v", want.refused)
	}
	b, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	n := torture.Rounds(t, 25, 200, 1000)
	rnd := rand.New(rand.NewPCG(1, uint64(n))) //nolint:gosec // of a test
	found, harmless, silent, panics, refused := 0, 0, 0, 0, 0
	flipped := filepath.Join(t.TempDir(), "flipped.db")
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
		changed := false
		with := panicked(func() {
			var told []store.Finding
			findings := 1
			if s, err := open.Damaged(t.Context(), flipped); err == nil {
				v, err := s.Verify(t.Context(), true, nil)
				s.Close()
				if err != nil {
					t.Fatalf("%s: %v", where, err)
				}
				findings, told = len(v.Findings), v.Findings
			}
			after := content(t, flipped)
			if findings > 0 {
				found++
			} else {
				harmless++
				for table, sum := range before {
					if after[table] != sum {
						changed = true
						t.Errorf("%s: silent: rows of %s changed, and nothing was found", where, table)
					}
				}
			}
			is := readings(t.Context(), flipped, ids)
			for key, got := range is.got {
				if want.got[key] != got {
					changed = true
					i := 0
					for i < min(len(got), len(want.got[key])) && got[i] == want.got[key][i] {
						i++
					}
					t.Errorf("%s: silent: %s is read otherwise, at %d: %.120q, not %.120q; doctor finds %v", where, key, i, got[max(0, i-40):], want.got[key][max(0, i-40):], told)
				}
			}
			for key, err := range is.refused {
				if !named(err) {
					t.Errorf("%s: %s: an error without a name: %v", where, key, err)
				}
			}
			if len(is.refused) > 0 {
				refused++
			}
		})
		if with != nil {
			panics++
			t.Errorf("%s: panic: %v", where, with)
		}
		if changed {
			silent++
		}
	}
	torture.Counted(t, "R9", n, "bits turned over in the file of a store", fmt.Sprintf("%d found by doctor --deep, %d changed no row, %d silent, %d panics; in %d some reading was refused by name", found, harmless, silent, panics, refused))
}

// R10: what is no whole store is named, and never changed, by whatever opens it.
func TestDamagedFiles(t *testing.T) {
	dir := t.TempDir()
	b, err := os.ReadFile(livetest.File(t))
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
	r, dir := livetest.Reader(t), t.TempDir()
	s, running, set := withAccount(t)
	set("in the log")
	want, whole := recordtest.Export(t, s), killed(t, running)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	log, err := os.ReadFile(whole + "-wal")
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
		_ = os.Remove(from + "-shm")
		if err := errors.Join(os.WriteFile(from, data, 0o600), os.WriteFile(from+"-wal", log, 0o600)); err != nil {
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
		if after, err := os.ReadFile(from + "-wal"); err != nil || !bytes.Equal(after, log) {
			touched.Errorf("%s: salvage changed the log of the damaged file", name)
		}
		s := livetest.Open(t, to)
		livetest.Whole(broken, s)
		got := recordtest.Export(t, s)
		if got == want {
			same++
		} else if len(saved.Lost) == 0 && len(saved.Reread) == 0 {
			t.Errorf("%s: the record is another, and nothing was said to be lost", name)
		}
		if saved.Reports+len(saved.Lost) < 20 {
			t.Errorf("%s: %d reports saved, %d lost are named: %v", name, saved.Reports, len(saved.Lost), saved.Lost)
		}
		if !strings.HasPrefix(name, "pages") && (got != want || saved.Decisions != livetest.Decided || len(saved.Lost) > 0) {
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
		p.rows(func(_ uint32, _ int64, vals []any) {
			if len(vals) == 0 || len(vals) > maxColumns {
				t.Fatalf("a row of %d values", len(vals))
			}
		})
	})
}

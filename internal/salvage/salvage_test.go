package salvage

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/account"
	"github.com/readout-news/readout/internal/live/livetest"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/sqlstore"
	"github.com/readout-news/readout/internal/torture/faultfs"
)

// TestMain puts the layer under SQLite that fails when a test says so, which has to
// be there before SQLite is used.
func TestMain(m *testing.M) {
	if err := faultfs.Install(); err != nil {
		panic(err)
	}
	m.Run()
}

// killed copies a store that is open with its write-ahead log, as a kill leaves them.
func killed(t *testing.T, name string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "killed.db")
	for _, more := range []string{"", "-wal"} {
		b, err := os.ReadFile(name + more)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to+more, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return to
}

// change lets f change the bytes of a file.
func change(t *testing.T, name string, f func(b []byte)) {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	f(b)
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// salvaged is a store that was saved from another.
func salvaged(t *testing.T, from string) (*Saved, store.Store) {
	t.Helper()
	to := filepath.Join(t.TempDir(), "saved.db")
	out, err := Run(t.Context(), livetest.Reader(t), from, to, nil)
	if err != nil {
		t.Fatal(err)
	}
	return out, livetest.Open(t, to)
}

// withAccount is an open store with an account, and what sets its password.
func withAccount(t *testing.T) (s *sqlstore.Store, name string, set func(password string)) {
	t.Helper()
	name = livetest.File(t)
	s = livetest.Open(t, name).(*sqlstore.Store)
	if err := s.AddAccount(t.Context(), account.Account{Name: "maren", Scopes: account.Admin, Made: time.Now()}); err != nil {
		t.Fatal(err)
	}
	return s, name, func(password string) {
		if _, err := s.ChangeAccount(t.Context(), "maren", func(a *account.Account, _ int) error { a.Password = password; return nil }); err != nil {
			t.Fatal(err)
		}
	}
}

func password(t *testing.T, s store.Store) string {
	t.Helper()
	a, err := s.Account(t.Context(), "maren")
	if err != nil {
		t.Fatal(err)
	}
	return a.Password
}

// What lies in the write-ahead log behind its end is of an earlier round of it, and
// older than what is in the file.
func TestSalvageEarlierRoundOfLog(t *testing.T) {
	s, name, set := withAccount(t)
	for i := range 20 {
		set(fmt.Sprint("old", i))
	}
	var busy, log, done int
	if err := s.Writer().QueryRowContext(t.Context(), `PRAGMA wal_checkpoint(PASSIVE)`).Scan(&busy, &log, &done); err != nil || log != done {
		t.Fatal(busy, log, done, err)
	}
	set("new")
	from := killed(t, name)
	change(t, from, func(b []byte) { clear(b[:4096]) })
	out, saved := salvaged(t, from)
	if got := password(t, saved); got != "new" {
		t.Errorf("the password is %q again", got)
	}
	if slices.ContainsFunc(out.Lost, func(what string) bool { return strings.Contains(what, "-wal") }) {
		t.Errorf("lost %q; the log was whole", out.Lost)
	}
}

// A damaged frame ends the log, as it does for SQLite, and what lies behind it is
// named as lost. What was not committed is neither taken nor named.
func TestSalvageDamagedLog(t *testing.T) {
	const frame = frameHead + 4096
	for name, x := range map[string]struct {
		damage  func(log []byte) // from the frame of the last password on
		want    string
		missing bool
	}{
		"whole":                 {func([]byte) {}, "last", false},
		"a page":                {func(log []byte) { log[frame/2] ^= 1 }, "first", true},
		"the head of a frame":   {func(log []byte) { clear(log[:frameHead]) }, "first", false},
		"a frame not committed": {func(log []byte) { clear(log[4:8]) }, "first", false},
	} {
		t.Run(name, func(t *testing.T) {
			_, store, set := withAccount(t)
			set("first")
			info, err := os.Stat(store + "-wal")
			if err != nil {
				t.Fatal(err)
			}
			set("last")
			for _, header := range []bool{true, false} {
				from := killed(t, store)
				change(t, from+"-wal", func(b []byte) { x.damage(b[info.Size():]) })
				if header {
					change(t, from, func(b []byte) { clear(b[:4096]) })
				}
				out, saved := salvaged(t, from)
				if got := password(t, saved); got != x.want {
					t.Errorf("the password is %q, not %q", got, x.want)
				}
				if named := slices.ContainsFunc(out.Lost, func(what string) bool { return strings.Contains(what, "-wal") }); named != x.missing {
					t.Errorf("lost %q", out.Lost)
				}
			}
		})
	}
	t.Run("its header", func(t *testing.T) {
		_, store, set := withAccount(t)
		set("first")
		from := killed(t, store)
		change(t, from+"-wal", func(b []byte) { b[16] ^= 1 })
		out, _ := salvaged(t, from)
		if !slices.ContainsFunc(out.Lost, func(what string) bool { return strings.Contains(what, "-wal: its header is damaged") }) {
			t.Errorf("lost %q", out.Lost)
		}
	})
}

// Rows that were deleted stay in pages that are free, with the sums they had: they
// do not come back.
func TestSalvageLeavesDeletedRows(t *testing.T) {
	const n = 400
	s, name, _ := withAccount(t)
	was, err := s.Feeds(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		if _, err := s.AddFeed(t.Context(), store.Feed{Address: fmt.Sprintf("https://harbour.example/%d", i), Title: strings.Repeat("Boats ", 50), Added: time.Now()}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range n {
		if err := s.RemoveFeed(t.Context(), fmt.Sprintf("https://harbour.example/%d", i)); err != nil {
			t.Fatal(err)
		}
	}
	var free int
	if err := s.Reader().QueryRowContext(t.Context(), `PRAGMA freelist_count`).Scan(&free); err != nil || free < 10 {
		t.Fatalf("%d pages are free, %v", free, err)
	}
	page := roots(t, s, "site")[0]
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	change(t, name, func(b []byte) { clear(b[4096*(page-1):][:4096]) })
	_, saved := salvaged(t, name)
	feeds, err := saved.Feeds(t.Context())
	if err != nil || len(was) == 0 || len(feeds) != len(was) {
		t.Errorf("%d feeds, there were %d, %v", len(feeds), len(was), err)
	}
}

// roots are the first pages of tables, from 1.
func roots(t *testing.T, s *sqlstore.Store, tables ...string) (pages []int) {
	t.Helper()
	for _, table := range tables {
		var n int
		if err := s.Reader().QueryRowContext(t.Context(), `SELECT rootpage FROM sqlite_master WHERE name = $1`, table).Scan(&n); err != nil {
			t.Fatal(err)
		}
		pages = append(pages, n)
	}
	return pages
}

// Tables that are gone are named, though nobody can tell how many rows they had.
func TestSalvageNamesTables(t *testing.T) {
	for _, schema := range []bool{false, true} {
		t.Run(fmt.Sprintf("with the schema %v", schema), func(t *testing.T) {
			s, name, _ := withAccount(t)
			gone := []string{"account", "decision", "decision_head", "feed", "listing"}
			pages := roots(t, s, gone...)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			change(t, name, func(b []byte) {
				for _, n := range pages {
					clear(b[4096*(n-1):][:4096])
				}
				if schema {
					clear(b[200:4096])
				}
			})
			out, _ := salvaged(t, name)
			for _, what := range []string{"rows of account; their number is not known", "decisions behind decision 0; their number is not known", "rows of feed; their number is not known", "rows of listing; their number is not known"} {
				if !slices.Contains(out.Lost, what) {
					t.Errorf("%q is not among the losses: %q", what, out.Lost)
				}
			}
			if !schema && len(out.Lost) != 4 {
				t.Errorf("lost %q", out.Lost)
			}
		})
	}
}

// Bytes say how often they came in.
func TestSalvageCountsArrivals(t *testing.T) {
	s, name, _ := withAccount(t)
	arrivals := func(s store.Store) (n int) {
		if err := s.(*sqlstore.Store).Reader().QueryRowContext(t.Context(), `SELECT count(*) FROM arrival`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	n, pages := arrivals(s), roots(t, s, "arrival")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	change(t, name, func(b []byte) { clear(b[4096*(pages[0]-1):][:4096]) })
	out, saved := salvaged(t, name)
	if n -= arrivals(saved); n == 0 || !slices.Contains(out.Lost, fmt.Sprintf("rows of arrival: %d", n)) {
		t.Errorf("%d are lost, and named are %q", n, out.Lost)
	}
}

// twoOutlets is a closed store in which two outlets print the same bytes, whose
// arrivals have these paths, and the ids of their reports. damage gets both.
func twoOutlets(t *testing.T, damage func(s *sqlstore.Store, ids []string) error) (name string, ids []string) {
	t.Helper()
	name = livetest.File(t)
	s := livetest.Open(t, name).(*sqlstore.Store)
	ids = livetest.TwoOutlets(t, s)
	livetest.Whole(t, s)
	if err := damage(s, ids); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return name, ids
}

// A report is read again from the arrival that it was read from, and not from that
// of another report of the same bytes.
func TestSalvageTwoOutlets(t *testing.T) {
	for damage, stmt := range map[string]string{
		"layers":      `UPDATE layers SET doc = CAST(x'00' || substr(doc, 2) AS BLOB) WHERE report = $1`,
		"a report":    `UPDATE report SET title = title || 'x' WHERE id = $1`,
		"a candidate": `UPDATE report_candidate SET value = value || 'x' WHERE report = $1`,
	} {
		t.Run(damage, func(t *testing.T) {
			name, ids := twoOutlets(t, func(s *sqlstore.Store, ids []string) error {
				_, err := s.Writer().ExecContext(t.Context(), stmt, ids[0])
				return err
			})
			out, saved := salvaged(t, name)
			livetest.Whole(t, saved)
			if !slices.Contains(out.Reread, ids[0]) {
				t.Errorf("read again: %v", out.Reread)
			}
			for i, outlet := range []string{"Zeta Wire", "Yota Wire"} {
				if r, err := saved.Report(t.Context(), ids[i]); err != nil || r.Outlet != outlet {
					t.Errorf("report %s of %s: %+v, %v", ids[i], outlet, r, err)
				}
			}
		})
	}
}

// A report that is not whole and cannot be read again is named as lost, and the rest
// is saved.
func TestSalvageUnreadable(t *testing.T) {
	name, ids := twoOutlets(t, func(s *sqlstore.Store, ids []string) error {
		for _, stmt := range []string{`DELETE FROM layers WHERE report = $1`, `DELETE FROM arrival WHERE sidecar_outlet = 'Zeta Wire' AND $1 <> ''`} {
			if _, err := s.Writer().ExecContext(t.Context(), stmt, ids[0]); err != nil {
				return err
			}
		}
		return nil
	})
	out, saved := salvaged(t, name)
	livetest.Whole(t, saved)
	if !slices.ContainsFunc(out.Lost, func(what string) bool { return strings.HasPrefix(what, "the report "+ids[0]) }) {
		t.Errorf("lost %q", out.Lost)
	}
	if _, err := saved.Report(t.Context(), ids[0]); !errors.Is(err, readout.ErrNotFound) {
		t.Errorf("a report without layers: %v", err)
	}
	if _, err := saved.Report(t.Context(), ids[1]); err != nil {
		t.Error(err)
	}
	if b, err := os.ReadFile(out.Texts); err != nil || !strings.Contains(string(b), ids[0]) {
		t.Errorf("texts: %s, %v", b, err)
	}
}

// What is salvaged gets its name when all of it is in the file.
func TestSalvageFullDisk(t *testing.T) {
	from := livetest.File(t)
	save := func(plan faultfs.Plan) (to string, writes int, err error) {
		dir := t.TempDir()
		to = filepath.Join(dir, "saved.db")
		faultfs.Arm(dir, plan)
		_, err = Run(t.Context(), livetest.Reader(t), from, to, nil)
		writes, _ = faultfs.Disarm()
		return to, writes, err
	}
	_, writes, err := save(faultfs.Plan{Ops: faultfs.Write})
	if err != nil {
		t.Fatal(err)
	}
	to, _, err := save(faultfs.Plan{Ops: faultfs.Write, At: writes - 5, On: true, Code: faultfs.Full})
	if _, there := os.Stat(to); err == nil || !errors.Is(there, fs.ErrNotExist) {
		t.Errorf("%v, the file: %v", err, there)
	}
}

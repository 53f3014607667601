package open_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/pressly/goose/v3"

	"github.com/readout-news/readout/internal/live/livetest"
	"github.com/readout-news/readout/internal/store/open"
	"github.com/readout-news/readout/internal/store/pgtest"
	"github.com/readout-news/readout/internal/store/sqlstore"
	"github.com/readout-news/readout/internal/torture"
)

// A lineage is a store of an early version, from which those of the later ones are
// made by running the migrations up to them.
type lineage struct {
	name    string
	from    int64 // version of the fixture
	until   int64 // last version that is made of it; 0: the newest
	dialect goose.Dialect
	folder  string // of the migrations
	make    func(t testing.TB) (name string, s *sqlstore.Store)
}

var lineages = []lineage{
	{"sqlite 1", 1, 5, goose.DialectSQLite3, "../sqlite/migrations", func(t testing.TB) (string, *sqlstore.Store) { return fixture(t, 1) }},
	{"sqlite 6", 6, 0, goose.DialectSQLite3, "../sqlite/migrations", func(t testing.TB) (string, *sqlstore.Store) { return fixture(t, 6) }},
	// Version 8 is the first that kept a store on PostgreSQL.
	{"postgres 8", 8, 0, goose.DialectPostgres, "../postgres/migrations", func(t testing.TB) (string, *sqlstore.Store) {
		_, rows := fixture(t, 6)
		if err := upTo(t, goose.DialectSQLite3, "../sqlite/migrations", rows, 8, false); err != nil {
			t.Fatal(err)
		}
		name := pgtest.Database(t)
		s := made(t, name, 8)
		err := s.Load(t.Context(), func(l *sqlstore.Loader) error {
			return rows.Dump(t.Context(), func(table string, columns []string) error {
				_, err := l.Table(table, columns)
				return err
			}, l.Put)
		})
		if err != nil {
			t.Fatal(err)
		}
		return name, s
	}},
}

// made is a new store with the tables of a version, which ends with the test.
func made(t testing.TB, name string, version int64) *sqlstore.Store {
	t.Helper()
	s, err := open.Making(t.Context(), name, version)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// fixture is the SQLite store that a program of that version has filled.
func fixture(t testing.TB, version int64) (name string, s *sqlstore.Store) {
	t.Helper()
	name = filepath.Join(t.TempDir(), "earlier.db")
	s = made(t, name, version)
	rows, err := os.ReadFile(fmt.Sprintf("../sqlite/testdata/version%d.sql", version))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Writer().ExecContext(t.Context(), string(rows)); err != nil {
		t.Fatal(err)
	}
	return name, s
}

// upTo runs the migrations up to a version; broken ones fail at the end of its own.
func upTo(t testing.TB, dialect goose.Dialect, folder string, s *sqlstore.Store, version int64, broken bool) error {
	t.Helper()
	files := fstest.MapFS{}
	for _, name := range steps(t, folder) {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if broken && numberOf(t, name) == version {
			b = append(b, "\nINSERT INTO nobody_made_this_table VALUES (1);\n"...)
		}
		files[path.Base(name)] = &fstest.MapFile{Data: b}
	}
	p, err := goose.NewProvider(dialect, s.Writer(), files, goose.WithLogger(goose.NopLogger()))
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.UpTo(t.Context(), version)
	return err
}

// steps are the files of migrations, in order.
func steps(t testing.TB, folder string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "*.sql"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no migrations in %s: %v", folder, err)
	}
	return names
}

func numberOf(t testing.TB, name string) int64 {
	t.Helper()
	n, err := goose.NumericComponent(path.Base(name))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// state is what a store is like: its tables and all that it keeps.
type state struct {
	Tables []string
	Rows   map[string]string
	Record string
}

func stateOf(t testing.TB, s *sqlstore.Store) state {
	t.Helper()
	columns, err := s.Columns(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	out := state{Rows: livetest.Rows(t, s)}
	for _, c := range columns {
		if !strings.HasPrefix(c.Table, "goose_") && !strings.HasPrefix(c.Table, "sqlite_") {
			out.Tables = append(out.Tables, fmt.Sprintf("%+v", c))
		}
	}
	slices.Sort(out.Tables)
	return out
}

// opened is the state of a store after the program has opened it.
func opened(t testing.TB, name string) state {
	t.Helper()
	s, err := open.Store(t.Context(), name, open.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	v, err := s.Verify(t.Context(), false, nil)
	if err != nil || !v.Whole() || len(v.Skipped) > 0 {
		t.Errorf("not whole: %v %v %v", v.Findings, v.Skipped, err)
	}
	out := stateOf(t, s.(*sqlstore.Store))
	rec, err := s.Record(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(rec)
	if err != nil {
		t.Fatal(err)
	}
	out.Record = string(b)
	return out
}

// R32: a store of every earlier version, as it is when a migration was cut short
// behind the one before, is opened with all that it held and the tables of now. A
// migration that fails at its end leaves the store as it was; the next opening goes
// on from there. Doctor looks at each without bringing it up to date, and finds
// nothing.
func TestUpgradeFromEveryVersion(t *testing.T) {
	n := 0
	every := torture.Rounds(t, 6, 1, 1) // making the tables takes PostgreSQL a second: each sixth version with every change
	for _, l := range lineages {
		t.Run(l.name, func(t *testing.T) {
			all := steps(t, l.folder)
			newest := numberOf(t, all[len(all)-1])
			name, s := l.make(t)
			s.Close()
			want := opened(t, name)
			if len(want.Record) < 1000 {
				t.Fatalf("the fixture holds nothing: %s", want.Record)
			}
			for i, step := range all {
				version := numberOf(t, step)
				if version < l.from || l.until > 0 && version > l.until || l.dialect == goose.DialectPostgres && version < newest-1 && i%every != 0 {
					continue
				}
				name, s := l.make(t)
				if err := upTo(t, l.dialect, l.folder, s, version, false); err != nil {
					t.Fatal(err)
				}
				if version < newest {
					before := stateOf(t, s)
					next := numberOf(t, all[slices.Index(all, step)+1])
					if err := upTo(t, l.dialect, l.folder, s, next, true); err == nil || !strings.Contains(err.Error(), "nobody_made_this_table") {
						t.Errorf("from %d: the migration that is broken: %v", version, err)
					}
					if diff := cmp.Diff(before, stateOf(t, s)); diff != "" {
						t.Errorf("version %d after a migration to %d that failed (-before +after)\n%s", version, next, diff)
					}
				}
				s.Close()
				d, err := open.Damaged(t.Context(), name)
				if err != nil {
					t.Fatal(err)
				}
				v, err := d.Verify(t.Context(), true, nil)
				d.Close()
				if err != nil || version < newest && (!v.Whole() || len(v.Skipped) == 0) {
					t.Errorf("version %d: doctor: %v, not looked at: %v, %v", version, v.Findings, v.Skipped, err)
				}
				if diff := cmp.Diff(want, opened(t, name)); diff != "" {
					t.Errorf("opened from version %d (-want +got)\n%s", version, diff)
				}
				copies, err := filepath.Glob(name + ".before-*")
				if err != nil || !open.Remote(name) && (len(copies) == 1) != (version < newest) {
					t.Errorf("version %d: copies of the file as it was: %v %v", version, copies, err)
				}
				n++
			}
		})
	}
	torture.Counted(t, "R32", n, "stores of each earlier version, each migration broken off at its end before", "doctor finds nothing; nothing half done; opened with the same tables, rows and record")
}

package crash_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/pressly/goose/v3"

	"github.com/readout-news/readout/internal/store/open"
	"github.com/readout-news/readout/internal/torture"
	"github.com/readout-news/readout/internal/torture/crash"
	"github.com/readout-news/readout/internal/torture/faultfs"
)

// earlier is the file of a store that a program of an earlier version wrote.
func earlier(t *testing.T, version int64) []byte {
	t.Helper()
	const home = "../../store/sqlite"
	path := filepath.Join(t.TempDir(), "readout.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, os.DirFS(filepath.Join(home, "migrations")), goose.WithLogger(goose.NopLogger()))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(t.Context(), version); err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), string(read(t, fmt.Sprintf("%s/testdata/version%d.sql", home, version)))); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return read(t, path)
}

// upgraded opens the store in a folder and gives its record and what waits in it;
// the store is whole.
func upgraded(t *testing.T, dir string) (string, error) {
	s, err := open.Store(t.Context(), filepath.Join(dir, "readout.db"), open.Options{Now: crash.Clock})
	if err != nil {
		return "", err
	}
	defer s.Close()
	if err := crash.Intact(t.Context(), s); err != nil {
		return "", err
	}
	rec, err := s.Record(t.Context())
	if err != nil {
		return "", err
	}
	pending, err := s.Pending(t.Context())
	if err != nil {
		return "", err
	}
	b, err := json.Marshal([]any{rec, pending}) // not its export: the rows of the files are made up, spans and all
	return string(b), err
}

// A store of an earlier version is brought up to date, and the power goes at any
// moment, or an operation of the disk fails: opened again it is as if nothing had
// happened.
func TestUpgradeCutShort(t *testing.T) {
	rng := rand.New(rand.NewPCG(seed(t), 9)) //nolint:gosec // no secret
	cuts, faults, done, operations := 0, 0, 0, 0
	cut, failing := watch(t), watch(t)
	for _, version := range []int64{1, 6} {
		file := earlier(t, version)
		lay := func() string {
			dir := t.TempDir()
			write(t, filepath.Join(dir, "readout.db"), file)
			return dir
		}
		dir := lay()
		log, err := faultfs.NewLog(dir)
		if err != nil {
			t.Fatal(err)
		}
		faultfs.Arm(dir, faultfs.Plan{Log: log})
		want, err := upgraded(t, dir)
		faultfs.Disarm()
		if err != nil || len(want) < 5000 {
			t.Fatalf("from version %d: a record of %d bytes, %v", version, len(want), err)
		}
		again := func(stores *fates, what, dir string) {
			t.Helper()
			faultfs.Arm(dir, faultfs.Plan{}) // nothing need reach the real disk
			got, err := upgraded(t, dir)
			faultfs.Disarm()
			if err == nil && got != want {
				err = errOther
			}
			stores.judge(fmt.Sprintf("from version %d, %s", version, what), err)
			empty(t, dir)
		}
		done += log.Len()
		for _, n := range spread(rng, torture.Rounds(t, 5, 100, all), log.Len()) {
			for _, kept := range []faultfs.Kept{faultfs.Nothing, faultfs.Some, faultfs.Whole} {
				at := t.TempDir()
				if err := faultfs.Lay(at, log.Left(n, kept, rng)); err != nil {
					t.Fatal(err)
				}
				again(cut, fmt.Sprintf("power gone after %d of %d, %v of what was not synced kept", n, log.Len(), kept), at)
				cuts++
			}
		}
		dir = lay()
		faultfs.Arm(dir, faultfs.Plan{})
		_, err = upgraded(t, dir)
		total, _ := faultfs.Disarm()
		if err != nil {
			t.Fatal(err)
		}
		operations += total
		for _, n := range spread(rng, torture.Rounds(t, 8, 200, all), total) {
			for _, on := range []bool{false, true} {
				dir := lay()
				faultfs.Arm(dir, faultfs.Plan{At: n, On: on})
				_, err := upgraded(t, dir)
				_, failed := faultfs.Disarm()
				if len(failed) == 0 {
					t.Errorf("operation %d of %d did not fail: %v", n, total, err)
					continue
				}
				faults++
				again(failing, fmt.Sprintf("%v, on %v", failed[0], on), dir)
			}
		}
	}
	torture.Counted(t, "R32", cuts, fmt.Sprintf("power cuts after one of %d things done to the disk while tables of versions 1 and 6 are brought up to date", done), "of the stores "+cut.String())
	torture.Counted(t, "R32", faults, fmt.Sprintf("of %d operations of the disk failed, once or from there on, while tables are brought up to date", operations), "of the stores "+failing.String())
}

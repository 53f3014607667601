package faultfs_test

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/readout-news/readout/internal/torture/faultfs"
)

// open opens a database with one connection and a write-ahead log.
func open(t *testing.T, path string, synchronous string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(WAL)&_pragma=synchronous("+synchronous+")")
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	return db
}

// fill puts rows into a table, each in a transaction of its own, and says which
// were put.
func fill(db *sql.DB, done func(row int)) error {
	if _, err := db.Exec(`CREATE TABLE IF NOT EXISTS kept (n INTEGER PRIMARY KEY, x TEXT)`); err != nil {
		return err
	}
	for n := range 20 {
		if _, err := db.Exec(`INSERT OR REPLACE INTO kept VALUES ($1, $2)`, n, strings.Repeat(fmt.Sprint(n, " "), 2000)); err != nil {
			return err
		}
		if done != nil {
			done(n)
		}
	}
	return nil
}

func rows(t *testing.T, db *sql.DB) (n int, err error) {
	t.Helper()
	var ok string
	if err := db.QueryRow(`PRAGMA integrity_check`).Scan(&ok); err != nil || ok != "ok" {
		return 0, fmt.Errorf("integrity_check: %s, %v", ok, err)
	}
	err = db.QueryRow(`SELECT count(*) FROM kept`).Scan(&n)
	return n, err
}

func TestMain(m *testing.M) {
	if err := faultfs.Install(); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// Each operation that fails is told, or nothing is lost by it.
func TestFails(t *testing.T) {
	all := map[faultfs.Op]bool{}
	for at := 1; ; at++ {
		dir := t.TempDir()
		faultfs.Arm(dir, faultfs.Plan{At: at})
		db := open(t, filepath.Join(dir, "a.db"), "FULL")
		put := -1
		err := fill(db, func(n int) { put = n })
		db.Close()
		_, failed := faultfs.Disarm()
		if len(failed) == 0 {
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%d operations", at-1)
			break
		}
		all[failed[0].Op] = true
		again := open(t, filepath.Join(dir, "a.db"), "FULL")
		if n, err := rows(t, again); put >= 0 && (err != nil || n <= put) {
			t.Errorf("%v: %d rows of %d, %v", failed[0], n, put+1, err)
		}
		again.Close()
	}
	for _, op := range []faultfs.Op{faultfs.Open, faultfs.Read, faultfs.Write, faultfs.Sync, faultfs.Lock, faultfs.LockLog, faultfs.MapLog} {
		if !all[op] {
			t.Errorf("no %v failed", op)
		}
	}
}

// Memory that is not there is told, and nothing is lost by it.
func TestNoMemory(t *testing.T) {
	faults, told := 0, 0
	for at := 1; ; at += 7 {
		dir := t.TempDir()
		faultfs.Arm(dir, faultfs.Plan{Ops: faultfs.Alloc, At: at})
		db := open(t, filepath.Join(dir, "a.db"), "FULL")
		put := -1
		err := fill(db, func(n int) { put = n })
		db.Close()
		_, failed := faultfs.Disarm()
		if len(failed) == 0 {
			break
		}
		faults++
		if err != nil {
			told++
		}
		again := open(t, filepath.Join(dir, "a.db"), "FULL")
		if n, err := rows(t, again); put >= 0 && (err != nil || n <= put) {
			t.Errorf("allocation %d: %d rows of %d, %v", at, n, put+1, err)
		}
		again.Close()
	}
	t.Logf("%d allocations failed, %d told", faults, told)
	if told == 0 {
		t.Error("no allocation failed")
	}
}

// A power cut takes what was not synced, and nothing else: with
// synchronous=FULL no row, with OFF rows or the database.
func TestPower(t *testing.T) {
	lost := map[string]int{}
	for _, synchronous := range []string{"FULL", "OFF"} {
		dir, log := t.TempDir(), &faultfs.Log{}
		faultfs.Arm(dir, faultfs.Plan{Log: log})
		db := open(t, filepath.Join(dir, "a.db"), synchronous)
		if err := fill(db, func(n int) { log.Mark(n) }); err != nil {
			t.Fatal(err)
		}
		db.Close()
		faultfs.Disarm()
		rng := rand.New(rand.NewPCG(1, 1)) //nolint:gosec // no secret
		for n := range log.Len() + 1 {
			marks := log.Marks(n)
			for _, kept := range []faultfs.Kept{faultfs.Nothing, faultfs.Some, faultfs.Whole} {
				at := t.TempDir()
				if err := faultfs.Lay(at, log.Left(n, kept, rng)); err != nil {
					t.Fatal(err)
				}
				faultfs.Arm(at, faultfs.Plan{}) // what is synced now is of no concern
				again := open(t, filepath.Join(at, "a.db"), "FULL")
				got, err := rows(t, again)
				again.Close()
				faultfs.Disarm()
				if len(marks) > 0 && (err != nil || got < len(marks)) {
					lost[synchronous+" "+kept.String()]++
				}
			}
		}
	}
	t.Log(lost)
	if lost["FULL nothing"]+lost["FULL some"]+lost["FULL all"]+lost["OFF all"] > 0 || lost["OFF nothing"] == 0 || lost["OFF some"] == 0 {
		t.Errorf("lost rows: %v", lost)
	}
}

// A disk that is full says so, and has room again.
func TestFull(t *testing.T) {
	dir := t.TempDir()
	faultfs.Arm(dir, faultfs.Plan{Ops: faultfs.Write, At: 20, On: true, Code: faultfs.Full})
	db := open(t, filepath.Join(dir, "a.db"), "FULL")
	err := fill(db, nil)
	if err == nil || !strings.Contains(err.Error(), "full") {
		t.Errorf("a full disk: %v", err)
	}
	faultfs.Disarm()
	if err := fill(db, nil); err != nil {
		t.Error(err)
	}
	if n, err := rows(t, db); n != 20 || err != nil {
		t.Errorf("%d rows, %v", n, err)
	}
}

package sqlite

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/readout-news/readout"
)

// Programs that are started together after an upgrade all open the store, one
// copy of which is kept as it was; what a copy that was cut short left is gone.
func TestUpgradeAtOnce(t *testing.T) {
	newest, err := newestVersion()
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		dir := t.TempDir()
		name := filepath.Join(dir, "desk.db")
		old, err := Making(t.Context(), name, 15)
		if err != nil {
			t.Fatal(err)
		}
		before := map[string]bool{}
		if err := old.Close(); err != nil {
			t.Fatal(err)
		}
		left := filepath.Join(dir, fmt.Sprintf("desk.db.before-%d.part-00", newest))
		if err := os.WriteFile(left, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		long := time.Now().Add(-time.Hour)
		if err := os.Chtimes(left, long, long); err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				s, err := Open(t.Context(), name, Options{})
				if err != nil {
					t.Error(err)
					return
				}
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		files, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if strings.Contains(f.Name(), ".before-") {
				before[f.Name()] = true
			}
		}
		if len(before) != 1 || before[filepath.Base(left)] {
			t.Errorf("copies of before: %v", before)
		}
		for copied := range before {
			s, err := OpenDamaged(t.Context(), filepath.Join(dir, copied))
			if err != nil || s.TablesVersion() != 15 {
				t.Errorf("%s is not as it was: %v", copied, err)
			}
			if err == nil {
				s.Close()
			}
		}
	}
}

// Who looks at a store of a later Readout is told so, and nothing of damage.
func TestLookAtNewer(t *testing.T) {
	name := filepath.Join(t.TempDir(), "desk.db")
	s, err := Open(t.Context(), name, Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Writer().ExecContext(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) SELECT max(version_id) + 1, 1 FROM goose_db_version`); err != nil {
		t.Fatal(err)
	}
	s.Close()
	if s, err := OpenDamaged(t.Context(), name); !errors.Is(err, readout.ErrNewerStore) {
		t.Errorf("%v, %v", s, err)
	}
}

// A file that lost what it notes of its tables' version is damaged, and says so.
func TestVersionLost(t *testing.T) {
	name := filepath.Join(t.TempDir(), "desk.db")
	s, err := Open(t.Context(), name, Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	var page, size int64
	err = errors.Join(
		s.Reader().QueryRowContext(t.Context(), `SELECT rootpage FROM sqlite_master WHERE name = 'goose_db_version'`).Scan(&page),
		s.Reader().QueryRowContext(t.Context(), `PRAGMA page_size`).Scan(&size),
		s.Close(),
	)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	clear(b[(page-1)*size : page*size])
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err := Open(t.Context(), name, Options{}); !errors.Is(err, readout.ErrDamaged) {
		if err == nil {
			s.Close()
		}
		t.Errorf("opening it gives %v", err)
	}
}

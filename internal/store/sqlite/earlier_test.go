package sqlite

import (
	"database/sql"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/pressly/goose/v3"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
)

// earlier is a store of an earlier version with these rows.
func earlier(t *testing.T, version int64, rows string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "earlier.db")
	db, err := sql.Open("sqlite", dsn(path, ""))
	if err != nil {
		t.Fatal(err)
	}
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		t.Fatal(err)
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, sub, goose.WithLogger(goose.NopLogger()))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(t.Context(), version); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(rows)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(string(b)); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestOpenVersion6 opens a store whose rows were numbered over the whole record:
// each is found with its owner, and the record can be changed in part.
func TestOpenVersion6(t *testing.T) {
	s := open(t, earlier(t, 6, "testdata/version6.sql"))
	b, err := os.ReadFile("testdata/version6.json")
	if err != nil {
		t.Fatal(err)
	}
	var want readout.Record
	if err := json.Unmarshal(b, &want); err != nil {
		t.Fatal(err)
	}
	// What the rows of that version named and no issue and no utterance listed.
	for _, p := range want.Positions {
		p.Issue = ""
	}
	for _, st := range want.Statements {
		st.Utterance = ""
	}
	same := func(what string) {
		t.Helper()
		got, err := s.Record(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(store.Ordered(&want), got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-want +got)\n%s", what, diff)
		}
	}
	same("opened")
	if ids, err := s.Pending(t.Context()); err != nil || len(ids) != len(want.Reports) {
		t.Errorf("pending %v, %v; want all of %d reports", ids, err, len(want.Reports))
	}
	// The first change sums what is there, and touches its scope alone.
	event := want.Events[0]
	event.Title = "another title"
	u := store.Update{Scope: store.Scope{Events: []string{event.ID}}, Record: &want, Total: len(want.Reports), Base: 1}
	if err := s.UpdateRecord(t.Context(), u); err != nil {
		t.Fatal(err)
	}
	same("updated")
	if err := s.ReplaceRecord(t.Context(), &want); err != nil {
		t.Fatal(err)
	}
	if r, err := s.Revision(t.Context()); err != nil || r.N != 2 || r.Reports != len(want.Reports) || r.Pipeline != "v1" {
		t.Errorf("revision %+v, %v; want the second", r, err)
	}
	if ids, err := s.Pending(t.Context()); err != nil || len(ids) > 0 {
		t.Errorf("pending %v, %v", ids, err)
	}
}

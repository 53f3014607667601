package sqlstore_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/pgtest"
	"github.com/readout-news/readout/internal/store/postgres"
	"github.com/readout-news/readout/internal/store/sqlite"
	"github.com/readout-news/readout/internal/store/sqlstore"
	"github.com/readout-news/readout/internal/store/storetest"
)

// engine is a database that the store runs on.
type engine struct {
	name    string
	open    func(t testing.TB) *sqlstore.Store // new and empty
	explain string                             // what begins a query for a plan
	before  string                             // statement that lets the plan of an empty table be that of a full one
}

// engines are those that every test of this package runs on.
var engines = []engine{
	{
		name: "sqlite",
		open: func(t testing.TB) *sqlstore.Store {
			return closed(t)(sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "readout.db"), sqlite.Options{Create: true}))
		},
		explain: "EXPLAIN QUERY PLAN ",
	},
	{
		name: "postgres",
		open: func(t testing.TB) *sqlstore.Store {
			return closed(t)(postgres.Open(t.Context(), pgtest.Copy(t, "store", made), postgres.Options{}))
		},
		explain: "EXPLAIN ",
		before:  "SET enable_seqscan = off",
	},
}

// made makes the database of which every test gets a copy.
func made(address string) error {
	s, err := postgres.Open(context.Background(), address, postgres.Options{Create: true})
	if err != nil {
		return err
	}
	return s.Close()
}

// closed closes a store when the test ends.
func closed(t testing.TB) func(s *sqlstore.Store, err error) *sqlstore.Store {
	return func(s *sqlstore.Store, err error) *sqlstore.Store {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
		return s
	}
}

func TestStore(t *testing.T) {
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			storetest.Run(t, func(t testing.TB) store.Store { return e.open(t) })
		})
	}
}

// TestIndexes checks that the three questions asked most walk an index.
func TestIndexes(t *testing.T) {
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			conn, err := e.open(t).Reader().Conn(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if e.before != "" {
				if _, err := conn.ExecContext(t.Context(), e.before); err != nil {
					t.Fatal(err)
				}
			}
			for _, c := range []struct {
				query, index string // the name ends otherwise in partitions
				args         []any
			}{
				{sqlstore.TimelineQuery, "event_date", []any{"2031", "2032"}},
				{sqlstore.QuotesQuery, "statement_(speaker|._speaker_date_value_id_idx)", []any{"e1"}},
				{sqlstore.WhoQuery, "entity_name_folded", []any{"maren"}},
			} {
				if plan := explain(t, conn, e.explain+c.query, c.args...); !regexp.MustCompile("(?i)index.*" + c.index).MatchString(plan) {
					t.Errorf("%s is not used:\n%s", c.index, plan)
				}
			}
		})
	}
}

// explain returns the last column of what the query answers.
func explain(t testing.TB, c *sql.Conn, query string, args ...any) string {
	t.Helper()
	rows, err := c.QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for rows.Next() {
		var line string
		targets := make([]any, len(names))
		for i := range targets {
			targets[i] = new(any)
		}
		targets[len(targets)-1] = &line
		if err := rows.Scan(targets...); err != nil {
			t.Fatal(err)
		}
		out.WriteString(line + "\n")
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

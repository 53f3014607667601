package sqlstore_test

import (
	"path"
	"testing"

	"github.com/readout-news/readout/internal/store/sqlstore"
)

// unsummed are the tables whose rows need no sum, and why.
var unsummed = map[string]string{
	"decision":         "its entries carry hashes, one of another, and may not be changed",
	"decision_head":    "the end of those",
	"goose_db_version": "of the migrations",
	"readout_store":    "says what the schema is",
	"row_seal":         "says what the sums are of",
	"river_*":          "of the queue",
	"sqlite_*":         "SQLite's own",
	"search_*":         "of the index, which is compared with what it indexes",
	"*_fts":            "the index",
	"*_fts_*":          "the index",
	"*_words":          "the index",
	"work_*":           "what workers are doing",
}

func isUnsummed(table string) bool {
	for pattern := range unsummed {
		if ok, err := path.Match(pattern, table); ok && err == nil {
			return true
		}
	}
	return false
}

// Every table of a store has rows with sums, or a reason why it need not: who
// adds a table gives it the column row_sum.
func TestTablesHaveSums(t *testing.T) {
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			s := e.open(t)
			columns, err := s.Columns(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			summed := sqlstore.SchemaOf(columns)
			if len(summed) < 60 {
				t.Fatalf("%d tables with sums", len(summed))
			}
			for _, c := range columns {
				if summed[c.Table] == nil && !isUnsummed(c.Table) {
					t.Errorf("the table %s has no column %s", c.Table, sqlstore.SumColumn)
				}
			}
		})
	}
}

package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"strings"

	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/sqlstore"
	"github.com/readout-news/readout/internal/terms"
)

// dialect is SQLite's way.
type dialect struct{}

var _ sqlstore.Dialect = dialect{}

func (dialect) Mapped(err error) error { return mapped(err) }

// Again implements sqlstore.Dialect: a transaction takes the one writer when it
// begins, so none comes in another's way.
func (dialect) Again(error) bool { return false }

func (dialect) WriteTx() *sql.TxOptions { return nil }

func (dialect) ReadTx() *sql.TxOptions { return &sql.TxOptions{ReadOnly: true} }

func (dialect) Lock(context.Context, *sqlstore.Tx, string) error { return nil }

func (dialect) Alone(context.Context, *sqlstore.Tx, string) error { return nil }

// Params implements sqlstore.Dialect. The driver looks each $N up by its name,
// which costs the square of their number: of 12, 30, 60, 150 and 2,000,
// BenchmarkRead was fastest at 30 and took five times as long at 2,000.
func (dialect) Params() int { return 30 }

func (dialect) BulkRows() int { return 0 }

func (dialect) Bulk(context.Context, *sqlstore.Tx, string, []string, []any) error { return nil }

func (dialect) Join() string { return " CROSS JOIN " } // SQLite keeps its order

// columns are those of the kinds' FTS5 tables: the best and the rest.
var columns = map[store.Kind]struct{ best, rest []string }{
	store.KindReport:    {[]string{"title"}, []string{"body"}},
	store.KindStatement: {nil, []string{"body"}},
	store.KindEntity:    {[]string{"names"}, []string{"roles"}},
	store.KindEvent:     {[]string{"title", "people", "place"}, []string{"claims"}},
}

// put queues a row of a kind's index.
func put(in *sqlstore.Inserter, r sqlstore.IndexRow) error {
	vals := []any{r.N, strings.Join(r.Facets, " ")}
	for _, t := range r.Best {
		vals = append(vals, t)
	}
	for _, t := range r.Rest {
		vals = append(vals, t)
	}
	return in.Add(vals)
}

func inserter(ctx context.Context, tx *sqlstore.Tx, kind store.Kind) *sqlstore.Inserter {
	c := columns[kind]
	names := append([]string{"rowid", "facets"}, c.best...)
	return tx.Insert(ctx, string(kind)+"_fts", strings.Join(append(names, c.rest...), ", "))
}

// PutWords implements sqlstore.Index.
func (dialect) PutWords(ctx context.Context, tx *sqlstore.Tx, kind store.Kind, rows []sqlstore.IndexRow) error {
	in := inserter(ctx, tx, kind)
	for _, r := range rows {
		if err := put(in, r); err != nil {
			return err
		}
	}
	return in.Flush()
}

// DropWords implements sqlstore.Index.
func (dialect) DropWords(ctx context.Context, tx *sqlstore.Tx, kind store.Kind, numbers []int64) error {
	for _, n := range numbers {
		if _, err := tx.ExecContext(ctx, "DELETE FROM "+string(kind)+"_fts WHERE rowid = $1", n); err != nil { //nolint:gosec // kind is one of four
			return err
		}
	}
	return nil
}

// ReplaceWords implements sqlstore.Index.
func (d dialect) ReplaceWords(ctx context.Context, tx *sqlstore.Tx, kind store.Kind, rows []sqlstore.IndexRow) error {
	if err := d.ClearWords(ctx, tx, kind); err != nil {
		return err
	}
	return d.PutWords(ctx, tx, kind, rows)
}

// ClearWords implements sqlstore.Index.
func (dialect) ClearWords(ctx context.Context, tx *sqlstore.Tx, kind store.Kind) error {
	table := string(kind) + "_fts"
	_, err := tx.ExecContext(ctx, "INSERT INTO "+table+" ("+table+") VALUES ('delete-all')") //nolint:gosec // kind is one of four
	return err
}

// Asking implements sqlstore.Index: nothing is to be told.
func (dialect) Asking(context.Context, *sqlstore.Tx) error { return nil }

// Match implements sqlstore.Index in the language of FTS5. Folded words are
// letters and digits, and facets besides have "¶" alone, so nothing of them can
// be syntax.
func (dialect) Match(kind store.Kind, m sqlstore.Match) (string, []any) {
	var yes []string
	for _, p := range m.Yes {
		yes = append(yes, expression(p))
	}
	all := yes
	for _, f := range m.Facets {
		all = append(all, `facets : ("`+strings.Join(f, `" OR "`)+`")`)
	}
	expr := "(" + strings.Join(all, " AND ") + ")"
	if len(m.No) > 0 {
		var no []string
		for _, p := range m.No {
			no = append(no, expression(p))
		}
		expr = "(" + expr + " NOT (" + strings.Join(no, " OR ") + "))"
	}
	if m.Best != sqlstore.Anywhere && len(yes) > 0 {
		best := "{" + strings.Join(columns[kind].best, " ") + "} : (" + strings.Join(yes, " AND ") + ")"
		expr += map[sqlstore.Where]string{sqlstore.InBest: " AND ", sqlstore.NotInBest: " NOT "}[m.Best] + best
	}
	return string(kind) + "_fts MATCH ?", []any{expr}
}

// expression is a pattern in the language of FTS5.
func expression(p terms.Pattern) string {
	if len(p.Words) == 1 && len(p.Words[0]) > 1 {
		return `("` + strings.Join(p.Words[0], `" OR "`) + `")`
	}
	ws := make([]string, len(p.Words))
	for i, w := range p.Words {
		ws[i] = w[0]
	}
	expr := `"` + strings.Join(ws, " ") + `"`
	if p.Prefix {
		expr += " *"
		if p.Short() { // facets begin with a letter, too
			expr = "- facets : (" + expr + ")"
		}
	}
	return expr
}

// Vocabulary implements sqlstore.Index.
func (dialect) Vocabulary(ctx context.Context, tx *sqlstore.Tx, prefix string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		rows, err := tx.QueryContext(ctx, `SELECT term FROM report_words WHERE term >= $1 AND term <= $2`, prefix, prefix+"\U0010FFFF")
		if err != nil {
			yield("", err)
			return
		}
		defer rows.Close()
		for rows.Next() {
			var w string
			err := rows.Scan(&w)
			if !yield(w, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield("", err)
		}
	}
}

// wordTables hold the words of reports and names.
var wordTables = []string{"report_words", "entity_words"}

// Counts implements sqlstore.Index.
func (dialect) Counts(ctx context.Context, tx *sqlstore.Tx, words []string) (map[string]int, error) {
	out := map[string]int{}
	for _, table := range wordTables {
		stmt, err := tx.PrepareContext(ctx, "SELECT doc FROM "+table+" WHERE term = $1")
		if err != nil {
			return nil, err
		}
		defer stmt.Close()
		for _, w := range words {
			var n int
			if err := stmt.QueryRowContext(ctx, w).Scan(&n); err != nil && !errors.Is(err, sql.ErrNoRows) {
				return nil, err
			}
			if n > 0 {
				out[w] += n
			}
		}
	}
	return out, nil
}

// Beginning implements sqlstore.Index.
func (dialect) Beginning(ctx context.Context, tx *sqlstore.Tx, prefix string, limit int) ([]string, error) {
	var out []string
	for _, table := range wordTables {
		rows, err := tx.QueryContext(ctx, "SELECT term FROM "+table+" WHERE term >= $1 AND term <= $2 LIMIT $3", prefix, prefix+"\U0010FFFF", limit) //nolint:gosec // table is one of the two above
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			var w string
			if err := rows.Scan(&w); err != nil {
				rows.Close()
				return nil, err
			}
			out = append(out, w)
		}
		if err := rows.Close(); err != nil {
			return nil, err
		}
		if err := rows.Err(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

package postgres

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/sqlstore"
	"github.com/readout-news/readout/internal/terms"
)

// dialect is PostgreSQL's way.
type dialect struct{}

var _ sqlstore.Dialect = dialect{}

func (dialect) Mapped(err error) error { return mapped(err) }

func (dialect) Again(err error) bool { return again(err) }

// WriteTx implements sqlstore.Dialect. What must not happen at once is behind
// locks; what a transaction reads after one is what was committed by then.
func (dialect) WriteTx() *sql.TxOptions { return &sql.TxOptions{Isolation: sql.LevelReadCommitted} }

func (dialect) ReadTx() *sql.TxOptions {
	return &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
}

func (dialect) Lock(ctx context.Context, tx *sqlstore.Tx, name string) error {
	_, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, name)
	return err
}

func (dialect) Alone(ctx context.Context, tx *sqlstore.Tx, table string) error {
	_, err := tx.ExecContext(ctx, "LOCK TABLE "+pgx.Identifier{table}.Sanitize()+" IN EXCLUSIVE MODE")
	return err
}

// bulkRows is where COPY, which asks for the columns' types first, is faster
// than INSERT.
const bulkRows = 16

func (dialect) BulkRows() int { return bulkRows }

func (dialect) Params() int { return 1 << 14 }

// Bulk implements sqlstore.Dialect with COPY.
func (dialect) Bulk(ctx context.Context, tx *sqlstore.Tx, table string, columns []string, values []any) error {
	return tx.Conn.Raw(func(c any) error {
		n := len(columns)
		_, err := c.(*conn).pgx().CopyFrom(ctx, pgx.Identifier{table}, columns, pgx.CopyFromSlice(len(values)/n, func(i int) ([]any, error) {
			vals := values[i*n : i*n+n]
			for k, v := range vals {
				vals[k] = escaped(v)
			}
			return vals, nil
		}))
		return err
	})
}

func (dialect) Join() string { return " JOIN " }

// inBest begins the lexeme of a word of the best texts. As a word of its own
// the index knows where it is; a weight would have to be looked up in the row.
const inBest = "t¶"

// maxWords bounds the bytes of a tsvector's lexemes.
const maxWords = 1<<20 - 1

// lexemes are what a row is found by, parted by spaces.
func lexemes(r sqlstore.IndexRow) string {
	seen := map[string]bool{}
	var out []string
	size := 0
	add := func(w string) {
		if w == "" || w == "¶" || seen[w] || size+len(w) > maxWords {
			return
		}
		seen[w] = true
		size += len(w)
		out = append(out, w)
	}
	for _, f := range r.Facets {
		add(f)
	}
	for _, text := range r.Best {
		for w := range strings.SplitSeq(text, " ") {
			add(w)
			if w != "" && w != "¶" {
				add(inBest + w)
			}
		}
	}
	for _, text := range r.Rest {
		for w := range strings.SplitSeq(text, " ") {
			add(w)
		}
	}
	return strings.Join(out, " ")
}

// text is folded texts as columns keep them.
func text(texts []string) string { return " " + strings.Join(texts, sqlstore.Apart) + " " }

// pageRows is how many rows of an index go into one statement.
const pageRows = 500

// PutWords implements sqlstore.Index.
func (dialect) PutWords(ctx context.Context, tx *sqlstore.Tx, kind store.Kind, rows []sqlstore.IndexRow) error {
	vocabulary := map[string]bool{}
	for page := range slices.Chunk(rows, pageRows) {
		var numbers []int64
		var words, best, rest []string
		for _, r := range page {
			numbers = append(numbers, r.N)
			words = append(words, lexemes(r))
			best = append(best, text(r.Best))
			rest = append(rest, text(r.Rest))
			if kind == store.KindReport || kind == store.KindEntity {
				for w := range strings.SplitSeq(words[len(words)-1], " ") {
					if !strings.Contains(w, "¶") {
						vocabulary[w] = true
					}
				}
			}
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO `+string(kind)+`_fts (rowid, words, best, rest)
			SELECT n, array_to_tsvector(string_to_array(w, ' ')), b, r FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) AS x (n, w, b, r)`, numbers, words, best, rest) //nolint:gosec // kind is one of four
		if err != nil {
			return err
		}
	}
	if len(vocabulary) == 0 {
		return nil
	}
	// In order, so that writers who bring the same new words do not wait for
	// each other in a ring.
	words := make([]string, 0, len(vocabulary))
	for w := range vocabulary {
		words = append(words, w)
	}
	slices.Sort(words)
	_, err := tx.ExecContext(ctx, `INSERT INTO `+string(kind)+`_words (term) SELECT w FROM unnest($1::text[]) AS x (w)
		WHERE NOT EXISTS (SELECT 1 FROM `+string(kind)+`_words WHERE term = w COLLATE "C") ORDER BY w COLLATE "C" ON CONFLICT DO NOTHING`, words) //nolint:gosec // as above
	return err
}

// DropWords implements sqlstore.Index.
func (dialect) DropWords(ctx context.Context, tx *sqlstore.Tx, kind store.Kind, numbers []int64) error {
	_, err := tx.ExecContext(ctx, "DELETE FROM "+string(kind)+"_fts WHERE rowid = ANY ($1::bigint[])", numbers) //nolint:gosec // kind is one of four
	return err
}

// ReplaceWords implements sqlstore.Index.
func (d dialect) ReplaceWords(ctx context.Context, tx *sqlstore.Tx, kind store.Kind, rows []sqlstore.IndexRow) error {
	if err := d.ClearWords(ctx, tx, kind); err != nil {
		return err
	}
	return d.PutWords(ctx, tx, kind, rows)
}

// ClearWords implements sqlstore.Index. TRUNCATE would take the rows from
// readers who began before.
func (dialect) ClearWords(ctx context.Context, tx *sqlstore.Tx, kind store.Kind) error {
	_, err := tx.ExecContext(ctx, "DELETE FROM "+string(kind)+"_fts") //nolint:gosec // kind is one of four
	return err
}

// Asking implements sqlstore.Index. The planner takes a tsvector for as cheap to
// look at as a number, though it has to be unpacked first, and prefers to read
// the whole table where half of the rows match; nor is any question worth more
// processes.
func (dialect) Asking(ctx context.Context, tx *sqlstore.Tx) error {
	_, err := tx.ExecContext(ctx, `SELECT set_config('enable_seqscan', 'off', true), set_config('max_parallel_workers_per_gather', '0', true), set_config('jit', 'off', true)`)
	return err
}

// quoted is a word as a lexeme of a tsquery.
func quoted(w string) string {
	return "'" + strings.NewReplacer("'", "''", `\`, `\\`).Replace(w) + "'"
}

// anyOf is a tsquery of which one word must be there.
func anyOf(words []string, before string) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = quoted(before + w)
	}
	return "(" + strings.Join(out, " | ") + ")"
}

// lexemesOf is a tsquery that holds wherever the pattern does, and nowhere else
// if the pattern is of one word. before is inBest or empty.
func lexemesOf(p terms.Pattern, before string) string {
	out := make([]string, len(p.Words))
	for i, alternatives := range p.Words {
		if out[i] = anyOf(alternatives, before); p.Prefix && i == len(p.Words)-1 {
			out[i] = quoted(before+alternatives[0]) + ":*"
		}
	}
	return "(" + strings.Join(out, " & ") + ")"
}

// looked reports whether the index cannot say alone where a pattern is: a phrase,
// and what begins with a letter, as facets do, too.
func looked(p terms.Pattern) bool { return len(p.Words) > 1 || p.Short() }

// phrase is a phrase as it stands in a folded text.
func phrase(p terms.Pattern) string {
	out := make([]string, len(p.Words))
	for i, alternatives := range p.Words {
		out[i] = alternatives[0]
	}
	if p.Prefix {
		return " " + strings.Join(out, " ")
	}
	return " " + strings.Join(out, " ") + " "
}

// Match implements sqlstore.Index. The index answers what a single word can
// say; that words stand next to each other is looked up in the rows that it
// leaves.
func (dialect) Match(_ store.Kind, m sqlstore.Match) (string, []any) {
	var query, yes, best []string
	var more strings.Builder // conditions that the index does not know
	var args []any
	phrases := false // or words that are looked up as they are
	for _, p := range m.Yes {
		yes = append(yes, lexemesOf(p, ""))
		best = append(best, lexemesOf(p, inBest))
		if looked(p) {
			phrases = true
		}
	}
	query = append(query, yes...)
	for _, f := range m.Facets {
		query = append(query, anyOf(f, ""))
	}
	for _, p := range m.No {
		if !looked(p) {
			query = append(query, "!"+lexemesOf(p, ""))
			continue
		}
		more.WriteString(" AND NOT (strpos(f.best, ?) > 0 OR strpos(f.rest, ?) > 0)")
		args = append(args, phrase(p), phrase(p))
	}
	// inside are the conditions of phrases in best, with their arguments.
	var inside strings.Builder
	var within []any
	for _, p := range m.Yes {
		if looked(p) {
			inside.WriteString(" AND strpos(f.best, ?) > 0")
			within = append(within, phrase(p))
		}
	}
	switch {
	case m.Best == sqlstore.InBest && len(yes) > 0:
		query = append(query, best...)
		more.WriteString(inside.String())
		args = append(args, within...)
	default:
		for _, p := range m.Yes {
			if looked(p) {
				more.WriteString(" AND (strpos(f.best, ?) > 0 OR strpos(f.rest, ?) > 0)")
				args = append(args, phrase(p), phrase(p))
			}
		}
		if m.Best != sqlstore.NotInBest || len(yes) == 0 {
			break
		}
		if !phrases {
			query = append(query, "!("+strings.Join(best, " & ")+")")
			break
		}
		more.WriteString(" AND NOT (f.words @@ ?::tsquery" + inside.String() + ")")
		args = append(args, strings.Join(best, " & "))
		args = append(args, within...)
	}
	return "f.words @@ ?::tsquery" + more.String(), append([]any{strings.Join(query, " & ")}, args...)
}

// last ends the range of words that begin with a prefix.
const last = "\U0010FFFF"

// Vocabulary implements sqlstore.Index.
func (dialect) Vocabulary(ctx context.Context, tx *sqlstore.Tx, prefix string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		words, err := beginning(ctx, tx, "report_words", prefix, nil)
		for _, w := range words {
			if !yield(w, nil) {
				return
			}
		}
		if err != nil {
			yield("", err)
		}
	}
}

// beginning reads the words of a table that begin with prefix; limit may be
// nil.
func beginning(ctx context.Context, tx *sqlstore.Tx, table, prefix string, limit any) ([]string, error) {
	rows, err := tx.QueryContext(ctx, "SELECT term FROM "+table+" WHERE term >= $1 AND term <= $2 ORDER BY term LIMIT $3::bigint", prefix, prefix+last, limit) //nolint:gosec // table is one of two
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var w string
		if err := rows.Scan(&w); err != nil {
			return nil, err
		}
		out = append(out, w)
	}
	return out, rows.Err()
}

// Counts implements sqlstore.Index.
func (dialect) Counts(ctx context.Context, tx *sqlstore.Tx, words []string) (map[string]int, error) {
	rows, err := tx.QueryContext(ctx, `SELECT w, (SELECT count(*) FROM report_fts f WHERE f.words @@ quote_literal(w)::tsquery) + (SELECT count(*) FROM entity_fts f WHERE f.words @@ quote_literal(w)::tsquery)
		FROM (SELECT term FROM report_words WHERE term = ANY ($1::text[]) UNION SELECT term FROM entity_words WHERE term = ANY ($1::text[])) AS x (w)`, words)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]int{}
	for rows.Next() {
		var w string
		var n int
		if err := rows.Scan(&w, &n); err != nil {
			return nil, err
		}
		if n > 0 {
			out[w] = n
		}
	}
	return out, rows.Err()
}

// Beginning implements sqlstore.Index.
func (dialect) Beginning(ctx context.Context, tx *sqlstore.Tx, prefix string, limit int) ([]string, error) {
	var out []string
	for _, table := range []string{"report_words", "entity_words"} {
		words, err := beginning(ctx, tx, table, prefix, limit)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", table, err)
		}
		out = append(out, words...)
	}
	return out, nil
}

package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/terms"
)

// defaultHits is Query.Limit where it is 0.
const defaultHits = 10

// Search implements store.Store. There is no score: to rank all that hold two
// frequent words by BM25 takes 0.4 s in 20,000 reports, and the newest are a
// reader's next question anyway. Rows are numbered so that an index gives them
// in the order in which they are shown and stops where it is told to.
func (s *Store) Search(ctx context.Context, q store.Query) (store.Hits, error) {
	var out store.Hits
	err := s.read(ctx, func(tx *Tx) error {
		if err := tx.d.Asking(ctx, tx); err != nil {
			return err
		}
		m, err := compile(ctx, tx, q.Terms)
		if err != nil {
			return err
		}
		out.Patterns, out.Excluded, out.Unknown = m.patterns, m.excluded, m.unknown
		kinds := q.Kinds()
		if q.After != "" && len(kinds) != 1 {
			return fmt.Errorf("%w: a cursor needs one kind, and there are %d", store.ErrQuery, len(kinds))
		}
		for _, k := range kinds {
			g, err := group(ctx, tx, &q, k, m)
			if err != nil {
				return fmt.Errorf("%ss: %w", k, err)
			}
			out.Groups = append(out.Groups, g)
		}
		return nil
	})
	if err != nil {
		return store.Hits{}, fmt.Errorf("search %s: %w", s.name, err)
	}
	return out, nil
}

// matching is what the terms of a query match.
type matching struct {
	patterns []terms.Pattern
	excluded []terms.Pattern
	unknown  []string
}

// compile takes terms apart into words and adds their inflections.
func compile(ctx context.Context, tx *Tx, ts []store.Term) (matching, error) {
	var m matching
	for _, t := range ts {
		ws := terms.Words(t.Text)
		if len(ws) == 0 {
			continue
		}
		p := terms.Pattern{Prefix: t.Mode == store.Prefix}
		for _, w := range ws {
			p.Words = append(p.Words, []string{w})
		}
		if t.Mode == store.Word && len(ws) == 1 {
			family, err := terms.Family(ws[0], func(prefix string) iter.Seq2[string, error] { return tx.d.Vocabulary(ctx, tx, prefix) })
			if err != nil {
				return m, err
			}
			p.Words[0] = family
		}
		if t.Not {
			m.excluded = append(m.excluded, p)
			continue
		}
		m.patterns = append(m.patterns, p)
		for i, w := range ws {
			found, err := occurs(ctx, tx, terms.Pattern{Words: p.Words[i : i+1], Prefix: p.Prefix && i == len(ws)-1})
			if err != nil {
				return m, err
			}
			if !found && !slices.Contains(m.unknown, w) {
				m.unknown = append(m.unknown, w)
			}
		}
	}
	return m, nil
}

// occurs reports whether a pattern matches a report or a name.
func occurs(ctx context.Context, tx *Tx, p terms.Pattern) (bool, error) {
	for _, kind := range []store.Kind{store.KindReport, store.KindEntity, store.KindEvent} {
		var n int
		condition, args := tx.d.Match(kind, Match{Yes: []terms.Pattern{p}})
		err := tx.QueryRowContext(ctx, placed("SELECT 1 FROM "+string(kind)+"_fts f WHERE "+condition+" LIMIT 1"), args...).Scan(&n) //nolint:gosec // kind is one of the three above
		if err == nil || !errors.Is(err, sql.ErrNoRows) {
			return err == nil, err
		}
	}
	return false, nil
}

// placed puts $1, $2, … in the place of the question marks of a query, which
// is put together from parts.
func placed(query string) string {
	var b strings.Builder
	for n := 1; ; n++ {
		before, after, ok := strings.Cut(query, "?")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		fmt.Fprintf(&b, "$%d", n)
		query = after
	}
}

// question is a query for one kind in SQL.
type question struct {
	kind  store.Kind
	from  string // index and what it is joined with
	alone string // the index by itself where each of its rows is one to be counted, else from
	id    string // column
	order string
	keep  func(store.Kind, string) bool
	best  bool // some texts of a row count more than others
	parts []part
}

// part is a share of the rows of a question. The rows of one part come before
// those of the next.
type part struct {
	match Match
	where string // more conditions; "" none
	args  []any
}

// ask makes the question of one kind, without its terms and facets.
func ask(ctx context.Context, tx *Tx, q *store.Query, kind store.Kind) (*question, error) {
	fts := string(kind) + "_fts"
	x := &question{
		kind: kind, from: fts + " f" + tx.d.Join() + "search_row x ON x.kind = '" + string(kind) + "' AND x.n = f.rowid", id: "x.id", order: "f.rowid DESC",
		parts: []part{{}}, keep: q.Keep,
	}
	x.alone = fts + " f"
	var err error
	switch kind {
	case store.KindReport:
		x.best = true
		x.from = "report_fts f" + tx.d.Join() + "search_report d ON d.n = f.rowid AND d.day IS NOT NULL"
		x.alone = x.from // those that are not in the record do not count
		x.id, x.order = "d.report", "d.day DESC, d.report"
		if q.From != "" || q.To != "" {
			x.parts = []part{{
				where: "d.day <> '' AND (? = '' OR d.day <= ?) AND (d.day >= ? OR substr(?, 1, length(d.day)) = d.day)",
				args:  row(q.To, q.To+"~", q.From, q.From),
			}}
		}
	case store.KindStatement:
		x.parts, err = days(ctx, tx, kind, q.From, q.To)
	case store.KindEvent:
		x.best = true
		x.parts, err = days(ctx, tx, kind, q.From, q.To)
	case store.KindEntity:
		x.best = true
	}
	return x, err
}

// days are the rows of a kind with days between from and to, in whole or in
// part (see timelineQuery). Rows are numbered by their first day: those that
// begin between the two are a range of numbers, and those that begin before and
// reach in are sought among the ones that last longer than a day.
func days(ctx context.Context, tx *Tx, kind store.Kind, from, to string) ([]part, error) {
	if from == "" && to == "" {
		return []part{{}}, nil
	}
	// Days are not empty: "" sorts before all of them. Of the rows of one day the
	// lowest number has the greatest id.
	edge := func(op, day, order, last string, none int64) (n int64, err error) {
		err = tx.QueryRowContext(ctx, "SELECT day FROM search_row WHERE kind = $1 AND weight = 0 AND day "+op+" $2 AND day > '' ORDER BY day "+order+" LIMIT 1", string(kind), day).Scan(&day) //nolint:gosec // constants
		if err == nil {
			err = tx.QueryRowContext(ctx, "SELECT n FROM search_row WHERE kind = $1 AND weight = 0 AND day = $2 ORDER BY id "+last+" LIMIT 1", string(kind), day).Scan(&n) //nolint:gosec // constants
		}
		if errors.Is(err, sql.ErrNoRows) {
			return none, nil
		}
		return n, err
	}
	const most = endNumber
	low, err := edge(">=", from, "ASC", "DESC", most)
	if err != nil {
		return nil, err
	}
	high := int64(most)
	if to != "" {
		if high, err = edge("<=", to+"~", "DESC", "ASC", -1); err != nil {
			return nil, err
		}
	}
	out := []part{{where: "f.rowid BETWEEN ? AND ?", args: row(low, high)}}
	if from != "" {
		out = append(out, part{
			match: Match{Facets: [][]string{{facetLong}}},
			where: "f.rowid < ? AND f.rowid <= ? AND x.day > '' AND (x.last_day >= ? OR substr(?, 1, length(x.last_day)) = x.last_day)",
			args:  row(low, high, from, from),
		})
	}
	return out, nil
}

// facetsOf are the filters of a query: of each list one.
func facetsOf(q *store.Query) [][]string {
	var out [][]string
	among := func(letter rune, values []string) {
		if len(values) == 0 {
			return
		}
		fs := make([]string, len(values))
		for i, v := range values {
			fs[i] = facet(letter, v)
		}
		out = append(out, fs)
	}
	among(facetSpeaker, q.Speakers)
	among(facetAddressee, q.Addressees)
	among(facetAt, q.At)
	among(facetOutlet, q.Outlets)
	among(facetKind, q.EventType)
	var kinds []string
	for _, k := range q.StatementKind {
		kinds = append(kinds, string(k))
	}
	among(facetKind, kinds)
	return out
}

// split puts terms and facets into the parts of a question: those whose titles
// match come first. whole are the parts without that order.
func (x *question) split(q *store.Query, m matching) (whole, ordered []part) {
	with := func(p part, best Where) part {
		facets := append(facetsOf(q), p.match.Facets...)
		if len(facets) == 0 && len(m.patterns) == 0 {
			facets = [][]string{{facetAll}} // an index is asked for something
		}
		p.match = Match{Yes: m.patterns, No: m.excluded, Facets: facets, Best: best}
		return p
	}
	for _, p := range x.parts {
		whole = append(whole, with(p, Anywhere))
	}
	if !x.best || len(m.patterns) == 0 {
		return whole, whole
	}
	for _, best := range []Where{InBest, NotInBest} {
		for _, p := range x.parts {
			ordered = append(ordered, with(p, best))
		}
	}
	return whole, ordered
}

// sql is the part of a query that follows its columns; from is that of the
// question, or alone.
func (x *question) sql(d Dialect, from string, p part) (query string, args []any) {
	condition, args := d.Match(x.kind, p.match)
	query = " FROM " + from + " WHERE " + condition
	if p.where != "" {
		query += " AND " + p.where
	}
	return query, append(args, p.args...)
}

// rows goes through the ids of a part in order, those that are kept, until f
// answers false. At most limit of them are read where none can be left out.
func (x *question) rows(ctx context.Context, tx *Tx, p part, order string, limit int, f func(id string) bool) error {
	query, args := x.sql(tx.d, x.from, p)
	query = "SELECT " + x.id + query + order
	if x.keep == nil {
		query += " LIMIT ?"
		args = append(args, limit)
	}
	done := errors.New("the reader has seen enough")
	err := each(ctx, tx, placed(query), args, func(scan func(...[]any) error) error {
		var id string
		if err := scan(row(&id)); err != nil {
			return err
		}
		if (x.keep == nil || x.keep(x.kind, id)) && !f(id) {
			return done
		}
		return nil
	})
	if errors.Is(err, done) {
		return nil
	}
	return err
}

// ids are up to limit rows of a part, after the first skip.
func (x *question) ids(ctx context.Context, tx *Tx, p part, limit, skip int) (out []store.Hit, skipped int, err error) {
	err = x.rows(ctx, tx, p, " ORDER BY "+x.order, skip+limit, func(id string) bool {
		if skipped < skip {
			skipped++
		} else {
			out = append(out, store.Hit{Kind: x.kind, ID: id})
		}
		return len(out) < limit
	})
	return out, skipped, err
}

// count is how many rows a part has, at most limit.
func (x *question) count(ctx context.Context, tx *Tx, p part, limit int) (n int, err error) {
	if x.keep != nil {
		err = x.rows(ctx, tx, p, "", limit, func(string) bool { n++; return n < limit })
		return n, err
	}
	from := x.from
	if !strings.Contains(p.where, "x.") {
		from = x.alone
	}
	query, args := x.sql(tx.d, from, p)
	err = tx.QueryRowContext(ctx, placed("SELECT count(*) FROM (SELECT 1"+query+" LIMIT ?) AS found"), append(args, limit)...).Scan(&n)
	return n, err
}

// group answers a query for one kind.
func group(ctx context.Context, tx *Tx, q *store.Query, kind store.Kind, m matching) (store.Group, error) {
	g := store.Group{Kind: kind}
	limit := min(cmp.Or(max(q.Limit, 0), defaultHits), store.MaxHits)
	skip, err := q.Offset()
	if err != nil {
		return g, err
	}
	x, err := ask(ctx, tx, q, kind)
	if err != nil {
		return g, err
	}
	whole, ordered := x.split(q, m)
	left := skip
	for _, p := range ordered {
		hits, skipped, err := x.ids(ctx, tx, p, limit+1-len(g.Hits), left)
		if err != nil {
			return g, err
		}
		g.Hits = append(g.Hits, hits...)
		if len(g.Hits) > limit {
			break
		}
		left -= skipped
	}
	if len(g.Hits) > limit {
		g.Hits = g.Hits[:limit]
		g.Next = q.Cursor(skip + limit)
	}
	g.Count = skip + len(g.Hits)
	if g.Next != "" || skip > 0 {
		g.Count = 0
		for _, p := range whole {
			n, err := x.count(ctx, tx, p, store.MaxCount-g.Count)
			if err != nil {
				return g, err
			}
			g.Count += n
		}
	}
	return g, locate(ctx, tx, g.Hits, m.patterns)
}

// locate finds the matches in the texts of hits.
func locate(ctx context.Context, tx *Tx, hits []store.Hit, patterns []terms.Pattern) error {
	for i := range hits {
		h := &hits[i]
		var title, text string
		switch h.Kind {
		case store.KindReport:
			h.Report = h.ID
			if err := tx.QueryRowContext(ctx, `SELECT title, text FROM report WHERE id = $1`, h.ID).Scan(&title, &text); err != nil {
				return err
			}
			h.Title, h.Spans = terms.Find(title, patterns, store.MaxSpans), terms.Find(text, patterns, store.MaxSpans)
		case store.KindEvent:
			if err := tx.QueryRowContext(ctx, `SELECT title FROM event WHERE id = $1`, h.ID).Scan(&title); err != nil {
				return err
			}
			h.Title = terms.Find(title, patterns, store.MaxSpans)
		case store.KindStatement:
			err := tx.QueryRowContext(ctx, `SELECT s.report, r.text FROM statement s JOIN report r ON r.id = s.report WHERE s.id = $1`, h.ID).Scan(&h.Report, &text)
			if errors.Is(err, sql.ErrNoRows) {
				continue // of a report that is not stored: it has no text to point into
			}
			if err != nil {
				return err
			}
			err = each(ctx, tx, `SELECT start_byte, end_byte FROM statement_content WHERE statement = $1 ORDER BY ord`, row(h.ID), func(scan func(...[]any) error) error {
				var c readout.Span
				if err := scan(row(&c.Start, &c.End)); err != nil {
					return err
				}
				if c.Start < 0 || c.End > len(text) || c.Start > c.End {
					return nil
				}
				for _, sp := range terms.Find(c.In(text), patterns, store.MaxSpans-len(h.Spans)) {
					h.Spans = append(h.Spans, readout.Span{Start: c.Start + sp.Start, End: c.Start + sp.End})
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

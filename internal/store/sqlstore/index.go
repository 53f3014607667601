package sqlstore

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/terms"
)

// words is a text as the indexes take it.
func words(texts ...string) string {
	out := make([]string, len(texts))
	for i, t := range texts {
		out[i] = strings.Join(terms.Words(t), " ")
	}
	return strings.Join(out, Apart)
}

// The versions of the two parts of the index are raised with what they hold.
const (
	reportsVersion = "2/" + terms.Version
	recordVersion  = "6/" + terms.Version
)

// A facet is a word of an index that stands for a value of a filter: the
// filter's letter, the mark that no word of a text has, and a hash of the
// value. Filters are then conditions like words, and meet with them inside the
// index.
const (
	facetAll       = "a¶" // every row has it
	facetLong      = "l¶" // lasts longer than a day, or it is not known on which day it was
	facetSpeaker   = 'b'
	facetAddressee = 't'
	facetAt        = 'm'
	facetOutlet    = 'o'
	facetKind      = 'k' // of a statement; type and mode of an event
)

func facet(letter rune, value string) string {
	sum := sha256.Sum256([]byte(value))
	return string(letter) + "¶" + hex.EncodeToString(sum[:8])
}

// facets are the facets of a row; a pair whose value is empty has none.
type facets []string

func (f *facets) add(letter rune, value string) {
	if value != "" {
		*f = append(*f, facet(letter, value))
	}
}

// list is the facets as an index takes them.
func (f facets) list() []string {
	slices.Sort(f)
	return append([]string{facetAll}, slices.Compact(f)...)
}

// wordsOf are the words of a report, taken before a transaction begins.
func wordsOf(r *readout.Report) IndexRow {
	var f facets
	f.add(facetOutlet, store.Outlet(r))
	return IndexRow{Best: []string{words(r.Title)}, Rest: []string{words(r.Text)}, Facets: f.list()}
}

// indexReport puts the words of a report in the place of those that were there.
// The caller holds the report's lock.
func indexReport(ctx context.Context, tx *Tx, id string, r IndexRow) error {
	// A statement that writes, though nothing changes: who clears the index must
	// wait for it, and it for them.
	err := tx.QueryRowContext(ctx, `UPDATE search_report SET report = report WHERE report = $1 RETURNING n`, id).Scan(&r.N)
	switch {
	case err == nil:
		err = tx.d.DropWords(ctx, tx, store.KindReport, []int64{r.N})
	case errors.Is(err, sql.ErrNoRows):
		r.N, err = numberReport(ctx, tx, id)
	}
	if err != nil {
		return err
	}
	return tx.d.PutWords(ctx, tx, store.KindReport, []IndexRow{r})
}

// numberReport gives a report that is not in the index its number there.
func numberReport(ctx context.Context, tx *Tx, id string) (n int64, err error) {
	err = tx.QueryRowContext(ctx, `INSERT INTO search_report (report) VALUES ($1) RETURNING n`, id).Scan(&n)
	return n, err
}

// clearReports takes all reports out of the index. The caller holds indexLock.
func clearReports(ctx context.Context, tx *Tx) error {
	// Reports that come in meanwhile are in the index whole, or not at all.
	if err := tx.d.Alone(ctx, tx, "search_report"); err != nil {
		return err
	}
	if err := tx.d.ClearWords(ctx, tx, store.KindReport); err != nil {
		return err
	}
	for _, stmt := range []string{`DELETE FROM search_report`, `DELETE FROM search_state`} {
		if _, err := tx.ExecContext(ctx, stmt); err != nil {
			return err
		}
	}
	return nil
}

// indexed is one row of an index, before it has its number.
type indexed struct {
	id        string
	day, last string
	weight    int // orders before day and id
	best      []string
	rest      []string
	facets    facets
}

// words is the row as an index takes it, without its number.
func (x *indexed) words() IndexRow {
	f := x.facets
	if x.last != x.day || x.day != "" && len(x.day) < len(time.DateOnly) {
		f = append(slices.Clone(f), facetLong)
	}
	return IndexRow{Best: x.best, Rest: x.rest, Facets: f.list()}
}

// compare orders rows so that the last are to be shown first.
func (x *indexed) compare(y *indexed) int {
	return cmp.Or(cmp.Compare(x.weight, y.weight), strings.Compare(x.day, y.day), strings.Compare(y.id, x.id))
}

// date gives a row the day of d, else the first of the days.
func (x *indexed) date(d *readout.Date, days ...string) {
	if d != nil && d.Value != "" {
		x.day, x.last = d.Value, cmp.Or(d.End, d.Value)
		return
	}
	for _, day := range days {
		if day != "" && (x.day == "" || day < x.day) {
			x.day, x.last = day, day
		}
	}
}

// teller is what the index asks of a report: who brought it, and when.
type teller struct{ outlet, day string }

// statementRow is the row of a statement; r is nil when its report is not in the
// record.
func statementRow(s *readout.Statement, r *readout.Report) *indexed {
	x := &indexed{id: s.ID}
	var t teller
	if r != nil {
		t = teller{store.Outlet(r), r.Published.Value}
	}
	x.date(s.Date, t.day)
	x.facets.add(facetSpeaker, s.Speaker)
	x.facets.add(facetAddressee, s.Addressee)
	x.facets.add(facetAt, s.Medium)
	x.facets.add(facetKind, string(s.Kind))
	x.facets.add(facetOutlet, t.outlet)
	x.rest = []string{words(pieces(s, r)...)}
	return x
}

// namesOf are the words of an entity's names.
func namesOf(e *readout.Entity) string { return words(append([]string{e.Name}, e.Names...)...) }

func entityRow(e *readout.Entity, mentions int) *indexed {
	var roles []string
	for _, r := range e.Roles {
		roles = append(roles, r.Title)
	}
	return &indexed{id: e.ID, weight: mentions, best: []string{namesOf(e)}, rest: []string{words(roles...)}}
}

// eventRow is the row of an event: claims are the texts of its claims, names the
// words of the names of its participants and place.
func eventRow(e *readout.Event, tellers []teller, claims []string, names map[string]string) *indexed {
	x := &indexed{id: e.ID}
	name := func(entity string) string {
		if entity == "" {
			return "" // nobody, whatever the names say
		}
		return names[entity]
	}
	var people, days []string
	for _, p := range e.Participants {
		people = append(people, name(p.Entity))
	}
	for _, t := range tellers {
		x.facets.add(facetOutlet, t.outlet)
		days = append(days, t.day)
	}
	x.facets.add(facetAt, e.Place)
	x.facets.add(facetKind, e.Type)
	x.facets.add(facetKind, e.Mode)
	x.date(e.Date, days...)
	x.best = []string{words(e.Title), strings.Join(people, Apart), name(e.Place)}
	x.rest = []string{words(claims...)}
	return x
}

// recordKinds are the kinds of what of a record is indexed.
var recordKinds = []store.Kind{store.KindStatement, store.KindEntity, store.KindEvent}

// recordRows are the rows of the index of a record.
func recordRows(rec *readout.Record) map[store.Kind][]*indexed {
	out := map[store.Kind][]*indexed{}
	add := func(kind store.Kind, x *indexed) { out[kind] = append(out[kind], x) }
	reports := map[string]*readout.Report{}
	for _, r := range rec.Reports {
		reports[r.ID] = r
	}
	for _, s := range rec.Statements {
		add(store.KindStatement, statementRow(s, reports[s.Report]))
	}
	names := map[string]string{}
	for _, e := range rec.Entities {
		names[e.ID] = namesOf(e)
		add(store.KindEntity, entityRow(e, len(e.Mentions)))
	}
	claims := map[string][]string{}
	for _, c := range rec.Claims {
		claims[c.Event] = append(claims[c.Event], c.Text)
	}
	for _, e := range rec.Events {
		var tellers []teller
		for _, m := range e.Mentions {
			if r := reports[m.Report]; r != nil {
				tellers = append(tellers, teller{store.Outlet(r), r.Published.Value})
			}
		}
		add(store.KindEvent, eventRow(e, tellers, claims[e.ID], names))
	}
	return out
}

// indexRecord puts the words of a record in the place of those of the one
// before.
func indexRecord(ctx context.Context, tx *Tx, rec *readout.Record) error {
	rows := recordRows(rec)
	for _, kind := range recordKinds {
		if err := indexRows(ctx, tx, kind, rows[kind]); err != nil {
			return err
		}
	}
	if err := indexDays(ctx, tx, rec); err != nil {
		return err
	}
	return setIndexed(ctx, tx, "record", recordVersion)
}

// indexDays notes the days of a record's reports.
func indexDays(ctx context.Context, tx *Tx, rec *readout.Record) error {
	had := map[string]sql.NullString{}
	err := each(ctx, tx, `SELECT report, day FROM search_report`, nil, func(scan func(...[]any) error) error {
		var id string
		var day sql.NullString
		err := scan(row(&id, &day))
		had[id] = day
		return err
	})
	if err != nil {
		return err
	}
	set := func(id string, day sql.NullString) error {
		if had[id] == day {
			return nil
		}
		_, err := tx.ExecContext(ctx, `UPDATE search_report SET day = $1 WHERE report = $2`, day, id)
		return err
	}
	for _, r := range rec.Reports {
		if err := set(r.ID, sql.NullString{String: r.Published.Value, Valid: true}); err != nil {
			return err
		}
		delete(had, r.ID)
	}
	for id, day := range had {
		if day.Valid {
			if err := set(id, sql.NullString{}); err != nil {
				return err
			}
		}
	}
	return nil
}

// indexRows puts rows in the place of all of the kind's index.
func indexRows(ctx context.Context, tx *Tx, kind store.Kind, rows []*indexed) error {
	slices.SortFunc(rows, (*indexed).compare)
	if _, err := tx.ExecContext(ctx, `DELETE FROM search_row WHERE kind = $1`, string(kind)); err != nil {
		return err
	}
	out := make([]IndexRow, len(rows))
	in := newNumberer(ctx, tx, kind)
	n := int64(-besideStep)
	for i, x := range rows {
		n = max(n+besideStep, x.target(kind))
		out[i] = x.words()
		if err := in.add(x, &out[i], n); err != nil {
			return err
		}
	}
	if err := in.Flush(); err != nil {
		return err
	}
	return tx.d.ReplaceWords(ctx, tx, kind, out)
}

// pieces are the texts of a statement's content in its report.
func pieces(s *readout.Statement, r *readout.Report) []string {
	out := make([]string, 0, len(s.Content))
	for _, c := range s.Content {
		if r == nil || c.Start < 0 || c.End > len(r.Text) || c.Start > c.End {
			return []string{s.Text}
		}
		out = append(out, c.In(r.Text))
	}
	return out
}

func setIndexed(ctx context.Context, tx *Tx, part, version string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO search_state (part, version) VALUES ($1, $2) ON CONFLICT (part) DO UPDATE SET version = excluded.version`, part, version)
	return err
}

// indexAll indexes what an earlier program stored without an index or with
// words taken otherwise. Reports go in page by page, so that work that was
// broken off goes on where it stopped.
func (s *Store) indexAll(ctx context.Context) error {
	have, err := indexedBy(ctx, s.r)
	if err != nil {
		return err
	}
	anew := have["reports"] != reportsVersion
	if anew {
		if err := s.indexReports(ctx); err != nil {
			return fmt.Errorf("index the reports: %w", err)
		}
		delete(have, "record") // it holds the days of reports
	}
	if have["record"] == recordVersion {
		return nil
	}
	err = s.write(ctx, func(tx *Tx) error {
		if err := tx.d.Lock(ctx, tx, recordLock); err != nil {
			return err
		}
		if have, err := indexedBy(ctx, tx); err != nil || have["record"] == recordVersion && !anew {
			return err // by another process, while this one waited
		}
		// Reports come in meanwhile: the record is read as it is at one moment.
		rec := &readout.Record{}
		err := s.read(ctx, func(tx *Tx) error { return (&getter{ctx: ctx, tx: tx, rec: rec}).all() })
		if err != nil {
			return err
		}
		return indexRecord(ctx, tx, rec)
	})
	if err != nil {
		return fmt.Errorf("index the record: %w", err)
	}
	return nil
}

// indexedBy are the versions of the parts of the index.
func indexedBy(ctx context.Context, q querier) (map[string]string, error) {
	have := map[string]string{}
	err := each(ctx, q, `SELECT part, version FROM search_state`, nil, func(scan func(...[]any) error) error {
		var part, version string
		err := scan(row(&part, &version))
		have[part] = version
		return err
	})
	return have, err
}

// indexLock is held by who indexes what an earlier program stored.
const indexLock = "index"

// indexReports indexes all reports that are not; anew those that another
// version indexed.
func (s *Store) indexReports(ctx context.Context) error {
	err := s.write(ctx, func(tx *Tx) error {
		if err := tx.d.Lock(ctx, tx, indexLock); err != nil {
			return err
		}
		have, err := indexedBy(ctx, tx)
		if v, ok := have["reports"]; err != nil || !ok || v == reportsVersion {
			return err
		}
		return clearReports(ctx, tx)
	})
	if err != nil {
		return err
	}
	for after := ""; ; {
		var ids []string
		err := s.write(ctx, func(tx *Tx) (err error) {
			if err := tx.d.Lock(ctx, tx, indexLock); err != nil {
				return err
			}
			if ids, err = missing(ctx, tx, after, pageSize); err != nil {
				return err
			}
			if len(ids) == 0 {
				return setIndexed(ctx, tx, "reports", reportsVersion)
			}
			return indexMissing(ctx, tx, ids)
		})
		if err != nil || len(ids) == 0 {
			return err
		}
		after = ids[len(ids)-1]
	}
}

// missing are the first reports behind after that are not in the index.
func missing(ctx context.Context, tx *Tx, after string, limit int) (ids []string, err error) {
	err = each(ctx, tx, `SELECT id FROM report WHERE id > $1 AND NOT EXISTS (SELECT 1 FROM search_report WHERE report = id) ORDER BY id LIMIT $2`, row(after, limit), func(scan func(...[]any) error) error {
		var id string
		err := scan(row(&id))
		ids = append(ids, id)
		return err
	})
	return ids, err
}

// indexMissing puts reports in the index that are not there, unless another
// puts them there first.
func indexMissing(ctx context.Context, tx *Tx, ids []string) error {
	var rows []IndexRow
	for _, id := range ids {
		if err := tx.d.Lock(ctx, tx, reportLock(id)); err != nil {
			return err
		}
		r := &readout.Report{}
		err := tx.QueryRowContext(ctx, `SELECT title, text, outlet, domain FROM report WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM search_report WHERE report = id)`, id).Scan(&r.Title, &r.Text, &r.Outlet, &r.Domain)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return err
		}
		x := wordsOf(r)
		if x.N, err = numberReport(ctx, tx, id); err != nil {
			return err
		}
		rows = append(rows, x)
	}
	return tx.d.PutWords(ctx, tx, store.KindReport, rows)
}

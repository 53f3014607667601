package open_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/account"
	"github.com/readout-news/readout/internal/live/livetest"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/sqlstore"
	"github.com/readout-news/readout/internal/torture"
)

// counted are tables that nothing but counts is read of: doctor alone compares them.
var counted = map[string]bool{"article_capture": true, "record_pipeline": true}

// furnish puts rows into the tables that a desk's store leaves empty; the report
// is one that a feed listed.
func furnish(t *testing.T, s store.Store) (report string) {
	t.Helper()
	ctx, at := t.Context(), time.Date(2031, 5, 2, 10, 0, 0, 0, time.UTC)
	rec, err := s.Record(ctx)
	if err != nil {
		t.Fatal(err)
	}
	id := rec.Reports[0].ID
	l, err := s.Layered(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.Capture(ctx, l.Doc.Report.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	c.URL, c.Fetched = "https://harbour.example/a", at
	page, err := s.Page(ctx, c.URL)
	if err != nil {
		t.Fatal(err)
	}
	page.Article = c.URL
	mistake := store.Mistake{Report: id, Span: readout.Span{Start: 0, End: 4}, By: "reader", At: at, Note: "not so"}
	for _, err := range []error{
		s.AddAccount(ctx, account.Account{Name: "maren", Scopes: account.Read, Made: at}),
		s.AddToken(ctx, account.Token{ID: "t1", Hash: strings.Repeat("a", 64), Account: "maren", Label: "desk", Scopes: account.Read, Made: at, Expires: at.AddDate(9, 0, 0)}),
		s.AddSession(ctx, account.Session{Hash: strings.Repeat("b", 64), Account: "maren", Made: at, Seen: at, Expires: at.AddDate(9, 0, 0)}, ""),
		s.NoteBackup(ctx, store.Backup{At: at, Place: "/backups/desk", Bytes: 1, SHA256: strings.Repeat("c", 64)}),
		s.AddRefusals(ctx, readout.Refusal{Path: "b.pdf", Reason: "no text"}),
		s.AddMistake(ctx, &mistake),
		s.PutSite(ctx, "harbour.example", []byte("asked")),
		s.PutPage(ctx, page),
		s.Keep(ctx, c, l.Doc, l.Version),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.LeaseItem(ctx, "i1", "maren", time.Hour); err != nil {
		t.Fatal(err)
	}
	d := readout.Decision{By: "maren", Kind: readout.DecideNote, Why: "waits", About: []readout.Target{{Kind: "report", ID: id}}}
	if err := s.AddDecision(ctx, &d); err != nil {
		t.Fatal(err)
	}
	return id
}

// asked asks a store for all that it gives of a table, by the values of a row;
// report is that of furnish.
func asked(ctx context.Context, s store.Store, table, report string, val func(column string) string) error {
	first := func(_ any, err error) error { return err }
	switch table {
	case "account":
		return first(s.Account(ctx, val("name")))
	case "account_token":
		_, _, err := s.Token(ctx, val("hash"))
		return err
	case "account_session":
		_, _, err := s.Session(ctx, val("hash"))
		return err
	case "capture", "arrival":
		return first(s.Capture(ctx, val("sha256")))
	case "report":
		return first(s.Report(ctx, val("id")))
	case "layers":
		return first(s.Layered(ctx, val("report")))
	case "report_sentence":
		return first(s.Sentences(ctx, val("report")))
	case "report_candidate", "report_noise", "report_anomaly", "report_anomaly_evidence":
		return first(s.Report(ctx, val("report")))
	case "article_report":
		return first(s.Versions(ctx, val("url")))
	case "revision":
		return first(s.Revisions(ctx))
	case "revision_report":
		return first(s.ReportsAt(ctx, 1))
	case "moved":
		return first(s.Moved(ctx, val("id")))
	case "refusal":
		return first(s.Refusals(ctx))
	case "pending":
		return first(s.Pending(ctx))
	case "link_digest":
		for _, err := range s.LinkDigests(ctx) {
			if err != nil {
				return err
			}
		}
		return nil
	case "feed":
		return first(s.Feeds(ctx))
	case "site":
		return first(s.Sites(ctx))
	case "page":
		return first(s.Page(ctx, val("url")))
	case "listing":
		return first(s.Sightings(ctx, report))
	case "backup":
		return first(s.LastBackup(ctx))
	case "mistake":
		return first(s.Mistakes(ctx))
	case "review_lease":
		return first(s.Leases(ctx))
	}
	if sqlstore.DerivedTable(table) {
		return first(s.Record(ctx))
	}
	return fmt.Errorf("nobody reads %s", table)
}

// R9: a row of each table that is changed behind the program, by UPDATE, is named
// by doctor and refused by who reads it, on both engines.
func TestChangedRows(t *testing.T) {
	n := 0
	for _, e := range livetest.Engines {
		t.Run(e.Name, func(t *testing.T) {
			s := livetest.Open(t, e.Desk(t)).(*sqlstore.Store)
			report := furnish(t, s)
			livetest.Whole(t, s)
			columns, err := s.Columns(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			var empty []string
			var all []*change
			for _, table := range sqlstore.SchemaOf(columns) {
				c := changeOf(t, s, table)
				if c == nil {
					empty = append(empty, table.Name)
					continue
				}
				all = append(all, c)
				c.turn(t, s)
				val := func(column string) string {
					text, _ := c.row[table.At(column)].(string)
					return text
				}
				if !counted[table.Name] {
					if err := asked(t.Context(), s, table.Name, report, val); !errors.Is(err, readout.ErrDamaged) {
						t.Errorf("%s.%s: it is read: %v", table.Name, c.column, err)
					}
				}
				c.turn(t, s)
				n++
			}
			slices.Sort(empty)
			if want := []string{"event_attribute", "record_refusal", "report_anomaly", "report_anomaly_evidence"}; !slices.Equal(empty, want) {
				t.Errorf("without rows: %v, want %v", empty, want)
			}
			livetest.Whole(t, s)
			for _, c := range all {
				c.turn(t, s)
			}
			v, err := s.Verify(t.Context(), true, nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range all {
				if !slices.ContainsFunc(v.Findings, func(f store.Finding) bool {
					return strings.HasPrefix(f.What, "a row of "+c.table.Name+" is not what was written") && f.Touches != "" && f.Do != ""
				}) {
					t.Errorf("%s.%s: doctor does not name it", c.table.Name, c.column)
				}
			}
		})
	}
	torture.Counted(t, "R9", n, "rows changed by UPDATE behind the program, one of each table, on SQLite and PostgreSQL", "each named by doctor, each refused by who reads it")
}

// change is a row of which one value is exchanged for another, and back.
type change struct {
	table  *sqlstore.Table
	row    []any // as it is
	column string
	other  any // value
}

// changeOf finds a row and a value of it that can be changed; nil: there is no row.
func changeOf(t *testing.T, s *sqlstore.Store, table *sqlstore.Table) *change {
	t.Helper()
	var row []any
	err := s.Readable(t.Context(), table, true, func(vals []any, _ bool) {
		at := table.At("ord")
		if row == nil && (at < 0 || vals[at] != int64(-1)) { // names to look up are numbered so
			row = vals
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if row == nil {
		return nil
	}
	for _, key := range []bool{false, true} { // first what is no part of the key
		for i, x := range table.Columns {
			if slices.Contains(table.Key, x.Name) != key || x.Name == "folded" { // by which a name is looked up
				continue
			}
			c := &change{table: table, row: row, column: x.Name}
			switch v := row[i].(type) {
			case string:
				c.other = v + "x"
			case int64:
				c.other = v + 1
			case float64:
				c.other = v + 1
			case []byte:
				c.other = append(slices.Clone(v), 0)
			case bool:
				c.other = !v
			default:
				continue
			}
			if c.try(t, s) == nil { // else another row hangs on it
				c.turn(t, s)
				return c
			}
		}
	}
	t.Errorf("%s: nothing of it can be changed", table.Name)
	return nil
}

// turn changes the row, or changes it back.
func (c *change) turn(t *testing.T, s *sqlstore.Store) {
	t.Helper()
	if err := c.try(t, s); err != nil {
		t.Fatalf("%s.%s: %v", c.table.Name, c.column, err)
	}
}

func (c *change) try(t *testing.T, s *sqlstore.Store) error {
	var where []string
	args := []any{c.other}
	for _, k := range c.table.Key {
		args = append(args, c.row[c.table.At(k)])
		where = append(where, fmt.Sprintf("%s = $%d", k, len(args)))
	}
	res, err := s.Writer().ExecContext(t.Context(), "UPDATE "+c.table.Name+" SET "+c.column+" = $1 WHERE "+strings.Join(where, " AND "), args...)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n != 1 {
		return fmt.Errorf("%d rows were changed: %w", n, err)
	}
	at := c.table.At(c.column)
	c.row = slices.Clone(c.row)
	c.row[at], c.other = c.other, c.row[at]
	return nil
}

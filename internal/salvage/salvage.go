// Package salvage saves what can be read of a damaged store into a new one.
//
// The damaged store is only read. Rows are asked for in SQL, from both ends of
// each table until something fails; where that fails in a SQLite file, its pages are
// read one by one, whatever leads to them. A row is taken when it has the sum that was
// kept when it was written (sqlstore.SumColumn), an entry of the log of decisions when
// it has its hash, so that nothing damaged is taken for whole. What is drawn from
// others, the record and the index, is left out and drawn anew. A store of a version
// without sums gives what SQL gives, unproven.
package salvage

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/store/open"
	"github.com/readout-news/readout/internal/store/sqlstore"
)

// Saved is what was saved and lost.
type Saved struct {
	From      string   `json:"from"`
	To        string   `json:"to"`
	Rows      int      `json:"rows"`
	Captures  int      `json:"captures"`
	Reports   int      `json:"reports"`
	Decisions int      `json:"decisions"`
	Reread    []string `json:"reread"` // reports that were lost and are read again from their bytes
	Lost      []string `json:"lost"`   // what was there and is not saved, by name
	Texts     string   `json:"texts"`  // file with the texts of reports whose bytes are lost, for readout ingest; "" none
}

// Run saves what can be read of the store from into a new store, which must not be
// there. told, which may be nil, hears of each step.
func Run(ctx context.Context, r *pipeline.Reader, from, to string, told func(step string)) (_ *Saved, err error) {
	if told == nil {
		told = func(string) {}
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("salvage %s: %w", open.Name(from), err)
		}
	}()
	x := &run{out: &Saved{From: open.Name(from), To: open.Name(to), Reread: []string{}, Lost: []string{}}, kept: map[string]map[string][]any{}, bad: map[string]string{}}
	place := to
	if !open.Remote(to) {
		if _, err := os.Lstat(to); !errors.Is(err, fs.ErrNotExist) {
			return nil, errors.Join(fmt.Errorf("there is something of the name %s; salvage replaces nothing: name another file", to), err)
		}
		place = to + ".salvaging"
		for _, more := range []string{"", "-wal", "-shm"} {
			_ = os.Remove(place + more) // of a salvage that was cut short
		}
	}
	told("reading rows")
	version := int64(0)
	source, err := open.Damaged(ctx, from)
	if err == nil {
		defer source.Close()
		version = source.(*sqlstore.Store).TablesVersion()
	} else if open.Remote(from) || errors.Is(err, fs.ErrNotExist) {
		return nil, err
	} else {
		x.broken = true // not even its header is right
	}
	target, err := open.Making(ctx, place, version)
	if err != nil {
		return nil, err
	}
	defer func() {
		if target != nil {
			target.Close()
		}
	}()
	columns, err := target.Columns(ctx)
	if err != nil {
		return nil, err
	}
	x.tables, x.summed = sqlstore.Copied(columns)
	x.tables = slices.DeleteFunc(x.tables, func(t *sqlstore.Table) bool { return sqlstore.DerivedTable(t.Name) })
	x.proven = len(x.summed) > 0
	if source != nil {
		for _, t := range x.tables {
			x.sql(ctx, source.(*sqlstore.Store), t)
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if !open.Remote(from) && x.broken && x.proven {
		told("reading pages")
		if err := x.pages(from, columns); err != nil {
			return nil, err
		}
	}
	x.decisions()
	orphans := x.parents()
	x.arrivals()
	for _, what := range slices.Sorted(maps.Keys(x.bad)) {
		x.out.Lost = append(x.out.Lost, x.bad[what])
	}
	told("writing rows")
	if err := target.Load(ctx, x.load); err != nil {
		return nil, err
	}
	err = target.Close()
	target = nil
	if err != nil {
		return nil, err
	}
	if err := x.redraw(ctx, r, place, told); err != nil {
		return nil, err
	}
	if place != to {
		if err := os.Rename(place, to); err != nil {
			return nil, err
		}
	}
	return x.out, x.texts(to, orphans)
}

// run is one Run.
type run struct {
	out    *Saved
	tables []*sqlstore.Table
	summed map[string]bool
	proven bool                        // rows have sums
	broken bool                        // SQL did not give all
	kept   map[string]map[string][]any // rows by table and key
	bad    map[string]string           // rows that are not what was written, by table and key, in words
}

func name(t *sqlstore.Table, key string) string { return t.Name + "\x00" + key }

// keep takes a row.
func (x *run) keep(t *sqlstore.Table, vals []any) {
	if x.kept[t.Name] == nil {
		x.kept[t.Name] = map[string][]any{}
	}
	key := string(sqlstore.AppendRow(nil, t.KeyOf(vals)))
	if _, ok := x.kept[t.Name][key]; !ok {
		x.kept[t.Name][key] = vals
		x.out.Rows++
	}
	delete(x.bad, name(t, key))
}

// sql asks for the rows of a table.
func (x *run) sql(ctx context.Context, s *sqlstore.Store, t *sqlstore.Table) {
	err := s.Readable(ctx, t, x.summed[t.Name], func(vals []any, whole bool) {
		if whole {
			x.keep(t, vals)
			return
		}
		x.broken = true
		key := string(sqlstore.AppendRow(nil, t.KeyOf(vals)))
		if _, ok := x.kept[t.Name][key]; !ok {
			x.bad[name(t, key)] = fmt.Sprintf("a row of %s (%s)", t.Name, t.KeyText(vals))
		}
	})
	if err != nil {
		x.broken = true
	}
}

// pages reads the rows of a file's pages.
func (x *run) pages(from string, columns []sqlstore.Described) error {
	f, err := os.Open(from)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	var log io.ReaderAt
	var length int64
	if w, err := os.Open(from + "-wal"); err == nil {
		defer w.Close()
		if info, err := w.Stat(); err == nil {
			log, length = w, info.Size()
		}
	}
	// The columns of a row as they are stored: first those of the key where the table
	// has no row ids.
	type shape struct {
		t     *sqlstore.Table
		order []int // of each stored value, where it is among the columns; -1: the sum
		rowid int   // column that is the row id; -1 none
	}
	shapes := map[int][]shape{}
	for _, t := range x.tables {
		var declared []sqlstore.Described
		keys, integer := 0, false
		for _, c := range columns {
			if c.Table == t.Name {
				declared = append(declared, c)
				if c.Key > 0 {
					keys++
					integer = c.Integer
				}
			}
		}
		s := shape{t: t, rowid: -1}
		byKey := slices.Clone(declared)
		if len(declared) > 0 && declared[0].WithoutRowID {
			slices.SortStableFunc(byKey, func(a, b sqlstore.Described) int {
				pa, pb := a.Key, b.Key
				if pa == 0 {
					pa = len(declared) + 1
				}
				if pb == 0 {
					pb = len(declared) + 1
				}
				return pa - pb
			})
		}
		for _, c := range byKey {
			s.order = append(s.order, t.At(c.Column))
			if keys == 1 && integer && c.Key == 1 && !c.WithoutRowID {
				s.rowid = t.At(c.Column)
			}
		}
		shapes[len(s.order)] = append(shapes[len(s.order)], s)
	}
	openPages(f, info.Size(), log, length).rows(func(rowid int64, stored []any) {
		for _, s := range shapes[len(stored)] {
			vals := make([]any, len(s.t.Columns))
			var sum any
			for i, at := range s.order {
				if at < 0 {
					sum = stored[i]
				} else {
					vals[at] = stored[i]
				}
			}
			if s.rowid >= 0 {
				vals[s.rowid] = rowid
			}
			if x.summed[s.t.Name] && sum == s.t.Sum(vals) || s.t.Name == "decision" && isDecision(s.t, vals) {
				x.keep(s.t, vals)
				return
			}
		}
	})
	return nil
}

// isDecision reports whether a row is an entry of the log with its hash.
func isDecision(t *sqlstore.Table, vals []any) bool {
	body, ok := vals[t.At("body")].(string)
	hash, ok2 := vals[t.At("hash")].(string)
	seq, ok3 := vals[t.At("seq")].(int64)
	if !ok || !ok2 || !ok3 {
		return false
	}
	sum := sha256.Sum256([]byte(body))
	var d struct{ Seq int64 }
	return hex.EncodeToString(sum[:]) == hash && json.Unmarshal([]byte(body), &d) == nil && (d.Seq == seq || d.Seq == 0)
}

// decisions leaves of the log what follows without a gap, which is what a log can
// hold, and makes its end.
func (x *run) decisions() {
	rows := x.kept["decision"]
	var t *sqlstore.Table
	for _, c := range x.tables {
		if c.Name == "decision" {
			t = c
		}
	}
	if t == nil {
		return
	}
	bySeq := map[int64][]any{}
	for key, vals := range rows {
		if !isDecision(t, vals) {
			delete(rows, key)
			x.out.Rows--
			continue
		}
		bySeq[vals[t.At("seq")].(int64)] = vals
	}
	last, hash := int64(0), ""
	for ; bySeq[last+1] != nil; last++ {
		hash = bySeq[last+1][t.At("hash")].(string)
	}
	for key, vals := range rows {
		if seq := vals[t.At("seq")].(int64); seq > last {
			x.out.Lost = append(x.out.Lost, fmt.Sprintf("decision %d, which hangs on decision %d: %s", seq, last+1, vals[t.At("body")]))
			delete(rows, key)
			x.out.Rows--
		}
	}
	x.out.Decisions = int(last)
	for _, head := range x.kept["decision_head"] {
		for _, c := range x.tables {
			if c.Name == "decision_head" {
				if seq, _ := head[c.At("seq")].(int64); seq > last {
					x.out.Lost = append(x.out.Lost, fmt.Sprintf("decisions %d to %d", last+1, seq))
				}
			}
		}
	}
	for _, c := range x.tables {
		if c.Name == "decision_head" {
			vals := make([]any, len(c.Columns))
			vals[c.At("one")], vals[c.At("seq")], vals[c.At("hash")] = int64(1), last, hash
			delete(x.kept, "decision_head")
			x.keep(c, vals)
		}
	}
}

// hangs are the columns by which rows hang on those of another table.
var hangs = []struct{ table, column, on, key string }{
	{"arrival", "sha256", "capture", "sha256"},
	{"report", "sha256", "capture", "sha256"},
	{"report_candidate", "report", "report", "id"},
	{"report_noise", "report", "report", "id"},
	{"report_anomaly", "report", "report", "id"},
	{"report_anomaly_evidence", "report", "report", "id"},
	{"report_sentence", "report", "report", "id"},
	{"layers", "report", "report", "id"},
	{"account_token", "account", "account", "name"},
	{"account_session", "account", "account", "name"},
}

// parents takes away rows that hang on others which are lost; it returns the reports
// whose bytes are.
func (x *run) parents() (orphans []map[string]any) {
	byName := map[string]*sqlstore.Table{}
	for _, t := range x.tables {
		byName[t.Name] = t
	}
	lost := map[string]string{}
	for _, h := range hangs {
		t, on := byName[h.table], byName[h.on]
		if t == nil || on == nil {
			continue
		}
		there := map[any]bool{}
		for _, vals := range x.kept[h.on] {
			there[vals[on.At(h.key)]] = true
		}
		for _, key := range slices.Sorted(maps.Keys(x.kept[h.table])) {
			vals := x.kept[h.table][key]
			parent := vals[t.At(h.column)]
			if there[parent] {
				continue
			}
			switch {
			case h.table == "report":
				row := map[string]any{}
				for _, c := range []string{"id", "path", "url", "outlet", "title", "text", "language"} {
					row[c] = vals[t.At(c)]
				}
				row["published"] = vals[t.At("published_value")]
				orphans = append(orphans, row)
				lost[fmt.Sprint("capture ", parent)] = fmt.Sprintf("the bytes %v of the report %v (%v)", parent, row["id"], row["path"])
			case h.on == "capture":
				if lost[fmt.Sprint("capture ", parent)] == "" {
					lost[fmt.Sprint("capture ", parent)] = fmt.Sprintf("the bytes %v (%v%v)", parent, vals[t.At("path")], vals[t.At("url")])
				}
			default:
				lost[fmt.Sprint(h.on, " ", parent)] = fmt.Sprintf("the %s %v", h.on, parent)
			}
			delete(x.kept[h.table], key)
			x.out.Rows--
		}
	}
	for _, what := range slices.Sorted(maps.Keys(lost)) {
		x.out.Lost = append(x.out.Lost, lost[what])
	}
	return orphans
}

// arrivals notes with bytes how many rows are kept that say where they came from.
func (x *run) arrivals() {
	came := map[any]int64{}
	for _, t := range x.tables {
		if t.Name == "arrival" {
			for _, vals := range x.kept["arrival"] {
				came[vals[t.At("sha256")]]++
			}
		}
	}
	for _, t := range x.tables {
		if at := t.At("arrivals"); t.Name == "capture" && at >= 0 {
			for _, vals := range x.kept["capture"] {
				vals[at] = came[vals[t.At("sha256")]]
			}
		}
	}
}

// load puts what is kept into the new store.
func (x *run) load(l *sqlstore.Loader) error {
	for _, t := range x.tables {
		columns := make([]string, len(t.Columns))
		for i, c := range t.Columns {
			columns[i] = c.Name
		}
		if _, err := l.Table(t.Name, columns); err != nil {
			return err
		}
		rows := x.kept[t.Name]
		keys := slices.Collect(maps.Keys(rows))
		if t.Name == "decision" { // one follows another
			slices.SortFunc(keys, func(a, b string) int {
				return int(rows[a][t.At("seq")].(int64) - rows[b][t.At("seq")].(int64))
			})
		} else {
			slices.Sort(keys)
		}
		for _, key := range keys {
			if err := l.Put(rows[key]); err != nil {
				return err
			}
		}
	}
	return nil
}

// redraw reads lost reports again from their bytes and draws the record anew.
func (x *run) redraw(ctx context.Context, r *pipeline.Reader, place string, told func(string)) (err error) {
	s, err := open.Store(ctx, place, open.Options{NoBackup: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	byName := map[string]*sqlstore.Table{}
	for _, t := range x.tables {
		byName[t.Name] = t
	}
	// A report needs its layers; bytes that were read as a report that is there give none.
	read := map[any]bool{}
	hasLayers := map[any]bool{}
	for _, vals := range x.kept["layers"] {
		hasLayers[vals[byName["layers"].At("report")]] = true
	}
	reports := map[any]bool{}
	for _, vals := range x.kept["report"] {
		id := vals[byName["report"].At("id")]
		reports[id] = true
		if hasLayers[id] {
			read[vals[byName["report"].At("sha256")]] = true
		}
	}
	if t := byName["article_capture"]; t != nil {
		for _, vals := range x.kept["article_capture"] {
			if reports[vals[t.At("report")]] {
				read[vals[t.At("sha256")]] = true
			}
		}
	}
	var shas []string
	for _, vals := range x.kept["capture"] {
		if sha, ok := vals[byName["capture"].At("sha256")].(string); ok && !read[sha] {
			shas = append(shas, sha)
		}
	}
	slices.Sort(shas)
	for _, sha := range shas {
		told("reading reports again")
		c, err := s.Capture(ctx, sha)
		if err != nil {
			x.out.Lost = append(x.out.Lost, fmt.Sprintf("where the bytes %s came from", sha))
			continue
		}
		doc, err := r.Doc(c, nil)
		if err != nil {
			continue // bytes that were refused before
		}
		if err := s.Keep(ctx, c, doc, r.Annotators.Version()); err != nil {
			return err
		}
		x.out.Reread = append(x.out.Reread, doc.Report.ID)
	}
	// What was read again is not lost.
	again := map[string]bool{}
	for _, id := range x.out.Reread {
		again[id] = true
	}
	x.out.Lost = slices.DeleteFunc(x.out.Lost, func(what string) bool {
		for id := range again {
			if strings.Contains(what, id) && (strings.HasPrefix(what, "a row of report") || strings.HasPrefix(what, "a row of layers") || strings.HasPrefix(what, "the report ")) {
				return true
			}
		}
		return false
	})
	rebuilt, err := live.Rebuild(ctx, r, s, told)
	if err != nil {
		return err
	}
	x.out.Reread = append(x.out.Reread, rebuilt.Reread...)
	about, err := s.About(ctx)
	x.out.Reports, x.out.Captures = about.Reports, len(x.kept["capture"])
	return err
}

// texts writes the texts of reports whose bytes are lost beside the new store.
func (x *run) texts(to string, orphans []map[string]any) error {
	if len(orphans) == 0 || open.Remote(to) {
		return nil
	}
	x.out.Texts = to + ".lost.jsonl"
	var b []byte
	for _, row := range orphans {
		line, err := json.Marshal(row)
		if err != nil {
			return err
		}
		b = append(append(b, line...), '\n')
	}
	return os.WriteFile(x.out.Texts, b, 0o600)
}

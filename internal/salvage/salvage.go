// Package salvage saves what can be read of a damaged store into a new one.
//
// The damaged store is only read. Rows are asked for in SQL, from both ends of
// each table until something fails; where that fails in a SQLite file, its pages are
// read one by one, whatever leads to them. A row is taken when it has the sum that was
// kept when it was written (sqlstore.SumColumn), an entry of the log of decisions when
// it has its hash, so that nothing damaged is taken for whole. What is drawn from
// others, the record and the index, is left out and drawn anew. A table that SQL does
// not give as a whole is named among the losses, unless each page of the file is known
// (pages.rows) or other rows tell what is gone. A store of a version
// without sums gives what SQL gives, unproven.
package salvage

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/extract"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/store"
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
	Texts     string   `json:"texts"`  // file with the texts of reports whose bytes are lost, or which cannot be read again, for readout ingest; "" none
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
	x := &run{
		out:  &Saved{From: open.Name(from), To: open.Name(to), Reread: []string{}, Lost: []string{}},
		kept: map[string]map[string][]any{}, bad: map[string]string{}, unread: map[string]bool{},
	}
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
	all, summed := sqlstore.Copied(columns)
	x.summed = summed
	x.tables = slices.DeleteFunc(slices.Clone(all), func(t *sqlstore.Table) bool { return sqlstore.DerivedTable(t.Name) })
	x.proven = len(x.summed) > 0
	for _, t := range x.tables {
		if source != nil {
			x.sql(ctx, source.(*sqlstore.Store), t)
		} else {
			x.unread[t.Name] = true
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if !open.Remote(from) {
		p, done, err := openFiles(from)
		if err != nil {
			return nil, err
		}
		defer done()
		switch {
		case p.cut < 0:
			x.out.Lost = append(x.out.Lost, fmt.Sprintf("what is only in %s-wal: its header is damaged", from))
		case p.cut > 0:
			x.out.Lost = append(x.out.Lost, fmt.Sprintf("what was committed to %s-wal from its frame %d on, which is damaged", from, p.cut))
		}
		if x.broken && x.proven {
			told("reading pages")
			x.pages(p, all, columns, target.TablesVersion())
		}
	}
	x.decisions()
	x.parents()
	x.arrivals()
	x.unknown()
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
		if err := open.Named(place, to); err != nil {
			return nil, err
		}
	}
	return x.out, x.texts(to)
}

// run is one Run.
type run struct {
	out     *Saved
	tables  []*sqlstore.Table
	summed  map[string]bool
	proven  bool                        // rows have sums
	broken  bool                        // SQL did not give all
	kept    map[string]map[string][]any // rows by table and key
	bad     map[string]string           // rows that are not what was written, by table and key, in words
	ended   bool                        // the end of the log of decisions is known
	orphans []map[string]any            // reports that are lost but for their texts
	arrived map[string]int              // times that bytes came in
	came    int64                       // times that bytes came in which are not known any more
	unread  map[string]bool             // tables of which rows may be lost that nothing tells of
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
		x.broken, x.unread[t.Name] = true, true
	}
}

// openFiles opens a file and its write-ahead log, until done.
func openFiles(name string) (p *pages, done func(), err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	w, err := os.Open(name + "-wal")
	if errors.Is(err, fs.ErrNotExist) {
		return openPages(f, info.Size(), nil, 0), func() { f.Close() }, nil
	}
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	done = func() { f.Close(); w.Close() }
	log, err := w.Stat()
	if err != nil {
		done()
		return nil, nil, err
	}
	return openPages(f, info.Size(), w, log.Size()), done, nil
}

// pages reads the rows of a file's pages. all are the tables with those that are
// drawn from others, and version is theirs.
func (x *run) pages(p *pages, all []*sqlstore.Table, columns []sqlstore.Described, version int64) {
	// The columns of a row as they are stored: first those of the key where the table
	// has no row ids.
	type shape struct {
		t     *sqlstore.Table
		order []int // of each stored value, where it is among the columns; -1: the sum
		rowid int   // column that is the row id; -1 none
	}
	shapes := map[int][]shape{}
	for _, t := range all {
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
	made := int64(0) // version of the tables, as goose notes it
	of := map[uint32]string{}
	strange := map[uint32]bool{} // pages with a row that has no sum of a row
	whole := p.rows(func(n uint32, rowid int64, stored []any) {
		if len(stored) == 4 && stored[0] == nil && stored[2] == int64(1) {
			if v, ok := stored[1].(int64); ok {
				made = max(made, v)
			}
		}
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
				of[n] = s.t.Name
				if !sqlstore.DerivedTable(s.t.Name) {
					x.keep(s.t, vals)
				}
				return
			}
		}
		strange[n] = true
	})
	// A page is of one table. Rows of which all on their page are damaged, while
	// nothing else of the page is, are not told from entries of an index.
	if !whole || made != version {
		return
	}
	damaged := map[string]bool{}
	for n := range strange {
		damaged[of[n]] = true
	}
	maps.DeleteFunc(x.unread, func(table string, _ bool) bool { return !damaged[table] })
}

// unknown names the tables of which rows may be lost that nothing else tells of.
func (x *run) unknown() {
	for _, t := range x.tables {
		switch {
		case !x.unread[t.Name] || t.Name == "decision_head": // which is made of the log
		case t.Name == "report" || t.Name == "layers" || strings.HasPrefix(t.Name, "report_"): // read again from the bytes
		case t.Name == "decision" && x.ended: // numbered
		case t.Name == "decision":
			x.out.Lost = append(x.out.Lost, fmt.Sprintf("decisions behind decision %d; their number is not known", x.out.Decisions))
		case t.Name == "arrival" && !x.unread["capture"]: // bytes say how often they came
			if x.came > 0 {
				x.out.Lost = append(x.out.Lost, fmt.Sprintf("rows of arrival: %d", x.came))
			}
		default:
			x.out.Lost = append(x.out.Lost, fmt.Sprintf("rows of %s; their number is not known", t.Name))
		}
	}
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
		x.ended = true
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

// parents takes away rows that hang on others which are lost.
func (x *run) parents() {
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
				row := orphan(t, vals)
				x.orphans = append(x.orphans, row)
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
}

// arrivals notes with bytes how many rows are kept that say where they came from.
func (x *run) arrivals() {
	came := map[any]int64{}
	x.arrived = map[string]int{}
	for _, t := range x.tables {
		if t.Name == "arrival" {
			for _, vals := range x.kept["arrival"] {
				came[vals[t.At("sha256")]]++
				x.arrived[text(vals, t, "sha256")]++
			}
		}
	}
	for _, t := range x.tables {
		if at := t.At("arrivals"); t.Name == "capture" && at >= 0 {
			for _, vals := range x.kept["capture"] {
				noted, _ := vals[at].(int64)
				vals[at] = came[vals[t.At("sha256")]]
				x.came += max(0, noted-came[vals[t.At("sha256")]])
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
	// A report needs its layers. Bytes that several outlets print are a report of each.
	layered, whole := map[any]bool{}, map[string]bool{}
	for _, vals := range x.kept["layers"] {
		layered[vals[byName["layers"].At("report")]] = true
	}
	here := map[string]int{} // reports of some bytes
	for _, vals := range x.kept["report"] {
		t := byName["report"]
		if id, sha := text(vals, t, "id"), text(vals, t, "sha256"); layered[id] {
			whole[id] = true
			here[sha]++
		}
	}
	// Bytes of an article that reads as it did give no report of their own.
	article := map[[2]string]bool{}
	if t := byName["article_capture"]; t != nil {
		for _, vals := range x.kept["article_capture"] {
			if whole[text(vals, t, "report")] {
				article[[2]string{text(vals, t, "sha256"), text(vals, t, "url")}] = true
			}
		}
	}
	var shas []string
	for _, vals := range x.kept["capture"] {
		if sha := text(vals, byName["capture"], "sha256"); sha != "" {
			shas = append(shas, sha)
		}
	}
	slices.Sort(shas)
	refused := map[string]bool{}
	for _, vals := range x.kept["refusal"] {
		refused[text(vals, byName["refusal"], "path")] = true
	}
	lacking := x.unread["report"] || x.unread["layers"]
	for what := range x.bad {
		lacking = lacking || strings.HasPrefix(what, "report\x00") || strings.HasPrefix(what, "layers\x00")
	}
	for _, sha := range shas {
		if here[sha] > 0 && here[sha] >= x.arrived[sha] {
			continue
		}
		came, err := s.Arrivals(ctx, sha)
		if err != nil || len(came) == 0 {
			x.out.Lost = append(x.out.Lost, fmt.Sprintf("where the bytes %s came from", sha))
			continue
		}
		for _, c := range came {
			if whole[extract.ReportID(&c)] || article[[2]string{sha, store.Canonical(c.URL)}] {
				continue
			}
			told("reading reports again")
			doc, err := r.Doc(c, nil)
			if err != nil {
				if lacking && !refused[c.Path] {
					x.out.Lost = append(x.out.Lost, fmt.Sprintf("what was read of the bytes %s (%s%s), if it was: %v", sha, c.Path, c.URL, err))
				}
				continue
			}
			if err := s.Keep(ctx, c, doc, r.Annotators.Version()); err != nil {
				return err
			}
			whole[doc.Report.ID] = true
			x.out.Reread = append(x.out.Reread, doc.Report.ID)
		}
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
	if err != nil && rebuilt != nil && len(rebuilt.Failed) > 0 {
		x.out.Reread = append(x.out.Reread, rebuilt.Reread...)
		if err := x.drop(ctx, s, rebuilt.Failed); err != nil {
			return err
		}
		rebuilt, err = live.Rebuild(ctx, r, s, told)
	}
	if err != nil {
		return err
	}
	x.out.Reread = append(x.out.Reread, rebuilt.Reread...)
	about, err := s.About(ctx)
	x.out.Reports, x.out.Captures = about.Reports, len(x.kept["capture"])
	return err
}

// drop leaves out reports that lack something and cannot be read again.
func (x *run) drop(ctx context.Context, s store.Store, failed []readout.Refusal) error {
	var ids []string
	for _, f := range failed {
		ids = append(ids, f.Path)
		x.out.Lost = append(x.out.Lost, fmt.Sprintf("the report %s, which is not whole and cannot be read again: %s", f.Path, f.Reason))
	}
	for _, t := range x.tables {
		if t.Name != "report" {
			continue
		}
		for _, key := range slices.Sorted(maps.Keys(x.kept["report"])) {
			if vals := x.kept["report"][key]; slices.Contains(ids, text(vals, t, "id")) {
				x.orphans = append(x.orphans, orphan(t, vals))
				delete(x.kept["report"], key)
				x.out.Rows--
			}
		}
	}
	return s.(*sqlstore.Store).Drop(ctx, ids)
}

// text is a value of a row, "" where it is none of text.
func text(vals []any, t *sqlstore.Table, column string) string {
	s, _ := vals[t.At(column)].(string)
	return s
}

// orphan is a report as readout ingest takes it in.
func orphan(t *sqlstore.Table, vals []any) map[string]any {
	row := map[string]any{}
	for _, c := range []string{"id", "path", "url", "outlet", "title", "text", "language"} {
		row[c] = vals[t.At(c)]
	}
	row["published"] = vals[t.At("published_value")]
	return row
}

// texts writes the texts of reports that are lost beside the new store.
func (x *run) texts(to string) error {
	if len(x.orphans) == 0 || open.Remote(to) {
		return nil
	}
	x.out.Texts = to + ".lost.jsonl"
	var b []byte
	for _, row := range x.orphans {
		line, err := json.Marshal(row)
		if err != nil {
			return err
		}
		b = append(append(b, line...), '\n')
	}
	return os.WriteFile(x.out.Texts, b, 0o600)
}

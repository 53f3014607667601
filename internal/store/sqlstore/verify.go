package sqlstore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/store"
)

// mostFindings is how many findings of one check are listed.
const mostFindings = 100

// Inspect is the store of db as it is: nothing is brought up to date, summed or
// indexed, and what cannot be read is no error yet. It is for Verify.
func Inspect(ctx context.Context, db DB) *Store {
	s := &Store{name: db.Name, w: db.Writer, r: db.Reader, d: db.Dialect, now: db.Now, version: db.Version, newest: db.Newest}
	_ = s.describe(ctx) // Verify tells
	return s
}

// earlier reports whether the tables are of an earlier version than the program's.
func (s *Store) earlier() bool { return 0 < s.version && s.version < s.newest }

// Verify implements store.Store.
func (s *Store) Verify(ctx context.Context, deep bool, progress func(done string)) (*store.Verified, error) {
	v := &verifier{s: s, deep: deep, out: &store.Verified{Version: s.version, Deep: deep}, listed: map[string]int{}, damaged: map[string]bool{}}
	if progress == nil {
		progress = func(string) {}
	}
	type step struct {
		name string
		deep bool // only then
		any  bool // whatever the version of the tables
		run  func(context.Context, *Tx) error
		own  func(context.Context) error // instead: in transactions of its own
	}
	for _, x := range []step{
		{"the file", false, true, v.file, nil},
		{"the sums of rows", false, true, nil, v.rows},
		{"the decisions", false, false, v.decisions, nil},
		{"captures", true, true, v.captures, nil},
		{"reports", true, false, v.reports, nil},
		{"counts", false, false, v.counts, nil},
		{"the record", true, false, v.record, nil},
		{"the index", true, false, v.index, nil},
	} {
		if x.deep && !deep {
			continue
		}
		if s.earlier() && !x.any {
			v.out.Skipped = append(v.out.Skipped, fmt.Sprintf("%s: the tables are of version %d and not %d; opening the store brings them up to date, for instance readout status", x.name, s.version, s.newest))
			continue
		}
		v.check = x.name
		var err error
		if x.own != nil {
			err = x.own(ctx)
		} else {
			err = s.begin(ctx, s.r, s.d.ReadTx(), func(tx *Tx) error { return x.run(ctx, tx) })
		}
		if ctx.Err() != nil {
			return v.out, fmt.Errorf("verify %s: %w", s.name, ctx.Err())
		}
		if err != nil {
			v.failed(x.name, err)
		}
		progress(x.name)
	}
	return v.out, nil
}

// verifier looks at a store.
type verifier struct {
	s       *Store
	deep    bool
	out     *store.Verified
	check   string
	listed  map[string]int  // findings by check
	damaged map[string]bool // reports that were found to be
}

func (v *verifier) found(f store.Finding) {
	if v.listed[v.check]++; v.listed[v.check] > mostFindings {
		v.out.More++
		return
	}
	v.out.Findings = append(v.out.Findings, f)
}

// failed notes a look that an error ended.
func (v *verifier) failed(name string, err error) {
	v.found(store.Finding{
		Part: store.PartFile, What: fmt.Sprintf("%s cannot be read: %v", name, plain(v.s.d.Mapped(err))),
		Touches: "all that comes behind in it", Do: "restore a backup, or save what can be read: readout salvage",
	})
}

// plain is an error without the advice that Mapped put before it.
func plain(err error) error {
	if errors.Is(err, readout.ErrDamaged) {
		for {
			next, ok := err.(interface{ Unwrap() []error })
			if !ok {
				return err
			}
			list := next.Unwrap()
			err = list[len(list)-1]
		}
	}
	return err
}

// file looks below the rows.
func (v *verifier) file(ctx context.Context, tx *Tx) error {
	skipped, err := v.s.d.Inspect(ctx, tx, v.deep, v.found)
	v.out.Skipped = append(v.out.Skipped, skipped...)
	return err
}

// kinds are the parts of the store that the rows of tables belong to; those that
// are not named are of PartOther. A name that ends in _ stands for all that begin
// with it.
var kinds = []struct {
	table string
	part  store.Part
}{
	{"capture", store.PartCapture},
	{"arrival", store.PartCapture},
	{"report", store.PartReport},
	{"report_", store.PartReport},
	{"layers", store.PartReport},
	{"record_", store.PartRecord},
	{"link_digest", store.PartRecord},
	{"pending", store.PartRecord},
}

// derived are the tables whose rows are drawn from others.
var derived = func() map[string]bool {
	out := map[string]bool{}
	for _, tables := range owned {
		for _, t := range tables {
			out[t.table] = true
		}
	}
	return out
}()

func partOf(table string) store.Part {
	if derived[table] {
		return store.PartRecord
	}
	for _, k := range kinds {
		if k.table == table || strings.HasSuffix(k.table, "_") && strings.HasPrefix(table, k.table) {
			return k.part
		}
	}
	return store.PartOther
}

// DerivedTable reports whether the rows of a table are drawn from others, so
// that “readout rebuild” makes them anew.
func DerivedTable(table string) bool { return partOf(table) == store.PartRecord }

// advice is what is touched, and what to do.
func advice(part store.Part, table, id string) (touches, do string) {
	switch part {
	case store.PartCapture:
		return "the bytes that came in, or where from; a report that was read from them stays", "restore a backup, or read the file or page once more: readout ingest"
	case store.PartReport:
		return "the report " + id, "readout rebuild reads it again from its bytes"
	case store.PartRecord:
		return "the record; no report", "readout rebuild draws it anew from the reports"
	case store.PartDecisions:
		return "the decisions of people, from there on", "restore a backup"
	}
	return "what the store keeps in " + table, "restore a backup, or save the rest: readout salvage"
}

// keyText is a key in words.
func keyText(t *Table, key []any) string {
	out := make([]string, len(key))
	for i, k := range key {
		out[i] = fmt.Sprintf("%s %s", t.Key[i], clipped(fmt.Sprint(k)))
	}
	return strings.Join(out, ", ")
}

// rows compares all rows with their sums; of the record, only where it is deep.
func (v *verifier) rows(ctx context.Context) error {
	columns, err := v.s.d.Columns(ctx, v.s.r)
	if err != nil {
		return err
	}
	schema := SchemaOf(columns)
	if len(schema) == 0 {
		v.out.Skipped = append(v.out.Skipped, "rows have no sums: an earlier Readout made the store; it gets them when this one opens it, for instance by readout status")
		return nil
	}
	sealed, err := seals(ctx, v.s.r)
	if err != nil {
		return err
	}
	for _, t := range schema.ordered() {
		part := partOf(t.Name)
		if part == store.PartRecord && !v.deep {
			continue
		}
		if sealed[t.Name] != t.names() && v.s.earlier() {
			v.out.Skipped = append(v.out.Skipped, fmt.Sprintf("the rows of %s: bringing the tables up to date was cut short before they were summed; opening the store goes on with it", t.Name))
			continue
		}
		if sealed[t.Name] != t.names() {
			v.found(store.Finding{Part: store.PartFile, What: fmt.Sprintf("the sums of the table %s are said to be of other columns than it has", t.Name), Touches: "what is found in it", Do: "where bringing the tables up to date was cut short, open the store, for instance by readout status; else restore a backup, or save what can be read: readout salvage"})
		}
		v.check = "rows of " + t.Name
		var last []any
		err := v.s.begin(ctx, v.s.r, v.s.d.ReadTx(), func(tx *Tx) error {
			return t.rows(ctx, tx, "1 = 1 ORDER BY "+strings.Join(t.Key, ", "), nil, func(vals []any, sum *int64) error {
				v.out.Rows++
				last = t.keyOf(vals)
				if sum != nil && t.sum(vals) == *sum {
					return nil
				}
				f := store.Finding{Part: part, ID: v.idOf(t, vals)}
				f.What = fmt.Sprintf("a row of %s is not what was written (%s)", t.Name, keyText(t, last))
				if sum == nil {
					f.What = fmt.Sprintf("a row of %s was not written by Readout (%s)", t.Name, keyText(t, last))
				}
				f.Touches, f.Do = advice(part, t.Name, f.ID)
				v.found(f)
				return nil
			})
		})
		if err != nil && ctx.Err() == nil {
			touches, do := advice(part, t.Name, "")
			if part == store.PartReport {
				touches = "reports"
			}
			what := fmt.Sprintf("rows of %s cannot be read: %v", t.Name, plain(v.s.d.Mapped(err)))
			if last != nil {
				what = fmt.Sprintf("rows of %s cannot be read behind %s: %v", t.Name, keyText(t, last), plain(v.s.d.Mapped(err)))
			}
			v.found(store.Finding{Part: part, What: what, Touches: touches, Do: do + "; where the file itself is damaged: readout salvage"})
		}
	}
	return nil
}

// idOf is the report or capture that a row belongs to, else "".
func (v *verifier) idOf(t *Table, vals []any) string {
	for _, column := range []string{"report", "id", "sha256"} {
		if at := t.at(column); at >= 0 && (column != "id" || t.Name == "report") {
			if id, ok := vals[at].(string); ok {
				if partOf(t.Name) == store.PartReport {
					v.damaged[id] = true
				}
				return clipped(id)
			}
		}
	}
	return ""
}

// decisions follows the log of decisions from hash to hash.
func (v *verifier) decisions(ctx context.Context, tx *Tx) error {
	_, _, err := followLog(ctx, tx, 0, func(readout.Decision) {})
	if !errors.Is(err, readout.ErrLog) {
		return err
	}
	f := store.Finding{Part: store.PartDecisions, What: err.Error()}
	f.Touches, f.Do = advice(store.PartDecisions, "", "")
	v.found(f)
	return nil
}

// captures unpacks all bytes and compares them with their names.
func (v *verifier) captures(ctx context.Context, tx *Tx) error {
	return each(ctx, tx, `SELECT sha256, size, body FROM capture ORDER BY sha256`, nil, func(scan func(...[]any) error) error {
		var sha string
		var size int64
		var packed []byte
		if err := scan(row(&sha, &size, &packed)); err != nil {
			return err
		}
		v.out.Captures++
		body, err := store.Unpack(packed)
		f := store.Finding{Part: store.PartCapture, ID: clipped(sha)}
		f.Touches, f.Do = advice(store.PartCapture, "capture", "")
		if err != nil {
			f.What = fmt.Sprintf("the bytes %s cannot be unpacked: %v", clipped(sha), err)
			v.found(f)
			return nil
		}
		if sum := sha256.Sum256(body); hex.EncodeToString(sum[:]) != sha || int64(len(body)) != size {
			f.What = fmt.Sprintf("the bytes %s have another SHA-256 or size", clipped(sha))
			v.found(f)
		}
		return nil
	})
}

// reports compares the reports with their digests and decodes their layers.
func (v *verifier) reports(ctx context.Context, tx *Tx) error {
	tx.unchecked = true
	bad := func(id, format string, args ...any) {
		f := store.Finding{Part: store.PartReport, ID: clipped(id), What: fmt.Sprintf("the report %s ", clipped(id)) + fmt.Sprintf(format, args...)}
		f.Touches, f.Do = advice(store.PartReport, "report", f.ID)
		v.found(f)
	}
	for after := ""; ; {
		var ids []string
		digests, candidates := map[string]string{}, map[string]int{}
		err := each(ctx, tx, `SELECT id, digest, candidates FROM report WHERE id > $1 ORDER BY id LIMIT $2`, row(after, pageSize), func(scan func(...[]any) error) error {
			var id, digest string
			var n int
			err := scan(row(&id, &digest, &n))
			ids = append(ids, id)
			digests[id], candidates[id] = digest, n
			return err
		})
		if err != nil || len(ids) == 0 {
			return err
		}
		after = ids[len(ids)-1]
		found, err := reportsWith(ctx, tx, between(ids[0], after))
		if err != nil {
			return err
		}
		byID := map[string]*readout.Report{}
		for _, r := range found {
			byID[r.ID] = r
			v.out.Reports++
			if digest, err := reportDigest(r); err != nil || digest != digests[r.ID] {
				bad(r.ID, "has other fields, noise or anomalies than were stored")
			}
			if n := len(r.Published.Candidates); n != candidates[r.ID] {
				bad(r.ID, "has %d candidates of its day, and %d were stored", n, candidates[r.ID])
			}
		}
		read := map[string]*nlp.Doc{}
		err = each(ctx, tx, `SELECT report, doc FROM layers WHERE report BETWEEN $1 AND $2 ORDER BY report`, row(ids[0], after), func(scan func(...[]any) error) error {
			var id string
			var packed []byte
			if err := scan(row(&id, &packed)); err != nil {
				return err
			}
			r := byID[id]
			if r == nil {
				bad(id, "has layers and no text")
				return nil
			}
			doc, err := store.DecodeLayers(r, packed)
			read[id] = doc
			if errors.Is(err, store.ErrLayout) {
				read[id] = &nlp.Doc{} // of an earlier version; it is read anew
			} else if err != nil {
				bad(id, "has layers that cannot be unpacked: %v", err)
				read[id] = &nlp.Doc{}
			}
			return nil
		})
		if err != nil {
			return err
		}
		err = each(ctx, tx, `SELECT report, spans FROM report_sentence WHERE report BETWEEN $1 AND $2 ORDER BY report`, row(ids[0], after), func(scan func(...[]any) error) error {
			var id string
			var packed []byte
			if err := scan(row(&id, &packed)); err != nil {
				return err
			}
			r := byID[id]
			spans, err := store.DecodeSpans(packed)
			switch doc := read[id]; {
			case r == nil:
				bad(id, "has sentences and no text")
			case err != nil:
				bad(id, "has sentences that cannot be unpacked: %v", err)
			case doc != nil && doc.Report != nil && !slices.Equal(spans, sentences(doc)):
				bad(id, "has other sentences than its layers")
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, id := range ids {
			if read[id] == nil {
				bad(id, "has no layers")
			}
		}
	}
}

// counts compares what is counted beside the rows, and looks for rows that hang
// on others which are not there.
func (v *verifier) counts(ctx context.Context, tx *Tx) error {
	tx.unchecked = true
	for _, c := range []struct {
		part  store.Part
		what  string
		query string
	}{
		{store.PartReport, "reports whose bytes are not stored", `SELECT r.id FROM report r WHERE NOT EXISTS (SELECT 1 FROM capture c WHERE c.sha256 = r.sha256) ORDER BY 1`},
		{store.PartCapture, "arrivals of bytes that are not stored", `SELECT a.sha256 FROM arrival a WHERE NOT EXISTS (SELECT 1 FROM capture c WHERE c.sha256 = a.sha256) ORDER BY 1`},
		{store.PartCapture, "bytes that came in another number of times than is noted", `SELECT c.sha256 FROM capture c WHERE c.arrivals <> (SELECT count(*) FROM arrival a WHERE c.sha256 = a.sha256) ORDER BY 1`},
		{store.PartReport, "reports without layers", `SELECT r.id FROM report r WHERE NOT EXISTS (SELECT 1 FROM layers l WHERE l.report = r.id) ORDER BY 1`},
		{store.PartReport, "layers without a report", `SELECT l.report FROM layers l WHERE NOT EXISTS (SELECT 1 FROM report r WHERE l.report = r.id) ORDER BY 1`},
		{store.PartRecord, "reports of the record that are not stored", `SELECT l.report FROM record_report l WHERE NOT EXISTS (SELECT 1 FROM report r WHERE l.report = r.id) ORDER BY 1`},
	} {
		n, first := 0, ""
		err := each(ctx, tx, c.query, nil, func(scan func(...[]any) error) error {
			var id string
			err := scan(row(&id))
			if n++; n == 1 {
				first = id
			}
			return err
		})
		if err != nil {
			return err
		}
		if n > 0 {
			f := store.Finding{Part: c.part, ID: clipped(first), What: fmt.Sprintf("%s: %d, the first %s", c.what, n, clipped(first))}
			f.Touches, f.Do = advice(c.part, "", f.ID)
			v.found(f)
		}
	}
	last, _, err := lastRevision(ctx, tx)
	if err != nil || last.N == 0 {
		return err
	}
	var first, revisions, linked, listed, read int
	err = tx.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM revision), (SELECT min(n) FROM revision), (SELECT count(*) FROM record_report),
		(SELECT count(*) FROM revision_report WHERE until IS NULL), (SELECT coalesce(sum(reports), 0) FROM record_pipeline)`).Scan(&revisions, &first, &linked, &listed, &read)
	if err != nil {
		return err
	}
	if linked != last.Reports || listed != last.Reports || read != last.Reports || first != 1 || revisions != last.N {
		f := store.Finding{Part: store.PartRecord, What: fmt.Sprintf("the record has %d reports, its revision %d says %d and lists %d, and %d are counted by their annotators; there are %d revisions", linked, last.N, last.Reports, listed, read, revisions)}
		f.Touches, f.Do = advice(store.PartRecord, "", "")
		v.found(f)
	}
	return nil
}

// record compares the record with the sums that were kept as it was put, and
// with its own rules.
func (v *verifier) record(ctx context.Context, tx *Tx) error {
	tx.unchecked = true
	g := &getter{ctx: ctx, tx: tx, rec: &readout.Record{}}
	if err := g.all(); err != nil {
		return err
	}
	off, err := g.unlike()
	if err != nil {
		return err
	}
	for _, of := range off {
		f := store.Finding{Part: store.PartRecord, ID: clipped(of.id), What: fmt.Sprintf("what the record holds of the %s %s is not what was put there", of.kind, clipped(of.id))}
		f.Touches, f.Do = advice(store.PartRecord, "", "")
		v.found(f)
	}
	for _, f := range store.CheckRecord(g.rec) {
		v.found(f)
	}
	return nil
}

// unlike are the owners whose rows do not have the sums that were kept when they
// were put, and nil where none were kept.
func (g *getter) unlike() ([]owner, error) {
	last, digest, err := lastRevision(g.ctx, g.tx)
	if err == nil && last.N == 0 && len(g.rec.Reports) > 0 {
		return []owner{{kind: "revision", id: "1"}}, nil
	}
	if err != nil || last.N == 0 {
		return nil, err
	}
	text, ok := strings.CutPrefix(digest, digestVersion)
	if !ok {
		return nil, nil
	}
	digests := make([]string, len(g.rec.Reports))
	at := map[string]int{}
	for i, r := range g.rec.Reports {
		at[r.ID] = i
	}
	err = g.each(`SELECT r.id, r.digest FROM report r JOIN record_report x ON x.report = r.id`, func(scan func(...[]any) error) error {
		var id, digest string
		err := scan(row(&id, &digest))
		if i, ok := at[id]; ok {
			digests[i] = digest
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	kept, err := readSums(g.ctx, g.tx, nil)
	if err != nil {
		return nil, err
	}
	is := sumsOf(store.Ordered(g.rec), digests, nil)
	off := map[owner]bool{}
	var total sum
	for of, s := range kept {
		total.add(*s)
		if x := is[of]; x == nil || *x != *s {
			off[of] = true
		}
	}
	for of := range is {
		if kept[of] == nil {
			off[of] = true
		}
	}
	// A report that was read anew since is told as it is now, until it is linked; of
	// what was linked from it each row has to be what was written.
	var anew []string
	err = g.each(`SELECT report FROM pending`, func(scan func(...[]any) error) error {
		var id string
		err := scan(row(&id))
		if off[owner{store.KindReport, id}] {
			anew = append(anew, id)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, id := range anew {
		err := g.owned(store.KindReport, id)
		if err == nil {
			delete(off, owner{store.KindReport, id})
		} else if !errors.Is(err, readout.ErrDamaged) {
			return nil, err
		}
	}
	if text != hex.EncodeToString(total.bytes()) {
		off[owner{kind: "revision", id: fmt.Sprint(last.N)}] = true
	}
	return sortedOwners(off), nil
}

// owned compares the rows of an owner with their own sums.
func (g *getter) owned(kind store.Kind, id string) error {
	for _, t := range owned[kind] {
		where := t.column + " = $1"
		if t.of != "" {
			where = t.column + " IN (SELECT id FROM " + t.of + " WHERE " + string(kind) + " = $1)"
		}
		if err := g.tx.whole(g.ctx, t.table, where, id); err != nil {
			return err
		}
	}
	return nil
}

// index compares the index of words with what it is drawn from.
func (v *verifier) index(ctx context.Context, tx *Tx) error {
	tx.unchecked = true
	bad := func(kind store.Kind, n int, format string, args ...any) {
		if n > 0 {
			v.found(store.Finding{Part: store.PartIndex, What: fmt.Sprintf("the index of %ss: %d ", kind, n) + fmt.Sprintf(format, args...), Touches: "what searching finds", Do: "readout rebuild indexes all anew"})
		}
	}
	have, err := indexedBy(ctx, tx)
	if err != nil {
		return err
	}
	if have["reports"] != reportsVersion || have["record"] != recordVersion {
		v.out.Skipped = append(v.out.Skipped, "the index of words is of another version of Readout, or not made yet: opening the store makes it")
		return nil
	}
	// Reports.
	sums, err := tx.d.WordSums(ctx, tx, store.KindReport)
	if err != nil {
		return err
	}
	missing, other := 0, 0
	err = each(ctx, tx, `SELECT r.id, r.title, r.text, r.outlet, r.domain, coalesce(s.n, -1) FROM report r LEFT JOIN search_report s ON s.report = r.id`, nil, func(scan func(...[]any) error) error {
		r := &readout.Report{}
		var n int64
		if err := scan(row(&r.ID, &r.Title, &r.Text, &r.Outlet, &r.Domain, &n)); err != nil {
			return err
		}
		is, ok := sums[n]
		delete(sums, n)
		if !ok {
			missing++
		} else if is != tx.d.WordSum(store.KindReport, wordsOf(r)) {
			other++
		}
		return nil
	})
	if err != nil {
		return err
	}
	bad(store.KindReport, missing, "of the store are not in it")
	bad(store.KindReport, other, "are in it with other words than they have")
	bad(store.KindReport, len(sums), "are in it that the store has not")
	// The record.
	g := &getter{ctx: ctx, tx: tx, rec: &readout.Record{}}
	if err := g.all(); err != nil {
		return err
	}
	rows := recordRows(store.Ordered(g.rec))
	for _, kind := range recordKinds {
		if err := v.indexed(ctx, tx, kind, rows[kind], bad); err != nil {
			return err
		}
	}
	return nil
}

// indexed compares the index of one kind of the record's things.
func (v *verifier) indexed(ctx context.Context, tx *Tx, kind store.Kind, want []*indexed, bad func(kind store.Kind, n int, format string, args ...any)) error {
	sums, err := tx.d.WordSums(ctx, tx, kind)
	if err != nil {
		return err
	}
	byID := map[string]*indexed{}
	for _, x := range want {
		byID[x.id] = x
	}
	other, order, extra := 0, 0, 0
	var before *indexed
	err = each(ctx, tx, `SELECT n, id, day, last_day, weight FROM search_row WHERE kind = $1 ORDER BY n`, row(string(kind)), func(scan func(...[]any) error) error {
		var n int64
		var is indexed
		if err := scan(row(&n, &is.id, &is.day, &is.last, &is.weight)); err != nil {
			return err
		}
		x := byID[is.id]
		if x == nil {
			extra++
			return nil
		}
		delete(byID, is.id)
		sum, ok := sums[n]
		delete(sums, n)
		if !ok || sum != tx.d.WordSum(kind, x.words()) || is.day != x.day || is.last != x.last || is.weight != x.weight {
			other++
		}
		if before != nil && before.compare(x) >= 0 {
			order++
		}
		before = x
		return nil
	})
	if err != nil {
		return err
	}
	bad(kind, len(byID), "of the record are not in it, such as %s", strings.Join(slices.Sorted(maps.Keys(byID))[:min(1, len(byID))], ""))
	bad(kind, other, "are in it with other words, days or weights than they have")
	bad(kind, order, "are out of their order")
	bad(kind, extra+len(sums), "are in it that the record has not")
	return nil
}

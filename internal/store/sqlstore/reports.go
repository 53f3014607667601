package sqlstore

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/store"
)

// AddReport implements store.Store.
func (s *Store) AddReport(ctx context.Context, c readout.Capture, doc *nlp.Doc, version string) (store.Outcome, error) {
	report := doc.Report
	out, err := s.addReport(ctx, c, doc, version)
	if err != nil {
		return 0, fmt.Errorf("store report %s (%s) in %s: %w", report.ID, report.Path, s.name, err)
	}
	return out, nil
}

func (s *Store) addReport(ctx context.Context, c readout.Capture, doc *nlp.Doc, version string) (store.Outcome, error) {
	report := doc.Report
	// All that costs time happens before the one writer is taken.
	if sum := sha256.Sum256(c.Body); hex.EncodeToString(sum[:]) != c.SHA256 || report.SHA256 != c.SHA256 {
		return 0, fmt.Errorf("%w: the capture's bytes, its SHA-256 and the report's differ", readout.ErrConflict)
	}
	body, err := store.Pack(c.Body)
	if err != nil {
		return 0, err
	}
	layers, err := store.EncodeLayers(doc)
	if err != nil {
		return 0, err
	}
	digest, err := reportDigest(report)
	if err != nil {
		return 0, err
	}
	mark, err := markOf(report, digest, version, layers)
	if err != nil {
		return 0, err
	}
	found, wording := wordsOf(report), store.Wording(report)
	var out store.Outcome
	now := s.now()
	err = s.write(ctx, func(tx *Tx) error {
		// Two who bring the same report: one stores it, the other finds it.
		if err := tx.d.Lock(ctx, tx, "report "+report.ID); err != nil {
			return err
		}
		if err := putCapture(ctx, tx, c, body, now); err != nil {
			return err
		}
		if err := noteArticle(ctx, tx, c, report.ID, wording); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM refusal WHERE path = $1`, report.Path); err != nil {
			return err
		}
		var path string
		var read bool
		err := tx.QueryRowContext(ctx, `SELECT path, EXISTS (SELECT 1 FROM layers WHERE report = $1 AND pipeline = $2) FROM report WHERE id = $1`,
			report.ID, version).Scan(&path, &read)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			out = store.New
		case err != nil:
			return err
		case read:
			out = store.Known
			if path <= report.Path {
				return nil
			}
		default:
			out = store.Reannotated
		}
		if err := putReport(ctx, tx, doc, digest, layers, version, out != store.New); err != nil {
			return err
		}
		if err := indexReport(ctx, tx, report.ID, found); err != nil {
			return err
		}
		return putPending(ctx, tx, report.ID, mark)
	})
	return out, err
}

// Keep implements store.Store.
func (s *Store) Keep(ctx context.Context, c readout.Capture, doc *nlp.Doc, version string) error {
	_, err := s.AddReport(ctx, c, doc, version)
	return err
}

// digested is a report as reportDigest sums it. Its shape is that of the first
// stores, so that their digests still hold: fields are never put in or moved.
type digested struct {
	ID, SHA256, Path, URL, Outlet, Domain, Title, Byline, Language, Text string
	Published                                                            struct {
		Value, Precision, Basis, Why string
		Candidates                   []readout.DateCandidate
	}
	Noise     []readout.Noise
	Anomalies []readout.Anomaly
	Skip      string
}

// reportDigest sums all fields of a report but Path and Published, which stay
// empty.
func reportDigest(r *readout.Report) (string, error) {
	d := digested{
		ID: r.ID, SHA256: r.SHA256, URL: r.URL, Outlet: r.Outlet, Domain: r.Domain, Title: r.Title, Byline: r.Byline,
		Language: r.Language, Text: r.Text, Skip: r.Skip,
	}
	// Nil and empty lists are not told apart.
	if len(r.Noise) > 0 {
		d.Noise = r.Noise
	}
	for _, a := range r.Anomalies {
		if len(a.Evidence) == 0 {
			a.Evidence = nil
		}
		d.Anomalies = append(d.Anomalies, a)
	}
	b, err := json.Marshal(d)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}

func putCapture(ctx context.Context, tx *Tx, c readout.Capture, packed []byte, now time.Time) error {
	_, err := tx.put(ctx, "capture", "sha256, size, body", "ON CONFLICT DO NOTHING", c.SHA256, len(c.Body), packed)
	if err != nil {
		return err
	}
	side := readout.Sidecar{}
	if c.Sidecar != nil {
		side = *c.Sidecar
	}
	_, err = tx.put(ctx, "arrival", "sha256, path, url, media_type, charset, has_sidecar, sidecar_outlet, sidecar_published, sidecar_url, sidecar_title, read_in, fetched", "ON CONFLICT DO NOTHING",
		c.SHA256, c.Path, c.URL, c.MediaType, c.Charset, c.Sidecar != nil, side.Outlet, side.Published, side.URL, side.Title, now.UTC().Format(time.RFC3339), fromTime(c.Fetched))
	return err
}

// putReport writes report and layers, which are those of doc encoded, in the
// place of what was there; had says whether something was.
func putReport(ctx context.Context, tx *Tx, doc *nlp.Doc, digest string, layers []byte, version string, had bool) error {
	r := doc.Report
	_, err := tx.put(ctx, "report", `id, sha256, path, url, outlet, domain, title, byline, language, text, `+
		`published_value, published_precision, published_basis, published_why, published_earliest, published_latest, skip, digest`,
		`ON CONFLICT (id) DO UPDATE SET sha256 = excluded.sha256, path = excluded.path, url = excluded.url, outlet = excluded.outlet,
			domain = excluded.domain, title = excluded.title, byline = excluded.byline, language = excluded.language, text = excluded.text,
			published_value = excluded.published_value, published_precision = excluded.published_precision,
			published_basis = excluded.published_basis, published_why = excluded.published_why,
			published_earliest = excluded.published_earliest, published_latest = excluded.published_latest, skip = excluded.skip,
			digest = excluded.digest, row_sum = excluded.row_sum`,
		r.ID, r.SHA256, r.Path, r.URL, r.Outlet, r.Domain, r.Title, r.Byline, r.Language, r.Text,
		r.Published.Value, r.Published.Precision, string(r.Published.Basis), r.Published.Why, r.Published.Earliest, r.Published.Latest, r.Skip, digest)
	if err != nil {
		return err
	}
	for _, table := range []string{"report_candidate", "report_noise", "report_anomaly", "report_anomaly_evidence", "layers"} {
		if !had {
			break
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM "+table+" WHERE report = $1", r.ID); err != nil { //nolint:gosec // table is one of the five above
			return err
		}
	}
	candidates := tx.Insert(ctx, "report_candidate", "report, ord, value, basis")
	for i, c := range r.Published.Candidates {
		if err := candidates.Add(row(r.ID, i, c.Value, c.Basis)); err != nil {
			return err
		}
	}
	noise := tx.Insert(ctx, "report_noise", "report, ord, start_byte, end_byte, reason, annotator, version, rule")
	for i, n := range r.Noise {
		if err := noise.Add(row(r.ID, i, n.Span.Start, n.Span.End, n.Reason, n.By.Annotator, n.By.Version, n.By.Rule)); err != nil {
			return err
		}
	}
	anomalies := tx.Insert(ctx, "report_anomaly", "report, ord, kind, note")
	evidence := tx.Insert(ctx, "report_anomaly_evidence", "report, anomaly, ord, ev_report, start_byte, end_byte, annotator, version, rule")
	for i, a := range r.Anomalies {
		if err := anomalies.Add(row(r.ID, i, a.Kind, a.Note)); err != nil {
			return err
		}
		for j, e := range a.Evidence {
			if err := evidence.Add(row(r.ID, i, j), evidenceValues(e)); err != nil {
				return err
			}
		}
	}
	for _, x := range []*Inserter{candidates, noise, anomalies, evidence} {
		if err := x.Flush(); err != nil {
			return err
		}
	}
	_, err = tx.put(ctx, "layers", "report, pipeline, doc", "", r.ID, version, layers)
	if err != nil {
		return err
	}
	_, err = tx.put(ctx, "report_sentence", "report, spans", "ON CONFLICT (report) DO UPDATE SET spans = excluded.spans, row_sum = excluded.row_sum", r.ID, store.EncodeSpans(sentences(doc)))
	return err
}

func sentences(doc *nlp.Doc) []readout.Span {
	out := make([]readout.Span, len(doc.Sentences))
	for i, s := range doc.Sentences {
		out[i] = s.Span
	}
	return out
}

// Sentences implements store.Store. They have a table of their own: to decode
// all layers takes a dozen times as long (BenchmarkSentences).
func (s *Store) Sentences(ctx context.Context, reportID string) ([]readout.Span, error) {
	var out []readout.Span
	err := s.read(ctx, func(tx *Tx) error {
		var spans []byte
		var sum *int64
		err := tx.QueryRowContext(ctx, `SELECT spans, row_sum FROM report_sentence WHERE report = $1`, reportID).Scan(&spans, &sum)
		if err == nil {
			err = tx.check("report_sentence", reportID, "report, spans", sum, reportID, spans)
		}
		if err == nil {
			out, err = store.DecodeSpans(spans)
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		// An earlier version stored it: the layers have them.
		var packed []byte
		err = tx.QueryRowContext(ctx, `SELECT coalesce(l.doc, '') FROM report r LEFT JOIN layers l ON l.report = r.id WHERE r.id = $1`, reportID).Scan(&packed)
		if errors.Is(err, sql.ErrNoRows) {
			return readout.ErrNotFound
		}
		if err != nil || len(packed) == 0 {
			return err
		}
		doc, err := store.DecodeLayers(nil, packed)
		if errors.Is(err, store.ErrLayout) {
			return nil
		}
		if err == nil {
			out = sentences(doc)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("sentences of report %q in %s: %w", reportID, s.name, err)
	}
	return out, nil
}

// reportsBetween reads the reports with from <= id <= to, by id.
func reportsBetween(ctx context.Context, q *Tx, from, to string) ([]*readout.Report, error) {
	return reportsWith(ctx, q, " BETWEEN $1 AND $2", row(from, to))
}

// reportsWith reads the reports whose ids meet the condition, by id.
func reportsWith(ctx context.Context, tx *Tx, condition string, args []any) ([]*readout.Report, error) {
	q := tx
	var out []*readout.Report
	var digests []string
	byID := map[string]*readout.Report{}
	err := each(ctx, q, `SELECT id, sha256, path, url, outlet, domain, title, byline, language, text,
			published_value, published_precision, published_basis, published_why, published_earliest, published_latest, skip, digest, row_sum
		FROM report WHERE id`+condition+` ORDER BY id`, args, func(scan func(...[]any) error) error {
		r := &readout.Report{}
		out = append(out, r)
		digests = append(digests, "")
		digest := &digests[len(digests)-1]
		var sum *int64
		err := scan(row(&r.ID, &r.SHA256, &r.Path, &r.URL, &r.Outlet, &r.Domain, &r.Title, &r.Byline, &r.Language, &r.Text,
			&r.Published.Value, &r.Published.Precision, &r.Published.Basis, &r.Published.Why, &r.Published.Earliest, &r.Published.Latest, &r.Skip, digest, &sum))
		byID[r.ID] = r
		if err != nil {
			return err
		}
		return tx.check("report", r.ID, reportColumns, sum, r.ID, r.SHA256, r.Path, r.URL, r.Outlet, r.Domain, r.Title, r.Byline, r.Language, r.Text,
			r.Published.Value, r.Published.Precision, string(r.Published.Basis), r.Published.Why, r.Published.Earliest, r.Published.Latest, r.Skip, *digest)
	})
	if err != nil {
		return nil, err
	}
	err = each(ctx, q, `SELECT report, ord, value, basis, row_sum FROM report_candidate WHERE report`+condition+` ORDER BY report, ord`, args, func(scan func(...[]any) error) error {
		var id string
		var ord int
		var c readout.DateCandidate
		var sum *int64
		if err := scan(row(&id, &ord, &c.Value, &c.Basis, &sum)); err != nil {
			return err
		}
		r := byID[id]
		if r == nil {
			return lost(id)
		}
		// Candidates are not in the digest: they are compared one by one.
		if !tx.unchecked && ord != len(r.Published.Candidates) {
			return damagedReport(id)
		}
		r.Published.Candidates = append(r.Published.Candidates, c)
		return tx.check("report_candidate", id, "report, ord, value, basis", sum, id, ord, c.Value, string(c.Basis))
	})
	if err != nil {
		return nil, err
	}
	err = children(ctx, q, `SELECT report, start_byte, end_byte, reason, annotator, version, rule FROM report_noise
		WHERE report`+condition+` ORDER BY report, ord`, args, byID,
		func(n *readout.Noise) []any {
			return row(&n.Span.Start, &n.Span.End, &n.Reason, &n.By.Annotator, &n.By.Version, &n.By.Rule)
		},
		func(r *readout.Report, n readout.Noise) { r.Noise = append(r.Noise, n) })
	if err != nil {
		return nil, err
	}
	err = children(ctx, q, `SELECT report, kind, note FROM report_anomaly WHERE report`+condition+` ORDER BY report, ord`, args, byID,
		func(a *readout.Anomaly) []any { return row(&a.Kind, &a.Note) },
		func(r *readout.Report, a readout.Anomaly) { r.Anomalies = append(r.Anomalies, a) })
	if err != nil {
		return nil, err
	}
	err = children(ctx, q, `SELECT report, anomaly, ev_report, start_byte, end_byte, annotator, version, rule FROM report_anomaly_evidence
		WHERE report`+condition+` ORDER BY report, anomaly, ord`, args, byID,
		func(e *numbered) []any { return append(row(&e.of), evidenceTargets(&e.Evidence)...) },
		func(r *readout.Report, e numbered) {
			if e.of < len(r.Anomalies) {
				a := &r.Anomalies[e.of]
				a.Evidence = append(a.Evidence, e.Evidence)
			}
		})
	if err != nil || tx.unchecked {
		return out, err
	}
	for i, r := range out {
		if digest, err := reportDigest(r); err != nil || digest != digests[i] {
			return nil, damagedReport(r.ID)
		}
	}
	return out, nil
}

// reportColumns are the columns of a report in the order in which they are put.
const reportColumns = "id, sha256, path, url, outlet, domain, title, byline, language, text, published_value, published_precision, published_basis, published_why, published_earliest, published_latest, skip, digest"

func damagedReport(id string) error {
	return fmt.Errorf("%w: report %s is not what was stored; “readout rebuild” reads it again from its bytes", readout.ErrDamaged, clipped(id))
}

// check compares a row that was read, of a report, with its sum; one without sum,
// of an earlier version, passes.
func (tx *Tx) check(table, report, columns string, sum *int64, vals ...any) error {
	s := tx.summing(table, columns)
	if tx.unchecked || s == nil || sum == nil || s.sum(vals) == *sum {
		return nil
	}
	return damagedReport(report)
}

// numbered is evidence for one of an owner's several anomalies or roles.
type numbered struct {
	of int
	readout.Evidence
}

// Report implements store.Store.
func (s *Store) Report(ctx context.Context, id string) (*readout.Report, error) {
	var found []*readout.Report
	err := s.read(ctx, func(tx *Tx) (err error) {
		found, err = reportsBetween(ctx, tx, id, id)
		return err
	})
	if err == nil && len(found) == 0 {
		err = readout.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("report %q in %s: %w", id, s.name, err)
	}
	return found[0], nil
}

// Known implements store.Store.
func (s *Store) Known(ctx context.Context, reportID, version string) (*nlp.Doc, error) {
	var doc *nlp.Doc
	err := s.read(ctx, func(tx *Tx) error {
		var packed []byte
		err := tx.QueryRowContext(ctx, `SELECT doc FROM layers WHERE report = $1 AND pipeline = $2`, reportID, version).Scan(&packed)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		found, err := reportsBetween(ctx, tx, reportID, reportID)
		if err != nil || len(found) == 0 {
			return err
		}
		doc, err = store.DecodeLayers(found[0], packed)
		if errors.Is(err, store.ErrLayout) {
			return nil
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("layers of report %q in %s: %w", reportID, s.name, err)
	}
	return doc, nil
}

// pageSize is how many reports Layers holds at once.
const pageSize = 64

// Layers implements store.Store.
func (s *Store) Layers(ctx context.Context) iter.Seq2[store.Layered, error] {
	return func(yield func(store.Layered, error) bool) {
		done := errors.New("the reader has seen enough")
		err := s.read(ctx, func(tx *Tx) error {
			after := ""
			for {
				page, err := layersAfter(ctx, tx, after)
				if err != nil {
					return err
				}
				if len(page) == 0 {
					return nil
				}
				for _, l := range page {
					if !yield(l, nil) {
						return done
					}
				}
				after = page[len(page)-1].Doc.Report.ID
			}
		})
		if err != nil && !errors.Is(err, done) {
			yield(store.Layered{}, fmt.Errorf("read layers of %s: %w", s.name, err))
		}
	}
}

// LayersOf implements store.Store.
func (s *Store) LayersOf(ctx context.Context, ids []string) iter.Seq2[store.Layered, error] {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	ids = slices.Compact(ids)
	return func(yield func(store.Layered, error) bool) {
		done := errors.New("the reader has seen enough")
		err := s.read(ctx, func(tx *Tx) error {
			return among(ids, min(tx.d.Params(), pageSize), func(in string, args []any) error {
				page, err := layersWith(ctx, tx, in, args)
				if err != nil {
					return err
				}
				for _, l := range page {
					if !yield(l, nil) {
						return done
					}
				}
				return nil
			})
		})
		if err != nil && !errors.Is(err, done) {
			yield(store.Layered{}, fmt.Errorf("read layers of %s: %w", s.name, err))
		}
	}
}

// layersAfter reads the page of reports that follows id after.
func layersAfter(ctx context.Context, tx *Tx, after string) ([]store.Layered, error) {
	var ids []string
	err := each(ctx, tx, `SELECT id FROM report WHERE id > $1 ORDER BY id LIMIT $2`, row(after, pageSize), func(scan func(...[]any) error) error {
		ids = append(ids, "")
		return scan(row(&ids[len(ids)-1]))
	})
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return layersWith(ctx, tx, " BETWEEN $1 AND $2", row(ids[0], ids[len(ids)-1]))
}

// layersWith reads the reports whose ids meet the condition, by id.
func layersWith(ctx context.Context, tx *Tx, condition string, args []any) ([]store.Layered, error) {
	reports, err := reportsWith(ctx, tx, condition, args)
	if err != nil {
		return nil, err
	}
	byID := map[string]int{}
	out := make([]store.Layered, len(reports))
	for i, r := range reports {
		byID[r.ID] = i
		out[i].Doc = &nlp.Doc{Report: r}
	}
	err = each(ctx, tx, `SELECT report, pipeline, doc, row_sum FROM layers WHERE report`+condition+` ORDER BY report`, args, func(scan func(...[]any) error) error {
		var id, version string
		var packed []byte
		var sum *int64
		if err := scan(row(&id, &version, &packed, &sum)); err != nil {
			return err
		}
		if err := tx.check("layers", id, "report, pipeline, doc", sum, id, version, packed); err != nil {
			return err
		}
		i, ok := byID[id]
		if !ok {
			return nil
		}
		doc, err := store.DecodeLayers(reports[i], packed)
		if errors.Is(err, store.ErrLayout) {
			return nil // the report alone; the caller annotates it anew
		}
		if err != nil {
			return fmt.Errorf("report %s: %w", id, err)
		}
		out[i] = store.Layered{Doc: doc, Version: version}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = each(ctx, tx, `SELECT report, mark FROM pending WHERE report`+condition, args, func(scan func(...[]any) error) error {
		var id, mark string
		err := scan(row(&id, &mark))
		if i, ok := byID[id]; ok {
			out[i].Mark = mark
		}
		return err
	})
	return out, err
}

// Capture implements store.Store.
func (s *Store) Capture(ctx context.Context, sha string) (readout.Capture, error) {
	var c readout.Capture
	err := s.read(ctx, func(tx *Tx) error {
		var packed []byte
		var side readout.Sidecar
		var has bool
		var fetched string
		err := tx.QueryRowContext(ctx, `SELECT c.sha256, c.body, a.path, a.url, a.media_type, a.charset, a.has_sidecar,
				a.sidecar_outlet, a.sidecar_published, a.sidecar_url, a.sidecar_title, a.fetched
			FROM capture c JOIN arrival a ON a.sha256 = c.sha256 WHERE c.sha256 = $1 ORDER BY a.path, a.url LIMIT 1`, sha).
			Scan(&c.SHA256, &packed, &c.Path, &c.URL, &c.MediaType, &c.Charset, &has, &side.Outlet, &side.Published, &side.URL, &side.Title, &fetched)
		if errors.Is(err, sql.ErrNoRows) {
			return readout.ErrNotFound
		}
		if err != nil {
			return err
		}
		if has {
			c.Sidecar = &side
		}
		if c.Fetched, err = toTime(fetched); err != nil {
			return err
		}
		if c.Body, err = store.Unpack(packed); err != nil {
			return fmt.Errorf("%w: its bytes cannot be unpacked (%w); restore a backup, or read the file or page once more", readout.ErrDamaged, err)
		}
		if sum := sha256.Sum256(c.Body); hex.EncodeToString(sum[:]) != sha {
			return fmt.Errorf("%w: its bytes have another SHA-256; restore a backup, or read the file or page once more", readout.ErrDamaged)
		}
		t := tx.schema["arrival"]
		if t == nil {
			return nil
		}
		return t.rows(ctx, tx, "sha256 = $1", row(sha), func(vals []any, sum *int64) error {
			if sum != nil && t.sum(vals) != *sum {
				return fmt.Errorf("%w: what is noted of where it came from is not what was stored; restore a backup", readout.ErrDamaged)
			}
			return nil
		})
	})
	if err != nil {
		return readout.Capture{}, fmt.Errorf("capture %q in %s: %w", sha, s.name, err)
	}
	return c, nil
}

// ReadIn implements store.Store.
func (s *Store) ReadIn(ctx context.Context) (map[string]time.Time, error) {
	out := map[string]time.Time{}
	err := each(ctx, s.r, `SELECT r.id, min(a.read_in) FROM report r JOIN arrival a ON a.sha256 = r.sha256 WHERE a.read_in <> '' GROUP BY r.id`, nil, func(scan func(...[]any) error) error {
		var id, at string
		err := scan(row(&id, &at))
		if err == nil {
			out[id], err = time.Parse(time.RFC3339, at)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("arrivals of %s: %w", s.name, s.d.Mapped(err))
	}
	return out, nil
}

// AddRefusals implements store.Store.
func (s *Store) AddRefusals(ctx context.Context, refusals ...readout.Refusal) error {
	err := s.write(ctx, func(tx *Tx) error {
		for _, r := range refusals {
			// A path may be longer than a key may be, so it is no conflict's target.
			if _, err := tx.ExecContext(ctx, `DELETE FROM refusal WHERE path = $1`, r.Path); err != nil {
				return err
			}
			if _, err := tx.put(ctx, "refusal", "path, reason", "ON CONFLICT DO NOTHING", r.Path, r.Reason); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("note refusals in %s: %w", s.name, err)
	}
	return nil
}

// Refusals implements store.Store.
func (s *Store) Refusals(ctx context.Context) ([]readout.Refusal, error) {
	var out []readout.Refusal
	err := each(ctx, s.r, `SELECT path, reason FROM refusal ORDER BY path`, nil, func(scan func(...[]any) error) error {
		var r readout.Refusal
		err := scan(row(&r.Path, &r.Reason))
		out = append(out, r)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("refusals of %s: %w", s.name, s.d.Mapped(err))
	}
	return out, nil
}

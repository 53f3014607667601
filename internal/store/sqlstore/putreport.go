package sqlstore

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
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

// reportLock is held by who writes a report, or its words.
func reportLock(id string) string { return "report " + id }

func (s *Store) addReport(ctx context.Context, c readout.Capture, doc *nlp.Doc, version string) (store.Outcome, error) {
	report := doc.Report
	// All that costs time happens before the one writer is taken.
	if !hasSum(c.Body, c.SHA256) || report.SHA256 != c.SHA256 {
		return 0, fmt.Errorf("%w: the capture's bytes, its SHA-256 and the report's differ", readout.ErrConflict)
	}
	body, err := store.Pack(c.Body)
	if err != nil {
		return 0, err
	}
	x, err := readingOf(doc, version)
	if err != nil {
		return 0, err
	}
	wording := store.Wording(report)
	var out store.Outcome
	now := s.now()
	err = s.write(ctx, func(tx *Tx) error {
		// Two who bring the same report: one stores it, the other finds it.
		if err := tx.d.Lock(ctx, tx, reportLock(report.ID)); err != nil {
			return err
		}
		if err := putCapture(ctx, tx, c, body, now); err != nil {
			return err
		}
		if err := noteArticle(ctx, tx, c, report.ID, wording); err != nil {
			return err
		}
		out, err = x.put(ctx, tx)
		return err
	})
	return out, err
}

// Reannotate implements store.Store.
func (s *Store) Reannotate(ctx context.Context, doc *nlp.Doc, version string) (store.Outcome, error) {
	var out store.Outcome
	x, err := readingOf(doc, version)
	if err == nil {
		err = s.write(ctx, func(tx *Tx) error {
			if err := tx.d.Lock(ctx, tx, reportLock(doc.Report.ID)); err != nil {
				return err
			}
			var id string
			err := tx.QueryRowContext(ctx, `SELECT id FROM report WHERE id = $1`, doc.Report.ID).Scan(&id)
			if errors.Is(err, sql.ErrNoRows) {
				return fmt.Errorf("%w; add it first", readout.ErrNotFound)
			}
			if err == nil {
				out, err = x.put(ctx, tx)
			}
			return err
		})
	}
	if err != nil {
		return 0, fmt.Errorf("store report %s (%s), read again, in %s: %w", doc.Report.ID, doc.Report.Path, s.name, err)
	}
	return out, nil
}

// reading is what was read of a report, ready to be put.
type reading struct {
	doc                   *nlp.Doc
	layers                []byte
	version, digest, mark string
	words                 IndexRow
}

func readingOf(doc *nlp.Doc, version string) (x *reading, err error) {
	x = &reading{doc: doc, version: version, words: wordsOf(doc.Report)}
	if x.layers, err = store.EncodeLayers(doc); err != nil {
		return nil, err
	}
	if x.digest, err = reportDigest(doc.Report); err != nil {
		return nil, err
	}
	x.mark, err = markOf(doc.Report, x.digest, version, x.layers)
	return x, err
}

// put writes the reading, unless it is there. The caller holds the report's lock.
func (x *reading) put(ctx context.Context, tx *Tx) (out store.Outcome, err error) {
	report := x.doc.Report
	if _, err := tx.ExecContext(ctx, `DELETE FROM refusal WHERE path = $1`, report.Path); err != nil {
		return 0, err
	}
	var path string
	var read bool
	err = tx.QueryRowContext(ctx, `SELECT path, EXISTS (SELECT 1 FROM layers WHERE report = $1 AND pipeline = $2) FROM report WHERE id = $1`,
		report.ID, x.version).Scan(&path, &read)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		out = store.New
	case err != nil:
		return 0, err
	case read:
		out = store.Known
		if path <= report.Path {
			return out, nil
		}
	default:
		out = store.Reannotated
	}
	if err := putReport(ctx, tx, x.doc, x.digest, x.layers, x.version, out != store.New); err != nil {
		return 0, err
	}
	if err := indexReport(ctx, tx, report.ID, x.words); err != nil {
		return 0, err
	}
	return out, putPending(ctx, tx, report.ID, x.mark)
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
	made, err := tx.put(ctx, "capture", captureColumns, "ON CONFLICT DO NOTHING", c.SHA256, len(c.Body), packed, 1)
	if err != nil {
		return err
	}
	side := readout.Sidecar{}
	if c.Sidecar != nil {
		side = *c.Sidecar
	}
	came, err := tx.put(ctx, "arrival", arrivalColumns, "ON CONFLICT DO NOTHING",
		c.SHA256, c.Path, c.URL, c.MediaType, c.Charset, c.Sidecar != nil, side.Outlet, side.Published, side.URL, side.Title, now.UTC().Format(time.RFC3339), fromTime(c.Fetched))
	if err != nil {
		return err
	}
	first, err := made.RowsAffected()
	if err != nil || first > 0 {
		return err
	}
	if more, err := came.RowsAffected(); err != nil || more == 0 {
		return err
	}
	if err := tx.whole(ctx, "capture", "sha256 = $1", c.SHA256); err != nil {
		return err // a row that is summed again would look whole
	}
	if _, err := tx.ExecContext(ctx, `UPDATE capture SET arrivals = arrivals + 1, row_sum = NULL WHERE sha256 = $1`, c.SHA256); err != nil {
		return err
	}
	return tx.seal(ctx, "capture", "sha256 = $1", c.SHA256)
}

// putReport writes report and layers, which are those of doc encoded, in the
// place of what was there; had says whether something was.
func putReport(ctx context.Context, tx *Tx, doc *nlp.Doc, digest string, layers []byte, version string, had bool) error {
	r := doc.Report
	_, err := tx.put(ctx, "report", reportColumns,
		`ON CONFLICT (id) DO UPDATE SET sha256 = excluded.sha256, path = excluded.path, url = excluded.url, outlet = excluded.outlet,
			domain = excluded.domain, title = excluded.title, byline = excluded.byline, language = excluded.language, text = excluded.text,
			published_value = excluded.published_value, published_precision = excluded.published_precision,
			published_basis = excluded.published_basis, published_why = excluded.published_why,
			published_earliest = excluded.published_earliest, published_latest = excluded.published_latest, skip = excluded.skip,
			digest = excluded.digest, candidates = excluded.candidates, row_sum = excluded.row_sum`,
		r.ID, r.SHA256, r.Path, r.URL, r.Outlet, r.Domain, r.Title, r.Byline, r.Language, r.Text,
		r.Published.Value, r.Published.Precision, string(r.Published.Basis), r.Published.Why, r.Published.Earliest, r.Published.Latest, r.Skip, digest, len(r.Published.Candidates))
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

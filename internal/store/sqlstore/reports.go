package sqlstore

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/store"
)

// The columns of tables in the order in which they are put and compared.
const (
	captureColumns = "sha256, size, body, arrivals"
	arrivalColumns = "sha256, path, url, media_type, charset, has_sidecar, sidecar_outlet, sidecar_published, sidecar_url, sidecar_title, read_in, fetched"
	reportColumns  = "id, sha256, path, url, outlet, domain, title, byline, language, text, published_value, published_precision, published_basis, published_why, published_earliest, published_latest, skip, digest, candidates"
)

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
		if err == nil && !tx.checking("report_sentence", "report, spans")(sum, reportID, spans) {
			err = damagedReport(reportID)
		}
		if err == nil {
			out, err = store.DecodeSpans(spans)
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return named(err)
		}
		// An earlier version stored it: the layers have them.
		page, err := layersWith(ctx, tx, is(reportID))
		if err == nil && len(page) == 0 {
			err = noReport(ctx, tx, reportID)
		}
		if err == nil && page[0].Version != "" {
			out = sentences(page[0].Doc)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("sentences of report %q in %s: %w", reportID, s.name, err)
	}
	return out, nil
}

// someReports is a condition on the column that has the ids of reports.
type someReports struct {
	where func(column string) string
	args  []any
}

func is(id string) someReports {
	return someReports{func(column string) string { return column + " = $1" }, row(id)}
}

func between(from, to string) someReports {
	return someReports{func(column string) string { return column + " BETWEEN $1 AND $2" }, row(from, to)}
}

// behind are those after one id up to another, "" without end.
func behind(after, to string) someReports {
	if to == "" {
		return someReports{func(column string) string { return column + " > $1" }, row(after)}
	}
	return someReports{func(column string) string { return column + " > $1 AND " + column + " <= $2" }, row(after, to)}
}

// in is the condition of among.
func in(condition string, ids []any) someReports {
	return someReports{func(column string) string { return column + condition }, ids}
}

// reportsWith reads some reports, by id.
func reportsWith(ctx context.Context, tx *Tx, some someReports) ([]*readout.Report, error) {
	var out []*readout.Report
	type kept struct {
		digest     string
		candidates int
	}
	var sums []*kept
	byID := map[string]*readout.Report{}
	fits := tx.checking("report", reportColumns)
	err := each(ctx, tx, `SELECT `+reportColumns+`, row_sum FROM report WHERE `+some.where("id")+` ORDER BY id`, some.args, func(scan func(...[]any) error) error {
		r, k := &readout.Report{}, &kept{}
		var sum *int64
		err := scan(row(&r.ID, &r.SHA256, &r.Path, &r.URL, &r.Outlet, &r.Domain, &r.Title, &r.Byline, &r.Language, &r.Text,
			&r.Published.Value, &r.Published.Precision, &r.Published.Basis, &r.Published.Why, &r.Published.Earliest, &r.Published.Latest, &r.Skip, &k.digest, &k.candidates, &sum))
		if err != nil {
			return err
		}
		out, sums, byID[r.ID] = append(out, r), append(sums, k), r
		if !fits(sum, r.ID, r.SHA256, r.Path, r.URL, r.Outlet, r.Domain, r.Title, r.Byline, r.Language, r.Text,
			r.Published.Value, r.Published.Precision, string(r.Published.Basis), r.Published.Why, r.Published.Earliest, r.Published.Latest, r.Skip, k.digest, k.candidates) {
			return damagedReport(r.ID)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	// Candidates are not in the digest, since linking settles the day anew: each is
	// compared with its own sum, and their number with that which the report has.
	fits = tx.checking("report_candidate", "report, ord, value, basis")
	err = each(ctx, tx, `SELECT report, ord, value, basis, row_sum FROM report_candidate WHERE `+some.where("report")+` ORDER BY report, ord`, some.args, func(scan func(...[]any) error) error {
		var id string
		var ord int
		var c readout.DateCandidate
		var sum *int64
		if err := scan(row(&id, &ord, &c.Value, &c.Basis, &sum)); err != nil {
			return err
		}
		r := byID[id]
		switch {
		case r == nil:
			return lost(id)
		case !fits(sum, id, ord, c.Value, string(c.Basis)):
			return damagedReport(id)
		}
		r.Published.Candidates = append(r.Published.Candidates, c)
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = children(ctx, tx, `SELECT report, start_byte, end_byte, reason, annotator, version, rule FROM report_noise
		WHERE `+some.where("report")+` ORDER BY report, ord`, some.args, byID,
		func(n *readout.Noise) []any {
			return row(&n.Span.Start, &n.Span.End, &n.Reason, &n.By.Annotator, &n.By.Version, &n.By.Rule)
		},
		func(r *readout.Report, n readout.Noise) { r.Noise = append(r.Noise, n) })
	if err != nil {
		return nil, err
	}
	err = children(ctx, tx, `SELECT report, kind, note FROM report_anomaly WHERE `+some.where("report")+` ORDER BY report, ord`, some.args, byID,
		func(a *readout.Anomaly) []any { return row(&a.Kind, &a.Note) },
		func(r *readout.Report, a readout.Anomaly) { r.Anomalies = append(r.Anomalies, a) })
	if err != nil {
		return nil, err
	}
	err = children(ctx, tx, `SELECT report, anomaly, ev_report, start_byte, end_byte, annotator, version, rule FROM report_anomaly_evidence
		WHERE `+some.where("report")+` ORDER BY report, anomaly, ord`, some.args, byID,
		func(e *numbered) []any { return append(row(&e.of), evidenceTargets(&e.Evidence)...) },
		func(r *readout.Report, e numbered) {
			if 0 <= e.of && e.of < len(r.Anomalies) { // else the digest tells
				a := &r.Anomalies[e.of]
				a.Evidence = append(a.Evidence, e.Evidence)
			}
		})
	if err != nil || tx.unchecked {
		return out, err
	}
	for i, r := range out {
		if digest, err := reportDigest(r); err != nil || digest != sums[i].digest || len(r.Published.Candidates) != sums[i].candidates {
			return nil, damagedReport(r.ID)
		}
	}
	return out, nil
}

func damagedReport(id string) error {
	return fmt.Errorf("%w: report %s is not what was stored; “readout rebuild” reads it again from its bytes", readout.ErrDamaged, clipped(id))
}

// noReport is the error for a report that is not there: its layers say whether it
// was.
func noReport(ctx context.Context, tx *Tx, id string) error {
	var was bool
	if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM layers WHERE report = $1)`, id).Scan(&was); err != nil {
		return err
	}
	if was {
		return damagedReport(id)
	}
	return readout.ErrNotFound
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
		found, err = reportsWith(ctx, tx, is(id))
		if err == nil && len(found) == 0 {
			err = noReport(ctx, tx, id)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("report %q in %s: %w", id, s.name, err)
	}
	return found[0], nil
}

// Known implements store.Store.
func (s *Store) Known(ctx context.Context, reportID, version string) (*nlp.Doc, error) {
	var doc *nlp.Doc
	err := s.read(ctx, func(tx *Tx) error {
		page, err := layersWith(ctx, tx, is(reportID))
		if err == nil && len(page) > 0 && page[0].Version == version {
			doc = page[0].Doc
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
			for after, last := "", ""; ; after = last {
				var err error
				if last, err = pageAfter(ctx, tx, after); err != nil {
					return err
				}
				page, err := layersWith(ctx, tx, behind(after, last))
				if err != nil {
					return err
				}
				for _, l := range page {
					if !yield(l, nil) {
						return done
					}
				}
				if last == "" {
					return nil
				}
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
			return among(ids, min(tx.d.Params(), pageSize), func(condition string, args []any) error {
				page, err := layersWith(ctx, tx, in(condition, args))
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

// pageAfter is the last report of the page that follows id after, "" when no other
// page follows: what hangs on a report that is gone lies on some page, too.
func pageAfter(ctx context.Context, tx *Tx, after string) (last string, err error) {
	err = each(ctx, tx, `SELECT id FROM report WHERE id > $1 ORDER BY id LIMIT 1 OFFSET $2`, row(after, pageSize-1), func(scan func(...[]any) error) error {
		return scan(row(&last))
	})
	if err == nil && last != "" && last <= after {
		err = damagedReport(last) // the index is out of order, and this would not end
	}
	return last, err
}

// layersWith reads some reports with their layers, by id.
func layersWith(ctx context.Context, tx *Tx, some someReports) ([]store.Layered, error) {
	reports, err := reportsWith(ctx, tx, some)
	if err != nil {
		return nil, err
	}
	byID := map[string]int{}
	out := make([]store.Layered, len(reports))
	for i, r := range reports {
		byID[r.ID] = i
		out[i].Doc = &nlp.Doc{Report: r}
	}
	fits := tx.checking("layers", "report, pipeline, doc")
	err = each(ctx, tx, `SELECT report, pipeline, doc, row_sum FROM layers WHERE `+some.where("report")+` ORDER BY report`, some.args, func(scan func(...[]any) error) error {
		var id, version string
		var packed []byte
		var sum *int64
		if err := scan(row(&id, &version, &packed, &sum)); err != nil {
			return err
		}
		i, ok := byID[id]
		if !ok || !fits(sum, id, version, packed) {
			return damagedReport(id)
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
	err = each(ctx, tx, `SELECT report, mark FROM pending WHERE `+some.where("report"), some.args, func(scan func(...[]any) error) error {
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
	c, came, err := s.arrivals(ctx, sha)
	if err == nil && len(came) > 0 {
		c = came[0]
	}
	return c, err
}

// Arrivals implements store.Store.
func (s *Store) Arrivals(ctx context.Context, sha string) ([]readout.Capture, error) {
	_, came, err := s.arrivals(ctx, sha)
	return came, err
}

// arrivals are those of bytes, which are alone in c.
func (s *Store) arrivals(ctx context.Context, sha string) (c readout.Capture, came []readout.Capture, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		came = nil
		var size, arrivals int
		var packed []byte
		var sum *int64
		err := tx.QueryRowContext(ctx, `SELECT size, body, arrivals, row_sum FROM capture WHERE sha256 = $1`, sha).Scan(&size, &packed, &arrivals, &sum)
		if errors.Is(err, sql.ErrNoRows) {
			var came bool
			if err = tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM arrival WHERE sha256 = $1)`, sha).Scan(&came); err == nil {
				if err = readout.ErrNotFound; came {
					err = fmt.Errorf("%w: its bytes are gone; restore a backup, or read the file or page once more", readout.ErrDamaged)
				}
			}
		}
		if err != nil {
			return named(err)
		}
		if c.Body, err = store.Unpack(packed); err != nil {
			return fmt.Errorf("%w: its bytes cannot be unpacked (%w); restore a backup, or read the file or page once more", readout.ErrDamaged, err)
		}
		c.SHA256 = sha
		if !hasSum(c.Body, sha) || !tx.checking("capture", captureColumns)(sum, sha, size, packed, arrivals) {
			return fmt.Errorf("%w: its bytes have another SHA-256 or size; restore a backup, or read the file or page once more", readout.ErrDamaged)
		}
		fits := tx.checking("arrival", arrivalColumns)
		err = each(ctx, tx, `SELECT `+arrivalColumns+`, row_sum FROM arrival WHERE sha256 = $1 ORDER BY path, url`, row(sha), func(scan func(...[]any) error) error {
			var of, readIn, fetched string
			a := c
			var side readout.Sidecar
			var has bool
			if err := scan(row(&of, &a.Path, &a.URL, &a.MediaType, &a.Charset, &has, &side.Outlet, &side.Published, &side.URL, &side.Title, &readIn, &fetched, &sum)); err != nil {
				return err
			}
			if !fits(sum, of, a.Path, a.URL, a.MediaType, a.Charset, has, side.Outlet, side.Published, side.URL, side.Title, readIn, fetched) {
				return damagedArrivals()
			}
			if has {
				a.Sidecar = &side
			}
			var err error
			a.Fetched, err = toTime(fetched)
			came = append(came, a)
			return err
		})
		if err == nil && len(came) != arrivals {
			err = damagedArrivals()
		}
		return err
	})
	if err != nil {
		return readout.Capture{}, nil, fmt.Errorf("capture %q in %s: %w", sha, s.name, err)
	}
	return c, came, nil
}

func hasSum(body []byte, sha string) bool {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:]) == sha
}

func damagedArrivals() error {
	return fmt.Errorf("%w: what is noted of where it came from is not what was stored; restore a backup", readout.ErrDamaged)
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
	err := s.read(ctx, func(tx *Tx) error {
		fits := tx.checking("refusal", "path, reason")
		return each(ctx, tx, `SELECT path, reason, row_sum FROM refusal ORDER BY path`, nil, func(scan func(...[]any) error) error {
			var r readout.Refusal
			var sum *int64
			if err := scan(row(&r.Path, &r.Reason, &sum)); err != nil {
				return err
			}
			if !fits(sum, r.Path, r.Reason) {
				return fmt.Errorf("%w: what is noted of %s is not what was stored; restore a backup, or save the rest: readout salvage", readout.ErrDamaged, clipped(r.Path))
			}
			out = append(out, r)
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("refusals of %s: %w", s.name, err)
	}
	return out, nil
}

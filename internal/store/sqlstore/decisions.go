package sqlstore

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/readout-news/readout"
)

// decisionLock is held by who appends to the log of decisions.
const decisionLock = "decisions"

// AddDecision implements store.Store.
func (s *Store) AddDecision(ctx context.Context, d *readout.Decision) error {
	var done readout.Decision
	err := d.Check()
	if err == nil {
		err = s.write(ctx, func(tx *Tx) (err error) {
			done, err = addDecision(ctx, tx, *d, s.now())
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("note what was decided in %s: %w", s.name, err)
	}
	*d = done
	return nil
}

func addDecision(ctx context.Context, tx *Tx, d readout.Decision, now time.Time) (readout.Decision, error) {
	if err := tx.d.Lock(ctx, tx, decisionLock); err != nil {
		return d, err
	}
	var last int64
	var prev string
	err := tx.QueryRowContext(ctx, `SELECT seq, hash FROM decision ORDER BY seq DESC LIMIT 1`).Scan(&last, &prev)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return d, err
	}
	made := d.Hash != "" // elsewhere
	switch {
	case made && d.Sum() != d.Hash:
		return d, fmt.Errorf("%w: decision %d is not what its hash was taken of", readout.ErrConflict, d.Seq)
	case made && d.Seq <= last:
		var has string
		if err := tx.QueryRowContext(ctx, `SELECT hash FROM decision WHERE seq = $1`, d.Seq).Scan(&has); err != nil {
			return d, err
		}
		if has != d.Hash {
			return d, fmt.Errorf("%w: another decision %d is there", readout.ErrConflict, d.Seq)
		}
		return d, nil
	case made && (d.Seq != last+1 || d.Prev != prev):
		return d, fmt.Errorf("%w: decision %d does not follow decision %d that is there", readout.ErrConflict, d.Seq, last)
	case !made:
		d.Seq, d.Prev = last+1, prev
		if d.At.IsZero() {
			d.At = now
		}
		d.At = d.At.UTC().Truncate(time.Second)
	}
	if d.Undoes >= d.Seq {
		return d, fmt.Errorf("decision %d: %w", d.Undoes, readout.ErrNotFound)
	}
	touched, err := touchedBy(ctx, tx, &d)
	if err != nil {
		return d, err
	}
	if !made {
		if by, err := undoneBy(ctx, tx, d.Undoes); err != nil || by != 0 {
			return d, cmp.Or(err, fmt.Errorf("%w: decision %d was taken back by decision %d", readout.ErrConflict, d.Undoes, by))
		}
		if d.About, err = worded(ctx, tx, d.About); err != nil {
			return d, err
		}
		d.Hash = d.Sum()
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO decision (seq, body, hash) VALUES ($1, $2, $3)`, d.Seq, string(d.Canonical()), d.Hash); err != nil {
		return d, err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE decision_head SET seq = $1, hash = $2`, d.Seq, d.Hash); err != nil {
		return d, err
	}
	// A linking under way that read these reports with the mark of before did not
	// know of the decision, and must not end that they are pending.
	mark := sha256.Sum256([]byte("decision " + d.Hash))
	for _, id := range touched {
		if err := putPending(ctx, tx, id, hex.EncodeToString(mark[:16])); err != nil {
			return d, err
		}
	}
	return d, nil
}

// touchedBy are the stored reports that a decision touches, sorted.
func touchedBy(ctx context.Context, tx *Tx, d *readout.Decision) ([]string, error) {
	seen := map[string]bool{}
	for n := d.Undoes; ; {
		for _, t := range d.About {
			if t.Kind == "report" && t.ID != "" {
				seen[t.ID] = true
			}
			for _, a := range t.Evidence {
				seen[a.Report] = true
			}
		}
		if n == 0 {
			break
		}
		var err error
		if d, err = decisionAt(ctx, tx, n); err != nil {
			return nil, err
		}
		if d == nil {
			return nil, fmt.Errorf("decision %d: %w", n, readout.ErrNotFound)
		}
		n = d.Undoes
	}
	out := map[string]bool{}
	ids := slices.Sorted(maps.Keys(seen))
	err := among(ids, tx.d.Params()/2, func(in string, args []any) error {
		query := `SELECT id FROM report WHERE id` + in + ` UNION SELECT r.id FROM article_report a JOIN article_report b ON b.url = a.url JOIN report r ON r.id = b.report WHERE a.report` + in
		return each(ctx, tx, query, args, func(scan func(...[]any) error) error {
			var id string
			err := scan(row(&id))
			out[id] = true
			return err
		})
	})
	return slices.Sorted(maps.Keys(out)), err
}

// undoneBy is the decision that takes n back and was not taken back itself; 0
// none.
func undoneBy(ctx context.Context, tx *Tx, n int64) (by int64, err error) {
	if n == 0 {
		return 0, nil
	}
	// Between the two no text of an entry ends: its quotes are escaped.
	var undos []int64
	err = each(ctx, tx, `SELECT seq FROM decision WHERE seq > $1 AND body LIKE $2 ORDER BY seq`, row(n, fmt.Sprintf(`%%,"undoes":%d,"prev":"%%`, n)), func(scan func(...[]any) error) error {
		var seq int64
		err := scan(row(&seq))
		undos = append(undos, seq)
		return err
	})
	for _, u := range undos {
		if by, err := undoneBy(ctx, tx, u); err != nil || by == 0 {
			return u, err
		}
	}
	return 0, err
}

// worded are targets with the words of their sentences, which must be there.
func worded(ctx context.Context, tx *Tx, about []readout.Target) ([]readout.Target, error) {
	texts := map[string]string{}
	text := func(id string) (string, error) {
		if t, ok := texts[id]; ok {
			return t, nil
		}
		var t string
		err := tx.QueryRowContext(ctx, `SELECT text FROM report WHERE id = $1`, id).Scan(&t)
		if errors.Is(err, sql.ErrNoRows) {
			err = fmt.Errorf("report %s: %w", id, readout.ErrNotFound)
		}
		texts[id] = t
		return t, err
	}
	about = slices.Clone(about)
	for i := range about {
		t := &about[i]
		if t.Kind == "report" {
			if _, err := text(t.ID); err != nil {
				return nil, err
			}
		}
		t.Evidence = slices.Clone(t.Evidence)
		for k := range t.Evidence {
			a := &t.Evidence[k]
			whole, err := text(a.Report)
			if err != nil {
				return nil, err
			}
			if a.Span.End > len(whole) || a.Trigger.Start < 0 || a.Trigger.End < a.Trigger.Start || a.Trigger.End > len(whole) {
				return nil, fmt.Errorf("%w: bytes %d to %d of report %s, which has %d", readout.ErrDecision, a.Span.Start, a.Span.End, a.Report, len(whole))
			}
			words := a.Span.In(whole)
			if !utf8.ValidString(words) || !utf8.ValidString(a.Trigger.In(whole)) {
				return nil, fmt.Errorf("%w: bytes %d to %d of report %s cut a letter in two", readout.ErrDecision, a.Span.Start, a.Span.End, a.Report)
			}
			switch {
			case a.Text == "":
				a.Text = words
			case a.Text != words:
				return nil, fmt.Errorf("%w: report %s says other words in bytes %d to %d", readout.ErrConflict, a.Report, a.Span.Start, a.Span.End)
			}
		}
	}
	return about, nil
}

// entry is an entry of the log, which has to be the bytes that were hashed.
func entry(seq int64, body, hash string) (d readout.Decision, err error) {
	if err := json.Unmarshal([]byte(body), &d); err != nil {
		return d, fmt.Errorf("%w: decision %d was changed after it was made: %w", readout.ErrLog, seq, err)
	}
	d.Hash = hash
	if d.Seq != seq {
		return d, fmt.Errorf("%w: decision %d stands in the place of decision %d", readout.ErrLog, d.Seq, seq)
	}
	if string(d.Canonical()) != body || d.Sum() != hash {
		return d, fmt.Errorf("%w: decision %d was changed after it was made", readout.ErrLog, seq)
	}
	return d, nil
}

// decisionAt is the decision with that number; nil: there is none.
func decisionAt(ctx context.Context, tx *Tx, n int64) (*readout.Decision, error) {
	var body, hash string
	err := tx.QueryRowContext(ctx, `SELECT body, hash FROM decision WHERE seq = $1`, n).Scan(&body, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, named(err)
	}
	d, err := entry(n, body, hash)
	return &d, err
}

// Decisions implements store.Store.
func (s *Store) Decisions(ctx context.Context, after int64) ([]readout.Decision, error) {
	var out []readout.Decision
	err := s.read(ctx, func(tx *Tx) error {
		out = nil
		_, _, err := followLog(ctx, tx, after, func(d readout.Decision) { out = append(out, d) })
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("decisions of %s: %w", s.name, advised(err))
	}
	return out, nil
}

// VerifyDecisions implements store.Store.
func (s *Store) VerifyDecisions(ctx context.Context) (last int64, hash string, err error) {
	err = s.read(ctx, func(tx *Tx) (err error) {
		last, hash, err = followLog(ctx, tx, 0, func(readout.Decision) {})
		return err
	})
	if err != nil {
		return last, hash, fmt.Errorf("verify the decisions of %s: %w", s.name, advised(err))
	}
	return last, hash, nil
}

// advised is an error of the log with what to do.
func advised(err error) error {
	if errors.Is(err, readout.ErrLog) {
		return fmt.Errorf("%w; restore a backup, or save the decisions before it: readout salvage", err)
	}
	return err
}

// followLog calls f with the entries of the log behind one, each of which has to
// follow the one before it up to the end that is noted.
func followLog(ctx context.Context, tx *Tx, after int64, f func(readout.Decision)) (last int64, hash string, err error) {
	var head int64
	var headHash string
	err = tx.QueryRowContext(ctx, `SELECT seq, hash FROM decision_head`).Scan(&head, &headHash)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, "", fmt.Errorf("%w: its end is not noted any more", readout.ErrLog)
	}
	if err != nil {
		return 0, "", named(err)
	}
	if last = max(0, min(after, head)); last > 0 {
		before, err := decisionAt(ctx, tx, last)
		if err == nil && before == nil {
			err = fmt.Errorf("%w: decision %d is gone", readout.ErrLog, last)
		}
		if err != nil {
			return 0, "", err
		}
		hash = before.Hash
	}
	err = each(ctx, tx, `SELECT seq, body, hash FROM decision WHERE seq > $1 ORDER BY seq`, row(last), func(scan func(...[]any) error) error {
		var seq int64
		var body, has string
		if err := scan(row(&seq, &body, &has)); err != nil {
			return err
		}
		d, err := entry(seq, body, has)
		if err == nil {
			err = readout.CheckNext(last+1, hash, &d)
		}
		if err != nil {
			return err
		}
		last, hash = seq, has
		f(d)
		return nil
	})
	if err == nil && (head != last || headHash != hash) {
		err = fmt.Errorf("%w: it ends with decision %d, and decision %d was the last that was made", readout.ErrLog, last, head)
	}
	return last, hash, err
}

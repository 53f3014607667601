package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
)

// lastRevision is the present revision with its digest; zero before the first.
func lastRevision(ctx context.Context, tx *Tx) (r store.Revision, digest string, err error) {
	err = revisions(ctx, tx, `ORDER BY n DESC LIMIT 1`, nil, func(last store.Revision, sum string) { r, digest = last, sum })
	return r, digest, err
}

const revisionColumns = "n, put_in, pipeline, reports, digest"

// revisions calls f with revisions and their digests; which is what follows the
// name of the table.
func revisions(ctx context.Context, tx *Tx, which string, args []any, f func(r store.Revision, digest string)) error {
	fits := tx.checking("revision", revisionColumns)
	return each(ctx, tx, `SELECT `+revisionColumns+`, row_sum FROM revision `+which, args, func(scan func(...[]any) error) (err error) {
		var r store.Revision
		var at, digest string
		var sum *int64
		if err := scan(row(&r.N, &at, &r.Pipeline, &r.Reports, &digest, &sum)); err != nil {
			return err
		}
		if !fits(sum, r.N, at, r.Pipeline, r.Reports, digest) {
			return fmt.Errorf("%w: what is noted of revision %d is not what was written; “readout doctor” says what to do", readout.ErrDamaged, r.N)
		}
		if at != "" {
			r.At, err = time.Parse(time.RFC3339, at)
		}
		f(r, digest)
		return err
	})
}

// putRevision notes a revision with the digest of its record. listed are the
// reports in scope that the record had before.
func (c *change) putRevision(ctx context.Context, tx *Tx, r store.Revision, digest string, listed map[string]string) error {
	err := tx.QueryRowContext(ctx, `SELECT pipeline FROM record_pipeline WHERE pipeline <> '' AND reports > 0 ORDER BY reports DESC, pipeline LIMIT 1`).Scan(&r.Pipeline)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	_, err = tx.put(ctx, "revision", "n, put_in, pipeline, reports, digest", "",
		r.N, r.At.Format(time.RFC3339), r.Pipeline, r.Reports, digest)
	if err != nil {
		return err
	}
	in := tx.Insert(ctx, "revision_report", "report, since")
	has := make(map[string]bool, len(c.rec.Reports))
	for _, x := range c.rec.Reports {
		has[x.ID] = true
		if _, had := listed[x.ID]; had {
			continue
		}
		if err := in.Add(row(x.ID, r.N)); err != nil {
			return err
		}
	}
	if err := in.Flush(); err != nil {
		return err
	}
	for id := range listed {
		if has[id] {
			continue
		}
		if _, err := tx.ExecContext(ctx, `UPDATE revision_report SET row_sum = NULL, until = $1 WHERE report = $2 AND until IS NULL`, r.N-1, id); err != nil {
			return err
		}
		if err := tx.seal(ctx, "revision_report", "report = $1", id); err != nil {
			return err
		}
	}
	return nil
}

// spot is where a report mentions a thing of that kind.
type spot struct {
	kind       store.Kind
	report     string
	start, end int
}

// moves finds for ids that go which ids take over their mentions.
type moves struct {
	gone   map[store.Kind][]string
	at     map[spot][]string             // ids that go, by mention
	shared map[store.Item]map[string]int // id that goes → its successor → mentions that they share
}

// mentions of events, entities and threads: those of one that goes, and those of
// what is then there, by their reports. Events and threads go where the triggers
// of their mentions are, entities where their names are.
var mentions = []struct {
	kind     store.Kind
	of, here string
}{
	{
		store.KindEvent, `SELECT report, trigger_start, trigger_end FROM event_mention WHERE event = $1`,
		`SELECT event, report, trigger_start, trigger_end FROM event_mention WHERE report`,
	},
	{
		store.KindEntity, `SELECT report, start_byte, end_byte FROM entity_mention WHERE entity = $1
			AND (form = 'name' OR NOT EXISTS (SELECT 1 FROM entity_mention WHERE entity = $1 AND form = 'name'))`,
		`SELECT entity, report, start_byte, end_byte FROM entity_mention WHERE report`,
	},
	{
		store.KindThread, `SELECT m.report, m.trigger_start, m.trigger_end FROM thread_event t
			JOIN event_mention m ON m.event = t.event WHERE t.thread = $1`,
		`SELECT t.thread, m.report, m.trigger_start, m.trigger_end FROM event_mention m JOIN thread_event t ON t.event = m.event WHERE m.report`,
	},
}

// lost notes the mentions of those of the changed owners that go. Their rows
// must still be there.
func (c *change) lost(ctx context.Context, tx *Tx, changed map[store.Kind][]string) (*moves, error) {
	m := &moves{gone: map[store.Kind][]string{}, at: map[spot][]string{}, shared: map[store.Item]map[string]int{}}
	for _, k := range mentions {
		var ids []string
		for _, id := range changed[k.kind] {
			if !c.has[owner{k.kind, id}] {
				ids = append(ids, id)
			}
		}
		there, err := idsIn(ctx, tx, k.kind, ids)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			if !there[id] {
				continue
			}
			m.gone[k.kind] = append(m.gone[k.kind], id)
			err := each(ctx, tx, k.of, row(id), func(scan func(...[]any) error) error {
				s := spot{kind: k.kind}
				err := scan(row(&s.report, &s.start, &s.end))
				if !slices.Contains(m.at[s], id) {
					m.at[s] = append(m.at[s], id)
				}
				return err
			})
			if err != nil {
				return nil, err
			}
		}
	}
	return m, nil
}

// put notes what becomes, in the record that is now there, of the ids that are
// gone with this revision.
func (m *moves) put(ctx context.Context, tx *Tx, revision int) error {
	reports := map[owner]bool{}
	for s := range m.at {
		reports[owner{s.kind, s.report}] = true
	}
	by := byKind(reports)
	in := tx.Insert(ctx, "moved", "id, revision, ord, kind, to_id")
	for _, k := range mentions {
		err := among(by[k.kind], tx.d.Params(), func(list string, args []any) error {
			return each(ctx, tx, k.here+list, args, func(scan func(...[]any) error) error {
				s := spot{kind: k.kind}
				var id string
				err := scan(row(&id, &s.report, &s.start, &s.end))
				for _, x := range m.at[s] {
					was := store.Item{Kind: k.kind, ID: x}
					if m.shared[was] == nil {
						m.shared[was] = map[string]int{}
					}
					m.shared[was][id]++
				}
				return err
			})
		})
		if err != nil {
			return err
		}
		for _, id := range m.gone[k.kind] {
			to := byShare(m.shared[store.Item{Kind: k.kind, ID: id}])
			if len(to) == 0 {
				to = []string{""}
			}
			for i, x := range to {
				if err := in.Add(row(id, revision, i, string(k.kind), x)); err != nil {
					return err
				}
			}
		}
	}
	return in.Flush()
}

// byShare lists the keys of shared, greatest first, then by id.
func byShare(shared map[string]int) []string {
	out := make([]string, 0, len(shared))
	for id := range shared {
		out = append(out, id)
	}
	slices.SortFunc(out, func(a, b string) int {
		if d := shared[b] - shared[a]; d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	return out
}

// Revision implements store.Store.
func (s *Store) Revision(ctx context.Context) (r store.Revision, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		r, _, err = lastRevision(ctx, tx)
		return err
	})
	if err != nil {
		return store.Revision{}, fmt.Errorf("revision of %s: %w", s.name, err)
	}
	return r, nil
}

// Revisions implements store.Store.
func (s *Store) Revisions(ctx context.Context) ([]store.Revision, error) {
	var out []store.Revision
	err := s.read(ctx, func(tx *Tx) error {
		return revisions(ctx, tx, `ORDER BY n`, nil, func(r store.Revision, _ string) { out = append(out, r) })
	})
	if n := len(out); err == nil && n > 0 && out[n-1].N != n {
		err = fmt.Errorf("%w: %d of %d are noted; “readout doctor” says what to do", readout.ErrDamaged, n, out[n-1].N)
	}
	if err != nil {
		return nil, fmt.Errorf("revisions of %s: %w", s.name, err)
	}
	return out, nil
}

// ReportsAt implements store.Store.
func (s *Store) ReportsAt(ctx context.Context, n int) ([]string, error) {
	var out []string
	err := s.read(ctx, func(tx *Tx) error {
		of := -1
		if err := revisions(ctx, tx, `WHERE n = $1`, row(n), func(r store.Revision, _ string) { of = r.Reports }); err != nil {
			return err
		}
		if of < 0 {
			return readout.ErrNotFound
		}
		fits := tx.checking("revision_report", "report, since, until")
		err := each(ctx, tx, `SELECT report, since, until, row_sum FROM revision_report WHERE since <= $1 AND (until IS NULL OR until >= $1) ORDER BY report`, row(n), func(scan func(...[]any) error) error {
			var id string
			var since int64
			var until, sum *int64
			if err := scan(row(&id, &since, &until, &sum)); err != nil {
				return err
			}
			if !fits(sum, id, since, until) {
				return fmt.Errorf("%w: in which revisions the report %s is, is not what was written; “readout doctor” says what to do", readout.ErrDamaged, clipped(id))
			}
			out = append(out, id)
			return nil
		})
		if err == nil && len(out) != of {
			err = fmt.Errorf("%w: %d reports of it are listed, and it had %d; “readout doctor” says what to do", readout.ErrDamaged, len(out), of)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("reports of revision %d of %s: %w", n, s.name, err)
	}
	return out, nil
}

// Moved implements store.Store.
func (s *Store) Moved(ctx context.Context, id string) (store.Moved, error) {
	out := store.Moved{ID: id}
	err := s.read(ctx, func(tx *Tx) error {
		kind, err := holder(ctx, tx, id)
		if err != nil {
			return err
		}
		if kind != "" {
			out.Kind, out.To = kind, []string{id}
			return nil
		}
		// An id may have come and gone more than once: the last time counts.
		last := `SELECT coalesce(max(revision), 0) FROM moved WHERE id = $1`
		if err := tx.QueryRowContext(ctx, last, id).Scan(&out.Revision.N); err != nil {
			return err
		}
		if out.Revision.N == 0 {
			return readout.ErrNotFound
		}
		err = revisions(ctx, tx, `WHERE n = $1`, row(out.Revision.N), func(r store.Revision, _ string) { out.Revision = r })
		if err != nil {
			return err
		}
		out.Kind, out.To, err = follow(ctx, tx, id, out.Revision.N)
		return err
	})
	if err != nil {
		return store.Moved{}, fmt.Errorf("what became of %q in %s: %w", id, s.name, err)
	}
	return out, nil
}

// holder is the kind of the event, entity or thread of that id in the present
// record, "" when there is none.
func holder(ctx context.Context, tx *Tx, id string) (store.Kind, error) {
	for _, k := range []store.Kind{store.KindEvent, store.KindEntity, store.KindThread} {
		var there bool
		if err := tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM "+string(k)+" WHERE id = $1)", id).Scan(&there); err != nil { //nolint:gosec // k is one of the three above
			return "", err
		}
		if there {
			return k, nil
		}
	}
	return "", nil
}

// follow goes from an id that vanished in revision n through the moves after it
// to the ids that the present record holds, in the order of the successors.
func follow(ctx context.Context, tx *Tx, id string, n int) (kind store.Kind, out []string, err error) {
	type step struct {
		id string
		n  int
	}
	seen := map[step]bool{}
	var walk func(at step) error
	walk = func(at step) error {
		if seen[at] {
			return nil
		}
		seen[at] = true
		var to []string
		err := each(ctx, tx, `SELECT kind, to_id FROM moved WHERE id = $1 AND revision = $2 AND to_id <> '' ORDER BY ord`, row(at.id, at.n), func(scan func(...[]any) error) error {
			to = append(to, "")
			return scan(row(&kind, &to[len(to)-1]))
		})
		if err != nil {
			return err
		}
		for _, x := range to {
			held, err := holder(ctx, tx, x)
			if err != nil {
				return err
			}
			var next int
			if err := tx.QueryRowContext(ctx, `SELECT coalesce(min(revision), 0) FROM moved WHERE id = $1 AND revision > $2`, x, at.n).Scan(&next); err != nil {
				return err
			}
			if held == "" && next > 0 {
				if err := walk(step{x, next}); err != nil {
					return err
				}
			} else if !slices.Contains(out, x) {
				out = append(out, x)
			}
		}
		return nil
	}
	if err := tx.whole(ctx, "moved", "id = $1", id); err != nil {
		return "", nil, err
	}
	if err := tx.QueryRowContext(ctx, `SELECT kind FROM moved WHERE id = $1 AND revision = $2`, id, n).Scan(&kind); err != nil {
		return "", nil, err
	}
	return kind, out, walk(step{id, n})
}

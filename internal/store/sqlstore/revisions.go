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
func lastRevision(ctx context.Context, q querier) (r store.Revision, digest string, err error) {
	err = each(ctx, q, `SELECT n, put_in, pipeline, reports, digest FROM revision ORDER BY n DESC LIMIT 1`, nil, func(scan func(...[]any) error) error {
		r, digest, err = scanRevision(scan)
		return err
	})
	return r, digest, err
}

func scanRevision(scan func(...[]any) error) (r store.Revision, digest string, err error) {
	var at string
	if err = scan(row(&r.N, &at, &r.Pipeline, &r.Reports, &digest)); err == nil && at != "" {
		r.At, err = time.Parse(time.RFC3339, at)
	}
	return r, digest, err
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
func (s *Store) Revision(ctx context.Context) (store.Revision, error) {
	r, _, err := lastRevision(ctx, s.r)
	if err != nil {
		return store.Revision{}, fmt.Errorf("revision of %s: %w", s.name, s.d.Mapped(err))
	}
	return r, nil
}

// Revisions implements store.Store.
func (s *Store) Revisions(ctx context.Context) ([]store.Revision, error) {
	var out []store.Revision
	err := each(ctx, s.r, `SELECT n, put_in, pipeline, reports, digest FROM revision ORDER BY n`, nil, func(scan func(...[]any) error) error {
		r, _, err := scanRevision(scan)
		out = append(out, r)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("revisions of %s: %w", s.name, s.d.Mapped(err))
	}
	return out, nil
}

// ReportsAt implements store.Store.
func (s *Store) ReportsAt(ctx context.Context, n int) ([]string, error) {
	var out []string
	err := s.read(ctx, func(tx *Tx) error {
		var there bool
		if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM revision WHERE n = $1)`, n).Scan(&there); err != nil {
			return err
		}
		if !there {
			return readout.ErrNotFound
		}
		return each(ctx, tx, `SELECT report FROM revision_report WHERE since <= $1 AND (until IS NULL OR until >= $1) ORDER BY report`, row(n), func(scan func(...[]any) error) error {
			out = append(out, "")
			return scan(row(&out[len(out)-1]))
		})
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
		err = each(ctx, tx, `SELECT n, put_in, pipeline, reports, digest FROM revision WHERE n = $1`, row(out.Revision.N), func(scan func(...[]any) error) (err error) {
			out.Revision, _, err = scanRevision(scan)
			return err
		})
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
	if err := tx.QueryRowContext(ctx, `SELECT kind FROM moved WHERE id = $1 AND revision = $2`, id, n).Scan(&kind); err != nil {
		return "", nil, err
	}
	return kind, out, walk(step{id, n})
}

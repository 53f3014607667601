package sqlstore

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
)

// rowSum sums the rows of a record in the order in which they are put.
type rowSum struct {
	hash.Hash
	buf []byte
}

// add sums one row. Each value goes in with its type and length, so that no
// two rows look alike.
func (s *rowSum) add(table, columns string, groups ...[]any) {
	b := s.buf[:0]
	text := func(x string) {
		b = binary.AppendUvarint(append(b, 's'), uint64(len(x)))
		b = append(b, x...)
	}
	text(table)
	text(columns)
	for _, g := range groups {
		for _, v := range g {
			switch x := v.(type) {
			case nil:
				b = append(b, 'n')
			case string:
				text(x)
			case int:
				b = binary.AppendVarint(append(b, 'i'), int64(x))
			case bool:
				b = append(b, 'b', "01"[b2i(x)])
			case float64:
				b = binary.LittleEndian.AppendUint64(append(b, 'f'), math.Float64bits(x))
			default:
				panic(fmt.Sprintf("sqlstore: no sum for a %T in %s", v, table))
			}
		}
	}
	s.buf = b
	s.Write(b)
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// recordDigest sums all rows of a record whose reports have these digests. It
// is comparable between programs with the same newest migration, which the
// prefix names.
func (s *Store) recordDigest(rec *readout.Record, reports []string) string {
	sum := &rowSum{Hash: sha256.New()}
	p := &putter{sink: sum.add}
	p.record(rec)
	for _, d := range reports {
		sum.add("report", "digest", row(d))
	}
	return s.digestPrefix() + hex.EncodeToString(sum.Sum(nil))
}

func (s *Store) digestPrefix() string { return fmt.Sprintf("%d:", s.version) }

// holds reports whether revision last has the content of rec, whose digest is
// given. Where an earlier program summed it, or none did, what is stored is
// summed anew.
func (s *Store) holds(ctx context.Context, tx *Tx, last store.Revision, was, digest string) (bool, error) {
	if last.N == 0 || strings.HasPrefix(was, s.digestPrefix()) {
		return last.N > 0 && was == digest, nil
	}
	g := &getter{ctx: ctx, tx: tx, rec: &readout.Record{}}
	if err := g.all(); err != nil {
		return false, err
	}
	reports, err := reportDigests(g.rec.Reports)
	if err != nil {
		return false, err
	}
	if s.recordDigest(g.rec, reports) != digest {
		return false, nil
	}
	_, err = tx.ExecContext(ctx, `UPDATE revision SET digest = $1 WHERE n = $2`, digest, last.N)
	return true, err
}

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

// putRevision notes the revision n of rec and what became of the ids that rec
// no longer has. The rows of the record before must still be there.
func putRevision(ctx context.Context, tx *Tx, n int, rec *readout.Record, digest string, now time.Time) error {
	if err := putMoves(ctx, tx, n, rec); err != nil {
		return err
	}
	var pipeline string
	err := tx.QueryRowContext(ctx, `SELECT pipeline FROM layers GROUP BY pipeline ORDER BY count(*) DESC, pipeline LIMIT 1`).Scan(&pipeline)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO revision (n, put_in, pipeline, reports, digest) VALUES ($1, $2, $3, $4, $5)`,
		n, now.UTC().Format(time.RFC3339), pipeline, len(rec.Reports), digest)
	if err != nil {
		return err
	}
	gone := map[string]bool{}
	err = each(ctx, tx, `SELECT report FROM revision_report WHERE until IS NULL`, nil, func(scan func(...[]any) error) error {
		var id string
		err := scan(row(&id))
		gone[id] = true
		return err
	})
	if err != nil {
		return err
	}
	in := tx.Insert(ctx, "revision_report", "report, since")
	seen := map[string]bool{}
	for _, r := range rec.Reports {
		if seen[r.ID] {
			continue
		}
		seen[r.ID] = true
		if gone[r.ID] {
			delete(gone, r.ID)
		} else if err := in.Add(row(r.ID, n)); err != nil {
			return err
		}
	}
	if err := in.Flush(); err != nil {
		return err
	}
	for id := range gone {
		if _, err := tx.ExecContext(ctx, `UPDATE revision_report SET until = $1 WHERE report = $2 AND until IS NULL`, n-1, id); err != nil {
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

// moves finds for vanished ids which ids of the next record took over their
// mentions.
type moves struct {
	at     map[spot][]string             // vanished ids, by mention
	shared map[store.Item]map[string]int // vanished id → its successor → mentions that they share
}

func (m *moves) lost(id string, s spot) {
	if !slices.Contains(m.at[s], id) {
		m.at[s] = append(m.at[s], id)
	}
}

func (m *moves) found(id string, s spot) {
	for _, x := range m.at[s] {
		was := store.Item{Kind: s.kind, ID: x}
		if m.shared[was] == nil {
			m.shared[was] = map[string]int{}
		}
		m.shared[was][id]++
	}
}

// putMoves notes what becomes in rec, revision n, of the ids of the stored
// record that rec does not have: events and threads go where the triggers of
// their mentions are, entities where their names are.
func putMoves(ctx context.Context, tx *Tx, n int, rec *readout.Record) error {
	have := map[store.Item]bool{}
	for _, x := range rec.Events {
		have[store.Item{Kind: store.KindEvent, ID: x.ID}] = true
	}
	for _, x := range rec.Entities {
		have[store.Item{Kind: store.KindEntity, ID: x.ID}] = true
	}
	for _, x := range rec.Threads {
		have[store.Item{Kind: store.KindThread, ID: x.ID}] = true
	}
	m := &moves{at: map[spot][]string{}, shared: map[store.Item]map[string]int{}}
	gone := map[store.Kind][]string{}
	for _, k := range []struct {
		kind         store.Kind
		table, spots string
	}{
		{store.KindEvent, "event", `SELECT report, trigger_start, trigger_end FROM event_mention WHERE event = $1`},
		{store.KindEntity, "entity", `SELECT report, start_byte, end_byte FROM entity_mention WHERE entity = $1
			AND (form = 'name' OR NOT EXISTS (SELECT 1 FROM entity_mention WHERE entity = $1 AND form = 'name'))`},
		{store.KindThread, "thread", `SELECT m.report, m.trigger_start, m.trigger_end FROM thread_event t
			JOIN event_mention m ON m.event = t.event WHERE t.thread = $1`},
	} {
		var ids []string
		err := each(ctx, tx, "SELECT id FROM "+k.table+" ORDER BY id", nil, func(scan func(...[]any) error) error {
			var id string
			err := scan(row(&id))
			if !have[store.Item{Kind: k.kind, ID: id}] {
				ids = append(ids, id)
			}
			return err
		})
		if err != nil {
			return err
		}
		gone[k.kind] = ids
		for _, id := range ids {
			err := each(ctx, tx, k.spots, row(id), func(scan func(...[]any) error) error {
				s := spot{kind: k.kind}
				err := scan(row(&s.report, &s.start, &s.end))
				m.lost(id, s)
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	events := map[string]*readout.Event{}
	for _, e := range rec.Events {
		events[e.ID] = e
		for _, x := range e.Mentions {
			m.found(e.ID, spot{store.KindEvent, x.Report, x.Trigger.Start, x.Trigger.End})
		}
	}
	for _, e := range rec.Entities {
		for _, x := range e.Mentions {
			m.found(e.ID, spot{store.KindEntity, x.Report, x.Span.Start, x.Span.End})
		}
	}
	for _, t := range rec.Threads {
		for _, id := range t.Events {
			if e := events[id]; e != nil {
				for _, x := range e.Mentions {
					m.found(t.ID, spot{store.KindThread, x.Report, x.Trigger.Start, x.Trigger.End})
				}
			}
		}
	}
	in := tx.Insert(ctx, "moved", "id, revision, ord, kind, to_id")
	for _, kind := range []store.Kind{store.KindEvent, store.KindEntity, store.KindThread} {
		for _, id := range gone[kind] {
			to := byShare(m.shared[store.Item{Kind: kind, ID: id}])
			if len(to) == 0 {
				to = []string{""}
			}
			for i, x := range to {
				if err := in.Add(row(id, n, i, string(kind), x)); err != nil {
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

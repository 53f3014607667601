package sqlstore

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
)

// ReplaceRecord implements store.Store.
func (s *Store) ReplaceRecord(ctx context.Context, rec *readout.Record) error {
	if err := s.update(ctx, store.Update{Scope: store.Scope{All: true}, Record: rec}); err != nil {
		return fmt.Errorf("replace the record in %s: %w", s.name, err)
	}
	return nil
}

// UpdateRecord implements store.Store.
func (s *Store) UpdateRecord(ctx context.Context, u store.Update) error {
	if err := s.update(ctx, u); err != nil {
		return fmt.Errorf("update the record in %s: %w", s.name, err)
	}
	return nil
}

func (s *Store) update(ctx context.Context, u store.Update) error {
	c, err := newChange(u)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx *Tx) error { return c.put(ctx, tx, s.now().UTC()) })
}

// change is an update that is ready to be put: what it holds does not depend on
// what is stored.
type change struct {
	u       store.Update
	rec     *readout.Record // of u, in order
	digests []string        // of rec.Reports
	scope   map[owner]bool  // nil: all
	owners  map[store.Kind][]string
	sums    map[owner]*sum // of what is to stand in the scope
	has     map[owner]bool // entities, events and threads of rec
}

func newChange(u store.Update) (*change, error) {
	if len(u.Record.Origins) != 0 && len(u.Record.Origins) != len(u.Record.Reports) {
		return nil, fmt.Errorf("%w: %d origins for %d reports", readout.ErrConflict, len(u.Record.Origins), len(u.Record.Reports))
	}
	c := &change{u: u, rec: store.Ordered(u.Record), has: map[owner]bool{}}
	if !u.Scope.All {
		c.scope, c.owners = map[owner]bool{}, map[store.Kind][]string{}
		for _, k := range []struct {
			kind store.Kind
			ids  []string
		}{
			{store.KindReport, u.Scope.Reports},
			{store.KindEntity, u.Scope.Entities},
			{store.KindEvent, u.Scope.Events},
			{store.KindUtterance, u.Scope.Utterances},
			{store.KindIssue, u.Scope.Issues},
			{store.KindCommitment, u.Scope.Commitments},
			{store.KindThread, u.Scope.Threads},
		} {
			for _, id := range k.ids {
				c.scope[owner{k.kind, id}] = true
			}
		}
		if u.Record.Refusals != nil {
			c.scope[refusals] = true
		}
		c.owners = byKind(c.scope)
		c.narrow()
	}
	for _, x := range c.rec.Entities {
		c.has[owner{store.KindEntity, x.ID}] = true
	}
	for _, x := range c.rec.Events {
		c.has[owner{store.KindEvent, x.ID}] = true
	}
	for _, x := range c.rec.Threads {
		c.has[owner{store.KindThread, x.ID}] = true
	}
	var err error
	if c.digests, err = reportDigests(c.rec.Reports); err != nil {
		return nil, err
	}
	var wants func(owner) bool
	if c.scope != nil {
		wants = func(o owner) bool { return c.scope[o] }
	}
	c.sums = sumsOf(c.rec, c.digests, wants)
	return c, nil
}

// narrow leaves the reports in scope in the record.
func (c *change) narrow() {
	all := c.rec
	rec := *all
	rec.Reports, rec.Origins = nil, nil
	for i, r := range all.Reports {
		if !c.scope[owner{store.KindReport, r.ID}] {
			continue
		}
		rec.Reports = append(rec.Reports, r)
		if len(all.Origins) > 0 {
			rec.Origins = append(rec.Origins, all.Origins[i])
		}
	}
	c.rec = &rec
}

// byKind lists owners by their kinds, in the order of their ids.
func byKind[V any](owners map[owner]V) map[store.Kind][]string {
	out := map[store.Kind][]string{}
	for _, o := range sortedOwners(owners) {
		out[o.kind] = append(out[o.kind], o.id)
	}
	return out
}

func sortedOwners[V any](owners map[owner]V) []owner {
	return slices.SortedFunc(maps.Keys(owners), func(a, b owner) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), strings.Compare(a.id, b.id))
	})
}

// put puts the change in the place of what is stored. Only the rows of owners
// whose sums differ are touched.
func (c *change) put(ctx context.Context, tx *Tx, now time.Time) error {
	if err := tx.d.Lock(ctx, tx, recordLock); err != nil {
		return err
	}
	if err := c.checkStored(ctx, tx); err != nil {
		return err
	}
	if c.u.Anew {
		return c.putAnew(ctx, tx, now)
	}
	last, total, err := present(ctx, tx)
	if err != nil {
		return err
	}
	if c.u.Base != 0 && c.u.Base != last.N {
		return fmt.Errorf("%w: the change starts from revision %d, and the record is at revision %d; link the reports again", readout.ErrConflict, c.u.Base, last.N)
	}
	had, err := readSums(ctx, tx, c.owners)
	if err != nil {
		return err
	}
	changed := map[owner]bool{}
	for of, was := range had {
		if is := c.sums[of]; is == nil || *is != *was {
			changed[of] = true
		}
		total.sub(*was)
	}
	for of, is := range c.sums {
		if had[of] == nil {
			changed[of] = true
		}
		total.add(*is)
	}
	listed, err := c.listed(ctx, tx)
	if err != nil {
		return err
	}
	count := last.Reports - len(listed) + len(c.rec.Reports)
	if c.scope == nil {
		count = len(c.rec.Reports)
	}
	if c.u.Total != count && (c.scope != nil || c.u.Total != 0) {
		return fmt.Errorf("%w: the record has %d reports after the change, and not %d; link the reports again", readout.ErrConflict, count, c.u.Total)
	}
	next := store.Revision{N: last.N + 1, At: now, Reports: count}
	anew := len(changed) > 0 || last.N == 0
	if anew {
		// Where most is new, all is put anew in bulk.
		all := c.scope == nil && 2*len(changed) > max(len(had), len(c.sums))
		if err := c.rewrite(ctx, tx, next.N, changed, all); err != nil {
			return err
		}
	}
	if err := c.linked(ctx, tx, changed, listed); err != nil {
		return err
	}
	if err := putLinkDigests(ctx, tx, c.u.Notes); err != nil {
		return err
	}
	if !anew {
		return nil
	}
	return c.putRevision(ctx, tx, next, digestText(total), listed)
}

// putAnew puts all rows anew and trusts none that is there; see Update.Anew.
func (c *change) putAnew(ctx context.Context, tx *Tx, now time.Time) error {
	if c.scope != nil {
		return fmt.Errorf("%w: only the whole record can be put anew", readout.ErrConflict)
	}
	last, digest, err := lastRevision(ctx, tx)
	if err != nil {
		return err
	}
	var total sum
	for _, is := range c.sums {
		total.add(*is)
	}
	listed, err := c.listed(ctx, tx)
	if err != nil {
		return err
	}
	next := store.Revision{N: last.N + 1, At: now, Reports: len(c.rec.Reports)}
	same := digest == digestText(total)
	was := map[owner]bool{} // of which is noted where they went
	if same {
		next = last
	} else if was, err = movable(ctx, tx); err != nil {
		return err
	}
	if err := c.rewrite(ctx, tx, next.N, was, true); err != nil {
		return err
	}
	if err := c.linked(ctx, tx, nil, listed); err != nil {
		return err
	}
	for _, stmt := range []string{
		`DELETE FROM link_digest`,
		`DELETE FROM pending`,
		`INSERT INTO pending (report, mark) SELECT id, 'anew' FROM report WHERE true ON CONFLICT (report) DO NOTHING`,
	} {
		if _, err := tx.ExecContext(ctx, stmt); err != nil {
			return err
		}
	}
	if same {
		return nil
	}
	// Which reports the revision before had is told by the revisions: the rows of its
	// record may be gone.
	before := map[string]string{}
	err = each(ctx, tx, `SELECT report FROM revision_report WHERE until IS NULL`, nil, func(scan func(...[]any) error) error {
		var id string
		err := scan(row(&id))
		before[id] = ""
		return err
	})
	if err != nil {
		return err
	}
	return c.putRevision(ctx, tx, next, digestText(total), before)
}

// movable are the owners in the record of which is noted where they went when they
// go.
func movable(ctx context.Context, tx *Tx) (map[owner]bool, error) {
	out := map[owner]bool{}
	for _, k := range mentions {
		err := each(ctx, tx, "SELECT id FROM "+string(k.kind), nil, func(scan func(...[]any) error) error {
			o := owner{kind: k.kind}
			err := scan(row(&o.id))
			out[o] = true
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// checkStored refuses reports that are not stored, or stored with other
// content.
func (c *change) checkStored(ctx context.Context, tx *Tx) error {
	ids := make([]string, len(c.rec.Reports))
	for i, r := range c.rec.Reports {
		ids[i] = r.ID
	}
	stored := map[string]string{}
	err := among(ids, tx.d.Params(), func(in string, args []any) error {
		return each(ctx, tx, "SELECT id, digest FROM report WHERE id"+in, args, func(scan func(...[]any) error) error {
			var id, digest string
			err := scan(row(&id, &digest))
			stored[id] = digest
			return err
		})
	})
	if err != nil {
		return err
	}
	for i, id := range ids {
		switch digest, ok := stored[id]; {
		case !ok:
			return fmt.Errorf("report %s: %w; add it before the record", id, readout.ErrNotFound)
		case digest != c.digests[i]:
			return fmt.Errorf("report %s: %w: it is stored with other text or fields; add it again before the record", id, readout.ErrConflict)
		}
	}
	return nil
}

func reportDigests(reports []*readout.Report) ([]string, error) {
	out := make([]string, len(reports))
	for i, r := range reports {
		var err error
		if out[i], err = reportDigest(r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// listed are the reports of the record in scope, with the pipelines of the
// layers that they were linked from.
func (c *change) listed(ctx context.Context, tx *Tx) (map[string]string, error) {
	out := map[string]string{}
	read := func(where string, args []any) error {
		return each(ctx, tx, "SELECT report, pipeline FROM record_report"+where, args, func(scan func(...[]any) error) error {
			var id, pipeline string
			err := scan(row(&id, &pipeline))
			out[id] = pipeline
			return err
		})
	}
	if c.scope == nil {
		return out, read("", nil)
	}
	return out, among(c.owners[store.KindReport], tx.d.Params(), func(in string, args []any) error { return read(" WHERE report"+in, args) })
}

// rewrite puts the rows of changed owners in the place of those that are there,
// of all owners when all is set, with what follows from them: the sums, what
// became of ids that go, and the index of words.
func (c *change) rewrite(ctx context.Context, tx *Tx, revision int, changed map[owner]bool, all bool) error {
	by := byKind(changed)
	m, err := c.lost(ctx, tx, by)
	if err != nil {
		return err
	}
	var x *reindex
	if !all {
		if x, err = c.beforeIndex(ctx, tx, by); err != nil {
			return err
		}
	}
	roles, err := c.rolesOf(ctx, tx, by[store.KindEntity])
	if err != nil {
		return err
	}
	wants := func(o owner) bool { return changed[o] }
	if all {
		wants = nil
		if err := deleteRecord(ctx, tx); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM record_sum`); err != nil {
			return err
		}
	} else {
		for _, kind := range slices.Sorted(maps.Keys(by)) {
			if err := deleteOwned(ctx, tx, kind, by[kind]); err != nil {
				return err
			}
			if err := deleteSums(ctx, tx, kind, by[kind]); err != nil {
				return err
			}
		}
	}
	w := &writer{ctx: ctx, tx: tx, tables: map[string]*Inserter{}}
	p := &putter{wants: wants, sink: w.add}
	p.record(c.rec, c.digests)
	if err := w.flush(); err != nil {
		return err
	}
	if all {
		changed = nil
	}
	if err := insertSums(ctx, tx, c.sums, changed); err != nil {
		return err
	}
	if c.scope != nil {
		if err := c.checkWhole(ctx, tx, by, roles); err != nil {
			return err
		}
	}
	if err := m.put(ctx, tx, revision); err != nil {
		return err
	}
	if all {
		return indexRecord(ctx, tx, c.rec)
	}
	return x.put(ctx, tx)
}

// role names a role of an entity, see nthRole.
type role struct {
	entity, title string
	nth           int
}

// rolesOf are the stored roles of entities.
func (c *change) rolesOf(ctx context.Context, tx *Tx, entities []string) (map[role]bool, error) {
	out := map[role]bool{}
	if c.scope == nil {
		return out, nil // nobody asks
	}
	err := among(entities, tx.d.Params(), func(in string, args []any) error {
		return each(ctx, tx, "SELECT entity, title FROM entity_role WHERE entity"+in+" ORDER BY entity, ord", args, func(scan func(...[]any) error) error {
			var r role
			err := scan(row(&r.entity, &r.title))
			for out[r] {
				r.nth++
			}
			out[r] = true
			return err
		})
	})
	return out, err
}

// checkWhole refuses a change that would leave mentions or evidence of entities
// and events that are not there. had are the roles that the changed entities had
// before.
func (c *change) checkWhole(ctx context.Context, tx *Tx, by map[store.Kind][]string, had map[role]bool) error {
	// What the reports in scope mention is there.
	mentioned, given := map[owner]bool{}, map[role]bool{}
	for _, e := range c.rec.Entities {
		if slices.ContainsFunc(e.Mentions, func(m readout.EntityMention) bool { return c.scope[owner{store.KindReport, m.Report}] }) {
			mentioned[owner{store.KindEntity, e.ID}] = true
		}
		for i, r := range e.Roles {
			if slices.ContainsFunc(r.Evidence, func(ev readout.Evidence) bool { return c.scope[owner{store.KindReport, ev.Report}] }) {
				mentioned[owner{store.KindEntity, e.ID}] = true
				given[role{e.ID, r.Title, nthRole(e.Roles, i)}] = true
			}
		}
	}
	for _, e := range c.rec.Events {
		if slices.ContainsFunc(e.Mentions, func(m readout.EventMention) bool { return c.scope[owner{store.KindReport, m.Report}] }) {
			mentioned[owner{store.KindEvent, e.ID}] = true
		}
	}
	for kind, ids := range byKind(mentioned) {
		there, err := idsIn(ctx, tx, kind, ids)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if !there[id] {
				return fmt.Errorf("%w: a report in scope mentions the %s %s, which is neither in the record nor in the change", readout.ErrConflict, kind, id)
			}
		}
	}
	// So are the roles that they give evidence for.
	var entities []string
	for r := range given {
		entities = append(entities, r.entity)
	}
	slices.Sort(entities)
	entities = slices.Compact(append(entities, by[store.KindEntity]...))
	slices.Sort(entities)
	have, err := c.rolesOf(ctx, tx, slices.Compact(entities))
	if err != nil {
		return err
	}
	for r := range given {
		if !have[r] {
			return fmt.Errorf("%w: a report in scope gives evidence that the entity %s is %q, which is neither in the record nor in the change", readout.ErrConflict, r.entity, r.title)
		}
	}
	if err := c.checkIssues(ctx, tx); err != nil {
		return err
	}
	// Nothing outside the scope hangs on what is gone.
	left := func(what, query string, args ...any) error {
		var there bool
		if err := tx.QueryRowContext(ctx, "SELECT EXISTS ("+query+")", args...).Scan(&there); err != nil { //nolint:gosec // one of those below
			return err
		}
		if there {
			return fmt.Errorf("%w: reports outside the scope mention %s, which the change takes away; put them in scope", readout.ErrConflict, what)
		}
		return nil
	}
	for _, id := range by[store.KindEntity] {
		if c.has[owner{store.KindEntity, id}] {
			continue
		}
		if err := left("the entity "+id, `SELECT 1 FROM entity_mention WHERE entity = $1`, id); err != nil {
			return err
		}
		if err := left("the entity "+id, `SELECT 1 FROM entity_role_evidence WHERE entity = $1`, id); err != nil {
			return err
		}
	}
	for _, id := range by[store.KindEvent] {
		if c.has[owner{store.KindEvent, id}] {
			continue
		}
		if err := left("the event "+id, `SELECT 1 FROM event_mention WHERE event = $1`, id); err != nil {
			return err
		}
	}
	for r := range had {
		if have[r] {
			continue
		}
		err := left(fmt.Sprintf("the role %q of the entity %s", r.title, r.entity), `SELECT 1 FROM entity_role_evidence WHERE entity = $1 AND role = $2 AND nth = $3`, r.entity, r.title, r.nth)
		if err != nil {
			return err
		}
	}
	return nil
}

// checkIssues refuses issues that do not say what their positions have of them.
func (c *change) checkIssues(ctx context.Context, tx *Tx) error {
	said := map[string]bool{}
	for _, x := range c.rec.Positions {
		said[x.ID] = true
	}
	of := map[string]string{}
	for _, x := range c.rec.Issues {
		for _, id := range x.Positions {
			if !said[id] && c.scope[owner{store.KindIssue, x.ID}] {
				of[id] = x.ID
			}
		}
	}
	open := slices.Sorted(maps.Keys(of))
	there, err := idsIn(ctx, tx, store.KindPosition, open)
	if err != nil {
		return err
	}
	for _, id := range open {
		if there[id] {
			return fmt.Errorf("%w: the issue %s in scope holds the position %s, which the change does not have", readout.ErrConflict, of[id], id)
		}
	}
	return nil
}

// idsIn are those of the ids that the table of a kind has.
func idsIn(ctx context.Context, tx *Tx, kind store.Kind, ids []string) (map[string]bool, error) {
	out := map[string]bool{}
	err := among(ids, tx.d.Params(), func(in string, args []any) error {
		return each(ctx, tx, "SELECT id FROM "+string(kind)+" WHERE id"+in, args, func(scan func(...[]any) error) error {
			var id string
			err := scan(row(&id))
			out[id] = true
			return err
		})
	})
	return out, err
}

// linked notes that the reports of the change were linked: which pipeline read
// them, and that they are no longer pending. listed are those of the scope that
// the record had before.
func (c *change) linked(ctx context.Context, tx *Tx, changed map[owner]bool, listed map[string]string) error {
	if c.scope == nil {
		for _, stmt := range []string{
			`UPDATE record_report SET row_sum = NULL, pipeline = coalesce((SELECT max(l.pipeline) FROM layers l WHERE l.report = record_report.report), '')
				WHERE pipeline <> coalesce((SELECT max(l.pipeline) FROM layers l WHERE l.report = record_report.report), '')`,
			`DELETE FROM record_pipeline`,
			`INSERT INTO record_pipeline (pipeline, reports) SELECT pipeline, count(*) FROM record_report GROUP BY pipeline`,
		} {
			if _, err := tx.ExecContext(ctx, stmt); err != nil {
				return err
			}
		}
		if err := tx.seal(ctx, "record_report", SumColumn+" IS NULL"); err != nil {
			return err
		}
		if c.u.Marks == nil {
			_, err := tx.ExecContext(ctx, `DELETE FROM pending WHERE EXISTS (SELECT 1 FROM record_report r WHERE r.report = pending.report)`)
			return err
		}
		return c.settle(ctx, tx, slices.Sorted(maps.Keys(c.u.Marks)))
	}
	ids := make([]string, len(c.rec.Reports))
	for i, r := range c.rec.Reports {
		ids[i] = r.ID
	}
	now := map[string]string{}
	err := among(ids, tx.d.Params(), func(in string, args []any) error {
		return each(ctx, tx, "SELECT report, max(pipeline) FROM layers WHERE report"+in+" GROUP BY report", args, func(scan func(...[]any) error) error {
			var id, pipeline string
			err := scan(row(&id, &pipeline))
			now[id] = pipeline
			return err
		})
	})
	if err != nil {
		return err
	}
	counts := map[string]int{}
	for _, was := range listed {
		counts[was]--
	}
	for _, id := range ids {
		is := now[id]
		counts[is]++
		was := listed[id]
		if changed[owner{store.KindReport, id}] {
			was = "" // the row is new
		}
		if was == is {
			continue
		}
		if _, err := tx.ExecContext(ctx, `UPDATE record_report SET row_sum = NULL, pipeline = $1 WHERE report = $2`, is, id); err != nil {
			return err
		}
		if err := tx.seal(ctx, "record_report", "report = $1", id); err != nil {
			return err
		}
	}
	for _, pipeline := range slices.Sorted(maps.Keys(counts)) {
		if counts[pipeline] == 0 {
			continue
		}
		_, err := tx.put(ctx, "record_pipeline", "pipeline, reports", "ON CONFLICT (pipeline) DO UPDATE SET row_sum = NULL, reports = record_pipeline.reports + excluded.reports", pipeline, counts[pipeline])
		if err != nil {
			return err
		}
		if err := tx.seal(ctx, "record_pipeline", "pipeline = $1", pipeline); err != nil {
			return err
		}
	}
	if c.u.Marks != nil {
		return c.settle(ctx, tx, c.owners[store.KindReport])
	}
	return among(c.owners[store.KindReport], tx.d.Params(), func(in string, args []any) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM pending WHERE report"+in, args...) //nolint:gosec // placeholders
		return err
	})
}

// settle takes the reports off the pending ones that still have the mark which
// they were read with.
func (c *change) settle(ctx context.Context, tx *Tx, reports []string) error {
	for _, id := range reports {
		if mark := c.u.Marks[id]; mark != "" {
			if _, err := tx.ExecContext(ctx, `DELETE FROM pending WHERE report = $1 AND mark = $2`, id, mark); err != nil {
				return err
			}
		}
	}
	return nil
}

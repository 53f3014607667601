package sqlstore

import (
	"context"
	"database/sql"
	"maps"
	"slices"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
)

// reindex brings the index of words up to a change: it knows what was there
// before.
type reindex struct {
	c          *change
	changed    map[store.Kind][]string // owners
	statements []string                // of changed reports
	mentions   map[string]int          // in changed reports, by entity
	events     map[string]bool         // that changed reports tell of
	names      map[string]string       // words of the names of changed entities
}

// beforeIndex notes of what is about to be changed what the index needs.
func (c *change) beforeIndex(ctx context.Context, tx *Tx, changed map[store.Kind][]string) (*reindex, error) {
	x := &reindex{c: c, changed: changed, mentions: map[string]int{}, events: map[string]bool{}}
	reports := changed[store.KindReport]
	err := idsOf(ctx, tx, "SELECT id FROM statement WHERE report", reports, func(id string) { x.statements = append(x.statements, id) })
	if err != nil {
		return nil, err
	}
	err = idsOf(ctx, tx, "SELECT DISTINCT event FROM event_mention WHERE report", reports, func(id string) { x.events[id] = true })
	if err != nil {
		return nil, err
	}
	err = idsOf(ctx, tx, "SELECT entity FROM entity_mention WHERE report", reports, func(id string) { x.mentions[id]++ })
	if err != nil {
		return nil, err
	}
	x.names, err = storedNames(ctx, tx, changed[store.KindEntity])
	return x, err
}

// idsOf calls f for the answers of a query that ends in a column which is to be
// one of ids.
func idsOf(ctx context.Context, tx *Tx, query string, ids []string, f func(id string)) error {
	return among(ids, tx.d.Params(), func(in string, args []any) error {
		return each(ctx, tx, query+in, args, func(scan func(...[]any) error) error {
			var id string
			err := scan(row(&id))
			f(id)
			return err
		})
	})
}

// storedNames are the words of the names of entities.
func storedNames(ctx context.Context, tx *Tx, entities []string) (map[string]string, error) {
	names := map[string][]string{}
	err := among(entities, tx.d.Params(), func(in string, args []any) error {
		return each(ctx, tx, "SELECT entity, name FROM entity_name WHERE entity"+in+" ORDER BY entity, ord", args, func(scan func(...[]any) error) error {
			var id, name string
			err := scan(row(&id, &name))
			names[id] = append(names[id], name)
			return err
		})
	})
	out := make(map[string]string, len(names))
	for id, all := range names {
		out[id] = words(all...)
	}
	return out, err
}

// put brings the index up to what is stored now.
func (x *reindex) put(ctx context.Context, tx *Tx) error {
	changed := map[string]bool{}
	for _, id := range x.changed[store.KindReport] {
		changed[id] = true
	}
	reports := map[string]*readout.Report{}
	for _, r := range x.c.rec.Reports {
		if changed[r.ID] {
			reports[r.ID] = r
		}
	}
	if err := x.putStatements(ctx, tx, changed, reports); err != nil {
		return err
	}
	delta := map[string]int{}
	for id, n := range x.mentions {
		delta[id] = -n
	}
	for _, e := range x.c.rec.Entities {
		for _, m := range e.Mentions {
			if changed[m.Report] {
				delta[e.ID]++
			}
		}
	}
	if err := x.putEntities(ctx, tx, delta); err != nil {
		return err
	}
	if err := x.putEvents(ctx, tx, changed); err != nil {
		return err
	}
	for _, id := range x.changed[store.KindReport] {
		var day sql.NullString
		if r := reports[id]; r != nil {
			day = sql.NullString{String: r.Published.Value, Valid: true}
		}
		if _, err := tx.ExecContext(ctx, `UPDATE search_report SET day = $1 WHERE report = $2`, day, id); err != nil {
			return err
		}
	}
	return nil
}

func (x *reindex) putStatements(ctx context.Context, tx *Tx, changed map[string]bool, reports map[string]*readout.Report) error {
	ids := slices.Clone(x.statements)
	rows := map[string]*indexed{}
	for _, s := range x.c.rec.Statements {
		if changed[s.Report] {
			rows[s.ID] = statementRow(s, reports[s.Report])
			ids = append(ids, s.ID)
		}
	}
	return putRows(ctx, tx, store.KindStatement, ids, rows, func(ids []string) ([]*indexed, error) { return statementRows(ctx, tx, ids) })
}

func (x *reindex) putEntities(ctx context.Context, tx *Tx, delta map[string]int) error {
	ids := slices.Clone(x.changed[store.KindEntity])
	for id, n := range delta {
		if n != 0 {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	found, err := entityRows(ctx, tx, ids)
	if err != nil {
		return err
	}
	rows := map[string]*indexed{}
	for _, r := range found {
		r.weight += delta[r.id]
		rows[r.id] = r
	}
	return putRows(ctx, tx, store.KindEntity, ids, rows, func(ids []string) ([]*indexed, error) { return entityRows(ctx, tx, ids) })
}

func (x *reindex) putEvents(ctx context.Context, tx *Tx, changed map[string]bool) error {
	for _, id := range x.changed[store.KindEvent] {
		x.events[id] = true
	}
	for _, e := range x.c.rec.Events {
		if slices.ContainsFunc(e.Mentions, func(m readout.EventMention) bool { return changed[m.Report] }) {
			x.events[e.ID] = true
		}
	}
	// Events are found by the names of their people and place.
	names, err := storedNames(ctx, tx, x.changed[store.KindEntity])
	if err != nil {
		return err
	}
	var renamed []string
	for _, id := range x.changed[store.KindEntity] {
		if names[id] != x.names[id] {
			renamed = append(renamed, id)
		}
	}
	for _, query := range []string{"SELECT event FROM event_participant WHERE entity", "SELECT id FROM event WHERE place <> '' AND place"} {
		if err := idsOf(ctx, tx, query, renamed, func(id string) { x.events[id] = true }); err != nil {
			return err
		}
	}
	ids := slices.Sorted(maps.Keys(x.events))
	found, err := eventRows(ctx, tx, ids)
	if err != nil {
		return err
	}
	rows := map[string]*indexed{}
	for _, r := range found {
		rows[r.id] = r
	}
	return putRows(ctx, tx, store.KindEvent, ids, rows, func(ids []string) ([]*indexed, error) { return eventRows(ctx, tx, ids) })
}

// putRows puts rows in the place of those that the index of the kind has of
// ids; an id without a row is gone. load makes rows of ids that are in the
// index.
func putRows(ctx context.Context, tx *Tx, kind store.Kind, ids []string, rows map[string]*indexed, load func(ids []string) ([]*indexed, error)) error {
	slices.Sort(ids)
	ids = slices.Compact(ids)
	var drop []int64
	err := among(ids, tx.d.Params(), func(in string, args []any) error {
		// Only the ids are sought by: SQLite would rather go through all of a kind.
		return each(ctx, tx, "SELECT kind, id, n, day, last_day, weight, sum FROM search_row WHERE id"+in, args, func(scan func(...[]any) error) error {
			var had indexed
			var n int64
			var of store.Kind
			var sum string
			if err := scan(row(&of, &had.id, &n, &had.day, &had.last, &had.weight, &sum)); err != nil || of != kind {
				return err
			}
			if is := rows[had.id]; is != nil && is.day == had.day && is.last == had.last && is.weight == had.weight && is.words().sum() == sum {
				delete(rows, had.id)
				return nil
			}
			drop = append(drop, n)
			return nil
		})
	})
	if err != nil {
		return err
	}
	if err := dropNumbers(ctx, tx, kind, drop); err != nil {
		return err
	}
	for _, x := range slices.SortedFunc(maps.Values(rows), (*indexed).compare) {
		if err := putRow(ctx, tx, kind, x, load); err != nil {
			return err
		}
	}
	return nil
}

// statementRows makes the rows of stored statements.
func statementRows(ctx context.Context, tx *Tx, ids []string) ([]*indexed, error) {
	var all []*readout.Statement
	byID := map[string]*readout.Statement{}
	reports := map[string]*readout.Report{}
	err := among(ids, tx.d.Params(), func(in string, args []any) error {
		err := each(ctx, tx, "SELECT id, report, kind, text, speaker, addressee, medium, date_value, date_end FROM statement WHERE id"+in, args, func(scan func(...[]any) error) error {
			s := &readout.Statement{}
			var value, end sql.NullString
			err := scan(row(&s.ID, &s.Report, &s.Kind, &s.Text, &s.Speaker, &s.Addressee, &s.Medium, &value, &end))
			if value.Valid {
				s.Date = &readout.Date{Value: value.String, End: end.String}
			}
			byID[s.ID] = s
			reports[s.Report] = nil
			all = append(all, s)
			return err
		})
		if err != nil {
			return err
		}
		return children(ctx, tx, "SELECT statement, start_byte, end_byte FROM statement_content WHERE statement"+in+" ORDER BY statement, ord", args, byID,
			func(sp *readout.Span) []any { return row(&sp.Start, &sp.End) },
			func(s *readout.Statement, sp readout.Span) { s.Content = append(s.Content, sp) })
	})
	if err != nil {
		return nil, err
	}
	err = among(slices.Sorted(maps.Keys(reports)), tx.d.Params(), func(in string, args []any) error {
		return each(ctx, tx, "SELECT r.id, r.text, r.outlet, r.domain, x.published_value FROM record_report x JOIN report r ON r.id = x.report WHERE x.report"+in, args, func(scan func(...[]any) error) error {
			r := &readout.Report{}
			err := scan(row(&r.ID, &r.Text, &r.Outlet, &r.Domain, &r.Published.Value))
			reports[r.ID] = r
			return err
		})
	})
	out := make([]*indexed, len(all))
	for i, s := range all {
		out[i] = statementRow(s, reports[s.Report])
	}
	return out, err
}

// entityRows makes the rows of stored entities, with the mentions that the index
// knows of.
func entityRows(ctx context.Context, tx *Tx, ids []string) ([]*indexed, error) {
	var out []*indexed
	err := among(ids, tx.d.Params(), func(in string, args []any) error {
		var all []*readout.Entity
		byID := map[string]*readout.Entity{}
		err := each(ctx, tx, "SELECT id, name FROM entity WHERE id"+in, args, func(scan func(...[]any) error) error {
			e := &readout.Entity{}
			err := scan(row(&e.ID, &e.Name))
			all, byID[e.ID] = append(all, e), e
			return err
		})
		if err != nil {
			return err
		}
		err = children(ctx, tx, "SELECT entity, name FROM entity_name WHERE ord >= 0 AND entity"+in+" ORDER BY entity, ord", args, byID,
			func(n *string) []any { return row(n) },
			func(e *readout.Entity, n string) { e.Names = append(e.Names, n) })
		if err != nil {
			return err
		}
		err = children(ctx, tx, "SELECT entity, title FROM entity_role WHERE entity"+in+" ORDER BY entity, ord", args, byID,
			func(t *string) []any { return row(t) },
			func(e *readout.Entity, t string) { e.Roles = append(e.Roles, readout.Role{Title: t}) })
		if err != nil {
			return err
		}
		mentions := map[string]int{}
		err = each(ctx, tx, "SELECT kind, id, weight FROM search_row WHERE id"+in, args, func(scan func(...[]any) error) error {
			var kind store.Kind
			var id string
			var n int
			err := scan(row(&kind, &id, &n))
			if kind == store.KindEntity {
				mentions[id] = n
			}
			return err
		})
		for _, e := range all {
			out = append(out, entityRow(e, mentions[e.ID]))
		}
		return err
	})
	return out, err
}

// eventRows makes the rows of stored events.
func eventRows(ctx context.Context, tx *Tx, ids []string) ([]*indexed, error) {
	type told struct {
		readout.Event
		tellers []teller
		claims  []string
	}
	var all []*told
	byID := map[string]*told{}
	named := map[string]bool{}
	err := among(ids, tx.d.Params(), func(in string, args []any) error {
		err := each(ctx, tx, "SELECT id, type, mode, title, place, date_value, date_end FROM event WHERE id"+in, args, func(scan func(...[]any) error) error {
			e := &told{}
			var value, end sql.NullString
			err := scan(row(&e.ID, &e.Type, &e.Mode, &e.Title, &e.Place, &value, &end))
			if value.Valid {
				e.Date = &readout.Date{Value: value.String, End: end.String}
			}
			all, byID[e.ID] = append(all, e), e
			named[e.Place] = true
			return err
		})
		if err != nil {
			return err
		}
		err = children(ctx, tx, "SELECT event, entity FROM event_participant WHERE event"+in+" ORDER BY event, ord", args, byID,
			func(id *string) []any { return row(id) },
			func(e *told, id string) {
				e.Participants = append(e.Participants, readout.Participant{Entity: id})
				named[id] = true
			})
		if err != nil {
			return err
		}
		// A claim may be on an event that is not there.
		err = each(ctx, tx, "SELECT event, text FROM claim WHERE event"+in+" ORDER BY event, id", args, func(scan func(...[]any) error) error {
			var id, text string
			err := scan(row(&id, &text))
			if e := byID[id]; e != nil {
				e.claims = append(e.claims, text)
			}
			return err
		})
		if err != nil {
			return err
		}
		return children(ctx, tx, "SELECT DISTINCT m.event, r.outlet, r.domain, x.published_value FROM event_mention m JOIN record_report x ON x.report = m.report JOIN report r ON r.id = m.report WHERE m.event"+in, args, byID,
			func(r *readout.Report) []any { return row(&r.Outlet, &r.Domain, &r.Published.Value) },
			func(e *told, r readout.Report) {
				e.tellers = append(e.tellers, teller{store.Outlet(&r), r.Published.Value})
			})
	})
	if err != nil {
		return nil, err
	}
	delete(named, "")
	names, err := storedNames(ctx, tx, slices.Sorted(maps.Keys(named)))
	out := make([]*indexed, len(all))
	for i, e := range all {
		out[i] = eventRow(&e.Event, e.tellers, e.claims, names)
	}
	return out, err
}

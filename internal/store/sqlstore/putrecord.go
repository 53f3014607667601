package sqlstore

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
)

// recordLock is held by who writes the record.
const recordLock = "record"

// An owner is what rows of the record belong to: they are put and taken away
// with it (see store.Scope).
type owner struct {
	kind store.Kind
	id   string
}

// refusals own the record's refusals.
var refusals = owner{kind: "refusals"}

// owned are the tables of the rows of each kind of owner, and the column that
// names it; those that belong to a row of another table of the same owner name
// that table, and come before it.
var owned = map[store.Kind][]struct{ table, column, of string }{
	store.KindReport: {
		{"record_report", "report", ""},
		{"record_candidate", "report", ""},
		{"origin", "report", ""},
		{"timex", "report", ""},
		{"statement_content", "statement", "statement"},
		{"statement_chain", "statement", "statement"},
		{"statement", "report", ""},
		{"position_chain", "position", "position"},
		{"position", "report", ""},
		{"response_chain", "response", "response"},
		{"response", "report", ""},
		{"defect_evidence", "of_report", ""},
		{"defect", "report", ""},
		{"entity_mention", "report", ""},
		{"entity_role_evidence", "report", ""},
		{"event_mention", "report", ""},
	},
	store.KindEntity: {
		{"entity_name", "entity", ""},
		{"entity_member", "entity", ""},
		{"entity_role", "entity", ""},
		{"entity", "id", ""},
	},
	store.KindEvent: {
		{"event_participant", "event", ""},
		{"event_attribute", "event", ""},
		{"event_link", "event", ""},
		{"claim_chain", "claim", "claim"},
		{"claim", "event", ""},
		{"disagreement_claim", "event", ""},
		{"disagreement", "event", ""},
		{"event", "id", ""},
	},
	store.KindUtterance:  {{"utterance_variant", "utterance", ""}, {"utterance_change", "utterance", ""}, {"utterance", "id", ""}},
	store.KindIssue:      {{"issue_name", "issue", ""}, {"issue_position", "issue", ""}, {"issue", "id", ""}},
	store.KindCommitment: {{"commitment_violation", "commitment", ""}, {"violation_denial", "commitment", ""}, {"commitment", "id", ""}},
	store.KindThread:     {{"thread_party", "thread", ""}, {"thread_event", "thread", ""}, {"thread_report", "thread", ""}, {"thread", "id", ""}},
	refusals.kind:        {{"record_refusal", "", ""}},
}

// deleteOwned takes away the rows of owners of one kind.
func deleteOwned(ctx context.Context, tx *Tx, kind store.Kind, ids []string) error {
	for _, t := range owned[kind] {
		if t.column == "" {
			if _, err := tx.ExecContext(ctx, "DELETE FROM "+t.table); err != nil { //nolint:gosec // of owned
				return err
			}
			continue
		}
		err := among(ids, tx.d.Params(), func(in string, args []any) error {
			where := t.column + in
			if t.of != "" {
				where = t.column + " IN (SELECT id FROM " + t.of + " WHERE " + string(kind) + in + ")"
			}
			_, err := tx.ExecContext(ctx, "DELETE FROM "+t.table+" WHERE "+where, args...) //nolint:gosec // of owned
			return err
		})
		if err != nil {
			return fmt.Errorf("%s: %w", t.table, err)
		}
	}
	return nil
}

// deleteRecord takes away all rows of the record.
func deleteRecord(ctx context.Context, tx *Tx) error {
	for _, tables := range owned {
		for _, t := range tables {
			if _, err := tx.ExecContext(ctx, "DELETE FROM "+t.table); err != nil { //nolint:gosec // of owned
				return err
			}
		}
	}
	return nil
}

// writer puts rows into their tables; the first error stays in err.
type writer struct {
	ctx    context.Context
	tx     *Tx
	tables map[string]*Inserter
	err    error
}

// add queues a row of the table, whose columns must be the same at each call.
func (w *writer) add(_ owner, table, columns string, groups ...[]any) {
	if w.err != nil {
		return
	}
	x := w.tables[table]
	if x == nil {
		x = w.tx.Insert(w.ctx, table, columns)
		w.tables[table] = x
	}
	if err := x.Add(groups...); err != nil {
		w.err = fmt.Errorf("%s: %w", table, err)
	}
}

// flush writes what is queued, unless something has failed before: then nothing
// more may be written (see Tx).
func (w *writer) flush() error {
	for _, table := range slices.Sorted(maps.Keys(w.tables)) {
		if w.err != nil {
			return w.err
		}
		if err := w.tables[table].Flush(); err != nil {
			w.err = fmt.Errorf("%s: %w", table, err)
		}
	}
	return w.err
}

// putter turns a record, whose lists are in order, into the rows of its owners.
type putter struct {
	wants func(owner) bool // false: no rows of this owner; nil: of all
	sink  func(of owner, table, columns string, groups ...[]any)
	of    owner // of the rows that add puts

	// stored is given what of an owner's content is stored beside the record;
	// nil: nobody asks.
	stored func(of owner, table, columns string, groups ...[]any)
}

func (p *putter) add(table, columns string, groups ...[]any) { p.sink(p.of, table, columns, groups...) }

// owner makes the next rows those of this owner, if they are wanted.
func (p *putter) owner(kind store.Kind, id string) bool {
	of := owner{kind, id}
	if p.wants != nil && !p.wants(of) {
		return false
	}
	p.of = of
	return true
}

// counter numbers what follows each other with the same key, from 0.
type counter struct {
	key string
	n   int
}

func (c *counter) next(key string) int {
	if c.n == 0 || c.key != key {
		*c = counter{key: key}
	}
	c.n++
	return c.n - 1
}

// record puts a record; the digests are those of its reports.
func (p *putter) record(rec *readout.Record, digests []string) {
	for i, r := range rec.Reports {
		if !p.owner(store.KindReport, r.ID) {
			continue
		}
		p.report(r, digests[i])
		if len(rec.Origins) > 0 {
			o := rec.Origins[i]
			p.add("origin", "report, outlet, kind, of, why, at_report, at_start, at_end, at_annotator, at_version, at_rule",
				row(r.ID, o.Outlet, o.Kind, o.Of, o.Why), maybeEvidenceValues(o.At))
		}
	}
	if rec.Refusals != nil && p.owner(refusals.kind, refusals.id) {
		for i, r := range rec.Refusals {
			p.add("record_refusal", "ord, path, reason", row(i, r.Path, r.Reason))
		}
	}
	for _, e := range rec.Entities {
		p.entity(e)
	}
	for _, e := range rec.Events {
		p.event(e)
	}
	var ord counter
	for _, st := range rec.Statements {
		if ord := ord.next(st.Report); p.owner(store.KindReport, st.Report) {
			p.statement(ord, st)
		}
	}
	for _, c := range rec.Claims {
		if p.owner(store.KindEvent, c.Event) {
			p.claim(c)
		}
	}
	ord = counter{}
	for _, d := range rec.Disagreements {
		ord := ord.next(d.Event)
		if !p.owner(store.KindEvent, d.Event) {
			continue
		}
		p.add("disagreement", "event, ord, attribute, verdict, why", row(d.Event, ord, d.Attribute, string(d.Verdict), d.Why))
		for j, c := range d.Claims {
			p.add("disagreement_claim", "event, disagreement, ord, claim", row(d.Event, ord, j, c))
		}
	}
	ord = counter{}
	for _, t := range rec.Timexes {
		if ord := ord.next(t.Report); p.owner(store.KindReport, t.Report) {
			p.add("timex", "ord, report, start_byte, end_byte, annotator, version, rule, type, value, basis, function",
				row(ord), evidenceValues(t.Evidence), row(t.Type, t.Value, t.Basis, t.Function))
		}
	}
	p.inDepth(rec)
}

// report writes what linking settled on a report.
func (p *putter) report(r *readout.Report, digest string) {
	if p.stored != nil {
		p.stored(p.of, "report", "id, digest", row(r.ID, digest))
	}
	p.add("record_report", "report, path, published_value, published_precision, published_basis, published_why, published_earliest, published_latest",
		row(r.ID, r.Path, r.Published.Value, r.Published.Precision, string(r.Published.Basis), r.Published.Why, r.Published.Earliest, r.Published.Latest))
	for j, c := range r.Published.Candidates {
		p.add("record_candidate", "report, ord, value, basis", row(r.ID, j, c.Value, c.Basis))
	}
}

func (p *putter) entity(e *readout.Entity) {
	if p.owner(store.KindEntity, e.ID) {
		p.add("entity", "id, type, name, wikidata, country", row(e.ID, string(e.Type), e.Name, e.Wikidata, e.Country))
		const names = "entity, ord, name, folded"
		p.add("entity_name", names, row(e.ID, preferred, e.Name, fold(e.Name)))
		for j, n := range e.Names {
			p.add("entity_name", names, row(e.ID, j, n, fold(n)))
		}
		for j, m := range e.Members {
			p.add("entity_member", "entity, ord, member", row(e.ID, j, m))
		}
		for j, r := range e.Roles {
			p.add("entity_role", "entity, ord, title, from_date, to_date", row(e.ID, j, r.Title, r.From, r.To))
		}
	}
	for j, r := range e.Roles {
		nth := nthRole(e.Roles, j)
		var ord counter
		for _, ev := range r.Evidence {
			if ord := ord.next(ev.Report); p.owner(store.KindReport, ev.Report) {
				p.add("entity_role_evidence", "entity, role, nth, ord, report, start_byte, end_byte, annotator, version, rule",
					row(e.ID, r.Title, nth, ord), evidenceValues(ev))
			}
		}
	}
	var ord counter
	for _, m := range e.Mentions {
		if ord := ord.next(m.Report); p.owner(store.KindReport, m.Report) {
			p.add("entity_mention", "entity, ord, report, start_byte, end_byte, annotator, version, rule, form",
				row(e.ID, ord), evidenceValues(m.Evidence), row(string(m.Form)))
		}
	}
}

// nthRole is how many of the roles before role j have its title. Evidence names
// its role by both and not by j, which changes when another title is found.
func nthRole(roles []readout.Role, j int) (n int) {
	for _, r := range roles[:j] {
		if r.Title == roles[j].Title {
			n++
		}
	}
	return n
}

// preferred is the ord of an entity's preferred name among its names.
const preferred = -1

func (p *putter) event(e *readout.Event) {
	if p.owner(store.KindEvent, e.ID) {
		p.add("event", "id, type, mode, title, place, status, "+dateColumns,
			append([][]any{row(e.ID, e.Type, e.Mode, e.Title, e.Place, string(e.Status))}, dateValues(e.Date)...)...)
		for j, x := range e.Participants {
			p.add("event_participant", "event, ord, entity, role", row(e.ID, j, x.Entity, x.Role))
		}
		for _, name := range slices.Sorted(maps.Keys(e.Attributes)) {
			p.add("event_attribute", "event, name, value", row(e.ID, name, e.Attributes[name]))
		}
		for j, l := range e.Links {
			p.add("event_link", "event, ord, relation, other, report, start_byte, end_byte, annotator, version, rule",
				row(e.ID, j, l.Relation, l.Event), evidenceValues(l.Evidence))
		}
	}
	var ord counter
	for _, m := range e.Mentions {
		if ord := ord.next(m.Report); p.owner(store.KindReport, m.Report) {
			p.add("event_mention", "event, ord, report, start_byte, end_byte, annotator, version, rule, trigger_start, trigger_end, status",
				row(e.ID, ord), evidenceValues(m.Evidence), row(m.Trigger.Start, m.Trigger.End, string(m.Status)))
		}
	}
}

// statement writes a statement; its utterance names it.
func (p *putter) statement(i int, st *readout.Statement) {
	groups := [][]any{row(st.ID, i, st.Report, string(st.Kind), st.Text), maybeSpanValues(st.Cue), maybeSpanValues(st.Source), row(st.Speaker, st.Addressee, st.Medium)}
	groups = append(groups, dateValues(st.Date)...)
	groups = append(groups, row(st.Event, st.NestedIn, st.Uttered, st.By.Annotator, st.By.Version, st.By.Rule))
	p.add("statement", "id, ord, report, kind, text, cue_start, cue_end, source_start, source_end, speaker, addressee, medium, "+
		dateColumns+", event, nested_in, uttered, annotator, version, rule", groups...)
	for j, c := range st.Content {
		p.add("statement_content", "statement, ord, start_byte, end_byte", row(st.ID, j, c.Start, c.End))
	}
	p.chain("statement", st.ID, st.Chain)
}

// chain writes the links of the chain of a statement, claim, position or
// response.
func (p *putter) chain(owner, id string, chain []readout.ChainLink) {
	for j, l := range chain {
		p.add(owner+"_chain", owner+", ord, entity, text, cue_report, cue_start, cue_end, cue_annotator, cue_version, cue_rule, factuality, outlet_of_report",
			row(id, j, l.Entity, l.Text), maybeEvidenceValues(l.Cue), row(string(l.Factuality), l.OutletOfReport))
	}
}

func (p *putter) claim(c *readout.Claim) {
	v := c.Value
	groups := [][]any{row(c.ID, c.Event, c.Attribute, c.Text, v.Unit, maybeFloat(v.Min), maybeFloat(v.Max), maybeFloat(v.Approx))}
	groups = append(groups, dateValues(v.Date)...)
	groups = append(groups, row(v.Entity, v.Text, c.Hedge, c.Holder), evidenceValues(c.Evidence))
	p.add("claim", "id, event, attribute, text, unit, min_value, max_value, approx_value, "+dateColumns+
		", entity, value_text, hedge, holder, report, start_byte, end_byte, annotator, version, rule", groups...)
	p.chain("claim", c.ID, c.Chain)
}

// maybeFloat is the value of f, or NULL.
func maybeFloat(f *float64) any {
	if f == nil {
		return nil
	}
	return *f
}

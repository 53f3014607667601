package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/readout-news/readout"
)

// recordTables are the tables of the record.
var recordTables = [...]string{
	"record_report", "record_candidate", "record_refusal", "origin",
	"entity", "entity_name", "entity_member", "entity_role", "entity_role_evidence", "entity_mention",
	"event", "event_participant", "event_attribute", "event_mention", "event_link",
	"statement", "statement_content", "statement_chain",
	"claim", "claim_chain", "disagreement", "disagreement_claim", "timex",
	"utterance", "utterance_variant", "utterance_change", "issue", "issue_name", "issue_position",
	"position", "position_chain", "commitment", "commitment_violation", "violation_denial",
	"response", "response_chain", "thread", "thread_party", "thread_event", "thread_report", "defect", "defect_evidence",
}

// recordLock is held by who writes the record.
const recordLock = "record"

// ReplaceRecord implements store.Store.
func (s *Store) ReplaceRecord(ctx context.Context, rec *readout.Record) error {
	err := s.replaceRecord(ctx, rec)
	if err != nil {
		return fmt.Errorf("replace the record in %s: %w", s.name, err)
	}
	return nil
}

func (s *Store) replaceRecord(ctx context.Context, rec *readout.Record) error {
	if len(rec.Origins) != 0 && len(rec.Origins) != len(rec.Reports) {
		return fmt.Errorf("%w: %d origins for %d reports", readout.ErrConflict, len(rec.Origins), len(rec.Reports))
	}
	reports, err := reportDigests(rec.Reports)
	if err != nil {
		return err
	}
	digest := s.recordDigest(rec, reports)
	return s.write(ctx, func(tx *Tx) error {
		if err := tx.d.Lock(ctx, tx, recordLock); err != nil {
			return err
		}
		for i, r := range rec.Reports {
			if err := checkStored(ctx, tx, r, reports[i]); err != nil {
				return err
			}
		}
		last, was, err := lastRevision(ctx, tx)
		if err != nil {
			return err
		}
		same, err := s.holds(ctx, tx, last, was, digest)
		if err != nil || same {
			return err
		}
		if err := putRevision(ctx, tx, last.N+1, rec, digest, s.now()); err != nil {
			return err
		}
		for _, table := range recordTables {
			if _, err := tx.ExecContext(ctx, "DELETE FROM "+table); err != nil { //nolint:gosec // table is one of recordTables
				return err
			}
		}
		w := &writer{ctx: ctx, tx: tx, tables: map[string]*Inserter{}}
		p := &putter{sink: w.add}
		p.record(rec)
		if err := w.flush(); err != nil {
			return err
		}
		return indexRecord(ctx, tx, rec)
	})
}

// checkStored refuses a report of a record that is not stored, or stored with
// other content.
func checkStored(ctx context.Context, tx *Tx, r *readout.Report, digest string) error {
	var stored string
	err := tx.QueryRowContext(ctx, `SELECT digest FROM report WHERE id = $1`, r.ID).Scan(&stored)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("report %s: %w; add it before the record", r.ID, readout.ErrNotFound)
	}
	if err != nil {
		return err
	}
	if stored != digest {
		return fmt.Errorf("report %s: %w: it is stored with other text or fields; add it again before the record", r.ID, readout.ErrConflict)
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

// writer puts rows into their tables; the first error stays in err.
type writer struct {
	ctx    context.Context
	tx     *Tx
	tables map[string]*Inserter
	err    error
}

// add queues a row of the table, whose columns must be the same at each call.
func (w *writer) add(table, columns string, groups ...[]any) {
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

func (w *writer) flush() error {
	for _, table := range slices.Sorted(maps.Keys(w.tables)) {
		if err := w.tables[table].Flush(); err != nil && w.err == nil {
			w.err = fmt.Errorf("%s: %w", table, err)
		}
	}
	return w.err
}

// putter turns a record into rows, in an order that follows from the record.
type putter struct {
	sink func(table, columns string, groups ...[]any)
}

func (p *putter) add(table, columns string, groups ...[]any) { p.sink(table, columns, groups...) }

func (p *putter) record(rec *readout.Record) {
	for i, r := range rec.Reports {
		p.report(i, r)
	}
	for i, o := range rec.Origins {
		p.add("origin", "ord, outlet, kind, of, why, at_report, at_start, at_end, at_annotator, at_version, at_rule",
			row(i, o.Outlet, o.Kind, o.Of, o.Why), maybeEvidenceValues(o.At))
	}
	for i, r := range rec.Refusals {
		p.add("record_refusal", "ord, path, reason", row(i, r.Path, r.Reason))
	}
	for i, e := range rec.Entities {
		p.entity(i, e)
	}
	for i, e := range rec.Events {
		p.event(i, e)
	}
	for i, st := range rec.Statements {
		p.statement(i, st)
	}
	for i, c := range rec.Claims {
		p.claim(i, c)
	}
	for i, d := range rec.Disagreements {
		p.add("disagreement", "ord, event, attribute, verdict, why", row(i, d.Event, d.Attribute, string(d.Verdict), d.Why))
		for j, c := range d.Claims {
			p.add("disagreement_claim", "disagreement, ord, claim", row(i, j, c))
		}
	}
	for i, t := range rec.Timexes {
		p.add("timex", "ord, report, start_byte, end_byte, annotator, version, rule, type, value, basis, function",
			row(i), evidenceValues(t.Evidence), row(t.Type, t.Value, t.Basis, t.Function))
	}
	p.inDepth(rec)
}

// report writes what linking settled on a report.
func (p *putter) report(i int, r *readout.Report) {
	p.add("record_report", "ord, report, path, published_value, published_precision, published_basis, published_why, published_earliest, published_latest",
		row(i, r.ID, r.Path, r.Published.Value, r.Published.Precision, string(r.Published.Basis), r.Published.Why, r.Published.Earliest, r.Published.Latest))
	for j, c := range r.Published.Candidates {
		p.add("record_candidate", "report_ord, ord, value, basis", row(i, j, c.Value, c.Basis))
	}
}

func (p *putter) entity(i int, e *readout.Entity) {
	p.add("entity", "id, ord, type, name, wikidata, country", row(e.ID, i, string(e.Type), e.Name, e.Wikidata, e.Country))
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
		for k, ev := range r.Evidence {
			p.add("entity_role_evidence", "entity, role, ord, report, start_byte, end_byte, annotator, version, rule", row(e.ID, j, k), evidenceValues(ev))
		}
	}
	for j, m := range e.Mentions {
		p.add("entity_mention", "entity, ord, report, start_byte, end_byte, annotator, version, rule, form",
			row(e.ID, j), evidenceValues(m.Evidence), row(string(m.Form)))
	}
}

// preferred is the ord of an entity's preferred name among its names.
const preferred = -1

func (p *putter) event(i int, e *readout.Event) {
	p.add("event", "id, ord, type, mode, title, place, status, "+dateColumns,
		append([][]any{row(e.ID, i, e.Type, e.Mode, e.Title, e.Place, string(e.Status))}, dateValues(e.Date)...)...)
	for j, x := range e.Participants {
		p.add("event_participant", "event, ord, entity, role", row(e.ID, j, x.Entity, x.Role))
	}
	for _, name := range slices.Sorted(maps.Keys(e.Attributes)) {
		p.add("event_attribute", "event, name, value", row(e.ID, name, e.Attributes[name]))
	}
	for j, m := range e.Mentions {
		p.add("event_mention", "event, ord, report, start_byte, end_byte, annotator, version, rule, trigger_start, trigger_end, status",
			row(e.ID, j), evidenceValues(m.Evidence), row(m.Trigger.Start, m.Trigger.End, string(m.Status)))
	}
	for j, l := range e.Links {
		p.add("event_link", "event, ord, relation, other, report, start_byte, end_byte, annotator, version, rule",
			row(e.ID, j, l.Relation, l.Event), evidenceValues(l.Evidence))
	}
}

func (p *putter) statement(i int, st *readout.Statement) {
	groups := [][]any{row(st.ID, i, st.Report, string(st.Kind), st.Text), maybeSpanValues(st.Cue), maybeSpanValues(st.Source), row(st.Speaker, st.Addressee, st.Medium)}
	groups = append(groups, dateValues(st.Date)...)
	groups = append(groups, row(st.Event, st.NestedIn, st.Uttered, st.Utterance, st.By.Annotator, st.By.Version, st.By.Rule))
	p.add("statement", "id, ord, report, kind, text, cue_start, cue_end, source_start, source_end, speaker, addressee, medium, "+
		dateColumns+", event, nested_in, uttered, utterance, annotator, version, rule", groups...)
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

func (p *putter) claim(i int, c *readout.Claim) {
	v := c.Value
	groups := [][]any{row(c.ID, i, c.Event, c.Attribute, c.Text, v.Unit, maybeFloat(v.Min), maybeFloat(v.Max), maybeFloat(v.Approx))}
	groups = append(groups, dateValues(v.Date)...)
	groups = append(groups, row(v.Entity, v.Text, c.Hedge, c.Holder), evidenceValues(c.Evidence))
	p.add("claim", "id, ord, event, attribute, text, unit, min_value, max_value, approx_value, "+dateColumns+
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

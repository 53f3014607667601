package sqlstore

import (
	"context"
	"fmt"

	"github.com/readout-news/readout"
)

// Record implements store.Store.
func (s *Store) Record(ctx context.Context) (*readout.Record, error) {
	g := &getter{ctx: ctx, rec: &readout.Record{}}
	err := s.read(ctx, func(tx *Tx) error {
		g.rec = &readout.Record{}
		g.tx = tx
		if err := g.all(); err != nil {
			return err
		}
		off, err := g.unlike()
		if err == nil && len(off) > 0 {
			err = fmt.Errorf("%w: what the record holds of the %s %s, and of %d more, is not what was put there; “readout rebuild” draws it anew", readout.ErrDamaged, off[0].kind, clipped(off[0].id), len(off)-1)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the record of %s: %w", s.name, err)
	}
	return g.rec, nil
}

// getter reads the rows of a record.
type getter struct {
	ctx context.Context
	tx  *Tx
	rec *readout.Record

	stands map[string]readout.Position // what issues have of their positions, by Position.ID
}

func (g *getter) all() error {
	for _, step := range []func() error{
		g.reports, g.origins, g.entities, g.events, g.statements, g.claims, g.disagreements, g.timexes,
		g.utterances, g.issues, g.positions, g.commitments, g.responses, g.threads, g.defects,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (g *getter) each(query string, f func(scan func(...[]any) error) error) error {
	return each(g.ctx, g.tx, query, nil, f)
}

func (g *getter) reports() error {
	type settled struct {
		id, path  string
		published readout.Published
	}
	var all []settled
	err := g.each(`SELECT report, path, published_value, published_precision, published_basis, published_why, published_earliest, published_latest FROM record_report ORDER BY report`, func(scan func(...[]any) error) error {
		var x settled
		err := scan(row(&x.id, &x.path, &x.published.Value, &x.published.Precision, &x.published.Basis, &x.published.Why, &x.published.Earliest, &x.published.Latest))
		all = append(all, x)
		return err
	})
	if err != nil || len(all) == 0 {
		return err
	}
	places := make(map[string]*settled, len(all))
	for i := range all {
		places[all[i].id] = &all[i]
	}
	err = children(g.ctx, g.tx, `SELECT report, value, basis FROM record_candidate ORDER BY report, ord`, nil, places,
		func(c *readout.DateCandidate) []any { return row(&c.Value, &c.Basis) },
		func(x *settled, c readout.DateCandidate) {
			x.published.Candidates = append(x.published.Candidates, c)
		})
	if err != nil {
		return err
	}
	stored, err := reportsWith(g.ctx, g.tx, between(all[0].id, all[len(all)-1].id))
	if err != nil {
		return err
	}
	byID := map[string]*readout.Report{}
	for _, r := range stored {
		byID[r.ID] = r
	}
	for _, x := range all {
		found := byID[x.id]
		if found == nil {
			return fmt.Errorf("%w: report %s of the record is gone; “readout rebuild” draws the record anew from those that are there", readout.ErrDamaged, x.id)
		}
		r := *found
		r.Path, r.Published = x.path, x.published
		g.rec.Reports = append(g.rec.Reports, &r)
	}
	return nil
}

func (g *getter) origins() error {
	places := make(map[string]int, len(g.rec.Reports))
	for i, r := range g.rec.Reports {
		places[r.ID] = i
	}
	err := g.each(`SELECT report, outlet, kind, of, why, at_report, at_start, at_end, at_annotator, at_version, at_rule FROM origin`, func(scan func(...[]any) error) error {
		var o readout.Origin
		var at maybeEvidence
		var report string
		if err := scan(row(&report, &o.Outlet, &o.Kind, &o.Of, &o.Why), at.targets()); err != nil {
			return err
		}
		i, ok := places[report]
		if !ok {
			return lost(report)
		}
		if g.rec.Origins == nil {
			g.rec.Origins = make([]readout.Origin, len(g.rec.Reports))
		}
		o.At = at.get()
		g.rec.Origins[i] = o
		return nil
	})
	if err != nil {
		return err
	}
	return g.each(`SELECT path, reason FROM record_refusal ORDER BY ord`, func(scan func(...[]any) error) error {
		var r readout.Refusal
		err := scan(row(&r.Path, &r.Reason))
		g.rec.Refusals = append(g.rec.Refusals, r)
		return err
	})
}

func (g *getter) entities() error {
	byID := map[string]*readout.Entity{}
	err := g.each(`SELECT id, type, name, wikidata, country FROM entity ORDER BY id`, func(scan func(...[]any) error) error {
		e := &readout.Entity{}
		err := scan(row(&e.ID, &e.Type, &e.Name, &e.Wikidata, &e.Country))
		byID[e.ID] = e
		g.rec.Entities = append(g.rec.Entities, e)
		return err
	})
	if err != nil {
		return err
	}
	err = children(g.ctx, g.tx, `SELECT entity, name FROM entity_name WHERE ord >= 0 ORDER BY entity, ord`, nil, byID,
		func(n *string) []any { return row(n) },
		func(e *readout.Entity, n string) { e.Names = append(e.Names, n) })
	if err != nil {
		return err
	}
	err = children(g.ctx, g.tx, `SELECT entity, member FROM entity_member ORDER BY entity, ord`, nil, byID,
		func(m *string) []any { return row(m) },
		func(e *readout.Entity, m string) { e.Members = append(e.Members, m) })
	if err != nil {
		return err
	}
	err = children(g.ctx, g.tx, `SELECT entity, title, from_date, to_date FROM entity_role ORDER BY entity, ord`, nil, byID,
		func(r *readout.Role) []any { return row(&r.Title, &r.From, &r.To) },
		func(e *readout.Entity, r readout.Role) { e.Roles = append(e.Roles, r) })
	if err != nil {
		return err
	}
	err = children(g.ctx, g.tx, `SELECT entity, role, nth, report, start_byte, end_byte, annotator, version, rule FROM entity_role_evidence ORDER BY entity, role, nth, report, ord`, nil, byID,
		func(e *roleEvidence) []any { return append(row(&e.title, &e.nth), evidenceTargets(&e.Evidence)...) },
		func(e *readout.Entity, ev roleEvidence) {
			nth := ev.nth
			for i := range e.Roles {
				r := &e.Roles[i]
				if r.Title != ev.title {
					continue
				}
				if nth == 0 {
					r.Evidence = append(r.Evidence, ev.Evidence)
					return
				}
				nth--
			}
		})
	if err != nil {
		return err
	}
	return children(g.ctx, g.tx, `SELECT entity, report, start_byte, end_byte, annotator, version, rule, form FROM entity_mention ORDER BY entity, report, ord`, nil, byID,
		func(m *readout.EntityMention) []any { return append(evidenceTargets(&m.Evidence), &m.Form) },
		func(e *readout.Entity, m readout.EntityMention) { e.Mentions = append(e.Mentions, m) })
}

// roleEvidence is evidence for one of an entity's roles, see nthRole.
type roleEvidence struct {
	title string
	nth   int
	readout.Evidence
}

func (g *getter) events() error {
	byID := map[string]*readout.Event{}
	err := g.each(`SELECT id, type, mode, title, place, status, `+dateColumns+` FROM event ORDER BY id`, func(scan func(...[]any) error) error {
		e := &readout.Event{}
		var d maybeDate
		err := scan(row(&e.ID, &e.Type, &e.Mode, &e.Title, &e.Place, &e.Status), d.targets())
		e.Date = d.get()
		byID[e.ID] = e
		g.rec.Events = append(g.rec.Events, e)
		return err
	})
	if err != nil {
		return err
	}
	err = children(g.ctx, g.tx, `SELECT event, entity, role FROM event_participant ORDER BY event, ord`, nil, byID,
		func(p *readout.Participant) []any { return row(&p.Entity, &p.Role) },
		func(e *readout.Event, p readout.Participant) { e.Participants = append(e.Participants, p) })
	if err != nil {
		return err
	}
	err = children(g.ctx, g.tx, `SELECT event, name, value FROM event_attribute`, nil, byID,
		func(kv *[2]string) []any { return row(&kv[0], &kv[1]) },
		func(e *readout.Event, kv [2]string) {
			if e.Attributes == nil {
				e.Attributes = map[string]string{}
			}
			e.Attributes[kv[0]] = kv[1]
		})
	if err != nil {
		return err
	}
	err = children(g.ctx, g.tx, `SELECT event, report, start_byte, end_byte, annotator, version, rule, trigger_start, trigger_end, status FROM event_mention ORDER BY event, report, ord`, nil, byID,
		func(m *readout.EventMention) []any {
			return append(evidenceTargets(&m.Evidence), &m.Trigger.Start, &m.Trigger.End, &m.Status)
		},
		func(e *readout.Event, m readout.EventMention) { e.Mentions = append(e.Mentions, m) })
	if err != nil {
		return err
	}
	return children(g.ctx, g.tx, `SELECT event, relation, other, report, start_byte, end_byte, annotator, version, rule FROM event_link ORDER BY event, ord`, nil, byID,
		func(l *readout.EventLink) []any {
			return append(row(&l.Relation, &l.Event), evidenceTargets(&l.Evidence)...)
		},
		func(e *readout.Event, l readout.EventLink) { e.Links = append(e.Links, l) })
}

func (g *getter) statements() error {
	byID := map[string]*readout.Statement{}
	err := g.each(`SELECT id, report, kind, text, cue_start, cue_end, source_start, source_end, speaker, addressee, medium, `+dateColumns+
		`, event, nested_in, uttered, annotator, version, rule FROM statement ORDER BY report, ord`, func(scan func(...[]any) error) error {
		st := &readout.Statement{}
		var cue, source maybeSpan
		var d maybeDate
		err := scan(row(&st.ID, &st.Report, &st.Kind, &st.Text), cue.targets(), source.targets(), row(&st.Speaker, &st.Addressee, &st.Medium), d.targets(),
			row(&st.Event, &st.NestedIn, &st.Uttered, &st.By.Annotator, &st.By.Version, &st.By.Rule))
		st.Cue, st.Source, st.Date = cue.get(), source.get(), d.get()
		byID[st.ID] = st
		g.rec.Statements = append(g.rec.Statements, st)
		return err
	})
	if err != nil {
		return err
	}
	err = children(g.ctx, g.tx, `SELECT statement, start_byte, end_byte FROM statement_content ORDER BY statement, ord`, nil, byID,
		func(sp *readout.Span) []any { return row(&sp.Start, &sp.End) },
		func(st *readout.Statement, sp readout.Span) { st.Content = append(st.Content, sp) })
	if err != nil {
		return err
	}
	return chains(g, "statement", byID, func(st *readout.Statement, l readout.ChainLink) { st.Chain = append(st.Chain, l) })
}

// linkRow is a row of a chain.
type linkRow struct {
	readout.ChainLink
	cue maybeEvidence
}

// chains reads the chains of statements, claims, positions or responses.
func chains[P any](g *getter, owner string, byID map[string]*P, put func(*P, readout.ChainLink)) error {
	return children(g.ctx, g.tx, `SELECT `+owner+`, entity, text, cue_report, cue_start, cue_end, cue_annotator, cue_version, cue_rule, factuality, outlet_of_report
		FROM `+owner+`_chain ORDER BY `+owner+`, ord`, nil, byID,
		func(l *linkRow) []any {
			return append(append(row(&l.Entity, &l.Text), l.cue.targets()...), &l.Factuality, &l.OutletOfReport)
		},
		func(p *P, l linkRow) {
			l.Cue = l.cue.get()
			put(p, l.ChainLink)
		})
}

func (g *getter) claims() error {
	byID := map[string]*readout.Claim{}
	err := g.each(`SELECT id, event, attribute, text, unit, min_value, max_value, approx_value, `+dateColumns+
		`, entity, value_text, hedge, holder, report, start_byte, end_byte, annotator, version, rule FROM claim ORDER BY id`, func(scan func(...[]any) error) error {
		c := &readout.Claim{}
		var d maybeDate
		err := scan(row(&c.ID, &c.Event, &c.Attribute, &c.Text, &c.Value.Unit, &c.Value.Min, &c.Value.Max, &c.Value.Approx), d.targets(),
			row(&c.Value.Entity, &c.Value.Text, &c.Hedge, &c.Holder), evidenceTargets(&c.Evidence))
		c.Value.Date = d.get()
		byID[c.ID] = c
		g.rec.Claims = append(g.rec.Claims, c)
		return err
	})
	if err != nil {
		return err
	}
	return chains(g, "claim", byID, func(c *readout.Claim, l readout.ChainLink) { c.Chain = append(c.Chain, l) })
}

func (g *getter) disagreements() error {
	byEvent := map[string][]*readout.Disagreement{}
	err := g.each(`SELECT event, attribute, verdict, why FROM disagreement ORDER BY event, ord`, func(scan func(...[]any) error) error {
		d := &readout.Disagreement{}
		err := scan(row(&d.Event, &d.Attribute, &d.Verdict, &d.Why))
		g.rec.Disagreements = append(g.rec.Disagreements, d)
		byEvent[d.Event] = append(byEvent[d.Event], d)
		return err
	})
	if err != nil {
		return err
	}
	return g.each(`SELECT event, disagreement, claim FROM disagreement_claim ORDER BY event, disagreement, ord`, func(scan func(...[]any) error) error {
		var i int
		var event, c string
		if err := scan(row(&event, &i, &c)); err != nil {
			return err
		}
		if i < 0 || i >= len(byEvent[event]) {
			return lost(event)
		}
		d := byEvent[event][i]
		d.Claims = append(d.Claims, c)
		return nil
	})
}

func (g *getter) timexes() error {
	return g.each(`SELECT report, start_byte, end_byte, annotator, version, rule, type, value, basis, function FROM timex ORDER BY report, ord`, func(scan func(...[]any) error) error {
		t := &readout.Timex{}
		err := scan(evidenceTargets(&t.Evidence), row(&t.Type, &t.Value, &t.Basis, &t.Function))
		g.rec.Timexes = append(g.rec.Timexes, t)
		return err
	})
}

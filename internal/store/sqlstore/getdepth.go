package sqlstore

import (
	"github.com/readout-news/readout"
)

func (g *getter) utterances() error {
	byID := map[string]*readout.Utterance{}
	err := g.each(`SELECT id, speaker FROM utterance ORDER BY id`, func(scan func(...[]any) error) error {
		u := &readout.Utterance{}
		err := scan(row(&u.ID, &u.Speaker))
		byID[u.ID] = u
		g.rec.Utterances = append(g.rec.Utterances, u)
		return err
	})
	if err != nil {
		return err
	}
	err = children(g.ctx, g.tx, `SELECT utterance, statement, kind FROM utterance_variant ORDER BY utterance, ord`, nil, byID,
		func(v *readout.Variant) []any { return row(&v.Statement, &v.Kind) },
		func(u *readout.Utterance, v readout.Variant) { u.Variants = append(u.Variants, v) })
	if err != nil {
		return err
	}
	of := map[string]string{} // statement → utterance
	for _, u := range g.rec.Utterances {
		for _, v := range u.Variants {
			of[v.Statement] = u.ID
		}
	}
	for _, st := range g.rec.Statements {
		st.Utterance = of[st.ID]
	}
	return g.each(`SELECT utterance, variant, fullest_start, fullest_end, variant_start, variant_end FROM utterance_change ORDER BY utterance, variant, ord`, func(scan func(...[]any) error) error {
		var id string
		var i int
		var c readout.WordChange
		if err := scan(row(&id, &i, &c.Fullest.Start, &c.Fullest.End, &c.Variant.Start, &c.Variant.End)); err != nil {
			return err
		}
		u := byID[id]
		if u == nil || i < 0 || i >= len(u.Variants) {
			return lost(id)
		}
		u.Variants[i].Changes = append(u.Variants[i].Changes, c)
		return nil
	})
}

func (g *getter) issues() error {
	byID := map[string]*readout.Issue{}
	err := g.each(`SELECT id, name FROM issue ORDER BY id`, func(scan func(...[]any) error) error {
		x := &readout.Issue{}
		err := scan(row(&x.ID, &x.Name))
		byID[x.ID] = x
		g.rec.Issues = append(g.rec.Issues, x)
		return err
	})
	if err != nil {
		return err
	}
	err = texts(g, `SELECT issue, name FROM issue_name ORDER BY issue, ord`, byID, func(x *readout.Issue, s string) { x.Names = append(x.Names, s) })
	if err != nil {
		return err
	}
	type stand struct{ position, change, previous string }
	g.stands = map[string]readout.Position{}
	return children(g.ctx, g.tx, `SELECT issue, position, change_kind, previous FROM issue_position ORDER BY issue, ord`, nil, byID,
		func(s *stand) []any { return row(&s.position, &s.change, &s.previous) },
		func(x *readout.Issue, s stand) {
			x.Positions = append(x.Positions, s.position)
			g.stands[s.position] = readout.Position{Issue: x.ID, Change: s.change, Previous: s.previous}
		})
}

// texts reads rows of an owner's id and one text.
func texts[P any](g *getter, query string, owners map[string]*P, put func(*P, string)) error {
	return children(g.ctx, g.tx, query, nil, owners, func(s *string) []any { return row(s) }, put)
}

func (g *getter) positions() error {
	byID := map[string]*readout.Position{}
	err := g.each(`SELECT id, party, addressee, stance, text, terms, condition, `+dateColumns+`, `+untilColumns+
		`, speaker, report, start_byte, end_byte, annotator, version, rule, statement, event, change_kind, previous, uttered FROM position ORDER BY report, ord`, func(scan func(...[]any) error) error {
		x := &readout.Position{}
		var d, until maybeDate
		err := scan(row(&x.ID, &x.Party, &x.Addressee, &x.Stance, &x.Text, &x.Terms, &x.If), d.targets(), until.targets(),
			row(&x.Speaker), evidenceTargets(&x.Evidence), row(&x.Statement, &x.Event, &x.Change, &x.Previous, &x.Uttered))
		x.Date, x.Until = d.get(), until.get()
		if s, ok := g.stands[x.ID]; ok {
			x.Issue, x.Change, x.Previous = s.Issue, s.Change, s.Previous
		}
		byID[x.ID] = x
		g.rec.Positions = append(g.rec.Positions, x)
		return err
	})
	if err != nil {
		return err
	}
	return chains(g, "position", byID, func(x *readout.Position, l readout.ChainLink) { x.Chain = append(x.Chain, l) })
}

func (g *getter) commitments() error {
	byID := map[string]*readout.Commitment{}
	err := g.each(`SELECT id, party, to_party, terms, condition, `+dateColumns+`, `+untilColumns+
		`, position, report, start_byte, end_byte, annotator, version, rule FROM commitment ORDER BY id`, func(scan func(...[]any) error) error {
		c := &readout.Commitment{}
		var made, until maybeDate
		err := scan(row(&c.ID, &c.Party, &c.To, &c.Terms, &c.If), made.targets(), until.targets(), row(&c.Position), evidenceTargets(&c.Evidence))
		c.Made, c.Until = made.get(), until.get()
		byID[c.ID] = c
		g.rec.Commitments = append(g.rec.Commitments, c)
		return err
	})
	if err != nil {
		return err
	}
	err = children(g.ctx, g.tx, `SELECT commitment, accuser, accused, position, report, start_byte, end_byte, annotator, version, rule FROM commitment_violation ORDER BY commitment, ord`, nil, byID,
		func(v *readout.Violation) []any {
			return append(row(&v.Accuser, &v.Accused, &v.Position), evidenceTargets(&v.Evidence)...)
		},
		func(c *readout.Commitment, v readout.Violation) { c.Violations = append(c.Violations, v) })
	if err != nil {
		return err
	}
	return g.each(`SELECT commitment, violation, response FROM violation_denial ORDER BY commitment, violation, ord`, func(scan func(...[]any) error) error {
		var id, response string
		var i int
		if err := scan(row(&id, &i, &response)); err != nil {
			return err
		}
		c := byID[id]
		if c == nil || i < 0 || i >= len(c.Violations) {
			return lost(id)
		}
		v := &c.Violations[i]
		v.DeniedBy = append(v.DeniedBy, response)
		return nil
	})
}

func (g *getter) responses() error {
	byID := map[string]*readout.Response{}
	err := g.each(`SELECT id, party, kind, event, statement, about, to_party, `+dateColumns+
		`, report, start_byte, end_byte, annotator, version, rule FROM response ORDER BY report, ord`, func(scan func(...[]any) error) error {
		x := &readout.Response{}
		var d maybeDate
		err := scan(row(&x.ID, &x.Party, &x.Kind, &x.Event, &x.Statement, &x.About, &x.To), d.targets(), evidenceTargets(&x.Evidence))
		x.Date = d.get()
		byID[x.ID] = x
		g.rec.Responses = append(g.rec.Responses, x)
		return err
	})
	if err != nil {
		return err
	}
	return chains(g, "response", byID, func(x *readout.Response, l readout.ChainLink) { x.Chain = append(x.Chain, l) })
}

func (g *getter) threads() error {
	byID := map[string]*readout.Thread{}
	err := g.each(`SELECT id, title FROM thread ORDER BY id`, func(scan func(...[]any) error) error {
		x := &readout.Thread{}
		err := scan(row(&x.ID, &x.Title))
		byID[x.ID] = x
		g.rec.Threads = append(g.rec.Threads, x)
		return err
	})
	if err != nil {
		return err
	}
	err = texts(g, `SELECT thread, party FROM thread_party ORDER BY thread, ord`, byID, func(x *readout.Thread, s string) { x.Parties = append(x.Parties, s) })
	if err != nil {
		return err
	}
	err = texts(g, `SELECT thread, event FROM thread_event ORDER BY thread, ord`, byID, func(x *readout.Thread, s string) { x.Events = append(x.Events, s) })
	if err != nil {
		return err
	}
	return texts(g, `SELECT thread, report FROM thread_report ORDER BY thread, ord`, byID, func(x *readout.Thread, s string) { x.Reports = append(x.Reports, s) })
}

func (g *getter) defects() error {
	byReport := map[string][]*readout.Defect{}
	err := g.each(`SELECT report, kind, note FROM defect ORDER BY report, ord`, func(scan func(...[]any) error) error {
		d := &readout.Defect{}
		err := scan(row(&d.Report, &d.Kind, &d.Note))
		g.rec.Defects = append(g.rec.Defects, d)
		byReport[d.Report] = append(byReport[d.Report], d)
		return err
	})
	if err != nil {
		return err
	}
	return g.each(`SELECT of_report, defect, report, start_byte, end_byte, annotator, version, rule FROM defect_evidence ORDER BY of_report, defect, ord`, func(scan func(...[]any) error) error {
		var i int
		var of string
		var e readout.Evidence
		if err := scan(row(&of, &i), evidenceTargets(&e)); err != nil {
			return err
		}
		if i < 0 || i >= len(byReport[of]) {
			return lost(of)
		}
		d := byReport[of][i]
		d.Evidence = append(d.Evidence, e)
		return nil
	})
}

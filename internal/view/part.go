package view

import (
	"slices"

	"github.com/readout-news/readout"
)

// Part gathers facts of a record for Record.
type Part struct {
	v   *View
	in  map[string]bool // ids of facts
	ent map[string]bool // ids of entities whose mentions are kept
}

// NewPart is a part without facts.
func (v *View) NewPart() *Part {
	return &Part{v: v, in: map[string]bool{}, ent: map[string]bool{}}
}

// Add takes facts in by their ids: reports, events (with their claims and
// disagreements), statements, utterances, positions, commitments, responses,
// issues, threads.
func (p *Part) Add(ids ...string) {
	for _, id := range ids {
		p.in[id] = true
	}
}

// AddEntity takes an entity in with its mentions.
func (p *Part) AddEntity(id string) {
	p.ent[id] = true
}

// Record is the part as a record: the facts that were added, whole; the facts
// that they name, whole; and the reports and entities that either names,
// entities without their mentions. The order is that of the whole record.
func (p *Part) Record() *readout.Record {
	rec := p.v.Record
	named := map[string]bool{} // by added facts, one step away
	name := func(ids ...string) {
		for _, id := range ids {
			named[id] = true
		}
	}
	for _, x := range rec.Statements {
		if p.in[x.ID] {
			name(x.Event, x.NestedIn, x.Utterance)
		}
	}
	for _, x := range rec.Events {
		if p.in[x.ID] {
			for _, l := range x.Links {
				name(l.Event)
			}
		}
	}
	for _, x := range rec.Utterances {
		if p.in[x.ID] {
			for _, v := range x.Variants {
				name(v.Statement)
			}
		}
	}
	for _, x := range rec.Positions {
		if p.in[x.ID] {
			name(x.Issue, x.Statement, x.Event, x.Previous)
		}
	}
	for _, x := range rec.Issues {
		if p.in[x.ID] {
			name(x.Positions...)
		}
	}
	for _, x := range rec.Commitments {
		if p.in[x.ID] {
			name(x.Position)
			for _, v := range x.Violations {
				name(v.Position)
				name(v.DeniedBy...)
			}
		}
	}
	for _, x := range rec.Responses {
		if p.in[x.ID] {
			name(x.Event, x.Statement)
		}
	}
	for _, x := range rec.Threads {
		if p.in[x.ID] {
			name(x.Events...)
		}
	}
	delete(named, "")
	has := func(id string) bool { return p.in[id] || named[id] }

	out := &readout.Record{}
	keep := map[string]bool{} // entities and reports that what is kept names
	for _, x := range rec.Statements {
		if has(x.ID) {
			out.Statements = append(out.Statements, x)
			use(keep, x.Report, x.Speaker, x.Addressee, x.Medium)
			useChain(keep, x.Chain)
		}
	}
	for _, x := range rec.Utterances {
		// Its variants have to be there for their reports to be known.
		if p.in[x.ID] || named[x.ID] && !slices.ContainsFunc(x.Variants, func(v readout.Variant) bool { return !has(v.Statement) }) {
			out.Utterances = append(out.Utterances, x)
			use(keep, x.Speaker)
		}
	}
	for _, x := range rec.Events {
		if !has(x.ID) {
			continue
		}
		out.Events = append(out.Events, x)
		use(keep, x.Place)
		for _, y := range x.Participants {
			use(keep, y.Entity)
		}
		for _, m := range x.Mentions {
			use(keep, m.Report)
		}
		for _, l := range x.Links {
			use(keep, l.Evidence.Report)
		}
	}
	for _, x := range rec.Claims {
		if has(x.Event) {
			out.Claims = append(out.Claims, x)
			use(keep, x.Evidence.Report, x.Holder, x.Value.Entity)
			useChain(keep, x.Chain)
		}
	}
	for _, x := range rec.Disagreements {
		if has(x.Event) {
			out.Disagreements = append(out.Disagreements, x)
		}
	}
	for _, x := range rec.Issues {
		if has(x.ID) {
			out.Issues = append(out.Issues, x)
		}
	}
	for _, x := range rec.Positions {
		if has(x.ID) {
			out.Positions = append(out.Positions, x)
			use(keep, x.Party, x.Addressee, x.Speaker, x.Evidence.Report)
			useChain(keep, x.Chain)
		}
	}
	for _, x := range rec.Commitments {
		if has(x.ID) {
			out.Commitments = append(out.Commitments, x)
			use(keep, x.Party, x.To, x.Evidence.Report)
			for _, v := range x.Violations {
				use(keep, v.Accuser, v.Accused, v.Evidence.Report)
			}
		}
	}
	for _, x := range rec.Responses {
		if has(x.ID) {
			out.Responses = append(out.Responses, x)
			use(keep, x.Party, x.To, x.Evidence.Report)
			useChain(keep, x.Chain)
		}
	}
	for _, x := range rec.Threads {
		if has(x.ID) {
			out.Threads = append(out.Threads, x)
			use(keep, x.Parties...)
			use(keep, x.Reports...)
		}
	}
	p.frame(out, keep)
	return out
}

func use(keep map[string]bool, ids ...string) {
	for _, id := range ids {
		keep[id] = true
	}
}

func useChain(keep map[string]bool, chain []readout.ChainLink) {
	for _, l := range chain {
		use(keep, l.Entity)
	}
}

// frame adds the reports and entities in keep, and what they name in turn: what
// a report copies, the reports that show its defects, the members of a group.
func (p *Part) frame(out *readout.Record, keep map[string]bool) {
	rec := p.v.Record
	for id := range p.in {
		keep[id] = true
	}
	kept := make([]bool, len(rec.Reports))
	for more := true; more; {
		more = false
		for i, r := range rec.Reports {
			if kept[i] || !keep[r.ID] {
				continue
			}
			kept[i], more = true, true
			if i < len(rec.Origins) {
				use(keep, rec.Origins[i].Outlet, rec.Origins[i].Of)
			}
			for _, d := range p.v.defects[r.ID] {
				for _, e := range d.Evidence {
					use(keep, e.Report)
				}
			}
		}
	}
	for i, r := range rec.Reports {
		if !kept[i] {
			continue
		}
		out.Reports = append(out.Reports, r)
		var o readout.Origin
		if i < len(rec.Origins) {
			o = rec.Origins[i]
		}
		out.Origins = append(out.Origins, o)
	}
	for _, d := range rec.Defects {
		if keep[d.Report] {
			out.Defects = append(out.Defects, d)
		}
	}
	for _, e := range rec.Entities {
		if p.ent[e.ID] || keep[e.ID] {
			use(keep, e.Members...)
		}
	}
	for _, e := range rec.Entities {
		switch {
		case p.ent[e.ID]:
			out.Entities = append(out.Entities, e)
		case keep[e.ID]:
			bare := *e
			bare.Mentions = nil
			out.Entities = append(out.Entities, &bare)
		}
	}
}

package answer

import (
	"cmp"
	"time"

	"github.com/readout-news/readout/internal/query"
	"github.com/readout-news/readout/internal/view"
	"github.com/readout-news/readout/internal/view/recordjson"
	"github.com/readout-news/readout/wire"
)

// day is the day on which offices and promises are counted: the one asked for,
// that of as_of, else that of the newest report; "" when no report has a day.
func (a *Answers) day(p query.Params) string {
	day := cmp.Or(p.Day, a.AsOf, a.LastDay())
	return day[:min(len(day), len(time.DateOnly))]
}

// EntityItem is somebody as a line of a list.
func (a *Answers) EntityItem(r view.ActorRow) wire.EntityItem {
	e := r.Entity
	return wire.EntityItem{
		Ref: wire.Ref{ID: e.ID, Name: e.Name, Path: opt(a.Path(e.ID))}, Type: string(e.Type), Kind: string(r.Kind), Role: opt(r.Role), For: a.entity(r.For),
		Counts: wire.Counts{Mentions: r.Mentions, Reports: r.Reports, Origins: r.Origins}, Said: r.Said, Events: r.Events, Positions: r.Positions, Decided: a.enc.Decided(e.ID),
	}
}

// Entities lists people, bodies, states, places and outlets, the most mentioned
// first: p.Type is their kind, p.Words stand in the name or office, p.Party are
// those whose they are, each of them.
func (a *Answers) Entities(p query.Params) Rows[wire.EntityItem] {
	kind := view.ActorKind(p.Type)
	if kind == "all" {
		kind = ""
	}
	_, total := a.Actors(kind, p.Words, p.Party, a.day(p), 0, 0)
	const ahead = 200
	var have []view.ActorRow
	from := -1
	return Rows[wire.EntityItem]{Schema: EntitiesSchema, N: total, ask: a, At: func(i int) wire.EntityItem {
		if from < 0 || i < from || i >= from+len(have) {
			from = i
			have, _ = a.Actors(kind, p.Words, p.Party, a.day(p), i, ahead)
		}
		return a.EntityItem(have[i-from])
	}}
}

// newestSaid and newestEvents bound what the answer on an entity lists.
const (
	newestSaid   = 50
	newestEvents = 50
)

// EntityPage is what the record has on one entity.
func (a *Answers) EntityPage(id string, q query.Params) (wire.Thing[wire.EntityPage], error) {
	p, ok := a.Person(id, a.day(q), newestEvents)
	if !ok {
		return wire.Thing[wire.EntityPage]{}, a.missing("entity", id)
	}
	e := p.Entity
	row, _ := a.Actor(id, a.day(q))
	out := wire.EntityPage{
		Entity: a.EntityItem(row),
		Names:  recordjson.List(e.Names), Wikidata: opt(e.Wikidata), Country: opt(e.Country), Roles: each(p.Roles, a.role), SameName: []wire.Ref{},
		SaidCount: p.Said.Len(), Said: each(p.Said.Rows(0, newestSaid), a.QuoteItem), Held: []wire.HeldItem{}, Events: []wire.PartItem{},
		Made: a.promises(p.Made, q), Accused: a.promises(p.Accused, q), Owed: a.promises(p.Owed, q), Carriers: []wire.Carrier{},
		People: each(p.People, a.EntityItem), Of: each(p.Of, a.EntityItem), Threads: each(p.Threads, a.thread),
	}
	for _, x := range p.SameName {
		out.SameName = append(out.SameName, *a.entity(x.Entity.ID))
	}
	for _, h := range p.Held {
		x := wire.HeldItem{Positions: each(h.Positions, a.PositionItem)}
		if h.Issue != nil {
			x.Issue = &wire.Ref{ID: h.Issue.ID, Name: h.Issue.Name, Path: opt(a.Path(h.Issue.ID))}
		}
		out.Held = append(out.Held, x)
	}
	for _, x := range p.Events {
		out.Events = append(out.Events, wire.PartItem{Part: x.Part, Count: x.Count, Events: each(x.Events, a.EventItem)})
	}
	for _, c := range p.Carriers {
		out.Carriers = append(out.Carriers, wire.Carrier{Outlet: a.entity(c.Outlet), Name: c.Name, Direct: c.Direct, Relayed: c.Relayed, Through: recordjson.List(c.Through), Copied: c.Copied})
	}
	return thing(a, EntitySchema, out)
}

func (a *Answers) role(r view.RoleRow) wire.RoleItem {
	return wire.RoleItem{Title: r.Title, From: opt(r.From), To: opt(r.To), First: opt(r.First), Last: opt(r.Last), Counts: counts(r.Support), Evidence: a.passages(r.Evidence)}
}

// promises are commitments as they stand on the day asked for.
func (a *Answers) promises(rows []view.CommitmentRow, p query.Params) []wire.CommitmentItem {
	out := []wire.CommitmentItem{}
	for _, r := range rows {
		if due, ok := a.DueOne(r.Commitment.ID, a.day(p)); ok {
			out = append(out, a.CommitmentItem(due))
		}
	}
	return out
}

// SourceItem is what can be measured of an outlet.
func (a *Answers) SourceItem(r view.SourceRow) wire.SourceItem {
	out := wire.SourceItem{
		Outlet: a.entity(r.Outlet), Name: r.Name, Reports: r.Reports, Own: r.Own, Copied: r.Copied, Wire: r.Wire, Skipped: r.Skipped,
		From: each(r.From, nameCount), Taken: each(r.Taken, nameCount), Shared: r.Delay.Shared, Timed: r.Delay.Timed, FirstOf: r.Delay.First,
		Named: r.Shape.Named, Official: r.Shape.Official, Unnamed: r.Shape.Unnamed, Relayed: r.Shape.Relayed,
		Defects: r.Defects, Edits: r.Edits, First: opt(r.First), Last: opt(r.Last), Events: r.Events, Quotes: r.Quotes,
	}
	if r.Delay.Timed > 0 {
		m := int(r.Delay.Median.Minutes())
		out.Delay = &m
	}
	return out
}

func nameCount(c view.CountRow) wire.NameCount {
	return wire.NameCount{ID: opt(c.ID), Name: c.Name, N: c.N}
}

// Sources lists outlets, those with most reports first.
func (a *Answers) Sources(query.Params) Rows[wire.SourceItem] {
	return rows(a, SourcesSchema, a.View.Sources(), a.SourceItem)
}

// Source is one outlet.
func (a *Answers) Source(id string) (wire.Thing[wire.SourceItem], error) {
	r, ok := a.View.Source(id)
	if !ok {
		return wire.Thing[wire.SourceItem]{}, a.missing("outlet with reports of id", id)
	}
	return thing(a, SourceSchema, a.SourceItem(r))
}

// Comparison sets the outlets p.A and p.B, names or ids, side by side.
func (a *Answers) Comparison(p query.Params) (wire.Thing[wire.Comparison], error) {
	ids := [2]string{p.A, p.B}
	for i, name := range ids {
		if ids[i] = a.OutletNamed(name); ids[i] == "" {
			return wire.Thing[wire.Comparison]{}, a.missing("outlet with reports of the name", name)
		}
	}
	c, ok := a.Compare(ids[0], ids[1], p.Filter())
	if !ok {
		return wire.Thing[wire.Comparison]{}, a.missing("outlet with reports of the name", p.A)
	}
	out := wire.Comparison{
		A: a.SourceItem(c.A), B: a.SourceItem(c.B), ACopiesB: c.ACopiesB, BCopiesA: c.BCopiesA, Both: each(c.Both, a.eventRef), OnlyA: each(c.InA, a.eventRef), OnlyB: each(c.InB, a.eventRef),
		Rows: []wire.CompareItem{}, ClaimsA: c.ClaimsA, ClaimsB: c.ClaimsB, QuotedA: each(c.QuotedA, nameCount), QuotedB: each(c.QuotedB, nameCount), QuotedBoth: c.QuotedBoth,
		FirstA: c.FirstA, FirstB: c.FirstB,
	}
	claims := func(rows []view.ClaimRow) []wire.ClaimItem {
		return each(rows, func(r view.ClaimRow) wire.ClaimItem { return a.ClaimItem(r.Claim) })
	}
	for _, r := range c.Rows {
		out.Rows = append(out.Rows, wire.CompareItem{Event: a.eventRef(r.Event), Attribute: r.Attribute, Relation: string(r.Relation), A: claims(r.A), B: claims(r.B)})
	}
	return thing(a, ComparisonSchema, out)
}

// mostContacts is how many of those who speak an answer has, unless the limit
// says another number.
const mostContacts = 40

// Contacts are who speaks with whom at events that pass p.
func (a *Answers) Contacts(p query.Params) (wire.Thing[wire.Contacts], error) {
	most := p.Limit
	if most == 0 {
		most = mostContacts
	}
	c := a.View.Contacts(p.Filter(), a.day(p), most)
	out := wire.Contacts{Nodes: []wire.ContactNode{}, Edges: []wire.ContactEdge{}, Others: c.Others, Events: c.Events}
	for _, n := range c.Nodes {
		out.Nodes = append(out.Nodes, wire.ContactNode{Ref: wire.Ref{ID: n.Entity, Name: n.Name, Path: opt(a.Path(n.Entity))}, Kind: string(n.Kind), Role: opt(n.Role), Weight: n.Weight})
	}
	for _, e := range c.Edges {
		out.Edges = append(out.Edges, wire.ContactEdge{
			A: c.Nodes[e.A].Entity, B: c.Nodes[e.B].Entity, Held: e.Held, Reported: e.Reported, Planned: e.Planned, Denied: e.Denied, Disputed: e.Disputed,
			AToB: e.AtoB, BToA: e.BtoA, Events: recordjson.List(e.Events), First: opt(e.First), Last: opt(e.Last),
		})
	}
	return thing(a, ContactsSchema, out)
}

// Stances is who stands where by the positions that pass f: n issues down from
// the one at from, at most ten parties across.
func (a *Answers) Stances(f view.Filter, from, n int) (wire.Thing[wire.StanceTable], error) {
	const columns = 10
	t := a.View.Stances(f, columns, from, n)
	party := func(x view.StanceParty) wire.PartyCount {
		return wire.PartyCount{Ref: wire.Ref{ID: x.Entity, Name: x.Name, Path: opt(a.Path(x.Entity))}, Positions: x.Positions}
	}
	cell := func(c view.StanceCell) wire.StanceCell {
		x := wire.StanceCell{Party: party(c.Party).Ref, Positions: each(c.Positions, a.PositionItem)}
		if c.Silent != nil {
			r := a.ResponseItem(*c.Silent)
			x.Silent = &r
		}
		return x
	}
	out := wire.StanceTable{Parties: each(t.Parties, party), Others: each(t.Others, party), Lines: []wire.StanceLine{}, Issues: t.Issues, Positions: t.Positions, Loose: t.Loose}
	for _, l := range t.Lines {
		out.Lines = append(out.Lines, wire.StanceLine{
			Issue: wire.Ref{ID: l.Issue.ID, Name: l.Issue.Name, Path: opt(a.Path(l.Issue.ID))}, First: known(l.First), Last: known(l.Last),
			Cells: each(l.Cells, cell), Others: each(l.Others, cell),
		})
	}
	return thing(a, StancesSchema, out)
}

// known is nil for the day "~", which sorts the unknown last.
func known(day string) *string {
	if day == "~" {
		return nil
	}
	return opt(day)
}

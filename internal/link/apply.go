package link

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/readout-news/readout"
)

// Apply is a record with the change in it, as a store that takes the change has
// it. rec and what it holds stay as they are; what the change does not touch is
// in both. The error is that of a change of another record.
func (c *Change) Apply(rec *readout.Record) (*readout.Record, error) {
	n, r := c.Record, *rec
	a := &applying{
		reports: set(c.Scope.Reports), events: set(c.Scope.Events), entities: set(c.Scope.Entities),
		issues: set(c.Scope.Issues), utterances: set(c.Scope.Utterances),
	}
	origins := map[string]readout.Origin{}
	for _, x := range []*readout.Record{rec, n} {
		for i, o := range x.Origins {
			origins[x.Reports[i].ID] = o
		}
	}
	r.Reports = instead(rec.Reports, n.Reports, a.reports, func(x *readout.Report) string { return x.ID })
	r.Origins = make([]readout.Origin, len(r.Reports))
	for i, x := range r.Reports {
		r.Origins[i] = origins[x.ID]
	}
	r.Statements = instead(rec.Statements, n.Statements, a.reports, func(x *readout.Statement) string { return x.Report })
	// A position of another report is there for what an issue has of it.
	own := slices.DeleteFunc(slices.Clone(n.Positions), func(x *readout.Position) bool { return !a.reports[x.Evidence.Report] })
	r.Positions = instead(rec.Positions, own, a.reports, func(x *readout.Position) string { return x.Evidence.Report })
	r.Responses = instead(rec.Responses, n.Responses, a.reports, func(x *readout.Response) string { return x.Evidence.Report })
	r.Timexes = instead(rec.Timexes, n.Timexes, a.reports, func(x *readout.Timex) string { return x.Report })
	r.Defects = instead(rec.Defects, n.Defects, a.reports, func(x *readout.Defect) string { return x.Report })
	r.Utterances = instead(rec.Utterances, n.Utterances, a.utterances, func(x *readout.Utterance) string { return x.ID })
	r.Issues = instead(rec.Issues, n.Issues, a.issues, func(x *readout.Issue) string { return x.ID })
	r.Commitments = instead(rec.Commitments, n.Commitments, set(c.Scope.Commitments), func(x *readout.Commitment) string { return x.ID })
	r.Threads = instead(rec.Threads, n.Threads, set(c.Scope.Threads), func(x *readout.Thread) string { return x.ID })
	r.Claims = instead(rec.Claims, n.Claims, a.events, func(x *readout.Claim) string { return x.Event })
	r.Disagreements = instead(rec.Disagreements, n.Disagreements, a.events, func(x *readout.Disagreement) string { return x.Event })
	if err := a.members(&r, n); err != nil {
		return nil, err
	}
	var err error
	if r.Events, err = a.ofEvents(rec.Events, n.Events); err != nil {
		return nil, err
	}
	if r.Entities, err = a.ofEntities(rec.Entities, n.Entities); err != nil {
		return nil, err
	}
	orderLists(&r)
	return &r, nil
}

// applying is the scope of a change that is applied.
type applying struct {
	reports, events, entities, issues, utterances map[string]bool
}

func set(ids []string) map[string]bool {
	out := make(map[string]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out
}

// instead is a list of its own with what is new in the place of what has an owner
// in scope.
func instead[T any](old, new []T, scope map[string]bool, owner func(T) string) []T {
	out := make([]T, 0, len(old)+len(new))
	for _, x := range old {
		if !scope[owner(x)] {
			out = append(out, x)
		}
	}
	return append(out, new...)
}

// members puts into positions what their issues say of them and into statements
// what their utterances do.
func (a *applying) members(r, n *readout.Record) error {
	said, rendered := map[string]*readout.Position{}, map[string]string{}
	for _, x := range n.Positions {
		said[x.ID] = x
	}
	wanted := map[string]string{} // position → issue
	for _, x := range n.Issues {
		if !a.issues[x.ID] {
			return fmt.Errorf("issue %s is given and not in scope", x.ID)
		}
		for _, id := range x.Positions {
			if is := said[id]; is == nil || is.Issue != x.ID {
				return fmt.Errorf("issue %s holds the position %s, of which nothing is said", x.ID, id)
			}
			wanted[id] = x.ID
		}
	}
	for _, x := range n.Utterances {
		if !a.utterances[x.ID] {
			return fmt.Errorf("utterance %s is given and not in scope", x.ID)
		}
		for _, v := range x.Variants {
			rendered[v.Statement] = x.ID
		}
	}
	for i, x := range r.Positions {
		if wanted[x.ID] == "" && !a.issues[x.Issue] {
			continue
		}
		p := *x
		p.Issue, p.Change, p.Previous = "", "", ""
		if wanted[x.ID] != "" {
			is := said[x.ID]
			p.Issue, p.Change, p.Previous = is.Issue, is.Change, is.Previous
			delete(wanted, x.ID)
		}
		r.Positions[i] = &p
	}
	for i, x := range r.Statements {
		if rendered[x.ID] == "" && !a.utterances[x.Utterance] {
			continue
		}
		s := *x
		s.Utterance = rendered[x.ID]
		delete(rendered, x.ID)
		r.Statements[i] = &s
	}
	for id, of := range wanted {
		return fmt.Errorf("issue %s holds the position %s, which nobody tells", of, id)
	}
	for id, of := range rendered {
		return fmt.Errorf("utterance %s has the statement %s, which nobody tells", of, id)
	}
	return nil
}

// kept is what is not of the reports in scope: the list itself where that is all.
func kept[T any](a *applying, list []T, report func(T) string) []T {
	if !slices.ContainsFunc(list, func(x T) bool { return a.reports[report(x)] }) {
		return list
	}
	return slices.DeleteFunc(slices.Clone(list), func(x T) bool { return a.reports[report(x)] })
}

// ofEvents: mentions belong to reports, the rest to the event.
func (a *applying) ofEvents(old, given []*readout.Event) ([]*readout.Event, error) {
	var out []*readout.Event
	mentions := map[string][]readout.EventMention{}
	for _, e := range old {
		left := kept(a, e.Mentions, func(m readout.EventMention) string { return m.Report })
		switch {
		case a.events[e.ID]:
			mentions[e.ID] = left
			continue
		case len(left) != len(e.Mentions):
			x := *e
			x.Mentions, e = left, &x
		}
		out = append(out, e)
	}
	for _, e := range given {
		if !a.events[e.ID] {
			return nil, fmt.Errorf("event %s is given and not in scope", e.ID)
		}
		x := *e
		x.Mentions = slices.Concat(mentions[e.ID], e.Mentions)
		orderEvent(&x)
		out = append(out, &x)
	}
	return out, nil
}

// ofEntities: mentions and evidence for roles belong to reports, the rest to the
// entity.
func (a *applying) ofEntities(old, given []*readout.Entity) ([]*readout.Entity, error) {
	news := make(map[string]bool, len(given))
	for _, e := range given {
		news[e.ID] = true
	}
	var out []*readout.Entity
	was, is := map[string]*readout.Entity{}, map[string]*readout.Entity{}
	for _, e := range old {
		if !a.entities[e.ID] && !news[e.ID] && !a.touches(e) {
			out = append(out, e)
			continue
		}
		x := *e
		x.Mentions = kept(a, e.Mentions, func(m readout.EntityMention) string { return m.Report })
		x.Roles = slices.Clone(e.Roles)
		for i := range x.Roles {
			x.Roles[i].Evidence = kept(a, x.Roles[i].Evidence, evidenceOf)
		}
		if was[e.ID] = &x; !a.entities[e.ID] {
			is[e.ID] = &x
			out = append(out, &x)
		}
	}
	for _, e := range given {
		before, x := was[e.ID], is[e.ID]
		if x == nil {
			if !a.entities[e.ID] {
				return nil, fmt.Errorf("entity %s is new and not in scope", e.ID)
			}
			y := *e
			y.Mentions, y.Roles = nil, slices.Clone(e.Roles)
			for i := range y.Roles {
				y.Roles[i].Evidence = nil
			}
			if before != nil {
				y.Mentions = before.Mentions
			}
			x = &y
			out = append(out, x)
		} else {
			before = nil // its own is there
		}
		x.Mentions = slices.Concat(x.Mentions, e.Mentions)
		for i := range x.Roles {
			role := &x.Roles[i]
			role.Evidence = slices.Clone(role.Evidence)
			for _, from := range []*readout.Entity{before, e} {
				if from == nil {
					continue
				}
				for _, y := range from.Roles {
					if y.Title == role.Title {
						role.Evidence = append(role.Evidence, y.Evidence...)
					}
				}
			}
		}
		orderEntity(x)
	}
	return out, nil
}

// touches reports whether a report in scope has something of an entity.
func (a *applying) touches(e *readout.Entity) bool {
	return slices.ContainsFunc(e.Mentions, func(m readout.EntityMention) bool { return a.reports[m.Report] }) ||
		slices.ContainsFunc(e.Roles, func(r readout.Role) bool {
			return slices.ContainsFunc(r.Evidence, func(m readout.Evidence) bool { return a.reports[m.Report] })
		})
}

func evidenceOf(m readout.Evidence) string { return m.Report }

func orderEntity(e *readout.Entity) {
	slices.SortStableFunc(e.Mentions, func(a, b readout.EntityMention) int {
		return cmp.Or(strings.Compare(a.Report, b.Report), a.Span.Compare(b.Span), cmp.Compare(a.Form, b.Form))
	})
	for _, r := range e.Roles {
		slices.SortStableFunc(r.Evidence, func(a, b readout.Evidence) int {
			return cmp.Or(strings.Compare(a.Report, b.Report), a.Span.Compare(b.Span))
		})
	}
}

func orderEvent(e *readout.Event) {
	slices.SortStableFunc(e.Mentions, func(a, b readout.EventMention) int {
		return cmp.Or(strings.Compare(a.Report, b.Report), a.Trigger.Compare(b.Trigger))
	})
}

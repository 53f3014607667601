package search

import (
	"cmp"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/terms"
	"github.com/readout-news/readout/internal/view"
)

// match is one thing of a view that a query finds.
type match struct {
	id     string
	best   bool // holds all terms in its names
	day    string
	weight int
}

// past answers a query for events or entities of a view that the store does not
// hold, by going through it, in the order of store.Group.
func past(v *view.View, q *store.Query, kind store.Kind, patterns, excluded []terms.Pattern) (store.Group, error) {
	g := store.Group{Kind: kind}
	skip, err := q.Offset()
	if err != nil {
		return g, err
	}
	m := &matcher{v: v, patterns: patterns, excluded: excluded, entities: map[string]mask{}}
	var found []match
	switch kind {
	case store.KindEvent:
		claims := map[string][]string{}
		for _, c := range v.Record.Claims {
			claims[c.Event] = append(claims[c.Event], c.Text)
		}
		for _, e := range v.Record.Events {
			day, ok := eventPasses(v, q, e)
			if !ok {
				continue
			}
			names := m.mask(e.Title).or(m.entity(e.Place))
			for _, p := range e.Participants {
				names = names.or(m.entity(p.Entity))
			}
			if all := names.or(m.mask(claims[e.ID]...)); m.holds(all) {
				found = append(found, match{id: e.ID, day: day, best: names.yes == all.yes})
			}
		}
	case store.KindEntity:
		for _, e := range v.Record.Entities {
			names := m.entity(e.ID)
			all := names
			for _, r := range e.Roles {
				all = all.or(m.mask(r.Title))
			}
			if m.holds(all) {
				found = append(found, match{id: e.ID, weight: len(e.Mentions), best: names.yes == all.yes})
			}
		}
	}
	slices.SortFunc(found, func(a, b match) int {
		switch {
		case a.best != b.best && a.best:
			return -1
		case a.best != b.best:
			return 1
		}
		return cmp.Or(-cmp.Compare(a.weight, b.weight), -strings.Compare(a.day, b.day), strings.Compare(a.id, b.id))
	})
	g.Count = min(len(found), store.MaxCount)
	limit := min(cmp.Or(max(q.Limit, 0), 10), store.MaxHits)
	skip = min(skip, len(found))
	if len(found) > skip+limit {
		g.Next = q.Cursor(skip + limit)
	}
	for _, m := range found[skip:min(len(found), skip+limit)] {
		g.Hits = append(g.Hits, store.Hit{Kind: kind, ID: m.id})
	}
	return g, nil
}

// mask is which patterns match, and which excluded ones, a bit each; Parse
// takes in less than 64 of them.
type mask struct{ yes, no uint64 }

func (a mask) or(b mask) mask { return mask{a.yes | b.yes, a.no | b.no} }

// matcher matches the texts of one view; every name is taken apart once,
// however many events it stands in.
type matcher struct {
	v                  *view.View
	patterns, excluded []terms.Pattern
	entities           map[string]mask
}

func (m *matcher) holds(x mask) bool { return x.yes == 1<<len(m.patterns)-1 && x.no == 0 }

func (m *matcher) mask(texts ...string) (out mask) {
	for _, t := range texts {
		tokens := terms.Tokens(t)
		for i, p := range m.patterns {
			if out.yes&(1<<i) == 0 && p.In(tokens) {
				out.yes |= 1 << i
			}
		}
		for i, p := range m.excluded {
			if p.In(tokens) {
				out.no |= 1 << i
			}
		}
	}
	return out
}

// entity is the mask of an entity's names.
func (m *matcher) entity(id string) mask {
	if out, ok := m.entities[id]; ok {
		return out
	}
	var out mask
	if e := m.v.Entity(id); e != nil {
		out = m.mask(append([]string{e.Name}, e.Names...)...)
	}
	m.entities[id] = out
	return out
}

// eventPasses reports whether an event passes the filters, and the day by which
// it is ordered.
func eventPasses(v *view.View, q *store.Query, e *readout.Event) (day string, ok bool) {
	last := ""
	if e.Date != nil && e.Date.Value != "" {
		day, last = e.Date.Value, cmp.Or(e.Date.End, e.Date.Value)
	}
	outlet := len(q.Outlets) == 0
	for _, m := range e.Mentions {
		r := v.Report(m.Report)
		if r == nil {
			continue
		}
		outlet = outlet || slices.Contains(q.Outlets, store.Outlet(r))
		if p := r.Published.Value; last == "" && p != "" && (day == "" || p < day) {
			day = p
		}
	}
	last = cmp.Or(last, day)
	switch {
	case !outlet,
		len(q.EventType) > 0 && !slices.Contains(q.EventType, e.Type) && !slices.Contains(q.EventType, e.Mode),
		len(q.At) > 0 && !slices.Contains(q.At, e.Place),
		(q.From != "" || q.To != "") && day == "",
		q.To != "" && day > q.To+"~",
		q.From != "" && last < q.From && !strings.HasPrefix(q.From, last):
		return "", false
	}
	return day, true
}

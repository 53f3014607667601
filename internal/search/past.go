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
	var found []match
	try := func(m match, names, more []string) {
		if holds(patterns, excluded, append(slices.Clone(names), more...)) {
			m.best = holds(patterns, nil, names)
			found = append(found, m)
		}
	}
	switch kind {
	case store.KindEvent:
		claims := map[string][]string{}
		for _, c := range v.Record.Claims {
			claims[c.Event] = append(claims[c.Event], c.Text)
		}
		for _, e := range v.Record.Events {
			if day, ok := eventPasses(v, q, e); ok {
				names := []string{e.Title}
				for _, p := range e.Participants {
					names = append(names, spellings(v.Entity(p.Entity))...)
				}
				try(match{id: e.ID, day: day}, append(names, spellings(v.Entity(e.Place))...), claims[e.ID])
			}
		}
	case store.KindEntity:
		for _, e := range v.Record.Entities {
			var roles []string
			for _, r := range e.Roles {
				roles = append(roles, r.Title)
			}
			try(match{id: e.ID, weight: len(e.Mentions)}, spellings(e), roles)
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

func spellings(e *readout.Entity) []string {
	if e == nil {
		return nil
	}
	return append([]string{e.Name}, e.Names...)
}

// holds reports whether each pattern matches one of the texts, and no excluded
// one does.
func holds(patterns, excluded []terms.Pattern, texts []string) bool {
	tokens := make([][]terms.Token, len(texts))
	for i, t := range texts {
		tokens[i] = terms.Tokens(t)
	}
	in := func(p terms.Pattern) bool {
		return slices.ContainsFunc(tokens, func(ts []terms.Token) bool { return p.In(ts) })
	}
	return !slices.ContainsFunc(patterns, func(p terms.Pattern) bool { return !in(p) }) && !slices.ContainsFunc(excluded, in)
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

package generate

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/readout-news/readout"
)

// settle draws what follows from all reports together and sorts the record.
func (m *maker) settle() {
	rec := m.rec
	keys := make([][2]int, 0, len(m.matters))
	for k := range m.matters {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b [2]int) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	for _, k := range keys {
		for _, x := range m.matters[k] {
			changes(x.positions)
			for _, h := range x.positions {
				x.issue.Positions = append(x.issue.Positions, h.p.ID)
			}
			slices.Sort(x.issue.Positions)
			m.thread(x, m.states[k[0]], m.states[k[1]])
			for _, s := range x.stories {
				m.compare(s)
				for _, q := range s.sayings {
					m.utterance(q)
				}
			}
		}
	}
	for _, d := range m.drafts {
		rec.Reports = append(rec.Reports, d.report)
	}
	order := make([]int, len(m.drafts))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(rec.Reports[a].ID, rec.Reports[b].ID) })
	reports := make([]*readout.Report, len(order))
	for i, k := range order {
		reports[i] = rec.Reports[k]
		rec.Origins = append(rec.Origins, m.drafts[k].origin)
	}
	rec.Reports = reports
	sortBy(rec.Entities, func(x *readout.Entity) string { return x.ID })
	sortBy(rec.Events, func(x *readout.Event) string { return x.ID })
	sortBy(rec.Statements, func(x *readout.Statement) string { return x.ID })
	sortBy(rec.Utterances, func(x *readout.Utterance) string { return x.ID })
	sortBy(rec.Claims, func(x *readout.Claim) string { return x.ID })
	sortBy(rec.Issues, func(x *readout.Issue) string { return x.ID })
	sortBy(rec.Positions, func(x *readout.Position) string { return x.ID })
	sortBy(rec.Commitments, func(x *readout.Commitment) string { return x.ID })
	sortBy(rec.Responses, func(x *readout.Response) string { return x.ID })
	sortBy(rec.Threads, func(x *readout.Thread) string { return x.ID })
	slices.SortFunc(rec.Disagreements, func(a, b *readout.Disagreement) int {
		return cmp.Or(strings.Compare(a.Event, b.Event), strings.Compare(a.Attribute, b.Attribute))
	})
	slices.SortFunc(rec.Timexes, func(a, b *readout.Timex) int { return place(a.Evidence, b.Evidence) })
	for _, e := range rec.Entities {
		slices.SortFunc(e.Mentions, func(a, b readout.EntityMention) int { return place(a.Evidence, b.Evidence) })
	}
	// Who is never named is not in the record.
	rec.Entities = slices.DeleteFunc(rec.Entities, func(e *readout.Entity) bool {
		return len(e.Mentions) == 0 && e.Type != readout.Outlet
	})
	for _, e := range rec.Events {
		slices.SortFunc(e.Mentions, func(a, b readout.EventMention) int {
			return cmp.Or(strings.Compare(a.Report, b.Report), a.Trigger.Compare(b.Trigger))
		})
	}
	for _, c := range rec.Commitments {
		slices.SortFunc(c.Violations, func(a, b readout.Violation) int { return place(a.Evidence, b.Evidence) })
	}
}

func sortBy[T any](xs []T, id func(T) string) {
	slices.SortFunc(xs, func(a, b T) int { return strings.Compare(id(a), id(b)) })
}

func place(a, b readout.Evidence) int {
	return cmp.Or(strings.Compare(a.Report, b.Report), a.Span.Compare(b.Span))
}

// thread is the line of the events on one matter, where there are several.
func (m *maker) thread(x *matter, a, b *state) {
	if len(x.stories) < 3 {
		return
	}
	slices.SortFunc(x.stories, func(p, q *story) int {
		return cmp.Or(p.day.Compare(q.day), strings.Compare(p.ev.ID, q.ev.ID))
	})
	t := &readout.Thread{ID: m.id("t"), Title: a.land.Name + " and " + b.land.Name + ": " + x.topic, Parties: []string{a.land.ID, b.land.ID}}
	slices.Sort(t.Parties)
	for i, s := range x.stories {
		t.Events = append(t.Events, s.ev.ID)
		for _, d := range s.reports {
			t.Reports = append(t.Reports, d.report.ID)
		}
		if i > 0 && len(s.ev.Mentions) > 0 && m.chance(30) {
			s.ev.Links = append(s.ev.Links, readout.EventLink{Relation: "after", Event: x.stories[i-1].ev.ID, Evidence: s.ev.Mentions[0].Evidence})
		}
	}
	slices.Sort(t.Reports)
	t.Reports = slices.Compact(t.Reports)
	m.rec.Threads = append(m.rec.Threads, t)
}

// compare lays the claims on each attribute of the event side by side.
func (m *maker) compare(s *story) {
	byAttribute := map[string][]*readout.Claim{}
	var attributes []string
	for _, c := range s.claims {
		if byAttribute[c.Attribute] == nil {
			attributes = append(attributes, c.Attribute)
		}
		byAttribute[c.Attribute] = append(byAttribute[c.Attribute], c)
	}
	slices.Sort(attributes)
	for _, a := range attributes {
		claims := byAttribute[a]
		sortBy(claims, func(c *readout.Claim) string { return c.ID })
		d := &readout.Disagreement{Event: s.ev.ID, Attribute: a}
		sources := map[string]bool{}
		for _, c := range claims {
			d.Claims = append(d.Claims, c.ID)
			sources[c.Evidence.Report+" "+c.Holder] = true
		}
		d.Verdict, d.Why = verdict(claims, len(sources))
		m.rec.Disagreements = append(m.rec.Disagreements, d)
	}
}

// verdict says how claims on one attribute go together.
func verdict(claims []*readout.Claim, sources int) (readout.Verdict, string) {
	out, why := readout.Agree, ""
	for i, a := range claims {
		for _, b := range claims[i+1:] {
			switch v, w := two(a, b); {
			case v == readout.Conflict:
				return v, w
			case v == readout.Compatible && out == readout.Agree:
				out, why = v, w
			}
		}
	}
	switch {
	case sources == 1:
		return readout.Single, "one source: " + claims[0].Text
	case out == readout.Agree:
		return out, "all say " + claims[0].Text
	}
	return out, why
}

// two compares two claims.
func two(a, b *readout.Claim) (readout.Verdict, string) {
	x, y := a.Value, b.Value
	switch a.Attribute {
	case "duration", "number":
		lo, hi := span(x)
		lo2, hi2 := span(y)
		switch {
		case lo == lo2 && hi == hi2:
			return readout.Agree, ""
		case lo > hi2:
			return readout.Conflict, fmt.Sprintf("%s lies above %s", a.Text, b.Text)
		case hi < lo2:
			return readout.Conflict, fmt.Sprintf("%s lies above %s", b.Text, a.Text)
		}
		return readout.Compatible, fmt.Sprintf("%s can be %s", a.Text, b.Text)
	case "date":
		if x.Date.Value == y.Date.Value {
			return readout.Agree, ""
		}
		return readout.Conflict, fmt.Sprintf("%s is not %s", x.Date.Value, y.Date.Value)
	case "tone", "occurrence":
		switch {
		case x.Text == y.Text:
			return readout.Agree, ""
		case x.Text == "neutral" || y.Text == "neutral":
			return readout.Compatible, fmt.Sprintf("%s goes with %s", a.Text, b.Text)
		}
		return readout.Conflict, fmt.Sprintf("%s excludes %s", a.Text, b.Text)
	}
	return readout.Agree, ""
}

func span(v readout.ClaimValue) (lo, hi float64) {
	lo, hi = math.Inf(-1), math.Inf(1)
	if v.Min != nil {
		lo = *v.Min
	}
	if v.Max != nil {
		hi = *v.Max
	}
	return lo, hi
}

// utterance joins the renderings of one saying.
func (m *maker) utterance(q *saying) {
	if len(q.said) < 2 {
		return
	}
	full := slices.IndexFunc(q.said, func(r rendering) bool { return r.whole && r.kind == "same" })
	if full < 0 {
		return
	}
	u := &readout.Utterance{ID: m.id("u"), Speaker: q.by.ID}
	fullest := q.said[full].statement
	u.Variants = append(u.Variants, readout.Variant{Statement: fullest.ID, Kind: "fullest"})
	fullest.Utterance = u.ID
	rest := slices.Delete(slices.Clone(q.said), full, full+1)
	slices.SortFunc(rest, func(a, b rendering) int {
		return cmp.Or(strings.Compare(a.statement.Report, b.statement.Report), a.statement.Content[0].Compare(b.statement.Content[0]))
	})
	for _, r := range rest {
		v := readout.Variant{Statement: r.statement.ID, Kind: r.kind}
		if r.kind == "changed" {
			// The word that stands there in the fullest is found by what the
			// two have in common before it.
			at := r.swapped.Start - r.statement.Content[0].Start
			start := fullest.Content[0].Start + at
			end := start + strings.IndexAny(fullest.Text[at:]+" ", " ,")
			v.Changes = []readout.WordChange{{Fullest: readout.Span{Start: start, End: end}, Variant: r.swapped}}
		}
		r.statement.Utterance = u.ID
		u.Variants = append(u.Variants, v)
	}
	m.rec.Utterances = append(m.rec.Utterances, u)
}

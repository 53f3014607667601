package event

import (
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// What people decided (nlp.Desk) outranks what is read here. Mentions of one
// group are one event, whatever their dates and parties; mentions of groups that
// people keep apart are not, and no chain of joins brings them together. What
// joins two groups anywhere joins them everywhere.

// deskRule is the rule of what people decided.
const deskRule = "desk"

// desk is what people decided about mention i of document d, nil nothing.
func (l *linker) desk(d, i int) *nlp.DeskEvent {
	if x := l.docs[d].Desk; x != nil {
		return x.Events[i]
	}
	return nil
}

// wide is what people decided about the things of all reports.
func wide(docs []*nlp.Doc) *nlp.DeskWide {
	if len(docs) == 0 || docs[0].Desk == nil {
		return nil
	}
	return docs[0].Desk.Wide
}

// decide puts what people decided into the facts of m.
func (l *linker) decide(m *mention) {
	x := l.desk(m.d, m.i)
	if x == nil {
		return
	}
	for _, g := range x.Groups {
		if m.group == "" {
			m.group = g
		} else {
			l.groups.Join(m.group, g)
		}
	}
	if v, ok := x.Set[nlp.DeskDate]; ok {
		m.when, m.dated, m.fixed = deskDays(v.Value), v.Value != "", v.Rank
		m.first, m.last = 0, 0
	}
	if v, ok := x.Set[nlp.DeskPlace]; ok {
		m.place = l.entityOf(m.d, v.Chain)
	}
	m.parts = l.decideParts(m.parts, l.deskParts([]mention{*m}))
}

// deskDays reads a value of a decision: a day, month or year, or two of them
// with a slash between.
func deskDays(v string) span {
	from, to, two := strings.Cut(v, "/")
	s := parseValue(from)
	if t := parseValue(to); two && s.known() && t.known() && s.lo <= t.hi {
		s.hi, s.precision = t.hi, "day"
	}
	return s
}

// deskParts are the decisions about participants of mentions, by entity.
func (l *linker) deskParts(mentions []mention) map[int]nlp.DeskPart {
	var out map[int]nlp.DeskPart
	for _, m := range mentions {
		x := l.desk(m.d, m.i)
		if x == nil {
			continue
		}
		for _, p := range x.Parts {
			e := l.entityOf(m.d, p.Chain)
			if e == None {
				continue
			}
			if out == nil {
				out = map[int]nlp.DeskPart{}
			}
			if old, ok := out[e]; !ok || p.Rank > old.Rank {
				out[e] = p
			}
		}
	}
	return out
}

// decideParts puts participants in and takes them out.
func (l *linker) decideParts(parts []part, decided map[int]nlp.DeskPart) []part {
	if len(decided) == 0 {
		return parts
	}
	parts = slices.DeleteFunc(slices.Clone(parts), func(p part) bool { _, ok := decided[p.entity]; return ok })
	for e, p := range decided {
		if !p.Out {
			parts = append(parts, part{e, p.Role})
		}
	}
	slices.SortFunc(parts, comparePart)
	return parts
}

// decided is the value that people gave a field of the event of c.
func (l *linker) decided(c *cluster, field string) (v nlp.DeskValue, of *mention) {
	for i := range c.mentions {
		m := &c.mentions[i]
		x := l.desk(m.d, m.i)
		if x == nil {
			continue
		}
		if w, ok := x.Set[field]; ok && (of == nil || w.Rank > v.Rank) {
			v, of = w, m
		}
	}
	return v, of
}

// settle puts what people decided about the event of c above all its mentions.
func (l *linker) settle(c *cluster) {
	if v, m := l.decided(c, nlp.DeskPlace); m != nil {
		c.place = l.entityOf(m.d, v.Chain)
	}
	c.parts = l.decideParts(c.parts, l.deskParts(c.mentions))
	if v, m := l.decided(c, nlp.DeskStatus); m != nil {
		c.strong = map[readout.EventStatus]bool{readout.EventStatus(v.Value): true}
	}
	if _, m := l.decided(c, nlp.DeskDate); m != nil {
		c.when, c.first, c.last, c.latest, c.inferred = m.when, 0, 0, nil, nil
	}
}

// inGroup is the cluster of this report that people say m is of, or nil.
func (w *walk) inGroup(m *mention) *cluster {
	if m.group == "" {
		return nil
	}
	root := w.groups.Root(m.group)
	for _, c := range w.clusters {
		if c.group != "" && w.groups.Root(c.group) == root {
			return c
		}
	}
	return nil
}

// apart reports whether people keep what is of the two groups apart; "" is of
// none.
func (l *linker) apart(a, b string) bool { return a != "" && b != "" && l.groups.Apart(a, b) }

// joinGroups makes what is of group b one with what is of a and returns the
// group of both.
func (l *linker) joinGroups(a, b string) string {
	if a == "" {
		return b
	}
	if b != "" {
		l.groups.Join(a, b)
	}
	return a
}

// madeOne is the set that holds clusters of the group of c, nil for none.
func (l *linker) madeOne(groups []*group, c *cluster) *group {
	if c.group == "" {
		return nil
	}
	root := l.groups.Root(c.group)
	for _, g := range groups {
		if g.group != "" && l.groups.Root(g.group) == root {
			return g
		}
	}
	return nil
}

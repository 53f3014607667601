package store

import (
	"cmp"
	"slices"
	"strings"

	"github.com/readout-news/readout"
)

// Ordered is rec with its lists in the order in which every store gives them
// back: it follows from content alone, so that a part of a record can be
// replaced without a look at the rest. Reports (with their origins), entities,
// events, utterances, claims, issues, commitments and threads go by id;
// statements, positions, responses and time expressions by report and place;
// mentions and the evidence of a role by report and place; disagreements by
// event, attribute and unit; defects by report, kind and evidence; refusals by
// path. What is alike in that keeps its order. This is how package link leaves
// them; rec is not changed.
func Ordered(rec *readout.Record) *readout.Record {
	out := *rec
	out.Reports, out.Origins = reportsOrdered(rec.Reports, rec.Origins)
	out.Entities = ordered(each(rec.Entities, entityOrdered), func(a, b *readout.Entity) int { return strings.Compare(a.ID, b.ID) })
	out.Events = ordered(each(rec.Events, eventOrdered), func(a, b *readout.Event) int { return strings.Compare(a.ID, b.ID) })
	out.Statements = ordered(rec.Statements, func(a, b *readout.Statement) int {
		return cmp.Or(strings.Compare(a.Report, b.Report), first(a.Content).Compare(first(b.Content)), strings.Compare(a.ID, b.ID))
	})
	out.Utterances = ordered(rec.Utterances, func(a, b *readout.Utterance) int { return strings.Compare(a.ID, b.ID) })
	out.Claims = ordered(rec.Claims, func(a, b *readout.Claim) int { return strings.Compare(a.ID, b.ID) })
	out.Disagreements = disagreementsOrdered(rec)
	out.Issues = ordered(rec.Issues, func(a, b *readout.Issue) int { return strings.Compare(a.ID, b.ID) })
	out.Positions = ordered(rec.Positions, func(a, b *readout.Position) int {
		return cmp.Or(byPlace(a.Evidence, b.Evidence), strings.Compare(a.ID, b.ID))
	})
	out.Commitments = ordered(rec.Commitments, func(a, b *readout.Commitment) int { return strings.Compare(a.ID, b.ID) })
	out.Responses = ordered(rec.Responses, func(a, b *readout.Response) int {
		return cmp.Or(byPlace(a.Evidence, b.Evidence), strings.Compare(a.ID, b.ID))
	})
	out.Threads = ordered(rec.Threads, func(a, b *readout.Thread) int { return strings.Compare(a.ID, b.ID) })
	out.Defects = ordered(rec.Defects, func(a, b *readout.Defect) int {
		return cmp.Or(strings.Compare(a.Report, b.Report), strings.Compare(a.Kind, b.Kind),
			slices.CompareFunc(a.Evidence, b.Evidence, byPlace), strings.Compare(a.Note, b.Note))
	})
	out.Timexes = ordered(rec.Timexes, func(a, b *readout.Timex) int { return byPlace(a.Evidence, b.Evidence) })
	out.Refusals = ordered(rec.Refusals, func(a, b readout.Refusal) int { return strings.Compare(a.Path, b.Path) })
	return &out
}

// ordered is xs sorted: xs itself when it is.
func ordered[T any](xs []T, compare func(a, b T) int) []T {
	if slices.IsSortedFunc(xs, compare) {
		return xs
	}
	xs = slices.Clone(xs)
	slices.SortStableFunc(xs, compare)
	return xs
}

// each is xs with f done to all: xs itself when f gives all of them back.
func each[T comparable](xs []T, f func(T) T) []T {
	var out []T
	for i, x := range xs {
		y := f(x)
		if y != x && out == nil {
			out = slices.Clone(xs)
		}
		if out != nil {
			out[i] = y
		}
	}
	if out == nil {
		return xs
	}
	return out
}

func byPlace(a, b readout.Evidence) int {
	return cmp.Or(strings.Compare(a.Report, b.Report), a.Span.Compare(b.Span))
}

func first(spans []readout.Span) readout.Span {
	if len(spans) == 0 {
		return readout.Span{}
	}
	return spans[0]
}

func reportsOrdered(reports []*readout.Report, origins []readout.Origin) ([]*readout.Report, []readout.Origin) {
	byID := func(a, b *readout.Report) int { return strings.Compare(a.ID, b.ID) }
	if len(origins) != len(reports) || slices.IsSortedFunc(reports, byID) {
		return ordered(reports, byID), origins
	}
	places := make([]int, len(reports))
	for i := range places {
		places[i] = i
	}
	slices.SortStableFunc(places, func(i, j int) int { return byID(reports[i], reports[j]) })
	rs, os := make([]*readout.Report, len(places)), make([]readout.Origin, len(places))
	for i, p := range places {
		rs[i], os[i] = reports[p], origins[p]
	}
	return rs, os
}

func entityOrdered(e *readout.Entity) *readout.Entity {
	mentions := func(a, b readout.EntityMention) int {
		return cmp.Or(byPlace(a.Evidence, b.Evidence), cmp.Compare(a.Form, b.Form))
	}
	disordered := func(r readout.Role) bool { return !slices.IsSortedFunc(r.Evidence, byPlace) }
	roles := slices.ContainsFunc(e.Roles, disordered)
	if !roles && slices.IsSortedFunc(e.Mentions, mentions) {
		return e
	}
	x := *e
	x.Mentions = ordered(e.Mentions, mentions)
	if roles {
		x.Roles = slices.Clone(e.Roles)
		for i := range x.Roles {
			x.Roles[i].Evidence = ordered(x.Roles[i].Evidence, byPlace)
		}
	}
	return &x
}

func eventOrdered(e *readout.Event) *readout.Event {
	mentions := func(a, b readout.EventMention) int {
		return cmp.Or(strings.Compare(a.Report, b.Report), a.Trigger.Compare(b.Trigger))
	}
	if slices.IsSortedFunc(e.Mentions, mentions) {
		return e
	}
	x := *e
	x.Mentions = ordered(e.Mentions, mentions)
	return &x
}

// disagreementsOrdered are the disagreements of rec. One event has several on
// one attribute when their values are of different units.
func disagreementsOrdered(rec *readout.Record) []*readout.Disagreement {
	plain := func(a, b *readout.Disagreement) int {
		return cmp.Or(strings.Compare(a.Event, b.Event), strings.Compare(a.Attribute, b.Attribute))
	}
	tied := false
	for i := 1; i < len(rec.Disagreements) && !tied; i++ {
		tied = plain(rec.Disagreements[i-1], rec.Disagreements[i]) >= 0
	}
	if !tied {
		return rec.Disagreements
	}
	unit := map[string]string{}
	for _, c := range rec.Claims {
		unit[c.ID] = c.Value.Unit
	}
	of := func(d *readout.Disagreement) string {
		if len(d.Claims) == 0 {
			return ""
		}
		return unit[d.Claims[0]]
	}
	return ordered(rec.Disagreements, func(a, b *readout.Disagreement) int {
		return cmp.Or(plain(a, b), strings.Compare(of(a), of(b)))
	})
}

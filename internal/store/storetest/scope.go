package storetest

import (
	"reflect"
	"slices"

	"pgregory.net/rapid"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
)

// owned is what belongs to one owner of a record, for comparing.
type owned map[store.Item][]any

func (o owned) add(kind store.Kind, id string, x any) {
	k := store.Item{Kind: kind, ID: id}
	o[k] = append(o[k], x)
}

// owners takes a record apart as store.Scope says.
func owners(rec *readout.Record) owned {
	type mention struct {
		of string
		x  any
	}
	rec = store.Ordered(rec)
	o := owned{}
	for i, r := range rec.Reports {
		o.add(store.KindReport, r.ID, r)
		if len(rec.Origins) > 0 {
			o.add(store.KindReport, r.ID, rec.Origins[i])
		}
	}
	for _, x := range rec.Entities {
		e := *x
		e.Mentions, e.Roles = nil, slices.Clone(x.Roles)
		for i, r := range x.Roles {
			e.Roles[i].Evidence = nil
			for _, ev := range r.Evidence {
				o.add(store.KindReport, ev.Report, mention{e.ID + r.Title, ev})
			}
		}
		o.add(store.KindEntity, e.ID, e)
		for _, m := range x.Mentions {
			o.add(store.KindReport, m.Report, mention{e.ID, m})
		}
	}
	for _, x := range rec.Events {
		e := *x
		e.Mentions = nil
		o.add(store.KindEvent, e.ID, e)
		for _, m := range x.Mentions {
			o.add(store.KindReport, m.Report, mention{e.ID, m})
		}
	}
	for _, x := range rec.Claims {
		o.add(store.KindEvent, x.Event, x)
	}
	for _, x := range rec.Disagreements {
		o.add(store.KindEvent, x.Event, x)
	}
	for _, x := range rec.Statements {
		st := *x
		if st.Utterance = ""; x.Utterance != "" {
			o.add(store.KindUtterance, x.Utterance, mention{x.ID, readout.Evidence{}})
		}
		o.add(store.KindReport, x.Report, st)
	}
	for _, x := range rec.Timexes {
		o.add(store.KindReport, x.Report, x)
	}
	for _, x := range rec.Defects {
		o.add(store.KindReport, x.Report, x)
	}
	for _, x := range rec.Positions {
		p := *x
		if x.Issue != "" {
			p.Issue, p.Change, p.Previous = "", "", ""
			o.add(store.KindIssue, x.Issue, [3]string{x.ID, x.Change, x.Previous})
		}
		o.add(store.KindReport, x.Evidence.Report, p)
	}
	for _, x := range rec.Responses {
		o.add(store.KindReport, x.Evidence.Report, x)
	}
	for _, x := range rec.Utterances {
		o.add(store.KindUtterance, x.ID, x)
	}
	for _, x := range rec.Issues {
		o.add(store.KindIssue, x.ID, x)
	}
	for _, x := range rec.Commitments {
		o.add(store.KindCommitment, x.ID, x)
	}
	for _, x := range rec.Threads {
		o.add(store.KindThread, x.ID, x)
	}
	return o
}

// scopeLists are the lists of a scope by kind.
func scopeLists(s *store.Scope) map[store.Kind]*[]string {
	return map[store.Kind]*[]string{
		store.KindReport: &s.Reports, store.KindEntity: &s.Entities, store.KindEvent: &s.Events, store.KindUtterance: &s.Utterances,
		store.KindIssue: &s.Issues, store.KindCommitment: &s.Commitments, store.KindThread: &s.Threads,
	}
}

// difference is the least scope in which two records differ.
func difference(a, b *readout.Record) (out store.Scope) {
	was, is := owners(a), owners(b)
	lists := scopeLists(&out)
	for k, x := range was {
		if !reflect.DeepEqual(x, is[k]) {
			*lists[k.Kind] = append(*lists[k.Kind], k.ID)
		}
	}
	for k := range is {
		if was[k] == nil {
			*lists[k.Kind] = append(*lists[k.Kind], k.ID)
		}
	}
	return out
}

// more draws more of the record into a scope, and some twice.
func more(rt *rapid.T, s *store.Scope, rec *readout.Record) {
	lists := scopeLists(s)
	all := owners(rec)
	var items []store.Item
	for k := range all {
		items = append(items, k)
	}
	slices.SortFunc(items, func(a, b store.Item) int { return cmpItem(a, b) })
	for range rapid.IntRange(0, 4).Draw(rt, "more") {
		k := rapid.SampledFrom(items).Draw(rt, "in scope")
		*lists[k.Kind] = append(*lists[k.Kind], k.ID)
	}
	for _, list := range lists {
		slices.Sort(*list)
	}
}

func cmpItem(a, b store.Item) int {
	if a.Kind != b.Kind {
		if a.Kind < b.Kind {
			return -1
		}
		return 1
	}
	if a.ID < b.ID {
		return -1
	}
	if a.ID > b.ID {
		return 1
	}
	return 0
}

// narrowed is what a caller gives who has only looked at the scope.
func narrowed(rec *readout.Record, s store.Scope) *readout.Record {
	in := map[store.Item]bool{}
	for kind, list := range scopeLists(&s) {
		for _, id := range *list {
			in[store.Item{Kind: kind, ID: id}] = true
		}
	}
	report := func(id string) bool { return in[store.Item{Kind: store.KindReport, ID: id}] }
	event := func(id string) bool { return in[store.Item{Kind: store.KindEvent, ID: id}] }
	out := &readout.Record{Refusals: rec.Refusals}
	if out.Refusals == nil {
		out.Refusals = []readout.Refusal{}
	}
	for i, r := range rec.Reports {
		if !report(r.ID) {
			continue
		}
		out.Reports = append(out.Reports, r)
		if len(rec.Origins) > 0 {
			out.Origins = append(out.Origins, rec.Origins[i])
		}
	}
	for _, x := range rec.Entities {
		own := in[store.Item{Kind: store.KindEntity, ID: x.ID}]
		e := &readout.Entity{ID: x.ID}
		if own {
			*e = *x
		}
		e.Mentions = kept(x.Mentions, func(m readout.EntityMention) bool { return report(m.Report) })
		e.Roles = nil
		for _, r := range x.Roles {
			r.Evidence = kept(r.Evidence, func(ev readout.Evidence) bool { return report(ev.Report) })
			if own || len(r.Evidence) > 0 {
				e.Roles = append(e.Roles, r)
			}
		}
		if own || len(e.Mentions) > 0 || len(e.Roles) > 0 {
			out.Entities = append(out.Entities, e)
		}
	}
	for _, x := range rec.Events {
		e := &readout.Event{ID: x.ID}
		if event(x.ID) {
			*e = *x
		}
		e.Mentions = kept(x.Mentions, func(m readout.EventMention) bool { return report(m.Report) })
		if event(x.ID) || len(e.Mentions) > 0 {
			out.Events = append(out.Events, e)
		}
	}
	out.Claims = kept(rec.Claims, func(x *readout.Claim) bool { return event(x.Event) })
	out.Disagreements = kept(rec.Disagreements, func(x *readout.Disagreement) bool { return event(x.Event) })
	out.Statements = kept(rec.Statements, func(x *readout.Statement) bool { return report(x.Report) })
	out.Timexes = kept(rec.Timexes, func(x *readout.Timex) bool { return report(x.Report) })
	out.Defects = kept(rec.Defects, func(x *readout.Defect) bool { return report(x.Report) })
	of := func(kind store.Kind, id string) bool { return in[store.Item{Kind: kind, ID: id}] }
	for _, x := range rec.Positions {
		switch {
		case report(x.Evidence.Report):
			out.Positions = append(out.Positions, x)
		case of(store.KindIssue, x.Issue):
			out.Positions = append(out.Positions, &readout.Position{ID: x.ID, Issue: x.Issue, Change: x.Change, Previous: x.Previous, Evidence: readout.Evidence{Report: x.Evidence.Report}})
		}
	}
	out.Responses = kept(rec.Responses, func(x *readout.Response) bool { return report(x.Evidence.Report) })
	out.Utterances = kept(rec.Utterances, func(x *readout.Utterance) bool { return of(store.KindUtterance, x.ID) })
	out.Issues = kept(rec.Issues, func(x *readout.Issue) bool { return of(store.KindIssue, x.ID) })
	out.Commitments = kept(rec.Commitments, func(x *readout.Commitment) bool { return of(store.KindCommitment, x.ID) })
	out.Threads = kept(rec.Threads, func(x *readout.Thread) bool { return of(store.KindThread, x.ID) })
	return out
}

// shuffled is rec with the lists of what has ids turned around, and refusals
// that replace those of before.
func shuffled(rt *rapid.T, rec *readout.Record) *readout.Record {
	out := *rec
	if out.Refusals == nil {
		out.Refusals = []readout.Refusal{}
	}
	if !rapid.Bool().Draw(rt, "shuffled") {
		return &out
	}
	out.Reports, out.Origins = turned(rec.Reports), turned(rec.Origins)
	out.Entities, out.Events, out.Statements, out.Claims = turned(rec.Entities), turned(rec.Events), turned(rec.Statements), turned(rec.Claims)
	out.Positions, out.Responses, out.Threads, out.Issues = turned(rec.Positions), turned(rec.Responses), turned(rec.Threads), turned(rec.Issues)
	return &out
}

func turned[T any](xs []T) []T {
	xs = slices.Clone(xs)
	slices.Reverse(xs)
	return xs
}

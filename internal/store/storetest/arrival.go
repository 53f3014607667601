package storetest

import (
	"slices"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
)

// Arrival is what the arrival of one report changes in a record that has it
// already: going takes the report and what hangs on it alone out of rec, coming
// brings it back. For benchmarks: the cost of the two is that of the report.
func Arrival(rec *readout.Record, report string) (going, coming store.Update) {
	other := func(id string) bool { return id != report }
	s := store.Scope{Reports: []string{report}}
	var alone []string // entities that no other report mentions
	for _, x := range rec.Entities {
		here := slices.ContainsFunc(x.Mentions, func(m readout.EntityMention) bool { return m.Report == report })
		if here && !slices.ContainsFunc(x.Mentions, func(m readout.EntityMention) bool { return other(m.Report) }) {
			alone = append(alone, x.ID)
		}
	}
	s.Entities = alone
	claimed := map[string]bool{}
	for _, x := range rec.Claims {
		if !other(x.Evidence.Report) {
			claimed[x.Event] = true
		}
	}
	told := map[string]bool{} // by others
	for _, x := range rec.Events {
		if slices.ContainsFunc(x.Mentions, func(m readout.EventMention) bool { return m.Report == report }) || claimed[x.ID] {
			s.Events = append(s.Events, x.ID)
			told[x.ID] = slices.ContainsFunc(x.Mentions, func(m readout.EventMention) bool { return other(m.Report) })
		}
	}
	said, held := map[string]bool{}, map[string]bool{}
	for _, x := range rec.Statements {
		if !other(x.Report) {
			said[x.ID] = true
		}
	}
	for _, x := range rec.Positions {
		if !other(x.Evidence.Report) {
			held[x.ID] = true
		}
	}
	for _, x := range rec.Utterances {
		if slices.ContainsFunc(x.Variants, func(v readout.Variant) bool { return said[v.Statement] }) {
			s.Utterances = append(s.Utterances, x.ID)
		}
	}
	for _, x := range rec.Issues {
		if slices.ContainsFunc(x.Positions, func(id string) bool { return held[id] }) {
			s.Issues = append(s.Issues, x.ID)
		}
	}
	for _, x := range rec.Commitments {
		if !other(x.Evidence.Report) {
			s.Commitments = append(s.Commitments, x.ID)
		}
	}
	for _, x := range rec.Threads {
		if slices.Contains(x.Reports, report) {
			s.Threads = append(s.Threads, x.ID)
		}
	}
	with := narrowed(rec, s)
	with.Refusals = nil
	coming = store.Update{Scope: s, Record: with, Total: len(rec.Reports)}

	without := &readout.Record{}
	for _, x := range with.Events {
		if e := *x; told[x.ID] {
			e.Mentions = nil
			e.Links = kept(x.Links, func(l readout.EventLink) bool { return other(l.Evidence.Report) })
			without.Events = append(without.Events, &e)
		}
	}
	without.Claims = kept(with.Claims, func(x *readout.Claim) bool { return other(x.Evidence.Report) && told[x.Event] })
	there := map[string]bool{}
	for _, x := range without.Claims {
		there[x.ID] = true
	}
	for _, x := range with.Disagreements {
		d := *x
		if d.Claims = kept(x.Claims, func(id string) bool { return there[id] }); len(d.Claims) > 0 && told[x.Event] {
			without.Disagreements = append(without.Disagreements, &d)
		}
	}
	for _, x := range with.Utterances {
		u := *x
		if u.Variants = kept(x.Variants, func(v readout.Variant) bool { return !said[v.Statement] }); len(u.Variants) > 1 {
			without.Utterances = append(without.Utterances, &u)
		}
	}
	without.Positions = kept(with.Positions, func(x *readout.Position) bool { return other(x.Evidence.Report) })
	for _, x := range with.Issues {
		n := *x
		if n.Positions = kept(x.Positions, func(id string) bool { return !held[id] }); len(n.Positions) > 0 {
			without.Issues = append(without.Issues, &n)
		}
	}
	for _, x := range with.Threads {
		n := *x
		n.Reports = kept(x.Reports, other)
		n.Events = kept(x.Events, func(id string) bool { by, in := told[id]; return by || !in })
		without.Threads = append(without.Threads, &n)
	}
	going = store.Update{Scope: s, Record: without, Total: len(rec.Reports) - 1}
	return going, coming
}

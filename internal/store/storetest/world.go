package storetest

import (
	"fmt"

	"pgregory.net/rapid"

	"github.com/readout-news/readout"
)

// part draws the record of some of the reports of rec.
func part(rt *rapid.T, label string, rec *readout.Record) *readout.Record {
	some := map[string]bool{}
	for _, r := range rec.Reports {
		some[r.ID] = rapid.IntRange(0, 3).Draw(rt, label) > 0
	}
	return of(rec, some, rapid.IntRange(0, 2).Draw(rt, label+" salt"))
}

// near draws the record of almost the same reports as before has.
func near(rt *rapid.T, rec, before *readout.Record) *readout.Record {
	some := map[string]bool{}
	for _, r := range before.Reports {
		some[r.ID] = true
	}
	salt := len(before.Refusals)
	for range rapid.IntRange(0, 3).Draw(rt, "steps") {
		id := rapid.SampledFrom(rec.Reports).Draw(rt, "report").ID
		some[id] = !some[id]
	}
	return of(rec, some, salt)
}

// of is the record of some of the reports of rec: what no report tells of is not
// in it, and what many tell of changes with who tells. Records of another salt
// name some things otherwise.
func of(rec *readout.Record, some map[string]bool, salt int) *readout.Record {
	out := &readout.Record{}
	for i, r := range rec.Reports {
		if !some[r.ID] {
			continue
		}
		settled := *r
		if salt == 1 && i%3 == 0 {
			settled.Published.Value, settled.Published.Basis = "2031-03-14", readout.BasisInferred
		}
		out.Reports = append(out.Reports, &settled)
		if len(rec.Origins) > 0 {
			out.Origins = append(out.Origins, rec.Origins[i])
		}
	}
	for i := range salt {
		out.Refusals = append(out.Refusals, readout.Refusal{Path: fmt.Sprint(i), Reason: "no text"})
	}
	events := map[string]bool{}
	for i, x := range rec.Entities {
		e := *x
		e.Mentions = kept(x.Mentions, func(m readout.EntityMention) bool { return some[m.Report] })
		if len(e.Mentions) == 0 {
			continue
		}
		if salt == 2 && i%4 == 0 {
			e.ID += "x"
		}
		e.Names = kept(x.Names, func(n string) bool { return (len(n)+len(e.Mentions))%4 != 0 })
		e.Roles = nil
		for _, r := range x.Roles {
			r.Evidence = kept(r.Evidence, func(ev readout.Evidence) bool { return some[ev.Report] })
			if len(r.Evidence) > 0 {
				e.Roles = append(e.Roles, r)
			}
		}
		out.Entities = append(out.Entities, &e)
	}
	for i, x := range rec.Events {
		e := *x
		e.Mentions = kept(x.Mentions, func(m readout.EventMention) bool { return some[m.Report] })
		if len(e.Mentions) == 0 {
			continue
		}
		events[e.ID] = true
		if salt == 2 && i%3 == 0 {
			e.ID += "x"
		}
		e.Links = kept(x.Links, func(l readout.EventLink) bool { return some[l.Evidence.Report] })
		e.Attributes = map[string]string{"reports": fmt.Sprint(len(e.Mentions))}
		if len(e.Mentions)%3 == 2 {
			e.Date = nil
		}
		out.Events = append(out.Events, &e)
	}
	out.Statements = kept(rec.Statements, func(x *readout.Statement) bool { return some[x.Report] })
	out.Claims = kept(rec.Claims, func(x *readout.Claim) bool { return some[x.Evidence.Report] && events[x.Event] })
	claims := map[string]bool{}
	for _, x := range out.Claims {
		claims[x.ID] = true
	}
	for _, x := range rec.Disagreements {
		d := *x
		if d.Claims = kept(x.Claims, func(id string) bool { return claims[id] }); len(d.Claims) > 0 {
			out.Disagreements = append(out.Disagreements, &d)
		}
	}
	out.Timexes = kept(rec.Timexes, func(x *readout.Timex) bool { return some[x.Report] })
	out.Defects = kept(rec.Defects, func(x *readout.Defect) bool { return some[x.Report] })
	out.Positions = kept(rec.Positions, func(x *readout.Position) bool { return some[x.Evidence.Report] })
	out.Responses = kept(rec.Responses, func(x *readout.Response) bool { return some[x.Evidence.Report] })
	out.Commitments = kept(rec.Commitments, func(x *readout.Commitment) bool { return some[x.Evidence.Report] })
	said, held := map[string]bool{}, map[string]bool{}
	for _, x := range out.Statements {
		said[x.ID] = true
	}
	for _, x := range out.Positions {
		held[x.ID] = true
	}
	for _, x := range rec.Utterances {
		u := *x
		if u.Variants = kept(x.Variants, func(v readout.Variant) bool { return said[v.Statement] }); len(u.Variants) > 0 {
			out.Utterances = append(out.Utterances, &u)
		}
	}
	for _, x := range rec.Issues {
		n := *x
		if n.Positions = kept(x.Positions, func(id string) bool { return held[id] }); len(n.Positions) > 0 {
			out.Issues = append(out.Issues, &n)
		}
	}
	for i, x := range rec.Threads {
		n := *x
		if salt == 2 && i%2 == 0 {
			n.ID += "x"
		}
		n.Reports = kept(x.Reports, func(id string) bool { return some[id] })
		if n.Events = kept(x.Events, func(id string) bool { return events[id] }); len(n.Events) > 0 {
			out.Threads = append(out.Threads, &n)
		}
	}
	return out
}

func kept[T any](xs []T, keep func(T) bool) (out []T) {
	for _, x := range xs {
		if keep(x) {
			out = append(out, x)
		}
	}
	return out
}

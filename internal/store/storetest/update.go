package storetest

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/store"
)

// World is a record with the captures of its reports, in their order.
type World struct {
	Record   *readout.Record
	Captures []readout.Capture
	Also     func(updated, replaced store.Store) error // what else must be the same; may be nil
}

// Updates puts records of random parts of a world, one in the place of the
// other, by UpdateRecord and by ReplaceRecord, and demands that nobody can tell
// the two apart. open returns a new, empty store that t closes.
func Updates(t *testing.T, open func(t testing.TB) store.Store, w World) {
	ctx := t.Context()
	updated, replaced, anew := open(t), open(t), open(t)
	for i, r := range w.Record.Reports {
		for _, s := range []store.Store{updated, replaced, anew} {
			if err := s.Keep(ctx, w.Captures[i], &nlp.Doc{Report: r}, fmt.Sprint("v", i%3)); err != nil {
				t.Fatal(err)
			}
		}
	}
	queries := worldQueries(w.Record)
	draws(t, 15)
	rapid.Check(t, func(rt *rapid.T) {
		before, after := part(rt, "before", w.Record), part(rt, "after", w.Record)
		if rapid.IntRange(0, 2).Draw(rt, "far") > 0 {
			after = near(rt, w.Record, before)
		}
		for _, s := range []store.Store{updated, replaced} {
			if err := s.ReplaceRecord(ctx, before); err != nil {
				rt.Fatal(err)
			}
		}
		u := store.Update{Scope: difference(before, after), Record: after, Total: len(after.Reports)}
		u.Base = revision(rt, updated).N
		more(rt, &u.Scope, w.Record)
		if rapid.Bool().Draw(rt, "narrow") {
			u.Record = narrowed(after, u.Scope)
		}
		u.Record = shuffled(rt, u.Record)
		if err := updated.UpdateRecord(ctx, u); err != nil {
			rt.Fatal(err)
		}
		if err := replaced.ReplaceRecord(ctx, after); err != nil {
			rt.Fatal(err)
		}
		for _, rec := range []*readout.Record{{}, after} {
			if err := anew.ReplaceRecord(ctx, rec); err != nil {
				rt.Fatal(err)
			}
		}
		for _, s := range []store.Store{updated, replaced, anew} {
			got, err := s.Record(ctx)
			if err != nil {
				rt.Fatal(err)
			}
			if diff := cmp.Diff(store.Ordered(after), got, cmpopts.EquateEmpty()); diff != "" {
				rt.Fatalf("record (-want +got)\n%s", diff)
			}
		}
		if w.Also != nil {
			if err := w.Also(updated, replaced); err != nil {
				rt.Fatal(err)
			}
		}
		is, want := revision(rt, updated), revision(rt, replaced)
		if is.N != want.N || is.Reports != want.Reports || is.Pipeline != want.Pipeline {
			rt.Fatalf("revision %+v, want %+v", is, want)
		}
		// The same content makes no revision: the digests are those of one record.
		if err := updated.ReplaceRecord(ctx, after); err != nil {
			rt.Fatal(err)
		}
		if again := revision(rt, updated); again != is {
			rt.Fatalf("the updated record has another digest: revision %+v follows %+v", again, is)
		}
		if a, b := answersOf(rt, updated.ReportsAt, is.N), answersOf(rt, replaced.ReportsAt, is.N); !slices.Equal(a, b) {
			rt.Fatalf("reports %v, want %v", a, b)
		}
		for _, id := range ids(before) {
			a, errA := updated.Moved(ctx, id)
			b, errB := replaced.Moved(ctx, id)
			a.Revision.At, b.Revision.At = is.At, is.At
			if diff := cmp.Diff(b, a, cmpopts.EquateEmpty()); diff != "" || (errA == nil) != (errB == nil) {
				rt.Fatalf("moved: %v, %v (-want +got)\n%s", errA, errB, diff)
			}
		}
		for _, q := range queries {
			want, err := anew.Search(ctx, q)
			if err != nil {
				rt.Fatal(err)
			}
			for _, s := range []store.Store{updated, replaced} {
				got, err := s.Search(ctx, q)
				if err != nil {
					rt.Fatal(err)
				}
				if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
					rt.Fatalf("search %+v (-want +got)\n%s", q, diff)
				}
			}
		}
		for _, word := range []string{"sollunt", "talkx", "minster"} {
			if a, b := answersOf(rt, func(ctx context.Context, n int) ([]string, error) { return updated.Near(ctx, word, n) }, 5),
				answersOf(rt, func(ctx context.Context, n int) ([]string, error) { return anew.Near(ctx, word, n) }, 5); !slices.Equal(a, b) {
				rt.Fatalf("near %s: %v, want %v", word, a, b)
			}
		}
	})
}

func revision(rt *rapid.T, s store.Store) store.Revision {
	r, err := s.Revision(rt.Context())
	if err != nil {
		rt.Fatal(err)
	}
	return r
}

func answersOf(rt *rapid.T, f func(context.Context, int) ([]string, error), n int) []string {
	out, err := f(rt.Context(), n)
	if err != nil {
		rt.Fatal(err)
	}
	return out
}

// worldQueries ask what the indexes hold: all of a kind in order, days, words of
// names and titles, filters.
func worldQueries(rec *readout.Record) []store.Query {
	out := []store.Query{{Limit: 1000}, {From: "2031-02", To: "2031-04", Limit: 1000}, {From: "2025-03-10", To: "2025-03-18", Limit: 1000}}
	add := func(text string) {
		if text != "" {
			out = append(out, store.Query{Terms: []store.Term{{Text: text}}, Limit: 1000})
		}
	}
	for i, e := range rec.Entities {
		if i%5 == 0 {
			add(e.Name)
			out = append(out, store.Query{Speakers: []string{e.ID}, Limit: 1000}, store.Query{At: []string{e.ID}, Limit: 1000})
		}
		for _, r := range e.Roles {
			add(r.Title)
		}
	}
	for i, e := range rec.Events {
		if i%7 == 0 {
			add(e.Title)
			out = append(out, store.Query{EventType: []string{e.Type}, Limit: 1000})
		}
	}
	for i, r := range rec.Reports {
		if i%4 == 0 {
			out = append(out, store.Query{Outlets: []string{store.Outlet(r)}, Limit: 1000})
		}
	}
	return out[:min(len(out), 24)]
}

// ids are those of the events, entities and threads of a record.
func ids(rec *readout.Record) (out []string) {
	for _, x := range rec.Events {
		out = append(out, x.ID)
	}
	for _, x := range rec.Entities {
		out = append(out, x.ID)
	}
	for _, x := range rec.Threads {
		out = append(out, x.ID)
	}
	return out
}

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
		o.add(store.KindReport, x.Report, x)
	}
	for _, x := range rec.Timexes {
		o.add(store.KindReport, x.Report, x)
	}
	for _, x := range rec.Defects {
		o.add(store.KindReport, x.Report, x)
	}
	for _, x := range rec.Positions {
		o.add(store.KindReport, x.Evidence.Report, x)
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
	out.Positions = kept(rec.Positions, func(x *readout.Position) bool { return report(x.Evidence.Report) })
	out.Responses = kept(rec.Responses, func(x *readout.Response) bool { return report(x.Evidence.Report) })
	of := func(kind store.Kind, id string) bool { return in[store.Item{Kind: kind, ID: id}] }
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

func testUpdateRefused(t *testing.T, s store.Store) {
	ctx := t.Context()
	reports := reportsFor(t, s, 3)
	at := func(i int) readout.Evidence {
		return readout.Evidence{Report: reports[i].ID, Span: readout.Span{Start: 0, End: 1}}
	}
	entity := func(id string, in ...int) *readout.Entity {
		e := &readout.Entity{ID: id, Name: id, Roles: []readout.Role{{Title: "envoy"}}}
		for _, i := range in {
			e.Mentions = append(e.Mentions, readout.EntityMention{Evidence: at(i)})
			e.Roles[0].Evidence = append(e.Roles[0].Evidence, at(i))
		}
		return e
	}
	event := func(id string, in ...int) *readout.Event {
		e := &readout.Event{ID: id}
		for _, i := range in {
			e.Mentions = append(e.Mentions, readout.EventMention{Evidence: at(i)})
		}
		return e
	}
	good := &readout.Record{
		Reports: reports[:2], Entities: []*readout.Entity{entity("e1", 0, 1), entity("e2", 0)}, Events: []*readout.Event{event("v1", 0, 1)},
		Claims: []*readout.Claim{{ID: "c1", Event: "v1"}}, Refusals: []readout.Refusal{{Path: "x", Reason: "no text"}},
	}
	if err := s.ReplaceRecord(ctx, good); err != nil {
		t.Fatal(err)
	}
	good = must[*readout.Record](t)(s.Record(ctx))
	n := must[store.Revision](t)(s.Revision(ctx)).N
	second := []string{reports[1].ID}
	other := *reports[2]
	other.Text = "other text"
	none := &readout.Record{}
	for _, c := range []struct {
		name string
		u    store.Update
		want error
	}{
		{"wrong total", store.Update{Record: none, Total: 3}, readout.ErrConflict},
		{"total without a report that goes", store.Update{Scope: store.Scope{Reports: second}, Record: none, Total: 2}, readout.ErrConflict},
		{"another base", store.Update{Record: none, Total: 2, Base: n + 1}, readout.ErrConflict},
		{"unknown report", store.Update{Scope: store.Scope{Reports: []string{"r0"}}, Record: &readout.Record{Reports: []*readout.Report{{ID: "r0"}}}, Total: 3}, readout.ErrNotFound},
		{"other text", store.Update{Scope: store.Scope{Reports: []string{other.ID}}, Record: &readout.Record{Reports: []*readout.Report{&other}}, Total: 3}, readout.ErrConflict},
		{"an entity that others mention", store.Update{Scope: store.Scope{Reports: second, Entities: []string{"e1"}}, Record: &readout.Record{Reports: reports[1:2], Events: good.Events}, Total: 2}, readout.ErrConflict},
		{"an event that others tell of", store.Update{Scope: store.Scope{Reports: second, Events: []string{"v1"}}, Record: &readout.Record{Reports: reports[1:2], Entities: good.Entities}, Total: 2}, readout.ErrConflict},
		{"a role that others tell of", store.Update{Scope: store.Scope{Entities: []string{"e1"}}, Record: &readout.Record{Entities: []*readout.Entity{{ID: "e1", Name: "e1"}}}, Total: 2}, readout.ErrConflict},
		{"an entity that is not there", store.Update{Scope: store.Scope{Reports: second}, Record: &readout.Record{Reports: reports[1:2], Entities: []*readout.Entity{entity("e9", 1)}}, Total: 2}, readout.ErrConflict},
		{"a role that is not there", store.Update{Scope: store.Scope{Reports: second}, Record: &readout.Record{Reports: reports[1:2], Entities: []*readout.Entity{{ID: "e2", Roles: []readout.Role{{Title: "pilot", Evidence: []readout.Evidence{at(1)}}}}}}, Total: 2}, readout.ErrConflict},
		{"an event that is not there", store.Update{Scope: store.Scope{Reports: second}, Record: &readout.Record{Reports: reports[1:2], Events: []*readout.Event{event("v9", 1)}}, Total: 2}, readout.ErrConflict},
		{"a claim that another event has", store.Update{Scope: store.Scope{Events: []string{"v2"}}, Record: &readout.Record{Events: []*readout.Event{{ID: "v2"}}, Claims: []*readout.Claim{{ID: "c1", Event: "v2"}}}, Total: 2}, readout.ErrConflict},
		{"origins", store.Update{Record: &readout.Record{Reports: reports[:2], Origins: make([]readout.Origin, 1)}, Total: 2}, readout.ErrConflict},
	} {
		wantErr(t, c.name, s.UpdateRecord(ctx, c.u), c.want)
		same(t, c.name+": the record before", good, must[*readout.Record](t)(s.Record(ctx)))
	}
	// What changes nothing is no revision; refusals are left alone unless given.
	if err := s.UpdateRecord(ctx, store.Update{Scope: store.Scope{Entities: []string{"e2"}}, Record: good, Total: 2, Base: n}); err != nil {
		t.Fatal(err)
	}
	if r := must[store.Revision](t)(s.Revision(ctx)); r.N != n {
		t.Errorf("revision %d of the same content, want %d", r.N, n)
	}
	if err := s.UpdateRecord(ctx, store.Update{Record: &readout.Record{Refusals: []readout.Refusal{}}, Total: 2}); err != nil {
		t.Fatal(err)
	}
	good.Refusals = nil
	same(t, "without refusals", good, must[*readout.Record](t)(s.Record(ctx)))
	if r := must[store.Revision](t)(s.Revision(ctx)); r.N != n+1 {
		t.Errorf("revision %d without refusals, want %d", r.N, n+1)
	}
}

func testPending(t *testing.T, s store.Store) {
	ctx := t.Context()
	pending := func(what string, want ...*nlp.Doc) {
		t.Helper()
		var ids []string
		for _, d := range want {
			ids = append(ids, d.Report.ID)
		}
		slices.Sort(ids)
		same(t, what, ids, must[[]string](t)(s.Pending(ctx)))
	}
	pending("empty")
	a, b, c := add(t, s, "a", "Talks ended", "v1", store.New), add(t, s, "b", "Talks began", "v1", store.New), add(t, s, "c", "Talks", "v1", store.New)
	pending("added", a, b, c)
	add(t, s, "a", "Talks ended", "v1", store.Known)
	if err := s.ReplaceRecord(ctx, &readout.Record{Reports: []*readout.Report{a.Report, b.Report}}); err != nil {
		t.Fatal(err)
	}
	pending("linked", c)
	add(t, s, "a", "Talks ended", "v1", store.Known)
	pending("known", c)

	// The mark tells whether the layers that were linked are those that are there.
	read := map[string]string{}
	add(t, s, "a", "Talks ended", "v2", store.Reannotated)
	for l, err := range s.LayersOf(ctx, []string{a.Report.ID, b.Report.ID, c.Report.ID, "r0", a.Report.ID}) {
		if err != nil {
			t.Fatal(err)
		}
		read[l.Doc.Report.ID] = l.Mark
	}
	if len(read) != 3 || read[a.Report.ID] == "" || read[b.Report.ID] != "" || read[c.Report.ID] == "" {
		t.Errorf("marks %v", read)
	}
	add(t, s, "a", "Talks ended", "v3", store.Reannotated) // while the others are linked
	add(t, s, "b", "Talks began", "v3", store.Reannotated)
	u := store.Update{
		Scope:  store.Scope{Reports: []string{a.Report.ID, b.Report.ID, c.Report.ID}},
		Record: &readout.Record{Reports: []*readout.Report{a.Report, b.Report, c.Report}}, Total: 3, Marks: read,
	}
	if err := s.UpdateRecord(ctx, u); err != nil {
		t.Fatal(err)
	}
	pending("read anew meanwhile", a, b)
	u.Scope.All = true
	if err := s.UpdateRecord(ctx, u); err != nil {
		t.Fatal(err)
	}
	pending("all, with the old marks", a, b)
	u.Scope, u.Marks = store.Scope{Reports: []string{a.Report.ID}}, nil
	if err := s.UpdateRecord(ctx, u); err != nil {
		t.Fatal(err)
	}
	pending("without marks", b)
	// The version of most is the revision's, and follows without a new revision
	// only when the next comes.
	add(t, s, "c", "Talks", "v3", store.Reannotated)
	u.Scope = store.Scope{Reports: []string{b.Report.ID, c.Report.ID}}
	u.Record.Refusals = []readout.Refusal{{Path: "x"}}
	if err := s.UpdateRecord(ctx, u); err != nil {
		t.Fatal(err)
	}
	pending("all linked")
	if r := must[store.Revision](t)(s.Revision(ctx)); r.Pipeline != "v3" || r.Reports != 3 {
		t.Errorf("revision %+v, want one of 3 reports by v3", r)
	}
}

func testLayersOf(t *testing.T, s store.Store) {
	ctx := t.Context()
	var want []string
	for i := range 150 { // more than any page
		doc := add(t, s, fmt.Sprint(i), fmt.Sprintf("Talks number %d", i), "v1", store.New)
		if i%3 > 0 {
			want = append(want, doc.Report.ID)
		}
	}
	var got []string
	for l, err := range s.LayersOf(ctx, append([]string{"r0"}, want...)) {
		if err != nil || l.Version != "v1" || len(l.Doc.Tokens) == 0 {
			t.Fatal(l, err)
		}
		got = append(got, l.Doc.Report.ID)
	}
	slices.Sort(want)
	same(t, "layers", want, got)
	for range s.LayersOf(ctx, want) {
		break
	}
	for range s.LayersOf(ctx, nil) {
		t.Error("layers of nothing")
	}
	add(t, s, "late", "Talks at last", "v1", store.New) // no lock is left behind
}

func testLinkDigests(t *testing.T, s store.Store) {
	ctx := t.Context()
	held := func() map[string][]byte {
		out := map[string][]byte{}
		last := ""
		for d, err := range s.LinkDigests(ctx) {
			if err != nil || d.Report <= last {
				t.Fatal(d, last, err)
			}
			last = d.Report
			out[d.Report] = d.Digest
		}
		return out
	}
	same(t, "before", map[string][]byte{}, held())
	a, b := add(t, s, "a", "Talks ended", "v1", store.New).Report.ID, add(t, s, "b", "Talks began", "v1", store.New).Report.ID
	if err := s.PutLinkDigests(ctx, map[string][]byte{a: {1, 0, 255}, b: nil}); err != nil {
		t.Fatal(err)
	}
	same(t, "put", map[string][]byte{a: {1, 0, 255}, b: nil}, held())
	if err := s.PutLinkDigests(ctx, map[string][]byte{b: {7}}); err != nil {
		t.Fatal(err)
	}
	wantErr(t, "unknown report", s.PutLinkDigests(ctx, map[string][]byte{a: {9}, "r0": {9}}), readout.ErrNotFound)
	same(t, "put again", map[string][]byte{a: {1, 0, 255}, b: {7}}, held())
	for range s.LinkDigests(ctx) {
		break
	}
	add(t, s, "a", "Talks ended", "v1", store.Known)
	add(t, s, "b", "Talks began", "v2", store.Reannotated)
	same(t, "read anew", map[string][]byte{a: {1, 0, 255}, b: {7}}, held()) // linking needs to know what it had noted
}

// Many updates of their own reports at once: none is lost.
func testConcurrentUpdates(t *testing.T, s store.Store) {
	ctx := t.Context()
	reports := reportsFor(t, s, 8)
	done := make(chan error)
	for i, r := range reports {
		go func() {
			for {
				is, err := s.Revision(ctx)
				if err != nil {
					done <- err
					return
				}
				e := &readout.Entity{ID: fmt.Sprint("e", i), Name: fmt.Sprint("Maren ", i), Mentions: []readout.EntityMention{{Evidence: readout.Evidence{Report: r.ID}}}}
				err = s.UpdateRecord(ctx, store.Update{
					Scope:  store.Scope{Reports: []string{r.ID}, Entities: []string{e.ID}},
					Record: &readout.Record{Reports: []*readout.Report{r}, Entities: []*readout.Entity{e}}, Total: is.Reports + 1, Base: is.N,
				})
				if !errors.Is(err, readout.ErrConflict) { // another was first
					done <- err
					return
				}
			}
		}()
	}
	for range reports {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	rec := must[*readout.Record](t)(s.Record(ctx))
	if r := must[store.Revision](t)(s.Revision(ctx)); len(rec.Reports) != 8 || len(rec.Entities) != 8 || r.Reports != 8 || r.N != 8 {
		t.Errorf("%d reports, %d entities, revision %+v; want 8 of each", len(rec.Reports), len(rec.Entities), r)
	}
}

// draws makes the next property of t draw so many cases, each of which writes
// whole records, where -rapid.checks does not say how many.
func draws(t *testing.T, n int) {
	f := flag.Lookup("rapid.checks")
	if f == nil || f.Value.String() != f.DefValue {
		return
	}
	if err := f.Value.Set(strconv.Itoa(n)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Value.Set(f.DefValue) })
}

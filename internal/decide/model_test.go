package decide_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/decide"
	"github.com/readout-news/readout/internal/ingest"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/live/livetest"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/pgtest"
	"github.com/readout-news/readout/internal/store/postgres"
	"github.com/readout-news/readout/internal/store/sqlite"
	"github.com/readout-news/readout/internal/torture"
	"github.com/readout-news/readout/internal/view/recordjson"
)

func must[T any](t testing.TB) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func reader(t testing.TB) *pipeline.Reader { return must[*pipeline.Reader](t)(pipeline.New()) }

func onSQLite(t testing.TB) store.Store {
	s := must[store.Store](t)(sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "desk.db"), sqlite.Options{Create: true}))
	t.Cleanup(func() { s.Close() })
	return s
}

func onPostgres(t testing.TB) store.Store {
	s := must[store.Store](t)(postgres.Open(t.Context(), pgtest.Database(t), postgres.Options{Create: true}))
	t.Cleanup(func() { s.Close() })
	return s
}

// sample reads the sample into a store and links it.
func sample(t testing.TB, r *pipeline.Reader, s store.Store) {
	t.Helper()
	res := must[*pipeline.Result](t)(r.Read(t.Context(), ingest.Read(t.Context(), []string{livetest.Lake}, ingest.Options{}), pipeline.Options{Keeper: s}))
	if err := live.Relink(t.Context(), r, s, res.Refusals); err != nil {
		t.Fatal(err)
	}
}

func jsonOf(t testing.TB, rec *readout.Record) string {
	t.Helper()
	var b bytes.Buffer
	if err := recordjson.Write(&b, rec); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// documents are those of a store as they were read.
func documents(t testing.TB, s store.Store) []*nlp.Doc {
	t.Helper()
	var out []*nlp.Doc
	for l, err := range s.Layers(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, l.Doc)
	}
	return out
}

// whole is the record of a store drawn at once from documents and decisions.
func whole(t testing.TB, r *pipeline.Reader, s store.Store) *readout.Record {
	t.Helper()
	desk := must[*decide.Desk](t)(live.Desk(t.Context(), r, s))
	docs := documents(t, s)
	for i := range docs {
		docs[i] = desk.Apply(docs[i])
	}
	return must[*readout.Record](t)(r.Record(docs))
}

// random makes a decision about things of the record; ok is false when it found
// nothing to decide.
func random(rng *rand.Rand, rec *readout.Record, log []readout.Decision) (d readout.Decision, ok bool) {
	v := decide.In(rec)
	event := func() *readout.Event { return rec.Events[rng.IntN(len(rec.Events))] }
	entity := func() *readout.Entity {
		for {
			if e := rec.Entities[rng.IntN(len(rec.Entities))]; len(e.Mentions) > 0 {
				return e
			}
		}
	}
	pick := func(list ...string) string { return list[rng.IntN(len(list))] }
	var err error
	switch n := rng.IntN(22); {
	case n < 4:
		a, b := event(), event()
		d, err = v.Same(a.ID, b.ID)
		if a == b {
			return d, false
		}
	case n < 6:
		a, b := entity(), entity()
		d, err = v.Same(a.ID, b.ID)
		if a == b {
			return d, false
		}
	case n < 9:
		d, err = v.Split(event().ID, func(readout.Anchor) bool { return rng.IntN(2) == 0 })
	case n < 11:
		d, err = v.Split(entity().ID, func(readout.Anchor) bool { return rng.IntN(3) == 0 })
	case n < 12:
		d, err = v.Different(event().ID, event().ID)
	case n < 15:
		field := pick("date", "status", "type", "place", "participant:agent")
		value := map[string]string{
			"date": pick("2031-03-18", "2031-04", "", "2031-03-01/2031-03-04"), "status": pick("planned", "occurred", "denied"), "type": pick("CONSULT", "COOPERATE"),
			"place": entity().ID, "participant:agent": pick("", "-") + entity().ID,
		}[field]
		d, err = v.Correct(event().ID, field, value)
	case n < 16:
		d, err = v.Correct(entity().ID, "name", pick("Ilse Maren-Holt", "The other office", "Port of Dorne"))
	case n < 17:
		if len(rec.Statements) == 0 {
			return d, false
		}
		d, err = v.Correct(rec.Statements[rng.IntN(len(rec.Statements))].ID, "speaker", entity().ID)
	case n < 18:
		var ids []string
		for _, x := range rec.Claims {
			ids = append(ids, x.ID)
		}
		for _, x := range rec.Positions {
			ids = append(ids, x.ID)
		}
		ids = append(ids, event().ID)
		d, err = v.Withdraw(ids[rng.IntN(len(ids))])
	case n < 19:
		d, err = v.Correct(rec.Reports[rng.IntN(len(rec.Reports))].ID, "published", pick("2031-03-19", "2031-03-20", "2031"))
	case n < 20:
		d, err = v.Withdraw(entity().ID)
	case n < 21:
		if len(rec.Commitments) == 0 {
			return d, false
		}
		d, err = v.Correct(rec.Commitments[rng.IntN(len(rec.Commitments))].ID, pick("until", "made"), pick("2031-05-02", "2031-06", "", "2031-06-01/2031-06-04"))
	default:
		if len(log) == 0 {
			return d, false
		}
		d = decide.Undo(log[rng.IntN(len(log))].Seq)
		out, _ := decide.New(log, decide.Options{}).Outcomes(func([]string) ([]*nlp.Doc, error) { return nil, nil })
		if out[d.Undoes-1].Status == decide.Undone {
			return d, false
		}
	}
	d.By = pick("ana", "ben")
	return d, err == nil && d.Check() == nil
}

// TestUndoRestores is R31: whatever people decide, one after the other, the
// record that is kept is the one that documents and decisions make, holds
// together, heeds what was decided last, and is again what it was, byte for byte,
// when that is undone.
func TestUndoRestores(t *testing.T) {
	for name, open := range map[string]func(testing.TB) store.Store{"SQLite": onSQLite, "PostgreSQL": onPostgres} {
		t.Run(name, func(t *testing.T) {
			steps := torture.Rounds(t, 12, 500, 1000)
			r, s := reader(t), open(t)
			sample(t, r, s)
			first := jsonOf(t, must[*readout.Record](t)(s.Record(t.Context())))
			k := live.NewLinker(r, s)
			rng := rand.New(rand.NewPCG(7, uint64(steps)))
			undone, heeded, previewed, parted, broken := 0, 0, 0, 0, torture.Watch(t)
			before := first
			relink := func() *readout.Record {
				t.Helper()
				if err := k.Relink(t.Context(), nil); err != nil {
					t.Fatal(err)
				}
				return must[*readout.Record](t)(s.Record(t.Context()))
			}
			for step := 0; step < steps; {
				rec := must[*readout.Record](t)(s.Record(t.Context()))
				log := must[[]readout.Decision](t)(s.Decisions(t.Context(), 0))
				d, ok := random(rng, rec, log)
				if !ok {
					continue
				}
				step++
				shown := "" // before it is noted
				if step%5 == 0 || steps < 50 {
					rev := must[store.Revision](t)(s.Revision(t.Context()))
					shown = jsonOf(t, must[*readout.Record](t)(live.Preview(t.Context(), r, s, rec, rev.N, d)))
				}
				if err := s.AddDecision(t.Context(), &d); err != nil {
					t.Fatalf("step %d: %v", step, err)
				}
				rec = relink()
				now := jsonOf(t, rec)
				if shown != "" {
					previewed++
					if diff := cmp.Diff(shown, now); diff != "" {
						t.Fatalf("step %d (%s %s): what was shown before is not what came (-shown +is)\n%s", step, d.Kind, d.Field, clip(diff))
					}
				}
				sound(broken, step, rec)
				heeded += heeds(t, step, r, s, rec, &d)
				if step%5 == 0 || steps < 50 {
					if diff := cmp.Diff(jsonOf(t, whole(t, r, s)), now); diff != "" {
						t.Fatalf("step %d (%s): the record kept is not that of documents and decisions (-whole +kept)\n%s", step, d.Kind, clip(diff))
					}
				}
				if rng.IntN(2) == 0 {
					u := decide.Undo(d.Seq)
					u.By = "ana"
					if err := s.AddDecision(t.Context(), &u); err != nil {
						t.Fatal(err)
					}
					if diff := cmp.Diff(before, jsonOf(t, relink())); diff != "" {
						t.Fatalf("step %d (%s of %s): undoing it does not restore the record (-before +after)\n%s", step, d.Kind, d.Field, clip(diff))
					}
					undone++
				} else {
					before = now
				}
				// An earlier merge, under what was decided after it.
				outcomes := must[[]decide.Outcome](t)(must[*decide.Desk](t)(live.Desk(t.Context(), r, s)).StoreOutcomes(t.Context(), s))
				merges := slices.DeleteFunc(slices.Clone(outcomes), func(o decide.Outcome) bool { return o.Kind != readout.DecideSame || !o.Stands() })
				if step%3 == 0 && len(merges) > 0 {
					d := merges[rng.IntN(len(merges))].Decision
					u := decide.Undo(d.Seq)
					u.By = "ben"
					if err := s.AddDecision(t.Context(), &u); err != nil {
						t.Fatal(err)
					}
					rec = relink()
					before = jsonOf(t, rec)
					sound(broken, step, rec)
					parted += unmerged(t, step, r, s, outcomes, &d)
				}
			}
			// All taken back, the last first, it is the record of the machine alone.
			log := must[[]readout.Decision](t)(s.Decisions(t.Context(), 0))
			outcomes := must[[]decide.Outcome](t)(must[*decide.Desk](t)(live.Desk(t.Context(), r, s)).StoreOutcomes(t.Context(), s))
			for i := len(log) - 1; i >= 0; i-- {
				if outcomes[i].Status == decide.Undone || log[i].Kind == readout.DecideUndo {
					continue
				}
				u := decide.Undo(log[i].Seq)
				u.By = "ana"
				if err := s.AddDecision(t.Context(), &u); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(first, jsonOf(t, relink())); diff != "" {
				t.Fatalf("all undone is not nothing decided (-nothing +undone)\n%s", clip(diff))
			}
			if _, _, err := s.VerifyDecisions(t.Context()); err != nil {
				t.Error(err)
			}
			torture.Counted(t, "R31", steps, "random decisions on "+name, fmt.Sprintf("%d undone at once and each record equal to the one before byte for byte, %d shown before as they came, %d checks that what was decided holds, %d that a merge undone under later decisions is none, %d broken invariants", undone, previewed, heeded, parted, broken.N()))
		})
	}
}

func clip(s string) string {
	if len(s) > 3000 {
		return s[:3000] + "…"
	}
	return s
}

// sound demands that a record holds together: ids are unique, what is named is
// there, facts lie in their reports.
func sound(t testing.TB, step int, rec *readout.Record) {
	t.Helper()
	bad := func(format string, args ...any) { t.Errorf("step %d: "+format, append([]any{step}, args...)...) }
	texts := map[string]int{}
	for _, r := range rec.Reports {
		texts[r.ID] = len(r.Text)
	}
	evidence := func(what string, e readout.Evidence) {
		if n, ok := texts[e.Report]; !ok || e.Span.Empty() || e.Span.End > n {
			bad("%s has no evidence: %+v", what, e)
		}
	}
	entities, events, statements := map[string]bool{"": true}, map[string]bool{"": true}, map[string]bool{"": true}
	for _, e := range rec.Entities {
		if entities[e.ID] {
			bad("entity %s twice", e.ID)
		}
		entities[e.ID] = true
		if e.Name == "" || e.Type == "" {
			bad("entity %s has no name or type", e.ID)
		}
	}
	who := func(what, id string) {
		if !entities[id] {
			bad("%s names %s, which is not there", what, id)
		}
	}
	at := map[string]string{}
	for _, e := range rec.Events {
		if events[e.ID] || len(e.Mentions) == 0 {
			bad("event %s twice, or without mentions", e.ID)
		}
		events[e.ID] = true
		who("event "+e.ID, e.Place)
		for _, p := range e.Participants {
			who("event "+e.ID, p.Entity)
		}
		for _, m := range e.Mentions {
			evidence("event "+e.ID, m.Evidence)
			key := fmt.Sprintf("%s:%d-%d", m.Report, m.Trigger.Start, m.Trigger.End)
			if old := at[key]; old != "" && old != e.ID {
				bad("mention %s is of events %s and %s", key, old, e.ID)
			}
			at[key] = e.ID
		}
	}
	mention := map[string]string{}
	for _, e := range rec.Entities {
		for _, m := range e.Mentions {
			evidence("entity "+e.ID, m.Evidence)
			key := fmt.Sprintf("%s:%d-%d %s", m.Report, m.Span.Start, m.Span.End, m.Form)
			if old := mention[key]; old != "" && old != e.ID {
				bad("mention %s is of entities %s and %s", key, old, e.ID)
			}
			mention[key] = e.ID
		}
		for _, m := range e.Members {
			who("entity "+e.ID, m)
		}
	}
	for _, e := range rec.Events {
		for _, l := range e.Links {
			if !events[l.Event] || l.Event == e.ID {
				bad("event %s is linked to %q", e.ID, l.Event)
			}
		}
	}
	for _, s := range rec.Statements {
		if statements[s.ID] {
			bad("statement %s twice", s.ID)
		}
		statements[s.ID] = true
	}
	for _, s := range rec.Statements {
		who("statement "+s.ID, s.Speaker)
		if !events[s.Event] || !statements[s.NestedIn] {
			bad("statement %s names event %q and statement %q", s.ID, s.Event, s.NestedIn)
		}
	}
	for _, c := range rec.Claims {
		if !events[c.Event] {
			bad("claim %s is on no event", c.ID)
		}
		who("claim "+c.ID, c.Holder)
		who("claim "+c.ID, c.Value.Entity)
		evidence("claim "+c.ID, c.Evidence)
	}
	for _, p := range rec.Positions {
		who("position "+p.ID, p.Party)
		evidence("position "+p.ID, p.Evidence)
	}
	for _, x := range rec.Threads {
		for _, e := range x.Events {
			if !events[e] {
				bad("thread %s has event %s, which is not there", x.ID, e)
			}
		}
	}
}

// heeds demands that the last decision, if it is in force, holds in the record.
// It returns how many places it has looked at.
func heeds(t *testing.T, step int, r *pipeline.Reader, s store.Store, rec *readout.Record, d *readout.Decision) int {
	t.Helper()
	desk := must[*decide.Desk](t)(live.Desk(t.Context(), r, s))
	outcomes := must[[]decide.Outcome](t)(desk.StoreOutcomes(t.Context(), s))
	o := outcomes[len(outcomes)-1]
	if d.Kind == readout.DecideUndo {
		return 0
	}
	if o.Status != decide.Applied {
		t.Errorf("step %d: the last decision (%s %s) is %s: %v", step, d.Kind, d.Field, o.Status, o.Reasons)
		return 0
	}
	event, entity := map[string]*readout.Event{}, map[string]*readout.Entity{}
	for _, e := range rec.Events {
		for _, m := range e.Mentions {
			event[fmt.Sprintf("%s:%d", m.Report, m.Trigger.Start)] = e
		}
	}
	for _, e := range rec.Entities {
		for _, m := range e.Mentions {
			entity[fmt.Sprintf("%s:%d-%d", m.Report, m.Span.Start, m.Span.End)] = e
		}
	}
	of := func(tg *readout.Target) (ids []string) {
		for _, a := range tg.Evidence {
			id := ""
			if e := event[fmt.Sprintf("%s:%d", a.Report, a.Trigger.Start)]; tg.Kind == "event" && e != nil {
				id = e.ID
			}
			if e := entity[fmt.Sprintf("%s:%d-%d", a.Report, a.Span.Start, a.Span.End)]; tg.Kind == "entity" && e != nil {
				id = e.ID
			}
			if id != "" && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
		return ids
	}
	bad := func(format string, args ...any) {
		t.Errorf("step %d: %s %s of %s %q: %s", step, d.Kind, d.Field, d.About[0].Kind, d.About[0].Name, fmt.Sprintf(format, args...))
	}
	switch d.Kind {
	case readout.DecideSame:
		var all []string
		for i := range d.About {
			all = append(all, of(&d.About[i])...)
		}
		slices.Sort(all)
		if all = slices.Compact(all); len(all) > 1 {
			bad("is several: %v", all)
		}
	case readout.DecideDifferent:
		seen := map[string]int{}
		for i := range d.About {
			for _, id := range of(&d.About[i]) {
				if j, ok := seen[id]; ok && j != i {
					bad("parts %d and %d are one: %s", j, i, id)
				}
				seen[id] = i
			}
		}
	case readout.DecideWithdraw:
		if ids := of(&d.About[0]); len(ids) > 0 {
			bad("is there: %v", ids)
		}
		for _, c := range rec.Claims {
			if d.About[0].Kind == "claim" && c.ID == d.About[0].ID {
				bad("is there")
			}
		}
	case readout.DecideCorrect:
		if d.About[0].Kind == "event" && strings.HasPrefix(d.Field, "participant") {
			for _, e := range rec.Events {
				if !slices.Contains(of(&d.About[0]), e.ID) || len(d.About) < 2 {
					continue
				}
				in := false
				for _, p := range e.Participants {
					for _, id := range of(&d.About[1]) {
						in = in || p.Entity == id
					}
				}
				if in == (d.After == "") {
					bad("participant %q is in: %v", d.About[1].Name, in)
				}
			}
			return 1
		}
		v := decide.In(rec)
		for _, id := range append(of(&d.About[0]), d.About[0].ID) {
			tg, err := v.Target(id)
			if err != nil || tg.Kind != d.About[0].Kind || (tg.Kind == "event" || tg.Kind == "entity") && !slices.Contains(of(&d.About[0]), id) {
				continue
			}
			if got := v.Value(tg, d.Field); got != d.After {
				bad("is %q, want %q", got, d.After)
			}
		}
	}
	return len(o.Touched)
}

// unmerged demands that a merge that was undone under later decisions ties its
// things no more: no group has mentions of two of them, unless what else people
// said to be one ties them. It returns how many places it has looked at.
func unmerged(t *testing.T, step int, r *pipeline.Reader, s store.Store, log []decide.Outcome, merge *readout.Decision) (places int) {
	t.Helper()
	desk := must[*decide.Desk](t)(live.Desk(t.Context(), r, s))
	groups := map[string][]string{} // by place
	for _, doc := range documents(t, s) {
		doc := desk.Apply(doc)
		if doc.Desk == nil {
			continue
		}
		for i, x := range doc.Desk.Events {
			groups[fmt.Sprintf("event %s:%d", doc.Report.ID, doc.Events[i].Trigger.Start)] = x.Groups
		}
		for _, m := range doc.Mentions {
			if m.Chain != nlp.None {
				groups[fmt.Sprintf("entity %s:%d-%d", doc.Report.ID, m.Span.Start, m.Span.End)] = doc.Desk.Chains[m.Chain]
			}
		}
	}
	at := func(tg *readout.Target) (out []string) {
		for _, a := range tg.Evidence {
			if tg.Kind == "event" {
				out = append(out, fmt.Sprintf("event %s:%d", a.Report, a.Trigger.Start))
			} else {
				out = append(out, fmt.Sprintf("entity %s:%d-%d", a.Report, a.Span.Start, a.Span.End))
			}
		}
		return out
	}
	// What others say is one; of what is corrected what was one before the merge.
	one := map[string]string{}
	root := func(x string) string {
		for one[x] != "" {
			x = one[x]
		}
		return x
	}
	for i := range log {
		d := &log[i]
		if !d.Stands() || d.Seq == merge.Seq || d.Seq > merge.Seq && d.Kind != readout.DecideSame && d.Kind != readout.DecideDifferent {
			continue
		}
		var ties []string
		for k := range d.About {
			if d.Kind != readout.DecideSame {
				ties = nil
			}
			ties = append(ties, at(&d.About[k])...)
			if id := d.About[k].ID; d.About[k].Kind == "entity" && (k == 0 || id != d.About[0].ID) {
				ties = append(ties, id)
			}
			for _, x := range ties[min(1, len(ties)):] {
				if a, b := root(ties[0]), root(x); a != b {
					one[b] = a
				}
			}
		}
	}
	of := map[string]map[string]int{} // group → what is tied → the thing
	for k := range merge.About {
		for _, place := range at(&merge.About[k]) {
			places++
			for _, g := range groups[place] {
				for tied, i := range of[g] {
					if i != k && tied != root(place) {
						t.Errorf("step %d: merge %d is undone, and %q and %q are one in %q", step, merge.Seq, merge.About[i].Name, merge.About[k].Name, g)
					}
				}
				if of[g] == nil {
					of[g] = map[string]int{}
				}
				of[g][root(place)] = k
			}
		}
	}
	return places
}

// An entity that is withdrawn is gone with all its mentions, however often a
// report names it; taken back, the record is what it was.
func TestWithdrawnEntity(t *testing.T) {
	r, s := reader(t), onSQLite(t)
	sample(t, r, s)
	record := func() *readout.Record { return must[*readout.Record](t)(s.Record(t.Context())) }
	decided := func(d readout.Decision) *readout.Record {
		t.Helper()
		d.By = "ana"
		if err := s.AddDecision(t.Context(), &d); err != nil {
			t.Fatal(err)
		}
		if err := live.Relink(t.Context(), r, s, nil); err != nil {
			t.Fatal(err)
		}
		return record()
	}
	first := record()
	var who *readout.Entity // the one whom some report names most often
	most := 0
	for _, e := range first.Entities {
		in := map[string]int{}
		for _, m := range e.Mentions {
			if in[m.Report]++; in[m.Report] > most {
				who, most = e, in[m.Report]
			}
		}
	}
	if most < 3 {
		t.Fatalf("nobody is named three times in a report, %s %d times", who.Name, most)
	}
	gone := map[string]bool{}
	for _, m := range who.Mentions {
		gone[fmt.Sprintf("%s:%d-%d", m.Report, m.Span.Start, m.Span.End)] = true
	}
	without := decided(must[readout.Decision](t)(decide.In(first).Withdraw(who.ID)))
	for _, e := range without.Entities {
		if e.ID == who.ID {
			t.Errorf("%s is there with %d mentions of %d", e.Name, len(e.Mentions), len(who.Mentions))
		}
		for _, m := range e.Mentions {
			if place := fmt.Sprintf("%s:%d-%d", m.Report, m.Span.Start, m.Span.End); gone[place] {
				t.Errorf("%s is named at %s, where %s was withdrawn", e.Name, place, who.Name)
			}
		}
	}
	sound(t, 1, without)
	if diff := cmp.Diff(jsonOf(t, first), jsonOf(t, decided(decide.Undo(1)))); diff != "" {
		t.Errorf("taken back, it is not what it was (-before +after)\n%s", clip(diff))
	}
}

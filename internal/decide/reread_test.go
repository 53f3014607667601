package decide_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/decide"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/torture"
)

// later is a reader whose annotator of events is of another version and reads
// otherwise: it finds mentions in another order, gives them other spans, types and
// days, tells some as one word more or less, and finds some no more.
func later(r *pipeline.Reader, seed uint64, lost map[string]bool) *pipeline.Reader {
	again := *r
	again.Annotators = slices.Clone(r.Annotators)
	for i, a := range again.Annotators {
		if a.Name != "event" {
			continue
		}
		b := *a
		b.Version += fmt.Sprint(".", seed)
		b.Run = func(doc *nlp.Doc) {
			a.Run(doc)
			h := sha256.Sum256([]byte(doc.Report.ID))
			rng := rand.New(rand.NewPCG(seed, uint64(h[0])<<8|uint64(h[1])))
			for e := range doc.Events {
				ev := &doc.Events[e]
				ev.By.Version = b.Version
				switch rng.IntN(6) {
				case 0: // a narrower clause
					ev.Span = ev.Trigger
				case 1: // a wider one
					ev.Span = doc.Sentences[ev.Sent].Span
				case 2: // the trigger takes in the next word
					if t := ev.Token + 1; t < doc.Sentences[ev.Sent].Last {
						ev.Trigger.End = doc.Tokens[t].End
						ev.Span.End = max(ev.Span.End, ev.Trigger.End)
					}
				case 3:
					ev.Status = readout.Reported
				case 4:
					ev.Time = nlp.None
				}
			}
		}
		again.Annotators[i] = &b
	}
	_ = lost
	return &again
}

// TestReadingAgainKeepsDecisions is R30: after the reports were read again by
// another version of the annotators, each decision whose sentence is there holds.
func TestReadingAgainKeepsDecisions(t *testing.T) {
	for name, open := range map[string]func(testing.TB) store.Store{"SQLite": onSQLite, "PostgreSQL": onPostgres} {
		t.Run(name, func(t *testing.T) {
			rounds := torture.Rounds(t, 1, 10, 40)
			decided, kept := 0, 0
			for round := range rounds {
				r, s := reader(t), open(t)
				sample(t, r, s)
				rec := must[*readout.Record](t)(s.Record(t.Context()))
				rng := rand.New(rand.NewPCG(uint64(round), 30))
				for n := 0; n < 12; {
					d, ok := random(rng, rec, nil)
					if !ok {
						continue
					}
					n++
					if err := s.AddDecision(t.Context(), &d); err != nil {
						t.Fatal(err)
					}
				}
				if err := live.Relink(t.Context(), r, s, nil); err != nil {
					t.Fatal(err)
				}
				before := must[[]decide.Outcome](t)(must[*decide.Desk](t)(live.Desk(t.Context(), r, s)).StoreOutcomes(t.Context(), s))
				next := later(r, uint64(round+1), nil)
				if err := live.Relink(t.Context(), next, s, nil); err != nil {
					t.Fatal(err)
				}
				if about := must[store.About](t)(s.About(t.Context())); about.Behind(next.Annotators.Version()) > 0 {
					t.Fatal("nothing was read again")
				}
				after := must[[]decide.Outcome](t)(must[*decide.Desk](t)(live.Desk(t.Context(), next, s)).StoreOutcomes(t.Context(), s))
				for i, o := range after {
					decided++
					if o.Status != before[i].Status {
						t.Errorf("round %d: decision %d (%s %s of %s) was %s and is %s: %v", round, o.Seq, o.Kind, o.Field, o.About[0].Kind, before[i].Status, o.Status, o.Reasons)
						continue
					}
					kept++
				}
				rec = must[*readout.Record](t)(s.Record(t.Context()))
				sound(t, round, rec)
				if diff := cmp.Diff(jsonOf(t, whole(t, next, s)), jsonOf(t, rec)); diff != "" {
					t.Fatalf("the record kept is not that of documents and decisions (-whole +kept)\n%s", clip(diff))
				}
				last := after[len(after)-1].Decision
				heeds(t, round, next, s, rec, &last)
			}
			torture.Counted(t, "R30", decided, "decisions whose reports were read again by another version on "+name, fmt.Sprintf("%d kept, %d lost", kept, decided-kept))
		})
	}
}

func article(t *testing.T, r *pipeline.Reader, s store.Store, text string, at time.Time) string {
	t.Helper()
	sum := sha256.Sum256([]byte(text))
	c := readout.Capture{
		Path: "https://harbour.example/talks", URL: "https://harbour.example/talks", MediaType: "text/plain", Charset: "utf-8", Body: []byte(text), SHA256: hex.EncodeToString(sum[:]),
		Fetched: at, Sidecar: &readout.Sidecar{Outlet: "Harbour Wire", Published: "2031-05-02", URL: "https://harbour.example/talks"},
	}
	res := must[*pipeline.Result](t)(r.Read(t.Context(), func(yield func(readout.Capture, *readout.Refusal) bool) { yield(c, nil) }, pipeline.Options{Keeper: s}))
	if err := live.Relink(t.Context(), r, s, res.Refusals); err != nil {
		t.Fatal(err)
	}
	rec := must[*readout.Record](t)(s.Record(t.Context()))
	return rec.Reports[len(rec.Reports)-1].ID
}

// TestNewerVersion: a decision goes along with its sentence into a newer version
// of the article, and back to review when the sentence is gone; it is in force
// again when the sentence comes back.
func TestNewerVersion(t *testing.T) {
	const (
		head  = "Talks in Orrin\n\n"
		first = "President Ilse Maren of Karvany met Prime Minister Tomas Ered of Sollund in Orrin on Tuesday. "
		also  = "On Wednesday Ilse Maren phoned Tomas Ered. "
		end   = "The ferries go on sailing.\n"
	)
	r, s := reader(t), onSQLite(t)
	noon := time.Date(2031, 5, 2, 12, 0, 0, 0, time.UTC)
	article(t, r, s, head+first+also+end, noon)
	rec := must[*readout.Record](t)(s.Record(t.Context()))
	v := decide.In(rec)
	said := func(trigger string) string {
		for _, e := range rec.Events {
			for _, m := range e.Mentions {
				if m.Trigger.In(rec.Reports[0].Text) == trigger {
					return e.ID
				}
			}
		}
		t.Fatalf("no event is told by %q: %+v", trigger, rec.Events)
		return ""
	}
	for _, d := range []readout.Decision{
		must[readout.Decision](t)(v.Correct(said("met"), "date", "2031-04-28")),
		must[readout.Decision](t)(v.Withdraw(said("phoned"))),
	} {
		d.By = "ana"
		if err := s.AddDecision(t.Context(), &d); err != nil {
			t.Fatal(err)
		}
	}
	expect := func(what string, want ...decide.Status) {
		t.Helper()
		out := must[[]decide.Outcome](t)(must[*decide.Desk](t)(live.Desk(t.Context(), r, s)).StoreOutcomes(t.Context(), s))
		var got []decide.Status
		for _, o := range out {
			got = append(got, o.Status)
			if o.Status == decide.Review && len(o.Reasons) == 0 {
				t.Errorf("%s: decision %d is back without a reason", what, o.Seq)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v (%+v)", what, got, want, out)
		}
		rec := must[*readout.Record](t)(s.Record(t.Context()))
		days := ""
		for _, e := range rec.Events {
			if e.Date != nil {
				days += e.Mode + " " + e.Date.Value + " "
			}
		}
		if want[0] == decide.Applied && !strings.Contains(days, "2031-04-28") {
			t.Errorf("%s: the corrected day is not in the record: %s", what, days)
		}
		if (want[1] == decide.Applied) == strings.Contains(days, "phone") && strings.Contains(rec.Reports[0].Text, also) {
			t.Errorf("%s: the withdrawn call: %s", what, days)
		}
	}
	if err := live.Relink(t.Context(), r, s, nil); err != nil {
		t.Fatal(err)
	}
	expect("as decided", decide.Applied, decide.Applied)
	article(t, r, s, head+"It rained all morning. "+also+first+end, noon.Add(time.Hour))
	expect("sentences moved", decide.Applied, decide.Applied)
	article(t, r, s, head+first+end, noon.Add(2*time.Hour))
	expect("one is gone", decide.Applied, decide.Review)
	article(t, r, s, head+"Nobody met anybody. "+also+end, noon.Add(3*time.Hour))
	expect("the other is gone", decide.Review, decide.Applied)
	article(t, r, s, head+first+also+"The ferries stopped.\n", noon.Add(4*time.Hour))
	expect("both came back", decide.Applied, decide.Applied)
}

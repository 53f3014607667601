package thread_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link"
	"github.com/readout-news/readout/internal/link/thread"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/pipeline"
)

// paper is one report: day and text.
type paper struct{ day, text string }

const (
	call1   = "President Henrik Aldane of Sollund and President Vesna Torokai of Karvany spoke by telephone on Monday about the closed sluice at Lake Ansa.\n\nThe presidents disagreed about the water that fishermen of Lake Ansa need, his office said."
	call2   = "President Henrik Aldane of Sollund and President Vesna Torokai of Karvany spoke by telephone on Monday about Lake Ansa and its closed sluice.\n\nThe fishermen of Lake Ansa have waited for water since the autumn."
	talks   = "Negotiators of Sollund and Karvany held talks in Orrin on Thursday about the sluice and the water of Lake Ansa.\n\nPresident Henrik Aldane of Sollund had asked President Vesna Torokai of Karvany for the talks on Lake Ansa."
	cotton1 = "Pia Lund, the trade minister of Sollund, met Goran Basta, the trade minister of Karvany, in Vellmark on Tuesday to discuss the tariff on cotton of the Tanner Union.\n\nSpinning mills in Sollund pay the cotton tariff that the Tanner Union imposed."
	cotton2 = "Pia Lund, the trade minister of Sollund, met Goran Basta, the trade minister of Karvany, in Dorne on Wednesday to discuss the cotton tariff of the Tanner Union.\n\nSpinning mills had complained of the tariff."
)

func TestLink(t *testing.T) {
	r, err := pipeline.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		papers []paper
		want   []string
	}{
		{"calls and talks on one matter", []paper{{"2031-01-20", call1}, {"2031-02-17", call2}, {"2031-02-28", talks}}, []string{"Karvany and Sollund: Lake Ansa 2031-01-20 2031-02-17 2031-02-27"}},
		{"two persons throughout", []paper{{"2031-01-20", call1}, {"2031-02-17", call2}}, []string{"Henrik Aldane and Vesna Torokai: Lake Ansa 2031-01-20 2031-02-17"}},
		{
			"another matter of the same states is another thread",
			[]paper{{"2031-01-20", call1}, {"2031-02-17", call2}, {"2031-01-28", cotton1}, {"2031-03-05", cotton2}},
			[]string{
				"Goran Basta and Pia Lund: Tanner Union 2031-01-28 2031-03-05",
				"Henrik Aldane and Vesna Torokai: Lake Ansa 2031-01-20 2031-02-17",
			},
		},
		{"one event is no thread", []paper{{"2031-01-20", call1}}, nil},
		{"a year of silence parts them", []paper{{"2031-01-20", call1}, {"2032-02-16", call2}}, nil},
		{"two days are no weeks", []paper{{"2031-02-17", call2}, {"2031-02-21", talks}}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var docs []*nlp.Doc
			for i, p := range c.papers {
				rep := &readout.Report{ID: fmt.Sprintf("r%d", i), Text: p.text, Language: "en"}
				rep.Published = readout.Published{Value: p.day, Precision: "day", Basis: readout.BasisSidecar}
				docs = append(docs, r.Annotate(rep))
			}
			rec, err := link.Record(docs, r.KB, nil)
			if err != nil {
				t.Fatal(err)
			}
			days := map[string]string{}
			var all []string
			for _, e := range rec.Events {
				if e.Date != nil {
					days[e.ID] = e.Date.Value
				}
				all = append(all, e.Title)
			}
			var got []string
			for _, x := range rec.Threads {
				line := x.Title
				for _, id := range x.Events {
					line += " " + days[id]
				}
				got = append(got, line)
			}
			slices.Sort(got)
			if !slices.Equal(got, c.want) {
				t.Errorf("got\n  %s\nwant\n  %s\nevents %s", strings.Join(got, "\n  "), strings.Join(c.want, "\n  "), strings.Join(all, "; "))
			}
		})
	}
}

// Of many events what is looked at together is bounded, each day lies in one
// range at most, and no range is left out that could have a thread.
func TestRanges(t *testing.T) {
	for turn := range 200 {
		rng := rand.New(rand.NewPCG(uint64(turn), 7))
		count := map[int]int{}
		for range rng.IntN(120) {
			count[20_000+rng.IntN(20+turn)] += 1 + rng.IntN(1<<(turn%8))
		}
		total := 0
		for _, n := range count {
			total += n
		}
		last := -1 << 62
		found := thread.Ranges(count)
		for _, r := range found {
			n := 0
			for day, k := range count {
				if r.Has(day) {
					n += k
				}
			}
			if n > thread.Most || r.From <= last || count[r.From] == 0 || count[r.To] == 0 || r.To-r.From < 7 {
				t.Fatalf("turn %d: %v with %d events after day %d, of %v", turn, r, n, last, count)
			}
			last = r.To
		}
		if total <= thread.Most && len(found) > 1 {
			t.Fatalf("turn %d: %d events were cut: %v", turn, total, found)
		}
	}
}

package event

import (
	"slices"
	"strings"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/lexicons"
)

// TestParties reads phrases that name no party in a report that gives titles.
func TestParties(t *testing.T) {
	lex, err := load(lexicons.FS, "en/events")
	if err != nil {
		t.Fatal(err)
	}
	const spoke = " spoke|speak|VERB|VBD|0|root"
	tests := []struct {
		name, tree string
		people     map[string]string // others of the report, with a title
		places     map[string]int    // places of the report, with the number of their mentions
		want       string
	}{
		{
			"leaders of states",
			"The|the|DET|DT|2|det leaders|leader|NOUN|NNS|7|nsubj of|of|ADP|IN|4|case Sollund|Sollund|PROPN|NNP|2|nmod|place and|and|CCONJ|CC|6|cc Karvany|Karvany|PROPN|NNP|4|conj|place" + spoke,
			map[string]string{"Maren": "prime minister of sollund", "Ered": "president"},
			nil,
			"Ered Maren",
		},
		{
			"leaders of states, a third head",
			"The|the|DET|DT|2|det leaders|leader|NOUN|NNS|7|nsubj of|of|ADP|IN|4|case Sollund|Sollund|PROPN|NNP|2|nmod|place and|and|CCONJ|CC|6|cc Karvany|Karvany|PROPN|NNP|4|conj|place" + spoke,
			map[string]string{"Maren": "president", "Ered": "president", "Whitlock": "premier"},
			nil,
			"Karvany Sollund",
		},
		{
			"the two leaders",
			"The|the|DET|DT|3|det two|two|NUM|CD|3|nummod leaders|leader|NOUN|NNS|4|nsubj" + spoke,
			map[string]string{"Maren": "president", "Ered": "premier", "Brask": "spokesman"},
			nil,
			"Ered Maren",
		},
		{
			"the two leaders of nobody",
			"The|the|DET|DT|3|det two|two|NUM|CD|3|nummod leaders|leader|NOUN|NNS|4|nsubj" + spoke,
			map[string]string{"Maren": "president"},
			nil,
			"",
		},
		{
			"both states stand out",
			"Both|both|DET|DT|2|det states|state|NOUN|NNS|3|nsubj|group" + spoke,
			nil,
			map[string]int{"Karvany": 6, "Sollund": 5, "Hegra": 1},
			"Karvany Sollund",
		},
		{
			"both states, one of three",
			"Both|both|DET|DT|2|det states|state|NOUN|NNS|3|nsubj|group" + spoke,
			nil,
			map[string]int{"Karvany": 6, "Sollund": 5, "Hegra": 4},
			"",
		},
		{
			"the person of a title, hung on the state",
			"Sollund|Sollund|PROPN|NNP|6|nsubj|place President|President|PROPN|NNP|1|flat Maren|Maren|PROPN|NNP|1|flat|person and|and|CCONJ|CC|5|cc Ered|Ered|PROPN|NNP|1|conj|person" + spoke,
			nil, nil,
			"Ered Maren",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			doc := buildDoc(t, example{tree: tt.tree})
			add := func(name string, typ readout.EntityType, form nlp.MentionType, n int, titles ...string) {
				c := nlp.Chain{Type: typ, Name: name, Titles: titles}
				for range n {
					doc.Mentions = append(doc.Mentions, nlp.Mention{Form: readout.FormName, Type: form, Head: nlp.None, Chain: len(doc.Chains)})
					c.Mentions = append(c.Mentions, len(doc.Mentions)-1)
				}
				doc.Chains = append(doc.Chains, c)
			}
			for _, name := range []string{"Brask", "Ered", "Maren", "Whitlock"} {
				if title := tt.people[name]; title != "" {
					add(name, readout.Person, nlp.PersonName, 1, title)
				}
			}
			for _, name := range []string{"Hegra", "Karvany", "Sollund"} {
				if n := tt.places[name]; n > 0 {
					add(name, readout.Place, nlp.PlaceName, n)
				}
			}
			if i := strings.Index(doc.Report.Text, "President Maren"); i >= 0 {
				for m := range doc.Mentions {
					if doc.Text(doc.Mentions[m].Span) == "Maren" {
						doc.Mentions[m].Title = readout.Span{Start: i, End: i + len("President")}
					}
				}
			}
			run(doc, lex)
			var got []string
			for i := range doc.Events {
				for _, a := range doc.Events[i].Args {
					if a.Mention == nlp.None {
						continue
					}
					if c := doc.Mentions[a.Mention].Chain; doc.Mentions[a.Mention].Form == readout.FormName {
						got = append(got, doc.Chains[c].Name)
					}
				}
			}
			slices.Sort(got)
			if g := strings.Join(got, " "); g != tt.want {
				t.Errorf("got %q, want %q", g, tt.want)
			}
		})
	}
}

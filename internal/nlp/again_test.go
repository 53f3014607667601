package nlp

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
)

// line is a pipeline whose annotators note that they ran: names marks mentions,
// chains changes these marks as coref does.
func line(ran *[]string) Pipeline {
	note := func(name string, f func(*Doc)) func(*Doc) {
		return func(d *Doc) {
			*ran = append(*ran, name)
			f(d)
		}
	}
	return Pipeline{
		{Name: "words", Doc: "d", Version: "1", Provides: []Layer{LayerTokens, LayerSentences}, Run: note("words", func(d *Doc) {
			d.Tokens = append(d.Tokens, Token{Head: None}, Token{Head: None})
			d.Sentences = append(d.Sentences, Sentence{Last: 2})
		})},
		{Name: "tree", Doc: "d", Version: "1", Requires: []Layer{LayerTokens}, Provides: []Layer{LayerSyntax}, Run: note("tree", func(d *Doc) {
			if d.Tokens[0].Head != None || d.Tokens[0].UPOS != "" {
				panic("the layer is not as before")
			}
			d.Tokens[0].Head, d.Tokens[0].UPOS = 1, "NOUN"
		})},
		{Name: "times", Doc: "d", Version: "1", Requires: []Layer{LayerTokens}, Provides: []Layer{LayerTimexes}, Run: note("times", func(d *Doc) { d.Timexes = append(d.Timexes, Timex{Value: "2031"}) })},
		{Name: "names", Doc: "d", Version: "1", Requires: []Layer{LayerSyntax}, Provides: []Layer{LayerNames}, Run: note("names", func(d *Doc) { d.Mentions = append(d.Mentions, Mention{Type: PlaceName, Chain: None}) })},
		{Name: "quotes", Doc: "d", Version: "1", Requires: []Layer{LayerNames}, Provides: []Layer{LayerAttributions}, Run: note("quotes", func(d *Doc) {
			if d.Mentions[0].Type != PlaceName {
				panic("names are amended already")
			}
			d.Attributions = append(d.Attributions, Attribution{Speaker: None})
		})},
		{Name: "chains", Doc: "d", Version: "1", Requires: []Layer{LayerNames}, Provides: []Layer{LayerChains}, Amends: []Layer{LayerNames, LayerAttributions}, Run: note("chains", func(d *Doc) {
			d.Mentions[0].Type, d.Mentions[0].Chain = PersonName, 0
			d.Mentions = append(d.Mentions, Mention{Form: readout.FormPronoun})
			d.Attributions[0].Speaker = 0
			d.Chains = append(d.Chains, Chain{Mentions: []int{0, 1}})
		})},
		{Name: "events", Doc: "d", Version: "1", Requires: []Layer{LayerChains, LayerTimexes}, Provides: []Layer{LayerEvents}, Run: note("events", func(d *Doc) { d.Events = append(d.Events, EventMention{Type: "MEET", Time: 0}) })},
	}
}

// A bump of one version runs what it must and nothing else, and gives what
// reading anew gives.
func TestAgain(t *testing.T) {
	all := "words tree times names quotes chains events"
	for bumped, want := range map[string]string{
		"":       "",
		"words":  all,
		"tree":   "tree names quotes chains events",
		"times":  "times events",
		"names":  "names quotes chains events",
		"quotes": "names quotes chains", // chains amends what quotes has to see as it was
		"chains": "names quotes chains events",
		"events": "events",
	} {
		var ran []string
		p := line(&ran)
		if err := p.Validate(); err != nil {
			t.Fatal(err)
		}
		doc := &Doc{Report: &readout.Report{}}
		p.Run(doc)
		before := doc.copied()
		was := p.Version()
		for i, a := range p {
			if a.Name == bumped {
				again := *a
				again.Version = "2"
				p[i] = &again
			}
		}
		ran = nil
		var told []string
		got := p.Again(doc, was, func(a *Annotator) { told = append(told, a.Name) })
		if s := strings.Join(ran, " "); s != want || !slices.Equal(told, ran) {
			t.Errorf("bump of %q: ran %q, want %q; told of %q", bumped, s, want, told)
		}
		fresh := &Doc{Report: doc.Report}
		p.Run(fresh)
		if diff := cmp.Diff(fresh, got); diff != "" {
			t.Errorf("bump of %q: reading anew differs (-anew +again):\n%s", bumped, diff)
		}
		if diff := cmp.Diff(before, doc); diff != "" {
			t.Errorf("bump of %q: the document itself changed:\n%s", bumped, diff)
		}
	}
}

// Of a pipeline with other annotators nothing is kept.
func TestStaleOfOthers(t *testing.T) {
	var ran []string
	p := line(&ran)
	for _, was := range []string{"", "words/1", p.Version() + " extra/1", strings.Replace(p.Version(), "times/1 names/1", "names/1 times/1", 1), "§"} {
		if slices.Contains(p.Stale(was), false) {
			t.Errorf("after %q something is kept", was)
		}
	}
	if slices.Contains(p.Stale(p.Version()), true) {
		t.Error("after the same version something is stale")
	}
}

// Every layer can be taken off.
func TestClearKnowsEveryLayer(t *testing.T) {
	doc := &Doc{
		Report: &readout.Report{Text: "Maren spoke."}, Tokens: []Token{{UPOS: "PROPN", XPOS: "NNP", Lemma: "Maren", Head: 1, Deprel: "nsubj"}},
		Sentences: make([]Sentence, 1), Mentions: make([]Mention, 1), Timexes: make([]Timex, 1), Attributions: make([]Attribution, 1), Chains: make([]Chain, 1),
		Events: make([]EventMention, 1), Positions: make([]Position, 1), Responses: make([]Response, 1),
	}
	for _, l := range []Layer{LayerSyntax, LayerLemmas} {
		doc.clear(l)
	}
	if diff := cmp.Diff([]Token{{Head: None}}, doc.Tokens); diff != "" {
		t.Error(diff)
	}
	for _, l := range []Layer{LayerTokens, LayerSentences, LayerNames, LayerTimexes, LayerAttributions, LayerChains, LayerEvents, LayerPositions, LayerResponses} {
		doc.clear(l)
	}
	if diff := cmp.Diff(&Doc{Report: doc.Report}, doc); diff != "" {
		t.Error(diff)
	}
}

func TestCheck(t *testing.T) {
	good := func() *Doc {
		return &Doc{
			Report:       &readout.Report{Text: "Séan spoke."},
			Tokens:       []Token{{Span: readout.Span{Start: 0, End: 5}, Head: 1}, {Span: readout.Span{Start: 6, End: 11}, Head: None}, {Span: readout.Span{Start: 11, End: 12}, Head: 1}},
			Sentences:    []Sentence{{Span: readout.Span{Start: 0, End: 12}, Last: 3}},
			Mentions:     []Mention{{Span: readout.Span{Start: 0, End: 5}, Last: 1}},
			Chains:       []Chain{{Mentions: []int{0}}},
			Timexes:      []Timex{{Anchor: None}},
			Attributions: []Attribution{{Parent: None, Relay: None}, {Parent: 0, Relay: None}},
			Events:       []EventMention{{Args: []Argument{{Mention: None}}}},
			Positions:    []Position{{}},
			Responses:    []Response{{}},
		}
	}
	if err := good().Check(); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*Doc){
		"beyond the text":      func(d *Doc) { d.Mentions[0].End = 13 },
		"within a rune":        func(d *Doc) { d.Mentions[0].End = 2 },
		"backwards":            func(d *Doc) { d.Events[0].Span = readout.Span{Start: 3, End: 1} },
		"overlap":              func(d *Doc) { d.Tokens[1].Start = 4 },
		"empty word":           func(d *Doc) { d.Tokens[1].End = 6 },
		"ring of heads":        func(d *Doc) { d.Tokens[1].Head = 0 },
		"own head":             func(d *Doc) { d.Tokens[0].Head = 0 },
		"no such head":         func(d *Doc) { d.Tokens[0].Head = 3 },
		"word of no sentence":  func(d *Doc) { d.Sentences[0].Last = 2 },
		"other sentence":       func(d *Doc) { d.Tokens[0].Sent = 1 },
		"no chain":             func(d *Doc) { d.Mentions[0].Chain = 1 },
		"below none":           func(d *Doc) { d.Mentions[0].Chain = -2 },
		"no mention":           func(d *Doc) { d.Chains[0].Mentions = []int{None} },
		"ring of attributions": func(d *Doc) { d.Attributions[0].Parent = 1 },
		"anchored to itself":   func(d *Doc) { d.Timexes[0].Anchor = 0 },
		"no argument":          func(d *Doc) { d.Events[0].Args[0].Mention = 5 },
		"event before":         func(d *Doc) { d.Events[0].Before = []int{7} },
		"no issue":             func(d *Doc) { d.Positions[0].Issue = []int{9} },
		"no answer":            func(d *Doc) { d.Responses[0].AboutSaid = 2 },
	} {
		d := good()
		spoil(d)
		if err := d.Check(); err == nil {
			t.Errorf("%s: not noticed", name)
		}
	}
}

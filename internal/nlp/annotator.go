package nlp

import "fmt"

// Layer names a part of a Doc that one annotator provides and others read.
type Layer string

// The layers of a Doc.
const (
	LayerTokens       Layer = "tokens"
	LayerSentences    Layer = "sentences"
	LayerSyntax       Layer = "syntax" // UPOS, XPOS, Head, Deprel
	LayerLemmas       Layer = "lemmas"
	LayerNames        Layer = "names"
	LayerTimexes      Layer = "timexes"
	LayerAttributions Layer = "attributions"
	LayerChains       Layer = "chains"
	LayerEvents       Layer = "events"
	LayerPositions    Layer = "positions"
	LayerResponses    Layer = "responses"
)

// Annotator fills layers of a Doc. Run is pure: it reads and writes the Doc
// only, keeps no state between calls and may be called from many goroutines
// on different Docs.
type Annotator struct {
	Name     string // "timex"
	Doc      string // one sentence
	Version  string // raised when output can change
	Requires []Layer
	Provides []Layer
	Amends   []Layer // layers of others in which it fills or changes fields
	Run      func(*Doc)
}

// Pipeline is an ordered list of annotators.
type Pipeline []*Annotator

// Validate reports the first annotator that is nameless, has no version,
// provides what another provides already, or requires or amends a layer that
// nothing before it provides.
func (p Pipeline) Validate() error {
	have := map[Layer]string{}
	for i, a := range p {
		if a.Name == "" || a.Doc == "" || a.Version == "" || a.Run == nil {
			return fmt.Errorf("annotator %d (%q): name, doc, version and run are required", i, a.Name)
		}
		for _, l := range a.Requires {
			if have[l] == "" {
				return fmt.Errorf("annotator %s requires layer %s, which nothing before it provides", a.Name, l)
			}
		}
		for _, l := range a.Amends {
			if have[l] == "" {
				return fmt.Errorf("annotator %s amends layer %s, which nothing before it provides", a.Name, l)
			}
		}
		for _, l := range a.Provides {
			if have[l] != "" {
				return fmt.Errorf("annotators %s and %s both provide layer %s", have[l], a.Name, l)
			}
			have[l] = a.Name
		}
	}
	return nil
}

// Run applies the annotators in order.
func (p Pipeline) Run(doc *Doc) { p.RunThen(doc, nil) }

// RunThen is Run with a call of done, unless it is nil, after each annotator:
// who keeps a clock can tell what each of them took.
func (p Pipeline) RunThen(doc *Doc, done func(*Annotator)) {
	for _, a := range p {
		a.Run(doc)
		if done != nil {
			done(a)
		}
	}
}

// Version is the version of the whole pipeline: names and versions in order.
func (p Pipeline) Version() string {
	var out []byte
	for i, a := range p {
		if i > 0 {
			out = append(out, ' ')
		}
		out = fmt.Appendf(out, "%s/%s", a.Name, a.Version)
	}
	return string(out)
}

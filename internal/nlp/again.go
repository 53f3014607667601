package nlp

import (
	"slices"
	"strings"
)

// Stale says which annotators of p have to run again on a Doc whose layers a
// pipeline of the version was made (see Version), by their places in p:
//
//   - those that were in it in another version;
//   - those that require a layer which one of these provides, and so on;
//   - those whose layer one that runs again amends, since what they left is
//     needed again;
//   - those that amend a layer which one that runs again provides or has to see
//     as it was before.
//
// The last two leave what they left before, so what requires their layers is
// not stale for that. Annotators that p has not, or in another order, make all
// of them stale: what their layers rested on is not known.
func (p Pipeline) Stale(was string) []bool {
	stale := make([]bool, len(p))
	old := strings.Fields(was)
	changed := map[Layer]bool{}
	for i, a := range p {
		name, version := "", ""
		if len(old) == len(p) {
			name, version, _ = strings.Cut(old[i], "/")
		}
		if name != a.Name {
			for i := range stale {
				stale[i] = true
			}
			return stale
		}
		if version == a.Version && !slices.ContainsFunc(a.Requires, func(l Layer) bool { return changed[l] }) {
			continue
		}
		stale[i] = true
		for _, l := range a.Provides {
			changed[l] = true
		}
	}
	for more := true; more; {
		more = false
		for i, a := range p {
			if stale[i] {
				continue
			}
			for j, b := range p {
				if !stale[j] {
					continue
				}
				amended := slices.ContainsFunc(a.Provides, func(l Layer) bool { return slices.Contains(b.Amends, l) })
				amends := j < i && slices.ContainsFunc(a.Amends, func(l Layer) bool { return slices.Contains(b.Requires, l) || slices.Contains(b.Provides, l) })
				if amended || amends {
					stale[i], more = true, true
				}
			}
		}
	}
	return stale
}

// Again returns doc as p would read it, where a pipeline of the version was has
// read it: layers that cannot have changed are kept, the others are made anew.
// doc itself stays as it is. done, unless nil, is called after each annotator
// that ran.
func (p Pipeline) Again(doc *Doc, was string, done func(*Annotator)) *Doc {
	stale := p.Stale(was)
	if !slices.Contains(stale, false) {
		again := &Doc{Report: doc.Report}
		p.RunThen(again, done)
		return again
	}
	again := doc.copied()
	var run Pipeline
	for i, a := range p {
		if stale[i] {
			run = append(run, a)
			for _, l := range a.Provides {
				again.clear(l)
			}
		}
	}
	run.RunThen(again, done)
	return again
}

// copied is a Doc whose layers can be changed without changing those of d in
// the fields that annotators amend.
func (d *Doc) copied() *Doc {
	out := *d
	out.Tokens = slices.Clone(d.Tokens)
	out.Mentions = slices.Clone(d.Mentions)
	out.Attributions = slices.Clone(d.Attributions)
	return &out
}

// clear takes a layer off, so that the Doc is as before its annotator ran.
func (d *Doc) clear(l Layer) {
	switch l {
	case LayerTokens:
		d.Tokens = nil
	case LayerSentences:
		d.Sentences = nil
	case LayerSyntax:
		for i := range d.Tokens {
			t := &d.Tokens[i]
			t.UPOS, t.XPOS, t.Head, t.Deprel = "", "", None, ""
		}
	case LayerLemmas:
		for i := range d.Tokens {
			d.Tokens[i].Lemma = ""
		}
	case LayerNames:
		d.Mentions = nil
	case LayerTimexes:
		d.Timexes = nil
	case LayerAttributions:
		d.Attributions = nil
	case LayerChains:
		d.Chains = nil
	case LayerEvents:
		d.Events = nil
	case LayerPositions:
		d.Positions = nil
	case LayerResponses:
		d.Responses = nil
	default:
		panic("nlp: no way to clear layer " + string(l)) // a layer was added without a line here
	}
}

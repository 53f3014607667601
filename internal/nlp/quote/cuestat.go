package quote

import (
	"maps"
	"slices"

	"github.com/readout-news/readout/internal/nlp"
)

// cueTable says how often a word is (part of) a cue, in bins 1 to 6; the
// model's features are built on it. Words absent are in bin 1.
type cueTable struct {
	word  map[string]uint8 // lower-cased word
	lemma map[string]uint8 // lemma and UPOS, "say VERB"
	noun  map[string]uint8 // lemma of a noun: how often it heads a source when it is a subject
}

func newCueTable() cueTable {
	return cueTable{word: map[string]uint8{}, lemma: map[string]uint8{}, noun: map[string]uint8{}}
}

// maxBin is the highest bin; candBin is the first that makes a word a
// candidate for a cue.
const (
	maxBin  = 6
	candBin = 3
)

// binOf sorts a share of cues into bins. The counts are smoothed by one
// occurrence that is no cue.
func binOf(cues, all int) uint8 {
	if all < 1 {
		return 1
	}
	p := float64(cues) / float64(all+1)
	for i, min := range []float64{.7, .4, .2, .08, .02} {
		if p > min {
			return uint8(maxBin - i)
		}
	}
	return 1
}

// cueCounts counts cues over training reports.
type cueCounts struct{ word, lemma, noun map[string]*[2]int } // cues (sources), all

func newCueCounts() *cueCounts {
	return &cueCounts{word: map[string]*[2]int{}, lemma: map[string]*[2]int{}, noun: map[string]*[2]int{}}
}

func count(m map[string]*[2]int, key string, hit bool) {
	n := m[key]
	if n == nil {
		n = &[2]int{}
		m[key] = n
	}
	n[1]++
	if hit {
		n[0]++
	}
}

// add counts token i of v, which is part of a cue, of a source or of neither.
func (c *cueCounts) add(v *view, i int, cue, source bool) {
	count(c.word, v.low[i], cue)
	count(c.lemma, lemmaKey(v.doc, i), cue)
	if v.rel[i] == "nsubj" && v.doc.Tokens[i].UPOS == "NOUN" {
		count(c.noun, v.doc.Tokens[i].Lemma, source)
	}
}

func lemmaKey(doc *nlp.Doc, i int) string {
	return doc.Tokens[i].Lemma + " " + doc.Tokens[i].UPOS
}

// without gives the bins of token i as if it had not been counted, so that
// the training sees what an unseen report will see.
func (c *cueCounts) without(v *view, i int, cue bool) (word, lemma uint8) {
	out := [2]uint8{1, 1}
	for k, n := range []*[2]int{c.word[v.low[i]], c.lemma[lemmaKey(v.doc, i)]} {
		if n == nil {
			continue
		}
		cues, all := n[0], n[1]-1
		if cue {
			cues--
		}
		out[k] = binOf(cues, all)
	}
	return out[0], out[1]
}

// table keeps the bins above the lowest.
func (c *cueCounts) table() cueTable {
	t := newCueTable()
	fill := func(from map[string]*[2]int, to map[string]uint8) {
		for _, k := range slices.Sorted(maps.Keys(from)) {
			if b := binOf(from[k][0], from[k][1]); b > 1 {
				to[k] = b
			}
		}
	}
	fill(c.word, t.word)
	fill(c.lemma, t.lemma)
	fill(c.noun, t.noun)
	return t
}

// bins looks token i up.
func (t *cueTable) bins(v *view, i int) (word, lemma uint8) {
	return max(1, t.word[v.low[i]]), max(1, t.lemma[lemmaKey(v.doc, i)])
}

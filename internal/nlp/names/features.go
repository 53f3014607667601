package names

import (
	"github.com/readout-news/readout/internal/kb"
	"github.com/readout-news/readout/internal/ml/crf"
	"github.com/readout-news/readout/internal/nlp"
)

// Classes gives the classes of a word; *cluster.Map does.
type Classes interface {
	Of(word string) (coarse, middle, fine int, ok bool)
}

// Resources are what the features draw on beside the text. Training and
// reading must use the same; a nil field leaves its features out.
type Resources struct {
	Facts   *kb.KB
	Classes Classes
	words   *lexicon
}

// Templates, in groups with room to grow. The numbers are part of the model:
// a change asks for a new training.
const (
	tBias   uint64 = 1
	tForm   uint64 = 2
	tLow    uint64 = 3
	tFormL  uint64 = 4 // pair with the word before
	tFormR  uint64 = 5 // … after
	tAround uint64 = 6 // words before and after
	tLL     uint64 = 7 // the two words before
	tRR     uint64 = 8 // … after
	tFirst  uint64 = 9
	tCasing uint64 = 10
	tSufL   uint64 = 11
	tSufR   uint64 = 12
	tPreR   uint64 = 13
	tNear   uint64 = 16 // words at -3..+3
	tPrefix uint64 = 24
	tSuffix uint64 = 32
	tShape  uint64 = 40 // alone, with neighbours' shapes and words
	tClass  uint64 = 64 // ten per level
	tFacts  uint64 = 96
	tWindow uint64 = 128
)

// extractor turns the sentences of one document into features. It is used by
// one goroutine.
type extractor struct {
	facts   *kb.KB
	classes Classes
	groups  map[string]bool
	b       crf.Builder
	texts   []string
}

// Features calls yield with the features of every sentence of doc that can
// hold names, in order; they are valid during the call.
func (r Resources) Features(doc *nlp.Doc, yield func(sentence int, feats [][]uint64)) {
	x := &extractor{facts: r.Facts, classes: r.Classes}
	if r.words != nil {
		x.groups = r.words.groups
	}
	sents := make([][]word, len(doc.Sentences))
	kinds := make([]casing, len(doc.Sentences))
	for i, s := range doc.Sentences {
		if s.First == s.Last || skipped(s.Noise) {
			continue
		}
		sents[i] = x.words(doc, s, nil)
		kinds[i] = sentenceCasing(s.Last-s.First, func(k int) string { return doc.Word(s.First + k) })
	}
	win := newWindow(sents, kinds)
	for i := range sents {
		if len(sents[i]) == 0 {
			continue
		}
		if kinds[i] == shouted {
			win.calm(sents[i])
		}
		x.b.Reset()
		x.sentence(sents[i], kinds[i], i, win)
		yield(i, x.b.Rows())
	}
}

// skipped reports whether a sentence is furniture that names nothing. Headings
// and captions carry names; labels of the page do not.
func skipped(noise string) bool {
	switch noise {
	case "", "heading", "caption", "credit", "dateline", "byline", "teaser", "title":
		return false
	}
	return true
}

func (x *extractor) sentence(words []word, kind casing, index int, win *window) {
	b := &x.b
	at := func(i int) *word {
		if i < 0 || i >= len(words) {
			return &edge
		}
		return &words[i]
	}
	flag := func(c bool) uint64 {
		if c {
			return 2
		}
		return 1
	}
	for i := range words {
		w, l, r, ll, rr := at(i), at(i-1), at(i+1), at(i-2), at(i+2)
		b.Add(tBias)
		b.Add(tForm, w.form)
		b.Add(tLow, w.low)
		for k := -3; k <= 3; k++ {
			if k != 0 {
				b.Add(tNear+uint64(k+3), at(i+k).low)
			}
		}
		b.Add(tFormL, l.form, w.form)
		b.Add(tFormR, w.form, r.form)
		b.Add(tAround, l.form, r.form)
		b.Add(tLL, ll.low, l.low)
		b.Add(tRR, r.low, rr.low)
		for k, p := range w.prefix {
			b.Add(tPrefix+uint64(k), p)
		}
		for k, s := range w.suffix {
			b.Add(tSuffix+uint64(k), s)
		}
		b.Add(tShape, w.shape)
		b.Add(tShape+1, l.shape, w.shape)
		b.Add(tShape+2, w.shape, r.shape)
		b.Add(tShape+3, l.shape, w.shape, r.shape)
		b.Add(tShape+4, w.shape, l.low)
		b.Add(tShape+5, w.shape, r.low)
		b.Add(tFirst, flag(i == 0), w.shape)
		b.Add(tCasing, uint64(kind), flag(w.upper), flag(i == 0))
		b.Add(tSufL, l.suffix[2])
		b.Add(tSufR, r.suffix[2])
		b.Add(tPreR, r.prefix[3])
		for k := range w.class {
			t := tClass + uint64(10*k)
			b.Add(t, w.class[k])
			b.Add(t+1, l.class[k])
			b.Add(t+2, r.class[k])
			b.Add(t+3, ll.class[k])
			b.Add(t+4, rr.class[k])
			b.Add(t+5, l.class[k], w.class[k])
			b.Add(t+6, w.class[k], r.class[k])
			b.Add(t+7, w.shape, l.class[k])
			b.Add(t+8, w.shape, r.class[k])
			b.Add(t+9, w.shape, w.class[k])
		}
		x.known(w, l, r)
		if w.group {
			b.Add(tFacts+13, w.shape)
		}
		if r.group {
			b.Add(tFacts+14, w.shape)
		}
		win.features(b, words, i, index)
		b.Next()
	}
}

// known adds the features of the lists of facts.
func (x *extractor) known(w, l, r *word) {
	if x.facts == nil {
		return
	}
	b := &x.b
	code := func(w *word) uint64 {
		if w.starts|w.inside == 0 {
			return 0
		}
		return uint64(w.starts)<<32 | uint64(w.inside) | 1<<63
	}
	b.Add(tFacts, code(w))
	b.Add(tFacts+1, code(w), w.shape)
	b.Add(tFacts+2, code(w), uint64(min(w.phrase, 4)))
	b.Add(tFacts+3, code(l))
	b.Add(tFacts+4, code(r))
	b.Add(tFacts+5, code(l), code(w))
	b.Add(tFacts+6, code(w), code(r))
	b.Add(tFacts+7, code(l), w.shape)
	b.Add(tFacts+8, code(r), w.shape)
	for bit := kb.Mask(1); bit <= kb.IsTitle; bit <<= 1 {
		if w.starts&bit != 0 {
			b.Add(tFacts+9, uint64(bit))
		}
		if w.inside&bit != 0 {
			b.Add(tFacts+10, uint64(bit))
		}
		if l.starts&bit != 0 || l.inside&bit != 0 {
			b.Add(tFacts+11, uint64(bit))
		}
		if r.starts&bit != 0 {
			b.Add(tFacts+12, uint64(bit))
		}
	}
}

package quote

import (
	"maps"
	"slices"

	"github.com/readout-news/readout/internal/ml/crf"
	"github.com/readout-news/readout/internal/nlp"
)

// part is which part of an attribution a span is.
type part int

const (
	partSource part = iota
	partCue
	partContent
)

// labels of the CRF, in BIO.
var labels = []string{"O", "B-source", "I-source", "B-cue", "I-cue", "B-content", "I-content"}

// labelPart and labelBegins read a label's number.
func labelPart(y int) part { return part((y - 1) / 2) }

func labelBegins(y int) bool { return y%2 == 1 }

// labelOf is the number of the B- or I-label of a part.
func labelOf(p part, begins bool) int {
	if begins {
		return int(p)*2 + 1
	}
	return int(p)*2 + 2
}

// span is a labelled run of tokens.
type span struct {
	run
	part part
}

// spansOf reads the spans off a label sequence.
func spansOf(y []int) []span {
	var out []span
	for i := 0; i < len(y); {
		if y[i] == 0 {
			i++
			continue
		}
		p, j := labelPart(y[i]), i+1
		for j < len(y) && y[j] != 0 && !labelBegins(y[j]) && labelPart(y[j]) == p {
			j++
		}
		out = append(out, span{run{i, j}, p})
		i = j
	}
	return out
}

// linker ranks the cues that a source or a content may belong to; a linear
// model over hashed features, one set of weights for each of the two parts.
type linker struct {
	weights [3]map[uint32]float32 // by part; cue has none
}

// Cues are looked for from this many sentences before a span to that many
// behind it.
const (
	cuesBefore = 4
	cuesBehind = 2
)

// linkScratch holds what the feature function reuses.
type linkScratch struct {
	*view
	word  []uint64
	spans []span
	feats []uint32
}

func newLinkScratch(v *view, spans []span) *linkScratch {
	s := &linkScratch{view: v, spans: spans, word: make([]uint64, v.n)}
	for i := range v.n {
		s.word[i] = crf.HashString(v.low[i])
	}
	return s
}

// candidates are the indexes of the cues near span x.
func (s *linkScratch) candidates(x int) []int {
	var out []int
	toks := s.doc.Tokens
	a := s.spans[x]
	for c, b := range s.spans {
		if b.part != partCue {
			continue
		}
		if toks[b.first].Sent-toks[a.last-1].Sent <= cuesBehind && toks[b.first].Sent-toks[a.first].Sent >= -cuesBefore {
			out = append(out, c)
		}
	}
	return out
}

// pair is the features of span x belonging to cue c. The slice is valid until
// the next call.
func (s *linkScratch) pair(x, c int) []uint32 {
	s.feats = s.feats[:0]
	t := uint64(0)
	add := func(v ...uint64) {
		t++
		h := crf.Hash(t)
		for _, k := range v {
			h = crf.Mix(h, k)
		}
		s.feats = append(s.feats, uint32(h>>32))
	}
	a, b := s.spans[x], s.spans[c]
	toks := s.doc.Tokens
	behind := flag(b.first > a.first)
	dist := a.first - b.last
	if b.first > a.first {
		dist = b.first - a.last
	}
	d1, d2 := toks[b.first].Sent-toks[a.first].Sent, toks[b.first].Sent-toks[a.last-1].Sent
	same := flag(d1 == 0)
	add(behind, bucket(dist))
	add(behind, bucket(d1), bucket(d2))
	add(flag(s.para[b.first] == s.para[a.first]), behind)
	lo, hi := min(x, c), max(x, c)
	var count [3]int
	seq := uint64(7)
	for k := lo + 1; k < hi; k++ {
		count[s.spans[k].part]++
		if k-lo < 4 {
			seq = crf.Mix(seq, uint64(s.spans[k].part)+1)
		}
	}
	few := func(k part) uint64 { return uint64(min(count[k], 3)) + 1 }
	add(behind, uint64(count[partCue])+1, same)
	add(behind, few(partSource), few(partCue), few(partContent))
	add(behind, seq)
	add(behind, seq, same, flag(d2 == 0))
	path, found := s.path(s.headOf(a.run), b.run)
	if found {
		add(path)
		add(1, 1)
	} else {
		t++
		add(2, same, behind)
	}
	t = 20
	add(s.word[b.first], behind, same)
	add(s.word[b.last-1], behind, bucket(min(dist, 10)))
	near := func(k int) uint64 {
		if k < 0 || k >= len(s.spans) {
			return 9
		}
		return uint64(s.spans[k].part+1)*2 + flag(toks[s.spans[k].first].Sent == toks[b.first].Sent)
	}
	add(behind, near(c-1), near(c+1), bucket(c-x))
	add(behind, near(c-2), near(c-1), near(c+1), near(c+2), bucket(c-x))
	mark := func(i int) uint64 {
		if i < 0 || i >= s.n {
			return 9
		}
		return uint64(s.state[i]) + 1
	}
	add(mark(a.last), mark(a.last-1), behind, flag(d2 == 0))
	// The other way round: the cue hangs on the span.
	if up, ok := s.path(s.headOf(b.run), a.run); ok {
		add(up, 3)
	} else {
		t++
	}
	add(flag(s.state[a.first] == inside), flag(s.state[b.first] == inside), behind, same)
	return s.feats
}

// path is the relations from token i up into r; found is false when it does
// not lead there within eight steps.
func (s *linkScratch) path(i int, r run) (path uint64, found bool) {
	path = 3
	for d := 0; d < 8 && i != nlp.None; d++ {
		if r.has(i) {
			return path, true
		}
		path = crf.Mix(path, crf.HashString(s.rel[i])+1)
		i = s.head[i]
	}
	return path, false
}

// best is the highest-ranked cue of span x and its score; -1 when there is
// none. Of equal ones the first wins.
func (l *linker) best(s *linkScratch, x int) (cue int, score float32) {
	cue, score = -1, 0
	w := l.weights[s.spans[x].part]
	for _, c := range s.candidates(x) {
		var sum float32
		for _, f := range s.pair(x, c) {
			sum += w[f]
		}
		if cue < 0 || sum > score {
			cue, score = c, sum
		}
	}
	return cue, score
}

// linkedSpans is one cue with what was linked to it.
type linkedSpans struct {
	cue     run
	source  run
	content []run
}

// link gives each source and content its cue. A cue with several sources
// keeps the one with the highest score; cues without content are dropped.
func (l *linker) link(v *view, spans []span) []linkedSpans {
	s := newLinkScratch(v, spans)
	at := make([]linkedSpans, len(spans))
	top := make([]float32, len(spans))
	for x, sp := range spans {
		if sp.part == partCue {
			at[x].cue = sp.run
			continue
		}
		c, score := l.best(s, x)
		switch {
		case c < 0:
		case sp.part == partContent:
			at[c].content = append(at[c].content, sp.run)
		case at[c].source.empty() || score > top[c]:
			at[c].source, top[c] = sp.run, score
		}
	}
	var out []linkedSpans
	for x, sp := range spans {
		if sp.part == partCue && len(at[x].content) > 0 {
			out = append(out, at[x])
		}
	}
	return out
}

// linkExample is a report for fitting the linker: its gold spans and for each
// source and content the cues it may belong to.
type linkExample struct {
	view  *view
	spans []span
	gold  map[int][]int
}

// fitLinker trains by the averaged perceptron over the examples in order.
func fitLinker(examples []linkExample, epochs int) *linker {
	type weight struct{ w, u float32 }
	var ws [3]map[uint32]*weight
	for p := range ws {
		ws[p] = map[uint32]*weight{}
	}
	step := float32(1)
	bump := func(p part, feats []uint32, by float32) {
		for _, f := range feats {
			e := ws[p][f]
			if e == nil {
				e = &weight{}
				ws[p][f] = e
			}
			e.w += by
			e.u += by * step
		}
	}
	scratch := make([]*linkScratch, len(examples))
	for i := range examples {
		scratch[i] = newLinkScratch(examples[i].view, examples[i].spans)
	}
	for range epochs {
		for i, ex := range examples {
			s := scratch[i]
			for x := range ex.spans {
				gold := ex.gold[x]
				if len(gold) == 0 {
					continue
				}
				step++
				p := ex.spans[x].part
				best, right := -1, -1
				var top, topRight float32
				for _, c := range s.candidates(x) {
					var sum float32
					for _, f := range s.pair(x, c) {
						if e := ws[p][f]; e != nil {
							sum += e.w
						}
					}
					if best < 0 || sum > top {
						best, top = c, sum
					}
					if slices.Contains(gold, c) && (right < 0 || sum > topRight) {
						right, topRight = c, sum
					}
				}
				if right < 0 || best == right {
					continue
				}
				bump(p, s.pair(x, right), 1)
				bump(p, s.pair(x, best), -1)
			}
		}
	}
	l := &linker{}
	for p := range ws {
		l.weights[p] = make(map[uint32]float32, len(ws[p]))
		for _, f := range slices.Sorted(maps.Keys(ws[p])) {
			if w := ws[p][f].w - ws[p][f].u/step; w != 0 {
				l.weights[p][f] = w
			}
		}
	}
	return l
}

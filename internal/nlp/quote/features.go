package quote

import (
	"github.com/readout-news/readout/internal/ml/cluster"
	"github.com/readout-news/readout/internal/ml/crf"
	"github.com/readout-news/readout/internal/nlp"
)

// classes looks words up in word classes; see cluster.Map.
type classes interface {
	Of(word string) (c32, c128, c512 int, ok bool)
}

var _ classes = (*cluster.Map)(nil)

// featureMaker makes the CRF's features of one report. Values are hashes or
// small numbers from 1; 0 is "none" and makes no feature. edge stands for
// tokens beyond the ends of the report.
type featureMaker struct {
	*view
	b        *crf.Builder
	word     []uint64 // hash of the lower-cased text
	tag      []uint64 // XPOS
	label    []uint64 // relation without subtype
	class    [3][]uint64
	shape    []uint64
	suffix   []uint64
	frames   []uint64 // frames of the reporting verb at the token
	bin      []uint64 // cue bin of the word
	lemBin   []uint64 // cue bin of the lemma
	cand     []bool   // candidate for a cue
	left     []int    // nearest candidate before, in the paragraph and outside of quotations; None
	right    []int    // nearest behind
	sentSum  []uint64 // by sentence: how much is quoted, and the best candidate
	quoteBeg []int    // by quotation: first and last token, marks included
	quoteEnd []int
}

const edge = 5

// newFeatureMaker prepares v; the features go into b, which is empty. bins are the cue bins of each token.
func newFeatureMaker(v *view, b *crf.Builder, lex *lexicon, cl classes, bins func(i int) (word, lemma uint8)) *featureMaker {
	n := v.n
	nums := make([]uint64, 10*n)
	col := func(k int) []uint64 { return nums[k*n : (k+1)*n : (k+1)*n] }
	m := &featureMaker{
		view: v, b: b,
		word: col(0), tag: col(1), label: col(2), class: [3][]uint64{col(3), col(4), col(5)},
		shape: col(6), suffix: col(7), bin: col(8), lemBin: col(9), frames: make([]uint64, n),
		cand: make([]bool, n), left: make([]int, n), right: make([]int, n),
	}
	f := &finder{view: v, lex: lex}
	for i := range n {
		w := v.low[i]
		m.word[i] = crf.HashString(w)
		m.tag[i] = crf.HashString(v.doc.Tokens[i].XPOS)
		m.label[i] = crf.HashString(v.rel[i])
		if a, b, c, ok := cl.Of(v.doc.Word(i)); ok {
			m.class[0][i], m.class[1][i], m.class[2][i] = uint64(a)+1, uint64(b)+1, uint64(c)+1
		}
		m.shape[i] = shapeOf(v.doc.Word(i))
		m.suffix[i] = crf.HashString(w[max(0, len(w)-3):])
		b1, b2 := bins(i)
		m.bin[i], m.lemBin[i] = uint64(b1), uint64(b2)
		m.cand[i] = b1 >= candBin
		if e, ok := f.verbAt(i); ok {
			m.frames[i] = uint64(e.frames) + 1
		}
	}
	m.nearest()
	m.extents()
	m.summaries()
	return m
}

// shapeOf tells capitals, digits and lower case apart.
func shapeOf(w string) uint64 {
	var s uint64 = 1
	for i := 0; i < len(w) && i < 4; i++ {
		k := uint64(1)
		switch c := w[i]; {
		case c >= 'A' && c <= 'Z':
			k = 2
		case c >= '0' && c <= '9':
			k = 3
		case c >= 'a' && c <= 'z':
			k = 4
		}
		s = s*5 + k
	}
	return s
}

// nearest fills left and right.
func (m *featureMaker) nearest() {
	last := nlp.None
	for i := range m.n {
		if m.start[i] {
			last = nlp.None
		}
		m.left[i] = last
		if m.cand[i] && m.state[i] != inside {
			last = i
		}
	}
	last = nlp.None
	for i := m.n - 1; i >= 0; i-- {
		m.right[i] = last
		if m.cand[i] && m.state[i] != inside {
			last = i
		}
		if m.start[i] {
			last = nlp.None
		}
	}
}

func (m *featureMaker) extents() {
	m.quoteBeg, m.quoteEnd = make([]int, len(m.quotes)), make([]int, len(m.quotes))
	for q := range m.quoteBeg {
		m.quoteBeg[q] = -1
	}
	for i, q := range m.quote {
		if q < 0 {
			continue
		}
		if m.quoteBeg[q] < 0 {
			m.quoteBeg[q] = i
		}
		m.quoteEnd[q] = i
	}
}

func (m *featureMaker) summaries() {
	m.sentSum = make([]uint64, len(m.doc.Sentences))
	for s := range m.doc.Sentences {
		in, all, best := 0, 0, uint64(0)
		for i := m.doc.Sentences[s].First; i < m.doc.Sentences[s].Last; i++ {
			if !m.punct[i] {
				all++
				if m.state[i] == inside {
					in++
				}
			}
			if m.cand[i] && m.state[i] != inside {
				best = max(best, m.bin[i])
			}
		}
		part := uint64(0)
		switch {
		case in > 0 && in*10 >= all*9:
			part = 2
		case in > 0:
			part = 1
		}
		m.sentSum[s] = part*8 + best + 1
	}
}

func (m *featureMaker) at(v []uint64, i int) uint64 {
	if i < 0 || i >= m.n {
		return edge
	}
	return v[i]
}

func (m *featureMaker) sum(s int) uint64 {
	if s < 0 || s >= len(m.sentSum) {
		return 99
	}
	return m.sentSum[s]
}

func (m *featureMaker) mark(i int) uint64 {
	if i < 0 || i >= m.n {
		return 9
	}
	return uint64(m.state[i]) + 1
}

func flag(b bool) uint64 {
	if b {
		return 2
	}
	return 1
}

// bucket sorts a distance in tokens; the sign is kept.
func bucket(d int) uint64 {
	s := uint64(1)
	if d < 0 {
		d, s = -d, 33
	}
	switch {
	case d < 6:
		return s + uint64(d)
	case d < 9:
		return s + 7
	case d < 14:
		return s + 8
	case d < 24:
		return s + 9
	case d < 50:
		return s + 10
	}
	return s + 11
}

// rows makes the features of all tokens.
func (m *featureMaker) rows() [][]uint64 {
	for i := range m.n {
		m.local(i)
		m.marks(i)
		m.candidates(i)
		m.tree(i)
		m.b.Next()
	}
	return m.b.Rows()
}

// local features: words, tags, classes, place in sentence and report.
func (m *featureMaker) local(i int) {
	b, t := m.b, uint64(0)
	add := func(v ...uint64) { t++; b.Add(t, v...) }
	w, x := m.word[i], m.tag[i]
	w1, w2, v1, v2 := m.at(m.word, i-1), m.at(m.word, i-2), m.at(m.word, i+1), m.at(m.word, i+2)
	x1, x2, y1, y2 := m.at(m.tag, i-1), m.at(m.tag, i-2), m.at(m.tag, i+1), m.at(m.tag, i+2)
	add()
	add(w)
	add(w1)
	add(v1)
	add(w2)
	add(v2)
	add(w1, w)
	add(w, v1)
	add(w2, w1)
	add(v1, v2)
	add(x)
	add(x1, x)
	add(x, y1)
	add(x1, x, y1)
	add(x2, x1)
	add(y1, y2)
	add(w, x)
	add(m.suffix[i], x)
	add(m.shape[i])
	add(m.bin[i], x)
	add(m.bin[i], x, x1)
	add(m.bin[i], x, y1)
	add(m.lemBin[i], x)
	add(m.lemBin[i], m.bin[i], y1)
	add(m.frames[i], x)
	add(m.frames[i], y1)
	sent := m.doc.Tokens[i].Sent
	s := m.doc.Sentences[sent]
	add(flag(m.start[i]), bucket(i-s.First))
	add(bucket(s.Last-i), flag(m.start[i]))
	add(bucket(sent))
	for k := range m.class {
		c := m.class[k]
		add(c[i])
		add(m.at(c, i-1))
		add(m.at(c, i+1))
		add(c[i], x1)
		add(c[i], y1)
	}
}

// marks features: the quotation that the token stands in or beside.
func (m *featureMaker) marks(i int) {
	b, t := m.b, uint64(100)
	add := func(v ...uint64) { t++; b.Add(t, v...) }
	q, sent := m.mark(i), m.doc.Tokens[i].Sent
	q1, r1 := m.mark(i-1), m.mark(i+1)
	add(q)
	add(q1, q, r1)
	add(q, m.word[i])
	add(q, m.tag[i])
	add(m.mark(i-2), q1, q, r1, m.mark(i+2))
	add(q, m.sum(sent))
	add(q, m.sum(sent), m.sum(sent+1))
	add(q, m.sum(sent), m.sum(sent-1))
	add(q1, m.at(m.word, i-2))
	add(r1, m.at(m.word, i+2))
	id := m.quote[i]
	if id < 0 {
		return
	}
	beg, end := m.quoteBeg[id], m.quoteEnd[id]
	same := func(k int) bool { return k >= 0 && k < m.n && m.doc.Tokens[k].Sent == sent }
	add(q, bucket(end-beg))
	add(q, m.at(m.word, end-1), flag(same(end)))
	add(q, m.at(m.word, end+1), m.at(m.tag, end+1))
	add(q, m.at(m.word, beg-1), m.at(m.tag, beg-1))
	add(q, flag(m.start[beg]), flag(end+1 >= m.n || m.start[end+1]))
	if l := m.left[beg]; l >= 0 {
		near := flag(m.doc.Tokens[l].Sent == m.doc.Tokens[beg].Sent)
		add(q, bucket(beg-l), m.bin[l])
		add(q, m.word[l], near)
	}
	t = 120
	if r := m.right[end]; r >= 0 {
		near := flag(m.doc.Tokens[r].Sent == m.doc.Tokens[end].Sent)
		add(q, bucket(r-end), m.bin[r])
		add(q, m.word[r], near)
	}
}

// candidates features: the nearest words that may be cues.
func (m *featureMaker) candidates(i int) {
	b, t := m.b, uint64(130)
	add := func(v ...uint64) { t++; b.Add(t, v...) }
	sent, q := m.doc.Tokens[i].Sent, m.mark(i)
	if l := m.left[i]; l >= 0 {
		near := flag(m.doc.Tokens[l].Sent == sent)
		add(bucket(i-l), m.bin[l], near)
		add(m.word[l], bucket(i-l), m.tag[i])
		add(m.word[l], m.at(m.word, l+1), near)
		add(m.word[l], near, q)
	}
	t = 140
	if r := m.right[i]; r >= 0 {
		near := flag(m.doc.Tokens[r].Sent == sent)
		add(bucket(r-i), m.bin[r], near)
		add(m.word[r], bucket(r-i), m.tag[i])
		add(m.word[r], m.at(m.word, r-1), near)
		add(m.word[r], near, q)
	}
}

// The relations that a word's own kind of clause is read off.
var clauseRels = map[string]bool{"nsubj": true, "ccomp": true, "xcomp": true, "obj": true, "parataxis": true, "mark": true}

// maxClimb bounds walks up the tree.
const maxClimb = 30

// tree features: head, children, the path to a candidate, and whether the
// token is at a border of a candidate's complement.
func (m *featureMaker) tree(i int) {
	b, t := m.b, uint64(150)
	add := func(v ...uint64) { t++; b.Add(t, v...) }
	h, lab := m.head[i], m.label[i]
	if lab == 0 {
		return // no syntax
	}
	hw, hx := uint64(edge), uint64(edge)
	if h >= 0 {
		hw, hx = m.word[h], m.tag[h]
	}
	add(lab, m.tag[i])
	add(lab, hw, flag(h > i))
	add(lab, hx)
	if h >= 0 {
		add(lab, m.bin[h], flag(h > i))
		add(lab, m.class[1][h])
		add(m.label[h], lab)
		add(m.label[h], lab, m.word[i])
		add(lab, m.frames[h], flag(h > i))
	}
	t = 160
	kids := uint64(1)
	for _, k := range m.kids[i] {
		if clauseRels[m.rel[k]] {
			kids ^= crf.Mix(m.label[k], flag(k > i))
		}
	}
	add(kids, m.tag[i])
	add(kids, m.word[i])
	add(kids, m.bin[i])
	add(kids, m.frames[i])
	for _, k := range m.kids[i] {
		switch m.rel[k] {
		case "nsubj":
			b.Add(170, m.word[k], m.bin[i])
			b.Add(171, m.tag[k], m.word[i])
			b.Add(172, m.class[1][k], m.bin[i])
		case "ccomp":
			b.Add(173, m.word[i], flag(k > i))
			b.Add(174, flag(m.state[k] == inside), m.word[i])
		}
	}
	m.pathUp(i)
	m.borders(i)
}

// pathUp is the path of relations to the first candidate above the token.
func (m *featureMaker) pathUp(i int) {
	path := uint64(11)
	for d, j := 0, i; d < 12 && j >= 0; d, j = d+1, m.head[j] {
		if d > 0 && m.cand[j] {
			m.b.Add(180, bucket(d), path)
			m.b.Add(181, path, m.word[j])
			m.b.Add(182, path, m.bin[j], flag(j > i))
			m.b.Add(183, path, m.frames[j], flag(j > i))
			return
		}
		if d < 3 {
			path = crf.Mix(path, m.label[j])
		} else {
			path = crf.Mix(99, m.label[j])
		}
	}
}

// borders tells where the token stands in the complements of the candidates
// above it, and in those that end just before or begin just behind it.
func (m *featureMaker) borders(i int) {
	b, sent := m.b, m.doc.Tokens[i].Sent
	for d, j := 0, i; d < maxClimb && j >= 0; d, j = d+1, m.head[j] {
		p := m.head[j]
		if p < 0 || !m.cand[p] {
			continue
		}
		f := uint64(1)
		if m.lo[j] == i {
			f |= 2
		}
		if m.hi[j] == i {
			f |= 4
		}
		if m.lo[j] == i+1 {
			f |= 8
		}
		b.Add(190, m.label[j], f, flag(p > i))
		b.Add(191, m.label[j], f, m.word[p])
		b.Add(192, m.label[j], f, m.bin[p], flag(p > i), m.tag[i])
		b.Add(193, m.label[j], f, m.mark(i), m.sum(sent))
		b.Add(194, m.label[j], f, m.frames[p])
	}
	if i+1 < m.n {
		for d, j := 0, i+1; d < maxClimb && j >= 0; d, j = d+1, m.head[j] {
			if p := m.head[j]; p >= 0 && m.cand[p] && m.lo[j] == i+1 {
				b.Add(195, m.label[j], m.bin[p], m.word[i])
			}
		}
	}
	if i > 0 {
		for d, j := 0, i-1; d < maxClimb && j >= 0; d, j = d+1, m.head[j] {
			if p := m.head[j]; p >= 0 && m.cand[p] && m.hi[j] == i-1 {
				b.Add(196, m.label[j], m.bin[p], m.word[i])
			}
		}
	}
}

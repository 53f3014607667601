package quote

import (
	"github.com/readout-news/readout/internal/ml/crf"
)

// The second pass sees the labels that the first gave to the whole report, so
// that far ones agree: a quotation with its cue behind the next sentence, the
// two ends of a complement.

// stacked is the first pass's labels with what the second asks of them.
type stacked struct {
	y        []int
	label    []uint64 // label number + 1
	left     []int    // nearest cue token before, -1
	right    []int    // nearest behind
	sentence []uint64 // by sentence: which parts occur in it
}

func newStacked(v *view, y []int) *stacked {
	s := &stacked{y: y, label: make([]uint64, v.n), left: make([]int, v.n), right: make([]int, v.n), sentence: make([]uint64, len(v.doc.Sentences))}
	last := -1
	for i, k := range y {
		s.label[i] = uint64(k) + 1
		s.left[i] = last
		if s.cue(i) {
			last = i
		}
		if k != 0 {
			s.sentence[v.doc.Tokens[i].Sent] |= 1 << labelPart(k)
		}
	}
	last = -1
	for i := v.n - 1; i >= 0; i-- {
		s.right[i] = last
		if s.cue(i) {
			last = i
		}
	}
	return s
}

func (s *stacked) cue(i int) bool { return s.y[i] != 0 && labelPart(s.y[i]) == partCue }

// second adds the features of the second pass.
func (m *featureMaker) second(i int) {
	s, b, t := m.stack, m.b, uint64(200)
	add := func(v ...uint64) { t++; b.Add(t, v...) }
	lab := func(k int) uint64 {
		if k < 0 || k >= m.n {
			return 9
		}
		return s.label[k]
	}
	sent := m.doc.Tokens[i].Sent
	part := func(k int) uint64 {
		if k < 0 || k >= len(s.sentence) {
			return 31
		}
		return s.sentence[k] + 1
	}
	y, q := lab(i), m.mark(i)
	add(y)
	add(lab(i-1), y)
	add(y, lab(i+1))
	add(lab(i-1), y, lab(i+1))
	add(lab(i-2), lab(i-1), y, lab(i+1), lab(i+2))
	add(y, m.word[i])
	add(y, m.tag[i])
	add(y, q)
	add(y, part(sent))
	add(part(sent-1), part(sent), part(sent+1))
	add(y, part(sent), part(sent+1), q)
	add(y, part(sent-1), part(sent), q)
	add(part(sent), m.sum(sent))
	if h := m.head[i]; h >= 0 {
		add(lab(h), m.label[i], y)
		add(lab(h), m.label[i])
	}
	t = 230
	if l := s.left[i]; l >= 0 {
		same := flag(m.doc.Tokens[l].Sent == sent)
		add(bucket(i-l), same, flag(m.para[l] == m.para[i]))
		add(m.word[l], same, y)
	}
	t = 235
	if r := s.right[i]; r >= 0 {
		same := flag(m.doc.Tokens[r].Sent == sent)
		add(bucket(r-i), same, flag(m.para[r] == m.para[i]))
		add(m.word[r], same, y)
	}
	// The path to the first cue above the token.
	path := uint64(11)
	for d, j := 0, i; d < 14 && j >= 0; d, j = d+1, m.head[j] {
		if d > 0 && s.cue(j) {
			b.Add(240, path)
			b.Add(241, path, y)
			b.Add(242, path, m.word[j])
			break
		}
		if d < 2 {
			path = crf.Mix(path, m.label[j])
		} else {
			path = crf.Mix(99, m.label[j])
		}
	}
	// Borders of the complement of that cue.
	for d, j := 0, i; d < maxClimb && j >= 0; d, j = d+1, m.head[j] {
		p := m.head[j]
		if p < 0 || !s.cue(p) {
			continue
		}
		f := uint64(1)
		if m.lo[j] == i {
			f |= 2
		}
		if m.hi[j] == i {
			f |= 4
		}
		b.Add(243, m.label[j], f, flag(p > i))
		b.Add(244, m.label[j], f, y, q)
		break
	}
}

package syntax

import "math"

// decoder finds the best projective tree with one root (Eisner 1996) and keeps
// its tables between sentences.
type decoder struct {
	// Best scores of spans i..j by where their head is (L: j, R: i) and whether
	// they are complete. A "T" table is the transpose, so that the inner loops
	// walk both factors of a sum in order.
	completeL, completeLT, completeR, completeRT []float32
	openLT, openR                                []float32
	splitOpen, splitL, splitR                    []int16
	n                                            int
}

// lowest is below every sum of scores of a sentence.
const lowest = -math.MaxFloat32

func (d *decoder) reset(n int) {
	d.n = n
	for _, t := range []*[]float32{&d.completeL, &d.completeLT, &d.completeR, &d.completeRT, &d.openLT, &d.openR} {
		if cap(*t) < n*n {
			*t = make([]float32, n*n)
		}
		*t = (*t)[:n*n]
		for i := range n {
			(*t)[i*n+i] = 0
		}
	}
	for _, t := range []*[]int16{&d.splitOpen, &d.splitL, &d.splitR} {
		if cap(*t) < n*n {
			*t = make([]int16, n*n)
		}
		*t = (*t)[:n*n]
	}
}

// bestSplit returns the index k and value of the largest a[k]+b[k].
func bestSplit(a, b []float32) (int, float32) {
	b = b[:len(a)]
	at, top := 0, float32(lowest)
	for k, x := range a {
		if s := x + b[k]; s > top {
			at, top = k, s
		}
	}
	return at, top
}

// decode returns the head of each of n words, -1 for the root. scores is
// [n][stride]: the score of word h as head of word d is scores[d·stride+h], that
// of the root scores[d·stride+n].
func (d *decoder) decode(scores []float32, n, stride int, heads []int) {
	d.reset(n)
	for width := 1; width < n; width++ {
		for i := 0; i+width < n; i++ {
			j := i + width
			k, s := bestSplit(d.completeR[i*n+i:i*n+j], d.completeLT[j*n+i+1:j*n+j+1])
			d.splitOpen[i*n+j] = int16(i + k)
			left, right := s+scores[i*stride+j], s+scores[j*stride+i]
			d.openLT[j*n+i], d.openR[i*n+j] = left, right
			k, s = bestSplit(d.completeL[i*n+i:i*n+j], d.openLT[j*n+i:j*n+j])
			d.splitL[i*n+j] = int16(i + k)
			d.completeL[i*n+j], d.completeLT[j*n+i] = s, s
			k, s = bestSplit(d.openR[i*n+i+1:i*n+j+1], d.completeRT[j*n+i+1:j*n+j+1])
			d.splitR[i*n+j] = int16(i + 1 + k)
			d.completeR[i*n+j], d.completeRT[j*n+i] = s, s
		}
	}
	root, top := 0, float32(lowest)
	for r := range n {
		if s := d.completeL[r] + d.completeR[r*n+n-1] + scores[r*stride+n]; s > top {
			root, top = r, s
		}
	}
	heads[root] = -1
	d.spans(root, heads)
}

// span is a complete or open piece of the chart whose arcs are to be read off.
type span struct {
	i, j           int
	left, complete bool
}

func (d *decoder) spans(root int, heads []int) {
	n := d.n
	stack := []span{{0, root, true, true}, {root, n - 1, false, true}}
	for len(stack) > 0 {
		s := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if s.i == s.j {
			continue
		}
		switch {
		case s.complete && s.left:
			k := int(d.splitL[s.i*n+s.j])
			stack = append(stack, span{s.i, k, true, true}, span{k, s.j, true, false})
		case s.complete:
			k := int(d.splitR[s.i*n+s.j])
			stack = append(stack, span{s.i, k, false, false}, span{k, s.j, false, true})
		default:
			if s.left {
				heads[s.i] = s.j
			} else {
				heads[s.j] = s.i
			}
			k := int(d.splitOpen[s.i*n+s.j])
			stack = append(stack, span{s.i, k, false, true}, span{k + 1, s.j, true, true})
		}
	}
}

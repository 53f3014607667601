// Package batch orders the tokens of several sentences as rows of a matrix, so
// that recurrent networks can run the sentences in lockstep. Training (nn) and
// inference (quant) share it.
package batch

// Layout is the order of the tokens of several sentences, longest first: the
// first tokens of all sentences, then the second tokens of those that have
// one, and so on. The rows of one step of a recurrence are then neighbours,
// and the sentences alive at a step are a prefix.
type Layout struct {
	Lens  []int // of the sentences, falling
	Start []int // row of the first sentence's token t; [len+1]
	Alive []int // number of sentences longer than t
	Rows  int
}

// New lays out sentences of the given lengths, which must not rise.
func New(lens []int) Layout {
	l := Layout{Lens: lens}
	if len(lens) == 0 {
		return l
	}
	alive := len(lens)
	for t := range lens[0] {
		for lens[alive-1] <= t {
			alive--
		}
		l.Start = append(l.Start, l.Rows)
		l.Alive = append(l.Alive, alive)
		l.Rows += alive
	}
	l.Start = append(l.Start, l.Rows)
	return l
}

// Row is the row of token t of sentence s.
func (l Layout) Row(s, t int) int { return l.Start[t] + s }

// Step is one step of a recurrence: rows [Row, Row+N), of which the first
// Carried continue the rows from Prev on and the others begin a sentence.
type Step struct{ Row, N, Prev, Carried int }

// Steps lists the steps in the order of the recurrence, from the last token
// to the first when reverse is set.
func (l Layout) Steps(reverse bool) []Step {
	out := make([]Step, 0, len(l.Alive))
	last := len(l.Alive) - 1
	for q := range l.Alive {
		t := q
		if reverse {
			t = last - q
		}
		s := Step{Row: l.Start[t], N: l.Alive[t]}
		switch {
		case reverse && t < last:
			s.Prev, s.Carried = l.Start[t+1], l.Alive[t+1]
		case !reverse && t > 0:
			s.Prev, s.Carried = l.Start[t-1], l.Alive[t]
		}
		out = append(out, s)
	}
	return out
}

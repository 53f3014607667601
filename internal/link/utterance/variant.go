package utterance

import (
	"slices"

	"github.com/readout-news/readout"
)

// compare says how y renders the utterance whose fullest statement is x.
func compare(x, y *saying) readout.Variant {
	v := readout.Variant{Statement: y.s.ID}
	if y.quoted == 0 || x.quoted == 0 {
		v.Kind = reworded
		if x.quoted == 0 && y.quoted == 0 {
			switch {
			case slices.EqualFunc(x.words, y.words, equalForm):
				v.Kind = same
			case within(x.words, y.words):
				v.Kind = trimmed
			}
		}
		return v
	}
	base := quotedOnly(x.words)
	runs := runsOf(y.words)
	if len(runs) == 1 && slices.EqualFunc(base, runs[0], equalForm) {
		v.Kind = same
		return v
	}
	all := slices.Concat(runs...)
	if slices.EqualFunc(base, all, equalForm) {
		v.Kind = same
		return v
	}
	v.Kind = trimmed
	for _, r := range runs {
		if !within(base, r) {
			v.Changes = append(v.Changes, diff(base, r)...)
		}
	}
	if len(v.Changes) > 0 {
		v.Kind = changed
		slices.SortFunc(v.Changes, func(a, b readout.WordChange) int { return a.Variant.Compare(b.Variant) })
	}
	return v
}

func equalForm(a, b word) bool { return a.form == b.form }

// quotedOnly are the words inside marks.
func quotedOnly(words []word) []word {
	if !slices.ContainsFunc(words, func(w word) bool { return !w.quoted }) {
		return words // as in what is joined over regions
	}
	return slices.DeleteFunc(slices.Clone(words), func(w word) bool { return !w.quoted })
}

// runsOf are the runs of words inside marks.
func runsOf(words []word) [][]word {
	var out [][]word
	for i, w := range words {
		if !w.quoted {
			continue
		}
		if w.opens || i == 0 || !words[i-1].quoted {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], w)
	}
	return out
}

// within reports whether part stands in whole as one run.
func within(whole, part []word) bool {
	for i := 0; i+len(part) <= len(whole); i++ {
		if slices.EqualFunc(whole[i:i+len(part)], part, equalForm) {
			return true
		}
	}
	return false
}

// minAligned is the share of a run that must stand in the fullest, in order,
// for the rest to be a change; below it the run is something else that was
// said.
const minAligned = 0.5

// maxGap is how many words of the fullest may be missing at one place of a run
// for it to be a change and not another sentence.
const maxGap = 8

// maxEdge is how many words at an end of a run, before or behind all that it
// shares with the fullest, count as a change.
const maxEdge = 3

// diff names the places where run has other words than base. What base has
// before and behind is not missing: the run is cut out of it.
func diff(base, run []word) []readout.WordChange {
	pairs := align(base, run)
	if _, _, n := longestRun(base, run); n < gram || float64(len(pairs)) < minAligned*float64(len(run)) {
		return nil
	}
	var out []readout.WordChange
	change := func(bi, bj, ri, rj int) {
		if bj-bi <= maxGap {
			out = append(out, readout.WordChange{Fullest: spanOf(base, bi, bj), Variant: spanOf(run, ri, rj)})
		}
	}
	// A few words before or behind are a change; more are what the fullest
	// leaves out.
	first := pairs[0]
	if n := first[1]; n > 0 && n <= maxEdge {
		i := first[0]
		for i > max(0, first[0]-n) && !base[i].starts && !base[i].opens {
			i--
		}
		change(i, first[0], 0, n)
	}
	for k := 1; k < len(pairs); k++ {
		a, b := pairs[k-1], pairs[k]
		if b[0]-a[0] > 1 || b[1]-a[1] > 1 {
			change(a[0]+1, b[0], a[1]+1, b[1])
		}
	}
	last := pairs[len(pairs)-1]
	if n := len(run) - 1 - last[1]; n > 0 && n <= maxEdge {
		j := last[0] + 1
		for j < min(len(base), last[0]+1+n) && !base[j].starts && !base[j].opens {
			j++
		}
		change(last[0]+1, j, last[1]+1, len(run))
	}
	return out
}

// spanOf is the text from word i up to j; empty behind the word before when
// there is none.
func spanOf(words []word, i, j int) readout.Span {
	if i < j {
		return readout.Span{Start: words[i].Start, End: words[j-1].End}
	}
	if i > 0 {
		return readout.Span{Start: words[i-1].End, End: words[i-1].End}
	}
	return readout.Span{Start: words[0].Start, End: words[0].Start}
}

// align pairs equal words of base and run in order: the longest common
// subsequence around the longest run that both share, and near it.
func align(base, run []word) [][2]int {
	bi, ri, n := longestRun(base, run)
	if n == 0 {
		return nil
	}
	reach := len(run) + maxGap
	lo, hi := max(0, bi-reach), min(len(base), bi+n+reach)
	out := common(base[lo:bi], run[:ri], lo, 0)
	for k := range n {
		out = append(out, [2]int{bi + k, ri + k})
	}
	return append(out, common(base[bi+n:hi], run[ri+n:], bi+n, ri+n)...)
}

// longestRun is where the longest run of equal words begins in either.
func longestRun(a, b []word) (ai, bi, n int) {
	prev, cur := make([]int, len(b)+1), make([]int, len(b)+1)
	for i := range a {
		for j := range b {
			cur[j+1] = 0
			if a[i].form == b[j].form {
				cur[j+1] = prev[j] + 1
				if cur[j+1] > n {
					n = cur[j+1]
					ai, bi = i+1-n, j+1-n
				}
			}
		}
		prev, cur = cur, prev
	}
	return ai, bi, n
}

// common is the longest common subsequence of a and b, numbered from i0 and j0.
func common(a, b []word, i0, j0 int) [][2]int {
	t := make([][]int, len(a)+1)
	for i := range t {
		t[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i].form == b[j].form {
				t[i][j] = t[i+1][j+1] + 1
			} else {
				t[i][j] = max(t[i+1][j], t[i][j+1])
			}
		}
	}
	var out [][2]int
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i].form == b[j].form:
			out = append(out, [2]int{i0 + i, j0 + j})
			i, j = i+1, j+1
		case t[i+1][j] >= t[i][j+1]:
			i++
		default:
			j++
		}
	}
	return out
}

package eval

import (
	"cmp"
	"fmt"
	"slices"
)

// partition gives each mention (by number) its cluster, absent where the side
// lacks the mention. Gold and system are compared over the mentions of both.
type partition []int

// absent is the cluster of a mention that one side does not have.
const absent = -1

// measure sums what a coreference measure counts: recall and precision as
// numerator over denominator.
type measure struct{ rn, rd, pn, pd float64 }

func (m measure) f1() (p, r, f float64) {
	if m.rd > 0 {
		r = m.rn / m.rd
	}
	if m.pd > 0 {
		p = m.pn / m.pd
	}
	if p+r > 0 {
		f = 2 * p * r / (p + r)
	}
	return p, r, f
}

// size is how many mentions p has.
func (p partition) size() (n int) {
	for _, c := range p {
		if c != absent {
			n++
		}
	}
	return n
}

// clusters lists the mentions of each cluster, by first mention.
func (p partition) clusters() [][]int {
	at := map[int]int{}
	var out [][]int
	for m, c := range p {
		if c == absent {
			continue
		}
		i, ok := at[c]
		if !ok {
			i = len(out)
			at[c] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], m)
	}
	return out
}

// muc is the link-based measure (Vilain et al. 1995).
func muc(gold, sys partition) measure {
	half := func(key, response partition) (n, d float64) {
		for _, c := range key.clusters() {
			parts := map[int]bool{}
			alone := 0
			for _, m := range c {
				if response[m] == absent {
					alone++
				} else {
					parts[response[m]] = true
				}
			}
			n += float64(len(c) - len(parts) - alone)
			d += float64(len(c) - 1)
		}
		return n, d
	}
	var m measure
	m.rn, m.rd = half(gold, sys)
	m.pn, m.pd = half(sys, gold)
	return m
}

// bcubed is B³ (Bagga and Baldwin 1998) over all mentions, those that stand
// alone among them.
func bcubed(gold, sys partition) measure {
	half := func(key, response partition) (n float64) {
		for _, c := range key.clusters() {
			in := map[int]int{}
			for _, m := range c {
				in[response[m]]++
			}
			for _, m := range c {
				if response[m] != absent {
					n += float64(in[response[m]]) / float64(len(c))
				}
			}
		}
		return n
	}
	return measure{half(gold, sys), float64(gold.size()), half(sys, gold), float64(sys.size())}
}

// ceafe is the entity-based CEAF (Luo 2005): the best pairing of gold and
// system clusters under φ4 = 2|K∩R| / (|K|+|R|).
func ceafe(gold, sys partition) measure {
	ks, rs := gold.clusters(), sys.clusters()
	rOf := map[int]int{}
	for i, r := range rs {
		for _, m := range r {
			rOf[m] = i
		}
	}
	// Only clusters that share mentions can be paired, so each connected part
	// is solved for itself.
	type edge struct {
		r   int
		phi float64
	}
	edges := make([][]edge, len(ks))
	back := make([][]int, len(rs))
	for k, c := range ks {
		in := map[int]int{}
		for _, m := range c {
			if sys[m] != absent {
				in[rOf[m]]++
			}
		}
		for r, n := range in {
			edges[k] = append(edges[k], edge{r, 2 * float64(n) / float64(len(c)+len(rs[r]))})
			back[r] = append(back[r], k)
		}
		slices.SortFunc(edges[k], func(a, b edge) int { return cmp.Compare(a.r, b.r) })
	}
	seenK := make([]bool, len(ks))
	total := 0.0
	for k := range ks {
		if seenK[k] {
			continue
		}
		var kk, rr []int
		col := map[int]int{}
		seenK[k] = true
		for todo := []int{k}; len(todo) > 0; {
			x := todo[0]
			todo = todo[1:]
			kk = append(kk, x)
			for _, e := range edges[x] {
				if _, ok := col[e.r]; ok {
					continue
				}
				col[e.r] = len(rr)
				rr = append(rr, e.r)
				for _, y := range back[e.r] {
					if !seenK[y] {
						seenK[y] = true
						todo = append(todo, y)
					}
				}
			}
		}
		n := max(len(kk), len(rr))
		cost := make([][]float64, n)
		for i := range cost {
			cost[i] = make([]float64, n)
			if i < len(kk) {
				for _, e := range edges[kk[i]] {
					cost[i][col[e.r]] = -e.phi
				}
			}
		}
		total -= assign(cost)
	}
	return measure{total, float64(len(ks)), total, float64(len(rs))}
}

// assign is the least cost of a perfect matching of rows to columns of a
// square matrix (Kuhn 1955, with potentials; O(n³)).
func assign(cost [][]float64) float64 {
	n := len(cost)
	const inf = 1e18
	u, v := make([]float64, n+1), make([]float64, n+1)
	row := make([]int, n+1) // row matched to column, 1-based, 0 none
	way := make([]int, n+1)
	for i := 1; i <= n; i++ {
		row[0] = i
		least := make([]float64, n+1)
		used := make([]bool, n+1)
		for j := range least {
			least[j] = inf
		}
		j0 := 0
		for row[j0] != 0 {
			used[j0] = true
			i0, delta, j1 := row[j0], inf, 0
			for j := 1; j <= n; j++ {
				if used[j] {
					continue
				}
				if c := cost[i0-1][j-1] - u[i0] - v[j]; c < least[j] {
					least[j], way[j] = c, j0
				}
				if least[j] < delta {
					delta, j1 = least[j], j
				}
			}
			for j := 0; j <= n; j++ {
				if used[j] {
					u[row[j]] += delta
					v[j] -= delta
				} else {
					least[j] -= delta
				}
			}
			j0 = j1
		}
		for j0 != 0 {
			j1 := way[j0]
			row[j0] = row[j1]
			j0 = j1
		}
	}
	sum := 0.0
	for j := 1; j <= n; j++ {
		sum += cost[row[j]-1][j-1]
	}
	return sum
}

// conll is the line of the three measures and their mean F1, in per cent.
func conll(gold, sys partition) string {
	_, _, m := muc(gold, sys).f1()
	bp, br, b := bcubed(gold, sys).f1()
	_, _, c := ceafe(gold, sys).f1()
	return fmt.Sprintf("MUC %5.1f  B3 %5.1f (P %5.1f R %5.1f)  CEAFe %5.1f  CoNLL %5.1f", 100*m, 100*b, 100*bp, 100*br, 100*c, 100*(m+b+c)/3)
}

package link

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// partition names the clusters by their members, sorted.
func partition(of []*knot[int]) string {
	seen := map[*cluster[int]]bool{}
	var out []string
	for _, k := range of {
		if k.in == nil || k.in.gone {
			return k.ID + " is in no cluster"
		}
		if !seen[k.in] {
			seen[k.in] = true
			var ids []string
			for _, m := range k.in.knots {
				ids = append(ids, m.ID)
			}
			out = append(out, strings.Join(ids, " "))
		}
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

// Clusters that things come to and go from are those of the things that are left,
// below the bounds and above them.
func TestClustersFollowFromTheSet(t *testing.T) {
	for turn := range 60 {
		rng := rand.New(rand.NewPCG(uint64(turn), 3))
		keys := []int{2, 6, 40, 400}[turn%4]
		days := []int{1, 10, 100, 800}[turn/4%4]
		knots := make([]*knot[int], 50+rng.IntN(600))
		for i := range knots {
			k := &knot[int]{ID: fmt.Sprintf("k%03d", i), Day: int32(rng.IntN(days)) - 5}
			for range rng.IntN(3) {
				if key := uint64(rng.IntN(keys)); !slices.Contains(k.Keys, key) {
					k.Keys = append(k.Keys, key)
				}
			}
			knots[i] = k
		}
		c := newClusters[int]()
		in := map[*knot[int]]bool{}
		stands := map[*cluster[int]]bool{}
		for range 4 {
			for range rng.IntN(len(knots)) {
				k := knots[rng.IntN(len(knots))]
				if in[k] {
					if i := rng.IntN(3); i == 0 {
						c.drop(k)
					} else {
						c.leave(k)
						if i == 1 { // comes back, as it was or with other keys
							again := &knot[int]{ID: k.ID, Day: k.Day, Keys: k.Keys}
							if rng.IntN(2) == 0 && len(k.Keys) > 0 {
								again.Keys = k.Keys[1:]
							}
							at := slices.Index(knots, k)
							delete(in, k)
							knots[at] = c.put(again)
							in[knots[at]] = true
							continue
						}
					}
					delete(in, k)
				} else {
					c.put(k)
					in[k] = true
				}
			}
			gone, made := c.settle()
			for _, x := range gone {
				delete(stands, x)
			}
			for _, x := range made {
				if len(x.knots) > clusterMost {
					t.Fatalf("a cluster of %d", len(x.knots))
				}
				stands[x] = true
			}
			fresh := newClusters[int]()
			var have, want []*knot[int]
			for _, k := range knots {
				if in[k] {
					if have = append(have, k); !stands[k.in] {
						t.Fatalf("turn %d: the cluster of %s was not told", turn, k.ID)
					}
					again := &knot[int]{ID: k.ID, Day: k.Day, Keys: k.Keys}
					want = append(want, again)
				}
			}
			for _, i := range rng.Perm(len(want)) {
				fresh.put(want[i])
			}
			fresh.settle()
			if got, want := partition(have), partition(want); got != want {
				t.Fatalf("turn %d: got\n%s\nwant\n%s", turn, got, want)
			}
		}
	}
}

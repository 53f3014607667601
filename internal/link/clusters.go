package link

import (
	"cmp"
	"slices"
	"strings"
)

// clusters groups things of all regions that may be one: those that share a key
// are neighbours, and what neighbours join is a cluster, which is looked at as a
// whole. What comes or goes changes the clusters around it alone, at a cost that
// is bounded by postings and clusterMost:
//
//   - of a key that more than postings share, only those of one quarter of a year
//     are neighbours, of more than so many in a quarter those of a week, of more
//     in a week those of a day, and of more in a day none;
//   - a cluster of more than clusterMost is divided: neighbours of one quarter
//     stay together, else of one week, else of one day.
//
// Both ask of the set alone, so clusters follow from it and not from the order in
// which things came.
type clusters[T any] struct {
	posts map[uint64][]*knot[T] // by key, sorted by day and id
	dirty []*knot[T]
	gone  []*cluster[T] // dissolved since the last settle
}

const (
	postings    = 48
	clusterMost = 200
)

// spans are the days in which neighbours must lie together, from step to step;
// each divides the one before. 0: any.
var spans = [...]int32{0, 91, 7, 1}

// knot is one thing in a cluster.
type knot[T any] struct {
	ID   string // no two have the same
	Day  int32  // since 1970
	Keys []uint64
	It   T

	in    *cluster[T]
	dirty bool
}

// cluster is what is looked at together.
type cluster[T any] struct {
	knots []*knot[T] // sorted by ID
	held  []stood    // what of it stands in the record, by id
	gone  bool
}

// stood is a fact of the record and a sum of what it says.
type stood struct {
	id  string
	sum uint64
}

func newClusters[T any]() *clusters[T] { return &clusters[T]{posts: map[uint64][]*knot[T]{}} }

func compareKnots[T any](a, b *knot[T]) int {
	return cmp.Or(cmp.Compare(a.Day, b.Day), strings.Compare(a.ID, b.ID))
}

// bucket is the span of step s in which a day lies.
func bucket(day int32, s int) int32 {
	n := spans[s]
	if n == 0 {
		return 0
	}
	b := day / n
	if day%n < 0 {
		b--
	}
	return b
}

// within are those of a posting list in the span of step s around day.
func within[T any](list []*knot[T], day int32, s int) []*knot[T] {
	if spans[s] == 0 {
		return list
	}
	b := bucket(day, s)
	from, _ := slices.BinarySearchFunc(list, b, func(k *knot[T], b int32) int { return cmp.Compare(bucket(k.Day, s), b) })
	to, _ := slices.BinarySearchFunc(list, b+1, func(k *knot[T], b int32) int { return cmp.Compare(bucket(k.Day, s), b) })
	return list[from:to]
}

// near are the neighbours of k by one key at step s or later, with k.
func (c *clusters[T]) near(key uint64, k *knot[T], s, most int) []*knot[T] {
	list := c.posts[key]
	for ; s < len(spans); s++ {
		if in := within(list, k.Day, s); len(in) <= most {
			return in
		}
	}
	return nil
}

func (c *clusters[T]) put(k *knot[T]) {
	for _, key := range k.Keys {
		list := c.posts[key]
		at, _ := slices.BinarySearchFunc(list, k, compareKnots)
		c.posts[key] = slices.Insert(list, at, k)
	}
	c.around(k)
}

func (c *clusters[T]) drop(k *knot[T]) {
	c.around(k)
	for _, key := range k.Keys {
		list := c.posts[key]
		at, _ := slices.BinarySearchFunc(list, k, compareKnots)
		if list = slices.Delete(list, at, at+1); len(list) == 0 {
			delete(c.posts, key)
		} else {
			c.posts[key] = list
		}
	}
	if k.in != nil {
		c.dissolve(k.in)
	}
	k.dirty = false // it is no longer among them
}

// around marks k and those whose neighbours k, which has its postings, changes:
// also those of a list that is just too long, which was not without k.
func (c *clusters[T]) around(k *knot[T]) {
	c.mark(k)
	for _, key := range k.Keys {
		for _, x := range c.near(key, k, 0, postings+1) {
			c.mark(x)
		}
	}
}

func (c *clusters[T]) mark(k *knot[T]) {
	if !k.dirty {
		k.dirty = true
		c.dirty = append(c.dirty, k)
	}
	if k.in != nil {
		c.dissolve(k.in)
	}
}

// dissolve takes a cluster apart: its knots are to be looked at again.
func (c *clusters[T]) dissolve(x *cluster[T]) {
	if x.gone {
		return
	}
	x.gone = true
	c.gone = append(c.gone, x)
	for _, k := range x.knots {
		k.in = nil
		c.mark(k)
	}
}

// settle makes the clusters of what changed. It returns those that are no more
// and those that are new.
func (c *clusters[T]) settle() (gone, made []*cluster[T]) {
	for len(c.dirty) > 0 {
		k := c.dirty[len(c.dirty)-1]
		c.dirty = c.dirty[:len(c.dirty)-1]
		if !k.dirty {
			continue
		}
		members := []*knot[T]{k}
		for s := range spans {
			if found := c.reach(k, s); found != nil {
				members = found
				break
			}
		}
		x := &cluster[T]{knots: members}
		for _, m := range members {
			if m.in != nil {
				c.dissolve(m.in)
			}
		}
		for _, m := range members {
			m.in, m.dirty = x, false
		}
		slices.SortFunc(x.knots, func(a, b *knot[T]) int { return strings.Compare(a.ID, b.ID) })
		made = append(made, x)
	}
	made = slices.DeleteFunc(made, func(x *cluster[T]) bool { return x.gone })
	gone, c.gone = c.gone, nil
	return gone, made
}

// doubt makes the next settle give all clusters, of which nobody knows whether
// what they hold is what stands.
func (c *clusters[T]) doubt() {
	for _, list := range c.posts {
		for _, k := range list {
			if k.in != nil {
				for i := range k.in.held {
					k.in.held[i].sum = 0
				}
				c.dissolve(k.in)
			}
		}
	}
}

// reach are all that neighbours join with k at step s; nil when they are too
// many.
func (c *clusters[T]) reach(k *knot[T], s int) []*knot[T] {
	seen := map[*knot[T]]bool{k: true}
	out := []*knot[T]{k}
	for i := 0; i < len(out); i++ {
		for _, key := range out[i].Keys {
			for _, x := range c.near(key, out[i], s, postings) {
				if seen[x] {
					continue
				}
				if len(out) == clusterMost {
					return nil
				}
				seen[x] = true
				out = append(out, x)
			}
		}
	}
	return out
}

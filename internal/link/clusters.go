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
	posts map[uint64]*posting[T] // by key
	dirty []*knot[T]
	gone  []*cluster[T]       // dissolved since the last settle
	left  map[string]*knot[T] // since the last settle, by id

	// Of reach:
	turn uint32              // counts the calls of settle
	walk uint32              // counts the walks
	been map[visit[T]]uint32 // by the last walk that looked there
	out  []*knot[T]          // of the walk
}

// posting are the things that have a key.
type posting[T any] struct {
	list []*knot[T] // sorted by day and id
	walk uint32     // that went over all of it last
}

// visit is a look, in one walk, for what has a key around a day.
type visit[T any] struct {
	at  *posting[T]
	day int32
}

const (
	postings    = 48
	clusterMost = 200
	visitsKept  = 1 << 14 // of earlier walks, which cost memory and no time
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
	posts []*posting[T]      // of Keys
	walk  uint32             // that reached it last
	far   [len(spans)]uint32 // by step: the turn in which too many were found around it
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

func newClusters[T any]() *clusters[T] {
	return &clusters[T]{posts: map[uint64]*posting[T]{}, been: map[visit[T]]uint32{}, left: map[string]*knot[T]{}}
}

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

// near are those that are neighbours by one key of what lies on a day, at step s
// or later.
func (p *posting[T]) near(day int32, s, most int) []*knot[T] {
	for ; s < len(spans); s++ {
		if in := within(p.list, day, s); len(in) <= most {
			return in
		}
	}
	return nil
}

// leave takes k out with the next settle, unless it is put again before.
func (c *clusters[T]) leave(k *knot[T]) { c.left[k.ID] = k }

// put takes k in. One that left and has the same day and keys comes back in its
// stead: what is linked again mostly tells what it told, and nothing around it
// changes. put returns the one that is there.
func (c *clusters[T]) put(k *knot[T]) *knot[T] {
	if old := c.left[k.ID]; old != nil {
		delete(c.left, k.ID)
		if old.Day == k.Day && slices.Equal(old.Keys, k.Keys) {
			old.It = k.It
			return old
		}
		c.drop(old)
	}
	for _, key := range k.Keys {
		p := c.posts[key]
		if p == nil {
			p = &posting[T]{}
			c.posts[key] = p
		}
		at, _ := slices.BinarySearchFunc(p.list, k, compareKnots)
		p.list = slices.Insert(p.list, at, k)
		k.posts = append(k.posts, p)
	}
	c.around(k)
	return k
}

func (c *clusters[T]) drop(k *knot[T]) {
	c.around(k)
	for i, p := range k.posts {
		at, _ := slices.BinarySearchFunc(p.list, k, compareKnots)
		if p.list = slices.Delete(p.list, at, at+1); len(p.list) == 0 {
			delete(c.posts, k.Keys[i])
		}
	}
	k.posts = nil
	if k.in != nil {
		c.dissolve(k.in)
	}
	k.dirty = false // it is no longer among them
}

// around marks k and those whose neighbours k, which has its postings, changes:
// also those of a list that is just too long, which was not without k.
func (c *clusters[T]) around(k *knot[T]) {
	c.mark(k)
	for _, p := range k.posts {
		for _, x := range p.near(k.Day, 0, postings+1) {
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
	for _, k := range c.left {
		c.drop(k)
	}
	clear(c.left)
	c.turn++
	for len(c.dirty) > 0 {
		k := c.dirty[len(c.dirty)-1]
		c.dirty = c.dirty[:len(c.dirty)-1]
		if !k.dirty {
			continue
		}
		members := []*knot[T]{k}
		for s := range spans {
			if found := c.reach(k, s); found != nil {
				members = slices.Clone(found)
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
// what they hold is what stands. ids are those under which a thing may stand.
func (c *clusters[T]) doubt(ids func(T) []string) {
	for _, p := range c.posts {
		for _, k := range p.list {
			if k.in == nil {
				continue
			}
			k.in.held = nil
			for _, m := range k.in.knots {
				for _, id := range ids(m.It) {
					k.in.held = append(k.in.held, stood{id: id})
				}
			}
			c.dissolve(k.in)
		}
	}
}

// reach are all that neighbours join with k at step s, until the next walk; nil
// when they are too many. What a key joins around a day is the same for all that
// lie there, so a walk looks at it once. Where one walk finds too many, all others
// of the turn do that come there.
func (c *clusters[T]) reach(k *knot[T], s int) []*knot[T] {
	if k.far[s] == c.turn {
		return nil
	}
	c.walk++
	if len(c.been) > visitsKept {
		clear(c.been)
	}
	k.walk = c.walk
	out := append(c.out[:0], k)
	defer func() { c.out = out }()
	for i := 0; i < len(out); i++ {
		day := out[i].Day
		for _, p := range out[i].posts {
			if len(p.list) == 1 {
				continue // out[i] itself
			}
			if s == 0 && len(p.list) <= postings {
				if p.walk == c.walk {
					continue
				}
				p.walk = c.walk
			} else {
				v := visit[T]{p, day}
				if c.been[v] == c.walk {
					continue
				}
				c.been[v] = c.walk
			}
			for _, x := range p.near(day, s, postings) {
				if x.walk == c.walk {
					continue
				}
				if len(out) == clusterMost || x.far[s] == c.turn {
					for _, y := range out {
						y.far[s] = c.turn
					}
					return nil
				}
				x.walk = c.walk
				out = append(out, x)
			}
		}
	}
	return out
}

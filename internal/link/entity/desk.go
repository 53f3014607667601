package entity

import (
	"cmp"
	"slices"
	"strings"

	"github.com/readout-news/readout/internal/nlp"
)

// decide puts what people decided (nlp.Desk) above what was clustered: chains of
// one group are one entity and entities that people call one are, chains of
// groups that people keep apart are not. An entity that is divided keeps what
// nobody spoke of with the part that keeps its id.
func (l *linker) decide(units []*unit) {
	w := l.wide
	if w == nil {
		return
	}
	groups := nlp.NewGroups(w)
	group := map[*unit]string{}
	for _, u := range units {
		x := l.docs[u.doc].Desk
		if x == nil {
			continue
		}
		for _, g := range x.Chains[u.chain] {
			if group[u] == "" {
				group[u] = g
			} else {
				groups.Join(group[u], g)
			}
		}
	}
	// What is one in one place is one everywhere, so all joins come first.
	for _, c := range l.clusters {
		in := groupsOf(c, group, groups)
		for i := 1; i < len(in); i++ {
			for k := 0; k < i && !groups.Join(in[k], in[i]); k++ {
			}
		}
	}
	var clusters []*cluster
	for _, c := range l.clusters {
		clusters = append(clusters, l.divide(c, group, groups)...)
	}
	// Who is mentioned says what an entity is.
	slices.SortStableFunc(clusters, func(a, b *cluster) int { return cmp.Compare(silent(a), silent(b)) })
	// One group is one entity, and so is one id.
	byGroup, byID := map[string]*cluster{}, map[string]*cluster{}
	l.clusters = nil
	for _, c := range clusters {
		id, root := "", ""
		if in := groupsOf(c, group, groups); len(in) > 0 {
			root = groups.Root(in[0])
			for _, g := range groups.All(root) {
				if x := w.ID[g]; x != "" && (id == "" || x < id) {
					id = x
				}
			}
		}
		if id == "" {
			natural := l.id(c)
			if id = w.Is[natural]; id == "" {
				id = natural
			}
		}
		into := byGroup[root]
		if root == "" || into == nil {
			if x := byID[id]; x != nil && !(root != "" && x.group != "" && groups.Apart(root, x.group)) {
				into = x
			} else if root == "" {
				into = nil
			}
		}
		if into == nil {
			c.id, c.group = id, root
			l.clusters = append(l.clusters, c)
			into = c
		} else {
			l.unite(into, c)
			if into.group == "" {
				into.group = root
			} else if root != "" {
				groups.Join(into.group, root)
			}
		}
		if root != "" {
			byGroup[root] = into
		}
		if byID[id] == nil {
			byID[id] = into
		}
	}
}

// silent is 1 for a cluster without a mention.
func silent(c *cluster) int {
	if slices.ContainsFunc(c.units, func(u *unit) bool { return len(u.c.Mentions) > 0 }) {
		return 0
	}
	return 1
}

// groupsOf are the groups of a cluster's units, each once, sorted.
func groupsOf(c *cluster, group map[*unit]string, groups *nlp.Groups) []string {
	var out []string
	for _, u := range c.units {
		if g := group[u]; g != "" {
			if g = groups.Root(g); !slices.Contains(out, g) {
				out = append(out, g)
			}
		}
	}
	slices.Sort(out)
	return out
}

// divide makes several clusters of one whose units people keep apart.
func (l *linker) divide(c *cluster, group map[*unit]string, groups *nlp.Groups) []*cluster {
	in := groupsOf(c, group, groups)
	if len(in) < 2 {
		return []*cluster{c}
	}
	count := map[string]int{}
	for _, u := range c.units {
		if g := group[u]; g != "" {
			count[groups.Root(g)]++
		}
	}
	natural := l.id(c)
	keeps := func(root string) int {
		for _, g := range groups.All(root) {
			if l.wide.ID[g] == natural {
				return 0
			}
		}
		return 1
	}
	main := slices.MinFunc(in, func(a, b string) int {
		return cmp.Or(cmp.Compare(keeps(a), keeps(b)), cmp.Compare(count[b], count[a]), strings.Compare(a, b))
	})
	parts := map[string]*cluster{}
	var out []*cluster
	for _, u := range c.units {
		root := main
		if g := group[u]; g != "" {
			root = groups.Root(g)
		}
		p := parts[root]
		if p == nil {
			p = &cluster{class: c.class}
			if root == main {
				p.key, p.unique = c.key, c.unique
			}
			parts[root] = p
			out = append(out, p)
		}
		l.put(u, p)
	}
	return out
}

// unite puts the units of c into the cluster into.
func (l *linker) unite(into, c *cluster) {
	if c.key != "" && (into.key == "" || ID(c.class, c.key) == into.id || ID(into.class, into.key) != into.id && c.key < into.key) {
		into.key, into.class = c.key, c.class
	}
	for _, u := range c.units {
		l.put(u, into)
	}
}

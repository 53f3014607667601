package link

import (
	"cmp"
	"maps"
	"slices"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/entity"
)

// share is what one region tells of an entity.
type share struct {
	ID                      string
	Type                    readout.EntityType
	Name, Wikidata, Country string
	Names, Members          []string
	Roles                   []readout.Role // without evidence
	Mentions                int
}

// registry is who is who over all regions. Entities of two regions with one id
// are one: ids are made of the key of a list or of the folded name.
type registry struct {
	known map[string]*person
	// before holds the entities that changed since the last call of changes, as
	// they were; nil for one that was not there.
	before map[string]*readout.Entity
}

// person is an entity, as counted over the regions.
type person struct {
	shares                  int
	types                   tally[readout.EntityType]
	name, wikidata, country tally[string]
	names, members          tally[string]
	roles                   tally[[3]string] // title, from, to
}

// tally counts values. Few entities have more than a handful of each.
type tally[K comparable] []count[K]

type count[K comparable] struct {
	value K
	n     int
}

func (t *tally[K]) add(v K, n int) {
	i := slices.IndexFunc(*t, func(c count[K]) bool { return c.value == v })
	if i < 0 {
		*t = append(*t, count[K]{v, n})
		return
	}
	if (*t)[i].n += n; (*t)[i].n == 0 {
		*t = slices.Delete(*t, i, i+1)
	}
}

// most is the value counted most, the smaller of equals; the zero value counts
// only where there is no other.
func most[K cmp.Ordered](t tally[K]) K {
	var zero, best K
	n := 0
	for _, c := range t {
		if c.value != zero && (c.n > n || c.n == n && c.value < best) {
			best, n = c.value, c.n
		}
	}
	return best
}

func newRegistry() *registry {
	return &registry{known: map[string]*person{}, before: map[string]*readout.Entity{}}
}

// put counts a share in (sign 1) or out (sign -1).
func (r *registry) put(s *share, sign int) {
	p := r.known[s.ID]
	if _, ok := r.before[s.ID]; !ok {
		r.before[s.ID] = p.entity(s.ID)
	}
	if p == nil {
		p = &person{}
		r.known[s.ID] = p
	}
	n := sign * (1 + s.Mentions)
	p.shares += sign
	p.types.add(s.Type, n)
	p.name.add(s.Name, n)
	p.wikidata.add(s.Wikidata, n)
	p.country.add(s.Country, n)
	for _, x := range s.Names {
		p.names.add(x, sign)
	}
	for _, x := range s.Members {
		p.members.add(x, sign)
	}
	for _, x := range s.Roles {
		p.roles.add([3]string{x.Title, x.From, x.To}, sign)
	}
	if p.shares == 0 {
		delete(r.known, s.ID)
	}
}

// entity is the entity of that id without mentions and evidence, nil when no
// region has it.
func (p *person) entity(id string) *readout.Entity {
	if p == nil || p.shares == 0 {
		return nil
	}
	e := &readout.Entity{ID: id, Type: most(p.types), Wikidata: most(p.wikidata), Country: most(p.country), Names: keys(p.names), Members: keys(p.members)}
	often := map[string]int{}
	for _, c := range p.name {
		often[c.value] = c.n
	}
	for _, c := range p.name {
		if e.Name == "" || c.value != "" && entity.Fuller(c.value, e.Name, often) {
			e.Name = c.value
		}
	}
	// One office has one term, that of the reports which tell it most.
	terms := map[string]tally[string]{}
	for _, c := range p.roles {
		t := terms[c.value[0]]
		t.add(c.value[1]+"\x00"+c.value[2], c.n)
		terms[c.value[0]] = t
	}
	for _, title := range slices.Sorted(maps.Keys(terms)) {
		from, to := cut(most(terms[title]))
		e.Roles = append(e.Roles, readout.Role{Title: title, From: from, To: to})
	}
	return e
}

func cut(s string) (from, to string) {
	for i := range s {
		if s[i] == 0 {
			return s[:i], s[i+1:]
		}
	}
	return s, ""
}

func keys(t tally[string]) []string {
	var out []string
	for _, c := range t {
		out = append(out, c.value)
	}
	slices.Sort(out)
	return out
}

// get is the entity of that id without mentions, nil when there is none.
func (r *registry) get(id string) *readout.Entity { return r.known[id].entity(id) }

// changes lists the entities whose own fields changed since it was last asked,
// sorted; those that are no more are among them.
func (r *registry) changes() []string {
	var out []string
	for id, was := range r.before {
		if !same(was, r.get(id)) {
			out = append(out, id)
		}
	}
	clear(r.before)
	slices.Sort(out)
	return out
}

func same(a, b *readout.Entity) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Type == b.Type && a.Name == b.Name && a.Wikidata == b.Wikidata && a.Country == b.Country &&
		slices.Equal(a.Names, b.Names) && slices.Equal(a.Members, b.Members) &&
		slices.EqualFunc(a.Roles, b.Roles, func(x, y readout.Role) bool { return x.Title == y.Title && x.From == y.From && x.To == y.To })
}

// shareOf is what a region tells of an entity.
func shareOf(e *readout.Entity) share {
	s := share{ID: e.ID, Type: e.Type, Name: e.Name, Wikidata: e.Wikidata, Country: e.Country, Names: e.Names, Members: e.Members, Mentions: len(e.Mentions)}
	for _, r := range e.Roles {
		s.Roles = append(s.Roles, readout.Role{Title: r.Title, From: r.From, To: r.To})
	}
	return s
}

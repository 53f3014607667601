package coref

import (
	"cmp"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/kb"
	"github.com/readout-news/readout/internal/nlp"
)

// groupReach is how many sentences "both countries" looks back for them.
const groupReach = 4

var numbers = map[string]int{"two": 2, "2": 2, "both": 2, "three": 3, "3": 3, "four": 4, "4": 4, "five": 5, "5": 5}

// group resolves "both countries", "the two leaders", "the American and
// Russian presidents", "the two sides" to a chain with members; nil when the
// report leaves open who they are.
func (r *resolver) group(m int, detail string) *entity {
	n := &r.nominals[m]
	i := r.doc.Mentions[m].Head
	c := person
	switch detail {
	case "state", "side":
		c = state
	}
	if detail == "pair" {
		c = person
	}
	if cs := r.countries(i); len(cs) > 1 {
		return r.sameGroup(r.byCountries(m, c, cs))
	}
	if e := r.sameGroupWords(m); e != nil {
		return e
	}
	if c == person && (n.title != nil || r.lex.in("role-noun", n.lemma)) && n.country == "" && n.of == nlp.None && n.owner == nlp.None {
		if want := numbers[n.number]; want > 0 {
			if e := r.holders(n, want); e != nil {
				return r.sameGroup(e)
			}
			if n.lemma == "leader" {
				if e := r.joined(i, want); e != nil && e.members[0].class == person {
					return r.sameGroup(e)
				}
			}
			if n.title != nil && isHead(n.title.Kind) {
				return nil
			}
		}
	}
	want := numbers[n.number]
	if detail == "pair" {
		want = 2
	}
	if n.of != nlp.None || n.owner != nlp.None || n.country != "" {
		return nil
	}
	if want == 0 {
		// "The leaders", "the sides": only a group that is there already. "The
		// men" are as often people without a name.
		if n.lemma == "man" || n.lemma == "woman" {
			return nil
		}
		return r.lastGroup(i, c, detail)
	}
	if detail == "pair" && n.lemma != "pair" && n.lemma != "duo" {
		// "Both" and "the two" alone take up the last names joined by "and".
		if e := r.joined(i, want); e != nil {
			return r.sameGroup(e)
		}
	}
	if c == state {
		if e := r.onlyStates(i, want); e != nil {
			return e
		}
	}
	members := r.recent(i, c, want, detail)
	if _, says := r.lex.detail("place-noun", n.lemma); members == nil && says && n.lemma != "capital" {
		// "Both countries" itself says that they are states.
		members = r.recent(i, place, want, detail)
	}
	if members == nil && c == state && want == 2 {
		members = r.byPeople(i)
	}
	if members == nil && c == state {
		members = r.allStates(i, want)
	}
	if members == nil && c == state && detail == "side" {
		members = r.recent(i, body, want, detail)
	}
	if members == nil {
		if e := r.lastGroup(i, c, detail); e != nil && len(e.members) == want {
			return e
		}
		return nil
	}
	return r.sameGroup(&entity{class: group, plural: true, typ: readout.Group, members: members, by: by("group")})
}

// isHead reports whether the kind is that of offices which lead a state.
func isHead(kind string) bool { return kind == "head-of-state" || kind == "head-of-government" }

// one is the description of a single member: "leader" for "leaders".
func (n *nominal) one(k *kb.KB) nominal {
	single := *n
	single.plural = false
	if !strings.Contains(n.phrase, " ") {
		single.phrase = n.lemma
		if t := k.TitleOf(n.lemma); t != nil {
			single.title = t
		}
	}
	return single
}

// sameGroupWords is the group that the same noun with the same number named
// before: "the two leaders" stay the same two through a report.
func (r *resolver) sameGroupWords(m int) *entity {
	n := &r.nominals[m]
	if n.number == "" || n.country != "" || n.of != nlp.None || n.owner != nlp.None || n.lemma == "both" || n.lemma == "two" {
		return nil
	}
	var found *entity
	for _, e := range r.ents {
		if len(e.members) == 0 {
			continue
		}
		for _, x := range e.mentions {
			f := &r.nominals[x]
			if x < m && f.lemma == n.lemma && numbers[f.number] == numbers[n.number] && f.country == "" && f.of == nlp.None {
				if found != nil && found != e {
					return nil
				}
				found = e
			}
		}
	}
	return found
}

// holders is the group of the want people of the report who hold the office of
// the description, "the two leaders", when there are exactly that many.
func (r *resolver) holders(n *nominal, want int) *entity {
	single := n.one(r.kb)
	var fit []*entity
	for _, e := range r.ents {
		if e.class == person && !e.plural && e.named && len(e.mentions) > 0 && r.holds(e, &single) {
			fit = append(fit, e)
		}
	}
	if len(fit) > want && n.lemma == "leader" {
		// Of several who lead something, those who lead states.
		fit = slices.DeleteFunc(fit, func(e *entity) bool { return !slices.Contains(r.kinds(e), "head-of-state") })
	}
	if len(fit) != want {
		return nil
	}
	return &entity{class: group, plural: true, typ: readout.Group, members: fit, by: by("group-holders")}
}

// countries are those that the adjectives before the head name, or the names
// after "of".
func (r *resolver) countries(i int) []string {
	var out []string
	add := func(c int) {
		if m := r.mentionOn(c); m != nlp.None {
			t := r.doc.Mentions[m].Type
			if co := r.countryOf(r.core(m), t); co != "" && !slices.Contains(out, co) && (t == nlp.Nationality || t == nlp.PlaceName || t == nlp.OrgName) {
				out = append(out, co)
			}
		} else if e := r.kb.Nationality(r.doc.Word(c)); e != nil && startsUpper(r.doc.Word(c)) && !slices.Contains(out, e.Country) {
			out = append(out, e.Country)
		}
	}
	var walk func(c, depth int)
	walk = func(c, depth int) {
		add(c)
		for _, x := range r.children[c] {
			if depth < 4 && nlp.HasRel(r.doc.Tokens[x].Deprel, "conj") {
				walk(x, depth+1)
			}
		}
	}
	for _, c := range r.children[i] {
		switch {
		case c < i && nlp.HasRel(r.doc.Tokens[c].Deprel, "amod", "compound", "nmod", "nmod:poss"):
			walk(c, 0)
		case c > i && nlp.HasRel(r.doc.Tokens[c].Deprel, "nmod"):
			if k := r.child(c, "case"); k != nlp.None && r.doc.Lower(k) == "of" {
				walk(c, 0)
			}
		}
	}
	if len(out) == 1 {
		// "The leaders of Sollund and Karvany": parsers may hang the second
		// name on the leaders.
		for _, c := range r.children[i] {
			if m := r.mentionOn(c); c > i && m != nlp.None && nlp.HasRel(r.doc.Tokens[c].Deprel, "conj") && r.doc.Mentions[m].Type == nlp.PlaceName && r.child(c, "case") == nlp.None {
				add(c)
			}
		}
	}
	return out
}

// byCountries makes the group of one member for each country; nil when one of
// them is not found.
func (r *resolver) byCountries(m int, c class, countries []string) *entity {
	n := &r.nominals[m]
	g := &entity{class: group, plural: true, typ: readout.Group, by: by("group-countries")}
	missing := 0
	for _, co := range countries {
		var fit []*entity
		if c == state {
			for _, e := range r.ents {
				if (e.class == state || e.class == place) && e.country == co && len(e.mentions) > 0 {
					fit = append(fit, e)
					break
				}
			}
		} else {
			single := n.one(r.kb)
			for _, e := range r.ents {
				if e.class == person && !e.plural && e.country == co && len(e.mentions) > 0 && r.holds(e, &single) {
					fit = append(fit, e)
				}
			}
			if len(fit) == 0 && r.date != "" && len(co) == 2 {
				for _, t := range r.headTitles(&single) {
					if h := r.kb.Holder(t, co, r.date); h != nil {
						if e := r.entryChain(h); len(e.mentions) > 0 {
							fit = append(fit, e)
						}
					}
				}
			}
		}
		if len(fit) == 0 && c == person {
			missing++
			continue
		}
		if len(fit) != 1 {
			return nil
		}
		g.members = append(g.members, fit[0])
	}
	if missing == 0 {
		return g
	}
	// "President Vesna Torokai" without a country, where one country is left.
	single := n.one(r.kb)
	var open []*entity
	for _, e := range r.ents {
		if e.class == person && !e.plural && e.named && e.country == "" && len(e.mentions) > 0 && r.holds(e, &single) {
			open = append(open, e)
		}
	}
	if missing > 1 || len(open) != 1 {
		return nil
	}
	g.members = append(g.members, open[0])
	return g
}

// recent finds the want entities of the class that the text before token i
// puts in the foreground: it widens the window sentence by sentence until
// there are enough, and gives up when there are too many of equal weight.
func (r *resolver) recent(i int, c class, want int, detail string) []*entity {
	var cs []candidate
	sent := r.doc.Tokens[i].Sent
	for back := 0; back <= groupReach; back++ {
		if sent-back < 0 || r.distance(sent-back, sent) > groupReach {
			break
		}
		cs = cs[:0]
		for _, e := range r.ents {
			if e.plural || len(e.mentions) == 0 || len(e.members) > 0 {
				continue
			}
			switch {
			case c == person && e.class == person:
				if detail != "pair" && !e.named && e.key == "" {
					continue
				}
				if detail == "person" && !r.suits(e, i) {
					continue
				}
			case c == state && r.polity(e) && !r.scene(e, i):
			case c == place && (r.polity(e) || r.unknownPlace(e)) && !r.scene(e, i):
			case c == body && e.class == body && slices.ContainsFunc(e.mentions, r.speaksOrDecides):
			default:
				continue
			}
			if w := r.salience(e, i, back); w > 0 {
				cs = append(cs, candidate{e, w})
			}
		}
		if len(cs) >= want {
			break
		}
	}
	if len(cs) < want {
		return nil
	}
	slices.SortStableFunc(cs, func(a, b candidate) int { return -cmp.Compare(a.w, b.w) })
	if c == person && len(cs) > want && detail == "person" {
		// "The two leaders" are the two who lead.
		heads := slices.DeleteFunc(slices.Clone(cs), func(x candidate) bool {
			return !slices.Contains(r.kinds(x.e), "head-of-state")
		})
		if len(heads) >= want {
			cs = heads
		}
	}
	if len(cs) > want && cs[want].w*clearIt > cs[want-1].w {
		return nil
	}
	var out []*entity
	for _, x := range cs[:want] {
		out = append(out, x.e)
	}
	return out
}

// scene reports whether e is only where the one stands who is the subject of
// the clause of token i, "an official in Orrin said that both sides …", or whose
// envoy speaks of both.
func (r *resolver) scene(e *entity, i int) bool {
	doc := r.doc
	for k, h := 0, doc.Tokens[i].Head; k < 6 && h >= 0; k, h = k+1, doc.Tokens[h].Head {
		subject := r.child(h, "nsubj")
		nouns := []int{h, subject}
		if subject != nlp.None {
			nouns = append(nouns, r.child(subject, "appos"))
		}
		for _, n := range nouns {
			if n == nlp.None || n > i {
				continue
			}
			for _, c := range r.children[n] {
				p := r.child(c, "case")
				if p == nlp.None || !nlp.HasRel(doc.Tokens[c].Deprel, "nmod", "obl") {
					continue
				}
				t := r.kb.TitleOf(doc.Word(n))
				if r.lex.in("place-prep", doc.Lower(p)) || doc.Lower(p) == "of" && t != nil && t.Kind == "envoy" {
					if m := r.mentionOn(c); m != nlp.None && r.of[m] == e {
						return true
					}
				}
			}
		}
	}
	return false
}

// suits reports whether e can be one of the people that the plural noun at i
// names: of its sex, when it tells one; one who leads something, when it
// is "leaders".
func (r *resolver) suits(e *entity, i int) bool {
	switch r.doc.Tokens[i].Lemma {
	case "leader":
		k := r.kinds(e)
		return slices.ContainsFunc(k, func(k string) bool {
			return k == "head-of-state" || k == "head" || k == "legislator" || k == "candidate"
		})
	case "man":
		return e.gender != "f"
	case "woman":
		return e.gender != "m"
	}
	return true
}

// joined is the group that the last coordination of want names before token i
// makes, in its sentence or the one before; nil when there is none.
func (r *resolver) joined(i, want int) *entity {
	var found *entity
	w := 0.0
	for _, c := range r.coordinations(i, 1) {
		if len(c.e.members) == want && c.w > w {
			found, w = c.e, c.w
		}
	}
	return found
}

// byPeople finds the two states that "both countries" means through the
// people and governments in the foreground, when the states themselves are not
// named there.
func (r *resolver) byPeople(i int) []*entity {
	weight := map[string]float64{}
	for _, e := range r.ents {
		if len(e.country) != 2 || len(e.mentions) == 0 || e.plural || e.typ == readout.Outlet || e.class == place {
			continue
		}
		if w := r.salience(e, i, groupReach); w > 0 {
			weight[e.country] += w
		}
	}
	cs := make([]string, 0, len(weight))
	for c := range weight {
		cs = append(cs, c)
	}
	slices.SortFunc(cs, func(a, b string) int { return cmp.Or(-cmp.Compare(weight[a], weight[b]), cmp.Compare(a, b)) })
	if len(cs) < 2 || len(cs) > 2 && weight[cs[2]]*clearIt > weight[cs[1]] {
		return nil
	}
	var out []*entity
	for _, c := range cs[:2] {
		st := r.kb.ByKey("state:" + c)
		if st == nil {
			return nil
		}
		out = append(out, r.stateChain(st))
	}
	// A state that the report names nowhere else has its evidence here.
	for _, e := range out {
		if len(e.mentions) == 0 {
			x := &r.doc.Mentions[r.at[i]]
			r.extra(x.Span, x.Head, e, "group-member")
		}
	}
	return out
}

// allStates are the states that the report has named before token i, when they
// are want; nil when they are more or fewer.
func (r *resolver) allStates(i, want int) []*entity {
	var out []*entity
	for _, e := range r.ents {
		if r.polity(e) && !e.plural && r.before(e, i) && !r.scene(e, i) {
			out = append(out, e)
		}
	}
	if len(out) != want {
		return nil
	}
	return out
}

// onlyStates is the one group of want states that the report has spoken of
// before token i: "both governments" and "the two sides" are the same two.
func (r *resolver) onlyStates(i, want int) *entity {
	var found *entity
	for _, e := range r.ents {
		if len(e.members) != want || len(e.mentions) == 0 || !r.before(e, i) || slices.ContainsFunc(e.members, func(x *entity) bool { return !r.polity(x) }) {
			continue
		}
		if found != nil {
			return nil
		}
		found = e
	}
	return found
}

// lastGroup is the group of the class that was mentioned last before token i,
// within reach.
func (r *resolver) lastGroup(i int, c class, detail string) *entity {
	var found *entity
	last := -1
	for _, e := range r.ents {
		if len(e.members) == 0 || len(e.mentions) == 0 || e.members[0].class != c && !(c == state && e.members[0].class == place) {
			continue
		}
		for _, x := range e.mentions {
			h := r.doc.Mentions[x].Head
			if h < i && h > last && r.distance(r.doc.Tokens[h].Sent, r.doc.Tokens[i].Sent) <= groupReach {
				found, last = e, h
			}
		}
	}
	return found
}

// sameGroup is the group of these members that is there already, or g, now
// registered. Nil stays nil.
func (r *resolver) sameGroup(g *entity) *entity {
	if g == nil {
		return nil
	}
	g.members = distinct(g.members)
	slices.SortFunc(g.members, func(a, b *entity) int { return cmp.Compare(a.id, b.id) })
	for _, e := range r.ents {
		if len(e.members) > 0 && slices.Equal(e.members, g.members) {
			return e
		}
	}
	g.id = len(r.ents)
	r.ents = append(r.ents, g)
	return g
}

func distinct(es []*entity) []*entity {
	var out []*entity
	for _, e := range es {
		if !slices.Contains(out, e) {
			out = append(out, e)
		}
	}
	return out
}

package event

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/readout-news/readout"
)

// leadDays is how long before publication the matter a report opens with may
// lie. Reports open with what happened today or yesterday.
const leadDays = 2

// planDays is how far apart two reports of one plan without a date may be
// published, and how long before an event its plan may be reported.
const planDays = 14

// across joins the clusters of different reports. Clusters are taken in a
// fixed order, dated ones first, each joined to the first set of its block
// that it fits; what one set holds is checked as a whole, so that no chain of
// joins brings two excluding dates together.
func (l *linker) across(clusters []*cluster) []*cluster {
	order := slices.Clone(clusters)
	slices.SortStableFunc(order, func(a, b *cluster) int {
		return cmp.Or(
			cmp.Compare(tier(a), tier(b)),
			cmp.Compare(a.when.lo, b.when.lo), cmp.Compare(a.when.hi, b.when.hi),
			cmp.Compare(a.mentions[0].d, b.mentions[0].d), cmp.Compare(a.mentions[0].i, b.mentions[0].i))
	})
	blocks := map[string][]*group{}
	var groups []*group
	for _, c := range order {
		keys := l.keys(c)
		var fits []*group
		seen := map[*group]bool{}
		for _, k := range keys {
			for _, g := range blocks[k] {
				if !seen[g] && !l.apart(g.group, c.group) && l.joins(g, c) {
					fits = append(fits, g)
				}
				seen[g] = true
			}
		}
		g := l.madeOne(groups, c)
		if g != nil {
			g.made = true
		} else {
			g = choose(fits, c)
		}
		if g == nil {
			g = &group{}
			groups = append(groups, g)
		}
		g.clusters = append(g.clusters, c)
		g.group = l.joinGroups(g.group, c.group)
		for _, k := range keys {
			if !slices.Contains(blocks[k], g) {
				blocks[k] = append(blocks[k], g)
			}
		}
	}
	groups = l.adopt(l.byNumber(groups))
	out := make([]*cluster, len(groups))
	for i, g := range groups {
		out[i] = l.merge(g)
	}
	return out
}

// adopt gives the contacts that a report speaks of as known without saying
// whose ("The third round of talks ended on Friday") to the one event of other
// reports that they can be: both its parties are named in the report, mode,
// number and status agree, and so do the days. A mention without a day must be
// what the report opens with, published while the event lasted or just after.
func (l *linker) adopt(groups []*group) []*group {
	named := make([]map[int]bool, len(l.docs))
	taken := map[*group]bool{}
	both := byRarestParty(groups)
	for _, g := range groups {
		c := g.clusters[0]
		if len(g.clusters) != 1 || !adoptable(c) {
			continue
		}
		d := c.mentions[0].d
		if named[d] == nil {
			named[d] = map[int]bool{}
			for ch := range l.docs[d].Chains {
				if e := l.entityOf(d, ch); e != None {
					named[d][e] = true
				}
			}
		}
		var fits []*group
		for e := range named[d] { // in any order: only one that fits alone is taken
			for _, x := range both[e] {
				if x != g && !slices.Contains(fits, x) && !l.apart(x.group, c.group) && l.canAdopt(x, c, named[d]) {
					fits = append(fits, x)
				}
			}
		}
		if len(fits) == 1 {
			fits[0].clusters = append(fits[0].clusters, c)
			fits[0].group = l.joinGroups(fits[0].group, c.group)
			taken[g] = true
		}
	}
	return slices.DeleteFunc(groups, func(g *group) bool { return taken[g] })
}

// byRarestParty finds the contacts that have two parties by the one of them
// that the fewest have: each of the groups under one party for each of its
// clusters. Who is not named in a report rules out most of them at once.
func byRarestParty(groups []*group) map[int][]*group {
	of := func(c *cluster) []part {
		if p := core(c.parts); c.mentions[0].family == "CONSULT" && len(p) >= 2 {
			return p
		}
		return nil
	}
	count := map[int]int{}
	for _, g := range groups {
		for _, c := range g.clusters {
			for _, p := range of(c) {
				count[p.entity]++
			}
		}
	}
	out := map[int][]*group{}
	for _, g := range groups {
		for _, c := range g.clusters {
			if ps := of(c); ps != nil {
				e := slices.MinFunc(ps, func(a, b part) int {
					return cmp.Or(cmp.Compare(count[a.entity], count[b.entity]), cmp.Compare(a.entity, b.entity))
				}).entity
				if n := len(out[e]); n == 0 || out[e][n-1] != g {
					out[e] = append(out[e], g)
				}
			}
		}
	}
	return out
}

// adoptable reports whether c speaks of a contact as known and names no party
// or one.
func adoptable(c *cluster) bool {
	return c.mentions[0].family == "CONSULT" && len(core(c.parts)) < 2 && !c.vague && !c.plural && (c.when.known() || c.lead) &&
		slices.ContainsFunc(c.mentions, func(m mention) bool { return m.ev.Nominal && m.ev.Definite && !m.ev.Negated })
}

// mostRange is how many days the date of an event may span that takes in a
// mention without parties.
const mostRange = 31

// canAdopt reports whether c can tell of the event of g; named are the entities
// of c's report.
func (l *linker) canAdopt(g *group, c *cluster, named map[int]bool) bool {
	when, parts := unknown, 0
	for _, x := range g.clusters {
		if x.mentions[0].d == c.mentions[0].d && (len(core(x.parts)) >= 2 || numbersExclude(x, c)) {
			return false // within a report the text has decided
		}
		if x.mentions[0].family != "CONSULT" || x.plural || !modesMeet(x.mode, c.mode, false) ||
			x.when.excludes(c.when) || !statusesMeet(x.strong, c.strong) || numbersExclude(x, c) {
			return false
		}
		if c.mode != "phone" && x.mode != "phone" && l.placesExclude(x.place, c.place) {
			return false
		}
		if p := core(x.parts); len(p) >= 2 && l.within1(c.parts, p) && !slices.ContainsFunc(p, func(p part) bool { return !named[p.entity] }) {
			parts = len(p)
		}
		when = when.meet(x.when)
	}
	if parts < 2 || !when.known() || when.hi-when.lo > mostRange {
		return false
	}
	if c.when.known() {
		return c.when.hi-c.when.lo <= mostRange
	}
	pub, ok := l.published(c)
	return ok && pub >= when.lo && pub <= when.hi+leadDays
}

// numbersExclude reports whether two clusters are numbered differently: "the
// third round" and "the fourth round".
func numbersExclude(a, b *cluster) bool {
	number := func(c *cluster) string {
		for _, m := range c.mentions {
			switch m.ev.Ordinal {
			case "first", "second", "third", "fourth", "fifth", "sixth", "seventh":
				return m.ev.Ordinal
			}
		}
		return ""
	}
	x, y := number(a), number(b)
	return x != "" && y != "" && x != y
}

// tier takes days before longer ranges before the undated.
func tier(c *cluster) int {
	switch {
	case c.when.known() && c.when.day():
		return 0
	case c.when.known():
		return 1
	}
	return 2
}

// group is a set of clusters of different reports.
type group struct {
	clusters []*cluster
	group    string // of its clusters, "" none; see desk.go
	made     bool   // people made it one
}

// choose returns the one group to join: of several, only one that has the
// same day, else none.
func choose(fits []*group, c *cluster) *group {
	if len(fits) == 1 {
		return fits[0]
	}
	if c.when.known() && c.when.day() {
		for _, g := range fits {
			for _, x := range g.clusters {
				if x.when.known() && x.when.day() && x.when.lo == c.when.lo {
					return g
				}
			}
		}
	}
	return nil
}

// keys are the blocks of a cluster: its family with each pair of parties, by
// entity and by state; a single party only with a day or a place.
func (l *linker) keys(c *cluster) []string {
	f := c.mentions[0].family
	parts := core(c.parts)
	var out []string
	add := func(a, b string) {
		if a > b {
			a, b = b, a
		}
		if k := f + " " + a + " " + b; !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	name := func(p part) (id, country string) {
		e := l.ents.Entities[p.entity]
		return cmp.Or(e.Wikidata, strings.ToLower(e.Name), e.ID), e.Country
	}
	if f != "CONSULT" {
		// Two parties may be told by one report and one by the other: the story
		// and the word hold these together.
		for _, m := range c.mentions {
			h := l.happening(Word{m.d, m.ev.Token})
			add(h.lemma, l.storyKey(m.d))
			for _, fam := range l.fams.of[h.lemma] {
				add("~"+l.fams.names[fam], l.storyKey(m.d))
			}
		}
	}
	const most = 8 // parties of one event that make blocks
	if len(parts) > most {
		parts = parts[:most]
	}
	for i, p := range parts {
		id, country := name(p)
		for _, q := range parts[i+1:] {
			id2, country2 := name(q)
			add(id, id2)
			if country != "" && country2 != "" {
				add("="+country, "="+country2)
			}
		}
		if f == "CONSULT" && c.place != None {
			add(id, "")
			if country != "" {
				add("="+country, "")
			}
		}
	}
	return out
}

// joins reports whether cluster c can be of group g.
func (l *linker) joins(g *group, c *cluster) bool {
	if g.made && len(g.clusters) > 1 {
		// What people made one need not fit together: c has to fit a part of it.
		return !slices.ContainsFunc(g.clusters, func(x *cluster) bool { return x.mentions[0].d == c.mentions[0].d }) &&
			slices.ContainsFunc(g.clusters, func(x *cluster) bool { return l.joins(&group{clusters: []*cluster{x}}, c) })
	}
	linked := false
	for _, x := range g.clusters {
		if x.mentions[0].d == c.mentions[0].d {
			return false // within a report the text has decided
		}
		if x.plural || c.plural || x.when.excludes(c.when) || !modesMeet(x.mode, c.mode, false) {
			return false
		}
		if c.mode != "phone" && x.mode != "phone" && l.placesExclude(x.place, c.place) {
			return false
		}
		if c.mentions[0].family != "CONSULT" && l.sameStory(x, c) {
			// Reports of one story that use one word of the same parties need no
			// day; one that tells more parties than the other is not held against it.
			if !l.happenTogether(x, c) {
				return false
			}
			linked = true
			continue
		}
		if !l.partiesMatch(x, c) {
			return false
		}
		linked = linked || l.timesJoin(x, c)
	}
	return linked
}

// partiesMatch reports whether the parties of two clusters are the same. One
// report may name a single side ("Orrish negotiators made demands at the
// talks in Dorne"): then place and date must both be told on both sides.
func (l *linker) partiesMatch(x, c *cluster) bool {
	if c.mentions[0].family != "CONSULT" {
		return l.sameParties(x.parts, c.parts) && sameMode(x.mode, c.mode) && x.when.known() && c.when.known()
	}
	if len(core(x.parts)) >= 2 && len(core(c.parts)) >= 2 {
		return l.sameParties(x.parts, c.parts)
	}
	return x.place != None && x.place == c.place && x.when.known() && c.when.known() &&
		(l.within1(x.parts, c.parts) || l.within1(c.parts, x.parts))
}

// storyKey names the story of report d in the keys of blocks.
func (l *linker) storyKey(d int) string { return "#" + strconv.Itoa(l.stories.OfReport[d]) }

// sameStory reports whether the reports of two clusters tell one story.
func (l *linker) sameStory(x, c *cluster) bool {
	return l.stories.Same(x.mentions[0].d, c.mentions[0].d)
}

// happenTogether reports whether two clusters of one story tell of one event:
// their words can, the parties of one are among those of the other, and what is
// planned in one is not past in the other.
func (l *linker) happenTogether(x, c *cluster) bool {
	if !l.within1(x.parts, c.parts) && !l.within1(c.parts, x.parts) || len(core(x.parts)) == 0 || len(core(c.parts)) == 0 {
		return false
	}
	// A navy arrests pirates more than once: who did it alone does not say which
	// time, without a day that both give.
	dated := x.when.known() && c.when.known()
	if agentOnly(x) && agentOnly(c) && !dated {
		return false
	}
	if !sameMode(x.mode, c.mode) || !statusesMeet(x.strong, c.strong) && !dated {
		return false
	}
	least := joinWords
	if spoken[c.mentions[0].family] && !(dated && x.when.day() && c.when.day()) {
		// Parties criticise, urge and confirm many things: who and whom must be
		// told by both, in one word.
		if len(core(x.parts)) < 2 || len(core(c.parts)) < 2 || !l.sameParties(x.parts, c.parts) ||
			!slices.ContainsFunc(c.mentions, func(m mention) bool { return l.sameContent(x, &m) }) {
			return false
		}
		least = sameStem
	}
	sum := 0.0
	for i := range x.mentions {
		a := l.happening(Word{x.mentions[i].d, x.mentions[i].ev.Token})
		for j := range c.mentions {
			b := l.happening(Word{c.mentions[j].d, c.mentions[j].ev.Token})
			sum += l.alike(&a, &b)
		}
	}
	return sum/float64(len(x.mentions)*len(c.mentions)) >= least
}

// agentOnly reports whether c tells who acted and not on whom.
func agentOnly(c *cluster) bool {
	return !slices.ContainsFunc(c.parts, func(p part) bool { return p.role != "agent" })
}

func sameMode(a, b string) bool { return a == b || a == "" || b == "" }

// timesJoin reports whether the times of two clusters say that they are one
// event. That they do not exclude each other is known already.
func (l *linker) timesJoin(x, c *cluster) bool {
	both := x.when.known() && c.when.known()
	if both {
		// Two ranges must be short: "in 2022" and "in February 2022" may be two.
		return x.when.day() || c.when.day() || x.when == c.when || max(x.when.hi-x.when.lo, c.when.hi-c.when.lo) <= 31
	}
	px, okx := l.published(x)
	pc, okc := l.published(c)
	ahead := func(c *cluster) bool {
		return (c.strong[readout.Planned] || c.strong[readout.Hypothetical]) && !c.strong[readout.Occurred] && !c.strong[readout.Reported]
	}
	if x.when.known() != c.when.known() {
		dated, open, pub, ok := x, c, pc, okc
		if c.when.known() {
			dated, open, pub, ok = c, x, px, okx
		}
		if !ok || !dated.when.day() {
			return false
		}
		switch {
		case ahead(open) && open.when == unknown:
			return dated.when.lo >= pub && dated.when.lo <= pub+planDays
		case open.lead && !ahead(open):
			return dated.when.lo >= pub-leadDays && dated.when.lo <= pub
		}
		return false
	}
	if !okx && !okc && ahead(x) && ahead(c) && x.mode == c.mode && x.mode != "" {
		return true // two undated reports of one plan
	}
	if !okx || !okc {
		return x.lead && c.lead && x.when.weekday != 0 && x.when.weekday == c.when.weekday
	}
	near := px - pc
	if near < 0 {
		near = -near
	}
	switch {
	case ahead(x) && ahead(c):
		return near <= planDays
	case x.lead && c.lead && !ahead(x) && !ahead(c):
		return near <= leadDays
	}
	return false
}

// published is the day the cluster's report was published.
func (l *linker) published(c *cluster) (int, bool) {
	t, ok := l.docs[c.mentions[0].d].Report.Published.Day()
	if !ok {
		return 0, false
	}
	return dayOf(t), true
}

// merge makes one cluster of a group.
func (l *linker) merge(g *group) *cluster {
	slices.SortFunc(g.clusters, func(a, b *cluster) int {
		return cmp.Or(cmp.Compare(a.mentions[0].d, b.mentions[0].d), cmp.Compare(a.mentions[0].i, b.mentions[0].i))
	})
	out := &cluster{place: None, when: unknown, strong: map[readout.EventStatus]bool{}}
	for _, c := range g.clusters {
		out.mentions = append(out.mentions, c.mentions...)
		for _, p := range c.parts {
			if i := slices.IndexFunc(out.parts, func(q part) bool { return l.entitiesMatch(p.entity, q.entity) > 0 }); i < 0 {
				out.parts = append(out.parts, p)
			} else if l.preferred(p.entity, out.parts[i].entity) {
				out.parts[i] = p
			}
		}
		if more(c.mode, out.mode) {
			out.mode = c.mode
		}
		switch {
		case c.fixed > out.fixed:
			out.when, out.fixed, out.first, out.last = c.when, c.fixed, 0, 0
		case out.fixed == 0:
			out.when = out.when.meet(c.when)
			out.first, out.last = cmp.Or(out.first, c.first), cmp.Or(out.last, c.last)
		}
		if out.place == None {
			out.place = c.place
		}
		for s := range c.strong {
			out.strong[s] = true
		}
		out.anchors = append(out.anchors, c.anchors...)
		out.sequence = append(out.sequence, c.sequence...)
		out.plural = out.plural || c.plural
		out.lead = out.lead || c.lead
		if out.inferred == nil {
			out.inferred = c.inferred
		}
		if c.latest != nil && (out.latest == nil || c.latest.day < out.latest.day) {
			out.latest = c.latest
		}
	}
	slices.SortFunc(out.parts, comparePart)
	return out
}

// preferred names a state before a delegation of it, and keeps persons.
func (l *linker) preferred(a, b int) bool {
	x, y := l.ents.Entities[a], l.ents.Entities[b]
	return x.Type == readout.Person && y.Type != readout.Person
}

package entity

import (
	"cmp"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/kb"
	"github.com/readout-news/readout/internal/nlp"
)

func foldWords(s string) []string { return strings.Fields(kb.Fold(s)) }

var linkBy = readout.By{Annotator: "link/entity", Version: "2", Rule: "entity/cluster"}

// links writes the clusters as entities.
func (l *linker) links() *Links {
	out := &Links{OfChain: make([][]int, len(l.docs)), OutletOf: make([]int, len(l.docs))}
	byID := map[string]*readout.Entity{}
	clusterOf := map[string]*cluster{}
	idOf := map[*cluster]string{}
	for _, c := range l.clusters {
		id := l.id(c)
		if old := clusterOf[id]; old != nil && old != c {
			// Two that had to stay apart under one name: the place tells.
			id = ID(c.class, l.place(c.units[0]))
		}
		clusterOf[id], idOf[c] = c, id
		byID[id] = l.entity(id, c)
	}
	// The reports' own outlets are entities, named in a text or not.
	outlets := make([]string, len(l.docs))
	for d, doc := range l.docs {
		e := OutletEntity(doc.Report, l.kb)
		if e == nil {
			continue
		}
		if l.wide != nil && l.wide.Is[e.ID] != "" {
			e.ID = l.wide.Is[e.ID]
		}
		if old := byID[e.ID]; old == nil {
			byID[e.ID] = e
		} else {
			old.Names = union(old.Names, e.Names)
		}
		outlets[d] = e.ID
	}
	for id, e := range byID {
		if l.wide != nil {
			e.Name = cmp.Or(l.wide.Name[id], e.Name)
			e.Type = cmp.Or(l.wide.Type[id], e.Type)
		}
		out.Entities = append(out.Entities, e)
	}
	slices.SortFunc(out.Entities, func(a, b *readout.Entity) int { return cmp.Compare(a.ID, b.ID) })
	at := map[string]int{}
	for i, e := range out.Entities {
		at[e.ID] = i
	}
	for d, doc := range l.docs {
		out.OfChain[d] = make([]int, len(doc.Chains))
		for c := range out.OfChain[d] {
			out.OfChain[d][c] = -1
		}
		out.OutletOf[d] = -1
		if i, ok := at[outlets[d]]; ok {
			out.OutletOf[d] = i
		}
	}
	for _, c := range l.clusters {
		for _, u := range c.units {
			out.OfChain[u.doc][u.chain] = at[idOf[c]]
		}
	}
	// Members are known by id only now.
	for _, c := range l.clusters {
		e := byID[idOf[c]]
		for _, u := range c.units {
			for _, m := range u.c.Members {
				if i := out.OfChain[u.doc][m]; i >= 0 && out.Entities[i] != e {
					e.Members = union(e.Members, []string{out.Entities[i].ID})
				}
			}
		}
		slices.Sort(e.Members)
	}
	for _, c := range l.clusters {
		if e := byID[idOf[c]]; len(e.Members) > 1 && len(e.Members) < 5 && len(e.Names) == 0 && (l.wide == nil || l.wide.Name[e.ID] == "") {
			// A group is called by its members: "both countries" says nothing
			// outside its report.
			var names []string
			for _, m := range e.Members {
				names = append(names, out.Entities[at[m]].Name)
			}
			slices.Sort(names)
			e.Name = strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
		}
	}
	return out
}

func union(a, b []string) []string {
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(a, s)
		}
	}
	slices.Sort(a)
	return a
}

// entity writes one cluster.
func (l *linker) entity(id string, c *cluster) *readout.Entity {
	e := &readout.Entity{ID: id}
	entry := l.kb.ByKey(c.key)
	types := map[readout.EntityType]int{}
	countries := map[string]int{}
	spellings := map[string]int{}
	for _, u := range c.units {
		doc := l.docs[u.doc]
		if c.class != "thing" || u.c.Type != readout.Person {
			types[u.c.Type] += 1 + u.names
		}
		if u.country != "" {
			countries[u.country]++
		}
		e.Names = append(e.Names, u.spellings...)
		for _, m := range u.c.Mentions {
			x := &doc.Mentions[m]
			by := x.By
			if by.Rule == "" {
				by = linkBy
			}
			e.Mentions = append(e.Mentions, readout.EntityMention{
				Evidence: readout.Evidence{Report: doc.Report.ID, Span: x.Span, By: by}, Form: x.Form,
			})
			if x.Form == readout.FormName && x.Type != nlp.Nationality {
				spellings[Spelling(doc.Text(x.Span))]++
			}
		}
	}
	slices.Sort(e.Names)
	e.Names = slices.Compact(e.Names)
	slices.SortFunc(e.Mentions, func(a, b readout.EntityMention) int {
		return cmp.Or(cmp.Compare(a.Report, b.Report), a.Span.Compare(b.Span), cmp.Compare(a.Form, b.Form))
	})
	if c.class == "person" {
		types = map[readout.EntityType]int{readout.Person: 1}
	}
	e.Type = most(types)
	e.Country = most(countries)
	if entry != nil {
		e.Wikidata = entry.Wikidata
		e.Country = cmp.Or(entry.Country, e.Country)
		e.Name = entry.Name()
		switch entry.Type {
		case kb.Person:
			e.Type = readout.Person
		case kb.Outlet:
			e.Type = readout.Outlet
		case kb.Organization:
			e.Type = readout.Organization
		case kb.State, kb.Place:
			e.Type = readout.Place
		}
	} else {
		e.Name = l.name(c, spellings)
	}
	e.Roles = l.roles(c, entry)
	return e
}

// most is the key of the largest count, the smaller key among equals; the zero
// value when there is none.
func most[K cmp.Ordered](m map[K]int) K {
	var best K
	n := 0
	for k, v := range m {
		if v > n || v == n && k < best {
			best, n = k, v
		}
	}
	return best
}

// Fuller reports whether name a stands for an entity rather than b: the one of
// more words, initials counting less; of equally full ones that in mixed case,
// then the more frequent by count, then the first in the alphabet.
func Fuller(a, b string, count map[string]int) bool {
	if x, y := len(kb.Words(a)), len(kb.Words(b)); x != y {
		return x > y
	}
	if x, y := initials(a), initials(b); x != y {
		return x < y
	}
	if x, y := a == strings.ToUpper(a), b == strings.ToUpper(b); x != y {
		return y
	}
	if x, y := count[a], count[b]; x != y {
		return x > y
	}
	return a < b
}

// name is the fullest spelling.
func (l *linker) name(c *cluster, spellings map[string]int) string {
	best := ""
	for s := range spellings {
		if best == "" || Fuller(s, best, spellings) {
			best = s
		}
	}
	if best != "" {
		return best
	}
	// No name in any report: the description of the first, by report.
	for _, u := range c.units {
		if u.c.Name != "" {
			return u.c.Name
		}
		doc := l.docs[u.doc]
		for _, m := range u.c.Mentions {
			if x := &doc.Mentions[m]; x.Form == readout.FormNominal {
				return description(doc.Text(x.Span))
			}
		}
		if len(u.c.Mentions) > 0 {
			return description(doc.Text(doc.Mentions[u.c.Mentions[0]].Span))
		}
	}
	return ""
}

// description is a phrase of a report as the name of one who has none: in one
// line, without the marks or the possessive ending that the sentence left on it.
func description(s string) string {
	return Spelling(strings.Trim(strings.Join(strings.Fields(s), " "), " ,;:.\"“”()[]–—"))
}

func initials(s string) int {
	n := 0
	for _, w := range kb.Words(s) {
		if len(w) == 1 {
			n++
		}
	}
	return n
}

// roles gathers the offices that reports give, with the words that give them.
// The dates are the lists', when the lists know the office.
func (l *linker) roles(c *cluster, entry *kb.Entry) []readout.Role {
	at := map[string]*readout.Role{}
	for _, u := range c.units {
		doc := l.docs[u.doc]
		for _, t := range u.titles {
			r := at[t]
			if r == nil {
				r = &readout.Role{Title: t}
				at[t] = r
			}
			r.Evidence = append(r.Evidence, l.titleEvidence(doc, u.c, t)...)
			if entry != nil && r.From == "" {
				day := ""
				if v := doc.Report.Published.Value; len(v) >= len("2006-01-02") {
					day = v[:len("2006-01-02")]
				}
				r.From, r.To = l.term(entry, t, day)
			}
		}
	}
	var out []readout.Role
	for _, r := range at {
		slices.SortFunc(r.Evidence, func(a, b readout.Evidence) int {
			return cmp.Or(cmp.Compare(a.Report, b.Report), a.Span.Compare(b.Span))
		})
		r.Evidence = slices.CompactFunc(r.Evidence, func(a, b readout.Evidence) bool { return a.Report == b.Report && a.Span == b.Span })
		out = append(out, *r)
	}
	slices.SortFunc(out, func(a, b readout.Role) int { return cmp.Compare(a.Title, b.Title) })
	return out
}

// term is the tenure of the office that covers the day, as the lists have it.
func (l *linker) term(entry *kb.Entry, title, day string) (from, to string) {
	base, of, _ := strings.Cut(title, " of ")
	for _, r := range entry.Roles {
		if r.Title != base && r.Title != title {
			continue
		}
		if of != "" {
			s := l.kb.ByKey("state:" + r.Of)
			if s == nil {
				s = l.kb.ByKey(r.Of)
			}
			if s != nil && strings.ToLower(s.Name()) != of {
				continue
			}
		}
		if day == "" || (r.From == "" || r.From <= day) && (r.To == "" || day <= r.To) {
			return r.From, r.To
		}
	}
	return "", ""
}

// titleEvidence is where a report gives the chain the office: titles beside
// the name and descriptions; failing both, the first mention.
func (l *linker) titleEvidence(doc *nlp.Doc, c *nlp.Chain, title string) []readout.Evidence {
	base, _, _ := strings.Cut(title, " of ")
	var out []readout.Evidence
	says := func(text string) bool {
		text = strings.ToLower(text)
		if strings.Contains(text, base) {
			return true
		}
		// Another form of the same office: "foreign affairs minister".
		for _, w := range strings.Split(text, " and ") {
			if t := l.kb.TitleOf(w); t != nil && t.Name == base {
				return true
			}
		}
		return false
	}
	for _, m := range c.Mentions {
		x := &doc.Mentions[m]
		switch {
		case !x.Title.Empty() && says(doc.Text(x.Title)):
			out = append(out, readout.Evidence{Report: doc.Report.ID, Span: x.Title, By: x.By})
		case x.Form == readout.FormNominal && says(doc.Text(x.Span)):
			out = append(out, readout.Evidence{Report: doc.Report.ID, Span: x.Span, By: x.By})
		}
	}
	if out == nil && len(c.Mentions) > 0 {
		x := &doc.Mentions[c.Mentions[0]]
		out = append(out, readout.Evidence{Report: doc.Report.ID, Span: x.Span, By: c.By})
	}
	return out
}

// OutletEntity is the entity of the outlet that published the report: the
// entry of its host, else of its name, else the name itself; nil when the
// report tells neither. It has no mentions.
func OutletEntity(report *readout.Report, k *kb.KB) *readout.Entity {
	if report == nil {
		return nil
	}
	entry := k.OutletByDomain(report.Domain)
	if entry == nil && report.Outlet != "" {
		if found := k.LookupType(report.Outlet, kb.Outlet); len(found) == 1 {
			entry = found[0]
		}
	}
	if entry != nil {
		e := &readout.Entity{ID: ID("thing", entry.Key), Type: readout.Outlet, Name: entry.Name(), Wikidata: entry.Wikidata, Country: entry.Country}
		if report.Outlet != "" {
			e.Names = []string{Spelling(report.Outlet)}
		}
		return e
	}
	name := Spelling(cmp.Or(report.Outlet, report.Domain))
	if name == "" {
		return nil
	}
	return &readout.Entity{ID: ID("thing", strings.Join(kb.Words(name), " ")), Type: readout.Outlet, Name: name, Names: []string{name}}
}

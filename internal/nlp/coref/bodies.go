package coref

import (
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/kb"
	"github.com/readout-news/readout/internal/nlp"
)

// clusterRest joins the names of bodies, places, works and events.
func (r *resolver) clusterRest(ms []int) {
	var ents []*entity
	byKey := map[string]*entity{}
	// Long names first introduce, short ones then refer; equal length in order
	// of text.
	order := slices.Clone(ms)
	slices.SortStableFunc(order, func(a, b int) int { return len(kb.Words(r.core(b))) - len(kb.Words(r.core(a))) })
	for _, m := range order {
		key, entry := r.lookup(m)
		phrase := kb.Phrase(r.core(m))
		var e *entity
		rule := "name-new"
		if c := r.longerName(ents, m, phrase); c != nil {
			r.put(m, c, "name-part")
			continue
		}
		if key != "" {
			if e = byKey[key]; e != nil {
				rule = "name-key"
			}
		}
		if e == nil && key == "" {
			for _, c := range ents {
				if why := r.sameName(c, m, phrase); why != "" {
					e, rule = c, why
					break
				}
			}
		}
		if e == nil {
			e = r.newEntity(r.classOf(m, entry), rule)
			e.named, e.name = true, r.core(m)
			e.entry, e.key = entry, key
			if entry != nil {
				e.country = entry.Country
				e.typ = typeOf(entry)
			} else {
				e.typ = nameType(r.doc.Mentions[m].Type)
				if e.class == place {
					e.country = strings.ToLower(e.name)
				}
			}
			ents = append(ents, e)
			if key != "" {
				byKey[key] = e
			}
		}
		r.put(m, e, rule)
	}
	// Chains are numbered by text order; ids follow the first mention.
	for _, e := range ents {
		r.majority(e)
	}
}

// longerName is the one outlet or body of the report whose longer name ends in
// this word: "the Times" where the report named the "Harbour Times".
func (r *resolver) longerName(ents []*entity, m int, phrase string) *entity {
	t := r.doc.Mentions[m].Type
	if t != nlp.OutletName && t != nlp.OrgName || strings.Contains(phrase, " ") || isAcronym(r.core(m)) {
		return nil
	}
	var found *entity
	for _, c := range ents {
		if c.class == body && strings.HasSuffix(kb.Phrase(c.name), " "+phrase) && r.shortForm(c, phrase) {
			if found != nil {
				return nil
			}
			found = c
		}
	}
	return found
}

// shortForm reports whether a part of the name of body c may stand for it. The
// lists know the short forms of their bodies, beside nouns that say what the
// body is ("the Department"): "House" is not the White House. Two bodies joined
// by "and" share no part, and a person's name before a body's is no part of it.
func (r *resolver) shortForm(c *entity, phrase string) bool {
	words := kb.Words(c.name)
	if slices.Contains(words, "and") {
		short := strings.Fields(phrase)
		at := slices.Index(words, "and")
		if slices.Equal(words[:at], short) || slices.Equal(words[at+1:], short) {
			return false
		}
	}
	if len(words) > 2 && len(words) > len(strings.Fields(phrase))+1 && strings.HasSuffix(strings.Join(words, " "), phrase) && r.namesPerson(words[0], words[1]) {
		return false
	}
	if c.entry == nil || c.typ == readout.Outlet || strings.Contains(phrase, " ") {
		return true
	}
	_, ok := r.lex.detail("body-noun", phrase)
	return ok || slices.ContainsFunc(c.entry.Names, func(n string) bool { return kb.Phrase(n) == phrase })
}

// namesPerson reports whether given name and surname are those of a person of
// the report or the lists.
func (r *resolver) namesPerson(given, surname string) bool {
	if len(r.kb.People(given+" "+surname)) > 0 {
		return true
	}
	return slices.ContainsFunc(r.ents, func(e *entity) bool {
		return e.class == person && len(e.words) > 1 && kb.Phrase(e.words[0]) == given && kb.Phrase(e.words[len(e.words)-1]) == surname
	})
}

// majority gives a chain that no list decided the type of most of its names.
func (r *resolver) majority(e *entity) {
	if e.entry != nil || len(e.mentions) == 0 {
		return
	}
	count := map[nlp.MentionType]int{}
	best := r.doc.Mentions[e.mentions[0]].Type
	for _, m := range e.mentions {
		t := r.doc.Mentions[m].Type
		if count[t]++; count[t] > count[best] {
			best = t
		}
	}
	e.typ, e.class = nameType(best), classOfType(best)
}

func nameType(t nlp.MentionType) readout.EntityType {
	switch t {
	case nlp.PersonName:
		return readout.Person
	case nlp.PlaceName:
		return readout.Place
	case nlp.OutletName:
		return readout.Outlet
	case nlp.WorkName, nlp.EventName:
		return readout.Work
	case nlp.Nationality, nlp.GroupNoun:
		return readout.Group
	}
	return readout.Organization
}

func classOfType(t nlp.MentionType) class {
	switch t {
	case nlp.PersonName:
		return person
	case nlp.PlaceName:
		return place
	case nlp.OrgName, nlp.OutletName:
		return body
	case nlp.Nationality, nlp.GroupNoun:
		return group
	}
	return other
}

func typeOf(e *kb.Entry) readout.EntityType {
	switch e.Type {
	case kb.Person:
		return readout.Person
	case kb.Outlet:
		return readout.Outlet
	case kb.Organization:
		return readout.Organization
	}
	return readout.Place
}

func (r *resolver) classOf(m int, e *kb.Entry) class {
	if e != nil {
		switch e.Type {
		case kb.State:
			return state
		case kb.Place:
			return place
		case kb.Person:
			return person
		}
		return body
	}
	return classOfType(r.doc.Mentions[m].Type)
}

// lookup finds the entry that the name of a body or place denotes, where the
// lists leave one that suits the mention's type.
func (r *resolver) lookup(m int) (string, *kb.Entry) {
	x := &r.doc.Mentions[m]
	name := r.core(m)
	if e, div := r.stateOrDivision(name); e != nil && x.Type != nlp.WorkName && x.Type != nlp.EventName {
		if div != nil && r.states[e.Country] == 0 && (r.states[div.Country] > 0 || r.home == div.Country) {
			e = div
		}
		return e.Key, e
	}
	if e := r.kb.SeatOf(name); e != nil && x.Type != nlp.WorkName && x.Type != nlp.EventName {
		return e.Key, e
	}
	var types []kb.Type
	switch x.Type {
	case nlp.PlaceName:
		types = []kb.Type{kb.Place}
	case nlp.OrgName, nlp.OutletName, nlp.Misc, nlp.PersonName, nlp.Nationality:
		types = []kb.Type{kb.Organization, kb.Outlet}
	default:
		return "", nil
	}
	found := r.kb.LookupType(name, types...)
	if len(found) == 0 && x.Type == nlp.OrgName {
		found = r.fullForm(name)
	}
	if len(found) == 0 && x.Type == nlp.PlaceName {
		// Taggers mix up bodies and places; acronyms are bodies.
		for _, e := range r.kb.LookupType(name, kb.Organization, kb.Outlet) {
			if e.Kind == "international body" || e.Kind == "parliament" || e.Type == kb.Outlet && strings.Contains(name, " ") {
				found = append(found, e)
			}
		}
	}
	if len(found) > 1 && x.Type == nlp.OutletName {
		found = keep(found, func(e *kb.Entry) bool { return e.Type == kb.Outlet })
	}
	if len(found) > 1 && x.Type == nlp.PlaceName {
		// A capital or large city before a division of the same name; the
		// state that the report speaks of before others.
		if c := keep(found, func(e *kb.Entry) bool { return e.Kind == "city" }); len(c) > 0 {
			found = c
		}
		if c := keep(found, func(e *kb.Entry) bool { return r.states[e.Country] > 0 }); len(c) > 0 {
			found = c
		}
		if c := keep(found, func(e *kb.Entry) bool { return e.Wikidata != "" }); len(c) > 0 && len(found) > 1 {
			found = c
		}
	}
	if len(found) > 1 && x.Type != nlp.PlaceName {
		if c := keep(found, func(e *kb.Entry) bool { return e.Country != "" && r.states[e.Country] > 0 }); len(c) == 1 {
			found = c
		}
	}
	if len(found) != 1 || r.foreign(found[0], name) {
		return "", nil
	}
	return found[0].Key, found[0]
}

// fullForm looks a body up by its name without the state before it ("US Justice
// Department"), which must be the body's own, and with its abbreviations
// written out.
func (r *resolver) fullForm(name string) []*kb.Entry {
	words := strings.Fields(name)
	for i, w := range words {
		if strings.TrimSuffix(w, ".") == "Dept" {
			words[i] = "Department"
		}
	}
	if found := r.kb.LookupType(strings.Join(words, " "), kb.Organization); len(found) > 0 || len(words) < 3 {
		return found
	}
	st := r.kb.State(words[0])
	if st == nil {
		st = r.kb.Nationality(words[0])
	}
	if st == nil {
		return nil
	}
	return keep(r.kb.LookupType(strings.Join(words[1:], " "), kb.Organization), func(e *kb.Entry) bool { return e.Country == st.Country })
}

// foreign reports whether a short name is that of a body in a country that the
// report does not speak of: acronyms of parties recur all over the world.
func (r *resolver) foreign(e *kb.Entry, name string) bool {
	if e.Type != kb.Organization || e.Country == "" || strings.Contains(name, " ") && !strings.Contains(strings.ToLower(name), "party") {
		return false
	}
	switch e.Kind {
	case "party", "parliament", "armed group":
		return r.states[e.Country] == 0 && r.home != e.Country
	}
	return false
}

func keep(s []*kb.Entry, f func(*kb.Entry) bool) []*kb.Entry {
	var out []*kb.Entry
	for _, e := range s {
		if f(e) {
			out = append(out, e)
		}
	}
	return out
}

// sameName reports why mention m is a further name of chain c, "" when it is
// not. Chains come with longer names first.
func (r *resolver) sameName(c *entity, m int, phrase string) string {
	t := r.doc.Mentions[m].Type
	if len(c.mentions) == 0 {
		return ""
	}
	other := kb.Phrase(c.name)
	if phrase == other {
		// One spelling is one thing, whatever type each mention got, except
		// that a work does not become a place.
		if (t == nlp.WorkName) != (c.typ == readout.Work) {
			return ""
		}
		return "name-equal"
	}
	if r.fold(phrase) == r.fold(other) && len(phrase) > 4 && classOfType(t) == c.class {
		return "name-spelling"
	}
	name := r.core(m)
	if c.class == place && t == nlp.PlaceName && isAcronym(name) && acronymOf(name, c.name) {
		return "name-acronym"
	}
	if c.class != body || t != nlp.OrgName && t != nlp.OutletName && t != nlp.Misc {
		return ""
	}
	if isAcronym(name) && acronymOf(name, c.name) {
		return "name-acronym"
	}
	if c.entry != nil && slices.ContainsFunc(c.entry.Names, func(n string) bool { return kb.Phrase(n) == phrase }) {
		return "name-list"
	}
	// "the Orrin Institute for Peace", later "the Orrin Institute" or "the
	// Institute": a part at either end, when no other chain has it.
	long, short := strings.Fields(other), strings.Fields(phrase)
	if len(short) < len(long) && (slices.Equal(long[:len(short)], short) || slices.Equal(long[len(long)-len(short):], short)) {
		if r.kb.Nationality(name) != nil || r.kb.State(name) != nil || r.kb.CapitalOf(name) != nil || len(r.kb.Lookup(name)) > 0 && len(short) == 1 && !slices.Equal(long[len(long)-1:], short) {
			return ""
		}
		if !r.shortForm(c, phrase) {
			return ""
		}
		for _, e := range r.ents {
			if e == c || e.class != body || len(e.mentions) == 0 {
				continue
			}
			l := strings.Fields(kb.Phrase(e.name))
			if len(short) < len(l) && (slices.Equal(l[:len(short)], short) || slices.Equal(l[len(l)-len(short):], short)) {
				return ""
			}
		}
		return "name-part"
	}
	return ""
}

func isAcronym(s string) bool {
	n := 0
	for _, c := range s {
		if c == '.' {
			continue
		}
		if c < 'A' || c > 'Z' {
			return false
		}
		n++
	}
	return n >= 2 && n <= 7
}

// acronymOf reports whether a is made of the first letters of name's words,
// small words left out or not.
func acronymOf(a, name string) bool {
	a = strings.ToUpper(strings.ReplaceAll(a, ".", ""))
	var all, large strings.Builder
	for _, w := range strings.FieldsFunc(name, func(c rune) bool { return c == ' ' || c == '-' || c == '/' }) {
		c := []rune(w)[0]
		if c >= 0x80 {
			return false
		}
		all.WriteString(strings.ToUpper(string(c)))
		if c >= 'A' && c <= 'Z' {
			large.WriteRune(c)
		}
	}
	return len(a) >= 2 && (all.String() == a || large.String() == a)
}

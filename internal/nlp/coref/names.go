package coref

import (
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/kb"
	"github.com/readout-news/readout/internal/nlp"
)

// clusterNames makes the chains of names.
func (r *resolver) clusterNames() {
	r.countStates()
	var people, rest []int
	for m := range r.doc.Mentions {
		x := &r.doc.Mentions[m]
		if x.Form != readout.FormName {
			continue
		}
		switch {
		case x.Type == nlp.PersonName && !r.placeByList(m), r.personByName(m):
			people = append(people, m)
		case x.Type == nlp.Nationality && !r.bodyByList(m):
			// later, when the states have their chains
		default:
			rest = append(rest, m)
		}
	}
	r.clusterPeople(people)
	r.clusterRest(rest)
}

// core is the name's text without a possessive ending.
func (r *resolver) core(m int) string {
	s := strings.TrimSpace(r.doc.Text(r.doc.Mentions[m].Span))
	for _, end := range []string{"'s", "’s", "'", "’"} {
		s = strings.TrimSuffix(s, end)
	}
	return s
}

// placeByList reports whether a "person" of one word is a state or capital by
// the lists and shares its name with no person of the report: taggers take
// unknown capitals for people.
func (r *resolver) placeByList(m int) bool {
	name := r.core(m)
	if strings.Contains(name, " ") || !r.doc.Mentions[m].Title.Empty() {
		return false
	}
	if r.kb.State(name) == nil && r.kb.SeatOf(name) == nil {
		return false
	}
	for x := range r.doc.Mentions {
		y := &r.doc.Mentions[x]
		if y.Form == readout.FormName && y.Type == nlp.PersonName {
			w := kb.Words(r.core(x))
			if len(w) > 1 && (w[len(w)-1] == kb.Phrase(name) || w[0] == kb.Phrase(name)) {
				return false
			}
		}
	}
	return true
}

// personByName reports whether a body or outlet of one word, without an
// article, bears the surname of a person whom the report has named in full
// before: then it is that person ("Bloomberg").
func (r *resolver) personByName(m int) bool {
	x := &r.doc.Mentions[m]
	name := r.core(m)
	if x.Type != nlp.OrgName && x.Type != nlp.OutletName && x.Type != nlp.Misc || strings.Contains(name, " ") || isAcronym(name) {
		return false
	}
	if d := r.child(x.Head, "det"); d != nlp.None {
		return false
	}
	for p := range r.doc.Mentions[:m] {
		y := &r.doc.Mentions[p]
		if y.Form != readout.FormName || y.Type != nlp.PersonName {
			continue
		}
		if w := kb.Words(r.core(p)); len(w) > 1 && w[len(w)-1] == kb.Phrase(name) {
			return true
		}
	}
	return false
}

// bodyByList reports whether a "nationality" that the lists do not know is the
// name of a body or outlet there.
func (r *resolver) bodyByList(m int) bool {
	name := r.core(m)
	return r.kb.Nationality(name) == nil && len(r.kb.LookupType(name, kb.Organization, kb.Outlet)) == 1
}

// countStates notes the countries that the report speaks of.
func (r *resolver) countStates() {
	for m := range r.doc.Mentions {
		x := &r.doc.Mentions[m]
		if x.Form == readout.FormName && (x.Type == nlp.PlaceName || x.Type == nlp.Nationality || x.Type == nlp.OrgName) {
			if st, div := r.stateOrDivision(r.core(m)); st != nil && div != nil {
				continue // "Georgia" speaks for neither
			}
			if c := r.countryOf(r.core(m), x.Type); c != "" {
				r.states[c]++
			}
		}
	}
}

// stateOrDivision returns the state and the division of another state that
// bear the same name.
func (r *resolver) stateOrDivision(name string) (st, div *kb.Entry) {
	if st = r.kb.State(name); st == nil {
		return nil, nil
	}
	for _, e := range r.kb.LookupType(name, kb.Place) {
		if e.Wikidata != "" && e.Country != st.Country {
			return st, e
		}
	}
	return st, nil
}

// personName is a name split into parts.
type personName struct {
	words  []string // as written
	sex    string   // by title: "Mrs"
	roles  []role
	marked bool   // by a title that only people have
	suffix string // "Jr.", "III": tells father from son; "" none
}

func (r *resolver) personName(m int) personName {
	p := personName{words: strings.Fields(r.core(m))}
	x := r.doc.Mentions[m]
	title := x.Title
	if !title.Empty() {
		p.readTitle(r, r.doc.Text(title), r.titleCountry(m))
	}
	p.stripTitle(r)
	// "Trump Jr.", "Anthony Orlin III", but "Charles III".
	if k := len(p.words); k > 1 {
		switch last := strings.Trim(p.words[k-1], ".,"); {
		case last == "Jr" || last == "Sr", k > 2 && (last == "II" || last == "III" || last == "IV"):
			p.suffix = last
			p.words = p.words[:k-1]
			p.words[k-2] = strings.TrimSuffix(p.words[k-2], ",")
		}
	}
	return p
}

// stripTitle takes a title that the mention itself opens with off the name:
// "Prime Minister Tomas Ered", "Mrs. Ered". A word that is a given name too
// ("Dean Orlin") stays.
func (p *personName) stripTitle(r *resolver) {
	for len(p.words) > 1 {
		cut := 0
		var t *kb.Title
		for k := min(len(p.words)-1, 6); k > 0; k-- {
			if t = r.kb.TitleOf(strings.Join(p.words[:k], " ")); t != nil {
				cut = k
				break
			}
		}
		country := ""
		if t == nil {
			// "U.S. President Tomas Ered".
			if country = r.countryOf(p.words[0], nlp.Misc); country == "" || len(p.words) < 3 || r.kb.TitleOf(p.words[1]) == nil {
				return
			}
			t, cut = r.kb.TitleOf(p.words[1]), 2
		}
		if cut == 1 && len(p.words) == 2 && r.kb.GivenName(p.words[0]) || t.Kind == "person" {
			return
		}
		if t.Sex != "" {
			p.sex = t.Sex
		}
		if isOffice(t) {
			p.roles = append(p.roles, r.role(t, country))
		}
		p.marked = true
		p.words = p.words[cut:]
	}
}

// readTitle adds the offices of "Sollund's Deputy Prime Minister and Foreign
// Minister".
func (p *personName) readTitle(r *resolver, text, country string) {
	for _, part := range strings.Split(text, " and ") {
		words := strings.Fields(part)
		c := country
		for len(words) > 0 {
			if t := r.kb.TitleOf(strings.Join(words, " ")); t != nil {
				if t.Sex != "" && p.sex == "" {
					p.sex = t.Sex
				}
				p.marked = true
				if isOffice(t) {
					p.roles = append(p.roles, r.role(t, c))
				}
				break
			}
			if got := r.countryOf(words[0], nlp.Misc); got != "" {
				c = got
			}
			words = words[1:]
		}
	}
}

// isOffice reports whether the title is an office or function, not a form of
// address or a word for a relation.
func isOffice(t *kb.Title) bool { return t.Kind != "honorific" && t.Kind != "person" }

func (r *resolver) role(t *kb.Title, country string) role {
	return role{title: t.Name, kind: t.Kind, country: country, of: r.countryName(country)}
}

// countryName is the state's name in small letters.
func (r *resolver) countryName(country string) string {
	if e := r.kb.ByKey("state:" + country); e != nil {
		return strings.ToLower(e.Name())
	}
	return country
}

// titleCountry is the country before the title of mention m: "Russian
// President …", "U.S. Secretary of State …", "Sollund's foreign minister …".
func (r *resolver) titleCountry(m int) string {
	x := r.doc.Mentions[m]
	first, _ := r.doc.TokensIn(x.Title)
	s := r.doc.Sentences[r.doc.Tokens[x.First].Sent]
	for i := first - 1; i >= s.First && i >= first-3; i-- {
		w := r.doc.Word(i)
		if w == "'s" || w == "’s" || w == "'" || w == "’" {
			continue
		}
		if n := r.mentionCovering(i); n != nlp.None {
			if t := r.doc.Mentions[n].Type; t == nlp.Nationality || t == nlp.PlaceName {
				return r.countryOf(r.core(n), t)
			}
			return ""
		}
		if !startsUpper(w) && r.doc.Tokens[i].UPOS != "ADJ" {
			return ""
		}
		if c := r.countryOf(w, nlp.Misc); c != "" {
			return c
		}
	}
	return ""
}

// mentionCovering is the name that covers token i, or None.
func (r *resolver) mentionCovering(i int) int {
	for _, m := range r.bySent[r.doc.Tokens[i].Sent] {
		x := &r.doc.Mentions[m]
		if x.Form == readout.FormName && x.First <= i && i < x.Last {
			return m
		}
	}
	return nlp.None
}

// clusterPeople joins full names first, then the names of one word.
func (r *resolver) clusterPeople(ms []int) {
	names := make(map[int]personName, len(ms))
	var people []*entity
	// Names in capitals (headlines) carry no more than their letters; they go
	// with the short names.
	for _, m := range ms {
		names[m] = r.personName(m)
	}
	for _, m := range ms {
		p := names[m]
		if len(p.words) < 2 && p.suffix == "" {
			continue
		}
		var e *entity
		rule := "name-new"
		for _, c := range people {
			if why := r.sameFullName(c, p); why != "" {
				e, rule = c, why
				break
			}
		}
		if e == nil {
			e = r.newEntity(person, rule)
			e.named = true
			people = append(people, e)
		}
		r.addName(e, p)
		r.put(m, e, rule)
	}
	for _, e := range people {
		r.identify(e)
	}
	for _, m := range ms {
		p := names[m]
		if len(p.words) != 1 || p.suffix != "" {
			continue
		}
		e, rule := r.shortName(people, p, m)
		if e == nil {
			e = r.newEntity(person, "name-new")
			e.named = true
			people = append(people, e)
			rule = "name-new"
		}
		r.addName(e, p)
		r.put(m, e, rule)
	}
	for _, e := range people {
		r.identify(e)
	}
	// Two spellings that the lists know for one person.
	for i, a := range people {
		for _, b := range people[:i] {
			if a.key != "" && a.key == b.key && len(a.mentions) > 0 && len(b.mentions) > 0 {
				r.join(b, a, "name-key")
			}
		}
	}
}

func (r *resolver) addName(e *entity, p personName) {
	if len(p.words) > len(e.words) || len(e.words) == len(p.words) && allUpper(e.words) && !allUpper(p.words) {
		e.words, e.suffix = p.words, p.suffix
		e.name = strings.Join(p.words, " ")
		if p.suffix != "" {
			e.name += " " + p.suffix
		}
	}
	if e.gender == "" {
		e.gender = p.sex
	}
	if e.gender == "" && len(p.words) > 1 {
		e.gender = r.kb.Gender(p.words[0])
	}
	for _, t := range p.roles {
		e.addRole(t)
		if e.country == "" {
			e.country = t.country
		}
	}
}

func allUpper(words []string) bool {
	for _, w := range words {
		if w != strings.ToUpper(w) {
			return false
		}
	}
	return true
}

// sameFullName reports why two names of several words are one person's: ""
// when they are not.
func (r *resolver) sameFullName(e *entity, p personName) string {
	if e.suffix != p.suffix || e.gender != "" && p.sex != "" && e.gender != p.sex {
		return ""
	}
	if p.suffix != "" && (len(p.words) == 1 || len(e.words) == 1) {
		// "Trump Jr." after "Donald Trump Jr."
		if kb.Fold(e.words[len(e.words)-1]) == kb.Fold(p.words[len(p.words)-1]) {
			return "name-suffix"
		}
		return ""
	}
	if len(e.words) < 2 {
		return ""
	}
	a, b := e.words, p.words
	fa, fb := kb.Fold(strings.Join(a, " ")), kb.Fold(strings.Join(b, " "))
	if fa == fb {
		return "name-equal"
	}
	wa, wb := strings.Fields(fa), strings.Fields(fb)
	if len(wa) < 2 || len(wb) < 2 {
		return ""
	}
	if wa[len(wa)-1] != wb[len(wb)-1] {
		// "Maria Ered Kovel" and "Maria Ered": one continues the other.
		if short, long := wa, wb; len(wa) != len(wb) {
			if len(short) > len(long) {
				short, long = long, short
			}
			if slices.Equal(short, long[:len(short)]) {
				return "name-longer"
			}
		}
		return ""
	}
	if r.kb.SameGiven(a[0], b[0]) {
		// Middle names may be left out, but not contradict.
		if len(wa) > 2 && len(wb) > 2 && wa[1][0] != wb[1][0] {
			return ""
		}
		return "name-given"
	}
	return ""
}

// surname is the part of a full name that is used alone: the last word, with
// the particles before it.
func surname(words []string) []string {
	i := len(words) - 1
	for i > 1 {
		switch strings.ToLower(words[i-1]) {
		case "von", "van", "der", "den", "de", "da", "dos", "del", "di", "la", "le", "al", "el", "bin", "ibn", "ben", "ter", "ten":
			i--
			continue
		}
		break
	}
	return words[i:]
}

// shortName finds the person whom a name of one word means.
func (r *resolver) shortName(people []*entity, p personName, m int) (*entity, string) {
	w := kb.Fold(p.words[0])
	var bySurname, byGiven, equal []*entity
	for _, c := range people {
		if c.gender != "" && p.sex != "" && c.gender != p.sex {
			continue
		}
		if len(c.words) == 1 {
			if kb.Fold(c.words[0]) == w && r.sameRoles(c, p) {
				equal = append(equal, c)
			}
			continue
		}
		last := c.words[len(c.words)-1]
		long := kb.Fold(strings.Join(surname(c.words), " "))
		switch {
		case kb.Fold(last) == w, long == w, c.entry != nil && kb.Fold(c.entry.Surname) == w:
			bySurname = append(bySurname, c)
		case hyphenPart(last, p.words[0]):
			bySurname = append(bySurname, c)
		case kb.Fold(c.words[0]) == w:
			byGiven = append(byGiven, c)
		}
	}
	// The surname alone is the elder's while both are in the report.
	if elder := slices.DeleteFunc(slices.Clone(bySurname), func(c *entity) bool { return c.suffix == "Jr" }); len(elder) > 0 {
		bySurname = elder
	}
	switch {
	case len(bySurname) == 1:
		return bySurname[0], "name-surname"
	case len(bySurname) > 1:
		return r.among(bySurname, p, m), "name-surname-best"
	case len(equal) > 0:
		return equal[0], "name-equal"
	case len(byGiven) == 1 && !p.marked:
		return byGiven[0], "name-given-alone"
	}
	// "Emperor" alone, capitalised like a name: the one who has the title.
	if t := r.kb.TitleOf(p.words[0]); t != nil && isOffice(t) && !r.kb.GivenName(p.words[0]) {
		var with []*entity
		for _, c := range people {
			if slices.ContainsFunc(c.titles, func(x role) bool { return x.title == t.Name }) {
				with = append(with, c)
			}
		}
		if len(with) == 1 {
			return with[0], "name-title"
		}
	}
	return nil, ""
}

// hyphenPart reports whether short is one part of a hyphenated surname.
func hyphenPart(long, short string) bool {
	for _, part := range strings.FieldsFunc(long, func(c rune) bool { return c == '-' || c == '‑' }) {
		if part != long && len(part) > 3 && kb.Fold(part) == kb.Fold(short) {
			return true
		}
	}
	return false
}

// sameRoles reports whether nothing in the offices speaks against one person.
func (r *resolver) sameRoles(e *entity, p personName) bool {
	for _, a := range e.titles {
		for _, b := range p.roles {
			if a.country != "" && b.country != "" && a.country != b.country {
				return false
			}
		}
	}
	return true
}

// among picks the bearer of a surname that several people of the report
// share: by office, else the one who is meant already when the surname stands
// alone, else the one whom the lists know to hold an office, else the last
// named. Relatives are named in full or with "Mrs".
func (r *resolver) among(people []*entity, p personName, m int) *entity {
	for _, t := range p.roles {
		var with []*entity
		for _, c := range people {
			if slices.ContainsFunc(c.titles, func(x role) bool {
				return x.title == t.title && (x.country == t.country || x.country == "" || t.country == "")
			}) || c.entry != nil && slices.ContainsFunc(c.entry.Roles, func(x kb.Role) bool { return x.Title == t.title }) {
				with = append(with, c)
			}
		}
		if len(with) == 1 {
			return with[0]
		}
	}
	if p.sex != "" {
		var sure []*entity
		for _, c := range people {
			if c.gender == p.sex {
				sure = append(sure, c)
			}
		}
		if len(sure) == 1 {
			return sure[0]
		}
	}
	var best *entity
	score := -1
	for _, c := range people {
		s := 0
		for _, x := range c.mentions {
			if len(strings.Fields(r.core(x))) == 1 && x < m {
				s += 4
			}
		}
		if c.entry != nil && high(c.entry) {
			s += 6
		}
		if before := slices.ContainsFunc(c.mentions, func(x int) bool { return x < m }); before {
			s += 2
		}
		for _, x := range c.mentions {
			if x < m && r.doc.Tokens[r.doc.Mentions[x].Head].Sent >= r.doc.Tokens[r.doc.Mentions[m].Head].Sent-2 {
				s++
				break
			}
		}
		if s > score {
			best, score = c, s
		}
	}
	return best
}

// high reports whether the entry ever headed a state, government or body.
func high(e *kb.Entry) bool {
	return slices.ContainsFunc(e.Roles, func(x kb.Role) bool {
		switch x.Title {
		case "president", "prime minister", "chancellor", "premier", "king", "queen", "supreme leader", "secretary general", "vice president", "leader", "pope":
			return true
		}
		return false
	})
}

// identify looks a person up in the lists. Their office, country or date must
// speak for it where the name alone is not unique; a surname alone needs a
// high office held around the day of the report, and the country to be spoken
// of.
func (r *resolver) identify(e *entity) {
	if e.entry != nil || len(e.words) == 0 || len(e.mentions) == 0 {
		return
	}
	name := strings.Join(e.words, " ")
	if e.suffix == "Jr" {
		name += " Jr"
	}
	var found []*kb.Entry
	if len(e.words) > 1 {
		found = r.kb.People(name)
		if len(found) == 0 && len(e.words) > 2 && e.suffix == "" {
			found = r.kb.People(e.words[0] + " " + e.words[len(e.words)-1])
		}
		found = r.fit(e, found, false)
	} else {
		for _, c := range r.kb.BySurname(name) {
			if high(c) {
				found = append(found, c)
			}
		}
		found = r.fit(e, found, true)
	}
	if len(found) != 1 {
		return
	}
	e.entry, e.key = found[0], found[0].Key
	if e.gender == "" {
		e.gender = found[0].Gender
	}
	if e.country == "" {
		e.country = found[0].Country
	}
}

// fit keeps the entries that nothing in the report contradicts, and of those
// the ones that something supports when there are several or strict is set.
func (r *resolver) fit(e *entity, found []*kb.Entry, strict bool) []*kb.Entry {
	var ok, good []*kb.Entry
	for _, c := range found {
		if e.gender != "" && c.Gender != "" && e.gender != c.Gender {
			continue
		}
		against, office := false, false
		for _, t := range e.titles {
			if t.country != "" && c.Country != "" && t.country != c.Country && (t.kind == "head-of-state" || t.kind == "head-of-government" || t.kind == "minister") {
				against = true
			}
			if c.Held(t.title, t.country) || t.country == "" && slices.ContainsFunc(c.Roles, func(x kb.Role) bool { return x.Title == t.title }) {
				office = true
			}
		}
		if against {
			continue
		}
		ok = append(ok, c)
		current := false
		for _, x := range c.Roles {
			if (r.date == "" || x.From <= r.date) && (x.To == "" || r.date == "" || x.To >= r.date) {
				current = true
			}
		}
		spoken := r.states[c.Country] > 0
		if office || spoken && (current || !strict) {
			good = append(good, c)
		}
	}
	if strict || len(ok) > 1 {
		return good
	}
	return ok
}

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
		if c.class == body && strings.HasSuffix(kb.Phrase(c.name), " "+phrase) {
			if found != nil {
				return nil
			}
			found = c
		}
	}
	return found
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
	if kb.Fold(phrase) == kb.Fold(other) && len(phrase) > 4 && classOfType(t) == c.class {
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

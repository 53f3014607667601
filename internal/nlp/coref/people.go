package coref

import (
	"slices"
	"strings"

	"github.com/readout-news/readout/internal/kb"
)

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
		if r.fold(e.words[len(e.words)-1]) == r.fold(p.words[len(p.words)-1]) {
			return "name-suffix"
		}
		return ""
	}
	if len(e.words) < 2 {
		return ""
	}
	a, b := e.words, p.words
	fa, fb := r.fold(strings.Join(a, " ")), r.fold(strings.Join(b, " "))
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
	w := r.fold(p.words[0])
	var bySurname, byGiven, equal []*entity
	for _, c := range people {
		if c.gender != "" && p.sex != "" && c.gender != p.sex {
			continue
		}
		if len(c.words) == 1 {
			if r.fold(c.words[0]) == w && r.sameRoles(c, p) {
				equal = append(equal, c)
			}
			continue
		}
		last := c.words[len(c.words)-1]
		long := r.fold(strings.Join(surname(c.words), " "))
		switch {
		case r.fold(last) == w, long == w, c.entry != nil && r.fold(c.entry.Surname) == w:
			bySurname = append(bySurname, c)
		case hyphenPart(last, p.words[0]):
			bySurname = append(bySurname, c)
		case r.fold(c.words[0]) == w:
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
	if e.suffix != "" {
		name += " " + e.suffix
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
	e.entry = found[0]
	if !mixed(e.entry) {
		e.key = e.entry.Key
	}
	if e.gender == "" {
		e.gender = found[0].Gender
	}
	if e.country == "" {
		e.country = found[0].Country
	}
}

// mixed reports whether the names of an entry contradict each other in their
// second initial, as those of a father and a son do whom a list has joined. The
// entry then tells office and country but not who it is.
func mixed(c *kb.Entry) bool {
	initial := byte(0)
	for _, n := range c.Names {
		w := kb.Words(n)
		if len(w) < 3 || w[0] != kb.Phrase(strings.Fields(c.Name())[0]) || kb.Fold(w[len(w)-1]) != kb.Fold(c.Surname) {
			continue
		}
		if initial != 0 && initial != w[1][0] {
			return true
		}
		initial = w[1][0]
	}
	return false
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

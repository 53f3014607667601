package coref

import (
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/kb"
	"github.com/readout-news/readout/internal/nlp"
)

// clusterNames makes the chains of names.
func (r *resolver) clusterNames() {
	r.countStates()
	r.voteTypes()
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

// placeByList reports whether a "person" of one word is a thing by vote, or a
// state or seat by the lists that shares its name with no person of the report:
// taggers take unknown places for people.
func (r *resolver) placeByList(m int) bool {
	name := r.core(m)
	if strings.Contains(name, " ") || !r.doc.Mentions[m].Title.Empty() {
		return false
	}
	if r.things[kb.Phrase(name)] {
		return true
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
		country := r.titleCountry(m)
		if country == "" {
			country = r.countryAfter(m)
		}
		p.readTitle(r, r.doc.Text(title), country)
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

// countryAfter is the country in "President Vesna Torokai of Karvany".
func (r *resolver) countryAfter(m int) string {
	x := &r.doc.Mentions[m]
	if x.Last+1 >= r.doc.Sentences[r.doc.Tokens[x.First].Sent].Last || r.doc.Lower(x.Last) != "of" {
		return ""
	}
	n := r.mentionCovering(x.Last + 1)
	if n == nlp.None || r.doc.Mentions[n].Type != nlp.PlaceName {
		return ""
	}
	return r.countryOf(r.core(n), nlp.PlaceName)
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

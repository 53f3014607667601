package entity

import (
	"slices"
	"strings"

	"github.com/readout-news/readout/internal/kb"
)

// people clusters people without a key: full names first, then the names of
// one word.
func (l *linker) people(units []*unit) {
	bySurname := map[string][]*cluster{}
	for _, c := range l.clusters {
		if c.class == "person" {
			l.indexPerson(c, bySurname)
		}
	}
	var full, initial, short []*unit
	for _, u := range units {
		if u.class != "person" || l.of[u] != nil || len(u.folded) == 0 {
			continue
		}
		switch {
		case len(u.folded) == 1:
			short = append(short, u)
		case len(u.folded[0]) == 1:
			initial = append(initial, u)
		default:
			full = append(full, u)
		}
	}
	for _, u := range append(full, initial...) {
		var fit []*cluster
		for _, c := range bySurname[u.folded[len(u.folded)-1]] {
			if l.samePerson(c, u) {
				fit = append(fit, c)
			}
		}
		c := (*cluster)(nil)
		switch {
		case len(fit) == 1:
			c = fit[0]
		case len(fit) > 1:
			// The same name, letter by letter, decides.
			for _, f := range fit {
				if slices.ContainsFunc(f.fullNames, func(x personName) bool { return slices.Equal(x.folded, u.folded) }) {
					c = f
					break
				}
			}
		}
		if c == nil {
			c = l.newCluster("person", "")
			if len(fit) > 1 {
				c.unique = l.place(u)
			}
		}
		l.put(u, c)
		l.indexPerson(c, bySurname)
	}
	l.shortNames(short, bySurname, false)
	l.bySurname = bySurname
}

// indexPerson makes c known under the surnames of its units and its entry.
func (l *linker) indexPerson(c *cluster, bySurname map[string][]*cluster) {
	add := func(s string) {
		if s != "" && !slices.Contains(bySurname[s], c) {
			bySurname[s] = append(bySurname[s], c)
		}
	}
	for _, x := range c.fullNames {
		add(x.folded[len(x.folded)-1])
	}
	if e := l.kb.ByKey(c.key); e != nil {
		if f := foldWords(e.Surname); len(f) > 0 {
			add(f[len(f)-1])
		}
		if f := foldWords(e.Name()); len(f) > 0 {
			add(f[len(f)-1])
		}
	}
}

// samePerson reports whether the full name of u may be that of everyone in c.
func (l *linker) samePerson(c *cluster, u *unit) bool {
	this := personName{u.words, u.folded, u.suffix}
	if e := l.kb.ByKey(c.key); e != nil {
		// One of the entry's names must fit; the others are its own variants.
		names := slices.Clone(c.fullNames)
		for _, n := range e.Names {
			names = append(names, personName{words: kb.Words(n), folded: foldWords(n)})
		}
		return slices.ContainsFunc(names, func(n personName) bool { return len(n.folded) > 1 && l.sameName(n, this) }) && l.agree(c, u)
	}
	for _, n := range c.fullNames {
		if !l.sameName(n, this) {
			return false
		}
	}
	return len(c.fullNames) > 0 && l.agree(c, u)
}

// sameName compares two folded full names: equal surname, given names that
// may be the same, middle names that do not contradict.
func (l *linker) sameName(x, y personName) bool {
	a, b := x.folded, y.folded
	if x.suffix != y.suffix || a[len(a)-1] != b[len(b)-1] || a[0] != b[0] && !l.kb.SameGiven(x.words[0], y.words[0]) {
		return false
	}
	return len(a) < 3 || len(b) < 3 || a[1][0] == b[1][0]
}

// agree reports whether nothing in office and country speaks against u in c:
// the highest office of two states is not held by one person.
func (l *linker) agree(c *cluster, u *unit) bool {
	for _, t := range u.titles {
		base, of, ok := strings.Cut(t, " of ")
		if !ok {
			continue
		}
		for _, s := range c.titles {
			if b, o, ok := strings.Cut(s, " of "); ok && b == base && o != of && (b == "president" || b == "prime minister" || b == "chancellor" || b == "foreign minister" || b == "king") {
				return false
			}
		}
	}
	return true
}

// shortNames joins a surname that stands alone with the one person whom other
// reports name in full.
//
// A name that no person elsewhere explains waits until the places and bodies
// are known: a tagger may have taken one for a person. again is set when they
// are.
func (l *linker) shortNames(short []*unit, bySurname map[string][]*cluster, again bool) {
	alone := map[string]*cluster{}
	if again {
		for _, c := range l.clusters {
			if c.class == "person" && len(c.fullNames) == 0 && c.key == "" && c.unique == "" && len(c.units[0].folded) == 1 {
				alone[c.units[0].folded[0]] = c
			}
		}
	}
	for _, u := range short {
		w := u.folded[0]
		var fit []*cluster
		for _, c := range bySurname[w] {
			if l.agree(c, u) && l.countryFits(c, u) && c.bears(u.suffix) {
				fit = append(fit, c)
			}
		}
		if len(fit) > 1 {
			// The office tells them apart, or the country.
			if with := filter(fit, func(c *cluster) bool { return shares(c, u) }); len(with) == 1 {
				fit = with
			} else if with := filter(fit, func(c *cluster) bool { return u.country != "" && l.country(c) == u.country }); len(with) == 1 {
				fit = with
			}
		}
		var c *cluster
		switch len(fit) {
		case 1:
			c = fit[0]
		case 0:
			if len(u.titles) == 0 && !again {
				l.late = append(l.late, u)
				continue
			}
			c = alone[w]
			if c == nil || !l.agree(c, u) || !l.countryFits(c, u) {
				c = l.newCluster("person", "")
				if alone[w] == nil {
					alone[w] = c
				} else {
					c.unique = l.place(u)
				}
			}
		default:
			c = l.newCluster("person", "")
			c.unique = l.place(u)
		}
		l.put(u, c)
	}
}

// bears reports whether a surname with the suffix may be a name of c: "Ered Jr."
// is only one of a Jr., and "Ered" may be anyone's.
func (c *cluster) bears(suffix string) bool {
	return suffix == "" || slices.ContainsFunc(c.fullNames, func(n personName) bool { return n.suffix == suffix })
}

func filter(s []*cluster, f func(*cluster) bool) []*cluster {
	var out []*cluster
	for _, c := range s {
		if f(c) {
			out = append(out, c)
		}
	}
	return out
}

// shares reports whether u has an office that c has too.
func shares(c *cluster, u *unit) bool {
	return slices.ContainsFunc(u.titles, func(t string) bool { return slices.Contains(c.titles, t) })
}

// country is the country of a cluster, "" unknown or several.
func (l *linker) country(c *cluster) string {
	if e := l.kb.ByKey(c.key); e != nil && e.Country != "" {
		return e.Country
	}
	if len(c.countries) == 1 {
		return c.countries[0]
	}
	return ""
}

func (l *linker) countryFits(c *cluster, u *unit) bool {
	k := l.country(c)
	return k == "" || u.country == "" || k == u.country
}

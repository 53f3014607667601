package review

import (
	"cmp"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/kb"
	"github.com/readout-news/readout/internal/store"
)

// named is a person under one of its names.
type named struct {
	e     *readout.Entity
	words []string // folded
}

// people finds persons that may be one and persons that may be two.
func (w *watcher) people() {
	bySurname := map[string][]named{}
	var surnames []string
	for _, e := range w.rec.Entities {
		if e.Type != readout.Person || len(e.Names) == 0 {
			continue
		}
		for _, n := range fullest(e) {
			s := n[len(n)-1]
			if bySurname[s] == nil {
				surnames = append(surnames, s)
			}
			bySurname[s] = append(bySurname[s], named{e, n})
			if len(n) > 1 { // a given name may stand alone
				if bySurname[n[0]] == nil {
					surnames = append(surnames, n[0])
				}
				bySurname[n[0]] = append(bySurname[n[0]], named{e, n})
			}
		}
		w.clash(e)
	}
	slices.Sort(surnames)
	seen := map[[2]string]bool{}
	for _, s := range slices.Compact(surnames) {
		b := bySurname[s]
		for i, p := range b {
			for _, q := range b[i+1 : min(len(b), i+1+mostNear)] {
				a, c := p, q
				if c.e.ID < a.e.ID {
					a, c = c, a
				}
				pair := [2]string{a.e.ID, c.e.ID}
				if a.e == c.e || seen[pair] {
					continue
				}
				if why := variant(a.words, c.words); why != "" {
					seen[pair] = true
					w.persons(a.e, c.e, why)
				}
			}
		}
	}
}

// fullest are the names of most words of a person, folded, each once.
func fullest(e *readout.Entity) [][]string {
	var out [][]string
	most := 0
	for _, n := range append([]string{e.Name}, e.Names...) {
		f := strings.Fields(kb.Fold(n))
		if len(f) == 0 || len(f) < most || slices.ContainsFunc(out, func(x []string) bool { return slices.Equal(x, f) }) {
			continue
		}
		if len(f) > most {
			most, out = len(f), nil
		}
		out = append(out, f)
	}
	return out
}

// variant says in which way two folded names may be those of one person; ""
// when nothing tells.
func variant(a, b []string) string {
	if len(a) > len(b) {
		a, b = b, a
	}
	switch {
	case slices.Equal(a, b):
		return "the same name"
	case len(a) == 1 && len(b) == 1:
		return ""
	case len(a) == 1:
		if a[0] == b[len(b)-1] {
			return "one bears only the surname of the other"
		}
		if a[0] == b[0] {
			return "one bears only the given name of the other"
		}
		return ""
	case a[len(a)-1] != b[len(b)-1]:
		return ""
	case a[0] == b[0]:
		return "the same given name and surname"
	case len(a[0]) == 1 || len(b[0]) == 1:
		if a[0][0] == b[0][0] {
			return "the same surname, and an initial that fits"
		}
		return ""
	case strings.HasPrefix(a[0], b[0]) || strings.HasPrefix(b[0], a[0]):
		return "the same surname, and a given name cut short"
	case oneLetter(a[0], b[0]):
		return "the same surname, and given names that differ in a letter"
	}
	return ""
}

// oneLetter reports whether two words of at least four letters differ in one:
// put in, left out or another.
func oneLetter(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) < 4 || len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) == len(b) {
		return i < len(a) && a[i+1:] == b[i+1:]
	}
	return a[i:] == b[i+1:]
}

func (w *watcher) persons(a, b *readout.Entity, why string) {
	if a.Wikidata != "" && b.Wikidata != "" && a.Wikidata != b.Wikidata {
		return // a list of facts tells them apart
	}
	it := &Item{Kind: SamePerson, Sides: []Side{personSide(a), personSide(b)}, Why: []string{why}}
	if len(it.Sides[0].Evidence) == 0 || len(it.Sides[1].Evidence) == 0 {
		return
	}
	it.row("Name", a.Name, b.Name)
	it.row("Spellings", strings.Join(a.Names, ", "), strings.Join(b.Names, ", "))
	it.row("Offices", offices(a), offices(b))
	it.row("Country", a.Country, b.Country)
	it.row("Told by", w.reportsOf(a), w.reportsOf(b))
	w.add(it)
}

func personSide(e *readout.Entity) Side {
	return Side{Kind: store.KindEntity, ID: e.ID, Title: e.Name, Evidence: entityEvidence(e)}
}

func offices(e *readout.Entity) string {
	var out []string
	for _, r := range e.Roles {
		out = append(out, r.Title)
	}
	return strings.Join(out, "; ")
}

func (w *watcher) reportsOf(e *readout.Entity) string {
	var out []string
	for _, m := range e.Mentions {
		if o := w.v.OutletName(m.Report); !slices.Contains(out, o) {
			out = append(out, o)
		}
	}
	return few(out)
}

// highest are offices that nobody holds in two states.
var highest = map[string]bool{"president": true, "prime minister": true, "chancellor": true, "foreign minister": true, "defence minister": true, "king": true, "queen": true}

// clash finds persons whose offices nobody holds together: the reports that
// give the second may be about somebody else.
func (w *watcher) clash(e *readout.Entity) {
	type held struct {
		role readout.Role
		base string
		of   string
	}
	var hs []held
	for _, r := range e.Roles {
		base, of, ok := strings.Cut(r.Title, " of ")
		if ok && highest[base] {
			hs = append(hs, held{r, base, of})
		}
	}
	slices.SortStableFunc(hs, func(a, b held) int {
		return cmp.Or(cmp.Compare(len(b.role.Evidence), len(a.role.Evidence)), cmp.Compare(a.role.Title, b.role.Title))
	})
	for i := range hs {
		for _, b := range hs[i+1:] {
			a := hs[i]
			if a.of == b.of || kb.Fold(a.of) == kb.Fold(b.of) {
				continue
			}
			in := map[string]bool{}
			for _, x := range b.role.Evidence {
				in[x.Report] = true
			}
			for _, x := range a.role.Evidence {
				delete(in, x.Report) // who is given both there holds both, or the report errs
			}
			var rest, other []readout.Evidence
			for _, m := range e.Mentions {
				if in[m.Report] {
					other = append(other, m.Evidence)
				} else {
					rest = append(rest, m.Evidence)
				}
			}
			if len(rest) == 0 || len(other) == 0 {
				continue
			}
			it := &Item{ID: ItemID(SamePerson, e.ID, a.role.Title, b.role.Title), Kind: SamePerson, Why: []string{"offices that nobody holds together"}, Sides: []Side{
				{Kind: store.KindEntity, ID: e.ID, Title: e.Name, Evidence: rest}, {Kind: store.KindEntity, ID: e.ID, Title: e.Name, Evidence: other},
			}}
			it.row("Office", a.role.Title, b.role.Title)
			it.row("Name", e.Name, e.Name)
			w.add(it)
			return
		}
	}
}

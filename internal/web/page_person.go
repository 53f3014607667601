package web

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/answer"
	"github.com/readout-news/readout/internal/query"
	"github.com/readout-news/readout/internal/view"
)

// actorNames head the kinds of those who act.
var actorNames = map[view.ActorKind]string{
	view.ActorPerson: "People", view.ActorState: "States", view.ActorBody: "Bodies", view.ActorUnnamed: "Unnamed sources",
	view.ActorOutlet: "Outlets", view.ActorPlace: "Places", view.ActorOther: "Others",
}

type peopleData struct {
	Kind   string
	Kinds  []Choice
	Rows   []view.ActorRow
	Shown  int // up to the last of the page
	Total  int
	Next   string
	Add    []Add
	Narrow []Link
}

// peopleKind is the kind that a list of people shows, "" all: who filters and
// names no kind means all.
func peopleKind(p query.Params) view.ActorKind {
	switch {
	case p.Type == "all", p.Type == "" && (p.Words != "" || len(p.Party) > 0):
		return ""
	}
	return cmp.Or(view.ActorKind(p.Type), view.ActorPerson)
}

// people lists who acts in the record.
func (s *Site) people(r *Request) (Page, error) {
	kind := string(peopleKind(r.Params))
	list := func(p query.Params, from, n int) ([]view.ActorRow, int) {
		return r.Snap.Actors(peopleKind(p), p.Words, p.Party, r.today(), from, n)
	}
	d := peopleData{Kind: kind}
	_, d.Total = list(r.Params, 0, 0)
	from, n, next := window(r, d.Total)
	d.Rows, _ = list(r.Params, from, n)
	d.Shown, d.Next = from+len(d.Rows), next
	counts := r.Snap.ActorCounts(r.Words, r.Party)
	all := 0
	for _, k := range view.ActorKinds {
		all += counts[k]
		if counts[k] > 0 || string(k) == kind {
			d.Kinds = append(d.Kinds, Choice{string(k), actorNames[k] + " " + number(counts[k]), string(k) == kind})
		}
	}
	d.Kinds = append(d.Kinds, Choice{"all", "All " + number(all), kind == ""})
	if d.Total == 0 {
		d.Narrow = narrowest(&Context{Req: r, Site: s}, func(p query.Params) int { _, n := list(p, 0, 0); return n })
	}
	d.Add = []Add{{Name: "words", Label: "Name or office", Hint: "Torokai, minister"}, {Name: "party", Label: "Of state or body", Hint: "Karvany"}}
	heading := cmp.Or(actorNames[view.ActorKind(kind)], "People & bodies")
	page := Page{
		Template: "people", Title: heading, Nav: "people", Data: d, Own: "type",
		Table: inForm(r, "csv", &Table{}, func() *Table {
			t := &Table{Columns: []string{"id", "name", "kind", "office", "said", "events", "positions", "reports", "independent", "mentions"}}
			for _, x := range d.Rows {
				t.Rows = append(t.Rows, []string{x.Entity.ID, x.Entity.Name, string(x.Kind), x.Role, strconv.Itoa(x.Said), strconv.Itoa(x.Events), strconv.Itoa(x.Positions), strconv.Itoa(x.Reports), strconv.Itoa(x.Origins), strconv.Itoa(x.Mentions)})
			}
			return t
		}),
	}
	var err error
	page.JSON, err = asJSON(r, func(a *answer.Answers) (any, error) {
		p := r.Params
		p.Type = cmp.Or(kind, "all")
		return a.Entities(p).Page(p)
	})
	return page, err
}

// Sizes of a person's page.
const (
	personQuotes   = 6
	personEvents   = 5 // of each part
	personIssues   = 10
	personPromises = 6
	personPeople   = 12
)

type personData struct {
	view.PersonPage
	Day        string
	Quotes     []view.SaidRow
	Here       []view.HeldRow
	MoreHeld   int
	MorePeople int
	Promises   []promiseGroup
	Outlet     bool // has reports of its own
	Empty      string
}

type promiseGroup struct {
	Name string
	Rows []view.CommitmentRow
	More int
}

// person is the page of a person, a body or a state.
func (s *Site) person(r *Request) (Page, error) {
	id := r.PathValue("id")
	p, ok := r.Snap.Person(id, r.today(), personEvents)
	if !ok {
		return s.elsewhere(r, id, "person or body")
	}
	want := EntityPath(p.Entity)
	if p.Entity.Type == readout.Outlet {
		want = "/o/" + p.Entity.ID + "/" + slug(p.Entity.Name)
	}
	if (p.Entity.Type == readout.Person) != strings.HasPrefix(r.URL.Path, "/p/") {
		return Page{See: at(want+suffix(r), r.Values()), Moved: true}, nil
	}
	d := personData{PersonPage: p, Day: r.today(), Quotes: p.Said.Rows(0, personQuotes)}
	d.Here, d.MoreHeld = p.Held[:min(len(p.Held), personIssues)], max(0, len(p.Held)-personIssues)
	if n := len(p.People); n > personPeople {
		d.People, d.MorePeople = p.People[:personPeople], n-personPeople
	}
	for _, g := range []promiseGroup{{Name: "Made", Rows: p.Made}, {Name: "Made to " + p.Entity.Name, Rows: p.Owed}, {Name: "Said to be broken", Rows: p.Accused}} {
		if len(g.Rows) > 0 {
			g.More = max(0, len(g.Rows)-personPromises)
			g.Rows = g.Rows[:min(len(g.Rows), personPromises)]
			d.Promises = append(d.Promises, g)
		}
	}
	_, d.Outlet = r.Snap.Source(id)
	if p.Said.Len() == 0 {
		d.Empty = "Named in " + plural(len(p.Support.Reports), "report") + ", never quoted."
		if len(p.Support.Reports) == 0 {
			d.Empty = "Never quoted."
		}
	}
	page := Page{
		Template: "person", Title: p.Entity.Name, Nav: "people", Crumb: []Link{{"People & bodies", "/people"}, {Name: actorNames[p.Kind], Href: "/people?type=" + string(p.Kind)}}, Data: d,
		Table: inForm(r, "csv", &Table{}, func() *Table {
			from, n, _ := window(r, p.Said.Len())
			return saidTable(p.Said.All(from, n))
		}),
		Feed: inForm(r, "atom", &Feed{}, func() *Feed {
			from, n, _ := window(r, p.Said.Len())
			return saidFeed(p.Entity.Name, p.Said.Rows(from, n))
		}),
	}
	var err error
	page.JSON, err = asJSON(r, func(a *answer.Answers) (any, error) { return a.EntityPage(id, r.Params) })
	return page, err
}

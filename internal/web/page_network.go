package web

import (
	"strconv"
	"strings"

	"github.com/readout-news/readout/internal/answer"
	"github.com/readout-news/readout/internal/draw"
	"github.com/readout-news/readout/internal/query"
	"github.com/readout-news/readout/internal/view"
)

// networkNodes is how many people and states the picture has.
const networkNodes = 24

type networkData struct {
	view.Contacts
	Picture *draw.Network
	Rows    []view.ContactEdge
	Shown   int
	Next    string
	Add     []Add
	Narrow  []Link
}

// network is who speaks with whom.
func (s *Site) network(r *Request) (Page, error) {
	d := networkData{Contacts: r.Snap.Contacts(r.Filter(), r.today(), networkNodes)}
	from, n, next := window(r, len(d.Edges))
	d.Rows, d.Next = d.Edges[min(from, len(d.Edges)):min(from+n, len(d.Edges))], next
	d.Shown = from + len(d.Rows)
	if len(d.Edges) > 0 {
		d.Picture = networkOf(&Context{Req: r, Site: s}, d.Contacts)
	} else {
		d.Narrow = narrowest(&Context{Req: r, Site: s}, func(p query.Params) int { return len(r.Snap.Contacts(p.Filter(), "", networkNodes).Edges) })
	}
	d.Add = []Add{
		{Name: "party", Label: "With", Hint: "Torokai"},
		{Name: "from", Label: "Days", Hint: "2031-03-01", Until: "to"},
		{Name: "kind", Label: "Kind", Options: options("phone", "meeting", "talks", "visit")},
		{Name: "outlet", Label: "Outlet", Hint: "Harbour Wire"},
		{Name: "status", Label: "Status", Options: options("occurred", "reported", "planned", "denied")},
	}
	page := Page{
		Template: "network", Title: "Who speaks with whom", Nav: "people", Crumb: []Link{{"People & bodies", "/people"}}, Data: d,
		Table: inForm(r, "csv", &Table{}, func() *Table {
			t := &Table{Columns: []string{"a", "a_name", "b", "b_name", "held", "reported", "planned", "denied", "disputed", "a_to_b", "b_to_a", "first", "last", "events"}}
			for _, e := range d.Edges {
				a, b := d.Nodes[e.A], d.Nodes[e.B]
				row := []string{a.Entity, a.Name, b.Entity, b.Name}
				for _, n := range []int{e.Held, e.Reported, e.Planned, e.Denied, e.Disputed, e.AtoB, e.BtoA} {
					row = append(row, strconv.Itoa(n))
				}
				t.Rows = append(t.Rows, append(row, e.First, e.Last, strings.Join(e.Events, " ")))
			}
			return t
		}),
	}
	var err error
	page.JSON, err = asJSON(r, func(a *answer.Answers) (any, error) { return a.Contacts(r.Params) })
	return page, err
}

func networkOf(p *Context, c view.Contacts) *draw.Network {
	n := &draw.Network{ID: "network", Label: "Who speaks with whom", Desc: "A line joins those who spoke; the table below says how often.", Others: c.Others}
	for _, x := range c.Nodes {
		path := "/p/"
		if x.Kind != view.ActorPerson {
			path = "/o/"
		}
		n.Nodes = append(n.Nodes, draw.Node{Name: x.Name, Note: x.Role, Href: p.Link(path + x.Entity)})
	}
	for _, e := range c.Edges {
		n.Edges = append(n.Edges, draw.Edge{A: e.A, B: e.B, AtoB: e.AtoB, BtoA: e.BtoA, Together: e.Held + e.Reported + e.Planned + e.Denied, Href: p.Link("/timeline?party=" + c.Nodes[e.A].Entity + "&party=" + c.Nodes[e.B].Entity)})
	}
	return n
}

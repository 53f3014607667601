package web

import (
	"cmp"
	"errors"
	"iter"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/answer"
	"github.com/readout-news/readout/internal/query"
	"github.com/readout-news/readout/internal/view"
)

type quotesData struct {
	Box      string // the query as it may be typed
	Order    string
	Rows     []view.SaidRow
	Total    int
	Differ   int
	Shown    int
	Next     string
	Kinds    []Choice
	Add      []Add
	Indirect int // things said in other forms that pass otherwise
	Narrow   []Link
}

// quoteKinds are the types of statements as the page names them.
var quoteKinds = []Option{{"", "All"}, {"direct", "In quotation marks"}, {"mixed", "Partly"}, {"indirect", "In other words"}}

// quotes lists what was said, renderings of one thing together.
func (s *Site) quotes(r *Request) (Page, error) {
	if r.Q != "" {
		// What was typed becomes filters, so that each can be taken away.
		p := r.Params
		p.Q, p.Cursor, p.Sel = "", "", ""
		readBox(&p, r.Q)
		return Page{See: at(r.URL.Path+suffix(r), p.Values())}, nil
	}
	p := r.Params
	if p.Type == "partial" {
		p.Type = string(readout.Mixed)
	}
	order := view.SaidNewest
	switch r.Order {
	case "oldest", "carriers":
		order = view.SaidOrder(r.Order)
	}
	list := r.Snap.Said(p.Filter(), order)
	d := quotesData{Order: string(order), Total: list.Len(), Differ: list.Differing()}
	from, n, next := window(r, d.Total)
	if r.Form != "csv" { // which makes them as it goes
		d.Rows = list.Rows(from, n)
	}
	d.Shown, d.Next = from+len(d.Rows), next
	for _, k := range quoteKinds {
		d.Kinds = append(d.Kinds, Choice{k.Value, k.Name, k.Value == p.Type})
	}
	if d.Total == 0 {
		if p.Type != "" {
			q := p
			q.Type = ""
			d.Indirect = r.Snap.Said(q.Filter(), order).Len()
		}
		d.Narrow = narrowest(&Context{Req: r, Site: s}, func(p query.Params) int { return r.Snap.Said(p.Filter(), order).Len() })
	}
	d.Add = []Add{
		{Name: "by", Label: "By", Hint: "Torokai"},
		{Name: "party", Label: "To", Hint: "Aldane"},
		{Name: "at", Label: "At", Hint: "Port Elsey, speech"},
		{Name: "from", Label: "Days", Hint: "2031-03-01", Until: "to"},
		{Name: "outlet", Label: "Outlet", Hint: "Harbour Wire"},
		{Name: "source", Label: "Sources", Options: []Option{{view.SourceNamed, "Named people"}, {view.SourceOfficial, "States and bodies"}, {view.SourceUnnamed, "Unnamed"}}},
	}
	page := Page{
		Template: "quotes", Title: "Quotes", Nav: "quotes", Data: d, Own: "type",
		Table: inForm(r, "csv", &Table{}, func() *Table { return saidTable(list.All(from, n)) }),
		Feed:  inForm(r, "atom", &Feed{}, func() *Feed { return saidFeed("Quotes", d.Rows) }),
	}
	if len(r.Values()) > 0 {
		page.Robots = "noindex"
	}
	var err error
	page.JSON, err = asJSON(r, func(a *answer.Answers) (any, error) {
		return a.Quotes(p).Page(p)
	})
	return page, err
}

// suffix is the form of the path asked for, as it stands in the address.
func suffix(r *Request) string {
	for _, f := range forms {
		if f.form == r.Form {
			return f.suffix
		}
	}
	return ""
}

// readBox turns what was typed into filters: words, and by:, to:, at:, type:,
// from:, until:, outlet: with a word or "several words".
func readBox(p *query.Params, typed string) {
	var words []string
	for _, t := range boxTerms(typed) {
		name, value, ok := strings.Cut(t, ":")
		value = strings.Trim(value, `"“”`)
		if !ok || value == "" {
			words = append(words, strings.Trim(t, `"“”`))
			continue
		}
		switch strings.ToLower(name) {
		case "by":
			p.By = value
		case "to":
			p.Party = append(p.Party, value)
		case "at":
			p.At = value
		case "type":
			p.Type = strings.ToLower(value)
		case "after", "since":
			p.From = value
		case "before", "until":
			p.To = value
		case "from", "outlet":
			if query.IsDay(value) {
				p.From = value
			} else {
				p.Outlet = value
			}
		default:
			words = append(words, t)
		}
	}
	if len(words) > 0 {
		p.On = strings.Join(words, " ")
	}
}

// boxTerms cuts at spaces that do not stand in quotation marks.
func boxTerms(s string) []string {
	in := false
	return strings.FieldsFunc(s, func(r rune) bool {
		if r == '"' || r == '“' || r == '”' {
			in = !in
		}
		return unicode.IsSpace(r) && !in
	})
}

// quoted is the page of one thing said.
func (s *Site) quote(r *Request) (Page, error) {
	id := r.PathValue("id")
	row, ok := r.Snap.SaidOne(id)
	if !ok {
		return s.elsewhere(r, id, "quotation")
	}
	if row.ID != id {
		return Page{See: at("/q/"+row.ID+suffix(r), r.Values()), Moved: true}, nil
	}
	who := cmp.Or(row.Quote.Speaker, "Somebody the report does not name")
	page := Page{
		Template: "quote", Title: who + ": " + clip(oneLine(row.Quote.Statement.Text), 60), Nav: "quotes", Crumb: []Link{{"Quotes", "/quotes"}, {Name: who, Href: "/quotes?by=" + row.Quote.Statement.Speaker}},
		Data:  row,
		Table: inForm(r, "csv", &Table{}, func() *Table { return saidTable(slices.Values([]view.SaidRow{row})) }),
	}
	var err error
	page.JSON, err = asJSON(r, func(a *answer.Answers) (any, error) {
		return a.Quote(row.ID)
	})
	return page, err
}

// saidTable has a row for each rendering.
func saidTable(rows iter.Seq[view.SaidRow]) *Table {
	t := &Table{Columns: []string{"id", "statement", "speaker", "office", "to", "said", "reported", "type", "rendering", "text", "chain", "outlet", "copy_of", "independent", "differ", "report"}}
	t.More = func(yield func([]string) bool) {
		for q := range rows {
			for _, x := range q.Variants {
				st := x.Quote.Statement
				if !yield([]string{
					q.ID, st.ID, x.Quote.Speaker, q.Role, q.To, x.Quote.Date, x.Quote.Reported, string(st.Kind), x.Variant.Kind, oneLine(st.Text),
					strings.Join(x.Quote.Chain, " > "), x.Quote.Outlet, x.CopyOf, strconv.Itoa(q.Support.Origins), strconv.Itoa(q.Differ), st.Report,
				}) {
					return
				}
			}
		}
	}
	return t
}

func saidFeed(title string, rows []view.SaidRow) *Feed {
	f := &Feed{Title: title}
	for _, q := range rows {
		f.Entries = append(f.Entries, Entry{
			ID: q.ID, Title: cmp.Or(q.Quote.Speaker, "Not named") + ": " + clip(oneLine(q.Quote.Statement.Text), 80), Path: "/q/" + q.ID,
			Updated: cmp.Or(q.Quote.Reported, q.Quote.Date), Text: oneLine(q.Quote.Statement.Text) + " (" + strings.Join(q.Quote.Chain, " → ") + ")",
		})
	}
	return f
}

// asJSON makes the JSON of a page where it is asked for.
func asJSON(r *Request, makes func(*answer.Answers) (any, error)) (any, error) {
	if r.Form != "json" {
		return true, nil
	}
	a := answer.From(r.Snap)
	out, err := makes(a)
	return out, errors.Join(err, a.Err())
}

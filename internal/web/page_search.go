package web

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/answer"
	"github.com/readout-news/readout/internal/search"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/view"
)

// Hits of each kind on the page of all kinds, and on the page of one.
const (
	fewHits  = 5
	manyHits = 50
)

type searchData struct {
	*search.Result
	Asked     bool
	Total     int
	More      bool
	One       string // the kind that alone is shown, by its name in “in:”
	Next      string
	Problem   string // what cannot be understood
	Operators []operator
	Kinds     []Choice
	Typed     string // the query without the kinds that it names itself
}

// search answers the box: events, quotes, people and text in four short groups,
// or one of them whole.
func (s *Site) search(r *Request) (Page, error) {
	d := searchData{Result: &search.Result{Reports: len(r.Snap.Record.Reports)}, Operators: operators}
	page := Page{Template: "search", Title: "Search", Data: &d, Robots: "noindex"}
	q, err := search.Parse(r.Q)
	if err != nil {
		// The page says where; data answers with the error.
		if r.Form != "html" {
			return Page{}, errBad{err}
		}
		d.Problem = err.Error()
		return page, nil
	}
	if r.In != "" {
		if q.In, err = search.Sorts(r.In); err != nil {
			return Page{}, errBad{err}
		}
	}
	d.Asked, d.Typed = !q.Empty(), q.AnySort()
	if len(q.In) == 1 {
		d.One = search.SortName(q.In[0])
	}
	for _, k := range []struct{ key, name string }{{"", "All"}, {"events", "Events"}, {"quotes", "Quotes"}, {"people", "People"}, {"text", "Text"}} {
		d.Kinds = append(d.Kinds, Choice{k.key, k.name, k.key == d.One && len(q.In) < 2})
	}
	if !d.Asked {
		return page, nil
	}
	page.Title = r.Q
	page.JSON = true
	ctx, cancel := context.WithTimeoutCause(r.Context(), s.opts.QueryTime, search.ErrSlow)
	defer cancel()
	if r.Form == "json" {
		page.JSON, err = asJSON(r, func(a *answer.Answers) (any, error) { return a.Search(ctx, r.Params) })
		return page, search.Slow(ctx, err)
	}
	opts := search.Options{Limit: fewHits}
	if d.One != "" {
		opts = search.Options{Limit: manyHits, After: r.Cursor}
	}
	if r.Limit > 0 {
		opts.Limit = r.Limit
	}
	res, err := search.Run(ctx, search.Source{Store: r.Snap.Store, View: r.Snap.View, Present: r.AsOf == "" && !r.Snap.Pinned}, q, opts)
	err = search.Slow(ctx, err)
	var at *search.Error
	switch {
	case errors.As(err, &at) && r.Form == "html":
		d.Problem = err.Error()
		return page, nil
	case errors.As(err, &at), errors.Is(err, store.ErrQuery):
		return Page{}, errBad{err}
	case err != nil:
		return Page{}, err
	}
	d.Result = &res
	d.Total, d.More = res.Total()
	if d.One != "" { // cursors are of one kind
		d.Next = cmp.Or(res.Events.Next, res.Quotes.Next, res.People.Next, res.Texts.Next)
	}
	page.Table = searchTable(r, &res)
	page.Feed = searchFeed(r, &res)
	return page, nil
}

// searchTable is the hits shown, a row each.
func searchTable(r *Request, res *search.Result) *Table {
	t := &Table{Columns: []string{"kind", "id", "date", "who", "text", "path"}}
	for _, h := range res.Events.Hits {
		t.Rows = append(t.Rows, []string{"event", h.Event.ID, isoOf(h.Event.Date), strings.Join(h.People, "; "), h.Event.Title, EventPath(h.Event)})
	}
	for _, h := range res.Quotes.Hits {
		t.Rows = append(t.Rows, []string{"quote", h.Statement.ID, isoOf(h.Statement.Date), h.Speaker, h.Statement.Text, "/q/" + h.Statement.ID})
	}
	for _, h := range res.People.Hits {
		t.Rows = append(t.Rows, []string{string(h.Entity.Type), h.Entity.ID, "", "", h.Entity.Name, EntityPath(h.Entity)})
	}
	for _, h := range res.Texts.Hits {
		t.Rows = append(t.Rows, []string{"report", h.Report.ID, h.Report.Published.Value, r.Snap.OutletName(h.Report.ID), h.Report.Title, "/d/" + h.Report.ID})
	}
	return t
}

// searchFeed is a saved search: what hits it, as a feed.
func searchFeed(r *Request, res *search.Result) *Feed {
	f := &Feed{Title: "Search: " + r.Q}
	for _, h := range res.Events.Hits {
		f.Entries = append(f.Entries, Entry{ID: h.Event.ID, Title: h.Event.Title, Path: EventPath(h.Event), Updated: isoOf(h.Event.Date), Text: strings.Join(h.People, ", ")})
	}
	for _, h := range res.Quotes.Hits {
		f.Entries = append(f.Entries, Entry{ID: h.Statement.ID, Title: h.Speaker + ": " + h.Statement.Text, Path: "/q/" + h.Statement.ID, Updated: isoOf(h.Statement.Date), Text: strings.Join(h.Chain, " → ")})
	}
	for _, h := range res.Texts.Hits {
		f.Entries = append(f.Entries, Entry{ID: h.Report.ID, Title: h.Report.Title, Path: "/d/" + h.Report.ID, Updated: h.Report.Published.Value, Text: r.Snap.OutletName(h.Report.ID)})
	}
	return f
}

func isoOf(d *readout.Date) string {
	if d == nil {
		return ""
	}
	return d.Value
}

// lit cuts text at the marks.
func lit(text string, marks []readout.Span) []view.Piece {
	return view.Cut(text, readout.Span{End: len(text)}, marks)
}

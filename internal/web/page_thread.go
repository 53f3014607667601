package web

import (
	"fmt"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/answer"
	"github.com/readout-news/readout/internal/draw"
	"github.com/readout-news/readout/internal/query"
	"github.com/readout-news/readout/internal/view"
)

// threadData is what the page of a thread shows: its timeline, and how the
// reports on it came.
type threadData struct {
	*timelineData
	Thread   *readout.Thread
	Arrivals *arrivalsData
}

// arrivalsData is the picture of how reports arrived, with what it leaves out.
type arrivalsData struct {
	draw.Arrivals
	Undated int
	Copies  int
	Others  int // outlets without a row
}

// maxArrivalRows bounds the outlets in a picture of arrivals.
const maxArrivalRows = 12

func (s *Site) threadPage(r *Request) (Page, error) {
	id := r.PathValue("id")
	t, ok := r.thread(id)
	if !ok {
		return s.elsewhere(r, id, "thread")
	}
	f := r.Filter()
	f.Thread = id
	d := threadData{timelineData: s.timelineOf(r, f, t.Title), Thread: t}
	if r.Form == "html" {
		d.Arrivals = arrivalsOf(r, r.Snap.Arrivals(t.Reports), "Reports on “"+t.Title+"”")
	}
	p := d.page(r)
	p.Template, p.Title, p.Crumb, p.Data = "thread", t.Title, []Link{{"Timeline", "/timeline"}, {Name: "Thread"}}, d
	var err error
	p.JSON, err = asJSON(r, func(a *answer.Answers) (any, error) { return a.Thread(id) })
	return p, err
}

// arrivalsOf draws how reports arrived.
func arrivalsOf(r *Request, a view.Arrivals, label string) *arrivalsData {
	if len(a.Reports) == 0 {
		return nil
	}
	d := &arrivalsData{Undated: a.Undated, Copies: a.Copies}
	d.ID, d.Label = "arrivals", label
	state := query.Params{AsOf: r.AsOf}.Values()
	for i, o := range a.Outlets {
		if i == maxArrivalRows {
			d.Others = len(a.Outlets) - maxArrivalRows
			break
		}
		row := draw.Lane{Name: o.Name, Note: plural(o.Reports, "report")}
		if o.Entity != "" {
			row.Href = at("/s/"+o.Entity, state)
		}
		d.Rows = append(d.Rows, row)
	}
	for _, x := range a.Reports {
		row := x.Outlet
		if row >= maxArrivalRows {
			row = -1
		}
		origin := "own text"
		switch {
		case x.Origin.Kind == "copy" && x.Overlap != "":
			origin = x.Overlap + " of its words are those of " + x.Of
		case x.Origin.Kind == "copy":
			origin = "copies " + x.Of
		case x.Of != "":
			origin = "credits " + x.Of
		}
		title := x.Report.Title
		if title == "" {
			title = "Report without a headline"
		}
		d.Reports = append(d.Reports, draw.Arrival{
			At: x.At, When: longDay(x.Report.Published.Value), Row: row, Outlet: a.Outlets[x.Outlet].Name, Title: title,
			Copies: x.Copies, Origin: origin, Copied: x.Of != "", Href: at("/d/"+x.Report.ID, state),
		})
	}
	if !a.From.IsZero() {
		// From the beginning of the first day to the end of the last.
		d.From = a.From.Truncate(24 * time.Hour)
		d.To = a.To.Truncate(24*time.Hour).AddDate(0, 0, 1)
		d.Axis = draw.Axis(d.From, d.To, nil)
	}
	d.Desc = fmt.Sprintf("%s of %s by the time they were published; %s another’s text.", plural(len(a.Reports), "report"), plural(len(a.Outlets), "outlet"), plural(a.Copies, "has", "have"))
	return d
}

package web

import (
	"cmp"
	"net/http"
	"time"

	"github.com/readout-news/readout/internal/answer"
	"github.com/readout-news/readout/internal/query"
	"github.com/readout-news/readout/internal/view"
	"github.com/readout-news/readout/wire"
)

// Sizes of What's new: it ends, and leads on.
const (
	newsDays    = 7 // the page begins so many days before the last report, where nobody says when
	newsChanged = 12
	newsEach    = 5 // lines of a thread, of a dispute
	newsThreads = 8
	newsQuotes  = 8
	newsDue     = 6
)

// newsData is what What's new shows.
type newsData struct {
	view.News
	FirstRun bool
	Kept     bool   // since is what this browser was told to remember
	Today    string // the day up to which the record knows
	Moved    []view.EventNews
	Disputes []view.EventChange
	Closed   []view.EventChange
	Due      []view.DueRow
	Groups   []view.ThreadNews
	Said     []view.SaidRow
	Refused  int
	Nothing  bool
}

func (s *Site) whatsNew(r *Request) (Page, error) {
	d := newsData{FirstRun: len(r.Snap.Record.Reports) == 0, Today: r.Snap.Today(r.AsOf), Refused: len(r.Snap.Refusals)}
	since := r.Since
	if since == "" {
		if ck, err := r.Cookie("since"); err == nil && query.IsDay(ck.Value) {
			since, d.Kept = ck.Value, true
		}
	}
	if since == "" {
		if t, ok := instant(d.Today); ok {
			since = t.AddDate(0, 0, -newsDays).Format(time.DateOnly)
		}
	}
	d.News = r.Snap.View.News(since, d.Today, newsEach)
	d.Moved = d.Changed[:min(len(d.Changed), newsChanged)]
	d.Disputes = d.Opened[:min(len(d.Opened), newsEach)]
	d.Closed = d.Settled[:min(len(d.Settled), newsEach)]
	due := append(append([]view.DueRow(nil), d.Promised.Overdue...), d.Promised.Soon...)
	d.Due = due[:min(len(due), newsDue)]
	d.Groups = d.Threads[:min(len(d.Threads), newsThreads)]
	d.Said = d.Quotes.Rows(0, newsQuotes)
	d.Nothing = len(d.Changed)+len(d.Opened)+len(d.Settled)+d.Events+d.Quotes.Len() == 0
	p := Page{Template: "new", Title: "What’s new", Nav: "new", Data: d, Feed: &Feed{}}
	if r.Form == "atom" {
		p.Feed = changesFeed(r.Snap.ChangesSince(since, ""))
	}
	var err error
	p.JSON, err = asJSON(r, func(a *answer.Answers) (any, error) {
		q := r.Params
		q.Since = since
		return a.Changes(q).Page(q)
	})
	return p, err
}

// seen remembers in this browser from which day What's new begins.
func (s *Site) seen(r *Request) (Page, error) {
	if err := choice(r); err != nil {
		return Page{}, err
	}
	ck := &http.Cookie{Name: "since", Value: r.PostFormValue("day"), Path: "/", MaxAge: 365 * 24 * 3600, SameSite: http.SameSiteLaxMode, HttpOnly: true}
	if !query.IsDay(ck.Value) {
		ck.Value, ck.MaxAge = "", -1
	}
	return Page{See: "/", Header: map[string]string{"Set-Cookie": ck.String()}}, nil
}

// dayData is what the page of a day shows.
type dayData struct {
	Day         time.Time
	Key         string
	Before      string // days nearest to it with events or reports, "" none
	After       string
	Dated       []view.TimelineRow // took place, or were to, on that day
	Over        []view.TimelineRow // wider times in which the day lies
	Told        []view.TimelineRow // first told of on that day, without a date
	Changes     []newsRow
	MoreChanges int
	Reports     []view.ReportRow
	Events      int
}

// dayChanges bounds the changes on the page of a day.
const dayChanges = 60

func (s *Site) day(r *Request) (Page, error) {
	key := r.PathValue("day")
	t, err := time.Parse(time.DateOnly, key)
	if err != nil {
		return Page{}, errBad{&query.Error{Name: "day", Value: key, Want: "give a day such as /day/2031-03-14"}}
	}
	d := dayData{Day: t, Key: key}
	table := r.Snap.Timetable(view.Filter{From: key, To: key}, "", query.MaxLimit, true, "")
	var all []view.TimelineRow
	for _, g := range table.Groups {
		switch g.Kind {
		case view.SpanDay:
			d.Dated = append(d.Dated, g.Rows...)
		case view.SpanTold:
			d.Told = append(d.Told, g.Rows...)
		default:
			d.Over = append(d.Over, g.Rows...)
		}
		all = append(all, g.Rows...)
	}
	d.Events = len(all)
	d.Reports = r.Snap.PublishedOn(key)
	changes := r.Snap.ChangesSince(key, key)
	shown := changes[:min(len(changes), dayChanges)]
	for _, x := range daysOf(r, shown) {
		d.Changes = append(d.Changes, x.Rows...)
	}
	d.MoreChanges = len(changes) - len(shown)
	d.Before, d.After = r.Snap.Beside(key)
	tl := &timelineData{Heading: longDay(key), Table: table}
	p := tl.page(r)
	p.Template, p.Title, p.Nav, p.Data, p.Crumb = "day", t.Format("Monday 2 January 2006"), "timeline", d, []Link{{"Timeline", "/timeline"}, {Name: longDay(key)}}
	p.JSON = true
	if r.Form == "json" {
		p.JSON, err = dayJSON(r, d, all, changes)
	}
	return p, err
}

// dayJSON is a day as data.
func dayJSON(r *Request, d dayData, rows []view.TimelineRow, changes []view.EventChange) (any, error) {
	return asJSON(r, func(a *answer.Answers) (any, error) {
		out := struct {
			wire.Head
			Day     string            `json:"day"`
			Events  []wire.EventItem  `json:"events"`
			Reports []wire.ReportItem `json:"reports"`
			Changes []wire.ChangeItem `json:"changes"`
		}{Head: a.Head("readout/day/1"), Day: d.Key, Events: []wire.EventItem{}, Reports: []wire.ReportItem{}, Changes: []wire.ChangeItem{}}
		for _, row := range rows {
			out.Events = append(out.Events, a.EventItem(row.EventRow))
		}
		for _, row := range d.Reports {
			out.Reports = append(out.Reports, a.ReportItem(row))
		}
		for _, c := range changes {
			out.Changes = append(out.Changes, a.ChangeItem(c))
		}
		return out, nil
	})
}

// recentDays are the days nearest to the last report, the newest first.
func recentDays(c *Context) []Link {
	var out []Link
	d, ok := c.Data.(newsData)
	if !ok {
		return nil
	}
	for day := d.Today; day != "" && len(out) < newsDays; day, _ = c.Req.Snap.Beside(day) {
		out = append(out, Link{longDay(day), "/day/" + day})
	}
	return out
}

// dayMonth is the first of two dates that is known, without its year: "14 Mar".
func dayMonth(a, b string) string {
	for _, v := range []string{a, b} {
		if t, ok := instant(v[:min(len(v), len(time.DateOnly))]); ok {
			return t.Format("2 Jan")
		}
	}
	return cmp.Or(a, b, "Day not known")
}

package web

import (
	"cmp"
	"fmt"
	"html/template"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/answer"
	"github.com/readout-news/readout/internal/draw"
	"github.com/readout-news/readout/internal/query"
	"github.com/readout-news/readout/internal/view"
)

// Sizes of a page of the timeline.
const (
	timelineRows  = 40  // events of the list and the lanes
	timelineTable = 100 // and of the table
	railDisputes  = 4
	railPromises  = 5
	railOutlets   = 5
	addOptions    = 20 // choices of a filter that may be added
)

// timelineData is what the timeline's template sees.
type timelineData struct {
	Heading  string
	View     string // "list", "lanes", "table"
	Oldest   bool
	Summary  *view.Summary
	Table    view.Timetable
	Ahead    []view.AheadRow
	Today    string // the day up to which the record knows
	Strip    *draw.Strip
	Earlier  string // links to what the strip leaves out
	Later    string
	Undated  string
	Lanes    *lanesData
	Rail     railData
	Add      []Add
	Views    []Choice
	Switches []Link
	Narrow   []Link // filters whose removal would show something
	FirstRun bool   // the record holds no report
}

// lanesData is the picture by party with what it leaves out.
type lanesData struct {
	draw.Lanes
	Others  int
	Outside int // events of the page in which no lane takes part
	Undated int
}

// railData is what stands beside a timeline.
type railData struct {
	Disputes     []view.DisputeRow
	MoreDisputes int
	Promises     []promise
	MorePromises int
	Outlets      []outletBar
	Copies       int
}

// promise is a commitment in the margin.
type promise struct {
	Row  view.DueRow
	Mark string // class of the mark
	What string // where it stands, in words
}

// outletBar is an outlet with the share of its bar.
type outletBar struct {
	view.OutletCount
	Bar template.HTML
}

func (s *Site) timeline(r *Request) (Page, error) {
	heading, crumb := "Timeline", []Link(nil)
	if r.Thread != "" {
		t, ok := r.thread(r.Thread)
		if !ok {
			return s.elsewhere(r, r.Thread, "thread")
		}
		heading, crumb = t.Title, []Link{{"Timeline", "/timeline"}, {Name: "Thread", Href: "/t/" + t.ID}}
	}
	d := s.timelineOf(r, r.Filter(), heading)
	p := d.page(r)
	p.Template, p.Crumb, p.Data = "timeline", crumb, d
	var err error
	p.JSON, err = asJSON(r, func(a *answer.Answers) (any, error) {
		return a.Timeline(r.Params).Page(r.Params)
	})
	if r.Filtered() {
		p.Robots = "noindex"
	}
	return p, err
}

// page is the page of a timeline in its forms but for JSON.
func (d *timelineData) page(r *Request) Page {
	p := Page{Title: d.title(), Nav: "timeline"}
	// What is not asked for is not made; it only has to be known that it is there.
	p.Table, p.Feed, p.Dates = &Table{}, &Feed{}, &Calendar{}
	switch r.Form {
	case "csv":
		p.Table = d.csv()
	case "atom":
		p.Feed = d.feed()
	case "ics":
		p.Dates = d.dates()
	}
	return p
}

// timelineOf is the timeline of what passes f.
func (s *Site) timelineOf(r *Request, f view.Filter, heading string) *timelineData {
	d := &timelineData{Heading: heading, View: r.View, Oldest: r.Order == "oldest", Today: r.Snap.Today(r.AsOf), FirstRun: len(r.Snap.Record.Reports) == 0}
	if d.View != "lanes" && d.View != "table" {
		d.View = "list"
	}
	for _, k := range []string{"list", "lanes", "table"} {
		key := k
		if k == "list" {
			key = "" // the plain address
		}
		d.Views = append(d.Views, Choice{key, capital(k), d.View == k})
	}
	limit := cmp.Or(r.Limit, timelineRows)
	if d.View == "table" || r.Form == "json" || r.Form == "atom" {
		limit = cmp.Or(r.Limit, timelineTable)
	}
	if r.Form == "csv" || r.Form == "ics" { // which have no place for a next
		limit = cmp.Or(r.Limit, math.MaxInt)
	}
	d.Summary = r.Snap.Summary(f)
	if d.View == "lanes" && r.Form == "html" {
		p := r.Snap.Lanes(f, r.Cursor, limit, d.Oldest)
		d.Table, d.Lanes = p.Timetable, lanesOf(r, p)
	} else {
		today := ""
		if d.View == "list" && r.Form == "html" {
			today = d.Today // what lies ahead has a box of its own
		}
		d.Table = r.Snap.Timetable(f, r.Cursor, limit, d.Oldest, today)
	}
	if d.View == "list" && r.Cursor == "" || r.Form == "ics" {
		d.Ahead = r.Snap.Ahead(f, d.Today)
	}
	if r.Form != "html" {
		return d
	}
	d.drawStrip(r)
	d.rail(r, f)
	d.add(r)
	if d.Summary.Events == 0 {
		d.Narrow = narrowest(s.context(r, Page{}), func(p query.Params) int {
			g := p.Filter()
			g.Thread = cmp.Or(g.Thread, f.Thread)
			return r.Snap.CountEvents(g)
		})
	}
	return d
}

func (d *timelineData) title() string {
	if d.Heading == "Timeline" {
		return d.Heading
	}
	return d.Heading + " · Timeline"
}

// Filtered reports whether the request narrows or reorders the record.
func (r *Request) Filtered() bool {
	p := r.Params
	p.AsOf, p.Sel = "", ""
	return p.String() != ""
}

// thread is the thread of that id.
func (r *Request) thread(id string) (*readout.Thread, bool) {
	i, ok := slices.BinarySearchFunc(r.Snap.Record.Threads, id, func(t *readout.Thread, id string) int { return strings.Compare(t.ID, id) })
	if !ok {
		// Records made elsewhere may be in another order.
		i = slices.IndexFunc(r.Snap.Record.Threads, func(t *readout.Thread) bool { return t.ID == id })
	}
	if i < 0 || i >= len(r.Snap.Record.Threads) {
		return nil, false
	}
	return r.Snap.Record.Threads[i], true
}

// to is the request's own address with other parameters.
func (r *Request) to(change func(*query.Params)) string {
	p := r.Params
	p.Cursor, p.Sel = "", ""
	change(&p)
	return at(r.URL.Path, p.Values())
}

// startAt is the address at which the list begins with a day, and jumps there.
func (r *Request) startAt(first, last time.Time) string {
	day := last
	if r.Order == "oldest" {
		day = first
	}
	return r.to(func(p *query.Params) { p.Cursor = day.Format(time.DateOnly) }) + "#list"
}

// drawStrip makes the picture over the list.
func (d *timelineData) drawStrip(r *Request) {
	s := d.Summary.Strip
	if len(s.Bins) == 0 {
		return
	}
	p := &draw.Strip{ID: "strip", From: s.From, To: s.To, BinName: s.Unit, Label: "Events per " + s.Unit}
	p.Desc = fmt.Sprintf("%s of %s to %s, by %s.", plural(s.Shown(), "event"), longDay(s.From.Format(time.DateOnly)), longDay(s.To.Format(time.DateOnly)), s.Unit)
	if b := d.Busiest(); b != "" {
		p.Desc += " " + b + "."
	}
	for _, b := range s.Bins {
		p.Bins = append(p.Bins, draw.Bin{Start: b.First, End: b.Last, Events: b.Events, Disputed: b.Disputed, Planned: b.Planned, Label: binWords(b.First, b.Last, s.Unit), Href: r.startAt(b.First, b.Last)})
	}
	p.Axis = draw.Axis(s.From, s.To, r.startAt)
	if t, ok := instant(d.Today); ok && t.After(s.From) && t.Before(s.To) {
		p.AsOf = t.AddDate(0, 0, 1)
		p.AsOfLabel = "last report " + t.Format("2 January")
		if r.AsOf != "" {
			p.AsOfLabel = "as of " + t.Format("2 January")
		}
	}
	d.Strip = p
	if s.Earlier > 0 {
		d.Earlier = r.to(func(p *query.Params) {
			p.Cursor = s.From.AddDate(0, 0, -1).Format(time.DateOnly)
			if d.Oldest {
				p.Cursor = ""
			}
		}) + "#list"
	}
	if s.Later > 0 {
		d.Later = r.to(func(p *query.Params) {
			p.Cursor = ""
			if d.Oldest {
				p.Cursor = s.To.AddDate(0, 0, 1).Format(time.DateOnly)
			}
		}) + "#list"
	}
	if s.Undated > 0 {
		d.Undated = r.to(func(p *query.Params) { p.Cursor = view.UndatedCursor }) + "#list"
	}
}

// binWords name a bin: "14 March", "week of 10 March", "March 2031", "2031".
func binWords(first, last time.Time, unit string) string {
	switch unit {
	case view.SpanWeek:
		return "week of " + first.Format("2 January 2006")
	case view.SpanMonth:
		return first.Format("January 2006")
	case view.SpanYear:
		return first.Format("2006")
	}
	return first.Format("2 January 2006")
}

// Busiest says where most events lie, "" when nothing stands out.
func (d *timelineData) Busiest() string {
	b := d.Summary.Strip.Busiest()
	if len(b) == 0 || len(b) > 3 {
		return ""
	}
	var when []string
	for _, x := range b {
		when = append(when, strings.TrimSuffix(binWords(x.First, x.Last, d.Summary.Strip.Unit), " "+d.Summary.Strip.To.Format("2006")))
	}
	return fmt.Sprintf("Busiest %s: %s, %s", d.Summary.Strip.Unit, strings.Join(when, " and "), plural(b[0].Events, "event"))
}

// lanesOf makes the picture by party of a page.
func lanesOf(r *Request, p view.LanesPage) *lanesData {
	d := &lanesData{Others: p.Others, Undated: p.Undated}
	d.ID, d.Label = "lanes", "Events by party"
	for _, l := range p.Lanes {
		d.Rows = append(d.Rows, draw.Lane{Name: l.Entity.Name, Note: plural(l.Events, "event"), Href: at(EntityPath(l.Entity), query.Params{AsOf: r.AsOf}.Values())})
	}
	for _, c := range p.Columns {
		if len(c.Lanes) == 0 {
			d.Outside++
		}
		e := c.Row.Event
		day := shortGroup(*c.Group)
		d.Events = append(d.Events, draw.LaneEvent{
			Rows: c.Lanes, Day: day, When: strings.TrimSpace(dateWords(e.Date)), Title: e.Title,
			Disputed: len(c.Row.Disputes) > 0, Planned: e.Status == readout.Planned, Href: at(EventPath(e), query.Params{AsOf: r.AsOf}.Values()),
		})
	}
	d.Desc = fmt.Sprintf("%s in order of time, a row for each of %s.", plural(len(d.Events), "event"), plural(len(d.Rows), "party", "parties"))
	return d
}

// shortGroup names a group in a few letters.
func shortGroup(g view.Group) string {
	switch g.Kind {
	case view.SpanDay:
		return g.First.Format("2 Jan")
	case view.SpanWeek:
		from := g.First.Format("2")
		if g.First.Month() != g.Last.Month() {
			from = g.First.Format("2 Jan")
		}
		return from + "–" + g.Last.Format("2 Jan")
	case view.SpanMonth:
		return g.First.Format("Jan 2006")
	case view.SpanYear:
		return g.First.Format("2006")
	}
	return "day not given"
}

// rail gathers what stands beside the list.
func (d *timelineData) rail(r *Request, f view.Filter) {
	if r.Sel != "" {
		return // its place is taken by the sentences
	}
	var total int
	d.Rail.Disputes, total = r.Snap.Disputes(f, railDisputes)
	d.Rail.MoreDisputes = total - len(d.Rail.Disputes)
	d.Rail.Copies = d.Summary.Copies
	outlets, most, rest := d.Summary.Outlets, 1, 0
	if len(outlets) > railOutlets {
		for _, o := range outlets[railOutlets-1:] {
			rest += o.Reports
		}
		outlets = append(slices.Clone(outlets[:railOutlets-1]), view.OutletCount{Name: plural(len(outlets)-railOutlets+1, "other"), Reports: rest})
	}
	for _, o := range outlets {
		most = max(most, o.Reports)
	}
	for _, o := range outlets {
		d.Rail.Outlets = append(d.Rail.Outlets, outletBar{o, draw.Bar(float64(o.Reports) / float64(most))})
	}
	promises := r.Snap.Promises(f, d.Today).Rows()
	for _, c := range promises[:min(len(promises), railPromises)] {
		mark, what := promiseState(c)
		d.Rail.Promises = append(d.Rail.Promises, promise{c, mark, what})
	}
	d.Rail.MorePromises = len(promises) - len(d.Rail.Promises)
}

// promiseState says where a commitment stands, as far as reports tell.
func promiseState(c view.DueRow) (mark, words string) {
	if len(c.Violations) > 0 {
		v := c.Violations[0]
		who := cmp.Or(v.Accuser, "somebody not named")
		if len(v.Denials) > 0 {
			return "h", "breach alleged by " + who + ", denied"
		}
		return "", "breach alleged by " + who
	}
	switch c.Status() {
	case "overdue":
		return "", "overdue " + plural(-c.Days, "day") + ", no report of it"
	case "no date":
		return "s", "no day set"
	}
	return "s", "due " + shortDay(c.Due)
}

// add are the filters that the page offers.
func (d *timelineData) add(r *Request) {
	choose := func(name, label string, facets []view.Facet) {
		a := Add{Name: name, Label: label}
		for _, f := range facets[:min(len(facets), addOptions)] {
			a.Options = append(a.Options, Option{f.Value, fmt.Sprintf("%s (%s)", f.Name, number(f.N))})
		}
		if len(a.Options) > 0 {
			d.Add = append(d.Add, a)
		}
	}
	var parties []view.Facet
	for _, f := range d.Summary.Parties {
		if !slices.Contains(r.Party, f.Value) {
			parties = append(parties, f)
		}
	}
	choose("party", "Party", parties)
	if r.Kind == "" {
		choose("kind", "Kind", d.Summary.Kinds)
	}
	if r.Outlet == "" {
		var outlets []view.Facet
		for _, o := range d.Summary.Outlets {
			outlets = append(outlets, view.Facet{Name: o.Name, Value: cmp.Or(o.Entity, o.Name), N: o.Reports})
		}
		choose("outlet", "Outlet", outlets)
	}
	if r.From == "" && r.To == "" {
		d.Add = append(d.Add, Add{Name: "from", Label: "Days", Hint: "2031-03-01", Until: "to"})
	}
	if !r.Disputed {
		d.Switches = append(d.Switches, Link{"Only disputed", r.to(func(p *query.Params) { p.Disputed = true })})
	}
	if d.Oldest {
		d.Switches = append(d.Switches, Link{"Newest first", r.to(func(p *query.Params) { p.Order = "" })})
	} else {
		d.Switches = append(d.Switches, Link{"Oldest first", r.to(func(p *query.Params) { p.Order = "oldest" })})
	}
	if r.Words == "" {
		d.Add = append(d.Add, Add{Name: "words", Label: "Words", Hint: "talks"})
	}
}

// rows are all events of the page, those in folds included.
func (d *timelineData) rows() []view.TimelineRow {
	var out []view.TimelineRow
	for _, g := range d.Table.Groups {
		if g.Gap != nil {
			for _, h := range g.Gap.Groups {
				out = append(out, h.Rows...)
			}
		}
		out = append(out, g.Rows...)
	}
	return out
}

func (d *timelineData) csv() *Table {
	t := &Table{Columns: []string{"id", "from", "to", "precision", "time in words", "event", "kind", "status", "people", "place", "disputed", "mentions", "reports", "independent origins"}}
	for _, row := range d.rows() {
		e := row.Event
		from, to, precision := "", "", ""
		if e.Date != nil {
			from, to, precision = e.Date.Value, e.Date.End, e.Date.Precision
		}
		t.Rows = append(t.Rows, []string{
			e.ID, from, to, precision, dateWords(e.Date), e.Title, row.Kind, string(e.Status), strings.Join(row.People, "; "), row.Place,
			strings.Join(row.Disputes, "; "), strconv.Itoa(row.Support.Mentions), strconv.Itoa(len(row.Support.Reports)), strconv.Itoa(row.Support.Origins),
		})
	}
	return t
}

func (d *timelineData) feed() *Feed {
	f := &Feed{Title: d.Heading + " · Readout"}
	for _, row := range d.rows() {
		e := row.Event
		text := row.Kind + ". " + dateWords(e.Date) + "."
		if row.Words != "" {
			text += " “" + row.Words + "” (" + row.By + ")"
		}
		entry := Entry{ID: e.ID, Title: e.Title, Path: EventPath(e), Text: text}
		if e.Date != nil && !e.Date.Bound() {
			entry.Updated = e.Date.Value
		}
		f.Entries = append(f.Entries, entry)
	}
	return f
}

func (d *timelineData) dates() *Calendar {
	c := &Calendar{Name: d.Heading + " · Readout"}
	for _, row := range d.rows() {
		e := row.Event
		// A calendar holds days: what lies somewhere in a month has none.
		if e.Date == nil || len(e.Date.Value) < len(time.DateOnly) || e.Date.Bound() {
			continue
		}
		c.Days = append(c.Days, Day{ID: e.ID, From: e.Date.Value, To: e.Date.End, Title: e.Title, Path: EventPath(e), Text: "Told by " + row.Told, Maybe: e.Status != readout.Occurred})
	}
	for _, a := range d.Ahead {
		if k := a.Commitment; k != nil && len(a.From) >= len(time.DateOnly) {
			c.Days = append(c.Days, Day{ID: k.Commitment.ID, From: a.From, Title: "Due: " + k.Commitment.Terms, Path: "/c/" + k.Commitment.ID, Maybe: true})
		}
	}
	return c
}

// groupID is the fragment of a group: "d2031-03-14".
func groupID(g view.Group) string {
	id := "d" + strings.ReplaceAll(g.Key, "/", "-to-")
	if g.Kind == view.SpanTold {
		id = "told-" + cmp.Or(g.Key, "unknown")
	}
	return id
}

// head is what stands at the left of a group: a large word and what explains it.
type head struct {
	Large, Href string
	Small       []string
}

// groupHead is the head of a group.
func groupHead(c *Context, g view.Group) template.HTML {
	var h head
	year := g.First.Format("2006")
	switch g.Kind {
	case view.SpanDay:
		h = head{g.First.Format("2"), "/day/" + g.Key, []string{g.First.Format("Monday"), g.First.Format("January")}}

	case view.SpanWeek:
		from := g.First.Format("2")
		if g.First.Month() != g.Last.Month() {
			from = g.First.Format("2 Jan")
		}
		h = head{from + "–" + g.Last.Format("2 Jan"), "", []string{"some day of the week"}}
	case view.SpanMonth:
		h = head{g.First.Format("January"), "", []string{"day not given"}}
	case view.SpanYear:
		h = head{year, "", []string{"day not given"}}
	default:
		h = head{"Told", "", []string{"day of the report not known"}}
		if t, ok := instant(g.Key); ok {
			h = head{t.Format("2 Jan"), "", []string{t.Format("2006"), "first told"}}
		}
	}
	if g.NewYear && g.Kind != view.SpanYear && g.Kind != view.SpanTold {
		h.Small = append(h.Small, year)
	}
	var b strings.Builder
	b.WriteString("<b>")
	if h.Href != "" {
		b.WriteString(`<a href="` + template.HTMLEscapeString(c.Link(h.Href)) + `">` + h.Large + `</a>`)
	} else {
		b.WriteString(h.Large)
	}
	b.WriteString("</b>")
	for i, s := range h.Small {
		if i > 0 {
			b.WriteString("<br>")
		}
		b.WriteString(" " + s)
	}
	return template.HTML(b.String()) //nolint:gosec // dates and words of ours, the link escaped
}

// disputedWords says what is in dispute in a row.
func disputedWords(what []string) string {
	if len(what) == 1 {
		return "in dispute: " + what[0]
	}
	return strconv.Itoa(len(what)) + " disputed points"
}

// sideWho names who holds a value.
func sideWho(who []string) string {
	switch {
	case len(who) == 0:
		return ""
	case len(who) <= 2:
		return strings.Join(who, " and ")
	}
	return who[0] + ", " + who[1] + " and " + plural(len(who)-2, "other")
}

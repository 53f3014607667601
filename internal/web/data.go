package web

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	ics "github.com/arran4/golang-ical"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/export/cell"
)

// Table is a page as rows for a spreadsheet.
type Table struct {
	Columns []string
	Rows    [][]string
	More    iter.Seq[[]string] // rows after Rows, made while they are sent; nil none
}

// Feed is a page as an Atom feed.
type Feed struct {
	Title   string
	Entries []Entry
}

// Entry is one entry of a feed.
type Entry struct {
	ID      string // of the fact
	Title   string
	Path    string
	Updated string // ISO 8601 day or time; "" unknown
	Text    string
}

// Calendar is a page as dates.
type Calendar struct {
	Name string
	Days []Day
}

// Day is a date of a calendar.
type Day struct {
	ID    string
	From  string // ISO 8601 day or time
	To    string // last day, "" for one day
	Title string
	Path  string
	Text  string
	Maybe bool // planned or told of only
}

// data answers with a page in another form than HTML.
func (s *Site) data(w http.ResponseWriter, req *Request, page Page) error {
	var body []byte
	var table *Table
	var err error
	missing := func() error {
		return fmt.Errorf("%w: %s has no form .%s", readout.ErrNotFound, req.URL.Path, req.Form)
	}
	switch req.Form {
	case "json":
		if page.JSON == nil {
			return missing()
		}
		body, err = marshal(page.JSON)
	case "csv":
		if page.Table == nil {
			return missing()
		}
		table = page.Table
	case "atom":
		if page.Feed == nil {
			return missing()
		}
		body, err = page.Feed.atom(s.base(req), req)
	case "ics":
		if page.Dates == nil {
			return missing()
		}
		body = page.Dates.ics(s.base(req))
	case "md":
		if page.Text == "" {
			return missing()
		}
		body = []byte(page.Text)
	case "jsonld":
		if page.LD == "" {
			return missing()
		}
		body, err = s.linkedData(req, page.LD)
	}
	if err != nil {
		return err
	}
	for _, f := range forms {
		if f.form == req.Form {
			w.Header().Set("Content-Type", f.media)
		}
	}
	if page.Status != 0 {
		w.WriteHeader(page.Status)
	}
	if table != nil {
		return ignoreGone(table.csv(w))
	}
	_, err = w.Write(body)
	return ignoreGone(err)
}

// base is the address of the site as the reader calls it, without a slash at
// the end.
func (s *Site) base(req *Request) string {
	scheme := "http"
	if req.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + req.Host
}

func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetIndent("", " ")
	// Angle brackets stay escaped: a browser that guesses at the type finds no
	// markup.
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func writeProblem(w http.ResponseWriter, p problem) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	body, err := marshal(map[string]any{"title": p.Title, "status": p.Status, "detail": p.Detail, "advice": p.Advice})
	if err == nil {
		w.Write(body)
	}
}

// csv writes the table as RFC 4180 with a header. Cells that a spreadsheet
// would run as a formula get a quote in front (reliability promise R20).
func (t *Table) csv(to io.Writer) error {
	w := csv.NewWriter(to)
	w.UseCRLF = true
	if err := w.Write(t.Columns); err != nil {
		return err
	}
	write := func(row []string) bool {
		out := make([]string, len(row))
		for i, c := range row {
			out[i] = cell.Quote(c)
		}
		return w.Write(out) == nil // else Error has it
	}
	for _, row := range t.Rows {
		write(row)
	}
	if t.More != nil {
		t.More(write)
	}
	w.Flush()
	return w.Error()
}

type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Title   string      `xml:"title"`
	ID      string      `xml:"id"`
	Updated string      `xml:"updated"`
	Links   []atomLink  `xml:"link"`
	Author  string      `xml:"author>name"`
	Entries []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	Title   string   `xml:"title"`
	ID      string   `xml:"id"`
	Updated string   `xml:"updated"`
	Link    atomLink `xml:"link"`
	Content atomText `xml:"content"`
}

type atomText struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

// atom writes the feed (RFC 4287). What has no date of its own takes that of
// the revision: it is when the record came to say it.
func (f *Feed) atom(base string, req *Request) ([]byte, error) {
	rev := stamp(req.Snap.Revision.At)
	asked := req.Params // what the feed is of, however much of it is shown
	asked.Limit, asked.Cursor, asked.Sel = 0, "", ""
	out := atomFeed{
		Title: xmlText(f.Title), ID: base + at(req.URL.Path, asked.Values()), Updated: rev, Author: "Readout",
		Links: []atomLink{{"self", base + at(req.URL.Path+".atom", req.Values())}, {"alternate", base + at(req.URL.Path, req.Values())}},
	}
	for _, e := range f.Entries {
		updated := rev
		if t, ok := instant(e.Updated); ok {
			updated = stamp(t)
		}
		out.Entries = append(out.Entries, atomEntry{
			Title: xmlText(e.Title), ID: "urn:readout:" + e.ID, Updated: updated,
			Link: atomLink{"alternate", base + e.Path}, Content: atomText{"text", xmlText(e.Text)},
		})
	}
	body, err := xml.MarshalIndent(out, "", " ")
	return append([]byte(xml.Header), append(body, '\n')...), err
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// instant reads an ISO 8601 day or time; a day counts from its beginning in
// UTC.
func instant(v string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02T15", time.DateOnly} {
		if t, err := time.Parse(layout, v); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// xmlText leaves out what XML 1.0 cannot hold.
func xmlText(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || r == '\r' || r >= ' ' && r != utf8.RuneError && r != 0xFFFE && r != 0xFFFF {
			return r
		}
		return -1
	}, s)
}

// ics writes the calendar (RFC 5545). Days are whole days; nothing is sent
// whose day is unknown.
func (c *Calendar) ics(base string) []byte {
	cal := ics.NewCalendarFor("Readout")
	cal.SetMethod(ics.MethodPublish)
	cal.SetName(xmlText(c.Name))
	for _, d := range c.Days {
		from, ok := instant(d.From)
		if !ok {
			continue
		}
		e := cal.AddEvent(d.ID + "@readout")
		e.SetDtStampTime(from) // the same bytes whenever it is asked for
		e.SetSummary(xmlText(d.Title))
		if d.Text != "" {
			e.SetDescription(xmlText(d.Text))
		}
		e.SetURL(base + d.Path)
		if _, clock, timed := strings.Cut(d.From, "T"); timed && d.To == "" {
			if strings.ContainsAny(clock, "Z+-") {
				e.SetStartAt(from)
			} else { // an hour without a zone stays one ("floating")
				e.SetProperty(ics.ComponentPropertyDtStart, from.Format("20060102T150405"))
			}
		} else {
			last := from
			if t, ok := instant(d.To); ok {
				last = t
			}
			e.SetAllDayStartAt(from)
			e.SetAllDayEndAt(last.AddDate(0, 0, 1))
		}
		if d.Maybe {
			e.SetStatus(ics.ObjectStatusTentative)
		}
	}
	return []byte(cal.Serialize(ics.WithNewLineWindows))
}

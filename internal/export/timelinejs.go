package export

import (
	"fmt"
	"html"
	"strings"
	"unicode"

	"github.com/readout-news/readout"
)

// timelineSlide is a slide of TimelineJS 3. Headline and text are HTML there,
// so all that comes from reports is escaped.
type timelineSlide struct {
	UniqueID    string        `json:"unique_id"`
	StartDate   timelineDate  `json:"start_date"`
	EndDate     *timelineDate `json:"end_date,omitempty"`
	DisplayDate string        `json:"display_date,omitempty"`
	Group       string        `json:"group"`
	Text        timelineText  `json:"text"`
}

type timelineDate struct {
	Year   int  `json:"year"`
	Month  int  `json:"month,omitempty"`
	Day    int  `json:"day,omitempty"`
	Hour   *int `json:"hour,omitempty"`
	Minute *int `json:"minute,omitempty"`
}

type timelineText struct {
	Headline string `json:"headline"`
	Text     string `json:"text"`
}

// writeTimelineJS writes the dated events in order of date. A denied event
// stays in with the word.
func writeTimelineJS(j *job) error {
	w, err := j.create("timeline.json")
	if err != nil {
		return err
	}
	w.WriteString(`{"scale":"human","events":[`)
	out := &array{w: w, html: true}
	for _, e := range j.byDate() {
		from, ok := timelineDay(valueOf(e.Date))
		if !ok || e.Date.Bound() {
			j.leave("event", "its date is not known")
			continue
		}
		s := timelineSlide{UniqueID: e.ID, StartDate: from, Group: e.Type, Text: timelineText{Headline: htmlText(e.Title), Text: j.timelineText(e)}}
		if to, ok := timelineDay(e.Date.End); ok {
			s.EndDate = &to
		}
		if e.Date.Basis == "inferred" {
			s.DisplayDate = "about " + e.Date.Value
		}
		out.add(s)
		j.in("event")
	}
	w.WriteString("]}\n")
	return w.close()
}

// byDate are the exported events in the order of the timeline.
func (j *job) byDate() []*readout.Event {
	in := map[string]bool{}
	for _, e := range j.rec.Events {
		in[e.ID] = true
	}
	var out []*readout.Event
	for _, r := range j.v.Timeline() {
		if in[r.Event.ID] {
			out = append(out, r.Event)
		}
	}
	return out
}

func valueOf(d *readout.Date) string {
	if d == nil {
		return ""
	}
	return d.Value
}

// statusWords say what the record knows of an event that is not certain.
var statusWords = map[readout.EventStatus]string{
	readout.Planned: "Planned.", readout.Reported: "Reported, not confirmed.", readout.Denied: "Denied.", readout.Hypothetical: "Spoken of as a possibility.",
}

// eventLines are what a reader of a calendar or timeline is told of e.
func (j *job) eventLines(e *readout.Event) []string {
	row, _ := j.v.Event(e.ID)
	var out []string
	if s := statusWords[e.Status]; s != "" {
		out = append(out, s)
	}
	out = append(out, fmt.Sprintf("%s in %s of %s.", counted(row.Support.Mentions, "mention"), counted(len(row.Support.Reports), "report"), counted(row.Support.Origins, "independent origin")))
	for _, d := range row.Differ {
		if d.Verdict != readout.Conflict {
			continue
		}
		var values []string
		for _, c := range d.Values {
			who := c.Holder
			if who == "" {
				who = c.Outlet
			}
			values = append(values, who+": "+c.Claim.Text)
		}
		out = append(out, "Reports differ on "+d.Attribute+". "+strings.Join(values, "; ")+".")
	}
	return out
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func (j *job) timelineText(e *readout.Event) string {
	var b strings.Builder
	for _, l := range j.eventLines(e) {
		b.WriteString("<p>" + htmlText(l) + "</p>")
	}
	if j.o.Base != "" {
		b.WriteString(`<p><a href="` + html.EscapeString(j.iri(e.ID)) + `">In the record</a></p>`)
	}
	return b.String()
}

// htmlText escapes text for HTML; control characters become spaces, since a
// browser would read some of them as markup of its own.
func htmlText(s string) string {
	return html.EscapeString(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s))
}

// timelineDay is a value as precise as it is.
func timelineDay(value string) (d timelineDate, ok bool) {
	t, _, ok := moment(value)
	if !ok {
		return d, false
	}
	d.Year = t.Year()
	if len(value) >= len("2006-01") {
		d.Month = int(t.Month())
	}
	if len(value) >= len("2006-01-02") {
		d.Day = t.Day()
	}
	if len(value) >= len("2006-01-02T15") {
		h := t.Hour()
		d.Hour = &h
	}
	if len(value) >= len("2006-01-02T15:04") {
		m := t.Minute()
		d.Minute = &m
	}
	return d, true
}

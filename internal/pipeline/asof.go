package pipeline

import (
	"fmt"
	"strings"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// Moment is a day or an instant up to which a record is read; the zero value is
// now, up to which all is.
type Moment struct {
	day string    // "2031-03-14": the whole of that day, as each report dates itself; "" for an instant
	at  time.Time // the instant
}

// ParseMoment reads a day ("2031-03-14") or an RFC 3339 time
// ("2031-03-14T15:00:00Z"; seconds may be left out).
func ParseMoment(s string) (Moment, error) {
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return Moment{day: t.Format(time.DateOnly)}, nil
	}
	if t, ok := parseInstant(s); ok {
		return Moment{at: t}, nil
	}
	return Moment{}, fmt.Errorf("%q is no day such as 2031-03-14 and no time such as 2031-03-14T15:00:00Z", s)
}

func (m Moment) String() string {
	if m.day != "" {
		return m.day
	}
	return m.at.Format(time.RFC3339)
}

// After reports whether m is later than n; a day counts from its end in UTC.
func (m Moment) After(n Moment) bool { return m.end().After(n.end()) }

func (m Moment) end() time.Time {
	if day, err := time.Parse(time.DateOnly, m.day); err == nil {
		return day.AddDate(0, 0, 1)
	}
	return m.at
}

// Last is the last instant that is still within m, zero for the zero value.
func (m Moment) Last() time.Time {
	if m.day != "" {
		return m.end().Add(-1)
	}
	return m.at
}

// parseInstant reads a time with its zone, with or without seconds.
func parseInstant(s string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// reached reports whether a report of this ISO value was out at m. A value
// counts from the last moment that it allows: a month from its last day, and,
// where an instant is asked, a day from its end in UTC.
func (m Moment) reached(value string) bool {
	if m.day != "" {
		return lastDay(value) <= m.day
	}
	if t, ok := parseInstant(value); ok {
		return !t.After(m.at)
	}
	if t, err := time.Parse("2006-01-02T15:04", value); err == nil { // no zone: read as UTC
		return !t.After(m.at)
	}
	day, err := time.Parse(time.DateOnly, lastDay(value))
	return err == nil && !day.AddDate(0, 0, 1).After(m.at)
}

// lastDay is the last day that an ISO value allows: of "2031-02" the 28th.
func lastDay(value string) string {
	switch day, _, _ := strings.Cut(value, "T"); len(day) {
	case len("2031"):
		return day + "-12-31"
	case len("2031-02"):
		if t, err := time.Parse("2006-01", day); err == nil {
			return t.AddDate(0, 1, -1).Format(time.DateOnly)
		}
		return day + "-31"
	default:
		return day
	}
}

// Reach is what was out at a moment, of a set of reports.
type Reach struct {
	Docs  []*nlp.Doc // out by then, in the order given
	Later int        // came later
	Open  int        // left out because nothing says whether they were out
	Next  string     // publication of the first that came later, "" none
}

// AsOf chooses the documents whose reports were out at m: by the day that a
// report carries, else by the one that linking all of docs infers for it or
// the bounds it finds. What was reported by then is the record of those
// documents alone.
func (r *Reader) AsOf(docs []*nlp.Doc, m Moment) (Reach, error) {
	published := map[string]readout.Published{}
	undated := false
	for _, d := range docs {
		published[d.Report.ID] = d.Report.Published
		_, dated := d.Report.Published.Day()
		undated = undated || !dated
	}
	if undated {
		rec, err := r.Record(docs)
		if err != nil {
			return Reach{}, err
		}
		for _, x := range rec.Reports {
			published[x.ID] = x.Published
		}
	}
	var out Reach
	for _, d := range docs {
		p := published[d.Report.ID]
		switch {
		case p.Value != "" && m.reached(p.Value), p.Value == "" && p.Latest != "" && m.reached(p.Latest):
			out.Docs = append(out.Docs, d)
		case p.Value != "":
			out.Later++
			if out.Next == "" || readout.ComparePublished(p.Value, out.Next) < 0 {
				out.Next = p.Value
			}
		case p.Earliest != "" && m.before(p.Earliest):
			out.Later++
		default:
			out.Open++
		}
	}
	return out, nil
}

// before reports whether m lies before the day.
func (m Moment) before(day string) bool {
	if m.day != "" {
		return m.day < day
	}
	t, err := time.Parse(time.DateOnly, day)
	return err == nil && m.at.Before(t)
}

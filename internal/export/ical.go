package export

import (
	"cmp"
	"strings"
	"time"
	"unicode"

	ics "github.com/arran4/golang-ical"

	"github.com/readout-news/readout"
)

// writeICal writes events whose day is known and commitments with a due day.
func writeICal(j *job) error {
	w, err := j.create("calendar.ics")
	if err != nil {
		return err
	}
	cal := ics.NewCalendarFor("Readout")
	cal.SetMethod(ics.MethodPublish)
	stamp := j.stamp()
	for _, e := range j.byDate() {
		if e.Status == readout.Denied || e.Status == readout.Hypothetical {
			j.leave("event", "status "+string(e.Status)+": a calendar would say that it takes place")
			continue
		}
		if _, ok := day(e.Date); !ok {
			j.leave("event", "its day is not known")
			continue
		}
		v := cal.AddEvent(e.ID + "@readout")
		v.SetDtStampTime(stamp)
		v.SetSummary(calText(e.Title))
		v.SetDescription(calText(strings.Join(j.eventLines(e), "\n")))
		v.SetProperty(ics.ComponentPropertyCategories, calText(e.Type))
		v.SetStatus(ics.ObjectStatusConfirmed)
		if e.Status != readout.Occurred {
			v.SetStatus(ics.ObjectStatusTentative)
		}
		if p := j.v.EntityName(e.Place); p != "" {
			v.SetLocation(calText(p))
		}
		calDates(v, e.Date)
		j.calLink(v, e.ID)
		w.item()
		j.in("event")
	}
	for _, c := range j.rec.Commitments {
		// What is due in a range of days can be kept until its last.
		var due *readout.Date
		if c.Until != nil {
			due = &readout.Date{Value: cmp.Or(c.Until.End, c.Until.Value), Precision: c.Until.Precision}
		}
		if _, ok := day(due); !ok {
			j.leave("commitment", "no day is set by which it is due")
			continue
		}
		v := cal.AddEvent(c.ID + "@readout")
		v.SetDtStampTime(stamp)
		v.SetSummary(calText("Due: " + cmp.Or(j.v.EntityName(c.Party), "somebody") + " to " + c.Terms))
		v.SetProperty(ics.ComponentPropertyCategories, "COMMITMENT")
		calDates(v, due)
		j.calLink(v, c.ID)
		w.item()
		j.in("commitment")
	}
	// The library holds the calendar in memory; RFC 5545 wants CRLF everywhere.
	if err := cal.SerializeTo(w, ics.WithNewLineWindows); err != nil {
		return err
	}
	return w.close()
}

// stamp is DTSTAMP, which a calendar must have: the time of the export where it
// is given, else the latest publication in the record, so that equal records
// give equal bytes.
func (j *job) stamp() time.Time {
	if !j.o.Made.IsZero() {
		return j.o.Made.UTC()
	}
	latest := time.Unix(0, 0).UTC()
	for _, r := range j.v.Record.Reports {
		if t, _, ok := moment(r.Published.Value); ok && t.After(latest) {
			latest = t
		}
	}
	return latest
}

// calDates sets start and end. A day is a day everywhere; a time without a zone
// stays one ("floating").
func calDates(v *ics.VEvent, d *readout.Date) {
	date := []ics.PropertyParameter{ics.WithValue(string(ics.ValueDataTypeDate))}
	from, _, _ := moment(d.Value)
	if len(d.Value) > len(time.DateOnly) && d.End == "" {
		format := "20060102T150405"
		if strings.HasSuffix(d.Value, "Z") || strings.ContainsRune(d.Value[len(time.DateOnly):], '+') || strings.Count(d.Value, "-") > 2 {
			format += "Z"
		}
		v.SetProperty(ics.ComponentPropertyDtStart, from.Format(format))
		return
	}
	first, _ := day(d)
	from, after, _ := moment(first)
	if last, ok := day(&readout.Date{Value: d.End}); ok && last > first {
		_, after, _ = moment(last)
	}
	v.SetProperty(ics.ComponentPropertyDtStart, from.Format("20060102"), date...)
	v.SetProperty(ics.ComponentPropertyDtEnd, after.Format("20060102"), date...)
}

func (j *job) calLink(v *ics.VEvent, id string) {
	if j.o.Base != "" {
		v.SetURL(j.iri(id))
	}
}

// calText takes out what RFC 5545 allows in no text: control characters but for
// line ends and tabs.
func calText(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return ' '
		}
		return r
	}, s)
}

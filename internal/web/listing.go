package web

import (
	"cmp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/readout-news/readout/internal/query"
	"github.com/readout-news/readout/internal/view"
)

// listSize is how many items a page of a list shows where it is not told.
const listSize = 100

// window is the part of a list of total items that the request asks for; next
// is the cursor of the part after, "" at the end; it counts items, and a list is
// the same as long as its revision is.
func window(r *Request, total int) (from, n int, next string) {
	n = cmp.Or(r.Limit, listSize)
	if r.Form == "csv" || r.Form == "ics" {
		n = cmp.Or(r.Limit, query.MaxLimit)
	}
	from, err := strconv.Atoi(r.Cursor)
	if err != nil || from < 0 || from > min(total, 1<<30) {
		from = 0
	}
	if n < total-from {
		next = strconv.Itoa(from + n)
	}
	return from, n, next
}

// today is the day on which offices and promises are told: the one asked for,
// that of an earlier state of the record, else that of the newest report. ""
// when no report has a day.
func (r *Request) today() string {
	day := cmp.Or(r.Day, r.AsOf, r.Snap.LastDay())
	return day[:min(len(day), len(time.DateOnly))]
}

// inForm makes data of a page only where the request asks for that form; else
// the value says that there is such a form.
func inForm[T any](r *Request, form string, there T, makes func() T) T {
	if r.Form == form {
		return makes()
	}
	return there
}

// whenSaid is the day of something said: when it was said, else when it was
// reported, in words.
func whenSaid(q view.QuoteRow) string {
	if q.Date != "" && (q.Reported == "" || q.Date <= q.Reported+"~") {
		return longDay(q.Date)
	}
	return whenReported(q.Reported)
}

func whenReported(published string) string {
	if published == "" {
		return "day not known"
	}
	return "reported " + longDay(published[:min(len(published), len(time.DateOnly))])
}

// whenHeld is the day of a position.
func whenHeld(p view.PositionRow) string {
	if p.Dated() {
		return longDay(p.Day())
	}
	return whenReported(p.Reported)
}

// partWords name the parts that somebody plays in events.
var partWords = map[string]string{
	"agent": "Acted", "patient": "Acted upon", "participant": "Took part", "recipient": "Addressed", "mediator": "Mediated", "host": "Hosted", "place": "Was the place",
}

func partName(part string) string { return cmp.Or(partWords[part], capital(part)) }

// span is a length of time in words of one unit: "35 minutes", "6 hours",
// "8 days".
func span(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "none"
	case d < 2*time.Hour:
		return plural(int(d.Minutes()), "minute")
	case d < 48*time.Hour:
		return plural(int(d.Hours()+.5), "hour")
	}
	return plural(int(d.Hours()/24+.5), "day")
}

// positionIDs is the reference that opens positions together.
func positionIDs(rows []view.PositionRow) string {
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = r.Position.ID
	}
	return view.Refs(out...)
}

// oneLine is a report’s words on one line, for tables and feeds.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// clipWords cuts the words of a report at a space so that at most n characters
// are left.
func clipWords(s string, n int) string {
	s = oneLine(s)
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	cut := string([]rune(s)[:n])
	if i := strings.LastIndexByte(cut, ' '); i > n/2 {
		cut = cut[:i]
	}
	return cut + " …"
}

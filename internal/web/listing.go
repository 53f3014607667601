package web

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/readout-news/readout/internal/answer"
	"github.com/readout-news/readout/internal/view"
)

// listSize is how many items a page of a list shows where it is not told.
const listSize = 100

// window is the part of a list of total items that the request asks for; next
// is the cursor of the part after, "" at the end. A table has all items unless it
// is told how many: it has no place for a next.
func window(r *Request, total int) (from, n int, next string) { return windowOf(r, total, 0) }

// windowOf is window of a list that follows from state besides the record, see
// answer.Cursor.
func windowOf(r *Request, total, state int) (from, n int, next string) {
	n = cmp.Or(r.Limit, listSize)
	if r.Form == "csv" {
		n = cmp.Or(r.Limit, total)
	}
	from = r.place(total, state)
	n = min(n, total-from)
	return from, n, r.after(from+n, total, state)
}

// place is how many items lie before the part of a list that the request asks
// for. Where its cursor leads nowhere a page begins anew and says so, and data is
// refused.
func (r *Request) place(total, state int) int {
	if r.Cursor == "" {
		return 0
	}
	c, err := answer.ParseCursor(r.Cursor)
	if n, e := strconv.Atoi(r.Cursor); e == nil && n >= 0 { // typed, or of an old link: good for any state
		c, err = answer.Cursor{Revision: r.Snap.Revision.N, Offset: min(n, 1<<30), State: state}, nil
	}
	why := ""
	switch {
	case err != nil:
		why = "it is none that a page gave"
	case c.Revision != r.Snap.Revision.N || c.State != state:
		why, err = "the record has changed since", fmt.Errorf("%w: cursor is of revision %d, the record is at %d", answer.ErrMoved, c.Revision, r.Snap.Revision.N)
	case c.Offset > total && r.Form == "html":
		why = "the list ends before it"
	default:
		return min(c.Offset, total)
	}
	r.leaveOut("the place in the list ("+why+"); this is its beginning", err)
	return 0
}

// after is the cursor of the part of a list that begins with item at, "" at the
// end.
func (r *Request) after(at, total, state int) string {
	if at >= total {
		return ""
	}
	return answer.Cursor{Revision: r.Snap.Revision.N, Offset: at, State: state}.String()
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

package web

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/readout-news/readout"
)

// longDay writes an ISO date or time as "14 March 2031" or "14 March 2031,
// 19:12"; months and years stay what they are, and what it cannot read it
// returns as it is.
func longDay(v string) string { return dayIn(v, "2 January 2006", "January 2006") }

// shortDay is longDay with the month cut: "14 Mar 2031".
func shortDay(v string) string { return dayIn(v, "2 Jan 2006", "Jan 2006") }

func dayIn(v, day, month string) string {
	date, clock, _ := strings.Cut(v, "T")
	for _, f := range []struct{ in, out string }{{time.DateOnly, day}, {"2006-01", month}} {
		if t, err := time.Parse(f.in, date); err == nil {
			s := t.Format(f.out)
			if c := hour(clock); c != "" {
				s += ", " + c
			}
			return s
		}
	}
	return v
}

// hour is the clock of an ISO time: "19:12 UTC", "19:12", "19 h".
func hour(clock string) string {
	zone := ""
	if i := strings.IndexAny(clock, "Z+-"); i >= 0 {
		zone = " UTC"
		if clock[i] != 'Z' && clock[i:] != "+00:00" {
			zone += clock[i:]
		}
		clock = clock[:i]
	}
	switch {
	case clock == "":
		return ""
	case len(clock) == 2:
		return clock + " h" + zone
	case len(clock) > 5:
		clock = clock[:5]
	}
	return clock + zone
}

// dateWords is a date with its precision in words; "Day not known" where there
// is none.
func dateWords(d *readout.Date) string {
	if d == nil || d.Value == "" {
		return "Day not known"
	}
	s := longDay(d.Value)
	if d.End != "" && d.End != d.Value {
		s = rangeWords(d.Value, d.End)
	}
	switch {
	case d.Bound():
		return "by " + s
	case d.Basis == "inferred":
		return "about " + s
	}
	return s
}

// rangeWords is "12–14 March 2031".
func rangeWords(from, to string) string {
	a, errA := time.Parse(time.DateOnly, from[:min(len(from), len(time.DateOnly))])
	b, errB := time.Parse(time.DateOnly, to[:min(len(to), len(time.DateOnly))])
	switch {
	case errA != nil || errB != nil:
		return longDay(from) + " to " + longDay(to)
	case a.Year() == b.Year() && a.Month() == b.Month():
		return fmt.Sprintf("%d–%s", a.Day(), b.Format("2 January 2006"))
	case a.Year() == b.Year():
		return a.Format("2 January") + " – " + b.Format("2 January 2006")
	}
	return a.Format("2 January 2006") + " – " + b.Format("2 January 2006")
}

// momentWords is a moment in UTC: "14 March 2031, 20:31 UTC".
func momentWords(t time.Time) string {
	if t.IsZero() {
		return "time not known"
	}
	return t.UTC().Format("2 January 2006, 15:04 UTC")
}

// number writes 12431 as "12,431".
func number(n int) string {
	s := strconv.Itoa(n)
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	if neg {
		return "−" + s
	}
	return s
}

// plural is "1 report", "3 reports"; the plural is given where an s does not do.
func plural(n int, noun string, more ...string) string {
	if n == 1 {
		return "1 " + noun
	}
	if len(more) > 0 {
		return number(n) + " " + more[0]
	}
	return number(n) + " " + noun + "s"
}

// capital makes the first letter a capital.
func capital(s string) string {
	for i, r := range s {
		return string(unicode.ToUpper(r)) + s[i+len(string(r)):]
	}
	return s
}

// slug is the readable end of an address: letters, digits and hyphens of a
// title, at most maxSlug bytes.
func slug(title string) string {
	var b strings.Builder
	dash := false
	for _, r := range strings.ToLower(title) {
		switch {
		case r < 128 && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			if dash && b.Len() > 0 {
				b.WriteByte('-')
			}
			dash = false
			b.WriteRune(r)
		default:
			dash = true
		}
		if b.Len() >= maxSlug {
			break
		}
	}
	return b.String()
}

const maxSlug = 60

package event

import (
	"strconv"
	"strings"
	"time"
)

// span is a closed range of days since 1970-01-01, or a bare weekday.
type span struct {
	lo, hi    int
	weekday   int // 1 Monday … 7 Sunday for an unresolved weekday, 0 none; lo and hi are open then
	precision string
}

const (
	minDay = -1 << 30
	maxDay = 1 << 30
)

// unknown excludes nothing.
var unknown = span{lo: minDay, hi: maxDay}

// day reports whether s is one single day.
func (s span) day() bool { return s.lo == s.hi }

// known reports whether s is closed on both sides.
func (s span) known() bool { return s.lo != minDay && s.hi != maxDay }

// excludes reports whether no day is in both.
func (s span) excludes(t span) bool {
	if s.weekday != 0 && t.weekday != 0 && s.weekday != t.weekday {
		return true
	}
	if s.weekday != 0 && t.day() && weekday(t.lo) != s.weekday || t.weekday != 0 && s.day() && weekday(s.lo) != t.weekday {
		return true
	}
	return s.lo > t.hi || t.lo > s.hi
}

// meet is the days in both; s when they exclude each other.
func (s span) meet(t span) span {
	if s.excludes(t) {
		return s
	}
	out := s
	if t.hi-t.lo < s.hi-s.lo {
		out.precision = t.precision
	}
	out.lo, out.hi = max(s.lo, t.lo), min(s.hi, t.hi)
	if out.weekday == 0 {
		out.weekday = t.weekday
	}
	if out.day() {
		out.weekday = 0
	}
	return out
}

// weekday is 1 for Monday to 7 for Sunday.
func weekday(day int) int { return ((day+3)%7+7)%7 + 1 }

func dayOf(t time.Time) int {
	d := t.Unix() / 86400
	if t.Unix()%86400 < 0 {
		d--
	}
	return int(d)
}

// parseValue reads a TIMEX3 value; unknown when it names no range of days.
func parseValue(v string) span {
	if w, ok := strings.CutPrefix(v, "XXXX-WXX-"); ok {
		if n, err := strconv.Atoi(w[:min(1, len(w))]); err == nil && n >= 1 && n <= 7 {
			s := unknown
			s.weekday, s.precision = n, "day"
			return s
		}
		return unknown
	}
	if i := strings.IndexByte(v, 'T'); i > 0 {
		if s := parseValue(v[:i]); s != unknown {
			return s
		}
		return unknown
	}
	if len(v) < 4 {
		return unknown
	}
	year, err := strconv.Atoi(v[:4])
	if err != nil || year < 1000 {
		return unknown
	}
	rest := strings.TrimPrefix(v[4:], "-")
	from := func(y, m, d int) int { return dayOf(time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)) }
	switch {
	case rest == "":
		return span{lo: from(year, 1, 1), hi: from(year, 12, 31), precision: "year"}
	case rest[0] == 'W':
		n, err := strconv.Atoi(rest[1:min(3, len(rest))])
		if err != nil || n < 1 || n > 53 {
			return unknown
		}
		lo := isoWeek(year, n)
		switch tail := strings.TrimPrefix(rest[min(3, len(rest)):], "-"); tail {
		case "":
			return span{lo: lo, hi: lo + 6, precision: "week"}
		case "WE":
			return span{lo: lo + 5, hi: lo + 6, precision: "week"}
		default:
			if d, err := strconv.Atoi(tail); err == nil && d >= 1 && d <= 7 {
				return span{lo: lo + d - 1, hi: lo + d - 1, precision: "day"}
			}
		}
		return unknown
	case rest[0] == 'Q' || rest[0] == 'H':
		n, err := strconv.Atoi(rest[1:])
		months := 3
		if rest[0] == 'H' {
			months = 6
		}
		if err != nil || n < 1 || n > 12/months {
			return unknown
		}
		return span{lo: from(year, (n-1)*months+1, 1), hi: from(year, n*months+1, 0), precision: "month"}
	case rest == "SP" || rest == "SU" || rest == "FA" || rest == "WI":
		// Seasons of either hemisphere and of weather: only the year is sure.
		return span{lo: from(year, 1, 1), hi: from(year+1, 3, 31), precision: "year"}
	}
	month, err := strconv.Atoi(rest[:min(2, len(rest))])
	if err != nil || month < 1 || month > 12 {
		return unknown
	}
	if len(rest) <= 3 {
		return span{lo: from(year, month, 1), hi: from(year, month+1, 0), precision: "month"}
	}
	d, err := strconv.Atoi(rest[3:])
	if err != nil || d < 1 || d > 31 {
		return unknown
	}
	n := from(year, month, d)
	return span{lo: n, hi: n, precision: "day"}
}

// isoWeek is the Monday of an ISO 8601 week.
func isoWeek(year, week int) int {
	jan4 := dayOf(time.Date(year, 1, 4, 0, 0, 0, 0, time.UTC))
	return jan4 - (weekday(jan4) - 1) + (week-1)*7
}

// format writes a day as ISO 8601.
func format(day int) string { return time.Unix(int64(day)*86400, 0).UTC().Format(time.DateOnly) }

// Days reads a TIMEX3 value as its first and last day in ISO 8601 and its
// precision (day, week, month, year); ok is false when it names no range of
// days.
func Days(value string) (from, to, precision string, ok bool) {
	s := parseValue(value)
	if !s.known() {
		return "", "", "", false
	}
	return format(s.lo), format(s.hi), s.precision, true
}

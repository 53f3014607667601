package timex

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// grain is the precision of a point in time, fine to coarse.
type grain int8

const (
	grainNone grain = iota
	grainMinute
	grainPart // part of a day
	grainDay
	grainWeekend
	grainWeek
	grainMonth
	grainSeason
	grainQuarter
	grainHalf
	grainYear
	grainDecade
	grainCentury
)

// point is a period of the calendar named by its start and grain. Its clock
// and part of day refine a day.
type point struct {
	grain  grain
	start  time.Time // of the period, UTC
	season string    // SP SU FA WI for grainSeason
	part   string    // MO MI AF EV NI for grainPart
	zone   string    // "Z" for UTC and GMT, else ""
	bc     bool      // years before Christ, counted in start as positive
}

func day(t time.Time) point { return point{grain: grainDay, start: t} }

func date(year, month, d int) time.Time {
	return time.Date(year, time.Month(month), d, 0, 0, 0, 0, time.UTC)
}

// validDay refuses 31 June.
func validDay(year, month, d int) bool {
	t := date(year, month, d)
	return int(t.Month()) == month && t.Day() == d
}

// value is the point in TIMEX3.
func (p point) value() string {
	y := p.start.Year()
	year, era := fmt.Sprintf("%04d", y), ""
	if p.bc {
		era = "BC"
	}
	year = era + year
	iso, week := p.start.ISOWeek()
	switch p.grain {
	case grainCentury:
		return year[:len(year)-2]
	case grainDecade:
		return year[:len(year)-1]
	case grainYear:
		return year
	case grainHalf:
		return fmt.Sprintf("%s-H%d", year, (int(p.start.Month())-1)/6+1)
	case grainQuarter:
		return fmt.Sprintf("%s-Q%d", year, (int(p.start.Month())-1)/3+1)
	case grainSeason:
		return year + "-" + p.season
	case grainMonth:
		return fmt.Sprintf("%s-%02d", year, p.start.Month())
	case grainWeek:
		return fmt.Sprintf("%04d-W%02d", iso, week)
	case grainWeekend:
		return fmt.Sprintf("%04d-W%02d-WE", iso, week)
	case grainDay:
		return era + p.start.Format(time.DateOnly)
	case grainPart:
		return era + p.start.Format(time.DateOnly) + "T" + p.part
	case grainMinute:
		if p.part == midnight {
			return era + p.start.Format(time.DateOnly) + "T24:00" + p.zone
		}
		return era + p.start.Format("2006-01-02T15:04") + p.zone
	}
	return ""
}

// midnight marks the clock that ends a day.
const midnight = "24:00"

// unknown is the value of a point of that grain when no date is known.
func unknown(g grain) string {
	switch g {
	case grainCentury:
		return "XX"
	case grainDecade:
		return "XXX"
	case grainYear:
		return "XXXX"
	case grainHalf:
		return "XXXX-HX"
	case grainQuarter:
		return "XXXX-QX"
	case grainSeason:
		return "XXXX-XX"
	case grainMonth:
		return "XXXX-XX"
	case grainWeek:
		return "XXXX-WXX"
	case grainWeekend:
		return "XXXX-WXX-WE"
	}
	return "XXXX-XX-XX"
}

// truncate is the period of grain g that holds t.
func truncate(t time.Time, g grain) point {
	p := point{grain: g}
	y, m, d := t.Date()
	switch g {
	case grainCentury:
		p.start = date(y-y%100, 1, 1)
	case grainDecade:
		p.start = date(y-y%10, 1, 1)
	case grainYear:
		p.start = date(y, 1, 1)
	case grainHalf:
		p.start = date(y, (int(m)-1)/6*6+1, 1)
	case grainQuarter:
		p.start = date(y, (int(m)-1)/3*3+1, 1)
	case grainSeason:
		p.season, p.start = seasonAt(t)
	case grainMonth:
		p.start = date(y, int(m), 1)
	case grainWeek, grainWeekend:
		p.start = monday(t)
	case grainDay, grainPart:
		p.start = date(y, int(m), d)
	default:
		p.start = t
	}
	return p
}

// monday is the first day of t's ISO week.
func monday(t time.Time) time.Time {
	y, m, d := t.Date()
	return date(y, int(m), d-isoWeekday(t)+1)
}

// isoWeekday counts from Monday, 1, to Sunday, 7.
func isoWeekday(t time.Time) int { return (int(t.Weekday())+6)%7 + 1 }

// seasonAt is the meteorological season of t; winter belongs to the year in
// which it begins.
func seasonAt(t time.Time) (string, time.Time) {
	y, m := t.Year(), int(t.Month())
	switch {
	case m >= 12:
		return "WI", date(y, 12, 1)
	case m >= 9:
		return "FA", date(y, 9, 1)
	case m >= 6:
		return "SU", date(y, 6, 1)
	case m >= 3:
		return "SP", date(y, 3, 1)
	}
	return "WI", date(y-1, 12, 1)
}

// seasonMonth is the month in which a season begins.
func seasonMonth(season string) int {
	return map[string]int{"SP": 3, "SU": 6, "FA": 9, "WI": 12}[season]
}

// unitOf is a unit of the rule files: the letter of its ISO 8601 duration,
// its grain as a point, and its length in minutes (0 when it varies).
type unitOf struct {
	name    string
	letter  string
	time    bool // after the T of a duration
	grain   grain
	months  int
	days    int
	minutes float64
}

func unitByName(name string) (unitOf, bool) {
	for _, u := range [...]unitOf{
		{name: "second", letter: "S", time: true, grain: grainMinute, minutes: 1.0 / 60},
		{name: "minute", letter: "M", time: true, grain: grainMinute, minutes: 1},
		{name: "hour", letter: "H", time: true, grain: grainMinute, minutes: 60},
		{name: "day", letter: "D", grain: grainDay, days: 1, minutes: 24 * 60},
		{name: "night", letter: "D", grain: grainDay, days: 1},
		{name: "weekend", letter: "WE", grain: grainWeekend, days: 7},
		{name: "week", letter: "W", grain: grainWeek, days: 7},
		{name: "fortnight", letter: "W", grain: grainWeek, days: 14},
		{name: "month", letter: "M", grain: grainMonth, months: 1},
		{name: "quarter", letter: "Q", grain: grainQuarter, months: 3},
		{name: "season", letter: "M", grain: grainSeason, months: 3},
		{name: "half", letter: "H", grain: grainHalf, months: 6},
		{name: "year", letter: "Y", grain: grainYear, months: 12},
		{name: "decade", letter: "Y", grain: grainDecade, months: 120},
		{name: "century", letter: "Y", grain: grainCentury, months: 1200},
	} {
		if u.name == name {
			return u, true
		}
	}
	return unitOf{}, false
}

// maxShift is the longest distance in days that leads from a year of the
// calendar to another, 1 to 9999.
const maxShift = 9999 * 366

// add moves t by n units; n may be a fraction, which moves by months or days.
// It reports false where that leads out of the years 1 to 9999.
func add(t time.Time, n float64, u unitOf) (time.Time, bool) {
	if math.Abs(n)*max(float64(u.months)*28, float64(u.days), u.minutes/dayMinutes) > maxShift {
		return t, false
	}
	switch {
	case u.months > 0:
		months := int(roundHalf(n * float64(u.months)))
		y, m, d := t.Date()
		first := time.Date(y, m+time.Month(months), 1, t.Hour(), t.Minute(), 0, 0, time.UTC)
		last := date(first.Year(), int(first.Month())+1, 0).Day()
		t = first.AddDate(0, 0, min(d, last)-1) // 31 March less a month is the last of February
	case u.days > 0:
		t = t.AddDate(0, 0, int(roundHalf(n*float64(u.days))))
	default: // a time.Duration holds no 300 years
		days, rest := math.Modf(n * u.minutes / dayMinutes)
		t = t.AddDate(0, 0, int(days)).Add(time.Duration(math.Round(rest * dayMinutes * float64(time.Minute))))
	}
	return t, t.Year() >= 1 && t.Year() <= 9999
}

func roundHalf(f float64) float64 {
	if f < 0 {
		return -roundHalf(-f)
	}
	return float64(int64(f + 0.5))
}

// isoDuration writes a TIMEX3 duration; quantity is a number or "X".
func isoDuration(quantity string, u unitOf) string {
	if u.time {
		return "PT" + quantity + u.letter
	}
	return "P" + quantity + u.letter
}

// number formats without a needless point.
func number(f float64) string {
	s := fmt.Sprintf("%.2f", f)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// duration is the TIMEX3 value of n units, written with whole numbers where a
// smaller unit allows it: an hour and a half is PT1H30M.
func duration(n float64, u unitOf) string {
	switch u.name {
	case "decade":
		n, u = n*10, mustUnit("year")
	case "century":
		n, u = n*100, mustUnit("year")
	case "fortnight":
		n, u = n*2, mustUnit("week")
	}
	whole := float64(int64(n))
	rest := n - whole
	if rest == 0 {
		return isoDuration(number(n), u)
	}
	lower := map[string]struct {
		unit string
		per  float64
	}{"hour": {"minute", 60}, "minute": {"second", 60}, "year": {"month", 12}, "day": {"hour", 24}}
	if l, ok := lower[u.name]; ok {
		part := roundHalf(rest * l.per)
		small := mustUnit(l.unit)
		switch {
		case whole == 0:
			return isoDuration(number(part), small)
		case u.time == small.time:
			return isoDuration(number(whole), u) + number(part) + small.letter
		default:
			return isoDuration(number(whole), u) + "T" + number(part) + small.letter
		}
	}
	return isoDuration(number(n), u)
}

func mustUnit(name string) unitOf {
	u, ok := unitByName(name)
	if !ok {
		panic("timex: no unit " + name)
	}
	return u
}

// easter is Easter Sunday of the Gregorian calendar (Meeus, Jones, Butcher).
func easter(year int) time.Time {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	f := (b + 8) / 25
	g := (b - f + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return date(year, n/31, n%31+1)
}

// nthWeekday is the n-th weekday (ISO) of a month, counted from the end when
// n is negative.
func nthWeekday(year, month, n, weekday int) time.Time {
	if n > 0 {
		first := date(year, month, 1)
		return first.AddDate(0, 0, (weekday-isoWeekday(first)+7)%7+7*(n-1))
	}
	last := date(year, month+1, 0)
	return last.AddDate(0, 0, -((isoWeekday(last)-weekday+7)%7)+7*(n+1))
}

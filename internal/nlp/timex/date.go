package timex

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/readout-news/readout/internal/nlp"
)

// How many days after the publication a month and day without a year may lie:
// news looks ahead by weeks and back by months. Tuned on TimeBank and AQUAINT.
const (
	maxFuture  = 60  // when nothing in the sentence tells the tense
	maxTold    = 40  // in a clause of the past: "had been set to expire Nov. 6"
	maxUntil   = 75  // there, after a word of direction: "was extended to Nov. 20"
	maxHinted  = 200 // where a word hints at the future: "could decide the vote in November"
	maxPlanned = 330 // in a clause of the future; beyond it the day has just passed
	maxQuarter = 100
)

func parseNumber(s string) (float64, bool) {
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}

// partial is what a date expression names; 0 and "" are left out.
type partial struct {
	year, month, day, weekday int
	season                    string
	quarter, half             int
	holiday                   string
	nth                       int // week or weekday of a month or year, from the end when negative
	grain                     grain
}

// date resolves a calendar date, full or with parts left out.
func (r *resolver) date(i int) bool {
	j := &r.jobs[i]
	if n, ok := j.number("century"); ok {
		j.settle(point{grain: grainCentury, start: date(int(n-1)*100, 1, 1), bc: j.bc()}, basisExplicit, "", nlp.None)
		return n >= 1 && n <= 30
	}
	if n, ok := j.number("decade"); ok {
		y := int(n)
		if y < 100 {
			y += 1900
			if n <= 20 {
				y += 100
			}
		}
		j.settle(point{grain: grainDecade, start: date(y, 1, 1)}, basisExplicit, "", nlp.None)
		return true
	}
	p, ok := j.partial()
	if !ok {
		return false
	}
	base, bg, function, anchor := r.now(i)
	basis := basisExplicit
	if n, ok := j.number("yearrel"); ok {
		if bg == grainNone {
			j.leave(p.unresolved(), "DATE", basisRelative)
			return true
		}
		p.year = base.Year() + int(n)
		basis = basisRelative
	}
	if n, ok := j.number("monthrel"); ok {
		if bg == grainNone || bg > grainMonth {
			j.leave(unknown(grainDay), "DATE", basisRelative)
			return true
		}
		first := date(base.Year(), int(base.Month())+int(n), 1)
		p.year, p.month, basis = first.Year(), int(first.Month()), basisRelative
	}
	if from, ok := j.text("from"); ok && from == "anchor" && p.year == 0 {
		if a := r.anchor(i, grainYear); a != nlp.None {
			p.year, basis, function, anchor = r.jobs[a].pt.start.Year(), basisRelative, byAnchor, a
		}
	}
	if p.year != 0 {
		pt, ok := p.at(p.year)
		if !ok {
			return false
		}
		pt.bc = j.bc()
		if basis == basisExplicit {
			function, anchor = "", nlp.None
		}
		return r.refine(i, pt, basis, function, anchor)
	}
	switch {
	case p.grain == grainNone: // a clock or a part of day alone
		return r.clock(i)
	case p.weekday != 0 && p.month == 0 && p.day == 0 && p.nth == 0:
		return r.weekday(i, p.weekday)
	case p.day != 0 && p.month == 0:
		return r.dayOfMonth(i, p)
	}
	if bg == grainNone {
		j.leave(j.clockSuffix(p.unresolved()), j.timeType(), basisInferred)
		return true
	}
	pt, ok := r.coordinated(i, p)
	if !ok {
		pt, ok = r.nearestYear(j, p, base)
	}
	if !ok {
		return false
	}
	basis = basisInferred
	if _, ok := j.text("rel"); ok {
		basis = basisRelative
	}
	return r.refine(i, pt, basis, function, anchor)
}

func (j *job) bc() bool { _, ok := j.text("era"); return ok }

// partial reads the arguments of a date.
func (j *job) partial() (partial, bool) {
	p := partial{
		year: j.whole("year", 0), month: j.whole("month", 0), day: j.whole("day", 0), weekday: j.whole("weekday", 0),
		quarter: j.whole("quarter", 0), half: j.whole("half", 0),
	}
	if yy, ok := j.number("yy"); ok {
		// "2014-18" is a range, "2016-11" is not.
		if start, ok := j.number("from"); ok && int(start)%100 >= int(yy) {
			return p, false
		}
		p.year = 1900 + int(yy)
		if yy < 50 {
			p.year += 100
		}
	}
	p.nth = j.whole("nth", 0)
	p.season, _ = j.text("season")
	p.holiday, _ = j.text("holiday")
	switch {
	case p.nth != 0 && p.weekday == 0:
		p.grain = grainWeek
	case p.holiday != "", p.day != 0, p.weekday != 0:
		p.grain = grainDay
	case p.month != 0:
		p.grain = grainMonth
	case p.season != "":
		p.grain = grainSeason
	case p.quarter != 0:
		p.grain = grainQuarter
	case p.half != 0:
		p.grain = grainHalf
	case p.year != 0:
		p.grain = grainYear
	default:
		if _, ok := j.number("yearrel"); ok {
			p.grain = grainYear
		}
	}
	if p.month > 12 && p.day <= 12 { // 21/04 in the order of the other side of the Atlantic
		p.month, p.day = p.day, p.month
	}
	return p, p.month <= 12 && p.day <= 31 && p.quarter <= 4 && p.half <= 2
}

// at is the date in a given year.
func (p partial) at(year int) (point, bool) {
	switch p.grain {
	case grainDay:
		if p.holiday != "" {
			t, ok := holidayDate(p.holiday, year)
			return day(t), ok
		}
		if p.nth != 0 && p.weekday != 0 && p.month != 0 {
			return day(nthWeekday(year, p.month, p.nth, p.weekday)), true
		}
		if p.month == 0 || p.day == 0 || !validDay(year, p.month, p.day) {
			return point{}, false
		}
		return day(date(year, p.month, p.day)), true
	case grainWeek: // the n-th ISO week: the one with the n-th Thursday
		const thursday = 4
		t := nthWeekday(year, max(p.month, 1), p.nth, thursday)
		if p.month == 0 && p.nth < 0 {
			t = nthWeekday(year, 12, p.nth, thursday)
		}
		return truncate(t, grainWeek), true
	case grainMonth:
		return point{grain: grainMonth, start: date(year, p.month, 1)}, true
	case grainSeason:
		return point{grain: grainSeason, start: date(year, seasonMonth(p.season), 1), season: p.season}, true
	case grainQuarter:
		return point{grain: grainQuarter, start: date(year, p.quarter*3-2, 1)}, true
	case grainHalf:
		return point{grain: grainHalf, start: date(year, p.half*6-5, 1)}, true
	case grainYear:
		return point{grain: grainYear, start: date(year, 1, 1)}, true
	}
	return point{}, false
}

// unresolved is the value without a year.
func (p partial) unresolved() string {
	switch p.grain {
	case grainDay:
		if p.holiday != "" {
			if m, d, ok := fixedHoliday(p.holiday); ok {
				return fmt.Sprintf("XXXX-%02d-%02d", m, d)
			}
			return unknown(grainDay)
		}
		if p.month == 0 && p.weekday != 0 {
			return fmt.Sprintf("XXXX-WXX-%d", p.weekday)
		}
		if p.month == 0 {
			return fmt.Sprintf("XXXX-XX-%02d", p.day)
		}
		return fmt.Sprintf("XXXX-%02d-%02d", p.month, p.day)
	case grainMonth:
		return fmt.Sprintf("XXXX-%02d", p.month)
	case grainWeek:
		if p.month != 0 {
			return fmt.Sprintf("XXXX-%02d-WXX", p.month)
		}
	case grainSeason:
		return "XXXX-" + p.season
	case grainQuarter:
		return fmt.Sprintf("XXXX-Q%d", p.quarter)
	case grainHalf:
		return fmt.Sprintf("XXXX-H%d", p.half)
	}
	return unknown(p.grain)
}

// holidayDate reads the specification of a holiday: "12-25" is a day of the
// year, "11/4/4" the fourth Thursday of November (n counts from the end when
// negative), "11/4/4+1" the day after it, "easter-2" a distance from Easter Sunday.
func holidayDate(spec string, year int) (time.Time, bool) {
	if m, d, ok := fixedHoliday(spec); ok {
		return date(year, m, d), true
	}
	if off, ok := strings.CutPrefix(spec, "easter"); ok {
		n, err := strconv.Atoi(off)
		return easter(year).AddDate(0, 0, n), err == nil
	}
	var m, n, wd, off int
	if read, _ := fmt.Sscanf(spec, "%d/%d/%d%d", &m, &n, &wd, &off); read < 3 || n == 0 || m < 1 || m > 12 {
		return time.Time{}, false
	}
	return nthWeekday(year, m, n, wd).AddDate(0, 0, off), true
}

func fixedHoliday(spec string) (month, d int, ok bool) {
	if len(spec) != 5 || spec[2] != '-' {
		return 0, 0, false
	}
	_, err := fmt.Sscanf(spec, "%02d-%02d", &month, &d)
	return month, d, err == nil
}

// maxCoordinated is how many atoms may lie between two dates of one list:
// "from January through March", "June 26 and June 27".
const maxCoordinated = 2

// coordinated gives a date in a list or range the first year in which it does
// not lie before its neighbour to the left.
func (r *resolver) coordinated(i int, p partial) (point, bool) {
	j := &r.jobs[i]
	if i == 0 || p.grain != grainDay && p.grain != grainMonth || p.month == 0 {
		return point{}, false
	}
	a := &r.jobs[i-1]
	gap := j.from - a.to
	if a.f.sent != j.f.sent || gap < 1 || gap > maxCoordinated || !a.known || a.pt.grain != p.grain || !r.inClass("coordinator", j.atoms[j.from-1].id) {
		return point{}, false
	}
	for y := a.pt.start.Year(); y < a.pt.start.Year()+5; y++ {
		if pt, ok := p.at(y); ok && !pt.start.Before(a.pt.start) {
			return pt, true
		}
	}
	return point{}, false
}

// nearestYear chooses the year that the sentence leaves out: by a word such
// as "last", by tense, else the last such date, unless the next one is near.
func (r *resolver) nearestYear(j *job, p partial, base time.Time) (point, bool) {
	y := base.Year()
	// A named weekday decides among the years around, if only one fits.
	if p.weekday != 0 && p.grain == grainDay && p.month != 0 {
		for _, dy := range []int{0, -1, 1, -2, 2, -3, 3} {
			if pt, ok := p.at(y + dy); ok && isoWeekday(pt.start) == p.weekday {
				return pt, true
			}
		}
	}
	here := truncate(base, p.grain).start
	var past, future point // last at or before base, first at or after it
	var havePast, haveFuture bool
	for dy := -4; dy <= 4; dy++ { // 29 February is up to four years away
		pt, ok := p.at(y + dy)
		if !ok {
			continue
		}
		if !pt.start.After(here) {
			past, havePast = pt, true
		}
		if !pt.start.Before(here) && !haveFuture {
			future, haveFuture = pt, true
		}
	}
	if !havePast || !haveFuture {
		return point{}, false
	}
	rel, _ := j.text("rel")
	same := past.start.Equal(future.start)
	switch rel {
	case "last":
		if same {
			return p.at(past.start.Year() - 1)
		}
		return past, true
	case "next":
		if same {
			return p.at(future.start.Year() + 1)
		}
		return future, true
	case "this":
		if same { // in January, this winter began last year
			return past, true
		}
		return p.at(y)
	}
	ahead := future.start.Sub(base).Hours() / 24
	limit := maxFuture
	switch r.direction(j) {
	case directionFuture:
		limit = maxPlanned
	case directionAhead:
		limit = maxHinted
	case directionPast, directionReport:
		switch {
		case j.from > 0 && r.inClass("direction", j.atoms[j.from-1].id):
			limit = maxUntil
		case p.grain == grainDay:
			limit = maxTold
		default:
			limit = 0
		}
	}
	if p.grain == grainQuarter { // figures come out in the quarter after; few speak of one far ahead
		limit = min(limit, maxQuarter)
	}
	if ahead <= float64(limit) {
		return future, true
	}
	return past, true
}

// weekday resolves the name of a weekday.
func (r *resolver) weekday(i, wd int) bool {
	j := &r.jobs[i]
	rel, _ := j.text("rel")
	if rel == "after" || rel == "following" || rel == "previous" {
		if a := r.anchor(i, grainDay); a != nlp.None {
			t := r.jobs[a].pt.start
			if rel == "previous" {
				t = onOrBefore(t.AddDate(0, 0, -1), wd)
			} else {
				t = onOrAfter(t.AddDate(0, 0, 1), wd)
			}
			return r.refine(i, day(truncate(t, grainDay).start), basisRelative, byAnchor, a)
		}
		rel = map[string]string{"previous": "last", "following": "next"}[rel]
	}
	if a := r.weekBefore(i); rel == "" && a != nlp.None {
		return r.refine(i, day(r.jobs[a].pt.start.AddDate(0, 0, wd-1)), basisRelative, byAnchor, a)
	}
	base, bg, function, anchor := r.now(i)
	if bg != grainDay {
		j.leave(j.clockSuffix(fmt.Sprintf("XXXX-WXX-%d", wd)), j.timeType(), basisRelative)
		return true
	}
	var t time.Time
	switch rel {
	case "last":
		t = onOrBefore(base.AddDate(0, 0, -1), wd)
	case "next":
		t = monday(base).AddDate(0, 0, 6+wd)
	case "this":
		t = monday(base).AddDate(0, 0, wd-1)
	case "future":
		t = onOrAfter(base, wd)
	case "nextweek":
		t = monday(base).AddDate(0, 0, 6+wd)
	case "lastweek":
		t = monday(base).AddDate(0, 0, wd-8)
	default:
		if d := r.direction(j); d == directionFuture || d == directionAhead {
			t = onOrAfter(base, wd)
		} else {
			t = onOrBefore(base, wd)
		}
	}
	return r.refine(i, day(t), basisRelative, function, anchor)
}

// weekReach is how many atoms after "last week" a weekday still belongs to it:
// "spoke twice last week, once on Tuesday".
const weekReach = 8

// weekBefore is the job before i when it names a week close by in the same
// sentence.
func (r *resolver) weekBefore(i int) int {
	if i == 0 {
		return nlp.None
	}
	j, a := &r.jobs[i], &r.jobs[i-1]
	if a.pt.grain == grainDay && a.tx.Anchor == i-2 && i > 1 { // "once on Tuesday and once on Thursday"
		i--
		a = &r.jobs[i-1]
	}
	if a.f.sent != j.f.sent || !a.known || a.pt.grain != grainWeek || r.jobs[i].from-a.to > weekReach || a.quote != j.quote {
		return nlp.None
	}
	return i - 1
}

func onOrBefore(t time.Time, wd int) time.Time {
	return t.AddDate(0, 0, -((isoWeekday(t) - wd + 7) % 7))
}
func onOrAfter(t time.Time, wd int) time.Time { return t.AddDate(0, 0, (wd-isoWeekday(t)+7)%7) }

// dayOfMonth resolves "the 14th": of the month last named, else the nearest.
func (r *resolver) dayOfMonth(i int, p partial) bool {
	j := &r.jobs[i]
	if a := r.anchor(i, grainMonth); a != nlp.None && p.weekday == 0 && r.jobs[a].f.sent >= j.f.sent-2 {
		t := r.jobs[a].pt.start
		if validDay(t.Year(), int(t.Month()), p.day) {
			return r.refine(i, day(date(t.Year(), int(t.Month()), p.day)), basisRelative, byAnchor, a)
		}
	}
	base, bg, function, anchor := r.now(i)
	if bg != grainDay {
		j.leave(fmt.Sprintf("XXXX-XX-%02d", p.day), "DATE", basisRelative)
		return true
	}
	future := r.direction(j) == directionFuture
	if p.weekday != 0 { // "Tuesday the 4th": the nearest month in which it fits
		for _, k := range []int{0, -1, 1, -2, 2, -3, 3, -4, 4, -5, 5, -6, 6} {
			first := date(base.Year(), int(base.Month())+k, 1)
			t := first.AddDate(0, 0, p.day-1)
			if t.Month() == first.Month() && isoWeekday(t) == p.weekday {
				return r.refine(i, day(t), basisRelative, function, anchor)
			}
		}
		return false
	}
	for k := range 3 {
		m := -k
		if future {
			m = k
		}
		first := date(base.Year(), int(base.Month())+m, 1)
		t := first.AddDate(0, 0, p.day-1)
		if t.Month() == first.Month() && (future && !t.Before(base) || !future && !t.After(base)) {
			return r.refine(i, day(t), basisRelative, function, anchor)
		}
	}
	return false
}

// refine adds the part of day or the clock of j to a day and settles it.
func (r *resolver) refine(i int, p point, basis, function string, anchor int) bool {
	j := &r.jobs[i]
	if anchor != nlp.None {
		p.bc = r.jobs[anchor].pt.bc
	}
	if g, _ := j.text("grain"); g == "week" && p.grain == grainDay { // "the week of June 14"
		p = truncate(p.start, grainWeek)
	}
	if p.grain == grainDay {
		if h, m, late, ok := j.clockArgs(); ok {
			p.grain = grainMinute
			p.start = p.start.Add(time.Duration(h*60+m) * time.Minute)
			if late {
				p.part = midnight
			}
			p.zone, _ = j.text("zone")
			p.zone = strings.TrimSuffix(p.zone, "-")
		} else if part, ok := j.text("part"); ok {
			p.grain, p.part = grainPart, part
		}
	}
	j.settle(p, basis, function, anchor)
	return true
}

// clockArgs reads hour, minute, a.m. or p.m., noon and midnight; late is true
// for midnight, which ends its day.
func (j *job) clockArgs() (hour, minute int, late, ok bool) {
	if noon, isNoon := j.text("noon"); isNoon {
		return 12, 0, noon == midnight, true
	}
	if n, isMilitary := j.number("hhmm"); isMilitary {
		return int(n) / 100, int(n) % 100, false, true
	}
	h, ok := j.number("hour")
	if !ok {
		return 0, 0, false, false
	}
	hour, minute = int(h), j.whole("minute", 0)
	if minute < 0 { // "a quarter to seven"
		hour, minute = (hour+23)%24, minute+60
	}
	if half, ok := j.text("ampm"); ok {
		// "from 11 to 3 p.m.": the beginning lies in the other half of the day.
		if until, ok := j.number("until"); ok && hour%12 > int(until)%12 {
			half = map[string]string{"am": "pm", "pm": "am"}[half]
		}
		switch {
		case half == "pm" && hour < 12:
			hour += 12
		case half == "am" && hour == 12:
			hour = 0
		}
	}
	return hour, minute, false, hour < 24 && minute < 60
}

// clockSuffix adds the part of day or clock to an unresolved day.
func (j *job) clockSuffix(dayValue string) string {
	if h, m, late, ok := j.clockArgs(); ok {
		if late {
			return dayValue + "T" + midnight
		}
		zone, _ := j.text("zone")
		return fmt.Sprintf("%sT%02d:%02d%s", dayValue, h, m, strings.TrimSuffix(zone, "-"))
	}
	if part, ok := j.text("part"); ok {
		return dayValue + "T" + part
	}
	return dayValue
}

// timeType is TIME when j names a clock or a part of day, else DATE.
func (j *job) timeType() string {
	if _, _, _, ok := j.clockArgs(); ok {
		return "TIME"
	}
	if _, ok := j.text("part"); ok {
		return "TIME"
	}
	return "DATE"
}

// clock resolves a time of day without a day: the day named in the same
// sentence, else that of publication or speech.
func (r *resolver) clock(i int) bool {
	j := &r.jobs[i]
	if j.timeType() != "TIME" {
		return false
	}
	if from, ok := j.text("from"); !ok || from != "now" {
		a := r.dayOfSentence(i)
		if a == nlp.None && j.quote < 0 { // "He came on Friday. In the evening they met."
			a = r.lastPoint(i, 1, func(a *job) bool { return a.pt.grain <= grainDay })
		}
		if a != nlp.None {
			return r.refine(i, truncate(r.jobs[a].pt.start, grainDay), basisRelative, byAnchor, a)
		}
	}
	base, bg, function, anchor := r.now(i)
	if bg != grainDay {
		j.leave(j.clockSuffix(unknown(grainDay)), "TIME", basisRelative)
		return true
	}
	return r.refine(i, day(base), basisRelative, function, anchor)
}

// dayOfSentence is the nearest job of the sentence that names a day.
func (r *resolver) dayOfSentence(i int) int {
	best, bestAt := nlp.None, 0
	for k := max(0, i-maxNeighbours); k < min(len(r.jobs), i+maxNeighbours+1); k++ {
		a := &r.jobs[k]
		if k == i || a.f.sent != r.jobs[i].f.sent || !a.done || !a.known || a.drop || a.pt.grain > grainDay {
			continue
		}
		if d := max(a.core-r.jobs[i].core, r.jobs[i].core-a.core); best == nlp.None || d < bestAt {
			best, bestAt = k, d
		}
	}
	return best
}

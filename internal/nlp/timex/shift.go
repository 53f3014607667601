package timex

import (
	"github.com/readout-news/readout/internal/nlp"
)

// shift resolves a distance from now or from the last date: "last week",
// "three years ago", "two days later".
func (r *resolver) shift(i int) bool {
	j := &r.jobs[i]
	name, _ := j.text("unit")
	u, ok := unitByName(name)
	if !ok {
		return false
	}
	dir := float64(j.whole("dir", 1))
	n, hasN := j.number("n")
	if a, named := j.e.args["n"]; named && !hasN && a.slot >= 0 { // "several weeks ago", "decades ago"
		if from, _ := j.text("from"); from == "anchor" {
			r.vagueShift(i, u)
			return true
		}
		j.vague(dir)
		return true
	}
	g := u.grain
	if name, ok := j.text("grain"); ok {
		if gu, ok := unitByName(name); ok {
			g = gu.grain
		}
	}
	if n != float64(int(n)) && u.months > 1 { // "a year and a half ago"
		g = min(g, grainMonth)
	}
	base, bg, function, anchor := r.now(i)
	from, _ := j.text("from")
	a := nlp.None
	switch from {
	case "anchor":
		a = r.anchor(i, min(max(u.grain, grainDay), grainYear))
	case "near": // "earlier in the day"
		a = r.lastPoint(i, 1, func(a *job) bool { return a.pt.grain <= u.grain })
	case "compared":
		a = r.compared(i, grainYear)
	case "report": // what the report as a whole compares with
		a = r.compared(i, grainQuarter)
	case "quarter":
		if a = r.compared(i, grainQuarter); a == nlp.None {
			dir, n = -1, 1 // figures are told of the quarter that is over
		}
	}
	if a != nlp.None && r.jobs[a].pt.bc { // counted in start as after Christ
		j.leave(unknown(max(g, grainDay)), "DATE", basisRelative)
		return true
	}
	if a != nlp.None {
		base, bg, function, anchor = r.jobs[a].pt.start, r.jobs[a].pt.grain, byAnchor, a
		if bg == grainQuarter && u.grain == grainYear {
			g = bg // "a year earlier" than a quarter is a quarter
		}
	}
	if u.grain == grainWeek && n*dir == -1 && from == "" && bg == grainDay && isoWeekday(base) == 7 {
		n = 0 // written on a Sunday, "last week" is the week that ends
	}
	if u.grain == grainWeekend && n == 0 && bg == grainDay && isoWeekday(base) < 6 {
		d := r.direction(j)
		if from == "now" && d != directionFuture && d != directionAhead || // "over the weekend" is the one just past
			d == directionPast && isoWeekday(base) < 3 {
			n = -1
		}
	}
	_, _, _, hasClock := j.clockArgs()
	if bg == grainNone || bg > u.grain && u.grain >= grainDay || u.grain < grainDay && bg > grainDay {
		typ := j.timeType()
		if u.grain < grainDay {
			typ = "TIME"
		}
		j.leave(j.clockSuffix(unknown(max(g, grainDay))), typ, basisRelative)
		return true
	}
	if u.grain < grainDay && bg != grainMinute { // "two hours ago": the hour of writing is not known
		t := base
		if n*u.minutes >= dayMinutes { // "48 hours later"
			if t, ok = add(base, dir*n, u); !ok {
				j.vague(dir)
				return true
			}
		}
		j.settle(truncate(t, grainDay), basisRelative, function, anchor)
		j.tx.Type = "TIME"
		return true
	}
	t, ok := add(base, dir*n, u)
	if n2, named := j.number("n2"); named && ok {
		if u2, known := unitByName(textOr(j, "unit2")); known {
			t, ok = add(t, dir*n2, u2)
			g = min(g, u2.grain)
		}
	}
	if !ok {
		j.vague(dir)
		return true
	}
	p := truncate(t, g)
	if g == grainNone || g == grainMinute {
		p = point{grain: grainMinute, start: t}
	}
	if part, _ := j.text("part"); (part != "" || hasClock) && p.grain != grainDay {
		p = truncate(t, grainDay)
	}
	return r.refine(i, p, basisRelative, function, anchor)
}

// vague leaves a distance open that no calendar gives: "several weeks ago", "two
// million years ago".
func (j *job) vague(dir float64) {
	ref := "FUTURE_REF"
	if dir < 0 {
		ref = "PAST_REF"
	}
	j.leave(ref, "DATE", basisRelative)
}

// vagueShift resolves "hours later" to the day of the anchor; "days later" is
// left open.
func (r *resolver) vagueShift(i int, u unitOf) {
	j := &r.jobs[i]
	if a := r.anchor(i, grainDay); u.time && a != nlp.None {
		j.settle(truncate(r.jobs[a].pt.start, grainDay), basisRelative, byAnchor, a)
		return
	}
	j.leave(unknown(max(u.grain, grainDay)), "DATE", basisRelative)
}

// comparedReach is how many sentences back a period may have been named that
// figures are compared with.
const comparedReach = 6

// compared is the period that figures "a year earlier" are compared with: the
// last one named that is not itself the other side of a comparison. With
// grainQuarter only a quarter will do.
func (r *resolver) compared(i int, g grain) int {
	return r.lastPoint(i, comparedReach, func(a *job) bool {
		switch from, _ := a.text("from"); from {
		case "compared", "report":
			return false
		}
		return a.pt.grain == grainQuarter || g == grainYear && a.pt.grain <= grainYear
	})
}

func textOr(j *job, key string) string {
	s, _ := j.text(key)
	return s
}

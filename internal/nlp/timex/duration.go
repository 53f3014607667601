package timex

import (
	"fmt"
	"math"
	"strings"

	"github.com/readout-news/readout/internal/nlp"
)

// roundSpread is how far a bare round figure may be off ("two hours"), and
// nearlyFrom the least that "nearly" leaves of a figure; docs/schema.md.
const (
	roundSpread = 0.125
	nearlyFrom  = 0.85
	dayMinutes  = 24 * 60
)

// duration makes a DURATION of n units, and of n2 smaller ones.
func (r *resolver) duration(j *job) bool {
	j.tx.Type = "DURATION"
	if v, ok := j.text("value"); ok {
		j.tx.Value = v
		return true
	}
	name, _ := j.text("unit")
	u, ok := unitByName(name)
	if !ok {
		return false
	}
	j.tx.AnchorEvent = r.anchorEvent(j)
	n, ok := j.number("n")
	if !ok {
		if q, set := j.text("n"); set || q == "" {
			switch name {
			case "decade":
				j.tx.Value = "PXDE"
			case "century":
				j.tx.Value = "PXCE"
			default:
				j.tx.Value = isoDuration("X", u)
			}
			j.unit = u
			return true
		}
	}
	if half, ok := j.number("half"); ok {
		n += half
	}
	if n <= 0 { // "zero hour"
		return false
	}
	j.n, j.unit = n, u
	j.tx.Value = duration(n, u)
	minutes := n * u.minutes
	exact := false
	if n2, ok := j.number("n2"); ok {
		u2, ok := unitByName(textOr(j, "unit2"))
		if !ok {
			return false
		}
		if u2.grain >= u.grain && !u2.time || u2.minutes >= u.minutes && u2.time && u.time {
			return true // "80 years and five decades" are not one length
		}
		second := duration(n2, u2)
		if u.time == u2.time {
			j.tx.Value += strings.TrimPrefix(strings.TrimPrefix(second, "PT"), "P")
		} else {
			j.tx.Value += strings.TrimPrefix(second, "P")
		}
		minutes += n2 * u2.minutes
		exact = true
	}
	most := minutes
	if top, ok := j.number("max"); ok && top > n {
		most = top * u.minutes
		if u2, ok := unitByName(textOr(j, "unit2")); ok {
			most = top * u2.minutes
		}
	}
	if u.minutes > 0 && minutes > 0 && most <= dayMinutes {
		j.tx.Minutes = minuteRange(minutes, most, j.tx.Mod, exact || !roundFigure(n, u))
	}
	return true
}

// anchorEvent is "before" or "after" where an event follows the duration that
// it is counted from: "hours before the call".
func (r *resolver) anchorEvent(j *job) string {
	m := reader{r.set, j.atoms}
	for _, side := range []string{"before", "after"} {
		c, ok := r.set.classByID["event-"+side]
		if !ok {
			continue
		}
		for _, e := range r.set.classes[c].entries {
			if to, ok := m.phraseAt(e.phrase, j.to); ok && to < len(j.atoms) && j.atoms[to].kind == kindWord {
				return side
			}
		}
	}
	return ""
}

// roundFigure reports whether people say the figure for want of a better one:
// whole and half hours, minutes by fives.
func roundFigure(n float64, u unitOf) bool {
	switch u.name {
	case "hour":
		return n*2 == math.Trunc(n*2)
	case "minute", "second":
		return math.Mod(n, 5) == 0
	}
	return true
}

// minuteRange reads a figure with its modifier as a range of minutes.
func minuteRange(from, to float64, mod string, exact bool) *nlp.Range {
	ptr := func(f float64) *float64 { f = math.Round(f*100) / 100; return &f }
	switch mod {
	case "MORE_THAN", "EQUAL_OR_MORE":
		return &nlp.Range{Min: ptr(from)}
	case "LESS_THAN", "EQUAL_OR_LESS":
		return &nlp.Range{Max: ptr(to)}
	case "NEARLY":
		return &nlp.Range{Min: ptr(from * nearlyFrom), Max: ptr(to)}
	case "EXACT":
		return &nlp.Range{Min: ptr(from), Max: ptr(to)}
	}
	if from != to || exact && mod != "APPROX" {
		return &nlp.Range{Min: ptr(from), Max: ptr(to)}
	}
	return &nlp.Range{Min: ptr(from * (1 - roundSpread)), Max: ptr(to * (1 + roundSpread))}
}

// A number takes its unit from a duration at most maxElided sentences back
// whose own number is of its order: "four hours, at least three", but not "two
// hours … less than 300".
const (
	maxElided      = 1
	maxElidedRatio = 6
)

// elided gives a number the unit of the duration next to it: "as long as four
// hours, at least three".
func (r *resolver) elided(i int) bool {
	j := &r.jobs[i]
	n, ok := j.number("n")
	if !ok || n <= 0 {
		return false
	}
	best, bestAt := nlp.None, 0
	for k := max(0, i-maxNeighbours); k < min(len(r.jobs), i+maxNeighbours+1); k++ {
		d := &r.jobs[k]
		if d.unit.name == "" || d.drop || !d.done || k == i || d.tx.Type != "DURATION" {
			continue
		}
		away := j.f.sent - d.f.sent
		if away < 0 || away > maxElided || d.n <= 0 || n > d.n*maxElidedRatio || n*maxElidedRatio < d.n {
			continue
		}
		at := away*1000 + max(j.core-d.core, d.core-j.core)
		if best == nlp.None || at < bestAt {
			best, bestAt = k, at
		}
	}
	if j.from > 0 && r.inClass("counts-others", j.atoms[j.from-1].id) {
		return false // "killed at least three"
	}
	if best == nlp.None {
		return false
	}
	u := r.jobs[best].unit
	j.n, j.unit = n, u
	j.tx.Type, j.tx.Value, j.tx.Basis = "DURATION", duration(n, u), basisInferred
	j.tx.Function, j.tx.Anchor = byAnchor, best
	if u.minutes > 0 && n*u.minutes <= dayMinutes {
		j.tx.Minutes = minuteRange(n*u.minutes, n*u.minutes, j.tx.Mod, !roundFigure(n, u))
	}
	return true
}

// makeSet makes a SET: a recurring time.
func (r *resolver) makeSet(j *job) bool {
	j.tx.Type = "SET"
	if v, ok := j.text("value"); ok {
		j.tx.Value = v
		return true
	}
	if wd := j.whole("weekday", 0); wd != 0 {
		j.tx.Value = j.clockSuffix(fmt.Sprintf("XXXX-WXX-%d", wd))
		return true
	}
	if m := j.whole("month", 0); m != 0 {
		j.tx.Value = fmt.Sprintf("XXXX-%02d", m)
		if d := j.whole("day", 0); d != 0 {
			j.tx.Value = j.clockSuffix(fmt.Sprintf("XXXX-%02d-%02d", m, d))
		}
		return true
	}
	if s, ok := j.text("season"); ok {
		j.tx.Value = "XXXX-" + s
		return true
	}
	if h, ok := j.text("holiday"); ok {
		j.tx.Value = partial{grain: grainDay, holiday: h}.unresolved()
		return true
	}
	if u, ok := unitByName(textOr(j, "unit")); ok {
		n, ok := j.number("n")
		if !ok {
			n = 1
		}
		j.tx.Value = duration(n, u)
		if u.name == "weekend" {
			j.tx.Value = "XXXX-WXX-WE"
		}
		return true
	}
	if _, ok := j.text("part"); ok {
		j.tx.Value = j.clockSuffix(unknown(grainDay))
		return true
	}
	return false
}

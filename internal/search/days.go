package search

import (
	"strings"
	"time"
)

// layouts are the forms in which a day, month or year can be written. Month
// names are English; case does not matter.
var layouts = []struct{ in, out string }{
	{time.DateOnly, time.DateOnly},
	{"2 January 2006", time.DateOnly},
	{"2 Jan 2006", time.DateOnly},
	{"January 2 2006", time.DateOnly},
	{"Jan 2 2006", time.DateOnly},
	{"2.1.2006", time.DateOnly},
	{"2006-01", "2006-01"},
	{"January 2006", "2006-01"},
	{"Jan 2006", "2006-01"},
	{"2006", "2006"},
}

// Days reads a date: 2031-03-14, 14 March 2031, March 14, 2031, 14.3.2031,
// March 2031, early (mid, late) March 2031, early 2031, 2031-03, 2031. The
// result are the first and the last day, month or year, ISO 8601; ok is false
// for anything else. Thirds of a month end on days 10 and 20, thirds of a year
// in April and August, as TIMEX3's START, MID and END are commonly resolved.
func Days(text string) (first, last string, ok bool) {
	text = strings.Join(strings.Fields(strings.NewReplacer(",", " ", "Sept ", "Sep ", "Sept. ", "Sep ").Replace(text)), " ")
	words := strings.Fields(text)
	if len(words) == 0 {
		return "", "", false
	}
	third := -1
	switch strings.ToLower(words[0]) {
	case "early":
		third = 0
	case "mid":
		third = 1
	case "late":
		third = 2
	}
	if third >= 0 {
		words = words[1:]
	}
	value := strings.Join(without(words, "of", "the"), " ")
	for _, l := range layouts {
		t, err := time.Parse(l.in, value)
		if err != nil || t.Year() < 1000 {
			continue
		}
		if third < 0 {
			d := t.Format(l.out)
			return d, d, true
		}
		switch l.out {
		case "2006-01":
			from, to := t.AddDate(0, 0, 10*third), t.AddDate(0, 0, 10*third+9)
			if third == 2 {
				to = t.AddDate(0, 1, -1)
			}
			return from.Format(time.DateOnly), to.Format(time.DateOnly), true
		case "2006":
			return t.AddDate(0, 4*third, 0).Format("2006-01"), t.AddDate(0, 4*third+3, 0).Format("2006-01"), true
		}
		return "", "", false
	}
	return "", "", false
}

// without leaves out words that say nothing, case aside.
func without(words []string, drop ...string) []string {
	var out []string
	for _, w := range words {
		keep := true
		for _, d := range drop {
			keep = keep && !strings.EqualFold(w, d)
		}
		if keep {
			out = append(out, w)
		}
	}
	return out
}

package eval

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/readout-news/readout/internal/corpus"
	"github.com/readout-news/readout/internal/nlp"
)

// scoreTimeCases runs the English date and time cases of Recognizers-Text,
// which are commands to a calendar more than news. Its values are no TIMEX3,
// so two rates are reported for each file.
//
// Spans: a case passes when every expected expression is overlapped by a timex
// and no timex lies outside of all expected ones. One expected range may be
// found as two timexes, its ends.
//
// Values, of the expressions for which the file gives a resolution and that
// are not time zones: right when the timex agrees with the suite's future or
// past reading: the same day, the same minute, the same length in seconds, the
// same notation of a set; for a range, when the period named has the same
// start and end, the two timexes found are its ends, or the timex is the length
// that the suite gives the range ("the next two days"). A value that the suite
// itself writes as its timex is right, whatever part of it a modifier means.
func scoreTimeCases(out *strings.Builder, data string, tok, tx *nlp.Annotator) error {
	cases, err := corpus.ReadTimeCases(filepath.Join(data, "temporal", "recognizers_datetime_en.jsonl"))
	if err != nil {
		return err
	}
	type tally struct{ cases, spans, values, right int }
	var names []string
	tallies := map[string]*tally{}
	total := &tally{}
	for _, c := range cases {
		t := tallies[c.File]
		if t == nil {
			t = &tally{}
			tallies[c.File] = t
			names = append(names, c.File)
		}
		published, _, _ := strings.Cut(c.Reference, "T")
		found := timexDoc(tok, tx, c.Input, published).Timexes
		pass := caseSpans(&c, found)
		right, values := 0, 0
		for i := range c.Results {
			r := &c.Results[i]
			if len(r.Readings) == 0 || r.Type == "timezone" || r.Empty() {
				continue
			}
			values++
			var inside []nlp.Timex
			for _, x := range found {
				if x.Overlaps(r.Span) {
					inside = append(inside, x)
				}
			}
			if caseValue(r, inside) {
				right++
			}
		}
		for _, t := range []*tally{t, total} {
			t.cases++
			if pass {
				t.spans++
			}
			t.values += values
			t.right += right
		}
	}
	line := func(name string, t *tally) {
		fmt.Fprintf(out, "%-36s spans %6.2f %% of %4d cases", name, 100*ratio(t.spans, t.cases), t.cases)
		if t.values > 0 {
			fmt.Fprintf(out, "  values %6.2f %% of %4d", 100*ratio(t.right, t.values), t.values)
		}
		out.WriteByte('\n')
	}
	for _, name := range names {
		line(name, tallies[name])
	}
	line("Recognizers-Text, all", total)
	return nil
}

func caseSpans(c *corpus.TimeCase, found []nlp.Timex) bool {
	for _, r := range c.Results {
		hit := false
		for _, x := range found {
			hit = hit || x.Overlaps(r.Span)
		}
		if !hit {
			return false
		}
	}
	for _, x := range found {
		hit := false
		for _, r := range c.Results {
			hit = hit || x.Overlaps(r.Span)
		}
		if !hit {
			return false
		}
	}
	return true
}

func caseValue(r *corpus.TimeResult, found []nlp.Timex) bool {
	if len(found) == 0 {
		return false
	}
	x := found[0]
	if r.Type == "set" {
		return x.Value == r.Timex || x.Value == "XXXX-XX-XX"+r.Timex
	}
	if x.Value == r.Timex && len(found) == 1 {
		return true
	}
	if strings.HasSuffix(r.Timex, ","+x.Value+")") && x.Type == "DURATION" && len(found) == 1 {
		return true
	}
	for _, want := range r.Readings {
		switch {
		case r.Type == "duration":
			seconds, err := strconv.ParseFloat(want.Value, 64)
			if got, ok := isoSeconds(x.Value); ok && err == nil && got == seconds {
				return true
			}
		case want.Start != "" || want.End != "":
			from, to, ok := period(x.Value)
			if len(found) > 1 {
				_, last, ok2 := period(found[len(found)-1].Value)
				if ok && ok2 && sameMoment(from, want.Start) && (sameMoment(last, want.End) || sameStart(found[len(found)-1].Value, want.End)) {
					return true
				}
				continue
			}
			if ok && sameMoment(from, want.Start) && sameMoment(to, want.End) {
				return true
			}
			if part, ok := strings.CutPrefix(r.Timex[max(0, len(r.Timex)-3):], "T"); ok && strings.HasSuffix(x.Value, "T"+part) {
				return true // the hours of a part of day are a matter of taste
			}
		case want.Value != "":
			if from, _, ok := period(x.Value); ok && sameMoment(from, want.Value) {
				return true
			}
		}
	}
	return false
}

// sameStart reports whether the period of value begins at the moment s.
func sameStart(value, s string) bool {
	from, _, ok := period(value)
	return ok && sameMoment(from, s)
}

// sameMoment compares t with a moment in the notation of the suite; a clock
// alone is compared with the clock of t.
func sameMoment(t time.Time, s string) bool {
	for _, layout := range []string{"2006-01-02", "2006-01-02 15:04:05", "2006-01-02T15:04:05"} {
		if m, err := time.Parse(layout, s); err == nil {
			return m.Equal(t)
		}
	}
	m, err := time.Parse("15:04:05", s)
	return err == nil && m.Hour() == t.Hour() && m.Minute() == t.Minute()
}

// period is the time that a TIMEX3 date or time covers, end exclusive.
func period(value string) (from, to time.Time, ok bool) {
	value = strings.TrimSuffix(value, "Z")
	value = strings.Replace(value, "XXXX-XX-XXT", "2000-01-01T", 1)
	var year, n int
	switch {
	case len(value) == 3:
		if _, err := fmt.Sscanf(value, "%d", &year); err == nil {
			return time.Date(year*10, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(year*10+10, 1, 1, 0, 0, 0, 0, time.UTC), true
		}
	case len(value) >= 8 && value[4:6] == "-W":
		if _, err := fmt.Sscanf(value, "%d-W%d", &year, &n); err == nil {
			fourth := time.Date(year, 1, 4, 0, 0, 0, 0, time.UTC) // always in week 1
			from = fourth.AddDate(0, 0, -(int(fourth.Weekday())+6)%7+7*(n-1))
			if strings.HasSuffix(value, "-WE") {
				from = from.AddDate(0, 0, 5)
				return from, from.AddDate(0, 0, 2), true
			}
			return from, from.AddDate(0, 0, 7), true
		}
	case len(value) == 7 && (value[5] == 'Q' || value[5] == 'H'):
		if _, err := fmt.Sscanf(value[:4]+" "+value[6:], "%d %d", &year, &n); err == nil {
			months := map[byte]int{'Q': 3, 'H': 6}[value[5]]
			from = time.Date(year, time.Month((n-1)*months+1), 1, 0, 0, 0, 0, time.UTC)
			return from, from.AddDate(0, months, 0), true
		}
	}
	for _, l := range []struct {
		layout  string
		y, m, d int
		minutes int
	}{{"2006", 1, 0, 0, 0}, {"2006-01", 0, 1, 0, 0}, {"2006-01-02", 0, 0, 1, 0}, {"2006-01-02T15:04", 0, 0, 0, 1}} {
		if t, err := time.Parse(l.layout, value); err == nil {
			return t, t.AddDate(l.y, l.m, l.d).Add(time.Duration(l.minutes) * time.Minute), true
		}
	}
	return from, to, false
}

// isoSeconds is the length of a TIMEX3 duration, a month counted as 30 days
// and a year as 365, as the suite does.
func isoSeconds(value string) (float64, bool) {
	if !strings.HasPrefix(value, "P") {
		return 0, false
	}
	clock := false
	total := 0.0
	for rest := value[1:]; rest != ""; {
		if rest[0] == 'T' {
			clock, rest = true, rest[1:]
			continue
		}
		end := strings.IndexFunc(rest, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
		if end <= 0 {
			return 0, false
		}
		n, err := strconv.ParseFloat(rest[:end], 64)
		if err != nil {
			return 0, false
		}
		const daySeconds = 24 * 3600
		unit := map[byte]float64{'Y': 365 * daySeconds, 'M': 30 * daySeconds, 'W': 7 * daySeconds, 'D': daySeconds}
		if clock {
			unit = map[byte]float64{'H': 3600, 'M': 60, 'S': 1}
		}
		total += n * unit[rest[end]]
		rest = rest[end+1:]
	}
	return total, true
}

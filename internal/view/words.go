package view

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/readout-news/readout"
)

// Value is the value of a claim in words, without a capital: "about 2 hours",
// "12 March 2031", "Port Elsey".
func (v *View) Value(c *readout.Claim) string {
	x := &c.Value
	switch {
	case x.Unit == "minute":
		return measureWords(c, minutesWords)
	case x.Unit != "":
		return measureWords(c, countWords)
	case x.Date != nil:
		s := DateWords(x.Date)
		switch c.Hedge {
		case "began":
			return "began " + s
		case "ended":
			return "ended " + s
		case "", "on":
			return s
		case "early", "late", "mid":
			return c.Hedge + " in " + s
		}
		return s + " (“" + c.Hedge + "”)"
	case x.Entity != "":
		return cmp.Or(v.EntityName(x.Entity), c.Text)
	}
	switch c.Attribute {
	case "occurrence":
		if w := occurrenceWords[x.Text]; w != "" {
			return w
		}
	case "outcome":
		class, _, _ := strings.Cut(x.Text, ":")
		if w := outcomeWords[class]; w != "" {
			return w
		}
	case "participants":
		return and(strings.Split(x.Text, "; "))
	}
	return "“" + shorten(c.Text, maxQuote) + "”"
}

// occurrenceWords say what a claim on occurrence says; see the package
// internal/link/claim for the values.
var occurrenceWords = map[string]string{
	"occurred": "yes", "confirmed": "yes, confirmed", "reported": "reported, not confirmed", "denied": "denied",
	"neither confirmed nor denied": "neither confirms nor denies", "none in between": "counts none between two others",
}

// outcomeWords name the classes of an outcome.
var outcomeWords = map[string]string{
	"accord": "something was agreed", "progress": "progress", "failure": "nothing was reached", "difference": "the sides stand apart",
	"refusal": "refused", "undisclosed": "nothing was disclosed",
}

// answerWords say how a party answered.
var answerWords = map[readout.ResponseKind]string{
	readout.Confirms: "yes", readout.Denies: "denied", readout.Neither: "neither confirms nor denies", readout.Declines: "declined to comment",
	readout.NoAnswer: "asked, gave no answer", readout.Unavailable: "could not be reached", readout.Acknowledges: "yes",
}

// lowHedges bound a value from below, highHedges from above.
var (
	lowHedges  = []string{"over", "more than", "at least", "no less than", "not less than", "just over", "well over", "upwards of", "above", "longer than"}
	highHedges = []string{"nearly", "almost", "under", "less than", "just under", "close to", "up to", "as long as", "as many as", "as much as", "at most", "not quite", "well under", "no more than", "some way short of"}
)

// measureWords writes a range with its hedge as the report has it.
func measureWords(c *readout.Claim, write func(float64) string) string {
	x, hedge := &c.Value, strings.ToLower(c.Hedge)
	twoBounds := strings.Contains(hedge, "…")
	switch {
	case x.Min == nil && x.Max == nil && x.Approx == nil:
		return "“" + shorten(c.Text, maxQuote) + "”"
	case twoBounds && x.Min != nil && x.Max != nil:
		return write(*x.Min) + " to " + write(*x.Max)
	case x.Max == nil && x.Min != nil:
		if slices.Contains(lowHedges, hedge) {
			return hedge + " " + write(*x.Min)
		}
		return "at least " + write(*x.Min)
	case x.Min == nil && x.Max != nil:
		if slices.Contains(highHedges, hedge) {
			return hedge + " " + write(*x.Max)
		}
		return "at most " + write(*x.Max)
	case slices.Contains(highHedges, hedge):
		return hedge + " " + write(*x.Max)
	case slices.Contains(lowHedges, hedge):
		return hedge + " " + write(*x.Min)
	case x.Approx != nil:
		if hedge != "" {
			return hedge + " " + write(*x.Approx)
		}
		return write(*x.Approx)
	case *x.Min == *x.Max:
		if hedge != "" {
			return hedge + " " + write(*x.Min)
		}
		return write(*x.Min)
	}
	return write(*x.Min) + " to " + write(*x.Max)
}

// nominal is the one figure that a claim on a quantity names, as near as it
// names one.
func nominal(c *readout.Claim) float64 {
	x, hedge := &c.Value, strings.ToLower(c.Hedge)
	switch {
	case x.Approx != nil:
		return *x.Approx
	case x.Max == nil && x.Min == nil:
		return math.NaN()
	case x.Max == nil, x.Min != nil && slices.Contains(lowHedges, hedge):
		return *x.Min
	case x.Min == nil, slices.Contains(highHedges, hedge):
		return *x.Max
	}
	return (*x.Min + *x.Max) / 2
}

// minutesWords writes minutes: "1 hour 15 minutes", "2 days 5 hours".
func minutesWords(f float64) string {
	n := int(math.Round(f))
	unit := func(k int, name string) string {
		if k == 1 {
			return "1 " + name
		}
		return fmt.Sprintf("%d %ss", k, name)
	}
	if n < 60 {
		return unit(n, "minute")
	}
	var parts []string
	if d := n / (24 * 60); d > 0 {
		parts = append(parts, unit(d, "day"))
		n -= d * 24 * 60
	}
	if h := n / 60; h > 0 {
		parts = append(parts, unit(h, "hour"))
	}
	if m := n % 60; m > 0 && len(parts) < 2 {
		parts = append(parts, unit(m, "minute"))
	}
	return strings.Join(parts, " ")
}

// countWords writes a count with its thousands parted: "12,500".
func countWords(f float64) string {
	s := strconv.FormatFloat(math.Round(f*10)/10, 'f', -1, 64)
	whole, frac, _ := strings.Cut(s, ".")
	var b strings.Builder
	for i, r := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 && whole[i-1] != '-' {
			b.WriteByte(',')
		}
		b.WriteRune(r)
	}
	if frac != "" {
		return b.String() + "." + frac
	}
	return b.String()
}

// DateWords is a date as people write it, at its precision: "12–14 March 2031",
// "14 March 2031, 10:00", "March 2031", "by 14 March 2031"; "" unknown.
func DateWords(d *readout.Date) string {
	if d == nil || d.Value == "" {
		return ""
	}
	if d.Bound() {
		return "by " + MomentWords(d.Value)
	}
	if d.End == "" || d.End == d.Value {
		switch d.Precision {
		case "month":
			return MomentWords(d.Value[:min(len(d.Value), 7)])
		case "year":
			return MomentWords(d.Value[:min(len(d.Value), 4)])
		}
		return MomentWords(d.Value)
	}
	// A range that is a whole month or year is that month or year.
	if s := wholePeriod(d.Value, d.End); s != "" {
		return s
	}
	from, to := MomentWords(d.Value), MomentWords(d.End)
	a, b := strings.Fields(from), strings.Fields(to)
	if len(a) == 3 && len(b) == 3 && a[2] == b[2] {
		if a[1] == b[1] {
			return a[0] + "–" + to
		}
		return a[0] + " " + a[1] + " to " + to
	}
	return from + " to " + to
}

// wholePeriod names the month or year that the days from a to b fill, "" none.
func wholePeriod(a, b string) string {
	x, err1 := time.Parse(time.DateOnly, a)
	y, err2 := time.Parse(time.DateOnly, b)
	if err1 != nil || err2 != nil || x.Day() != 1 || y.AddDate(0, 0, 1).Day() != 1 {
		return ""
	}
	switch {
	case x.Year() == y.Year() && x.Month() == y.Month():
		return MomentWords(a[:7])
	case x.Year() == y.Year() && x.Month() == time.January && y.Month() == time.December:
		return a[:4]
	}
	return ""
}

// MomentWords is an ISO 8601 value as people write it: "14 March 2031, 19:12
// UTC", "14 March 2031", "March 2031", "2031"; the value itself when it is none.
func MomentWords(v string) string {
	for _, l := range []struct{ in, out string }{
		{"2006-01-02T15:04Z", "2 January 2006, 15:04 UTC"},
		{"2006-01-02T15:04:05Z", "2 January 2006, 15:04 UTC"},
		{"2006-01-02T15:04", "2 January 2006, 15:04"},
		{"2006-01-02T15", "2 January 2006, 15:00"},
		{time.DateOnly, "2 January 2006"},
		{"2006-01", "January 2006"},
		{"2006", "2006"},
	} {
		if t, err := time.Parse(l.in, v); err == nil {
			return t.Format(l.out)
		}
	}
	for _, l := range []string{time.RFC3339, "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(l, v); err == nil {
			return t.UTC().Format("2 January 2006, 15:04 UTC")
		}
	}
	return v
}

// maxQuote bounds the words of a report that stand in a cell, in characters.
const maxQuote = 60

// Shorten cuts s at a word so that at most n characters are left.
func Shorten(s string, n int) string { return shorten(s, n) }

// shorten cuts s at a word so that at most n characters are left.
func shorten(s string, n int) string {
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	r := []rune(s)[:n-1]
	t := string(r)
	if i := strings.LastIndexByte(t, ' '); i > 0 {
		t = t[:i]
	}
	return strings.TrimRight(t, " ,;:") + "…"
}

// capital gives s a capital.
func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 || r == utf8.RuneError {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

// Count writes a number with its noun: "1 sentence", "3 sentences".
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return countWords(float64(n)) + " " + plural(noun)
}

// numerals are small numbers in words.
var numerals = []string{"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"}

// inWords writes a small number in words.
func inWords(n int) string {
	if n >= 0 && n < len(numerals) {
		return numerals[n]
	}
	return countWords(float64(n))
}

// quoteAround is a stretch of the report around a span: at most maxQuote
// characters of its own words, whole words, within the sentence and, where it
// can, within the clause. Empty when the span is longer than that.
func quoteAround(text string, span, sentence readout.Span) string {
	span.Start, span.End = max(span.Start, sentence.Start), min(span.End, sentence.End)
	if span.Empty() {
		return ""
	}
	words := span.In(text)
	if strings.ContainsAny(words, "\n\t") || utf8.RuneCountInString(words) > maxQuote {
		return shorten(words, maxQuote)
	}
	// The clause around the words, when it is short enough; else a few words to
	// either side, which lead in and round off.
	start, end := clauseStart(text, span.Start, sentence.Start), clauseEnd(text, span.End, sentence.End)
	a, b := start, end
	if utf8.RuneCountInString(text[a:b]) > maxQuote {
		b = span.End
		if utf8.RuneCountInString(text[a:b]) > maxQuote {
			a = lead(text, span.Start, start, maxQuote-utf8.RuneCountInString(words))
		}
		if utf8.RuneCountInString(text[a:end]) <= maxQuote {
			b = end
		}
	}
	return strings.Join(strings.Fields(text[a:b]), " ")
}

// clauseMarks end a clause; a comma or point inside a number is none.
const clauseMarks = ",;:.()—–\n\t“”\"?!"

// joiners begin a clause of their own when words stand between them and what is
// quoted.
var joiners = []string{" and ", " but ", " or ", " that ", " which ", " who ", " while ", " when ", " after ", " because "}

// clauseStart is where the clause that holds at begins, not before from.
func clauseStart(text string, at, from int) int {
	from = markStart(text, at, from)
	head := text[from:at]
	if lead, cut := strings.CutPrefix(strings.TrimLeft(head, " "), "and "); cut && strings.TrimSpace(lead) != "" {
		from = at - len(lead)
	}
	for _, j := range joiners {
		if i := strings.LastIndex(text[from:at], j); i >= 0 && len(strings.Fields(text[from+i+len(j):at])) > 0 {
			from += i + len(j)
		}
	}
	return from
}

// markStart is where the stretch without a mark that holds at begins, not
// before from.
func markStart(text string, at, from int) int {
	for i := at; i > from; {
		r, n := utf8.DecodeLastRuneInString(text[from:i])
		if strings.ContainsRune(clauseMarks, r) && (i == len(text) || text[i] == ' ' || !strings.ContainsRune(",.:", r)) {
			return i
		}
		i -= n
	}
	return from
}

// clauseEnd is where the clause that holds at ends, not after to.
func clauseEnd(text string, at, to int) int {
	for i := at; i < to; {
		r, n := utf8.DecodeRuneInString(text[i:to])
		if strings.ContainsRune(clauseMarks, r) && (i+n >= to || !strings.ContainsRune(",.:", r) || strings.ContainsRune(" \n”\"’)", rune(text[i+n])) || text[i+n] >= utf8.RuneSelf) {
			return i
		}
		i += n
	}
	return to
}

// leadWords are the most words before a span that lead in to it.
const leadWords = 4

// lead is where a few words before at begin, not before from and at most room
// characters: none that only joins what is left out.
func lead(text string, at, from, room int) int {
	best, i := at, at
	for range leadWords {
		head := strings.TrimRight(text[from:i], " ")
		j := from + strings.LastIndexByte(head, ' ') + 1
		if head == "" || utf8.RuneCountInString(text[j:at]) > room {
			break
		}
		i = j
		switch word, _, _ := strings.Cut(strings.ToLower(text[j:at]), " "); word {
		case "and", "or", "but", "of", "the", "a", "an", "that", "which", "side", "by", "to", "in", "on", "at", "with", "for":
		default:
			best = i
		}
	}
	if best < at {
		return best
	}
	return i
}

package extract

import (
	"cmp"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/readout-news/readout"
)

// Years outside of this range are taken for other numbers.
const minYear, maxYear = 1500, 2999

// dated is a date candidate with what is needed to choose among them.
type dated struct {
	readout.DateCandidate
	Precision string
	Rank      int // place in bases
}

// bases lists the places where a publication date is found, best first, and
// the Basis each gives. A name that ends in ":" stands for all that begin so.
var bases = []struct {
	name  string
	basis readout.Basis
	words string
}{
	{"sidecar", readout.BasisSidecar, "the manifest"},
	{"feed", readout.BasisSidecar, "the feed"},
	{"record:", readout.BasisSidecar, "the record's field"},
	{"front-matter", readout.BasisMetadata, "the front matter"},
	{"item:versioncreated", readout.BasisMetadata, "the item's versionCreated"},
	{"item:", readout.BasisMetadata, "the item's date"},
	{"json-ld:datePublished", readout.BasisMetadata, "the page's JSON-LD"},
	{"meta:article:published_time", readout.BasisMetadata, "the page's meta element"},
	{"meta:", readout.BasisMetadata, "the page's meta element"},
	{"microdata:", readout.BasisMetadata, "the page's microdata"},
	{"time", readout.BasisMetadata, "the page's <time> element"},
	{"url", readout.BasisMetadata, "the address"},
	{"text:published", readout.BasisText, "a line of the text"},
	{"dateline", readout.BasisText, "the dateline"},
	{"json-ld:", readout.BasisMetadata, "the page's JSON-LD"},
	{"modified:", readout.BasisMetadata, "the page's date of change"},
}

func rankOf(basis string) int {
	for i, b := range bases {
		if b.name == basis || strings.HasSuffix(b.name, ":") && strings.HasPrefix(basis, b.name) {
			return i
		}
	}
	return len(bases) - 1
}

// addDate adds a candidate if value holds a date; the same value from the same
// place counts once.
func (d *draft) addDate(value, basis string) {
	v, precision, ok := parseDate(value)
	if !ok {
		return
	}
	d.addParsed(v, precision, basis)
}

func (d *draft) addParsed(value, precision, basis string) {
	c := dated{readout.DateCandidate{Value: value, Basis: basis}, precision, rankOf(basis)}
	if !slices.Contains(d.dates, c) {
		d.dates = append(d.dates, c)
	}
}

// choose takes the best candidate and says why.
func choose(list []dated) readout.Published {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b dated) int { return cmp.Compare(a.Rank, b.Rank) })
	p := readout.Published{Basis: readout.BasisNone}
	for _, c := range list {
		p.Candidates = append(p.Candidates, c.DateCandidate)
	}
	best := slices.IndexFunc(list, func(c dated) bool { return c.Precision != "" })
	if best < 0 {
		p.Why = "the report carries no date"
		if len(list) > 0 {
			p.Why = fmt.Sprintf("only %s without a year (%s)", bases[list[0].Rank].words, list[0].Value)
		}
		return p
	}
	c := list[best]
	why := []string{"from " + bases[c.Rank].words}
	// A year or month is made exact by a candidate that lies within it.
	if c.Precision == "year" || c.Precision == "month" {
		for _, o := range list[best+1:] {
			if len(o.Value) > len(c.Value) && strings.HasPrefix(o.Value, c.Value) {
				why = append(why, fmt.Sprintf("made exact by %s", bases[o.Rank].words))
				c.Value, c.Precision = o.Value, o.Precision
				break
			}
		}
	}
	p.Value, p.Precision, p.Basis = c.Value, c.Precision, bases[c.Rank].basis
	for _, o := range list {
		if !sameDay(o.Value, p.Value) {
			why = append(why, fmt.Sprintf("%s has %s", bases[o.Rank].words, o.Value))
		}
	}
	if len(why) > 4 {
		why = append(why[:4], "…")
	}
	p.Why = strings.Join(why, "; ")
	return p
}

// sameDay reports whether two values can be the same day: one is a beginning
// of the other, up to the day; "--03-12" fits every 12 March.
func sameDay(a, b string) bool {
	a, b = a[:min(len(a), 10)], b[:min(len(b), 10)]
	if strings.HasPrefix(a, "--") && len(b) == 10 {
		return a[2:] == b[5:]
	}
	return strings.HasPrefix(a, b) || strings.HasPrefix(b, a)
}

var (
	isoDate   = regexp.MustCompile(`^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:(?:[Tt]|,? +)(\d{1,2}):(\d{2})(?::\d{2}(?:[.,]\d+)?)?\s*(Z|z|UTC|GMT|[+-]\d{2}:?(?:\d{2})?)?)?)?)?$`)
	compact   = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})(?:[Tt]?(\d{2})(\d{2})\d{2}(Z|z|UTC)?)?$`)
	slashDate = regexp.MustCompile(`^(\d{1,4})[/.](\d{1,2})[/.](\d{1,4})(?:[T, ]+(\d{1,2}:\d{2}.*|\d{1,2} ?[AaPp]\.?[Mm]\b.*))?$`)
	epoch     = regexp.MustCompile(`^\d{10}(?:\d{3})?(?:\.\d+)?$`)
	monthWord = regexp.MustCompile(`(?i)\b(jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)(?:uary|ruary|ch|il|e|y|ust|ember|tember|ober)?\b\.?`)
	dayNumber = regexp.MustCompile(`\b(\d{1,2})(?:st|nd|rd|th)?\b`)
	yearWord  = regexp.MustCompile(`\b(\d{4})\b`)
	clockTime = regexp.MustCompile(`(?i)\b(\d{1,2})[:.](\d{2})(?::\d{2})?\s*([ap])?\.?(?:m\b\.?)?|\b(\d{1,2})\s*([ap])\.?m\b\.?`)
	clockLeft = regexp.MustCompile(`^[ ,.()]*(?:\d{3}|\d{6,9})?[ ,.()]*$`) // of a time that is understood: a fraction, marks
	zoneWord  = regexp.MustCompile(`(Z|UTC|GMT|BST|EST|EDT|CST|CDT|PST|PDT|CET|CEST|EET|EEST|MSK|[+-]\d{2}:?\d{2})\b`)
)

var zones = map[string]string{
	"Z": "Z", "z": "Z", "UTC": "Z", "GMT": "Z", "BST": "+01:00", "EST": "-05:00", "EDT": "-04:00", "CST": "-06:00", "CDT": "-05:00",
	"PST": "-08:00", "PDT": "-07:00", "CET": "+01:00", "CEST": "+02:00", "EET": "+02:00", "EEST": "+03:00", "MSK": "+03:00",
}

// parseDate reads a date as carriers write it: ISO 8601 and its prefixes,
// "20250318T140500Z", seconds since 1970, "18 March 2025, 14:05 GMT",
// "March 18th, 2025 2:05 p.m. EDT", RFC 1123, "2025/03/18". It returns an ISO
// 8601 value in the local time that was written, with the offset where one
// was, and its precision. Midnight sharp is a day without a time: software
// fills unknown times so. "03/04/2025" can be read in two ways and is refused.
func parseDate(s string) (value, precision string, ok bool) {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) < 4 || len(s) > 80 {
		return "", "", false
	}
	if m := isoDate.FindStringSubmatch(s); m != nil {
		return build(m[1], m[2], m[3], m[4], m[5], m[6])
	}
	if m := compact.FindStringSubmatch(s); m != nil {
		return build(m[1], m[2], m[3], m[4], m[5], m[6])
	}
	if epoch.MatchString(s) {
		sec, err := strconv.ParseInt(s[:10], 10, 64)
		if err != nil {
			return "", "", false
		}
		t := time.Unix(sec, 0).UTC()
		return t.Format("2006-01-02T15:04Z"), "minute", true
	}
	if m := slashDate.FindStringSubmatch(s); m != nil {
		y, mo, d := m[1], m[2], m[3]
		if len(y) != 4 {
			if len(d) != 4 {
				return "", "", false
			}
			a, _ := strconv.Atoi(y)
			b, _ := strconv.Atoi(mo)
			switch {
			case a > 12 && b <= 12: // day first
				y, d = d, m[1]
			case b > 12 && a <= 12: // month first
				y, mo, d = d, m[1], m[2]
			case a == b:
				y, d = d, m[1]
			default:
				return "", "", false
			}
		}
		hour, minute, zone, left := clock(m[4])
		if !clockLeft.MatchString(left) {
			hour = "" // 9:05 of something else is not 9:05
		}
		return build(y, mo, d, hour, minute, zone)
	}
	return parseWords(s)
}

// parseWords reads a date with the month as a word.
func parseWords(s string) (value, precision string, ok bool) {
	loc := monthWord.FindStringSubmatchIndex(s)
	if loc == nil {
		return "", "", false
	}
	month := monthNumber(s[loc[2]:loc[3]])
	hour, minute, zone, rest := clock(s[:loc[0]] + " " + s[loc[1]:])
	y := yearWord.FindStringSubmatch(rest)
	if y == nil {
		return "", "", false
	}
	rest = strings.Replace(rest, y[1], " ", 1)
	day := ""
	if m := dayNumber.FindStringSubmatch(rest); m != nil {
		day = m[1]
	}
	if day == "" {
		hour = ""
	}
	return build(y[1], strconv.Itoa(month), day, hour, minute, zone)
}

// clock takes a time of day and its zone out of s; rest is what is left. Each is
// "" where there is none.
func clock(s string) (hour, minute, zone, rest string) {
	m := clockTime.FindStringSubmatchIndex(s)
	if m == nil {
		return "", "", "", s
	}
	part := func(i int) string {
		if m[2*i] < 0 {
			return ""
		}
		return s[m[2*i]:m[2*i+1]]
	}
	hour, minute = first(part(1), part(4)), first(part(2), "00")
	if half := strings.ToLower(first(part(3), part(5))); half != "" {
		h, _ := strconv.Atoi(hour)
		if h = h % 12; half == "p" {
			h += 12
		}
		hour = strconv.Itoa(h)
	}
	zone = zoneWord.FindString(s[m[1]:])
	return hour, minute, zone, s[:m[0]] + " " + strings.Replace(s[m[1]:], zone, "", 1)
}

func monthNumber(word string) int {
	const names = "janfebmaraprmayjunjulaugsepoctnovdec"
	return strings.Index(names, strings.ToLower(word)[:3])/3 + 1
}

// build checks the parts and puts an ISO 8601 value together.
func build(year, month, day, hour, minute, zone string) (value, precision string, ok bool) {
	y, _ := strconv.Atoi(year)
	if y < minYear || y > maxYear {
		return "", "", false
	}
	if month == "" {
		return year, "year", true
	}
	m, _ := strconv.Atoi(month)
	if m < 1 || m > 12 {
		return "", "", false
	}
	if day == "" {
		return fmt.Sprintf("%04d-%02d", y, m), "month", true
	}
	d, _ := strconv.Atoi(day)
	if t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC); d < 1 || t.Day() != d {
		return "", "", false
	}
	value = fmt.Sprintf("%04d-%02d-%02d", y, m, d)
	h, _ := strconv.Atoi(hour)
	mi, _ := strconv.Atoi(minute)
	if hour == "" || h > 23 || mi > 59 || h == 0 && mi == 0 {
		return value, "day", true
	}
	value += fmt.Sprintf("T%02d:%02d", h, mi)
	switch z, known := zones[zone]; {
	case known:
		value += z
	case len(zone) == 5:
		value += zone[:3] + ":" + zone[3:]
	case len(zone) == 3:
		value += zone + ":00"
	case len(zone) == 6:
		value += zone
	}
	return value, "minute", true
}

var (
	urlDay   = regexp.MustCompile(`(?:^|[/_-])((?:19|20|21)\d{2})[/_-]?(0[1-9]|1[0-2]|[1-9]|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[/_-]?(0[1-9]|[12]\d|3[01]|[1-9])(?:[/_.-]|$)`)
	urlMonth = regexp.MustCompile(`/((?:19|20|21)\d{2})/(0[1-9]|1[0-2])/`)
)

// addURLDate reads a date from the path of the address.
func (d *draft) addURLDate() {
	u, err := url.Parse(d.URL)
	if err != nil || u.Path == "" {
		return
	}
	path := strings.ToLower(u.Path)
	if m := urlDay.FindStringSubmatch(path); m != nil {
		month := m[2]
		if len(month) == 3 {
			month = strconv.Itoa(monthNumber(month))
		}
		// Without separators a number of seven digits is an article's number.
		if sep := strings.ContainsAny(strings.Trim(m[0], "/_-."), "/_-"); sep || len(m[2])+len(m[3]) == 4 {
			if v, p, ok := build(m[1], month, m[3], "", "", ""); ok {
				d.addParsed(v, p, "url")
				return
			}
		}
	}
	if m := urlMonth.FindStringSubmatch(path); m != nil {
		d.addParsed(m[1]+"-"+m[2], "month", "url")
	}
}

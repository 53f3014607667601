package extract

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/readout-news/readout"
)

// Dateline is the opening of a report that says where and when it was written
// and who sent it: "PORT ELSEY, Orrin, 12 March (Harbour Wire) — ". Spans are
// in the text it was found in; a part that is not there is empty.
type Dateline struct {
	Span   readout.Span // with the dash and the space after it
	Place  readout.Span // all places named
	Date   readout.Span
	Agency readout.Span // without its parentheses or slashes
	Value  string       // "2031-03-12", "--03-12" without a year, "" without a date
}

// maxDateline is the longest dateline in bytes; longer ones name four cities,
// a date and two agencies and are rarer than sentences that look like them.
const maxDateline = 140

// maxPlaceWords is the longest place in words that counts without a date or an
// agency beside it: "RIO DE JANEIRO".
const maxPlaceWords = 3

const (
	placeWord = `(?:\p{Lu}[\p{L}\p{M}.'’‘-]*|d[eu]|del|la|las|el|al|of|the|on|upon|sur|am|an der)`
	placeName = placeWord + `(?: ` + placeWord + `){0,4}`
	monthName = `(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?|JAN(?:UARY)?|FEB(?:RUARY)?|MAR(?:CH)?|APR(?:IL)?|MAY|JUNE?|JULY?|AUG(?:UST)?|SEPT?(?:EMBER)?|OCT(?:OBER)?|NOV(?:EMBER)?|DEC(?:EMBER)?)\.?`
	dayName   = `(?:(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\.?,? )?`
	dateWords = dayName + `(?:\d{1,2}(?:st|nd|rd|th)? ` + monthName + `|` + monthName + ` \d{1,2}(?:st|nd|rd|th)?)(?:,? \d{4})?`
)

var dateline = regexp.MustCompile(`^(` + placeName + `(?:(?:, ?| ?/ ?)` + placeName + `){0,3})?` + // 1 places
	`(?:[,.]? ?(` + dateWords + `))?` + // 2 date
	`[.,]? ?(?:/([^/\n]{2,30})/\.?(?: ?[—–-])? ?` + // 3 agency
	`|(?:\(([^()\n]{2,40})\))?( ?[—–―‒] ?| ?-- ?| - ?|- |:) ?)`) // 4 agency, 5 end

// FindDateline finds the dateline that text begins with. It needs a dash or
// colon after the place, and beside the place a date, an agency or capitals.
func FindDateline(text string) (Dateline, bool) {
	head := text[:min(len(text), maxDateline)]
	for !utf8.ValidString(head) && len(head) > 0 {
		head = head[:len(head)-1]
	}
	if i := strings.IndexByte(head, '\n'); i >= 0 {
		head = head[:i]
	}
	// A space that does not break stands in datelines; it is one byte longer
	// than a space, so the pattern sees two.
	m := dateline.FindStringSubmatchIndex(strings.ReplaceAll(head, "\u00a0", "  "))
	if m == nil {
		return Dateline{}, false
	}
	part := func(i int) readout.Span {
		if m[2*i] < 0 {
			return readout.Span{}
		}
		return readout.Span{Start: m[2*i], End: m[2*i+1]}
	}
	d := Dateline{Span: readout.Span{Start: 0, End: m[1]}, Place: part(1), Date: part(2), Agency: part(3)}
	d.splitPlace(head)
	if d.Agency.Empty() {
		d.Agency = part(4)
	}
	for !utf8.RuneStart((head + " ")[d.Span.End]) {
		d.Span.End++ // half of a no-break space
	}
	place, end := d.Place.In(head), strings.TrimSpace(part(5).In(head))
	agency := !d.Agency.Empty() && unicode.IsUpper(firstRune(d.Agency.In(head)))
	if !d.Agency.Empty() && !agency {
		return Dateline{}, false
	}
	dated := !d.Date.Empty()
	capitals := allCapitals(place)
	ok := false
	switch {
	case d.Place.Empty() && !agency:
		ok = false
	case end == ":":
		ok = capitals && (dated || agency || len(strings.Fields(place)) <= 2)
	case agency:
		ok = true
	case dated:
		// "On 12 March — a Wednesday — talks began" names no place.
		ok = !d.Place.Empty() && (capitals || !openingWord[place])
	default:
		// "PORT ELSEY — Talks…"; "Port Elsey — …" alone can be a sentence, and
		// many words in capitals are a headline.
		name, _, _ := strings.Cut(place, ",")
		ok = capitals && len(strings.Fields(name)) <= maxPlaceWords && len(strings.Fields(place)) <= maxPlaceWords+2
	}
	if !ok {
		return Dateline{}, false
	}
	if dated {
		d.Value = datelineValue(d.Date.In(head))
	}
	return d, true
}

var openingWord = wordSet("On In At By Since From Until After Before Of The")

// splitPlace takes a weekday after the place to the date, and a full stop off
// the place.
func (d *Dateline) splitPlace(head string) {
	if i := strings.LastIndexAny(d.Place.In(head), ", "); i >= 0 && !d.Date.Empty() && timeWord[strings.ToLower(d.Place.In(head)[i+1:])] {
		d.Date.Start = d.Place.Start + i + 1
		d.Place.End = d.Place.Start + i
	}
	d.Place.End -= len(d.Place.In(head)) - len(strings.TrimRight(d.Place.In(head), "., "))
}

// datelineValue is the date of a dateline, "--03-12" when it has no year.
func datelineValue(s string) string {
	if v, _, ok := parseDate(s); ok {
		return v
	}
	month := monthWord.FindStringSubmatchIndex(s)
	day := dayNumber.FindStringSubmatch(s)
	if month == nil || day == nil {
		return ""
	}
	// 2000 is a leap year: 29 February is a day of some year.
	v, _, ok := build("2000", fmt.Sprint(monthNumber(s[month[2]:month[3]])), day[1], "", "", "")
	if !ok {
		return ""
	}
	return "--" + v[len("2000-"):]
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// allCapitals reports whether the first place of a list is in capitals and has
// three letters or more, as in "PORT ELSEY, Orrin".
func allCapitals(places string) bool {
	name, _, _ := strings.Cut(places, ",")
	n := 0
	for _, r := range name {
		if unicode.IsLower(r) {
			return false
		}
		if unicode.IsUpper(r) {
			n++
		}
	}
	return n >= 3
}

package extract

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/readout-news/readout"
)

// The furniture of a page in plain text is found line by line from what lines
// of its kind have in common: words of the lexicons, length, final
// punctuation, capitals, a finite verb, the place in the text. Where several
// rules fit, the first of lineRules decides. Then the ends of body lines are
// searched for furniture glued to them, and the first of them for a dateline.

// Lengths in words up to which a line can be furniture of a kind.
const (
	maxLabelLine   = 30 // teaser or newsletter line that a phrase opens
	maxCaption     = 60
	maxHeading     = 14
	maxTitle       = 30
	maxTimestamp   = 14
	minBody        = 8   // a line of body has at least so many words and ends as a sentence
	maxWrap        = 140 // characters; text wrapped by hand is not wider
	maxListHeading = 3   // more headings in a row are a list
)

// line is a line of the text, or a block of lines in text that was wrapped by
// hand.
type line struct {
	readout.Span        // without outer white space
	text         string // the bytes of Span
	plain        string // normalLine of text
	words        []string
	ends         bool // ends like a sentence
	body         bool // a paragraph of the report by its form
	zone         zone
	first        bool   // of the text
	reason       string // "" while it counts as body
	rule         string
}

// zone is where a line stands: before the first paragraph of the body, among
// the paragraphs, or after the last.
type zone int

const (
	zoneHead zone = iota
	zoneMiddle
	zoneTail
)

// lineRule marks a line by returning a reason, or returns "".
type lineRule struct {
	name string
	mark func(x *Extractor, d *draft, ln *line) (reason string)
}

// markNoise finds the furniture of d.Text and appends it to d.Noise. Spans
// that are marked already, from the structure of a page, stay as they are. It
// reads title, byline and date from furniture where d has none.
func (x *Extractor) markNoise(d *draft) {
	lines := splitLines(d.Text)
	setZones(lines)
	x.markHeader(d, lines)
	given := d.Noise // in the order of the text
	for i := range lines {
		ln := &lines[i]
		if ln.reason != "" {
			continue
		}
		for len(given) > 0 && given[0].Span.End < ln.End {
			given = given[1:]
		}
		if len(given) > 0 && given[0].Span.Contains(ln.Span) {
			ln.reason = given[0].Reason
			continue
		}
		for _, r := range lineRules {
			if reason := r.mark(x, d, ln); reason != "" {
				ln.reason, ln.rule = reason, "noise/"+r.name
				break
			}
		}
	}
	x.markHeadings(d, lines)
	markCaptionTwins(lines)
	for i := range lines {
		ln := &lines[i]
		if ln.reason != "" {
			if ln.rule != "" {
				d.addNoise(ln.Span, ln.reason, ln.rule)
			}
			continue
		}
		x.markGlue(d, ln)
	}
	x.markDateline(d, lines)
}

func (d *draft) addNoise(s readout.Span, reason, rule string) {
	if !s.Empty() {
		d.Noise = append(d.Noise, readout.Noise{Span: s, Reason: reason, By: by(rule)})
	}
}

// splitLines cuts text into its lines that are not blank. In text wrapped by
// hand the unit is the block between blank lines.
func splitLines(text string) []line {
	var lines []line
	adjacent := []bool{} // the line directly after this one is not blank
	for start := 0; start < len(text); {
		end := strings.IndexByte(text[start:], '\n')
		next := start + end + 1
		if end < 0 {
			end, next = len(text)-start, len(text)
		}
		ln := newLine(text, start, start+end)
		if ln.Empty() {
			if n := len(adjacent); n > 0 {
				adjacent[n-1] = false
			}
		} else {
			lines, adjacent = append(lines, ln), append(adjacent, true)
		}
		start = next
	}
	if n := len(adjacent); n > 0 {
		adjacent[n-1] = false
	}
	if !wrapped(lines, adjacent) {
		return lines
	}
	var blocks []line
	for i := 0; i < len(lines); i++ {
		start := i
		for adjacent[i] {
			i++
		}
		blocks = append(blocks, newLine(text, lines[start].Start, lines[i].End))
	}
	return blocks
}

func newLine(text string, start, end int) line {
	s := text[start:end]
	left := strings.TrimLeftFunc(s, blank)
	start += len(s) - len(left)
	s = strings.TrimRightFunc(left, blank)
	ln := line{Span: readout.Span{Start: start, End: start + len(s)}, text: s}
	if s == "" {
		return ln
	}
	ln.words = strings.Fields(s)
	if len(ln.words) <= maxCaption {
		ln.plain = normalLine(s)
	}
	ln.ends = endsSentence(s)
	ln.body = ln.ends && len(ln.words) >= minBody
	return ln
}

func blank(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' || r == '\u200b' }

// wrapped reports whether most lines break off inside a sentence and go on in
// the next: text with hard line ends at some width.
func wrapped(lines []line, adjacent []bool) bool {
	broken, all, width := 0, 0, 0
	for _, ln := range lines {
		width = max(width, utf8.RuneCountInString(ln.text))
	}
	if width > maxWrap {
		return false
	}
	for i, ln := range lines {
		if len(ln.words) < 5 || !adjacent[i] {
			continue
		}
		all++
		next := firstRune(lines[i+1].text)
		if !ln.ends && (unicode.IsLower(next) || utf8.RuneCountInString(ln.text)*10 > width*7 && !strings.HasSuffix(ln.text, ":")) {
			broken++
		}
	}
	return broken >= 4 && broken*2 > all
}

// endsSentence reports whether s ends with the mark of a sentence, behind
// which quotation marks and parentheses may stand.
func endsSentence(s string) bool {
	s = strings.TrimRight(s, `"'”’»)] `)
	r, _ := utf8.DecodeLastRuneInString(s)
	return r == '.' || r == '!' || r == '?' || r == '…' || r == '。'
}

func setZones(lines []line) {
	if len(lines) > 0 {
		lines[0].first = true
	}
	isBody := func(ln line) bool { return ln.body }
	head := slices.IndexFunc(lines, isBody)
	if head < 0 {
		for i := range lines {
			lines[i].zone = zoneMiddle
		}
		return
	}
	tail := len(lines) - 1
	for tail > head && !lines[tail].body {
		tail--
	}
	for i := range lines {
		switch {
		case i < head:
			lines[i].zone = zoneHead
		case i <= tail:
			lines[i].zone = zoneMiddle
		default:
			lines[i].zone = zoneTail
		}
	}
}

var lineRules = []lineRule{
	{"phrase", markPhrase},
	{"label", markLabel},
	{"timestamp", markTimestamp},
	{"byline", markByline},
	{"caption", markCaption},
	{"site-name", markSiteName},
	{"address", markAddress},
}

// markPhrase marks lines that are, begin with or hold a phrase of the lexicon.
func markPhrase(x *Extractor, _ *draft, ln *line) string {
	if ln.plain == "" {
		if len(ln.words) <= 3 && strings.IndexFunc(ln.text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) < 0 {
			return "ornament" // "***", "• • •"
		}
		return ""
	}
	if r, ok := x.phrases.lines[ln.plain]; ok {
		return r
	}
	if len(ln.words) > maxLabelLine {
		return ""
	}
	folded := fold(ln.text)
	for _, p := range x.phrases.starts {
		if strings.HasPrefix(folded, p.text) {
			// A sentence of the body can open with such words ("For the latest
			// round the sides chose…"); furniture is no sentence or speaks to
			// the reader.
			if !ln.ends || impersonal(p.reason) || addressesReader(folded) {
				return p.reason
			}
		}
	}
	for _, p := range x.phrases.within {
		if strings.Contains(folded, p.text) && (impersonal(p.reason) || addressesReader(folded)) {
			return p.reason
		}
	}
	return ""
}

// impersonal reports whether furniture of a kind speaks of the text and not to
// its reader.
func impersonal(reason string) bool {
	return reason == "caption" || reason == "credit" || reason == "copyright" || reason == "ad-label"
}

var readerWord = wordSet("you your yours yourself we our ours us here please click sign download subscribe tap")

// addressesReader reports whether a folded line speaks to the reader outside of
// quotation marks.
func addressesReader(folded string) bool {
	if strings.Contains(folded, `"`) {
		return false
	}
	for _, w := range strings.FieldsFunc(folded, func(r rune) bool { return !unicode.IsLetter(r) }) {
		if readerWord[w] {
			return true
		}
	}
	return strings.Contains(folded, "this site") || strings.Contains(folded, "this website")
}

// markLabel marks teasers: a label and a headline, "READ MORE: Lake talks to
// resume". A label in capitals counts even if the lexicon lacks it when what
// follows is a headline by its capitals.
func markLabel(x *Extractor, _ *draft, ln *line) string {
	// The first line of a text is its title, with whatever label.
	if len(ln.words) > maxLabelLine || ln.zone == zoneHead && ln.first {
		return ""
	}
	i := strings.IndexAny(ln.text, ":|")
	if i <= 0 || i > 40 {
		return x.bareLabel(ln)
	}
	label, rest := ln.text[:i], strings.TrimSpace(ln.text[i+1:])
	if reason, known := x.phrases.labels[normalLine(label)]; known {
		return reason
	}
	reason, known := x.phrases.kickers[normalLine(label)]
	switch {
	case known && rest == "":
		return reason
	case known && (!ln.ends && (len(ln.words) <= maxHeading || reason == "caption") || titleCase(rest) >= 0.6 && !x.hasVerb(ln.words)):
		return reason
	case !ln.ends && unicode.IsUpper(firstRune(label)) && capitals(label) > 0.9 && len(strings.Fields(label)) <= 3 && titleCase(rest) >= 0.8 && len(ln.words) >= 5:
		return "teaser"
	}
	return ""
}

// hasVerb reports whether a word but the first is a finite verb in lower case.
func (x *Extractor) hasVerb(words []string) bool {
	for _, w := range words[min(1, len(words)):] {
		if x.phrases.verbs[w] {
			return true
		}
	}
	return false
}

// bareLabel marks "READ MORE Who owns Reed Island": a label of two words in
// capitals with a headline behind it and no colon between.
func (x *Extractor) bareLabel(ln *line) string {
	if ln.ends || len(ln.words) < 4 || capitals(ln.words[0]+ln.words[1]) < 1 || !unicode.IsUpper(firstRune(ln.words[2])) {
		return ""
	}
	return x.phrases.labels[normalLine(ln.words[0]+" "+ln.words[1])]
}

// markTimestamp marks lines that hold a date or time and nothing else.
func markTimestamp(_ *Extractor, d *draft, ln *line) string {
	if len(ln.words) > maxTimestamp || ln.zone == zoneMiddle && !strings.ContainsAny(ln.text, ":0123456789") {
		return ""
	}
	digits, label, change := false, false, false
	for _, w := range strings.FieldsFunc(strings.ToLower(ln.text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		switch {
		case w[0] >= '0' && w[0] <= '9':
			digits = true
			if n := strings.TrimLeft(w, "0123456789"); n != "" && !timeWord[n] {
				return ""
			}
		case w == "published" || w == "posted" || w == "issued" || w == "created":
			label = true
		case w == "updated" || w == "modified" || w == "update":
			label, change = true, true
		case !timeWord[w] && !monthWord.MatchString(w):
			return ""
		}
	}
	if !digits {
		return ""
	}
	// Among the paragraphs a bare date is a heading of what follows.
	if ln.zone == zoneMiddle && !label {
		return ""
	}
	if !change && ln.zone == zoneHead {
		at := strings.IndexAny(ln.text, "0123456789")
		if m := monthWord.FindStringIndex(ln.text); m != nil {
			at = min(at, m[0])
		}
		d.addDate(ln.text[at:], "text:published")
	}
	return "timestamp"
}

var timeWord = wordSet(`on at first last by the date time and of am pm a p m h hrs est edt cst cdt pst pdt et gmt utc bst cet cest ist msk z t
	ago sec second seconds min mins minute minutes hr hour hours day days week weeks month months year years read reading
	mon monday tue tues tuesday wed weds wednesday thu thur thurs thursday fri friday sat saturday sun sunday st nd rd th today yesterday`)

func wordSet(s string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(s) {
		set[w] = true
	}
	return set
}

const bylineName = `\p{Lu}[\p{L}'’.-]+(?: (?:\p{Lu}[\p{L}'’.-]*|de|del|van|von|der|den|al|bin|el|la|da|dos))*`

var byline = regexp.MustCompile(`^(?i:by|words by|written by|story by|report by|text by|posted by|author:|reporter:)\s*:?\s+(` +
	bylineName + `(?:(?:,| and| &|;) (?:and )?` + bylineName + `)*)((?:\s*[,|•·–—-]\s*|\s+(?i:in|for|at|published|updated|posted|@)\b).*)?$`)

// markByline marks "By Dana Whitlock, Harbour Wire" and keeps the name.
func markByline(_ *Extractor, d *draft, ln *line) string {
	if len(ln.words) > 20 || len(ln.words) < 2 || ln.zone == zoneMiddle && ln.ends || ln.ends && len(ln.words) > 6 {
		return ""
	}
	m := byline.FindStringSubmatch(ln.text)
	if m == nil || monthWord.MatchString(m[1]) && len(strings.Fields(m[1])) < 2 || timeWord[strings.ToLower(strings.Trim(m[1], "."))] {
		return ""
	}
	// "By Land and Sea" is a heading, not a byline; a person has two names.
	if len(strings.Fields(m[1])) < 2 && m[2] == "" {
		return ""
	}
	if d.meta.Byline == "" && ln.zone != zoneTail {
		d.meta.Byline = m[1]
	}
	return "byline"
}

var (
	domainToken = regexp.MustCompile(`(?i)^(?:www\.)?[a-z0-9][a-z0-9-]*\.(?:com|org|net|info|news|tv|us|uk|co\.[a-z]{2}|com\.[a-z]{2}|eu|de|fr|in|io|ru|ua|[a-z]{2})/?$`)
	address     = regexp.MustCompile(`(?i)^(?:https?://\S+|www\.\S+|[\w.+-]+@[\w-]+\.[\w.]+|@\w{2,30})$`)
)

// markSiteName marks lines of a few words one of which is the site's domain:
// "Voice of Elsey Elsey.example".
func markSiteName(_ *Extractor, d *draft, ln *line) string {
	if len(ln.words) > 6 {
		return ""
	}
	for _, w := range ln.words {
		if domainToken.MatchString(w) && (len(ln.words) > 1 || ln.zone != zoneMiddle) {
			return "site-name"
		}
	}
	if d.Outlet != "" && ln.zone == zoneHead && ln.plain == normalLine(d.Outlet) {
		return "site-name"
	}
	return ""
}

func markAddress(_ *Extractor, _ *draft, ln *line) string {
	if len(ln.words) == 1 && address.MatchString(ln.text) {
		return "address"
	}
	return ""
}

// titleCase is the share of words of four letters and more that begin with a
// capital.
func titleCase(s string) float64 {
	upper, all := 0, 0
	for _, w := range strings.Fields(s) {
		w = strings.TrimLeft(w, `"'“‘(`)
		if utf8.RuneCountInString(w) < 4 {
			continue
		}
		all++
		if r := firstRune(w); unicode.IsUpper(r) || unicode.IsDigit(r) {
			upper++
		}
	}
	if all == 0 {
		return 0
	}
	return float64(upper) / float64(all)
}

// capitals is the share of letters that are upper case.
func capitals(s string) float64 {
	upper, all := 0, 0
	for _, r := range s {
		if unicode.IsLetter(r) {
			all++
			if unicode.IsUpper(r) {
				upper++
			}
		}
	}
	if all == 0 {
		return 0
	}
	return float64(upper) / float64(all)
}

package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// markHeadings marks the title and the section headings: lines that do not end
// like a sentence and stand before a paragraph.
func (x *Extractor) markHeadings(d *draft, lines []line) {
	titled := false
	for i := range lines {
		if lines[i].reason == "title" {
			titled = true
		}
	}
	x.markMenus(lines)
	want := normalLine(d.Title)
	for i := range lines {
		ln := &lines[i]
		if ln.reason != "" {
			continue
		}
		if want != "" && ln.plain == want && ln.zone != zoneMiddle || want != "" && i < 3 && ln.plain == want {
			ln.reason, ln.rule, titled = "title", "noise/title-given", true
			continue
		}
		switch {
		case ln.zone == zoneHead && headLine(ln) && (i == 0 || !strings.HasSuffix(lines[i-1].text, ":")):
			if titled {
				ln.reason, ln.rule = "heading", "noise/heading-head"
				break
			}
			if len(ln.words) < 2 {
				break
			}
			if nameLike(ln.words) { // a byline without "By", a place, a section
				ln.reason, ln.rule = "heading", "noise/heading-name"
				break
			}
			ln.reason, ln.rule, titled = "title", "noise/title", true
			if d.Title == "" {
				d.Title = strings.TrimSpace(strings.TrimLeft(ln.text, "# "))
			}
		case ln.zone == zoneMiddle:
			n := x.headingRun(lines, i)
			for j := i; j < i+n; j++ {
				lines[j].reason, lines[j].rule = "heading", "noise/heading"
			}
		case ln.zone == zoneTail && x.tailLine(ln):
			ln.reason, ln.rule = "teaser", "noise/tail"
		}
	}
}

// minMenu is how many short lines in a row make a menu.
const minMenu = 6

// markMenus marks long runs of short lines without the end of a sentence: the
// menus, tags and lists of titles of a page saved whole. A run that a colon
// introduces is a list of the report.
func (x *Extractor) markMenus(lines []line) {
	for i := 0; i < len(lines); {
		n, words := 0, 0
		for i+n < len(lines) && menuForm(&lines[i+n]) {
			words += len(lines[i+n].words)
			n++
		}
		listed := i > 0 && strings.HasSuffix(lines[i-1].text, ":")
		if n >= minMenu && words <= 6*n && !listed {
			start := i
			// The first line of a text may be its title, and the last of a run
			// the title or heading of what follows.
			if start == 0 {
				start = 1
			}
			end := i + n
			if end < len(lines) && lines[end].body {
				end--
			}
			for j := start; j < end; j++ {
				if lines[j].reason == "" {
					lines[j].reason, lines[j].rule = "menu", "noise/menu"
				}
			}
		}
		i += max(n, 1)
	}
}

func menuForm(ln *line) bool {
	if ln.reason != "" && ln.rule != "" {
		return true // furniture among furniture
	}
	if ln.reason != "" || ln.ends || len(ln.words) > maxHeading {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(ln.text)
	first := firstRune(ln.text)
	return (unicode.IsUpper(first) || unicode.IsDigit(first) || !unicode.IsLower(first) && unicode.IsLetter(first)) && !strings.ContainsRune(`,;:”"`, last)
}

// nameLike reports whether all words begin with a capital and they are few.
func nameLike(words []string) bool {
	for _, w := range words {
		if !unicode.IsUpper(firstRune(w)) && w != "and" && w != "&" {
			return false
		}
	}
	return len(words) <= 5 && capitals(strings.Join(words, "")) < 0.5
}

// headLine reports whether a line before the first paragraph is a title,
// kicker or caption by its form. One that ends with a question or exclamation
// mark can be.
func headLine(ln *line) bool {
	if first := firstRune(strings.TrimLeft(ln.text, `"'“‘`)); len(ln.words) > maxTitle || !unicode.IsUpper(first) && !unicode.IsDigit(first) {
		return false
	}
	if !ln.ends {
		return !strings.HasSuffix(ln.text, ":") && !strings.HasSuffix(ln.text, ",")
	}
	last, _ := utf8.DecodeLastRuneInString(ln.text)
	return (last == '?' || last == '!') && titleCase(ln.text) >= 0.6
}

// headingRun is the number of lines from i on that are headings by their form
// and are followed by a paragraph; 0 when line i is none or stands in a list.
func (x *Extractor) headingRun(lines []line, i int) int {
	if i > 0 {
		if p := lines[i-1]; p.reason == "" && (strings.HasSuffix(p.text, ":") || strings.HasSuffix(p.text, ",") || !p.ends) {
			// Also after a line of this form: the run before was too long.
			return 0
		}
	}
	n := 0
	for n <= maxListHeading && i+n < len(lines) && lines[i+n].reason == "" && x.headingForm(&lines[i+n]) {
		n++
	}
	if n == 0 || n > maxListHeading || i+n == len(lines) {
		return 0
	}
	next := lines[i+n]
	if r := firstRune(next.text); unicode.IsLower(r) || next.reason == "" && !next.body && len(next.words) < 4 {
		return 0
	}
	return n
}

func (x *Extractor) headingForm(ln *line) bool {
	if len(ln.words) > maxHeading {
		return false
	}
	first, _ := utf8.DecodeRuneInString(ln.text)
	if !unicode.IsUpper(first) && !unicode.IsDigit(first) {
		return false // bullets, quotations, the rest of a sentence
	}
	last, _ := utf8.DecodeLastRuneInString(ln.text)
	if last == '?' || last == '!' {
		return capitals(ln.text) > 0.8 && len(ln.words) <= 10
	}
	if ln.ends || strings.ContainsRune(`,;:-–—"”'’`, last) {
		return false
	}
	if strings.Contains(" of the a an and or to in on at for with by that from as but ", " "+ln.words[len(ln.words)-1]+" ") {
		return false // broken off inside a sentence
	}
	if capitals(ln.text) > 0.8 {
		return true
	}
	// A sentence whose full stop was lost has a finite verb in lower case; a
	// headline of many capitals may have one too.
	if titleCase(ln.text) >= 0.8 {
		return true
	}
	return len(ln.words) <= 5 || !x.hasVerb(ln.words)
}

// tailLine reports whether a line after the last paragraph is the title of
// another report: no end of a sentence, and title case or no finite verb.
func (x *Extractor) tailLine(ln *line) bool {
	if ln.ends || len(ln.words) > 25 || len(ln.words) < 2 {
		return false
	}
	first, _ := utf8.DecodeRuneInString(ln.text)
	// "Injured: 4,877" is a fact.
	last, _ := utf8.DecodeLastRuneInString(ln.text)
	return unicode.IsUpper(first) && !unicode.IsDigit(last) && titleCase(ln.text) >= 0.7
}

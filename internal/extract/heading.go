package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/readout-news/readout"
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
		case ln.zone == zoneHead && headLine(ln):
			if titled {
				ln.reason, ln.rule = "heading", "noise/heading-head"
				break
			}
			if len(ln.words) < 2 {
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

// headLine reports whether a line before the first paragraph is a title,
// kicker or caption by its form. One that ends with a question or exclamation
// mark can be.
func headLine(ln *line) bool {
	if len(ln.words) > maxTitle {
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
	if capitals(ln.text) > 0.8 {
		return true
	}
	// A sentence whose full stop was lost has a finite verb in lower case; a
	// headline of many capitals may have one too.
	if titleCase(ln.text) >= 0.8 {
		return true
	}
	for _, w := range ln.words[1:] {
		if x.phrases.verbs[w] && len(ln.words) > 5 {
			return false
		}
	}
	return !strings.Contains(" of the a an and or to in on at for with by that from as but ", " "+ln.words[len(ln.words)-1]+" ")
}

// tailLine reports whether a line after the last paragraph is the title of
// another report: no end of a sentence, and title case or no finite verb.
func (x *Extractor) tailLine(ln *line) bool {
	if ln.ends || len(ln.words) > 25 || len(ln.words) < 2 {
		return false
	}
	first, _ := utf8.DecodeRuneInString(ln.text)
	return unicode.IsUpper(first) && titleCase(ln.text) >= 0.7
}

// markGlue marks furniture that bad extraction glued to a body line: words
// before its first capital, labels after its last sentence, a credit.
func (x *Extractor) markGlue(d *draft, ln *line) {
	start, end := 0, len(ln.text)
	if n, rule := x.gluedStart(ln); n > 0 {
		d.addNoise(readout.Span{Start: ln.Start, End: ln.Start + n}, "tracking", rule)
		start = n
	}
	for again := true; again; {
		again = false
		body := strings.TrimRightFunc(ln.text[start:end], blank)
		for _, p := range x.phrases.glue {
			before, found := strings.CutSuffix(body, p.text)
			if found && before != "" && gluedAfter(before) {
				from := start + len(before)
				d.addNoise(readout.Span{Start: ln.Start + from, End: ln.Start + start + len(body)}, p.reason, "noise/glued-end")
				end, again = from, true
				break
			}
		}
	}
	if i, shape := x.creditEnd(ln.text[max(start, end-80):end]); shape == creditGlued || shape == creditParens {
		from := max(start, end-80) + i
		if shape == creditGlued || endsSentence(strings.TrimSpace(ln.text[start:from])) {
			d.addNoise(readout.Span{Start: ln.Start + from, End: ln.Start + end}, "credit", "noise/credit-end")
		}
	}
}

// gluedAfter reports whether a label after before is glued to it: before ends
// a sentence, or a word, without a space.
func gluedAfter(before string) bool {
	r, _ := utf8.DecodeLastRuneInString(before)
	return !unicode.IsSpace(r) && r != '-' && r != '/' && (unicode.IsLower(r) || unicode.IsDigit(r) || endsSentence(before))
}

// gluedStart is the number of bytes of furniture glued to the start of a line.
func (x *Extractor) gluedStart(ln *line) (int, string) {
	for _, p := range x.phrases.glue {
		if rest, ok := strings.CutPrefix(ln.text, p.text); ok && gluedBefore(rest) {
			return len(p.text), "noise/glued-start"
		}
	}
	if ln.Start > 3 && ln.zone != zoneHead {
		return 0, ""
	}
	for _, p := range x.phrases.glueStart {
		if rest, ok := strings.CutPrefix(ln.text, p.text); ok && gluedBefore(rest) {
			return len(p.text), "noise/tracking"
		}
	}
	return 0, ""
}

// gluedBefore reports whether rest is a sentence that a word was glued to.
func gluedBefore(rest string) bool {
	r, n := utf8.DecodeRuneInString(rest)
	if r == '“' || r == '"' || r == '‘' {
		r, _ = utf8.DecodeRuneInString(rest[n:])
	}
	return unicode.IsUpper(r) && len(strings.Fields(rest)) >= 3
}

// markDateline marks a dateline at the start of one of the first body lines.
func (d *draft) markDateline(lines []line) {
	seen := 0
	for _, ln := range lines {
		if ln.reason != "" {
			continue
		}
		start := ln.Start
		for _, n := range d.Noise {
			if n.Span.Start == start && n.Span.End < ln.End {
				start = n.Span.End
			}
		}
		if l, ok := FindDateline(d.Text[start:ln.End]); ok && start+l.Span.End < ln.End {
			d.addNoise(readout.Span{Start: start, End: start + l.Span.End}, "dateline", "noise/dateline")
			if strings.HasPrefix(l.Value, "--") {
				d.addParsed(l.Value, "", "dateline")
			} else if l.Value != "" {
				d.addParsed(l.Value, "day", "dateline")
			}
			return
		}
		if seen++; seen == 2 {
			return
		}
	}
}

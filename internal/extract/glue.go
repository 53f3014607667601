package extract

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/readout-news/readout"
)

// markGlue marks furniture that bad extraction glued to a body line: words
// before its first capital, labels after its last sentence, a credit.
func (x *Extractor) markGlue(d *draft, ln *line) {
	start, end := 0, len(ln.text)
	if n, reason, rule := x.gluedStart(ln); n > 0 {
		d.addNoise(readout.Span{Start: ln.Start, End: ln.Start + n}, reason, rule)
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
	x.markInlineTeasers(d, ln)
	if i, shape := x.creditEnd(ln.text[max(start, end-80):end]); shape == creditGlued || shape == creditParens {
		from := max(start, end-80) + i
		if shape == creditGlued || endsSentence(strings.TrimSpace(ln.text[start:from])) {
			d.addNoise(readout.Span{Start: ln.Start + from, End: ln.Start + end}, "credit", "noise/credit-end")
		}
	}
}

var inlineTeaser = regexp.MustCompile(`[(\[](\p{Lu}[\p{Lu} ’'-]{2,30}):[^()\[\]\n]{5,200}[)\]]`)

// markInlineTeasers marks "(RELATED: Who Owns Reed Island?)" inside a line.
func (x *Extractor) markInlineTeasers(d *draft, ln *line) {
	if !strings.ContainsAny(ln.text, "([") {
		return
	}
	for _, m := range inlineTeaser.FindAllStringSubmatchIndex(ln.text, -1) {
		if x.isLabel(ln.text[m[2]:m[3]]) {
			d.addNoise(readout.Span{Start: ln.Start + m[0], End: ln.Start + m[1]}, "teaser", "noise/teaser-inline")
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
func (x *Extractor) gluedStart(ln *line) (n int, reason, rule string) {
	for _, p := range x.phrases.glue {
		if rest, ok := strings.CutPrefix(ln.text, p.text); ok && gluedBefore(rest) {
			return len(p.text), p.reason, "noise/glued-start"
		}
	}
	if ln.Start > 3 && ln.zone != zoneHead {
		return 0, "", ""
	}
	for _, p := range x.phrases.glueStart {
		if rest, ok := strings.CutPrefix(ln.text, p.text); ok && gluedBefore(rest) {
			return len(p.text), p.reason, "noise/tracking"
		}
	}
	return 0, "", ""
}

// gluedBefore reports whether rest is a sentence that a word was glued to.
func gluedBefore(rest string) bool {
	r, n := utf8.DecodeRuneInString(rest)
	if r == '“' || r == '"' || r == '‘' {
		r, _ = utf8.DecodeRuneInString(rest[n:])
	}
	return unicode.IsUpper(r) && len(strings.Fields(rest)) >= 3
}

// minColonBody is how many words a paragraph has at least before which a place
// and a colon are a dateline.
const minColonBody = 15

// markDateline marks a dateline at the start of one of the first body lines.
func (x *Extractor) markDateline(d *draft, lines []line) {
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
		l, ok := FindDateline(d.Text[start:ln.End])
		if ok && strings.Contains(l.Span.In(d.Text[start:]), ":") && l.Agency.Empty() && l.Date.Empty() {
			// "PORT ELSEY: Talks…" is a dateline before a paragraph, and a
			// kicker before a headline.
			ok = ln.body && len(ln.words) >= minColonBody && titleCase(ln.text) < 0.6
		}
		if ok && start+l.Span.End < ln.End && !x.isLabel(d.Text[start+l.Place.Start:start+l.Place.End]) {
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

// isLabel reports whether s is a label of furniture: "UPDATE" is no place.
func (x *Extractor) isLabel(s string) bool {
	s = normalLine(s)
	return s != "" && (x.phrases.labels[s] != "" || x.phrases.kickers[s] != "")
}

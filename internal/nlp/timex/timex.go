// Package timex finds time expressions and resolves them to TIMEX3 values.
//
// In: Doc.Tokens and Doc.Sentences; Report.Published when it is known; tags
// (Token.XPOS) and Doc.Mentions when earlier annotators filled them. Out:
// Doc.Timexes. In order, the annotator
//
//  1. cuts every sentence into atoms (runs of letters or of digits, single
//     marks), finer than tokens, so that "10am" and "mid-May" read the same
//     however they were tokenized;
//  2. matches the rules of lexicons/en/timex from left to right: the longest
//     match wins, among equals the rule that stands first;
//  3. widens each match by the modifiers around it ("more than", "early",
//     "or so");
//  4. resolves the values in four passes: what stands outside of quotation
//     marks, bare clock times, what is quoted (against the day of speech that
//     the reporting clause names), numbers that leave out their unit.
//
// Dates with parts left out are resolved against the publication by tense and
// distance, anaphoric ones ("the next day") against the date last named.
// Where neither is known the value keeps its gaps: "XXXX-WXX-2".
//
// The idea of rules in files with an example each is HeidelTime's (Strötgen
// and Gertz, LREC 2013); here every example is a test. Values follow TimeML
// 1.2.1. The annotator does not link times to events, does not normalise zones
// other than UTC, and does not read calendars other than the Gregorian.
//
// # The language of the rule files
//
// A file is a list of blocks. A block begins at the margin; its lines are
// indented. Lines that begin with # are comments. Words match in any case,
// but a phrase that is written with an upper-case letter matches only a
// capitalised word. A hyphen without spaces ("two-hour") may stand between any
// two words of a pattern or phrase.
//
//	class NAME              a list of phrases with values
//	  VALUE = phrase | phrase
//	define NAME             a pattern that others include as {NAME}
//	  pattern
//	modifiers TARGET SIDE   TARGET: duration, point, offset; SIDE: before, after
//	  MOD = phrase | phrase
//	rule NAME
//	  match PATTERN         one or more; the first that is longest wins
//	  after PHRASES         one of them must end right before the match
//	  not-after PHRASES     none of them may; ^ is the start of the sentence
//	  before PATTERN        one must match right after the match
//	  not-before PATTERN    none may
//	  make [SPAN:] VERB KEY=VALUE …
//	  skip                  instead of make: take the match, make nothing
//	  vague                 the timex is Optional
//	  example [@DATE] "text" = "span" TYPE VALUE [MOD] ; …   or = none
//
// A pattern is a sequence of words, "quoted words", <class>, <capture:class>,
// [span: pattern], ( a | b ), and ? after any of these. Classes that are
// computed: number, ordinal, day, dayord, daynth, year, modern (1900 to 2059), yy, mm,
// hour, minute, hhmm, yearwords, tens, tens2, capital, word, plural, end (of the sentence),
// space and glue (whether a space precedes). Values are literals or $capture.
//
// Verbs and their arguments:
//
//   - date: a calendar date with any of century, decade, year, yy, half,
//     quarter, season, month, day, weekday, holiday, nth (week or weekday of a
//     month); hour, minute, hhmm, ampm, noon, zone or part for the time of
//     day. What is left out is resolved; rel (last, next, this, past, future,
//     following, previous, after, lastweek, nextweek) overrides the tense,
//     yearrel and monthrel count from the publication, from=anchor takes the
//     year of the last date, until turns the half of the day in "11 to 3 p.m.".
//   - shift: n units (and n2 unit2) from a point, back with dir=-1. The point is
//     the publication or day of speech; with from=anchor the last date, from=near
//     one at most a sentence back, from=compared the period that figures are
//     compared with, from=report and from=quarter only a quarter. grain widens
//     or narrows the result; part and clock refine a day.
//   - duration: n (max the upper end) units, half a fraction to add, n2 unit2 to
//     add, or a fixed value. An n that is no number makes PXD and the like.
//   - elided: n in the unit of the duration next to it.
//   - set: value, or n unit, weekday, month and day, season, holiday, part.
//   - ref: value (PAST_REF and its like), with from=anchor or from=near the date
//     named last.
//
// mod sets the TIMEX3 modifier when no modifier of the text does.
//
// Examples are read as published on 2031-03-13, a Thursday; @none leaves the
// date unknown.
package timex

import (
	"fmt"
	"io/fs"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/lexicons"
)

// Name and version of the annotator; the version rises when output can change.
const (
	annotatorName = "timex"
	version       = "2"
)

// New compiles the rules of English that package lexicons embeds.
func New() (*nlp.Annotator, error) {
	return newFrom(lexicons.FS, "en/timex")
}

// newFrom compiles the .rules files of dir.
func newFrom(files fs.FS, dir string) (*nlp.Annotator, error) {
	set, err := parseFS(files, dir)
	if err != nil {
		return nil, fmt.Errorf("timex: %w", err)
	}
	return annotator(set), nil
}

func annotator(set *ruleSet) *nlp.Annotator {
	return &nlp.Annotator{
		Name:     annotatorName,
		Doc:      "finds time expressions by rules and resolves them to TIMEX3",
		Version:  version,
		Requires: []nlp.Layer{nlp.LayerTokens, nlp.LayerSentences},
		Provides: []nlp.Layer{nlp.LayerTimexes},
		Run:      func(doc *nlp.Doc) { run(set, doc) },
	}
}

// found is one match before it is resolved.
type found struct {
	rule  *rule
	sent  int
	from  int // atoms of the sentence, modifiers included once applied
	to    int
	core  int // first atom of the match without modifiers
	end   int // end of the match without modifiers
	caps  []capture
	spans [][2]int
}

// sentenceAtoms are the atoms of one sentence.
type sentenceAtoms struct {
	atoms []atom
	found []found
}

func run(set *ruleSet, doc *nlp.Doc) {
	if len(doc.Sentences) == 0 {
		return
	}
	text := doc.Report.Text
	all := make([]atom, 0, len(text)/4)
	sents := make([]sentenceAtoms, len(doc.Sentences))
	bounds := make([]int, len(doc.Sentences)+1)
	for i := range doc.Sentences {
		s := &doc.Sentences[i]
		if !furniture(s.Noise) {
			all = set.vocab.atomize(all, text, s.Start, s.End)
		}
		bounds[i+1] = len(all)
	}
	m := matcher{reader: reader{set: set}, text: text}
	r := newResolver(set, doc)
	for i := range sents {
		sents[i].atoms = all[bounds[i]:bounds[i+1]]
		linkTokens(doc, &doc.Sentences[i], sents[i].atoms)
		m.atoms = sents[i].atoms
		sents[i].found = m.find(i)
	}
	r.sents = sents
	doc.Timexes = r.resolve()
}

// furniture reports whether a sentence of that noise is not read: labels and
// teasers speak of other reports. Headings, captions and datelines are read.
func furniture(noise string) bool {
	switch noise {
	case "", "heading", "caption", "dateline", "byline":
		return false
	}
	return true
}

// linkTokens sets the token of each atom.
func linkTokens(doc *nlp.Doc, s *nlp.Sentence, atoms []atom) {
	t := s.First
	for i := range atoms {
		for t < s.Last && doc.Tokens[t].End <= atoms[i].Start {
			t++
		}
		if t < s.Last && doc.Tokens[t].Start < atoms[i].End {
			atoms[i].token = int32(t)
		}
	}
}

// find matches the rules at every atom from left to right: the longest match
// wins, among equals the rule that stands first in the files.
func (m *matcher) find(sent int) []found {
	var out []found
	for pos := 0; pos < len(m.atoms); {
		a := &m.atoms[pos]
		var candidates []int32
		switch {
		case a.id > 0 && len(m.set.byWord[a.id]) > 0:
			candidates = m.set.byWord[a.id]
		case a.kind == kindDigits:
			candidates = m.set.byDigits
		}
		if len(candidates) == 0 || !m.startsFree(pos) {
			pos++
			continue
		}
		best := found{}
		for _, ri := range candidates {
			r := m.set.rules[ri]
			for _, prog := range r.progs {
				m.reset(r)
				if !m.run(prog, pos) || m.end <= best.to || !m.endsFree(m.end) || !m.guards(r, pos, m.end) {
					continue
				}
				best = found{
					rule: r, sent: sent, from: pos, core: pos, to: m.end, end: m.end,
					caps:  append(best.caps[:0:0], m.caps[:len(r.caps)]...),
					spans: append(best.spans[:0:0], m.spans[:len(r.groups)]...),
				}
			}
		}
		if best.rule == nil {
			pos++
			continue
		}
		if !best.rule.skip {
			out = append(out, best)
			pos = m.consumed(&best)
		} else {
			pos = best.to
		}
	}
	return out
}

// consumed is the atom at which the search goes on: a rule that makes spans
// leaves what follows its last span to other rules.
func (m *matcher) consumed(f *found) int {
	end := 0
	for _, e := range f.rule.emits {
		if e.group < 0 {
			return f.to
		}
		end = max(end, f.spans[e.group][1])
	}
	if end <= f.from {
		return f.to
	}
	return end
}

func (m *matcher) reset(r *rule) {
	clear(m.caps[:len(r.caps)])
	for i := range r.groups {
		m.spans[i] = [2]int{-1, -1}
	}
}

// startsFree refuses a start inside a word, a number, a price or a code:
// "COVID-19", "$1990", "3.14", "A320".
func (m *matcher) startsFree(pos int) bool {
	if pos == 0 {
		return true
	}
	prev, a := &m.atoms[pos-1], &m.atoms[pos]
	if !a.glued {
		return a.kind != kindDigits || prev.kind != kindDigits || prev.digits == 4 // "555 1990" is a telephone number
	}
	if prev.kind != kindMark {
		return prev.kind != kindDigits && a.kind == kindMark
	}
	if a.kind != kindDigits {
		return true
	}
	switch m.text[prev.Start:prev.End] {
	case "$", "£", "€", "¥", "#", "+", "=", "@", "&", "_":
		return false
	case ".", ",", ":", "/":
		return pos < 2 || !prev.glued || m.atoms[pos-2].kind != kindDigits
	case "-", "–":
		if pos < 2 || !prev.glued {
			return true
		}
		before := &m.atoms[pos-2]
		return before.kind == kindWord && m.set.prefix(before.id)
	}
	return true
}

// endsFree refuses an end inside a word or a number.
func (m *matcher) endsFree(end int) bool {
	if end >= len(m.atoms) || !m.atoms[end].glued || end == 0 {
		return true
	}
	a, last := &m.atoms[end], &m.atoms[end-1]
	if a.kind != kindMark {
		return last.kind == kindMark
	}
	if last.kind != kindDigits {
		return true
	}
	switch m.text[a.Start:a.End] {
	case "%", "/", "°":
		return false
	case ".", ",", ":":
		return end+1 >= len(m.atoms) || !m.atoms[end+1].glued || m.atoms[end+1].kind != kindDigits
	case "-", "–":
		return end+1 >= len(m.atoms) || !m.atoms[end+1].glued || m.atoms[end+1].kind != kindDigits
	}
	return true
}

// prefix reports whether a hyphenated word before a date belongs to no code:
// "pre-1990".
func (s *ruleSet) prefix(id int32) bool {
	if i, ok := s.classByID["date-prefix"]; ok {
		return len(s.classes[i].byFirst[id]) > 0
	}
	return false
}

// guards checks the conditions of r around the match [from, to).
func (m *matcher) guards(r *rule, from, to int) bool {
	if len(r.after) > 0 && !m.preceded(r.after, from) {
		return false
	}
	if len(r.notAfter) > 0 && m.preceded(r.notAfter, from) {
		return false
	}
	if len(r.before) == 0 && len(r.notBefor) == 0 {
		return true
	}
	end := m.end // programs of guards overwrite it
	defer func() { m.end = end }()
	follows := func(progs []program) bool {
		for _, p := range progs {
			if m.run(p, to) || m.joint(to) && m.run(p, to+1) {
				return true
			}
		}
		return false
	}
	return (len(r.before) == 0 || follows(r.before)) && !follows(r.notBefor)
}

// preceded reports whether one of the phrases ends right before from; a nil
// phrase is the start of the sentence.
func (m *matcher) preceded(phrases [][]int32, from int) bool {
	if from > 0 && m.joint(from-1) {
		from--
	}
	for _, p := range phrases {
		if p == nil {
			if from == 0 {
				return true
			}
			continue
		}
		if _, ok := m.phraseBefore(p, from); ok {
			return true
		}
	}
	return false
}

// span is the text that atoms [from, to) cover.
func span(atoms []atom, from, to int) readout.Span {
	if from >= to {
		return readout.Span{}
	}
	return readout.Span{Start: atoms[from].Start, End: atoms[to-1].End}
}

package check

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/worddiff"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/numeral"
)

// How much of the weight of the words around a figure of the draft a sentence
// of the record has to share. Tuned on examples/lake-ansa and AllSides train,
// see docs/check.md.
const (
	agreeShare  = 0.4  // to bear the figure out
	differShare = 0.62 // to speak against it
	minShared   = 3    // stems, to speak against it
	keepsUp     = 0.75 // of the share of the nearest sentence, to bear the figure out
	around      = 10   // words to either side that are compared
	figureHits  = 30   // sentences tried
)

// figure is a number with what it counts.
type figure struct {
	span   readout.Span // the number with its sign
	value  float64
	hedge  string   // of words.hedge
	nouns  []string // stems of the words after it, up to the end of the phrase
	ends   []int    // where each of nouns ends in the text
	unit   string   // "%", "$", …: what stands for a noun
	part   bool     // "six of the …"
	extra  bool     // "two other …", "ten more …": beside a number told before
	before []string // stems around it, for telling several apart
}

// with is the figure's span up to the noun that it counts.
func (f figure) with(head string) readout.Span {
	s := f.span
	for i, n := range f.nouns {
		if n == head {
			s.End = f.ends[i]
			break
		}
	}
	return s
}

// bounds is what the figure can mean.
func bounds(value float64, hedge string) (lo, hi float64) {
	const near = 0.125
	switch hedge {
	case "~":
		return value * (1 - near), value * (1 + near)
	case "<":
		return value * 0.8, value
	case "<=":
		return 0, value
	case ">":
		return value, value * 1.3
	case ">=":
		return value, value * 10
	}
	return value, value
}

func overlap(v1 float64, h1 string, v2 float64, h2 string) bool {
	if h1 == h2 && h1 != "~" {
		return atMost(v1, v2) && atMost(v2, v1) // "at least 23" is not "at least 63", though both can be true
	}
	a, b := bounds(v1, h1)
	c, d := bounds(v2, h2)
	return atMost(a, d) && atMost(c, b)
}

// atMost compares but for how far computed values are off: 8.2 × 1,000,000.
func atMost(a, b float64) bool { return a <= b+1e-9*max(1, math.Abs(b)) }

// maxNouns bounds how many words after a number are looked at.
const maxNouns = 4

// figuresIn lists the figures of text inside s, but for those inside skip.
func (x *Index) figuresIn(text string, s readout.Span, skip []readout.Span) []figure {
	words := worddiff.Words(text, s, nil)
	var out []figure
	for i := 0; i < len(words); i++ {
		w := words[i]
		v, n, ok := x.number(words[i:], text)
		if !ok || slices.ContainsFunc(skip, func(k readout.Span) bool { return k.Overlaps(w.Span) }) {
			continue
		}
		f := figure{span: readout.Span{Start: w.Start, End: words[i+n-1].End}, value: v, hedge: x.hedged(words[:i])}
		prev, next := text[s.Start:w.Start], text[f.span.End:s.End]
		if joined(prev, next) || x.ranges(words, i+n, text) {
			i += n - 1
			continue
		}
		for _, sign := range []string{"$", "€", "£"} {
			if strings.HasSuffix(prev, sign) {
				f.unit = sign
				f.span.Start -= len(sign)
			}
		}
		if strings.HasPrefix(next, "%") || strings.HasPrefix(next, " %") {
			f.unit = "%"
			f.span.End += strings.Index(next, "%") + 1
		}
		from := i + n
		// "six of the 14 fishermen" counts fishermen, as a part of more.
		if from+1 < len(words) && words[from].Fold == "of" && x.words.stop[words[from+1].Fold] && f.unit == "" {
			f.part = true
			from += 2
			if from < len(words) {
				if _, k, ok := x.number(words[from:], text); ok {
					from += k
				}
			}
		}
		for j := from; j < len(words) && j < from+maxNouns && f.unit != "%"; j++ {
			between := text[words[j-1].End:words[j].Start]
			if strings.Trim(between, " -’'") != "" {
				break
			}
			if words[j].Fold == "percent" || words[j].Fold == "per" && j+1 < len(words) && words[j+1].Fold == "cent" {
				f.unit, f.span.End = "%", words[j].End
				if words[j].Fold == "per" {
					f.span.End = words[j+1].End
				}
				break
			}
			switch words[j].Fold {
			case "other", "others", "more", "additional", "further":
				f.extra = true
				continue
			}
			st, ok := x.stem(words[j].Fold)
			if !ok {
				break
			}
			f.nouns, f.ends = append(f.nouns, st), append(f.ends, words[j].End)
		}
		f.before = x.stemsAround(words, i, i+n, 6)
		out = append(out, f)
		i += n - 1
	}
	return out
}

// ranges reports whether the number before words[i] is the first of two: "25 to
// 27 seats".
func (x *Index) ranges(words []worddiff.Word, i int, text string) bool {
	if i+1 >= len(words) || words[i].Fold != "to" {
		return false
	}
	_, _, ok := x.number(words[i+1:], text)
	return ok
}

// joined reports whether marks beside a number make it part of something else:
// a time, a score, an address, a code.
func joined(prev, next string) bool {
	if r, _ := utf8.DecodeRuneInString(next); unicode.Is(unicode.No, r) {
		return true // "2½", "10²"
	}
	for _, m := range []string{"/", ":", "-", "–", "#", ".", "_", "@"} {
		if strings.HasSuffix(prev, m) {
			return true
		}
	}
	if len(next) > 1 && strings.ContainsRune("/:_@", rune(next[0])) && next[1] != ' ' {
		return true
	}
	return strings.HasPrefix(next, "–") || strings.HasPrefix(next, "-")
}

// number reads the number that words begin with and how many words it has.
func (x *Index) number(words []worddiff.Word, text string) (v float64, n int, ok bool) {
	var sum numeral.Sum
	figures := '0' <= words[0].Fold[0] && words[0].Fold[0] <= '9'
	if figures {
		f, err := strconv.ParseFloat(strings.ReplaceAll(words[0].Fold, ",", ""), 64)
		if err != nil {
			return 0, 0, false
		}
		sum.Add(f)
		n = 1
	} else if words[0].Fold == "a" && len(words) > 1 && x.words.times[words[1].Fold] > 0 {
		sum.Add(1) // "a hundred", but not "several hundred"
		n = 1
	} else if f, k, ok := x.fraction(words); ok { // "half a million", "three quarters of a million"
		for k < len(words) && (words[k].Fold == "of" || words[k].Fold == "a") {
			k++
		}
		if k == len(words) || x.words.times[words[k].Fold] == 0 {
			return 0, 0, false
		}
		sum.Add(f)
		n = k
	}
	for n < len(words) && (n == 0 || strings.TrimSpace(text[words[n-1].End:words[n].Start]) == "") {
		k := n
		if words[k].Fold == "and" && n > 0 && k+1 < len(words) {
			k++
			if f, to, ok := x.fraction(words[k:]); ok && to > 1 && (k+to == len(words) || words[k+to].Fold != "of") {
				sum.Fraction(f)
				n = k + to
				continue
			}
			if !sum.Multiplied() {
				break
			}
		}
		f, small := x.small(words[k].Fold)
		if !(small && !figures && sum.Add(f)) && !(k == n && sum.Times(x.words.times[words[n].Fold])) {
			break
		}
		n = k + 1
	}
	return sum.Value(), n, n > 0
}

// fraction reads "half", "a quarter", "three quarters".
func (x *Index) fraction(words []worddiff.Word) (f float64, n int, ok bool) {
	of := 1.0
	if v, small := x.small(words[0].Fold); small && len(words) > 1 {
		of, n = v, 1
	} else if words[0].Fold == "a" && len(words) > 1 {
		n = 1
	}
	f, ok = x.words.fraction[words[n].Fold]
	return of * f, n + 1, ok
}

// small is the value of a word below a hundred.
func (x *Index) small(w string) (float64, bool) {
	if f, ok := x.words.number[w]; ok {
		return f, true
	}
	a, b, _ := strings.Cut(w, "-")
	tens, ones := x.words.number[a], x.words.number[b]
	return tens + ones, tens >= 20 && ones >= 1 && ones < 10
}

// hedged is the hedge that the words before a number end in.
func (x *Index) hedged(before []worddiff.Word) string {
	for n := min(3, len(before)); n > 0; n-- {
		var w []string
		for _, b := range before[len(before)-n:] {
			w = append(w, b.Fold)
		}
		if h := x.words.hedge[strings.Join(w, " ")]; h != "" {
			return h
		}
	}
	return ""
}

// stemsAround are the stems of up to n words to either side of words [i, j).
func (x *Index) stemsAround(words []worddiff.Word, i, j, n int) []string {
	var out []string
	for k := max(0, i-n); k < min(len(words), j+n); k++ {
		if k >= i && k < j {
			continue
		}
		if st, ok := x.stem(words[k].Fold); ok && !slices.Contains(out, st) {
			out = append(out, st)
		}
	}
	return out
}

// shared counts the stems that both have.
func shared(a, b []string) (n int) {
	for _, s := range a {
		if slices.Contains(b, s) {
			n++
		}
	}
	return n
}

// head is the stem of the word that the number at span counts, by syntax; ""
// when it counts none.
func (d *draft) head(s readout.Span) string {
	first, last := d.doc.TokensIn(s)
	for i := first; i < last; i++ {
		t := d.doc.Tokens[i]
		if t.UPOS == "NUM" && nlp.HasRel(t.Deprel, "nummod") && t.Head >= 0 && t.Head > i && !s.Contains(d.doc.Tokens[t.Head].Span) || t.UPOS == "NUM" && nlp.HasRel(t.Deprel, "nummod") && t.Head > i {
			if st, ok := d.stem(d.doc.Lower(t.Head)); ok {
				return st
			}
		}
	}
	return ""
}

// lastNoun is the stem of the last noun of the phrase after a number: English
// phrases end in what they are about.
func (d *draft) lastNoun(f figure) (head string) {
	for i, end := range f.ends {
		first, last := d.doc.TokensIn(readout.Span{Start: end - 1, End: end})
		if first == last {
			break
		}
		switch d.doc.Tokens[first].UPOS {
		case "NOUN":
			head = f.nouns[i]
		case "ADJ", "PROPN":
		default:
			return head
		}
	}
	return head
}

// stemsIn are the stems of a text.
func (x *Index) stemsIn(text string, s readout.Span) []string {
	var out []string
	for _, w := range worddiff.Words(text, s, nil) {
		if st, ok := x.stem(w.Fold); ok {
			out = append(out, st)
		}
	}
	return out
}

// context are the stems around span in its sentence of the draft.
func (d *draft) context(sent, s readout.Span) []string {
	words := worddiff.Words(d.text, sent, nil)
	i, j := under(words, s)
	if i == len(words) {
		return nil
	}
	return d.stemsAround(words, i, j, around)
}

// under is the range of the words that lie under s; from len(words) when none
// does.
func under(words []worddiff.Word, s readout.Span) (from, to int) {
	from, to = len(words), len(words)
	for k, w := range words {
		if w.Overlaps(s) {
			from = min(from, k)
			to = k + 1
		}
	}
	return from, to
}

// figures compares the numbers of the draft that count something.
func (d *draft) figures() {
	var times []readout.Span
	for _, t := range d.doc.Timexes {
		times = append(times, t.Span)
	}
	for _, s := range d.doc.Sentences {
		if s.Noise != "" {
			continue
		}
		all := d.figuresIn(d.text, s.Span, times)
		for _, f := range all {
			if d.inQuote(f.span) {
				continue
			}
			head := ""
			if !f.part {
				head = d.head(f.span)
			}
			if head == "" {
				head = d.lastNoun(f)
			}
			if head == "" && f.unit == "" {
				continue
			}
			peers := []readout.Span{} // figures of the sentence that count the same
			for _, g := range all {
				if g.unit == f.unit && g.part == f.part && g.extra == f.extra && (head == "" || f.unit == "%" || slices.Contains(g.nouns, head)) {
					peers = append(peers, g.span)
				}
			}
			if !slices.Contains(peers, f.span) {
				peers = append(peers, f.span)
			}
			d.figure(s.Span, f, head, peers)
		}
	}
}

// spoken is a value of the record beside one of the draft.
type spoken struct {
	Place
	share  float64
	shared int
	agrees bool
	show   string
}

func (d *draft) figure(sent readout.Span, f figure, head string, peers []readout.Span) {
	context := d.context(sent, f.span)
	if head != "" && !slices.Contains(context, head) {
		context = append(context, head)
	}
	at := f.with(head)
	shown := map[float64]string{} // "14" and "fourteen" are one value
	var got []spoken
	for _, h := range d.like(slices.Clone(context), agreeShare, figureHits) {
		s := d.sentences[h.sentence]
		rep := d.v.Record.Reports[s.report]
		var skip []readout.Span
		for _, t := range d.timexes[rep.ID] {
			if t.Span.Overlaps(s.span) {
				skip = append(skip, t.Span)
			}
		}
		var fits []figure
		for _, g := range d.figuresIn(rep.Text, s.span, skip) {
			if g.unit == f.unit && g.part == f.part && g.extra == f.extra && (head == "" || f.unit == "%" || slices.Contains(g.nouns, head)) {
				fits = append(fits, g)
			}
		}
		g, ok := pick(f, fits)
		if !ok && len(fits) == len(peers) {
			g, ok = fits[slices.Index(peers, f.span)], true
		}
		if !ok {
			continue
		}
		n, span := shared(context, d.stemsIn(rep.Text, s.span)), g.with(head)
		if shown[g.value] == "" {
			shown[g.value] = span.In(rep.Text)
		}
		got = append(got, spoken{d.place(s.report, span, span.In(rep.Text), ""), h.share, n, overlap(f.value, f.hedge, g.value, g.hedge), shown[g.value]})
	}
	d.compare(Figure, sent, at, got)
}

// pick chooses among several figures of a sentence the one that the draft's
// stands for: an equal one, else the one with most of the same words around it.
func pick(f figure, among []figure) (figure, bool) {
	switch len(among) {
	case 0:
		return figure{}, false
	case 1:
		return among[0], true
	}
	best, most, tie := 0, -1, false
	for i, g := range among {
		if overlap(f.value, f.hedge, g.value, g.hedge) {
			return g, true
		}
		if n := shared(f.before, g.before); n > most {
			best, most, tie = i, n, false
		} else if n == most {
			tie = true
		}
	}
	return among[best], !tie
}

// compare makes a finding of what the record has beside the draft's value.
func (d *draft) compare(kind Kind, sent, at readout.Span, got []spoken) {
	f := Finding{Kind: kind, Span: at, Verdict: Absent, Why: "no sentence speaks of it in " + count(len(d.v.Record.Reports), "report")}
	values := map[string][]string{}
	own := map[string]bool{}
	var agree, against []Place
	strong := func(g spoken) bool {
		return g.share >= differShare && (g.shared >= minShared || g.share >= 0.9 && g.shared == minShared-1) && d.sameDay(sent, at, g.Place)
	}
	near := 0.0
	for _, g := range got {
		if g.agrees || strong(g) {
			near = max(near, g.share)
		}
	}
	for _, g := range got {
		// What a much nearer sentence has otherwise, a distant one does not bear
		// out: it tells of something else.
		if !g.agrees && !strong(g) || g.agrees && g.share < near*keepsUp {
			continue
		}
		values[g.show] = append(values[g.show], g.Report)
		if g.agrees {
			own[g.show] = true
			agree = append(agree, g.Place)
		} else {
			against = append(against, g.Place)
		}
	}
	switch {
	case len(agree) > 0:
		f.Verdict, f.Record, f.Why = Match, agree, "so in "+reports(agree)
		if s, places := d.disputed(agree, own); len(s) > 1 {
			f.Sides, f.Why = s, f.Why+"; "+differ(s)
			f.Record = append(agree[:min(len(agree), 2)], places...)
		} else if len(against) > 0 && kind != Day && closest(got, false) >= closest(got, true) {
			f.Sides = d.sides(values, func(v string) bool { return own[v] })
			f.Record = append(agree[:min(len(agree), 3)], against...)
			f.Why += "; a like sentence has " + against[0].Value
		}
	case len(against) > 0:
		f.Verdict, f.Record = Differs, against
		f.Sides = d.sides(values, func(string) bool { return false })
		if len(f.Sides) > 1 {
			f.Why = differ(f.Sides)
		} else {
			f.Why = fmt.Sprintf("the record has %s, in %s", f.Sides[0].Value, reports(against))
		}
	}
	d.add(f)
}

// closest is the share of the nearest sentence that agrees, or of the nearest
// that does not.
func closest(got []spoken, agrees bool) (share float64) {
	for _, g := range got {
		if g.agrees == agrees {
			share = max(share, g.share)
		}
	}
	return share
}

// disputed are the sides of a conflict of the record on what stands at one of
// the places, with a place for each value.
func (d *draft) disputed(at []Place, own map[string]bool) (sides []Side, places []Place) {
	for _, p := range at {
		for _, c := range d.told[p.Report] {
			if !c.Evidence.Span.Overlaps(p.Span) || !d.conflict[[2]string{c.Event, c.Attribute}] {
				continue
			}
			values := map[string][]string{}
			for _, o := range d.claims[c.Event] {
				if o.Attribute != c.Attribute {
					continue
				}
				if values[o.Text] == nil {
					places = append(places, d.evidence(o.Evidence, o.Text, o.ID))
				}
				values[o.Text] = append(values[o.Text], o.Evidence.Report)
			}
			return d.sides(values, func(v string) bool { return own[v] || v == c.Text }), places
		}
	}
	return nil, nil
}

// sameDay reports whether the draft's sentence and the record's can tell of one
// day: what is compared left aside, neither names a day that the other rules
// out. Of the draft's days those count that reports bear out: a wrong day is no
// ground to leave the rest of its sentence alone.
func (d *draft) sameDay(sent, at readout.Span, p Place) bool {
	var mine []when
	for i := range d.doc.Timexes {
		t := &d.doc.Timexes[i]
		if w, ok := parseWhen(t.Value); ok && !t.Optional && sent.Contains(t.Span) && !t.Span.Overlaps(at) && w.from == w.to && (t.Type == "DATE" || namesDay(t.In(d.text))) && d.borneOut(t.Span) {
			w.clock = ""
			mine = append(mine, w)
		}
	}
	if len(mine) == 0 {
		return true
	}
	known := false
	for _, r := range d.timexes[p.Report] {
		if !p.Sentence.Contains(r.Span) || r.Span.Overlaps(p.Span) {
			continue
		}
		if w, ok := parseWhen(r.Value); ok && w.from == w.to {
			known = true
			w.clock = ""
			for _, m := range mine {
				if m.meets(w) {
					return true
				}
			}
		}
	}
	return !known
}

// borneOut reports whether what was compared at s is a match.
func (d *draft) borneOut(s readout.Span) bool {
	return slices.ContainsFunc(d.out, func(f Finding) bool { return f.Span == s && f.Verdict == Match })
}

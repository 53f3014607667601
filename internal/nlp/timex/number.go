package timex

import (
	"math"

	"github.com/readout-news/readout/internal/numeral"
)

// builtin is a class whose members are computed.
type builtin int32

const (
	biNumber    builtin = iota // cardinal in digits or words, with fraction: "two and a half", "1,500", "2 1/2"
	biOrdinal                  // "1st", "twenty-first"
	biDay                      // day of a month, cardinal or ordinal: "14", "14th", "fourteenth"
	biDayOrd                   // ordinal day of a month
	biDayNth                   // ordinal day of a month in figures: "14th"
	biYear                     // 1000 to 2199, digits or words
	biModern                   // 1900 to 2059 in digits
	biYY                       // two digits
	biMM                       // 1 to 12, one or two digits
	biHour                     // 0 to 24 in digits, one to twelve in words
	biMinute                   // two digits, 00 to 59
	biHHMM                     // four digits of a 24-hour clock
	biYearWords                // a year in words only
	biTens                     // decade of four digits: 1990
	biTensYY                   // decade of two digits: 90
	biCapital                  // a word with an upper-case initial
	biWord                     // any word
	biPlural                   // a lower-case word in -s
	biEnd                      // end of the sentence
	biSpace                    // nothing, where a space precedes
	biGlue                     // nothing, where no space precedes
	numBuiltins
)

func builtinName(b builtin) string {
	return [...]string{
		"number", "ordinal", "day", "dayord", "daynth", "year", "modern", "yy", "mm", "hour", "minute", "hhmm", "yearwords", "tens", "tens2",
		"capital", "word", "plural", "end", "space", "glue",
	}[b]
}

func builtinByName(name string) (builtin, bool) {
	for b := range numBuiltins {
		if builtinName(b) == name {
			return b, true
		}
	}
	return 0, false
}

func isBuiltin(name string) bool { _, ok := builtinByName(name); return ok }

// numberClasses are the words that numbers are made of, by word id: class
// cardinal, multiplier, fraction and ordinal-word of the rule files.
type numberClasses struct {
	cardinal   map[int32]int
	multiplier map[int32]int
	ordinal    map[int32]int
	a, and     int32
	comma, dot int32
	slash      int32
	suffix     map[int32]bool // st nd rd th
	fraction   map[int32]float64
}

// firstSpelled is the first year that is read in words without a preposition:
// "ten forty-five" is a time of day.
const firstSpelled = 1700

// maxSpelled is where reading a number in words ends.
const maxSpelled = 1e9

// builtin appends the readings of b at pos, best first.
func (m *matcher) builtin(b builtin, pos int, out []capture) []capture {
	switch b {
	case biEnd:
		if pos == len(m.atoms) {
			out = append(out, capture{to: pos})
		}
		return out
	case biSpace, biGlue:
		if pos < len(m.atoms) && m.atoms[pos].glued == (b == biGlue) {
			out = append(out, capture{to: pos})
		}
		return out
	}
	if pos >= len(m.atoms) {
		return out
	}
	a := &m.atoms[pos]
	switch b {
	case biNumber:
		return m.numbers(pos, out)
	case biOrdinal:
		if n, end, ok := m.ordinal(pos); ok {
			out = append(out, capture{n: float64(n), to: end})
		}
	case biDay, biDayOrd, biDayNth:
		if b == biDayNth && a.kind != kindDigits {
			return out
		}
		if n, end, ok := m.ordinal(pos); ok && n >= 1 && n <= 31 {
			out = append(out, capture{n: float64(n), to: end})
		} else if b == biDay && a.kind == kindDigits && a.digits <= 2 && a.num >= 1 && a.num <= 31 {
			out = append(out, capture{n: float64(a.num), to: pos + 1})
		}
	case biYear:
		if a.kind == kindDigits && a.digits == 4 && a.num >= 1000 && a.num < 2200 {
			out = append(out, capture{n: float64(a.num), to: pos + 1})
		} else if n, end, ok := m.spelledYear(pos); ok {
			out = append(out, capture{n: float64(n), to: end})
		}
	case biHHMM:
		if a.kind == kindDigits && a.digits == 4 && a.num < 2400 && a.num%100 < 60 {
			out = append(out, capture{n: float64(a.num), to: pos + 1})
		}
	case biYearWords:
		if n, end, ok := m.spelledYear(pos); ok && n >= firstSpelled {
			out = append(out, capture{n: float64(n), to: end})
		}
	case biModern:
		if a.kind == kindDigits && a.digits == 4 && a.num >= 1900 && a.num < 2060 {
			out = append(out, capture{n: float64(a.num), to: pos + 1})
		}
	case biYY:
		if a.kind == kindDigits && a.digits == 2 {
			out = append(out, capture{n: float64(a.num), to: pos + 1})
		}
	case biMM:
		if a.kind == kindDigits && a.digits <= 2 && a.num >= 1 && a.num <= 12 {
			out = append(out, capture{n: float64(a.num), to: pos + 1})
		}
	case biHour:
		if a.kind == kindDigits && a.digits <= 2 && a.num <= 24 {
			out = append(out, capture{n: float64(a.num), to: pos + 1})
		} else if n, ok := m.set.number.cardinal[a.id]; ok && n >= 1 && n <= 12 {
			out = append(out, capture{n: float64(n), to: pos + 1})
		}
	case biMinute:
		if a.kind == kindDigits && a.digits == 2 && a.num < 60 {
			out = append(out, capture{n: float64(a.num), to: pos + 1})
		}
	case biTens:
		if a.kind == kindDigits && a.digits == 4 && a.num >= 1000 && a.num < 2200 && a.num%10 == 0 {
			out = append(out, capture{n: float64(a.num), to: pos + 1})
		}
	case biTensYY:
		if a.kind == kindDigits && a.digits == 2 && a.num%10 == 0 {
			out = append(out, capture{n: float64(a.num), to: pos + 1})
		}
	case biCapital:
		if a.upper {
			out = append(out, capture{to: pos + 1})
		}
	case biWord:
		if a.kind == kindWord {
			out = append(out, capture{to: pos + 1})
		}
	case biPlural:
		if w := m.text[a.Start:a.End]; a.kind == kindWord && !a.upper && len(w) > 3 && w[len(w)-1] == 's' && w[len(w)-2] != 's' {
			out = append(out, capture{to: pos + 1})
		}
	}
	return out
}

// hyphen skips a joint hyphen.
func (m *matcher) hyphen(pos int) int {
	if m.joint(pos) {
		return pos + 1
	}
	return pos
}

func (m *matcher) id(pos int) int32 {
	if pos < len(m.atoms) {
		return m.atoms[pos].id
	}
	return 0
}

// numbers reads a cardinal; with a fraction in it, the longer reading comes
// first.
func (m *matcher) numbers(pos int, out []capture) []capture {
	n, end, ok := m.cardinal(pos, false)
	if f, fend, whole := m.cardinal(pos, true); whole && fend > end {
		out = append(out, capture{n: f, to: fend})
	}
	if ok {
		out = append(out, capture{n: n, to: end})
	}
	return out
}

// fractionAfter reads "and a half", "1/2" or "½".
func (m *matcher) fractionAfter(pos int) (f float64, end int, ok bool) {
	nc := &m.set.number
	if f, ok := nc.fraction[m.id(pos)]; ok && m.atoms[pos].kind == kindMark {
		return f, pos + 1, true
	}
	p := m.hyphen(pos)
	if m.id(p) == nc.and {
		p = m.hyphen(p + 1)
		if m.id(p) == nc.a || nc.cardinal[m.id(p)] == 1 {
			p = m.hyphen(p + 1)
		}
		if f, ok := nc.fraction[m.id(p)]; ok {
			return f, p + 1, true
		}
		return 0, 0, false
	}
	if p+2 < len(m.atoms) && m.atoms[p].kind == kindDigits && m.atoms[p].num > 0 && m.atoms[p+1].id == nc.slash && m.atoms[p+1].glued &&
		m.atoms[p+2].kind == kindDigits && m.atoms[p+2].glued && m.atoms[p+2].num > m.atoms[p].num && m.atoms[p+2].num <= 8 {
		return float64(m.atoms[p].num) / float64(m.atoms[p+2].num), p + 3, true
	}
	return 0, 0, false
}

// figures reads digits with separators.
func (m *matcher) figures(pos int) (n float64, end int) {
	nc, digits := &m.set.number, m.atoms[pos].digits
	n, end = float64(m.atoms[pos].num), pos+1
	for digits <= 3 && end+1 < len(m.atoms) && m.atoms[end].id == nc.comma && m.atoms[end].glued &&
		m.atoms[end+1].kind == kindDigits && m.atoms[end+1].glued && m.atoms[end+1].digits == 3 && n < 1e12 {
		n = n*1000 + float64(m.atoms[end+1].num)
		end += 2
	}
	if end+1 < len(m.atoms) && m.atoms[end].id == nc.dot && m.atoms[end].glued &&
		m.atoms[end+1].kind == kindDigits && m.atoms[end+1].glued && m.atoms[end+1].num >= 0 {
		n += float64(m.atoms[end+1].num) / math.Pow10(int(m.atoms[end+1].digits))
		end += 2
	}
	return n, end
}

// cardinal reads figures or number words, and what multiplies them; with
// fractions also "2½", "two and a half million" and "half a million".
func (m *matcher) cardinal(pos int, fractions bool) (n float64, end int, ok bool) {
	nc := &m.set.number
	if pos >= len(m.atoms) {
		return 0, 0, false
	}
	var sum numeral.Sum
	p := pos
	figures := m.atoms[pos].kind == kindDigits
	switch f, part := nc.fraction[m.id(p)]; {
	case figures && m.atoms[pos].num < 0:
		return 0, 0, false
	case figures:
		n, end = m.figures(pos)
		sum.Add(n)
		p = end
	case m.id(p) == nc.a && nc.multiplier[m.id(m.hyphen(p+1))] > 0: // "a hundred", "a dozen"
		sum.Add(1)
		p++
	case fractions && part && m.id(m.hyphen(p+1)) == nc.a && nc.multiplier[m.id(m.hyphen(m.hyphen(p+1)+1))] > 0: // "half a million"
		sum.Add(f)
		p = m.hyphen(p+1) + 1
	}
	for p < len(m.atoms) && sum.Value() < maxSpelled {
		q := p
		if p > pos {
			q = m.hyphen(p)
		}
		if f, to, ok := m.fractionAfter(p); ok && fractions && end > pos {
			sum.Fraction(f)
			p, end, fractions = to, to, false
			continue
		}
		if end > pos && sum.Multiplied() && m.id(q) == nc.and && nc.cardinal[m.id(m.hyphen(q+1))] > 0 {
			q = m.hyphen(q + 1) // "a hundred and five"
		}
		v, small := nc.cardinal[m.id(q)]
		if !(small && !figures && sum.Add(float64(v))) && !sum.Times(float64(nc.multiplier[m.id(q)])) {
			break
		}
		p = q + 1
		end = p
	}
	return sum.Value(), end, end > 0
}

// ordinal reads "3rd", "third", "twenty-third".
func (m *matcher) ordinal(pos int) (n, end int, ok bool) {
	nc := &m.set.number
	a := &m.atoms[pos]
	if a.kind == kindDigits {
		if pos+1 < len(m.atoms) && m.atoms[pos+1].glued && nc.suffix[m.atoms[pos+1].id] && a.num > 0 {
			return int(a.num), pos + 2, true
		}
		return 0, 0, false
	}
	if v, ok := nc.ordinal[a.id]; ok {
		return v, pos + 1, true
	}
	if tens, ok := nc.cardinal[a.id]; ok && tens >= 20 && tens%10 == 0 {
		q := m.hyphen(pos + 1)
		if v, ok := nc.ordinal[m.id(q)]; ok && v < 10 {
			return tens + v, q + 1, true
		}
	}
	return 0, 0, false
}

// spelledYear reads "nineteen ninety-six", "two thousand and four", "twenty
// thirty-one".
func (m *matcher) spelledYear(pos int) (year, end int, ok bool) {
	nc := &m.set.number
	c, isNum := nc.cardinal[m.id(pos)]
	if !isNum {
		return 0, 0, false
	}
	if c == 2 {
		n, end, ok := m.cardinal(pos, false)
		if ok && n >= 2000 && n < 2100 {
			return int(n), end, true
		}
		return 0, 0, false
	}
	if c < 10 || c > 21 {
		return 0, 0, false
	}
	q := m.hyphen(pos + 1)
	rest, ok := nc.cardinal[m.id(q)]
	if !ok || rest < 10 {
		return 0, 0, false
	}
	end = q + 1
	if rest >= 20 && rest%10 == 0 {
		r := m.hyphen(end)
		if unit, ok := nc.cardinal[m.id(r)]; ok && unit >= 1 && unit < 10 {
			rest += unit
			end = r + 1
		}
	}
	return c*100 + rest, end, true
}

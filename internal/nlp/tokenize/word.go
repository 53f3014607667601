package tokenize

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/readout-news/readout"
)

// word takes the word that begins at i, emits its tokens and returns its end.
func (s *scanner) word(i, end int) int {
	if j := s.host(i, end); j > i {
		s.emit(i, j)
		return j
	}
	j := s.wordEnd(i, end)
	if k := s.glued(i, j, end); k > i {
		s.emit(i, k)
		s.emit(k, j)
		return j
	}
	s.clitics(i, j)
	return j
}

// host returns the end of a host or file name such as "voz.us", or i. A path
// after the host belongs to it.
func (s *scanner) host(i, end int) int {
	j, dot := i, -1
	for j < end {
		if j-i > maxHost {
			return i
		}
		c := s.text[j]
		if c == '.' && j+1 < end && wordByte(s.text[j+1]) {
			dot = j
		} else if c >= utf8.RuneSelf || !wordByte(c) && c != '_' && (c != '-' || j+1 >= end || !wordByte(s.text[j+1])) {
			break
		}
		j++
	}
	if dot < 0 || dot == i {
		return i
	}
	top := s.text[dot+1 : j]
	if isDigit(rune(s.text[dot-1])) && isDigit(rune(top[0])) {
		return i
	}
	if !s.lex.domains[top] && !(top == strings.ToUpper(top) && len(top) > 2 && s.lex.domains[strings.ToLower(top)]) {
		return i
	}
	// "p.m", "e.g" and initials are no hosts.
	if dot-i < 2 || isAcronym(s.text[i:j]) {
		return i
	}
	if j < end && s.text[j] == '/' {
		return j + trimAddress(s.text[j:end])
	}
	return j
}

// wordEnd returns the end of the word at i, its full stop included when it is
// an abbreviation.
func (s *scanner) wordEnd(i, end int) int {
	j := i
	part := i // start of the current hyphen part
	for j < end {
		r, n := s.rune(j, end)
		if isWord(r) || r == '_' {
			if unicode.IsLetter(r) && j > i && s.digitBefore(j) && s.unitAt(j, end) {
				return j
			}
			j += n
			continue
		}
		prev, _ := utf8.DecodeLastRuneInString(s.text[i:j])
		next, _ := s.rune(j+n, end)
		switch {
		case isApostrophe(r):
			if !unicode.IsLetter(next) {
				return j
			}
		case r == '.':
			switch s.fullStop(i, j, end, prev, next) {
			case stopBefore:
				return j
			case stopAfter:
				return j + 1
			}
		case r == ',':
			if !isDigit(prev) || !grouped(s.text[j:min(end, j+maxFigure)]) {
				return j
			}
		case r == ':':
			if !isDigit(prev) || !isDigit(next) {
				return j
			}
		case r == '/':
			if isDigit(prev) && isDigit(next) {
				break
			}
			k := j + 1
			for k < end && wordByte(s.text[k]) {
				k++
			}
			if !s.lex.keep[strings.ToLower(s.text[i:k])] {
				return j
			}
			return k
		case r == '&':
			if !unicode.IsUpper(prev) || !unicode.IsUpper(next) || j-i > 3 {
				return j
			}
		case isHyphen(r):
			if !s.hyphenInside(i, part, j, n, end, prev, next) {
				return j
			}
			part = j + n
		default:
			return j
		}
		j += n
	}
	return j
}

// hyphenInside reports whether the hyphen at j is part of its word.
func (s *scanner) hyphenInside(i, part, j, n, end int, prev, next rune) bool {
	if !isWord(next) {
		// "pre- and post-war"
		return next == 0 && part == i && s.lex.prefixes[strings.ToLower(s.text[i:j])]
	}
	if isDigit(prev) && isDigit(next) {
		return j-i < maxFigure && figureCode(s.text[i:j], s.text[i:min(end, i+maxFigure)])
	}
	if j-i > maxWord {
		return false
	}
	k := j + n
	for k < end {
		r, m := s.rune(k, end)
		if !isWord(r) {
			break
		}
		k += m
	}
	if s.lex.keep[strings.ToLower(s.text[i:k])] {
		return true
	}
	// A prefix stands before a full word: "over-the-top" has none.
	const minStem = 3
	stem := s.text[j+n : k]
	return part == i && s.lex.prefixes[strings.ToLower(s.text[i:j])] &&
		len(stem) >= minStem && !s.lex.joiners[strings.ToLower(stem)]
}

// figureCode reports whether all, digits and hyphens from a word's start, is a
// telephone number, an ISO date or another code and not a range; head is what
// stands before the hyphen in question.
func figureCode(head, all string) bool {
	groups, digits, first, last := 1, 0, 0, 0
	for k := 0; k < len(all); k++ {
		c := all[k]
		if c == '-' && k+1 < len(all) && isDigit(rune(all[k+1])) {
			groups++
			last = 0
			continue
		}
		if !isDigit(rune(c)) {
			break
		}
		digits++
		last++
		if groups == 1 {
			first++
		}
	}
	if strings.Trim(head, "0123456789-/") != "" {
		return false
	}
	return groups >= 3 && digits >= 6 || groups == 2 && (first == 3 || first == 5) && last == 4
}

// grouped reports whether s begins with a comma that groups thousands
// (",000") or, as in India, lakhs (",00,000").
func grouped(s string) bool {
	n := 0
	for n+1 < len(s) && isDigit(rune(s[n+1])) {
		n++
	}
	switch n {
	case 3:
		return true
	case 2:
		return len(s) > 3 && s[3] == ',' && grouped(s[3:])
	}
	return false
}

// unitAt reports whether the letters at j, which follow a digit, are a unit of
// measure up to the next mark.
func (s *scanner) unitAt(j, end int) bool {
	k := j
	for k < end {
		r, n := s.rune(k, end)
		if !isWord(r) || k-j > maxUnit {
			break
		}
		k += n
	}
	if s.lex.units[s.text[j:k]] {
		return true
	}
	low := strings.ToLower(s.text[j:min(j+3, end)])
	return low == "p.m" || low == "a.m"
}

// What wordEnd does at a full stop.
type stop uint8

const (
	goOn       stop = iota // part of the word
	stopBefore             // the word ends before it
	stopAfter              // it is the word's last character
)

// fullStop decides on the full stop at j of the word that began at i.
func (s *scanner) fullStop(i, j, end int, prev, next rune) stop {
	head := s.text[i:j]
	if isDigit(prev) && isDigit(next) {
		return goOn
	}
	if len(head) > maxWord {
		return stopBefore
	}
	if isWord(next) {
		seg := head[strings.LastIndexByte(head, '.')+1:]
		single := utf8.RuneCountInString(seg) == 1 && unicode.IsLetter(prev)
		after := j + 1
		k := after
		for k < end {
			r, n := s.rune(k, end)
			if !isWord(r) {
				break
			}
			k += n
		}
		tail := s.text[after:k]
		if single && unicode.IsLetter(next) {
			// "U.S." goes on; "J.Maren" and "U.S.The" are glued.
			if utf8.RuneCountInString(tail) == 1 || unicode.IsLower(next) || tail == strings.ToUpper(tail) && len(tail) <= 3 {
				return goOn
			}
			return stopAfter
		}
		if s.abbreviation(s.text[i:k]) != noAbbr {
			return goOn // "Ph.D."
		}
		if s.abbreviation(head) != noAbbr && unicode.IsUpper(next) {
			return stopAfter
		}
		if tail == "http" || tail == "https" || tail == "www" {
			return stopBefore
		}
		if unicode.IsUpper(next) && !unicode.IsUpper(prev) {
			return stopBefore // "deal.The", "2022.The"
		}
		if unicode.IsDigit(next) && unicode.IsLetter(prev) && strings.IndexByte(head, '.') < 0 {
			return stopBefore
		}
		return goOn
	}
	switch c := s.abbreviation(head); c {
	case noAbbr:
		return stopBefore
	case initial:
		// A second full stop shows an ellipsis, not an initial.
		if w := s.nextWord(j + 1); next == '.' || w == "" && next != '&' || capitalised(w) && s.lex.starters[strings.ToLower(w)] {
			return stopBefore
		}
		return stopAfter
	case number:
		r, _ := utf8.DecodeRuneInString(s.nextWord(j + 1))
		if isDigit(r) || r == '#' {
			return stopAfter
		}
		return stopBefore
	case state:
		// ", Calif." and "R-Calif."
		if len(s.out) > 0 && strings.IndexByte(",-", s.text[s.out[len(s.out)-1].Start]) >= 0 {
			return stopAfter
		}
		return stopBefore
	}
	if next == '.' && j+2 < end && s.text[j+2] == '.' {
		return stopBefore // "etc..." ends in an ellipsis
	}
	return stopAfter
}

// abbreviation classifies w, which is written without its last full stop.
func (s *scanner) abbreviation(w string) class { return s.lex.class(w) }

// class classifies w, which is written without its last full stop.
func (lex *lexicon) class(w string) class {
	if c := lex.abbr[w]; c != noAbbr {
		return c
	}
	r, n := utf8.DecodeRuneInString(w)
	switch {
	case n == len(w) && unicode.IsUpper(r):
		return initial
	case isAcronym(w):
		return acronym
	}
	return noAbbr
}

// isAcronym reports whether w is short letter groups with full stops between:
// "U.S", "p.m", "Ph.D", "L.L.C".
func isAcronym(w string) bool {
	if !strings.Contains(w, ".") {
		return false
	}
	for seg := range strings.SplitSeq(w, ".") {
		if seg == "" || len(seg) > 2 {
			return false
		}
		for k, r := range seg {
			if !unicode.IsLetter(r) || k > 0 && unicode.IsLower(r) && len(seg) > 2 {
				return false
			}
		}
	}
	return true
}

// nextWord is the text from the first character that is no space, opening mark
// or quotation mark at or after i to the next space or mark; "" at the end of
// the paragraph.
func (s *scanner) nextWord(i int) string {
	for i < len(s.text) {
		r, n := utf8.DecodeRuneInString(s.text[i:])
		if !isSpace(r) && !opens(r) && r != '"' {
			break
		}
		i += n
	}
	j := i
	for j < len(s.text) {
		r, n := utf8.DecodeRuneInString(s.text[j:])
		if !isWord(r) && (j > i || r != '#') {
			break
		}
		j += n
	}
	return s.text[i:j]
}

func capitalised(w string) bool {
	r, _ := utf8.DecodeRuneInString(w)
	return unicode.IsUpper(r) || unicode.IsTitle(r)
}

// opens reports whether r is an opening bracket or quotation mark.
func opens(r rune) bool {
	switch r {
	case '(', '[', '{', '“', '‘', '«', '„', '‹', '‚', '¿', '¡':
		return true
	}
	return false
}

// glued returns the place where an agency credit is glued to the capitalised
// word before it ("MarenAFP"), or i. Names with a capital inside ("McRae",
// "OpenAI") are left whole, because no other feature tells them apart.
func (s *scanner) glued(i, j, end int) int {
	r, _ := s.rune(i, j)
	if !unicode.IsUpper(r) {
		return i
	}
	lower := false
	for k := i; k < j; {
		c, n := s.rune(k, j)
		if unicode.IsUpper(c) && lower && k-i >= 3 {
			tail := strings.TrimSuffix(s.text[k:j], ".")
			if s.lex.agencies[tail] && (j == end || !wordByte(s.text[j])) {
				return k
			}
			return i
		}
		lower = unicode.IsLower(c)
		k += n
	}
	return i
}

// clitics emits text[i:j] with its clitics cut off.
func (s *scanner) clitics(i, j int) {
	w := s.text[i:j]
	if len(w) > maxWord {
		s.emit(i, j)
		return
	}
	if cuts, ok := s.lex.contractions[strings.ToLower(strings.ReplaceAll(w, "’", "'"))]; ok {
		at, n := i, 0
		for k := range w {
			if len(cuts) > 0 && n == cuts[0] {
				s.emit(at, i+k)
				at, cuts = i+k, cuts[1:]
			}
			n++
		}
		s.emit(at, j)
		return
	}
	var tail []readout.Span // in reverse
	for {
		k, at := -1, 0
		for p, r := range s.text[i:j] {
			if isApostrophe(r) {
				k, at = p, utf8.RuneLen(r)
			}
		}
		if k <= 0 {
			break
		}
		cut := -1
		suffix := strings.ToLower(s.text[i+k+at : j])
		switch {
		case suffix == "t" && (s.text[i+k-1]|0x20) == 'n' && k > 1:
			cut = i + k - 1
		case suffix == "s" && isDigit(rune(s.text[i+k-1])):
			// "the 1990's" is one token, "2003's" two
			if s.text[i+k-1] != '0' {
				cut = i + k
			}
		case isClitic(suffix):
			cut = i + k
		}
		if cut < 0 {
			break
		}
		tail = append(tail, readout.Span{Start: cut, End: j})
		j = cut
	}
	s.emit(i, j)
	for k := len(tail) - 1; k >= 0; k-- {
		s.out = append(s.out, tail[k])
	}
}

package names

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/kb"
	"github.com/readout-news/readout/internal/nlp"
)

// trim cuts each name to its core and drops what is no name: a bare weekday, a
// mark, a title without a name.
func (f *finder) trim(doc *nlp.Doc, found []name) []name {
	var out []name
	for _, n := range found {
		for n.first < n.last && (outer(doc.Word(n.first)) || isArticle(doc.Word(n.first))) {
			n.first++
		}
		for n.first < n.last && (outer(doc.Word(n.last-1)) || isPossessive(doc.Word(n.last-1))) {
			n.last--
		}
		if n.typ == nlp.PersonName {
			n.first += f.leadingTitle(doc, n)
		}
		// "career Justice Department": a small word opens a name only when it is
		// a particle, or when the name has no capitals at its parts' starts.
		for k := n.first; k < n.last && !startsName(doc.Word(k)) && wordy(doc.Word(k)) && !anyUpper(doc.Word(k)) && !f.lex.particles[doc.Word(k)]; k++ {
			n.first = k + 1
			for n.first < n.last && outer(doc.Word(n.first)) {
				n.first++
			}
			k = n.first - 1
		}
		if n.first == n.last || !startsName(doc.Word(n.first)) && !anyUpper(doc.Text(doc.TokenSpan(n.first, n.last))) {
			continue
		}
		if n.last-n.first == 1 && f.lex.never[doc.Lower(n.first)] {
			continue
		}
		if n.typ == nlp.Misc && n.last-n.first >= 3 && single(doc.Word(n.first)) && doc.Word(n.first+1) == "-" {
			continue // "(D-Ohio)"
		}
		if left, right, ok := f.partMember(doc, n); ok {
			out = append(out, left, right)
			continue
		}
		out = append(out, n)
	}
	return out
}

// partMember takes "Ohio Democrat" apart into the place and the group.
func (f *finder) partMember(doc *nlp.Doc, n name) (left, right name, ok bool) {
	last := n.last - 1
	if f.res.Facts == nil || n.typ == nlp.OrgName || n.typ == nlp.PersonName || last == n.first ||
		!startsName(doc.Word(last)) || !f.lex.groups[doc.Lower(last)] {
		return n, n, false
	}
	place := len(f.res.Facts.LookupType(doc.Text(doc.TokenSpan(n.first, last)), kb.Place, kb.State)) > 0
	left, right = n, n
	left.last, left.typ, left.rule = last, nlp.PlaceName, ruleList
	right.first, right.typ, right.rule = last, nlp.Nationality, ruleList
	return left, right, place
}

// single reports whether w is one letter.
func single(w string) bool { return utf8.RuneCountInString(w) == 1 && wordy(w) }

// outer reports whether a token is punctuation that no name starts or ends
// with. A closing bracket may end one.
func outer(w string) bool {
	switch w {
	case `"`, "“", "”", "'", "‘", "’", "``", "''", ",", ";", ":", "-", "–", "—", "(", "[", "!", "?", "…", "/", "*", "•", "|":
		return true
	}
	return false
}

func isArticle(w string) bool {
	return strings.EqualFold(w, "the") || w == "a" || w == "A" || w == "an" || w == "An"
}

func isPossessive(w string) bool { return w == "'s" || w == "’s" || w == "'S" || w == "’S" }

// startsName reports whether w starts with a capital or a digit.
func startsName(w string) bool {
	r, _ := utf8.DecodeRuneInString(w)
	return unicode.IsUpper(r) || unicode.IsDigit(r)
}

func anyUpper(s string) bool { return strings.IndexFunc(s, unicode.IsUpper) >= 0 }

// maxTitle bounds the words of a title: "Secretary of State for Foreign and
// Commonwealth Affairs" has eight.
const maxTitle = 9

// leadingTitle is the number of tokens of n that are a title and leave a name
// behind: "President Maren" found whole.
func (f *finder) leadingTitle(doc *nlp.Doc, n name) int {
	for k := min(n.last-1, n.first+maxTitle); k > n.first; k-- {
		if startsName(doc.Word(k)) && f.isTitle(doc, n.first, k) {
			return k - n.first
		}
	}
	return 0
}

// isTitle reports whether the lists know tokens [from, to) as a title. The
// lists do not see marks, so those are refused here, but for hyphens within.
func (f *finder) isTitle(doc *nlp.Doc, from, to int) bool {
	if f.res.Facts == nil {
		return false
	}
	for i := from; i < to; i++ {
		if w := doc.Word(i); !wordy(w) && (w != "-" || i == from || i == to-1) {
			return false
		}
	}
	return f.res.Facts.TitleOf(doc.Text(doc.TokenSpan(from, to))) != nil
}

// title is the span of the title that stands directly before the person name
// found[i], with the words that belong to it: "former Karvan Foreign
// Minister".
func (f *finder) title(doc *nlp.Doc, found []name, i int) readout.Span {
	n := &found[i]
	start := doc.Sentences[doc.Tokens[n.first].Sent].First
	floor := max(start, n.first-maxTitle)
	if i > 0 && found[i-1].typ == nlp.PersonName {
		floor = max(floor, found[i-1].last)
	}
	from := f.titleStart(doc, floor, n.first)
	if from < 0 {
		return readout.Span{}
	}
	// Words before it that belong to the title.
	for from > floor {
		p := from - 1
		if k := endsAt(found, i, from); k >= 0 && found[k].first >= start && found[k].typ != nlp.PersonName {
			from = found[k].first
			continue
		}
		w := doc.Word(p)
		if w == "-" && p > floor && f.lex.modifiers[doc.Lower(p-1)] {
			from = p - 1
			continue
		}
		if f.lex.modifiers[doc.Lower(p)] {
			from = p
			continue
		}
		// "Trade and Industry Secretary": capitalised words, but not the one
		// that opens the sentence, whose capital means nothing.
		if p > start && startsName(w) && startsName(doc.Word(from)) && !outer(w) && wordy(w) && !f.lex.never[doc.Lower(p)] {
			from = p
			continue
		}
		if (w == "and" || w == "&") && p-1 > start && startsName(doc.Word(p-1)) && wordy(doc.Word(p-1)) && startsName(doc.Word(from)) && endsAt(found, i, p) < 0 {
			from = p - 1
			continue
		}
		break
	}
	return doc.TokenSpan(from, n.first)
}

// titleStart finds where the title that ends at token to starts, or -1: a
// known title, or a known title with "of", "for" or "to" and capitalised words
// after it.
func (f *finder) titleStart(doc *nlp.Doc, floor, to int) int {
	for from := floor; from < to; from++ {
		if f.isTitle(doc, from, to) {
			return from
		}
	}
	for p := to - 1; p > floor; p-- {
		w := doc.Word(p)
		switch {
		case w == "of" || w == "for" || w == "to":
			if p == to-1 {
				return -1
			}
			for from := floor; from < p; from++ {
				if f.isTitle(doc, from, p) {
					return from
				}
			}
		case startsName(w) && wordy(w) || w == "and" || w == "&" || w == "the" || w == "-":
		default:
			return -1
		}
	}
	return -1
}

// endsAt is the index of the name before found[i] that ends at token t, or -1.
func endsAt(found []name, i, t int) int {
	for k := i - 1; k >= 0 && found[k].last >= t-1; k-- {
		if found[k].last == t {
			return k
		}
	}
	return -1
}

func wordy(w string) bool {
	r, _ := utf8.DecodeRuneInString(w)
	return unicode.IsLetter(r)
}

// splitWords cuts a phrase of a lexicon into tokens as the tokeniser would.
func splitWords(s string) []string {
	var out []string
	for _, f := range strings.Fields(s) {
		if w, ok := strings.CutSuffix(f, "'s"); ok {
			out = append(out, w, "'s")
		} else if w, ok := strings.CutSuffix(f, ":"); ok {
			out = append(out, w, ":")
		} else {
			out = append(out, f)
		}
	}
	return out
}

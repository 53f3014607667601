package search

import (
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/limits"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/terms"
)

// maxInput bounds a query, in bytes.
const maxInput = limits.QueryInput

// maxTerms bounds the words, phrases and values of a query.
const maxTerms = limits.QueryTerms

// quotes are the marks that open a phrase, and those that close each.
var quotes = map[rune]string{'"': "\"", '“': "”“\"", '„': "“”\"", '«': "»", '»': "«"}

// piece is one stretch of the input between spaces.
type piece struct {
	at       readout.Span
	not      bool
	op       string       // operator, lower case, "" none
	text     string       // word, phrase or value
	value    readout.Span // of text
	quoted   bool
	unclosed bool
}

// Parse takes apart what somebody typed. What cannot be understood is in the
// error, one *Error a place, joined; the query has the rest.
func Parse(input string) (Query, error) {
	q := Query{Input: input, valueSpans: map[string][]readout.Span{}}
	if len(input) > maxInput {
		return q, &Error{readout.Span{Start: 0, End: len(input)}, "the query has more than 2,000 bytes; give fewer words"}
	}
	pieces := split(input)
	if len(pieces) > maxTerms {
		return q, &Error{pieces[maxTerms].at, "the query has more than 40 parts; give fewer words"}
	}
	p := &parser{q: &q}
	for i := 0; i < len(pieces); i++ {
		i += p.piece(pieces, i)
	}
	if q.First != "" && q.Last != "" && q.First > q.Last+"~" {
		p.fail(p.days, "the first day lies behind the last; exchange after: and before:")
	}
	return q, errors.Join(p.errs...)
}

// split parts the input at spaces outside quotation marks.
func split(input string) []piece {
	var out []piece
	for i := 0; i < len(input); {
		r, n := utf8.DecodeRuneInString(input[i:])
		if unicode.IsSpace(r) || r == utf8.RuneError || unicode.IsControl(r) {
			i += n
			continue
		}
		p := piece{at: readout.Span{Start: i}}
		if r == '-' || r == '−' || r == '–' {
			p.not = true
			i += n
		}
		if op, rest, ok := strings.Cut(input[i:], ":"); ok && isOperator(op) {
			p.op = strings.ToLower(op)
			i = len(input) - len(rest)
		}
		p.value.Start = i
		r, n = utf8.DecodeRuneInString(input[i:])
		if ends := quotes[r]; ends != "" && i < len(input) {
			p.quoted = true
			i += n
			p.value.Start = i
			end := strings.IndexAny(input[i:], ends)
			if end < 0 {
				p.unclosed = true
				end = len(input) - i
			}
			p.value.End = i + end
			i += end
			if !p.unclosed {
				_, n = utf8.DecodeRuneInString(input[i:])
				i += n
				// A beginning of a phrase: "peace tal"*.
				if strings.HasPrefix(input[i:], "*") {
					i++
				}
			}
		} else {
			i = wordEnd(input, i)
			p.value.End = i
		}
		p.at.End = i
		p.text = p.value.In(input)
		out = append(out, p)
	}
	return out
}

// wordEnd is where the word that begins at i ends.
func wordEnd(input string, i int) int {
	for i < len(input) {
		r, n := utf8.DecodeRuneInString(input[i:])
		if unicode.IsSpace(r) {
			break
		}
		i += n
	}
	return i
}

func isOperator(s string) bool {
	return slices.ContainsFunc(Operators, func(o Operator) bool { return strings.EqualFold(o.Name, s) })
}

// parser puts pieces into a query.
type parser struct {
	q    *Query
	errs []error
	days readout.Span // the last piece about days
}

func (p *parser) fail(at readout.Span, text string) { p.errs = append(p.errs, &Error{at, text}) }

func (p *parser) note(at readout.Span, text string) {
	p.q.Notes = append(p.q.Notes, Note{at, text})
}

// piece takes in pieces[i] and says how many that follow it went in with it.
func (p *parser) piece(pieces []piece, i int) (more int) {
	x := pieces[i]
	if x.unclosed {
		p.fail(x.at, "the quotation mark is not closed; put one at the end of the phrase")
		return 0
	}
	if x.op == "" {
		p.term(pieces, i)
		return 0
	}
	if x.not {
		p.fail(x.at, "“-” works with words and phrases, not with "+x.op+":; take it away")
		return 0
	}
	if strings.TrimSpace(x.text) == "" {
		p.fail(x.at, x.op+": needs a value right behind the colon, such as "+example(x.op))
		return 0
	}
	add := func(list *[]string) {
		*list = append(*list, strings.TrimSpace(x.text))
		p.q.valueSpans[x.op] = append(p.q.valueSpans[x.op], x.value)
	}
	switch x.op {
	case "by":
		add(&p.q.By)
	case "to":
		add(&p.q.To)
	case "from":
		add(&p.q.From)
	case "at":
		add(&p.q.At)
	case "kind":
		add(&p.q.Kind)
	case "type":
		for v := range strings.SplitSeq(x.text, ",") {
			k := readout.StatementKind(strings.ToLower(strings.TrimSpace(v)))
			if k == "partial" {
				k = readout.Mixed
			}
			if k != readout.Direct && k != readout.Mixed && k != readout.Indirect {
				p.fail(x.value, "type: is direct, mixed or indirect")
				continue
			}
			p.q.Type = append(p.q.Type, k)
		}
	case "in":
		p.q.inSpans = append(p.q.inSpans, x.at)
		in, err := Sorts(x.text)
		if err != nil {
			p.fail(x.value, err.Error())
		}
		for _, k := range in {
			if !slices.Contains(p.q.In, k) {
				p.q.In = append(p.q.In, k)
			}
		}
	case "after", "before", "on":
		return p.date(pieces, i)
	}
	return 0
}

func example(op string) string {
	i := slices.IndexFunc(Operators, func(o Operator) bool { return o.Name == op })
	return Operators[i].Example
}

// sorts are the values of in:.
var sorts = map[string]store.Kind{
	"events": store.KindEvent, "event": store.KindEvent,
	"quotes": store.KindStatement, "quote": store.KindStatement, "statements": store.KindStatement,
	"people": store.KindEntity, "person": store.KindEntity, "names": store.KindEntity,
	"text": store.KindReport, "texts": store.KindReport, "reports": store.KindReport,
}

// Sorts are the kinds that a value of in: names, such as "quotes,events".
func Sorts(value string) ([]store.Kind, error) {
	var out []store.Kind
	var err error
	for v := range strings.SplitSeq(value, ",") {
		k, ok := sorts[strings.ToLower(strings.TrimSpace(v))]
		if !ok {
			err = errors.New("in: is events, quotes, people or text; several with commas")
		} else if !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	return out, err
}

// SortName is the value of in: for a kind.
func SortName(k store.Kind) string {
	switch k {
	case store.KindEvent:
		return "events"
	case store.KindStatement:
		return "quotes"
	case store.KindEntity:
		return "people"
	}
	return "text"
}

// term takes in a word or phrase.
func (p *parser) term(pieces []piece, i int) {
	x := pieces[i]
	t := store.Term{Text: x.text, Not: x.not}
	if !x.quoted {
		switch x.text {
		case "AND":
			return // all words have to hold anyway
		case "OR":
			p.note(x.at, "OR does nothing: all words have to be there; search for each by itself")
			return
		case "NOT":
			if i+1 < len(pieces) {
				p.note(x.at, "write -"+pieces[i+1].text+" for what is to be left out; NOT does nothing")
			}
			return
		}
		if op, value, ok := strings.Cut(x.text, ":"); ok && op != "" && value != "" && strings.IndexFunc(op, func(r rune) bool { return !unicode.IsLetter(r) }) < 0 {
			p.note(x.at, "there is no operator “"+op+":”; these are words")
		}
	}
	switch {
	case x.quoted && x.at.End > 0 && p.q.Input[x.at.End-1] == '*':
		t.Mode = store.Prefix
	case x.quoted:
		t.Mode = store.Phrase
	case strings.HasSuffix(t.Text, "*"):
		t.Mode, t.Text = store.Prefix, strings.TrimRight(t.Text, "*")
	}
	if len(terms.Words(t.Text)) == 0 {
		return // punctuation alone asks nothing
	}
	p.q.Terms = append(p.q.Terms, t)
	p.q.termSpans = append(p.q.termSpans, x.value)
}

// date takes in a date, which may go on in the words that follow: on:14 March
// 2031.
func (p *parser) date(pieces []piece, i int) (more int) {
	x := pieces[i]
	const most = 3 // words after the first: "early March of 2031"
	first, last, ok := "", "", false
	at := x.value
	for n := min(most, len(pieces)-1-i); n >= 0 && !ok; n-- {
		rest := pieces[i+1 : i+1+n]
		if x.quoted && n > 0 || slices.ContainsFunc(rest, func(y piece) bool { return y.quoted || y.op != "" || y.not }) {
			continue
		}
		if n > 0 {
			at.End = rest[n-1].at.End
		} else {
			at.End = x.value.End
		}
		if first, last, ok = Days(at.In(p.q.Input)); ok {
			more = n
		}
	}
	p.days = readout.Span{Start: x.at.Start, End: at.End}
	if !ok {
		p.fail(x.value, "“"+x.text+"” is no day, month or year; write 2031-03-14, 14 March 2031, early March 2031, 2031-03 or 2031")
		return 0
	}
	// Several dates narrow each other. A month begins before its first day and,
	// with "~" behind, ends after its last.
	if x.op != "before" && first > p.q.First {
		p.q.First = first
	}
	if x.op != "after" && (p.q.Last == "" || last+"~" < p.q.Last+"~") {
		p.q.Last = last
	}
	return more
}

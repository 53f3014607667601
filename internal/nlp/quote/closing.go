package quote

import (
	"slices"
	"strings"

	"github.com/readout-news/readout/internal/nlp"
)

// ruleClosing is for who is named at the end of a sentence: "…, a spokesman
// said on Monday." Parsers hang such an end on the nearest noun or verb.
const ruleClosing = "quote/closing"

// closing is what stands before the verb at i and its subject when the two end
// the sentence behind a comma, and the subject: all of the sentence before the
// comma, a place line left out. The pieces are nil when the verb does not end
// its sentence so.
func (f *finder) closing(i int) (content []run, source run) {
	s := f.sent(i)
	if f.state[i] == inside || !f.finite(i) || f.low[i] == "that" {
		return nil, run{}
	}
	end := s.last
	for end > i && f.punct[end-1] {
		end--
	}
	// "…, told reporters" names who was told, not who spoke.
	e, _ := f.verbAt(i)
	tells := e.class == "tell"
	if !tells {
		if r, source := f.closingInverted(i, end); len(r) > 0 {
			return r, source
		}
	}
	for _, k := range f.kids[i] {
		r := f.rel[k]
		if tells && k > i && (r == "obj" || r == "iobj") && f.nounLike(k) {
			continue
		}
		if k > i && (r == "ccomp" || r == "obj" || r == "xcomp" || r == "iobj") || f.low[k] == "as" && r == "mark" {
			return nil, run{}
		}
	}
	// Behind the verb only when and where it was said.
	for k := i + 1; k < end; k++ {
		switch {
		case f.low[k] == "," && k+1 < end && (f.doc.Tokens[k+1].XPOS == "VBG" || f.doc.Tokens[k+1].UPOS == "ADP"):
			end = k // "…, he said, opening the way to …", "…, he said, despite …"
		case f.punct[k] || f.doc.Tokens[k].UPOS == "VERB" || f.doc.Tokens[k].UPOS == "AUX" || f.state[k] != outside || k > i+maxBehind:
			return nil, run{}
		}
	}
	behind, ok := f.besideName(i)
	if !ok {
		return nil, run{}
	}
	comma := nlp.None
	for k := behind - 1; k > s.first && k >= behind-maxSubject; k-- {
		if f.state[k] != outside {
			return nil, run{}
		}
		if f.low[k] == "," {
			comma = k
			break
		}
		if u := f.doc.Tokens[k].UPOS; u == "VERB" || u == "SCONJ" || f.low[k] == "and" && k == behind-1 {
			return nil, run{}
		}
	}
	if comma == nlp.None || comma+1 >= behind {
		return nil, run{}
	}
	source = f.trim(run{comma + 1, i})
	h := f.headOf(source)
	if u := f.doc.Tokens[h].UPOS; u != "NOUN" && u != "PROPN" && u != "PRON" || !f.maySpeak(h) || expletive(f.low[h]) || f.doc.Tokens[h].XPOS == "WP" || f.doc.Tokens[h].XPOS == "WDT" {
		return nil, run{}
	}
	if f.rel[source.first] == "cc" || f.rel[source.first] == "case" || f.rel[source.first] == "mark" || f.rel[source.first] == "advmod" {
		return nil, run{}
	}
	return f.toldBefore(comma), source
}

// besideName is where the subject of the verb at i ends but for what stands beside
// it between commas, a name or what its bearer is: "…, the harbour master, Maren,
// said", "…, Maren, a spokesman for the port, said", "…, Maren, 54, said". ok is
// false where something else stands between commas.
func (f *finder) besideName(i int) (end int, ok bool) {
	if i == 0 || f.low[i-1] != "," {
		return i, true
	}
	comma := nlp.None
	for k := i - 2; k > f.sent(i).first && k >= i-maxSubject; k-- {
		switch u := f.doc.Tokens[k].UPOS; {
		case f.state[k] != outside || u == "VERB" || u == "AUX" || u == "SCONJ":
			return i, false
		case f.low[k] == ",":
			comma = k
		}
		if comma != nlp.None {
			break
		}
	}
	if comma == nlp.None || comma+1 >= i-1 {
		return i, false
	}
	named := func(r run) bool { return f.doc.Tokens[f.headOf(r)].UPOS == "PROPN" }
	before, beside := comma-1, run{comma + 1, i - 1}
	if u := f.doc.Tokens[f.headOf(beside)].UPOS; !f.nounLike(before) || u != "PROPN" && u != "NOUN" && u != "NUM" || f.rel[beside.first] == "case" || f.rel[beside.first] == "cc" || f.rel[beside.first] == "mark" {
		return i, false
	}
	return comma, named(beside) || f.doc.Tokens[before].UPOS == "PROPN"
}

func (f *finder) nounLike(k int) bool {
	u := f.doc.Tokens[k].UPOS
	return u == "NOUN" || u == "PROPN" || u == "PRON"
}

// closingInverted is closing for a verb before its subject: "…, said a person
// familiar with the talks." end is where the words of the sentence end.
func (f *finder) closingInverted(i, end int) (content []run, source run) {
	if i == 0 || f.low[i-1] != "," || i+1 >= end || end > i+1+maxSubject || f.child(i, "cc", "mark") != nlp.None {
		return nil, run{}
	}
	for k := i + 1; k < end; k++ {
		if f.state[k] != outside || f.finite(k) && f.doc.Tokens[k].UPOS == "VERB" || f.doc.Tokens[k].UPOS == "AUX" {
			return nil, run{}
		}
	}
	source = f.trim(run{i + 1, end})
	h := f.headOf(source)
	if u := f.doc.Tokens[h].UPOS; u != "NOUN" && u != "PROPN" || !f.maySpeak(h) || f.rel[source.first] == "case" || f.rel[source.first] == "mark" {
		return nil, run{}
	}
	if r := f.toldBefore(i - 1); len(r) > 0 {
		return r, source
	}
	return nil, run{}
}

// toldBefore is the sentence before its comma at the token, when it tells
// something and no marks stand in it.
func (f *finder) toldBefore(comma int) []run {
	s := f.sent(comma)
	r := f.afterPlaceLine(run{s.first, comma})
	if r.last-r.first < 4 || f.low[r.first] == "if" || f.low[r.first] == "when" || f.low[r.first] == "as" {
		return nil
	}
	told := false
	for k := r.first; k < r.last; k++ {
		if f.state[k] != outside {
			return nil
		}
		told = told || f.finite(k) && f.child(k, "nsubj") != nlp.None || f.rel[k] == "nsubj"
	}
	if !told {
		return nil
	}
	return []run{r}
}

// closes reports whether the verb at i ends its sentence as closing has it, and
// gives d its source.
func (f *finder) closes(i int, d *draft) bool {
	r, source := f.closing(i)
	if len(r) == 0 {
		return false
	}
	d.source = source
	return true
}

func (f *finder) closingOf(i int) []run { r, _ := f.closing(i); return r }

// wholeBefore widens the content of a cue that closes its sentence to all that
// stands before it, when the content reaches up to it: taggers cut at the
// commas within.
func (f *finder) wholeBefore(d *draft) []run {
	if d.head == nlp.None || len(d.content) == 0 {
		return d.content
	}
	r, source := f.closing(d.head)
	if len(r) > 0 && d.source.empty() && f.low[d.head-1] == "," {
		d.source = source // what stands beside a name was taken for content
		return f.tidy(r)
	}
	if len(r) == 0 || !source.overlaps(d.source) {
		return d.content
	}
	if _, quoted := f.words(d.content); quoted == 0 && !d.covers(f.sent(d.head)) {
		return f.tidy(r) // all from another sentence
	}
	if d.content[len(d.content)-1].last != r[0].last || d.content[0].first < r[0].first {
		return d.content
	}
	return f.tidy(r)
}

// Bounds of what closes a sentence, in tokens: the words of time and place
// behind the verb, and the speaker before it.
const (
	maxBehind  = 8
	maxSubject = 12
)

// afterPlaceLine is r without the place line of an agency: "LAKE ANSA (Wire) —".
func (f *finder) afterPlaceLine(r run) run {
	for k := r.first + 1; k < min(r.last, r.first+8); k++ {
		switch f.low[k] {
		case "—", "–", "-", "--":
			if w := f.doc.Word(r.first); len(w) > 1 && w == strings.ToUpper(w) || f.low[k-1] == ")" {
				return run{k + 1, r.last}
			}
		}
	}
	return r
}

// accordingTo widens the content of a phrase with "according to" that ends its
// sentence behind a comma to the sentence before it, when the content is the
// end of that: parsers hang the phrase on the nearest verb.
func (f *finder) accordingTo(d *draft) []run {
	if d.head == nlp.None || d.source.empty() || len(d.content) == 0 || d.cue.first == 0 {
		return d.content
	}
	if kind, _ := f.cueWord(d.cue.first); kind != "source" {
		return d.content
	}
	s := f.sent(d.cue.first)
	comma := d.cue.first - 1
	last := d.content[len(d.content)-1]
	if f.low[comma] != "," || f.state[comma] != outside || last.last != comma || d.content[0].first < s.first {
		return d.content
	}
	for k := d.source.last; k < s.last; k++ {
		if !f.punct[k] {
			return d.content
		}
	}
	r := f.afterPlaceLine(run{s.first, comma})
	for k := r.first; k < r.last; k++ {
		if f.state[k] != outside {
			return d.content
		}
		if kind, _ := f.cueWord(k); kind == "source" {
			return d.content
		}
	}
	return f.tidy([]run{r})
}

// ownRelative drops from the content what belongs to the speaker's own phrase:
// the clause in "Sollund, whose term ends in May, said …" and in "was reported
// by the agency, which cited two officials".
func (f *finder) ownRelative(d *draft) []run {
	if d.source.empty() || d.head == nlp.None || len(d.content) < 2 {
		return d.content
	}
	h := f.headOf(d.source)
	return slices.DeleteFunc(slices.Clone(d.content), func(r run) bool {
		w := f.firstWord(r)
		if f.state[w] == inside || r.first < d.source.last || !between(d, r) && r.first < d.cue.last {
			return false
		}
		switch f.doc.Tokens[w].XPOS {
		case "WP", "WP$", "WDT":
		default:
			return false
		}
		t := f.headOf(r)
		return f.rel[t] == "acl" && f.head[t] == h || between(d, r)
	})
}

// between reports whether r stands between source and cue of d.
func between(d *draft, r run) bool { return r.first >= d.source.last && r.last <= d.cue.first }

// accused is the content of an accusation: what follows of or for. Taggers
// break it at its own verbs, and go on behind it.
func (f *finder) accused(d *draft) []run {
	if d.head == nlp.None {
		return d.content
	}
	e, ok := f.verbAt(d.head)
	if !ok || e.class != "accuse" || !e.has(frameOf) {
		return d.content
	}
	of := f.accusedOf(d.head)
	if len(of) == 0 || len(d.content) == 1 && d.content[0].last == of[0].last && d.content[0].first <= of[0].first && d.content[0].first > d.head {
		return d.content
	}
	if d.source.overlaps(of[0]) && d.source.first < of[0].first {
		d.source = f.trim(run{d.source.first, of[0].first})
	}
	return f.tidy(of)
}

// hearsay takes the subject of a passive that reports for what is spoken of,
// not for who speaks: "Maren is reported to have left".
func (f *finder) hearsay(d *draft) {
	if d.head == nlp.None || !f.passive(d.head) {
		return
	}
	if e, ok := f.verbAt(d.head); !ok || !e.has(frameHearsay) || f.passiveOf(d) == nlp.None {
		return
	}
	r := f.clean(f.hearsayOf(d.head), &draft{cue: d.cue})
	if len(r) == 0 {
		return
	}
	d.source, d.content = run{}, r
}

// passiveOf is the subject of the passive cue of d when d has it for its
// source, or has none.
func (f *finder) passiveOf(d *draft) int {
	s := f.child(d.head, "nsubj:pass", "nsubj")
	if s == nlp.None || !d.source.empty() && !d.source.has(s) {
		return nlp.None
	}
	return s
}

// lostSubject is what follows a verb of saying whose clause the parser broke at
// the relative clause of its subject: "said [drivers, who are on strike, want
// more]" with the drivers as one spoken to and "want" beside "said". Verbs that
// tell somebody something are left out.
func (f *finder) lostSubject(i int, e verb) []run {
	if e.has(frameHearer|frameNP) || f.child(i, "ccomp", "csubj") != nlp.None {
		return nil
	}
	k := f.child(i, "iobj", "obj")
	if k == nlp.None || k < i || f.state[k] != f.state[i] || f.child(k, "acl", "appos") == nlp.None {
		return nil
	}
	for _, c := range f.kids[i] {
		if c <= f.hi[k] || f.rel[c] != "conj" && f.rel[c] != "parataxis" || f.state[c] != f.state[i] || f.child(c, "nsubj", "cc") != nlp.None || f.doc.Tokens[c].XPOS == "VBG" {
			continue
		}
		if f.doc.Tokens[c].UPOS != "VERB" || f.low[f.lo[c]] != "," && f.low[f.hi[k]] != "," && f.low[max(f.lo[c]-1, 0)] != "," {
			continue
		}
		return []run{{f.lo[k], f.hi[c] + 1}}
	}
	return nil
}

package claim

import (
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/event"
	"github.com/readout-news/readout/internal/nlp"
)

// counted are the event types of which counts of people are read.
var counted = []string{"ASSAULT", "COERCE", "PROTEST", "RETREAT", "MOBILIZE", consult}

// number claims the counts that document d gives of its events: killed,
// wounded, arrested, … The unit says of what; counts of a special group
// ("3 children") have a unit of their own ("killed child") and are never
// compared with those of all.
func (c *comparer) number(d int) {
	doc := c.docs[d]
	for t := range doc.Tokens {
		if !readable(doc, doc.Tokens[t].Sent) {
			continue
		}
		for _, class := range c.lex.numbers[doc.Tokens[t].Lemma] {
			unit, frame, _ := strings.Cut(class, ":")
			if unit == "people" {
				continue
			}
			n := c.countedBy(doc, t, frame)
			if n == nlp.None {
				continue
			}
			q, ok := c.quantity(doc, n)
			if !ok || !c.asserted(doc, t) || c.negated(doc, t) {
				continue
			}
			e := c.eventOfCount(d, t, unit)
			if e == event.None {
				continue
			}
			if q.group != "" {
				unit += " " + q.group
			}
			c.once(d, e, Number, q.span, readout.ClaimValue{Unit: unit, Min: q.min, Max: q.max}, q.hedge, "claim/number-"+frame)
		}
	}
}

// countedBy is the head of the phrase whose number word t gives in a frame.
func (c *comparer) countedBy(doc *nlp.Doc, t int, frame string) int {
	tok := &doc.Tokens[t]
	verb := tok.UPOS == "VERB"
	switch frame {
	case "patient":
		if !verb {
			return nlp.None
		}
		if o := doc.Child(t, "obj"); o != nlp.None {
			return o
		}
		if o := doc.Child(t, "nsubj:pass"); o != nlp.None {
			return o
		}
		// "killed up to 12 people" is read as an oblique
		for _, k := range doc.Children(t) {
			if nlp.HasRel(doc.Tokens[k].Deprel, "obl") && k > t && k-t <= 6 {
				switch doc.Lower(t + 1) {
				case "up", "close", "as", "upwards", "between":
					return k
				}
			}
		}
		// "12 people killed in the attack"
		if nlp.HasRel(tok.Deprel, "acl") && tok.Deprel != "acl:relcl" && tok.XPOS == "VBN" {
			return tok.Head
		}
		if nlp.HasRel(tok.Deprel, "conj") && tok.XPOS == "VBN" && tok.Head != nlp.None && doc.Child(t, "nsubj") == nlp.None {
			return nlp.None // "killed and 30 wounded": the next number is its own phrase
		}
	case "subject":
		if verb {
			return doc.Child(t, "nsubj")
		}
	case "state":
		if tok.UPOS == "VERB" && tok.XPOS != "VBN" {
			return nlp.None
		}
		if k := doc.Child(t, "nummod"); k != nlp.None {
			return t // "12 dead"
		}
		h := tok.Head
		switch {
		case h == nlp.None:
			if doc.Child(t, "cop") != nlp.None {
				return doc.Child(t, "nsubj")
			}
		case nlp.HasRel(tok.Deprel, "xcomp", "ccomp", "obj") && doc.Tokens[h].Lemma == "leave":
			if s := doc.Child(t, "nsubj"); s != nlp.None {
				return s
			}
			if o := doc.Child(h, "obj"); o != t {
				return o
			}
		case nlp.HasRel(tok.Deprel, "amod", "acl"):
			return h // "30 wounded people"
		case doc.Child(t, "cop") != nlp.None:
			return doc.Child(t, "nsubj")
		}
	case "toll":
		if h := tok.Head; h != nlp.None && doc.Tokens[h].UPOS == "VERB" && nlp.HasRel(tok.Deprel, "nsubj") {
			for _, k := range doc.Children(h) {
				if nlp.HasRel(doc.Tokens[k].Deprel, "obl", "obj") && (doc.Tokens[k].UPOS == "NUM" || doc.Child(k, "nummod") != nlp.None) && !c.inTimex(doc, k) {
					return k
				}
			}
		}
	}
	return nlp.None
}

// inTimex reports whether token t lies in a time expression.
func (c *comparer) inTimex(doc *nlp.Doc, t int) bool {
	return slices.ContainsFunc(doc.Timexes, func(x nlp.Timex) bool { return x.First <= t && t < x.Last })
}

// eventOfCount is the event that the count given by word t belongs to: the
// event that its clause names as cause or place ("the attack killed", "died in
// the attack"), the event of the word itself, or the one last told of, in its
// sentence or the one before.
func (c *comparer) eventOfCount(d, t int, unit string) int {
	doc := c.docs[d]
	fits := func(k int, nominal bool) int {
		i := c.mentionAt(d, k)
		if i == nlp.None || nominal && !doc.Events[i].Nominal || !slices.Contains(counted, doc.Events[i].Type) || doc.Events[i].Plural || c.aheadAt(d, k) {
			return event.None
		}
		return c.events.OfMention[d][i]
	}
	v := t
	for steps := 0; steps < 3 && doc.Tokens[v].UPOS != "VERB" && doc.Tokens[v].Head != nlp.None; steps++ {
		v = doc.Tokens[v].Head
	}
	for _, k := range doc.Children(v) {
		if nlp.HasRel(doc.Tokens[k].Deprel, "nsubj", "obl", "obj") {
			if n := fits(k, true); n != event.None {
				return n
			}
			if doc.Tokens[k].Lemma == "toll" || doc.Lower(k) == "that" || doc.Lower(k) == "which" {
				for _, m := range doc.Children(k) {
					if n := fits(m, true); n != event.None {
						return n
					}
				}
			}
		}
	}
	h := doc.Tokens[v].Head
	if h != nlp.None && nlp.HasRel(doc.Tokens[v].Deprel, "acl", "advcl", "conj") {
		if n := fits(h, false); n != event.None {
			return n // "an attack that killed 12", "attacked the town, killing 12"
		}
	}
	if n := fits(v, false); n != event.None {
		return n
	}
	if v != t {
		if n := fits(t, false); n != event.None {
			return n
		}
	}
	typ := ""
	switch unit {
	case "killed", "wounded", "displaced":
		typ = "ASSAULT"
	case "attended":
		typ = "PROTEST"
	}
	sent := doc.Tokens[t].Sent
	for i := len(doc.Events) - 1; i >= 0; i-- {
		ev := &doc.Events[i]
		if ev.Token >= t || sent-ev.Sent > 1 {
			continue
		}
		if ev.Type == typ && ev.Status == readout.Occurred && !ev.Plural {
			return c.events.OfMention[d][i]
		}
	}
	return event.None
}

// percentOff is how far a figure "about" a value may lie from it, as for
// durations: docs/schema.md.
const percentOff = 12.5

// counting is a count with its bounds.
type counting struct {
	min, max *float64
	hedge    string
	group    string // lemma of a special group, "" people as such
	span     readout.Span
}

// quantity reads the count in the noun phrase headed by token n: "at least 12
// people", "dozens of soldiers", "12 to 15".
func (c *comparer) quantity(doc *nlp.Doc, n int) (counting, bool) {
	var q counting
	noun, num := n, nlp.None
	switch {
	case doc.Tokens[n].UPOS == "NUM":
		num = n
		noun = nlp.None
		for _, k := range doc.Children(n) {
			if nlp.HasRel(doc.Tokens[k].Deprel, "nmod") && doc.Tokens[k].UPOS == "NOUN" {
				noun = k // "12 of the soldiers"
			}
		}
	default:
		num = doc.Child(n, "nummod")
		if num == nlp.None {
			if lo, hi, ok := vague(doc.Lower(n)); ok {
				// "dozens of people"
				noun = nlp.None
				for _, k := range doc.Children(n) {
					if nlp.HasRel(doc.Tokens[k].Deprel, "nmod") && doc.Tokens[k].UPOS == "NOUN" {
						noun = k
					}
				}
				q.min, q.max, q.hedge, q.span = &lo, &hi, doc.Lower(n), doc.Tokens[n].Span
				q.group = c.group(doc, noun)
				if noun != nlp.None {
					q.span.End = doc.Tokens[noun].End
				}
				return q, true
			}
			return q, false
		}
	}
	if c.inTimex(doc, num) {
		return q, false
	}
	value, first, last, ok := figure(doc, num)
	if !ok || value < 1 {
		return q, false
	}
	q.span = doc.TokenSpan(first, last)
	lo, hi := value, value
	q.min, q.max = &lo, &hi
	// "12 to 15", "between 12 and 15"
	if last+1 < len(doc.Tokens) && (doc.Lower(last) == "to" || doc.Lower(last) == "and" && first > 0 && doc.Lower(first-1) == "between" || doc.Word(last) == "-" || doc.Word(last) == "–") {
		if top, _, end, ok := figure(doc, last+1); ok && top > value {
			hi, last = top, end
			q.span.End = doc.Tokens[last-1].End
		}
	}
	var words []string
	for k := first - 1; k >= 0 && first-k <= 4 && doc.Tokens[k].Sent == doc.Tokens[num].Sent; k-- {
		words = append([]string{doc.Lower(k)}, words...)
	}
	before := " " + strings.Join(words, " ")
	for _, h := range hedges {
		if !strings.HasSuffix(before, " "+h.words) {
			continue
		}
		q.hedge = h.words
		q.span.Start = doc.Tokens[first-len(strings.Fields(h.words))].Start
		switch h.kind {
		case "min":
			q.max = nil
		case "above":
			lo, q.max = value+1, nil
		case "max":
			q.min = nil
		case "below":
			hi, q.min = value-1, nil
		case "about":
			lo, hi = value*(1-percentOff/100), value*(1+percentOff/100)
		case "nearly":
			lo = value * 0.85
		case "to":
		}
		break
	}
	if noun != nlp.None {
		q.group = c.group(doc, noun)
		if doc.Tokens[noun].End > q.span.End {
			q.span.End = doc.Tokens[noun].End
		}
	}
	return q, true
}

// group is the lemma of a noun for people of a special kind, "" for people as
// such.
func (c *comparer) group(doc *nlp.Doc, noun int) string {
	if noun == nlp.None {
		return ""
	}
	for _, k := range doc.Children(noun) {
		if nlp.HasRel(doc.Tokens[k].Deprel, "conj") && doc.Tokens[k].UPOS == "NOUN" && doc.Child(k, "nummod") == nlp.None {
			return "" // "17 students and teachers" are 17 people
		}
	}
	l := doc.Tokens[noun].Lemma
	if c.lex.numbers.is(l, "people:generic") || len(c.lex.numbers[l]) > 0 {
		// "12 women" are not 12 people
		if l == "man" || l == "woman" {
			return l
		}
		return ""
	}
	return l
}

// hedges are words before a count and what they make of it, longest first.
var hedges = []struct{ words, kind string }{
	{"no fewer than", "min"},
	{"no less than", "min"},
	{"not less than", "min"},
	{"as many as", "max"},
	{"no more than", "max"},
	{"not more than", "max"},
	{"more than", "above"},
	{"at least", "min"},
	{"up to", "max"},
	{"at most", "max"},
	{"fewer than", "below"},
	{"less than", "below"},
	{"upwards of", "min"},
	{"close to", "nearly"},
	{"over", "above"},
	{"above", "above"},
	{"under", "below"},
	{"about", "about"},
	{"around", "about"},
	{"roughly", "about"},
	{"approximately", "about"},
	{"some", "about"},
	{"an estimated", "about"},
	{"estimated", "about"},
	{"nearly", "nearly"},
	{"almost", "nearly"},
	{"to", "to"},
	{"at", "to"},
}

// vague reads "dozens", "scores", "hundreds", "thousands" as ranges.
func vague(word string) (lo, hi float64, ok bool) {
	switch word {
	case "dozens":
		return 24, 99, true
	case "scores":
		return 40, 199, true
	case "hundreds":
		return 200, 999, true
	case "thousands":
		return 2000, 9999, true
	}
	return 0, 0, false
}

// figure reads the number at token t with its multipliers, and its tokens
// [first, last): "12", "1,200", "two dozen", "3.5 million".
func figure(doc *nlp.Doc, t int) (value float64, first, last int, ok bool) {
	value, ok = number(doc.Lower(t))
	if !ok {
		return 0, 0, 0, false
	}
	first, last = t, t+1
	for first > 0 && doc.Tokens[first-1].Sent == doc.Tokens[t].Sent {
		x, isNumber := number(doc.Lower(first - 1))
		m, isMultiplier := multiplier(doc.Lower(first))
		if !isNumber || !isMultiplier || x >= m {
			break
		}
		value = x * m
		first--
	}
	for last < len(doc.Tokens) && doc.Tokens[last].Sent == doc.Tokens[t].Sent {
		m, isMultiplier := multiplier(doc.Lower(last))
		if !isMultiplier || value >= m {
			break
		}
		value *= m
		last++
	}
	return value, first, last, true
}

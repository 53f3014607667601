package quote

import "github.com/readout-news/readout/internal/nlp"

// Contents that stand around their cue: clauses that it is inserted into, and
// quotations.

// around is the clause that a cue is inserted into or put behind: "[The deal
// holds], he said, [for now]".
func (f *finder) around(i int) []run {
	h := f.head[i]
	if h != nlp.None && relays(f.doc.Tokens[h].Lemma) && f.rel[h] == "parataxis" {
		i, h = h, f.head[h] // "[The deal holds], Maren was quoted as saying"
	}
	if f.rel[i] == "parataxis" && h != nlp.None && f.sourceNear(i) && !f.relative(h) {
		pieces := []run{f.subtree(h)}
		// Another inserted cue is not part of the clause.
		for _, k := range f.kids[h] {
			if f.rel[k] == "parataxis" {
				pieces = minus(pieces, f.subtree(k))
			}
		}
		return pieces
	}
	// "The deal holds, added Maren": parsers coordinate the two.
	if f.rel[i] == "conj" && h != nlp.None && h < i && f.child(i, "cc", "ccomp", "obj", "xcomp") == nlp.None && (f.low[i-1] == "," && f.subjectBehind(i) || f.inserted(i)) || f.rel[i] == "ccomp" && h != nlp.None && h < i && f.tail(i) {
		return minus([]run{f.subtree(h)}, f.subtree(i))
	}
	// The other way of drawing it: the clause hangs on the cue.
	for _, k := range f.kids[i] {
		if f.rel[k] == "parataxis" && (f.doc.Tokens[k].UPOS == "VERB" || f.child(k, "nsubj", "cop") != nlp.None) {
			if _, reporting := f.verbAt(k); !reporting && !f.relative(k) {
				return []run{f.subtree(k)}
			}
		}
	}
	return nil
}

// relative reports whether the clause of k opens with a relative pronoun: it
// adds to what stands before it and is nobody's words by itself.
func (f *finder) relative(k int) bool {
	x := f.doc.Tokens[f.lo[k]].XPOS
	return x == "WDT" || f.low[f.lo[k]] == "which"
}

// subjectBehind reports whether the subject of the verb at i follows it.
func (f *finder) subjectBehind(i int) bool {
	if s := f.child(i, "nsubj"); s != nlp.None {
		return s > i && f.lo[s] == i+1
	}
	return !f.inverted(i).empty()
}

// inserted reports whether nothing but the verb at i and the subject before it
// stands behind a comma: "…, the agency reported, …".
func (f *finder) inserted(i int) bool {
	s := f.child(i, "nsubj")
	return s != nlp.None && s < i && f.hi[s] == i-1 && f.lo[s] > 0 && f.low[f.lo[s]-1] == ","
}

// tail reports whether the verb at i only names who reports what stands before
// it: "…, the agency reported." Parsers take it for what was told.
func (f *finder) tail(i int) bool {
	e, ok := f.verbAt(i)
	return ok && e.has(frameQuote|frameClause) && f.inserted(i) && f.finite(i) && f.child(i, "ccomp", "obj", "xcomp", "mark") == nlp.None
}

// sourceNear reports whether the verb has a subject of its own, as an
// inserted cue does.
func (f *finder) sourceNear(i int) bool { return f.child(i, "nsubj") != nlp.None }

// marksAround is the quotations of the sentence that belong to the cue at i,
// widened to the clause they stand in when only part of it is in marks.
func (f *finder) marksAround(i int) []run {
	s := f.sent(i)
	var out []run
	var of []int // the quotation of each
	seen := -1
	for k := s.first; k < s.last; k++ {
		q := f.quote[k]
		if q < 0 || q == seen {
			continue
		}
		seen = q
		r := f.quoteRun(q)
		if r.empty() || r.has(i) || !f.statementLike(q) || !f.governs(i, r) || f.named(r) && !f.adjacent(i, r) {
			continue
		}
		out, of = append(out, r), append(of, q)
	}
	if len(out) == 0 {
		return nil
	}
	// "said that it was “a good day”": the clause holds the quotation.
	for _, k := range f.kids[i] {
		if f.rel[k] != "ccomp" && f.rel[k] != "xcomp" {
			continue
		}
		c := f.subtree(k)
		if c.has(i) {
			continue
		}
		if f.rel[k] == "xcomp" && f.hasMark(k, "to") {
			// "urged them to return and “make a deal”": two infinitives, the
			// second in marks and hung on the verb.
			for j := range out {
				if c.last <= out[j].first && f.gap(c.last, out[j].first) && !f.speech(of[j]) {
					out[j].first = c.first
				}
			}
		}
		for j := range out {
			if !f.speech(of[j]) && c.overlaps(out[j]) && (c.first < out[j].first-1 || c.last > out[j].last+1) {
				out[j] = run{min(c.first, out[j].first), max(c.last, out[j].last)}
			}
		}
	}
	return out
}

// named reports whether the quotation in r is a title with the comma of its
// sentence: all of its few words begin with capitals.
func (f *finder) named(r run) bool {
	words := 0
	for k := r.first; k < r.last; k++ {
		if f.punct[k] {
			if f.low[k] != "," {
				return false
			}
			continue
		}
		if words++; !capital(f.doc.Word(k)) || f.doc.Tokens[k].UPOS == "VERB" {
			return false
		}
	}
	return words <= 4
}

// governs reports whether the quotation in r is what the verb at i says: its
// words hang on the verb or the verb on its words, and no other reporting verb
// stands between.
func (f *finder) governs(i int, r run) bool {
	if r.has(f.head[i]) {
		return true
	}
	h := f.headOf(r)
	s := f.sent(i)
	if !s.has(h) {
		// The quotation began in an earlier sentence; look at its last one.
		for h = max(r.first, s.first); h < r.last && f.punct[h]; h++ {
		}
	}
	for k, steps := h, 0; k != nlp.None && steps < 40; k, steps = f.head[k], steps+1 {
		if k == i {
			return true
		}
		if !r.has(k) {
			if e, ok := f.verbAt(k); ok && e.has(frameQuote) {
				return false
			}
		}
	}
	return f.adjacent(i, r)
}

// adjacent reports whether nothing but the source, adverbs and marks stands
// between the verb and the quotation: `"…," said X`, `X said, "…"`.
func (f *finder) adjacent(i int, r run) bool {
	src := f.sourceOf(i)
	lo, hi := i+1, r.first
	if r.last <= i {
		lo, hi = r.last, i
	}
	for k := lo; k < hi; k++ {
		switch {
		case f.punct[k], src.has(k), f.rel[k] == "advmod", f.rel[k] == "aux", f.rel[k] == "mark":
		default:
			return false
		}
	}
	return true
}

// statementLike tells a quotation of speech from a title or a single word put
// in marks for distance: it holds a verb, more than a few words, or closes
// with the comma or full stop of speech.
func (f *finder) statementLike(q int) bool {
	r := f.quoteRun(q)
	words, verbs, capital := 0, 0, 0
	for k := r.first; k < r.last; k++ {
		if f.punct[k] {
			continue
		}
		words++
		if u := f.doc.Tokens[k].UPOS; u == "VERB" || u == "AUX" {
			verbs++
		}
		if w := f.doc.Word(k); w[0] >= 'A' && w[0] <= 'Z' {
			capital++
		}
	}
	if words == 0 {
		return false
	}
	last := r.last - 1
	ends := f.punct[last] && (f.low[last] == "," || f.low[last] == "." || f.low[last] == "?" || f.low[last] == "!")
	if words <= 8 && capital*3 >= words*2 && verbs == 0 && !ends {
		return false // a title
	}
	return ends || verbs > 0 || words > 3
}

// maxToMarks is how far a verb may stand from a nested quotation that it
// introduces, in tokens: "say to the president: '…'".
const maxToMarks = 8

// nestedMarks is the quotation within a quotation that the verb at i
// introduces.
func (f *finder) nestedMarks(i int) []run {
	s := f.sent(i)
	for q := range f.quotes {
		if f.quotes[q].parent < 0 {
			continue
		}
		first, _ := f.doc.TokensIn(f.quotes[q].open)
		if first <= i || first > i+maxToMarks || first > s.last {
			continue
		}
		for k := i + 1; k < first; k++ {
			if _, ok := f.verbAt(k); ok {
				return nil
			}
		}
		return []run{f.quoteRun(q)}
	}
	return nil
}

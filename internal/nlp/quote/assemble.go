package quote

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// assemble turns the drafts into attributions: byte spans, kind, addressee,
// medium, negation, utterance, nesting and relay.
func (f *finder) assemble(drafts []draft) []nlp.Attribution {
	drafts = f.findRelays(drafts)
	order := make([]int, len(drafts))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		x, y := drafts[a].span(), drafts[b].span()
		return cmp.Or(cmp.Compare(x.first, y.first), cmp.Compare(y.last, x.last), cmp.Compare(drafts[a].cue.first, drafts[b].cue.first))
	})
	at := make([]int, len(drafts))
	for i, k := range order {
		at[k] = i
	}
	out := make([]nlp.Attribution, 0, len(drafts))
	for _, k := range order {
		out = append(out, f.attribution(&drafts[k]))
	}
	parent := func(i int) *int { return &out[i].Parent }
	relay := func(i int) *int { return &out[i].Relay }
	for k := range drafts {
		if d := &drafts[k]; d.relayOf != nlp.None {
			hang(at[d.relayOf], at[k], relay)
		}
	}
	for i, k := range order {
		if p := f.parentOf(drafts, k); p != nlp.None && hang(i, at[p], parent) && out[i].Relay == nlp.None {
			hang(i, at[p], relay)
		}
	}
	return f.outletRelays(out)
}

// hang links attribution i to the one above it, but for a link that would lead
// round in a ring: nobody hands on his own words. It reports whether it did.
func hang(i, above int, link func(int) *int) bool {
	for k := above; k != nlp.None; k = *link(k) {
		if k == i {
			return false
		}
	}
	*link(i) = above
	return true
}

// attribution reads everything but the links of one draft.
func (f *finder) attribution(d *draft) nlp.Attribution {
	a := nlp.Attribution{
		Cue: f.doc.TokenSpan(d.cue.first, d.cue.last), CueToken: d.head,
		Source: f.doc.TokenSpan(d.source.first, d.source.last), SourceHead: nlp.None,
		Parent: nlp.None, Relay: nlp.None, Speaker: nlp.None, Addressee: nlp.None,
		Uttered: true, Confidence: d.conf,
		By: readout.By{Annotator: annotator, Version: Version, Rule: d.rule},
	}
	if !d.source.empty() {
		a.SourceHead = f.headOf(d.source)
	}
	if d.relay {
		a.CueToken = nlp.None // it speaks for nobody; what it hands on has its own cue
	}
	a.Kind = f.kindOf(d)
	a.Content = f.contentSpans(d)
	switch {
	case d.head != nlp.None:
		a.Sent = f.doc.Tokens[d.head].Sent
		a.Factuality = f.factuality(d)
		if f.doc.Tokens[d.head].UPOS == "VERB" {
			a.AddressSpan = f.addressee(d)
			a.Medium = f.mediumOf(d)
			if a.Medium.Empty() {
				a.Medium = f.mediumByWords(d)
			}
			a.Negated = f.negated(d.head)
			a.Uttered = f.uttered(d.head)
		}
	case len(d.content) > 0:
		a.Sent = f.doc.Tokens[d.content[0].first].Sent
	}
	return a
}

// kindOf tells direct from mixed from indirect speech. A clause wholly in
// marks is direct; a word or phrase in marks that is no speech by itself is
// mixed even when it is the whole content ("called it “brief”").
//
// What is reported inside a quotation is the quoted speaker's wording unless
// marks of its own set it off.
func (f *finder) kindOf(d *draft) readout.StatementKind {
	if d.rule == ruleTranscript {
		return readout.Direct // a transcript sets no marks
	}
	if d.head != nlp.None && f.state[d.head] == inside && len(d.content) > 0 {
		r := run{d.content[0].first, d.content[len(d.content)-1].last}
		if f.nestedIn(f.doc.TokenSpan(r.first, r.last)) >= 0 {
			return readout.Direct
		}
		return readout.Indirect
	}
	if d.rule == ruleMisplaced {
		return readout.Direct
	}
	all, quoted := f.words(d.content)
	if r := d.content; len(r) > 0 && f.low[r[0].first] == "that" && quoted > 0 {
		all-- // said that “…”: the conjunction changes no word of it
	}
	switch {
	case quoted == 0:
		return readout.Indirect
	case quoted*10 < all*9:
		return readout.Mixed
	}
	if d.rule == rulePredicate || d.rule == ruleObject || d.rule == ruleOf || d.rule == ruleFor {
		return readout.Mixed
	}
	for _, r := range d.content {
		if q := f.quote[r.last-1]; q >= 0 && f.speech(q) {
			return readout.Direct
		}
	}
	return readout.Mixed
}

// speech reports whether quotation q reads as an utterance: it closes with a
// mark of its own, opens with a capital after a comma or colon, or holds a
// finite verb with a subject.
func (f *finder) speech(q int) bool {
	r := f.quoteRun(q)
	if r.empty() {
		return false
	}
	if w := f.low[r.last-1]; strings.Contains(".,!?", w) && r.last-r.first > 2 {
		if w := f.doc.Word(r.first); unicode.IsUpper([]rune(w)[0]) {
			return true
		}
	}
	if r.first >= 2 && f.state[r.first-1] == opening && (f.low[r.first-2] == ":" || f.low[r.first-2] == ",") && f.statementLike(q) {
		return true
	}
	for k := r.first; k < r.last; k++ {
		if (f.rel[k] == "nsubj" || f.rel[k] == "expl") && r.has(f.head[k]) {
			return true
		}
	}
	return false
}

// contentSpans are the pieces in bytes. A piece wholly in marks is what stands
// between them, inner punctuation included; a piece that is partly in marks
// keeps the marks it spans.
func (f *finder) contentSpans(d *draft) []readout.Span {
	text := f.doc.Report.Text
	var out []readout.Span
	for _, r := range d.content {
		if s := f.doc.TokenSpan(r.first, r.last); f.nestedIn(s) >= 0 {
			if in := f.quotes[f.nestedIn(s)].inner; isPunct(text[s.End:in.End]) {
				s.End = trimEnd(text, s.Start, in.End)
			}
			out = append(out, s)
			continue
		}
		all, quoted := f.words([]run{r})
		if all == quoted && all > 0 {
			for k := r.first; k < r.last; {
				q := f.quote[k]
				if q < 0 || f.state[k] != inside {
					k++
					continue
				}
				piece := run{k, k + 1}
				for piece.last < r.last && f.quote[piece.last] == q && f.state[piece.last] == inside {
					piece.last++
				}
				k = piece.last
				if in := f.quoteRun(q); (d.head == nlp.None || f.state[d.head] != inside) && f.punctOnly(piece.last, in.last) {
					piece.last = in.last
				}
				out = append(out, f.doc.TokenSpan(piece.first, piece.last))
			}
			continue
		}
		// Take the marks along that the piece opens or closes with.
		if r.first > 0 && f.state[r.first] == inside && f.state[r.first-1] == opening {
			r.first--
		}
		if f.state[r.last-1] == inside {
			in := f.quoteRun(f.quote[r.last-1])
			if f.punctOnly(r.last, in.last) {
				r.last = max(r.last, in.last)
				if r.last < f.n && f.state[r.last] == closing {
					r.last++
				}
			}
		}
		out = append(out, f.doc.TokenSpan(r.first, r.last))
	}
	return out
}

// nestedIn is the innermost quotation within a quotation that covers s, -1.
func (f *finder) nestedIn(s readout.Span) int {
	best := -1
	for q := range f.quotes {
		if f.quotes[q].parent >= 0 && f.quotes[q].inner.Contains(s) {
			best = q
		}
	}
	return best
}

// punctOnly reports whether the tokens [from, to) are all punctuation.
func (f *finder) punctOnly(from, to int) bool {
	for k := from; k < to; k++ {
		if !f.punct[k] {
			return false
		}
	}
	return true
}

// parentOf is the innermost draft whose content holds the cue of draft k, or
// its first word when it has no cue; None when there is none.
func (f *finder) parentOf(drafts []draft, k int) int {
	d := &drafts[k]
	at := d.head
	if at == nlp.None {
		if len(d.content) == 0 {
			return nlp.None
		}
		at = d.content[0].first
	}
	best := nlp.None
	for j := range drafts {
		if j == k || drafts[j].head == d.head && d.head != nlp.None || !drafts[j].holds(at) {
			continue
		}
		if at == d.head && d.holds(drafts[j].head) {
			continue // each in the other: a bad pair, no nesting
		}
		if best == nlp.None || drafts[j].width() < drafts[best].width() {
			best = j
		}
	}
	return best
}

// findRelays marks the drafts that only hand on another's words: "according
// to X" around a clause whose own verb reports somebody's speech, and "quoted
// him" beside "as saying". One that hands on nothing is dropped.
func (f *finder) findRelays(drafts []draft) []draft {
	for k := range drafts {
		d := &drafts[k]
		for j := range drafts {
			o := &drafts[j]
			if j == k || o.head == nlp.None || d.head == nlp.None || o.source.empty() || o.holds(d.head) {
				continue // what o says hands on nothing of o
			}
			if d.rule == ruleQuoted {
				if h := f.head[o.head]; h == d.head || h != nlp.None && f.head[h] == d.head && f.rel[o.head] == "conj" {
					d.relayOf = j
					break
				}
				continue
			}
			if d.rule == ruleAccording && f.follows(d, o) {
				d.relay, d.relayOf, d.content = true, j, nil
				break
			}
			if d.rule == ruleAccording && d.holds(o.head) && f.rootOf(d, o.head) && sayClass(o.class) {
				d.relay, d.relayOf, d.content = true, j, nil
				break
			}
		}
	}
	keep := make([]int, len(drafts))
	var out []draft
	for k := range drafts {
		keep[k] = nlp.None
		if drafts[k].rule == ruleQuoted && drafts[k].relayOf == nlp.None {
			continue
		}
		keep[k] = len(out)
		out = append(out, drafts[k])
	}
	for k := range out {
		if r := out[k].relayOf; r != nlp.None {
			out[k].relayOf = keep[r]
		}
	}
	return out
}

// follows reports whether d, an according-to phrase, stands right behind o and
// speaks of its content.
func (f *finder) follows(d, o *draft) bool {
	if len(o.content) == 0 || o.rule == ruleAccording {
		return false
	}
	end := max(o.span().last, o.cue.last, o.source.last)
	if d.cue.first < end || !f.punctOnly(end, d.cue.first) {
		return false
	}
	for _, r := range d.content {
		if !o.covers(r) {
			return false
		}
	}
	return true
}

// sayClass reports whether a verb of the class tells what was said, not what
// was done by saying it.
func sayClass(c string) bool {
	switch c {
	case "say", "claim", "tell", "write", "warn", "ask", "describe", "express":
		return true
	}
	return false
}

// rootOf reports whether token i is the head of the content of d.
func (f *finder) rootOf(d *draft, i int) bool {
	return !d.holds(f.head[i]) || f.rel[i] == "root"
}

// addressee is the one spoken to: the object of tell and its like, or a
// to-phrase.
func (f *finder) addressee(d *draft) readout.Span {
	e, ok := f.verbAt(d.head)
	if !ok {
		return readout.Span{}
	}
	pick := nlp.None
	for _, k := range f.kids[d.head] {
		if d.holds(k) || d.source.has(k) || f.doc.Tokens[k].UPOS == "VERB" {
			continue
		}
		switch {
		case e.has(frameHearer) && !f.passive(d.head) && (f.rel[k] == "obj" || f.rel[k] == "iobj"):
			pick = k
		case e.has(frameHearer) && f.doc.Tokens[k].Deprel == "nsubj:pass":
			pick = k
		case f.rel[k] == "obl" && f.hasMark(k, "to") && pick == nlp.None && k > d.head:
			pick = k
		case e.has(frameHearer) && f.rel[k] == "obl" && f.hasMark(k, "on") && k > d.head && e.class == "order":
			pick = k // "called on both sides"
		}
	}
	if pick == nlp.None || f.isTime(pick) {
		return readout.Span{}
	}
	r := f.nominal(pick, nlp.None)
	for _, c := range d.content {
		if c.overlaps(r) {
			r.last = min(r.last, c.first)
		}
	}
	if r.empty() {
		return readout.Span{}
	}
	return f.doc.TokenSpan(r.first, r.last)
}

// isTime reports whether token i is marked as a time adverbial.
func (f *finder) isTime(i int) bool {
	return f.doc.Tokens[i].Deprel == "obl:tmod" || f.doc.Tokens[i].Deprel == "nmod:tmod" || f.doc.Tokens[i].Deprel == "obl:unmarked"
}

// mediumOf is where the words were said: a phrase of the cue, or of the verb
// that the cue is coordinated with or depends on, whose noun is a medium or
// that names a work or an outlet.
func (f *finder) mediumOf(d *draft) readout.Span {
	for steps, k := 0, d.head; steps < 3 && k != nlp.None && !(steps > 0 && d.holds(k)); steps++ {
		if s := f.mediumAt(k, d); !s.Empty() {
			return s
		}
		if f.rel[k] != "conj" && f.rel[k] != "advcl" && f.rel[k] != "xcomp" || f.child(k, "nsubj") != nlp.None {
			break
		}
		k = f.head[k]
	}
	return readout.Span{}
}

// mediumAt is the medium among the phrases of verb v.
func (f *finder) mediumAt(v int, d *draft) readout.Span {
	for _, k := range f.kids[v] {
		if f.rel[k] != "obl" && f.rel[k] != "nmod" || d.holds(k) || d.source.has(k) {
			continue
		}
		prep := ""
		for _, c := range f.kids[k] {
			if f.rel[c] == "case" {
				prep = f.low[c]
				break
			}
		}
		r := f.nominal(k, nlp.None)
		for _, c := range d.content {
			if c.overlaps(r) && c.first > k {
				r.last = min(r.last, c.first)
			}
		}
		for c := k + 1; c < r.last; c++ {
			if f.rel[c] == "mark" && f.low[c] == "that" {
				r.last = c // a clause hung on the medium
			}
		}
		r = f.trim(r)
		if prep == "" || !r.has(k) || !f.isMedium(k, r, prep) {
			continue
		}
		return f.doc.TokenSpan(r.first, r.last)
	}
	return readout.Span{}
}

// isMedium reports whether the phrase r with head k behind the preposition is
// a medium.
func (f *finder) isMedium(k int, r run, prep string) bool {
	words := strings.Join(f.low[max(r.first, k-1):k+1], " ")
	for _, w := range []string{words, strings.ToLower(f.doc.Tokens[k].Lemma), f.low[k]} {
		if slices.Contains(f.lex.media[w], prep) {
			return true
		}
	}
	if prep != "on" && prep != "in" && prep != "via" {
		return false
	}
	if f.title(k) {
		return true
	}
	m := f.doc.MentionAt(k)
	return m != nlp.None && (f.doc.Mentions[m].Type == nlp.WorkName || f.doc.Mentions[m].Type == nlp.OutletName)
}

// title reports whether token k stands in a title between marks: on “The Long
// Road”.
func (f *finder) title(k int) bool {
	if m := f.doc.MentionAt(k); f.state[k] == inside && m != nlp.None && f.doc.Mentions[m].Type == nlp.WorkName && f.doc.Mentions[m].First == f.quoteRun(f.quote[k]).first {
		return true
	}
	return f.state[k] == inside && !f.statementLike(f.quote[k]) && capital(f.doc.Word(k))
}

// negated reports whether the cue is denied: "did not say".
func (f *finder) negated(i int) bool {
	for _, k := range f.kids[i] {
		if w := f.low[k]; (w == "not" || w == "n't" || w == "never") && k < i {
			return true
		}
	}
	// "has yet to say": the verb may hang on "have" or the other way round.
	if h := f.head[i]; f.hasMark(i, "to") && i >= 2 {
		for k := max(f.sent(i).first, i-4); k < i; k++ {
			if f.low[k] == "yet" && (f.head[k] == i || f.head[k] == h) && f.doc.Tokens[max(k-1, 0)].Lemma == "have" {
				return true
			}
		}
	}
	return false
}

// uttered reports whether the words were spoken: false under "will", "if",
// "going to", "want him to" and their like.
func (f *finder) uttered(i int) bool {
	for k, steps := i, 0; k != nlp.None && steps < 3; steps++ {
		perfect := false
		for _, c := range f.kids[k] {
			if f.rel[c] == "aux" && f.doc.Tokens[c].Lemma == "have" {
				perfect = true
			}
		}
		for _, c := range f.kids[k] {
			switch {
			case f.rel[c] == "aux" && f.lex.aux[f.low[c]] && !perfect:
				return false
			case f.rel[c] == "mark" && f.lex.mark[f.low[c]]:
				return false
			}
		}
		// "going to say": the sign stands above the infinitive.
		h := f.head[k]
		if h == nlp.None || !f.hasMark(k, "to") || f.rel[k] != "xcomp" && f.rel[k] != "ccomp" && f.rel[k] != "advcl" {
			return true
		}
		if f.lex.govern[strings.ToLower(f.doc.Tokens[h].Lemma)] {
			return false
		}
		k = h
	}
	return true
}

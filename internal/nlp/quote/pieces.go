package quote

import (
	"slices"

	"github.com/readout-news/readout/internal/nlp"
)

// Rules on the pieces of content that the tagger finds. They know the tree,
// which the tagger sees in small parts only.

// dropHost removes the clause that the cue's own clause hangs on when a proper
// complement is there: of "he left the hall, saying it was over" the first
// half is no content. Inserted cues ("…, he said, …") keep both halves.
func (f *finder) dropHost(d *draft) []run {
	if len(d.content) < 2 || d.head == nlp.None || !hangs(f.rel[d.head]) {
		return d.content
	}
	own := slices.ContainsFunc(d.content, func(r run) bool { return r.first > d.head && f.below(f.headOf(r), d.head) })
	if !own {
		return d.content
	}
	host := f.head[d.head]
	return slices.DeleteFunc(slices.Clone(d.content), func(r run) bool {
		if f.state[f.firstWord(r)] == inside || r.first > d.head && f.below(f.headOf(r), d.head) {
			return false
		}
		return r.has(host) || f.below(d.head, f.headOf(r))
	})
}

// hangs lists the relations of a clause that adds to another.
func hangs(rel string) bool { return rel == "advcl" || rel == "acl" || rel == "xcomp" || rel == "conj" }

func (f *finder) firstWord(r run) int {
	for i := r.first; i < r.last; i++ {
		if !f.punct[i] {
			return i
		}
	}
	return r.first
}

// cutHearer removes the one spoken to from the head of a content that goes on
// with a clause: "informed [the agency] that …".
func (f *finder) cutHearer(d *draft) []run {
	if d.head == nlp.None {
		return d.content
	}
	e, ok := f.verbAt(d.head)
	if !ok || !e.has(frameHearer) {
		return d.content
	}
	o := f.child(d.head, "obj", "iobj")
	if o == nlp.None || !d.holds(o) {
		return d.content
	}
	begin := nlp.None
	if clause := f.child(d.head, "ccomp"); clause != nlp.None && f.lo[clause] > f.hi[o] {
		begin = f.lo[clause]
	}
	for k := o + 1; k < f.sent(o).last && begin == nlp.None && k <= o+2; k++ {
		if f.low[k] == "that" && f.rel[k] == "mark" {
			begin = k // the clause was hung on the hearer
		}
	}
	if begin == nlp.None {
		return d.content
	}
	return f.tidy(minus(d.content, run{f.lo[o], begin}))
}

// cutCoordinated ends the content where a clause begins that is coordinated
// with the cue and has a reporting verb of its own: "said it was over [and
// urged them to go]", "said it was over [and Ered said it was not]". Whether
// the second verb belongs inside is often undecidable; news goes on reporting.
func (f *finder) cutCoordinated(d *draft) []run {
	if d.head == nlp.None || f.state[d.head] == inside {
		return d.content
	}
	out := slices.Clone(d.content)
	for p := range out {
		r := &out[p]
		if r.first < d.head {
			continue
		}
		for k := r.first + 1; k < r.last; k++ {
			if f.goesOn(d, k) {
				cut := f.lo[k]
				if cut > r.first {
					r.last = min(r.last, cut)
					if f.raised != nil {
						f.raised[k] = d.source
					}
					break
				}
			}
			if f.state[k] == inside || f.rel[k] != "conj" && !f.concessive(k) && !(f.rel[k] == "ccomp" && f.head[k] == d.head && (f.child(k, "cc") != nlp.None || f.rel[f.lo[k]] == "cc")) {
				continue
			}
			e, ok := f.verbAt(k)
			mate := f.rel[k] == "conj" && f.head[k] == d.head && f.doc.Tokens[k].UPOS == "VERB" // what the speaker did next
			if !f.finite(k) || !mate && (!ok || !e.has(frameQuote|frameClause|frameInf)) {
				continue
			}
			own := f.child(k, "nsubj")
			if !mate && f.child(k, "ccomp", "parataxis") == nlp.None && !e.has(frameInf) {
				continue
			}
			// A finite verb is no partner of an infinitive: it goes with the cue.
			level := f.concessive(k) || f.head[k] == d.head || f.hasMark(f.head[k], "to") || f.state[f.head[k]] == inside
			if !level && e.class != "order" && (own == nlp.None || f.doc.Tokens[own].UPOS == "PRON") {
				continue // "said she knew and he told her": one report
			}
			if _, inner := f.verbAt(f.head[k]); inner && !level {
				continue // "said he described it and called it": both are told
			}
			cut := f.lo[k]
			for c := cut; c < k && f.rel[cut] != "cc"; c++ {
				if f.rel[c] == "cc" && f.head[c] == k {
					cut = c
					break
				}
			}
			if cut > r.first {
				r.last = min(r.last, cut)
				for q := p + 1; q < len(out); q++ {
					if f.below(f.headOf(out[q]), k) {
						out[q].last = out[q].first // the second cue's own
					}
				}
				if own == nlp.None && f.raised != nil {
					f.raised[k] = d.source
				}
			}
		}
	}
	return f.tidy(out)
}

// splitThat takes the clauses with that apart which are coordinated below one
// cue: "said that it was over, and that they would leave" makes two statements.
// The corpora keep them together, so the scorers do as well.
func (f *finder) splitThat(drafts []draft) []draft {
	var out []draft
	for _, d := range drafts {
		for {
			p, cut := f.nextThat(&d)
			if p < 0 {
				break
			}
			first := d
			first.content = f.tidy(append(slices.Clone(d.content[:p]), run{d.content[p].first, cut}))
			d.content = f.tidy(append([]run{{cut, d.content[p].last}}, d.content[p+1:]...))
			d.content = f.withoutJoint(d.content)
			first.content = f.withoutJoint(first.content)
			if len(first.content) == 0 || len(d.content) == 0 {
				break
			}
			out = append(out, first)
		}
		out = append(out, d)
	}
	return out
}

// nextThat is the piece of the content and the token in it where the second of
// two coordinated that-clauses begins, p < 0 when there is none.
func (f *finder) nextThat(d *draft) (p, cut int) {
	if d.head == nlp.None || d.relay || f.state[d.head] == inside || len(d.content) == 0 || f.low[d.content[0].first] != "that" {
		return -1, 0
	}
	top := f.head[d.content[0].first]
	for p, r := range d.content {
		for k := r.first + 1; k < r.last; k++ {
			if f.low[k] != "that" || f.rel[k] != "mark" || f.state[k] == inside || !f.punct[k-1] && f.rel[k-1] != "cc" {
				continue
			}
			if h := f.head[k]; h == nlp.None || top == nlp.None || f.rel[h] != "conj" || f.head[h] != top || f.child(h, "nsubj", "expl") == nlp.None {
				continue
			}
			return p, k
		}
	}
	return -1, 0
}

// withoutJoint drops a conjunction left at the end of a piece.
func (f *finder) withoutJoint(pieces []run) []run {
	out := slices.Clone(pieces)
	for i := range out {
		if r := &out[i]; r.last-r.first > 1 && f.rel[r.last-1] == "cc" {
			r.last--
		}
	}
	return f.tidy(out)
}

// cutOrdered leaves of an order the infinitive: "called on [both sides] to
// stop"; who is to do it is the one spoken to. The corpora keep both.
func (f *finder) cutOrdered(d *draft) []run {
	if d.head == nlp.None || len(d.content) != 1 {
		return d.content
	}
	e, ok := f.verbAt(d.head)
	if !ok || e.class != "order" || !e.has(frameInf) || !e.has(frameHearer) {
		return d.content
	}
	inf := f.infinitiveOf(d.head)
	if r := d.content[0]; len(inf) == 1 && inf[0].first > r.first && inf[0].last >= r.last && r.has(inf[0].first) {
		return []run{{inf[0].first, r.last}}
	}
	return d.content
}

// goesOn reports whether verb k is a participle by which the speaker of d goes
// on, not the one spoken of: "said they were willing to help while cautioning
// that …", "said the road was open, adding that …".
func (f *finder) goesOn(d *draft, k int) bool {
	if f.state[k] == inside || f.rel[k] != "advcl" || f.doc.Tokens[k].XPOS != "VBG" || d.source.empty() || f.child(k, "nsubj") != nlp.None {
		return false
	}
	e, ok := f.verbAt(k)
	if !ok || !e.has(frameClause) || f.child(k, "ccomp") == nlp.None {
		return false
	}
	if f.low[f.lo[k]] == "while" {
		return true
	}
	if f.lo[k] == 0 || f.low[f.lo[k]-1] != "," && f.low[f.lo[k]] != "," {
		return false
	}
	if f.doc.Tokens[k].Lemma == "add" {
		return true
	}
	h := f.head[k]
	if h == nlp.None {
		return false
	}
	s := f.child(h, "nsubj")
	return s != nlp.None && !f.maySpeak(s)
}

// withPartner widens a content in a clause by the reporting verb that is
// coordinated with the clause's and has no subject of its own: "reported that
// Maren called it brief [and said it helped]" tells both of Maren.
func (f *finder) withPartner(d *draft) []run {
	if d.head == nlp.None || f.state[d.head] == inside {
		return d.content
	}
	out := slices.Clone(d.content)
	for _, c := range f.kids[d.head] {
		if f.rel[c] != "ccomp" || c < d.head || !d.holds(c) || !f.finite(c) {
			continue
		}
		s := f.child(c, "nsubj")
		if s == nlp.None || !f.maySpeak(s) || f.doc.Tokens[s].UPOS == "PRON" {
			continue
		}
		if _, ok := f.verbAt(c); !ok {
			continue
		}
		for _, k := range f.kids[c] {
			e, ok := f.verbAt(k)
			if f.rel[k] != "conj" || !ok || !e.has(frameClause) || f.child(k, "ccomp") == nlp.None || f.child(k, "nsubj") != nlp.None || f.state[k] == inside || d.holds(k) || !f.finite(k) {
				continue
			}
			r := f.subtree(k)
			for p := range out {
				if out[p].last <= r.first && f.gap(out[p].last, r.first) {
					out[p].last = r.last
				}
			}
		}
	}
	return f.tidy(out)
}

// gap reports whether nothing but marks and a conjunction stands between two
// tokens.
func (f *finder) gap(from, to int) bool {
	for k := from; k < to; k++ {
		if !f.punct[k] && f.rel[k] != "cc" {
			return false
		}
	}
	return true
}

// concessive reports whether verb k opens a clause that sets what another says
// against what was said: ", though he had told them".
func (f *finder) concessive(k int) bool {
	if f.rel[k] != "advcl" || !f.punct[max(0, f.lo[k]-1)] && !f.punct[f.lo[k]] {
		return false
	}
	for _, c := range f.kids[k] {
		if w := f.low[c]; f.rel[c] == "mark" && (w == "though" || w == "although" || w == "while" || w == "whereas") {
			return f.child(k, "nsubj") != nlp.None
		}
	}
	return false
}

// finite reports whether verb k carries tense: by itself or by an auxiliary.
func (f *finder) finite(k int) bool {
	switch f.doc.Tokens[k].XPOS {
	case "VBD", "VBZ", "VBP", "MD":
		return true
	}
	for _, c := range f.kids[k] {
		if f.rel[c] == "aux" && c < k {
			return f.low[c] != "to"
		}
	}
	return false
}

// ownClause replaces what the tagger gave to a verb of telling by the clause
// with that which the tree or the word order gives it, when the two have
// nothing in common.
func (f *finder) ownClause(d *draft) []run {
	if d.head == nlp.None {
		return d.content
	}
	e, ok := f.verbAt(d.head)
	if !ok || !e.has(frameClause) || !e.has(frameHearer) {
		return d.content
	}
	clause := f.clauseOf(d.head, e)
	if len(clause) == 0 {
		clause = f.thatClause(d.head)
	}
	if clause = f.clean(clause, d); len(clause) == 0 {
		return d.content
	}
	for _, c := range clause {
		if d.covers(c) {
			return d.content
		}
	}
	if _, quoted := f.words(d.content); quoted > 0 {
		return d.content
	}
	return clause
}

// keepParagraph leaves quotations of other paragraphs to attachFree when the
// cue has a clause of its own: what follows is another statement.
func (f *finder) keepParagraph(d *draft) []run {
	if d.head == nlp.None || len(d.content) < 2 {
		return d.content
	}
	para := f.para[d.head]
	own := slices.ContainsFunc(d.content, func(r run) bool {
		return f.doc.Tokens[r.first].Sent == f.doc.Tokens[d.head].Sent && f.state[f.firstWord(r)] != inside
	})
	if !own {
		return d.content
	}
	return slices.DeleteFunc(slices.Clone(d.content), func(r run) bool { return f.para[r.first] != para })
}

// dropIntroduced removes a quotation of an earlier paragraph that shares its
// sentence with words of the report, when the cue's own paragraph has one: it
// belongs to those words.
func (f *finder) dropIntroduced(d *draft) []run {
	if len(d.content) < 2 || d.cue.empty() {
		return d.content
	}
	para := f.para[d.cue.first]
	here := slices.ContainsFunc(d.content, func(r run) bool { return f.para[r.first] == para && f.state[f.firstWord(r)] == inside })
	if !here {
		return d.content
	}
	return slices.DeleteFunc(slices.Clone(d.content), func(r run) bool {
		w := f.firstWord(r)
		return f.para[r.first] < para && f.state[w] == inside && f.quote[w] >= 0 && !f.wholeSentences(f.quoteRun(f.quote[w]))
	})
}

// betterSource is the source that the tree names where the linker's is in
// another sentence or is not the agent of a passive; else the one linked.
func (f *finder) betterSource(d *draft) run {
	if d.head == nlp.None {
		return d.source
	}
	if f.heard(d) {
		return run{}
	}
	r := f.sourceOf(d.head)
	if r.empty() || r.overlaps(d.cue) || r.overlaps(d.source) {
		return d.source
	}
	switch {
	case d.source.empty():
		return r
	case f.passive(d.head):
		return r
	case f.doc.Tokens[d.source.first].Sent != f.doc.Tokens[d.head].Sent:
		return r
	}
	if q, ok := f.quotedAs(d.head, d.head); ok && !q.empty() {
		return q
	}
	return d.source
}

// heard reports whether the source linked to a passive verb of telling or
// asking is its subject, who is told or asked and says nothing: "Maren was
// asked about it".
func (f *finder) heard(d *draft) bool {
	e, ok := f.verbAt(d.head)
	if !ok || !e.has(frameHearer) && e.class != "ask" || f.agent(d.head) != nlp.None {
		return false
	}
	if f.bareParticiple(d.head) {
		return true
	}
	if !f.passive(d.head) {
		return false
	}
	s := f.child(d.head, "nsubj:pass")
	return s != nlp.None && d.source.has(s)
}

// ownSource narrows a source that begins within a phrase set before it, as in
// "In her book “Lakes,” reporter Oona Hale": what follows the last mark is who
// speaks.
func (f *finder) ownSource(d *draft) run {
	r := d.source
	// A heading without a full stop runs into the paragraph below it.
	for k := r.first + 1; k < r.last; k++ {
		if !f.start[k] {
			continue
		}
		if d.cue.first >= k {
			r.first = k
		} else {
			r.last = k
		}
	}
	if r.empty() || r.first == 0 || f.doc.Tokens[r.first-1].UPOS != "ADP" || f.rel[r.first-1] != "case" || f.low[r.first-1] == "by" || f.low[r.first-1] == "from" {
		return r
	}
	for k := r.last - 2; k > r.first; k-- {
		if f.low[k] == "," || f.state[k] == closing { // the mark before the name
			if u := f.doc.Tokens[r.last-1].UPOS; u == "PROPN" || u == "NOUN" || u == "PRON" {
				return f.trim(run{k + 1, r.last})
			}
			break
		}
	}
	return r
}

// splitQuoting narrows a cue such as "quoted him as saying" to "saying", whose
// source is the one quoted; the rules find the quoting apart, as a relay.
func (f *finder) splitQuoting(d *draft) {
	for t := d.cue.first; t < d.cue.last; t++ {
		if !relays(f.doc.Tokens[t].Lemma) {
			continue
		}
		for k := t + 1; k < d.cue.last; k++ {
			if f.head[k] != t {
				continue
			}
			if r, ok := f.quotedAs(k, k); ok && !r.empty() {
				d.source, d.cue, d.head = r, run{k, k + 1}, k
				return
			}
		}
	}
}

// cutRelay ends the content before a closing "according to X", "per X" or "X
// reported".
func (f *finder) cutRelay(d *draft) []run {
	if len(d.content) == 0 || d.head == nlp.None {
		return d.content
	}
	last := d.content[len(d.content)-1]
	for k := last.first + 1; k < last.last; k++ {
		if f.state[k] == inside {
			continue
		}
		if k != d.head && f.tail(k) && f.hi[k]+1 >= last.last && f.lo[f.child(k, "nsubj")] > last.first {
			return f.tidy(minus(d.content, run{f.lo[f.child(k, "nsubj")], last.last})) // "…, the agency reported"
		}
		if !f.punct[k-1] {
			continue
		}
		kind, n := f.cueWord(k)
		if kind != "source" {
			continue
		}
		if h := f.phraseHead(k, n); h != nlp.None && f.doc.Tokens[h].UPOS != "NUM" && f.hi[h]+1 >= last.last {
			return f.tidy(minus(d.content, run{k, last.last}))
		}
	}
	return d.content
}

// dropForeign removes a piece from a draft of several when the tree gives it
// to the cue of another draft and the rest to its own.
func (f *finder) dropForeign(drafts []draft) {
	under := func(r run, d *draft) bool {
		h := f.headOf(r)
		return d.head != nlp.None && h != d.head && f.below(h, d.head)
	}
	for i := range drafts {
		d := &drafts[i]
		if len(d.content) < 2 || !slices.ContainsFunc(d.content, func(r run) bool { return under(r, d) }) {
			continue
		}
		d.content = slices.DeleteFunc(slices.Clone(d.content), func(r run) bool {
			if under(r, d) {
				return false
			}
			for j := range drafts {
				if j != i && drafts[j].head != nlp.None && drafts[j].head != d.head && under(r, &drafts[j]) && !r.has(drafts[j].head) && drafts[j].covers(r) {
					return true
				}
			}
			return false
		})
	}
}

package quote

import (
	"slices"
	"strings"

	"github.com/readout-news/readout/internal/nlp"
)

// attachFree gives the quotations that no draft covers to a speaker: a
// quotation that goes on from the paragraph before, or that follows one in its
// own paragraph, becomes a further piece of that draft; one that stands as its
// own paragraph after an attribution takes over the source; the rest stand
// without source. Only quotations that are whole sentences count.
func (f *finder) attachFree(drafts []draft) []draft {
	owner := make([]int, len(f.quotes)) // draft that covers the quotation, -1
	for q := range owner {
		owner[q] = -1
	}
	for q := range f.quotes {
		if f.quotes[q].parent >= 0 {
			continue
		}
		r := f.quoteRun(q)
		for k := range drafts {
			if !drafts[k].relay && drafts[k].covers(r) && (owner[q] < 0 || drafts[k].width() > drafts[owner[q]].width()) {
				owner[q] = k
			}
		}
		if owner[q] >= 0 || r.empty() {
			continue
		}
		if d, ok := f.introduced(q, r); ok {
			owner[q] = len(drafts)
			drafts = append(drafts, d)
			continue
		}
		if !f.wholeSentences(r) {
			continue
		}
		if dash, name := f.signature(r); !name.empty() {
			if d := (draft{head: dash.first, cue: dash, source: name, content: f.tidy([]run{r}), class: "say", rule: ruleSigned, conf: ruleConf, relayOf: nlp.None}); len(d.content) > 0 {
				owner[q] = len(drafts)
				drafts = append(drafts, d)
				continue
			}
		}
		if p := f.before(q, owner, drafts); p >= 0 {
			drafts[p].content = f.tidy(append(slices.Clone(drafts[p].content), r))
			owner[q] = p
			continue
		}
		d := draft{head: nlp.None, content: f.tidy([]run{r}), class: "say", rule: ruleFree, conf: freeConf, relayOf: nlp.None}
		if len(d.content) == 0 {
			continue
		}
		if p := f.speakerBefore(r, drafts); p >= 0 {
			d.rule, d.source = ruleContinued, drafts[p].source
		}
		owner[q] = len(drafts)
		drafts = append(drafts, d)
	}
	return f.misplaced(drafts)
}

// introduced drafts a quotation behind a colon that no verb of reporting
// governs: "The guidance states: “…”" where the parser saw no verb, "Maren was
// blunt: “…”". A subject that is no person leaves it without a source.
func (f *finder) introduced(q int, r run) (draft, bool) {
	colon := r.first - 1
	for colon > 0 && f.state[colon] == opening {
		colon--
	}
	if colon < 1 || f.low[colon] != ":" || f.skip[colon] || f.start[colon] || !f.statementLike(q) || !f.speech(q) {
		return draft{}, false
	}
	d := draft{head: nlp.None, content: f.tidy([]run{r}), class: "say", rule: ruleColon, conf: freeConf, relayOf: nlp.None}
	if len(d.content) == 0 {
		return d, false
	}
	w := colon - 1
	if e, ok := f.lex.verbs[strings.ToLower(f.doc.Tokens[w].Lemma)]; ok && e.has(frameQuote) && f.doc.Tokens[w].XPOS == "NNS" {
		if k := f.child(w, "nsubj"); k != nlp.None && k < w {
			d.cue, d.head, d.source = run{w, w + 1}, w, f.nominal(k, w)
			return d, true
		}
	}
	if m := f.doc.MentionAt(w); m != nlp.None && f.doc.Mentions[m].Type == nlp.PersonName && f.doc.Mentions[m].Last == colon {
		d.cue, d.head, d.source = run{colon, colon + 1}, colon, run{f.doc.Mentions[m].First, colon}
		return d, true
	}
	for k := f.sent(colon).first; k < colon; k++ {
		if f.state[k] == outside && f.rel[k] == "nsubj" && f.head[k] != nlp.None && f.head[k] < colon && f.rel[f.head[k]] == "root" {
			m := f.doc.MentionAt(k)
			if w := f.low[k]; w == "he" || w == "she" || m != nlp.None && f.doc.Mentions[m].Type == nlp.PersonName {
				d.source = f.nominal(k, f.head[k])
			}
			break
		}
	}
	return d, true
}

// misplaced drafts the sentences in the first person that stand without marks
// right behind a quotation of their paragraph: the closing mark came too
// early. The writer of a report seldom says "I".
func (f *finder) misplaced(drafts []draft) []draft {
	n := len(drafts)
	for s := 1; s < len(f.doc.Sentences); s++ {
		a, b := f.doc.Sentences[s-1], f.doc.Sentences[s]
		if a.Para != b.Para || f.skip[b.First] || f.state[a.Last-1] != closing {
			continue
		}
		r := f.trim(run{b.First, b.Last})
		self := false
		for k := r.first; k < r.last; k++ {
			if f.state[k] != outside {
				self = false
				break
			}
			self = self || f.low[k] == "i" && f.rel[k] == "nsubj"
		}
		if !self || slices.ContainsFunc(drafts, func(d draft) bool { return d.covers(r) || d.cue.overlaps(r) }) {
			continue
		}
		for k := range n {
			if drafts[k].holds(f.trim(run{a.First, a.Last}).last-1) && !drafts[k].relay {
				drafts = append(drafts, draft{
					head: nlp.None, source: drafts[k].source, content: []run{r}, class: "say",
					rule: ruleMisplaced, conf: freeConf, relayOf: nlp.None,
				})
				break
			}
		}
	}
	return drafts
}

// freeConf is the confidence of a quotation without a cue.
const freeConf = 0.5

// covers reports whether the content overlaps r.
func (d *draft) covers(r run) bool { return slices.ContainsFunc(d.content, r.overlaps) }

// width is the number of tokens from the first to the last piece.
func (d *draft) width() int { s := d.span(); return s.last - s.first }

// wholeSentences reports whether the quotation in r fills the sentences it
// stands in: nothing but marks beside it.
func (f *finder) wholeSentences(r run) bool {
	words, verbs := 0, 0
	for k := r.first; k < r.last; k++ {
		if f.skip[k] {
			return false
		}
		if !f.punct[k] {
			words++
			if u := f.doc.Tokens[k].UPOS; u == "VERB" || u == "AUX" || u == "" {
				verbs++
			}
		}
	}
	if words < 2 || verbs == 0 {
		return false
	}
	first, last := f.sent(r.first).first, f.sent(r.last-1).last
	for k := first; k < r.first; k++ {
		if !f.punct[k] {
			return false
		}
	}
	if _, name := f.signature(r); !name.empty() {
		return true
	}
	for k := r.last; k < last; k++ {
		if !f.punct[k] {
			return false
		}
	}
	return true
}

// before is the draft that quotation q carries on: the one of the quotation
// before it in the same paragraph, or across paragraphs when marks say so.
func (f *finder) before(q int, owner []int, drafts []draft) int {
	for p := q - 1; p >= 0; p-- {
		if f.quotes[p].parent >= 0 {
			continue
		}
		same := f.quotes[p].para == f.quotes[q].para
		if !same && !(f.quotes[q].continued && f.quotes[p].continues) {
			return -1
		}
		if k := owner[p]; k >= 0 && drafts[k].head != nlp.None {
			if _, quoted := f.words(drafts[k].content); quoted > 0 {
				return k
			}
		}
		if owner[p] >= 0 && !same {
			return owner[p]
		}
		if !f.wholeSentences(f.quoteRun(p)) {
			continue // a word in marks between two pieces of speech
		}
		return owner[p]
	}
	return -1
}

// speakerBefore is the draft whose source a quotation in r that opens a
// paragraph takes over: the last one of the sentence before, when that
// sentence has exactly one source. The paragraph before counts; an earlier one
// does not.
func (f *finder) speakerBefore(r run, drafts []draft) int {
	at := f.doc.Tokens[r.first].Sent
	if at == 0 {
		return -1
	}
	best := -1
	for k := range drafts {
		d := &drafts[k]
		if d.relay || d.source.empty() {
			continue
		}
		anchor := d.head
		if anchor == nlp.None {
			anchor = d.span().last - 1
		}
		if f.doc.Tokens[anchor].Sent != at-1 && f.doc.Tokens[d.span().last-1].Sent != at-1 {
			continue
		}
		if best >= 0 && drafts[best].source != d.source && !drafts[best].holds(anchor) {
			return -1 // two speakers: undecided
		}
		if best < 0 || d.holds(drafts[best].head) {
			best = k
		}
	}
	return best
}

package quote

import (
	"slices"

	"github.com/readout-news/readout/internal/nlp"
)

// byModel drafts what the tagger and the linker find, repaired by rule.
func (f *finder) byModel(m *model) []draft {
	y, conf := m.tag(f.view, f.lex)
	spans := spansOf(y)
	used := make([]bool, f.n)
	isSource := make([]int, f.n) // index of the source span of a token + 1
	for k, s := range spans {
		for i := s.first; i < s.last; i++ {
			used[i] = true
			if s.part == partSource {
				isSource[i] = k + 1
			}
		}
	}
	var out []draft
	for _, l := range m.linker.link(f.view, spans) {
		d := draft{
			source: l.source, cue: l.cue, content: l.content, head: f.cueHead(l.cue),
			rule: ruleModel, relayOf: nlp.None,
		}
		if d.source.empty() {
			d.source = f.sharedSource(d.cue, spans, isSource)
		}
		if d.source.empty() {
			d.source = f.subjectFallback(d.cue, used)
		}
		f.splitQuoting(&d)
		d.source = f.betterSource(&d)
		d.source = f.ownSource(&d)
		d.content = f.byParagraph(d.content)
		d.content = f.dropStrays(&d)
		d.content = f.dropHost(&d)
		d.content = f.cutHearer(&d)
		d.content = f.cutCoordinated(&d)
		d.content = f.withPartner(&d)
		d.content = f.ownClause(&d)
		d.content = f.cutRelay(&d)
		d.content = f.keepParagraph(&d)
		d.content = f.dropIntroduced(&d)
		d.content = f.wholeBefore(&d)
		d.content = f.accused(&d)
		f.hearsay(&d)
		d.content = f.accordingTo(&d)
		f.fillQuotes(&d)
		if d.content = minus(minus(d.content, d.source), d.cue); len(d.content) == 0 {
			continue
		}
		d.content = f.ownRelative(&d)
		d.conf = confidence(&d, conf)
		if f.skip[d.cue.first] || f.hearsayCue(d.cue) || f.generic(&d) || d.head != nlp.None && f.handsOn(d.head) {
			continue
		}
		out = append(out, d)
	}
	f.shareSources(out)
	return out
}

// hearsayCue reports whether a cue is an adverb of hearsay with a verb that
// reports nothing: "has reportedly accepted". The rules read the adverb.
func (f *finder) hearsayCue(r run) bool {
	hearsay := false
	for k := r.first; k < r.last; k++ {
		if e, ok := f.verbAt(k); ok && e.class != "agree" && e.frames != frameQuote {
			return false
		}
		kind, _ := f.cueWord(k)
		hearsay = hearsay || kind == "hearsay"
	}
	return hearsay && r.last-r.first > 1
}

// generic reports whether a draft tells of nobody's words: a content of one
// pronoun or number, "the purchaser requests one".
func (f *finder) generic(d *draft) bool {
	all, quoted := f.words(d.content)
	if all != 1 || quoted > 0 {
		return false
	}
	u := f.doc.Tokens[f.firstWord(d.content[0])].UPOS
	return u == "PRON" || u == "NUM" || u == "DET"
}

// shareSources gives a participle of speech behind a comma that has no source
// the one who speaks in the sentence before it: "argued that it was over,
// contending that …".
func (f *finder) shareSources(drafts []draft) {
	for i := range drafts {
		d := &drafts[i]
		if !d.source.empty() || d.head == nlp.None || f.doc.Tokens[d.head].XPOS != "VBG" || d.head == 0 || f.low[d.head-1] != "," || f.state[d.head] == inside {
			continue
		}
		best := -1
		for j := range drafts {
			o := &drafts[j]
			if j == i || o.source.empty() || o.head == nlp.None || o.head > d.head || f.doc.Tokens[o.head].Sent != f.doc.Tokens[d.head].Sent || f.state[o.head] == inside || !f.finite(o.head) || f.passive(o.head) {
				continue
			}
			if best < 0 || o.head < drafts[best].head {
				best = j
			}
		}
		if best >= 0 {
			d.source = drafts[best].source
		}
	}
}

// confidence is the mean probability of the labels of cue and content, so
// that a sure cue with a doubtful extent ranks below a sure whole.
func confidence(d *draft, conf []float32) float32 {
	mean := func(r run) (sum float32, n int) {
		for i := r.first; i < r.last; i++ {
			sum += conf[i]
		}
		return sum, r.last - r.first
	}
	cue, n := mean(d.cue)
	cue /= float32(max(n, 1))
	var body float32
	total := 0
	for _, r := range d.content {
		s, n := mean(r)
		body, total = body+s, total+n
	}
	return (cue + body/float32(max(total, 1))) / 2
}

// cueHead is the word of the cue that the rest hangs on, a verb when the
// tree's own choice is none.
func (f *finder) cueHead(r run) int {
	h := f.headOf(r)
	if _, ok := f.verbAt(h); ok {
		return h
	}
	for i := r.first; i < r.last; i++ {
		if _, ok := f.verbAt(i); ok {
			return i
		}
	}
	return h
}

// sharing are the relations by which a cue shares the subject of the word
// above it.
var sharing = map[string]bool{"conj": true, "xcomp": true, "advcl": true, "acl": true, "parataxis": true, "aux": true, "cop": true}

// sharedSource is the source span that holds the subject of the cue or of a
// word that the cue is coordinated with or depends on: one source may serve
// several cues, and the linker gives it to one.
func (f *finder) sharedSource(cue run, spans []span, isSource []int) run {
	for c := cue.first; c < cue.last; c++ {
		j := c
	climb:
		for d := 0; d < 4 && j != nlp.None; d++ {
			for _, k := range f.kids[j] {
				if f.rel[k] != "nsubj" {
					continue
				}
				if f.state[k] == inside && f.state[c] != inside {
					continue
				}
				if isSource[k] > 0 {
					return spans[isSource[k]-1].run
				}
				if d == 0 {
					break climb // it has a subject of its own, and that is no source
				}
			}
			if !sharing[f.rel[j]] {
				break
			}
			j = f.head[j]
		}
	}
	return run{}
}

// subjectFallback is the subject of the cue where the tagger marked nothing:
// the unlabelled run around its head.
func (f *finder) subjectFallback(cue run, used []bool) run {
	for c := cue.first; c < cue.last; c++ {
		for _, k := range f.kids[c] {
			if f.rel[k] != "nsubj" || used[k] || expletive(f.low[k]) || f.low[k] == "that" {
				continue
			}
			if f.state[k] == inside && f.state[c] != inside {
				continue
			}
			in := f.subtree(k)
			r := run{k, k + 1}
			for r.first > in.first && !used[r.first-1] && f.below(r.first-1, k) {
				r.first--
			}
			for r.last < in.last && !used[r.last] && f.below(r.last, k) && f.low[r.last] != "," {
				r.last++
			}
			return r
		}
	}
	return run{}
}

// dropStrays removes unquoted pieces of other sentences when there is a better
// piece, in the cue's sentence or in quotation marks: the tagger glues
// neighbouring clauses to a clean quotation.
func (f *finder) dropStrays(d *draft) []run {
	if len(d.content) < 2 {
		return d.content
	}
	sent := f.doc.Tokens[d.cue.first].Sent
	toks := f.doc.Tokens
	same := func(r run) bool { return toks[r.first].Sent <= sent && toks[r.last-1].Sent >= sent }
	quoted := func(r run) bool {
		all, in := f.words([]run{r})
		return all > 0 && in*10 >= all*8
	}
	best := -1
	for k, r := range d.content {
		if same(r) && (best < 0 || quoted(r) && !quoted(d.content[best])) {
			best = k
		}
	}
	if best < 0 {
		return d.content
	}
	var out []run
	for k, r := range d.content {
		if k == best || quoted(r) || same(r) && !quoted(d.content[best]) {
			out = append(out, r)
		}
	}
	return out
}

// merge adds the rules' drafts to the model's: those whose cue the model did
// not use. A draft inside the content of another is nested; one outside of all
// comes in only when its verb reports speech or writing.
func (f *finder) merge(model, rules []draft) []draft {
	out := slices.Clone(model)
	for k := range out {
		if h := out[k].head; h != nlp.None && out[k].class == "" {
			if e, ok := f.verbAt(h); ok {
				out[k].class = e.class
			}
		}
	}
	for _, r := range rules {
		taken := slices.ContainsFunc(model, func(d draft) bool { return d.cue.overlaps(r.cue) || d.source.has(r.head) })
		if taken || !f.nestable(&r) && slices.ContainsFunc(model, func(d draft) bool { return d.holds(r.head) }) {
			continue
		}
		out = append(out, r)
	}
	f.dropForeign(out)
	return f.distinct(out)
}

// distinct drops a draft whose content another has to the word: "responded by
// stating “…”" is one statement. The cue nearest to the content stays, with
// the source of either.
func (f *finder) distinct(drafts []draft) []draft {
	gap := func(d *draft) int {
		s := d.span()
		return max(s.first-d.cue.last, d.cue.first-s.last, 0)
	}
	drop := make([]bool, len(drafts))
	for i := range drafts {
		for j := range drafts {
			a, b := &drafts[i], &drafts[j]
			if i == j || drop[i] || drop[j] || a.rule == ruleAccording || b.rule == ruleAccording || len(a.content) == 0 || !slices.Equal(a.content, b.content) || gap(a) < gap(b) || gap(a) == gap(b) && i < j {
				continue
			}
			if b.source.empty() {
				b.source = a.source
			}
			drop[i] = true
		}
	}
	var out []draft
	for i, d := range drafts {
		if !drop[i] {
			out = append(out, d)
		}
	}
	return out
}

// nestable reports whether a draft may stand inside the content of another:
// what was said or demanded there, not every object of a verb.
func (f *finder) nestable(d *draft) bool {
	if d.rule != ruleClause && d.rule != ruleMarks && d.rule != ruleParata && !d.source.empty() && anybody(f.low[f.headOf(d.source)]) || f.generic(d) {
		return false // "if you accuse me of something"
	}
	switch d.rule {
	case ruleObject, ruleGerund, rulePredicate, ruleFor:
		return !d.source.empty() && (d.class == "express" || d.class == "order" || d.class == "describe")
	case ruleClause, ruleMarks:
		return true
	}
	return !d.source.empty()
}

// anybody reports whether a pronoun names nobody in particular as the source of
// what is asked or alleged inside another's words.
func anybody(w string) bool {
	switch w {
	case "you", "we", "one", "anyone", "everyone", "someone", "anybody", "everybody", "nobody":
		return true
	}
	return false
}

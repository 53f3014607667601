package quote

import (
	"slices"

	"github.com/readout-news/readout/internal/nlp"
)

// draft is an attribution under construction, in tokens.
type draft struct {
	source, cue run
	head        int   // head word of the cue, None without a cue
	content     []run // sorted
	class       string
	rule        string
	conf        float32
	relay       bool // hands on the words of another, says nothing itself
	relayOf     int  // index of the draft that it hands on, None
}

// span is the run from the first to the last piece of content.
func (d *draft) span() run {
	if len(d.content) == 0 {
		return d.cue
	}
	return run{d.content[0].first, d.content[len(d.content)-1].last}
}

// holds reports whether token i is in the content.
func (d *draft) holds(i int) bool {
	return slices.ContainsFunc(d.content, func(r run) bool { return r.has(i) })
}

// words is how many tokens with letters or digits the pieces hold, and how
// many of these stand between quotation marks.
func (v *view) words(pieces []run) (all, quoted int) {
	for _, r := range pieces {
		for i := r.first; i < r.last; i++ {
			if v.punct[i] {
				continue
			}
			all++
			if v.state[i] == inside {
				quoted++
			}
		}
	}
	return all, quoted
}

// byParagraph cuts the pieces where paragraphs begin.
func (v *view) byParagraph(pieces []run) []run {
	var out []run
	for _, r := range pieces {
		for i := r.first + 1; i < r.last; i++ {
			if v.start[i] {
				out = append(out, run{r.first, i})
				r.first = i
			}
		}
		out = append(out, r)
	}
	return out
}

// minus cuts b out of the pieces.
func minus(pieces []run, b run) []run {
	if b.empty() {
		return pieces
	}
	var out []run
	for _, p := range pieces {
		if !p.overlaps(b) {
			out = append(out, p)
			continue
		}
		if p.first < b.first {
			out = append(out, run{p.first, b.first})
		}
		if b.last < p.last {
			out = append(out, run{b.last, p.last})
		}
	}
	return out
}

// tidy trims the pieces, drops empty ones, sorts them and joins neighbours
// between which only punctuation stands.
func (v *view) tidy(pieces []run) []run {
	var out []run
	for _, p := range pieces {
		if p = v.trim(p); !p.empty() {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b run) int { return a.first - b.first })
	for i := 1; i < len(out); {
		a, b := &out[i-1], out[i]
		join := b.first <= a.last
		if !join {
			join = !v.start[b.first]
			for k := a.last; k < b.first; k++ {
				join = join && v.punct[k] && !v.start[k]
			}
		}
		if !join {
			i++
			continue
		}
		a.last = max(a.last, b.last)
		out = slices.Delete(out, i, i+1)
	}
	return out
}

// sourceOf finds who speaks when token i is the cue: its subject, the agent of
// a passive, the subject of the verb that it is coordinated with or depends
// on, or the noun that a participle modifies. The run is empty when the
// sentence names nobody.
func (v *view) sourceOf(i int) run {
	if v.passive(i) || v.bareParticiple(i) {
		if a := v.agent(i); a != nlp.None {
			return v.nominal(a, i)
		}
		return run{}
	}
	if w := v.withSubject(i); w != nlp.None {
		return v.nominal(w, i)
	}
	if r := v.inverted(i); !r.empty() {
		return r
	}
	for steps, k := 0, i; steps < 4 && k != nlp.None; steps++ {
		if s := v.child(k, "nsubj"); s != nlp.None && s != i && !expletive(v.low[s]) && !(v.state[s] == inside && v.state[i] != inside) && (k == i || v.maySpeak(s)) {
			return v.nominal(s, i)
		}
		switch v.rel[k] {
		case "conj", "xcomp", "advcl", "parataxis", "ccomp", "aux", "cop", "dep":
			if v.rel[k] == "ccomp" && steps == 0 && v.child(k, "mark") != nlp.None {
				return run{}
			}
			if r, ok := v.quotedAs(k, i); ok {
				return r
			}
			k = v.head[k]
		case "acl":
			// "a letter saying", "those who said" without its pronoun.
			h := v.head[k]
			if h == nlp.None || v.hasMark(k, "to") {
				return run{} // "a chance to say": anybody's
			}
			if k != i && v.hasMark(k, "that") && v.child(k, "nsubj", "expl") != nlp.None {
				// A clause with that hung on the noun before it: "told them at a
				// briefing that it was over and warned …".
				for k = h; k != nlp.None && v.doc.Tokens[k].UPOS != "VERB"; k = v.head[k] {
				}
				continue
			}
			r := v.nominal(h, i)
			r.last = min(r.last, v.lo[k])
			return v.trim(r)
		default:
			return run{}
		}
		// A verb outside of marks has no subject within them.
		for k != nlp.None && v.state[k] == inside && v.state[i] != inside {
			k = v.head[k]
		}
	}
	return run{}
}

// inverted is the subject behind its verb: "…, added Maren, who said". Parsers
// take it for an object.
func (v *view) inverted(i int) run {
	if i == 0 || i+1 >= v.n || v.doc.Tokens[i].XPOS != "VBD" && v.doc.Tokens[i].XPOS != "VBZ" || v.child(i, "nsubj", "ccomp", "aux") != nlp.None {
		return run{}
	}
	if v.low[i-1] != "," && v.state[i-1] != closing || v.rel[i] == "acl" {
		return run{}
	}
	k := v.child(i, "obj", "iobj", "dep")
	if k == nlp.None || k < i || v.lo[k] != i+1 || v.state[k] == inside {
		return run{}
	}
	m := v.doc.MentionAt(k)
	if m == nlp.None || v.doc.Mentions[m].Type != nlp.PersonName {
		return run{}
	}
	r := run{i + 1, v.doc.Mentions[m].Last}
	if r.last < v.sent(i).last && !v.punct[r.last] {
		return run{}
	}
	return r
}

// maySpeak reports whether the noun at i can be who speaks in a neighbouring
// clause: a name, a person's pronoun, or a common noun that the training
// reports have as a source. Of "the meeting went well, he said, stating …" the
// meeting states nothing.
func (v *view) maySpeak(i int) bool {
	t := &v.doc.Tokens[i]
	if v.speakers == nil {
		return true
	}
	switch t.UPOS {
	case "NOUN":
		return v.speakers[t.Lemma] >= candBin
	case "PRON":
		return v.low[i] != "that" && v.low[i] != "which"
	}
	return true
}

// quotedAs is the one quoted when k depends on a verb of quoting: "quoted him
// as saying", "she was quoted as saying".
func (v *view) quotedAs(k, cue int) (run, bool) {
	h := v.head[k]
	if h == nlp.None || v.rel[k] != "xcomp" && v.rel[k] != "advcl" || !relays(v.doc.Tokens[h].Lemma) {
		return run{}, false
	}
	if v.passive(h) {
		if s := v.child(h, "nsubj"); s != nlp.None {
			return v.nominal(s, cue), true
		}
		return run{}, false
	}
	if o := v.child(h, "obj", "iobj"); o != nlp.None && v.hasMark(k, "as") {
		return v.nominal(o, cue), true
	}
	return run{}, false
}

// withSubject is the noun before a participle that "with" opens: "with the
// council saying that …". Parsers make it anything but the subject.
func (v *view) withSubject(i int) int {
	if v.doc.Tokens[i].XPOS != "VBG" || i == 0 {
		return nlp.None
	}
	first := v.lo[i]
	if v.low[first] != "with" || first >= i-1 {
		return nlp.None
	}
	if k := i - 1; v.head[k] == i && v.rel[k] != "advmod" && (v.doc.Tokens[k].UPOS == "PROPN" || v.doc.Tokens[k].UPOS == "NOUN" || v.doc.Tokens[k].UPOS == "PRON") {
		return k
	}
	return nlp.None
}

// relays reports whether a verb hands on what its object said.
func relays(lemma string) bool { return lemma == "quote" || lemma == "cite" }

func expletive(w string) bool {
	switch w {
	case "it", "there", "what", "this", "nothing", "none":
		return true
	}
	return false
}

func (v *view) hasMark(i int, w string) bool {
	for _, k := range v.kids[i] {
		if (v.rel[k] == "mark" || v.rel[k] == "case") && v.low[k] == w {
			return true
		}
	}
	return false
}

// passive reports whether token i is a passive participle.
func (v *view) passive(i int) bool {
	for _, k := range v.kids[i] {
		switch v.doc.Tokens[k].Deprel {
		case "nsubj:pass", "aux:pass", "csubj:pass", "obl:agent":
			return true
		}
	}
	// A bare participle after a noun: "demands described as unacceptable by …".
	return v.doc.Tokens[i].XPOS == "VBN" && v.rel[i] == "acl"
}

// bareParticiple reports whether token i is a passive without an auxiliary
// behind a word of time or condition: "when asked", "if told".
func (v *view) bareParticiple(i int) bool {
	if x := v.doc.Tokens[i].XPOS; x != "VBN" && x != "VBD" || v.rel[i] != "advcl" || v.child(i, "nsubj", "obj", "iobj", "aux") != nlp.None {
		return false
	}
	for _, k := range v.kids[i] {
		switch v.low[k] {
		case "when", "if", "once", "until", "unless", "though", "although", "whenever":
			return k == i-1
		}
	}
	return false
}

// agent is the head of the by-phrase of a passive, or None.
func (v *view) agent(i int) int {
	agent := nlp.None
	for _, k := range v.kids[i] {
		if v.doc.Tokens[k].Deprel == "obl:agent" {
			agent = k // of a phrase torn in two, the second part is the noun
		}
	}
	if agent != nlp.None {
		return agent
	}
	for _, k := range v.kids[i] {
		if v.rel[k] == "obl" && v.hasMark(k, "by") {
			return k
		}
		// "described as unacceptable by X": it may hang on the predicate.
		for _, c := range v.kids[k] {
			if k > i && c > k && v.rel[k] == "obl" && v.rel[c] == "obl" && v.hasMark(c, "by") {
				return c
			}
		}
	}
	return nlp.None
}

// nominal is the noun phrase of head h as a source: its subtree without what
// belongs to the clause of the cue, without prepositions and marks around it.
func (v *view) nominal(h, cue int) run {
	r := v.subtree(h)
	for r.first < h && (v.punct[r.first] || v.rel[r.first] == "cc" || v.head[r.first] == h && (v.rel[r.first] == "case" || v.rel[r.first] == "mark")) {
		r.first++
	}
	if cue != nlp.None && r.has(cue) {
		if cue > h {
			r.last = min(r.last, max(v.lo[cue], h+1))
		} else {
			r.first = max(r.first, min(v.hi[cue]+1, h))
		}
	}
	return v.trim(r)
}

// cueRun is the cue around its head word i: the auxiliaries and the negation
// before it and the particle behind it.
func (v *view) cueRun(i int) run {
	r := run{i, i + 1}
	for k := i - 1; k >= 0 && v.head[k] == i && (v.rel[k] == "aux" || v.rel[k] == "advmod" && r.first > 0 && hasAux(v, i, k)); k-- {
		r.first = k
	}
	for r.first < i && v.rel[r.first] == "advmod" && v.low[r.first] != "not" {
		r.first++
	}
	if r.last < v.n && v.head[r.last] == i && v.doc.Tokens[r.last].Deprel == "compound:prt" {
		r.last++
	}
	return r
}

// hasAux reports whether an auxiliary of i stands before token k.
func hasAux(v *view, i, k int) bool {
	for _, a := range v.kids[i] {
		if a < k && v.rel[a] == "aux" {
			return true
		}
	}
	return false
}

package quote

import (
	"strings"

	"github.com/readout-news/readout/internal/nlp"
)

// ruleHeading is for what titles and headings say in their own grammar.
const ruleHeading = "quote/heading" // NAME: …; … : NAME; NAME says talks to resume

// headings drafts the statements of titles and headings that have no clause:
// "Maren: no deal without the lake", "No deal without the lake: Maren", "Maren
// says talks to resume".
func (f *finder) headings() []draft {
	var out []draft
	for s := range f.doc.Sentences {
		x := &f.doc.Sentences[s]
		if x.Noise != "title" && x.Noise != "heading" || x.Last-x.First < 4 {
			continue
		}
		r := run{x.First, x.Last}
		if d, ok := f.colonHeading(r); ok {
			out = append(out, d)
		} else if d, ok := f.verbHeading(r); ok {
			out = append(out, d)
		}
	}
	return out
}

// maxName bounds the speaker of a heading, in tokens.
const maxName = 5

// person reports whether r is a person's name, a title or an office before it
// allowed.
func (f *finder) person(r run) bool {
	if r.empty() || r.last-r.first > maxName {
		return false
	}
	for k := r.first; k < r.last; k++ {
		if u := f.doc.Tokens[k].UPOS; u != "PROPN" && u != "NOUN" && u != "ADJ" {
			return false
		}
	}
	m := f.doc.MentionAt(r.last - 1)
	return m != nlp.None && f.doc.Mentions[m].Type == nlp.PersonName && f.doc.Mentions[m].First >= r.first && f.doc.Mentions[m].Last == r.last
}

// colonHeading reads a heading in which a colon stands for the cue.
func (f *finder) colonHeading(r run) (draft, bool) {
	for k := r.first + 1; k < r.last-1; k++ {
		if f.low[k] != ":" {
			continue
		}
		before, after := f.trim(run{r.first, k}), f.trim(run{k + 1, r.last})
		source, content := before, after
		if !f.person(before) {
			// "…: Maren" may also name who is spoken of.
			if source, content = after, before; !f.person(after) || f.doc.Mentions[f.doc.MentionAt(after.last-1)].First != after.first || !f.tensed(before) {
				return draft{}, false
			}
		}
		d := draft{head: k, cue: run{k, k + 1}, source: source, class: "say", rule: ruleHeading, conf: ruleConf, relayOf: nlp.None}
		if d.content = f.tidy([]run{content}); len(d.content) == 0 || content.last-content.first < 3 {
			return draft{}, false
		}
		return d, true
	}
	return draft{}, false
}

// verbHeading reads a heading whose verb of saying has what follows as its
// content, with or without a clause.
func (f *finder) verbHeading(r run) (draft, bool) {
	for k := r.first + 1; k < r.last-1; k++ {
		x := f.doc.Tokens[k].XPOS
		e, ok := f.lex.verbs[f.doc.Tokens[k].Lemma]
		if !ok || !e.has(frameClause) || x != "VBZ" && x != "NNS" || !strings.HasSuffix(f.low[k], "s") || !f.person(run{r.first, k}) {
			continue
		}
		d := draft{head: k, cue: run{k, k + 1}, source: run{r.first, k}, class: e.class, rule: ruleHeading, conf: ruleConf, relayOf: nlp.None}
		d.content = f.tidy([]run{{k + 1, r.last}})
		if all, _ := f.words(d.content); all < 2 {
			return draft{}, false
		}
		return d, true
	}
	return draft{}, false
}

// tensed reports whether r holds a finite verb.
func (f *finder) tensed(r run) bool {
	for k := r.first; k < r.last; k++ {
		if f.finite(k) {
			return true
		}
	}
	return false
}

package event

import (
	"slices"

	"github.com/readout-news/readout/internal/link/story"
	"github.com/readout-news/readout/internal/nlp"
)

// spoken are the types of what parties do in words, over and over.
var spoken = map[string]bool{
	"STATEMENT": true, "CONFIRM": true, "DENY": true, "DECLINE-COMMENT": true, "REQUEST": true, "ACCUSE": true, "REJECT": true,
	"SUPPORT": true, "THREATEN": true, "OFFER": true, "CONDITION": true, "COMMIT": true, "ALLEGE-VIOLATION": true, "AID": true,
}

// commonContent is the share of news texts above which a word says little of
// what an act in words is about.
const commonContent = 0.15

// sameContent reports whether m, an act in words, can be an act of c by what it
// is about: a verb that shares no word of its content with any verb of c is
// another act ("announced a new model … announced that sales had risen"). A
// noun may point back to any.
func (l *linker) sameContent(c *cluster, m *mention) bool {
	if m.ev.Nominal {
		return true
	}
	mine := l.content(m)
	if len(mine) == 0 {
		return true
	}
	verbs := false
	for i := range c.mentions {
		x := &c.mentions[i]
		if x.ev.Nominal {
			continue
		}
		theirs := l.content(x)
		if len(theirs) == 0 {
			return true
		}
		verbs = true
		shared := 0
		for _, w := range mine {
			if slices.Contains(theirs, w) {
				shared++
			}
		}
		// A short content must be found nearly whole, a long one in part.
		if n := min(len(mine), len(theirs)); shared*4 >= n && shared > 0 {
			return true
		}
	}
	return !verbs
}

// content is the words of what an act in words is about: those below its verb
// that are no party of it, folded, each once. Names count only where there is
// nothing else: two accusations over Lake Ansa share its name.
func (l *linker) content(m *mention) []string {
	doc := l.docs[m.d]
	first, last := doc.Subtree(m.ev.Token)
	var out, names []string
	for t := first; t < last; t++ {
		tok := &doc.Tokens[t]
		if t == m.ev.Token || tok.Sent != m.ev.Sent || tok.UPOS != "NOUN" && tok.UPOS != "PROPN" && tok.UPOS != "VERB" && tok.UPOS != "ADJ" && tok.UPOS != "NUM" {
			continue
		}
		if slices.ContainsFunc(m.ev.Args, func(a nlp.Argument) bool {
			return a.Role != "topic" && a.Mention != nlp.None && a.Span.Overlaps(tok.Span)
		}) {
			continue
		}
		if m.ev.Time != nlp.None && doc.Timexes[m.ev.Time].Overlaps(tok.Span) {
			continue
		}
		w := story.Fold(doc.Word(t))
		if w == "" || l.words.Share(w) > commonContent || slices.Contains(out, w) || slices.Contains(names, w) {
			continue
		}
		if tok.UPOS == "PROPN" {
			names = append(names, w)
		} else {
			out = append(out, w)
		}
	}
	if len(out) == 0 {
		return names
	}
	return out
}

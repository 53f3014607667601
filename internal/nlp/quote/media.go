package quote

import (
	"fmt"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// The rules of relays found beside the cue: an outlet, a platform or a work
// through which the words reach us.
const (
	ruleHearer = "quote/told-outlet"   // told X that …
	ruleMedium = "quote/medium-outlet" // in an interview with X
	ruleVenue  = "quote/medium"        // on Truth Social, in his book “…”
	ruleAsked  = "quote/asked-by"      // in response to a question from X
)

// addRelay takes a row of relays.tsv: words, kind, example.
func (l *lexicon) addRelay(c []string) error {
	switch c[1] {
	case "platform", "post", "work", "asking", "voicing":
		l.relays[c[0]] = c[1]
		return nil
	}
	return fmt.Errorf("unknown kind %q", c[1])
}

// outletRelays adds a relay for every statement made to an outlet, in one, on
// a platform or in a work: "told X that", "in an interview with X", "wrote on
// X" reach us through X.
func (f *finder) outletRelays(out []nlp.Attribution) []nlp.Attribution {
	n := len(out)
	for i := 0; i < n; i++ {
		a := out[i]
		if a.Relay != nlp.None || len(a.Content) == 0 {
			continue
		}
		at, rule := f.relayBeside(&a)
		if at.Empty() {
			continue
		}
		first, last := f.doc.TokensIn(at)
		if e, ok := f.verbAt(max(a.CueToken, 0)); ok && a.CueToken != nlp.None && a.Source.Empty() && rule == ruleMedium && e.class == "ask" && f.passive(a.CueToken) {
			// "in an interview with X, he was asked": X asks.
			out[i].Source, out[i].SourceHead = at, f.headOf(run{first, last})
			continue
		}
		out = append(out, nlp.Attribution{
			Source: at, SourceHead: f.headOf(run{first, last}), CueToken: nlp.None, Sent: a.Sent,
			Parent: nlp.None, Relay: nlp.None, Speaker: nlp.None, Addressee: nlp.None, Uttered: true,
			Kind: readout.Indirect, Confidence: a.Confidence,
			By: readout.By{Annotator: annotator, Version: Version, Rule: rule},
		})
		out[i].Relay = len(out) - 1
	}
	return out
}

// relayBeside is the span that names what passes a on: the one told, the
// medium, or who asked.
func (f *finder) relayBeside(a *nlp.Attribution) (readout.Span, string) {
	if !a.AddressSpan.Empty() {
		first, last := f.doc.TokensIn(a.AddressSpan)
		h := f.headOf(run{first, last})
		if s := f.outletIn(a.AddressSpan, h); !s.Empty() {
			return s, ruleHearer
		}
	}
	if !a.Medium.Empty() {
		first, last := f.doc.TokensIn(a.Medium)
		r := run{first, last}
		if m := f.namedIn(a.Medium, nlp.OutletName); m != nlp.None {
			return f.doc.Mentions[m].Span, ruleMedium
		}
		if s := f.titleIn(r); !s.Empty() {
			return s, ruleVenue
		}
		if m := f.namedIn(a.Medium, nlp.WorkName); m != nlp.None {
			return f.doc.Mentions[m].Span, ruleVenue
		}
		if s := f.platformIn(r); !s.Empty() {
			return s, ruleVenue
		}
		for k := r.last - 1; k >= r.first; k-- {
			if kind := f.lex.relays[f.low[k]]; kind == "work" || kind == "post" {
				if f.head[k] != nlp.None && r.has(f.head[k]) && f.rel[k] == "compound" {
					continue // "blog entry"
				}
				return f.platformBefore(a, kind, r), ruleVenue
			}
		}
	}
	if s := f.askedBy(a); !s.Empty() {
		return s, ruleAsked
	}
	return readout.Span{}, ""
}

// outletIn is the outlet that a phrase with head h names or is a noun for; a
// correspondent of an outlet hears for it.
func (f *finder) outletIn(s readout.Span, h int) readout.Span {
	if m := f.doc.MentionAt(h); m != nlp.None && f.doc.Mentions[m].Type == nlp.OutletName {
		return f.doc.Mentions[m].Span
	}
	if f.lex.cues[f.low[h]] == "outlet" {
		return s
	}
	if m := f.namedIn(s, nlp.OutletName); m != nlp.None && f.doc.Tokens[h].UPOS != "VERB" {
		return f.doc.Mentions[m].Span // "the agency's reporter", "CNN's Ilse Maren"
	}
	return readout.Span{}
}

// namedIn is the first mention of the type within s, or None.
func (f *finder) namedIn(s readout.Span, typ nlp.MentionType) int {
	for m := range f.doc.Mentions {
		if x := &f.doc.Mentions[m]; x.Type == typ && s.Contains(x.Span) {
			return m
		}
	}
	return nlp.None
}

// titleIn is the first title between marks within r.
func (f *finder) titleIn(r run) readout.Span {
	for k := r.first; k < r.last; k++ {
		if f.title(k) {
			q := f.quoteRun(f.quote[k])
			return f.doc.TokenSpan(q.first, q.last)
		}
	}
	return readout.Span{}
}

// platformIn is the name of a platform within r.
func (f *finder) platformIn(r run) readout.Span {
	for k := r.first; k < r.last; k++ {
		if k+1 < r.last && f.lex.relays[f.low[k]+" "+f.low[k+1]] == "platform" {
			return f.doc.TokenSpan(k, k+2)
		}
		if f.lex.relays[f.low[k]] == "platform" && capital(f.doc.Word(k)) {
			return f.doc.TokenSpan(k, k+1)
		}
	}
	return readout.Span{}
}

// platformBefore is the platform that the paragraph named before the post in
// r; the words of r where it named none. A work stands for itself.
func (f *finder) platformBefore(a *nlp.Attribution, kind string, r run) readout.Span {
	if kind == "post" {
		first := r.first
		for first > 0 && !f.start[first] {
			first--
		}
		for k := r.first - 1; k >= first; k-- {
			if s := f.platformIn(run{k, min(k+2, r.first)}); !s.Empty() && f.doc.Tokens[k].Span.Start == s.Start {
				return s
			}
		}
	}
	return a.Medium
}

// askedBy is the outlet that the cue's clause says put the question: "said in
// response to a question from X", "responded to X's inquiry", "asked by X
// whether …, Maren said".
func (f *finder) askedBy(a *nlp.Attribution) readout.Span {
	if a.CueToken < 0 || f.state[a.CueToken] == inside {
		return readout.Span{}
	}
	out := func(k int) bool {
		return f.state[k] == outside && !slices.ContainsFunc(a.Content, f.doc.Tokens[k].Overlaps)
	}
	s := f.sent(a.CueToken)
	for k := s.first; k < s.last; k++ {
		if !out(k) {
			continue
		}
		if f.lex.relays[f.low[k]] == "asking" && f.answers(k) {
			for m := range f.doc.Mentions {
				x := &f.doc.Mentions[m]
				if x.Type == nlp.OutletName && x.Head != k && f.below(x.Head, k) && out(x.Head) {
					return x.Span
				}
			}
		}
		if f.lex.relays[f.low[k]] == "voicing" && f.doc.Tokens[k].XPOS == "VBG" && (f.rel[k] == "advcl" || f.rel[k] == "acl") {
			if s := f.voicedIn(k); !s.Empty() {
				return s
			}
		}
		if w := f.doc.Tokens[k]; (w.Lemma == "ask" || w.Lemma == "press" || w.Lemma == "question") && w.XPOS == "VBN" && f.rel[k] == "advcl" {
			if g := f.agent(k); g != nlp.None {
				r := f.nominal(g, nlp.None)
				if s := f.outletIn(f.doc.TokenSpan(r.first, r.last), g); !s.Empty() {
					return s
				}
			}
		}
	}
	return readout.Span{}
}

// voicedIn is the outlet, platform or work behind a participle such as
// "speaking to".
func (f *finder) voicedIn(k int) readout.Span {
	for _, c := range f.kids[k] {
		if c < k || f.rel[c] != "obl" {
			continue
		}
		r := f.subtree(c)
		s := f.doc.TokenSpan(r.first, r.last)
		if m := f.namedIn(s, nlp.OutletName); m != nlp.None && f.doc.Mentions[m].First <= c && c < f.doc.Mentions[m].Last {
			return f.doc.Mentions[m].Span
		}
		if t := f.titleIn(r); !t.Empty() {
			return t
		}
		if p := f.platformIn(run{c, r.last}); !p.Empty() {
			return p
		}
	}
	return readout.Span{}
}

// answers reports whether the noun of asking at k is what the clause answers:
// "in response to", "responded to", "answering".
func (f *finder) answers(k int) bool {
	for h, steps := k, 0; h != nlp.None && steps < 4; h, steps = f.head[h], steps+1 {
		switch strings.ToLower(f.doc.Tokens[h].Lemma) {
		case "response", "reply", "answer", "respond":
			return true
		}
	}
	return false
}

// maxMedium bounds a medium's phrase found by its words, in tokens.
const maxMedium = 14

// mediumByWords is the medium where the tree hangs it elsewhere: a phrase right
// behind the cue ("said on “The Long Road”") or at the head of the sentence
// ("In her book “Lakes,” reporter Oona Hale writes").
func (f *finder) mediumByWords(d *draft) readout.Span {
	s := f.sent(d.head)
	at := []int{d.cue.last - 1, d.cue.last}
	if !d.source.empty() && d.source.first > d.head {
		at = append(at, d.source.last) // said X on Y
	}
	for k := s.first; k < min(s.first+3, s.last); k++ {
		at = append(at, k)
	}
	for _, p := range at {
		if p <= d.head && p >= d.cue.last || p+1 >= s.last || f.doc.Tokens[p].UPOS != "ADP" || f.state[p] != outside || d.holds(p) {
			continue
		}
		if m := f.mediumFrom(p, d); !m.Empty() {
			return m
		}
	}
	return readout.Span{}
}

// mediumFrom is the noun phrase behind the preposition at p when it is a
// medium; a title in marks belongs to it.
func (f *finder) mediumFrom(p int, d *draft) readout.Span {
	prep, end := f.low[p], min(f.sent(p).last, p+maxMedium)
	head := nlp.None
	r := run{p + 1, p + 1}
	for k := p + 1; k < end && !d.holds(k) && !(d.source.has(k) && k < d.head); k++ {
		if f.state[k] == opening && f.quote[k] >= 0 {
			q := f.quoteRun(f.quote[k])
			if q.empty() || !f.title(q.first) || head == nlp.None && prep != "on" && prep != "in" {
				break
			}
			return f.doc.TokenSpan(r.first, q.last)
		}
		switch f.doc.Tokens[k].UPOS {
		case "DET", "ADJ", "NUM":
			r.last = k + 1
			continue
		case "NOUN", "PROPN":
			r.last = k + 1
			if f.isMedium(k, run{r.first, k + 1}, prep) {
				head = k
			}
			continue
		case "PRON", "PART":
			if f.rel[k] == "nmod" || f.rel[k] == "case" {
				r.last = k + 1
				continue
			}
		}
		break
	}
	if head == nlp.None || head != r.last-1 {
		return readout.Span{}
	}
	// "an interview with the agency": its own phrases belong to it.
	for end := min(f.hi[head]+1, f.sent(p).last); r.last < end; r.last++ {
		if k := r.last; d.holds(k) || d.source.has(k) || d.cue.has(k) || f.low[k] == "," || f.state[k] != outside {
			break
		}
	}
	r = f.trim(r)
	return f.doc.TokenSpan(r.first, r.last)
}

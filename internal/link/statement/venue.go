package statement

import (
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// venues gives for each attribution the relay of a statement shortly before it
// that it goes on from, None where it has a relay of its own or stands alone:
// after "…, Maren told the agency" the next sentence's "she added" was told to
// the agency as well.
//
// It goes on when the same person speaks, nobody else has spoken since, and
// the cue brings no medium, hearer, date or word of another occasion of its
// own: in the same paragraph, and in the next one when that opens with a
// quotation or with a word that adds ("also", "in addition").
func venues(doc *nlp.Doc) []int {
	out := make([]int, len(doc.Attributions))
	order := make([]int, 0, len(doc.Attributions))
	for i := range doc.Attributions {
		out[i] = nlp.None
		if a := &doc.Attributions[i]; len(a.Content) > 0 && a.Parent == nlp.None {
			order = append(order, i)
		}
	}
	place := func(i int) int {
		a := &doc.Attributions[i]
		if !a.Cue.Empty() {
			return a.Cue.Start
		}
		return a.Content[0].Start
	}
	slices.SortStableFunc(order, func(i, j int) int { return place(i) - place(j) })
	relay, speaker, hearer, para := nlp.None, nlp.None, nlp.None, 0
	for _, i := range order {
		a := &doc.Attributions[i]
		at := paragraph(doc, place(i))
		if a.Relay != nlp.None {
			relay, para = nlp.None, at
			if r := &doc.Attributions[a.Relay]; isMedium(doc, r) {
				relay, speaker, hearer = a.Relay, a.Speaker, a.Addressee
				if r.Speaker != nlp.None && r.Speaker == a.Speaker {
					speaker = a.Addressee // the outlet asked; its guest goes on
				}
			}
			continue
		}
		if relay != nlp.None && hearer != nlp.None && at-para <= 1 {
			// The interviewer speaks between, or is told once more.
			if a.Speaker == hearer {
				para = at
				continue
			}
			if a.Speaker == speaker && a.Addressee == hearer {
				out[i], para = relay, at
				continue
			}
		}
		if relay == nlp.None || a.Speaker == nlp.None || a.Speaker != speaker {
			relay = nlp.None
			continue
		}
		if at-para > 1 || at != para && a.Kind != readout.Direct && !adds(doc, a) || elsewhere(doc, a) {
			relay = nlp.None
			continue
		}
		out[i], para = relay, at
	}
	return out
}

// isMedium reports whether a relay is an outlet, a platform or a work rather
// than a person who tells what another said.
func isMedium(doc *nlp.Doc, r *nlp.Attribution) bool {
	if len(r.Content) == 0 && r.CueToken == nlp.None && r.Cue.Empty() {
		return true // found beside the cue
	}
	if r.Speaker == nlp.None {
		return false
	}
	typ := doc.Chains[r.Speaker].Type
	return typ == readout.Outlet || r.By.Rule == "quote/quoted" && typ == readout.Organization
}

// paragraph is the number of the paragraph that holds byte i.
func paragraph(doc *nlp.Doc, i int) int {
	n, _ := slices.BinarySearchFunc(doc.Sentences, i, func(s nlp.Sentence, i int) int {
		if s.End <= i {
			return -1
		}
		return 1
	})
	if n >= len(doc.Sentences) {
		return -1
	}
	return doc.Sentences[n].Para
}

// ownVenue are media that say no more than that speech goes on.
func ownVenue(words string) bool {
	for _, p := range []string{"the interview", "that interview", "the post", "the same interview", "the same post", "the statement"} {
		if strings.EqualFold(words, p) {
			return false
		}
	}
	return words != ""
}

// elsewhere reports whether the cue of a shows another occasion: a medium or a
// hearer, a date, the perfect or "earlier".
func elsewhere(doc *nlp.Doc, a *nlp.Attribution) bool {
	if !a.AddressSpan.Empty() || ownVenue(doc.Text(a.Medium)) {
		return true
	}
	if a.Cue.Empty() {
		return false
	}
	sent := doc.Sentences[a.Sent]
	outside := func(s readout.Span) bool { return !slices.ContainsFunc(a.Content, s.Overlaps) }
	for t := range doc.Timexes {
		x := &doc.Timexes[t]
		if sent.Contains(x.Span) && outside(x.Span) && (x.Type == "DATE" || x.Type == "TIME") {
			return true
		}
	}
	first, last := doc.TokensIn(sent.Span)
	for k := first; k < last; k++ {
		if !outside(doc.Tokens[k].Span) {
			continue
		}
		switch doc.Lower(k) {
		case "earlier", "previously", "separately", "elsewhere", "later", "repeatedly", "often", "once", "long", "consistently", "publicly", "privately":
			return true
		case "has", "have", "had", "'s", "’s":
			if doc.Tokens[k].UPOS == "AUX" && a.Cue.Contains(doc.Tokens[k].Span) {
				return true
			}
		}
	}
	return false
}

// adds reports whether the sentence of the cue opens or the cue itself speaks
// as one that adds to what was said.
func adds(doc *nlp.Doc, a *nlp.Attribution) bool {
	first, last := doc.TokensIn(doc.Sentences[a.Sent].Span)
	for k := first; k < last; k++ {
		if slices.ContainsFunc(a.Content, doc.Tokens[k].Overlaps) {
			continue
		}
		switch doc.Lower(k) {
		case "also", "addition", "additionally", "further", "furthermore", "moreover", "added", "adding", "adds":
			return true
		}
	}
	return false
}

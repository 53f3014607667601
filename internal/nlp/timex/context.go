package timex

import (
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// direction is where the clause around an expression looks.
type direction int8

const (
	directionNone   direction = iota
	directionAhead            // a word that often speaks of the future: "may"
	directionTo               // an infinitive: what leads to it decides, "agreed to", "failed to"
	directionHint             // one that does so right before a date: "by"
	directionLead             // one that leads to a day ahead: "ahead of"
	directionReport           // a reporting verb in the past
	directionPast
	directionFuture
)

// leadReach is how many atoms before an expression "ahead of" and "by" count.
const leadReach = 6

// cueWindow is how many atoms around an expression can tell its tense.
const cueWindow = 18

// direction finds the nearest word that tells tense: first to the left within
// the clause, then to the right. A word that only hints counts when nothing
// tells. For "Tuesday's call" only the words next to it count.
func (r *resolver) direction(j *job) direction {
	window := cueWindow
	if r.possessive(j) {
		window = 3
	}
	hint := directionNone
	that := false // a clause boundary lies between: "said that winds arriving Thursday will …"
	said := false
	for k, seen := j.core-1, 0; k >= 0 && seen < window && !r.clauseEnd(j.atoms, k); k, seen = k-1, seen+1 {
		switch d := r.cueAt(j.atoms, k); d {
		case directionNone:
		case directionTo:
			hint = directionAhead
		case directionHint:
			if seen < leadReach {
				hint = directionAhead
			}
		case directionLead:
			if seen < leadReach {
				return directionFuture
			}
		case directionPast, directionReport:
			// "will be completed": the participle is not the tense.
			if r.plannedParticiple(j.atoms, k) {
				return directionFuture
			}
			if d == directionPast || !that {
				return d
			}
			said = true
		default:
			return d
		}
		if said {
			break
		}
		that = that || r.doc.Report.Text[j.atoms[k].Start:j.atoms[k].End] == "that"
	}
	for k, seen := j.end, 0; k < len(j.atoms) && seen < window; k, seen = k+1, seen+1 {
		if seen > 0 && r.clauseEnd(j.atoms, k) {
			break
		}
		switch d := r.cueAt(j.atoms, k); d {
		case directionNone, directionHint, directionLead, directionTo: // they speak of what follows them
		case directionAhead:
			hint = d
		default:
			if window < cueWindow && d != directionFuture {
				return directionPast
			}
			return d
		}
	}
	switch {
	case said && hint == directionNone:
		return directionReport
	case window < cueWindow:
		return directionNone
	}
	return hint
}

// possessive reports whether "'s" follows j.
func (r *resolver) possessive(j *job) bool {
	text := r.doc.Report.Text
	return j.end+1 < len(j.atoms) && j.atoms[j.end].glued && j.atoms[j.end].kind == kindMark && j.atoms[j.end+1].glued &&
		text[j.atoms[j.end+1].Start:j.atoms[j.end+1].End] == "s"
}

// plannedParticiple reports whether the verb at k stands after "be" within a
// clause of the future: "will be completed", "to be signed".
func (r *resolver) plannedParticiple(atoms []atom, k int) bool {
	text := r.doc.Report.Text
	be := false
	for b := k - 1; b >= max(0, k-4); b-- {
		switch word := text[atoms[b].Start:atoms[b].End]; word {
		case "be", "been":
			be = true
		case "to":
			return be
		default:
			if r.cueAt(atoms, b) == directionFuture {
				return true
			}
		}
	}
	return false
}

func (r *resolver) clauseEnd(atoms []atom, k int) bool {
	switch r.doc.Report.Text[atoms[k].Start:atoms[k].End] {
	case ";", ":", "\"", "“", "”", "—":
		return true
	}
	return false
}

// cueAt is what atom k says of tense: by the word lists, then by its tag.
func (r *resolver) cueAt(atoms []atom, k int) direction {
	a := &atoms[k]
	if a.kind != kindWord {
		return directionNone
	}
	if a.id > 0 && r.set.cues[a.id] != directionNone {
		m := reader{r.set, atoms}
		best, length := directionNone, 0
		for _, c := range r.set.cuePhrases[a.id] {
			if _, ok := m.phraseAt(c.phrase, k); ok && len(c.phrase) > length {
				best, length = c.direction, len(c.phrase)
			}
		}
		if best != directionNone {
			return best
		}
	}
	if a.token != nlp.None {
		switch r.doc.Tokens[a.token].XPOS {
		case "VBD", "VBN":
			return directionPast
		case "VB":
			if a.token > 0 && r.doc.Tokens[a.token-1].XPOS == "TO" {
				return directionTo
			}
			return directionNone
		case "":
		default:
			return directionNone
		}
	}
	if w := r.doc.Report.Text[a.Start:a.End]; !a.upper && len(w) > 4 && strings.HasSuffix(w, "ed") {
		return directionPast
	}
	return directionNone
}

// quotations are the spans between quotation marks, sorted, marks left out. A
// quotation ends with its paragraph at the latest; an apostrophe opens none.
func quotations(text string) []readout.Span {
	var out []readout.Span
	open := -1
	closeAt := func(at int) {
		if open >= 0 && at > open {
			out = append(out, readout.Span{Start: open, End: at})
		}
		open = -1
	}
	for i := 0; i < len(text); {
		c := text[i]
		size := 1
		switch {
		case c == '\n':
			// A line break within a wrapped paragraph does not end it.
			if i+1 < len(text) && text[i+1] == '\n' {
				closeAt(i)
			}
		case c == '"':
			if open >= 0 {
				closeAt(i)
			} else {
				open = i + 1
			}
		case (c == '`' || c == '\'') && i+1 < len(text) && text[i+1] == c:
			size = 2
			if c == '`' {
				closeAt(i)
				open = i + 2
			} else if open >= 0 {
				closeAt(i)
			} else {
				open = i + 2
			}
		case c >= utf8.RuneSelf:
			var r rune
			r, size = utf8.DecodeRuneInString(text[i:])
			switch r {
			case '“', '„':
				closeAt(i)
				open = i + size
			case '”':
				closeAt(i)
			}
		}
		i += size
	}
	closeAt(len(text))
	return out
}

// reportReach is how many atoms may lie between a reporting verb and the day
// of speech: "said on Sunday", "told reporters at the airport on Sunday".
const reportReach = 14

// maxNeighbours is how many timexes to either side are looked at; it bounds the
// work on a table of thousands of dates.
const maxNeighbours = 60

// shortQuote is the length in bytes up to which something between quotation
// marks is a name rather than speech.
const shortQuote = 60

// speechDay is the job that names the day on which the quotation of job i was
// spoken, or None: a day outside of quotation marks near a reporting verb, in
// the same paragraph and at most a sentence away from where the quotation
// begins or ends.
func (r *resolver) speechDay(i int) int {
	j := &r.jobs[i]
	quote := r.quotes[j.quote]
	para := r.doc.Sentences[j.f.sent].Para
	best, bestAt := nlp.None, 0
	for k := max(0, i-maxNeighbours); k < min(len(r.jobs), i+maxNeighbours+1); k++ {
		a := &r.jobs[k]
		if a.quote >= 0 || !a.done || !a.known || a.drop || a.pt.grain > grainDay || r.doc.Sentences[a.f.sent].Para != para {
			continue
		}
		at := a.atoms[a.core].Start
		away := 0
		switch {
		case at < quote.Start:
			away = r.sentencesBetween(a.f.sent, quote.Start)
		default:
			away = a.f.sent - r.sentenceAt(quote.End)
		}
		if away > 1 || !r.nearReport(a) {
			continue
		}
		d := max(at-quote.Start, quote.Start-at)
		if best == nlp.None || d < bestAt {
			best, bestAt = k, d
		}
	}
	return best
}

// sentencesBetween is how many sentences after sentence s the offset lies.
func (r *resolver) sentencesBetween(s, offset int) int { return max(0, r.sentenceAt(offset)-s) }

// sentenceAt is the sentence at or before a byte offset.
func (r *resolver) sentenceAt(offset int) int {
	i := sort.Search(len(r.doc.Sentences), func(i int) bool { return r.doc.Sentences[i].Start > offset })
	return max(0, i-1)
}

// nearReport reports whether a reporting verb outside of speech stands close
// before or after j.
func (r *resolver) nearReport(j *job) bool {
	isReport := func(k int) bool {
		if r.cueAt(j.atoms, k) != directionReport {
			return false
		}
		q := r.quoteAt(j.atoms[k].Start)
		return q < 0 || r.quotes[q].Len() < shortQuote
	}
	for k := j.core - 1; k >= max(0, j.core-reportReach); k-- {
		if r.doc.Report.Text[j.atoms[k].Start:j.atoms[k].End] == ";" {
			break
		}
		if isReport(k) {
			return true
		}
	}
	for k := j.end; k < min(len(j.atoms), j.end+reportReach/2); k++ {
		if r.clauseEnd(j.atoms, k) {
			break
		}
		if isReport(k) {
			return true
		}
	}
	return false
}

// quoteAt is the quotation that holds a byte offset, -1 for none.
func (r *resolver) quoteAt(offset int) int {
	i := sort.Search(len(r.quotes), func(i int) bool { return r.quotes[i].End > offset })
	if i < len(r.quotes) && r.quotes[i].Start <= offset {
		return i
	}
	return -1
}

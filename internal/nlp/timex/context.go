package timex

import (
	"strings"
	"unicode/utf8"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// direction is where the clause around an expression looks.
type direction int8

const (
	directionNone direction = iota
	directionPast
	directionReport // only a reporting verb speaks of the past
	directionFuture
)

// cueWindow is how many atoms around an expression can tell its tense.
const cueWindow = 12

// direction finds the nearest word that tells tense: first to the left within
// the clause, then to the right.
func (r *resolver) direction(j *job) direction {
	weak := directionNone
	left := 0
	for k := j.core - 1; k >= 0 && left < cueWindow; k-- {
		if r.clauseEnd(j.atoms, k) {
			break
		}
		left++
		switch d := r.cueAt(j.atoms, k); d {
		case directionFuture:
			return d
		case directionPast, directionReport:
			// "will be completed", "to be signed": the participle is not the tense.
			if weak == directionNone {
				weak = d
				left = max(left, cueWindow-4)
			}
		}
	}
	if weak != directionNone {
		return weak
	}
	right := 0
	for k := j.end; k < len(j.atoms) && right < cueWindow; k++ {
		if right > 0 && r.clauseEnd(j.atoms, k) && r.set.vocab.words[j.atoms[k].id] != "," {
			break
		}
		right++
		if d := r.cueAt(j.atoms, k); d != directionNone {
			return d
		}
	}
	return directionNone
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
	switch r.set.cues[a.id] {
	case cuePast:
		return directionPast
	case cueReport:
		return directionReport
	case cueFuture:
		return directionFuture
	}
	if a.token != nlp.None {
		switch r.doc.Tokens[a.token].XPOS {
		case "VBD":
			return directionPast
		case "VB":
			if a.token > 0 && r.doc.Tokens[a.token-1].XPOS == "TO" {
				return directionFuture
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
const reportReach = 8

// speechDay is the job that names the day on which the quotation of job i was
// spoken, or None: a day outside of quotation marks near a reporting verb, in
// the same sentence or else the nearest such one of the paragraph.
func (r *resolver) speechDay(i int) int {
	j := &r.jobs[i]
	para := r.doc.Sentences[j.f.sent].Para
	best, bestAt := nlp.None, 0
	for k := range r.jobs {
		a := &r.jobs[k]
		if a.quote >= 0 || !a.done || !a.known || a.drop || a.pt.grain > grainDay || r.doc.Sentences[a.f.sent].Para != para {
			continue
		}
		away := j.f.sent - a.f.sent
		if away < 0 {
			// A clause after the quotation counts when the quotation runs up to its sentence.
			if away < -1 || r.quotes[j.quote].End < r.doc.Sentences[a.f.sent].Start {
				continue
			}
			away = -away
		}
		if away > 3 || !r.nearReport(a) {
			continue
		}
		at := away*1000 + max(a.core-j.core, j.core-a.core)
		if best == nlp.None || at < bestAt {
			best, bestAt = k, at
		}
	}
	return best
}

// nearReport reports whether a reporting verb stands close before or after j.
func (r *resolver) nearReport(j *job) bool {
	isReport := func(k int) bool { return r.set.cues[j.atoms[k].id] == cueReport }
	for k := j.core - 1; k >= max(0, j.core-reportReach); k-- {
		if r.clauseEnd(j.atoms, k) {
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

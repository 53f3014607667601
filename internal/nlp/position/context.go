package position

import (
	"slices"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// context fills in who voices a position, when and where it was taken, its
// deadline and its condition. It reports false when the speech that holds it
// was denied.
func (r *reader) context(d *draft, pos *nlp.Position, p piece) bool {
	doc := r.doc
	pos.Attribution = r.attribution(pos.Trigger)
	if pos.Attribution == nlp.None {
		for i := range doc.Attributions {
			if doc.Attributions[i].CueToken == d.trigger {
				pos.Attribution = i
				break
			}
		}
	}
	if a := pos.Attribution; a != nlp.None {
		for n := 0; a != nlp.None && n < maxClimb; n++ {
			if doc.Attributions[a].Negated {
				return false
			}
			if c := doc.Attributions[a].CueToken; c != nlp.None && c != d.trigger {
				if r.negated(c) && doc.Attributions[a].Kind != readout.Direct {
					return false // "at no point did she say that"
				}
				if slices.ContainsFunc(r.auxes(c), doubtful) {
					pos.Uttered = false // "he could say: 'We will …'"
				}
			}
			pos.Uttered = pos.Uttered && doc.Attributions[a].Uttered
			a = doc.Attributions[a].Parent
		}
	}
	if d.cond != nlp.None {
		a, b := doc.Subtree(d.cond)
		for b > a+1 && r.loose(b-1) {
			b--
		}
		pos.If = doc.TokenSpan(a, b)
	}
	pos.Time = r.timeOf(d.trigger, p)
	if pos.Time == nlp.None && pos.Attribution != nlp.None {
		if c := doc.Attributions[pos.Attribution].CueToken; c != nlp.None && c != d.trigger {
			pos.Time = r.timeOf(c, p)
		}
	}
	pos.Until = r.until(p)
	pos.Event = r.talks(d.trigger, p, pos.Terms)
	return true
}

// condition is the head of the clause on which trigger or terms hang, or None.
func (r *reader) condition(trigger, terms int) int {
	heads := []int{terms, trigger}
	// The parser may hang it on a clause of the terms: "is willing to talk about
	// leaving if …".
	for i := 0; i < len(heads) && len(heads) < maxClimb; i++ {
		if heads[i] == nlp.None || heads[i] == trigger {
			continue
		}
		for _, k := range r.Kids[heads[i]] {
			if k > heads[i] && r.Rel(k, "xcomp", "advcl", "acl", "ccomp") && r.Child(k, "nsubj") == nlp.None {
				heads = append(heads, k)
			}
		}
	}
	for _, v := range heads {
		if v == nlp.None {
			continue
		}
		for _, k := range r.Kids[v] {
			if !r.Rel(k, "advcl") {
				continue
			}
			if m := r.Child(k, "mark"); m != nlp.None && m < k {
				switch w := r.doc.Lower(m); w {
				case "if", "unless", "provided":
					return k
				}
			}
		}
	}
	return nlp.None
}

// timexAt is the time expression that token t belongs to, or None.
func (r *reader) timexAt(t int) int {
	for i := range r.doc.Timexes {
		if x := &r.doc.Timexes[i]; x.First <= t && t < x.Last {
			return i
		}
	}
	return nlp.None
}

// timeOf is the date or time that hangs on verb v outside the terms, or None.
func (r *reader) timeOf(v int, p piece) int {
	for n := 0; n < 3; n++ {
		for _, k := range r.Kids[v] {
			if k >= p.first && k < p.last && p.head != nlp.None || !r.Rel(k, "obl", "advmod", "nmod", "obj") {
				continue
			}
			if x := r.timexAt(k); x != nlp.None && (r.doc.Timexes[x].Type == "DATE" || r.doc.Timexes[x].Type == "TIME") {
				return x
			}
		}
		if !r.Rel(v, "conj", "xcomp", "obj") || r.doc.Tokens[v].Head == nlp.None {
			break
		}
		v = r.doc.Tokens[v].Head
	}
	return nlp.None
}

// until is the deadline that the terms name by "by", "until" or "before".
func (r *reader) until(p piece) int {
	if p.head == nlp.None {
		return nlp.None
	}
	for t := p.first; t < p.last; t++ {
		x := r.timexAt(t)
		if x == nlp.None {
			continue
		}
		f := r.doc.Timexes[x].First
		for _, k := range []int{f - 1, f, f - 2} {
			if k < p.first {
				continue
			}
			switch r.doc.Lower(k) {
			case "by", "until", "till", "before":
				return x
			}
		}
	}
	return nlp.None
}

// setting reports whether the sentence makes event e where or how the stand at
// trigger was taken: "in talks", "during a call", "met Ered and urged", "that
// call was good and she urged". Talks that are the matter spoken of are none.
func (r *reader) setting(e *nlp.EventMention, trigger int) bool {
	if !e.Nominal {
		return trigger == e.Token || r.dominates(e.Token, trigger) || r.Rel(trigger, "conj", "xcomp", "advcl") && r.dominates(r.doc.Tokens[trigger].Head, e.Token)
	}
	at := []string{"in", "at", "during", "on", "over", "after", "following", "amid"}
	c := r.caseOf(e.Token)
	if h := r.doc.Tokens[e.Token].Head; c == "of" && h != nlp.None {
		return slices.Contains(append(at, "to"), r.caseOf(h)) // "according to readouts of the calls"
	}
	if slices.Contains(at, c) {
		return true
	}
	return e.Definite && e.Mode != "talks" && r.Rel(e.Token, "nsubj")
}

// talks is the meeting, call or round of talks at which the stand was taken:
// the only one that the sentence tells of outside the terms. None when there is
// none or more than one.
func (r *reader) talks(trigger int, p piece, terms readout.Span) int {
	doc := r.doc
	found := nlp.None
	s := doc.Tokens[trigger].Sent
	for i := range doc.Events {
		e := &doc.Events[i]
		if e.Sent != s || e.Type != "CONSULT" || terms.Contains(e.Trigger) || e.Status != readout.Occurred || !r.setting(e, trigger) {
			continue
		}
		if found != nlp.None {
			return nlp.None
		}
		found = i
	}
	return found
}

package timex

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// The bases of a value and what it was resolved against, as in nlp.Timex.
const (
	basisExplicit = "explicit"
	basisRelative = "relative"
	basisInferred = "inferred"

	byPublication = "publication"
	byAnchor      = "anchor"
	bySpeech      = "speech"
)

// job is one timex under resolution.
type job struct {
	f     *found
	e     *emit
	atoms []atom
	from  int // atoms of the span, modifiers included
	to    int
	core  int // span without modifiers
	end   int
	quote int // index into resolver.quotes, -1 outside
	tx    nlp.Timex
	pt    point
	known bool // pt is resolved
	done  bool
	drop  bool
	n     float64 // quantity of a duration, for elided units
	unit  unitOf
}

// resolver turns the matches of one report into timexes.
type resolver struct {
	set    *ruleSet
	doc    *nlp.Doc
	base   time.Time // publication
	grain  grain     // of base; grainNone when unknown
	sents  []sentenceAtoms
	quotes []readout.Span
	jobs   []job
}

func newResolver(set *ruleSet, doc *nlp.Doc) *resolver {
	r := &resolver{set: set, doc: doc}
	v := doc.Report.Published.Value
	if t, ok := doc.Report.Published.Day(); ok {
		r.base, r.grain = t, grainDay
	} else if t, err := time.Parse("2006-01", v); err == nil {
		r.base, r.grain = t, grainMonth
	} else if t, err := time.Parse("2006", v); err == nil {
		r.base, r.grain = t, grainYear
	}
	return r
}

// resolve makes the timexes. Four passes, because an expression can depend on
// one that stands after it: first everything outside of quotations, then bare
// clock times (which take the day of their sentence), then what is quoted
// (anchored to the day of speech that the reporting clause names), then
// numbers whose unit is left out.
func (r *resolver) resolve() []nlp.Timex {
	r.collect()
	if len(r.jobs) == 0 {
		return nil
	}
	for pass := range 4 {
		for i := range r.jobs {
			j := &r.jobs[i]
			if !j.done && r.passOf(j) <= pass {
				r.one(i)
			}
		}
	}
	return r.timexes()
}

func (r *resolver) passOf(j *job) int {
	switch {
	case j.e.verb == "elided":
		return 3
	case j.quote >= 0:
		return 2
	case j.e.verb == "date" && j.clockOnly():
		return 1
	}
	return 0
}

// clockOnly reports whether j names a time of day and no day.
func (j *job) clockOnly() bool {
	if p, ok := j.partial(); !ok || p.grain != grainNone {
		return false
	}
	return j.timeType() == "TIME"
}

// offset reports whether j is a distance in units or a time of day, which
// "about" and "more than" can change.
func (j *job) offset() bool {
	if _, _, _, ok := j.clockArgs(); ok {
		return true
	}
	_, hasUnit := j.text("unit")
	n, _ := j.number("n")
	dir, _ := j.text("dir")
	return j.e.verb == "shift" && hasUnit && (dir != "" || n == 0 && j.e.args["n"].slot >= 0)
}

// collect lays out the jobs with their modifiers.
func (r *resolver) collect() {
	for s := range r.sents {
		sa := &r.sents[s]
		m := &reader{r.set, sa.atoms}
		floor := 0
		for k := range sa.found {
			f := &sa.found[k]
			if r.blocked(f) {
				continue
			}
			for e := range f.rule.emits {
				j := job{f: f, e: &f.rule.emits[e], atoms: sa.atoms, from: f.from, to: f.to, quote: -1}
				if g := j.e.group; g >= 0 {
					j.from, j.to = f.spans[g][0], f.spans[g][1]
					if j.from < 0 || j.from >= j.to {
						continue // a span of a branch that was not taken
					}
				}
				j.core, j.end = j.from, j.to
				r.modify(m, &j, floor, sa)
				floor = j.to
				r.jobs = append(r.jobs, j)
			}
		}
	}
	if len(r.jobs) == 0 {
		return
	}
	r.quotes = quotations(r.doc.Report.Text)
	for i := range r.jobs {
		j := &r.jobs[i]
		j.quote = r.quoteAt(j.atoms[j.core].Start)
	}
}

// blocked drops a match inside a name: "Sunday" in the name of a paper.
func (r *resolver) blocked(f *found) bool {
	if len(r.doc.Mentions) == 0 {
		return false
	}
	s := span(r.sents[f.sent].atoms, f.from, f.to)
	i, _ := slices.BinarySearchFunc(r.doc.Mentions, s.Start, func(m nlp.Mention, at int) int {
		return cmp.Compare(m.End, at)
	})
	for ; i < len(r.doc.Mentions) && r.doc.Mentions[i].Start <= s.Start; i++ {
		m := &r.doc.Mentions[i]
		if m.Form != readout.FormName || !m.Contains(s) || m.Len() == s.Len() {
			continue
		}
		switch m.Type {
		case nlp.PersonName, nlp.OrgName, nlp.OutletName, nlp.WorkName, nlp.PlaceName:
			return true
		}
	}
	return false
}

// modify extends j over a modifier before and after it.
func (r *resolver) modify(m *reader, j *job, floor int, sa *sentenceAtoms) {
	applies := func(mod *modifier) bool { return mod.target == "point" }
	switch j.e.verb {
	case "duration", "elided":
		applies = func(mod *modifier) bool { return mod.target == "duration" }
	case "set", "ref":
		return
	default:
		if j.offset() {
			applies = func(mod *modifier) bool { return mod.target != "duration" }
		}
	}
	text := r.doc.Report.Text
	var hedges []string
	for _, mod := range r.set.modifiers {
		if mod.after || !applies(mod) {
			continue
		}
		if from, ok := m.phraseBefore(mod.phrase, j.from); ok && from >= floor && !r.preposition(j, mod) {
			j.tx.Mod = mod.mod
			hedges = append(hedges, span(j.atoms, from, j.from).In(text))
			if at := j.from - 1; at >= from && m.joint(at) { // "mid-May": the hyphen is no hedge
				hedges[0] = span(j.atoms, from, at).In(text)
			}
			j.from = from
			break
		}
	}
	for _, mod := range r.set.modifiers {
		if !mod.after || !applies(mod) {
			continue
		}
		if to, ok := m.phraseAt(mod.phrase, j.to); ok && !taken(sa, j.f, to) {
			if j.tx.Mod == "" {
				j.tx.Mod = mod.mod
			}
			hedges = append(hedges, span(j.atoms, j.to, to).In(text))
			j.to = to
			break
		}
	}
	j.tx.Hedge = strings.Join(hedges, " ")
}

// preposition reports whether the modifier is only a preposition to j: "over
// the past two weeks" and "spread over ten years" are not more than that.
func (r *resolver) preposition(j *job, mod *modifier) bool {
	if j.e.verb != "duration" || len(mod.phrase) > 1 {
		return false
	}
	if r.inClass("determiner", j.atoms[j.core].id) {
		return true
	}
	if r.set.vocab.words[mod.phrase[0]] != "over" {
		return false
	}
	if u, ok := unitByName(textOr(j, "unit")); !ok || u.time {
		return false
	}
	return j.from < 2 || !r.inClass("before-hedge", j.atoms[j.from-2].id)
}

// inClass reports whether a phrase of the class begins with that word.
func (r *resolver) inClass(name string, word int32) bool {
	i, ok := r.set.classByID[name]
	return ok && len(r.set.classes[i].byFirst[word]) > 0
}

// taken reports whether another match begins before atom end and after f.
func taken(sa *sentenceAtoms, f *found, end int) bool {
	for i := range sa.found {
		if g := &sa.found[i]; g.from >= f.to && g.from < end {
			return true
		}
	}
	return false
}

// one resolves job i.
func (r *resolver) one(i int) {
	j := &r.jobs[i]
	j.done = true
	j.tx.Anchor = nlp.None
	j.tx.Basis = basisExplicit
	j.tx.By = readout.By{Annotator: annotatorName, Version: version, Rule: annotatorName + "/" + j.f.rule.name}
	j.tx.Optional = j.f.rule.vague
	if mod, ok := j.text("mod"); ok && j.tx.Mod == "" {
		j.tx.Mod = mod
	}
	ok := false
	switch j.e.verb {
	case "date":
		ok = r.date(i)
	case "shift":
		ok = r.shift(i)
	case "duration":
		ok = r.duration(j)
	case "elided":
		ok = r.elided(i)
	case "set":
		ok = r.makeSet(j)
	case "ref":
		ok = r.ref(i)
	}
	j.drop = !ok
}

// How many sentences back "since then" and "at the time" may point.
const (
	thenReach = 3
	timeReach = 1
)

// ref makes a reference such as PAST_REF; with from=anchor or from=near, the
// date named last when there is one.
func (r *resolver) ref(i int) bool {
	j := &r.jobs[i]
	if from, ok := j.text("from"); ok {
		reach := thenReach
		if from == "near" {
			reach = timeReach
		}
		if a := r.lastPoint(i, reach, func(a *job) bool { return a.pt.grain <= grainYear }); a != nlp.None {
			j.settle(r.jobs[a].pt, basisRelative, byAnchor, a)
			j.tx.Optional = false
			return true
		}
	}
	value, ok := j.text("value")
	j.leave(value, "DATE", basisRelative)
	return ok
}

// timexes lists the resolved jobs in order.
func (r *resolver) timexes() []nlp.Timex {
	out := make([]nlp.Timex, 0, len(r.jobs))
	index := make([]int, len(r.jobs))
	for i := range r.jobs {
		index[i] = nlp.None
		if j := &r.jobs[i]; !j.drop {
			index[i] = len(out)
			out = append(out, nlp.Timex{})
		}
	}
	for i := range r.jobs {
		j := &r.jobs[i]
		if j.drop {
			continue
		}
		if j.tx.Anchor != nlp.None {
			j.tx.Anchor = index[j.tx.Anchor]
		}
		j.tx.Span = span(j.atoms, j.from, j.to)
		j.tx.First, j.tx.Last = r.doc.TokensIn(j.tx.Span)
		out[index[i]] = j.tx
	}
	return out
}

// text is the value of an argument; ok is false when it is absent or its
// capture took no part in the match.
func (j *job) text(key string) (string, bool) {
	a, ok := j.e.args[key]
	if !ok {
		return "", false
	}
	if a.slot < 0 {
		return a.literal, true
	}
	c := &j.f.caps[a.slot]
	return c.text, c.set
}

// number is the numeric value of an argument.
func (j *job) number(key string) (float64, bool) {
	a, ok := j.e.args[key]
	if !ok {
		return 0, false
	}
	s := a.literal
	if a.slot >= 0 {
		c := &j.f.caps[a.slot]
		if !c.set {
			return 0, false
		}
		if c.text == "" {
			return c.n, true
		}
		s = c.text
	}
	return parseNumber(s)
}

// whole is number without a fraction; def when absent.
func (j *job) whole(key string, def int) int {
	if n, ok := j.number(key); ok {
		return int(n)
	}
	return def
}

// now is the day that deictic words count from: the day of speech within a
// quotation whose reporting clause names one, else the publication.
func (r *resolver) now(i int) (t time.Time, g grain, function string, anchor int) {
	j := &r.jobs[i]
	if j.quote >= 0 {
		if a := r.speechDay(i); a != nlp.None {
			return r.jobs[a].pt.start, grainDay, bySpeech, a
		}
	}
	return r.base, r.grain, byPublication, nlp.None
}

// anchor is the last resolved point before job i whose grain is at most g.
func (r *resolver) anchor(i int, g grain) int {
	return r.lastPoint(i, len(r.sents), func(a *job) bool { return a.pt.grain <= g })
}

// lastPoint is the last resolved point before job i, at most reach sentences
// back, that accept takes.
func (r *resolver) lastPoint(i, reach int, accept func(*job) bool) int {
	for k := i - 1; k >= 0; k-- {
		a := &r.jobs[k]
		if a.f.sent < r.jobs[i].f.sent-reach {
			break
		}
		if a.done && a.known && !a.drop && !a.tx.Optional && accept(a) {
			return k
		}
	}
	return nlp.None
}

// settle writes the resolved point into j.
func (j *job) settle(p point, basis, function string, anchor int) {
	if y := p.start.Year(); y > 9999 || y < 1 && p.grain < grainDecade { // the 0s and the first century begin in the year 0
		j.leave(unknown(p.grain), "DATE", basis)
		return
	}
	j.pt, j.known = p, true
	j.tx.Value = p.value()
	j.tx.Type = "DATE"
	if p.grain == grainMinute || p.grain == grainPart {
		j.tx.Type = "TIME"
	}
	j.tx.Basis, j.tx.Function, j.tx.Anchor = basis, function, anchor
}

// leave writes an unresolved value into j.
func (j *job) leave(value, typ, basis string) {
	j.tx.Value, j.tx.Type, j.tx.Basis = value, typ, basis
}

package view

import (
	"cmp"
	"slices"
	"strings"

	"github.com/readout-news/readout"
)

// Quoted is one thing said at an event or of it, once, however many reports
// carry it.
type Quoted struct {
	Quote     QuoteRow // the fullest rendering
	Role      string   // of the speaker on that day, "" unknown
	Path      []string // how the words came to us: the chain, then who else has them
	Ref       string   // opens all renderings
	Sentences int
	Reports   int  // independent origins
	Changed   bool // a rendering has other words inside quotation marks
	AtEvent   bool // said at the event, as the record has it; else in a sentence that tells of it
}

// eventStatements lists the statements made at an event, and those of its
// parties in the sentences that tell of it, in the order of the record.
func (v *View) eventStatements(e *readout.Event) []*readout.Statement {
	out := slices.Clone(v.about(e.ID).statements)
	party := map[string]bool{}
	for _, p := range e.Participants {
		party[p.Entity], party[v.Side(p.Entity)] = true, true
	}
	for _, report := range sortedKeys(v.mentionedIn(e)) {
		near := v.mentionedIn(e)[report]
		for _, s := range v.from(report).statements {
			if !s.Uttered || s.Speaker == "" || len(s.Content) == 0 || slices.Contains(out, s) || s.Event != "" || !party[s.Speaker] && !party[v.Side(s.Speaker)] {
				continue
			}
			if slices.ContainsFunc(near, func(m readout.EventMention) bool { return v.tellsOf(s, m) }) {
				out = append(out, s)
			}
		}
	}
	slices.SortFunc(out, func(a, b *readout.Statement) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// mentionedIn groups the mentions of an event by report.
func (v *View) mentionedIn(e *readout.Event) map[string][]readout.EventMention {
	out := map[string][]readout.EventMention{}
	for _, m := range e.Mentions {
		out[m.Report] = append(out[m.Report], m)
	}
	return out
}

// tellsOf reports whether a statement has the mention of an event in its words
// or in the sentence that gives them.
func (v *View) tellsOf(s *readout.Statement, m readout.EventMention) bool {
	w := v.statementWitness(s)
	spans, known := v.sentences(s.Report)
	if !known {
		return w.whole.Overlaps(m.Trigger)
	}
	a, b, ok := sentenceAt(spans, w.whole)
	if !ok || b-a >= maxPassage {
		return w.whole.Overlaps(m.Trigger)
	}
	return spans[a].Start <= m.Trigger.Start && m.Trigger.End <= spans[b].End
}

// Quotations are what was said at an event or of it by its parties: first
// words between quotation marks, then by the day they were said or reported;
// each utterance once.
func (v *View) Quotations(event string) []Quoted {
	e := v.events[event]
	if e == nil {
		return nil
	}
	var out []Quoted
	at := map[string]int{}
	for _, s := range v.eventStatements(e) {
		key := cmp.Or(s.Utterance, v.original(s.Report)+" "+fold(s.Text))
		if s.NestedIn != "" && v.statements[s.NestedIn] != nil && v.statements[s.NestedIn].Speaker == s.Speaker {
			continue // told within the speaker's own statement
		}
		q := v.quoted(s)
		q.AtEvent = s.Event == event
		if i, ok := at[key]; ok {
			if quotedRank(q) < quotedRank(out[i]) {
				q.AtEvent = q.AtEvent || out[i].AtEvent
				out[i] = q
			}
			continue
		}
		at[key] = len(out)
		out = append(out, q)
	}
	slices.SortStableFunc(out, func(a, b Quoted) int {
		return cmp.Or(cmp.Compare(quotedRank(a), quotedRank(b)), strings.Compare(cmp.Or(a.Quote.Date, a.Quote.Reported, "~"), cmp.Or(b.Quote.Date, b.Quote.Reported, "~")),
			strings.Compare(a.Quote.Statement.Report, b.Quote.Statement.Report), a.Quote.Statement.Content[0].Compare(b.Quote.Statement.Content[0]))
	})
	return v.spread(e, out)
}

// quotedRank puts a speaker's own words before a reporter's.
func quotedRank(q Quoted) int {
	switch q.Quote.Statement.Kind {
	case readout.Direct:
		return 0
	case readout.Mixed:
		return 1
	}
	return 2
}

// spread lets the speakers take turns, the parties to the event first, so that
// the first few are not all of one; what is in reporters' words comes after
// what is in theirs.
func (v *View) spread(e *readout.Event, qs []Quoted) []Quoted {
	party := map[string]bool{}
	for _, p := range e.Participants {
		party[p.Entity] = true
	}
	var out []Quoted
	for _, own := range []bool{true, false} {
		var order []string
		by := map[string][]Quoted{}
		for _, q := range qs {
			if (quotedRank(q) < 2) != own {
				continue
			}
			s := q.Quote.Statement.Speaker
			if by[s] == nil {
				order = append(order, s)
			}
			by[s] = append(by[s], q)
		}
		slices.SortStableFunc(order, func(a, b string) int { return -cmp.Compare(b2i(party[a]), b2i(party[b])) })
		for n := len(order); n > 0; {
			n = 0
			for _, s := range order {
				if len(by[s]) > 0 {
					out = append(out, by[s][0])
					by[s] = by[s][1:]
					n++
				}
			}
		}
	}
	return out
}

// quoted fills in one quotation with the path on which its words came.
func (v *View) quoted(s *readout.Statement) Quoted {
	q := Quoted{Quote: v.quote(s), Ref: s.ID, Sentences: 1, Reports: 1, Role: v.Role(s.Speaker, cmp.Or(day10(s.Date), v.published(s.Report)))}
	q.Path = q.Quote.Chain
	if len(q.Path) > 0 && q.Path[0] == q.Quote.Speaker {
		q.Path = q.Path[1:]
	}
	if m := v.EntityName(s.Medium); m != "" && !slices.Contains(q.Path, m) {
		q.Path = append([]string{m}, q.Path...)
	}
	u := v.index().utterances[s.Utterance]
	if u == nil {
		return q
	}
	q.Ref = u.ID
	row := v.utterance(u)
	q.Changed = row.Changed()
	q.Reports = row.Origins
	var evidence []readout.Evidence
	var same, other []string
	words := "wording identical"
	for _, x := range row.Variants {
		y := x.Quote.Statement
		evidence = append(evidence, readout.Evidence{Report: y.Report, Span: y.Content[0]})
		how := ""
		switch {
		case len(x.Changes) > 0:
			how = "in other words"
		case y.Kind == readout.Indirect:
			how = "as indirect speech"
		case x.Variant.Kind == "trimmed":
			how = "shortened"
		case x.Variant.Kind == "reworded":
			how = "reworded"
		}
		switch {
		case y == s && how != "":
			words = "wording differs" // it is this one that has other words
		case y == s || x.Quote.Outlet == q.Quote.Outlet:
		case how == "":
			same = append(same, x.Quote.Outlet)
		default:
			other = append(other, x.Quote.Outlet+" has it "+how)
		}
	}
	q.Sentences, _ = v.countSentences(evidence)
	if len(same) > 0 {
		if len(same) == 1 {
			q.Path = append(slices.Clone(q.Path), "also in "+same[0]+", "+words)
		} else {
			q.Path = append(slices.Clone(q.Path), "also in "+Count(len(same), "report")+", "+words)
		}
	}
	q.Path = append(slices.Clone(q.Path), other...)
	return q
}

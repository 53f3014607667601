package view

import (
	"slices"
	"strings"

	"github.com/readout-news/readout"
)

// AgreedFact is one thing that the record holds of an event without
// contradiction, or says that it does not.
type AgreedFact struct {
	Name  string // "When"
	Lines []FactLine
	Of    string // "7 of 9 reports", "all 9 reports"
	Ref   string
	Count int    // sentences behind Ref
	Row   string // key of the row of the matrix where it is disputed, "" it is not
	Flag  string // "disputed"
}

// FactLine is one line of a fact: who, and in which office.
type FactLine struct {
	Party  string // the side a person stands for, "" none
	Entity string // Entity.ID, "" none
	Name   string
	Role   string // on the day of the event
}

// Facts are what the reports on an event agree on: who, when, where, how long,
// what came of it. Disputed ones are listed with the row that shows them.
func (v *View) Facts(event string) []AgreedFact {
	e := v.events[event]
	if e == nil {
		return nil
	}
	var out []AgreedFact
	m := v.reportsOn(e)
	add := func(f AgreedFact, evidence []readout.Evidence) {
		n, _ := v.countSentences(evidence)
		f.Count = n
		reports := map[string]bool{}
		for _, x := range evidence {
			reports[v.original(x.Report)] = true
		}
		f.Of = ofReports(min(len(reports), m), m)
		if n > 0 && (len(f.Lines) > 0 || f.Flag != "") {
			out = append(out, f)
		}
	}
	who := AgreedFact{Name: "Who", Ref: event + ".participant"}
	var named []readout.Evidence
	for _, p := range e.Participants {
		if p.Role == "place" || p.Role == "topic" {
			continue
		}
		x := v.entities[p.Entity]
		if x == nil {
			continue
		}
		line := FactLine{Entity: x.ID, Name: x.Name, Role: v.Role(x.ID, day10(e.Date))}
		if side := v.Side(x.ID); side != x.ID && !strings.Contains(fold(line.Role), fold(v.EntityName(side))) {
			line.Party = v.EntityName(side)
		}
		if p.Role == "host" || p.Role == "mediator" {
			line.Role = strings.TrimPrefix(line.Role+", "+p.Role, ", ")
		}
		who.Lines = append(who.Lines, line)
		named = append(named, v.naming(e, p.Entity)...)
	}
	add(who, named)
	for _, a := range []struct{ name, key string }{
		{"When", "date"}, {"Where", "place"}, {"How long", "duration"}, {"Begun by", "initiator"}, {"Outcome", "outcome"}, {"About", "topic"},
	} {
		f := AgreedFact{Name: a.name, Ref: event + "." + a.key}
		var evidence []readout.Evidence
		var claims []*readout.Claim
		for _, c := range v.about(event).claims {
			if c.Attribute == a.key {
				claims = append(claims, c)
				evidence = append(evidence, c.Evidence)
			}
		}
		slices.SortStableFunc(claims, func(x, y *readout.Claim) int {
			return v.byPublication(item{evidence: x.Evidence}, item{evidence: y.Evidence})
		})
		verdict := readout.Single
		if d := v.disagreement(event, a.key); d != nil {
			verdict = d.Verdict
		}
		line := func(s string) { f.Lines = append(f.Lines, FactLine{Name: capital(s)}) }
		switch {
		case a.key == "date" && e.Date != nil:
			line(DateWords(e.Date))
			if len(evidence) == 0 && e.Date.Expression != nil {
				evidence = append(evidence, *e.Date.Expression)
			}
		case a.key == "place" && e.Place != "":
			f.Lines = append(f.Lines, FactLine{Entity: e.Place, Name: v.EntityName(e.Place)})
			if len(evidence) == 0 {
				evidence = v.naming(e, e.Place)
			}
			for _, c := range claims {
				if n := v.EntityName(c.Value.Entity); n != "" && c.Value.Entity != e.Place && verdict != readout.Conflict && !slices.ContainsFunc(f.Lines, func(l FactLine) bool { return l.Name == n }) {
					f.Lines = append(f.Lines, FactLine{Entity: c.Value.Entity, Name: n})
				}
			}
		case len(claims) == 0:
			continue
		case verdict != readout.Conflict && (a.key == "outcome" || a.key == "topic"):
			// Word for word: what came of it is nobody's to sum up, and the words
			// of one are not those of all.
			if verdict == readout.Compatible {
				continue
			}
			const most = 3
			for _, c := range claims {
				if s := "“" + shorten(c.Text, 2*maxQuote) + "”"; len(f.Lines) < most && !slices.ContainsFunc(f.Lines, func(l FactLine) bool { return l.Name == s }) {
					line(s)
				}
			}
		case verdict != readout.Conflict:
			line(strings.Join(v.distinct(claims), "; "))
		}
		if verdict == readout.Conflict {
			f.Row, f.Flag = a.key, "disputed"
		}
		add(f, evidence)
	}
	return out
}

// ofReports is "7 of 9 reports".
func ofReports(n, m int) string {
	switch {
	case m == 1:
		return "the one report"
	case n == m:
		return "all " + Count(m, "report")
	}
	return countWords(float64(n)) + " of " + Count(m, "report")
}

// naming is where the mentions of an event name an entity.
func (v *View) naming(e *readout.Event, entity string) []readout.Evidence {
	x := v.entities[entity]
	if x == nil {
		return nil
	}
	var out []readout.Evidence
	for _, m := range e.Mentions {
		within := m.Span
		if spans, known := v.sentences(m.Report); known {
			if a, b, ok := sentenceAt(spans, m.Trigger); ok {
				within = readout.Span{Start: min(within.Start, spans[a].Start), End: max(within.End, spans[b].End)}
			}
		}
		i, _ := slices.BinarySearchFunc(x.Mentions, m.Report, func(n readout.EntityMention, report string) int { return strings.Compare(n.Report, report) })
		for ; i < len(x.Mentions) && x.Mentions[i].Report == m.Report; i++ {
			if n := x.Mentions[i]; n.Span.Overlaps(within) {
				out = append(out, n.Evidence)
			}
		}
	}
	return out
}

package view

import (
	"cmp"
	"slices"
	"strings"

	"github.com/readout-news/readout"
)

// UsedReport is a report that tells of an event.
type UsedReport struct {
	Report *readout.Report
	Outlet string
	Text   string // where its text comes from, in words
	Copy   bool   // of another one of them: no second witness
	Used   int    // sentences that tell of the event
	Total  int    // sentences it has
	Ref    string // opens those used
}

// Used lists the reports that tell of an event by publication, the undated
// last.
func (v *View) Used(event string) []UsedReport {
	e := v.events[event]
	if e == nil {
		return nil
	}
	spans := map[string][]readout.Span{}
	add := func(report string, s readout.Span) { spans[report] = append(spans[report], s) }
	for _, m := range e.Mentions {
		add(m.Report, m.Trigger)
	}
	f := v.about(event)
	for _, c := range f.claims {
		add(c.Evidence.Report, c.Evidence.Span)
	}
	for _, r := range f.responses {
		add(r.Evidence.Report, r.Evidence.Span)
	}
	for _, p := range f.positions {
		add(p.Evidence.Report, p.Evidence.Span)
	}
	for _, s := range f.statements {
		for _, c := range s.Content {
			add(s.Report, c)
		}
	}
	var out []UsedReport
	for _, id := range sortedKeys(spans) {
		r := v.Report(id)
		if r == nil {
			continue
		}
		sentences, _ := v.sentences(id)
		seen := map[int]bool{}
		for _, s := range spans[id] {
			if first, last, ok := sentenceAt(sentences, s); ok {
				for i := first; i <= last; i++ {
					seen[i] = true
				}
			}
		}
		o := v.original(id)
		out = append(out, UsedReport{
			Report: r, Outlet: v.OutletName(id), Text: v.OriginWords(id), Copy: o != id && spans[o] != nil,
			Used: len(seen), Total: len(sentences), Ref: event + ".report." + id,
		})
	}
	slices.SortFunc(out, func(a, b UsedReport) int { return comparePublished(a.Report, b.Report) })
	return out
}

// Provenance says what an event's record rests on: "From 9 reports; 6 were
// written independently, 3 republish Harbour Wire".
func (v *View) Provenance(event string) string {
	used := v.Used(event)
	origins, copies := map[string]bool{}, map[string]int{}
	for _, u := range used {
		origins[v.Origin(u.Report.ID)] = true
		if u.Copy {
			copies[v.OutletName(v.original(u.Report.ID))]++
		}
	}
	s := "From " + Count(len(used), "report")
	if len(used) < 2 {
		return s
	}
	s += "; "
	switch {
	case len(origins) == len(used):
		return s + "all written independently"
	case len(origins) == 1:
		s += "one origin"
	default:
		s += inWords(len(origins)) + " independent origins"
	}
	for _, name := range sortedKeys(copies) {
		verb := " republish "
		if copies[name] == 1 {
			verb = " republishes "
		}
		s += ", " + inWords(copies[name]) + verb + name
	}
	return s
}

// Stand is a position taken at an event, against the party's last one.
type Stand struct {
	PositionRow
	Does      string // "demands"
	Words     string // what, in the report's words
	If        string // the condition it hangs on, "" none
	Against   string // "Unchanged since 4 March 2031"
	Same      bool   // nothing new
	Previous  string // Position.ID, "" none
	Through   string // who says so, where that is not the party; "" else
	Ref       string
	Sentences int
	Promise   *readout.Commitment // that it makes, nil none
}

// Stands are the positions and promises that parties took at an event, by
// party; of one party those that changed first.
func (v *View) Stands(event string) []Stand {
	e := v.events[event]
	if e == nil {
		return nil
	}
	var rows []PositionRow
	for _, p := range v.about(event).positions {
		if p.Stance != readout.Accusation {
			rows = append(rows, v.position(p))
		}
	}
	slices.SortStableFunc(rows, func(a, b PositionRow) int {
		return cmp.Or(strings.Compare(a.Party, b.Party), strings.Compare(a.Issue, b.Issue), comparePublished(v.Report(a.Position.Evidence.Report), v.Report(b.Position.Evidence.Report)), a.Position.Evidence.Span.Compare(b.Position.Evidence.Span))
	})
	rows = v.WithoutCopies(rows)
	var out []Stand
	for _, r := range rows {
		p := r.Position
		x := Stand{PositionRow: r, Does: StanceWords(p.Stance), Words: shorten(cmp.Or(p.Terms, p.Text), 2*maxQuote), If: shorten(p.If, maxQuote), Ref: p.ID, Sentences: 1, Promise: v.index().byPosition[p.ID]}
		x.Against, x.Same = v.against(p)
		if p.Speaker != "" && v.Side(p.Speaker) != v.Side(p.Party) {
			x.Through = v.EntityName(p.Speaker)
		}
		if v.positions[p.Previous] != nil {
			x.Previous = p.Previous
		}
		out = append(out, x)
	}
	return out
}

// against compares a position with the party's last one on the issue, in words.
func (v *View) against(p *readout.Position) (s string, same bool) {
	old := v.positions[p.Previous]
	when := ""
	if old != nil {
		when = DateWords(old.Date)
	}
	switch p.Change {
	case "":
		return "Day not known, so not compared", true
	case "new":
		return "New", false
	case "repeated":
		if when != "" {
			return "Unchanged since " + when, true
		}
		return "Unchanged", true
	case "condition-added":
		s = "Condition added"
	default:
		s = capital(p.Change)
	}
	if old != nil {
		s += "; " + StanceWords(old.Stance) + " “" + shorten(cmp.Or(old.Terms, old.Text), maxQuote) + "”"
		if when != "" {
			s += " on " + when
		}
	}
	return s, false
}

package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/view"
)

func (t *terminal) section(name string) {
	t.blank()
	t.line("", 0, styleHead.Render(name))
}

// eventLine is an event in one line, for lists inside of other views.
func eventLine(t *terminal, e *readout.Event, lead string) {
	s := clean(e.Title)
	if e.Status != readout.Occurred {
		s += "  " + styleMay.Render(string(e.Status))
	}
	if lead != "" {
		s = lead + ": " + s
	}
	t.line(dateLead(e.Date), dateColumn, s+styleDim.Render("  "+e.ID))
}

// renderPage prints all that the record has on one event.
func renderPage(t *terminal, v *view.View, p view.EventPage) {
	row := p.EventRow
	row.Differ, row.Single = nil, nil // all of it follows
	renderEvent(t, v, row, true)
	for _, k := range sortedKeys(p.Event.Attributes) {
		t.line("", dateColumn, styleDim.Render(clean(k)+": ")+clean(p.Event.Attributes[k]))
	}
	if s := statuses(p.Event); s != "" {
		t.line("", dateColumn, styleDim.Render("told as "+s))
	}
	if len(p.All) > 0 {
		t.section("WHO SAYS WHAT")
		for i, d := range p.All {
			if i > 0 {
				t.blank()
			}
			renderClaims(t, d, true)
		}
	}
	if len(p.Links) > 0 {
		t.section("LINKED")
		for _, l := range p.Links {
			eventLine(t, l.Event, strings.ReplaceAll(l.Relation, "_", " "))
		}
	}
	if len(p.Answers) > 0 {
		t.section("CONFIRMED, DENIED, NOT ANSWERED")
		for _, r := range p.Answers {
			renderResponse(t, r)
		}
	}
	if len(p.Positions) > 0 {
		t.section("POSITIONS TAKEN THERE")
		for _, r := range p.Positions {
			r.Position = withParty(r)
			renderPosition(t, r)
		}
	}
	if len(p.Quotes) > 0 {
		t.section("SAID THERE")
		for _, q := range p.Quotes {
			renderQuote(t, q)
		}
	}
	for _, th := range p.Threads {
		t.section("PART OF")
		t.line("", 2, clean(th.Thread.Title)+styleDim.Render(fmt.Sprintf("  %s  %s", count(len(th.Thread.Events), "event"), th.Thread.ID)))
	}
	t.section("WHERE")
	shown := map[string]bool{} // several words of one sentence may tell of the event
	for _, m := range p.Event.Mentions {
		ev := m.Evidence
		ev.Span = m.Trigger
		c := v.Context(ev.Report, ev.Span)
		if key := ev.Report + c.Before + c.Hit + c.After; !shown[key] {
			shown[key] = true
			renderEvidence(t, v, ev)
		}
	}
}

// withParty puts the party before the stance, for lists that are not grouped
// by party.
func withParty(r view.PositionRow) *readout.Position {
	p := *r.Position
	if r.Party != "" {
		p.Stance = readout.Stance(clean(r.Party) + ": " + string(p.Stance))
	}
	return &p
}

// statuses counts how mentions tell of an event, where they do not all tell it
// alike.
func statuses(e *readout.Event) string {
	n := map[readout.EventStatus]int{}
	for _, m := range e.Mentions {
		n[m.Status]++
	}
	if len(n) < 2 {
		return ""
	}
	var out []string
	for _, s := range []readout.EventStatus{readout.Occurred, readout.Planned, readout.Reported, readout.Denied, readout.Hypothetical} {
		if n[s] > 0 {
			out = append(out, fmt.Sprintf("%s %s", s, times(n[s])))
		}
	}
	return strings.Join(out, ", ")
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// renderClaims prints every report's value for one attribute, with the ids of
// the claims or without.
func renderClaims(t *terminal, d view.Difference, ids bool) {
	verdict := styleDim.Render("one source")
	switch d.Verdict {
	case readout.Conflict:
		verdict = styleNo.Render("conflict")
	case readout.Compatible:
		verdict = styleMay.Render("compatible")
	case readout.Agree:
		verdict = styleYes.Render("agree")
	}
	if d.Why != "" {
		verdict += ": " + clean(d.Why)
	}
	t.line("  "+d.Attribute, dateColumn, verdict)
	for _, c := range d.Values {
		who := strings.Join(c.Chain, " → ")
		if c.Holder != "" && !strings.HasPrefix(who, c.Holder) {
			who = c.Holder + " → " + who
		}
		if c.Reported != "" {
			who += ", " + isoDate(c.Reported)
		}
		who = clean(who)
		if ids {
			who += "  " + c.Claim.ID
		}
		t.line("", dateColumn+2, quoted(c.Claim.Text)+"  "+styleDim.Render(who))
	}
}

func renderDisagreements(t *terminal, v *view.View, rows []view.DisagreementRow, all bool) {
	n := map[readout.Verdict]int{}
	for _, r := range rows {
		n[r.Verdict]++
	}
	if len(rows) == 0 {
		t.nothing("Nothing fits.", fmt.Sprintf("The record compares %s: drop a filter.", plural(len(v.Record.Disagreements), "attribute", "attributes")))
		return
	}
	t.line("", 0, styleHead.Render(fmt.Sprintf("%s · %d compatible · %d agree · %s", plural(n[readout.Conflict], "conflict", "conflicts"), n[readout.Compatible], n[readout.Agree], plural(n[readout.Single], "told by one source", "told by one source"))))
	last := ""
	shown := 0
	for _, r := range rows {
		if !all && (r.Verdict == readout.Agree || r.Verdict == readout.Single) {
			continue
		}
		shown++
		if key := string(r.Verdict) + r.Event.ID; key != last {
			last = key
			t.blank()
			eventLine(t, r.Event, "")
		}
		renderClaims(t, r.Difference, false)
	}
	if rest := len(rows) - shown; rest > 0 {
		t.blank()
		t.line("", 0, styleDim.Render(fmt.Sprintf("%d more on which reports agree or one source tells: --all", rest)))
	}
}

func renderThreads(t *terminal, v *view.View, rows []view.ThreadRow) {
	if len(rows) == 0 {
		held := "The record holds none: a thread needs several events of the same parties."
		if n := len(v.Record.Threads); n > 0 {
			held = fmt.Sprintf("The record holds %s: drop a filter.", count(n, "thread"))
		}
		t.nothing("No thread fits.", held)
		return
	}
	for i, r := range rows {
		if i > 0 {
			t.blank()
		}
		renderThread(t, r)
	}
}

func renderThread(t *terminal, r view.ThreadRow) {
	t.line("", 0, styleHead.Render(clean(r.Thread.Title))+styleDim.Render("  "+r.Thread.ID))
	t.line("", 2, styleDim.Render(fmt.Sprintf("%s · %s · %s", count(len(r.Events), "event"), count(len(r.Support.Reports), "report"), count(r.Support.Origins, "independent origin"))))
	for _, e := range r.Events {
		eventLine(t, e.Event, "")
	}
}

// renderUtterances prints the renderings of the same words. Without all it
// leaves out what only copies of one report have alike.
func renderUtterances(t *terminal, rows []view.UtteranceRow, all bool) {
	if len(rows) == 0 {
		t.nothing("No words fit that several reports tell.", "Drop a filter, or leave out --variants to see all statements.")
		return
	}
	shown := 0
	for _, r := range rows {
		if !all && r.Origins < 2 && !r.Changed() {
			continue
		}
		if shown > 0 {
			t.blank()
		}
		shown++
		renderUtterance(t, r)
	}
	if rest := len(rows) - shown; rest > 0 {
		if shown > 0 {
			t.blank()
		}
		t.line("", 0, styleDim.Render(fmt.Sprintf("%d more that copies of one report have alike: --all", rest)))
	}
}

func renderUtterance(t *terminal, r view.UtteranceRow) {
	t.line("", 0, styleName.Render(nameOr(r.Speaker, "Nobody the report names"))+styleDim.Render(fmt.Sprintf("  %s  %s", count(len(r.Variants), "rendering"), r.Utterance.ID)))
	for _, x := range r.Variants {
		s := x.Quote.Statement
		text := clean(s.Text)
		if s.Kind == readout.Direct {
			text = "“" + text + "”"
		}
		lead := x.Variant.Kind
		if lead == "changed" {
			lead = styleNo.Render(lead)
		}
		t.line("  "+lead, dateColumn, text)
		for _, c := range x.Changes {
			t.line("", dateColumn+2, changeWords(c))
		}
		through(t, x.Quote.Chain, x.Quote.Reported, string(s.Kind), s.ID)
	}
}

// changeWords says in words what a variant changed.
func changeWords(c view.Change) string {
	switch {
	case c.Variant == "":
		return styleMay.Render("left out") + " " + quoted(c.Fullest)
	case c.Fullest == "":
		return styleMay.Render("put in") + " " + quoted(c.Variant)
	}
	return styleMay.Render("has") + " " + quoted(c.Variant) + " for " + quoted(c.Fullest)
}

// renderReports prints what was read; readIn says when, for what a store
// holds.
func renderReports(t *terminal, v *view.View, rows []view.ReportRow, readIn map[string]time.Time) {
	if len(rows) == 0 {
		t.nothing("No report fits.", fmt.Sprintf("The record has %s: drop a filter.", count(len(v.Record.Reports), "report")))
		return
	}
	for i, r := range rows {
		if i > 0 {
			t.blank()
		}
		x := r.Report
		lead := styleDim.Render("no date")
		if x.Published.Value != "" {
			lead = isoDate(x.Published.Value)
			if x.Published.Basis == readout.BasisInferred {
				lead = "~ " + lead
			}
		}
		title := x.Title
		if title == "" {
			title = x.Path
		}
		t.line(lead, dateColumn, styleHead.Render(clean(r.Outlet))+": "+clean(title))
		t.line("", dateColumn, styleDim.Render("day "+dayBasis(x.Published)))
		if in, ok := readIn[x.ID]; ok {
			t.line("", dateColumn, styleDim.Render("read in "+in.Format("2 Jan 2006 15:04 MST")))
		}
		if r.Origin.Kind != "" && r.Origin.Kind != "own" {
			t.line("", dateColumn, styleMay.Render(r.Origin.Kind)+" of "+nameOr(r.Of, r.Origin.Of)+styleDim.Render(": "+clean(r.Origin.Why)))
		}
		if x.Skip != "" {
			t.line("", dateColumn, styleMay.Render("not read")+": "+clean(x.Skip))
		}
		for _, a := range r.Anomalies {
			t.line("", dateColumn, styleMay.Render(clean(a.Kind))+": "+clean(a.Note))
		}
		t.line("", dateColumn, styleDim.Render(fmt.Sprintf("%s · %s  %s", count(r.Events, "event"), count(r.Quotes, "statement"), x.ID)))
	}
}

// dayBasis says where a report's day was taken from, and why.
func dayBasis(p readout.Published) string {
	s := string(p.Basis)
	if p.Value == "" {
		s = "open"
		switch {
		case p.Earliest != "" && p.Latest != "":
			s += ", between " + isoDate(p.Earliest) + " and " + isoDate(p.Latest)
		case p.Earliest != "":
			s += ", not before " + isoDate(p.Earliest)
		case p.Latest != "":
			s += ", not after " + isoDate(p.Latest)
		}
	}
	if p.Why != "" {
		s += ": " + clean(p.Why)
	}
	return s
}

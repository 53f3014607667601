package cli

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/view"
)

const (
	// dateColumn is the width of the date column: "~ 31 Mar–6 Apr 2031" and a gap.
	dateColumn = 20
	// overviewEvents and overviewQuotes bound what `read` shows of a large set
	// without --all.
	overviewEvents = 40
	overviewQuotes = 6 // a speaker
)

// renderOverview prints what a researcher wants to see first: what was read,
// the events in order, and the statements by speaker.
func renderOverview(t *terminal, v *view.View, all bool) {
	rec := v.Record
	outlets, origins, copies := map[string]bool{}, map[string]bool{}, 0
	var read, skipped int
	for i, r := range rec.Reports {
		if r.Skip != "" {
			skipped++
			continue
		}
		read++
		if r.Outlet != "" {
			outlets[r.Outlet] = true
		}
		origins[v.Origin(r.ID)] = true
		if i < len(rec.Origins) && rec.Origins[i].Kind == "copy" {
			copies++
		}
	}
	head := []string{count(read, "report")}
	if len(outlets) > 0 {
		head = append(head, count(len(outlets), "outlet"))
	}
	head = append(head, count(len(origins), "independent origin"))
	if copies > 0 {
		head = append(head, plural(copies, "copy", "copies"))
	}
	head = append(head, count(len(rec.Events), "event"), count(len(rec.Statements), "statement"), plural(len(rec.Entities), "person, body or place", "people, bodies and places"))
	t.line("", 0, styleHead.Render(strings.Join(head, " · ")))
	if skipped > 0 {
		t.line("", 0, styleDim.Render(fmt.Sprintf("%s kept but not read further; see --json", count(skipped, "report"))))
	}
	if more := further(v); more != "" {
		t.line("", 0, styleDim.Render(more))
	}
	rows := v.Timeline()
	shown := rows
	if !all {
		shown = leading(rows)
	}
	t.blank()
	t.line("", 0, styleHead.Render("EVENTS"))
	renderTimeline(t, v, shown)
	if n := len(rows) - len(shown); n > 0 {
		t.blank()
		t.line("", dateColumn, styleDim.Render(fmt.Sprintf("%s told once and without date or counterpart not shown: --all", plural(n, "further event", "further events"))))
	}
	t.blank()
	t.line("", 0, styleHead.Render("STATEMENTS"))
	renderQuotes(t, v, v.Quotes(view.Filter{}), all)
}

// further names the views that have more to show, with what each holds.
func further(v *view.View) string {
	var out []string
	add := func(verb string, n int, what string) {
		if n > 0 {
			out = append(out, fmt.Sprintf("%s (%d%s)", verb, n, what))
		}
	}
	conflicts := 0
	for _, d := range v.Record.Disagreements {
		if d.Verdict == readout.Conflict {
			conflicts++
		}
	}
	add("disagreements", conflicts, " in conflict")
	add("positions", len(v.Record.Positions), "")
	add("commitments", len(v.Record.Commitments), "")
	add("responses", len(v.Record.Responses), "")
	add("threads", len(v.Record.Threads), "")
	if len(out) == 0 {
		return ""
	}
	return "ask further: " + strings.Join(out, " · ")
}

// leading keeps the events worth a line in an overview: told by two reports,
// or dated and with two participants, at most overviewEvents of them, those
// with most reports first; the order stays that of the timeline.
func leading(rows []view.EventRow) []view.EventRow {
	weight := func(r view.EventRow) int {
		w := 4*len(r.Support.Reports) + r.Support.Mentions
		if r.Event.Date != nil {
			w += 3
		}
		if r.Event.Type == "CONSULT" {
			w += 3
		}
		return w
	}
	var keep []view.EventRow
	for _, r := range rows {
		if len(r.Support.Reports) > 1 || len(r.Differ) > 0 || r.Event.Date != nil && len(r.People) > 1 {
			keep = append(keep, r)
		}
	}
	if len(keep) <= overviewEvents {
		return keep
	}
	best := slices.Clone(keep)
	slices.SortStableFunc(best, func(a, b view.EventRow) int { return weight(b) - weight(a) })
	in := map[string]bool{}
	for _, r := range best[:overviewEvents] {
		in[r.Event.ID] = true
	}
	return slices.DeleteFunc(keep, func(r view.EventRow) bool { return !in[r.Event.ID] })
}

func renderTimeline(t *terminal, v *view.View, rows []view.EventRow) {
	if len(rows) == 0 {
		t.line("", dateColumn, styleDim.Render("none"))
	}
	for i, r := range rows {
		if i > 0 {
			t.blank()
		}
		renderEvent(t, v, r, false)
	}
}

// renderEvent prints one event. Without detail it leaves out what reports say
// alike, and names what they say in other precision, but for how long it
// lasted.
func renderEvent(t *terminal, v *view.View, r view.EventRow, detail bool) {
	e := r.Event
	title := styleHead.Render(clean(e.Title))
	switch e.Status {
	case readout.Occurred:
	case readout.Denied:
		title += "  " + styleNo.Render(string(e.Status))
	default:
		title += "  " + styleMay.Render(string(e.Status))
	}
	t.line(eventDate(e.Date), dateColumn, title)
	var with []string
	for _, p := range r.People {
		with = append(with, clean(p))
	}
	if r.Place != "" {
		with = append(with, "in "+clean(r.Place))
	}
	if clock := clockTime(e.Date); clock != "" {
		with = append(with, clock)
	}
	if len(with) > 0 {
		t.line("", dateColumn, strings.Join(with, " · "))
	}
	for _, c := range r.Single {
		if c.Attribute == "duration" {
			t.line("", dateColumn, fmt.Sprintf("lasted “%s” %s", clean(c.Text), styleDim.Render("("+clean(v.OutletName(c.Evidence.Report))+")")))
		}
	}
	for _, d := range r.Differ {
		if detail || d.Verdict == readout.Conflict || d.Attribute == "duration" {
			renderDifference(t, d)
		}
	}
	var loose []string
	for _, d := range r.Differ {
		if !detail && d.Verdict == readout.Compatible && d.Attribute != "duration" {
			loose = append(loose, d.Attribute)
		}
	}
	support := fmt.Sprintf("%s · %s · %s", count(r.Support.Mentions, "mention"), count(len(r.Support.Reports), "report"), count(r.Support.Origins, "independent origin"))
	if len(loose) > 0 {
		support += " · differ in detail: " + strings.Join(loose, ", ")
	}
	t.line("", dateColumn, styleDim.Render(support+"  "+e.ID))
}

func renderDifference(t *terminal, d view.Difference) {
	var verdict string
	switch d.Verdict {
	case readout.Conflict:
		verdict = styleNo.Render("reports differ on " + d.Attribute)
	case readout.Compatible:
		verdict = styleMay.Render(d.Attribute + ", compatible")
	default:
		verdict = styleYes.Render(d.Attribute + ", reports agree")
	}
	if d.Why != "" {
		verdict += ": " + clean(d.Why)
	}
	t.line("", dateColumn, verdict)
	if d.Verdict == readout.Agree && len(d.Values) > 0 {
		d.Values = d.Values[:1]
	}
	for _, c := range d.Values {
		who := clean(c.Outlet)
		if c.Holder != "" {
			who = clean(c.Holder) + " → " + who
		}
		t.line("", dateColumn+2, fmt.Sprintf("“%s”  %s", clean(c.Claim.Text), styleDim.Render(who)))
	}
}

func renderQuotes(t *terminal, v *view.View, rows []view.QuoteRow, all bool) {
	if len(rows) == 0 {
		t.line("", 2, styleDim.Render("none"))
	}
	total := map[string]int{}
	for _, q := range rows {
		total[q.Statement.Speaker]++
	}
	shown := 0
	for i, q := range rows {
		s := q.Statement
		if i == 0 || rows[i-1].Statement.Speaker != s.Speaker {
			t.blank()
			name := clean(q.Speaker)
			if name == "" {
				name = "Nobody the report names"
			}
			t.line("", 0, styleName.Render(name)+styleDim.Render(speakerNote(v, s.Speaker, total[s.Speaker])))
			shown = 0
		}
		shown++
		if !all && shown > overviewQuotes {
			if shown == overviewQuotes+1 {
				question := "quotes"
				if clean(q.Speaker) != "" {
					question += " --by"
				}
				t.more(total[s.Speaker]-overviewQuotes, question, q.Speaker)
			}
			continue
		}
		renderQuote(t, q)
	}
}

func renderQuote(t *terminal, q view.QuoteRow) {
	s := q.Statement
	text := clean(s.Text)
	if s.Kind == readout.Direct {
		text = "“" + text + "”"
	}
	t.line(isoDate(q.Date), dateColumn, styleSaid.Render(text))
	note := []string{string(s.Kind)}
	if !s.Uttered {
		note = append(note, "not uttered")
	}
	if s.NestedIn != "" {
		note = append(note, "quoted within another statement")
	}
	chain := strings.Join(q.Chain, " → ")
	if q.Reported != "" {
		chain += ", " + isoDate(q.Reported)
	}
	t.line("", dateColumn, styleDim.Render(clean(chain)+"  "+strings.Join(note, ", ")+"  "+s.ID))
}

// speakerNote is the speaker's first office and the number of statements.
func speakerNote(v *view.View, id string, n int) string {
	note := ""
	if e := v.Entity(id); e != nil && len(e.Roles) > 0 {
		note = ", " + clean(e.Roles[0].Title)
	}
	return fmt.Sprintf("%s  (%s)", note, count(n, "statement"))
}

func renderWho(t *terminal, v *view.View, r view.EntityRow, all bool) {
	e := r.Entity
	kind := string(e.Type)
	if e.Wikidata != "" {
		kind += " · " + e.Wikidata
	}
	t.line("", 0, styleHead.Render(clean(e.Name))+"  "+styleDim.Render(kind+"  "+e.ID))
	var names []string
	for _, n := range e.Names {
		if n != e.Name {
			names = append(names, clean(n))
		}
	}
	if len(names) > 0 {
		t.line("also", dateColumn, strings.Join(names, " · "))
	}
	for _, role := range e.Roles {
		t.line("role", dateColumn, clean(role.Title)+styleDim.Render("  "+count(len(role.Evidence), "mention")))
	}
	for _, m := range e.Members {
		t.line("member", dateColumn, clean(v.EntityName(m)))
	}
	t.line("", dateColumn, styleDim.Render(fmt.Sprintf("%s · %s · %s", count(r.Support.Mentions, "mention"), count(len(r.Support.Reports), "report"), count(r.Support.Origins, "independent origin"))))
	if len(r.Events) > 0 {
		t.blank()
		t.line("", 0, styleHead.Render("EVENTS"))
		renderTimeline(t, v, r.Events)
	}
	if len(r.Quotes) > 0 {
		t.blank()
		t.line("", 0, styleHead.Render("STATEMENTS"))
		renderQuotes(t, v, r.Quotes, all)
	}
}

// renderFound prints what an id names, with the sentences it rests on.
func renderFound(t *terminal, v *view.View, f view.Found) {
	var rests []readout.Evidence
	switch f.Kind {
	case "report":
		renderReport(t, v, *f.Report)
		return
	case "event":
		renderPage(t, v, *f.Event)
		return
	case "entity":
		renderWho(t, v, *f.Entity, true)
		for _, m := range f.Entity.Entity.Mentions {
			rests = append(rests, m.Evidence)
		}
	case "statement":
		s := f.Statement.Statement
		renderQuote(t, *f.Statement)
		for _, c := range s.Content {
			rests = append(rests, readout.Evidence{Report: s.Report, Span: c, By: s.By})
		}
	case "utterance":
		renderUtterance(t, *f.Utterance)
		for _, x := range f.Utterance.Variants {
			s := x.Quote.Statement
			for _, c := range s.Content {
				rests = append(rests, readout.Evidence{Report: s.Report, Span: c, By: s.By})
			}
		}
	case "claim":
		t.line("", 0, fmt.Sprintf("%s: %s  %s", f.Claim.Attribute, quoted(f.Claim.Text), styleDim.Render(f.Claim.Event)))
		rests = append(rests, f.Claim.Evidence)
	case "issue":
		renderPositions(t, v, v.Positions(view.Filter{On: f.Issue.ID}), 0)
		return
	case "position":
		renderPositions(t, v, []view.PositionRow{*f.Position}, 0)
		rests = append(rests, f.Position.Position.Evidence)
	case "commitment":
		renderCommitments(t, v, []view.CommitmentRow{*f.Commitment})
		rests = append(rests, f.Commitment.Commitment.Evidence)
		for _, b := range f.Commitment.Violations {
			rests = append(rests, b.Violation.Evidence)
		}
	case "response":
		renderResponse(t, *f.Response)
		rests = append(rests, f.Response.Response.Evidence)
	case "thread":
		renderThread(t, *f.Thread)
		return
	}
	t.section("WHERE")
	for _, e := range rests {
		renderEvidence(t, v, e)
	}
}

func renderEvidence(t *terminal, v *view.View, e readout.Evidence) {
	c := v.Context(e.Report, e.Span)
	t.blank()
	t.line("", 2, clean(c.Before)+space(c.Before, true)+styleHead.Render(clean(c.Hit))+space(c.After, false)+clean(c.After))
	t.line("", 2, styleDim.Render(fmt.Sprintf("%s · bytes %d–%d of %s · %s/%s %s", clean(v.OutletName(e.Report)), e.Span.Start, e.Span.End, e.Report, e.By.Annotator, e.By.Version, e.By.Rule)))
}

// space keeps the blank that clean trims off at the border of a highlight.
func space(s string, end bool) string {
	if s == "" {
		return ""
	}
	c := s[0]
	if end {
		c = s[len(s)-1]
	}
	if c == ' ' || c == '\n' || c == '\t' {
		return " "
	}
	return ""
}

func renderReport(t *terminal, v *view.View, row view.ReportRow) {
	r := row.Report
	title := r.Title
	if title == "" {
		title = r.Path
	}
	t.line("", 0, styleHead.Render(clean(title))+"  "+styleDim.Render(r.ID))
	field := func(name, value string) {
		if value != "" {
			t.line(name, dateColumn, clean(value))
		}
	}
	field("outlet", v.OutletName(r.ID))
	field("byline", r.Byline)
	published := dayBasis(r.Published)
	if r.Published.Value != "" {
		published = isoDate(r.Published.Value) + ", " + published
	}
	field("published", published)
	field("url", r.URL)
	field("path", r.Path)
	field("language", r.Language)
	field("sha256", r.SHA256)
	field("not read", r.Skip)
	for _, a := range row.Anomalies {
		field("note", a.Kind+": "+a.Note)
	}
	if o := row.Origin; o.Kind != "" && o.Kind != "own" {
		field("origin", o.Kind+" of "+nameOr(row.Of, "")+" "+o.Of+": "+o.Why)
	}
	t.blank()
	for _, para := range strings.Split(r.Text, "\n") {
		if strings.TrimSpace(para) != "" {
			t.line("", 2, clean(para))
			t.blank()
		}
	}
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }

func count(n int, noun string) string { return plural(n, noun, noun+"s") }

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func eventDate(d *readout.Date) string {
	if d == nil {
		return styleDim.Render("no date")
	}
	s := isoDate(d.Value)
	if d.End != "" && d.End != d.Value {
		s = isoRange(d.Value, d.End)
	}
	if d.Bound() {
		return "by " + s
	}
	if d.Basis == "inferred" {
		s = "~ " + s
	}
	return s
}

// clockTime is the hour of an event as "10:00", "" when only the day is known.
func clockTime(d *readout.Date) string {
	if d == nil || len(d.Value) < len("2031-03-14T10") || d.Value[10] != 'T' {
		return ""
	}
	clock := d.Value[11:]
	if len(clock) == 2 {
		clock += " h"
	}
	return clock
}

// isoDate writes the day of an ISO date as "14 Mar 2031"; what it cannot read
// it returns as it is.
func isoDate(v string) string {
	for _, f := range []struct{ in, out string }{{"2006-01-02", "2 Jan 2006"}, {"2006-01", "Jan 2006"}} {
		n := min(len(v), len(f.in))
		if t, err := time.Parse(f.in, v[:n]); err == nil {
			return t.Format(f.out)
		}
	}
	return v
}

func isoRange(from, to string) string {
	a, errA := time.Parse(time.DateOnly, from[:min(len(from), len(time.DateOnly))])
	b, errB := time.Parse(time.DateOnly, to[:min(len(to), len(time.DateOnly))])
	switch {
	case errA != nil || errB != nil:
		return isoDate(from) + "–" + isoDate(to)
	case a.Year() == b.Year() && a.Month() == b.Month():
		return fmt.Sprintf("%d–%s", a.Day(), b.Format("2 Jan 2006"))
	case a.Year() == b.Year():
		return a.Format("2 Jan") + "–" + b.Format("2 Jan 2006")
	}
	return isoDate(from) + "–" + isoDate(to)
}

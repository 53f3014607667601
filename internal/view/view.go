// Package view holds the read models: what the faces of Readout (terminal,
// API, pages) may see of a record. A View indexes one readout.Record and
// answers the questions of the command line; every row leads to evidence, and
// evidence to the sentence it rests on.
//
// Lines are assembled from stored fields by templates. Nothing is generated,
// and nothing unknown is filled in.
package view

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/readout-news/readout"
)

// View is an indexed record. It is read-only and safe for concurrent use.
type View struct {
	Record *readout.Record

	// Sentences gives the sentence spans of a report, in order; nil, or nothing
	// for a report, means that they are unknown. Whoever makes the View sets it
	// before others see it.
	Sentences func(report string) []readout.Span

	reports    map[string]int // report id → index in Record.Reports
	entities   map[string]*readout.Entity
	events     map[string]*readout.Event
	statements map[string]*readout.Statement
	claims     map[string]*readout.Claim
	byEvent    map[string][]*readout.Disagreement
	issues     map[string]*readout.Issue
	positions  map[string]*readout.Position
	responses  map[string]*readout.Response
	defects    map[string][]*readout.Defect // by report
	lookup     lookup
	lazy       lazy
	days       days
}

// New indexes rec, which must not change afterwards.
func New(rec *readout.Record) *View {
	v := &View{
		Record: rec, reports: map[string]int{}, entities: map[string]*readout.Entity{}, events: map[string]*readout.Event{},
		statements: map[string]*readout.Statement{}, claims: map[string]*readout.Claim{}, byEvent: map[string][]*readout.Disagreement{},
		issues: map[string]*readout.Issue{}, positions: map[string]*readout.Position{}, responses: map[string]*readout.Response{},
		defects: map[string][]*readout.Defect{},
	}
	for i, r := range rec.Reports {
		v.reports[r.ID] = i
	}
	for _, e := range rec.Entities {
		v.entities[e.ID] = e
	}
	for _, e := range rec.Events {
		v.events[e.ID] = e
	}
	for _, s := range rec.Statements {
		v.statements[s.ID] = s
	}
	for _, c := range rec.Claims {
		v.claims[c.ID] = c
	}
	for _, d := range rec.Disagreements {
		v.byEvent[d.Event] = append(v.byEvent[d.Event], d)
	}
	for _, x := range rec.Issues {
		v.issues[x.ID] = x
	}
	for _, x := range rec.Positions {
		v.positions[x.ID] = x
	}
	for _, x := range rec.Responses {
		v.responses[x.ID] = x
	}
	for _, x := range rec.Defects {
		v.defects[x.Report] = append(v.defects[x.Report], x)
	}
	return v
}

// Report returns the report of that id, or nil.
func (v *View) Report(id string) *readout.Report {
	if i, ok := v.reports[id]; ok {
		return v.Record.Reports[i]
	}
	return nil
}

// Entity returns the entity of that id, or nil.
func (v *View) Entity(id string) *readout.Entity { return v.entities[id] }

// EntityName is the preferred name of an entity; "" when there is none.
func (v *View) EntityName(id string) string {
	if e := v.entities[id]; e != nil {
		return e.Name
	}
	return ""
}

// OutletName is what a report is shown under: its outlet, else its site, else
// the name of its file.
func (v *View) OutletName(report string) string {
	r := v.Report(report)
	switch {
	case r == nil:
		return report
	case r.Outlet != "":
		return r.Outlet
	case r.Domain != "":
		return r.Domain
	case r.Path != "":
		return path.Base(r.Path)
	default:
		return r.ID
	}
}

// Origin is the key of who first wrote a report: the same for reports that are
// not independent of each other.
func (v *View) Origin(report string) string {
	i, ok := v.reports[report]
	if !ok || i >= len(v.Record.Origins) {
		return report
	}
	o := v.Record.Origins[i]
	switch o.Kind {
	case "copy":
		if o.Of != report {
			return v.Origin(o.Of)
		}
	case "wire":
		return o.Of
	}
	if o.Outlet != "" {
		return o.Outlet
	}
	return report
}

// Support counts what a fact rests on: three counts that are never mixed.
type Support struct {
	Mentions int
	Reports  []string // ids, sorted
	Origins  int      // independent origins among the reports
}

func (v *View) support(evidence []readout.Evidence) Support {
	s := Support{Mentions: len(evidence)}
	reports, origins := map[string]bool{}, map[string]bool{}
	for _, e := range evidence {
		if !reports[e.Report] {
			reports[e.Report] = true
			s.Reports = append(s.Reports, e.Report)
			origins[v.Origin(e.Report)] = true
		}
	}
	slices.Sort(s.Reports)
	s.Origins = len(origins)
	return s
}

// EventRow is an event as a line of the timeline.
type EventRow struct {
	Event   *readout.Event
	People  []string // names of participants, in the event's order
	Place   string
	Support Support
	Differ  []Difference // attributes with more than one claim
	Single  []*readout.Claim
}

// Difference is one attribute on which an event has several claims.
type Difference struct {
	*readout.Disagreement
	Values []ClaimRow
}

// ClaimRow is one claim with who makes it and who reports it.
type ClaimRow struct {
	Claim    *readout.Claim
	Holder   string // "" for the outlet's own voice
	Outlet   string
	Chain    []string
	Reported string // when the report was published, "" unknown
}

// Event returns the row of one event; ok is false when there is none.
func (v *View) Event(id string) (row EventRow, ok bool) {
	e := v.events[id]
	if e == nil {
		return row, false
	}
	row = EventRow{Event: e, Place: v.EntityName(e.Place)}
	for _, p := range e.Participants {
		if n := v.EntityName(p.Entity); n != "" && p.Role != "place" && !slices.Contains(row.People, n) {
			row.People = append(row.People, n)
		}
	}
	var ev []readout.Evidence
	for _, m := range e.Mentions {
		ev = append(ev, m.Evidence)
	}
	row.Support = v.support(ev)
	for _, d := range v.byEvent[id] {
		diff := v.difference(d)
		if d.Verdict == readout.Single {
			for _, c := range diff.Values {
				row.Single = append(row.Single, c.Claim)
			}
			continue
		}
		row.Differ = append(row.Differ, diff)
	}
	return row, true
}

// Timeline is every event in order of date, of one day those with most mentions
// first; events without a date come last.
func (v *View) Timeline() []EventRow {
	var out []EventRow
	for _, e := range v.Record.Events {
		if row, ok := v.Event(e.ID); ok {
			out = append(out, row)
		}
	}
	slices.SortStableFunc(out, func(a, b EventRow) int {
		return cmp.Or(strings.Compare(day(a.Event.Date), day(b.Event.Date)), -cmp.Compare(a.Support.Mentions, b.Support.Mentions), strings.Compare(a.Event.ID, b.Event.ID))
	})
	return out
}

// QuoteRow is a statement with its names filled in.
type QuoteRow struct {
	Statement *readout.Statement
	Speaker   string // "" when nobody could be named
	Chain     []string
	Outlet    string
	Date      string // when it was said, else "" (never the publication date)
	Reported  string // when the report was published, "" unknown
}

func (v *View) quote(s *readout.Statement) QuoteRow {
	q := QuoteRow{Statement: s, Speaker: v.EntityName(s.Speaker), Outlet: v.OutletName(s.Report), Chain: v.Chain(s.Chain, s.Report), Reported: v.published(s.Report)}
	if s.Date != nil {
		q.Date = s.Date.Value
	}
	return q
}

// statementPasses: By is the speaker, With the addressee, On words of the
// content.
func (v *View) statementPasses(s *readout.Statement, f Filter) bool {
	return v.within(f, s.Event, s.Report) && v.saidAt(s, f.At) && (f.Source == "" || v.sourceKind(s) == f.Source) && (!f.Disputed || v.look().changed[s.Utterance]) && (f.Kind == "" || string(s.Kind) == f.Kind) && v.during(f, s.Date, s.Report) &&
		v.is(s.Speaker, f.By) && v.all(f.With, s.Addressee) &&
		(f.On == "" || containsFold(s.Text, f.On))
}

// Quotes are the statements that pass the filter, by speaker (those with most
// statements first, the unnamed last), then by date said, report and place.
func (v *View) Quotes(f Filter) []QuoteRow {
	var out []QuoteRow
	count := map[string]int{}
	for _, s := range v.Record.Statements {
		if !v.statementPasses(s, f) {
			continue
		}
		count[s.Speaker]++
		out = append(out, v.quote(s))
	}
	slices.SortStableFunc(out, func(a, b QuoteRow) int {
		x, y := a.Statement, b.Statement
		return cmp.Or(
			cmp.Compare(b2i(a.Speaker == ""), b2i(b.Speaker == "")),
			-cmp.Compare(count[x.Speaker], count[y.Speaker]), strings.Compare(a.Speaker, b.Speaker), strings.Compare(x.Speaker, y.Speaker),
			strings.Compare(a.Date, b.Date), strings.Compare(x.Report, y.Report), x.Content[0].Compare(y.Content[0]))
	})
	return out
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// EntityRow is an entity with what it did and said.
type EntityRow struct {
	Entity  *readout.Entity
	Support Support
	Events  []EventRow
	Quotes  []QuoteRow
}

// Who finds the entities that carry name under any spelling, most mentioned
// first: whole names first of all, else names that hold all its words.
func (v *View) Who(name string) []EntityRow {
	var hits []*readout.Entity
	for _, exact := range []bool{true, false} {
		for _, e := range v.Record.Entities {
			if exact && (e.ID == name || slices.ContainsFunc(append([]string{e.Name}, e.Names...), func(n string) bool { return fold(n) == fold(name) })) ||
				!exact && v.named(e, name) {
				hits = append(hits, e)
			}
		}
		if len(hits) > 0 {
			break
		}
	}
	var out []EntityRow
	for _, e := range hits {
		row := EntityRow{Entity: e, Quotes: v.Quotes(Filter{By: e.ID})}
		var ev []readout.Evidence
		for _, m := range e.Mentions {
			ev = append(ev, m.Evidence)
		}
		row.Support = v.support(ev)
		out = append(out, row)
	}
	slices.SortStableFunc(out, func(a, b EntityRow) int { return -cmp.Compare(a.Support.Mentions, b.Support.Mentions) })
	if len(out) == 0 {
		return nil
	}
	timeline := v.Timeline()
	for i := range out {
		for _, row := range timeline {
			if slices.ContainsFunc(row.Event.Participants, func(p readout.Participant) bool { return p.Entity == out[i].Entity.ID }) {
				out[i].Events = append(out[i].Events, row)
			}
		}
	}
	return out
}

// named reports whether name is e's id or all its words stand in one of e's
// names.
func (v *View) named(e *readout.Entity, name string) bool {
	if e == nil {
		return false
	}
	if e.ID == name {
		return true
	}
	want := strings.Fields(fold(name))
	if len(want) == 0 {
		return false
	}
	for _, n := range append([]string{e.Name}, e.Names...) {
		have := strings.Fields(fold(n))
		if !slices.ContainsFunc(want, func(w string) bool { return !slices.Contains(have, w) }) {
			return true
		}
	}
	return false
}

// fold lower-cases and turns everything that is no letter or digit into
// spaces, so that "al-Amin" and "Al Amin" meet.
func fold(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ")
}

// Context is a stretch of a report around a span, cut at paragraph or
// sentence-like borders: what the reader sees when a line is opened.
type Context struct {
	Before, Hit, After string
}

// maxContext bounds what Context shows to either side, in bytes.
const maxContext = 240

// Context returns the span's text with the rest of its paragraph, at most
// maxContext bytes to either side, cut at spaces.
func (v *View) Context(report string, s readout.Span) Context {
	r := v.Report(report)
	if r == nil || s.Start < 0 || s.End > len(r.Text) || s.Start > s.End {
		return Context{}
	}
	start := strings.LastIndexByte(r.Text[:s.Start], '\n') + 1
	end := len(r.Text)
	if i := strings.IndexByte(r.Text[s.End:], '\n'); i >= 0 {
		end = s.End + i
	}
	before, after := r.Text[start:s.Start], r.Text[s.End:end]
	if len(before) > maxContext {
		before = before[len(before)-maxContext:]
		if i := strings.IndexByte(before, ' '); i >= 0 {
			before = before[i+1:]
		}
		for len(before) > 0 && !utf8.RuneStart(before[0]) {
			before = before[1:]
		}
		before = "…" + before
	}
	if len(after) > maxContext {
		after = after[:maxContext]
		if i := strings.LastIndexByte(after, ' '); i >= 0 {
			after = after[:i]
		}
		for len(after) > 0 && !utf8.ValidString(after) {
			after = after[:len(after)-1]
		}
		after += "…"
	}
	return Context{before, r.Text[s.Start:s.End], after}
}

// Found is what an id names; exactly one field besides Kind is set.
type Found struct {
	Kind       string // "report", "entity", "event", "statement", "utterance", "claim", "issue", "position", "commitment", "response", "thread"
	Report     *ReportRow
	Entity     *EntityRow
	Event      *EventPage
	Statement  *QuoteRow
	Utterance  *UtteranceRow
	Claim      *readout.Claim
	Issue      *readout.Issue
	Position   *PositionRow
	Commitment *CommitmentRow
	Response   *ResponseRow
	Thread     *ThreadRow
}

// Show finds what an id or a unique beginning of one names. The error wraps
// readout.ErrNotFound, or names the ids when several begin so.
func (v *View) Show(id string) (Found, error) {
	found := map[string]func() Found{}
	rec := v.Record
	for i, x := range rec.Reports {
		found[x.ID] = func() Found { row := v.report(i); return Found{Kind: "report", Report: &row} }
	}
	for _, x := range rec.Entities {
		found[x.ID] = func() Found { return Found{Kind: "entity", Entity: &v.Who(x.ID)[0]} }
	}
	for _, x := range rec.Events {
		found[x.ID] = func() Found { p, _ := v.Page(x.ID); return Found{Kind: "event", Event: &p} }
	}
	for _, x := range rec.Statements {
		found[x.ID] = func() Found { q := v.quote(x); return Found{Kind: "statement", Statement: &q} }
	}
	for _, x := range rec.Utterances {
		found[x.ID] = func() Found { u := v.utterance(x); return Found{Kind: "utterance", Utterance: &u} }
	}
	for _, x := range rec.Claims {
		found[x.ID] = func() Found { return Found{Kind: "claim", Claim: x} }
	}
	for _, x := range rec.Issues {
		found[x.ID] = func() Found { return Found{Kind: "issue", Issue: x} }
	}
	for _, x := range rec.Positions {
		found[x.ID] = func() Found { p := v.position(x); return Found{Kind: "position", Position: &p} }
	}
	for _, x := range rec.Commitments {
		found[x.ID] = func() Found { c := v.commitment(x); return Found{Kind: "commitment", Commitment: &c} }
	}
	for _, x := range rec.Responses {
		found[x.ID] = func() Found { r := v.response(x); return Found{Kind: "response", Response: &r} }
	}
	for _, x := range rec.Threads {
		found[x.ID] = func() Found { t, _ := v.thread(x, Filter{}); return Found{Kind: "thread", Thread: &t} }
	}
	if f := found[id]; f != nil {
		return f(), nil
	}
	var ids []string
	for x := range found {
		if strings.HasPrefix(x, id) {
			ids = append(ids, x)
		}
	}
	slices.Sort(ids)
	switch {
	case id == "" || len(ids) == 0:
		return Found{}, fmt.Errorf("show %q: %w: ids are printed beside every line, and their first letters are enough", id, readout.ErrNotFound)
	case len(ids) > 1:
		if len(ids) > 5 {
			ids = append(ids[:5], "…")
		}
		return Found{}, fmt.Errorf("show %q: several ids begin so: %s", id, strings.Join(ids, ", "))
	}
	return found[ids[0]](), nil
}

// ID is the id of what was found.
func (f Found) ID() string {
	switch f.Kind {
	case "report":
		return f.Report.Report.ID
	case "entity":
		return f.Entity.Entity.ID
	case "event":
		return f.Event.Event.ID
	case "statement":
		return f.Statement.Statement.ID
	case "utterance":
		return f.Utterance.Utterance.ID
	case "claim":
		return f.Claim.ID
	case "issue":
		return f.Issue.ID
	case "position":
		return f.Position.Position.ID
	case "commitment":
		return f.Commitment.Commitment.ID
	case "response":
		return f.Response.Response.ID
	case "thread":
		return f.Thread.Thread.ID
	}
	return ""
}

package view

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/readout-news/readout"
)

// SourceRow is what can be measured of an outlet. Nothing here rates it.
type SourceRow struct {
	Outlet  string // Entity.ID, "" for reports of which no outlet is known
	Name    string
	Reports int
	Own     int        // with a text of their own
	Copied  int        // with the text of another report
	Wire    int        // that credit an agency
	Skipped int        // not read further (language, length, no text)
	From    []CountRow // whose text it has, most first
	Taken   []CountRow // who has its text, most first
	Delay   Delay
	Shape   Shape
	Defects int // anomalies of its reports
	Edits   int // addresses of which the record has several texts; it has one where versions can be told apart
	First   string
	Last    string // days of its first and last report, "" unknown
	Events  int    // that its reports tell of
	Quotes  int    // statements in its reports
}

// CountRow is a name with how often.
type CountRow struct {
	ID, Name string
	N        int
}

// Delay is how long after the first report of an event an outlet has it. Only
// events that several outlets tell of count, and only where the times of its
// first report and of the very first are known.
type Delay struct {
	Shared int           // events of the outlet that others tell of too
	Timed  int           // of them with both times known
	First  int           // of those in which it was the first
	Median time.Duration // of the timed ones; meaningless where Timed is 0
}

// Shape counts to whom an outlet's own reports attribute what they pass on;
// renderings of one thing are counted once.
type Shape struct {
	Named    int // people by name
	Official int // states, ministries, companies and other bodies
	Unnamed  int // "two officials", "a diplomat", nobody
	Relayed  int // of all these: through somebody between the speaker and the outlet
}

// Sum is the number of things attributed.
func (s Shape) Sum() int { return s.Named + s.Official + s.Unnamed }

// Kinds of sources, for Filter.Source.
const (
	SourceNamed    = "named"
	SourceOfficial = "official"
	SourceUnnamed  = "unnamed"
)

// sourceKind says to whom a statement is attributed.
func (v *View) sourceKind(s *readout.Statement) string {
	if e := v.entities[s.Speaker]; e != nil {
		switch v.actorKind(e) {
		case ActorPerson:
			return SourceNamed
		case ActorBody, ActorState, ActorPlace, ActorOutlet:
			return SourceOfficial
		}
		// "Both presidents" are two people by name.
		if len(e.Members) > 0 {
			if !slices.ContainsFunc(e.Members, func(id string) bool { return v.entities[id] == nil || v.actorKind(v.entities[id]) != ActorPerson }) {
				return SourceNamed
			}
			return SourceOfficial
		}
		if v.Named(e) {
			return SourceOfficial
		}
	}
	return SourceUnnamed
}

// Sources are the outlets of the record, those with most reports first, reports
// of which no outlet is known last.
func (v *View) Sources() []SourceRow {
	l := v.look()
	l.sourcesOnce.Do(func() { l.sources = v.sources() })
	return l.sources
}

// Source is the outlet of that id; ok is false when it has no report.
func (v *View) Source(id string) (row SourceRow, ok bool) {
	for _, s := range v.Sources() {
		if s.Outlet == id && id != "" {
			return s, true
		}
	}
	return row, false
}

// OutletNamed is the outlet with reports that goes by name (or is of that id);
// the one with most reports where several do, "" none.
func (v *View) OutletNamed(name string) string {
	for _, s := range v.Sources() {
		if s.Outlet != "" && (s.Outlet == name || v.is(s.Outlet, name) || fold(s.Name) == fold(name)) && name != "" {
			return s.Outlet
		}
	}
	return ""
}

func (v *View) sources() []SourceRow {
	rec := v.Record
	at := map[string]int{}
	var out []SourceRow
	from, taken, texts := []map[string]int{}, []map[string]int{}, []map[string]map[string]bool{}
	events := []map[string]bool{}
	counted := map[[2]string]bool{}           // outlet and utterance
	outletOf := make([]int, len(rec.Reports)) // report → row
	row := func(outlet, name string) int {
		i, ok := at[outlet]
		if !ok {
			i = len(out)
			at[outlet] = i
			out = append(out, SourceRow{Outlet: outlet, Name: name})
			from, taken = append(from, map[string]int{}), append(taken, map[string]int{})
			texts, events = append(texts, map[string]map[string]bool{}), append(events, map[string]bool{})
		}
		return i
	}
	origin := func(i int) readout.Origin {
		if i < len(rec.Origins) {
			return rec.Origins[i]
		}
		return readout.Origin{}
	}
	for i, r := range rec.Reports {
		o := origin(i)
		name := "No outlet known"
		if o.Outlet != "" {
			name = v.OutletName(r.ID)
		}
		n := row(o.Outlet, name)
		outletOf[i] = n
		s := &out[n]
		s.Reports++
		switch o.Kind {
		case "copy":
			s.Copied++
		case "wire":
			s.Wire++
		default:
			s.Own++
		}
		if r.Skip != "" {
			s.Skipped++
		}
		s.Defects += len(r.Anomalies) + len(v.defects[r.ID])
		if day, ok := r.Published.Day(); ok {
			d := day.Format(time.DateOnly)
			if s.First == "" || d < s.First {
				s.First = d
			}
			s.Last = max(s.Last, d)
		}
		if r.URL != "" {
			if texts[n][r.URL] == nil {
				texts[n][r.URL] = map[string]bool{}
			}
			texts[n][r.URL][r.SHA256] = true
		}
		own := o.Kind != "copy" && (o.Kind != "wire" || o.Of == o.Outlet)
		for _, st := range v.from(r.ID).statements {
			s.Quotes++
			// A thing said once is attributed once, in however many reports.
			u := [2]string{o.Outlet, st.Utterance}
			if !own || st.Utterance != "" && counted[u] {
				continue
			}
			counted[u] = true
			switch v.sourceKind(st) {
			case SourceNamed:
				s.Shape.Named++
			case SourceOfficial:
				s.Shape.Official++
			default:
				s.Shape.Unnamed++
			}
			if len(relays(st.Chain)) > 0 {
				s.Shape.Relayed++
			}
		}
		for _, e := range v.from(r.ID).events {
			events[n][e.ID] = true
		}
	}
	for i := range rec.Reports {
		o := origin(i)
		n := outletOf[i]
		switch o.Kind {
		case "copy":
			if j, ok := v.reports[o.Of]; ok {
				from[n][out[outletOf[j]].Outlet]++
				taken[outletOf[j]][out[n].Outlet]++
			}
		case "wire":
			from[n][o.Of]++
			if j, ok := at[o.Of]; ok && j != n {
				taken[j][out[n].Outlet]++
			}
		}
	}
	delays := v.delays(out, outletOf)
	for i := range out {
		s := &out[i]
		s.From, s.Taken = v.countRows(from[i], out, at), v.countRows(taken[i], out, at)
		s.Events = len(events[i])
		s.Delay = delays[i]
		for _, t := range texts[i] {
			s.Edits += b2i(len(t) > 1)
		}
	}
	slices.SortFunc(out, func(a, b SourceRow) int {
		return cmp.Or(cmp.Compare(b2i(a.Outlet == ""), b2i(b.Outlet == "")), -cmp.Compare(a.Reports, b.Reports), strings.Compare(a.Name, b.Name), strings.Compare(a.Outlet, b.Outlet))
	})
	return out
}

func (v *View) countRows(count map[string]int, rows []SourceRow, at map[string]int) []CountRow {
	var out []CountRow
	for id, n := range count {
		name := v.EntityName(id)
		if i, ok := at[id]; ok {
			name = rows[i].Name
		}
		out = append(out, CountRow{id, name, n})
	}
	slices.SortFunc(out, func(a, b CountRow) int {
		return cmp.Or(-cmp.Compare(a.N, b.N), strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID))
	})
	return out
}

// delays measures Delay for every row; outletOf gives the row of each report.
func (v *View) delays(rows []SourceRow, outletOf []int) []Delay {
	out := make([]Delay, len(rows))
	medians := make([][]time.Duration, len(rows))
	for _, e := range v.Record.Events {
		first := map[int]time.Time{} // row → its first report with a time
		var earliest time.Time
		loose := ""           // first day of a report without a time; "-" one without a day
		who := map[int]bool{} // rows that tell of e
		var seen []string
		for _, m := range e.Mentions {
			i, ok := v.reports[m.Report]
			if !ok || len(seen) > 0 && seen[len(seen)-1] == m.Report {
				continue
			}
			seen = append(seen, m.Report)
			n := outletOf[i]
			who[n] = true
			p := v.Record.Reports[i].Published
			t, ok := instant(p.Value)
			if !ok {
				day := cmp.Or(p.Value[:min(len(p.Value), len(time.DateOnly))], "-")
				if loose == "" || day < loose {
					loose = day
				}
				continue
			}
			if old, ok := first[n]; !ok || t.Before(old) {
				first[n] = t
			}
			if earliest.IsZero() || t.Before(earliest) {
				earliest = t
			}
		}
		if len(who) < 2 {
			continue
		}
		// A report of the same day or of none may have been the first.
		known := !earliest.IsZero() && (loose == "" || loose > earliest.UTC().Format(time.DateOnly))
		for n := range who {
			out[n].Shared++
			t, ok := first[n]
			if !known || !ok {
				continue
			}
			out[n].Timed++
			d := t.Sub(earliest)
			if d == 0 {
				out[n].First++
			}
			medians[n] = append(medians[n], d)
		}
	}
	for i, ds := range medians {
		if len(ds) == 0 {
			continue
		}
		slices.Sort(ds)
		out[i].Median = (ds[(len(ds)-1)/2] + ds[len(ds)/2]) / 2
	}
	return out
}

// CopyRow is who took texts from whom.
type CopyRow struct {
	From, FromName string // whose text it was: Entity.ID, "" unknown
	To, ToName     string // who has it too
	Wire           bool   // credited, not only alike
	Reports        []CopiedReport
	Median         time.Duration // from the original to the copy, over the Timed ones
	Timed          int
}

// CopiedReport is one report with a text of others.
type CopiedReport struct {
	Report string // Report.ID
	Of     string // Report.ID of the original, "" for a credited agency
	Why    string // what showed it
}

// Copies is the copying graph as a table, the most copied first.
func (v *View) Copies() []CopyRow {
	at := map[[3]string]int{}
	var out []CopyRow
	var lags [][]time.Duration
	for i, r := range v.Record.Reports {
		if i >= len(v.Record.Origins) {
			break
		}
		o := v.Record.Origins[i]
		from, fromName := o.Of, v.EntityName(o.Of)
		switch o.Kind {
		case "copy":
			from, fromName = "", v.OutletName(o.Of)
			if j, ok := v.reports[o.Of]; ok && j < len(v.Record.Origins) {
				from = v.Record.Origins[j].Outlet
			}
		case "wire":
			if o.Of == o.Outlet {
				continue
			}
		default:
			continue
		}
		key := [3]string{cmp.Or(from, fromName), cmp.Or(o.Outlet, v.OutletName(r.ID)), o.Kind}
		n, ok := at[key]
		if !ok {
			n = len(out)
			at[key] = n
			out = append(out, CopyRow{From: from, FromName: fromName, To: o.Outlet, ToName: v.OutletName(r.ID), Wire: o.Kind == "wire"})
			lags = append(lags, nil)
		}
		row := CopiedReport{Report: r.ID, Why: o.Why}
		if o.Kind == "copy" {
			row.Of = o.Of
			a, okA := instant(v.published(o.Of))
			b, okB := instant(r.Published.Value)
			if okA && okB {
				lags[n] = append(lags[n], b.Sub(a))
			}
		}
		out[n].Reports = append(out[n].Reports, row)
	}
	for i, ds := range lags {
		if slices.Sort(ds); len(ds) > 0 {
			out[i].Median, out[i].Timed = (ds[(len(ds)-1)/2]+ds[len(ds)/2])/2, len(ds)
		}
	}
	slices.SortFunc(out, func(a, b CopyRow) int {
		return cmp.Or(-cmp.Compare(len(a.Reports), len(b.Reports)), strings.Compare(a.FromName, b.FromName), strings.Compare(a.ToName, b.ToName), cmp.Compare(b2i(a.Wire), b2i(b.Wire)))
	})
	return out
}

// instant reads a publication time; ok is false for a day, month or year.
func instant(value string) (t time.Time, ok bool) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(layout, value); err == nil {
			return t, true
		}
	}
	return t, false
}

// ReportsOf are the reports of an outlet, the newest first, undated last; from
// and n cut a page out of them, total counts all.
func (v *View) ReportsOf(outlet string, from, n int) (rows []ReportRow, total int) {
	l := v.look()
	all := l.reportsOf[outlet]
	total = len(all)
	for _, i := range all[min(from, total):min(from+n, total)] {
		row := v.report(i)
		row.Events, row.Quotes = len(v.from(row.Report.ID).events), len(v.from(row.Report.ID).statements)
		rows = append(rows, row)
	}
	return rows, total
}

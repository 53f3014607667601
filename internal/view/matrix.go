package view

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/readout-news/readout"
)

// Matrix is who says what of an event: a row a question, a column a speaker or
// an outlet.
type Matrix struct {
	Event    *readout.Event
	By       By
	Columns  []Column
	Rows     []MatrixRow // worst conflict first, agreed last
	Folded   int         // rows at the end that stand behind "show … agreed"
	Disputed int         // rows in conflict
	Reports  int         // reports on the event, copies not counted
	Note     string      // why there is nothing to compare, "" where there is
}

// MatrixRow is one question and what each column answers.
type MatrixRow struct {
	Key      string // attribute, with the unit of counts: "duration", "number-killed"
	Ref      string // opens all its sentences
	Question string
	Note     string          // how the answers relate, in words
	Verdict  readout.Verdict // of the record; "" for a row of answers
	Why      string          // the record's reason
	Cells    []Cell          // as Columns
}

// Disputed reports whether the values of the row exclude each other.
func (r MatrixRow) Disputed() bool { return r.Verdict == readout.Conflict }

// Cell is what one column says on a question.
type Cell struct {
	Column Column
	Ref    string
	Values []CellValue // most borne out first; empty: nothing found
	More   int         // values beyond those
	First  string      // what the same speaker said before, "" unless the mind changed
}

// CellValue is one value that a column gives.
type CellValue struct {
	Words       string // "about 2 hours", with a capital
	Quote       string // up to 60 characters of a report's words, "" where Words are those
	Mark        Mark
	Differs     bool     // excluded by what every other column says
	Who         string   // who says so, where a column holds several; "" else
	Outlets     []string // that carry it, where the values of a column exclude each other
	Ref         string
	Sentences   int // in reports that are no copies of one counted
	Independent int // independent origins
	Facts       []string
}

// Mark is the drawn mark of an answer to a yes-or-no question.
type Mark string

// The marks.
const (
	NoMark   Mark = ""
	Yes      Mark = "yes"
	No       Mark = "no"
	Partly   Mark = "partly"
	Silent   Mark = "silent" // asked, gave no answer
	maxCells      = 3        // values that a cell shows
	// maxColumns is how many columns a table has; beyond that the last is of
	// all others together.
	maxColumns = 5
	maxRows    = 12 // beyond that agreed rows are folded
	shownRows  = 8
)

// attributeOrder is the order of questions that are disputed alike.
var attributeOrder = []string{"occurrence", "duration", "number", "date", "place", "participants", "initiator", "outcome", "tone", "topic", "answer"}

// answer is the attribute of rows made from responses that are no claims.
const answer = "answer"

// attributeKey is the attribute of a claim, with the unit of counts.
func attributeKey(c *readout.Claim) string {
	if c.Attribute == "number" && c.Value.Unit != "" {
		return "number-" + strings.ReplaceAll(c.Value.Unit, " ", "-")
	}
	return c.Attribute
}

// Matrix lays out who says what of an event; ok is false when the record has
// no such event.
func (v *View) Matrix(event string, by By) (m Matrix, ok bool) {
	e := v.events[event]
	if e == nil {
		return m, false
	}
	m = Matrix{Event: e, By: by}
	items := v.items(event, by, false)
	m.Reports = v.reportsOn(e)
	m.Columns = v.columns(e, items)
	shown := m.Columns
	var rest []Column
	if len(m.Columns) > maxColumns {
		rest = leastSaid(m.Columns, maxColumns-1)
		shown = slices.DeleteFunc(slices.Clone(m.Columns), func(c Column) bool { return slices.ContainsFunc(rest, func(r Column) bool { return r.Key == c.Key }) })
	}
	for key, is := range items {
		row := MatrixRow{Key: key, Ref: event + "." + key}
		var claims []*readout.Claim
		for _, i := range is {
			if i.claim != nil {
				claims = append(claims, i.claim)
			}
		}
		if d := v.disagreement(event, key); d != nil {
			row.Verdict, row.Why = d.Verdict, d.Why
		}
		row.Question = v.question(e, key, claims)
		row.Note = v.rowNote(row, claims)
		for _, c := range shown {
			row.Cells = append(row.Cells, v.cell(row, []Column{c}, c, is))
		}
		if len(rest) > 0 {
			row.Cells = append(row.Cells, v.cell(row, rest, Column{}, is))
		}
		m.Rows = append(m.Rows, row)
	}
	slices.SortFunc(m.Rows, func(a, b MatrixRow) int {
		rank := func(r MatrixRow) int {
			base, _, _ := strings.Cut(r.Key, "-")
			return slices.Index(attributeOrder, base)
		}
		severity := func(r MatrixRow) int {
			if r.Verdict == "" {
				return slices.Index(verdicts, readout.Agree)
			}
			return slices.Index(verdicts, r.Verdict)
		}
		filled := func(r MatrixRow) (n int) {
			for _, c := range r.Cells {
				n += b2i(len(c.Values) > 0)
			}
			return n
		}
		return cmp.Or(cmp.Compare(severity(a), severity(b)), -cmp.Compare(filled(a), filled(b)), cmp.Compare(rank(a), rank(b)), strings.Compare(a.Key, b.Key))
	})
	if len(rest) > 0 {
		names := make([]string, len(rest))
		n := 0
		for i, c := range rest {
			names[i] = c.Name
			n += c.Claims
		}
		shown = append(shown, Column{Key: "others", Name: Count(len(rest), "other"), Note: strings.Join(names, ", "), Claims: n})
		for i := range m.Rows {
			m.Rows[i].Cells[len(shown)-1].Column = shown[len(shown)-1]
		}
	}
	m.Columns = shown
	for _, r := range m.Rows {
		m.Disputed += b2i(r.Disputed())
	}
	if len(m.Rows) > maxRows {
		for n := len(m.Rows); n > shownRows && (m.Rows[n-1].Verdict == readout.Agree || m.Rows[n-1].Verdict == readout.Single); n-- {
			m.Folded++
		}
	}
	compared := slices.ContainsFunc(m.Rows, func(r MatrixRow) bool { return r.Verdict == readout.Conflict || r.Verdict == readout.Compatible })
	switch {
	case len(m.Rows) == 0:
		m.Note = "No report gives a time, place, number or outcome for it."
	case m.Reports < 2 && len(m.Columns) < 2 && !compared:
		m.Note = "One report; nothing to compare yet."
	}
	return m, true
}

// disagreement is the record's comparison of the claims of one row, nil none.
func (v *View) disagreement(event, key string) *readout.Disagreement {
	for _, d := range v.byEvent[event] {
		if len(d.Claims) > 0 {
			if c := v.claims[d.Claims[0]]; c != nil && attributeKey(c) == key {
				return d
			}
		}
	}
	return nil
}

// reportsOn counts the reports that tell of an event, without copies of one
// another.
func (v *View) reportsOn(e *readout.Event) int {
	return len(v.tellers(e))
}

// tellers are the reports that tell of an event, copies under their original
// where that tells of it too.
func (v *View) tellers(e *readout.Event) map[string]bool {
	all := map[string]bool{}
	for _, m := range e.Mentions {
		all[m.Report] = true
	}
	for _, c := range v.about(e.ID).claims {
		all[c.Evidence.Report] = true
	}
	for id := range all {
		if o := v.original(id); o != id && all[o] {
			delete(all, id)
		}
	}
	return all
}

// columns lists who says something in items: the parties to the event in its
// order, then others by how much they say, reporters last; outlets by how much
// they say.
func (v *View) columns(e *readout.Event, items map[string][]item) []Column {
	by := map[string]*Column{}
	holders := map[string][]string{}
	var out []*Column
	for _, key := range sortedKeys(items) {
		for _, i := range items[key] {
			c := by[i.column.Key]
			if c == nil {
				x := i.column
				c = &x
				by[x.Key] = c
				out = append(out, c)
			}
			c.Claims++
			if i.holder != "" && !slices.Contains(holders[c.Key], i.holder) {
				holders[c.Key] = append(holders[c.Key], i.holder)
			}
		}
	}
	for _, c := range out {
		if strings.HasPrefix(c.Key, "@") || c.Key == Own {
			continue
		}
		c.Note = v.who(c.Key, holders[c.Key])
		if c.Note == "" {
			c.Note = v.Role(c.Key, day10(e.Date))
		}
	}
	party := map[string]int{}
	for _, p := range e.Participants {
		for _, id := range []string{p.Entity, v.Side(p.Entity)} {
			if party[id] == 0 {
				party[id] = len(party) + 1
			}
		}
	}
	slices.SortStableFunc(out, func(a, b *Column) int {
		rank := func(c *Column) int {
			switch {
			case c.Key == Own:
				return 1 << 20
			case party[c.Key] > 0:
				return party[c.Key]
			}
			return 1 << 19
		}
		return cmp.Or(cmp.Compare(rank(a), rank(b)), -cmp.Compare(a.Claims, b.Claims), strings.Compare(a.Name, b.Name), strings.Compare(a.Key, b.Key))
	})
	cols := make([]Column, len(out))
	for i, c := range out {
		cols[i] = *c
	}
	return cols
}

// day10 is the day of a date as ISO value, "" unknown or coarser.
func day10(d *readout.Date) string {
	if d == nil || len(d.Value) < 10 {
		return ""
	}
	return d.Value[:10]
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// leastSaid are the columns beyond the keep that say most, in the order of
// cols.
func leastSaid(cols []Column, keep int) []Column {
	order := slices.Clone(cols)
	slices.SortStableFunc(order, func(a, b Column) int { return -cmp.Compare(a.Claims, b.Claims) })
	rest := order[keep:]
	var out []Column
	for _, c := range cols {
		if slices.ContainsFunc(rest, func(r Column) bool { return r.Key == c.Key }) {
			out = append(out, c)
		}
	}
	return out
}

// cell gathers what the given columns say among the items of a row. as is the
// column it is shown under.
func (v *View) cell(row MatrixRow, cols []Column, as Column, items []item) Cell {
	out := Cell{Column: as, Ref: row.Ref}
	if len(cols) == 1 && as.Key != "" {
		out.Ref = row.Ref + "." + as.Key
	}
	within := func(i item) bool {
		return slices.ContainsFunc(cols, func(c Column) bool { return c.Key == i.column.Key })
	}
	type group struct {
		items []item
		value CellValue
	}
	var groups []*group
	for _, i := range items {
		if !within(i) {
			continue
		}
		words := v.itemWords(i)
		who := ""
		switch {
		case len(cols) > 1:
			who = i.column.Name
		case strings.HasPrefix(as.Key, "@"):
			// An outlet that passes on what somebody says does not say it.
			if c := v.column(i.holder, i.chain, i.evidence.Report, BySpeaker); c.Key != Own {
				who = c.Name
			}
		}
		g := (*group)(nil)
		for _, x := range groups {
			if x.value.Who == who && v.sameValue(x.items[0], i, x.value.Words, words) {
				g = x
			}
		}
		if g == nil {
			g = &group{value: CellValue{Words: words, Mark: v.mark(i), Who: who}}
			groups = append(groups, g)
		}
		g.items = append(g.items, i)
	}
	for _, g := range groups {
		slices.SortStableFunc(g.items, v.byPublication)
		x := &g.value
		x.Words = capital(v.itemWords(g.items[0]))
		x.Quote = v.itemQuote(g.items[0])
		if strings.Contains(x.Words, "“") {
			x.Quote = ""
		}
		var evidence []readout.Evidence
		for _, i := range g.items {
			evidence = append(evidence, i.evidence)
			x.Facts = append(x.Facts, i.id())
			if n := v.OutletName(i.evidence.Report); !slices.Contains(x.Outlets, n) {
				x.Outlets = append(x.Outlets, n)
			}
		}
		slices.Sort(x.Facts)
		x.Sentences, x.Independent = v.countSentences(evidence)
		x.Ref = out.Ref
		if len(groups) > 1 && len(x.Facts) == 1 {
			x.Ref = x.Facts[0]
		}
		if row.Disputed() && x.Mark == NoMark {
			others, excluded := 0, true
			for _, o := range items {
				if within(o) || o.claim == nil {
					continue
				}
				others++
				for _, i := range g.items {
					excluded = excluded && v.excludes(i.claim, o.claim)
				}
			}
			x.Differs = others > 0 && excluded
		}
	}
	slices.SortStableFunc(groups, func(a, b *group) int {
		return cmp.Or(-cmp.Compare(a.value.Independent, b.value.Independent), -cmp.Compare(a.value.Sentences, b.value.Sentences), v.byPublication(a.items[0], b.items[0]))
	})
	// A changed mind: one speaker gave one value and, in later reports only,
	// another that excludes it.
	if len(groups) == 2 && len(cols) == 1 {
		old, now := groups[0], groups[1]
		if v.byPublication(old.items[0], now.items[0]) > 0 {
			old, now = now, old
		}
		last, first := v.published(old.items[len(old.items)-1].evidence.Report), v.published(now.items[0].evidence.Report)
		if as.Key != Own && !strings.HasPrefix(as.Key, "@") && last != "" && first != "" && last[:min(len(last), 10)] < first[:min(len(first), 10)] &&
			old.items[0].claim != nil && now.items[0].claim != nil && v.excludes(old.items[0].claim, now.items[0].claim) {
			out.First = v.itemWords(old.items[0])
			groups = []*group{now}
			groups[0].value.Ref = out.Ref
		}
	}
	clash := slices.ContainsFunc(groups, func(a *group) bool {
		return slices.ContainsFunc(groups, func(b *group) bool {
			return a.items[0].claim != nil && b.items[0].claim != nil && v.excludes(a.items[0].claim, b.items[0].claim)
		})
	})
	for _, g := range groups {
		if !clash || strings.HasPrefix(as.Key, "@") {
			g.value.Outlets = nil
		}
		out.Values = append(out.Values, g.value)
	}
	if len(out.Values) > maxCells {
		out.More = len(out.Values) - maxCells
		out.Values = out.Values[:maxCells]
	}
	return out
}

package view

import (
	"cmp"
	"slices"
	"strings"

	"github.com/readout-news/readout"
)

// StanceTable is who stands where: issues down, parties across. Who speaks for
// a state or body stands in its column, by name; see View.Side.
type StanceTable struct {
	Parties   []StanceParty // the columns, most positions first
	Others    []StanceParty // parties without a column
	Lines     []StanceLine  // of the page asked for; issues on which most parties stand first
	Issues    int           // on all pages
	Positions int           // that pass, copies not counted
	Loose     int           // of them on no issue that others name
}

// StanceParty is a party with what it has in the table.
type StanceParty struct {
	Entity    string // Entity.ID
	Name      string
	Positions int
}

// StanceLine is one issue.
type StanceLine struct {
	Issue       *readout.Issue
	First, Last string       // days of the first and the last position on it, see PositionRow.Day
	Cells       []StanceCell // parallel to StanceTable.Parties
	Others      []StanceCell // of parties without a column, most positions first
	Parties     int          // that stand on it
}

// StanceCell is where one party stands on one issue.
type StanceCell struct {
	Party     StanceParty
	Positions []PositionRow // by day, copies folded; none: nothing was found
	Silent    *ResponseRow  // asked about it, the party gave no answer; nil when nothing says so
}

// Standing are the cells of the line in which something was found.
func (l StanceLine) Standing() []StanceCell {
	return slices.DeleteFunc(slices.Concat(l.Cells, l.Others), func(c StanceCell) bool { return len(c.Positions) == 0 })
}

// Newest is the last position of the cell; nil where nothing was found.
func (c StanceCell) Newest() *PositionRow {
	if len(c.Positions) == 0 {
		return nil
	}
	return &c.Positions[len(c.Positions)-1]
}

// Word says what the party does by the position: "demands", "refuses", …
func (r PositionRow) Word() string {
	return StanceWords(r.Position.Stance)
}

// changeWords name the changes of a position that pages mark.
var changeWords = map[string]string{
	"new": "new", "hardened": "hardened", "softened": "softened", "condition-added": "condition added", "dropped": "withdrawn", "reversed": "reversed", "repeated": "repeated",
}

// Changed is the change against the party's position before, in words; "" where
// nothing tells.
func (r PositionRow) Changed() string {
	return cmp.Or(changeWords[r.Position.Change], r.Position.Change)
}

// stancesOn is what light counting of positions gives for one issue.
type stancesOn struct {
	issue       *readout.Issue
	by          map[string][]*readout.Position // by side
	first, last string
}

// Stances draws the table of the positions that pass the filter, with at most
// columns parties across and n issues down, starting with the one at from.
func (v *View) Stances(f Filter, columns, from, n int) StanceTable {
	var out StanceTable
	acts := v.acting(f.By)
	count := map[string]int{}
	on := map[string]*stancesOn{}
	var all []*stancesOn
	passing, copies := v.originals(f, acts)
	for _, p := range passing {
		out.Positions++
		side := v.Side(p.Party)
		issue := v.issues[p.Issue]
		if issue == nil {
			out.Loose++
			continue
		}
		count[side]++
		x := on[p.Issue]
		if x == nil {
			x = &stancesOn{issue: issue, by: map[string][]*readout.Position{}}
			on[p.Issue] = x
			all = append(all, x)
		}
		x.by[side] = append(x.by[side], p)
		if d := v.dayOf(p); d != "" {
			if x.first == "" || d < x.first {
				x.first = d
			}
			x.last = max(x.last, d)
		}
	}
	slices.SortFunc(all, func(a, b *stancesOn) int {
		return cmp.Or(-cmp.Compare(len(a.by), len(b.by)), -strings.Compare(a.last, b.last), strings.Compare(a.issue.Name, b.issue.Name), strings.Compare(a.issue.ID, b.issue.ID))
	})
	out.Issues = len(all)
	parties := v.mostFirst(count)
	cut := min(len(parties), columns)
	out.Parties, out.Others = parties[:cut], parties[cut:]
	for _, x := range all[min(from, len(all)):min(from+n, len(all))] {
		line := StanceLine{Issue: x.issue, First: x.first, Last: x.last, Parties: len(x.by)}
		for i, party := range parties {
			if i >= cut && x.by[party.Entity] == nil {
				continue
			}
			cell := StanceCell{Party: party}
			for _, p := range x.by[party.Entity] {
				row := v.position(p)
				row.Copies = copies[p.ID]
				cell.Positions = append(cell.Positions, row)
			}
			v.byDay(cell.Positions)
			cell.Positions = v.WithoutCopies(cell.Positions)
			if len(cell.Positions) == 0 {
				cell.Silent = v.silence(party.Entity, x.issue)
			}
			if i < cut {
				line.Cells = append(line.Cells, cell)
			} else {
				line.Others = append(line.Others, cell)
			}
		}
		out.Lines = append(out.Lines, line)
	}
	return out
}

// originals are the positions that pass the filter but for those in copied
// texts whose original passes too; copies names, by the position they copy, the
// outlets of the copies. A copy may stand under an issue of its own.
func (v *View) originals(f Filter, acts func(string) bool) (out []*readout.Position, copies map[string][]string) {
	copies = map[string][]string{}
	for _, p := range v.Record.Positions {
		if !v.positionPasses(p, f, acts) {
			continue
		}
		o := v.look().copied[p.ID]
		if o == nil || !v.positionPasses(o, f, acts) {
			out = append(out, p)
			continue
		}
		copies[o.ID] = v.alsoIn(copies[o.ID], o, p)
	}
	return out, copies
}

// alsoIn adds to outlets the one that has the copy p of o.
func (v *View) alsoIn(outlets []string, o, p *readout.Position) []string {
	if name := v.OutletName(p.Evidence.Report); !slices.Contains(outlets, name) && name != v.OutletName(o.Evidence.Report) {
		outlets = append(outlets, name)
	}
	return outlets
}

// copiedPositions finds for the positions in copied texts those that they copy:
// of the same party, in the same words, from the same origin.
func (v *View) copiedPositions() map[string]*readout.Position {
	type key [4]string
	of := func(p *readout.Position) key {
		return key{p.Party, string(p.Stance), fold(p.Text), v.Origin(p.Evidence.Report)}
	}
	first := map[key]*readout.Position{}
	for _, p := range v.Record.Positions {
		k := of(p)
		if o := first[k]; o == nil || v.copyOf(o.Evidence.Report) != "" && v.copyOf(p.Evidence.Report) == "" {
			first[k] = p
		}
	}
	out := map[string]*readout.Position{}
	for _, p := range v.Record.Positions {
		if v.copyOf(p.Evidence.Report) == "" {
			continue
		}
		if o := first[of(p)]; o != p && o.Evidence.Report != p.Evidence.Report {
			out[p.ID] = o
		}
	}
	return out
}

// sortPositions sorts by the day they were taken, else reported.
func (v *View) sortPositions(ps []*readout.Position) {
	type dated struct {
		p             *readout.Position
		day, reported string
	}
	all := make([]dated, len(ps))
	for i, p := range ps {
		all[i] = dated{p, cmp.Or(v.dayOf(p), "~"), v.published(p.Evidence.Report)}
	}
	slices.SortFunc(all, func(a, b dated) int {
		return cmp.Or(strings.Compare(a.day, b.day), readout.ComparePublished(a.reported, b.reported), strings.Compare(a.p.Evidence.Report, b.p.Evidence.Report), a.p.Evidence.Span.Compare(b.p.Evidence.Span), strings.Compare(a.p.ID, b.p.ID))
	})
	for i, d := range all {
		ps[i] = d.p
	}
}

// dayOf is PositionRow.Day before the row is filled in; "" unknown.
func (v *View) dayOf(p *readout.Position) string {
	d := v.published(p.Evidence.Report)
	if at := past(p.Date, d); at != "" {
		return at
	}
	return d[:min(len(d), len("2006-01-02"))]
}

func (v *View) mostFirst(count map[string]int) []StanceParty {
	var out []StanceParty
	for id, n := range count {
		out = append(out, StanceParty{id, cmp.Or(v.EntityName(id), "Nobody the reports name"), n})
	}
	slices.SortFunc(out, func(a, b StanceParty) int {
		return cmp.Or(-cmp.Compare(a.Positions, b.Positions), strings.Compare(a.Name, b.Name), strings.Compare(a.Entity, b.Entity))
	})
	return out
}

// silence is the answer by which a party, asked about a position on the issue,
// said nothing; nil when nothing tells of one.
func (v *View) silence(party string, issue *readout.Issue) *ResponseRow {
	for _, id := range issue.Positions {
		p := v.positions[id]
		if p == nil || p.Statement == "" {
			continue
		}
		for _, r := range v.look().answersTo[p.Statement] {
			if v.Side(r.Party) == party && unanswered(r.Kind) {
				row := v.response(r)
				return &row
			}
		}
	}
	return nil
}

func unanswered(k readout.ResponseKind) bool {
	switch k {
	case readout.Declines, readout.NoAnswer, readout.Unavailable, readout.Neither:
		return true
	}
	return false
}

// IssuePage is one issue over time.
type IssuePage struct {
	Issue       *readout.Issue
	First, Last string // days, see PositionRow.Day; "" unknown
	Parties     []IssueParty
	All         []PositionRow // those of Parties with their copies, in the issue's order
	Support     Support
	Answers     []ResponseRow // to positions on it
}

// IssueParty is the line of one party on an issue.
type IssueParty struct {
	Party StanceParty
	Steps []StanceStep // by day, the undated last
}

// StanceStep is one position with what it changed.
type StanceStep struct {
	PositionRow
	Before *PositionRow // the position that it changes; nil when none is known
}

// Issue gathers what parties hold on the issue of that id; ok is false when
// there is none.
func (v *View) Issue(id string, f Filter) (p IssuePage, ok bool) {
	issue := v.issues[id]
	if issue == nil {
		return p, false
	}
	p.Issue = issue
	acts := v.acting(f.By)
	by := map[string][]PositionRow{}
	count := map[string]int{}
	var ev []readout.Evidence
	for _, id := range issue.Positions {
		x := v.positions[id]
		if x == nil || !v.positionPasses(x, f, acts) {
			continue
		}
		ev = append(ev, x.Evidence)
		side := v.Side(x.Party)
		row := v.position(x)
		p.All = append(p.All, row)
		by[side] = append(by[side], row)
		count[side]++
		if d := v.dayOf(x); d != "" {
			if p.First == "" || d < p.First {
				p.First = d
			}
			p.Last = max(p.Last, d)
		}
		for _, r := range v.look().answersTo[x.Statement] {
			if x.Statement != "" {
				p.Answers = append(p.Answers, v.response(r))
			}
		}
	}
	p.Support = v.support(ev)
	for _, party := range v.mostFirst(count) {
		rows := by[party.Entity]
		v.byDay(rows)
		line := IssueParty{Party: party}
		for _, r := range v.WithoutCopies(rows) {
			step := StanceStep{PositionRow: r}
			if before := v.positions[r.Position.Previous]; before != nil {
				x := v.position(before)
				step.Before = &x
			}
			line.Steps = append(line.Steps, step)
		}
		p.Parties = append(p.Parties, line)
	}
	return p, true
}

// Loose are the positions that pass the filter and are on no issue that others
// name, the newest first; from and n cut a page out of them.
func (v *View) Loose(f Filter, from, n int) []PositionRow {
	acts := v.acting(f.By)
	var found []*readout.Position
	for _, p := range v.Record.Positions {
		if v.issues[p.Issue] == nil && v.positionPasses(p, f, acts) {
			found = append(found, p)
		}
	}
	slices.SortStableFunc(found, func(a, b *readout.Position) int {
		return cmp.Or(-strings.Compare(v.dayOf(a), v.dayOf(b)), strings.Compare(a.ID, b.ID))
	})
	var out []PositionRow
	for _, p := range found[min(from, len(found)):min(from+n, len(found))] {
		out = append(out, v.position(p))
	}
	return v.WithoutCopies(out)
}

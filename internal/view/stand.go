package view

import (
	"cmp"
	"slices"
	"strings"

	"github.com/readout-news/readout"
)

// PositionRow is a position with its names filled in.
type PositionRow struct {
	Position  *readout.Position
	Party     string
	Addressee string
	Issue     string // the issue's name, "" when it has none
	Speaker   string // who voiced it, "" for the outlet's own voice
	Chain     []string
	Outlet    string
	Reported  string   // when the report was published, "" unknown
	Copies    []string // outlets that have the same words from the same origin, see WithoutCopies
}

// WithoutCopies leaves of rows that have the same words of the same party from
// one origin the first, which names the outlets of the others: a copy is no
// second witness.
func (v *View) WithoutCopies(rows []PositionRow) []PositionRow {
	return withoutCopies(rows,
		func(r PositionRow) [4]string {
			p := r.Position
			return [4]string{p.Party, string(p.Stance), fold(p.Text), v.Origin(p.Evidence.Report)}
		},
		func(r *PositionRow) (string, *[]string) { return r.Outlet, &r.Copies })
}

// WithoutCopiedAnswers does the same for responses.
func (v *View) WithoutCopiedAnswers(rows []ResponseRow) []ResponseRow {
	return withoutCopies(rows,
		func(r ResponseRow) [4]string {
			return [4]string{r.Response.Party, string(r.Response.Kind), fold(r.Text), v.Origin(r.Response.Evidence.Report)}
		},
		func(r *ResponseRow) (string, *[]string) { return r.Outlet, &r.Copies })
}

func withoutCopies[R any](rows []R, key func(R) [4]string, outlets func(*R) (own string, copies *[]string)) []R {
	at := map[[4]string]int{}
	var out []R
	for _, r := range rows {
		i, ok := at[key(r)]
		if !ok {
			at[key(r)] = len(out)
			out = append(out, r)
			continue
		}
		copied, _ := outlets(&r)
		own, copies := outlets(&out[i])
		if own != copied && !slices.Contains(*copies, copied) {
			*copies = append(*copies, copied)
		}
	}
	return out
}

func (v *View) position(p *readout.Position) PositionRow {
	row := PositionRow{
		Position: p, Party: v.EntityName(p.Party), Addressee: v.EntityName(p.Addressee), Speaker: v.EntityName(p.Speaker),
		Chain: v.Chain(p.Chain, p.Evidence.Report), Outlet: v.OutletName(p.Evidence.Report), Reported: v.published(p.Evidence.Report),
	}
	if x := v.issues[p.Issue]; x != nil {
		row.Issue = x.Name
	}
	return row
}

// published is the publication date of a report as ISO value, "" unknown.
func (v *View) published(report string) string {
	if r := v.Report(report); r != nil {
		return r.Published.Value
	}
	return ""
}

// Positions are the positions that pass the filter: by party (those with most
// first), by issue in the order of its first position, then by date.
func (v *View) Positions(f Filter) []PositionRow {
	var out []PositionRow
	count := map[string]int{}
	first := map[[2]string]string{} // party and issue → first day
	by := v.acting(f.By)
	for _, p := range v.Record.Positions {
		if !v.positionPasses(p, f, by) {
			continue
		}
		count[p.Party]++
		key := [2]string{p.Party, p.Issue}
		if d, ok := first[key]; !ok || day(p.Date) < d {
			first[key] = day(p.Date)
		}
		out = append(out, v.position(p))
	}
	slices.SortStableFunc(out, func(a, b PositionRow) int {
		x, y := a.Position, b.Position
		return cmp.Or(
			-cmp.Compare(count[x.Party], count[y.Party]), strings.Compare(a.Party, b.Party), strings.Compare(x.Party, y.Party),
			cmp.Compare(b2i(x.Issue == ""), b2i(y.Issue == "")),
			strings.Compare(first[[2]string{x.Party, x.Issue}], first[[2]string{y.Party, y.Issue}]), strings.Compare(a.Issue, b.Issue), strings.Compare(x.Issue, y.Issue),
			strings.Compare(day(x.Date), day(y.Date)), readout.ComparePublished(a.Reported, b.Reported), strings.Compare(x.Evidence.Report, y.Evidence.Report), x.Evidence.Span.Compare(y.Evidence.Span))
	})
	return out
}

// Parties are the names of those who hold positions, most first.
func (v *View) Parties() []string {
	count := map[string]int{}
	for _, p := range v.Record.Positions {
		if n := v.EntityName(p.Party); n != "" {
			count[n]++
		}
	}
	return byCount(count)
}

// byCount lists the keys of count, greatest first, then by name.
func byCount(count map[string]int) []string {
	var out []string
	for n := range count {
		out = append(out, n)
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(-cmp.Compare(count[a], count[b]), strings.Compare(a, b)) })
	return out
}

// positionPasses: By is the party or who voices it, With the addressee, On
// words of the issue, terms or text, or the issue's id; by is v.acting(f.By).
func (v *View) positionPasses(p *readout.Position, f Filter, by func(string) bool) bool {
	// A stand that hangs on a condition sets one.
	if f.Stance != "" && p.Stance != f.Stance && (f.Stance != readout.Condition || p.If == "") {
		return false
	}
	if !v.within(f, p.Event, p.Evidence.Report) || f.Disputed && p.Stance != readout.Accusation || !v.during(f, p.Date, p.Evidence.Report) {
		return false
	}
	if !by(p.Party) && (p.Speaker == "" || !v.is(p.Speaker, f.By)) || !v.all(f.With, p.Addressee) {
		return false
	}
	if f.On == "" || p.Issue == f.On {
		return true
	}
	var names []string
	if x := v.issues[p.Issue]; x != nil {
		names = x.Names
	}
	return holds(f.On, append([]string{p.Text, p.Terms, p.If}, names...)...)
}

// CommitmentRow is a promise with who says that it was broken.
type CommitmentRow struct {
	Commitment *readout.Commitment
	Party, To  string
	Position   *PositionRow // the position that holds it; nil when only alleged breaches tell of it
	Outlet     string
	Reported   string
	Violations []ViolationRow
}

// ViolationRow is an alleged breach with the answers to it.
type ViolationRow struct {
	Violation        readout.Violation
	Accuser, Accused string
	Text             string // the words of the accusation
	Date             string // when it was made, "" unknown
	Chain            []string
	Denials          []ResponseRow
}

// Words are what was promised: the terms, or the sentence about them where they
// are one word or two and say little by themselves.
func (r CommitmentRow) Words() string {
	if r.Position == nil {
		return r.Commitment.Terms
	}
	return telling(r.Commitment.Terms, r.Position.Position.Text)
}

// Words are what the position is about: its terms, or the sentence about them
// where they are one word or two and say little by themselves.
func (r PositionRow) Words() string { return telling(r.Position.Terms, r.Position.Text) }

// minTerms is the fewest words of terms that say something by themselves.
const minTerms = 3

func telling(terms, sentence string) string {
	if len(strings.Fields(terms)) < minTerms && sentence != "" {
		return sentence
	}
	return terms
}

func (v *View) commitment(c *readout.Commitment) CommitmentRow {
	row := CommitmentRow{Commitment: c, Party: v.EntityName(c.Party), To: v.EntityName(c.To), Outlet: v.OutletName(c.Evidence.Report), Reported: v.published(c.Evidence.Report)}
	if p := v.positions[c.Position]; p != nil {
		x := v.position(p)
		row.Position = &x
	}
	for _, b := range c.Violations {
		x := ViolationRow{Violation: b, Accuser: v.EntityName(b.Accuser), Accused: v.EntityName(b.Accused), Text: v.text(b.Evidence), Chain: v.Chain(nil, b.Evidence.Report)}
		if p := v.positions[b.Position]; p != nil {
			x.Chain = v.Chain(p.Chain, p.Evidence.Report)
			if p.Date != nil {
				x.Date = p.Date.Value
			}
		}
		for _, id := range b.DeniedBy {
			if r := v.responses[id]; r != nil {
				x.Denials = append(x.Denials, v.response(r))
			}
		}
		row.Violations = append(row.Violations, x)
	}
	return row
}

// text is the words of evidence, "" when its report is not in the record.
func (v *View) text(e readout.Evidence) string {
	r := v.Report(e.Report)
	if r == nil || e.Span.Start < 0 || e.Span.End > len(r.Text) || e.Span.Start > e.Span.End {
		return ""
	}
	return e.Span.In(r.Text)
}

// Commitments are the promises that pass the filter, by party, then by the day
// they were made. A party's are those it made and those it is accused of
// having broken.
func (v *View) Commitments(f Filter) []CommitmentRow {
	var out []CommitmentRow
	acts := v.acting(f.By)
	for _, c := range v.Record.Commitments {
		with := []string{c.To}
		by := acts(c.Party)
		for _, b := range c.Violations {
			with = append(with, b.Accuser)
			by = by || acts(b.Accused)
		}
		event := ""
		if p := v.positions[c.Position]; p != nil {
			event = p.Event
		}
		if by && v.within(f, event, c.Evidence.Report) && (!f.Disputed || len(c.Violations) > 0) && v.during(f, c.Made, c.Evidence.Report) && v.all(f.With, with...) && holds(f.On, c.Terms, c.If, v.text(c.Evidence)) {
			out = append(out, v.commitment(c))
		}
	}
	slices.SortStableFunc(out, func(a, b CommitmentRow) int {
		x, y := a.Commitment, b.Commitment
		return cmp.Or(strings.Compare(a.Party, b.Party), strings.Compare(x.Party, y.Party), strings.Compare(day(x.Made), day(y.Made)),
			strings.Compare(x.Evidence.Report, y.Evidence.Report), x.Evidence.Span.Compare(y.Evidence.Span))
	})
	return out
}

// ResponseRow is an answer with its names filled in.
type ResponseRow struct {
	Response *readout.Response
	Party    string // "" when nobody could be named
	To       string // who asked
	Text     string // the words of the answer
	About    string // the event's title, the statement's words or the report's own words; "" when not told
	Chain    []string
	Outlet   string
	Reported string
	Copies   []string // outlets that have the same words from the same origin, see WithoutCopiedAnswers
}

func (v *View) response(r *readout.Response) ResponseRow {
	row := ResponseRow{
		Response: r, Party: v.EntityName(r.Party), To: v.EntityName(r.To), Text: v.text(r.Evidence), About: r.About,
		Chain: v.Chain(r.Chain, r.Evidence.Report), Outlet: v.OutletName(r.Evidence.Report), Reported: v.published(r.Evidence.Report),
	}
	if e := v.events[r.Event]; e != nil {
		row.About = e.Title
	} else if s := v.statements[r.Statement]; s != nil {
		row.About = s.Text
	}
	return row
}

// Responses are the answers that pass the filter, by date, undated last.
func (v *View) Responses(f Filter) []ResponseRow {
	var out []ResponseRow
	by := v.acting(f.By)
	for _, r := range v.Record.Responses {
		if f.Kind != "" && string(r.Kind) != f.Kind || !v.within(f, r.Event, r.Evidence.Report) || f.Disputed && r.Kind != readout.Denies || !v.during(f, r.Date, r.Evidence.Report) || !by(r.Party) || !v.all(f.With, r.To) {
			continue
		}
		if row := v.response(r); r.Event == f.On && f.On != "" || holds(f.On, row.About, r.About, row.Text) {
			out = append(out, row)
		}
	}
	slices.SortStableFunc(out, func(a, b ResponseRow) int {
		x, y := a.Response, b.Response
		return cmp.Or(strings.Compare(day(x.Date), day(y.Date)), readout.ComparePublished(a.Reported, b.Reported),
			strings.Compare(x.Evidence.Report, y.Evidence.Report), x.Evidence.Span.Compare(y.Evidence.Span))
	})
	return out
}

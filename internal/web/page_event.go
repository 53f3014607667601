package web

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/answer"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/view"
)

// What a page of an event shows before "all" is asked for.
const (
	shownQuotes  = 3
	shownChanges = 5
	shownStates  = 5
	shownReports = 12
)

// eventData is what the page of an event shows.
type eventData struct {
	Event      *readout.Event
	Kind       string // "Phone call"
	Place      string
	Length     string // how long it was, where that is not disputed
	Status     string // how sure it is, "" it took place
	Provenance string
	Last       string // publication of the newest report
	Thread     *readout.Thread
	States     []stateLink
	Earlier    string // address of the state before this one, "" none
	Facts      []view.AgreedFact
	Matrix     view.Matrix
	Quotes     []view.Quoted
	MoreQuotes []view.Quoted
	Stands     []view.Stand
	Links      []view.Linked
	Changes    []changeRow // newest first
	Older      []changeRow
	Undated    []changeRow
	Reports    []view.UsedReport
	MoreRep    []view.UsedReport
	Endnotes   []endnotes
	Pinned     *pinned
	Diff       string // address of the comparison of two states
}

// stateLink leads to the record as it stood at some report.
type stateLink struct {
	When, Label string
	Changed     bool // a dispute or denial
	Href        string
	Current     bool
}

// pinned says how a version that the address names relates to the present one.
type pinned struct {
	Revision int
	At       string
	Now      string // address of the page as it is now
	Changed  string // what changed since, "" nothing
}

// changeRow is a change in a list. Same says that it is of the report of the row
// above, whose day and outlet need no second telling.
type changeRow struct {
	view.EventChange
	Same bool
}

func changeRows(cs []view.EventChange) []changeRow {
	out := make([]changeRow, len(cs))
	for i, c := range cs {
		out[i] = changeRow{c, i > 0 && cs[i-1].Report == c.Report}
	}
	return out
}

// endnotes are the sentences behind one question, for paper.
type endnotes struct {
	Title string
	Notes []endnote
}

type endnote struct {
	N     int
	Again bool // printed before under that number
	view.OpenedSentence
	view.OpenedReport
}

func (s *Site) event(r *Request) (Page, error) {
	id, version, isPinned := strings.Cut(r.PathValue("id"), "@")
	var pin *pinned
	if isPinned && r.AsOf != "" {
		// A version is all that the record held; what was known by a moment is a
		// state of its own.
		return Page{See: at("/e/"+id+suffix(r), r.Values())}, nil
	}
	if isPinned {
		n, err := strconv.Atoi(version)
		if err != nil || n < 1 {
			return Page{}, fmt.Errorf("%w: %q is no version of a page; versions are numbers, as in /e/%s@12", readout.ErrNotFound, clip(version, 40), clip(id, 40))
		}
		now := r.Snap
		if r.Snap, err = s.src.Revision(r.Context(), n); err != nil {
			return Page{}, err
		}
		pin = pinnedAt(r.Snap, now, id, r.Sel)
	}
	e, page, err := s.eventIn(r, id)
	if e == nil {
		return page, err
	}
	if title := slug(e.Title); !isPinned && r.Form == "html" && r.PathValue("slug") != title && e.ID == id && r.AsOf == "" {
		return Page{See: at(EventPath(e), r.Values())}, nil
	}
	path, asked := strings.TrimSuffix(r.URL.Path, "/"), id
	if isPinned {
		path = "/e/" + id
	}
	if r.Sel != "" && e.ID != id {
		if part, ok := strings.CutPrefix(r.Sel, id); ok {
			r.Sel = e.ID + part
		}
	}
	id = e.ID
	v := r.Snap.View
	by := view.BySpeaker
	if r.View == "outlets" {
		by = view.ByOutlet
	}
	m, _ := v.Matrix(id, by)
	d := eventData{
		Event: e, Kind: capital(view.Noun(e)), Place: v.EntityName(e.Place), Status: view.StatusWords(e.Status),
		Facts: v.Facts(id), Matrix: m, Stands: v.Stands(id), Links: v.Links(id), Provenance: v.Provenance(id), Reports: v.Used(id), Pinned: pin, Diff: "/e/" + asked + "/diff",
	}
	for _, f := range d.Facts {
		if f.Name == "How long" && f.Flag == "" && len(f.Lines) > 0 && !strings.Contains(f.Lines[0].Name, ";") {
			d.Length = strings.ToLower(f.Lines[0].Name[:1]) + f.Lines[0].Name[1:]
		}
	}
	d.Quotes = v.Quotations(id)
	if len(d.Quotes) > shownQuotes {
		d.Quotes, d.MoreQuotes = d.Quotes[:shownQuotes], d.Quotes[shownQuotes:]
	}
	h, _ := v.History(id)
	d.Undated = changeRows(h.Undated)
	changes := slices.Clone(h.Changes)
	slices.SortStableFunc(changes, func(a, b view.EventChange) int { return readout.ComparePublished(b.At, a.At) })
	if len(changes) > shownChanges+1 {
		d.Older = changeRows(changes[shownChanges:])
		changes = changes[:shownChanges]
	}
	d.Changes = changeRows(changes)
	for _, u := range d.Reports {
		if p := u.Report.Published.Value; readout.ComparePublished(p, d.Last) > 0 {
			d.Last = p
		}
	}
	if len(d.Reports) > shownReports {
		d.Reports, d.MoreRep = d.Reports[:shownReports], d.Reports[shownReports:]
	}
	d.States, d.Earlier = states(path, h, r)
	d.Endnotes = eventNotes(v, m)
	p := Page{
		Template: "event", Title: e.Title, Nav: "timeline", Data: d, Table: matrixTable(m),
		Dates: eventDates(v, e), Text: eventText(v, d), LD: e.ID,
	}
	if r.AsOf != "" {
		v := r.Values()
		v.Del("sel")
		p.Pin = at("/e/"+asked, v)
	} else {
		p.Pin = fmt.Sprintf("/e/%s@%d", id, r.Snap.Revision.N)
	}
	for _, t := range v.ThreadsOf(id) {
		d.Thread = t
		p.Crumb = append(p.Crumb, Link{t.Title, "/t/" + t.ID + "/" + slug(t.Title)})
		break
	}
	if len(p.Crumb) == 0 {
		p.Crumb = []Link{{"Timeline", "/timeline"}}
	}
	p.Crumb = append(p.Crumb, Link{Name: dateWords(e.Date)})
	// The page opens on the evidence of what is most in dispute.
	if r.Sel == "" && r.Form == "html" {
		p.Sel = firstAnswer(m)
	}
	if r.Form == "json" {
		x, err := answer.From(r.Snap).EventPage(id, by)
		if err != nil {
			return Page{}, err
		}
		p.JSON = x
	} else {
		p.JSON = struct{}{}
	}
	return p, nil
}

// eventIn finds the event that an id of the present record names in the state
// that the page shows: ids follow from all the words of an event, so that an
// earlier state has another for what is the same event. Where there is none it
// gives the page to answer with.
func (s *Site) eventIn(r *Request, id string) (*readout.Event, Page, error) {
	if e := r.Snap.EventByID(id); e != nil {
		return e, Page{}, nil
	}
	if now := s.src.Now(); now != r.Snap {
		if e := now.EventByID(id); e != nil {
			if found := r.Snap.Counterparts(e); len(found) > 0 {
				return found[0], Page{}, nil
			}
		}
	}
	page, err := s.elsewhere(r, id, "event")
	return nil, page, err
}

// firstAnswer is the reference of the first answer to the first question that
// has one: rows stand with the worst conflict first. One that says something
// goes before one that would not. "" when there are none.
func firstAnswer(m view.Matrix) string {
	for _, row := range m.Rows {
		ref := ""
		for _, c := range row.Cells {
			for _, x := range c.Values {
				if x.Mark != view.Silent {
					return x.Ref
				}
				ref = cmp.Or(ref, x.Ref)
			}
		}
		if ref != "" {
			return ref
		}
	}
	return ""
}

// states are the record's earlier states as links, the earliest first; earlier
// is the address of the one before the state that is shown.
func states(path string, h view.EventHistory, r *Request) (out []stateLink, earlier string) {
	all := h.States
	if len(all) < 2 {
		return nil, ""
	}
	// The first, the last and between them those that matter most.
	keep := map[int]bool{0: true, len(all) - 1: true}
	order := make([]int, 0, len(all))
	for i := 1; i < len(all)-1; i++ {
		order = append(order, i)
	}
	slices.SortStableFunc(order, func(a, b int) int { return all[a].Change.Kind.Weight() - all[b].Change.Kind.Weight() })
	for _, i := range order {
		if len(keep) < shownStates {
			keep[i] = true
		}
	}
	day := ""
	for i, s := range all {
		if !keep[i] {
			continue
		}
		x := stateLink{When: shortDay(s.At), Label: changeLabel(s.Change), Changed: s.Change.Kind == view.Disputed || s.Change.Kind == view.Denied}
		if date, clock, ok := strings.Cut(x.When, ", "); ok && date == day {
			x.When = strings.TrimSuffix(clock, " UTC")
		} else {
			day = date
			x.When = strings.TrimSuffix(x.When, " UTC")
		}
		// The last state is the one that is shown: later ones are absent.
		x.Current = i == len(all)-1
		q := r.Values()
		q.Del("sel")
		q.Set("as_of", s.At)
		if x.Current && r.AsOf == "" {
			q.Del("as_of")
		}
		x.Href = at(path, q)
		if !x.Current {
			earlier = x.Href
		}
		out = append(out, x)
	}
	return out, earlier
}

// changeLabel is a change in a few words: "Duration disputed".
func changeLabel(c view.EventChange) string {
	switch c.Kind {
	case view.FirstReport:
		return "First report"
	case view.Disputed:
		return c.Label + " disputed"
	case view.Denied:
		if c.Who != "" {
			return "Denied by " + c.Who
		}
		return "Denied"
	case view.Confirmed:
		if c.Who != "" {
			return "Confirmed by " + c.Who
		}
		return "Confirmed"
	case view.Turned:
		return "Told as having taken place"
	case view.Answered:
		if c.Who != "" {
			return c.Who + " " + c.New
		}
		return capital(c.New)
	case view.Quotation:
		return c.Who + " quoted"
	case view.TookPosition:
		return "Position of " + c.Who
	case view.Borne:
		return c.Label + " borne out"
	}
	return c.Label + " added"
}

// pinnedAt compares the version that an address names with the present one: the
// sentences of the cell it opens, or else of the page.
func pinnedAt(then, now *live.Snapshot, id, sel string) *pinned {
	p := &pinned{Revision: then.Revision.N, At: momentWords(then.Revision.At), Now: "/e/" + id}
	if sel != "" {
		p.Now += "?sel=" + sel + "#evidence"
	}
	if then.Revision.N == now.Revision.N {
		return p
	}
	a, errA := then.View.Open(cmp.Or(sel, id))
	b, errB := now.View.Open(cmp.Or(sel, id))
	switch {
	case errB != nil && errA == nil:
		p.Changed = "The record no longer says so"
	case errA == nil && (a.Title != b.Title || a.Sentences != b.Sentences || a.Copied != b.Copied):
		p.Changed = "The record has changed here since: " + plural(a.Sentences, "sentence") + " then, " + plural(b.Sentences, "sentence") + " now"
	}
	return p
}

// matrixTable is who says what as rows: one a value.
func matrixTable(m view.Matrix) *Table {
	t := &Table{Columns: []string{"question", "verdict", "who", "value", "words", "mark", "differs", "sentences", "independent", "ref"}}
	for _, r := range m.Rows {
		for i, c := range r.Cells {
			for _, x := range c.Values {
				who := m.Columns[i].Name
				if x.Who != "" {
					who = x.Who
				}
				t.Rows = append(t.Rows, []string{r.Question, string(r.Verdict), who, x.Words, x.Quote, string(x.Mark), strconv.FormatBool(x.Differs), strconv.Itoa(x.Sentences), strconv.Itoa(x.Independent), x.Ref})
			}
		}
	}
	return t
}

// eventDates is the event as a date of a calendar.
func eventDates(v *view.View, e *readout.Event) *Calendar {
	if e.Date == nil || e.Date.Bound() || len(e.Date.Value) < len("2006-01-02") {
		return nil
	}
	return &Calendar{Name: e.Title, Days: []Day{{
		ID: e.ID, From: e.Date.Value, To: e.Date.End, Title: e.Title, Path: EventPath(e), Text: v.Provenance(e.ID),
		Maybe: e.Status != readout.Occurred,
	}}}
}

// eventText is the page as Markdown. Words of reports are escaped: they are
// data in every form.
func eventText(v *view.View, d eventData) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s. %s.\n\n", escapeMD(d.Event.Title), escapeMD(capital(dateWords(d.Event.Date))), escapeMD(d.Provenance))
	for _, r := range d.Matrix.Rows {
		fmt.Fprintf(&b, "## %s\n\n%s\n\n", escapeMD(r.Question), escapeMD(r.Note))
		for i, c := range r.Cells {
			for _, x := range c.Values {
				who := d.Matrix.Columns[i].Name
				if x.Who != "" {
					who = x.Who
				}
				fmt.Fprintf(&b, "- %s: **%s**", escapeMD(who), escapeMD(x.Words))
				if x.Quote != "" {
					fmt.Fprintf(&b, " “%s”", escapeMD(x.Quote))
				}
				fmt.Fprintf(&b, " (%s, %s)\n", plural(x.Sentences, "sentence"), x.Ref)
			}
			if len(c.Values) == 0 {
				fmt.Fprintf(&b, "- %s: nothing found in %s\n", escapeMD(d.Matrix.Columns[i].Name), plural(d.Matrix.Reports, "report"))
			}
		}
		b.WriteString("\n")
	}
	for _, n := range d.Endnotes {
		for _, x := range n.Notes {
			if !x.Again {
				fmt.Fprintf(&b, "%d. %s, %s, %s: %s\n", x.N, escapeMD(x.Outlet), escapeMD(publishedWords(x.Report)), x.Where(x.OpenedSentence), escapeMD(x.OpenedSentence.Text()))
			}
		}
	}
	return b.String()
}

// escapeMD takes the meaning from characters that Markdown gives one.
func escapeMD(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	return strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", `\<`, ">", `\>`, "#", `\#`, "!", `\!`, "|", `\|`, "&", `\&`).Replace(s)
}

func publishedWords(r *readout.Report) string {
	if r.Published.Value == "" {
		return "day not known"
	}
	return longDay(r.Published.Value)
}

// eventNotes numbers the sentences behind the table, for the printed page.
func eventNotes(v *view.View, m view.Matrix) []endnotes {
	number := map[string]int{}
	var out []endnotes
	for _, row := range m.Rows {
		o, err := v.Open(row.Ref)
		if err != nil {
			continue
		}
		n := endnotes{Title: row.Question}
		for _, r := range o.Reports {
			for _, s := range r.Sentences {
				key := r.Report.ID + s.Anchor()
				x := endnote{N: number[key], Again: number[key] > 0, OpenedSentence: s, OpenedReport: r}
				if !x.Again {
					number[key] = len(number) + 1
					x.N = number[key]
				}
				n.Notes = append(n.Notes, x)
			}
		}
		out = append(out, n)
	}
	return out
}

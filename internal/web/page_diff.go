package web

import (
	"errors"
	"slices"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/answer"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/view"
)

// diffData is what the comparison of two states of an event shows.
type diffData struct {
	Event    *readout.Event
	From, To string // in words
	Heading  string
	A, B     []Choice // states to choose from
	Changes  []changeRow
	Undated  []changeRow
	Rows     []diffRow
	Working  bool // the states are being linked: rows come later
}

// diffRow is one answer that is another now.
type diffRow struct{ Question, Who, Then, Now string }

// eventDiff compares the record of an event as it stood at two moments: a and
// b, each the publication of a report that changed it; b empty is now.
func (s *Site) eventDiff(r *Request) (Page, error) {
	id := r.PathValue("id")
	e, page, err := s.eventIn(r, id)
	if e == nil {
		return page, err
	}
	id = e.ID
	h, _ := r.Snap.History(id)
	a, b := r.A, r.B
	if a == "" && len(h.States) > 1 {
		a = h.States[0].At
	}
	d := diffData{Event: e, From: longDay(a), To: "now", Undated: changeRows(h.Undated)}
	if b != "" {
		d.To = longDay(b)
	}
	if a != "" && b != "" && readout.ComparePublished(a, b) > 0 {
		a, b, d.From, d.To = b, a, d.To, d.From
	}
	for _, st := range h.States {
		name := shortDay(st.At) + ", " + changeLabel(st.Change)
		d.A = append(d.A, Choice{st.At, name, st.At == a})
		d.B = append(d.B, Choice{st.At, name, st.At == b})
	}
	d.B = append(d.B, Choice{"", "now", b == ""})
	d.Heading = "After " + d.From + ", up to " + d.To
	d.Changes = changeRows(slices.DeleteFunc(slices.Clone(h.Changes), func(c view.EventChange) bool {
		return readout.ComparePublished(c.At, a) <= 0 || b != "" && readout.ComparePublished(c.At, b) > 0
	}))
	if a == "" {
		d.From, d.Heading = "the beginning", "All changes"
	}
	if d.Rows, err = s.diffRows(r, e, a, b); errors.Is(err, live.ErrWorking) {
		d.Working = true
	} else if err != nil {
		return Page{}, err
	}
	t := &Table{Columns: []string{"at", "outlet", "kind", "what", "who", "before", "after", "ref"}}
	for _, c := range slices.Concat(d.Changes, d.Undated) {
		t.Rows = append(t.Rows, []string{c.At, c.Outlet, string(c.Kind), c.Label, c.Who, c.Old, c.New, c.Ref})
	}
	p := Page{
		Template: "diff", Title: "Changes: " + e.Title, Nav: "timeline", Data: d, Table: t,
		Crumb: []Link{{"Timeline", "/timeline"}, {e.Title, EventPath(e)}, {Name: "Changes"}},
	}
	p.JSON, err = asJSON(r, func(x *answer.Answers) (any, error) { return x.EventChanges(id, a, b) })
	return p, err
}

// diffRows lists the answers that differ between the two states.
func (s *Site) diffRows(r *Request, e *readout.Event, a, b string) ([]diffRow, error) {
	if a == "" {
		return nil, nil
	}
	then, err := s.answersAt(r, e, a)
	if err != nil {
		return nil, err
	}
	now, err := s.answersAt(r, e, b)
	if err != nil {
		return nil, err
	}
	var out []diffRow
	for _, k := range now.order {
		if x, y := then.said[k], now.said[k]; x != y {
			out = append(out, diffRow{k[0], k[1], x, y})
		}
	}
	for _, k := range then.order {
		if now.said[k] == "" {
			out = append(out, diffRow{k[0], k[1], then.said[k], ""})
		}
	}
	return out, nil
}

// answers are what each says on each question in one state.
type answers struct {
	order [][2]string // question and who
	said  map[[2]string]string
}

func (s *Site) answersAt(r *Request, e *readout.Event, moment string) (answers, error) {
	out := answers{said: map[[2]string]string{}}
	snap := r.Snap
	// Nothing that came after the state that the page shows may be on it.
	if moment != "" && !live.After(moment, r.AsOf) {
		var err error
		if snap, err = s.src.At(r.Context(), moment); err != nil {
			return out, err
		}
	}
	for _, x := range snap.Counterparts(e) {
		m, _ := snap.Matrix(x.ID, view.BySpeaker)
		for _, row := range m.Rows {
			for i, c := range row.Cells {
				words := ""
				for _, v := range c.Values {
					if words != "" {
						words += "; "
					}
					words += v.Words
				}
				if words == "" {
					continue
				}
				k := [2]string{row.Question, m.Columns[i].Name}
				if out.said[k] == "" {
					out.order = append(out.order, k)
				}
				out.said[k] = words
			}
		}
		break // the one with most of its words
	}
	return out, nil
}

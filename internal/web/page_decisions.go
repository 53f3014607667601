package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/answer"
	"github.com/readout-news/readout/internal/decide"
	"github.com/readout-news/readout/internal/review"
)

// decisionsData is the log as its page shows it, the newest first.
type decisionsData struct {
	Rows    []decisionRow
	Total   int
	Next    string
	Changed int // whose sentences changed
	Done    *doneData
}

type decisionRow struct {
	decide.Outcome
	Words string
	About []Link
}

func (s *Site) decisions(r *Request) (Page, error) {
	st, err := s.desk.Log(r.Context())
	if err != nil {
		return Page{}, err
	}
	all := slices.Clone(st.Log)
	slices.Reverse(all)
	d := decisionsData{Total: len(all), Done: s.done(r, st)}
	for i := range all {
		if all[i].Back() {
			d.Changed++
		}
	}
	from, n, next := windowOf(r, len(all), len(all))
	d.Next = next
	for _, e := range all[from:min(len(all), from+n)] {
		row := decisionRow{Outcome: e, Words: review.Words(&e.Decision)}
		for _, t := range e.About {
			l := Link{Name: review.TargetName(t)}
			if id := review.Find(st.Snap.View, t); id != "" {
				l.Href = thingPath(st.Snap.View, id)
			}
			if !slices.Contains(row.About, l) {
				row.About = append(row.About, l)
			}
		}
		d.Rows = append(d.Rows, row)
	}
	p := Page{Template: "decisions", Title: "Decisions", Nav: "review", Crumb: []Link{{"Review", "/review"}, {Name: "Decisions"}}, Data: d, Header: noStore, Table: decisionTable(all)}
	if p.JSON, err = asJSON(r, func(*answer.Answers) (any, error) { return answer.From(st.Snap).Decisions(st).Page(r.Params) }); err != nil {
		return Page{}, err
	}
	return p, nil
}

func decisionTable(all []decide.Outcome) *Table {
	t := &Table{Columns: []string{"seq", "at", "by", "kind", "about", "field", "before", "after", "why", "item", "undoes", "undone_by", "overruled_by", "sentences_changed", "hash"}}
	for i := range all {
		e := &all[i]
		var about []string
		for _, x := range e.About {
			about = append(about, x.Kind+" "+x.ID)
		}
		changed := "0"
		if e.Back() {
			changed = "1"
		}
		t.Rows = append(t.Rows, []string{strconv.FormatInt(e.Seq, 10), e.At.Format(time.RFC3339), e.By, string(e.Kind), strings.Join(about, "; "), e.Field, e.Before, e.After, e.Why, e.Item, seq(e.Undoes), seq(e.UndoneBy()), seq(e.OverruledBy()), changed, e.Hash})
	}
	return t
}

// seq is the number of a decision in a table, "" for none.
func seq(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// undo takes a decision back.
func (s *Site) undo(r *Request) (Page, error) {
	r.Body = http.MaxBytesReader(nil, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return Page{}, badForm(err)
	}
	seq, err := strconv.ParseInt(r.PathValue("seq"), 10, 64)
	if err != nil {
		return Page{}, fmt.Errorf("%w: there is no decision %s", readout.ErrNotFound, clip(r.PathValue("seq"), 40))
	}
	st, err := s.desk.Log(r.Context())
	if err != nil {
		return Page{}, err
	}
	dec, err := st.Undo(review.Who(r.Context()), seq, clip(r.PostFormValue("why"), 4000))
	if err != nil {
		return Page{}, err
	}
	job, err := s.desk.Take(r.Context(), &dec)
	if err != nil {
		return Page{}, err
	}
	back := "/decisions"
	if b := r.PostFormValue("back"); strings.HasPrefix(b, "/review") && !strings.HasPrefix(b, "//") {
		back = b
	}
	return Page{See: doneAt(back, &dec, s.soon(r, job))}, nil
}

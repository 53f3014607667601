package web

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/account"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/review"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/view"
)

// thingData is the page on which somebody decides about a thing without having
// been asked.
type thingData struct {
	review.Thing
	Href               string
	Do                 review.Do   // what is open
	Opened             view.Opened // the first of its passages
	Passages, In, More int
	Edits              []editData
	Near               []review.Choice // what it may be the same as
	Problem            string
	Why                string
	Taken              []takenRow // decisions on it that the record heeds
	Done               *doneData
}

// takenRow is a decision as the page of a thing shows it.
type takenRow struct {
	readout.Decision
	Words, What string // in a line; the field that it corrects
}

func takenRows(list []readout.Decision) []takenRow {
	var out []takenRow
	for i := range list {
		d := &list[i]
		out = append(out, takenRow{*d, review.Words(d), cmp.Or(review.FieldWords[d.Field], capital(d.Field))})
	}
	return out
}

func (s *Site) thing(r *Request) (Page, error) { return s.thingPage(r, review.Answer{}, "") }

func (s *Site) thingPage(r *Request, a review.Answer, problem string) (Page, error) {
	st, err := s.desk.State(r.Context())
	if err != nil {
		return Page{}, err
	}
	id := r.PathValue("id")
	t, ok := review.Of(st.Snap.View, id)
	if !ok {
		return s.elsewhere(r, id, "thing on which people can decide")
	}
	v := st.Snap.View
	d := thingData{Thing: t, Href: thingPath(v, id), Do: cmp.Or(a.Do, review.Do(r.URL.Query().Get("do"))), Problem: problem, Why: a.Why, Done: s.done(r, st)}
	opened := v.Passages(t.Evidence)
	d.In = len(opened.Reports)
	var left []string
	d.Opened, d.Passages, left = firstPassages(opened, tickPassages)
	d.More = len(left)
	for _, f := range t.Fields {
		e := editOf(f.Name, f.Value, f.Choices)
		if e.Hint != "" && f.Shown != "" {
			e.Hint = "now " + f.Shown + "; " + e.Hint
		}
		d.Edits = append(d.Edits, e)
	}
	d.Near = nearTo(v, t)
	d.Taken = takenRows(st.Snap.Decided[id])
	p := Page{Template: "decide", Title: "Correct the record", Crumb: []Link{{t.Title, d.Href}, {Name: "Correct"}}, Data: d, Robots: "noindex", Header: noStore}
	if problem != "" {
		p.Status = http.StatusBadRequest
	}
	return p, nil
}

// mostNear is how many things are offered as what one is the same as.
const mostNear = 30

// nearTo are the things of the same kind that one may be the same as: events of a
// common party by how far their days lie apart, entities whose names share a
// word.
func nearTo(v *view.View, t review.Thing) []review.Choice {
	type option struct {
		review.Choice
		rank int
	}
	var os []option
	switch t.Kind {
	case store.KindEvent:
		this := v.EventByID(t.ID)
		at, dated := instantOf(this.Date)
		for _, e := range v.Record.Events {
			if e.ID == t.ID || e.Type != this.Type || !slices.ContainsFunc(e.Participants, func(p readout.Participant) bool {
				return slices.ContainsFunc(this.Participants, func(q readout.Participant) bool { return p.Entity == q.Entity })
			}) {
				continue
			}
			rank := 400
			if other, ok := instantOf(e.Date); ok && dated {
				rank = max(other-at, at-other)
			}
			if rank <= 400 {
				os = append(os, option{review.Choice{Value: e.ID, Words: e.Title + ", " + dateWords(e.Date)}, rank})
			}
		}
	case store.KindEntity:
		this := v.Entity(t.ID)
		words := strings.Fields(slug2words(this.Name))
		for _, e := range v.Record.Entities {
			if e.ID == t.ID || e.Type != this.Type || len(e.Names) == 0 {
				continue
			}
			shared := 0
			for _, w := range strings.Fields(slug2words(e.Name)) {
				if slices.Contains(words, w) {
					shared++
				}
			}
			if shared > 0 {
				os = append(os, option{review.Choice{Value: e.ID, Words: e.Name + roleNote(v, e.ID)}, -shared})
			}
		}
	}
	slices.SortFunc(os, func(a, b option) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), strings.Compare(a.Words, b.Words), strings.Compare(a.Value, b.Value))
	})
	var out []review.Choice
	for _, o := range os[:min(len(os), mostNear)] {
		out = append(out, o.Choice)
	}
	return out
}

func roleNote(v *view.View, id string) string {
	if role := v.Role(id, ""); role != "" {
		return " (" + role + ")"
	}
	return ""
}

// slug2words is a name as the words of its slug.
func slug2words(name string) string { return strings.ReplaceAll(slug(name), "-", " ") }

// instantOf is the day of a date, counted from 1970.
func instantOf(d *readout.Date) (int, bool) {
	if d == nil {
		return 0, false
	}
	t, ok := instant(d.Value)
	return int(t.Unix() / 86400), ok
}

func (s *Site) decideThing(r *Request) (Page, error) {
	a, err := answerForm(r)
	if err != nil {
		return Page{}, err
	}
	st, err := s.desk.State(r.Context())
	if err != nil {
		return Page{}, err
	}
	id := r.PathValue("id")
	t, ok := review.Of(st.Snap.View, id)
	if !ok {
		return s.elsewhere(r, id, "thing on which people can decide")
	}
	dec, err := t.Decide(st.Snap.View, review.Who(r.Context()), a)
	if errors.Is(err, review.ErrAnswer) {
		return s.thingPage(r, a, capital(strings.TrimPrefix(err.Error(), review.ErrAnswer.Error()+": "))+".")
	}
	if err != nil {
		return Page{}, err
	}
	if (a.Do == review.Merge || a.Do == review.Split) && r.PostFormValue("save") == "" {
		fields := []Field{{"do", string(a.Do)}, {"why", a.Why}, {"save", "1"}}
		for _, w := range a.With {
			fields = append(fields, Field{"with", w})
		}
		for _, e := range a.Parts {
			fields = append(fields, Field{"part", placeOf(e.Report, e.Span)})
		}
		return s.preview(r, st, dec, previewData{Words: review.Words(&dec), Action: "/decide/" + id, Fields: fields, Back: at("/decide/"+id, url.Values{"do": {string(a.Do)}})})
	}
	job, err := s.desk.Take(r.Context(), &dec)
	if err != nil {
		return Page{}, err
	}
	return s.after(r, &dec, s.soon(r, job))
}

// after goes to what a decision came to.
func (s *Site) after(r *Request, dec *readout.Decision, job *live.Job) (Page, error) {
	if job != nil {
		return Page{See: doneAt("/decisions", dec, job)}, nil
	}
	if to := s.outcome(s.src.Now(), dec); to != "" && dec.Kind != readout.DecideWithdraw {
		for _, t := range dec.About {
			if found := review.Find(s.src.Now().View, t); found != "" {
				return Page{See: doneAt("/decide/"+found, dec, nil)}, nil
			}
		}
	}
	return Page{See: doneAt("/decisions", dec, nil)}, nil
}

// previewData is what stands above a page that a decision would bring.
type previewData struct {
	Words  string
	Action string // where the form that saves it goes
	Fields []Field
	Back   string
	Parts  []Link // what there would be
}

// itemPreview shows the page that an answer to an item would bring.
func (s *Site) itemPreview(r *Request, st review.State, x *review.Item, a review.Answer) (Page, error) {
	dec, err := x.Decide(st.Snap.View, review.Who(r.Context()), a)
	if errors.Is(err, review.ErrAnswer) {
		return s.itemPage(r, a, capital(strings.TrimPrefix(err.Error(), review.ErrAnswer.Error()+": "))+".")
	}
	if err != nil {
		return Page{}, err
	}
	fields := []Field{{"do", string(a.Do)}, {"why", a.Why}, {"kind", r.Kind}}
	return s.preview(r, st, dec, previewData{Words: review.Words(&dec), Action: "/review/" + x.ID, Fields: fields, Back: itemPath(x.ID, review.Kind(r.Kind))})
}

// mistakeData is the page on which a reader reports a mistake.
type mistakeData struct {
	Report  *readout.Report
	Outlet  string
	First   int
	Last    int
	Total   int
	Text    string
	Note    string
	Problem string
	Sent    bool
	May     bool // who reads this may decide, too
	Facts   []Link
}

const maxNote = 2000 // bytes of what a reader says

func (s *Site) mistake(r *Request) (Page, error) {
	q := r.URL.Query()
	return s.mistakePage(r, q.Get("first"), q.Get("last"), "", "")
}

// mistakePage shows the sentences from first to last, counted from 1, and asks
// what is wrong with them.
func (s *Site) mistakePage(r *Request, first, last, note, problem string) (Page, error) {
	now := s.src.Now()
	id := r.PathValue("id")
	reading, ok := now.Reading(id)
	if !ok {
		return s.elsewhere(r, id, "report")
	}
	d := mistakeData{Report: reading.Report, Outlet: reading.Outlet, Total: reading.Total, Note: note, Problem: problem, Sent: r.URL.Query().Get("sent") != "", May: account.Allow(r.Context(), account.Review) == nil}
	span, f, l := sentenceSpan(reading, first, last)
	d.First, d.Last = f, l
	if span.Empty() {
		d.Problem = cmp.Or(problem, noSentence(f, reading))
	} else {
		d.Text = span.In(reading.Report.Text)
		d.Facts = factsAt(now.View, []readout.Evidence{{Report: id, Span: span}})
	}
	p := Page{Template: "mistake", Title: "Report a mistake", Crumb: []Link{{cmp.Or(reading.Report.Title, reading.Outlet), "/d/" + id}, {Name: "Report a mistake"}}, Data: d, Robots: "noindex", Header: noStore}
	if problem != "" {
		p.Status = http.StatusBadRequest
	}
	return p, nil
}

func noSentence(n int, x view.Reading) string {
	return fmt.Sprintf("The report has no sentence %d; it has %d.", n, x.Total)
}

// sentenceSpan is the stretch from one sentence to another; the first where they
// are none.
func sentenceSpan(x view.Reading, from, to string) (span readout.Span, first, last int) {
	first, err := strconv.Atoi(from)
	if err != nil || first < 1 {
		first = 1
	}
	if last, err = strconv.Atoi(to); err != nil || last < first {
		last = first
	}
	last = min(last, first+20)
	for _, p := range x.Paragraphs {
		for _, s := range p.Sentences {
			if s.N >= first && s.N <= last {
				if span.Empty() {
					span = s.Span
				}
				span.End = max(span.End, s.Span.End)
			}
		}
	}
	return span, first, last
}

func (s *Site) sendMistake(r *Request) (Page, error) {
	r.Body = http.MaxBytesReader(nil, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return Page{}, badForm(err)
	}
	f := r.PostForm
	id, note := r.PathValue("id"), strings.TrimSpace(f.Get("note"))
	now := s.src.Now()
	reading, ok := now.Reading(id)
	if !ok {
		return s.elsewhere(r, id, "report")
	}
	span, first, last := sentenceSpan(reading, f.Get("first"), f.Get("last"))
	switch {
	case f.Get("show") != "":
		return Page{See: fmt.Sprintf("/d/%s/mistake?first=%d&last=%d", id, first, last)}, nil
	case span.Empty():
		return s.mistakePage(r, f.Get("first"), f.Get("last"), note, noSentence(first, reading))
	case note == "":
		return s.mistakePage(r, f.Get("first"), f.Get("last"), note, "Say what is wrong, in a few words.")
	case len(note) > maxNote:
		return s.mistakePage(r, f.Get("first"), f.Get("last"), note[:0], fmt.Sprintf("That has %d bytes; %s are room for what is wrong with one passage.", len(note), number(maxNote)))
	}
	m := store.Mistake{By: review.Who(r.Context()), Report: id, Span: span, Note: strings.ToValidUTF8(note, "�")}
	if err := now.Store.AddMistake(r.Context(), &m); err != nil {
		return Page{}, err
	}
	return Page{See: fmt.Sprintf("/d/%s/mistake?first=%d&last=%d&sent=1", id, first, last)}, nil
}

// preview shows the page that a decision would bring, with a form that saves it.
func (s *Site) preview(r *Request, st review.State, dec readout.Decision, d previewData) (Page, error) {
	snap, err := s.src.Preview(r.Context(), dec)
	if err != nil {
		return Page{}, err
	}
	var parts []Link
	seen := map[string]bool{}
	first := ""
	for _, t := range dec.About {
		if id := review.Find(snap.View, t); id != "" && !seen[id] {
			seen[id] = true
			first = cmp.Or(first, id)
			parts = append(parts, Link{Name: thingName(snap.View, id)})
		}
	}
	if first == "" {
		return Page{}, fmt.Errorf("%w: nothing of it would be left in the record", readout.ErrNotFound)
	}
	d.Parts = parts
	// The page is drawn as if the record were so; its links lead into the record
	// as it is.
	u := *r.URL
	u.Path, u.RawQuery = thingPath(snap.View, first), ""
	req := *r.Request
	req.Method, req.URL = http.MethodGet, &u
	r2 := &Request{Request: &req, Snap: snap, Form: "html", Now: r.Now}
	r2.SetPathValue("id", first)
	var page Page
	switch e := snap.EventByID(first); {
	case e != nil:
		r2.SetPathValue("slug", slug(e.Title))
		page, err = s.event(r2)
	default:
		r2.SetPathValue("slug", slug(snap.EntityName(first)))
		page, err = s.person(r2)
	}
	if err != nil {
		return Page{}, err
	}
	if page.See != "" {
		return Page{}, fmt.Errorf("the page of %s moved to %s while it was drawn", first, page.See)
	}
	page.Preview, page.Robots, page.Pin, page.Header = &d, "noindex", "", noStore
	r.Snap = snap
	return page, nil
}

func thingName(v *view.View, id string) string {
	if e := v.EventByID(id); e != nil {
		return e.Title + ", " + dateWords(e.Date)
	}
	return v.EntityName(id)
}

// Present reports whether the page shows the record as it is now: only there
// people decide.
func (c *Context) Present() bool {
	return c.Req.AsOf == "" && c.Preview == nil && !c.Req.Snap.Pinned
}

// Taken is what people decided about a thing, so that what the machine had said
// stays in sight.
func (c *Context) Taken(id string) []takenRow { return takenRows(c.Req.Snap.Decided[id]) }

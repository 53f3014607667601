package web

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/account"
	"github.com/readout-news/readout/internal/answer"
	"github.com/readout-news/readout/internal/decide"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/review"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/view"
)

// thingID is an id of the record.
var thingID = regexp.MustCompile(`\b[a-z][0-9a-f]{16}\b`)

const (
	maxForm    = 256 << 10 // bytes of a form that decides
	shownItems = 50        // of the queue; those behind them move up
	week       = 7 * 24 * time.Hour
	beSeen     = 700 * time.Millisecond // how long a decision waits to be in the record before its page is shown
)

// reviewRoutes are the pages on which people decide.
func (s *Site) reviewRoutes() []route {
	return []route{
		{"GET /review", ofNow(s.queue), false, account.Read},
		{"GET /review/{id}", ofNow(s.item), false, account.Review},
		{"POST /review/{id}", s.answerItem, false, account.Review},
		{"GET /decisions", ofNow(s.decisions), false, account.Read},
		{"POST /decisions/{seq}/undo", s.undo, false, account.Review},
		{"GET /decide/{id}", ofNow(s.thing), false, account.Review},
		{"POST /decide/{id}", s.decideThing, false, account.Review},
		{"GET /d/{id}/mistake", s.mistake, false, account.Read},
		{"POST /d/{id}/mistake", s.sendMistake, false, account.Read},
	}
}

// ofNow is a page that knows the present record alone, as people decide of that:
// asked for a moment, it leads to itself without one.
func ofNow(page func(*Request) (Page, error)) func(*Request) (Page, error) {
	return func(r *Request) (Page, error) {
		if r.AsOf == "" {
			return page(r)
		}
		u, q := *r.URL, r.URL.Query()
		q.Del("as_of")
		u.RawQuery = q.Encode()
		return Page{See: u.RequestURI()}, nil
	}
}

// queueData is the page of what waits.
type queueData struct {
	Kinds           []Choice
	Rows            []queueRow
	More            int
	Waits           int
	Decided, Undone int // this week
	Done            *doneData
}

// queueRow is an item in the list.
type queueRow struct {
	*review.Item
	Title  string
	Href   string
	Holder string // who has it before them, "" nobody
}

func (s *Site) queue(r *Request) (Page, error) {
	st, err := s.desk.State(r.Context())
	if err != nil {
		return Page{}, err
	}
	taken, err := s.desk.Taken(r.Context(), review.Who(r.Context()))
	if err != nil {
		return Page{}, err
	}
	kind := review.Kind(r.Kind)
	if kind != "" && kind.Words() == "" {
		return Page{}, fmt.Errorf("%w: no kind of item is called %q", readout.ErrNotFound, clip(r.Kind, 40))
	}
	d := queueData{Waits: len(st.Queue.Items)}
	d.Decided, d.Undone = st.Since(r.Now.Add(-week))
	d.Kinds = append(d.Kinds, Choice{"", "All " + number(d.Waits), kind == ""})
	for _, k := range review.Kinds {
		if n := len(st.Queue.Of(k)); n > 0 || k == kind {
			d.Kinds = append(d.Kinds, Choice{string(k), k.Words() + " " + number(n), k == kind})
		}
	}
	items := st.Queue.Of(kind)
	for _, x := range items[:min(len(items), shownItems)] {
		d.Rows = append(d.Rows, queueRow{x, itemTitle(x), itemPath(x.ID, kind), taken[x.ID].By})
	}
	d.More = len(items) - len(d.Rows)
	d.Done = s.done(r, st)
	p := Page{Template: "review", Title: "Review", Nav: "review", Data: d, Header: noStore}
	if p.JSON, err = asJSON(r, func(*answer.Answers) (any, error) {
		return answer.From(st.Snap).Queue(st, kind, taken).Page(r.Params)
	}); err != nil {
		return Page{}, err
	}
	return p, nil
}

// itemTitle is an item in one line.
func itemTitle(x *review.Item) string {
	if len(x.Sides) == 2 && x.Sides[0].Title != x.Sides[1].Title {
		return x.Sides[0].Title + " – " + x.Sides[1].Title
	}
	return x.Sides[0].Title
}

func itemPath(id string, kind review.Kind) string {
	v := url.Values{}
	if kind != "" {
		v.Set("kind", string(kind))
	}
	return at("/review/"+id, v)
}

// itemData is the page of one item.
type itemData struct {
	*review.Item
	Place, Waits int // of the item in the queue, from 1; 0: it waits no longer
	Sides        []itemSide
	Actions      []review.Action
	List         review.Kind // the list that is gone through
	Next         string      // the item after it, "" none
	Holder       string      // who else has it before them
	Until        time.Time
	Edit         editData
	Splits       bool // sentences can be ticked
	Answered     []decide.Outcome
	Problem      string
	Said         string // what was written before the problem
	Last         *doneData
	Done         *doneData
	Facts        []Link // of a reader's report: what rests on its sentences
}

type itemSide struct {
	review.Side
	Href   string
	Opened view.Opened // at most shownPassages
	Second bool        // its sentences go to the second part unless told otherwise

	Passages, More int
	Hidden         []string // ticks of the passages that are not shown
}

// How many passages of a side are shown, and of one that is to be divided.
const (
	shownPassages = 8
	tickPassages  = 60
)

// firstPassages cuts what is opened to so many passages and says how many there
// are and which were left out.
func firstPassages(o view.Opened, n int) (out view.Opened, all int, left []string) {
	out = o
	out.Reports = nil
	for _, r := range o.Reports {
		kept := r.Sentences[:min(len(r.Sentences), max(0, n-all))]
		for _, s := range r.Sentences[len(kept):] {
			left = append(left, placeOf(r.Report.ID, s.Span))
		}
		all += len(r.Sentences)
		if r.Sentences = kept; len(kept) > 0 {
			out.Reports = append(out.Reports, r)
		}
	}
	return out, all, left
}

// editData is the field that a correction changes.
type editData struct {
	Name, Words string
	Value       string
	Choices     []review.Choice
	Free        bool // other values than the choices may be written
	Hint        string
}

// doneData is a decision that was taken just now, or before.
type doneData struct {
	Seq    int64
	Words  string
	Href   string // what became of it
	Job    string // the reading that takes it in, "" it has ended
	Failed string // why it was not taken in
	Mine   bool
	Return string // where an undo goes back to
}

// done is the decision that the address says was taken.
func (s *Site) done(r *Request, st review.State) *doneData {
	n, err := strconv.ParseInt(r.URL.Query().Get("done"), 10, 64)
	if err != nil || st.Decision(n) == nil {
		return nil
	}
	dec := &st.Decision(n).Decision
	d := &doneData{Seq: n, Words: review.Words(dec), Href: s.outcome(st.Snap, dec), Return: r.URL.Path}
	if j := s.src.Job(r.URL.Query().Get("job")); j != nil {
		select {
		case <-j.Done():
			d.Failed = j.Status().Err
		default:
			d.Job = j.ID
		}
	}
	return d
}

// outcome is the page of what a decision is about, as it is now; "" none.
func (s *Site) outcome(snap *live.Snapshot, d *readout.Decision) string {
	for _, t := range d.About {
		if found := review.Find(snap.View, t); found != "" {
			return thingPath(snap.View, found)
		}
	}
	return ""
}

// thingPath is the page of the thing of that id, "" when it has none.
func thingPath(v *view.View, id string) string {
	if e := v.EventByID(id); e != nil {
		return EventPath(e)
	}
	if e := v.Entity(id); e != nil {
		return EntityPath(e)
	}
	if _, ok := v.Statement(id); ok {
		return "/q/" + id
	}
	if v.Report(id) != nil {
		return "/d/" + id
	}
	if f, ok := v.Thing(id); ok && f.Kind == string(store.KindCommitment) {
		return "/c/" + id
	}
	return ""
}

func (s *Site) item(r *Request) (Page, error) {
	return s.itemPage(r, review.Answer{}, "")
}

// itemPage shows an item, with what is wrong with an answer to it.
func (s *Site) itemPage(r *Request, a review.Answer, problem string) (Page, error) {
	st, err := s.desk.State(r.Context())
	if err != nil {
		return Page{}, err
	}
	me, id := review.Who(r.Context()), r.PathValue("id")
	x := st.Queue.Item(id)
	kind := review.Kind(r.Kind)
	d := itemData{Item: x, List: kind, Waits: len(st.Queue.Of(kind)), Problem: problem, Said: a.Why}
	for _, e := range st.Log {
		if e.Item == id {
			d.Answered = append(d.Answered, e)
		}
	}
	if x == nil && len(d.Answered) == 0 {
		return Page{}, fmt.Errorf("%w: nothing that waits has the id %s; it was about things that the record tells otherwise now", readout.ErrNotFound, clip(id, 40))
	}
	taken, err := s.desk.Taken(r.Context(), me)
	if err != nil {
		return Page{}, err
	}
	if next := st.Queue.After(id, kind, func(y *review.Item) bool { return taken[y.ID].By == "" }); next != nil {
		d.Next = itemPath(next.ID, kind)
	}
	d.Done = s.done(r, st)
	p := Page{Template: "item", Title: "Review", Nav: "review", Crumb: []Link{{"Review", at("/review", kindQuery(kind))}}, Robots: "noindex", Header: noStore}
	if x == nil {
		p.Title, p.Data, p.Template = "Decided", d, "decided"
		p.Crumb = append(p.Crumb, Link{Name: "Decided"})
		return p, nil
	}
	d.Place = slices.Index(st.Queue.Of(kind), x) + 1
	if l, ok := taken[id]; ok {
		d.Holder, d.Until = l.By, l.Until
	} else if account.Allow(r.Context(), account.Review) == nil {
		if _, err := s.desk.Lease(r.Context(), id, me); err != nil {
			return Page{}, err
		}
	}
	d.Actions = x.Actions()
	d.Splits = x.Takes(review.Split)
	for i, side := range x.Sides {
		href := thingPath(st.Snap.View, side.ID)
		y := itemSide{Side: side, Href: href, Second: i == 1}
		most := shownPassages
		if d.Splits {
			most = tickPassages
		}
		var left []string
		y.Opened, y.Passages, left = firstPassages(st.Snap.View.Passages(side.Evidence), most)
		if y.More = len(left); d.Splits && y.Second {
			y.Hidden = left
		}
		d.Sides = append(d.Sides, y)
	}
	if x.Takes(review.Edit) {
		d.Edit = editOf(x.Field, x.Value, x.Choices)
	}
	if x.Mistake != nil {
		d.Facts = factsAt(st.Snap.View, x.Sides[0].Evidence)
	}
	if last := st.Last(me); last != nil {
		d.Last = &doneData{Seq: last.Seq, Words: review.Words(last)}
	}
	p.Title = x.Kind.Words()
	p.Crumb = append(p.Crumb, Link{Name: x.Kind.Words()})
	p.Data = d
	if p.JSON, err = asJSON(r, func(*answer.Answers) (any, error) { return answer.From(st.Snap).ReviewItem(st, x, taken[id]) }); err != nil {
		return Page{}, err
	}
	if problem != "" {
		p.Status = http.StatusBadRequest
	}
	return p, nil
}

func kindQuery(kind review.Kind) url.Values {
	if kind == "" {
		return nil
	}
	return url.Values{"kind": {string(kind)}}
}

func editOf(field, value string, choices []review.Choice) editData {
	e := editData{Name: field, Words: cmp.Or(review.FieldWords[field], capital(field)), Value: value, Choices: choices}
	switch field {
	case "date", "until", "made", "published":
		e.Free, e.Hint = true, "2031-03-14, 2031-03, or 2031-03-12/2031-03-14"
	case "name":
		e.Free = true
	case "speaker", "place":
		e.Choices = append(slices.Clone(choices), review.Choice{Value: "", Words: map[string]string{"speaker": "Nobody can be named", "place": "Not known"}[field]})
	}
	return e
}

// factsAt are the things that rest on sentences, for who corrects them.
func factsAt(v *view.View, evidence []readout.Evidence) []Link {
	var out []Link
	for _, e := range evidence {
		for _, f := range review.At(v, e) {
			out = append(out, Link{f.Title, "/decide/" + f.ID})
		}
	}
	return out
}

// answerForm reads what a form that decides sent.
func answerForm(r *Request) (review.Answer, error) {
	r.Body = http.MaxBytesReader(nil, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return review.Answer{}, badForm(err)
	}
	f := r.PostForm
	a := review.Answer{Do: review.Do(f.Get("do")), Field: f.Get("field"), Value: cmp.Or(strings.TrimSpace(f.Get("other")), f.Get("value")), Why: clip(strings.TrimSpace(f.Get("why")), 4000)}
	for _, p := range f["part"] {
		e, ok := parsePlace(p)
		if !ok {
			return a, errBad{fmt.Errorf("%q is no place of a report; nothing was decided", clip(p, 60))}
		}
		a.Parts = append(a.Parts, e)
	}
	for _, w := range f["with"] {
		for _, x := range strings.Fields(w) {
			if m := thingID.FindString(x); m != "" {
				a.With = append(a.With, m)
			}
		}
	}
	return a, nil
}

// placeOf is a passage as the value of a tick.
func placeOf(report string, s readout.Span) string {
	return fmt.Sprintf("%s:%d-%d", report, s.Start, s.End)
}

func parsePlace(s string) (e readout.Evidence, ok bool) {
	report, span, _ := strings.Cut(s, ":")
	a, b, ok := strings.Cut(span, "-")
	e.Report = report
	var err1, err2 error
	e.Span.Start, err1 = strconv.Atoi(a)
	e.Span.End, err2 = strconv.Atoi(b)
	return e, ok && err1 == nil && err2 == nil && e.Span.Start >= 0 && e.Span.End > e.Span.Start
}

func (s *Site) answerItem(r *Request) (Page, error) {
	a, err := answerForm(r)
	if err != nil {
		return Page{}, err
	}
	me, id := review.Who(r.Context()), r.PathValue("id")
	r.Kind = r.PostFormValue("kind")
	kind := review.Kind(r.Kind)
	st, err := s.desk.State(r.Context())
	if err != nil {
		return Page{}, err
	}
	switch a.Do {
	case "skip":
		if err := s.desk.Release(r.Context(), id, me); err != nil {
			return Page{}, err
		}
		return s.onward(r, st, kind, id, nil, nil)
	case "undo":
		last := st.Last(me)
		if last == nil {
			return s.itemPage(r, a, "You have decided nothing that could be taken back.")
		}
		dec, err := st.Undo(me, last.Seq, a.Why)
		if err != nil {
			return Page{}, err
		}
		job, err := s.desk.Take(r.Context(), &dec)
		if err != nil {
			return Page{}, err
		}
		to := id
		if last.Item != "" {
			to = last.Item // it waits again
		}
		return Page{See: doneAt(itemPath(to, kind), &dec, s.soon(r, job))}, nil
	}
	x := st.Queue.Item(id)
	if x == nil {
		// Somebody was faster. What this one says is kept where it differs.
		if x = s.desk.Undecided(st, id); x == nil {
			return Page{}, fmt.Errorf("%w: this no longer waits; nothing was decided", readout.ErrNotFound)
		}
	}
	if a.Do == "enter" { // the key in a field: nothing was chosen but a value
		if a.Do = review.Edit; !x.Takes(review.Edit) || a.Value == x.Value {
			return s.itemPage(r, a, "Choose an answer.")
		}
	}
	if a.Do == review.Merge {
		a.Do = review.Accept
		return s.itemPreview(r, st, x, a)
	}
	dec, err := x.Decide(st.Snap.View, me, a)
	if errors.Is(err, review.ErrAnswer) {
		return s.itemPage(r, a, capital(strings.TrimPrefix(err.Error(), review.ErrAnswer.Error()+": "))+".")
	}
	if err != nil {
		return Page{}, err
	}
	job, err := s.desk.Take(r.Context(), &dec)
	if err != nil {
		return Page{}, err
	}
	if a.Do == review.Note {
		return Page{See: doneAt(itemPath(id, kind), &dec, nil)}, nil
	}
	return s.onward(r, st, kind, id, &dec, job)
}

// onward goes to the item after one, with the decision that was taken.
func (s *Site) onward(r *Request, st review.State, kind review.Kind, id string, dec *readout.Decision, job *live.Job) (Page, error) {
	taken, err := s.desk.Taken(r.Context(), review.Who(r.Context()))
	if err != nil {
		return Page{}, err
	}
	to := at("/review", kindQuery(kind))
	if next := st.Queue.After(id, kind, func(y *review.Item) bool { return taken[y.ID].By == "" }); next != nil {
		to = itemPath(next.ID, kind)
	}
	return Page{See: doneAt(to, dec, job)}, nil
}

// doneAt is an address that tells of a decision.
func doneAt(path string, dec *readout.Decision, job *live.Job) string {
	if dec == nil {
		return path
	}
	u, err := url.Parse(path)
	if err != nil {
		return path
	}
	v := u.Query()
	v.Set("done", strconv.FormatInt(dec.Seq, 10))
	if job != nil {
		v.Set("job", job.ID)
	}
	u.RawQuery = v.Encode()
	return u.String()
}

// soon waits a moment for a reading, so that who looks at what it changes sees
// it; it returns the reading unless it has ended well.
func (s *Site) soon(r *Request, job *live.Job) *live.Job {
	if job == nil {
		return nil
	}
	select {
	case <-job.Done():
		if job.Status().Err == "" {
			return nil
		}
	case <-time.After(beSeen):
	case <-r.Context().Done():
	}
	return job
}

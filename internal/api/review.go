package api

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/account"
	"github.com/readout-news/readout/internal/answer"
	"github.com/readout-news/readout/internal/decide"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/review"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/wire"
)

// reviewOperations are those by which people decide. They are about the record as
// it is now, and their answers change with every decision.
func reviewOperations() []operation {
	const group = "Review"
	decides := func(path, name, summary, id string, takes reflect.Type, do func(a *API, r *http.Request, st review.State) (readout.Decision, error)) operation {
		return operation{
			method: http.MethodPost, path: path, name: name, group: group, summary: summary, id: id, schema: answer.DecidedSchema, status: http.StatusOK,
			answers: reflect.TypeFor[wire.Thing[wire.Decided]](), takes: takes, needs: account.Review, serve: deciding(do),
		}
	}
	return []operation{
		{
			method: http.MethodGet, path: "/review", name: "listReview", group: group, summary: "Questions that wait for a person, those on which most hangs first; kind is same-event, one-or-two, same-person, speaker, date or reported",
			params: []string{"kind", "limit", "cursor"}, schema: answer.QueueSchema, status: http.StatusOK, lists: true, answers: reflect.TypeFor[wire.List[wire.ReviewItem]](), item: reflect.TypeFor[wire.ReviewItem](), needs: account.Read,
			serve: desked(func(a *API, c *call, st review.State, taken map[string]store.Lease) (answer.Rows[wire.ReviewItem], error) {
				kind := review.Kind(c.p.Kind)
				if kind != "" && kind.Words() == "" {
					return answer.Rows[wire.ReviewItem]{}, problem(http.StatusBadRequest, "no kind of item is called "+strconv.Quote(clip(c.p.Kind)), "Give one of same-event, one-or-two, same-person, speaker, date, reported, or leave it out.")
				}
				return c.Queue(st, kind, taken), nil
			}),
		},
		{
			method: http.MethodGet, path: "/review/{id}", name: "getReviewItem", group: group, summary: "One question with the sentences below it",
			schema: answer.ReviewItemSchema, status: http.StatusOK, answers: reflect.TypeFor[wire.Thing[wire.ReviewItem]](), needs: account.Read, serve: (*API).reviewItem,
		},
		decides("/review/{id}", "answerReviewItem", "Answer a question: accept, reject, split, edit, withdraw or note", "", reflect.TypeFor[wire.Answer](), (*API).answerItem),
		decides("/decide/{id}", "decide", "Decide about an event, entity, statement or commitment without having been asked: merge, split, edit, withdraw or note", "Id of an event, an entity, a statement or a commitment.", reflect.TypeFor[wire.Answer](), (*API).decideThing),
		{
			method: http.MethodGet, path: "/decisions", name: "listDecisions", group: group, summary: "The log of what people decided, the newest first: who, when, why, before, after",
			params: []string{"limit", "cursor"}, schema: answer.DecisionsSchema, status: http.StatusOK, lists: true, answers: reflect.TypeFor[wire.List[wire.Decision]](), item: reflect.TypeFor[wire.Decision](), needs: account.Read,
			serve: desked(func(a *API, c *call, st review.State, _ map[string]store.Lease) (answer.Rows[wire.Decision], error) {
				return c.Decisions(st), nil
			}),
		},
		decides("/decisions/{id}/undo", "undoDecision", "Take a decision back, by another decision", "Number of the decision.", reflect.TypeFor[wire.Undo](), (*API).undo),
	}
}

// desked serves a list that changes with the log of decisions.
func desked[T any](rows func(*API, *call, review.State, map[string]store.Lease) (answer.Rows[T], error)) serve {
	return func(a *API, o operation, w http.ResponseWriter, r *http.Request) error {
		c, err := a.read(o, w, r)
		if err != nil {
			return err
		}
		st, taken, err := a.atDesk(r)
		if err != nil {
			return err
		}
		c.snap, c.Answers = st.Snap, answer.From(st.Snap)
		c.more = deskTag(st, taken)
		if a.unchanged(c) {
			return nil
		}
		out, err := rows(a, c, st, taken)
		if err != nil {
			return err
		}
		return a.sendRows(c, out.Schema, out.N, out.Cut, func(i int) any { return out.At(i) }, func() (any, error) { return out.Page(c.p) })
	}
}

// deskTag names the state of the desk.
func deskTag(st review.State, taken map[string]store.Lease) string {
	return fmt.Sprintf("%d %d %v", len(st.Log), len(st.Queue.Items), taken)
}

func (a *API) atDesk(r *http.Request) (review.State, map[string]store.Lease, error) {
	st, err := a.desk.State(r.Context())
	if err != nil {
		return st, nil, err
	}
	taken, err := a.desk.Taken(r.Context(), review.Who(r.Context()))
	return st, taken, err
}

// reviewItem serves one item.
func (a *API) reviewItem(o operation, w http.ResponseWriter, r *http.Request) error {
	c, err := a.read(o, w, r)
	if err != nil {
		return err
	}
	st, taken, err := a.atDesk(r)
	if err != nil {
		return err
	}
	c.snap, c.Answers = st.Snap, answer.From(st.Snap)
	c.more = deskTag(st, taken)
	x := st.Queue.Item(c.id)
	if x == nil {
		return fmt.Errorf("%w: nothing that waits has the id %s", readout.ErrNotFound, clip(c.id))
	}
	if a.unchanged(c) {
		return nil
	}
	v, err := c.ReviewItem(st, x, taken[x.ID])
	if err != nil {
		return err
	}
	return a.send(w, http.StatusOK, v)
}

// deciding serves an operation that decides: it notes the decision and starts what
// takes it into the record.
func deciding(do func(a *API, r *http.Request, st review.State) (readout.Decision, error)) serve {
	return func(a *API, o operation, w http.ResponseWriter, r *http.Request) error {
		if len(r.URL.RawQuery) > 0 {
			return problem(http.StatusBadRequest, "this operation has no parameters", "Send what it takes as the body.")
		}
		if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != mediaJSON {
			return problem(http.StatusUnsupportedMediaType, "a body of type "+strconv.Quote(clip(r.Header.Get("Content-Type")))+" is not taken", "Send application/json.")
		}
		st, err := a.desk.State(r.Context())
		if err != nil {
			return err
		}
		dec, err := do(a, r, st)
		var job *live.Job
		if err == nil {
			job, err = a.desk.Take(r.Context(), &dec)
		}
		if errors.Is(err, review.ErrAnswer) {
			return problem(http.StatusUnprocessableEntity, strings.TrimPrefix(err.Error(), review.ErrAnswer.Error()+": "), "Nothing was decided. The actions of an item are in its actions; docs/review.md has those of things.")
		}
		if err != nil {
			return err
		}
		id := ""
		if job != nil {
			id = job.ID
			w.Header().Set("Location", Base+"/jobs/"+id)
		}
		w.Header().Set("Cache-Control", "no-store")
		v, err := answer.From(a.src.Now()).Decided(decide.Outcome{Decision: dec}, id)
		if err != nil {
			return err
		}
		return a.send(w, http.StatusOK, v)
	}
}

func sentAnswer(r *http.Request) (review.Answer, error) {
	in, err := bodyJSON[wire.Answer](r.Body, `{"do":"accept","why":"…"}`)
	if err != nil {
		return review.Answer{}, err
	}
	out := review.Answer{Do: review.Do(in.Do), Field: in.Field, Value: in.Value, With: in.With, Why: in.Why}
	for _, p := range in.Parts {
		out.Parts = append(out.Parts, readout.Evidence{Report: p.Report, Span: readout.Span{Start: p.ByteStart, End: p.ByteEnd}})
	}
	return out, nil
}

func (a *API) answerItem(r *http.Request, st review.State) (readout.Decision, error) {
	in, err := sentAnswer(r)
	if err != nil {
		return readout.Decision{}, err
	}
	id := r.PathValue("id")
	x := st.Queue.Item(id)
	if x == nil {
		x = a.desk.Undecided(st, id) // somebody was faster: what this one says is kept, too
	}
	if x == nil {
		return readout.Decision{}, fmt.Errorf("%w: nothing that waits has the id %s", readout.ErrNotFound, clip(id))
	}
	return x.Decide(st.Snap.View, review.Who(r.Context()), in)
}

func (a *API) decideThing(r *http.Request, st review.State) (readout.Decision, error) {
	in, err := sentAnswer(r)
	if err != nil {
		return readout.Decision{}, err
	}
	id := r.PathValue("id")
	t, ok := review.Of(st.Snap.View, id)
	if !ok {
		return readout.Decision{}, fmt.Errorf("%w: there is no event, entity, statement or commitment %s", readout.ErrNotFound, clip(id))
	}
	return t.Decide(st.Snap.View, review.Who(r.Context()), in)
}

func (a *API) undo(r *http.Request, st review.State) (readout.Decision, error) {
	in, err := bodyJSON[wire.Undo](r.Body, `{"why":"…"}`)
	if err != nil {
		return readout.Decision{}, err
	}
	seq, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return readout.Decision{}, fmt.Errorf("%w: there is no decision %s", readout.ErrNotFound, clip(r.PathValue("id")))
	}
	return st.Undo(review.Who(r.Context()), seq, in.Why)
}

package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/account"
	"github.com/readout-news/readout/internal/answer"
	"github.com/readout-news/readout/internal/gate"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/query"
	"github.com/readout-news/readout/internal/search"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/wire"
)

// problemError is an error with the problem that the caller gets.
type problemError struct{ wire.Problem }

func (e *problemError) Error() string { return e.Detail }

// problem makes an error of an answer: what happened, and what to do.
func problem(status int, detail, advice string, faults ...wire.Fault) error {
	return &problemError{wire.Problem{Title: http.StatusText(status), Status: status, Detail: detail, Advice: advice, Errors: faults}}
}

// explain turns an error into a problem: the one table from errors to answers.
func explain(err error) wire.Problem {
	var p *problemError
	var big *http.MaxBytesError
	var bad *query.Error
	var typed *search.Error
	as := func(status int, advice string) wire.Problem {
		return wire.Problem{Title: http.StatusText(status), Status: status, Detail: err.Error(), Advice: advice}
	}
	switch {
	case errors.As(err, &p):
		return p.Problem
	case errors.As(err, &bad):
		out := as(http.StatusBadRequest, "Mend the parameters that are named and ask again.")
		out.Detail = "parameters that cannot be used"
		for _, e := range faults(err) {
			out.Errors = append(out.Errors, wire.Fault{Location: "query." + e.Name, Message: e.Error()})
		}
		return out
	case errors.Is(err, store.ErrQuery):
		out := as(http.StatusBadRequest, "Take next of the hits before with the same q and in, or leave cursor out.")
		out.Detail = "this cursor is not of this search" // the error names files of the server
		return out
	case errors.Is(err, answer.ErrCursor):
		return as(http.StatusBadRequest, "Take next of the page before as it is, or begin without cursor.")
	case errors.As(err, &typed):
		return as(http.StatusBadRequest, "Mend q and ask again; /help tells what it may hold.")
	case errors.Is(err, answer.ErrMoved):
		return as(http.StatusGone, "Begin again without cursor, or ask for format=jsonl: it sends the whole list of one revision.")
	case errors.Is(err, live.ErrMoment):
		return as(http.StatusBadRequest, "Give as_of as a day such as 2031-03-14 or a time such as 2031-03-14T15:00:00Z.")
	case errors.Is(err, search.ErrSlow):
		return as(http.StatusServiceUnavailable, "Ask for less: more words, days by from: and to:, or one sort of hits with in.")
	case errors.Is(err, live.ErrFull):
		return as(http.StatusServiceUnavailable, "Send it again after the seconds of Retry-After, or when the jobs before it are done.")
	case errors.Is(err, live.ErrWorking):
		return as(http.StatusServiceUnavailable, "Ask again after the seconds of Retry-After.")
	case errors.Is(err, account.ErrSignIn):
		return as(http.StatusUnauthorized, "Send a token: Authorization: Bearer TOKEN. Tokens are made on the page /account or by “readout account token”.")
	case errors.Is(err, account.ErrScope):
		return as(http.StatusForbidden, "Use a token with that scope; nothing was changed.")
	case errors.Is(err, readout.ErrNotFound):
		return as(http.StatusNotFound, "Take ids from an answer of the same state of the record; facts get another id when other reports come to tell of them.")
	case errors.As(err, &big):
		return as(http.StatusRequestEntityTooLarge, "Send it in parts; nothing was stored.")
	}
	out := as(http.StatusInternalServerError, "The log of the program says more. Nothing was changed.")
	out.Detail = "the answer could not be made"
	return out
}

// faults are the parameters in a joined error.
func faults(err error) []*query.Error {
	var one *query.Error
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var out []*query.Error
		for _, e := range joined.Unwrap() {
			out = append(out, faults(e)...)
		}
		return out
	}
	if errors.As(err, &one) {
		return []*query.Error{one}
	}
	return nil
}

// fail answers with the problem of an error.
func (a *API) fail(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil {
		return // the caller has gone: nobody is left to tell, and nothing is wrong
	}
	p := explain(err)
	if p.Status == http.StatusInternalServerError {
		a.opts.Log.Error("api", "path", r.URL.Path, "error", err)
	}
	h := w.Header()
	h.Del("ETag")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Type", "application/problem+json")
	switch p.Status {
	case http.StatusServiceUnavailable:
		h.Set("Retry-After", "2")
	case http.StatusUnauthorized:
		gate.Refuse(w, err)
	}
	body, err := json.Marshal(p)
	if err != nil {
		http.Error(w, p.Title, p.Status)
		return
	}
	w.WriteHeader(p.Status)
	w.Write(append(body, '\n'))
}

// clip bounds what is said back to the caller.
func clip(s string) string {
	const most = 100
	if len(s) > most {
		s = s[:most] + "…"
	}
	return strings.ToValidUTF8(s, "�")
}

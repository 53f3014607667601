package web

import (
	"errors"
	"math"
	"net/http"
	"net/url"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/account"
	"github.com/readout-news/readout/internal/answer"
	"github.com/readout-news/readout/internal/gate"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/review"
	"github.com/readout-news/readout/internal/search"
)

// errBad is a request that cannot be answered as it is.
type errBad struct{ error }

func (e errBad) Unwrap() error { return e.error }

// gone is a thing that the record held once.
type gone struct {
	What  string // "This event"
	When  string // when the record came to hold it no longer, in words
	Now   []Link // what it became
	cause error
}

func (g gone) Error() string { return g.What + " is not in the record since " + g.When + "." }
func (g gone) Unwrap() error { return g.cause }

// problem is an error as people see it.
type problem struct {
	Status  int
	Title   string
	Detail  string
	Advice  string
	Links   []Link
	Working bool
}

// explain says what to show for an error: the one table from errors to
// answers.
func explain(err error) problem {
	var g gone
	var big *http.MaxBytesError
	var many *gate.TooMany
	switch {
	case errors.As(err, &many):
		return problem{Status: http.StatusTooManyRequests, Title: "Too much at once", Detail: capital(many.Error()) + ".", Advice: "Wait " + lastingWords(math.Ceil(many.After.Seconds())) + " and ask again; nothing was changed."}
	case errors.Is(err, gate.ErrToken):
		return problem{Status: http.StatusUnauthorized, Title: "This token is not valid", Detail: "It is not known here, it has expired, or it was revoked.", Advice: "Make another on the page of your account, or sign in."}
	case errors.Is(err, gate.ErrNoAccount):
		return problem{Status: http.StatusForbidden, Title: "No account here", Detail: capital(err.Error()) + ".", Advice: "Ask who manages the accounts of this Readout."}
	case errors.As(err, &g):
		p := problem{Status: http.StatusGone, Title: "No longer in the record", Detail: g.Error(), Links: g.Now, Advice: "It was withdrawn: newer reports or rules left nothing that tells of it."}
		if len(g.Now) > 0 {
			p.Title, p.Advice = "Now told apart", "What reports tell of it belongs to these:"
		}
		return p
	case errors.Is(err, live.ErrWorking):
		return problem{Status: http.StatusServiceUnavailable, Title: "Working out this state of the record", Detail: "All reports that were out by then are being compared anew.", Advice: "This page asks again by itself.", Working: true}
	case errors.Is(err, search.ErrSlow):
		return problem{Status: http.StatusServiceUnavailable, Title: "This search takes too long", Detail: capital(search.ErrSlow.Error()) + ".", Advice: "Give more words, an outlet or days, or look for one sort of hits."}
	case errors.Is(err, live.ErrFull):
		return problem{Status: http.StatusServiceUnavailable, Title: "Too much at once", Detail: capital(err.Error()) + ".", Advice: "Wait for the readings under way and send it again."}
	case errors.Is(err, answer.ErrMoved):
		return problem{Status: http.StatusGone, Title: "The record has changed since", Detail: err.Error(), Advice: "Begin the list again without cursor."}
	case errors.Is(err, answer.ErrCursor):
		return problem{Status: http.StatusBadRequest, Title: "No such place in the list", Detail: err.Error(), Advice: "Take next of the page before as it is, or leave cursor out."}
	case errors.Is(err, live.ErrMoment):
		return problem{Status: http.StatusBadRequest, Title: "No such moment", Detail: err.Error(), Advice: "Give a day such as 2031-03-14 or a time such as 2031-03-14T15:00:00Z."}
	case errors.As(err, &big):
		return problem{Status: http.StatusRequestEntityTooLarge, Title: "That is too much at once", Detail: err.Error(), Advice: "Send it in parts; nothing was stored."}
	case errors.Is(err, review.ErrAnswer):
		return problem{Status: http.StatusBadRequest, Title: "This cannot be answered as asked", Detail: capital(strings.TrimPrefix(err.Error(), review.ErrAnswer.Error()+": ")) + ".", Advice: "Look at what there is by now and decide again; nothing was changed."}
	case errors.As(err, &errBad{}):
		return problem{Status: http.StatusBadRequest, Title: "This cannot be answered as asked", Detail: err.Error(), Advice: "Mend the address or the form and try again."}
	case errors.Is(err, account.ErrSignIn):
		return problem{Status: http.StatusUnauthorized, Title: "Sign in to see this", Detail: "This Readout shows its record to people it knows.", Advice: "Sign in, or send a token: Authorization: Bearer TOKEN."}
	case errors.Is(err, account.ErrScope):
		return problem{Status: http.StatusForbidden, Title: "You may not do this", Detail: capital(err.Error()) + ".", Advice: "Ask who manages the accounts; nothing was changed."}
	case errors.Is(err, readout.ErrNotFound):
		return problem{Status: http.StatusNotFound, Title: "Not in the record", Detail: capital(strings.TrimPrefix(err.Error(), "not in the record: ")), Advice: "Search for it, or look at the timeline."}
	}
	return problem{Status: http.StatusInternalServerError, Title: "Something went wrong here", Detail: "The page could not be made.", Advice: "The log of the program says more. Nothing was changed."}
}

// fail answers with the page of an error, or with JSON where data was asked
// for.
func (s *Site) fail(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil {
		return // the reader has gone: nobody is left to tell, and nothing is wrong
	}
	p := explain(err)
	if p.Status == http.StatusInternalServerError {
		s.opts.Log.Error("page", "path", r.URL.Path, "error", err)
	}
	if p.Status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "2")
	}
	if p.Working { // asking again sends nothing twice
		w.Header().Set("Refresh", "2")
	}
	if p.Status == http.StatusUnauthorized || p.Status == http.StatusForbidden || p.Status == http.StatusTooManyRequests {
		gate.Refuse(w, err)
	}
	// The tag was that of the page.
	w.Header().Del("ETag")
	w.Header().Set("Cache-Control", "no-store")
	form, _ := r.Context().Value(formKey{}).(string)
	if form != "" && form != "html" || machines(r.URL.Path) {
		writeProblem(w, p)
		return
	}
	if s.opts.Gate != nil && errors.Is(err, account.ErrSignIn) && r.Method == http.MethodGet {
		http.Redirect(w, r, "/login?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
		return
	}
	req := &Request{Request: r, Now: s.opts.Now().UTC(), Snap: s.src.Now(), Form: "html"}
	if err := s.answer(w, req, Page{Template: "problem", Title: p.Title, Data: p, Status: p.Status, Robots: "noindex"}); err != nil {
		s.opts.Log.Error("error page", "error", err)
		http.Error(w, p.Title, http.StatusInternalServerError)
	}
}

// machines reports whether a path is asked by programs, who get problems as
// JSON.
func machines(path string) bool {
	return strings.HasPrefix(path, "/api/") || path == "/metrics" || strings.HasPrefix(path, "/mcp")
}

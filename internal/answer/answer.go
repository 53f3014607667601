// Package answer turns rows of package view into the objects of package wire
// that the .json of pages, the HTTP API and MCP give: the same object for the
// same question, whoever asks.
//
// In: a state of the record and the parameters of a question. Out: lists
// (Rows, cut into pages by Page or sent item by item) and things. What a row
// rests on goes out as passages: report, hash of its bytes, place in bytes and
// code points, number of the sentence, the words. Nothing is decided here;
// what passes a filter is the view's to say.
package answer

import (
	"errors"
	"net/url"
	"sort"
	"strings"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/view"
	"github.com/readout-news/readout/internal/view/recordjson"
	"github.com/readout-news/readout/wire"
)

// Answers makes answers from one state of the record. It is for one goroutine
// and one request.
type Answers struct {
	*live.Snapshot
	enc *recordjson.Encoder
}

// From answers from a snapshot.
func From(s *live.Snapshot) *Answers {
	return &Answers{s, recordjson.NewEncoder(s.View, s.Decided)}
}

// Err is the first place that did not lie in its report: what was answered
// must not be shown.
func (a *Answers) Err() error { return a.enc.Err() }

// Head opens an answer of that schema.
func (a *Answers) Head(schema string) wire.Head {
	return wire.Head{Schema: schema, Revision: a.Revision.N, AsOf: opt(a.AsOf), Later: a.Later}
}

// thing wraps the answer on one thing.
func thing[T any](a *Answers, schema string, item T) (wire.Thing[T], error) {
	return wire.Thing[T]{Head: a.Head(schema), Item: item}, a.Err()
}

func opt(s string) *string { return recordjson.Opt(s) }

// Path is the page of a thing by its id, without the decoration of a title; ""
// when it has none. The first letter of an id tells its kind.
func (a *Answers) Path(id string) string {
	if id == "" {
		return ""
	}
	esc := url.PathEscape(id)
	switch id[0] {
	case 'r':
		return "/d/" + esc
	case 'v':
		return "/e/" + esc
	case 's', 'u':
		return "/q/" + esc
	case 'i':
		return "/positions/" + esc
	case 'k':
		return "/c/" + esc
	case 't':
		return "/t/" + esc
	case 'c', 'p', 'a':
		return "/f/" + esc
	case 'e':
		if e := a.Entity(id); e != nil {
			switch e.Type {
			case readout.Person:
				return "/p/" + esc
			case readout.Outlet:
				return "/s/" + esc
			default:
				return "/o/" + esc
			}
		}
	}
	return ""
}

// entity refers to an entity; nil when there is none.
func (a *Answers) entity(id string) *wire.Ref {
	e := a.Entity(id)
	if e == nil {
		return nil
	}
	return &wire.Ref{ID: id, Name: e.Name, Path: opt(a.Path(id))}
}

// refs refers to the entities of those ids that there are.
func (a *Answers) refs(ids []string) []wire.Ref {
	out := []wire.Ref{}
	for _, id := range ids {
		if r := a.entity(id); r != nil {
			out = append(out, *r)
		}
	}
	return out
}

// Passage is evidence with its words.
func (a *Answers) Passage(e readout.Evidence) wire.Passage {
	span := a.enc.Span(e.Report, e.Span)
	p := wire.Passage{Report: e.Report, Start: span.Start, End: span.End, ByteStart: e.Span.Start, ByteEnd: e.Span.End, Path: a.Path(e.Report), By: recordjson.By(e.By)}
	r := a.Report(e.Report)
	if r == nil {
		return p
	}
	p.SHA256, p.Outlet, p.Published = r.SHA256, a.OutletName(r.ID), opt(r.Published.Value)
	if e.Span.Start >= 0 && e.Span.Start <= e.Span.End && e.Span.End <= len(r.Text) {
		p.Text = e.Span.In(r.Text)
	}
	if n := a.sentence(e.Report, e.Span.Start); n > 0 {
		p.Sentence = &n
		p.Path += "#" + sentenceAnchor(n)
	}
	return p
}

func (a *Answers) passages(es []readout.Evidence) []wire.Passage {
	out := []wire.Passage{}
	for _, e := range es {
		out = append(out, a.Passage(e))
	}
	return out
}

// sentence is the number of the sentence that holds byte at, or the one that
// follows it; 0 when sentences are unknown.
func (a *Answers) sentence(report string, at int) int {
	if a.Sentences == nil {
		return 0
	}
	spans := a.Sentences(report)
	i := sort.Search(len(spans), func(i int) bool { return spans[i].End > at })
	if i == len(spans) {
		return 0
	}
	return i + 1
}

// chain is a chain with its names filled in.
func (a *Answers) chain(links []readout.ChainLink, report string) []wire.Relay {
	out := []wire.Relay{}
	for _, l := range links {
		r := wire.Relay{Entity: opt(l.Entity), Name: l.Text, Factuality: opt(string(l.Factuality)), Outlet: l.OutletOfReport}
		switch {
		case l.OutletOfReport:
			r.Name = a.OutletName(report)
		case a.EntityName(l.Entity) != "":
			r.Name = a.EntityName(l.Entity)
		}
		out = append(out, r)
	}
	return out
}

// counts are the three numbers of a support.
func counts(s view.Support) wire.Counts {
	return wire.Counts{Mentions: s.Mentions, Reports: len(s.Reports), Origins: s.Origins}
}

// stamp is a moment in RFC 3339, UTC, to the second; nil when unknown.
func stamp(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	return opt(t.UTC().Format(time.RFC3339))
}

// notFound is the error for an id that the state of the record has not.
type notFound struct{ kind, id, asOf string }

func (e *notFound) Error() string {
	msg := "the record has no " + e.kind + " " + strings.ToValidUTF8(e.id, "�")
	if e.asOf != "" {
		msg += " as of " + e.asOf
	}
	return msg
}

func (e *notFound) Unwrap() error { return readout.ErrNotFound }

func (a *Answers) missing(kind, id string) error { return &notFound{kind, id, a.AsOf} }

// ErrCursor is a cursor that cannot be used.
var ErrCursor = errors.New("this cursor cannot be used")

// ErrMoved means that the record has changed since the cursor was given.
var ErrMoved = errors.New("the record has changed since this cursor was given")

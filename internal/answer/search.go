package answer

import (
	"context"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/query"
	"github.com/readout-news/readout/internal/search"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/terms"
	"github.com/readout-news/readout/wire"
)

// SearchSchema is the schema of what a search found.
const SearchSchema = "readout/search/1"

// Search answers p.Q, in p.In where that is set, with up to p.Limit hits of
// each group (0: 10). What cannot be understood is a *search.Error or several,
// joined; a cursor that is not of this search wraps ErrCursor.
func (a *Answers) Search(ctx context.Context, p query.Params) (wire.SearchAnswer, error) {
	q, err := search.Parse(p.Q)
	if err != nil {
		return wire.SearchAnswer{}, err
	}
	if p.In != "" {
		if q.In, err = search.Sorts(p.In); err != nil {
			return wire.SearchAnswer{}, &query.Error{Name: "in", Value: p.In, Want: "give events, quotes, people or text; several with commas"}
		}
	}
	res, err := search.Run(ctx, a.SearchSource(), q, search.Options{Limit: p.Limit, After: p.Cursor})
	if errors.Is(err, store.ErrQuery) {
		err = fmt.Errorf("%w: %w", ErrCursor, err)
	}
	if err != nil {
		return wire.SearchAnswer{}, err
	}
	out := a.Found(res)
	out.Query = Query(query.Params{AsOf: p.AsOf, Q: p.Q, In: p.In, Limit: p.Limit, Cursor: p.Cursor})
	return out, a.Err()
}

// SearchSource is the state of the record as something to search.
func (a *Answers) SearchSource() search.Source {
	return search.Source{Store: a.Store, View: a.View, Present: a.AsOf == "" && !a.Pinned}
}

// Found is a result as an answer, without its query.
func (a *Answers) Found(res search.Result) wire.SearchAnswer {
	if len(res.Query.In) != 1 { // a cursor is good for a search of one kind
		res.Events.Next, res.Quotes.Next, res.People.Next, res.Texts.Next = "", "", "", ""
	}
	out := wire.SearchAnswer{
		Head: a.Head(SearchSchema), Searched: []string{}, Reports: res.Reports, LastReadIn: stamp(a.LastRead), Missing: []wire.MissingWord{}, Suggest: opt(res.Suggest), Notes: []string{},
		Events: found(res.Events, func(h search.EventHit) wire.EventHit {
			return wire.EventHit{Event: a.EventItem(h.EventRow), Marks: marks(h.Event.Title, h.Marks)}
		}),
		Quotes: found(res.Quotes, func(h search.QuoteHit) wire.QuoteHit {
			return wire.QuoteHit{Statement: a.StatementItem(h.QuoteRow), Marks: marks(h.Statement.Text, h.Marks)}
		}),
		People: found(res.People, func(h search.PersonHit) wire.EntityHit {
			return wire.EntityHit{Entity: a.EntityItem(h.ActorRow), Marks: marks(h.Entity.Name, h.Marks), As: opt(h.As)}
		}),
		Text: found(res.Texts, func(h search.TextHit) wire.TextHit {
			x := wire.TextHit{Report: a.ReportItem(h.ReportRow), Marks: marks(h.Report.Title, h.Marks), Passages: []wire.Found{}}
			for _, s := range h.Snippets {
				e := readout.Evidence{Report: h.Report.ID, Span: s.Span, By: readout.By{Annotator: "search", Version: terms.Version, Rule: "words"}}
				x.Passages = append(x.Passages, wire.Found{Passage: a.Passage(e), Marks: marks(s.Text, s.Marks)})
			}
			return x
		}),
	}
	out.Found, out.Capped = res.Total()
	for _, k := range res.Searched {
		out.Searched = append(out.Searched, search.SortName(k))
	}
	for _, m := range res.Missing {
		out.Missing = append(out.Missing, wire.MissingWord{
			Text: m.Text, Of: opt(m.Op), At: marks(res.Query.Input, []readout.Span{m.At})[0], Near: list(m.Near), Names: list(m.Names),
		})
	}
	for _, n := range res.Notes {
		out.Notes = append(out.Notes, n.Text)
	}
	return out
}

func found[H, T any](g search.Group[H], item func(H) T) wire.SearchGroup[T] {
	return wire.SearchGroup[T]{Count: g.Count, Capped: g.More, Next: opt(g.Next), Items: each(g.Hits, item)}
}

func list(s []string) []string { return append([]string{}, s...) }

// marks are byte spans of text in code points.
func marks(text string, spans []readout.Span) []wire.Span {
	out := []wire.Span{}
	for _, s := range spans {
		start := utf8.RuneCountInString(text[:s.Start])
		out = append(out, wire.Span{Start: start, End: start + utf8.RuneCountInString(text[s.Start:s.End])})
	}
	return out
}

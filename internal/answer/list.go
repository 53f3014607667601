package answer

import (
	"crypto/sha256"
	"fmt"
	"iter"
	"strconv"

	"github.com/readout-news/readout/internal/query"
	"github.com/readout-news/readout/wire"
)

// DefaultLimit is how many items a page of a list has when nobody asks for
// another number.
const DefaultLimit = 100

// Rows is a whole list: its items are made when they are asked for.
type Rows[T any] struct {
	Schema string
	N      int           // items
	At     func(i int) T // item i of [0, N)
	ask    *Answers
	state  int // see Cursor
}

// All goes through the items.
func (r Rows[T]) All() iter.Seq[T] {
	return func(yield func(T) bool) {
		for i := range r.N {
			if !yield(r.At(i)) {
				return
			}
		}
	}
}

// rows makes items of view rows.
func rows[V, T any](a *Answers, schema string, in []V, item func(V) T) Rows[T] {
	return Rows[T]{Schema: schema, N: len(in), At: func(i int) T { return item(in[i]) }, ask: a}
}

// Page is the part of the list that p's limit and cursor ask for. The error
// wraps ErrCursor or ErrMoved.
func (r Rows[T]) Page(p query.Params) (wire.List[T], error) {
	out := wire.List[T]{Head: r.ask.Head(r.Schema), Query: Query(p), Count: r.N, Items: []T{}}
	from, to, err := r.Cut(p, DefaultLimit)
	if err != nil {
		return out, err
	}
	for i := from; i < to; i++ {
		out.Items = append(out.Items, r.At(i))
	}
	if to < r.N {
		next := Cursor{r.ask.Revision.N, to, r.key(p), r.state}.String()
		out.Next = &next
	}
	return out, r.ask.Err()
}

// Cut is the part [from, to) of the list that p's cursor and limit ask for,
// with limit items where p sets none. The error wraps ErrCursor or ErrMoved.
func (r Rows[T]) Cut(p query.Params, limit int) (from, to int, err error) {
	if p.Limit > 0 {
		limit = p.Limit
	}
	if p.Cursor == "" {
		return 0, min(limit, r.N), nil
	}
	// A plain number of items goes on in whatever the list has become.
	if n, err := strconv.Atoi(p.Cursor); err == nil && n >= 0 {
		n = min(n, r.N)
		return n, n + min(limit, r.N-n), nil
	}
	c, err := ParseCursor(p.Cursor)
	switch {
	case err != nil:
		return 0, 0, err
	case c.Key != r.key(p) && c.Key != [8]byte{}:
		return 0, 0, fmt.Errorf("%w: it belongs to another list or other parameters; send it with the ones of the page that gave it", ErrCursor)
	case c.Revision != r.ask.Revision.N:
		return 0, 0, fmt.Errorf("%w: it is of revision %d, the record is at %d", ErrMoved, c.Revision, r.ask.Revision.N)
	case c.State != r.state:
		return 0, 0, fmt.Errorf("%w: people have decided meanwhile", ErrMoved)
	case c.Offset > r.N:
		return 0, 0, fmt.Errorf("%w: it points to item %d of %d", ErrCursor, c.Offset, r.N)
	}
	return c.Offset, c.Offset + min(limit, r.N-c.Offset), nil
}

// key names the list: its schema and all parameters that decide what is in it.
func (r Rows[T]) key(p query.Params) [8]byte {
	p.Cursor, p.Limit, p.View, p.Sel = "", 0, "", ""
	sum := sha256.Sum256([]byte(r.Schema + "?" + p.String()))
	return [8]byte(sum[:8])
}

// Query are p as the answer names them.
func Query(p query.Params) wire.Query {
	return wire.Query{
		AsOf: p.AsOf, From: p.From, To: p.To, Since: p.Since, By: p.By, Party: p.Party, On: p.On, At: p.At, Source: p.Source, Day: p.Day, Words: p.Words, Kind: p.Kind, Type: p.Type,
		Stance: p.Stance, Outlet: p.Outlet, Thread: p.Thread, Issue: p.Issue, Status: p.Status, Verdict: p.Verdict, Disputed: p.Disputed, View: p.View,
		Order: p.Order, Q: p.Q, In: p.In, Limit: p.Limit, Cursor: p.Cursor, Sel: p.Sel, A: p.A, B: p.B,
	}
}

package web

import (
	"cmp"
	"net/url"
	"slices"

	"github.com/readout-news/readout/internal/query"
	"github.com/readout-news/readout/internal/view"
)

// Chip is one filter that is set, with the page without it.
type Chip struct{ Label, Value, Remove string }

// chipLabels are the filters that show as chips, in order. From and To make one
// chip.
var chipLabels = []struct{ name, label string }{
	{"thread", "Thread"},
	{"issue", "Issue"},
	{"by", "By"},
	{"party", "Party"},
	{"at", "At"},
	{"on", "On"},
	{"words", "Words"},
	{"q", "Words"},
	{"kind", "Kind"},
	{"type", "Type"},
	{"source", "Sources"},
	{"stance", "Stance"},
	{"outlet", "Outlet"},
	{"status", "Status"},
	{"verdict", "Reports"},
}

// Chips are the filters of the page that are set.
func (c *Context) Chips() []Chip {
	v := c.Req.Values()
	var out []Chip
	for _, l := range chipLabels {
		if l.name == c.Own {
			continue
		}
		for _, x := range v[l.name] {
			out = append(out, Chip{l.label, c.name(l.name, x), c.Without(l.name, x)})
		}
	}
	switch from, to := c.Req.From, c.Req.To; {
	case from != "" && to != "":
		out = append(out, Chip{"From", longDay(from) + " to " + longDay(to), c.With("from", "", "to", "")})
	case from != "":
		out = append(out, Chip{"From", longDay(from), c.With("from", "")})
	case to != "":
		out = append(out, Chip{"To", longDay(to), c.With("to", "")})
	}
	if c.Req.Disputed {
		out = append(out, Chip{"Only", "disputed", c.With("disputed", "")})
	}
	return out
}

// name shows a value that is an id under the name of what it stands for.
func (c *Context) name(param, value string) string {
	snap := c.Req.Snap
	if n := snap.EntityName(value); n != "" {
		return n
	}
	switch param {
	case "kind":
		return view.KindName(value)
	case "thread":
		for _, t := range snap.Record.Threads {
			if t.ID == value {
				return t.Title
			}
		}
	case "issue":
		for _, i := range snap.Record.Issues {
			if i.ID == value {
				return i.Name
			}
		}
	}
	return value
}

// Add is a filter that may be added to a page: a field, or a choice where there
// are options.
type Add struct {
	Name, Label, Hint string
	Options           []Option
	Until             string // name of the other end of a range, "" none
}

// Option is one choice.
type Option struct{ Value, Name string }

// parseLink reads the parameters of one of our own addresses.
func parseLink(href string) (query.Params, error) {
	u, err := url.Parse(href)
	if err != nil {
		return query.Params{}, err
	}
	return query.Parse(u.Query())
}

// options makes choices of values that are their own names.
func options(values ...string) []Option {
	out := make([]Option, len(values))
	for i, v := range values {
		out[i] = Option{v, capital(v)}
	}
	return out
}

// narrowest tells, of the filters that are set, what taking each away alone
// would show: those with most first, none that shows nothing. count gives the
// number of things that pass. It is for pages on which nothing passes.
func narrowest(c *Context, count func(query.Params) int) []Link {
	type one struct {
		Link
		n int
	}
	var found []one
	for _, chip := range c.Chips() {
		p, err := parseLink(chip.Remove)
		if err != nil {
			continue
		}
		if n := count(p); n > 0 {
			found = append(found, one{Link{"Without “" + chip.Label + " " + chip.Value + "”: " + number(n), chip.Remove}, n})
		}
	}
	slices.SortStableFunc(found, func(a, b one) int { return cmp.Compare(b.n, a.n) })
	out := make([]Link, len(found))
	for i, f := range found {
		out[i] = f.Link
	}
	return out
}

// Part is the address of another part of the list.
func (c *Context) Part(cursor string) string {
	p := c.Req.Params
	p.Cursor, p.Sel = cursor, ""
	return at(c.Req.URL.Path, p.Values())
}

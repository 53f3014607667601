package search

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/terms"
	"github.com/readout-news/readout/internal/view"
)

// Source is what is searched.
type Source struct {
	Store   store.Store
	View    *view.View
	Present bool // the view is of the record that the store holds; else what the view lacks is left out
}

// Options are the settings of Run. The zero value gives the first ten of each
// kind.
type Options struct {
	Limit int    // hits of each kind; 0: 10, at most store.MaxHits
	After string // Group.Next of the same query with one kind in In
}

// Result is what a query found. Kinds that were not searched have no group in
// Searched.
type Result struct {
	Query    Query
	Searched []store.Kind // in the order in which groups are shown
	Events   Group[EventHit]
	Quotes   Group[QuoteHit]
	People   Group[PersonHit]
	Texts    Group[TextHit]
	Missing  []Missing // words and names of the query that the record does not know
	Suggest  string    // the query with each missing word replaced by its nearest, "" when there is none
	Notes    []Note    // those of the query and on names
	Reports  int       // that were searched
}

// Total is the number of hits of all kinds; More says that there are more.
func (r *Result) Total() (n int, more bool) {
	for _, g := range []struct {
		n    int
		more bool
	}{{r.Events.Count, r.Events.More}, {r.Quotes.Count, r.Quotes.More}, {r.People.Count, r.People.More}, {r.Texts.Count, r.Texts.More}} {
		n += g.n
		more = more || g.more
	}
	return n, more
}

// Group are the hits of one kind, see store.Group for their order.
type Group[H any] struct {
	Hits  []H
	Count int  // of all
	More  bool // Count is the least there are
	Next  string
}

// EventHit is an event with the matches in its title.
type EventHit struct {
	view.EventRow
	Marks []readout.Span // in Event.Title
}

// QuoteHit is a statement with its matches.
type QuoteHit struct {
	view.QuoteRow
	Marks []readout.Span // in Statement.Text
	Spans []readout.Span // in the report's text
}

// PersonHit is an entity with the matches in its name.
type PersonHit struct {
	view.ActorRow
	Marks []readout.Span // in Entity.Name
	As    string         // the spelling that matches where Name does not, "" else
}

// TextHit is a report with its matches.
type TextHit struct {
	view.ReportRow
	Marks    []readout.Span // in Report.Title
	Spans    []readout.Span // in Report.Text, the first store.MaxSpans of them
	Snippets []Snippet
}

// Snippet is a sentence with matches.
type Snippet struct {
	Sentence int            // from 1; 0 unknown
	Span     readout.Span   // in Report.Text
	Text     string         // of Span
	Marks    []readout.Span // in Text
}

// maxSnippets bounds the sentences that a TextHit shows.
const maxSnippets = 3

// Missing is a word or name that the record does not know.
type Missing struct {
	Text  string       // as typed
	Op    string       // operator whose value it is, "" for a word
	At    readout.Span // in Query.Input
	Near  []string     // words or names that somebody may have meant, nearest first
	Names []string     // names with such a word
}

// maxNear bounds Missing.Near and Missing.Names.
const maxNear = 3

// Run answers a query. ErrQuery of package store: the cursor is not of this
// query.
func Run(ctx context.Context, src Source, q Query, opts Options) (Result, error) {
	r := &runner{ctx: ctx, src: src, res: Result{Query: q, Notes: slices.Clone(q.Notes), Reports: len(src.View.Record.Reports)}}
	sq, err := r.query(q)
	if err != nil {
		return Result{}, err
	}
	sq.Limit, sq.After = opts.Limit, opts.After
	hits, err := r.hits(sq)
	if err != nil {
		return Result{}, err
	}
	for _, g := range hits.Groups {
		r.group(g, hits.Patterns)
	}
	if err := r.missing(hits.Unknown); err != nil {
		return Result{}, err
	}
	return r.res, nil
}

// runner answers one query.
type runner struct {
	ctx context.Context
	src Source
	res Result
}

// query looks up the names of q and turns it into the store's.
func (r *runner) query(q Query) (store.Query, error) {
	v := r.src.View
	out := store.Query{Terms: q.Terms, From: q.First, To: q.Last, StatementKind: q.Type, In: q.In}
	var err error
	names := func(op string, list []string, find func(string) []string) (ids []string) {
		for i, name := range list {
			found := find(name)
			if len(found) == 0 && err == nil {
				err = r.unknownName(op, name, q.place(op, i))
			}
			for _, id := range found {
				if !slices.Contains(ids, id) {
					ids = append(ids, id)
				}
			}
		}
		if len(list) > 0 && len(ids) == 0 {
			ids = []string{nobody}
		}
		return ids
	}
	out.Speakers = names("by", q.By, v.Called)
	out.Addressees = names("to", q.To, v.Called)
	out.At = names("at", q.At, r.at)
	out.Outlets = names("from", q.From, r.outlets)
	out.EventType = names("kind", q.Kind, r.kinds)
	return out, err
}

// nobody is an id that nothing has.
const nobody = "-"

// place is where the i-th value of an operator stands in the input.
func (q *Query) place(op string, i int) readout.Span {
	if spans := q.valueSpans[op]; i < len(spans) {
		return spans[i]
	}
	return readout.Span{}
}

// within reports whether all words stand among those of text.
func within(words []string, text string) bool {
	have := terms.Words(text)
	return len(words) > 0 && !slices.ContainsFunc(words, func(w string) bool { return !slices.Contains(have, w) })
}

// at are the places of that name, and the media of that name or with its words.
func (r *runner) at(name string) []string {
	v := r.src.View
	out := v.Called(name)
	words := terms.Words(name)
	seen := map[string]bool{}
	for _, s := range v.Record.Statements {
		if s.Medium == "" || seen[s.Medium] {
			continue
		}
		seen[s.Medium] = true
		if v.Entity(s.Medium) == nil && within(words, s.Medium) {
			out = append(out, s.Medium)
		}
	}
	return out
}

// outlets are the outlets of that name as reports name them.
func (r *runner) outlets(name string) []string {
	v := r.src.View
	called := v.Called(name)
	words := terms.Words(name)
	type key struct{ outlet, entity string }
	seen := map[key]bool{}
	found := map[string]bool{}
	for i, rep := range v.Record.Reports {
		k := key{outlet: store.Outlet(rep)}
		if i < len(v.Record.Origins) {
			k.entity = v.Record.Origins[i].Outlet
		}
		if k.outlet == "" || seen[k] {
			continue
		}
		seen[k] = true
		if within(words, k.outlet) || k.entity != "" && slices.Contains(called, k.entity) {
			found[k.outlet] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// kinds are the types and modes of events of that name.
func (r *runner) kinds(name string) []string {
	found := map[string]bool{}
	for _, e := range r.src.View.Record.Events {
		for _, k := range []string{e.Type, e.Mode} {
			if k != "" && strings.EqualFold(k, name) {
				found[k] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// unknownName notes a value that nothing in the record goes by.
func (r *runner) unknownName(op, name string, at readout.Span) error {
	m := Missing{Text: name, Op: op, At: at}
	v := r.src.View
	switch op {
	case "kind":
		m.Near = r.commonKinds()
	case "from":
		m.Near = r.commonOutlets()
	default:
		words := terms.Words(name)
		for i, w := range words {
			near, err := r.near(w)
			if err != nil {
				return err
			}
			for _, x := range near {
				try := slices.Clone(words)
				try[i] = x
				m.Near = r.names(m.Near, strings.Join(try, " "))
			}
		}
		for _, n := range v.Near(name) {
			if !slices.Contains(m.Near, n) {
				m.Near = append(m.Near, n)
			}
		}
	}
	m.Near = m.Near[:min(len(m.Near), 2*maxNear)]
	r.res.Missing = append(r.res.Missing, m)
	return nil
}

// commonKinds are the types and modes of most events.
func (r *runner) commonKinds() []string {
	count := map[string]int{}
	for _, e := range r.src.View.Record.Events {
		count[e.Type]++
		count[e.Mode]++
	}
	return mostFirst(count)
}

// commonOutlets are the outlets with most reports.
func (r *runner) commonOutlets() []string {
	count := map[string]int{}
	for _, rep := range r.src.View.Record.Reports {
		count[store.Outlet(rep)]++
	}
	return mostFirst(count)
}

func mostFirst(count map[string]int) []string {
	delete(count, "")
	out := slices.Collect(maps.Keys(count))
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(-cmp.Compare(count[a], count[b]), strings.Compare(a, b)) })
	return out
}

// hits asks the store. Of a state that is not the present one, reports and
// statements are those that the view has, too, for their ids follow from the
// bytes of reports; events and people are sought in the view.
func (r *runner) hits(q store.Query) (store.Hits, error) {
	if r.src.Present {
		return r.src.Store.Search(r.ctx, q)
	}
	v := r.src.View
	q.Keep = func(kind store.Kind, id string) bool {
		switch kind {
		case store.KindReport:
			return v.Report(id) != nil
		case store.KindStatement:
			_, ok := v.Statement(id)
			return ok
		}
		return false
	}
	asked := q
	asked.In = slices.DeleteFunc(q.Kinds(), func(k store.Kind) bool { return k != store.KindReport && k != store.KindStatement })
	if q.After != "" && len(asked.In) == 0 {
		asked.After = ""
	}
	found, err := r.src.Store.Search(r.ctx, asked)
	if err != nil {
		return found, err
	}
	groups := found.Groups
	found.Groups = nil
	for _, k := range q.Kinds() {
		if i := slices.IndexFunc(groups, func(g store.Group) bool { return g.Kind == k }); i >= 0 {
			found.Groups = append(found.Groups, groups[i])
			continue
		}
		g, err := past(v, &q, k, found.Patterns, found.Excluded)
		if err != nil {
			return found, err
		}
		found.Groups = append(found.Groups, g)
	}
	return found, nil
}

// group turns hits into rows. A hit that the view does not have yet, because
// the store has just been written, is left out.
func (r *runner) group(g store.Group, patterns []terms.Pattern) {
	v := r.src.View
	r.res.Searched = append(r.res.Searched, g.Kind)
	more := g.Count >= store.MaxCount
	switch g.Kind {
	case store.KindEvent:
		r.res.Events = Group[EventHit]{Count: g.Count, More: more, Next: g.Next}
		for _, h := range g.Hits {
			if row, ok := v.Event(h.ID); ok {
				r.res.Events.Hits = append(r.res.Events.Hits, EventHit{row, terms.Find(row.Event.Title, patterns, store.MaxSpans)})
			}
		}
	case store.KindStatement:
		r.res.Quotes = Group[QuoteHit]{Count: g.Count, More: more, Next: g.Next}
		for _, h := range g.Hits {
			if row, ok := v.Statement(h.ID); ok {
				r.res.Quotes.Hits = append(r.res.Quotes.Hits, QuoteHit{row, terms.Find(row.Statement.Text, patterns, store.MaxSpans), h.Spans})
			}
		}
	case store.KindEntity:
		r.res.People = Group[PersonHit]{Count: g.Count, More: more, Next: g.Next}
		for _, h := range g.Hits {
			row, ok := v.Actor(h.ID, v.LastDay())
			if !ok {
				continue
			}
			x := PersonHit{ActorRow: row}
			x.Marks = terms.Find(x.Entity.Name, patterns, store.MaxSpans)
			if len(x.Marks) == 0 && len(patterns) > 0 {
				i := slices.IndexFunc(x.Entity.Names, func(n string) bool { return len(terms.Find(n, patterns, 1)) > 0 })
				if i >= 0 {
					x.As = x.Entity.Names[i]
				}
			}
			r.res.People.Hits = append(r.res.People.Hits, x)
		}
	case store.KindReport:
		r.res.Texts = Group[TextHit]{Count: g.Count, More: more, Next: g.Next}
		for _, h := range g.Hits {
			f, ok := v.Thing(h.ID)
			if !ok || f.Report == nil {
				continue
			}
			r.res.Texts.Hits = append(r.res.Texts.Hits, TextHit{*f.Report, h.Title, h.Spans, r.snippets(f.Report.Report, h.Spans)})
		}
	}
}

// snippets are the sentences with the first matches.
func (r *runner) snippets(rep *readout.Report, spans []readout.Span) []Snippet {
	var out []Snippet
	var sentences []readout.Span
	if r.src.View.Sentences != nil {
		sentences = r.src.View.Sentences(rep.ID)
	}
	for _, m := range spans {
		if n := len(out); n > 0 && m.Start < out[n-1].Span.End {
			out[n-1].Marks = append(out[n-1].Marks, readout.Span{Start: m.Start - out[n-1].Span.Start, End: min(m.End, out[n-1].Span.End) - out[n-1].Span.Start})
			continue
		}
		if len(out) == maxSnippets {
			break
		}
		s := Snippet{Span: m}
		i, found := slices.BinarySearchFunc(sentences, m.Start, func(x readout.Span, at int) int {
			switch {
			case x.End <= at:
				return -1
			case x.Start > at:
				return 1
			}
			return 0
		})
		if found {
			s.Sentence, s.Span = i+1, sentences[i]
		} else {
			c := r.src.View.Context(rep.ID, m)
			before, after := strings.TrimPrefix(c.Before, "…"), strings.TrimSuffix(c.After, "…")
			s.Span = readout.Span{Start: m.Start - len(before), End: m.End + len(after)}
		}
		s.Span.End = max(s.Span.End, m.End)
		s.Text = s.Span.In(rep.Text)
		s.Marks = []readout.Span{{Start: m.Start - s.Span.Start, End: m.End - s.Span.Start}}
		out = append(out, s)
	}
	return out
}

// near are words of the view that somebody may have meant by word.
func (r *runner) near(word string) ([]string, error) {
	if r.src.Present {
		return r.src.Store.Near(r.ctx, word, maxNear)
	}
	all, err := r.src.Store.Near(r.ctx, word, 4*maxNear)
	var out []string
	for _, w := range all {
		if known, err := r.occurs(store.Term{Text: w, Mode: store.Phrase}); err != nil {
			return nil, err
		} else if known && len(out) < maxNear {
			out = append(out, w)
		}
	}
	return out, err
}

// occurs reports whether a term matches a report or a name of the view.
func (r *runner) occurs(t store.Term) (bool, error) {
	v := r.src.View
	if len(v.Called(t.Text)) > 0 {
		return true, nil
	}
	h, err := r.src.Store.Search(r.ctx, store.Query{
		Terms: []store.Term{t}, In: []store.Kind{store.KindReport}, Limit: 1,
		Keep: func(_ store.Kind, id string) bool { return v.Report(id) != nil },
	})
	return err == nil && len(h.Groups) > 0 && len(h.Groups[0].Hits) > 0, err
}

// names adds to list the names of those who are called name, most mentioned
// first.
func (r *runner) names(list []string, name string) []string {
	count := map[string]int{}
	for _, id := range r.src.View.Called(name) {
		e := r.src.View.Entity(id)
		count[e.Name] += len(e.Mentions) + 1
	}
	for _, n := range mostFirst(count) {
		if !slices.Contains(list, n) {
			list = append(list, n)
		}
	}
	return list
}

// missing notes words that occur nowhere, and what somebody may have meant.
func (r *runner) missing(unknown []string) error {
	q := r.res.Query
	hits, _ := r.res.Total()
	for i, t := range q.Terms {
		words := terms.Words(t.Text)
		for _, w := range words {
			if t.Not {
				continue
			}
			missing := slices.Contains(unknown, w)
			if !missing && !r.src.Present && hits == 0 {
				// The store knows words of reports that the view does not have.
				if len(words) > 1 {
					t.Mode = store.Phrase
				}
				known, err := r.occurs(store.Term{Text: w, Mode: t.Mode})
				if err != nil {
					return err
				}
				missing = !known
			}
			if !missing {
				continue
			}
			m := Missing{Text: w, At: q.termSpans[i]}
			near, err := r.near(w)
			if err != nil {
				return err
			}
			m.Near = near
			for _, x := range near {
				m.Names = r.names(m.Names, x)
			}
			m.Names = m.Names[:min(len(m.Names), maxNear)]
			r.res.Missing = append(r.res.Missing, m)
		}
	}
	r.res.Suggest = suggest(q.Input, r.res.Missing)
	return nil
}

// suggest is the input with each missing word and name replaced by the first
// that somebody may have meant; "" where one of them has none.
func suggest(input string, missing []Missing) string {
	ms := slices.Clone(missing)
	slices.SortFunc(ms, func(a, b Missing) int { return a.At.Compare(b.At) })
	var b strings.Builder
	at := 0
	for _, m := range ms {
		// A phrase with two missing words has one place: its words are
		// replaced one by one.
		if len(m.Near) == 0 || m.At.Start < at || m.At.End <= m.At.Start || m.At.End > len(input) || m.Op == "kind" || m.Op == "from" {
			return ""
		}
		word := m.Near[0]
		if m.Op != "" {
			word = quoteValue(input, m.At, word)
		}
		old := m.At.In(input)
		toks := terms.Tokens(old)
		if m.Op == "" {
			i := slices.IndexFunc(toks, func(t terms.Token) bool { return t.Text == m.Text })
			if i < 0 {
				return ""
			}
			word = old[:toks[i].Span.Start] + word + old[toks[i].Span.End:]
		}
		b.WriteString(input[at:m.At.Start])
		b.WriteString(word)
		at = m.At.End
	}
	if len(ms) == 0 {
		return ""
	}
	b.WriteString(input[at:])
	return b.String()
}

// quoteValue puts a value of several words in quotation marks where the one
// before it had none.
func quoteValue(input string, at readout.Span, value string) string {
	if !strings.Contains(value, " ") || at.Start > 0 && !strings.HasSuffix(input[:at.Start], ":") {
		return value
	}
	return `"` + value + `"`
}

// ErrSlow means that a search took longer than it may.
var ErrSlow = errors.New("the search was cut off: it took longer than it may")

// Slow is ErrSlow where ctx ended with it, else err. Engines have words of their
// own for a query that was cut off.
func Slow(ctx context.Context, err error) error {
	if err != nil && errors.Is(context.Cause(ctx), ErrSlow) {
		return ErrSlow
	}
	return err
}

package mcp

import (
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strconv"

	"github.com/google/jsonschema-go/jsonschema"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/answer"
	"github.com/readout-news/readout/internal/query"
	"github.com/readout-news/readout/internal/view"
	"github.com/readout-news/readout/wire"
)

// defaultItems and maxItems bound the items of a page of a list: a model reads
// all of it.
const (
	defaultItems = 20
	maxItems     = 100
)

// typeSchemas are the schemas of types that write their JSON themselves.
var typeSchemas = map[reflect.Type]*jsonschema.Schema{
	reflect.TypeFor[wire.ClaimValue](): {Type: "object", Description: `a quantity {"unit", "min", "max", "approx"}, {"date"}, {"entity"} or {"text"}`},
}

// asOf is a part of every input.
type asOf struct {
	AsOf string `json:"as_of,omitempty" jsonschema:"answer from the reports that were out by then: a day (2031-03-14) or an RFC 3339 time"`
}

func (a asOf) moment() string { return a.AsOf }

// paged is a part of the input of lists.
type paged struct {
	asOf
	Limit  int    `json:"limit,omitempty" jsonschema:"most items, 1 to 100; 20 when left out"`
	Cursor string `json:"cursor,omitempty" jsonschema:"next of the answer before"`
}

// params are the parameters that every list has.
func (p paged) params() (url.Values, error) {
	if p.Limit < 0 || p.Limit > maxItems {
		return nil, fmt.Errorf("limit %d: give a number from 1 to %d", p.Limit, maxItems)
	}
	limit := p.Limit
	if limit == 0 {
		limit = defaultItems
	}
	v := url.Values{"limit": {strconv.Itoa(limit)}}
	set(v, "as_of", p.AsOf)
	set(v, "cursor", p.Cursor)
	return v, nil
}

func set(v url.Values, name string, values ...string) {
	for _, x := range values {
		if x != "" {
			v.Add(name, x)
		}
	}
}

type searchInput struct {
	paged
	Query string `json:"query" jsonschema:"words (all must hold, in any form), \"exact phrases\", beginnings*, -left -out, by:NAME to:NAME from:OUTLET at:PLACE type:direct|mixed|indirect kind:TYPE after:DAY before:DAY on:DAY"`
	In    string `json:"in,omitempty" jsonschema:"only some groups: events, quotes, people, text; several with commas; needed with cursor"`
}

type eventInput struct {
	asOf
	Event string `json:"event" jsonschema:"id of an event (v…), or words of its title, people, place, day or status"`
}

type whoInput struct {
	asOf
	Event     string `json:"event" jsonschema:"id of an event (v…), or words that fit one event alone"`
	Attribute string `json:"attribute,omitempty" jsonschema:"only this question: duration, date, place, participant, …"`
	By        string `json:"by,omitempty" jsonschema:"columns: speaker or outlet; speaker when left out"`
}

type quotationsInput struct {
	paged
	By     string   `json:"by,omitempty" jsonschema:"who speaks: a name under any spelling, or an entity id"`
	Party  []string `json:"party,omitempty" jsonschema:"to whom it is said"`
	On     string   `json:"on,omitempty" jsonschema:"words of what is said"`
	Type   string   `json:"type,omitempty" jsonschema:"direct, mixed or indirect"`
	Outlet string   `json:"outlet,omitempty" jsonschema:"outlet whose reports have it"`
	From   string   `json:"from,omitempty" jsonschema:"said on or after this day, month or year"`
	To     string   `json:"to,omitempty" jsonschema:"said on or before it"`
}

type positionsInput struct {
	paged
	By     string   `json:"by,omitempty" jsonschema:"party or speaker; for a state, those who act for it too"`
	Party  []string `json:"party,omitempty" jsonschema:"whom the position is addressed to"`
	On     string   `json:"on,omitempty" jsonschema:"words of the issue or the terms"`
	Stance string   `json:"stance,omitempty" jsonschema:"demand, condition, request, offer, proposal, refusal, acceptance, goal, warning, accusation or commitment"`
	From   string   `json:"from,omitempty" jsonschema:"taken on or after this day, month or year"`
	To     string   `json:"to,omitempty" jsonschema:"taken on or before it"`
}

type timelineInput struct {
	paged
	From     string   `json:"from,omitempty" jsonschema:"on or after this day, month or year (2031-03-14, 2031-03, 2031)"`
	To       string   `json:"to,omitempty" jsonschema:"on or before it"`
	By       string   `json:"by,omitempty" jsonschema:"who acts"`
	Party    []string `json:"party,omitempty" jsonschema:"who takes part; all of them have to"`
	Words    string   `json:"words,omitempty" jsonschema:"words of title, people, place, day or status"`
	Kind     string   `json:"kind,omitempty" jsonschema:"type or mode of event: CONSULT, phone, …"`
	Status   string   `json:"status,omitempty" jsonschema:"occurred, planned, reported, denied or hypothetical"`
	Outlet   string   `json:"outlet,omitempty" jsonschema:"outlet whose reports tell it"`
	Thread   string   `json:"thread,omitempty" jsonschema:"id of a thread (t…)"`
	Disputed bool     `json:"disputed,omitempty" jsonschema:"only events on which reports contradict each other"`
}

type sentenceInput struct {
	asOf
	Report   string `json:"report" jsonschema:"id of a report (r…)"`
	Sentence int    `json:"sentence" jsonschema:"number of the sentence, from 1"`
	Around   int    `json:"around,omitempty" jsonschema:"how many sentences before and after, 0 to 10"`
}

type openInput struct {
	asOf
	Ref string `json:"ref" jsonschema:"a ref of another answer: an id, or an id with a part (v….duration, v….duration.e…)"`
}

// addTools adds all tools.
func (s *Server) addTools() error {
	return errors.Join(
		addTool(s, "search", "Search", "Finds events, quotes, people and sentences of reports by words. Answers are passages of reports, newest first.", find),
		addTool(s, "timeline", "Timeline", "Events in order of date, with what they rest on; as_of gives the timeline as it was known then.", timeline),
		addTool(s, "event", "Event", "All that the record has on one event: what reports agree on, who says what, quotations, positions, answers, how the record came about.", event),
		addTool(s, "who_says_what", "Who says what", "Who claims what about one event, question by question, with every claim and its passage, conflicts first.", whoSays),
		addTool(s, "quotations", "Quotations", "Statements: who said what, in whose words, and through whom it is known.", quotations),
		addTool(s, "positions", "Positions", "What parties demand, offer, accept, refuse, promise or allege, with how it changed.", positions),
		addTool(s, "sentence", "Sentence", "A sentence of a report by its number, with those around it.", sentence),
		addTool(s, "open", "Open a reference", "The sentences behind a ref of another answer, report by report, copies marked.", open),
	)
}

func find(c *call, in searchInput) (*wire.SearchAnswer, error) {
	v, err := in.params()
	if err != nil {
		return nil, err
	}
	set(v, "q", in.Query)
	set(v, "in", in.In)
	p, err := query.Parse(v)
	if err != nil {
		return nil, err
	}
	a, err := c.Search(c.ctx, p)
	if err != nil {
		return nil, err
	}
	for _, m := range a.Missing {
		c.missing = append(c.missing, m.Text)
		c.near = append(append(c.near, m.Near...), m.Names...)
	}
	if a.Found == 0 {
		return nil, nil
	}
	return &a, nil
}

// page is a page of a list, nil when the list is empty.
func page[T any](c *call, in paged, values url.Values, rows func(query.Params) answer.Rows[T], names ...string) (*wire.List[T], error) {
	v, err := in.params()
	if err != nil {
		return nil, err
	}
	for k, x := range values {
		v[k] = x
	}
	p, err := query.Parse(v)
	if err != nil {
		return nil, err
	}
	c.names(names...)
	out, err := rows(p).Page(p)
	if err != nil || out.Count == 0 {
		return nil, err
	}
	return &out, nil
}

func timeline(c *call, in timelineInput) (*wire.List[wire.EventItem], error) {
	v := url.Values{}
	set(v, "from", in.From)
	set(v, "to", in.To)
	set(v, "by", in.By)
	set(v, "party", in.Party...)
	set(v, "words", in.Words)
	set(v, "kind", in.Kind)
	set(v, "status", in.Status)
	set(v, "outlet", in.Outlet)
	set(v, "thread", in.Thread)
	if in.Disputed {
		v.Set("disputed", "1")
	}
	return page(c, in.paged, v, c.Timeline, append(in.Party, in.By)...)
}

func quotations(c *call, in quotationsInput) (*wire.List[wire.StatementItem], error) {
	v := url.Values{}
	set(v, "by", in.By)
	set(v, "party", in.Party...)
	set(v, "on", in.On)
	set(v, "type", in.Type)
	set(v, "outlet", in.Outlet)
	set(v, "from", in.From)
	set(v, "to", in.To)
	return page(c, in.paged, v, c.Statements, append(in.Party, in.By)...)
}

func positions(c *call, in positionsInput) (*wire.List[wire.PositionItem], error) {
	v := url.Values{}
	set(v, "by", in.By)
	set(v, "party", in.Party...)
	set(v, "on", in.On)
	set(v, "stance", in.Stance)
	set(v, "from", in.From)
	set(v, "to", in.To)
	return page(c, in.paged, v, c.Positions, append(in.Party, in.By)...)
}

// EventAnswer is one event, or the events of which one has to be chosen.
type EventAnswer struct {
	Event  *wire.EventPage  `json:"event" jsonschema:"the event; null when several fit"`
	Choose []wire.EventItem `json:"choose" jsonschema:"the events that fit, when there are several: ask again with an id"`
	Fit    int              `json:"fit" jsonschema:"how many fit"`
}

// WhoAnswer is who says what of one event.
type WhoAnswer struct {
	Event   *wire.Ref               `json:"event" jsonschema:"null when several events fit"`
	WhoSays *wire.WhoSays           `json:"who_says" jsonschema:"questions by speakers"`
	Claims  []wire.DisagreementItem `json:"claims" jsonschema:"every claim with its passage, conflicts first"`
	Choose  []wire.EventItem        `json:"choose" jsonschema:"the events that fit, when there are several: ask again with an id"`
	Fit     int                     `json:"fit" jsonschema:"how many fit"`
}

// chosen is the id of the event that words name; several when they fit more
// than one.
func (c *call) chosen(words string) (id string, several []view.EventRow, err error) {
	if _, ok := c.Event(words); ok {
		return words, nil, nil
	}
	rows := c.Events(view.Filter{Words: words})
	if len(rows) == 0 {
		rows = c.Events(view.Filter{Words: words, InClaims: true})
	}
	switch len(rows) {
	case 0:
		return "", nil, fmt.Errorf("no event has the words %q: %w", words, readout.ErrNotFound)
	case 1:
		return rows[0].Event.ID, nil, nil
	}
	return "", rows, nil
}

// choose lists the events that fit.
func (c *call) choose(rows []view.EventRow) []wire.EventItem {
	out := []wire.EventItem{}
	for _, r := range rows[:min(len(rows), defaultItems)] {
		out = append(out, c.EventItem(r))
	}
	return out
}

func event(c *call, in eventInput) (*EventAnswer, error) {
	id, several, err := c.chosen(in.Event)
	if err != nil {
		return nil, err
	}
	if several != nil {
		return &EventAnswer{Choose: c.choose(several), Fit: len(several)}, nil
	}
	p, err := c.EventPage(id, view.BySpeaker)
	if err != nil {
		return nil, err
	}
	return &EventAnswer{Event: &p.Item, Choose: []wire.EventItem{}, Fit: 1}, nil
}

func whoSays(c *call, in whoInput) (*WhoAnswer, error) {
	by := view.BySpeaker
	switch in.By {
	case "", "speaker", "speakers":
	case "outlet", "outlets":
		by = view.ByOutlet
	default:
		return nil, errors.New("by: give speaker or outlet")
	}
	id, several, err := c.chosen(in.Event)
	if err != nil {
		return nil, err
	}
	if several != nil {
		return &WhoAnswer{Claims: []wire.DisagreementItem{}, Choose: c.choose(several), Fit: len(several)}, nil
	}
	p, err := c.EventPage(id, by)
	if err != nil {
		return nil, err
	}
	out := &WhoAnswer{
		Event: &wire.Ref{ID: id, Name: p.Item.Event.Title, Path: &p.Item.Event.Path}, WhoSays: &p.Item.WhoSays, Claims: p.Item.Claims, Choose: []wire.EventItem{}, Fit: 1,
	}
	if in.Attribute != "" {
		out.Claims = slices.DeleteFunc(out.Claims, func(d wire.DisagreementItem) bool { return d.Attribute != in.Attribute })
		out.WhoSays.Rows = slices.DeleteFunc(out.WhoSays.Rows, func(q wire.Question) bool { return q.Key != in.Attribute })
		if len(out.Claims)+len(out.WhoSays.Rows) == 0 {
			return nil, fmt.Errorf("no report says anything of the %s of %s: %w", in.Attribute, id, readout.ErrNotFound)
		}
	}
	return out, nil
}

// SentenceAnswer is a sentence where it stands.
type SentenceAnswer struct {
	Report   wire.ReportItem `json:"report" jsonschema:"the report, with the SHA-256 of its captured bytes"`
	Of       int             `json:"of" jsonschema:"sentences in the report"`
	Sentence wire.Sentence   `json:"sentence" jsonschema:"the sentence, with its place in code points and bytes"`
	Before   []wire.Sentence `json:"before" jsonschema:"sentences before it"`
	After    []wire.Sentence `json:"after" jsonschema:"sentences after it"`
	Path     string          `json:"path" jsonschema:"of the reader's page, at the sentence"`
	URI      string          `json:"uri" jsonschema:"of the whole text as a resource"`
}

func sentence(c *call, in sentenceInput) (*SentenceAnswer, error) {
	const most = 10
	if in.Around < 0 || in.Around > most {
		return nil, fmt.Errorf("around %d: give a number from 0 to %d", in.Around, most)
	}
	p, err := c.ReportPage(in.Report)
	if err != nil {
		return nil, err
	}
	if !p.Item.Known {
		return nil, fmt.Errorf("the sentences of report %s are not known; its text is at %s: %w", in.Report, reportURI(in.Report), readout.ErrNotFound)
	}
	all, n := p.Item.Sentences, in.Sentence
	if n < 1 || n > len(all) {
		return nil, fmt.Errorf("report %s has %d sentences, and no number %d: %w", in.Report, len(all), n, readout.ErrNotFound)
	}
	return &SentenceAnswer{
		Report: p.Item.Report, Of: len(all), Sentence: all[n-1],
		Before: append([]wire.Sentence{}, all[max(0, n-1-in.Around):n-1]...), After: append([]wire.Sentence{}, all[n:min(len(all), n+in.Around)]...),
		Path: c.Path(in.Report) + "#s" + strconv.Itoa(n), URI: reportURI(in.Report),
	}, nil
}

func open(c *call, in openInput) (*wire.Opened, error) {
	o, err := c.Opened(in.Ref)
	if err != nil {
		return nil, err
	}
	return &o.Item, nil
}

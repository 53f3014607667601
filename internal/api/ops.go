package api

import (
	"cmp"
	"context"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/readout-news/readout/internal/account"
	"github.com/readout-news/readout/internal/answer"
	"github.com/readout-news/readout/internal/check"
	"github.com/readout-news/readout/internal/query"
	"github.com/readout-news/readout/internal/search"
	"github.com/readout-news/readout/internal/view"
	"github.com/readout-news/readout/wire"
)

// serve answers a request to an operation.
type serve func(a *API, o operation, w http.ResponseWriter, r *http.Request) error

// operation is one line of the table.
type operation struct {
	method, path string // path below Base
	name         string // operationId
	group        string
	summary      string // one line
	description  string
	id           string   // what {id} is
	params       []string // of package query
	schema       string   // of the answer
	lists        bool
	status       int          // of a good answer
	answers      reflect.Type // Go type of a good answer
	item         reflect.Type // of a line, where it lists
	takes        reflect.Type // Go type of the body as JSON
	takesForm    bool         // takes multipart/form-data too
	needs        account.Scopes
	serve        serve
}

// get is an operation that answers with one object.
func get[T any](path, name, group, summary, schema string, params []string, make func(*call) (T, error)) operation {
	return operation{method: http.MethodGet, path: path, name: name, group: group, summary: summary, params: params, schema: schema, status: http.StatusOK, answers: reflect.TypeFor[T](), needs: account.Read, serve: thing(make)}
}

// lists is an operation that answers with a list.
func lists[T any](path, name, group, summary, schema string, params []string, make func(*call) answer.Rows[T]) operation {
	return operation{
		method: http.MethodGet, path: path, name: name, group: group, summary: summary, params: append(params, "limit", "cursor"), schema: schema, status: http.StatusOK, lists: true,
		answers: reflect.TypeFor[wire.List[T]](), item: reflect.TypeFor[T](), needs: account.Read, serve: list(make),
	}
}

// opened says what the id of a reference is.
func opened(o operation) operation {
	o.id = "A reference as answers give it in ref, or the id of any thing."
	return o
}

// columns is what the columns of who says what are.
func columns(name string) view.By {
	if name == "outlets" {
		return view.ByOutlet
	}
	return view.BySpeaker
}

// of names the parameters of an operation; every one takes as_of.
func of(names ...string) []string { return append([]string{"as_of"}, names...) }

// The filters that many lists share.
var (
	when   = []string{"from", "to"}
	within = []string{"kind", "outlet", "thread"}
)

func with(names ...[]string) []string { return of(slices.Concat(names...)...) }

// operations are all operations. A page that has a list or a thing has the same
// object as .json.
func operations() []operation {
	return append([]operation{
		lists("/timeline", "listTimeline", "Events", "Events by date, the newest first; order=oldest turns it round", answer.TimelineSchema,
			with(when, within, []string{"by", "party", "words", "status", "disputed", "order"}), func(c *call) answer.Rows[wire.EventItem] { return c.Timeline(c.p) }),
		get("/events/{id}", "getEvent", "Events", "All that the record has on one event; view=outlets has outlets as the columns of who says what", answer.EventSchema,
			of("view"), func(c *call) (wire.Thing[wire.EventPage], error) { return c.EventPage(c.id, columns(c.p.View)) }),
		get("/events/{id}/changes", "getEventChanges", "Events", "What reports that came out after a and up to b (ISO 8601) added to the record of one event", answer.EventChangesSchema,
			of("a", "b"), func(c *call) (wire.Thing[wire.EventChanges], error) { return c.EventChanges(c.id, c.p.A, c.p.B) }),
		lists("/changes", "listChanges", "Events", "What reports added to the record of events, the newest first; kind is one of change", answer.ChangesSchema,
			of("since", "from", "to", "kind"), func(c *call) answer.Rows[wire.ChangeItem] { return c.Changes(c.p) }),
		lists("/disagreements", "listDisagreements", "Events", "Attributes on which reports tell of events, conflicts first", answer.DisagreementsSchema,
			with(when, within, []string{"on", "party", "verdict", "words", "disputed"}), func(c *call) answer.Rows[wire.DisagreementItem] { return c.Disagreements(c.p) }),
		lists("/threads", "listThreads", "Events", "Lines of events of the same parties on the same matter, those with most events first", answer.ThreadsSchema,
			with(when, []string{"party", "words"}), func(c *call) answer.Rows[wire.ThreadItem] { return c.Threads(c.p) }),
		get("/threads/{id}", "getThread", "Events", "A thread with its events", answer.ThreadSchema, of(), func(c *call) (wire.Thing[wire.ThreadPage], error) { return c.Thread(c.id) }),

		opened(get("/open/{id}", "open", "Words", "The sentences that a reference rests on; every ref of an answer is one, and so is every id", answer.OpenedSchema,
			of(), func(c *call) (wire.Thing[wire.Opened], error) { return c.Opened(c.id) })),
		lists("/quotes", "listQuotes", "Words", "Things said, each once in all its renderings, the newest first; order is oldest or carriers", answer.QuotesSchema,
			with(when, within, []string{"by", "party", "on", "at", "type", "source", "order", "q"}), func(c *call) answer.Rows[wire.QuoteItem] { return c.Quotes(c.p) }),
		get("/quotes/{id}", "getQuote", "Words", "The thing said that an utterance or statement is of, in all its renderings", answer.QuoteSchema, of(), func(c *call) (wire.Thing[wire.QuoteItem], error) { return c.Quote(c.id) }),
		lists("/statements", "listStatements", "Words", "Statements, each as its report has it: who said what, through whom; order=date sorts by day said", answer.StatementsSchema,
			with(when, within, []string{"by", "party", "on", "at", "type", "source", "order"}), func(c *call) answer.Rows[wire.StatementItem] { return c.Statements(c.p) }),
		get("/statements/{id}", "getStatement", "Words", "One statement", answer.StatementSchema, of(), func(c *call) (wire.Thing[wire.StatementItem], error) { return c.Statement(c.id) }),
		lists("/responses", "listResponses", "Words", "Answers to what is asked or alleged: confirmed, denied, declined, none", answer.ResponsesSchema,
			with(when, within, []string{"by", "party", "on", "type"}), func(c *call) answer.Rows[wire.ResponseItem] { return c.Responses(c.p) }),
		get("/responses/{id}", "getResponse", "Words", "One answer of a party", answer.ResponseSchema, of(), func(c *call) (wire.Thing[wire.ResponseItem], error) { return c.Response(c.id) }),

		lists("/positions", "listPositions", "Positions", "What parties want, offer, refuse, promise or allege, by party, issue and date", answer.PositionsSchema,
			with(when, within, []string{"by", "party", "on", "stance", "issue"}), func(c *call) answer.Rows[wire.PositionItem] { return c.Positions(c.p) }),
		get("/positions/{id}", "getPosition", "Positions", "One position", answer.PositionSchema, of(), func(c *call) (wire.Thing[wire.PositionItem], error) { return c.Position(c.id) }),
		get("/stances", "getStances", "Positions", "Who stands where: issues down, parties across", answer.StancesSchema,
			with(when, within, []string{"by", "party", "on", "stance", "limit"}), func(c *call) (wire.Thing[wire.StanceTable], error) {
				return c.Stances(c.p.Filter(), 0, cmp.Or(c.p.Limit, answer.DefaultLimit))
			}),
		lists("/issues", "listIssues", "Positions", "What positions are about, those with most positions first", answer.IssuesSchema,
			with([]string{"on"}), func(c *call) answer.Rows[wire.IssueItem] { return c.Issues(c.p) }),
		get("/issues/{id}", "getIssue", "Positions", "An issue with its positions", answer.IssueSchema, of(), func(c *call) (wire.Thing[wire.IssuePage], error) { return c.Issue(c.id) }),
		lists("/commitments", "listCommitments", "Positions", "Promises by what is owed when; status is overdue, due soon, breach alleged, open or no date", answer.CommitmentsSchema,
			with(when, within, []string{"by", "party", "on", "status", "day"}), func(c *call) answer.Rows[wire.CommitmentItem] { return c.Commitments(c.p) }),
		get("/commitments/{id}", "getCommitment", "Positions", "One promise with who says that it was broken", answer.CommitmentSchema, of("day"), func(c *call) (wire.Thing[wire.CommitmentItem], error) { return c.Commitment(c.id, c.p) }),

		get("/search", "search", "Search and check", "Events, quotes, people and text that hold the words and fit the operators of q; in narrows to some of them, limit is of each", answer.SearchSchema,
			of("q", "in", "limit", "cursor"), func(c *call) (wire.SearchAnswer, error) {
				ctx, cancel := context.WithTimeoutCause(c.r.Context(), c.queryTime, search.ErrSlow)
				defer cancel()
				out, err := c.Search(ctx, c.p)
				return out, search.Slow(ctx, err)
			}),
		{
			method: http.MethodPost, path: "/check", name: "checkDraft", group: "Search and check", summary: "Compare a draft with the record: quotations, figures, durations, dates, titles, names; nothing of it is kept",
			params: of(), schema: check.Schema, status: http.StatusOK, answers: reflect.TypeFor[wire.Check](), takes: reflect.TypeFor[wire.Draft](), needs: account.Read, serve: (*API).check,
		},

		lists("/entities", "listEntities", "People and sources", "People, bodies, states, places and outlets, the most mentioned first; type is person, body, state, unnamed, outlet, place or other, words stand in the name or office, party is whose they are", answer.EntitiesSchema,
			of("type", "words", "party", "day"), func(c *call) answer.Rows[wire.EntityItem] { return c.Entities(c.p) }),
		get("/entities/{id}", "getEntity", "People and sources", "What the record has on one of them", answer.EntitySchema, of("day"), func(c *call) (wire.Thing[wire.EntityPage], error) { return c.EntityPage(c.id, c.p) }),
		get("/contacts", "getContacts", "People and sources", "Who speaks with whom, at which calls, meetings and talks", answer.ContactsSchema,
			with(when, within, []string{"party", "limit"}), func(c *call) (wire.Thing[wire.Contacts], error) { return c.Contacts(c.p) }),
		lists("/sources", "listSources", "People and sources", "What can be measured of outlets, those with most reports first", answer.SourcesSchema, of(), func(c *call) answer.Rows[wire.SourceItem] { return c.Sources(c.p) }),
		get("/sources/compare", "compareSources", "People and sources", "Two outlets side by side, claim by claim; a and b are names or ids", answer.ComparisonSchema,
			with(when, within, []string{"a", "b"}), func(c *call) (wire.Thing[wire.Comparison], error) { return c.Comparison(c.p) }),
		get("/sources/{id}", "getSource", "People and sources", "What can be measured of one outlet", answer.SourceSchema, of(), func(c *call) (wire.Thing[wire.SourceItem], error) { return c.Source(c.id) }),
		lists("/reports", "listReports", "People and sources", "Reports by day of publication; type is own, copy or wire", answer.ReportsSchema,
			with(when, []string{"outlet", "on", "type"}), func(c *call) answer.Rows[wire.ReportItem] { return c.Reports(c.p) }),
		get("/reports/{id}", "getReport", "People and sources", "A report with its sentences and what was read from them", answer.ReportSchema, of(), func(c *call) (wire.Thing[wire.ReportPage], error) { return c.ReportPage(c.id) }),
		{
			method: http.MethodGet, path: "/reports/{id}/versions", name: "getVersions", group: "People and sources", summary: "The versions of the article that a report is of, and what each tells otherwise than the one before; none where nothing says when its bytes were on the web",
			params: of(), schema: answer.VersionsSchema, status: http.StatusOK, answers: reflect.TypeFor[wire.Thing[wire.Versions]](), needs: account.Read, serve: (*API).versions,
		},
		{
			method: http.MethodPost, path: "/reports", name: "addReports", group: "People and sources", summary: "Take reports in; answers at once with the job that reads them",
			schema: answer.JobSchema, status: http.StatusAccepted, answers: reflect.TypeFor[wire.Thing[wire.Job]](), takes: reflect.TypeFor[wire.Intake](), takesForm: true, needs: account.Review, serve: (*API).take,
		},
		{
			method: http.MethodGet, path: "/jobs/{id}", name: "getJob", group: "People and sources", summary: "How far a reading is, and what became of each report",
			schema: answer.JobSchema, status: http.StatusOK, answers: reflect.TypeFor[wire.Thing[wire.Job]](), needs: account.Review, serve: (*API).job,
		},
		{
			method: http.MethodGet, path: "/status", name: "getStatus", group: "People and sources", summary: "The state of the store behind the answers", params: of(),
			schema: answer.StatusSchema, status: http.StatusOK, answers: reflect.TypeFor[wire.Thing[wire.Status]](), needs: account.Read, serve: (*API).status,
		},
	}, reviewOperations()...)
}

// register adds every operation to h, with its parameters, answers and body.
func (a *API) register(h huma.API) {
	reg := h.OpenAPI().Components.Schemas
	prob := &huma.Response{Description: "What happened and what to do", Content: map[string]*huma.MediaType{"application/problem+json": {Schema: reg.Schema(reflect.TypeFor[wire.Problem](), true, "Problem")}}}
	for _, o := range operations() {
		op := huma.Operation{Method: o.method, Path: Base + o.path, OperationID: o.name, Summary: o.summary, Description: o.description, Tags: []string{o.group}, DefaultStatus: o.status, Security: security(o.needs)}
		if strings.Contains(o.path, "{id}") {
			op.Parameters = append(op.Parameters, &huma.Param{Name: "id", In: "path", Required: true, Description: or(o.id, "Id as answers give it."), Schema: &huma.Schema{Type: huma.TypeString}})
		}
		params := reflect.TypeFor[query.Params]()
		for _, name := range o.params {
			for i := range params.NumField() {
				if f := params.Field(i); f.Tag.Get("query") == name {
					s := huma.SchemaFromField(reg, f, name)
					s.Nullable = false
					if f.Type.Kind() == reflect.Bool {
						s = &huma.Schema{Type: huma.TypeBoolean}
					}
					s.Description = ""
					p := &huma.Param{Name: name, In: "query", Description: f.Tag.Get("doc"), Schema: s}
					if f.Type.Kind() == reflect.Slice {
						explode := true
						p.Style, p.Explode = "form", &explode
					}
					op.Parameters = append(op.Parameters, p)
				}
			}
		}
		good := &huma.Response{Description: "The answer", Content: map[string]*huma.MediaType{mediaJSON: {Schema: reg.Schema(o.answers, true, o.name)}}}
		op.Responses = map[string]*huma.Response{strconv.Itoa(o.status): good, "default": prob}
		if o.method == http.MethodGet && o.name != "getJob" {
			good.Headers = map[string]*huma.Param{"ETag": {Description: "Names this answer; send it as If-None-Match", Schema: &huma.Schema{Type: huma.TypeString}}}
			op.Parameters = append(op.Parameters, &huma.Param{Name: "If-None-Match", In: "header", Description: "ETag of an answer that you hold: 304 when it is still the same.", Schema: &huma.Schema{Type: huma.TypeString}})
			op.Responses["304"] = &huma.Response{Description: "What you hold is still the answer"}
		}
		if o.lists {
			good.Content[mediaLines] = &huma.MediaType{Schema: reg.Schema(o.item, true, o.name+"Line")}
			op.Parameters = append(op.Parameters, &huma.Param{Name: "format", In: "query", Description: "json, or jsonl for the whole list, one item a line (also by Accept: application/x-ndjson).", Schema: &huma.Schema{Type: huma.TypeString, Enum: []any{"json", "jsonl"}}})
		}
		huma.Register(h, op, a.handle(o))
		if o.takes != nil {
			// Added when huma is done with the operation: it would else read the
			// body itself, whole and as JSON only.
			body := &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{mediaJSON: {Schema: reg.Schema(o.takes, true, o.name)}}}
			if o.takesForm {
				body.Content["multipart/form-data"] = &huma.MediaType{Schema: formSchema()}
			}
			h.OpenAPI().Paths[op.Path].Post.RequestBody = body
		}
	}
}

// paramDoc is what a parameter means.
func paramDoc(name string) string {
	params := reflect.TypeFor[query.Params]()
	for i := range params.NumField() {
		if f := params.Field(i); f.Tag.Get("query") == name {
			return f.Tag.Get("doc")
		}
	}
	return ""
}

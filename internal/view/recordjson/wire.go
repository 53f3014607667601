package recordjson

import (
	"slices"

	"github.com/readout-news/readout"
)

// The wire types below are the contract, field for field.

type record struct {
	Schema        string         `json:"schema"`
	Reports       []report       `json:"reports"`
	Refused       []refusal      `json:"refused"`
	Entities      []entity       `json:"entities"`
	Events        []event        `json:"events"`
	Statements    []statement    `json:"statements"`
	Claims        []claim        `json:"claims"`
	Disagreements []disagreement `json:"disagreements"`
	Positions     []position     `json:"positions"`
	Commitments   []commitment   `json:"commitments"`
	Responses     []response     `json:"responses"`
	Utterances    []utterance    `json:"utterances"`
	Issues        []issue        `json:"issues"`
	Threads       []thread       `json:"threads"`
	Timexes       []timex        `json:"timexes"`
}

type span struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

type evidence struct {
	Report string `json:"report"`
	Start  int    `json:"start"`
	End    int    `json:"end"`
}

type by struct {
	Annotator string `json:"annotator"`
	Version   string `json:"version"`
	Rule      string `json:"rule"`
}

type refusal struct {
	Path   string `json:"path"`
	Reason string `json:"reason"`
}

type report struct {
	ID        string    `json:"id"`
	Path      *string   `json:"path"`
	URL       *string   `json:"url"`
	Outlet    *string   `json:"outlet"`
	Named     *string   `json:"outlet_name"`
	Title     *string   `json:"title"`
	Language  *string   `json:"language"`
	SHA256    string    `json:"sha256"`
	Published published `json:"published"`
	Noise     []noise   `json:"noise"`
	Origin    origin    `json:"origin"`
	Anomalies []anomaly `json:"anomalies"`
	MainEvent *string   `json:"main_event"`
	Skipped   *string   `json:"skipped"`
}

type published struct {
	Value      *string     `json:"value"`
	Precision  *string     `json:"precision"`
	Basis      string      `json:"basis"`
	Why        *string     `json:"why"`
	Candidates []candidate `json:"candidates"`
	Earliest   *string     `json:"earliest"`
	Latest     *string     `json:"latest"`
}

type candidate struct {
	Value string `json:"value"`
	Basis string `json:"basis"`
}

type noise struct {
	span
	Reason string `json:"reason"`
}

type origin struct {
	Kind string  `json:"kind"`
	Of   *string `json:"of"`
	Why  *string `json:"why"`
}

type anomaly struct {
	Kind     string     `json:"kind"`
	Note     string     `json:"note"`
	Evidence []evidence `json:"evidence"`
}

type entity struct {
	ID       string    `json:"id"`
	Type     string    `json:"type"`
	Name     string    `json:"name"`
	Names    []string  `json:"names"`
	Wikidata *string   `json:"wikidata"`
	Country  *string   `json:"country"`
	Members  []string  `json:"members"`
	Roles    []role    `json:"roles"`
	Mentions []mention `json:"mentions"`
}

type role struct {
	Title    string     `json:"title"`
	From     *string    `json:"from"`
	To       *string    `json:"to"`
	Evidence []evidence `json:"evidence"`
}

type mention struct {
	evidence
	Form string `json:"form"`
	By   by     `json:"by"`
}

type date struct {
	Value      string    `json:"value"`
	End        *string   `json:"end"`
	Precision  string    `json:"precision"`
	Basis      string    `json:"basis"`
	Expression *evidence `json:"expression"`
}

type event struct {
	ID           string            `json:"id"`
	Type         string            `json:"type"`
	Mode         *string           `json:"mode"`
	Title        string            `json:"title"`
	Participants []participant     `json:"participants"`
	Date         *date             `json:"date"`
	Place        *string           `json:"place"`
	Status       string            `json:"status"`
	Attributes   map[string]string `json:"attributes"`
	Mentions     []eventMention    `json:"mentions"`
	Links        []eventLink       `json:"links"`
	Counts       counts            `json:"counts"`
}

type counts struct {
	Mentions int `json:"mentions"`
	Reports  int `json:"reports"`
	Origins  int `json:"origins"`
}

type participant struct {
	Entity string `json:"entity"`
	Role   string `json:"role"`
}

type eventMention struct {
	evidence
	Trigger span   `json:"trigger"`
	Status  string `json:"status"`
	By      by     `json:"by"`
}

type eventLink struct {
	Relation string   `json:"relation"`
	Event    string   `json:"event"`
	Evidence evidence `json:"evidence"`
}

type chainLink struct {
	Entity         *string `json:"entity"`
	Text           string  `json:"text"`
	Cue            *span   `json:"cue"`
	Factuality     *string `json:"factuality"`
	OutletOfReport bool    `json:"outlet_of_report"`
}

type statement struct {
	ID        string      `json:"id"`
	Report    string      `json:"report"`
	Kind      string      `json:"kind"`
	Content   []span      `json:"content"`
	Text      string      `json:"text"`
	Cue       *span       `json:"cue"`
	Source    *span       `json:"source"`
	Speaker   *string     `json:"speaker"`
	Chain     []chainLink `json:"chain"`
	Addressee *string     `json:"addressee"`
	Medium    *string     `json:"medium"`
	Date      *date       `json:"date"`
	Event     *string     `json:"event"`
	NestedIn  *string     `json:"nested_in"`
	Uttered   bool        `json:"uttered"`
	Utterance *string     `json:"utterance"`
	By        by          `json:"by"`
}

type claim struct {
	ID        string      `json:"id"`
	Event     string      `json:"event"`
	Attribute string      `json:"attribute"`
	Text      string      `json:"text"`
	Value     any         `json:"value"`
	Hedge     *string     `json:"hedge"`
	Holder    *string     `json:"holder"`
	Chain     []chainLink `json:"chain"`
	Evidence  evidence    `json:"evidence"`
	By        by          `json:"by"`
}

type quantity struct {
	Unit   string   `json:"unit"`
	Min    *float64 `json:"min"`
	Max    *float64 `json:"max"`
	Approx *float64 `json:"approx"`
}

type disagreement struct {
	Event     string   `json:"event"`
	Attribute string   `json:"attribute"`
	Verdict   string   `json:"verdict"`
	Claims    []string `json:"claims"`
	Why       string   `json:"why"`
}

type position struct {
	ID        string      `json:"id"`
	Party     *string     `json:"party"`
	Addressee *string     `json:"addressee"`
	Issue     *string     `json:"issue"`
	IssueName *string     `json:"issue_name"`
	Stance    string      `json:"stance"`
	Text      string      `json:"text"`
	Terms     *string     `json:"terms"`
	If        *string     `json:"if"`
	Date      *date       `json:"date"`
	Until     *date       `json:"until"`
	Speaker   *string     `json:"speaker"`
	Chain     []chainLink `json:"chain"`
	Evidence  evidence    `json:"evidence"`
	Statement *string     `json:"statement"`
	Event     *string     `json:"event"`
	Change    *string     `json:"change"`
	Previous  *string     `json:"previous"`
	Uttered   bool        `json:"uttered"`
	By        by          `json:"by"`
}

type commitment struct {
	ID         string      `json:"id"`
	Party      *string     `json:"party"`
	To         *string     `json:"to"`
	Terms      string      `json:"terms"`
	If         *string     `json:"if"`
	Made       *date       `json:"made"`
	Until      *date       `json:"until"`
	Position   *string     `json:"position"`
	Evidence   evidence    `json:"evidence"`
	Violations []violation `json:"violations"`
	By         by          `json:"by"`
}

type violation struct {
	Accuser  *string  `json:"accuser"`
	Accused  *string  `json:"accused"`
	Position *string  `json:"position"`
	Evidence evidence `json:"evidence"`
	DeniedBy []string `json:"denied_by"`
	By       by       `json:"by"`
}

type response struct {
	ID        string      `json:"id"`
	Party     *string     `json:"party"`
	Kind      string      `json:"kind"`
	About     *string     `json:"about"`
	AboutKind *string     `json:"about_kind"`
	AboutText *string     `json:"about_text"`
	To        *string     `json:"to"`
	Date      *date       `json:"date"`
	Chain     []chainLink `json:"chain"`
	Evidence  evidence    `json:"evidence"`
	By        by          `json:"by"`
}

type utterance struct {
	ID       string    `json:"id"`
	Speaker  *string   `json:"speaker"`
	Variants []variant `json:"variants"`
}

type variant struct {
	Statement string       `json:"statement"`
	Kind      string       `json:"kind"`
	Changes   []wordChange `json:"changes"`
}

type wordChange struct {
	Fullest span `json:"fullest"`
	Variant span `json:"variant"`
}

type issue struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	Names     []string `json:"names"`
	Positions []string `json:"positions"`
}

type thread struct {
	ID      string   `json:"id"`
	Title   string   `json:"title"`
	Parties []string `json:"parties"`
	Events  []string `json:"events"`
	Reports []string `json:"reports"`
}

type timex struct {
	evidence
	Type     string  `json:"type"`
	Value    string  `json:"value"`
	Basis    string  `json:"basis"`
	Function *string `json:"function"`
	By       by      `json:"by"`
}

// opt is nil for the empty string: unknown is null.
func opt(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// list keeps an empty list from becoming null.
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

func makeBy(b readout.By) by { return by{b.Annotator, b.Version, b.Rule} }

func (e *encoder) record(rec *readout.Record) record {
	out := record{
		Schema: Schema, Reports: []report{}, Refused: []refusal{}, Entities: []entity{}, Events: []event{},
		Statements: []statement{}, Claims: []claim{}, Disagreements: []disagreement{},
		Positions: []position{}, Commitments: []commitment{}, Responses: []response{},
		Utterances: []utterance{}, Issues: []issue{}, Threads: []thread{}, Timexes: []timex{},
	}
	defects := map[string][]readout.Anomaly{}
	for _, d := range rec.Defects {
		defects[d.Report] = append(defects[d.Report], d.Anomaly)
	}
	for i, r := range rec.Reports {
		var o readout.Origin
		if i < len(rec.Origins) {
			o = rec.Origins[i]
		}
		out.Reports = append(out.Reports, e.report(r, o, e.main[r.ID], defects[r.ID]))
	}
	for _, r := range rec.Refusals {
		out.Refused = append(out.Refused, refusal{r.Path, r.Reason})
	}
	for _, x := range rec.Entities {
		out.Entities = append(out.Entities, e.entity(x))
	}
	for _, x := range rec.Events {
		out.Events = append(out.Events, e.event(x))
	}
	for _, x := range rec.Statements {
		out.Statements = append(out.Statements, e.statement(x))
	}
	for _, x := range rec.Claims {
		out.Claims = append(out.Claims, e.claim(x))
	}
	for _, d := range rec.Disagreements {
		out.Disagreements = append(out.Disagreements, disagreement{d.Event, d.Attribute, string(d.Verdict), list(d.Claims), d.Why})
	}
	e.inDepth(rec, &out)
	for _, t := range rec.Timexes {
		out.Timexes = append(out.Timexes, timex{e.evidence(t.Evidence), t.Type, t.Value, t.Basis, opt(t.Function), makeBy(t.By)})
	}
	return out
}

// report writes the defects that linking found behind the report's own
// anomalies.
func (e *encoder) report(r *readout.Report, o readout.Origin, main string, defects []readout.Anomaly) report {
	out := report{
		ID: r.ID, Path: opt(r.Path), URL: opt(r.URL), Outlet: opt(o.Outlet), Named: opt(r.Outlet), Title: opt(r.Title), Language: opt(r.Language), SHA256: r.SHA256,
		Published: published{Value: opt(r.Published.Value), Precision: opt(r.Published.Precision), Basis: string(r.Published.Basis), Why: opt(r.Published.Why), Candidates: []candidate{}, Earliest: opt(r.Published.Earliest), Latest: opt(r.Published.Latest)},
		Noise:     []noise{}, Origin: origin{o.Kind, opt(o.Of), opt(o.Why)}, Anomalies: []anomaly{}, MainEvent: opt(main), Skipped: opt(r.Skip),
	}
	if out.Published.Basis == "" {
		out.Published.Basis = string(readout.BasisNone)
	}
	for _, c := range r.Published.Candidates {
		out.Published.Candidates = append(out.Published.Candidates, candidate{c.Value, c.Basis})
	}
	for _, n := range r.Noise {
		out.Noise = append(out.Noise, noise{e.span(r.ID, n.Span), n.Reason})
	}
	for _, a := range slices.Concat(r.Anomalies, defects) {
		out.Anomalies = append(out.Anomalies, anomaly{a.Kind, a.Note, e.evidences(a.Evidence)})
	}
	return out
}

// mainEvents picks for each report the event that it mentions most, earliest
// mention first among equals; a report that mentions none has none.
func mainEvents(rec *readout.Record) map[string]string {
	type tally struct {
		event string
		n     int
		first int
	}
	best := map[string]tally{}
	for _, ev := range rec.Events {
		count := map[string]tally{}
		for _, m := range ev.Mentions {
			t, ok := count[m.Report]
			if !ok {
				t = tally{event: ev.ID, first: m.Trigger.Start}
			}
			t.n++
			t.first = min(t.first, m.Trigger.Start)
			count[m.Report] = t
		}
		for r, t := range count {
			if b, ok := best[r]; !ok || t.n > b.n || t.n == b.n && t.first < b.first {
				best[r] = t
			}
		}
	}
	out := make(map[string]string, len(best))
	for r, t := range best {
		out[r] = t.event
	}
	return out
}

func (e *encoder) entity(x *readout.Entity) entity {
	out := entity{ID: x.ID, Type: string(x.Type), Name: x.Name, Names: list(x.Names), Wikidata: opt(x.Wikidata), Country: opt(x.Country), Members: list(x.Members), Roles: []role{}, Mentions: []mention{}}
	for _, r := range x.Roles {
		out.Roles = append(out.Roles, role{r.Title, opt(r.From), opt(r.To), e.evidences(r.Evidence)})
	}
	for _, m := range x.Mentions {
		out.Mentions = append(out.Mentions, mention{e.evidence(m.Evidence), string(m.Form), makeBy(m.By)})
	}
	return out
}

func (e *encoder) date(d *readout.Date) *date {
	if d == nil {
		return nil
	}
	out := &date{Value: d.Value, End: opt(d.End), Precision: d.Precision, Basis: d.Basis}
	if d.Expression != nil {
		ev := e.evidence(*d.Expression)
		out.Expression = &ev
	}
	return out
}

func (e *encoder) event(x *readout.Event) event {
	out := event{ID: x.ID, Type: x.Type, Mode: opt(x.Mode), Title: x.Title, Participants: []participant{}, Date: e.date(x.Date), Place: opt(x.Place), Status: string(x.Status), Attributes: x.Attributes, Mentions: []eventMention{}, Links: []eventLink{}}
	if out.Attributes == nil {
		out.Attributes = map[string]string{}
	}
	if row, ok := e.view.Event(x.ID); ok {
		out.Counts = counts{row.Support.Mentions, len(row.Support.Reports), row.Support.Origins}
	}
	for _, p := range x.Participants {
		out.Participants = append(out.Participants, participant{p.Entity, p.Role})
	}
	for _, m := range x.Mentions {
		out.Mentions = append(out.Mentions, eventMention{e.evidence(m.Evidence), e.span(m.Report, m.Trigger), string(m.Status), makeBy(m.By)})
	}
	for _, l := range x.Links {
		out.Links = append(out.Links, eventLink{l.Relation, l.Event, e.evidence(l.Evidence)})
	}
	return out
}

func (e *encoder) chain(links []readout.ChainLink) []chainLink {
	out := []chainLink{}
	for _, l := range links {
		c := chainLink{Entity: opt(l.Entity), Text: l.Text, Factuality: opt(string(l.Factuality)), OutletOfReport: l.OutletOfReport}
		if l.Cue != nil {
			s := e.span(l.Cue.Report, l.Cue.Span)
			c.Cue = &s
		}
		out = append(out, c)
	}
	return out
}

func (e *encoder) statement(x *readout.Statement) statement {
	out := statement{
		ID: x.ID, Report: x.Report, Kind: string(x.Kind), Content: []span{}, Text: x.Text, Speaker: opt(x.Speaker), Chain: e.chain(x.Chain),
		Addressee: opt(x.Addressee), Medium: opt(x.Medium), Date: e.date(x.Date), Event: opt(x.Event), NestedIn: opt(x.NestedIn), Uttered: x.Uttered, Utterance: opt(x.Utterance), By: makeBy(x.By),
	}
	for _, s := range x.Content {
		out.Content = append(out.Content, e.span(x.Report, s))
	}
	if x.Cue != nil {
		s := e.span(x.Report, *x.Cue)
		out.Cue = &s
	}
	if x.Source != nil {
		s := e.span(x.Report, *x.Source)
		out.Source = &s
	}
	return out
}

func (e *encoder) claim(x *readout.Claim) claim {
	out := claim{ID: x.ID, Event: x.Event, Attribute: x.Attribute, Text: x.Text, Hedge: opt(x.Hedge), Holder: opt(x.Holder), Chain: e.chain(x.Chain), Evidence: e.evidence(x.Evidence), By: makeBy(x.Evidence.By)}
	switch v := x.Value; {
	case v.Unit != "":
		out.Value = quantity{v.Unit, v.Min, v.Max, v.Approx}
	case v.Date != nil:
		out.Value = struct {
			Date *date `json:"date"`
		}{e.date(v.Date)}
	case v.Entity != "":
		out.Value = struct {
			Entity string `json:"entity"`
		}{v.Entity}
	case v.Text != "":
		out.Value = struct {
			Text string `json:"text"`
		}{v.Text}
	}
	return out
}

package view

import (
	"cmp"
	"slices"
	"strings"

	"github.com/readout-news/readout"
)

// ChangeKind is what a report did to the record of an event.
type ChangeKind string

// The kinds of a change.
const (
	FirstReport  ChangeKind = "first"    // nobody had told of the event
	Claimed      ChangeKind = "claimed"  // something not known before
	Refined      ChangeKind = "refined"  // a value that can be true beside the earlier ones
	Disputed     ChangeKind = "disputed" // a value that excludes an earlier one
	Borne        ChangeKind = "borne"    // a value known before, from another origin
	Denied       ChangeKind = "denied"
	Confirmed    ChangeKind = "confirmed"
	Answered     ChangeKind = "answered" // a party declined, did not answer, would not say
	TookPosition ChangeKind = "position" // a party took a position at it
	Quotation    ChangeKind = "quoted"   // words of its parties
	Turned       ChangeKind = "status"   // told as having happened, after it had been announced
)

// EventChange is one thing that a report added to the record of an event.
type EventChange struct {
	At     string // publication of the report, ISO 8601; "" unknown
	Event  *readout.Event
	Kind   ChangeKind
	Label  string // what it is about: "Duration", "Whether it took place"
	Who    string // who says so, "" for the outlet's own voice
	Old    string // what stood before, "" nothing
	New    string // what stands since
	Report string // Report.ID
	Outlet string
	Ref    string // opens the sentences
}

// weight says how much a change matters to a reader, the most first.
var weight = []ChangeKind{Disputed, Denied, FirstReport, Turned, Confirmed, Claimed, Answered, Refined, TookPosition, Quotation, Borne}

// Weight is the place of a kind among all, 0 the one that matters most.
func (k ChangeKind) Weight() int { return slices.Index(weight, k) }

// State is the record of an event as it stood after one report.
type State struct {
	At      string      // publication of the report, ISO 8601
	Change  EventChange // the one that matters most
	Changes int         // that the report made
}

// EventHistory is how the record of an event came about, over its dated reports in
// the order of publication, whenever they were read.
type EventHistory struct {
	Changes []EventChange // earliest first
	Undated []EventChange // of reports whose publication is unknown: in no order of time
	States  []State       // earliest first
}

// attributeLabels name the attributes of claims.
var attributeLabels = map[string]string{
	"duration": "Duration", "date": "Date", "place": "Place", "participants": "Who took part", "occurrence": "Whether it took place",
	"tone": "How it went", "outcome": "Outcome", "topic": "Matter", "initiator": "Who began it", "number": "Number", answer: "What is denied",
}

// AttributeLabel names an attribute, with the unit of counts: "Number killed".
func AttributeLabel(key string) string {
	base, unit, special := strings.Cut(key, "-")
	l := cmp.Or(attributeLabels[base], capital(base))
	if special {
		l += " " + strings.ReplaceAll(unit, "-", " ")
	}
	return l
}

// History is how the record of an event changed; ok is false when there is no
// such event.
func (v *View) History(event string) (h EventHistory, ok bool) {
	e := v.events[event]
	if e == nil {
		return h, false
	}
	for _, c := range v.changesOf(e) {
		if c.At == "" {
			h.Undated = append(h.Undated, c)
		} else {
			h.Changes = append(h.Changes, c)
		}
	}
	for _, c := range h.Changes {
		if n := len(h.States); n > 0 && h.States[n-1].At == c.At {
			s := &h.States[n-1]
			s.Changes++
			if c.Kind.Weight() < s.Change.Kind.Weight() {
				s.Change = c
			}
			continue
		}
		h.States = append(h.States, State{c.At, c, 1})
	}
	return h, true
}

// Changes are the changes to all events that reports published from since to
// until made, both included, earliest first. Bounds are ISO 8601 prefixes, ""
// open.
func (v *View) Changes(since, until string) []EventChange {
	in := func(at string) bool {
		return at != "" && (since == "" || at >= since) && (until == "" || at <= until+"~")
	}
	seen := map[string]bool{}
	var out []EventChange
	for _, r := range v.Record.Reports {
		if !in(r.Published.Value) {
			continue
		}
		for _, e := range v.from(r.ID).events {
			if seen[e.ID] {
				continue
			}
			seen[e.ID] = true
			for _, c := range v.changesOf(e) {
				if in(c.At) {
					out = append(out, c)
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b EventChange) int {
		return cmp.Or(readout.ComparePublished(a.At, b.At), strings.Compare(a.Report, b.Report), strings.Compare(a.Event.ID, b.Event.ID), cmp.Compare(a.Kind.Weight(), b.Kind.Weight()))
	})
	return out
}

// changesOf folds the evidence of an event, report by report.
func (v *View) changesOf(e *readout.Event) []EventChange {
	f := v.about(e.ID)
	by := map[string]*reportFacts{}
	at := func(report string) *reportFacts {
		if by[report] == nil {
			by[report] = &reportFacts{}
		}
		return by[report]
	}
	status := map[string][]readout.EventMention{}
	for _, m := range e.Mentions {
		at(m.Report)
		status[m.Report] = append(status[m.Report], m)
	}
	claimed := map[place]bool{}
	for _, c := range f.claims {
		x := at(c.Evidence.Report)
		x.claims = append(x.claims, c)
		if c.Attribute == "occurrence" {
			claimed[place{c.Evidence.Report, c.Evidence.Span}] = true
		}
	}
	for _, r := range f.responses {
		if !claimed[place{r.Evidence.Report, r.Evidence.Span}] {
			x := at(r.Evidence.Report)
			x.responses = append(x.responses, r)
		}
	}
	for _, p := range f.positions {
		x := at(p.Evidence.Report)
		x.positions = append(x.positions, p)
	}
	for _, s := range f.statements {
		x := at(s.Report)
		x.statements = append(x.statements, s)
	}
	var order []*readout.Report
	for id := range by {
		if r := v.Report(id); r != nil {
			order = append(order, r)
		}
	}
	slices.SortFunc(order, comparePublished)
	s := stood{v: v, event: e, told: map[string][]*readout.Claim{}, spoken: map[string]bool{}}
	for i, r := range order {
		s.take(r, by[r.ID], status[r.ID], i == 0)
	}
	return s.out
}

// stood is the record of an event as it stands after some reports.
type stood struct {
	v        *View
	event    *readout.Event
	told     map[string][]*readout.Claim // by attribute, copies left out
	spoken   map[string]bool             // utterances, positions and answers known
	happened bool                        // told as having happened
	ahead    bool                        // announced
	out      []EventChange
}

// take adds what a report changes.
func (s *stood) take(r *readout.Report, x *reportFacts, mentions []readout.EventMention, first bool) {
	v := s.v
	from := len(s.out)
	defer func() {
		// Of one report what matters most comes first.
		slices.SortStableFunc(s.out[from:], func(a, b EventChange) int { return cmp.Compare(a.Kind.Weight(), b.Kind.Weight()) })
	}()
	add := func(c EventChange) {
		c.At, c.Event, c.Report, c.Outlet = r.Published.Value, s.event, r.ID, v.OutletName(r.ID)
		s.out = append(s.out, c)
	}
	if first {
		add(EventChange{Kind: FirstReport, Label: "First report", Ref: s.event.ID + ".report." + r.ID})
	}
	occurred, planned := false, false
	for _, m := range mentions {
		occurred = occurred || m.Status == readout.Occurred
		planned = planned || m.Status == readout.Planned
	}
	if occurred && s.ahead && !s.happened {
		add(EventChange{Kind: Turned, Label: "Status", Old: "announced", New: "took place", Ref: s.event.ID + ".report." + r.ID})
	}
	s.happened, s.ahead = s.happened || occurred, s.ahead || planned
	claims := slices.Clone(x.claims)
	slices.SortStableFunc(claims, func(a, b *readout.Claim) int {
		return cmp.Or(cmp.Compare(attributeRank(a), attributeRank(b)), a.Evidence.Span.Compare(b.Evidence.Span))
	})
	for _, c := range claims {
		s.claim(c, first, add)
	}
	for _, a := range x.responses {
		key := "answer " + a.Party + " " + string(a.Kind)
		if s.spoken[key] {
			continue
		}
		s.spoken[key] = true
		add(EventChange{Kind: Answered, Label: AttributeLabel(answerKey(a)), Who: v.EntityName(a.Party), New: answerWords[a.Kind], Ref: a.ID})
	}
	for _, p := range x.positions {
		key := strings.Join([]string{"position", p.Party, string(p.Stance), p.Issue, fold(p.Terms)}, " ")
		if s.spoken[key] {
			continue
		}
		s.spoken[key] = true
		add(EventChange{Kind: TookPosition, Label: "Position", Who: v.EntityName(p.Party), New: StanceWords(p.Stance) + " “" + shorten(cmp.Or(p.Terms, p.Text), maxQuote) + "”", Ref: p.ID})
	}
	for _, q := range x.statements {
		key := "said " + cmp.Or(q.Utterance, q.Speaker+" "+fold(q.Text))
		if s.spoken[key] || q.Kind == readout.Indirect || q.Speaker == "" {
			continue
		}
		s.spoken[key] = true
		add(EventChange{Kind: Quotation, Label: "Quotation", Who: v.EntityName(q.Speaker), New: "“" + shorten(q.Text, maxQuote) + "”", Ref: q.ID})
	}
}

func attributeRank(c *readout.Claim) int {
	if i := slices.Index(attributeOrder, c.Attribute); i >= 0 {
		return i
	}
	return len(attributeOrder)
}

// claim compares one claim with what stood before it.
func (s *stood) claim(c *readout.Claim, first bool, add func(EventChange)) {
	v := s.v
	key := attributeKey(c)
	before := s.told[key]
	words := v.Value(c)
	col := v.columnOf(c, BySpeaker)
	out := EventChange{Label: AttributeLabel(key), New: words, Ref: c.ID}
	if col.Key != Own {
		out.Who = col.Name
	}
	var excluded []string // values that cannot be true beside this one
	var same *readout.Claim
	for _, b := range before {
		if w := v.Value(b); v.excludes(b, c) && !slices.Contains(excluded, w) {
			excluded = append(excluded, w)
		}
		if v.sameValue(item{claim: b}, item{claim: c}, v.Value(b), words) {
			same = b
		}
	}
	defer func() { s.told[key] = append(s.told[key], c) }()
	switch {
	case same != nil:
		// The same again counts once an origin, and not from who said it.
		if slices.ContainsFunc(before, func(b *readout.Claim) bool {
			return v.Value(b) == words && (v.Origin(b.Evidence.Report) == v.Origin(c.Evidence.Report) || v.columnOf(b, BySpeaker).Key == col.Key && col.Key != Own)
		}) || c.Attribute == "date" || c.Attribute == "place" {
			return
		}
		out.Kind = Borne
		out.New = words + ", also in " + v.OutletName(c.Evidence.Report)
	case c.Attribute == "occurrence" && v.mark(item{claim: c}) == No:
		out.Kind = Denied
		if len(before) > 0 {
			out.Old = v.Value(before[len(before)-1])
		}
	case c.Attribute == "occurrence" && c.Value.Text == "confirmed":
		out.Kind = Confirmed
		if len(before) > 0 {
			out.Old = v.Value(before[len(before)-1])
		}
	case len(excluded) > 0:
		out.Kind, out.Old = Disputed, and(excluded)
	case len(before) > 0:
		out.Kind = Refined
		switch c.Attribute {
		case "duration", "number":
			out.Old = v.Value(before[len(before)-1])
		}
	default:
		out.Kind = Claimed
		// The first report's day and place are the event's, not news of it.
		if first && (c.Attribute == "date" || c.Attribute == "place" || c.Attribute == "topic") {
			return
		}
	}
	add(out)
}

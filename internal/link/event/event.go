// Package event decides which event mentions tell of one event, within a
// report and across reports, and makes the events of the record.
//
// In order:
//
//  1. facts: each mention's participants as entities (groups spelled out),
//     its date as a range of days, its place;
//  2. within a report, in the order of the text: a definite mention ("the
//     call", "that meeting", "Tuesday's call") goes to the last event that
//     fits; a mention with its own participants to the event of the same
//     parties, unless dates, places, ordinals ("their next conversation"),
//     order ("before the call") or status keep them apart;
//  3. across reports: candidates come from blocks of equal family and parties
//     (never all pairs), and are joined when the parties match on both sides
//     and the dates say so. Dates or places that exclude each other can never
//     be joined. A cluster without a date joins only a single candidate, and
//     only when it is the matter its report opens with or a plan. What is no
//     contact needs no date where the reports tell one story (package story)
//     in words of one family (families.tsv) of the same parties; acts in words
//     must be about the same, too;
//  4. what is left over: "the third call since January" goes to the third of
//     its row, a contact spoken of as known to the only one it can be;
//  5. events: date or the last day possible, place, status, title and links
//     (before, after, announces, reports_on, responds_to, part_of) from the
//     mentions.
//
// In: annotated reports sorted by Report.ID and their entities. Out: events
// sorted by ID and the event of each mention. Left out (event -1): mentions
// without a resolved participant or antecedent, plurals that only refer back
// ("the calls"), and what the outlet itself says did not happen. Several
// contacts told in one phrase ("seven calls") are one event of their own with
// the attribute number and never join a single call.
//
// The precision-first clustering with cannot-link follows the sieves of
// cross-document coreference; no similarity is learned. Same groups any words
// that name events by the same means, for measuring on corpora that mark them.
package event

import (
	"cmp"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/entity"
	"github.com/readout-news/readout/internal/link/story"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/nlp/event"
)

// Version rises when output can change.
const Version = "5"

// None is the event of a mention that was left out.
const None = -1

// Links is the outcome: the events and, by document and event mention, the
// index into Events or None.
type Links struct {
	Events    []*readout.Event // sorted by ID
	OfMention [][]int
}

// Link joins the event mentions of docs, which are sorted by Report.ID.
func Link(docs []*nlp.Doc, ents *entity.Links) (*Links, error) {
	titles, err := loadTitles()
	if err != nil {
		return nil, err
	}
	l, err := newLinker(docs, ents)
	if err != nil {
		return nil, err
	}
	var clusters []*cluster
	for d := range docs {
		clusters = append(clusters, l.within(d)...)
	}
	clusters = l.across(clusters)
	return l.events(clusters, titles), nil
}

// newLinker loads what words mean and finds the stories of docs.
func newLinker(docs []*nlp.Doc, ents *entity.Links) (*linker, error) {
	offices, err := loadOffices()
	if err != nil {
		return nil, err
	}
	fams, err := loadFamilies()
	if err != nil {
		return nil, err
	}
	rules, err := loadLinks()
	if err != nil {
		return nil, err
	}
	words, err := story.Shipped()
	if err != nil {
		return nil, err
	}
	l := &linker{
		docs: docs, ents: ents, byID: map[string]int{}, leads: make([]bool, len(ents.Entities)),
		groups: nlp.NewGroups(wide(docs)), fams: fams, rules: rules, stories: story.Link(docs, words, story.Default), words: words, places: map[string]bool{},
	}
	for i, e := range ents.Entities {
		l.byID[e.ID] = i
		for _, n := range append([]string{e.Name}, e.Names...) {
			if e.Type == readout.Place {
				l.places[strings.ToLower(n)] = true
			}
		}
		l.leads[i] = e.Type == readout.Person && slices.ContainsFunc(e.Roles, func(r readout.Role) bool { return offices.leads(r.Title) })
	}
	l.readHeads(offices)
	return l, nil
}

// readHeads fills heads: a person's name after the name of a body and the word of
// who leads it.
func (l *linker) readHeads(o *offices) {
	l.heads = map[[2]int]bool{}
	for d, doc := range l.docs {
		ends := map[int]int{} // token after the name of a body → its mention
		for m := range doc.Mentions {
			if x := &doc.Mentions[m]; x.Form == readout.FormName && x.Type != nlp.PersonName {
				ends[x.Last] = m
			}
		}
		for m := range doc.Mentions {
			x := &doc.Mentions[m]
			if x.Form != readout.FormName || x.Type != nlp.PersonName {
				continue
			}
			// The title stands before the name or inside it.
			t := 0
			first := x.First
			if first > 1 && doc.Tokens[first-1].UPOS == "PROPN" {
				first-- // "front leader Colonel Tomas Ered"
			}
			for k := max(first, 1); k <= x.Head && t == 0; k++ {
				if o.ofBody[doc.Lower(k-1)] {
					t = k
				}
			}
			if t == 0 {
				continue
			}
			b, ok := ends[t-1]
			if !ok || doc.Tokens[t-1].Sent != doc.Tokens[x.First].Sent {
				continue
			}
			p, body := l.entityOf(d, x.Chain), l.entityOf(d, doc.Mentions[b].Chain)
			if p != None && body != None && l.ents.Entities[body].Type == readout.Organization {
				l.heads[[2]int{p, body}] = true
			}
		}
	}
}

// linker holds what all steps read.
type linker struct {
	docs []*nlp.Doc
	ents *entity.Links
	byID map[string]int // entity ID → index into ents.Entities
	// groups are the mentions that people say are of one event.
	groups *nlp.Groups
	// leads says of each entity whether it is a person who speaks and deals
	// for a state: its head, its government's, a minister, a negotiator.
	leads []bool
	// fams are the words that can name one event, stories the reports that
	// tell one story.
	// heads holds who is called head of which body in the words of a name ("rebel
	// front leader Tomas Ered"): entity of the person, entity of the body.
	heads   map[[2]int]bool
	fams    *families
	rules   []linkRule
	stories *story.Links
	words   *story.Words
	places  map[string]bool // names of places, in small letters
}

// entityOf is the entity of a chain, or None.
func (l *linker) entityOf(d, chain int) int {
	if chain == nlp.None || d >= len(l.ents.OfChain) || chain >= len(l.ents.OfChain[d]) {
		return None
	}
	return l.ents.OfChain[d][chain]
}

// mention is one event mention with its facts resolved.
type mention struct {
	d, i   int
	ev     *nlp.EventMention
	family string
	parts  []part // sorted by entity, each once
	vague  bool   // some participant is named but has no entity
	when   span   // day range; see span
	dated  bool   // when rests on a time expression of the mention itself
	first  int    // day it is told to have begun, 0 none
	last   int    // day it is told to have ended, 0 none
	place  int    // entity, None
	group  string // that people put it in, see desk.go; "" none
	fixed  int64  // rank of the decision that gave when; 0 none did
}

// part is one participant.
type part struct {
	entity int
	role   string
}

// facts resolves mention i of document d.
func (l *linker) facts(d, i int) mention {
	doc := l.docs[d]
	ev := &doc.Events[i]
	m := mention{d: d, i: i, ev: ev, family: family(ev.Type), place: None}
	for _, a := range ev.Args {
		if a.Role == "topic" || a.Role == event.RoleInitiator {
			continue
		}
		if a.Mention == nlp.None {
			m.vague = true
			continue
		}
		if l.misread(d, a.Mention) {
			continue
		}
		found := l.expand(d, doc.Mentions[a.Mention].Chain, 0)
		if len(found) == 0 {
			m.vague = true
		}
		for _, e := range found {
			if ev.Type == "CONSULT" && a.Role == "participant" && l.nameless(e) {
				m.vague = true // "the rebel group": somebody, but nobody known
				continue
			}
			m.parts = append(m.parts, part{e, a.Role})
		}
	}
	if m.place = None; ev.Place != nlp.None {
		m.place = l.entityOf(d, doc.Mentions[ev.Place].Chain)
	}
	if m.place != None && len(m.parts) > 2 {
		// "talks of Sollund and Karvany in Orrin", read once with Orrin as a party.
		m.parts = slices.DeleteFunc(m.parts, func(p part) bool { return p.entity == m.place })
	}
	slices.SortFunc(m.parts, comparePart)
	m.parts = slices.CompactFunc(m.parts, func(a, b part) bool { return a.entity == b.entity })
	m.when = unknown
	if ev.Time != nlp.None {
		m.when = parseValue(l.spokenDay(d, ev))
		m.dated = m.when != unknown
		m.bounded(ev)
	}
	l.decide(&m)
	return m
}

// nameless reports whether entity e is only ever described.
func (l *linker) nameless(e int) bool {
	x := l.ents.Entities[e]
	return len(x.Names) == 0 && len(x.Members) == 0 && x.Wikidata == "" && x.Country == ""
}

// spokenDay is the TIMEX3 value of the time of ev. "Today" inside somebody's
// words counts from the day on which they were spoken: where a sentence close
// before dates another saying of the same person in the two days before the
// report, that day and not that of publication.
func (l *linker) spokenDay(d int, ev *nlp.EventMention) string {
	doc := l.docs[d]
	x := &doc.Timexes[ev.Time]
	pub, ok := doc.Report.Published.Day()
	if ev.Attribution == nlp.None || !ok || x.Value != format(dayOf(pub)) || !strings.EqualFold(doc.Text(x.Span), "today") {
		return x.Value
	}
	said := &doc.Attributions[ev.Attribution]
	if said.Kind == readout.Indirect || said.Speaker == nlp.None {
		return x.Value
	}
	w := &walk{linker: l, d: d}
	if t, _ := w.spokenOn(ev.Attribution); t != nlp.None {
		return x.Value
	}
	for a := ev.Attribution; a >= 0; a-- {
		o := &doc.Attributions[a]
		if o.Speaker != said.Speaker || said.Sent-o.Sent > sameSpeech || said.Sent < o.Sent {
			continue
		}
		if t, day := w.spokenOn(a); t != nlp.None && day < dayOf(pub) && day >= dayOf(pub)-leadDays {
			return format(day)
		}
	}
	return x.Value
}

// sameSpeech is how many sentences back the day of a speech may be told.
const sameSpeech = 3

// mostDays is how long talks, a summit or a visit are taken to last at most
// when one day says only when they began or ended.
const mostDays = 5

// bounded widens a day that is told as the first or last of something that can
// last for days: "the talks began on Wednesday".
func (m *mention) bounded(ev *nlp.EventMention) {
	if ev.Type != "CONSULT" || ev.Mode == "phone" || ev.Mode == "" || ev.Mode == "meeting" || !m.when.known() || !m.when.day() {
		return
	}
	d := m.when.lo
	switch ev.Attributes[event.AttrAspect] {
	case "begin":
		m.first, m.when.hi = d, d+mostDays
	case "end":
		m.last, m.when.lo = d, d-mostDays
	}
}

// misread reports whether mention m of document d is a plural pronoun that
// stands for one person: coreference found no group, so it says nothing.
func (l *linker) misread(d, m int) bool {
	doc := l.docs[d]
	x := &doc.Mentions[m]
	if x.Form != readout.FormPronoun || x.Chain == nlp.None || len(doc.Chains[x.Chain].Members) > 0 || doc.Chains[x.Chain].Type != readout.Person {
		return false
	}
	switch strings.ToLower(doc.Text(x.Span)) {
	case "they", "them", "their", "we", "us", "our", "both":
		return true
	}
	return false
}

func comparePart(a, b part) int {
	return cmp.Or(cmp.Compare(a.entity, b.entity), cmp.Compare(a.role, b.role))
}

// expand lists the entities that a chain stands for: the members of a group
// that is spelled out, else the entity itself.
func (l *linker) expand(d, chain, depth int) []int {
	if chain == nlp.None || depth > 3 {
		return nil
	}
	doc := l.docs[d]
	if len(doc.Chains[chain].Members) > 0 {
		var out []int
		for _, c := range doc.Chains[chain].Members {
			if c != chain {
				out = append(out, l.expand(d, c, depth+1)...)
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	e := l.entityOf(d, chain)
	if e == None {
		return nil
	}
	var out []int
	for _, id := range l.ents.Entities[e].Members {
		if x, ok := l.byID[id]; ok {
			out = append(out, x)
		}
	}
	if len(out) > 0 {
		return out
	}
	return []int{e}
}

// family groups the types whose mentions may tell of one event.
func family(typ string) string { return typ }

// cluster is a set of mentions taken for one event.
type cluster struct {
	mentions []mention // in the order of joining
	parts    []part
	mode     string
	when     span
	first    int // day it began, where told; 0 none
	last     int // day it ended, where told; 0 none
	place    int
	plural   bool
	vague    bool                         // some mention names a party without an entity
	strong   map[readout.EventStatus]bool // statuses that a cue supports
	anchors  []anchor                     // what it comes before or after
	sequence []sequel                     // what its mentions count on from
	lead     bool                         // told in the heading or the first sentences
	latest   *latest                      // the last day it can have been, nil when not told or dated
	group    string                       // of its mentions, "" none; see desk.go
	fixed    int64                        // rank of the decision that gave when; 0 none did
	inferred *cluster                     // the dated event that gave this one its day, nil when it has its own
}

// anchor says that a cluster's event is before or after another mention.
type anchor struct {
	before bool
	d, i   int
}

// Package claim lays side by side what each report says of one attribute of
// an event, and says whether the values agree.
//
// In: annotated reports, their entities and events (internal/link/entity and
// internal/link/event). Out: one claim for each value that a report gives,
// with its hedge, who holds it and where it stands; and one verdict for each
// event and attribute: agree (the same value), compatible (all can be true),
// conflict (they cannot all be true, or exclude each other), single (one
// source only), with the reason in words made from the values. A source is one
// holder in one report; several holders inside one report are several sources.
// A value inside an attribution is its speaker's, else the outlet's own.
//
// What is compared, attribute by attribute:
//
//   - duration: ranges of minutes as timex reads them; equal ranges agree,
//     ranges that meet are compatible, ranges apart conflict. A duration
//     belongs to the event of its clause, else to the last event spoken of
//     ("It lasted …", "ended two hours after it began").
//   - date: ranges of days, likewise. Inside one report a day and the month
//     that holds it agree: the report is consistent. A contact that another is
//     placed by ("their next call, a month later", "the first talks since
//     March") is dated by that.
//   - place: the same place agrees; places of one state are compatible, of two
//     states conflict.
//   - participants: one list within the other is compatible.
//   - occurrence: occurred, confirmed, reported, denied, neither confirmed nor
//     denied, or left no room for by "their next call". A denial conflicts with
//     all but doubt; "confirmed" conflicts with hearsay told in the same report
//     and not with that of another, since it can have been confirmed since.
//     Neither confirming nor denying is no denial.
//   - tone: words that praise or blame how a contact went (tone.tsv). Words of
//     one polarity agree, however they differ; praise and blame conflict;
//     neutral words ("frank") and praise with blame ("productive but tense")
//     go with all.
//   - outcome: what a contact brought or failed to bring, and what a party
//     agreed to or refused at it (outcome.tsv). The same class of outcome on
//     the same matter agrees; what was reached excludes that nothing was, on
//     the same matter; that no details were given goes with all.
//   - topic: phrases compared by their words of content; they never conflict.
//   - initiator: one agrees with itself and with its state; two sides conflict.
//   - number: counts of people by unit (killed, wounded, arrested, …), one
//     verdict a unit, ranges as for durations ("at least 12" is open above). A
//     count that a later report gives higher is compatible: tolls rise.
//
// It gives no verdict on who is right.
package claim

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/entity"
	"github.com/readout-news/readout/internal/link/event"
	"github.com/readout-news/readout/internal/link/statement"
	"github.com/readout-news/readout/internal/nlp"
	mention "github.com/readout-news/readout/internal/nlp/event"
)

// Version rises when output can change.
const Version = "4"

const annotator = "claim"

// The attributes compared.
const (
	Duration     = "duration"
	Date         = "date"
	Place        = "place"
	Participants = "participants"
	Occurrence   = "occurrence" // whether it took place
	Tone         = "tone"       // how it went, in evaluative words
	Outcome      = "outcome"    // what came of it
	Topic        = "topic"      // what it was about
	Initiator    = "initiator"  // who began it
	Number       = "number"     // how many were killed, arrested, …: see ClaimValue.Unit
)

// Result is what Compare finds.
type Result struct {
	Claims        []*readout.Claim        // sorted by ID
	Disagreements []*readout.Disagreement // sorted by event, attribute and unit
	Within        []Conflict              // claims of one report that exclude each other, in the order of Disagreements
	Actor         map[string]string       // Claim.ID of an outcome or occurrence → the party that does it
}

// Conflict is two claims of one report that cannot both be true.
type Conflict struct {
	A, B  *readout.Claim
	Why   string
	Own   bool // both in the outlet's own voice
	Head  bool // A stands in the headline, B in the text
	Borne bool // some other claim of the text bears out A
}

// Compare reads the claims of docs on events and compares them; who names the
// holders in their chains. The error is that of a damaged lexicon.
func Compare(docs []*nlp.Doc, ents *entity.Links, events *event.Links, who statement.Entities) (*Result, error) {
	lex, err := load()
	if err != nil {
		return nil, err
	}
	c := &comparer{docs: docs, ents: ents, events: events, lex: lex, byID: map[string]*readout.Entity{}, seen: map[string]bool{}, actor: map[string]string{}, day: map[string]string{}, own: map[*readout.Claim]bool{}, head: map[*readout.Claim]bool{}}
	for _, e := range ents.Entities {
		c.byID[e.ID] = e
	}
	c.atToken = make([]map[int]int, len(docs))
	for d, doc := range docs {
		c.chains = append(c.chains, statement.Chains(doc, d, who))
		c.atToken[d] = map[int]int{}
		if t, ok := doc.Report.Published.Day(); ok {
			c.day[doc.Report.ID] = t.Format(time.DateOnly)
		}
		for i := range doc.Events {
			c.atToken[d][doc.Events[i].Token] = i
		}
	}
	for d := range docs {
		c.read(d)
		c.tone(d)
		c.outcome(d)
		c.topic(d)
		c.initiator(d)
		c.number(d)
	}
	c.intervals()
	c.participants()
	c.occurrence()
	c.withdrawn()
	slices.SortFunc(c.claims, func(a, b *readout.Claim) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Text, b.Text))
	})
	c.claims = slices.CompactFunc(c.claims, func(a, b *readout.Claim) bool { return a.ID == b.ID })
	return c.verdicts(), nil
}

// withdrawn drops the claims that people say are none.
func (c *comparer) withdrawn() {
	no := map[string][]nlp.DeskClaim{}
	for _, doc := range c.docs {
		if doc.Desk != nil && len(doc.Desk.NoClaims) > 0 {
			no[doc.Report.ID] = doc.Desk.NoClaims
		}
	}
	if len(no) == 0 {
		return
	}
	c.claims = slices.DeleteFunc(c.claims, func(x *readout.Claim) bool {
		return slices.ContainsFunc(no[x.Evidence.Report], func(n nlp.DeskClaim) bool {
			return n.Span == x.Evidence.Span && (n.Attribute == "" || n.Attribute == x.Attribute)
		})
	})
}

type comparer struct {
	docs    []*nlp.Doc
	ents    *entity.Links
	events  *event.Links
	lex     *lexicon
	chains  []func(attribution int) []readout.ChainLink // [doc]
	atToken []map[int]int                               // [doc] head word of a mention → index into Doc.Events
	byID    map[string]*readout.Entity
	day     map[string]string       // Report.ID → its day of publication, "" unknown
	seen    map[string]bool         // report, holder, event, attribute and value of what is claimed once
	actor   map[string]string       // Claim.ID of an outcome or occurrence → the party that does it, "" none named
	own     map[*readout.Claim]bool // told by the outlet itself
	head    map[*readout.Claim]bool // stands in the headline
	claims  []*readout.Claim
}

// read makes the claims of document d.
func (c *comparer) read(d int) {
	doc := c.docs[d]
	first := len(c.claims)
	used := map[int]bool{} // durations that a mention holds
	for i := range doc.Events {
		ev := &doc.Events[i]
		if ev.Duration != nlp.None {
			used[ev.Duration] = true
		}
		n := c.events.OfMention[d][i]
		if n == event.None {
			continue
		}
		if ev.Duration != nlp.None {
			c.duration(d, n, ev.Duration, "claim/duration-attached")
		}
		if ev.Time != nlp.None {
			c.date(d, n, ev)
		}
		if ev.Place != nlp.None {
			c.place(d, n, ev.Place)
		}
	}
	for x := range doc.Timexes {
		if t := &doc.Timexes[x]; t.Type == "DURATION" && t.Minutes != nil && !used[x] {
			if n, rule := c.lastSpokenOf(d, x); n != event.None {
				c.duration(d, n, x, rule)
			}
		}
	}
	c.join(d, first)
}

// add keeps a claim of document d on event n, evidence at span.
func (c *comparer) add(d, n int, attribute string, span readout.Span, value readout.ClaimValue, hedge, rule string) *readout.Claim {
	doc := c.docs[d]
	holder, chain := c.holder(d, span)
	out := &readout.Claim{
		Event: c.events.Events[n].ID, Attribute: attribute, Text: doc.Text(span), Value: value, Hedge: hedge,
		Holder: holder, Chain: chain,
		Evidence: readout.Evidence{Report: doc.Report.ID, Span: span, By: readout.By{Annotator: annotator, Version: Version, Rule: rule}},
	}
	out.ID = ID(out)
	c.own[out] = c.spoken(d, span) == nlp.None
	c.head[out] = c.inHeadline(d, span)
	c.claims = append(c.claims, out)
	return out
}

// ID names a claim by event, attribute and place.
func ID(x *readout.Claim) string {
	h := sha256.New()
	fmt.Fprintf(h, "claim\x00%s\x00%s\x00%s\x00%d-%d", x.Event, x.Attribute, x.Evidence.Report, x.Evidence.Span.Start, x.Evidence.Span.End)
	return "c" + hex.EncodeToString(h.Sum(nil)[:8])
}

// spoken is the innermost attribution whose content holds what stands at span,
// None for the outlet's own voice.
func (c *comparer) spoken(d int, span readout.Span) int {
	doc := c.docs[d]
	at := nlp.None
	for i := range doc.Attributions {
		a := &doc.Attributions[i]
		// What a cue opens within the span ("agreed to …") is the party's act,
		// which somebody else tells of.
		if a.Negated || !a.Cue.Empty() && span.Contains(a.Cue) || !slices.ContainsFunc(a.Content, func(s readout.Span) bool { return s.Overlaps(span) }) {
			continue
		}
		if at == nlp.None || a.Span().Len() < doc.Attributions[at].Span().Len() {
			at = i
		}
	}
	return at
}

// inHeadline reports whether span stands in the headline of document d.
func (c *comparer) inHeadline(d int, span readout.Span) bool {
	doc := c.docs[d]
	t, _ := doc.TokensIn(span)
	return t < len(doc.Tokens) && doc.Sentences[doc.Tokens[t].Sent].Noise == "title"
}

// holder is who says what stands at span, and the chain from there to the
// outlet.
func (c *comparer) holder(d int, span readout.Span) (string, []readout.ChainLink) {
	at := c.spoken(d, span)
	links := c.chains[d](at)
	if at == nlp.None || len(links) < 2 {
		return "", links
	}
	if e, text := c.gapped(d, at, span); e != "" {
		links = slices.Clone(links)
		links[0] = readout.ChainLink{Entity: e, Text: text}
	}
	return links[0].Entity, links
}

// gapped is who says what stands at span where the verb of saying is left out
// before a second speaker: "Veldt said that it lasted an hour, and Orrin nearly
// two hours". The speaker is a name between a conjunction and the value, both
// inside the words of attribution at, with no verb between. "" where nobody
// else is named so.
func (c *comparer) gapped(d, at int, span readout.Span) (entity, text string) {
	doc := c.docs[d]
	first, _ := doc.TokensIn(span)
	if first == 0 || first >= len(doc.Tokens) {
		return "", ""
	}
	m := doc.MentionAt(first - 1)
	if m == nlp.None || doc.Mentions[m].Form != readout.FormName || doc.Mentions[m].Chain == nlp.None || doc.Mentions[m].End > doc.Tokens[first].Start {
		return "", ""
	}
	conj, _ := doc.TokensIn(doc.Mentions[m].Span)
	conj--
	if conj < 0 || doc.Tokens[conj].UPOS != "CCONJ" || doc.Tokens[conj].Sent != doc.Tokens[first].Sent {
		return "", ""
	}
	if !slices.ContainsFunc(doc.Attributions[at].Content, func(s readout.Span) bool { return s.Contains(doc.Tokens[conj].Span) }) {
		return "", ""
	}
	// The name is no part of a phrase that goes on: "in Veldt and Orrin two
	// hours later". Its conjunct is the clause before, not a noun.
	if h := doc.Tokens[conj+1].Head; h != nlp.None && nlp.HasRel(doc.Tokens[conj+1].Deprel, "conj") && doc.Tokens[h].UPOS == "PROPN" {
		return "", ""
	}
	e := c.ents.OfChain[d][doc.Mentions[m].Chain]
	if e < 0 {
		return "", ""
	}
	return c.ents.Entities[e].ID, doc.Text(doc.Mentions[m].Span)
}

// duration adds the claim that event n lasted as time expression x says.
func (c *comparer) duration(d, n, x int, rule string) {
	t := &c.docs[d].Timexes[x]
	if t.Minutes == nil {
		return
	}
	v := readout.ClaimValue{Unit: "minute", Min: t.Minutes.Min, Max: t.Minutes.Max}
	if v.Min != nil && v.Max != nil && *v.Min < *v.Max && (t.Mod == "" || t.Mod == "APPROX") {
		mid := (*v.Min + *v.Max) / 2
		v.Approx = &mid
	}
	c.add(d, n, Duration, t.Span, v, t.Hedge, rule)
}

// What a date claim says in its hedge when it gives the first or last day.
const (
	began = "began"
	ended = "ended"
)

// date adds the claim that event n was when the time expression of mention ev
// says.
func (c *comparer) date(d, n int, ev *nlp.EventMention) {
	t := &c.docs[d].Timexes[ev.Time]
	date := c.dateOf(d, t)
	if date == nil || ev.Status == readout.Hypothetical && c.events.Events[n].Status == readout.Occurred {
		return // "could meet in March" dates nothing that took place
	}
	hedge := t.Hedge
	if e := c.events.Events[n]; e.Date != nil && e.Date.End != "" {
		// Of several days, one is the first and one the last.
		switch ev.Attributes[mention.AttrAspect] {
		case "begin":
			hedge = began
		case "end":
			hedge = ended
		}
	}
	c.once(d, n, Date, t.Span, readout.ClaimValue{Date: date}, hedge, "claim/date")
}

// dateOf is the date that time expression t of document d names, nil when it
// names no range of days.
func (c *comparer) dateOf(d int, t *nlp.Timex) *readout.Date {
	from, to, precision, ok := event.Days(t.Value)
	if !ok {
		return nil
	}
	date := &readout.Date{
		Value: from, Precision: precision, Basis: t.Basis,
		Expression: &readout.Evidence{Report: c.docs[d].Report.ID, Span: t.Span, By: t.By},
	}
	if from != to {
		date.End = to
	}
	return date
}

// once adds a claim unless this report's same holder has given the same value
// already: a report says "on Tuesday" many times. It returns nil then. adjust
// may change the holder before that is asked.
func (c *comparer) once(d, n int, attribute string, span readout.Span, value readout.ClaimValue, hedge, rule string, adjust ...func(*readout.Claim)) *readout.Claim {
	x := c.add(d, n, attribute, span, value, hedge, rule)
	for _, f := range adjust {
		f(x)
	}
	key := strings.Join([]string{x.Evidence.Report, x.Holder, x.Event, attribute, c.show(x)}, "\x00")
	if c.seen[key] {
		c.claims = c.claims[:len(c.claims)-1]
		return nil
	}
	c.seen[key] = true
	return x
}

// place adds the claim that event n was where mention m says.
func (c *comparer) place(d, n, m int) {
	doc := c.docs[d]
	x := &doc.Mentions[m]
	if x.Chain == nlp.None || x.Form == readout.FormPronoun {
		return
	}
	if nlp.HasRel(doc.Tokens[x.Head].Deprel, "conj") || slices.ContainsFunc(doc.Children(x.Head), func(k int) bool {
		return nlp.HasRel(doc.Tokens[k].Deprel, "conj")
	}) {
		return // "visited Orrin, Veldt and Sollund": not one place
	}
	e := c.ents.OfChain[d][x.Chain]
	if e < 0 {
		return
	}
	c.once(d, n, Place, x.Span, readout.ClaimValue{Entity: c.ents.Entities[e].ID}, "", "claim/place")
}

// join makes one range of two bounds that a sentence gives for one event, over
// the claims from first on: "no less than two hours, perhaps as much as three".
func (c *comparer) join(d, first int) {
	doc := c.docs[d]
	sentence := func(x *readout.Claim) int {
		t, _ := doc.TokensIn(x.Evidence.Span)
		return doc.Tokens[min(t, len(doc.Tokens)-1)].Sent
	}
	for i := first; i < len(c.claims); i++ {
		a := c.claims[i]
		if a.Attribute != Duration || a.Value.Min == nil || a.Value.Max != nil {
			continue
		}
		for j := first; j < len(c.claims); j++ {
			b := c.claims[j]
			if i == j || b.Attribute != Duration || b.Event != a.Event || b.Value.Max == nil || *b.Value.Max < *a.Value.Min || sentence(a) != sentence(b) {
				continue
			}
			if b.Value.Min != nil && *b.Value.Min > 0 {
				continue
			}
			a.Value.Max = b.Value.Max
			span := readout.Span{Start: min(a.Evidence.Span.Start, b.Evidence.Span.Start), End: max(a.Evidence.Span.End, b.Evidence.Span.End)}
			a.Evidence.Span, a.Text = span, doc.Text(span)
			a.Hedge = strings.TrimSpace(a.Hedge + " … " + b.Hedge)
			a.Evidence.By.Rule = "claim/duration-two-bounds"
			a.ID = ID(a)
			c.claims = slices.Delete(c.claims, j, j+1)
			if j < i {
				i--
			}
			break
		}
	}
}

// name is the name of an entity by ID.
func (c *comparer) name(id string) string {
	if e := c.byID[id]; e != nil {
		return e.Name
	}
	return id
}

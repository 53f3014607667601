// Package claim lays side by side what each report says of one attribute of
// an event (duration, date, place, participants, whether it took place), and
// says whether the values agree.
//
// In: annotated reports, their entities and events (internal/link/entity and
// internal/link/event). Out: one claim for each value that a report gives,
// with its hedge, who holds it and where it stands; and one verdict for each
// event and attribute: agree (the same value), compatible (all can be true),
// conflict (they cannot all be true), single (one source only), with the
// reason in words made from the values.
//
// Durations are ranges of minutes as timex reads them. A duration belongs to
// the event of its clause, else to the last event spoken of ("It lasted …",
// "ended two hours after it began"). A value inside an attribution is its
// speaker's, else the outlet's own.
//
// It gives no verdict on who is right, and does not compare topics, tone or
// outcome.
package claim

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/entity"
	"github.com/readout-news/readout/internal/link/event"
	"github.com/readout-news/readout/internal/nlp"
	mention "github.com/readout-news/readout/internal/nlp/event"
)

// Version rises when output can change.
const Version = "1"

const annotator = "claim"

// The attributes compared.
const (
	Duration     = "duration"
	Date         = "date"
	Place        = "place"
	Participants = "participants"
	Occurrence   = "occurrence" // whether it took place
)

// Compare reads the claims of docs on events and compares them. Both results
// are sorted: claims by ID, disagreements by event and attribute.
func Compare(docs []*nlp.Doc, ents *entity.Links, events *event.Links) ([]*readout.Claim, []*readout.Disagreement, error) {
	lex, err := loadDurations()
	if err != nil {
		return nil, nil, err
	}
	c := &comparer{docs: docs, ents: ents, events: events, lex: lex, byID: map[string]*readout.Entity{}, seen: map[string]bool{}}
	for _, e := range ents.Entities {
		c.byID[e.ID] = e
	}
	for d := range docs {
		c.read(d)
	}
	c.participants()
	c.occurrence()
	slices.SortFunc(c.claims, func(a, b *readout.Claim) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Text, b.Text))
	})
	c.claims = slices.CompactFunc(c.claims, func(a, b *readout.Claim) bool { return a.ID == b.ID })
	return c.claims, c.verdicts(), nil
}

type comparer struct {
	docs   []*nlp.Doc
	ents   *entity.Links
	events *event.Links
	lex    durationWords
	byID   map[string]*readout.Entity
	seen   map[string]bool // report, holder, event, attribute and value of dates and places
	claims []*readout.Claim
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
	out.ID = id(out)
	c.claims = append(c.claims, out)
	return out
}

// id names a claim by event, attribute and place.
func id(x *readout.Claim) string {
	h := sha256.New()
	fmt.Fprintf(h, "claim\x00%s\x00%s\x00%s\x00%d-%d", x.Event, x.Attribute, x.Evidence.Report, x.Evidence.Span.Start, x.Evidence.Span.End)
	return "c" + hex.EncodeToString(h.Sum(nil)[:8])
}

// maxLinks bounds the walk along attributions; a longer line is a loop.
const maxLinks = 8

// holder is who says what stands at span: the speaker of the innermost
// attribution whose content holds it, and the chain from there to the outlet.
func (c *comparer) holder(d int, span readout.Span) (string, []readout.ChainLink) {
	doc := c.docs[d]
	at := nlp.None
	for i := range doc.Attributions {
		a := &doc.Attributions[i]
		if a.Negated || !slices.ContainsFunc(a.Content, func(s readout.Span) bool { return s.Overlaps(span) }) {
			continue
		}
		if at == nlp.None || a.Span().Len() < doc.Attributions[at].Span().Len() {
			at = i
		}
	}
	var links []readout.ChainLink
	holder := ""
	for n := 0; at != nlp.None && n < maxLinks; n++ {
		a := &doc.Attributions[at]
		link := readout.ChainLink{Text: doc.Text(a.Source)}
		if a.Speaker != nlp.None {
			if e := c.ents.OfChain[d][a.Speaker]; e >= 0 {
				link.Entity = c.ents.Entities[e].ID
			}
			if link.Text == "" {
				link.Text = doc.Chains[a.Speaker].Name
			}
		}
		if !a.Cue.Empty() {
			link.Cue = &readout.Evidence{Report: doc.Report.ID, Span: a.Cue, By: a.By}
		}
		if n == 0 {
			holder = link.Entity
		}
		if link.Text != "" || link.Entity != "" {
			links = append(links, link)
		}
		if a.Relay != nlp.None {
			at = a.Relay
		} else {
			at = a.Parent
		}
	}
	return holder, append(links, readout.ChainLink{Text: doc.Report.Outlet, OutletOfReport: true})
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
	from, to, precision, ok := event.Days(t.Value)
	if !ok {
		return
	}
	date := &readout.Date{
		Value: from, Precision: precision, Basis: t.Basis,
		Expression: &readout.Evidence{Report: c.docs[d].Report.ID, Span: t.Span, By: t.By},
	}
	if from != to {
		date.End = to
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

// once adds a claim unless this report's same holder has given the same value
// already: a report says "on Tuesday" many times.
func (c *comparer) once(d, n int, attribute string, span readout.Span, value readout.ClaimValue, hedge, rule string) {
	x := c.add(d, n, attribute, span, value, hedge, rule)
	key := strings.Join([]string{x.Evidence.Report, x.Holder, x.Event, attribute, c.show(x)}, "\x00")
	if c.seen[key] {
		c.claims = c.claims[:len(c.claims)-1]
	}
	c.seen[key] = true
}

// place adds the claim that event n was where mention m says.
func (c *comparer) place(d, n, m int) {
	x := &c.docs[d].Mentions[m]
	if x.Chain == nlp.None {
		return
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
			a.ID = id(a)
			c.claims = slices.Delete(c.claims, j, j+1)
			if j < i {
				i--
			}
			break
		}
	}
}

// occurrence claims whether an event took place, for events of which some
// mention says that it did not, or only that it is said to have: one claim a
// report, holder and status, at the first mention with a cue of its own.
func (c *comparer) occurrence() {
	open := make([]bool, len(c.events.Events))
	for d, doc := range c.docs {
		for i := range doc.Events {
			if n := c.events.OfMention[d][i]; n != event.None && (doc.Events[i].Status == readout.Denied || doc.Events[i].Status == readout.Reported) {
				open[n] = true
			}
		}
	}
	c.excluded(open)
	for d, doc := range c.docs {
		for i := range doc.Events {
			ev := &doc.Events[i]
			n := c.events.OfMention[d][i]
			if n == event.None || !open[n] || ev.Attributes[mention.AttrStatusBy] == mention.DefaultStatus {
				continue
			}
			switch ev.Status {
			case readout.Occurred, readout.Reported, readout.Denied:
				c.once(d, n, Occurrence, ev.Trigger, readout.ClaimValue{Text: string(ev.Status)}, "", "claim/occurrence")
			}
		}
	}
}

// participants claims who took part, for events on which reports differ: one
// claim a report, at its first mention with parties of its own.
func (c *comparer) participants() {
	type told struct {
		d, i int
		set  []string // names, sorted
	}
	by := make([][]told, len(c.events.Events))
	for d, doc := range c.docs {
		best := map[int]told{}
		for i := range doc.Events {
			n := c.events.OfMention[d][i]
			if n == event.None {
				continue
			}
			var set []string
			for _, a := range doc.Events[i].Args {
				if a.Mention == nlp.None || a.Role == "topic" || a.Role == "host" || doc.Mentions[a.Mention].Chain == nlp.None {
					continue
				}
				ch := doc.Mentions[a.Mention].Chain
				if len(doc.Chains[ch].Members) > 0 {
					continue
				}
				if e := c.ents.OfChain[d][ch]; e >= 0 {
					set = append(set, c.ents.Entities[e].Name)
				}
			}
			slices.Sort(set)
			set = slices.Compact(set)
			if b, ok := best[n]; len(set) >= 2 && (!ok || len(set) > len(b.set)) {
				best[n] = told{d, i, set}
			}
		}
		for _, n := range slices.Sorted(maps.Keys(best)) {
			by[n] = append(by[n], best[n])
		}
	}
	for n, ts := range by {
		if len(ts) < 2 || !slices.ContainsFunc(ts, func(t told) bool { return !slices.Equal(t.set, ts[0].set) }) {
			continue
		}
		for _, t := range ts {
			c.add(t.d, n, Participants, c.docs[t.d].Events[t.i].Span, readout.ClaimValue{Text: strings.Join(t.set, "; ")}, "", "claim/participants")
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

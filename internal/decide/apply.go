package decide

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/kb"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/nlp/event"
)

// Reports are those in which something is decided, sorted.
func (d *Desk) Reports() []string {
	if d == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(d.orders))
}

// Empty reports whether nothing is decided: documents go through Apply as they
// are.
func (d *Desk) Empty() bool {
	return d == nil || len(d.orders) == 0 && len(d.wide.Is) == 0 && len(d.wide.Name) == 0 && len(d.wide.Type) == 0
}

// Wide is what holds for the things of all reports; nil nothing.
func (d *Desk) Wide() *nlp.DeskWide {
	if d.Empty() {
		return nil
	}
	return d.wide
}

// Mark names what is decided about a report: it is another when something else
// is. "" is nothing.
func (d *Desk) Mark(report string) string {
	if d.Empty() || len(d.orders[report]) == 0 {
		return ""
	}
	h := sha256.New()
	for _, o := range d.orders[report] {
		fmt.Fprintf(h, "%s\x00%v\x00%v\x00%s\x00%s\x00%s\x00%q\x00%v\x00%d\n", o.Kind, o.Place.Span, o.Place.Trigger, o.Group, o.Do, o.Field, o.Value, o.Out, o.Rank)
		groups := []string{o.Group}
		if o.Entity != nil {
			fmt.Fprintf(h, "%q %s\n", o.Entity.Name, o.Entity.Group)
			groups = append(groups, o.Entity.Group)
		}
		for _, g := range groups {
			fmt.Fprintf(h, "%s %q\n", d.wide.ID[g], slices.Sorted(maps.Keys(d.wide.Apart[g])))
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// Apply is the document with what people decided about its report; doc itself
// where that is nothing. doc is not changed.
func (d *Desk) Apply(doc *nlp.Doc) *nlp.Doc {
	if d.Empty() || doc == nil || doc.Report == nil {
		return doc
	}
	out := *doc
	out.Desk = &nlp.Desk{Wide: d.wide}
	orders := d.orders[doc.Report.ID]
	if len(orders) == 0 || doc.Report.Skip != "" {
		return &out
	}
	a := &applier{d: d, doc: &out, was: doc}
	a.own()
	for _, o := range orders {
		a.do(o)
	}
	a.clean()
	return &out
}

// applier changes one document, which it owns.
type applier struct {
	d   *Desk
	doc *nlp.Doc
	was *nlp.Doc // as it was read, with its indexes: places are looked up there
}

// own makes copies of the layers that decisions change.
func (a *applier) own() {
	d := a.doc
	report := *d.Report
	d.Report = &report
	d.Mentions = slices.Clone(d.Mentions)
	d.Timexes = slices.Clone(d.Timexes)
	d.Attributions = slices.Clone(d.Attributions)
	d.Chains = slices.Clone(d.Chains)
	d.Events = slices.Clone(d.Events)
	d.Positions = slices.Clone(d.Positions)
	d.Responses = slices.Clone(d.Responses)
	d.Desk.Events, d.Desk.Chains, d.Desk.NoChains = map[int]*nlp.DeskEvent{}, map[int][]string{}, map[int]bool{}
}

// do carries out one order; one whose place is not there any more does nothing.
func (a *applier) do(o *order) {
	doc := a.doc
	if o.Kind == "report" {
		if o.Field == "published" && o.Do != readout.DecideWithdraw {
			a.publish(o.Value)
		}
		return
	}
	if o.Kind == "claim" {
		if o.Do == readout.DecideWithdraw {
			doc.Desk.NoClaims = append(doc.Desk.NoClaims, nlp.DeskClaim{Span: o.Place.Span, Attribute: o.Field})
		}
		return
	}
	i, ok := locate(a.was, o.Kind, o.Place)
	if !ok {
		return
	}
	gone := o.Do == readout.DecideWithdraw
	switch o.Kind {
	case "event":
		a.event(i, o)
	case "entity":
		a.entity(i, o)
	case "statement":
		x := &doc.Attributions[i]
		if gone {
			x.Negated = true // no statement is made of it
		}
		a.name(o, &x.By, map[string]*int{"speaker": &x.Speaker, "addressee": &x.Addressee})
	case "position":
		x := &doc.Positions[i]
		switch {
		case gone:
			x.Span = readout.Span{}
		case o.Field == "stance":
			x.Stance, x.By = readout.Stance(o.Value), by(o.Field)
		}
		a.name(o, &x.By, map[string]*int{"party": &x.Party, "addressee": &x.Addressee})
	case "commitment":
		// Commitments are made of positions when they are linked.
		if gone || o.Field != "" {
			doc.Desk.Commitments = append(doc.Desk.Commitments, nlp.DeskCommitment{Span: a.was.Positions[i].Span, Not: gone, Field: o.Field, Value: o.Value})
		}
	case "response":
		x := &doc.Responses[i]
		switch {
		case gone:
			x.Span = readout.Span{}
		case o.Field == "kind":
			x.Kind, x.By = readout.ResponseKind(o.Value), by(o.Field)
		}
		a.name(o, &x.By, map[string]*int{"party": &x.Party})
	case "timex":
		x := &doc.Timexes[i]
		switch {
		case gone:
			x.Optional = true // kept, but it dates nothing
			x.By = by("withdraw")
		case o.Field == "value":
			x.Value, x.Basis, x.By = o.Value, "desk", by(o.Field)
		}
	}
}

// name puts the entity that an order names into that of the fields, which hold
// chains, that it is about.
func (a *applier) name(o *order, read *readout.By, fields map[string]*int) {
	if f := fields[o.Field]; f != nil {
		*f, *read = a.chain(o), by(o.Field)
	}
}

// publish sets the day of publication and reads anew what is counted from it.
func (a *applier) publish(value string) {
	r := a.doc.Report
	p := r.Published
	p.Candidates = slices.Clone(p.Candidates)
	if p.Value != "" && !slices.ContainsFunc(p.Candidates, func(c readout.DateCandidate) bool { return c.Value == p.Value }) {
		p.Candidates = append(p.Candidates, readout.DateCandidate{Value: p.Value, Basis: string(p.Basis)})
	}
	p.Value, p.Precision, p.Basis, p.Why, p.Earliest, p.Latest = value, nlp.Precision(value), readout.BasisDesk, "a person decided it", "", ""
	if value == "" {
		p.Basis = readout.BasisNone
	}
	r.Published = p
	if a.d.redate != nil {
		a.doc.Timexes = a.d.redate(a.was, p)
	}
}

func (a *applier) deskEvent(i int) *nlp.DeskEvent {
	x := a.doc.Desk.Events[i]
	if x == nil {
		x = &nlp.DeskEvent{Set: map[string]nlp.DeskValue{}}
		a.doc.Desk.Events[i] = x
	}
	return x
}

func (a *applier) event(i int, o *order) {
	ev := &a.doc.Events[i]
	x := a.deskEvent(i)
	if o.Group != "" {
		if !slices.Contains(x.Groups, o.Group) {
			x.Groups = append(x.Groups, o.Group)
			slices.Sort(x.Groups)
		}
		return
	}
	switch {
	case o.Do == readout.DecideWithdraw:
		x.Not = true
		return
	case o.Field == "":
		return
	case o.Field == "type":
		ev.Type = o.Value
	case o.Field == "mode":
		ev.Mode = o.Value
	case o.Field == "status":
		ev.Status = readout.EventStatus(o.Value)
		ev.Attributes = maps.Clone(ev.Attributes)
		if ev.Attributes == nil {
			ev.Attributes = map[string]string{}
		}
		ev.Attributes[event.AttrStatusBy] = "desk"
		x.Set[nlp.DeskStatus] = nlp.DeskValue{Value: o.Value, Chain: nlp.None, Rank: o.Rank}
	case o.Field == "date":
		x.Set[nlp.DeskDate] = nlp.DeskValue{Value: o.Value, Chain: nlp.None, Rank: o.Rank}
	case o.Field == "place":
		x.Set[nlp.DeskPlace] = nlp.DeskValue{Value: o.Value, Chain: a.chain(o), Rank: o.Rank}
	case o.Field == "participant":
		x.Parts = append(x.Parts, nlp.DeskPart{Chain: a.chain(o), Role: o.Value, Out: o.Out, Rank: o.Rank})
	default:
		return
	}
	ev.By = by(o.Field)
}

// entity puts the chain of mention m into a group, alone where the chain is of
// another that people keep apart from it, or takes it out.
func (a *applier) entity(m int, o *order) {
	doc := a.doc
	c := doc.Mentions[m].Chain
	if c == nlp.None {
		return
	}
	if o.Group == "" {
		if o.Do == readout.DecideWithdraw {
			a.withdraw(m)
		}
		return
	}
	groups := doc.Desk.Chains[c]
	if slices.Contains(groups, o.Group) {
		return
	}
	if slices.ContainsFunc(groups, func(g string) bool { return a.d.wide.Apart[g][o.Group] }) {
		c = a.split(m, o.Group)
		groups = doc.Desk.Chains[c]
		if slices.Contains(groups, o.Group) {
			return
		}
	}
	doc.Desk.Chains[c] = slices.Sorted(slices.Values(append(slices.Clone(groups), o.Group)))
}

// split takes mention m out of its chain into the chain of the group, with the
// attributions that it is the source of.
func (a *applier) split(m int, group string) int {
	doc := a.doc
	from := doc.Mentions[m].Chain
	to := nlp.None
	for c := range doc.Chains {
		if c >= len(a.was.Chains) && slices.Contains(doc.Desk.Chains[c], group) {
			to = c
		}
	}
	if to == nlp.None {
		old := doc.Chains[from]
		to = len(doc.Chains)
		doc.Chains = append(doc.Chains, nlp.Chain{Type: old.Type, Country: old.Country, Titles: old.Titles, By: by("different")})
	}
	a.move(m, from, to)
	return to
}

// move puts mention m into another chain; None is none.
func (a *applier) move(m, from, to int) {
	doc := a.doc
	c := &doc.Chains[from]
	c.Mentions = slices.DeleteFunc(slices.Clone(c.Mentions), func(x int) bool { return x == m })
	x := &doc.Mentions[m]
	x.Chain = to
	if to != nlp.None {
		n := &doc.Chains[to]
		n.Mentions = append(slices.Clone(n.Mentions), m)
		slices.Sort(n.Mentions)
		if s := doc.Text(x.Span); x.Form == readout.FormName && len(s) > len(n.Name) {
			n.Name = s
		}
	}
	for i := range doc.Attributions {
		at := &doc.Attributions[i]
		if at.Speaker == from && !at.Source.Empty() && at.Source.Overlaps(x.Span) {
			at.Speaker = to
		}
		if at.Addressee == from && !at.AddressSpan.Empty() && at.AddressSpan.Overlaps(x.Span) {
			at.Addressee = to
		}
	}
}

// withdraw takes mention m out of its chain; a chain without mentions is nobody.
func (a *applier) withdraw(m int) {
	c := a.doc.Mentions[m].Chain
	a.move(m, c, nlp.None)
	if len(a.doc.Chains[c].Mentions) == 0 {
		a.doc.Desk.NoChains[c] = true
	}
}

// chain is the chain of the entity that a value names: the one of its group or,
// where no group is known, of its name; one that this report does not mention
// gets a chain without mentions.
func (a *applier) chain(o *order) int {
	doc, e := a.doc, o.Entity
	if e == nil {
		return nlp.None
	}
	for c := range doc.Chains {
		if e.Group != "" && slices.Contains(doc.Desk.Chains[c], e.Group) || e.Group == "" && doc.Chains[c].Name != "" && kb.Fold(doc.Chains[c].Name) == kb.Fold(e.Name) {
			return c
		}
	}
	typ := readout.Person
	if o.Field == "place" {
		typ = readout.Place
	}
	if t := a.d.wide.Type[a.d.wide.ID[e.Group]]; t != "" {
		typ = t
	}
	doc.Chains = append(doc.Chains, nlp.Chain{Type: typ, Name: e.Name, By: by(o.Field)})
	c := len(doc.Chains) - 1
	if e.Group != "" {
		doc.Desk.Chains[c] = []string{e.Group}
	}
	return c
}

// locate finds the thing of an anchor in a document as it was read: at the same
// place, else where most of it is, else the only one of its kind in the sentence.
func locate(doc *nlp.Doc, kind string, at readout.Anchor) (int, bool) {
	switch kind {
	case "event":
		trigger := at.Trigger
		if trigger.Empty() {
			trigger = at.Span
		}
		return pick(doc, len(doc.Events), trigger, func(i int) readout.Span { return doc.Events[i].Trigger })
	case "entity":
		i, ok := pick(doc, len(doc.Mentions), at.Span, func(i int) readout.Span {
			if doc.Mentions[i].Chain == nlp.None {
				return readout.Span{}
			}
			return doc.Mentions[i].Span
		})
		// Another name in the sentence is somebody else.
		return i, ok && doc.Mentions[i].Overlaps(at.Span)
	case "statement":
		return pick(doc, len(doc.Attributions), at.Span, func(i int) readout.Span {
			if len(doc.Attributions[i].Content) == 0 {
				return readout.Span{}
			}
			return doc.Attributions[i].Span()
		})
	case "position", "commitment": // a commitment rests on a position
		return pick(doc, len(doc.Positions), at.Span, func(i int) readout.Span { return doc.Positions[i].Span })
	case "response":
		return pick(doc, len(doc.Responses), at.Span, func(i int) readout.Span { return doc.Responses[i].Span })
	case "timex":
		return pick(doc, len(doc.Timexes), at.Span, func(i int) readout.Span { return doc.Timexes[i].Span })
	case "claim", "report":
		return 0, true
	}
	return 0, false
}

// pick is the thing at a span, see locate.
func pick(doc *nlp.Doc, n int, at readout.Span, span func(int) readout.Span) (int, bool) {
	best, most := 0, 0
	var near []int
	sentence := readout.Span{}
	for _, s := range doc.Sentences {
		if s.Start <= at.Start && at.Start < s.End {
			sentence = s.Span
		}
	}
	for i := range n {
		s := span(i)
		if s == at && !s.Empty() {
			return i, true
		}
		if share := min(s.End, at.End) - max(s.Start, at.Start); share > most {
			best, most = i, share
		}
		if !s.Empty() && s.Overlaps(sentence) {
			near = append(near, i)
		}
	}
	if most > 0 {
		return best, true
	}
	if len(near) == 1 {
		return near[0], true
	}
	return 0, false
}

// clean drops what was withdrawn from the layers of which nothing else counts.
func (a *applier) clean() {
	a.doc.Positions = slices.DeleteFunc(a.doc.Positions, func(p nlp.Position) bool { return p.Span.Empty() })
	a.doc.Responses = slices.DeleteFunc(a.doc.Responses, func(r nlp.Response) bool { return r.Span.Empty() })
}

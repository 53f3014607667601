// Package link joins the annotated documents of many reports into one record:
// entities, events, statements and the utterances they render, claims and
// disagreements, positions and commitments, answers, threads, origins, defects.
//
// Record is a pure function of the set of documents: they are sorted by report
// id first, so neither order of arrival nor the number of workers shows in the
// outcome. Each kind of fact has its package below this one; they share only
// the documents and the entities.
package link

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/kb"
	"github.com/readout-news/readout/internal/link/claim"
	"github.com/readout-news/readout/internal/link/commitment"
	"github.com/readout-news/readout/internal/link/defect"
	"github.com/readout-news/readout/internal/link/entity"
	"github.com/readout-news/readout/internal/link/event"
	"github.com/readout-news/readout/internal/link/origin"
	"github.com/readout-news/readout/internal/link/position"
	"github.com/readout-news/readout/internal/link/published"
	"github.com/readout-news/readout/internal/link/region"
	"github.com/readout-news/readout/internal/link/response"
	"github.com/readout-news/readout/internal/link/statement"
	"github.com/readout-news/readout/internal/link/thread"
	"github.com/readout-news/readout/internal/link/utterance"
	"github.com/readout-news/readout/internal/nlp"
)

// Record links docs, each of another report, into a record. The docs are not
// changed; redate, unless nil, dates those that carry no day. More than
// region.Most are linked region by region, as a Linker does. The error is that
// of a damaged lexicon.
func Record(docs []*nlp.Doc, k *kb.KB, redate published.Redate) (*readout.Record, error) {
	if len(docs) <= region.Most {
		x, err := link(docs, k, redate)
		if err != nil {
			return nil, err
		}
		if x.Threads, err = thread.Threads(x.items); err != nil {
			return nil, fmt.Errorf("link threads: %w", err)
		}
		return x.Record, nil
	}
	return inRegions(docs, k, redate, Options{Batch: math.MaxInt})
}

// inRegions links docs with a Linker.
func inRegions(docs []*nlp.Doc, k *kb.KB, redate published.Redate, opts Options) (*readout.Record, error) {
	l, err := NewLinker(k, redate, opts)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]*nlp.Doc, len(docs))
	for _, d := range docs {
		byID[d.Report.ID] = d
		l.Put(d)
	}
	rec := &readout.Record{}
	// All are new: each region is one piece.
	err = l.Link(func(ids []string) ([]*nlp.Doc, error) {
		out := make([]*nlp.Doc, len(ids))
		for i, id := range ids {
			out[i] = byID[id]
		}
		return out, nil
	}, func(c *Change) error {
		rec = c.Record
		return nil
	})
	return rec, err
}

// link makes the record of docs, each of which is compared with every other.
func link(docs []*nlp.Doc, k *kb.KB, redate published.Redate) (*linked, error) {
	docs = slices.SortedFunc(slices.Values(docs), func(a, b *nlp.Doc) int { return strings.Compare(a.Report.ID, b.Report.ID) })
	ents := entity.Link(docs, k)
	evs, err := event.Link(docs, ents)
	if err != nil {
		return nil, fmt.Errorf("link events: %w", err)
	}
	if redate != nil && slices.ContainsFunc(docs, published.Open) {
		dated, changed := published.Infer(docs, ents, evs, k, redate)
		if changed {
			docs = dated
			if evs, err = event.Link(docs, ents); err != nil {
				return nil, fmt.Errorf("link events: %w", err)
			}
		}
	}
	rec := &readout.Record{
		Entities: ents.Entities, Events: evs.Events,
		Timexes: timexes(docs),
	}
	outlets := make([]string, len(docs))
	for d, doc := range docs {
		rec.Reports = append(rec.Reports, doc.Report)
		outlets[d] = entities{Links: ents}.OfOutlet(d)
	}
	rec.Origins = origin.Find(rec.Reports, outlets, origin.NewNames(outletNames(rec.Entities)))
	rec.Defects = origin.Figures(rec.Reports, rec.Origins)
	who := entities{ents, rec.Origins, evs}
	claims, err := claim.Compare(docs, ents, evs, who)
	if err != nil {
		return nil, fmt.Errorf("compare claims: %w", err)
	}
	rec.Claims, rec.Disagreements = claims.Claims, claims.Disagreements
	rec.Statements = statement.Link(docs, who, who)
	var sayings []*utterance.Unit
	if rec.Utterances, sayings, err = utterance.Link(docs, rec.Statements); err != nil {
		return nil, fmt.Errorf("link utterances: %w", err)
	}
	rec.Responses = response.Link(docs, who, evs)
	items, err := thread.Items(docs, ents, evs)
	if err != nil {
		return nil, fmt.Errorf("link threads: %w", err)
	}
	stands, err := position.Link(docs, who, evs)
	if err != nil {
		return nil, fmt.Errorf("link positions: %w", err)
	}
	rec.Positions, rec.Issues = stands.Positions, stands.Issues
	if rec.Commitments, err = commitment.Link(stands, rec.Entities, rec.Responses, k); err != nil {
		return nil, fmt.Errorf("link commitments: %w", err)
	}
	rec.Commitments = deskCommitments(docs, rec.Commitments)
	found, err := defect.Find(docs, ents, k, rec, claims.Within)
	if err != nil {
		return nil, fmt.Errorf("find defects: %w", err)
	}
	rec.Defects = append(rec.Defects, found...)
	defect.Sort(rec.Defects)
	return &linked{rec, claims.Actor, items, groupsOf(docs, evs), stands, sayings}, nil
}

// deskCommitments puts what people decided about commitments above what was made of them.
func deskCommitments(docs []*nlp.Doc, list []*readout.Commitment) []*readout.Commitment {
	for _, doc := range docs {
		if doc.Desk == nil {
			continue
		}
		for _, x := range doc.Desk.Commitments {
			on := func(c *readout.Commitment) bool {
				return c.Evidence.Report == doc.Report.ID && c.Evidence.Span == x.Span
			}
			if x.Not {
				list = slices.DeleteFunc(list, on)
				continue
			}
			for _, c := range list {
				switch {
				case !on(c):
				case x.Field == "made":
					c.Made = nlp.DeskDay(x.Value)
				case x.Field == "until":
					c.Until = nlp.DeskDay(x.Value)
				}
			}
		}
	}
	return list
}

// entities answers statement's questions from the linked entities and the
// origins of the reports.
type entities struct {
	*entity.Links
	origins []readout.Origin
	events  *event.Links
}

// OfEvent is the event of mention m of document d.
func (e entities) OfEvent(d, m int) string {
	if d >= len(e.events.OfMention) || m >= len(e.events.OfMention[d]) || e.events.OfMention[d][m] < 0 {
		return ""
	}
	return e.events.Events[e.events.OfMention[d][m]].ID
}

func (e entities) id(i int) string {
	if i < 0 {
		return ""
	}
	return e.Entities[i].ID
}

func (e entities) OfChain(d, c int) string { return e.id(e.Links.OfChain[d][c]) }
func (e entities) OfOutlet(d int) string   { return e.id(e.OutletOf[d]) }

// OfWire is the credited agency of a report whose text is an agency's.
func (e entities) OfWire(d int) readout.ChainLink {
	o := e.origins[d]
	if o.Kind != "wire" {
		return readout.ChainLink{}
	}
	if i, ok := slices.BinarySearchFunc(e.Entities, o.Of, func(x *readout.Entity, id string) int { return strings.Compare(x.ID, id) }); ok {
		return readout.ChainLink{Entity: o.Of, Text: e.Entities[i].Name, Cue: o.At}
	}
	return readout.ChainLink{}
}

// outletNames maps each spelling of each outlet to its entity, for reading
// credit lines.
func outletNames(ents []*readout.Entity) map[string]string {
	out := map[string]string{}
	for _, e := range ents {
		if e.Type != readout.Outlet {
			continue
		}
		for _, n := range append([]string{e.Name}, e.Names...) {
			if old, ok := out[n]; !ok || e.ID < old {
				out[n] = e.ID
			}
		}
	}
	return out
}

// timexes are the time expressions of all reports, by report and place.
func timexes(docs []*nlp.Doc) []*readout.Timex {
	var out []*readout.Timex
	for _, doc := range docs {
		for i := range doc.Timexes {
			t := &doc.Timexes[i]
			out = append(out, &readout.Timex{
				Evidence: readout.Evidence{Report: doc.Report.ID, Span: t.Span, By: t.By},
				Type:     t.Type, Value: t.Value, Basis: t.Basis, Function: t.Function,
			})
		}
	}
	return out
}

package export

import (
	"cmp"
	"encoding/xml"
	"slices"
	"strings"

	"github.com/readout-news/readout"
)

// graphEdge is who has to do with whom, by one relation.
type graphEdge struct {
	from, to, relation, status string
}

// graphWeight is what an edge stands on.
type graphWeight struct {
	facts       []string // ids, in the order of the record
	has         map[string]bool
	first, last string // days
}

// The relations of the graph.
const (
	meets     = "meets"      // both take part in one CONSULT; stands once, from the lesser id: networkx and others read no graph with edges of both kinds
	speaksTo  = "speaks to"  // the second is addressed by what the first says
	saysAbout = "says about" // the second is named in what the first says
)

// graphKeys are the data of nodes and edges.
var graphKeys = []struct{ id, of, name, typ string }{
	{"label", "node", "label", "string"},
	{"type", "node", "type", "string"},
	{"country", "node", "country", "string"},
	{"wikidata", "node", "wikidata", "string"},
	{"relation", "edge", "relation", "string"},
	{"status", "edge", "status", "string"},
	{"weight", "edge", "weight", "int"},
	{"first", "edge", "first", "string"},
	{"last", "edge", "last", "string"},
	{"facts", "edge", "facts", "string"},
}

// writeGraphML writes the entities that have to do with each other, and one
// edge for each pair and relation.
func writeGraphML(j *job) error {
	edges, err := j.graphEdges()
	if err != nil {
		return err
	}
	w, err := j.create("network.graphml")
	if err != nil {
		return err
	}
	w.WriteString(xml.Header + `<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">` + "\n")
	for _, k := range graphKeys {
		w.WriteString(`<key id="` + k.id + `" for="` + k.of + `" attr.name="` + k.name + `" attr.type="` + k.typ + `"/>` + "\n")
	}
	w.WriteString(`<graph id="readout" edgedefault="directed">` + "\n")
	data := func(key, value string) {
		if value == "" {
			return
		}
		w.WriteString(`<data key="` + key + `">`)
		if err := xml.EscapeText(w, []byte(value)); err != nil && w.err == nil {
			w.err = err
		}
		w.WriteString("</data>")
	}
	nodes := map[string]bool{}
	for e := range edges {
		nodes[e.from], nodes[e.to] = true, true
	}
	for _, x := range j.rec.Entities {
		j.inOr("entity", nodes[x.ID], "has to do with nobody by the relations of the graph")
		if !nodes[x.ID] {
			continue
		}
		w.WriteString(`<node id="` + x.ID + `">`)
		data("label", x.Name)
		data("type", string(x.Type))
		data("country", x.Country)
		data("wikidata", x.Wikidata)
		w.WriteString("</node>\n")
		w.item()
	}
	keys := make([]graphEdge, 0, len(edges))
	for e := range edges {
		keys = append(keys, e)
	}
	slices.SortFunc(keys, func(a, b graphEdge) int {
		return cmp.Or(strings.Compare(a.relation, b.relation), strings.Compare(a.from, b.from), strings.Compare(a.to, b.to), strings.Compare(a.status, b.status))
	})
	for i, e := range keys {
		w.WriteString(`<edge id="x` + itoa(i) + `" source="` + e.from + `" target="` + e.to + `">`)
		data("relation", e.relation)
		data("status", e.status)
		data("weight", itoa(len(edges[e].facts)))
		data("first", edges[e].first)
		data("last", edges[e].last)
		data("facts", strings.Join(edges[e].facts, " "))
		w.WriteString("</edge>\n")
		w.item()
	}
	w.WriteString("</graph>\n</graphml>\n")
	return w.close()
}

func (j *job) graphEdges() (map[graphEdge]*graphWeight, error) {
	edges := map[graphEdge]*graphWeight{}
	known := map[string]bool{}
	for _, x := range j.rec.Entities {
		known[x.ID] = true
	}
	join := func(e graphEdge, fact string, d *readout.Date) bool {
		if e.from == e.to || !known[e.from] || !known[e.to] {
			return false
		}
		g := edges[e]
		if g == nil {
			g = &graphWeight{has: map[string]bool{}}
			edges[e] = g
		}
		if g.has[fact] {
			return true
		}
		g.has[fact] = true
		g.facts = append(g.facts, fact)
		if v, ok := day(d); ok {
			if g.first == "" || v < g.first {
				g.first = v
			}
			g.last = max(g.last, v)
		}
		return true
	}
	for _, e := range j.rec.Events {
		if e.Type != "CONSULT" || e.Status == readout.Denied || e.Status == readout.Hypothetical {
			j.leave("event", "no meeting or conversation that takes place")
			continue
		}
		var ids []string
		for _, p := range e.Participants {
			if x := j.v.Entity(p.Entity); p.Role != "place" && x != nil {
				ids = add(ids, p.Entity)
			}
		}
		slices.Sort(ids)
		pair := false
		for i, a := range ids {
			for _, b := range ids[i+1:] {
				pair = join(graphEdge{a, b, meets, string(e.Status)}, e.ID, e.Date) || pair
			}
		}
		j.inOr("event", pair, "fewer than two of those who take part are named")
	}
	about := j.namedIn()
	for _, s := range j.rec.Statements {
		if s.Speaker == "" || !s.Uttered {
			j.leave("statement", "its speaker is not known, or it was never uttered")
			continue
		}
		fact := cmp.Or(s.Utterance, s.ID) // what several reports render was said once
		in := s.Addressee != "" && join(graphEdge{s.Speaker, s.Addressee, speaksTo, ""}, fact, s.Date)
		for _, c := range s.Content {
			if _, _, err := j.span(s.Report, c); err != nil {
				return nil, err
			}
			for _, id := range about(s.Report, c) {
				in = join(graphEdge{s.Speaker, id, saysAbout, ""}, fact, s.Date) || in
			}
		}
		j.inOr("statement", in, "is addressed to nobody known and names nobody")
	}
	return edges, nil
}

// namedIn finds the entities that are mentioned within a span of a report:
// people, bodies and places, not groups or works.
func (j *job) namedIn() func(report string, s readout.Span) []string {
	type mention struct {
		span   readout.Span
		entity string
	}
	by := map[string][]mention{}
	for _, x := range j.rec.Entities {
		whole := j.v.Entity(x.ID) // a part of a record has its entities without mentions
		if whole == nil || x.Type == readout.Group || x.Type == readout.Work {
			continue
		}
		for _, m := range whole.Mentions {
			by[m.Report] = append(by[m.Report], mention{m.Span, x.ID})
		}
	}
	for _, ms := range by {
		slices.SortFunc(ms, func(a, b mention) int { return cmp.Or(a.span.Compare(b.span), strings.Compare(a.entity, b.entity)) })
	}
	return func(report string, s readout.Span) []string {
		ms := by[report]
		i, _ := slices.BinarySearchFunc(ms, s.Start, func(m mention, start int) int { return cmp.Compare(m.span.Start, start) })
		var out []string
		for ; i < len(ms) && ms[i].span.Start < s.End; i++ {
			if s.Contains(ms[i].span) {
				out = add(out, ms[i].entity)
			}
		}
		return out
	}
}

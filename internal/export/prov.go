package export

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/readout-news/readout"
)

// provContext is the context of the PROV-O export, in the file itself: PROV has
// none of its own.
var provContext = json.RawMessage(`{"prov":"http://www.w3.org/ns/prov#","rdfs":"http://www.w3.org/2000/01/rdf-schema#","readout":"urn:readout:vocab:","label":"rdfs:label","value":"prov:value",` +
	`"kind":"readout:kind","rule":"readout:rule","version":"readout:version","start":{"@id":"readout:start","@type":"http://www.w3.org/2001/XMLSchema#integer"},"end":{"@id":"readout:end","@type":"http://www.w3.org/2001/XMLSchema#integer"},` +
	`"used":{"@id":"prov:used","@type":"@id"},"wasAssociatedWith":{"@id":"prov:wasAssociatedWith","@type":"@id"},"wasGeneratedBy":{"@id":"prov:wasGeneratedBy","@type":"@id"},"wasDerivedFrom":{"@id":"prov:wasDerivedFrom","@type":"@id"},` +
	`"wasQuotedFrom":{"@id":"prov:wasQuotedFrom","@type":"@id"},"alternateOf":{"@id":"prov:alternateOf","@type":"@id"},"wasInformedBy":{"@id":"prov:wasInformedBy","@type":"@id"}}`)

type provNode struct {
	ID             string   `json:"@id"`
	Type           string   `json:"@type"`
	Kind           string   `json:"kind,omitempty"`
	Label          string   `json:"label,omitempty"`
	Value          string   `json:"value,omitempty"`
	Rule           []string `json:"rule,omitempty"`
	Version        string   `json:"version,omitempty"`
	Start          *int     `json:"start,omitempty"` // code points of the report's text
	End            *int     `json:"end,omitempty"`
	Used           []string `json:"used,omitempty"`
	AssociatedWith string   `json:"wasAssociatedWith,omitempty"`
	GeneratedBy    []string `json:"wasGeneratedBy,omitempty"`
	DerivedFrom    []string `json:"wasDerivedFrom,omitempty"`
	QuotedFrom     string   `json:"wasQuotedFrom,omitempty"`
	AlternateOf    string   `json:"alternateOf,omitempty"`
	InformedBy     []string `json:"wasInformedBy,omitempty"`
}

// provFact is a fact with all that it rests on.
type provFact struct {
	kind, id, label, value string
	evidence               []readout.Evidence
	quoted                 bool // its words are the report's own quotation
}

// writeProv writes reports, the reading of each report by each annotator, and
// facts with the reading that made them. An event stands on mentions in several
// reports, so several readings made it, and the linking that joined them.
func writeProv(j *job) error {
	w, err := j.create("prov.jsonld")
	if err != nil {
		return err
	}
	w.WriteString(`{"@context":`)
	w.Write(provContext)
	w.WriteString(`,"@graph":[`)
	out := &array{w: w, html: true}
	for i, r := range j.rec.Reports {
		n := provNode{ID: j.iri(r.ID), Type: "prov:Entity", Kind: "report", Label: cmp.Or(r.Title, r.ID), AlternateOf: address(r)}
		if r.SHA256 != "" {
			n.DerivedFrom = append(n.DerivedFrom, "urn:sha256:"+r.SHA256)
		}
		if i < len(j.rec.Origins) && j.rec.Origins[i].Kind == "copy" && j.rec.Origins[i].Of != "" {
			n.DerivedFrom = append(n.DerivedFrom, j.iri(j.rec.Origins[i].Of))
		}
		out.add(n)
		j.in("report")
	}
	readings, agents := map[string]provNode{}, map[string]provNode{}
	linking := "urn:readout:linking"
	var linked []string
	for _, f := range j.provFacts() {
		n := provNode{ID: j.iri(f.id), Type: "prov:Entity", Kind: f.kind, Label: f.label, Value: f.value}
		for i, ev := range f.evidence {
			start, end, err := j.span(ev.Report, ev.Span)
			if err != nil {
				return err
			}
			by := ev.By.Annotator + ":" + ev.By.Version
			agent := "urn:readout:annotator:" + by
			agents[agent] = provNode{ID: agent, Type: "prov:SoftwareAgent", Label: ev.By.Annotator, Version: ev.By.Version}
			reading := "urn:readout:reading:" + ev.Report + ":" + by
			readings[reading] = provNode{ID: reading, Type: "prov:Activity", Kind: "reading", Used: []string{j.iri(ev.Report)}, AssociatedWith: agent}
			n.GeneratedBy = add(n.GeneratedBy, reading)
			n.DerivedFrom = add(n.DerivedFrom, j.iri(ev.Report))
			n.Rule = add(n.Rule, ev.By.Rule)
			if i == 0 && len(f.evidence) == 1 {
				n.Start, n.End = &start, &end
			}
			if f.kind == "event" {
				linked = append(linked, reading)
			}
		}
		if f.quoted {
			n.QuotedFrom = n.DerivedFrom[0]
		}
		if f.kind == "event" {
			n.GeneratedBy = append(n.GeneratedBy, linking)
		}
		out.add(n)
		j.in(f.kind)
	}
	program := "urn:readout:program"
	if len(linked) > 0 {
		slices.Sort(linked)
		out.add(provNode{ID: linking, Type: "prov:Activity", Kind: "linking", InformedBy: slices.Compact(linked), AssociatedWith: program})
	}
	for _, nodes := range []map[string]provNode{readings, agents} {
		for _, id := range sortedKeys(nodes) {
			out.add(nodes[id])
		}
	}
	out.add(provNode{ID: program, Type: "prov:SoftwareAgent", Label: "Readout", Version: j.o.Version})
	w.WriteString("]}\n")
	return w.close()
}

// provFacts are the facts that name where they come from.
func (j *job) provFacts() []provFact {
	var out []provFact
	rec := j.rec
	for _, e := range rec.Events {
		f := provFact{kind: "event", id: e.ID, label: e.Title}
		for _, m := range e.Mentions {
			f.evidence = append(f.evidence, m.Evidence)
		}
		out = append(out, f)
	}
	for _, s := range rec.Statements {
		f := provFact{kind: "statement", id: s.ID, label: strings.Join(j.v.Chain(s.Chain, s.Report), ", through "), value: s.Text, quoted: s.Kind == readout.Direct && len(s.Content) > 0}
		for _, c := range s.Content {
			f.evidence = append(f.evidence, readout.Evidence{Report: s.Report, Span: c, By: s.By})
		}
		out = append(out, f)
	}
	for _, c := range rec.Claims {
		out = append(out, provFact{kind: "claim", id: c.ID, label: c.Attribute, value: c.Text, evidence: []readout.Evidence{c.Evidence}})
	}
	for _, p := range rec.Positions {
		out = append(out, provFact{kind: "position", id: p.ID, label: string(p.Stance), value: p.Text, evidence: []readout.Evidence{p.Evidence}})
	}
	for _, c := range rec.Commitments {
		f := provFact{kind: "commitment", id: c.ID, label: "commitment", value: c.Terms, evidence: []readout.Evidence{c.Evidence}}
		for _, v := range c.Violations {
			f.evidence = append(f.evidence, v.Evidence)
		}
		out = append(out, f)
	}
	for _, r := range rec.Responses {
		out = append(out, provFact{kind: "response", id: r.ID, label: string(r.Kind), evidence: []readout.Evidence{r.Evidence}})
	}
	return out
}

// add appends s where it is not among list.
func add(list []string, s string) []string {
	if s == "" || slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

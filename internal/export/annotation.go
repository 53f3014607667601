package export

import (
	"strings"
	"unicode/utf8"

	"github.com/readout-news/readout"
)

// AnnotationContext is the JSON-LD context of the Web Annotation Data Model.
const AnnotationContext = "http://www.w3.org/ns/anno.jsonld"

const (
	// maxExact bounds the words of a text quote selector, in code points: what
	// is longer is found by its position alone, and no long passage of a report
	// leaves with it.
	maxExact = 400
	// quoteAround is how much stands before and after the words, in code
	// points: enough to tell two places with the same words apart.
	quoteAround = 32
)

type annotation struct {
	ID         string           `json:"id"`
	Type       string           `json:"type"`
	Motivation string           `json:"motivation"`
	Body       []annotationBody `json:"body"`
	Target     annotationTarget `json:"target"`
}

// annotationBody is the fact: its name for programs, and its line for people.
type annotationBody struct {
	Type     string `json:"type"`
	Purpose  string `json:"purpose"`
	Source   string `json:"source,omitempty"`
	Value    string `json:"value,omitempty"`
	Format   string `json:"format,omitempty"`
	Language string `json:"language,omitempty"`
}

type annotationTarget struct {
	Type     string     `json:"type"`
	Source   string     `json:"source"`
	Scope    string     `json:"scope,omitempty"` // the bytes that were read
	Selector []selector `json:"selector"`
}

// selector is a TextPositionSelector or a TextQuoteSelector.
type selector struct {
	Type   string  `json:"type"`
	Start  *int    `json:"start,omitempty"`
	End    *int    `json:"end,omitempty"`
	Exact  *string `json:"exact,omitempty"`
	Prefix *string `json:"prefix,omitempty"`
	Suffix *string `json:"suffix,omitempty"`
}

// writeAnnotations writes one annotation for each place that a fact rests on,
// as one AnnotationPage.
func writeAnnotations(j *job) error {
	w, err := j.create("annotations.jsonld")
	if err != nil {
		return err
	}
	w.WriteString(`{"@context":"` + AnnotationContext + `","id":"urn:readout:annotations","type":"AnnotationPage","items":[`)
	a := &annotator{j: j, out: &array{w: w, html: true}}
	rec := j.rec
	for _, e := range rec.Entities {
		for i, m := range e.Mentions {
			a.add("entity", e.ID, i, m.Evidence, "identifying", string(e.Type), e.Name)
		}
		a.done("entity", len(e.Mentions) > 0)
	}
	for _, e := range rec.Events {
		for i, m := range e.Mentions {
			a.add("event", e.ID, i, m.Evidence, "identifying", e.Type, e.Title, string(m.Status))
		}
		a.done("event", len(e.Mentions) > 0)
	}
	for _, s := range rec.Statements {
		for i, c := range s.Content {
			a.add("statement", s.ID, i, readout.Evidence{Report: s.Report, Span: c}, "describing", string(s.Kind)+" speech", strings.Join(j.v.Chain(s.Chain, s.Report), ", through "))
		}
		a.done("statement", len(s.Content) > 0)
	}
	for _, c := range rec.Claims {
		a.add("claim", c.ID, 0, c.Evidence, "describing", c.Attribute, c.Text, strings.Join(j.v.Chain(c.Chain, c.Evidence.Report), ", through "))
		a.done("claim", true)
	}
	for _, p := range rec.Positions {
		a.add("position", p.ID, 0, p.Evidence, "describing", string(p.Stance), j.v.EntityName(p.Party), p.Terms)
		a.done("position", true)
	}
	for _, c := range rec.Commitments {
		a.add("commitment", c.ID, 0, c.Evidence, "describing", "commitment", j.v.EntityName(c.Party), c.Terms)
		for i, v := range c.Violations {
			a.add("commitment", c.ID, i+1, v.Evidence, "describing", "alleged breach", j.v.EntityName(v.Accuser)+" of "+j.v.EntityName(v.Accused))
		}
		a.done("commitment", true)
	}
	for _, r := range rec.Responses {
		a.add("response", r.ID, 0, r.Evidence, "describing", string(r.Kind), j.v.EntityName(r.Party))
		a.done("response", true)
	}
	if a.err != nil {
		return a.err
	}
	w.WriteString("]}\n")
	return w.close()
}

type annotator struct {
	j   *job
	out *array
	err error
}

func (a *annotator) done(kind string, rests bool) {
	a.j.inOr(kind, rests, "this part of the record has none of its places")
}

// add writes the annotation of one place; n counts the places of the fact.
func (a *annotator) add(kind, id string, n int, ev readout.Evidence, motivation string, line ...string) {
	if a.err != nil {
		return
	}
	target, err := a.j.target(ev)
	if err != nil {
		a.err = err
		return
	}
	if len(target.Selector) == 1 {
		a.j.leavePart(kind, "text quote selector: the words are longer than 400 characters; their position stands")
	}
	value := kind
	for _, l := range line {
		if l != "" {
			value += " · " + l
		}
	}
	a.out.add(annotation{
		ID: "urn:readout:annotation:" + id + ":" + itoa(n), Type: "Annotation", Motivation: motivation,
		Body: []annotationBody{
			{Type: "SpecificResource", Purpose: "identifying", Source: a.j.iri(id)},
			{Type: "TextualBody", Purpose: "describing", Value: value, Format: "text/plain", Language: "en"},
		},
		Target: target,
	})
}

// target selects the words of ev in its report.
func (j *job) target(ev readout.Evidence) (annotationTarget, error) {
	start, end, err := j.span(ev.Report, ev.Span)
	if err != nil {
		return annotationTarget{}, err
	}
	r := j.v.Report(ev.Report)
	t := annotationTarget{Type: "SpecificResource", Source: j.source(r.ID), Selector: []selector{{Type: "TextPositionSelector", Start: &start, End: &end}}}
	if r.SHA256 != "" {
		t.Scope = "urn:sha256:" + r.SHA256
	}
	if end-start > maxExact {
		return t, nil
	}
	exact := ev.Span.In(r.Text)
	prefix, suffix := lastRunes(r.Text[:ev.Span.Start], quoteAround), firstRunes(r.Text[ev.Span.End:], quoteAround)
	t.Selector = append(t.Selector, selector{Type: "TextQuoteSelector", Exact: &exact, Prefix: &prefix, Suffix: &suffix})
	return t, nil
}

// lastRunes are the last n code points of s.
func lastRunes(s string, n int) string {
	i := len(s)
	for ; n > 0 && i > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(s[:i])
		i -= size
	}
	return s[i:]
}

// firstRunes are the first n code points of s.
func firstRunes(s string, n int) string {
	i := 0
	for ; n > 0 && i < len(s); n-- {
		_, size := utf8.DecodeRuneInString(s[i:])
		i += size
	}
	return s[:i]
}

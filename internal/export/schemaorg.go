package export

import (
	"slices"

	"github.com/readout-news/readout"
)

// SchemaOrg is the vocabulary and the JSON-LD context of schema.org.
const SchemaOrg = "https://schema.org"

// ref points to another node.
type ref struct {
	ID string `json:"@id"`
}

// schemaNode is a node of the graph; which fields it has follows from its type.
type schemaNode struct {
	ID             string   `json:"@id"`
	Type           string   `json:"@type"`
	AdditionalType string   `json:"additionalType,omitempty"`
	Name           string   `json:"name,omitempty"`
	AlternateName  []string `json:"alternateName,omitempty"`
	JobTitle       []string `json:"jobTitle,omitempty"`
	SameAs         string   `json:"sameAs,omitempty"`
	Identifier     string   `json:"identifier,omitempty"`

	Headline      string `json:"headline,omitempty"`
	URL           string `json:"url,omitempty"`
	DatePublished string `json:"datePublished,omitempty"`
	InLanguage    string `json:"inLanguage,omitempty"`
	Publisher     *ref   `json:"publisher,omitempty"`
	IsBasedOn     *ref   `json:"isBasedOn,omitempty"`

	StartDate   string `json:"startDate,omitempty"`
	EndDate     string `json:"endDate,omitempty"`
	Description string `json:"description,omitempty"`
	EventStatus string `json:"eventStatus,omitempty"`
	Location    *ref   `json:"location,omitempty"`
	Attendee    []ref  `json:"attendee,omitempty"`
	SubjectOf   []ref  `json:"subjectOf,omitempty"`

	Text              string `json:"text,omitempty"`
	SpokenByCharacter *ref   `json:"spokenByCharacter,omitempty"`
	Author            *ref   `json:"author,omitempty"`
	Appearance        *ref   `json:"appearance,omitempty"`
	IsPartOf          *ref   `json:"isPartOf,omitempty"`
	About             []ref  `json:"about,omitempty"`
}

// schemaTypes are the types of entities; groups and works are no more than
// things.
var schemaTypes = map[readout.EntityType]string{
	readout.Person: "Person", readout.Organization: "Organization", readout.Outlet: "NewsMediaOrganization", readout.Place: "Place", readout.Group: "Thing", readout.Work: "CreativeWork",
}

// writeSchemaOrg writes one graph. Markup is escaped in every string, so that
// the file can be put into a page's script element as it is.
func writeSchemaOrg(j *job) error {
	w, err := j.create("schema-org.jsonld")
	if err != nil {
		return err
	}
	w.WriteString(`{"@context":"` + SchemaOrg + `","@graph":[`)
	out := &array{w: w, html: true}
	node := func(kind string, n schemaNode) {
		out.add(n)
		j.in(kind)
	}
	for i, r := range j.rec.Reports {
		node("report", j.schemaArticle(i, r))
	}
	for _, e := range j.rec.Entities {
		n := schemaNode{ID: j.iri(e.ID), Type: schemaTypes[e.Type], Name: e.Name}
		if n.Type == "" {
			n.Type = "Thing"
		}
		if e.Type == readout.Place && e.Country != "" {
			n.Type = "Country"
		}
		for _, x := range e.Names {
			if x != e.Name {
				n.AlternateName = append(n.AlternateName, x)
			}
		}
		if e.Wikidata != "" {
			n.SameAs = "https://www.wikidata.org/entity/" + e.Wikidata
		}
		if e.Type == readout.Person {
			for _, r := range e.Roles {
				n.JobTitle = append(n.JobTitle, r.Title)
			}
		}
		node("entity", n)
	}
	told := map[string]bool{} // events of the graph
	about := func(kind, event string) []ref {
		if event != "" && !told[event] {
			j.leavePart(kind, "the event that it is about is not in the graph")
			return nil
		}
		return refs(j, event)
	}
	for _, e := range j.rec.Events {
		if e.Status == readout.Denied || e.Status == readout.Hypothetical {
			j.leave("event", "status "+string(e.Status)+": a schema.org Event would say that it takes place")
			continue
		}
		told[e.ID] = true
		node("event", j.schemaEvent(e))
	}
	for _, s := range j.rec.Statements {
		if !s.Uttered {
			j.leave("statement", "it was never uttered: imagined or anticipated speech")
			continue
		}
		article := &ref{j.iri(s.Report)}
		n := schemaNode{ID: j.iri(s.ID), Text: s.Text, About: about("statement", s.Event)}
		if s.Kind == readout.Indirect {
			n.Type, n.Author, n.Appearance = "Claim", optRef(j, s.Speaker), article
		} else {
			n.Type, n.SpokenByCharacter, n.IsPartOf = "Quotation", optRef(j, s.Speaker), article
		}
		node("statement", n)
	}
	for _, c := range j.rec.Claims {
		if _, _, err := j.span(c.Evidence.Report, c.Evidence.Span); err != nil {
			return err
		}
		node("claim", schemaNode{ID: j.iri(c.ID), Type: "Claim", Name: c.Attribute, Text: c.Text, Author: optRef(j, c.Holder), Appearance: &ref{j.iri(c.Evidence.Report)}, About: about("claim", c.Event)})
	}
	w.WriteString("]}\n")
	return w.close()
}

func (j *job) schemaArticle(i int, r *readout.Report) schemaNode {
	n := schemaNode{ID: j.iri(r.ID), Type: "NewsArticle", Headline: r.Title, URL: address(r), DatePublished: r.Published.Value, InLanguage: r.Language}
	if r.SHA256 != "" {
		n.Identifier = "urn:sha256:" + r.SHA256
	}
	if i < len(j.rec.Origins) {
		o := j.rec.Origins[i]
		n.Publisher = optRef(j, o.Outlet)
		if o.Kind == "copy" {
			n.IsBasedOn = optRef(j, o.Of)
		}
	}
	return n
}

func (j *job) schemaEvent(e *readout.Event) schemaNode {
	n := schemaNode{ID: j.iri(e.ID), Type: "Event", AdditionalType: "urn:readout:type:" + e.Type, Name: e.Title, Location: optRef(j, e.Place)}
	if e.Date != nil && !e.Date.Bound() {
		n.StartDate, n.EndDate = e.Date.Value, e.Date.End
	}
	switch e.Status {
	case readout.Planned:
		n.EventStatus, n.Description = SchemaOrg+"/EventScheduled", "Planned."
	case readout.Reported:
		n.Description = "Reported, not confirmed."
	}
	row, _ := j.v.Event(e.ID)
	for _, id := range row.Support.Reports {
		n.SubjectOf = append(n.SubjectOf, ref{j.iri(id)})
	}
	for _, p := range e.Participants {
		x := j.v.Entity(p.Entity)
		if x == nil || p.Role == "place" {
			continue
		}
		// Only people and bodies attend; a state that takes part is what the
		// event is about.
		list := &n.About
		if x.Type == readout.Person || x.Type == readout.Organization || x.Type == readout.Outlet {
			list = &n.Attendee
		}
		if r := (ref{j.iri(p.Entity)}); !slices.Contains(*list, r) {
			*list = append(*list, r)
		}
	}
	return n
}

func optRef(j *job, id string) *ref {
	if id == "" {
		return nil
	}
	return &ref{j.iri(id)}
}

func refs(j *job, ids ...string) []ref {
	var out []ref
	for _, id := range ids {
		if id != "" {
			out = append(out, ref{j.iri(id)})
		}
	}
	return out
}

package export

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/language"

	"github.com/readout-news/readout"
)

// ftmEntity is an entity of FollowTheMoney: every property is a list of
// strings. Schemata and properties are those of version 4 that version 3 has
// too.
type ftmEntity struct {
	ID         string              `json:"id"`
	Schema     string              `json:"schema"`
	Properties map[string][]string `json:"properties"`
}

func newFTM(id, schema string) ftmEntity {
	return ftmEntity{id, schema, map[string][]string{}}
}

// set adds the values that are known, each once, cleaned as the model's own
// types clean text: control characters and runs of spaces become one space.
func (e ftmEntity) set(property string, values ...string) {
	for _, v := range values {
		v = strings.Join(strings.FieldsFunc(v, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) && !unicode.Is(unicode.Cf, r) }), " ")
		if v != "" && !slices.Contains(e.Properties[property], v) {
			e.Properties[property] = append(e.Properties[property], v)
		}
	}
}

// writeFTM writes articles, people and bodies, events, and what joins them: a
// Mention says that an article names somebody, a Documentation that it tells of
// an event.
func writeFTM(j *job) error {
	w, err := j.create("entities.ftm.jsonl")
	if err != nil {
		return err
	}
	put := func(e ftmEntity) {
		w.json(e, false)
		w.item()
	}
	reports := map[string]bool{}
	for i, r := range j.rec.Reports {
		reports[r.ID] = true
		e := newFTM(r.ID, "Article")
		e.set("title", r.Title)
		e.set("name", r.Title)
		e.set("sourceUrl", address(r))
		e.set("publishedAt", ftmDate(r.Published.Value))
		e.set("language", ftmLanguage(r.Language))
		e.set("publisher", j.v.OutletName(r.ID))
		e.set("author", r.Byline)
		if i < len(j.rec.Origins) && j.rec.Origins[i].Kind == "copy" {
			e.set("notes", "Shares its text with "+j.rec.Origins[i].Of+": "+j.rec.Origins[i].Why)
		}
		put(e)
		j.in("report")
	}
	acts := map[string]bool{}   // takes part in an event
	places := map[string]bool{} // an event takes place there
	for _, e := range j.rec.Events {
		if !ftmAsserts(e) {
			continue
		}
		places[e.Place] = true
		for _, p := range e.Participants {
			if p.Role != "place" {
				acts[p.Entity] = true
			}
		}
	}
	in := map[string]string{} // entity → schema
	for _, x := range j.rec.Entities {
		schema := ftmSchema(x, acts[x.ID])
		if schema != "" && len(x.Names) == 0 {
			j.leave("entity", "it is described and never named")
			continue
		}
		if schema == "" {
			j.inOr("entity", x.Type == readout.Place && places[x.ID], "a "+string(x.Type)+" is no person or body, and no event took place there")
			continue
		}
		in[x.ID] = schema
		e := newFTM(x.ID, schema)
		e.set("name", x.Name)
		for _, n := range x.Names {
			if n != x.Name {
				e.set("alias", n)
			}
		}
		e.set("wikidataId", x.Wikidata)
		if alpha3(x.Country) != "" {
			e.set("country", strings.ToLower(x.Country))
		}
		if schema == "Person" {
			for _, r := range x.Roles {
				e.set("position", r.Title)
			}
		}
		put(e)
		j.in("entity")
	}
	for _, x := range j.rec.Events {
		if !ftmAsserts(x) {
			j.leave("event", "status "+string(x.Status)+": an Event would say that it takes place")
			continue
		}
		put(j.ftmEvent(x, in))
		j.in("event")
		row, _ := j.v.Event(x.ID)
		for _, r := range row.Support.Reports {
			if !reports[r] {
				continue
			}
			d := newFTM("doc-"+r+"-"+x.ID, "Documentation")
			d.set("document", r)
			d.set("entity", x.ID)
			d.set("role", "tells of it")
			put(d)
		}
	}
	for _, x := range j.rec.Entities {
		if in[x.ID] == "" {
			continue
		}
		if err := j.ftmMentions(x, in[x.ID], reports, put); err != nil {
			return err
		}
	}
	return w.close()
}

// ftmAsserts reports whether an Event says no more of e than the record does.
func ftmAsserts(e *readout.Event) bool {
	return e.Status != readout.Denied && e.Status != readout.Hypothetical
}

// ftmSchema is "" for what is neither a person nor a body. A state is a body
// where it acts, a place where it does not.
func ftmSchema(x *readout.Entity, acts bool) string {
	switch x.Type {
	case readout.Person:
		return "Person"
	case readout.Organization, readout.Outlet:
		return "Organization"
	case readout.Place:
		if acts {
			return "PublicBody"
		}
	}
	return ""
}

func (j *job) ftmEvent(x *readout.Event, in map[string]string) ftmEntity {
	e := newFTM(x.ID, "Event")
	e.set("name", x.Title)
	e.set("keywords", x.Type, x.Mode, string(x.Status))
	if d := x.Date; d != nil && !d.Bound() {
		if d.End == "" {
			e.set("date", ftmDate(d.Value))
		} else {
			e.set("startDate", ftmDate(d.Value))
			e.set("endDate", ftmDate(d.End))
		}
	}
	e.set("location", j.v.EntityName(x.Place))
	for _, p := range x.Participants {
		ids := []string{p.Entity}
		if g := j.v.Entity(p.Entity); g != nil && g.Type == readout.Group {
			ids = g.Members
		}
		for _, id := range ids {
			if in[id] != "" && p.Role != "place" {
				e.set("involved", id)
			}
		}
	}
	switch x.Status {
	case readout.Planned:
		e.set("summary", "Planned.")
	case readout.Reported:
		e.set("summary", "Reported, not confirmed.")
	}
	return e
}

// ftmMentions writes one Mention for each report that names x, with the names
// that it gives.
func (j *job) ftmMentions(x *readout.Entity, schema string, reports map[string]bool, put func(ftmEntity)) error {
	whole := j.v.Entity(x.ID) // a part of a record has its entities without mentions
	if whole == nil {
		return nil
	}
	names := map[string][]string{}
	for _, m := range whole.Mentions {
		if m.Form != readout.FormName || !reports[m.Report] {
			continue
		}
		if _, _, err := j.span(m.Report, m.Span); err != nil {
			return err
		}
		names[m.Report] = append(names[m.Report], j.words(m.Report, m.Span))
	}
	for _, r := range sortedKeys(names) {
		m := newFTM("men-"+r+"-"+x.ID, "Mention")
		m.set("document", r)
		m.set("resolved", x.ID)
		m.set("name", names[r]...)
		m.set("detectedSchema", schema)
		put(m)
	}
	return nil
}

// ftmDate is a value as FollowTheMoney has dates: a prefix of an ISO 8601 time
// in UTC, to the second.
func ftmDate(value string) string {
	if len(value) <= len("2006-01-02") {
		return value
	}
	t, _, ok := moment(value)
	if !ok {
		return ""
	}
	return t.Format("2006-01-02T15:04:05")
}

// ftmLanguage is the ISO 639-3 code of a BCP 47 tag.
func ftmLanguage(tag string) string {
	t, err := language.Parse(tag)
	if err != nil || tag == "" {
		return ""
	}
	base, _ := t.Base()
	return base.ISO3()
}

package web

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/readout-news/readout/internal/answer"
	"github.com/readout-news/readout/internal/view"
)

// readerData is what the page of a report shows.
type readerData struct {
	view.Reading
	Seen  string   // when it was read into the store, in words; "" unknown
	Kinds []Choice // notes to show
	Only  string   // the kind chosen, "" all

	Version *versionNote // nil: its article was seen in one version
}

// grouped is how many notes a sentence shows; the others fold.
const grouped = 3

// noteNames name the kinds of notes.
var noteNames = map[view.NoteKind]string{
	view.NoteEvent: "Events", view.NoteQuote: "Statements", view.NoteClaim: "Values", view.NotePosition: "Positions", view.NoteResponse: "Answers",
	view.NoteCommitment: "Commitments", view.NoteTime: "Times", view.NoteAnomaly: "Defects",
}

func (s *Site) reader(r *Request) (Page, error) {
	id := r.PathValue("id")
	reading, ok := r.Snap.View.Reading(id)
	var note *versionNote
	var err error
	if ok {
		note, err = versionOf(r, id)
	} else {
		reading, note, ok, err = s.earlier(r, id)
	}
	if err != nil {
		return Page{}, err
	}
	if !ok {
		return s.elsewhere(r, id, "report")
	}
	d := readerData{Reading: reading, Only: r.Kind, Version: note}
	if t, ok := r.Snap.ReadIn[id]; ok {
		d.Seen = momentWords(t)
	}
	all := 0
	for _, n := range reading.Counts {
		all += n
	}
	d.Kinds = append(d.Kinds, Choice{"", "All " + number(all), r.Kind == ""})
	for _, k := range view.NoteKinds {
		if n := reading.Counts[k]; n > 0 {
			d.Kinds = append(d.Kinds, Choice{string(k), noteNames[k] + " " + number(n), r.Kind == string(k)})
		}
	}
	if r.Kind != "" {
		for i := range d.Paragraphs {
			for j := range d.Paragraphs[i].Sentences {
				x := &d.Paragraphs[i].Sentences[j]
				x.Notes = slices.DeleteFunc(slices.Clone(x.Notes), func(n view.Note) bool { return string(n.Kind) != r.Kind })
			}
		}
	}
	title := reading.Report.Title
	if title == "" {
		title = reading.Outlet
	}
	p := Page{Template: "reader", Title: title, Nav: "sources", Data: d, Table: readerTable(reading, r.Kind), JSON: struct{}{}}
	p.Crumb = []Link{{"Sources", "/sources"}, {Name: reading.Outlet}}
	if o := reading.Origin.Outlet; o != "" {
		p.Crumb[1].Href = "/s/" + o
	}
	// The store says when a version was seen last, and no revision follows from it.
	p.Tag = fmt.Sprintf("%+v", note)
	switch {
	case r.Form != "json":
	case note != nil && !note.Current && r.Snap.View.Report(id) == nil:
		// What programs get of a report is of the record; of this one, what
		// became of it.
		articles, err := s.src.Articles(r.Context(), id)
		if err != nil {
			return Page{}, err
		}
		if p.JSON, err = answer.From(r.Snap).VersionsPage(articles); err != nil {
			return Page{}, err
		}
		p.Tag = ""
	default:
		x, err := answer.From(r.Snap).ReportPage(id)
		if err != nil {
			return Page{}, err
		}
		p.JSON = x
	}
	return p, nil
}

// Shown and Folded part the notes of a sentence: those that stand beside it and
// those behind "n more".
func (readerData) Shown(notes []view.Note) []view.Note {
	if len(notes) > grouped+1 {
		return notes[:grouped]
	}
	return notes
}

// Folded are the notes that Shown leaves.
func (readerData) Folded(notes []view.Note) []view.Note {
	if len(notes) > grouped+1 {
		return notes[grouped:]
	}
	return nil
}

// readerTable is what was read from a report: a row a note, or a sentence without
// one where kind does not ask for some alone.
func readerTable(x view.Reading, kind string) *Table {
	t := &Table{Columns: []string{"sentence", "kind", "note", "ref", "text"}}
	for _, p := range x.Paragraphs {
		for _, s := range p.Sentences {
			if len(s.Notes) == 0 && kind == "" {
				t.Rows = append(t.Rows, []string{strconv.Itoa(s.N), "", s.Noise, "", s.Text})
			}
			for _, n := range s.Notes {
				t.Rows = append(t.Rows, []string{strconv.Itoa(s.N), string(n.Kind), n.Text, n.Ref, s.Text})
			}
		}
	}
	return t
}

// Unit names what is counted: sentences, or paragraphs where those are unknown.
func (d readerData) Unit(n int) string {
	if d.Known {
		return plural(n, "sentence")
	}
	return plural(n, "paragraph")
}

// Anchor is the fragment of a sentence.
func (readerData) Anchor(n int) string { return fmt.Sprintf("s%d", n) }

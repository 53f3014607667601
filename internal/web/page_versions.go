package web

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/answer"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/revise"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/view"
)

// versionNote is what the page of a report says of its version.
type versionNote struct {
	N, Of   int
	Current bool
	Newest  string // report that the record is drawn from
	Until   string // when this version was seen last, in words
}

// versionOf says which version of its article a report is; nil when the article
// was seen in one version only.
func versionOf(r *Request, id string) (*versionNote, error) {
	list, err := r.Snap.Store.Versions(r.Context(), id)
	if errors.Is(err, readout.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for len(list) > 0 { // a report may stand at several addresses
		n := slices.IndexFunc(list, func(v store.Version) bool { return v.URL != list[0].URL })
		if n < 0 {
			n = len(list)
		}
		var note *versionNote
		newest := ""
		for _, v := range list[:n] {
			if v.Report == id || slices.Contains(v.Others, id) {
				note = &versionNote{N: v.N, Of: n, Current: v.Current && v.Report == id, Until: momentWords(v.Last)}
			}
			if v.Current {
				newest = v.Report
			}
		}
		if note != nil && (n > 1 || !note.Current) {
			note.Newest = newest
			return note, nil
		}
		list = list[n:]
	}
	return nil, nil
}

// earlier is the reading of a stored report that the record is not drawn from
// because another version of its article is; ok is false when it is no such.
// What its notes lead to is not in the record, so they lead nowhere.
func (s *Site) earlier(r *Request, id string) (x view.Reading, note *versionNote, ok bool, err error) {
	if r.AsOf != "" {
		return x, nil, false, nil
	}
	if note, err = versionOf(r, id); err != nil || note == nil || note.Current {
		return x, nil, false, err
	}
	alone, err := s.src.Alone(r.Context(), id)
	if err != nil {
		return x, nil, false, err
	}
	if x, ok = alone.Reading(id); !ok {
		return x, nil, false, nil
	}
	for i := range x.Paragraphs {
		for j := range x.Paragraphs[i].Sentences {
			notes := slices.Clone(x.Paragraphs[i].Sentences[j].Notes)
			for k := range notes {
				notes[k].Path, notes[k].Ref = "", ""
			}
			x.Paragraphs[i].Sentences[j].Notes = notes
		}
	}
	return x, note, true, nil
}

// versionsData is what the page of an article's versions shows.
type versionsData struct {
	Title    string
	Articles []articleRows
}

type articleRows struct {
	URL       string
	Sightings []string // in words
	Versions  []versionRow
}

type versionRow struct {
	live.Version
	Of   int
	Seen string
	Rows []revisedRow
}

// revisedRow is one change in words.
type revisedRow struct{ What, How, Then, Now, More string }

// versions shows the versions of the article that a report belongs to, and what
// each changed.
func (s *Site) versions(r *Request) (Page, error) {
	id := r.PathValue("id")
	articles, err := s.src.Articles(r.Context(), id)
	if err != nil {
		return Page{}, err
	}
	d := versionsData{Title: articles[0].Title}
	t := &Table{Columns: []string{"address", "version", "report", "kind", "how", "about", "before", "after"}}
	for _, x := range articles {
		a := articleRows{URL: x.URL}
		for _, g := range x.Sightings {
			text := "through " + g.Through
			if g.Title != "" {
				text += " as “" + g.Title + "”"
			}
			if !g.Seen.IsZero() {
				text += ", " + momentWords(g.Seen)
			}
			a.Sightings = append(a.Sightings, text)
		}
		for _, v := range x.Versions {
			row := versionRow{Version: v, Of: len(x.Versions), Seen: momentWords(v.First)}
			if !v.Last.Equal(v.First) {
				row.Seen += " to " + momentWords(v.Last)
			}
			for _, c := range v.Changes {
				y := revisedWords(c)
				row.Rows = append(row.Rows, y)
				t.Rows = append(t.Rows, []string{x.URL, fmt.Sprint(v.N), v.Report, string(c.Kind), string(c.How), c.About, y.Then, y.Now})
			}
			if len(v.Changes) == 0 {
				t.Rows = append(t.Rows, []string{x.URL, fmt.Sprint(v.N), v.Report, "", "", "", "", ""})
			}
			a.Versions = append(a.Versions, row)
		}
		d.Articles = append(d.Articles, a)
	}
	p := Page{Template: "versions", Title: "Versions: " + d.Title, Nav: "sources", Data: d, Table: t, JSON: struct{}{}}
	p.Crumb = []Link{{"Sources", "/sources"}, {d.Title, "/d/" + id}, {Name: "Versions"}}
	if r.Form == "json" {
		if p.JSON, err = answer.From(r.Snap).VersionsPage(articles); err != nil {
			return Page{}, err
		}
	}
	return p, nil
}

// revisedWords puts a change into a row.
func revisedWords(c revise.Change) revisedRow {
	row := revisedRow{What: string(c.Kind), How: string(c.How)}
	if c.About != "" && c.Kind == revise.Claim {
		row.What = strings.ReplaceAll(c.About, "-", " ")
	}
	side := func(s *revise.Side) string {
		switch {
		case s == nil:
			return ""
		case s.Who != "":
			return s.Who + ": " + s.Text
		}
		return s.Text
	}
	row.Then, row.Now = side(c.Before), side(c.After)
	var more []string
	for _, f := range c.Fields {
		was, is := f.Before, f.After
		if was == "" {
			was = "not told"
		}
		if is == "" {
			is = "not told"
		}
		more = append(more, f.Name+": "+was+" → "+is)
	}
	row.More = strings.Join(more, "; ")
	return row
}

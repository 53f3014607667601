package web

import (
	"errors"
	"net/url"
	"strconv"
	"strings"

	"github.com/readout-news/readout/internal/answer"
	"github.com/readout-news/readout/internal/cite"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/view"
)

// factData is what the page of a reference shows: its sentences and how they
// were read.
type factData struct {
	view.Opened
	Permalink string
	Back      Link // the page that it belongs to
}

func (s *Site) fact(r *Request) (Page, error) {
	ref := r.PathValue("ref")
	o, err := r.Snap.View.Open(ref)
	if err != nil {
		id, _, _ := strings.Cut(ref, ".")
		page, moved := s.elsewhere(r, id, "fact")
		if moved == nil || errors.As(moved, &gone{}) {
			return page, moved
		}
		return Page{}, err
	}
	d := factData{Opened: o, Permalink: permalink(r, o)}
	p := Page{Template: "fact", Title: o.Title, Data: d, Table: factTable(o), Robots: "noindex"}
	if p.JSON, err = asJSON(r, func(a *answer.Answers) (any, error) { return a.Opened(ref) }); err != nil {
		return Page{}, err
	}
	if o.Event != nil {
		p.Nav = "timeline"
		p.Crumb = []Link{{"Timeline", "/timeline"}, {o.Event.Title, EventPath(o.Event)}, {Name: "Evidence"}}
	}
	return p, nil
}

// permalink names what is opened in the version of the record that shows it.
func permalink(r *Request, o view.Opened) string {
	if o.Event != nil {
		return eventPermalink(r.Snap, o)
	}
	v := url.Values{}
	if r.Snap.AsOf != "" {
		v.Set("as_of", r.Snap.AsOf)
	}
	return at("/f/"+o.Ref, v)
}

// eventPermalink is the event's page at this revision with the sentences of o
// beside it. A state as of some day is no revision: the day stays with it.
func eventPermalink(snap *live.Snapshot, o view.Opened) string {
	v := map[string][]string{"sel": {o.Ref}}
	path := "/e/" + o.Event.ID
	if snap.AsOf != "" {
		v["as_of"] = []string{snap.AsOf}
	} else {
		path += "@" + strconv.Itoa(snap.Revision.N)
	}
	return at(path, v) + "#evidence"
}

// maxBeside is how many passages stand beside a page.
const maxBeside = 12

// Beside are the reports whose passages stand beside the page.
func (c *Context) Beside() []view.OpenedReport {
	var out []view.OpenedReport
	n := 0
	for _, r := range c.Opened.Reports {
		if n >= maxBeside {
			break
		}
		r.Sentences = r.Sentences[:min(len(r.Sentences), maxBeside-n)]
		n += len(r.Sentences)
		out = append(out, r)
	}
	return out
}

// Unseen counts the passages that Beside leaves out.
func (c *Context) Unseen() int {
	return max(0, c.Opened.Sentences+c.Opened.Copied-maxBeside)
}

// First is the footnote of the first passage beside the page.
func (c *Context) First() *Footnote {
	for _, r := range c.Opened.Reports {
		for _, s := range r.Sentences {
			return &Footnote{string(cite.Plain), cite.Plain.Label(), c.Footnote(*c.Opened, r, s)}
		}
	}
	return nil
}

// Is reports whether a passage is the first of the page's own reference.
func (c *Context) Is(r view.OpenedReport, s view.OpenedSentence) bool {
	d, ok := c.Data.(factData)
	return ok && len(d.Reports) > 0 && d.Reports[0].Report == r.Report && d.Reports[0].Sentences[0].N == s.N
}

// Footnote is the note of one passage in one form.
type Footnote struct {
	Form, Label, Text string
}

// Footnotes are the notes of a passage in every form.
func (c *Context) Footnotes(o view.Opened, r view.OpenedReport, s view.OpenedSentence) []Footnote {
	n := c.note(o, r, s)
	var out []Footnote
	for _, f := range cite.Forms {
		out = append(out, Footnote{string(f), f.Label(), n.In(f)})
	}
	return out
}

// Footnote is the note of a passage as one line.
func (c *Context) Footnote(o view.Opened, r view.OpenedReport, s view.OpenedSentence) string {
	return c.note(o, r, s).In(cite.Plain)
}

// note fills the footnote of a passage from the record.
func (c *Context) note(o view.Opened, r view.OpenedReport, s view.OpenedSentence) cite.Note {
	first, last := 0, 0
	if r.Known {
		first, last = s.N, s.Last
	}
	return c.Site.footnote(c.Req, r.Report.ID, first, last, permalink(c.Req, o))
}

// factTable is the passages as rows.
func factTable(o view.Opened) *Table {
	t := &Table{Columns: []string{"outlet", "published", "copy", "sentence", "last", "of", "text", "told_through", "report", "sha256", "byte_start", "byte_end"}}
	for _, r := range o.Reports {
		for _, s := range r.Sentences {
			copied := "0"
			if r.Copy {
				copied = "1"
			}
			t.Rows = append(t.Rows, []string{
				r.Outlet, r.Report.Published.Value, copied, strconv.Itoa(s.N), strconv.Itoa(s.Last), strconv.Itoa(r.Total), s.Text(), strings.Join(s.Chain, " → "),
				r.Report.ID, r.Report.SHA256, strconv.Itoa(s.Span.Start), strconv.Itoa(s.Span.End),
			})
		}
	}
	return t
}

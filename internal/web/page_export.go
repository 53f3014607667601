package web

import (
	"bytes"
	"io"

	"github.com/readout-news/readout/internal/export"
)

// exportForm is a line of the page of exports.
type exportForm struct {
	Name     string `json:"name"`
	Title    string `json:"title"`
	For      string `json:"for"`
	Follows  string `json:"follows"`
	File     string `json:"file"`
	Type     string `json:"type"`
	Ext      string `json:"-"`
	Href     string `json:"href"`
	Manifest string `json:"manifest"`
	Several  bool   `json:"several_files"`
}

// exportGroup is the forms of one use.
type exportGroup struct {
	Key, Name string
	Forms     []exportForm
}

type exportData struct {
	Groups []exportGroup
	Add    []Add
	Total  struct{ Reports, Events, Statements int }
}

// exports lists the forms in which the record can be taken along. The filters
// of the page go with every link.
func (s *Site) exports(r *Request) (Page, error) {
	d := exportData{Add: []Add{
		{Name: "from", Label: "Days", Hint: "2031-03-01", Until: "to"},
		{Name: "by", Label: "By", Hint: "Torokai"},
		{Name: "party", Label: "With", Hint: "Aldane"},
		{Name: "on", Label: "Words", Hint: "fishing rights"},
		{Name: "outlet", Label: "Outlet", Hint: "Harbour Wire"},
	}}
	d.Total.Reports, d.Total.Events, d.Total.Statements = len(r.Snap.Record.Reports), len(r.Snap.Record.Events), len(r.Snap.Record.Statements)
	values := r.Values()
	values.Del("sel")
	var all []exportForm
	for _, f := range export.Formats() {
		x := exportForm{f.Name, f.Title, f.For, f.Schema, f.File(), f.Type, f.Ext, at("/export/"+f.Name, values), at("/export/"+f.Name+"/manifest", values), f.Files}
		all = append(all, x)
		if n := len(d.Groups); n == 0 || d.Groups[n-1].Name != f.Group {
			d.Groups = append(d.Groups, exportGroup{Key: slug(f.Group), Name: f.Group})
		}
		g := &d.Groups[len(d.Groups)-1]
		g.Forms = append(g.Forms, x)
	}
	return Page{Template: "export", Title: "Exports", Data: d, JSON: map[string]any{"schema": "readout/exports/1", "formats": all}}, nil
}

// exportAs sends the record in one form, as it is written.
func (s *Site) exportAs(r *Request) (Page, error) {
	f, err := export.Find(r.PathValue("format"))
	if err != nil {
		return Page{}, err
	}
	return Page{Raw: &Raw{Type: f.Type, Name: f.File(), Stream: func(w io.Writer) error {
		_, err := export.Write(w, f.Name, r.Snap.View, s.exportOptions(r))
		return err
	}}}, nil
}

// exportManifest says what exportAs would send, with the hash of every file.
func (s *Site) exportManifest(r *Request) (Page, error) {
	f, err := export.Find(r.PathValue("format"))
	if err != nil {
		return Page{}, err
	}
	m, err := export.Write(io.Discard, f.Name, r.Snap.View, s.exportOptions(r))
	if err != nil {
		return Page{}, err
	}
	var b bytes.Buffer
	if err := m.Write(&b); err != nil {
		return Page{}, err
	}
	return Page{Raw: &Raw{Type: "application/json; charset=utf-8", Body: b.Bytes()}}, nil
}

func (s *Site) exportOptions(r *Request) export.Options {
	return export.Options{Filter: r.Filter(), Base: s.base(r), Version: s.opts.Version, Revision: r.Snap.Revision.N, AsOf: r.AsOf, Decided: r.Snap.Decided}
}

// linkedData is a fact as schema.org JSON-LD, with what it names.
func (s *Site) linkedData(r *Request, id string) ([]byte, error) {
	var b bytes.Buffer
	o := s.exportOptions(r)
	o.Filter, o.IDs = export.Options{}.Filter, []string{id}
	_, err := export.Write(&b, "schema-org", r.Snap.View, o)
	return b.Bytes(), err
}

package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/answer"
	"github.com/readout-news/readout/internal/search"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/wire"
)

// operator is a line of the help on search.
type operator struct{ Write, Find string }

// operators are what the search box understands, for the help and the empty
// search page.
var operators = func() []operator {
	out := []operator{
		{"lake levels", "both words, in any form: level, levels"},
		{`"lake levels"`, "exactly these words"},
		{"fish*", "words that begin so"},
		{"lake -quota", "the first without the second"},
	}
	for _, o := range search.Operators {
		out = append(out, operator{o.Example, o.Doc})
	}
	return out
}()

func (s *Site) help(*Request) (Page, error) {
	return Page{Template: "help", Title: "Help", Data: struct {
		Operators []operator
		Keys      []shortcut
	}{operators, shortcuts}, JSON: map[string]any{"schema": "readout/help/1", "keys": shortcuts}}, nil
}

// statusData is what the status page tells.
type statusData struct {
	Revision   store.Revision
	LastReadIn time.Time
	Reports    int
	Skipped    int
	Undated    int
	Copies     int
	Outlets    int
	Events     int
	Statements int
	Refusals   []readout.Refusal
	Running    *wire.Running // nil: the program does not say how it does
	Rereads    int           // reports that other annotators have read; -1: not known
}

func (s *Site) status(r *Request) (Page, error) {
	rec := r.Snap.Record
	d := statusData{
		Revision: r.Snap.Revision, LastReadIn: r.Snap.LastRead, Reports: len(rec.Reports), Events: len(rec.Events),
		Statements: len(rec.Statements), Refusals: r.Snap.Refusals,
	}
	outlets := map[string]bool{}
	for i, rep := range rec.Reports {
		outlets[r.Snap.OutletName(rep.ID)] = true
		if rep.Skip != "" {
			d.Skipped++
		}
		if _, ok := rep.Published.Day(); !ok {
			d.Undated++
		}
		if i < len(rec.Origins) && (rec.Origins[i].Kind == "copy" || rec.Origins[i].Kind == "wire") {
			d.Copies++
		}
	}
	d.Outlets = len(outlets)
	if s.opts.Running != nil {
		d.Running, d.Rereads = s.opts.Running(r.Context()), -1
		if x := d.Running.Store; x != nil && x.Rereads != nil {
			d.Rereads = *x.Rereads
		}
	}
	page := Page{Template: "status", Title: "Status", Data: d}
	var err error
	page.JSON, err = asJSON(r, func(a *answer.Answers) (any, error) {
		v, err := a.Status(s.opts.Version)
		v.Item.Running = d.Running
		return v, err
	})
	return page, err
}

// maxChoice is the largest form that remembers a choice, in bytes.
const maxChoice = 16 << 10

// choice reads the fields of a small form.
func choice(r *Request) error {
	r.Body = http.MaxBytesReader(nil, r.Body, maxChoice)
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		if err := r.ParseMultipartForm(maxChoice); err != nil {
			return badForm(err)
		}
	}
	return nil
}

// theme remembers light or dark and goes back.
func (s *Site) theme(r *Request) (Page, error) {
	if err := choice(r); err != nil {
		return Page{}, err
	}
	to := r.PostFormValue("to")
	ck := &http.Cookie{Name: "theme", Value: to, Path: "/", MaxAge: 365 * 24 * 3600, SameSite: http.SameSiteLaxMode, HttpOnly: true}
	if to != "light" && to != "dark" {
		ck.Value, ck.MaxAge = "", -1
	}
	back := r.PostFormValue("back")
	// Only to a path of ours: "//host" and "/\host" would lead elsewhere.
	if u, err := url.Parse(back); err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(back, "/") || strings.HasPrefix(back, "//") || strings.Contains(back, `\`) {
		back = "/"
	}
	return Page{See: back, Header: map[string]string{"Set-Cookie": ck.String()}}, nil
}

// Choice is one button of a row of which one is pressed.
type Choice struct {
	Key, Name string
	Current   bool
}

// Themes are the three positions of the theme's switch.
func (c *Context) Themes() []Choice {
	return []Choice{{"", "System", c.Theme == ""}, {"light", "Light", c.Theme == "light"}, {"dark", "Dark", c.Theme == "dark"}}
}

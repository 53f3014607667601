package web

import (
	"fmt"
	"strings"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/cite"
)

// footnote is the note of a place in a report as this state of the record has
// it; path is what its permalink opens, such as /d/r…#s14.
func (s *Site) footnote(r *Request, report string, first, last int, path string) cite.Note {
	n := cite.Note{First: first, Last: last, Revision: r.Snap.Revision.N, AsOf: r.Snap.Revision.At, Permalink: s.base(r) + path}
	if rep := r.Snap.Report(report); rep != nil {
		n.Headline, n.Byline, n.Published, n.URL, n.SHA256 = rep.Title, rep.Byline, rep.Published.Value, rep.URL, rep.SHA256
		if rep.Outlet != "" || rep.Domain != "" {
			n.Outlet = r.Snap.OutletName(report)
		}
	}
	if t, ok := instant(r.Snap.AsOf); ok {
		if len(r.Snap.AsOf) == len(time.DateOnly) { // a day is known to its end
			t = t.AddDate(0, 0, 1).Add(-time.Second)
		}
		n.AsOf = t
	}
	return n
}

// said adds the quoted words to a note: who said them, and through whom the
// report has them.
func said(r *Request, n cite.Note, s *readout.Statement, words string) cite.Note {
	n.Quote = words
	n.Speaker = r.Snap.EntityName(s.Speaker)
	for i, l := range s.Chain {
		if l.OutletOfReport || i == 0 && l.Entity == s.Speaker {
			continue
		}
		name := l.Text
		outlet := false
		if e := r.Snap.Entity(l.Entity); e != nil {
			name, outlet = e.Name, e.Type == readout.Outlet
		}
		n.Relays = append(n.Relays, cite.Relay{Name: name, Outlet: outlet})
	}
	return n
}

// readerPath is where a sentence stands in its report; n 0 is unknown.
func readerPath(report string, n int) string {
	if n <= 0 {
		return "/d/" + report
	}
	return fmt.Sprintf("/d/%s#s%d", report, n)
}

// sentenceName is "sentence 14" or "".
func sentenceName(n int) string {
	if n <= 0 {
		return ""
	}
	return "sentence " + number(n)
}

// known joins what is not empty.
func known(sep string, parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, sep)
}

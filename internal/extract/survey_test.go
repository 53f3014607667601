package extract

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// count is survey with its count.
func count(source string) (nodes int, why string) {
	s := surveyor{}
	why = s.read(source)
	return s.nodes, why
}

// FuzzSurvey holds the bound of the survey to what the parser makes: no page
// becomes more nodes than were counted before, and a head and a body.
func FuzzSurvey(f *testing.F) {
	var many strings.Builder
	for i := range 12 {
		fmt.Fprintf(&many, "<b id=%d>", i)
	}
	for _, s := range []string{
		"", "<p>x</p>", "<p>" + many.String() + "</p>" + strings.Repeat("<p>x</p>", 40), strings.Repeat("<b><i><u><p></b></i></u>", 20), "<a><table><a><td><b><i></table><p>x",
		"<table><b id=1><b id=2><tr><td><i>x<td>y</table>z<p>w", "<b><b><b><b><b><p>x", "<nobr><nobr><a><a>x</nobr>", "<object><b></object><p>x<applet><i></p>y", "<select><b><option>x", "<svg><b><p>x</svg>", "<template><b></template><p>x",
		"<td><b><td><i><p>x", "<table><td><table><td><b></table><p>x<td><p>y", "</p></br></b>", "<frameset><frame>", "<b><button><p></b>x<p>y",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		bound, why := count(s)
		if why != "" {
			return
		}
		doc, err := html.Parse(strings.NewReader(s))
		if err != nil {
			return
		}
		n := 0
		for range doc.Descendants() {
			n++
		}
		if n > bound+8 { // html, head, body, and what a table is completed with
			t.Errorf("%d nodes of %q, and %d were counted", n, s, bound)
		}
	})
}

package extract_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/limits"
)

// Each limit of a page counts from the first thing beyond it: at the limit a page
// is taken apart as a tree and nothing is noted, beyond it the report says so and
// keeps its text.
func TestLimitsOfPages(t *testing.T) {
	const words = "Maren met Ered in Port Elsey."
	story := strings.Repeat("<p>"+words+" They spoke for two hours about the lights on the lake.</p>\n", 20)
	page := func(head, body string) string {
		return `<html lang="en"><head><title>Maren meets Ered</title>` + head + `</head><body><article><h1>Maren meets Ered</h1>` + body + story + `</article></body></html>`
	}
	deep := func(n int) string { // elements within elements, with html, body and the paragraphs
		return strings.Repeat("<div>", n-3) + story + strings.Repeat("</div>", n-3)
	}
	attributes := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, ` a%d=""`, i)
		}
		return page("", "<p"+b.String()+">"+words+"</p>")
	}
	value := func(n int) string { return strings.Repeat("x", n) }
	x := newExtractor(t)
	for name, c := range map[string]struct{ page, note string }{
		"as deep as it may be":         {deep(limits.HTMLDepth), ""},
		"deeper":                       {deep(limits.HTMLDepth + 1), "512"},
		"attributes":                   {attributes(limits.HTMLAttributes), ""},
		"more attributes":              {attributes(limits.HTMLAttributes + 1), "256 attributes"},
		"more elements":                {page("", strings.Repeat("<i></i>", limits.HTMLElements)), "more than the limit of 30000"},
		"more work":                    {page("", strings.Repeat("<p>"+words+words+"</p>", 13_000)), "too much to look for an article in"},
		"a value":                      {page(`<meta name="author" content="`+value(limits.HTMLValue)+`">`, ""), ""},
		"a longer value":               {page(`<meta name="author" content="`+value(limits.HTMLValue+1)+`">`, ""), "the value of content in a <meta> has 65537 bytes"},
		"a longer day":                 {page("", `<time datetime="`+value(limits.HTMLValue+1)+`">today</time>`), "the value of datetime in a <time>"},
		"a longer address":             {page(`<link rel="canonical" href="https://`+value(limits.HTMLValue)+`">`, ""), "the value of href in a <link>"},
		"a picture, which is not read": {page("", `<img src="data:image/png;base64,`+value(limits.HTMLValue+1)+`">`), ""},
		"the data of a script":         {page("", `<p data-state="`+value(limits.HTMLValue+1)+`">`+words+`</p>`), ""},
		// Without a tree its values have the same limit.
		"a longer value without a tree": {page(`<meta name="author" content="`+value(limits.HTMLValue+1)+`">`, deep(limits.HTMLDepth+1)), "the value of content in a <meta>"},
	} {
		r, err := x.Report(readout.Capture{Path: "page.html", MediaType: "text/html", Body: []byte(c.page)})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		check(t, r)
		if got := noted(r, "page-limit", c.note); got != (c.note != "") {
			t.Errorf("%s: noted %v", name, r.Anomalies)
		}
		if n := strings.Count(r.Text, words); n < 20 {
			t.Errorf("%s: %d of 20 sentences are in the text", name, n)
		}
		if len(r.Byline) > limits.Title+len("…") {
			t.Errorf("%s: a byline of %d bytes", name, len(r.Byline))
		}
	}
}

// YAML before a text is read up to its limit, and is text beyond it.
func TestLimitOfFrontMatter(t *testing.T) {
	x := newExtractor(t)
	for _, over := range []bool{false, true} {
		front := "title: Maren meets Ered\nnote: "
		front += strings.Repeat("x", limits.FrontMatter-len(front)-1) + "\n"
		if over {
			front = "a: b\n" + front
		}
		r, err := x.Report(readout.Capture{Path: "a.md", MediaType: "text/markdown", Body: []byte("---\n" + front + "---\nMaren met Ered in Port Elsey.\n")})
		if err != nil {
			t.Fatal(err)
		}
		check(t, r)
		if taken := r.Title == "Maren meets Ered" && !strings.Contains(r.Text, "xxxx"); taken == over {
			t.Errorf("front matter of %d bytes: title %q, %d bytes of text", len(front), r.Title, len(r.Text))
		}
	}
}

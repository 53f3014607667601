package extract

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"

	"github.com/go-shiori/dom"
	"github.com/markusmobius/go-trafilatura"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/readout-news/readout"
)

// maxElements bounds the time of extraction, which grows with the square of
// the number of paragraphs: 20,000 take some seconds. News pages have up to
// 10,000 elements, long live blogs 20,000.
const maxElements = 30000

// page reads a decoded HTML page: metadata from its head, the body by
// go-trafilatura without its fallbacks (scrapinghub's article extraction
// benchmark gives that F1 0.962, and 0.960 with them), one line a block.
func (d *draft) page(source string) (err error) {
	// The extractor is a large port that has not seen every page there is. A
	// page that breaks it is refused; it must not end the reading of others.
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the page could not be taken apart (%v); save its text as .txt", r)
		}
	}()
	doc, err := html.Parse(strings.NewReader(source))
	if err != nil {
		return fmt.Errorf("parse page: %w; save its text as .txt", err)
	}
	if n := countElements(doc); n > maxElements {
		return fmt.Errorf("the page has %d elements, more than the limit of %d; save its text as .txt", n, maxElements)
	}
	d.head(doc)
	shown := textBytes(doc) // before the extractor changes the tree
	text, headings := d.article(doc, false)
	if len(text) < minArticle && shown > 2*minArticle {
		// The extractor changes the tree it is given; the second try needs its
		// own.
		if doc, err = html.Parse(strings.NewReader(source)); err != nil {
			return fmt.Errorf("parse page: %w", err)
		}
		if more, h := d.article(doc, true); len(more) > 2*len(text) {
			text, headings = more, h
		}
	}
	if text == "" {
		d.Skip = "no article was found in the page"
		return nil
	}
	d.Text = text
	for i, h := range headings {
		if i == 0 && normalLine(h.In(d.Text)) == normalLine(d.meta.title) {
			d.addNoise(h, "title", "noise/html-title")
			continue
		}
		d.addNoise(h, "heading", "noise/html-heading")
	}
	return nil
}

// fragment takes all the text of a piece of a page.
func (d *draft) fragment(source string) error {
	doc, err := html.Parse(strings.NewReader(source))
	if err != nil {
		return fmt.Errorf("parse the record's text: %w; give it as plain text", err)
	}
	if n := countElements(doc); n > maxElements {
		return fmt.Errorf("the text has %d elements, more than the limit of %d; give it as plain text", n, maxElements)
	}
	var w blockWriter
	w.node(doc)
	w.flush()
	d.Text = w.out.String()
	for _, h := range w.headings {
		d.addNoise(h, "heading", "noise/html-heading")
	}
	for _, c := range w.captions {
		d.addNoise(c, "caption", "noise/html-caption")
	}
	sortNoise(d.Noise)
	return nil
}

// minArticle is the length in bytes below which the article found is doubtful
// and the fallbacks of the extractor are asked too.
const minArticle = 700

// article finds the article in a page and returns its text and the spans of
// its headings.
func (d *draft) article(doc *html.Node, fallback bool) (string, []readout.Span) {
	address, err := url.Parse(first(d.URL, d.meta.url))
	if err != nil || address.Host == "" {
		address = nil
	}
	res, err := trafilatura.ExtractDocument(doc, trafilatura.Options{
		OriginalURL:     address,
		ExcludeComments: true,
		EnableFallback:  fallback,
		Deduplicate:     false,
		HtmlDateMode:    trafilatura.Disabled,
	})
	if err != nil || res == nil || res.ContentNode == nil {
		return "", nil
	}
	m := res.Metadata
	d.meta.title = first(d.meta.title, m.Title)
	d.meta.byline = first(d.meta.byline, m.Author)
	d.meta.outlet = first(d.meta.outlet, m.Sitename)
	d.meta.url = first(d.meta.url, m.URL)
	var w blockWriter
	w.node(res.ContentNode)
	w.flush()
	return w.out.String(), w.headings
}

// textBytes is the length of the text that a page shows.
func textBytes(n *html.Node) int {
	count := 0
	for c := range n.Descendants() {
		if c.Type == html.TextNode && c.Parent.DataAtom != atom.Script && c.Parent.DataAtom != atom.Style {
			count += len(strings.TrimSpace(c.Data))
		}
	}
	return count
}

func countElements(n *html.Node) int {
	count := 0
	for c := range n.Descendants() {
		if c.Type == html.ElementNode {
			count++
		}
	}
	return count
}

// blockWriter writes the text of a node, one line a block.
type blockWriter struct {
	out      strings.Builder
	line     strings.Builder
	heading  bool // the line being written is a heading
	headings []readout.Span
	caption  bool // the line being written is a caption
	captions []readout.Span
}

func (w *blockWriter) node(n *html.Node) {
	switch n.Type {
	case html.TextNode:
		w.line.WriteString(n.Data)
		return
	case html.ElementNode:
	default:
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			w.node(c)
		}
		return
	}
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Template, atom.Noscript, atom.Head:
		return
	case atom.Br:
		w.flush()
		return
	}
	block := blockElement(n.DataAtom)
	if block {
		w.flush()
	}
	if isHeading(n.DataAtom) {
		w.heading = true
	}
	outer := w.caption
	w.caption = w.caption || n.DataAtom == atom.Figcaption
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.node(c)
	}
	if block {
		w.flush()
	}
	w.heading = w.heading && !isHeading(n.DataAtom)
	w.caption = outer
}

// flush ends the line. White space is collapsed as a browser shows it; a
// no-break space stays.
func (w *blockWriter) flush() {
	s := strings.Join(strings.FieldsFunc(w.line.String(), func(r rune) bool { return r != '\u00a0' && unicode.IsSpace(r) }), " ")
	w.line.Reset()
	if strings.TrimSpace(s) == "" {
		return
	}
	if w.out.Len() > 0 {
		w.out.WriteByte('\n')
	}
	switch span := (readout.Span{Start: w.out.Len(), End: w.out.Len() + len(s)}); {
	case w.heading:
		w.headings = append(w.headings, span)
	case w.caption:
		w.captions = append(w.captions, span)
	}
	w.out.WriteString(s)
}

func isHeading(a atom.Atom) bool {
	switch a {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return true
	}
	return false
}

func blockElement(a atom.Atom) bool {
	switch a {
	case atom.P, atom.Div, atom.Section, atom.Article, atom.Blockquote, atom.Li, atom.Ul, atom.Ol, atom.Dl, atom.Dt, atom.Dd,
		atom.Table, atom.Tr, atom.Pre, atom.Figure, atom.Figcaption, atom.Header, atom.Footer, atom.Aside, atom.Main, atom.Hr, atom.Body:
		return true
	}
	return isHeading(a)
}

// textOf is the text below n with its white space collapsed.
func textOf(n *html.Node) string {
	return strings.Join(strings.Fields(dom.TextContent(n)), " ")
}

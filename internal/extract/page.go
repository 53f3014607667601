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
	"github.com/readout-news/readout/internal/limits"
)

// tree builds the tree of a page and takes from it the metadata, by its head,
// and the body, by go-trafilatura without its fallbacks (scrapinghub's article
// extraction benchmark gives that F1 0.962, and 0.960 with them), one line a
// block. why says why it cannot be done so; "" when it was.
func (d *draft) tree(p *page) (why string) {
	// The extractor is a large port that has not seen every page there is.
	defer func() {
		if r := recover(); r != nil {
			why = fmt.Sprintf("the extractor failed on the page (%.200v)", r)
		}
	}()
	doc, lost, why := grow(p.source)
	if why != "" {
		return why
	}
	if p.Piece {
		d.all(doc)
		return ""
	}
	d.lost(lost)
	d.head(doc)
	texts, shown := textBytes(doc) // before the extractor changes the tree
	if texts*shown > limits.HTMLWork {
		return fmt.Sprintf("the page has %d pieces of text with %d bytes, too much to look for an article in", texts, shown)
	}
	text, headings := d.article(doc, false)
	if len(text) < minArticle && shown > 2*minArticle {
		// The extractor changes the tree it is given; the second try needs its
		// own.
		if doc, _, why = grow(p.source); why != "" {
			return why
		}
		if more, h := d.article(doc, true); len(more) > 2*len(text) {
			text, headings = more, h
		}
	}
	if text == "" {
		d.Skip = "no article was found in the page"
		return ""
	}
	d.Text = text
	for i, h := range headings {
		if i == 0 && normalLine(h.In(d.Text)) == normalLine(d.meta.Title) {
			d.addNoise(h, "title", "noise/html-title")
			continue
		}
		d.addNoise(h, "heading", "noise/html-heading")
	}
	return ""
}

// grow is the tree of a page that survey let pass. lost says which value that says
// something of the page was left out, "" none.
func grow(source string) (doc *html.Node, lost, why string) {
	doc, err := html.Parse(strings.NewReader(source))
	if err != nil { // it is nested too deep, or was cut inside of what cannot be
		return nil, "", fmt.Sprintf("the page cannot be parsed (%.200v)", err)
	}
	elements := 0
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		elements++
		lost = first(lost, clipValues(n))
	}
	if elements > limits.HTMLElements {
		return nil, "", fmt.Sprintf("the page has %d elements, more than the limit of %d", elements, limits.HTMLElements)
	}
	return doc, lost, ""
}

// clipValues leaves out the values of an element that are longer than values may
// be, which what searches in them has not been tried with. Pictures and the data of
// scripts stand in such values, and nothing here reads those; lost names one in
// which the page says something of itself.
func clipValues(n *html.Node) (lost string) {
	for i := range n.Attr {
		a := &n.Attr[i]
		size := len(a.Val)
		if size <= limits.HTMLValue {
			continue
		}
		a.Val = ""
		switch a.Key {
		case "content", "datetime", "lang", "xml:lang":
		case "href":
			if n.DataAtom != atom.Link {
				continue
			}
		default:
			continue
		}
		lost = first(lost, fmt.Sprintf("the value of %s in a <%s> has %d bytes, more than the limit of %d, and was left out", a.Key, n.Data, size, limits.HTMLValue))
	}
	return lost
}

// lost notes what the page said of itself and is left out.
func (d *draft) lost(what string) {
	if what != "" {
		d.note("page-limit", what, nil)
	}
}

// all takes all the text of a tree.
func (d *draft) all(doc *html.Node) {
	var w blockWriter
	w.node(doc)
	w.flush()
	d.written(&w)
}

// written takes over what was written.
func (d *draft) written(w *blockWriter) {
	d.Text = w.out.String()
	for _, h := range w.headings {
		d.addNoise(h, "heading", "noise/html-heading")
	}
	for _, c := range w.captions {
		d.addNoise(c, "caption", "noise/html-caption")
	}
	sortNoise(d.Noise)
}

// minArticle is the length in bytes below which the article found is doubtful
// and the fallbacks of the extractor are asked too.
const minArticle = 700

// article finds the article in a page and returns its text and the spans of
// its headings.
func (d *draft) article(doc *html.Node, fallback bool) (string, []readout.Span) {
	address, err := url.Parse(first(d.URL, d.meta.URL))
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
	d.meta.Title = first(d.meta.Title, m.Title)
	d.meta.Byline = first(d.meta.Byline, m.Author)
	d.meta.Outlet = first(d.meta.Outlet, m.Sitename)
	d.meta.URL = first(d.meta.URL, m.URL)
	var w blockWriter
	w.node(res.ContentNode)
	w.flush()
	return w.out.String(), w.headings
}

// textBytes is the number of texts that a page shows and the length of them all.
func textBytes(n *html.Node) (texts, bytes int) {
	for c := range n.Descendants() {
		if c.Type == html.TextNode && c.Parent.DataAtom != atom.Script && c.Parent.DataAtom != atom.Style {
			if s := strings.TrimSpace(c.Data); s != "" {
				texts++
				bytes += len(s)
			}
		}
	}
	return texts, bytes
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

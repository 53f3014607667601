package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Bounds of what is read of the head of a page without its tree.
const (
	maxHeadNodes = 2000
	maxHeadText  = 2 << 20 // bytes of JSON-LD; a live blog's has some hundred KB
)

// tokens reads a page whose tree is not to be built by its tokens alone: the
// metadata as head does, and all text that is not in scripts, forms or
// navigation, one line a block. Where the page has an article or a main part
// with enough text in it, the text is that of it. It takes time and memory in
// proportion to the page.
func (d *draft) tokens(p *page) {
	t := tokenReader{piece: p.Piece, head: &html.Node{Type: html.DocumentNode}}
	t.read(p.source)
	if !p.Piece {
		d.lost(t.lost)
		d.head(t.head)
		d.meta.Title = first(d.meta.Title, t.title)
	}
	w := &t.all
	if t.article.out.Len() >= minArticle {
		w = &t.article
	}
	d.written(w)
	if d.Text == "" && !p.Piece {
		d.Skip = "no text was found in the page"
	}
}

// tokenReader writes the text of a page and gathers what its head says.
type tokenReader struct {
	piece   bool
	all     blockWriter
	article blockWriter // of what stands in article and main elements

	head    *html.Node // flat: what a page says of itself stands in single elements
	nodes   int
	lost    string // see clipValues
	title   string
	inside  int       // open article and main elements
	skip    atom.Atom // element whose text is left out, 0 none
	skipped int       // such elements open within each other
	text    *html.Node
	until   atom.Atom // the end tag up to which text is text's too
}

func (t *tokenReader) read(source string) {
	z := html.NewTokenizer(strings.NewReader(source))
	for {
		switch z.Next() {
		case html.ErrorToken:
			t.flush()
			return
		case html.TextToken:
			t.words(string(z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			t.start(z, atom.Lookup(name), more)
		case html.EndTagToken:
			name, _ := z.TagName()
			t.end(atom.Lookup(name))
		}
	}
}

func (t *tokenReader) words(s string) {
	if t.text != nil && len(t.text.FirstChild.Data)+len(s) <= maxHeadText {
		t.text.FirstChild.Data += s
	}
	if t.skip != 0 {
		return
	}
	t.all.line.WriteString(s)
	if t.inside > 0 {
		t.article.line.WriteString(s)
	}
}

func (t *tokenReader) start(z *html.Tokenizer, tag atom.Atom, more bool) {
	t.say(z, tag, more)
	switch {
	case tag == t.skip:
		t.skipped++
		return
	case t.skip != 0 && opensText(tag) && !raw(t.skip): // it was never closed
		t.skip = 0
	case t.skip != 0:
		return
	case raw(tag) || !t.piece && leftOut(tag):
		t.skip, t.skipped = tag, 1
		t.flush()
		return
	}
	switch {
	case tag == atom.Br:
		t.flush()
	case blockElement(tag):
		t.flush()
		t.all.heading, t.article.heading = isHeading(tag), isHeading(tag)
		if tag == atom.Figcaption {
			t.all.caption, t.article.caption = true, true
		}
	}
	if tag == atom.Article || tag == atom.Main {
		t.inside++
	}
}

func (t *tokenReader) end(tag atom.Atom) {
	if t.text != nil && tag == t.until {
		if tag == atom.Title {
			t.title = first(t.title, strings.Join(strings.Fields(t.text.FirstChild.Data), " "))
		}
		t.text = nil
	}
	if t.skip != 0 {
		if tag == t.skip {
			if t.skipped--; t.skipped == 0 {
				t.skip = 0
			}
		}
		return
	}
	if blockElement(tag) {
		t.flush()
		t.all.heading, t.article.heading = false, false
	}
	switch tag {
	case atom.Figcaption:
		t.all.caption, t.article.caption = false, false
	case atom.Article, atom.Main:
		t.inside = max(t.inside-1, 0)
	}
}

func (t *tokenReader) flush() {
	t.all.flush()
	t.article.flush()
}

// say keeps an element in which a page can say something of itself.
func (t *tokenReader) say(z *html.Tokenizer, tag atom.Atom, more bool) {
	var attr []html.Attribute
	said := false
	for n := 0; more && n < 64; n++ {
		var key, value []byte
		key, value, more = z.TagAttr()
		said = said || string(key) == "itemprop" && string(value) == "datePublished"
		attr = append(attr, html.Attribute{Key: string(key), Val: string(value)})
	}
	switch tag {
	case atom.Html, atom.Meta, atom.Link, atom.Script, atom.Time, atom.Title:
	default:
		if !said {
			return
		}
	}
	if t.nodes++; t.nodes > maxHeadNodes || t.piece {
		return
	}
	n := &html.Node{Type: html.ElementNode, DataAtom: tag, Data: tag.String(), Attr: attr}
	if tag == 0 {
		n.Data = "div"
	}
	t.lost = first(t.lost, clipValues(n))
	n.AppendChild(&html.Node{Type: html.TextNode})
	t.head.AppendChild(n)
	if tag != atom.Meta && tag != atom.Link && tag != atom.Html {
		t.text, t.until = n, tag
	}
}

// raw reports whether what stands in an element is no text of the page.
func raw(tag atom.Atom) bool {
	switch tag {
	case atom.Script, atom.Style, atom.Template, atom.Noscript, atom.Title, atom.Textarea, atom.Iframe, atom.Noembed, atom.Noframes, atom.Select, atom.Svg, atom.Math, atom.Object, atom.Canvas, atom.Audio, atom.Video:
		return true
	}
	return false
}

// leftOut reports whether an element holds what leads around the page.
func leftOut(tag atom.Atom) bool {
	switch tag {
	case atom.Nav, atom.Header, atom.Footer, atom.Aside, atom.Button, atom.Dialog, atom.Menu:
		return true
	}
	return false
}

// opensText reports whether an element begins the text of a page whatever was
// not closed before it.
func opensText(tag atom.Atom) bool {
	switch tag {
	case atom.Body, atom.Main, atom.Article, atom.H1:
		return true
	}
	return false
}

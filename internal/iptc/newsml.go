package iptc

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io"
	"regexp"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/limits"
)

var root = regexp.MustCompile(`<(?:[A-Za-z_][\w.-]*:)?news(?:Item|Message)[\s>]`)

// rootWithin is how many bytes a declaration, comments and style sheets may
// take before the root element.
const rootWithin = 4 << 10

// IsNewsML reports whether b begins like a NewsML-G2 item or message.
func IsNewsML(b []byte) bool {
	b = bytes.ReplaceAll(b[:min(len(b), rootWithin)], []byte{0}, nil) // UTF-16 is judged by its letters
	i := bytes.IndexByte(b, '<')
	return i >= 0 && len(bytes.Trim(b[:i], " \t\r\n\xef\xbb\xbf\xfe\xff")) == 0 && root.Match(b)
}

var declaration = regexp.MustCompile(`^(?:\xef\xbb\xbf)?<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._:-]+)["']`)

// Declared is the encoding in the XML declaration; "" without one.
func Declared(b []byte) string {
	if m := declaration.FindSubmatch(b[:min(len(b), 200)]); m != nil {
		return strings.ToLower(string(m[1]))
	}
	return ""
}

// reader reads XML within the limits.
type reader struct {
	*xml.Decoder
	depth, tokens int
}

func newReader(s string) *reader {
	d := xml.NewDecoder(strings.NewReader(s))
	// The text is UTF-8 by now, whatever its declaration says.
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	return &reader{Decoder: d}
}

// next is the next token; io.EOF at the end.
func (r *reader) next() (xml.Token, error) {
	t, err := r.Token()
	var syntax *xml.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return nil, fmt.Errorf("not well-formed XML (line %d: %s)", syntax.Line, syntax.Msg)
	case err != nil:
		return nil, err
	}
	if r.tokens++; r.tokens > limits.XMLTokens {
		return nil, fmt.Errorf("the XML has more than %d parts", limits.XMLTokens)
	}
	switch t := t.(type) {
	case xml.StartElement:
		if r.depth++; r.depth > limits.XMLDepth {
			return nil, fmt.Errorf("the XML is nested more than %d deep", limits.XMLDepth)
		}
		return t, nil
	case xml.EndElement:
		r.depth--
	case xml.Directive:
		return nil, errors.New("the XML has a document type declaration, which can define entities without end; send it without")
	}
	return t, nil
}

// Split finds the newsItem elements of a text: the root, or those in a message.
func Split(s string) ([]readout.Span, error) {
	r := newReader(s)
	var out []readout.Span
	start, at := -1, 0
	for {
		before := int(r.InputOffset())
		t, err := r.next()
		switch {
		case isEnd(err):
			return out, nil
		case err != nil:
			return nil, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if t.Name.Local == "newsItem" && start < 0 {
				start, at = before, r.depth
			}
		case xml.EndElement:
			if start >= 0 && r.depth == at-1 {
				out = append(out, readout.Span{Start: start, End: int(r.InputOffset())})
				start = -1
			}
		}
	}
}

// NewsItem reads the first newsItem of a text.
func NewsItem(s string) (*Item, error) {
	r := newReader(s)
	for {
		t, err := r.next()
		switch {
		case isEnd(err):
			return nil, errEmpty
		case err != nil:
			return nil, err
		}
		if e, ok := t.(xml.StartElement); ok && e.Name.Local == "newsItem" {
			return r.item(e)
		}
	}
}

// item reads the content of a newsItem element.
func (r *reader) item(e xml.StartElement) (*Item, error) {
	item := &Item{URI: attr(e, "guid"), Language: attr(e, "lang")}
	var versioned, created, content, modified, infoSource, nitfHead, nitfBy, plainText string
	headline := 0 // best role of a headline so far
	path := []string{}
	top := r.depth
	for r.depth >= top {
		t, err := r.next()
		switch {
		case isEnd(err):
			return nil, errors.New("not well-formed XML (it ends inside an element)")
		case err != nil:
			return nil, err
		}
		switch t := t.(type) {
		case xml.EndElement:
			if len(path) > 0 {
				path = path[:len(path)-1]
			}
		case xml.StartElement:
			in := strings.Join(path, "/")
			name := t.Name.Local
			take := func(to *string) error {
				s, err := r.textOf()
				if *to == "" {
					*to = s
				}
				return err
			}
			err := error(nil)
			taken := true
			switch in + "/" + name {
			case "itemMeta/versionCreated":
				err = take(&versioned)
			case "itemMeta/firstCreated":
				err = take(&created)
			case "itemMeta/itemClass":
				q := attr(t, "qcode")
				item.Type = q[strings.LastIndexByte(q, ':')+1:]
				taken = false
			case "itemMeta/pubStatus":
				q := attr(t, "qcode")
				item.Status = strings.ToLower(q[strings.LastIndexByte(q, ':')+1:])
				taken = false
			case "itemMeta/provider":
				err = r.party(t, &item.Outlet)
			case "contentMeta/contentCreated":
				err = take(&content)
			case "contentMeta/contentModified":
				err = take(&modified)
			case "contentMeta/infoSource":
				err = r.party(t, &infoSource)
			case "contentMeta/headline":
				var s string
				role := 1
				if q := strings.ToLower(attr(t, "role")); q == "" || strings.HasSuffix(q, "main") || strings.HasSuffix(q, "head") {
					role = 2
				}
				if err = take(&s); s != "" && role > headline {
					item.Title, headline = s, role
				}
			case "contentMeta/by":
				err = take(&item.Byline)
			case "contentMeta/language":
				item.Language = first(attr(t, "tag"), item.Language)
				taken = false
			case "contentSet/inlineXML":
				w := &writer{r: r}
				if err = w.element(""); err == nil && item.Text == "" && strings.TrimSpace(w.out.String()) != "" {
					item.Text, item.Markup = w.out.String(), true
					nitfHead, nitfBy, item.Dateline = w.headline, w.byline, w.dateline
				}
			case "contentSet/inlineData":
				kind := strings.ToLower(attr(t, "contenttype"))
				if kind == "" || strings.HasPrefix(kind, "text/plain") {
					err = take(&plainText)
				} else {
					taken = false
				}
			default:
				taken = false
			}
			if err != nil {
				return nil, err
			}
			if !taken {
				path = append(path, name)
			}
		}
	}
	if item.Text == "" {
		item.Text = plainText
	}
	item.Title, item.Byline = first(item.Title, nitfHead), first(item.Byline, nitfBy)
	item.Outlet = first(item.Outlet, infoSource)
	for _, d := range []Date{{"versioncreated", versioned}, {"firstcreated", created}, {"contentcreated", content}, {"contentmodified", modified}} {
		if d.Value != "" {
			item.Dates = append(item.Dates, d)
		}
	}
	return item, nil
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}

// textOf is the text in the element that was just opened, up to its end.
func (r *reader) textOf() (string, error) {
	var b strings.Builder
	for top := r.depth; r.depth >= top; {
		t, err := r.next()
		switch {
		case isEnd(err):
			return "", io.ErrUnexpectedEOF
		case err != nil:
			return "", err
		}
		if c, ok := t.(xml.CharData); ok {
			b.Write(c)
		}
	}
	return strings.TrimSpace(b.String()), nil
}

// party reads a party: its name element, else its literal, else the part of its
// code behind the scheme.
func (r *reader) party(e xml.StartElement, to *string) error {
	name := ""
	for top := r.depth; r.depth >= top; {
		t, err := r.next()
		switch {
		case isEnd(err):
			return io.ErrUnexpectedEOF
		case err != nil:
			return err
		}
		if s, ok := t.(xml.StartElement); ok && s.Name.Local == "name" {
			n, err := r.textOf()
			if err != nil {
				return err
			}
			name = first(name, n)
		}
	}
	q := attr(e, "qcode")
	*to = first(*to, name, attr(e, "literal"), q[strings.LastIndexByte(q, ':')+1:])
	return nil
}

// writer turns the NITF or XHTML of an item into plain HTML: NITF's elements
// under HTML's names, without namespaces, scripts, head and attributes.
type writer struct {
	r   *reader
	out strings.Builder

	headline, byline, dateline string // of NITF's body.head
}

// asHTML are the elements of NITF 3 that have another name in HTML. "-" leaves
// an element out with all that is in it; "" leaves only its tags out.
var asHTML = map[string]string{
	"head": "-", "script": "-", "style": "-", "docdata": "-", "body.end": "-", "media-metadata": "-", "media-producer": "-", "media-reference": "-", "media-object": "-", "object": "-", "iframe": "-",
	"html": "", "nitf": "", "body": "", "body.content": "", "body.head": "",
	"block": "div", "bq": "blockquote", "hl1": "h1", "hl2": "h2", "media": "figure", "media-caption": "figcaption", "datasource": "", "nitf-table": "div",
}

// element writes the content of the element that was just opened, up to its
// end. name is its name in NITF or XHTML, "" for what holds either.
func (w *writer) element(name string) error {
	for top := w.r.depth; w.r.depth >= top; {
		t, err := w.r.next()
		switch {
		case isEnd(err):
			return io.ErrUnexpectedEOF
		case err != nil:
			return err
		}
		switch t := t.(type) {
		case xml.CharData:
			w.out.WriteString(html.EscapeString(string(t)))
		case xml.StartElement:
			if err := w.child(name, strings.ToLower(t.Name.Local)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *writer) child(parent, name string) error {
	if parent == "body.head" {
		return w.nitfHead(name)
	}
	as, known := asHTML[name]
	switch {
	case as == "-":
		_, err := w.r.textOf()
		return err
	case name == "br" || name == "hr":
		w.out.WriteString("<" + name + ">")
		_, err := w.r.textOf()
		return err
	case known && as == "":
		return w.element(name)
	case !known:
		as = name
	}
	if strings.IndexFunc(as, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }) >= 0 {
		return w.element(name) // no name of HTML
	}
	w.out.WriteString("<" + as + ">")
	err := w.element(name)
	w.out.WriteString("</" + as + ">")
	return err
}

// nitfHead takes headline and byline out of NITF's body.head; the dateline goes
// before the text, as papers print it.
func (w *writer) nitfHead(name string) error {
	switch name {
	case "hedline":
		hl := &writer{r: w.r}
		if err := hl.hedline(); err != nil {
			return err
		}
		w.headline = first(w.headline, hl.headline)
		return nil
	case "byline":
		s, err := w.r.textOf()
		s = strings.Join(strings.Fields(s), " ")
		for _, by := range []string{"By ", "by ", "BY "} {
			s = strings.TrimPrefix(s, by)
		}
		w.byline = first(w.byline, s)
		return err
	case "dateline":
		s, err := w.r.textOf()
		if s = strings.Join(strings.Fields(s), " "); s != "" {
			w.dateline = first(w.dateline, s)
			w.out.WriteString("<p>" + html.EscapeString(s) + "</p>\n")
		}
		return err
	}
	_, err := w.r.textOf() // note, rights, distributor, series, abstract
	return err
}

// hedline reads hl1, the headline, and leaves hl2, what stands below it.
func (w *writer) hedline() error {
	for top := w.r.depth; w.r.depth >= top; {
		t, err := w.r.next()
		switch {
		case isEnd(err):
			return io.ErrUnexpectedEOF
		case err != nil:
			return err
		}
		if e, ok := t.(xml.StartElement); ok {
			s, err := w.r.textOf()
			if err != nil {
				return err
			}
			if strings.EqualFold(e.Name.Local, "hl1") {
				w.headline = first(w.headline, strings.Join(strings.Fields(s), " "))
			}
		}
	}
	return nil
}

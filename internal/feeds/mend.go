package feeds

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// role is what an element is to the reader of a feed.
type role byte

const (
	dropped role = iota // not read: passed over with all within
	frame               // holds elements
	both                // holds elements or text: author
	leaf                // holds text; tags within are left out, their text stays
)

// roles are the elements that are read, by local name; the rest, the texts of
// the reports above all, is never handed to a parser: gofeed builds the HTML
// tree of every one, which may take a thousand times its bytes (reliability
// R15), and it is what makes a feed large.
var roles = map[string]role{
	"rss": frame, "rdf": frame, "feed": frame, "channel": frame, "item": frame, "entry": frame, "skiphours": frame, "skipdays": frame,
	"author": both,
	"title":  leaf, "link": leaf, "guid": leaf, "id": leaf, "language": leaf, "name": leaf, "email": leaf, "creator": leaf,
	"pubdate": leaf, "date": leaf, "published": leaf, "issued": leaf, "updated": leaf, "modified": leaf, "lastbuilddate": leaf, "created": leaf,
	"ttl": leaf, "hour": leaf, "day": leaf, "updateperiod": leaf, "updatefrequency": leaf, "origlink": leaf,
}

func isItem(name string) bool {
	n := local(name)
	return n == "item" || n == "entry"
}

// mender writes the read part of a feed anew.
type mender struct {
	b     strings.Builder
	stack []element
	nodes int
	why   string // the first thing that was wrong

	// The element that is passed over, "" none, and how many of its name are
	// open.
	skip  string
	depth int
}

type element struct {
	name string // with its prefix
	role role
	at   int // where its tag begins in b
}

// mend writes the feed that begins s anew, what roles names of it, as
// well-formed XML: references resolved and written anew, tags closed and
// matched, characters that XML has not left out. why is what was wrong with s
// in words, "" nothing that lost a text. An item that s breaks off in is left
// out. The depth of s has passed survey.
func mend(s string) (out, why string, err error) {
	m := &mender{}
	m.b.Grow(len(s) / 8)
	z := scanner{s: s}
	for {
		t, ok := z.next()
		if !ok {
			return m.end(), m.why, nil
		}
		switch t.kind {
		case text, literal:
			if n := len(m.stack); m.skip == "" && n > 0 && m.stack[n-1].role >= both {
				if t.kind == text {
					t.text = unescape(t.text)
				}
				escape(&m.b, t.text)
			}
		case opening:
			if m.opening(&t) {
				return m.end(), m.why, nil
			}
			if m.nodes > maxNodes {
				return "", "", limit("more than %d elements and attributes", maxNodes)
			}
		case closing:
			m.closing(t.name)
			if len(m.stack) == 0 && m.b.Len() > 0 {
				return m.b.String(), m.why, nil
			}
		}
	}
}

func (m *mender) wrong(format string, args ...any) {
	if m.why == "" {
		m.why = fmt.Sprintf(format, args...)
	}
}

// opening takes an opening tag; done says that the feed has ended before it.
func (m *mender) opening(t *token) (done bool) {
	r := roles[local(t.name)]
	if m.skip != "" {
		if !isItem(t.name) {
			if t.name == m.skip && !t.empty {
				m.depth++
			}
			return false
		}
		// Items stand in no element that is passed over.
		m.wrong("<%s> is not closed", clip(m.skip, 40))
		m.skip = ""
	}
	// Lists do not nest, and leaves hold no elements that are read.
	for i := len(m.stack) - 1; i >= 0; i-- {
		if isItem(t.name) && isItem(m.stack[i].name) || r != dropped && m.stack[i].role == leaf {
			m.wrong("<%s> is not closed", clip(m.stack[i].name, 40))
			m.pop(i)
		}
	}
	n := len(m.stack)
	switch {
	case n == 0 && m.b.Len() > 0:
		return true // a second root
	case n > 0 && m.stack[n-1].role == leaf:
		return false
	case r == dropped:
		if !t.empty {
			m.skip, m.depth = t.name, 1
		}
		return false
	}
	at := m.b.Len()
	m.b.WriteString("<" + t.name)
	m.nodes++
	for i, a := range t.attrs {
		// What type a text is of is no matter: its tags are gone.
		name := local(a.name)
		if attrAt(t.attrs[:i], a.name) || name == "type" && r != dropped && local(t.name) != "link" || name == "mode" && a.value != "base64" {
			continue
		}
		m.nodes++
		m.b.WriteString(" " + a.name + `="`)
		escape(&m.b, unescape(a.value))
		m.b.WriteByte('"')
	}
	m.b.WriteByte('>')
	m.stack = append(m.stack, element{t.name, r, at})
	if t.empty {
		m.pop(len(m.stack) - 1)
	}
	return false
}

func (m *mender) closing(name string) {
	if m.skip != "" {
		if name == m.skip {
			if m.depth--; m.depth == 0 {
				m.skip = ""
			}
			return
		}
		// A frame ends: what is passed over within it was never closed.
		if m.find(name, frame) < 0 {
			return
		}
		m.wrong("<%s> is not closed", clip(m.skip, 40))
		m.skip = ""
	}
	i := m.find(name, dropped)
	if i < 0 {
		return
	}
	if i < len(m.stack)-1 {
		m.wrong("<%s> is not closed", clip(m.stack[len(m.stack)-1].name, 40))
	}
	m.pop(i)
}

// find is the place of the innermost open element of that name, and of that
// role unless it is dropped; -1 none.
func (m *mender) find(name string, r role) int {
	for i := len(m.stack) - 1; i >= 0; i-- {
		if m.stack[i].name == name && (r == dropped || m.stack[i].role == r) {
			return i
		}
	}
	return -1
}

// pop closes the elements from i on.
func (m *mender) pop(i int) {
	for j := len(m.stack) - 1; j >= i; j-- {
		m.b.WriteString("</" + m.stack[j].name + ">")
	}
	m.stack = m.stack[:i]
}

// end closes what is open at the end of the document.
func (m *mender) end() string {
	out := m.b.String()
	if len(m.stack) > 0 {
		m.why = "it breaks off"
	}
	for i, e := range m.stack {
		if isItem(e.name) {
			m.why = "it breaks off, and the item that it breaks off in is left out"
			out, m.stack = out[:e.at], m.stack[:i]
			break
		}
	}
	for i := len(m.stack) - 1; i >= 0; i-- {
		out += "</" + m.stack[i].name + ">"
	}
	return out
}

func attrAt(attrs []attr, name string) bool {
	for _, a := range attrs {
		if a.name == name {
			return true
		}
	}
	return false
}

// escape writes s as text of XML or as the inside of an attribute.
func escape(b *strings.Builder, s string) {
	from := 0
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		var as string
		switch {
		case r == '&':
			as = "&amp;"
		case r == '<':
			as = "&lt;"
		case r == '>':
			as = "&gt;"
		case r == '"':
			as = "&#34;"
		case r == '\t', r == '\n', r == '\r':
			i += n
			continue
		case r < ' ', r == 0xFFFE, r == 0xFFFF, r == utf8.RuneError && n == 1:
			as = ""
		default:
			i += n
			continue
		}
		b.WriteString(s[from:i])
		b.WriteString(as)
		i += n
		from = i
	}
	b.WriteString(s[from:])
}

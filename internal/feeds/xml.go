package feeds

import (
	"html"
	"strings"
	"unicode/utf8"
)

// kind is what a token of XML is.
type kind byte

const (
	text    kind = iota // characters with references, raw
	literal             // the inside of a CDATA section
	opening
	closing
	directive // <!DOCTYPE …>, <!ENTITY …>
	ignored   // comment, processing instruction
)

// token is a piece of XML, as far as it can be told from bytes that may not be
// well-formed. Its strings lie in the source.
type token struct {
	kind  kind
	at    int    // where it begins
	name  string // of a tag, with its prefix
	attrs []attr // of an opening tag
	empty bool   // <a/>
	text  string // raw
}

type attr struct{ name, value string } // value raw

// local is a name without its prefix, in lower case.
func local(name string) string {
	if i := strings.LastIndexByte(name, ':'); i >= 0 {
		name = name[i+1:]
	}
	return strings.ToLower(name)
}

// scanner cuts XML into tokens in one pass, linear in its length: what is
// sought and not found is not sought again. It takes any string.
type scanner struct {
	s      string
	i      int
	absent map[string]bool
	attrs  []attr
}

// find is the position of what at or behind from, -1 when there is none.
func (z *scanner) find(what string, from int) int {
	if z.absent[what] {
		return -1
	}
	i := strings.Index(z.s[from:], what)
	if i < 0 {
		if z.absent == nil {
			z.absent = map[string]bool{}
		}
		z.absent[what] = true
		return -1
	}
	return from + i
}

func nameStart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == ':' || c >= 0x80
}

func nameByte(c byte) bool {
	return nameStart(c) || c >= '0' && c <= '9' || c == '-' || c == '.'
}

func blank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// next gives a token; ok is false at the end. The attributes hold until the
// next call.
func (z *scanner) next() (t token, ok bool) {
	s := z.s
	if z.i >= len(s) {
		return t, false
	}
	t.at = z.i
	if s[z.i] != '<' || !z.markup() {
		end := z.i + 1
		for {
			j := strings.IndexByte(s[end:], '<')
			if j < 0 {
				end = len(s)
				break
			}
			end += j
			if k := end; k+1 < len(s) && (nameStart(s[k+1]) || s[k+1] == '/' || s[k+1] == '!' || s[k+1] == '?') {
				break
			}
			end++
		}
		t.kind, t.text, z.i = text, s[z.i:end], end
		return t, true
	}
	rest := s[z.i:]
	switch {
	case strings.HasPrefix(rest, "<!--"):
		t.kind = ignored
		z.skip(4, "-->")
	case strings.HasPrefix(rest, "<![CDATA["):
		t.kind = literal
		end := z.find("]]>", z.i+9)
		if end < 0 {
			t.text, z.i = s[z.i+9:], len(s)
		} else {
			t.text, z.i = s[z.i+9:end], end+3
		}
	case rest[1] == '?':
		t.kind = ignored
		z.skip(2, "?>")
	case rest[1] == '!':
		t.kind = directive
		z.directive(&t)
	case rest[1] == '/':
		t.kind = closing
		j := 2
		for j < len(rest) && nameByte(rest[j]) {
			j++
		}
		t.name = rest[2:j]
		if end := z.find(">", z.i+j); end < 0 {
			z.i = len(s)
		} else {
			z.i = end + 1
		}
	default:
		t.kind = opening
		z.tag(&t)
	}
	return t, true
}

// markup reports whether the "<" at hand opens something.
func (z *scanner) markup() bool {
	if z.i+1 >= len(z.s) {
		return false
	}
	c := z.s[z.i+1]
	return nameStart(c) || c == '/' || c == '!' || c == '?'
}

func (z *scanner) skip(n int, end string) {
	if i := z.find(end, min(z.i+n, len(z.s))); i >= 0 {
		z.i = i + len(end)
	} else {
		z.i = len(z.s)
	}
}

// directive passes over <!…>, with quoted parts and an internal subset.
func (z *scanner) directive(t *token) {
	s, depth, i := z.s, 0, z.i+2
	for ; i < len(s); i++ {
		switch c := s[i]; c {
		case '"', '\'':
			end := z.find(s[i:i+1], i+1)
			if end < 0 {
				continue
			}
			i = end
		case '[':
			depth++
		case ']':
			depth--
		case '>':
			if depth <= 0 {
				t.text, z.i = s[z.i:i+1], i+1
				return
			}
		}
	}
	t.text, z.i = s[z.i:], len(s)
}

// tag reads an opening tag with its attributes.
func (z *scanner) tag(t *token) {
	s := z.s
	i := z.i + 1
	for i < len(s) && nameByte(s[i]) {
		i++
	}
	t.name = s[z.i+1 : i]
	z.attrs = z.attrs[:0]
	for i < len(s) {
		switch {
		case s[i] == '>':
			t.attrs, z.i = z.attrs, i+1
			return
		case s[i] == '<':
			// The tag was never closed; what follows is another.
			t.attrs, z.i = z.attrs, i
			return
		case s[i] == '/' && i+1 < len(s) && s[i+1] == '>':
			t.attrs, t.empty, z.i = z.attrs, true, i+2
			return
		case !nameStart(s[i]):
			i++
			continue
		}
		from := i
		for i < len(s) && nameByte(s[i]) {
			i++
		}
		a := attr{name: s[from:i]}
		j := i
		for j < len(s) && blank(s[j]) {
			j++
		}
		if j < len(s) && s[j] == '=' {
			j++
			for j < len(s) && blank(s[j]) {
				j++
			}
			i = j
			if j < len(s) && (s[j] == '"' || s[j] == '\'') {
				if end := z.find(s[j:j+1], j+1); end >= 0 {
					a.value, i = s[j+1:end], end+1
				} else {
					i++
				}
			} else {
				for i < len(s) && !blank(s[i]) && s[i] != '>' && s[i] != '<' {
					i++
				}
				a.value = s[j:i]
			}
		}
		z.attrs = append(z.attrs, a)
	}
	t.attrs, z.i = z.attrs, len(s)
}

// shape is what survey learns of a document.
type shape struct {
	root  string // local name of the first element, "" none
	start int    // where it begins
	end   int    // where it ends: behind its closing tag, or the end of all
	items int
	nodes int // elements and attributes
}

// survey passes once over a document and holds it to the limits.
func survey(s string) (d shape, err error) {
	z := scanner{s: s}
	depth, run := 0, 0
	d.end = len(s)
	for {
		t, ok := z.next()
		if !ok {
			return d, nil
		}
		switch t.kind {
		case directive:
			if len(t.text) > maxText {
				return d, limit("a document type of more than %d MB", maxText>>20)
			}
			if strings.Contains(strings.ToUpper(t.text), "<!ENTITY") {
				return d, ErrEntity
			}
		case text, literal:
			if run += len(t.text); run > maxText {
				return d, limit("one text is larger than %d MB", maxText>>20)
			}
		case opening:
			run = 0
			if d.root == "" {
				d.root, d.start = local(t.name), t.at
			}
			if len(t.attrs) > maxAttributes {
				return d, limit("a tag with more than %d attributes", maxAttributes)
			}
			for _, a := range t.attrs {
				if len(a.value) > maxText {
					return d, limit("one text is larger than %d MB", maxText>>20)
				}
			}
			d.nodes += 1 + len(t.attrs)
			if isItem(t.name) {
				if d.items++; d.items > maxItems {
					return d, limit("more than %d items", maxItems)
				}
			}
			if t.empty {
				continue
			}
			if depth++; depth > maxDepth {
				return d, limit("more than %d elements within each other", maxDepth)
			}
		case closing:
			run = 0
			if depth > 0 {
				depth--
			}
			if depth == 0 && d.root != "" && local(t.name) == d.root {
				d.end = z.i
			}
		}
	}
}

// mend writes the element that begins s anew as well-formed XML: references
// resolved as HTML knows them and written anew, tags closed and matched,
// characters that XML has not left out. broken says that the document breaks
// off within an item, which is left out. The depth of s has passed survey.
func mend(s string) (out string, broken bool) {
	var b strings.Builder
	b.Grow(len(s) + len(s)/8)
	type open struct {
		name string
		at   int // where its tag begins in b
	}
	var stack []open
	z := scanner{s: s}
	for {
		t, ok := z.next()
		if !ok {
			break
		}
		switch t.kind {
		case text:
			if len(stack) > 0 {
				escape(&b, html.UnescapeString(t.text))
			}
		case literal:
			if len(stack) > 0 {
				escape(&b, t.text)
			}
		case opening:
			// Lists do not nest: an item within an item means that the first
			// was never closed.
			if isItem(t.name) {
				for i := len(stack) - 1; i >= 0; i-- {
					if !strings.EqualFold(stack[i].name, t.name) {
						continue
					}
					for j := len(stack) - 1; j >= i; j-- {
						b.WriteString("</" + stack[j].name + ">")
					}
					stack = stack[:i]
					break
				}
			}
			// A second root is not the document's any more.
			if len(stack) == 0 && b.Len() > 0 {
				return b.String(), false
			}
			at := b.Len()
			b.WriteString("<" + t.name)
			for i, a := range t.attrs {
				if attrAt(t.attrs[:i], a.name) {
					continue
				}
				b.WriteString(" " + a.name + `="`)
				escape(&b, html.UnescapeString(a.value))
				b.WriteByte('"')
			}
			if t.empty {
				b.WriteString("/>")
				continue
			}
			b.WriteByte('>')
			stack = append(stack, open{t.name, at})
		case closing:
			for i := len(stack) - 1; i >= 0; i-- {
				if stack[i].name != t.name {
					continue
				}
				for j := len(stack) - 1; j >= i; j-- {
					b.WriteString("</" + stack[j].name + ">")
				}
				stack = stack[:i]
				break
			}
		}
	}
	out = b.String()
	for i, e := range stack {
		if isItem(e.name) {
			out, stack, broken = out[:e.at], stack[:i], true
			break
		}
	}
	for i := len(stack) - 1; i >= 0; i-- {
		out += "</" + stack[i].name + ">"
	}
	return out, broken
}

func isItem(name string) bool {
	n := local(name)
	return n == "item" || n == "entry"
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

// attribute is the value of the first attribute of that local name, its
// references resolved; "" when there is none.
func (t *token) attribute(name string) string {
	for _, a := range t.attrs {
		if strings.EqualFold(a.name, name) {
			return html.UnescapeString(a.value)
		}
	}
	return ""
}

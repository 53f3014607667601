package feeds

import (
	"html"
	"strings"
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

// attribute is the value of the first attribute of that local name, its
// references resolved; "" when there is none.
func (t *token) attribute(name string) string {
	for _, a := range t.attrs {
		if strings.EqualFold(a.name, name) {
			return unescape(a.value)
		}
	}
	return ""
}

// maxReference is how far behind an "&" its ";" is sought: the longest name of
// HTML has 33 bytes.
const maxReference = 40

// unescape resolves references as HTML names them, but only with their ";":
// without it "&copy=2" in an address would become "©=2".
func unescape(s string) string {
	i := strings.IndexByte(s, '&')
	if i < 0 {
		return s
	}
	var b strings.Builder
	for i >= 0 {
		b.WriteString(s[:i])
		s = s[i:]
		n := 1
		for n < min(len(s), maxReference) && (s[n] == '#' || s[n] >= '0' && s[n] <= '9' || s[n] >= 'A' && s[n] <= 'Z' || s[n] >= 'a' && s[n] <= 'z') {
			n++
		}
		if n < len(s) && s[n] == ';' {
			n++
		} else {
			n = 0
		}
		to := html.UnescapeString(s[:n])
		// A name that is known without ";" leaves it standing.
		if n < 3 || to == s[:n] || strings.HasSuffix(to, ";") && to != ";" {
			b.WriteByte('&')
			s = s[1:]
		} else {
			b.WriteString(to)
			s = s[n:]
		}
		i = strings.IndexByte(s, '&')
	}
	b.WriteString(s)
	return b.String()
}

package cite

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// markdown is the plain form with links and the outlet in italics.
func (n Note) markdown() string {
	outlet := ""
	if n.Outlet != "" {
		outlet = "*" + escapeMarkdown(n.Outlet) + "*"
	}
	place := join(", ", outlet, n.when(), n.sentence())
	title := escapeMarkdown(n.headline(place != ""))
	if n.URL != "" {
		if title == "" && outlet != "" {
			place = join(", ", "["+outlet+"]("+linkMarkdown(n.URL)+")", n.when(), n.sentence())
		} else if title != "" {
			title = "[" + title + "](" + linkMarkdown(n.URL) + ")"
		}
	}
	record := n.state()
	if link := n.link(); link != "" {
		record = join(", ", record, "["+escapeMarkdown(n.shown())+"]("+linkMarkdown(link)+")")
	}
	return join(" ", ended(n.said(escapeMarkdown)), join("; ", after(title, place), record))
}

// linkMarkdown is an address inside the round brackets of a link. Everything
// that address lets through is harmless between < and >.
func linkMarkdown(s string) string { return "<" + s + ">" }

// escapeMarkdown puts a backslash before every character that can begin a
// construct of CommonMark or of GitHub's dialect (tables, strikethrough,
// mentions, bare addresses, footnotes, mathematics).
func escapeMarkdown(s string) string {
	var b strings.Builder
	for i, r := range s {
		switch r {
		case '\\', '`', '*', '_', '{', '}', '[', ']', '<', '>', '(', ')', '#', '!', '|', '~', '&', '$', '^', '@':
			b.WriteByte('\\')
		case ':':
			if strings.HasPrefix(s[i:], "://") || strings.Count(s, ":") > 1 {
				b.WriteByte('\\')
			}
		case '.':
			// "www." begins an address, "1." a list at the start of a line.
			if i >= 3 && strings.EqualFold(s[i-3:i], "www") || digits(s[:i]) {
				b.WriteByte('\\')
			}
		case '-', '+', '=':
			if i == 0 {
				b.WriteByte('\\')
			}
		}
		b.WriteRune(r)
	}
	return b.String()
}

func digits(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

// bibtex is an @article with the fields of the standard styles; @misc where no
// outlet is known, because an article has to name its journal. Month is a macro
// of the styles, and day a field that styles without it pass over.
func (n Note) bibtex() string {
	kind := "misc"
	if n.Outlet != "" {
		kind = "article"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "@%s{%s", kind, n.key())
	field := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, ",\n  %-8s = %s", name, value)
		}
	}
	braced := func(s string) string {
		if s == "" {
			return ""
		}
		return "{" + escapeBibTeX(s) + "}"
	}
	var authors []string
	for _, a := range n.authors() {
		if personal(a) {
			authors = append(authors, escapeBibTeX(a))
		} else {
			authors = append(authors, "{"+escapeBibTeX(a)+"}") // taken as it is, never split
		}
	}
	if len(authors) > 0 {
		field("author", "{"+strings.Join(authors, " and ")+"}")
	}
	if n.Headline != "" {
		field("title", "{{"+escapeBibTeX(nested(n.Headline, 0))+"}}") // twice: styles keep its capitals
	}
	field("journal", braced(n.Outlet))
	year, month, day := n.date()
	if year > 0 {
		field("year", fmt.Sprintf("{%04d}", year))
	}
	if month > 0 {
		field("month", strings.ToLower(time.Month(month).String()[:3]))
	}
	if day > 0 {
		field("day", fmt.Sprintf("{%d}", day))
	}
	if n.URL != "" {
		field("url", "{"+n.URL+"}")
	}
	field("note", braced(n.whole()))
	b.WriteString("\n}")
	return b.String()
}

// escapeBibTeX writes what LaTeX gives a meaning as a command. Braces become
// commands too: BibTeX counts an escaped brace like a bare one.
func escapeBibTeX(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch r {
		case '\\':
			b.WriteString(`\textbackslash{}`)
		case '{':
			b.WriteString(`\textbraceleft{}`)
		case '}':
			b.WriteString(`\textbraceright{}`)
		case '~':
			b.WriteString(`\textasciitilde{}`)
		case '^':
			b.WriteString(`\textasciicircum{}`)
		case '"':
			b.WriteString(`\textquotedbl{}`)
		case '<':
			b.WriteString(`\textless{}`)
		case '>':
			b.WriteString(`\textgreater{}`)
		case '|':
			b.WriteString(`\textbar{}`)
		case '&', '%', '$', '#', '_':
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// cslItem holds the variables of csl-data 1.0.2 that a news report fills, in
// the order of the schema. What the schema has no variable for goes in Custom.
type cslItem struct {
	ID             string     `json:"id"`
	Type           string     `json:"type"`
	Title          string     `json:"title,omitempty"`
	Author         []cslName  `json:"author,omitempty"`
	ContainerTitle string     `json:"container-title,omitempty"`
	Issued         *cslDate   `json:"issued,omitempty"`
	URL            string     `json:"URL,omitempty"`
	Note           string     `json:"note,omitempty"`
	Custom         *cslCustom `json:"custom,omitempty"`
}

// cslName is a name as printed: which part is the family's is not known.
type cslName struct {
	Literal string `json:"literal"`
}

type cslDate struct {
	DateParts [][]int `json:"date-parts"`
}

type cslCustom struct {
	Sentence     string   `json:"sentence,omitempty"` // "14" or "14-16"
	SHA256       string   `json:"sha256,omitempty"`
	Revision     int      `json:"revision,omitempty"`
	AsOf         string   `json:"as-of,omitempty"` // RFC 3339, UTC
	Permalink    string   `json:"permalink,omitempty"`
	Quote        string   `json:"quote,omitempty"`
	Speaker      string   `json:"speaker,omitempty"`
	AttributedBy []string `json:"relays,omitempty"`
}

func (n Note) csl() string {
	item := cslItem{ID: n.key(), Type: "article-newspaper", Title: n.Headline, ContainerTitle: n.Outlet, URL: n.URL, Note: n.whole()}
	for _, a := range n.authors() {
		item.Author = append(item.Author, cslName{a})
	}
	if year, month, day := n.date(); year > 0 {
		parts := []int{year}
		if month > 0 {
			parts = append(parts, month)
		}
		if day > 0 {
			parts = append(parts, day)
		}
		item.Issued = &cslDate{[][]int{parts}}
	}
	c := cslCustom{SHA256: n.SHA256, Revision: max(n.Revision, 0), Permalink: n.link(), Quote: n.Quote, Speaker: n.Speaker}
	if n.First > 0 {
		c.Sentence = fmt.Sprint(n.First)
		if n.Last > n.First {
			c.Sentence = fmt.Sprintf("%d-%d", n.First, n.Last)
		}
	}
	if !n.AsOf.IsZero() {
		c.AsOf = n.AsOf.UTC().Format(time.RFC3339)
	}
	for _, r := range n.Relays {
		c.AttributedBy = append(c.AttributedBy, r.Name)
	}
	if c.Sentence != "" || c.SHA256 != "" || c.Revision > 0 || c.AsOf != "" || c.Permalink != "" || c.Quote != "" || c.Speaker != "" || len(c.AttributedBy) > 0 {
		item.Custom = &c
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetIndent("", "  ")
	// An item of strings and numbers always encodes; < and & are escaped so
	// that it may stand in a page.
	_ = enc.Encode([]cslItem{item})
	return strings.TrimSuffix(b.String(), "\n")
}

// wikipedia is a {{cite news}} (Help:Citation Style 1) and, after it, the state
// of the record, for which the template has no parameter.
func (n Note) wikipedia() string {
	var b strings.Builder
	b.WriteString("{{cite news")
	field := func(name, value string) {
		if value != "" {
			b.WriteString(" |" + name + "=" + value)
		}
	}
	authors := n.authors()
	for i, a := range authors {
		if len(authors) == 1 {
			field("author", escapeWiki(a))
		} else {
			field(fmt.Sprintf("author%d", i+1), escapeWiki(a))
		}
	}
	if n.Headline != "" {
		field("title", escapeWiki(nested(n.Headline, 1)))
	}
	field("url", n.URL)
	field("newspaper", escapeWiki(n.Outlet))
	field("date", n.when())
	field("at", n.sentence())
	if n.Quote != "" {
		field("quote", escapeWiki(nested(n.Quote, 1)))
	}
	b.WriteString("}}")
	var who string
	if n.Quote != "" {
		m := n
		m.Quote, m.Outlet = "x", "" // the template has both; the chain alone is wanted
		who = strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(m.said(escapeWiki), "“x,”"), "“x”"))
	}
	record := n.state()
	if link := n.link(); link != "" {
		record = join(": ", upperFirst(record), "["+link+" "+escapeWiki(n.shown())+"]")
	} else {
		record = upperFirst(record)
	}
	return join(" ", b.String(), ended(who), ended(record))
}

func upperFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

// escapeWiki writes what MediaWiki gives a meaning as character references:
// templates, links, tables, tags, bold and italics, signatures (~~~~), magic
// words (__TOC__), bare addresses and list marks at the start. A reference in
// the text stays text.
func escapeWiki(s string) string {
	var b strings.Builder
	for i, r := range s {
		switch r {
		case '{', '}', '[', ']', '<', '>', '|', '~', '\'', '&':
			fmt.Fprintf(&b, "&#%d;", r)
			continue
		case '_':
			if strings.HasPrefix(s[i:], "__") || strings.HasSuffix(s[:i], "_") {
				fmt.Fprintf(&b, "&#%d;", r)
				continue
			}
		case ':':
			if i == 0 || strings.HasPrefix(s[i:], "://") {
				fmt.Fprintf(&b, "&#%d;", r)
				continue
			}
		case '*', '#', ';', '-', '=':
			if i == 0 {
				fmt.Fprintf(&b, "&#%d;", r)
				continue
			}
		}
		b.WriteRune(r)
	}
	return b.String()
}

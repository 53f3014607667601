package cite

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// readBibTeX is a strict parser of one entry: the grammar of BibTeX 0.99d
// without strings in quotation marks, concatenation and @string.
func readBibTeX(s string) (kind, key string, fields map[string]string, err error) {
	m := regexp.MustCompile(`^@([a-z]+)\{([a-z0-9]+)`).FindStringSubmatch(s)
	if m == nil {
		return "", "", nil, fmt.Errorf("no head: %.40q", s)
	}
	kind, key, fields = m[1], m[2], map[string]string{}
	rest := s[len(m[0]):]
	name := regexp.MustCompile(`^,\n  ([a-z]+) *= `)
	for {
		if rest == "\n}" {
			return kind, key, fields, nil
		}
		m := name.FindStringSubmatch(rest)
		if m == nil {
			return "", "", nil, fmt.Errorf("no field at %.40q", rest)
		}
		rest = rest[len(m[0]):]
		if _, again := fields[m[1]]; again {
			return "", "", nil, fmt.Errorf("field %s twice", m[1])
		}
		if rest != "" && rest[0] != '{' { // a macro
			word := regexp.MustCompile(`^(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\b`).FindString(rest)
			if word == "" {
				return "", "", nil, fmt.Errorf("no value at %.40q", rest)
			}
			fields[m[1]], rest = word, rest[len(word):]
			continue
		}
		depth, end := 0, 0
		for i := range len(rest) { // BibTeX counts every brace, escaped or not
			if rest[i] == '{' {
				depth++
			}
			if rest[i] == '}' {
				depth--
			}
			if depth == 0 {
				end = i + 1
				break
			}
		}
		if end == 0 {
			return "", "", nil, fmt.Errorf("open brace at %.40q", rest)
		}
		fields[m[1]], rest = rest[1:end-1], rest[end:]
	}
}

var latex = strings.NewReplacer(`\textbackslash{}`, `\`, `\textbraceleft{}`, "{", `\textbraceright{}`, "}", `\textasciitilde{}`, "~", `\textasciicircum{}`, "^", `\textquotedbl{}`, `"`,
	`\textless{}`, "<", `\textgreater{}`, ">", `\textbar{}`, "|", `\&`, "&", `\%`, "%", `\$`, "$", `\#`, "#", `\_`, "_")

// readWiki takes the template and what follows it apart; it fails where a
// template, link, tag or table would begin that we did not write.
func readWiki(s string) (fields map[string]string, rest string, err error) {
	body, ok := strings.CutPrefix(s, "{{cite news")
	if !ok {
		return nil, "", fmt.Errorf("no template")
	}
	body, rest, ok = strings.Cut(body, "}}")
	if !ok {
		return nil, "", fmt.Errorf("the template has no end")
	}
	if strings.ContainsAny(body, "{}[]<>\n") || strings.Contains(body, "''") || strings.Contains(body, "~~~") {
		return nil, "", fmt.Errorf("markup in a parameter: %q", body)
	}
	fields = map[string]string{}
	for i, part := range strings.Split(body, " |") {
		if i == 0 && part == "" {
			continue
		}
		name, value, ok := strings.Cut(part, "=")
		if !ok || !regexp.MustCompile(`^[a-z]+[0-9]*$`).MatchString(name) || strings.Contains(value, "|") {
			return nil, "", fmt.Errorf("no parameter: %q", part)
		}
		fields[name] = value
	}
	text := regexp.MustCompile(`\[https?://[^ \[\]]+ [^\[\]]*\]`).ReplaceAllString(rest, "")
	if strings.ContainsAny(text, "{}[]<>|\n") || strings.Contains(text, "''") || strings.Contains(text, "~~~") {
		return nil, "", fmt.Errorf("markup after the template: %q", rest)
	}
	return fields, rest, nil
}

var (
	mdEscaped = regexp.MustCompile(`\\[!-/:-@\[-` + "`" + `{-~]`)
	mdLink    = regexp.MustCompile(`\]\(<https?://[!-;=?-~]+>\)`)
)

// wikiText undoes escapeWiki.
func wikiText(s string) string {
	return regexp.MustCompile(`&#(\d+);`).ReplaceAllStringFunc(s, func(m string) string {
		var n rune
		fmt.Sscanf(m, "&#%d;", &n)
		return string(n)
	})
}

func FuzzEscaping(f *testing.F) {
	for _, s := range []string{
		"Talks end", `}},{\"x\":1`, "}}{{cite web|title=x}}", "|url=http://x.example", "]](<http://x.example>)", "`code` *b* _i_ <script>", "\\", "\\}", "{", "a}\n@article{x,",
		"~~~~ [[File:x.png]] <ref>", "''x'' '''y'''", "“nested ‘quotes’”", "\u202Eabc\u2066", "\xff\xfe", "javascript:alert(1)", "http://[::1", "https://x.example/|}}<>\"'\\ é", "-1", "12. x", "www.x.example", "__TOC__", "&lt;b&gt;", "$x^2$", "@all", "2031-03-14", "ß中文\u0301",
		"\"", "'", "'a'b'", "\"a\"b\"", "‘’“”",
	} {
		f.Add(s, s, s, s)
		f.Add(s, "Oona Hale", "Harbour Wire", "https://x.example/")
	}
	schema := cslSchema(f)
	f.Fuzz(func(t *testing.T, headline, byline, outlet, address string) {
		n := Note{Headline: headline, Byline: byline, Outlet: outlet, Published: address, URL: address, First: 2, SHA256: byline, AsOf: asOf, Permalink: address, Quote: headline, Speaker: byline, Relays: []Relay{{outlet, true}, {headline, false}}}
		c := n.cleaned()
		for _, form := range Forms {
			got := n.In(form)
			if !utf8.ValidString(got) {
				t.Fatalf("%s is no UTF-8: %q", form, got)
			}
			for _, r := range got {
				if unicode.IsControl(r) && (r != '\n' || form != BibTeX && form != CSL) || unicode.Is(unicode.Bidi_Control, r) {
					t.Fatalf("%s has a control character: %q", form, got)
				}
			}
		}
		_, _, fields, err := readBibTeX(n.In(BibTeX))
		if err != nil {
			t.Fatalf("%v in\n%s", err, n.In(BibTeX))
		}
		for name := range fields {
			if !slices.Contains([]string{"author", "title", "journal", "year", "month", "day", "url", "note"}, name) {
				t.Fatalf("field %s in\n%s", name, n.In(BibTeX))
			}
		}
		if latex.Replace(fields["journal"]) != c.Outlet {
			t.Fatalf("outlet %q came back as %q", c.Outlet, latex.Replace(fields["journal"]))
		}
		if title := strings.TrimSuffix(strings.TrimPrefix(fields["title"], "{"), "}"); latex.Replace(title) != nested(c.Headline, 0) {
			t.Fatalf("headline %q came back as %q", c.Headline, latex.Replace(title))
		}

		var items []cslItem
		if err := json.Unmarshal([]byte(n.In(CSL)), &items); err != nil || len(items) != 1 || items[0].Title != c.Headline || items[0].ContainerTitle != c.Outlet {
			t.Fatalf("%v in\n%s", err, n.In(CSL))
		}
		var v any
		_ = json.Unmarshal([]byte(n.In(CSL)), &v)
		if err := schema.Validate(v); err != nil {
			t.Fatal(err)
		}

		params, _, err := readWiki(n.In(Wikipedia))
		if err != nil {
			t.Fatalf("%v in\n%s", err, n.In(Wikipedia))
		}
		for name := range params {
			if !slices.Contains([]string{"author", "title", "url", "newspaper", "date", "at", "quote"}, strings.TrimRight(name, "0123456789")) {
				t.Fatalf("parameter %s in\n%s", name, n.In(Wikipedia))
			}
		}
		if wikiText(params["newspaper"]) != c.Outlet {
			t.Fatalf("outlet %q came back as %q", c.Outlet, wikiText(params["newspaper"]))
		}

		left := mdEscaped.ReplaceAllString(mdLink.ReplaceAllString(n.In(Markdown), "\x00"), "\x01") // what stood around an escape does not meet
		if links := strings.Count(left, "\x00"); strings.Count(left, "[") != links || strings.ContainsAny(left, "`_{}<>()#!|~&$^@\\]") || strings.Count(left, "*") > 2 || strings.Contains(left, "://") || regexp.MustCompile(`(?i)www\.`).MatchString(left) {
			t.Fatalf("markup in Markdown: %s", n.In(Markdown))
		}
	})
}

package extract

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/limits"
)

// maxFrontMatter is the most bytes of YAML that are read; news exports need a
// few hundred.
const maxFrontMatter = limits.FrontMatter

// markdown takes the front matter and the marks of Markdown off the text that
// plain has set.
func (d *draft) markdown() {
	meta, body := cutFrontMatter(d.Text)
	if meta != "" {
		if err := d.frontMatter(meta); err != nil {
			d.note("front-matter", err.Error(), nil)
		}
	}
	text, headings := plainMarkdown(body)
	d.Text = text
	for i, h := range headings {
		reason, rule := "heading", "noise/markdown-heading"
		if i == 0 && strings.TrimSpace(text[:h.Start]) == "" {
			reason, rule = "title", "noise/markdown-title"
			d.meta.Title = first(d.meta.Title, h.In(text))
		}
		d.addNoise(h, reason, rule)
	}
	// The places of broken bytes were found in the text with its marks.
	for i := range d.Anomalies {
		if len(d.Anomalies[i].Evidence) > 0 {
			d.Anomalies[i].Evidence = d.find("extract/replacement", "\uFFFD")
		}
	}
}

// cutFrontMatter splits text into the YAML between its first line "---" and
// the next such line, and what follows. Text without front matter comes back
// whole.
func cutFrontMatter(text string) (meta, body string) {
	head, rest, ok := strings.Cut(text, "\n")
	if !ok || strings.TrimRight(head, " \t\r") != "---" {
		return "", text
	}
	for at := 0; at < len(rest) && at <= maxFrontMatter; {
		line, _, more := strings.Cut(rest[at:], "\n")
		next := at + len(line)
		if more {
			next++
		}
		if t := strings.TrimRight(line, " \t\r"); t == "---" || t == "..." {
			return rest[:at], strings.TrimLeft(rest[next:], "\r\n")
		}
		at = next
	}
	return "", text
}

// frontMatter reads the fields of YAML front matter; names are those of
// records and compared in lower case.
func (d *draft) frontMatter(meta string) error {
	var node yaml.Node
	if err := yaml.Unmarshal([]byte(meta), &node); err != nil {
		return fmt.Errorf("the front matter is not YAML and was not used (%s)", strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if len(node.Content) != 1 || node.Content[0].Kind != yaml.MappingNode {
		return fmt.Errorf("the front matter is no list of fields and was not used")
	}
	fields := map[string]string{}
	for c := node.Content[0].Content; len(c) >= 2; c = c[2:] {
		key := strings.ToLower(c[0].Value)
		if _, twice := fields[key]; !twice {
			fields[key] = yamlString(c[1])
		}
	}
	get := func(names []string) string {
		for _, n := range names {
			if fields[n] != "" {
				return fields[n]
			}
		}
		return ""
	}
	d.meta.Title = first(d.meta.Title, get(titleFields))
	d.meta.URL = first(d.meta.URL, get(urlFields))
	d.meta.Outlet = first(d.meta.Outlet, get(outletFields))
	d.meta.Byline = first(d.meta.Byline, get(authorFields))
	d.meta.Language = get(languageFields)
	for _, n := range publishedFields {
		d.addDate(fields[n], "front-matter")
	}
	return nil
}

// yamlString is a scalar as written, or a list of scalars joined by commas.
// Nodes are read instead of values so that no alias is followed.
func yamlString(n *yaml.Node) string {
	switch n.Kind {
	case yaml.ScalarNode:
		if n.Tag == "!!null" {
			return ""
		}
		if n.Tag == "!!timestamp" {
			if t, err := time.Parse("2006-1-2", n.Value); err == nil {
				return t.Format(time.DateOnly)
			}
		}
		return strings.TrimSpace(n.Value)
	case yaml.SequenceNode:
		var parts []string
		for _, c := range n.Content {
			if c.Kind == yaml.ScalarNode && len(parts) < 20 {
				parts = append(parts, strings.TrimSpace(c.Value))
			}
		}
		return strings.Join(parts, ", ")
	}
	return ""
}

var (
	mdImage     = regexp.MustCompile(`!\[([^\]\n]*)\]\([^()\n]*\)`)
	mdLink      = regexp.MustCompile(`\[([^\]\n]+)\](?:\([^()\n]*(?:\([^()\n]*\)[^()\n]*)?\)|\[[^\]\n]*\])`)
	mdStrong    = regexp.MustCompile(`\*\*([^*\n]+)\*\*|__([^_\n]+)__`)
	mdEmphasis  = regexp.MustCompile(`(^|[\s("“‘—–])(?:\*([^*\s][^*\n]*)\*|_([^_\s][^_\n]*)_)`)
	mdRule      = regexp.MustCompile(`^\s*(?:[-*_]\s*){3,}$`)
	mdReference = regexp.MustCompile(`^\s*\[[^\]]+\]:\s+\S+`)
	mdEscape    = regexp.MustCompile("\\\\([\\\\`*_{}\\[\\]()#+.!>-])")
	mdComment   = regexp.MustCompile(`(?s)<!--.*?-->`)
	mdQuote     = regexp.MustCompile(`^\s{0,3}(?:>\s?)+`)
)

// plainMarkdown takes the marks of Markdown off: heading signs, emphasis,
// links (their text stays), images, quotation signs, rules and comments. It
// returns the text and the spans of its headings. Lists keep their bullets.
func plainMarkdown(body string) (string, []readout.Span) {
	var out strings.Builder
	var headings []readout.Span
	body = mdComment.ReplaceAllString(body, "")
	for line := range strings.Lines(body) {
		line = strings.TrimRight(line, "\r\n")
		switch {
		case mdRule.MatchString(line), mdReference.MatchString(line), strings.HasPrefix(line, "```"):
			line = ""
		}
		line = mdQuote.ReplaceAllString(line, "")
		heading := false
		if t := strings.TrimLeft(line, "#"); len(line)-len(t) >= 1 && len(line)-len(t) <= 6 && strings.HasPrefix(t, " ") {
			heading, line = true, strings.TrimRight(strings.TrimSpace(t), "# ")
		}
		line = mdImage.ReplaceAllString(line, "$1")
		line = mdLink.ReplaceAllString(line, "$1")
		line = mdStrong.ReplaceAllString(line, "$1$2")
		line = mdEmphasis.ReplaceAllString(line, "$1$2$3")
		line = mdEscape.ReplaceAllString(line, "$1")
		if heading && line != "" {
			headings = append(headings, readout.Span{Start: out.Len(), End: out.Len() + len(line)})
		}
		out.WriteString(line)
		out.WriteByte('\n')
	}
	return out.String(), headings
}

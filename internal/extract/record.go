package extract

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/charset"
)

// Names of the fields of one report in JSON, best first, as news-please,
// Fundus, GDELT article lists and common feeds of news text write them. They
// are compared in lower case. When a program fetched a page (date_download) is not
// when it was published.
var (
	textFields      = []string{"text", "maintext", "plaintext", "content", "body", "article", "article_text", "full_text", "articlebody"}
	htmlFields      = []string{"html", "raw_html", "page", "rawhtml"}
	titleFields     = []string{"title", "headline", "title_page"}
	urlFields       = []string{"url", "link", "canonical_url", "url_canonical", "original_url"}
	outletFields    = []string{"outlet", "source_name", "sitename", "site_name", "publisher", "publication", "source", "newspaper", "source_domain", "domain"}
	authorFields    = []string{"byline", "authors", "author"}
	publishedFields = []string{"published", "date_publish", "publishing_date", "published_at", "publishedat", "publish_date", "date_published", "datepublished", "pubdate", "seendate", "date", "timestamp"}
	languageFields  = []string{"language", "lang", "language_code"}
	lookedAt        = "text, maintext, content, body and html"
)

// record reads one report that came as a JSON object.
func (d *draft) record(b []byte) error {
	var fields map[string]any
	if err := json.Unmarshal(b, &fields); err != nil {
		return fmt.Errorf("not a JSON object: %w", err)
	}
	low := make(map[string]any, len(fields))
	// Of names that differ in case only the lower one wins, else the first by its
	// bytes: the order of a map must not show.
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		key := strings.ToLower(name)
		if _, twice := low[key]; twice && name != key {
			continue
		}
		low[key] = fields[name]
	}
	get := func(names []string) string {
		for _, n := range names {
			if s := stringOf(low[n]); s != "" {
				return s
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
		d.addDate(stringOf(low[n]), "record:"+n)
	}
	for _, n := range textFields {
		if text, headings := paragraphs(low[n]); text != "" {
			d.Text = text
			for _, h := range headings {
				d.addNoise(h, "heading", "noise/record-heading")
			}
			return nil
		}
		if stringOf(low[n]) != "" {
			break
		}
	}
	if text := get(textFields); text != "" {
		if looksLikePage(text) {
			return d.page(text)
		}
		if looksLikeFragment(text) {
			return d.fragment(text)
		}
		d.plain(charset.Decode([]byte(text), "utf-8"))
		return nil
	}
	for _, n := range htmlFields {
		if o, ok := low[n].(map[string]any); ok { // Fundus keeps the page under "content"
			low[n] = o["content"]
		}
	}
	if page := get(htmlFields); page != "" {
		return d.page(page)
	}
	d.Skip = "no text in the record; looked in the fields " + lookedAt
	return nil
}

// paragraphs is a text that comes in parts, a line each: a list of paragraphs,
// or the body of Fundus, {"summary":[…],"sections":[{"headline":[…],
// "paragraphs":[…]}]}. headings are the spans of its headlines. "" for other
// values.
func paragraphs(v any) (text string, headings []readout.Span) {
	var out strings.Builder
	add := func(v any, heading bool) {
		list, ok := v.([]any)
		if !ok {
			list = []any{v}
		}
		for _, e := range list {
			s, _ := e.(string)
			s = strings.ToValidUTF8(strings.Join(strings.Fields(s), " "), "\uFFFD")
			if s == "" {
				continue
			}
			if out.Len() > 0 {
				out.WriteByte('\n')
			}
			if heading {
				headings = append(headings, readout.Span{Start: out.Len(), End: out.Len() + len(s)})
			}
			out.WriteString(s)
		}
	}
	switch v := v.(type) {
	case []any:
		add(v, false)
	case map[string]any:
		sections, ok := v["sections"].([]any)
		if !ok {
			return "", nil
		}
		add(v["summary"], false)
		for _, s := range sections {
			if s, ok := s.(map[string]any); ok {
				add(s["headline"], true)
				add(s["paragraphs"], false)
			}
		}
	}
	return out.String(), headings
}

func looksLikePage(s string) bool {
	s = strings.ToLower(s[:min(len(s), 200)])
	return strings.HasPrefix(strings.TrimSpace(s), "<!doctype html") || strings.HasPrefix(strings.TrimSpace(s), "<html")
}

// looksLikeFragment reports whether a text is the body of a page with its
// tags, as feeds give it.
func looksLikeFragment(s string) bool {
	low := strings.ToLower(s)
	return strings.Contains(low, "</p>") || strings.Contains(low, "<br>") || strings.Contains(low, "<br/>") || strings.Contains(low, "<br />")
}

// stringOf is a JSON value as one string: a list of names is joined, of an
// object the name or content is taken. "" for what has no text.
func stringOf(v any) string {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case []any:
		var parts []string
		for _, e := range v {
			if s := stringOf(e); s != "" && len(parts) < 20 {
				parts = append(parts, s)
			}
		}
		return strings.Join(parts, ", ")
	case map[string]any:
		for _, n := range []string{"name", "title", "value", "#text", "plaintext"} {
			if s, ok := v[n].(string); ok {
				return strings.TrimSpace(s)
			}
		}
	}
	return ""
}

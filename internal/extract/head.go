package extract

import (
	"encoding/json"
	"strings"

	"github.com/go-shiori/dom"
	"golang.org/x/net/html"
)

// maxTimeElements bounds the <time> elements that are looked at; pages of
// lists have hundreds, and the first are those of the article.
const maxTimeElements = 5

// publishedMeta names the meta elements that hold a date of publication; the
// ones after "" hold the date of a change.
var publishedMeta = []string{
	"article:published_time", "og:article:published_time", "og:published_time", "datepublished", "date", "pubdate", "publishdate", "publish-date", "publish_date",
	"publication_date", "publication-date", "article:published", "article.published", "published-date", "publisheddate", "dc.date", "dc.date.issued", "dc.date.created", "dcterms.date", "dcterms.created", "dcterms.issued",
	"sailthru.date", "parsely-pub-date", "article_date_original", "cxenseparse:recs:publishtime", "originalpublicationdate", "article-publication-date", "created", "citation_publication_date", "bt:pubdate", "timestamp",
	"", "article:modified_time", "og:updated_time", "datemodified", "lastmod", "last-modified", "dcterms.modified", "revised", "dc.date.modified",
}

// head reads what a page says about itself: JSON-LD, meta elements,
// microdata, <time> and the language. Fields that are set already stay.
func (d *draft) head(doc *html.Node) {
	ld := jsonLD(doc)
	metas := map[string]string{}
	for _, m := range dom.GetElementsByTagName(doc, "meta") {
		content := strings.TrimSpace(dom.GetAttribute(m, "content"))
		if content == "" {
			continue
		}
		for _, key := range []string{"property", "name", "itemprop", "http-equiv"} {
			name := strings.ToLower(strings.TrimSpace(dom.GetAttribute(m, key)))
			if _, twice := metas[name]; name != "" && !twice {
				metas[name] = content
			}
		}
	}
	title := first(ld.headline, metas["og:title"], metas["twitter:title"])
	d.meta.Title = first(d.meta.Title, title)
	d.meta.Outlet = first(d.meta.Outlet, metas["og:site_name"], ld.publisher, metas["application-name"], metas["publisher"])
	// Some pages name the outlet as the author in one place and the author in
	// another.
	person := func(s string) string {
		if strings.EqualFold(s, d.meta.Outlet) || strings.EqualFold(s, ld.publisher) {
			return ""
		}
		return s
	}
	if author := first(person(strings.Join(ld.authors, ", ")), person(plainName(metas["author"])), plainName(metas["article:author"]), plainName(metas["parsely-author"]), plainName(metas["dc.creator"]), plainName(metas["byl"]), strings.Join(ld.authors, ", ")); author != "" {
		d.meta.Byline = first(d.meta.Byline, strings.TrimPrefix(strings.TrimPrefix(author, "By "), "by "))
	}
	canonical := ""
	for _, l := range dom.GetElementsByTagName(doc, "link") {
		if strings.EqualFold(dom.GetAttribute(l, "rel"), "canonical") && canonical == "" {
			canonical = absolute(dom.GetAttribute(l, "href"))
		}
	}
	d.meta.URL = first(d.meta.URL, canonical, absolute(metas["og:url"]), absolute(ld.url))
	for _, h := range dom.GetElementsByTagName(doc, "html") {
		d.meta.Language = first(d.meta.Language, dom.GetAttribute(h, "lang"), dom.GetAttribute(h, "xml:lang"))
	}
	d.meta.Language = first(d.meta.Language, metas["content-language"], metas["og:locale"], ld.language)

	d.addDate(ld.published, "json-ld:datePublished")
	change := false
	for _, name := range publishedMeta {
		switch {
		case name == "":
			change = true
		case change:
			d.addDate(metas[name], "modified:"+name)
		default:
			d.addDate(metas[name], "meta:"+name)
		}
	}
	for _, n := range dom.QuerySelectorAll(doc, `[itemprop="datePublished"]`) {
		d.addDate(first(dom.GetAttribute(n, "datetime"), dom.GetAttribute(n, "content"), textOf(n)), "microdata:datePublished")
		break
	}
	for i, n := range dom.GetElementsByTagName(doc, "time") {
		if i == maxTimeElements {
			break
		}
		d.addDate(first(dom.GetAttribute(n, "datetime"), textOf(n)), "time")
	}
	d.addDate(ld.modified, "json-ld:dateModified")
}

// plainName refuses an author field that holds an address.
func plainName(s string) string {
	if strings.Contains(s, "://") || strings.HasPrefix(s, "@") || strings.HasPrefix(s, "/") {
		return ""
	}
	return s
}

func absolute(s string) string {
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://") {
		return s
	}
	return ""
}

// linkedData is what the JSON-LD of a page says about its article.
type linkedData struct {
	headline, publisher, url, language, published, modified string
	authors                                                 []string
}

// maxLinkedData is how deep and how wide JSON-LD is searched.
const (
	maxLinkedDepth = 12
	maxLinkedNodes = 2000
)

// jsonLD reads the article object of a page's JSON-LD, wherever it stands in
// a graph. Of several the first with a date counts: the others are teasers.
func jsonLD(doc *html.Node) linkedData {
	var found []linkedData
	nodes := 0
	var walk func(v any, depth int)
	walk = func(v any, depth int) {
		if nodes++; nodes > maxLinkedNodes || depth > maxLinkedDepth {
			return
		}
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				walk(e, depth+1)
			}
		case map[string]any:
			if isArticle(v["@type"]) {
				found = append(found, linkedData{
					headline:  first(text(v["headline"]), text(v["name"])),
					publisher: name(v["publisher"]),
					url:       first(text(v["url"]), text(v["mainEntityOfPage"])),
					language:  text(v["inLanguage"]),
					published: first(text(v["datePublished"]), text(v["dateCreated"])),
					modified:  text(v["dateModified"]),
					authors:   names(first2(v["author"], v["creator"])),
				})
				return
			}
			for _, key := range []string{"@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item"} {
				if e, ok := v[key]; ok {
					walk(e, depth+1)
				}
			}
		}
	}
	for _, s := range dom.GetElementsByTagName(doc, "script") {
		if !strings.Contains(strings.ToLower(dom.GetAttribute(s, "type")), "ld+json") {
			continue
		}
		var v any
		// Pages put comments and line ends into their JSON; what still does
		// not parse is left.
		raw := strings.Trim(strings.TrimSpace(dom.TextContent(s)), ";")
		raw = strings.TrimSuffix(strings.TrimPrefix(raw, "<!--"), "-->")
		if json.Unmarshal([]byte(raw), &v) != nil && json.Unmarshal([]byte(strings.NewReplacer("\n", " ", "\r", " ", "\t", " ").Replace(raw)), &v) != nil {
			continue
		}
		walk(v, 0)
	}
	for _, f := range found {
		if f.published != "" {
			return f
		}
	}
	if len(found) > 0 {
		return found[0]
	}
	return linkedData{}
}

func first2(a, b any) any {
	if a != nil {
		return a
	}
	return b
}

// isArticle reports whether a schema.org type is a text of news.
func isArticle(v any) bool {
	switch v := v.(type) {
	case string:
		v = v[strings.LastIndexAny(v, "/:")+1:]
		return strings.HasSuffix(v, "Article") || strings.HasSuffix(v, "BlogPosting") || v == "Report" || v == "LiveBlogPosting" || v == "Posting"
	case []any:
		for _, e := range v {
			if isArticle(e) {
				return true
			}
		}
	}
	return false
}

// text is a string value, or the @id or name of an object.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(html.UnescapeString(v))
	case map[string]any:
		return first(text(v["@id"]), text(v["name"]), text(v["@value"]))
	case []any:
		if len(v) > 0 {
			return text(v[0])
		}
	}
	return ""
}

// name is the name of a person or body.
func name(v any) string {
	switch v := v.(type) {
	case string:
		return plainName(strings.TrimSpace(html.UnescapeString(v)))
	case map[string]any:
		return name(v["name"])
	case []any:
		if len(v) > 0 {
			return name(v[0])
		}
	}
	return ""
}

func names(v any) []string {
	list, many := v.([]any)
	if !many {
		list = []any{v}
	}
	var out []string
	for _, e := range list {
		if n := name(e); n != "" && len(out) < 20 {
			out = append(out, n)
		}
	}
	return out
}

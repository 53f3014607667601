// Package iptc reads items of news as agencies deliver them, in the two forms
// of the International Press Telecommunications Council: ninjs (JSON, versions
// 1, 2 and 3) and NewsML-G2 (XML, with text as NITF, XHTML or plain).
//
// In: the bytes of a file or of one item. Out: whether they are such items and
// where each begins and ends (Split), and what one item says of itself with its
// text (Ninjs, NewsItem). Names of fields are compared without regard to case,
// underscores and namespaces, which is what tells the versions apart.
//
// XML is read strictly: a document type declaration, an entity beyond the five
// of XML and elements nested more than 100 deep are errors. Pictures, events,
// packages and the terms of use of an item are not read.
package iptc

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Media types of single items. NewsML-G2's is registered with IANA, that of
// ninjs is our own.
const (
	NinjsType    = "application/ninjs+json"
	NewsItemType = "application/vnd.iptc.g2.newsitem+xml"
)

// Item is one item of news. Empty fields are unknown.
type Item struct {
	URI      string // names the item; an address only where it begins with http
	Title    string
	Byline   string
	Outlet   string
	Language string
	Status   string // "usable", "withheld", "canceled"; "" not told
	Type     string // "text", "picture", …; "" not told
	Dates    []Date // best first
	Dateline string // of NITF, where it stands apart from the text; the text begins with it, on a line of its own
	Text     string // the body
	Markup   bool   // Text is HTML
}

// Date is a date of an item by the name that its form gives it.
type Date struct {
	Name  string // "versioncreated", "firstcreated", "contentcreated"
	Value string // as written
}

// Withdrawn says why an item is not to be read, in words for people; "" when it
// may be.
func (i *Item) Withdrawn() string {
	switch i.Status {
	case "canceled", "cancelled":
		return "its sender has cancelled the item"
	case "withheld":
		return "its sender withholds the item"
	}
	return ""
}

// plain is a field name as names are compared.
func plain(name string) string {
	return strings.ToLower(strings.ReplaceAll(name, "_", ""))
}

// IsNinjs reports whether the fields of a JSON object are those of an item of
// ninjs: it names itself so (from version 2 on), or has a uri and one of the
// dates, states and bodies that only ninjs calls so.
func IsNinjs(fields map[string]json.RawMessage) bool {
	uri, own, body := false, 0, false
	for name, value := range fields {
		switch p := plain(name); {
		case p == "standard":
			var s struct{ Name string }
			if json.Unmarshal(value, &s) == nil && strings.EqualFold(s.Name, "ninjs") {
				return true
			}
		case p == "uri":
			uri = true
		case p == "versioncreated", p == "firstcreated", p == "contentcreated", p == "pubstatus", p == "representationtype":
			own++
		case p == "bodyxhtml", p == "bodytext", p == "bodyhtml", p == "bodies", p == "headlines":
			body = true
		}
	}
	return uri && own > 0 && (body || own > 1)
}

// Ninjs reads one item of ninjs.
func Ninjs(b []byte) (*Item, error) {
	var fields map[string]any
	if err := json.Unmarshal(b, &fields); err != nil {
		return nil, fmt.Errorf("not a JSON object: %w", err)
	}
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names) // of two spellings of one name the first by bytes counts
	get := map[string]any{}
	for _, name := range names {
		if p := plain(name); get[p] == nil {
			get[p] = fields[name]
		}
	}
	item := &Item{
		URI: text(get["uri"]), Language: text(get["language"]), Status: strings.ToLower(text(get["pubstatus"])), Type: strings.ToLower(text(get["type"])),
		Title:  first(text(get["headline"]), pick(get["headlines"], "main", "headline"), text(get["title"])),
		Byline: strings.TrimSpace(first(text(get["byline"]), text(get["by"]))),
		Outlet: first(named(get["provider"]), pick(get["infosources"], "provider", "publisher"), named(get["infosource"]), text(get["source"]), named(get["copyrightholder"])),
	}
	for _, name := range []string{"versioncreated", "firstcreated", "contentcreated"} {
		if v := text(get[name]); v != "" {
			item.Dates = append(item.Dates, Date{name, v})
		}
	}
	// Version 1 has a field for each kind of body, body_xhtml and body_text;
	// versions 2 and 3 a list with roles and types.
	item.Text, item.Markup = body(get["bodies"])
	for _, name := range []string{"bodyxhtml", "bodyhtml", "bodytext"} {
		if s := text(get[name]); item.Text == "" && s != "" {
			item.Text, item.Markup = s, name != "bodytext"
		}
	}
	return item, nil
}

func first(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}

func text(v any) string {
	s, _ := v.(string)
	return strings.TrimSpace(s)
}

// named is the name of a party: a string, or an object's name.
func named(v any) string {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v)
	case map[string]any:
		return first(text(v["name"]), text(v["literal"]))
	case []any:
		if len(v) > 0 {
			return named(v[0])
		}
	}
	return ""
}

// pick is the value of the entry of a list that has one of the roles, else of
// the first.
func pick(v any, roles ...string) string {
	list, _ := v.([]any)
	best := ""
	for _, e := range list {
		o, _ := e.(map[string]any)
		s := first(text(o["value"]), text(o["name"]))
		if s == "" {
			continue
		}
		role := strings.ToLower(text(o["role"]))
		if slices.Contains(roles, role[strings.LastIndexAny(role, ":/")+1:]) {
			return s
		}
		best = first(best, s)
	}
	return best
}

// body is the text in a list of bodies: that with the role "main" first, of
// equals HTML before plain text, then the first.
func body(v any) (s string, markup bool) {
	list, _ := v.([]any)
	best := -1
	for _, e := range list {
		o, _ := e.(map[string]any)
		value, kind := text(o["value"]), ""
		for name, t := range o {
			if plain(name) == "contenttype" {
				kind = strings.ToLower(text(t))
			}
		}
		html := strings.Contains(kind, "html")
		if value == "" || !html && kind != "" && !strings.HasPrefix(kind, "text/plain") {
			continue
		}
		rank := 0
		if role := strings.ToLower(text(o["role"])); role == "main" || strings.HasSuffix(role, ":main") {
			rank += 2
		}
		if html {
			rank++
		}
		if rank > best {
			best, s, markup = rank, value, html || kind == "" && strings.Contains(value, "</p>")
		}
	}
	return s, markup
}

var errEmpty = errors.New("no newsItem is in it")

// isEnd tells the end of XML from what is wrong with it.
func isEnd(err error) bool { return errors.Is(err, io.EOF) }

package web

import (
	"html/template"
	"net/url"
	"strconv"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/account"
)

// Link is path in the state of the record that the page shows.
func (c *Context) Link(path string) string {
	if c.Req.AsOf == "" || strings.Contains(path, "as_of=") {
		return path
	}
	path, hash, _ := strings.Cut(path, "#")
	sep := "?"
	if strings.Contains(path, "?") {
		sep = "&"
	}
	path += sep + "as_of=" + url.QueryEscape(c.Req.AsOf)
	if hash != "" {
		path += "#" + hash
	}
	return path
}

// With is the page's address with parameters changed: name, value, name, value…;
// an empty value takes the parameter away. The list starts anew and what is
// opened beside the page is closed.
func (c *Context) With(pairs ...string) string {
	v := c.Req.Values()
	v.Del("cursor")
	v.Del("sel")
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			v.Del(pairs[i])
		} else {
			v.Set(pairs[i], pairs[i+1])
		}
	}
	return at(c.Req.URL.Path, v)
}

// Without is the page's address with one value of a parameter taken away.
func (c *Context) Without(name, value string) string {
	v := c.Req.Values()
	v.Del("cursor")
	v.Del("sel")
	var left []string
	for _, x := range v[name] {
		if x != value {
			left = append(left, x)
		}
	}
	v[name] = left
	if len(left) == 0 {
		v.Del(name)
	}
	return at(c.Req.URL.Path, v)
}

// Keep are the parameters of the page but for those named, for the hidden
// fields of a form.
func (c *Context) Keep(but ...string) []Field {
	v := c.Req.Values()
	for _, b := range append(but, "cursor", "sel") {
		v.Del(b)
	}
	var out []Field
	for _, name := range sortedKeys(v) {
		for _, x := range v[name] {
			out = append(out, Field{name, x})
		}
	}
	return out
}

// Field is a name and value of a form.
type Field struct{ Name, Value string }

// Count is the boxed number that opens the sentences of a reference: beside the
// page where it has a margin column, else on a page of their own.
func (c *Context) Count(ref string, n int) template.HTML {
	return c.count(ref, n, plural(n, "sentence"))
}

// CountOf is Count with what is counted in words: "3 reports".
func (c *Context) CountOf(ref string, n int, words string) template.HTML {
	return c.count(ref, n, words)
}

// Bound is text with a count that stays on the line of its last word.
func (c *Context) Bound(text, ref string, n int) template.HTML {
	head, last := "", text
	if i := strings.LastIndexByte(strings.TrimSpace(text), ' '); i >= 0 {
		head, last = text[:i+1], text[i+1:]
	}
	//nolint:gosec // the text is escaped
	return template.HTML(template.HTMLEscapeString(head)+`<span class="nb">`+template.HTMLEscapeString(last)+" ") + c.Count(ref, n) + "</span>"
}

// count is built of our own words, a number and a reference, which is escaped.
func (c *Context) count(ref string, n int, words string) template.HTML {
	v := c.Req.Values()
	v.Set("sel", ref)
	current := ""
	if c.IsOpen(ref) {
		current = ` aria-current="true"`
	}
	href := at(c.Req.URL.Path, v) + "#evidence"
	var b strings.Builder
	b.WriteString(`<a class="ev" href="`)
	b.WriteString(template.HTMLEscapeString(href))
	b.WriteString(`" data-ref="`)
	b.WriteString(template.HTMLEscapeString(ref))
	b.WriteString(`" aria-label="`)
	b.WriteString(template.HTMLEscapeString(words))
	b.WriteString(`"` + current + `>` + strconv.Itoa(n) + `</a>`)
	return template.HTML(b.String()) //nolint:gosec // every part is ours or escaped above
}

// IsOpen reports whether the sentences of a reference stand beside the page.
func (c *Context) IsOpen(ref string) bool { return c.Opened != nil && c.Opened.Ref == ref }

// Entity is the link of a person, body or place.
func (c *Context) Entity(id string) string { return c.Link(EntityPath(c.Req.Snap.Entity(id))) }

// EntityPath is where an entity has its page.
func EntityPath(e *readout.Entity) string {
	switch {
	case e == nil:
		return "/people"
	case e.Type == readout.Person:
		return "/p/" + e.ID + "/" + slug(e.Name)
	case e.Type == readout.Outlet:
		return "/s/" + e.ID
	}
	return "/o/" + e.ID + "/" + slug(e.Name)
}

// Event is the link of an event's page.
// In an earlier state it has the id of the event as the present record has it,
// which keeps its address when the reader goes back to now; its words are those
// of the earlier state, for the present title may tell what came later.
func (c *Context) Event(e *readout.Event) string {
	if now := c.Site.src.Now(); now != c.Req.Snap {
		if found := now.Counterparts(e); len(found) > 0 {
			e = &readout.Event{ID: found[0].ID, Title: e.Title}
		}
	}
	return c.Link(EventPath(e))
}

// EventPath is where an event has its page.
func EventPath(e *readout.Event) string {
	s := "/e/" + e.ID
	if t := slug(e.Title); t != "" {
		s += "/" + t
	}
	return s
}

// Asset is the address of a file under static/.
func (c *Context) Asset(name string) string { return c.Site.assets.url[name] }

// Web is an address of the web that may be opened: http and https only.
func Web(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return u.String()
}

// HasRail reports whether the page has a margin column.
func (c *Context) HasRail() bool { return c.Opened != nil || c.Site.rails[c.Template] }

// Demo reports whether the store holds the example.
func (s *Site) Demo() bool { return s.opts.Demo }

// Version is that of the program.
func (s *Site) Version() string { return s.opts.Version }

// accounts reports whether there is anything to sign in to.
func (c *Context) accounts() bool {
	g := c.Site.opts.Gate
	if g == nil {
		return false
	}
	has, err := g.HasAccounts(c.Req.Context())
	return has && err == nil || g.MustSignIn()
}

// Who is the name of who asks, "" where nobody has signed in or need not.
func (c *Context) Who() string {
	if w, ok := account.From(c.Req.Context()); ok && c.accounts() {
		return w.Name
	}
	return ""
}

// May reports whether who asks has a scope: read, review or admin.
func (c *Context) May(scope string) bool {
	s, err := account.ParseScopes(scope)
	return err == nil && account.Allow(c.Req.Context(), s) == nil
}

// SignIn is the address to sign in at and come back, "" where that changes
// nothing.
func (c *Context) SignIn() string {
	if !c.accounts() || c.Who() != "" {
		return ""
	}
	if strings.HasPrefix(c.Req.URL.Path, "/login") {
		return "/login"
	}
	return "/login?next=" + url.QueryEscape(c.Current)
}

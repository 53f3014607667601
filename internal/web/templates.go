package web

import (
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/cite"
	"github.com/readout-news/readout/internal/review"
	"github.com/readout-news/readout/internal/view"
)

//go:embed templates/*.html
var templateFiles embed.FS

// parseTemplates makes one set a page: the layout, the parts and the page.
func (s *Site) parseTemplates() (map[string]*template.Template, error) {
	base, err := template.New("base").Funcs(funcs).ParseFS(templateFiles, "templates/layout.html", "templates/parts.html", "templates/*_parts.html")
	if err != nil {
		return nil, err
	}
	names, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil {
		return nil, err
	}
	names = slices.DeleteFunc(names, func(f string) bool { return strings.HasSuffix(f, "_parts.html") })
	out := map[string]*template.Template{}
	for _, f := range names {
		if f == "templates/layout.html" || f == "templates/parts.html" {
			continue
		}
		t, err := base.Clone()
		if err != nil {
			return nil, err
		}
		if t, err = t.ParseFS(templateFiles, f); err != nil {
			return nil, err
		}
		name := strings.TrimSuffix(path.Base(f), ".html")
		body, err := fs.ReadFile(templateFiles, f)
		if err != nil {
			return nil, err
		}
		s.rails[name] = strings.Contains(string(body), `{{define "rail"}}`)
		if t.Lookup("main") == nil {
			return nil, fmt.Errorf("%s does not define main", f)
		}
		out[name] = t
	}
	return out, nil
}

// funcs are what templates may call besides the methods of Context.
var funcs = template.FuncMap{
	"longDay":  longDay,
	"shortDay": shortDay,
	"date":     dateWords,
	"status":   view.StatusWords,
	"moment":   momentWords,
	"number":   number,
	"plural":   plural,
	"capital":  capital,
	"slug":     slug,
	"web":      Web,
	"join":     func(sep string, s []string) string { return strings.Join(s, sep) },
	"lower":    strings.ToLower,
	"add":      func(a, b int) int { return a + b },
	"sub":      func(a, b int) int { return a - b },
	"words":    func(s string) string { return strings.ReplaceAll(s, "_", " ") },
	"nav":      func() []NavItem { return navigation },
	"dict":     dict,
	"lit":      lit,
	"said":     whenSaid,
	"excerpt":  clipWords,
	"held":     whenHeld,
	"reported": whenReported,
	"part":     partName,
	"span":     span,
	"ids":      positionIDs,
	"refs":     func(ids []string) string { return view.Refs(ids...) },
	"viewslug": view.Slug,
	"dayHead":  dayHead, "days": recentDays, "opens": opens, "dayMonth": dayMonth, "links": func(name, href string) []Link { return []Link{{name, href}} },
	"groupID": groupID, "groupHead": groupHead, "disputed": disputedWords, "clip": clip, "sideWho": sideWho,
	"shorten": view.Shorten,
	"dashes":  func(s string) string { return strings.ReplaceAll(s, "-", " ") },
	"byWords": view.ByWords,
	"took":    tookWords, "lasting": lastingWords, "size": sizeWords, "share": shareWords, "why": why, "at": atMoment,
	"place":   placeOf,
	"decided": review.Words,
	"ref":     func(d readout.Decision) *readout.Decision { return &d },
	"stamp":   func(t time.Time) string { return t.UTC().Format(time.DateOnly) },
	"quoted":  func(s string) string { return cite.Quoted(s, 0) },
	"dayOf":   func(v string) string { day, _, _ := strings.Cut(v, "T"); return shortDay(day) },
	"clockOf": func(v string) string {
		_, clock, _ := strings.Cut(v, "T")
		return strings.TrimSuffix(hour(clock), " UTC")
	},
}

// dict makes a map of name, value, name, value…, for templates that take more
// than one thing.
func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("dict wants names and values in pairs")
	}
	out := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("dict: name %d is no string", i)
		}
		out[name] = pairs[i+1]
	}
	return out, nil
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// NavItem is an entry of the main menu.
type NavItem struct{ Key, Name, Href string }

// navigation is the main menu.
var navigation = []NavItem{
	{"new", "What’s new", "/"},
	{"timeline", "Timeline", "/timeline"},
	{"people", "People & bodies", "/people"},
	{"quotes", "Quotes", "/quotes"},
	{"positions", "Positions", "/positions"},
	{"commitments", "Commitments", "/commitments"},
	{"sources", "Sources", "/sources"},
	{"check", "Check a draft", "/check"},
	{"review", "Review", "/review"},
}

package feeds

import (
	"bufio"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/readout-news/readout"
)

// Listed is one feed or page that a list names.
type Listed struct {
	URL        string   // absolute
	Title      string   // one line of plain text, "" unknown
	Home       string   // page that a feed belongs to, "" unknown
	Language   string   // BCP 47, "" unknown
	Categories []string // paths of folders, "World/Karvany"; sorted, none twice
}

// Outline is what an OPML file holds: feeds in the order of the file, each
// address once.
type Outline struct {
	Title   string
	Feeds   []Listed
	Refused []readout.Refusal // outlines whose address is none; Path is their title
}

// ParseOPML reads a list of feeds in OPML 1.0 to 2.0, well-formed or not.
// Outlines without xmlUrl are folders; those around a feed become its category,
// and so does its attribute category.
func ParseOPML(b []byte, src Source) (Outline, error) {
	var out Outline
	s := decode(b, src)
	d, err := survey(s)
	if err != nil {
		return out, err
	}
	if d.root != "opml" && d.root != "outline" {
		return out, fmt.Errorf("%w: its first element is <%s>; an outline begins with opml", ErrFormat, clip(d.root, 40))
	}
	base := src.base()
	at := map[string]int{} // address → place in out.Feeds
	var folders []string   // paths of the outlines that are open
	inTitle := false
	z := scanner{s: s[d.start:d.end]}
	for {
		t, ok := z.next()
		if !ok {
			break
		}
		switch name := local(t.name); {
		case t.kind == opening && name == "title" && len(folders) == 0:
			inTitle = !t.empty && out.Title == ""
		case (t.kind == text || t.kind == literal) && inTitle:
			out.Title = plain(unescape(t.text))
		case t.kind == closing && name == "title":
			inTitle = false
		case t.kind == closing && name == "outline" && len(folders) > 0:
			folders = folders[:len(folders)-1]
		case t.kind == opening && name == "outline":
			title := plain(firstOf(t.attribute("title"), t.attribute("text")))
			address := t.attribute("xmlUrl")
			if strings.TrimSpace(address) == "" && strings.EqualFold(t.attribute("type"), "rss") {
				address = t.attribute("url")
			}
			path := "" // one string for all that lies there
			if len(folders) > 0 {
				path = folders[len(folders)-1]
			}
			if strings.TrimSpace(address) == "" {
				if !t.empty {
					path = within(path, title)
				}
			} else if err := out.add(&t, title, address, base, path, at); err != nil {
				return out, err
			}
			if !t.empty {
				folders = append(folders, path)
			}
		}
	}
	for i := range out.Feeds {
		slices.Sort(out.Feeds[i].Categories)
		out.Feeds[i].Categories = slices.Compact(out.Feeds[i].Categories)
	}
	return out, nil
}

// within is the path of a folder in another, cut behind maxTitle characters: names
// in names in names would make megabytes of a list of kilobytes.
func within(path, name string) string {
	if path == "" || name == "" {
		return path + name
	}
	path += "/" + name
	n := 0
	for i := range path {
		if n++; n > maxTitle {
			return path[:i] + "…"
		}
	}
	return path
}

// add takes a feed into the outline; at says where addresses already stand.
func (o *Outline) add(t *token, title, address string, base *url.URL, path string, at map[string]int) error {
	to, err := resolve(base, address)
	if err != nil {
		o.Refused = append(o.Refused, refuse(firstOf(title, "outline"), "%s", err))
		return nil
	}
	i, ok := at[to]
	if !ok {
		if len(o.Feeds) == maxPages {
			return limit("more than %d feeds", maxPages)
		}
		i = len(o.Feeds)
		at[to] = i
		f := Listed{URL: to, Title: title, Language: tag(t.attribute("language"))}
		f.Home, _ = resolve(base, t.attribute("htmlUrl"))
		o.Feeds = append(o.Feeds, f)
	}
	f := &o.Feeds[i]
	if path != "" {
		f.Categories = append(f.Categories, path)
	}
	for c := range strings.SplitSeq(t.attribute("category"), ",") {
		if c = strings.Trim(plain(c), "/ "); c != "" {
			f.Categories = append(f.Categories, c)
		}
	}
	if len(f.Categories) > maxDepth {
		f.Categories = f.Categories[:maxDepth]
	}
	return nil
}

// folder is an outline to write.
type folder struct {
	name    string
	folders []*folder // sorted by name
	feeds   []Listed
}

// WriteOPML writes feeds as OPML 2.0, in folders by their categories; a feed
// of two categories stands in both. The order is that of folders by name and of
// feeds as given.
func WriteOPML(w io.Writer, title string, created time.Time, feeds []Listed) error {
	root := &folder{}
	for _, f := range feeds {
		if len(f.Categories) == 0 {
			root.feeds = append(root.feeds, f)
		}
		for _, c := range f.Categories {
			at := root
			for name := range strings.SplitSeq(c, "/") {
				if name == "" {
					continue
				}
				i, ok := slices.BinarySearchFunc(at.folders, name, func(f *folder, name string) int { return strings.Compare(f.name, name) })
				if !ok {
					at.folders = slices.Insert(at.folders, i, &folder{name: name})
				}
				at = at.folders[i]
			}
			at.feeds = append(at.feeds, f)
		}
	}
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n  <head>\n    <title>%s</title>\n", escaped(title))
	if !created.IsZero() {
		fmt.Fprintf(b, "    <dateCreated>%s</dateCreated>\n", created.UTC().Format(time.RFC1123Z))
	}
	fmt.Fprint(b, "  </head>\n  <body>\n")
	root.write(b, "    ")
	fmt.Fprint(b, "  </body>\n</opml>\n")
	return b.Flush()
}

func (o *folder) write(b *bufio.Writer, indent string) {
	for _, f := range o.folders {
		fmt.Fprintf(b, "%s<outline text=\"%s\">\n", indent, escaped(f.name))
		f.write(b, indent+"  ")
		fmt.Fprintf(b, "%s</outline>\n", indent)
	}
	for _, f := range o.feeds {
		// text is what OPML requires.
		fmt.Fprintf(b, "%s<outline type=\"rss\" text=\"%s\"", indent, escaped(firstOf(f.Title, f.URL)))
		for _, a := range []attr{{"title", f.Title}, {"xmlUrl", f.URL}, {"htmlUrl", f.Home}, {"language", f.Language}} {
			if a.value != "" {
				fmt.Fprintf(b, " %s=\"%s\"", a.name, escaped(a.value))
			}
		}
		fmt.Fprint(b, "/>\n")
	}
}

func escaped(s string) string {
	var b strings.Builder
	escape(&b, s)
	return b.String()
}

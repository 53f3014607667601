package feeds

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/atom"
	jsonfeed "github.com/mmcdole/gofeed/json"
	"github.com/mmcdole/gofeed/rss"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/limits"
)

// Feed is what a feed says of itself and of its items.
type Feed struct {
	Format    string // "rss 2.0", "atom 1.0", "json 1.1"; the version as far as it is known
	Title     string
	Home      string            // the page it belongs to, "" unknown
	Self      string            // its own address as it gives it, "" unknown
	NextPage  string            // of a feed in pages: older items (RFC 5005, next_url); "" none
	Language  string            // BCP 47, "" unknown
	Items     []Item            // in the feed's order
	Mended    string            // "" when it was well-formed; else what was wrong, in words
	Expired   bool              // it says that it ends here (JSON Feed)
	TTL       time.Duration     // it asks not to be read more often (ttl, sy:updatePeriod); 0 unknown, at most a day
	SkipHours []int             // hours of UTC in which it does not change, 0–23, sorted
	SkipDays  []time.Weekday    // likewise, sorted
	Refused   []readout.Refusal // items without an address of the web; Path is "item 3"
}

// Item is one report as a feed lists it.
type Item struct {
	URL       string    // absolute
	GUID      string    // as the feed gives it; URL when it gives none
	Title     string    // one line of plain text, "" unknown
	Published time.Time // with the offset that was written, else UTC; zero unknown
	Updated   time.Time // likewise
	Language  string    // BCP 47: its own, else the feed's; "" unknown
	Authors   []string  // names, in order
}

// ParseFeed reads an RSS, Atom or JSON feed. The error is one of ErrFormat,
// ErrLimit and ErrEntity with its reason.
func ParseFeed(b []byte, src Source) (*Feed, error) {
	s := decode(b, src)
	lead := strings.TrimLeft(s, " \t\r\n\v\f\x00\ufeff")
	switch {
	case lead == "":
		return nil, fmt.Errorf("%w: it is empty", ErrFormat)
	case lead[0] == '{' || lead[0] == '[':
		return parseJSON(lead, src)
	}
	d, err := survey(s)
	if err != nil {
		return nil, err
	}
	before := ""
	switch d.root {
	case "rss", "rdf", "feed":
	case "":
		return nil, fmt.Errorf("%w: it is neither XML nor JSON", ErrFormat)
	case "html":
		return nil, fmt.Errorf("%w: it is a web page; give the address of its feed", ErrFormat)
	case "opml":
		return nil, fmt.Errorf("%w: it is an outline (OPML) of feeds; import it", ErrFormat)
	case "urlset", "sitemapindex":
		return nil, fmt.Errorf("%w: it is a sitemap", ErrFormat)
	default:
		// Servers print warnings before the feed.
		i := behindWarnings(s)
		if i < 0 {
			return nil, fmt.Errorf("%w: its first element is <%s>; feeds begin with rss, RDF or feed", ErrFormat, clip(d.root, 40))
		}
		s = s[i:]
		if d, err = survey(s); err != nil {
			return nil, err
		}
		before = "other words stand before it"
	}
	// The declaration before the first element named the encoding that is
	// undone, and what stands behind the last is no part of the feed.
	mended, why, err := mend(s[d.start:])
	if err != nil {
		return nil, err
	}
	f, err := parseXML(mended, d.root, src)
	if err != nil {
		return nil, fmt.Errorf("%w: its XML cannot be read: %w", ErrFormat, err)
	}
	f.Mended = firstOf(why, before)
	return f, nil
}

var (
	rssRoot  = regexp.MustCompile(`(?i)<rss`)
	rdfRoot  = regexp.MustCompile(`(?i)<rdf:rdf`)
	atomRoot = regexp.MustCompile(`(?i)<feed`)
)

// behindWarnings is where a feed begins that stands behind other markup, -1
// where there is none.
func behindWarnings(s string) int {
	lead := s[:min(len(s), 16<<10)]
	for _, root := range []*regexp.Regexp{rssRoot, rdfRoot, atomRoot} {
		if at := root.FindStringIndex(lead); at != nil && at[1] < len(s) && !nameByte(s[at[1]]) {
			return at[0]
		}
	}
	return -1
}

// parseXML hands a mended document to gofeed. It reads hostile bytes: should it
// panic, that feed is refused and the rest goes on.
func parseXML(s, root string, src Source) (f *Feed, err error) {
	defer func() {
		if r := recover(); r != nil {
			f, err = nil, fmt.Errorf("%w: %v", errParser, r)
		}
	}()
	if root == "feed" {
		a, err := (&atom.Parser{}).Parse(strings.NewReader(s))
		if err != nil {
			return nil, err
		}
		g, err := (&gofeed.DefaultAtomTranslator{}).Translate(a)
		if err != nil {
			return nil, err
		}
		f := translate(g, src, a.Language)
		for _, l := range a.Links {
			if l.Rel == "next" {
				f.NextPage, _ = resolve(src.base(), l.Href)
			}
		}
		f.TTL = period(g)
		return f, nil
	}
	r, err := (&rss.Parser{}).Parse(strings.NewReader(s))
	if err != nil {
		return nil, err
	}
	g, err := (&gofeed.DefaultRSSTranslator{DisableContentImageScan: true}).Translate(r)
	if err != nil {
		return nil, err
	}
	f = translate(g, src, "")
	f.TTL = period(g)
	if n, err := strconv.ParseUint(strings.TrimSpace(r.TTL), 10, 16); err == nil {
		f.TTL = min(time.Duration(n)*time.Minute, 24*time.Hour)
	}
	for _, h := range r.SkipHours {
		// RSS 0.91 counts from 1 to 24, 2.0 from 0 to 23; 24 is 0 in both.
		if n, err := strconv.Atoi(strings.TrimSpace(h)); err == nil && n >= 0 && n <= 24 && !slices.Contains(f.SkipHours, n%24) {
			f.SkipHours = append(f.SkipHours, n%24)
		}
	}
	slices.Sort(f.SkipHours)
	for _, day := range r.SkipDays {
		for d := time.Sunday; d <= time.Saturday; d++ {
			if strings.EqualFold(strings.TrimSpace(day), d.String()) && !slices.Contains(f.SkipDays, d) {
				f.SkipDays = append(f.SkipDays, d)
			}
		}
	}
	slices.Sort(f.SkipDays)
	return f, nil
}

// period reads the syndication module of RSS 1.0: how often a feed changes.
func period(g *gofeed.Feed) time.Duration {
	get := func(name string) string {
		for _, e := range g.Extensions["sy"][name] {
			return strings.ToLower(strings.TrimSpace(e.Value))
		}
		return ""
	}
	p := map[string]time.Duration{"hourly": time.Hour, "daily": 24 * time.Hour, "weekly": 7 * 24 * time.Hour, "monthly": 30 * 24 * time.Hour, "yearly": 365 * 24 * time.Hour}[get("updatePeriod")]
	if n, err := strconv.ParseUint(get("updateFrequency"), 10, 16); err == nil && n > 0 {
		p /= time.Duration(n)
	}
	return min(p, 24*time.Hour)
}

func parseJSON(s string, src Source) (f *Feed, err error) {
	defer func() {
		if r := recover(); r != nil {
			f, err = nil, fmt.Errorf("%w: %v", errParser, r)
		}
	}()
	if err := surveyJSON(s); err != nil {
		return nil, err
	}
	if s[0] != '{' {
		return nil, fmt.Errorf("%w: its JSON is a list, and a feed is an object", ErrFormat)
	}
	j, err := (&jsonfeed.Parser{}).Parse(strings.NewReader(s))
	if err != nil {
		return nil, fmt.Errorf("%w: its JSON cannot be read: %s", ErrFormat, clip(err.Error(), 200))
	}
	if !strings.Contains(j.Version, "jsonfeed.org") && j.Items == nil {
		return nil, fmt.Errorf("%w: its JSON is no JSON Feed: it names no version and has no items", ErrFormat)
	}
	if len(j.Items) > maxItems {
		return nil, limit("more than %d items", maxItems)
	}
	j.Items = slices.DeleteFunc(j.Items, func(i *jsonfeed.Item) bool { return i == nil })
	// The translator prefers the address of another site that an item points
	// at; the item itself is what is listed.
	g, err := (&gofeed.DefaultJSONTranslator{}).Translate(j)
	if err != nil {
		return nil, fmt.Errorf("%w: %s", ErrFormat, clip(err.Error(), 200))
	}
	f = translate(g, src, j.Language)
	f.Expired = j.Expired
	if j.NextURL != "" {
		f.NextPage, _ = resolve(src.base(), j.NextURL)
	}
	return f, nil
}

// surveyJSON holds a document to the limits of depth, of values and of one
// text.
func surveyJSON(s string) error {
	depth, values := 0, 0
	for i := 0; i < len(s); i++ {
		if values > limits.JSONValues {
			return limit("more than %d values", limits.JSONValues)
		}
		switch s[i] {
		case ',':
			values++
		case '{', '[':
			values++
			if depth++; depth > maxJSONDepth {
				return limit("more than %d arrays and objects within each other", maxJSONDepth)
			}
		case '}', ']':
			depth--
		case '"':
			from := i
			for i++; i < len(s) && s[i] != '"'; i++ {
				if s[i] == '\\' {
					i++
				}
			}
			if i-from > maxText {
				return limit("one text is larger than %d MB", maxText>>20)
			}
		}
	}
	return nil
}

// translate makes a Feed of what gofeed gives.
func translate(g *gofeed.Feed, src Source, lang string) *Feed {
	base := src.base()
	f := &Feed{
		Format:   strings.TrimSpace(g.FeedType + " " + version(g.FeedVersion)),
		Title:    plain(g.Title),
		Language: tag(firstOf(g.Language, lang)),
	}
	f.Home, _ = resolve(base, g.Link)
	f.Self, _ = resolve(base, g.FeedLink)
	authors := names(g.Authors)
	for i, it := range g.Items {
		if it == nil {
			continue
		}
		item, err := translateItem(it, base)
		if err != nil {
			f.Refused = append(f.Refused, refuse(fmt.Sprintf("item %d", i+1), "%s", err))
			continue
		}
		if item.Language == "" {
			item.Language = f.Language
		}
		if len(item.Authors) == 0 && g.FeedType != "rss" {
			item.Authors = slices.Clone(authors) // Atom and JSON Feed say so
		}
		f.Items = append(f.Items, item)
	}
	return f
}

func version(s string) string {
	s = strings.TrimPrefix(strings.TrimSpace(s), "https://jsonfeed.org/version/")
	return clip(plain(s), 20)
}

func firstOf(list ...string) string {
	for _, s := range list {
		if strings.TrimSpace(s) != "" {
			return s
		}
	}
	return ""
}

func translateItem(it *gofeed.Item, base *url.URL) (Item, error) {
	link := it.Link
	// FeedBurner puts a counter before the address and keeps it beside.
	for _, e := range it.Extensions["feedburner"]["origLink"] {
		link = firstOf(e.Value, link)
	}
	address, err := resolve(base, link)
	if err != nil {
		// A GUID is the address where it is one (RSS 2.0, isPermaLink), and
		// some feeds give no other; so are further links.
		ok := false
		for _, other := range append([]string{it.GUID}, it.Links...) {
			if a, e := resolve(nil, other); e == nil {
				address, ok = a, true
				break
			}
		}
		if !ok {
			return Item{}, err
		}
	}
	item := Item{
		URL: address, GUID: clip(strings.TrimSpace(it.GUID), maxURL), Title: plain(it.Title),
		Published: sane(it.PublishedParsed, it.Published), Updated: sane(it.UpdatedParsed, it.Updated), Authors: names(it.Authors),
	}
	if item.GUID == "" {
		item.GUID = address
	}
	if it.DublinCoreExt != nil {
		item.Language = tag(firstOf(it.DublinCoreExt.Language...))
		if len(item.Authors) == 0 {
			for _, c := range it.DublinCoreExt.Creator {
				item.Authors = add(item.Authors, c)
			}
		}
	}
	return item, nil
}

func names(people []*gofeed.Person) []string {
	var out []string
	for _, p := range people {
		if p != nil {
			out = add(out, p.Name)
		}
	}
	return out
}

// maxAuthors of an item are kept.
const maxAuthors = 50

func add(list []string, name string) []string {
	if name = plain(name); name != "" && len(list) < maxAuthors && !slices.Contains(list, name) {
		list = append(list, name)
	}
	return list
}

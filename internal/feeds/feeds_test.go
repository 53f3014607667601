package feeds

import (
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/readout-news/readout"
)

const site = "https://www.harbourwire.example/news/feed"

func day(y, m, d, h, min int) time.Time {
	return time.Date(y, time.Month(m), d, h, min, 0, 0, time.UTC)
}

func TestParseFeed(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     Feed
	}{
		{
			"rss", `<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://feeds.example/rss.dtd">
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
<title>Harbour &amp; Wire</title><link>/news/</link><language>en-us</language><ttl>30</ttl>
<atom:link rel="self" href="https://www.harbourwire.example/news/feed"/>
<skipHours><hour>3</hour><hour>24</hour><hour>x</hour></skipHours><skipDays><day>sunday</day></skipDays>
<item><title>Talks at Lake Ansa &amp;#8216;end&amp;#8217; <![CDATA[<b>late</b>]]></title><link>../a?id=1#top</link><guid isPermaLink="false">a-1</guid>
<pubDate>Tue, 18 Mar 2025 14:05:00 +0100</pubDate><dc:creator>Mira Sollund</dc:creator></item>
<item><title>No address</title></item>
<item><guid>https://www.harbourwire.example/b</guid><link>javascript:alert(1)</link></item>
</channel></rss>`,
			Feed{
				Format: "rss 2.0", Title: "Harbour & Wire", Home: "https://www.harbourwire.example/news/", Self: site, Language: "en-US", TTL: 30 * time.Minute,
				SkipHours: []int{0, 3}, SkipDays: []time.Weekday{time.Sunday},
				Items: []Item{
					{URL: "https://www.harbourwire.example/a?id=1", GUID: "a-1", Title: "Talks at Lake Ansa ‘end’ late", Published: day(2025, 3, 18, 13, 5), Language: "en-US", Authors: []string{"Mira Sollund"}},
					{URL: "https://www.harbourwire.example/b", GUID: "https://www.harbourwire.example/b", Language: "en-US"},
				},
				Refused: []readout.Refusal{{Path: "item 2", Reason: "it carries no address"}},
			},
		},
		{
			"atom", `<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en" xml:base="https://orrin.example/x/"><title type="html">Orrin &lt;i&gt;Post&lt;/i&gt;</title>
<link href="https://orrin.example/"/><link rel="self" href="feed.atom"/><link rel="next" href="https://orrin.example/x/feed?page=2"/><author><name>Desk</name></author>
<entry><id>tag:orrin.example,2025:1</id><title>Karvany denies it</title><link rel="alternate" href="one.html"/><updated>2025-03-19T08:00:00Z</updated><published>2025-03-18T08:00:00Z</published></entry>
</feed>`,
			Feed{
				Format: "atom 1.0", Title: "Orrin Post", Home: "https://orrin.example/", Self: "https://orrin.example/x/feed.atom", NextPage: "https://orrin.example/x/feed?page=2", Language: "en",
				Items: []Item{{URL: "https://orrin.example/x/one.html", GUID: "tag:orrin.example,2025:1", Title: "Karvany denies it", Published: day(2025, 3, 18, 8, 0), Updated: day(2025, 3, 19, 8, 0), Language: "en", Authors: []string{"Desk"}}},
			},
		},
		{
			"json", `{"version":"https://jsonfeed.org/version/1.1","title":"Hegra Today","home_page_url":"https://hegra.example","language":"en-GB","expired":true,"next_url":"?p=2","items":[null,{"id":7,"url":"/c","title":"A vote","date_published":"2025-03-18T08:00:00+01:00","authors":[{"name":"A. Orrin"}]}]}`,
			Feed{
				Format: "json 1.1", Title: "Hegra Today", Home: "https://hegra.example", Language: "en-GB", Expired: true, NextPage: "https://www.harbourwire.example/news/feed?p=2",
				Items: []Item{{URL: "https://www.harbourwire.example/c", GUID: "7", Title: "A vote", Published: day(2025, 3, 18, 7, 0), Language: "en-GB", Authors: []string{"A. Orrin"}}},
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := ParseFeed([]byte(c.in), Source{URL: site})
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(&c.want, f); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}

// A feed that is no XML is mended, and says so.
func TestMended(t *testing.T) {
	item := func(u string) string { return "<item><title>T</title><link>" + u + "</link></item>" }
	for _, c := range []struct {
		name, in string
		urls     []string
		mended   bool
	}{
		{"fine", "<rss><channel>" + item("https://a.example/1") + "</channel></rss>", []string{"https://a.example/1"}, false},
		{"breaks off in an item", "<rss><channel>" + item("https://a.example/1") + "<item><title>x</title><link>https://a.example/2025/0", []string{"https://a.example/1"}, true},
		{"breaks off in a text", "<rss><channel>" + item("https://a.example/1") + "<item><link>https://a.example/2</link><description><![CDATA[x", []string{"https://a.example/1"}, true},
		{"tags that do not match", "<rss><channel><item><link>https://a.example/1</link><description><b>x</description></item>" + item("https://a.example/2") + "</channel></rss>", []string{"https://a.example/1", "https://a.example/2"}, false},
		{"items that are not closed", "<rss><channel><item><link>https://a.example/1</link><item><link>https://a.example/2</link></channel></rss>", []string{"https://a.example/1", "https://a.example/2"}, true},
		{"ampersands", "<rss><channel>" + item("https://a.example/?a=1&b=2&copy=3") + "</channel></rss>", []string{"https://a.example/?a=1&b=2&copy=3"}, false},
		{"names of HTML", "<rss><channel><title>A&nbsp;B &eacute; &unknown;</title>" + item("https://a.example/1") + "</channel></rss>", []string{"https://a.example/1"}, false},
		{"control characters", "<rss><channel><title>\x01\x0b</title>" + item("https://a.example/\x021") + "</channel></rss>", []string{"https://a.example/1"}, false},
		{"words before and after", "Warning: mysql\n<br/>" + "<rss><channel>" + item("https://a.example/1") + "</channel></rss><script>x", []string{"https://a.example/1"}, true},
		{"words before, longer in lower case", "Warning: ȺȺȺȺ İ\n<br/>" + "<rss><channel>" + item("https://a.example/1") + "</channel></rss><script>x", []string{"https://a.example/1"}, true},
		{"another format", "<note>" + item("https://a.example/1") + "</note>", nil, false},
		{"words after", "<rss><channel>" + item("https://a.example/1") + "</channel></rss>\n<!-- cached --> <b>", []string{"https://a.example/1"}, false},
		{"attributes without quotes", "<rss version=2.0><channel><item foo bar=1 bar=2><link>https://a.example/1</link><p></item></channel></rss>", []string{"https://a.example/1"}, true},
		{"less-than in text", "<rss><channel><item><title>3 < 4 & 5 > 2</title><link>https://a.example/1</link></item></channel></rss>", []string{"https://a.example/1"}, false},
		{"a text that is not closed", "<rss><channel><item><link>https://a.example/1</link><description>x</item>" + item("https://a.example/2") + "</channel></rss>", []string{"https://a.example/1", "https://a.example/2"}, true},
		{"a title that is not closed", "<rss><channel><item><title>x <b>y</b><link>https://a.example/1</link></item>" + item("https://a.example/2") + "</channel></rss>", []string{"https://a.example/1", "https://a.example/2"}, true},
		{"breaks off before an item", "<rss><channel>" + item("https://a.example/1") + "<titl", []string{"https://a.example/1"}, true},
		{"references without end", "<rss><channel><item><link>https://a.example/?a&copy=1&amp;b=&#50;&lt=3</link></item></channel></rss>", []string{"https://a.example/?a&copy=1&b=2&lt=3"}, false},
		{"bad UTF-8", "<rss><channel><title>\xff\xc3</title>" + item("https://a.example/1") + "</channel></rss>", []string{"https://a.example/1"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := ParseFeed([]byte(c.in), Source{URL: site})
			if c.urls == nil {
				if !errors.Is(err, ErrFormat) {
					t.Errorf("%+v %v", f, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, it := range f.Items {
				got = append(got, it.URL)
			}
			if d := cmp.Diff(c.urls, got); d != "" || (f.Mended != "") != c.mended {
				t.Errorf("mended %q (-want +got)\n%s", f.Mended, d)
			}
		})
	}
}

func TestEncodings(t *testing.T) {
	doc := func(decl string) string {
		return decl + `<rss version="2.0"><channel><title>Żółw “ä”</title><item><link>https://a.example/1</link></item></channel></rss>`
	}
	utf16, _ := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes([]byte(doc(`<?xml version="1.0" encoding="utf-16"?>`)))
	latin2, err := charmap.Windows1250.NewEncoder().Bytes([]byte(doc(`<?xml version="1.0" encoding="windows-1250"?>`)))
	if err != nil {
		t.Fatal(err)
	}
	bare, _ := charmap.Windows1250.NewEncoder().Bytes([]byte(doc("")))
	for _, c := range []struct {
		name, charset string
		in            []byte
	}{
		{"utf-8", "", []byte(doc(""))},
		{"mark", "iso-8859-1", []byte("\ufeff" + doc(`<?xml version="1.0" encoding="iso-8859-1"?>`))},
		{"utf-16", "", utf16},
		{"declared", "", latin2},
		{"header", "windows-1250", bare},
		{"header before declaration", "windows-1250", latin2},
		{"declared wrongly", "", []byte(doc(`<?xml version="1.0" encoding="iso-8859-1"?>`))},
	} {
		f, err := ParseFeed(c.in, Source{Charset: c.charset})
		if err != nil || f.Title != "Żółw “ä”" || len(f.Items) != 1 {
			t.Errorf("%s: %+v %v", c.name, f, err)
		}
	}
}

func TestLimits(t *testing.T) {
	rss := func(in string) string { return "<rss><channel>" + in + "</channel></rss>" }
	item := "<item><link>https://a.example/1</link></item>"
	for _, c := range []struct {
		name, in string
		want     error
		text     string
	}{
		{"depth at the limit", rss(strings.Repeat("<a>", 98) + strings.Repeat("</a>", 98)), nil, ""},
		{"depth", rss(strings.Repeat("<a>", 99) + strings.Repeat("</a>", 99)), ErrLimit, "100 elements"},
		{"million deep", strings.Repeat("<rss>", 1_000_000), ErrLimit, "100 elements"},
		{"items at the limit", rss(strings.Repeat(item, maxItems)), nil, ""},
		{"items", rss(strings.Repeat(item, maxItems+1)), ErrLimit, "10000 items"},
		{"entries", "<feed>" + strings.Repeat("<entry/>", maxItems+1) + "</feed>", ErrLimit, "10000 items"},
		{"text at the limit", rss("<title>" + strings.Repeat("x", maxText) + "</title>"), nil, ""},
		{"text", rss("<title>" + strings.Repeat("x", maxText+1) + "</title>"), ErrLimit, "5 MB"},
		{"text in pieces", rss("<title>" + strings.Repeat("<![CDATA["+strings.Repeat("x", 1<<20)+"]]>y", 5) + "</title>"), ErrLimit, "5 MB"},
		{"attribute", rss(`<a b="` + strings.Repeat("x", maxText+1) + `"/>`), ErrLimit, "5 MB"},
		{"attributes", rss("<a " + strings.Repeat(`b="" `, 40_000) + "/>"), ErrLimit, "256 attributes"},
		{"elements", rss(strings.Repeat("<x:title/>", maxNodes)), ErrLimit, "250000 elements"},
		{"attributes of many", rss(strings.Repeat(`<link b="" c=""/>`, maxNodes/3)), ErrLimit, "250000 elements"},
		{"elements that are not read", rss(strings.Repeat("<x:a/>", maxNodes) + item), nil, ""},
		{"JSON values", `{"version":"https://jsonfeed.org/version/1","items":[` + strings.Repeat("{},", maxNodes) + `{}]}`, ErrLimit, "250000 values"},
		{"line", strings.Repeat("x", 20<<20), ErrLimit, "5 MB"},
		{"entity", `<!DOCTYPE rss [<!ENTITY x "y">]>` + rss("&x;"), ErrEntity, "entities"},
		{"entity behind a quote", `<!DOCTYPE rss [<!ELEMENT a "]>"> <!entity x SYSTEM "file:///etc/passwd">]>` + rss("&x;"), ErrEntity, "entities"},
		{"entity within", rss(`<!ENTITY x "y">`), ErrEntity, "entities"},
		{"parameter entity", `<!DOCTYPE rss [<!ENTITY % x SYSTEM "http://a.example/x.dtd"> %x;]>` + rss(""), ErrEntity, "entities"},
		{"document type", `<!DOCTYPE rss SYSTEM "http://a.example/x.dtd">` + rss(item), nil, ""},
		{"entity that nobody declared", rss("<title>&lol;</title>" + item), nil, ""},
		{"JSON depth", `{"version":"https://jsonfeed.org/version/1","items":` + strings.Repeat("[", 1_000_000), ErrLimit, "200 arrays"},
		{"JSON items", `{"version":"https://jsonfeed.org/version/1","items":[` + strings.Repeat("{},", maxItems) + `{}]}`, ErrLimit, "10000 items"},
		{"JSON text", `{"version":"https://jsonfeed.org/version/1","items":[],"title":"` + strings.Repeat("x", maxText+1) + `"}`, ErrLimit, "5 MB"},
		{"JSON of another kind", `{"a":1}`, ErrFormat, "no JSON Feed"},
		{"JSON list", `[{"url":"https://a.example/1"}]`, ErrFormat, "a list"},
		{"JSON broken", `{"version":`, ErrFormat, "cannot be read"},
		{"page", "<!doctype html><html><title>x</title></html>", ErrFormat, "web page"},
		{"empty", " \n", ErrFormat, "empty"},
		{"outline", "<opml/>", ErrFormat, "outline"},
		{"sitemap", "<urlset/>", ErrFormat, "sitemap"},
		{"text", "Talks end", ErrFormat, "neither XML nor JSON"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := ParseFeed([]byte(c.in), Source{})
			sound(t, c.name, f, err)
			if !errors.Is(err, c.want) || err != nil && !strings.Contains(err.Error(), c.text) {
				t.Errorf("%v, want %v %q", err, c.want, c.text)
			}
		})
	}
}

func TestPlain(t *testing.T) {
	for in, want := range map[string]string{
		" a\n b ": "a b", "A &amp; B": "A & B", "&lt;b&gt;A&lt;/b&gt;": "<b>A</b>", "<b>A</b>&amp;nbsp;B": "A B", "3 < 4": "3 < 4", "R&D": "R&D", "a\x1b[31mb": "a[31mb", "x\u202ey\u2066z": "xyz", "\u0000": "",
		strings.Repeat("ä", 2000): strings.Repeat("ä", 1000) + "…",
	} {
		if got := plain(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestCanonical(t *testing.T) {
	for in, want := range map[string]string{
		"HTTPS://WWW.Karvany.Example:443/A/b?utm_source=x&id=7&FBCLID=y&b=&a#c": "https://www.karvany.example/A/b?id=7&b=&a",
		"http://karvany.example":                         "http://karvany.example/",
		"http://karvany.example:80/?":                    "http://karvany.example/",
		"http://karvany.example:8080/?gclid=1":           "http://karvany.example:8080/",
		"https://karvany.example./a/../b/./c":            "https://karvany.example/b/c",
		"https://żółw.example/ä?q=ä b":                   "https://xn--w-uga1v8h.example/%C3%A4?q=ä%20b",
		"https://karvany.example/a?%75tm_campaign=1&z=1": "https://karvany.example/a?z=1",
		"https://karvany.example/a?id=2&id=1&utmost=3":   "https://karvany.example/a?id=2&id=1&utmost=3",
		"https://[2001:DB8::1]:443/":                     "https://[2001:db8::1]/",
		" https://karvany.example/a\n":                   "https://karvany.example/a",
		"https://karvany.example/a%2Fb":                  "https://karvany.example/a%2Fb",
		"https://karvany.example/?a;b":                   "https://karvany.example/?a;b",
	} {
		got, err := Canonical(in)
		if err != nil || got != want {
			t.Errorf("%s: %q %v, want %q", in, got, err, want)
		}
		if again, err := Canonical(got); err != nil || again != got {
			t.Errorf("%s: again %q %v", got, again, err)
		}
	}
	for _, in := range []string{"", "a.example/b", "//a.example/", "mailto:a@a.example", "javascript:x", "https://", "https://u:p@a.example/", "http://[::1", "https://a.example/" + strings.Repeat("x", maxURL)} {
		if got, err := Canonical(in); err == nil {
			t.Errorf("%s: %q", clip(in, 40), got)
		}
	}
}

// An HTML tree of these 36 KB has 1.6 million nodes (reliability R15): no part
// of a feed may come to be one.
func TestNoTrees(t *testing.T) {
	var b strings.Builder
	b.WriteString("<p>")
	for i := range 400 {
		fmt.Fprintf(&b, "<b id=%d>", i)
	}
	b.WriteString("</p>" + strings.Repeat("<p>x</p>", 4000))
	bomb := escaped(b.String())
	for _, in := range []string{
		"<rss><channel><item><link>https://a.example/1</link><title>" + bomb + "</title><description>" + bomb + "</description><content:encoded>" + bomb + "</content:encoded></item></channel></rss>",
		`<feed xml:base="https://a.example/"><title type="html">` + bomb + `</title><entry><link href="1"/><title type="html">` + bomb + `</title><content type="html">` + bomb + `</content><summary type="xhtml">` + bomb + `</summary></entry></feed>`,
		`<feed version="0.3" xml:base="https://a.example/"><entry><link href="1"/><title mode="escaped" type="text/html">` + bomb + `</title><author><name type="html">` + bomb + `</name></author></entry></feed>`,
		`{"version":"https://jsonfeed.org/version/1","items":[{"url":"https://a.example/1","title":` + strconv.Quote(b.String()) + `,"content_html":` + strconv.Quote(b.String()) + `}]}`,
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		f, err := ParseFeed([]byte(in), Source{})
		runtime.ReadMemStats(&after)
		if err != nil || len(f.Items) != 1 || after.TotalAlloc-before.TotalAlloc > 20<<20 {
			t.Errorf("%s: %v, %d MB", clip(in, 30), err, (after.TotalAlloc-before.TotalAlloc)>>20)
		}
	}
}

package feeds

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
	"unsafe"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
)

func TestOPML(t *testing.T) {
	in := `<?xml version="1.0" encoding="UTF-8"?><opml version="1.1"><head><title>Desk &amp; wires</title></head><body>
<outline text="World"><outline title="Karvany" text="x">
  <outline text="Harbour Wire" type="rss" xmlUrl="https://harbourwire.example/feed" htmlUrl="https://harbourwire.example/" language="en-us" category="/Wire/Fast,Sea"/>
</outline>
<outline text="R & D" xmlUrl="/feed2"></outline></outline>
<outline text="Hegra Today" XMLURL='https://hegra.example/f?a=1&amp;b=2'/>
<outline text="again"><outline text="" xmlUrl="https://harbourwire.example/feed"/></outline>
<outline text="bad" xmlUrl="javascript:alert(1)"/><outline text="relative" xmlUrl="https:///x"/>
<outline text="never closed"><outline text="Late" xmlUrl="https://late.example/">`
	want := Outline{
		Title: "Desk & wires",
		Feeds: []Listed{
			{URL: "https://harbourwire.example/feed", Title: "Harbour Wire", Home: "https://harbourwire.example/", Language: "en-US", Categories: []string{"Sea", "Wire/Fast", "World/Karvany", "again"}},
			{URL: "https://a.example/feed2", Title: "R & D", Categories: []string{"World"}},
			{URL: "https://hegra.example/f?a=1&b=2", Title: "Hegra Today"},
			{URL: "https://late.example/", Title: "Late", Categories: []string{"never closed"}},
		},
		Refused: []readout.Refusal{{Path: "bad", Reason: `its address "javascript:alert(1)" is not one of http or https`}, {Path: "relative", Reason: `its address "https:///x" names no host`}},
	}
	got, err := ParseOPML([]byte(in), Source{URL: "https://a.example/x/list.opml"})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	var b bytes.Buffer
	if err := WriteOPML(&b, got.Title, day(2025, 3, 18, 12, 0), got.Feeds); err != nil {
		t.Fatal(err)
	}
	again, err := ParseOPML(b.Bytes(), Source{})
	if err != nil {
		t.Fatal(err)
	}
	back := map[string]Listed{}
	for _, f := range again.Feeds {
		back[f.URL] = f
	}
	for _, f := range want.Feeds {
		if d := cmp.Diff(f, back[f.URL]); d != "" {
			t.Errorf("written and read (-want +got)\n%s", d)
		}
	}
	if len(again.Feeds) != len(want.Feeds) || again.Title != want.Title || !strings.Contains(b.String(), "<dateCreated>Tue, 18 Mar 2025 12:00:00 +0000</dateCreated>") {
		t.Errorf("%s", b.String())
	}
	for in, want := range map[string]error{"<rss/>": ErrFormat, "": ErrFormat, `<!DOCTYPE opml [<!ENTITY a "b">]><opml/>`: ErrEntity, "<opml>" + strings.Repeat("<outline text='a'>", 200): ErrLimit} {
		if _, err := ParseOPML([]byte(in), Source{}); !errors.Is(err, want) {
			t.Errorf("%s: %v", clip(in, 40), err)
		}
	}
}

func zipped(t testing.TB, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestSitemap(t *testing.T) {
	in := `<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc> https://hegra.example/a?x=1&amp;y=2 </loc><lastmod>2025-03-18</lastmod><image:image><image:loc>https://hegra.example/a.jpg</image:loc><image:title>Not this</image:title></image:image>
<n:news><n:publication><n:name>Hegra Today</n:name><n:language>en</n:language></n:publication><n:publication_date>2025-03-18T14:05:00+01:00</n:publication_date><n:title><![CDATA[Orrin & Karvany]]></n:title></n:news></url>
<url><loc>/b</loc><lastmod>soon</lastmod></url>
<url><loc>ftp://hegra.example/</loc></url>
<url><loc>https://hegra.example/c</loc>
<url><loc>https://hegra.example/d</loc></url>
</urlset>`
	want := Sitemap{
		Pages: []Page{
			{URL: "https://hegra.example/a?x=1&y=2", Modified: day(2025, 3, 18, 0, 0), Published: day(2025, 3, 18, 13, 5), Title: "Orrin & Karvany", Language: "en", Outlet: "Hegra Today"},
			{URL: "https://hegra.example/b"},
			{URL: "https://hegra.example/c"},
			{URL: "https://hegra.example/d"},
		},
		Refused: []readout.Refusal{{Path: "url 3", Reason: `its address "ftp://hegra.example/" is not one of http or https`}},
	}
	for _, b := range [][]byte{[]byte(in), zipped(t, []byte(in))} {
		got, err := ParseSitemap(b, Source{URL: "https://hegra.example/s.xml.gz"})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("(-want +got)\n%s", d)
		}
	}
	got, err := ParseSitemap([]byte(`<sitemapindex><sitemap><loc>https://hegra.example/1.xml</loc><lastmod>2025-03-18T10:00Z</lastmod></sitemap><sitemap><loc>https://hegra.example/2`), Source{})
	if err != nil || !got.Index || len(got.Pages) != 1 || !got.Pages[0].Modified.Equal(day(2025, 3, 18, 10, 0)) || len(got.Refused) != 1 || !strings.Contains(got.Refused[0].Reason, "breaks off") {
		t.Errorf("index: %+v %v", got, err)
	}
	if got, err = ParseSitemap([]byte("https://hegra.example/1\nhttps://hegra.example/2\n"), Source{}); err != nil || len(got.Pages) != 2 {
		t.Errorf("text: %+v %v", got, err)
	}
}

func TestSitemapLimits(t *testing.T) {
	pages := func(n int) []byte {
		var b bytes.Buffer
		b.WriteString("<urlset>")
		for i := range n {
			fmt.Fprintf(&b, "<url><loc>https://a.example/%d</loc></url>", i)
		}
		return append(b.Bytes(), "</urlset>"...)
	}
	for _, c := range []struct {
		name string
		in   []byte
		want error
	}{
		{"at the limit", pages(maxPages), nil},
		{"over it", pages(maxPages + 1), ErrLimit},
		{"over 50 MB", bytes.Repeat([]byte(" "), maxSitemap+1), ErrLimit},
		{"bomb", zipped(t, make([]byte, maxSitemap+1)), ErrLimit},
		{"bomb in a bomb", zipped(t, zipped(t, make([]byte, maxSitemap))), ErrFormat},
		{"broken gzip", zipped(t, pages(10))[:40], ErrFormat},
		{"no gzip", []byte("\x1f\x8bxx"), ErrFormat},
		{"entities", []byte(`<!DOCTYPE urlset [<!ENTITY a "b">]><urlset/>`), ErrEntity},
		{"a feed", []byte("<rss/>"), ErrFormat},
		{"deep", []byte("<urlset>" + strings.Repeat("<url>", 1000)), ErrLimit},
		{"a picture", []byte("\x89PNG\r\n\x1a\n\x00\x00"), ErrFormat},
	} {
		if got, err := ParseSitemap(c.in, Source{}); !errors.Is(err, c.want) || err == nil && len(got.Pages) != maxPages {
			t.Errorf("%s: %d pages, %v", c.name, len(got.Pages), err)
		}
	}
}

func TestList(t *testing.T) {
	in := "\ufeff# feeds of the desk\r\nhttps://hegra.example/a\r\n\r\n  https://hegra.example/b#top  Talks at Lake Ansa\t# late\rhttps://hegra.example/a\nhegra.example/c\nmailto:desk@hegra.example\n#\nhttps://hegra.example/#d"
	want := List{
		Pages: []Listed{{URL: "https://hegra.example/a"}, {URL: "https://hegra.example/b", Title: "Talks at Lake Ansa"}, {URL: "https://hegra.example/"}},
		Refused: []readout.Refusal{
			{Path: "line 6", Reason: `its address "hegra.example/c" is relative to nothing; write it with http:// or https://`},
			{Path: "line 7", Reason: `its address "mailto:desk@hegra.example" is not one of http or https`},
		},
	}
	got, err := ParseList([]byte(in), Source{})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	if _, err := ParseList([]byte("PK\x03\x04"), Source{}); !errors.Is(err, ErrFormat) {
		t.Error(err)
	}
	if _, err := ParseList([]byte(strings.Repeat("x\n", maxPages+1)), Source{}); !errors.Is(err, ErrLimit) {
		t.Error(err)
	}
}

func TestDiscover(t *testing.T) {
	page := `<!doctype html><base href="/news/"><LINK rel="stylesheet alternate" type="application/rss+xml" href="style"><link rel=alternate type=" Application/RSS+xml; charset=utf-8" title="All &amp; more" href="feed">
<link rel="alternate" type="application/json+oembed" href="/oembed"><link rel="alternate" hreflang="de" href="/de"><!-- <link rel=alternate type=application/rss+xml href=/no> -->
<script>"<link rel=alternate type=application/rss+xml href=/no2>"</script><link rel="feed" type="application/atom+xml" href="https://feeds.example/a"><a rel=alternate type="application/feed+json" href="feed.json">f</a>
<link rel=alternate type=application/rss+xml href=feed><link rel=alternate type=application/rss+xml href="javascript:x"><link rel=alternate type=application/rss+xml>`
	want := []Link{
		{URL: "https://hegra.example/news/feed", Title: "All & more", Type: "application/rss+xml"},
		{URL: "https://feeds.example/a", Type: "application/atom+xml"},
		{URL: "https://hegra.example/news/feed.json", Type: "application/feed+json"},
	}
	if d := cmp.Diff(want, Discover([]byte(page), Source{URL: "https://hegra.example/x/y"})); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	if got := Discover([]byte(strings.Repeat("<link rel=alternate type=application/rss+xml href=/a>", 10)), Source{}); len(got) != 0 {
		t.Errorf("relative to nothing: %v", got)
	}
}

// Linear in what comes in, however it is made: a quarter of a megabyte of each takes
// milliseconds; quadratic, it would take longer than go test waits.
func TestLinear(t *testing.T) {
	for _, piece := range []string{"<", "<a ", "<a b='", `<a b="`, "<!--", "<![CDATA[", "<?", "<!", "<!DOCTYPE a [", "</", "<a/>", "&", "<a", "<a b", "]]>", "<rss><channel><item>", "<item", "'\"", "<url><loc>", "<outline text='a' xmlUrl='http://a/'/>", "{", "[", `"`, `\"`} {
		for _, lead := range []string{"", "<rss>", "<feed>", "<opml>", "<urlset>", `{"a":`} {
			b := []byte(lead + strings.Repeat(piece, 1<<18/len(piece)))
			f, err := ParseFeed(b, Source{})
			sound(t, piece, f, err)
			_, _ = ParseOPML(b, Source{})
			_, _ = ParseSitemap(b, Source{})
			Discover(b, Source{})
		}
	}
}

// Names of folders within each other are kept once for all feeds in them, and no
// longer than a title.
func TestOPMLDeepFolders(t *testing.T) {
	var b strings.Builder
	b.WriteString(`<opml version="2.0"><body>`)
	for range 90 {
		b.WriteString(`<outline text="` + strings.Repeat("ü", 300) + `">`)
	}
	for i := range 1000 {
		fmt.Fprintf(&b, `<outline xmlUrl="http://a.example/%d"/>`, i)
	}
	o, err := ParseOPML([]byte(b.String()), Source{})
	if err != nil || len(o.Feeds) != 1000 {
		t.Fatal(len(o.Feeds), err)
	}
	first := o.Feeds[0].Categories[0]
	if n := utf8.RuneCountInString(first); n != maxTitle+1 || !strings.HasSuffix(first, "ü…") {
		t.Errorf("the path has %d characters; want %d", n, maxTitle+1)
	}
	for _, f := range o.Feeds {
		if len(f.Categories) != 1 || f.Categories[0] != first || unsafe.StringData(f.Categories[0]) != unsafe.StringData(first) {
			t.Fatalf("%s has a path of its own", f.URL)
		}
	}
}

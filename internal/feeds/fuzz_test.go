package feeds

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// seed adds what the parsers are written for, and small files of the corpora
// where they are.
func seed(f *testing.F) {
	for _, s := range []string{
		"", "<rss><channel><title>a</title><item><link>https://a.example/1</link><pubDate>Tue, 18 Mar 2025 14:05:00 +0100</pubDate></item></channel></rss>",
		`<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://a.example/"><entry><link href="b"/><title type="xhtml"><div>a<b>c</b></div></title></entry></feed>`,
		`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><channel/><item><link>https://a.example/</link></item></rdf:RDF>`,
		`{"version":"https://jsonfeed.org/version/1.1","items":[{"id":1,"url":"https://a.example/1"}]}`,
		`<!DOCTYPE rss [<!ENTITY a "b">]><rss>&a;</rss>`, "<rss><channel><item><title>x &amp b</title><link>https://a.example/<![CDATA[", "<b>Warning</b><rss version=2.0>",
		`<opml><body><outline text="a"><outline xmlUrl="https://a.example/f" category="x/y,z"/></outline></body></opml>`,
		`<urlset><url><loc>https://a.example/1</loc><n:news><n:title>t</n:title></n:news></url></urlset>`, "<sitemapindex><sitemap><loc>https://a.example/1.xml</loc>",
		"# list\nhttps://a.example/1 title # why\n", `<base href="/x/"><link rel=alternate type="application/rss+xml" href="feed">`, "\xff\xfe<\x00r\x00", "\x1f\x8b",
	} {
		f.Add([]byte(s))
	}
	paths, _ := filepath.Glob(hostile + "feeds-gofeed/testdata/parser/*/*.xml")
	for i, p := range paths {
		if b, err := os.ReadFile(p); err == nil && i%10 == 0 && len(b) < 4096 {
			f.Add(b)
		}
	}
}

func FuzzFeed(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		feed, err := ParseFeed(b, Source{URL: site})
		sound(t, "feed", feed, err)
	})
}

// What is mended is XML that mending leaves as it is, within the limits that
// what came in kept.
func FuzzMend(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		s := strings.ToValidUTF8(string(b), "\ufffd")
		d, err := survey(s)
		if err != nil {
			return
		}
		if d.start > len(s) || d.end > len(s) || d.start > d.end || d.items > maxItems {
			t.Fatalf("%+v of %d bytes", d, len(s))
		}
		once, _, err := mend(s[d.start:])
		if err != nil {
			return
		}
		again, why, err := mend(once)
		if !utf8.ValidString(once) || why != "" || err != nil || again != once {
			t.Errorf("%q\nis mended to %q\nand that to %q: %s %v", s, once, again, why, err)
		}
		if e, err := survey(once); err != nil && !errors.Is(err, ErrLimit) || err == nil && e.items > d.items {
			t.Errorf("%q: %+v %v", once, e, err)
		}
	})
}

// listed holds what every list must hold.
func listed(t *testing.T, err error, addresses []string) {
	t.Helper()
	if err != nil && !errors.Is(err, ErrFormat) && !errors.Is(err, ErrLimit) && !errors.Is(err, ErrEntity) {
		t.Errorf("an error without a reason: %v", err)
	}
	for _, a := range addresses {
		if c, err := Canonical(a); err != nil || c == "" {
			t.Errorf("address %q: %v", a, err)
		}
	}
}

func FuzzOPML(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		o, err := ParseOPML(b, Source{URL: site})
		var list []string
		for _, l := range o.Feeds {
			list = append(list, l.URL)
		}
		listed(t, err, list)
		if err != nil {
			return
		}
		var out bytes.Buffer
		if err := WriteOPML(&out, o.Title, time.Time{}, o.Feeds); err != nil {
			t.Fatal(err)
		}
		again, err := ParseOPML(out.Bytes(), Source{})
		if err != nil && !errors.Is(err, ErrLimit) {
			t.Fatalf("what was written cannot be read: %v\n%s", err, out.String())
		}
		if err == nil && (len(again.Feeds) != len(o.Feeds) || again.Title != o.Title) {
			t.Errorf("%d feeds of %q came back as %d of %q\n%s", len(o.Feeds), o.Title, len(again.Feeds), again.Title, out.String())
		}
	})
}

func FuzzSitemap(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := ParseSitemap(b, Source{URL: site})
		var list []string
		for _, p := range m.Pages {
			list = append(list, p.URL)
			if plain(p.Title) != p.Title && !strings.ContainsAny(p.Title, "<&") {
				t.Errorf("title %q", p.Title)
			}
		}
		listed(t, err, list)
		if _, err := unzip(zipped(t, b)); err != nil {
			t.Errorf("unzip: %v", err)
		}
	})
}

func FuzzList(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		l, err := ParseList(b, Source{})
		var list []string
		for _, p := range l.Pages {
			list = append(list, p.URL)
		}
		listed(t, err, list)
	})
}

func FuzzDiscover(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		links := Discover(b, Source{URL: site})
		var list []string
		for _, l := range links {
			list = append(list, l.URL)
		}
		listed(t, nil, list)
		if len(links) > maxLinks {
			t.Errorf("%d links", len(links))
		}
	})
}

// The canonical address of a canonical address is itself.
func FuzzCanonical(f *testing.F) {
	for _, s := range []string{"https://WWW.Karvany.Example:443/A/../b?utm_source=x&id=7#c", "http://[2001:db8::1%25eth0]:80/", "https://żółw.example./%C3%A4?q=ä b&&c", "http://a.example/%2e%2e/x", "http://a.example//b", "http://a.example/..//b", "http://a.example:/x", "http://A%41.example/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := Canonical(s)
		if err != nil {
			return
		}
		if again, err := Canonical(c); err != nil || again != c {
			t.Errorf("%q: %q, then %q %v", s, c, again, err)
		}
		if !strings.HasPrefix(c, "http") || strings.ContainsAny(c, "# \n\t") {
			t.Errorf("%q: %q", s, c)
		}
	})
}

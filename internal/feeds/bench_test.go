package feeds

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// words is a text of n bytes with the references and tags that feeds have.
func words(n int) string {
	const s = "&lt;p&gt;The envoys of Karvany and Orrin met at Lake Ansa &amp;#8212; no word was given to the press.&lt;/p&gt; "
	return strings.Repeat(s, n/len(s)+1)[:n-n%len(s)]
}

func rssOf(items, size int) []byte {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Harbour Wire</title><link>https://harbourwire.example/</link><ttl>15</ttl>`)
	for i := range items {
		fmt.Fprintf(&b, `<item><title>Talks end %d</title><link>https://harbourwire.example/news/%d?utm_source=rss</link><guid isPermaLink="false">hw-%d</guid><pubDate>Tue, 18 Mar 2025 14:%02d:00 +0100</pubDate><dc:creator>Mira Sollund</dc:creator><category>World</category><description>%s</description></item>`, i, i, i, i%60, words(size))
	}
	b.WriteString("</channel></rss>")
	return b.Bytes()
}

func atomOf(items, size int) []byte {
	var b bytes.Buffer
	b.WriteString(`<feed xmlns="http://www.w3.org/2005/Atom"><title>Orrin Post</title><link href="https://orrin.example/"/>`)
	for i := range items {
		fmt.Fprintf(&b, `<entry><id>tag:orrin.example,2025:%d</id><title>Talks end %d</title><link href="https://orrin.example/%d"/><updated>2025-03-18T14:%02d:00Z</updated><author><name>Desk</name></author><content type="html">%s</content></entry>`, i, i, i, i%60, words(size))
	}
	b.WriteString("</feed>")
	return b.Bytes()
}

func jsonOf(items, size int) []byte {
	var b bytes.Buffer
	b.WriteString(`{"version":"https://jsonfeed.org/version/1.1","title":"Hegra Today","items":[`)
	for i := range items {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":"%d","url":"https://hegra.example/%d","title":"Talks end","date_published":"2025-03-18T14:%02d:00Z","content_html":%q}`, i, i, i%60, words(size))
	}
	b.WriteString("]}")
	return b.Bytes()
}

// BenchmarkParseFeed reads feeds of 30 items: with teasers of 400 bytes, with
// whole texts of 5 KB, and one that breaks off and is mended.
func BenchmarkParseFeed(b *testing.B) {
	for _, c := range []struct {
		name string
		in   []byte
	}{
		{"rss teasers", rssOf(30, 400)},
		{"rss texts", rssOf(30, 5000)},
		{"rss mended", rssOf(30, 5000)[:30*5000]},
		{"atom texts", atomOf(30, 5000)},
		{"json texts", jsonOf(30, 5000)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.in)))
			b.ReportAllocs()
			for b.Loop() {
				f, err := ParseFeed(c.in, Source{URL: site})
				if err != nil || len(f.Items) < 20 {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkSurvey is the pass that holds the limits, alone.
func BenchmarkSurvey(b *testing.B) {
	s := string(rssOf(30, 5000))
	b.SetBytes(int64(len(s)))
	for b.Loop() {
		if _, err := survey(s); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSitemap(b *testing.B) {
	var in bytes.Buffer
	in.WriteString("<urlset>")
	for i := range 1000 {
		fmt.Fprintf(&in, `<url><loc>https://hegra.example/news/%d</loc><lastmod>2025-03-18</lastmod><news:news><news:publication><news:name>Hegra Today</news:name><news:language>en</news:language></news:publication><news:publication_date>2025-03-18T14:05:00Z</news:publication_date><news:title>Talks end %d</news:title></news:news></url>`, i, i)
	}
	in.WriteString("</urlset>")
	b.SetBytes(int64(in.Len()))
	for b.Loop() {
		if m, err := ParseSitemap(in.Bytes(), Source{}); err != nil || len(m.Pages) != 1000 {
			b.Fatal(err)
		}
	}
}

func BenchmarkCanonical(b *testing.B) {
	for b.Loop() {
		if _, err := Canonical("https://www.harbourwire.example/news/2025/03/18/talks-end?utm_source=rss&utm_medium=feed&id=7#top"); err != nil {
			b.Fatal(err)
		}
	}
}

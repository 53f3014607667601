package extract_test

import (
	"strings"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/extract"
)

const plainReport = "trackingTalks on Lake Ansa\n\nPORT ELSEY, Orrin, 12 March (Harbour Wire) — Delegations met on Wednesday, officials said.\n" +
	"ADVERTISEMENT\n“We did not solve anything,” Ilse Maren said.ARTICLE AD BOX\nTomas EredPool photo/Harbour Wire.\nREAD MORE: Who Owns Reed Island?\n"

func fuzzMedia(f *testing.F, media string, seeds ...string) {
	x := newExtractor(f)
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		c := readout.Capture{Path: "fuzz", MediaType: media, Body: b}
		r, err := x.Report(c)
		if err != nil {
			if err.Error() == "" {
				t.Fatal("an error without words")
			}
			return
		}
		check(t, r)
		again, _ := x.Report(c)
		if r.Text != again.Text || len(r.Noise) != len(again.Noise) || r.Published.Why != again.Published.Why {
			t.Fatal("the same bytes gave two reports")
		}
	})
}

func FuzzText(f *testing.F) {
	fuzzMedia(f, "text/plain", plainReport, "", "\xff\xfeM\x00", "By \nBy Ilse\r\n12 March 2031\n", strings.Repeat("a\n", 50), "““x””\nPhoto: AFP", "“Maren” and “Ered” \xff")
}

func FuzzMarkdown(f *testing.F) {
	fuzzMedia(f, "text/markdown", "---\ntitle: Talks\ndate: 2031-03-12\nauthors: [A, B]\n---\n# Talks\n\n**Maren** met [Ered](x).\n", "---\n", "---\n: [\n---\nx", "# \n## a\n> q\n![i](x)\n", "---\na: &a [*a]\n---\n")
}

func FuzzRecord(f *testing.F) {
	fuzzMedia(f, "application/json", `{"maintext":"Maren met Ered.","title":"T","date_publish":"2031-03-12 10:00:00","authors":["A"],"source_domain":"x.example"}`, `{"html":"<p>x"}`, `{"Text":"a","text":"b"}`, `{"date":1742310000,"text":["a","b"]}`, `[]`, `{"seendate":"20310312T101500Z"}`, `{"body":{"summary":["a"],"sections":[{"headline":["b",1],"paragraphs":["c\n",null]},2]},"html":{"content":"<p>x"}}`)
}

func FuzzPage(f *testing.F) {
	fuzzMedia(f, "text/html", `<html lang="en"><head><meta property="article:published_time" content="2031-03-12T10:00:00Z"><script type="application/ld+json">{"@graph":[{"@type":"NewsArticle","datePublished":"2031-03-12","author":{"name":"A"}}]}</script></head><body><article><h1>Talks</h1><p>Maren met Ered in Port Elsey on Wednesday, officials said.</p></article></body></html>`,
		`<script type="application/ld+json">[{"@type":["Article"],"publisher":[1]}]`, `<time>yesterday</time><time datetime=2031>`, "<table><p><b>", "\x00<p>x", "<plaintext>x")
}

func FuzzDateline(f *testing.F) {
	for _, s := range []string{"PORT ELSEY, Orrin, 12 March (Harbour Wire) — Talks", "(Reuters) - Talks", "TARN. March 4. /TASS/. Talks", "NEW DELHI: Talks", "A/B — x", "—", "31 February (X) - ", "ÅRHUS\u00a0— Talks"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ToValidUTF8(s, "?")
		d, ok := extract.FindDateline(s)
		if !ok {
			return
		}
		if d.Span.Start != 0 || d.Span.End > len(s) || !boundary(s, d.Span.End) {
			t.Fatalf("span %v in %q", d.Span, s)
		}
		for _, p := range []readout.Span{d.Place, d.Date, d.Agency} {
			if !p.Empty() && (!d.Span.Contains(p) || !boundary(s, p.Start) || !boundary(s, p.End)) {
				t.Fatalf("part %v of %v in %q", p, d.Span, s)
			}
		}
	})
}

package iptc

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestIsNinjs(t *testing.T) {
	for body, want := range map[string]bool{
		`{"uri":"u","versioncreated":"2031-03-14T15:00:00Z","body_xhtml":"<p>x</p>"}`:    true,
		`{"uri":"u","versionCreated":"2031-03-14T15:00:00Z","bodies":[]}`:                true,
		`{"uri":"u","pubstatus":"usable","representationtype":"complete","type":"text"}`: true,
		`{"uri":"u","standard":{"name":"ninjs","version":"2.0"}}`:                        true,
		`{"standard":{"name":"other"},"uri":"u","text":"x"}`:                             false,
		`{"uri":"u","text":"x","published":"2031-03-14"}`:                                false,
		`{"uri":"u","versioncreated":"x"}`:                                               false,
		`{"body_text":"x","versioncreated":"x","firstcreated":"x"}`:                      false,
		`{"standard":7}`: false,
		`{}`:             false,
	} {
		var fields map[string]json.RawMessage
		if err := json.Unmarshal([]byte(body), &fields); err != nil {
			t.Fatal(err)
		}
		if got := IsNinjs(fields); got != want {
			t.Errorf("%s: got %t", body, got)
		}
	}
}

func TestIsNewsML(t *testing.T) {
	for in, want := range map[string]bool{
		"<newsItem>": true, "\xef\xbb\xbf<?xml version=\"1.0\"?>\n<!-- a --><nar:newsMessage xmlns:nar=\"x\">": true,
		"<\x00n\x00e\x00w\x00s\x00I\x00t\x00e\x00m\x00>\x00": true,
		"<newsItems>": false, "<rss>": false, "newsItem": false, "text <newsItem>": false, "": false, "<html><p>&lt;newsItem>": false,
	} {
		if got := IsNewsML([]byte(in)); got != want {
			t.Errorf("%q: got %t", in, got)
		}
	}
	for in, want := range map[string]string{`<?xml version="1.0" encoding="UTF-8"?>`: "utf-8", `<?xml version='1.0' encoding = 'ISO-8859-2'?>`: "iso-8859-2", `<?xml version="1.0"?>`: "", `<a encoding="x">`: ""} {
		if got := Declared([]byte(in)); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestSplit(t *testing.T) {
	s := `<newsMessage><itemSet><x/><newsItem a="1">é<newsItem/></newsItem><y:newsItem xmlns:y="z"/></itemSet></newsMessage>`
	parts, err := Split(s)
	if err != nil || len(parts) != 2 || parts[0].In(s) != `<newsItem a="1">é<newsItem/></newsItem>` || parts[1].In(s) != `<y:newsItem xmlns:y="z"/>` {
		t.Errorf("got %v, %v", parts, err)
	}
	// 10⁶ elements deep, a million entities, a million parts: none takes long.
	for _, bad := range []string{strings.Repeat("<a>", 1000000), "<a>" + strings.Repeat("&b;", 1000000), "<newsItem>" + strings.Repeat("<a/>", 600000) + "</newsItem>", `<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><newsItem>&b;</newsItem>`} {
		if _, err := Split(bad); err == nil {
			t.Errorf("%.60s: no error", bad)
		}
		if _, err := NewsItem(bad); err == nil {
			t.Errorf("%.60s: no error", bad)
		}
	}
}

// FuzzSplit holds the spans to the text and each item to be one that reads
// again.
func FuzzSplit(f *testing.F) {
	for _, s := range []string{"<newsItem/>", `<newsMessage><itemSet><newsItem guid="a"><contentSet><inlineXML><p>x</p></inlineXML></contentSet></newsItem></itemSet></newsMessage>`, "<newsItem><contentMeta><headline>x</headline></contentMeta></newsItem><newsItem>", "<a:newsItem xmlns:a='b'>&amp;</a:newsItem>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ToValidUTF8(s, "?")
		parts, err := Split(s)
		if err != nil && err.Error() == "" {
			t.Fatal("an error without words")
		}
		for i, p := range parts {
			if p.Start < 0 || p.End > len(s) || p.Empty() || i > 0 && p.Start < parts[i-1].End {
				t.Fatalf("spans %v in %d bytes", parts, len(s))
			}
			item, err := NewsItem(p.In(s))
			if err == nil && !utf8.ValidString(item.Text+item.Title+item.Byline) {
				t.Fatalf("no UTF-8 in %+v", item)
			}
		}
	})
}

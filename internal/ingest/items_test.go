package ingest_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout/internal/ingest"
)

const (
	ninjs1 = `{"uri":"https://wire.example/1","type":"text","versioncreated":"2031-03-14T15:00:00Z","pubstatus":"usable","headline":"Talks","byline":"Dana Whitlock","body_xhtml":"<p>Maren met Ered in Port Elsey.</p>"}`
	ninjs2 = `{"uri":"urn:wire:2","standard":{"name":"ninjs","version":"2.1"},"headlines":[{"role":"main","value":"Talks"}],"bodies":[{"role":"main","contenttype":"text/plain","value":"Maren met Ered in Port Elsey."}]}`
	ninjs3 = `{"uri":"urn:wire:3","standard":{"name":"ninjs","version":"3.0"},"versionCreated":"2031-03-14T15:00:00Z","bodies":[{"contentType":"application/xhtml+xml","value":"<p>Maren met Ered.</p>"}]}`

	newsItem    = `<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:wire:4" xml:lang="en"><itemMeta><versionCreated>2031-03-14T15:00:00Z</versionCreated></itemMeta><contentMeta><headline>Talks</headline></contentMeta><contentSet><inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><body><p>Maren met Ered.</p></body></html></inlineXML></contentSet></newsItem>`
	newsMessage = `<?xml version="1.0" encoding="UTF-8"?>` + "\n<newsMessage xmlns=\"http://iptc.org/std/nar/2006-10-01/\"><header/><itemSet>" + newsItem + "\n" + newsItem + "</itemSet></newsMessage>\n"
)

func TestItems(t *testing.T) {
	deep := strings.Repeat("[", 201) + strings.Repeat("]", 201)
	for _, tt := range []struct {
		name, file, body string
		want             []string
	}{
		{"ninjs 1", "a.json", ninjs1, []string{"a.json application/ninjs+json"}},
		{"ninjs 2", "a.json", ninjs2, []string{"a.json application/ninjs+json"}},
		{"ninjs 3, a line each", "a.jsonl", ninjs1 + "\n" + ninjs3 + "\n{\"text\":\"x\",\"uri\":\"y\"}\n", []string{"a.jsonl:1 application/ninjs+json", "a.jsonl:2 application/ninjs+json", "a.jsonl:3 application/json"}},
		{"a list of ninjs", "a.json", "[" + ninjs1 + "," + ninjs2 + "]", []string{"a.json#1 application/ninjs+json", "a.json#2 application/ninjs+json"}},
		{"one item", "a.xml", newsItem, []string{"a.xml application/vnd.iptc.g2.newsitem+xml"}},
		{"a message", "a.xml", newsMessage, []string{"a.xml#1 application/vnd.iptc.g2.newsitem+xml", "a.xml#2 application/vnd.iptc.g2.newsitem+xml"}},
		{"a message under another name", "a.news", newsMessage, []string{"a.news#1 application/vnd.iptc.g2.newsitem+xml", "a.news#2 application/vnd.iptc.g2.newsitem+xml"}},
		{"a message in Latin 1", "a.xml", strings.ReplaceAll(strings.Replace(newsMessage, "UTF-8", "ISO-8859-1", 1), "Ered", "\xc5red"), []string{"REFUSED a.xml: a message of several items in windows-1252; save it as UTF-8"}},
		{"an item in Latin 1", "a.xml", `<?xml version="1.0" encoding="ISO-8859-1"?>` + strings.ReplaceAll(newsItem, "Ered", "\xc5red"), []string{"a.xml application/vnd.iptc.g2.newsitem+xml"}},
		{"a feed", "a.xml", "<?xml version=\"1.0\"?><rss version=\"2.0\"></rss>", []string{"REFUSED a.xml: XML, but no NewsML-G2 item of news; save the report as .txt, .md, .html, .htm, .jsonl or .json, and follow feeds with “readout feeds”"}},
		{"broken XML", "a.xml", newsItem[:200], []string{"REFUSED a.xml: not well-formed XML (line 1: unexpected EOF)"}},
		{"a document type", "a.xml", `<!DOCTYPE newsItem [<!ENTITY a "b">]>` + newsItem, []string{"REFUSED a.xml: the XML has a document type declaration, which can define entities without end; send it without"}},
		{"an entity", "a.xml", strings.Replace(newsItem, "Maren", "&lol;", 1), []string{"REFUSED a.xml: not well-formed XML (line 1: invalid character entity &lol;)"}},
		{"deep XML", "a.xml", strings.Replace(newsItem, "Maren", strings.Repeat("<b>", 101)+strings.Repeat("</b>", 101), 1), []string{"REFUSED a.xml: the XML is nested more than 100 deep"}},
		{"deep JSON", "a.json", deep, []string{"REFUSED a.json: its JSON is nested more than 200 deep"}},
		{"deep JSON in a line", "a.jsonl", `{"text":` + deep + "}\n{\"text\":\"x\"}", []string{"REFUSED a.jsonl:1: its JSON is nested more than 200 deep", "a.jsonl:2 application/json"}},
		{"brackets in a string", "a.json", `{"text":"\"` + strings.Repeat("[", 300) + `"}`, []string{"a.json application/json"}},
		{"addresses alone", "a.json", `{"articles":[{"url":"https://x.example/1","title":"Talks","seendate":"20310314T150000Z","domain":"x.example"},{"url":"https://x.example/2","title":"T","text":"Maren met Ered."}]}`, []string{
			"REFUSED a.json#1: the row gives the address of a report and no text: https://x.example/1; fetch lists of addresses with “readout feeds”", "a.json#2 application/json",
		}},
		{"news-please", "a.jsonl", `{"authors":["Dana Whitlock"],"date_publish":"2031-03-14 15:00:00","maintext":"Maren met Ered.","title":"Talks","url":"https://x.example/1","text":null}`, []string{"a.jsonl:1 application/json"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := write(t, map[string]string{tt.file: tt.body})
			if diff := cmp.Diff(tt.want, read(t, dir, ingest.Options{}, tt.file)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// The items of a message are cut out of its bytes and nothing of them is lost.
func TestMessageBytes(t *testing.T) {
	dir := write(t, map[string]string{"a.xml": newsMessage, "feed.xml": "<rss/>"})
	for c, refusal := range ingest.Read(t.Context(), []string{dir}, ingest.Options{}) {
		if refusal != nil || string(c.Body) != newsItem {
			t.Errorf("got %+v %q", refusal, c.Body)
		}
	}
}

// A long line is read past, and lines of JSON may be longer than a report.
func TestLongLines(t *testing.T) {
	dir := write(t, map[string]string{"a.jsonl": `{"text":"` + strings.Repeat("x", 16<<20) + "\"}\n" + `{"text":"` + strings.Repeat("x", 51<<20) + "\"}\n{\"text\":\"x\"}\n"})
	want := []string{"a.jsonl:1 application/json", "REFUSED a.jsonl:2: the line is longer than the limit of 52428800 bytes", "a.jsonl:3 application/json"}
	if diff := cmp.Diff(want, read(t, dir, ingest.Options{}, "a.jsonl")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

package extract_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/iptc"
)

const nitf = `<nitf><head><title>x</title></head><body><body.head><hedline><hl1>Talks in Port Elsey</hl1><hl2>Second day</hl2></hedline><byline>By Dana Whitlock</byline><dateline><location>PORT ELSEY</location>, 14 March</dateline></body.head>
<body.content><block><p>Maren met <person>Ered</person> on Wednesday &amp; left.</p><hl2>What was said</hl2><p>“The talks are over,” Maren said.</p><media media-type="image"><media-reference source="x.jpg"/><media-caption>Maren in Port Elsey.</media-caption></media></block></body.content><body.end><tagline>x</tagline></body.end></body></nitf>`

func newsItem(meta, content string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="https://wire.example/4" version="2" xml:lang="en"><itemMeta><itemClass qcode="ninat:text"/><provider literal="hw"><name>Harbour Wire</name></provider><versionCreated>2031-03-14T15:00:00+01:00</versionCreated><firstCreated>2031-03-13T09:00:00+01:00</firstCreated>` + meta + `</itemMeta><contentMeta><contentCreated>2031-03-13</contentCreated><by>By Dana Whitlock</by><headline role="hl:sub">Second day</headline><headline role="hl:main">Talks</headline><language tag="en-GB"/></contentMeta><contentSet>` + content + `</contentSet></newsItem>`
}

// show is what an item gave, a line each.
func show(r *readout.Report) string {
	var noise []string
	for _, n := range r.Noise {
		noise = append(noise, n.Reason+":"+n.Span.In(r.Text))
	}
	return fmt.Sprintf("%s|%s|%s|%s|%s\n%s %s %s\n%s\n%s\n%s", r.Title, r.Byline, r.Outlet, r.URL, r.Language, r.Published.Value, r.Published.Basis, r.Published.Why, r.Text, strings.Join(noise, "; "), r.Skip)
}

func TestItem(t *testing.T) {
	x := newExtractor(t)
	const page = `<h:html xmlns:h="http://www.w3.org/1999/xhtml"><h:head><h:title>x</h:title></h:head><h:body><h:p>Maren met Ered in Port Elsey on Wednesday.</h:p><h:p>Both&#160;spoke to reporters after that.<h:br/>Nobody smiled.</h:p><h:script>x</h:script></h:body></h:html>`
	const dates = "2031-03-14T15:00+01:00 metadata from the item's versionCreated; the item's date has 2031-03-13T09:00+01:00; the item's date has 2031-03-13"
	for _, tt := range []struct{ name, media, body, want string }{
		{
			"NITF", iptc.NewsItemType, newsItem("", `<inlineXML contenttype="application/nitf+xml">`+nitf+`</inlineXML>`),
			"Talks|Dana Whitlock|Harbour Wire|https://wire.example/4|\n" + dates + "\nPORT ELSEY, 14 March\nMaren met Ered on Wednesday & left.\nWhat was said\n“The talks are over,” Maren said.\nMaren in Port Elsey.\ndateline:PORT ELSEY, 14 March; heading:What was said; caption:Maren in Port Elsey.\n",
		},
		{
			"XHTML under a prefix", iptc.NewsItemType, newsItem("", `<inlineXML contenttype="application/xhtml+xml">`+page+`</inlineXML>`),
			"Talks|Dana Whitlock|Harbour Wire|https://wire.example/4|\n" + dates + "\nMaren met Ered in Port Elsey on Wednesday.\nBoth\u00a0spoke to reporters after that.\nNobody smiled.\n\n",
		},
		{
			"plain text", iptc.NewsItemType, newsItem("", "<inlineData contenttype=\"text/plain\">Maren met Ered in Port Elsey.\n\nTalks go on.</inlineData>"),
			"Talks|Dana Whitlock|Harbour Wire|https://wire.example/4|\n" + dates + "\nMaren met Ered in Port Elsey.\n\nTalks go on.\n\n",
		},
		{
			"a picture", iptc.NewsItemType, strings.Replace(newsItem("", `<remoteContent href="x.jpg"/>`), "ninat:text", "ninat:picture", 1),
			"Talks|Dana Whitlock|Harbour Wire|https://wire.example/4|\n" + dates + "\n\n\nan item of kind picture without text",
		},
		{"cancelled", iptc.NewsItemType, newsItem(`<pubStatus qcode="stat:canceled"/>`, ""), "error: its sender has cancelled the item"},
		{"no item", iptc.NewsItemType, "<x/>", "error: read the item: no newsItem is in it"},
		{"an entity", iptc.NewsItemType, newsItem("", "<inlineData>&lol;</inlineData>"), "error: read the item: not well-formed XML (line 1: invalid character entity &lol;)"},
		{
			"ninjs 1", iptc.NinjsType, `{"uri":"https://wire.example/1","type":"text","versioncreated":"2031-03-14T15:00:00Z","firstcreated":"2031-03-14T14:00:00Z","language":"en","headline":"Talks","byline":"By Dana Whitlock","copyrightholder":"Harbour Wire","usageterms":"x","body_text":"x","body_xhtml":"<html><head><title>x</title></head><body><h2>Port Elsey</h2><p>Maren met Ered in Port Elsey.</p><p>She left.</p></body></html>"}`,
			"Talks|Dana Whitlock|Harbour Wire|https://wire.example/1|\n2031-03-14T15:00Z metadata from the item's versionCreated\nPort Elsey\nMaren met Ered in Port Elsey.\nShe left.\nheading:Port Elsey\n",
		},
		{
			"ninjs 2", iptc.NinjsType, `{"uri":"urn:wire:2","standard":{"name":"ninjs","version":"2.1"},"firstcreated":"2031-03-14","by":"Dana Whitlock","headlines":[{"role":"sub","value":"Second day"},{"role":"main","value":"Talks"}],"infosources":[{"name":"Harbour Wire"}],"bodies":[{"role":"caption","contenttype":"text/plain","value":"x"},{"role":"main","contenttype":"text/plain","value":"Maren met Ered in Port Elsey.\nShe left."},{"role":"main","contenttype":"application/x-sports+json","value":"{}"}]}`,
			"Talks|Dana Whitlock|Harbour Wire||\n2031-03-14 metadata from the item's date\nMaren met Ered in Port Elsey.\nShe left.\n\n",
		},
		{
			"ninjs 3", iptc.NinjsType, `{"uri":"urn:wire:3","standard":{"name":"ninjs","version":"3.0"},"contentCreated":"2031-03-14T15:00:00Z","language":"en","headlines":[{"value":"Talks"}],"bodies":[{"contentType":"application/xhtml+xml","value":"<p>Maren met Ered in Port Elsey.</p>"}]}`,
			"Talks||||\n2031-03-14T15:00Z metadata from the item's date\nMaren met Ered in Port Elsey.\n\n",
		},
		{"withheld", iptc.NinjsType, `{"uri":"x","pubstatus":"withheld"}`, "error: its sender withholds the item"},
		{"no text", iptc.NinjsType, `{"uri":"x","headline":"Talks"}`, "Talks||||\n none the report carries no date\n\n\nno text in the item"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, err := x.Report(readout.Capture{Path: "a", MediaType: tt.media, Body: []byte(tt.body), SHA256: "0"})
			if err != nil {
				if diff := cmp.Diff(tt.want, "error: "+err.Error()); diff != "" {
					t.Error(diff)
				}
				return
			}
			check(t, r)
			if diff := cmp.Diff(tt.want, show(r)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// What a manifest says goes before what the item says.
func TestItemSidecar(t *testing.T) {
	r, err := newExtractor(t).Report(readout.Capture{MediaType: iptc.NewsItemType, Body: []byte(newsItem("", "<inlineData>Maren met Ered in Port Elsey.</inlineData>")), SHA256: "0", Sidecar: &readout.Sidecar{Outlet: "Meridian", Published: "2031-03-15", Title: "Sum"}})
	if err != nil || r.Outlet != "Meridian" || r.Title != "Sum" || r.Published.Value != "2031-03-15" || r.Published.Basis != readout.BasisSidecar {
		t.Errorf("got %+v, %v", r, err)
	}
}

func FuzzNewsItem(f *testing.F) {
	fuzzMedia(f, iptc.NewsItemType, newsItem("", `<inlineXML>`+nitf+`</inlineXML>`), newsItem("", `<inlineData>x</inlineData>`), "<newsItem>", "<newsItem><contentSet><inlineXML><p><br/><a:b><table/></a:b></p>&lt;script>x</inlineXML></contentSet></newsItem>")
}

func FuzzNinjs(f *testing.F) {
	fuzzMedia(f, iptc.NinjsType, `{"uri":"u","body_xhtml":"<p>x</p>","headlines":[1,{"value":2}],"bodies":[{"value":"<b>Maren met Ered"}]}`, `{"Body_Text":"a","bodytext":"b"}`, `[]`, `{"bodies":{}}`)
}

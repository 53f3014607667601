package feeds

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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

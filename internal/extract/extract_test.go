package extract_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/extract"
)

func report(t *testing.T, media, body string, side *readout.Sidecar) *readout.Report {
	t.Helper()
	r, err := newExtractor(t).Report(readout.Capture{Path: "x", MediaType: media, Body: []byte(body), SHA256: "00", Sidecar: side})
	if err != nil {
		t.Fatal(err)
	}
	check(t, r)
	return r
}

// noise lists the noise of a report as "reason rule text".
func noise(r *readout.Report) []string {
	var out []string
	for _, n := range r.Noise {
		out = append(out, fmt.Sprintf("%s %s %s", n.Reason, strings.TrimPrefix(n.By.Rule, "noise/"), n.Span.In(r.Text)))
	}
	return out
}

const (
	first  = "Delegations of Sollund and Karvany met in Port Elsey on Wednesday, and both said that the first session had gone well."
	second = "“Nobody came here to make a speech,” the envoy of Orrin, Dana Whitlock, told reporters after the doors had closed."
)

func TestTextIsTheFile(t *testing.T) {
	for name, body := range map[string]string{
		"line feeds":         first + "\n\n" + second + "\n",
		"carriage returns":   first + "\r\n\r\n" + second + "\r\n",
		"no-break spaces":    strings.ReplaceAll(first, " ", "\u00a0"),
		"white space around": "\n\n \t" + first + "  \n\n",
		"zero width":         "\u200b" + first + "\u2028" + second,
		"furniture":          "trackingOn the lake: " + first + "ARTICLE AD BOX",
		"not normalised":     "Cafe\u0301 talks. " + first,
		"form feed":          first + "\f" + second,
		"even length":        first + "!!",
	} {
		if r := report(t, "text/plain", body, nil); r.Text != body {
			t.Errorf("%s: text differs from the file:\n%q\n%q", name, body, r.Text)
		}
	}
	r := report(t, "text/plain", "\ufeff"+first, nil)
	if r.Text != first || len(r.Anomalies) != 1 || r.Anomalies[0].Kind != "byte-order-mark" {
		t.Errorf("byte order mark: %q %+v", r.Text[:10], r.Anomalies)
	}
}

func TestAnomalies(t *testing.T) {
	r := report(t, "text/plain", "“Ilse” met “Tomas” and ““Dana” in Port\xff Elsey\xe2\x80 on Wednesday.", nil)
	var got []string
	for _, a := range r.Anomalies {
		line := a.Kind + ": " + a.Note
		for _, e := range a.Evidence {
			line += fmt.Sprintf(" [%d:%d]%s", e.Span.Start, e.Span.End, e.Span.In(r.Text))
		}
		got = append(got, line)
	}
	want := []string{
		"bad-utf8: 2 broken byte sequences of utf-8 were replaced by U+FFFD [52:55]\uFFFD [61:64]\uFFFD",
		"doubled-quotation-mark: a quotation mark stands twice (““) [31:37]““",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestNoise(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{"nothing", first + "\n" + second, nil},
		{"title", "Talks open in Port Elsey\n\n" + first, []string{"title title Talks open in Port Elsey"}},
		{"title with a question", "Will the Lake Talks Fail?\n" + first, []string{"title title Will the Lake Talks Fail?"}},
		{"title, byline, time", "Talks open in Port Elsey\nBy Oona Hale and Jon Averin\nUpdated 12 March 2031, 14:05 GMT\n" + first, []string{
			"title title Talks open in Port Elsey", "byline byline By Oona Hale and Jon Averin", "timestamp timestamp Updated 12 March 2031, 14:05 GMT",
		}},
		{"byline with a place", "By Oona Hale in Port Elsey\n" + first, []string{"byline byline By Oona Hale in Port Elsey"}},
		{"no byline", "By Friday the talks had stalled, and nobody in Port Elsey was surprised.\n" + first, nil},
		{"section heading", first + "\nFourteen men in Hegra\n" + second, []string{"heading heading Fourteen men in Hegra"}},
		{"heading in capitals", first + "\nA FOURTH ROUND?\n" + second, []string{"heading heading A FOURTH ROUND?"}},
		{"a sentence without its full stop", first + "\nThe envoy said that she was tired of it\n" + second, nil},
		{"introduction of a list", "The sides agreed on these points:\n- weekly lake levels\n- a hotline\n" + first, nil},
		{"list of points", first + "\nThey want:\nA monthly cap\nA hotline\n" + second, nil},
		{"quotation without a full stop", first + "\n“We will come back\n" + second, nil},
		{"ad label", first + "\nArticle Ad Box\n" + second, []string{"ad-label phrase Article Ad Box"}},
		{"ad label with a hint", first + "\nADVERTISEMENT - SCROLL TO CONTINUE\n" + second, []string{"ad-label phrase ADVERTISEMENT - SCROLL TO CONTINUE"}},
		{"advertisement as a word", "Advertisement in the lake towns has doubled since January, the union of fishermen said.", nil},
		{"ad label glued to the end", first + "ARTICLE AD BOX", []string{"ad-label glued-end ARTICLE AD BOX"}},
		{"ad label glued to the start", "ADVERTISEMENT" + first, []string{"ad-label glued-start ADVERTISEMENT"}},
		{"tracking word", "tracking" + first, []string{"tracking tracking tracking"}},
		{"share count is text", "Shareholders of the lake company met in Port Elsey on Wednesday and voted for a new board.", nil},
		{"caption with an agency", first + "\nMaren and Ered at Harbour House. Lina Corvo/AFP via Getty Images\n" + second, []string{"caption caption Maren and Ered at Harbour House. Lina Corvo/AFP via Getty Images"}},
		{"caption glued", first + "\nIlse Maren\nIlse MarenAFP.\n" + second, []string{"caption caption-twin Ilse Maren", "caption caption Ilse MarenAFP."}},
		{"caption in parentheses", first + "\nMaren waves at the gate of Harbour House on Wednesday. (AP Photo/Lina Corvo)\n" + second, []string{"caption caption Maren waves at the gate of Harbour House on Wednesday. (AP Photo/Lina Corvo)"}},
		{"a source is no credit", "The talks will go on in April, an official of Sollund told AFP.\nNothing more is known, according to Reuters.", nil},
		{"credit after the last sentence", first + " (AFP)", []string{"credit credit-end (AFP)"}},
		{"reporters", first + "\n(Reporting by Oona Hale; Editing by Piers Maddock)", []string{"credit phrase (Reporting by Oona Hale; Editing by Piers Maddock)"}},
		{"teaser", first + "\nREAD MORE: Who owns Reed Island\n" + second, []string{"teaser label READ MORE: Who owns Reed Island"}},
		{"teaser with an unknown label", first + "\nLAKE VIDEO: Maren Leaves Harbour House In A Hurry\n" + second, []string{"teaser label LAKE VIDEO: Maren Leaves Harbour House In A Hurry"}},
		{"a label that speaks", first + "\nMaren: “We were still reading article ten, and nobody had closed a folder.”\n" + second, nil},
		{"teaser without a colon", first + "\nREAD MORE Who owns Reed Island\n" + second, []string{"teaser label READ MORE Who owns Reed Island"}},
		{"teaser in parentheses", first + " (RELATED: Who Owns Reed Island?)\n" + second, []string{"teaser teaser-inline (RELATED: Who Owns Reed Island?)"}},
		{"teaser in parentheses, a line", first + "\n(RELATED: Who Owns Reed Island?)\n" + second, []string{"teaser label (RELATED: Who Owns Reed Island?)"}},
		{"a remark in parentheses", first + " (UN: United Nations of the lake, as they say here)\n" + second, nil},
		{"credit of several", first + " (The Meridian with AFP and Reuters)\n", []string{"credit credit-end (The Meridian with AFP and Reuters)"}},
		{"no credit", first + " (he had told the AP)\n", nil},
		{"dateline with a colon", "PORT ELSEY: " + first, []string{"dateline dateline PORT ELSEY: "}},
		{"kicker with a colon", second + "\nBOOM: Maren Leaves The Lake Talks In Anger.\n", nil},
		{"by way of a network", first + "\nThe minister answered in the evening via Twitter.\n" + second, nil},
		{"by way of an agency", first + "\nThe gate of Harbour House. Lina Corvo via Reuters\n" + second, []string{"caption caption The gate of Harbour House. Lina Corvo via Reuters"}},
		{"a kicker and a sentence", first + "\nUPDATE: President Torokai had a message for Minister Maren.\n" + second, nil},
		{"a poll of an agency", "Half of them like the lake, according to a Reuters/Ipsos poll.\nHalf do not, according to Reuters/AFP.", nil},
		{"photographer after the agency", first + "\nThe gate of Harbour House. REUTERS/Lina Corvo\n" + second, []string{"caption caption The gate of Harbour House. REUTERS/Lina Corvo"}},
		{"newsletter", first + "\nSign up for our morning letter, delivered to your inbox every day.\n" + second, []string{"subscribe phrase Sign up for our morning letter, delivered to your inbox every day."}},
		{"share line", first + "\nShare this article\n" + second, []string{"share phrase Share this article"}},
		{"cookies", first + "\nThis site uses cookies to make your visit better.\n" + second, []string{"cookie phrase This site uses cookies to make your visit better."}},
		{"copyright", first + "\n© 2031 The Meridian. All rights reserved.", []string{"copyright phrase © 2031 The Meridian. All rights reserved."}},
		{"site name with its domain", "Lowland media Lowland.com\n\n" + first, []string{"site-name site-name Lowland media Lowland.com"}},
		{"titles of other reports at the end", first + "\nMaren Arrives in Tarn\nA Lake Without Fish\n", []string{"teaser tail Maren Arrives in Tarn", "teaser tail A Lake Without Fish"}},
		{"dateline", "PORT ELSEY, Orrin, 12 March (Harbour Wire) — " + first, []string{"dateline dateline PORT ELSEY, Orrin, 12 March (Harbour Wire) — "}},
		{"wrapped by hand", "Delegations of Sollund and Karvany met in\nPort Elsey on Wednesday, and both said\nthat the first session had gone well.\nNobody came here to make a speech, the\nenvoy of Orrin, Dana Whitlock, told some\nreporters after the doors had closed.\n", nil},
		{"one line without a full stop", "Maren to meet Ered on Friday", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, noise(report(t, "text/plain", tt.text, nil))); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestFindDateline(t *testing.T) {
	tests := []struct{ text, place, date, agency, value string }{
		{"PORT ELSEY, Orrin, 12 March (Harbour Wire) — Talks", "PORT ELSEY, Orrin", "12 March", "Harbour Wire", "--03-12"},
		{"PORT ELSEY, Orrin — Talks", "PORT ELSEY, Orrin", "", "", ""},
		{"TARN, March 4 (Reuters) - Talks", "TARN", "March 4", "Reuters", "--03-04"},
		{"TARN, Mar. 4, 2031 (SNA) -- Talks", "TARN", "Mar. 4, 2031", "SNA", "2031-03-04"},
		{"TARN, March 4. /SNA/. Talks", "TARN", "March 4", "SNA", "--03-04"},
		{"TARN. March 4 (SNA) - Talks", "TARN", "March 4", "SNA", "--03-04"},
		{"Tarn (AFP) – Talks", "Tarn", "", "AFP", ""},
		{"(Reuters) - Talks", "", "", "Reuters", ""},
		{"TARN/LINDVIK (Reuters) - Talks", "TARN/LINDVIK", "", "Reuters", ""},
		{"PORT ELSEY: Talks", "PORT ELSEY", "", "", ""},
		{"ÅRHUS\u00a0—\u00a0Talks", "ÅRHUS", "", "", ""},
		{"TARN, Tuesday, 4 March — Talks", "TARN", "Tuesday, 4 March", "", "--03-04"},
	}
	for _, tt := range tests {
		d, ok := extract.FindDateline(tt.text)
		got := []string{d.Place.In(tt.text), d.Date.In(tt.text), d.Agency.In(tt.text), d.Value}
		if want := []string{tt.place, tt.date, tt.agency, tt.value}; !ok || !cmp.Equal(got, want) || !strings.HasPrefix(tt.text[d.Span.End:], "Talks") {
			t.Errorf("%q: got %q %v, want %q; rest %q", tt.text, got, ok, want, tt.text[d.Span.End:])
		}
	}
	for _, text := range []string{
		"Tarn — and the whole lake with it — was quiet.", "Maren: nobody walked out.", "The talks (they were long) - ended.", "On 12 March — a Wednesday — talks began.",
		"In Tarn (population 900) - nobody slept.", "A — B", "— Talks", "WHO said on Wednesday", "",
	} {
		if d, ok := extract.FindDateline(text); ok {
			t.Errorf("%q: found %q", text, d.Span.In(text))
		}
	}
}

func TestPublished(t *testing.T) {
	page := func(head, body string) string {
		return "<html lang=en><head>" + head + "</head><body><article>" + body + "<p>" + first + "</p><p>" + second + "</p></article></body></html>"
	}
	ld := `<script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":"WebPage"},{"@type":"NewsArticle","headline":"Talks","datePublished":"2031-03-12T14:05:31+01:00","dateModified":"2031-03-13T09:00:00Z","author":[{"name":"Oona Hale"}],"publisher":{"name":"Harbour Wire"}}]}</script>`
	tests := []struct {
		name, media, body string
		side              *readout.Sidecar
		value, precision  string
		basis             readout.Basis
		why               string
		candidates        int
	}{
		{"none", "text/plain", first, nil, "", "", "none", "the report carries no date", 0},
		{"sidecar", "text/plain", first, &readout.Sidecar{Published: "2031-03-12"}, "2031-03-12", "day", "sidecar", "from the manifest", 1},
		{"sidecar to the minute", "text/plain", first, &readout.Sidecar{Published: "2031-03-12T14:05:00Z"}, "2031-03-12T14:05Z", "minute", "sidecar", "from the manifest", 1},
		{"sidecar of nonsense", "text/plain", first, &readout.Sidecar{Published: "soon"}, "", "", "none", "the report carries no date", 0},
		{"sidecar month made exact", "text/plain", first, &readout.Sidecar{Published: "2031-03", URL: "https://x.example/2031/03/12/talks"}, "2031-03-12", "day", "sidecar", "from the manifest; made exact by the address", 2},
		{"dateline with a year", "text/plain", "TARN, 12 March 2031 (SNA) — " + first, nil, "2031-03-12", "day", "text", "from the dateline", 1},
		{"dateline without a year", "text/plain", "TARN, 12 March (SNA) — " + first, nil, "", "", "none", "only the dateline without a year (--03-12)", 1},
		{"dateline that agrees", "text/plain", "TARN, 12 March (SNA) — " + first, &readout.Sidecar{Published: "2031-03-12"}, "2031-03-12", "day", "sidecar", "from the manifest", 2},
		{"dateline that differs", "text/plain", "TARN, 11 March (SNA) — " + first, &readout.Sidecar{Published: "2031-03-12"}, "2031-03-12", "day", "sidecar", "from the manifest; the dateline has --03-11", 2},
		{"line of the text", "text/plain", "Talks open\nPublished: March 12, 2031 2:05 p.m. GMT\n" + first, nil, "2031-03-12T14:05Z", "minute", "text", "from a line of the text", 1},
		{"front matter", "text/markdown", "---\ndate: 2031-03-12\n---\n" + first, nil, "2031-03-12", "day", "metadata", "from the front matter", 1},
		{"json-ld", "text/html", page(ld, ""), nil, "2031-03-12T14:05+01:00", "minute", "metadata", "from the page's JSON-LD; the page's JSON-LD has 2031-03-13T09:00Z", 2},
		{"sidecar before json-ld", "text/html", page(ld, ""), &readout.Sidecar{Published: "2031-03-10"}, "2031-03-10", "day", "sidecar", "from the manifest; the page's JSON-LD has 2031-03-12T14:05+01:00; the page's JSON-LD has 2031-03-13T09:00Z", 3},
		{"meta", "text/html", page(`<meta property="article:published_time" content="2031-03-12T00:00:00Z"><meta property="article:modified_time" content="2031-03-14">`, ""), nil, "2031-03-12", "day", "metadata", "from the page's meta element; the page's date of change has 2031-03-14", 2},
		{"time element", "text/html", page("", `<time datetime="2031-03-12T14:05Z">Wednesday</time>`), nil, "2031-03-12T14:05Z", "minute", "metadata", "from the page's <time> element", 1},
		{"record", "application/json", `{"text":"` + first + `","date_publish":"2031-03-12 00:00:00","date_download":"2031-04-01"}`, nil, "2031-03-12", "day", "sidecar", "from the record's field", 1},
		{"address", "text/plain", first, &readout.Sidecar{URL: "https://x.example/news/2031-03-12-talks.html"}, "2031-03-12", "day", "metadata", "from the address", 1},
		{"number in the address", "text/plain", first, &readout.Sidecar{URL: "https://x.example/news/203103129/talks-20311"}, "", "", "none", "the report carries no date", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := report(t, tt.media, tt.body, tt.side).Published
			if p.Value != tt.value || p.Precision != tt.precision || p.Basis != tt.basis || p.Why != tt.why || len(p.Candidates) != tt.candidates {
				t.Errorf("got %+v", p)
			}
		})
	}
}

func TestPage(t *testing.T) {
	body := `<!DOCTYPE html><html lang="en-GB"><head><title>Talks open | The Meridian</title>
<meta property="og:site_name" content="The Meridian"><meta property="og:title" content="Talks open in Port Elsey">
<meta name="author" content="Wim Ostrander"><link rel="canonical" href="https://www.meridian.example/talks"></head>
<body><nav><a href="/">Home</a> <a href="/lake">Lake</a></nav><article><h1>Talks open in Port Elsey</h1>
<p>` + first + `</p><h2>A second&nbsp;day</h2><p>` + second + `<br>And she left.</p><p>` + first + `</p></article>
<footer><p>© 2031 The Meridian</p></footer></body></html>`
	r := report(t, "text/html", body, nil)
	got := []string{r.Title, r.Byline, r.Outlet, r.URL, r.Domain, r.Language, r.Skip, r.Text}
	want := []string{
		"Talks open in Port Elsey", "Wim Ostrander", "The Meridian", "https://www.meridian.example/talks", "meridian.example", "en", "",
		"Talks open in Port Elsey\n" + first + "\nA second day\n" + second + "\nAnd she left.\n" + first,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]string{"title html-title Talks open in Port Elsey", "heading html-heading A second day"}, noise(r)); diff != "" {
		t.Errorf("noise (-want +got)\n%s", diff)
	}
}

func TestMarkdown(t *testing.T) {
	body := "---\nTitle: From the front matter\nauthors: [Oona Hale, Jon Averin]\nsource: Harbour Wire\nurl: https://x.example/a\ndate: 2031-03-12T10:00:00Z\n---\n" +
		"# Talks *open*\n\n**" + first + "** See [the map](https://x.example/map_(1).png) and ![a boat](b.png).\n\n***\n\n> " + second + "\n\n## Day two\n\nA_snake_case word and 2 * 3 * 4 stay.\n"
	r := report(t, "text/markdown", body, nil)
	want := "Talks open\n\n" + first + " See the map and a boat.\n\n\n\n" + second + "\n\nDay two\n\nA_snake_case word and 2 * 3 * 4 stay.\n"
	if diff := cmp.Diff([]string{"From the front matter", "Oona Hale, Jon Averin", "Harbour Wire", "x.example", "2031-03-12T10:00Z", want}, []string{r.Title, r.Byline, r.Outlet, r.Domain, r.Published.Value, r.Text}); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	bad := report(t, "text/markdown", "---\ntitle: [\n---\n"+first, nil)
	if len(bad.Anomalies) != 1 || bad.Anomalies[0].Kind != "front-matter" || !strings.HasPrefix(bad.Text, first) {
		t.Errorf("broken front matter: %+v %q", bad.Anomalies, bad.Text)
	}
}

func TestRecord(t *testing.T) {
	tests := []struct{ name, body, title, outlet, domain, published, skip string }{
		{"news-please", `{"maintext":"` + first + `","title":"Talks","source_domain":"harbourwire.example","date_publish":"2031-03-12 10:00:00","authors":["A"],"url":"https://harbourwire.example/a"}`, "Talks", "harbourwire.example", "harbourwire.example", "2031-03-12T10:00", ""},
		{"fundus", `{"plaintext":"` + first + `","title":"Talks","publisher":{"name":"The Meridian"},"publishing_date":"2031-03-12 10:00:00+01:00"}`, "Talks", "The Meridian", "", "2031-03-12T10:00+01:00", ""},
		{"gdelt list", `{"url":"https://x.example/a","title":"Talks open in Port Elsey","seendate":"20310312T101500Z","domain":"x.example","language":"English"}`, "Talks open in Port Elsey", "x.example", "x.example", "2031-03-12T10:15Z", "no text in the record; looked in the fields text, maintext, content, body and html"},
		{"case of names", `{"Text":"` + first + `","Headline":"Talks"}`, "Talks", "", "", "", ""},
		{"a page in a field", `{"html":"<html><body><article><p>` + first + `</p><p>` + first + `</p></article></body></html>","title":"Talks"}`, "Talks", "", "", "", ""},
		{"tags in the text", `{"text":"<p>` + first + `</p><p>` + second + `</p>","title":"Talks"}`, "Talks", "", "", "", ""},
		{"seconds", `{"text":"` + first + `","timestamp":1930986300}`, "", "", "", "2031-03-11T09:05Z", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := report(t, "application/json", tt.body, nil)
			if diff := cmp.Diff([]string{tt.title, tt.outlet, tt.domain, tt.published, tt.skip}, []string{r.Title, r.Outlet, r.Domain, r.Published.Value, r.Skip}); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// Text that comes in parts is put together a line each.
func TestRecordParts(t *testing.T) {
	for body, want := range map[string]string{
		`{"text":["` + first + `"," ","` + second + `"]}`: first + "\n" + second + " []",
		`{"title":"T","body":{"summary":["` + first + `"],"sections":[{"headline":["Port Elsey"],"paragraphs":["` + second + `"]},{"headline":[],"paragraphs":[]}]}}`: first + "\nPort Elsey\n" + second + " [heading]",
		`{"text":null,"maintext":"` + first + `"}`: first + " []",
	} {
		r := report(t, "application/json", body, nil)
		var reasons []string
		for _, n := range r.Noise {
			reasons = append(reasons, n.Reason)
		}
		if got := fmt.Sprint(r.Text, " ", reasons); got != want {
			t.Errorf("%s\ngot  %q\nwant %q", body, got, want)
		}
	}
	page := report(t, "application/json", `{"html":{"content":"<html><body><article><p>`+first+`</p><p>`+second+`</p></article></body></html>","requested_url":"x"}}`, nil)
	if !strings.HasPrefix(page.Text, first) || !strings.HasSuffix(page.Text, second) {
		t.Errorf("a page of Fundus gave %q (%s)", page.Text, page.Skip)
	}
}

func TestHeader(t *testing.T) {
	head := "Headline: Talks open in Port Elsey\nSource: Harbour Wire\nDate: March 12, 2031\nURL: https://www.harbourwire.example/a\nAuthor: Oona Hale\n"
	r := report(t, "text/plain", head+"\n"+first+"\n", nil)
	got := []string{r.Title, r.Outlet, r.Published.Value, string(r.Published.Basis), r.Domain, r.Byline, fmt.Sprint(len(r.Noise))}
	want := []string{"Talks open in Port Elsey", "Harbour Wire", "2031-03-12", "text", "harbourwire.example", "Oona Hale", "5"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if r := report(t, "text/plain", "Source: nobody knows who opened the gate of Harbour House.\n"+first, nil); r.Outlet != "" || len(r.Noise) != 0 && r.Noise[0].Reason == "header" {
		t.Errorf("one field is no head: %q %v", r.Outlet, noise(r))
	}
}

func TestSkip(t *testing.T) {
	german := "Die Außenministerin von Sollund sagte am Mittwoch, dass die Gespräche über den See gut begonnen hätten und am Freitag enden sollten. Der Vermittler wollte sich dazu nicht äußern, obwohl er mehrmals gefragt wurde."
	russian := "Министр иностранных дел Соллунда заявила в среду, что переговоры об озере начались хорошо и должны закончиться в пятницу. Посредник отказался это комментировать."
	danish := "Udenrigsministeren sagde onsdag, at forhandlingerne om søen var begyndt godt, og at de skulle slutte fredag. Mægleren ville ikke kommentere det, selv om han blev spurgt flere gange på pressemødet i byen."
	capitals := "MAREN: NO DEAL. ERED: NO WALKOUT. LAKE TALKS END. WHITLOCK SILENT. FISHERMEN STAY IN HEGRA. COURT DATE SET. LOCK CLOSED. QUOTAS UNKNOWN. TARN ANGRY. LINDVIK CALM. PORT ELSEY EMPTY."
	tests := []struct{ name, text, language, skip string }{
		{"Danish, near to Norwegian", danish, "da", "language da is not supported yet"},
		{"headlines", capitals, "en", ""},
		{"English", first, "", ""},
		{"long English", strings.Repeat(first+" "+second+" ", 3), "en", ""},
		{"short", "Maren met Ered today.", "", ""},
		{"too short", "Maren met", "", "the text is too short (2 words)"},
		{"German", german, "de", "language de is not supported yet"},
		{"Russian", russian, "ru", "language ru is not supported yet"},
		{"names", "Ilse Maren, Tomas Ered, Dana Whitlock, Josef Brask, Agata Vell, Olga Pasko.", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if r := report(t, "text/plain", tt.text, nil); r.Language != tt.language || r.Skip != tt.skip {
				t.Errorf("got language %q, skip %q", r.Language, r.Skip)
			}
		})
	}
}

func TestReportID(t *testing.T) {
	id := func(sum string, s *readout.Sidecar) string {
		return extract.ReportID(&readout.Capture{Path: sum + "x", SHA256: sum, Sidecar: s})
	}
	wire := &readout.Sidecar{Outlet: "Harbour Wire"}
	if id("a", wire) != id("a", &readout.Sidecar{Outlet: "Harbour Wire"}) {
		t.Error("the same report has two IDs")
	}
	if id("a", nil) == id("b", nil) || id("a", nil) == id("a", wire) || id("a", wire) == id("a", &readout.Sidecar{Title: "Harbour Wire"}) {
		t.Error("two reports have one ID")
	}
	if len(id("a", nil)) != 17 || id("a", nil)[0] != 'r' {
		t.Errorf("form of the ID: %s", id("a", nil))
	}
}

func BenchmarkText(b *testing.B) {
	x := newExtractor(b)
	body := []byte("Talks open in Port Elsey\n\nPORT ELSEY, 12 March (SNA) — " + strings.Repeat(first+"\n\n"+second+"\n\n", 20))
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, err := x.Report(readout.Capture{MediaType: "text/plain", Body: body}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPage(b *testing.B) {
	x := newExtractor(b)
	body := []byte("<html lang=en><head><title>Talks</title></head><body><article><h1>Talks</h1>" + strings.Repeat("<p>"+first+"</p><p>"+second+"</p>", 20) + "</article></body></html>")
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, err := x.Report(readout.Capture{MediaType: "text/html", Body: body}); err != nil {
			b.Fatal(err)
		}
	}
}

// The day on which a program fetched a page is no day of publication, whatever
// carries it.
func TestDayOfFetching(t *testing.T) {
	for media, body := range map[string]string{
		"text/markdown":    "---\ntitle: Talks\nurl: https://a.example/2031/03/14/talks\ndate_download: 2031-05-02 10:00:00\n---\n" + first,
		"application/json": `{"title":"Talks","url":"https://a.example/2031/03/14/talks","date_download":"2031-05-02 10:00:00","text":"Delegations of Sollund and Karvany met in Port Elsey."}`,
	} {
		if p := report(t, media, body, nil).Published; p.Value != "2031-03-14" || len(p.Candidates) != 1 {
			t.Errorf("%s: %+v", media, p)
		}
	}
}

// A time behind a date in digits is read with its half of the day and its zone,
// or left out.
func TestTimesBehindDates(t *testing.T) {
	for written, want := range map[string]string{
		"3/18/2025 2:05:00 PM":        "2025-03-18T14:05",
		"2025/03/18 11:30 PM":         "2025-03-18T23:30",
		"3/18/2025 12:30 AM":          "2025-03-18T00:30",
		"3/18/2025 12:00:00 AM":       "2025-03-18",
		"3/18/2025 2 p.m.":            "2025-03-18T14:00",
		"18.03.2025 14:05":            "2025-03-18T14:05",
		"18.03.2025, 14:05 CET":       "2025-03-18T14:05+01:00",
		"2025/03/18 14:05:00.000":     "2025-03-18T14:05",
		"2025/03/18 14:05 (GMT)":      "2025-03-18T14:05Z",
		"2025/03/18 14:05:00 +0900":   "2025-03-18T14:05+09:00",
		"2025/03/18 02:05 PM -05:00":  "2025-03-18T14:05-05:00",
		"2025/03/18 14:05 GMT+09:00":  "2025-03-18",
		"2025/03/18 14:05 Asia/Tokyo": "2025-03-18",
		"2025/03/18 9:05 in Paris":    "2025-03-18",
		"2025/03/18":                  "2025-03-18",
	} {
		if p := report(t, "text/plain", first, &readout.Sidecar{Published: written}).Published; p.Value != want {
			t.Errorf("%s: %q, want %q", written, p.Value, want)
		}
	}
}

package web_test

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/readout-news/readout/internal/browser"
)

// aDraft differs from the example reports in a word, a figure, a date and a
// name.
const aDraft = `“They left the table at ten past three,” Foreign Minister Ilse Maren told a press briefing in Port Elsey. “We were still reading article ten.”

Fifteen Karvany fishermen were detained when coastguards from Sollund boarded two boats near Reed Island on 5 March.

Petra Sandwoll spoke for the government. “Nobody has asked the fishermen what they think of it,” Tomas Ered said.
`

func sendDraft(t *testing.T, base, path, draft, date string) (status int, body string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	_ = w.WriteField("draft", draft)
	_ = w.WriteField("date", date)
	w.Close()
	status, _, answer := post(t, base, path, w.FormDataContentType(), &b)
	return status, string(answer)
}

func TestCheckPage(t *testing.T) {
	base := demo(t)
	status, body := sendDraft(t, base, "/check", aDraft, "2031-03-18")
	if status != http.StatusOK {
		t.Fatalf("answers %d: %s", status, cut(body, 400))
	}
	for _, want := range []string{"4 places differ", "record “<b>two</b>”", "14 Karvany fishermen", "4 March 2031", "Petra Sandvoll (7 reports)", "not in the record", "Sollund News Agency, 14 March 2031", "sentence 4", "Footnote"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if strings.Contains(body, `href="/check.json`) {
		t.Error("the page of a form leads to itself as JSON, which has no address")
	}
	status, body = sendDraft(t, base, "/check.json", aDraft, "2031-03-18")
	var got struct {
		Schema  string
		Differs int
	}
	if err := json.Unmarshal([]byte(body), &got); status != http.StatusOK || err != nil || got.Schema != "readout/check/1" || got.Differs != 4 {
		t.Errorf("as JSON: %d %v %+v", status, err, got)
	}
	status, body = sendDraft(t, base, "/check?as_of=2031-03-10", aDraft, "2031-03-18")
	if status != http.StatusOK || strings.Contains(body, "ten past two") {
		t.Errorf("as of 10 March the page (%d) shows what was printed on the 14th", status)
	}
}

func TestCheckPageRefuses(t *testing.T) {
	base := demo(t)
	for _, tt := range []struct {
		name, draft, date string
		status            int
		want              string
	}{
		{"nothing", " \n", "", http.StatusBadRequest, "no text to compare"},
		{"too long", strings.Repeat("Talks ended. ", 18000), "", http.StatusRequestEntityTooLarge, "the limit is 200 KB"},
		{"far too long", strings.Repeat("Talks ended. ", 90000), "", http.StatusRequestEntityTooLarge, "too much at once"},
		{"no day", aDraft, "soon", http.StatusBadRequest, "“soon” is no day"},
		{"no text", "a\x00b c d e f g", "", http.StatusBadRequest, "no plain text"},
		{"another language", strings.Repeat("Die beiden Regierungen haben am Freitag nicht miteinander gesprochen und wollen das auch nicht tun. ", 4), "", http.StatusUnprocessableEntity, "language de is not supported yet"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			status, body := sendDraft(t, base, "/check", tt.draft, tt.date)
			if status != tt.status || !strings.Contains(body, tt.want) {
				t.Errorf("answers %d, want %d with %q: %s", status, tt.status, tt.want, cut(body, 300))
			}
		})
	}
	// Another site's form is refused.
	req, err := http.NewRequest(http.MethodPost, base+"/check", strings.NewReader(url.Values{"draft": {aDraft}}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", "https://elsewhere.example")
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	r, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if b, _ := io.ReadAll(r.Body); r.StatusCode != http.StatusForbidden {
		t.Errorf("another site's form gets %d: %s", r.StatusCode, cut(string(b), 200))
	}
}

// The footnote of a finding is copied by its button, and each number leads to
// its note and back.
func TestCheckInBrowser(t *testing.T) {
	base := demo(t)
	p := browser.New(t, base)
	for _, l := range browser.Looks {
		p.Look(l)
		p.Open("/check")
		browser.Eval[bool](p, `(document.querySelector("main form textarea").value = `+quoted(aDraft)+`, document.querySelector("main [name=date]").value = "2031-03-18", true)`)
		p.Follow("main form button:not([type=button])")
		if n := number(p, ".beside .par"); n != 3 {
			t.Errorf("%s: %d paragraphs, want 3", l, n)
		}
		if n := browser.Eval[int](p, `[...document.querySelectorAll(".beside .fn")].filter((a) => !document.querySelector(a.getAttribute("href"))).length`); n > 0 {
			t.Errorf("%s: %d numbers lead nowhere", l, n)
		}
		if by, what := p.Wide(); by > 0 {
			t.Errorf("%s: %d px too wide: %v", l, by, what)
		}
		for _, v := range p.Axe() {
			t.Errorf("%s: %s", l, v)
		}
		p.Shot("check-" + l.String())
	}
	p.Look(browser.Look{})
	p.Open("/check")
	browser.Eval[bool](p, `(document.querySelector("main form textarea").value = `+quoted(aDraft)+`, true)`)
	p.Follow("main form button:not([type=button])")
	note := browser.Eval[string](p, `(document.querySelector(".beside .note").open = true, document.querySelector(".beside .note p").dataset.text)`)
	for _, want := range []string{"“They left the table at ten past two,” Ilse Maren, as reported by Sollund News Agency.", "14 March 2031, sentence 4; record as of ", "/d/r"} {
		if !strings.Contains(note, want) {
			t.Errorf("the footnote %q lacks %q", note, want)
		}
	}
	p.AllowClipboard()
	p.Click(".beside .note button")
	p.Until("the word that it was copied", `document.querySelector(".beside .note button").textContent === "Copied"`)
	if got := browser.Eval[string](p, `navigator.clipboard.readText()`); got != note {
		t.Errorf("copied %q", got)
	}
}

package web_test

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/readout-news/readout/internal/browser"
	"github.com/readout-news/readout/wire"
)

// ended waits for a reading and gives its outcomes by name.
func ended(t *testing.T, base, path string) map[string]wire.Outcome {
	t.Helper()
	for range 600 {
		_, body := get(t, base, path+".json")
		var got wire.Thing[wire.Job]
		if err := json.Unmarshal(body, &got); err != nil {
			t.Fatalf("%v in %s", err, cut(string(body), 300))
		}
		if got.Item.State == "done" || got.Item.State == "failed" {
			if got.Item.Error != nil {
				t.Errorf("the reading failed: %s", *got.Item.Error)
			}
			if got.Item.Read != got.Item.Total {
				t.Errorf("%d of %d read", got.Item.Read, got.Item.Total)
			}
			out := map[string]wire.Outcome{}
			for _, o := range got.Item.Outcomes {
				out[strings.TrimPrefix(o.Name, "sent/")] = o
			}
			return out
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("%s does not end", path)
	return nil
}

func send(t *testing.T, base string, fields url.Values) (status int, to, body string) {
	t.Helper()
	status, to, answer := post(t, base, "/upload", "application/x-www-form-urlencoded", strings.NewReader(fields.Encode()))
	return status, to, string(answer)
}

func TestUploads(t *testing.T) {
	base := fresh(t)
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, text := range map[string]string{
		"talks.txt":    "PORT ELSEY, 2 April 2031 — The ferry between Port Elsey and Hegra sailed again on Wednesday, the harbour master, Orla Venn, said.",
		"picture.txt":  "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
		"two.jsonl":    `{"text":"Sollund and Karvany held talks in Hegra on Monday, officials of both sides said on Tuesday.","outlet":"Meridian"}` + "\n" + `{"text":"The lock at Reed Island opened on Friday for the first time in three years, Karvany said.","outlet":"Meridian"}` + "\n",
		"empty.md":     "",
		"../../up.txt": "The level of Lake Ansa fell by two centimetres in March, the office of Orrin said on Thursday.",
	} {
		f, err := w.CreateFormFile("files", name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = f.Write([]byte(text))
	}
	w.Close()
	status, to, answer := post(t, base, "/upload", w.FormDataContentType(), &b)
	if status != http.StatusSeeOther {
		t.Fatalf("answers %d: %s", status, cut(string(answer), 300))
	}
	got := ended(t, base, to)
	for name, want := range map[string]string{"talks.txt": "new", "picture.txt": "not text", "two.jsonl:1": "new", "two.jsonl:2": "new", "empty.md": "empty", "up.txt": "new"} {
		o, ok := got[name]
		switch {
		case !ok:
			t.Errorf("nothing is said of %s: %v", name, got)
		case want == "new" && (!o.New || o.Report == nil):
			t.Errorf("%s: %+v, want a new report", name, o)
		case want != "new" && (o.Reason == nil || !strings.Contains(*o.Reason, want)):
			t.Errorf("%s: %+v, want %q", name, o, want)
		}
	}

	// A text that was there is known; what is said of it makes it another.
	const talks = "PORT ELSEY, 2 April 2031 — The ferry between Port Elsey and Hegra sailed again on Wednesday, the harbour master, Orla Venn, said."
	_, to, _ = send(t, base, url.Values{"text": {talks}})
	if o := ended(t, base, to)["pasted.txt"]; o.New || o.Report == nil {
		t.Errorf("sent again: %+v, want it known", o)
	}
	_, to, _ = send(t, base, url.Values{"text": {talks}, "outlet": {"Harbour Wire"}, "published": {"2031-04-02"}, "title": {"Ferry sails"}, "url": {"https://harbourwire.example/ferry"}})
	if o := ended(t, base, to)["ferry-sails.txt"]; !o.New || o.Report == nil {
		t.Errorf("with its outlet: %+v, want it new", o)
	}

	for _, tt := range []struct {
		name   string
		fields url.Values
		status int
		want   string
	}{
		{"nothing", url.Values{}, http.StatusBadRequest, "no report was sent"},
		{"no day", url.Values{"text": {talks}, "published": {"soon"}}, http.StatusBadRequest, "is no day"},
		{"no address", url.Values{"text": {talks}, "url": {"javascript:alert(1)"}}, http.StatusBadRequest, "no address of the web"},
		{"too many addresses", url.Values{"urls": {strings.Repeat("https://harbourwire.example/\n", 51)}}, http.StatusBadRequest, "more than 50 addresses"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if status, _, body := send(t, base, tt.fields); status != tt.status || !strings.Contains(body, tt.want) {
				t.Errorf("answers %d, want %d with %q: %s", status, tt.status, tt.want, cut(body, 300))
			}
		})
	}
	if res, body := get(t, base, "/jobs/j0000000000000000"); res.StatusCode != http.StatusNotFound || !strings.Contains(string(body), "here is no reading") {
		t.Errorf("a reading that is none: %d", res.StatusCode)
	}
}

// Addresses that lead into this machine or its networks are named as refused,
// line by line, and nobody is called.
func TestUploadFetchesNothingPrivate(t *testing.T) {
	base := fresh(t)
	var calls atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { calls.Add(1) }))
	t.Cleanup(s.Close)
	lines := []string{s.URL + "/secret", "http://127.0.0.1/", "http://[::1]/", "http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", base + "/status", "file:///etc/passwd", "no address"}
	_, to, _ := send(t, base, url.Values{"urls": {strings.Join(lines, "\r\n")}})
	got := ended(t, base, to)
	for _, l := range lines {
		if o := got[l]; o.Report != nil || o.Reason == nil || !strings.Contains(*o.Reason, "this address is not asked") {
			t.Errorf("%s: %+v", l, o)
		}
	}
	if n := calls.Load(); n != 0 {
		t.Errorf("%d calls", n)
	}
}

func TestUploadLooks(t *testing.T) {
	base := fresh(t)
	_, to, _ := send(t, base, url.Values{"text": {"The lock at Reed Island opened on Friday for the first time in three years, Karvany said."}, "title": {"Lock opens"}, "urls": {"http://127.0.0.1/"}})
	ended(t, base, to)
	p := browser.New(t, base)
	for _, l := range browser.Looks {
		p.Look(l)
		for name, path := range map[string]string{"upload-": "/upload", "job-": to} {
			p.Open(path)
			for _, v := range p.Axe() {
				t.Errorf("%s %s: %s", l, path, v)
			}
			if by, what := p.Wide(); by > 0 {
				t.Errorf("%s %s: %d px too wide: %v", l, path, by, what)
			}
			p.Shot(name + l.String())
		}
	}
}

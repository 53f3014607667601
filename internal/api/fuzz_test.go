package api

import (
	"net/http"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/view"
)

// FuzzTake: whatever is sent, the answer is one of those that are documented,
// and what is taken in has a name that is no path of the server and an address
// of the web or none.
func FuzzTake(f *testing.F) {
	const form = "multipart/form-data; boundary=x"
	part := func(head, body string) string {
		return "--x\r\nContent-Disposition: form-data; " + head + "\r\n\r\n" + body + "\r\n"
	}
	for _, s := range []struct{ media, body string }{
		{"application/json", `{"reports":[{"text":"Nobody walked out.","name":"a.txt","url":"https://a.example/1"}]}`},
		{"application/json", `{"reports":[{"text":"{\"text\":\"x\"}","name":"..\\..\\a.jsonl"},{"text":"x","name":"/"},{"text":"x","name":"a\u0000b"}]}`},
		{"application/json", `{"reports":[{"text":"x","url":"javascript:alert(1)"}]}`},
		{"application/json", `[]`},
		{form, part(`name="file"; filename="../talks.html"`, "<p>Talks") + part(`name="outlet"`, "Meridian") + "--x--\r\n"},
		{form, part(`name="text"`, "Nobody.") + part(`name="text"`, "Somebody.")},
		{"text/plain", "Nobody walked out."},
		{"application/json; charset=\xff", ""},
	} {
		f.Add(s.media, s.body)
	}
	snap := &live.Snapshot{View: view.New(&readout.Record{})}
	src := &source{snap: snap, jobs: map[string]*live.Job{}}
	a, err := New(src, Options{MaxUpload: 1 << 16})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, media, body string) {
		src.taken = nil
		res := ask(t, a, "POST", Base+"/reports", body, "Content-Type", media)
		switch res.Code {
		case http.StatusAccepted, http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType:
		default:
			t.Fatalf("%d: %s", res.Code, res.Body)
		}
		if res.Code != http.StatusAccepted && len(src.taken) > 0 {
			t.Fatalf("%d, and %d reports were taken", res.Code, len(src.taken))
		}
		names := map[string]bool{}
		for _, c := range src.taken {
			name, ok := strings.CutPrefix(c.Path, "sent/")
			if !ok || name == "" || name == ".." || strings.ContainsAny(name, `/\`) || !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl) || names[name] {
				t.Fatalf("report under the name %q", c.Path)
			}
			names[name] = true
			if c.Sidecar != nil && c.Sidecar.URL != "" && !strings.HasPrefix(strings.ToLower(c.Sidecar.URL), "http") {
				t.Fatalf("address %q", c.Sidecar.URL)
			}
		}
	})
}

package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// A search that takes too long is cut off with a hint, in every form.
func TestSlowSearch(t *testing.T) {
	src, err := demoSource()
	if err != nil {
		t.Fatal(err)
	}
	h, err := New(src, Options{QueryTime: time.Nanosecond})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/search?q=boats", "/search.json?q=boats"} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://localhost"+path, nil))
		if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), "more words") {
			t.Errorf("%s: %d %v: %.300s", path, w.Code, w.Header(), w.Body)
		}
	}
}

// A body that is larger than forms are is refused, whatever it is for; what was
// sent before is not taken.
func TestLargeBodies(t *testing.T) {
	srv := demo(t)
	for _, path := range []string{"/theme", "/seen", "/check", "/login", "/upload"} {
		for _, media := range []string{"application/x-www-form-urlencoded", "multipart/form-data; boundary=b"} {
			size := 2 << 20
			if path == "/upload" {
				size = 65 << 20
			}
			begin := "to=dark&text="
			if strings.HasPrefix(media, "multipart") {
				begin = "--b\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n"
			}
			res, err := srv.Client().Post(srv.URL+path, media, strings.NewReader(begin+strings.Repeat("x", size)))
			if err != nil {
				continue // the server closed while we still sent: refused, too
			}
			res.Body.Close()
			if res.StatusCode != http.StatusRequestEntityTooLarge && !(path == "/login" && res.StatusCode == http.StatusNotFound) {
				t.Errorf("%s with %d MB of %s: %s", path, size>>20, media, res.Status)
			}
		}
	}
}

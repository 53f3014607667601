package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/readout-news/readout/internal/torture"
)

// steering are characters that steer terminals, fake lines or turn the direction
// of text.
const steering = "a\x1b[2Jb\nlevel=ERROR msg=fake\rc\u009b1md\u202ee\u2066\x00\u2028f\xff"

// Nothing from outside steers a terminal or makes a line of its own, whatever the
// form of the log.
func TestLogIsPlain(t *testing.T) {
	for _, format := range []string{"text", "json"} {
		var out bytes.Buffer
		f := logFlags{format: format, level: "debug"}
		log, err := f.logger(&out)
		if err != nil {
			t.Fatal(err)
		}
		log.Info("record "+steering, "path", steering, "error", errors.New(steering), "took", 1234567*time.Nanosecond)
		log.With("job", steering).WithGroup("g").Warn("x", "path", steering)
		n, steers := strings.Count(out.String(), "\n"), torture.Watch(t)
		if n != 2 {
			t.Errorf("%s: %d lines for 2 records:\n%q", format, n, out.String())
		}
		for _, r := range out.String() {
			if r != '\n' && !unicode.IsPrint(r) {
				steers.Errorf("%s: %U is in the log: %q", format, r, out.String())
				break
			}
		}
		if !strings.Contains(out.String(), "1.235ms") {
			t.Errorf("%s: no duration in words: %s", format, out.String())
		}
		if format == "json" {
			for line := range strings.Lines(out.String()) {
				if !json.Valid([]byte(line)) {
					t.Errorf("no JSON: %s", line)
				}
			}
		}
		torture.Counted(t, "R20", 2, "records of a log in "+format+" with all that steers terminals", fmt.Sprintf("%d lines, %d with characters that are not printable", n, steers.N()))
	}
}

func TestLogFlags(t *testing.T) {
	for _, f := range []logFlags{{"xml", "info"}, {"text", "loud"}} {
		if _, err := f.logger(nil); !errors.As(err, &usageError{}) {
			t.Errorf("%+v: %v", f, err)
		}
	}
}

// A request is one line at debug, with what was answered; at info there is none,
// and nothing is wrapped.
func TestRequestsAreLogged(t *testing.T) {
	next := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusTeapot)
		_, _ = w.Write([]byte("hello"))
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
	})
	for _, level := range []string{"debug", "info"} {
		var out bytes.Buffer
		log, err := (&logFlags{format: "text", level: level}).logger(&out)
		if err != nil {
			t.Fatal(err)
		}
		logged(log, next).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/search?q=secret", nil))
		if level == "info" && out.Len() > 0 {
			t.Errorf("at info: %s", out.String())
		}
		if s := out.String(); level == "debug" && (!strings.Contains(s, "method=GET path=/search code=418 bytes=5 took=") || strings.Contains(s, "secret")) {
			t.Errorf("at debug: %s", s)
		}
	}
}

// Figures are given to those who ask a name of this machine.
func TestFiguresAreOfThisMachine(t *testing.T) {
	h := here(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	for host, want := range map[string]int{
		"127.0.0.1:8460": 204, "localhost": 204, "[::1]:8460": 204, "[::1]": 204, "desk.example": 404, "desk.example:443": 404, "127.0.0.1.desk.example": 404, "192.0.2.7": 404, "": 404,
	} {
		r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
		r.Host = host
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("host %q: %d, want %d", host, w.Code, want)
		}
	}
}

package cli

import (
	"context"
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/readout-news/readout/internal/status"
	"github.com/readout-news/readout/internal/store/open"
)

// Figures have an address of their own where that is asked for, until the program
// ends.
func TestMetricsAddress(t *testing.T) {
	s, err := open.Store(t.Context(), filepath.Join(t.TempDir(), "desk.db"), open.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var said strings.Builder
	a := &app{env: Env{Stderr: &said}}
	running := status.New(status.Sources{Store: s, Meter: status.NewMeter()})
	stop, err := a.metrics(t.Context(), "127.0.0.1:0", running)
	if err != nil {
		t.Fatal(err)
	}
	at := regexp.MustCompile(`http://127\.0\.0\.1:\d+/metrics`).FindString(said.String())
	get := func(address string) (int, string) {
		r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = "reader-1.example:9461" // other machines reach it by its name
		res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(r)
		if err != nil {
			return 0, err.Error()
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(b)
	}
	if code, body := get(at); code != 200 || !strings.Contains(body, "\nreadout_store_reports 0\n") {
		t.Errorf("%q: %d %.200s", at, code, body)
	}
	if code, _ := get(strings.TrimSuffix(at, "metrics")); code != 404 {
		t.Errorf("beside the figures: %d", code)
	}
	_, err = a.metrics(t.Context(), strings.TrimSuffix(strings.TrimPrefix(at, "http://"), "/metrics"), running)
	if err == nil || !strings.Contains(err.Error(), "choose another port") {
		t.Errorf("an address that is taken: %v", err)
	}
	stop()
	if code, _ := get(at); code != 0 {
		t.Errorf("after its end: %d", code)
	}
	if _, err := a.metrics(t.Context(), "9461", running); !errors.As(err, &usageError{}) {
		t.Errorf("no address: %v", err)
	}
}

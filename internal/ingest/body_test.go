package ingest

import (
	"bytes"
	"strings"
	"testing"

	"github.com/readout-news/readout"
)

func TestBody(t *testing.T) {
	side := &readout.Sidecar{Outlet: "Harbour Wire", URL: "https://harbour.example/1"}
	for _, c := range []struct {
		name, file, body string
		media            []string
		refused          string
	}{
		{"text by name", "a.txt", "<p>not markup", []string{"text/plain"}, ""},
		{"page by its first bytes", "pasted", "<!DOCTYPE html><p>Hegra", []string{"text/html"}, ""},
		{"text without a name", "", "Two ministers met.", []string{"text/plain"}, ""},
		{"lines", "a.jsonl", "{\"text\":\"One.\"}\n{\"text\":\"Two.\"}\n", []string{"application/json", "application/json"}, ""},
		{"empty", "a.txt", " \n", nil, "empty"},
		{"no text", "a.txt", "\x7fELF\x02\x01\x00\x00\x00\x00\x00\x00\x00\x00", nil, "not text"},
		{"large", "a.txt", strings.Repeat("x", 101), nil, "limit of 100 bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var media []string
			refused := ""
			for cp, r := range Body(t.Context(), c.file, []byte(c.body), side, Options{MaxBytes: 100}) {
				if r != nil {
					refused = r.Reason
					continue
				}
				media = append(media, cp.MediaType)
				if cp.SHA256 == "" || !bytes.Contains([]byte(c.body), cp.Body) {
					t.Errorf("got capture %q with hash %q", cp.Body, cp.SHA256)
				}
				if cp.Sidecar == nil || cp.Sidecar.Outlet != side.Outlet {
					t.Errorf("got sidecar %v", cp.Sidecar)
				}
			}
			if strings.Join(media, " ") != strings.Join(c.media, " ") || !strings.Contains(refused, c.refused) || (refused == "") != (c.refused == "") {
				t.Errorf("got %q, refused %q; want %q, %q", media, refused, c.media, c.refused)
			}
		})
	}
}

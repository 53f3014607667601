package ingest

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

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

// Bytes without a name are read as what they are: a list of reports, one object
// with what its sender says of it, or a text that begins as a list does.
func TestBytesWithoutName(t *testing.T) {
	list := `[{"text":"Talks ended in Orrin on Friday.","published":"2031-03-14"},
{"text":"Ferries stop at Port Elsey from Monday.","published":"2031-03-15"}]`
	side := &readout.Sidecar{Outlet: "Wire", Published: "2031-03-14", URL: "https://a.example/b", Title: "T"}
	for _, c := range []struct {
		name, body string
		want       string // paths and media types
		side       *readout.Sidecar
	}{
		{"list", list, "x#1 application/json, x#2 application/json", &readout.Sidecar{Outlet: "Wire"}},
		{"list behind a mark and spaces", "\ufeff \n[ \n" + list[1:], "x#1 application/json, x#2 application/json", &readout.Sidecar{Outlet: "Wire"}},
		{"broken list", list[:len(list)-20], "refused x", nil},
		{"empty list", "[ ]\n", "refused x", nil},
		{"object on a line", `{"text":"Talks ended in Orrin on Friday."}` + "\n", "x application/json", side},
		{"object behind a mark", "\ufeff" + `{"text":"Talks ended in Orrin on Friday."}`, "x application/json", side},
		{"object over lines", "{\n\"text\":\"Talks ended in Orrin on Friday.\"}", "x application/json", side},
		{"objects", `{"text":"Talks ended."}` + "\n" + `{"text":"Ferries stop."}`, "x:1 application/json, x:2 application/json", &readout.Sidecar{Outlet: "Wire"}},
		{"text", "[Photo] Talks ended in Orrin on Friday.", "x text/plain", side},
		{"text in brackets", "[Talks ended in Orrin on Friday.]", "x text/plain", side},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for cp, r := range Body(t.Context(), "x", []byte(c.body), side, Options{}) {
				if r != nil {
					got = append(got, "refused "+r.Path)
					continue
				}
				got = append(got, cp.Path+" "+cp.MediaType)
				if diff := cmp.Diff(c.side, cp.Sidecar); diff != "" {
					t.Errorf("sidecar (-want +got)\n%s", diff)
				}
			}
			if s := strings.Join(got, ", "); s != c.want {
				t.Errorf("got %s, want %s", s, c.want)
			}
		})
	}
}

// A list on standard input may be as large as one in a file.
func TestListOnStdin(t *testing.T) {
	list := `[{"text":"Talks ended in Orrin on Friday."},{"text":"Ferries stop at Port Elsey from Monday."}]`
	for most, want := range map[int64]int{int64(len(list)): 2, int64(len(list)) - 1: 0} {
		n := 0
		for _, r := range Read(t.Context(), []string{Stdin}, Options{Stdin: strings.NewReader(list), MaxBytes: 20, MaxLine: most}) {
			if r == nil {
				n++
			}
		}
		if n != want {
			t.Errorf("of %d bytes with a limit of %d: %d reports, want %d", len(list), most, n, want)
		}
	}
}

package ingest_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/readout-news/readout/internal/ingest"
	"github.com/readout-news/readout/internal/limits"
)

// Folders are read as deep as they may lie, and named beyond.
func TestLimitOfFolders(t *testing.T) {
	dir := t.TempDir()
	at := dir
	for range limits.FolderDepth {
		at = filepath.Join(at, "d")
	}
	for _, x := range []string{at, filepath.Join(at, "d")} {
		if err := os.MkdirAll(x, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(x, "a.txt"), []byte("Maren met Ered."), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got := read(t, dir, ingest.Options{}, dir)
	deep := strings.Repeat("d/", limits.FolderDepth)
	if len(got) != 2 || got[0] != deep+"a.txt text/plain" || got[1] != "REFUSED "+deep+"d: folders are nested more than 64 deep; not read" {
		t.Errorf("%q", got)
	}
}

// The entries of a list are counted, not what stands in them; a report's values are.
func TestLimitsOfJSON(t *testing.T) {
	const report = `{"text":"Maren met Ered.","title":"Talks","url":"https://a.example/"}`
	list := func(n int, entry string) string { return "[" + strings.Repeat(entry+",", n-1) + entry + "]" }
	values := func(n int) string { return `{"text":"Maren met Ered.","x":` + list(n, "0") + `}` }
	for name, c := range map[string]struct {
		body  string
		taken int
		why   string
	}{
		"a list":            {list(limits.JSONItems, report), limits.JSONItems, ""},
		"a longer list":     {list(limits.JSONItems+1, report), 0, "its list has more than 100000 entries"},
		"a wrapped list":    {`{"status":"ok","articles":` + list(limits.JSONItems, report) + `}`, limits.JSONItems, ""},
		"a longer one":      {`{"status":"ok","articles":` + list(limits.JSONItems+1, report) + `}`, 0, "its list has more than 100000 entries"},
		"lists in a report": {`{"text":"Maren met Ered.","x":[` + list(limits.JSONItems+1, "0") + `]}`, 1, ""},
		"many values":       {values(limits.JSONItems), 1, ""},
		"too many values":   {list(1, `{"text":"Maren met Ered.","x":[`+list(limits.JSONValues, "0")+`]}`), 0, "its JSON has more than 250000 values"},
	} {
		taken, why := 0, ""
		for _, refusal := range ingest.Body(t.Context(), "a.json", []byte(c.body), nil, ingest.Options{}) {
			if refusal != nil {
				why += refusal.Reason
			} else {
				taken++
			}
		}
		if taken != c.taken || (c.why == "") != (why == "") || !strings.Contains(why, c.why) {
			t.Errorf("%s: %d taken, want %d; refused %q, want %q", name, taken, c.taken, why, c.why)
		}
	}
}

// The list of contents of a zip archive is not read when it is longer than 10,000
// entries with long names make it.
func TestLimitOfContents(t *testing.T) {
	for _, over := range []bool{false, true} {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		n := limits.ArchiveDirectory / (46 + 60000 + 4) // a header and a name, see APPNOTE 4.3.12
		if over {
			n += 2
		}
		for i := range n {
			w, err := z.CreateHeader(&zip.FileHeader{Name: fmt.Sprintf("%04d", i) + strings.Repeat("x", 60000)})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Write([]byte("x")); err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "a.zip")
		if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		got := strings.Join(read(t, filepath.Dir(file), ingest.Options{}, file), "\n")
		if strings.Contains(got, "more than the limit of 8388608") != over {
			t.Errorf("%d entries: %.300q", n, got)
		}
	}
}

// A manifest may be larger than a report, and is named where it passes its own
// limit, before any report that it may speak of; a byte order mark does not hide it.
func TestLimitOfManifest(t *testing.T) {
	line := func(name string) string { return fmt.Sprintf("{\"path\":%q,\"outlet\":\"Harbour Wire\"}\n", name) }
	manifest := "\ufeff" + line("a.txt") + line("b.txt") + line("c.txt")
	files := [][2]string{{"reports.jsonl", manifest}, {"a.txt", "Maren met Ered."}, {"b.txt", "Ered met Maren."}, {"c.txt", "They met."}}
	dir := t.TempDir()
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	if err := os.Mkdir(filepath.Join(dir, "d"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(dir, "d", f[0]), []byte(f[1]), 0o600); err != nil {
			t.Fatal(err)
		}
		w, err := z.Create(f[0])
		if err == nil {
			_, err = w.Write([]byte(f[1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "d.zip"), packed.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"d", "d.zip"} {
		for most, want := range map[int64]string{int64(len(manifest)): "+++", int64(len(manifest)) - 1: "!++-"} {
			got := ""
			for c, r := range ingest.Read(t.Context(), []string{filepath.Join(dir, path)}, ingest.Options{MaxBytes: 20, MaxLine: most}) {
				switch {
				case r != nil && strings.HasSuffix(r.Path, "reports.jsonl"):
					got += "!"
				case r != nil:
					t.Errorf("%+v", r)
				case c.Sidecar != nil && c.Sidecar.Outlet == "Harbour Wire":
					got += "+"
				default:
					got += "-"
				}
			}
			if got != want {
				t.Errorf("%s with a limit of %d bytes: %s, want %s", path, most, got, want)
			}
		}
	}
}

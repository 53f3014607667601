package export

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"github.com/readout-news/readout/internal/ingest"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/view"
)

// lakeAnsa is the record of the sample.
func lakeAnsa(t *testing.T) *view.View {
	t.Helper()
	r, err := pipeline.New()
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir("../..") // paths of reports are those that the command gives
	res, err := r.Read(t.Context(), ingest.Read(context.Background(), []string{"examples/lake-ansa"}, ingest.Options{}), pipeline.Options{})
	if err != nil {
		t.Fatal(err)
	}
	rec, err := r.Record(res.Docs)
	if err != nil {
		t.Fatal(err)
	}
	return view.New(rec)
}

// excerpt is a block of docs/exports.md that shows a part of an export:
//
//	<!-- excerpt FORMAT FILE LINES: words that the part holds -->
//
// FILE is "-" for a form of one file; LINES bounds the block.
var excerpt = regexp.MustCompile("(?m)^<!-- excerpt (\\S+) (\\S+) (\\d+): (.*) -->\n```(\\w*)\n((?s:.*?))^```\n")

// TestDocs holds docs/exports.md: every form has its section, every command
// names a form that there is, and every excerpt is what the export says;
// UPDATE_SCRIPTS=1 rewrites them.
func TestDocs(t *testing.T) {
	v := lakeAnsa(t)
	const page = "docs/exports.md"
	b, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]bool{}
	got := excerpt.ReplaceAllStringFunc(string(b), func(s string) string {
		m := excerpt.FindStringSubmatch(s)
		shown[m[1]] = true
		files, manifest := written(t, m[1], v, Options{Version: "1.0.0"})
		file := m[2]
		if file == "-" {
			f, _ := Find(m[1])
			file = f.File()
		}
		doc := files[file]
		if file == manifestName {
			var w bytes.Buffer
			if err := manifest.Write(&w); err != nil {
				t.Fatal(err)
			}
			doc = w.Bytes()
		}
		if doc == nil {
			t.Fatalf("%s has no file %s: %v", m[1], file, sortedKeys(files))
		}
		var max int
		fmt.Sscan(m[3], &max)
		lines := part(t, file, doc, m[4])
		if len(lines) > max {
			lines = append(lines[:max:max], "…")
		}
		return fmt.Sprintf("<!-- excerpt %s %s %s: %s -->\n```%s\n%s\n```\n", m[1], m[2], m[3], m[4], m[5], strings.Join(lines, "\n"))
	})
	for _, f := range Formats() {
		if !shown[f.Name] {
			t.Errorf("%s has no excerpt of %s", page, f.Name)
		}
		if !strings.Contains(got, "--format "+f.Name+" ") {
			t.Errorf("%s has no command for %s", page, f.Name)
		}
		if !strings.Contains(got, "## "+f.Title+"\n") {
			t.Errorf("%s has no section “%s”", page, f.Title)
		}
	}
	for _, m := range regexp.MustCompile(`--format ([a-z-]+)`).FindAllStringSubmatch(got, -1) {
		if m[1] != "list" && !slices.Contains(Names(), m[1]) {
			t.Errorf("%s: there is no form %s", page, m[1])
		}
	}
	if got == string(b) {
		return
	}
	if os.Getenv("UPDATE_SCRIPTS") == "" {
		t.Fatalf("%s does not show what the exports say; run UPDATE_SCRIPTS=1 go test ./internal/export -run Docs", page)
	}
	if err := os.WriteFile(page, []byte(got), 0o644); err != nil {
		t.Fatal(err)
	}
}

// part is the part of a file that holds the words, in lines fit for reading.
func part(t *testing.T, file string, doc []byte, words string) []string {
	t.Helper()
	lines := strings.Split(strings.TrimSuffix(string(doc), "\n"), "\n")
	at := slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, words) })
	switch {
	case strings.HasSuffix(file, ".parquet"):
		f, err := parquet.OpenFile(bytes.NewReader(doc), int64(len(doc)))
		if err != nil {
			t.Fatal(err)
		}
		return strings.Split(strings.ReplaceAll(f.Schema().String(), "\t", "  "), "\n")
	case at < 0:
		t.Fatalf("%s does not hold %q", file, words)
	case strings.HasSuffix(file, ".csv"):
		return []string{lines[0], lines[at]}
	case strings.HasSuffix(file, ".ics"):
		from := at
		for from > 0 && lines[from] != "BEGIN:VEVENT\r" {
			from--
		}
		to := at
		for lines[to] != "END:VEVENT\r" {
			to++
		}
		return strings.Split(strings.ReplaceAll(strings.Join(lines[from:to+1], "\n"), "\r", ""), "\n")
	case file == manifestName || strings.HasSuffix(file, ".graphml"):
		return lines[at:]
	case file == "readout-json.json":
		from := at
		for from > 0 && lines[from] != "  {" {
			from--
		}
		return lines[from:]
	}
	return strings.Split(fold(t, json.RawMessage(strings.TrimPrefix(lines[at], ",")), 0), "\n")
}

// width bounds a line of JSON that is kept together.
const width = 100

// fold prints JSON with what fits in a line in one line, keys in their order.
func fold(t *testing.T, raw json.RawMessage, indent int) string {
	t.Helper()
	raw = bytes.TrimSpace(raw)
	if len(raw)+indent <= width || raw[0] != '{' && raw[0] != '[' {
		return string(raw)
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	open, err := dec.Token()
	if err != nil {
		t.Fatal(err)
	}
	pad := strings.Repeat(" ", indent+1)
	var parts []string
	for dec.More() {
		key := ""
		if open == json.Delim('{') {
			k, err := dec.Token()
			if err != nil {
				t.Fatal(err)
			}
			b, _ := json.Marshal(k)
			key = string(b) + ": "
		}
		var x json.RawMessage
		if err := dec.Decode(&x); err != nil {
			t.Fatal(err)
		}
		parts = append(parts, pad+key+fold(t, x, indent+1))
	}
	end := map[json.Delim]string{'{': "}", '[': "]"}[open.(json.Delim)]
	return string(raw[0]) + "\n" + strings.Join(parts, ",\n") + "\n" + strings.Repeat(" ", indent) + end
}

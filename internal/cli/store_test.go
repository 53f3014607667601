package cli

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/store/sqlite"
	"github.com/readout-news/readout/internal/store/storetest"
)

// A report that another version of the annotators read is read anew when the
// store is linked, and is no longer stale then.
func TestStaleReadings(t *testing.T) {
	path := filepath.Join(t.TempDir(), "desk.db")
	s, err := sqlite.Open(t.Context(), path, sqlite.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	c := storetest.Capture("old.txt", "Foreign Minister Ilse Maren of Sollund met Tomas Ered of Karvany in Port Elsey on 12 March 2031.")
	doc := &nlp.Doc{Report: &readout.Report{ID: "r" + c.SHA256[:16], SHA256: c.SHA256, Path: c.Path, Text: string(c.Body), Language: "en"}}
	if err := s.Keep(t.Context(), c, doc, "an older version"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	run := func(stdin string, args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		if code := Main(args, Env{Stdin: strings.NewReader(stdin), Stdout: &out, Stderr: &errs}); code != exitOK {
			t.Fatalf("readout %v: exit code %d: %s", args, code, errs.String())
		}
		return out.String()
	}
	if got := run("Dana Whitlock spoke in Orrin.", "ingest", "--db", path, "-"); !strings.Contains(got, "1 new, 0 known") {
		t.Errorf("got %q", got)
	}
	if got := run("", "timeline", "--db", path); !strings.Contains(got, "Ilse Maren") {
		t.Errorf("the old report has no part in the record:\n%s", got)
	}
	s, err = sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for l, err := range s.Layers(t.Context()) {
		if err != nil || l.Version == "an older version" || len(l.Doc.Tokens) == 0 {
			t.Errorf("%s is still read by %q: %v", l.Doc.Report.Path, l.Version, err)
		}
	}
}

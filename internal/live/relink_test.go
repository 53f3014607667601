package live

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/store/sqlite"
)

// TestLayersOfAnotherVersion reads a store whose reports an earlier version has
// annotated: they are annotated anew, but one on which the annotators fail
// keeps its earlier reading and is named.
func TestLayersOfAnotherVersion(t *testing.T) {
	ctx := context.Background()
	s, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "desk.db"), sqlite.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, text := range []string{"Good.", "Bad."} {
		sum := sha256.Sum256([]byte(text))
		c := readout.Capture{Path: text + "txt", MediaType: "text/plain", Body: []byte(text), SHA256: hex.EncodeToString(sum[:])}
		report := &readout.Report{ID: "r" + c.SHA256[:16], SHA256: c.SHA256, Path: c.Path, Text: text}
		earlier := &nlp.Doc{Report: report, Sentences: []nlp.Sentence{{Noise: "earlier"}}}
		if err := s.Keep(ctx, c, earlier, "tokenize/0"); err != nil {
			t.Fatal(err)
		}
	}
	r := &pipeline.Reader{Annotators: nlp.Pipeline{{Name: "tokenize", Version: "1", Run: func(d *nlp.Doc) {
		if strings.HasPrefix(d.Report.Text, "Bad") {
			panic("a fault")
		}
		d.Sentences = []nlp.Sentence{{Noise: "anew"}}
	}}}}
	now := func(version string) []*nlp.Doc {
		t.Helper()
		docs, err := layers(ctx, r, s, version, pipeline.Moment{})
		if err != nil {
			t.Fatal(err)
		}
		return docs[0]
	}
	asStored := now("")
	if len(asStored) != 2 {
		t.Fatalf("as stored: %d documents, want 2", len(asStored))
	}
	for _, d := range asStored {
		if len(d.Sentences) != 1 || d.Sentences[0].Noise != "earlier" {
			t.Errorf("as stored %s has layers %+v, want those of before", d.Report.Text, d.Sentences)
		}
	}
	check := func(found []*nlp.Doc) {
		t.Helper()
		if len(found) != 2 {
			t.Fatalf("%d documents, want 2", len(found))
		}
		for _, d := range found {
			want := map[string]string{"Good.": "anew", "Bad.": "earlier"}[d.Report.Text]
			if len(d.Sentences) != 1 || d.Sentences[0].Noise != want {
				t.Errorf("%s has layers %+v, want those read %s", d.Report.Text, d.Sentences, want)
			}
		}
	}
	check(now(r.Annotators.Version()))

	// In passing, a linker has the store's readings made anew and says which could
	// not be.
	if err := NewLinker(r, s).reread(ctx); err != nil {
		t.Fatal(err)
	}
	check(now(""))
	refused, err := s.Refusals(ctx)
	if err != nil || len(refused) != 1 || refused[0].Path != "Bad.txt" || !strings.Contains(refused[0].Reason, "a fault") {
		t.Errorf("refused %+v, %v; want Bad.txt for a fault", refused, err)
	}
}

// The same bytes at two addresses, as two outlets print a wire text, are two
// reports: read again, each stays that of its own address.
func TestRereadUnderItsOwnAddress(t *testing.T) {
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "desk.db"), sqlite.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	const text = "The ferry to Hegra sails again."
	sum := sha256.Sum256([]byte(text))
	for i, id := range []string{"ra", "rb"} {
		c := readout.Capture{URL: "https://" + id + ".example/ferry", MediaType: "text/plain", Body: []byte(text), SHA256: hex.EncodeToString(sum[:]), Fetched: time.Date(2031, 5, 2, 10+i, 0, 0, 0, time.UTC)}
		report := &readout.Report{ID: id, SHA256: c.SHA256, URL: c.URL, Text: text}
		if err := s.Keep(t.Context(), c, &nlp.Doc{Report: report}, "tokenize/0"); err != nil {
			t.Fatal(err)
		}
	}
	r := &pipeline.Reader{Annotators: nlp.Pipeline{{Name: "tokenize", Version: "1", Run: func(*nlp.Doc) {}}}}
	if err := NewLinker(r, s).reread(t.Context()); err != nil {
		t.Fatal(err)
	}
	for l, err := range s.Layers(t.Context()) {
		if err != nil || l.Version != r.Annotators.Version() {
			t.Errorf("%s was not read again: %v", l.Doc.Report.ID, err)
		}
	}
	for _, id := range []string{"ra", "rb"} {
		v, err := s.Versions(t.Context(), "https://"+id+".example/ferry")
		if err != nil || len(v) != 1 || v[0].Report != id || len(v[0].Others) > 0 {
			t.Errorf("at the address of %s: %+v, %v", id, v, err)
		}
	}
}

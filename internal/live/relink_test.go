package live

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"
	"strings"
	"testing"

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
	asStored, err := layers(ctx, r, s, "")
	if err != nil || len(asStored.docs) != 2 || len(asStored.reread) != 0 {
		t.Fatalf("as stored: %d documents, %d annotated anew, %v; want 2, 0", len(asStored.docs), len(asStored.reread), err)
	}
	found, err := layers(ctx, r, s, r.Annotators.Version())
	if err != nil {
		t.Fatal(err)
	}
	if len(found.docs) != 2 || len(found.reread) != 1 || len(found.failed) != 1 {
		t.Fatalf("%d documents, %d annotated anew, %d failed; want 2, 1, 1", len(found.docs), len(found.reread), len(found.failed))
	}
	for _, d := range found.docs {
		want := map[string]string{"Good.": "anew", "Bad.": "earlier"}[d.Report.Text]
		if len(d.Sentences) != 1 || d.Sentences[0].Noise != want {
			t.Errorf("%s has layers %+v, want those read %s", d.Report.Text, d.Sentences, want)
		}
	}
	if f := found.failed[0]; f.Path != "Bad.txt" || !strings.Contains(f.Reason, "a fault") {
		t.Errorf("refused %+v", f)
	}
}

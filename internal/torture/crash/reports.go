package crash

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/examples"
	"github.com/readout-news/readout/internal/ingest"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/pipeline"
)

// Reader loads the models once for all tests of a package.
var Reader = sync.OnceValues(pipeline.New)

// Clock dates what comes in, so that records of stores can be compared.
func Clock() time.Time { return time.Date(2031, 5, 1, 12, 0, 0, 0, time.UTC) }

// Sample are the sample reports; a path is the name of the file alone.
func Sample(t testing.TB) (out []readout.Capture) {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, examples.Lake); err != nil {
		t.Fatal(err)
	}
	for c, refusal := range ingest.Read(t.Context(), []string{filepath.Join(dir, "lake-ansa")}, ingest.Options{}) {
		if refusal != nil {
			t.Fatal(refusal)
		}
		c.Path = filepath.Base(c.Path)
		out = append(out, c)
	}
	if len(out) < 10 {
		t.Fatalf("%d sample reports", len(out))
	}
	return out
}

// Text is a capture of a report that somebody types.
func Text(path, body string) readout.Capture {
	sum := sha256.Sum256([]byte(body))
	return readout.Capture{
		Path: path, MediaType: "text/plain", Charset: "utf-8", Body: []byte(body), SHA256: hex.EncodeToString(sum[:]),
		Sidecar: &readout.Sidecar{Outlet: "Harbour Wire", Published: "2031-03-14"},
	}
}

// Inputs are captures as the pipeline takes them.
func Inputs(captures []readout.Capture) func(func(readout.Capture, *readout.Refusal) bool) {
	return func(yield func(readout.Capture, *readout.Refusal) bool) { live.Each(captures, nil, yield) }
}

package view_test

import (
	"context"
	"sync"
	"testing"

	"github.com/readout-news/readout/internal/ingest"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/view"
)

// sample is the folder of invented reports that the program ships.
const sample = "../../examples/lake-ansa"

// lake is the view of the sample, with its sentences, read once.
var lake = sync.OnceValues(func() (*view.View, error) { return read(sample) })

func read(folder string) (*view.View, error) {
	r, err := pipeline.New()
	if err != nil {
		return nil, err
	}
	res, err := r.Read(context.Background(), ingest.Read(context.Background(), []string{folder}, ingest.Options{}), pipeline.Options{})
	if err != nil {
		return nil, err
	}
	rec, err := r.Record(res.Docs)
	if err != nil {
		return nil, err
	}
	return live.View(rec, res.Docs), nil
}

func openLake(t *testing.T) *view.View {
	t.Helper()
	v, err := lake()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

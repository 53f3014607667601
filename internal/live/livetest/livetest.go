// Package livetest reads the sample reports into a store, for the tests of
// faces: each asks a record that the program made itself.
package livetest

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/readout-news/readout/internal/ingest"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/store/sqlite"
)

// Lake is where the sample lies for the tests of a package under internal/.
const Lake = "../../examples/lake-ansa"

// Started is a Source over the sample reports in a folder of the test, with which
// it ends.
func Started(t testing.TB, opts live.Options) *live.Source {
	t.Helper()
	src, end, err := Source(t.Context(), t.TempDir(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := end(); err != nil {
			t.Error(err)
		}
	})
	return src
}

// Source reads the sample, and the other paths named, into a new store in the
// folder dir. The clock of opts dates what comes in; the models are loaded once,
// for reading and for the states that tests ask for. end closes source and
// store.
func Source(ctx context.Context, dir string, opts live.Options, more ...string) (src *live.Source, end func() error, err error) {
	s, err := sqlite.Open(ctx, filepath.Join(dir, "readout.db"), sqlite.Options{Create: true, Now: opts.Now})
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	r, err := pipeline.New()
	if err != nil {
		return nil, nil, err
	}
	res, err := r.Read(ctx, ingest.Read(ctx, append([]string{Lake}, more...), ingest.Options{}), pipeline.Options{Keeper: s})
	if err != nil {
		return nil, nil, err
	}
	if err := live.Relink(ctx, r, s, res.Refusals); err != nil {
		return nil, nil, err
	}
	opts.Reader = func() (*pipeline.Reader, error) { return r, nil }
	if src, err = live.New(ctx, s, opts); err != nil {
		return nil, nil, err
	}
	return src, func() error { src.Close(); return s.Close() }, nil
}

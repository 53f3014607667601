package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/readout-news/readout/client"
	"github.com/readout-news/readout/examples"
	"github.com/readout-news/readout/internal/api"
	"github.com/readout-news/readout/internal/ingest"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/store/sqlite"
	"github.com/readout-news/readout/internal/web"
)

// server is the site over the sample reports, as `readout serve --demo` has it;
// started when the first test asks.
var server = sync.OnceValues(start)

var stop []func()

func TestMain(m *testing.M) {
	code := m.Run()
	for i := len(stop) - 1; i >= 0; i-- {
		stop[i]()
	}
	os.Exit(code)
}

func start() (base string, err error) {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "readout-client-")
	if err != nil {
		return "", err
	}
	stop = append(stop, func() { os.RemoveAll(dir) })
	if err := os.CopyFS(dir, examples.Lake); err != nil {
		return "", err
	}
	s, err := sqlite.Open(ctx, filepath.Join(dir, "demo.db"), sqlite.Options{Create: true})
	if err != nil {
		return "", err
	}
	stop = append(stop, func() { s.Close() })
	r, err := pipeline.New()
	if err != nil {
		return "", err
	}
	res, err := r.Read(ctx, ingest.Read(ctx, []string{filepath.Join(dir, "lake-ansa")}, ingest.Options{}), pipeline.Options{Keeper: s})
	if err != nil {
		return "", err
	}
	if err := live.Relink(ctx, r, s, res.Refusals); err != nil {
		return "", err
	}
	src, err := live.New(ctx, s, live.Options{Reader: func() (*pipeline.Reader, error) { return r, nil }})
	if err != nil {
		return "", err
	}
	stop = append(stop, src.Close)
	faces, err := api.New(src, api.Options{Version: "test"})
	if err != nil {
		return "", err
	}
	site, err := web.New(src, web.Options{Version: "test", Mount: map[string]http.Handler{"/api/": faces}})
	if err != nil {
		return "", err
	}
	srv := httptest.NewServer(site)
	stop = append(stop, srv.Close)
	return srv.URL, nil
}

// demo is a client of the sample reports.
func demo(t testing.TB) *client.Client {
	t.Helper()
	base, err := server()
	if err != nil {
		t.Fatal(err)
	}
	c, err := client.New(base, client.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// must is for examples: it ends them where nobody can go on.
func must[T any](v T, err error) T {
	if err != nil {
		panic(errors.Join(fmt.Errorf("example: %w", err)))
	}
	return v
}

package main

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // database/sql driver

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/generate"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/store/open"
	"github.com/readout-news/readout/internal/view/recordjson"
	"github.com/readout-news/readout/internal/work"
)

// sharing prints what more workers on one PostgreSQL give, and whether the
// record stays the same.
func sharing(ctx context.Context, s settings, w io.Writer) error {
	if s.db == "" {
		if s.only == "workers" {
			return errors.New("give --postgres")
		}
		return nil
	}
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	program := filepath.Join(dir, "readout")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", program, "./cmd/readout").CombinedOutput(); err != nil {
		return fmt.Errorf("build the program: %w: %s", err, out)
	}
	n := s.sizes[0]
	fmt.Fprintf(w, "\n### Workers on one PostgreSQL: %d generated reports\n\nEach worker is a process that reads one report at a time; the record is linked between.\n\n| workers | seconds until read and linked | processor seconds of the workers | SHA-256 of the record |\n| ---: | ---: | ---: | --- |\n", n)
	sums := map[string]bool{}
	for _, workers := range []int{1, 2, 4} {
		took, sum, err := share(ctx, s.db, program, workers, n)
		if err != nil {
			return err
		}
		sums[sum] = true
		fmt.Fprintf(w, "| %d | %.1f | %.1f | %s… |\n", workers, took.Wall, took.CPU, sum[:16])
	}
	if len(sums) > 1 {
		return errors.New("the records differ")
	}
	return nil
}

// share has n reports read by processes that share a database made for it, which
// is dropped again.
func share(ctx context.Context, server, program string, workers, n int) (took span, sum string, err error) {
	u, err := url.Parse(server)
	if err != nil {
		return took, "", fmt.Errorf("--postgres: %w", err)
	}
	admin, err := sql.Open("pgx", server)
	if err != nil {
		return took, "", err
	}
	defer admin.Close()
	name := fmt.Sprintf("readout_bench_%d", time.Now().UnixNano())
	if _, err := admin.ExecContext(ctx, "CREATE DATABASE "+name); err != nil {
		return took, "", fmt.Errorf("make a database: %w", err)
	}
	defer func() {
		_, drop := admin.ExecContext(ctx, "DROP DATABASE "+name+" WITH (FORCE)")
		err = errors.Join(err, drop)
	}()
	u.Path = "/" + name
	db := u.String()
	r, err := pipeline.New()
	if err != nil {
		return took, "", err
	}
	stream, err := generate.NewStream(generate.StreamOptions{Seed: 1, PerDay: 1000, Annotators: r.Annotators})
	if err != nil {
		return took, "", err
	}
	s, err := open.Store(ctx, db, open.Options{Create: true})
	if err != nil {
		return took, "", err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	q, err := work.Open(ctx, db, s, r.Annotators.Version(), work.Options{})
	if err != nil {
		return took, "", err
	}
	defer q.Close()
	var ticket work.Ticket
	for i := 0; i < n; i += 100 {
		var batch []readout.Capture
		for k := i; k < min(n, i+100); k++ {
			batch = append(batch, stream.Capture(k))
		}
		t, err := q.Enqueue(ctx, batch...)
		if err != nil {
			return took, "", err
		}
		ticket.Add(t)
	}
	start := time.Now()
	var running []*exec.Cmd
	defer func() {
		for _, c := range running {
			_ = c.Process.Signal(os.Interrupt)
			_ = c.Wait()
			if c.ProcessState != nil {
				took.CPU += (c.ProcessState.UserTime() + c.ProcessState.SystemTime()).Seconds()
			}
		}
	}()
	for range workers {
		c := exec.CommandContext(ctx, program, "worker", "--db", db, "--workers", "1")
		c.Stderr = io.Discard
		if err := c.Start(); err != nil {
			return took, "", err
		}
		running = append(running, c)
	}
	refused := 0
	if err := q.Wait(ctx, ticket, func(r work.Result) {
		if r.Reason != "" {
			refused++
		}
	}); err != nil {
		return took, "", err
	}
	took.Wall = time.Since(start).Seconds()
	if refused > 0 {
		return took, "", fmt.Errorf("%d of %d reports were refused", refused, n)
	}
	rec, err := s.Record(ctx)
	if err != nil {
		return took, "", err
	}
	var text strings.Builder
	if err := recordjson.Write(&text, rec); err != nil {
		return took, "", err
	}
	h := sha256.Sum256([]byte(text.String()))
	return took, hex.EncodeToString(h[:]), nil
}

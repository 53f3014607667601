// Package crash is what the tests share that break the program, or the workers of
// package work: reports to read, a clock that stands still, and what a store holds
// in one line, so that a store that went through anything can be compared with one
// that went through nothing.
//
// The tests themselves are beside it: the program killed (R1), its disk failing
// or without power (R2), full (R7), and its memory, handles, clock and rights
// taken away (R8).
//
// Only tests import the package.
package crash

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/export"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/view"
)

// Forms are the forms in which records are compared.
var Forms = []string{"json", "jsonl", "quotes", "annotations"}

// Exported are the SHA-256 of the record in these forms, as “readout export”
// writes them, and the number of bytes in all.
func Exported(ctx context.Context, s store.Store) (sums []string, bytes int64, err error) {
	rec, err := s.Record(ctx)
	if err != nil {
		return nil, 0, err
	}
	v := view.New(rec)
	var failed error
	v.Sentences = func(report string) []readout.Span {
		spans, err := s.Sentences(ctx, report)
		failed = errors.Join(failed, err)
		return spans
	}
	for _, form := range Forms {
		h := sha256.New()
		n := new(counter)
		if _, err := export.Write(io.MultiWriter(h, n), form, v, export.Options{}); err != nil {
			return nil, 0, err
		}
		sums = append(sums, hex.EncodeToString(h.Sum(nil)))
		bytes += int64(*n)
	}
	return sums, bytes, failed
}

// counter counts bytes.
type counter int64

func (n *counter) Write(p []byte) (int, error) {
	*n += counter(len(p))
	return len(p), nil
}

// Intact asks SQLite whether the file of a store is whole: tables, indexes,
// references and the index of words.
func Intact(ctx context.Context, s store.Store) error {
	db := s.(interface{ Writer() *sql.DB }).Writer() // as package sqlstore has it
	var said string
	if err := db.QueryRowContext(ctx, `PRAGMA integrity_check`).Scan(&said); err != nil || said != "ok" {
		return fmt.Errorf("integrity_check: %s %w", said, err)
	}
	rows, err := db.QueryContext(ctx, `PRAGMA foreign_key_check`)
	if err != nil {
		return err
	}
	defer rows.Close()
	if rows.Next() {
		return errors.New("foreign_key_check: there are references to nothing")
	}
	if err := rows.Close(); err != nil {
		return err
	}
	for _, kind := range []string{"report", "entity", "event", "statement"} {
		if _, err := db.ExecContext(ctx, fmt.Sprintf(`INSERT INTO %s_fts(%[1]s_fts) VALUES ('integrity-check')`, kind)); err != nil {
			return fmt.Errorf("index of words, %s: %w", kind, err)
		}
	}
	return nil
}

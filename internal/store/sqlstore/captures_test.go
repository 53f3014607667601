package sqlstore_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store/sqlstore"
)

func captureOf(path, text string) readout.Capture {
	sum := sha256.Sum256([]byte(text))
	return readout.Capture{Path: path, MediaType: "text/plain", Body: []byte(text), SHA256: hex.EncodeToString(sum[:])}
}

// Captures are stored once, all or none, without a report.
func TestAddCaptures(t *testing.T) {
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			s := e.open(t)
			a, b := captureOf("b.txt", "Maren left."), captureOf("c.txt", "Ered stayed.")
			again := captureOf("a.txt", "Maren left.")
			for range 2 {
				if err := s.AddCaptures(t.Context(), a, b, again); err != nil {
					t.Fatal(err)
				}
			}
			got, err := s.Capture(t.Context(), a.SHA256)
			if err != nil || string(got.Body) != "Maren left." || got.Path != "a.txt" {
				t.Errorf("%+v, %v", got, err)
			}
			other, bad := captureOf("d.txt", "Whitlock spoke."), captureOf("e.txt", "Nobody spoke.")
			bad.SHA256 = a.SHA256
			if err := s.AddCaptures(t.Context(), other, bad); !errors.Is(err, readout.ErrConflict) {
				t.Error(err)
			}
			if _, err := s.Capture(t.Context(), other.SHA256); !errors.Is(err, readout.ErrNotFound) {
				t.Errorf("one of two was stored: %v", err)
			}
			if err := s.AddCaptures(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

// What is done within a write is of its transaction: both or neither.
func TestWithin(t *testing.T) {
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			s := e.open(t)
			no := errors.New("not this time")
			var fails error
			calls := 0
			within := s.Within(func(ctx context.Context, tx *sqlstore.Tx) error {
				calls++
				if _, err := tx.ExecContext(ctx, `INSERT INTO refusal (path, reason) VALUES ($1, $2)`, "within", "a test"); err != nil {
					return err
				}
				return fails
			})
			c := captureOf("a.txt", "Maren left.")
			fails = no
			if err := within.AddCaptures(t.Context(), c); !errors.Is(err, no) {
				t.Error(err)
			}
			if _, err := s.Capture(t.Context(), c.SHA256); !errors.Is(err, readout.ErrNotFound) {
				t.Errorf("stored though its end failed: %v", err)
			}
			fails = nil
			if err := within.AddCaptures(t.Context(), c); err != nil {
				t.Error(err)
			}
			refusals, err := s.Refusals(t.Context())
			if err != nil || len(refusals) != 1 || refusals[0].Path != "within" || calls != 2 {
				t.Errorf("%+v after %d calls, %v", refusals, calls, err)
			}
			if err := s.AddRefusals(t.Context(), readout.Refusal{Path: "b", Reason: "alone"}); err != nil || calls != 2 {
				t.Errorf("the store itself took it over: %d calls, %v", calls, err)
			}
		})
	}
}

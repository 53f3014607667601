package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/readout-news/readout"
)

// Mistake is what a reader sent with “Report a mistake”.
type Mistake struct {
	ID     string // "m" and 16 hex digits, drawn from all but At
	At     time.Time
	By     string // account, or the user of the machine
	Report string
	Span   readout.Span // of the passage in the report's text
	Note   string       // what the reader says is wrong
}

// Sum is the id that m has to have.
func (m *Mistake) Sum() string {
	h := sha256.Sum256(fmt.Appendf(nil, "mistake\x00%s\x00%s\x00%d-%d\x00%s", m.By, m.Report, m.Span.Start, m.Span.End, m.Note))
	return "m" + hex.EncodeToString(h[:8])
}

// Lease is an item of the review queue that somebody has before them.
type Lease struct {
	Item, By string
	Until    time.Time // to the second, UTC
}

// Review is what a store keeps of the review queue besides decisions: who has
// which item before them, and what readers sent.
type Review interface {
	// LeaseItem gives an item to somebody for a time, unless another has it, and
	// says who has it now. Who has it already has it longer. Leases end by the
	// store's clock.
	LeaseItem(ctx context.Context, item, by string, length time.Duration) (Lease, error)

	// ReleaseItem ends the lease of an item that by has; where another has it, it
	// does nothing.
	ReleaseItem(ctx context.Context, item, by string) error

	// Leases are those that have not ended, by item.
	Leases(ctx context.Context) ([]Lease, error)

	// AddMistake keeps what a reader sent, which the store names and dates; the
	// same again changes nothing. ErrNotFound: no such report. ErrConflict: the
	// span is not within its text.
	AddMistake(ctx context.Context, m *Mistake) error

	// Mistakes are all that readers sent, in the order in which they came, of one
	// second by id.
	Mistakes(ctx context.Context) ([]Mistake, error)
}

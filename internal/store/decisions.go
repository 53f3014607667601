package store

import (
	"context"

	"github.com/readout-news/readout"
)

// Decisions is the part of a store that keeps what people decided: a log that
// only grows. The database itself refuses to change or remove an entry.
type Decisions interface {
	// AddDecision appends d to the log and sets its Seq, Prev and Hash, its At
	// where that is zero, and the Text of its sentences where that is empty. In
	// the same transaction the reports that it touches become pending, so that
	// the next linking heeds it: those of its sentences, all versions of their
	// articles and, for an undo, those of the decision that it undoes.
	// readout.ErrDecision: it is none. ErrNotFound: a report that it rests on, or
	// the decision that it undoes, is not there. ErrConflict: a sentence has
	// other words than d says, or what it undoes is undone already.
	//
	// A decision with a hash is one that was made elsewhere: it is taken as it
	// is, also about reports that are not there yet, when it is the next of the
	// chain; else ErrConflict, but for one that is there already, which changes
	// nothing.
	AddDecision(ctx context.Context, d *readout.Decision) error

	// Decisions returns the log behind the decision of that number (0: all), in
	// order.
	Decisions(ctx context.Context, after int64) ([]readout.Decision, error)

	// VerifyDecisions reads the whole log as it is stored and returns its last
	// number and hash. The error says which entry was edited, removed, moved or
	// put in. What an earlier call returned can be compared with the log of
	// later: see readout.CheckChain.
	VerifyDecisions(ctx context.Context) (last int64, hash string, err error)
}

package readout

import "errors"

// The errors that callers tell apart with errors.Is. Whoever returns one wraps
// it with what was being done and what to do about it.
var (
	// ErrNotFound: nothing in the record or the store has that id or name.
	ErrNotFound = errors.New("not in the record")
	// ErrConflict: the store already holds something else under that id.
	ErrConflict = errors.New("conflicts with what is stored")
	// ErrNewerStore: the store was written by a later version of Readout.
	ErrNewerStore = errors.New("the store is from a newer version")
	// ErrNotStore: the file is not a store of Readout.
	ErrNotStore = errors.New("not a Readout store")
	// ErrLocked: another program holds the store.
	ErrLocked = errors.New("another program has the store")
	// ErrDamaged: what is stored is not what was written.
	ErrDamaged = errors.New("the store is damaged")
)

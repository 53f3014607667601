package sqlstore

import (
	"context"
	"database/sql"
	"iter"

	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/terms"
)

// Dialect is what an engine does in its own way.
type Dialect interface {
	// Mapped turns the driver's errors into what to do about them. Broken
	// constraints wrap readout.ErrConflict. nil stays nil.
	Mapped(err error) error

	// Again reports whether a transaction that failed with err may succeed when
	// it is run once more.
	Again(err error) bool

	// WriteTx and ReadTx are how transactions begin. Those that read see one
	// moment.
	WriteTx() *sql.TxOptions
	ReadTx() *sql.TxOptions

	// Columns describes the columns of all tables of the store.
	Columns(ctx context.Context, q Querier) ([]Described, error)

	// Inspect looks at the database below its rows, in full where it is deep, and
	// calls found for all that is wrong. skipped says which looks were not possible,
	// and why.
	Inspect(ctx context.Context, tx *Tx, deep bool, found func(store.Finding)) (skipped []string, err error)

	// Lock waits until no other transaction that locked this name is under way.
	// An engine with one writer has nothing to do.
	Lock(ctx context.Context, tx *Tx, name string) error

	// Alone waits until no other transaction that wrote to the table is under way,
	// and lets none write to it until this one ends. An engine with one writer has
	// nothing to do.
	Alone(ctx context.Context, tx *Tx, table string) error

	// Params is the most parameters in an INSERT of several rows.
	Params() int

	// Bulk writes rows in the engine's fastest way; the values of all rows
	// follow each other. It is asked when there are BulkRows or more; 0: never.
	Bulk(ctx context.Context, tx *Tx, table string, columns []string, values []any) error
	BulkRows() int

	Index
}

// Index is an engine's index of words. It has a table f for each kind (named
// kind_fts) with a column rowid, in which rows are put and found by words that
// package terms folded.
type Index interface {
	// PutWords adds rows to the kind's; none of their numbers is there.
	PutWords(ctx context.Context, tx *Tx, kind store.Kind, rows []IndexRow) error

	// DropWords takes away the rows with these numbers.
	DropWords(ctx context.Context, tx *Tx, kind store.Kind, numbers []int64) error

	// ReplaceWords puts rows in the place of all of the kind's.
	ReplaceWords(ctx context.Context, tx *Tx, kind store.Kind, rows []IndexRow) error

	// ClearWords removes all rows of the kind.
	ClearWords(ctx context.Context, tx *Tx, kind store.Kind) error

	// Asking is told that the transaction is going to ask the index.
	Asking(ctx context.Context, tx *Tx) error

	// Match is the condition that a row of the kind's table f holds, with ? as
	// placeholders.
	Match(kind store.Kind, m Match) (condition string, args []any)

	// Join parts two tables of which the first is to be walked before the
	// second is looked up.
	Join() string

	// Vocabulary goes through the words of reports that begin with prefix, by
	// their bytes. It may know words that no report has any more.
	Vocabulary(ctx context.Context, tx *Tx, prefix string) iter.Seq2[string, error]

	// Counts says in how many reports and names each of the words is; those
	// that are in none are left out.
	Counts(ctx context.Context, tx *Tx, words []string) (map[string]int, error)

	// WordSums sum what each row of the kind's index holds, by the row's number;
	// WordSum is what that is of a row as it is put. tx writes nothing, and its
	// connection may keep tables of its own.
	WordSums(ctx context.Context, tx *Tx, kind store.Kind) (map[int64]uint64, error)
	WordSum(kind store.Kind, r IndexRow) uint64

	// Beginning are up to limit words of reports and as many of names that
	// begin with prefix.
	Beginning(ctx context.Context, tx *Tx, prefix string, limit int) ([]string, error)
}

// IndexRow is what an index takes in of one thing. A text is folded words
// parted by spaces, pieces that no phrase may span by Apart.
type IndexRow struct {
	N      int64    // its number: rowid of the kind's table
	Best   []string // title, names, place: what is found here comes first
	Rest   []string // what else its kind has
	Facets []string // words that stand for values of filters, see facet
}

// Apart stands between words that are not next to each other in a text. It is
// never in a word; that of facets is, and in no word of a text.
const Apart = " ¶ "

// Match is a condition on words.
type Match struct {
	Yes, No []terms.Pattern // all of Yes and none of No
	Facets  [][]string      // of each one
	Best    Where           // where Yes is to be
}

// Where says in which texts of a row the patterns of a Match are to be found.
type Where uint8

// The places of matches.
const (
	Anywhere  Where = iota
	InBest          // all of Yes in Best
	NotInBest       // not all of Yes in Best
)

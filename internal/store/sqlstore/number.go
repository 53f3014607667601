package sqlstore

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"github.com/readout-news/readout/internal/store"
)

// Rows of an index are numbered so that greater numbers are to be shown first,
// and the index gives them in that order and stops where it is told to. There
// are gaps between numbers, for what comes between: a row gets the number that
// follows from its day and id, if that lies between those of its neighbours,
// else one in the middle; where the gap is closed, the rows around it are
// numbered anew (order maintenance; Bender, Cole, Demaine, Farach-Colton and
// Zito, "Two simplified algorithms for maintaining order in a list", ESA 2002).
// Ids end in a hash, so that the last two hardly ever happen.

// endNumber is behind all numbers.
const endNumber = 1 << 62

// idBits are the low bits of a number that follow from the id.
const idBits = 27

// target is the number that follows from weight or day, and id. It is not less
// for a row that is to be shown sooner, as long as days are dates, some with the
// time to the minute.
func (x *indexed) target(kind store.Kind) int64 {
	high := dayNumber(x.day)
	if kind == store.KindEntity {
		high = int64(min(x.weight, 1<<28-1)) << 6
	}
	return high<<idBits | (1<<idBits - 1 - idNumber(x.id))
}

// dayNumber is less than 2^34 and orders as the days do, to the minute.
func dayNumber(day string) int64 {
	part := func(from, to int) int64 {
		n := int64(0)
		for i := from; i < to; i++ {
			if i >= len(day) || day[i] < '0' || day[i] > '9' {
				return 0
			}
			n = 10*n + int64(day[i]-'0')
		}
		return n
	}
	hour, minute := int64(0), int64(0)
	if len(day) > len("2006-01-02T") {
		hour, minute = 1+part(11, 13), part(14, 16)
	}
	return part(0, 4)<<20 | min(part(5, 7), 15)<<16 | min(part(8, 10), 31)<<11 | min(hour, 31)<<6 | min(minute, 63)
}

// idNumber orders as ids do, by the six characters after the first, and leaves
// gaps of four; they are hexadecimal digits in the ids that package link makes.
func idNumber(id string) int64 {
	n := int64(0)
	for i := 1; i <= 6; i++ {
		d := int64(0)
		if i < len(id) {
			switch c := id[i]; {
			case c < '0':
			case c <= '9':
				d = int64(c-'0') + 1
			case c < 'a':
				d = 10
			case c <= 'f':
				d = int64(c-'a') + 11
			default:
				d = 16
			}
		}
		n = 17*n + d
	}
	return n << 2
}

// numberer puts rows with their numbers into search_row.
type numberer struct {
	*Inserter
	kind store.Kind
}

func newNumberer(ctx context.Context, tx *Tx, kind store.Kind) numberer {
	return numberer{tx.Insert(ctx, "search_row", "kind, n, id, day, last_day, weight, sum"), kind}
}

// add puts a row, whose words are w, with number n, which w gets as well.
func (in numberer) add(x *indexed, w *IndexRow, n int64) error {
	w.N = n
	return in.Add(row(string(in.kind), n, x.id, x.day, x.last, x.weight, w.sum()))
}

// sum tells what an index is given from what it has.
func (r IndexRow) sum() string {
	h := sha256.New()
	for _, part := range [][]string{r.Best, r.Rest, r.Facets} {
		for _, s := range part {
			fmt.Fprintf(h, "%d:%s", len(s), s)
		}
		h.Write([]byte{';'})
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// putRow puts a row, which is not there, between its neighbours. load makes the
// rows of ids that are in the index.
func putRow(ctx context.Context, tx *Tx, kind store.Kind, x *indexed, load func(ids []string) ([]*indexed, error)) error {
	low, high, err := neighbours(ctx, tx, kind, x)
	if err != nil {
		return err
	}
	n := x.target(kind)
	if n <= low || n >= high {
		n = low + (high-low)/2
	}
	if n > low && n < high {
		return putNumbered(ctx, tx, kind, []*indexed{x}, func(int) int64 { return n })
	}
	// The gap is closed: the rows around it make room.
	for around := 64; ; around *= 4 {
		var ids []string
		var numbers []int64
		from, to := int64(-1), int64(endNumber)
		for _, side := range []struct {
			query string
			from  int64
			end   *int64
		}{
			{`SELECT n, id FROM search_row WHERE kind = $1 AND n <= $2 ORDER BY n DESC LIMIT $3`, low, &from},
			{`SELECT n, id FROM search_row WHERE kind = $1 AND n >= $2 ORDER BY n LIMIT $3`, high, &to},
		} {
			found := 0
			err := each(ctx, tx, side.query, row(string(kind), side.from, around+1), func(scan func(...[]any) error) error {
				var n int64
				var id string
				err := scan(row(&n, &id))
				if found++; found > around {
					*side.end = n // stays
					return err
				}
				ids, numbers = append(ids, id), append(numbers, n)
				return err
			})
			if err != nil {
				return err
			}
		}
		step := (to - from) / int64(len(ids)+2)
		if step < leastStep(around) {
			continue // too dense: more rows have to move
		}
		rows, err := load(ids)
		if err != nil {
			return err
		}
		if err := dropNumbers(ctx, tx, kind, numbers); err != nil {
			return err
		}
		rows = append(rows, x)
		slices.SortFunc(rows, (*indexed).compare)
		return putNumbered(ctx, tx, kind, rows, func(i int) int64 { return from + int64(i+1)*step })
	}
}

// leastStep is how far apart rows are to be that are numbered anew with so many
// around them: at first so far that a gap which is halved each time is not closed
// again at once, less the more of them move.
func leastStep(around int) int64 { return max(1<<20/int64(around/64), 2) }

// neighbours are the numbers of the rows before and after x.
func neighbours(ctx context.Context, tx *Tx, kind store.Kind, x *indexed) (low, high int64, err error) {
	// A query seeks one row in the index by kind, weight, day and id: what is
	// sorted by day and id at once would read all rows of a day.
	beside := func(none int64, side, order, edge string) (int64, error) {
		var n int64
		err := tx.QueryRowContext(ctx, "SELECT n FROM search_row WHERE kind = $1 AND weight = $2 AND day = $3 AND id "+flipped[side]+" $4 ORDER BY id "+edge+" LIMIT 1", string(kind), x.weight, x.day, x.id).Scan(&n) //nolint:gosec // constants
		if !errors.Is(err, sql.ErrNoRows) {
			return n, err
		}
		weight, day := x.weight, x.day
		err = tx.QueryRowContext(ctx, "SELECT day FROM search_row WHERE kind = $1 AND weight = $2 AND day "+side+" $3 ORDER BY day "+order+" LIMIT 1", string(kind), x.weight, x.day).Scan(&day) //nolint:gosec // constants
		if errors.Is(err, sql.ErrNoRows) {
			err = tx.QueryRowContext(ctx, "SELECT weight, day FROM search_row WHERE kind = $1 AND weight "+side+" $2 ORDER BY weight "+order+", day "+order+" LIMIT 1", string(kind), x.weight).Scan(&weight, &day) //nolint:gosec // constants
		}
		if errors.Is(err, sql.ErrNoRows) {
			return none, nil
		}
		if err != nil {
			return 0, err
		}
		return n, tx.QueryRowContext(ctx, "SELECT n FROM search_row WHERE kind = $1 AND weight = $2 AND day = $3 ORDER BY id "+edge+" LIMIT 1", string(kind), weight, day).Scan(&n) //nolint:gosec // constants
	}
	if low, err = beside(-1, "<", "DESC", "ASC"); err != nil {
		return 0, 0, err
	}
	high, err = beside(endNumber, ">", "ASC", "DESC")
	return low, high, err
}

// flipped is the other side: of equal days the greater id comes first.
var flipped = map[string]string{"<": ">", ">": "<"}

// putNumbered puts rows; the i-th gets the number of i.
func putNumbered(ctx context.Context, tx *Tx, kind store.Kind, rows []*indexed, number func(i int) int64) error {
	in := newNumberer(ctx, tx, kind)
	out := make([]IndexRow, len(rows))
	for i, x := range rows {
		out[i] = x.words()
		if err := in.add(x, &out[i], number(i)); err != nil {
			return err
		}
	}
	if err := in.Flush(); err != nil {
		return err
	}
	return tx.d.PutWords(ctx, tx, kind, out)
}

// dropNumbers takes rows out of the index.
func dropNumbers(ctx context.Context, tx *Tx, kind store.Kind, numbers []int64) error {
	for _, n := range numbers {
		if _, err := tx.ExecContext(ctx, `DELETE FROM search_row WHERE kind = $1 AND n = $2`, string(kind), n); err != nil {
			return err
		}
	}
	return tx.d.DropWords(ctx, tx, kind, numbers)
}

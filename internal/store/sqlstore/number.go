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
// else one right beside the neighbour that has it: further away it would stand
// in the way of all that come after it. Where the gap is closed, the rows around
// it make room and move no further than they have to (order maintenance; Bender,
// Cole, Demaine, Farach-Colton and Zito, "Two simplified algorithms for
// maintaining order in a list", ESA 2002). Ids end in a hash, so that the last
// two hardly ever happen.

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
	n := beside(x.target(kind), low, high)
	if n > low && n < high {
		return putNumbered(ctx, tx, kind, []*indexed{x}, func(int) int64 { return n })
	}
	// The gap is closed: the rows around it make room.
	for around := 64; ; around *= 4 {
		var rows []standing
		from, to := int64(-1), int64(endNumber)
		for _, side := range []struct {
			query string
			from  int64
			end   *int64
		}{
			{`SELECT n, id, day, weight FROM search_row WHERE kind = $1 AND n <= $2 ORDER BY n DESC LIMIT $3`, low, &from},
			{`SELECT n, id, day, weight FROM search_row WHERE kind = $1 AND n >= $2 ORDER BY n LIMIT $3`, high, &to},
		} {
			found := 0
			err := each(ctx, tx, side.query, row(string(kind), side.from, around+1), func(scan func(...[]any) error) error {
				r := standing{indexed: &indexed{}}
				err := scan(row(&r.n, &r.id, &r.day, &r.weight))
				if found++; found > around {
					*side.end = r.n // stays
					return err
				}
				rows = append(rows, r)
				return err
			})
			if err != nil {
				return err
			}
		}
		rows = append(rows, standing{x, -1})
		slices.SortFunc(rows, func(a, b standing) int { return a.compare(b.indexed) })
		numbers, ok := room(rows, kind, from, to, leastStep(around))
		if !ok {
			continue // too dense: more rows have to move
		}
		return move(ctx, tx, kind, rows, numbers, x, load)
	}
}

// standing is a row with the number that it has, -1 none.
type standing struct {
	*indexed
	n int64
}

// besideStep is how far a row stands from the neighbour that has its number: less
// than the gap between ids (see idNumber), and such that another comes between.
const besideStep = 2

// beside is a number between low and high, the nearest to n that leaves gaps; low
// where there is none.
func beside(n, low, high int64) int64 {
	step := min(besideStep, (high-low)/2)
	switch {
	case n <= low:
		return low + step
	case n >= high:
		return high - step
	}
	return n
}

// room are numbers between from and to for rows in their order, at least step
// apart and as near to what follows from day and id as that allows. ok is false
// where there is no room.
func room(rows []standing, kind store.Kind, from, to, step int64) (numbers []int64, ok bool) {
	if int64(len(rows)+1) > (to-from)/step {
		return nil, false
	}
	numbers = make([]int64, len(rows))
	least := from
	for i, r := range rows {
		least = max(least+step, r.target(kind))
		numbers[i] = least
	}
	most := to
	for i := len(rows) - 1; i >= 0 && numbers[i] > most-step; i-- {
		most -= step
		numbers[i] = most
	}
	return numbers, true
}

// move gives rows other numbers; x is among them, and is not in the index.
func move(ctx context.Context, tx *Tx, kind store.Kind, rows []standing, numbers []int64, x *indexed, load func(ids []string) ([]*indexed, error)) error {
	to := map[string]int64{}
	var ids []string
	var was []int64
	for i, r := range rows {
		if r.n == numbers[i] {
			continue
		}
		to[r.id] = numbers[i]
		if r.n >= 0 {
			ids, was = append(ids, r.id), append(was, r.n)
		}
	}
	moved, err := load(ids)
	if err != nil {
		return err
	}
	if err := dropNumbers(ctx, tx, kind, was); err != nil {
		return err
	}
	moved = append(moved, x)
	slices.SortFunc(moved, (*indexed).compare)
	return putNumbered(ctx, tx, kind, moved, func(i int) int64 { return to[moved[i].id] })
}

// leastStep is how far apart rows are to be that make room with so many around
// them: at first so far that the gap is not closed again at once, less the more of
// them move.
func leastStep(around int) int64 { return max(64/int64(around/64), 2) }

// neighbours are the numbers of the rows before and after x.
func neighbours(ctx context.Context, tx *Tx, kind store.Kind, x *indexed) (low, high int64, err error) {
	// A query seeks one row in the index by kind, weight, day and id: what is
	// sorted by day and id at once would read all rows of a day.
	next := func(none int64, side, order, edge string) (int64, error) {
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
		err = tx.QueryRowContext(ctx, "SELECT n FROM search_row WHERE kind = $1 AND weight = $2 AND day = $3 ORDER BY id "+edge+" LIMIT 1", string(kind), weight, day).Scan(&n) //nolint:gosec // constants
		return n, err
	}
	if low, err = next(-1, "<", "DESC", "ASC"); err != nil {
		return 0, 0, err
	}
	high, err = next(endNumber, ">", "ASC", "DESC")
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

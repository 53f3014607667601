package sqlstore

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"math/bits"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
)

// sum is a number modulo 2^256. The sum of the SHA-256 of rows does not depend
// on their order, and what was added can be taken away again: so the digest of
// a record follows it at the cost of what changes. Two records with one digest
// could be made on purpose, with some 2^32 rows to choose from (Wagner, "A
// generalized birthday problem", CRYPTO 2002); what hangs on it is whether a
// revision is noted.
type sum [4]uint64 // the lowest first

func (s *sum) add(o sum) {
	var carry uint64
	for i := range s {
		s[i], carry = bits.Add64(s[i], o[i], carry)
	}
}

func (s *sum) sub(o sum) {
	var borrow uint64
	for i := range s {
		s[i], borrow = bits.Sub64(s[i], o[i], borrow)
	}
}

// bytes are the 32 bytes of s, the highest first.
func (s sum) bytes() []byte {
	b := make([]byte, 0, sha256.Size)
	for i := len(s) - 1; i >= 0; i-- {
		b = binary.BigEndian.AppendUint64(b, s[i])
	}
	return b
}

func sumOf(b []byte) (s sum, err error) {
	if len(b) != sha256.Size {
		return s, fmt.Errorf("%w: a sum of %d bytes, want %d; “readout rebuild” draws the record anew", readout.ErrDamaged, len(b), sha256.Size)
	}
	for i := range s {
		s[len(s)-1-i] = binary.BigEndian.Uint64(b[8*i:])
	}
	return s, nil
}

// rowSums sums rows, by their owners.
type rowSums struct {
	of  map[owner]*sum
	buf []byte
}

// add sums one row. Each value goes in with its type and length, so that no
// two rows look alike.
func (s *rowSums) add(of owner, table, columns string, groups ...[]any) {
	b := s.buf[:0]
	text := func(x string) {
		b = binary.AppendUvarint(append(b, 's'), uint64(len(x)))
		b = append(b, x...)
	}
	text(table)
	text(columns)
	for _, g := range groups {
		for _, v := range g {
			switch x := v.(type) {
			case nil:
				b = append(b, 'n')
			case string:
				text(x)
			case int:
				b = binary.AppendVarint(append(b, 'i'), int64(x))
			case bool:
				b = append(b, 'b', "01"[b2i(x)])
			case float64:
				x += 0 // a database keeps no sign of zero
				b = binary.LittleEndian.AppendUint64(append(b, 'f'), math.Float64bits(x))
			default:
				panic(fmt.Sprintf("sqlstore: no sum for a %T in %s", v, table))
			}
		}
	}
	s.buf = b
	h := sha256.Sum256(b)
	x, _ := sumOf(h[:]) // it has the length
	if s.of[of] == nil {
		s.of[of] = new(sum)
	}
	s.of[of].add(x)
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// sumsOf sums the rows of the owners in rec that are wanted. The lists of rec
// are in order; digests are those of its reports.
func sumsOf(rec *readout.Record, digests []string, wants func(owner) bool) map[owner]*sum {
	s := &rowSums{of: map[owner]*sum{}}
	p := &putter{wants: wants, sink: s.add, stored: s.add}
	p.record(rec, digests)
	return s.of
}

// digestVersion is raised with every change of what putter puts, which a test
// holds it to.
const digestVersion = "delta2:"

// digestText is a digest as a revision keeps it.
func digestText(s sum) string { return digestVersion + hex.EncodeToString(s.bytes()) }

// present is the present revision with the sum of its record; the zero revision
// before the first. Where an earlier program summed it, or none did, what is
// stored is summed anew.
func present(ctx context.Context, tx *Tx) (last store.Revision, total sum, err error) {
	last, digest, err := lastRevision(ctx, tx)
	if err != nil || last.N == 0 {
		return last, total, err
	}
	if text, ok := strings.CutPrefix(digest, digestVersion); ok {
		b, err := hex.DecodeString(text)
		if err == nil {
			total, err = sumOf(b)
		}
		return last, total, err
	}
	g := &getter{ctx: ctx, tx: tx, rec: &readout.Record{}}
	if err := g.all(); err != nil {
		return last, total, err
	}
	rec := store.Ordered(g.rec)
	digests, err := reportDigests(rec.Reports)
	if err != nil {
		return last, total, err
	}
	sums := sumsOf(rec, digests, nil)
	for _, s := range sums {
		total.add(*s)
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM record_sum`); err != nil {
		return last, total, err
	}
	if err := insertSums(ctx, tx, sums, nil); err != nil {
		return last, total, err
	}
	_, err = tx.ExecContext(ctx, `UPDATE revision SET digest = $1 WHERE n = $2`, digestText(total), last.N)
	return last, total, err
}

// readSums reads the stored sums of owners; of all with nil owners.
func readSums(ctx context.Context, tx *Tx, owners map[store.Kind][]string) (map[owner]*sum, error) {
	out := map[owner]*sum{}
	read := func(query string, args []any) error {
		return each(ctx, tx, query, args, func(scan func(...[]any) error) error {
			var of owner
			var b []byte
			if err := scan(row(&of.kind, &of.id, &b)); err != nil {
				return err
			}
			s, err := sumOf(b)
			out[of] = &s
			return err
		})
	}
	if owners == nil {
		return out, read(`SELECT kind, id, sum FROM record_sum`, nil)
	}
	for kind, ids := range owners {
		err := among(ids, tx.d.Params(), func(in string, args []any) error {
			return read(fmt.Sprintf("SELECT kind, id, sum FROM record_sum WHERE id%s AND kind = $%d", in, len(args)+1), append(args, string(kind)))
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// insertSums puts the sums of owners that are wanted, in order; nil wants all.
func insertSums(ctx context.Context, tx *Tx, sums map[owner]*sum, wants map[owner]bool) error {
	in := tx.Insert(ctx, "record_sum", "kind, id, sum")
	for _, of := range sortedOwners(sums) {
		if wants != nil && !wants[of] {
			continue
		}
		if err := in.Add(row(string(of.kind), of.id, sums[of].bytes())); err != nil {
			return err
		}
	}
	return in.Flush()
}

// deleteSums takes away the sums of owners of one kind.
func deleteSums(ctx context.Context, tx *Tx, kind store.Kind, ids []string) error {
	return among(ids, tx.d.Params(), func(in string, args []any) error {
		_, err := tx.ExecContext(ctx, fmt.Sprintf("DELETE FROM record_sum WHERE id%s AND kind = $%d", in, len(args)+1), append(args, string(kind))...)
		return err
	})
}

package decide_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/pgtest"
	"github.com/readout-news/readout/internal/store/postgres"
	"github.com/readout-news/readout/internal/store/sqlite"
	"github.com/readout-news/readout/internal/store/sqlstore"
	"github.com/readout-news/readout/internal/store/storetest"
	"github.com/readout-news/readout/internal/torture"
)

// entry is a row of the log.
type entry struct {
	seq        int64
	body, hash string
}

// TestTampering is R29: whoever changes, removes, moves or puts in an entry of
// the log is found out. The triggers that refuse it are taken away first.
func TestTampering(t *testing.T) {
	for name, x := range map[string]struct {
		open func(t *testing.T) *sqlstore.Store
		free string // takes the triggers away
	}{
		"SQLite": {func(t *testing.T) *sqlstore.Store {
			return must[*sqlstore.Store](t)(sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "desk.db"), sqlite.Options{Create: true}))
		}, `DROP TRIGGER decision_appends; DROP TRIGGER decision_stays; DROP TRIGGER decision_keeps`},
		"PostgreSQL": {func(t *testing.T) *sqlstore.Store {
			return must[*sqlstore.Store](t)(postgres.Open(t.Context(), pgtest.Database(t), postgres.Options{Create: true}))
		}, `DROP TRIGGER decision_stays ON decision`},
	} {
		t.Run(name, func(t *testing.T) {
			rounds := torture.Rounds(t, 150, 1000, 10_000)
			s := x.open(t)
			defer s.Close()
			c := storetest.Capture("a", "Talks ended in Orrin, and nobody spoke of the ferries.")
			doc := storetest.Doc(c)
			if err := s.Keep(t.Context(), c, doc, "v1"); err != nil {
				t.Fatal(err)
			}
			for i := range 24 {
				d := readout.Decision{By: fmt.Sprint("person ", i%3), Kind: readout.DecideNote, Why: fmt.Sprint("because of ", i), At: time.Date(2031, 5, 2, 9, i, 0, 0, time.UTC), About: []readout.Target{{
					Kind: "event", ID: fmt.Sprint("v", i), Evidence: []readout.Anchor{{Evidence: readout.Evidence{Report: doc.Report.ID, Span: readout.Span{Start: 0, End: 5 + i}}}},
				}}}
				if i%5 == 4 {
					d = readout.Decision{By: "ana", Kind: readout.DecideUndo, Undoes: int64(i), At: d.At}
				}
				if err := s.AddDecision(t.Context(), &d); err != nil {
					t.Fatal(err)
				}
			}
			for _, q := range []string{`UPDATE decision SET body = body || ' '`, `DELETE FROM decision`, `DELETE FROM decision WHERE seq = 24`, `UPDATE decision SET seq = 100 WHERE seq = 24`} {
				if _, err := s.Writer().Exec(q); err == nil || !strings.Contains(err.Error(), "only grows") {
					t.Fatalf("%s: %v", q, err)
				}
			}
			if name == "SQLite" {
				for _, q := range []string{`INSERT OR REPLACE INTO decision SELECT 3, body, hash FROM decision WHERE seq = 4`, `INSERT INTO decision SELECT 40, body, hash FROM decision WHERE seq = 4`} {
					if _, err := s.Writer().Exec(q); err == nil || !strings.Contains(err.Error(), "only grows") {
						t.Fatalf("%s: %v", q, err)
					}
				}
			}
			for q := range strings.SplitSeq(x.free, ";") {
				if _, err := s.Writer().Exec(q); err != nil {
					t.Fatal(err)
				}
			}
			log := read(t, s)
			rng := rand.New(rand.NewPCG(29, uint64(rounds)))
			found, all := map[string]int{}, 0
			for round := range rounds {
				how, bad := tampered(rng, log)
				if slices.Equal(bad, log) {
					t.Fatalf("round %d: %s changed nothing", round, how)
				}
				write(t, s, log, bad)
				if _, _, err := s.VerifyDecisions(t.Context()); !errors.Is(err, readout.ErrLog) {
					t.Fatalf("round %d: %s is not found: %v", round, how, err)
				}
				if _, err := s.Decisions(t.Context(), 0); !errors.Is(err, readout.ErrLog) {
					t.Fatalf("round %d: %s is read: %v", round, how, err)
				}
				found[how]++
				all++
				write(t, s, bad, log)
			}
			if n, _, err := s.VerifyDecisions(t.Context()); n != 24 || err != nil {
				t.Fatalf("the log as it was: %d %v", n, err)
			}
			torture.Counted(t, "R29", rounds, "tamperings of the log of decisions on "+name, fmt.Sprintf("%d found: %v", all, found))
		})
	}
}

func read(t *testing.T, s *sqlstore.Store) []entry {
	t.Helper()
	rows, err := s.Writer().Query(`SELECT seq, body, hash FROM decision ORDER BY seq`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []entry
	for rows.Next() {
		var e entry
		if err := rows.Scan(&e.seq, &e.body, &e.hash); err != nil {
			t.Fatal(err)
		}
		out = append(out, e)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// write puts rows in the place of others, those alone that differ.
func write(t *testing.T, s *sqlstore.Store, was, is []entry) {
	t.Helper()
	tx, err := s.Writer().Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	for _, e := range was {
		if !slices.Contains(is, e) {
			if _, err := tx.Exec(`DELETE FROM decision WHERE seq = $1`, e.seq); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, e := range is {
		if !slices.Contains(was, e) {
			if _, err := tx.Exec(`INSERT INTO decision (seq, body, hash) VALUES ($1, $2, $3)`, e.seq, e.body, e.hash); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
}

// tampered is the log with one change, and what it is.
func tampered(rng *rand.Rand, log []entry) (how string, out []entry) {
	out = slices.Clone(log)
	i := rng.IntN(len(out))
	decoded := func(e entry) (d readout.Decision) {
		if err := d.UnmarshalJSON([]byte(e.body)); err != nil {
			panic(err)
		}
		return d
	}
	encoded := func(d readout.Decision, rehash bool, old string) entry {
		e := entry{d.Seq, string(d.Canonical()), old}
		if rehash {
			e.hash = d.Sum()
		}
		return e
	}
	edit := func(d *readout.Decision) {
		switch rng.IntN(5) {
		case 0:
			d.By += "x"
		case 1:
			d.Why += "!"
		case 2:
			d.At = d.At.Add(time.Hour)
		case 3:
			d.Item = "q1"
		default:
			d.After = "another"
		}
	}
	switch rng.IntN(9) {
	case 0: // a letter of the body
		b := []byte(out[i].body)
		k := rng.IntN(len(b))
		c := byte('a' + rng.IntN(26))
		if b[k] == c {
			c = '0'
		}
		b[k] = c
		out[i].body = string(b)
		return "a letter changed", out
	case 1: // a field
		d := decoded(out[i])
		edit(&d)
		out[i] = encoded(d, false, out[i].hash)
		return "a field changed", out
	case 2: // a field, with the hash of its own
		d := decoded(out[i])
		edit(&d)
		out[i] = encoded(d, true, "")
		return "a field changed and hashed anew", out
	case 3:
		return "an entry removed", slices.Delete(out, i, i+1)
	case 4: // an entry removed, and those behind moved up, with new numbers, links and hashes
		out = slices.Delete(out, i, i+1)
		return "an entry removed and the rest written anew", chained(out, i, decoded)
	case 5: // two bodies exchanged
		k := rng.IntN(len(out))
		for k == i {
			k = rng.IntN(len(out))
		}
		out[i].body, out[k].body = out[k].body, out[i].body
		out[i].hash, out[k].hash = out[k].hash, out[i].hash
		return "two entries exchanged", out
	case 6: // an entry put in at the end that follows well
		d := decoded(out[i])
		d.Seq, d.Prev, d.Kind, d.Undoes = int64(len(out)+1), out[len(out)-1].hash, readout.DecideNote, 0
		return "an entry put in at the end", append(out, encoded(d, true, ""))
	case 7: // an entry put in, and those behind written anew
		d := decoded(out[i])
		d.Why += " put in"
		out = slices.Insert(out, i, encoded(d, true, ""))
		return "an entry put in and the rest written anew", chained(out, i, decoded)
	default:
		n := 1 + rng.IntN(len(out))
		return "the end cut off", out[:len(out)-n]
	}
}

// chained writes the entries from i on anew so that they follow each other.
func chained(log []entry, i int, decoded func(entry) readout.Decision) []entry {
	for ; i < len(log); i++ {
		d := decoded(log[i])
		d.Seq, d.Prev = int64(i+1), ""
		if i > 0 {
			d.Prev = log[i-1].hash
		}
		log[i] = entry{d.Seq, string(d.Canonical()), d.Sum()}
	}
	return log
}

var _ store.Store = (*sqlstore.Store)(nil)

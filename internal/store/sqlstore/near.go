package sqlstore

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/readout-news/readout/internal/terms"
)

// letters are those that Near puts in and changes; a word in another script is
// compared with what begins like it.
const letters = "abcdefghijklmnopqrstuvwxyz"

// maxNearScan bounds how many words Near looks at for two changed letters.
const maxNearScan = 20000

// Near implements store.Store. Inflections are nearest. Words a letter away are made and looked up, as
// in Norvig, "How to Write a Spelling Corrector" (2007); words two letters away
// are sought among those with the same two first letters.
func (s *Store) Near(ctx context.Context, word string, limit int) ([]string, error) {
	w := []rune(terms.Fold(word))
	if len(w) < 3 || limit <= 0 {
		return nil, nil
	}
	type near struct {
		word        string
		away, count int
	}
	var found []near
	add := func(x string, away, count int) {
		if x != string(w) && count > 0 && !slices.ContainsFunc(found, func(n near) bool { return n.word == x }) {
			found = append(found, near{x, away, count})
		}
	}
	err := s.read(ctx, func(tx *Tx) error {
		family, err := terms.Family(string(w), func(prefix string) iter.Seq2[string, error] { return tx.d.Vocabulary(ctx, tx, prefix) })
		if err != nil {
			return err
		}
		for away, words := range [][]string{family, edits(w)} {
			counts, err := tx.d.Counts(ctx, tx, words)
			if err != nil {
				return err
			}
			for x, n := range counts {
				add(x, away, n)
			}
		}
		if len(found) > 0 || len(w) < 5 {
			return nil
		}
		like, err := tx.d.Beginning(ctx, tx, string(w[:2]), maxNearScan)
		if err != nil {
			return err
		}
		like = slices.DeleteFunc(like, func(x string) bool { return distance(w, []rune(x)) > 2 })
		counts, err := tx.d.Counts(ctx, tx, like)
		for x, n := range counts {
			add(x, distance(w, []rune(x)), n)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("words near %q in %s: %w", word, s.name, err)
	}
	slices.SortFunc(found, func(a, b near) int {
		return cmp.Or(cmp.Compare(a.away, b.away), -cmp.Compare(a.count, b.count), strings.Compare(a.word, b.word))
	})
	var out []string
	for _, n := range found[:min(len(found), limit)] {
		out = append(out, n.word)
	}
	return out, nil
}

// edits are the words a letter away from w: one left out, put in or changed, or
// two exchanged.
func edits(w []rune) []string {
	seen := map[string]bool{}
	var out []string
	add := func(parts ...[]rune) {
		x := string(slices.Concat(parts...))
		if !seen[x] {
			seen[x] = true
			out = append(out, x)
		}
	}
	for i := range len(w) + 1 {
		if i < len(w) {
			add(w[:i], w[i+1:])
		}
		if i+1 < len(w) {
			add(w[:i], []rune{w[i+1], w[i]}, w[i+2:])
		}
		for _, c := range letters {
			add(w[:i], []rune{c}, w[i:])
			if i < len(w) {
				add(w[:i], []rune{c}, w[i+1:])
			}
		}
	}
	return out
}

// distance is the Levenshtein distance of two words, 3 where it is more than 2.
func distance(a, b []rune) int {
	if d := len(a) - len(b); d > 2 || d < -2 {
		return 3
	}
	prev := make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i, x := range a {
		last := prev[0]
		prev[0] = i + 1
		for j, y := range b {
			change := last
			if x != y {
				change++
			}
			last = prev[j+1]
			prev[j+1] = min(change, prev[j]+1, last+1)
		}
	}
	return min(prev[len(b)], 3)
}

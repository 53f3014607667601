package lemma

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// Example is one word of a treebank.
type Example struct {
	Form, XPOS, Lemma string
	First             bool // first word of its sentence
}

// Train induces rules from examples. Equal examples in any order give equal
// rules.
func Train(examples []Example) *Rules {
	edits := map[string]map[string]map[edit]int{}
	caps := map[string]map[string]map[letters]int{}
	for _, x := range examples {
		if figures(x.Form, x.XPOS) {
			continue
		}
		low := normal(x.Form)
		tally(edits, x.XPOS, low, editFor(low, strings.ToLower(x.Lemma)))
		tally(caps, x.XPOS+"/"+string(placeOf(x.Form, x.First)), low, lettersFor(x.Form, x.Lemma))
	}
	r := &Rules{edits: map[string]map[string]edit{}, letters: map[string]map[string]letters{}}
	for tag, words := range edits {
		r.edits[tag] = induce(words, func(a, b edit) int {
			return cmp.Or(cmp.Compare(a.strip, b.strip), cmp.Compare(a.add, b.add))
		})
	}
	for tag, words := range caps {
		r.letters[tag] = induce(words, func(a, b letters) int { return cmp.Compare(a, b) })
	}
	return r
}

func tally[T comparable](m map[string]map[string]map[T]int, tag, w string, v T) {
	if m[tag] == nil {
		m[tag] = map[string]map[T]int{}
	}
	if m[tag][w] == nil {
		m[tag][w] = map[T]int{}
	}
	m[tag][w][v]++
}

// editFor is the shortest edit at the end of form that gives lem.
func editFor(form, lem string) edit {
	n := 0
	for n < len(form) && n < len(lem) && form[n] == lem[n] {
		n++
	}
	for n > 0 && (n < len(form) && !utf8.RuneStart(form[n]) || n < len(lem) && !utf8.RuneStart(lem[n])) {
		n--
	}
	return edit{len(form) - n, lem[n:]}
}

// lettersFor says what became of form's capitals in lem.
func lettersFor(form, lem string) letters {
	low := strings.ToLower(lem)
	switch {
	case lem == low:
		return lower
	case form != strings.ToLower(form) && recase(form, low, keep) == lem:
		return keep
	case recase(form, low, capital) == lem:
		return capital
	}
	return keep
}

// typed is one word with its commonest value.
type typed[T any] struct {
	word  string
	value T
}

// minTypes is how many different words must agree before a suffix becomes a
// rule; fewer make exceptions of whole words.
const minTypes = 2

// induce returns the smallest set of suffix rules, by greedy descent from
// short suffixes to long ones, that gives every word its commonest value.
func induce[T comparable](words map[string]map[T]int, order func(a, b T) int) map[string]T {
	var all []typed[T]
	for _, w := range slices.Sorted(maps.Keys(words)) {
		all = append(all, typed[T]{w, commonest(words[w], order)})
	}
	out := map[string]T{}
	votes := map[T]int{}
	for _, x := range all {
		votes[x.value]++
	}
	root := commonest(votes, order)
	out[""] = root
	descend(out, all, "", root, order)
	return out
}

// descend adds the rules for words that end in suffix, where value is what the
// rules so far give them.
func descend[T comparable](out map[string]T, words []typed[T], suffix string, value T, order func(a, b T) int) {
	if !slices.ContainsFunc(words, func(x typed[T]) bool { return x.value != value }) {
		return
	}
	groups := map[string][]typed[T]{}
	for _, x := range words {
		rest := strings.TrimSuffix(x.word, suffix)
		_, n := utf8.DecodeLastRuneInString(rest)
		longer := x.word[len(rest)-n:]
		if rest == "" || len(longer) > maxSuffix {
			if x.value != value {
				out["^"+x.word] = x.value
			}
			continue
		}
		groups[longer] = append(groups[longer], x)
	}
	for _, longer := range slices.Sorted(maps.Keys(groups)) {
		group := groups[longer]
		votes := map[T]int{}
		for _, x := range group {
			votes[x.value]++
		}
		best := commonest(votes, order)
		v := value
		if best != value && votes[best] >= minTypes && votes[best] > votes[value] {
			v = best
			out[longer] = v
		}
		descend(out, group, longer, v, order)
	}
}

// commonest is the value with the most votes; order breaks ties.
func commonest[T comparable](votes map[T]int, order func(a, b T) int) T {
	var best T
	n := 0
	for v, k := range votes {
		if k > n || k == n && order(v, best) < 0 {
			best, n = v, k
		}
	}
	return best
}

// Write prints the rules in the format that Read takes, sorted.
func (r *Rules) Write(w io.Writer) error {
	for _, tag := range slices.Sorted(maps.Keys(r.edits)) {
		for _, s := range slices.Sorted(maps.Keys(r.edits[tag])) {
			e := r.edits[tag][s]
			if _, err := fmt.Fprintf(w, "%s\t%s\t%d\t%s\n", tag, s, e.strip, e.add); err != nil {
				return err
			}
		}
	}
	for _, tag := range slices.Sorted(maps.Keys(r.letters)) {
		for _, s := range slices.Sorted(maps.Keys(r.letters[tag])) {
			if _, err := fmt.Fprintf(w, "%s\t%s\t%c\n", tag, s, r.letters[tag][s]); err != nil {
				return err
			}
		}
	}
	return nil
}

package utterance

import (
	"cmp"
	"maps"
	"slices"
)

// How two statements are told to be one utterance. Fitted by reading groups of
// 80 stories of AllSides train; of 60 groups read of 60 other stories, 55 held
// one utterance throughout, one a stranger besides, and four were two utterances
// of one day in like words.
const (
	gram = 3 // words of the runs by which candidates are found

	shortRun = 3 // shortest run inside marks that counts; needs two heavy words and near days
	midRun   = 5 // a run of this many words counts over a fortnight
	longRun  = 8 // a run of this many words counts whenever it was said, and without a speaker

	nearDays   = 2
	midDays    = 14
	minHeavy   = 3   // content words that statements without marks must share
	shareSmall = 0.7 // … of the one with fewer
	shareLarge = 0.5 // … of the one with more

	// maxPosting bounds the candidates of a run or word: one in more statements
	// of a speaker is a slogan or a topic and shows nothing.
	maxPosting = 48
)

// candidates are the pairs of statements that share a run of words inside
// marks, or, of one speaker, content words; sorted.
func candidates(said []*saying) [][2]int {
	runs := map[string][]int{}
	topics := map[string][]int{}
	for i, x := range said {
		seen := map[string]bool{}
		post := func(m map[string][]int, key string) {
			if !seen[key] {
				seen[key] = true
				m[key] = append(m[key], i)
			}
		}
		for k := 0; k+gram <= len(x.words); k++ {
			if x.words[k].quoted && x.words[k+gram-1].quoted && !cut(x.words, k, k+gram) {
				post(runs, x.words[k].form+" "+x.words[k+1].form+" "+x.words[k+2].form)
			}
		}
		if x.s.Speaker != "" {
			for l := range x.heavy {
				post(topics, x.s.Speaker+"\x00"+l)
			}
		}
	}
	found := map[[2]int]int{}
	count := func(m map[string][]int, enough int) {
		pairs := map[[2]int]int{}
		for _, at := range m {
			if len(at) > maxPosting {
				continue
			}
			for x, i := range at {
				for _, j := range at[x+1:] {
					pairs[[2]int{i, j}]++
				}
			}
		}
		for p, n := range pairs {
			if n >= enough {
				found[p]++
			}
		}
	}
	count(runs, 1)
	count(topics, minHeavy)
	return slices.SortedFunc(maps.Keys(found), func(a, b [2]int) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
}

// cut reports whether a run of marks ends between the first and the last of
// words[i:j].
func cut(words []word, i, j int) bool {
	for k := i + 1; k < j; k++ {
		if words[k].opens {
			return true
		}
	}
	return false
}

// one reports whether two statements render one utterance.
func one(x, y *saying) bool {
	if x.s.Uttered != y.s.Uttered || x.s.Speaker != "" && y.s.Speaker != "" && x.s.Speaker != y.s.Speaker {
		return false
	}
	if x.s.Report == y.s.Report && overlaps(x, y) {
		return false // one holds the other
	}
	known := x.s.Speaker != "" && y.s.Speaker != ""
	r := longest(x, y)
	ordered := -1
	covers := func(share float64) bool { // of the quoted words of the one with fewer that stand in the other, in order
		if ordered < 0 {
			ordered = inOrder(x, y)
		}
		return float64(ordered) >= share*float64(min(x.quoted, y.quoted))
	}
	switch {
	case r.n >= longRun && r.heavy >= 2:
		return known || apart(x, y) <= midDays
	case known && r.n >= shortRun && r.heavy >= 1 && apart(x, y) == 0 && covers(halfCovered) && ordered > shortRun:
		return true
	case !known || r.heavy < 2 || !r.whole && !covers(minCovered):
	case r.n >= midRun && apart(x, y) <= midDays, r.n >= shortRun && apart(x, y) <= nearDays:
		return true
	}
	if !known {
		return false
	}
	if x.quoted > 0 && y.quoted > 0 || x.s.Report == y.s.Report {
		return false // both give words, and they are others; a report says a thing once
	}
	return alike(x, y) && apart(x, y) <= nearDays
}

// overlaps reports whether two statements of one report share text.
func overlaps(x, y *saying) bool {
	for _, a := range x.s.Content {
		for _, b := range y.s.Content {
			if a.Overlaps(b) {
				return true
			}
		}
	}
	return false
}

// apart is how many days lie between two statements; unknown days are far
// apart. Days of speaking outweigh days of publication, which tell only the
// latest day.
func apart(x, y *saying) int {
	if x.day == noDay || y.day == noDay {
		if x.s.Report == y.s.Report {
			return 0
		}
		return midDays
	}
	d := x.day - y.day
	if d < 0 {
		d = -d
	}
	if x.dated != y.dated {
		d = max(d-nearDays, 0) // said on the one day, printed by the other
	}
	return d
}

// shared is a run of words that two statements have inside marks.
type shared struct {
	n, heavy int  // words; words that are no names and say something by themselves
	whole    bool // the run is all that one of the two has between two marks
}

// longest is the longest run that two statements share; of equal ones the one
// that says most.
func longest(x, y *saying) (best shared) {
	prev := make([]int, len(y.words)+1)
	cur := make([]int, len(y.words)+1)
	ends := func(words []word, i int) bool {
		return i+1 == len(words) || words[i+1].opens || !words[i+1].quoted
	}
	for i := range x.words {
		for j := range y.words {
			cur[j+1] = 0
			a, b := &x.words[i], &y.words[j]
			if !a.quoted || !b.quoted || a.form != b.form {
				continue
			}
			cur[j+1] = 1
			if !a.opens && !b.opens {
				cur[j+1] += prev[j]
			}
			n := cur[j+1]
			if n < best.n {
				continue
			}
			h := 0
			for _, w := range x.words[i+1-n : i+1] {
				if w.heavy && !w.name {
					h++
				}
			}
			r := shared{n, h, x.words[i+1-n].opens && ends(x.words, i) || y.words[j+1-n].opens && ends(y.words, j)}
			if n > best.n || h > best.heavy || h == best.heavy && r.whole {
				best = r
			}
		}
		prev, cur = cur, prev
	}
	return best
}

// minCovered is the share of the quoted words of the one with fewer that must
// stand in the other, in order, where the run they share is short.
const minCovered = 0.6

// halfCovered is that share for two statements of one day.
const halfCovered = 0.5

// inOrder is how many quoted words two statements share in order, around the
// longest run that they share.
func inOrder(x, y *saying) int {
	if x.quoted < y.quoted {
		x, y = y, x
	}
	return len(align(quotedOnly(x.words), quotedOnly(y.words)))
}

// alike reports whether two statements have most of their content words in
// common and are both denied or neither.
func alike(x, y *saying) bool {
	if x.negs%2 != y.negs%2 {
		return false
	}
	both := 0
	for l := range x.heavy {
		if y.heavy[l] {
			both++
		}
	}
	small, large := min(len(x.heavy), len(y.heavy)), max(len(x.heavy), len(y.heavy))
	return both >= minHeavy && float64(both) >= shareSmall*float64(small) && float64(both) >= shareLarge*float64(large)
}

package position

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/statement"
	"github.com/readout-news/readout/internal/nlp"
)

// describe reads the head phrase of position p into r: its head, what modifies
// it, who is named in the terms.
func (lex *lexicon) describe(r *Stand, doc *nlp.Doc, p *nlp.Position, v *statement.Voices) {
	lemma := func(t int) string {
		if l := doc.Tokens[t].Lemma; l != "" && l != "_" {
			return strings.ToLower(l)
		}
		return doc.Lower(t)
	}
	content := func(t int) bool {
		switch doc.Tokens[t].UPOS {
		case "NOUN", "PROPN", "ADJ", "VERB":
			return true
		}
		return false
	}
	first, last := doc.TokensIn(p.Terms)
	for t := first; t < last; t++ {
		if content(t) {
			r.words = append(r.words, lemma(t))
		}
	}
	slices.Sort(r.words)
	r.words = slices.Compact(r.words)
	r.strong = slices.DeleteFunc(slices.Clone(r.words), func(w string) bool { return lex.light[w] || lex.degree[w] })
	for m := range doc.Mentions {
		x := &doc.Mentions[m]
		if x.Form != readout.FormName || !p.Terms.Contains(x.Span) {
			continue
		}
		if e := v.Entity(x.Chain); e != "" && e != r.Party && e != r.Addressee {
			r.Names = append(r.Names, e)
			if c := &doc.Chains[x.Chain]; c.Type != readout.Person && !strings.HasPrefix(c.Key, "state:") && x.Type != nlp.Nationality {
				r.shared = append(r.shared, e)
			}
		}
	}
	slices.Sort(r.Names)
	r.Names = slices.Compact(r.Names)
	slices.Sort(r.shared)
	r.shared = slices.Compact(r.shared)
	a, b := doc.TokensIn(p.Trigger)
	for t := a; t < b; t++ {
		// "dropped its demand", "no longer demands"; but "will lift the tariffs"
		// is what is promised.
		r.Lifts = r.Lifts || lex.drop[lemma(t)] && !gives[p.Stance] || t > 1 && doc.Lower(t-1) == "longer" && doc.Lower(t-2) == "no"
	}
	issue := p.Issue
	head := headOf(doc, issue)
	if head == nlp.None {
		// "release six of the fishermen": the head is a verb or a number.
		if head, issue = nounOf(doc, first, last); head == nlp.None {
			return
		}
	}
	r.Head = lemma(head)
	named := func(t int) bool {
		return slices.ContainsFunc(doc.Mentions, func(m nlp.Mention) bool { return m.Form == readout.FormName && m.First <= t && t < m.Last })
	}
	r.Light = lex.light[r.Head] || named(head)
	for _, t := range issue {
		if t != head && content(t) && !lex.degree[lemma(t)] {
			r.Mods = append(r.Mods, lemma(t))
		}
	}
	slices.Sort(r.Mods)
	r.Mods = slices.Compact(r.Mods)
	r.Phrase = phrase(doc, issue)
	r.Proper = slices.ContainsFunc(doc.Mentions, func(m nlp.Mention) bool {
		return m.Form == readout.FormName && slices.ContainsFunc(issue, func(t int) bool { return m.First <= t && t < m.Last }) &&
			m.Chain != nlp.None && slices.Contains(r.shared, v.Entity(m.Chain))
	})
}

// headOf is the noun of the head phrase that its other words hang on, None
// when there is none.
func headOf(doc *nlp.Doc, issue []int) int {
	for _, t := range issue {
		if h := doc.Tokens[t].Head; (h == nlp.None || !slices.Contains(issue, h)) && noun(doc, t) {
			return t
		}
	}
	return nlp.None
}

func noun(doc *nlp.Doc, t int) bool {
	return doc.Tokens[t].UPOS == "NOUN" || doc.Tokens[t].UPOS == "PROPN"
}

// nounOf is the noun of tokens [first, last) nearest to their root, with the
// words right before it that modify it. A noun that only the root itself or a
// number stands above counts; deeper ones belong to something else.
func nounOf(doc *nlp.Doc, first, last int) (head int, issue []int) {
	const deepest = 2
	head, at := nlp.None, deepest+1
	for t := first; t < last; t++ {
		if !noun(doc, t) {
			continue
		}
		depth := 0
		for h := doc.Tokens[t].Head; h >= first && h < last && depth <= deepest; h = doc.Tokens[h].Head {
			depth++
		}
		if depth < at && !nlp.HasRel(doc.Tokens[t].Deprel, "nsubj", "obl", "compound") {
			head, at = t, depth
		}
	}
	if head == nlp.None {
		return nlp.None, nil
	}
	for t := head - 1; t >= first && doc.Tokens[t].Head == head && nlp.HasRel(doc.Tokens[t].Deprel, "amod", "compound"); t-- {
		issue = append(issue, t)
	}
	issue = append(issue, head)
	slices.Sort(issue)
	return head, issue
}

// phraseLength is the most words of a head phrase that is taken as it stands
// from its first to its last word.
const phraseLength = 8

// phrase is the head phrase as the report writes it, without marks at its ends;
// the words alone when much stands between them.
func phrase(doc *nlp.Doc, issue []int) string {
	first, last := slices.Min(issue), slices.Max(issue)
	if last-first < phraseLength {
		// A mark that stays inside has lost its partner.
		if s := strings.Trim(doc.Text(doc.TokenSpan(first, last+1)), " \n\t\"“”‘’'"); !strings.ContainsAny(s, "\"“”\n") {
			return s
		}
	}
	words := make([]string, len(issue))
	for i, t := range issue {
		words[i] = doc.Word(t)
	}
	return strings.Join(words, " ")
}

// issues groups rows, which are sorted, and returns the issues by ID.
//
// Two rows are of one issue when
//
//   - their heads are the same noun and the modifiers that tell matters apart
//     are the same, or those of one are among the other's ("ceasefire" and
//     "30-day ceasefire", "troops" and "foreign troops"), and the names in
//     their terms do not exclude each other; or
//   - their terms share a name, of neither a party nor a state nor a person, and
//     another word that is not too general
//     ("its aspirations for NATO membership", "aspirations to join NATO").
//
// Rows of different reports also need a party or addressee in common or with
// sides exchanged: what one party demands of another in two reports is one
// matter, two parties far apart who want "talks" have two. Names keep whole
// groups apart: tariffs on one state and on another are two matters, and what
// names neither does not join them. A head without
// modifiers that fits several groups of other modifiers stays with its own
// kind. Rows without a head have no issue.
func issues(rows []*Stand) []*readout.Issue {
	group := make([]int, len(rows))
	for i := range rows {
		group[i] = i
	}
	find := func(i int) int {
		for group[i] != i {
			i = group[i]
		}
		return i
	}
	members := make([][]*Stand, len(rows)) // of each group, at its root
	for i, r := range rows {
		members[i] = []*Stand{r}
	}
	// Groups only grow, so two that were apart stay it.
	known := map[[2]int]bool{}
	parted := func(x, y int) bool {
		k := [2]int{min(x, y), max(x, y)}
		if !known[k] && apart(members[x], members[y]) {
			known[k] = true
		}
		return known[k]
	}
	heads, names := map[string][]int{}, map[string][]int{}
	for i, r := range rows {
		if r.Head == "" {
			continue
		}
		heads[r.Head] = append(heads[r.Head], i)
		for _, n := range r.shared {
			names[n] = append(names[n], i)
		}
	}
	byHead := func(r *Stand) []int { return heads[r.Head] }
	byName := func(r *Stand) []int {
		var out []int
		for _, n := range r.shared {
			out = append(out, names[n]...)
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	// Strong pairs first: equal modifiers, then shared names, then the pairs
	// in which one says less.
	for _, step := range []struct {
		near  func(*Stand) []int
		alike func(a, b *Stand) bool
		names bool // names that exclude each other keep groups apart
	}{{byHead, equalPhrase, true}, {byName, sharedName, false}, {byHead, saysLess, true}} {
		pairs := make([][]int, len(rows)) // by row, the rows it is like
		for i, a := range rows {
			if a.Head == "" {
				continue
			}
			for _, j := range step.near(a) {
				if i != j && find(i) != find(j) && step.alike(a, rows[j]) && meet(a, rows[j]) {
					pairs[i] = append(pairs[i], j)
				}
			}
		}
		open := make([]bool, len(rows))
		for i := range rows {
			open[i] = several(rows, i, pairs[i])
		}
		// Within a report first: what names nobody is about those whom its own
		// report names.
		for _, within := range []bool{true, false} {
			for i := range rows {
				for _, j := range pairs[i] {
					x, y := find(i), find(j)
					if x == y || (rows[i].doc == rows[j].doc) != within {
						continue
					}
					less := i
					if len(rows[j].Mods) < len(rows[i].Mods) {
						less = j
					}
					if open[less] && len(rows[i].Mods) != len(rows[j].Mods) || step.names && parted(x, y) {
						continue
					}
					group[max(x, y)] = min(x, y)
					members[min(x, y)] = append(members[min(x, y)], members[max(x, y)]...)
					members[max(x, y)] = nil
				}
			}
		}
	}
	byRoot := map[int][]*Stand{}
	var roots []int
	for i, r := range rows {
		if r.Head == "" {
			continue
		}
		x := find(i)
		if byRoot[x] == nil {
			roots = append(roots, x)
		}
		byRoot[x] = append(byRoot[x], r)
	}
	var out []*readout.Issue
	for _, x := range roots {
		out = append(out, issue(byRoot[x]))
	}
	slices.SortFunc(out, func(a, b *readout.Issue) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// issue makes one issue of its rows and tells them. Its name is the shortest of
// the phrases, of those that are not too general and, if there are any, have a
// name in them.
func issue(rows []*Stand) *readout.Issue {
	x := &readout.Issue{}
	light, proper := true, false // of Name
	for _, r := range rows {
		x.Names = append(x.Names, r.Phrase)
		x.Positions = append(x.Positions, r.ID)
		if x.Name == "" || cmp.Or(compareBool(r.Light, light), compareBool(proper, r.Proper), cmp.Compare(len(r.Phrase), len(x.Name)), strings.Compare(r.Phrase, x.Name)) < 0 {
			x.Name, light, proper = r.Phrase, r.Light, r.Proper
		}
	}
	slices.Sort(x.Names)
	x.Names = slices.Compact(x.Names)
	slices.Sort(x.Positions)
	sum := sha256.Sum256([]byte("issue\x00" + x.Positions[0]))
	x.ID = "i" + hex.EncodeToString(sum[:8])
	for _, r := range rows {
		r.Issue = x.ID
	}
	return x
}

// compareBool puts false first.
func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

func equalPhrase(a, b *Stand) bool {
	return a.Head == b.Head && slices.Equal(a.Mods, b.Mods) && (!a.Light || len(a.Mods) > 0 || a.doc == b.doc && slices.Equal(a.Names, b.Names)) && !exclude(a.Names, b.Names)
}

// saysLess reports whether the modifiers of one are among the other's.
func saysLess(a, b *Stand) bool {
	return a.Head == b.Head && !a.Light && (subset(a.Mods, b.Mods) || subset(b.Mods, a.Mods)) && !exclude(a.Names, b.Names)
}

// sharedName reports whether the terms of both name somebody who is no party
// to either, and share a content word besides.
func sharedName(a, b *Stand) bool {
	if len(a.words) > sharedLength || len(b.words) > sharedLength || !terms(a.Stance) || !terms(b.Stance) {
		return false
	}
	name := slices.ContainsFunc(a.shared, func(n string) bool { return slices.Contains(b.shared, n) && !b.takesPart(n) && !a.takesPart(n) })
	return name && Common(a.strong, b.strong) > 1
}

// sharedLength is how many content words terms may have for a shared name and
// word to show that they are about one matter.
const sharedLength = 10

func (r *Stand) takesPart(e string) bool { return e != "" && (r.Party == e || r.Addressee == e) }

// bareMonths is how many months apart reports may be for the same head without
// modifiers to be one matter.
const bareMonths = 12

// meet reports whether a and b stand in one report, or in two that are not too
// far apart and have a party in common.
func meet(a, b *Stand) bool {
	if a.doc == b.doc {
		return true
	}
	if len(a.Mods) == 0 && len(b.Mods) == 0 && a.Month > 0 && b.Month > 0 && max(a.Month, b.Month)-min(a.Month, b.Month) > bareMonths {
		return false
	}
	for _, e := range []string{a.Party, a.Addressee} {
		if b.takesPart(e) {
			return true
		}
	}
	return false
}

// several reports whether row i, which says less than those it is like, could
// go to groups of modifiers that do not meet: "talks" beside "trade talks" and
// "peace talks".
func several(rows []*Stand, i int, like []int) bool {
	var kinds [][]string
	for _, j := range like {
		m := rows[j].Mods
		if len(m) <= len(rows[i].Mods) {
			continue
		}
		if !slices.ContainsFunc(kinds, func(k []string) bool { return subset(k, m) || subset(m, k) }) {
			kinds = append(kinds, m)
		}
	}
	return len(kinds) > 1
}

// apart reports whether some of a and some of b name others.
func apart(a, b []*Stand) bool {
	return slices.ContainsFunc(a, func(x *Stand) bool {
		return slices.ContainsFunc(b, func(y *Stand) bool { return exclude(x.Names, y.Names) })
	})
}

// exclude reports whether both lists name somebody and nobody in common.
func exclude(a, b []string) bool { return len(a) > 0 && len(b) > 0 && Common(a, b) == 0 }

// Common counts what two sorted lists share.
func Common(a, b []string) int {
	n := 0
	for _, x := range a {
		if _, ok := slices.BinarySearch(b, x); ok {
			n++
		}
	}
	return n
}

// subset reports whether all of a is in b.
func subset(a, b []string) bool { return Common(a, b) == len(a) }

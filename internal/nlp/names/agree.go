package names

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/readout-news/readout/internal/nlp"
)

// The model's own view is left alone above sure, overruled below it when the
// rest of the report says otherwise.
const (
	sure       = 0.9
	repeatable = 0.8 // a name must be this certain somewhere to be added elsewhere
)

// agree makes the names of one report consistent.
func (f *finder) agree(doc *nlp.Doc, found []name) []name {
	cutHeadlines(doc, found)
	byText := map[string]map[nlp.MentionType]float32{} // confidence by type
	lastNames := map[string]float32{}                  // of full names, with confidence
	text := func(n *name) string { return doc.Text(doc.TokenSpan(n.first, n.last)) }
	for i := range found {
		n := &found[i]
		t := text(n)
		if byText[t] == nil {
			byText[t] = map[nlp.MentionType]float32{}
		}
		byText[t][n.typ] += n.conf
		if n.typ == nlp.PersonName && n.last-n.first >= 2 {
			last := doc.Word(n.last - 1)
			lastNames[last] = max(lastNames[last], n.conf)
		}
	}
	for i := range found {
		n := &found[i]
		if n.conf >= sure {
			continue
		}
		t := text(n)
		if n.last-n.first == 1 && n.typ != nlp.PersonName && lastNames[t] >= repeatable {
			n.typ, n.rule = nlp.PersonName, ruleLastName
			continue
		}
		if best := strongest(byText[t]); best != n.typ && byText[t][best] >= 2*n.conf {
			n.typ, n.rule = best, ruleAgree
		}
	}
	return f.repeat(doc, found, lastNames)
}

// cutHeadlines shortens the names of headlines in title case, where capitals
// say nothing, to the part that the report's prose has as a name: of "Ered
// Meet" to "Ered".
func cutHeadlines(doc *nlp.Doc, found []name) {
	kinds := make([]casing, len(doc.Sentences))
	for i, s := range doc.Sentences {
		kinds[i] = sentenceCasing(s.Last-s.First, func(k int) string { return doc.Word(s.First + k) })
	}
	prose := map[string]nlp.MentionType{}
	for i := range found {
		n := &found[i]
		if kinds[doc.Tokens[n.first].Sent] != normal || n.conf < repeatable {
			continue
		}
		prose[doc.Text(doc.TokenSpan(n.first, n.last))] = n.typ
		if n.typ == nlp.PersonName {
			prose[doc.Word(n.last-1)] = n.typ
		}
	}
	for i := range found {
		n := &found[i]
		if kinds[doc.Tokens[n.first].Sent] != titled || n.last-n.first < 2 || prose[doc.Text(doc.TokenSpan(n.first, n.last))] != "" {
			continue
		}
		for size := n.last - n.first - 1; size > 0; size-- {
			// From the left: what follows a name in a headline is a verb.
			if typ := prose[doc.Text(doc.TokenSpan(n.first, n.first+size))]; typ != "" {
				n.last, n.typ, n.rule = n.first+size, typ, ruleAgree
				break
			}
		}
	}
}

// strongest is the type of most weight; of equal ones the first by name.
func strongest(m map[nlp.MentionType]float32) nlp.MentionType {
	best := nlp.MentionType("")
	for t, w := range m {
		if best == "" || w > m[best] || w == m[best] && t < best {
			best = t
		}
	}
	return best
}

// repeat adds the places that the model missed of names found elsewhere in the
// report, and of last names of persons; in a headline in capitals also where
// only the case differs. A word that the report also writes with a small letter
// is not added.
func (f *finder) repeat(doc *nlp.Doc, found []name, lastNames map[string]float32) []name {
	type known struct {
		words []string
		typ   nlp.MentionType
		conf  float32
	}
	index := map[string][]known{}    // by first word
	capitals := map[string][]known{} // the same in capitals
	seen := map[string]bool{}
	add := func(words []string, typ nlp.MentionType, conf float32) {
		key := strings.Join(words, " ")
		if conf < repeatable || seen[key] || typ == nlp.Misc {
			return
		}
		seen[key] = true
		index[words[0]] = append(index[words[0]], known{words, typ, conf})
		loud := make([]string, len(words))
		for i, w := range words {
			loud[i] = strings.ToUpper(w)
		}
		if loud[0] != words[0] && len(loud[0]) > 2 {
			capitals[loud[0]] = append(capitals[loud[0]], known{loud, typ, conf})
		}
	}
	for i := range found {
		n := &found[i]
		var words []string
		for t := n.first; t < n.last; t++ {
			words = append(words, doc.Word(t))
		}
		if len(words) > 1 || len(words[0]) > 2 {
			add(words, n.typ, n.conf)
		}
	}
	for _, last := range slices.Sorted(maps.Keys(lastNames)) {
		if len(last) > 2 && startsName(last) {
			add([]string{last}, nlp.PersonName, lastNames[last])
		}
	}
	if len(index) == 0 {
		return found
	}
	for _, m := range []map[string][]known{index, capitals} {
		for w := range m {
			slices.SortStableFunc(m[w], func(a, b known) int { return cmp.Compare(len(b.words), len(a.words)) })
		}
	}
	small := map[string]bool{}
	taken := make([]bool, len(doc.Tokens))
	for i := range doc.Tokens {
		if w := doc.Word(i); !startsName(w) {
			small[strings.ToLower(w)] = true
		}
	}
	for i := range found {
		for t := found[i].first; t < found[i].last; t++ {
			taken[t] = true
		}
	}
	var extra []name
	for _, s := range doc.Sentences {
		if skipped(s.Noise) {
			continue
		}
		kind := sentenceCasing(s.Last-s.First, func(k int) string { return doc.Word(s.First + k) })
		for i := s.First; i < s.Last; i++ {
			if taken[i] {
				continue
			}
			list := index[doc.Word(i)]
			if kind == shouted {
				list = append(list[:len(list):len(list)], capitals[doc.Word(i)]...)
			}
			for _, k := range list {
				end := i + len(k.words)
				if end > s.Last || !matches(doc, k.words, i) || slices.Contains(taken[i:end], true) {
					continue
				}
				if len(k.words) == 1 && (small[strings.ToLower(k.words[0])] || kind == normal && partOfName(doc, s, i)) {
					continue
				}
				extra = append(extra, name{first: i, last: end, typ: k.typ, conf: k.conf / 2, rule: ruleRepeat})
				for t := i; t < end; t++ {
					taken[t] = true
				}
				break
			}
		}
	}
	if len(extra) == 0 {
		return found
	}
	found = append(found, extra...)
	slices.SortFunc(found, func(a, b name) int { return cmp.Compare(a.first, b.first) })
	return found
}

func matches(doc *nlp.Doc, words []string, at int) bool {
	for k, w := range words {
		if doc.Word(at+k) != w {
			return false
		}
	}
	return true
}

// partOfName reports whether a capitalised word stands beside token i, so
// that i alone is probably a piece of something longer that was not a name to
// the model.
func partOfName(doc *nlp.Doc, s nlp.Sentence, i int) bool {
	return i > s.First+1 && startsName(doc.Word(i-1)) && wordy(doc.Word(i-1)) ||
		i+1 < s.Last && startsName(doc.Word(i+1)) && wordy(doc.Word(i+1))
}

package names

import (
	"cmp"
	"slices"
	"strings"

	"github.com/readout-news/readout/internal/kb"
	"github.com/readout-news/readout/internal/nlp"
)

// refine tells outlets, events and works apart from what the model knows as
// organisations and other names.
func (f *finder) refine(doc *nlp.Doc, found []name) {
	countries := map[string]bool{} // of the states named
	if f.res.Facts != nil {
		for i := range found {
			if found[i].typ == nlp.PlaceName || found[i].typ == nlp.Nationality {
				text := doc.Text(doc.TokenSpan(found[i].first, found[i].last))
				if e := cmp.Or(f.res.Facts.State(text), f.res.Facts.Nationality(text)); e != nil {
					countries[e.Country] = true
				}
			}
		}
	}
	for i := range found {
		n := &found[i]
		text := doc.Text(doc.TokenSpan(n.first, n.last))
		for size := 1; size <= 2 && n.first+size < n.last; size++ {
			if kind := f.lex.always[phrase(doc, n.first, n.first+size)]; kind != "" {
				n.typ, n.rule = kind, ruleHead
			}
		}
		switch n.typ {
		case nlp.OrgName, nlp.Misc:
			if f.isOutlet(text, countries) {
				n.typ, n.rule = nlp.OutletName, ruleOutlet
			} else if kind := f.kindByHead(doc, n); kind != "" && (n.typ == nlp.Misc || kind == nlp.OutletName) {
				n.typ, n.rule = kind, ruleHead
			} else if n.typ == nlp.Misc && f.res.Facts != nil && f.res.Facts.Nationality(text) != nil {
				n.typ, n.rule = nlp.Nationality, ruleHead
			}
		}
	}
}

// listed adds known bodies of several words and capitalised nationality and
// group words that the model missed, the latter unless they stand in a longer
// run of capitals ("Christian Berg"), and gives them their type where the model
// had another.
func (f *finder) listed(doc *nlp.Doc, found []name) []name {
	if f.res.Facts == nil {
		return found
	}
	taken := make([]bool, len(doc.Tokens))
	for i := range found {
		n := &found[i]
		for t := n.first; t < n.last; t++ {
			taken[t] = true
		}
		if n.last-n.first == 1 && (n.typ == nlp.Misc || n.typ != nlp.Nationality && n.conf < sure) && f.isGroup(doc, n.first) {
			n.typ, n.rule = nlp.Nationality, ruleList
		}
	}
	var extra []name
	texts := make([]string, len(doc.Tokens))
	for i := range texts {
		texts[i] = doc.Word(i)
	}
	for _, s := range doc.Sentences {
		if skipped(s.Noise) {
			continue
		}
		for i := s.First; i < s.Last; i++ {
			if n, ok := f.wholeBody(texts[:s.Last], i, found); ok {
				extra = append(extra, n)
				for i++; i < n.last; i++ {
					taken[i] = true
				}
				i--
				continue
			}
			if !taken[i] && f.isGroup(doc, i) && !(i+1 < s.Last && startsName(doc.Word(i+1)) && wordy(doc.Word(i+1))) &&
				!(i > s.First+1 && startsName(doc.Word(i-1)) && wordy(doc.Word(i-1))) {
				extra = append(extra, name{first: i, last: i + 1, typ: nlp.Nationality, conf: 0.5, rule: ruleList})
			}
		}
	}
	if len(extra) == 0 {
		return found
	}
	found = slices.DeleteFunc(found, func(n name) bool {
		return slices.ContainsFunc(extra, func(e name) bool { return n.first < e.last && e.first < n.last })
	})
	found = append(found, extra...)
	slices.SortFunc(found, func(a, b name) int { return cmp.Compare(a.first, b.first) })
	return found
}

// wholeBody finds, at token i, a body or outlet of several words that the lists
// know and of which the model found nothing or pieces only ("USA | TODAY").
func (f *finder) wholeBody(texts []string, i int, found []name) (name, bool) {
	n, mask := f.res.Facts.Match(texts, i)
	const bodies = kb.IsOrganization | kb.IsOutlet | kb.IsParty
	if n < 2 || mask&bodies == 0 || mask&^bodies != 0 || isArticle(texts[i]) {
		return name{}, false
	}
	last := i + n
	for k := i; k < last; k++ {
		if w := texts[k]; wordy(w) && len(w) >= 4 && !startsName(w) {
			return name{}, false
		}
	}
	// found is sorted; a name that reaches over the border knows better.
	at, _ := slices.BinarySearchFunc(found, i, func(n name, i int) int { return cmp.Compare(n.last, i+1) })
	for ; at < len(found) && found[at].first < last; at++ {
		x := &found[at]
		if x.first < i || x.last > last || x.first == i && x.last == last || x.typ == nlp.PersonName && x.conf >= sure {
			return name{}, false
		}
	}
	typ := nlp.OrgName
	if mask == kb.IsOutlet {
		typ = nlp.OutletName
	}
	return name{first: i, last: last, typ: typ, conf: 0.7, rule: ruleList}, true
}

// isGroup reports whether token i is a capitalised nationality or group word.
func (f *finder) isGroup(doc *nlp.Doc, i int) bool {
	w := doc.Word(i)
	if !startsName(w) || len(w) < 4 {
		return false
	}
	return f.lex.groups[doc.Lower(i)] || f.res.Facts.Nationality(w) != nil
}

// isOutlet reports whether the lists know the name as an outlet and as nothing
// else. A party that shares the name ("AP", "AFP") counts only in a report that
// names its country.
func (f *finder) isOutlet(text string, countries map[string]bool) bool {
	if f.res.Facts == nil {
		return false
	}
	outlet := false
	for _, e := range f.res.Facts.Lookup(text) {
		switch {
		case e.Type == kb.Outlet:
			outlet = true
		case e.Type == kb.Organization && e.Kind == "party" && !countries[e.Country]:
		default:
			return false
		}
	}
	return outlet
}

// kindByHead looks at the first words of a name and at its last ones, those
// before a preposition included. One word alone tells nothing.
func (f *finder) kindByHead(doc *nlp.Doc, n *name) nlp.MentionType {
	if n.last-n.first < 2 {
		return ""
	}
	end := n.last
	for t := n.first + 1; t < n.last; t++ {
		switch doc.Lower(t) {
		case "of", "on", "for", "in", "against", "at", "with":
			if end == n.last {
				end = t
			}
		}
	}
	for size := min(2, end-n.first); size >= 1; size-- {
		if kind := f.lex.last[phrase(doc, end-size, end)]; kind != "" && end-size > n.first {
			return kind
		}
		if kind := f.lex.last[phrase(doc, n.last-size, n.last)]; kind != "" {
			return kind
		}
		if kind := f.lex.first[phrase(doc, n.first, n.first+size)]; kind != "" {
			return kind
		}
	}
	return ""
}

// phrase joins lower-cased tokens by spaces.
func phrase(doc *nlp.Doc, from, to int) string {
	var b strings.Builder
	for i := from; i < to; i++ {
		if i > from {
			b.WriteByte(' ')
		}
		b.WriteString(doc.Lower(i))
	}
	return b.String()
}

// works adds programmes of the list, quoted titles of works and storms, which
// replace the names that lie within them.
func (f *finder) works(doc *nlp.Doc, found []name) []name {
	var extra []name
	for _, s := range doc.Sentences {
		if skipped(s.Noise) {
			continue
		}
		for i := s.First; i < s.Last; i++ {
			if n, ok := f.programmeAt(doc, s, i); ok {
				extra = append(extra, n)
				i = n.last - 1
			} else if n, ok := f.quotedTitle(doc, s, i); ok {
				extra = append(extra, n)
				i = n.last - 1
			} else if n, ok := f.stormAt(doc, s, i, found); ok {
				extra = append(extra, n)
				i = n.last - 1
			}
		}
	}
	if len(extra) == 0 {
		return found
	}
	found = slices.DeleteFunc(found, func(n name) bool {
		return slices.ContainsFunc(extra, func(e name) bool { return n.first < e.last && e.first < n.last })
	})
	found = append(found, extra...)
	slices.SortFunc(found, func(a, b name) int { return cmp.Compare(a.first, b.first) })
	return found
}

// programmeAt matches the list of programmes at token i. The name must be in
// title case as listed; one that is also ordinary English must be quoted or
// followed by "with".
func (f *finder) programmeAt(doc *nlp.Doc, s nlp.Sentence, i int) (name, bool) {
	for _, p := range f.lex.programmes[doc.Lower(i)] {
		end := i + len(p.words)
		if end > s.Last || !matches(doc, p.words, i) {
			continue
		}
		quoted := i > s.First && end < s.Last && opening(doc.Word(i-1)) && closing(doc.Word(end))
		with := end+1 < s.Last && doc.Word(end) == "with" && startsName(doc.Word(end+1))
		if p.marked && !quoted && !with {
			continue
		}
		return name{first: i, last: end, typ: nlp.WorkName, conf: 1, rule: ruleProgramme}, true
	}
	return name{}, false
}

// stormAt reads a name by a head word that always opens one and the capitalised
// word after it ("Tropical Storm Ilse"), unless a longer name covers them.
func (f *finder) stormAt(doc *nlp.Doc, s nlp.Sentence, i int, found []name) (name, bool) {
	for size := 2; size >= 1; size-- {
		end := i + size
		if end >= s.Last || !startsName(doc.Word(i)) || !startsName(doc.Word(end)) || !wordy(doc.Word(end)) {
			continue
		}
		kind := f.lex.always[phrase(doc, i, end)]
		if kind == "" || allCaps(doc.Word(end)) {
			continue
		}
		if slices.ContainsFunc(found, func(n name) bool { return n.first <= i && n.last > end }) {
			return name{}, false
		}
		return name{first: i, last: end + 1, typ: kind, conf: 0.7, rule: ruleHead}, true
	}
	return name{}, false
}

// maxQuoted bounds a quoted title, in tokens.
const maxQuoted = 9

// quotedTitle reads a title of a work at token i: short, between quotation
// marks, in title case, with a noun such as "book" or "show" beside it, which
// must stand directly before a title of one word.
func (f *finder) quotedTitle(doc *nlp.Doc, s nlp.Sentence, i int) (name, bool) {
	if i == s.First || !opening(doc.Word(i-1)) || !startsName(doc.Word(i)) {
		return name{}, false
	}
	end := i
	for end < s.Last && end-i <= maxQuoted && !closing(doc.Word(end)) {
		end++
	}
	if end == s.Last || end == i || end-i > maxQuoted {
		return name{}, false
	}
	after := end + 1
	last := end
	for last > i && (doc.Word(last-1) == "," || doc.Word(last-1) == ".") {
		last--
	}
	if last == i || !startsName(doc.Word(last-1)) {
		return name{}, false
	}
	for t := i; t < last; t++ {
		if w := doc.Word(t); wordy(w) && len(w) >= 4 && !startsName(w) && w != "with" && w != "from" {
			return name{}, false
		}
	}
	cue := i-2 >= s.First && f.lex.cues[doc.Lower(i-2)]
	if last-i == 1 && !cue {
		return name{}, false
	}
	for t := max(s.First, i-4); t < i-1 && !cue; t++ {
		cue = f.lex.cues[doc.Lower(t)]
	}
	for t := after; t < min(s.Last, after+2) && !cue; t++ {
		cue = f.lex.cues[doc.Lower(t)]
	}
	if !cue {
		return name{}, false
	}
	return name{first: i, last: last, typ: nlp.WorkName, conf: 1, rule: ruleQuoted}, true
}

func opening(w string) bool { return w == `"` || w == "“" || w == "‘" || w == "'" || w == "``" }

func closing(w string) bool { return w == `"` || w == "”" || w == "’" || w == "'" || w == "''" }

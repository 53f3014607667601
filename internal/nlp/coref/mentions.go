package coref

import (
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/kb"
	"github.com/readout-news/readout/internal/nlp"
)

// nominal is what the rules know of a mention that is not a name. The zero
// value stands beside names.
type nominal struct {
	pronoun  string // "he", "she", "it", "they", "i", "we", "you", "rel"; "" for noun phrases
	reflex   bool   // "himself"
	possess  bool   // "his"
	lemma    string // of the head, lower case
	phrase   string // head with its compounds, lower case: "foreign minister", "press secretary"
	title    *kb.Title
	definite bool // "the", "this", possessive or none before a plural
	plural   bool
	number   string // "two", "both", "three"; ""
	country  string // of a nationality or state before the head
	owner    int    // mention that possesses the head, None
	of       int    // mention after "of", "for", "at", "from", None
	source   bool   // source of an attribution: gets a chain of its own at need
}

// pronouns by lower-case form.
var pronouns = map[string]nominal{
	"he": {pronoun: "he"}, "him": {pronoun: "he"}, "his": {pronoun: "he", possess: true}, "himself": {pronoun: "he", reflex: true},
	"she": {pronoun: "she"}, "her": {pronoun: "she"}, "hers": {pronoun: "she", possess: true}, "herself": {pronoun: "she", reflex: true},
	"it": {pronoun: "it"}, "its": {pronoun: "it", possess: true}, "itself": {pronoun: "it", reflex: true},
	"they": {pronoun: "they"}, "them": {pronoun: "they"}, "their": {pronoun: "they", possess: true}, "theirs": {pronoun: "they", possess: true}, "themselves": {pronoun: "they", reflex: true},
	"i": {pronoun: "i"}, "me": {pronoun: "i"}, "my": {pronoun: "i", possess: true}, "mine": {pronoun: "i", possess: true}, "myself": {pronoun: "i", reflex: true},
	"we": {pronoun: "we"}, "us": {pronoun: "we"}, "our": {pronoun: "we", possess: true}, "ours": {pronoun: "we", possess: true}, "ourselves": {pronoun: "we", reflex: true},
	"you": {pronoun: "you"}, "your": {pronoun: "you", possess: true}, "yours": {pronoun: "you", possess: true}, "yourself": {pronoun: "you", reflex: true},
	"who": {pronoun: "rel"}, "whom": {pronoun: "rel"}, "whose": {pronoun: "rel", possess: true}, "which": {pronoun: "rel"}, "that": {pronoun: "rel"},
}

// collect adds the mentions that are not names and sorts all of them.
func (r *resolver) collect() {
	doc := r.doc
	type found struct {
		m nlp.Mention
		n nominal
	}
	var all []found
	covered := make([]bool, len(doc.Tokens))
	inTitle := make([]bool, len(doc.Tokens))
	for _, m := range doc.Mentions {
		m.Chain = nlp.None
		all = append(all, found{m: m})
		// The words of a title are part of how the name stands there, no
		// description beside it.
		if !m.Title.Empty() {
			first, last := doc.TokensIn(m.Title)
			for i := first; i < last; i++ {
				if pronouns[doc.Lower(i)].pronoun == "" {
					inTitle[i] = true
				}
			}
		}
		for i := max(m.First, 0); i < m.Last && i < len(covered); i++ {
			covered[i] = true
		}
	}
	sources := map[int]bool{}
	for a := range doc.Attributions {
		if h := doc.Attributions[a].SourceHead; h >= 0 && h < len(doc.Tokens) {
			sources[h] = true
			if doc.Lower(h) == "who" {
				// "a reporter who asked": the noun is the source.
				if k := r.relativeHead(h); k != nlp.None {
					sources[k] = true
				}
			}
		}
		if s := doc.Attributions[a].AddressSpan; !s.Empty() {
			if h := r.headOf(s); h != nlp.None {
				sources[h] = true
			}
		}
	}
	for i, t := range doc.Tokens {
		if covered[i] || inTitle[i] || t.Sent >= 0 && t.Sent < len(doc.Sentences) && r.noise(t.Sent) {
			continue
		}
		if n, ok := r.pronounAt(i); ok {
			n.source = sources[i]
			all = append(all, found{r.mention(i, i+1, i, readout.FormPronoun), n})
			continue
		}
		if t.UPOS != "NOUN" && t.UPOS != "PROPN" && !(t.UPOS == "DET" || t.UPOS == "NUM" || t.UPOS == "PRON" || t.UPOS == "ADJ") {
			continue
		}
		if t.UPOS == "NOUN" || t.UPOS == "PROPN" {
			if n, first, last, ok := r.nominalAt(i, sources[i]); ok {
				n.source = sources[i]
				all = append(all, found{r.mention(first, last, i, readout.FormNominal), n})
			}
			continue
		}
		// "both", "the two", "the former" standing alone.
		if low := doc.Lower(i); (low == "both" || low == "two" || low == "pair") && nlp.HasRel(t.Deprel, "nsubj", "obj", "obl", "iobj") {
			all = append(all, found{r.mention(i, i+1, i, readout.FormNominal), nominal{lemma: low, phrase: low, definite: true, plural: true, number: "two", owner: nlp.None, of: nlp.None}})
		}
	}
	slices.SortStableFunc(all, func(a, b found) int { return a.m.Compare(b.m.Span) })
	doc.Mentions = doc.Mentions[:0:0]
	r.nominals = r.nominals[:0]
	r.at = make([]int, len(doc.Tokens))
	for i := range r.at {
		r.at[i] = nlp.None
	}
	r.bySent = make([][]int, len(doc.Sentences))
	for i, f := range all {
		doc.Mentions = append(doc.Mentions, f.m)
		r.nominals = append(r.nominals, f.n)
		if h := f.m.Head; h >= 0 && h < len(r.at) {
			if r.at[h] == nlp.None || f.m.Len() < doc.Mentions[r.at[h]].Len() {
				r.at[h] = i
			}
			s := doc.Tokens[h].Sent
			if s >= 0 && s < len(r.bySent) {
				r.bySent[s] = append(r.bySent[s], i)
			}
		}
	}
	for i := range doc.Mentions {
		x := &doc.Mentions[i]
		if x.Form != readout.FormName || x.Title.Empty() {
			continue
		}
		first, last := doc.TokensIn(x.Title)
		for k := first; k < last; k++ {
			if r.at[k] == nlp.None && inTitle[k] && !covered[k] {
				r.at[k] = i
			}
		}
	}
	// Owners and complements are known only now that mentions have numbers.
	for i := range r.nominals {
		n := &r.nominals[i]
		n.owner, n.of = nlp.None, nlp.None
		if doc.Mentions[i].Form != readout.FormNominal {
			continue
		}
		h := doc.Mentions[i].Head
		if c := r.child(h, "nmod:poss"); c != nlp.None {
			n.owner = r.mentionOn(c)
		}
		for _, c := range r.children[h] {
			if !r.rels(c, "nmod") || r.rels(c, "nmod:poss") {
				continue
			}
			if k := r.child(c, "case"); k != nlp.None {
				switch doc.Lower(k) {
				case "of", "for", "at", "from":
					if n.of == nlp.None {
						n.of = r.mentionOn(c)
					}
				}
			}
		}
	}
}

// noise reports whether the sentence is furniture that carries no discourse.
func (r *resolver) noise(sent int) bool {
	switch r.doc.Sentences[sent].Noise {
	case "", "heading", "caption", "dateline", "byline":
		return false
	}
	return true
}

func (r *resolver) mention(first, last, head int, form readout.MentionForm) nlp.Mention {
	return nlp.Mention{
		Span: r.doc.TokenSpan(first, last), First: first, Last: last, Head: head, Form: form,
		Type: nlp.UnknownNoun, Chain: nlp.None, Confidence: 1, By: by("mention"),
	}
}

// headOf is the token of s that governs the others.
func (r *resolver) headOf(s readout.Span) int {
	first, last := r.doc.TokensIn(s)
	for i := first; i < last; i++ {
		h := r.doc.Tokens[i].Head
		if (h < first || h >= last) && r.doc.Tokens[i].UPOS != "PUNCT" && r.doc.Tokens[i].UPOS != "ADP" {
			return i
		}
	}
	return nlp.None
}

// mentionOn is the mention whose head is token i, or the name that covers it.
func (r *resolver) mentionOn(i int) int {
	if i < 0 {
		return nlp.None
	}
	if r.at[i] != nlp.None {
		return r.at[i]
	}
	for _, m := range r.bySent[r.doc.Tokens[i].Sent] {
		x := &r.doc.Mentions[m]
		if x.Form == readout.FormName && x.First <= i && i < x.Last {
			return m
		}
	}
	return nlp.None
}

// pronounAt reads token i as a pronoun that may refer.
func (r *resolver) pronounAt(i int) (nominal, bool) {
	low := r.doc.Lower(i)
	n, ok := pronouns[low]
	if !ok {
		return nominal{}, false
	}
	t := r.doc.Tokens[i]
	n.owner, n.of = nlp.None, nlp.None
	switch n.pronoun {
	case "rel":
		// Only a relative clause has an antecedent; questions have none.
		if t.UPOS != "PRON" && t.UPOS != "DET" || r.relativeHead(i) == nlp.None {
			return nominal{}, false
		}
	case "it":
		if t.Deprel == "expl" || r.pleonastic(i) {
			return nominal{}, false
		}
	case "she":
		n.possess = n.possess || t.Deprel == "nmod:poss"
	case "we":
		// "US" in capitals is the state.
		if r.doc.Word(i) == "US" || r.doc.Word(i) == "U.S." {
			return nominal{}, false
		}
	}
	if t.UPOS != "PRON" && t.UPOS != "DET" && t.UPOS != "X" {
		return nominal{}, false
	}
	return n, true
}

// relativeHead is the noun that the relative clause of pronoun i modifies, or
// None. Where the tree has no relative clause the noun right before "who", with
// or without a comma, is it.
func (r *resolver) relativeHead(i int) int {
	if h := r.treeHead(i); h != nlp.None {
		return h
	}
	if low := r.doc.Lower(i); low != "who" && low != "whom" && low != "whose" {
		return nlp.None
	}
	k := i - 1
	if k >= 0 && r.doc.Word(k) == "," {
		k--
	}
	if k < r.doc.Sentences[r.doc.Tokens[i].Sent].First || r.doc.Tokens[k].UPOS != "PROPN" && r.doc.Tokens[k].UPOS != "NOUN" {
		return nlp.None
	}
	return k
}

// treeHead is the noun that the relative clause of pronoun i modifies in the
// tree, or None.
func (r *resolver) treeHead(i int) int {
	for k, j := 0, i; k < 12 && j >= 0; k++ {
		t := r.doc.Tokens[j]
		if strings.HasPrefix(t.Deprel, "acl:relcl") || t.Deprel == "acl" && k > 0 {
			if t.Head >= 0 && t.Head < i {
				return t.Head
			}
			return nlp.None
		}
		if k > 0 && nlp.HasRel(t.Deprel, "ccomp", "advcl", "root") && !nlp.HasRel(t.Deprel, "xcomp") {
			return nlp.None
		}
		j = t.Head
	}
	return nlp.None
}

// pleonastic reports whether "it" at i refers to nothing: "it is clear that",
// "it seems", weather.
func (r *resolver) pleonastic(i int) bool {
	h := r.doc.Tokens[i].Head
	if h < 0 {
		return false
	}
	if r.lex.in("pleonastic", r.doc.Tokens[h].Lemma) {
		return true
	}
	if r.child(h, "cop") != nlp.None {
		// "It is important that", "It was the president who".
		for _, c := range r.children[h] {
			if c > h && nlp.HasRel(r.doc.Tokens[c].Deprel, "ccomp", "csubj", "advcl", "acl:relcl", "xcomp") {
				return true
			}
		}
		switch r.doc.Tokens[h].UPOS {
		case "NUM":
			return true
		}
	}
	return r.child(h, "csubj") != nlp.None
}

// nominalAt reads the noun phrase with head i, if it is of a kind that may
// refer back or speak.
func (r *resolver) nominalAt(i int, source bool) (n nominal, first, last int, ok bool) {
	doc := r.doc
	t := doc.Tokens[i]
	if nlp.HasRel(t.Deprel, "compound", "flat", "fixed", "goeswith") {
		return n, 0, 0, false
	}
	n = nominal{lemma: strings.ToLower(t.Lemma), owner: nlp.None, of: nlp.None}
	if n.lemma == "" {
		n.lemma = doc.Lower(i)
	}
	n.plural = t.XPOS == "NNS" || t.XPOS == "NNPS"
	first, last = i, i+1
	words := []string{doc.Lower(i)}
	bare := true
	for _, c := range r.children[i] {
		d := doc.Tokens[c]
		if c > i {
			continue
		}
		switch {
		case nlp.HasRel(d.Deprel, "det"):
			low := doc.Lower(c)
			n.definite = n.definite || low == "the" || low == "this" || low == "these" || low == "those" || low == "that" || low == "both"
			if low == "both" {
				n.number = "two"
			}
			bare = false
		case nlp.HasRel(d.Deprel, "nmod:poss"):
			n.definite, bare = true, false
			// "Sollund's president": the owner is the state.
			if co := r.countryWord(c); co != "" {
				n.country = co
			}
		case nlp.HasRel(d.Deprel, "nummod"):
			n.number = doc.Lower(c)
		case nlp.HasRel(d.Deprel, "amod", "compound", "nmod"):
			if co := r.countryWord(c); co != "" && n.country == "" {
				n.country = co
			}
			if low := doc.Lower(c); low == "other" || low == "former" && n.definite {
				n.phrase = low // marks below; never the plain description
			}
		case nlp.HasRel(d.Deprel, "punct", "case", "cc", "mark", "advmod", "cop", "nsubj", "aux"):
			if !nlp.HasRel(d.Deprel, "advmod") {
				continue
			}
		default:
			continue
		}
		if f, _ := r.subtreeLeft(c); f < first {
			first = f
		}
	}
	// The phrase of an office is the longest run up to the head that the
	// lists know: "deputy foreign minister".
	marked := n.phrase
	n.phrase = words[0]
	n.title = r.kb.TitleOf(n.phrase)
	for k := i - 1; k >= first && i-k < 7; k-- {
		if u := doc.Tokens[k].UPOS; u == "DET" || u == "PUNCT" {
			break // look-up passes over an article, the phrase must not
		}
		p := strings.ToLower(doc.Text(doc.TokenSpan(k, i+1)))
		if tt := r.kb.TitleOf(p); tt != nil {
			n.title, n.phrase = tt, p
		}
	}
	if marked == "other" {
		n.definite = false
	}
	// "secretary of state", "minister for foreign affairs".
	for k := i + 2; k <= i+5 && k < doc.Sentences[t.Sent].Last; k++ {
		if doc.Tokens[k].UPOS == "PUNCT" || isPossessive(doc.Word(k)) {
			break
		}
		p := strings.ToLower(doc.Text(doc.TokenSpan(i, k+1)))
		if tt := r.kb.TitleOf(p); tt != nil && strings.Contains(p, " of ") {
			n.title, n.phrase, last = tt, p, k+1
		}
	}
	group := n.number == "two" || n.number == "three" || n.number == "four" || n.number == "five"
	_, isGroup := r.lex.detail("group-noun", n.lemma)
	_, isBody := r.lex.detail("body-noun", n.lemma)
	_, isPlace := r.lex.detail("place-noun", n.lemma)
	role := n.title != nil && n.title.Kind != "honorific" || r.lex.in("role-noun", n.lemma)
	switch {
	case source:
	case isGroup && n.plural && (group || n.definite):
	case n.lemma == "pair" && n.definite, n.lemma == "duo":
	case role && !n.plural:
	case (isBody || isPlace) && n.definite && !n.plural:
	case (r.lex.in("crowd", doc.Lower(i)) || r.lex.in("speaker-noun", n.lemma)) && nlp.HasRel(t.Deprel, "nsubj"):
	default:
		return n, 0, 0, false
	}
	if bare && n.plural {
		n.definite = false
	}
	// The phrase goes on through "of", "for", "at", "from" and what they govern.
	for _, c := range r.children[i] {
		if c < last || !nlp.HasRel(doc.Tokens[c].Deprel, "nmod") {
			continue
		}
		k := r.child(c, "case")
		if k == nlp.None || k != last {
			continue
		}
		switch doc.Lower(k) {
		case "of", "for", "at", "from":
			if co := r.countryWord(c); co != "" && n.country == "" {
				n.country = co
			}
			last = max(last, r.flatEnd(c))
		}
	}
	return n, first, last, true
}

// subtreeLeft is the token range of the words under c that stand together
// with it.
func (r *resolver) subtreeLeft(c int) (first, last int) {
	first, last = c, c+1
	for _, x := range r.children[c] {
		if f, l := r.subtreeLeft(x); f < first || l > last {
			first, last = min(first, f), max(last, l)
		}
	}
	return first, last
}

// flatEnd is the end of a short complement: the noun with its modifiers, but
// without relative clauses, appositions and coordinations.
func (r *resolver) flatEnd(c int) int {
	end := c + 1
	for _, x := range r.children[c] {
		if x > c && nlp.HasRel(r.doc.Tokens[x].Deprel, "flat", "compound", "fixed", "case") {
			end = max(end, x+1)
		}
	}
	return end
}

// countryWord is the country that a word before or after an office names: a
// nationality word, a state, or a place of the report that kb does not know.
func (r *resolver) countryWord(i int) string {
	doc := r.doc
	if m := r.nameOver(i); m != nil {
		return r.countryOf(doc.Text(m.Span), m.Type)
	}
	w := doc.Word(i)
	if e := r.kb.Nationality(w); e != nil && startsUpper(w) {
		return e.Country
	}
	if e := r.kb.State(w); e != nil && startsUpper(w) {
		return e.Country
	}
	return ""
}

// nameOver is the name mention that covers token i, before mentions are
// numbered.
func (r *resolver) nameOver(i int) *nlp.Mention {
	for m := range r.doc.Mentions {
		x := &r.doc.Mentions[m]
		if x.First <= i && i < x.Last && x.Form == readout.FormName {
			return x
		}
	}
	return nil
}

// countryOf is the country that the name denotes or belongs to: ISO code of a
// state, nationality or capital, else the folded name of an unknown place.
func (r *resolver) countryOf(name string, t nlp.MentionType) string {
	name = strings.TrimSuffix(strings.TrimSuffix(name, "'s"), "’s")
	if e := r.kb.State(name); e != nil {
		return e.Country
	}
	if e := r.kb.Nationality(name); e != nil {
		return e.Country
	}
	if s := r.kb.SeatOf(name); s != nil {
		return s.Country
	}
	switch t {
	case nlp.PlaceName:
		if e := r.kb.CapitalOf(name); e != nil {
			return e.Country
		}
		// "the Texas governor": a division belongs to its state.
		if found := r.kb.LookupType(name, kb.Place); len(found) > 0 {
			c := found[0].Country
			for _, e := range found[1:] {
				if e.Country != c {
					return ""
				}
			}
			return c
		}
		return strings.ToLower(name)
	case nlp.Nationality:
		// An adjective that the lists do not know belongs to the place of
		// this report that it is made from, if there is just one.
		if p := r.placeOfAdjective(name); p != "" {
			return p
		}
	}
	return ""
}

// placeOfAdjective finds the place name that an unknown nationality word is
// derived from: they share all but the ending.
func (r *resolver) placeOfAdjective(adj string) string {
	a := strings.ToLower(adj)
	best := ""
	for m := range r.doc.Mentions {
		x := &r.doc.Mentions[m]
		if x.Form != readout.FormName || x.Type != nlp.PlaceName {
			continue
		}
		p := strings.ToLower(r.doc.Text(x.Span))
		n := 0
		for n < len(p) && n < len(a) && p[n] == a[n] {
			n++
		}
		if n >= 4 && n >= len(p)-2 && !strings.Contains(p, " ") {
			if best != "" && best != p {
				return ""
			}
			best = p
		}
	}
	return best
}

func startsUpper(s string) bool {
	for _, c := range s {
		return c >= 'A' && c <= 'Z' || c >= 0xC0
	}
	return false
}

package names

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/readout-news/readout/internal/nlp"
)

// cue is what a phrase beside a name tells.
type cue struct {
	typ    nlp.MentionType // nlp.PlaceName or nlp.PersonName
	weight float32
}

// cueTable finds cues by their phrase.
type cueTable struct {
	before, after map[string]cue
	longest       int // in tokens
}

// add reads a row of evidence.tsv.
func (t *cueTable) add(col []string) error {
	typ := nlp.MentionType(col[2])
	if typ != nlp.PlaceName && typ != nlp.PersonName {
		return fmt.Errorf("unknown type %q", col[2])
	}
	if len(col[3]) != 1 || col[3] < "0" || col[3] > "4" {
		return fmt.Errorf("weight %q, want 0 to 4", col[3])
	}
	side := map[string]map[string]cue{"before": t.before, "after": t.after}[col[1]]
	if side == nil {
		return fmt.Errorf("unknown side %q", col[1])
	}
	side[col[0]] = cue{typ, float32(col[3][0] - '0')}
	t.longest = max(t.longest, len(strings.Fields(col[0])))
	return nil
}

// What beside the phrases counts, in their weights.
const (
	fullName   = 4 // a full name that ends with the name
	firstName  = 3 // … that starts with it
	givenFirst = 3 // a given name at the name's own start
	afterTitle = 3 // a title directly before it
	famous     = 2 // the lists know a person of this last name
	manOf      = 1 // "Ilse Maren of X"; twice that for a person with a title
	beside     = 1 // "X and Sollund", where the other is a place
	inDateline = 3
)

// The verdict.
const (
	hint       = 1    // of cues, where the model saw a place too
	ofCues     = 2    // … where it saw none
	contested  = 3    // … where something says person
	enough     = 1.5  // of cues and of the model's votes
	maxVotes   = 3    // the model counts as much as one good cue, however often it says place
	doubt      = 0.25 // of its votes for a person: without a full name or a title anywhere they weigh little
	domination = 2    // times what speaks against it
)

// tally is what a report tells about one spelling.
type tally struct {
	place, person float32 // of the cues
	votes         map[nlp.MentionType]float32
	mentions      []int // in found
}

// unlisted gives the names that no list knows one type throughout the report:
// a state or town that the lists lack looks like a person to the model in one
// sentence and like a place in the next. It weighs the words beside every
// mention of a spelling (lexicons/en/names/evidence.tsv) and the model's own
// view, and leaves the types alone unless all of it points to a place.
func (f *finder) unlisted(doc *nlp.Doc, found []name) {
	tallies := f.tallies(doc, found)
	for _, k := range slices.Sorted(maps.Keys(tallies)) {
		t := tallies[k]
		if !t.isPlace() {
			continue
		}
		for _, i := range t.mentions {
			if n := &found[i]; n.typ != nlp.PlaceName {
				n.typ, n.rule = nlp.PlaceName, ruleEvidence
			}
		}
	}
}

// tallies weighs every spelling that the lists lack, by its lower-cased text.
func (f *finder) tallies(doc *nlp.Doc, found []name) map[string]*tally {
	tallies := map[string]*tally{}
	key := func(n *name) string { return strings.ToLower(doc.Text(doc.TokenSpan(n.first, n.last))) }
	for i := range found {
		n := &found[i]
		if n.typ == nlp.Nationality || !plain(doc, n) || f.known(doc, n) {
			continue
		}
		t := tallies[key(n)]
		if t == nil {
			t = &tally{votes: map[nlp.MentionType]float32{}}
			tallies[key(n)] = t
		}
		t.mentions = append(t.mentions, i)
		t.votes[n.typ] += n.conf
		f.weigh(doc, found, i, t)
	}
	f.fullNames(doc, found, tallies)
	// What stands beside a place is more likely one; this look does not draw on
	// its own results.
	places := map[string]bool{}
	for k, t := range tallies {
		places[k] = t.isPlace()
	}
	for i := 0; i+1 < len(found); i++ {
		a, b := &found[i], &found[i+1]
		if b.first != a.last+1 || doc.Lower(a.last) != "and" || doc.Tokens[a.first].Sent != doc.Tokens[b.first].Sent {
			continue
		}
		for _, pair := range [][2]*name{{a, b}, {b, a}} {
			other := pair[1]
			if t := tallies[key(pair[0])]; t != nil && (places[key(other)] || other.typ == nlp.PlaceName && other.conf >= sure && f.known(doc, other)) {
				t.place += beside
			}
		}
	}
	return tallies
}

// isPlace is the verdict.
func (t *tally) isPlace() bool {
	if len(t.votes) == 1 && t.votes[nlp.PlaceName] > 0 {
		return t.person == 0 // nothing to change; serves its neighbours
	}
	need := float32(ofCues)
	switch {
	case t.person > 0:
		need = max(contested, domination*t.person)
	case t.votes[nlp.PlaceName] > 0:
		need = hint
	}
	// Bodies and works stand "in" things and are followed by "which" as well.
	others := t.votes[nlp.OrgName] + t.votes[nlp.Misc] + t.votes[nlp.OutletName] + t.votes[nlp.WorkName] + t.votes[nlp.EventName]
	if domination*others > t.votes[nlp.PersonName]+t.votes[nlp.PlaceName] {
		return false
	}
	against := t.person + doubt*t.votes[nlp.PersonName]
	place := t.place + min(t.votes[nlp.PlaceName], maxVotes)
	return t.place >= need && place >= max(enough, domination*against)
}

// maxPlain bounds the names that evidence is weighed for, in tokens; longer ones
// say themselves what they are.
const maxPlain = 3

// plain reports whether every word of the name has a capital and letters.
func plain(doc *nlp.Doc, n *name) bool {
	for i := n.first; i < n.last; i++ {
		if w := doc.Word(i); !startsName(w) || !wordy(w) {
			return false
		}
	}
	return n.last-n.first <= maxPlain
}

// known reports whether the lists know what bears the name.
func (f *finder) known(doc *nlp.Doc, n *name) bool {
	text := doc.Text(doc.TokenSpan(n.first, n.last))
	return f.res.Facts != nil && (len(f.res.Facts.Lookup(text)) > 0 || f.res.Facts.Nationality(text) != nil)
}

// weigh adds the cues beside found[i].
func (f *finder) weigh(doc *nlp.Doc, found []name, i int, t *tally) {
	n := &found[i]
	s := doc.Sentences[doc.Tokens[n.first].Sent]
	before, after := f.lex.evidence.at(doc, s, n.first, n.last)
	owner := n.last < s.Last && isPossessive(doc.Word(n.last))
	if !owner || before.typ != nlp.PlaceName { // "in Maren's view"
		t.add(before)
	}
	t.add(after)
	if n.last-n.first == 1 && n.first > s.First {
		for from := max(s.First, n.first-maxTitle); from < n.first; from++ {
			// "the minister, Sollund said" has a mark, "in Karvany" no title.
			if f.isTitle(doc, from, n.first) {
				t.person += afterTitle
				break
			}
		}
	}
	if i > 0 && n.first == found[i-1].last+1 && doc.Lower(n.first-1) == "of" && found[i-1].typ == nlp.PersonName {
		t.place += manOf
		if !f.title(doc, found, i-1).Empty() {
			t.place += manOf
		}
	}
	if f.res.Facts != nil {
		switch single := n.last-n.first == 1; {
		case single && len(f.res.Facts.BySurname(doc.Word(n.first))) > 0:
			t.person = max(t.person, famous) // once for all mentions
		case !single && f.res.Facts.GivenName(doc.Word(n.first)):
			t.person += givenFirst
		}
	}
	if s.Noise == "dateline" || n.last <= datelineEnd(doc, s) {
		t.place += inDateline
	}
}

// maxDateline bounds a dateline within a sentence, in tokens.
const maxDateline = 16

// datelineEnd is the token at which the places of a dateline end that opens
// sentence s ("LINDVIK, Sollund, 14 March (Harbour Wire) —"), s.First when none
// does: a word in capitals, then only names, numbers and commas up to a bracket
// or a dash, and a dash behind the bracket.
func datelineEnd(doc *nlp.Doc, s nlp.Sentence) int {
	if w := doc.Word(s.First); !wordy(w) || !allCaps(w) || utf8.RuneCountInString(w) < 2 {
		return s.First
	}
	end := 0
	for i := s.First; i < min(s.Last, s.First+maxDateline); i++ {
		switch w := doc.Word(i); {
		case isDash(w):
			if end == 0 {
				end = i
			}
			return end
		case w == "(" && end == 0:
			end = i
		case end > 0 || w == "," || w == "." || startsName(w):
		default:
			return s.First
		}
	}
	return s.First
}

func isDash(w string) bool { return w == "—" || w == "–" || w == "--" || w == "-" }

func (t *tally) add(c cue) {
	if c.typ == nlp.PlaceName {
		t.place += c.weight
	} else if c.typ == nlp.PersonName {
		t.person += c.weight
	}
}

// at returns the longest cue that ends before token first of sentence s and the
// longest that starts at token last.
func (t *cueTable) at(doc *nlp.Doc, s nlp.Sentence, first, last int) (before, after cue) {
	words := make([]string, 0, t.longest)
	for i := first - 1; i >= s.First && len(words) < t.longest; i-- {
		words = append(words, doc.Lower(i))
		slices.Reverse(words)
		if c, ok := t.before[strings.Join(words, " ")]; ok {
			before = c
		}
		slices.Reverse(words)
	}
	words = words[:0]
	for i := last; i < s.Last && len(words) < t.longest; i++ {
		words = append(words, strings.ReplaceAll(doc.Lower(i), "’", "'"))
		if c, ok := t.after[strings.Join(words, " ")]; ok {
			after = c
		}
	}
	return before, after
}

// fullNames adds the weight of full names to the names that are their first or
// last words. Headlines do not count: there a verb may look like a name.
func (f *finder) fullNames(doc *nlp.Doc, found []name, tallies map[string]*tally) {
	seen := map[string]bool{}
	for i := range found {
		n := &found[i]
		if n.typ != nlp.PersonName || n.last-n.first < 2 || n.conf < repeatable {
			continue
		}
		s := doc.Sentences[doc.Tokens[n.first].Sent]
		if sentenceCasing(s.Last-s.First, func(k int) string { return doc.Word(s.First + k) }) != normal {
			continue
		}
		for _, part := range []struct {
			token  int
			weight float32
		}{{n.last - 1, fullName}, {n.first, firstName}} {
			w := doc.Lower(part.token)
			// A full name speaks once, however often it stands in the report.
			if t := tallies[w]; t != nil && !seen[w] {
				seen[w] = true
				t.person += part.weight
			}
		}
	}
}

// Package utterance groups the statements that render one utterance: the same
// words in several reports, trimmed, translated anew or changed, and repeats
// within one report.
//
// In go annotated reports and their statements; out come utterances of two
// statements or more, and each of their statements names its utterance. Words
// inside quotation marks weigh most: a run that two statements of one speaker
// share shows one utterance by its length and by how near their days are.
// Without marks the days must be near and most content words the same. A
// statement without a speaker joins on a long run alone. Each variant is
// compared with the fullest, and where its marks enclose other words than the
// fullest's the changes are named word by word.
//
// What reports of other sets say is joined by Join, from what each set keeps of
// its utterances and quoted statements (Unit).
//
// It does not judge which variant is right, and leaves statements apart that
// only speak of the same matter.
package utterance

import (
	"cmp"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/lexicons"
)

// Version rises when output can change.
const Version = "3"

// The kinds of a variant; see readout.Variant.
const (
	kindFullest = "fullest"
	same        = "same"
	trimmed     = "trimmed"
	reworded    = "reworded"
	changed     = "changed"
)

// Link groups statements and sets their Utterance. Statements of reports that
// docs does not hold stay alone. The units are what reports of another set may
// render, too. The result does not depend on the order of either slice. The error
// is that of a damaged lexicon.
func Link(docs []*nlp.Doc, statements []*readout.Statement) ([]*readout.Utterance, []*Unit, error) {
	lex, err := readLexicon(lexicons.FS)
	if err != nil {
		return nil, nil, err
	}
	byID := make(map[string]*nlp.Doc, len(docs))
	for _, d := range docs {
		byID[d.Report.ID] = d
	}
	var said []*saying
	for _, s := range statements {
		if d := byID[s.Report]; d != nil {
			if x := newSaying(lex, d, s); len(x.words) > 0 {
				said = append(said, x)
			}
		}
	}
	slices.SortFunc(said, (*saying).comparePlace)
	linked := make([][]int, len(said))
	for _, p := range candidates(said) {
		if one(said[p[0]], said[p[1]]) {
			linked[p[0]] = append(linked[p[0]], p[1])
			linked[p[1]] = append(linked[p[1]], p[0])
		}
	}
	var out []*readout.Utterance
	var units []*Unit
	for _, g := range gather(said, linked, nil) {
		if u := unit(g.said); u != nil {
			units = append(units, u)
		}
		if len(g.said) > 1 {
			u := g.joined().Utterance
			for _, x := range g.said {
				x.s.Utterance = u.ID
			}
			out = append(out, u)
		}
	}
	slices.SortFunc(out, func(a, b *readout.Utterance) int { return cmp.Compare(a.ID, b.ID) })
	return out, units, nil
}

// group are the sayings that render one utterance, or one that stays alone.
type group struct {
	said    []*saying // the fullest first
	speaker string
}

// gather divides sayings, which are sorted by place, into groups. linked has, for
// each, those that render the same, in order. The fullest of what is left takes
// all that are linked with it, so that no variant hangs on a chain of likenesses.
// beside, unless nil, says whether one may be with those taken before it.
func gather(said []*saying, linked [][]int, beside func(with []*saying, x *saying) bool) (out []group) {
	order := make([]int, len(said))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return said[i].compareFullness(said[j]) })
	taken := make([]bool, len(said))
	for _, i := range order {
		if taken[i] {
			continue
		}
		taken[i] = true
		g := group{said[i : i+1 : i+1], said[i].s.Speaker}
		for _, j := range linked[i] {
			s := said[j].s.Speaker
			if taken[j] || s != "" && g.speaker != "" && s != g.speaker || beside != nil && !beside(g.said, said[j]) {
				continue
			}
			taken[j] = true
			g.said = append(g.said, said[j])
			g.speaker = cmp.Or(g.speaker, s)
		}
		out = append(out, g)
	}
	return out
}

// joined tells what a group comes to.
func (g *group) joined() Joined {
	fullest := g.said[0]
	j := Joined{ID: readout.UtteranceID(fullest.s.ID)}
	u := &readout.Utterance{ID: j.ID, Speaker: g.speaker, Variants: []readout.Variant{{Statement: fullest.s.ID, Kind: kindFullest}}}
	for _, x := range slices.SortedFunc(slices.Values(g.said), (*saying).comparePlace) {
		j.Statements = append(j.Statements, x.s.ID)
		if x != fullest {
			u.Variants = append(u.Variants, compare(fullest, x))
		}
	}
	if len(g.said) > 1 {
		j.Utterance = u
	}
	return j
}

// word is one word of a statement's content.
type word struct {
	readout.Span
	form   string // lower case, one shape of apostrophe
	lemma  string
	quoted bool // inside marks
	heavy  bool // says something by itself: no function word, no light verb
	opens  bool // first of a run of marks or of a piece
	starts bool // first of its sentence
	name   bool // part of a proper name
}

// saying is a statement prepared for comparison.
type saying struct {
	s      *readout.Statement
	words  []word
	length int             // words
	quoted int             // words inside marks
	heavy  map[string]bool // lemmas of heavy words
	negs   int             // words of negation
	day    int             // days since 1970 of speaking, else of publication; noDay unknown
	dated  bool            // day is that of speaking
}

func newSaying(lex *lexicon, d *nlp.Doc, s *readout.Statement) *saying {
	x := &saying{s: s, heavy: map[string]bool{}, day: noDay}
	sentence := -1 // of the word before
	for _, piece := range s.Content {
		// Direct speech is all words of the speaker unless marks show which.
		marked := s.Kind == readout.Mixed || s.Kind == readout.Direct && strings.ContainsAny(d.Text(piece), marks)
		in := s.Kind == readout.Direct && !marked
		if s.Kind == readout.Mixed {
			in = endsOpen(d.Report.Text[:piece.Start])
		}
		first, last := d.TokensIn(piece)
		at, opens := piece.Start, true
		for k := first; k < last; k++ {
			t := &d.Tokens[k]
			if t.Start < piece.Start || t.End > piece.End {
				continue
			}
			if marked {
				if now := toggle(in, d.Report.Text[at:t.Start]); now != in {
					in, opens = now, true
				}
				if w := d.Word(k); isMark(w) {
					in, opens, at = toggle(in, w), true, t.End
					continue
				}
				at = t.End
			}
			w := word{Span: t.Span, form: form(d.Word(k)), lemma: strings.ToLower(t.Lemma), quoted: in, opens: opens, starts: k == d.Sentences[t.Sent].First || sentence != t.Sent, name: t.UPOS == "PROPN"}
			if !letters(w.form) {
				continue
			}
			if n := len(x.words); n > 0 && x.words[n-1].End == t.Start-1 && d.Report.Text[t.Start-1] == ']' {
				x.words[n-1].End, x.words[n-1].form = t.End, x.words[n-1].form+w.form // "[W]e"
				continue
			}
			opens, sentence = false, t.Sent
			w.heavy = heavyTags[t.UPOS] && !lex.light[w.lemma]
			if w.heavy {
				x.heavy[w.lemma] = true
			}
			if lex.negation[w.form] {
				x.negs++
			}
			if in {
				x.quoted++
			}
			x.words = append(x.words, w)
		}
	}
	x.length = len(x.words)
	if s.Date != nil {
		x.day, x.dated = dayOf(s.Date.Value), true
	}
	if x.day == noDay {
		x.day, x.dated = dayOf(d.Report.Published.Value), false
	}
	return x
}

// comparePlace orders sayings by report and place.
func (x *saying) comparePlace(y *saying) int {
	return cmp.Or(cmp.Compare(x.s.Report, y.s.Report), x.s.Content[0].Compare(y.s.Content[0]), cmp.Compare(x.s.ID, y.s.ID))
}

// compareFullness puts the fuller first: more words inside marks, then more
// words, then with a speaker, then by report and place, by which sayings are
// sorted.
func (x *saying) compareFullness(y *saying) int {
	named := func(s *saying) int {
		if s.s.Speaker != "" {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(y.quoted, x.quoted), cmp.Compare(y.length, x.length), cmp.Compare(named(y), named(x)))
}

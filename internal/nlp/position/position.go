// Package position reads where parties stand: who demands, offers, refuses,
// promises, warns or accuses, of whom and what.
//
// In order, for every sentence:
//
//  1. triggers: verbs, nouns and adjectives of lexicons/en/positions/frames.tsv
//     whose slots the tree fills; modals and first persons in speech ("we will
//     not accept", "Karvany must leave"); requirements and the purposes of
//     meetings; duties, harm that speech tells of others and what stays "on the
//     table"; what headlines say is to be done;
//  2. standing: what is denied, asked, imagined or hangs on another verb is no
//     stand, or that verb's ("refused to accept" is one refusal);
//  3. party and addressee: the grammatical holder as a chain of the report,
//     through control, coordination and passives; the speaker for "we" in
//     speech; the members of a group that the report spells out;
//  4. terms: coordinated clauses and objects taken apart, each with a span of
//     its own;
//  5. context: the attribution that voices it, the condition, time, deadline
//     and the talks at which it was taken.
//
// In: tokens, sentences, syntax (UD v2), lemmas, names, time expressions,
// attributions, chains, events. Out: Doc.Positions, sorted by span. The
// stances follow the verbal classes of PLOVER's and CAMEO's cooperation and
// conflict codes, cut down to what a party does by taking a position.
//
// It makes no position of an assessment or prediction, of the outlet's own
// wishes, or of the hopes and plans of people without an office. Their demands,
// promises and accusations count in reports of public matters, but for people
// known by trade or kin alone.
package position

import (
	"cmp"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/lexicons"
)

const (
	name    = "position"
	version = "4"
)

// New loads the lexicon of positions and returns the annotator.
func New() (*nlp.Annotator, error) {
	lex, err := load(lexicons.FS, "en/positions")
	if err != nil {
		return nil, err
	}
	return &nlp.Annotator{
		Name:    name,
		Doc:     "positions: party, stance, terms, addressee, condition and deadline",
		Version: version,
		Requires: []nlp.Layer{
			nlp.LayerTokens, nlp.LayerSentences, nlp.LayerSyntax, nlp.LayerLemmas, nlp.LayerNames,
			nlp.LayerTimexes, nlp.LayerAttributions, nlp.LayerChains, nlp.LayerEvents,
		},
		Provides: []nlp.Layer{nlp.LayerPositions},
		Run:      func(doc *nlp.Doc) { run(doc, lex) },
	}, nil
}

// reader reads one Doc.
type reader struct {
	*tree
	lex   *lexicon
	found []nlp.Position
	used  map[int]bool // triggers that gave positions
	cond  int          // the clause of condition of the draft being emitted, None
	apart bool         // whether that draft takes what its terms exclude for terms of their own
	civic bool         // whether the report is of public matters
	owned map[int]bool // verbs and nouns that are the terms of another trigger
}

// draft is a position before its terms are taken apart.
type draft struct {
	rule      string
	stance    readout.Stance
	trigger   int          // token
	words     readout.Span // of the trigger
	parties   []int        // chains
	addressee []int        // chains
	terms     int          // head token of the terms, None when span says them
	span      readout.Span // of the terms when they have no head
	cond      int          // head of the clause of condition, None
	breach    bool         // mark breaches
	public    bool         // persons need an office
	asks      bool         // a goal that others are to fulfil
	single    bool         // do not take the terms apart
	predicate bool         // the terms are a predicate without its subject and copula
	from      int          // token at which the terms begin before their head's own words ("Karvany to leave"), 0
}

func run(doc *nlp.Doc, lex *lexicon) {
	r := &reader{tree: newTree(doc), lex: lex, used: map[int]bool{}, owned: map[int]bool{}, civic: civic(doc, lex)}
	for s := range doc.Sentences {
		sent := &doc.Sentences[s]
		if sent.Noise != "" && !readable(sent.Noise) {
			continue
		}
		for t := sent.First; t < sent.Last; t++ {
			r.byFrame(t)
		}
		for t := sent.First; t < sent.Last; t++ {
			r.byRequirement(t)
			r.byPurpose(t)
		}
		for t := sent.First; t < sent.Last; t++ {
			r.byModal(t)
			r.byTold(t)
			r.byTable(t)
			r.byDuty(t)
			r.byAgainst(t)
			r.byUltimatum(t)
		}
		r.byHeadline(sent)
	}
	r.found = withoutFrames(r.found)
	slices.SortStableFunc(r.found, func(a, b nlp.Position) int {
		return cmp.Or(a.Compare(b.Span), a.Trigger.Compare(b.Trigger), cmp.Compare(a.Party, b.Party), cmp.Compare(a.Addressee, b.Addressee))
	})
	doc.Positions = slices.CompactFunc(r.found, func(a, b nlp.Position) bool {
		return a.Span == b.Span && a.Stance == b.Stance && a.Party == b.Party && a.Addressee == b.Addressee && a.Terms == b.Terms
	})
}

// withoutFrames drops a position that has a whole quotation for its terms when
// the words of that quotation say the same stand.
func withoutFrames(found []nlp.Position) []nlp.Position {
	return slices.DeleteFunc(slices.Clone(found), func(p nlp.Position) bool {
		return len(p.Issue) == 0 && slices.ContainsFunc(found, func(q nlp.Position) bool {
			return q.Stance == p.Stance && q.Party == p.Party && len(q.Issue) > 0 && p.Terms.Contains(q.Trigger)
		})
	})
}

// readable reports whether furniture of this kind is written by the newsroom
// about the same matter.
func readable(noise string) bool {
	return noise == "heading" || noise == "caption" || noise == "title"
}

// byFrame reads the positions that a row of frames.tsv gives token t.
func (r *reader) byFrame(t int) {
	if r.owned[t] && !r.Rel(t, "amod") || r.used[t] {
		return // but "opposes [her threatened tariffs]" shows two stands
	}
	for _, class := range r.wordClasses(t) {
		words := []string{r.Lemma(t)}
		if w := r.doc.Lower(t); class == "A" && w != words[0] {
			words = append(words, w)
			if r.doc.Tokens[t].UPOS == "VERB" {
				words = words[1:] // "unwilling", taken for the participle of a verb
			}
		}
		for _, w := range words {
			for _, f := range r.lex.frames[class+" "+w] {
				d, ok := r.fill(f, t)
				if ok {
					r.emit(d)
				}
				if ok || r.used[t] {
					return
				}
			}
		}
	}
}

// wordClasses lists the classes of frames that token t can have.
func (r *reader) wordClasses(t int) []string {
	tok := &r.doc.Tokens[t]
	switch tok.UPOS {
	case "VERB":
		switch {
		case strings.HasPrefix(tok.XPOS, "NN"), r.Child(t, "nmod:poss") != nlp.None && r.Rel(t, "nsubj", "obj", "obl", "nmod"):
			return []string{"N"}
		case strings.HasPrefix(tok.XPOS, "J"):
			return []string{"A", "V"}
		case tok.XPOS == "VBN" && r.passive(t), tok.XPOS == "VBG":
			return []string{"A", "V"}
		}
		return []string{"V"}
	case "NOUN":
		return []string{"N"}
	case "ADJ":
		return []string{"A"}
	}
	return nil
}

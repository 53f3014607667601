// Package nlp holds the annotated report: a Doc and its layers, and the
// contract of the annotators that fill them.
//
// A Doc wraps one readout.Report, whose text never changes. Each annotator
// (one package below this one) reads the layers it requires and appends to
// the layers it provides; Pipeline.Validate refuses an order in which a
// requirement is missing. All spans are byte offsets into Report.Text; token
// and sentence numbers are indexes into Doc.Tokens and Doc.Sentences. An index
// of -1 means "none".
package nlp

import (
	"sort"
	"strings"

	"github.com/readout-news/readout"
)

// None is the index that stands for "no token, mention, timex, …".
const None = -1

// Doc is one report under annotation. The layers are filled in the order of
// the fields; slices are owned by the Doc.
type Doc struct {
	Report       *readout.Report
	Tokens       []Token
	Sentences    []Sentence
	Mentions     []Mention     // sorted by Span; names by ner, nominals and pronouns by coref
	Timexes      []Timex       // sorted by Span
	Attributions []Attribution // sorted by first content span
	Chains       []Chain       // one per entity of this report
	Events       []EventMention
	Positions    []Position // sorted by Span
	Responses    []Response // sorted by Span

	Desk *Desk // what people decided about the report, nil nothing; no layer
}

// Token is a word or mark in the tokenisation of UD English EWT: clitics and
// hyphenated parts stand alone. The words of a Doc never overlap.
type Token struct {
	readout.Span
	Sent   int    // index into Doc.Sentences
	Lemma  string // lower case but for proper nouns
	UPOS   string // UD v2 universal tag
	XPOS   string // Penn tag as in EWT
	Head   int    // index into Doc.Tokens, None for the root of a sentence
	Deprel string // UD v2 relation with subtype, "nsubj:pass"
}

// Sentence is a run of tokens.
type Sentence struct {
	readout.Span
	First, Last int    // tokens [First, Last)
	Para        int    // paragraph number, from 0
	Noise       string // reason when the sentence is furniture (readout.Noise.Reason), else ""
}

// Mention is a span that refers to an entity.
type Mention struct {
	readout.Span     // the core name without title, or the whole noun phrase of a nominal
	First, Last  int // tokens [First, Last)
	Head         int // token
	Form         readout.MentionForm
	Type         MentionType
	Title        readout.Span // "President", "Foreign Minister" before or after a name; empty when none
	Chain        int          // index into Doc.Chains, None before coref
	Confidence   float32      // 0..1, model marginal; 1 for lexicon and rules
	By           readout.By
}

// MentionType is finer than readout.EntityType: an event name or a
// nationality word is a mention but seldom an entity of its own.
type MentionType string

// The types of a mention.
const (
	PersonName  MentionType = "person"
	OrgName     MentionType = "organization"
	PlaceName   MentionType = "place"
	Nationality MentionType = "nationality" // "Russian", "Ukrainians"
	OutletName  MentionType = "outlet"
	WorkName    MentionType = "work"
	EventName   MentionType = "event"   // "Maidan Revolution", "World War II"
	Misc        MentionType = "misc"    // a name whose type is open
	GroupNoun   MentionType = "group"   // "both countries", "the two leaders"
	UnknownNoun MentionType = "unknown" // a nominal or pronoun without an antecedent
)

// Timex is a TIMEX3 time expression (TimeML 1.2.1).
type Timex struct {
	readout.Span        // with its modifiers: "more than two hours"
	Type         string // DATE, TIME, DURATION, SET
	Value        string // TIMEX3 value; "XXXX-WXX-2" while unresolved
	Mod          string // TIMEX3 mod: MORE_THAN, LESS_THAN, APPROX, EQUAL_OR_MORE, START, MID, END, …; "" none
	Hedge        string // the words of the modifier: "over", "at least", "as long as"
	Basis        string // explicit, relative, inferred
	Function     string // what it was resolved against: "publication", "anchor", "speech"; "" for explicit
	Anchor       int    // index of the Timex it was resolved against, None
	AnchorEvent  string // for "hours before the call": "before" or "after", the event follows the span; else ""
	Minutes      *Range // for durations of a day or less: the reading of docs/schema.md; nil else
	First, Last  int    // tokens [First, Last)
	Optional     bool   // vague ("now", "recently"): kept, but never used to date an event
	By           readout.By
}

// Range is a closed range; a nil end is open.
type Range struct{ Min, Max *float64 }

// Attribution is a source, a cue and a content (PARC/PolNeAR): who said what.
type Attribution struct {
	Content     []readout.Span // pieces, sorted, quotation marks left out
	Cue         readout.Span   // empty when the quotation has none
	CueToken    int            // head word of the cue, None
	Source      readout.Span   // empty when none
	SourceHead  int            // token, None
	Kind        readout.StatementKind
	Sent        int                // sentence of the cue, else of the first content
	Parent      int                // attribution whose content contains this one, None
	Relay       int                // attribution that this one reaches us through ("Maren said, according to Harbour Wire"), None
	Speaker     int                // index into Doc.Chains, set by coref; None
	Addressee   int                // index into Doc.Chains, set by coref; None
	AddressSpan readout.Span       // "told reporters": "reporters"
	Medium      readout.Span       // "on Truth Social", "in a statement"; empty when none
	Uttered     bool               // false for imagined or anticipated speech
	Negated     bool               // "did not say that"
	Factuality  readout.Factuality // how sure the source makes the content, by the words of the cue; "" not read
	Confidence  float32            // 0..1
	By          readout.By
}

// Span is the extent from the first to the last piece of content.
func (a *Attribution) Span() readout.Span {
	if len(a.Content) == 0 {
		return a.Cue
	}
	return readout.Span{Start: a.Content[0].Start, End: a.Content[len(a.Content)-1].End}
}

// Chain is one entity within a report: a coreference cluster.
type Chain struct {
	Mentions []int // into Doc.Mentions, sorted
	Type     readout.EntityType
	Name     string   // fullest name seen, "" when the report never names it
	Key      string   // lexicon key that decided it ("state:RU", "person:Q22686"), "" none
	Members  []int    // chains of a group: "both countries", "the two presidents"
	Country  string   // ISO 3166-1 alpha-2, "" unknown
	Titles   []string // offices given to it here, sorted: "president of russia", "press secretary"
	By       readout.By
}

// EventMention is a trigger with its arguments.
type EventMention struct {
	readout.Span // clause or noun phrase
	Trigger      readout.Span
	Token        int // head token of the trigger
	Sent         int
	Type         string // PLOVER or our extension
	Mode         string // "phone", "visit", "talks", "meeting", …; ""
	Args         []Argument
	Time         int // index into Doc.Timexes, None
	Place        int // index into Doc.Mentions, None
	Duration     int // index into Doc.Timexes, None
	Status       readout.EventStatus
	Negated      bool
	Nominal      bool   // the trigger is a noun
	Definite     bool   // "the call", "that meeting", "Tuesday's call": points back to a known one
	Plural       bool   // "several calls", "talks" does not count as plural
	Ordinal      string // "first", "next", "third", "previous"; ""
	Attribution  int    // innermost attribution whose content holds the trigger, None
	Tense        string // past, present, future, "" for bare nominals
	Before       []int  // mentions of Doc.Events that the sentence says came later than this one
	After        []int  // mentions of Doc.Events that the sentence says came earlier
	Tells        []int  // for a STATEMENT: mentions of Doc.Events that it tells of, announces or denies, sorted; not what only its context names
	Attributes   map[string]string
	By           readout.By
}

// Argument is a participant of an event mention.
type Argument struct {
	Role    string // agent, patient, recipient, participant, mediator, topic, …
	Mention int    // into Doc.Mentions, None when the phrase names no entity
	Span    readout.Span
}

// Position is a party's stand as one report words it: a demand, an offer, a
// refusal. Coordinated demands are several positions; of mutual accusations
// there are two, with party and addressee exchanged.
type Position struct {
	readout.Span // evidence: the clause or phrase that tells the stand
	Stance       readout.Stance
	Trigger      readout.Span // the words that show the stance: "insisted", "only if"
	Party        int          // index into Doc.Chains, None
	Addressee    int          // index into Doc.Chains, None
	Terms        readout.Span // what is demanded, offered, alleged: inside Span
	Issue        []int        // tokens of the head phrase of the terms, sorted: "neutral position"
	If           readout.Span // the condition it hangs on; empty when none
	Until        int          // index into Doc.Timexes, None
	Time         int          // index into Doc.Timexes, when it was taken; None
	Breach       bool         // an accusation of breaking a commitment, which Terms name
	Attribution  int          // attribution that voices it: whose content holds it or whose cue is the trigger; None for the outlet's own voice
	Event        int          // Doc.Events: talks, call or meeting at which it was taken; None
	Uttered      bool         // false for imagined or anticipated speech
	By           readout.By
}

// Response is an answer as one report words it.
type Response struct {
	readout.Span // evidence: the clause
	Kind         readout.ResponseKind
	Cue          readout.Span // "declined to comment"
	Party        int          // index into Doc.Chains, None
	Who          readout.Span // the words that name the party; empty when none
	To           int          // index into Doc.Chains, who asked; None
	About        readout.Span // what it answers, in words; empty when not told
	AboutEvent   int          // index into Doc.Events, None
	AboutSaid    int          // index into Doc.Attributions, None
	Time         int          // index into Doc.Timexes, None
	Attribution  int          // attribution that voices or relays it, None
	By           readout.By
}

// Text is the report's text that s covers.
func (d *Doc) Text(s readout.Span) string { return s.In(d.Report.Text) }

// Word is the text of token i.
func (d *Doc) Word(i int) string { return d.Report.Text[d.Tokens[i].Start:d.Tokens[i].End] }

// Lower is the lower-cased text of token i.
func (d *Doc) Lower(i int) string { return strings.ToLower(d.Word(i)) }

// TokensIn returns the half-open range of tokens that overlap s.
func (d *Doc) TokensIn(s readout.Span) (first, last int) {
	first = sort.Search(len(d.Tokens), func(i int) bool { return d.Tokens[i].End > s.Start })
	// Most spans are short: far ends are searched for, near ones walked to.
	const near = 16
	for last = first; last < len(d.Tokens) && d.Tokens[last].Start < s.End; last++ {
		if last-first == near {
			return first, last + sort.Search(len(d.Tokens)-last, func(i int) bool { return d.Tokens[last+i].Start >= s.End })
		}
	}
	return first, last
}

// TokenSpan is the span of tokens [first, last).
func (d *Doc) TokenSpan(first, last int) readout.Span {
	if first >= last {
		return readout.Span{}
	}
	return readout.Span{Start: d.Tokens[first].Start, End: d.Tokens[last-1].End}
}

// Children lists the dependents of token i, in order.
func (d *Doc) Children(i int) []int {
	s := d.Sentences[d.Tokens[i].Sent]
	var out []int
	for j := s.First; j < s.Last; j++ {
		if d.Tokens[j].Head == i {
			out = append(out, j)
		}
	}
	return out
}

// Child returns the first dependent of i whose relation is one of rels
// (compared without subtype unless rel has one), or None.
func (d *Doc) Child(i int, rels ...string) int {
	s := d.Sentences[d.Tokens[i].Sent]
	for j := s.First; j < s.Last; j++ {
		if d.Tokens[j].Head == i && HasRel(d.Tokens[j].Deprel, rels...) {
			return j
		}
	}
	return None
}

// HasRel reports whether deprel is one of rels; "nsubj" matches "nsubj:pass",
// "nsubj:pass" only itself.
func HasRel(deprel string, rels ...string) bool {
	for _, r := range rels {
		if deprel == r || strings.HasPrefix(deprel, r) && len(deprel) > len(r) && deprel[len(r)] == ':' {
			return true
		}
	}
	return false
}

// Subtree is the half-open token range from the first to the last token
// dominated by i. Non-projective strays inside the range are included.
func (d *Doc) Subtree(i int) (first, last int) {
	s := d.Sentences[d.Tokens[i].Sent]
	first, last = i, i+1
	for j := s.First; j < s.Last; j++ {
		for k, n := j, 0; k != None && n < s.Last-s.First+1; k, n = d.Tokens[k].Head, n+1 {
			if k == i {
				first, last = min(first, j), max(last, j+1)
				break
			}
		}
	}
	return first, last
}

// MentionAt returns the innermost mention that covers token i, or None.
func (d *Doc) MentionAt(i int) int {
	best := None
	for m := range d.Mentions {
		x := &d.Mentions[m]
		if x.First <= i && i < x.Last && (best == None || x.Len() < d.Mentions[best].Len()) {
			best = m
		}
	}
	return best
}

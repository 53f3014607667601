package readout

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"
)

// DecisionKind is what a person decides.
type DecisionKind string

// The kinds of decisions.
const (
	DecideSame      DecisionKind = "same"      // the things are one
	DecideDifferent DecisionKind = "different" // they are not, or the parts of what was one are not
	DecideCorrect   DecisionKind = "correct"   // a field of the thing has another value
	DecideWithdraw  DecisionKind = "withdraw"  // the thing is none: what the machine read is not there
	DecideConfirm   DecisionKind = "confirm"   // the thing, or the value of its field, is as the record says
	DecideNote      DecisionKind = "note"      // a remark; changes nothing
	DecideUndo      DecisionKind = "undo"      // another decision is taken back
)

// DecisionKinds are all kinds.
var DecisionKinds = []DecisionKind{DecideSame, DecideDifferent, DecideCorrect, DecideWithdraw, DecideConfirm, DecideNote, DecideUndo}

// Anchor is a place in a report by which a thing is found again when it has
// another id.
type Anchor struct {
	Evidence
	Trigger Span   // the word that names an event, a piece of what was said; empty where Span is enough
	Text    string // the words of Evidence.Span, by which it is found in a newer version of the article
}

// Target is one thing that a decision is about: its kind and id as they were
// when it was decided, and where reports tell of it, by which it is found again.
type Target struct {
	Kind     string   // "event", "entity", "statement", "claim", "position", "commitment", "response", "report", "timex"
	ID       string   // "" for a thing without id (a timex, one part of a split)
	Name     string   // as the record called it, for readers of the log
	Evidence []Anchor // a report is found by its id alone
}

// Decision is one thing that a person decided about the record: an entry of the
// log of decisions, which only grows. It outranks what the machine reads in the
// same place; what the machine had read is Before. Package decide has the verbs.
type Decision struct {
	Seq  int64     // from 1, without gaps
	At   time.Time // UTC, to the second
	By   string    // account, or the user of the machine
	Kind DecisionKind
	// About are, for same, the things that are one; for different, those that
	// are not (of a split: the parts of what was one, each with its sentences and
	// all with its id; the first keeps what nobody spoke of); for correct, and for
	// confirm of a field, the thing and, where After names an entity, that entity;
	// none for undo; else the one thing.
	About []Target
	// Field, Before and After say what is corrected (event: "date", "type",
	// "status", "place", "participant"; statement: "speaker"; entity: "name",
	// "type"; commitment: "made", "until"; report: "published"), from what to what. Before is what the record
	// said. An entity is given by its name. For same, different and withdraw
	// Before and After say in words what the record said and what it is to say.
	Field, Before, After string
	Why                  string
	Item                 string // of the review queue that it answers; "" none
	Undoes               int64  // Seq of another; 0 none
	Prev                 string // Hash of the decision before; "" for the first
	Hash                 string // SHA-256, hex, of Canonical
}

// ErrDecision: what is to be noted is not a decision.
var ErrDecision = errors.New("not a decision")

// Limits of a decision. They bound the log against accidents, not people.
const (
	maxDecisionWord  = 1000   // bytes of By, Field, Item and of kinds and ids
	maxDecisionText  = 20_000 // bytes of Before, After, Why and of names
	maxDecisionAbout = 1000
	maxAnchors       = 20_000 // of all that it is about
)

// Check returns an error that wraps ErrDecision unless d can be noted. It does
// not look at Seq, Prev and Hash.
func (d *Decision) Check() error {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("%w: "+format, append([]any{ErrDecision}, args...)...)
	}
	switch {
	case !slices.Contains(DecisionKinds, d.Kind):
		return bad("kind %q is none of %v", d.Kind, DecisionKinds)
	case d.By == "":
		return bad("nobody decided it; set By")
	case (d.Kind == DecideUndo) != (d.Undoes != 0):
		return bad("an undo, and it alone, names the decision that it undoes")
	case d.Undoes < 0 || d.Seq > 0 && d.Undoes >= d.Seq:
		return bad("it undoes decision %d, which was not made before it", d.Undoes)
	case d.Kind == DecideUndo && len(d.About) > 0:
		return bad("an undo is about a decision and nothing else")
	case d.Kind == DecideDifferent && len(d.About) < 2, d.Kind == DecideSame && len(d.About) < 2:
		return bad("%s is about two things or more", d.Kind)
	case (d.Kind == DecideCorrect || d.Kind == DecideConfirm && d.Field != "") && (len(d.About) == 0 || len(d.About) > 2),
		(d.Kind == DecideWithdraw || d.Kind == DecideConfirm && d.Field == "" || d.Kind == DecideNote) && len(d.About) != 1:
		return bad("%s is about one thing, not %d", d.Kind, len(d.About))
	case d.Kind == DecideCorrect && d.Field == "":
		return bad("a correction names the field that it corrects")
	case len(d.About) > maxDecisionAbout:
		return bad("it is about %d things; at most %d", len(d.About), maxDecisionAbout)
	}
	words, texts := []string{d.By, d.Field, d.Item}, []string{d.Before, d.After, d.Why}
	anchors := 0
	for i := range d.About {
		t := &d.About[i]
		if t.Kind == "" || t.ID == "" && len(t.Evidence) == 0 {
			return bad("thing %d has no kind, or neither id nor sentences", i+1)
		}
		if (d.Kind == DecideSame || d.Kind == DecideDifferent) && t.Kind != d.About[0].Kind {
			return bad("%s and %s are things of two kinds", d.About[0].Kind, t.Kind)
		}
		words = append(words, t.Kind, t.ID)
		texts = append(texts, t.Name)
		anchors += len(t.Evidence)
		for _, a := range t.Evidence {
			if a.Report == "" || a.Span.Start < 0 || a.Span.End < a.Span.Start || a.Trigger.Start < 0 || a.Trigger.End < a.Trigger.Start {
				return bad("a sentence of %s %s has no report or no place in it", t.Kind, t.ID)
			}
			if !utf8.ValidString(a.Text) || !utf8.ValidString(a.Report+a.By.Annotator+a.By.Version+a.By.Rule) {
				return bad("text that is not UTF-8")
			}
		}
	}
	if anchors > maxAnchors {
		return bad("it rests on %d sentences; at most %d", anchors, maxAnchors)
	}
	for max, list := range map[int][]string{maxDecisionWord: words, maxDecisionText: texts} {
		for _, s := range list {
			if len(s) > max {
				return bad("a text of %d bytes where at most %d have room", len(s), max)
			}
			if !utf8.ValidString(s) {
				return bad("text that is not UTF-8")
			}
		}
	}
	return nil
}

// decisionJSON is a decision as the log keeps it and as its hash is taken.
// Fields are only ever added, with omitempty, so that hashes of before hold.
type decisionJSON struct {
	Seq    int64        `json:"seq"`
	At     string       `json:"at"`
	By     string       `json:"by"`
	Kind   DecisionKind `json:"kind"`
	About  []targetJSON `json:"about,omitempty"`
	Field  string       `json:"field,omitempty"`
	Before string       `json:"before,omitempty"`
	After  string       `json:"after,omitempty"`
	Why    string       `json:"why,omitempty"`
	Item   string       `json:"item,omitempty"`
	Undoes int64        `json:"undoes,omitempty"`
	Prev   string       `json:"prev"`
	Hash   string       `json:"hash,omitempty"` // not in what is hashed
}

type targetJSON struct {
	Kind     string       `json:"kind"`
	ID       string       `json:"id,omitempty"`
	Name     string       `json:"name,omitempty"`
	Evidence []anchorJSON `json:"evidence,omitempty"`
}

type anchorJSON struct {
	Report  string    `json:"report"`
	Span    [2]int    `json:"span"`
	Trigger *[2]int   `json:"trigger,omitempty"`
	Text    string    `json:"text,omitempty"`
	By      [3]string `json:"read_by"`
}

// Canonical is the JSON of d over which its hash is taken: all fields but Hash,
// in the order of the type, without spaces; empty ones are left out. It begins
// with {"seq": and ends with the hash of the decision before.
func (d *Decision) Canonical() []byte {
	j := d.wire()
	j.Hash = ""
	return encodeDecision(j)
}

// MarshalJSON gives Canonical with the hash as its last member.
func (d *Decision) MarshalJSON() ([]byte, error) { return encodeDecision(d.wire()), nil }

func encodeDecision(j *decisionJSON) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(j); err != nil {
		panic(err) // strings and numbers
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

func (d *Decision) wire() *decisionJSON {
	j := &decisionJSON{
		Seq: d.Seq, At: d.At.UTC().Format(time.RFC3339), By: d.By, Kind: d.Kind, Field: d.Field, Before: d.Before, After: d.After,
		Why: d.Why, Item: d.Item, Undoes: d.Undoes, Prev: d.Prev, Hash: d.Hash,
	}
	for _, t := range d.About {
		x := targetJSON{Kind: t.Kind, ID: t.ID, Name: t.Name}
		for _, a := range t.Evidence {
			y := anchorJSON{Report: a.Report, Span: [2]int{a.Span.Start, a.Span.End}, Text: a.Text, By: [3]string{a.By.Annotator, a.By.Version, a.By.Rule}}
			if a.Trigger != (Span{}) {
				y.Trigger = &[2]int{a.Trigger.Start, a.Trigger.End}
			}
			x.Evidence = append(x.Evidence, y)
		}
		j.About = append(j.About, x)
	}
	return j
}

// UnmarshalJSON reads what MarshalJSON or Canonical gave. Members that it does
// not know are an error: their meaning is part of what was decided.
func (d *Decision) UnmarshalJSON(b []byte) error {
	var j decisionJSON
	e := json.NewDecoder(bytes.NewReader(b))
	e.DisallowUnknownFields()
	if err := e.Decode(&j); err != nil {
		return fmt.Errorf("%w: %w", ErrDecision, err)
	}
	at, err := time.Parse(time.RFC3339, j.At)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDecision, err)
	}
	*d = Decision{
		Seq: j.Seq, At: at.UTC(), By: j.By, Kind: j.Kind, Field: j.Field, Before: j.Before, After: j.After,
		Why: j.Why, Item: j.Item, Undoes: j.Undoes, Prev: j.Prev, Hash: j.Hash,
	}
	for _, t := range j.About {
		x := Target{Kind: t.Kind, ID: t.ID, Name: t.Name}
		for _, a := range t.Evidence {
			y := Anchor{Evidence: Evidence{Report: a.Report, Span: Span{a.Span[0], a.Span[1]}, By: By{a.By[0], a.By[1], a.By[2]}}, Text: a.Text}
			if a.Trigger != nil {
				y.Trigger = Span{a.Trigger[0], a.Trigger[1]}
			}
			x.Evidence = append(x.Evidence, y)
		}
		d.About = append(d.About, x)
	}
	return nil
}

// Sum is the hash that d has to have.
func (d *Decision) Sum() string {
	h := sha256.Sum256(d.Canonical())
	return hex.EncodeToString(h[:])
}

// ErrLog: the log of decisions is not as it was written.
var ErrLog = errors.New("the log of decisions was changed")

// CheckChain returns an error that wraps ErrLog for the first decision that does
// not follow from the one before it, or whose content is not what its hash was
// taken of. The list begins with the first decision.
func CheckChain(list []Decision) error {
	prev := ""
	for i := range list {
		if err := CheckNext(int64(i+1), prev, &list[i]); err != nil {
			return err
		}
		prev = list[i].Hash
	}
	return nil
}

// CheckNext is CheckChain for one decision that has to be number n behind one
// with the hash prev.
func CheckNext(n int64, prev string, d *Decision) error {
	switch {
	case d.Seq != n:
		return fmt.Errorf("%w: decision %d stands in the place of decision %d; one was removed, moved or put in", ErrLog, d.Seq, n)
	case d.Prev != prev:
		return fmt.Errorf("%w: decision %d does not follow the one before it; one of the two was changed", ErrLog, d.Seq)
	case d.Hash != d.Sum():
		return fmt.Errorf("%w: decision %d was changed after it was made", ErrLog, d.Seq)
	}
	return nil
}

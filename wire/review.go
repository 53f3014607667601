package wire

// ReviewItem is a question that waits for a person: what the machine was close
// to saying otherwise, or what a reader reported.
type ReviewItem struct {
	ID       string         `json:"id"`       // w and 16 hexadecimal digits
	Kind     string         `json:"kind"`     // same-event, one-or-two, same-person, speaker, date, reported
	Question string         `json:"question"` // the kind in words
	Path     string         `json:"path"`     // its page
	Why      []string       `json:"why"`      // why it waits
	Sides    []ReviewSide   `json:"sides"`    // the one or two things that it is about
	Fields   []ReviewRow    `json:"fields"`   // of the sides, those that differ first
	Field    *string        `json:"field"`    // what a correction changes; null: nothing
	Value    *string        `json:"value"`    // what the record has there
	Choices  []ReviewChoice `json:"choices"`  // what reports offer instead
	Actions  []ReviewAction `json:"actions"`  // what may be answered
	Reports  int            `json:"reports"`  // that it rests on
	Evidence int            `json:"evidence"` // sentences
	Holder   *string        `json:"holder"`   // who else has it open
	Until    *string        `json:"until"`    // how long
	Back     *int64         `json:"back"`     // the decision whose sentences changed; null: it was not decided before
	Differ   []Decision     `json:"differ"`   // answers of several people that differ
}

// ReviewSide is one of the things that an item is about.
type ReviewSide struct {
	Kind     string    `json:"kind"`
	ID       string    `json:"id"`
	Title    string    `json:"title"`
	Path     *string   `json:"path"`
	Evidence []Passage `json:"evidence"`
}

// ReviewRow is one field of the sides.
type ReviewRow struct {
	Name    string    `json:"name"`
	Values  []*string `json:"values"` // one a side; null: not told
	Differs bool      `json:"differs"`
}

// ReviewChoice is a value that may be put in the place of another.
type ReviewChoice struct {
	Value string `json:"value"`
	Words string `json:"words"`
}

// ReviewAction is an answer that an item takes.
type ReviewAction struct {
	Do    string `json:"do"`
	Words string `json:"words"`
	Does  string `json:"does"`
}

// Decision is what a person decided about the record; the log of them only
// grows.
type Decision struct {
	Seq         int64            `json:"seq"` // from 1, without gaps
	At          string           `json:"at"`
	By          string           `json:"by"`
	Kind        string           `json:"kind"` // same, different, correct, withdraw, confirm, note, undo
	Words       string           `json:"words"`
	About       []DecisionTarget `json:"about"`
	Field       *string          `json:"field"`
	Before      *string          `json:"before"`
	After       *string          `json:"after"`
	Why         *string          `json:"why"`
	Item        *string          `json:"item"`         // of the review queue that it answers
	Undoes      *int64           `json:"undoes"`       // number of another
	UndoneBy    *int64           `json:"undone_by"`    // number of the one that took it back
	OverruledBy *int64           `json:"overruled_by"` // number of a later one that decided otherwise in all its places
	Changed     bool             `json:"changed"`      // its sentences no longer bear what it is about: it is back to review
	Reasons     []string         `json:"reasons"`      // why it does not hold, or not in all its places
	Prev        string           `json:"prev"`         // hash of the decision before
	Hash        string           `json:"hash"`         // SHA-256
}

// DecisionTarget is a thing that a decision is about.
type DecisionTarget struct {
	Kind     string           `json:"kind"`
	ID       *string          `json:"id"` // as it was then; null: a part of what was split
	Name     *string          `json:"name"`
	Now      *string          `json:"now"` // id of what it is now; null: the record has nothing there
	Evidence []DecisionAnchor `json:"evidence"`
}

// DecisionAnchor is a place by which a thing is found again.
type DecisionAnchor struct {
	Report    string `json:"report"`
	ByteStart int    `json:"byte_start"`
	ByteEnd   int    `json:"byte_end"`
	Text      string `json:"text"`
}

// Answer is what is sent to decide. Do is an action of the item (accept, reject,
// split, edit, withdraw, note), or of a thing (merge, split, edit, withdraw,
// note).
type Answer struct {
	Do    string        `json:"do"`
	Field string        `json:"field,omitempty"` // of edit, about a thing
	Value string        `json:"value,omitempty"` // of edit: a day, an id, a name; "" not known
	With  []string      `json:"with,omitempty"`  // of merge, about a thing: ids
	Parts []AnswerPlace `json:"parts,omitempty"` // of split: the sentences that go to the second
	Why   string        `json:"why,omitempty"`
}

// AnswerPlace is a place in a report.
type AnswerPlace struct {
	Report    string `json:"report"`
	ByteStart int    `json:"byte_start"`
	ByteEnd   int    `json:"byte_end"`
}

// Undo is what is sent to take a decision back.
type Undo struct {
	Why string `json:"why,omitempty"`
}

// Decided is the answer to a decision: it is noted, and the job takes it into
// the record.
type Decided struct {
	Decision Decision `json:"decision"`
	Job      *string  `json:"job"` // null: nothing that is drawn changes
}

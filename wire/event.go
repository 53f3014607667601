package wire

// Actor is somebody in a role in an event.
type Actor struct {
	Ref
	Role string `json:"role"` // agent, patient, recipient, participant, mediator, host, …
}

// EventItem is an event as a line of the timeline.
type EventItem struct {
	ID           string      `json:"id"`
	Path         string      `json:"path"`              // its page
	Title        string      `json:"title"`             // assembled by template
	Type         string      `json:"type"`              // PLOVER or its extension
	Mode         *string     `json:"mode"`              // phone, visit, talks, …
	Status       string      `json:"status"`            // occurred, planned, reported, denied or hypothetical
	Date         *Date       `json:"date"`              // when it happened; null when not told
	Place        *Ref        `json:"place"`             // where
	Participants []Actor     `json:"participants"`      // who took part
	Counts       Counts      `json:"counts"`            // what it rests on
	Disputed     []string    `json:"disputed"`          // attributes on which claims cannot all be true
	Evidence     []Passage   `json:"evidence"`          // the first place of each report that tells of it
	Decided      []DecidedBy `json:"decided,omitempty"` // what people decided about it and the record heeds; missing where nobody did
}

// ClaimItem is one report's value for one attribute of an event.
type ClaimItem struct {
	ID        string      `json:"id"`
	Attribute string      `json:"attribute"` // duration, date, place, …
	Text      string      `json:"text"`      // the report's words for the value
	Value     *ClaimValue `json:"value"`     // normalised
	Hedge     *string     `json:"hedge"`     // over, about, …
	Holder    *Ref        `json:"holder"`    // who says so; null for the report's own voice
	Chain     []Relay     `json:"chain"`
	Evidence  Passage     `json:"evidence"`
	Decided   []DecidedBy `json:"decided,omitempty"` // what people decided about it and the record heeds; missing where nobody did
}

// DisagreementItem is one attribute on which reports tell of an event.
type DisagreementItem struct {
	Event     Ref         `json:"event"`
	Attribute string      `json:"attribute"`
	Verdict   string      `json:"verdict"` // agree, compatible, conflict or single
	Why       string      `json:"why"`     // in words, assembled from the values
	Claims    []ClaimItem `json:"claims"`
}

// ThreadItem is a line of events of the same parties on the same matter.
type ThreadItem struct {
	ID      string  `json:"id"`
	Path    string  `json:"path"`
	Title   string  `json:"title"`
	Parties []Ref   `json:"parties"`
	Events  int     `json:"events"` // how many
	First   *string `json:"first"`  // day of its first dated event
	Last    *string `json:"last"`
	Counts  Counts  `json:"counts"`
}

// ThreadPage is a thread with its events.
type ThreadPage struct {
	Thread ThreadItem  `json:"thread"`
	Events []EventItem `json:"events"` // by date
}

// EventPage is all that the record has on one event.
type EventPage struct {
	Event      EventItem          `json:"event"`
	Facts      []Fact             `json:"facts"`      // what reports agree on
	WhoSays    WhoSays            `json:"who_says"`   // who says what, question by question
	Claims     []DisagreementItem `json:"claims"`     // every claim, by attribute, conflicts first
	Quotations []Quotation        `json:"quotations"` // said at it or of it by its parties
	Positions  []PositionItem     `json:"positions"`  // taken at it
	Answers    []ResponseItem     `json:"answers"`    // to it: confirmed, denied, none
	Links      []LinkItem         `json:"links"`      // events it stands beside
	Threads    []Ref              `json:"threads"`
	History    History            `json:"history"` // how the record of it came about
	Reports    []ReportItem       `json:"reports"` // that tell of it, copies too
}

// Fact is one thing that the record holds of an event without contradiction,
// or says that it does not.
type Fact struct {
	Name  string     `json:"name"`  // When, Where, Who, …
	Lines []FactLine `json:"lines"` // what is held
	Of    string     `json:"of"`    // how many reports tell it: "7 of 9 reports"
	Ref   string     `json:"ref"`   // opens the sentences, see Opened
	Count int        `json:"count"` // sentences behind ref
	Row   *string    `json:"row"`   // key of the question where it is disputed
	Flag  *string    `json:"flag"`  // disputed
}

// FactLine is one line of a fact.
type FactLine struct {
	Entity *string `json:"entity"` // id
	Name   string  `json:"name"`
	Party  *string `json:"party"` // the side it stands for
	Role   *string `json:"role"`  // office on the day of the event
}

// WhoSays is who says what of an event: a row a question, a column a speaker
// or an outlet.
type WhoSays struct {
	By       string     `json:"by"` // speaker or outlet: what the columns are
	Columns  []Column   `json:"columns"`
	Rows     []Question `json:"rows"`     // worst conflict first, agreed last
	Disputed int        `json:"disputed"` // rows in conflict
	Reports  int        `json:"reports"`  // on the event, copies not counted
	Note     *string    `json:"note"`     // why there is nothing to compare
}

// Column is one who says something of an event, or one outlet.
type Column struct {
	Key    string  `json:"key"` // entity id; "-" for reporters in their own voice; "@" and an id for an outlet; "~" and words for a source that is no entity
	Name   string  `json:"name"`
	Note   *string `json:"note"`   // who speaks for it here, in which office
	Claims int     `json:"claims"` // that it makes, copies not counted
}

// Question is one row of who says what.
type Question struct {
	Key      string  `json:"key"` // attribute: duration, place, number-killed, …
	Ref      string  `json:"ref"` // opens all its sentences
	Question string  `json:"question"`
	Verdict  *string `json:"verdict"` // agree, compatible, conflict or single
	Why      *string `json:"why"`     // in words
	Note     *string `json:"note"`    // how the answers relate, in words
	Disputed bool    `json:"disputed"`
	Cells    []Cell  `json:"cells"` // as the columns
}

// Cell is what one column says on a question.
type Cell struct {
	Column string      `json:"column"` // its key
	Ref    string      `json:"ref"`    // opens its sentences
	Values []CellValue `json:"values"` // most borne out first; empty: nothing was found
	More   int         `json:"more"`   // values beyond those
	First  *string     `json:"first"`  // what the same speaker said before
}

// CellValue is one value that a column gives.
type CellValue struct {
	Words       string   `json:"words"`   // "About 2 hours"
	Quote       *string  `json:"quote"`   // a report's words
	Mark        *string  `json:"mark"`    // yes, no, partly or silent (asked, gave no answer)
	Differs     bool     `json:"differs"` // excluded by what every other column says
	Who         *string  `json:"who"`     // who says so, where a column holds several
	Outlets     []string `json:"outlets"` // that carry it, where values of the column exclude each other
	Ref         string   `json:"ref"`
	Sentences   int      `json:"sentences"`   // in reports that are no copies of one counted
	Independent int      `json:"independent"` // independent origins
	Facts       []string `json:"facts"`       // ids of the claims and answers behind it
}

// Quotation is one thing said at an event or of it, once, however many reports
// carry it.
type Quotation struct {
	Quote     StatementItem `json:"quote"`   // the fullest rendering
	Role      *string       `json:"role"`    // of the speaker on that day
	Through   []string      `json:"through"` // how the words came to us: the chain, then who else has them
	Ref       string        `json:"ref"`     // opens all renderings
	Sentences int           `json:"sentences"`
	Origins   int           `json:"origins"`  // independent
	Changed   bool          `json:"changed"`  // a rendering has other words inside quotation marks
	AtEvent   bool          `json:"at_event"` // said at it; else in a sentence that tells of it
}

// LinkItem is an event that another stands beside.
type LinkItem struct {
	Lead  string  `json:"lead"` // "Before it", "Answered by"
	Event Ref     `json:"event"`
	Note  string  `json:"note"` // date and how sure it is
	Ref   *string `json:"ref"`  // opens the sentence that links them; null: only the dates do
	Text  *string `json:"text"` // the words of that sentence
}

// History is how the record of an event came about, report by report in the
// order of publication.
type History struct {
	Changes []ChangeItem `json:"changes"` // earliest first
	Undated []ChangeItem `json:"undated"` // of reports whose publication is unknown
}

// EventChanges are what reports published after one moment and up to another
// added to the record of an event.
type EventChanges struct {
	Event   Ref          `json:"event"`
	After   *string      `json:"after"`   // ISO 8601; null: from the beginning
	Until   *string      `json:"until"`   // ISO 8601; null: up to now
	Changes []ChangeItem `json:"changes"` // earliest first
	Undated []ChangeItem `json:"undated"` // of reports whose publication is unknown
}

// ChangeItem is one thing that a report added to the record of an event.
type ChangeItem struct {
	At     *string `json:"at"` // publication of the report, ISO 8601
	Event  Ref     `json:"event"`
	Kind   string  `json:"kind"`  // first, claimed, refined, disputed, borne, denied, confirmed, answered, position, quoted or status
	Label  string  `json:"label"` // what it is about: "Duration"
	Who    *string `json:"who"`   // who says so; null for the outlet's own voice
	Old    *string `json:"old"`   // what stood before; null: nothing
	New    *string `json:"new"`   // what stands since
	Report Ref     `json:"report"`
	Outlet string  `json:"outlet"`
	Ref    string  `json:"ref"` // opens the sentences
}

// Opened is what a reference names: the sentences it rests on, report by
// report. References stand beside every number (ref) and are ids of things,
// too.
type Opened struct {
	Ref         string         `json:"ref"`
	Title       string         `json:"title"` // what the sentences bear out
	Note        *string        `json:"note"`
	Event       *Ref           `json:"event"`       // that it is about
	Sentences   int            `json:"sentences"`   // passages in independent reports
	Copied      int            `json:"copied"`      // passages in reports that copy one of them
	Independent int            `json:"independent"` // independent origins
	Reports     []OpenedReport `json:"reports"`     // independent ones first, copies after
}

// OpenedReport is one report with the passages that a reference rests on.
type OpenedReport struct {
	Report    ReportItem       `json:"report"`
	Copy      bool             `json:"copy"`  // of another report listed here: no second witness
	Text      string           `json:"text"`  // where its text comes from, in words
	Total     int              `json:"total"` // sentences of the report
	Known     bool             `json:"known"` // sentences are known; else paragraphs are counted
	Sentences []OpenedSentence `json:"sentences"`
}

// OpenedSentence is a passage: the sentences that hold evidence, with their
// neighbours.
type OpenedSentence struct {
	N         int      `json:"n"`      // its first sentence, from 1
	Last      int      `json:"last"`   // its last sentence
	Where     string   `json:"where"`  // "sentence 14 of 31"
	Path      string   `json:"path"`   // of the reader, at the sentence
	Before    *string  `json:"before"` // the sentence before it
	Pieces    []Piece  `json:"pieces"` // the passage, cut where the evidence begins and ends
	After     *string  `json:"after"`
	Start     int      `json:"start"`      // code points, 0-based
	End       int      `json:"end"`        // code points, exclusive
	ByteStart int      `json:"byte_start"` // bytes
	ByteEnd   int      `json:"byte_end"`   // bytes, exclusive
	Chain     []string `json:"chain"`      // who tells it, the outlet last
	Facts     []string `json:"facts"`      // ids of what rests on it
	By        []By     `json:"by"`
}

// Piece is a stretch of a passage.
type Piece struct {
	Text string `json:"text"`
	Hit  bool   `json:"hit"` // the very words of the evidence
}

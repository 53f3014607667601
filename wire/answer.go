package wire

// Head opens every answer: what it is and of which state of the record.
type Head struct {
	Schema   string  `json:"schema"`   // what the answer is: readout/timeline/1
	Revision int     `json:"revision"` // of the store; equal revisions give equal answers
	AsOf     *string `json:"as_of"`    // the moment asked for, a day or RFC 3339 time; null: all that is stored
	Later    int     `json:"later"`    // reports that came out after as_of and are not in the answer
}

// List is one page of a list.
type List[T any] struct {
	Head
	Query Query   `json:"query"` // the parameters that were used
	Count int     `json:"count"` // items of the whole list, not of this page
	Next  *string `json:"next"`  // cursor of the page that follows; null on the last
	Items []T     `json:"items"`
}

// Thing is the answer on one thing.
type Thing[T any] struct {
	Head
	Item T `json:"item"`
}

// Query are the parameters of lists and pages, under the names they have in
// URLs. What is not set is left out.
type Query struct {
	AsOf     string   `json:"as_of,omitempty"`    // only what was reported by then: a day or RFC 3339 time
	From     string   `json:"from,omitempty"`     // only what happened or was said on or after this day, month or year
	To       string   `json:"to,omitempty"`       // only what happened or was said on or before it
	Since    string   `json:"since,omitempty"`    // only what changed after this day or time
	By       string   `json:"by,omitempty"`       // who speaks, acts, holds, promises or answers: name or id
	Party    []string `json:"party,omitempty"`    // others who take part or are spoken to: names or ids
	On       string   `json:"on,omitempty"`       // words of the issue, the terms or the text
	At       string   `json:"at,omitempty"`       // where or on what occasion it was said
	Words    string   `json:"words,omitempty"`    // words of an event's title, people, place, day or status
	Kind     string   `json:"kind,omitempty"`     // kind or mode of event
	Type     string   `json:"type,omitempty"`     // type of statement or of response
	Source   string   `json:"source,omitempty"`   // to whom a statement is attributed: named, official, unnamed
	Stance   string   `json:"stance,omitempty"`   // stance of a position
	Outlet   string   `json:"outlet,omitempty"`   // outlet whose reports tell it: name or id
	Thread   string   `json:"thread,omitempty"`   // thread id
	Issue    string   `json:"issue,omitempty"`    // issue id, or words of its name
	Day      string   `json:"day,omitempty"`      // the day on which promises are counted
	Status   string   `json:"status,omitempty"`   // status of an event or of a commitment
	Verdict  string   `json:"verdict,omitempty"`  // how claims relate
	Disputed bool     `json:"disputed,omitempty"` // only what reports or parties dispute
	View     string   `json:"view,omitempty"`     // form of the page
	Order    string   `json:"order,omitempty"`    // order of the list
	Q        string   `json:"q,omitempty"`        // words to search
	In       string   `json:"in,omitempty"`       // what to search
	Limit    int      `json:"limit,omitempty"`    // most items of a page, 1 to 1000
	Cursor   string   `json:"cursor,omitempty"`   // where the list goes on
	Sel      string   `json:"sel,omitempty"`      // the reference whose sentences are opened beside the page
	A        string   `json:"a,omitempty"`        // first of two things to compare
	B        string   `json:"b,omitempty"`        // second of two things to compare
}

// Ref names a thing of the record.
type Ref struct {
	ID   string  `json:"id"`
	Name string  `json:"name"` // preferred name, title or words
	Path *string `json:"path"` // its page on this server; null when it has none
}

// Passage is a place in a report with its words: what a fact rests on.
type Passage struct {
	Report    string  `json:"report"`     // id of the report
	SHA256    string  `json:"sha256"`     // of the captured bytes, lower-case hexadecimal
	Outlet    string  `json:"outlet"`     // name of its outlet
	Published *string `json:"published"`  // when the report came out, ISO 8601; null when unknown
	Start     int     `json:"start"`      // code points from the start of the report's text, 0-based
	End       int     `json:"end"`        // code points, exclusive
	ByteStart int     `json:"byte_start"` // the same place in bytes of the text's UTF-8
	ByteEnd   int     `json:"byte_end"`   // bytes, exclusive
	Sentence  *int    `json:"sentence"`   // number of the sentence where it begins, from 1; null when sentences are unknown
	Text      string  `json:"text"`       // the words, byte for byte
	Path      string  `json:"path"`       // of the reader, at the sentence
	By        By      `json:"by"`         // what decided that this place says it
}

// Relay is one link of a chain: through whom a thing is known.
type Relay struct {
	Entity     *string `json:"entity"`     // id; null when nobody could be named
	Name       string  `json:"name"`       // the entity's name, else the words of the report
	Factuality *string `json:"factuality"` // FactBank's value: CT+, CT-, PR+, PR-, PS+, PS-, Uu
	Outlet     bool    `json:"outlet"`     // true for the last link, the report's own outlet
}

// Actor is somebody in a role in an event.
type Actor struct {
	Ref
	Role string `json:"role"` // agent, patient, recipient, participant, mediator, host, …
}

// EventItem is an event as a line of the timeline.
type EventItem struct {
	ID           string    `json:"id"`
	Path         string    `json:"path"`         // its page
	Title        string    `json:"title"`        // assembled by template
	Type         string    `json:"type"`         // PLOVER or its extension
	Mode         *string   `json:"mode"`         // phone, visit, talks, …
	Status       string    `json:"status"`       // occurred, planned, reported, denied or hypothetical
	Date         *Date     `json:"date"`         // when it happened; null when not told
	Place        *Ref      `json:"place"`        // where
	Participants []Actor   `json:"participants"` // who took part
	Counts       Counts    `json:"counts"`       // what it rests on
	Disputed     []string  `json:"disputed"`     // attributes on which claims cannot all be true
	Evidence     []Passage `json:"evidence"`     // the first place of each report that tells of it
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
}

// DisagreementItem is one attribute on which reports tell of an event.
type DisagreementItem struct {
	Event     Ref         `json:"event"`
	Attribute string      `json:"attribute"`
	Verdict   string      `json:"verdict"` // agree, compatible, conflict or single
	Why       string      `json:"why"`     // in words, assembled from the values
	Claims    []ClaimItem `json:"claims"`
}

// QuoteItem is a statement: who said what, and through whom it is known.
type QuoteItem struct {
	ID        string    `json:"id"`
	Path      string    `json:"path"`
	Kind      string    `json:"kind"`      // direct, mixed or indirect
	Text      string    `json:"text"`      // its pieces joined by " … ", byte for byte from the report
	Speaker   *Ref      `json:"speaker"`   // null when nobody could be named
	Addressee *Ref      `json:"addressee"` // to whom
	Medium    *string   `json:"medium"`    // in what: a programme, an interview
	Date      *Date     `json:"date"`      // when it was said; null when not told
	Event     *Ref      `json:"event"`     // at what
	NestedIn  *string   `json:"nested_in"` // id of the statement that holds it
	Uttered   bool      `json:"uttered"`   // false for imagined or expected speech
	Utterance *string   `json:"utterance"` // id of the utterance that it renders
	Chain     []Relay   `json:"chain"`
	Evidence  []Passage `json:"evidence"` // its pieces
}

// UtteranceItem is one thing once said, in all its renderings.
type UtteranceItem struct {
	ID       string        `json:"id"`
	Path     string        `json:"path"`
	Speaker  *Ref          `json:"speaker"`
	Changed  bool          `json:"changed"` // a rendering has other words inside quotation marks
	Origins  int           `json:"origins"` // independent origins among its reports
	Variants []VariantItem `json:"variants"`
}

// VariantItem is one rendering of an utterance, compared with the fullest.
type VariantItem struct {
	Kind    string       `json:"kind"` // fullest, same, trimmed, reworded or changed
	Quote   QuoteItem    `json:"quote"`
	Changes []ChangeText `json:"changes"`
}

// ChangeText is one place where a rendering has other words; one side is
// empty where words were left out or put in.
type ChangeText struct {
	Fullest string `json:"fullest"`
	Variant string `json:"variant"`
}

// PositionItem is what a party wants, offers, refuses, promises or alleges.
type PositionItem struct {
	ID        string  `json:"id"`
	Path      string  `json:"path"`
	Party     *Ref    `json:"party"`
	Addressee *Ref    `json:"addressee"`
	Issue     *Ref    `json:"issue"`
	Stance    string  `json:"stance"` // demand, condition, request, offer, proposal, refusal, acceptance, goal, warning, accusation or commitment
	Text      string  `json:"text"`   // the report's words
	Terms     *string `json:"terms"`  // the words that say what is demanded, offered or alleged
	If        *string `json:"if"`     // the words of the condition
	Date      *Date   `json:"date"`
	Until     *Date   `json:"until"`
	Speaker   *Ref    `json:"speaker"` // who voiced it; null for the outlet's own voice
	Statement *string `json:"statement"`
	Event     *Ref    `json:"event"`
	Change    *string `json:"change"`   // against previous: new, repeated, hardened, softened, condition-added, dropped or reversed
	Previous  *string `json:"previous"` // id
	Uttered   bool    `json:"uttered"`
	Chain     []Relay `json:"chain"`
	Evidence  Passage `json:"evidence"`
}

// IssueItem is what positions are about.
type IssueItem struct {
	ID        string   `json:"id"`
	Path      string   `json:"path"`
	Name      string   `json:"name"`
	Names     []string `json:"names"`     // all phrases under which reports have it
	Parties   []Ref    `json:"parties"`   // who holds positions on it
	Positions int      `json:"positions"` // how many
	First     *string  `json:"first"`     // earliest day of a position, ISO 8601
	Last      *string  `json:"last"`      // latest day of a position
}

// IssuePage is an issue with its positions.
type IssuePage struct {
	Issue     IssueItem      `json:"issue"`
	Positions []PositionItem `json:"positions"` // by party, then by date
}

// CommitmentItem is a promise with who says that it was broken.
type CommitmentItem struct {
	ID         string          `json:"id"`
	Path       string          `json:"path"`
	Party      *Ref            `json:"party"` // who promised
	To         *Ref            `json:"to"`
	Terms      string          `json:"terms"` // words of a report
	If         *string         `json:"if"`
	Made       *Date           `json:"made"`
	Until      *Date           `json:"until"`
	Position   *string         `json:"position"` // id; null when only alleged breaches tell of it
	Evidence   Passage         `json:"evidence"`
	Violations []ViolationItem `json:"violations"`
}

// ViolationItem is one party's word that another broke a promise, with the
// answers to it.
type ViolationItem struct {
	Accuser  *Ref           `json:"accuser"`
	Accused  *Ref           `json:"accused"`
	Date     *string        `json:"date"` // when the accusation was made
	Evidence Passage        `json:"evidence"`
	Denials  []ResponseItem `json:"denials"`
}

// ResponseItem is a party's answer to what is asked, told or alleged. It says
// what the party does, never that the thing is true.
type ResponseItem struct {
	ID        string  `json:"id"`
	Path      string  `json:"path"`
	Party     *Ref    `json:"party"`
	Kind      string  `json:"kind"`      // confirm, deny, neither, decline, no-answer, unavailable or acknowledge
	About     *string `json:"about"`     // the event's title, the statement's words or the report's words
	Event     *string `json:"event"`     // id of the event it is about
	Statement *string `json:"statement"` // id of the statement it is about
	To        *Ref    `json:"to"`        // who asked
	Date      *Date   `json:"date"`
	Chain     []Relay `json:"chain"`
	Evidence  Passage `json:"evidence"`
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
	Agreed     []DisagreementItem `json:"agreed"`   // attributes on which claims agree or only one report tells
	Disputed   []DisagreementItem `json:"disputed"` // attributes with several values, conflicts first
	Quotations []QuoteItem        `json:"quotations"`
	Positions  []PositionItem     `json:"positions"`
	Answers    []ResponseItem     `json:"answers"`
	Links      []LinkItem         `json:"links"`
	Threads    []Ref              `json:"threads"`
	Reports    []ReportItem       `json:"reports"` // that tell of it, copies too
}

// LinkItem is an event that another is linked with.
type LinkItem struct {
	Relation string  `json:"relation"` // as seen from the page's event: before, after, told by, announces, …
	Event    Ref     `json:"event"`
	Evidence Passage `json:"evidence"`
}

// ReportItem is a report as a line of a list.
type ReportItem struct {
	ID        string    `json:"id"`
	Path      string    `json:"path"` // of the reader
	Title     *string   `json:"title"`
	Outlet    string    `json:"outlet"`    // name, else its site, else the name of its file
	OutletID  *string   `json:"outlet_id"` // id of the outlet as an entity
	URL       *string   `json:"url"`       // where it was published
	SHA256    string    `json:"sha256"`
	Language  *string   `json:"language"`
	Published Published `json:"published"`
	ReadIn    *string   `json:"read_in"`   // when its bytes first came into the store, RFC 3339
	Origin    Origin    `json:"origin"`    // own, copy or wire
	OriginOf  *string   `json:"origin_of"` // name of the outlet copied or agency credited
	Defects   []string  `json:"defects"`   // of the report, in words
	Skipped   *string   `json:"skipped"`   // why it was not read further
}

// ReportPage is a report with its sentences and what was read from them.
type ReportPage struct {
	Report    ReportItem     `json:"report"`
	Sentences []Sentence     `json:"sentences"` // empty when sentences are unknown
	Events    []Ref          `json:"events"`    // it tells of
	Quotes    []QuoteItem    `json:"quotes"`
	Positions []PositionItem `json:"positions"`
	Answers   []ResponseItem `json:"answers"`
}

// Sentence is a numbered sentence of a report.
type Sentence struct {
	N         int    `json:"n"`          // from 1
	Start     int    `json:"start"`      // code points
	End       int    `json:"end"`        // code points, exclusive
	ByteStart int    `json:"byte_start"` // bytes
	ByteEnd   int    `json:"byte_end"`   // bytes, exclusive
	Text      string `json:"text"`
}

// EntityItem is a person, body, place, outlet, group or work as a line of a
// list.
type EntityItem struct {
	ID       string   `json:"id"`
	Path     *string  `json:"path"`
	Type     string   `json:"type"` // person, organization, place, outlet, group or work
	Name     string   `json:"name"`
	Names    []string `json:"names"` // every spelling seen
	Wikidata *string  `json:"wikidata"`
	Country  *string  `json:"country"`
	Roles    []string `json:"roles"` // titles that reports give
	Counts   Counts   `json:"counts"`
}

// EntityPage is an entity with what it did and said.
type EntityPage struct {
	Entity      EntityItem       `json:"entity"`
	Roles       []RoleItem       `json:"roles"`
	Quotes      []QuoteItem      `json:"quotes"`
	Events      []EventItem      `json:"events"`
	Positions   []PositionItem   `json:"positions"`
	Commitments []CommitmentItem `json:"commitments"`
}

// RoleItem is an office that reports give somebody.
type RoleItem struct {
	Title    string    `json:"title"`
	From     *string   `json:"from"`
	To       *string   `json:"to"`
	Evidence []Passage `json:"evidence"`
}

// Status is the state of the store behind the answers.
type Status struct {
	Version     string    `json:"version"`      // of the program
	Revision    int       `json:"revision"`     // of the store
	ChangedAt   *string   `json:"changed_at"`   // when the revision came about, RFC 3339
	LastReadIn  *string   `json:"last_read_in"` // when the newest report came in
	Reports     int       `json:"reports"`
	Copies      int       `json:"copies"` // reports of others' text among them
	Events      int       `json:"events"`
	Statements  int       `json:"statements"`
	Positions   int       `json:"positions"`
	Commitments int       `json:"commitments"`
	Responses   int       `json:"responses"`
	Conflicts   int       `json:"conflicts"` // attributes of events on which claims cannot all be true
	Undated     int       `json:"undated"`   // reports whose day is open
	Refused     []Refusal `json:"refused"`
}

// Problem is an error as RFC 9457 has it: what happened and what to do.
type Problem struct {
	Title  string  `json:"title"`            // the name of the status
	Status int     `json:"status"`           // HTTP status code
	Detail string  `json:"detail"`           // what happened
	Advice string  `json:"advice"`           // what to do
	Errors []Fault `json:"errors,omitempty"` // what was wrong, part by part
}

// Fault is one thing that was wrong in a request.
type Fault struct {
	Location string `json:"location"` // query.limit, body.text
	Message  string `json:"message"`
}

// Intake are reports to be read.
type Intake struct {
	Reports []IntakeReport `json:"reports"`
}

// IntakeReport is one report to be read: its text, and what is known of it.
type IntakeReport struct {
	Text      string `json:"text"`                // plain text, Markdown or a page's HTML
	Name      string `json:"name,omitempty"`      // file name; its ending says the form (.txt, .md, .html); without: plain text, or HTML where it begins with a tag
	Outlet    string `json:"outlet,omitempty"`    // who published it
	Published string `json:"published,omitempty"` // when: RFC 3339 or a beginning of it, 2031-03-14
	URL       string `json:"url,omitempty"`       // where: http or https
	Title     string `json:"title,omitempty"`
}

// Job is a reading that somebody started.
type Job struct {
	ID       string    `json:"id"`
	Path     string    `json:"path"`     // where it is watched
	State    string    `json:"state"`    // waiting, reading, linking, done or failed
	Started  *string   `json:"started"`  // RFC 3339
	Ended    *string   `json:"ended"`    // null while it goes on
	Total    int       `json:"total"`    // reports sent
	Read     int       `json:"read"`     // done so far, refused ones too
	Outcomes []Outcome `json:"outcomes"` // what became of each
	Error    *string   `json:"error"`    // why it failed
	Revision *int      `json:"revision"` // of the record when it was done
}

// Outcome says what became of one report that was sent.
type Outcome struct {
	Name   string  `json:"name"`   // as it was sent
	Report *Ref    `json:"report"` // what it became; null when refused
	New    bool    `json:"new"`    // the store did not hold it before
	Reason *string `json:"reason"` // why it was refused
}

package readout

import (
	"crypto/sha256"
	"encoding/hex"
)

// Record is everything read from a set of reports. Slices are sorted (reports
// and facts by ID unless said otherwise) so that equal input gives equal bytes.
type Record struct {
	Reports       []*Report
	Origins       []Origin // parallel to Reports
	Entities      []*Entity
	Events        []*Event
	Statements    []*Statement
	Utterances    []*Utterance
	Claims        []*Claim
	Disagreements []*Disagreement
	Issues        []*Issue
	Positions     []*Position
	Commitments   []*Commitment
	Responses     []*Response
	Threads       []*Thread
	Defects       []*Defect // sorted by report, kind, evidence
	Timexes       []*Timex
	Refusals      []Refusal // sorted by Path
}

// Origin says whose report it is and who first wrote its text.
type Origin struct {
	Outlet string    // Entity.ID of the outlet that published the report, "" unknown
	Kind   string    // "own", "copy" (text shared with report Of) or "wire" (credited agency)
	Of     string    // Report.ID for a copy, Entity.ID of the agency for wire, "" for own
	Why    string    // what showed it: "94 % of its 5-word shingles", "credit line"
	At     *Evidence // credit line, nil when none
}

// EntityType is the kind of thing an entity is.
type EntityType string

// The entity types of the record.
const (
	Person       EntityType = "person"
	Organization EntityType = "organization"
	Place        EntityType = "place"
	Outlet       EntityType = "outlet"
	Group        EntityType = "group" // nationality, people, "both countries"
	Work         EntityType = "work"  // book, programme, law
)

// MentionForm tells a name from a description from a pronoun.
type MentionForm string

// The forms of a mention.
const (
	FormName    MentionForm = "name"
	FormNominal MentionForm = "nominal"
	FormPronoun MentionForm = "pronoun"
)

// EntityMention is one place where a report refers to an entity.
type EntityMention struct {
	Evidence
	Form MentionForm
}

// Role is an office or function that reports give an entity.
type Role struct {
	Title    string
	From, To string // ISO 8601 prefix, "" when unknown or open
	Evidence []Evidence
}

// Entity is one person, body, place, outlet, group or work under all its
// spellings.
type Entity struct {
	ID       string
	Type     EntityType
	Name     string   // preferred: the lexicon's, else the fullest spelling seen
	Names    []string // all spellings seen as names, sorted
	Wikidata string   // "Q…" or ""
	Country  string   // ISO 3166-1 alpha-2 of a state or what belongs to one, "" unknown
	Members  []string // Entity.IDs of a group that was spelled out ("both countries")
	Roles    []Role
	Mentions []EntityMention // sorted by report, span
}

// EventStatus is how sure the record is that an event took place.
type EventStatus string

// The statuses of an event.
const (
	Occurred     EventStatus = "occurred"
	Planned      EventStatus = "planned"
	Reported     EventStatus = "reported" // told, but not confirmed ("reportedly", one anonymous source)
	Denied       EventStatus = "denied"
	Hypothetical EventStatus = "hypothetical"
)

// Date is a resolved time: a day or a range of days, at some precision.
type Date struct {
	Value      string // ISO 8601: "2025", "2025-03", "2025-03-18", "2025-03-18T10:00"
	End        string // last day of a range, "" for a single date
	Precision  string // year, month, day, hour, minute; Latest
	Basis      string // explicit, relative, inferred
	Expression *Evidence
}

// Latest is the precision of a day that only bounds the time: Value is the last
// day on which it can have been, and nothing tells which.
const Latest = "latest"

// Bound reports whether d says no more than the last day it can have been.
func (d *Date) Bound() bool { return d != nil && d.Precision == Latest }

// Participant is an entity in its role in an event.
type Participant struct {
	Entity string // Entity.ID
	Role   string // "agent", "patient", "recipient", "participant", "mediator", "host", "place", …
}

// EventMention is one place where a report tells of an event.
type EventMention struct {
	Evidence      // Span is the sentence or clause
	Trigger  Span // the word that names the event
	Status   EventStatus
}

// EventLink relates an event to another.
type EventLink struct {
	Relation string // before, after, reports_on, announces, responds_to, part_of
	Event    string // Event.ID
	Evidence Evidence
}

// Event is one happening, however many reports tell of it.
type Event struct {
	ID           string
	Type         string // PLOVER or our extension: CONSULT, STATEMENT, …
	Mode         string // "phone", "visit", "talks", …; "" when not told
	Title        string // assembled by template from the other fields
	Participants []Participant
	Date         *Date  // nil when unknown
	Place        string // Entity.ID or ""
	Status       EventStatus
	Attributes   map[string]string
	Mentions     []EventMention // sorted by report, trigger
	Links        []EventLink
}

// ChainLink is one relay between the first speaker and the report's outlet.
type ChainLink struct {
	Entity         string // Entity.ID or ""
	Text           string // as the report names it
	Cue            *Evidence
	Factuality     Factuality // how sure this link makes what it passes on
	OutletOfReport bool
}

// Factuality is how sure a source presents what it tells, after FactBank
// (Saurí and Pustejovsky 2009): certain, probable or possible, yes or no.
type Factuality string

// The values of FactBank; "" is not read.
const (
	CertainYes  Factuality = "CT+"
	CertainNo   Factuality = "CT-"
	ProbableYes Factuality = "PR+"
	ProbableNo  Factuality = "PR-"
	PossibleYes Factuality = "PS+"
	PossibleNo  Factuality = "PS-"
	Uncommitted Factuality = "Uu" // passed on without a stand: "asked whether"
)

// StatementKind tells how much of a statement is the speaker's own words.
type StatementKind string

// The kinds of a statement.
const (
	Direct   StatementKind = "direct"
	Mixed    StatementKind = "mixed"
	Indirect StatementKind = "indirect"
)

// Statement is an attribution: who said what, and through whom we know it.
type Statement struct {
	ID        string
	Report    string
	Kind      StatementKind
	Content   []Span // pieces, sorted
	Text      string // the pieces joined by " … ", byte for byte from the report
	Cue       *Span
	Source    *Span
	Speaker   string      // Entity.ID or ""
	Chain     []ChainLink // the speaker first, the report's outlet last
	Addressee string
	Medium    string // Entity.ID or text
	Date      *Date
	Event     string
	NestedIn  string // Statement.ID
	Uttered   bool   // false for imagined or anticipated speech
	Utterance string // Utterance.ID when several statements render one, else ""
	By        By
}

// Utterance is one thing once said that several statements render: the same
// words in another report, trimmed, translated anew or changed.
type Utterance struct {
	ID       string
	Speaker  string    // Entity.ID or ""
	Variants []Variant // the fullest first, then by report and place
}

// UtteranceID is the id of the utterance whose fullest rendering is that
// statement.
func UtteranceID(statement string) string {
	h := sha256.Sum256([]byte("utterance\x00" + statement))
	return "u" + hex.EncodeToString(h[:8])
}

// Variant is one rendering of an utterance, compared with the fullest.
type Variant struct {
	Statement string
	Kind      string       // "fullest", "same", "trimmed", "reworded" (indirect or translated anew), "changed" (other words inside quotation marks)
	Changes   []WordChange // where Kind is "changed", in order
}

// WordChange is one place where a variant has other words than the fullest
// statement; one of the spans is empty when words were left out or put in.
type WordChange struct {
	Fullest, Variant Span // each in the text of its own report
}

// Claim is one report's value for one attribute of an event.
type Claim struct {
	ID        string
	Event     string
	Attribute string // duration, date, place, …
	Text      string
	Value     ClaimValue
	Hedge     string // "over", "about", …; "" when none
	Holder    string // Entity.ID of who says so, "" for the outlet's own voice
	Chain     []ChainLink
	Evidence  Evidence
}

// ClaimValue is a normalised value; exactly one of its groups is set.
type ClaimValue struct {
	Unit     string   // "minute" for durations
	Min, Max *float64 // nil: open
	Approx   *float64
	Date     *Date
	Entity   string
	Text     string
}

// Verdict says how the claims on one attribute of one event relate.
type Verdict string

// The verdicts on claims.
const (
	Agree      Verdict = "agree"      // same value
	Compatible Verdict = "compatible" // differ in precision; all can be true
	Conflict   Verdict = "conflict"   // cannot all be true
	Single     Verdict = "single"     // one source only
)

// Disagreement compares the claims on one attribute of one event.
type Disagreement struct {
	Event     string
	Attribute string
	Verdict   Verdict
	Claims    []string // Claim.IDs, sorted
	Why       string   // in words, assembled from the values
}

// Stance is what a party does by taking a position.
type Stance string

// The stances of a party on an issue.
const (
	Demand     Stance = "demand"
	Condition  Stance = "condition" // "only if", "not until": what must hold before the party moves
	Request    Stance = "request"
	Offer      Stance = "offer"
	Proposal   Stance = "proposal"
	Refuse     Stance = "refusal"
	Acceptance Stance = "acceptance"
	Goal       Stance = "goal"
	Warning    Stance = "warning"
	Accusation Stance = "accusation"
	Commit     Stance = "commitment"
)

// Issue is what positions are about: the positions whose heads name the same
// matter. Its words are those of reports; none is invented.
type Issue struct {
	ID        string
	Name      string   // the shortest of the head phrases, as written
	Names     []string // all head phrases, sorted
	Positions []string // Position.IDs, sorted
}

// Position is what a party wants, offers, refuses, promises or alleges.
type Position struct {
	ID        string
	Party     string // Entity.ID
	Addressee string // Entity.ID or ""
	Issue     string // Issue.ID or ""
	Stance    Stance
	Text      string // the words of Evidence
	Terms     string // the words that say what is demanded, offered, …; inside Text
	If        string // the words of the condition it hangs on; "" none
	Date      *Date  // when it was taken
	Until     *Date  // until when it holds or must be met
	Speaker   string // Entity.ID of who voiced it; "" for the outlet's own voice
	Chain     []ChainLink
	Evidence  Evidence
	Statement string // Statement.ID that voices it, or ""
	Event     string // the meeting, call or document at which it was taken, or ""
	Change    string // against Previous: "new", "repeated", "hardened", "softened", "condition-added", "dropped", "reversed"; "" undated
	Previous  string // Position.ID of the same party on the same issue, or ""
	Uttered   bool   // false for a position that is imagined or put in a mouth
}

// Commitment is a promise: who, to whom, what, until when, on what condition.
type Commitment struct {
	ID         string
	Party      string // Entity.ID
	To         string // Entity.ID or ""
	Terms      string // words of a report
	If         string // the words of its condition; "" none
	Made       *Date
	Until      *Date
	Position   string // Position.ID that holds it; "" when only alleged breaches tell of it
	Evidence   Evidence
	Violations []Violation // by evidence
}

// Violation is one party's word that another broke a commitment. Mutual
// accusations are two.
type Violation struct {
	Accuser, Accused string // Entity.IDs
	Position         string // Position.ID of the accusation
	Evidence         Evidence
	DeniedBy         []string // Response.IDs, sorted
}

// ResponseKind is how a party answers what is asked or alleged.
type ResponseKind string

// The kinds of a response.
const (
	Confirms     ResponseKind = "confirm"
	Denies       ResponseKind = "deny"
	Neither      ResponseKind = "neither" // neither confirms nor denies
	Declines     ResponseKind = "decline" // declined to comment, gave no details
	NoAnswer     ResponseKind = "no-answer"
	Unavailable  ResponseKind = "unavailable"
	Acknowledges ResponseKind = "acknowledge"
)

// Response is a party's answer to what is asked, told or alleged. It says what
// the party does, never that the thing is true.
type Response struct {
	ID        string
	Party     string // Entity.ID or ""
	Kind      ResponseKind
	Event     string // about: Event.ID or ""
	Statement string // about: Statement.ID or ""
	About     string // about, in the report's words; "" when not told
	To        string // Entity.ID of who asked, or ""
	Date      *Date
	Chain     []ChainLink
	Evidence  Evidence
}

// Thread is a line of events of the same parties on the same matter, over
// weeks or months.
type Thread struct {
	ID      string
	Title   string   // assembled from the parties and the matter
	Parties []string // Entity.IDs, sorted
	Events  []string // Event.IDs, by date
	Reports []string // Report.IDs that tell of them, sorted
}

// Defect is an anomaly that shows only when reports are linked: a title that
// others and the dates contradict, two values in one report.
type Defect struct {
	Report string
	Anomaly
}

// Timex is a TIMEX3 time expression of a report.
type Timex struct {
	Evidence
	Type     string // DATE, TIME, DURATION, SET
	Value    string // TIMEX3 value
	Basis    string // explicit, relative, inferred
	Function string // what a relative value was resolved against: "publication", "anchor", "speech", ""
}

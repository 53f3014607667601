package wire

import (
	"bytes"
	"encoding/json"
)

// RecordSchema names the contract of Record.
const RecordSchema = "readout/record/1"

// Record is everything read from a set of reports, or a part of it.
type Record struct {
	Schema        string         `json:"schema"`        // readout/record/1
	Reports       []Report       `json:"reports"`       // by id
	Refused       []Refusal      `json:"refused"`       // inputs that could not become a report
	Entities      []Entity       `json:"entities"`      // people, bodies, places, outlets, groups, works
	Events        []Event        `json:"events"`        // by id
	Statements    []Statement    `json:"statements"`    // who said what
	Claims        []Claim        `json:"claims"`        // one report's value for one attribute of an event
	Disagreements []Disagreement `json:"disagreements"` // how the claims on one attribute relate
	Positions     []Position     `json:"positions"`     // what parties want, offer, refuse, promise, allege
	Commitments   []Commitment   `json:"commitments"`   // promises and alleged breaches
	Responses     []Response     `json:"responses"`     // answers to what is asked or alleged
	Utterances    []Utterance    `json:"utterances"`    // one thing once said, in several statements
	Issues        []Issue        `json:"issues"`        // what positions are about
	Threads       []Thread       `json:"threads"`       // lines of events of the same parties on one matter
	Timexes       []Timex        `json:"timexes"`       // time expressions with their readings
}

// Span is a range of a report's text in code points, [start, end).
type Span struct {
	Start int `json:"start"` // code points from the start of the text, 0-based
	End   int `json:"end"`   // exclusive
}

// Evidence is the place in a report that a fact rests on.
type Evidence struct {
	Report string `json:"report"` // id of the report
	Start  int    `json:"start"`  // code points, 0-based
	End    int    `json:"end"`    // code points, exclusive
}

// By names the annotator, its version and the rule or model that decided.
type By struct {
	Annotator string `json:"annotator"` // layer of the reading: quote, event, claim, …
	Version   string `json:"version"`   // of the annotator
	Rule      string `json:"rule"`      // stable name of the rule, or of the model
}

// DecidedBy is one thing that a person decided about a fact.
type DecidedBy struct {
	Number int64   `json:"number"` // in the log of decisions
	Kind   string  `json:"kind"`   // same, different, correct or confirm
	By     string  `json:"by"`     // account
	At     string  `json:"at"`     // RFC 3339
	Field  *string `json:"field"`  // that is corrected or confirmed
	Before *string `json:"before"` // what the machine had said
	After  *string `json:"after"`  // what is decided
	Why    *string `json:"why"`    // in words
}

// Refusal is an input that could not become a report.
type Refusal struct {
	Path   string `json:"path"`   // file, file:line or URL
	Reason string `json:"reason"` // what happened and what to do
}

// Report is one article as it was captured, without its text.
type Report struct {
	ID        string      `json:"id"`                // r and 16 hexadecimal digits
	Path      *string     `json:"path"`              // file it was read from
	URL       *string     `json:"url"`               // where it was published
	Outlet    *string     `json:"outlet"`            // id of the outlet as an entity
	Named     *string     `json:"outlet_name"`       // outlet as the page or the manifest gives it
	Title     *string     `json:"title"`             // headline
	Language  *string     `json:"language"`          // BCP 47
	SHA256    string      `json:"sha256"`            // of the captured bytes, lower-case hexadecimal
	Published Published   `json:"published"`         // when it came out, and how that is known
	Noise     []Noise     `json:"noise"`             // furniture of the page within the text
	Origin    Origin      `json:"origin"`            // who first wrote its text
	Anomalies []Anomaly   `json:"anomalies"`         // defects a reader should know of
	MainEvent *string     `json:"main_event"`        // id of the event it mentions most
	Skipped   *string     `json:"skipped"`           // why it was not read further
	Decided   []DecidedBy `json:"decided,omitempty"` // what people decided about it and the record heeds; missing where nobody did
}

// Published is when a report was published and where that was taken from.
type Published struct {
	Value      *string     `json:"value"`      // ISO 8601 date or time; null when unknown, never guessed
	Precision  *string     `json:"precision"`  // year, month, day, hour, minute
	Basis      string      `json:"basis"`      // sidecar, metadata, text, inferred or none
	Why        *string     `json:"why"`        // why this candidate was chosen
	Candidates []Candidate `json:"candidates"` // every date the report carries
	Earliest   *string     `json:"earliest"`   // first possible day where the set bounds an unknown one
	Latest     *string     `json:"latest"`     // last possible day
}

// Candidate is one date that a report carries, and where it was seen.
type Candidate struct {
	Value string `json:"value"` // ISO 8601
	Basis string `json:"basis"` // sidecar, front-matter, json-ld, time, url, dateline, …
}

// Noise is furniture of the page: it stays in the text and is not read.
type Noise struct {
	Span
	Reason string `json:"reason"` // ad-label, caption, teaser, byline, …
}

// Origin says who first wrote a report's text.
type Origin struct {
	Kind string  `json:"kind"` // own, copy (shares the text of report of) or wire (credits agency of)
	Of   *string `json:"of"`   // id of the report copied or of the agency credited
	Why  *string `json:"why"`  // what showed it
}

// Anomaly is a defect of a report: of itself, or seen beside others.
type Anomaly struct {
	Kind     string     `json:"kind"` // bad-utf8, doubled-quotation-mark, …
	Note     string     `json:"note"` // in words
	Evidence []Evidence `json:"evidence"`
}

// Entity is one person, body, place, outlet, group or work under all its
// spellings.
type Entity struct {
	ID       string      `json:"id"`                // e and 16 hexadecimal digits
	Type     string      `json:"type"`              // person, organization, place, outlet, group or work
	Name     string      `json:"name"`              // preferred spelling
	Names    []string    `json:"names"`             // every spelling seen, sorted
	Wikidata *string     `json:"wikidata"`          // Q…
	Country  *string     `json:"country"`           // ISO 3166-1 alpha-2 of a state or what belongs to one
	Members  []string    `json:"members"`           // ids of a group's members where it was spelled out
	Roles    []Role      `json:"roles"`             // offices that reports give it
	Mentions []Mention   `json:"mentions"`          // places where reports refer to it; empty where the answer is not about it
	Decided  []DecidedBy `json:"decided,omitempty"` // what people decided about it and the record heeds; missing where nobody did
}

// Role is an office or function that reports give an entity.
type Role struct {
	Title    string     `json:"title"`
	From     *string    `json:"from"` // ISO 8601 or a beginning of it
	To       *string    `json:"to"`   // ISO 8601 or a beginning of it; null when open or unknown
	Evidence []Evidence `json:"evidence"`
}

// Mention is one place where a report refers to an entity.
type Mention struct {
	Evidence
	Form string `json:"form"` // name, nominal or pronoun
	By   By     `json:"by"`
}

// Date is a resolved time: a day or a range, at some precision.
type Date struct {
	Value      string    `json:"value"`      // ISO 8601 or a beginning of it: 2031, 2031-03, 2031-03-14, 2031-03-14T10:00
	End        *string   `json:"end"`        // last day of a range
	Precision  string    `json:"precision"`  // year, month, day, hour, minute; latest: value is only the last possible day
	Basis      string    `json:"basis"`      // explicit, relative or inferred
	Expression *Evidence `json:"expression"` // the words it was read from
}

// Event is one happening, however many reports tell of it.
type Event struct {
	ID           string            `json:"id"`    // v and 16 hexadecimal digits
	Type         string            `json:"type"`  // PLOVER or its extension: CONSULT, STATEMENT, …
	Mode         *string           `json:"mode"`  // phone, visit, talks, …
	Title        string            `json:"title"` // assembled by template from the other fields
	Participants []Participant     `json:"participants"`
	Date         *Date             `json:"date"`       // when it happened; null when not told
	Place        *string           `json:"place"`      // id of the place
	Status       string            `json:"status"`     // occurred, planned, reported (told, not confirmed), denied or hypothetical
	Attributes   map[string]string `json:"attributes"` // number, cancelled, partners, …
	Mentions     []EventMention    `json:"mentions"`   // every place that tells of it
	Links        []EventLink       `json:"links"`
	Counts       Counts            `json:"counts"`
	Decided      []DecidedBy       `json:"decided,omitempty"` // what people decided about it and the record heeds; missing where nobody did
}

// Counts are what a fact rests on: three numbers that never stand for each
// other.
type Counts struct {
	Mentions int `json:"mentions"` // places in reports
	Reports  int `json:"reports"`  // reports, copies too
	Origins  int `json:"origins"`  // independent origins among these reports
}

// Participant is an entity in its role in an event.
type Participant struct {
	Entity string `json:"entity"` // id
	Role   string `json:"role"`   // agent, patient, recipient, participant, mediator, host, place, …
}

// EventMention is one place where a report tells of an event.
type EventMention struct {
	Evidence
	Trigger Span   `json:"trigger"` // the word that names the event
	Status  string `json:"status"`  // as this place tells it
	By      By     `json:"by"`
}

// EventLink relates an event to another.
type EventLink struct {
	Relation string   `json:"relation"` // before, after, reports_on, announces, responds_to or part_of
	Event    string   `json:"event"`    // id
	Evidence Evidence `json:"evidence"`
}

// ChainLink is one relay between the first speaker and the report's outlet.
type ChainLink struct {
	Entity         *string `json:"entity"`           // id; null when nobody could be named
	Text           string  `json:"text"`             // as the report names it
	Cue            *Span   `json:"cue"`              // the word that passes on: said, told, quoted
	Factuality     *string `json:"factuality"`       // FactBank's value: CT+, CT-, PR+, PR-, PS+, PS-, Uu
	OutletOfReport bool    `json:"outlet_of_report"` // true for the last link, the report's own outlet
}

// Statement is an attribution: who said what, and through whom it is known.
type Statement struct {
	ID        string      `json:"id"`        // s and 16 hexadecimal digits
	Report    string      `json:"report"`    // id
	Kind      string      `json:"kind"`      // direct (in quotation marks), mixed or indirect
	Content   []Span      `json:"content"`   // its pieces in the report
	Text      string      `json:"text"`      // the pieces joined by " … ", byte for byte from the report
	Cue       *Span       `json:"cue"`       // the word that attributes it
	Source    *Span       `json:"source"`    // the words that name the speaker
	Speaker   *string     `json:"speaker"`   // id of the entity; null when nobody could be named
	Chain     []ChainLink `json:"chain"`     // the speaker first, this report's outlet last
	Addressee *string     `json:"addressee"` // id
	Medium    *string     `json:"medium"`    // id or text: a programme, an interview
	Date      *Date       `json:"date"`      // when it was said; null when not told
	Event     *string     `json:"event"`     // id of the event at which it was said
	NestedIn  *string     `json:"nested_in"` // id of the statement that holds it
	Uttered   bool        `json:"uttered"`   // false for imagined or expected speech
	Utterance *string     `json:"utterance"` // id of the utterance it renders; null when it is the only rendering
	By        By          `json:"by"`
	Decided   []DecidedBy `json:"decided,omitempty"` // what people decided about it and the record heeds; missing where nobody did
}

// Claim is one report's value for one attribute of an event.
type Claim struct {
	ID        string      `json:"id"`        // c and 16 hexadecimal digits
	Event     string      `json:"event"`     // id
	Attribute string      `json:"attribute"` // duration, date, place, participants, number, occurrence, …
	Text      string      `json:"text"`      // the report's words
	Value     *ClaimValue `json:"value"`     // normalised; null when the words have no value
	Hedge     *string     `json:"hedge"`     // over, about, nearly, …
	Holder    *string     `json:"holder"`    // id of who says so; null for the report's own voice
	Chain     []ChainLink `json:"chain"`
	Evidence  Evidence    `json:"evidence"`
	By        By          `json:"by"`
	Decided   []DecidedBy `json:"decided,omitempty"` // what people decided about it and the record heeds; missing where nobody did
}

// ClaimValue is a normalised value: a quantity, {"date": …}, {"entity": id} or
// {"text": words}. Exactly one field is set.
type ClaimValue struct {
	Quantity *Quantity
	Date     *Date
	Entity   string
	Text     string
}

// Quantity is a number with its unit; open ends are null.
type Quantity struct {
	Unit   string   `json:"unit"` // minute for durations
	Min    *float64 `json:"min"`
	Max    *float64 `json:"max"`
	Approx *float64 `json:"approx"`
}

// MarshalJSON writes the one form that is set.
func (v ClaimValue) MarshalJSON() ([]byte, error) {
	var form any
	switch {
	case v.Quantity != nil:
		form = v.Quantity
	case v.Date != nil:
		form = map[string]*Date{"date": v.Date}
	case v.Entity != "":
		form = map[string]string{"entity": v.Entity}
	default:
		form = map[string]string{"text": v.Text}
	}
	// The words of a report go out as they are; whether < is escaped is the
	// outer encoder's to say.
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(form)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// UnmarshalJSON reads any of the forms.
func (v *ClaimValue) UnmarshalJSON(b []byte) error {
	var form struct {
		Unit             *string
		Min, Max, Approx *float64
		Date             *Date
		Entity, Text     string
	}
	if err := json.Unmarshal(b, &form); err != nil {
		return err
	}
	*v = ClaimValue{Date: form.Date, Entity: form.Entity, Text: form.Text}
	if form.Unit != nil {
		v.Quantity = &Quantity{*form.Unit, form.Min, form.Max, form.Approx}
	}
	return nil
}

// Disagreement compares the claims on one attribute of one event.
type Disagreement struct {
	Event     string   `json:"event"`     // id
	Attribute string   `json:"attribute"` // as in Claim
	Verdict   string   `json:"verdict"`   // agree, compatible (all can be true), conflict or single
	Claims    []string `json:"claims"`    // ids, sorted
	Why       string   `json:"why"`       // in words, assembled from the values
}

// Position is what a party wants, offers, refuses, promises or alleges, as
// one report words it.
type Position struct {
	ID        string      `json:"id"`         // p and 16 hexadecimal digits
	Party     *string     `json:"party"`      // id of whose position it is
	Addressee *string     `json:"addressee"`  // id
	Issue     *string     `json:"issue"`      // id
	IssueName *string     `json:"issue_name"` // as reports name it
	Stance    string      `json:"stance"`     // demand, condition, request, offer, proposal, refusal, acceptance, goal, warning, accusation or commitment
	Text      string      `json:"text"`       // the words of evidence
	Terms     *string     `json:"terms"`      // the words that say what is demanded, offered or alleged
	If        *string     `json:"if"`         // the words of the condition it hangs on
	Date      *Date       `json:"date"`       // when it was taken
	Until     *Date       `json:"until"`      // until when it holds or must be met
	Speaker   *string     `json:"speaker"`    // id of who voiced it; null for the outlet's own voice
	Chain     []ChainLink `json:"chain"`
	Evidence  Evidence    `json:"evidence"`
	Statement *string     `json:"statement"` // id of the statement that voices it
	Event     *string     `json:"event"`     // id of the meeting, call or document at which it was taken
	Change    *string     `json:"change"`    // against previous: new, repeated, hardened, softened, condition-added, dropped or reversed
	Previous  *string     `json:"previous"`  // id of the same party's position before it on the same issue
	Uttered   bool        `json:"uttered"`   // false for a position that is imagined or put in a mouth
	By        By          `json:"by"`
	Decided   []DecidedBy `json:"decided,omitempty"` // what people decided about it and the record heeds; missing where nobody did
}

// Commitment is a promise: who, to whom, what, until when, on what condition.
type Commitment struct {
	ID         string      `json:"id"`       // k and 16 hexadecimal digits
	Party      *string     `json:"party"`    // id of who promised
	To         *string     `json:"to"`       // id of to whom
	Terms      string      `json:"terms"`    // words of a report
	If         *string     `json:"if"`       // words of its condition
	Made       *Date       `json:"made"`     // when it was given
	Until      *Date       `json:"until"`    // until when it is to be kept
	Position   *string     `json:"position"` // id of the position that holds it; null when only alleged breaches tell of it
	Evidence   Evidence    `json:"evidence"`
	Violations []Violation `json:"violations"` // alleged breaches
	By         By          `json:"by"`
	Decided    []DecidedBy `json:"decided,omitempty"` // what people decided about it and the record heeds; missing where nobody did
}

// Violation is one party's word that another broke a commitment, not a fact.
type Violation struct {
	Accuser  *string  `json:"accuser"`  // id
	Accused  *string  `json:"accused"`  // id
	Position *string  `json:"position"` // id of the accusation
	Evidence Evidence `json:"evidence"`
	DeniedBy []string `json:"denied_by"` // ids of responses
	By       By       `json:"by"`
}

// Response is a party's answer to what is asked, told or alleged. It says
// what the party does, never that the thing is true.
type Response struct {
	ID        string      `json:"id"`         // a and 16 hexadecimal digits
	Party     *string     `json:"party"`      // id; null when nobody could be named
	Kind      string      `json:"kind"`       // confirm, deny, neither, decline, no-answer, unavailable or acknowledge
	About     *string     `json:"about"`      // id of an event, else of a statement, else the report's words
	AboutKind *string     `json:"about_kind"` // which of them about is: event, statement or text
	AboutText *string     `json:"about_text"` // the report's words
	To        *string     `json:"to"`         // id of who asked
	Date      *Date       `json:"date"`
	Chain     []ChainLink `json:"chain"`
	Evidence  Evidence    `json:"evidence"`
	By        By          `json:"by"`
	Decided   []DecidedBy `json:"decided,omitempty"` // what people decided about it and the record heeds; missing where nobody did
}

// Utterance is one thing once said that several statements render.
type Utterance struct {
	ID       string    `json:"id"`       // u and 16 hexadecimal digits
	Speaker  *string   `json:"speaker"`  // id
	Variants []Variant `json:"variants"` // the fullest first
}

// Variant is one rendering of an utterance, compared with the fullest.
type Variant struct {
	Statement string       `json:"statement"` // id
	Kind      string       `json:"kind"`      // fullest, same, trimmed, reworded or changed (other words inside quotation marks)
	Changes   []WordChange `json:"changes"`   // where kind is changed
}

// WordChange is one place where a variant has other words; one side is empty
// where words were left out or put in.
type WordChange struct {
	Fullest Span `json:"fullest"` // in the report of the fullest rendering
	Variant Span `json:"variant"` // in the variant's own report
}

// Issue is what positions are about, under the phrases that reports use.
type Issue struct {
	ID        string   `json:"id"`        // i and 16 hexadecimal digits
	Name      string   `json:"name"`      // the shortest phrase
	Names     []string `json:"names"`     // all phrases, sorted
	Positions []string `json:"positions"` // ids, sorted
}

// Thread is a line of events of the same parties on the same matter.
type Thread struct {
	ID      string   `json:"id"`      // t and 16 hexadecimal digits
	Title   string   `json:"title"`   // assembled from the parties and the matter
	Parties []string `json:"parties"` // ids of entities
	Events  []string `json:"events"`  // ids, by date
	Reports []string `json:"reports"` // ids of reports that tell of them
}

// Timex is a TIMEX3 time expression of a report.
type Timex struct {
	Evidence
	Type     string  `json:"type"`     // DATE, TIME, DURATION or SET
	Value    string  `json:"value"`    // TIMEX3 value
	Basis    string  `json:"basis"`    // explicit, relative or inferred
	Function *string `json:"function"` // what a relative value was resolved against: publication, anchor, speech
	By       By      `json:"by"`
}

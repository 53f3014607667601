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

// Status is the state of the store behind the answers.
type Status struct {
	Version     string    `json:"version"`      // of the program
	Revision    int       `json:"revision"`     // of the store
	ChangedAt   *string   `json:"changed_at"`   // when the revision came about, RFC 3339
	LastReadIn  *string   `json:"last_read_in"` // when the newest report came in
	Reports     int       `json:"reports"`
	Copies      int       `json:"copies"`  // reports of others' text among them
	Skipped     int       `json:"skipped"` // reports that were not read further
	Outlets     int       `json:"outlets"`
	Events      int       `json:"events"`
	Statements  int       `json:"statements"`
	Positions   int       `json:"positions"`
	Commitments int       `json:"commitments"`
	Responses   int       `json:"responses"`
	Conflicts   int       `json:"conflicts"` // attributes of events on which claims cannot all be true
	Undated     int       `json:"undated"`   // reports whose day is open
	Refused     []Refusal `json:"refused"`
	Running     *Running  `json:"running"` // how the program does; null where it does not say
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

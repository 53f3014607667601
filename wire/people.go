package wire

// EntityItem is a person, body, state, place, outlet or group as a line of a
// list.
type EntityItem struct {
	Ref
	Type      string      `json:"type"` // person, organization, place, outlet, group or work
	Kind      string      `json:"kind"` // person, body, state, unnamed, outlet, place or other: what it is in the record
	Role      *string     `json:"role"` // held on the day asked for
	For       *Ref        `json:"for"`  // the state or body it belongs to
	Counts    Counts      `json:"counts"`
	Said      int         `json:"said"` // things said, renderings of one counted once
	Events    int         `json:"events"`
	Positions int         `json:"positions"`
	Decided   []DecidedBy `json:"decided,omitempty"` // what people decided about it and the record heeds; missing where nobody did
}

// EntityPage is what the record has on one person, body, state, place, outlet,
// group or work.
type EntityPage struct {
	Entity    EntityItem       `json:"entity"`
	Names     []string         `json:"names"`     // every spelling seen
	Wikidata  *string          `json:"wikidata"`  // Q…
	Country   *string          `json:"country"`   // ISO 3166-1 alpha-2
	Roles     []RoleItem       `json:"roles"`     // the newest first
	SameName  []Ref            `json:"same_name"` // others of the same family name
	SaidCount int              `json:"said_count"`
	Said      []QuoteItem      `json:"said"`     // the newest, see said_count
	Held      []HeldItem       `json:"held"`     // positions, issue by issue
	Events    []PartItem       `json:"events"`   // by the part it played
	Made      []CommitmentItem `json:"made"`     // promises by it
	Accused   []CommitmentItem `json:"accused"`  // promises that it is said to have broken
	Owed      []CommitmentItem `json:"owed"`     // promises to it
	Carriers  []Carrier        `json:"carriers"` // who quotes it
	People    []EntityItem     `json:"people"`   // who hold an office of it
	Of        []EntityItem     `json:"of"`       // whose office it holds
	Threads   []Ref            `json:"threads"`
}

// HeldItem are the positions of one party on one issue.
type HeldItem struct {
	Issue     *Ref           `json:"issue"`     // null: on no issue that others name
	Positions []PositionItem `json:"positions"` // by date
}

// PartItem are the events in which somebody played one part.
type PartItem struct {
	Part   string      `json:"part"`   // agent, participant, mediator, …
	Count  int         `json:"count"`  // of events
	Events []EventItem `json:"events"` // the newest of them
}

// Carrier counts how an outlet came by what somebody said.
type Carrier struct {
	Outlet  *Ref     `json:"outlet"`
	Name    string   `json:"name"`
	Direct  int      `json:"direct"`  // things said to it or in its hearing
	Relayed int      `json:"relayed"` // through others
	Through []string `json:"through"` // names of the others
	Copied  int      `json:"copied"`  // in texts that it took from others
}

// RoleItem is an office that reports give somebody.
type RoleItem struct {
	Title    string    `json:"title"`
	From     *string   `json:"from"`
	To       *string   `json:"to"`
	First    *string   `json:"first"` // day of the first report that gives it
	Last     *string   `json:"last"`
	Counts   Counts    `json:"counts"`
	Evidence []Passage `json:"evidence"`
}

// ReportItem is a report as a line of a list.
type ReportItem struct {
	ID        string      `json:"id"`
	Path      string      `json:"path"` // of the reader
	Title     *string     `json:"title"`
	Outlet    string      `json:"outlet"`    // name, else its site, else the name of its file
	OutletID  *string     `json:"outlet_id"` // id of the outlet as an entity
	URL       *string     `json:"url"`       // where it was published
	SHA256    string      `json:"sha256"`
	Language  *string     `json:"language"`
	Published Published   `json:"published"`
	ReadIn    *string     `json:"read_in"`           // when its bytes first came into the store, RFC 3339
	Origin    Origin      `json:"origin"`            // own, copy or wire
	OriginOf  *string     `json:"origin_of"`         // name of the outlet copied or agency credited
	Defects   []string    `json:"defects"`           // of the report, in words
	Skipped   *string     `json:"skipped"`           // why it was not read further
	Decided   []DecidedBy `json:"decided,omitempty"` // what people decided about it and the record heeds; missing where nobody did
}

// ReportPage is a report with its sentences and what was read from them.
type ReportPage struct {
	Report    ReportItem      `json:"report"`
	Total     int             `json:"total"`   // sentences
	Used      int             `json:"used"`    // sentences that a fact rests on
	Known     bool            `json:"known"`   // sentences are known; else they are paragraphs
	Nothing   *string         `json:"nothing"` // why no facts were read
	Sentences []Sentence      `json:"sentences"`
	Copies    []Ref           `json:"copies"` // reports that copy it
	Events    []Ref           `json:"events"` // it tells of
	Quotes    []StatementItem `json:"quotes"`
	Positions []PositionItem  `json:"positions"`
	Answers   []ResponseItem  `json:"answers"`
}

// Sentence is a numbered sentence of a report.
type Sentence struct {
	N         int     `json:"n"`          // from 1
	Start     int     `json:"start"`      // code points
	End       int     `json:"end"`        // code points, exclusive
	ByteStart int     `json:"byte_start"` // bytes
	ByteEnd   int     `json:"byte_end"`   // bytes, exclusive
	Text      string  `json:"text"`
	Noise     *string `json:"noise"` // furniture of the page, which is not read: caption, heading, …
	Used      bool    `json:"used"`  // a fact rests on it
	Notes     []Note  `json:"notes"` // what was read from it
}

// Note says what was read from a sentence.
type Note struct {
	Kind string  `json:"kind"` // event, quote, claim, position, response, commitment, time or anomaly
	Text string  `json:"text"` // in words
	Ref  *string `json:"ref"`  // opens it
	Path *string `json:"path"` // the page that shows it
}

// SourceItem is what can be measured of an outlet. Nothing here rates it.
type SourceItem struct {
	Outlet   *Ref        `json:"outlet"` // null for reports of which no outlet is known
	Name     string      `json:"name"`
	Reports  int         `json:"reports"`
	Own      int         `json:"own"`      // with a text of their own
	Copied   int         `json:"copied"`   // with the text of another report
	Wire     int         `json:"wire"`     // that credit an agency
	Skipped  int         `json:"skipped"`  // not read further
	From     []NameCount `json:"from"`     // whose text it has
	Taken    []NameCount `json:"taken"`    // who has its text
	Shared   int         `json:"shared"`   // events that others tell of too
	Timed    int         `json:"timed"`    // of them with both times known
	FirstOf  int         `json:"first_of"` // of those in which it was the first
	Delay    *int        `json:"delay"`    // median minutes after the first report; null: none is timed
	Named    int         `json:"named"`    // attributions to people by name
	Official int         `json:"official"` // to states, ministries and other bodies
	Unnamed  int         `json:"unnamed"`  // to "two officials", "a diplomat", nobody
	Relayed  int         `json:"relayed"`  // of all these: through somebody between speaker and outlet
	Defects  int         `json:"defects"`  // anomalies of its reports
	Edits    int         `json:"edits"`    // addresses of which the record has several texts; of an article whose versions can be told apart it has one
	First    *string     `json:"first"`    // day of its first report
	Last     *string     `json:"last"`
	Events   int         `json:"events"`
	Quotes   int         `json:"quotes"`
}

// NameCount is a name with how often.
type NameCount struct {
	ID   *string `json:"id"`
	Name string  `json:"name"`
	N    int     `json:"n"`
}

// Comparison is what two outlets tell, side by side by claim.
type Comparison struct {
	A          SourceItem    `json:"a"`
	B          SourceItem    `json:"b"`
	ACopiesB   int           `json:"a_copies_b"` // reports of a with a text of b
	BCopiesA   int           `json:"b_copies_a"`
	Both       []Ref         `json:"both"`   // events that both tell of, by date
	OnlyA      []Ref         `json:"only_a"` // events that one tells of and the other does not
	OnlyB      []Ref         `json:"only_b"`
	Rows       []CompareItem `json:"rows"` // claims on events of both, those that differ first
	ClaimsA    int           `json:"claims_a"`
	ClaimsB    int           `json:"claims_b"`
	QuotedA    []NameCount   `json:"quoted_a"` // who is quoted in a and not in b
	QuotedB    []NameCount   `json:"quoted_b"`
	QuotedBoth int           `json:"quoted_both"`
	FirstA     int           `json:"first_a"` // events of both that a had first, where both times are known
	FirstB     int           `json:"first_b"`
}

// CompareItem are the claims of two outlets on one attribute of one event.
type CompareItem struct {
	Event     Ref         `json:"event"`
	Attribute string      `json:"attribute"`
	Relation  string      `json:"relation"` // differ, more in a, more in b, overlap, only a, only b, alike or both allow
	A         []ClaimItem `json:"a"`
	B         []ClaimItem `json:"b"`
}

// Contacts are who speaks with whom.
type Contacts struct {
	Nodes  []ContactNode `json:"nodes"`  // most contacts first
	Edges  []ContactEdge `json:"edges"`  // most contacts first
	Others int           `json:"others"` // nodes that were cut off
	Events int           `json:"events"` // calls, meetings and talks that count in the edges
}

// ContactNode is one of those who speak.
type ContactNode struct {
	Ref
	Kind   string  `json:"kind"` // as in EntityItem
	Role   *string `json:"role"`
	Weight int     `json:"weight"` // contacts, all told
}

// ContactEdge are the contacts of two.
type ContactEdge struct {
	A        string   `json:"a"` // entity id
	B        string   `json:"b"`
	Held     int      `json:"held"`     // calls, meetings and talks that took place
	Reported int      `json:"reported"` // told, but not confirmed
	Planned  int      `json:"planned"`
	Denied   int      `json:"denied"`
	Disputed int      `json:"disputed"` // of all these: with claims that cannot all be true
	AToB     int      `json:"a_to_b"`   // things one is reported to have said to the other
	BToA     int      `json:"b_to_a"`
	Events   []string `json:"events"` // ids, by date
	First    *string  `json:"first"`
	Last     *string  `json:"last"`
}

package wire

// PositionItem is what a party wants, offers, refuses, promises or alleges.
type PositionItem struct {
	ID        string      `json:"id"`
	Path      string      `json:"path"`
	Party     *Ref        `json:"party"`
	Addressee *Ref        `json:"addressee"`
	Issue     *Ref        `json:"issue"`
	Stance    string      `json:"stance"` // demand, condition, request, offer, proposal, refusal, acceptance, goal, warning, accusation or commitment
	Text      string      `json:"text"`   // the report's words
	Terms     *string     `json:"terms"`  // the words that say what is demanded, offered or alleged
	If        *string     `json:"if"`     // the words of the condition
	Date      *Date       `json:"date"`
	Until     *Date       `json:"until"`
	Speaker   *Ref        `json:"speaker"` // who voiced it; null for the outlet's own voice
	Statement *string     `json:"statement"`
	Event     *Ref        `json:"event"`
	Change    *string     `json:"change"`   // against previous: new, repeated, hardened, softened, condition-added, dropped or reversed
	Previous  *string     `json:"previous"` // id
	Uttered   bool        `json:"uttered"`
	Chain     []Relay     `json:"chain"`
	Evidence  Passage     `json:"evidence"`
	Decided   []DecidedBy `json:"decided,omitempty"` // what people decided about it and the record heeds; missing where nobody did
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
	Due        *string         `json:"due"`      // last day on which it can be kept, ISO 8601
	Days       *int            `json:"days"`     // from the day asked for to due; negative when overdue, null where either is not known
	Inferred   bool            `json:"inferred"` // due does not stand in the report
	Standing   string          `json:"standing"` // overdue, due soon, breach alleged, open or no date
	Copies     []string        `json:"copies"`   // outlets that have the same words from the same origin
	Evidence   Passage         `json:"evidence"`
	Violations []ViolationItem `json:"violations"`
	Decided    []DecidedBy     `json:"decided,omitempty"` // what people decided about it and the record heeds; missing where nobody did
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

// StanceTable is who stands where: issues down, parties across.
type StanceTable struct {
	Parties   []PartyCount `json:"parties"`   // the columns, most positions first
	Others    []PartyCount `json:"others"`    // parties without a column
	Lines     []StanceLine `json:"lines"`     // issues on which most parties stand first
	Issues    int          `json:"issues"`    // of the whole table
	Positions int          `json:"positions"` // copies counted too
	Loose     int          `json:"loose"`     // positions on no issue that others name
}

// PartyCount is a party with how many positions it has.
type PartyCount struct {
	Ref
	Positions int `json:"positions"`
}

// StanceLine is one issue across all parties.
type StanceLine struct {
	Issue  Ref          `json:"issue"`
	First  *string      `json:"first"` // day of the first position on it
	Last   *string      `json:"last"`
	Cells  []StanceCell `json:"cells"`  // as the parties of the table
	Others []StanceCell `json:"others"` // of parties without a column
}

// StanceCell is where one party stands on one issue.
type StanceCell struct {
	Party     Ref            `json:"party"`
	Positions []PositionItem `json:"positions"` // by day, copies folded; empty: nothing was found
	Silent    *ResponseItem  `json:"silent"`    // asked about it, the party gave no answer
}

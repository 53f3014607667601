package wire

// StatementItem is a statement: who said what, and through whom it is known.
type StatementItem struct {
	ID        string      `json:"id"`
	Path      string      `json:"path"`
	Kind      string      `json:"kind"`      // direct, mixed or indirect
	Text      string      `json:"text"`      // its pieces joined by " … ", byte for byte from the report
	Speaker   *Ref        `json:"speaker"`   // null when nobody could be named
	Addressee *Ref        `json:"addressee"` // to whom
	Medium    *string     `json:"medium"`    // in what: a programme, an interview
	Date      *Date       `json:"date"`      // when it was said; null when not told
	Event     *Ref        `json:"event"`     // at what
	NestedIn  *string     `json:"nested_in"` // id of the statement that holds it
	Uttered   bool        `json:"uttered"`   // false for imagined or expected speech
	Utterance *string     `json:"utterance"` // id of the utterance that it renders
	Chain     []Relay     `json:"chain"`
	Evidence  []Passage   `json:"evidence"`          // its pieces
	Decided   []DecidedBy `json:"decided,omitempty"` // what people decided about it and the record heeds; missing where nobody did
}

// QuoteItem is one thing said, in all its renderings: one statement, or several
// that render one utterance.
type QuoteItem struct {
	ID       string        `json:"id"` // of the utterance, or of the statement where no other renders it
	Path     string        `json:"path"`
	Quote    StatementItem `json:"quote"`    // the fullest rendering
	Role     *string       `json:"role"`     // of the speaker then
	Segments []Segment     `json:"segments"` // the quote's text, cut where others have other words
	Differ   int           `json:"differ"`   // renderings with other words inside quotation marks
	Counts   Counts        `json:"counts"`   // what carries it
	Variants []Rendering   `json:"variants"` // all renderings, the fullest first
}

// Segment is a stretch of a statement's text.
type Segment struct {
	Text    string `json:"text"`
	Differs bool   `json:"differs"` // other renderings have other words here
}

// Rendering is one of the ways in which a thing said is told.
type Rendering struct {
	Kind      string        `json:"kind"` // fullest, same, trimmed, reworded or changed (other words inside quotation marks)
	Statement StatementItem `json:"statement"`
	Segments  []Segment     `json:"segments"` // its text, cut where it has other words than the fullest
	Changes   []ChangeText  `json:"changes"`
	CopyOf    *string       `json:"copy_of"` // outlet from which the report took its text; null: its own
}

// ChangeText is one place where a rendering has other words; one side is
// empty where words were left out or put in.
type ChangeText struct {
	Fullest string `json:"fullest"`
	Variant string `json:"variant"`
}

// ResponseItem is a party's answer to what is asked, told or alleged. It says
// what the party does, never that the thing is true.
type ResponseItem struct {
	ID        string      `json:"id"`
	Path      string      `json:"path"`
	Party     *Ref        `json:"party"`
	Kind      string      `json:"kind"`      // confirm, deny, neither, decline, no-answer, unavailable or acknowledge
	About     *string     `json:"about"`     // the event's title, the statement's words or the report's words
	Event     *string     `json:"event"`     // id of the event it is about
	Statement *string     `json:"statement"` // id of the statement it is about
	To        *Ref        `json:"to"`        // who asked
	Date      *Date       `json:"date"`
	Chain     []Relay     `json:"chain"`
	Evidence  Passage     `json:"evidence"`
	Decided   []DecidedBy `json:"decided,omitempty"` // what people decided about it and the record heeds; missing where nobody did
}

package wire

// SearchAnswer is what a search found, in four groups. Groups that were not
// searched (see Searched) are empty.
type SearchAnswer struct {
	Head
	Query      Query                  `json:"query"`        // q, in, limit, cursor
	Searched   []string               `json:"searched"`     // events, quotes, people, text
	Reports    int                    `json:"reports"`      // how many reports were searched
	LastReadIn *string                `json:"last_read_in"` // when the newest of them came in, RFC 3339
	Found      int                    `json:"found"`        // hits of all groups
	Capped     bool                   `json:"capped"`       // found is the least there are
	Events     SearchGroup[EventHit]  `json:"events"`
	Quotes     SearchGroup[QuoteHit]  `json:"quotes"`
	People     SearchGroup[EntityHit] `json:"people"`
	Text       SearchGroup[TextHit]   `json:"text"`
	Missing    []MissingWord          `json:"missing"` // words and names of the query that the record does not know
	Suggest    *string                `json:"suggest"` // the query with each of them replaced by its nearest
	Notes      []string               `json:"notes"`   // what was understood otherwise than it may have been meant
}

// SearchGroup are the hits of one kind: those that hold all words in a title or
// name first, of equal ones the newest.
type SearchGroup[T any] struct {
	Count  int     `json:"count"`  // of all hits
	Capped bool    `json:"capped"` // count is the least there are
	Next   *string `json:"next"`   // cursor of the hits that follow, for a search in this group alone
	Items  []T     `json:"items"`
}

// EventHit is an event that was found.
type EventHit struct {
	Event EventItem `json:"event"`
	Marks []Span    `json:"marks"` // matches in event.title
}

// QuoteHit is a statement that was found.
type QuoteHit struct {
	Statement StatementItem `json:"statement"`
	Marks     []Span        `json:"marks"` // matches in statement.text
}

// EntityHit is an entity that was found.
type EntityHit struct {
	Entity EntityItem `json:"entity"`
	Marks  []Span     `json:"marks"` // matches in entity.name
	As     *string    `json:"as"`    // the spelling that matches where the name does not
}

// TextHit is a report that was found.
type TextHit struct {
	Report   ReportItem `json:"report"`
	Marks    []Span     `json:"marks"`    // matches in report.title
	Passages []Found    `json:"passages"` // the first sentences with matches
}

// Found is a passage with the matches in its text.
type Found struct {
	Passage
	Marks []Span `json:"marks"` // in text
}

// MissingWord is a word or name that the record does not know.
type MissingWord struct {
	Text  string   `json:"text"`
	Of    *string  `json:"of"`    // operator whose value it is; null for a word
	At    Span     `json:"at"`    // in the query
	Near  []string `json:"near"`  // words or names that may have been meant, nearest first
	Names []string `json:"names"` // names with such a word
}

package store

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/terms"
)

// ErrQuery says that a query cannot be answered as it is.
var ErrQuery = errors.New("the query cannot be answered")

// TermMode says what a term of a query matches.
type TermMode uint8

// The modes of a term.
const (
	Word   TermMode = iota // the word and its inflections; several words: as Phrase
	Prefix                 // words that begin so; of several words the last
	Phrase                 // these words in this order, as they are; case and accents do not matter
)

// Term is one condition on words. A term without a letter or digit holds of
// everything.
type Term struct {
	Text string
	Mode TermMode
	Not  bool // what matches is left out
}

// Query asks for what holds all terms and passes all filters. Of the values of
// one filter one must fit. A filter that has no meaning for a kind leaves the
// kind out: only statements have speakers.
type Query struct {
	Terms         []Term
	Speakers      []string                // Entity.IDs: statements
	Addressees    []string                // Entity.IDs: statements
	At            []string                // Entity.IDs or texts: the medium of statements; Entity.IDs: the place of events
	Outlets       []string                // as reports name them, see Outlet: reports, statements in them, events that they tell of
	From, To      string                  // days, months or years, ISO 8601, both included: all but entities; what has no day goes by its first report's
	StatementKind []readout.StatementKind // statements
	EventType     []string                // types or modes: events
	In            []Kind                  // KindReport, KindStatement, KindEvent, KindEntity; nil: all that the filters allow
	Limit         int                     // hits of each kind; 0: 10, at most MaxHits
	After         string                  // Group.Next of the same query with one kind in In

	// Keep leaves out what it is false for, as if it were not in the store; nil
	// keeps all. It is asked for one hit after the other until there are enough,
	// so what it leaves out costs time.
	Keep func(kind Kind, id string) bool
}

// Outlet is what Query.Outlets finds a report by: its outlet, else its site.
func Outlet(r *readout.Report) string {
	if r.Outlet != "" {
		return r.Outlet
	}
	return r.Domain
}

// MaxHits bounds Query.Limit.
const MaxHits = 1000

// MaxCount bounds Group.Count; beyond it counting would cost more than it tells.
const MaxCount = 10000

// Hits are the answer to a query: a group a kind, in the order of Query.In.
type Hits struct {
	Groups   []Group
	Patterns []terms.Pattern // what the terms match, for finding it in other texts
	Excluded []terms.Pattern // what negated terms match
	Unknown  []string        // words of terms that occur nowhere in reports or names, in the order of the query
}

// Group are the hits of one kind. Those that hold all terms in their title,
// names or place come before those that hold some only in their text, claims or
// offices; of equal ones the newest come first, of entities those with most
// mentions, at last by id. The order says nothing else and is the same in every
// store.
type Group struct {
	Kind  Kind
	Hits  []Hit
	Count int    // of all hits; MaxCount: so many or more
	Next  string // After of the next hits; "" when there are none
}

// Hit is one thing that was found.
type Hit struct {
	Kind   Kind
	ID     string
	Report string         // in whose text Spans lie: the report itself, or that of a statement
	Spans  []readout.Span // matches in Report's text, the first MaxSpans of them
	Title  []readout.Span // matches in the title of a report or event
}

// MaxSpans bounds Hit.Spans.
const MaxSpans = 100

// Kinds are the kinds that the filters of q have a meaning for, of those in
// q.In or, where that is nil, of all.
func (q *Query) Kinds() []Kind {
	in := q.In
	if in == nil {
		in = []Kind{KindEvent, KindStatement, KindEntity, KindReport}
	}
	var out []Kind
	for _, k := range in {
		said := len(q.Speakers)+len(q.Addressees)+len(q.StatementKind) > 0
		told := len(q.Outlets) > 0 || q.From != "" || q.To != ""
		ok := false
		switch k {
		case KindReport:
			ok = !said && len(q.EventType) == 0 && len(q.At) == 0
		case KindStatement:
			ok = len(q.EventType) == 0
		case KindEvent:
			ok = !said
		case KindEntity:
			ok = !said && !told && len(q.EventType) == 0 && len(q.At) == 0
		}
		if ok {
			out = append(out, k)
		}
	}
	return out
}

// Cursor is the After of the hits of q after the first n.
func (q *Query) Cursor(n int) string {
	return strconv.Itoa(n) + "." + q.sum()
}

// Offset is the n that After, made by Cursor of the same query, stands for; 0
// where it is empty.
func (q *Query) Offset() (int, error) {
	if q.After == "" {
		return 0, nil
	}
	number, sum, _ := strings.Cut(q.After, ".")
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 || sum != q.sum() {
		return 0, fmt.Errorf("%w: the cursor %q is not of this query; ask again without it", ErrQuery, q.After)
	}
	return n, nil
}

// sum tells queries apart that differ in more than where they go on.
func (q *Query) sum() string {
	same := *q
	same.After, same.Limit, same.Keep = "", 0, nil
	h := sha256.Sum256(fmt.Appendf(nil, "%#v", same))
	return hex.EncodeToString(h[:4])
}

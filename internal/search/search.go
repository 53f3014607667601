// Package search takes apart what people type into the search box and answers
// it from a store and a view: events, quotes, people and the text of reports.
//
// In: words, "exact phrases", beginnings*, -left -out, and operators (see
// Operators). Out: the rows of package view that faces show, the places of the
// matches, how many there are, and, for what hit nothing, what somebody may
// have meant. All conditions hold at once; there is no "or" between words.
//
// Names are looked up in the view, under every spelling, so several people of
// one name are all meant. What matches which text is the store's to say (see
// store.Query); a state of the record that is not the store's present one is
// asked by leaving out what it does not hold (reports, statements) and by going
// through it (events, people), so nothing of later reports shows.
package search

import (
	"fmt"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
)

// Query is what somebody typed, taken apart.
type Query struct {
	Input      string
	Terms      []store.Term
	By, To     []string // names
	From       []string // outlets
	At         []string // media, places
	Type       []readout.StatementKind
	Kind       []string // of events
	In         []store.Kind
	First      string // first day, month or year, "" open
	Last       string // last one
	Notes      []Note // what was understood otherwise than it may have been meant
	termSpans  []readout.Span
	valueSpans map[string][]readout.Span // operator → its values in Input
	inSpans    []readout.Span            // what In was typed as
}

// AnySort is what was typed but for in:.
func (q *Query) AnySort() string {
	var parts []string
	at := 0
	for _, s := range append(q.inSpans, readout.Span{Start: len(q.Input)}) {
		if part := strings.TrimSpace(q.Input[at:s.Start]); part != "" {
			parts = append(parts, part)
		}
		at = s.End
	}
	return strings.Join(parts, " ")
}

// Empty reports whether nothing was asked.
func (q *Query) Empty() bool {
	return len(q.Terms)+len(q.By)+len(q.To)+len(q.From)+len(q.At)+len(q.Type)+len(q.Kind) == 0 && q.First == "" && q.Last == ""
}

// Note is a remark on a place of the input, in words.
type Note struct {
	At   readout.Span // in the input
	Text string
}

// Error is a place of the input that cannot be understood.
type Error struct {
	At   readout.Span // in the input
	Text string       // what is wrong and what to do
}

func (e *Error) Error() string { return fmt.Sprintf("at character %d: %s", e.At.Start+1, e.Text) }

// Operator is a way to narrow a search.
type Operator struct {
	Name    string // without the colon
	Doc     string
	Example string
}

// Operators are the operators in the order in which help shows them.
var Operators = []Operator{
	{"by", "what somebody says; a name under any spelling, or an id", `by:"Ilse Maren"`},
	{"to", "what is said to somebody", "to:ered"},
	{"from", "what an outlet’s reports tell", `from:"Harbour Wire"`},
	{"at", "what is said in a medium, and what happens at a place", "at:orrin"},
	{"type", "statements in the speaker’s words or in others’: direct, mixed, indirect", "type:direct"},
	{"kind", "events of a type or mode", "kind:phone"},
	{"in", "one sort of thing only: events, quotes, people, text", "in:quotes,events"},
	{"after", "on this day or later; a month and a year do as well", `after:"early March 2031"`},
	{"before", "on this day or earlier", "before:2031-03-14"},
	{"on", "on this day, or in this month or year", `on:"March 2031"`},
}

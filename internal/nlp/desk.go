package nlp

import (
	"strings"

	"github.com/readout-news/readout"
)

// Desk is what people decided about a report, where that is more than another
// value of a layer: which mentions are of one thing and which are not, what is
// not there, and values that outrank those of all mentions of a thing. It is no
// layer: no annotator reads or writes it, and it is not stored with the layers.
// Package decide makes it, package link heeds it.
type Desk struct {
	Wide   *DeskWide
	Events map[int]*DeskEvent // by index into Doc.Events
	Chains map[int][]string   // by index into Doc.Chains: names of the groups that a chain is of
	// What is not there. Attributions, positions and responses that are not are
	// not in their layers.
	NoChains map[int]bool // by index into Doc.Chains: the words name nobody
	NoClaims []DeskClaim

	Commitments []DeskCommitment
}

// DeskEvent is what people decided about an event mention.
type DeskEvent struct {
	Groups []string // names of the groups of mentions of one event that it is of
	Not    bool     // it tells of no event
	Set    map[string]DeskValue
	Parts  []DeskPart
}

// DeskClaim is a claim that is none: its evidence and attribute, "" any.
type DeskClaim struct {
	Span      readout.Span
	Attribute string
}

// DeskCommitment is what people decided about the commitments that rest on a
// place: that there are none, or that a field has another value.
type DeskCommitment struct {
	Span  readout.Span // of the position, Doc.Positions
	Not   bool
	Field string // "made" or "until"; "" with Not
	Value string // see DeskDay
}

// DeskValue is a value that a person gave. Of several, that of the highest Rank
// holds.
type DeskValue struct {
	Value string
	Chain int // the entity, into Doc.Chains; None
	Rank  int64
}

// DeskPart is a participant that a person put in or took out.
type DeskPart struct {
	Chain int // into Doc.Chains
	Role  string
	Out   bool
	Rank  int64
}

// The fields of DeskEvent.Set. Another type is another value of the layer.
const (
	DeskDate   = "date"
	DeskStatus = "status"
	DeskPlace  = "place"
)

// DeskWide is what people decided about the things of all reports.
type DeskWide struct {
	// Apart tells which groups are not one, in both directions.
	Apart map[string]map[string]bool
	// ID is the id of the entity of a group of chains.
	ID map[string]string
	// Is is the id of the entity that an entity of another id is.
	Is map[string]string
	// Name and Type are those of entities, by id.
	Name map[string]string
	Type map[string]readout.EntityType
}

// DeskDay is a value of a decision, a day or time, month or year, or two days
// with a slash between, as a date of the record; nil for "" (nobody knows).
func DeskDay(v string) *readout.Date {
	if v == "" {
		return nil
	}
	from, to, _ := strings.Cut(v, "/")
	return &readout.Date{Value: from, End: to, Precision: Precision(from), Basis: "desk"}
}

// Precision is that of an ISO 8601 date or time: year, month, day, hour or
// minute; "" for "".
func Precision(value string) string {
	switch n := len(value); {
	case n == 0:
		return ""
	case n <= len("2006"):
		return "year"
	case n <= len("2006-01"):
		return "month"
	case n <= len("2006-01-02"):
		return "day"
	case n <= len("2006-01-02T15"):
		return "hour"
	}
	return "minute"
}

// Groups joins groups, as long as no two of them that people keep apart become
// one. The zero value knows no group.
type Groups struct {
	wide *DeskWide
	up   map[string]string
	in   map[string][]string // by root
}

// NewGroups makes groups of their own; wide may be nil.
func NewGroups(wide *DeskWide) *Groups {
	return &Groups{wide: wide, up: map[string]string{}, in: map[string][]string{}}
}

// Root names what g is one with.
func (s *Groups) Root(g string) string {
	for s.up[g] != "" {
		g = s.up[g]
	}
	return g
}

// All are the groups that are one with g.
func (s *Groups) All(g string) []string { return s.of(s.Root(g)) }

func (s *Groups) of(root string) []string {
	if in := s.in[root]; in != nil {
		return in
	}
	return []string{root}
}

// Apart reports whether people keep something that is one with a from something
// that is one with b.
func (s *Groups) Apart(a, b string) bool {
	if s.wide == nil || len(s.wide.Apart) == 0 {
		return false
	}
	a, b = s.Root(a), s.Root(b)
	if a == b {
		return false
	}
	for _, x := range s.of(a) {
		for _, y := range s.of(b) {
			if s.wide.Apart[x][y] {
				return true
			}
		}
	}
	return false
}

// Join makes a and b one; it is false where people keep them apart.
func (s *Groups) Join(a, b string) bool {
	a, b = s.Root(a), s.Root(b)
	if a == b {
		return true
	}
	if s.Apart(a, b) {
		return false
	}
	if b < a {
		a, b = b, a
	}
	s.in[a] = append(append([]string(nil), s.of(a)...), s.of(b)...)
	delete(s.in, b)
	s.up[b] = a
	return true
}

package readout

import "cmp"

// Span is a half-open byte range [Start, End) of a Report's Text. Both ends
// lie on rune boundaries. The zero Span is empty and means "nowhere".
type Span struct{ Start, End int }

// Len is the span's length in bytes.
func (s Span) Len() int { return s.End - s.Start }

// Empty reports whether the span covers no byte.
func (s Span) Empty() bool { return s.End <= s.Start }

// Overlaps reports whether the spans share at least one byte.
func (s Span) Overlaps(t Span) bool { return s.Start < t.End && t.Start < s.End }

// Contains reports whether t lies within s.
func (s Span) Contains(t Span) bool { return s.Start <= t.Start && t.End <= s.End }

// In returns the text that s covers; it panics when s is not within text.
func (s Span) In(text string) string { return text[s.Start:s.End] }

// Compare orders spans by start, then by end.
func (s Span) Compare(t Span) int {
	return cmp.Or(cmp.Compare(s.Start, t.Start), cmp.Compare(s.End, t.End))
}

// By says which annotator made a decision, in which version, by which rule
// ("quote/said-inverted"). Models name the model as the rule.
type By struct{ Annotator, Version, Rule string }

// Evidence is the place in a report that a fact rests on.
type Evidence struct {
	Report string // Report.ID
	Span   Span
	By     By
}

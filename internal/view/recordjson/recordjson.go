// Package recordjson writes a record as JSON in the contract
// readout/record/1 (docs/schema.md): what `--json` prints and what scorers
// and other programs read.
//
// It is the one place where byte offsets become Unicode code points. A fact
// that is missing is null; arrays are never null. Arrays keep the record's
// order, so equal records give equal bytes.
package recordjson

import (
	"encoding/json"
	"fmt"
	"io"
	"sort"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/view"
	"github.com/readout-news/readout/wire"
)

// Schema names the contract.
const Schema = wire.RecordSchema

// Write prints rec to w as one indented JSON object and a final newline.
func Write(w io.Writer, rec *readout.Record) error { return WritePart(w, rec, rec, nil) }

// WritePart prints some facts of a record in the same form. Reports that part
// names and does not hold are looked up in whole. decided is what people decided
// about facts, by id; nil: nothing.
func WritePart(w io.Writer, whole, part *readout.Record, decided map[string][]readout.Decision) error {
	doc, err := Part(whole, part, decided)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(doc); err != nil {
		return fmt.Errorf("write record: %w", err)
	}
	return nil
}

// Part is what WritePart prints, to be put into another object.
func Part(whole, part *readout.Record, decided map[string][]readout.Decision) (any, error) {
	e := newEncoder(whole, decided)
	doc := e.record(part)
	if e.err != nil {
		return nil, fmt.Errorf("write record: %w", e.err)
	}
	return doc, nil
}

// Encoder turns facts of one record into the types of package wire. It is for
// one goroutine.
type Encoder struct {
	view    *view.View
	runes   map[string]*CodePoints        // by report id, as far as asked for
	main    map[string]string             // main event of each report
	said    map[string]string             // report of each statement
	issues  map[string]string             // name of each issue
	decided map[string][]readout.Decision // what people decided, by id of the fact
	err     error                         // first span that lies outside its report
}

// NewEncoder is an encoder of facts that v has; decided is what people decided
// about them, by id (nil: nothing). It looks up what it needs and costs nothing to
// make.
func NewEncoder(v *view.View, decided map[string][]readout.Decision) *Encoder {
	return &Encoder{view: v, runes: map[string]*CodePoints{}, decided: decided}
}

// newEncoder is an encoder of whole records.
func newEncoder(rec *readout.Record, decided map[string][]readout.Decision) *Encoder {
	e := NewEncoder(view.New(rec), decided)
	e.main, e.said, e.issues = mainEvents(rec), map[string]string{}, map[string]string{}
	for _, s := range rec.Statements {
		e.said[s.ID] = s.Report
	}
	for _, x := range rec.Issues {
		e.issues[x.ID] = x.Name
	}
	return e
}

// Err is the first span that lay outside its report: what was encoded must not
// be shown.
func (e *Encoder) Err() error { return e.err }

// Span turns bytes of a report into code points. A span outside its report is
// a bug of whoever made the fact; see Err.
func (e *Encoder) Span(report string, s readout.Span) wire.Span {
	cp := e.runes[report]
	if cp == nil {
		if r := e.view.Report(report); r != nil {
			cp = NewCodePoints(r.Text)
			e.runes[report] = cp
		}
	}
	if cp == nil || s.Start < 0 || s.End < s.Start || s.End > cp.bytes {
		if e.err == nil {
			e.err = fmt.Errorf("span %d-%d does not lie in report %q", s.Start, s.End, report)
		}
		return wire.Span{}
	}
	return wire.Span{Start: cp.FromByte(s.Start), End: cp.FromByte(s.End)}
}

func (e *Encoder) evidence(v readout.Evidence) wire.Evidence {
	s := e.Span(v.Report, v.Span)
	return wire.Evidence{Report: v.Report, Start: s.Start, End: s.End}
}

func (e *Encoder) evidences(vs []readout.Evidence) []wire.Evidence {
	out := make([]wire.Evidence, 0, len(vs))
	for _, v := range vs {
		out = append(out, e.evidence(v))
	}
	return out
}

// CodePoints converts byte offsets of one text into Unicode code points.
type CodePoints struct {
	bytes int
	extra []int // byte offsets just after each continuation byte, ascending
}

// NewCodePoints indexes text. ASCII text costs nothing.
func NewCodePoints(text string) *CodePoints {
	c := &CodePoints{bytes: len(text)}
	for i := 0; i < len(text); i++ {
		if text[i]&0xC0 == 0x80 {
			c.extra = append(c.extra, i+1)
		}
	}
	return c
}

// FromByte is the number of code points before byte offset b.
func (c *CodePoints) FromByte(b int) int {
	return b - sort.SearchInts(c.extra, b+1)
}

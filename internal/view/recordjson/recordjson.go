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
func Write(w io.Writer, rec *readout.Record) error { return WritePart(w, rec, rec) }

// WritePart prints some facts of a record in the same form. Reports that part
// names and does not hold are looked up in whole.
func WritePart(w io.Writer, whole, part *readout.Record) error {
	doc, err := Part(whole, part)
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
func Part(whole, part *readout.Record) (any, error) {
	e := newEncoder(whole)
	doc := e.record(part)
	if e.err != nil {
		return nil, fmt.Errorf("write record: %w", e.err)
	}
	return doc, nil
}

// encoder holds what turning offsets into code points needs.
type encoder struct {
	runes  map[string]*CodePoints // by report id
	main   map[string]string      // main event of each report
	said   map[string]string      // report of each statement
	issues map[string]string      // name of each issue
	view   *view.View             // counts what an event rests on
	err    error                  // first span that lies outside its report
}

func newEncoder(rec *readout.Record) *encoder {
	e := &encoder{runes: make(map[string]*CodePoints, len(rec.Reports)), main: mainEvents(rec), said: map[string]string{}, issues: map[string]string{}, view: view.New(rec)}
	for _, r := range rec.Reports {
		e.runes[r.ID] = NewCodePoints(r.Text)
	}
	for _, s := range rec.Statements {
		e.said[s.ID] = s.Report
	}
	for _, x := range rec.Issues {
		e.issues[x.ID] = x.Name
	}
	return e
}

// span turns bytes of a report into code points. A span outside its report is
// a bug of whoever made the fact; the first one fails the whole write.
func (e *encoder) span(report string, s readout.Span) wire.Span {
	cp := e.runes[report]
	if cp == nil || s.Start < 0 || s.End < s.Start || s.End > cp.bytes {
		if e.err == nil {
			e.err = fmt.Errorf("span %d-%d does not lie in report %q", s.Start, s.End, report)
		}
		return wire.Span{}
	}
	return wire.Span{Start: cp.FromByte(s.Start), End: cp.FromByte(s.End)}
}

func (e *encoder) evidence(v readout.Evidence) wire.Evidence {
	s := e.span(v.Report, v.Span)
	return wire.Evidence{Report: v.Report, Start: s.Start, End: s.End}
}

func (e *encoder) evidences(vs []readout.Evidence) []wire.Evidence {
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

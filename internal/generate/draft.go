package generate

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/extract"
	"github.com/readout-news/readout/internal/nlp"
)

// draft is a report while its text is put together.
type draft struct {
	report    *readout.Report
	text      strings.Builder
	sentences []nlp.Sentence
	para      int
	fresh     bool                // the next sentence begins a paragraph
	later     []func(id string)   // what needs the report's id
	sidecar   readout.Sidecar     //
	seen      time.Time           // when it came in
	outlet    *readout.Entity     //
	origin    readout.Origin      //
	told      map[string]struct{} // quotations so far: no text says one twice
	mentions  int                 // of the story so far
}

// mark is a part of a sentence whose place is wanted.
type mark struct {
	words string
	at    *readout.Span
}

// at marks words.
func at(words string, span *readout.Span) mark { return mark{words, span} }

// say adds a sentence made of parts (strings, marks and names) and returns
// where it stands.
func (d *draft) say(m *maker, parts ...any) readout.Span {
	switch {
	case d.text.Len() == 0:
	case d.fresh:
		d.text.WriteString("\n\n")
		d.para++
	default:
		d.text.WriteByte(' ')
	}
	d.fresh = false
	s := readout.Span{Start: d.text.Len()}
	for _, p := range parts {
		from := d.text.Len()
		switch p := p.(type) {
		case string:
			d.text.WriteString(p)
		case mark:
			d.text.WriteString(p.words)
			*p.at = readout.Span{Start: from, End: d.text.Len()}
		case *readout.Entity:
			d.text.WriteString(p.Name)
			d.mention(p, readout.Span{Start: from, End: d.text.Len()})
		case *person:
			d.text.WriteString(p.office + " ")
			d.role(p, readout.Span{Start: from, End: from + len(p.office)})
			from = d.text.Len()
			d.text.WriteString(p.Name)
			d.mention(p.Entity, readout.Span{Start: from, End: d.text.Len()})
		case last:
			d.text.WriteString(p.last)
			d.mention(p.Entity, readout.Span{Start: from, End: d.text.Len()})
		}
	}
	s.End = d.text.Len()
	d.sentences = append(d.sentences, nlp.Sentence{Span: s, Para: d.para})
	return s
}

// last is a person under the family name alone.
type last struct{ *person }

// paragraph ends the paragraph.
func (d *draft) paragraph() { d.fresh = true }

func (d *draft) mention(e *readout.Entity, s readout.Span) {
	d.evidence("name", s, func(ev readout.Evidence) {
		e.Mentions = append(e.Mentions, readout.EntityMention{Evidence: ev, Form: readout.FormName})
	})
}

// roles is how many of the places that give somebody an office are kept.
const roles = 12

func (d *draft) role(p *person, s readout.Span) {
	d.evidence("role", s, func(e readout.Evidence) {
		if len(p.Roles) == 0 {
			p.Roles = []readout.Role{{Title: p.office}}
		}
		if len(p.Roles[0].Evidence) < roles {
			p.Roles[0].Evidence = append(p.Roles[0].Evidence, e)
		}
	})
}

// evidence calls use with the evidence of s once the report's id is known.
func (d *draft) evidence(rule string, s readout.Span, use func(readout.Evidence)) {
	d.later = append(d.later, func(id string) { use(readout.Evidence{Report: id, Span: s, By: by(rule)}) })
}

// capture is the report as it came in.
func (d *draft) capture() readout.Capture {
	side := d.sidecar
	return readout.Capture{Path: d.report.Path, URL: d.report.URL, MediaType: "text/plain", Body: []byte(d.report.Text), SHA256: d.report.SHA256, Sidecar: &side}
}

// finish gives the report its id and the facts their evidence.
func (d *draft) finish() {
	r := d.report
	r.Text = d.text.String()
	sum := sha256.Sum256([]byte(r.Text))
	r.SHA256 = hex.EncodeToString(sum[:])
	r.ID = extract.ReportID(&readout.Capture{SHA256: r.SHA256, Sidecar: &d.sidecar})
	for _, f := range d.later {
		f(r.ID)
	}
	d.later, d.told = nil, nil
	d.text.Reset()
}

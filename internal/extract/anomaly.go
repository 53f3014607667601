package extract

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/charset"
)

// maxEvidence is how many places of one defect are kept as evidence; the note
// has the full count.
const maxEvidence = 20

// decoded notes how the bytes were decoded where that was not plain UTF-8.
func (d *draft) decoded(t charset.Text) {
	if t.BOM {
		d.note("byte-order-mark", fmt.Sprintf("a byte order mark (%s) before the text was left out; offsets count from after it", t.Encoding), nil)
	} else if t.Encoding != "utf-8" {
		d.note("encoding", fmt.Sprintf("decoded as %s (%s)", t.Encoding, t.Basis), nil)
	}
	if t.Bad > 0 {
		kind := "bad-utf8"
		if t.Encoding != "utf-8" {
			kind = "bad-encoding"
		}
		d.note(kind, fmt.Sprintf("%d broken byte sequences of %s were replaced by U+FFFD", t.Bad, t.Encoding), d.find("extract/replacement", "\uFFFD"))
	}
}

// anomalies notes defects of the finished text.
func (d *draft) anomalies() {
	for _, mark := range []string{"““", "””", `""`} {
		if at := d.find("extract/doubled-mark", mark); len(at) > 0 {
			d.note("doubled-quotation-mark", fmt.Sprintf("a quotation mark stands twice (%s)", mark), at)
		}
	}
	var zero []readout.Evidence
	for i := 0; i < len(d.Text) && len(zero) < maxEvidence; {
		r, n := utf8.DecodeRuneInString(d.Text[i:])
		if r == 0 || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' {
			zero = append(zero, d.evidence("extract/control", i, i+n))
		}
		i += n
	}
	if len(zero) > 0 {
		d.note("control-character", "zero characters or marks that reorder text on screen", zero)
	}
}

func (d *draft) note(kind, note string, at []readout.Evidence) {
	d.Anomalies = append(d.Anomalies, readout.Anomaly{Kind: kind, Note: note, Evidence: at})
}

func (d *draft) evidence(rule string, start, end int) readout.Evidence {
	return readout.Evidence{Report: d.ID, Span: readout.Span{Start: start, End: end}, By: by(rule)}
}

// find lists the first places of s in the text.
func (d *draft) find(rule, s string) []readout.Evidence {
	var out []readout.Evidence
	for from := 0; len(out) < maxEvidence; {
		i := strings.Index(d.Text[from:], s)
		if i < 0 {
			break
		}
		out = append(out, d.evidence(rule, from+i, from+i+len(s)))
		from += i + len(s)
	}
	return out
}

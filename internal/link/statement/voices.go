package statement

import (
	"slices"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// Voices tells other kinds of facts of one document, such as answers and
// positions, through whom the report has them.
type Voices struct {
	doc   *nlp.Doc
	d     int
	venue []int
	ents  Entities
}

// NewVoices reads the attributions of doc, which ents numbers d.
func NewVoices(doc *nlp.Doc, d int, ents Entities) *Voices {
	return &Voices{doc: doc, d: d, venue: venues(doc), ents: ents}
}

// ID is the Statement.ID of attribution i, "" when the record has none for it.
func (v *Voices) ID(i int) string {
	if i == nlp.None {
		return ""
	}
	a := &v.doc.Attributions[i]
	if len(a.Content) == 0 || a.Negated {
		return ""
	}
	return id(v.doc, a)
}

// Date is the day on which the words of attribution i were spoken, nil unknown.
func (v *Voices) Date(i int) *readout.Date {
	if i == nlp.None {
		return nil
	}
	return date(v.doc, &v.doc.Attributions[i])
}

// Entity is the entity of chain c, "" for none.
func (v *Voices) Entity(c int) string { return entity(v.ents, v.d, c) }

// Chain lists through whom the report has what first does or says: first, then
// the speaker of attribution i and its relays unless first is that speaker,
// then the outlet. i is None in the outlet's own voice. first may be the zero
// link: then the chain is that of the attribution.
func (v *Voices) Chain(first readout.ChainLink, i int) []readout.ChainLink {
	var rest []readout.ChainLink
	if i == nlp.None {
		if w := v.ents.OfWire(v.d); w.Entity != "" {
			rest = append(rest, w)
		}
		rest = append(rest, readout.ChainLink{Entity: v.ents.OfOutlet(v.d), Text: v.doc.Report.Outlet, OutletOfReport: true})
	} else {
		rest = chain(v.doc, v.d, i, v.venue, v.ents)
	}
	if first.Entity == "" && first.Text == "" && first.Cue == nil {
		return rest
	}
	if len(rest) > 1 && (first.Entity != "" && rest[0].Entity == first.Entity || first.Entity == "" && rest[0].Text == first.Text) {
		return rest
	}
	if len(rest) > 1 && first.Cue != nil && rest[0].Cue != nil && rest[0].Cue.Span.Overlaps(first.Cue.Span) {
		// The same step read twice, once without its name.
		if rest[0].Entity == "" && first.Entity != "" {
			rest[0] = first
		}
		return rest
	}
	return slices.Insert(rest, 0, first)
}

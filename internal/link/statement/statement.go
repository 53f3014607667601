// Package statement turns the attributions of each report into statements of
// the record: speaker as an entity, the chain through which the report has it,
// addressee, medium, date and nesting.
//
// In go annotated reports and the entity of each chain; out come statements
// sorted by report and place. It joins nothing across reports.
package statement

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// Version rises when output can change.
const Version = "3"

// Entities answers which entity of the record a chain or a report's outlet is.
type Entities interface {
	// OfChain is the entity of chain c of document d, "" when it has none.
	OfChain(d, c int) string
	// OfOutlet is the entity of the outlet of document d, "" unknown.
	OfOutlet(d int) string
	// OfWire is the agency that document d credits for its text as a link of
	// the chain; its Entity is "" when there is none or it is the outlet.
	OfWire(d int) readout.ChainLink
}

// Occasions answers which event of the record a mention is.
type Occasions interface {
	// OfEvent is the event of mention m of document d, "" when it has none.
	OfEvent(d, m int) string
}

// Link makes the statements of all docs; d in Entities and Occasions
// indexes docs.
func Link(docs []*nlp.Doc, ents Entities, at Occasions) []*readout.Statement {
	var out []*readout.Statement
	for d, doc := range docs {
		ids := make([]string, len(doc.Attributions))
		for i := range doc.Attributions {
			ids[i] = id(doc, &doc.Attributions[i])
		}
		venue := venues(doc)
		for i := range doc.Attributions {
			a := &doc.Attributions[i]
			if len(a.Content) == 0 || a.Negated {
				continue
			}
			s := &readout.Statement{
				ID: ids[i], Report: doc.Report.ID, Kind: a.Kind, Content: slices.Clone(a.Content), Text: joined(doc, a.Content),
				Uttered: a.Uttered, By: a.By,
				Speaker:   entity(ents, d, a.Speaker),
				Addressee: entity(ents, d, a.Addressee),
				Chain:     chain(doc, d, i, venue, ents),
				Medium:    medium(doc, d, a, ents),
				Date:      date(doc, a),
				Event:     Occasion(doc, d, a, at),
			}
			if !a.Cue.Empty() {
				cue := a.Cue
				s.Cue = &cue
			}
			if !a.Source.Empty() {
				src := a.Source
				s.Source = &src
			}
			if a.Parent != nlp.None && !doc.Attributions[a.Parent].Negated {
				s.NestedIn = ids[a.Parent]
			}
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b *readout.Statement) int {
		return cmp.Or(cmp.Compare(a.Report, b.Report), a.Content[0].Compare(b.Content[0]), cmp.Compare(a.ID, b.ID))
	})
	return slices.CompactFunc(out, func(a, b *readout.Statement) bool { return a.ID == b.ID })
}

// id is derived from the report, the pieces of the content and the cue, so
// that re-reading names the same statement the same.
func id(doc *nlp.Doc, a *nlp.Attribution) string {
	h := sha256.New()
	fmt.Fprintf(h, "statement\x00%s\x00%d-%d", doc.Report.ID, a.Cue.Start, a.Cue.End)
	for _, s := range a.Content {
		fmt.Fprintf(h, "\x00%d-%d", s.Start, s.End)
	}
	return "s" + hex.EncodeToString(h.Sum(nil)[:8])
}

func joined(doc *nlp.Doc, spans []readout.Span) string {
	parts := make([]string, len(spans))
	for i, s := range spans {
		parts[i] = doc.Text(s)
	}
	return strings.Join(parts, " … ")
}

func entity(ents Entities, d, chain int) string {
	if chain == nlp.None {
		return ""
	}
	return ents.OfChain(d, chain)
}

// maxRelays bounds the walk along Relay; a longer line is a loop.
const maxRelays = 8

// Chains makes the chain of any attribution of document d, as its statement has
// it; for nlp.None it is the outlet alone. For other packages under link.
func Chains(doc *nlp.Doc, d int, ents Entities) func(attribution int) []readout.ChainLink {
	venue := venues(doc)
	return func(i int) []readout.ChainLink { return chain(doc, d, i, venue, ents) }
}

// chain lists who had it from whom: the speaker, each relay, the wire agency
// that the report credits, and at last the outlet of the report. A report whose
// outlet is unknown ends in its text alone, since somebody printed it. A cue
// without a source ("reportedly") is a link without a name.
func chain(doc *nlp.Doc, d, i int, venue []int, ents Entities) []readout.ChainLink {
	var out []readout.ChainLink
	add := func(l readout.ChainLink) {
		// A source that only repeats the last link ("he said, she added" of
		// one person) is the same step of the chain.
		if len(out) == 0 || l.Entity == "" || l.Entity != out[len(out)-1].Entity {
			out = append(out, l)
		}
	}
	var through *readout.ChainLink
	for n := 0; i != nlp.None && n < maxRelays; n++ {
		a := &doc.Attributions[i]
		switch {
		case !a.Source.Empty() || a.Speaker != nlp.None || !a.Cue.Empty():
			link := readout.ChainLink{Entity: entity(ents, d, a.Speaker), Text: doc.Text(a.Source), Factuality: a.Factuality}
			if a.Source.Empty() && a.Speaker != nlp.None {
				link.Text = doc.Chains[a.Speaker].Name
			}
			if !a.Cue.Empty() {
				link.Cue = &readout.Evidence{Report: doc.Report.ID, Span: a.Cue, By: a.By}
			}
			add(link)
		}
		if v := venue[i]; v != nlp.None && through == nil {
			r := &doc.Attributions[v]
			through = &readout.ChainLink{Entity: entity(ents, d, r.Speaker), Text: doc.Text(r.Source), Factuality: r.Factuality}
		}
		i = a.Relay
	}
	if through != nil && !passes(out, through) {
		add(*through)
	}
	if w := ents.OfWire(d); w.Entity != "" && !passes(out, &w) {
		add(w)
	}
	return append(out, readout.ChainLink{Entity: ents.OfOutlet(d), Text: doc.Report.Outlet, OutletOfReport: true})
}

// passes reports whether the chain has a link to the entity of l already.
func passes(chain []readout.ChainLink, l *readout.ChainLink) bool {
	return slices.ContainsFunc(chain, func(x readout.ChainLink) bool {
		return l.Entity != "" && x.Entity == l.Entity || l.Text != "" && x.Text == l.Text
	})
}

// medium is the entity of the medium's name where it is one ("Truth Social"),
// else its words ("a statement", "a speech in Karvany").
func medium(doc *nlp.Doc, d int, a *nlp.Attribution, ents Entities) string {
	if a.Medium.Empty() {
		return ""
	}
	for m := range doc.Mentions {
		x := &doc.Mentions[m]
		if x.Form == readout.FormName && a.Medium.Contains(x.Span) && x.Chain != nlp.None && (x.Type == nlp.OutletName || x.Type == nlp.WorkName || a.Medium == x.Span) {
			if e := ents.OfChain(d, x.Chain); e != "" {
				return e
			}
		}
	}
	return doc.Text(a.Medium)
}

// Occasion is the call, meeting, interview, speech or briefing at which the
// words of attribution a of document d were said, "" when the report does not
// tell. It is told by the medium, by a phrase with at, in or during that hangs
// on the cue or on who is told, or by a call or meeting told just before of
// those two who speak and are told. Quoted words go on from the statement before
// them. A statement or post is no occasion of
// itself.
func Occasion(doc *nlp.Doc, d int, a *nlp.Attribution, at Occasions) string {
	if id := ownOccasion(doc, d, a, at); id != "" || !goesOn(doc, a) {
		return id
	}
	// “…,” she said in an interview. “…,” she added.
	for i := range doc.Attributions {
		b := &doc.Attributions[i]
		if b.Speaker == a.Speaker && b.Parent == a.Parent && b.Cue != a.Cue && b.Cue.Start < a.Span().Start && b.Sent <= a.Sent && a.Sent-b.Sent <= toldReach && doc.Sentences[b.Sent].Para == doc.Sentences[a.Sent].Para {
			if id := ownOccasion(doc, d, b, at); id != "" {
				return id
			}
		}
	}
	return ""
}

// goesOn reports whether the words of a, by somebody known, can go on from a
// statement before: they are quoted, and nothing tells another medium or day.
func goesOn(doc *nlp.Doc, a *nlp.Attribution) bool {
	if a.Speaker == nlp.None || a.Kind == readout.Indirect || !a.Medium.Empty() || a.Negated || !a.Uttered {
		return false
	}
	s := doc.Sentences[a.Sent]
	return !slices.ContainsFunc(doc.Timexes, func(t nlp.Timex) bool {
		return s.Contains(t.Span) && !slices.ContainsFunc(a.Content, t.Overlaps)
	})
}

// ownOccasion is the occasion that the words around the cue tell.
func ownOccasion(doc *nlp.Doc, d int, a *nlp.Attribution, at Occasions) string {
	if a.Cue.Empty() {
		return ""
	}
	for m := range doc.Events {
		e := &doc.Events[m]
		if !e.Nominal || e.Type == "STATEMENT" && !spoken[e.Mode] || untold[e.Status] || e.Plural || e.Token < 0 || e.Token >= len(doc.Tokens) || slices.ContainsFunc(a.Content, e.Trigger.Overlaps) {
			continue
		}
		if a.Parent != nlp.None && !slices.ContainsFunc(doc.Attributions[a.Parent].Content, e.Trigger.Overlaps) {
			continue // "in an interview she denied that the envoy had promised it"
		}
		if !a.Medium.Contains(e.Trigger) && !(a.CueToken >= 0 && during(doc, e.Token, a.CueToken)) {
			continue
		}
		if id := at.OfEvent(d, m); id != "" {
			return id
		}
	}
	return toldThere(doc, d, a, at)
}

// spoken are the modes of statements at which people speak.
var spoken = map[string]bool{"interview": true, "press": true, "speech": true, "debate": true, "hearing": true, "testimony": true}

// untold are the statuses of an event at which nothing was said yet.
var untold = map[readout.EventStatus]bool{readout.Planned: true, readout.Denied: true, readout.Hypothetical: true}

// during reports whether the noun at t is a phrase of time or place of the verb
// at cue: "told him at the meeting". The tree may hang it on who is told.
func during(doc *nlp.Doc, t, cue int) bool {
	h := doc.Tokens[t].Head
	if h != cue && (h == nlp.None || h < cue || doc.Tokens[h].Head != cue || !nlp.HasRel(doc.Tokens[h].Deprel, "iobj", "obj")) || !nlp.HasRel(doc.Tokens[t].Deprel, "obl", "nmod") {
		return false
	}
	c := doc.Child(t, "case")
	if c == nlp.None {
		return false
	}
	switch doc.Lower(c) {
	case "at", "in", "during":
		return true
	case "on":
		return doc.Tokens[t].Lemma == "call"
	}
	return false
}

// toldReach is how many sentences before the cue a call or meeting can be told
// that "Maren told Ered" belongs to.
const toldReach = 1

// toldThere is the one call or meeting that the sentence of the cue, or the one
// before it in the paragraph, tells of the speaker and the one told; "" when
// there is none or more than one.
func toldThere(doc *nlp.Doc, d int, a *nlp.Attribution, at Occasions) string {
	if a.Speaker == nlp.None || a.Addressee == nlp.None || a.Speaker == a.Addressee {
		return ""
	}
	found := ""
	for m := range doc.Events {
		e := &doc.Events[m]
		if e.Type != "CONSULT" || e.Status != readout.Occurred || e.Negated || e.Plural || e.Trigger.Start >= a.Cue.Start || e.Sent < a.Sent-toldReach || e.Sent > a.Sent ||
			doc.Sentences[e.Sent].Para != doc.Sentences[a.Sent].Para || !tookPart(doc, e, a.Speaker) || !tookPart(doc, e, a.Addressee) {
			continue
		}
		id := at.OfEvent(d, m)
		if id == "" || found != "" && found != id {
			return ""
		}
		found = id
	}
	return found
}

// tookPart reports whether chain c is one of the participants of e, or of a
// group that is.
func tookPart(doc *nlp.Doc, e *nlp.EventMention, c int) bool {
	return slices.ContainsFunc(e.Args, func(x nlp.Argument) bool {
		if x.Mention == nlp.None || x.Role == "topic" || x.Role == "place" {
			return false
		}
		of := doc.Mentions[x.Mention].Chain
		return of == c || of != nlp.None && slices.Contains(doc.Chains[of].Members, c)
	})
}

// date is the day the words were spoken: the time expression nearest to the
// cue in its sentence and outside the content. A vague or unresolved one gives
// none.
func date(doc *nlp.Doc, a *nlp.Attribution) *readout.Date {
	if a.Cue.Empty() {
		return nil
	}
	sent := doc.Sentences[a.Sent]
	best, dist := nlp.None, 0
	for t := range doc.Timexes {
		x := &doc.Timexes[t]
		if !sent.Contains(x.Span) || x.Optional || x.Type != "DATE" && x.Type != "TIME" || x.AnchorEvent != "" {
			continue
		}
		if slices.ContainsFunc(a.Content, x.Overlaps) {
			continue
		}
		if _, ok := ResolvedDate(x); !ok {
			continue
		}
		gap := max(x.Start-a.Cue.End, a.Cue.Start-x.End, 0)
		if best == nlp.None || gap < dist {
			best, dist = t, gap
		}
	}
	if best == nlp.None || dist > maxCueToDate {
		return nil
	}
	x := &doc.Timexes[best]
	out, _ := ResolvedDate(x)
	out.Expression = &readout.Evidence{Report: doc.Report.ID, Span: x.Span, By: x.By}
	return &out
}

// maxCueToDate is how far (bytes) a date may stand from the cue and still be
// the day of speaking: past that it tends to belong to another clause.
const maxCueToDate = 60

// ResolvedDate reads a calendar day or hour from a TIMEX3 value; ok is false
// for anything coarser than a day, unresolved or not a date.
func ResolvedDate(x *nlp.Timex) (readout.Date, bool) {
	v := x.Value
	if len(v) < len("2031-03-14") || strings.ContainsAny(v[:10], "XW") || v[4] != '-' || v[7] != '-' || v[0] < '0' || v[0] > '9' {
		return readout.Date{}, false
	}
	for i, c := range []byte(v[:10]) {
		if i != 4 && i != 7 && (c < '0' || c > '9') {
			return readout.Date{}, false
		}
	}
	out := readout.Date{Value: v[:10], Precision: "day", Basis: x.Basis}
	if len(v) >= len("2031-03-14T10") && v[10] == 'T' && v[11] >= '0' && v[11] <= '9' {
		out.Value, out.Precision = v, "hour"
		if strings.Contains(v, ":") {
			out.Precision = "minute"
		}
	}
	return out, true
}

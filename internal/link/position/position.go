// Package position makes the positions of the record from those of each
// report, groups them into issues, and tells how each party's stand on an issue
// changes.
//
// In go annotated reports sorted by Report.ID, the entities of their chains
// and the events of their mentions. In order:
//
//  1. rows: each position with party and addressee as entities, who voiced it
//     and through whom the report has it, its date, its terms; one that a
//     report words twice alike is one row, in several reports it is several;
//  2. issues: rows whose head phrases name one matter (issue.go);
//  3. change: the rows of a party on an issue in the order of their dates
//     (change.go).
//
// Issues of several sets of reports are joined by Join, from what each set keeps
// of its issues (Unit; across.go).
//
// A date is that of the time expression that tells when the position was
// taken, else that of the meeting or call at which it was, else that of the
// utterance; nil when none of them has one, never the publication day. Words
// are those of reports: an issue's name is a phrase of one.
package position

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/event"
	"github.com/readout-news/readout/internal/link/statement"
	"github.com/readout-news/readout/internal/nlp"
)

// Version rises when output can change.
const Version = "2"

// Links is the outcome.
type Links struct {
	Positions []*readout.Position // sorted by report and place
	Issues    []*readout.Issue    // sorted by ID
	Stands    []*Stand            // of Positions, in their order
	Words     map[string][]string // by Position.ID: lemmas of the content words of its terms, sorted
	Breaches  map[string]bool     // by Position.ID: an accusation of breaking what binds
	Rules     map[string]string   // by Position.ID: the rule that read it
}

// Stand is a position with what grouping and comparing need.
type Stand struct {
	*readout.Position
	Month  int      // of publication, months since year 0; 0 unknown
	Head   string   // lemma of the head of the issue phrase, "" none
	Light  bool     // the head is too general, or the name of somebody
	Mods   []string // lemmas of its modifiers that tell matters apart, sorted
	Names  []string // entities named in the terms that are not the parties, sorted
	Phrase string   // the head phrase as written
	Proper bool     // it has one of shared
	Press  bool     // the party is an outlet
	Lifts  bool     // the party takes back a position of its own

	doc    int
	shared []string // those of Names that can show one matter: neither states nor persons, sorted
	words  []string // lemmas of the content words of the terms, sorted
	strong []string // those of words that are neither too general nor of degree, sorted
}

// Link makes positions and issues of all docs; d in who and evs indexes docs.
// The error is that of a damaged lexicon.
func Link(docs []*nlp.Doc, who statement.Entities, evs *event.Links) (*Links, error) {
	lex, err := shipped()
	if err != nil {
		return nil, err
	}
	var rows []*Stand
	for d, doc := range docs {
		if len(doc.Positions) == 0 {
			continue
		}
		v := statement.NewVoices(doc, d, who)
		var own []*Stand
		for i := range doc.Positions {
			own = append(own, lex.row(doc, d, i, v, evs))
		}
		rows = append(rows, distinct(own)...)
	}
	sortStands(rows)
	out := &Links{Words: map[string][]string{}, Breaches: map[string]bool{}, Rules: map[string]string{}}
	out.Issues = issues(rows)
	changes(rows)
	out.Stands = rows
	for _, r := range rows {
		out.Positions = append(out.Positions, r.Position)
		out.Words[r.ID] = r.words
		out.Rules[r.ID] = r.Evidence.By.Rule
	}
	for d, doc := range docs {
		v := statement.NewVoices(doc, d, who)
		for i := range doc.Positions {
			if p := &doc.Positions[i]; p.Breach {
				out.Breaches[id(doc, p, v)] = true
			}
		}
	}
	return out, nil
}

// row makes the row of position i of document d.
func (lex *lexicon) row(doc *nlp.Doc, d, i int, v *statement.Voices, evs *event.Links) *Stand {
	p := &doc.Positions[i]
	x := &readout.Position{
		ID: id(doc, p, v), Party: v.Entity(p.Party), Addressee: v.Entity(p.Addressee), Stance: p.Stance,
		Text: doc.Text(p.Span), Terms: doc.Text(p.Terms), If: doc.Text(p.If),
		Until:    timeOf(doc, p.Until),
		Chain:    v.Chain(readout.ChainLink{}, p.Attribution),
		Evidence: readout.Evidence{Report: doc.Report.ID, Span: p.Span, By: p.By}, Statement: v.ID(p.Attribution), Uttered: p.Uttered,
	}
	if x.Addressee == x.Party {
		x.Addressee = ""
	}
	if p.Attribution != nlp.None {
		x.Speaker = v.Entity(doc.Attributions[p.Attribution].Speaker)
	}
	at := takenAt(doc, d, p, evs)
	if at != nil {
		x.Event = at.ID
	}
	x.Date = timeOf(doc, p.Time)
	if x.Date == nil && at != nil && at.Date != nil && at.Status == readout.Occurred {
		c := *at.Date
		x.Date = &c
	}
	if x.Date == nil {
		x.Date = v.Date(p.Attribution)
		if x.Date != nil && deadline(doc, x.Date) {
			x.Date = nil
		}
	}
	r := &Stand{Position: x, doc: d, Month: month(doc.Report.Published.Value)}
	r.Press = p.Party != nlp.None && doc.Chains[p.Party].Type == readout.Outlet
	lex.describe(r, doc, p, v)
	return r
}

// takenAt is the event at which position p of document d was taken: the talks or
// call that its own clause names, else the occasion of the words that voice it;
// nil when the report tells none.
func takenAt(doc *nlp.Doc, d int, p *nlp.Position, evs *event.Links) *readout.Event {
	if p.Event != nlp.None {
		if e := evs.OfMention[d][p.Event]; e != event.None {
			return evs.Events[e]
		}
	}
	for a, n := p.Attribution, 0; a != nlp.None && n < maxNested; a, n = doc.Attributions[a].Parent, n+1 {
		i, err := strconv.Atoi(statement.Occasion(doc, d, &doc.Attributions[a], mentions{evs}))
		if err == nil && evs.Events[i].Status != readout.Planned {
			return evs.Events[i]
		}
	}
	return nil
}

// gives are the stances of what the party would do itself.
var gives = map[readout.Stance]bool{readout.Commit: true, readout.Offer: true, readout.Acceptance: true, readout.Proposal: true}

// maxNested bounds how deep statements in statements are followed.
const maxNested = 4

// mentions answers which event of the record a mention is, by its index in
// decimal: a look through all events for each position would be quadratic.
type mentions struct{ evs *event.Links }

func (m mentions) OfEvent(d, i int) string {
	if e := m.evs.OfMention[d][i]; e != event.None {
		return strconv.Itoa(e)
	}
	return ""
}

// deadline reports whether the words of date d say until when some position of
// doc holds: "they must leave by Easter, she said" was not said at Easter.
func deadline(doc *nlp.Doc, d *readout.Date) bool {
	return d.Expression != nil && slices.ContainsFunc(doc.Positions, func(p nlp.Position) bool {
		return p.Until != nlp.None && doc.Timexes[p.Until].Span == d.Expression.Span
	})
}

// month counts the months of an ISO 8601 day or month from year 0; 0 when it is
// neither.
func month(v string) int {
	if len(v) < len("2031-03") || v[4] != '-' {
		return 0
	}
	year, err1 := strconv.Atoi(v[:4])
	m, err2 := strconv.Atoi(v[5:7])
	if err1 != nil || err2 != nil {
		return 0
	}
	return 12*year + m
}

// id is derived from the report, the words and the parties, so that
// re-reading names the same position the same.
func id(doc *nlp.Doc, p *nlp.Position, v *statement.Voices) string {
	h := sha256.New()
	fmt.Fprintf(h, "position\x00%s\x00%d-%d\x00%d-%d\x00%s\x00%s\x00%s", doc.Report.ID, p.Start, p.End, p.Terms.Start, p.Terms.End, p.Stance, v.Entity(p.Party), v.Entity(p.Addressee))
	return "p" + hex.EncodeToString(h.Sum(nil)[:8])
}

// distinct joins what one report words twice alike: the same party, addressee
// and stance with terms of the same words. The first row stays; it takes what
// it lacks (date, condition, deadline, event) from the later ones.
func distinct(rows []*Stand) []*Stand {
	var out []*Stand
	for _, r := range rows {
		at := slices.IndexFunc(out, func(o *Stand) bool {
			return o.Party == r.Party && o.Addressee == r.Addressee && o.Stance == r.Stance && o.Uttered == r.Uttered && o.Lifts == r.Lifts &&
				(o.ID == r.ID || o.Head == r.Head && len(o.words) > 0 && slices.Equal(o.words, r.words) && o.If == r.If && sameDay(o.Date, r.Date))
		})
		if at < 0 {
			out = append(out, r)
			continue
		}
		o := out[at]
		if o.Date == nil {
			o.Date = r.Date
		}
		if o.Until == nil {
			o.Until = r.Until
		}
		o.Event = cmp.Or(o.Event, r.Event)
	}
	return out
}

// sameDay reports whether two dates can be one: equal, or one is unknown.
func sameDay(a, b *readout.Date) bool { return a == nil || b == nil || a.Value == b.Value }

// timeOf is the date of time expression t: a day or hour, or a month or year
// when the report says no more. Nil when it has none that is resolved.
func timeOf(doc *nlp.Doc, t int) *readout.Date {
	if t == nlp.None {
		return nil
	}
	x := &doc.Timexes[t]
	if x.Type != "DATE" && x.Type != "TIME" || x.AnchorEvent != "" {
		return nil
	}
	out, ok := statement.ResolvedDate(x)
	if !ok {
		if out, ok = coarse(x); !ok {
			return nil
		}
	}
	out.Expression = &readout.Evidence{Report: doc.Report.ID, Span: x.Span, By: x.By}
	return &out
}

// coarse reads a month or a year.
func coarse(x *nlp.Timex) (readout.Date, bool) {
	v := x.Value
	digits := func(s string) bool {
		for _, c := range s {
			if c < '0' || c > '9' {
				return false
			}
		}
		return true
	}
	switch {
	case len(v) == len("2031") && digits(v):
		return readout.Date{Value: v, Precision: "year", Basis: x.Basis}, true
	case len(v) == len("2031-03") && v[4] == '-' && digits(v[:4]) && digits(v[5:]):
		return readout.Date{Value: v, Precision: "month", Basis: x.Basis}, true
	}
	return readout.Date{}, false
}

// Package published infers the publication day of reports that carry none
// from the whole set of reports, or leaves it open.
//
// In: annotated reports with their entities and events, and the calendar and
// terms of office of internal/kb. Out: the same reports, those of which
// something was learned replaced by copies with Report.Published filled and
// their time expressions read against it. In order, for each open report:
//
//  1. terms: an office that the report gives to its holder bounds the day to
//     the holder's terms; a full date told as past bounds it from below; where
//     the report carries its year or month, the day lies in it;
//  2. contacts: a meeting or call that the report dates by "Tuesday", "last
//     week", "today" or "18 March" is compared with every event of the same
//     parties whose day is known, from other reports or the calendar. The days
//     of publication on which the expression falls on a known day are kept;
//  3. the days that the contact allows which the report opens with are the
//     candidates, else those that any other allows; the others narrow them
//     where they can, for they may be events that nobody else tells of. On a
//     candidate nothing told as past is later than the opening matter.
//
// What is learned of one report can date an event of the next, so the steps
// are repeated until nothing changes, each round from the outcome of the last:
// the order of reports does not matter.
//
// A single candidate is the day. Of several, the first is the day when the
// report also speaks of its own day ("earlier in the day"); otherwise the day
// stays open between Earliest and Latest, and only those time expressions are
// read that come out the same on every candidate. More than a week of
// candidates decides nothing.
package published

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/kb"
	"github.com/readout-news/readout/internal/link/entity"
	"github.com/readout-news/readout/internal/link/event"
	"github.com/readout-news/readout/internal/nlp"
)

// Redate reads the time expressions of a report as published on another day;
// number and spans do not change.
type Redate func(doc *nlp.Doc, p readout.Published) []nlp.Timex

// Open reports whether the publication day of doc is unknown and can be asked
// for. What a person said of it is not asked again.
func Open(doc *nlp.Doc) bool {
	_, ok := doc.Report.Published.Day()
	return !ok && doc.Report.Published.Basis != readout.BasisDesk && doc.Report.Skip == "" && len(doc.Sentences) > 0
}

// Infer returns docs with the open ones dated as far as the set allows, and
// whether any changed. Docs are sorted by Report.ID; they are not changed.
func Infer(docs []*nlp.Doc, ents *entity.Links, events *event.Links, k *kb.KB, redate Redate) ([]*nlp.Doc, bool) {
	in := &inference{docs: docs, ents: ents, events: events, redate: redate, reports: make([]state, len(docs)), spans: map[string]days{}}
	for _, o := range k.Calendar() {
		in.calendar = append(in.calendar, occasion{dayOf(o.From), dayOf(o.To), o.Place, o.Parties, o.Name})
	}
	for d, doc := range docs {
		in.reports[d] = state{contacts: in.contacts(d), open: Open(doc), memo: map[int][]nlp.Timex{}}
		if in.reports[d].open {
			in.reports[d].domain = in.domain(d, k)
		}
	}
	for range docs {
		next := make([]verdict, len(docs))
		changed := false
		for d := range docs {
			if r := &in.reports[d]; r.open {
				next[d] = in.decide(d)
				r.forget(next[d].days)
				changed = changed || !slices.Equal(next[d].days, r.verdict.days) || next[d].why != r.verdict.why
			}
		}
		for d := range docs {
			in.reports[d].verdict = next[d]
		}
		if !changed {
			break
		}
	}
	out, changed := slices.Clone(docs), false
	for d := range docs {
		if r := &in.reports[d]; r.open && (len(r.verdict.days) > 0 || r.because != "") {
			out[d] = in.dated(d)
			changed = true
		}
	}
	return out, changed
}

// inference holds what all steps read.
type inference struct {
	docs     []*nlp.Doc
	ents     *entity.Links
	events   *event.Links
	redate   Redate
	calendar []occasion
	reports  []state
	spans    map[string]days // by value
}

// state is what is known of one report.
type state struct {
	open     bool
	contacts []contact
	domain   []days // of publication, sorted; nil when unbounded
	because  string // what bounded the domain but for the report's own year or month
	verdict  verdict
	memo     map[int][]nlp.Timex // time expressions by day of publication
}

// mostMemo is how many days of publication the readings of one report are kept
// for: parties that are often in contact have hundreds of known days, and each
// is held against the two months behind it.
const mostMemo = 100

// forget drops the readings for all days but those, where there are too many.
func (r *state) forget(but []int) {
	if len(r.memo) > mostMemo {
		maps.DeleteFunc(r.memo, func(p int, _ []nlp.Timex) bool { return !slices.Contains(but, p) })
	}
}

// verdict is the outcome for one report.
type verdict struct {
	days []int // candidates, sorted; nil when nothing was decided
	day  int   // the chosen one, 0 when open
	why  string
}

// days is a closed range of days since 1970.
type days struct{ lo, hi int }

// occasion is an entry of the calendar.
type occasion struct {
	lo, hi  int
	place   string
	parties []string
	name    string
}

// contact is one event as one report tells of it.
type contact struct {
	event   int
	parties []string // entity IDs, sorted
	states  []string // their countries, sorted, each once
	place   string   // name, "" unknown
	times   []int    // into Doc.Timexes
	lead    bool     // the first that the report tells of
}

func dayOf(t time.Time) int { return int(t.Unix() / secondsPerDay) }

func format(day int) string {
	return time.Unix(int64(day)*secondsPerDay, 0).UTC().Format(time.DateOnly)
}

const secondsPerDay = 24 * 60 * 60

// contacts lists what report d tells of events that took place or are said to
// have, with at least two parties and a time expression.
func (in *inference) contacts(d int) []contact {
	doc := in.docs[d]
	byEvent := map[int]int{}
	first := map[int]int{} // event → its first mention
	var out []contact
	for i := range doc.Events {
		m := &doc.Events[i]
		n := in.events.OfMention[d][i]
		if at, ok := first[n]; !ok || m.Trigger.Start < at {
			first[n] = m.Trigger.Start
		}
		if n == event.None || m.Time == nlp.None || m.Plural || m.Negated || m.Status != readout.Occurred && m.Status != readout.Reported {
			continue
		}
		if t := &doc.Timexes[m.Time]; t.Optional || t.AnchorEvent != "" || t.Type != "DATE" && t.Type != "TIME" {
			continue
		}
		at, ok := byEvent[n]
		if !ok {
			c, enough := in.parties(n)
			if !enough {
				continue
			}
			at = len(out)
			byEvent[n] = at
			out = append(out, c)
		}
		if !slices.Contains(out[at].times, m.Time) {
			out[at].times = append(out[at].times, m.Time)
		}
	}
	if len(out) > 0 {
		lead := slices.MinFunc(out, func(a, b contact) int { return cmp.Compare(first[a.event], first[b.event]) })
		for i := range out {
			out[i].lead = out[i].event == lead.event
		}
	}
	return out
}

// parties are those who took part in event n; ok is false for fewer than two.
func (in *inference) parties(n int) (contact, bool) {
	e := in.events.Events[n]
	c := contact{event: n}
	for _, p := range e.Participants {
		if p.Role == "topic" || p.Role == "host" || p.Role == "place" {
			continue
		}
		c.parties = append(c.parties, p.Entity)
		if x := in.entity(p.Entity); x != nil && x.Country != "" {
			c.states = append(c.states, x.Country)
		}
	}
	slices.Sort(c.parties)
	c.parties = slices.Compact(c.parties)
	slices.Sort(c.states)
	c.states = slices.Compact(c.states)
	if x := in.entity(e.Place); x != nil {
		c.place = x.Name
	}
	return c, len(c.parties) >= 2
}

func (in *inference) entity(id string) *readout.Entity {
	i, ok := slices.BinarySearchFunc(in.ents.Entities, id, func(e *readout.Entity, id string) int { return strings.Compare(e.ID, id) })
	if !ok {
		return nil
	}
	return in.ents.Entities[i]
}

// timexes are the time expressions of report d as published on day p.
func (in *inference) timexes(d, p int) []nlp.Timex {
	r := &in.reports[d]
	if t, ok := r.memo[p]; ok {
		return t
	}
	t := in.redate(in.docs[d], readout.Published{Value: format(p), Precision: "day", Basis: readout.BasisInferred})
	r.memo[p] = t
	return t
}

// spanOf is span, which each value is read with once.
func (in *inference) spanOf(value string) (days, bool) {
	d, ok := in.spans[value]
	if !ok {
		var read bool
		if d, read = span(value); !read {
			d = none
		}
		in.spans[value] = d
	}
	return d, d != none
}

// none is where a value names no days.
var none = days{1, 0}

// span reads the days of a value that is no coarser than a week.
func span(value string) (days, bool) {
	if _, _, precision, _ := event.Days(value); precision != "day" && precision != "week" && precision != "hour" && precision != "minute" {
		return days{}, false
	}
	from, to, ok := daysOf(value)
	return days{from, to}, ok
}

// dated is report d with what the verdict says, as a copy.
func (in *inference) dated(d int) *nlp.Doc {
	doc, r := in.docs[d], &in.reports[d]
	report, out := *doc.Report, *doc
	p := &report.Published
	if len(r.verdict.days) == 0 {
		p.Earliest, p.Latest = bounds(r.domain)
		p.Why = reasons(p.Why, r.because)
		out.Report = &report
		return &out
	}
	if p.Value == "" {
		p.Basis, p.Why = readout.BasisInferred, r.verdict.why
	} else { // a year or month, which the days lie in
		p.Why = reasons(p.Why, r.verdict.why)
	}
	p.Earliest, p.Latest = format(r.verdict.days[0]), format(r.verdict.days[len(r.verdict.days)-1])
	p.Candidates = slices.Clone(p.Candidates)
	for _, day := range r.verdict.days {
		p.Candidates = append(p.Candidates, readout.DateCandidate{Value: format(day), Basis: string(readout.BasisInferred)})
	}
	read := r.verdict.days
	if r.verdict.day != 0 {
		p.Value, p.Precision, p.Basis = format(r.verdict.day), "day", readout.BasisInferred
		read = []int{r.verdict.day}
	}
	out.Report = &report
	out.Timexes = in.agreed(d, read)
	return &out
}

// reasons joins what was known of a date with what is known now.
func reasons(old, now string) string {
	if old == "" {
		return now
	}
	return old + "; " + now
}

// agreed are the time expressions of report d that read the same on each of the
// days; the others keep their gaps.
func (in *inference) agreed(d int, read []int) []nlp.Timex {
	out := slices.Clone(in.docs[d].Timexes)
	for i := range out {
		first := in.timexes(d, read[0])[i]
		same := true
		for _, p := range read[1:] {
			same = same && in.timexes(d, p)[i].Value == first.Value
		}
		if same {
			out[i] = first
		}
	}
	return out
}

// bounds are the first and last day of a domain, "" where it is open.
func bounds(domain []days) (earliest, latest string) {
	if len(domain) == 0 {
		return "", ""
	}
	if lo := domain[0].lo; lo > farPast {
		earliest = format(lo)
	}
	if hi := domain[len(domain)-1].hi; hi < farFuture {
		latest = format(hi)
	}
	return earliest, latest
}

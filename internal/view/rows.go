package view

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/readout-news/readout"
)

// TimelineRow is an event as a line of a timeline.
type TimelineRow struct {
	EventRow
	Time     string   // "15:40"; "" when no report gives an hour
	When     string   // what is to be said of the time besides: "to 14 March", "or 15 March", "by then at the latest"; "" nothing
	Kind     string   // "Phone call"
	Status   string   // "announced", "not confirmed", "denied"; "" when it took place
	Disputes []string // attributes on which claims cannot all be true, in words
	Words    string   // said at the event, or of a report that tells of it; cut; "" none
	Exact    bool     // Words are all the speaker's own: they stand in quotation marks
	By       string   // who says them, or the outlet
	With     string   // who takes part and where, as far as the title does not say it
	Told     string   // who tells of it: "Harbour Wire and 2 others"
	Count    int      // sentences that tell of it, in reports that are no copies of each other
	Minor    bool
}

// maxRowQuote bounds the words of a quotation in a row, in characters.
const maxRowQuote = 110

// minTelling is the least bytes of a clause that tells something by itself.
const minTelling = 40

// statusWords say what a status means on a page.
var statusWords = map[readout.EventStatus]string{
	readout.Planned: "announced", readout.Reported: "not confirmed", readout.Denied: "denied", readout.Hypothetical: "only a possibility",
}

// attributeWords name attributes of claims where their own name is no word.
var attributeWords = map[string]string{"occurrence": "whether it took place", "participants": "who took part", "number": "how many", "date": "the day"}

// AttributeWords names an attribute of claims: "duration", "whether it took
// place".
func AttributeWords(a string) string {
	if w := attributeWords[a]; w != "" {
		return w
	}
	return strings.ReplaceAll(a, "-", " ")
}

// KindWords names the kind of an event: "Phone call", "Denial".
func KindWords(e *readout.Event) string {
	n := strings.TrimPrefix(words().noun(e.Type, cmp.Or(e.Mode, "-")).the, "the ")
	switch {
	// Within a list "Call" needs to say which.
	case e.Type == "CONSULT" && e.Mode == "phone":
		n = "phone call"
	case n == "it":
		n = strings.ToLower(strings.ReplaceAll(cmp.Or(e.Mode, e.Type), "-", " "))
	}
	return capital(n)
}

// KindName names a type or mode of events by which lists are narrowed; value
// itself where it is none.
func KindName(value string) string {
	p := words()
	for _, k := range [][2]string{{"CONSULT", strings.ToLower(value)}, {strings.ToUpper(value), "-"}} {
		if _, ok := p.nouns[k]; ok && k[1] != "" {
			e := readout.Event{Type: k[0], Mode: k[1]}
			if k[1] == "-" {
				e.Mode = ""
			}
			return KindWords(&e)
		}
	}
	var types []string
	for k := range p.nouns {
		if k[1] == strings.ToLower(value) {
			types = append(types, k[0])
		}
	}
	if len(types) == 0 {
		return value
	}
	return KindWords(&readout.Event{Type: slices.Min(types), Mode: strings.ToLower(value)})
}

// TimelineRow is the row of one event; ok is false when there is none.
func (v *View) TimelineRow(id string) (row TimelineRow, ok bool) {
	x := v.inOrder()
	i, ok := x.at[id]
	if !ok {
		return row, false
	}
	return v.timelineRow(x.order[i], x.meta[i]), true
}

func (v *View) timelineRow(e *readout.Event, m eventMeta) TimelineRow {
	r := TimelineRow{Kind: KindWords(e), Status: statusWords[e.Status], Minor: m.minor}
	r.EventRow, _ = v.Event(e.ID)
	r.Time, r.When = timeWords(e.Date)
	words := make([]readout.Evidence, len(e.Mentions))
	for i, m := range e.Mentions {
		words[i] = readout.Evidence{Report: m.Report, Span: m.Trigger}
	}
	r.Count, _ = v.countSentences(words)
	var other []string
	for _, d := range r.Differ {
		if d.Verdict != readout.Conflict {
			continue
		}
		if w := AttributeWords(d.Attribute); !slices.Contains(r.Disputes, w) {
			r.Disputes = append(r.Disputes, w)
		}
		if d.Attribute == "date" {
			for _, c := range d.Values {
				if w := DateWords(c.Claim.Value.Date); w != "" && e.Date != nil && c.Claim.Value.Date.Value != e.Date.Value && !slices.Contains(other, w) {
					other = append(other, w)
				}
			}
		}
	}
	if len(other) > 0 {
		r.When = "or " + strings.Join(other, ", ")
	}
	if s := v.rowQuote(e); s != nil {
		r.Words, r.Exact, r.By = shorten(s.Text, maxRowQuote), s.Kind == readout.Direct, v.EntityName(s.Speaker)
	} else {
		r.Words, r.By = v.telling(e)
	}
	r.With = v.with(r.EventRow)
	r.Told = v.told(r.Support.Reports)
	return r
}

// timeWords is the hour of an event, and what else is to be said of its time.
func timeWords(d *readout.Date) (clock, when string) {
	if d == nil {
		return "", ""
	}
	if i := strings.IndexByte(d.Value, 'T'); i > 0 && !d.Bound() {
		clock = d.Value[i+1:]
		if len(clock) > 5 {
			clock = clock[:5]
		}
		if len(clock) == 2 {
			clock = "about " + clock + ":00"
		}
	}
	kind, _ := spanOf(d)
	switch {
	case d.Bound():
		when = "then or before"
	case kind == SpanDay && len(d.End) >= len(time.DateOnly) && d.End[:len(time.DateOnly)] != d.Value[:len(time.DateOnly)]:
		if t, err := time.Parse(time.DateOnly, d.End[:len(time.DateOnly)]); err == nil {
			when = "to " + t.Format("2 January")
		}
	case d.Basis == "inferred":
		when = "about then"
	}
	return clock, when
}

// rowQuote is the statement that shows best what was said at an event: of those
// made at it, words in quotation marks before others, of a participant before
// others, not too short and not too long.
func (v *View) rowQuote(e *readout.Event) *readout.Statement {
	var best *readout.Statement
	score := 0
	for _, s := range v.about(e.ID).statements {
		if !s.Uttered || s.Speaker == "" || s.Kind == readout.Indirect {
			continue
		}
		n := 1
		if s.Kind == readout.Direct {
			n += 4
		}
		if slices.ContainsFunc(e.Participants, func(p readout.Participant) bool { return p.Entity == s.Speaker }) {
			n += 2
		}
		if len(s.Text) >= 20 && len(s.Text) <= maxRowQuote {
			n += 2
		}
		if n > score {
			best, score = s, n
		}
	}
	return best
}

// telling are the words of a report that tell of e, cut around the word that
// names it, and the report's outlet: those of the first report that is no copy.
func (v *View) telling(e *readout.Event) (words, outlet string) {
	var best *readout.EventMention
	rank := func(m *readout.EventMention) int {
		i := v.reports[m.Report]
		copied := i < len(v.Record.Origins) && v.Record.Origins[i].Kind == "copy"
		// A bare "the talks" tells nothing.
		short := m.Span.End-m.Span.Start < minTelling
		return 2*b2i(short) + b2i(copied)
	}
	for i := range e.Mentions {
		m := &e.Mentions[i]
		if r := v.Report(m.Report); r == nil || m.Span.Start < 0 || m.Span.End > len(r.Text) || !m.Span.Contains(m.Trigger) {
			continue
		}
		if best == nil || cmp.Or(cmp.Compare(rank(m), rank(best)), readout.ComparePublished(cmp.Or(v.published(m.Report), "~"), cmp.Or(v.published(best.Report), "~"))) < 0 {
			best = m
		}
	}
	if best == nil {
		return "", ""
	}
	text, span := v.Report(best.Report).Text, best.Span
	for span.Start < best.Trigger.Start && strings.ContainsRune(",;: ", rune(text[span.Start])) {
		span.Start++
	}
	return around(text, span, best.Trigger, maxRowQuote), v.OutletName(best.Report)
}

// around is at most n characters of a passage, whole words, with those of focus
// in them.
func around(text string, passage, focus readout.Span, n int) string {
	whole := strings.Join(strings.Fields(passage.In(text)), " ")
	if utf8.RuneCountInString(whole) <= n {
		return whole
	}
	before, after := strings.Fields(text[passage.Start:focus.Start]), strings.Fields(text[focus.End:passage.End])
	// The word that focus ends in goes on behind it: "walk" of "walkout,".
	s := strings.Join(strings.Fields(focus.In(text)), " ")
	if len(after) > 0 && focus.End < len(text) && !unicode.IsSpace(rune(text[focus.End])) {
		s, after = s+after[0], after[1:]
	}
	if len(before) > 0 && focus.Start > 0 && !unicode.IsSpace(rune(text[focus.Start-1])) {
		s, before = before[len(before)-1]+s, before[:len(before)-1]
	}
	room := n - utf8.RuneCountInString(s) - 4
	for room > 0 && (len(before) > 0 || len(after) > 0) {
		// What goes before says who; two words of it to one behind.
		took := false
		for range 2 {
			if k := len(before); k > 0 && utf8.RuneCountInString(before[k-1]) < room {
				s, room, took = before[k-1]+" "+s, room-utf8.RuneCountInString(before[k-1])-1, true
				before = before[:k-1]
			}
		}
		if len(after) > 0 && utf8.RuneCountInString(after[0]) < room {
			s, room, took = s+" "+after[0], room-utf8.RuneCountInString(after[0])-1, true
			after = after[1:]
		}
		if !took {
			break
		}
	}
	if len(before) > 0 {
		s = "… " + s
	}
	if len(after) > 0 {
		s = strings.TrimRight(s, " ,;:") + " …"
	}
	return s
}

// with names who takes part and where, as far as the title does not.
func (v *View) with(r EventRow) string {
	var names []string
	for _, p := range r.People {
		if !strings.Contains(r.Event.Title, p) {
			names = append(names, p)
		}
	}
	s := strings.Join(names, ", ")
	if r.Place != "" && !strings.Contains(r.Event.Title, r.Place) {
		if s != "" {
			s += ". "
		}
		s += r.Place
	}
	return s
}

// told names who tells of something: the outlets of its independent reports
// first.
func (v *View) told(reports []string) string {
	var names []string
	seen := map[string]bool{}
	for _, own := range []bool{true, false} {
		for _, id := range reports {
			i, ok := v.reports[id]
			copied := ok && i < len(v.Record.Origins) && v.Record.Origins[i].Kind == "copy"
			if n := v.OutletName(id); copied != own && !seen[n] {
				seen[n] = true
				names = append(names, n)
			}
		}
	}
	switch len(names) {
	case 0:
		return ""
	case 1:
		return names[0]
	case 2:
		return names[0] + " and " + names[1]
	}
	return fmt.Sprintf("%s and %d others", names[0], len(names)-1)
}

// AheadRow is what is announced or due after the day up to which the record
// knows.
type AheadRow struct {
	From, To   string // ISO 8601
	When       string // "April 2031", "14 to 16 April"
	Note       string // "day not set", "due"; "" none
	Event      *TimelineRow
	Commitment *DueRow
}

// Today is the day up to which the record knows: asOf where it is one, else the
// day of its last report; "" when no report has a day.
func (v *View) Today(asOf string) string {
	return cmp.Or(asOf[:min(len(asOf), len(time.DateOnly))], v.LastDay())
}

// ahead reports whether an event is announced for a time after today.
func ahead(e *readout.Event, m eventMeta, today string) bool {
	if today == "" || e.Status != readout.Planned || e.Date.Bound() {
		return false
	}
	_, last, ok := spanDays(m.kind, m.key)
	return ok && last.Format(time.DateOnly) > today
}

// Ahead lists what passes f and is announced or due after today, the nearest
// first: events that are planned, and promises with a day.
func (v *View) Ahead(f Filter, today string) []AheadRow {
	if today == "" {
		return nil
	}
	x := v.inOrder()
	var out []AheadRow
	set := v.eventSet(f)
	for _, i := range set.at[:set.dated] {
		e, m := x.order[i], x.meta[i]
		if !ahead(e, m, today) {
			continue
		}
		row := v.timelineRow(e, m)
		a := AheadRow{From: e.Date.Value, To: e.Date.End, When: DateWords(e.Date), Event: &row}
		if m.kind != SpanDay {
			a.Note = "day not set"
		}
		out = append(out, a)
	}
	l := v.Promises(f, today)
	for _, c := range slices.Concat(l.Soon, l.Open, l.Alleged) {
		if c.Due > today {
			out = append(out, AheadRow{From: c.Due, When: MomentWords(c.Due), Note: "due", Commitment: &c})
		}
	}
	slices.SortStableFunc(out, func(a, b AheadRow) int { return cmp.Compare(a.From, b.From) })
	return out
}

// Promises are the promises made at the events that pass f or told of by their
// reports. The days of f are those of the events, and leave no promise out.
func (v *View) Promises(f Filter, today string) *Ledger {
	f.From, f.To, f.Disputed, f.Words, f.Status = "", "", false, "", ""
	set := v.eventSet(f)
	set.promised.Do(func() { set.ledger = v.Ledger(f, today) })
	return &set.ledger
}

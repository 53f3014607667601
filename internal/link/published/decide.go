package published

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/kb"
	"github.com/readout-news/readout/internal/link/event"
	"github.com/readout-news/readout/internal/nlp"
)

// The ends of an open domain, in days since 1970.
const (
	farPast   = -200 * 366
	farFuture = 200 * 366
)

// domain bounds the day of report d by the year or month that it carries, by the
// terms of the office holders that it names in office and by the full dates that
// it tells as past; nil where nothing does.
func (in *inference) domain(d int, k *kb.KB) []days {
	doc := in.docs[d]
	whole := days{farPast, farFuture}
	if from, to, ok := daysOf(doc.Report.Published.Value); ok {
		whole = days{from, to}
	}
	out := []days{whole}
	var because []string
	for c := range doc.Chains {
		ch := &doc.Chains[c]
		entry := k.ByKey(ch.Key)
		if entry == nil || entry.Type != kb.Person {
			continue
		}
		for _, title := range in.titles(doc, ch, k) {
			terms := termsOf(entry, title)
			if len(terms) == 0 {
				continue
			}
			if met := meet(out, terms); len(met) > 0 && !slices.Equal(met, out) {
				out = met
				because = append(because, fmt.Sprintf("%s is called %s", entry.Name(), title))
			}
		}
	}
	if lo, words := in.latestTold(d); lo > farPast {
		if met := meet(out, []days{{lo, farFuture}}); len(met) > 0 && !slices.Equal(met, out) {
			out = met
			because = append(because, fmt.Sprintf("%q is told as past", words))
		}
	}
	if len(because) == 0 {
		if whole.lo == farPast {
			return nil
		}
		return out
	}
	slices.Sort(because)
	in.reports[d].because = "bounded: " + strings.Join(because, "; ")
	return out
}

// daysOf are the first and last day of an ISO date, since 1970.
func daysOf(value string) (from, to int, ok bool) {
	a, b, _, ok := event.Days(value)
	if !ok {
		return 0, 0, false
	}
	first, err := time.Parse(time.DateOnly, a)
	if err != nil {
		return 0, 0, false
	}
	last, err := time.Parse(time.DateOnly, b)
	return dayOf(first), dayOf(last), err == nil
}

// titles are the offices that stand as a title before or after a name of the
// chain, without those marked as past or to come.
func (in *inference) titles(doc *nlp.Doc, ch *nlp.Chain, k *kb.KB) []string {
	var out []string
	for _, m := range ch.Mentions {
		x := &doc.Mentions[m]
		if x.Form != readout.FormName || x.Title.Empty() {
			continue
		}
		t := strings.ToLower(doc.Text(x.Title))
		if first, _, _ := strings.Cut(strings.ReplaceAll(t, "-", " "), " "); k.NotInOffice(first) || strings.Contains(t, "elect") || before(doc, x.Title, k) {
			continue
		}
		if !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	slices.Sort(out)
	return out
}

// before reports whether such a word stands right before the title.
func before(doc *nlp.Doc, title readout.Span, k *kb.KB) bool {
	first, _ := doc.TokensIn(title)
	for i := first - 1; i >= 0 && i >= first-3; i-- { // "former U.S. President", "then-President"
		if k.NotInOffice(doc.Lower(i)) {
			return true
		}
	}
	return false
}

// termsOf are the terms in which the person held the office of the title: the
// longest office that the title ends in ("vice president" before "president").
func termsOf(e *kb.Entry, title string) []days {
	best := ""
	for _, r := range e.Roles {
		if (title == r.Title || strings.HasSuffix(title, " "+r.Title)) && len(r.Title) > len(best) {
			best = r.Title
		}
	}
	if best == "" || best == "president" && strings.HasSuffix(title, "vice president") {
		return nil
	}
	var out []days
	for _, r := range e.Roles {
		if r.Title != best {
			continue
		}
		t := days{farPast, farFuture}
		if from, err := time.Parse(time.DateOnly, r.From); err == nil {
			t.lo = dayOf(from)
		}
		if to, err := time.Parse(time.DateOnly, r.To); err == nil {
			t.hi = dayOf(to)
		}
		out = append(out, t)
	}
	slices.SortFunc(out, func(a, b days) int { return a.lo - b.lo })
	return out
}

// meet intersects two sorted lists of ranges.
func meet(a, b []days) []days {
	var out []days
	for _, x := range a {
		for _, y := range b {
			if m := (days{max(x.lo, y.lo), min(x.hi, y.hi)}); m.lo <= m.hi {
				out = append(out, m)
			}
		}
	}
	slices.SortFunc(out, func(x, y days) int { return x.lo - y.lo })
	return slices.Compact(out)
}

// latestTold is the latest full date of an event that report d tells as past.
func (in *inference) latestTold(d int) (day int, words string) {
	doc := in.docs[d]
	day = farPast
	for i := range doc.Events {
		m := &doc.Events[i]
		if m.Time == nlp.None || m.Status != readout.Occurred || m.Tense != "past" || doc.Timexes[m.Time].Basis != "explicit" {
			continue
		}
		if from, _, ok := daysOf(doc.Timexes[m.Time].Value); ok && from > day {
			day, words = from, doc.Text(doc.Timexes[m.Time].Span)
		}
	}
	return day, words
}

// known is a day on which an event of other reports or of the calendar was.
type known struct {
	days
	words string // how it is known, for the reason
}

// How far apart, in days, an event and the report that dates it by a relative
// expression may lie.
const reach = 62

// mostYears bounds the years tried for a date without one where nothing bounds
// them from above: after six years weekdays come round to the same dates.
const mostYears = 5

// maxOpen is the most candidates that still say something, in days.
const maxOpen = 7

// decide finds the candidates of report d.
func (in *inference) decide(d int) verdict {
	var common []int
	var why []string
	contacts := slices.Clone(in.reports[d].contacts)
	slices.SortStableFunc(contacts, func(a, b contact) int {
		return cmp.Or(cmp.Compare(btoi(b.lead), btoi(a.lead)), cmp.Compare(a.event, b.event))
	})
	for _, c := range contacts {
		fit, reasons := in.fitting(d, c)
		if len(fit) == 0 {
			continue
		}
		if common != nil {
			fit = slices.DeleteFunc(fit, func(p int) bool { _, ok := slices.BinarySearch(common, p); return !ok })
			if len(fit) == 0 {
				continue
			}
		}
		common = fit
		why = append(why, reasons...)
	}
	common = slices.DeleteFunc(common, func(p int) bool { return !in.newsFirst(d, p) })
	slices.Sort(why)
	why = slices.Compact(why)
	if len(common) == 0 || common[len(common)-1]-common[0] >= maxOpen {
		return verdict{}
	}
	out := verdict{days: common, why: strings.Join(why, "; ")}
	switch {
	case len(common) == 1:
		out.day = common[0]
	case in.ownDay(d, common[0]):
		out.day = common[0]
		out.why += "; it speaks of its own day"
	default:
		out.why += fmt.Sprintf("; one of %d days", len(common))
	}
	return out
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// fitting are the days of publication on which all relative time expressions
// of contact c fall on one day on which the same parties are known to have
// been in contact.
func (in *inference) fitting(d int, c contact) (fit []int, why []string) {
	doc := in.docs[d]
	var open []int
	for _, x := range c.times {
		if _, ok := span(doc.Timexes[x].Value); !ok && !yearless(doc.Timexes[x].Value) { // what names the day says nothing of the day it is printed
			open = append(open, x)
		}
	}
	if len(open) == 0 {
		return nil, nil
	}
	known := in.knownDays(d, c)
	if fit, why = in.jointly(d, open, known); len(fit) > 0 || len(open) == 1 {
		return fit, why
	}
	// Without days, mentions of two events of the same parties may have been
	// taken for one: then a single expression must decide.
	n := 0
	for _, x := range open {
		if f, w := in.jointly(d, []int{x}, known); len(f) > 0 && !slices.Equal(f, fit) {
			fit, why = f, w
			n++
		}
	}
	if n != 1 {
		return nil, nil
	}
	return fit, why
}

// yearless reports whether a value lacks nothing but its year.
func yearless(value string) bool {
	rest, ok := strings.CutPrefix(value, "XXXX-")
	return ok && !strings.ContainsAny(rest, "XW")
}

// jointly are the days of publication on which all of the time expressions fall
// on one of the known days.
func (in *inference) jointly(d int, open []int, knownDays []known) (fit []int, why []string) {
	doc, domain := in.docs[d], in.reports[d].domain
	for _, a := range knownDays {
		found := false
		for p := a.lo; p <= a.hi+reach; p++ {
			if within(domain, p) && !slices.ContainsFunc(open, func(x int) bool { return !in.falls(d, x, p, a.days) }) {
				fit = append(fit, p)
				found = true
			}
		}
		if found {
			why = append(why, fmt.Sprintf("%q is %s", doc.Text(doc.Timexes[open[0]].Span), a.words))
		}
	}
	slices.Sort(fit)
	return slices.Compact(fit), why
}

// falls reports whether time expression x of report d, published on day p,
// falls on the days a.
func (in *inference) falls(d, x, p int, a days) bool {
	s, ok := in.spanOf(in.timexes(d, p)[x].Value)
	return ok && s.lo <= a.hi && a.lo <= s.hi && s.lo <= p
}

func within(domain []days, p int) bool {
	return len(domain) == 0 || slices.ContainsFunc(domain, func(x days) bool { return x.lo <= p && p <= x.hi })
}

// knownDays lists the known days of contacts that c can be.
func (in *inference) knownDays(d int, c contact) []known {
	var out []known
	if c.place != "" {
		for _, o := range in.calendar {
			if strings.EqualFold(o.place, c.place) && len(c.states) >= 2 && !slices.ContainsFunc(c.states, func(s string) bool { return !slices.Contains(o.parties, s) }) {
				out = append(out, known{days{o.lo, o.hi}, fmt.Sprintf("%s, the %s", format(o.lo), o.name)})
			}
		}
	}
	for e := range in.docs {
		if e == d {
			continue
		}
		for _, k := range in.reports[e].contacts {
			if !in.same(c, k) {
				continue
			}
			for _, x := range k.times {
				out = append(out, in.daysOf(e, x)...)
			}
		}
	}
	return out
}

// same reports whether two contacts can be one event: type, parties and mode.
func (in *inference) same(a, b contact) bool {
	x, y := in.events.Events[a.event], in.events.Events[b.event]
	if x.Type != y.Type || x.Mode != y.Mode && x.Mode != "" && y.Mode != "" {
		return false
	}
	if slices.Equal(a.parties, b.parties) {
		return a.place == "" || b.place == "" || a.place == b.place
	}
	return len(a.states) >= 2 && slices.Equal(a.states, b.states) && a.place != "" && a.place == b.place
}

// daysOf are the days that time expression x of report e can mean: one where
// its value is full or reads the same on all candidates, one a year where only
// the year is open.
func (in *inference) daysOf(e, x int) []known {
	doc, r := in.docs[e], &in.reports[e]
	words := func(s days) string {
		return fmt.Sprintf("%s, which %s tells of", format(s.lo), name(doc.Report))
	}
	value := doc.Timexes[x].Value
	if len(r.verdict.days) > 0 {
		read := r.verdict.days
		if r.verdict.day != 0 {
			read = []int{r.verdict.day}
		}
		value = in.timexes(e, read[0])[x].Value
		for _, p := range read[1:] {
			if in.timexes(e, p)[x].Value != value {
				return nil
			}
		}
	}
	if s, ok := span(value); ok {
		if s.hi-s.lo > 1 {
			return nil // a week fixes no day
		}
		return []known{{s, words(s)}}
	}
	rest, ok := strings.CutPrefix(value, "XXXX-")
	if !ok || !yearless(value) || len(r.domain) == 0 || r.domain[0].lo == farPast {
		return nil
	}
	var out []known
	first := time.Unix(int64(r.domain[0].lo)*secondsPerDay, 0).UTC().Year()
	last := min(first+mostYears, time.Unix(int64(min(r.domain[len(r.domain)-1].hi, farFuture))*secondsPerDay, 0).UTC().Year())
	for y := first; y <= last; y++ {
		if s, ok := span(fmt.Sprintf("%04d-%s", y, rest)); ok && s.lo == s.hi && within(r.domain, s.lo) {
			out = append(out, known{s, words(s)})
		}
	}
	return out
}

// name is what a reason calls a report.
func name(r *readout.Report) string {
	switch {
	case r.Path != "":
		return r.Path[strings.LastIndexAny(r.Path, `/\`)+1:]
	case r.URL != "":
		return r.URL
	}
	return r.ID
}

// newsFirst reports whether, published on day p, nothing that report d tells
// as past is later than the matter it opens with: news leads with the newest.
func (in *inference) newsFirst(d, p int) bool {
	lead, rest := farPast, farPast
	for _, c := range in.reports[d].contacts {
		for _, x := range c.times {
			s, ok := span(in.timexes(d, p)[x].Value)
			if !ok || s.lo != s.hi {
				continue
			}
			if c.lead {
				lead = max(lead, s.lo)
			} else {
				rest = max(rest, s.lo)
			}
		}
	}
	return lead == farPast || rest <= lead && lead <= p
}

// ownDay reports whether report d, outside of quotations, speaks of day p as
// the day it is printed and tells of nothing later. Of reports that name one
// weekday in their first sentences and speak of their own day, 70 in 100 are
// dated to that weekday (497 reports of AllSides train and PolNeAR train).
func (in *inference) ownDay(d, p int) bool {
	doc := in.docs[d]
	for i := range in.timexes(d, p) {
		t, old := &in.timexes(d, p)[i], &doc.Timexes[i]
		if !strings.HasPrefix(old.Value, "XXXX-XX-XX") || t.Optional || t.Function != "publication" || quoted(doc, t.Span) {
			continue
		}
		if s, ok := span(t.Value); ok && s.lo == p && s.hi == p {
			return true
		}
	}
	return false
}

// quoted reports whether s stands inside someone's own words.
func quoted(doc *nlp.Doc, s readout.Span) bool {
	for i := range doc.Attributions {
		if a := &doc.Attributions[i]; a.Kind != readout.Indirect && slices.ContainsFunc(a.Content, func(c readout.Span) bool { return c.Contains(s) }) {
			return true
		}
	}
	return false
}

package revise

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/worddiff"
)

// reader lists what one version tells.
type reader struct {
	rec       *readout.Record
	report    *readout.Report
	sentences []readout.Span
	noise     []readout.Span    // furniture, sorted
	names     map[string]string // of entities, by id
	out       []item
}

// read lists what a version tells, in the order of its text within each kind.
func read(v Version) []item {
	r := &reader{rec: v.Record, sentences: v.Sentences, names: map[string]string{}}
	if len(v.Record.Reports) != 1 {
		panic("revise: a version is the record of one report")
	}
	r.report = v.Record.Reports[0]
	for _, n := range r.report.Noise {
		r.noise = append(r.noise, n.Span)
	}
	for _, e := range v.Record.Entities {
		r.names[e.ID] = e.Name
	}
	whole := func(s string) []worddiff.Word { return worddiff.Words(s, readout.Span{End: len(s)}, nil) }
	r.out = append(r.out,
		item{kind: Title, side: Side{Text: r.report.Title}, words: whole(r.report.Title), text: r.report.Title},
		item{kind: Day, side: Side{Text: day(r.report.Published)}, words: whole(day(r.report.Published)), text: day(r.report.Published)})
	r.events()
	r.claims()
	r.statements()
	r.positions()
	for _, s := range r.sentences {
		if len(worddiff.Words(r.report.Text, s, r.noise)) == 0 {
			continue
		}
		r.add(item{kind: Sentence, side: Side{Text: strings.Join(strings.Fields(r.text(s)), " "), At: s}})
	}
	slices.SortStableFunc(r.out, func(a, b item) int { return a.side.At.Compare(b.side.At) })
	return r.out
}

// text is what stands at a span; "" where it is none of the text.
func (r *reader) text(s readout.Span) string {
	if s.Start < 0 || s.End > len(r.report.Text) || s.Start > s.End {
		return ""
	}
	return r.report.Text[s.Start:s.End]
}

// add takes in an item; those that are not told in words of their own are found
// again by the sentences around their place.
func (r *reader) add(x item) {
	at := x.side.At
	for _, s := range r.sentences {
		if x.kind != Event && x.kind != Claim {
			break
		}
		if s.Start <= at.Start && at.Start < s.End {
			at.Start = s.Start
		}
		if s.Start < at.End && at.End <= s.End {
			at.End = s.End
		}
	}
	if r.text(at) == "" {
		return
	}
	x.text = r.report.Text
	x.words = worddiff.Words(r.report.Text, at, r.noise)
	x.vals = slices.DeleteFunc(x.vals, func(f Field) bool { return f.Before == "" })
	r.out = append(r.out, x)
}

func (r *reader) name(id string) string {
	if n, ok := r.names[id]; ok {
		return n
	}
	return id
}

func (r *reader) events() {
	for _, e := range r.rec.Events {
		if len(e.Mentions) == 0 {
			continue
		}
		var who []string
		for _, p := range e.Participants {
			who = append(who, r.name(p.Entity))
		}
		slices.Sort(who)
		vals := []Field{
			{Name: "status", Before: string(e.Status)},
			{Name: "date", Before: date(e.Date)},
			{Name: "place", Before: r.name(e.Place)},
			{Name: "participants", Before: strings.Join(slices.Compact(who), ", ")},
		}
		for _, k := range slices.Sorted(maps.Keys(e.Attributes)) {
			vals = append(vals, Field{Name: k, Before: e.Attributes[k]})
		}
		r.add(item{kind: Event, about: e.Type, side: Side{ID: e.ID, Text: e.Title, At: e.Mentions[0].Span}, vals: vals})
	}
}

func (r *reader) claims() {
	for _, c := range r.rec.Claims {
		who := ""
		if c.Holder != "" {
			who = r.name(c.Holder)
		}
		text := c.Text
		if text == "" {
			text = r.text(c.Evidence.Span)
		}
		r.add(item{
			kind: Claim, about: c.Attribute, side: Side{ID: c.ID, Text: text, At: c.Evidence.Span, Who: who},
			vals: []Field{{Name: "value", Before: r.value(c)}, {Name: "hedge", Before: c.Hedge}, {Name: "according to", Before: who}},
		})
	}
}

// value is what a claim says, normalised.
func (r *reader) value(c *readout.Claim) string {
	v := c.Value
	number := func(f *float64) string {
		if f == nil {
			return ""
		}
		return strconv.FormatFloat(*f, 'f', -1, 64)
	}
	unit := ""
	if v.Unit != "" {
		unit = " " + v.Unit
	}
	switch {
	case v.Approx != nil:
		return number(v.Approx) + unit
	case v.Min != nil && v.Max != nil && *v.Min == *v.Max:
		return number(v.Min) + unit
	case v.Min != nil || v.Max != nil:
		return number(v.Min) + "–" + number(v.Max) + unit
	case v.Date != nil:
		return date(v.Date)
	case v.Entity != "":
		return r.name(v.Entity)
	case v.Text != "":
		return v.Text
	}
	return c.Text
}

func (r *reader) statements() {
	for _, s := range r.rec.Statements {
		if len(s.Content) == 0 {
			continue
		}
		at := readout.Span{Start: s.Content[0].Start, End: s.Content[len(s.Content)-1].End}
		r.add(item{
			kind: Statement, side: Side{ID: s.ID, Text: s.Text, At: at, Who: r.name(s.Speaker)},
			vals: []Field{{Name: "speaker", Before: r.name(s.Speaker)}, {Name: "words", Before: string(s.Kind)}},
		})
	}
}

func (r *reader) positions() {
	for _, p := range r.rec.Positions {
		r.add(item{
			kind: Position, side: Side{ID: p.ID, Text: p.Text, At: p.Evidence.Span, Who: r.name(p.Party)},
			vals: []Field{{Name: "party", Before: r.name(p.Party)}, {Name: "stance", Before: string(p.Stance)}, {Name: "until", Before: date(p.Until)}, {Name: "if", Before: p.If}},
		})
	}
}

// date is a date as ISO values, "" unknown.
func date(d *readout.Date) string {
	switch {
	case d == nil:
		return ""
	case d.Bound():
		return "by " + d.Value
	case d.End != "" && d.End != d.Value:
		return d.Value + "/" + d.End
	}
	return d.Value
}

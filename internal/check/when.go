package check

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/worddiff"
	"github.com/readout-news/readout/internal/nlp"
)

// times compares the time expressions of the draft that are of these types.
func (d *draft) times(types ...string) {
	for i := range d.doc.Timexes {
		t := &d.doc.Timexes[i]
		if !slices.Contains(types, t.Type) || t.Optional || d.inQuote(t.Span) || t.First >= len(d.doc.Tokens) {
			continue
		}
		s := d.doc.Sentences[d.doc.Tokens[t.First].Sent]
		if s.Noise != "" {
			continue
		}
		switch t.Type {
		case "DURATION":
			if m, ok := minutes(t.Value); ok {
				d.duration(s.Span, i, t, m)
			}
		case "DATE", "TIME":
			w, ok := parseWhen(t.Value)
			if ok && !namesDay(t.In(d.text)) && t.Type == "TIME" {
				// "14:05", "before dawn": the day is that of the draft, or of
				// what it tells; the hour alone is the draft's word.
				w = when{clock: w.clock}
				ok = w.clock != ""
			}
			if ok {
				d.date(s.Span, t, w)
			}
		}
	}
}

// namesDay reports whether a time expression has more than an hour: a name of
// a day or month, which English writes with a capital, or a day told from
// another.
func namesDay(s string) bool {
	for _, w := range strings.Fields(s) {
		if r := w[0]; r >= 'A' && r <= 'Z' && len(w) > 2 && !strings.Contains(w, ".") {
			return true
		}
		switch strings.ToLower(w) {
		case "yesterday", "today", "tomorrow", "tonight":
			return true
		}
	}
	return false
}

// minutes is the length of an ISO 8601 duration; ok is false for vague ones
// ("PXD").
func minutes(value string) (float64, bool) {
	rest, ok := strings.CutPrefix(value, "P")
	if !ok || rest == "" {
		return 0, false
	}
	units := map[byte]float64{'Y': 525960, 'M': 43830, 'W': 10080, 'D': 1440}
	total := 0.0
	for rest != "" {
		if rest[0] == 'T' {
			units = map[byte]float64{'H': 60, 'M': 1, 'S': 1.0 / 60}
			rest = rest[1:]
			continue
		}
		i := 0
		for i < len(rest) && (rest[i] >= '0' && rest[i] <= '9' || rest[i] == '.') {
			i++
		}
		if i == 0 || i == len(rest) || units[rest[i]] == 0 {
			return 0, false
		}
		n, err := strconv.ParseFloat(rest[:i], 64)
		if err != nil {
			return 0, false
		}
		total += n * units[rest[i]]
		rest = rest[i+1:]
	}
	return total, total > 0
}

// hedgeOf is the hedge of a time expression: inside it or before it.
func (x *Index) hedgeOf(text string, s readout.Span) string {
	words := worddiff.Words(text, readout.Span{Start: max(0, lineStart(text, s.Start)), End: s.End}, nil)
	for i, w := range words {
		if w.Start < s.Start {
			continue
		}
		if h := x.hedged(words[:i]); h != "" {
			return h
		}
		if _, ok := x.words.number[w.Fold]; ok || w.Fold[0] >= '0' && w.Fold[0] <= '9' {
			break
		}
	}
	return ""
}

func lineStart(text string, at int) int { return strings.LastIndexByte(text[:at], '\n') + 1 }

func (d *draft) duration(sent readout.Span, ti int, t *nlp.Timex, m float64) {
	hedge := d.hedgeOf(d.text, t.Span)
	context := d.context(sent, t.Span)
	got := d.ofEvent(ti, m, hedge)
	certain := len(got) > 0
	for _, h := range d.like(slices.Clone(context), agreeShare, figureHits) {
		if certain {
			break // the event is known: what like sentences tell is of others
		}
		s := d.sentences[h.sentence]
		rep := d.v.Record.Reports[s.report]
		var fits []figure
		for _, r := range d.timexes[rep.ID] {
			if v, ok := minutes(r.Value); ok && r.Type == "DURATION" && s.span.Contains(r.Span) {
				fits = append(fits, figure{span: r.Span, value: v, hedge: d.hedgeOf(rep.Text, r.Span), before: d.stemsNear(rep.Text, s.span, r.Span)})
			}
		}
		g, ok := pick(figure{value: m, hedge: hedge, before: d.stemsNear(d.text, sent, t.Span)}, fits)
		// Three days of talks are not the two hours that one session took.
		if !ok || g.value > m*8 || m > g.value*8 {
			continue
		}
		n := shared(context, d.stemsIn(rep.Text, s.span))
		got = append(got, spoken{d.place(s.report, g.span, g.span.In(rep.Text), ""), h.share, n, overlap(m, hedge, g.value, g.hedge), g.span.In(rep.Text)})
	}
	d.compare(Duration, sent, t.Span, got)
}

// stemsNear are the stems of the words beside span in its sentence.
func (x *Index) stemsNear(text string, sent, s readout.Span) []string {
	words := worddiff.Words(text, sent, nil)
	i, j := under(words, s)
	if i == len(words) {
		return nil
	}
	return x.stemsAround(words, i, j, 6)
}

// ofEvent are the record's claims on how long the event took whose duration
// the draft's time expression is: where the participants and the day that the
// draft names leave one event.
func (d *draft) ofEvent(ti int, m float64, hedge string) []spoken {
	for i := range d.doc.Events {
		em := &d.doc.Events[i]
		if em.Duration != ti || em.Negated {
			continue
		}
		// "A called B on Monday, and the conversation lasted an hour": who and
		// when stand with the other mention.
		for j := range d.doc.Events {
			o := &d.doc.Events[j]
			if o.Sent == em.Sent && o.Type == em.Type && len(em.Args) < 2 && len(o.Args) > len(em.Args) {
				em = o
			}
		}
		var who [][]string // ids that each named participant may be
		for _, a := range em.Args {
			if a.Mention < 0 || a.Mention >= len(d.doc.Mentions) {
				continue
			}
			c := d.doc.Mentions[a.Mention].Chain
			if c < 0 || c >= len(d.doc.Chains) || d.doc.Chains[c].Name == "" {
				continue
			}
			var ids []string
			for _, e := range d.names.bearers(d.doc.Chains[c].Name) {
				ids = append(ids, e.ID)
			}
			who = append(who, ids)
		}
		var day when
		dated := false
		if em.Time >= 0 && em.Time < len(d.doc.Timexes) {
			day, dated = parseWhen(d.doc.Timexes[em.Time].Value)
		}
		if len(who) == 0 || len(who) < 2 && !dated {
			continue
		}
		var fits []*readout.Event
		for _, e := range d.titled[em.Type] {
			if em.Mode != "" && e.Mode != "" && em.Mode != e.Mode || !slices.ContainsFunc(d.claims[e.ID], func(c *readout.Claim) bool { return c.Attribute == "duration" }) {
				continue
			}
			ok := true
			for _, ids := range who {
				ok = ok && slices.ContainsFunc(e.Participants, func(p readout.Participant) bool { return slices.Contains(ids, p.Entity) })
			}
			if ok && dated && e.Date != nil {
				w, known := parseWhen(e.Date.Value)
				ok = !known || day.meets(w)
			}
			if ok {
				fits = append(fits, e)
			}
		}
		if len(fits) != 1 {
			continue
		}
		var out []spoken
		for _, c := range d.claims[fits[0].ID] {
			if c.Attribute != "duration" || c.Value.Unit != "minute" {
				continue
			}
			lo, hi := bounds(m, hedge)
			agrees := (c.Value.Max == nil || lo <= *c.Value.Max) && (c.Value.Min == nil || hi >= *c.Value.Min)
			p := d.evidence(c.Evidence, c.Text, c.ID)
			out = append(out, spoken{p, 1, minShared, agrees, c.Text})
		}
		return out
	}
	return nil
}

// when is a time as far as its value is resolved: days from and to, or a weekday
// or a day of an unknown year.
type when struct {
	from, to string // ISO days, "" where only the rest is known
	weekday  int    // 1 Monday … 7, 0 none
	monthDay string // "03-14", "03"
	clock    string // "14:05", "" none
}

// parseWhen reads a TIMEX3 value; ok is false for what names no day, week,
// month or year ("PRESENT_REF", "2031-SP").
func parseWhen(v string) (w when, ok bool) {
	if day, clock, ok := strings.Cut(v, "T"); ok {
		v = day
		if len(clock) >= 5 && clock[2] == ':' {
			w.clock = clock[:5]
		}
	}
	span := func(a, b time.Time) (when, bool) {
		w.from, w.to = a.Format(time.DateOnly), b.Format(time.DateOnly)
		return w, true
	}
	switch {
	case strings.HasPrefix(v, "XXXX-WXX-") && len(v) == 10 && v[9] >= '1' && v[9] <= '7':
		w.weekday = int(v[9] - '0')
		return w, true
	case strings.HasPrefix(v, "XXXX-") && (len(v) == 10 || len(v) == 7) && v[5] != 'W' && v[5] != 'X':
		w.monthDay = v[5:]
		return w, true
	case len(v) >= 8 && v[4:6] == "-W":
		year, err1 := strconv.Atoi(v[:4])
		week, err2 := strconv.Atoi(v[6:8])
		if err1 != nil || err2 != nil || year < 1 || week < 1 || week > 53 {
			return w, false
		}
		monday := time.Date(year, 1, 4, 0, 0, 0, 0, time.UTC) // always in week 1
		monday = monday.AddDate(0, 0, -(int(monday.Weekday())+6)%7+7*(week-1))
		if strings.HasSuffix(v, "-WE") {
			return span(monday.AddDate(0, 0, 5), monday.AddDate(0, 0, 6))
		}
		return span(monday, monday.AddDate(0, 0, 6))
	}
	if t, err := time.Parse(time.DateOnly, v); err == nil {
		return span(t, t)
	}
	if t, err := time.Parse("2006-01", v); err == nil {
		return span(t, t.AddDate(0, 1, -1))
	}
	if t, err := time.Parse("2006", v); err == nil && len(v) == 4 {
		return span(t, t.AddDate(1, 0, -1))
	}
	return w, false
}

// meets reports whether both can be one time.
func (w when) meets(o when) bool {
	if w.from == "" {
		w, o = o, w
	}
	if w.from == "" {
		return (w.weekday == o.weekday || w.weekday*o.weekday == 0) && (w.monthDay == o.monthDay || w.monthDay == "" || o.monthDay == "")
	}
	switch {
	case o.from != "":
		if w.from > o.to || o.from > w.to {
			return false
		}
	case o.weekday > 0:
		t, err := time.Parse(time.DateOnly, w.from)
		if err == nil && w.from == w.to && (int(t.Weekday())+6)%7+1 != o.weekday {
			return false
		}
	case o.monthDay != "":
		if w.from == w.to && !strings.HasPrefix(w.from[5:], o.monthDay) {
			return false
		}
	}
	return w.clock == "" || o.clock == "" || w.clock == o.clock
}

// hangs reports whether a time hangs on what was told before it: "the following
// Thursday", "a year later".
func (d *draft) hangs(t *nlp.Timex) bool {
	if t.Function == "anchor" {
		return true
	}
	for _, w := range strings.Fields(strings.ToLower(t.In(d.text))) {
		switch w {
		case "later", "earlier", "following", "previous", "that", "after", "before", "next", "same":
			return true
		}
	}
	return false
}

func (d *draft) date(sent readout.Span, t *nlp.Timex, w when) {
	context := d.context(sent, t.Span)
	near := d.stemsNear(d.text, sent, t.Span)
	var got []spoken
	for _, h := range d.like(slices.Clone(context), agreeShare, figureHits) {
		s := d.sentences[h.sentence]
		rep := d.v.Record.Reports[s.report]
		var best *readout.Timex
		var met bool
		most, tie := -1, false
		for _, r := range d.timexes[rep.ID] {
			if !s.span.Contains(r.Span) || r.Type != "DATE" && r.Type != "TIME" {
				continue
			}
			v, ok := parseWhen(r.Value)
			if !ok || w.from == "" && w.clock != "" && v.clock == "" {
				continue
			}
			if w.meets(v) {
				best, met, tie = r, true, false
				break
			}
			// A year and a day of it tell nothing against each other.
			if w.from != "" && (w.from == w.to) != (v.from == v.to) {
				continue
			}
			if n := shared(near, d.stemsNear(rep.Text, s.span, r.Span)); n > most {
				best, most, tie = r, n, false
			} else if n == most {
				tie = true
			}
		}
		if best == nil || tie || !met && d.hangs(t) {
			continue
		}
		show := best.Span.In(rep.Text)
		if v, _ := parseWhen(best.Value); v.from != "" && v.from == v.to {
			if day, err := time.Parse(time.DateOnly, v.from); err == nil {
				show = day.Format("2 January 2006")
				if v.clock != "" {
					show += ", " + v.clock
				}
			}
		}
		n := shared(context, d.stemsIn(rep.Text, s.span))
		got = append(got, spoken{d.place(s.report, best.Span, best.Span.In(rep.Text), ""), h.share, n, met, show})
	}
	d.compare(Day, sent, t.Span, got)
}

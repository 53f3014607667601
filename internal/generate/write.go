package generate

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/readout-news/readout"
)

// write writes the i-th of n reports on s. The same seed writes the same text,
// but for what it tells of its outlet and day.
func (m *maker) write(s *story, d *draft, seed uint64, i, n int) {
	kept := m.rng
	m.rng = rand.New(rand.NewPCG(m.Seed, seed))
	defer func() { m.rng = kept }()
	r := d.report

	// Headline, which is furniture of the text and names the report.
	r.Title = m.words(Title, fmt.Sprintf(one(m, []string{"%s and %s at odds after %s", "%s, %s: what the %[3]s brought", "After the %[3]s with %[2]s, %[1]s says little", "%s and %s give their accounts of the %s"}), s.a.land.Name, s.b.land.Name, s.contact.noun))
	head := d.say(m, r.Title)
	d.sentences[0].Noise = "title"
	r.Noise = append(r.Noise, readout.Noise{Span: head, Reason: "title", By: by("headline")})
	d.sidecar.Title = r.Title
	d.paragraph()

	m.lead(s, d)
	m.background(s, d, 1+m.rng.IntN(2))
	d.paragraph()
	m.accounts(s, d)
	d.paragraph()
	for range 2 + m.rng.IntN(4) {
		m.quote(s, d, one(m, s.sayings))
	}
	m.background(s, d, m.rng.IntN(3))
	d.paragraph()
	m.stands(s, d)
	m.answers(s, d)
	d.paragraph()
	for range m.rng.IntN(3) {
		m.aside(s, d)
	}
	if m.chance(60) {
		m.witness(s, d)
	}
	if s.busy {
		// Its reports tell of little else.
		for len(s.ev.Mentions) < busySentences && d.wants(s, i, n) {
			m.more(s, d)
		}
	}
	d.paragraph()
	m.background(s, d, 2+m.rng.IntN(4))
	if d.origin.Kind == "wire" {
		d.paragraph()
		var at readout.Span
		var agency *readout.Entity
		for _, a := range m.agencies {
			if a.ID == d.origin.Of {
				agency = a
			}
		}
		at = d.say(m, "(", agency, ")")
		d.sentences[len(d.sentences)-1].Noise = "credit"
		r.Noise = append(r.Noise, readout.Noise{Span: at, Reason: "credit", By: by("credit")})
		d.evidence("credit", at, func(e readout.Evidence) { d.origin.At = &e })
	}
}

// wants reports whether the busy event still lacks sentences of this report:
// an even share of what is left.
func (d *draft) wants(s *story, i, n int) bool {
	return len(s.ev.Mentions)+d.pending(s) < busySentences*(i+1)/n
}

// pending are the mentions of s that d has told and not handed over yet.
func (d *draft) pending(s *story) int { return d.mentions }

// event notes that a sentence tells of s.
func (m *maker) event(s *story, d *draft, sentence, trigger readout.Span) {
	d.mentions++
	status := s.ev.Status
	d.evidence("event/"+s.contact.mode, sentence, func(e readout.Evidence) {
		s.ev.Mentions = append(s.ev.Mentions, readout.EventMention{Evidence: e, Trigger: trigger, Status: status})
	})
}

// lead says who met, when and where.
func (m *maker) lead(s *story, d *draft) {
	var trigger, day, place readout.Span
	when := s.day.Format("Monday 2 January")
	off := 0
	if m.chance(7) { // another day than the rest say
		off = 1
		when = s.day.AddDate(0, 0, 1).Format("Monday 2 January")
	}
	parts := []any{s.pa, " of ", s.a.land, " and ", s.pb, " of ", s.b.land, " ", one(m, []string{"held a ", "came together for a "}), at(s.contact.noun, &trigger), " on ", at(when, &day)}
	if s.place != nil {
		parts = append(parts, " in ", at(s.place.Name, &place))
	}
	parts = append(parts, ".")
	sentence := d.say(m, parts...)
	m.event(s, d, sentence, trigger)
	value := readout.Date{Value: s.day.AddDate(0, 0, off).Format(time.DateOnly), Precision: "day", Basis: "relative"}
	d.evidence("timex/day", day, func(e readout.Evidence) {
		m.rec.Timexes = append(m.rec.Timexes, &readout.Timex{Evidence: e, Type: "DATE", Value: value.Value, Basis: "relative", Function: "publication"})
		if s.ev.Date != nil && s.ev.Date.Expression == nil && off == 0 {
			s.ev.Date.Expression = &e
		}
	})
	m.claim(s, d, "date", when, day, readout.ClaimValue{Date: &value}, "", nil)
	if s.place != nil {
		d.mention(s.place, place)
		if m.chance(50) {
			m.claim(s, d, "place", s.place.Name, place, readout.ClaimValue{Entity: s.place.ID}, "", nil)
		}
	}
}

// claim notes a value; holder nil is the outlet's own voice. The busy event
// has no more than its number.
func (m *maker) claim(s *story, d *draft, attribute, words string, span readout.Span, v readout.ClaimValue, hedge string, holder *person) {
	if s.busy && len(s.claims) >= busyClaims {
		return
	}
	c := &readout.Claim{ID: m.id("c"), Event: s.ev.ID, Attribute: attribute, Text: words, Value: v, Hedge: hedge, Chain: d.chain(nil, nil, "")}
	if holder != nil {
		c.Holder = holder.ID
		c.Chain = d.chain(holder.Entity, nil, readout.CertainYes)
	}
	s.claims = append(s.claims, c)
	m.rec.Claims = append(m.rec.Claims, c)
	d.evidence("claim/"+attribute, span, func(e readout.Evidence) {
		c.Evidence = e
		if c.Value.Date != nil {
			c.Value.Date.Expression = &e
		}
	})
}

// chain goes from the speaker, through whom the report says, to its outlet.
func (d *draft) chain(by *readout.Entity, through *readout.Entity, sure readout.Factuality) []readout.ChainLink {
	var out []readout.ChainLink
	if by != nil {
		out = append(out, readout.ChainLink{Entity: by.ID, Text: by.Name, Factuality: sure})
	}
	if through != nil {
		out = append(out, readout.ChainLink{Entity: through.ID, Text: through.Name, Factuality: readout.CertainYes})
	}
	return append(out, readout.ChainLink{Entity: d.outlet.ID, Text: d.outlet.Name, OutletOfReport: true})
}

// long is a duration in words with its range in minutes.
func long(minutes int) string {
	switch h, r := minutes/60, minutes%60; {
	case h == 0:
		return fmt.Sprintf("%d minutes", r)
	case r == 0 && h == 1:
		return "an hour"
	case r == 0:
		return fmt.Sprintf("%d hours", h)
	default:
		return fmt.Sprintf("%d hours and %d minutes", h, r)
	}
}

var tones = [][2]string{{"frank", "neutral"}, {"detailed", "neutral"}, {"constructive", "positive"}, {"useful", "positive"}, {"tense", "negative"}, {"fruitless", "negative"}}

// accounts are what the report or somebody in it says of the event's length,
// number, tone, or whether it took place.
func (m *maker) accounts(s *story, d *draft) {
	sides := [2]*state{s.a, s.b}
	k := m.rng.IntN(2)
	side := sides[k]
	var value, trigger readout.Span
	if m.chance(75) {
		minutes := s.minutes
		if s.disputed && k == 1 {
			minutes += 30 + 5*m.rng.IntN(6)
		}
		hedge := one(m, []string{"", "", "about", "more than"})
		words := strings.TrimSpace(hedge + " " + long(minutes))
		lo, hi := float64(minutes), float64(minutes)
		v := readout.ClaimValue{Unit: "minute", Min: &lo, Max: &hi}
		switch hedge {
		case "about":
			mid := lo
			lo, hi = lo*0.875, hi*1.125
			v.Approx = &mid
		case "more than":
			v.Max = nil
		}
		var sentence readout.Span
		var holder *person
		if m.chance(60) {
			holder = one(m, side.people)
			sentence = d.say(m, "The ", at(s.contact.noun, &trigger), " lasted ", at(words, &value), ", ", holder, " said.")
		} else {
			sentence = d.say(m, "The ", at(s.contact.noun, &trigger), " lasted ", at(words, &value), ".")
		}
		m.event(s, d, sentence, trigger)
		m.claim(s, d, "duration", words, value, v, hedge, holder)
		d.evidence("timex/duration", value, func(e readout.Evidence) {
			m.rec.Timexes = append(m.rec.Timexes, &readout.Timex{Evidence: e, Type: "DURATION", Value: fmt.Sprintf("PT%dM", minutes), Basis: "explicit"})
		})
	}
	if m.chance(25) {
		t := one(m, tones)
		who := one(m, side.people)
		sentence := d.say(m, last{who}, " called the ", at(s.contact.noun, &trigger), " ", at(t[0], &value), ".")
		m.event(s, d, sentence, trigger)
		m.claim(s, d, "tone", t[0], value, readout.ClaimValue{Text: t[1]}, "", who)
	}
	if m.chance(20) {
		n := s.number
		if m.chance(25) {
			n += 1 + m.rng.IntN(4)
		}
		words := fmt.Sprint(n)
		x := float64(n)
		sentence := d.say(m, "Police held ", at(words, &value), " people near the place of the ", at(s.contact.noun, &trigger), ".")
		m.event(s, d, sentence, trigger)
		m.claim(s, d, "number", words, value, readout.ClaimValue{Unit: "arrested", Min: &x, Max: &x}, "", nil)
	}
	if s.denied && m.chance(60) {
		var said readout.Span
		who := one(m, s.b.people)
		sentence := d.say(m, at("The "+s.contact.noun, &value), " ", at("never took place", &said), ", ", who, " told reporters.")
		trigger = readout.Span{Start: value.Start + len("The "), End: value.End}
		m.event(s, d, sentence, trigger)
		m.claim(s, d, "occurrence", "never took place", said, readout.ClaimValue{Text: "denied"}, "", who)
		m.claim(s, d, "occurrence", s.contact.noun, trigger, readout.ClaimValue{Text: "reported"}, "", nil)
		m.response(s, d, who.Entity, readout.Denies, sentence, "the "+s.contact.noun)
	}
}

// more says something further of the event.
func (m *maker) more(s *story, d *draft) {
	var trigger readout.Span
	var sentence readout.Span
	noun := at(s.contact.noun, &trigger)
	k := 2 + m.rng.IntN(95)
	switch m.rng.IntN(5) {
	case 0:
		sentence = d.say(m, "Before the ", noun, ", aides had exchanged ", fmt.Sprint(k), " pages of notes on ", s.matter.topic, ".")
	case 1:
		sentence = d.say(m, "The ", noun, " was put off ", fmt.Sprint(k), " times, according to a clerk in ", one(m, s.b.towns), ".")
	case 2:
		sentence = d.say(m, "After the ", noun, " ", last{one(m, s.a.people)}, " left without a word to the ", fmt.Sprint(k), " reporters who had waited.")
	case 3:
		sentence = d.say(m, "Item ", fmt.Sprint(k), " of the list drawn up for the ", noun, " was ", s.matter.topic, ".")
	default:
		sentence = d.say(m, "Nobody would say who had asked for the ", noun, ", which drew ", fmt.Sprint(k), " officials.")
	}
	m.event(s, d, sentence, trigger)
}

// lowered is s with a small first letter, as within a sentence; raised with a
// capital.
func raised(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

// quote renders what somebody said: whole, cut short, with a word changed, or
// in the reporter's words.
func (m *maker) quote(s *story, d *draft, q *saying) {
	if _, ok := d.told[q.first]; ok {
		return
	}
	d.told[q.first] = struct{}{}
	st := &readout.Statement{ID: m.id("s"), Speaker: q.by.ID, Kind: readout.Direct, Uttered: true, Event: s.ev.ID, By: by("quote")}
	r := rendering{statement: st, kind: "same"}
	first, rest := raised(q.first), q.rest
	var through *readout.Entity
	switch x := m.rng.IntN(100); {
	case x < 25 && rest != "":
		r.kind, rest = "trimmed", ""
	case x < 40:
		r.kind = "changed"
	case x < 60:
		r.kind = "reworded"
	}
	if m.chance(25) {
		through = one(m, m.agencies)
	}
	var one, two, cue, source readout.Span
	sure := readout.CertainYes
	switch {
	case r.kind == "reworded":
		st.Kind = readout.Indirect
		d.say(m, at(q.by.Name, &source), " ", at("said", &cue), " that ", at(q.first, &one), ".")
	default:
		if r.kind == "changed" {
			var at readout.Span
			first, at = swap(first)
			r.swapped = at
			if at.Empty() {
				r.kind = "same"
			}
		}
		tail := "."
		if through != nil {
			tail = ", " + through.Name + " reported."
		}
		if rest != "" {
			d.say(m, "“", at(first+",", &one), "” ", at(q.by.Name, &source), " ", at("said", &cue), tail)
			d.say(m, "“", at(raised(rest)+".", &two), "”")
		} else {
			d.say(m, "“", at(first+",", &one), "” ", at(q.by.Name, &source), " ", at("said", &cue), tail)
		}
	}
	r.whole = rest != "" || q.rest == "" && r.kind == "same"
	if !r.swapped.Empty() {
		r.swapped.Start, r.swapped.End = r.swapped.Start+one.Start, r.swapped.End+one.Start
	}
	d.mention(q.by.Entity, source)
	st.Cue, st.Source = &cue, &source
	st.Content = []readout.Span{one}
	if !two.Empty() {
		st.Content = append(st.Content, two)
	}
	st.Chain = d.chain(q.by.Entity, through, sure)
	if m.chance(60) {
		st.Date = &readout.Date{Value: s.day.Format(time.DateOnly), Precision: "day", Basis: "inferred"}
	}
	if at := s.press[q.by]; m.chance(50) && at != nil {
		st.Event = at.ID
	}
	d.later = append(d.later, func(id string) {
		st.Report = id
		var pieces []string
		for _, c := range st.Content {
			pieces = append(pieces, c.In(d.report.Text))
		}
		st.Text = strings.Join(pieces, " … ")
		st.Chain[0].Cue = &readout.Evidence{Report: id, Span: cue, By: by("quote")}
		q.said = append(q.said, r)
	})
	m.rec.Statements = append(m.rec.Statements, st)
	if m.chance(12) {
		m.press(s, d, q.by)
	}
}

// swap changes one word of a quotation and says which bytes of the new text
// are other ones.
func swap(q string) (changed string, at readout.Span) {
	for _, w := range [][2]string{{" will ", " may "}, {" not ", " hardly "}, {" can ", " must "}, {" had ", " got "}, {" has ", " was given "}, {" came ", " arrived "}, {" asked ", " put to "}, {" counted ", " heard "}, {" spoke ", " talked "}, {" have ", " had "}} {
		if i := strings.Index(q, w[0]); i >= 0 {
			return q[:i] + w[1] + q[i+len(w[0]):], readout.Span{Start: i + 1, End: i + len(w[1]) - 1}
		}
	}
	return q, readout.Span{}
}

// press adds what somebody told the press of the event, an event of its own.
func (m *maker) press(s *story, d *draft, who *person) {
	var trigger readout.Span
	sentence := d.say(m, last{who}, " ", at("spoke", &trigger), " to the press after the ", s.contact.noun, ".")
	e := s.press[who]
	if e == nil {
		e = &readout.Event{
			ID: m.id("v"), Type: "STATEMENT", Mode: "press", Title: "Remarks of " + who.Name + " to the press", Status: readout.Occurred,
			Participants: []readout.Participant{{Entity: who.ID, Role: "agent"}}, Date: &readout.Date{Value: s.day.Format(time.DateOnly), Precision: "day", Basis: "inferred"},
		}
		m.rec.Events = append(m.rec.Events, e)
		s.press[who] = e
	}
	d.evidence("event/press", sentence, func(ev readout.Evidence) {
		e.Mentions = append(e.Mentions, readout.EventMention{Evidence: ev, Trigger: trigger, Status: readout.Occurred})
		if len(e.Links) == 0 {
			e.Links = append(e.Links, readout.EventLink{Relation: "reports_on", Event: s.ev.ID, Evidence: ev})
		}
	})
}

var asides = []struct{ typ, title, verb, words string }{
	{"REJECT", "Rejection by %s", "rejected", "a paper of %d pages on %s"},
	{"REQUEST", "Request by %s", "asked for", "%d more days to look at %s"},
	{"ACCUSE", "Accusation by %s", "complained of", "%d breaches in the matter of %s"},
	{"STATEMENT", "Announcement by %s", "announced", "%d meetings on %s"},
	{"CONFIRM", "Confirmation by %s", "confirmed", "%d figures on %s"},
}

// aside is an event of which one sentence of one report tells.
func (m *maker) aside(s *story, d *draft) {
	us, _ := m.sides(s)
	x := one(m, asides)
	var trigger readout.Span
	sentence := d.say(m, us.land, " ", at(x.verb, &trigger), " ", fmt.Sprintf(x.words, 2+m.rng.IntN(40), s.matter.topic), ".")
	e := &readout.Event{
		ID: m.id("v"), Type: x.typ, Title: fmt.Sprintf(x.title, us.land.Name), Status: readout.Occurred,
		Participants: []readout.Participant{{Entity: us.land.ID, Role: "agent"}},
	}
	if m.chance(50) {
		e.Date = &readout.Date{Value: s.day.Format(time.DateOnly), Precision: "day", Basis: "inferred"}
	}
	d.evidence("event/aside", sentence, func(ev readout.Evidence) {
		e.Mentions = []readout.EventMention{{Evidence: ev, Trigger: trigger, Status: readout.Occurred}}
	})
	m.rec.Events = append(m.rec.Events, e)
}

// witness is somebody whom one report quotes once.
func (m *maker) witness(s *story, d *draft) {
	k := m.rng.Uint64()
	first, last := given[k%uint64(len(given))], family[k/64%uint64(len(family))]+middle[k/4096%uint64(len(middle))]
	e := m.entity(readout.Person, Person, first+" "+last)
	p := &person{Entity: e, office: one(m, []string{"clerk", "harbour master", "teacher", "driver", "engineer", "farmer"}), last: e.Name}
	q := &saying{by: p, first: m.words(Quotation, fmt.Sprintf("nobody asked the %d of us who live in %s", 10+m.rng.IntN(4000), one(m, s.a.towns).Name))}
	m.quote(s, d, q)
}

var filler = []string{
	"The price of %[1]s has risen for %[2]d weeks.",
	"Shops in %[3]s closed %[2]d minutes early.",
	"A survey of %[2]d households found that few follow the news of %[1]s.",
	"The road to %[3]s was closed for %[2]d hours by snow.",
	"Train drivers in %[3]s have asked for %[2]d more days of leave.",
	"The archive holds %[2]d boxes of papers on %[1]s.",
	"It rained for %[2]d of the last hundred days in %[3]s.",
	"Lawyers for the port of %[3]s did not return %[2]d calls.",
	"The library of %[3]s lent %[2]d books on %[1]s last year.",
	"An office with %[2]d clerks deals with %[1]s.",
	"The council of %[3]s met for the %[2]dth time this year.",
	"Bus number %[2]d no longer stops at the old customs house of %[3]s.",
}

func (m *maker) background(s *story, d *draft, n int) {
	for range n {
		t := one(m, s.a.towns)
		if m.chance(50) {
			t = one(m, s.b.towns)
		}
		d.say(m, m.words(Sentence, fmt.Sprintf(one(m, filler)+"%[4]s", s.matter.topic, 3+m.rng.IntN(900), t.Name, "")))
	}
}

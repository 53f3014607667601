package generate

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/readout-news/readout"
)

// held is a position with the day by which its change is told.
type held struct {
	p   *readout.Position
	day string
}

var stances = []struct {
	stance readout.Stance
	verb   string
}{
	{readout.Demand, "demanded that %s"},
	{readout.Demand, "insisted that %s"},
	{readout.Request, "asked that %s"},
	{readout.Proposal, "proposed that %s"},
	{readout.Offer, "offered to %s"},
	{readout.Refuse, "refused to %s"},
	{readout.Acceptance, "agreed to %s"},
	{readout.Warning, "warned what would follow if nobody would %s"},
}

// stands are the positions that the report tells, and the promises.
func (m *maker) stands(s *story, d *draft) {
	for range 1 + m.rng.IntN(2) {
		m.stand(s, d)
	}
	if m.chance(9) {
		m.promise(s, d)
	}
	// Drawn whether or not there is a promise, so that a copy draws the same.
	if hit, k := m.chance(9), m.rng.IntN(1<<30); hit && len(s.matter.promise) > 0 {
		m.breach(s, d, s.matter.promise[k%len(s.matter.promise)])
	}
}

func (m *maker) sides(s *story) (us, them *state) {
	if m.chance(50) {
		return s.b, s.a
	}
	return s.a, s.b
}

func (m *maker) position(s *story, d *draft, us, them *state, voice *person, stance readout.Stance, span, terms readout.Span, words string) *readout.Position {
	p := &readout.Position{
		ID: m.id("p"), Party: us.land.ID, Addressee: them.land.ID, Issue: s.matter.issue.ID, Stance: stance, Terms: words, Event: s.ev.ID, Uttered: true,
		Date: &readout.Date{Value: s.day.Format(time.DateOnly), Precision: "day", Basis: "inferred"}, Chain: d.chain(entityOf(voice), nil, readout.CertainYes),
	}
	if voice != nil {
		p.Speaker = voice.ID
	}
	d.evidence("position/"+string(stance), span, func(e readout.Evidence) {
		p.Evidence = e
		p.Text = e.Span.In(d.report.Text)
	})
	m.rec.Positions = append(m.rec.Positions, p)
	s.matter.positions = append(s.matter.positions, &held{p, p.Date.Value})
	if len(s.matter.positions) == 1 {
		m.rec.Issues = append(m.rec.Issues, s.matter.issue)
	}
	return p
}

// stand is a demand, an offer, a refusal.
func (m *maker) stand(s *story, d *draft) {
	us, them := m.sides(s)
	x := one(m, stances)
	verb := x.verb
	terms := one(m, s.matter.terms)
	var all, what, cond readout.Span
	before, after, _ := strings.Cut(verb, "%s")
	to := ""
	if strings.HasSuffix(before, "that ") {
		to = them.land.Name + " "
	}
	parts := []any{us.land, " ", before, to, at(terms, &what), after}
	hangs := x.stance == readout.Offer && m.chance(60)
	if hangs {
		parts = append(parts, " if ", at(them.land.Name+" does the same", &cond))
	}
	var voice *person
	if m.chance(70) {
		voice = one(m, us.people)
	}
	start := 0
	if voice != nil {
		parts = append(parts, ", ", last{voice}, " said")
	}
	sentence := d.say(m, append(parts, ".")...)
	start = sentence.Start
	end := what.End
	if hangs {
		end = cond.End
	}
	all = readout.Span{Start: start, End: end}
	p := m.position(s, d, us, them, voice, x.stance, all, what, terms)
	if hangs {
		p.If = them.land.Name + " does the same"
	}
}

// promise is a commitment with its day.
func (m *maker) promise(s *story, d *draft) {
	us, them := m.sides(s)
	terms := one(m, s.matter.terms)
	due := s.day.AddDate(0, 0, 10+m.rng.IntN(90))
	voice := one(m, us.people)
	var what, until readout.Span
	sentence := d.say(m, us.land, " promised ", them.land, " to ", at(terms, &what), " by ", at(due.Format("2 January 2006"), &until), ", ", last{voice}, " said.")
	span := readout.Span{Start: sentence.Start, End: until.End}
	p := m.position(s, d, us, them, voice, readout.Commit, span, what, terms)
	c := &readout.Commitment{ID: m.id("k"), Party: us.land.ID, To: them.land.ID, Terms: terms, Made: p.Date, Position: p.ID}
	d.evidence("timex/day", until, func(e readout.Evidence) {
		m.rec.Timexes = append(m.rec.Timexes, &readout.Timex{Evidence: e, Type: "DATE", Value: due.Format(time.DateOnly), Basis: "explicit"})
		c.Until = &readout.Date{Value: due.Format(time.DateOnly), Precision: "day", Basis: "explicit", Expression: &e}
		p.Until = c.Until
	})
	d.evidence("position/commitment", span, func(e readout.Evidence) { c.Evidence = e })
	m.rec.Commitments = append(m.rec.Commitments, c)
	s.matter.promise = append(s.matter.promise, c)
}

// breach is one side's word that the other broke a promise, with its answer.
func (m *maker) breach(s *story, d *draft, c *readout.Commitment) {
	us, them := s.a, s.b
	if c.Party == us.land.ID {
		us, them = them, us
	}
	var what readout.Span
	sentence := d.say(m, us.land, " accused ", them.land, " of not keeping its promise to ", at(c.Terms, &what), ".")
	span := readout.Span{Start: sentence.Start, End: what.End}
	p := m.position(s, d, us, them, nil, readout.Accusation, span, what, c.Terms)
	v := readout.Violation{Accuser: us.land.ID, Accused: them.land.ID, Position: p.ID}
	var denial string
	if m.chance(50) {
		who := one(m, them.people)
		at := d.say(m, who, " denied that.")
		denial = m.response(s, d, who.Entity, readout.Denies, at, "that").ID
	}
	d.evidence("position/accusation", span, func(e readout.Evidence) {
		v.Evidence = e
		if denial != "" {
			v.DeniedBy = []string{denial}
		}
		c.Violations = append(c.Violations, v)
	})
}

// response is an answer to the event.
func (m *maker) response(s *story, d *draft, who *readout.Entity, kind readout.ResponseKind, sentence readout.Span, about string) *readout.Response {
	r := &readout.Response{ID: m.id("a"), Party: who.ID, Kind: kind, Event: s.ev.ID, About: about, Chain: d.chain(who, nil, readout.CertainYes)}
	if m.chance(60) {
		r.Date = &readout.Date{Value: s.day.Format(time.DateOnly), Precision: "day", Basis: "inferred"}
	}
	span := readout.Span{Start: sentence.Start, End: sentence.End - 1}
	d.evidence("response/"+string(kind), span, func(e readout.Evidence) { r.Evidence = e })
	m.rec.Responses = append(m.rec.Responses, r)
	return r
}

// answers are what those who were asked about the event replied.
func (m *maker) answers(s *story, d *draft) {
	if !m.chance(18) {
		return
	}
	_, them := m.sides(s)
	who := one(m, them.people)
	noun := s.contact.noun
	switch m.rng.IntN(4) {
	case 0:
		m.response(s, d, them.ministry, readout.Declines, d.say(m, "The ", them.ministry, " declined to comment on the "+noun+"."), "the "+noun)
	case 1:
		m.response(s, d, who.Entity, readout.Confirms, d.say(m, who, " confirmed the "+noun+"."), "the "+noun)
	case 2:
		m.response(s, d, who.Entity, readout.NoAnswer, d.say(m, who, " did not answer questions about the "+noun+"."), "the "+noun)
	default:
		m.response(s, d, who.Entity, readout.Neither, d.say(m, who, " would neither confirm nor deny the "+noun+"."), "the "+noun)
	}
}

// weight orders stances from soft to hard, for what a change is called.
var weight = map[readout.Stance]int{readout.Acceptance: 0, readout.Offer: 1, readout.Proposal: 2, readout.Request: 3, readout.Demand: 4, readout.Warning: 5, readout.Refuse: 6}

// changes compares each position with the one before of the same party on the
// same issue.
func changes(positions []*held) {
	slices.SortFunc(positions, func(a, b *held) int {
		return cmp.Or(strings.Compare(a.day, b.day), strings.Compare(a.p.ID, b.p.ID))
	})
	before := map[string]*readout.Position{}
	for _, h := range positions {
		old := before[h.p.Party]
		before[h.p.Party] = h.p
		if old == nil {
			h.p.Change = "new"
			continue
		}
		h.p.Previous = old.ID
		a, b := weight[old.Stance], weight[h.p.Stance]
		switch {
		case h.p.If != "" && old.If == "":
			h.p.Change = "condition-added"
		case a == b && old.Terms == h.p.Terms:
			h.p.Change = "repeated"
		case a < b:
			h.p.Change = "hardened"
		case a > b:
			h.p.Change = "softened"
		default:
			h.p.Change = "repeated"
		}
	}
}

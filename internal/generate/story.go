package generate

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/readout-news/readout"
)

// Size of the event that page weight and time are measured on.
const (
	busyReports   = 30
	busyClaims    = 40
	busySentences = 300
)

// sort of a contact between two states.
type contact struct {
	typ, mode, noun string
	title           string // of the event, with the two sides
	placed          bool
}

var contacts = []contact{
	{"CONSULT", "phone", "call", "Phone call between %s and %s", false},
	{"CONSULT", "meeting", "meeting", "Meeting between %s and %s", true},
	{"CONSULT", "talks", "talks", "Talks between %s and %s", true},
	{"CONSULT", "visit", "visit", "Visit by %s to %s", true},
	{"AGREE", "sign", "signing", "Signing between %s and %s", true},
}

// story is an event with all that reports may tell of it.
type story struct {
	ev       *readout.Event
	contact  contact
	a, b     *state
	pa, pb   *person
	place    *readout.Entity
	day      time.Time
	minutes  int
	number   int
	matter   *matter
	disputed bool // about how long it lasted
	denied   bool
	sayings  []*saying
	reports  []*draft
	scripts  []script // of the reports that can be copied
	claims   []*readout.Claim
	busy     bool
	press    map[*person]*readout.Event // what was said of it to the press
}

// saying is something that somebody said once, and how reports rendered it.
type saying struct {
	by          *person
	first, rest string // clauses; rest may be ""
	said        []rendering
}

type rendering struct {
	statement *readout.Statement
	kind      string // of the variant
	swapped   readout.Span
	whole     bool
}

// script is what a report was written from: writing it again gives a copy.
type script struct {
	seed  uint64
	draft *draft
}

// stories makes events until their reports are as many as were asked for.
func (m *maker) stories() {
	left := m.Reports
	long := rand.NewZipf(m.rng, 1.9, 1.6, uint64(max(1, min(400, m.Reports/15))))
	for left > 0 {
		s := m.story()
		n := min(left, 1+int(long.Uint64()))
		if m.busy == "" {
			s.busy, n = true, min(busyReports, (left+1)/2)
			s.disputed, s.denied = true, false
			m.busy = s.ev.ID
		}
		m.cover(s, n)
		left -= n
	}
}

// story draws an event.
func (m *maker) story() *story {
	a, b := m.pair()
	s := &story{
		press: map[*person]*readout.Event{}, contact: one(m, contacts), a: a, b: b, pa: a.people[m.rng.IntN(2)], pb: b.people[m.rng.IntN(2)],
		day: m.start.AddDate(0, 0, m.rng.IntN(m.days)), minutes: 20 + 5*m.rng.IntN(40), number: 2 + m.rng.IntN(60),
		matter: m.matterOf(a, b), disputed: m.chance(35), denied: m.chance(8),
	}
	e := &readout.Event{
		ID: m.id("v"), Type: s.contact.typ, Mode: s.contact.mode, Title: fmt.Sprintf(s.contact.title, s.pa.Name, s.pb.Name), Status: readout.Occurred,
		Participants: []readout.Participant{
			{Entity: s.pa.ID, Role: "participant"},
			{Entity: s.pb.ID, Role: "participant"},
			{Entity: a.land.ID, Role: "participant"},
			{Entity: b.land.ID, Role: "participant"},
		},
		Date: &readout.Date{Value: s.day.Format(time.DateOnly), Precision: "day", Basis: "relative"},
	}
	if s.contact.placed {
		s.place = one(m, b.towns)
		e.Place = s.place.ID
		e.Title += " in " + s.place.Name
	}
	switch {
	case s.denied:
		e.Status = readout.Reported
	case m.chance(6):
		e.Status = readout.Planned
	case m.chance(5):
		e.Date = nil
	}
	s.ev = e
	for range 3 + m.rng.IntN(4) {
		s.sayings = append(s.sayings, m.saying(s))
	}
	m.rec.Events = append(m.rec.Events, e)
	s.matter.stories = append(s.matter.stories, s)
	return s
}

var firstClauses = []string{
	"we will not leave the table before %[1]s is settled",
	"nothing that was said today changes our stand on %[1]s",
	"%[2]s has had our answer on %[1]s for %[3]d days",
	"our side came with %[3]d proposals on %[1]s",
	"there can be no trade in which %[1]s is the price",
	"the people of %[4]s have waited %[3]d weeks for this",
	"I asked %[2]s a plain question about %[1]s",
	"we counted %[3]d promises and saw %[5]d of them kept",
	"a paper on %[1]s will be ready in %[3]d days",
	"we spoke of %[1]s for %[3]d minutes and of the weather for %[5]d",
}

var restClauses = []string{
	"and whoever says otherwise was not in the room",
	"and we are ready to meet again in %[3]d days",
	"and that is all that I can tell you tonight",
	"but the door stays open for %[2]s",
	"and our engineers will go to %[4]s next month",
	"but I would not call it a breakthrough",
	"",
}

func (m *maker) saying(s *story) *saying {
	who, other := one(m, s.a.people), s.b
	if m.chance(45) {
		who, other = one(m, s.b.people), s.a
	}
	fill := func(f string) string {
		if f == "" {
			return ""
		}
		return m.words(Quotation, fmt.Sprintf(f+"%[6]s", s.matter.topic, other.land.Name, 2+m.rng.IntN(90), one(m, other.towns).Name, m.rng.IntN(9), ""))
	}
	return &saying{by: who, first: fill(one(m, firstClauses)), rest: fill(one(m, restClauses))}
}

// cover writes n reports on the story.
func (m *maker) cover(s *story, n int) {
	for i := range n {
		d := m.blank(s, i)
		seed := m.rng.Uint64()
		switch {
		case !s.busy && len(s.scripts) > 0 && m.chance(16):
			of := one(m, s.scripts)
			seed = of.seed
			d.origin.Kind, d.origin.Why = "copy", "97 % of its 5-word shingles"
			od := of.draft
			d.later = append(d.later, func(string) { d.origin.Of = od.report.ID })
		case !s.busy && m.chance(12):
			d.origin.Kind, d.origin.Why, d.origin.Of = "wire", "credit line", one(m, m.agencies).ID
		default:
			s.scripts = append(s.scripts, script{seed, d})
		}
		m.write(s, d, seed, i, n)
		s.reports = append(s.reports, d)
		d.finish()
		m.drafts = append(m.drafts, d)
	}
}

// blank is a report of the story without a text.
func (m *maker) blank(s *story, i int) *draft {
	o := m.outlets[m.pick.outlet.Uint64()]
	at := s.day.AddDate(0, 0, min(i/4, m.rng.IntN(4))).Add(time.Duration(6*60+m.rng.IntN(16*60)) * time.Minute)
	k := len(m.drafts)
	host := fmt.Sprintf("news%d.example", m.rng.IntN(len(m.outlets)))
	d := &draft{outlet: o, seen: at.Add(time.Duration(5+m.rng.IntN(200)) * time.Minute), told: map[string]struct{}{}}
	d.report = &readout.Report{
		Path: m.words(Path, fmt.Sprintf("made-up/%05d.txt", k)), URL: m.words(URL, fmt.Sprintf("https://%s/%s/%d", host, at.Format("2006/01/02"), k)), Domain: host,
		Outlet: o.Name, Language: "en", Byline: m.words(Byline, "By "+given[k%len(given)]+" "+family[(k/7)%len(family)]),
		Published: readout.Published{
			Value: at.Format("2006-01-02T15:04Z"), Precision: "minute", Basis: readout.BasisSidecar, Why: "the manifest says so",
			Candidates: []readout.DateCandidate{{Value: at.Format("2006-01-02T15:04Z"), Basis: "sidecar"}},
		},
	}
	switch {
	case m.chance(3):
		d.report.Published = readout.Published{Basis: readout.BasisNone, Why: "nothing says when it was published"}
	case m.chance(20):
		day := at.Format(time.DateOnly)
		d.report.Published.Value, d.report.Published.Precision = day, "day"
		d.report.Published.Candidates[0].Value = day
	}
	d.sidecar = readout.Sidecar{Outlet: d.report.Outlet, Published: d.report.Published.Value, URL: d.report.URL}
	d.origin = readout.Origin{Outlet: o.ID, Kind: "own"}
	return d
}

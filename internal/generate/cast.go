package generate

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/readout-news/readout"
)

// state is a country with those who act and speak for it.
type state struct {
	land     *readout.Entity
	towns    []*readout.Entity
	ministry *readout.Entity
	people   []*person // the head of government first
	n        int
}

// person is somebody who speaks, with the words that go before the name.
type person struct {
	*readout.Entity
	office string // "Foreign Minister"
	last   string // "Maren"
}

func entityOf(p *person) *readout.Entity {
	if p == nil {
		return nil
	}
	return p.Entity
}

// matter is what two states deal with over months.
type matter struct {
	topic     string
	issue     *readout.Issue
	terms     []string // what can be demanded or promised
	stories   []*story
	positions []*held
	promise   []*readout.Commitment
}

var (
	heads  = strings.Fields("Vel Kar Or Sol He Ta Mir Bren Dral Es Fen Gor Hal Il Jor Kel Lor Mar Nor Os Pell Quen Ral Sar Tol Ul Var Wen Yar Zel")
	middle = strings.Fields("a e i o u an ar el en er ia il in is or os un va ve vi")
	ends   = strings.Fields("dane gra heim land lund mark mere mond nia rin rona sund tal thia vany via vora")
	given  = strings.Fields("Aldo Brisa Corin Dessa Edvin Falka Gerrit Hedda Ismar Jorun Kaspin Lioba Marek Nerida Osvin Petra Quill Runa Sefan Torva Ulrike Vesna Wendel Yorick Zora")
	family = strings.Fields("Adrel Bexley Corvane Dresk Eddory Fennick Garrow Hollin Ivarsen Jannick Kestrow Lommer Mardane Norvik Ostrel Pellim Quarrow Ressing Salvane Torrick Ulmane Vessin Wardell Yannow Zeller")
	papers = strings.Fields("Courier Herald Post Tribune Gazette Observer Ledger Register Dispatch Mirror Standard Record")
	topics = strings.Split("fishing in the strait|the northern rail link|the border crossing|grain shipments|the shared reservoir|prisoner releases|the port fees|overflight rights|the gas pipeline|flood warnings|customs checks|the mine clearance|the ferry line|radio frequencies|the demarcation posts", "|")
	deeds  = strings.Split("open the crossing|publish the figures every month|withdraw the patrol boats|lower the fees by half|let the inspectors in|return the seized boats|share the water data|pay for the repairs|suspend the new checks|name a contact officer|reopen the office|release the drivers|end the night patrols|keep to the agreed quota|mark the channel", "|")
)

// name is the i-th of many made-up names, no two the same.
func name(i int) string {
	a, b, c := i%len(heads), i/len(heads)%len(ends), i/(len(heads)*len(ends))
	s := heads[a] + ends[(a+b)%len(ends)]
	if c > 0 {
		s = heads[a] + middle[(c-1)%len(middle)] + ends[(a+b)%len(ends)]
	}
	return s
}

// entity adds an entity to the record.
func (m *maker) entity(t readout.EntityType, f Field, words string) *readout.Entity {
	n := m.words(f, words)
	e := &readout.Entity{ID: m.id("e"), Type: t, Name: n, Names: []string{n}}
	m.rec.Entities = append(m.rec.Entities, e)
	return e
}

// cast makes the states with their people, and the outlets. Their numbers grow
// more slowly than that of the reports.
func (m *maker) cast() {
	states := 8 + min(m.Reports/400, 60)
	people := 0
	for i := range states {
		s := &state{land: m.entity(readout.Place, Place, name(i)), n: i}
		s.land.Country = fmt.Sprintf("X%c", 'A'+i%26)
		for k := range 3 {
			s.towns = append(s.towns, m.entity(readout.Place, Place, []string{"Port ", "", "New "}[k]+name(states+i*3+k)))
		}
		s.ministry = m.entity(readout.Organization, Body, "Foreign Ministry of "+name(i))
		for _, office := range []string{"Prime Minister", "President", "Foreign Minister", "spokesman", "envoy", "Defence Minister", "deputy minister"}[:4+i%4] {
			first, last := given[people%len(given)], family[(people/len(given)+people)%len(family)]
			if c := people / (len(given) * len(family)); c > 0 {
				last += middle[c%len(middle)]
			}
			people++
			e := m.entity(readout.Person, Person, first+" "+last)
			p := &person{Entity: e, office: office, last: last}
			if m.Text != nil {
				p.last = e.Name
			} else {
				e.Names = []string{last, e.Name}
				slices.Sort(e.Names)
			}
			e.Country = s.land.Country
			s.people = append(s.people, p)
		}
		m.states = append(m.states, s)
	}
	for i := range 9 + min(m.Reports/150, 110) {
		kind := papers[i%len(papers)]
		if i%5 == 0 {
			kind = "Wire"
		}
		o := m.entity(readout.Outlet, Outlet, name(2*states+i*7)+" "+kind)
		m.outlets = append(m.outlets, o)
		if i%5 == 0 {
			m.agencies = append(m.agencies, o)
		}
	}
	m.pick.state = rand.NewZipf(m.rng, 1.25, 2, uint64(len(m.states)-1))
	m.pick.outlet = rand.NewZipf(m.rng, 1.2, 3, uint64(len(m.outlets)-1))
	m.matters = map[[2]int][]*matter{}
}

// pair draws two states that differ, by how often they are in the news.
func (m *maker) pair() (a, b *state) {
	i := int(m.pick.state.Uint64())
	j := int(m.pick.state.Uint64())
	for j == i {
		j = m.rng.IntN(len(m.states))
	}
	return m.states[i], m.states[j]
}

// matterOf draws one of the matters of two states.
func (m *maker) matterOf(a, b *state) *matter {
	key := [2]int{min(a.n, b.n), max(a.n, b.n)}
	have := m.matters[key]
	if len(have) == 0 || len(have) < 4 && m.chance(15) {
		i := m.rng.IntN(len(topics))
		t := m.words(Topic, topics[i])
		x := &matter{topic: t, issue: &readout.Issue{ID: m.id("i"), Name: t, Names: []string{t}}}
		for k := range 4 {
			x.terms = append(x.terms, m.words(Terms, deeds[(i+k*4)%len(deeds)]))
		}
		m.matters[key] = append(have, x)
		return x
	}
	return have[m.rng.IntN(len(have))]
}

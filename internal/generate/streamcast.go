package generate

import (
	"fmt"
	"strings"
	"time"
)

// How many officials and towns a state of a stream has.
const (
	officials = 6
	towns     = 4
)

// Words of a stream beside those of a World. All offices are of two words, all
// names of people of two, all others of one, outlets of two.
var (
	offices  = strings.Split("Prime Minister|Foreign Minister|Defence Minister|Finance Minister|Interior Minister|Trade Minister", "|")
	bearings = strings.Fields("bek dal fors gard holt ik jan kov lin moor nik oster quist rell sen stad tev ussen wick zon")
	matterA  = strings.Fields("grain fishing border railway harbour water timber cattle radio postal mining pension school energy customs pension ferry road airport river")
	matterB  = strings.Fields("fees permits quotas rights inspections rules tariffs closures repairs licences routes exchanges levels patrols checks surveys contracts limits")
	things   = strings.Fields("barges silos wagons trawlers nets pylons cables meters pumps turbines sluices seeds tractors fertilisers herds vaccines clinics ambulances bandages textbooks desks lanterns blankets tents stoves boilers bricks girders bridges tunnels signals sleepers locomotives tyres antennas receivers envelopes stamps ledgers coins vouchers wages apprentices looms bolts ropes anchors buoys lighthouses containers cranes pallets barrels tankers valves pipelines drills helmets lamps shovels tiles beams planks saplings orchards vineyards beehives mills ovens apples onions lentils carpets kettles mirrors violins drums statues murals manuscripts maps atlases telescopes clocks bicycles sledges skis boots coats hats gloves needles buttons candles soaps towels buckets ladders fences gates bells keys locks")
)

// streamName is the i-th name of a place or outlet.
func streamName(i int) string { return name(i) }

// surname is the i-th of many family names, no two the same.
func surname(i int) string {
	a, b, c := i%len(heads), i/len(heads)%len(bearings), i/(len(heads)*len(bearings))
	if c == 0 {
		return heads[a] + bearings[(a+b)%len(bearings)]
	}
	return heads[a] + middle[(c-1)%len(middle)] + bearings[(a+b)%len(bearings)]
}

// who is one of those that a stream speaks of, by a number that no other has.
type who int

const (
	whoTown   who = 1 << 20
	whoPerson who = 2 << 20
	whoOutlet who = 3 << 20
)

func (s *Stream) state(i int) string { return streamName(i) }
func (s *Stream) town(i int) string  { return streamName(s.Parties + i) }
func (s *Stream) outlet(i int) string {
	return streamName(s.Parties*(1+towns)+i) + " " + papers[i%len(papers)]
}

// official is the name of the k-th official of state i.
func (s *Stream) official(i, k int) string {
	n := i*officials + k
	return given[(n*7+n/len(given))%len(given)] + " " + surname(n)
}

// topic is what states deal with, and the things that go with it.
type topic struct {
	a, b   string
	things []string
}

// makeTopics gives each pair of words things of its own, so that reports on one
// matter share words that those on others lack.
func makeTopics() []topic {
	var out []topic
	for i, a := range matterA {
		for j, b := range matterB {
			t := topic{a: a, b: b}
			for k := range 6 {
				t.things = append(t.things, things[(i*31+j*17+k*(13+i))%len(things)])
			}
			out = append(out, t)
		}
	}
	return out
}

// slots fills a passage: what is written and who is named.
type slots struct {
	text map[string]string
	who  map[string]who
	day  time.Time
}

// slotsOf fills the slots with what a tale is about.
func (s *Stream) slotsOf(t *tale) *slots {
	day := s.date(t.day)
	p1, p2 := s.official(t.a, t.pa), s.official(t.b, t.pb)
	top := s.topics[t.topic]
	return &slots{
		day: day,
		text: map[string]string{
			"O1": offices[t.pa], "P1": p1, "L1": strings.Fields(p1)[1], "S1": s.state(t.a),
			"O2": offices[t.pb], "P2": p2, "L2": strings.Fields(p2)[1], "S2": s.state(t.b),
			"T": s.town(t.town), "WD": day.Weekday().String(), "DM": fmt.Sprintf("%d %s", day.Day(), day.Month()), "DY": fmt.Sprintf("%d %s %d", day.Day(), day.Month(), day.Year()),
			"N": fmt.Sprint(t.minutes), "TA": top.a, "TB": top.b,
		},
		who: map[string]who{
			"P1": whoPerson + who(t.a*officials+t.pa), "S1": who(t.a), "P2": whoPerson + who(t.b*officials+t.pb), "S2": who(t.b), "T": whoTown + who(t.town),
		},
	}
}

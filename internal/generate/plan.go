package generate

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// kinds of what the tales of a stream are about, in the order of passages.
var kinds = []string{"call", "meeting", "talks", "attack", "sign", "sanction"}

// tale is one event that reports tell of.
type tale struct {
	kind    int // of kinds
	a, b    int // states, a acts
	pa, pb  int // officials of a and b
	town    int
	topic   int
	day     int     // since the start of the stream
	minutes int     // its figure
	size    int     // reports that lead with it
	from    float64 // time of day of the first report, 0 to 1
	id      int
}

// telling is a place in the stream: the nth report that leads with a tale.
type telling struct {
	at   float64 // time of day, 0 to 1
	tale int     // of the block
	nth  int
	late bool // the tale is one of the block before
}

// block is a day of the stream.
type block struct {
	tales   []tale
	byState map[int][]int // tales of each state
	order   []telling     // by time; nil until asked for
}

// rotation is how many days lie at least between two events of one kind
// and the same parties, so that a day tells which is meant.
const rotation = 3

// sizeOf draws how many reports lead with a tale: most one to three, some
// fifty, a rare one five hundred.
func sizeOf(rng *rand.Rand, most int) int {
	n := 0
	switch p := rng.IntN(10000); {
	case p < 5600:
		n = 1
	case p < 7600:
		n = 2
	case p < 8600:
		n = 3
	case p < 9500:
		n = 4 + rng.IntN(7)
	case p < 9955:
		n = 11 + rng.IntN(40)
	case p < 9995:
		n = 51 + rng.IntN(100)
	default:
		n = 500
	}
	return max(1, min(n, most))
}

// rng is the source of chance of one thing in the stream.
func (s *Stream) rng(what, a, b uint64) *rand.Rand {
	return rand.New(rand.NewPCG(s.Seed^what<<56, a<<32^b))
}

// What rng is asked for.
const (
	rngTales uint64 = iota + 1
	rngOrder
	rngReport
	rngEdit
	rngSidecar
)

// count is how many reports block n has.
func (s *Stream) count(n int) int {
	if s.Hot > 0 && n == s.HotDay {
		return s.PerDay + s.Hot
	}
	return s.PerDay
}

// place is the block and the place in it of report i.
func (s *Stream) place(i int) (n, k int) {
	hotEnd := (s.HotDay+1)*s.PerDay + s.Hot
	switch {
	case s.Hot == 0 || i < (s.HotDay+1)*s.PerDay:
		return i / s.PerDay, i % s.PerDay
	case i < hotEnd:
		return s.HotDay, i - s.HotDay*s.PerDay
	}
	return (i - s.Hot) / s.PerDay, (i - s.Hot) % s.PerDay
}

// keptBlocks is how many days a Stream remembers: those that background goes
// back to, and some.
const keptBlocks = 40

// block returns day n, with its order when told wanted.
func (s *Stream) block(n int, ordered bool) *block {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.planned(n)
	if ordered && b.order == nil {
		var before *block
		if n > 0 {
			before = s.planned(n - 1)
		}
		s.arrange(b, n, before)
	}
	return b
}

// planned returns day n; s.mu is held.
func (s *Stream) planned(n int) *block {
	if b := s.blocks[n]; b != nil {
		return b
	}
	if len(s.blocks) >= keptBlocks {
		delete(s.blocks, s.kept[0])
		s.kept = s.kept[1:]
	}
	b := s.tell(n)
	s.blocks[n] = b
	s.kept = append(s.kept, n)
	return b
}

// tell draws the tales of day n.
func (s *Stream) tell(n int) *block {
	rng := s.rng(rngTales, uint64(n), 0)
	states := rand.NewZipf(rng, s.Skew, 4, uint64(s.Parties-1))
	topics := rand.NewZipf(rng, s.Skew, 4, uint64(len(s.topics)-1))
	b := &block{byState: map[int][]int{}}
	taken := map[[3]int]bool{}
	left := s.count(n)
	hot := s.Hot > 0 && n == s.HotDay
	for left > 0 {
		t := tale{size: sizeOf(rng, min(left, max(3, s.PerDay/5))), from: rng.Float64() * .9, topic: int(topics.Uint64()), id: len(b.tales)}
		if hot && len(b.tales) == 0 {
			t.size, t.from = s.Hot, .5
		}
		for try := 0; ; try++ {
			t.a, t.b = int(states.Uint64()), int(states.Uint64())
			if try > 50 { // the pairs that are much in the news are taken
				t.a, t.b = rng.IntN(s.Parties), rng.IntN(s.Parties)
			}
			if t.a == t.b {
				continue
			}
			t.kind = s.kindOn(n, t.a, t.b, rng)
			key := [3]int{min(t.a, t.b), max(t.a, t.b), min(t.kind, 3)}
			if t.kind < 3 {
				key[2] = 0 // one contact of a pair a day
			}
			if !taken[key] || try > 500 {
				taken[key] = true
				break
			}
		}
		t.day = n
		if t.from < .4 && n > 0 && rng.IntN(3) > 0 {
			t.day = n - 1 // the day before
		}
		t.pa, t.pb = min(rng.IntN(officials), rng.IntN(officials)), min(rng.IntN(officials), rng.IntN(officials))
		of := t.b
		if rng.IntN(3) == 0 {
			of = int(states.Uint64())
		}
		t.town = of*towns + rng.IntN(towns)
		t.minutes = 15 + rng.IntN(80)
		b.byState[t.a] = append(b.byState[t.a], len(b.tales))
		b.byState[t.b] = append(b.byState[t.b], len(b.tales))
		b.tales = append(b.tales, t)
		left -= t.size
	}
	return b
}

// kindOn is the kind of event that two states can have on day n. The kinds of a
// pair take turns.
func (s *Stream) kindOn(n, a, b int, rng *rand.Rand) int {
	h := min(a, b)*7919 + max(a, b)
	switch (h + n) % rotation {
	case 0:
		if rng.IntN(4) == 0 {
			return 3
		}
		return (h + n/rotation) % 3
	case 1:
		return 4
	}
	return 5
}

// arrange puts the tellings of day n in the order of time.
func (s *Stream) arrange(b *block, n int, before *block) {
	rng := s.rng(rngOrder, uint64(n), 0)
	within := min(1, s.HotWithin.Hours()/24)
	late := map[int]int{}
	for i := range b.tales {
		t := &b.tales[i]
		hot := s.Hot > 0 && n == s.HotDay && i == 0
		for nth := range t.size {
			x := telling{tale: i, nth: nth}
			switch {
			case hot && within > .5:
				x.at = rng.Float64() * within
			case hot:
				x.at = t.from + rng.Float64()*within
			case nth == 0:
				x.at = t.from
			default:
				x.at = min(t.from+rng.ExpFloat64()*.12, math.Nextafter(1, 0))
				if before != nil && rng.IntN(12) == 0 {
					// Somebody comes back to what was told yesterday instead.
					j := s.heard(before, rng)
					x = telling{at: rng.Float64(), tale: j, nth: before.tales[j].size + late[j], late: true}
					late[j]++
				}
			}
			b.order = append(b.order, x)
		}
	}
	slices.SortStableFunc(b.order, func(x, y telling) int {
		switch {
		case x.at < y.at:
			return -1
		case x.at > y.at:
			return 1
		}
		return 0
	})
}

// heard draws a tale of a day, those told often more often.
func (s *Stream) heard(b *block, rng *rand.Rand) int {
	best := rng.IntN(len(b.tales))
	for range 3 {
		if j := rng.IntN(len(b.tales)); b.tales[j].size > b.tales[best].size {
			best = j
		}
	}
	return best
}

// date is day n as a date.
func (s *Stream) date(n int) time.Time { return streamStart.AddDate(0, 0, n) }

// streamStart is the day of the first report: a Monday.
var streamStart = time.Date(2031, 1, 6, 0, 0, 0, 0, time.UTC)

package status

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/readout-news/readout"
)

// Meter counts what a process does and how long its stages take. Its methods
// are safe for concurrent use. What it counts begins at 0 with the process.
type Meter struct {
	stages sync.Map // name → *times

	mu       sync.Mutex
	fresh    int
	known    int
	refused  map[string]int // by class
	outcomes map[string]int // of what was asked of the web
}

// NewMeter makes a Meter.
func NewMeter() *Meter {
	return &Meter{refused: map[string]int{}, outcomes: map[string]int{}}
}

// Observe notes how long a stage took once; it is a pipeline.Observe.
func (m *Meter) Observe(stage string, took time.Duration) {
	t, ok := m.stages.Load(stage)
	if !ok {
		t, _ = m.stages.LoadOrStore(stage, &times{})
	}
	t.(*times).add(took)
}

// Reports counts what a reading gave.
func (m *Meter) Reports(fresh, known int, refusals []readout.Refusal) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fresh += fresh
	m.known += known
	for _, r := range refusals {
		m.refused[Class(r.Reason)]++
	}
}

// Refused counts an input that was refused for a reason of that class.
func (m *Meter) Refused(class string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.refused[class]++
}

// Fetched counts n askings of the web with an outcome: fetched, unchanged,
// failed.
func (m *Meter) Fetched(outcome string, n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if n > 0 {
		m.outcomes[outcome] += n
	}
}

// Counted is what a Meter has counted.
type Counted struct {
	Fresh, Known int
	Refused      map[string]int // by class
	Fetched      map[string]int // by outcome
}

// Counted returns what was counted so far.
func (m *Meter) Counted() Counted {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := Counted{Fresh: m.fresh, Known: m.known, Refused: map[string]int{}, Fetched: map[string]int{}}
	for k, n := range m.refused {
		out.Refused[k] = n
	}
	for k, n := range m.outcomes {
		out.Fetched[k] = n
	}
	return out
}

// classes are kinds of reasons for which inputs are refused, with words that
// only their reasons have. What none fits is "other".
var classes = []struct {
	name  string
	words []string
}{
	{"fault", []string{"annotators failed", "took too long", "worker that read it", "parked"}},
	{"too-large", []string{"larger than the limit", "longer than the limit", "too large", "beyond the limit", "nested more than"}},
	{"empty", []string{"is empty", "no text", "empty list", "no reports in", "has no body"}},
	{"format", []string{"not text", "not a JSON object", "not a line of", "not a capture", "media type", "kind of file", "not a regular file", "manifest", "schema is", "no capture"}},
	{"changed", []string{"changed on the way", "the line was changed", "SHA-256"}},
	{"file", []string{"no such file", "no permission", "could not be opened", "is not there"}},
	{"web", []string{"robots.txt", "HTTP", "the server", "redirect", "address", "connection", "timeout", "timed out"}},
}

// Class is the kind of a reason for which an input was refused: fault,
// too-large, empty, format, changed, file, web or other.
func Class(reason string) string {
	for _, c := range classes {
		if slices.ContainsFunc(c.words, func(w string) bool { return strings.Contains(reason, w) }) {
			return c.name
		}
	}
	return "other"
}

// Times are how long one stage took, of all the times it ran.
type Times struct {
	Stage    string
	Count    int
	Total    time.Duration
	P50, P95 time.Duration // within 7%

	counts []uint64 // of each bucket
}

// Stages returns the times of all stages, those that took most in all first.
func (m *Meter) Stages() []Times {
	var out []Times
	m.stages.Range(func(name, t any) bool {
		s := t.(*times).snapshot()
		s.Stage = name.(string)
		out = append(out, s)
		return true
	})
	slices.SortFunc(out, func(a, b Times) int { return cmp.Or(cmp.Compare(b.Total, a.Total), strings.Compare(a.Stage, b.Stage)) })
	return out
}

// A duration is counted in one of 8 equal parts of its power of two of
// microseconds, so a bucket is at most an eighth wide: read in the middle, it is
// wrong by a sixteenth. The last begins at 18 hours.
const (
	parts  = 8
	powers = 34
)

// times counts durations in buckets.
type times struct {
	counts [powers * parts]atomic.Uint64
	total  atomic.Int64 // nanoseconds
}

// bucket is where a duration is counted.
func bucket(d time.Duration) int {
	us := uint64(max(d.Microseconds(), 0))
	if us < parts {
		return int(us)
	}
	power := bits.Len64(us) - 1 // ≥ 3
	return min((power-2)*parts+int(us>>(power-3))-parts, powers*parts-1)
}

// lower is where a bucket begins.
func lower(bucket int) time.Duration {
	if bucket < parts {
		return time.Duration(bucket) * time.Microsecond
	}
	power, part := bucket/parts+2, bucket%parts
	return time.Duration(parts+part) << (power - 3) * time.Microsecond
}

func (t *times) add(d time.Duration) {
	t.counts[bucket(d)].Add(1)
	t.total.Add(int64(d))
}

func (t *times) snapshot() Times {
	out := Times{Total: time.Duration(t.total.Load()), counts: make([]uint64, len(t.counts))}
	for i := range t.counts {
		out.counts[i] = t.counts[i].Load()
		out.Count += int(out.counts[i])
	}
	out.P50, out.P95 = out.at(0.5), out.at(0.95)
	return out
}

// at is the duration that a share of all did not pass.
func (t *Times) at(share float64) time.Duration {
	rank := uint64(math.Ceil(share * float64(t.Count)))
	var seen uint64
	for i, n := range t.counts {
		if seen += n; n > 0 && seen >= rank {
			return (lower(i) + lower(i+1)) / 2
		}
	}
	return 0
}

// Below counts how often the stage took less than d, where d is a whole power of
// two of microseconds: the buckets of a histogram.
func (t *Times) Below(d time.Duration) uint64 {
	var n uint64
	for i, c := range t.counts {
		if lower(i) >= d {
			break
		}
		n += c
	}
	return n
}

package generate

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/extract"
	"github.com/readout-news/readout/internal/nlp"
)

// StreamOptions say what a Stream gives. The zero value of each but Annotators
// is usable.
type StreamOptions struct {
	Seed uint64
	// Annotators read the passages that reports are made of, once, when the
	// stream is made. Required.
	Annotators nlp.Pipeline

	PerDay  int     // reports a day, at least 100; 0: 10,000
	Parties int     // states in the news, 20 to 1,500; 0: 200
	Outlets int     // 10 to 1,000; 0: 400
	Skew    float64 // exponent of Zipf's law, more than 1; 0: 1.1
	Undated int     // reports in a hundred that carry no day; 0: 3, -1: none

	Hot       int           // reports beyond PerDay on one event; 0: none
	HotDay    int           // the day of that event, from 0
	HotWithin time.Duration // in which they come in, up to a day; 0: an hour
}

// Stream makes up reports one by one and by index: report i needs no other.
// It is safe for concurrent use. The same options and annotators give the same
// bytes.
type Stream struct {
	StreamOptions
	passages map[string][]*passage
	topics   []topic

	mu     sync.Mutex
	blocks map[int]*block
	kept   []int // days in blocks, the first made first
}

// Told says that an event mention of a report tells of a tale: mentions of one
// tale are of one event.
type Told struct {
	Event int // into Doc.Events
	Tale  string
}

// NewStream reads the passages. The error says which option is out of range or
// which passage the annotators do not read as it is meant.
func NewStream(o StreamOptions) (*Stream, error) {
	def := func(v *int, zero int) {
		if *v == 0 {
			*v = zero
		}
	}
	def(&o.PerDay, 10_000)
	def(&o.Parties, 200)
	def(&o.Outlets, 400)
	def(&o.Undated, 3)
	if o.Skew == 0 {
		o.Skew = 1.1
	}
	if o.HotWithin == 0 {
		o.HotWithin = time.Hour
	}
	switch {
	case len(o.Annotators) == 0:
		return nil, fmt.Errorf("generate: a stream needs annotators to read its passages")
	case o.PerDay < 100, o.Parties < 20, o.Parties > 1500, o.Outlets < 10, o.Outlets > 1000, o.Skew <= 1, o.Hot < 0, o.HotDay < 0, o.HotWithin < 0:
		return nil, fmt.Errorf("generate: an option of the stream is out of range: %d a day, %d parties, %d outlets, skew %g, hot %d on day %d within %s", o.PerDay, o.Parties, o.Outlets, o.Skew, o.Hot, o.HotDay, o.HotWithin)
	}
	s := &Stream{StreamOptions: o, topics: makeTopics(), blocks: map[int]*block{}}
	var err error
	s.passages, err = readPassages(o.Annotators)
	return s, err
}

// told is report i before it is written: whose tale it is and how it came in.
type told struct {
	plot    plot
	at      time.Time
	sidecar readout.Sidecar
	path    string
	open    bool
}

// report makes up report i.
func (s *Stream) report(i int) told {
	n, k := s.place(i)
	b := s.block(n, true)
	x := b.order[k]
	day, from := n, b
	if x.late {
		day, from = n-1, s.block(n-1, false)
	}
	t := &from.tales[x.tale]
	of := s.original(day, t, x.nth)
	p := s.plot(day, t, of)
	if of != x.nth {
		p = s.edited(p, day, t, x.nth)
	}
	rng := s.rng(rngSidecar, uint64(i), 0)
	out := told{plot: p, at: s.clock(n, x.at), path: fmt.Sprintf("stream/%09d.txt", i)}
	out.open = rng.IntN(100) < s.Undated
	outlet := s.outlet(int(rand.NewZipf(rng, s.Skew, 6, uint64(s.Outlets-1)).Uint64()))
	side := &out.sidecar
	side.Outlet = outlet
	side.Title = s.headline(t, rng)
	side.URL = fmt.Sprintf("https://%s.example/news/%d", strings.ToLower(strings.ReplaceAll(outlet, " ", "-")), i)
	if !out.open {
		side.Published = out.at.Format(time.RFC3339)
	}
	return out
}

// headline is a title for a report on t.
func (s *Stream) headline(t *tale, rng *rand.Rand) string {
	a, b, top := s.state(t.a), s.state(t.b), s.topics[t.topic]
	forms := map[string][]string{
		"call":     {"%s and %s speak about %s %s", "%s calls %s over %s %s"},
		"meeting":  {"%s and %s meet over %s %s", "%s and %s discuss %s %s"},
		"talks":    {"%s and %s hold talks on %s %s", "%s and %s talk about %s %s"},
		"attack":   {"%s attacks %s as quarrel over %s %s grows", "%s strikes %s in row over %s %s"},
		"sign":     {"%s and %s agree on %s %s", "%s and %s sign pact on %s %s"},
		"sanction": {"%s punishes %s over %s %s", "%s imposes sanctions on %s over %s %s"},
	}[kinds[t.kind]]
	return fmt.Sprintf(forms[rng.IntN(len(forms))], a, b, top.a, top.b)
}

// Capture is report i as it comes in: plain text with a sidecar.
func (s *Stream) Capture(i int) readout.Capture {
	r := s.report(i)
	return r.capture(r.plot.write(r.open, false).text.String())
}

func (r *told) capture(text string) readout.Capture {
	sum := sha256.Sum256([]byte(text))
	side := r.sidecar
	return readout.Capture{Path: r.path, URL: side.URL, MediaType: "text/plain", Body: []byte(text), SHA256: hex.EncodeToString(sum[:]), Sidecar: &side}
}

// Doc is report i as it is read, with all layers. Maps and strings in it are
// shared with other documents of the stream and must not be changed.
func (s *Stream) Doc(i int) *nlp.Doc {
	doc, _ := s.Read(i)
	return doc
}

// Read is Doc and which of its event mentions tell of which tale.
func (s *Stream) Read(i int) (*nlp.Doc, []Told) {
	r := s.report(i)
	w := r.plot.write(r.open, true)
	text := w.text.String()
	c := r.capture(text)
	w.doc.Report = &readout.Report{
		ID: extract.ReportID(&c), SHA256: c.SHA256, Path: c.Path, URL: c.URL, Outlet: r.sidecar.Outlet,
		Domain: strings.TrimSuffix(strings.TrimPrefix(c.URL, "https://"), c.URL[strings.Index(c.URL, "/news/"):]),
		Title:  r.sidecar.Title, Language: "en", Text: text, Published: r.published(),
	}
	return w.doc, w.told
}

// published is what extract makes of the sidecar.
func (r *told) published() readout.Published {
	if r.open {
		return readout.Published{Basis: readout.BasisNone, Why: "the report carries no date"}
	}
	v := r.at.Format("2006-01-02T15:04Z07:00")
	return readout.Published{
		Value: v, Precision: "minute", Basis: readout.BasisSidecar, Why: "from the manifest",
		Candidates: []readout.DateCandidate{{Value: v, Basis: "sidecar"}},
	}
}

// Time is when report i came in: a clock for a store.
func (s *Stream) Time(i int) time.Time {
	n, k := s.place(i)
	return s.clock(n, s.block(n, true).order[k].at)
}

// clock is a time of day n, to the minute; never midnight, which reads as no
// time at all.
func (s *Stream) clock(n int, at float64) time.Time {
	m := max(1, int(at*24*60))
	return s.date(n).Add(time.Duration(m) * time.Minute)
}

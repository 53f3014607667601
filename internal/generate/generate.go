// Package generate makes up reports and the record that is read from them, for
// benchmarks and for tests that need many of both: 20,000 reports in seconds,
// without an annotator.
//
// There are two ways. A Stream gives reports one by one and by index, a million
// or more, as captures and as documents with all layers: the annotators read
// the passages once and what is told differs in names, days and numbers. It is
// there to measure reading and linking. The rest of this comment is about a
// World.
//
// In: a seed and a number of reports. Out: a World, which is a readout.Record
// and, in the order of publication, the captures and documents that a store
// keeps beside it. The same options give the same bytes.
//
// The shape is that of news: parties, places and outlets follow Zipf's law, a
// few stories are told by hundreds of reports and most by one or two, some
// reports are copies or an agency's text, and accounts of one event agree, go
// together or conflict. Texts are put together sentence by sentence from
// templates, and each fact is written down with the bytes that the template
// put there, so that every span cuts the words it should. All names are made
// up.
//
// The facts are what the templates say and not what the annotators would read;
// layers are filled only so far that a store can tell the sentences of a
// report.
package generate

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// Version is the version that Fill stores the layers under.
const Version = "generate/1"

// Field names a kind of text that a report or a fact carries.
type Field string

// The fields that Options.Text may change.
const (
	Title     Field = "title"
	Byline    Field = "byline"
	Outlet    Field = "outlet"
	URL       Field = "url"
	Path      Field = "path"
	Person    Field = "person"
	Place     Field = "place"
	Body      Field = "body"
	Quotation Field = "quotation"
	Terms     Field = "terms"
	Topic     Field = "topic"
	Sentence  Field = "sentence" // background, no fact
)

// Options say what to make.
type Options struct {
	Seed    uint64
	Reports int // how many; at least 1
	// Text, unless nil, may put other words in the place of those of a field:
	// what a hostile report would carry. What it returns is made valid UTF-8
	// on one line.
	Text func(f Field, words string) string
}

// World is the record and what it was drawn from.
type World struct {
	Record *readout.Record
	// Busy is the event of 40 claims and 300 sentences that page weight and
	// time are measured on; smaller in a world of less than 60 reports.
	Busy string

	drafts []*draft // by day of publication, then by id
	now    time.Time
}

// New makes a world. It panics when o.Reports is less than 1.
func New(o Options) *World {
	if o.Reports < 1 {
		panic(fmt.Sprintf("generate: %d reports", o.Reports))
	}
	m := &maker{
		Options: o, rng: rand.New(rand.NewPCG(o.Seed, 0x5eed)), rec: &readout.Record{}, start: time.Date(2031, 1, 6, 0, 0, 0, 0, time.UTC),
		days: min(730, max(20, o.Reports/12)),
	}
	m.cast()
	m.stories()
	m.settle()
	w := &World{Record: m.rec, Busy: m.busy, drafts: m.drafts, now: m.start}
	slices.SortFunc(w.drafts, func(a, b *draft) int {
		return cmp.Or(a.seen.Compare(b.seen), strings.Compare(a.report.ID, b.report.ID))
	})
	return w
}

// Documents are the captures and documents of the world's reports, by the time
// at which they came in.
func (w *World) Documents() iter.Seq2[readout.Capture, *nlp.Doc] {
	return func(yield func(readout.Capture, *nlp.Doc) bool) {
		for _, d := range w.drafts {
			w.now = d.seen
			if !yield(d.capture(), &nlp.Doc{Report: d.report, Sentences: d.sentences}) {
				return
			}
		}
	}
}

// Now is the time at which the report that Documents yielded last came in, to
// be a store's clock.
func (w *World) Now() time.Time { return w.now }

// End is when the last report came in.
func (w *World) End() time.Time { return w.drafts[len(w.drafts)-1].seen }

// Sentences are the sentences of the reports, by report id.
func (w *World) Sentences() func(report string) []readout.Span {
	by := make(map[string]*draft, len(w.drafts))
	for _, d := range w.drafts {
		by[d.report.ID] = d
	}
	return func(report string) []readout.Span {
		d := by[report]
		if d == nil {
			return nil
		}
		var out []readout.Span
		for _, s := range d.sentences {
			out = append(out, s.Span)
		}
		return out
	}
}

// keeper is what Fill needs of a store.Store.
type keeper interface {
	Keep(ctx context.Context, c readout.Capture, doc *nlp.Doc, version string) error
	ReplaceRecord(ctx context.Context, rec *readout.Record) error
}

// Fill stores the reports and the record in s.
func (w *World) Fill(ctx context.Context, s keeper) error {
	for c, doc := range w.Documents() {
		if err := s.Keep(ctx, c, doc, Version); err != nil {
			return fmt.Errorf("fill the store with made-up reports: %w", err)
		}
	}
	if err := s.ReplaceRecord(ctx, w.Record); err != nil {
		return fmt.Errorf("fill the store with a made-up record: %w", err)
	}
	return nil
}

// maker holds what is under way.
type maker struct {
	Options
	rng   *rand.Rand
	rec   *readout.Record
	start time.Time
	days  int
	busy  string
	n     int // facts so far, for ids

	states   []*state
	outlets  []*readout.Entity
	agencies []*readout.Entity
	matters  map[[2]int][]*matter // of two states
	drafts   []*draft
	pick     struct{ state, outlet *rand.Zipf }
}

// words is what a field says.
func (m *maker) words(f Field, s string) string {
	if m.Text == nil {
		return s
	}
	s = strings.ToValidUTF8(m.Text(f, s), "\uFFFD")
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029' || r == 0 {
			return ' '
		}
		return r
	}, s)
}

// id is the next id of a kind.
func (m *maker) id(kind string) string {
	m.n++
	h := sha256.Sum256(fmt.Appendf(nil, "%d %s %d", m.Seed, kind, m.n))
	return kind + hex.EncodeToString(h[:8])
}

// chance is true p times in a hundred.
func (m *maker) chance(p int) bool { return m.rng.IntN(100) < p }

func one[T any](m *maker, of []T) T { return of[m.rng.IntN(len(of))] }

// by is the provenance of a fact.
func by(rule string) readout.By {
	return readout.By{Annotator: "generate", Version: "1", Rule: "template/" + rule}
}

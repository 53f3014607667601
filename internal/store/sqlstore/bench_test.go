package sqlstore_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/generate"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/store/sqlstore"
	"github.com/readout-news/readout/internal/store/storetest"
)

// synthetic is the i-th of many reports of about 800 words with layers of the
// usual size.
func synthetic(i int) (readout.Capture, *nlp.Doc) {
	var text strings.Builder
	words := strings.Fields("minister told reporters that talks between Orrin and Karvany would go on after a call which lasted two hours and nobody from Sollund took part in the meeting")
	for n := range 800 {
		fmt.Fprintf(&text, "%s ", words[(n*7+i*n*n)%len(words)])
	}
	fmt.Fprintf(&text, "number %d", i)
	c := storetest.Capture(fmt.Sprintf("%06d.txt", i), text.String())
	doc := storetest.Doc(c)
	by := readout.By{Annotator: "names", Version: "1", Rule: "crf"}
	for k := 0; k < len(doc.Tokens); k += 12 {
		tok := doc.Tokens[k]
		doc.Mentions = append(doc.Mentions, nlp.Mention{Span: tok.Span, First: k, Last: k + 1, Head: k, Form: readout.FormName, Type: nlp.PersonName, Chain: k % 9, Confidence: 0.9, By: by})
		if k%36 == 0 {
			doc.Events = append(doc.Events, nlp.EventMention{
				Span: tok.Span, Trigger: tok.Span, Token: k, Type: "CONSULT", Mode: "phone", Time: nlp.None, Status: readout.Occurred, By: by,
				Args: []nlp.Argument{{Role: "participant", Mention: k / 12, Span: tok.Span}},
			})
			doc.Attributions = append(doc.Attributions, nlp.Attribution{Content: []readout.Span{tok.Span}, Cue: tok.Span, Kind: readout.Direct, Uttered: true, By: by})
		}
	}
	return c, doc
}

// record draws a record of the usual size from n synthetic reports.
func record(docs []*nlp.Doc) *readout.Record {
	rec := &readout.Record{}
	for i, doc := range docs {
		r := doc.Report
		rec.Reports = append(rec.Reports, r)
		rec.Origins = append(rec.Origins, readout.Origin{Kind: "own"})
		e := &readout.Entity{ID: fmt.Sprintf("e%05d", i), Type: readout.Person, Name: fmt.Sprint("Maren ", i), Names: []string{"Maren"}}
		for _, m := range doc.Mentions {
			e.Mentions = append(e.Mentions, readout.EntityMention{Evidence: readout.Evidence{Report: r.ID, Span: m.Span, By: m.By}, Form: m.Form})
		}
		rec.Entities = append(rec.Entities, e)
		for k, m := range doc.Events {
			ev := readout.Evidence{Report: r.ID, Span: m.Span, By: m.By}
			rec.Events = append(rec.Events, &readout.Event{
				ID: fmt.Sprintf("v%05d-%d", i, k), Type: m.Type, Date: &readout.Date{Value: "2031-05-02", Expression: &ev},
				Participants: []readout.Participant{{Entity: e.ID, Role: "agent"}}, Mentions: []readout.EventMention{{Evidence: ev, Trigger: m.Trigger}},
			})
			rec.Statements = append(rec.Statements, &readout.Statement{
				ID: fmt.Sprintf("s%05d-%d", i, k), Report: r.ID, Kind: readout.Direct, Text: "talks go on", Speaker: e.ID,
				Content: []readout.Span{m.Span}, Chain: []readout.ChainLink{{Entity: e.ID}, {OutletOfReport: true}},
			})
		}
	}
	return rec
}

const thousand = 1000

func thousandDocs() (captures []readout.Capture, docs []*nlp.Doc) {
	for i := range thousand {
		c, d := synthetic(i)
		captures, docs = append(captures, c), append(docs, d)
	}
	return captures, docs
}

// streamed are made-up reports of package generate with their layers.
func streamed(b *testing.B, n int) (captures []readout.Capture, docs []*nlp.Doc) {
	r, err := pipeline.New()
	if err != nil {
		b.Fatal(err)
	}
	stream, err := generate.NewStream(generate.StreamOptions{Seed: 1, Annotators: r.Annotators})
	if err != nil {
		b.Fatal(err)
	}
	for i := range n {
		captures, docs = append(captures, stream.Capture(i)), append(docs, stream.Doc(i))
	}
	return captures, docs
}

// BenchmarkSums stores 200 made-up reports and puts and reads the record of as many
// synthetic ones, with sums of rows and without: what the sums cost.
func BenchmarkSums(b *testing.B) {
	const n = 200
	captures, docs := streamed(b, n)
	plain := make([]readout.Capture, n)
	layered := make([]*nlp.Doc, n)
	for i := range n {
		plain[i], layered[i] = synthetic(i)
	}
	rec := record(layered)
	for _, e := range engines {
		for _, sums := range []bool{false, true} {
			as := func(s *sqlstore.Store) *sqlstore.Store {
				if !sums {
					return s.WithoutSums()
				}
				return s
			}
			b.Run(fmt.Sprintf("store/%s/sums=%v", e.name, sums), func(b *testing.B) {
				for b.Loop() {
					b.StopTimer()
					s := as(e.open(b))
					b.StartTimer()
					keep(b, s, captures, docs)
				}
			})
			s := as(e.open(b))
			keep(b, s, plain, layered)
			b.Run(fmt.Sprintf("replace/%s/sums=%v", e.name, sums), func(b *testing.B) {
				for b.Loop() {
					rec.Entities[0].Name += "."
					if err := s.ReplaceRecord(b.Context(), rec); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run(fmt.Sprintf("record/%s/sums=%v", e.name, sums), func(b *testing.B) {
				for b.Loop() {
					if err := s.ReadRecord(b.Context(), sums); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run(fmt.Sprintf("layers/%s/sums=%v", e.name, sums), func(b *testing.B) {
				for b.Loop() {
					for _, err := range s.Layers(b.Context()) {
						if err != nil {
							b.Fatal(err)
						}
					}
				}
			})
		}
	}
}

// BenchmarkIngest stores 1,000 made-up reports of package generate with their
// layers into an empty store, by one writer and by eight at once.
func BenchmarkIngest(b *testing.B) {
	captures, docs := streamed(b, thousand)
	for _, e := range engines {
		for _, writers := range []int{1, 8} {
			b.Run(fmt.Sprintf("%s/%d", e.name, writers), func(b *testing.B) {
				var s *sqlstore.Store
				for b.Loop() {
					b.StopTimer()
					s = e.open(b)
					b.StartTimer()
					var wg sync.WaitGroup
					for w := range writers {
						from, to := w*thousand/writers, (w+1)*thousand/writers
						wg.Go(func() { keep(b, s, captures[from:to], docs[from:to]) })
					}
					wg.Wait()
				}
				b.ReportMetric(float64(thousand*b.N)/b.Elapsed().Seconds(), "reports/s")
				b.ReportMetric(float64(size(b, s)/thousand), "B/report")
			})
		}
	}
}

// keep stores reports.
func keep(b *testing.B, s *sqlstore.Store, captures []readout.Capture, docs []*nlp.Doc) {
	for i := range docs {
		if err := s.Keep(b.Context(), captures[i], docs[i], "v1"); err != nil {
			b.Error(err)
			return
		}
	}
}

// size is how many bytes a store takes.
func size(b *testing.B, s *sqlstore.Store) int64 {
	about, err := s.About(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	return about.Bytes
}

// BenchmarkRead goes through the layers of 1,000 stored reports, and replaces
// and reads their record.
func BenchmarkRead(b *testing.B) {
	captures, docs := thousandDocs()
	for _, e := range engines {
		b.Run(e.name, func(b *testing.B) {
			s := e.open(b)
			keep(b, s, captures, docs)
			rec := record(docs)
			b.Run("layers", func(b *testing.B) {
				for b.Loop() {
					for _, err := range s.Layers(b.Context()) {
						if err != nil {
							b.Fatal(err)
						}
					}
				}
			})
			b.Run("replace record", func(b *testing.B) {
				for b.Loop() {
					rec.Entities[0].Name += "." // the same content again would change nothing
					if err := s.ReplaceRecord(b.Context(), rec); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run("record", func(b *testing.B) {
				for b.Loop() {
					if _, err := s.Record(b.Context()); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Logf("%d kB a report", size(b, s)/thousand/1024)
		})
	}
}

// BenchmarkSentences asks for the sentences of a report of 800 words, from
// their table and from its layers.
func BenchmarkSentences(b *testing.B) {
	c, doc := synthetic(1)
	doc.Sentences = nil
	for i := 0; i < 800; i += 20 {
		doc.Sentences = append(doc.Sentences, nlp.Sentence{Span: readout.Span{Start: doc.Tokens[i].Span.Start, End: doc.Tokens[i+19].Span.End}, First: i, Last: i + 20})
	}
	for _, e := range engines {
		b.Run(e.name, func(b *testing.B) {
			s := e.open(b)
			keep(b, s, []readout.Capture{c}, []*nlp.Doc{doc})
			ask := func(b *testing.B) {
				for b.Loop() {
					if spans, err := s.Sentences(b.Context(), doc.Report.ID); err != nil || len(spans) != 40 {
						b.Fatal(len(spans), err)
					}
				}
			}
			b.Run("table", ask)
			if _, err := s.Writer().Exec(`DELETE FROM report_sentence`); err != nil {
				b.Fatal(err)
			}
			b.Run("layers", ask)
		})
	}
}

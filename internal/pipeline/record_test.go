package pipeline

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/ingest"
	"github.com/readout-news/readout/internal/ml/kernel"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/nlp/syntax"
	"github.com/readout-news/readout/internal/view/recordjson"
)

const sample = "../../examples/lake-ansa"

var reader = sync.OnceValues(New)

func newReader(tb testing.TB) *Reader {
	tb.Helper()
	r, err := reader()
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// sampleFiles are the reports of the sample, without the manifest.
func sampleFiles(tb testing.TB) []string {
	tb.Helper()
	files, err := filepath.Glob(sample + "/*.*")
	if err != nil || len(files) < 9 {
		tb.Fatalf("sample reports: %d files, %v", len(files), err)
	}
	return slices.DeleteFunc(files, func(f string) bool { return strings.HasSuffix(f, ".jsonl") })
}

// given yields captures of files in exactly this order, which ingest by itself
// would sort.
func given(files []string) func(func(readout.Capture, *readout.Refusal) bool) {
	return func(yield func(readout.Capture, *readout.Refusal) bool) {
		for _, f := range files {
			for c, refusal := range ingest.Read(context.Background(), []string{f}, ingest.Options{}) {
				if !yield(c, refusal) {
					return
				}
			}
		}
	}
}

func recordJSON(tb testing.TB, r *Reader, files []string, workers int) []byte {
	tb.Helper()
	res, err := r.Read(context.Background(), given(files), Options{Workers: workers})
	if err != nil {
		tb.Fatal(err)
	}
	if len(res.Refusals) > 0 {
		tb.Fatalf("refused: %+v", res.Refusals)
	}
	rec, err := r.Record(res.Docs)
	if err != nil {
		tb.Fatal(err)
	}
	var b bytes.Buffer
	if err := recordjson.Write(&b, rec); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// The record is the same to the byte for any order of files and any number of
// workers.
func TestRecordIsDeterministic(t *testing.T) {
	r, files := newReader(t), sampleFiles(t)
	want := recordJSON(t, r, files, 1)
	rng := rand.New(rand.NewPCG(1, 2))
	for round := range 6 {
		rng.Shuffle(len(files), func(i, j int) { files[i], files[j] = files[j], files[i] })
		workers := 1 + rng.IntN(6)
		if got := recordJSON(t, r, files, workers); !bytes.Equal(got, want) {
			t.Fatalf("round %d, %d workers, files %v: the record differs (%d bytes, want %d)\n%s", round, workers, files, len(got), len(want), firstDifference(want, got))
		}
	}
}

// Reading gives the same bytes with every kernel this machine has.
func TestRecordSameOnAllKernels(t *testing.T) {
	r, files := newReader(t), sampleFiles(t)
	want := recordJSON(t, r, files, 2)
	for _, k := range kernel.All() {
		parser, err := syntax.New(syntax.Options{Kernel: k})
		if err != nil {
			t.Fatal(err)
		}
		other := *r
		other.Annotators = slices.Clone(r.Annotators)
		for i, a := range other.Annotators {
			if a.Name == parser.Name {
				other.Annotators[i] = parser
			}
		}
		if got := recordJSON(t, &other, files, 2); !bytes.Equal(got, want) {
			t.Errorf("kernel %v: the record differs\n%s", k, firstDifference(want, got))
		}
	}
}

func firstDifference(a, b []byte) string {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	from := max(0, i-200)
	return "want …" + string(a[from:min(len(a), i+200)]) + "…\ngot  …" + string(b[from:min(len(b), i+200)]) + "…"
}

// Every fact of the record lies in its report, and every id is named once.
func TestRecordHoldsItsPromises(t *testing.T) {
	r := newReader(t)
	res, err := r.Read(context.Background(), given(sampleFiles(t)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	rec, err := r.Record(res.Docs)
	if err != nil {
		t.Fatal(err)
	}
	text := map[string]string{}
	for _, x := range rec.Reports {
		text[x.ID] = x.Text
	}
	evidence := func(what string, e readout.Evidence) {
		t.Helper()
		s := text[e.Report]
		if e.Span.Empty() || e.Span.Start < 0 || e.Span.End > len(s) {
			t.Errorf("%s: span %v lies outside report %q of %d bytes", what, e.Span, e.Report, len(s))
		}
		if e.By.Annotator == "" || e.By.Version == "" || e.By.Rule == "" {
			t.Errorf("%s: provenance is incomplete: %+v", what, e.By)
		}
	}
	ids := map[string]bool{}
	id := func(s string) {
		t.Helper()
		if s == "" || ids[s] {
			t.Errorf("id %q is empty or named twice", s)
		}
		ids[s] = true
	}
	for _, e := range rec.Entities {
		id(e.ID)
		if len(e.Mentions) == 0 && e.Type != readout.Outlet {
			t.Errorf("entity %s %q has no mention", e.ID, e.Name)
		}
		for _, m := range e.Mentions {
			evidence("mention of "+e.Name, m.Evidence)
		}
	}
	for _, e := range rec.Events {
		id(e.ID)
		if len(e.Mentions) == 0 {
			t.Errorf("event %s %q has no mention", e.ID, e.Title)
		}
		for _, m := range e.Mentions {
			evidence("mention of "+e.Title, m.Evidence)
			if !m.Span.Contains(m.Trigger) {
				t.Errorf("event %s: trigger %v outside its mention %v", e.ID, m.Trigger, m.Span)
			}
		}
		for _, p := range e.Participants {
			if !ids[p.Entity] {
				t.Errorf("event %s names entity %q, which the record does not have", e.ID, p.Entity)
			}
		}
	}
	for _, s := range rec.Statements {
		id(s.ID)
		var parts []string
		for _, c := range s.Content {
			parts = append(parts, c.In(text[s.Report]))
		}
		if got := strings.Join(parts, " … "); got != s.Text {
			t.Errorf("statement %s: text %q, its report has %q", s.ID, s.Text, got)
		}
		if s.Speaker != "" && !ids[s.Speaker] {
			t.Errorf("statement %s: speaker %q is not in the record", s.ID, s.Speaker)
		}
		if n := len(s.Chain); n == 0 || !s.Chain[n-1].OutletOfReport {
			t.Errorf("statement %s: the chain does not end at the report's outlet", s.ID)
		}
	}
	for _, c := range rec.Claims {
		id(c.ID)
		evidence("claim "+c.Text, c.Evidence)
		if !ids[c.Event] {
			t.Errorf("claim %s is of event %q, which the record does not have", c.ID, c.Event)
		}
	}
	for _, x := range rec.Timexes {
		evidence("time expression "+x.Value, x.Evidence)
	}
	for _, o := range rec.Origins {
		if o.Outlet != "" && !ids[o.Outlet] {
			t.Errorf("outlet %q is not in the record", o.Outlet)
		}
	}
}

// benchmarkReports are n reports of about 700 words, made of the sample's.
func benchmarkReports(b *testing.B, n int) []*readout.Report {
	b.Helper()
	r := newReader(b)
	res, err := Read(context.Background(), ingest.Read(context.Background(), []string{sample}, ingest.Options{}), r.extractor.Report, r.Annotators[:0:0], Options{})
	if err != nil {
		b.Fatal(err)
	}
	var out []*readout.Report
	for i := range n {
		// Two sample reports make one of about 700 words; no two are the same.
		one, two := res.Docs[i%len(res.Docs)].Report, res.Docs[(i*7+3)%len(res.Docs)].Report
		x := *one
		x.Text = one.Text + "\n\n" + two.Text
		x.Noise = nil
		out = append(out, &x)
	}
	return out
}

// BenchmarkReport annotates one report of about 700 words.
func BenchmarkReport(b *testing.B) {
	r, reports := newReader(b), benchmarkReports(b, 14)
	b.ReportAllocs()
	b.ResetTimer()
	words := 0
	for i := 0; b.Loop(); i++ {
		x := reports[i%len(reports)]
		r.Annotate(x)
		words += len(strings.Fields(x.Text))
	}
	b.ReportMetric(float64(words)/float64(b.N), "words/op")
}

// BenchmarkThousand reads and links a thousand reports, real ones where the
// corpora are at hand.
func BenchmarkThousand(b *testing.B) {
	r := newReader(b)
	stories := "../../../shared/data/stories/allsides_train.jsonl"
	if _, err := os.Stat(stories); err != nil {
		b.Skip("needs ../shared/data: ", err)
	}
	for b.Loop() {
		n := 0
		inputs := func(yield func(readout.Capture, *readout.Refusal) bool) {
			for c, refusal := range ingest.Read(context.Background(), []string{stories}, ingest.Options{}) {
				if n++; n > 1000 || !yield(c, refusal) {
					return
				}
			}
		}
		res, err := r.Read(context.Background(), inputs, Options{})
		if err != nil {
			b.Fatal(err)
		}
		rec, err := r.Record(res.Docs)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(rec.Reports)), "reports/op")
		b.ReportMetric(float64(len(rec.Events)), "events/op")
	}
}

// BenchmarkStages times each annotator by itself.
func BenchmarkStages(b *testing.B) {
	r, reports := newReader(b), benchmarkReports(b, 14)
	for i, a := range r.Annotators {
		b.Run(a.Name, func(b *testing.B) {
			for n := 0; b.Loop(); n++ {
				b.StopTimer()
				doc := &nlp.Doc{Report: reports[n%len(reports)]}
				r.Annotators[:i].Run(doc)
				b.StartTimer()
				a.Run(doc)
			}
		})
	}
}

package pipeline

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/corpus"
	"github.com/readout-news/readout/internal/extract"
	"github.com/readout-news/readout/internal/ingest"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/sqlite"
	"github.com/readout-news/readout/internal/torture"
	"github.com/readout-news/readout/internal/view/recordjson"
)

// fewStories is how many reports are read where reading all takes too long for
// every run of the tests.
const fewStories = 60

// permutations is how many orders of all reports are linked.
func permutations(t *testing.T) (n int, full bool) {
	t.Helper()
	return torture.Rounds(t, 3, 20, 200), torture.Length() == "release"
}

// storyCaptures are the reports of AllSides val that have a text. Three
// outlets tell each story, so that there is much to join.
func storyCaptures(t testing.TB) []readout.Capture {
	t.Helper()
	in, err := os.Open(filepath.Join(corpus.Dir(t), "stories", "allsides_val.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var texts bytes.Buffer
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var row struct{ Text string }
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		if row.Text != "" {
			texts.Write(lines.Bytes())
			texts.WriteByte('\n')
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "stories.jsonl")
	if err := os.WriteFile(path, texts.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	var out []readout.Capture
	for c, refusal := range ingest.Read(context.Background(), []string{path}, ingest.Options{}) {
		if refusal != nil {
			t.Fatalf("refused: %+v", *refusal)
		}
		// The folder of the test is another each time.
		c.Path = "stories.jsonl:" + strconv.Itoa(len(out)+1)
		out = append(out, c)
	}
	if len(out) < 400 {
		t.Fatalf("%d reports with text, want at least 400", len(out))
	}
	return out
}

// inOrder yields captures in exactly this order.
func inOrder(cs []readout.Capture) func(func(readout.Capture, *readout.Refusal) bool) {
	return func(yield func(readout.Capture, *readout.Refusal) bool) {
		for _, c := range cs {
			if !yield(c, nil) {
				return
			}
		}
	}
}

func readAll(t testing.TB, r *Reader, cs []readout.Capture, opts Options) []*nlp.Doc {
	t.Helper()
	res, err := r.Read(context.Background(), inOrder(cs), opts)
	if err != nil {
		t.Fatal(err)
	}
	if len(res.Refusals) > 0 {
		t.Fatalf("refused: %+v", res.Refusals)
	}
	return res.Docs
}

// linked links docs in the order given and writes the record.
func linked(t *testing.T, r *Reader, docs []*nlp.Doc) []byte {
	t.Helper()
	rec, err := r.Record(docs)
	if err != nil {
		t.Fatal(err)
	}
	return written(t, rec)
}

func written(t *testing.T, rec *readout.Record) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := recordjson.Write(&b, rec); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func shuffled[T any](rng *rand.Rand, s []T) []T {
	s = slices.Clone(s)
	rng.Shuffle(len(s), func(i, j int) { s[i], s[j] = s[j], s[i] })
	return s
}

func wantSame(t *testing.T, what string, want, got []byte) {
	t.Helper()
	if !bytes.Equal(want, got) {
		t.Fatalf("%s: the record differs (%d bytes, want %d)\n%s", what, len(got), len(want), firstDifference(want, got))
	}
}

// stories are read once for all tests of order.
var stories struct {
	sync.Mutex
	captures []readout.Capture
	docs     []*nlp.Doc
}

func readStories(t testing.TB) (*Reader, []readout.Capture, []*nlp.Doc) {
	t.Helper()
	r := newReader(t)
	stories.Lock()
	defer stories.Unlock()
	if stories.docs == nil {
		stories.captures = storyCaptures(t)
		start := time.Now()
		stories.docs = readAll(t, r, stories.captures, Options{})
		t.Logf("read %d reports in %v", len(stories.docs), time.Since(start).Round(time.Millisecond))
	}
	return r, stories.captures, stories.docs
}

// some picks n of s, the same ones in every run.
func some[T any](s []T, n int) []T { return shuffled(rand.New(rand.NewPCG(3, 3)), s)[:n] }

// docsOf are the documents that reading made of captures.
func docsOf(cs []readout.Capture, docs []*nlp.Doc) (out []*nlp.Doc) {
	byID := map[string]*nlp.Doc{}
	for _, d := range docs {
		byID[d.Report.ID] = d
	}
	for i := range cs {
		out = append(out, byID[extract.ReportID(&cs[i])])
	}
	return out
}

// The record is the same to the byte for any order of the documents, and
// linking leaves the documents as they were.
func TestOrderOfDocuments(t *testing.T) {
	r, _, docs := readStories(t)
	before := encoded(t, docs)
	orders, _ := permutations(t)
	for _, c := range []struct {
		name   string
		docs   []*nlp.Doc
		orders int
	}{
		{"few reports", some(docs, fewStories), 20},
		{"all reports", docs, orders},
	} {
		t.Run(c.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(1, 2))
			start := time.Now()
			want, same := linked(t, r, c.docs), 0
			for n := range c.orders {
				wantSame(t, "permutation "+strconv.Itoa(n), want, linked(t, r, shuffled(rng, c.docs)))
				same++
			}
			torture.Counted(t, "R3", c.orders, fmt.Sprintf("random orders of %d reports", len(c.docs)), fmt.Sprintf("%d the same record to the byte", same))
			t.Logf("%d reports linked in %d orders: %v each, %d bytes", len(c.docs), c.orders+1, (time.Since(start) / time.Duration(c.orders+1)).Round(time.Millisecond), len(want))
		})
	}
	for i, after := range encoded(t, docs) {
		if !bytes.Equal(before[i], after) {
			t.Errorf("linking changed the document of report %s", docs[i].Report.ID)
		}
	}
}

// encoded are the layers and the report of each document as bytes.
func encoded(t *testing.T, docs []*nlp.Doc) (out [][]byte) {
	t.Helper()
	for _, d := range docs {
		layers, err := store.EncodeLayers(d)
		if err != nil {
			t.Fatal(err)
		}
		report, err := json.Marshal(d.Report)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, append(layers, report...))
	}
	return out
}

// The record is the same to the byte for any order of arrival and any number
// of workers.
func TestOrderOfArrival(t *testing.T) {
	r, captures, docs := readStories(t)
	if _, full := permutations(t); !full {
		captures = some(captures, fewStories)
		docs = docsOf(captures, docs)
	}
	want, same := linked(t, r, docs), 0
	rng := rand.New(rand.NewPCG(5, 6))
	for _, workers := range []int{1, 2, 4} {
		got := linked(t, r, readAll(t, r, shuffled(rng, captures), Options{Workers: workers}))
		wantSame(t, strconv.Itoa(workers)+" workers", want, got)
		same++
	}
	torture.Counted(t, "R3", same*len(captures), "reports read in random orders by 1, 2 and 4 workers", fmt.Sprintf("%d times the same record to the byte", same))
}

// A store that reports are added to one by one or part by part, linked after
// each, holds in the end the record of all at once. What it is given was read
// before: reading is not what is tested.
func TestOrderIncremental(t *testing.T) {
	r, captures, docs := readStories(t)
	rng := rand.New(rand.NewPCG(7, 8))
	// parts cuts cs into n parts at random places.
	parts := func(cs []readout.Capture, n int) (out [][]readout.Capture) {
		cs = shuffled(rng, cs)
		cuts := append(rng.Perm(len(cs) - 1)[:n-1], len(cs)-1)
		slices.Sort(cuts)
		first := 0
		for _, c := range cuts {
			out, first = append(out, cs[first:c+1]), c+1
		}
		return out
	}
	type split struct {
		name     string
		captures []readout.Capture
		parts    int
	}
	few := some(captures, fewStories)
	splits := []split{{"one by one", few[:20], 20}, {"7 parts", few, 7}, {"2 parts", few, 2}}
	if _, full := permutations(t); full {
		splits = append(splits, split{"60, one by one", few, len(few)})
		for range 10 {
			n := 2 + rng.IntN(10)
			splits = append(splits, split{"all, " + strconv.Itoa(n) + " parts", captures, n})
		}
	}
	for _, c := range splits {
		t.Run(c.name, func(t *testing.T) {
			ctx := context.Background()
			s, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "readout.db"), sqlite.Options{Create: true})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			var rec *readout.Record
			for _, part := range parts(c.captures, c.parts) {
				for i, doc := range docsOf(part, docs) {
					if err := s.Keep(ctx, part[i], doc, r.Annotators.Version()); err != nil {
						t.Fatal(err)
					}
				}
				var stored []*nlp.Doc
				for l, err := range s.Layers(ctx) {
					if err != nil {
						t.Fatal(err)
					}
					stored = append(stored, l.Doc)
				}
				if rec, err = r.Record(stored); err != nil {
					t.Fatal(err)
				}
				if err := s.ReplaceRecord(ctx, rec); err != nil {
					t.Fatal(err)
				}
			}
			want := linked(t, r, docsOf(c.captures, docs))
			wantSame(t, "the last record", want, written(t, rec))
			stored, err := s.Record(ctx)
			if err != nil {
				t.Fatal(err)
			}
			wantSame(t, "the stored record", want, written(t, stored))
			torture.Counted(t, "R3", c.parts, fmt.Sprintf("parts in which %d reports came in, linked after each", len(c.captures)), "the record of all at once, to the byte")
		})
	}
}

// BenchmarkLink links more and more reports: the time a report must hardly
// grow, because what is joined is looked up and not gone through.
func BenchmarkLink(b *testing.B) {
	r, _, docs := readStories(b)
	docs = some(docs, len(docs))
	for _, n := range []int{100, 200, 400} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := r.Record(docs[:n]); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*n), "µs/report")
		})
	}
}

package pipeline

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/extract"
	"github.com/readout-news/readout/internal/nlp"
)

// fakeExtract makes a report whose id is its text; "bad" cannot be read.
func fakeExtract(c readout.Capture) (*readout.Report, error) {
	text := string(c.Body)
	if strings.HasPrefix(text, "bad") {
		return nil, errors.New("it is bad; write it better")
	}
	return &readout.Report{ID: text, Path: c.Path, Text: text}, nil
}

func words(panics string) nlp.Pipeline {
	return nlp.Pipeline{{
		Name: "words", Doc: "counts", Version: "1", Provides: []nlp.Layer{nlp.LayerTokens},
		Run: func(d *nlp.Doc) {
			if panics != "" && strings.Contains(d.Report.Text, panics) {
				panic("boom")
			}
			d.Tokens = make([]nlp.Token, len(strings.Fields(d.Report.Text)))
		},
	}}
}

func inputs(texts []string, order []int) iter.Seq2[readout.Capture, *readout.Refusal] {
	return func(yield func(readout.Capture, *readout.Refusal) bool) {
		for _, i := range order {
			if texts[i] == "refused" {
				if !yield(readout.Capture{}, &readout.Refusal{Path: fmt.Sprintf("p%03d", i), Reason: "no"}) {
					return
				}
				continue
			}
			if !yield(readout.Capture{Path: fmt.Sprintf("p%03d", i), Body: []byte(texts[i])}, nil) {
				return
			}
		}
	}
}

// The result is a function of the set of inputs: neither order nor the number
// of workers shows in it.
func TestReadIndependentOfOrderAndWorkers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b b", "c c c", "bad one", "bad two", "refused", "boom", "d"}), 0, 12).Draw(t, "texts")
		var order []int
		for i := range texts {
			order = append(order, i)
		}
		want, err := Read(context.Background(), inputs(texts, order), fakeExtract, words("boom"), Options{Workers: 1})
		if err != nil {
			t.Fatal(err)
		}
		got, err := Read(context.Background(), inputs(texts, rapid.Permutation(order).Draw(t, "order")), fakeExtract, words("boom"), Options{Workers: rapid.IntRange(1, 8).Draw(t, "workers")})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("(-one worker +shuffled):\n%s", diff)
		}
	})
}

func TestReadRefusesAndGoesOn(t *testing.T) {
	res, err := Read(context.Background(), inputs([]string{"a", "bad", "boom", "b", "a"}, []int{4, 3, 2, 1, 0}), fakeExtract, words("boom"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, d := range res.Docs {
		ids = append(ids, d.Report.ID+" "+d.Report.Path)
	}
	if diff := cmp.Diff([]string{"a p000", "b p003"}, ids); diff != "" {
		t.Errorf("reports (-want +got):\n%s", diff)
	}
	if len(res.Refusals) != 2 || res.Refusals[0].Path != "p001" || !strings.Contains(res.Refusals[1].Reason, "boom") {
		t.Errorf("refusals: %+v", res.Refusals)
	}
	if diff := cmp.Diff([]Duplicate{{Path: "p004", Of: "p000"}}, res.Duplicates); diff != "" {
		t.Errorf("duplicates (-want +got):\n%s", diff)
	}
}

// memory is a Keeper in a map.
type memory struct {
	mu   sync.Mutex
	docs map[string]*nlp.Doc
	kept int
	fail error
}

func (m *memory) Known(_ context.Context, id, version string) (*nlp.Doc, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.docs[id+version], m.fail
}

func (m *memory) Keep(_ context.Context, _ readout.Capture, d *nlp.Doc, version string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.docs[d.Report.ID+version] = d
	m.kept++
	return nil
}

func TestReadAgainAddsNothing(t *testing.T) {
	m := &memory{docs: map[string]*nlp.Doc{}}
	texts := []string{"a", "b b"}
	var progress []int
	for range 2 {
		if _, err := Read(context.Background(), inputs(texts, []int{0, 1}), fakeExtract, words(""), Options{Keeper: m, Progress: func(p Progress) { progress = append(progress, p.Known) }}); err != nil {
			t.Fatal(err)
		}
	}
	if m.kept != 2 {
		t.Errorf("kept %d times, want 2", m.kept)
	}
	if !slices.Equal(progress, []int{0, 0, 1, 2}) {
		t.Errorf("known reports over time: %v", progress)
	}
}

// indexed is a keeper that can tell what it holds.
type indexed struct {
	memory
	loaded int
}

func (m *indexed) Known(ctx context.Context, id, version string) (*nlp.Doc, error) {
	m.loaded++
	return m.memory.Known(ctx, id, version)
}

func (m *indexed) Has(ctx context.Context, id, version string) (string, bool, error) {
	d, err := m.memory.Known(ctx, id, version)
	if d == nil {
		return "", false, err
	}
	return d.Report.Path, true, err
}

// What a keeper says that it has is neither extracted nor annotated again, and
// not loaded when nobody wants it; the first path names it still.
func TestReadKnowsByTheCapture(t *testing.T) {
	for _, bare := range []bool{false, true} {
		m := &indexed{memory: memory{docs: map[string]*nlp.Doc{}}}
		extracted := 0
		x := func(c readout.Capture) (*readout.Report, error) {
			extracted++
			r, err := fakeExtract(c)
			if err == nil {
				r.ID = extract.ReportID(&c)
			}
			return r, err
		}
		read := func(first, last string) *Result {
			t.Helper()
			in := func(yield func(readout.Capture, *readout.Refusal) bool) {
				_ = yield(readout.Capture{Path: first, SHA256: "1", Body: []byte("a")}, nil) && yield(readout.Capture{Path: last, SHA256: "2", Body: []byte("b b")}, nil)
			}
			res, err := Read(context.Background(), in, x, words(""), Options{Workers: 1, Keeper: m, Bare: bare})
			if err != nil {
				t.Fatal(err)
			}
			if got := len(res.Docs); bare && got != 0 || !bare && got != 2 {
				t.Errorf("bare %t: %d documents", bare, got)
			}
			return res
		}
		if res := read("p1", "p2"); res.Reports != 2 || res.Known != 0 || extracted != 2 {
			t.Errorf("bare %t: %d of %d known, %d extracted", bare, res.Known, res.Reports, extracted)
		}
		m.loaded = 0
		if res := read("p1", "p2"); res.Reports != 2 || res.Known != 2 || extracted != 2 || m.kept != 2 || bare && m.loaded != 0 {
			t.Errorf("bare %t, again: %d of %d known, %d extracted, %d loaded, %d kept", bare, res.Known, res.Reports, extracted, m.loaded, m.kept)
		}
		if res := read("p0", "p9"); res.Known != 2 || extracted != 2 || m.kept != 3 {
			t.Errorf("bare %t, under other paths: %d known, %d extracted, %d kept", bare, res.Known, extracted, m.kept)
		}
		for _, d := range m.docs {
			if d.Report.Text == "a" && d.Report.Path != "p0" {
				t.Errorf("bare %t: kept as %s", bare, d.Report.Path)
			}
		}
	}
}

// A report under several paths is one report, new or known, under the path that
// sorts first: whichever comes first, and though its twins find it kept.
func TestReadTwins(t *testing.T) {
	want := []Duplicate{{Path: "p002", Of: "p000"}, {Path: "p003", Of: "p000"}}
	for _, order := range [][]int{{0, 1, 2, 3}, {3, 2, 1, 0}, {2, 0, 3, 1}} {
		m := &memory{docs: map[string]*nlp.Doc{}}
		for _, known := range []int{0, 2} {
			res, err := Read(context.Background(), inputs([]string{"a", "b", "a", "a"}, order), fakeExtract, words(""), Options{Workers: 1, Keeper: m})
			if err != nil {
				t.Fatal(err)
			}
			if res.Known != known || len(res.Docs) != 2 || res.Docs[0].Report.Path != "p000" {
				t.Errorf("order %v: %d known of %d, want %d of 2; named %s", order, res.Known, len(res.Docs), known, res.Docs[0].Report.Path)
			}
			if diff := cmp.Diff(want, res.Duplicates); diff != "" {
				t.Errorf("order %v: duplicates (-want +got):\n%s", order, diff)
			}
			for _, d := range m.docs {
				if d.Report.ID == "a" && d.Report.Path != "p000" {
					t.Errorf("order %v: kept as %s", order, d.Report.Path)
				}
			}
		}
	}
}

func TestReadStopsWhenTheKeeperFails(t *testing.T) {
	full := errors.New("disk full")
	_, err := Read(context.Background(), inputs([]string{"a", "b"}, []int{0, 1}), fakeExtract, words(""), Options{Keeper: &memory{fail: full}})
	if !errors.Is(err, full) {
		t.Errorf("got %v, want the keeper's error", err)
	}
}

func TestReadStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Read(ctx, inputs([]string{"a"}, []int{0}), fakeExtract, words(""), Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}

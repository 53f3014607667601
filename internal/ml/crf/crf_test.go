package crf

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/readout-news/readout/internal/ml"
)

// sequences makes a small language: "the X" with X a name of two words in
// one of two types that the word before "the" decides, and noise around.
func sequences(seed uint64, count int) (feats [][][]uint64, labels [][]string) {
	rng := rand.New(rand.NewPCG(seed, 1))
	for range count {
		var words, tags []string
		for range 3 + rng.IntN(5) {
			switch rng.IntN(3) {
			case 0:
				words = append(words, "met", fmt.Sprint("Ann", rng.IntN(20)), fmt.Sprint("Bee", rng.IntN(20)))
				tags = append(tags, "O", "B-per", "I-per")
			case 1:
				words = append(words, "reached", fmt.Sprint("Ann", rng.IntN(20)), fmt.Sprint("Bee", rng.IntN(20)))
				tags = append(tags, "O", "B-loc", "I-loc")
			default:
				words = append(words, fmt.Sprint("w", rng.IntN(50)))
				tags = append(tags, "O")
			}
		}
		var b Builder
		for i, w := range words {
			prev := "^"
			if i > 0 {
				prev = words[i-1]
			}
			b.Add(1, HashString(w))
			b.Add(2, HashString(prev))
			b.Add(3, HashString(w[:1]))
			b.Add(4, HashString(prev[:1]))
			b.Next()
		}
		feats = append(feats, b.Rows())
		labels = append(labels, tags)
	}
	return feats, labels
}

var testLabels = []string{"O", "B-per", "I-per", "B-loc", "I-loc"}

func trained(t testing.TB, o Options) *Model {
	t.Helper()
	set, err := NewSet(testLabels)
	if err != nil {
		t.Fatal(err)
	}
	feats, labels := sequences(1, 120)
	for i := range feats {
		if err := set.Add(feats[i], labels[i]); err != nil {
			t.Fatal(err)
		}
	}
	m, err := Train(set, o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func accuracy(m *Model) float64 {
	feats, labels := sequences(2, 60)
	right, all := 0, 0
	for i := range feats {
		got, _ := m.Decode(feats[i])
		for j, y := range got {
			if m.Labels()[y] == labels[i][j] {
				right++
			}
			all++
		}
	}
	return float64(right) / float64(all)
}

func TestTrainLearnsContext(t *testing.T) {
	for _, o := range []Options{
		{Epochs: 6},
		{Epochs: 6, Dropout: 0.2, L2: 1e-4, Average: 3, MinCount: 2, Version: "7"},
	} {
		m := trained(t, o)
		// The type of the second word of a name hangs on the transition alone.
		if acc := accuracy(m); acc < 0.99 {
			t.Errorf("options %+v: accuracy %.3f, want 0.99", o, acc)
		}
		if m.Version() != o.Version {
			t.Errorf("version %q, want %q", m.Version(), o.Version)
		}
	}
}

func TestTrainIsDeterministic(t *testing.T) {
	o := Options{Epochs: 3, Dropout: 0.3, Seed: 5}
	a, b := trained(t, o).Encode(), trained(t, o).Encode()
	if !bytes.Equal(a, b) {
		t.Error("two trainings on equal data differ")
	}
	o.Seed = 6
	if bytes.Equal(a, trained(t, o).Encode()) {
		t.Error("the seed has no effect")
	}
}

func TestTrainProgress(t *testing.T) {
	last := math.Inf(-1)
	epochs := 0
	trained(t, Options{Epochs: 4, Progress: func(e int, ll float64, now func() *Model) {
		if e != epochs || ll <= last || now().Rows() == 0 {
			t.Errorf("epoch %d: log likelihood %.3f after %.3f, %d rows", e, ll, last, now().Rows())
		}
		epochs, last = epochs+1, ll
	}})
	if epochs != 4 {
		t.Errorf("%d epochs reported, want 4", epochs)
	}
}

func TestBIO(t *testing.T) {
	m := trained(t, Options{Epochs: 1})
	rng := rand.New(rand.NewPCG(3, 3))
	for range 200 {
		var b Builder
		for range 1 + rng.IntN(12) {
			for range rng.IntN(8) {
				b.Add(uint64(1+rng.IntN(4)), HashString(string(rune('a'+rng.IntN(26)))))
			}
			b.Next()
		}
		got, _ := m.Decode(b.Rows())
		prev := ""
		for i, y := range got {
			if l := m.Labels()[y]; !follows(prev, l) {
				t.Fatalf("token %d: %s after %q", i, l, prev)
			}
			prev = m.Labels()[y]
		}
	}
}

// TestMarginals compares forward-backward with the sum over all sequences.
func TestMarginals(t *testing.T) {
	m := trained(t, Options{Epochs: 2})
	feats, _ := sequences(9, 1)
	f := feats[0][:5]
	n := len(m.labels)
	em := m.emissions(f)
	want := make([]float64, len(f)*n)
	total := 0.0
	seq := make([]int, len(f))
	var walk func(i int, score int64)
	walk = func(i int, score int64) {
		if i == len(f) {
			p := math.Exp(float64(score) / unit)
			total += p
			for j, y := range seq {
				want[j*n+y] += p
			}
			return
		}
		prev := n
		if i > 0 {
			prev = seq[i-1]
		}
		for y := range n {
			if tr := m.trans[prev*n+y]; tr != forbidden {
				seq[i] = y
				walk(i+1, score+int64(tr)+int64(em[i*n+y]))
			}
		}
	}
	walk(0, 0)
	for i, got := range m.Marginals(f) {
		if w := want[i] / total; math.Abs(float64(got)-w) > 0.0006 {
			t.Errorf("token %d label %s: %.4f, want %.4f", i/n, m.labels[i%n], got, w)
		}
	}
	labels, conf := m.Decode(f)
	for i, y := range labels {
		if conf[i] != m.Marginals(f)[i*n+y] {
			t.Errorf("token %d: confidence is not the marginal", i)
		}
	}
	if !slices.Equal(labels, m.Best(f)) {
		t.Error("Best and Decode differ")
	}
}

func TestExpUnits(t *testing.T) {
	for _, v := range []int32{0, 1, -1, 64, -64, 640, -6400, 12345} {
		want := math.Exp(float64(v) / unit)
		if got := expUnits(v); math.Abs(got/want-1) > 1e-9 {
			t.Errorf("exp(%d/64) = %g, want %g", v, got, want)
		}
	}
	if got := expUnits(-1 << 30); got <= 0 || got > 1e-200 {
		t.Errorf("exp of a very small number = %g", got)
	}
}

func TestRoundTrip(t *testing.T) {
	m := trained(t, Options{Epochs: 3, Version: "1.2"})
	data := m.Encode()
	got, err := Load(data)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Encode(), data) {
		t.Error("a loaded model is written differently")
	}
	if got.Version() != "1.2" || got.Rows() != m.Rows() || got.Weights() != m.Weights() {
		t.Errorf("got %q, %d rows, %d weights", got.Version(), got.Rows(), got.Weights())
	}
	feats, _ := sequences(4, 20)
	for _, f := range feats {
		a, ac := m.Decode(f)
		b, bc := got.Decode(f)
		if !slices.Equal(a, b) || !slices.Equal(ac, bc) {
			t.Fatal("a loaded model decodes differently")
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	m := trained(t, Options{Epochs: 1})
	good := m.Encode()
	rows := m.encodeRows()
	file := func(kind string, labels []string, rows []byte) []byte {
		f := ml.NewFile(kind, "1")
		f.PutStrings("labels", labels)
		f.PutBytes("rows", rows)
		return f.Encode()
	}
	bare := ml.NewFile(Kind, "1")
	bare.PutStrings("labels", testLabels)
	for name, data := range map[string][]byte{
		"empty":        nil,
		"text":         []byte("these are not the weights of a model"),
		"cut":          good[:len(good)-1],
		"other kind":   file("syntax", testLabels, rows),
		"no rows":      bare.Encode(),
		"no labels":    file(Kind, nil, rows),
		"other labels": file(Kind, testLabels[:2], rows),
		"cut rows":     file(Kind, testLabels, rows[:len(rows)/2]),
		"longer rows":  file(Kind, testLabels, append(rows[:len(rows):len(rows)], 0)),
	} {
		if m, err := Load(data); !errors.Is(err, ml.ErrFormat) || m != nil {
			t.Errorf("%s: got %v, %v", name, m, err)
		}
	}
}

func TestSetRefuses(t *testing.T) {
	for _, labels := range [][]string{nil, {"O", "O"}, {""}} {
		if _, err := NewSet(labels); err == nil {
			t.Errorf("labels %q accepted", labels)
		}
	}
	set, err := NewSet(testLabels)
	if err != nil {
		t.Fatal(err)
	}
	one := [][]uint64{{1}}
	if set.Add(one, []string{"B-org"}) == nil || set.Add(one, nil) == nil || set.Add(one, []string{"I-per"}) == nil {
		t.Error("a wrong sequence was accepted")
	}
	if _, err := Train(set, Options{}); err == nil {
		t.Error("trained on nothing")
	}
	if err := set.Add(one, []string{"O"}); err != nil {
		t.Fatal(err)
	}
	if _, err := Train(set, Options{Dropout: 1}); err == nil {
		t.Error("dropout 1 accepted")
	}
}

func TestBuilder(t *testing.T) {
	var b Builder
	b.Add(1, 2, 0) // an unknown value: no feature
	b.Add(1, 2, 3)
	b.Add(2, 2, 3)
	b.Next()
	b.Next()
	rows := b.Rows()
	if len(rows) != 2 || len(rows[0]) != 2 || len(rows[1]) != 0 || rows[0][0] == rows[0][1] {
		t.Errorf("rows %v", rows)
	}
	if Mix(1, 2) == Mix(2, 1) || Hash(1, 2) == Hash(2, 1) || HashString("") != 0 || HashString("a") == HashString("b") {
		t.Error("hashes collide")
	}
	if n := testing.AllocsPerRun(100, func() {
		b.Reset()
		b.Add(3, HashString("Karvany"), Hash(1, 2, 3))
		b.Next()
	}); n != 0 {
		t.Errorf("%.0f allocations for a feature", n)
	}
}

func FuzzLoad(f *testing.F) {
	// Small seeds: the fuzzer minimises each new input byte by byte.
	for _, labels := range [][]string{{"O"}, {"O", "B-x", "I-x"}} {
		set, err := NewSet(labels)
		if err != nil {
			f.Fatal(err)
		}
		if err := set.Add([][]uint64{{1}, {2, 3}}, []string{"O", labels[len(labels)/2]}); err != nil {
			f.Fatal(err)
		}
		m, err := Train(set, Options{Epochs: 1})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(len(labels), m.encodeRows())
	}
	feats, _ := sequences(4, 1)
	f.Fuzz(func(t *testing.T, labels int, rows []byte) {
		// decode, not Load: the checksum would stop nearly every input.
		m, err := decode(testLabels[:min(max(labels, 0), len(testLabels))], "1", rows)
		if err != nil {
			if !errors.Is(err, ml.ErrFormat) {
				t.Errorf("error %v is not ErrFormat", err)
			}
			return
		}
		for _, y := range m.Best(feats[0]) {
			if y < 0 || y >= len(m.labels) {
				t.Errorf("label %d of %d", y, len(m.labels))
			}
		}
		m.Decode(feats[0])
		if again, err := Load(m.Encode()); err != nil || again.Rows() != m.Rows() {
			t.Errorf("round trip: %v", err)
		}
	})
}

func BenchmarkLoad(b *testing.B) {
	data := trained(b, Options{Epochs: 2}).Encode()
	for b.Loop() {
		if _, err := Load(data); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(int64(len(data)))
}

func BenchmarkDecode(b *testing.B) {
	m := trained(b, Options{Epochs: 2})
	feats, _ := sequences(4, 50)
	tokens := 0
	for _, f := range feats {
		tokens += len(f)
	}
	for b.Loop() {
		for _, f := range feats {
			m.Decode(f)
		}
	}
	b.ReportMetric(float64(tokens*b.N)/b.Elapsed().Seconds(), "tok/s")
}

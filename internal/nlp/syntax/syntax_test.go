package syntax

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/ml"
	"github.com/readout-news/readout/internal/ml/kernel"
	"github.com/readout-news/readout/internal/nlp"
)

// untrained returns a network with random weights and its file.
func untrained(t testing.TB) (*Weights, []byte) {
	t.Helper()
	rng := rand.New(rand.NewPCG(4, 4))
	w := &Weights{
		Vectors: []string{"the", "lake"},
		Words:   []string{"lake", "froze"},
		Labels:  Labels{XPOS: []string{".", "DT", "NN", "VBD"}, UPOS: []string{"DET", "NOUN", "PUNCT", "VERB"}, Relations: []string{"det", "nsubj", "punct", "root"}},
		Values:  map[string][]float32{},
	}
	fill := func(name string, n int) {
		v := make([]float32, n)
		for i := range v {
			v[i] = float32(rng.NormFloat64() * 0.2)
		}
		w.Values[name] = v
	}
	for i, tab := range Tables {
		fill(tab.Name, tableRows(i, w.Vectors, w.Words)*tab.Dim)
	}
	for _, s := range Shapes(w.Labels) {
		fill(s.Name, s.Rows*s.Cols)
		fill(s.Name+".b", s.Cols)
	}
	fill(LayerRoot, both)
	data, err := w.Encode("test")
	if err != nil {
		t.Fatal(err)
	}
	return w, data
}

// invented makes sentences of invented words in all lengths up to longest.
func invented(longest int) [][]string {
	rng := rand.New(rand.NewPCG(5, 5))
	words := []string{"The", "lake", "froze", ",", "Ansa", "2026", "Karvany's", "said", "Ünder", "“", "no", ";", "."}
	var out [][]string
	for n := 0; n <= longest; n = n*5/4 + 1 {
		var s []string
		for range n {
			s = append(s, words[rng.IntN(len(words))])
		}
		out = append(out, s)
	}
	return out
}

func TestKernelsAgree(t *testing.T) {
	_, data := untrained(t)
	sents := invented(200)
	var want []Parse
	for _, k := range kernel.All() {
		m, err := Decode(data, Options{Kernel: k})
		if err != nil {
			t.Fatal(err)
		}
		got := m.ParseAll(sents)
		if want == nil {
			want = got
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("kernel %s (-scalar +%s):\n%s", k.Name(), k.Name(), diff)
		}
	}
}

func TestSentencesAreIndependent(t *testing.T) {
	_, data := untrained(t)
	m, err := Decode(data, Options{})
	if err != nil {
		t.Fatal(err)
	}
	sents := invented(120)
	for i, together := range m.ParseAll(sents) {
		if diff := cmp.Diff(together, m.ParseAll(sents[i : i+1])[0]); diff != "" {
			t.Errorf("sentence %d (-together +alone):\n%s", i, diff)
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	_, data := untrained(t)
	m, err := Decode(data, Options{})
	if err != nil {
		t.Fatal(err)
	}
	sents := invented(60)
	want := m.ParseAll(sents)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if diff := cmp.Diff(want, m.ParseAll(sents)); diff != "" {
				t.Errorf("(-alone +beside others):\n%s", diff)
			}
		})
	}
	wg.Wait()
}

// TestTrees checks that every sentence gets one tree, long ones included.
func TestTrees(t *testing.T) {
	_, data := untrained(t)
	m, err := Decode(data, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range append(invented(170), make([]string, 1000)) {
		p := m.ParseAll([][]string{s})[0]
		if len(p.Heads) != len(s) || len(p.UPOS) != len(s) || len(p.XPOS) != len(s) || len(p.Relations) != len(s) {
			t.Fatalf("%d words, %d heads", len(s), len(p.Heads))
		}
		roots := 0
		for i, h := range p.Heads {
			if h < 0 {
				roots++
			}
			if (h < 0) != (p.Relations[i] == RootRelation) {
				t.Errorf("word %d of %d has head %d and relation %q", i, len(s), h, p.Relations[i])
			}
			for k, at := 0, i; at >= 0; k++ {
				if k > len(s) {
					t.Fatalf("%d words: cycle at %d", len(s), i)
				}
				at = p.Heads[at]
			}
		}
		if len(s) > 0 && roots != 1 {
			t.Errorf("%d words have %d roots", len(s), roots)
		}
	}
}

func TestPieceEnd(t *testing.T) {
	words := strings.Fields(strings.Repeat("a ", 400))
	words[99], words[120] = ";", ","
	for _, tc := range []struct{ first, want int }{{0, 100}, {100, 250}, {250, 400}, {255, 400}} {
		if got := pieceEnd(words, tc.first); got != tc.want {
			t.Errorf("pieceEnd(%d) = %d, want %d", tc.first, got, tc.want)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	_, data := untrained(t)
	if _, err := Decode(data[:len(data)/2], Options{}); !errors.Is(err, ml.ErrFormat) {
		t.Errorf("half a file: err = %v", err)
	}
	f, err := ml.Decode(data, Kind)
	if err != nil {
		t.Fatal(err)
	}
	f.PutUint32s(sectionVersion, []uint32{featuresVersion + 1})
	if _, err := Decode(f.Encode(), Options{}); !errors.Is(err, ml.ErrFormat) {
		t.Errorf("later features: err = %v", err)
	}
	f.PutUint32s(sectionVersion, []uint32{featuresVersion})
	f.PutStrings("labels.relation", []string{"nsubj", "obj", "det", "punct"})
	if _, err := Decode(f.Encode(), Options{}); !errors.Is(err, ml.ErrFormat) {
		t.Errorf("no root relation: err = %v", err)
	}
	f.PutStrings("labels.relation", []string{"nsubj", "root"})
	if _, err := Decode(f.Encode(), Options{}); !errors.Is(err, ml.ErrFormat) {
		t.Errorf("fewer labels than outputs: err = %v", err)
	}
	w, _ := untrained(t)
	delete(w.Values, LayerRoot)
	if _, err := w.Encode("x"); err == nil {
		t.Error("a missing matrix is encoded")
	}
}

func TestFeatures(t *testing.T) {
	f := NewFeatures([]string{"river", "lake"}, []string{"lake", "fjord"})
	if id := f.IDs("Lake"); id[TableVector] != 2 || id[TableWord] != 1 || id[5] == f.IDs("lake")[5] {
		t.Errorf("IDs(Lake) = %v, IDs(lake) = %v", id, f.IDs("lake"))
	}
	if id := f.IDs("river"); id[TableVector] != 1 || id[TableWord] != Unknown {
		t.Errorf("IDs(river) = %v", id)
	}
	if id := f.IDs("fjord"); id[TableVector] != Unknown || id[TableWord] != 2 {
		t.Errorf("IDs(fjord) = %v", id)
	}
	if id := f.IDs("Ansa"); id[TableVector] != Unknown || id[TableWord] != Unknown {
		t.Errorf("IDs(Ansa) = %v", id)
	}
	f.IDs("")
	for in, want := range map[string]string{"Ansa": "Xxx", "U.S.": "X.X.", "1987": "dd", "e-mail": "x-xx", "": "", "Øre": "Xxx"} {
		if got := shape(in); got != want {
			t.Errorf("shape(%q) = %q, want %q", in, got, want)
		}
	}
	if suffix("Øre", 3) != "Øre" || suffix("lake", 3) != "ake" || prefix("Øresund", 3) != "Øre" || prefix("a", 3) != "a" {
		t.Error("affixes")
	}
}

// TestAnnotator parses a sentence with the shipped model.
func TestAnnotator(t *testing.T) {
	a, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	const text = "No. The minister of Orrin said that talks had ended."
	doc := &nlp.Doc{Report: &readout.Report{Text: text}}
	at := 0
	for _, sent := range []string{"No .", "The minister of Orrin said that talks had ended ."} {
		s := nlp.Sentence{First: len(doc.Tokens)}
		for _, w := range strings.Fields(sent) {
			at += strings.Index(text[at:], w)
			doc.Tokens = append(doc.Tokens, nlp.Token{Span: readout.Span{Start: at, End: at + len(w)}, Sent: len(doc.Sentences)})
			at += len(w)
		}
		s.Last = len(doc.Tokens)
		s.Span = doc.TokenSpan(s.First, s.Last)
		doc.Sentences = append(doc.Sentences, s)
	}
	a.Run(doc)
	var got []string
	for i, tok := range doc.Tokens {
		head := "-"
		if tok.Head != nlp.None {
			head = doc.Word(tok.Head)
		}
		got = append(got, fmt.Sprintf("%s/%s/%s %s(%s)", doc.Word(i), tok.UPOS, tok.XPOS, tok.Deprel, head))
	}
	want := []string{
		"No/INTJ/UH root(-)", "./PUNCT/. punct(No)",
		"The/DET/DT det(minister)", "minister/NOUN/NN nsubj(said)", "of/ADP/IN case(Orrin)", "Orrin/PROPN/NNP nmod(minister)",
		"said/VERB/VBD root(-)", "that/SCONJ/IN mark(ended)", "talks/NOUN/NNS nsubj(ended)", "had/AUX/VBD aux(ended)",
		"ended/VERB/VBN ccomp(said)", "./PUNCT/. punct(said)",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func FuzzParse(f *testing.F) {
	_, data := untrained(f)
	m, err := Decode(data, Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Add("The lake froze .")
	f.Add("\xff \x00 ’ ")
	f.Fuzz(func(t *testing.T, text string) {
		words := strings.Split(text, " ")
		if p := m.ParseAll([][]string{words})[0]; len(p.Heads) != len(words) {
			t.Fatalf("%d heads for %d words", len(p.Heads), len(words))
		}
	})
}

// FuzzDecode replaces one section of a sound file: what Decode accepts must
// parse.
func FuzzDecode(f *testing.F) {
	_, data := untrained(f)
	f.Add("words", byte(0), []byte("a\nb"))
	f.Add("labels.upos", byte(0), []byte(""))
	f.Add("lstm1.forward.x.scale", byte(1), []byte{0xff, 0xff, 0x7f, 0x7f})
	f.Add("table.word", byte(2), []byte{1, 2, 3})
	f.Fuzz(func(t *testing.T, section string, kind byte, raw []byte) {
		if len(section) > 1000 {
			return
		}
		file, err := ml.Decode(data, Kind)
		if err != nil {
			t.Fatal(err)
		}
		switch kind % 3 {
		case 0:
			file.PutStrings(section, strings.Split(string(raw), "\n"))
		case 1:
			// Keep the length and fill with the fuzzer's number: scales that
			// are absurd but finite.
			old, err := file.Float32s(section, -1)
			if err != nil || len(raw) < 4 {
				return
			}
			for i := range old {
				old[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw))
			}
			file.PutFloat32s(section, old)
		case 2:
			v := make([]int8, len(raw))
			for i, b := range raw {
				v[i] = int8(b)
			}
			file.PutInt8s(section, v)
		}
		m, err := Decode(file.Encode(), Options{})
		if err != nil {
			return
		}
		if p := m.ParseAll([][]string{{"The", "lake", "froze", "."}})[0]; len(p.Heads) != 4 {
			t.Fatalf("%d heads", len(p.Heads))
		}
	})
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := Load(Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseAll(b *testing.B) {
	_, data := untrained(b)
	var sents [][]string
	words := 0
	for i := range 40 { // lengths as in newswire
		s := invented(60)[len(invented(60))-1]
		sents = append(sents, s[:12+i*23%48])
		words += len(sents[i])
	}
	for _, k := range kernel.All() {
		b.Run(k.Name(), func(b *testing.B) {
			m, err := Decode(data, Options{Kernel: k})
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				m.ParseAll(sents)
			}
			b.ReportMetric(float64(words*b.N)/b.Elapsed().Seconds(), "words/s")
		})
	}
}

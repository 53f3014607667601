package quote

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/ml"
	"github.com/readout-news/readout/internal/ml/cluster"
	"github.com/readout-news/readout/internal/ml/crf"
)

func TestSpansOf(t *testing.T) {
	// source source cue O content content content(begin)
	y := []int{1, 2, 3, 0, 5, 6, 5}
	got := spansOf(y)
	want := []span{{run{0, 2}, partSource}, {run{2, 3}, partCue}, {run{4, 6}, partContent}, {run{6, 7}, partContent}}
	if len(got) != len(want) {
		t.Fatalf("got %v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("span %d: got %v, want %v", i, got[i], want[i])
		}
	}
	for l, name := range labels {
		if l == 0 {
			continue
		}
		part := map[part]string{partSource: "source", partCue: "cue", partContent: "content"}[labelPart(l)]
		if !strings.HasSuffix(name, part) || labelBegins(l) != strings.HasPrefix(name, "B-") || labelOf(labelPart(l), labelBegins(l)) != l {
			t.Errorf("label %s read as %s, begins %t", name, part, labelBegins(l))
		}
	}
}

// sample is a small training set of the shape "A said the x is y .".
func sample(t testing.TB) []Labelled {
	var out []Labelled
	for _, who := range []string{"Maren", "Ered", "Whitlock", "Sollund", "Orrin", "Karvany", "Lund", "Vey"} {
		text := who + " said the road is open."
		doc := handDoc(t, text, who+" "+who+` PROPN NNP 2 nsubj
said say VERB VBD 0 root
the the DET DT 4 det
road road NOUN NN 6 nsubj
is be AUX VBZ 6 cop
open open ADJ JJ 2 ccomp
. . PUNCT . 2 punct`)
		at := func(w string) readout.Span {
			i := strings.Index(text, w)
			return readout.Span{Start: i, End: i + len(w)}
		}
		out = append(out, Labelled{Doc: doc, Gold: []Gold{{
			Source: []readout.Span{at(who)}, Cue: []readout.Span{at("said")}, Content: []readout.Span{at("the road is open")},
		}}})
	}
	return out
}

func TestTrain(t *testing.T) {
	o := TrainOptions{Version: "t", CRF: crf.Options{MinCount: 1, Dropout: 0.01, Prune: 0.01}}
	files, err := Train(sample(t), new(cluster.Map), o)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Train(sample(t), new(cluster.Map), o)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(files.Tagger, again.Tagger) || !bytes.Equal(files.Linker, again.Linker) {
		t.Error("two trainings on equal data differ")
	}
	lex, err := loadLexicon()
	if err != nil {
		t.Fatal(err)
	}
	mod, err := decodeModel(files, new(cluster.Map))
	if err != nil {
		t.Fatal(err)
	}
	a := Options{All: true}.annotator(lex, mod)
	doc := sample(t)[0].Doc
	a.Run(doc)
	if len(doc.Attributions) != 1 || show(doc, &doc.Attributions[0]) != "indirect attribution [Maren] [said] {the road is open}" {
		for i := range doc.Attributions {
			t.Error(show(doc, &doc.Attributions[i]))
		}
	}
}

func TestLinkerFile(t *testing.T) {
	l := &linker{}
	l.weights[partSource] = map[uint32]float32{7: 1.5, 3: -2}
	l.weights[partContent] = map[uint32]float32{}
	table := &cueTable{word: map[string]uint8{"said": 6}, lemma: map[string]uint8{"say VERB": 5}}
	data := encodeLinker("1", l, table)
	got, bins, err := decodeLinker(data)
	if err != nil {
		t.Fatal(err)
	}
	if got.weights[partSource][7] != 1.5 || got.weights[partSource][3] != -2 || bins.word["said"] != 6 || bins.lemma["say VERB"] != 5 {
		t.Errorf("got %v, %v", got.weights, bins)
	}
	if !bytes.Equal(encodeLinker("1", got, &bins), data) {
		t.Error("a loaded linker is written differently")
	}
	data[len(data)-1] ^= 1
	if _, _, err := decodeLinker(data); !errors.Is(err, ml.ErrFormat) {
		t.Errorf("damaged file: %v", err)
	}
	if _, _, err := decodeLinker(encodeLinker("1", l, &cueTable{word: map[string]uint8{"x": 9}})); !errors.Is(err, ml.ErrFormat) {
		t.Errorf("bin out of range: %v", err)
	}
}

func TestCueCounts(t *testing.T) {
	doc := sample(t)[0].Doc
	v := newView(doc)
	c := newCueCounts()
	for range 4 {
		c.add(v, 1, true, false)
	}
	c.add(v, 1, false, false)
	table := c.table()
	if w, l := table.bins(v, 1); w != 5 || l != 5 {
		t.Errorf("bins %d, %d; 4 of 5 smoothed to 4/6 is bin 5", w, l)
	}
	// Without the token itself: 3 of 4, smoothed 3/5.
	if w, _ := c.without(v, 1, true); w != 5 {
		t.Errorf("bin %d without a cue", w)
	}
	if w, _ := table.bins(v, 0); w != 1 {
		t.Errorf("unseen word in bin %d", w)
	}
}

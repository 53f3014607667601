package syntax

import (
	"fmt"
	"slices"

	"github.com/readout-news/readout/internal/ml"
	"github.com/readout-news/readout/internal/ml/act"
	"github.com/readout-news/readout/internal/ml/quant"
)

// Kind is the kind of the model file, File its place in models.FS.
const (
	Kind = "syntax"
	File = "syntax/weights.bin"
)

// Labels are the closed sets that the network chooses from.
type Labels struct {
	XPOS, UPOS, Relations []string
}

// RootRelation labels the root's arc and no other.
const RootRelation = "root"

// Weights is a trained network in float32.
type Weights struct {
	// Vectors and Words are the words of rows 1, 2, … of these two tables.
	Vectors, Words []string
	Labels         Labels
	Values         map[string][]float32 // by name, as Shapes and Tables name them
}

// Shapes lists the matrices of a network with those labels. Widths are not
// padded.
func Shapes(l Labels) []Shape {
	var out []Shape
	in := InputDim
	for _, layer := range LSTMs() {
		for _, name := range layer {
			out = append(out, Shape{name + ".x", in, 4 * hidden, true}, Shape{name + ".h", hidden, 4 * hidden, false})
		}
		in = both
	}
	return append(out,
		Shape{LayerXPOS, both, len(l.XPOS), true},
		Shape{LayerUPOS, both, len(l.UPOS), true},
		Shape{LayerArcHead, both, arcDim, true},
		Shape{LayerArcDep, both, arcDim, true},
		Shape{LayerArcBilin, arcDim, arcDim, true},
		Shape{LayerLabelHead, both, labelDim, true},
		Shape{LayerLabelDep, both, labelDim, true},
		Shape{LayerLabelOut, labelDim, len(l.Relations), true},
	)
}

// Encode rounds the weights to 8 bits and writes a model file.
func (w *Weights) Encode(version string) ([]byte, error) {
	f := ml.NewFile(Kind, version)
	f.PutUint32s(sectionVersion, []uint32{featuresVersion})
	f.PutStrings("vectors", w.Vectors)
	f.PutStrings("words", w.Words)
	f.PutStrings("labels.xpos", w.Labels.XPOS)
	f.PutStrings("labels.upos", w.Labels.UPOS)
	f.PutStrings("labels.relation", w.Labels.Relations)
	get := func(name string, n int) ([]float32, error) {
		if v := w.Values[name]; len(v) != n {
			return nil, fmt.Errorf("encode syntax model: %q has %d weights, not %d", name, len(v), n)
		}
		return w.Values[name], nil
	}
	for i, t := range Tables {
		rows := tableRows(i, w.Vectors, w.Words)
		v, err := get(t.Name, rows*t.Dim)
		if err != nil {
			return nil, err
		}
		q, scale := quant.Rows(v, rows, t.Dim)
		f.PutInt8s("table."+t.Name, q)
		f.PutFloat32s("table."+t.Name+".scale", scale)
	}
	for _, s := range Shapes(w.Labels) {
		v, err := get(s.Name, s.Rows*s.Cols)
		if err != nil {
			return nil, err
		}
		q, scale := quant.Weights(v, s.Rows, s.Cols)
		f.PutInt8s(s.Name, q)
		f.PutFloat32s(s.Name+".scale", scale)
		if s.Bias {
			if v, err = get(s.Name+".b", s.Cols); err != nil {
				return nil, err
			}
			f.PutFloat32s(s.Name+".b", v)
		}
	}
	// The root's vector never changes: only what follows from it is stored.
	root, err := get(LayerRoot, both)
	if err != nil {
		return nil, err
	}
	for _, layer := range []struct {
		name string
		cols int
	}{{LayerArcHead, arcDim}, {LayerLabelHead, labelDim}} {
		out := slices.Clone(w.Values[layer.name+".b"])
		for i, x := range root {
			for j := range out {
				out[j] += x * w.Values[layer.name][i*layer.cols+j]
			}
		}
		f.PutFloat32s("root."+layer.name, out)
	}
	return f.Encode(), nil
}

// tableRows is the number of rows of table i.
func tableRows(i int, vectors, words []string) int {
	switch i {
	case TableVector:
		return len(vectors) + 1
	case TableWord:
		return len(words) + 1
	}
	return Buckets
}

// loader takes sections out of a model file and keeps the first error.
type loader struct {
	*ml.File
	err error
}

func load[T any](l *loader, get func(string, int) ([]T, error), name string, n int) []T {
	if l.err != nil {
		return nil
	}
	v, err := get(name, n)
	l.err = err
	return v
}

func (l *loader) linear(s Shape, unit float32) *quant.Linear {
	q := load(l, l.Int8s, s.Name, s.Rows*s.Cols)
	scale := load(l, l.Float32s, s.Name+".scale", s.Cols)
	var bias []float32
	if s.Bias {
		bias = load(l, l.Float32s, s.Name+".b", s.Cols)
	}
	if l.err != nil {
		return nil
	}
	var lin *quant.Linear
	lin, l.err = quant.NewLinear(q, scale, bias, s.Rows, s.Cols, unit)
	return lin
}

// Decode reads a model file.
func Decode(data []byte, opts Options) (*Model, error) {
	f, err := ml.Decode(data, Kind)
	if err != nil {
		return nil, err
	}
	l := &loader{File: f}
	if v := load(l, l.Uint32s, sectionVersion, 1); l.err == nil && v[0] != featuresVersion {
		return nil, fmt.Errorf("model %s: %w: features of version %d, this program has %d", Kind, ml.ErrFormat, v[0], featuresVersion)
	}
	m := &Model{version: f.Version, kern: opts.kernel()}
	vectors, words := load(l, l.Strings, "vectors", -1), load(l, l.Strings, "words", -1)
	m.labels = Labels{load(l, l.Strings, "labels.xpos", -1), load(l, l.Strings, "labels.upos", -1), load(l, l.Strings, "labels.relation", -1)}
	m.root = slices.Index(m.labels.Relations, RootRelation)
	if l.err == nil && (len(m.labels.XPOS) == 0 || len(m.labels.UPOS) == 0 || len(m.labels.Relations) < 2 || m.root < 0) {
		return nil, fmt.Errorf("model %s: %w: no tags or relations", Kind, ml.ErrFormat)
	}
	m.features = NewFeatures(vectors, words)
	for i, t := range Tables {
		rows := tableRows(i, vectors, words)
		m.tables[i] = table{t.Dim, load(l, l.Int8s, "table."+t.Name, rows*t.Dim), load(l, l.Float32s, "table."+t.Name+".scale", rows)}
	}
	layers := map[string]*quant.Linear{}
	for _, s := range Shapes(m.labels) {
		layers[s.Name] = l.linear(s, inputUnit(s.Name))
	}
	m.rootArc = load(l, l.Float32s, "root."+LayerArcHead, arcDim)
	m.rootLabel = load(l, l.Float32s, "root."+LayerLabelHead, labelDim)
	if l.err != nil {
		return nil, l.err
	}
	for j, x := range m.rootArc {
		m.rootArc[j] = act.Leaky(x)
	}
	for i, layer := range LSTMs() {
		for d, name := range layer {
			m.lstm[i][d] = &quant.LSTM{X: layers[name+".x"], H: layers[name+".h"], Reverse: d == 1}
		}
	}
	m.xpos, m.upos = layers[LayerXPOS], layers[LayerUPOS]
	m.arcHead, m.arcDep, m.arcBilin = layers[LayerArcHead], layers[LayerArcDep], layers[LayerArcBilin]
	m.labelHead, m.labelDep, m.labelOut = layers[LayerLabelHead], layers[LayerLabelDep], layers[LayerLabelOut]
	m.scratch.New = func() any { return new(scratch) }
	return m, nil
}

// inputUnit is the step of the activations that a layer reads: all read
// outputs of LSTMs but for those on embeddings and on rectified layers.
func inputUnit(layer string) float32 {
	switch layer {
	case LSTMs()[0][0] + ".x", LSTMs()[0][1] + ".x", LayerArcBilin, LayerLabelOut:
		return quant.UnitFree
	}
	return quant.UnitBounded
}

package quote

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"sync"

	"github.com/readout-news/readout/internal/ml"
	"github.com/readout-news/readout/internal/ml/cluster"
	"github.com/readout-news/readout/internal/ml/crf"
	"github.com/readout-news/readout/models"
)

// The model's files in models.FS.
const (
	crfFile  = "attribution/crf.bin"
	linkFile = "attribution/linker.bin"
	linkKind = "attribution-linker"
)

// ruleModel is the rule that the model's finds carry.
const ruleModel = "attribution"

// model is the fitted part: the tagger with its cue bins and the linker.
type model struct {
	tagger  *crf.Model
	cues    cueTable
	linker  *linker
	classes classes
	scratch sync.Pool // of *crf.Builder, whose memory is large
}

// loadModel reads the embedded files.
func loadModel() (*model, error) {
	cl, err := cluster.Load()
	if err != nil {
		return nil, err
	}
	tagger, err := fs.ReadFile(models.FS, crfFile)
	if err != nil {
		return nil, fmt.Errorf("load attribution model: %w", err)
	}
	link, err := fs.ReadFile(models.FS, linkFile)
	if err != nil {
		return nil, fmt.Errorf("load attribution model: %w", err)
	}
	return decodeModel(Files{tagger, link}, cl)
}

// Files are the bytes of a model's files.
type Files struct{ Tagger, Linker []byte }

func decodeModel(files Files, cl classes) (*model, error) {
	m := &model{classes: cl}
	var err error
	if m.tagger, err = crf.Load(files.Tagger); err != nil {
		return nil, fmt.Errorf("%s: %w", crfFile, err)
	}
	if !slices.Equal(m.tagger.Labels(), labels) {
		return nil, fmt.Errorf("%s: labels %v, want %v", crfFile, m.tagger.Labels(), labels)
	}
	if m.linker, m.cues, err = decodeLinker(files.Linker); err != nil {
		return nil, fmt.Errorf("%s: %w", linkFile, err)
	}
	return m, nil
}

// linkerParts are the parts that have weights, with the names of their
// sections.
var linkerParts = []struct {
	part part
	name string
}{{partSource, "source"}, {partContent, "content"}}

// encodeLinker writes the linker and the cue bins.
func encodeLinker(version string, l *linker, t *cueTable) []byte {
	f := ml.NewFile(linkKind, version)
	for _, p := range linkerParts {
		keys := slices.Sorted(maps.Keys(l.weights[p.part]))
		ws := make([]float32, len(keys))
		for i, k := range keys {
			ws[i] = l.weights[p.part][k]
		}
		f.PutUint32s(p.name+" keys", keys)
		f.PutFloat32s(p.name+" weights", ws)
	}
	for _, c := range []struct {
		name string
		bins map[string]uint8
	}{{"cue words", t.word}, {"cue lemmas", t.lemma}, {"source nouns", t.noun}} {
		words := slices.Sorted(maps.Keys(c.bins))
		bins := make([]byte, len(words))
		for i, w := range words {
			bins[i] = c.bins[w]
		}
		f.PutStrings(c.name, words)
		f.PutBytes(c.name+" bins", bins)
	}
	return f.Encode()
}

func decodeLinker(data []byte) (*linker, cueTable, error) {
	t := newCueTable()
	f, err := ml.Decode(data, linkKind)
	if err != nil {
		return nil, t, err
	}
	l := &linker{}
	for _, p := range linkerParts {
		keys, err := f.Uint32s(p.name+" keys", -1)
		if err != nil {
			return nil, t, err
		}
		ws, err := f.Float32s(p.name+" weights", len(keys))
		if err != nil {
			return nil, t, err
		}
		l.weights[p.part] = make(map[uint32]float32, len(keys))
		for i, k := range keys {
			l.weights[p.part][k] = ws[i]
		}
	}
	for _, c := range []struct {
		name string
		into map[string]uint8
	}{{"cue words", t.word}, {"cue lemmas", t.lemma}, {"source nouns", t.noun}} {
		words, err := f.Strings(c.name, -1)
		if err != nil {
			return nil, t, err
		}
		bins, err := f.Bytes(c.name+" bins", len(words))
		if err != nil {
			return nil, t, err
		}
		for i, w := range words {
			if bins[i] < 1 || bins[i] > maxBin {
				return nil, t, fmt.Errorf("%w: bin %d of %q", ml.ErrFormat, bins[i], w)
			}
			c.into[w] = bins[i]
		}
	}
	return l, t, nil
}

// tag labels the tokens; conf is the probability of each token's label.
func (m *model) tag(v *view, lex *lexicon) (y []int, conf []float32) {
	b, ok := m.scratch.Get().(*crf.Builder)
	if !ok {
		b = &crf.Builder{}
	}
	defer m.scratch.Put(b)
	b.Reset()
	fm := newFeatureMaker(v, b, lex, m.classes, func(i int) (uint8, uint8) { return m.cues.bins(v, i) })
	return m.tagger.Decode(fm.rows())
}

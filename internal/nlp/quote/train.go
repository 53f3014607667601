package quote

import (
	"fmt"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/ml/cluster"
	"github.com/readout-news/readout/internal/ml/crf"
	"github.com/readout-news/readout/internal/nlp"
)

// Gold is an attribution as annotated, in byte spans, each part sorted.
type Gold struct{ Source, Cue, Content []readout.Span }

// Labelled is an annotated report (tokens, sentences, syntax and lemmas) with
// its gold attributions.
type Labelled struct {
	Doc  *nlp.Doc
	Gold []Gold
}

// TrainOptions are the settings of Train; the zero value is the shipped model.
type TrainOptions struct {
	CRF          crf.Options // zero fields: the settings decided on PolNeAR dev
	LinkerEpochs int         // 6
	Version      string
}

// Settings of the shipped model, decided on PolNeAR dev.
const (
	crfEpochs    = 8
	crfRate      = 0.1
	crfAverage   = 4
	crfDropout   = 0.5
	crfL2        = 5e-4
	crfPrune     = 0.12
	crfMinCount  = 2
	linkerEpochs = 6
)

func (o TrainOptions) withDefaults() TrainOptions {
	if o.CRF.Epochs == 0 {
		o.CRF.Epochs = crfEpochs
	}
	if o.CRF.Rate == 0 {
		o.CRF.Rate = crfRate
	}
	if o.CRF.Dropout == 0 {
		o.CRF.Dropout = crfDropout
	}
	if o.CRF.L2 == 0 {
		o.CRF.L2 = crfL2
	}
	if o.CRF.Prune == 0 {
		o.CRF.Prune = crfPrune
	}
	if o.CRF.MinCount == 0 {
		o.CRF.MinCount = crfMinCount
	}
	if o.CRF.Average == 0 {
		o.CRF.Average = crfAverage
	}
	if o.LinkerEpochs == 0 {
		o.LinkerEpochs = linkerEpochs
	}
	o.CRF.Version = o.Version
	return o
}

// goldRuns is an annotation in tokens.
type goldRuns struct{ source, cue, content []run }

func runsOf(doc *nlp.Doc, spans []readout.Span) []run {
	var out []run
	for _, s := range spans {
		first, last := doc.TokensIn(s)
		if first < last {
			out = append(out, run{first, last})
		}
	}
	return out
}

// label writes the gold of a report as CRF labels. Where attributions share
// tokens the later one wins, as the corpus has it for shared sources alone.
func label(l Labelled) (y []int, runs []goldRuns) {
	y = make([]int, len(l.Doc.Tokens))
	for _, g := range l.Gold {
		r := goldRuns{runsOf(l.Doc, g.Source), runsOf(l.Doc, g.Cue), runsOf(l.Doc, g.Content)}
		if len(r.cue) == 0 && len(r.content) == 0 {
			continue
		}
		runs = append(runs, r)
		for p, rs := range [][]run{r.source, r.cue, r.content} {
			for _, x := range rs {
				for i := x.first; i < x.last; i++ {
					y[i] = labelOf(part(p), i == x.first)
				}
			}
		}
	}
	for i, k := range y {
		if k != 0 && !labelBegins(k) && (i == 0 || y[i-1] == 0 || labelPart(y[i-1]) != labelPart(k)) {
			y[i] = labelOf(labelPart(k), true)
		}
	}
	return y, runs
}

// Train fits the tagger and the linker and returns their files.
func Train(reports []Labelled, cl *cluster.Map, o TrainOptions) (Files, error) {
	o = o.withDefaults()
	lex, err := loadLexicon()
	if err != nil {
		return Files{}, err
	}
	set, err := crf.NewSet(labels)
	if err != nil {
		return Files{}, err
	}
	views := make([]*view, len(reports))
	ys := make([][]int, len(reports))
	counts := newCueCounts()
	var examples []linkExample
	is := func(k, i int, p part) bool { y := ys[k][i]; return y != 0 && labelPart(y) == p }
	for k, l := range reports {
		var runs []goldRuns
		views[k] = newView(l.Doc)
		ys[k], runs = label(l)
		for i := range ys[k] {
			counts.add(views[k], i, is(k, i, partCue), is(k, i, partSource))
		}
		examples = append(examples, example(views[k], ys[k], runs))
	}
	b := &crf.Builder{}
	for k, v := range views {
		b.Reset()
		fm := newFeatureMaker(v, b, lex, cl, func(i int) (uint8, uint8) { return counts.without(v, i, is(k, i, partCue)) })
		names := make([]string, v.n)
		for i, y := range ys[k] {
			names[i] = labels[y]
		}
		if err := set.Add(fm.rows(), names); err != nil {
			return Files{}, fmt.Errorf("report %d: %w", k, err)
		}
	}
	tagger, err := crf.Train(set, o.CRF)
	if err != nil {
		return Files{}, err
	}
	table := counts.table()
	return Files{Tagger: tagger.Encode(), Linker: encodeLinker(o.Version, fitLinker(examples, o.LinkerEpochs), &table)}, nil
}

// example lists the gold spans of a report with the cues that each source and
// content belongs to; a shared source belongs to several.
func example(v *view, y []int, runs []goldRuns) linkExample {
	ex := linkExample{view: v, spans: spansOf(y), gold: map[int][]int{}}
	cues := make([]int, len(runs)) // span of each attribution's first cue, -1
	for k, r := range runs {
		cues[k] = -1
		for x, s := range ex.spans {
			if s.part == partCue && len(r.cue) > 0 && s.overlaps(r.cue[0]) {
				cues[k] = x
				break
			}
		}
	}
	for x, s := range ex.spans {
		for k, r := range runs {
			var of []run
			switch s.part {
			case partSource:
				of = r.source
			case partContent:
				of = r.content
			}
			for _, o := range of {
				if s.overlaps(o) && cues[k] >= 0 {
					ex.gold[x] = append(ex.gold[x], cues[k])
					break
				}
			}
		}
	}
	return ex
}

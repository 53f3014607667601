package eval

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/corpus"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/nlp/lemma"
	"github.com/readout-news/readout/internal/nlp/names"
	"github.com/readout-news/readout/internal/nlp/quote"
	"github.com/readout-news/readout/internal/nlp/syntax"
	"github.com/readout-news/readout/internal/nlp/tokenize"
)

// AttributionScore compares whole attributions with PolNeAR. An attribution
// matches by
//
//	overlap  source, cue and content each share a word with the gold's, or
//	         neither names a source
//	J.8      overlap, and the contents' Jaccard index is 0.8 or more
//	exact    the words of source, cue and content are the same
//
// where punctuation is no word. Precision counts found attributions that match
// some gold one, recall gold ones that some found one matches. What is nested
// in another attribution is left out: PolNeAR annotates one layer.
type AttributionScore struct {
	core map[string]bool
	rows map[string]*attributionRow
}

// attributionRow counts one class of attributions.
type attributionRow struct {
	found, gold       int
	precise, recalled [3]int // by criterion
}

// attributionRows is the order of the table.
var attributionRows = []string{"all", "direct", "mixed", "indirect", "core", "core indirect", "non-core"}

var attributionCriteria = [3]string{"overlap", "J.8", "exact"}

// words is an attribution as sets of token numbers, punctuation left out.
type words struct {
	source, cue, content []int
	kind                 readout.StatementKind
	core                 bool
}

// NewAttributionScore makes an empty table.
func NewAttributionScore() (*AttributionScore, error) {
	core, err := quote.CoreForms()
	if err != nil {
		return nil, err
	}
	s := &AttributionScore{core: core, rows: map[string]*attributionRow{}}
	for _, r := range attributionRows {
		s.rows[r] = &attributionRow{}
	}
	return s, nil
}

// tokens lists the words that the spans cover.
func tokens(doc *nlp.Doc, spans ...readout.Span) []int {
	var out []int
	for _, s := range spans {
		if s.Empty() {
			continue
		}
		first, last := doc.TokensIn(s)
		for i := first; i < last; i++ {
			if strings.ContainsFunc(doc.Word(i), func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
				out = append(out, i)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (s *AttributionScore) words(doc *nlp.Doc, quoted []bool, source, cue, content []readout.Span) words {
	w := words{source: tokens(doc, source...), cue: tokens(doc, cue...), content: tokens(doc, content...)}
	in := 0
	for _, i := range w.content {
		if quoted[i] {
			in++
		}
	}
	switch {
	case in == 0:
		w.kind = readout.Indirect
	case in*10 >= len(w.content)*9:
		w.kind = readout.Direct
	default:
		w.kind = readout.Mixed
	}
	for _, i := range w.cue {
		w.core = w.core || s.core[doc.Lower(i)]
	}
	return w
}

func common(a, b []int) int {
	n, j := 0, 0
	for _, x := range a {
		for j < len(b) && b[j] < x {
			j++
		}
		if j < len(b) && b[j] == x {
			n++
		}
	}
	return n
}

// match says which criteria a and b meet.
func (a *words) match(b *words) (m [3]bool) {
	both := common(a.content, b.content)
	// A cue that is a mark ("name: …") has no words; two of them agree.
	cue := common(a.cue, b.cue) > 0 || len(a.cue) == 0 && len(b.cue) == 0
	source := common(a.source, b.source) > 0 || len(a.source) == 0 && len(b.source) == 0
	m[0] = both > 0 && cue && source
	m[1] = m[0] && float64(both) >= 0.8*float64(len(a.content)+len(b.content)-both)
	m[2] = slices.Equal(a.content, b.content) && slices.Equal(a.cue, b.cue) && slices.Equal(a.source, b.source)
	return m
}

func (w *words) rows() []string {
	out := []string{"all", string(w.kind)}
	switch {
	case !w.core:
		return append(out, "non-core")
	case w.kind == readout.Indirect:
		return append(out, "core", "core indirect")
	}
	return append(out, "core")
}

// Add compares the attributions of doc with its gold.
func (s *AttributionScore) Add(doc *nlp.Doc, gold []corpus.PolnearAttribution) {
	quoted := quote.Quoted(doc)
	var want, got []words
	for _, g := range gold {
		if len(g.Cue) > 0 || len(g.Content) > 0 {
			want = append(want, s.words(doc, quoted, g.Source, g.Cue, g.Content))
		}
	}
	for i := range doc.Attributions {
		if a := &doc.Attributions[i]; a.Parent == nlp.None && len(a.Content) > 0 {
			got = append(got, s.words(doc, quoted, []readout.Span{a.Source}, []readout.Span{a.Cue}, a.Content))
		}
	}
	count := func(of, against []words, gold bool) {
		for i := range of {
			var hit [3]bool
			for j := range against {
				for k, m := range of[i].match(&against[j]) {
					hit[k] = hit[k] || m
				}
			}
			for _, r := range of[i].rows() {
				row := s.rows[r]
				total, n := &row.found, &row.precise
				if gold {
					total, n = &row.gold, &row.recalled
				}
				*total++
				for k := range hit {
					if hit[k] {
						n[k]++
					}
				}
			}
		}
	}
	count(want, got, true)
	count(got, want, false)
}

func (s *AttributionScore) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-14s %5s %5s", "", "gold", "found")
	for _, c := range attributionCriteria {
		fmt.Fprintf(&b, "  %-16s", c+" P/R/F")
	}
	b.WriteByte('\n')
	for _, name := range attributionRows {
		r := s.rows[name]
		fmt.Fprintf(&b, "%-14s %5d %5d", name, r.gold, r.found)
		for k := range attributionCriteria {
			p, q := 100*ratio(r.precise[k], r.found), 100*ratio(r.recalled[k], r.gold)
			f := 0.0
			if p+q > 0 {
				f = 2 * p * q / (p + q)
			}
			fmt.Fprintf(&b, "  %-16s", fmt.Sprintf("%.1f/%.1f/%.1f", p, q, f))
		}
		b.WriteByte('\n')
	}
	return strings.ReplaceAll(b.String(), " \n", "\n")
}

// scoreAttribution runs the whole reading of text on PolNeAR dev, with every
// kind of attribution kept.
func scoreAttribution(data string) (string, error) {
	reports, err := corpus.ReadPolnear(filepath.Join(data, "attribution", "polnear_dev.jsonl"))
	if err != nil {
		return "", err
	}
	var p nlp.Pipeline
	for _, load := range []func() (*nlp.Annotator, error){
		tokenize.New,
		func() (*nlp.Annotator, error) { return syntax.New(syntax.Options{}) },
		lemma.New,
		names.New,
		quote.Options{All: true}.New,
	} {
		a, err := load()
		if err != nil {
			return "", err
		}
		p = append(p, a)
	}
	if err := p.Validate(); err != nil {
		return "", err
	}
	s, err := NewAttributionScore()
	if err != nil {
		return "", err
	}
	for i := range reports {
		doc := &nlp.Doc{Report: &readout.Report{ID: reports[i].Doc, Text: reports[i].Text}}
		p.Run(doc)
		s.Add(doc, reports[i].Attributions)
	}
	return s.String(), nil
}

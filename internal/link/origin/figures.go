package origin

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/worddiff"
)

// DefectFigure is the kind of the defect of a copy that has another figure
// where its original has one.
const DefectFigure = "copy-changes-figure"

// Figures lists, for each report that is a copy, where it has another figure
// than its original between the same words: the copy is no witness of its own,
// but the difference is worth seeing. reports and origins are parallel.
func Figures(reports []*readout.Report, origins []readout.Origin) []*readout.Defect {
	index := make(map[string]int, len(reports))
	for i, r := range reports {
		index[r.ID] = i
	}
	var out []*readout.Defect
	for i, o := range origins {
		j, ok := index[o.Of]
		if o.Kind != "copy" || !ok {
			continue
		}
		for _, f := range figures(reports[i], reports[j]) {
			copied, first := f[0].In(reports[i].Text), f[1].In(reports[j].Text)
			out = append(out, &readout.Defect{Report: reports[i].ID, Anomaly: readout.Anomaly{
				Kind: DefectFigure,
				Note: fmt.Sprintf("%s where the text it copies has %s", copied, first),
				Evidence: []readout.Evidence{
					{Report: reports[i].ID, Span: f[0], By: by("origin/changed-figure")},
					{Report: reports[j].ID, Span: f[1], By: by("origin/changed-figure")},
				},
			}})
		}
	}
	slices.SortFunc(out, func(a, b *readout.Defect) int {
		return cmp.Or(cmp.Compare(a.Report, b.Report), a.Evidence[0].Span.Compare(b.Evidence[0].Span))
	})
	return out
}

// sameAround is how many equal words must stand on each side of a changed
// figure, or reach the end of the text.
const sameAround = 2

// figures pairs the figures of a copy with the other ones of its original.
func figures(copied, first *readout.Report) [][2]readout.Span {
	a, b := words(copied), words(first)
	changes := worddiff.Compare(a, b)
	var out [][2]readout.Span
	for n, c := range changes {
		if c.A1-c.A0 != 1 || c.B1-c.B0 != 1 || !figure(a[c.A0].Fold) || !figure(b[c.B0].Fold) {
			continue
		}
		left, right := c.A0, len(a)-c.A1
		if n > 0 {
			left = c.A0 - changes[n-1].A1
		}
		if n+1 < len(changes) {
			right = changes[n+1].A0 - c.A1
		}
		if left >= min(sameAround, c.A0) && right >= min(sameAround, len(a)-c.A1) {
			out = append(out, [2]readout.Span{a[c.A0].Span, b[c.B0].Span})
		}
	}
	return out
}

func words(r *readout.Report) []worddiff.Word {
	skip := make([]readout.Span, len(r.Noise))
	for i, n := range r.Noise {
		skip[i] = n.Span
	}
	return worddiff.Words(r.Text, readout.Span{End: len(r.Text)}, skip)
}

func figure(word string) bool { return strings.ContainsFunc(word, unicode.IsDigit) }

package origin

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
)

func TestFigures(t *testing.T) {
	const first = "The ferry to Dorne took 40 cars and 212 people across the lake on 14 March, the harbour office said."
	tests := []struct {
		name, copied string
		want         []string
	}{
		{"the same", first, nil},
		{"one figure", "The ferry to Dorne took 60 cars and 212 people across the lake on 14 March, the harbour office said.", []string{"60 where the text it copies has 40"}},
		{"a word changed is no figure", "The boat to Dorne took 40 cars and 212 people across the lake on 14 March, the harbour office said.", nil},
		{"a figure left out", "The ferry to Dorne took cars and 212 people across the lake on 14 March, the harbour office said.", nil},
		{"other words around it: not the same thing", "The ferry to Dorne took 40 cars and 212 people over Lake Ansa by 9, the harbour office said.", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			reports := []*readout.Report{{ID: "a", Text: first}, {ID: "b", Text: tt.copied}}
			var got []string
			for _, d := range Figures(reports, []readout.Origin{{Kind: "own"}, {Kind: "copy", Of: "a"}}) {
				got = append(got, d.Note)
				if d.Report != "b" || len(d.Evidence) != 2 || d.Evidence[0].Report != "b" || d.Evidence[1].Report != "a" {
					t.Errorf("evidence %v", d.Evidence)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("figures (-want +got):\n%s", diff)
			}
			if n := len(Figures(reports, make([]readout.Origin, 2))); n != 0 {
				t.Errorf("%d figures of a report that copies nothing", n)
			}
		})
	}
}

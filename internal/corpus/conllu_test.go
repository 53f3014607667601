package corpus

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const conllu = `# newdoc id = invented_1
# meta::genre = news
# sent_id = invented_1-1
# text = Maren didn't wait.
1	Maren	Maren	PROPN	NNP	_	4	nsubj	4:nsubj	_
2-3	didn't	_	_	_	_	_	_	_	_
2	did	do	AUX	VBD	_	4	aux	4:aux	_
3	n't	not	PART	RB	_	4	advmod	4:advmod	_
4	wait	wait	VERB	VB	_	0	root	0:root	SpaceAfter=No
4.1	_	_	_	_	_	_	_	_	_
5	.	.	PUNCT	.	_	4	punct	4:punct	_

1	Rain	rain	NOUN	NN	_	0	root	_	_
`

func TestParseTrees(t *testing.T) {
	got, err := ParseTrees(strings.NewReader(conllu))
	if err != nil {
		t.Fatal(err)
	}
	want := []Tree{
		{
			Doc: "invented_1", Genre: "news", Text: "Maren didn't wait.",
			Words: []TreeWord{
				{"Maren", "Maren", "PROPN", "NNP", 3, "nsubj"},
				{"did", "do", "AUX", "VBD", 3, "aux"},
				{"n't", "not", "PART", "RB", 3, "advmod"},
				{"wait", "wait", "VERB", "VB", -1, "root"},
				{".", ".", "PUNCT", ".", 3, "punct"},
			},
			Surface: []SurfaceToken{{"Maren", 0, 1, true}, {"didn't", 1, 3, true}, {"wait", 3, 4, false}, {".", 4, 5, true}},
		},
		{
			Doc: "invented_1", Genre: "news",
			Words:   []TreeWord{{"Rain", "rain", "NOUN", "NN", -1, "root"}},
			Surface: []SurfaceToken{{"Rain", 0, 1, true}},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("trees (-want +got):\n%s", diff)
	}
}

func TestParseTreesRefuses(t *testing.T) {
	word := func(id, head string) string { return id + "\tx\tx\tX\tX\t_\t" + head + "\tdep\t_\t_\n" }
	for name, in := range map[string]string{
		"columns":        "1\tx\n",
		"numbering":      word("2", "0"),
		"no root":        word("1", "2") + word("2", "1"),
		"two roots":      word("1", "0") + word("2", "0"),
		"own head":       word("1", "0") + word("2", "2"),
		"cycle":          word("1", "0") + word("2", "3") + word("3", "2"),
		"head outside":   word("1", "0") + word("2", "9"),
		"head no number": word("1", "_"),
		"long token":     "1-3" + word("", "_") + word("1", "0"),
	} {
		if _, err := ParseTrees(strings.NewReader(in)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func FuzzParseTrees(f *testing.F) {
	f.Add(conllu)
	f.Fuzz(func(t *testing.T, in string) {
		trees, err := ParseTrees(strings.NewReader(in))
		if err != nil {
			return
		}
		for _, tree := range trees {
			if err := checkTree(tree.Words); err != nil {
				t.Fatal(err)
			}
			next := 0
			for _, s := range tree.Surface {
				if s.First != next || s.Last <= s.First {
					t.Fatalf("surface tokens %v leave a gap", tree.Surface)
				}
				next = s.Last
			}
			if next != len(tree.Words) {
				t.Fatalf("surface tokens end at %d of %d", next, len(tree.Words))
			}
		}
	})
}

package corpus

import (
	"strings"
	"testing"
)

const corefSample = `# newdoc id = own
# meta::genre = news
# newpar
# sent_id = 1
1	Ilse	Ilse	PROPN	NNP	_	3	nsubj	_	Entity=(1-person-new-cf1-1-coref
2	Maren	Maren	PROPN	NNP	_	1	flat	_	Entity=1)
3	left	leave	VERB	VBD	_	0	root	_	_
4	Sollund	Sollund	PROPN	NNP	_	3	obj	_	Entity=(2-place-new-cf2-1-sgl)|SpaceAfter=No
5	.	.	PUNCT	.	_	3	punct	_	_

1	She	she	PRON	PRP	_	2	nsubj	_	Entity=(1-person-giv-cf1-1-ana)
2	slept	sleep	VERB	VBD	_	0	root	_	_
`

func TestParseCoref(t *testing.T) {
	docs, err := ParseCoref(strings.NewReader(corefSample))
	if err != nil {
		t.Fatal(err)
	}
	if len(docs) != 1 || len(docs[0].Words) != 7 || docs[0].Genre != "news" {
		t.Fatalf("%+v", docs)
	}
	want := []CorefMention{{0, 2, 0, "1", "person"}, {3, 4, 3, "2", "place"}, {5, 6, 5, "1", "person"}}
	if len(docs[0].Mentions) != len(want) {
		t.Fatalf("mentions %+v", docs[0].Mentions)
	}
	for i, m := range docs[0].Mentions {
		if m != want[i] {
			t.Errorf("mention %d: %+v, want %+v", i, m, want[i])
		}
	}
}

func TestParseCorefErrors(t *testing.T) {
	for name, s := range map[string]string{
		"no document":    "1\tA\ta\tX\tX\t_\t0\troot\t_\t_\n",
		"columns":        "# newdoc id = x\n1\tA\n",
		"closes nothing": "# newdoc id = x\n1\tA\ta\tX\tX\t_\t0\troot\t_\tEntity=1)\n",
		"head":           "# newdoc id = x\n1\tA\ta\tX\tX\t_\tz\troot\t_\t_\n",
	} {
		if _, err := ParseCoref(strings.NewReader(s)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func FuzzParseCoref(f *testing.F) {
	f.Add(corefSample)
	f.Fuzz(func(t *testing.T, s string) {
		docs, err := ParseCoref(strings.NewReader(s))
		if err != nil {
			return
		}
		for _, d := range docs {
			for _, m := range d.Mentions {
				if m.First < 0 || m.Last > len(d.Words) || m.First >= m.Last || m.Head < m.First || m.Head >= m.Last {
					t.Errorf("mention %+v of %d words", m, len(d.Words))
				}
			}
		}
	})
}

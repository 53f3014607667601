package lemma

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/lexicons"
)

func TestLemma(t *testing.T) {
	a, err := New()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ form, xpos, want string }{
		{"said", "VBD", "say"},
		{"Said", "VBD", "say"},
		{"SAID", "VBD", "say"},
		{"talks", "NNS", "talk"},
		{"countries", "NNS", "country"},
		{"men", "NNS", "man"},
		{"was", "VBD", "be"},
		{"'s", "VBZ", "be"},
		{"’s", "POS", "'s"},
		{"n’t", "RB", "not"},
		{"n't", "RB", "not"},
		{"wo", "MD", "will"},
		{"ca", "MD", "can"},
		{"met", "VBD", "meet"},
		{"meeting", "VBG", "meet"},
		{"meeting", "NN", "meeting"},
		{"planning", "VBG", "plan"},
		{"hoping", "VBG", "hope"},
		{"agreed", "VBN", "agree"},
		{"tweeted", "VBD", "tweet"},
		{"urged", "VBD", "urge"},
		{"denied", "VBD", "deny"},
		{"better", "JJR", "good"},
		{"Sollund", "NNP", "Sollund"},
		{"KARVANY", "NNP", "KARVANY"},
		{"Democrats", "NNPS", "Democrat"},
		{"them", "PRP", "they"},
		{"Their", "PRP$", "their"},
		{"2,000", "CD", "2000"},
		{"told", "VBN", "tell"},
		{"telephoned", "VBD", "telephone"},
		{"i", "PRP", "I"},
		{"me", "PRP", "I"},
		{"withheld", "VBN", "withhold"},
		{"overthrew", "VBD", "overthrow"},
		{"brokered", "VBD", "broker"},
		{"mediating", "VBG", "mediate"},
		{"series", "NNS", "series"},
		{"leaves", "VBZ", "leave"},
		{"crises", "NNS", "crisis"},
		{"ceasefires", "NNS", "ceasefire"},
	} {
		doc := &nlp.Doc{
			Report:    &readout.Report{Text: "the " + c.form},
			Tokens:    []nlp.Token{{Span: readout.Span{Start: 0, End: 3}, XPOS: "DT"}, {Span: readout.Span{Start: 4, End: 4 + len(c.form)}, XPOS: c.xpos}},
			Sentences: []nlp.Sentence{{First: 0, Last: 2}},
		}
		a.Run(doc)
		if got := doc.Tokens[1].Lemma; got != c.want {
			t.Errorf("%s/%s: got %q, want %q", c.form, c.xpos, got, c.want)
		}
	}
}

// TestTrain checks that the rules give the training words their lemmas back,
// carry over to new words, and do not depend on the order of the examples.
func TestTrain(t *testing.T) {
	examples := []Example{
		{"walked", "VBD", "walk", false},
		{"talked", "VBD", "talk", false},
		{"jumped", "VBD", "jump", false},
		{"hated", "VBD", "hate", false},
		{"rated", "VBD", "rate", false},
		{"went", "VBD", "go", false},
		{"tried", "VBD", "try", false},
		{"cried", "VBD", "cry", false},
		{"Åsne", "NNP", "Åsne", false},
		{"Ilse", "NNP", "Ilse", true},
		{"The", "DT", "the", true},
	}
	rules := Train(examples)
	for _, x := range append(examples, Example{"mated", "VBD", "mate", false}, Example{"Fried", "VBD", "fry", true}) {
		if got := rules.Lemma(x.Form, x.XPOS, x.First); got != x.Lemma {
			t.Errorf("%s/%s: got %q, want %q", x.Form, x.XPOS, got, x.Lemma)
		}
	}
	var want bytes.Buffer
	if err := rules.Write(&want); err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 5 {
		rng.Shuffle(len(examples), func(i, j int) { examples[i], examples[j] = examples[j], examples[i] })
		var got bytes.Buffer
		if err := Train(examples).Write(&got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want.String(), got.String()); diff != "" {
			t.Fatalf("order of examples matters (-want +got):\n%s", diff)
		}
	}
	back, err := Read(bytes.NewReader(want.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(rules, back, cmp.AllowUnexported(Rules{}, edit{})); diff != "" {
		t.Errorf("round trip (-want +got):\n%s", diff)
	}
}

func TestRegular(t *testing.T) {
	for _, c := range []struct{ base, xpos, want string }{
		{"walk", "VB", "walking walked walked walks"},
		{"hope", "VB", "hoping hoped hoped hopes"},
		{"plan", "VB", "planning planned planned plans"},
		{"deny", "VB", "denying denied denied denies"},
		{"agree", "VB", "agreeing agreed agreed agrees"},
		{"untie", "VB", "untying untied untied unties"},
		{"visit", "VB", "visiting visited visited visits"},
		{"visit", "NN", "visits"},
		{"treaty", "NN", "treaties"},
		{"series", "NN", "series"},
		{"big", "JJ", "bigger biggest"},
		{"important", "JJ", ""},
		{"Orrin", "NN", ""},
	} {
		var got []string
		for _, x := range Regular(c.base, c.xpos) {
			got = append(got, x.Form)
		}
		if g := strings.Join(got, " "); g != c.want {
			t.Errorf("%s/%s: got %q, want %q", c.base, c.xpos, g, c.want)
		}
	}
}

func TestReadIrregular(t *testing.T) {
	got, err := ReadIrregular(lexicons.FS, "en/irregular-verbs.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []Example{{Form: "arose", XPOS: "VBD", Lemma: "arise"}, {Form: "expelled", XPOS: "VBN", Lemma: "expel"}} {
		if !slices.Contains(got, want) {
			t.Errorf("%d forms without %+v", len(got), want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("VBD\ted\t2\t\nVBD/F\t\tL\n# x\n", "Talked")
	f.Add("A\t\t99\té\nA/M\t\tK", "Åé")
	f.Fuzz(func(t *testing.T, file, form string) {
		rules, err := Read(strings.NewReader(file))
		if err != nil {
			return
		}
		for tag := range rules.edits {
			rules.Lemma(form, tag, true)
			rules.Lemma(form, tag, false)
		}
	})
}

func BenchmarkLemma(b *testing.B) {
	a, err := New()
	if err != nil {
		b.Fatal(err)
	}
	text, xpos := "leaders met yesterday ", []string{"NNS", "VBD", "NN"}
	doc := &nlp.Doc{Report: &readout.Report{Text: strings.Repeat(text, 300)}}
	at := 0
	for i, w := range strings.Fields(doc.Report.Text) {
		doc.Tokens = append(doc.Tokens, nlp.Token{Span: readout.Span{Start: at, End: at + len(w)}, XPOS: xpos[i%3]})
		at += len(w) + 1
	}
	doc.Sentences = []nlp.Sentence{{First: 0, Last: len(doc.Tokens)}}
	b.SetBytes(int64(len(doc.Report.Text)))
	for b.Loop() {
		a.Run(doc)
	}
}

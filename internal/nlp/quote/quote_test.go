package quote

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// roughDoc cuts text into words and marks and gives them an analysis derived
// from seed alone: any tree may come out of a parser that reads rubbish.
func roughDoc(text string, seed uint64) *nlp.Doc {
	doc := &nlp.Doc{Report: &readout.Report{ID: "r", Text: text}}
	next := func(n int) int {
		seed = seed*6364136223846793005 + 1442695040888963407
		return int(seed>>33) % n
	}
	rels := strings.Fields("nsubj nsubj:pass obj ccomp xcomp parataxis conj advcl acl acl:relcl obl obl:agent mark case aux punct root nmod nmod:poss")
	tags := strings.Fields("VERB VERB NOUN PROPN PRON AUX ADV PUNCT")
	lemmas := strings.Fields("say tell call describe urge refuse accuse according claim be have as to of not")
	para, first := 0, 0
	flush := func(i int) {
		n := len(doc.Tokens) - first
		if n == 0 {
			return
		}
		for k := first; k < len(doc.Tokens); k++ {
			if h := first + next(n+1); h < len(doc.Tokens) {
				doc.Tokens[k].Head = h
			} else {
				doc.Tokens[k].Head = nlp.None
			}
		}
		doc.Sentences = append(doc.Sentences, nlp.Sentence{
			Span:  readout.Span{Start: doc.Tokens[first].Start, End: doc.Tokens[len(doc.Tokens)-1].End},
			First: first, Last: len(doc.Tokens), Para: para,
		})
		first = len(doc.Tokens)
	}
	add := func(s, e int) {
		w := strings.ToLower(text[s:e])
		t := nlp.Token{Span: readout.Span{Start: s, End: e}, Sent: len(doc.Sentences), Lemma: w, Head: nlp.None, UPOS: tags[next(len(tags))], Deprel: rels[next(len(rels))]}
		if next(3) == 0 {
			t.Lemma = lemmas[next(len(lemmas))]
		}
		doc.Tokens = append(doc.Tokens, t)
	}
	word := -1
	for i, r := range text {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			if word < 0 {
				word = i
			}
			continue
		}
		if word >= 0 {
			add(word, i)
			word = -1
		}
		switch {
		case r == '\n':
			flush(i)
			para++
		case !unicode.IsSpace(r):
			add(i, i+utf8.RuneLen(r))
		}
		if r == '.' && next(2) == 0 {
			flush(i)
		}
	}
	if word >= 0 {
		add(word, len(text))
	}
	flush(len(text))
	return doc
}

// checkLayer fails t when an attribution breaks the promises of the layer.
func checkLayer(t *testing.T, doc *nlp.Doc) {
	t.Helper()
	text := doc.Report.Text
	ok := func(s readout.Span) bool {
		return s.Start >= 0 && s.Start <= s.End && s.End <= len(text) &&
			(s.End == len(text) || utf8.RuneStart(text[s.End])) && (s.Start == len(text) || utf8.RuneStart(text[s.Start]))
	}
	n := len(doc.Attributions)
	for i := range doc.Attributions {
		a := &doc.Attributions[i]
		prev := -1
		for _, c := range a.Content {
			if !ok(c) || c.Empty() || c.Start < prev {
				t.Fatalf("content %v of %+v in %q", c, a, text)
			}
			prev = c.End
		}
		for _, s := range []readout.Span{a.Cue, a.Source, a.AddressSpan, a.Medium} {
			if !ok(s) {
				t.Fatalf("span %v of %+v in %q", s, a, text)
			}
		}
		for _, k := range []int{a.Parent, a.Relay} {
			if k < nlp.None || k >= n || k == i {
				t.Fatalf("index %d of %+v among %d", k, a, n)
			}
		}
		if a.Sent < 0 || a.Sent >= len(doc.Sentences) || a.CueToken >= len(doc.Tokens) || a.SourceHead >= len(doc.Tokens) {
			t.Fatalf("index out of range in %+v", a)
		}
		if a.Confidence < 0 || a.Confidence > 1 || a.By.Rule == "" || a.Kind == "" {
			t.Fatalf("incomplete: %+v", a)
		}
	}
	plain := *doc // a rough tree is none
	plain.Tokens = slices.Clone(doc.Tokens)
	for i := range plain.Tokens {
		plain.Tokens[i].Head = nlp.None
	}
	if err := plain.Check(); err != nil {
		t.Fatalf("%v in %q", err, text)
	}
}

func FuzzAnnotate(f *testing.F) {
	a, err := Options{All: true}.New()
	if err != nil {
		f.Fatal(err)
	}
	for i, s := range []string{
		"", "“We met,” Ered said. “It helped.”\n“And more.", "X: a\nY: b\nZ: c\nW: d\n", `He said "she told me: 'go'" — Maren, Orrin.`,
		"According to according to , per X , “ “ ” ” said said . said", "‘a’ “b ‘c” d’ \"\"\"",
	} {
		f.Add(s, uint64(i))
	}
	f.Fuzz(func(t *testing.T, text string, seed uint64) {
		if len(text) > 4096 {
			return
		}
		doc := roughDoc(strings.ToValidUTF8(text, "?"), seed)
		a.Run(doc)
		checkLayer(t, doc)
		again := roughDoc(doc.Report.Text, seed)
		a.Run(again)
		if len(again.Attributions) != len(doc.Attributions) {
			t.Fatal("two runs differ")
		}
	})
}

func TestNew(t *testing.T) {
	a, err := New()
	if err != nil {
		t.Fatal(err)
	}
	if a.Name == "" || a.Doc == "" || a.Version == "" || len(a.Requires) == 0 || len(a.Provides) != 1 {
		t.Errorf("incomplete: %+v", a)
	}
	doc := &nlp.Doc{Report: &readout.Report{}}
	a.Run(doc) // an empty report has no attributions and is no failure
	if len(doc.Attributions) != 0 {
		t.Errorf("got %v", doc.Attributions)
	}
}

// TestCyclicTree: a tree that leads round in a circle ends all the same.
func TestCyclicTree(t *testing.T) {
	doc := handDoc(t, "Ered said it was over.", `
Ered Ered PROPN NNP 2 nsubj
said say VERB VBD 5 conj
it it PRON PRP 5 nsubj
was be AUX VBD 5 cop
over over ADV RB 2 ccomp
. . PUNCT . 2 punct`)
	v := newView(doc)
	for i := range v.head {
		for k, steps := i, 0; k != nlp.None; k, steps = v.head[k], steps+1 {
			if steps > len(v.head) {
				t.Fatalf("token %d leads round", i)
			}
		}
	}
}

package position

import (
	"strings"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/lexicons"
)

// rubbish builds a Doc of words of the lexicon with trees, tags, mentions and
// attributions drawn from seed: any of them may come out of a parser that reads
// rubbish, cycles included.
func rubbish(lex *lexicon, seed uint64) *nlp.Doc {
	next := func(n int) int {
		seed = seed*6364136223846793005 + 1442695040888963407
		return int(seed>>33) % n
	}
	words := strings.Fields("we I he who that which not to of for on if unless only until including each other will would must should the a no said , ( - ? \" Sollund Karvany truce deal port")
	for _, f := range lex.rows {
		words = append(words, f.lemmas...)
	}
	rels := strings.Fields("nsubj nsubj:pass obj iobj ccomp xcomp parataxis conj advcl acl acl:relcl obl nmod nmod:poss mark case aux aux:pass cop cc det advmod punct root compound amod appos fixed")
	upos := strings.Fields("VERB VERB VERB NOUN NOUN ADJ PROPN PRON AUX ADV PUNCT CCONJ")
	xpos := strings.Fields("VB VBD VBN VBG VBZ VBP MD NN NNS NNP JJ PRP IN TO")
	doc := &nlp.Doc{Report: &readout.Report{ID: "r0"}}
	var text strings.Builder
	for range 3 {
		first, n := len(doc.Tokens), 4+next(20)
		for range n {
			if text.Len() > 0 {
				text.WriteByte(' ')
			}
			w := words[next(len(words))]
			start := text.Len()
			text.WriteString(w)
			head := first + next(n+1)
			if head == first+n {
				head = nlp.None
			}
			doc.Tokens = append(doc.Tokens, nlp.Token{
				Span: readout.Span{Start: start, End: text.Len()}, Sent: len(doc.Sentences), Lemma: strings.ToLower(w), Head: head,
				UPOS: upos[next(len(upos))], XPOS: xpos[next(len(xpos))], Deprel: rels[next(len(rels))],
			})
		}
		doc.Sentences = append(doc.Sentences, nlp.Sentence{Span: readout.Span{Start: doc.Tokens[first].Start, End: text.Len()}, First: first, Last: len(doc.Tokens)})
	}
	doc.Report.Text = text.String()
	for c := range 4 {
		t := next(len(doc.Tokens))
		doc.Mentions = append(doc.Mentions, nlp.Mention{Span: doc.Tokens[t].Span, First: t, Last: t + 1, Head: t, Form: readout.FormName, Type: nlp.OrgName, Chain: c})
		doc.Chains = append(doc.Chains, nlp.Chain{Mentions: []int{c}, Type: readout.Organization, Name: doc.Word(t)})
	}
	for range 3 {
		a := next(len(doc.Tokens) - 1)
		b := a + 1 + next(len(doc.Tokens)-a-1)
		kind := readout.Direct
		if next(2) == 0 {
			kind = readout.Indirect
		}
		doc.Attributions = append(doc.Attributions, nlp.Attribution{
			Content: []readout.Span{doc.TokenSpan(a, b)}, CueToken: next(len(doc.Tokens)), SourceHead: next(len(doc.Tokens)),
			Kind: kind, Parent: nlp.None, Relay: nlp.None, Speaker: next(5) - 1, Uttered: true,
		})
	}
	return doc
}

// A verb without subject has no first person: "To want to know more" once
// stopped the reading of its report.
func TestNobodyIsNoFirstPerson(t *testing.T) {
	if (&reader{}).first(nlp.None) {
		t.Error("no token is a first person")
	}
}

// TestRubbish reads trees that no sentence has: no panic, and spans that hold.
func TestRubbish(t *testing.T) {
	lex, err := load(lexicons.FS, "en/positions")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for seed := range uint64(20000) {
		doc := rubbish(lex, seed)
		run(doc, lex)
		for i := range doc.Positions {
			p := &doc.Positions[i]
			n++
			whole := readout.Span{End: len(doc.Report.Text)}
			if p.Len() <= 0 || !whole.Contains(p.Span) || !p.Contains(p.Terms) || p.Terms.Len() <= 0 || p.Party < 0 || p.Party >= len(doc.Chains) || p.Addressee >= len(doc.Chains) || p.By.Rule == "" || p.Stance == "" {
				t.Fatalf("seed %d: %+v", seed, *p)
			}
		}
	}
	if n == 0 {
		t.Error("no position in 20000 documents: the test reads nothing")
	}
}

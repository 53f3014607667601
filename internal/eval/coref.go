package eval

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/corpus"
	"github.com/readout-news/readout/internal/kb"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/nlp/coref"
)

// scoreCoref runs coref alone, on gold tokens, syntax and names, so that its
// figures are not those of the tagger. Mentions are compared by head word.
func scoreCoref(data string) (string, error) {
	facts, err := kb.Load()
	if err != nil {
		return "", err
	}
	ann, err := coref.New(facts)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, set := range []struct {
		name, file string
		genres     []string
	}{
		{"GUM dev, all genres", "en_gum-ud-dev.conllu", nil},
		{"GUM dev, news interview bio speech essay", "en_gum-ud-dev.conllu", []string{"news", "interview", "bio", "speech", "essay"}},
		{"GUM train, news", "en_gum-ud-train.conllu", []string{"news"}},
	} {
		docs, err := corpus.ReadCoref(filepath.Join(data, "parsing", set.file))
		if err != nil {
			return "", err
		}
		c := corefCounts{by: map[string]*rate{}}
		for i := range docs {
			if set.genres != nil && !slices.Contains(set.genres, docs[i].Genre) {
				continue
			}
			doc := goldCorefDoc(&docs[i])
			ann.Run(doc)
			c.add(&docs[i], doc)
		}
		c.write(&b, set.name)
	}
	return b.String(), nil
}

// goldCorefDoc makes an annotated report of a GUM document: gold tokens and
// syntax; names are the entities whose head is a proper noun, cut to their
// proper nouns; attributions are not annotated there.
func goldCorefDoc(g *corpus.CorefDoc) *nlp.Doc {
	var text strings.Builder
	doc := &nlp.Doc{Report: &readout.Report{ID: g.ID}}
	para := -1
	for i, w := range g.Words {
		start := text.Len()
		text.WriteString(w.Form)
		if w.FirstOfParagraph {
			para++
		}
		if w.FirstOfSentence {
			doc.Sentences = append(doc.Sentences, nlp.Sentence{Span: readout.Span{Start: start}, First: i, Para: para})
		}
		s := len(doc.Sentences) - 1
		doc.Tokens = append(doc.Tokens, nlp.Token{Span: readout.Span{Start: start, End: text.Len()}, Sent: s, Lemma: w.Lemma, UPOS: w.UPOS, XPOS: w.XPOS, Head: w.Head, Deprel: w.Deprel})
		doc.Sentences[s].Last, doc.Sentences[s].End = i+1, text.Len()
		if w.SpaceAfter {
			text.WriteByte(' ')
		}
	}
	doc.Report.Text = text.String()
	for _, m := range g.Mentions {
		if m.First == m.Last || g.Words[m.Head].UPOS != "PROPN" {
			continue
		}
		first, last := m.Head, m.Head+1
		for first > m.First && g.Words[first-1].UPOS == "PROPN" {
			first--
		}
		for last < m.Last && (g.Words[last].UPOS == "PROPN" || last+1 < m.Last && g.Words[last].Form == "-" && g.Words[last+1].UPOS == "PROPN") {
			last++
		}
		t := nlp.Misc
		switch m.Type {
		case "person":
			t = nlp.PersonName
		case "organization":
			t = nlp.OrgName
		case "place":
			t = nlp.PlaceName
		case "event", "time":
			continue
		}
		doc.Mentions = append(doc.Mentions, nlp.Mention{Span: doc.TokenSpan(first, last), First: first, Last: last, Head: m.Head, Form: readout.FormName, Type: t, Chain: nlp.None})
	}
	slices.SortStableFunc(doc.Mentions, func(a, b nlp.Mention) int { return a.Compare(b.Span) })
	doc.Mentions = slices.CompactFunc(doc.Mentions, func(a, b nlp.Mention) bool { return a.Span == b.Span || a.Head == b.Head })
	return doc
}

type rate struct{ right, given, wanted int }

type corefCounts struct {
	names      rate // pairs of names
	all        rate // pairs of all mentions
	by         map[string]*rate
	b3p, b3r   float64
	b3np, b3nr int
}

// add compares the chains of doc with the gold of g.
func (c *corefCounts) add(g *corpus.CorefDoc, doc *nlp.Doc) {
	gold := map[int]string{} // head word → chain; the largest mention wins
	size := map[int]int{}
	for _, m := range g.Mentions {
		if n := m.Last - m.First; n > size[m.Head] {
			gold[m.Head], size[m.Head] = m.Chain, n
		}
	}
	kind := func(m *nlp.Mention) string {
		switch m.Form {
		case readout.FormName:
			return "name"
		case readout.FormNominal:
			return "description"
		}
		switch strings.ToLower(doc.Text(m.Span)) {
		case "he", "him", "his", "himself", "she", "her", "hers", "herself":
			return "he, she"
		case "it", "its", "itself":
			return "it"
		case "they", "them", "their", "theirs", "themselves":
			return "they"
		case "who", "whom", "whose", "which", "that":
			return "relative"
		}
		return "I, we, you"
	}
	for i, t := range doc.Tokens {
		if t.UPOS != "PRON" || gold[i] == "" {
			continue
		}
		m := nlp.Mention{Span: t.Span, Form: readout.FormPronoun}
		k := kind(&m)
		if c.by[k] == nil {
			c.by[k] = &rate{}
		}
		c.by[k].wanted++
	}
	for m := range doc.Mentions {
		x := &doc.Mentions[m]
		if x.Form == readout.FormName || x.Chain == nlp.None {
			continue
		}
		// Right when the chain's other mentions before it are of its gold
		// chain, by majority.
		votes, same := 0, 0
		for _, o := range doc.Chains[x.Chain].Mentions {
			if o == m {
				continue
			}
			if gc := gold[doc.Mentions[o].Head]; gc != "" {
				votes++
				if gc == gold[x.Head] {
					same++
				}
			}
		}
		if votes == 0 || gold[x.Head] == "" {
			continue
		}
		k := kind(x)
		if c.by[k] == nil {
			c.by[k] = &rate{}
		}
		c.by[k].given++
		if same*2 > votes {
			c.by[k].right++
		}
	}
	pairs := func(r *rate, ms []int) {
		for i, a := range ms {
			for _, b := range ms[i+1:] {
				sys := doc.Mentions[a].Chain != nlp.None && doc.Mentions[a].Chain == doc.Mentions[b].Chain
				ref := gold[doc.Mentions[a].Head] == gold[doc.Mentions[b].Head]
				if sys {
					r.given++
				}
				if ref {
					r.wanted++
				}
				if sys && ref {
					r.right++
				}
			}
		}
	}
	var names, all []int
	for m := range doc.Mentions {
		if gold[doc.Mentions[m].Head] == "" {
			continue
		}
		all = append(all, m)
		if doc.Mentions[m].Form == readout.FormName {
			names = append(names, m)
		}
	}
	pairs(&c.names, names)
	pairs(&c.all, all)
	c.b3(gold, doc)
}

// b3 is B³ (Bagga and Baldwin 1998) over the mentions of chains with two or
// more, on either side; a mention that one side lacks is alone there.
func (c *corefCounts) b3(gold map[int]string, doc *nlp.Doc) {
	ref := map[string][]int{}
	for h, k := range gold {
		ref[k] = append(ref[k], h)
	}
	sys := map[int]int{}
	count := map[int]int{}
	for m := range doc.Mentions {
		if k := doc.Mentions[m].Chain; k != nlp.None {
			sys[doc.Mentions[m].Head] = k
			count[k]++
		}
	}
	heads := make([]int, 0, len(sys))
	for h := range sys {
		heads = append(heads, h)
	}
	slices.Sort(heads)
	for _, h := range heads {
		n, same := 0, 0
		for _, o := range heads {
			if sys[o] == sys[h] {
				n++
				if o == h || gold[h] != "" && gold[o] == gold[h] {
					same++
				}
			}
		}
		if n > 1 {
			c.b3p += float64(same) / float64(n)
			c.b3np++
		}
	}
	keys := make([]string, 0, len(ref))
	for k := range ref {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		if len(ref[k]) < 2 {
			continue
		}
		for _, h := range ref[k] {
			same := 0
			for _, o := range ref[k] {
				if sh, ok := sys[h]; o == h || ok && sysHas(sys, o, sh) {
					same++
				}
			}
			c.b3r += float64(same) / float64(len(ref[k]))
			c.b3nr++
		}
	}
}

func sysHas(sys map[int]int, o, chain int) bool {
	c, ok := sys[o]
	return ok && c == chain
}

func (c *corefCounts) write(b *strings.Builder, name string) {
	fmt.Fprintf(b, "%s\n", name)
	prf := func(label string, p, r float64, note string) {
		f := 0.0
		if p+r > 0 {
			f = 2 * p * r / (p + r)
		}
		fmt.Fprintf(b, "  %-28s P %5.1f  R %5.1f  F %5.1f  %s\n", label, 100*p, 100*r, 100*f, note)
	}
	prf("names, pairs", ratio(c.names.right, c.names.given), ratio(c.names.right, c.names.wanted), fmt.Sprintf("%d given, %d wanted", c.names.given, c.names.wanted))
	prf("mentions found, pairs", ratio(c.all.right, c.all.given), ratio(c.all.right, c.all.wanted), "")
	prf("all mentions, B3", c.b3p/float64(max(c.b3np, 1)), c.b3r/float64(max(c.b3nr, 1)), "")
	for _, k := range []string{"he, she", "it", "they", "description"} {
		if r := c.by[k]; r != nil {
			fmt.Fprintf(b, "  %-28s %d of %d right (%.1f %%)", k, r.right, r.given, 100*ratio(r.right, r.given))
			if r.wanted > 0 {
				fmt.Fprintf(b, ", of %d annotated", r.wanted)
			}
			b.WriteByte('\n')
		}
	}
}

package eval

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/corpus"
	"github.com/readout-news/readout/internal/link/entity"
	linkevent "github.com/readout-news/readout/internal/link/event"
	"github.com/readout-news/readout/internal/link/story"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/pipeline"
)

// crossCorpora are the sets with events that are marked across reports.
var crossCorpora = []struct {
	name, file string
	read       func(string) ([]corpus.EventText, error)
}{
	{"ECB+ dev", "ecbplus_dev.jsonl", corpus.ReadECB},
	{"NewsWCL50 topics 0-3", "newswcl50_topics0-3.jsonl", corpus.ReadNewsWCL},
	{"MEANTIME Airbus, Apple", "meantime_airbus_apple.jsonl", corpus.ReadMeantime},
}

// scoreAcross links all reports of a set at once, so that the topics have to be
// found. On gold mentions the words that name events are given; on ours they
// are those of the annotator, compared with gold by head word.
func scoreAcross(data string) (string, error) {
	r, err := pipeline.New()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, set := range crossCorpora {
		texts, docs, err := readTopics(r, filepath.Join(data, "cdec", set.file), set.read)
		if err != nil {
			return "", err
		}
		ents := entity.Link(docs, r.KB)
		fmt.Fprintf(&b, "%s, %d reports\n", set.name, len(docs))
		for _, clean := range []bool{true, false} {
			words, gold := goldTriggers(texts, docs, clean)
			if len(words) == 0 {
				continue // only ECB+ has sentences that were checked again
			}
			sys, err := linkevent.Same(docs, ents, words)
			if err != nil {
				return "", err
			}
			label := "gold mentions"
			if clean {
				label = "gold mentions, checked sentences"
			}
			fmt.Fprintf(&b, "  %-33s %s  (%d)\n", label, conll(gold, sys), len(words))
		}
		links, err := linkevent.Link(docs, ents)
		if err != nil {
			return "", err
		}
		gold, sys, found := ourMentions(texts, docs, links)
		fmt.Fprintf(&b, "  %-33s %s\n", "our mentions", conll(gold, sys))
		var g, s partition
		for i := range gold {
			if gold[i] != absent && sys[i] != absent {
				g, s = append(g, gold[i]), append(s, sys[i])
			}
		}
		fmt.Fprintf(&b, "  %-33s %s  (%d of %d gold, %d ours)\n", "mentions that both have", conll(g, s), found, gold.size(), sys.size())
		all, across := mentionPairs(texts, docs, links)
		fmt.Fprintf(&b, "  %-33s P %5.1f  R %5.1f  across reports P %5.1f  R %5.1f\n", "pairs of mentions that both have", 100*all.precision(), 100*all.recall(), 100*across.precision(), 100*across.recall())
	}
	return b.String(), nil
}

// readTopics annotates the texts of a corpus, sorted by name.
func readTopics(r *pipeline.Reader, path string, read func(string) ([]corpus.EventText, error)) ([]corpus.EventText, []*nlp.Doc, error) {
	texts, err := read(path)
	if err != nil {
		return nil, nil, err
	}
	slices.SortFunc(texts, func(a, b corpus.EventText) int { return cmp.Compare(a.Doc, b.Doc) })
	docs := make([]*nlp.Doc, len(texts))
	for i, x := range texts {
		docs[i] = readText(r, x.Doc, x.Text)
	}
	return texts, docs, nil
}

// numbers gives names numbers in the order in which they come.
type numbers map[string]int

func (n numbers) of(name string) int {
	if _, ok := n[name]; !ok {
		n[name] = len(n)
	}
	return n[name]
}

// goldTriggers are the heads of the gold mentions and their chains.
func goldTriggers(texts []corpus.EventText, docs []*nlp.Doc, clean bool) (words []linkevent.Word, gold partition) {
	chain := numbers{}
	for d, x := range texts {
		for _, g := range x.Triggers {
			if clean && !g.Clean {
				continue
			}
			words = append(words, linkevent.Word{Doc: d, Token: headOf(docs[d], g.Span)})
			gold = append(gold, chain.of(g.Chain))
		}
	}
	return words, gold
}

// headOf is the token of s that governs the others, the first of several; the
// first token that overlaps s when none does.
func headOf(doc *nlp.Doc, s readout.Span) int {
	first, last := doc.TokensIn(s)
	for t := first; t < last; t++ {
		if h := doc.Tokens[t].Head; h < first || h >= last {
			return t
		}
	}
	return first
}

// ourMentions lines our event mentions up with gold: one is the other when it
// holds its head word. A mention of ours that was put to no event is alone.
func ourMentions(texts []corpus.EventText, docs []*nlp.Doc, links *linkevent.Links) (gold, sys partition, found int) {
	chain := numbers{}
	alone := len(links.Events)
	for d, x := range texts {
		taken := map[int]bool{}
		for _, g := range x.Triggers {
			head := docs[d].Tokens[headOf(docs[d], g.Span)].Span
			i := slices.IndexFunc(docs[d].Events, func(e nlp.EventMention) bool { return e.Trigger.Overlaps(head) })
			gold = append(gold, chain.of(g.Chain))
			if i < 0 || taken[i] {
				sys = append(sys, absent)
				continue
			}
			taken[i] = true
			found++
			sys = append(sys, links.OfMention[d][i])
			if links.OfMention[d][i] < 0 {
				sys[len(sys)-1] = alone
				alone++
			}
		}
		for i, e := range links.OfMention[d] {
			if !taken[i] && e >= 0 {
				gold, sys = append(gold, absent), append(sys, e)
			}
		}
	}
	return gold, sys, found
}

// mentionPairs counts pairs of gold mentions of one topic that ours overlap.
func mentionPairs(texts []corpus.EventText, docs []*nlp.Doc, links *linkevent.Links) (all, across rate) {
	type aligned struct {
		doc, event int
		chain      string
	}
	var ms []aligned
	for d, x := range texts {
		for _, g := range x.Triggers {
			if i := slices.IndexFunc(docs[d].Events, func(e nlp.EventMention) bool { return e.Trigger.Overlaps(g.Span) }); i >= 0 {
				ms = append(ms, aligned{d, links.OfMention[d][i], g.Chain})
			}
		}
	}
	for i, x := range ms {
		for _, y := range ms[i+1:] {
			same, given := x.chain == y.chain, x.event >= 0 && x.event == y.event
			for _, c := range []*rate{&all, &across} {
				if c == &across && x.doc == y.doc {
					continue
				}
				if same {
					c.wanted++
				}
				if given {
					c.given++
				}
				if same && given {
					c.right++
				}
			}
		}
	}
	return all, across
}

// scoreStories groups reports into stories. AllSides has three outlets on each
// story; half of the reports come with their text, the others with title and
// lead, and with or without a day. ECB+ has two stories of a kind a topic.
func scoreStories(data string) (string, error) {
	r, err := pipeline.New()
	if err != nil {
		return "", err
	}
	words, err := story.Shipped()
	if err != nil {
		return "", err
	}
	tokens := r.Annotators[:1] // story reads no further layer
	var b strings.Builder
	score := func(name string, docs []*nlp.Doc, gold partition) {
		l := story.Link(docs, words, story.Default)
		p, rr, f := bcubed(gold, l.OfReport).f1()
		fmt.Fprintf(&b, "%-36s B3 P %.3f  R %.3f  F %.3f   %d reports, %d stories, %d given\n", name, p, rr, f, len(docs), len(gold.clusters()), len(l.Stories))
	}
	texts, err := corpus.ReadStories(filepath.Join(data, "stories", "allsides_val.jsonl"))
	if err != nil {
		return "", err
	}
	var docs []*nlp.Doc
	var gold partition
	stories := numbers{}
	for _, x := range texts {
		doc := &nlp.Doc{Report: &readout.Report{ID: x.Doc, Title: x.Title, Text: x.Lead + "\n\n" + x.Text}}
		doc.Report.Published.Value = x.Date
		tokens.Run(doc)
		docs, gold = append(docs, doc), append(gold, stories.of(x.Story))
	}
	score("AllSides val", docs, gold)
	ecb, err := corpus.ReadECB(filepath.Join(data, "cdec", "ecbplus_dev.jsonl"))
	if err != nil {
		return "", err
	}
	slices.SortFunc(ecb, func(a, b corpus.EventText) int { return cmp.Compare(a.Doc, b.Doc) })
	docs, gold = nil, nil
	for _, x := range ecb {
		doc := &nlp.Doc{Report: &readout.Report{ID: x.Doc, Text: x.Text}}
		tokens.Run(doc)
		plus := ""
		if strings.HasSuffix(x.Doc, "plus") {
			plus = "plus"
		}
		docs, gold = append(docs, doc), append(gold, stories.of(x.Topic+plus))
	}
	score("ECB+ dev, topics with their halves", docs, gold)
	return b.String(), nil
}

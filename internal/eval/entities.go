package eval

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/corpus"
	"github.com/readout-news/readout/internal/kb"
	"github.com/readout-news/readout/internal/link/entity"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/pipeline"
)

// scoreEntities reads reports with the whole pipeline and scores which names
// are joined across the reports of a topic, the Wikidata ids, and speakers.
func scoreEntities(data string) (string, error) {
	r, err := pipeline.New()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, set := range []struct {
		name, path string
		read       func(string) ([]corpus.EntityText, error)
	}{
		{"ECB+ dev, names across reports", "cdec/ecbplus_dev.jsonl", corpus.ReadECBEntities},
		{"NewsWCL50, actors across reports", "cdec/newswcl50_topics0-3.jsonl", corpus.ReadNewsWCLEntities},
	} {
		docs, err := set.read(filepath.Join(data, set.path))
		if err != nil {
			return "", err
		}
		found, gold, c := linkedPairs(r, docs)
		fmt.Fprintf(&b, "%-36s P %5.1f  R %5.1f  F %5.1f  names found %d of %d mentions\n", set.name,
			100*c.precision(), 100*c.recall(), 100*c.f1(), found, gold)
	}
	for _, set := range []struct{ name, path string }{
		{"AIDA-CoNLL dev, Wikidata ids", "linking/aida-conll-dev.jsonl"},
		{"News-Fair, Wikidata ids", "linking/news-fair.jsonl"},
	} {
		docs, err := corpus.ReadLinking(filepath.Join(data, set.path))
		if err != nil {
			return "", err
		}
		c := wikidataIDs(r, docs)
		fmt.Fprintf(&b, "%-36s P %5.1f  R %5.1f  %d given, %d wanted\n", set.name, 100*c.precision(), 100*c.recall(), c.given, c.wanted)
	}
	docs, err := corpus.ReadBASIL(filepath.Join(data, "stories", "basil.jsonl"))
	if err != nil {
		return "", err
	}
	c := namedSpeakers(r, docs)
	fmt.Fprintf(&b, "%-36s right %d of %d quotations found (%.1f %%), of %d\n", "BASIL, named speakers", c.right, c.given, 100*c.precision(), c.wanted)
	return b.String(), nil
}

func (r rate) precision() float64 { return ratio(r.right, r.given) }
func (r rate) recall() float64    { return ratio(r.right, r.wanted) }
func (r rate) f1() float64 {
	p, q := r.precision(), r.recall()
	if p+q == 0 {
		return 0
	}
	return 2 * p * q / (p + q)
}

func annotateText(r *pipeline.Reader, d *corpus.EntityText) *nlp.Doc {
	report := &readout.Report{ID: d.Doc, Text: d.Text, Outlet: d.Outlet}
	report.Published.Value = d.Published
	return r.Annotate(report)
}

// nameAt is the name that shares most with the span, None when no name lies in
// it.
func nameAt(doc *nlp.Doc, s readout.Span) int {
	best, most := nlp.None, 0
	for m := range doc.Mentions {
		x := &doc.Mentions[m]
		if x.Form != readout.FormName || !x.Overlaps(s) || x.Type == nlp.Nationality && x.Span != s {
			continue
		}
		// The head of the gold mention stands at its end in names.
		if n := min(x.End, s.End) - max(x.Start, s.Start); n > most && x.End >= s.End-1 {
			best, most = m, n
		}
	}
	return best
}

// linkedPairs counts the pairs of names of one topic that are joined, against
// the gold chains.
func linkedPairs(r *pipeline.Reader, texts []corpus.EntityText) (found, gold int, c rate) {
	byTopic := map[string][]*corpus.EntityText{}
	var topics []string
	for i := range texts {
		t := texts[i].Topic
		if byTopic[t] == nil {
			topics = append(topics, t)
		}
		byTopic[t] = append(byTopic[t], &texts[i])
	}
	for _, t := range topics {
		var docs []*nlp.Doc
		for _, d := range byTopic[t] {
			docs = append(docs, annotateText(r, d))
		}
		links := entity.Link(docs, r.KB)
		type aligned struct {
			chain       string
			doc, entity int
		}
		var all []aligned
		for i, d := range byTopic[t] {
			for _, m := range d.Mentions {
				gold++
				n := nameAt(docs[i], m.Span)
				if n == nlp.None || docs[i].Mentions[n].Chain == nlp.None {
					continue
				}
				all = append(all, aligned{m.Chain, i, links.OfChain[i][docs[i].Mentions[n].Chain]})
			}
		}
		found += len(all)
		// A chain that one report has alone may be the same as another's:
		// only chains that the annotators did join are compared.
		reports := map[string]map[int]bool{}
		for _, a := range all {
			if reports[a.chain] == nil {
				reports[a.chain] = map[int]bool{}
			}
			reports[a.chain][a.doc] = true
		}
		all = slices.DeleteFunc(all, func(a aligned) bool { return len(reports[a.chain]) < 2 })
		for i, a := range all {
			for _, o := range all[i+1:] {
				sys, ref := a.entity == o.entity, a.chain == o.chain
				if sys {
					c.given++
				}
				if ref {
					c.wanted++
				}
				if sys && ref {
					c.right++
				}
			}
		}
	}
	return found, gold, c
}

// wikidataIDs counts the ids of names that the corpus gives an id too.
func wikidataIDs(r *pipeline.Reader, texts []corpus.EntityText) (c rate) {
	for i := range texts {
		doc := annotateText(r, &texts[i])
		links := entity.Link([]*nlp.Doc{doc}, r.KB)
		for _, m := range texts[i].Mentions {
			c.wanted++
			n := nameAt(doc, m.Span)
			if n == nlp.None || doc.Mentions[n].Chain == nlp.None {
				continue
			}
			id := links.Entities[links.OfChain[0][doc.Mentions[n].Chain]].Wikidata
			if id == "" {
				continue
			}
			c.given++
			if id == m.Wikidata {
				c.right++
			}
		}
	}
	return c
}

// namedSpeakers counts quotations whose speaker's surname is the gold one's.
// given are those that a statement covers.
func namedSpeakers(r *pipeline.Reader, texts []corpus.EntityText) (c rate) {
	for i := range texts {
		d := &texts[i]
		if len(d.Quotes) == 0 {
			continue
		}
		doc := annotateText(r, d)
		for _, q := range d.Quotes {
			at := strings.Index(d.Text, q.Text)
			if at < 0 || strings.Count(d.Text, q.Text) > 1 {
				continue
			}
			if len(kb.Words(q.Speaker)) == 0 {
				continue
			}
			c.wanted++
			a := statementOver(doc, readout.Span{Start: at, End: at + len(q.Text)})
			if a == nil {
				continue
			}
			c.given++
			if a.Speaker == nlp.None {
				continue
			}
			want := kb.Words(q.Speaker)
			// Some labels lost a last letter with its diacritic.
			if slices.ContainsFunc(kb.Words(doc.Chains[a.Speaker].Name), func(w string) bool { return strings.HasPrefix(w, want[len(want)-1]) }) {
				c.right++
			}
		}
	}
	return c
}

// statementOver is the innermost attribution whose content overlaps the span.
func statementOver(doc *nlp.Doc, s readout.Span) *nlp.Attribution {
	var best *nlp.Attribution
	for a := range doc.Attributions {
		at := &doc.Attributions[a]
		for _, p := range at.Content {
			if p.Overlaps(s) && (best == nil || at.Span().Len() < best.Span().Len()) {
				best = at
			}
		}
	}
	return best
}

// Package defect finds what is wrong with a report and shows only when reports
// are linked.
//
// In go the annotated reports, their entities and the record so far; out come
// defects, each with the places that show it:
//
//   - contradiction: the outlet, in its own voice, gives two values for one
//     attribute of an event that cannot both be true;
//   - headline-contradicts-text: the headline gives a value that every value of
//     the text excludes;
//   - stale-title: a person is called "former" by an office that the lists of
//     package kb have him hold on the day of publication, or two other reports
//     of that day and no third give him;
//   - quotation-differs: the words inside quotation marks are not those that
//     another report has for the same utterance;
//   - headline-unsupported: the headline has somebody confirm or admit what in
//     the text he nowhere does;
//   - reading-limit: the text was not read to its end, or a sentence of it in
//     pieces, because it passes a limit (package limits);
//   - repeated-sentence: a long sentence stands twice, as in text put together
//     from several copies.
//
// It does not say which of two reports is right, nor what the reader should
// believe. What one report shows alone (broken characters, doubled marks) is
// found by package extract.
package defect

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/kb"
	"github.com/readout-news/readout/internal/link/claim"
	"github.com/readout-news/readout/internal/link/entity"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/nlp/tokenize"
	"github.com/readout-news/readout/lexicons"
)

// Version rises when output can change.
const Version = "1"

// The kinds of defect.
const (
	Contradiction    = "contradiction"
	HeadlineAgainst  = "headline-contradicts-text"
	StaleTitle       = "stale-title"
	QuotationDiffers = "quotation-differs"
	HeadlineAlone    = "headline-unsupported"
	ReadingLimit     = "reading-limit"
	RepeatedSentence = "repeated-sentence"
)

// Find lists the defects of docs, sorted by report, kind and evidence. rec
// holds what is linked so far: reports and utterances with their statements;
// within are the claims of one report that exclude each other. The error is
// that of a damaged lexicon.
func Find(docs []*nlp.Doc, ents *entity.Links, k *kb.KB, rec *readout.Record, within []claim.Conflict) ([]*readout.Defect, error) {
	verbs, err := headlineVerbs()
	if err != nil {
		return nil, err
	}
	f := &finder{docs: docs, ents: ents, kb: k, verbs: verbs, byID: map[string]int{}}
	for d, doc := range docs {
		f.byID[doc.Report.ID] = d
	}
	f.contradictions(within)
	f.titles()
	f.quotations(rec)
	for d := range docs {
		f.headline(d)
		f.repeats(d)
		if why, at := tokenize.Limit(docs[d]); why != "" {
			f.add(docs[d].Report.ID, ReadingLimit, "limit", why, readout.Evidence{Report: docs[d].Report.ID, Span: at})
		}
	}
	Sort(f.found)
	return f.found, nil
}

// Sort orders defects by report, kind and evidence.
func Sort(ds []*readout.Defect) {
	slices.SortFunc(ds, func(a, b *readout.Defect) int {
		return cmp.Or(cmp.Compare(a.Report, b.Report), cmp.Compare(a.Kind, b.Kind),
			slices.CompareFunc(a.Evidence, b.Evidence, func(x, y readout.Evidence) int {
				return cmp.Or(cmp.Compare(x.Report, y.Report), x.Span.Compare(y.Span))
			}), cmp.Compare(a.Note, b.Note))
	})
}

type finder struct {
	docs  []*nlp.Doc
	ents  *entity.Links
	kb    *kb.KB
	verbs map[string][]string // of headline.tsv
	byID  map[string]int      // Report.ID → index into docs
	keys  map[int]string      // entity → its key in kb
	found []*readout.Defect
}

func by(rule string) readout.By {
	return readout.By{Annotator: "defect", Version: Version, Rule: "defect/" + rule}
}

func (f *finder) add(report, kind, rule, note string, at ...readout.Evidence) {
	for i := range at {
		at[i].By = by(rule)
	}
	f.found = append(f.found, &readout.Defect{Report: report, Anomaly: readout.Anomaly{Kind: kind, Note: note, Evidence: at}})
}

// contradictions makes defects of claims of one report that exclude each other.
func (f *finder) contradictions(within []claim.Conflict) {
	type key struct{ report, event, attribute, unit string }
	told := map[key]bool{} // one defect an attribute: the first two places show it
	for _, x := range within {
		k := key{x.A.Evidence.Report, x.A.Event, x.A.Attribute, x.A.Value.Unit}
		d, ok := f.byID[k.report]
		if !ok || told[k] {
			continue
		}
		kind, rule := "", ""
		switch {
		case x.Head && !x.Borne:
			kind, rule = HeadlineAgainst, "headline-against-text"
		case x.Own && !x.Head:
			kind, rule = Contradiction, "own-voice"
		default:
			continue
		}
		told[k] = true
		f.add(f.docs[d].Report.ID, kind, rule, x.A.Attribute+": "+x.Why, x.A.Evidence, x.B.Evidence)
	}
}

// quotations makes a defect of each report that has other words inside
// quotation marks than another has for the same utterance.
func (f *finder) quotations(rec *readout.Record) {
	statements := map[string]*readout.Statement{}
	for _, s := range rec.Statements {
		statements[s.ID] = s
	}
	for _, u := range rec.Utterances {
		if len(u.Variants) == 0 {
			continue
		}
		full := statements[u.Variants[0].Statement]
		for _, v := range u.Variants[1:] {
			s := statements[v.Statement]
			if v.Kind != "changed" || s == nil || full == nil || s.Report == full.Report || len(v.Changes) == 0 {
				continue
			}
			a, okA := f.byID[full.Report]
			b, okB := f.byID[s.Report]
			if !okA || !okB {
				continue
			}
			var here, there []readout.Evidence
			for _, ch := range v.Changes {
				if !f.otherWords(b, ch.Variant, a, ch.Fullest) || len(here) == maxPlaces {
					continue
				}
				here = append(here, readout.Evidence{Report: s.Report, Span: ch.Variant})
				there = append(there, readout.Evidence{Report: full.Report, Span: ch.Fullest})
			}
			if len(here) == 0 {
				continue
			}
			x, y := f.docs[b].Text(here[0].Span), f.docs[a].Text(there[0].Span)
			note := "“%s” where another report of the same words has “%s”"
			f.add(s.Report, QuotationDiffers, "other-words", fmt.Sprintf(note, x, y), append(slices.Clone(here), there...)...)
			f.add(full.Report, QuotationDiffers, "other-words", fmt.Sprintf(note, y, x), append(slices.Clone(there), here...)...)
		}
	}
}

// maxPlaces is how many places a defect shows at most.
const maxPlaces = 3

// maxWords is how many words a change of words may have on a side: longer ones
// are passages that the comparison did not match.
const maxWords = 4

// minContent is the length from which a word of content counts; shorter ones
// are contractions and abbreviations.
const minContent = 4

// otherWords reports whether two places have words of content that are not
// forms or spellings of each other: "tired" and "weary", but not "Gov." and
// "Governor", "is" and "’s", "work force" and "workforce".
func (f *finder) otherWords(a int, x readout.Span, b int, y readout.Span) bool {
	p, n := content(f.docs[a], x)
	q, m := content(f.docs[b], y)
	if len(p) == 0 || len(q) == 0 || n > maxWords || m > maxWords || strings.Join(p, "") == strings.Join(q, "") {
		return false
	}
	for _, v := range p {
		for _, w := range q {
			if v[:2] == w[:2] {
				return false
			}
		}
	}
	// In one place: the words before and after are the same.
	return beside(f.docs[a], x, -1) == beside(f.docs[b], y, -1) && beside(f.docs[a], x, 1) == beside(f.docs[b], y, 1)
}

// beside is the word before (step -1) or after (step 1) span, in lower case.
func beside(doc *nlp.Doc, span readout.Span, step int) string {
	first, last := doc.TokensIn(span)
	k := last
	if step < 0 {
		k = first - 1
	}
	for ; k >= 0 && k < len(doc.Tokens); k += step {
		if doc.Tokens[k].UPOS != "PUNCT" {
			return doc.Lower(k)
		}
	}
	return ""
}

// content lists the words of content in span, in lower case and letters only,
// and how many words it has in all.
func content(doc *nlp.Doc, span readout.Span) (words []string, all int) {
	first, last := doc.TokensIn(span)
	for k := first; k < last; k++ {
		switch doc.Tokens[k].UPOS {
		case "PUNCT", "SYM", "X":
			continue
		case "NOUN", "VERB", "ADJ", "ADV", "PROPN":
			w := strings.Map(func(r rune) rune {
				if r >= 'a' && r <= 'z' {
					return r
				}
				return -1
			}, doc.Lower(k))
			if len(w) >= minContent {
				words = append(words, w)
			}
		}
		all++
	}
	return words, all
}

// Bounds of a sentence that may not stand twice: shorter ones are refrains,
// and beyond a handful the page is a transcript.
const (
	repeatWords = 10
	maxRepeats  = 3
)

// repeats finds long sentences that stand twice in document d, outside its
// furniture.
func (f *finder) repeats(d int) {
	doc := f.docs[d]
	first := map[string]int{}
	var twice []readout.Evidence
	for s := range doc.Sentences {
		x := &doc.Sentences[s]
		if x.Noise != "" || x.Last-x.First < repeatWords {
			continue
		}
		text := strings.Join(strings.Fields(strings.ToLower(doc.Text(x.Span))), " ")
		if at, ok := first[text]; ok {
			twice = append(twice, readout.Evidence{Report: doc.Report.ID, Span: doc.Sentences[at].Span}, readout.Evidence{Report: doc.Report.ID, Span: x.Span})
			continue
		}
		first[text] = s
	}
	if n := len(twice) / 2; n > 0 {
		note := "a sentence stands twice"
		if n > 1 {
			note = fmt.Sprintf("%d sentences stand twice", n)
		}
		f.add(doc.Report.ID, RepeatedSentence, "sentence-twice", note, twice[:2*min(n, maxRepeats)]...)
	}
}

// headline finds a verb of the headline that the text does not bear out.
func (f *finder) headline(d int) {
	doc := f.docs[d]
	for s := range doc.Sentences {
		x := &doc.Sentences[s]
		if x.Noise != "title" {
			continue
		}
		for t := x.First; t < x.Last; t++ {
			tok := &doc.Tokens[t]
			words, ok := f.verbs[tok.Lemma]
			if !ok || tok.UPOS != "VERB" || tok.XPOS != "VBZ" && tok.XPOS != "VBD" && tok.XPOS != "VBP" {
				continue
			}
			subject := doc.Child(t, "nsubj")
			if subject == nlp.None || slices.ContainsFunc(doc.Children(t), func(k int) bool { return doc.Tokens[k].Lemma == "not" }) {
				continue
			}
			who := f.entityAt(d, subject)
			if who < 0 || f.saidIn(d, s, who, words) {
				continue
			}
			f.add(doc.Report.ID, HeadlineAlone, "headline-verb",
				fmt.Sprintf("the headline says “%s” of %s, the text does not", doc.Word(t), f.ents.Entities[who].Name),
				readout.Evidence{Report: doc.Report.ID, Span: x.Span})
			return
		}
	}
}

// saidIn reports whether the text beside sentence title has one of words of
// entity who: with it as subject, agent or speaker, or in one sentence with it
// where the verb names nobody.
func (f *finder) saidIn(d, title, who int, words []string) bool {
	doc := f.docs[d]
	for t := range doc.Tokens {
		tok := &doc.Tokens[t]
		if tok.Sent == title || !slices.Contains(words, tok.Lemma) {
			continue
		}
		named := false
		for _, k := range doc.Children(t) {
			if nlp.HasRel(doc.Tokens[k].Deprel, "nsubj", "obl:agent", "nmod:poss") {
				named = named || doc.Tokens[k].Deprel != "nsubj:pass"
				if e := f.entityAt(d, k); e == who || e < 0 && doc.Tokens[k].Deprel != "nsubj:pass" && doc.Tokens[k].UPOS != "PRON" {
					return true // its spokesman, its office: not told apart here
				}
			}
		}
		if named {
			continue
		}
		s := &doc.Sentences[tok.Sent]
		for m := range doc.Mentions {
			x := &doc.Mentions[m]
			if s.Contains(x.Span) && x.Chain != nlp.None && f.ents.OfChain[d][x.Chain] == who && x.Start < tok.Start && !passive(doc, t) {
				return true
			}
		}
	}
	return false
}

func passive(doc *nlp.Doc, t int) bool {
	return doc.Child(t, "aux:pass") != nlp.None || doc.Child(t, "nsubj:pass") != nlp.None
}

// entityAt is the entity named at token t of document d, -1 none.
func (f *finder) entityAt(d, t int) int {
	m := f.docs[d].MentionAt(t)
	if m == nlp.None || f.docs[d].Mentions[m].Chain == nlp.None {
		return -1
	}
	return f.ents.OfChain[d][f.docs[d].Mentions[m].Chain]
}

const headlineFile = "en/claims/headline.tsv"

var headlineVerbs = sync.OnceValues(func() (map[string][]string, error) {
	out := map[string][]string{}
	err := lexicons.Rows(lexicons.FS, headlineFile, 2, func(c []string) error {
		if c[0] == "" || c[1] == "" || out[c[0]] != nil {
			return fmt.Errorf("want a verb, once, and its words")
		}
		out[c[0]] = strings.Split(c[1], "|")
		return nil
	})
	return out, err
})

// day is the day of publication of document d, "" unknown.
func (f *finder) day(d int) string {
	t, ok := f.docs[d].Report.Published.Day()
	if !ok {
		return ""
	}
	return t.Format(time.DateOnly)
}

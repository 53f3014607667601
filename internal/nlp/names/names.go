// Package names finds the names in a report: persons, organisations, places,
// nationality words, outlets, works and events.
//
// It requires tokens, sentences and syntax (for the head of a name alone) and
// provides names: one nlp.Mention of form name per name, sorted by span. In
// order, it
//
//  1. labels every sentence with a linear-chain CRF (package crf) over words,
//     shapes, affixes, word classes, lists of facts (package kb) and the other
//     places of the same word in the report, after Ratinov and Roth (2009).
//     Part-of-speech tags were tried and left out: they changed F1 by -0.1;
//  2. takes articles, possessive endings and titles off the ends: Span is the
//     core name, Title the office or form of address before it;
//  3. makes the report agree with itself: a name that the model was not sure
//     of takes the type it has elsewhere, a last name that of the full name,
//     and a name that was found once is found wherever it stands;
//  4. weighs the words beside every mention of a name that no list knows, and
//     makes it a place throughout the report when they say so ("Sollund's
//     capital", "flew to Sollund"; lexicons/en/names/evidence.tsv);
//  5. tells outlets, events and works from other organisations and names by
//     lists and head words (lexicons/en/names), and adds programmes and quoted
//     titles.
//
// Headings, captions and credits are read; other furniture of the page is not.
// Headlines in capitals are read by what the rest of the report does with the
// same words. It does not find nominals or pronouns, does not say who a name
// refers to, and does not nest names: of "Bank of Orrin" only the whole is
// one.
package names

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/kb"
	"github.com/readout-news/readout/internal/ml/cluster"
	"github.com/readout-news/readout/internal/ml/crf"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/lexicons"
	"github.com/readout-news/readout/models"
)

// Version is raised whenever names can come out differently.
const Version = "2"

// modelFile is the shipped model within models.FS.
const modelFile = "names/weights.bin"

// finder is the annotator's state: read-only after New.
type finder struct {
	res   Resources
	model *crf.Model
	types []nlp.MentionType // by label: the type it opens or continues
	opens []bool            // by label: B-
	lex   *lexicon
}

// New loads model and lists.
func New() (*nlp.Annotator, error) {
	facts, err := kb.Load()
	if err != nil {
		return nil, fmt.Errorf("load names: %w", err)
	}
	return NewWith(facts)
}

// NewWith is New for a caller that has the lists of facts in memory already.
// They must be those that kb.Load reads, as the shipped model knows no others.
func NewWith(facts *kb.KB) (*nlp.Annotator, error) {
	res, err := loadBeside(facts, lexicons.FS, models.FS)
	if err != nil {
		return nil, err
	}
	data, err := fs.ReadFile(models.FS, modelFile)
	if err != nil {
		return nil, fmt.Errorf("load names: %w", err)
	}
	model, err := crf.Load(data)
	if err != nil {
		return nil, fmt.Errorf("load names: %w", err)
	}
	return With(model, res)
}

// Load reads the embedded resources, which the shipped model was trained with.
func Load() (Resources, error) { return LoadFS(lexicons.FS, models.FS) }

// LoadFS reads the resources from the folders of lexicons and of models; a
// trainer uses what earlier steps wrote.
func LoadFS(lexicons, models fs.FS) (Resources, error) {
	facts, err := kb.LoadFS(lexicons)
	if err != nil {
		return Resources{}, fmt.Errorf("load names: %w", err)
	}
	return loadBeside(facts, lexicons, models)
}

// loadBeside reads what the resources hold beside the lists of facts.
func loadBeside(facts *kb.KB, lexicons, models fs.FS) (Resources, error) {
	data, err := fs.ReadFile(models, cluster.File)
	if err != nil {
		return Resources{}, fmt.Errorf("load names: %w", err)
	}
	classes, err := cluster.Decode(data)
	if err != nil {
		return Resources{}, fmt.Errorf("load names: %w", err)
	}
	words, err := loadLexicon(lexicons)
	if err != nil {
		return Resources{}, fmt.Errorf("load names: %w", err)
	}
	return Resources{Facts: facts, Classes: classes, words: words}, nil
}

// With makes the annotator of a model that was trained with res. Its labels
// must be BIO labels of nlp.MentionTypes.
func With(model *crf.Model, res Resources) (*nlp.Annotator, error) {
	if res.words == nil {
		return nil, errors.New("names: resources without word lists")
	}
	f := &finder{res: res, model: model, lex: res.words}
	for _, l := range model.Labels() {
		kind, typ, _ := strings.Cut(l, "-")
		f.types = append(f.types, nlp.MentionType(typ))
		f.opens = append(f.opens, kind == "B")
	}
	return &nlp.Annotator{
		Name:     "names",
		Doc:      "finds names of persons, organisations, places, nationalities, outlets, works and events",
		Version:  Version,
		Requires: []nlp.Layer{nlp.LayerTokens, nlp.LayerSentences, nlp.LayerSyntax},
		Provides: []nlp.Layer{nlp.LayerNames},
		Run:      f.run,
	}, nil
}

// name is a mention in the making: tokens [first, last).
type name struct {
	first, last int
	typ         nlp.MentionType
	conf        float32
	rule        string
	title       readout.Span
}

// The rules that decide, best known by these names.
const (
	ruleCRF       = "names/crf"
	ruleRepeat    = "names/repeat"
	ruleAgree     = "names/agree"
	ruleLastName  = "names/last-name"
	ruleEvidence  = "names/evidence"
	ruleList      = "names/list"
	ruleOutlet    = "names/outlet-list"
	ruleHead      = "names/head-word"
	ruleProgramme = "names/programme"
	ruleQuoted    = "names/quoted-title"
)

func (f *finder) run(doc *nlp.Doc) {
	found := f.label(doc)
	found = f.trim(doc, found)
	found = f.agree(doc, found)
	f.unlisted(doc, found)
	found = f.listed(doc, found)
	f.refine(doc, found)
	found = f.works(doc, found)
	for i := range found {
		if found[i].typ == nlp.PersonName {
			found[i].title = f.title(doc, found, i)
		}
	}
	for i := range found {
		doc.Mentions = append(doc.Mentions, found[i].mention(doc))
	}
	slices.SortStableFunc(doc.Mentions, func(a, b nlp.Mention) int { return a.Span.Compare(b.Span) })
}

// label runs the model. The confidence of a name is that of its least certain
// token.
func (f *finder) label(doc *nlp.Doc) []name {
	var found []name
	f.res.Features(doc, func(s int, feats [][]uint64) {
		labels, conf := f.model.Decode(feats)
		first := doc.Sentences[s].First
		for i, y := range labels {
			t := first + i
			switch {
			case f.types[y] == "": // outside
			case f.opens[y]:
				found = append(found, name{first: t, last: t + 1, typ: f.types[y], conf: conf[i], rule: ruleCRF})
			default:
				n := &found[len(found)-1]
				n.last, n.conf = t+1, min(n.conf, conf[i])
			}
		}
	})
	return found
}

func (n *name) mention(doc *nlp.Doc) nlp.Mention {
	return nlp.Mention{
		Span: doc.TokenSpan(n.first, n.last), First: n.first, Last: n.last, Head: head(doc, n.first, n.last),
		Form: readout.FormName, Type: n.typ, Title: n.title, Chain: nlp.None, Confidence: n.conf,
		By: readout.By{Annotator: "names", Version: Version, Rule: n.rule},
	}
}

// head is the token whose syntactic head lies outside of [first, last), the
// last of them when there are several; without syntax, the last token.
func head(doc *nlp.Doc, first, last int) int {
	best := last - 1
	for i := last - 1; i >= first; i-- {
		if doc.Tokens[i].Deprel == "" || doc.Tokens[i].UPOS == "PUNCT" {
			continue
		}
		if h := doc.Tokens[i].Head; h < first || h >= last {
			return i
		}
	}
	return best
}

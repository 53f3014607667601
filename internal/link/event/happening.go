package event

import (
	"cmp"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/entity"
	"github.com/readout-news/readout/internal/nlp"
)

// Word is a word that names an event: token Token of document Doc.
type Word struct{ Doc, Token int }

// happening is a word with what its clause says of the event.
type happening struct {
	Word
	lemma    string
	agents   []filler
	patients []filler
	place    int // entity, None
	when     span
	count    string // how many patients, as written: "23 pirates"; "" not told
}

// filler is what fills a role: an entity, or only a word.
type filler struct {
	entity int // None
	person bool
	lemma  string
}

// Same numbers from 0 the events that words name: words in one story that can
// name one event and are not kept apart by parties, place or day.
func Same(docs []*nlp.Doc, ents *entity.Links, words []Word) ([]int, error) {
	l, err := newLinker(docs, ents)
	if err != nil {
		return nil, err
	}
	stories := l.stories
	byStory := map[int][]int{}
	hs := make([]happening, len(words))
	for i, w := range words {
		hs[i] = l.happening(w)
		s := stories.OfReport[w.Doc]
		byStory[s] = append(byStory[s], i)
	}
	out := make([]int, len(words))
	next := 0
	for s := range stories.Stories {
		ms := byStory[s]
		slices.SortStableFunc(ms, func(a, b int) int {
			return cmp.Or(cmp.Compare(words[a].Doc, words[b].Doc), cmp.Compare(words[a].Token, words[b].Token))
		})
		// In the order of reports and text each word joins the cluster that it
		// is most like, the earliest of equals.
		var cs [][]int
		for _, m := range ms {
			best, most := -1, 0.0
			for c := range cs {
				if s := l.fits(hs, cs[c], m); s > most {
					best, most = c, s
				}
			}
			if best < 0 {
				cs = append(cs, []int{m})
				continue
			}
			cs[best] = append(cs[best], m)
		}
		for _, c := range cs {
			for _, m := range c {
				out[m] = next
			}
			next++
		}
	}
	return out, nil
}

// fits is how well m fits a cluster: the mean over its words, 0 when it does
// not.
func (l *linker) fits(hs []happening, c []int, m int) float64 {
	sum := 0.0
	for _, x := range c {
		sum += l.alike(&hs[x], &hs[m])
	}
	if mean := sum / float64(len(c)); mean >= joinWords {
		return mean
	}
	return 0
}

// How much each observation says for or against two words of one story naming
// one event. Set by rounds of one at a time on ECB+ train, where the score
// hardly moves with those of roles, place and day.
const (
	joinWords   = 0.5  // least mean of a word over the words of a cluster
	sameLemma   = 1.0  // one word
	sameStem    = 0.8  // verb and noun of one stem
	sameFamily  = 0.6  // words of one family
	sameRole    = 0.2  // the same agent; the same patient
	otherRole   = -0.5 // another person as agent; as patient
	saysAlone   = -0.7 // a word of saying without the same speaker
	lightAlone  = -0.5 // a word that names no event without the same agent and patient
	otherCount  = -0.5 // another number of patients
	otherPlace  = -0.5
	otherDay    = -0.7
	unlikeWords = -1.0
)

// alike is how sure two words of one story name one event.
func (l *linker) alike(a, b *happening) float64 {
	s := 0.0
	switch {
	case a.lemma == b.lemma:
		s = sameLemma
	case l.fams.light[a.lemma] || l.fams.light[b.lemma]:
		return unlikeWords
	case derived(a.lemma, b.lemma):
		s = sameStem
	case l.fams.kin(a.lemma, b.lemma):
		s = sameFamily
	default:
		return unlikeWords
	}
	agents := l.fillersMeet(a.agents, b.agents)
	patients := l.fillersMeet(a.patients, b.patients)
	for _, met := range []int{agents, patients} {
		switch {
		case met > 0:
			s += sameRole
		case met < 0:
			s += otherRole
		}
	}
	if l.fams.says[a.lemma] && agents <= 0 {
		s += saysAlone
	}
	if l.fams.light[a.lemma] && !(agents > 0 && patients > 0) {
		s += lightAlone
	}
	if a.count != "" && b.count != "" && a.count != b.count {
		s += otherCount
	}
	if l.placesExclude(a.place, b.place) {
		s += otherPlace
	}
	if a.when.excludes(b.when) {
		s += otherDay
	}
	return s
}

// fillersMeet is 1 when some fillers are the same, -1 when both are known
// persons and none is, else 0.
func (l *linker) fillersMeet(a, b []filler) int {
	persons := true
	for _, x := range a {
		for _, y := range b {
			if x.entity != None && y.entity != None {
				if l.entitiesMatch(x.entity, y.entity) > 0 {
					return 1
				}
			}
			if x.lemma == y.lemma {
				return 1
			}
			persons = persons && x.person && y.person
		}
	}
	if len(a) > 0 && len(b) > 0 && persons {
		return -1
	}
	return 0
}

func (l *linker) happening(w Word) happening {
	doc := l.docs[w.Doc]
	t := &doc.Tokens[w.Token]
	h := happening{Word: w, lemma: strings.ToLower(t.Lemma), place: None, when: unknown}
	fill := func(k int) filler {
		f := filler{entity: None, lemma: strings.ToLower(doc.Tokens[k].Lemma)}
		if m := doc.MentionAt(k); m != nlp.None && doc.Mentions[m].Head == k {
			f.entity = l.entityOf(w.Doc, doc.Mentions[m].Chain)
			if f.entity != None {
				f.person = l.ents.Entities[f.entity].Type == readout.Person && l.ents.Entities[f.entity].Name != ""
			}
		}
		return f
	}
	for _, k := range doc.Children(w.Token) {
		d := &doc.Tokens[k]
		prep := ""
		if c := doc.Child(k, "case"); c != nlp.None {
			prep = strings.ToLower(doc.Word(c))
		}
		switch {
		case d.Deprel == "nsubj:pass", d.Deprel == "obj":
			h.patients = append(h.patients, fill(k))
			if n := doc.Child(k, "nummod"); n != nlp.None {
				h.count = doc.Lower(n)
			}
		case nlp.HasRel(d.Deprel, "nsubj"):
			h.agents = append(h.agents, fill(k))
		case d.Deprel == "obl:by", nlp.HasRel(d.Deprel, "obl", "nmod") && prep == "by":
			h.agents = append(h.agents, fill(k))
		case nlp.HasRel(d.Deprel, "nmod") && prep == "of":
			h.patients = append(h.patients, fill(k))
		case nlp.HasRel(d.Deprel, "obl", "nmod") && (prep == "in" || prep == "at" || prep == "near" || prep == "off"):
			if f := fill(k); f.entity != None && l.ents.Entities[f.entity].Type == readout.Place {
				h.place = f.entity
			}
		}
		for i := range doc.Timexes {
			x := &doc.Timexes[i]
			if x.First <= k && k < x.Last && x.Type == "DATE" && !x.Optional {
				h.when = parseValue(x.Value)
			}
		}
	}
	return h
}

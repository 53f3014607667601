package check

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/worddiff"
	"github.com/readout-news/readout/internal/view"
	"github.com/readout-news/readout/lexicons"
)

// words are the lists that checking needs.
type words struct {
	stop     map[string]bool
	number   map[string]float64
	fraction map[string]float64
	times    map[string]float64
	hedge    map[string]string
	turn     map[string]string // words on which the meaning of others depends: not, only, if; but ends what they reach
	office   map[string]bool   // titles of public offices, which one person holds at a time
}

// offices are the kinds of titles that are compared: who is called president
// is seldom governor too, but may well be a friend, a doctor and a lawyer.
var offices = map[string]bool{"head-of-state": true, "head-of-government": true, "head": true, "minister": true, "spokesperson": true, "envoy": true, "legislator": true, "judge": true}

func loadWords() (*words, error) {
	w := &words{stop: map[string]bool{}, number: map[string]float64{}, fraction: map[string]float64{}, times: map[string]float64{}, hedge: map[string]string{}, turn: map[string]string{}, office: map[string]bool{}}
	err := lexicons.Rows(lexicons.FS, "en/language/stopwords.tsv", 1, func(c []string) error {
		w.stop[c[0]] = true
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = lexicons.Rows(lexicons.FS, "en/titles.tsv", 0, func(c []string) error {
		if len(c) > 1 && offices[c[1]] {
			w.office[sexless(c[0])] = true
			for _, form := range strings.Split(c[len(c)-1], "|") {
				if len(c) > 4 {
					w.office[sexless(form)] = true
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return w, lexicons.Rows(lexicons.FS, "en/check/words.tsv", 3, func(c []string) error {
		switch c[0] {
		case "hedge":
			w.hedge[c[1]] = c[2]
		case "turn":
			w.turn[c[1]] = c[2]
		case "times", "number", "fraction":
			f, err := strconv.ParseFloat(c[2], 64)
			map[string]map[string]float64{"times": w.times, "number": w.number, "fraction": w.fraction}[c[0]][c[1]] = f
			return err
		}
		return nil
	})
}

// sentence is one sentence of a report of the record.
type sentence struct {
	report int32 // into View.Record.Reports
	n      int32 // number in its report, from 1
	span   readout.Span
}

// Index answers where the record speaks of the words of a draft. It is built
// once for a view, read-only and safe for concurrent use.
type Index struct {
	v         *view.View
	numbers   map[string]int32 // report id → its index in View.Record.Reports
	words     *words
	sentences []sentence         // by report, then place
	first     []int32            // first sentence of each report; one more at the end
	postings  map[string][]int32 // stem → sentences that have it, sorted
	said      map[string][]*readout.Statement
	timexes   map[string][]*readout.Timex // by report, by place
	claims    map[string][]*readout.Claim // by event
	told      map[string][]*readout.Claim // by report
	conflict  map[[2]string]bool          // event and attribute on which claims cannot all be true
	names     names
	titled    map[string][]*readout.Event // by type
}

// NewIndex indexes what v holds.
func NewIndex(v *view.View) (*Index, error) {
	w, err := loadWords()
	if err != nil {
		return nil, err
	}
	x := &Index{v: v, words: w, numbers: map[string]int32{}, postings: map[string][]int32{}, said: map[string][]*readout.Statement{}, timexes: map[string][]*readout.Timex{}, claims: map[string][]*readout.Claim{}, told: map[string][]*readout.Claim{}, conflict: map[[2]string]bool{}, titled: map[string][]*readout.Event{}}
	for i, r := range v.Record.Reports {
		x.numbers[r.ID] = int32(i)
		x.first = append(x.first, int32(len(x.sentences)))
		for k, s := range x.cut(r) {
			id := int32(len(x.sentences))
			x.sentences = append(x.sentences, sentence{int32(i), int32(k + 1), s})
			for _, w := range worddiff.Words(r.Text, s, nil) {
				st, ok := x.stem(w.Fold)
				if !ok {
					continue
				}
				if p := x.postings[st]; len(p) == 0 || p[len(p)-1] != id {
					x.postings[st] = append(p, id)
				}
			}
		}
	}
	x.first = append(x.first, int32(len(x.sentences)))
	for _, s := range v.Record.Statements {
		x.said[s.Report] = append(x.said[s.Report], s)
	}
	for _, t := range v.Record.Timexes {
		x.timexes[t.Report] = append(x.timexes[t.Report], t)
	}
	for _, t := range x.timexes {
		slices.SortStableFunc(t, func(a, b *readout.Timex) int { return a.Span.Compare(b.Span) })
	}
	for _, c := range v.Record.Claims {
		x.claims[c.Event] = append(x.claims[c.Event], c)
		x.told[c.Evidence.Report] = append(x.told[c.Evidence.Report], c)
	}
	for _, g := range v.Record.Disagreements {
		x.conflict[[2]string{g.Event, g.Attribute}] = g.Verdict == readout.Conflict
	}
	for _, e := range v.Record.Events {
		x.titled[e.Type] = append(x.titled[e.Type], e)
	}
	x.names = newNames(v)
	return x, nil
}

// cut is the sentences of a report: those that reading found, else paragraphs
// cut at full stops.
func (x *Index) cut(r *readout.Report) []readout.Span {
	if x.v.Sentences != nil {
		if s := x.v.Sentences(r.ID); len(s) > 0 {
			return s
		}
	}
	return cut(r.Text)
}

// cut parts text at line ends and at full stops before a capital or an opening
// mark. It serves where the layers of a report are not at hand.
func cut(text string) []readout.Span {
	var out []readout.Span
	start := 0
	add := func(end int) {
		s := trim(text, readout.Span{Start: start, End: end})
		if !s.Empty() {
			out = append(out, s)
		}
		start = end
	}
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\n':
			add(i)
		case '.', '?', '!':
			j := i + 1
			for j < len(text) {
				r, n := utf8.DecodeRuneInString(text[j:])
				if !strings.ContainsRune("\"'”’)", r) {
					break
				}
				j += n
			}
			if j >= len(text) || text[j] != ' ' {
				continue
			}
			next, _ := utf8.DecodeRuneInString(text[j+1:])
			word := text[strings.LastIndexAny(text[:i], " \n")+1 : i]
			if (unicode.IsUpper(next) || strings.ContainsRune("“‘\"", next)) && (len(word) > 3 || text[i] != '.' || strings.IndexFunc(word, unicode.IsUpper) != 0) {
				add(j)
			}
		}
	}
	add(len(text))
	return out
}

func trim(text string, s readout.Span) readout.Span {
	for !s.Empty() {
		r, n := utf8.DecodeRuneInString(text[s.Start:s.End])
		if !unicode.IsSpace(r) {
			break
		}
		s.Start += n
	}
	for !s.Empty() {
		r, n := utf8.DecodeLastRuneInString(text[s.Start:s.End])
		if !unicode.IsSpace(r) {
			break
		}
		s.End -= n
	}
	return s
}

// stem is the form under which a word is looked up; ok is false for function
// words and numbers, which say nothing of the matter.
func (x *Index) stem(w string) (string, bool) {
	if x.words.stop[w] {
		return "", false
	}
	if _, ok := x.words.number[w]; ok {
		return "", false
	}
	if _, ok := x.words.times[w]; ok {
		return "", false
	}
	if '0' <= w[0] && w[0] <= '9' {
		return "", false
	}
	return stem(w), true
}

// stem strips what English adds to a word: enough to bring "detained" and
// "detains" together, and cheap.
func stem(w string) string {
	w = strings.TrimSuffix(strings.TrimSuffix(w, "’s"), "'s")
	w = strings.TrimSuffix(strings.TrimSuffix(w, "’"), "'")
	switch {
	case strings.HasSuffix(w, "ies") && len(w) > 4:
		w = w[:len(w)-3] + "y"
	case strings.HasSuffix(w, "men") && len(w) > 4:
		w = w[:len(w)-2] + "an"
	case strings.HasSuffix(w, "ing") && len(w) > 5:
		w = w[:len(w)-3]
	case strings.HasSuffix(w, "ed") && len(w) > 4:
		w = w[:len(w)-2]
	case strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") && len(w) > 3:
		w = w[:len(w)-1]
	}
	return strings.TrimSuffix(w, "e")
}

// weight is how much a stem says of the matter: its inverse document
// frequency. A stem that the record does not have weighs most.
func (x *Index) weight(st string) float64 {
	return math.Log(1 + float64(len(x.sentences))/float64(1+len(x.postings[st])))
}

// hit is a sentence of the record with how much of some words it has.
type hit struct {
	sentence int32
	share    float64 // of the weight of the words, 0..1
}

// maxPostings bounds how many sentences one stem brings in: one that more have
// than this is no clue where to look.
const maxPostings = 20000

// like lists the sentences with at least share of the weight of stems, best
// first, then in order; at most limit.
func (x *Index) like(stems []string, share float64, limit int) []hit {
	slices.Sort(stems)
	stems = slices.Compact(stems)
	total := 0.0
	for _, s := range stems {
		total += x.weight(s)
	}
	if total == 0 {
		return nil
	}
	score := map[int32]float64{}
	for _, s := range stems {
		if p := x.postings[s]; len(p) <= maxPostings {
			w := x.weight(s) / total
			for _, id := range p {
				score[id] += w
			}
		}
	}
	var out []hit
	for id, s := range score {
		if s >= share {
			out = append(out, hit{id, s})
		}
	}
	slices.SortFunc(out, func(a, b hit) int {
		switch {
		case a.share > b.share+1e-9:
			return -1
		case b.share > a.share+1e-9:
			return 1
		}
		return int(a.sentence) - int(b.sentence)
	})
	return out[:min(len(out), limit)]
}

// at is the sentence of the report numbered r that holds the byte, or -1.
func (x *Index) at(r int32, pos int) int32 {
	lo, hi := x.first[r], x.first[r+1]
	for i := lo; i < hi; i++ {
		if s := x.sentences[i].span; s.Start <= pos && pos < s.End {
			return i
		}
	}
	return -1
}

// Checker keeps the indexes of the views it was last asked for. It is safe for
// concurrent use; the zero value is ready.
type Checker struct {
	mu   sync.Mutex
	kept []*kept
}

type kept struct {
	view *view.View
	make func() (*Index, error)
}

// maxKept is how many indexes are kept: of the present record and of one asked
// for as of a day.
const maxKept = 2

// For is the index of v, made when it is first asked for.
func (c *Checker) For(v *view.View) (*Index, error) {
	c.mu.Lock()
	i := slices.IndexFunc(c.kept, func(k *kept) bool { return k.view == v })
	var k *kept
	if i >= 0 {
		k = c.kept[i]
		c.kept = slices.Delete(c.kept, i, i+1)
	} else {
		k = &kept{v, sync.OnceValues(func() (*Index, error) { return NewIndex(v) })}
	}
	c.kept = append(c.kept, k)
	if len(c.kept) > maxKept {
		c.kept = c.kept[1:]
	}
	c.mu.Unlock()
	return k.make()
}

// Package story finds which reports tell one story: what happened at one time
// to the same people, as several outlets tell it.
//
// A report is a vector of its words, names among them, each weighted by where
// it stands (title, opening, body) and by how few reports have it: in the set
// at hand and in a table of news words that is shipped, so that a handful of
// reports can be told apart as well as a thousand. Two reports are as alike as
// the cosine of their vectors, less the more days lie between them. Reports are
// joined bottom-up, always the two groups whose reports are most alike on
// average, until none are alike enough.
//
// Pairs are sought only among reports that share some of their weightiest
// words, so the cost grows with the number of reports and not with its square.
// In: reports sorted by Report.ID, tokenised. Out: a partition of them, the
// same whatever the order of arrival.
package story

import (
	"cmp"
	"container/heap"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/readout-news/readout/internal/nlp"
)

// Version rises when output can change.
const Version = "1"

// Options are the weights of the grouping, fitted to AllSides train.
type Options struct {
	Title, Lead, Body float64 // weight of a word by its place
	LeadWords         int     // how many words of the text open it
	BodyWords         int     // how many words of the text are read
	Name              float64 // factor of a capitalised word
	Days              float64 // days between two reports that halve their likeness
	Join              float64 // least average likeness of two groups that are one story
	Background        float64 // reports of the shipped table that count as many as the set's own
}

// Default groups the reports of a record.
var Default = Options{Title: 4, Lead: 2, Body: 1, LeadWords: 60, BodyWords: 400, Name: 1.25, Days: 6, Join: 0.16, Background: 100}

// Links is the outcome: the stories, each the sorted indexes of its reports,
// in the order of their first report; and by report the index of its story.
type Links struct {
	Stories  [][]int
	OfReport []int
}

// Same reports whether reports a and b tell one story.
func (l *Links) Same(a, b int) bool { return l.OfReport[a] == l.OfReport[b] }

// Link groups docs, which are sorted by Report.ID and tokenised.
func Link(docs []*nlp.Doc, words *Words, o Options) *Links {
	vs := vectors(docs, words, o)
	days := make([]int, len(docs))
	for i, d := range docs {
		days[i] = noDay
		if t, ok := d.Report.Published.Day(); ok {
			days[i] = int(t.Unix() / 86400)
		}
	}
	return group(len(docs), pairs(vs, days, o), o.Join)
}

const noDay = math.MinInt

// term is one word of a vector.
type term struct {
	word   int
	weight float64
}

// vector is the terms of a report by word, of length one.
type vector []term

// vectors weighs the words of all reports.
func vectors(docs []*nlp.Doc, words *Words, o Options) []vector {
	number := map[string]int{}
	var spelling []string
	df := []int{}
	counts := make([]map[int]float64, len(docs))
	for d, doc := range docs {
		counts[d] = map[int]float64{}
		each(doc, o, func(w string, weight float64) {
			n, ok := number[w]
			if !ok {
				n = len(spelling)
				number[w] = n
				spelling = append(spelling, w)
				df = append(df, 0)
			}
			if counts[d][n] == 0 {
				df[n]++
			}
			counts[d][n] += weight
		})
	}
	idf := make([]float64, len(spelling))
	for n, w := range spelling {
		back := o.Background * words.Share(w)
		idf[n] = math.Log((1 + float64(len(docs)) + o.Background) / (1 + float64(df[n]) + back))
	}
	out := make([]vector, len(docs))
	for d := range docs {
		v := make(vector, 0, len(counts[d]))
		for n, c := range counts[d] {
			v = append(v, term{n, (1 + math.Log(c)) * idf[n]})
		}
		// Words are numbered in the order of the sorted reports; the sums below
		// run in this order and come out the same on every run.
		slices.SortFunc(v, func(a, b term) int { return cmp.Compare(a.word, b.word) })
		sum := 0.0
		for _, t := range v {
			sum += float64(t.weight * t.weight)
		}
		if sum > 0 {
			for i := range v {
				v[i].weight /= math.Sqrt(sum)
			}
		}
		out[d] = v
	}
	return out
}

// each gives the folded words of a report with the weight of their place, in
// the order of the text, those of the title first.
func each(doc *nlp.Doc, o Options, add func(word string, weight float64)) {
	put := func(w string, weight float64) {
		if w = Fold(w); w != "" {
			add(w, weight)
		}
	}
	for _, w := range strings.FieldsFunc(doc.Report.Title, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' && r != '’' }) {
		put(w, o.Title)
	}
	n := 0
	for i := range doc.Tokens {
		t := &doc.Tokens[i]
		if doc.Sentences[t.Sent].Noise != "" && doc.Sentences[t.Sent].Noise != "heading" {
			continue
		}
		w := doc.Word(i)
		weight := o.Body
		if n < o.LeadWords {
			weight = o.Lead
		}
		if r, _ := utf8.DecodeRuneInString(w); unicode.IsUpper(r) && i != doc.Sentences[t.Sent].First {
			weight *= o.Name
		}
		put(w, weight)
		if n++; n >= o.BodyWords {
			break
		}
	}
}

// KeyWords are the n words that tell most of what a report is about, by the
// table of news words alone: what other reports there are does not matter. The
// weightiest come first.
func KeyWords(doc *nlp.Doc, words *Words, o Options, n int) []string {
	count := map[string]float64{}
	each(doc, o, func(w string, weight float64) { count[w] += weight })
	type key struct {
		word   string
		weight float64
	}
	keys := make([]key, 0, len(count))
	for w, c := range count {
		keys = append(keys, key{w, (1 + math.Log(c)) * math.Log((1+PerTexts)/(1+PerTexts*words.Share(w)))})
	}
	slices.SortFunc(keys, func(a, b key) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), strings.Compare(a.word, b.word))
	})
	out := make([]string, min(n, len(keys)))
	for i := range out {
		out[i] = keys[i].word
	}
	return out
}

// Fold is the form in which a word is compared: lower case, without a
// possessive or plural ending; "" for what is no word or a single letter.
func Fold(w string) string {
	w = strings.ToLower(w)
	for _, suffix := range []string{"'s", "’s", "'", "’"} {
		w = strings.TrimSuffix(w, suffix)
	}
	digits := true
	for _, r := range w {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return ""
		}
		digits = digits && unicode.IsDigit(r)
	}
	if utf8.RuneCountInString(w) < 2 {
		return ""
	}
	switch {
	case digits || len(w) < 4:
	case strings.HasSuffix(w, "ies"):
		w = w[:len(w)-3] + "y"
	case strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") && !strings.HasSuffix(w, "us") && !strings.HasSuffix(w, "is"):
		w = w[:len(w)-1]
	}
	return w
}

// keyWords is how many of its weightiest words a report is looked up by, and
// mostReports how many reports may share such a word: commoner ones lead
// nowhere that a rarer one does not.
const (
	keyWords    = 24
	mostReports = 200
	sharedKeys  = 2 // how many key words two reports share to be compared
)

// pair is two reports or groups, a < b, and how alike they are.
type pair struct {
	a, b  int
	alike float64
}

// pairs compares the reports that share key words.
func pairs(vs []vector, days []int, o Options) []pair {
	holders := map[int][]int{}
	keys := make([][]int, len(vs))
	for d, v := range vs {
		by := slices.Clone(v)
		slices.SortFunc(by, func(a, b term) int { return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.word, b.word)) })
		for _, t := range by[:min(keyWords, len(by))] {
			keys[d] = append(keys[d], t.word)
			holders[t.word] = append(holders[t.word], d)
		}
	}
	var out []pair
	shared := make([]int, len(vs))
	for b := range vs {
		var seen []int
		for _, k := range keys[b] {
			hs := holders[k]
			if len(hs) > mostReports {
				continue
			}
			for _, a := range hs {
				if a >= b {
					break
				}
				if shared[a] == 0 {
					seen = append(seen, a)
				}
				shared[a]++
			}
		}
		slices.Sort(seen)
		for _, a := range seen {
			n := shared[a]
			shared[a] = 0
			if n < sharedKeys {
				continue
			}
			s := dot(vs[a], vs[b])
			if days[a] != noDay && days[b] != noDay {
				apart := math.Abs(float64(days[a] - days[b]))
				s *= math.Exp2(-apart / o.Days)
				if apart > mostDays {
					s = never
				}
			}
			if s > least*o.Join || s == never {
				out = append(out, pair{a, b, s})
			}
		}
	}
	return out
}

// mostDays is how many days apart two reports of one story are published at
// most; never is the likeness of those further apart, which an undated report
// between them cannot outweigh.
const (
	mostDays = 30
	never    = -1.0
)

// least is the share of Join below which a likeness counts as none.
const least = 0.2

func dot(a, b vector) float64 {
	sum := 0.0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i].word < b[j].word:
			i++
		case a[i].word > b[j].word:
			j++
		default:
			sum += float64(a[i].weight * b[j].weight)
			i++
			j++
		}
	}
	return sum
}

// queue is a heap of pairs, the most alike first, then by number.
type queue []pair

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	a, b := q[i], q[j]
	return cmp.Or(cmp.Compare(b.alike, a.alike), cmp.Compare(a.a, b.a), cmp.Compare(a.b, b.b)) < 0
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)   { *q = append(*q, x.(pair)) }
func (q *queue) Pop() any {
	old := *q
	x := old[len(old)-1]
	*q = old[:len(old)-1]
	return x
}

// group joins n reports bottom-up by average likeness. Groups are numbered
// from n on as they arise.
func group(n int, ps []pair, join float64) *Links {
	near := make([]map[int]float64, n, 2*n)
	size := make([]int, n, 2*n)
	member := make([][]int, n, 2*n)
	for i := range n {
		near[i], size[i], member[i] = map[int]float64{}, 1, []int{i}
	}
	q := make(queue, 0, len(ps))
	for _, p := range ps {
		near[p.a][p.b], near[p.b][p.a] = p.alike, p.alike
		if p.alike >= join {
			q = append(q, p)
		}
	}
	heap.Init(&q)
	for q.Len() > 0 {
		p := heap.Pop(&q).(pair)
		if near[p.a] == nil || near[p.b] == nil {
			continue // one of them has been joined
		}
		g := len(near)
		na, nb := float64(size[p.a]), float64(size[p.b])
		to := map[int]float64{}
		for x, s := range near[p.a] {
			to[x] = float64(s * na)
		}
		for x, s := range near[p.b] {
			to[x] += float64(s * nb)
		}
		delete(to, p.a)
		delete(to, p.b)
		for x, s := range to {
			s /= na + nb
			to[x] = s
			delete(near[x], p.a)
			delete(near[x], p.b)
			near[x][g] = s
			if s >= join {
				heap.Push(&q, pair{x, g, s})
			}
		}
		near = append(near, to)
		size = append(size, size[p.a]+size[p.b])
		member = append(member, append(slices.Clone(member[p.a]), member[p.b]...))
		near[p.a], near[p.b], member[p.a], member[p.b] = nil, nil, nil, nil
	}
	out := &Links{OfReport: make([]int, n)}
	for _, m := range member {
		if m != nil {
			slices.Sort(m)
			out.Stories = append(out.Stories, m)
		}
	}
	slices.SortFunc(out.Stories, func(a, b []int) int { return cmp.Compare(a[0], b[0]) })
	for s, m := range out.Stories {
		for _, d := range m {
			out.OfReport[d] = s
		}
	}
	return out
}

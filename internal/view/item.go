package view

import (
	"cmp"
	"slices"
	"strings"

	"github.com/readout-news/readout"
)

// item is one thing said on a question: a claim, or an answer that is none.
type item struct {
	claim    *readout.Claim
	response *readout.Response
	evidence readout.Evidence
	chain    []readout.ChainLink
	holder   string
	column   Column
}

func (i item) id() string {
	if i.claim != nil {
		return i.claim.ID
	}
	return i.response.ID
}

// items lists what is said of an event, by attribute. Copies of what another
// report says are left out unless they are asked for: a table counts witnesses,
// and whoever opens a number sees every place.
func (v *View) items(event string, by By, copies bool) map[string][]item {
	f := v.about(event)
	out := map[string][]item{}
	claimed := map[place]bool{}
	for _, c := range f.claims {
		if c.Attribute == "occurrence" {
			claimed[place{c.Evidence.Report, c.Evidence.Span}] = true
		}
		if !copies && v.repeats(c, f.claims) {
			continue
		}
		k := attributeKey(c)
		out[k] = append(out[k], item{claim: c, evidence: c.Evidence, chain: c.Chain, holder: c.Holder, column: v.columnOf(c, by)})
	}
	for _, r := range f.responses {
		same := func(report string) bool {
			return slices.ContainsFunc(f.responses, func(x *readout.Response) bool {
				return x.Evidence.Report == report && x.Kind == r.Kind && x.Party == r.Party
			})
		}
		if claimed[place{r.Evidence.Report, r.Evidence.Span}] || !copies && v.copied(r.Evidence.Report, same) {
			continue
		}
		k := answerKey(r)
		out[k] = append(out[k], item{response: r, evidence: r.Evidence, chain: r.Chain, holder: r.Party, column: v.column(r.Party, r.Chain, r.Evidence.Report, by)})
	}
	v.foldBare(out)
	return out
}

// foldBare puts what a bare noun says ("officials", as headlines have it) where
// the same report's fuller words for them stand ("two officials in Tarn").
func (v *View) foldBare(items map[string][]item) {
	fuller := map[[2]string][]Column{} // report and last word → columns
	for _, key := range sortedKeys(items) {
		for _, i := range items[key] {
			if w := strings.Fields(fold(i.column.Name)); len(w) > 1 && i.column.Key != Own {
				k := [2]string{i.evidence.Report, w[len(w)-1]}
				if !slices.ContainsFunc(fuller[k], func(c Column) bool { return c.Key == i.column.Key }) {
					fuller[k] = append(fuller[k], i.column)
				}
			}
		}
	}
	for _, is := range items {
		for n := range is {
			w := strings.Fields(fold(is[n].column.Name))
			if len(w) != 1 || !strings.HasPrefix(is[n].column.Key, "~") {
				continue
			}
			if f := fuller[[2]string{is[n].evidence.Report, w[0]}]; len(f) == 1 {
				is[n].column = f[0]
			}
		}
	}
}

// answerKey is the question that an answer stands under: whether the event
// took place, but for a denial, which is mostly one of something about it.
func answerKey(r *readout.Response) string {
	if r.Kind == readout.Denies {
		return answer
	}
	return "occurrence"
}

// copied reports whether a report is a copy of one for which has holds.
func (v *View) copied(report string, has func(original string) bool) bool {
	o := v.original(report)
	return o != report && has(o)
}

// repeats reports whether a claim stands in a copy whose original makes it too.
// A copy that has another value is its own claim.
func (v *View) repeats(c *readout.Claim, all []*readout.Claim) bool {
	return v.copied(c.Evidence.Report, func(report string) bool {
		return slices.ContainsFunc(all, func(x *readout.Claim) bool {
			return x.Evidence.Report == report && attributeKey(x) == attributeKey(c) && v.Value(x) == v.Value(c)
		})
	})
}

// byPublication orders items by the publication of their reports, the undated
// last, then by place.
func (v *View) byPublication(a, b item) int {
	x, y := v.Report(a.evidence.Report), v.Report(b.evidence.Report)
	if x == nil || y == nil {
		return cmp.Compare(b2i(x == nil), b2i(y == nil))
	}
	return cmp.Or(comparePublished(x, y), a.evidence.Span.Compare(b.evidence.Span))
}

// countSentences counts the sentences that hold evidence, in reports that are
// no copies of another among them, and their independent origins.
func (v *View) countSentences(evidence []readout.Evidence) (sentences, independent int) {
	reports := map[string]bool{}
	for _, e := range evidence {
		reports[e.Report] = true
	}
	seen := map[place]bool{}
	origins := map[string]bool{}
	for _, e := range evidence {
		origins[v.Origin(e.Report)] = true
		if o := v.original(e.Report); o != e.Report && reports[o] {
			continue
		}
		spans, _ := v.sentences(e.Report)
		key := place{e.Report, e.Span}
		if first, _, ok := sentenceAt(spans, e.Span); ok {
			key.span = spans[first]
		}
		seen[key] = true
	}
	return len(seen), len(origins)
}

// itemWords is what is said, in words.
func (v *View) itemWords(i item) string {
	if i.claim != nil {
		return v.Value(i.claim)
	}
	return answerWords[i.response.Kind]
}

// sameValue reports whether two items say one thing.
func (v *View) sameValue(a, b item, wordsA, wordsB string) bool {
	if fold(wordsA) == fold(wordsB) {
		return true
	}
	if a.claim == nil || b.claim == nil {
		return false
	}
	x, y := a.claim.Value, b.claim.Value
	if x.Unit == "" || y.Unit == "" {
		return false
	}
	same := func(p, q *float64) bool { return p == nil && q == nil || p != nil && q != nil && *p == *q }
	return same(x.Min, y.Min) && same(x.Max, y.Max)
}

// mark is the mark of what is said on a yes-or-no question.
func (v *View) mark(i item) Mark {
	if i.claim == nil {
		switch i.response.Kind {
		case readout.Confirms, readout.Acknowledges:
			return Yes
		case readout.Denies:
			return No
		}
		return Silent
	}
	if i.claim.Attribute != "occurrence" {
		return NoMark
	}
	switch i.claim.Value.Text {
	case "occurred", "confirmed":
		return Yes
	case "denied":
		return No
	case "neither confirmed nor denied":
		return Silent
	}
	return Partly
}

// itemQuote is a stretch of the report's words around an item.
func (v *View) itemQuote(i item) string {
	r := v.Report(i.evidence.Report)
	if r == nil || i.evidence.Span.End > len(r.Text) {
		return ""
	}
	spans, _ := v.sentences(i.evidence.Report)
	first, last, ok := sentenceAt(spans, i.evidence.Span)
	if !ok {
		return shorten(v.text(i.evidence), maxQuote)
	}
	return quoteAround(r.Text, i.evidence.Span, readout.Span{Start: spans[first].Start, End: spans[last].End})
}

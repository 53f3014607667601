package check

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/worddiff"
	"github.com/readout-news/readout/internal/nlp"
)

// How near a sentence of the record has to come to a quotation to be compared
// with it. Tuned on examples/lake-ansa and AllSides train, see docs/check.md.
const (
	quoteShare  = 0.2  // of the weight of its words in one sentence
	quoteLike   = 0.6  // of its words in the same order
	quoteKeeps  = 0.45 // of the weight of its words
	quoteSure   = 0.74 // of its words, whatever they weigh
	minAlike    = 0.25 // of the weight of the words around a short one
	quotePlaces = 40   // sentences tried
	shortQuote  = 3    // words; a shorter one has to agree in all
	maxCells    = 8e6  // of one finding's alignments
)

// found is a place of the record that comes near a quotation.
type found struct {
	Place
	report    int32
	cost      float64
	changes   []Change
	trimmed   bool
	marked    []Change // what the draft shows as left out or replaced
	turned    []Change // of these, those that turn the meaning of the rest
	direct    bool     // inside quotation marks of the report
	marks     bool     // the words agree and the marks between them do not
	statement *readout.Statement
	speaker   sameness
}

// sameness is what comparing two speakers gives.
type sameness uint8

const (
	unknown sameness = iota
	same
	another
)

// quotes compares every quotation of the draft.
func (d *draft) quotes() {
	for _, q := range d.quoted {
		d.quote(q)
	}
}

func (d *draft) quote(q readout.Span) {
	q = edges(d.text, q)
	its := items(d.text, q)
	var stems []string
	n := 0
	for _, it := range its {
		if it.kind != word {
			continue
		}
		n++
		if st, ok := d.stem(it.fold); ok {
			stems = append(stems, st)
		}
	}
	if n == 0 {
		return
	}
	att := d.attribution(q)
	speakers := d.speakers(q)
	places := d.near(q, its, stems, n, speakers)
	f := Finding{Kind: Quotation, Span: q, Verdict: Absent, Why: fmt.Sprintf("nothing like it in %s", count(len(d.v.Record.Reports), "report"))}
	if len(places) == 0 {
		if n == 1 && att == nil {
			return // a word in quotation marks that nobody is said to have said
		}
		if att == nil && titleCase(its, d.text) {
			return // the name of a ship, a book, a programme
		}
		d.add(f)
		return
	}
	best := places[0]
	var all []Place
	for _, p := range places {
		if p.cost <= best.cost+1e-6 && p.direct == best.direct && p.speaker == best.speaker {
			all = append(all, p.Place)
		}
	}
	f.Record = all
	in := reports(all)
	switch {
	case len(best.changes) > 0 && best.trimmed:
		f.Verdict, f.Changes = Differs, best.changes
		f.Why = "words left out without an ellipsis; whole in " + in
	case len(best.changes) > 0:
		f.Verdict, f.Changes = Differs, best.changes
		f.Why = "other words than in " + in
	case len(best.turned) > 0:
		f.Verdict, f.Changes = Differs, best.turned
		f.Why = "what the draft marks as changed turns the meaning of the rest; whole in " + in
	case !best.direct && att != nil && best.statement != nil:
		f.Verdict = Differs
		f.Why = "the record has these words as indirect speech only, in " + in
	case !best.direct && att != nil:
		f.Verdict = Differs
		f.Why = "the record has these words without quotation marks, in " + in
	case !best.direct:
		f.Verdict = Match
		f.Why = "the same words, without quotation marks, in " + in
	case best.marks:
		f.Verdict = Match
		f.Why = "the same words in " + in + "; marks or capitals differ"
	case slices.ContainsFunc(its, func(i item) bool { return i.kind != word }):
		f.Verdict = Match
		f.Why = "the same words in " + in + ", but for what the draft marks as changed" + listed(best.marked)
	default:
		f.Verdict = Match
		f.Why = "word for word in " + in
	}
	if best.speaker == another && best.direct {
		f.Verdict = Differs
		who := fmt.Sprintf("the record has it from %s, the draft from %s", best.Speaker, speakers[0].Name)
		if len(f.Changes) > 0 {
			f.Why += "; " + who
		} else {
			f.Why = who + "; " + f.Why
		}
	}
	values := map[string][]string{}
	for _, p := range places {
		if p.direct && p.cost <= best.cost+float64(n)*0.25 {
			k := inner(p.Value)
			values[k] = append(values[k], p.Report)
		}
	}
	if len(values) > 1 {
		s := d.sides(values, func(v string) bool { return len(best.changes) == 0 && v == inner(best.Value) })
		if rewords(s) {
			f.Sides = s
			f.Why += "; wording differs between reports"
			for _, p := range places {
				if !slices.ContainsFunc(f.Record, func(o Place) bool { return o.Report == p.Report && o.Span == p.Span }) && p.direct && p.cost <= best.cost+float64(n)*0.25 {
					f.Record = append(f.Record, p.Place)
				}
			}
		}
	}
	d.add(f)
}

// maxListed is how many bytes are shown of what an ellipsis leaves out.
const maxListed = 60

// listed names what marked changes stand for.
func listed(changes []Change) string {
	var out []string
	for _, c := range changes {
		if c.Record == "" {
			out = append(out, c.Draft+" put in")
			continue
		}
		r := c.Record
		if len(r) > maxListed {
			r = r[:strings.LastIndexByte(r[:maxListed], ' ')+1] + "…"
		}
		out = append(out, c.Draft+" for “"+r+"”")
	}
	if len(out) == 0 {
		return ""
	}
	return ": " + strings.Join(out, ", ")
}

// inner is a quotation as it is listed beside others: without marks at its end.
func inner(s string) string { return strings.TrimRight(s, ".,;:!?… ") }

// rewords reports whether sides differ in words and not in marks only.
func rewords(sides []Side) bool {
	fold := func(s string) string {
		var b strings.Builder
		for _, w := range worddiff.Words(s, readout.Span{End: len(s)}, nil) {
			b.WriteString(plainWord(w.Fold) + " ")
		}
		return b.String()
	}
	first := fold(sides[0].Value)
	for _, s := range sides[1:] {
		if x := fold(s.Value); !strings.Contains(x, first) && !strings.Contains(first, x) {
			return true
		}
	}
	return false
}

// near finds the places of the record that come near the quotation, the
// nearest first; of one report the nearest.
func (d *draft) near(q readout.Span, its []item, stems []string, n int, speakers []*nlp.Chain) []found {
	span := 1 // sentences of the quotation
	for _, s := range d.sents {
		if s.Overlaps(q) {
			span++
		}
	}
	hits := d.like(stems, quoteShare, quotePlaces)
	if len(stems) < 2 || len(hits) == 0 {
		hits = append(hits, d.saidSo(its)...)
	}
	total := 0.0
	for _, s := range stems {
		total += d.weight(s)
	}
	best := map[int32]found{}
	cells := 0.0
	for _, h := range hits {
		s := d.sentences[h.sentence]
		lo, hi := max(d.first[s.report], h.sentence-int32(span)), min(d.first[s.report+1], h.sentence+int32(span)+1)
		rep := d.v.Record.Reports[s.report]
		region := readout.Span{Start: d.sentences[lo].span.Start, End: d.sentences[hi-1].span.End}
		have := worddiff.Words(rep.Text, region, nil)
		if cells += float64(len(have) * len(its)); cells > maxCells {
			break
		}
		a, ok := align(its, have)
		if !ok || a.first >= a.last {
			continue
		}
		f := found{report: s.report, cost: a.cost}
		equal := a.equal(its, have)
		kept := 0.0
		for _, st := range a.steps {
			if st.item >= 0 && st.word >= 0 && its[st.item].fold == plainWord(have[st.word].Fold) {
				if k, ok := d.stem(its[st.item].fold); ok {
					kept += d.weight(k)
				}
			}
		}
		f.changes, f.trimmed = a.changes(d.text, its, rep.Text, have)
		f.marked, f.turned = d.changed(a, d.text, its, rep.Text, have)
		at := readout.Span{Start: have[a.first].Start, End: have[a.last-1].End}
		d.describe(&f, s.report, at, q, its, speakers)
		if n <= shortQuote && f.speaker != same && d.alike(q, s.report, at) < minAlike {
			continue // "yes" and "a deal" are said by many
		}
		if len(f.changes) > 0 {
			if n <= shortQuote && (f.speaker != same || !f.direct || a.cost > 1 || equal == 0 || kept == 0) {
				continue
			}
			if like := 1 - a.cost/float64(n); n > shortQuote && (like < quoteLike || kept < quoteKeeps*total) && (like < quoteSure || equal < 4 && f.speaker != same) {
				continue
			}
			if !f.direct && 1-a.cost/float64(n) < 0.75 {
				continue // reports tell of the same in their own words
			}
		}
		if o, ok := best[s.report]; !ok || f.before(o) {
			best[s.report] = f
		}
	}
	out := make([]found, 0, len(best))
	for _, f := range best {
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b found) int {
		switch {
		case a.before(b):
			return -1
		case b.before(a):
			return 1
		}
		return cmp.Or(cmp.Compare(a.report, b.report), a.Span.Compare(b.Span))
	})
	return out
}

// alike is the share of the weight of the draft's words around q that stand
// around at in a report.
func (d *draft) alike(q readout.Span, r int32, at readout.Span) float64 {
	var mine []string
	for _, s := range d.sents {
		if s.Overlaps(q) {
			for _, p := range []readout.Span{{Start: s.Start, End: max(s.Start, q.Start)}, {Start: min(s.End, q.End), End: s.End}} {
				mine = append(mine, d.stemsIn(d.text, p)...)
			}
		}
	}
	i := d.at(r, at.Start)
	if i < 0 {
		return 0
	}
	theirs := d.stemsIn(d.v.Record.Reports[r].Text, d.sentences[i].span)
	all, both := 0.0, 0.0
	for _, s := range mine {
		w := d.weight(s)
		all += w
		if slices.Contains(theirs, s) {
			both += w
		}
	}
	if all == 0 {
		return 0
	}
	return both / all
}

// before reports whether f is the better witness of a quotation than o.
func (f found) before(o found) bool {
	rank := func(f found) int {
		r := 0
		if !f.direct {
			r += 4
		}
		if f.speaker == another {
			r += 2
		}
		if f.marks {
			r++
		}
		return r
	}
	// Other words weigh more than where they stand: the same words elsewhere
	// are no witness of a change.
	if x, y := len(f.changes)+len(f.turned) > 0, len(o.changes)+len(o.turned) > 0; x != y && f.direct == o.direct {
		return !x
	}
	return cmp.Or(cmp.Compare(rank(f)/4, rank(o)/4), cmp.Compare(f.cost, o.cost), cmp.Compare(rank(f), rank(o))) < 0
}

// describe fills in who said it there, and how it is printed.
func (d *draft) describe(f *found, r int32, at, q readout.Span, its []item, speakers []*nlp.Chain) {
	rep := d.v.Record.Reports[r]
	for _, s := range quotations(rep.Text) {
		if in := min(at.End, s.End) - max(at.Start, s.Start); in*10 >= at.Len()*7 {
			f.direct = true
			// What the marks hold beyond the words compared stays outside.
			at.End = min(at.End, max(s.End, at.Start))
		}
	}
	overlap := 0
	for _, s := range d.said[rep.ID] {
		for _, c := range s.Content {
			in := min(at.End, c.End) - max(at.Start, c.Start)
			if in > overlap || in == overlap && in > 0 && f.statement != nil && s.Kind == readout.Direct && f.statement.Kind != readout.Direct {
				overlap, f.statement = in, s
			}
		}
	}
	ref := ""
	if f.statement != nil {
		ref = f.statement.ID
	}
	f.Place = d.place(r, at, at.In(rep.Text), ref)
	if f.statement != nil {
		e := d.v.Entity(f.statement.Speaker)
		if e != nil {
			f.Speaker = e.Name
		}
		f.Chain = d.v.Chain(f.statement.Chain, rep.ID)
	}
	// Whoever says it there, at first or second hand, may be whom the draft
	// names.
	for _, s := range d.said[rep.ID] {
		if !slices.ContainsFunc(s.Content, func(c readout.Span) bool { return min(at.End, c.End)-max(at.Start, c.Start) >= at.Len()*7/10 }) {
			continue
		}
		for _, c := range speakers {
			switch d.sameSpeaker(c, d.v.Entity(s.Speaker)) {
			case same:
				f.speaker = same
			case another:
				if f.speaker == unknown && s == f.statement {
					f.speaker = another
				}
			}
		}
	}
	if len(f.changes) == 0 && !slices.ContainsFunc(its, func(i item) bool { return i.kind != word }) {
		f.marks = core(d.text, q) != core(rep.Text, at)
	}
}

// core is the text from the first word to the last.
func core(text string, s readout.Span) string {
	return strings.TrimFunc(s.In(text), func(r rune) bool { return !letter(r) })
}

// edges takes marks and spaces off the ends of a quotation, but for those that
// belong to it: an ellipsis, a bracket, a question mark.
func edges(text string, q readout.Span) readout.Span {
	for !q.Empty() {
		r, n := utf8.DecodeLastRuneInString(q.In(text))
		if r != ',' && !unicode.IsSpace(r) {
			break
		}
		q.End -= n
	}
	return q
}

// saidSo lists the sentences of statements that have all words in order: for
// quotations of function words, which no index finds.
func (d *draft) saidSo(its []item) []hit {
	var want []string
	for _, it := range its {
		if it.kind == word {
			want = append(want, it.fold)
		}
	}
	needle := " " + strings.Join(want, " ") + " "
	var out []hit
	for i, r := range d.v.Record.Reports {
		for _, s := range d.said[r.ID] {
			if len(s.Text) < len(needle)-2 {
				continue
			}
			var b strings.Builder
			b.WriteByte(' ')
			for _, w := range worddiff.Words(s.Text, readout.Span{End: len(s.Text)}, nil) {
				b.WriteString(plainWord(w.Fold) + " ")
			}
			if !strings.Contains(b.String(), needle) {
				continue
			}
			for _, c := range s.Content {
				if k := d.at(int32(i), c.Start); k >= 0 {
					out = append(out, hit{k, 1})
				}
			}
			if len(out) >= quotePlaces {
				return out
			}
		}
	}
	return out
}

// attribution is the one that says who said q; nil when nobody is said to.
func (d *draft) attribution(q readout.Span) *nlp.Attribution {
	var best *nlp.Attribution
	overlap := 0
	for i := range d.doc.Attributions {
		a := &d.doc.Attributions[i]
		if a.Kind == readout.Indirect {
			continue
		}
		for _, c := range a.Content {
			in := min(q.End, c.End) - max(q.Start, c.Start)
			// The innermost one of those that hold it all.
			if in > overlap || in == overlap && in > 0 && best != nil && a.Span().Len() < best.Span().Len() {
				best, overlap = a, in
			}
		}
	}
	return best
}

// speakers are those whom the draft names as speaking q, at first or second
// hand; the nearest first. A pronoun names nobody: who is meant is read, not
// written.
func (d *draft) speakers(q readout.Span) []*nlp.Chain {
	var out []*nlp.Chain
	first := d.attribution(q)
	for i := range d.doc.Attributions {
		a := &d.doc.Attributions[i]
		if a.Speaker < 0 || a.Speaker >= len(d.doc.Chains) || !slices.ContainsFunc(a.Content, func(c readout.Span) bool { return min(q.End, c.End)-max(q.Start, c.Start) >= q.Len()*7/10 }) {
			continue
		}
		c := &d.doc.Chains[a.Speaker]
		if !slices.ContainsFunc(c.Mentions, func(m int) bool {
			return d.doc.Mentions[m].Form == readout.FormName && a.Source.Contains(d.doc.Mentions[m].Span)
		}) {
			continue
		}
		if a == first {
			out = slices.Insert(out, 0, c)
		} else {
			out = append(out, c)
		}
	}
	return out
}

// sameSpeaker compares who says it in the draft with who does in the record.
// Only two people that both have names can be told apart: a ministry may speak
// through its spokesman.
func (d *draft) sameSpeaker(c *nlp.Chain, e *readout.Entity) sameness {
	if c == nil || e == nil || c.Name == "" || len(e.Names) == 0 {
		return unknown
	}
	for _, n := range append([]string{e.Name}, e.Names...) {
		if sameName(c.Name, n) {
			return same
		}
	}
	if c.Type == readout.Person && e.Type == readout.Person {
		return another
	}
	return unknown
}

// sameName reports whether one of the names has all words of the other, give or
// take a letter.
func sameName(a, b string) bool {
	x, y := foldName(a), foldName(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(x) == 0 {
		return false
	}
	for _, w := range x {
		if !slices.ContainsFunc(y, func(v string) bool { return v == w || len(w) > 3 && distance(v, w, 2) <= 1+len(w)/8 }) {
			return false
		}
	}
	return true
}

// titleCase reports whether the words are capitalised as names are.
func titleCase(its []item, text string) bool {
	upper, words := 0, 0
	for _, it := range its {
		if it.kind != word {
			return false
		}
		r, _ := utf8.DecodeRuneInString(text[it.Start:])
		words++
		if unicode.IsUpper(r) {
			upper++
		}
	}
	return upper*3 >= words*2
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

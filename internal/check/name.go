package check

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/worddiff"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/view"
)

// names are the names of the record under every spelling.
type names struct {
	byFold map[string][]*readout.Entity // words of a name joined by spaces → who bears it
	byWord map[string][]string          // word → folded names that have it
	seen   map[string][]string          // spelling as written → reports, sorted
	places map[string]readout.Evidence  // spelling → where it first stands
	count  map[string]int               // word of a name → reports
}

func newNames(v *view.View) names {
	n := names{map[string][]*readout.Entity{}, map[string][]string{}, map[string][]string{}, map[string]readout.Evidence{}, map[string]int{}}
	for _, e := range v.Record.Entities {
		for _, s := range append(slices.Clone(e.Names), e.Name) {
			if len(e.Names) == 0 {
				break // only ever described
			}
			f := strings.Join(foldName(s), " ")
			if f == "" || slices.Contains(n.byFold[f], e) {
				continue
			}
			if n.byFold[f] == nil {
				for _, w := range strings.Fields(f) {
					n.byWord[w] = append(n.byWord[w], f)
				}
			}
			n.byFold[f] = append(n.byFold[f], e)
		}
		for _, m := range e.Mentions {
			if m.Form != readout.FormName {
				continue
			}
			r := v.Report(m.Report)
			if r == nil || m.Span.End > len(r.Text) {
				continue
			}
			s := m.Span.In(r.Text)
			if _, ok := n.places[s]; !ok {
				n.places[s] = m.Evidence
			}
			if got := n.seen[s]; len(got) == 0 || got[len(got)-1] != m.Report {
				n.seen[s] = append(got, m.Report)
				for _, w := range foldName(s) {
					n.count[w]++
				}
			}
		}
	}
	return n
}

// foldName is the words of a name in lower case without accents, possessives
// and marks.
func foldName(s string) []string {
	s = strings.NewReplacer("’s ", " ", "'s ", " ").Replace(s + " ")
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r) || r == '\'' || r == '’' || r == '.':
			return -1
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return ' '
	}, norm.NFD.String(s))
	return strings.Fields(s)
}

// bearers are the entities whose names have all words of name, as people are
// called by their surnames.
func (n *names) bearers(name string) []*readout.Entity {
	words := foldName(name)
	if len(words) == 0 {
		return nil
	}
	if e := n.byFold[strings.Join(words, " ")]; e != nil {
		return e
	}
	var out []*readout.Entity
	for _, f := range n.byWord[words[0]] {
		have := strings.Fields(f)
		if !slices.ContainsFunc(words, func(w string) bool { return !slices.Contains(have, w) }) {
			for _, e := range n.byFold[f] {
				if !slices.Contains(out, e) {
					out = append(out, e)
				}
			}
		}
	}
	return out
}

// minName is the shortest word, in letters, that may be a misspelling of
// another: among shorter ones too many names lie a letter apart.
const minName = 5

// misspelt are the folded names of the record that lie a letter or two from
// words: one word differs, and no name of the record has it.
func (n *names) misspelt(words []string) []string {
	var odd string
	for _, w := range words {
		if n.byWord[w] == nil {
			if odd != "" {
				return nil
			}
			odd = w
		}
	}
	if len([]rune(odd)) < minName {
		return nil
	}
	far := 1
	if len([]rune(odd)) >= 9 {
		far = 2
	}
	var out []string
	for known, fs := range n.byWord {
		if len(known) < minName-1 || strings.TrimSuffix(odd, "s") == strings.TrimSuffix(known, "s") || distance(odd, known, far) > far || distance(odd, known, far) == 2 && odd[len(odd)-1] != known[len(known)-1] {
			continue
		}
		for _, f := range fs {
			have := strings.Fields(f)
			if len(words) == 1 && len(have) > 1 && have[len(have)-1] != known {
				continue
			}
			if len(words) > 1 && len(have) != len(words) {
				continue
			}
			fits := true
			for _, w := range words {
				fits = fits && (w == odd || slices.Contains(have, w))
			}
			if fits && !slices.Contains(out, f) {
				out = append(out, f)
			}
		}
	}
	slices.Sort(out)
	return out
}

// distance is the number of letters to change, put in, leave out or swap
// (optimal string alignment) between a and b; above limit, some number above
// it.
func distance(a, b string, limit int) int {
	x, y := []rune(a), []rune(b)
	if d := len(x) - len(y); d > limit || -d > limit {
		return limit + 1
	}
	prev2, prev, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		for j := 1; j <= len(y); j++ {
			c := 1
			if x[i-1] == y[j-1] {
				c = 0
			}
			row[j] = min(prev[j]+1, row[j-1]+1, prev[j-1]+c)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], prev2[j-2]+1)
			}
		}
		prev2, prev, row = prev, row, prev2
	}
	return prev[len(y)]
}

// spellings compares each name of the draft, once a spelling, with the names of
// the record.
func (d *draft) spellings() {
	done := map[string]bool{}
	for i := range d.doc.Mentions {
		m := &d.doc.Mentions[i]
		if m.Form != readout.FormName || m.Type != nlp.PersonName && m.Type != nlp.OrgName && m.Type != nlp.PlaceName {
			continue
		}
		text := m.In(d.text)
		words := foldName(text)
		key := strings.Join(words, " ")
		if len(words) == 0 || done[key] || len([]rune(key)) < 3 {
			continue
		}
		done[key] = true
		f := Finding{Kind: Name, Span: m.Span, Verdict: Absent, Why: "no such name in " + count(len(d.v.Record.Reports), "report")}
		lexicon := m.Chain >= 0 && m.Chain < len(d.doc.Chains) && d.doc.Chains[m.Chain].Key != ""
		if who := d.names.bearers(text); len(who) > 0 {
			f.Verdict = Match
			values := map[string][]string{}
			for _, e := range who {
				for _, s := range e.Names {
					if r := d.names.seen[s]; len(r) > 0 && strings.ToUpper(s) != s && len(foldName(s)) == len(words) && near(foldName(s), words) {
						values[strings.TrimSuffix(strings.TrimSuffix(s, "’s"), "'s")] = append(values[s], r...)
					}
				}
			}
			f.Why = "a name of the record"
			if len(who) == 1 && who[0].Name != text && len(words) < len(foldName(who[0].Name)) {
				f.Why = "a name of the record: " + who[0].Name
			}
			if len(values) > 1 {
				f.Sides = d.sides(values, func(v string) bool { return strings.Join(foldName(v), " ") == key })
				if !f.Sides[0].Draft {
					f.Why += "; more reports spell it " + f.Sides[0].Value
				} else {
					f.Why += "; some reports spell it otherwise"
				}
			}
			f.Record = d.spelt(values, who)
			d.add(f)
			continue
		}
		if !lexicon {
			if close := d.names.misspelt(words); len(close) > 0 {
				values := map[string][]string{}
				var who []*readout.Entity
				for _, c := range close {
					for _, e := range d.names.byFold[c] {
						who = append(who, e)
						for _, s := range e.Names {
							if len(foldName(s)) == len(words) && near(foldName(s), words) {
								values[s] = append(values[s], d.names.seen[s]...)
							}
						}
					}
				}
				if len(values) == 0 {
					for _, e := range who {
						values[e.Name] = append(values[e.Name], d.names.seen[e.Name]...)
					}
				}
				f.Verdict = Differs
				f.Sides = d.sides(values, func(string) bool { return false })
				var known []string
				for _, s := range f.Sides {
					known = append(known, fmt.Sprintf("%s (%s)", s.Value, count(max(len(s.Reports), 1), "report")))
				}
				f.Why = "the record spells it " + strings.Join(known[:min(3, len(known))], ", ")
				f.Record = d.spelt(values, who)
			}
		}
		d.add(f)
	}
}

// near reports whether two names are spellings of one: word by word at most two
// letters apart.
func near(a, b []string) bool {
	for i := range a {
		if distance(a[i], b[i], 2) > 2 || distance(a[i], b[i], 2) > 0 && len(a[i]) < minName-1 {
			return false
		}
	}
	return true
}

// spelt shows one place of each spelling.
func (d *draft) spelt(values map[string][]string, who []*readout.Entity) []Place {
	var out []Place
	for _, s := range d.sides(values, func(string) bool { return false }) {
		ev, ok := d.names.places[s.Value]
		if !ok {
			continue
		}
		ref := ""
		for _, e := range who {
			if slices.Contains(e.Names, s.Value) {
				ref = e.ID
			}
		}
		out = append(out, d.evidence(ev, s.Value, ref))
	}
	if len(out) == 0 && len(who) > 0 {
		for _, n := range append([]string{who[0].Name}, who[0].Names...) {
			if ev, ok := d.names.places[n]; ok {
				return []Place{d.evidence(ev, n, who[0].ID)}
			}
		}
	}
	return out
}

// evidence is the place that ev names.
func (d *draft) evidence(ev readout.Evidence, value, ref string) Place {
	if r, ok := d.numbers[ev.Report]; ok {
		return d.place(r, ev.Span, value, ref)
	}
	return Place{Ref: cmp.Or(ref, ev.Report), Report: ev.Report, Span: ev.Span, Value: value}
}

// titles compares the offices that the draft gives to people by name with those
// that reports give them.
func (d *draft) titles() {
	for ci := range d.doc.Chains {
		c := &d.doc.Chains[ci]
		if c.Type != readout.Person || c.Name == "" {
			continue
		}
		who := d.person(c)
		for _, t := range c.Titles {
			base, _, _ := strings.Cut(t, " of ")
			at, ok := d.titleSpan(c, base)
			if !ok || !d.isOffice(base) || d.past(at) || d.inQuote(at) {
				continue
			}
			d.title(c, who, base, at)
		}
	}
}

// manyMore is how many times as often as any namesake somebody has to be
// mentioned to be meant by a surname alone.
const manyMore = 4

// person is the one of the record whom the chain names; nil when nobody is, or
// a surname alone leaves several.
func (d *draft) person(c *nlp.Chain) *readout.Entity {
	people := d.names.bearers(c.Name)
	if len(people) == 0 {
		for _, f := range d.names.misspelt(foldName(c.Name)) {
			people = append(people, d.names.byFold[f]...)
		}
	}
	var who *readout.Entity
	n := 0
	for _, e := range people {
		if e.Type != readout.Person {
			continue
		}
		n++
		if who == nil || len(e.Mentions) > len(who.Mentions) {
			who = e
		}
	}
	for _, e := range people {
		if n > 1 && len(foldName(c.Name)) < 2 && e.Type == readout.Person && e != who && len(e.Mentions)*manyMore > len(who.Mentions) {
			return nil
		}
	}
	return who
}

func (d *draft) title(c *nlp.Chain, who *readout.Entity, base string, at readout.Span) {
	f := Finding{Kind: Title, Span: at, Verdict: Absent, Why: "no report gives an office of " + c.Name}
	if who == nil {
		d.add(f)
		return
	}
	own := sexless(base)
	values := map[string][]string{}
	var agree, all []Place
	for _, r := range who.Roles {
		rb, _, _ := strings.Cut(sexless(r.Title), " of ")
		if !d.isOffice(rb) || !d.inOffice(r) {
			continue
		}
		fits := rb == own || endsIn(rb, own) || endsIn(own, rb)
		for _, ev := range r.Evidence {
			p := d.evidence(ev, r.Title, who.ID)
			if fits {
				agree = append(agree, p)
			}
			all = append(all, p)
			values[r.Title] = append(values[r.Title], ev.Report)
		}
	}
	switch {
	case len(agree) > 0:
		f.Verdict, f.Record, f.Why = Match, agree, "so called in "+reports(agree)
	case len(all) > 0:
		f.Verdict, f.Record, f.Sides = Differs, all, d.sides(values, func(string) bool { return false })
		verb := "call"
		if len(f.Sides[0].Reports) == 1 {
			verb = "calls"
		}
		f.Why = fmt.Sprintf("%s %s %s %s", count(len(f.Sides[0].Reports), "report"), verb, who.Name, f.Sides[0].Value)
	default:
		f.Why = "no report gives an office of " + who.Name
	}
	d.add(f)
}

// isOffice reports whether the title, or its last words, name a public office.
func (d *draft) isOffice(title string) bool {
	for t := sexless(title); t != ""; {
		if d.words.office[t] {
			return true
		}
		_, rest, ok := strings.Cut(t, " ")
		if !ok {
			break
		}
		t = rest
	}
	return false
}

// past reports whether the words before a title say that it is held no longer,
// or not yet.
func (d *draft) past(at readout.Span) bool {
	before := strings.Fields(d.text[max(0, at.Start-24):at.Start])
	if len(before) == 0 {
		return false
	}
	switch w := strings.ToLower(before[len(before)-1]); w {
	case "former", "ex", "then", "future", "late", "onetime", "incoming", "outgoing":
		return true
	default:
		return strings.HasPrefix(w, "ex-") || strings.HasPrefix(w, "then-")
	}
}

// inOffice reports whether the role may hold on the day of the draft.
func (d *draft) inOffice(r readout.Role) bool {
	day := d.doc.Report.Published.Value
	if len(day) < 10 {
		return true
	}
	return (r.From == "" || r.From <= day) && (r.To == "" || r.To+"~" >= day)
}

// sexless folds the forms of an office: a spokeswoman holds that of a
// spokesman.
func sexless(t string) string {
	w := strings.Fields(strings.ToLower(t))
	for i, x := range w {
		x = strings.TrimSuffix(x, "woman")
		if x == w[i] {
			x = strings.TrimSuffix(x, "person")
		}
		if x != w[i] && x != "" {
			w[i] = x + "man"
		}
	}
	return strings.Join(w, " ")
}

// endsIn reports whether long is short with words before it.
func endsIn(long, short string) bool { return strings.HasSuffix(long, " "+short) }

// titleSpan is where the draft gives chain c the title: before or after a name
// of it; ok is false where its words do not stand there.
func (d *draft) titleSpan(c *nlp.Chain, base string) (readout.Span, bool) {
	for _, mi := range c.Mentions {
		m := &d.doc.Mentions[mi]
		if t := strings.ToLower(strings.TrimSuffix(d.doc.Text(m.Title), ".")); t != "" && (strings.HasSuffix(t, base) || strings.HasPrefix(base, t)) {
			return m.Title, true
		}
	}
	for _, mi := range c.Mentions {
		m := &d.doc.Mentions[mi]
		if m.Form != readout.FormName {
			continue
		}
		// An apposition stands within a few words of the name.
		s := readout.Span{Start: max(d.doc.Sentences[d.doc.Tokens[m.Head].Sent].Start, m.Start-80), End: min(d.doc.Sentences[d.doc.Tokens[m.Head].Sent].End, m.End+80)}
		if at := wordsIn(d.text, s, base); !at.Empty() {
			return at, true
		}
	}
	return readout.Span{}, false
}

// wordsIn is where the words of phrase, in lower case, stand in text inside s.
// What is folded is the words, one by one: a text in lower case may have other
// lengths, and its offsets are not the text's.
func wordsIn(text string, s readout.Span, phrase string) readout.Span {
	have, want := worddiff.Words(text, s, nil), worddiff.Words(phrase, readout.Span{End: len(phrase)}, nil)
	for i := 0; i+len(want) <= len(have) && len(want) > 0; i++ {
		if slices.EqualFunc(have[i:i+len(want)], want, func(a, b worddiff.Word) bool { return a.Fold == b.Fold }) {
			return readout.Span{Start: have[i].Start, End: have[i+len(want)-1].End}
		}
	}
	return readout.Span{}
}

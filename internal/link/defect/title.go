package defect

import (
	"fmt"
	"strings"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/kb"
	"github.com/readout-news/readout/internal/link/event"
	"github.com/readout-news/readout/internal/nlp"
)

// titled is one mention of a person with an office.
type titled struct {
	d      int
	entity int
	office string // as kb compares offices
	former bool
	span   readout.Span // title and name
	sent   int
}

// fewOthers is how many other reports must give the office for a "former" that
// the lists do not decide.
const fewOthers = 2

// titles finds people called former by an office that they hold. The reverse,
// an office without "former" after its end, is courtesy in many papers and no
// defect. One defect a report and person.
func (f *finder) titles() {
	of := map[int][]titled{} // by entity
	var all []titled
	for d := range f.docs {
		for _, x := range f.titledIn(d) {
			all = append(all, x)
			of[x.entity] = append(of[x.entity], x)
		}
	}
	type key struct{ d, entity int }
	told := map[key]bool{}
	for _, x := range all {
		day := f.day(x.d)
		if !x.former || day == "" || told[key{x.d, x.entity}] || f.past(x) {
			continue
		}
		entry := f.entry(x.entity)
		at := readout.Evidence{Report: f.docs[x.d].Report.ID, Span: x.span}
		text := strings.Join(strings.Fields(f.docs[x.d].Text(x.span)), " ")
		note, rule := "", ""
		var others []readout.Evidence
		switch {
		case entry != nil && len(entry.Roles) > 0:
			if from, ok := f.holds(entry, x.office, day); ok {
				note, rule = fmt.Sprintf("“%s”: the lists have %s in that office since %s", text, f.ents.Entities[x.entity].Name, from), "former-in-office"
			}
		default:
			if others = f.others(of[x.entity], x, day, false); len(others) >= fewOthers && len(f.others(of[x.entity], x, day, true)) == 0 {
				note, rule = fmt.Sprintf("“%s”: %d other reports of the day give the office without that", text, len(others)), "former-unlike-others"
			}
		}
		if note == "" {
			continue
		}
		told[key{x.d, x.entity}] = true
		f.add(f.docs[x.d].Report.ID, StaleTitle, rule, note, append([]readout.Evidence{at}, others...)...)
	}
}

// titledIn lists the mentions of people with an office before the name, in
// order.
func (f *finder) titledIn(d int) []titled {
	doc := f.docs[d]
	var out []titled
	for m := range doc.Mentions {
		x := &doc.Mentions[m]
		if x.Form != readout.FormName || x.Type != nlp.PersonName || x.Title.Empty() || x.Title.Start > x.Start || x.Chain == nlp.None {
			continue
		}
		e := f.ents.OfChain[d][x.Chain]
		if e < 0 {
			continue
		}
		words := strings.Fields(strings.ToLower(strings.ReplaceAll(doc.Text(x.Title), "-", " ")))
		t := titled{d: d, entity: e, span: readout.Span{Start: x.Title.Start, End: x.End}, sent: doc.Tokens[x.First].Sent}
		// "former" stands in the title or up to three words before it: "former
		// U.S. President".
		first, _ := doc.TokensIn(x.Title)
		for k := max(first-3, doc.Sentences[t.sent].First); k < first; k++ {
			if f.kb.Former(doc.Lower(k)) && !f.between(doc, k+1, first) {
				t.former, t.span.Start = true, doc.Tokens[k].Start
			}
		}
		if len(words) > 0 && f.kb.Former(words[0]) {
			t.former, words = true, words[1:]
		}
		if first > doc.Sentences[t.sent].First && strings.HasPrefix(doc.Lower(first-1), "then") || len(words) == 0 || words[0] == "then" {
			continue // "then-President" dates itself
		}
		title := f.kb.TitleOf(strings.Join(words, " "))
		for title == nil && len(words) > 1 {
			words = words[1:] // "Veldtian President"
			title = f.kb.TitleOf(strings.Join(words, " "))
		}
		if title == nil {
			continue
		}
		switch title.Kind {
		case "head-of-state", "head-of-government", "minister":
		default:
			continue
		}
		t.office = title.Name
		out = append(out, t)
	}
	return out
}

// between reports whether tokens [first, last) hold more than the name of a
// state: "former wife of President Kell".
func (f *finder) between(doc *nlp.Doc, first, last int) bool {
	for k := first; k < last; k++ {
		if doc.Tokens[k].UPOS != "PROPN" && doc.Tokens[k].UPOS != "ADJ" && doc.Word(k) != "-" && doc.Word(k) != "." {
			return true
		}
	}
	return false
}

// past reports whether the sentence of x is dated to another time than the days
// around publication, so that its title may be of that time.
func (f *finder) past(x titled) bool {
	doc := f.docs[x.d]
	pub, ok := doc.Report.Published.Day()
	if !ok {
		return true
	}
	lo, hi := pub.AddDate(0, 0, -newsDays).Format(time.DateOnly), pub.AddDate(0, 0, newsDays).Format(time.DateOnly)
	for i := range doc.Timexes {
		t := &doc.Timexes[i]
		if t.Type != "DATE" && t.Type != "TIME" || t.First >= len(doc.Tokens) || doc.Tokens[t.First].Sent != x.sent || t.Optional {
			continue
		}
		if from, to, _, ok := event.Days(t.Value); !ok || to < lo || from > hi {
			return true
		}
	}
	return false
}

// newsDays is how far from publication (days) a date may lie in a sentence that
// tells news.
const newsDays = 14

// entry is what the lists know of an entity, nil when nothing.
func (f *finder) entry(entity int) *kb.Entry {
	if f.keys == nil {
		f.keys = map[int]string{}
		for d := range f.docs {
			for c := range f.docs[d].Chains {
				if key := f.docs[d].Chains[c].Key; key != "" && f.ents.OfChain[d][c] >= 0 {
					f.keys[f.ents.OfChain[d][c]] = key
				}
			}
		}
	}
	if key, ok := f.keys[entity]; ok {
		return f.kb.ByKey(key)
	}
	return nil
}

// holds reports whether the lists have e in an office of that title on day, and
// since when. An open end is sure only as far as the lists reach.
func (f *finder) holds(e *kb.Entry, office, day string) (from string, ok bool) {
	for _, r := range e.Roles {
		if r.Title != office || r.From == "" || r.From > day {
			continue
		}
		if r.To != "" && day <= r.To || r.To == "" && f.kb.Holder(office, r.Of, day) == e {
			return r.From, true
		}
	}
	return "", false
}

// others lists the mentions of the same person with the same office in other
// reports of the same day, one a report, former or not.
func (f *finder) others(all []titled, x titled, day string, former bool) []readout.Evidence {
	var out []readout.Evidence
	seen := map[int]bool{x.d: true}
	for _, y := range all {
		if seen[y.d] || y.entity != x.entity || y.office != x.office || y.former != former || f.day(y.d) != day || f.past(y) {
			continue
		}
		seen[y.d] = true
		out = append(out, readout.Evidence{Report: f.docs[y.d].Report.ID, Span: y.span})
	}
	return out
}

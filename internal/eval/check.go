package eval

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/examples"
	"github.com/readout-news/readout/internal/check"
	"github.com/readout-news/readout/internal/corpus"
	"github.com/readout-news/readout/internal/ingest"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/pipeline"
)

// checkStories is how many stories of AllSides val make the record that drafts
// are compared with.
const checkStories = 80

// scoreCheck makes drafts of paragraphs of reports and compares them with the
// record of those reports: as they are, where every finding has to be a match,
// and with one thing changed by machine, which has to be found, and nothing
// else.
func scoreCheck(data string) (string, error) {
	reader, err := pipeline.New()
	if err != nil {
		return "", err
	}
	var out strings.Builder
	lake, err := sampleReports(reader)
	if err != nil {
		return "", err
	}
	texts, err := corpus.ReadStories(filepath.Join(data, "stories", "allsides_val.jsonl"))
	if err != nil {
		return "", err
	}
	sets := []struct {
		name string
		docs []*nlp.Doc
	}{{"examples/lake-ansa", lake}, {"AllSides val", storyReports(reader, texts, checkStories)}}
	for _, s := range sets {
		if err := scoreDrafts(&out, reader, s.name, s.docs); err != nil {
			return "", err
		}
	}
	return out.String(), nil
}

// storyReports annotates the reports of the first stories told at least twice.
func storyReports(reader *pipeline.Reader, texts []corpus.StoryText, stories int) []*nlp.Doc {
	n := map[string]int{}
	for _, t := range texts {
		if len(t.Text) > 400 {
			n[t.Story]++
		}
	}
	seen := map[string]bool{}
	var docs []*nlp.Doc
	for _, t := range texts {
		if len(t.Text) <= 400 || n[t.Story] < 2 {
			continue
		}
		if seen[t.Story] = true; len(seen) > stories {
			break
		}
		r := &readout.Report{ID: t.Doc, Title: t.Title, Text: t.Text, Language: "en"}
		if len(t.Date) >= len(time.DateOnly) {
			r.Published = readout.Published{Value: t.Date[:len(time.DateOnly)], Precision: "day", Basis: readout.BasisSidecar}
		}
		docs = append(docs, reader.Annotate(r))
	}
	return docs
}

// change is one draft: a paragraph with one thing changed.
type change struct {
	kind  string
	text  string
	at    readout.Span // of what was changed, in text
	kinds []check.Kind // findings that tell of it
}

func scoreDrafts(out *strings.Builder, reader *pipeline.Reader, name string, docs []*nlp.Doc) error {
	rec, err := reader.Record(docs)
	if err != nil {
		return err
	}
	v := live.View(rec, docs)
	x, err := check.NewIndex(v)
	if err != nil {
		return err
	}
	run := func(text, day string) (*check.Result, error) {
		doc, err := reader.Draft(text, day)
		if err != nil {
			return nil, err
		}
		doc.Report.Skip = "" // a paragraph may be short
		return x.Check(doc)
	}

	type tally struct{ made, found int }
	copies := map[check.Kind]*[3]int{} // match, absent, differs
	changed := map[string]*tally{}
	others, alarms, drafts := 0, 0, 0
	for di, d := range docs {
		day := d.Report.Published.Value
		for _, p := range paragraphsOf(d) {
			res, err := run(p.In(d.Report.Text), day)
			if err != nil {
				continue
			}
			drafts++
			for _, f := range res.Findings {
				c := copies[f.Kind]
				if c == nil {
					c = &[3]int{}
					copies[f.Kind] = c
				}
				c[slices.Index([]check.Verdict{check.Match, check.Absent, check.Differs}, f.Verdict)]++
			}
		}
		for _, c := range changes(docs, di) {
			res, err := run(c.text, day)
			if err != nil {
				continue
			}
			t := changed[c.kind]
			if t == nil {
				t = &tally{}
				changed[c.kind] = t
			}
			t.made++
			found := false
			for _, f := range res.Findings {
				here := f.Span.Overlaps(c.at) && slices.Contains(c.kinds, f.Kind)
				if !here {
					others++
				}
				if f.Verdict != check.Differs {
					continue
				}
				if here {
					found = true
				} else {
					alarms++
				}
			}
			if found {
				t.found++
			}
		}
	}
	fmt.Fprintf(out, "%s: %d reports\n", name, len(docs))
	fmt.Fprintf(out, "  copied, %d paragraphs\n", drafts)
	for _, k := range []check.Kind{check.Quotation, check.Figure, check.Duration, check.Day, check.Title, check.Name} {
		if c := copies[k]; c != nil {
			all := float64(c[0] + c[1] + c[2])
			fmt.Fprintf(out, "    %-10s match %5.1f %%   not in the record %5.1f %%   differs (false) %5.2f %%   (%d)\n", k, 100*float64(c[0])/all, 100*float64(c[1])/all, 100*float64(c[2])/all, int(all))
		}
	}
	fmt.Fprintf(out, "  one thing changed\n")
	for _, k := range []string{"word of a quotation", "words of a quotation left out", "speaker", "figure", "duration", "date", "title", "name"} {
		if t := changed[k]; t != nil {
			fmt.Fprintf(out, "    %-30s found %5.1f %%   (%d)\n", k, 100*float64(t.found)/float64(t.made), t.made)
		}
	}
	fmt.Fprintf(out, "    elsewhere in these drafts      differs (false) %.2f %%   (%d findings)\n", 100*float64(alarms)/float64(max(others, 1)), others)
	return nil
}

// paragraphsOf lists the paragraphs of a report without furniture.
func paragraphsOf(d *nlp.Doc) []readout.Span {
	var out []readout.Span
	last := -1
	bad := map[int]bool{}
	for _, s := range d.Sentences {
		bad[s.Para] = bad[s.Para] || s.Noise != ""
	}
	for _, s := range d.Sentences {
		switch {
		case bad[s.Para]:
		case s.Para == last:
			out[len(out)-1].End = s.End
		default:
			out = append(out, s.Span)
			last = s.Para
		}
	}
	return slices.DeleteFunc(out, func(s readout.Span) bool { return len(strings.Fields(s.In(d.Report.Text))) < 8 })
}

// changes makes of report di at most one draft of each kind of change.
func changes(docs []*nlp.Doc, di int) []change {
	d := docs[di]
	text := d.Report.Text
	done := map[string]bool{}
	var out []change
	for _, p := range paragraphsOf(d) {
		// put makes the draft in which with stands in the place of s.
		put := func(kind string, s readout.Span, with string, lit readout.Span, kinds ...check.Kind) {
			old := s.In(text)
			if done[kind] || old == with || !p.Contains(s) {
				return
			}
			done[kind] = true
			grown := len(with) - len(old)
			if lit.Start > s.Start {
				lit.Start += grown
			}
			if lit.End >= s.End {
				lit.End += grown
			}
			out = append(out, change{kind, text[p.Start:s.Start] + with + text[s.End:p.End], readout.Span{Start: lit.Start - p.Start, End: max(lit.End, lit.Start+1) - p.Start}, kinds})
		}
		quoted := func(s readout.Span) bool {
			return strings.Count(text[p.Start:s.Start], "“")+strings.Count(text[p.Start:s.Start], `"`)%2 > strings.Count(text[p.Start:s.Start], "”")
		}
		for ai := range d.Attributions {
			a := &d.Attributions[ai]
			if a.Kind != readout.Direct || len(a.Content) == 0 || !p.Contains(a.Span()) {
				continue
			}
			c := a.Content[0]
			first, last := d.TokensIn(c)
			if last-first < 8 {
				continue
			}
			for i := first + 2; i < last-2; i++ {
				if t := d.Tokens[i]; (t.UPOS == "NOUN" || t.UPOS == "ADJ") && t.Len() > 3 {
					put("word of a quotation", t.Span, otherWord(docs, di, t), c, check.Quotation)
					break
				}
			}
			if mid := first + (last-first)/2; d.Tokens[mid].UPOS != "PUNCT" && d.Tokens[mid+1].UPOS != "PUNCT" && d.Tokens[mid-1].End < d.Tokens[mid].Start && d.Tokens[mid+1].End < d.Tokens[mid+2].Start {
				put("words of a quotation left out", readout.Span{Start: d.Tokens[mid].Start, End: d.Tokens[mid+2].Start}, "", c, check.Quotation)
			}
			if a.SourceHead >= 0 && a.Speaker >= 0 && a.Speaker < len(d.Chains) && d.Chains[a.Speaker].Type == readout.Person {
				for _, mi := range d.Chains[a.Speaker].Mentions {
					m := &d.Mentions[mi]
					if m.Form == readout.FormName && a.Source.Contains(m.Span) {
						if who := otherPerson(docs, di, a.Speaker); who != "" {
							put("speaker", m.Span, who, p, check.Quotation, check.Title)
						}
					}
				}
			}
		}
		for i := range d.Timexes {
			t := &d.Timexes[i]
			if !p.Contains(t.Span) || quoted(t.Span) || t.Optional {
				continue
			}
			s := t.In(text)
			switch t.Type {
			case "DURATION":
				if with, ok := otherNumber(s); ok {
					put("duration", t.Span, with, t.Span, check.Duration)
				}
			case "DATE":
				if with, ok := otherDay(s); ok && len(t.Value) == len(time.DateOnly) {
					put("date", t.Span, with, t.Span, check.Day)
				}
			}
		}
		for i := range d.Tokens {
			t := &d.Tokens[i]
			if t.UPOS != "NUM" || !nlp.HasRel(t.Deprel, "nummod") || t.Head < 0 || !p.Contains(t.Span) || quoted(t.Span) || d.Tokens[t.Head].UPOS != "NOUN" || t.Head < i ||
				strings.HasPrefix(text[t.End:], "-") || slices.ContainsFunc(d.Timexes, func(x nlp.Timex) bool { return x.Overlaps(t.Span) }) {
				continue
			}
			if with, ok := otherNumber(t.In(text)); ok {
				put("figure", t.Span, with, t.Span, check.Figure)
			}
		}
		for mi := range d.Mentions {
			m := &d.Mentions[mi]
			if m.Form != readout.FormName || m.Type != nlp.PersonName || !p.Contains(m.Span) || quoted(m.Span) {
				continue
			}
			if with, ok := misspell(m.In(text)); ok {
				put("name", m.Span, with, m.Span, check.Name)
			}
			if !m.Title.Empty() && p.Contains(m.Title) {
				if with, ok := otherTitles[strings.ToLower(m.Title.In(text))]; ok {
					put("title", m.Title, with, p, check.Title)
				}
			}
		}
	}
	return out
}

// otherTitles are offices put in the place of others.
var otherTitles = map[string]string{
	"president": "Foreign Minister", "prime minister": "President", "foreign minister": "Prime Minister", "deputy prime minister": "Foreign Minister", "sen.": "Gov.", "senator": "Governor",
	"gov.": "Sen.", "governor": "Senator", "rep.": "Gov.", "secretary of state": "Attorney General", "attorney general": "Secretary of State", "house speaker": "Vice President", "vice president": "House Speaker",
	"judge": "Governor", "mayor": "Senator",
}

// otherWord is a word of the same tag from another report.
func otherWord(docs []*nlp.Doc, di int, t nlp.Token) string {
	for k := 1; k < len(docs); k++ {
		d := docs[(di+k)%len(docs)]
		for i := range d.Tokens {
			if w := d.Word(i); d.Tokens[i].XPOS == t.XPOS && len(w) > 4 && w == strings.ToLower(w) && !strings.EqualFold(w, docs[di].Text(t.Span)) {
				return w
			}
		}
	}
	return "other"
}

// otherPerson is the full name of another person of the report, or of the next
// report that has one.
func otherPerson(docs []*nlp.Doc, di, chain int) string {
	for k := range docs {
		d := docs[(di+k)%len(docs)]
		for ci := range d.Chains {
			c := &d.Chains[ci]
			if (k > 0 || ci != chain) && c.Type == readout.Person && strings.Contains(c.Name, " ") && !sharesWord(c.Name, docs[di].Chains[chain].Name) {
				return c.Name
			}
		}
	}
	return ""
}

func sharesWord(a, b string) bool {
	return slices.ContainsFunc(strings.Fields(a), func(w string) bool { return slices.Contains(strings.Fields(b), w) })
}

// otherNumber changes the first number of s: 14 to 19, "nine" to "four".
func otherNumber(s string) (string, bool) {
	words := []string{"two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen"}
	fields := strings.Fields(s)
	for i, w := range fields {
		if k := slices.Index(words, strings.ToLower(w)); k >= 0 {
			with := words[(k+5)%len(words)]
			if unicode.IsUpper([]rune(w)[0]) {
				with = strings.ToUpper(with[:1]) + with[1:]
			}
			fields[i] = with
			return strings.Join(fields, " "), true
		}
		if n := strings.IndexFunc(w, unicode.IsDigit); n == 0 && !strings.ContainsAny(w, "-/:") {
			r, size := utf8.DecodeRuneInString(w)
			fields[i] = string('1'+(r-'1'+5)%9) + w[size:]
			return strings.Join(fields, " "), r != '0'
		}
	}
	return "", false
}

// otherDay changes the weekday or the day of the month.
func otherDay(s string) (string, bool) {
	days := []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
	for i, d := range days {
		if strings.Contains(s, d) {
			return strings.Replace(s, d, days[(i+3)%7], 1), true
		}
	}
	for m := time.January; m <= time.December; m++ {
		if strings.Contains(s, m.String()) && strings.ContainsFunc(s, unicode.IsDigit) {
			return strings.Replace(s, m.String(), (m%12 + 1).String(), 1), true
		}
	}
	return "", false
}

// misspell swaps two letters inside the last word of a full name.
func misspell(name string) (string, bool) {
	i := strings.LastIndexByte(name, ' ') + 1
	w := []rune(name[i:])
	if i == 0 || len(w) < 5 {
		return "", false
	}
	k := len(w) / 2
	if w[k] == w[k+1] || !unicode.IsLetter(w[k]) || !unicode.IsLetter(w[k+1]) {
		return "", false
	}
	w[k], w[k+1] = w[k+1], w[k]
	return name[:i] + string(w), true
}

// sampleReports annotates the example reports.
func sampleReports(reader *pipeline.Reader) ([]*nlp.Doc, error) {
	dir, err := os.MkdirTemp("", "readout-check-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := os.CopyFS(dir, examples.Lake); err != nil {
		return nil, err
	}
	inputs := ingest.Read(context.Background(), []string{filepath.Join(dir, "lake-ansa")}, ingest.Options{})
	res, err := reader.Read(context.Background(), inputs, pipeline.Options{})
	if err != nil {
		return nil, err
	}
	return res.Docs, nil
}

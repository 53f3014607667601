package timex

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/lexicons"
)

// docOf is a Doc with the simplest tokens and sentences that tests need:
// words, numbers and marks; a sentence ends with a stop, or a stop and a
// closing quotation mark, before a capital; a blank line parts paragraphs.
func docOf(text, published string) *nlp.Doc {
	doc := &nlp.Doc{Report: &readout.Report{Text: text, Published: readout.Published{Value: published}}}
	atoms := newVocabulary().atomize(nil, text, 0, len(text))
	first, para := 0, 0
	for i, a := range atoms {
		doc.Tokens = append(doc.Tokens, nlp.Token{Span: a.Span, Sent: len(doc.Sentences)})
		last := i == len(atoms)-1
		stop := func(k int) bool {
			return k > 0 && text[atoms[k].Start] == '.' && atoms[k-1].Len() > 3
		}
		ends := stop(i) || strings.ContainsRune("\"”", []rune(text[a.Start:])[0]) && stop(i-1)
		if !last && (!ends || atoms[i+1].glued || !atoms[i+1].upper && text[atoms[i+1].Start] != '"') {
			continue
		}
		doc.Sentences = append(doc.Sentences, nlp.Sentence{
			Span: readout.Span{Start: atoms[first].Start, End: a.End}, First: first, Last: i + 1, Para: para,
		})
		first = i + 1
		if !last && strings.Contains(text[a.End:atoms[i+1].Start], "\n\n") {
			para++
		}
	}
	return doc
}

func embedded(t testing.TB) *ruleSet {
	t.Helper()
	set, err := parseFS(lexicons.FS, "en/timex")
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestExamples(t *testing.T) {
	set := embedded(t)
	a := annotator(set)
	for _, r := range set.rules {
		t.Run(r.name, func(t *testing.T) {
			for _, ex := range r.examples {
				doc := docOf(ex.text, ex.published)
				a.Run(doc)
				var got []exampleTimex
				for i, x := range doc.Timexes {
					g := exampleTimex{doc.Text(x.Span), x.Type, x.Value, x.Mod}
					if i < len(ex.want) && ex.want[i].mod == "" {
						g.mod = "" // only what an example names is tested
					}
					got = append(got, g)
				}
				if diff := cmp.Diff(ex.want, got, cmp.AllowUnexported(exampleTimex{})); diff != "" {
					t.Errorf("%s: %q (-want +got)\n%s", ex.where, ex.text, diff)
				}
			}
		})
	}
}

// A rule that no example of its own exercises is dead or shadowed.
func TestExamplesFireTheirRule(t *testing.T) {
	set := embedded(t)
	a := annotator(set)
	for _, r := range set.rules {
		if r.skip {
			continue
		}
		fires := false
		for _, ex := range r.examples {
			doc := docOf(ex.text, ex.published)
			a.Run(doc)
			for _, x := range doc.Timexes {
				fires = fires || x.By.Rule == "timex/"+r.name
			}
		}
		if !fires {
			t.Errorf("%s: no example of rule %s is decided by it", r.where, r.name)
		}
	}
}

// An argument that no rule uses is untested code.
func TestVerbsAreUsed(t *testing.T) {
	used := map[string]bool{}
	for _, r := range embedded(t).rules {
		for _, e := range r.emits {
			for key := range e.args {
				used[e.verb+" "+key] = true
			}
		}
	}
	for verb, keys := range verbs() {
		for _, key := range keys {
			if !used[verb+" "+key] {
				t.Errorf("no rule uses %s %s", verb, key)
			}
		}
	}
}

func TestAnnotator(t *testing.T) {
	a, err := New()
	if err != nil {
		t.Fatal(err)
	}
	if err := (nlp.Pipeline{
		{Name: "tokenize", Doc: "d", Version: "1", Run: func(*nlp.Doc) {}, Provides: []nlp.Layer{nlp.LayerTokens, nlp.LayerSentences}},
		a,
	}).Validate(); err != nil {
		t.Fatal(err)
	}
	if doc := docOf("", ""); true {
		a.Run(doc)
		if len(doc.Timexes) != 0 {
			t.Errorf("timexes of an empty report: %v", doc.Timexes)
		}
	}
}

// show writes everything of a timex that the table below judges.
func show(doc *nlp.Doc, x *nlp.Timex) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s|%s|%s", doc.Text(x.Span), x.Type, x.Value)
	add := func(name, v string) {
		if v != "" {
			fmt.Fprintf(&b, " %s=%s", name, v)
		}
	}
	add("mod", x.Mod)
	add("hedge", x.Hedge)
	add("basis", x.Basis)
	add("by", x.Function)
	if x.Anchor != nlp.None {
		add("anchor", doc.Text(doc.Timexes[x.Anchor].Span))
	}
	add("event", x.AnchorEvent)
	if x.Minutes != nil {
		bound := func(f *float64) string {
			if f == nil {
				return ""
			}
			return fmt.Sprint(*f)
		}
		add("minutes", bound(x.Minutes.Min)+".."+bound(x.Minutes.Max))
	}
	if x.Optional {
		add("optional", "yes")
	}
	return b.String()
}

func TestResolution(t *testing.T) {
	a := annotator(embedded(t))
	const sunday = "2031-03-16"
	for _, tc := range []struct {
		name, published, text string
		want                  []string
	}{
		{"open above", exampleDay, "They spoke for over an hour and a half.", []string{
			"over an hour and a half|DURATION|PT1H30M mod=MORE_THAN hedge=over basis=explicit minutes=90..",
		}},
		{"about", exampleDay, "The call took about two hours.", []string{
			"about two hours|DURATION|PT2H mod=APPROX hedge=about basis=explicit minutes=105..135",
		}},
		{"bare round figure", exampleDay, "The call took two hours.", []string{
			"two hours|DURATION|PT2H basis=explicit minutes=105..135",
		}},
		{"bare odd figure", exampleDay, "The call took 97 minutes.", []string{
			"97 minutes|DURATION|PT97M basis=explicit minutes=97..97",
		}},
		{"nearly", exampleDay, "It took nearly three hours.", []string{
			"nearly three hours|DURATION|PT3H mod=NEARLY hedge=nearly basis=explicit minutes=153..180",
		}},
		{"half of what multiplies", exampleDay, "It took a thousand and a half days. It took half a million hours.", []string{
			"a thousand and a half days|DURATION|P1500D basis=explicit",
			"half a million hours|DURATION|PT500000H basis=explicit",
		}},
		{"fraction before what multiplies", exampleDay, "It took two and a half thousand days. It took 2 1/2 thousand days. It took 2½ hundred years. It took two hundred and two and a half hours.", []string{
			"two and a half thousand days|DURATION|P2500D basis=explicit",
			"2 1/2 thousand days|DURATION|P2500D basis=explicit",
			"2½ hundred years|DURATION|P250Y basis=explicit",
			"two hundred and two and a half hours|DURATION|PT202H30M basis=explicit",
		}},
		{"range", exampleDay, "It will take two to three hours.", []string{
			"two to three hours|DURATION|PT2H basis=explicit minutes=120..180",
		}},
		{"open below", exampleDay, "It took less than 40 minutes.", []string{
			"less than 40 minutes|DURATION|PT40M mod=LESS_THAN hedge=less than basis=explicit minutes=..40",
		}},
		{"hedge after", exampleDay, "It lasted an hour or so.", []string{
			"an hour or so|DURATION|PT1H mod=APPROX hedge=or so basis=explicit minutes=52.5..67.5",
		}},
		{"compound attribute", exampleDay, "The two-and-a-half-hour meeting failed.", []string{
			"two-and-a-half-hour|DURATION|PT2H30M basis=explicit minutes=131.25..168.75",
		}},
		{"several", exampleDay, "They spoke for several hours.", []string{
			"several hours|DURATION|PTXH basis=explicit",
		}},
		{"longer than a day", exampleDay, "They agreed on a 30-day truce.", []string{
			"30-day|DURATION|P30D basis=explicit",
		}},
		{"elided unit", exampleDay, "It could run as long as four hours, or at least three.", []string{
			"as long as four hours|DURATION|PT4H mod=EQUAL_OR_LESS hedge=as long as basis=explicit minutes=..240",
			"at least three|DURATION|PT3H mod=EQUAL_OR_MORE hedge=at least basis=inferred by=anchor anchor=as long as four hours minutes=180..",
		}},
		{"hours before an event", exampleDay, "Hours before the call, drones struck Orrin.", []string{
			"Hours|DURATION|PTXH basis=explicit event=before",
		}},
		{"years after an event", exampleDay, "More than three years after the invasion, they met.", []string{
			"More than three years|DURATION|P3Y mod=MORE_THAN hedge=More than basis=explicit event=after",
		}},
		{"quoted day of speech, clause after", exampleDay, "\"We will speak today,\" Tomas Ered told reporters on Sunday.", []string{
			"today|DATE|2031-03-09 basis=relative by=speech anchor=Sunday",
			"Sunday|DATE|2031-03-09 basis=relative by=publication",
		}},
		{"quoted day of speech, clause before", exampleDay, "Ilse Maren said on Monday: \"Tomorrow we sign.\"", []string{
			"Monday|DATE|2031-03-10 basis=relative by=publication",
			"Tomorrow|DATE|2031-03-11 basis=relative by=speech anchor=Monday",
		}},
		{"quotation in another paragraph", exampleDay, "Ilse Maren said on Monday that it was over.\n\n\"Tomorrow we sign.\"", []string{
			"Monday|DATE|2031-03-10 basis=relative by=publication",
			"Tomorrow|DATE|2031-03-14 basis=relative by=publication",
		}},
		{"weekday ahead", exampleDay, "Dana Whitlock will meet him on Tuesday.", []string{
			"Tuesday|DATE|2031-03-18 basis=relative by=publication",
		}},
		{"weekday of the day of publication", exampleDay, "They spoke Thursday.", []string{
			"Thursday|DATE|2031-03-13 basis=relative by=publication",
		}},
		{"passive of the future", exampleDay, "It will be signed in Orrin on Tuesday.", []string{
			"Tuesday|DATE|2031-03-18 basis=relative by=publication",
		}},
		{"possessive", exampleDay, "They would find a way around Tuesday's ruling.", []string{
			"Tuesday|DATE|2031-03-11 basis=relative by=publication",
		}},
		{"words that lead to a day ahead", exampleDay, "On Friday, in the run-up to the August 15 summit, they spoke.", []string{
			"Friday|DATE|2031-03-07 basis=relative by=publication",
			"August 15|DATE|2031-08-15 basis=inferred by=publication",
		}},
		{"tense of the clause behind that", exampleDay, "Ilse Maren said that the talks on Tuesday will go on.", []string{
			"Tuesday|DATE|2031-03-18 basis=relative by=publication",
		}},
		{"weekday of a week just named", exampleDay, "They spoke twice last week, once on Tuesday.", []string{
			"last week|DATE|2031-W10 basis=relative by=publication",
			"Tuesday|DATE|2031-03-04 basis=relative by=anchor anchor=last week",
		}},
		{"dates of a list share their year", exampleDay, "Will they meet in December or January?", []string{
			"December|DATE|2031-12 basis=inferred by=publication",
			"January|DATE|2032-01 basis=inferred by=publication",
		}},
		{"year left out, past", "2031-02-09", "They spoke on June 14.", []string{
			"June 14|DATE|2030-06-14 basis=inferred by=publication",
		}},
		{"year left out, ahead", "2031-02-09", "They will speak on June 14.", []string{
			"June 14|DATE|2031-06-14 basis=inferred by=publication",
		}},
		{"day ahead told in the past", exampleDay, "The offer was extended to April 6.", []string{
			"April 6|DATE|2031-04-06 basis=inferred by=publication",
		}},
		{"anaphora", exampleDay, "They met on June 14, 2029. Two days later it failed.", []string{
			"June 14, 2029|DATE|2029-06-14 basis=explicit",
			"Two days later|DATE|2029-06-16 basis=relative by=anchor anchor=June 14, 2029",
		}},
		{"hours that make days", exampleDay, "They met on June 14, 2029; 48 hours later it failed.", []string{
			"June 14, 2029|DATE|2029-06-14 basis=explicit",
			"48 hours later|TIME|2029-06-16 basis=relative by=anchor anchor=June 14, 2029",
		}},
		{"clock takes the day of its sentence", exampleDay, "On June 14, 2029 they met at 10 a.m. in Orrin.", []string{
			"June 14, 2029|DATE|2029-06-14 basis=explicit",
			"10 a.m.|TIME|2029-06-14T10:00 basis=relative by=anchor anchor=June 14, 2029",
		}},
		{"the winter that it is", "2031-01-10", "This winter was hard. Last winter was not. They met this summer.", []string{
			"This winter|DATE|2030-WI basis=relative by=publication",
			"Last winter|DATE|2029-WI basis=relative by=publication",
			"this summer|DATE|2031-SU basis=relative by=publication",
		}},
		{"the winter of this year", "2031-11-10", "This winter will be hard. They met this summer. This past winter was mild, this past spring, too.", []string{
			"This winter|DATE|2031-WI basis=relative by=publication",
			"this summer|DATE|2031-SU basis=relative by=publication",
			"This past winter|DATE|2030-WI basis=relative by=publication",
			"this past spring|DATE|2031-SP basis=relative by=publication",
		}},
		{"past and coming seasons", exampleDay, "This past summer was dry. They will meet this coming winter.", []string{
			"This past summer|DATE|2030-SU basis=relative by=publication",
			"this coming winter|DATE|2031-WI basis=relative by=publication",
		}},
		{"farther than any calendar", exampleDay, "It fell 5000 years ago. It fell two and a half million years ago. It fell a million and a half years ago. It will return 9000 years from now. It fell 999999999 million hours ago.", []string{
			"5000 years ago|DATE|PAST_REF basis=relative",
			"two and a half million years ago|DATE|PAST_REF basis=relative",
			"a million and a half years ago|DATE|PAST_REF basis=relative",
			"9000 years from now|DATE|FUTURE_REF basis=relative",
			"999999999 million hours ago|DATE|PAST_REF basis=relative",
		}},
		{"farther than a count of nanoseconds", exampleDay, "It fell on June 14, 1031. It fell again 8760000 hours later.", []string{
			"June 14, 1031|DATE|1031-06-14 basis=explicit",
			"8760000 hours later|TIME|2030-10-14 basis=relative by=anchor anchor=June 14, 1031",
		}},
		{"last week on a Sunday", sunday, "They met last week.", []string{
			"last week|DATE|2031-W11 basis=relative by=publication",
		}},
		{"vague", exampleDay, "They now agree.", []string{
			"now|DATE|PRESENT_REF basis=relative optional=yes",
		}},
		{"no publication date", "", "Last week they met; on Friday, in May 2030 and yesterday they did not.", []string{
			"Last week|DATE|XXXX-WXX basis=relative",
			"Friday|DATE|XXXX-WXX-5 basis=relative",
			"May 2030|DATE|2030-05 basis=explicit",
			"yesterday|DATE|XXXX-XX-XX basis=relative",
		}},
		{"publication known to the month", "2031-03", "They met last month, last year and last week.", []string{
			"last month|DATE|2031-02 basis=relative by=publication",
			"last year|DATE|2030 basis=relative by=publication",
			"last week|DATE|XXXX-WXX basis=relative",
		}},
		{"names and figures", exampleDay, "The Sunday Times and April Ryan asked about 2,000 troops, Flight 1990, COVID-19, $2014 and a 3-2 score.", nil},
		{"telephone numbers", exampleDay, "Call +1 202-555-1990, 202 555 2014 or 555-2020.", nil},
		{"verbs", exampleDay, "It may march; May the talks go on?", nil},
		{"leap day", "2031-03-13", "It was February 29.", []string{
			"February 29|DATE|2028-02-29 basis=inferred by=publication",
		}},
		{"no such day", exampleDay, "It was 31 June 2030.", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			doc := docOf(tc.text, tc.published)
			a.Run(doc)
			var got []string
			for i := range doc.Timexes {
				got = append(got, show(doc, &doc.Timexes[i]))
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestProvenance(t *testing.T) {
	doc := docOf("They spoke for two hours on Friday.", exampleDay)
	annotator(embedded(t)).Run(doc)
	want := []nlp.Timex{
		{
			Span: readout.Span{Start: 15, End: 24}, Type: "DURATION", Value: "PT2H", Basis: "explicit", Anchor: nlp.None,
			Minutes: &nlp.Range{Min: ptr(105), Max: ptr(135)}, First: 3, Last: 5,
			By: readout.By{Annotator: "timex", Version: version, Rule: "timex/duration-number"},
		},
		{
			Span: readout.Span{Start: 28, End: 34}, Type: "DATE", Value: "2031-03-07", Basis: "relative", Function: "publication", Anchor: nlp.None,
			First: 6, Last: 7, By: readout.By{Annotator: "timex", Version: version, Rule: "timex/weekday-bare"},
		},
	}
	if diff := cmp.Diff(want, doc.Timexes); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func ptr(f float64) *float64 { return &f }

func TestLayersInUse(t *testing.T) {
	a := annotator(embedded(t))
	t.Run("a name blocks what lies in it", func(t *testing.T) {
		doc := docOf("The Friday Letter told them of it.", exampleDay)
		doc.Mentions = []nlp.Mention{{Span: readout.Span{Start: 4, End: 17}, Form: readout.FormName, Type: nlp.OutletName}}
		a.Run(doc)
		if len(doc.Timexes) != 0 {
			t.Errorf("timexes: %v", doc.Timexes)
		}
	})
	t.Run("furniture is not read, headings are", func(t *testing.T) {
		for noise, want := range map[string]int{"": 1, "heading": 1, "teaser": 0} {
			doc := docOf("They met on Friday.", exampleDay)
			doc.Sentences[0].Noise = noise
			a.Run(doc)
			if len(doc.Timexes) != want {
				t.Errorf("noise %q: %d timexes, want %d", noise, len(doc.Timexes), want)
			}
		}
	})
	t.Run("tags tell tense where words do not", func(t *testing.T) {
		doc := docOf("Envoys to gather Friday.", exampleDay)
		for i, tag := range []string{"NNS", "TO", "VB", "NNP", "."} {
			doc.Tokens[i].XPOS = tag
		}
		a.Run(doc)
		if len(doc.Timexes) != 1 || doc.Timexes[0].Value != "2031-03-14" {
			t.Errorf("timexes: %v", doc.Timexes)
		}
	})
}

func TestRuleErrors(t *testing.T) {
	const base = "class u\n  day = day | days\nrule r\n  match <n:number> <u:u>\n  make duration n=$n unit=$u\n  example \"two days\" = \"two days\" DURATION P2D\n"
	for _, tc := range []struct{ name, text, want string }{
		{"good", base, ""},
		{"line outside", "  match x\n", "t.rules:1: an indented line outside of a block"},
		{"block", "frobnicate x\n", "t.rules:1: unknown block"},
		{"class twice", "class u\n  a = b\nclass u\n  a = b\n", "t.rules:3: class u is defined already"},
		{"class of a builtin", "class number\n  a = b\n", "class number is defined already"},
		{"class line", "class u\n  day\n", "t.rules:2: class lines read"},
		{"empty class", "class u\nrule r\n", "class u is empty"},
		{"no class", "rule r\n  match <x>\n  skip\n  example \"a\" = none\n", "t.rules:2: no class"},
		{"no match", "rule r\n  skip\n  example \"a\" = none\n", "has no match line"},
		{"no example", "rule r\n  match a\n  skip\n", "has no example"},
		{"verb", strings.Replace(base, "make duration", "make tea", 1), "t.rules:5: no verb"},
		{"argument", strings.Replace(base, "n=$n", "sugar=$n", 1), "has no argument"},
		{"capture", strings.Replace(base, "$n", "$k", 1), "has no capture $k"},
		{"span", strings.Replace(base, "make duration", "make x: duration", 1), "has no span"},
		{"parenthesis", strings.Replace(base, "<u:u>", "( <u:u>", 1), "t.rules:4: expected"},
		{"definition", strings.Replace(base, "<u:u>", "{u}", 1), "no definition"},
		{"endless definition", "define a\n  {a}\nrule r\n  match {a}\n  skip\n  example \"a\" = none\n", "nest too deeply"},
		{"matches nothing", strings.Replace(base, "match <n:number> <u:u>", "match <n:number>? <u:u>?", 1), "can match nothing"},
		{"example", strings.Replace(base, "DURATION P2D", "DURATION", 1), "t.rules:6: example expects"},
		{"rule twice", base + "rule r\n", "rule r is defined at t.rules:3 already"},
		{"modifiers", "modifiers weather before\n", "modifiers (duration|point|offset) (before|after)"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := parseFS(fstest.MapFS{"d/t.rules": {Data: []byte(tc.text + "class cardinal\n  2 = two\n")}}, "d")
			if tc.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want %q", err, tc.want)
			}
		})
	}
	if _, err := parseFS(fstest.MapFS{}, "d"); err == nil {
		t.Error("no error without rule files")
	}
}

package names

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/lexicons"
	"github.com/readout-news/readout/models"
)

// sentences makes a document of sentences whose tokens are parted by spaces;
// a "_" before a token stands for no space.
func sentences(texts ...string) *nlp.Doc {
	doc := &nlp.Doc{Report: &readout.Report{}}
	var b strings.Builder
	for s, text := range texts {
		if s > 0 {
			b.WriteByte('\n')
		}
		first := len(doc.Tokens)
		for i, w := range strings.Fields(text) {
			w, glued := strings.CutPrefix(w, "_")
			if i > 0 && !glued {
				b.WriteByte(' ')
			}
			start := b.Len()
			b.WriteString(w)
			doc.Tokens = append(doc.Tokens, nlp.Token{Span: readout.Span{Start: start, End: b.Len()}, Sent: s, Head: nlp.None})
		}
		last := len(doc.Tokens)
		doc.Sentences = append(doc.Sentences, nlp.Sentence{
			Span:  readout.Span{Start: doc.Tokens[first].Start, End: doc.Tokens[last-1].End},
			First: first, Last: last,
		})
	}
	doc.Report.Text = b.String()
	return doc
}

// at makes a name of the first run of tokens that spell words, at or after
// token from.
func at(t *testing.T, doc *nlp.Doc, from int, words string, typ nlp.MentionType, conf float32) name {
	t.Helper()
	want := strings.Fields(words)
	for i := from; i+len(want) <= len(doc.Tokens); i++ {
		if matches(doc, want, i) {
			return name{first: i, last: i + len(want), typ: typ, conf: conf, rule: ruleCRF}
		}
	}
	t.Fatalf("no %q in the text", words)
	return name{}
}

func testFinder(t *testing.T) *finder {
	t.Helper()
	res, err := LoadFS(lexicons.FS, models.FS)
	if err != nil {
		t.Fatal(err)
	}
	return &finder{res: res, lex: res.words}
}

func spell(doc *nlp.Doc, found []name) []string {
	var out []string
	for _, n := range found {
		out = append(out, string(n.typ)+":"+doc.Text(doc.TokenSpan(n.first, n.last))+":"+n.rule)
	}
	return out
}

func TestTrim(t *testing.T) {
	f := testFinder(t)
	for _, c := range []struct {
		text, found string
		typ         nlp.MentionType
		want        string // "" when dropped
	}{
		{"The Orrin Times said so", "The Orrin Times", nlp.OrgName, "Orrin Times"},
		{"Maren 's office", "Maren 's", nlp.PersonName, "Maren"},
		{"on Monday", "Monday", nlp.Misc, ""},
		{"career Justice Department lawyers", "career Justice Department", nlp.OrgName, "Justice Department"},
		{"President Ilse Maren", "President Ilse Maren", nlp.PersonName, "Ilse Maren"},
		{"al - Sharaa arrived", "al - Sharaa", nlp.PersonName, "al - Sharaa"},
		{"said \" Ered \"", "\" Ered \"", nlp.PersonName, "Ered"},
		{"( D - Ohio )", "D - Ohio", nlp.Misc, ""},
		{"the deal", "deal", nlp.Misc, ""},
	} {
		doc := sentences(c.text)
		got := f.trim(doc, []name{at(t, doc, 0, c.found, c.typ, 1)})
		if s := strings.Join(words(doc, got), "|"); s != c.want {
			t.Errorf("%q in %q: got %q, want %q", c.found, c.text, s, c.want)
		}
	}
	doc := sentences("the Ohio Democrat said")
	got := f.trim(doc, []name{at(t, doc, 0, "Ohio Democrat", nlp.Misc, 1)})
	if want := []string{"place:Ohio:" + ruleList, "nationality:Democrat:" + ruleList}; !slices.Equal(spell(doc, got), want) {
		t.Errorf("got %q, want %q", spell(doc, got), want)
	}
}

func words(doc *nlp.Doc, found []name) []string {
	var out []string
	for _, n := range found {
		out = append(out, doc.Text(doc.TokenSpan(n.first, n.last)))
	}
	return out
}

func TestTitle(t *testing.T) {
	f := testFinder(t)
	for _, c := range []struct {
		text  string
		other string // another name in the text, "type words"
		want  string
	}{
		{"President Ilse Maren left", "", "President"},
		{"and the former prime minister Ilse Maren left", "", "former prime minister"},
		{"Karvan Foreign Minister Ilse Maren left", "nationality Karvan", "Karvan Foreign Minister"},
		{"the White House press secretary Ilse Maren left", "organization White House", "White House press secretary"},
		{"Today Trade and Industry Secretary Ilse Maren left", "", "Trade and Industry Secretary"},
		{"Minister of Foreign Affairs Ilse Maren left", "", "Minister of Foreign Affairs"},
		{"Orrin 's President Ilse Maren left", "place Orrin", "President"},
		{"he said , President Ilse Maren left", "", "President"},
		{"to President , Ilse Maren said", "", ""},
		{"the agency told Ilse Maren", "", ""},
	} {
		doc := sentences(c.text)
		var found []name
		if typ, other, ok := strings.Cut(c.other, " "); ok {
			found = append(found, at(t, doc, 0, other, nlp.MentionType(typ), 1))
		}
		found = append(found, at(t, doc, 0, "Ilse Maren", nlp.PersonName, 1))
		got := ""
		if s := f.title(doc, found, len(found)-1); !s.Empty() {
			got = doc.Text(s)
		}
		if got != c.want {
			t.Errorf("%q: got %q, want %q", c.text, got, c.want)
		}
	}
}

func TestAgree(t *testing.T) {
	f := testFinder(t)
	doc := sentences(
		"Maria Kovel met Orrin Steel in Sollund .",
		"Kovel said Orrin Steel paid .",
		"Then Kovel left Orrin Steel .",
		"Later Mr Kovel 's office called .",
	)
	found := []name{
		at(t, doc, 0, "Maria Kovel", nlp.PersonName, 0.99),
		at(t, doc, 0, "Orrin Steel", nlp.OrgName, 0.95),
		at(t, doc, 0, "Sollund", nlp.PlaceName, 0.95),
		at(t, doc, 8, "Kovel", nlp.OrgName, 0.5),
		at(t, doc, 8, "Orrin Steel", nlp.PlaceName, 0.4),
	}
	got := spell(doc, f.agree(doc, found))
	want := []string{
		"person:Maria Kovel:" + ruleCRF, "organization:Orrin Steel:" + ruleCRF, "place:Sollund:" + ruleCRF,
		"person:Kovel:" + ruleLastName, "organization:Orrin Steel:" + ruleAgree,
		"person:Kovel:" + ruleRepeat, "organization:Orrin Steel:" + ruleRepeat,
	}
	// The last Kovel stands after a capitalised word that is no name of the
	// report: the rule leaves it to the model.
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	head := sentences("Kovel Meet In Sollund After Long Delay", "Maria Kovel left .")
	cut := []name{at(t, head, 0, "Kovel Meet", nlp.OrgName, 0.9), at(t, head, 5, "Maria Kovel", nlp.PersonName, 0.9)}
	if got := words(head, f.agree(head, cut)); !slices.Equal(got, []string{"Kovel", "Maria Kovel"}) {
		t.Errorf("headline: got %q", got)
	}
	sureOne := []name{at(t, doc, 0, "Maria Kovel", nlp.PersonName, 0.99), at(t, doc, 8, "Kovel", nlp.OrgName, 0.95)}
	if got := f.agree(doc, sureOne); got[1].typ != nlp.OrgName {
		t.Error("a name that the model was sure of was overruled")
	}
}

func TestRefine(t *testing.T) {
	f := testFinder(t)
	for _, c := range []struct {
		words string
		typ   nlp.MentionType
		want  nlp.MentionType
	}{
		{"Reuters", nlp.OrgName, nlp.OutletName},
		{"Sollund Gazette", nlp.OrgName, nlp.OutletName},
		{"Orrin Bank", nlp.OrgName, nlp.OrgName},
		{"Treaty of Orrin", nlp.Misc, nlp.WorkName},
		{"Harvest Revolution", nlp.Misc, nlp.EventName},
		{"Hurricane Ilse", nlp.PersonName, nlp.EventName},
		{"Battle of Sollund", nlp.Misc, nlp.EventName},
		{"French", nlp.Misc, nlp.Nationality},
		{"Ilse Maren", nlp.PersonName, nlp.PersonName},
	} {
		doc := sentences(c.words)
		found := []name{at(t, doc, 0, c.words, c.typ, 1)}
		f.refine(doc, found)
		if found[0].typ != c.want {
			t.Errorf("%s: got %s, want %s", c.words, found[0].typ, c.want)
		}
	}
}

func TestListed(t *testing.T) {
	f := testFinder(t)
	for _, c := range []struct {
		text, found string
		typ         nlp.MentionType
		want        []string
	}{
		{"the USA Today report", "USA", nlp.OrgName, []string{"outlet:USA Today:" + ruleList}},
		{"the New York Times Square", "New York Times Square", nlp.PlaceName, []string{"place:New York Times Square:" + ruleCRF}},
		{"some Democrats said Orrin", "Orrin", nlp.PlaceName, []string{"nationality:Democrats:" + ruleList, "place:Orrin:" + ruleCRF}},
		{"a Christian Berg of Orrin", "Orrin", nlp.PlaceName, []string{"place:Orrin:" + ruleCRF}},
	} {
		doc := sentences(c.text)
		if got := spell(doc, f.listed(doc, []name{at(t, doc, 0, c.found, c.typ, 0.8)})); !slices.Equal(got, c.want) {
			t.Errorf("%q: got %q, want %q", c.text, got, c.want)
		}
	}
}

func TestWorks(t *testing.T) {
	f := testFinder(t)
	for _, c := range []struct {
		text string
		want []string
	}{
		{"she told Face the Nation on Sunday", []string{"Face the Nation"}},
		{"the state of the union", nil},
		{"he will face the nation on Sunday", nil},
		{"on “ State of the Union , ” she said", nil}, // the mark does not follow the name
		{"on “ State of the Union ” she said", []string{"State of the Union"}},
		{"State of the Union with Dana Whitlock", []string{"State of the Union"}},
		{"her novel “ The Long Road North , ” won", []string{"The Long Road North"}},
		{"her book “ Frost ” won", []string{"Frost"}},
		{"the word “ Frost ” won", nil},
		{"after Tropical Storm Ilse hit", []string{"Tropical Storm Ilse"}},
		{"a storm of Orrin", nil},
		{"his book said “ We are going home now ” twice", nil},
	} {
		doc := sentences(c.text)
		if got := words(doc, f.works(doc, nil)); !slices.Equal(got, c.want) {
			t.Errorf("%q: got %q, want %q", c.text, got, c.want)
		}
	}
}

func TestSentenceCasing(t *testing.T) {
	for text, want := range map[string]casing{
		"MAREN AND ERED MEET IN SOLLUND":                        shouted,
		"Maren And Ered Meet Again After Years In Sollund":      titled,
		"Ilse Maren met the minister of trade in Sollund":       normal,
		"The NATO and EU states met":                            normal,
		"Maren":                                                 normal,
		"The minister of trade said the talks had gone nowhere": normal,
	} {
		doc := sentences(text)
		if got := sentenceCasing(len(doc.Tokens), doc.Word); got != want {
			t.Errorf("%q: casing %d, want %d", text, got, want)
		}
	}
}

func TestHead(t *testing.T) {
	doc := sentences("the Bank of Orrin paid")
	if got := head(doc, 1, 4); got != 3 {
		t.Errorf("without syntax: %d, want the last token", got)
	}
	for i, h := range []int{1, 4, 3, 1, nlp.None} {
		doc.Tokens[i].Head, doc.Tokens[i].Deprel = h, "dep"
	}
	if got := head(doc, 1, 4); got != 1 {
		t.Errorf("with syntax: %d, want Bank", got)
	}
}

func TestLexiconRefuses(t *testing.T) {
	good := map[string]string{
		"en/names/heads.tsv":      "war\tevent\tlast\n",
		"en/names/words.tsv":      "book\tcue\n",
		"en/names/programmes.tsv": "The Daily Sollund\n",
		"en/names/evidence.tsv":   "in\tbefore\tplace\t2\n",
	}
	for name, bad := range map[string]string{
		"en/names/heads.tsv":      "war\tbattle\tlast\n",
		"en/names/words.tsv":      "book\tcue\tmore\n",
		"en/names/programmes.tsv": "The Daily\tsometimes\n",
		"en/names/evidence.tsv":   "in\tbeside\tplace\t2\n",
	} {
		fsys := fstest.MapFS{}
		for n, text := range good {
			fsys[n] = &fstest.MapFile{Data: []byte(text)}
		}
		if _, err := loadLexicon(fsys); err != nil {
			t.Fatal(err)
		}
		fsys[name] = &fstest.MapFile{Data: []byte("# comment\n\n" + bad)}
		if _, err := loadLexicon(fsys); err == nil || !strings.Contains(err.Error(), name+":3") {
			t.Errorf("%s: error %v, want its line", name, err)
		}
		delete(fsys, name)
		if _, err := loadLexicon(fsys); err == nil {
			t.Errorf("%s: its absence was accepted", name)
		}
	}
}

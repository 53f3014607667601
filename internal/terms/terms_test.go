package terms

import (
	"iter"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
)

func TestTokens(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"Talks, talks.", "talks talks"},
		{"al-Amin’s", "al amin s"},
		{"Åsa ÅSA A\u030asa", "asa asa asa"},
		{"Łódź Øre Straße œuvre İzmir ısı", "lodz ore strasse oeuvre izmir isi"},
		{"co\u00adoperate", "cooperate"},
		{"ﬁnal ４２ ①", "final 42 1"},
		{"5,000 U.S. 3.5%", "5 000 u s 3 5"},
		{"\u0301 ‒ … ", ""},
		{"a\xffb \xc3", "a b"},
		{"Переговоры й", "переговоры и"},
	} {
		var got []string
		for _, tok := range Tokens(c.text) {
			got = append(got, tok.Text)
		}
		if diff := cmp.Diff(c.want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%q (-want +got)\n%s", c.text, diff)
		}
	}
	got := Tokens("Å-é x")
	want := []Token{{"a", readout.Span{Start: 0, End: 2}}, {"e", readout.Span{Start: 3, End: 5}}, {"x", readout.Span{Start: 6, End: 7}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if n := len(Tokens(strings.Repeat("é", 500))[0].Text); n > maxToken {
		t.Errorf("a token of %d bytes", n)
	}
}

// vocabulary goes through words.
func vocabulary(words ...string) func(string) iter.Seq2[string, error] {
	return func(prefix string) iter.Seq2[string, error] {
		return func(yield func(string, error) bool) {
			for _, w := range words {
				if strings.HasPrefix(w, prefix) && !yield(w, nil) {
					return
				}
			}
		}
	}
}

func TestFamily(t *testing.T) {
	with := vocabulary("talk", "talks", "talked", "talking", "talker", "tall", "meet", "meets", "meeting", "meetings", "meter",
		"carry", "carries", "carried", "carrier", "try", "tried", "women", "womb", "boats", "boat", "maren", "marens", "mare", "mares", "press", "pressed")
	for _, c := range []struct{ word, want string }{
		{"talks", "talks talk talked talking"},
		{"talk", "talk talked talking talks"},
		{"met", "met meet meeting meets"},
		{"meet", "meet meeting meets met"},
		{"broke", "broke break broken"},
		{"carried", "carried carries carry"},
		{"try", "try tried"},
		{"woman", "woman women"},
		{"boats", "boats boat"},
		{"maren", "maren marens"},
		{"press", "press pressed"},
		{"2031", "2031"},
		{"øre", "øre"},
	} {
		got, err := Family(c.word, with)
		if err != nil {
			t.Fatal(err)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: %q, want %q", c.word, s, c.want)
		}
	}
}

func TestFind(t *testing.T) {
	text := "The talks — the Talks broke up, talked-out."
	for _, c := range []struct {
		patterns []Pattern
		want     string
	}{
		{nil, ""},
		{[]Pattern{{Words: [][]string{{"talks", "talked"}}}}, "talks|Talks|talked"},
		{[]Pattern{{Words: [][]string{{"the"}, {"talks"}, {"broke"}}}}, "the Talks broke"},
		{[]Pattern{{Words: [][]string{{"talks"}, {"br"}}, Prefix: true}}, "Talks broke"},
		{[]Pattern{{Words: [][]string{{"talks"}, {"broke"}}}, {Words: [][]string{{"broke"}, {"up"}}}}, "Talks broke up"},
		{[]Pattern{{}}, ""},
	} {
		var got []string
		for _, s := range Find(text, c.patterns, 10) {
			got = append(got, s.In(text))
		}
		if s := strings.Join(got, "|"); s != c.want {
			t.Errorf("%v: %q, want %q", c.patterns, s, c.want)
		}
	}
	if got := Find("a a a", []Pattern{{Words: [][]string{{"a"}}}}, 2); len(got) != 2 {
		t.Errorf("%d spans, want 2", len(got))
	}
}

func FuzzTokens(f *testing.F) {
	for _, s := range []string{"Talks, al-Amin’s", "Åsa A\u030asa ß", "\xff\u0301x", "①½ﬁ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		last := 0
		for _, tok := range Tokens(text) {
			s := tok.Span
			if s.Start < last || s.End <= s.Start || s.End > len(text) {
				t.Fatalf("span %v after %d in %q", s, last, text)
			}
			last = s.End
			if !utf8.RuneStart(text[s.Start]) || s.End < len(text) && !utf8.RuneStart(text[s.End]) && utf8.ValidString(text) {
				t.Fatalf("span %v of %q is not on rune edges", s, text)
			}
			if tok.Text == "" || len(tok.Text) > maxToken || !utf8.ValidString(tok.Text) {
				t.Fatalf("token %q", tok.Text)
			}
			// A folded word is one word and folds to itself: indexes rely on it.
			if again := Words(tok.Text); !slices.Equal(again, []string{tok.Text}) {
				t.Fatalf("%q comes apart into %q", tok.Text, again)
			}
		}
	})
}

// Words of three letters can leave a base of one.
func TestFamilyOfShortWords(t *testing.T) {
	none := func(string) iter.Seq2[string, error] { return func(func(string, error) bool) {} }
	for a := 'a'; a <= 'z'; a++ {
		for _, end := range []string{"ed", "es", "er", "en", "ly", "in", "is", "ing", "ess", "est"} {
			w := string(a) + end
			if got, err := Family(w, none); err != nil || len(got) == 0 || got[0] != w {
				t.Errorf("%s: %v, %v", w, got, err)
			}
		}
	}
}

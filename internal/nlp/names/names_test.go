package names_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/nlp/names"
	"github.com/readout-news/readout/internal/nlp/tokenize"
)

// shipped is the annotator as the product makes it, loaded once.
var shipped = sync.OnceValues(names.New)

// annotate reads a text with the shipped model; noise maps a piece of the text
// to its reason.
func annotate(t testing.TB, text string, noise map[string]string) *nlp.Doc {
	t.Helper()
	tok, err := tokenize.New()
	if err != nil {
		t.Fatal(err)
	}
	ann, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	doc := &nlp.Doc{Report: &readout.Report{Text: text}}
	for piece, reason := range noise {
		i := strings.Index(text, piece)
		doc.Report.Noise = append(doc.Report.Noise, readout.Noise{Span: readout.Span{Start: i, End: i + len(piece)}, Reason: reason})
	}
	tok.Run(doc)
	ann.Run(doc)
	return doc
}

// show writes mentions as "type:title|name".
func show(doc *nlp.Doc) []string {
	var out []string
	for _, m := range doc.Mentions {
		s := string(m.Type) + ":"
		if !m.Title.Empty() {
			s += doc.Text(m.Title) + "|"
		}
		out = append(out, s+doc.Text(m.Span))
	}
	return out
}

func TestNames(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"title", "President Ilse Maren met Foreign Minister Tomas Ered in Geneva.", []string{"person:President|Ilse Maren", "person:Foreign Minister|Tomas Ered", "place:Geneva"}},
		{"title with a nationality", "Former French Prime Minister Dana Whitlock spoke to reporters.", []string{"nationality:French", "person:Former French Prime Minister|Dana Whitlock"}},
		{"possessive outside", "Dana Whitlock's office declined to comment.", []string{"person:Dana Whitlock"}},
		{"article outside", "The United Nations said the European Union had agreed.", []string{"organization:United Nations", "organization:European Union"}},
		{"outlet", "Reuters reported the deal, and The Washington Post confirmed it.", []string{"outlet:Reuters", "outlet:Washington Post"}},
		{"programme", "He told “Face the Nation” that the talks would go on.", []string{"work:Face the Nation"}},
		{"quoted title", "Her book “A Winter in Orrin” came out in May.", []string{"work:A Winter in Orrin"}},
		{"quoted title of one word", "In his book “Frost,” Tomas Ered tells of the talks.", []string{"work:Frost", "person:Tomas Ered"}},
		{"agency that shares a name with parties", "The AP said the talks had failed.", []string{"outlet:AP"}},
		{"storm", "Hurricane Ilse hit Florida on Sunday.", []string{"event:Hurricane Ilse", "place:Florida"}},
		{"member of a party", "Democrats and Republicans voted for the bill.", []string{"nationality:Democrats", "nationality:Republicans"}},
		{"no names", "The talks lasted three hours on Monday.", nil},
		{"last name", "Ilse Maren arrived late. Maren said nothing.", []string{"person:Ilse Maren", "person:Maren"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := show(annotate(t, c.text, nil)); !slices.Equal(got, c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestNoise(t *testing.T) {
	text := "Maren and Ered meet in Geneva\n\nFollow Geneva News on Facebook\n\nThe ministers talked for an hour."
	doc := annotate(t, text, map[string]string{
		"Maren and Ered meet in Geneva":  "heading",
		"Follow Geneva News on Facebook": "share",
	})
	for _, m := range doc.Mentions {
		if m.Start > len("Maren and Ered meet in Geneva") {
			t.Errorf("a name in the furniture of the page: %q", doc.Text(m.Span))
		}
	}
	if got := fmt.Sprint(show(doc)); !strings.Contains(got, "place:Geneva") {
		t.Errorf("no name in the heading: %s", got)
	}
}

func TestMentionFields(t *testing.T) {
	doc := annotate(t, "President Ilse Maren met Tomas Ered in Geneva.", nil)
	if len(doc.Mentions) == 0 {
		t.Fatal("no names")
	}
	for _, m := range doc.Mentions {
		if m.Span != doc.TokenSpan(m.First, m.Last) || m.Head < m.First || m.Head >= m.Last {
			t.Errorf("%q: span, tokens and head disagree", doc.Text(m.Span))
		}
		if m.Form != readout.FormName || m.Chain != nlp.None || m.Confidence <= 0 || m.Confidence > 1 {
			t.Errorf("%q: form %q, chain %d, confidence %g", doc.Text(m.Span), m.Form, m.Chain, m.Confidence)
		}
		if m.By.Annotator != "names" || m.By.Version != names.Version || !strings.HasPrefix(m.By.Rule, "names/") {
			t.Errorf("%q: by %+v", doc.Text(m.Span), m.By)
		}
	}
}

func TestHeadlines(t *testing.T) {
	body := "\n\nPresident Ilse Maren and Foreign Minister Tomas Ered met in Geneva on Monday. Ered said the talks went on for an hour."
	for _, head := range []string{"MAREN AND ERED MEET IN GENEVA", "Maren And Ered Meet In Geneva After Long Delay"} {
		doc := annotate(t, head+body, map[string]string{head: "heading"})
		var got []string
		for _, m := range doc.Mentions {
			if m.End <= len(head) {
				got = append(got, strings.ToLower(doc.Text(m.Span))+":"+string(m.Type))
			}
		}
		if want := []string{"maren:person", "ered:person", "geneva:place"}; !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", head, got, want)
		}
	}
}

func FuzzNames(f *testing.F) {
	f.Add("President Ilse Maren's aide told “Face the Nation” that ORRIN, Inc. had left.")
	f.Add("“\"''the The THE 's’s—(-) al-")
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			return
		}
		doc := annotate(t, text, nil)
		last := readout.Span{}
		for _, m := range doc.Mentions {
			if m.First >= m.Last || m.Span != doc.TokenSpan(m.First, m.Last) || m.Start < last.End {
				t.Errorf("mention %v after %v, tokens [%d,%d)", m.Span, last, m.First, m.Last)
			}
			if !m.Title.Empty() && m.Title.End > m.Start {
				t.Errorf("title %v of mention %v", m.Title, m.Span)
			}
			last = m.Span
		}
	})
}

func BenchmarkNames(b *testing.B) {
	doc := annotate(b, strings.Repeat("President Ilse Maren of Karvany met Foreign Minister Tomas Ered in Geneva on Monday, Reuters reported. "+
		"“We made progress,” Ered told reporters after the talks, which lasted more than two hours.\n\n", 20), nil)
	ann, err := shipped()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		doc.Mentions = doc.Mentions[:0]
		ann.Run(doc)
	}
	b.ReportMetric(float64(len(doc.Tokens)*b.N)/b.Elapsed().Seconds(), "tok/s")
}

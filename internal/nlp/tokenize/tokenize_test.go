package tokenize

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

func annotator(t testing.TB) *nlp.Annotator {
	t.Helper()
	a, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// show prints the tokens with "|" between them, sentences with " / " and
// paragraphs with " // ".
func show(doc *nlp.Doc) string {
	var b strings.Builder
	for i, s := range doc.Sentences {
		if i > 0 {
			b.WriteString(" / ")
			if doc.Sentences[i-1].Para != s.Para {
				b.Reset()
			}
		}
		for j := s.First; j < s.Last; j++ {
			if j > s.First {
				b.WriteByte(' ')
			}
			b.WriteString(doc.Word(j))
		}
	}
	return b.String()
}

func run(a *nlp.Annotator, text string, noise ...readout.Noise) *nlp.Doc {
	doc := &nlp.Doc{Report: &readout.Report{Text: text, Noise: noise}}
	a.Run(doc)
	return doc
}

// FuzzTokenize checks what every other annotator builds on: spans lie in the
// text and on rune edges, in order, without overlap, no character that is no
// space is lost, and sentences are unbroken runs of tokens within a paragraph.
func FuzzTokenize(f *testing.F) {
	for _, s := range []string{
		"", " ", "“Why?” Ilse Maren asked.\nShe wouldn't've gone to the U.S. on Jan. 3, 2025.",
		"maren@sollund.example www.voz.us/a?b=c @ilse #talks http://x.y/(z).", "\xff\xfe.a.b'’s n't '90s $4.5m 3:15p.m.",
		"a\u200bb\r\nc\u2028d", "-.-'.-", "1,000,00,000.0-1-2-3", "can't cannot İi'S",
	} {
		f.Add(s, 3, 9)
	}
	a := annotator(f)
	f.Fuzz(func(t *testing.T, text string, from, to int) {
		text = strings.ToValidUTF8(text, "\uFFFD")
		var noise []readout.Noise
		if from >= 0 && from < to && to <= len(text) {
			noise = append(noise, readout.Noise{Span: readout.Span{Start: from, End: to}, Reason: "credit"})
		}
		doc := run(a, text, noise...)
		at := 0
		for i, tok := range doc.Tokens {
			if tok.Start < at || tok.End <= tok.Start || tok.End > len(text) {
				t.Fatalf("token %d %v after %d of %d", i, tok.Span, at, len(text))
			}
			if !utf8.ValidString(tok.In(text)) {
				t.Fatalf("token %d %q cuts a rune", i, tok.In(text))
			}
			checkSpace(t, text[at:tok.Start])
			at = tok.End
		}
		checkSpace(t, text[at:])
		next, para := 0, 0
		for i, s := range doc.Sentences {
			if s.First != next || s.Last <= s.First || s.Last > len(doc.Tokens) || s.Para < para {
				t.Fatalf("sentence %d: %+v, want first token %d", i, s, next)
			}
			if s.Start != doc.Tokens[s.First].Start || s.End != doc.Tokens[s.Last-1].End {
				t.Fatalf("sentence %d: span %v is not that of its tokens", i, s.Span)
			}
			for k := s.First; k < s.Last; k++ {
				if doc.Tokens[k].Sent != i {
					t.Fatalf("token %d: sentence %d, want %d", k, doc.Tokens[k].Sent, i)
				}
			}
			next, para = s.Last, s.Para
		}
		if next != len(doc.Tokens) {
			t.Fatalf("%d tokens outside of sentences", len(doc.Tokens)-next)
		}
	})
}

func checkSpace(t *testing.T, gap string) {
	t.Helper()
	for _, r := range gap {
		if !isSpace(r) {
			t.Fatalf("lost %q in %q", r, gap)
		}
	}
}

func TestFirst(t *testing.T) {
	doc := run(annotator(t), "Ms. Maren didn't go. “Why?” Tomas Ered asked.")
	if got, want := show(doc), "Ms. Maren did n't go . / “ Why ? ” Tomas Ered asked ."; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

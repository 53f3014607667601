package quote

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/readout-news/readout"
)

// paragraphs splits at newlines, as the tests write paragraphs.
func paragraphs(text string) []readout.Span {
	var out []readout.Span
	start := 0
	for i := 0; i <= len(text); i++ {
		if i == len(text) || text[i] == '\n' {
			if i > start {
				out = append(out, readout.Span{Start: start, End: i})
			}
			start = i + 1
		}
	}
	return out
}

func TestReadMarks(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string // inner text; "> " nested, "+" continues, "-" continued, "?" broken
	}{
		{"curly", "“We will talk,” Ered said. “Soon.”", []string{"We will talk,", "Soon."}},
		{"straight", `"We will talk," Ered said. "Soon."`, []string{"We will talk,", "Soon."}},
		{"doubled opening", "““We will talk,” Ered said.", []string{"We will talk,"}},
		{"mixed shapes", "“We will talk,\" Ered said.", []string{"We will talk,"}},
		{"wrong curl at the end", "He called it “brief“ and left.", []string{"brief"}},
		{"spaced straight", `" We will talk , " Ered said .`, []string{" We will talk , "}},
		{"glued after close", `"We will talk,"Ered said.`, []string{"We will talk,"}},
		{"nested single", "“She told me: ‘Go home.’ So I went,” he said.", []string{"She told me: ‘Go home.’ So I went,", "> Go home."}},
		{"nested straight single", `"She said: 'You can't go.' I went," he said.`, []string{`She said: 'You can't go.' I went,`, "> You can't go."}},
		{"nested double", "“He said “yes” to me,” Maren said.", []string{"He said “yes” to me,", "> yes"}},
		{"apostrophes", "Sollund’s leaders’ plan didn’t hold in the ’90s.", nil},
		{"single as main mark", "Ered called it ‘a good day’ for Orrin.", []string{"a good day"}},
		{"genitive inside single", "He spoke of ‘the leaders’ plan’ again.", []string{"the leaders’ plan"}},
		{"inches", `The 12" pipe burst, "badly," he said.`, []string{"badly,"}},
		{"missing close in the paragraph", "“We will talk. That is it. “And soon,” he said.", []string{"? We will talk.", "And soon,"}},
		{"missing close, next goes on", "“One.\n“Two,” he said.", []string{"+ One.", "- Two,"}},
		{"three paragraphs", "“One.\n“Two.\n“Three.” He left.", []string{"+ One.", "+- Two.", "- Three."}},
		{"missing close at the end", "“One goes on\nThen he left.", []string{"? One goes on"}},
		{"missing close in the middle", "He said “it is on. Nobody came.", []string{"? it is on."}},
		{"curly inside straight", "\"It is like “The Long Road.” We know it,\" he said.", []string{"It is like “The Long Road.” We know it,", "> The Long Road."}},
		{"curly inside straight without end", "\"It is like “The Long Road.” We know it.", []string{"? It is like “The Long Road.” We know it.", "> The Long Road."}},
		{"markup", "See <a id=\"12\"> and “this here.”", []string{"this here."}},
		{"stray closing", "We left.” He stayed.", nil},
		{"low marks", "„Ja“, sa han.", []string{"Ja"}},
		{"tex", "``We will,'' he said.", []string{"We will,"}},
		{"empty text", "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, q := range readMarks(c.text, paragraphs(c.text)) {
				flags := ""
				if q.continues {
					flags += "+"
				}
				if q.continued {
					flags += "-"
				}
				if q.broken {
					flags += "?"
				}
				if q.parent >= 0 {
					flags += ">"
				}
				if flags != "" {
					flags += " "
				}
				got = append(got, flags+q.inner.In(c.text))
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("%s (-want +got):\n%s", strings.ReplaceAll(c.text, "\n", "⏎"), d)
			}
		})
	}
}

func FuzzReadMarks(f *testing.F) {
	f.Add("“a ‘b’ c”\n\"d\" 'e")
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ToValidUTF8(text, "?")
		prev := 0
		for _, q := range readMarks(text, paragraphs(text)) {
			if q.inner.Start < prev || q.inner.End < q.inner.Start || q.inner.End > len(text) {
				t.Fatalf("quotation %+v out of range or order in %q", q, text)
			}
			prev = q.inner.Start
		}
	})
}

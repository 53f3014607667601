package position_test

import (
	"bufio"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/lexicons"
)

// A marked example: {party}, <terms>, ~addressee~. An addressee may stand
// inside the terms.
type marked struct {
	text                    string
	party, terms, addressee string
}

func unmark(t *testing.T, s string) marked {
	t.Helper()
	var m marked
	var text, terms, party, addr strings.Builder
	var inTerms, inParty, inAddr bool
	for _, c := range s {
		switch c {
		case '{', '}':
			inParty = c == '{'
			continue
		case '<', '>':
			inTerms = c == '<'
			continue
		case '~':
			inAddr = !inAddr
			continue
		}
		text.WriteRune(c)
		if inTerms {
			terms.WriteRune(c)
		}
		if inParty {
			party.WriteRune(c)
		}
		if inAddr {
			addr.WriteRune(c)
		}
	}
	if inTerms || inParty || inAddr {
		t.Fatalf("marks of %q do not close", s)
	}
	m.text, m.terms, m.party, m.addressee = text.String(), terms.String(), party.String(), addr.String()
	return m
}

// frameRows reads frames.tsv once more, so that the loader is not its own judge.
func frameRows(t *testing.T, file string) [][]string {
	t.Helper()
	f, err := lexicons.FS.Open("en/positions/" + file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out [][]string
	in := bufio.NewScanner(f)
	for in.Scan() {
		if l := in.Text(); l != "" && l[0] != '#' {
			out = append(out, strings.Split(l, "\t"))
		}
	}
	return out
}

var shared *pipeline.Reader

func read(t *testing.T, text string) *nlp.Doc {
	t.Helper()
	if shared == nil {
		r, err := pipeline.New()
		if err != nil {
			t.Fatal(err)
		}
		shared = r
	}
	return shared.Annotate(&readout.Report{ID: "r0", Text: text, Published: readout.Published{Value: "2031-03-19"}})
}

func named(doc *nlp.Doc, chain int) string {
	if chain == nlp.None {
		return ""
	}
	var out []string
	for _, m := range doc.Chains[chain].Mentions {
		out = append(out, doc.Text(doc.Mentions[m].Span))
	}
	return strings.Join(out, "|")
}

// show prints a position in one line.
func show(doc *nlp.Doc, p *nlp.Position) string {
	s := fmt.Sprintf("%s %s [%s] -> [%s] <%s> %q", strings.TrimPrefix(p.By.Rule, "position/"), p.Stance, named(doc, p.Party), named(doc, p.Addressee), doc.Text(p.Terms), doc.Text(p.Span))
	if p.If.Len() > 0 {
		s += fmt.Sprintf(" if %q", doc.Text(p.If))
	}
	return s
}

// names reports whether a mention of chain is what words say.
func names(doc *nlp.Doc, chain int, words string) bool {
	if chain == nlp.None {
		return false
	}
	return slices.ContainsFunc(doc.Chains[chain].Mentions, func(m int) bool {
		got := doc.Text(doc.Mentions[m].Span)
		return strings.Contains(words, got) || strings.Contains(got, words)
	})
}

// preamble makes states of the invented names, as the rest of a report would.
const preamble = "Troops from Sollund crossed into Karvany in May. Citizens of Karvany fled to Orrin. The army of Karvany left Orrin, and the economy of Sollund shrank. The people of Orrin voted.\n\n"

// TestExamples reads the example of every row.
func TestExamples(t *testing.T) {
	for _, row := range frameRows(t, "frames.tsv") {
		rule, stance, example := row[0], row[5], row[7]
		t.Run(rule, func(t *testing.T) {
			m := unmark(t, example)
			doc := read(t, preamble+m.text)
			var got []string
			ok := false
			for i := range doc.Positions {
				p := &doc.Positions[i]
				got = append(got, show(doc, p))
				ok = ok || p.By.Rule == "position/"+rule && slices.Contains(strings.Split(stance, "/"), string(p.Stance)) && names(doc, p.Party, m.party) &&
					doc.Text(p.Terms) == m.terms && (m.addressee == "") == (p.Addressee == nlp.None) && (m.addressee == "" || names(doc, p.Addressee, m.addressee))
			}
			if !ok {
				t.Errorf("%s\n got\n  %s", example, strings.Join(got, "\n  "))
			}
		})
	}
}

// line writes a position as testdata/cases.txt does.
func line(doc *nlp.Doc, p *nlp.Position) string {
	name := func(c int) string {
		if c == nlp.None {
			return "-"
		}
		return doc.Chains[c].Name
	}
	s := fmt.Sprintf("%s %s %s -> %s <%s>", strings.TrimPrefix(p.By.Rule, "position/"), p.Stance, name(p.Party), name(p.Addressee), doc.Text(p.Terms))
	if p.If.Len() > 0 {
		s += fmt.Sprintf(" [if <%s>]", doc.Text(p.If))
	}
	if p.Until != nlp.None {
		s += fmt.Sprintf(" [until %s]", doc.Text(doc.Timexes[p.Until].Span))
	}
	if p.Event != nlp.None {
		s += fmt.Sprintf(" [event %s]", doc.Text(doc.Events[p.Event].Trigger))
	}
	if p.Breach {
		s += " [breach]"
	}
	if !p.Uttered {
		s += " [not uttered]"
	}
	return s
}

// TestCases reads each text of testdata/cases.txt and compares all positions.
func TestCases(t *testing.T) {
	b, err := os.ReadFile("testdata/cases.txt")
	if err != nil {
		t.Fatal(err)
	}
	type test struct {
		text string
		want []string
	}
	var tests []test
	for n, l := range strings.Split(string(b), "\n") {
		key, rest, _ := strings.Cut(l, " ")
		switch {
		case l == "" || l[0] == '#':
		case key == "text":
			tests = append(tests, test{text: rest})
		case key == "want" && len(tests) > 0:
			x := &tests[len(tests)-1]
			x.want = append(x.want, rest)
		default:
			t.Fatalf("cases.txt:%d: %q", n+1, l)
		}
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			doc := read(t, preamble+tt.text)
			var got []string
			for i := range doc.Positions {
				p := &doc.Positions[i]
				got = append(got, line(doc, p))
				if !p.Contains(p.Terms) || !slices.IsSorted(p.Issue) {
					t.Errorf("terms %q outside evidence %q, or issue %v not in order", doc.Text(p.Terms), doc.Text(p.Span), p.Issue)
				}
			}
			slices.Sort(got)
			want := slices.Sorted(slices.Values(tt.want))
			if !slices.Equal(got, want) {
				t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
			}
		})
	}
}

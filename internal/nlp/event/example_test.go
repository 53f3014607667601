package event

import (
	"bufio"
	"fmt"
	"os"
	"sort"
	"strconv"
	"strings"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/lexicons"
)

// An example of testdata/examples.txt: a sentence of ours with its tree, and
// the events it must give.
//
//	rule phone/noun-compound      (or "-" and a word, when it shows no trigger)
//	tree form|lemma|UPOS|XPOS|head|deprel[|mark] …   head is 1-based, 0 the root;
//	     mark: person, organization, place, nationality, outlet, group (a mention of its
//	     own chain), DATE:value, TIME:value, DURATION:value (a time expression),
//	     +tail continues the mention or expression of the word before it
//	cue  words that are cues of an attribution, by number (optional)
//	want TYPE/mode "trigger" status role:words … [key:value]
type example struct {
	line  int
	rules []string
	tree  string
	cues  []int
	want  []string
}

func readExamples(t *testing.T) []example {
	t.Helper()
	f, err := os.Open("testdata/examples.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []example
	in := bufio.NewScanner(f)
	in.Buffer(nil, 1<<20)
	for n := 1; in.Scan(); n++ {
		key, rest, _ := strings.Cut(strings.TrimSpace(in.Text()), " ")
		if key == "" || key[0] == '#' {
			continue
		}
		if key == "rule" {
			out = append(out, example{line: n, rules: strings.Fields(rest)})
			continue
		}
		if len(out) == 0 {
			t.Fatalf("line %d: no rule before %q", n, key)
		}
		e := &out[len(out)-1]
		switch key {
		case "tree":
			e.tree = rest
		case "cue":
			for _, c := range strings.Fields(rest) {
				i, err := strconv.Atoi(c)
				if err != nil {
					t.Fatalf("line %d: %v", n, err)
				}
				e.cues = append(e.cues, i-1)
			}
		case "want":
			e.want = append(e.want, rest)
		default:
			t.Fatalf("line %d: key %q is unknown", n, key)
		}
	}
	if err := in.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// buildDoc makes a Doc of one sentence from the tree of an example.
func buildDoc(t *testing.T, e example) *nlp.Doc {
	t.Helper()
	doc := &nlp.Doc{Report: &readout.Report{ID: "r0", Published: readout.Published{Value: "2031-03-19"}}}
	var text strings.Builder
	open := -1 // index of the mention or expression that +tail continues
	isTimex := false
	for i, w := range strings.Fields(e.tree) {
		c := strings.Split(w, "|")
		if len(c) < 6 {
			t.Fatalf("line %d: word %q has %d fields", e.line, w, len(c))
		}
		if text.Len() > 0 {
			text.WriteByte(' ')
		}
		start := text.Len()
		text.WriteString(c[0])
		head, err := strconv.Atoi(c[4])
		if err != nil {
			t.Fatalf("line %d: word %q: %v", e.line, w, err)
		}
		span := readout.Span{Start: start, End: text.Len()}
		doc.Tokens = append(doc.Tokens, nlp.Token{Span: span, Lemma: c[1], UPOS: c[2], XPOS: c[3], Head: head - 1, Deprel: c[5]})
		if len(c) < 7 || c[6] == "" {
			open = -1
			continue
		}
		mark := c[6]
		if mark == "+tail" {
			if open < 0 {
				t.Fatalf("line %d: %q continues nothing", e.line, w)
			}
			if isTimex {
				doc.Timexes[open].Span.End, doc.Timexes[open].Last = span.End, i+1
			} else {
				m := &doc.Mentions[open]
				m.Span.End, m.Last = span.End, i+1
				if head-1 < m.First {
					m.Head = i
				}
			}
			continue
		}
		if typ, value, ok := strings.Cut(mark, ":"); ok {
			doc.Timexes = append(doc.Timexes, nlp.Timex{Span: span, Type: typ, Value: value, First: i, Last: i + 1, Anchor: nlp.None})
			open, isTimex = len(doc.Timexes)-1, true
			continue
		}
		m := nlp.Mention{Span: span, First: i, Last: i + 1, Head: i, Form: readout.FormName, Type: nlp.MentionType(mark), Chain: len(doc.Chains)}
		if c[2] == "NOUN" {
			m.Form = readout.FormNominal
		} else if c[2] == "PRON" {
			m.Form = readout.FormPronoun
		}
		typ := readout.EntityType(mark)
		if mark == "nationality" {
			typ = readout.Group
		}
		doc.Mentions = append(doc.Mentions, m)
		doc.Chains = append(doc.Chains, nlp.Chain{Mentions: []int{len(doc.Mentions) - 1}, Type: typ, Name: c[0]})
		open, isTimex = len(doc.Mentions)-1, false
	}
	doc.Report.Text = text.String()
	doc.Sentences = []nlp.Sentence{{Span: readout.Span{End: text.Len()}, First: 0, Last: len(doc.Tokens)}}
	// A mention's head is the word whose governor stands outside it.
	for i := range doc.Mentions {
		m := &doc.Mentions[i]
		for k := m.First; k < m.Last; k++ {
			if h := doc.Tokens[k].Head; h < m.First || h >= m.Last {
				m.Head = k
				break
			}
		}
	}
	for _, c := range e.cues {
		doc.Attributions = append(doc.Attributions, nlp.Attribution{CueToken: c, Cue: doc.Tokens[c].Span, Parent: nlp.None, Relay: nlp.None, Speaker: nlp.None, Addressee: nlp.None, SourceHead: nlp.None})
	}
	return doc
}

// show prints an event mention in the words of a want line.
func show(doc *nlp.Doc, e *nlp.EventMention) string {
	mode := e.Mode
	if mode == "" {
		mode = "-"
	}
	parts := []string{fmt.Sprintf("%s/%s %q %s", e.Type, mode, doc.Text(e.Trigger), e.Status)}
	var args []string
	for _, a := range e.Args {
		if a.Role == "topic" {
			continue
		}
		args = append(args, a.Role+":"+strings.ReplaceAll(doc.Text(a.Span), " ", "_"))
	}
	sort.Strings(args)
	parts = append(parts, args...)
	word := func(key string, s readout.Span) {
		parts = append(parts, key+":"+strings.ReplaceAll(doc.Text(s), " ", "_"))
	}
	if e.Time != nlp.None {
		word("time", doc.Timexes[e.Time].Span)
	}
	if e.Place != nlp.None {
		word("place", doc.Mentions[e.Place].Span)
	}
	if e.Duration != nlp.None {
		word("duration", doc.Timexes[e.Duration].Span)
	}
	if e.Definite {
		parts = append(parts, "definite")
	}
	if e.Plural {
		parts = append(parts, "plural")
	}
	if e.Negated {
		parts = append(parts, "negated")
	}
	if e.Ordinal != "" {
		parts = append(parts, "ordinal:"+e.Ordinal)
	}
	for _, b := range e.Before {
		parts = append(parts, "before:"+doc.Text(doc.Events[b].Trigger))
	}
	for _, b := range e.After {
		parts = append(parts, "after:"+doc.Text(doc.Events[b].Trigger))
	}
	for _, b := range e.Tells {
		parts = append(parts, "tells:"+doc.Text(doc.Events[b].Trigger))
	}
	return strings.Join(parts, " ")
}

// TestEveryRuleHasAnExample keeps the file of examples complete.
func TestEveryRuleHasAnExample(t *testing.T) {
	lex, err := load(lexicons.FS, "en/events")
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]bool{}
	for _, e := range readExamples(t) {
		for _, r := range e.rules {
			have[r] = true
		}
	}
	missing := map[string]bool{}
	for _, rows := range lex.triggers {
		for _, r := range rows {
			if !have[r.rule] {
				missing[r.rule] = true
			}
		}
	}
	if len(missing) > 0 {
		t.Errorf("rules without an example in testdata/examples.txt: %v", missing)
	}
}

// TestExamples runs every example and checks that each named rule fired.
func TestExamples(t *testing.T) {
	lex, err := load(lexicons.FS, "en/events")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range readExamples(t) {
		t.Run(strings.Join(e.rules, " "), func(t *testing.T) {
			doc := buildDoc(t, e)
			run(doc, lex)
			var got []string
			fired := map[string]bool{}
			for i := range doc.Events {
				got = append(got, show(doc, &doc.Events[i]))
				fired[strings.TrimPrefix(doc.Events[i].By.Rule, "event/")] = true
			}
			if g, w := strings.Join(got, "\n"), strings.Join(e.want, "\n"); g != w {
				t.Errorf("examples.txt:%d: %s\n got\n%s\n want\n%s", e.line, doc.Report.Text, g, w)
			}
			for _, r := range e.rules {
				if e.rules[0] == "-" {
					break // an example of arguments, times or statuses
				}
				if !fired[r] && !strings.HasPrefix(r, "none/") && !strings.HasPrefix(r, "press/") {
					t.Errorf("examples.txt:%d: rule %s did not fire; fired %v", e.line, r, fired)
				}
			}
		})
	}
}

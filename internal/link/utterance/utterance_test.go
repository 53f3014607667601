package utterance

import (
	"math/rand"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// quoted is one statement of a test: a report of its own per letter.
type quoted struct {
	report, day, speaker string
	kind                 readout.StatementKind
	text                 string
}

// tags are the parts of speech of the words of the tests that are not NOUN.
var tags = map[string]string{
	"the": "DET", "a": "DET", "of": "ADP", "in": "ADP", "we": "PRON", "it": "PRON", "our": "PRON", "and": "CCONJ", "is": "AUX", "was": "AUX", "will": "AUX", "to": "PART", "that": "SCONJ",
	"Karvany": "PROPN", "Sollund": "PROPN", "Lake": "PROPN", "Ansa": "PROPN", "not": "PART", "never": "ADV",
}

// build makes a report of each letter and its statements; the content is the
// whole text.
func build(in []quoted) ([]*nlp.Doc, []*readout.Statement) {
	docs := map[string]*nlp.Doc{}
	var order []*nlp.Doc
	var out []*readout.Statement
	for i, q := range in {
		d := docs[q.report]
		if d == nil {
			d = &nlp.Doc{Report: &readout.Report{ID: q.report, Published: readout.Published{Value: q.day}}}
			docs[q.report] = d
			order = append(order, d)
		}
		base := len(d.Report.Text)
		d.Report.Text += q.text + "\n"
		first := len(d.Tokens)
		start := -1
		flush := func(end int) {
			if start >= 0 {
				w := d.Report.Text[start:end]
				tag := tags[w]
				if tag == "" {
					tag = "NOUN"
				}
				d.Tokens = append(d.Tokens, nlp.Token{Span: readout.Span{Start: start, End: end}, Sent: len(d.Sentences), Lemma: strings.ToLower(w), UPOS: tag})
				start = -1
			}
		}
		for k, r := range q.text {
			switch {
			case unicode.IsLetter(r):
				if start < 0 {
					start = base + k
				}
			default:
				flush(base + k)
				if !unicode.IsSpace(r) {
					d.Tokens = append(d.Tokens, nlp.Token{Span: readout.Span{Start: base + k, End: base + k + len(string(r))}, Sent: len(d.Sentences), UPOS: "PUNCT"})
				}
			}
		}
		flush(base + len(q.text))
		span := readout.Span{Start: base, End: base + len(q.text)}
		d.Sentences = append(d.Sentences, nlp.Sentence{Span: span, First: first, Last: len(d.Tokens), Para: len(d.Sentences)})
		out = append(out, &readout.Statement{ID: string(rune('a' + i)), Report: q.report, Kind: q.kind, Content: []readout.Span{span}, Text: q.text, Speaker: q.speaker, Uttered: true})
	}
	return order, out
}

const (
	direct, mixed, indirect = readout.Direct, readout.Mixed, readout.Indirect
	day1, day2, day9, day40 = "2031-03-01", "2031-03-02", "2031-03-09", "2031-04-09"
)

func TestLink(t *testing.T) {
	for _, c := range []struct {
		name string
		in   []quoted
		want []string // "statement:kind …" per utterance, changes as {old→new}
	}{
		{"word for word", []quoted{
			{"A", day1, "p", direct, "we wait for the ferry"}, {"B", day2, "p", direct, "we wait for the ferry"},
		}, []string{"a:fullest b:same"}},
		{"trimmed", []quoted{
			{"A", day1, "p", direct, "the ferry waits in harbour and the lake is calm"}, {"B", day1, "p", mixed, "that the “lake is calm”"}, {"C", day1, "p", direct, "the ferry waits in harbour"},
		}, []string{"a:fullest b:trimmed c:trimmed"}},
		{"changed within the marks", []quoted{
			{"A", day1, "p", direct, "see the long quarrel reach its end"}, {"B", day1, "p", direct, "see the long quarrel in the region end"},
		}, []string{"b:fullest a:changed{in the region→reach its}"}},
		{"a mark cuts the run", []quoted{
			{"A", day1, "p", mixed, "“grave quarrel” and a “harbour wall” of stone"}, {"B", day1, "p", direct, "harbour wall of stone"},
		}, nil},
		{"another speaker", []quoted{
			{"A", day1, "p", direct, "we wait for the ferry in harbour"}, {"B", day1, "q", direct, "we wait for the ferry in harbour"},
		}, nil},
		{"a short run on another day", []quoted{
			{"A", day1, "p", direct, "harbour ferry wall"}, {"B", day9, "p", direct, "harbour ferry wall"},
		}, nil},
		{"a run of five within a fortnight", []quoted{
			{"A", day1, "p", direct, "harbour ferry wall gate tower"}, {"B", day9, "p", direct, "harbour ferry wall gate tower"},
		}, []string{"a:fullest b:same"}},
		{"a long run a month later", []quoted{
			{"A", day1, "p", direct, "harbour ferry wall gate tower bridge road inn"}, {"B", day40, "p", direct, "harbour ferry wall gate tower bridge road inn"},
		}, []string{"a:fullest b:same"}},
		{"a long run without a speaker", []quoted{
			{"A", day1, "", direct, "harbour ferry wall gate tower bridge road inn"}, {"B", day2, "p", direct, "harbour ferry wall gate tower bridge road inn"},
		}, []string{"b:fullest a:same"}},
		{"names alone show nothing", []quoted{
			{"A", day1, "p", direct, "Sollund Karvany Lake Ansa harbour wall"}, {"B", day1, "p", direct, "Sollund Karvany Lake Ansa ferry gate"},
		}, nil},
		{"indirect, most content words", []quoted{
			{"A", day1, "p", indirect, "that the ferry will leave the harbour at dawn"}, {"B", day2, "p", indirect, "the ferry will leave harbour before dawn"},
		}, []string{"a:fullest b:reworded"}},
		{"indirect, denied", []quoted{
			{"A", day1, "p", indirect, "that the ferry will leave the harbour"}, {"B", day1, "p", indirect, "that the ferry will never leave the harbour"},
		}, nil},
		{"indirect for quoted", []quoted{
			{"A", day1, "p", direct, "the ferry will leave the harbour"}, {"B", day1, "p", indirect, "that the ferry will leave harbour"},
		}, []string{"a:fullest b:reworded"}},
		{"indirect, a week apart", []quoted{
			{"A", day1, "p", indirect, "that the ferry will leave the harbour"}, {"B", day9, "p", indirect, "that the ferry will leave the harbour"},
		}, nil},
	} {
		docs, statements := build(c.in)
		got := describe(t, docs, statements)
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// describe links and writes each utterance as one line.
func describe(t *testing.T, docs []*nlp.Doc, statements []*readout.Statement) []string {
	t.Helper()
	us, _, err := Link(docs, statements)
	if err != nil {
		t.Fatal(err)
	}
	text, of := map[string]string{}, map[string]string{}
	for _, d := range docs {
		text[d.Report.ID] = d.Report.Text
	}
	for _, s := range statements {
		of[s.ID] = s.Report
	}
	var out []string
	for _, u := range us {
		var line []string
		for _, v := range u.Variants {
			s := v.Statement + ":" + v.Kind
			for _, c := range v.Changes {
				s += "{" + c.Fullest.In(text[of[u.Variants[0].Statement]]) + "→" + c.Variant.In(text[of[v.Statement]]) + "}"
			}
			line = append(line, s)
		}
		out = append(out, strings.Join(line, " "))
	}
	for _, s := range statements {
		named := false
		for _, u := range us {
			for _, v := range u.Variants {
				named = named || v.Statement == s.ID && u.ID == s.Utterance
			}
		}
		if named != (s.Utterance != "") {
			t.Errorf("%s names utterance %q, which lists it: %t", s.ID, s.Utterance, named)
		}
	}
	return out
}

func TestLinkKeepsNoOrder(t *testing.T) {
	in := []quoted{
		{"A", day1, "p", direct, "the ferry waits in harbour and the lake is calm"},
		{"B", day1, "p", direct, "the ferry waits in harbour"},
		{"C", day1, "", direct, "the ferry waits in harbour and the lake is calm"},
		{"D", day1, "q", direct, "gate tower bridge road inn"},
		{"E", day2, "q", direct, "gate tower bridge road"},
	}
	docs, statements := build(in)
	want := describe(t, docs, statements)
	if len(want) != 2 {
		t.Fatalf("got %v", want)
	}
	r := rand.New(rand.NewSource(1))
	for range 10 {
		r.Shuffle(len(docs), func(i, j int) { docs[i], docs[j] = docs[j], docs[i] })
		r.Shuffle(len(statements), func(i, j int) { statements[i], statements[j] = statements[j], statements[i] })
		if diff := cmp.Diff(want, describe(t, docs, statements)); diff != "" {
			t.Fatalf("another order (-want +got):\n%s", diff)
		}
	}
}

func TestReadLexicon(t *testing.T) {
	if _, err := readLexicon(fstest.MapFS{lexiconFile: {Data: []byte("# head\nlight\tbe|have\n")}}); err != nil {
		t.Error(err)
	}
	for _, body := range []string{"light", "heavy\tbe"} {
		if _, err := readLexicon(fstest.MapFS{lexiconFile: {Data: []byte(body)}}); err == nil {
			t.Errorf("%q: no error", body)
		}
	}
}

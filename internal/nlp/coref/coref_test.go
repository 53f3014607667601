package coref

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/kb"
	"github.com/readout-news/readout/internal/nlp"
)

// parse builds a report from sentences of "word/UPOS/head/deprel" (heads count
// from 1 within the sentence, 0 is the root; the lemma is the word in small
// letters unless a fifth field gives it; a plural noun has the tag NOUNS).
// "[" and "]" around words mark a name, "[T:title words|name words]" is not
// used: titles are the words between "<" and "[". The letter after "[" is its
// type: p person, o organization, l place, n nationality, m outlet.
func parse(t *testing.T, date string, sentences ...string) *nlp.Doc {
	t.Helper()
	doc := &nlp.Doc{Report: &readout.Report{ID: "r1"}}
	doc.Report.Published.Value = date
	var text strings.Builder
	for s, line := range sentences {
		base := len(doc.Tokens)
		start := text.Len()
		titleFirst, nameFirst := -1, -1
		var typ nlp.MentionType
		var title readout.Span
		for _, f := range strings.Fields(line) {
			switch {
			case f == "<":
				titleFirst = len(doc.Tokens)
				continue
			case f[0] == '[':
				typ = map[byte]nlp.MentionType{'p': nlp.PersonName, 'o': nlp.OrgName, 'l': nlp.PlaceName, 'n': nlp.Nationality, 'm': nlp.OutletName}[f[1]]
				nameFirst = len(doc.Tokens)
				title = readout.Span{}
				if titleFirst >= 0 {
					title = doc.TokenSpan(titleFirst, nameFirst)
				}
				titleFirst = -1
				continue
			case f == "]":
				head := nameFirst
				for i := nameFirst; i < len(doc.Tokens); i++ {
					if h := doc.Tokens[i].Head; h < nameFirst || h >= len(doc.Tokens) {
						head = i
					}
				}
				doc.Mentions = append(doc.Mentions, nlp.Mention{Span: doc.TokenSpan(nameFirst, len(doc.Tokens)), First: nameFirst, Last: len(doc.Tokens), Head: head, Form: readout.FormName, Type: typ, Title: title, Chain: nlp.None})
				continue
			}
			p := strings.Split(f, "/")
			if len(p) < 4 {
				t.Fatalf("word %q", f)
			}
			h, err := strconv.Atoi(p[2])
			if err != nil {
				t.Fatal(err)
			}
			tok := nlp.Token{Sent: s, UPOS: p[1], Head: base + h - 1, Deprel: p[3], Lemma: strings.ToLower(p[0])}
			if h == 0 {
				tok.Head = nlp.None
			}
			if p[1] == "NOUNS" {
				tok.UPOS, tok.XPOS = "NOUN", "NNS"
				tok.Lemma = strings.TrimSuffix(tok.Lemma, "s")
			}
			if len(p) > 4 {
				tok.Lemma = p[4]
			}
			tok.Start = text.Len()
			text.WriteString(p[0])
			tok.End = text.Len()
			text.WriteByte(' ')
			doc.Tokens = append(doc.Tokens, tok)
		}
		doc.Sentences = append(doc.Sentences, nlp.Sentence{Span: readout.Span{Start: start, End: text.Len() - 1}, First: base, Last: len(doc.Tokens), Para: s})
	}
	doc.Report.Text = text.String()
	return doc
}

// quote adds an attribution over the words [first, last) with the source head.
func quote(doc *nlp.Doc, kind readout.StatementKind, first, last, source int) {
	doc.Attributions = append(doc.Attributions, nlp.Attribution{
		Content: []readout.Span{doc.TokenSpan(first, last)}, Kind: kind, SourceHead: source, CueToken: nlp.None,
		Source: doc.TokenSpan(source, source+1), Parent: nlp.None, Relay: nlp.None, Speaker: nlp.None, Addressee: nlp.None,
	})
}

// chains renders the chains of two mentions or more, and all with a key or
// members, as "name(key): a | b".
func chains(doc *nlp.Doc) []string {
	var out []string
	for _, c := range doc.Chains {
		var ms []string
		for _, m := range c.Mentions {
			ms = append(ms, doc.Text(doc.Mentions[m].Span))
		}
		var members []string
		for _, m := range c.Members {
			members = append(members, doc.Chains[m].Name)
		}
		s := c.Name
		if c.Key != "" {
			s += "(" + c.Key + ")"
		}
		s += ": " + strings.Join(ms, " | ")
		if members != nil {
			s += " = " + strings.Join(members, " + ")
		}
		out = append(out, s)
	}
	return out
}

func annotate(t *testing.T, doc *nlp.Doc) {
	t.Helper()
	facts, err := kb.Load()
	if err != nil {
		t.Fatal(err)
	}
	a, err := New(facts)
	if err != nil {
		t.Fatal(err)
	}
	a.Run(doc)
	check(t, doc)
}

// check asserts what must hold of every annotated report.
func check(t *testing.T, doc *nlp.Doc) {
	t.Helper()
	if !slices.IsSortedFunc(doc.Mentions, func(a, b nlp.Mention) int { return a.Compare(b.Span) }) {
		t.Error("mentions are not sorted")
	}
	seen := map[int]int{}
	member := map[int]bool{}
	for _, ch := range doc.Chains {
		for _, m := range ch.Members {
			member[m] = true
		}
	}
	for c, ch := range doc.Chains {
		if len(ch.Mentions) == 0 && !member[c] {
			t.Errorf("chain %d is empty", c)
		}
		for _, m := range ch.Mentions {
			seen[m]++
			if doc.Mentions[m].Chain != c {
				t.Errorf("mention %d is of chain %d, not %d", m, doc.Mentions[m].Chain, c)
			}
		}
		for _, m := range ch.Members {
			if m < 0 || m >= len(doc.Chains) {
				t.Errorf("member %d of chain %d", m, c)
			}
		}
	}
	for m := range doc.Mentions {
		x := &doc.Mentions[m]
		if x.Chain != nlp.None && seen[m] != 1 {
			t.Errorf("mention %d stands in %d chains", m, seen[m])
		}
		if x.Start < 0 || x.End > len(doc.Report.Text) || x.Start > x.End || x.By.Rule == "" && x.Form != readout.FormName {
			t.Errorf("mention %d: %+v", m, x)
		}
	}
	for _, a := range doc.Attributions {
		if a.Speaker >= len(doc.Chains) || a.Addressee >= len(doc.Chains) {
			t.Errorf("attribution %+v", a)
		}
	}
}

func TestRun(t *testing.T) {
	for _, c := range []struct {
		name  string
		date  string
		text  []string
		quote [4]int // kind (1 direct), first, last, source head; zero: none
		want  []string
	}{
		{
			name: "surname after full name, title with country, pronoun",
			text: []string{
				"[l Sollund/PROPN/3/nmod:poss ] 's/PART/1/case < foreign/ADJ/3/amod minister/NOUN/6/compound [p Ilse/PROPN/6/compound Maren/PROPN/7/nsubj ] arrived/VERB/0/root ./PUNCT/7/punct",
				"[p Maren/PROPN/2/nsubj ] spoke/VERB/0/root ./PUNCT/2/punct",
				"She/PRON/2/nsubj left/VERB/0/root ./PUNCT/2/punct",
			},
			want: []string{"Sollund: Sollund", "Ilse Maren: Ilse Maren | Maren | She"},
		},
		{
			name: "relatives stay apart",
			text: []string{
				"[p Tomas/PROPN/2/compound Ered/PROPN/3/nsubj ] spoke/VERB/0/root",
				"< Mrs./PROPN/2/compound [p Ered/PROPN/3/nsubj ] listened/VERB/0/root",
				"< Mr./PROPN/2/compound [p Ered/PROPN/3/nsubj ] left/VERB/0/root",
			},
			want: []string{"Tomas Ered: Tomas Ered | Ered", "Ered: Ered"},
		},
		{
			name: "spellings of one name",
			text: []string{
				"[p Dmitry/PROPN/2/compound Karolenko/PROPN/3/nsubj ] and/CCONJ/5/cc [p Dmitriy/PROPN/5/compound Karolenko/PROPN/3/conj ] met/VERB/0/root",
			},
			want: []string{"Dmitry Karolenko: Dmitry Karolenko | Dmitriy Karolenko"},
		},
		{
			name: "capital that speaks is the state, capital that is visited is the city",
			text: []string{
				"[l Moscow/PROPN/2/nsubj ] rejected/VERB/0/root/reject the/DET/4/det offer/NOUN/2/obj",
				"They/PRON/2/nsubj met/VERB/0/root in/ADP/4/case [l Moscow/PROPN/2/obl ]",
				"[l Russia/PROPN/2/nsubj ] agreed/VERB/0/root/agree",
			},
			want: []string{"Russia(state:RU): Moscow | Russia", "Moscow(place:ru/moscow): Moscow"},
		},
		{
			name: "nationality words are mentions of the state",
			text: []string{"The/DET/3/det [n Ukrainian/ADJ/3/amod ] army/NOUN/4/nsubj left/VERB/0/root [l Ukraine/PROPN/4/obj ]"},
			want: []string{"Ukraine(state:UA): Ukrainian | Ukraine"},
		},
		{
			name: "relative pronoun and apposition",
			text: []string{
				"[p Dana/PROPN/2/compound Whitlock/PROPN/8/nsubj ] ,/PUNCT/5/punct a/DET/5/det senator/NOUN/2/appos who/PRON/7/nsubj objected/VERB/5/acl:relcl left/VERB/0/root",
			},
			want: []string{"Dana Whitlock: Dana Whitlock | a senator | who"},
		},
		{
			name: "two countries, each other's counterparts",
			text: []string{
				"[l Sollund/PROPN/4/nsubj ] and/CCONJ/3/cc [l Karvany/PROPN/1/conj ] agreed/VERB/0/root",
				"Both/DET/2/det countries/NOUNS/3/nsubj/country signed/VERB/0/root",
			},
			want: []string{"Sollund: Sollund", "Karvany: Karvany", ": Both countries = Sollund + Karvany"},
		},
		{
			name: "no antecedent between equals",
			text: []string{
				"[p Tomas/PROPN/2/compound Ered/PROPN/6/nsubj ] and/CCONJ/5/cc [p Paul/PROPN/5/compound Orlin/PROPN/2/conj ] met/VERB/0/root ./PUNCT/6/punct",
				"A/DET/2/det friend/NOUN/3/nsubj saw/VERB/0/root him/PRON/3/obj",
			},
			want: []string{"Tomas Ered: Tomas Ered", "Paul Orlin: Paul Orlin", ": A friend"},
		},
		{
			name: "I inside a quotation is its speaker",
			text: []string{
				"\"/PUNCT/3/punct I/PRON/3/nsubj agree/VERB/6/ccomp \"/PUNCT/3/punct ,/PUNCT/3/punct said/VERB/0/root/say [p Ilse/PROPN/8/compound Maren/PROPN/6/nsubj ]",
			},
			quote: [4]int{1, 1, 3, 7},
			want:  []string{"Ilse Maren: I | Ilse Maren"},
		},
		{
			name: "the office holder whom the lists know",
			date: "2025-03-18",
			text: []string{
				"[p Putin/PROPN/2/nsubj ] called/VERB/0/root [l Paris/PROPN/2/obj ]",
				"The/DET/3/det [n Russian/ADJ/3/amod ] president/NOUN/4/nsubj thanked/VERB/0/root the/DET/7/det [n French/ADJ/7/amod ] president/NOUN/4/obj",
			},
			want: []string{
				"Putin(person:ru/vladimir-putin): Putin | The Russian president", "Paris(place:fr/paris): Paris",
				"Russia(state:RU): Russian", "(person:fr/emmanuel-macron): the French president", "France(state:FR): French",
			},
		},
		{
			name: "a place that the tagger once took for a person",
			text: []string{
				"[l Karvany/PROPN/2/nsubj ] agreed/VERB/0/root/agree",
				"[p Karvany/PROPN/2/nsubj ] signed/VERB/0/root/sign",
			},
			want: []string{"Karvany: Karvany | Karvany"},
		},
		{
			name: "father and son",
			text: []string{
				"[p Tomas/PROPN/2/compound Ered/PROPN/4/nsubj Jr./PROPN/2/flat ] left/VERB/0/root/leave",
				"[p Tomas/PROPN/2/compound Ered/PROPN/3/nsubj ] stayed/VERB/0/root/stay",
				"[p Ered/PROPN/2/nsubj ] slept/VERB/0/root/sleep",
			},
			want: []string{"Tomas Ered Jr: Tomas Ered Jr.", "Tomas Ered: Tomas Ered | Ered"},
		},
		{
			name: "acronym and short form",
			text: []string{
				"The/DET/4/det [o Orrin/PROPN/4/compound Relief/PROPN/4/compound Committee/PROPN/5/nsubj ] met/VERB/0/root",
				"The/DET/2/det [o ORC/PROPN/3/nsubj ] voted/VERB/0/root",
				"The/DET/2/det [o Committee/PROPN/3/nsubj ] left/VERB/0/root",
			},
			want: []string{"Orrin Relief Committee: Orrin Relief Committee | ORC | Committee"},
		},
		{
			name: "offices that share an article, or have none",
			text: []string{
				"< President/PROPN/3/nmod:desc [p Tomas/PROPN/8/nsubj Ered/PROPN/2/flat ] and/CCONJ/6/cc < Speaker/PROPN/6/nmod:desc [p Ilse/PROPN/2/conj Maren/PROPN/6/flat ] met/VERB/0/root",
				"The/DET/2/det President/NOUN/5/nsubj and/CCONJ/4/cc Speaker/NOUN/2/conj agreed/VERB/0/root",
			},
			want: []string{"Tomas Ered: Tomas Ered | The President", "Ilse Maren: Ilse Maren | Speaker"},
		},
		{
			name: "the chamber is not the White House",
			text: []string{
				"The/DET/3/det [o White/PROPN/3/compound House/PROPN/4/nsubj ] replied/VERB/0/root",
				"The/DET/2/det [o House/PROPN/3/nsubj ] voted/VERB/0/root",
			},
			want: []string{"White House(org:white-house): White House", "House: House"},
		},
		{
			name: "what has a foreign minister is a state",
			text: []string{
				"The/DET/3/det foreign/ADJ/3/amod minister/NOUN/6/nsubj of/ADP/5/case [p Orrin/PROPN/3/nmod ] left/VERB/0/root",
				"[p Orrin/PROPN/2/nsubj ] agreed/VERB/0/root",
			},
			want: []string{": The foreign minister of Orrin", "Orrin: Orrin | Orrin"},
		},
		{
			name: "the sides are states and no lake",
			text: []string{
				"[l Sollund/PROPN/4/nsubj ] and/CCONJ/3/cc [l Karvany/PROPN/1/conj ] agreed/VERB/0/root/agree on/ADP/7/case [l Lake/PROPN/7/compound Ansa/PROPN/4/obl ]",
				"The/DET/3/det two/NUM/3/nummod sides/NOUNS/4/nsubj/side signed/VERB/0/root",
			},
			want: []string{"Sollund: Sollund", "Karvany: Karvany", "Lake Ansa: Lake Ansa", ": The two sides = Sollund + Karvany"},
		},
		{
			name: "the leaders are those who lead",
			text: []string{
				"< President/PROPN/2/nmod:desc [p Ered/PROPN/6/nsubj ] ,/PUNCT/2/punct < Envoy/PROPN/5/nmod:desc [p Whitlock/PROPN/2/conj ] met/VERB/0/root < Premier/PROPN/8/nmod:desc [p Aldane/PROPN/6/obj ]",
				"The/DET/3/det two/NUM/3/nummod leaders/NOUNS/4/nsubj/leader agreed/VERB/0/root",
			},
			want: []string{"Ered: Ered", "Whitlock: Whitlock", "Aldane: Aldane", ": The two leaders = Ered + Aldane"},
		},
		{
			name: "a description between commas, taken for a list",
			text: []string{
				"[p Tomas/PROPN/2/compound Ered/PROPN/11/nsubj ] ,/PUNCT/5/punct the/DET/5/det minister/NOUN/2/conj ,/PUNCT/9/punct and/CCONJ/9/cc [p Dana/PROPN/9/compound Whitlock/PROPN/2/conj ] both/DET/9/det came/VERB/0/root",
			},
			want: []string{"Tomas Ered: Tomas Ered | the minister", "Dana Whitlock: Dana Whitlock"},
		},
		{
			name: "the minister is the foreign minister",
			text: []string{
				"< Foreign/ADJ/2/amod Minister/PROPN/3/nmod:desc [p Maren/PROPN/4/nsubj ] left/VERB/0/root",
				"The/DET/2/det minister/NOUN/3/nsubj smiled/VERB/0/root",
			},
			want: []string{"Maren: Maren | The minister"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			doc := parse(t, c.date, c.text...)
			if c.quote[0] != 0 {
				quote(doc, readout.Direct, c.quote[1], c.quote[2], c.quote[3])
			}
			annotate(t, doc)
			if diff := cmp.Diff(c.want, chains(doc)); diff != "" {
				t.Errorf("chains (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTitles(t *testing.T) {
	doc := parse(t, "2025-01-01",
		"[l Sollund/PROPN/3/nmod:poss ] 's/PART/1/case < foreign/ADJ/3/amod minister/NOUN/6/compound [p Ilse/PROPN/6/compound Maren/PROPN/7/nsubj ] met/VERB/0/root < [n Russian/ADJ/9/amod ] President/PROPN/11/compound [p Vladimir/PROPN/11/compound Putin/PROPN/7/obj ]")
	// The builder takes the name after "<" as the title's end; set it by hand.
	for m := range doc.Mentions {
		if doc.Text(doc.Mentions[m].Span) == "Vladimir Putin" {
			doc.Mentions[m].Title = doc.TokenSpan(8, 9)
		}
	}
	annotate(t, doc)
	got := map[string]string{}
	for _, c := range doc.Chains {
		got[c.Name] = fmt.Sprint(c.Titles, c.Country)
	}
	want := map[string]string{"Sollund": "[]", "Ilse Maren": "[foreign minister of sollund]", "Russia": "[]RU", "Vladimir Putin": "[president of russia]RU"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("titles (-want +got):\n%s", diff)
	}
}

func TestSpeakers(t *testing.T) {
	doc := parse(t, "",
		"Talks/NOUNS/2/nsubj failed/VERB/4/ccomp ,/PUNCT/2/punct said/VERB/0/root/say a/DET/6/det spokesman/NOUN/4/nsubj for/ADP/9/case the/DET/9/det ministry/NOUN/6/nmod",
		"He/PRON/2/nsubj left/VERB/0/root/leave")
	quote(doc, readout.Indirect, 0, 2, 5)
	annotate(t, doc)
	want := []string{": a spokesman for the ministry | He"}
	if diff := cmp.Diff(want, chains(doc)); diff != "" {
		t.Errorf("chains (-want +got):\n%s", diff)
	}
	if s := doc.Attributions[0].Speaker; s != 0 {
		t.Errorf("speaker is chain %d", s)
	}
}

// TestIntroduced reads an office in the lead as the one person named below who
// has it, and only then.
func TestIntroduced(t *testing.T) {
	lead := "Talks/NOUNS/2/nsubj failed/VERB/4/ccomp ,/PUNCT/2/punct said/VERB/0/root/say a/DET/6/det spokesman/NOUN/4/nsubj"
	for _, c := range []struct {
		name string
		rest []string
		want string
	}{
		{"one", []string{"< spokesman/NOUN/2/nmod:desc [p Ered/PROPN/3/nsubj ] left/VERB/0/root/leave"}, "Ered"},
		{"two", []string{"< spokesman/NOUN/2/nmod:desc [p Ered/PROPN/3/nsubj ] left/VERB/0/root/leave", "< spokesman/NOUN/2/nmod:desc [p Oslin/PROPN/3/nsubj ] left/VERB/0/root/leave"}, ""},
		{"another office", []string{"< Senator/PROPN/2/nmod:desc [p Ered/PROPN/3/nsubj ] left/VERB/0/root/leave"}, ""},
	} {
		doc := parse(t, "", append([]string{lead}, c.rest...)...)
		quote(doc, readout.Indirect, 0, 2, 5)
		annotate(t, doc)
		got := ""
		if s := doc.Attributions[0].Speaker; s != nlp.None {
			got = doc.Chains[s].Name
		}
		if got != c.want {
			t.Errorf("%s: speaker %q, want %q", c.name, got, c.want)
		}
	}
}

// TestVariation gives a description of who speaks on to the last speaker, not
// to whom he spoke of last.
func TestVariation(t *testing.T) {
	doc := parse(t, "", "[p Ered/PROPN/2/nsubj ] said/VERB/0/root/say [p Oslin/PROPN/4/nsubj ] lied/VERB/2/ccomp/lie and/CCONJ/6/cc left/VERB/4/conj/leave [p Oslin/PROPN/6/obj ]",
		"Talks/NOUNS/2/nsubj failed/VERB/6/ccomp ,/PUNCT/2/punct the/DET/5/det senator/NOUN/6/nsubj said/VERB/0/root/say")
	quote(doc, readout.Indirect, 2, 7, 0)
	n := doc.Sentences[1].First
	quote(doc, readout.Indirect, n, n+2, n+4)
	annotate(t, doc)
	got := ""
	if s := doc.Attributions[1].Speaker; s != nlp.None {
		got = doc.Chains[s].Name
	}
	if got != "Ered" {
		t.Errorf("speaker %q, want Ered", got)
	}
}

// TestDocument leaves an "it" that stands for a report to who wrote it.
func TestDocument(t *testing.T) {
	for _, c := range []struct{ name, lead, want string }{
		{"nobody wrote it", "The/DET/2/det report/NOUN/3/nsubj surprised/VERB/0/root/surprise [l Russia/PROPN/3/obj ]", ""},
		{"its author", "The/DET/2/det report/NOUN/5/nsubj by/ADP/4/case [o Harbour/PROPN/2/nmod ] surprised/VERB/0/root/surprise [l Russia/PROPN/5/obj ]", "Harbour"},
		{"no report", "[l Russia/PROPN/2/nsubj ] left/VERB/0/root/leave", "Russia"},
	} {
		doc := parse(t, "", c.lead, "Talks/NOUNS/2/nsubj failed/VERB/5/ccomp ,/PUNCT/2/punct it/PRON/5/nsubj said/VERB/0/root/say")
		n := doc.Sentences[1].First
		quote(doc, readout.Indirect, n, n+2, n+3)
		annotate(t, doc)
		got := ""
		if s := doc.Attributions[0].Speaker; s != nlp.None {
			got = doc.Chains[s].Name
		}
		if got != c.want {
			t.Errorf("%s: speaker %q, want %q", c.name, got, c.want)
		}
	}
}

// TestSpeakerOf checks who speaks where the source's head is not the speaker.
func TestSpeakerOf(t *testing.T) {
	for _, c := range []struct {
		name        string
		text        string
		source, cue int // tokens; source -1: none
		sourceLast  int
		first, last int
		want        string
	}{
		{
			"agent of a passive",
			"The/DET/2/det talk/NOUN/4/nsubj:pass was/AUX/4/aux:pass described/VERB/0/root/describe as/ADP/6/case useful/ADJ/4/xcomp by/ADP/8/case [o Harbour/PROPN/4/obl ]",
			1, 3, 2, 5, 6, "Harbour",
		},
		{
			"the one quoted, not the outlet that quotes",
			"[o Harbour/PROPN/2/nsubj ] quoted/VERB/0/root/quote [p Ered/PROPN/2/obj ] as/SCONJ/5/mark saying/VERB/2/advcl/say yes/INTJ/5/obj",
			0, 1, 1, 5, 6, "Ered",
		},
		{
			"the subject that a participle shares",
			"[p Ered/PROPN/2/nsubj ] left/VERB/0/root/leave ,/PUNCT/4/punct saying/VERB/2/advcl/say that/SCONJ/7/mark talks/NOUN/7/nsubj failed/VERB/4/ccomp",
			-1, 3, -1, 4, 7, "Ered",
		},
		{
			"a report by somebody",
			"A/DET/2/det report/NOUN/5/nsubj by/ADP/4/case [o Harbour/PROPN/2/nmod ] said/VERB/0/root/say talks/NOUN/7/nsubj failed/VERB/5/ccomp",
			1, 4, 4, 5, 7, "Harbour",
		},
		{
			"two who speak together",
			"[l Sollund/PROPN/4/nsubj ] and/CCONJ/3/cc [l Russia/PROPN/1/conj ] agreed/VERB/0/root/agree to/PART/6/mark talk/VERB/4/xcomp",
			0, 3, 3, 4, 6, "",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			doc := parse(t, "", c.text)
			a := nlp.Attribution{
				Content: []readout.Span{doc.TokenSpan(c.first, c.last)}, Kind: readout.Indirect, SourceHead: c.source, CueToken: c.cue,
				Cue: doc.TokenSpan(c.cue, c.cue+1), Parent: nlp.None, Relay: nlp.None,
			}
			if c.source >= 0 {
				a.Source = doc.TokenSpan(c.source, c.sourceLast)
			}
			doc.Attributions = []nlp.Attribution{a}
			annotate(t, doc)
			got := "none"
			if s := doc.Attributions[0].Speaker; s != nlp.None {
				got = doc.Chains[s].Name
			}
			if got != c.want {
				t.Errorf("speaker %q, want %q; chains %q", got, c.want, chains(doc))
			}
		})
	}
}

func FuzzRun(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
	facts, err := kb.Load()
	if err != nil {
		f.Fatal(err)
	}
	a, err := New(facts)
	if err != nil {
		f.Fatal(err)
	}
	words := []string{"the", "president", "Ilse", "Maren", "he", "they", "both", "countries", "said", "Moscow", "Russian", "who", "it", "US", "and", "counterpart", "his", "-", "'s", "Kremlin"}
	rels := []string{"nsubj", "obj", "conj", "root", "appos", "nmod:poss", "amod", "acl:relcl", "case", "compound", "cop", "nmod", "flat", "ccomp"}
	upos := []string{"NOUN", "PROPN", "VERB", "PRON", "ADJ", "DET", "ADP", "PUNCT"}
	f.Fuzz(func(t *testing.T, data []byte) {
		doc := &nlp.Doc{Report: &readout.Report{ID: "r"}}
		var text strings.Builder
		for i := 0; i+4 <= len(data) && i < 400; i += 4 {
			n := len(doc.Tokens)
			if data[i]%11 == 0 || n == 0 {
				doc.Sentences = append(doc.Sentences, nlp.Sentence{Span: readout.Span{Start: text.Len()}, First: n})
			}
			s := len(doc.Sentences) - 1
			start := text.Len()
			text.WriteString(words[int(data[i])%len(words)])
			doc.Tokens = append(doc.Tokens, nlp.Token{Span: readout.Span{Start: start, End: text.Len()}, Sent: s, UPOS: upos[int(data[i+1])%len(upos)], Deprel: rels[int(data[i+2])%len(rels)], Head: int(data[i+3])})
			doc.Sentences[s].Last, doc.Sentences[s].End = n+1, text.Len()
			text.WriteByte(' ')
		}
		// Heads stay within the sentence.
		for i := range doc.Tokens {
			s := doc.Sentences[doc.Tokens[i].Sent]
			h := s.First + doc.Tokens[i].Head%(s.Last-s.First)
			if h == i {
				h = nlp.None
			}
			doc.Tokens[i].Head = h
			if b := data[i*4]; b%3 == 0 && (len(doc.Mentions) == 0 || doc.Mentions[len(doc.Mentions)-1].Last <= i) {
				doc.Mentions = append(doc.Mentions, nlp.Mention{Span: doc.Tokens[i].Span, First: i, Last: i + 1, Head: i, Form: readout.FormName, Type: []nlp.MentionType{nlp.PersonName, nlp.OrgName, nlp.PlaceName, nlp.Nationality, nlp.Misc}[int(b)%5]})
			}
		}
		doc.Report.Text = text.String()
		if len(doc.Tokens) > 4 {
			quote(doc, readout.Direct, 1, 3, len(doc.Tokens)-1)
		}
		a.Run(doc)
		check(t, doc)
	})
}

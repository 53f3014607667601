package position

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/event"
	"github.com/readout-news/readout/internal/nlp"
)

// parties are the chains of every test report, by number.
type parties struct{}

var names = []string{"Sollund", "Karvany", "Orrin", "Lake Council"}

func (parties) OfChain(_, c int) string      { return "e" + names[c] }
func (parties) OfOutlet(int) string          { return "eMeridian" }
func (parties) OfWire(int) readout.ChainLink { return readout.ChainLink{} }

// stand is a position of a test report: terms are words with tags, "full/ADJ
// ceasefire/NOUN*", "*" marks the head phrase, "#3" after a word makes it a
// mention of chain 3.
type stand struct {
	party, to int
	stance    readout.Stance
	terms     string
	date      string
	cond      string // the condition, of words without tags
	trigger   string
	breach    bool
}

func report(t *testing.T, id string, stands ...stand) *nlp.Doc {
	t.Helper()
	doc := &nlp.Doc{Report: &readout.Report{ID: id, Outlet: "The Meridian"}}
	for _, n := range names {
		doc.Chains = append(doc.Chains, nlp.Chain{Name: n, Type: readout.Organization})
	}
	var text strings.Builder
	word := func(w, tag string, head int) int {
		start := text.Len()
		text.WriteString(w)
		doc.Tokens = append(doc.Tokens, nlp.Token{Span: readout.Span{Start: start, End: text.Len()}, UPOS: tag, Lemma: strings.TrimSuffix(strings.ToLower(w), "s"), Head: head, Deprel: "dep"})
		text.WriteByte(' ')
		return len(doc.Tokens) - 1
	}
	for _, s := range stands {
		p := nlp.Position{Stance: s.stance, Party: s.party, Addressee: s.to, Until: nlp.None, Time: nlp.None, Attribution: nlp.None, Event: nlp.None, Uttered: true, Breach: s.breach, By: readout.By{Rule: "position/test"}}
		trigger := s.trigger
		if trigger == "" {
			trigger = "wants"
		}
		first := len(doc.Tokens)
		for _, w := range strings.Fields(trigger) {
			word(w, "VERB", nlp.None)
		}
		p.Trigger = doc.TokenSpan(len(doc.Tokens)-1, len(doc.Tokens))
		from := len(doc.Tokens)
		for _, w := range strings.Fields(s.terms) {
			w, head := strings.CutSuffix(w, "*")
			w, chain, named := strings.Cut(w, "#")
			form, tag, _ := strings.Cut(w, "/")
			i := word(form, tag, first)
			if head {
				p.Issue = append(p.Issue, i)
			}
			if named {
				var c int
				if _, err := fmt.Sscan(chain, &c); err != nil {
					t.Fatal(err)
				}
				doc.Mentions = append(doc.Mentions, nlp.Mention{Span: doc.Tokens[i].Span, First: i, Last: i + 1, Head: i, Form: readout.FormName, Type: nlp.OrgName, Chain: c})
			}
		}
		p.Terms = doc.TokenSpan(from, len(doc.Tokens))
		// The last word of the head phrase is its head.
		for k := 0; k+1 < len(p.Issue); k++ {
			doc.Tokens[p.Issue[k]].Head = p.Issue[len(p.Issue)-1]
		}
		if s.cond != "" {
			at := len(doc.Tokens)
			for _, w := range strings.Fields(s.cond) {
				word(w, "X", first)
			}
			p.If = doc.TokenSpan(at, len(doc.Tokens))
		}
		if s.date != "" {
			i := word("then", "ADV", first)
			p.Time = len(doc.Timexes)
			doc.Timexes = append(doc.Timexes, nlp.Timex{Span: doc.Tokens[i].Span, Type: "DATE", Value: s.date, Basis: "explicit", First: i, Last: i + 1})
		}
		p.Span = doc.TokenSpan(first, len(doc.Tokens))
		doc.Positions = append(doc.Positions, p)
		word(".", "PUNCT", first)
	}
	doc.Report.Text = text.String()
	doc.Sentences = []nlp.Sentence{{Span: readout.Span{End: text.Len()}, Last: len(doc.Tokens)}}
	return doc
}

func link(t *testing.T, docs ...*nlp.Doc) *Links {
	t.Helper()
	slices.SortFunc(docs, func(a, b *nlp.Doc) int { return strings.Compare(a.Report.ID, b.Report.ID) })
	got, err := Link(docs, parties{}, &event.Links{OfMention: make([][]int, len(docs))})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func issueNames(l *Links) []string {
	var out []string
	for _, x := range l.Issues {
		out = append(out, fmt.Sprintf("%s %q", x.Name, x.Names))
	}
	slices.Sort(out)
	return out
}

func TestIssues(t *testing.T) {
	for name, x := range map[string]struct {
		docs []*nlp.Doc
		want []string
	}{
		"degree does not tell apart": {
			[]*nlp.Doc{
				report(t, "r1", stand{party: 0, to: 1, stance: readout.Demand, terms: "a/DET full/ADJ* ceasefire/NOUN*"}),
				report(t, "r2", stand{party: 1, to: 0, stance: readout.Refuse, terms: "the/DET ceasefire/NOUN*"}),
			},
			[]string{`ceasefire ["ceasefire" "full ceasefire"]`},
		},
		"other modifiers do": {
			[]*nlp.Doc{report(t, "r1",
				stand{party: 0, to: nlp.None, stance: readout.Demand, terms: "foreign/ADJ* troops/NOUN*"},
				stand{party: 0, to: nlp.None, stance: readout.Demand, terms: "border/NOUN* troops/NOUN*"},
				stand{party: 0, to: nlp.None, stance: readout.Demand, terms: "troops/NOUN*"})},
			[]string{`border troops ["border troops"]`, `foreign troops ["foreign troops"]`, `troops ["troops"]`},
		},
		"one that says less joins the only kind": {
			[]*nlp.Doc{report(t, "r1",
				stand{party: 0, to: nlp.None, stance: readout.Demand, terms: "foreign/ADJ* troops/NOUN*"},
				stand{party: 1, to: nlp.None, stance: readout.Refuse, terms: "troops/NOUN*"})},
			[]string{`troops ["foreign troops" "troops"]`},
		},
		"parties far apart": {
			[]*nlp.Doc{
				report(t, "r1", stand{party: 0, to: nlp.None, stance: readout.Demand, terms: "ceasefire/NOUN*"}),
				report(t, "r2", stand{party: 2, to: nlp.None, stance: readout.Demand, terms: "ceasefire/NOUN*"}),
			},
			[]string{`ceasefire ["ceasefire"]`, `ceasefire ["ceasefire"]`},
		},
		"names that exclude each other": {
			[]*nlp.Doc{report(t, "r1",
				stand{party: 0, to: nlp.None, stance: readout.Demand, terms: "sanctions/NOUN* on/ADP Karvany/PROPN#1"},
				stand{party: 0, to: nlp.None, stance: readout.Demand, terms: "sanctions/NOUN* on/ADP Orrin/PROPN#2"})},
			[]string{`sanctions ["sanctions"]`, `sanctions ["sanctions"]`},
		},
		"a shared name and word": {
			[]*nlp.Doc{
				report(t, "r1", stand{party: 0, to: 1, stance: readout.Demand, terms: "abandon/VERB aspirations/NOUN for/ADP Council/PROPN#3* membership/NOUN*"}),
				report(t, "r2", stand{party: 0, to: 1, stance: readout.Demand, terms: "relinquish/VERB aspirations/NOUN* to/PART join/VERB Council/PROPN#3"}),
			},
			[]string{`Council membership ["Council membership" "aspirations"]`},
		},
		"too general": {
			[]*nlp.Doc{
				report(t, "r1", stand{party: 0, to: 1, stance: readout.Demand, terms: "an/DET effort/NOUN*"}),
				report(t, "r2", stand{party: 0, to: 1, stance: readout.Demand, terms: "more/ADJ* effort/NOUN*"}),
			},
			[]string{`effort ["effort"]`, `more effort ["more effort"]`},
		},
		"no noun": {[]*nlp.Doc{report(t, "r1", stand{party: 0, to: nlp.None, stance: readout.Goal, terms: "leave/VERB*"})}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(x.want, issueNames(link(t, x.docs...))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestChanges(t *testing.T) {
	const c = "ceasefire/NOUN*"
	for name, x := range map[string]struct {
		stands []stand
		want   []string
	}{
		"repeated": {[]stand{{stance: readout.Demand, date: "2031-03-01"}, {stance: readout.Demand, date: "2031-03-09"}}, []string{"new", "repeated"}},
		"one day":  {[]stand{{stance: readout.Demand, date: "2031-03-01"}, {stance: readout.Demand, date: "2031-03-01", cond: "if asked"}}, []string{"new", "new"}},
		"a month is not before its day": {
			[]stand{{stance: readout.Goal, date: "2031-03"}, {stance: readout.Demand, date: "2031-03-09"}},
			[]string{"new", "new"},
		},
		"hardened":        {[]stand{{stance: readout.Demand, date: "2031-03-01"}, {stance: readout.Condition, date: "2031-03-09"}}, []string{"new", "hardened"}},
		"other words":     {[]stand{{stance: readout.Goal, date: "2031-03-01"}, {stance: readout.Demand, date: "2031-03-09"}}, []string{"new", "repeated"}},
		"asks and gives":  {[]stand{{stance: readout.Demand, date: "2031-03-01"}, {stance: readout.Commit, date: "2031-03-09"}}, []string{"new", "new"}},
		"lifts something": {[]stand{{stance: readout.Offer, date: "2031-03-01"}, {stance: readout.Commit, date: "2031-03-09", trigger: "drop"}}, []string{"new", "softened"}},
		"softened":        {[]stand{{stance: readout.Refuse, date: "2031-03-01"}, {stance: readout.Proposal, date: "2031-03-09"}}, []string{"new", "softened"}},
		"reversed":        {[]stand{{stance: readout.Refuse, date: "2031-03-01"}, {stance: readout.Acceptance, date: "2031-03-09"}}, []string{"new", "reversed"}},
		"reversed back":   {[]stand{{stance: readout.Commit, date: "2031-03-01"}, {stance: readout.Refuse, date: "2031-03-09"}}, []string{"new", "reversed"}},
		"condition added": {[]stand{{stance: readout.Offer, date: "2031-03-01"}, {stance: readout.Offer, date: "2031-03-09", cond: "if they withdraw"}}, []string{"new", "condition-added"}},
		"condition left":  {[]stand{{stance: readout.Offer, date: "2031-03-01", cond: "if they withdraw"}, {stance: readout.Offer, date: "2031-03-09"}}, []string{"new", "repeated"}},
		"dropped":         {[]stand{{stance: readout.Demand, date: "2031-03-01"}, {stance: readout.Demand, date: "2031-03-09", trigger: "no longer demands"}}, []string{"new", "dropped"}},
		"undated":         {[]stand{{stance: readout.Demand}, {stance: readout.Demand, trigger: "no longer demands"}}, []string{"", "dropped"}},
		"other party":     {[]stand{{stance: readout.Demand, date: "2031-03-01"}, {party: 1, stance: readout.Demand, date: "2031-03-09"}}, []string{"new", "new"}},
		"an accusation takes no stand": {
			[]stand{{stance: readout.Demand, date: "2031-03-01"}, {stance: readout.Accusation, date: "2031-03-09"}},
			[]string{"new", "new"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			for i := range x.stands {
				x.stands[i].to, x.stands[i].terms = nlp.None, c
			}
			var got []string
			for _, p := range link(t, report(t, "r1", x.stands...)).Positions {
				got = append(got, p.Change)
				if (p.Previous == "") != (p.Change == "" || p.Change == New || p.Change == Dropped && p.Date == nil) {
					t.Errorf("change %q after %q", p.Change, p.Previous)
				}
			}
			if diff := cmp.Diff(x.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestYearsApart(t *testing.T) {
	for gap, want := range map[string]int{"2032-01-05": 1, "2034-01-05": 2} {
		a := report(t, "r1", stand{party: 0, to: 1, stance: readout.Demand, terms: "ceasefire/NOUN*"})
		b := report(t, "r2", stand{party: 0, to: 1, stance: readout.Demand, terms: "ceasefire/NOUN*"})
		a.Report.Published.Value, b.Report.Published.Value = "2031-12-30", gap
		if got := link(t, a, b).Issues; len(got) != want {
			t.Errorf("%s: %d issues, want %d", gap, len(got), want)
		}
	}
}

func TestWordedTwiceAlike(t *testing.T) {
	a := stand{party: 0, to: 1, stance: readout.Demand, terms: "a/DET full/ADJ* ceasefire/NOUN*"}
	b := a
	b.date = "2031-03-01"
	got := link(t, report(t, "r1", a, b), report(t, "r2", a))
	if len(got.Positions) != 2 {
		t.Fatalf("got %d positions, want one a report", len(got.Positions))
	}
	p := got.Positions[0]
	if p.Date == nil || p.Date.Value != "2031-03-01" || p.Evidence.Report != "r1" {
		t.Errorf("got %+v, want the first place with the date of the second", p)
	}
	if p.Terms != "a full ceasefire" || !strings.Contains(p.Text, p.Terms) || p.Party != "eSollund" || p.Addressee != "eKarvany" {
		t.Errorf("got %+v", p)
	}
	if len(p.Chain) != 1 || !p.Chain[0].OutletOfReport {
		t.Errorf("chain of the outlet's own voice: %+v", p.Chain)
	}
}

func TestOrderDoesNotShow(t *testing.T) {
	docs := func() []*nlp.Doc {
		return []*nlp.Doc{
			report(t, "r1", stand{party: 0, to: 1, stance: readout.Demand, terms: "full/ADJ* ceasefire/NOUN*", date: "2031-03-01"}, stand{party: 1, to: 0, stance: readout.Refuse, terms: "foreign/ADJ* troops/NOUN*"}),
			report(t, "r2", stand{party: 1, to: 0, stance: readout.Refuse, terms: "ceasefire/NOUN*", date: "2031-03-02"}),
			report(t, "r3", stand{party: 1, to: nlp.None, stance: readout.Acceptance, terms: "ceasefire/NOUN*", date: "2031-03-08"}, stand{party: 0, to: 1, stance: readout.Demand, terms: "troops/NOUN*"}),
		}
	}
	a := link(t, docs()...)
	d := docs()
	slices.Reverse(d)
	for _, x := range d {
		slices.Reverse(x.Positions)
	}
	if diff := cmp.Diff(a, link(t, d...), cmpopts.IgnoreUnexported(Stand{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLoadRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"degree\n":                                 "1 fields, want 2",
		"degree\tfull\ndegree\tfull\n":             "twice",
		"colour\tred\n":                            "unknown",
		"degree\tfull\nlight\tend\n":               "drop is missing",
		"degree\tfull\nlight\tend\ndrop\tdrop\n\n": "",
	} {
		_, err := load(fstest.MapFS{"f": {Data: []byte(text)}}, "f")
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}

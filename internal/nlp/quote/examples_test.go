package quote

import (
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/nlp/lemma"
	"github.com/readout-news/readout/internal/nlp/names"
	"github.com/readout-news/readout/internal/nlp/syntax"
	"github.com/readout-news/readout/internal/nlp/tokenize"
	"github.com/readout-news/readout/lexicons"
)

// reader is the annotators up to this one, as the program runs them.
var reader = sync.OnceValues(func() (nlp.Pipeline, error) {
	var out nlp.Pipeline
	for _, load := range []func() (*nlp.Annotator, error){tokenize.New, newSyntax, lemma.New, names.New, New} {
		a, err := load()
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
})

// read annotates text with the real models.
func read(t testing.TB, text string) *nlp.Doc {
	t.Helper()
	p, err := reader()
	if err != nil {
		t.Fatal(err)
	}
	doc := &nlp.Doc{Report: &readout.Report{ID: "r", Text: text}}
	for _, a := range p {
		a.Run(doc)
	}
	return doc
}

// rowsOf are the rows of a lexicon file.
func rowsOf(t *testing.T, name string, cols int) [][]string {
	t.Helper()
	var out [][]string
	if err := readTable(lexicons.FS, name, cols, func(c []string) error { out = append(out, c); return nil }); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestRelayExamples(t *testing.T) {
	for _, c := range rowsOf(t, "en/relays.tsv", 3) {
		text, want := c[2], ""
		if i, j := strings.Index(text, "["), strings.Index(text, "]"); i >= 0 && j > i {
			want = text[i+1 : j]
		}
		if !strings.Contains(strings.ToLower(text), c[0]) {
			t.Errorf("%s: not in its example", c[0])
		}
		doc := read(t, strings.NewReplacer("[", "", "]", "").Replace(text))
		got := ""
		for i := range doc.Attributions {
			if a := &doc.Attributions[i]; len(a.Content) > 0 && a.Relay != nlp.None {
				got = doc.Text(doc.Attributions[a.Relay].Source)
			}
		}
		if got != want {
			t.Errorf("%s: relay %q, want %q, in %q", c[0], got, want, text)
		}
	}
}

func TestFactualityExamples(t *testing.T) {
	for _, c := range rowsOf(t, "en/factuality.tsv", 4) {
		for _, text := range strings.Split(c[3], "|") {
			doc := read(t, text)
			var got []string
			for i := range doc.Attributions {
				if a := &doc.Attributions[i]; len(a.Content) > 0 {
					got = append(got, string(a.Factuality))
				}
			}
			if len(got) != 1 || got[0] != c[1] {
				t.Errorf("%s: got %v, want %s", text, got, c[1])
			}
		}
	}
}

func newSyntax() (*nlp.Annotator, error) { return syntax.New(syntax.Options{}) }

// TestForms reads the forms that speech takes in news with the real models.
func TestForms(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{
			"relative clause between speaker and cue", "Sollund, who leads the council, said the road was open.",
			[]string{"[Sollund] said {the road was open}"},
		},
		{
			"inverted cue with a relative clause", "The road is open, added Maren, who said the lake was calm.",
			[]string{"[Maren, who said the lake was calm] added {The road is open}", "[who] said {the lake was calm}"},
		},
		{
			"coordinated clauses with that", "Maren said that the road was open, and that the lake was calm.",
			[]string{"[Maren] said {that the road was open}", "[Maren] said {that the lake was calm}"},
		},
		{
			"two speakers in one sentence", "Maren said that the road was open and minister Dana Whitlock said that the lake was calm.",
			[]string{"[Maren] said {that the road was open}", "[minister Dana Whitlock] said {that the lake was calm}"},
		},
		{
			"the speaker goes on in a participle", "Maren said the road was open, adding that the lake was calm.",
			[]string{"[Maren] said {the road was open}", "[Maren] adding {that the lake was calm}"},
		},
		{
			"while cautioning", "Maren stressed that the council is willing to help while cautioning that time is short.",
			[]string{"[Maren] stressed {that the council is willing to help}", "[Maren] cautioning {that time is short}"},
		},
		{
			"one who is asked says nothing", "Maren was asked whether she would go.",
			[]string{"[] was asked {whether she would go}"},
		},
		{
			"an order without the one it is given to", "Maren called on both sides to stop the fighting.",
			[]string{"[Maren] called on {to stop the fighting}"},
		},
		{
			"the warning that one issues", "Officials issued repeated warnings that Karvany would leave the lake.",
			[]string{"[Officials] warnings {that Karvany would leave the lake}"},
		},
		{
			"plans", "Maren has indicated plans to visit the lake.",
			[]string{"[Maren] has indicated {plans to visit the lake}"},
		},
		{
			"a wish in calls", "Maren said both mayors had voiced a desire for talks in two calls.",
			[]string{"[Maren] said {both mayors had voiced a desire for talks in two calls}", "[both mayors] had voiced {a desire for talks}"},
		},
		{
			"a book before the speaker", "In her 2031 book “Lakes,” reporter Oona Hale writes that the road was never built.",
			[]string{"[reporter Oona Hale] writes {that the road was never built} < her 2031 book"},
		},
		{
			"when asked", "“Let us wait,” Maren said when asked if the road would open.",
			[]string{"[Maren] said {Let us wait,}", "[] asked {if the road would open}"},
		},
		{
			"contending", "Maren argued that it was the duty of the council, contending that “nobody else can open the road.”",
			[]string{"[Maren] argued {that it was the duty of the council}", "[Maren] contending {that “nobody else can open the road.”}"},
		},
		{
			"a colon without a verb of reporting", "Maren was blunt: “We will not open the road this year.”",
			[]string{"[Maren]  {We will not open the road this year.}"},
		},
		{
			"hearsay about a deed", "Maren has reportedly accepted the offer.",
			[]string{"[] reportedly {Maren has reportedly accepted the offer}"},
		},
		{
			"an outlet cites", "The talks have failed, Reuters reported, citing two officials.",
			[]string{"[two officials] citing {The talks have failed} < Reuters"},
		},
		{
			"citing first", "Citing two officials, Reuters reported that the talks had failed.",
			[]string{"[two officials] Citing {that the talks had failed} < Reuters"},
		},
		{
			"a reason is no source", "Reuters reported the resignation, citing the weather.",
			[]string{"[Reuters] reported {the resignation}", "[Reuters] citing {the weather}"},
		},
		{
			"cited as saying", "Reuters cited two officials as saying the talks had failed.",
			[]string{"[two officials] saying {the talks had failed} < Reuters"},
		},
		{
			"quoted as saying behind its content", "The talks have failed, Maren was quoted by Reuters as saying.",
			[]string{"[Maren] saying {The talks have failed} < Reuters"},
		},
		{
			"a relay at the end", "Maren accused the council of closing the road, Reuters reported on Monday.",
			[]string{"[Reuters] reported {Maren accused the council of closing the road}", "[Maren] accused {the council of closing the road}"},
		},
		{
			"a name beside an office at the end", "The ferry will sail on Monday, the harbour master, Orla Venn, said on Friday.",
			[]string{"[the harbour master, Orla Venn] said {The ferry will sail on Monday}"},
		},
		{
			"an office beside a name at the end", "The lock would stay shut, Tomas Ered, a spokesman for the port, said.",
			[]string{"[Tomas Ered, a spokesman for the port] said {The lock would stay shut}"},
		},
		{
			"who was told at the end", "The lock would stay shut, Tomas Ered, a spokesman for the port, told reporters.",
			[]string{"[Tomas Ered, a spokesman for the port] told {The lock would stay shut}"},
		},
		{
			"an age beside a name at the end", "The ferry will sail on Monday, Orla Venn, 54, said on Friday.",
			[]string{"[Orla Venn, 54] said {The ferry will sail on Monday}"},
		},
		{
			"a newspaper told at the end", "The ferry will sail on Monday, the harbour master, Orla Venn, told the Gazette newspaper.",
			[]string{"[the harbour master, Orla Venn] told {The ferry will sail on Monday} < the Gazette newspaper"},
		},
		{
			"a relay behind a clause with that", "Maren told lawmakers that the road was closed, the New York Times reported.",
			[]string{"[the New York Times] reported {Maren told lawmakers that the road was closed}", "[Maren] told {that the road was closed}"},
		},
		{
			"told to a broadcaster without a name", "Maren told state television on Friday that the road was closed.",
			[]string{"[Maren] told {that the road was closed} < state television"},
		},
		{
			"relayed and coordinated", "State media reported that Maren described the call as “useful” and stated the council was ready to talk.",
			[]string{
				"[State media] reported {that Maren described the call as “useful” and stated the council was ready to talk}",
				"[Maren] described {the call as “useful”}", "[Maren] stated {the council was ready to talk}",
			},
		},
		{
			"a speaker at the end hung on the nearest noun", "After the meeting, Maren's team agreed to give the council the papers about the roads they wished to close, the Gazette reported.",
			[]string{"[the Gazette] reported {After the meeting, Maren's team agreed to give the council the papers about the roads they wished to close}", "[Maren's team] agreed {to give the council the papers about the roads they wished to close}"},
		},
		{
			"according to, at the end of two clauses", "Envoys have agreed to meet on the lake, but talks continue on a date, according to two officials.",
			[]string{"[two officials] according to {Envoys have agreed to meet on the lake, but talks continue on a date}", "[Envoys] have agreed {to meet on the lake}"},
		},
		{
			"the speaker's own relative clause", "Sollund, whose term ended in May, said the council must share the blame.",
			[]string{"[Sollund] said {the council must share the blame}"},
		},
		{
			"a thought put into words", "Maren raised the possibility of a boycott.",
			[]string{"[Maren] raised {the possibility of a boycott}"},
		},
		{"what happens raises questions and says nothing", "The storm raised the possibility of a delay.", nil},
		{
			"a clause behind its medium", "The council confirmed in a statement the pair had talked.",
			[]string{"[The council] confirmed {the pair had talked}"},
		},
		{
			"two infinitives, the second in marks", "Maren urged both sides to return to the lake and “make a deal.”",
			[]string{"[Maren] urged {to return to the lake and “make a deal.”}"},
		},
		{
			"what the tolls are to be", "Karvany is pushing for tolls to be lifted.",
			[]string{"[Karvany] is pushing for {tolls to be lifted}"},
		},
		{
			"warned of", "Maren warned of a hard winter.",
			[]string{"[Maren] warned of {a hard winter}"},
		},
		{
			"reports that", "Markets fell after reports that Karvany would leave the lake.",
			[]string{"[] reports {that Karvany would leave the lake}"},
		},
		{
			"a deadline", "Sollund gave Maren a deadline to decide whether she would testify.",
			[]string{"[Sollund] deadline {to decide whether she would testify}"},
		},
		{"a thing that threatens", "The storm threatens to close the road.", nil},
		{"a list named in passing", "That list, first reported by Reuters on Monday, includes two names.", nil},
		{
			"what one is accused of by others", "Maren was accused by deputies of hiding from the council who paid for the road.",
			[]string{"[deputies] was accused {of hiding from the council who paid for the road}"},
		},
		{
			"who is said to have left says nothing", "Maren is reported to have left the lake.",
			[]string{"[] is reported {Maren} {to have left the lake}"},
		},
		{"refused to answer", "Maren refused to answer whether she would go.", nil},
		{"one's own insertion", "“It will bring back, I would say, ten roads,” Maren said.", []string{"[Maren] said {It will bring back, I would say, ten roads,}"}},
		{"a title with the comma of its sentence", "In the film “Lakes,” which opens on Monday, Maren slammed the council.", nil},
		{"announced by nobody", "The council met after the second road was announced.", nil},
		{"worth noting", "It is worth noting that the road was never built.", nil},
		{
			"a subject lost at its relative clause", "Sollund said deckhands, who are the newest members of a crew and are mostly in their teens, make 9,000 marks a season.",
			[]string{"[Sollund] said {deckhands, who are the newest members of a crew and are mostly in their teens, make 9,000 marks a season}"},
		},
		{
			"at the time that", "He responded at the time that the port must close.",
			[]string{"[He] responded {that the port must close}"},
		},
		{"a purpose is no finding", "The council met to determine whether the road was closed.", nil},
		{"an index that posts a record", "The index posted three new highs; the lake company recorded nine.", nil},
		{
			"despite what others think", "All leaders signed the statement, minister Dana Whitlock announced Saturday, despite speculation that Karvany would leave.",
			[]string{"[minister Dana Whitlock] announced {All leaders signed the statement}", "[] speculation {that Karvany would leave}"},
		},
		{
			"an earlier day before that", "But Reuters reported earlier this year that Maren had found the papers.",
			[]string{"[Reuters] reported {that Maren had found the papers}"},
		},
		{
			"an inverted speaker at the end", "Two roads have gained the most interest from Sollund and his team, said a person familiar with the plans.",
			[]string{"[a person familiar with the plans] said {Two roads have gained the most interest from Sollund and his team}"},
		},
		{
			"said in tweets that", "Even Sollund took up the matter, saying in two tweets that the envoy should stay at home.",
			[]string{"[Sollund] saying {that the envoy should stay at home}"},
		},
		{
			"told before quitting that", "She told the Gazette before quitting that the road was a mistake.",
			[]string{"[She] told {that the road was a mistake}"},
		},
		{"one's own deadline", "Karvany missed the council's deadline to open the road.", nil},
		{"a relative clause is no insertion", "There was no sign that Maren might agree, which raised new doubts.", nil},
	} {
		doc := read(t, c.text)
		var got []string
		for i := range doc.Attributions {
			a := &doc.Attributions[i]
			if len(a.Content) == 0 {
				continue
			}
			s := "[" + doc.Text(a.Source) + "] " + doc.Text(a.Cue)
			for _, p := range a.Content {
				s += " {" + doc.Text(p) + "}"
			}
			if a.Relay != nlp.None && len(doc.Attributions[a.Relay].Content) == 0 {
				s += " < " + doc.Text(doc.Attributions[a.Relay].Source)
			}
			got = append(got, s)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// TestHeadings reads headings that have no clause.
func TestHeadings(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"Dana Whitlock: no deal without the lake", "[Dana Whitlock] : {no deal without the lake}"},
		{"Dana Whitlock says talks to resume", "[Dana Whitlock] says {talks to resume}"},
		{"The road to Lake Ansa: who builds it", ""},
		{"The role of Dana Whitlock: a quiet council", ""},
		{"The third guest: Dana Whitlock", ""},
	} {
		p, err := reader()
		if err != nil {
			t.Fatal(err)
		}
		doc := &nlp.Doc{Report: &readout.Report{ID: "r", Text: c.text}}
		for _, a := range p {
			if a.Name == annotator {
				for i := range doc.Sentences {
					doc.Sentences[i].Noise = "title"
				}
			}
			a.Run(doc)
		}
		got := ""
		for i := range doc.Attributions {
			a := &doc.Attributions[i]
			got += "[" + doc.Text(a.Source) + "] " + doc.Text(a.Cue) + " {" + doc.Text(a.Span()) + "}"
		}
		if got != c.want {
			t.Errorf("%q: got %s, want %s", c.text, got, c.want)
		}
	}
}

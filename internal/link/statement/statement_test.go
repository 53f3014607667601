package statement

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

type table map[int]string

func (t table) OfChain(_, c int) string      { return t[c] }
func (t table) OfOutlet(int) string          { return "eMeridian" }
func (t table) OfEvent(_, m int) string      { return t[-1-m] }
func (t table) OfWire(int) readout.ChainLink { return readout.ChainLink{} }

const text = "On Friday, Maren told reporters that the talks were over, according to Harbour Wire."

func at(s string) readout.Span {
	i := strings.Index(text, s)
	return readout.Span{Start: i, End: i + len(s)}
}

func doc() *nlp.Doc {
	return &nlp.Doc{
		Report:    &readout.Report{ID: "r1", Text: text, Outlet: "The Meridian"},
		Sentences: []nlp.Sentence{{Span: readout.Span{Start: 0, End: len(text)}}},
		Timexes: []nlp.Timex{
			{Span: at("Friday"), Type: "DATE", Value: "2031-03-14", Basis: "relative", By: readout.By{Rule: "timex/weekday"}},
		},
		Chains: []nlp.Chain{{Name: "Ilse Maren"}, {Name: "Harbour Wire"}, {Name: ""}},
		Attributions: []nlp.Attribution{
			{Content: []readout.Span{at("that the talks were over")}, Cue: at("told"), Source: at("Maren"), Kind: readout.Indirect, Parent: nlp.None, Relay: 1, Speaker: 0, Addressee: 2, Uttered: true},
			{Content: []readout.Span{at("Maren told reporters that the talks were over")}, Cue: at("according to"), Source: at("Harbour Wire"), Kind: readout.Indirect, Parent: nlp.None, Relay: nlp.None, Speaker: 1, Addressee: nlp.None, Uttered: true},
		},
	}
}

func TestLink(t *testing.T) {
	got := Link([]*nlp.Doc{doc()}, table{0: "eMaren", 1: "eWire"}, table{0: "eMaren", 1: "eWire"})
	if len(got) != 2 {
		t.Fatalf("got %d statements, want 2", len(got))
	}
	s := got[1] // sorted by place: the outer content starts first
	if s.Speaker != "eMaren" || s.Addressee != "" {
		t.Errorf("speaker %q addressee %q", s.Speaker, s.Addressee)
	}
	var chain []string
	for _, l := range s.Chain {
		chain = append(chain, l.Entity+"|"+l.Text)
	}
	if diff := cmp.Diff([]string{"eMaren|Maren", "eWire|Harbour Wire", "eMeridian|The Meridian"}, chain); diff != "" {
		t.Errorf("chain (-want +got):\n%s", diff)
	}
	if s.Date == nil || s.Date.Value != "2031-03-14" || s.Date.Expression.By.Rule != "timex/weekday" {
		t.Errorf("date: got %+v", s.Date)
	}
	if s.Text != "that the talks were over" || s.Text != s.Content[0].In(text) {
		t.Errorf("text: got %q", s.Text)
	}
}

func TestLinkLeavesOutWhatWasNotSaid(t *testing.T) {
	d := doc()
	d.Attributions[0].Negated = true
	if got := Link([]*nlp.Doc{d}, table{}, table{}); len(got) != 1 {
		t.Errorf("got %d statements, want the one that was made", len(got))
	}
}

func TestResolvedDate(t *testing.T) {
	for value, want := range map[string]string{
		"2031-03-14": "2031-03-14/day", "2031-03-14T10": "2031-03-14T10/hour", "2031-03-14T14:10": "2031-03-14T14:10/minute",
		"2031-03-14TNI": "2031-03-14/day", "2031-03": "", "XXXX-WXX-5": "", "2031-W11": "", "PT2H": "", "PRESENT_REF": "", "XXXX-03-14": "", "": "",
	} {
		d, ok := ResolvedDate(&nlp.Timex{Value: value})
		got := ""
		if ok {
			got = d.Value + "/" + d.Precision
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", value, got, want)
		}
	}
}

func TestOccasion(t *testing.T) {
	d := doc()
	d.Report.Text = "Maren told reporters at the meeting that the talks were over."
	span := func(s string) readout.Span {
		i := strings.Index(d.Report.Text, s)
		return readout.Span{Start: i, End: i + len(s)}
	}
	d.Sentences = []nlp.Sentence{{Span: readout.Span{Start: 0, End: len(d.Report.Text)}, Last: 7}}
	d.Timexes = nil
	for _, x := range []struct {
		word, rel string
		head      int
	}{{"Maren", "nsubj", 1}, {"told", "root", nlp.None}, {"reporters", "obj", 1}, {"at", "case", 5}, {"the", "det", 5}, {"meeting", "obl", 1}, {"talks", "nsubj", 1}} {
		d.Tokens = append(d.Tokens, nlp.Token{Span: span(x.word), Head: x.head, Deprel: x.rel})
	}
	d.Attributions = []nlp.Attribution{{Content: []readout.Span{span("that the talks were over")}, Cue: span("told"), CueToken: 1, Source: span("Maren"), Parent: nlp.None, Relay: nlp.None, Speaker: nlp.None, Addressee: nlp.None}}
	d.Events = []nlp.EventMention{{Token: 6, Trigger: span("talks"), Type: "CONSULT", Nominal: true}, {Token: 5, Trigger: span("meeting"), Type: "CONSULT", Nominal: true}}
	ents := table{-1: "eTalks", -2: "eMeeting"}
	if got := Link([]*nlp.Doc{d}, ents, ents)[0].Event; got != "eMeeting" {
		t.Errorf("got event %q, want the meeting at which it was said", got)
	}
	d.Events[1].Type = "STATEMENT"
	if got := Link([]*nlp.Doc{d}, ents, ents)[0].Event; got != "" {
		t.Errorf("got event %q of a statement", got)
	}
	d.Events[1].Mode = "interview"
	if got := Link([]*nlp.Doc{d}, ents, ents)[0].Event; got != "eMeeting" {
		t.Errorf("got event %q, want the interview in which it was said", got)
	}
	d.Events[1].Status = readout.Planned
	if got := Link([]*nlp.Doc{d}, ents, ents)[0].Event; got != "" {
		t.Errorf("got event %q of an interview to come", got)
	}
}

// Who is told something right after a call of the two was told it in the call.
func TestToldThere(t *testing.T) {
	d := doc()
	d.Report.Text = "Maren called Ered on Monday. Maren told Ered that the talks were over."
	span := func(s string, nth int) readout.Span {
		i := strings.Index(d.Report.Text, s)
		for ; nth > 0; nth-- {
			i += 1 + strings.Index(d.Report.Text[i+1:], s)
		}
		return readout.Span{Start: i, End: i + len(s)}
	}
	d.Sentences = []nlp.Sentence{{Span: readout.Span{End: 28}, Last: 2}, {Span: readout.Span{Start: 29, End: len(d.Report.Text)}, First: 2, Last: 4}}
	d.Timexes = nil
	d.Tokens = []nlp.Token{{Span: span("called", 0), Head: nlp.None}, {Span: span("Monday", 0), Head: 0}, {Span: span("told", 0), Sent: 1, Head: nlp.None}, {Span: span("over", 0), Sent: 1, Head: 2}}
	d.Mentions = []nlp.Mention{{Span: span("Maren", 0), Chain: 0}, {Span: span("Ered", 0), Chain: 1}}
	d.Chains = []nlp.Chain{{Name: "Maren"}, {Name: "Ered"}}
	d.Attributions = []nlp.Attribution{{Content: []readout.Span{span("that the talks were over", 0)}, Cue: span("told", 0), CueToken: 2, Sent: 1, Parent: nlp.None, Relay: nlp.None, Speaker: 0, Addressee: 1}}
	d.Events = []nlp.EventMention{{Token: 0, Trigger: span("called", 0), Type: "CONSULT", Status: readout.Occurred, Args: []nlp.Argument{{Role: "agent", Mention: 0}, {Role: "recipient", Mention: 1}}}}
	ents := table{-1: "eCall"}
	if got := Link([]*nlp.Doc{d}, ents, ents)[0].Event; got != "eCall" {
		t.Errorf("got event %q, want the call", got)
	}
	d.Attributions[0].Addressee = nlp.None
	if got := Link([]*nlp.Doc{d}, ents, ents)[0].Event; got != "" {
		t.Errorf("got event %q though it was told somebody else", got)
	}
}

package response

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/event"
	"github.com/readout-news/readout/internal/nlp"
)

type table map[int]string

func (t table) OfChain(_, c int) string      { return t[c] }
func (t table) OfOutlet(int) string          { return "eMeridian" }
func (t table) OfWire(int) readout.ChainLink { return readout.ChainLink{} }
func (t table) at(text, s string) readout.Span {
	i := strings.Index(text, s)
	return readout.Span{Start: i, End: i + len(s)}
}

const text = "Sollund and Karvany held a call on Friday. The palace has denied the call, Harbour Wire reported. The ministry declined to comment. She did not elaborate."

func doc(id string) *nlp.Doc {
	at := func(s string) readout.Span { return table{}.at(text, s) }
	var sents []nlp.Sentence
	start := 0
	for _, s := range strings.SplitAfter(text, ".") {
		s = strings.TrimSpace(s)
		if s == "" {
			continue
		}
		i := start + strings.Index(text[start:], s)
		sents = append(sents, nlp.Sentence{Span: readout.Span{Start: i, End: i + len(s)}})
		start = i + len(s)
	}
	none := nlp.Response{Party: nlp.None, To: nlp.None, AboutEvent: nlp.None, AboutSaid: nlp.None, Time: nlp.None, Attribution: nlp.None}
	denied, declined, silent := none, none, none
	denied.Span, denied.Kind, denied.Cue, denied.Who = at("The palace has denied the call"), readout.Denies, at("has denied"), at("The palace")
	denied.Party, denied.About, denied.AboutEvent, denied.Attribution = 0, at("the call"), 1, 0
	declined.Span, declined.Kind, declined.Cue, declined.Who = at("The ministry declined to comment"), readout.Declines, at("declined to comment"), at("The ministry")
	declined.Party = 2
	silent.Span, silent.Kind, silent.Cue, silent.Who = at("She did not elaborate"), readout.Declines, at("did not elaborate"), at("She")
	return &nlp.Doc{
		Report:    &readout.Report{ID: id, Text: text, Outlet: "The Meridian"},
		Sentences: sents,
		Chains:    []nlp.Chain{{Name: "Palace"}, {Name: "Harbour Wire"}, {Name: "Ministry"}},
		Attributions: []nlp.Attribution{{
			Content: []readout.Span{at("The palace has denied the call")}, Cue: at("reported"), CueToken: nlp.None, Source: at("Harbour Wire"), SourceHead: nlp.None,
			Kind: readout.Indirect, Sent: 1, Parent: nlp.None, Relay: nlp.None, Speaker: 1, Addressee: nlp.None, Uttered: true,
		}},
		Events:    []nlp.EventMention{{Span: at("a call"), Sent: 0}, {Span: at("the call"), Sent: 1}},
		Responses: []nlp.Response{denied, declined, silent},
	}
}

func events(docs int) *event.Links {
	l := &event.Links{Events: []*readout.Event{{ID: "v1"}}}
	for range docs {
		l.OfMention = append(l.OfMention, []int{0, 0})
	}
	return l
}

func show(rs []*readout.Response) []string {
	var out []string
	for _, r := range rs {
		var chain []string
		for _, l := range r.Chain {
			chain = append(chain, l.Text)
		}
		out = append(out, strings.Join([]string{r.Evidence.Report, string(r.Kind), r.Party, r.Event, r.About, strings.Join(chain, " < ")}, "|"))
	}
	return out
}

func TestLink(t *testing.T) {
	got := show(Link([]*nlp.Doc{doc("r1")}, table{0: "ePalace", 1: "eWire", 2: "eMinistry"}, events(1)))
	want := []string{
		"r1|deny|ePalace|v1|the call|The palace < Harbour Wire < The Meridian",
		// The event that the report opens with and comes back to.
		"r1|decline|eMinistry|v1||The ministry < The Meridian",
		// What she did not elaborate on is not told.
		"r1|decline||||She < The Meridian",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestMatterStaysOpen(t *testing.T) {
	for name, of := range map[string][]int{
		"told once":     {0, event.None},
		"two as often":  {0, 1},
		"not the first": {event.None, 0},
	} {
		evs := &event.Links{Events: []*readout.Event{{ID: "v1"}, {ID: "v2"}}, OfMention: [][]int{of}}
		d := doc("r1")
		d.Events[1].Sent = map[bool]int{true: 0, false: 1}[name == "two as often"]
		for _, r := range Link([]*nlp.Doc{d}, table{}, evs) {
			if r.About == "" && r.Event != "" {
				t.Errorf("%s: %q is about %s, want open", name, r.Evidence.Span.In(text), r.Event)
			}
		}
	}
}

// A mention that is no event of its own ("how often they had spoken") is about
// the matter when its parties are the matter's.
func TestManyContacts(t *testing.T) {
	for name, x := range map[string]struct {
		parties []int // of the mention
		typ     string
		want    string
	}{
		"those of the matter": {[]int{0, 1}, "CONSULT", "v1"},
		"one with the party":  {[]int{1}, "CONSULT", "v1"},
		"another":             {[]int{0, 2}, "CONSULT", ""},
		"of another kind":     {[]int{0, 1}, "ASSAULT", ""},
	} {
		d := doc("r1")
		m := nlp.EventMention{Type: x.typ, Sent: 1, Plural: true}
		for _, c := range x.parties {
			m.Args = append(m.Args, nlp.Argument{Role: "participant", Mention: len(d.Mentions)})
			d.Mentions = append(d.Mentions, nlp.Mention{Chain: c})
		}
		d.Events = append(d.Events, m)
		d.Responses = d.Responses[:1]
		r := &d.Responses[0]
		r.Kind, r.Party, r.AboutEvent = readout.Declines, 0, 2
		evs := &event.Links{
			Events:    []*readout.Event{{ID: "v1", Type: "CONSULT", Participants: []readout.Participant{{Entity: "ePalace"}, {Entity: "eWire"}}}},
			OfMention: [][]int{{0, 0, event.None}},
		}
		got := Link([]*nlp.Doc{d}, table{0: "ePalace", 1: "eWire", 2: "eMinistry"}, evs)
		if len(got) != 1 || got[0].Event != x.want {
			t.Errorf("%s: got %+v, want about %q", name, got[0], x.want)
		}
	}
}

func TestOrderDoesNotShow(t *testing.T) {
	a, b := doc("r1"), doc("r2")
	ents := table{0: "ePalace", 1: "eWire", 2: "eMinistry"}
	want := show(Link([]*nlp.Doc{a, b}, ents, events(2)))
	slices.Reverse(a.Responses)
	got := show(Link([]*nlp.Doc{b, a}, ents, events(2)))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	rs := Link([]*nlp.Doc{a, b}, ents, events(2))
	seen := map[string]bool{}
	for _, r := range rs {
		if seen[r.ID] || r.Evidence.Span.Empty() {
			t.Errorf("response %s: repeated or without evidence", r.ID)
		}
		seen[r.ID] = true
	}
}

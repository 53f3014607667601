package event

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/entity"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/nlp/event"
)

// told is one event mention of a report of the tests, in words.
type told struct {
	word     string // the trigger; also its lemma
	typ      string // "" CONSULT
	mode     string
	who      string // names of parties, "Maren Ered"; "agent:Sollund patient:Karvany"
	when     string // TIMEX3 value
	where    string
	sent     int
	status   readout.EventStatus // "" is occurred without a cue
	definite bool
	plural   bool
	negated  bool
	ordinal  string
	before   []int
	after    []int
	future   bool // "would"
	heading  bool
}

// world is the entities of the tests: name → type, country.
var world = []struct {
	name, country string
	typ           readout.EntityType
}{
	{"Dorne", "OR", readout.Place},
	{"Ered", "KV", readout.Person},
	{"Karvany", "KV", readout.Place},
	{"Maren", "SD", readout.Person},
	{"Orrin", "OR", readout.Place},
	{"Sollund", "SD", readout.Place},
	{"Vellmark", "SD", readout.Place},
	{"Whitlock", "SD", readout.Person},
}

// report builds a document of the mentions told, ten bytes each.
func report(id, published string, mentions ...told) *nlp.Doc {
	doc := &nlp.Doc{Report: &readout.Report{ID: id, Published: readout.Published{Value: published}}}
	var text strings.Builder
	chain := map[string]int{}
	mention := func(name string) int {
		i := slices.IndexFunc(world, func(w struct {
			name, country string
			typ           readout.EntityType
		},
		) bool {
			return w.name == name
		})
		if i < 0 {
			panic("unknown party " + name)
		}
		if _, ok := chain[name]; !ok {
			chain[name] = len(doc.Chains)
			doc.Chains = append(doc.Chains, nlp.Chain{Name: name, Type: world[i].typ, Country: world[i].country})
		}
		doc.Mentions = append(doc.Mentions, nlp.Mention{Chain: chain[name], Form: readout.FormName})
		return len(doc.Mentions) - 1
	}
	sents := 0
	for _, m := range mentions {
		sents = max(sents, m.sent+1)
	}
	for s := range sents {
		doc.Sentences = append(doc.Sentences, nlp.Sentence{Span: readout.Span{Start: s * 100, End: s*100 + 100}})
	}
	for i, m := range mentions {
		at := m.sent*100 + i
		span := readout.Span{Start: at, End: at + 1}
		doc.Tokens = append(doc.Tokens, nlp.Token{Span: span, Sent: m.sent, Lemma: m.word, Head: nlp.None})
		ev := nlp.EventMention{
			Span: span, Trigger: span, Token: i, Sent: m.sent, Type: m.typ, Mode: m.mode, Time: nlp.None, Place: nlp.None,
			Duration: nlp.None, Status: m.status, Nominal: true, Definite: m.definite, Plural: m.plural, Negated: m.negated,
			Ordinal: m.ordinal, Before: m.before, After: m.after, Attributes: map[string]string{event.AttrStatusBy: "cue"},
		}
		if m.typ == "" {
			ev.Type = "CONSULT"
		}
		if m.status == "" {
			ev.Status = readout.Occurred
			ev.Attributes[event.AttrStatusBy] = event.DefaultStatus
		}
		if m.future {
			ev.Attributes[event.AttrFutureInPast] = "yes"
		}
		if m.heading {
			ev.Attributes[event.AttrHeading] = "yes"
		}
		for _, p := range strings.Fields(m.who) {
			role, name, ok := strings.Cut(p, ":")
			if !ok {
				role, name = "participant", p
			}
			ev.Args = append(ev.Args, nlp.Argument{Role: role, Mention: mention(name), Span: span})
		}
		if m.where != "" {
			ev.Place = mention(m.where)
		}
		if m.when != "" {
			doc.Timexes = append(doc.Timexes, nlp.Timex{Span: span, Type: "DATE", Value: m.when, Basis: "relative", Anchor: nlp.None})
			ev.Time = len(doc.Timexes) - 1
		}
		doc.Events = append(doc.Events, ev)
	}
	text.WriteString(strings.Repeat("x", sents*100))
	doc.Report.Text = text.String()
	return doc
}

// entities links the chains of docs to the world by name.
func entities(docs []*nlp.Doc) *entity.Links {
	l := &entity.Links{}
	for i, w := range world {
		e := &readout.Entity{ID: fmt.Sprintf("e%02d", i), Name: w.name, Type: w.typ, Country: w.country}
		if w.name == "Maren" || w.name == "Ered" {
			e.Roles = []readout.Role{{Title: "president"}}
		}
		l.Entities = append(l.Entities, e)
	}
	for _, d := range docs {
		of := make([]int, len(d.Chains))
		for c := range d.Chains {
			of[c] = slices.IndexFunc(l.Entities, func(e *readout.Entity) bool { return e.Name == d.Chains[c].Name })
		}
		l.OfChain = append(l.OfChain, of)
	}
	return l
}

// groups writes the outcome: one line a mention, "report.index" and the number
// of its event in order of appearance, "-" for none.
func groups(docs []*nlp.Doc, l *Links) string {
	number := map[int]int{}
	var out []string
	for d := range docs {
		var row []string
		for _, n := range l.OfMention[d] {
			if n == None {
				row = append(row, "-")
				continue
			}
			if _, ok := number[n]; !ok {
				number[n] = len(number) + 1
			}
			row = append(row, fmt.Sprint(number[n]))
		}
		out = append(out, strings.Join(row, " "))
	}
	return strings.Join(out, " | ")
}

const (
	occurred = readout.Occurred
	planned  = readout.Planned
)

func TestLink(t *testing.T) {
	tests := []struct {
		name string
		docs []*nlp.Doc
		want string
	}{
		{
			"definite goes to the call before it",
			[]*nlp.Doc{report("r1", "2031-03-18",
				told{word: "call", mode: "phone", who: "Maren Ered", when: "2031-03-18", status: occurred},
				told{word: "call", mode: "phone", sent: 1, definite: true},
				told{word: "conversation", sent: 2, definite: true})},
			"1 1 1",
		},
		{
			"two days stay two calls",
			[]*nlp.Doc{report("r1", "2031-03-18",
				told{word: "call", mode: "phone", who: "Maren Ered", when: "2031-03-18", status: occurred},
				told{word: "speak", who: "Maren Ered", when: "2031-03-13", sent: 3, status: occurred},
				told{word: "call", mode: "phone", sent: 4, definite: true})},
			"1 2 2",
		},
		{
			"next is another one",
			[]*nlp.Doc{report("r1", "2031-05-19",
				told{word: "call", mode: "phone", who: "Maren Ered", when: "2031-02-12", status: occurred},
				told{word: "conversation", who: "Maren Ered", when: "2031-03-18", sent: 1, definite: true, ordinal: "next", status: occurred})},
			"1 2",
		},
		{
			"same day across reports, other days apart",
			[]*nlp.Doc{
				report("r1", "2031-03-18", told{word: "call", mode: "phone", who: "Maren Ered", when: "2031-03-18", status: occurred}),
				report("r2", "2031-05-19",
					told{word: "call", mode: "phone", who: "Ered Maren", when: "2031-05-19", status: occurred},
					told{word: "speak", who: "Maren Ered", when: "2031-03-18", sent: 5, status: occurred}),
				report("r3", "2031-05-19", told{word: "conversation", mode: "phone", who: "Maren Ered", when: "2031-05-19T10:00", status: occurred}),
			},
			"1 | 2 1 | 2",
		},
		{
			"a plan that came true is one event, a later plan is not",
			[]*nlp.Doc{
				report("r1", "2031-03-16", told{word: "call", mode: "phone", who: "Maren Ered", when: "2031-03-18", status: planned}),
				report("r2", "2031-03-18",
					told{word: "call", mode: "phone", who: "Maren Ered", when: "2031-03-18", status: occurred},
					told{word: "call", mode: "phone", who: "Maren Ered", sent: 4, status: planned}),
			},
			"1 | 1 2",
		},
		{
			"several calls are no call",
			[]*nlp.Doc{report("r1", "2031-03-18",
				told{word: "call", mode: "phone", who: "Maren Ered", when: "2031-03-18", status: occurred},
				told{word: "call", mode: "phone", who: "Maren Ered", sent: 2, plural: true, status: occurred},
				told{word: "call", mode: "phone", sent: 3, plural: true, definite: true})},
			"1 2 -",
		},
		{
			"phone and meeting are two, loose anaphor is one",
			[]*nlp.Doc{report("r1", "2031-03-18",
				told{word: "call", mode: "phone", who: "Maren Ered", when: "2031-03-18", status: occurred},
				told{word: "meeting", mode: "meeting", who: "Ered", sent: 1, definite: true},
				told{word: "meet", mode: "meeting", who: "Maren Ered", sent: 2, when: "2031-03-20", status: planned})},
			"1 1 2",
		},
		{
			"before and after the same call are two conversations",
			[]*nlp.Doc{report("r1", "2031-03-18",
				told{word: "call", mode: "phone", who: "Maren Ered", when: "2031-03-18", status: occurred},
				told{word: "speak", who: "Maren Whitlock", sent: 2, status: readout.Reported, before: []int{2}},
				told{word: "call", mode: "phone", who: "Ered", sent: 2, definite: true},
				told{word: "speak", who: "Maren Whitlock", sent: 2, status: planned, future: true, after: []int{4}},
				told{word: "call", mode: "phone", who: "Ered", sent: 2, definite: true})},
			"1 2 1 3 1",
		},
		{
			"states and their people: one meeting; another minister: two",
			[]*nlp.Doc{
				report("r1", "2031-03-18", told{word: "talk", mode: "talks", who: "Sollund Karvany", when: "2031-03-17", where: "Dorne", status: occurred}),
				report("r2", "2031-03-18", told{word: "meet", mode: "meeting", who: "Maren Ered", when: "2031-03-17", where: "Dorne", status: occurred}),
				report("r3", "2031-03-18", told{word: "meet", mode: "meeting", who: "Whitlock Ered", when: "2031-03-17", status: occurred}),
			},
			"1 | 1 | 2",
		},
		{
			"places that exclude each other",
			[]*nlp.Doc{
				report("r1", "2031-03-18", told{word: "talk", mode: "talks", who: "Sollund Karvany", when: "2031-W12", where: "Dorne", status: occurred}),
				report("r2", "2031-03-18", told{word: "talk", mode: "talks", who: "Sollund Karvany", when: "2031-03-18", where: "Vellmark", status: occurred}),
			},
			"1 | 2",
		},
		{
			"week and day at one place, one side told",
			[]*nlp.Doc{
				report("r1", "2031-03-24", told{word: "talk", mode: "talks", who: "Karvany", when: "2031-W12", where: "Dorne", status: occurred}),
				report("r2", "2031-03-22", told{word: "talk", mode: "talks", who: "Sollund Karvany", when: "2031-03-21", where: "Dorne", status: occurred}),
			},
			"1 | 1",
		},
		{
			"the lead without a date joins the one call of the day",
			[]*nlp.Doc{
				report("r1", "2031-03-18", told{word: "call", mode: "phone", who: "Maren Ered", when: "2031-03-18", status: occurred}),
				report("r2", "2031-03-19", told{word: "call", mode: "phone", who: "Maren Ered", status: occurred}),
				report("r3", "2031-04-30", told{word: "call", mode: "phone", who: "Maren Ered", status: occurred}),
			},
			"1 | 1 | 2",
		},
		{
			"one side at another place is another event",
			[]*nlp.Doc{report("r1", "2031-03-18",
				told{word: "call", mode: "phone", who: "Maren Ered", status: occurred},
				told{word: "talk", mode: "talks", who: "Karvany", when: "2031-W11", where: "Dorne", sent: 1, status: occurred})},
			"1 -",
		},
		{
			"what did not happen is no event",
			[]*nlp.Doc{report("r1", "2031-03-18", told{word: "meet", mode: "meeting", who: "Maren Ered", status: readout.Denied, negated: true})},
			"-",
		},
		{
			"known talks without parties are those of other reports",
			[]*nlp.Doc{
				report("r1", "2031-03-14", told{word: "talk", mode: "talks", who: "Sollund Karvany", when: "2031-03-14", ordinal: "third", status: occurred}),
				report("r2", "2031-03-14",
					told{word: "talk", mode: "talks", definite: true},
					told{word: "attack", typ: "ASSAULT", who: "agent:Sollund patient:Karvany", sent: 4, status: occurred}),
				report("r3", "2031-03-14",
					told{word: "talk", mode: "talks", definite: true, when: "2031-03-14", ordinal: "fourth", status: occurred},
					told{word: "attack", typ: "ASSAULT", who: "agent:Sollund patient:Karvany", sent: 4, status: occurred}),
				report("r4", "2031-03-14",
					told{word: "talk", mode: "talks", definite: true},
					told{word: "attack", typ: "ASSAULT", who: "agent:Sollund patient:Orrin", sent: 4, status: occurred}),
			},
			"1 | 1 2 | - 3 | - 4",
		},
		{
			"roles are kept apart",
			[]*nlp.Doc{report("r1", "2031-03-18",
				told{word: "attack", typ: "ASSAULT", who: "agent:Sollund patient:Karvany", when: "2031-03-17", status: occurred},
				told{word: "attack", typ: "ASSAULT", who: "agent:Karvany patient:Sollund", when: "2031-03-17", sent: 1, status: occurred})},
			"1 2",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l, err := Link(tt.docs, entities(tt.docs))
			if err != nil {
				t.Fatal(err)
			}
			if got := groups(tt.docs, l); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestEventOfRecord(t *testing.T) {
	docs := []*nlp.Doc{
		report("r1", "2031-03-18",
			told{word: "call", mode: "phone", who: "Maren Ered", when: "2031-03-18", status: occurred},
			told{word: "talk", mode: "talks", who: "Sollund Karvany", when: "2031-W13", where: "Dorne", sent: 1, status: planned, after: []int{2}},
			told{word: "call", mode: "phone", sent: 1, definite: true}),
	}
	l, err := Link(docs, entities(docs))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range l.Events {
		s := e.Title + " " + string(e.Status)
		if e.Date != nil {
			s += " " + e.Date.Value + "/" + e.Date.End
		}
		for _, x := range e.Links {
			s += " " + x.Relation
		}
		got = append(got, s)
	}
	slices.Sort(got)
	want := []string{
		"Phone call between Ered and Maren occurred 2031-03-18/",
		"Talks between Karvany and Sollund in Dorne planned 2031-03-24/2031-03-30 after",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestParseValue(t *testing.T) {
	tests := []struct{ value, from, to, precision string }{
		{"2031-03-18", "2031-03-18", "2031-03-18", "day"},
		{"2031-03-18T10:00", "2031-03-18", "2031-03-18", "day"},
		{"2031-02", "2031-02-01", "2031-02-28", "month"},
		{"2031", "2031-01-01", "2031-12-31", "year"},
		{"2031-W12", "2031-03-17", "2031-03-23", "week"},
		{"2031-W12-WE", "2031-03-22", "2031-03-23", "week"},
		{"2026-W01", "2025-12-29", "2026-01-04", "week"},
		{"2031-Q2", "2031-04-01", "2031-06-30", "month"},
		{"XXXX-WXX-2", "", "", ""},
		{"PRESENT_REF", "", "", ""},
		{"203X", "", "", ""},
		{"", "", "", ""},
	}
	for _, tt := range tests {
		from, to, precision, ok := Days(tt.value)
		if ok != (tt.from != "") || from != tt.from || to != tt.to || precision != tt.precision {
			t.Errorf("Days(%q) = %s %s %s %v, want %s %s %s", tt.value, from, to, precision, ok, tt.from, tt.to, tt.precision)
		}
	}
	tuesday := parseValue("XXXX-WXX-2")
	if tuesday.excludes(parseValue("2031-03-18")) || !tuesday.excludes(parseValue("2031-03-19")) {
		t.Error("18 March 2031 is a Tuesday")
	}
}

func FuzzParseValue(f *testing.F) {
	for _, s := range []string{"2031-03-18", "2031-W12-2", "XXXX-WXX-7", "2031-H2", "2031-SP", "20"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v := parseValue(s)
		if v.lo > v.hi {
			t.Errorf("%q gives an empty range", s)
		}
	})
}

package event_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/entity"
	"github.com/readout-news/readout/internal/link/event"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/pipeline"
)

// paper is one report of the tests.
type paper struct{ id, published, text string }

const (
	january = `President Henrik Aldane of Sollund and President Vesna Torokai of Karvany spoke by telephone on Monday.

The call lasted an hour, Aldane's office said. The two leaders discussed the water of Lake Ansa.`
	february = `Sollund's president, Henrik Aldane, and his Karvan counterpart, Vesna Torokai, held a second telephone call on Monday, their offices said.

"We are closer than in January," Aldane told reporters. The first call, on January 20, had ended without result.`
	march = `Henrik Aldane, the president of Sollund, spoke by phone with President Vesna Torokai of Karvany on Monday about Lake Ansa.

Torokai's office said the conversation lasted two hours.`
)

// TestReading reads reports of repeated contacts of the same two presidents
// and looks which mentions come to which event.
func TestReading(t *testing.T) {
	r, err := pipeline.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		papers []paper
		want   []string
	}{
		{
			"three calls stay three",
			[]paper{{"a", "2031-01-20", january}, {"b", "2031-02-17", february}, {"c", "2031-03-17", march}},
			[]string{
				"2031-01-20 occurred: a:spoke a:call a:discussed b:call",
				"2031-02-17 occurred: b:telephone call",
				"2031-03-17 occurred: c:spoke c:conversation",
			},
		},
		{
			"a weekday with 's, and the number of a row that the record counts",
			[]paper{{"a", "2031-01-20", january}, {"b", "2031-02-17", february}, {"c", "2031-03-17", march}, {
				"d", "2031-03-19",
				`Monday's call between Henrik Aldane and Vesna Torokai brought no agreement, a Karvan official said on Wednesday.

The third call since January had been the longest, the official said.`,
			}},
			[]string{
				"2031-01-20 occurred: a:spoke a:call a:discussed b:call",
				"2031-02-17 occurred: b:telephone call",
				"2031-03-17 occurred: c:spoke c:conversation d:call d:call",
			},
		},
		{
			"a number that nothing explains stays open",
			[]paper{{"c", "2031-03-17", march}, {
				"d", "2031-04-23",
				`Henrik Aldane and Vesna Torokai disagree about Lake Ansa, a Karvan official said on Wednesday.

The third call between Henrik Aldane and Vesna Torokai since January had been the longest, the official said.`,
			}},
			[]string{
				"2031-03-17 occurred: c:spoke c:conversation",
				"- occurred: d:call",
			},
		},
		{
			"their next conversation comes to pass in a later report",
			[]paper{{"c", "2031-03-17", march + "\n\nTheir next conversation is planned for April 9, her office said."}, {
				"e", "2031-04-09",
				`President Henrik Aldane of Sollund and President Vesna Torokai of Karvany talked by phone on Wednesday.

Their previous call, on March 17, had failed.`,
			}},
			[]string{
				"2031-03-17 occurred: c:spoke c:conversation e:call [before 2031-04-09]",
				"2031-04-09 occurred: c:conversation e:talked [after 2031-03-17]",
			},
		},
		{
			"the meeting of a later report is the one that was told",
			[]paper{
				{"a", "2031-05-06", `The foreign ministers of Sollund and Karvany, Ilse Maren and Tomas Ered, met in Orrin on Tuesday.`},
				{"b", "2031-05-07", `Foreign Minister Ilse Maren of Sollund was content with the meeting in Orrin on Tuesday, her office said. Karvany's foreign minister, Tomas Ered, gave no comment.`},
			},
			[]string{"2031-05-06 occurred: a:met b:meeting"},
		},
		{
			"what one spoke of on a day happened by then",
			[]paper{{
				"a", "2031-03-18",
				`Sollund's envoy, Pavel Rook, met with President Vesna Torokai in Karvany about the sluice at Dorne.

"We made progress in that meeting," Rook said in an interview on Sunday.`,
			}},
			[]string{"by 2031-03-16 occurred: a:met a:meeting"},
		},
		{
			"a plan spoken of on a day is not bounded by it",
			[]paper{{
				"a", "2031-03-18",
				`Sollund's envoy, Pavel Rook, will meet President Vesna Torokai of Karvany.

"That meeting will decide everything," Rook said in an interview on Sunday.`,
			}},
			[]string{"- planned: a:meet a:meeting"},
		},
		{
			"a plan for one day and a meeting on another",
			[]paper{
				{"a", "2031-03-03", `President Henrik Aldane of Sollund will meet President Vesna Torokai of Karvany in Orrin on March 10, his office said.`},
				{"b", "2031-03-13", `President Henrik Aldane of Sollund met President Vesna Torokai of Karvany in Dorne on Wednesday.`},
			},
			[]string{"2031-03-10 planned: a:meet", "2031-03-12 occurred: b:met"},
		},
		{
			"a plan that came to pass",
			[]paper{
				{"a", "2031-03-03", `President Henrik Aldane of Sollund will meet President Vesna Torokai of Karvany in Orrin on March 10, his office said.`},
				{"b", "2031-03-11", `President Henrik Aldane of Sollund met President Vesna Torokai of Karvany in Orrin on Monday.`},
			},
			[]string{"2031-03-10 occurred: a:meet b:met"},
		},
		{
			"a call that is denied is not the one that took place",
			[]paper{{"c", "2031-03-17", march}, {"d", "2031-03-24", `Karvany denied that President Vesna Torokai had spoken with President Henrik Aldane of Sollund on Friday.`}},
			[]string{"2031-03-17 occurred: c:spoke c:conversation", "2031-03-21 denied: d:spoken"},
		},
		{
			"a report of an unnamed source stays reported beside the call that is told",
			[]paper{{"c", "2031-03-17", march}, {"d", "2031-04-02", `President Vesna Torokai of Karvany has reportedly spoken by phone with President Henrik Aldane of Sollund, the Ansa Post wrote.`}},
			[]string{"2031-03-17 occurred: c:spoke c:conversation", "- reported: d:spoken"},
		},
		{
			"last week's call by its weekday",
			[]paper{{"b", "2031-02-17", february}, {"c", "2031-03-17", march}, {"d", "2031-03-25", `The call on Monday of last week between Henrik Aldane and Vesna Torokai changed nothing, fishermen said.`}},
			[]string{"2031-01-20 occurred: b:call", "2031-02-17 occurred: b:telephone call", "2031-03-17 occurred: c:spoke c:conversation d:call"},
		},
		{
			"the summit of a body is not that of two presidents",
			[]paper{{
				"a", "2031-06-01",
				`President Henrik Aldane of Sollund prepares for his summit with President Vesna Torokai of Karvany. His refusal to endorse a statement at the G7 summit in Orrin surprised her. The summit with Torokai will last a day.`,
			}},
			[]string{"- planned: a:summit a:summit"},
		},
		{
			"hearsay stays hearsay within its report",
			[]paper{{
				"a", "2031-03-24",
				`President Vesna Torokai of Karvany and President Henrik Aldane of Sollund reportedly spoke by telephone on Saturday, two officials said.

The officials said that the call lasted 20 minutes. Torokai's spokesman would neither confirm nor deny the call.`,
			}},
			[]string{"2031-03-22 reported: a:spoke a:call a:call"},
		},
		{
			"the words for one call: a post without a subject, the two who had spoken, what they discussed",
			[]paper{{
				"a", "2031-03-18",
				`President Henrik Aldane of Sollund spoke with President Vesna Torokai of Karvany by phone on Monday.

"Had a long conversation with President Torokai," Aldane wrote. It was their first conversation after the trial of Pavel Rook. The palace in Karvany confirmed that the two had spoken.

They last spoke informally at December's fair in Orrin.

On Monday, Mr Aldane and Ms Torokai also discussed Lake Ansa.`,
			}},
			[]string{
				"2030-12 occurred: a:spoke [before 2031-03-17]",
				"2031-03-17 occurred: a:spoke a:conversation a:conversation a:spoken a:discussed",
			},
		},
		{
			"a meeting with somebody's lawyers, told three times",
			[]paper{{
				"a", "2031-05-07",
				`Special Envoy Pavel Rook, in a meeting with President Vesna Torokai's lawyers in March, spoke of a summons, a former official said on Tuesday.

Rook mentioned the summons in the early March meeting, the official said. After the meeting, one of the lawyers resigned.`,
			}},
			[]string{"2031-03 occurred: a:meeting a:meeting a:meeting"},
		},
		{
			"talks that were broken off and are to be taken up again took place",
			[]paper{{
				"a", "2031-03-17",
				`The Dorne Steelworkers union and Orrin Motors ceased negotiations on Saturday after missing a deadline.

President Henrik Aldane urged both sides to return to negotiations. It was the second time he had spoken about the negotiations.`,
			}},
			[]string{"- occurred: a:negotiations a:negotiations a:negotiations"},
		},
		{
			"talks of two states that go on are not the meeting of their presidents",
			[]paper{{
				"a", "2031-03-18",
				`President Henrik Aldane of Sollund and President Vesna Torokai of Karvany met in Orrin on Monday.

The port of Dorne lies idle. Fishermen wait for the sluice to open. A dozen boats were sold last year.

Sollund and Karvany have been negotiating a truce since January. Aldane also spoke with Torokai in February.`,
			}},
			[]string{"- occurred: a:negotiating", "2031-02 occurred: a:spoke", "2031-03-17 occurred: a:met"},
		},
		{
			"several calls are no call",
			[]paper{{"c", "2031-03-17", march + "\n\nAldane and Torokai have held several calls this year."}},
			[]string{
				"2031-03-17 occurred: c:spoke c:conversation",
				"2031 occurred: c:calls",
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, want := contacts(t, r, c.papers), slices.Sorted(slices.Values(c.want))
			if !slices.Equal(got, want) {
				t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
			}
		})
	}
}

// contacts lists the contacts in the papers: day, status, mentions by paper,
// links.
func contacts(t *testing.T, r *pipeline.Reader, papers []paper) []string {
	t.Helper()
	var docs []*nlp.Doc
	text := map[string]string{}
	for _, p := range papers {
		rep := &readout.Report{ID: p.id, Text: p.text, Language: "en"}
		rep.Published = readout.Published{Value: p.published, Precision: "day", Basis: readout.BasisSidecar}
		docs = append(docs, r.Annotate(rep))
		text[p.id] = p.text
	}
	slices.SortFunc(docs, func(a, b *nlp.Doc) int { return cmp.Compare(a.Report.ID, b.Report.ID) })
	links, err := event.Link(docs, entity.Link(docs, r.KB))
	if err != nil {
		t.Fatal(err)
	}
	day := func(d *readout.Date) string {
		switch {
		case d == nil:
			return "-"
		case d.Bound():
			return "by " + d.Value
		case d.End != "":
			return d.Value + "/" + d.End
		}
		return d.Value
	}
	byID := map[string]*readout.Event{}
	for _, e := range links.Events {
		byID[e.ID] = e
	}
	var out []string
	for _, e := range links.Events {
		if e.Type != "CONSULT" {
			continue
		}
		line := fmt.Sprintf("%s %s:", day(e.Date), e.Status)
		for _, m := range e.Mentions {
			line += " " + m.Report + ":" + m.Trigger.In(text[m.Report])
		}
		for _, k := range e.Links {
			line += fmt.Sprintf(" [%s %s]", k.Relation, day(byID[k.Event].Date))
		}
		out = append(out, line)
	}
	slices.Sort(out)
	return out
}

// TestActsInWords holds that a report which tells several acts of one kind by
// one party keeps them apart by what they are about, and that two reports which
// tell the same act give one event.
func TestActsInWords(t *testing.T) {
	r, err := pipeline.New()
	if err != nil {
		t.Fatal(err)
	}
	count := func(typ string, papers ...paper) (events, mentions int) {
		var docs []*nlp.Doc
		for _, p := range papers {
			rep := &readout.Report{ID: p.id, Text: p.text, Language: "en"}
			rep.Published = readout.Published{Value: p.published, Precision: "day", Basis: readout.BasisSidecar}
			docs = append(docs, r.Annotate(rep))
		}
		links, err := event.Link(docs, entity.Link(docs, r.KB))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range links.Events {
			if e.Type == typ {
				events++
				mentions += len(e.Mentions)
			}
		}
		return events, mentions
	}
	two := paper{"a", "2031-02-18", `Karvany accused Sollund of poisoning the fish of Lake Ansa. Later Karvany accused Sollund of shelling the ferry at Dorne.`}
	if e, m := count("ACCUSE", two); e != 2 || m != 2 {
		t.Errorf("two accusations: %d events of %d mentions", e, m)
	}
	again := paper{"b", "2031-02-18", `Karvany has accused Sollund of poisoning fish in Lake Ansa, an official in Dorne said.`}
	one := paper{"a", "2031-02-18", `Karvany accused Sollund of poisoning the fish of Lake Ansa, the Ansa Post reported from Dorne.`}
	if e, m := count("ACCUSE", one, again); e != 1 || m != 2 {
		t.Errorf("one accusation in two reports: %d events of %d mentions", e, m)
	}
	other := paper{"b", "2031-02-18", `Karvany accused Sollund of closing the sluice that feeds Lake Ansa, an official in Dorne said.`}
	if e, m := count("ACCUSE", one, other); e != 2 || m != 2 {
		t.Errorf("two accusations in two reports: %d events of %d mentions", e, m)
	}

	// Sanctions are named in the plural, whether one act or many imposed them.
	imposed := paper{"a", "2031-02-18", `Sollund imposed sanctions on Karvany on Tuesday over the closure of the quay at Orrin, an official in Dorne said.`}
	for _, c := range []struct {
		other  paper
		events int
	}{
		{paper{"b", "2031-02-19", `Karvany protested against the sanctions on Karvany that Sollund imposed on Tuesday, the Ansa Post reported.`}, 1},
		{paper{"b", "2031-02-19", `Sollund imposed sanctions on Karvany on Tuesday, the Ansa Post reported.`}, 1},
		{paper{"b", "2031-02-26", `Sollund imposed sanctions on Karvany on Tuesday, the Ansa Post reported.`}, 2},
		{paper{"b", "2031-02-19", `The Republic of Hegra imposed sanctions on Karvany on Tuesday, the Ansa Post reported.`}, 2},
		{paper{"b", "2031-02-19", `Karvany imposed sanctions on Sollund on Tuesday, the Ansa Post reported.`}, 2},
	} {
		if e, m := count("SANCTION", imposed, c.other); e != c.events {
			t.Errorf("%q: %d events of %d mentions, want %d", c.other.text, e, m, c.events)
		}
	}
}

package check_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout/internal/check"
	"github.com/readout-news/readout/internal/ingest"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/view"
)

// lake is the record of the example reports.
var lake = sync.OnceValues(func() (*desk, error) {
	r, err := pipeline.New()
	if err != nil {
		return nil, err
	}
	ctx := context.Background()
	res, err := r.Read(ctx, ingest.Read(ctx, []string{"../../examples/lake-ansa"}, ingest.Options{}), pipeline.Options{})
	if err != nil {
		return nil, err
	}
	rec, err := r.Record(res.Docs)
	if err != nil {
		return nil, err
	}
	v := live.View(rec, res.Docs)
	x, err := check.NewIndex(v)
	return &desk{r, v, x}, err
})

type desk struct {
	reader *pipeline.Reader
	view   *view.View
	index  *check.Index
}

func (d *desk) check(t testing.TB, text, day string) *check.Result {
	t.Helper()
	doc, err := d.reader.Draft(text, day)
	if err != nil {
		t.Fatal(err)
	}
	res, err := d.index.Check(doc)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// TestFindings holds what is said of each kind of draft; dates are counted from
// 18 March 2031.
func TestFindings(t *testing.T) {
	d, err := lake()
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, text string
		kind       check.Kind
		of         string // words of the finding
		verdict    check.Verdict
		why        string // that Why holds
	}{
		{"to the byte", "“We offered six,” Foreign Minister Ilse Maren said on Friday in Port Elsey.", check.Quotation, "We offered six", check.Match, "word for word in 1 report"},
		{"marks differ", "“We were still reading – article ten,” Ilse Maren told reporters.", check.Quotation, "article ten", check.Match, "marks or capitals differ"},
		{"one word", "“They left the table at ten past three,” Ilse Maren told a briefing.", check.Quotation, "ten past three", check.Differs, "other words than in 1 report"},
		{"trimmed with an ellipsis", "“The answer was … empty chairs,” Ilse Maren said after the talks.", check.Quotation, "empty chairs", check.Match, "but for what the draft marks as changed"},
		{"trimmed without one", "“Nobody on our side closed a folder,” Ilse Maren said after the talks.", check.Quotation, "closed a folder", check.Differs, ""},
		{"words left out", "“What I wanted was to hear her voice and not communiqué,” Henrik Aldane told reporters.", check.Quotation, "hear her voice", check.Differs, "words left out without an ellipsis"},
		{"square brackets", "“[They] left the table at ten past two,” Ilse Maren told a briefing in Port Elsey.", check.Quotation, "left the table", check.Match, "but for what the draft marks as changed"},
		{"a negation under an ellipsis", "“We will … wait for the summer,” Tomas Ered said.", check.Quotation, "wait for the summer", check.Differs, "turns the meaning of the rest"},
		{"a negation under brackets", "“We will [now] wait for the summer,” Tomas Ered said.", check.Quotation, "wait for the summer", check.Differs, "turns the meaning of the rest"},
		{"a negation under brackets that keep it", "“We [won’t] wait for the summer,” Tomas Ered said.", check.Quotation, "wait for the summer", check.Match, "[won’t] for “will not”"},
		{"a negation put in", "“They [never] left the table at ten past two,” Ilse Maren told a briefing in Port Elsey.", check.Quotation, "left the table", check.Differs, "turns the meaning of the rest"},
		{"a negation that reaches what is kept", "“The prime minister promised … to stop applying the law,” Petra Sandvoll said.", check.Quotation, "promised", check.Differs, "turns the meaning of the rest"},
		{"a negation of a sentence left out", "“I have seen no initials. … Somebody is dreaming with a pen in his hand,” Ilse Maren said.", check.Quotation, "Somebody is dreaming", check.Match, "… for “There is no text”"},
		{"another speaker", "“They left the table at ten past two,” Henrik Aldane told a briefing in Port Elsey.", check.Quotation, "left the table", check.Differs, "the record has it from Ilse Maren, the draft from Henrik Aldane"},
		{"indirect only", "“Sollund had broken every promise it had made on the lake,” Josef Brask said.", check.Quotation, "every promise", check.Differs, "indirect speech"},
		{"nothing like it", "“The ferries will be painted green by the autumn,” Ilse Maren told the briefing.", check.Quotation, "painted green", check.Absent, "nothing like it in 20 reports"},
		{"figure", "Fourteen Karvany fishermen were detained when coastguards from Sollund boarded two boats near Reed Island.", check.Figure, "Fourteen", check.Match, "so in"},
		{"other figure", "Fifteen Karvany fishermen were detained when coastguards from Sollund boarded two boats near Reed Island.", check.Figure, "Fifteen", check.Differs, "the record has Fourteen Karvany fishermen, in 3 reports"},
		{"part of a figure", "Sollund offered to release eight of the 14 Karvany fishermen whom its coastguard detained near Reed Island.", check.Figure, "eight of the", check.Differs, "six of the 14 Karvany fishermen"},
		{"figure of what no report tells", "The 3,000 schools of Lindvik will have new roofs by the autumn, the council said.", check.Figure, "3,000", check.Absent, ""},
		{"unit", "The reports showed the water 1.5 metres below the average for the season.", check.Figure, "1.5", check.Differs, "1.4 metres"},
		{"date", "Sollund’s coastguard detained the Karvany fishermen near Reed Island on 4 March.", check.Day, "4 March", check.Match, "so in"},
		{"other date", "Sollund’s coastguard detained the Karvany fishermen near Reed Island on 5 March.", check.Day, "5 March", check.Differs, "4 March 2031"},
		{"other weekday", "Three days of talks between Sollund and Karvany on the waters of Lake Ansa ended on Thursday without a joint statement.", check.Day, "Thursday", check.Differs, "14 March 2031"},
		{"reports differ", "Henrik Aldane and Vesna Torokai spoke by telephone for an hour and a quarter on 17 March.", check.Duration, "quarter", check.Match, "reports differ"},
		{"duration nobody has", "Henrik Aldane and Vesna Torokai spoke by telephone for three hours on 17 March.", check.Duration, "three hours", check.Differs, "reports differ"},
		{"title", "Foreign Minister Ilse Maren left Port Elsey in the evening, her office said.", check.Title, "Foreign Minister", check.Match, "so called in"},
		{"other title", "President Ilse Maren left Port Elsey in the evening, her office said.", check.Title, "President", check.Differs, "foreign minister"},
		{"title behind a letter longer in lower case", "Ⱥsa Lund and Ilse Maren, the foreign minister of Karvany, left Port Elsey in the evening.", check.Title, "foreign minister", check.Match, "so called in"},
		{"title behind a letter shorter in lower case", "İbrahim Lund and Ilse Maren, the foreign minister of Karvany, left Port Elsey in the evening.", check.Title, "foreign minister", check.Match, "so called in"},
		{"name", "Petra Sandvoll spoke for the government in Lindvik on Friday evening.", check.Name, "Petra Sandvoll", check.Match, "a name of the record"},
		{"misspelt name", "Petra Sandwoll spoke for the government in Lindvik on Friday evening.", check.Name, "Petra Sandwoll", check.Differs, "Petra Sandvoll (7 reports)"},
		{"spelt in several ways", "Vesna Torokai spoke to parliament for an hour on Tuesday.", check.Name, "Vesna Torokai", check.Match, "spell"},
		{"name nobody bears", "Gunnhild Aspelund spoke to parliament for an hour on Tuesday.", check.Name, "Gunnhild Aspelund", check.Absent, "no such name"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res := d.check(t, tt.text, "2031-03-18")
			for _, f := range res.Findings {
				if f.Kind != tt.kind || !strings.Contains(f.Text, tt.of) {
					continue
				}
				if f.Verdict != tt.verdict || !strings.Contains(f.Why, tt.why) {
					t.Errorf("%s: %s (%s), want %s with %q", f.Text, f.Verdict, f.Why, tt.verdict, tt.why)
				}
				if (f.Verdict == check.Absent) != (len(f.Record) == 0) {
					t.Errorf("%s rests on %d places of the record", f.Verdict, len(f.Record))
				}
				return
			}
			t.Errorf("no finding; have %+v", res.Findings)
		})
	}
}

func TestChangesOfAQuotation(t *testing.T) {
	d, err := lake()
	if err != nil {
		t.Fatal(err)
	}
	res := d.check(t, "“They left the table at ten past three,” Ilse Maren told a briefing.", "")
	want := []check.Change{{Draft: "three", Record: "two"}}
	if diff := cmp.Diff(want, res.Findings[0].Changes); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Programs get offsets in code points.
func TestJSON(t *testing.T) {
	d, err := lake()
	if err != nil {
		t.Fatal(err)
	}
	res := d.check(t, "Torokaï – “They left the table at ten past three,” Ilse Maren told a briefing. “We were still reading article ten,” Ilse Maren added.", "")
	draft := []rune(res.Text)
	out := d.index.JSON(res)
	if out.Schema != check.Schema || len(out.Findings) != len(res.Findings) || out.Differs != res.Count(check.Differs) {
		t.Fatalf("%+v", out)
	}
	for _, f := range out.Findings {
		if got := string(draft[f.Start:f.End]); got != f.Text {
			t.Errorf("the draft has %q where the finding says %q", got, f.Text)
		}
		for _, p := range f.Record {
			text := []rune(d.view.Report(p.Report).Text)
			if got := string(text[p.Start:p.End]); got != p.Text || !strings.Contains(p.Sentence, p.Text) {
				t.Errorf("the report has %q where the place says %q", got, p.Text)
			}
		}
	}
}

func TestDraftsThatCannotBeRead(t *testing.T) {
	d, err := lake()
	if err != nil {
		t.Fatal(err)
	}
	german := strings.Repeat("Die beiden Regierungen haben am Freitag nicht miteinander gesprochen und wollen das auch nicht tun. ", 4)
	for _, tt := range []struct{ name, text, want string }{
		{"empty", "  \n ", check.ErrEmpty.Error()},
		{"another language", german, "language de is not supported yet"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			doc, err := d.reader.Draft(tt.text, "")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := d.index.Check(doc); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
	if _, err := d.index.Check(nil); !errors.Is(err, check.ErrEmpty) {
		t.Errorf("no draft gave %v", err)
	}
}

// Every place of every finding can be opened, whatever the draft.
func FuzzCheck(f *testing.F) {
	for _, s := range []string{
		"“We offered six. The answer was a row of empty chairs.” Ilse Maren said so on Friday.", "“", "”“", "[…] “[” ]", "“… … …”", "'a 'b' c'", "14 14 14 of the of the", "1,2,3.4.5 %", "$ 5", "two hundred and and",
		"\u202e“abc” said Aldane", "“They left" + strings.Repeat(" the table", 200) + "”", "17 March 17 March 2031 Friday at 14:05 for two hours", "President President Maren", "«a» „b“ ‘c’", "five of", "9/11 24/7 10:30",
	} {
		f.Add(s)
	}
	d, err := lake()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		doc, err := d.reader.Draft(text, "2031-03-18")
		if err != nil {
			return
		}
		res, err := d.index.Check(doc)
		if err != nil {
			return
		}
		last := 0
		for i, g := range res.Findings {
			if g.N != i+1 || g.Span.Start < last || g.Span.Empty() || g.Span.End > len(res.Text) || g.Text != g.Span.In(res.Text) || g.Why == "" {
				t.Fatalf("finding %+v", g)
			}
			last = g.Span.Start
			if (g.Verdict == check.Absent) != (len(g.Record) == 0) {
				t.Fatalf("%s with %d places: %+v", g.Verdict, len(g.Record), g)
			}
			for _, p := range g.Record {
				if d.index.Words(p, p.Span) == "" || d.index.Words(p, p.Sentence) == "" || p.Ref == "" {
					t.Fatalf("a place that cannot be opened: %+v", p)
				}
			}
		}
	})
}

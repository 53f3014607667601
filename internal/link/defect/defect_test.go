package defect_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/defect"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/pipeline"
)

var reader = sync.OnceValues(pipeline.New)

// report is a text with its day of publication; the first line is the headline
// where title is set.
type report struct {
	text, day string
	title     bool
}

func read(t *testing.T, reports []report) *readout.Record {
	t.Helper()
	r, err := reader()
	if err != nil {
		t.Fatal(err)
	}
	var docs []*nlp.Doc
	for i, x := range reports {
		rep := &readout.Report{
			ID: fmt.Sprint("r", i+1), Text: x.text, Language: "en",
			Published: readout.Published{Value: x.day, Precision: "day", Basis: readout.BasisSidecar},
		}
		if x.title {
			rep.Title, _, _ = strings.Cut(x.text, "\n")
			rep.Noise = []readout.Noise{{Span: readout.Span{End: len(rep.Title)}, Reason: "title"}}
		}
		docs = append(docs, r.Annotate(rep))
	}
	rec, err := r.Record(docs)
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

// shown writes each defect as "report kind: text of its first place".
func shown(rec *readout.Record) []string {
	text := map[string]string{}
	for _, r := range rec.Reports {
		text[r.ID] = r.Text
	}
	var out []string
	for _, d := range rec.Defects {
		out = append(out, d.Report+" "+d.Kind+": "+d.Evidence[0].Span.In(text[d.Evidence[0].Report]))
	}
	return out
}

const day = "2031-03-19"

func TestFind(t *testing.T) {
	said := "President Ana Kell of Orrin said on Tuesday that the people of the valley were %s with both sides of the long dispute over the lake."
	quotation := "President Ana Kell of Orrin said on Tuesday: “The people of the valley are %s with both sides of the long dispute over the lake.”"
	tests := []struct {
		name    string
		reports []report
		want    []string
	}{
		{"two counts in one voice", []report{
			{text: "The army of Orrin attacked Veldt on Monday, killing 12 people. In all, 15 people were killed in the attack.", day: day},
		}, []string{"r1 contradiction: 12 people"}},
		{"another voice may differ", []report{
			{text: "The army of Orrin attacked Veldt on Monday, killing 12 people. The palace of Veldt said 15 people were killed in the attack.", day: day},
		}, nil},
		{"called former alone among three", []report{
			{text: "Former Foreign Minister Ana Kell of Orrin will travel to Dorne for talks on the lake.", day: day},
			{text: "Foreign Minister Ana Kell of Orrin will travel to Dorne, an aide said.", day: day},
			{text: "Foreign Minister Ana Kell of Orrin is to hold talks in Dorne.", day: day},
		}, []string{"r1 stale-title: Former Foreign Minister Ana Kell"}},
		{"former by one other too", []report{
			{text: "Former Foreign Minister Ana Kell of Orrin will travel to Dorne for talks on the lake.", day: day},
			{text: "Foreign Minister Ana Kell of Orrin will travel to Dorne, an aide said.", day: day},
			{text: "Foreign Minister Ana Kell of Orrin is to hold talks in Dorne.", day: day},
			{text: "Former Foreign Minister Ana Kell of Orrin is on her way to Dorne.", day: day},
		}, nil},
		{"former on another day", []report{
			{text: "Former Foreign Minister Ana Kell of Orrin will travel to Dorne for talks on the lake.", day: day},
			{text: "Foreign Minister Ana Kell of Orrin will travel to Dorne, an aide said.", day: "2030-01-02"},
			{text: "Foreign Minister Ana Kell of Orrin is to hold talks in Dorne.", day: "2030-01-02"},
		}, nil},
		{"other words in quotation marks", []report{
			{text: fmt.Sprintf(quotation, "tired"), day: day},
			{text: fmt.Sprintf(quotation, "pleased"), day: day},
		}, []string{"r1 quotation-differs: tired", "r2 quotation-differs: pleased"}},
		{"other words outside of them", []report{
			{text: fmt.Sprintf(said, "tired"), day: day},
			{text: fmt.Sprintf(said, "pleased"), day: day},
		}, nil},
		{"the headline confirms alone", []report{
			{text: "Ana Kell confirms talks with Veldt\n\nPresident Ana Kell of Orrin wrote on Tuesday that talks with Veldt would begin at once.", day: day, title: true},
		}, []string{"r1 headline-unsupported: Ana Kell confirms talks with Veldt"}},
		{"the text confirms too", []report{
			{text: "Ana Kell confirms talks with Veldt\n\nPresident Ana Kell of Orrin confirmed on Tuesday that talks with Veldt would begin at once.", day: day, title: true},
		}, nil},
		{"a sentence twice", []report{
			{text: "The lake between Orrin and Veldt has been closed to all boats since May.\n\nBoth wait.\n\nThe lake between Orrin and Veldt has been closed to all boats since May.", day: day},
		}, []string{"r1 repeated-sentence: The lake between Orrin and Veldt has been closed to all boats since May."}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rec := read(t, tt.reports)
			got := slices.DeleteFunc(shown(rec), func(s string) bool { return strings.Contains(s, "copy-") })
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
				for _, d := range rec.Defects {
					t.Logf("%s: %s", d.Kind, d.Note)
				}
				for _, c := range rec.Claims {
					t.Logf("%s %q", c.Attribute, c.Text)
				}
			}
			for _, d := range rec.Defects {
				if d.Note == "" || d.Evidence[0].By.Rule == "" {
					t.Errorf("defect without note or rule: %+v", d)
				}
			}
		})
	}
}

func TestSortIsTotal(t *testing.T) {
	d := func(report, kind string, start int) *readout.Defect {
		return &readout.Defect{Report: report, Anomaly: readout.Anomaly{Kind: kind, Note: "n", Evidence: []readout.Evidence{{Report: report, Span: readout.Span{Start: start, End: start + 1}}}}}
	}
	a := []*readout.Defect{d("r1", "a", 1), d("r1", "a", 5), d("r1", "b", 0), d("r2", "a", 0)}
	b := slices.Clone(a)
	slices.Reverse(b)
	defect.Sort(b)
	if !slices.Equal(a, b) {
		t.Errorf("sorted to another order")
	}
}

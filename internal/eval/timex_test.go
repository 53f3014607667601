package eval

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/corpus"
	"github.com/readout-news/readout/internal/nlp"
)

func TestTimexTally(t *testing.T) {
	at := func(start, end int) readout.Span { return readout.Span{Start: start, End: end} }
	gold := []corpus.GoldTimex{
		{Span: at(0, 6), Type: "DATE", Value: "2031"},
		{Span: at(10, 20), Type: "DATE", Value: "2031-03"},
		{Span: at(30, 35), Type: "DURATION", Value: "P1D"},
	}
	found := []nlp.Timex{
		{Span: at(0, 6), Type: "DATE", Value: "2031"},
		{Span: at(10, 12), Type: "TIME", Value: "2031-03"}, // less overlap than the next
		{Span: at(13, 20), Type: "DATE", Value: "2030-03"},
	}
	var got timexTally
	got.add(gold, found)
	want := timexTally{gold: 3, found: 3, relaxed: 2, strict: 1, typ: 2, value: 1}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(timexTally{})); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestCaseValue(t *testing.T) {
	dateOf := func(values ...string) []nlp.Timex {
		var out []nlp.Timex
		for _, v := range values {
			out = append(out, nlp.Timex{Type: "DATE", Value: v})
		}
		return out
	}
	day := corpus.TimeResult{Type: "date", Timex: "XXXX-06-14", Readings: []corpus.TimeReading{{Value: "2031-06-14"}, {Value: "2030-06-14"}}}
	month := corpus.TimeResult{Type: "daterange", Timex: "2030-06", Readings: []corpus.TimeReading{{Start: "2030-06-01", End: "2030-07-01"}}}
	week := corpus.TimeResult{Type: "daterange", Timex: "x", Readings: []corpus.TimeReading{{Start: "2031-03-10", End: "2031-03-17"}}}
	span := corpus.TimeResult{Type: "daterange", Timex: "(…)", Readings: []corpus.TimeReading{{Start: "2031-06-14", End: "2031-06-16"}}}
	clock := corpus.TimeResult{Type: "time", Timex: "T15", Readings: []corpus.TimeReading{{Value: "15:00:00"}}}
	length := corpus.TimeResult{Type: "duration", Timex: "PT1.5H", Readings: []corpus.TimeReading{{Value: "5400"}}}
	for _, tc := range []struct {
		name  string
		want  corpus.TimeResult
		found []nlp.Timex
		right bool
	}{
		{"past reading", day, dateOf("2030-06-14"), true},
		{"other year", day, dateOf("2029-06-14"), false},
		{"nothing found", day, nil, false},
		{"same notation", month, dateOf("2030-06"), true},
		{"same period", week, dateOf("2031-W11"), true},
		{"other period", week, dateOf("2031-W12"), false},
		{"both ends", span, dateOf("2031-06-14", "2031-06-16"), true},
		{"one end", span, dateOf("2031-06-14"), false},
		{"clock of any day", clock, dateOf("XXXX-XX-XXT15:00"), true},
		{"length in other units", length, []nlp.Timex{{Type: "DURATION", Value: "PT1H30M"}}, true},
	} {
		if got := caseValue(&tc.want, tc.found); got != tc.right {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.right)
		}
	}
}

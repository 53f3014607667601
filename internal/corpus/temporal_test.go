package corpus

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
)

func TestParseTimeDocs(t *testing.T) {
	const line = `{"doc":"d","dct":"2031-03-13","text":"Orrín met Friday.","timexes":[{"type":"DATE","value":"2031-03-07","start":10,"end":16,"text":"Friday"}]}`
	got, err := parseTimeDocs(strings.NewReader(line + "\n\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := []TimeDoc{{Doc: "d", Created: "2031-03-13", Text: "Orrín met Friday.", Timexes: []GoldTimex{
		{Span: readout.Span{Start: 11, End: 17}, Type: "DATE", Value: "2031-03-07"},
	}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for _, bad := range []string{`{"doc":`, `{"text":"a","timexes":[{"start":0,"end":2}]}`, `{"text":"a","timexes":[{"start":1,"end":0}]}`} {
		if _, err := parseTimeDocs(strings.NewReader(bad)); err == nil || !strings.Contains(err.Error(), "line 1") {
			t.Errorf("%s: error %v, want one that names line 1", bad, err)
		}
	}
}

func TestParseTimeCases(t *testing.T) {
	const lines = `{"_file":"DateParser.json","Input":"met 6/14","Context":{"ReferenceDateTime":"2031-03-13T00:00:00"},"Results":[{"Text":"6/14","Type":"date","Start":4,"Length":4,"Value":{"Timex":"XXXX-06-14","FutureResolution":{"date":"2031-06-14"},"PastResolution":{"date":"2030-06-14"}}}]}
{"_file":"DateTimeModel.json","Input":"in May","Results":[{"Text":"in may","TypeName":"datetimeV2.daterange","Start":0,"End":5,"Resolution":{"values":[{"timex":"XXXX-05","type":"daterange","start":"2031-05-01","end":"2031-06-01"}]}}]}
{"_file":"DateExtractor.json","Input":"no","Results":[{"Text":"?","Type":"date","Start":9,"Length":4}]}`
	got, err := parseTimeCases(strings.NewReader(lines))
	if err != nil {
		t.Fatal(err)
	}
	want := []TimeCase{
		{File: "DateParser.json", Input: "met 6/14", Reference: "2031-03-13T00:00:00", Results: []TimeResult{{
			Span: readout.Span{Start: 4, End: 8}, Text: "6/14", Type: "date", Timex: "XXXX-06-14",
			Readings: []TimeReading{{Value: "2031-06-14"}, {Value: "2030-06-14"}},
		}}},
		{File: "DateTimeModel.json", Input: "in May", Results: []TimeResult{{
			Span: readout.Span{Start: 0, End: 6}, Text: "in may", Type: "daterange", Timex: "XXXX-05",
			Readings: []TimeReading{{Start: "2031-05-01", End: "2031-06-01"}},
		}}},
		{File: "DateExtractor.json", Input: "no", Results: []TimeResult{{Text: "?", Type: "date"}}}, // offsets beyond the input
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestTimeCorpora(t *testing.T) {
	dir := Dir(t) + "/temporal/"
	docs := 0
	for _, name := range []string{"timebank.jsonl", "aquaint.jsonl"} {
		got, err := ReadTimeDocs(dir + name)
		if err != nil {
			t.Fatal(err)
		}
		docs += len(got)
	}
	cases, err := ReadTimeCases(dir + "recognizers_datetime_en.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	if docs != 256 || len(cases) != 3023 {
		t.Errorf("%d documents and %d cases, want 256 and 3023", docs, len(cases))
	}
}

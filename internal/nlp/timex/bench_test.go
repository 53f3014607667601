package timex

import (
	"strings"
	"testing"
)

// report800 is about 800 words in the measure of news: one expression of time
// in about 30 words.
func report800() string {
	const paragraph = `The leaders of Karvany and Sollund spoke by phone on Tuesday for over an hour and a half, the third such call since January, officials in both capitals said.

"We will meet next week," Ilse Maren told reporters in Orrin, adding that the envoys had made progress on prisoners, grain and the river crossings that have been closed since the autumn. Tomas Ered, who leads the delegation, said the other side had asked for a longer text and for guarantees that his government could not give, and that more work was needed before anything could be signed by the two presidents or their ministers.

`
	return strings.Repeat(paragraph, 8)
}

func BenchmarkRun(b *testing.B) {
	a := annotator(embedded(b))
	doc := docOf(report800(), exampleDay)
	b.ReportAllocs()
	for b.Loop() {
		doc.Timexes = nil
		a.Run(doc)
	}
	b.ReportMetric(float64(len(strings.Fields(doc.Report.Text))), "words")
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		if _, err := New(); err != nil {
			b.Fatal(err)
		}
	}
}

// A page of figures must not cost more than in proportion to its length.
func BenchmarkRunTable(b *testing.B) {
	a := annotator(embedded(b))
	doc := docOf(strings.Repeat("June 14 10 a.m. two hours \"today\" 2014 ", 2000), exampleDay)
	for b.Loop() {
		doc.Timexes = nil
		a.Run(doc)
	}
}

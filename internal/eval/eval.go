// Package eval scores annotators against gold corpora. Each scorer prints a
// small text table; the tables are golden files under testdata/baseline, so
// that a change in quality shows as a diff.
package eval

// Scorer measures one annotator.
type Scorer struct {
	Name string // file name of its golden
	Doc  string // what is measured, on which data
	// Run scores against the corpora under data and returns the table: one
	// line a measure, without times or anything else that varies.
	Run func(data string) (string, error)
}

// Scorers is every scorer, in the order of the pipeline.
var Scorers = []Scorer{
	{"extract", "pages to reports: segments, body, title, author, date; noise in raw page text", scoreExtract},
	{"tokens", "tokens and sentences from raw text: EWT dev, GUM dev", scoreTokens},
	{"syntax", "tags and dependencies: EWT dev and GUM dev, on gold words and from raw text", scoreSyntax},
	{"timex", "time expressions: TimeBank and AQUAINT; Recognizers-Text cases by file", scoreTimex},
	{"names", "names: CoNLL-2003 dev (recipe) and the held-out tenth of the worldwide newswire (shipped)", scoreNames},
	{"attribution", "who said what: whole attributions on PolNeAR dev, every kind kept", scoreAttribution},
	{"coref", "coreference on gold syntax and names: GUM", scoreCoref},
	{"entities", "names joined across reports: ECB+ dev, NewsWCL50; Wikidata ids: AIDA dev, News-Fair; speakers: BASIL", scoreEntities},
	{"published", "publication days inferred from other reports of a story: AllSides train", scorePublished},
	{"events", "event mentions: PLOVER gold records, WikiEvents dev", scoreEvents},
	{"across", "events across reports, no topics given: ECB+ dev, NewsWCL50 and MEANTIME, on gold mentions and on ours", scoreAcross},
	{"stories", "reports of one story: AllSides val, ECB+ dev", scoreStories},
	{"copies", "reports that copy another: synthetic variants of 300 originals", scoreCopies},
	{"check", "drafts beside the record: paragraphs of examples/lake-ansa and AllSides val, copied and with one thing changed", scoreCheck},
	{"seeds", "the whole record of the four reports of seeds, with and without the manifest, against ../shared/gold", scoreSeeds},
}

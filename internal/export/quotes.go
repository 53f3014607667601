package export

import (
	"slices"
	"strings"

	"github.com/readout-news/readout"
)

// QuotesSchema names the form of the quotes export.
const QuotesSchema = "readout/quotes/1"

// quoteSpan is words with where they stand, in code points.
type quoteSpan struct {
	Start int    `json:"start"`
	End   int    `json:"end"`
	Text  string `json:"text"`
}

// quotedReport is a report with its quotes. Its text is not in the file: the
// hash tells whether the text that offsets are laid over is the same.
type quotedReport struct {
	ID        string  `json:"id"`
	URL       string  `json:"url,omitempty"`
	SHA256    string  `json:"sha256"`
	Outlet    string  `json:"outlet"`
	Title     string  `json:"title,omitempty"`
	Published string  `json:"published,omitempty"`
	Quotes    []quote `json:"quotes"`
}

// quote has what BBC Citron's quotes have: source, cue and content as lists of
// spans, and the other places where the report refers to the source.
type quote struct {
	ID           string      `json:"id"`
	Kind         string      `json:"kind"` // direct, mixed, indirect
	SourceSpans  []quoteSpan `json:"sourceSpans"`
	SourceLabel  string      `json:"sourceLabel,omitempty"` // who it is, where that is known
	CueSpans     []quoteSpan `json:"cueSpans"`
	ContentSpans []quoteSpan `json:"contentSpans"`
	Coreferences []quoteSpan `json:"coreferences"`
	Speaker      string      `json:"speaker,omitempty"` // id of the entity
	NestedIn     string      `json:"nestedIn,omitempty"`
	Uttered      bool        `json:"uttered"`
	Chain        []string    `json:"chain"`
}

// writeQuotes writes the statements of each report in the order of the text.
func writeQuotes(j *job) error {
	w, err := j.create("quotes.json")
	if err != nil {
		return err
	}
	w.WriteString(`{"schema":"` + QuotesSchema + `","documents":[`)
	by := map[string][]*readout.Statement{}
	for _, s := range j.rec.Statements {
		by[s.Report] = append(by[s.Report], s)
	}
	for _, list := range by {
		slices.SortStableFunc(list, func(a, b *readout.Statement) int { return firstSpan(a).Compare(firstSpan(b)) })
	}
	out := &array{w: w, html: true}
	for _, r := range j.rec.Reports {
		if len(by[r.ID]) == 0 {
			j.leave("report", "nothing that it tells of is in the file")
			continue
		}
		doc := quotedReport{ID: r.ID, URL: address(r), SHA256: r.SHA256, Outlet: j.v.OutletName(r.ID), Title: r.Title, Published: r.Published.Value, Quotes: []quote{}}
		for _, s := range by[r.ID] {
			q, err := j.quote(s)
			if err != nil {
				return err
			}
			doc.Quotes = append(doc.Quotes, q)
			j.in("statement")
		}
		out.add(doc)
		j.in("report")
	}
	w.WriteString("]}\n")
	return w.close()
}

// firstSpan is where the content of s begins.
func firstSpan(s *readout.Statement) readout.Span {
	if len(s.Content) == 0 {
		return readout.Span{}
	}
	return s.Content[0]
}

func (j *job) quote(s *readout.Statement) (q quote, err error) {
	q = quote{
		ID: s.ID, Kind: string(s.Kind), SourceSpans: []quoteSpan{}, CueSpans: []quoteSpan{}, ContentSpans: []quoteSpan{}, Coreferences: []quoteSpan{},
		SourceLabel: j.v.EntityName(s.Speaker), Speaker: s.Speaker, NestedIn: s.NestedIn, Uttered: s.Uttered, Chain: j.v.Chain(s.Chain, s.Report),
	}
	add := func(list *[]quoteSpan, x readout.Span) {
		start, end, e := j.span(s.Report, x)
		if e != nil {
			err = e
			return
		}
		*list = append(*list, quoteSpan{start, end, j.words(s.Report, x)})
	}
	if s.Source != nil {
		add(&q.SourceSpans, *s.Source)
	}
	if s.Cue != nil {
		add(&q.CueSpans, *s.Cue)
	}
	for _, c := range s.Content {
		add(&q.ContentSpans, c)
	}
	if e := j.v.Entity(s.Speaker); e != nil {
		// Mentions are sorted by report.
		i, _ := slices.BinarySearchFunc(e.Mentions, s.Report, func(m readout.EntityMention, r string) int { return strings.Compare(m.Report, r) })
		for ; i < len(e.Mentions) && e.Mentions[i].Report == s.Report; i++ {
			if at := e.Mentions[i].Span; s.Source == nil || !s.Source.Overlaps(at) {
				add(&q.Coreferences, at)
			}
		}
	}
	return q, err
}

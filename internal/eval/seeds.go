package eval

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/ingest"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/view/recordjson"
)

// scoreSeeds scores the whole record of the four reports of seeds, with and
// without their manifest: matching and measures are those of
// ../shared/tools/score_record.py, which TestMeasuresAreThoseOfTheTool runs
// beside these.
func scoreSeeds(data string) (string, error) {
	return ScoreFolder(filepath.Join(data, "..", "seeds"), filepath.Join(data, "..", "gold"))
}

// ScoreFolder reads the reports of a folder, with and without their manifest,
// and scores the record against a folder of gold.
func ScoreFolder(reports, gold string) (string, error) {
	g, err := ReadGold(gold)
	if err != nil {
		return "", err
	}
	r, err := pipeline.New()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, bare := range []bool{false, true} {
		rec, err := readFolder(r, reports, bare)
		if err != nil {
			return "", err
		}
		ms, err := g.Score(rec)
		if err != nil {
			return "", err
		}
		if bare {
			b.WriteString("\nwithout the manifest\n")
		} else {
			b.WriteString("with the manifest\n")
		}
		for _, m := range append(ms, g.rightOrOpen(rec)) {
			b.WriteString(m.String() + "\n")
		}
	}
	return b.String(), nil
}

// rightOrOpen counts the reports whose publication day is gold's or left open,
// which the tool does not tell from a wrong one.
func (g *Gold) rightOrOpen(rec *readout.Record) Measure {
	right := 0
	for _, r := range rec.Reports {
		for _, d := range g.documents {
			if day := r.Published.Value; isReport(d.Doc, cmp.Or(r.Path, r.URL, r.ID)) && (day == "" || d.Published.Value != nil && strings.HasPrefix(day, *d.Published.Value)) {
				right++
			}
		}
	}
	return shareOf("publication date right or left open", right, len(g.documents))
}

// isReport reports whether the file name of where is that of a gold document.
func isReport(doc, where string) bool { return strings.HasPrefix(path.Base(where), doc) }

// readFolder reads the reports of a folder into a record; bare leaves the
// manifest aside.
func readFolder(r *pipeline.Reader, dir string, bare bool) (*readout.Record, error) {
	ctx := context.Background()
	res, err := r.Read(ctx, ingest.Read(ctx, []string{dir}, ingest.Options{NoManifest: bare}), pipeline.Options{})
	if err != nil {
		return nil, err
	}
	rec, err := r.Record(res.Docs)
	if err != nil {
		return nil, err
	}
	rec.Refusals = res.Refusals
	return rec, nil
}

// Measure is one figure of a record: a share of Right in Wanted or, where
// facts that are not in the gold count against it, the F1 of both.
type Measure struct {
	Name          string
	Value         float64 // 0..1, four decimals
	F1            bool
	P, R          float64 // of F1
	Right, Wanted int
	Given         int // of F1: facts of the record that could be right
}

func (m Measure) String() string {
	if m.F1 {
		return fmt.Sprintf("%-48s F1 %.3f   P %.3f R %.3f   %d right, %d given, %d wanted", m.Name, m.Value, m.P, m.R, m.Right, m.Given, m.Wanted)
	}
	return fmt.Sprintf("%-48s    %.3f   %d of %d", m.Name, m.Value, m.Right, m.Wanted)
}

// fourDecimals rounds the decimal value of x, half to even, as the tool does.
func fourDecimals(x float64) float64 {
	y, err := strconv.ParseFloat(strconv.FormatFloat(x, 'f', 4, 64), 64)
	if err != nil {
		return x // an infinity or no number, which no share is
	}
	return y
}

func shareOf(name string, right, wanted int) Measure {
	return Measure{Name: name, Value: fourDecimals(share(right, wanted)), Right: right, Wanted: wanted}
}

func f1Of(name string, right, given, wanted int) Measure {
	p, r, f := share(right, given), share(right, wanted), 0.0
	if p+r > 0 {
		f = 2 * p * r / (p + r)
	}
	return Measure{Name: name, Value: fourDecimals(f), F1: true, P: fourDecimals(p), R: fourDecimals(r), Right: right, Given: given, Wanted: wanted}
}

// Score measures a record against gold.
func (g *Gold) Score(rec *readout.Record) ([]Measure, error) {
	var b bytes.Buffer
	if err := recordjson.Write(&b, rec); err != nil {
		return nil, err
	}
	return g.ScoreJSON(b.Bytes())
}

// ScoreJSON measures a record that is written as readout/record/1.
func (g *Gold) ScoreJSON(b []byte) ([]Measure, error) {
	var rec wireRecord
	if err := json.Unmarshal(b, &rec); err != nil {
		return nil, fmt.Errorf("read the record: %w", err)
	}
	s := &recordScore{gold: g, rec: &rec, doc: map[string]string{}, alike: map[string]string{}, name: map[string]string{}, canonical: map[string]string{}}
	for _, r := range rec.Reports {
		for _, d := range g.documents {
			if isReport(d.Doc, cmp.Or(r.Path, r.URL, r.ID)) {
				s.doc[r.ID] = d.Doc
			}
		}
	}
	for _, e := range rec.Entities {
		s.name[e.ID] = e.Name
	}
	for _, e := range g.entities {
		s.canonical[e.ID] = e.Canonical
	}
	s.reports()
	s.entities()
	s.timexes()
	s.statements()
	s.contacts()
	s.mentions()
	s.claims()
	s.positions()
	s.responses()
	return s.out, nil
}

// The wire types are what the measures need of readout/record/1. A field that
// is null is the zero value, unless unknown and empty differ.

type wireRecord struct {
	Reports []struct {
		ID, Path, URL, Skipped string
		Published              goldText
	}
	Entities []struct {
		ID, Name string
		Mentions []struct {
			wireSpan
			Form *string
		}
	}
	Events     []wireEvent
	Statements []struct {
		Report  string
		Kind    string
		Content []codeRange
		Speaker *string
		Chain   []struct {
			Own bool `json:"outlet_of_report"`
		}
		Uttered *bool
	}
	Claims []struct {
		Attribute string
		Value     *struct{ Min, Max *float64 }
		Evidence  wireSpan
	}
	Disagreements []struct{ Event, Attribute, Verdict string }
	Positions     []struct {
		Stance   string
		Evidence wireSpan
	}
	Responses []struct {
		Kind     string
		Evidence wireSpan
	}
	Timexes []struct {
		wireSpan
		Value string
	}
}

type wireSpan struct {
	codeRange
	Report string
}

type wireEvent struct {
	ID, Type, Status string
	Date             goldText
	Participants     []struct{ Entity *string }
	Mentions         []struct {
		wireSpan
		Trigger *codeRange
	}
}

// recordScore gathers the measures of one record.
type recordScore struct {
	gold *Gold
	rec  *wireRecord
	out  []Measure

	doc       map[string]string // gold's number of each report of the record that it knows
	alike     map[string]string // entity of the record → that of gold which most of its names stand for
	name      map[string]string // of each entity of the record
	canonical map[string]string // of each entity of gold
}

func (s *recordScore) share(name string, right, wanted int) {
	s.out = append(s.out, shareOf(name, right, wanted))
}

func (s *recordScore) f1(name string, right, given, wanted int) {
	s.out = append(s.out, f1Of(name, right, given, wanted))
}

// in reports whether a span of the record and one of gold lie in one report.
func (s *recordScore) in(report, file string) bool {
	doc, ok := s.doc[report]
	return ok && doc == docOf(file)
}

func (s *recordScore) touches(e wireSpan, g goldSpan) bool {
	return s.in(e.Report, g.File) && e.overlaps(g.codeRange)
}

// candidate is a pair of a gold fact and one of the record that may be it.
type candidate struct {
	score        float64
	gold, system int
}

// bestPairs joins one to one, the best first.
func bestPairs(cands []candidate) (out []candidate) {
	slices.SortFunc(cands, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.gold, b.gold), cmp.Compare(a.system, b.system))
	})
	gold, system := map[int]bool{}, map[int]bool{}
	for _, c := range cands {
		if !gold[c.gold] && !system[c.system] {
			gold[c.gold], system[c.system] = true, true
			out = append(out, c)
		}
	}
	return out
}

// jaccard is the share of the code points of a and b that both cover.
func jaccard(a, b []codeRange) float64 {
	x, y := disjoint(a), disjoint(b)
	both, all := 0, 0
	for _, r := range x {
		all += r.End - r.Start
		for _, q := range y {
			both += max(0, min(r.End, q.End)-max(r.Start, q.Start))
		}
	}
	for _, q := range y {
		all += q.End - q.Start
	}
	return share(both, all-both)
}

// disjoint sorts ranges and joins those that overlap.
func disjoint(rs []codeRange) (out []codeRange) {
	rs = slices.SortedFunc(slices.Values(rs), func(a, b codeRange) int { return cmp.Compare(a.Start, b.Start) })
	for _, r := range rs {
		switch n := len(out); {
		case r.End <= r.Start:
		case n > 0 && r.Start <= out[n-1].End:
			out[n-1].End = max(out[n-1].End, r.End)
		default:
			out = append(out, r)
		}
	}
	return out
}

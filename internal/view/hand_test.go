package view

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
)

// accounts makes a record of one call between Karvany and Sollund, of which each
// line tells: report, its day, holder, attribute, words, value. Holders are
// made as people with an office, "own" is the outlet.
func accounts(lines ...string) *readout.Record {
	rec := &readout.Record{
		Entities: []*readout.Entity{
			{ID: "e1", Type: readout.Place, Name: "Karvany", Names: []string{"Karvany"}, Country: "KV"},
			{ID: "e2", Type: readout.Place, Name: "Sollund", Names: []string{"Sollund"}, Country: "SL"},
		},
		Events: []*readout.Event{{
			ID: "v1", Type: "CONSULT", Mode: "phone", Title: "Phone call between Karvany and Sollund", Status: readout.Occurred, Date: &readout.Date{Value: "2031-03-17"},
			Participants: []readout.Participant{{Entity: "e1", Role: "participant"}, {Entity: "e2", Role: "participant"}},
		}},
	}
	reports := map[string]*readout.Report{}
	people := map[string]string{"Karvany": "e1", "Sollund": "e2"}
	claims := map[string][]*readout.Claim{}
	for n, l := range lines {
		f := strings.Split(l, "|")
		id, day, holder, attribute, words, value := f[0], f[1], f[2], f[3], f[4], f[5]
		r := reports[id]
		if r == nil {
			r = &readout.Report{ID: id, Outlet: "Outlet " + id, Published: readout.Published{Value: day}, SHA256: "0123456789"}
			reports[id] = r
			rec.Reports = append(rec.Reports, r)
			rec.Origins = append(rec.Origins, readout.Origin{Kind: "own"})
		}
		start := len(r.Text)
		r.Text += words + ".\n"
		span := readout.Span{Start: start, End: start + len(words)}
		c := &readout.Claim{ID: fmt.Sprintf("c%02d", n), Event: "v1", Attribute: attribute, Text: words, Evidence: readout.Evidence{Report: id, Span: span, By: readout.By{Annotator: "claim", Version: "3", Rule: "r"}}}
		if holder != "own" {
			if people[holder] == "" {
				name, office, _ := strings.Cut(holder, ", ")
				e := &readout.Entity{ID: fmt.Sprintf("e%d", len(rec.Entities)+1), Type: readout.Person, Name: name, Names: []string{name}}
				if office != "" {
					e.Roles = []readout.Role{{Title: office}}
				}
				rec.Entities = append(rec.Entities, e)
				people[holder] = e.ID
			}
			c.Holder = people[holder]
			c.Chain = []readout.ChainLink{{Entity: c.Holder, Text: holder}, {OutletOfReport: true}}
		} else {
			c.Chain = []readout.ChainLink{{OutletOfReport: true}}
		}
		var lo, hi float64
		switch {
		case attribute == "number":
			unit, of, _ := strings.Cut(value, "=")
			fmt.Sscanf(of, "%g-%g", &lo, &hi)
			c.Value = readout.ClaimValue{Unit: unit, Min: &lo, Max: &hi}
		case attribute == "duration":
			fmt.Sscanf(value, "%g-%g", &lo, &hi)
			c.Value = readout.ClaimValue{Unit: "minute", Min: &lo, Max: &hi}
		default:
			c.Value = readout.ClaimValue{Text: value}
		}
		rec.Claims = append(rec.Claims, c)
		claims[attributeKey(c)] = append(claims[attributeKey(c)], c)
		rec.Events[0].Mentions = append(rec.Events[0].Mentions, readout.EventMention{Evidence: c.Evidence, Trigger: span, Status: readout.Occurred})
	}
	for _, key := range sortedKeys(claims) {
		d := &readout.Disagreement{Event: "v1", Attribute: claims[key][0].Attribute, Verdict: readout.Agree}
		v := New(rec)
		for _, a := range claims[key] {
			d.Claims = append(d.Claims, a.ID)
			for _, b := range claims[key] {
				switch {
				case v.excludes(a, b):
					d.Verdict = readout.Conflict
				case d.Verdict == readout.Agree && v.Value(a) != v.Value(b):
					d.Verdict = readout.Compatible
				}
			}
		}
		if len(claims[key]) == 1 {
			d.Verdict = readout.Single
		}
		rec.Disagreements = append(rec.Disagreements, d)
	}
	return rec
}

// cells writes the first row of a matrix.
func cells(m Matrix, row int) string {
	var out []string
	for i, c := range m.Rows[row].Cells {
		var vs []string
		for _, x := range c.Values {
			s := x.Words
			if x.Who != "" {
				s = x.Who + ": " + s
			}
			if x.Differs {
				s += " differs"
			}
			if len(x.Outlets) > 0 {
				s += " (" + strings.Join(x.Outlets, ", ") + ")"
			}
			vs = append(vs, s)
		}
		if c.First != "" {
			vs = append(vs, "first said "+c.First)
		}
		if c.More > 0 {
			vs = append(vs, fmt.Sprintf("%d more", c.More))
		}
		out = append(out, m.Columns[i].Name+" = "+strings.Join(vs, "; "))
	}
	return m.Rows[row].Question + " " + m.Rows[row].Note + " / " + strings.Join(out, " / ")
}

func TestMatrixByHand(t *testing.T) {
	for _, c := range []struct {
		name  string
		lines []string
		want  string
	}{
		{
			"two versions, neither of them right by count",
			[]string{"r1|2031-03-17|Karvany|duration|an hour|60-60", "r2|2031-03-17|Sollund|duration|two hours|120-120"},
			"How long did the call last? Two versions, 1 hour apart / Karvany = 1 hour differs / Sollund = 2 hours differs",
		},
		{
			"one that differs from what others give",
			[]string{"r1|2031-03-17|Karvany|duration|an hour|60-60", "r2|2031-03-17|Sollund|duration|an hour|60-60", "r3|2031-03-17|own|duration|two hours|120-120"},
			"How long did the call last? Two versions, 1 hour apart / Karvany = 1 hour / Sollund = 1 hour / Reporters = 2 hours differs",
		},
		{
			"an office and its spokeswoman speak for their state",
			[]string{"r1|2031-03-17|Ana Reth, president of Karvany|duration|an hour|60-60", "r2|2031-03-17|Lena Ott, spokeswoman of Karvany|duration|an hour|60-60", "r3|2031-03-17|Jan Olt, former minister of Karvany|duration|an hour|60-60"},
			"How long did the call last? All agree / Karvany = 1 hour / Jan Olt = 1 hour",
		},
		{
			"a changed mind",
			[]string{"r1|2031-03-17|Ana Reth, president of Karvany|duration|an hour|60-60", "r2|2031-03-19|Ana Reth, president of Karvany|duration|two hours|120-120"},
			"How long did the call last? Two versions, 1 hour apart / Karvany = 2 hours; first said 1 hour",
		},
		{
			"on one day nobody changed, they differ",
			[]string{"r1|2031-03-17T10:00Z|Karvany|duration|an hour|60-60", "r2|2031-03-17T12:00Z|Karvany|duration|two hours|120-120"},
			"How long did the call last? Two versions, 1 hour apart / Karvany = 1 hour (Outlet r1); 2 hours (Outlet r2)",
		},
		{
			"what can all be true is no conflict",
			[]string{"r1|2031-03-17|Karvany|duration|an hour|55-65", "r2|2031-03-17|Sollund|duration|over an hour|60-90"},
			"How long did the call last? No contradiction: all can be true / Karvany = 55 minutes to 1 hour 5 minutes / Sollund = 1 hour to 1 hour 30 minutes",
		},
		{
			"counts are asked by what is counted",
			[]string{"r1|2031-03-17|Karvany|number|six fishermen|released fisherman=6-6", "r2|2031-03-17|Sollund|number|eight fishermen|released fisherman=8-8"},
			"How many fishermen were released? 6 or 8 / Karvany = 6 differs / Sollund = 8 differs",
		},
		{
			"asserted and denied",
			[]string{"r1|2031-03-17|Karvany|occurrence|spoke|occurred", "r2|2031-03-17|Sollund|occurrence|denied it|denied"},
			"Did the call take place? Asserted and denied / Karvany = Yes / Sollund = Denied",
		},
	} {
		m, ok := New(accounts(c.lines...)).Matrix("v1", BySpeaker)
		if !ok {
			t.Fatal("no matrix")
		}
		if diff := cmp.Diff(c.want, cells(m, 0)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// TestManySpeakers: beyond five columns the least heard share one.
func TestManySpeakers(t *testing.T) {
	var lines []string
	for i := range 8 {
		for range 9 - i {
			lines = append(lines, fmt.Sprintf("r%d|2031-03-17|Speaker %c|duration|an hour|60-60", len(lines), 'A'+rune(i)))
		}
	}
	m, _ := New(accounts(lines...)).Matrix("v1", BySpeaker)
	if len(m.Columns) != maxColumns || m.Columns[4].Name != "4 others" || m.Columns[4].Note != "Speaker E, Speaker F, Speaker G, Speaker H" {
		t.Errorf("columns: %+v", m.Columns)
	}
	last := m.Rows[0].Cells[4]
	if len(last.Values) != maxCells || last.More != 1 || last.Values[0].Who != "Speaker E" {
		t.Errorf("others: %+v", last)
	}
}

// TestManyQuestions: beyond twelve, what is agreed folds.
func TestManyQuestions(t *testing.T) {
	lines := []string{"r1|2031-03-17|Karvany|duration|an hour|60-60", "r2|2031-03-17|Sollund|duration|two hours|120-120"}
	for i := range 14 {
		lines = append(lines, fmt.Sprintf("r1|2031-03-17|Karvany|number|six|killed g%d=6-6", i))
	}
	m, _ := New(accounts(lines...)).Matrix("v1", BySpeaker)
	if len(m.Rows) != 15 || m.Folded != 7 || !m.Rows[0].Disputed() {
		t.Errorf("%d rows, %d folded", len(m.Rows), m.Folded)
	}
}

func TestOneReport(t *testing.T) {
	m, _ := New(accounts("r1|2031-03-17|own|duration|an hour|60-60")).Matrix("v1", BySpeaker)
	if m.Note != "One report; nothing to compare yet." {
		t.Errorf("%q", m.Note)
	}
	if _, ok := New(accounts()).Matrix("v9", BySpeaker); ok {
		t.Error("a matrix of no event")
	}
}

// TestCopies: the text of a copy is listed, and counted once.
func TestCopies(t *testing.T) {
	rec := accounts("r1|2031-03-17|Karvany|duration|an hour|60-60", "r2|2031-03-18|Karvany|duration|an hour|60-60", "r3|2031-03-18|Karvany|duration|an hour|60-60")
	rec.Origins[1] = readout.Origin{Kind: "copy", Of: "r1", Why: "94 % of its runs"}
	v := New(rec)
	m, _ := v.Matrix("v1", BySpeaker)
	if x := m.Rows[0].Cells[0].Values[0]; x.Sentences != 2 || x.Independent != 2 {
		t.Errorf("%d sentences, %d independent", x.Sentences, x.Independent)
	}
	if m.Reports != 2 {
		t.Errorf("%d reports", m.Reports)
	}
	o, err := v.Open("v1.duration.e1")
	if err != nil {
		t.Fatal(err)
	}
	if o.Sentences != 2 || o.Copied != 1 || len(o.Reports) != 3 || !o.Reports[2].Copy || o.Reports[2].Text != "94% Outlet r1, not counted again" {
		t.Errorf("%+v", o)
	}
	if got := v.Provenance("v1"); got != "From 3 reports; two independent origins, one republishes Outlet r1" {
		t.Errorf("%q", got)
	}
}

func TestOpenErrors(t *testing.T) {
	v := New(accounts("r1|2031-03-17|own|duration|an hour|60-60"))
	for _, ref := range []string{"", "v", "v9", "v1.", "v1.nothing", "v1.duration.e9", "v1.report.r9", "x.y.z", "v1.participant.e9", "..", "v1..", "v1.number-killed"} {
		_, err := v.Open(ref)
		if !errors.Is(err, readout.ErrNotFound) {
			t.Errorf("%q: %v", ref, err)
		}
	}
}

// FuzzOpen: whatever a reference is, what it opens stands in its reports.
func FuzzOpen(f *testing.F) {
	rec := accounts("r1|2031-03-17|Karvany|duration|an hour|60-60", "r2|2031-03-17|own|occurrence|spoke|occurred", "r2|2031-03-17|own|number|six|killed=6-6")
	v := New(rec)
	for _, s := range []string{"v1", "v1.duration", "v1.duration.e1", "v1.duration.-", "v1.duration.@r1", "v1.number-killed", "v1.report.r2", "c00", "e1", "r1", "v1.participant", "..", "v1.\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, ref string) {
		o, err := v.Open(ref)
		if err != nil {
			if !errors.Is(err, readout.ErrNotFound) {
				t.Fatalf("%q: %v", ref, err)
			}
			return
		}
		if len(o.Reports) == 0 || o.Sentences+o.Copied == 0 || o.Ref != ref {
			t.Fatalf("%q opens nothing: %+v", ref, o)
		}
		for _, r := range o.Reports {
			for _, s := range r.Sentences {
				if s.Span.In(r.Report.Text) != s.Text() {
					t.Fatalf("%q: %q is not in the report", ref, s.Text())
				}
			}
		}
	})
}

func TestSlug(t *testing.T) {
	for in, want := range map[string]string{
		"Phone call between Ana Reth and Jan Olt": "phone-call-between-ana-reth-and-jan-olt",
		"  Karvany’s “offer”, 2031!":              "karvanys-offer-2031",
		"":                                        "",
		"///":                                     "",
		"Żółw i Straße":                           "żółw-i-straße",
		strings.Repeat("long ", 40):               strings.TrimSuffix(strings.Repeat("long-", 12), "-"),
	} {
		if got := Slug(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	if got := Slug(strings.Repeat("ż", 100)); len(got) > maxSlug {
		t.Errorf("%d bytes", len(got))
	}
}

func TestWords(t *testing.T) {
	f := func(x float64) *float64 { return &x }
	for _, c := range []struct {
		hedge    string
		min, max *float64
		approx   *float64
		want     string
	}{
		{"", f(75), f(75), nil, "1 hour 15 minutes"},
		{"", f(105), f(135), f(120), "2 hours"},
		{"about", f(105), f(135), f(120), "about 2 hours"},
		{"nearly", f(102), f(120), nil, "nearly 2 hours"},
		{"more than", f(120), nil, nil, "more than 2 hours"},
		{"", f(120), nil, nil, "at least 2 hours"},
		{"", nil, f(30), nil, "at most 30 minutes"},
		{"at least … as long as", f(180), f(240), nil, "3 hours to 4 hours"},
		{"", f(3180), f(3180), nil, "2 days 5 hours"},
		{"", f(1), f(1), nil, "1 minute"},
	} {
		got := measureWords(&readout.Claim{Hedge: c.hedge, Value: readout.ClaimValue{Unit: "minute", Min: c.min, Max: c.max, Approx: c.approx}}, minutesWords)
		if got != c.want {
			t.Errorf("%q: %q, want %q", c.hedge, got, c.want)
		}
	}
	for in, want := range map[readout.Date]string{
		{Value: "2031-03-12", End: "2031-03-14"}:         "12–14 March 2031",
		{Value: "2031-02-27", End: "2031-03-02"}:         "27 February to 2 March 2031",
		{Value: "2030-12-30", End: "2031-01-02"}:         "30 December 2030 to 2 January 2031",
		{Value: "2031-03-01", End: "2031-03-31"}:         "March 2031",
		{Value: "2031-01-01", End: "2031-12-31"}:         "2031",
		{Value: "2031-03-14T19:12Z"}:                     "14 March 2031, 19:12 UTC",
		{Value: "2031-03-14", Precision: "latest"}:       "by 14 March 2031",
		{Value: "2031-03", Precision: "month"}:           "March 2031",
		{Value: "soon"}:                                  "soon",
		{Value: ""}:                                      "",
		{Value: "2031-03-14T19:12+01:00"}:                "14 March 2031, 18:12 UTC",
		{Value: "2031-03-14", End: "2031-03-14"}:         "14 March 2031",
		{Value: "2031-03-14T10:00", Precision: "minute"}: "14 March 2031, 10:00",
	} {
		if got := DateWords(&in); got != want {
			t.Errorf("%+v: %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{"PT40M": "40 minutes", "PT1H15M": "1 hour 15 minutes", "P2W": "2 weeks", "P1D": "1 day", "PXM": "some months", "P": "", "2031": "", "PT": "", "PQ": "", "P1": ""} {
		if got := periodWords(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{"2031-W11": "the week of 10 March 2031", "2026-W01": "the week of 29 December 2025", "2031-W11-WE": "the weekend of 15 March 2031", "2031-W99": "", "2031": ""} {
		if got := weekWords(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// TestQuoteAround: the words of a cell are a report's own, of one clause, at
// most sixty characters.
func TestQuoteAround(t *testing.T) {
	for _, c := range []struct{ text, at, want string }{
		{"The ministers met, and the call lasted an hour and a half, she said.", "an hour and a half", "the call lasted an hour and a half"},
		{"It killed 1,200 people, officials said.", "1,200 people", "It killed 1,200 people"},
		{"Sollund said an hour, and Karvany nearly two hours.", "nearly two hours", "Karvany nearly two hours"},
		{"After a long day of many words that nobody had wished to hear they spoke for two hours on Monday evening in the city.", "two hours", "nobody had wished to hear they spoke for two hours"},
		{"x", "x", "x"},
	} {
		i := strings.Index(c.text, c.at)
		got := quoteAround(c.text, readout.Span{Start: i, End: i + len(c.at)}, readout.Span{Start: 0, End: len(c.text)})
		if len([]rune(got)) > maxQuote || !strings.Contains(strings.Join(strings.Fields(c.text), " "), strings.TrimSuffix(got, "…")) {
			t.Errorf("%q: %q", c.text, got)
		}
		if got != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}

// TestFirstByTheMoment has two reports whose clocks are in other zones: the one of
// the later day by its own was out first.
func TestFirstByTheMoment(t *testing.T) {
	v := New(accounts("r1|2031-03-14T23:30-05:00|Karvany|duration|three hours|180-180", "r2|2031-03-15T01:00Z|Karvany|duration|an hour|60-60"))
	h, _ := v.History("v1")
	var got []string
	for _, c := range h.Changes {
		got = append(got, c.Report+" "+string(c.Kind))
	}
	if want := []string{"r2 first", "r2 claimed", "r1 disputed"}; !slices.Equal(got, want) {
		t.Errorf("history %q, want %q", got, want)
	}
	if changes := v.Changes("2031", ""); changes[0].Report != "r2" {
		t.Errorf("changes begin with those of %s", changes[0].Report)
	}
	if used := v.Used("v1"); used[0].Report.ID != "r2" {
		t.Errorf("used %s first", used[0].Report.ID)
	}
	if n := v.News("2031-03", "2031-03-16", 5); n.Last != "2031-03-14T23:30-05:00" {
		t.Errorf("the last report is of %s", n.Last)
	}
}

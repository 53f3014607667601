package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
)

// library fills s with four reports and a record of them, and returns names
// for the ids of the reports.
func library(t testing.TB, s store.Store) map[string]string {
	t.Helper()
	rec := &readout.Record{}
	names := map[string]string{}
	for _, x := range []struct{ name, outlet, domain, day, title, text string }{
		{"first", "Harbour Wire", "", "2031-03-14", "Talks broke up in Orrin", "Ilse Maren said the talks had failed. “We met for two hours,” she said."},
		{"second", "", "courier.example", "2031-03-15", "Boats turned back", "The boats met no ships. Talks about the boats go on, Tomas Ered told the Courier."},
		{"third", "Harbour Wire", "", "2031-04", "Ceasefire", "A cease-fire near Ødegård holds; the TALK of Øde\u00adgård was of peace talks."},
		{"fourth", "Lowland Radio", "", "", "No day", "Nobody met anybody."},
	} {
		c := Capture(x.name, x.text)
		doc := Doc(c)
		r := doc.Report
		r.Title, r.Outlet, r.Domain, r.Published = x.title, x.outlet, x.domain, readout.Published{Value: x.day}
		must[store.Outcome](t)(s.AddReport(t.Context(), c, doc, "v1"))
		names[r.ID] = x.name
		rec.Reports = append(rec.Reports, r)
	}
	span := func(i int, text string) []readout.Span {
		at := strings.Index(rec.Reports[i].Text, text)
		return []readout.Span{{Start: at, End: at + len(text)}}
	}
	told := func(i int) []readout.EventMention {
		return []readout.EventMention{{Evidence: readout.Evidence{Report: rec.Reports[i].ID}}}
	}
	rec.Entities = []*readout.Entity{
		{ID: "e1", Name: "Ilse Maren", Names: []string{"Maren", "Ilse Marén"}, Roles: []readout.Role{{Title: "foreign minister of Sollund"}}, Mentions: make([]readout.EntityMention, 3)},
		{ID: "e2", Name: "Tomas Ered", Mentions: make([]readout.EntityMention, 1)},
		{ID: "e3", Name: "Orrin", Mentions: make([]readout.EntityMention, 2)},
		{ID: "e4", Name: "Minister Island", Mentions: make([]readout.EntityMention, 1)},
	}
	rec.Statements = []*readout.Statement{
		{ID: "s1", Report: rec.Reports[0].ID, Kind: readout.Indirect, Content: span(0, "the talks had failed"), Speaker: "e1", Medium: "the Courier"},
		{ID: "s2", Report: rec.Reports[0].ID, Kind: readout.Direct, Content: append(span(0, "We met"), span(0, "two hours")...), Speaker: "e1", Addressee: "e2", Date: &readout.Date{Value: "2031-03-13"}},
		{ID: "s3", Report: rec.Reports[1].ID, Kind: readout.Indirect, Content: span(1, "Talks about the boats go on"), Speaker: "e2", Date: &readout.Date{Value: "2031-03-15"}},
		{ID: "s4", Report: rec.Reports[3].ID, Kind: readout.Indirect, Content: span(3, "Nobody met anybody")},
	}
	rec.Events = []*readout.Event{
		{ID: "v1", Type: "CONSULT", Title: "talks of Sollund and Karvany", Place: "e3", Date: &readout.Date{Value: "2031-03-13", End: "2031-03-14"}, Mentions: told(0), Participants: []readout.Participant{{Entity: "e1"}}},
		{ID: "v2", Type: "COERCE", Title: "boats turned back", Date: &readout.Date{Value: "2031-03-15"}, Mentions: told(1)},
		{ID: "v3", Type: "CONSULT", Title: "call", Date: &readout.Date{Value: "2031-03"}, Mentions: told(2)},
		{ID: "v4", Type: "CONSULT", Title: "call", Mentions: told(0)},
	}
	rec.Claims = []*readout.Claim{{ID: "c1", Event: "v3", Text: "talks lasted an hour"}}
	if err := s.ReplaceRecord(t.Context(), rec); err != nil {
		t.Fatal(err)
	}
	return names
}

func testSearch(t *testing.T, s store.Store) {
	ctx := t.Context()
	if h, err := s.Search(ctx, store.Query{Terms: []store.Term{{Text: "talks"}}}); err != nil || len(h.Groups) != 4 || h.Groups[0].Count != 0 {
		t.Errorf("an empty store: %+v, %v", h, err)
	}
	names := library(t, s)
	word := func(texts ...string) (out []store.Term) {
		for _, w := range texts {
			term := store.Term{Text: w}
			if term.Text, term.Not = strings.CutPrefix(w, "-"); term.Not {
				w = term.Text
			}
			if x, ok := strings.CutSuffix(w, "*"); ok {
				term.Text, term.Mode = x, store.Prefix
			} else if strings.HasPrefix(w, `"`) {
				term.Text, term.Mode = strings.Trim(w, `"`), store.Phrase
			}
			out = append(out, term)
		}
		return out
	}
	reports, all := []store.Kind{store.KindReport}, []store.Kind(nil)
	for _, c := range []struct {
		name  string
		query store.Query
		want  string // kind letter: ids; groups that are there
	}{
		{"word with inflections", store.Query{Terms: word("talk"), In: reports}, "report: first third second"},
		{"title before text, newest first", store.Query{Terms: word("boats"), In: all}, "event: v2; statement: s3; entity: ; report: second"},
		{"irregular verb", store.Query{Terms: word("meeting"), In: reports}, "report: second first fourth"},
		{"all words", store.Query{Terms: word("met", "boats"), In: reports}, "report: second"},
		{"exact phrase", store.Query{Terms: word(`"boats met"`), In: reports}, "report: second"},
		{"phrase is not inflected", store.Query{Terms: word(`"talk"`), In: reports}, "report: third"},
		{"phrase in another order", store.Query{Terms: word(`"met boats"`), In: reports}, "report: "},
		{"hyphen", store.Query{Terms: word("cease-fire"), In: reports}, "report: third"},
		{"accents, ligatures and soft hyphens", store.Query{Terms: word("odegard"), In: reports}, "report: third"},
		{"prefix", store.Query{Terms: word("cea*"), In: reports}, "report: third"},
		{"prefix of one letter", store.Query{Terms: word("o*"), In: reports}, "report: first third second"},
		{"prefix of one letter, titles first", store.Query{Terms: word("t*"), In: reports}, "report: second first third"},
		{"prefix of one letter, and a word", store.Query{Terms: word("o*", "talks"), In: reports}, "report: first third second"},
		{"prefix of one letter that nothing begins with", store.Query{Terms: word("k*"), In: []store.Kind{store.KindStatement}}, "statement: "},
		{"not a prefix of one letter", store.Query{Terms: word("-o*"), In: reports}, "report: fourth"},
		{"prefix of a phrase", store.Query{Terms: word("peace tal*"), In: reports}, "report: third"},
		{"not", store.Query{Terms: word("met", "-talks"), In: reports}, "report: fourth"},
		{"only not", store.Query{Terms: word("-talks", "-nobody"), In: reports}, "report: "},
		{"only not, some left", store.Query{Terms: word("-boats"), In: reports}, "report: third first fourth"},
		{"nothing asked", store.Query{In: reports}, "report: third second first fourth"},
		{"no word in it", store.Query{Terms: word("…"), In: reports}, "report: third second first fourth"},
		{"every spelling", store.Query{Terms: word("maren"), In: []store.Kind{store.KindEntity}}, "entity: e1"},
		{"accents of names", store.Query{Terms: word("MÁREN"), In: []store.Kind{store.KindEntity}}, "entity: e1"},
		{"spellings are apart", store.Query{Terms: word(`"maren maren"`), In: []store.Kind{store.KindEntity}}, "entity: "},
		{"names before offices", store.Query{Terms: word("minister"), In: []store.Kind{store.KindEntity}}, "entity: e4 e1"},
		{"most mentioned first", store.Query{In: []store.Kind{store.KindEntity}}, "entity: e1 e3 e2 e4"},
		{"people and place of events", store.Query{Terms: word("ilse", "orrin"), In: []store.Kind{store.KindEvent}}, "event: v1"},
		{"title before claims", store.Query{Terms: word("talks"), In: []store.Kind{store.KindEvent}}, "event: v1 v3"},
		{"pieces are apart", store.Query{Terms: word(`"met two"`), In: []store.Kind{store.KindStatement}}, "statement: "},
		{"a piece", store.Query{Terms: word(`"two hours"`), In: []store.Kind{store.KindStatement}}, "statement: s2"},

		{"speaker", store.Query{Speakers: []string{"e1"}}, "statement: s1 s2"},
		{"one of two speakers", store.Query{Speakers: []string{"e1", "e2"}, Terms: word("talks")}, "statement: s3 s1"},
		{"addressee", store.Query{Addressees: []string{"e2"}}, "statement: s2"},
		{"both", store.Query{Speakers: []string{"e2"}, Addressees: []string{"e2"}}, "statement: "},
		{"kind of statement", store.Query{StatementKind: []readout.StatementKind{readout.Direct}}, "statement: s2"},
		{"type of event", store.Query{EventType: []string{"COERCE"}}, "event: v2"},
		{"medium", store.Query{At: []string{"the Courier"}}, "event: ; statement: s1"},
		{"place", store.Query{At: []string{"e3"}}, "event: v1; statement: "},
		{"outlet", store.Query{Outlets: []string{"Harbour Wire"}}, "event: v4 v1 v3; statement: s1 s2; report: third first"},
		{"site", store.Query{Outlets: []string{"courier.example", "Nobody"}}, "event: v2; statement: s3; report: second"},
		{"filters that share no kind", store.Query{Speakers: []string{"e1"}, EventType: []string{"CONSULT"}}, ""},

		{"days", store.Query{From: "2031-03-14", To: "2031-03-14"}, "event: v4 v1 v3; statement: s1; report: first"},
		{"month", store.Query{From: "2031-03", To: "2031-03"}, "event: v2 v4 v1 v3; statement: s3 s1 s2; report: second first"},
		{"from", store.Query{From: "2031-03-15"}, "event: v2 v3; statement: s3; report: third second"},
		{"to", store.Query{To: "2031-03-13"}, "event: v1 v3; statement: s2; report: "},
		{"year", store.Query{From: "2031", To: "2031", Terms: word("talks")}, "event: v1 v3; statement: s3 s1; report: first third second"},
		{"before all", store.Query{To: "2030"}, "event: ; statement: ; report: "},
		{"after all", store.Query{From: "2032"}, "event: ; statement: ; report: "},
	} {
		h, err := s.Search(ctx, c.query)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := listed(h, names); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		for _, g := range h.Groups {
			if g.Count != len(g.Hits) || g.Next != "" {
				t.Errorf("%s: %d hits, count %d, next %q", c.name, len(g.Hits), g.Count, g.Next)
			}
		}
	}

	// The next pages go on where the one before ended, over the edge between
	// titles and texts.
	q := store.Query{Terms: word("talks"), In: reports, Limit: 1}
	var got []string
	for range 4 {
		h := must[store.Hits](t)(s.Search(ctx, q))
		got = append(got, listed(h, names))
		if h.Groups[0].Count != 3 {
			t.Errorf("count %d on page %d, want 3", h.Groups[0].Count, len(got))
		}
		if q.After = h.Groups[0].Next; q.After == "" {
			break
		}
	}
	same(t, "pages", []string{"report: first", "report: third", "report: second"}, got)
	// What is not kept is as if it were not there.
	q = store.Query{In: []store.Kind{store.KindReport, store.KindEvent}, Limit: 1, Keep: func(k store.Kind, id string) bool {
		return k == store.KindReport && names[id] != "third"
	}}
	h := must[store.Hits](t)(s.Search(ctx, q))
	if got := listed(h, names); got != "report: second; event: " || h.Groups[0].Count != 3 || h.Groups[1].Count != 0 {
		t.Errorf("kept: %q of %d and %d", got, h.Groups[0].Count, h.Groups[1].Count)
	}
	q.In, q.Terms = reports, word("talks")
	h = must[store.Hits](t)(s.Search(ctx, q))
	q.After = h.Groups[0].Next
	h = must[store.Hits](t)(s.Search(ctx, q))
	if got := listed(h, names); got != "report: second" || h.Groups[0].Count != 2 || h.Groups[0].Next != "" {
		t.Errorf("second page of what is kept: %q of %d", got, h.Groups[0].Count)
	}
	for _, bad := range []store.Query{
		{Terms: word("boats"), In: reports, After: q.Cursor(1)},
		{Terms: word("talks"), In: reports, After: "x"},
		{Terms: word("talks"), In: reports, After: "-1.00000000"},
		{Terms: word("talks"), After: (&store.Query{Terms: word("talks")}).Cursor(1)},
	} {
		_, err := s.Search(ctx, bad)
		wantErr(t, "cursor "+bad.After, err, store.ErrQuery)
	}
}

// listed are the hits as text.
func listed(h store.Hits, names map[string]string) string {
	var groups []string
	for _, g := range h.Groups {
		var ids []string
		for _, x := range g.Hits {
			id := x.ID
			if n := names[id]; n != "" {
				id = n
			}
			ids = append(ids, id)
		}
		groups = append(groups, fmt.Sprintf("%s: %s", g.Kind, strings.Join(ids, " ")))
	}
	return strings.Join(groups, "; ")
}

// What matches is pointed at in the bytes of the report.
func testSearchSpans(t *testing.T, s store.Store) {
	ctx := t.Context()
	library(t, s)
	for _, c := range []struct {
		kind store.Kind
		term store.Term
		want string // of each hit: matches in the title, then in the text
	}{
		{store.KindReport, store.Term{Text: "odegard"}, "=Ødegård,Øde\u00adgård"},
		{store.KindReport, store.Term{Text: "talk"}, "Talks=talks; =TALK,talks; =Talks"},
		{store.KindReport, store.Term{Text: "the talks", Mode: store.Phrase}, "=the talks"},
		{store.KindReport, store.Term{Text: "cease fi", Mode: store.Prefix}, "=cease-fire"},
		{store.KindStatement, store.Term{Text: "meet"}, "=met; =met"},
		{store.KindEvent, store.Term{Text: "talks"}, "talks=; ="},
	} {
		h := must[store.Hits](t)(s.Search(ctx, store.Query{Terms: []store.Term{c.term}, In: []store.Kind{c.kind}}))
		rec := must[*readout.Record](t)(s.Record(ctx))
		var got []string
		for _, x := range h.Groups[0].Hits {
			title, text := "", ""
			for _, r := range rec.Reports {
				if r.ID == x.Report {
					text = r.Text
					if x.Kind == store.KindReport {
						title = r.Title
					}
				}
			}
			for _, e := range rec.Events {
				if e.ID == x.ID {
					title = e.Title
				}
			}
			in := func(text string, spans []readout.Span) string {
				var out []string
				for _, sp := range spans {
					out = append(out, sp.In(text))
				}
				return strings.Join(out, ",")
			}
			got = append(got, in(title, x.Title)+"="+in(text, x.Spans))
		}
		if s := strings.Join(got, "; "); s != c.want {
			t.Errorf("%s %q: %q, want %q", c.kind, c.term.Text, s, c.want)
		}
	}
}

func testSearchFollows(t *testing.T, s store.Store) {
	ctx := t.Context()
	names := library(t, s)
	h := must[store.Hits](t)(s.Search(ctx, store.Query{Terms: []store.Term{{Text: "talks"}, {Text: "zeppelin"}, {Text: "zeppelin"}}}))
	same(t, "unknown", []string{"zeppelin"}, h.Unknown)

	// A report read anew is found by its new words only, a record that was
	// replaced by the new one's.
	c := Capture("fourth", "Nobody met anybody.")
	doc := Doc(c)
	doc.Report.Title = "A zeppelin"
	must[store.Outcome](t)(s.AddReport(ctx, c, doc, "v2"))
	rec := must[*readout.Record](t)(s.Record(ctx))
	for i, r := range rec.Reports {
		if r.ID == doc.Report.ID {
			rec.Reports[i] = doc.Report
		}
	}
	rec.Statements = slices.DeleteFunc(rec.Statements, func(x *readout.Statement) bool { return x.ID != "s1" })
	rec.Events = nil
	if err := s.ReplaceRecord(ctx, rec); err != nil {
		t.Fatal(err)
	}
	for word, want := range map[string]string{
		"zeppelin": "event: ; statement: ; entity: ; report: fourth",
		"day":      "event: ; statement: ; entity: ; report: ",
		"talks":    "event: ; statement: s1; entity: ; report: first third second",
	} {
		if got := listed(must[store.Hits](t)(s.Search(ctx, store.Query{Terms: []store.Term{{Text: word}}})), names); got != want {
			t.Errorf("%s: %q, want %q", word, got, want)
		}
	}
	// What is stored, but not in the record, is not found.
	rec.Reports = slices.DeleteFunc(rec.Reports, func(r *readout.Report) bool { return names[r.ID] != "first" })
	if err := s.ReplaceRecord(ctx, rec); err != nil {
		t.Fatal(err)
	}
	if got := listed(must[store.Hits](t)(s.Search(ctx, store.Query{Terms: []store.Term{{Text: "talks"}}})), names); got != "event: ; statement: s1; entity: ; report: first" {
		t.Errorf("talks: %q", got)
	}

	for word, want := range map[string]string{
		"bots": "boats", "taks": "talks", "Mraen": "maren", "zepelin": "zeppelin", "xqzv": "", "ta": "", "boats": "", "meet": "met", "ceasfir": "ceasefire",
	} {
		if got := strings.Join(must[[]string](t)(s.Near(ctx, word, 1)), " "); got != want {
			t.Errorf("near %s: %q, want %q", word, got, want)
		}
	}
}

// Whatever is asked, there is an answer, and what it points at is there.
func testRandomSearch(t *testing.T, s store.Store) {
	library(t, s)
	rec := must[*readout.Record](t)(s.Record(t.Context()))
	text := map[string]string{}
	for _, r := range rec.Reports {
		text[r.ID] = r.Text
	}
	word := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"talks", "met", "o", `"`, "NEAR(a b)", "title : x", "a OR b", "*", "^talks", "-met"}))
	rapid.Check(t, func(rt *rapid.T) {
		var q store.Query
		for range rapid.IntRange(0, 3).Draw(rt, "terms") {
			q.Terms = append(q.Terms, store.Term{
				Text: word.Draw(rt, "text"), Mode: store.TermMode(rapid.IntRange(0, 2).Draw(rt, "mode")), Not: rapid.Bool().Draw(rt, "not"),
			})
		}
		if rapid.Bool().Draw(rt, "filtered") {
			q.At, q.Outlets, q.From, q.To = []string{word.Draw(rt, "at")}, []string{word.Draw(rt, "outlet")}, word.Draw(rt, "from"), word.Draw(rt, "to")
		}
		h, err := s.Search(t.Context(), q)
		if err != nil {
			rt.Fatal(err)
		}
		for _, g := range h.Groups {
			for _, x := range g.Hits {
				for _, sp := range x.Spans {
					if sp.Start < 0 || sp.End <= sp.Start || sp.End > len(text[x.Report]) {
						rt.Fatalf("span %v in a text of %d bytes", sp, len(text[x.Report]))
					}
				}
			}
		}
	})
}

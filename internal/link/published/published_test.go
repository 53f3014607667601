package published

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/kb"
	"github.com/readout-news/readout/internal/link/entity"
	"github.com/readout-news/readout/internal/link/event"
	"github.com/readout-news/readout/internal/nlp"
)

// told is one mention of a contact: its event, the TIMEX3 value that its time
// expression has in a report without a date, and the words of it.
type told struct {
	event int
	value string
	words string
}

// story is one report of a test.
type story struct {
	id        string
	published string // "" open
	told      []told
	title     string // office before the name of the person of chain 0
}

// redate resolves the few values that the tests use as timex does: a weekday
// of the past week, a day of the year of publication, the day itself.
func redate(doc *nlp.Doc, p readout.Published) []nlp.Timex {
	day, _ := p.Day()
	out := slices.Clone(doc.Timexes)
	for i := range out {
		t := &out[i]
		var n int
		switch {
		case t.Value == "XXXX-XX-XX":
			t.Value, t.Function = day.Format(time.DateOnly), "publication"
		case strings.HasPrefix(t.Value, "XXXX-WXX-"):
			fmt.Sscanf(t.Value, "XXXX-WXX-%d", &n)
			back := (int(day.Weekday()) - n + 7) % 7
			t.Value = day.AddDate(0, 0, -back).Format(time.DateOnly)
		case strings.HasPrefix(t.Value, "XXXX-"):
			t.Value = fmt.Sprintf("%04d%s", day.Year(), t.Value[4:])
		}
	}
	return out
}

// build lays out docs and their links: event 0 is a call of Sollund and
// Karvany, event 1 another of the same, event 2 talks of their states at Dorne.
func build(stories []story) ([]*nlp.Doc, *entity.Links, *event.Links) {
	ents := &entity.Links{Entities: []*readout.Entity{
		{ID: "e1", Type: readout.Person, Name: "Ilse Sollund", Country: "AA"},
		{ID: "e2", Type: readout.Person, Name: "Dov Karvany", Country: "BB"},
		{ID: "e3", Type: readout.Place, Name: "A-land", Country: "AA"},
		{ID: "e4", Type: readout.Place, Name: "B-land", Country: "BB"},
		{ID: "e5", Type: readout.Place, Name: "Dorne"},
	}}
	two := func(a, b string) []readout.Participant { return []readout.Participant{{Entity: a}, {Entity: b}} }
	events := &event.Links{Events: []*readout.Event{
		{ID: "v1", Type: "CONSULT", Mode: "phone", Participants: two("e1", "e2")},
		{ID: "v2", Type: "CONSULT", Mode: "phone", Participants: two("e1", "e2")},
		{ID: "v3", Type: "CONSULT", Mode: "talks", Participants: two("e3", "e4"), Place: "e5"},
	}}
	var docs []*nlp.Doc
	for _, s := range stories {
		text := ""
		doc := &nlp.Doc{Report: &readout.Report{ID: s.id, Path: s.id + ".txt"}, Sentences: []nlp.Sentence{{}}}
		if s.published != "" {
			doc.Report.Published = readout.Published{Value: s.published, Precision: map[int]string{7: "month", 10: "day"}[len(s.published)], Basis: readout.BasisSidecar, Why: "stated"}
		}
		var of []int
		for _, t := range s.told {
			at := readout.Span{Start: len(text), End: len(text) + len(t.words)}
			text += t.words + ". "
			basis := "relative"
			if !strings.Contains(t.value, "X") {
				basis = "explicit"
			}
			doc.Timexes = append(doc.Timexes, nlp.Timex{Span: at, Type: "DATE", Value: t.value, Basis: basis})
			if t.event < 0 {
				continue
			}
			doc.Events = append(doc.Events, nlp.EventMention{Span: at, Trigger: at, Type: "CONSULT", Time: len(doc.Timexes) - 1, Status: readout.Occurred, Tense: "past"})
			of = append(of, t.event)
		}
		if s.title != "" {
			title := readout.Span{Start: len(text), End: len(text) + len(s.title)}
			text += s.title + " Sollund"
			doc.Mentions = []nlp.Mention{{Form: readout.FormName, Title: title}}
			doc.Chains = []nlp.Chain{{Mentions: []int{0}, Key: "person:sollund"}}
		}
		doc.Report.Text = text
		docs = append(docs, doc)
		events.OfMention = append(events.OfMention, of)
	}
	return docs, ents, events
}

func lists(t *testing.T) *kb.KB {
	t.Helper()
	k, err := kb.LoadFS(fstest.MapFS{
		"en/leaders.tsv":      {Data: []byte("person:sollund\tperson\tAA\t\tIlse Sollund\tsur=Sollund;role=president@AA@2031-01-20@2035-01-20\n")},
		"en/titles.tsv":       {Data: []byte("")},
		"en/office-times.tsv": {Data: []byte("former\tformer\n")},
		"en/calendar.tsv":     {Data: []byte("2030-05-16\t2030-05-16\ttalks\tDorne\tAA|BB\tfirst Dorne round\n2031-05-16\t2031-05-16\ttalks\tDorne\tAA|BB\tsecond Dorne round\n2031-06-02\t2031-06-02\ttalks\tDorne\tAA|BB\tthird Dorne round\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestInfer(t *testing.T) {
	tests := []struct {
		name    string
		stories []story
		want    []string // value, earliest, latest of each report, by /
		values  []string // of the time expressions of the first open report
	}{
		{
			name: "a weekday that one known event fits leaves its week open",
			stories: []story{
				{id: "a", told: []told{{0, "XXXX-WXX-2", "Tuesday"}}},
				{id: "b", published: "2031-03-30", told: []told{{1, "2031-03-18", "March 18"}}},
			},
			want:   []string{"/2031-03-18/2031-03-24", "2031-03-30//"},
			values: []string{"2031-03-18"},
		},
		{
			name: "an event of today fixes the day",
			stories: []story{
				{id: "a", told: []told{{0, "XXXX-WXX-2", "Tuesday"}, {0, "XXXX-XX-XX", "today"}}},
				{id: "b", published: "2031-03-30", told: []told{{1, "2031-03-18", "March 18"}}},
			},
			want:   []string{"2031-03-18/2031-03-18/2031-03-18", "2031-03-30//"},
			values: []string{"2031-03-18", "2031-03-18"},
		},
		{
			name: "its own day, spoken of, chooses the first candidate",
			stories: []story{
				{id: "a", told: []told{{0, "XXXX-WXX-2", "Tuesday"}, {-1, "XXXX-XX-XX", "earlier in the day"}}},
				{id: "b", published: "2031-03-30", told: []told{{1, "2031-03-18", "March 18"}}},
			},
			want: []string{"2031-03-18/2031-03-18/2031-03-24", "2031-03-30//"},
		},
		{
			name: "a weekday that no known event fits decides nothing",
			stories: []story{
				{id: "a", told: []told{{0, "XXXX-WXX-4", "Thursday"}}},
				{id: "b", published: "2031-03-30", told: []told{{1, "2031-03-18", "March 18"}}},
			},
			want:   []string{"//", "2031-03-30//"},
			values: []string{"XXXX-WXX-4"},
		},
		{
			name: "two known events far apart decide nothing",
			stories: []story{
				{id: "a", told: []told{{0, "XXXX-WXX-2", "Tuesday"}}},
				{id: "b", published: "2031-05-30", told: []told{{1, "2031-03-18", "March 18"}, {0, "2031-05-20", "May 20"}}},
			},
			want: []string{"//", "2031-05-30//"},
		},
		{
			name: "of two known events, the month that the report carries decides",
			stories: []story{
				{id: "a", published: "2031-03", told: []told{{0, "XXXX-WXX-2", "Tuesday"}}},
				{id: "b", published: "2031-05-30", told: []told{{1, "2031-03-18", "March 18"}, {0, "2031-05-20", "May 20"}}},
			},
			want:   []string{"2031-03/2031-03-18/2031-03-24", "2031-05-30//"},
			values: []string{"2031-03-18"},
		},
		{
			name: "a known event outside of the month that the report carries decides nothing",
			stories: []story{
				{id: "a", published: "2031-03", told: []told{{0, "XXXX-WXX-2", "Tuesday"}, {0, "XXXX-XX-XX", "today"}}},
				{id: "b", published: "2031-05-30", told: []told{{0, "2031-05-20", "May 20"}}},
			},
			want:   []string{"2031-03//", "2031-05-30//"},
			values: []string{"XXXX-WXX-2", "XXXX-XX-XX"},
		},
		{
			name: "what is learned of one report dates the next; the calendar starts it",
			stories: []story{
				{id: "a", told: []told{{0, "XXXX-WXX-1", "Monday"}, {2, "XXXX-WXX-5", "Friday"}}, title: "President"},
				{id: "b", told: []told{{1, "XXXX-WXX-1", "Monday"}, {-1, "XXXX-XX-XX", "earlier in the day"}}},
			},
			want:   []string{"/2031-05-19/2031-05-22", "2031-05-19/2031-05-19/2031-05-25"},
			values: []string{"2031-05-19", "2031-05-16"},
		},
		{
			name:    "a term of office alone is a bound",
			stories: []story{{id: "a", told: []told{{-1, "XXXX-WXX-1", "Monday"}}, title: "President"}},
			want:    []string{"/2031-01-20/2035-01-20"},
			values:  []string{"XXXX-WXX-1"},
		},
		{
			name:    "a former office is none",
			stories: []story{{id: "a", told: []told{{-1, "XXXX-WXX-1", "Monday"}}, title: "Former President"}},
			want:    []string{"//"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			docs, ents, events := build(tt.stories)
			before := fmt.Sprint(docs[0].Timexes, docs[0].Report.Published)
			out, _ := Infer(docs, ents, events, lists(t), redate)
			var got []string
			for _, d := range out {
				p := d.Report.Published
				got = append(got, p.Value+"/"+p.Earliest+"/"+p.Latest)
				if p.Basis == readout.BasisInferred && p.Why == "" {
					t.Errorf("%s: inferred without a reason", d.Report.ID)
				}
				if len(p.Value) == len("2031-03") && (p.Basis != readout.BasisSidecar || !strings.HasPrefix(p.Why, "stated")) {
					t.Errorf("%s: its month is %s: %s", d.Report.ID, p.Basis, p.Why)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("published (-want +got):\n%s", diff)
			}
			if tt.values != nil {
				var values []string
				for _, x := range out[0].Timexes {
					values = append(values, x.Value)
				}
				if diff := cmp.Diff(tt.values, values); diff != "" {
					t.Errorf("values of %s (-want +got):\n%s", out[0].Report.ID, diff)
				}
			}
			if after := fmt.Sprint(docs[0].Timexes, docs[0].Report.Published); after != before {
				t.Errorf("the input changed from %s to %s", before, after)
			}
		})
	}
}

// TestForget holds that many known days of the same parties do not pile up
// readings, and that what is needed of them is kept.
func TestForget(t *testing.T) {
	r := state{memo: map[int][]nlp.Timex{}}
	for p := range mostMemo + 1 {
		r.memo[p] = nil
	}
	r.forget([]int{3, 5})
	if _, three := r.memo[3]; !three || len(r.memo) != 2 {
		t.Errorf("%d readings kept", len(r.memo))
	}
	r.forget(nil)
	if len(r.memo) != 2 {
		t.Error("forgot what takes no room")
	}
}

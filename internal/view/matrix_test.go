package view_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/view"
)

// call finds an event of the sample by its day and words of its title.
func call(t *testing.T, v *view.View, day, words string) *readout.Event {
	t.Helper()
	for _, e := range v.Record.Events {
		if e.Date != nil && e.Date.Value == day && strings.Contains(e.Title, words) {
			return e
		}
	}
	t.Fatalf("no %q on %s", words, day)
	return nil
}

// show writes a matrix as lines.
func show(m view.Matrix) string {
	var b strings.Builder
	for _, c := range m.Columns {
		fmt.Fprintf(&b, "| %s (%s) ", c.Name, c.Note)
	}
	b.WriteString("|\n")
	for _, r := range m.Rows {
		fmt.Fprintf(&b, "%s %s [%s]\n", r.Question, r.Note, r.Verdict)
		for i, c := range r.Cells {
			for _, x := range c.Values {
				fmt.Fprintf(&b, "  %s: %s “%s”", m.Columns[i].Name, x.Words, x.Quote)
				if x.Mark != "" {
					fmt.Fprintf(&b, " %s", x.Mark)
				}
				if x.Differs {
					b.WriteString(" differs")
				}
				fmt.Fprintf(&b, " %d/%d\n", x.Sentences, x.Independent)
			}
		}
	}
	return b.String()
}

// TestDisputedLength is the golden of the example: the length of the call of 17
// March, which its parties dispute.
func TestDisputedLength(t *testing.T) {
	v := openLake(t)
	e := call(t, v, "2031-03-17", "Phone call")
	m, ok := v.Matrix(e.ID, view.BySpeaker)
	if !ok {
		t.Fatal("no matrix")
	}
	m.Rows = m.Rows[:1]
	want := `| Sollund (the prime minister's office, Henrik Aldane, Petra Sandvoll) | Karvany (her office) | Orrin () | Reporters (in their own voice) |
How long did the call last? Three versions, up to 45 minutes apart [conflict]
  Sollund: 1 hour 15 minutes “lasted an hour and a quarter” differs 3/3
  Karvany: Nearly 2 hours “spoke by telephone for nearly two hours on Monday” differs 2/2
  Reporters: About 1 hour 30 minutes “The call went on for about an hour and a half” differs 1/1
`
	if diff := cmp.Diff(want, show(m)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	outlets, _ := v.Matrix(e.ID, view.ByOutlet)
	var names []string
	for _, c := range outlets.Columns {
		names = append(names, c.Name)
	}
	slices.Sort(names)
	if diff := cmp.Diff([]string{"Harbour Wire", "Karvany Courier", "Sollund News Agency"}, names); diff != "" {
		t.Errorf("columns by outlet (-want +got):\n%s", diff)
	}
}

// TestEveryNumberOpens holds for the whole sample that every count of every
// matrix, fact, quotation and change opens sentences, as many as it says, and
// that their words stand in their reports.
func TestEveryNumberOpens(t *testing.T) {
	v := openLake(t)
	opens := func(what, ref string, n int) {
		t.Helper()
		o, err := v.Open(ref)
		if err != nil {
			t.Errorf("%s: %v", what, err)
			return
		}
		if n > 0 && o.Sentences == 0 {
			t.Errorf("%s: %s opens no sentence of an independent report", what, ref)
		}
		if o.Title == "" {
			t.Errorf("%s: %s has no title", what, ref)
		}
		for _, r := range o.Reports {
			for _, s := range r.Sentences {
				if got := s.Span.In(r.Report.Text); got != s.Text() {
					t.Fatalf("%s: pieces make %q, the report has %q", ref, s.Text(), got)
				}
				if !slices.ContainsFunc(s.Pieces, func(p view.Piece) bool { return p.Hit }) {
					t.Errorf("%s: nothing is marked in %q", ref, s.Text())
				}
				if s.N < 1 || s.Last < s.N || s.Last > r.Total || !r.Known {
					t.Errorf("%s: sentences %d to %d of %d", ref, s.N, s.Last, r.Total)
				}
			}
		}
	}
	cells := 0
	for _, e := range v.Record.Events {
		for _, by := range []view.By{view.BySpeaker, view.ByOutlet} {
			m, _ := v.Matrix(e.ID, by)
			for _, r := range m.Rows {
				if r.Question == "" || !strings.HasSuffix(r.Question, "?") {
					t.Errorf("%s %s: question %q", e.ID, r.Key, r.Question)
				}
				if len(r.Cells) != len(m.Columns) {
					t.Errorf("%s %s: %d cells, %d columns", e.ID, r.Key, len(r.Cells), len(m.Columns))
				}
				for _, c := range r.Cells {
					for _, x := range c.Values {
						cells++
						opens(r.Question, x.Ref, x.Sentences)
						if len([]rune(x.Quote)) > 60 {
							t.Errorf("quote of %d characters: %s", len([]rune(x.Quote)), x.Quote)
						}
						if x.Sentences < 1 || x.Independent < 1 {
							t.Errorf("%s: %d sentences, %d independent", x.Ref, x.Sentences, x.Independent)
						}
					}
				}
			}
		}
		for _, f := range v.Facts(e.ID) {
			opens(f.Name, f.Ref, f.Count)
		}
		for _, q := range v.Quotations(e.ID) {
			opens("quotation", q.Ref, q.Sentences)
		}
		h, _ := v.History(e.ID)
		for _, c := range append(h.Changes, h.Undated...) {
			opens(c.Label, c.Ref, 0)
		}
		for _, u := range v.Used(e.ID) {
			if u.Used > 0 {
				opens(u.Outlet, u.Ref, 0)
			}
		}
		for _, s := range v.Stands(e.ID) {
			opens(s.Does, s.Ref, s.Sentences)
		}
	}
	if cells < 80 {
		t.Errorf("%d cells, want at least 80", cells)
	}
}

// TestUnconfirmed: who would not confirm is no denier, and no lines are drawn
// between those who tell and those who keep silent.
func TestUnconfirmed(t *testing.T) {
	v := openLake(t)
	m, _ := v.Matrix(call(t, v, "2031-03-22", "Phone call").ID, view.BySpeaker)
	if len(m.Rows) == 0 || m.Rows[0].Question != "Did the call take place?" && !slices.ContainsFunc(m.Rows, func(r view.MatrixRow) bool { return r.Key == "occurrence" }) {
		t.Fatalf("no question whether it took place:\n%s", show(m))
	}
	for _, r := range m.Rows {
		for i, c := range r.Cells {
			for _, x := range c.Values {
				if r.Key == "occurrence" && m.Columns[i].Name == "Karvany" && x.Mark != view.Silent {
					t.Errorf("Karvany: %s (%s)", x.Words, x.Mark)
				}
			}
		}
	}
	if m.Disputed != 0 {
		t.Errorf("%d disputed", m.Disputed)
	}
}

// TestChangedCopy: a copy that changed a figure is seen as that, and is no
// second witness.
func TestChangedCopy(t *testing.T) {
	v := openLake(t)
	e := call(t, v, "2031-03-21", "in Hegra")
	m, _ := v.Matrix(e.ID, view.BySpeaker)
	r := m.Rows[0]
	if r.Key != "duration" || !r.Disputed() {
		t.Fatalf("first row %s, %s", r.Key, r.Verdict)
	}
	if c := r.Cells[0]; len(c.Values) != 2 || len(c.Values[0].Outlets) != 1 {
		t.Errorf("both lengths with who has them: %+v", c.Values)
	}
	if m.Reports != 2 {
		t.Errorf("%d reports, want 2: a copy does not count", m.Reports)
	}
	o, err := v.Open(e.ID)
	if err != nil {
		t.Fatal(err)
	}
	if o.Copied == 0 || !o.Reports[len(o.Reports)-1].Copy {
		t.Errorf("copies come last: %d copied", o.Copied)
	}
}

// TestHistoryOfTheCall: how the record came to dispute the length.
func TestHistoryOfTheCall(t *testing.T) {
	v := openLake(t)
	h, _ := v.History(call(t, v, "2031-03-17", "Phone call").ID)
	var got []string
	for _, c := range h.Changes {
		if c.Label == "Duration" || c.Kind == view.FirstReport {
			got = append(got, strings.Join([]string{c.At, c.Outlet, string(c.Kind), c.Who, c.Old, c.New}, "|"))
		}
	}
	want := []string{
		"2031-03-17T14:30Z|Sollund News Agency|first|||",
		"2031-03-17T14:30Z|Sollund News Agency|claimed|Sollund||1 hour 15 minutes",
		"2031-03-17T20:45Z|Karvany Courier|disputed|Karvany|1 hour 15 minutes|nearly 2 hours",
		"2031-03-18T12:40Z|Harbour Wire|disputed||1 hour 15 minutes and nearly 2 hours|about 1 hour 30 minutes",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(h.States) != 3 || h.States[0].At != "2031-03-17T14:30Z" || h.States[1].Change.Kind != view.Disputed {
		t.Errorf("states: %+v", h.States)
	}
	day := v.Changes("2031-03-17", "2031-03-17")
	if !slices.ContainsFunc(day, func(c view.EventChange) bool { return c.Kind == view.Disputed && c.New == "nearly 2 hours" }) {
		t.Error("the changes of the day lack the dispute")
	}
	for i, c := range day {
		if !strings.HasPrefix(c.At, "2031-03-17") || i > 0 && c.At < day[i-1].At {
			t.Errorf("change %d at %s", i, c.At)
		}
	}
}

// TestReading: the page of a report has all its text, numbered, and what was
// read from it.
func TestReading(t *testing.T) {
	v := openLake(t)
	for _, r := range v.Record.Reports {
		x, ok := v.Reading(r.ID)
		if !ok {
			t.Fatal("no reading")
		}
		n, used := 0, 0
		for _, p := range x.Paragraphs {
			for _, s := range p.Sentences {
				n++
				if s.N != n {
					t.Fatalf("%s: sentence %d has the number %d", r.ID, n, s.N)
				}
				if !strings.Contains(r.Text, s.Text) {
					t.Errorf("%s: sentence %d is not in the report", r.ID, n)
				}
				if s.Used {
					used++
				}
			}
		}
		if n != x.Total || used != x.Used || used == 0 || x.Nothing != "" {
			t.Errorf("%s: %d of %d sentences, %d of %d used, %q", r.ID, n, x.Total, used, x.Used, x.Nothing)
		}
	}
	if _, ok := v.Reading("r0"); ok {
		t.Error("a reading of no report")
	}
}

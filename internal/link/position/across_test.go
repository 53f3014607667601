package position

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// apartTogether links each report by itself and joins what comes of it, in both
// orders.
func apartTogether(t *testing.T, docs ...*nlp.Doc) []Joined {
	t.Helper()
	var units []*Unit
	of := map[*Unit]int{}
	for i, d := range docs {
		us := link(t, d).Units(func(string) (int32, bool) { return int32(i), true })
		for _, u := range us {
			if err := u.Err(); err != nil {
				t.Fatal(err)
			}
			of[u] = i
		}
		units = append(units, us...)
	}
	apart := func(a, b *Unit) bool { return of[a] == of[b] }
	got, err := Join(units, apart)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(units)
	again, err := Join(units, apart)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(fmt.Sprint(told(got)), fmt.Sprint(told(again))); diff != "" {
		t.Errorf("the order shows (-want +got)\n%s", diff)
	}
	return got
}

func told(joined []Joined) (out []string) {
	for _, j := range joined {
		line := fmt.Sprintf("%s %d", j.Issue.Name, len(j.Issue.Positions))
		for _, s := range j.Stands {
			line += " " + s.Change
			if s.Issue != j.Issue.ID {
				line += " of another issue"
			}
		}
		out = append(out, line)
	}
	slices.Sort(out)
	return out
}

func TestJoin(t *testing.T) {
	foreign := stand{party: 0, to: 1, stance: readout.Demand, terms: "foreign/ADJ* troops/NOUN*", date: "2031-03-01"}
	gives := foreign
	gives.stance, gives.date = readout.Refuse, "2031-03-09"
	bare := stand{party: 0, to: 1, stance: readout.Demand, terms: "troops/NOUN*"}
	named := stand{party: 0, to: 1, stance: readout.Demand, terms: "sanctions/NOUN* on/ADP Orrin/PROPN#2"}
	council := stand{party: 0, to: 1, stance: readout.Demand, terms: "sanctions/NOUN* on/ADP Council/PROPN#3"}
	other := foreign
	other.party, other.to = 2, 3
	for name, c := range map[string]struct {
		first, second stand
		want          []string
	}{
		"head and modifiers":       {foreign, gives, []string{"foreign troops 2 new new"}},
		"said again":               {foreign, stand{party: 0, to: 1, stance: readout.Demand, terms: "foreign/ADJ* troops/NOUN*", date: "2031-04-01"}, []string{"foreign troops 2 new repeated"}},
		"a head is not enough":     {bare, bare, nil},
		"one says less":            {foreign, bare, []string{"foreign troops 1 new"}},
		"a head and a name":        {named, named, []string{"sanctions 2  "}},
		"names that differ":        {named, council, []string{"sanctions 1 ", "sanctions 1 "}},
		"nobody takes part in two": {foreign, other, []string{"foreign troops 1 new", "foreign troops 1 new"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := told(apartTogether(t, report(t, "r1", c.first), report(t, "r2", c.second)))
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// FuzzUnpack holds that what is not written by pack is refused or read, and what
// was read is written the same.
func FuzzUnpack(f *testing.F) {
	f.Add([]byte{})
	f.Add(pack([]*Stand{{Position: &readout.Position{ID: "p1", Party: "e1", Date: &readout.Date{Value: "2031"}, If: "if", Uttered: true}, Head: "troops", Names: []string{"e2"}}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		stands, err := unpack(b)
		if err != nil {
			return
		}
		again, err := unpack(pack(stands))
		if err != nil {
			t.Fatal(err)
		}
		if got, want := pack(again), pack(stands); string(got) != string(want) {
			t.Fatalf("%q, want %q", got, want)
		}
	})
}

// An issue is named by its first position that has a day, and lies on that day.
func TestUnitsOfReportsWithoutADay(t *testing.T) {
	foreign := stand{party: 0, to: 1, stance: readout.Demand, terms: "foreign/ADJ* troops/NOUN*"}
	docs := []*nlp.Doc{report(t, "r1", foreign), report(t, "r2", foreign), report(t, "r3", foreign)}
	for _, c := range []struct {
		days  map[string]int32
		first string // report
		day   int32
	}{
		{map[string]int32{"r2": 9, "r3": 8}, "r3", 8},
		{map[string]int32{"r2": -9000, "r3": 8}, "r2", -9000},
		{nil, "r1", 0},
	} {
		us := link(t, docs...).Units(func(r string) (int32, bool) {
			d, ok := c.days[r]
			if !ok {
				d = -719162 // as the parse of no day has it
			}
			return d, ok
		})
		if len(us) != 1 {
			t.Fatalf("%d units", len(us))
		}
		if u := us[0]; u.Day != c.day || !strings.Contains(u.First, c.first) {
			t.Errorf("of the days %v: day %d, first %q; want %d, %s", c.days, u.Day, u.First, c.day, c.first)
		}
	}
}

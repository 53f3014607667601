package utterance

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
)

// across links each report by itself, joins what comes of it in both orders and
// writes each utterance as one line.
func across(t *testing.T, in []quoted) []string {
	t.Helper()
	docs, statements := build(in)
	var units []*Unit
	of := map[*Unit]string{}
	for _, d := range docs {
		own := slices.DeleteFunc(slices.Clone(statements), func(s *readout.Statement) bool { return s.Report != d.Report.ID })
		_, us, err := Link(docs, own)
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range us {
			if err := u.Err(); err != nil {
				t.Fatal(err)
			}
			of[u] = d.Report.ID
		}
		units = append(units, us...)
	}
	tell := func() (out []string) {
		joined, err := Join(units, func(a, b *Unit) bool { return of[a] == of[b] })
		if err != nil {
			t.Fatal(err)
		}
		for _, j := range joined {
			var line []string
			if j.Utterance != nil {
				for _, v := range j.Utterance.Variants {
					line = append(line, v.Statement+":"+v.Kind)
				}
				out = append(out, strings.Join(line, " "))
			}
		}
		slices.Sort(out)
		return out
	}
	got := tell()
	slices.Reverse(units)
	if diff := cmp.Diff(got, tell()); diff != "" {
		t.Errorf("the order shows (-want +got)\n%s", diff)
	}
	return got
}

// What two sets of reports have of one utterance is joined as it is in one set,
// when it has the words.
func TestJoin(t *testing.T) {
	const long = "“we will open the sluice and guard the water of Lake Ansa”"
	for name, in := range map[string][]quoted{
		"the same words": {{"a", "2031-03-02", "e1", readout.Direct, long}, {"b", "2031-03-02", "e1", readout.Direct, long}},
		"years later":    {{"a", "2031-03-02", "e1", readout.Direct, long}, {"b", "2033-03-02", "e1", readout.Direct, long}},
		"trimmed": {
			{"a", "2031-03-02", "e1", readout.Direct, long},
			{"b", "2031-03-03", "e1", readout.Direct, "“open the sluice and guard the water”"},
		},
		"other words": {
			{"a", "2031-03-02", "e1", readout.Direct, long},
			{"b", "2031-03-02", "e1", readout.Direct, "“we will open the sluice and sell the water of Lake Ansa”"},
		},
		"another speaker":  {{"a", "2031-03-02", "e1", readout.Direct, long}, {"b", "2031-03-02", "e2", readout.Direct, long}},
		"nobody named":     {{"a", "2031-03-02", "e1", readout.Direct, long}, {"b", "2031-03-02", "", readout.Direct, long}},
		"something else":   {{"a", "2031-03-02", "e1", readout.Direct, long}, {"b", "2031-03-02", "e1", readout.Direct, "“the bridge in the region is old and the road is gone”"}},
		"three sets of it": {{"a", "2031-03-02", "e1", readout.Direct, long}, {"b", "2031-03-02", "e1", readout.Direct, long}, {"c", "2031-03-04", "e1", readout.Direct, "“open the sluice and guard the water”"}},
	} {
		t.Run(name, func(t *testing.T) {
			docs, statements := build(in)
			us, _, err := Link(docs, statements)
			if err != nil {
				t.Fatal(err)
			}
			var want []string
			for _, u := range us {
				var line []string
				for _, v := range u.Variants {
					line = append(line, v.Statement+":"+v.Kind)
				}
				want = append(want, strings.Join(line, " "))
			}
			slices.Sort(want)
			if (len(want) == 0) != (name == "another speaker" || name == "something else") {
				t.Fatalf("one set has the utterances %q: the test would not see much", want)
			}
			if diff := cmp.Diff(want, across(t, in)); diff != "" {
				t.Errorf("(-one set +several)\n%s", diff)
			}
		})
	}
}

// FuzzUnpack holds that what is not written by pack is refused or read, and what
// was read can be compared and grouped.
func FuzzUnpack(f *testing.F) {
	docs, statements := build([]quoted{{"a", "2031-03-02", "e1", readout.Direct, "“we will open the sluice and guard the water”"}})
	_, us, err := Link(docs, statements)
	if err != nil || len(us) != 1 {
		f.Fatal(us, err)
	}
	f.Add(us[0].Packed)
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		said, err := unpack(b)
		if err != nil {
			return
		}
		for _, x := range said {
			if len(x.words) != x.quoted {
				t.Fatalf("%d words of %d", len(x.words), x.quoted)
			}
			one(said[0], x)
		}
	})
}

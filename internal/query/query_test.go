package query

import (
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	tests := []struct {
		name, in string
		want     Params
		errs     string
	}{
		{"nothing", "", Params{}, ""},
		{"several parties", "party=Sollund&party=Karvany&party=", Params{Party: []string{"Sollund", "Karvany"}}, ""},
		{"spaces and unknown names", "q=+lake+&utm_source=x", Params{Q: "lake"}, ""},
		{"flag and number", "disputed=1&limit=20", Params{Disputed: true, Limit: 20}, ""},
		{"no day", "from=Karvany&to=2031-03", Params{To: "2031-03"}, `from="Karvany": give a day, month or year such as 2031-03-14, 2031-03 or 2031; for the other party use party`},
		{"too many", "limit=5000", Params{}, `limit="5000": give a number from 1 to 1000`},
		{"too often", strings.Repeat("party=a&", 21), Params{Party: slices.Repeat([]string{"a"}, 20)}, `party="a": give at most 20`},
		{"since a time", "since=2031-03-14T15:00Z", Params{Since: "2031-03-14T15:00Z"}, ""},
		{"since nothing", "since=lately", Params{}, `since="lately": give a day or time such as 2031-03-14 or 2031-03-14T15:00Z`},
		{"as long as may be", "q=" + strings.Repeat("a", maxValue), Params{Q: strings.Repeat("a", maxValue)}, ""},
		{"longer", "q=" + strings.Repeat("a", maxValue+1), Params{}, `q="` + strings.Repeat("a", 80) + `…": give at most 2,000 bytes of text`},
		{"no text", "q=%ff", Params{}, `q="\xff": give at most 2,000 bytes of text`},
		{"no stance", "stance=wish", Params{}, `stance="wish": give one of demand, condition, request, offer, proposal, refusal, acceptance, goal, warning, accusation, commitment`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			values, err := url.ParseQuery(tt.in)
			if err != nil {
				t.Fatal(err)
			}
			got, err := Parse(values)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Parse (-want +got):\n%s", diff)
			}
			if msg := errString(err); msg != tt.errs {
				t.Errorf("error %q, want %q", msg, tt.errs)
			}
		})
	}
}

func errString(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// No parameter is forgotten on the way to a URL and back.
func TestRoundTrip(t *testing.T) {
	var p Params
	v := reflect.ValueOf(&p).Elem()
	for i := range v.NumField() {
		switch f := v.Field(i).Addr().Interface().(type) {
		case *string:
			*f = "2031"
		case *[]string:
			*f = []string{"a", "b"}
		case *bool:
			*f = true
		case *int:
			*f = 7
		default:
			t.Fatalf("field %s has a type that Parse does not know", v.Type().Field(i).Name)
		}
	}
	p.Stance, p.Verdict, p.Source = "demand", "conflict", "named"
	got, err := Parse(p.Values())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(p, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"from=2031-03-14&to=x", "party=a&party=b&limit=-1", "q=%22a", "disputed=maybe&cursor=%00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		values, err := url.ParseQuery(s)
		if err != nil {
			t.Skip()
		}
		p, _ := Parse(values)
		// What was read reads back the same, without complaint.
		again, err := Parse(p.Values())
		if err != nil {
			t.Fatalf("Parse(%q.Values()): %v", s, err)
		}
		if diff := cmp.Diff(p, again); diff != "" {
			t.Fatalf("%q (-first +again):\n%s", s, diff)
		}
	})
}

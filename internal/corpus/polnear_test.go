package corpus

import (
	"strings"
	"testing"
)

func TestParsePolnear(t *testing.T) {
	const line = `{"doc":"d","publisher":"p","date":"2020-01-02","title":"T","text":"“Ja,” sa Åse.","attributions":[{"source":[[9,12]],"cue":[[6,8]],"content":[[0,5]]},{"source":[],"cue":[],"content":[[1,3]]}]}`
	got, err := parsePolnear(strings.NewReader(line + "\n\n"))
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 || len(got[0].Attributions) != 2 {
		t.Fatalf("got %+v", got)
	}
	r, a := got[0], got[0].Attributions[0]
	for _, c := range []struct{ name, got, want string }{
		{"source", a.Source[0].In(r.Text), "Åse"},
		{"cue", a.Cue[0].In(r.Text), "sa"},
		{"content", a.Content[0].In(r.Text), "“Ja,”"},
		{"second", r.Attributions[1].Content[0].In(r.Text), "Ja"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, c.got, c.want)
		}
	}
	if _, err := parsePolnear(strings.NewReader(`{"text":"ab","attributions":[{"cue":[[1,9]]}]}`)); err == nil {
		t.Error("a span outside of the text was accepted")
	}
}

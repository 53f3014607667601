package check

import (
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/worddiff"
)

// What an ellipsis hides or brackets replace may turn the meaning of the rest.
func TestTurned(t *testing.T) {
	w, err := loadWords()
	if err != nil {
		t.Fatal(err)
	}
	x := &Index{words: w}
	for _, tt := range []struct {
		record, draft string
		turned        bool
	}{
		{"We will not give up the lake", "We will … give up the lake", true},
		{"We will not give up the lake", "We will [now] give up the lake", true},
		{"We will not give up the lake", "We [won’t] give up the lake", false},
		{"We will not give up the lake", "[They] will not give up the lake", false},
		{"We will give up the lake", "We will [not] give up the lake", true},
		{"We don’t ever want the lake", "We ... want the lake", true},
		{"We will only talk of the lake", "We will … talk of the lake", true},
		{"We refuse to give up the lake", "We … give up the lake", true},
		{"We will not only talk but act at once", "We will … act at once", false},
		{"We will, if they leave, talk of the lake", "We will … talk of the lake", true},
		{"We stay. If they leave, we talk of the lake", "We stay … we talk of the lake", true},
		{"We stay. If they leave, we talk. We are calm", "We stay … We are calm", false},
		{"We stay, we do not run, we talk of the lake", "We stay … we talk of the lake", false},
		{"We stay as long as it takes, we talk of the lake", "We stay … we talk of the lake", false},
	} {
		its := items(tt.draft, readout.Span{End: len(tt.draft)})
		have := worddiff.Words(tt.record, readout.Span{End: len(tt.record)}, nil)
		a, ok := align(its, have)
		if !ok {
			t.Fatalf("%s: not aligned", tt.draft)
		}
		if _, turned := x.changed(a, tt.draft, its, tt.record, have); len(turned) > 0 != tt.turned {
			t.Errorf("%s, of %s: turned by %q", tt.draft, tt.record, turned)
		}
	}
}

func TestQuotations(t *testing.T) {
	for text, want := range map[string]string{
		"Er sagte „ja“ und ging.": "ja",
		"He said „yes” and left.": "yes",
	} {
		if got := quotations(text); len(got) == 0 || got[0].In(text) != want {
			t.Errorf("%s: %v, want %q", text, got, want)
		}
	}
}

package extract_test

import (
	"strings"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/limits"
)

// A text is cut at its limits, at the end of a word or line, and is otherwise
// the bytes of its file.
func TestCut(t *testing.T) {
	x := newExtractor(t)
	for name, c := range map[string]struct {
		text, note string
	}{
		"characters":          {strings.Repeat("Mären met Ered. ", limits.Text/16+1), "1000000 was left out"},
		"at the limit":        {strings.Repeat("Maren met Ered. ", limits.Text/16), ""},
		"lines":               {strings.Repeat("Maren met Ered.\n", limits.Lines) + "More.\n", "more than 50000 lines"},
		"lines at the limit":  {strings.Repeat("Maren met Ered.\n", limits.Lines), ""},
		"without any space":   {strings.Repeat("é", limits.Text+1), "1000001 characters"},
		"letters of one byte": {strings.Repeat("é", limits.Text-9) + " Maren", ""},
	} {
		r, err := x.Report(readout.Capture{MediaType: "text/plain", Body: []byte(c.text)})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		check(t, r)
		if !strings.HasPrefix(c.text, r.Text) || c.note == "" && r.Text != c.text || c.note != "" && len(r.Text) < len(c.text)*9/10 {
			t.Errorf("%s: %d of %d bytes", name, len(r.Text), len(c.text))
		}
		if got := noted(r, "text-limit", c.note); got != (c.note != "") {
			t.Errorf("%s: noted %v", name, r.Anomalies)
		}
	}
}

// What a page says of itself is bounded too.
func TestClip(t *testing.T) {
	x := newExtractor(t)
	r, err := x.Report(readout.Capture{MediaType: "text/plain", URL: "https://harbour.example/" + strings.Repeat("a", 10_000), Body: []byte(plainReport), Sidecar: &readout.Sidecar{Title: strings.Repeat("é", 2000), Outlet: strings.Repeat("Harbour ", 500)}})
	if err != nil {
		t.Fatal(err)
	}
	check(t, r)
	if r.Title != strings.Repeat("é", 1000)+"…" || len(r.Outlet) > 1010 || r.URL != "" {
		t.Errorf("title of %d bytes, outlet of %d, address of %d", len(r.Title), len(r.Outlet), len(r.URL))
	}
	if !noted(r, "address-limit", "10024 bytes, more than the limit of 8192") {
		t.Errorf("noted %v", r.Anomalies)
	}
}

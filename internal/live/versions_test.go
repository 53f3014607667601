package live

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"github.com/readout-news/readout"
)

// As of a moment at which another version of an article was out, the record is
// drawn from that one: not from the newest, which says what nobody could read
// yet, and not from none because the newest has a later day.
func TestAtTakesTheVersionOfThatMoment(t *testing.T) {
	src := openSource(t, Options{})
	const text = "Foreign Minister Ilse Maren of Sollund met Karvany's deputy prime minister, Tomas Ered, in Port Elsey on Wednesday. The meeting lasted about %s hours."
	version := func(hours, published string, day int) readout.Capture {
		body := strings.Replace(text, "%s", hours, 1)
		sum := sha256.Sum256([]byte(body))
		return readout.Capture{
			Path: "https://harbour.example/talks", URL: "https://harbour.example/talks", MediaType: "text/plain", Body: []byte(body), SHA256: hex.EncodeToString(sum[:]),
			Fetched: time.Date(2031, 5, day, 12, 0, 0, 0, time.UTC), Sidecar: &readout.Sidecar{Title: "Maren meets Ered", Published: published},
		}
	}
	j := src.Read([]readout.Capture{version("two", "2031-05-01", 2), version("three", "2031-05-01", 4), version("four", "2031-05-06", 6)}, nil)
	<-j.Done()
	if st := j.Status(); st.State != Done {
		t.Fatal(st.Err)
	}
	for _, c := range []struct{ moment, want string }{
		{"2031-04-30", ""},                   // it was not out, by its own day
		{"2031-05-01", "two"},                // nobody had looked; the first wording is what is known of it
		{"2031-05-03", "two"},                // the newest is of a later day
		{"2031-05-04", "three"},              // a day counts whole
		{"2031-05-04T11:59:00Z", "two"},      // an instant does not
		{"2031-05-04T12:00:00Z", "three"},    // at the look itself
		{"2031-05-04T23:00:00+14:00", "two"}, // 09:00 UTC
		{"2031-05-06", "four"},
		{"", "four"},
	} {
		snap, err := src.At(t.Context(), c.moment)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range snap.Record.Reports {
			_, hours, _ := strings.Cut(r.Text, "about ")
			got = append(got, strings.Fields(hours)[0])
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("as of %q the article says %q hours, want %q", c.moment, got, c.want)
		}
	}
}

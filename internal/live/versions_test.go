package live

import (
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/store/sqlite"
)

// version is one of the wordings of an article, as it was fetched on a day of May.
func version(hours, published string, day int) readout.Capture {
	body := "Foreign Minister Ilse Maren of Sollund met Karvany's deputy prime minister, Tomas Ered, in Port Elsey on Wednesday. The meeting lasted about " + hours + " hours."
	sum := sha256.Sum256([]byte(body))
	return readout.Capture{
		Path: "https://harbour.example/talks", URL: "https://harbour.example/talks", MediaType: "text/plain", Body: []byte(body), SHA256: hex.EncodeToString(sum[:]),
		Fetched: time.Date(2031, 5, day, 12, 0, 0, 0, time.UTC), Sidecar: &readout.Sidecar{Title: "Maren meets Ered", Published: published},
	}
}

// wordings are the hours of which the reports of a record tell.
func wordings(rec *readout.Record) []string {
	var got []string
	for _, r := range rec.Reports {
		_, hours, _ := strings.Cut(r.Text, "about ")
		got = append(got, strings.Fields(hours)[0])
	}
	return got
}

// An article that goes back to an earlier wording is told by that one again, also
// where another process links than before.
func TestEarlierWordingStandsAgain(t *testing.T) {
	r, err := pipeline.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, anew := range []bool{false, true} {
		s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "desk.db"), sqlite.Options{Create: true})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		k := NewLinker(r, s)
		for _, c := range []readout.Capture{version("two", "2031-05-01", 2), version("three", "2031-05-01", 4), version("two", "2031-05-01", 6), version("three", "2031-05-01", 8)} {
			_, err := r.Read(t.Context(), func(yield func(readout.Capture, *readout.Refusal) bool) { yield(c, nil) }, pipeline.Options{Keeper: s})
			if err != nil {
				t.Fatal(err)
			}
			if anew {
				k = NewLinker(r, s)
			}
			if err := k.Link(t.Context()); err != nil {
				t.Fatal(err)
			}
			rec, err := s.Record(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if got := wordings(rec); len(got) != 1 || !strings.Contains(string(c.Body), got[0]) {
				t.Errorf("after %v (another linker: %v) the record tells of %q", c.Fetched, anew, got)
			}
		}
	}
}

// As of a moment at which another version of an article was out, the record is
// drawn from that one: not from the newest, which says what nobody could read
// yet, and not from none because the newest has a later day.
func TestAtTakesTheVersionOfThatMoment(t *testing.T) {
	src := openSource(t, Options{})
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
		got := wordings(snap.Record)
		if strings.Join(got, " ") != c.want {
			t.Errorf("as of %q the article says %q hours, want %q", c.moment, got, c.want)
		}
	}
}

package decide_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/decide"
)

// Days are corrected to days that there are.
func TestCheckDates(t *testing.T) {
	for _, good := range []string{"", "2031", "2031-02", "2032-02-29", "2031-03-18T14", "2031-03-18T14:05", "2031-03-18T14:05Z", "2031-03-18T14:05+05:45", "2031-02-27/2031-03-01"} {
		for _, field := range []string{"event date", "commitment until", "report published"} {
			kind, name, _ := strings.Cut(field, " ")
			if err := decide.CheckValue(kind, name, good); err != nil && !(kind == "report" && strings.Contains(good, "/")) {
				t.Errorf("%s %q: %v", field, good, err)
			}
		}
	}
	for _, bad := range []string{"2031-99-99", "2031-02-31", "2031-02-29", "0000-00-00", "2031-13", "2031-03-40/2031-03-50", "2031-02-27/2031-02-30", "2031-03-18T99:99", "2031-03-18T24", "2031-03-18T9", "2031-03-18T14:05+99:00", "soon"} {
		for _, field := range []string{"event date", "commitment made", "report published"} {
			kind, name, _ := strings.Cut(field, " ")
			if err := decide.CheckValue(kind, name, bad); !errors.Is(err, readout.ErrDecision) {
				t.Errorf("%s %q: %v", field, bad, err)
			}
		}
	}
}

package kb

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func TestCalendar(t *testing.T) {
	k, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	if len(k.Calendar()) == 0 {
		t.Fatal("the calendar is empty")
	}
	last := time.Time{}
	for _, o := range k.Calendar() {
		if o.From.Before(last) {
			t.Errorf("%s (%s) stands after a later day", o.Name, o.From.Format(time.DateOnly))
		}
		last = o.From
		for _, p := range o.Parties {
			if p != "SU" && k.ByKey("state:"+p) == nil && k.ByKey("place:"+p) == nil {
				t.Errorf("%s: no state %q", o.Name, p)
			}
		}
	}
}

func TestCalendarRefuses(t *testing.T) {
	for name, line := range map[string]string{
		"no day":           "2031\t2031-03-02\ttalks\tDorne\tAA|BB\tround",
		"ends before":      "2031-03-03\t2031-03-02\ttalks\tDorne\tAA|BB\tround",
		"mode":             "2031-03-01\t2031-03-02\tparty\tDorne\tAA|BB\tround",
		"country":          "2031-03-01\t2031-03-02\ttalks\tDorne\tA-land\tround",
		"without a name":   "2031-03-01\t2031-03-02\ttalks\tDorne\tAA|BB\t",
		"too many columns": "2031-03-01\t2031-03-02\ttalks\tDorne\tAA|BB\tround\tx",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := LoadFS(fstest.MapFS{"en/calendar.tsv": {Data: []byte("# head\n" + line + "\n")}})
			if err == nil || !strings.Contains(err.Error(), "calendar.tsv:2") {
				t.Errorf("got %v, want an error that names the line", err)
			}
		})
	}
}

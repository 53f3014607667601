package origin

import (
	"fmt"
	"strings"
	"testing"

	"github.com/readout-news/readout"
)

const body = "Delegations from Sollund and Karvany left Harbour House on Friday without a joint statement after three days of talks on the water of Lake Ansa. " +
	"The envoy who chaired the round said that both sides would be asked for their dates in April and that experts would go on working on the articles that remain open."

const other = "Fishermen on the northern shore said on Saturday that the patrol boats had come closer than in any week since the winter, and that nobody from the ministry had called them back. " +
	"The harbour master keeps a list of the boats that did not return."

func report(id, day, text string, noise ...readout.Noise) *readout.Report {
	return &readout.Report{ID: id, Text: text, Published: readout.Published{Value: day}, Noise: noise}
}

func TestFind(t *testing.T) {
	names := NewNames(map[string]string{"Harbour Wire": "eWire", "HW": "eWire", "Elsey Evening Post": "ePost"})
	credit := "(Harbour Wire) "
	dateline := readout.Noise{Span: readout.Span{Start: 0, End: len(credit)}, Reason: "dateline"}
	thanks := "(Harbour Wire contributed to this report) "
	thanked := readout.Noise{Span: readout.Span{Start: 0, End: len(thanks)}, Reason: "credit"}
	caption := readout.Noise{Span: readout.Span{Start: 0, End: len(credit)}, Reason: "caption"}
	for _, tc := range []struct {
		name    string
		reports []*readout.Report
		outlets []string
		want    []string // kind of
	}{
		{"two texts of their own", []*readout.Report{report("r1", "", body), report("r2", "", other)}, []string{"eWire", "ePost"}, []string{"own ", "own "}},
		{"the later one copies", []*readout.Report{report("r1", "2031-03-15", body), report("r2", "2031-03-14", strings.Replace(body, "Friday", "Friday afternoon", 1))}, []string{"ePost", "eWire"}, []string{"copy r2", "own "}},
		{"the credited agency is the original whatever the dates", []*readout.Report{report("r1", "2031-03-14", credit+body, dateline), report("r2", "2031-03-15", body)}, []string{"ePost", "eWire"}, []string{"copy r2", "own "}},
		{"a credit without the original", []*readout.Report{report("r1", "", credit+body, dateline)}, []string{"ePost"}, []string{"wire eWire"}},
		{"an agency's own dateline", []*readout.Report{report("r1", "", credit+body, dateline)}, []string{"eWire"}, []string{"own "}},
		{"who contributed did not write it", []*readout.Report{report("r1", "", thanks+body, thanked)}, []string{"ePost"}, []string{"own "}},
		{"a caption credits the picture only", []*readout.Report{report("r1", "", credit+body, caption)}, []string{"ePost"}, []string{"own "}},
		{"the later one copies, by whatever clock", []*readout.Report{report("r1", "2031-03-14T23:30-05:00", body+" The harbour stays open."), report("r2", "2031-03-15T01:00Z", body)}, []string{"ePost", "eWire"}, []string{"copy r2", "own "}},
		{"a day does not come before an hour of it", []*readout.Report{report("r1", "2031-03-14T23:30-05:00", body+" The harbour stays open."), report("r2", "2031-03-14", body)}, []string{"ePost", "eWire"}, []string{"own ", "copy r1"}},
		{"a copy of a copy names the first", []*readout.Report{report("r1", "2031-03-16", body), report("r2", "2031-03-15", body), report("r3", "2031-03-14", body)}, []string{"", "", ""}, []string{"copy r3", "copy r3", "own "}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := Find(tc.reports, tc.outlets, names)
			for i, o := range got {
				if s := o.Kind + " " + o.Of; s != tc.want[i] {
					t.Errorf("report %d: got %q, want %q (%s)", i, s, tc.want[i], o.Why)
				}
			}
		})
	}
}

// TestFindRound has three reports whose days and lengths, two by two, go round
// in a circle: each of them looks like a copy of the next.
func TestFindRound(t *testing.T) {
	reports := []*readout.Report{
		report("r1", "2031-03-15", body+" The harbour stays open on both shores."),
		report("r2", "", body+" The harbour stays open."),
		report("r3", "2031-03-14", body),
		report("r4", "2031-03-16", body),
	}
	for i, o := range Find(reports, make([]string, len(reports)), NewNames(nil)) {
		if want := []string{"copy r3", "copy r3", "own ", "copy r3"}[i]; o.Kind+" "+o.Of != want {
			t.Errorf("%s: got %q, want %q", reports[i].ID, o.Kind+" "+o.Of, want)
		}
	}
}

// TestFindMany has a text in more reports than a shingle that tells copies
// apart from slogans.
func TestFindMany(t *testing.T) {
	var reports []*readout.Report
	for i := range maxPosting + 10 {
		reports = append(reports, report(fmt.Sprintf("r%03d", i), fmt.Sprintf("2031-03-%02d", 28-i%20), body))
	}
	for i, o := range Find(reports, make([]string, len(reports)), NewNames(nil)) {
		want := "copy r019" // of the reports of the first day the first
		if i == 19 {
			want = "own "
		}
		if o.Kind+" "+o.Of != want {
			t.Errorf("%s: got %q, want %q", reports[i].ID, o.Kind+" "+o.Of, want)
		}
	}
}

func TestAgencyWholeWords(t *testing.T) {
	n := NewNames(map[string]string{"AP": "eAP", "Reuters": "eR"})
	for text, want := range map[string]string{"MAPLE": "", "(AP)": "eAP", "By Reuters staff": "eR", "apt": "", "Ⱥsa İnan, REUTERS": "eR", "İnan, Reuters": "eR"} {
		if got, at, _ := n.Agency(text); got != want || got != "" && !strings.EqualFold(at.In(text), map[string]string{"eAP": "AP", "eR": "Reuters"}[got]) {
			t.Errorf("%q: got %q at %v, want %q", text, got, at, want)
		}
	}
}

package origin

import (
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
		{"a caption credits the picture only", []*readout.Report{report("r1", "", credit+body, caption)}, []string{"ePost"}, []string{"own "}},
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

func TestAgencyWholeWords(t *testing.T) {
	n := NewNames(map[string]string{"AP": "eAP", "Reuters": "eR"})
	for text, want := range map[string]string{"MAPLE": "", "(AP)": "eAP", "By Reuters staff": "eR", "apt": ""} {
		if got, at, _ := n.Agency(text); got != want || got != "" && !strings.EqualFold(at.In(text), map[string]string{"eAP": "AP", "eR": "Reuters"}[got]) {
			t.Errorf("%q: got %q at %v, want %q", text, got, at, want)
		}
	}
}

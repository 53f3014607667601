package eval

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/origin"
)

// noAgencies is an origin.Agencies that knows no outlet: only text decides.
type noAgencies struct{}

func (noAgencies) Agency(string) (string, readout.Span, bool) { return "", readout.Span{}, false }

// scoreCopies reads the synthetic wire-style variants: each group holds one
// original and what editors make of it. A report is right when it is called a
// copy of one of its own group, wrong when of another; of each group one stays
// the original.
func scoreCopies(data string) (string, error) {
	f, err := os.Open(filepath.Join(data, "neardup", "synthetic_variants.jsonl"))
	if err != nil {
		return "", err
	}
	defer f.Close()
	var reports []*readout.Report
	group, variant := map[string]string{}, map[string]string{}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var d struct{ Doc, Group, Variant, Text string }
		if err := json.Unmarshal(lines.Bytes(), &d); err != nil {
			return "", fmt.Errorf("read variants: %w", err)
		}
		r := &readout.Report{ID: d.Doc, Text: d.Text}
		if d.Variant == "orig" {
			r.Published.Value = "2031-03-14" // the original is the earlier one
		} else {
			r.Published.Value = "2031-03-15"
		}
		reports = append(reports, r)
		group[d.Doc], variant[d.Doc] = d.Group, d.Variant
	}
	if err := lines.Err(); err != nil {
		return "", fmt.Errorf("read variants: %w", err)
	}
	type tally struct{ all, right, wrong int }
	counts := map[string]*tally{}
	for i, o := range origin.Find(reports, make([]string, len(reports)), noAgencies{}) {
		id := reports[i].ID
		t := counts[variant[id]]
		if t == nil {
			t = &tally{}
			counts[variant[id]] = t
		}
		t.all++
		switch {
		case o.Kind != "copy":
		case group[o.Of] == group[id]:
			t.right++
		default:
			t.wrong++
		}
	}
	names := make([]string, 0, len(counts))
	for n := range counts {
		names = append(names, n)
	}
	slices.Sort(names)
	var out strings.Builder
	for _, n := range names {
		t := counts[n]
		fmt.Fprintf(&out, "%-14s called a copy of its group  %5.1f %%   of another group  %4.1f %%   (%d reports)\n", n, 100*float64(t.right)/float64(t.all), 100*float64(t.wrong)/float64(t.all), t.all)
	}
	return out.String(), nil
}

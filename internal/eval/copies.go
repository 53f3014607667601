package eval

import (
	"bufio"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/origin"
)

// noAgencies is an origin.Agencies that knows no outlet: only text decides.
type noAgencies struct{}

func (noAgencies) Agency(string) (string, readout.Span, bool) { return "", readout.Span{}, false }

// scoreCopies reads the synthetic wire-style variants: each group holds one
// original and what editors make of it. A report is right when it is called a
// copy of one of its own group, wrong when of another; of each group one stays
// the original. Then figures that an edit changed, and near-duplicates among
// real reports.
func scoreCopies(data string) (string, error) {
	var reports []*readout.Report
	group, variant := map[string]string{}, map[string]string{}
	err := jsonLines(filepath.Join(data, "neardup", "synthetic_variants.jsonl"), func(line []byte) error {
		var d struct{ Doc, Group, Variant, Text string }
		if err := json.Unmarshal(line, &d); err != nil {
			return err
		}
		r := &readout.Report{ID: d.Doc, Text: d.Text}
		if d.Variant == "orig" {
			r.Published.Value = "2031-03-14" // the original is the earlier one
		} else {
			r.Published.Value = "2031-03-15"
		}
		reports = append(reports, r)
		group[d.Doc], variant[d.Doc] = d.Group, d.Variant
		return nil
	})
	if err != nil {
		return "", err
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
	fmt.Fprintf(&out, "figures changed by the light edit: %s\n", changedFigures(reports, group, variant))
	near, err := nearDuplicates(filepath.Join(data, "neardup"))
	if err != nil {
		return "", err
	}
	out.WriteString(near)
	return out.String(), nil
}

// changedFigures asks of each light edit which figures it changed. The gold is
// a full alignment of the words of both texts.
func changedFigures(reports []*readout.Report, group, variant map[string]string) string {
	original := map[string]*readout.Report{}
	for _, r := range reports {
		if variant[r.ID] == "orig" {
			original[group[r.ID]] = r
		}
	}
	var c rate
	for _, r := range reports {
		if variant[r.ID] != "light_edit" {
			continue
		}
		o := original[group[r.ID]]
		gold := map[string]int{}
		for _, f := range alignedFigures(strings.Fields(o.Text), strings.Fields(r.Text)) {
			gold[f]++
			c.wanted++
		}
		for _, d := range origin.Figures([]*readout.Report{o, r}, []readout.Origin{{Kind: "own"}, {Kind: "copy", Of: o.ID}}) {
			c.given++
			if gold[d.Note] > 0 {
				gold[d.Note]--
				c.right++
			}
		}
	}
	return fmt.Sprintf("P %.1f R %.1f (%d given, %d changed)", 100*float64(c.right)/float64(max(c.given, 1)), 100*float64(c.right)/float64(max(c.wanted, 1)), c.given, c.wanted)
}

// alignedFigures lists, as origin.Figures words them, the words with a digit
// that stand for others in a longest common subsequence of a and b.
func alignedFigures(a, b []string) []string {
	n := make([][]int16, len(a)+1)
	for i := range n {
		n[i] = make([]int16, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				n[i][j] = n[i+1][j+1] + 1
			} else {
				n[i][j] = max(n[i+1][j], n[i][j+1])
			}
		}
	}
	digits := func(s string) string {
		if !strings.ContainsFunc(s, unicode.IsDigit) {
			return ""
		}
		return strings.TrimFunc(s, func(r rune) bool { return !unicode.IsDigit(r) && !unicode.IsLetter(r) })
	}
	var out []string
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			i, j = i+1, j+1
		case n[i][j] == n[i+1][j+1]:
			if x, y := digits(a[i]), digits(b[j]); x != "" && y != "" && x != y {
				out = append(out, y+" where the text it copies has "+x)
			}
			i, j = i+1, j+1
		case n[i][j] == n[i+1][j]:
			i++
		default:
			j++
		}
	}
	return out
}

// nearDuplicates asks for the pairs of real reports with Jaccard of at least
// one half over 6-grams. The corpus took its values from one 6-gram in eight
// (CRC-32 divisible by eight), which moves a pair by up to 0.08: the first line
// decides by the exact value, the second as the corpus measures.
func nearDuplicates(dir string) (string, error) {
	type key [2]string
	pair := func(a, b string) key { return key{min(a, b), max(a, b)} }
	gold := map[key]bool{}
	err := jsonLines(filepath.Join(dir, "abp_pairs.jsonl"), func(line []byte) error {
		var p struct {
			A, B     string
			Jaccard6 float64
		}
		if err := json.Unmarshal(line, &p); err != nil {
			return err
		}
		if p.Jaccard6 >= 0.5 {
			gold[pair(p.A, p.B)] = true
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	var reports []*readout.Report
	err = jsonLines(filepath.Join(dir, "abp_docs.jsonl"), func(line []byte) error {
		var d struct{ Doc, Text string }
		if err := json.Unmarshal(line, &d); err != nil {
			return err
		}
		reports = append(reports, &readout.Report{ID: d.Doc, Text: d.Text})
		return nil
	})
	if err != nil {
		return "", err
	}
	exact, sampled := rate{wanted: len(gold)}, rate{wanted: len(gold)}
	for _, p := range origin.Pairs(reports) {
		a, b := reports[p.A], reports[p.B]
		right := 0
		if gold[pair(a.ID, b.ID)] {
			right = 1
		}
		if p.Jaccard >= 0.5 {
			exact.given++
			exact.right += right
		}
		if sampledJaccard(a.Text, b.Text) >= 0.4995 { // the corpus rounds to three digits
			sampled.given++
			sampled.right += right
		}
	}
	line := func(name string, c rate) string {
		return fmt.Sprintf("%s: P %.1f R %.1f (%d given, %d in gold)\n", name, 100*float64(c.right)/float64(max(c.given, 1)), 100*float64(c.right)/float64(max(c.wanted, 1)), c.given, c.wanted)
	}
	return line(fmt.Sprintf("pairs of %d real reports with Jaccard of 6-grams at least .5", len(reports)), exact) +
		line("  of those found, decided by the corpus's own sample of 6-grams", sampled), nil
}

var wordRuns = regexp.MustCompile(`[\p{L}\p{N}_]+`)

// sampledJaccard is the Jaccard of two texts over the 6-grams whose CRC-32 is
// divisible by eight.
func sampledJaccard(a, b string) float64 {
	grams := func(text string) map[uint32]bool {
		out := map[uint32]bool{}
		words := wordRuns.FindAllString(strings.ToLower(text), -1)
		for i := 0; i+6 <= len(words); i++ {
			if h := crc32.ChecksumIEEE([]byte(strings.Join(words[i:i+6], " "))); h%8 == 0 {
				out[h] = true
			}
		}
		return out
	}
	x, y := grams(a), grams(b)
	shared := 0
	for h := range x {
		if y[h] {
			shared++
		}
	}
	return float64(shared) / float64(max(len(x)+len(y)-shared, 1))
}

// jsonLines calls f with each line of a file.
func jsonLines(path string, f func(line []byte) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		if err := f(lines.Bytes()); err != nil {
			return fmt.Errorf("read %s: %w", path, err)
		}
	}
	return lines.Err()
}

package corpus

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"unicode/utf8"

	"github.com/readout-news/readout"
)

// PolnearReport is one report of PolNeAR 1.0 (Newell, Margolin and Ruths,
// LREC 2018) with the attributions that one annotator marked in it.
type PolnearReport struct {
	Doc          string // publisher, date and slug
	Publisher    string
	Date         string // ISO 8601 day
	Title        string
	Text         string
	Attributions []PolnearAttribution // in the order of the file
}

// PolnearAttribution holds the three parts of an attribution as byte spans of
// the report's text, each sorted. Source is empty when the report names none;
// several attributions may share one source.
type PolnearAttribution struct{ Source, Cue, Content []readout.Span }

// ReadPolnear reads one PolNeAR file of the data folder, attribution/
// polnear_train.jsonl or polnear_dev.jsonl.
func ReadPolnear(path string) ([]PolnearReport, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	out, err := parsePolnear(f)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return out, nil
}

func parsePolnear(r io.Reader) ([]PolnearReport, error) {
	type pair [2]int
	var out []PolnearReport
	sc := bufio.NewScanner(r)
	sc.Buffer(make([]byte, 1<<20), 1<<26)
	for line := 1; sc.Scan(); line++ {
		if len(sc.Bytes()) == 0 {
			continue
		}
		var raw struct {
			Doc, Publisher, Date, Title, Text string
			Attributions                      []struct{ Source, Cue, Content []pair }
		}
		if err := json.Unmarshal(sc.Bytes(), &raw); err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		rep := PolnearReport{Doc: raw.Doc, Publisher: raw.Publisher, Date: raw.Date, Title: raw.Title, Text: raw.Text}
		at := runeOffsets(raw.Text)
		spans := func(ps []pair) ([]readout.Span, error) {
			var ss []readout.Span
			for _, p := range ps {
				if p[0] < 0 || p[1] < p[0] || p[1] >= len(at) {
					return nil, fmt.Errorf("line %d: span %v outside of %s", line, p, raw.Doc)
				}
				ss = append(ss, readout.Span{Start: at[p[0]], End: at[p[1]]})
			}
			return ss, nil
		}
		for _, a := range raw.Attributions {
			var pa PolnearAttribution
			var err error
			if pa.Source, err = spans(a.Source); err != nil {
				return nil, err
			}
			if pa.Cue, err = spans(a.Cue); err != nil {
				return nil, err
			}
			if pa.Content, err = spans(a.Content); err != nil {
				return nil, err
			}
			rep.Attributions = append(rep.Attributions, pa)
		}
		out = append(out, rep)
	}
	return out, sc.Err()
}

// runeOffsets is the byte offset of every rune of s, and len(s) at the end.
func runeOffsets(s string) []int {
	out := make([]int, 0, utf8.RuneCountInString(s)+1)
	for i := range s {
		out = append(out, i)
	}
	return append(out, len(s))
}

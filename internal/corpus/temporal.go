package corpus

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/readout-news/readout"
)

// TimeDoc is one report with its gold time expressions (TimeBank, AQUAINT).
type TimeDoc struct {
	Doc     string
	Created string // document creation time, an ISO 8601 day or day and time
	Text    string
	Timexes []GoldTimex // in the order of the file
}

// GoldTimex is a TIMEX3 of the gold.
type GoldTimex struct {
	readout.Span
	Type, Value, Mod string
}

// ReadTimeDocs reads temporal/timebank.jsonl or temporal/aquaint.jsonl.
func ReadTimeDocs(path string) ([]TimeDoc, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	out, err := parseTimeDocs(f)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return out, nil
}

func parseTimeDocs(r io.Reader) ([]TimeDoc, error) {
	var out []TimeDoc
	err := eachLine(r, func(line int, data []byte) error {
		var raw struct {
			Doc, DCT, Text string
			Timexes        []struct {
				Type, Value, Mod string
				Start, End       int
			}
		}
		if err := json.Unmarshal(data, &raw); err != nil {
			return err
		}
		at := runeOffsets(raw.Text)
		d := TimeDoc{Doc: raw.Doc, Created: raw.DCT, Text: raw.Text}
		for _, t := range raw.Timexes {
			if t.Start < 0 || t.End < t.Start || t.End >= len(at) {
				return fmt.Errorf("span %d-%d outside of %s", t.Start, t.End, raw.Doc)
			}
			d.Timexes = append(d.Timexes, GoldTimex{
				Span: readout.Span{Start: at[t.Start], End: at[t.End]}, Type: t.Type, Value: t.Value, Mod: t.Mod,
			})
		}
		out = append(out, d)
		return nil
	})
	return out, err
}

// TimeCase is one case of the Recognizers-Text suite: an input, the moment it
// is read at, and what is to be found.
type TimeCase struct {
	File      string // "DateParser.json"
	Input     string
	Reference string // ISO 8601 date and time, "" when the case needs none
	Results   []TimeResult
}

// TimeResult is one expected expression.
type TimeResult struct {
	readout.Span        // of Input; empty when the file gives no usable offsets
	Text         string // lower-cased by the suite
	Type         string // "date", "datetimerange", … without the "datetimeV2." prefix
	Timex        string // the suite's own timex notation, of the first reading
	Readings     []TimeReading
}

// TimeReading is one way in which the suite resolves an expression: a value
// (a date, a clock time, seconds of a duration), or the start and end of a
// range, end exclusive. Unknown fields are empty.
type TimeReading struct{ Value, Start, End string }

// ReadTimeCases reads temporal/recognizers_datetime_en.jsonl.
func ReadTimeCases(path string) ([]TimeCase, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	out, err := parseTimeCases(f)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return out, nil
}

func parseTimeCases(r io.Reader) ([]TimeCase, error) {
	var out []TimeCase
	err := eachLine(r, func(line int, data []byte) error {
		type resolution struct {
			Timex, Value, Start, End, Type string
		}
		var raw struct {
			File    string `json:"_file"`
			Input   string
			Context struct{ ReferenceDateTime string }
			Results []struct {
				Text, Type, TypeName string
				Start                int
				Length, End          *int
				Value                json.RawMessage
				Resolution           struct{ Values []resolution }
			}
		}
		if err := json.Unmarshal(data, &raw); err != nil {
			return err
		}
		c := TimeCase{File: raw.File, Input: raw.Input, Reference: raw.Context.ReferenceDateTime}
		at := runeOffsets(raw.Input)
		for _, x := range raw.Results {
			t := TimeResult{Text: x.Text, Type: trimTypePrefix(x.Type + x.TypeName)}
			end := x.Start
			switch {
			case x.Length != nil:
				end += *x.Length
			case x.End != nil:
				end = *x.End + 1
			}
			if x.Start >= 0 && x.Start < end && end < len(at) {
				t.Span = readout.Span{Start: at[x.Start], End: at[end]}
			}
			values := x.Resolution.Values
			if len(x.Value) > 0 && x.Value[0] == '{' {
				var v struct {
					Timex                            string
					FutureResolution, PastResolution map[string]string
					Values                           []resolution
				}
				if err := json.Unmarshal(x.Value, &v); err != nil {
					return err
				}
				values = append(values, v.Values...)
				t.Timex = v.Timex
				for _, m := range []map[string]string{v.FutureResolution, v.PastResolution} {
					t.Readings = append(t.Readings, readingOf(m))
				}
			}
			for _, v := range values {
				if t.Timex == "" {
					t.Timex = v.Timex
				}
				t.Readings = append(t.Readings, TimeReading{v.Value, v.Start, v.End})
			}
			c.Results = append(c.Results, t)
		}
		out = append(out, c)
		return nil
	})
	return out, err
}

// readingOf reads the keys "date", "startDate", "endTime" and so on.
func readingOf(m map[string]string) TimeReading {
	var r TimeReading
	for key, value := range m {
		switch {
		case strings.HasPrefix(key, "start"):
			r.Start = value
		case strings.HasPrefix(key, "end"):
			r.End = value
		default:
			r.Value = value
		}
	}
	return r
}

func trimTypePrefix(s string) string {
	const prefix = "datetimeV2."
	if len(s) > len(prefix) && s[:len(prefix)] == prefix {
		return s[len(prefix):]
	}
	return s
}

// eachLine calls f with every line that is not empty.
func eachLine(r io.Reader, f func(line int, data []byte) error) error {
	sc := bufio.NewScanner(r)
	sc.Buffer(make([]byte, 1<<20), 1<<26)
	for line := 1; sc.Scan(); line++ {
		if len(sc.Bytes()) == 0 || !utf8.Valid(sc.Bytes()) {
			continue
		}
		if err := f(line, sc.Bytes()); err != nil {
			return fmt.Errorf("line %d: %w", line, err)
		}
	}
	return sc.Err()
}

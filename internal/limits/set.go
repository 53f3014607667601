package limits

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Env is the variable that sets limits: "report-size=30MB,document-cpu=5s".
const Env = "READOUT_LIMITS"

// Set holds the limits that were set; the others have their defaults. The zero
// value is all defaults.
type Set struct{ values map[string]int64 }

// Parse reads settings, "name=value" one after the other, with commas between
// those of one string; a later one outranks an earlier. Sizes take KB, MB and GB
// (of 1024), times are as "2s" or "500ms". The error names what is wrong with a
// setting and what it may be.
func Parse(settings ...string) (Set, error) {
	s := Set{values: map[string]int64{}}
	for _, line := range settings {
		for part := range strings.SplitSeq(line, ",") {
			part = strings.TrimSpace(part)
			if part == "" {
				continue
			}
			name, value, ok := strings.Cut(part, "=")
			if !ok {
				return Set{}, fmt.Errorf("limit %.80q: write it as name=value, for example report-size=30MB", part)
			}
			if err := s.set(strings.TrimSpace(name), strings.TrimSpace(value)); err != nil {
				return Set{}, err
			}
		}
	}
	return s, nil
}

func (s Set) set(name, value string) error {
	all := All()
	i := slices.IndexFunc(all, func(l Limit) bool { return l.Name == name })
	switch {
	case i < 0:
		return fmt.Errorf("there is no limit %.80q; “readout config” lists them", name)
	case !all[i].Settable:
		return fmt.Errorf("limit %s is fixed at %s: the record must not depend on the machine that reads", name, all[i].Format(all[i].Default))
	}
	l := all[i]
	n, err := l.parse(value)
	if err != nil {
		return fmt.Errorf("limit %s=%.80s: %w", name, value, err)
	}
	if n < l.Least || n > l.Most {
		return fmt.Errorf("limit %s=%.80s: it is between %s and %s", name, value, l.Format(l.Least), l.Format(l.Most))
	}
	s.values[name] = n
	return nil
}

// Of is the value of a limit: as set, else its default. A name that does not
// exist is a fault of the program.
func (s Set) Of(name string) int64 {
	if n, ok := s.values[name]; ok {
		return n
	}
	for _, l := range All() {
		if l.Name == name {
			return l.Default
		}
	}
	panic("limits: no limit " + name)
}

// Value is Of for a limit at hand.
func (s Set) Value(l Limit) int64 {
	if n, ok := s.values[l.Name]; ok {
		return n
	}
	return l.Default
}

// Time is Of as a duration.
func (s Set) Time(name string) time.Duration { return time.Duration(s.Of(name)) }

var units = []struct {
	name string
	size int64
}{{"GB", 1 << 30}, {"MB", 1 << 20}, {"KB", 1 << 10}, {"B", 1}}

func (l Limit) parse(value string) (int64, error) {
	switch l.Unit {
	case Time:
		d, err := time.ParseDuration(value)
		if err != nil {
			return 0, fmt.Errorf("not a time such as 2s or 500ms")
		}
		return int64(d), nil
	case Bytes:
		size := int64(1)
		for _, u := range units {
			if v, ok := strings.CutSuffix(strings.ToUpper(value), u.name); ok {
				value, size = strings.TrimSpace(v), u.size
				break
			}
		}
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil || n < 0 || n > math.MaxInt64/size {
			return 0, fmt.Errorf("not a size such as 30MB")
		}
		return n * size, nil
	}
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("not a whole number")
	}
	return n, nil
}

// Format writes a value of the limit for people, in the form that Parse reads.
func (l Limit) Format(n int64) string {
	switch l.Unit {
	case Time:
		s := time.Duration(n).String()
		if strings.HasSuffix(s, "m0s") {
			s = s[:len(s)-2]
		}
		if strings.HasSuffix(s, "h0m") {
			s = s[:len(s)-2]
		}
		return s
	case Bytes:
		for _, u := range units {
			if n >= u.size && n%u.size == 0 {
				return grouped(n/u.size) + " " + u.name
			}
		}
	case Times:
		return strconv.FormatInt(n, 10) + ":1"
	}
	return grouped(n)
}

// grouped writes 20000 as "20,000".
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

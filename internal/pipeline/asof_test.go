package pipeline

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/ingest"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/view/recordjson"
)

func TestMomentReached(t *testing.T) {
	for _, c := range []struct {
		moment, value string
		want          bool
	}{
		{"2031-03-14", "2031-03-14", true},
		{"2031-03-14", "2031-03-14T23:59-05:00", true}, // the day that the report has on it
		{"2031-03-14", "2031-03-15T00:30+02:00", false},
		{"2031-03-14", "2031-03", false},
		{"2031-03-31", "2031-03", true},
		{"2031-03-31", "2031", false},
		{"2032-02-28", "2032-02", false},
		{"2031-12-31", "2031", true},
		{"2031-03-14T15:00:00Z", "2031-03-14T15:00Z", true},
		{"2031-03-14T15:00:00Z", "2031-03-14T15:01Z", false},
		{"2031-03-14T15:00Z", "2031-03-14T16:00+01:00", true},
		{"2031-03-14T15:00:00Z", "2031-03-14", false},
		{"2031-03-15T00:00:00Z", "2031-03-14", true},
		{"2031-03-14T15:00:00Z", "2031-03-14T15:00", true},
	} {
		m, err := ParseMoment(c.moment)
		if err != nil {
			t.Fatal(err)
		}
		if got := m.reached(c.value); got != c.want {
			t.Errorf("%s at %s: %v, want %v", c.value, m, got, c.want)
		}
	}
	for _, s := range []string{"", "today", "2031-03", "2031-13-01", "14 March"} {
		if _, err := ParseMoment(s); err == nil {
			t.Errorf("%q was taken", s)
		}
	}
}

func TestMomentAfter(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"2031-03-15", "2031-03-14", true},
		{"2031-03-14", "2031-03-14", false},
		{"2031-03-14", "2031-03-15", false},
		{"2031-03-14", "2031-03-14T15:00:00Z", true}, // all of that day
		{"2031-03-14T15:00:00Z", "2031-03-14", false},
		{"2031-03-14T15:00:00Z", "2031-03-14T15:30+01:00", true},
	} {
		a, errA := ParseMoment(c.a)
		b, errB := ParseMoment(c.b)
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		if got := a.After(b); got != c.want {
			t.Errorf("%s after %s: %v", c.a, c.b, got)
		}
	}
}

// TestAsOf holds, for each day on which a report of the sample came out and
// the days around, that the record as of that day is, to the byte, the record
// read from the reports alone that were out by then.
func TestAsOf(t *testing.T) {
	r := newReader(t)
	ctx := context.Background()
	res, err := r.Read(ctx, ingest.Read(ctx, []string{sample}, ingest.Options{}), Options{})
	if err != nil {
		t.Fatal(err)
	}
	full, err := r.Record(res.Docs)
	if err != nil {
		t.Fatal(err)
	}
	published := map[string]readout.Published{}
	var days []string
	for _, x := range full.Reports {
		published[x.ID] = x.Published
		if d, ok := x.Published.Day(); ok {
			for _, off := range []int{-1, 0, 1} {
				days = append(days, d.AddDate(0, 0, off).Format("2006-01-02"))
			}
		}
	}
	slices.Sort(days)
	days = slices.Compact(days)
	sizes := map[int]bool{}
	for _, day := range days {
		t.Run(day, func(t *testing.T) {
			m, err := ParseMoment(day)
			if err != nil {
				t.Fatal(err)
			}
			got, err := r.AsOf(res.Docs, m)
			if err != nil {
				t.Fatal(err)
			}
			var paths []string
			for _, doc := range res.Docs {
				if v := published[doc.Report.ID].Value; len(v) >= len(day) && v[:len(day)] <= day {
					paths = append(paths, doc.Report.Path)
				}
			}
			if len(got.Docs) != len(paths) || got.Later+got.Open+len(got.Docs) != len(res.Docs) {
				t.Fatalf("%d reports, %d later, %d open of %d; want %v", len(got.Docs), got.Later, got.Open, len(res.Docs), paths)
			}
			sizes[len(paths)] = true
			if len(paths) == 0 {
				return
			}
			// Read anew, from those files alone.
			alone, err := r.Read(ctx, ingest.Read(ctx, paths, ingest.Options{}), Options{})
			if err != nil {
				t.Fatal(err)
			}
			if a, b := jsonOf(t, r, got.Docs), jsonOf(t, r, alone.Docs); !bytes.Equal(a, b) {
				t.Errorf("the record as of %s is not that of %s\n%s", day, strings.Join(paths, " "), firstDifference(b, a))
			}
		})
	}
	if len(sizes) < 5 {
		t.Errorf("only %d different sets of reports were compared", len(sizes))
	}
}

// TestAsOfOpen leaves out, and counts, a report of which nothing says when it
// came out, and takes one whose latest possible day has passed.
func TestAsOfOpen(t *testing.T) {
	r := newReader(t)
	var docs []*nlp.Doc
	for i, p := range []readout.Published{{Value: "2031-03-14"}, {}, {Value: "2031-03-20"}} {
		docs = append(docs, r.Annotate(&readout.Report{ID: fmt.Sprintf("r%d", i), Text: "Ilse Maren spoke in Port Elsey.", Published: p}))
	}
	m, err := ParseMoment("2031-03-15")
	if err != nil {
		t.Fatal(err)
	}
	got, err := r.AsOf(docs, m)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Docs) != 1 || got.Later != 1 || got.Open != 1 {
		t.Errorf("%d in, %d later, %d open; want 1 each", len(got.Docs), got.Later, got.Open)
	}
}

func jsonOf(t *testing.T, r *Reader, docs []*nlp.Doc) []byte {
	t.Helper()
	rec, err := r.Record(docs)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := recordjson.Write(&b, rec); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

package export

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/view"
	"github.com/readout-news/readout/internal/view/recordjson"
)

// job is one export under way.
type job struct {
	v      *view.View      // the whole record: names, chains, counts
	rec    *readout.Record // what is exported
	o      Options
	m      *Manifest
	format Format
	sink   sink
	points map[string]*recordjson.CodePoints // by report
}

func newJob(v *view.View, rec *readout.Record, o Options, out sink, f Format) *job {
	o.Base = strings.TrimSuffix(o.Base, "/")
	return &job{v: v, rec: rec, o: o, m: newManifest(f, o), format: f, sink: out, points: map[string]*recordjson.CodePoints{}}
}

// in counts a fact that is in the files.
func (j *job) in(kind string) { j.m.Counts[kind]++ }

// leave counts a fact that is not.
func (j *job) leave(kind, reason string) { j.leaveN(kind, reason, 1) }

func (j *job) leaveN(kind, reason string, n int) {
	j.note(LeftOut{Kind: kind, Reason: reason, Count: n})
}

// leavePart counts a fact that is in the files without a part of it.
func (j *job) leavePart(kind, reason string) {
	j.note(LeftOut{Kind: kind, Reason: reason, Count: 1, Part: true})
}

func (j *job) note(l LeftOut) {
	if l.Count == 0 {
		return
	}
	for i, x := range j.m.LeftOut {
		if x.Kind == l.Kind && x.Reason == l.Reason && x.Part == l.Part {
			j.m.LeftOut[i].Count += l.Count
			return
		}
	}
	j.m.LeftOut = append(j.m.LeftOut, l)
}

// writer is a file of the export; errors stay and are told by close.
type writer struct {
	*bufio.Writer
	out *output
	err error
}

// create opens a file. Forms with one file give "".
func (j *job) create(name string) (*writer, error) {
	w, err := j.sink.create(name)
	if err != nil {
		return nil, err
	}
	if s, ok := j.sink.(*stream); ok {
		name = s.name
	}
	out := newOutput(w, name, j.m)
	return &writer{Writer: bufio.NewWriterSize(out, 1<<16), out: out}, nil
}

// item counts one line, row or element.
func (w *writer) item() { w.out.file.Items++ }

func (w *writer) close() error {
	return errors.Join(w.err, w.Flush(), w.out.Close())
}

// json writes x in one line. Markup is escaped where html says so, for forms
// that people put into pages.
func (w *writer) json(x any, html bool) {
	if w.err != nil {
		return
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(html)
	w.err = enc.Encode(x)
}

// array writes the elements of a JSON array, one a line, and closes it with
// end.
type array struct {
	w    *writer
	html bool
	n    int
}

func (a *array) add(x any) {
	if a.n++; a.n > 1 {
		a.w.WriteByte(',')
	} else {
		a.w.WriteByte('\n')
	}
	a.w.item()
	a.w.json(x, a.html)
}

// span is s in code points of the report's text.
func (j *job) span(report string, s readout.Span) (start, end int, err error) {
	r := j.v.Report(report)
	if r == nil || s.Start < 0 || s.End < s.Start || s.End > len(r.Text) {
		return 0, 0, fmt.Errorf("span %d-%d does not lie in report %q", s.Start, s.End, report)
	}
	p := j.points[report]
	if p == nil {
		p = recordjson.NewCodePoints(r.Text)
		j.points[report] = p
	}
	return p.FromByte(s.Start), p.FromByte(s.End), nil
}

// words are those of the span; the caller has checked it with span.
func (j *job) words(report string, s readout.Span) string { return s.In(j.v.Report(report).Text) }

// iri names a thing of the record: its page where the record is served, else
// a URN.
func (j *job) iri(id string) string {
	if j.o.Base == "" || id == "" {
		return "urn:readout:" + id
	}
	page := "f"
	switch id[0] {
	case 'r':
		page = "d"
	case 'v':
		page = "e"
	case 's', 'u':
		page = "q"
	case 'k':
		page = "c"
	case 't':
		page = "t"
	case 'i':
		page = "positions"
	case 'e':
		page = "p"
		if e := j.v.Entity(id); e != nil && e.Type != readout.Person {
			page = "o"
			if e.Type == readout.Outlet {
				page = "s"
			}
		}
	}
	return j.o.Base + path.Join("/", page, id)
}

// address is the web address of a report; "" where it has none that can stand
// as an IRI. Addresses come from outside: javascript: and broken ones do not
// leave as links.
func address(r *readout.Report) string {
	u, err := url.Parse(r.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return ""
	}
	s := u.String()
	for _, c := range s {
		if c <= ' ' || c == 0x7f || strings.ContainsRune("<>\"{}|\\^`", c) || c >= 0x80 && c < 0xa0 {
			return ""
		}
	}
	return s
}

// source names a report for other programs: its address, else the hash of its
// bytes, else its id.
func (j *job) source(id string) string {
	r := j.v.Report(id)
	switch {
	case r == nil:
		return j.iri(id)
	case address(r) != "":
		return address(r)
	case r.SHA256 != "":
		return "urn:sha256:" + r.SHA256
	}
	return j.iri(id)
}

// times are the first moment of a date and the first moment after it, in UTC; a
// time of day without a zone is taken as UTC. A date that only bounds the time
// has an end and no start. Both are nil for what is no date.
func times(d *readout.Date) (start, end *time.Time) {
	if d == nil {
		return nil, nil
	}
	from, after, ok := moment(d.Value)
	if !ok {
		return nil, nil
	}
	if d.End != "" {
		if _, last, ok := moment(d.End); ok && last.After(from) {
			after = last
		}
	}
	if d.Bound() {
		return nil, &after
	}
	return &from, &after
}

// layouts of dates in the record, with the length of what each names.
var layouts = []struct {
	layout string
	next   func(time.Time) time.Time
}{
	{"2006", func(t time.Time) time.Time { return t.AddDate(1, 0, 0) }},
	{"2006-01", func(t time.Time) time.Time { return t.AddDate(0, 1, 0) }},
	{time.DateOnly, func(t time.Time) time.Time { return t.AddDate(0, 0, 1) }},
	{"2006-01-02T15", func(t time.Time) time.Time { return t.Add(time.Hour) }},
	{"2006-01-02T15:04", func(t time.Time) time.Time { return t.Add(time.Minute) }},
	{"2006-01-02T15:04Z07:00", func(t time.Time) time.Time { return t.Add(time.Minute) }},
	{"2006-01-02T15:04:05", func(t time.Time) time.Time { return t.Add(time.Second) }},
	{time.RFC3339, func(t time.Time) time.Time { return t.Add(time.Second) }},
}

// moment is the first moment that an ISO 8601 value names and the first after
// it.
func moment(value string) (from, after time.Time, ok bool) {
	for _, l := range layouts {
		if t, err := time.Parse(l.layout, value); err == nil {
			return t.UTC(), l.next(t.UTC()), true
		}
	}
	return time.Time{}, time.Time{}, false
}

// day is the calendar day that d begins with; ok is false for what is coarser
// than a day, or only a bound.
func day(d *readout.Date) (string, bool) {
	if d == nil || d.Bound() || len(d.Value) < len(time.DateOnly) {
		return "", false
	}
	s := d.Value[:len(time.DateOnly)]
	_, err := time.Parse(time.DateOnly, s)
	return s, err == nil
}

// lastDay is the last calendar day of a range, "" for a single day.
func lastDay(d *readout.Date) string {
	if d == nil || len(d.End) < len(time.DateOnly) {
		return ""
	}
	return d.End[:len(time.DateOnly)]
}

func itoa(n int) string { return strconv.Itoa(n) }

// opt is nil for what is unknown.
func opt(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

package export

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/generate"
	"github.com/readout-news/readout/internal/view"
)

// made is a record of made-up reports, with everything in it.
func made() *view.View {
	return view.New(generate.New(generate.Options{Seed: 4, Reports: 60}).Record)
}

// written is an export taken apart: files by name.
func written(t testing.TB, name string, v *view.View, o Options) (map[string][]byte, *Manifest) {
	t.Helper()
	var b bytes.Buffer
	m, err := Write(&b, name, v, o)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	f, err := Find(name)
	if err != nil {
		t.Fatal(err)
	}
	if !f.Files {
		return map[string][]byte{f.File(): b.Bytes()}, m
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, e := range z.File {
		r, err := e.Open()
		if err != nil {
			t.Fatal(err)
		}
		if files[e.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return files, m
}

// only is the one file of a form.
func only(t testing.TB, name string, v *view.View, o Options) []byte {
	t.Helper()
	files, _ := written(t, name, v, o)
	f, _ := Find(name)
	return files[f.File()]
}

// TestSameRecordSameBytes writes every form twice, from views made apart.
func TestSameRecordSameBytes(t *testing.T) {
	for _, name := range Names() {
		t.Run(name, func(t *testing.T) {
			var a, b bytes.Buffer
			if _, err := Write(&a, name, made(), Options{Version: "1"}); err != nil {
				t.Fatal(err)
			}
			if _, err := Write(&b, name, made(), Options{Version: "1"}); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(a.Bytes(), b.Bytes()) {
				t.Error("two exports of one record differ")
			}
		})
	}
}

// TestNothingIsLostSilently adds up, for every form and kind, what is in the
// files and what was left out: each fact is one or the other.
func TestNothingIsLostSilently(t *testing.T) {
	v := made()
	for _, o := range []struct {
		name string
		o    Options
	}{
		{"all", Options{}},
		{"a month", Options{Filter: view.Filter{From: "2031-01", To: "2031-01"}}},
		{"statements", Options{Only: []string{"statement"}}},
		{"one event", Options{IDs: []string{v.Record.Events[0].ID}}},
		{"nothing", Options{Filter: view.Filter{From: "1900", To: "1900"}}},
	} {
		rec, err := selected(v, o.o)
		if err != nil {
			t.Fatal(err)
		}
		if o.name == "nothing" && len(rec.Events)+len(rec.Statements) > 0 {
			t.Errorf("%d events and %d statements pass the filter", len(rec.Events), len(rec.Statements))
		}
		for _, f := range Formats() {
			t.Run(o.name+"/"+f.Name, func(t *testing.T) {
				_, m := written(t, f.Name, v, o.o)
				left := map[string]int{}
				for _, l := range m.LeftOut {
					if l.Reason == "" || l.Count < 1 {
						t.Errorf("left out without reason or count: %+v", l)
					}
					if !l.Part {
						left[l.Kind] += l.Count
					}
				}
				j := newJob(v, rec, o.o, nil, f)
				for _, k := range Kinds {
					if got, want := m.Counts[k]+left[k], j.total(k); got != want {
						t.Errorf("%s: %d in the files and %d left out, want %d together", k, m.Counts[k], left[k], want)
					}
				}
			})
		}
	}
}

// TestManifestFiles recomputes size and hash of every file, and looks for the
// manifest in the zip.
func TestManifestFiles(t *testing.T) {
	v := made()
	for _, f := range Formats() {
		t.Run(f.Name, func(t *testing.T) {
			files, m := written(t, f.Name, v, Options{Version: "1.2.3", AsOf: "2031-02-01", Revision: 7, Made: time.Unix(0, 0), Filter: view.Filter{From: "2031"}})
			for _, x := range m.Files {
				sum := sha256.Sum256(files[x.Name])
				if x.SHA256 != hex.EncodeToString(sum[:]) || x.Bytes != int64(len(files[x.Name])) {
					t.Errorf("%s: the manifest says %d bytes, %s", x.Name, x.Bytes, x.SHA256)
				}
				delete(files, x.Name)
			}
			if f.Files {
				var inZip Manifest
				if err := json.Unmarshal(files[manifestName], &inZip); err != nil {
					t.Fatal(err)
				}
				if len(inZip.Files) != len(m.Files) {
					t.Errorf("the manifest in the zip names %d files, want %d", len(inZip.Files), len(m.Files))
				}
				delete(files, manifestName)
			}
			if len(files) > 0 {
				t.Errorf("files that the manifest does not name: %v", sortedKeys(files))
			}
			var b bytes.Buffer
			if err := m.Write(&b); err != nil {
				t.Fatal(err)
			}
			validate(t, "manifest", b.Bytes())
			if m.Revision != 7 || m.AsOf != "2031-02-01" || m.Made != "1970-01-01T00:00:00Z" || !slices.Equal(m.Filters, []Param{{"from", "2031"}}) {
				t.Errorf("got %+v", m)
			}
		})
	}
}

// TestEveryParamIsTold sets each field of the filter and looks for it in the
// manifest.
func TestEveryParamIsTold(t *testing.T) {
	got := params(Options{
		Filter: view.Filter{
			From: "1", To: "2", By: "3", With: []string{"4", "5"}, On: "6", Stance: "7", Kind: "8", Verdict: "9", Status: "10", Words: "11",
			InClaims: true, Thread: "12", Outlet: "13", EventType: "14", Disputed: true,
		},
		Only: []string{"event"}, IDs: []string{"v1"},
	})
	if len(got) != 17 {
		t.Errorf("%d filters are told, want 17: %v", len(got), got)
	}
}

// TestNoIDPointsNowhere follows every id of a filtered export.
func TestNoIDPointsNowhere(t *testing.T) {
	v := made()
	rec, err := selected(v, Options{Filter: view.Filter{From: "2031-01", To: "2031-01-20"}})
	if err != nil {
		t.Fatal(err)
	}
	if len(rec.Events) == 0 || len(rec.Events) == len(v.Record.Events) {
		t.Fatalf("%d of %d events pass: the filter shows nothing", len(rec.Events), len(v.Record.Events))
	}
	ids := map[string]bool{}
	for _, x := range rec.Entities {
		ids[x.ID] = true
	}
	for _, x := range rec.Reports {
		ids[x.ID] = true
	}
	for _, e := range rec.Events {
		for _, p := range e.Participants {
			if !ids[p.Entity] {
				t.Errorf("event %s: participant %s is not in the export", e.ID, p.Entity)
			}
		}
		for _, m := range e.Mentions {
			if !ids[m.Report] {
				t.Errorf("event %s: report %s is not in the export", e.ID, m.Report)
			}
		}
	}
	for _, s := range rec.Statements {
		if !ids[s.Report] || s.Speaker != "" && !ids[s.Speaker] {
			t.Errorf("statement %s: report or speaker is not in the export", s.ID)
		}
	}
}

// Issues and threads pass filters as all other kinds do.
func TestIssuesAndThreadsPassFilters(t *testing.T) {
	rec := small()
	for i, party := range []string{"e1", "e2"} {
		p := &readout.Position{ID: fmt.Sprint("p", i), Party: party, Issue: fmt.Sprint("i", i), Evidence: rec.Events[0].Mentions[0].Evidence}
		rec.Positions = append(rec.Positions, p)
		rec.Issues = append(rec.Issues, &readout.Issue{ID: p.Issue, Name: "lake", Names: []string{"lake"}, Positions: []string{p.ID}})
	}
	rec.Threads = []*readout.Thread{{ID: "t1", Title: "Aldane and Torokai on the lake", Parties: []string{"e1", "e2"}, Events: []string{"v1"}}, {ID: "t2", Title: "Trade", Events: []string{"v6"}}}
	v := view.New(rec)
	for _, f := range []view.Filter{{By: "Torokai"}, {On: "lake", By: "Torokai"}, {By: "Whitlock"}, {On: "zeppelins"}} {
		want := 0
		if f.By == "Torokai" {
			want = 1
		}
		for _, kind := range []string{"issue", "thread"} {
			got, err := selected(v, Options{Filter: f, Only: []string{kind}})
			if err != nil || len(got.Issues)+len(got.Threads) != want {
				t.Errorf("%s, %+v: %d issues, %d threads, %v", kind, f, len(got.Issues), len(got.Threads), err)
			}
		}
	}
}

func TestFind(t *testing.T) {
	if _, err := Find("xlsx"); !errors.Is(err, readout.ErrNotFound) || !strings.Contains(err.Error(), "parquet") {
		t.Errorf("got %v", err)
	}
	if _, err := Write(io.Discard, "json", made(), Options{Only: []string{"nonsense"}}); err == nil {
		t.Error("a kind that there is not is taken")
	}
}

// TestSpanOutsideReport: a span that does not lie in its report fails the
// export in every form that has the words or the place.
func TestSpanOutsideReport(t *testing.T) {
	for _, name := range Names() {
		rec := generate.New(generate.Options{Seed: 4, Reports: 5}).Record
		far := readout.Span{Start: 1 << 20, End: 1<<20 + 3}
		for _, s := range rec.Statements {
			s.Content = []readout.Span{far}
		}
		for _, c := range rec.Claims {
			c.Evidence.Span = far
		}
		for _, e := range rec.Events {
			for i := range e.Mentions {
				e.Mentions[i].Trigger = far
			}
		}
		_, err := Write(io.Discard, name, view.New(rec), Options{})
		if name == "ftm" || name == "timelinejs" || name == "ical" {
			continue // they have neither
		}
		if err == nil || !strings.Contains(err.Error(), "does not lie in report") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestSave(t *testing.T) {
	v := made()
	dir := t.TempDir()
	list := func() string {
		var out []string
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			out = append(out, e.Name())
		}
		return strings.Join(out, " ")
	}
	at := func(p string) string { return filepath.Join(dir, p) }
	for _, c := range []struct {
		name, format, path string
		before             func() error
		force              bool
		want               string // a part of the error; "" none
		then               string // what is in the folder
	}{
		{"a file and its manifest", "jsonl", "a.jsonl", nil, false, "", "a.jsonl a.jsonl.manifest.json"},
		{"the file is there", "jsonl", "a.jsonl", nil, false, "--force", "a.jsonl a.jsonl.manifest.json"},
		{"by force", "jsonl", "a.jsonl", nil, true, "", "a.jsonl a.jsonl.manifest.json"},
		{"a folder", "csv", "tables", nil, false, "", "a.jsonl a.jsonl.manifest.json tables"},
		{"the folder is there", "csv", "tables", nil, false, "--force", "a.jsonl a.jsonl.manifest.json tables"},
		{"a folder by force", "parquet", "tables", nil, true, "", "a.jsonl a.jsonl.manifest.json tables"},
		{"a zip", "csv", "t.zip", nil, false, "", "a.jsonl a.jsonl.manifest.json t.zip tables"},
		{"somebody's folder, even by force", "csv", "own", func() error {
			return errors.Join(os.Mkdir(at("own"), 0o755), os.WriteFile(at("own/thesis.txt"), []byte("x"), 0o644))
		}, true, "holds no export", "a.jsonl a.jsonl.manifest.json own t.zip tables"},
		{"an empty folder", "csv", "empty", func() error { return os.Mkdir(at("empty"), 0o755) }, false, "", "a.jsonl a.jsonl.manifest.json empty own t.zip tables"},
		{"a file where a folder is wanted", "csv", "a.jsonl", nil, true, "no folder", "a.jsonl a.jsonl.manifest.json empty own t.zip tables"},
		{"no such parent", "json", "no/where.json", nil, false, "no such file", "a.jsonl a.jsonl.manifest.json empty own t.zip tables"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.before != nil {
				if err := c.before(); err != nil {
					t.Fatal(err)
				}
			}
			_, _, err := Save(at(c.path), c.format, v, Options{}, c.force)
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("got error %v, want %q", err, c.want)
			}
			if got := list(); got != c.then {
				t.Errorf("the folder holds %s, want %s", got, c.then)
			}
		})
	}
	// What --force replaced is the new form alone.
	entries, err := os.ReadDir(at("tables"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".csv") {
			t.Errorf("%s of the export before is still there", e.Name())
		}
	}
	if saved, _, err := Save(at("own"), "json", v, Options{}, false); err != nil || filepath.Base(saved) != "readout-json.json" {
		t.Errorf("into a folder: %s, %v", saved, err)
	}
}

// A run that fails leaves nothing behind, under no name.
func TestSaveFailsWhole(t *testing.T) {
	rec := generate.New(generate.Options{Seed: 4, Reports: 5}).Record
	for _, s := range rec.Statements {
		s.Content = []readout.Span{{Start: 1 << 20, End: 1<<20 + 3}}
	}
	dir := t.TempDir()
	for _, name := range []string{"csv", "quotes"} {
		if _, _, err := Save(filepath.Join(dir, name), name, view.New(rec), Options{}, false); err == nil {
			t.Error("got no error")
		}
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestAddress(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"https://wire.example/2031/03/14/talks", "https://wire.example/2031/03/14/talks"},
		{"http://wire.example/a b", "http://wire.example/a%20b"},
		{"javascript:alert(1)", ""},
		{"data:text/html,x", ""},
		{"//wire.example/x", ""},
		{"https://", ""},
		{"https://user:pw@wire.example/", ""},
		{"https://wire.example/?q=<script>", ""},
		{"https://wire.example/\x00", ""},
		{"https://wire.example/?q=\"", ""},
		{"", ""},
	} {
		if got := address(&readout.Report{URL: c.in}); got != c.want {
			t.Errorf("address(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestTimes(t *testing.T) {
	for _, c := range []struct {
		d           readout.Date
		start, stop string
	}{
		{readout.Date{Value: "2031"}, "2031-01-01T00:00:00Z", "2032-01-01T00:00:00Z"},
		{readout.Date{Value: "2031-02"}, "2031-02-01T00:00:00Z", "2031-03-01T00:00:00Z"},
		{readout.Date{Value: "2031-02-28"}, "2031-02-28T00:00:00Z", "2031-03-01T00:00:00Z"},
		{readout.Date{Value: "2031-03-12", End: "2031-03-14"}, "2031-03-12T00:00:00Z", "2031-03-15T00:00:00Z"},
		{readout.Date{Value: "2031-03-14T10:00"}, "2031-03-14T10:00:00Z", "2031-03-14T10:01:00Z"},
		{readout.Date{Value: "2031-03-14T10:00+02:00"}, "2031-03-14T08:00:00Z", "2031-03-14T08:01:00Z"},
		{readout.Date{Value: "2031-03-14", Precision: readout.Latest}, "", "2031-03-15T00:00:00Z"},
		{readout.Date{Value: "spring"}, "", ""},
	} {
		start, stop := times(&c.d)
		show := func(t *time.Time) string {
			if t == nil {
				return ""
			}
			return t.Format(time.RFC3339)
		}
		if show(start) != c.start || show(stop) != c.stop {
			t.Errorf("%+v: got %s to %s, want %s to %s", c.d, show(start), show(stop), c.start, c.stop)
		}
	}
}

// FuzzAddress: what leaves as a link is http or https and an IRI as it stands.
func FuzzAddress(f *testing.F) {
	for _, s := range []string{"https://wire.example/a?b=c#d", "javascript:alert(1)", "http://[::1]/", "https://wire.example/\u2028", "https:/x", "HTTP://WIRE.EXAMPLE"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a := address(&readout.Report{URL: s})
		if a == "" {
			return
		}
		if !strings.HasPrefix(a, "http://") && !strings.HasPrefix(a, "https://") || strings.ContainsAny(a, " <>\"{}|\\^`\r\n\t\x00") {
			t.Errorf("%q leaves as %q", s, a)
		}
		if again := address(&readout.Report{URL: a}); again != a {
			t.Errorf("%q leaves as %q and that as %q", s, a, again)
		}
	})
}

// FuzzMoment: a date of the record has a beginning before its end, or is none.
func FuzzMoment(f *testing.F) {
	for _, s := range []string{"2031", "2031-02-28", "2031-03-14T10:00+02:00", "2031-03-14T24:00", "9999-12-31", "0000", ""} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, value, end string) {
		start, stop := times(&readout.Date{Value: value, End: end})
		if (start == nil) != (stop == nil) || start != nil && !start.Before(*stop) {
			t.Errorf("%q to %q: %v to %v", value, end, start, stop)
		}
		if s, ok := day(&readout.Date{Value: value}); ok && len(s) != len(time.DateOnly) {
			t.Errorf("%q begins on %q", value, s)
		}
	})
}

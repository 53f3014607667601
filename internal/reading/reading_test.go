package reading

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// fill puts something into every field below v, so that none can be lost
// unseen.
func fill(v reflect.Value, r *rand.Rand) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), r)
		}
	case reflect.Slice:
		n := r.IntN(3) // 0: empty, not nil
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			fill(v.Index(i), r)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), r)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("number").Convert(v.Type().Key()), reflect.ValueOf("17 <&>\u2028").Convert(v.Type().Elem()))
	case reflect.String:
		v.SetString(fmt.Sprintf("s%d", r.IntN(1000)))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int:
		v.SetInt(int64(r.IntN(1000) - 1))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(float64(float32(r.Float64())))
	default:
		panic("no filling for " + v.Type().String())
	}
}

// noLayers are the fields of nlp.Doc that are no layers: the report, which is sent
// beside them, and what people decided, which is laid over them before linking.
var noLayers = []string{"Report", "Desk"}

// Every field of an annotated report goes over the line and comes back: one that
// is added to nlp.Doc and not here fails.
func TestNothingIsLost(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		doc := &nlp.Doc{}
		for i := range reflect.TypeFor[nlp.Doc]().NumField() {
			if name := reflect.TypeFor[nlp.Doc]().Field(i).Name; !slices.Contains(noLayers, name) {
				fill(reflect.ValueOf(doc).Elem().Field(i), r)
			}
		}
		doc.Report = &readout.Report{}
		fill(reflect.ValueOf(doc.Report).Elem(), r)
		line, err := Of(7, nil, doc, "a/1 b/2").Append(nil)
		if err != nil {
			t.Fatal(err)
		}
		row, err := Decode(line)
		if err != nil {
			t.Fatal(err)
		}
		back := &nlp.Doc{Report: &readout.Report{}}
		same(reflect.ValueOf(back.Report).Elem(), reflect.ValueOf(row.Report).Elem())
		for i := range reflect.TypeFor[Layers]().NumField() {
			copyValue(reflect.ValueOf(back).Elem().FieldByName(reflect.TypeFor[Layers]().Field(i).Name), reflect.ValueOf(row.Layers).Elem().Field(i))
		}
		if diff := cmp.Diff(doc, back); diff != "" {
			t.Fatalf("what came back differs (-sent +back):\n%s", diff)
		}
		if !row.Fits(doc.Report) {
			t.Fatal("the row does not fit its own report")
		}
		doc.Report.Noise = append(doc.Report.Noise, readout.Noise{Reason: "caption"})
		if row.Fits(doc.Report) {
			t.Fatal("the row fits a report with other noise")
		}
		if row.Line != 7 || row.Annotators != "a/1 b/2" {
			t.Fatalf("line %d by %q", row.Line, row.Annotators)
		}
	}
	if a, b := reflect.TypeFor[nlp.Doc]().NumField()-len(noLayers), reflect.TypeFor[Layers]().NumField(); a != b {
		t.Errorf("nlp.Doc has %d layers, the line %d", a, b)
	}
}

// Each type has the fields of its noun and no others.
func TestTypesMirrorTheNouns(t *testing.T) {
	var walk func(path string, a, b reflect.Type)
	walk = func(path string, a, b reflect.Type) {
		for a.Kind() == reflect.Slice || a.Kind() == reflect.Pointer {
			a, b = a.Elem(), b.Elem()
		}
		if a.Kind() != reflect.Struct || a == noun {
			return
		}
		for i := range a.NumField() {
			f := a.Field(i)
			if g, ok := b.FieldByName(f.Name); ok {
				walk(path+"."+f.Name, f.Type, g.Type)
			} else if path != "Doc" || !slices.Contains(noLayers, f.Name) {
				t.Errorf("the line has no field for %s.%s", path, f.Name)
			}
		}
		for i := range b.NumField() {
			if _, ok := a.FieldByName(b.Field(i).Name); !ok {
				t.Errorf("the line has a field %s that %s has not", b.Field(i).Name, path)
			}
		}
	}
	walk("Doc", reflect.TypeFor[nlp.Doc](), reflect.TypeFor[Layers]())
	walk("Report", reflect.TypeFor[readout.Report](), reflect.TypeFor[Report]())
	for _, f := range reflect.VisibleFields(reflect.TypeFor[readout.Capture]()) {
		if _, ok := reflect.TypeFor[Capture]().FieldByName(f.Name); !ok {
			t.Errorf("the line has no field for Capture.%s", f.Name)
		}
	}
}

// docs/extract.md names every field of a line.
func TestDocsNameEveryField(t *testing.T) {
	b, err := os.ReadFile("../../docs/extract.md")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[reflect.Type]bool{}
	var walk func(x reflect.Type)
	walk = func(x reflect.Type) {
		for x.Kind() == reflect.Slice || x.Kind() == reflect.Pointer {
			x = x.Elem()
		}
		if x.Kind() != reflect.Struct || seen[x] || x == reflect.TypeFor[time.Time]() {
			return
		}
		seen[x] = true
		for i := range x.NumField() {
			name, _, _ := strings.Cut(x.Field(i).Tag.Get("json"), ",")
			if !bytes.Contains(b, []byte("`"+name+"`")) {
				t.Errorf("docs/extract.md does not name %s of %s", name, x.Name())
			}
			walk(x.Field(i).Type)
		}
	}
	walk(reflect.TypeFor[Row]())
}

func TestLine(t *testing.T) {
	for _, c := range []struct {
		name, in string
		path     string
		media    string
		body     string
		side     *readout.Sidecar
		err      string
	}{
		{name: "text", in: `{"url":"https://wire.example/a","text":"Maren spoke."}`, path: "in:3", media: "application/json", body: `{"url":"https://wire.example/a","text":"Maren spoke."}`},
		{name: "capture", in: `{"path":"a.txt","media_type":"text/plain","body":"Maren spoke."}`, path: "a.txt", media: "text/plain", body: "Maren spoke."},
		{name: "capture without a path", in: `{"media_type":"text/plain","body":"x"}`, path: "in:3", media: "text/plain", body: "x"},
		{name: "fetched", in: `{"url":"https://wire.example/a","media_type":"text/html","charset":"latin-1","body_base64":"/w=="}`, media: "text/html", body: "\xff"},
		{name: "sidecar", in: `{"path":"a","media_type":"text/plain","body":"x","sidecar":{"outlet":"Harbour Wire"}}`, path: "a", media: "text/plain", body: "x", side: &readout.Sidecar{Outlet: "Harbour Wire"}},
		{name: "no object", in: `[1]`, path: "in:3", err: "not a JSON object"},
		{name: "null", in: `null`, path: "in:3", err: "not a JSON object"},
		{name: "cut off", in: `{"url":"ht`, path: "in:3", err: "unexpected end"},
		{name: "no body", in: `{"media_type":"text/plain"}`, path: "in:3", err: "no body"},
		{name: "two bodies", in: `{"path":"a","media_type":"text/plain","body":"x","body_base64":"eA=="}`, path: "a", err: "body and body_base64"},
		{name: "other bytes", in: `{"path":"a","media_type":"text/plain","body":"x","sha256":"00"}`, path: "a", err: "changed on the way"},
		{name: "unknown field", in: `{"media_type":"text/plain","body":"x","content":"y"}`, path: "in:3", err: `no field "content"`},
		{name: "wrong kind", in: `{"media_type":7,"body":"x"}`, path: "in:3", err: "wrong kind"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Line([]byte(c.in), "in", 3)
			if got.Path != c.path {
				t.Errorf("path %q, want %q", got.Path, c.path)
			}
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) {
					t.Errorf("error %v, want one with %q", err, c.err)
				}
				return
			}
			if err != nil || got.MediaType != c.media || string(got.Body) != c.body || !reflect.DeepEqual(got.Sidecar, c.side) || len(got.SHA256) != 64 {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

// A capture comes back as it went, whatever its bytes are.
func TestCaptureComesBack(t *testing.T) {
	for _, body := range []string{"", "Maren spoke.", "a\xffb", "\u2028<script>\x00"} {
		c, err := Line(mustCapture(t, body), "in", 1)
		if err != nil || string(c.Body) != body || !c.Fetched.Equal(fetched) {
			t.Errorf("%q came back as %q of %v, %v", body, c.Body, c.Fetched, err)
		}
	}
}

var fetched = time.Date(2031, 3, 14, 15, 9, 26, 0, time.UTC)

func mustCapture(t testing.TB, body string) []byte {
	c := readout.Capture{Path: "a.txt", MediaType: "text/plain", Body: []byte(body), Fetched: fetched}
	line, err := AppendCapture(nil, &c)
	if err != nil {
		t.Fatal(err)
	}
	return line
}

// small reads a capture as one sentence.
func small(c readout.Capture) (*nlp.Doc, error) {
	if bytes.Contains(c.Body, []byte("bad")) {
		return nil, errors.New("it is bad")
	}
	return &nlp.Doc{Report: &readout.Report{ID: "r1", SHA256: c.SHA256, Path: c.Path, Text: string(c.Body)}}, nil
}

// The rows come in the order of the lines, whatever the number of workers; blank
// lines give none, and lines that cannot be read say so in theirs.
func TestFilterKeepsTheOrder(t *testing.T) {
	var in bytes.Buffer
	for i := range 300 {
		switch {
		case i%50 == 7:
			in.WriteString("{broken\n")
		case i%50 == 9:
			in.WriteString("\n")
		case i%50 == 11:
			in.WriteString(strings.Repeat("x", 5000) + "\n")
		default:
			fmt.Fprintf(&in, `{"path":"p%d","media_type":"text/plain","body":"text %d"}`+"\n", i, i)
		}
	}
	var first string
	for _, workers := range []int{1, 2, 8} {
		var out bytes.Buffer
		count, err := Filter(context.Background(), bytes.NewReader(in.Bytes()), &out, small, Options{Workers: workers, Name: "in", Annotators: "a/1", MaxLine: 4000})
		if err != nil || count.Read != 300-18 || count.Refused != 12 {
			t.Fatalf("%d workers: %+v, %v", workers, count, err)
		}
		if first == "" {
			first = out.String()
		}
		if out.String() != first {
			t.Errorf("%d workers give other rows than 1", workers)
		}
	}
	last := 0
	for line := range strings.Lines(first) {
		row, err := Decode([]byte(line))
		if err != nil {
			t.Fatal(err)
		}
		if row.Line <= last {
			t.Fatalf("line %d after %d", row.Line, last)
		}
		last = row.Line
		if bad := (row.Line-1)%50 == 7 || (row.Line-1)%50 == 11; bad != (row.Refused != nil) || bad && row.Refused.Path != fmt.Sprintf("in:%d", row.Line) {
			t.Fatalf("line %d: refused %+v", row.Line, row.Refused)
		}
	}
}

// At most three lines a worker are in memory however many there are and however
// slowly the rows are taken.
func TestFilterHoldsFewLines(t *testing.T) {
	const lines, workers = 100, 2
	var given, taken, most atomic.Int64
	in := readerFunc(func(p []byte) (int, error) {
		n := given.Add(1)
		if n > lines {
			return 0, io.EOF
		}
		most.Store(max(most.Load(), n-taken.Load()))
		// Each line nearly fills the reader's buffer, so that none is read ahead.
		line := mustCapture(t, strings.Repeat("y", 63<<10))
		return copy(p, line), nil
	})
	out := writerFunc(func(p []byte) (int, error) {
		time.Sleep(time.Millisecond) // the reader could run far ahead meanwhile
		taken.Add(int64(bytes.Count(p, []byte("\n"))))
		return len(p), nil
	})
	if _, err := Filter(context.Background(), in, out, small, Options{Workers: workers}); err != nil {
		t.Fatal(err)
	}
	if taken.Load() != lines || most.Load() > 4*workers+4 {
		t.Errorf("%d rows taken; up to %d lines at once", taken.Load(), most.Load())
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// An input or output that breaks ends it with an error, and so does the context.
func TestFilterEnds(t *testing.T) {
	broken := errors.New("cable")
	many := strings.Repeat(`{"text":"a"}`+"\n", 1000)
	if _, err := Filter(context.Background(), io.MultiReader(strings.NewReader(many), readerFunc(func([]byte) (int, error) { return 0, broken })), io.Discard, small, Options{}); !errors.Is(err, broken) {
		t.Errorf("a broken input gives %v", err)
	}
	if _, err := Filter(context.Background(), strings.NewReader(many), writerFunc(func([]byte) (int, error) { return 0, broken }), small, Options{}); !errors.Is(err, broken) {
		t.Errorf("a broken output gives %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Filter(ctx, strings.NewReader(many), io.Discard, small, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("a context that ended gives %v", err)
	}
}

func TestDecodeSaysWhatIsWrong(t *testing.T) {
	for in, want := range map[string]string{
		`{}`:                               "schema",
		`{"schema":"readout/reading/9"}`:   "this program reads readout/reading/1",
		`{"schema":"readout/reading/1"} 1`: "more follows",
		`{"schema":`:                       "cut off",
		`{"schema":"readout/reading/1","layers":{"tokens":[{"head":"x"}]}}`: "head",
		`{"schema":"readout/reading/1","mood":1}`:                           "mood",
	} {
		if _, err := Decode([]byte(in)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", in, err, want)
		}
	}
}

// FuzzLine: a line is a capture whose bytes have the SHA-256 it says, or an
// error; a capture that was read can be written and read again.
func FuzzLine(f *testing.F) {
	f.Add([]byte(`{"url":"https://wire.example/a","text":"Maren spoke."}`))
	f.Add([]byte(`{"path":"a.txt","media_type":"text/plain","body":"x","sidecar":{"outlet":"Harbour Wire"}}`))
	f.Add([]byte(`{"media_type":"text/html","body_base64":"/w==","sha256":"a8100ae6aa1940d0b663bb31cd466142ebbdbd5187131b92d93818987832eb89"}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, line []byte) {
		c, err := Line(line, "in", 1)
		if err != nil {
			if err.Error() == "" {
				t.Error("an error without words")
			}
			return
		}
		again, err := AppendCapture(nil, &c)
		if err != nil {
			t.Fatal(err)
		}
		back, err := Line(bytes.TrimSpace(again), "in", 1)
		if err != nil || back.SHA256 != c.SHA256 || !bytes.Equal(back.Body, c.Body) || !reflect.DeepEqual(back.Sidecar, c.Sidecar) {
			t.Errorf("%+v came back as %+v, %v", c, back, err)
		}
		var out bytes.Buffer
		if _, err := Filter(context.Background(), bytes.NewReader(line), &out, small, Options{Workers: 1}); err != nil {
			t.Fatal(err)
		}
		for row := range bytes.Lines(out.Bytes()) {
			if _, err := Decode(row); err != nil {
				t.Errorf("%s: %v", row, err)
			}
		}
	})
}

// FuzzDecode: a line of readings is refused or gives a document in which every
// span can be cut from the text and every index leads somewhere, and which is
// written as it was read.
func FuzzDecode(f *testing.F) {
	doc := &nlp.Doc{
		Report:       &readout.Report{ID: "r1", Text: "Maren spoke."},
		Tokens:       []nlp.Token{{Span: readout.Span{Start: 0, End: 5}, Head: 1}, {Span: readout.Span{Start: 6, End: 11}, Head: nlp.None}, {Span: readout.Span{Start: 11, End: 12}, Head: 1}},
		Sentences:    []nlp.Sentence{{Span: readout.Span{Start: 0, End: 12}, First: 0, Last: 3}},
		Mentions:     []nlp.Mention{{Span: readout.Span{Start: 0, End: 5}, First: 0, Last: 1}},
		Chains:       []nlp.Chain{{Mentions: []int{0}, Name: "Maren"}},
		Attributions: []nlp.Attribution{{Cue: readout.Span{Start: 6, End: 11}, CueToken: 1, SourceHead: nlp.None, Parent: nlp.None, Relay: nlp.None, Addressee: nlp.None}},
		Events:       []nlp.EventMention{{Span: readout.Span{Start: 0, End: 12}, Token: 1, Time: nlp.None, Place: nlp.None, Duration: nlp.None, Attribution: nlp.None}},
	}
	line, err := Of(1, nil, doc, "a/1").Append(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(line)
	f.Add([]byte(`{"schema":"readout/reading/1","line":3,"refused":{"path":"a","reason":"b"}}`))
	f.Add([]byte(`{"schema":"readout/reading/1","report":{"text":"é"},"layers":{"sentences":[{"span":[0,1],"first":0,"last":0}]}}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		row, err := Decode(line)
		if err != nil {
			return
		}
		doc, err := row.Doc()
		if err != nil {
			return
		}
		for _, s := range doc.Sentences {
			_ = doc.Text(s.Span)
			for i := s.First; i < s.Last; i++ {
				_ = doc.Word(i)
				doc.Subtree(i)
			}
		}
		for i := range doc.Attributions {
			for p := doc.Attributions[i].Parent; p != nlp.None; p = doc.Attributions[p].Parent {
				_ = doc.Text(doc.Attributions[p].Span())
			}
		}
		again, err := Of(row.Line, nil, doc, row.Annotators).Append(nil)
		if err != nil {
			t.Fatal(err)
		}
		row.Capture, row.Refused = nil, nil
		before, err := row.Append(nil)
		if err != nil {
			t.Fatal(err)
		}
		if !json.Valid(again) || !bytes.Equal(before, again) {
			t.Errorf("read as\n%s\nand written as\n%s", before, again)
		}
	})
}

package export

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	ics "github.com/arran4/golang-ical"
	"github.com/parquet-go/parquet-go"
	"gonum.org/v1/gonum/graph/simple"
	"gonum.org/v1/gonum/graph/topo"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/corpus"
	"github.com/readout-news/readout/internal/generate"
	"github.com/readout-news/readout/internal/view"
	"github.com/readout-news/readout/internal/view/recordjson"
	"github.com/readout-news/readout/wire"
)

// items is the number of items of the one file of an export.
func items(m *Manifest) int { return m.Files[0].Items }

// holdForms checks every form of v: against its schema, by a reader of that
// form, and by counting.
func holdForms(t *testing.T, v *view.View) {
	o := Options{Version: "1"}
	t.Run("json", func(t *testing.T) {
		doc := only(t, "json", v, o)
		got := decode[wire.Record](t, doc)
		if len(got.Events) != len(v.Record.Events) || len(got.Statements) != len(v.Record.Statements) {
			t.Errorf("%d events and %d statements come back", len(got.Events), len(got.Statements))
		}
		var want bytes.Buffer
		if err := recordjson.Write(&want, v.Record); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(doc, want.Bytes()) {
			t.Error("the export is not the record's own JSON")
		}
	})
	t.Run("jsonl", func(t *testing.T) {
		files, m := written(t, "jsonl", v, o)
		doc := files["readout-jsonl.jsonl"]
		if n := validateLines(t, "jsonl", doc); n != items(m) {
			t.Errorf("%d lines, the manifest says %d", n, items(m))
		}
		// The lines together are the record.
		back := map[string][]json.RawMessage{}
		for l := range bytes.Lines(doc) {
			x := decode[struct {
				Kind string
				Fact json.RawMessage
			}](t, l)
			back[x.Kind] = append(back[x.Kind], x.Fact)
		}
		var whole map[string][]json.RawMessage
		b := only(t, "json", v, o)
		var raw map[string]json.RawMessage
		if err := json.Unmarshal(b, &raw); err != nil {
			t.Fatal(err)
		}
		delete(raw, "schema")
		b, _ = json.Marshal(raw)
		if err := json.Unmarshal(b, &whole); err != nil {
			t.Fatal(err)
		}
		for kind, list := range map[string]string{"report": "reports", "entity": "entities", "event": "events", "statement": "statements", "claim": "claims", "disagreement": "disagreements", "position": "positions", "commitment": "commitments", "response": "responses", "utterance": "utterances", "issue": "issues", "thread": "threads", "timex": "timexes", "refusal": "refused"} {
			if len(back[kind]) != len(whole[list]) {
				t.Errorf("%s: %d lines, %d in the record", kind, len(back[kind]), len(whole[list]))
				continue
			}
			for i := range whole[list] {
				var a, b any
				if json.Unmarshal(back[kind][i], &a) != nil || json.Unmarshal(whole[list][i], &b) != nil || !reflect.DeepEqual(a, b) {
					t.Fatalf("%s %d: %s is %s in the record", kind, i, back[kind][i], whole[list][i])
				}
			}
		}
	})
	t.Run("parquet", func(t *testing.T) {
		files, m := written(t, "parquet", v, o)
		tabled, _ := written(t, "csv", v, o)
		for _, f := range m.Files {
			b := files[f.Name]
			p, err := parquet.OpenFile(bytes.NewReader(b), int64(len(b)))
			if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
			if int(p.NumRows()) != f.Items {
				t.Errorf("%s: %d rows, the manifest says %d", f.Name, p.NumRows(), f.Items)
			}
			head, _, _ := strings.Cut(string(tabled[strings.TrimSuffix(f.Name, ".parquet")+".csv"]), "\n")
			var cols []string
			for _, c := range p.Root().Columns() {
				cols = append(cols, c.Name())
			}
			if head != strings.Join(cols, ",") {
				t.Errorf("%s: columns %s, of CSV %s", f.Name, strings.Join(cols, ","), head)
			}
		}
		rows, err := parquet.Read[statementRow](bytes.NewReader(files["statements.parquet"]), int64(len(files["statements.parquet"])))
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range v.Record.Statements {
			r := rows[i]
			if r.ID != s.ID || r.Text != s.Text || (r.Speaker == nil) != (s.Speaker == "") || (r.DateStart == nil) != (s.Date == nil || s.Date.Bound()) {
				t.Fatalf("statement %s comes back as %+v", s.ID, r)
			}
			if r.DateStart != nil && (r.DateStart.Location() != time.UTC || r.DateStart.Format(time.DateOnly)[:4] != s.Date.Value[:4]) {
				t.Errorf("statement %s of %s is dated %s", s.ID, s.Date.Value, r.DateStart)
			}
		}
	})
	t.Run("plover", func(t *testing.T) {
		files, m := written(t, "plover", v, o)
		if n := validateLines(t, "plover", files["readout-plover.jsonl"]); n != items(m) || n != len(v.Record.Events) {
			t.Errorf("%d lines, the manifest says %d, of %d events", n, items(m), len(v.Record.Events))
		}
	})
	t.Run("plover-plain", func(t *testing.T) {
		files, m := written(t, "plover-plain", v, o)
		if n := validateLines(t, "plover-plain", files["readout-plover-plain.jsonl"]); n != items(m) || n == 0 {
			t.Errorf("%d lines, the manifest says %d", n, items(m))
		}
	})
	t.Run("annotations", func(t *testing.T) {
		files, m := written(t, "annotations", v, o)
		doc := files["readout-annotations.jsonld"]
		validate(t, "annotations", doc)
		ts := triples(t, doc)
		if n := count(ts, rdfType, "<http://www.w3.org/ns/oa#Annotation>"); n != items(m) {
			t.Errorf("%d annotations in RDF, the manifest says %d", n, items(m))
		}
		if n := count(ts, "<http://www.w3.org/ns/oa#hasTarget>", ""); n != items(m) {
			t.Errorf("%d targets of %d annotations", n, items(m))
		}
	})
	t.Run("schema-org", func(t *testing.T) {
		files, m := written(t, "schema-org", v, o)
		doc := files["readout-schema-org.jsonld"]
		ts := triples(t, doc)
		subjects := map[string]bool{}
		for _, x := range ts {
			if x.p == rdfType {
				subjects[x.s] = true
			}
		}
		if len(subjects) != items(m) {
			t.Errorf("%d things in RDF, the manifest says %d", len(subjects), items(m))
		}
		if n := count(ts, rdfType, "<http://schema.org/NewsArticle>"); n != len(v.Record.Reports) {
			t.Errorf("%d articles of %d reports", n, len(v.Record.Reports))
		}
		if n := count(ts, rdfType, "<http://schema.org/Quotation>"); n == 0 {
			t.Error("no quotation")
		}
		// What is spoken of is in the file.
		for _, x := range ts {
			if strings.HasPrefix(x.o, "<urn:readout:") && !strings.HasPrefix(x.o, "<urn:readout:type:") && !subjects[x.o] {
				t.Errorf("%s %s points to %s, which is not in the file", x.s, x.p, x.o)
			}
		}
		noMarkup(t, doc)
	})
	t.Run("prov", func(t *testing.T) {
		files, m := written(t, "prov", v, o)
		doc := files["readout-prov.jsonld"]
		ts := triples(t, doc)
		const prov = "http://www.w3.org/ns/prov#"
		typed := map[string]string{}
		for _, x := range ts {
			if x.p == rdfType {
				typed[x.s] = x.o
			}
		}
		if len(typed) != items(m) {
			t.Errorf("%d nodes in RDF, the manifest says %d", len(typed), items(m))
		}
		// Domain and range of PROV-O.
		for _, c := range []struct{ p, from, to string }{
			{"used", "Activity", "Entity"},
			{"wasGeneratedBy", "Entity", "Activity"},
			{"wasAssociatedWith", "Activity", "SoftwareAgent"},
			{"wasInformedBy", "Activity", "Activity"},
			{"wasQuotedFrom", "Entity", "Entity"},
		} {
			n := 0
			for _, x := range ts {
				if x.p != "<"+prov+c.p+">" {
					continue
				}
				n++
				if typed[x.s] != "<"+prov+c.from+">" || typed[x.o] != "<"+prov+c.to+">" {
					t.Errorf("%s joins a %s and a %s", c.p, typed[x.s], typed[x.o])
				}
			}
			if n == 0 {
				t.Errorf("nothing says %s", c.p)
			}
		}
		// Every statement was made by a reading and rests on its report.
		for _, s := range v.Record.Statements {
			if !slices.Contains(ts, triple{"<urn:readout:" + s.ID + ">", "<" + prov + "wasDerivedFrom>", "<urn:readout:" + s.Report + ">"}) {
				t.Errorf("statement %s does not come from its report", s.ID)
			}
		}
		noMarkup(t, doc)
	})
	t.Run("ftm", func(t *testing.T) {
		files, m := written(t, "ftm", v, o)
		doc := files["readout-ftm.ftm.jsonl"]
		if n := validateLines(t, "ftm", doc); n != items(m) {
			t.Errorf("%d lines, the manifest says %d", n, items(m))
		}
		ids := map[string]string{}
		var all []ftmEntity
		for l := range bytes.Lines(doc) {
			e := decode[ftmEntity](t, l)
			if ids[e.ID] != "" {
				t.Errorf("%s is there twice", e.ID)
			}
			ids[e.ID] = e.Schema
			all = append(all, e)
		}
		for _, e := range all {
			for _, p := range []string{"document", "resolved", "entity", "involved"} {
				for _, id := range e.Properties[p] {
					if ids[id] == "" {
						t.Errorf("%s of %s points to %s, which is not in the file", p, e.ID, id)
					}
				}
			}
		}
	})
	t.Run("timelinejs", func(t *testing.T) {
		files, m := written(t, "timelinejs", v, Options{Base: "https://desk.example"})
		doc := files["readout-timelinejs.json"]
		validate(t, "timelinejs", doc)
		got := decode[struct {
			Scale  string
			Events []timelineSlide
		}](t, doc)
		if len(got.Events) != items(m) || len(got.Events) == 0 {
			t.Errorf("%d slides, the manifest says %d", len(got.Events), items(m))
		}
		noMarkup(t, doc)
	})
	t.Run("ical", func(t *testing.T) { holdICal(t, v) })
	t.Run("graphml", func(t *testing.T) { holdGraphML(t, v) })
	t.Run("quotes", func(t *testing.T) {
		files, m := written(t, "quotes", v, o)
		doc := files["readout-quotes.json"]
		validate(t, "quotes", doc)
		if m.Counts["statement"] != len(v.Record.Statements) {
			t.Errorf("%d quotes of %d statements", m.Counts["statement"], len(v.Record.Statements))
		}
	})
}

// noMarkup: nothing in a document that people put into a page ends a script
// element or begins another.
func noMarkup(t *testing.T, doc []byte) {
	t.Helper()
	if i := bytes.IndexAny(doc, "<>&\u2028\u2029"); i >= 0 {
		t.Errorf("markup is not escaped: %.80q", doc[i:])
	}
}

func holdICal(t *testing.T, v *view.View) {
	files, m := written(t, "ical", v, Options{Base: "https://desk.example"})
	doc := files["readout-ical.ics"]
	for l := range bytes.Lines(doc) {
		if !bytes.HasSuffix(l, []byte("\r\n")) {
			t.Fatalf("a line ends without CRLF: %q", l)
		}
		if len(l) > 77 {
			t.Errorf("a line of %d octets: %q", len(l)-2, l)
		}
		if !utf8.Valid(l) {
			t.Errorf("a character is cut in two: %q", l)
		}
		for _, c := range bytes.TrimSuffix(l, []byte("\r\n")) {
			if c < ' ' && c != '\t' || c == 0x7f {
				t.Errorf("a control character: %q", l)
				break
			}
		}
	}
	cal, err := ics.ParseCalendar(bytes.NewReader(doc))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(cal.Events()); n != items(m) || n == 0 || len(cal.Components) != n {
		t.Errorf("%d events and %d components, the manifest says %d", n, len(cal.Components), items(m))
	}
	for _, e := range cal.Events() {
		id, _, _ := strings.Cut(e.Id(), "@")
		ev, ok := v.Event(id)
		if !ok {
			continue // a commitment
		}
		from, err := e.GetAllDayStartAt()
		if err != nil {
			if from, err = e.GetStartAt(); err != nil {
				t.Errorf("%s: %v", id, err)
			}
		}
		if want := ev.Event.Date.Value[:10]; from.Format(time.DateOnly) != want && len(ev.Event.Date.Value) == 10 {
			t.Errorf("%s begins on %s, want %s", id, from.Format(time.DateOnly), want)
		}
		if got, want := e.GetProperty(ics.ComponentPropertySummary).Value, calText(ev.Event.Title); strings.Join(strings.Fields(got), " ") != strings.Join(strings.Fields(want), " ") {
			t.Errorf("%s is called %q, want %q", id, got, want)
		}
	}
}

// graphDoc is GraphML as encoding/xml reads it.
type graphDoc struct {
	XMLName xml.Name `xml:"http://graphml.graphdrawing.org/xmlns graphml"`
	Keys    []struct {
		ID  string `xml:"id,attr"`
		For string `xml:"for,attr"`
	} `xml:"key"`
	Graph struct {
		Nodes []struct {
			ID   string      `xml:"id,attr"`
			Data []graphData `xml:"data"`
		} `xml:"node"`
		Edges []struct {
			Source string      `xml:"source,attr"`
			Target string      `xml:"target,attr"`
			Data   []graphData `xml:"data"`
		} `xml:"edge"`
	} `xml:"graph"`
}

type graphData struct {
	Key  string `xml:"key,attr"`
	Text string `xml:",chardata"`
}

func (d graphDoc) get(data []graphData, key string) string {
	for _, x := range data {
		if x.Key == key {
			return x.Text
		}
	}
	return ""
}

// holdGraphML reads the graph with encoding/xml, builds it with gonum and looks
// whether each meeting joins its parties there.
func holdGraphML(t *testing.T, v *view.View) {
	files, m := written(t, "graphml", v, Options{})
	var doc graphDoc
	dec := xml.NewDecoder(bytes.NewReader(files["readout-graphml.graphml"]))
	if err := dec.Decode(&doc); err != nil {
		t.Fatal(err)
	}
	for {
		tok, err := dec.Token()
		if err == io.EOF {
			break
		}
		if text, ok := tok.(xml.CharData); err != nil || !ok || len(bytes.TrimSpace(text)) > 0 {
			t.Fatalf("after the graph: %v, %v", tok, err)
		}
	}
	if n := len(doc.Graph.Nodes) + len(doc.Graph.Edges); n != items(m) {
		t.Errorf("%d nodes and edges, the manifest says %d", n, items(m))
	}
	g := simple.NewUndirectedGraph()
	number := map[string]int64{}
	for i, n := range doc.Graph.Nodes {
		number[n.ID] = int64(i)
		g.AddNode(simple.Node(i))
		e := v.Entity(n.ID)
		if e == nil {
			t.Fatalf("node %q is no entity", n.ID)
		}
		if got := doc.get(n.Data, "label"); got != xmlSafe(e.Name) {
			t.Errorf("node %s is called %q, want %q", n.ID, got, e.Name)
		}
	}
	relations := map[string]int{}
	for _, e := range doc.Graph.Edges {
		a, ok1 := number[e.Source]
		b, ok2 := number[e.Target]
		if !ok1 || !ok2 || a == b {
			t.Fatalf("edge from %s to %s", e.Source, e.Target)
		}
		relations[doc.get(e.Data, "relation")]++
		if n := len(strings.Fields(doc.get(e.Data, "facts"))); doc.get(e.Data, "weight") != fmt.Sprint(n) || n == 0 {
			t.Errorf("an edge of weight %s stands on %d facts", doc.get(e.Data, "weight"), n)
		}
		if doc.get(e.Data, "relation") == meets {
			g.SetEdge(simple.Edge{F: simple.Node(a), T: simple.Node(b)})
		}
	}
	if relations[meets] == 0 {
		t.Errorf("relations: %v", relations)
	}
	for _, e := range v.Record.Events {
		if e.Type != "CONSULT" || e.Status != readout.Occurred || len(e.Participants) < 2 {
			continue
		}
		a, ok1 := number[e.Participants[0].Entity]
		b, ok2 := number[e.Participants[1].Entity]
		if !ok1 || !ok2 || a != b && !topo.PathExistsIn(g, simple.Node(a), simple.Node(b)) {
			t.Errorf("the parties of %s are not joined", e.ID)
		}
	}
}

// xmlSafe is text as it comes back from XML: what XML cannot hold becomes
// U+FFFD.
func xmlSafe(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || r == '\r' || r >= ' ' && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 {
			return r
		}
		return '\uFFFD'
	}, s)
}

func TestForms(t *testing.T) { holdForms(t, made()) }

// hostile puts the strings, one after the other, in the place of every text of
// a record. Fields of facts take line ends too, which no report's line has.
func hostile(strs []string) *view.View {
	i := 0
	next := func() string {
		i++
		return strs[i%len(strs)]
	}
	rec := generate.New(generate.Options{Seed: 9, Reports: 120, Text: func(_ generate.Field, words string) string {
		if s := next(); strings.TrimSpace(s) != "" {
			return s
		}
		return words
	}}).Record
	for _, e := range rec.Events {
		e.Title = next() + "\r\nEND:VEVENT\r\nBEGIN:VALARM\x00\x1b[31m\ufffe"
	}
	for _, r := range rec.Reports {
		r.Title, r.Byline, r.Outlet, r.URL = next(), next(), next(), next()
	}
	for _, e := range rec.Entities {
		e.Name += "\u2028\x0b" + next()
	}
	for _, d := range rec.Disagreements {
		d.Why = next()
	}
	return view.New(rec)
}

// naughty are the strings of public lists that break programs.
func naughty(t testing.TB) []string {
	dir := filepath.Join(corpus.Dir(t), "hostile")
	var out []string
	for _, f := range []string{"naughty/blns.txt", "xss/Intruder/xss-payload-list.txt"} {
		b, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(f)))
		if err != nil {
			t.Fatal(err)
		}
		for l := range strings.Lines(string(b)) {
			if l = strings.TrimSuffix(l, "\n"); l != "" && !strings.HasPrefix(l, "#") && utf8.ValidString(l) {
				out = append(out, l)
			}
		}
	}
	if len(out) < 5000 {
		t.Fatalf("%d strings in %s", len(out), dir)
	}
	return out
}

// TestHostile sends the lists through every field of every form: each form
// still keeps its schema, comes back from its reader, and has no markup.
func TestHostile(t *testing.T) { holdForms(t, hostile(naughty(t))) }

// extensions of the forms as the reading program looks for them.
func saveAll(t *testing.T, v *view.View) (dir string, want map[string]int) {
	t.Helper()
	dir = t.TempDir()
	want = map[string]int{}
	for _, f := range Formats() {
		if f.Name == "parquet" || f.Name == "ical" {
			continue // the standard library of the other program has no reader
		}
		path := filepath.Join(dir, f.Name)
		if !f.Files {
			path += f.Ext
		}
		_, m, err := Save(path, f.Name, v, Options{}, false)
		if err != nil {
			t.Fatal(err)
		}
		if f.Files {
			for _, x := range m.Files {
				want[f.Name+"/"+x.Name] = x.Items
			}
			continue
		}
		want[f.Name] = items(m)
	}
	want["quotes"] = len(v.Record.Statements) // documents hold them
	texts, hashes := map[string]string{}, map[string]string{}
	for _, r := range v.Record.Reports {
		texts[r.ID], hashes[r.SHA256] = r.Text, r.ID
	}
	for name, x := range map[string]any{"texts.json": texts, "hashes.json": hashes} {
		b, err := json.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir, want
}

// TestOtherProgramReads has Python read the exports: it counts what is in them
// and cuts every span from the report's text, in its own code points.
func TestOtherProgramReads(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("python3 is not installed and CI is set: no other program can read the exports")
		}
		t.Skip("python3 is not installed: no other program reads the exports")
	}
	records := map[string]*view.View{"made": made()}
	if _, err := os.Stat(filepath.Join("..", "..", "..", "shared")); err == nil {
		records["hostile"] = hostile(naughty(t))
	}
	for _, name := range slices.Sorted(maps.Keys(records)) {
		t.Run(name, func(t *testing.T) {
			dir, want := saveAll(t, records[name])
			out, err := exec.Command(python, "testdata/read.py", dir).CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			var got struct {
				Found  map[string]int
				Wrong  []string
				Errors int
			}
			if err := json.Unmarshal(out, &got); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			if got.Errors > 0 {
				t.Errorf("%d errors:\n%s", got.Errors, strings.Join(got.Wrong, "\n"))
			}
			for k, n := range want {
				if got.Found[k] != n {
					t.Errorf("%s: %d found, the manifest says %d", k, got.Found[k], n)
				}
			}
			if len(got.Found) != len(want) {
				t.Errorf("found %v, want %v", got.Found, want)
			}
		})
	}
}

// TestSpansCutTheirWords lays the spans of annotations and quotes over the
// texts without a line of the exporter.
func TestSpansCutTheirWords(t *testing.T) {
	v := made()
	var page struct{ Items []annotation }
	if err := json.Unmarshal(only(t, "annotations", v, Options{}), &page); err != nil {
		t.Fatal(err)
	}
	texts := map[string][]rune{}
	for _, r := range v.Record.Reports {
		texts["urn:sha256:"+r.SHA256] = []rune(r.Text)
	}
	quoted := 0
	for _, a := range page.Items {
		text, sel := texts[a.Target.Scope], a.Target.Selector
		if len(sel) < 2 {
			continue
		}
		quoted++
		start, end := *sel[0].Start, *sel[0].End
		if got := string(text[start:end]); got != *sel[1].Exact {
			t.Errorf("%s: the words are %q, not %q", a.ID, got, *sel[1].Exact)
		}
		if !strings.HasSuffix(string(text[:start]), *sel[1].Prefix) || !strings.HasPrefix(string(text[end:]), *sel[1].Suffix) {
			t.Errorf("%s: other words stand around it", a.ID)
		}
	}
	if quoted == 0 {
		t.Error("no annotation has words")
	}
}

// TestNoReportLeavesWhole looks for long runs of a report's text in every form.
func TestNoReportLeavesWhole(t *testing.T) {
	v := made()
	for _, f := range Formats() {
		files, _ := written(t, f.Name, v, Options{})
		for name, b := range files {
			for _, r := range v.Record.Reports {
				if len(r.Text) > 2*maxExact && bytes.Contains(b, []byte(r.Text[:2*maxExact])) {
					t.Errorf("%s: the first %d bytes of %s are in it", name, 2*maxExact, r.ID)
				}
			}
		}
	}
}

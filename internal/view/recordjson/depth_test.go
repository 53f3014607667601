package recordjson

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store/storetest"
	"github.com/readout-news/readout/wire"
)

// leftOut are the texts of the record that the contract does not carry.
var leftOut = []string{
	"Report.Text",   // the capture has it
	"Report.Byline", // no field of the contract
	"Report.Domain", // follows from url
	"Origin.At",     // the credit line; origin.why says it
	"By.",           // printed for facts, not for noise, roles, dates, links and cues
	"Evidence.Report",
}

// filled is a record in which every field is set, with every span in its
// report.
func filled() *readout.Record {
	rec := &readout.Record{}
	storetest.Fill(rec)
	for _, r := range rec.Reports {
		r.ID, r.Text = "r1", "Nobody walked out."
	}
	for i := range rec.Utterances {
		for j := range rec.Utterances[i].Variants {
			rec.Utterances[i].Variants[j].Statement = rec.Statements[j].ID
		}
	}
	settle(reflect.ValueOf(rec).Elem(), "")
	return rec
}

// settle moves every span into the text of report r1.
func settle(v reflect.Value, name string) {
	switch x := v.Addr().Interface().(type) {
	case *readout.Span:
		*x = readout.Span{Start: 1, End: 2}
		return
	case *readout.Evidence:
		x.Report = "r1"
	case *readout.Statement:
		x.Report = "r1"
	case *readout.Defect:
		x.Report = "r1"
	}
	switch v.Kind() {
	case reflect.Pointer:
		settle(v.Elem(), name)
	case reflect.Slice:
		for i := range v.Len() {
			settle(v.Index(i), name)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			settle(v.Field(i), v.Type().Field(i).Name)
		}
	}
}

// texts gathers the strings below v with where each stands.
func texts(v reflect.Value, path string, out map[string]string) {
	switch v.Kind() {
	case reflect.String:
		out[v.String()] = path
	case reflect.Pointer:
		texts(v.Elem(), path, out)
	case reflect.Slice:
		for i := range v.Len() {
			texts(v.Index(i), path, out)
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			texts(it.Value(), path, out)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			texts(v.Field(i), v.Type().Name()+"."+v.Type().Field(i).Name, out)
		}
	}
}

// strs gathers every string of a JSON value.
func strs(v any, out map[string]bool) {
	switch x := v.(type) {
	case string:
		out[x] = true
	case []any:
		for _, e := range x {
			strs(e, out)
		}
	case map[string]any:
		for _, e := range x {
			strs(e, out)
		}
	}
}

// TestForgetsNothing sets every field there is and looks for its text in the
// JSON.
func TestForgetsNothing(t *testing.T) {
	rec := filled()
	// A response names one of three things, a claim has one value.
	rec.Responses[0].Event, rec.Responses[1].Statement = "", ""
	rec.Claims = append(rec.Claims, rec.Claims...)
	for i, v := range []readout.ClaimValue{{Unit: "minute"}, {Date: rec.Claims[0].Value.Date}, {Entity: "entity"}, {Text: "text"}} {
		c := *rec.Claims[i]
		c.Value = v
		rec.Claims[i] = &c
	}
	var b bytes.Buffer
	if err := Write(&b, rec); err != nil {
		t.Fatal(err)
	}
	var doc any
	if err := json.Unmarshal(b.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	have := map[string]bool{}
	strs(doc, have)
	want := map[string]string{}
	texts(reflect.ValueOf(rec).Elem(), "Record", want)
	for s, path := range want {
		if s != "" && !have[s] && !slices.ContainsFunc(leftOut, func(p string) bool { return strings.HasPrefix(path, p) }) {
			t.Errorf("%s is not in the JSON", path)
		}
	}
}

// TestAbout holds the three forms of what a response is about.
func TestAbout(t *testing.T) {
	for _, c := range []struct {
		name            string
		in              readout.Response
		want, kind, in2 string
	}{
		{"event", readout.Response{Event: "v1", About: "the call"}, "v1", "event", "the call"},
		{"statement", readout.Response{Statement: "s1"}, "s1", "statement", ""},
		{"words", readout.Response{About: "the offer"}, "the offer", "text", "the offer"},
		{"nothing", readout.Response{}, "", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.in.Evidence.Report = "r1"
			e := newEncoder(&readout.Record{Reports: []*readout.Report{{ID: "r1"}}}, nil)
			got := e.response(&c.in)
			for _, f := range []struct {
				what string
				got  *string
				want string
			}{{"about", got.About, c.want}, {"about_kind", got.AboutKind, c.kind}, {"about_text", got.AboutText, c.in2}} {
				if (f.got == nil) != (f.want == "") || f.got != nil && *f.got != f.want {
					t.Errorf("%s: got %v, want %q", f.what, f.got, f.want)
				}
			}
		})
	}
}

// TestSchemaNamesEveryField compares the wire types with docs/schema.md: each
// key stands there, in quotes or in backticks.
func TestSchemaNamesEveryField(t *testing.T) {
	b, err := os.ReadFile("../../../docs/schema.md")
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	for _, m := range regexp.MustCompile(`"(\w+)"|[`+"`.]"+`(\w+)`).FindAllStringSubmatch(string(b), -1) {
		named[m[1]], named[m[2]] = true, true
	}
	var walk func(reflect.Type)
	walk = func(t2 reflect.Type) {
		switch t2.Kind() {
		case reflect.Pointer, reflect.Slice:
			walk(t2.Elem())
		case reflect.Struct:
			for f := range t2.Fields() {
				if key, _, _ := strings.Cut(f.Tag.Get("json"), ","); key != "" && !named[key] {
					t.Errorf("docs/schema.md does not name %s of %s", key, t2.Name())
				}
				walk(f.Type)
			}
		}
	}
	walk(reflect.TypeFor[wire.Record]())
}

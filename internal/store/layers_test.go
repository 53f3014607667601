package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/storetest"
)

// filled returns a Doc in which every field of every layer, at any depth, is
// set to a value of its own.
func filled() *nlp.Doc {
	doc := &nlp.Doc{}
	storetest.Fill(doc)
	doc.Report = &readout.Report{ID: "r1"}
	doc.Desk = nil // what people decided is no layer
	return doc
}

// zeroFields lists the paths below v that hold zero values.
func zeroFields(v reflect.Value, path string) []string {
	if v.IsZero() {
		return []string{path}
	}
	var out []string
	switch v.Kind() {
	case reflect.Pointer:
		out = zeroFields(v.Elem(), path)
	case reflect.Slice:
		for i := range v.Len() {
			out = append(out, zeroFields(v.Index(i), fmt.Sprintf("%s[%d]", path, i))...)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			out = append(out, zeroFields(v.Field(i), path+"."+v.Type().Field(i).Name)...)
		}
	}
	return out
}

// TestLayersForgetNothing sets every field there is and demands it back.
func TestLayersForgetNothing(t *testing.T) {
	doc := filled()
	b, err := store.EncodeLayers(doc)
	if err != nil {
		t.Fatal(err)
	}
	got, err := store.DecodeLayers(doc.Report, b)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(doc, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for _, f := range zeroFields(reflect.ValueOf(*got), "Doc") {
		if f == "Doc.Desk" {
			continue
		}
		if !strings.HasPrefix(f, "Doc.Report.") {
			t.Errorf("%s came back empty", f)
		}
	}
	again, err := store.EncodeLayers(got)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(b, again) {
		t.Error("encoding again gave other bytes")
	}
}

// TestLayersRoundTrip tries random documents, with nil and empty lists.
func TestLayersRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		doc := &nlp.Doc{
			Tokens:       rapid.SliceOfN(rapid.Make[nlp.Token](), 0, 5).Draw(t, "tokens"),
			Sentences:    rapid.SliceOfN(rapid.Make[nlp.Sentence](), 0, 3).Draw(t, "sentences"),
			Mentions:     rapid.SliceOfN(rapid.Make[nlp.Mention](), 0, 3).Draw(t, "mentions"),
			Timexes:      rapid.SliceOfN(rapid.Make[nlp.Timex](), 0, 3).Draw(t, "timexes"),
			Attributions: rapid.SliceOfN(rapid.Make[nlp.Attribution](), 0, 3).Draw(t, "attributions"),
			Chains:       rapid.SliceOfN(rapid.Make[nlp.Chain](), 0, 3).Draw(t, "chains"),
			Events:       rapid.SliceOfN(rapid.Make[nlp.EventMention](), 0, 3).Draw(t, "events"),
			Positions:    rapid.SliceOfN(rapid.Make[nlp.Position](), 0, 3).Draw(t, "positions"),
			Responses:    rapid.SliceOfN(rapid.Make[nlp.Response](), 0, 3).Draw(t, "responses"),
		}
		b, err := store.EncodeLayers(doc)
		if err != nil {
			t.Fatal(err)
		}
		got, err := store.DecodeLayers(nil, b)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(doc, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
}

func TestLayersOtherLayout(t *testing.T) {
	b, err := store.Pack([]byte("RDL1" + "12345678"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.DecodeLayers(nil, b); !errors.Is(err, store.ErrLayout) {
		t.Errorf("got %v, want ErrLayout", err)
	}
}

// FuzzDecodeLayers checks that damaged bytes give an error, not a panic, and
// that whatever decodes encodes.
func FuzzDecodeLayers(f *testing.F) {
	for _, doc := range []*nlp.Doc{{}, filled()} {
		packed, err := store.EncodeLayers(doc)
		if err != nil {
			f.Fatal(err)
		}
		b, err := store.Unpack(packed)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
		f.Add(b[:len(b)/2])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		doc, err := store.DecodeUnpacked(nil, b)
		if err != nil {
			return
		}
		if _, err := store.EncodeLayers(doc); err != nil {
			t.Fatal(err)
		}
	})
}

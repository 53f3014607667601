package export

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/piprate/json-gold/ld"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// validate checks a JSON document against testdata/schemas/NAME.json, which is
// written after the form's specification.
func validate(t testing.TB, name string, doc []byte) {
	t.Helper()
	s, err := jsonschema.NewCompiler().Compile(filepath.Join("testdata", "schemas", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	check(t, s, doc)
}

func check(t testing.TB, s *jsonschema.Schema, doc []byte) {
	t.Helper()
	x, err := jsonschema.UnmarshalJSON(bytes.NewReader(doc))
	if err != nil {
		t.Fatalf("%v in %.300s", err, doc)
	}
	if err := s.Validate(x); err != nil {
		t.Fatalf("%v\nin %.500s", err, doc)
	}
}

// validateLines checks each line and returns how many there are.
func validateLines(t testing.TB, name string, doc []byte) int {
	t.Helper()
	s, err := jsonschema.NewCompiler().Compile(filepath.Join("testdata", "schemas", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	in := bufio.NewScanner(bytes.NewReader(doc))
	in.Buffer(nil, 1<<26)
	for in.Scan() {
		check(t, s, in.Bytes())
		n++
	}
	if err := in.Err(); err != nil {
		t.Fatal(err)
	}
	return n
}

// offline is a loader that knows the contexts under testdata/contexts and no
// network.
type offline map[string]string

func (o offline) LoadDocument(u string) (*ld.RemoteDocument, error) {
	file, ok := o[u]
	if !ok {
		return nil, ld.NewJsonLdError(ld.LoadingDocumentFailed, "not at hand: "+u)
	}
	b, err := os.ReadFile(filepath.Join("testdata", "contexts", file))
	if err != nil {
		return nil, err
	}
	doc, err := ld.DocumentFromReader(bytes.NewReader(b))
	return &ld.RemoteDocument{DocumentURL: u, Document: doc}, err
}

var contexts = offline{AnnotationContext: "anno.jsonld", SchemaOrg: "schema.jsonld"}

// triple is one of RDF.
type triple struct{ s, p, o string }

// triples expands a JSON-LD document, in the mode that refuses terms without a
// meaning, and turns it into RDF.
func triples(t testing.TB, doc []byte) []triple {
	t.Helper()
	x, err := ld.DocumentFromReader(bytes.NewReader(doc))
	if err != nil {
		t.Fatal(err)
	}
	opts := ld.NewJsonLdOptions("")
	opts.DocumentLoader = contexts
	opts.SafeMode = true
	proc := ld.NewJsonLdProcessor()
	if _, err := proc.Expand(x, opts); err != nil {
		t.Fatal(err)
	}
	set, err := proc.ToRDF(x, opts)
	if err != nil {
		t.Fatal(err)
	}
	var out []triple
	for _, q := range set.(*ld.RDFDataset).GetQuads("@default") {
		out = append(out, triple{term(q.Subject), term(q.Predicate), term(q.Object)})
	}
	return out
}

// term writes IRIs in angle brackets and everything else as it is.
func term(n ld.Node) string {
	if ld.IsIRI(n) {
		return "<" + n.GetValue() + ">"
	}
	return n.GetValue()
}

// count counts the triples with that predicate and object; "" fits all.
func count(ts []triple, p, o string) int {
	n := 0
	for _, x := range ts {
		if (p == "" || x.p == p) && (o == "" || x.o == o) {
			n++
		}
	}
	return n
}

const rdfType = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"

// decode reads JSON into T and fails on fields that T does not have.
func decode[T any](t testing.TB, doc []byte) T {
	t.Helper()
	var out T
	d := json.NewDecoder(bytes.NewReader(doc))
	d.DisallowUnknownFields()
	if err := d.Decode(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

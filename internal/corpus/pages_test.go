package corpus_test

import (
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout/internal/corpus"
)

func TestReadPages(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "html"), 0o755); err != nil {
		t.Fatal(err)
	}
	index := `{"set":"fundus","id":"a","html":"a.html.gz","url":"https://x.example/a","title":"Talks","author":["Oona Hale"],"date":"2031-03-12","body":"One."}
{"set":"trafilatura","id":"b","html":"b.html","with":["x"],"without":["y"],"title":null,"author":"Jon Averin","date":null}
`
	if err := os.WriteFile(filepath.Join(dir, "html", "index.jsonl"), []byte(index), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "html", "b.html"), []byte("<p>b"), 0o644); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(filepath.Join(dir, "html", "a.html.gz"))
	if err != nil {
		t.Fatal(err)
	}
	z := gzip.NewWriter(f)
	z.Write([]byte("<p>a"))
	z.Close()
	f.Close()
	var got []corpus.Page
	if err := corpus.ReadPages(dir, func(p *corpus.Page) error { got = append(got, *p); return nil }); err != nil {
		t.Fatal(err)
	}
	want := []corpus.Page{
		{Set: "fundus", ID: "a", HTML: []byte("<p>a"), URL: "https://x.example/a", Title: "Talks", Authors: []string{"Oona Hale"}, Date: "2031-03-12", Body: "One."},
		{Set: "trafilatura", ID: "b", HTML: []byte("<p>b"), With: []string{"x"}, Without: []string{"y"}, Authors: []string{"Jon Averin"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

package corpus

import (
	"os"
	"path/filepath"
	"testing"
)

func TestReadEventCorpora(t *testing.T) {
	dir := Dir(t)
	plover, err := ReadPlover(filepath.Join(dir, "events", "PLOVER_GSR_CAMEO.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if len(plover) != 322 {
		t.Errorf("%d PLOVER records, want 322", len(plover))
	}
	for _, r := range []struct {
		file string
		read func(string) ([]EventText, error)
	}{
		{"events/wikievents_dev.jsonl", ReadWikiEvents},
		{"cdec/newswcl50_topics0-3.jsonl", ReadNewsWCL},
		{"cdec/ecbplus_dev.jsonl", ReadECB},
	} {
		docs, err := r.read(filepath.Join(dir, filepath.FromSlash(r.file)))
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, d := range docs {
			for _, g := range d.Triggers {
				if g.Span.Empty() || g.Span.End > len(d.Text) {
					t.Fatalf("%s %s: span %v", r.file, d.Doc, g.Span)
				}
				n++
			}
		}
		if len(docs) == 0 || n == 0 {
			t.Errorf("%s: %d texts, %d triggers", r.file, len(docs), n)
		}
	}
}

func TestReadWikiEvents(t *testing.T) {
	path := filepath.Join(t.TempDir(), "w.jsonl")
	line := `{"doc_id":"d","sentences":[[[["Troops",0,6],["left",7,11]],"Troops left"],[[["Ered",0,4],["met",5,8],["Maren",9,14]],"Ered met Maren"]],"event_mentions":[{"event_type":"Contact.Contact.Meet","trigger":{"start":3,"end":4}}]}`
	if err := os.WriteFile(path, []byte(line+"\n\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	docs, err := ReadWikiEvents(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(docs) != 1 || docs[0].Text != "Troops left\nEred met Maren\n" || len(docs[0].Triggers) != 1 || docs[0].Triggers[0].Span.In(docs[0].Text) != "met" {
		t.Errorf("got %+v", docs)
	}
	if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadWikiEvents(path); err == nil {
		t.Error("broken JSON read without an error")
	}
}

package link_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/view/recordjson"
)

// told are reports by several outlets on a row of contacts, a fire and a
// verdict, some without a day.
var told = []struct{ day, text string }{
	{"2031-01-20", "President Henrik Aldane of Sollund and President Vesna Torokai of Karvany spoke by telephone on Monday.\n\nThe call lasted an hour, Aldane's office said. The two leaders discussed the water of Lake Ansa."},
	{"2031-01-21", "Aldane and Torokai spoke on Monday about Lake Ansa, the Ansa Post reported. Karvany demanded that Sollund open the sluice at Dorne."},
	{"", "Sollund's president, Henrik Aldane, held a telephone call with Karvany's president, Vesna Torokai. The conversation lasted about an hour."},
	{"2031-02-17", "Sollund's president, Henrik Aldane, and his Karvan counterpart, Vesna Torokai, held a second telephone call on Monday, their offices said.\n\nThe first call, on January 20, had ended without result."},
	{"2031-02-18", "Torokai and Aldane will meet in Orrin on March 10, a Karvan official said. Their next conversation is planned for Friday."},
	{"2031-03-10", "President Henrik Aldane of Sollund and President Vesna Torokai of Karvany met in Orrin on Monday at a summit on Lake Ansa.\n\n\"We made progress in that meeting,\" Aldane said on Tuesday."},
	{"2031-03-11", "Karvany denied that its president had met Aldane in Orrin. Sollund expelled two Karvan diplomats in response to the arrest of its envoy."},
	{"2031-03-12", "A fire destroyed a spinning mill in Vellmark on Tuesday, firefighters said. Police arrested the owner, Marten Hale."},
	{"2031-03-12", "Marten Hale, who owns a spinning mill in Vellmark that burned down on Tuesday, was arrested by police."},
	{"", "Police in Vellmark arrested the owner of a mill, Marten Hale, after a fire. \"I did nothing,\" Hale said."},
}

// TestAnyOrder holds that the record does not depend on the order in which
// the reports arrive.
func TestAnyOrder(t *testing.T) {
	r, err := pipeline.New()
	if err != nil {
		t.Fatal(err)
	}
	docs := make([]*nlp.Doc, len(told))
	for i, x := range told {
		// Names that do not sort as the reports are written.
		rep := &readout.Report{ID: fmt.Sprintf("r%02d", i*7%len(told)), Text: x.text, Language: "en"}
		rep.Published.Value, rep.Published.Basis = x.day, readout.BasisNone
		if x.day != "" {
			rep.Published.Precision, rep.Published.Basis = "day", readout.BasisSidecar
		}
		docs[i] = r.Annotate(rep)
	}
	write := func(docs []*nlp.Doc) []byte {
		rec, err := link.Record(docs, r.KB, nil)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := recordjson.Write(&b, rec); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	want := write(docs)
	if n := bytes.Count(want, []byte(`"type": "CONSULT"`)); n < 4 {
		t.Fatalf("%d contacts in the record: the test would not see much", n)
	}
	rng := rand.New(rand.NewPCG(7, 11))
	for n := range 50 {
		rng.Shuffle(len(docs), func(i, j int) { docs[i], docs[j] = docs[j], docs[i] })
		if got := write(docs); !bytes.Equal(got, want) {
			t.Fatalf("permutation %d gives another record", n)
		}
	}
}

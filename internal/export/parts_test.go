package export

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/view"
)

// small is a record made by hand: a minister of a state that there is, one of a
// state that there is not, what the one says of the other, and events of every
// status.
func small() *readout.Record {
	text := "“Torokai – she – knows the lake,” Aldane told Whitlock. Aldane met Torokai on Friday."
	at := func(words string) readout.Span {
		i := strings.Index(text, words)
		return readout.Span{Start: i, End: i + len(words)}
	}
	ev := func(words string) readout.Evidence {
		return readout.Evidence{Report: "r1", Span: at(words), By: readout.By{Annotator: "test", Version: "1", Rule: "test/rule"}}
	}
	named := func(words string) []readout.EntityMention {
		return []readout.EntityMention{{Evidence: ev(words), Form: readout.FormName}}
	}
	event := func(id, typ, mode string, status readout.EventStatus, d *readout.Date, parts ...readout.Participant) *readout.Event {
		return &readout.Event{
			ID: id, Type: typ, Mode: mode, Title: typ + " " + string(status), Status: status, Date: d, Participants: parts, Place: "e5",
			Mentions: []readout.EventMention{{Evidence: ev("Aldane met Torokai"), Trigger: at("met"), Status: status}},
		}
	}
	friday := &readout.Date{Value: "2031-03-14", Precision: "day", Basis: "relative"}
	aldane, torokai := readout.Participant{Entity: "e1", Role: "participant"}, readout.Participant{Entity: "e2", Role: "participant"}
	return &readout.Record{
		Reports: []*readout.Report{{ID: "r1", SHA256: "ab", Text: text, Title: "The lake", URL: "https://wire.example/lake", Language: "en", Published: readout.Published{Value: "2031-03-15"}}},
		Origins: []readout.Origin{{Kind: "own", Outlet: "e4"}},
		Entities: []*readout.Entity{
			{ID: "e1", Type: readout.Person, Name: "Aldane", Names: []string{"Aldane"}, Country: "FR", Wikidata: "Q1", Roles: []readout.Role{{Title: "minister"}, {Title: "minister of the lakes"}}, Mentions: named("Aldane")},
			{ID: "e2", Type: readout.Person, Name: "Torokai", Names: []string{"Torokai"}, Roles: []readout.Role{{Title: "general of Karvany"}}, Mentions: named("Torokai")},
			{ID: "e3", Type: readout.Person, Name: "Whitlock", Names: []string{"Whitlock"}, Mentions: named("Whitlock")},
			{ID: "e4", Type: readout.Outlet, Name: "Harbour Wire", Names: []string{"Harbour Wire"}},
			{ID: "e5", Type: readout.Place, Name: "Port Elsey", Names: []string{"Port Elsey"}, Country: "XK"},
		},
		Events: []*readout.Event{
			event("v1", "CONSULT", "meeting", readout.Occurred, friday, aldane, torokai),
			event("v2", "COMMIT", "", readout.Planned, friday, readout.Participant{Entity: "e1", Role: "agent"}, readout.Participant{Entity: "e2", Role: "recipient"}),
			event("v3", "DENY", "", readout.Denied, friday, readout.Participant{Entity: "e1", Role: "agent"}),
			event("v4", "CONSULT", "phone", readout.Reported, &readout.Date{Value: "2031-03", Precision: "month"}, aldane, torokai),
			event("v5", "SANCTION", "restrict", readout.Hypothetical, friday, readout.Participant{Entity: "e1", Role: "agent"}),
			event("v6", "AGREE", "", readout.Occurred, friday),
			event("v7", "CONSULT", "talks", readout.Denied, friday, aldane, torokai),
			event("v8", "CONSULT", "", readout.Occurred, &readout.Date{Value: "2031-03-14", Precision: readout.Latest}, aldane, torokai),
		},
		Statements: []*readout.Statement{
			{ID: "s1", Report: "r1", Kind: readout.Direct, Content: []readout.Span{at("Torokai – she – knows the lake,")}, Text: "Torokai – she – knows the lake,", Speaker: "e1", Addressee: "e3", Uttered: true, Date: friday, By: readout.By{Annotator: "quote", Version: "9", Rule: "q"}},
			{ID: "s2", Report: "r1", Kind: readout.Direct, Content: []readout.Span{at("knows")}, Text: "knows", Uttered: true},
			{ID: "s3", Report: "r1", Kind: readout.Direct, Content: []readout.Span{at("lake")}, Text: "lake", Speaker: "e1", Uttered: false},
		},
	}
}

// left is what a form left out, by kind and reason.
func left(m *Manifest, kind string) map[string]int {
	out := map[string]int{}
	for _, l := range m.LeftOut {
		if l.Kind == kind {
			out[l.Reason] = l.Count
		}
	}
	return out
}

func TestPlainPlover(t *testing.T) {
	files, m := written(t, "plover-plain", view.New(small()), Options{Version: "1"})
	want := `{"id":"v1","date":"2031-03-14","actor":[{"code":"FRA","sector":"GOV","entity_text":"Aldane","identifier_id":"Q1","identifier_text":"Aldane","office":"minister of the lakes"},{"sector":"MIL","entity_text":"Torokai","office":"general of Karvany"}],"event":["CONSULT"],"event_loc":{"resolved_place":"Port Elsey","country_code":"KOS"},"event_text":["met"],"quad_code":1,"cite_info":{"citation":"r1","url":"https://wire.example/lake","title":"The lake","language":"en","publication":"wire.example"},"coder":"Readout 1"}
{"id":"v2","date":"2031-03-14","actor":[{"code":"FRA","sector":"GOV","entity_text":"Aldane","identifier_id":"Q1","identifier_text":"Aldane","office":"minister of the lakes"}],"recipient":[{"sector":"MIL","entity_text":"Torokai","office":"general of Karvany"}],"event":["AGREE"],"event_loc":{"resolved_place":"Port Elsey","country_code":"KOS"},"event_text":["met"],"quad_code":1,"context":["future"],"cite_info":{"citation":"r1","url":"https://wire.example/lake","title":"The lake","language":"en","publication":"wire.example"},"coder":"Readout 1"}
{"id":"v7","date":"2031-03-14","actor":[{"code":"FRA","sector":"GOV","entity_text":"Aldane","identifier_id":"Q1","identifier_text":"Aldane","office":"minister of the lakes"},{"sector":"MIL","entity_text":"Torokai","office":"general of Karvany"}],"event":["CONSULT"],"event_loc":{"resolved_place":"Port Elsey","country_code":"KOS"},"event_text":["met"],"quad_code":1,"context":["negation"],"cite_info":{"citation":"r1","url":"https://wire.example/lake","title":"The lake","language":"en","publication":"wire.example"},"coder":"Readout 1"}
`
	// The outlet of a report is its own name, else its site.
	want = strings.ReplaceAll(want, "wire.example\"},\"coder", view.New(small()).OutletName("r1")+"\"},\"coder")
	if diff := cmp.Diff(want, string(files["readout-plover-plain.jsonl"])); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int{
		"its type DENY has none in PLOVER":                                                 1,
		"its day is not known, and PLOVER requires one":                                    2,
		"nobody is named who did it, and PLOVER requires an actor":                         1,
		"nobody is named whom it was done to, and PLOVER requires a recipient of SANCTION": 1,
	}, left(m, "event")); diff != "" {
		t.Errorf("left out (-want +got)\n%s", diff)
	}
}

func TestAlpha3(t *testing.T) {
	for in, want := range map[string]string{"FR": "FRA", "US": "USA", "XK": "KOS", "PS": "PSE", "": "", "ZZ": "", "QQ": "", "EU": "", "XD": ""} {
		if got := alpha3(in); got != want {
			t.Errorf("alpha3(%q) = %q, want %q", in, got, want)
		}
	}
}

// Every type and mode that the annotators know has its place in plain PLOVER
// or is left out by name.
func TestPloverMapsEveryType(t *testing.T) {
	lists, err := loadPlover()
	if err != nil {
		t.Fatal(err)
	}
	if len(lists.types) < 60 {
		t.Fatalf("%d types", len(lists.types))
	}
	for from, to := range lists.types {
		if quads[to[0]] == 0 && to[0] != "STATEMENT" {
			t.Errorf("%s becomes %s, which is no type of PLOVER", from, to[0])
		}
		mode, err := json.Marshal([]string{to[1]})
		if err != nil {
			t.Fatal(err)
		}
		if quads[to[0]] == 0 || to[1] == "" {
			continue
		}
		recipient := ""
		if needsRecipient[to[0]] {
			recipient = `"recipient":[{"entity_text":"b"}],`
		}
		typ, _ := json.Marshal(to[0])
		quad, _ := json.Marshal(quads[to[0]])
		validate(t, "plover-plain", []byte(`{"id":"v1","date":"2031-03-14","actor":[{"entity_text":"a"}],`+recipient+`"event":[`+string(typ)+`],"event_text":[],"quad_code":`+string(quad)+`,"mode":`+string(mode)+`,"coder":"x"}`))
	}
}

func TestGraph(t *testing.T) {
	files, m := written(t, "graphml", view.New(small()), Options{})
	var doc graphDoc
	if err := xml.Unmarshal(files["readout-graphml.graphml"], &doc); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range doc.Graph.Edges {
		got = append(got, strings.Join([]string{e.Source, doc.get(e.Data, "relation"), e.Target, doc.get(e.Data, "status"), doc.get(e.Data, "first"), doc.get(e.Data, "facts")}, " "))
	}
	want := []string{
		"e1 meets e2 occurred 2031-03-14 v1 v8",
		"e1 meets e2 reported  v4",
		"e1 says about e2  2031-03-14 s1",
		"e1 speaks to e3  2031-03-14 s1",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int{"its speaker is not known, or it was never uttered": 2}, left(m, "statement")); diff != "" {
		t.Errorf("left out (-want +got)\n%s", diff)
	}
}

// What is denied or a mere possibility becomes no Event where an Event says
// that it takes place.
func TestNoEventOfWhatIsDenied(t *testing.T) {
	for _, name := range []string{"schema-org", "ftm", "ical"} {
		_, m := written(t, name, view.New(small()), Options{})
		n := 0
		for why, count := range left(m, "event") {
			if strings.HasPrefix(why, "status ") {
				n += count
			}
		}
		if n != 3 {
			t.Errorf("%s: %d events are left out for their status, want 3: %v", name, n, m.LeftOut)
		}
	}
}

// Nothing in the graph is about an event that is not in it.
func TestNothingIsAboutWhatIsLeftOut(t *testing.T) {
	rec := small()
	rec.Statements[0].Event, rec.Statements[1].Event = "v3", "v1"
	files, m := written(t, "schema-org", view.New(rec), Options{})
	doc := string(files["readout-schema-org.jsonld"])
	if strings.Contains(doc, "urn:readout:v3") || !strings.Contains(doc, `"about":[{"@id":"urn:readout:v1"}]`) || len(left(m, "statement")) != 2 {
		t.Errorf("%v\n%s", m.LeftOut, doc)
	}
}

// What is due in a range of days can be kept until its last.
func TestCalendarDueOnTheLastDay(t *testing.T) {
	rec := small()
	rec.Commitments = nil
	for i, d := range []readout.Date{{Value: "2031-04-01", End: "2031-04-18"}, {Value: "2031-05-02"}, {Value: "2031-06-03T12:00"}} {
		rec.Commitments = append(rec.Commitments, &readout.Commitment{ID: fmt.Sprint("k", i+1), Party: "e1", Terms: "open the lock", Until: &d, Evidence: readout.Evidence{Report: "r1"}})
	}
	doc := string(only(t, "ical", view.New(rec), Options{}))
	for _, want := range []string{
		"DTSTART;VALUE=DATE:20310418\r\nDTEND;VALUE=DATE:20310419\r\n", "DTSTART;VALUE=DATE:20310502\r\nDTEND;VALUE=DATE:20310503\r\n", "DTSTART:20310603T120000\r\n",
	} {
		if !strings.Contains(doc, want) {
			t.Errorf("no %q in\n%s", want, doc)
		}
	}
	if strings.Contains(doc, "20310401") {
		t.Error("a promise stands on the first day of its range")
	}
}

// A day is a day, a month is no day, and a bound is no date.
func TestCalendarDays(t *testing.T) {
	doc := string(only(t, "ical", view.New(small()), Options{}))
	for _, want := range []string{"DTSTART;VALUE=DATE:20310314\r\nDTEND;VALUE=DATE:20310315\r\n", "DTSTAMP:20310315T000000Z\r\n", "STATUS:TENTATIVE\r\n"} {
		if !strings.Contains(doc, want) {
			t.Errorf("no %q in\n%s", want, doc)
		}
	}
	if n := strings.Count(doc, "BEGIN:VEVENT"); n != 3 {
		t.Errorf("%d events, want 3 (v1, v2, v6)", n)
	}
	rec := small()
	rec.Events[0].Date = &readout.Date{Value: "2031-03-14T10:00", Precision: "minute"}
	rec.Events[1].Date = &readout.Date{Value: "2031-03-14T10:00Z", Precision: "minute"}
	rec.Events[5].Date = &readout.Date{Value: "2031-03-12", End: "2031-03-14", Precision: "day"}
	doc = string(only(t, "ical", view.New(rec), Options{}))
	for _, want := range []string{"DTSTART:20310314T100000\r\n", "DTSTART:20310314T100000Z\r\n", "DTSTART;VALUE=DATE:20310312\r\nDTEND;VALUE=DATE:20310315\r\n"} {
		if !strings.Contains(doc, want) {
			t.Errorf("no %q in\n%s", want, doc)
		}
	}
}

// Words that are too long for a quote selector keep their position, and the
// manifest counts them.
func TestLongWords(t *testing.T) {
	rec := small()
	rec.Reports[0].Text = strings.Repeat("long words — ", 100)
	for _, e := range rec.Events {
		e.Mentions = nil
	}
	for _, e := range rec.Entities {
		e.Mentions = nil
	}
	rec.Statements = rec.Statements[:1]
	rec.Statements[0].Content = []readout.Span{{Start: 0, End: len(rec.Reports[0].Text)}}
	files, m := written(t, "annotations", view.New(rec), Options{})
	doc := files["readout-annotations.jsonld"]
	validate(t, "annotations", doc)
	if strings.Contains(string(doc), "long words") || !strings.Contains(string(doc), `"end":1300`) {
		t.Errorf("got %s", doc)
	}
	for _, l := range m.LeftOut {
		if l.Part && l.Kind == "statement" && l.Count == 1 {
			return
		}
	}
	t.Errorf("the manifest does not say so: %v", m.LeftOut)
}

func TestIRI(t *testing.T) {
	v := view.New(small())
	for _, c := range []struct{ base, id, want string }{
		{"", "v1", "urn:readout:v1"},
		{"https://desk.example/", "v1", "https://desk.example/e/v1"},
		{"https://desk.example", "r1", "https://desk.example/d/r1"},
		{"https://desk.example", "e1", "https://desk.example/p/e1"},
		{"https://desk.example", "e4", "https://desk.example/s/e4"},
		{"https://desk.example", "e5", "https://desk.example/o/e5"},
		{"https://desk.example", "s1", "https://desk.example/q/s1"},
		{"https://desk.example", "k1", "https://desk.example/c/k1"},
		{"https://desk.example", "c1", "https://desk.example/f/c1"},
	} {
		if got := newJob(v, v.Record, Options{Base: c.base}, nil, Format{}).iri(c.id); got != c.want {
			t.Errorf("%s at %q is %s, want %s", c.id, c.base, got, c.want)
		}
	}
}

package claim

import (
	"slices"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/entity"
	"github.com/readout-news/readout/internal/link/event"
	"github.com/readout-news/readout/internal/nlp"
)

// word is one token of a test sentence: form, lemma, class, head (1-based, 0
// root), relation.
type word struct {
	form, lemma, upos string
	head              int
	deprel            string
}

// document builds a report of sentences of words.
func document(id string, sentences ...[]word) *nlp.Doc {
	doc := &nlp.Doc{Report: &readout.Report{ID: id}}
	for _, ws := range sentences {
		first := len(doc.Tokens)
		for _, w := range ws {
			if doc.Report.Text != "" {
				doc.Report.Text += " "
			}
			start := len(doc.Report.Text)
			doc.Report.Text += w.form
			head := nlp.None
			if w.head > 0 {
				head = first + w.head - 1
			}
			doc.Tokens = append(doc.Tokens, nlp.Token{Span: readout.Span{Start: start, End: len(doc.Report.Text)}, Sent: len(doc.Sentences), Lemma: w.lemma, UPOS: w.upos, Head: head, Deprel: w.deprel})
		}
		doc.Sentences = append(doc.Sentences, nlp.Sentence{First: first, Last: len(doc.Tokens), Span: doc.TokenSpan(first, len(doc.Tokens))})
	}
	return doc
}

// happened adds an event mention at token t.
func happened(doc *nlp.Doc, t int) *nlp.EventMention {
	doc.Events = append(doc.Events, nlp.EventMention{
		Span: doc.Tokens[t].Span, Trigger: doc.Tokens[t].Span, Token: t, Sent: doc.Tokens[t].Sent, Type: "CONSULT", Mode: "phone",
		Time: nlp.None, Place: nlp.None, Duration: nlp.None,
	})
	return &doc.Events[len(doc.Events)-1]
}

// lasted adds a duration over tokens [first, last).
func lasted(doc *nlp.Doc, first, last int, lo, hi *float64, mod, hedge string) int {
	doc.Timexes = append(doc.Timexes, nlp.Timex{
		Span: doc.TokenSpan(first, last), Type: "DURATION", First: first, Last: last, Mod: mod, Hedge: hedge,
		Minutes: &nlp.Range{Min: lo, Max: hi}, Anchor: nlp.None,
	})
	return len(doc.Timexes) - 1
}

func minute(f float64) *float64 { return &f }

func oneEvent(docs []*nlp.Doc) *event.Links {
	l := &event.Links{Events: []*readout.Event{{ID: "v1", Type: "CONSULT", Mode: "phone"}}}
	for _, d := range docs {
		l.OfMention = append(l.OfMention, make([]int, len(d.Events)))
	}
	return l
}

// speakers answers which entity a chain or outlet is, for the chains of statements.
type speakers struct{ *entity.Links }

func (s speakers) OfChain(d, chain int) string { return s.id(s.Links.OfChain[d][chain]) }

func (s speakers) OfOutlet(d int) string {
	if d >= len(s.OutletOf) {
		return ""
	}
	return s.id(s.OutletOf[d])
}

func (s speakers) id(i int) string {
	if i < 0 {
		return ""
	}
	return s.Entities[i].ID
}

func (s speakers) OfWire(int) readout.ChainLink { return readout.ChainLink{} }

func noEntities(docs []*nlp.Doc) *entity.Links {
	l := &entity.Links{}
	for _, d := range docs {
		of := make([]int, len(d.Chains))
		for i := range of {
			of[i] = -1
		}
		l.OfChain = append(l.OfChain, of)
	}
	return l
}

func TestDurations(t *testing.T) {
	// "The call lasted over an hour ." attached by the annotator
	r1 := document("r1", []word{{"The", "the", "DET", 2, "det"}, {"call", "call", "NOUN", 3, "nsubj"}, {"lasted", "last", "VERB", 0, "root"}, {"over", "over", "ADP", 6, "case"}, {"an", "a", "DET", 6, "det"}, {"hour", "hour", "NOUN", 3, "obl"}, {".", ".", "PUNCT", 3, "punct"}})
	happened(r1, 1).Duration = lasted(r1, 3, 6, minute(60), nil, "MORE_THAN", "over")
	// "The call went well . It lasted two hours ."
	r2 := document("r2",
		[]word{{"The", "the", "DET", 2, "det"}, {"call", "call", "NOUN", 3, "nsubj"}, {"went", "go", "VERB", 0, "root"}, {"well", "well", "ADV", 3, "advmod"}, {".", ".", "PUNCT", 3, "punct"}},
		[]word{{"It", "it", "PRON", 2, "nsubj"}, {"lasted", "last", "VERB", 0, "root"}, {"two", "two", "NUM", 4, "nummod"}, {"hours", "hour", "NOUN", 2, "obl:tmod"}, {".", ".", "PUNCT", 2, "punct"}})
	happened(r2, 1)
	lasted(r2, 7, 9, minute(105), minute(135), "", "")
	// "The call ended about half an hour after it began ."
	r3 := document("r3", []word{{"The", "the", "DET", 2, "det"}, {"call", "call", "NOUN", 3, "nsubj"}, {"ended", "end", "VERB", 0, "root"}, {"30", "30", "NUM", 5, "nummod"}, {"minutes", "minute", "NOUN", 8, "obl:npmod"}, {"after", "after", "SCONJ", 8, "mark"}, {"it", "it", "PRON", 8, "nsubj"}, {"began", "begin", "VERB", 3, "advcl"}, {".", ".", "PUNCT", 3, "punct"}})
	happened(r3, 1)
	lasted(r3, 3, 5, minute(26.25), minute(33.75), "", "")
	// "The flight took two hours ." is not the call's length.
	r4 := document("r4", []word{{"call", "call", "NOUN", 0, "root"}, {".", ".", "PUNCT", 1, "punct"}},
		[]word{{"The", "the", "DET", 2, "det"}, {"flight", "flight", "NOUN", 3, "nsubj"}, {"took", "take", "VERB", 0, "root"}, {"two", "two", "NUM", 5, "nummod"}, {"hours", "hour", "NOUN", 3, "obj"}, {".", ".", "PUNCT", 3, "punct"}})
	happened(r4, 0)
	lasted(r4, 5, 7, minute(105), minute(135), "", "")
	// "It was at least three hours , it could have been four ." two bounds
	r5 := document("r5", []word{{"meeting", "meeting", "NOUN", 0, "root"}, {":", ":", "PUNCT", 1, "punct"}, {"it", "it", "PRON", 6, "nsubj"}, {"was", "be", "AUX", 6, "cop"}, {"three", "three", "NUM", 6, "nummod"}, {"hours", "hour", "NOUN", 1, "parataxis"}, {",", ",", "PUNCT", 6, "punct"}, {"it", "it", "PRON", 11, "nsubj"}, {"was", "be", "AUX", 11, "cop"}, {"four", "four", "NUM", 11, "nummod"}, {"hours", "hour", "NOUN", 6, "conj"}})
	happened(r5, 0)
	lasted(r5, 4, 6, minute(180), nil, "EQUAL_OR_MORE", "at least")
	lasted(r5, 9, 11, nil, minute(240), "EQUAL_OR_LESS", "as long as")

	tests := []struct {
		name    string
		docs    []*nlp.Doc
		claims  int
		verdict readout.Verdict
		why     string
	}{
		{"alone", []*nlp.Doc{r1}, 1, readout.Single, "one source: 60 min or more"},
		{"range within an open one", []*nlp.Doc{r1, r2}, 2, readout.Compatible, "105–135 min lies within 60 min or more"},
		{"apart", []*nlp.Doc{r2, r3}, 2, readout.Conflict, "105–135 min lies above 26.3–33.8 min"},
		{"not of the event", []*nlp.Doc{r4}, 0, "", ""},
		{"two bounds", []*nlp.Doc{r5}, 1, readout.Single, "one source: 180–240 min"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res, err := Compare(tt.docs, noEntities(tt.docs), oneEvent(tt.docs), speakers{noEntities(tt.docs)})
			if err != nil {
				t.Fatal(err)
			}
			claims, dis := only(Duration, res.Claims, res.Disagreements)
			if len(claims) != tt.claims {
				t.Fatalf("%d claims, want %d", len(claims), tt.claims)
			}
			for _, c := range claims {
				if c.Event != "v1" || c.Attribute != Duration || c.Evidence.By.Rule == "" {
					t.Errorf("claim %+v", c)
				}
			}
			if tt.claims == 0 {
				return
			}
			if len(dis) != 1 || dis[0].Verdict != tt.verdict || dis[0].Why != tt.why {
				t.Errorf("verdict %+v, want %s: %s", dis[0], tt.verdict, tt.why)
			}
		})
	}
}

// only keeps what is about one attribute.
func only(attribute string, claims []*readout.Claim, dis []*readout.Disagreement) ([]*readout.Claim, []*readout.Disagreement) {
	return slices.DeleteFunc(claims, func(x *readout.Claim) bool { return x.Attribute != attribute }),
		slices.DeleteFunc(dis, func(x *readout.Disagreement) bool { return x.Attribute != attribute })
}

func TestHolder(t *testing.T) {
	doc := document("r1", []word{{"The", "the", "DET", 2, "det"}, {"palace", "palace", "NOUN", 3, "nsubj"}, {"said", "say", "VERB", 0, "root"}, {"they", "they", "PRON", 5, "nsubj"}, {"spoke", "speak", "VERB", 3, "ccomp"}, {"for", "for", "ADP", 8, "case"}, {"two", "two", "NUM", 8, "nummod"}, {"hours", "hour", "NOUN", 5, "obl"}})
	happened(doc, 4).Duration = lasted(doc, 6, 8, minute(105), minute(135), "", "")
	doc.Chains = []nlp.Chain{{Name: "Palace"}}
	doc.Attributions = []nlp.Attribution{{
		Content: []readout.Span{doc.TokenSpan(3, 8)}, Cue: doc.Tokens[2].Span, CueToken: 2, Source: doc.TokenSpan(0, 2), SourceHead: 1,
		Parent: nlp.None, Relay: nlp.None, Speaker: 0, Addressee: nlp.None,
	}}
	docs := []*nlp.Doc{doc}
	ents := &entity.Links{Entities: []*readout.Entity{{ID: "e1", Name: "Palace"}}, OfChain: [][]int{{0}}}
	res, err := Compare(docs, ents, oneEvent(docs), speakers{ents})
	if err != nil {
		t.Fatal(err)
	}
	claims := res.Claims
	if len(claims) != 1 || claims[0].Holder != "e1" || len(claims[0].Chain) != 2 || !claims[0].Chain[1].OutletOfReport || claims[0].Text != "two hours" {
		t.Errorf("claims %+v", claims[0])
	}
}

func TestDatesAndPlaces(t *testing.T) {
	build := func(id, value, place string) *nlp.Doc {
		doc := document(id, []word{{"talks", "talk", "NOUN", 0, "root"}, {"there", "there", "ADV", 1, "advmod"}, {"then", "then", "ADV", 1, "advmod"}})
		e := happened(doc, 0)
		doc.Timexes = []nlp.Timex{{Span: doc.Tokens[2].Span, Type: "DATE", Value: value, First: 2, Last: 3}}
		e.Time = 0
		doc.Mentions = []nlp.Mention{{Span: doc.Tokens[1].Span, Chain: 0}}
		doc.Chains = []nlp.Chain{{Name: place}}
		e.Place = 0
		return doc
	}
	ents := func(docs []*nlp.Doc) *entity.Links {
		l := &entity.Links{Entities: []*readout.Entity{
			{ID: "e1", Name: "Dorne", Country: "OR", Type: readout.Place},
			{ID: "e2", Name: "Orrin", Country: "OR", Type: readout.Place},
			{ID: "e3", Name: "Vellmark", Country: "SD", Type: readout.Place},
		}}
		for _, d := range docs {
			for i, e := range l.Entities {
				if e.Name == d.Chains[0].Name {
					l.OfChain = append(l.OfChain, []int{i})
				}
			}
		}
		return l
	}
	tests := []struct {
		name        string
		docs        []*nlp.Doc
		date, place readout.Verdict
	}{
		{"same", []*nlp.Doc{build("r1", "2031-03-18", "Dorne"), build("r2", "2031-03-18", "Dorne")}, readout.Agree, readout.Agree},
		{"finer", []*nlp.Doc{build("r1", "2031-03-18", "Dorne"), build("r2", "2031-W12", "Orrin")}, readout.Compatible, readout.Compatible},
		{"other", []*nlp.Doc{build("r1", "2031-03-18", "Dorne"), build("r2", "2031-03-20", "Vellmark")}, readout.Conflict, readout.Conflict},
		{"alone", []*nlp.Doc{build("r1", "2031-03-18", "Dorne")}, readout.Single, readout.Single},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res, err := Compare(tt.docs, ents(tt.docs), oneEvent(tt.docs), speakers{ents(tt.docs)})
			if err != nil {
				t.Fatal(err)
			}
			dis := res.Disagreements
			got := map[string]readout.Verdict{}
			for _, d := range dis {
				got[d.Attribute] = d.Verdict
			}
			if got[Date] != tt.date || got[Place] != tt.place {
				t.Errorf("got %v, want date %s, place %s", got, tt.date, tt.place)
			}
		})
	}
}

func TestOccurrence(t *testing.T) {
	build := func(id string, status readout.EventStatus) *nlp.Doc {
		doc := document(id, []word{{"talks", "talk", "NOUN", 0, "root"}})
		e := happened(doc, 0)
		e.Status, e.Attributes = status, map[string]string{"status-by": "cue"}
		return doc
	}
	tests := []struct {
		name string
		docs []*nlp.Doc
		want readout.Verdict
	}{
		{"denied", []*nlp.Doc{build("r1", readout.Occurred), build("r2", readout.Denied)}, readout.Conflict},
		{"hearsay", []*nlp.Doc{build("r1", readout.Occurred), build("r2", readout.Reported)}, readout.Compatible},
		{"only told as fact", []*nlp.Doc{build("r1", readout.Occurred), build("r2", readout.Occurred)}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res, err := Compare(tt.docs, noEntities(tt.docs), oneEvent(tt.docs), speakers{noEntities(tt.docs)})
			if err != nil {
				t.Fatal(err)
			}
			dis := res.Disagreements
			got := readout.Verdict("")
			for _, d := range dis {
				if d.Attribute == Occurrence {
					got = d.Verdict
				}
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestNextExcludesWhatIsBetween(t *testing.T) {
	parties := []readout.Participant{{Entity: "e1", Role: "participant"}, {Entity: "e2", Role: "participant"}}
	on := func(id, day string) *readout.Event {
		return &readout.Event{ID: id, Type: "CONSULT", Participants: parties, Date: &readout.Date{Value: day, Precision: "day"}}
	}
	links := &event.Links{Events: []*readout.Event{on("v1", "2031-02-12"), on("v2", "2031-03-13"), on("v3", "2031-03-18")}}
	told := func(id string, of ...int) *nlp.Doc {
		var ws []word
		for range of {
			ws = append(ws, word{"call", "call", "NOUN", 0, "root"})
		}
		doc := document(id, ws)
		for i := range of {
			e := happened(doc, i)
			e.Status, e.Attributes = readout.Occurred, map[string]string{"status-by": "past tense"}
		}
		links.OfMention = append(links.OfMention, of)
		return doc
	}
	docs := []*nlp.Doc{told("r1", 0, 2), told("r2", 1)}
	docs[0].Events[1].Ordinal = "next"
	res, err := Compare(docs, noEntities(docs), links, speakers{noEntities(docs)})
	if err != nil {
		t.Fatal(err)
	}
	dis := res.Disagreements
	if len(dis) != 1 || dis[0].Event != "v2" || dis[0].Verdict != readout.Conflict {
		t.Errorf("got %+v", dis)
	}
}

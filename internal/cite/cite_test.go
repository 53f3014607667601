package cite

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

var asOf = time.Date(2031, 3, 14, 20, 31, 12, 0, time.UTC)

// full is a note with every field.
var full = Note{
	Headline: "Minister: “Karvany abandoned negotiations”", Byline: "By Oona Hale and Lina Corvo", Outlet: "Harbour Wire",
	Published: "2031-03-14T14:05Z", URL: "https://harbourwire.example/a?b=1&c=50%25_x", First: 14, Last: 14, SHA256: "3fa2c1" + strings.Repeat("0", 58), Revision: 12, AsOf: asOf,
	Permalink: "readout.example/e/v0123456789abcdef@12#duration",
	Quote:     "They said “no” and it’s over.", Speaker: "Ilse Maren", Relays: []Relay{{Name: "Sollund News Agency", Outlet: true}},
}

func TestForms(t *testing.T) {
	fact := full
	fact.Quote, fact.Speaker, fact.Relays = "", "", nil
	bare := Note{Headline: "Who left first?", First: 3, Last: 5}
	tests := []struct {
		name string
		note Note
		form Form
		want string
	}{
		{"plain", fact, Plain, "“Minister: ‘Karvany abandoned negotiations,’” Harbour Wire, 14 March 2031, sentence 14; record as of 14 March 2031, 20:31 UTC, readout.example/e/v0123456789abcdef@12#duration"},
		{"plain quote", full, Plain, "“They said ‘no’ and it’s over,” Ilse Maren told Sollund News Agency, as reported by Harbour Wire. “Minister: ‘Karvany abandoned negotiations,’” Harbour Wire, 14 March 2031, sentence 14; record as of 14 March 2031, 20:31 UTC, readout.example/e/v0123456789abcdef@12#duration"},
		{"plain bare", bare, Plain, "“Who left first?,” sentences 3–5"},
		{"plain title only", Note{Headline: "Talks end."}, Plain, "“Talks end.”"},
		{"plain nothing", Note{}, Plain, ""},
		{"unknown form", bare, Form("x"), "“Who left first?,” sentences 3–5"},
		{"chicago", fact, Chicago, "Oona Hale and Lina Corvo, “Minister: ‘Karvany abandoned negotiations,’” Harbour Wire, March 14, 2031, sentence 14, https://harbourwire.example/a?b=1&c=50%25_x; record as of 14 March 2031, 20:31 UTC, https://readout.example/e/v0123456789abcdef@12#duration."},
		{"chicago bare", bare, Chicago, "“Who left first?,” sentences 3–5."},
		{"chicago month", Note{Headline: "The level", Outlet: "Meridian", Published: "2031-03"}, Chicago, "“The level,” Meridian, March 2031."},
		{"markdown", fact, Markdown, "[“Minister: ‘Karvany abandoned negotiations,’”](<https://harbourwire.example/a?b=1&c=50%25_x>) *Harbour Wire*, 14 March 2031, sentence 14; record as of 14 March 2031, 20:31 UTC, [readout.example/e/v0123456789abcdef\\@12\\#duration](<https://readout.example/e/v0123456789abcdef@12#duration>)"},
		{"markdown without headline", Note{Outlet: "Meridian", URL: "https://m.example/1", Published: "2031"}, Markdown, "[*Meridian*](<https://m.example/1>), 2031"},
		{"bibtex", fact, BibTeX, `@article{harbourwire2031minister3fa2c1s14,
  author   = {Oona Hale and Lina Corvo},
  title    = {{Minister: “Karvany abandoned negotiations”}},
  journal  = {Harbour Wire},
  year     = {2031},
  month    = mar,
  day      = {14},
  url      = {https://harbourwire.example/a?b=1&c=50%25_x},
  note     = {sentence 14; record as of 14 March 2031, 20:31 UTC, https://readout.example/e/v0123456789abcdef@12\#duration}
}`},
		{"bibtex bare", bare, BibTeX, "@misc{reportlefts3,\n  title    = {{Who left first?}},\n  note     = {sentences 3–5}\n}"},
		{"bibtex specials", Note{Headline: `50% of {A}_B & C#1 ~ \x ^ "q" $`, Byline: "The Åland Desk, staff", Outlet: "Élan"}, BibTeX, "@article{elan,\n  author   = {{The Åland Desk, staff}},\n  title    = {{50\\% of \\textbraceleft{}A\\textbraceright{}\\_B \\& C\\#1 \\textasciitilde{} \\textbackslash{}x \\textasciicircum{} “q” \\$}},\n  journal  = {Élan}\n}"},
		{"wikipedia", fact, Wikipedia, "{{cite news |author1=Oona Hale |author2=Lina Corvo |title=Minister: ‘Karvany abandoned negotiations’ |url=https://harbourwire.example/a?b=1&c=50%25_x |newspaper=Harbour Wire |date=14 March 2031 |at=sentence 14}} Record as of 14 March 2031, 20:31 UTC: [https://readout.example/e/v0123456789abcdef@12#duration readout.example/e/v0123456789abcdef@12#duration]."},
		{"wikipedia quote", Note{Outlet: "Meridian", Quote: "a|b }} [[c]] ~~~~ &amp;", Speaker: "Dana Whitlock"}, Wikipedia, "{{cite news |newspaper=Meridian |quote=a&#124;b &#125;&#125; &#91;&#91;c&#93;&#93; &#126;&#126;&#126;&#126; &#38;amp;}} Dana Whitlock."},
		{"no address but http", Note{Headline: "X", URL: "javascript:alert(1)"}, Markdown, "“X”"},
		{"chain of one who is no newsroom", Note{Outlet: "Meridian", Quote: "No", Speaker: "Ilse Maren", Relays: []Relay{{Name: "Petra Sandvoll"}}}, Plain, "“No,” Ilse Maren, according to Petra Sandvoll, as reported by Meridian. Meridian"},
		{"nobody named", Note{Outlet: "Meridian", Quote: "No"}, Plain, "“No,” as reported by Meridian. Meridian"},
		{"loopback", Note{Outlet: "Meridian", Permalink: "127.0.0.1:8460/e/v1@2"}, Markdown, "*Meridian*; [127\\.0.0.1:8460/e/v1\\@2](<http://127.0.0.1:8460/e/v1@2>)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, tt.note.In(tt.form)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestQuotedComma(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"statement", "Talks end", "“Talks end,”"},
		{"question", "Who left?", "“Who left?,”"},
		{"call", "Enough!", "“Enough!,”"},
		{"full stop", "Talks end.", "“Talks end,”"},
		{"initials", "Talks with the U.S.", "“Talks with the U.S.,”"},
		{"company", "Ferries Inc.", "“Ferries Inc.,”"},
		{"comma there already", "We offered six,", "“We offered six,”"},
		{"ends in a quotation", "He said “no”", "“He said ‘no,’”"},
		{"ends in a question quoted", "Asked “who left?”", "“Asked ‘who left?,’”"},
		{"straight marks", `He said "no"`, "“He said ‘no,’”"},
		{"straight single", "He said 'no' today", "“He said ‘no’ today,”"},
		{"typographic single", "Ered: ‘The car is waiting’", "“Ered: ‘The car is waiting,’”"},
		{"apostrophe", "It's Sollund's lake", "“It’s Sollund’s lake,”"},
		{"plural possessive ends it", "The quarrel is the fishermens’", "“The quarrel is the fishermens’,”"},
		{"plural possessive inside a quotation", "‘The boats’ crews left’ early", "“‘The boats’ crews left’ early,”"},
		{"two levels", "“He said ‘no’ to me,” she said", "“‘He said “no” to me,’ she said,”"},
		{"opens at once", `"No" is an answer`, "“‘No’ is an answer,”"},
		{"decade", "Since the '90s", "“Since the ’90s,”"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := quotedComma(tt.in); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestAuthors(t *testing.T) {
	tests := []struct {
		name, byline string
		want         []string
	}{
		{"none", "", nil},
		{"one", "By Oona Hale", []string{"Oona Hale"}},
		{"list", "Oona Hale, Jon Averin and Lina Corvo", []string{"Oona Hale", "Jon Averin", "Lina Corvo"}},
		{"particles and marks", "Åse van der Lind & J. O’Dell-Maren", []string{"Åse van der Lind", "J. O’Dell-Maren"}},
		{"with a place stays whole", "Oona Hale in Port Elsey", []string{"Oona Hale in Port Elsey"}},
		{"one word stays whole", "Staff, Oona Hale", []string{"Staff, Oona Hale"}},
		{"the newsroom itself", "HARBOUR WIRE", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, Note{Byline: tt.byline, Outlet: "Harbour Wire"}.cleaned().authors()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestDates(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "2031": "2031", "2031-03": "March 2031", "2031-03-14": "14 March 2031", "2031-03-14T23:59:00+02:00": "14 March 2031", "0000": "",
		"2031-13": "", "2031-02-30": "", "soon": "", "20311": "", "2031-03-14x": "",
	} {
		if got := (Note{Published: in}).when(); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// cslSchema is the part of the schema of CSL data that reports use.
func cslSchema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	s, err := jsonschema.NewCompiler().Compile("testdata/csl-data.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestCSLFollowsTheSchema(t *testing.T) {
	schema := cslSchema(t)
	for _, n := range []Note{{}, full, {Headline: "<b>&", Published: "2031-03"}} {
		var v any
		if err := json.Unmarshal([]byte(n.In(CSL)), &v); err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(v); err != nil {
			t.Errorf("%+v: %v", n, err)
		}
	}
	// The schema itself refuses what is not CSL.
	if err := schema.Validate([]any{map[string]any{"id": "x", "type": "article-newspaper", "Titel": "x"}}); err == nil {
		t.Error("an unknown variable passed the schema")
	}
}

func TestCSL(t *testing.T) {
	want := `[
  {
    "id": "harbourwire2031minister3fa2c1s14",
    "type": "article-newspaper",
    "title": "Minister: “Karvany abandoned negotiations”",
    "author": [
      {
        "literal": "Oona Hale"
      },
      {
        "literal": "Lina Corvo"
      }
    ],
    "container-title": "Harbour Wire",
    "issued": {
      "date-parts": [
        [
          2031,
          3,
          14
        ]
      ]
    },
    "URL": "https://harbourwire.example/a?b=1\u0026c=50%25_x",
    "note": "“They said ‘no’ and it’s over,” Ilse Maren told Sollund News Agency, as reported by Harbour Wire; sentence 14; record as of 14 March 2031, 20:31 UTC, https://readout.example/e/v0123456789abcdef@12#duration",
    "custom": {
      "sentence": "14",
      "sha256": "` + full.SHA256 + `",
      "revision": 12,
      "as-of": "2031-03-14T20:31:12Z",
      "permalink": "https://readout.example/e/v0123456789abcdef@12#duration",
      "quote": "They said “no” and it’s over.",
      "speaker": "Ilse Maren",
      "relays": [
        "Sollund News Agency"
      ]
    }
  }
]`
	if diff := cmp.Diff(want, full.In(CSL)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

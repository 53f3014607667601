package generate

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/view/recordjson"
)

// check holds a world to what every record promises.
func check(t rapid.TB, w *World) {
	t.Helper()
	rec := w.Record
	text, ids := map[string]string{}, map[string]bool{}
	id := func(kind, s string) {
		if len(s) != 17 || s[:1] != kind || ids[s] {
			t.Errorf("id %q is not a new one of kind %s", s, kind)
		}
		ids[s] = true
	}
	for _, r := range rec.Reports {
		id("r", r.ID)
		text[r.ID] = r.Text
		if !utf8.ValidString(r.Text) {
			t.Errorf("report %s is not UTF-8", r.ID)
		}
	}
	for _, x := range rec.Entities {
		id("e", x.ID)
	}
	for _, x := range rec.Events {
		id("v", x.ID)
	}
	for _, x := range rec.Statements {
		id("s", x.ID)
	}
	for _, x := range rec.Utterances {
		id("u", x.ID)
	}
	for _, x := range rec.Claims {
		id("c", x.ID)
	}
	for _, x := range rec.Issues {
		id("i", x.ID)
	}
	for _, x := range rec.Positions {
		id("p", x.ID)
	}
	for _, x := range rec.Commitments {
		id("k", x.ID)
	}
	for _, x := range rec.Responses {
		id("a", x.ID)
	}
	for _, x := range rec.Threads {
		id("t", x.ID)
	}
	names := func(what string, of ...string) {
		for _, x := range of {
			if x != "" && !ids[x] {
				t.Errorf("%s names %q, which the record does not have", what, x)
			}
		}
	}
	cuts := func(what, report string, s readout.Span, want string) {
		body := text[report]
		if s.Empty() || s.Start < 0 || s.End > len(body) || !utf8.ValidString(s.In(body)) {
			t.Errorf("%s: span %v lies outside report %s of %d bytes", what, s, report, len(body))
			return
		}
		if got := s.In(body); want != "" && got != want {
			t.Errorf("%s: the span has %q, want %q", what, got, want)
		}
	}
	rests := func(what string, e readout.Evidence, want string) {
		cuts(what, e.Report, e.Span, want)
		if e.By.Annotator == "" || e.By.Version == "" || e.By.Rule == "" {
			t.Errorf("%s: provenance is incomplete: %+v", what, e.By)
		}
	}
	chain := func(what string, c []readout.ChainLink) {
		if n := len(c); n == 0 || !c[n-1].OutletOfReport {
			t.Errorf("%s: the chain does not end at the report's outlet", what)
		}
		for _, l := range c {
			names(what, l.Entity)
		}
	}
	if len(rec.Origins) != len(rec.Reports) {
		t.Fatalf("%d origins of %d reports", len(rec.Origins), len(rec.Reports))
	}
	for i, o := range rec.Origins {
		names("origin", o.Outlet, o.Of)
		if o.Kind == "copy" && o.Of == rec.Reports[i].ID {
			t.Errorf("report %s copies itself", o.Of)
		}
	}
	for _, e := range rec.Entities {
		for _, m := range e.Mentions {
			if !slices.Contains(e.Names, m.Span.In(text[m.Report])) {
				t.Errorf("%q is not a name of %s", m.Span.In(text[m.Report]), e.Name)
			}
			rests("mention of "+e.Name, m.Evidence, "")
		}
		for _, r := range e.Roles {
			for _, ev := range r.Evidence {
				rests("role", ev, r.Title)
			}
		}
	}
	for _, e := range rec.Events {
		if len(e.Mentions) == 0 {
			t.Errorf("event %s has no mention", e.ID)
		}
		for _, m := range e.Mentions {
			rests("mention of "+e.Title, m.Evidence, "")
			if !m.Span.Contains(m.Trigger) || m.Trigger.Empty() {
				t.Errorf("event %s: trigger %v outside its mention %v", e.ID, m.Trigger, m.Span)
			}
		}
		for _, p := range e.Participants {
			names("event", p.Entity)
		}
		for _, l := range e.Links {
			names("link", l.Event)
			rests("link", l.Evidence, "")
		}
		names("event", e.Place)
	}
	statements := map[string]*readout.Statement{}
	for _, s := range rec.Statements {
		statements[s.ID] = s
		var parts []string
		for _, c := range s.Content {
			cuts("statement", s.Report, c, "")
			parts = append(parts, c.In(text[s.Report]))
		}
		if got := strings.Join(parts, " … "); got != s.Text {
			t.Errorf("statement %s: text %q, its report has %q", s.ID, s.Text, got)
		}
		names("statement", s.Speaker, s.Event, s.Utterance)
		cuts("cue", s.Report, *s.Cue, "said")
		chain("statement", s.Chain)
	}
	for _, u := range rec.Utterances {
		full := statements[u.Variants[0].Statement]
		for i, v := range u.Variants {
			s := statements[v.Statement]
			if s.Utterance != u.ID {
				t.Errorf("statement %s is not of utterance %s", s.ID, u.ID)
			}
			if i == 0 != (v.Kind == "fullest") {
				t.Errorf("variant %d of %s is %s", i, u.ID, v.Kind)
			}
			for _, c := range v.Changes {
				cuts("change", full.Report, c.Fullest, "")
				cuts("change", s.Report, c.Variant, "")
				if c.Fullest.In(text[full.Report]) == c.Variant.In(text[s.Report]) {
					t.Errorf("variant of %s: nothing changed in %q", u.ID, c.Variant.In(text[s.Report]))
				}
			}
		}
	}
	claims := map[string]*readout.Claim{}
	for _, c := range rec.Claims {
		claims[c.ID] = c
		rests("claim", c.Evidence, c.Text)
		names("claim", c.Event, c.Holder)
		chain("claim", c.Chain)
	}
	compared := 0
	for _, d := range rec.Disagreements {
		names("disagreement", d.Event)
		if d.Why == "" {
			t.Errorf("no reason for %s of %s", d.Verdict, d.Event)
		}
		for _, c := range d.Claims {
			compared++
			if x := claims[c]; x == nil || x.Event != d.Event || x.Attribute != d.Attribute {
				t.Errorf("claim %s is not of %s %s", c, d.Event, d.Attribute)
			}
		}
	}
	if compared != len(claims) {
		t.Errorf("%d claims compared of %d", compared, len(claims))
	}
	for _, p := range rec.Positions {
		rests("position", p.Evidence, p.Text)
		if !strings.Contains(p.Text, p.Terms) || !strings.Contains(p.Text, p.If) {
			t.Errorf("position %q lacks its terms %q or condition %q", p.Text, p.Terms, p.If)
		}
		names("position", p.Party, p.Addressee, p.Issue, p.Speaker, p.Event, p.Previous)
		chain("position", p.Chain)
	}
	for _, c := range rec.Commitments {
		rests("commitment", c.Evidence, "")
		names("commitment", c.Party, c.To, c.Position)
		for _, v := range c.Violations {
			rests("violation", v.Evidence, "")
			names("violation", append([]string{v.Accuser, v.Accused, v.Position}, v.DeniedBy...)...)
		}
	}
	for _, r := range rec.Responses {
		rests("response", r.Evidence, "")
		names("response", r.Party, r.Event, r.Statement, r.To)
		chain("response", r.Chain)
	}
	for _, x := range rec.Threads {
		names("thread", slices.Concat(x.Events, x.Parties, x.Reports)...)
	}
	for _, x := range rec.Issues {
		names("issue", x.Positions...)
	}
	for _, x := range rec.Timexes {
		rests("time expression", x.Evidence, "")
	}
	// Every report is whole: its sentences cover its text and its capture is
	// its bytes.
	n := 0
	for c, doc := range w.Documents() {
		n++
		if string(c.Body) != doc.Report.Text || c.SHA256 != doc.Report.SHA256 {
			t.Errorf("the capture of %s is not its text", doc.Report.ID)
		}
		at := 0
		for _, s := range doc.Sentences {
			if s.Start < at || strings.TrimSpace(c2(doc.Report.Text, at, s.Start)) != "" {
				t.Errorf("sentences of %s: text between %d and %d is in none", doc.Report.ID, at, s.Start)
			}
			at = s.End
		}
		if at != len(doc.Report.Text) {
			t.Errorf("sentences of %s end at %d of %d", doc.Report.ID, at, len(doc.Report.Text))
		}
	}
	if n != len(rec.Reports) {
		t.Errorf("%d documents of %d reports", n, len(rec.Reports))
	}
}

func c2(s string, from, to int) string { return s[from:max(from, to)] }

func TestWorldHoldsItsPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 150).Draw(t, "reports")
		w := New(Options{Seed: rapid.Uint64().Draw(t, "seed"), Reports: n})
		if len(w.Record.Reports) != n {
			t.Errorf("%d reports, want %d", len(w.Record.Reports), n)
		}
		check(t, w)
	})
}

// Other words in every field move no span.
func TestOtherWordsMoveNoSpan(t *testing.T) {
	k := 0
	w := New(Options{Seed: 3, Reports: 200, Text: func(f Field, s string) string {
		k++
		return [...]string{s, "<b onmouseover=x>\xff" + s, "\u202eЖ\n" + s + "\x00", `"'` + s + "`&amp;"}[k%4]
	}})
	check(t, w)
	if !strings.Contains(w.Record.Reports[0].Text, "<b onmouseover") {
		t.Error("the words were not put in")
	}
}

func TestSameSeedSameBytes(t *testing.T) {
	write := func(seed uint64) []byte {
		var b bytes.Buffer
		if err := recordjson.Write(&b, New(Options{Seed: seed, Reports: 300}).Record); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	one := write(7)
	if !bytes.Equal(one, write(7)) {
		t.Error("the same seed made another record")
	}
	if bytes.Equal(one, write(8)) {
		t.Error("another seed made the same record")
	}
}

// The world has what pages have to cope with, in the size that is asked for.
func TestShape(t *testing.T) {
	w := New(Options{Seed: 1, Reports: 2000})
	rec := w.Record
	kinds := map[string]int{}
	for _, o := range rec.Origins {
		kinds["origin "+o.Kind]++
	}
	for _, u := range rec.Utterances {
		for _, v := range u.Variants {
			kinds["variant "+v.Kind]++
		}
	}
	for _, d := range rec.Disagreements {
		kinds["verdict "+string(d.Verdict)]++
	}
	for _, p := range rec.Positions {
		kinds["change "+p.Change]++
		kinds["stance "+string(p.Stance)]++
	}
	for _, r := range rec.Responses {
		kinds["response "+string(r.Kind)]++
	}
	for _, e := range rec.Events {
		kinds["status "+string(e.Status)]++
		kinds["link"] += len(e.Links)
		kinds["hot"] = max(kinds["hot"], len(e.Mentions))
	}
	for _, c := range rec.Commitments {
		kinds["violation"] += len(c.Violations)
	}
	kinds["thread"] = len(rec.Threads)
	t.Log(kinds)
	for _, k := range strings.Split("origin own|origin copy|origin wire|variant fullest|variant same|variant trimmed|variant changed|variant reworded|verdict agree|verdict compatible|verdict conflict|verdict single|change new|change repeated|change hardened|change softened|change condition-added|response deny|response decline|response confirm|response neither|response no-answer|status occurred|status planned|status reported|link|violation|thread", "|") {
		if kinds[k] < 3 {
			t.Errorf("%d of %s", kinds[k], k)
		}
	}
	claims := 0
	for _, c := range rec.Claims {
		if c.Event == w.Busy {
			claims++
		}
	}
	for _, e := range rec.Events {
		if e.ID == w.Busy && (claims != busyClaims || len(e.Mentions) != busySentences) {
			t.Errorf("the busy event has %d claims and %d sentences, want %d and %d", claims, len(e.Mentions), busyClaims, busySentences)
		}
	}
}

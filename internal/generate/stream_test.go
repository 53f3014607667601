package generate_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/extract"
	. "github.com/readout-news/readout/internal/generate"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/pipeline"
)

var reader = sync.OnceValues(pipeline.New)

func newStream(t testing.TB, o StreamOptions) *Stream {
	t.Helper()
	r, err := reader()
	if err != nil {
		t.Fatal(err)
	}
	o.Annotators = r.Annotators
	s, err := NewStream(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// sound holds a document to what every reading promises: spans in the text and
// on rune edges, indexes that lead somewhere, layers in order.
func sound(d *nlp.Doc) (err error) {
	fail := func(format string, args ...any) {
		if err == nil {
			err = fmt.Errorf(format, args...)
		}
	}
	text := d.Report.Text
	var walk func(v reflect.Value, at string)
	walk = func(v reflect.Value, at string) {
		switch v.Kind() {
		case reflect.Slice:
			for i := range v.Len() {
				walk(v.Index(i), fmt.Sprintf("%s[%d]", at, i))
			}
		case reflect.Struct:
			if s, ok := v.Interface().(readout.Span); ok {
				if s.Start < 0 || s.End < s.Start || s.End > len(text) || s.Start < len(text) && !utf8.RuneStart(text[s.Start]) || s.End < len(text) && !utf8.RuneStart(text[s.End]) {
					fail("%s: span %v of %d bytes", at, s, len(text))
				}
				return
			}
			for i := range v.NumField() {
				walk(v.Field(i), at+"."+v.Type().Field(i).Name)
			}
		}
	}
	in := func(what string, n int, of ...int) {
		for _, i := range of {
			if i < nlp.None || i >= n {
				fail("%s: index %d of %d", what, i, n)
			}
		}
	}
	for _, layer := range []any{d.Tokens, d.Sentences, d.Mentions, d.Timexes, d.Attributions, d.Events, d.Positions, d.Responses} {
		walk(reflect.ValueOf(layer), reflect.TypeOf(layer).Elem().Name())
	}
	tok, men, tim, att, cha, eve := len(d.Tokens), len(d.Mentions), len(d.Timexes), len(d.Attributions), len(d.Chains), len(d.Events)
	for i, t := range d.Tokens {
		in("sentence of a token", len(d.Sentences), t.Sent)
		in("head", tok, t.Head)
		if t.Len() == 0 || i > 0 && t.Start < d.Tokens[i-1].End {
			fail("token %d %v after %v", i, t.Span, d.Tokens[max(0, i-1)].Span)
		}
	}
	for i, s := range d.Sentences {
		if i > 0 && (s.First != d.Sentences[i-1].Last || s.Para < d.Sentences[i-1].Para) || s.Span != d.TokenSpan(s.First, s.Last) {
			fail("sentence %d: %+v", i, s)
		}
		for k := s.First; k < s.Last; k++ {
			if h := d.Tokens[k].Head; d.Tokens[k].Sent != i || h != nlp.None && (h < s.First || h >= s.Last) {
				fail("token %d of sentence %d: %+v", k, i, d.Tokens[k])
			}
		}
	}
	if !slices.IsSortedFunc(d.Mentions, func(a, b nlp.Mention) int { return a.Start - b.Start }) {
		fail("mentions are not in order")
	}
	for i, m := range d.Mentions {
		in("chain of a mention", cha, m.Chain)
		if m.Chain != nlp.None && !slices.Contains(d.Chains[m.Chain].Mentions, i) {
			fail("chain %d does not know of mention %d", m.Chain, i)
		}
		if m.First >= m.Last || m.Span != d.TokenSpan(m.First, m.Last) || m.Head < m.First || m.Head >= m.Last {
			fail("mention %d: %+v", i, m)
		}
	}
	for i, c := range d.Chains {
		in("mention of a chain", men, c.Mentions...)
		in("member of a chain", cha, c.Members...)
		for _, m := range c.Mentions {
			if m >= 0 && m < men && d.Mentions[m].Chain != i {
				fail("mention %d of chain %d is of chain %d", m, i, d.Mentions[m].Chain)
			}
		}
	}
	for _, t := range d.Timexes {
		in("anchor", tim, t.Anchor)
		if t.Span != d.TokenSpan(t.First, t.Last) {
			fail("time expression %+v", t)
		}
	}
	for _, a := range d.Attributions {
		in("attribution", att, a.Parent, a.Relay)
		in("token of an attribution", tok, a.CueToken, a.SourceHead)
		in("chain of an attribution", cha, a.Speaker, a.Addressee)
	}
	for _, e := range d.Events {
		in("event", eve, slices.Concat(e.Before, e.After, e.Tells)...)
		in("time of an event", tim, e.Time, e.Duration)
		in("token of an event", tok, e.Token)
		in("attribution of an event", att, e.Attribution)
		in("place of an event", men, e.Place)
		for _, a := range e.Args {
			in("argument", men, a.Mention)
		}
	}
	for _, p := range d.Positions {
		in("chain of a position", cha, p.Party, p.Addressee)
		in("token of a position", tok, p.Issue...)
		in("time of a position", tim, p.Until, p.Time)
	}
	for _, r := range d.Responses {
		in("chain of a response", cha, r.Party, r.To)
		in("what a response is about", max(eve, att), r.AboutEvent, r.AboutSaid)
	}
	return err
}

func TestStreamDocsAreSound(t *testing.T) {
	x, err := extract.New(extract.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []StreamOptions{{PerDay: 500}, {Seed: 7, PerDay: 10_000, Hot: 3000, HotDay: 1}} {
		s := newStream(t, o)
		for k := range 300 {
			i := k * 97
			d, told := s.Read(i)
			if err := sound(d); err != nil {
				t.Fatalf("report %d: %v", i, err)
			}
			if len(told) == 0 {
				t.Errorf("report %d tells no tale", i)
			}
			// What is given as extracted is what extract makes of the capture.
			r, err := x.Report(s.Capture(i))
			if err != nil {
				t.Fatal(err)
			}
			got, want := asJSON(t, d.Report), asJSON(t, r)
			if !bytes.Equal(got, want) {
				t.Fatalf("report %d is\n%s\nand extracted\n%s", i, got, want)
			}
		}
	}
}

func asJSON(t testing.TB, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Any report can be asked for first, by many, and again.
func TestStreamByIndex(t *testing.T) {
	o := StreamOptions{Seed: 3, PerDay: 200, Hot: 100, HotDay: 2}
	one, two := newStream(t, o), newStream(t, o)
	n := 900
	want := make([][]byte, n)
	for i := range n {
		want[i] = asJSON(t, one.Doc(i))
	}
	var wg sync.WaitGroup
	for w := range 3 {
		wg.Go(func() {
			for k := range n / 3 {
				i := n - 1 - (k*3 + w)
				if !bytes.Equal(asJSON(t, two.Doc(i)), want[i]) {
					t.Errorf("report %d differs when it is made backwards", i)
				}
			}
		})
	}
	wg.Wait()
	last := time.Time{}
	for i := range n {
		at := one.Time(i)
		if at.Before(last) {
			t.Fatalf("report %d came in at %s, the one before at %s", i, at, last)
		}
		last = at
	}
	far := one.Doc(3_000_000)
	if err := sound(far); err != nil {
		t.Errorf("report 3,000,000: %v", err)
	}
}

// The annotators read a capture as the document that goes with it says.
func TestStreamIsReadAsMeant(t *testing.T) {
	r, err := reader()
	if err != nil {
		t.Fatal(err)
	}
	s := newStream(t, StreamOptions{PerDay: 1000})
	x, err := extract.New(extract.Options{})
	if err != nil {
		t.Fatal(err)
	}
	type layers struct{ tokens, names, times, events, told, said, positions int }
	var same, all layers
	for k := range 100 {
		i := k * 211
		want, told := s.Read(i)
		rep, err := x.Report(s.Capture(i))
		if err != nil {
			t.Fatal(err)
		}
		got := r.Annotate(rep)
		count := func(same, all *int, want, got []string) {
			*all += len(want)
			for _, w := range want {
				if k := slices.Index(got, w); k >= 0 {
					*same++
					got = slices.Delete(slices.Clone(got), k, k+1)
				}
			}
		}
		spans := func(d *nlp.Doc) (tokens, names, times, events, said, positions []string) {
			for _, x := range d.Tokens {
				tokens = append(tokens, fmt.Sprint(x.Span, x.UPOS, x.Lemma))
			}
			for _, x := range d.Mentions {
				names = append(names, fmt.Sprint(x.Span, x.Type))
			}
			for _, x := range d.Timexes {
				times = append(times, fmt.Sprint(x.Span, x.Value))
			}
			for _, x := range d.Events {
				events = append(events, fmt.Sprint(x.Trigger, x.Type, x.Mode, x.Status, len(x.Args)))
			}
			for _, x := range d.Attributions {
				said = append(said, fmt.Sprint(x.Content, x.Source, x.Kind))
			}
			for _, x := range d.Positions {
				positions = append(positions, fmt.Sprint(x.Span, x.Stance))
			}
			return tokens, names, times, events, said, positions
		}
		t1, n1, x1, e1, a1, p1 := spans(want)
		t2, n2, x2, e2, a2, p2 := spans(got)
		count(&same.tokens, &all.tokens, t1, t2)
		count(&same.names, &all.names, n1, n2)
		count(&same.times, &all.times, x1, x2)
		count(&same.events, &all.events, e1, e2)
		count(&same.said, &all.said, a1, a2)
		count(&same.positions, &all.positions, p1, p2)
		var told1 []string
		for _, x := range told {
			told1 = append(told1, e1[x.Event])
		}
		count(&same.told, &all.told, told1, e2)
	}
	share := func(what string, same, all int, least float64) {
		t.Logf("%-10s %6d of %6d read alike: %.3f", what, same, all, float64(same)/float64(all))
		if float64(same) < least*float64(all) {
			t.Errorf("%s: %d of %d are read alike, want %.2f", what, same, all, least)
		}
	}
	share("tokens", same.tokens, all.tokens, .95)
	share("names", same.names, all.names, .9)
	share("times", same.times, all.times, .95)
	share("events", same.events, all.events, .85)
	share("tales", same.told, all.told, .9)
	share("said", same.said, all.said, .9)
	share("positions", same.positions, all.positions, .8)
}

// Linking joins the mentions of one tale and no others.
func TestStreamLinksAsMeant(t *testing.T) {
	r, err := reader()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		o    StreamOptions
		n    int
	}{
		{"days of 150", StreamOptions{PerDay: 150}, 600},
		{"a day of 10,000", StreamOptions{Seed: 5}, 600},
		{"hot", StreamOptions{Seed: 2, PerDay: 200, Hot: 200, HotDay: 1, Undated: -1}, 600},
	} {
		s := newStream(t, c.o)
		var docs []*nlp.Doc
		meant := map[string]string{} // report and trigger → tale
		for i := range c.n {
			d, told := s.Read(i)
			docs = append(docs, d)
			for _, x := range told {
				meant[fmt.Sprint(d.Report.ID, d.Events[x.Event].Trigger)] = x.Tale
			}
		}
		rec, err := r.Record(docs)
		if err != nil {
			t.Fatal(err)
		}
		found := map[string]int{}
		for i, e := range rec.Events {
			for _, m := range e.Mentions {
				if k := fmt.Sprint(m.Report, m.Trigger); meant[k] != "" {
					found[k] = i
				}
			}
		}
		p, rc, n := pairs(meant, found)
		t.Logf("%s: %d reports, %d mentions of %d linked, %d pairs meant: precision %.3f, recall %.3f", c.name, c.n, len(found), len(meant), n, p, rc)
		if p < .9 || rc < .9 {
			t.Errorf("%s: precision %.3f and recall %.3f of pairs, want .9", c.name, p, rc)
		}
	}
}

// pairs scores pairs of mentions that are found in one event against those meant
// to be.
func pairs(meant map[string]string, found map[string]int) (precision, recall float64, n int) {
	type cell struct {
		tale  string
		event int
	}
	want, got, both := map[string]int{}, map[int]int{}, map[cell]int{}
	for k, tale := range meant {
		want[tale]++
		if e, ok := found[k]; ok {
			got[e]++
			both[cell{tale, e}]++
		}
	}
	sum := 0
	of := func(k int) int { return k * (k - 1) / 2 }
	hit, all := 0, 0
	for _, k := range want {
		sum += of(k)
	}
	for _, k := range got {
		all += of(k)
	}
	for _, k := range both {
		hit += of(k)
	}
	return float64(hit) / float64(max(1, all)), float64(hit) / float64(max(1, sum)), sum
}

func BenchmarkStreamDoc(b *testing.B) {
	s := newStream(b, StreamOptions{})
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		s.Doc(i)
	}
}

// The shape of a day is that of news, and a hot story comes in on top of it.
func TestStreamHasTheShapeOfNews(t *testing.T) {
	s := newStream(t, StreamOptions{Seed: 11, PerDay: 2500, Hot: 1000, HotDay: 1})
	size, when := map[string]int{}, map[string][]time.Time{}
	parties, texts, open := map[string]int{}, map[string]int{}, 0
	n := 6000
	for i := range n {
		d, told := s.Read(i)
		size[told[0].Tale]++
		when[told[0].Tale] = append(when[told[0].Tale], s.Time(i))
		for _, c := range d.Chains {
			if c.Type == readout.Place {
				parties[c.Name]++
			}
		}
		texts[d.Report.Text]++
		if d.Report.Published.Value == "" {
			open++
		}
	}
	small, great, hot, hottest := 0, 0, 0, ""
	for tale, k := range size {
		switch {
		case k <= 3:
			small++
		case k > 30:
			great++
		}
		if k > hot {
			hot, hottest = k, tale
		}
	}
	if share := float64(small) / float64(len(size)); share < .7 || share > .95 {
		t.Errorf("%.2f of %d tales have one to three reports", share, len(size))
	}
	if great < 5 {
		t.Errorf("%d tales have more than 30 reports", great)
	}
	span := slices.MaxFunc(when[hottest][:1000], time.Time.Compare).Sub(when[hottest][0])
	if hot < 1000 || hot > 1200 || span > time.Hour {
		t.Errorf("the hot tale has %d reports, 1,000 of them within %s", hot, span)
	}
	var counts []int
	for _, k := range parties {
		counts = append(counts, k)
	}
	slices.Sort(counts)
	if k := len(counts); k < 400 || counts[k-1] < 20*counts[k/2] {
		t.Errorf("%d places, the most told of %d times and the middle one %d", k, counts[k-1], counts[k/2])
	}
	if k := n - len(texts); k < n/100 || k > n/4 {
		t.Errorf("%d of %d reports are copies to the letter", k, n)
	}
	if open < n/50 || open > n/20 {
		t.Errorf("%d of %d reports carry no day", open, n)
	}
}

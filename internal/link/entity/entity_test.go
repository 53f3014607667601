package entity

import (
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/kb"
	"github.com/readout-news/readout/internal/nlp"
)

// chain describes one chain of a report: its names, and what coref found.
type chain struct {
	names   []string
	typ     readout.EntityType
	key     string
	country string
	titles  []string
	members []int
}

// report builds an annotated report whose text is the names, one a line.
func report(id string, chains ...chain) *nlp.Doc {
	var text strings.Builder
	doc := &nlp.Doc{Report: &readout.Report{ID: id}}
	for c, ch := range chains {
		x := nlp.Chain{Type: ch.typ, Key: ch.key, Country: ch.country, Titles: ch.titles, Members: ch.members}
		for _, n := range ch.names {
			form := readout.FormName
			if strings.HasPrefix(n, "the ") || strings.HasPrefix(n, "a ") || strings.HasPrefix(n, "both ") {
				form = readout.FormNominal
			} else if len(n) > len(x.Name) {
				x.Name = n
			}
			start := text.Len()
			text.WriteString(n)
			doc.Mentions = append(doc.Mentions, nlp.Mention{Span: readout.Span{Start: start, End: text.Len()}, Form: form, Chain: c})
			x.Mentions = append(x.Mentions, len(doc.Mentions)-1)
			text.WriteByte('\n')
		}
		doc.Chains = append(doc.Chains, x)
	}
	doc.Report.Text = text.String()
	return doc
}

func person(names ...string) chain { return chain{names: names, typ: readout.Person} }

func facts(t testing.TB) *kb.KB {
	t.Helper()
	k, err := kb.Load()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// render lists the entities as "name: spelling@report …", sorted.
func render(docs []*nlp.Doc, l *Links) []string {
	text := map[string]string{}
	for _, d := range docs {
		text[d.Report.ID] = d.Report.Text
	}
	var out []string
	for _, e := range l.Entities {
		var ms []string
		for _, m := range e.Mentions {
			ms = append(ms, m.Span.In(text[m.Report])+"@"+m.Report)
		}
		out = append(out, e.Name+": "+strings.Join(ms, ", "))
	}
	slices.Sort(out)
	return out
}

func TestLink(t *testing.T) {
	k := facts(t)
	for _, c := range []struct {
		name string
		docs []*nlp.Doc
		want []string
	}{
		{
			"one person in three spellings, surname alone elsewhere",
			[]*nlp.Doc{report("r1", person("Dmitry Karolenko", "Karolenko")), report("r2", person("Dmitriy Karolenko")), report("r3", person("Karolenko"))},
			[]string{"Dmitriy Karolenko: Dmitry Karolenko@r1, Karolenko@r1, Dmitriy Karolenko@r2, Karolenko@r3"},
		},
		{
			"given names that differ",
			[]*nlp.Doc{report("r1", person("Ilse Maren")), report("r2", person("Paula Maren")), report("r3", person("Maren"))},
			[]string{"Ilse Maren: Ilse Maren@r1", "Maren: Maren@r3", "Paula Maren: Paula Maren@r2"},
		},
		{
			"the office tells two bearers of a surname apart",
			[]*nlp.Doc{
				report("r1", chain{names: []string{"Ilse Maren"}, typ: readout.Person, titles: []string{"foreign minister of sollund"}}),
				report("r2", person("Paula Maren")),
				report("r3", chain{names: []string{"Maren"}, typ: readout.Person, titles: []string{"foreign minister of sollund"}}),
			},
			[]string{"Ilse Maren: Ilse Maren@r1, Maren@r3", "Paula Maren: Paula Maren@r2"},
		},
		{
			"an initial and a short form",
			[]*nlp.Doc{report("r1", person("Joseph Whitlock")), report("r2", person("J. Whitlock")), report("r3", person("Joe Whitlock"))},
			[]string{"Joe Whitlock: Joseph Whitlock@r1, J. Whitlock@r2, Joe Whitlock@r3"},
		},
		{
			"presidents of two states under one name",
			[]*nlp.Doc{
				report("r1", chain{names: []string{"Ered"}, typ: readout.Person, titles: []string{"president of sollund"}}),
				report("r2", chain{names: []string{"Ered"}, typ: readout.Person, titles: []string{"president of karvany"}}),
			},
			[]string{"Ered: Ered@r1", "Ered: Ered@r2"},
		},
		{
			"a key joins what names do not",
			[]*nlp.Doc{
				report("r1", chain{names: []string{"Moscow"}, typ: readout.Place, key: "state:RU", country: "RU"}),
				report("r2", chain{names: []string{"Russia"}, typ: readout.Place, key: "state:RU", country: "RU"}),
			},
			[]string{"Russia: Moscow@r1, Russia@r2"},
		},
		{
			"an acronym that another report explains",
			[]*nlp.Doc{
				report("r1", chain{names: []string{"ORC"}, typ: readout.Organization}),
				report("r2", chain{names: []string{"Orrin Relief Committee", "ORC"}, typ: readout.Organization}),
			},
			[]string{"Orrin Relief Committee: ORC@r1, Orrin Relief Committee@r2, ORC@r2"},
		},
		{
			"a place that one report takes for a person",
			[]*nlp.Doc{report("r1", chain{names: []string{"Karvany", "Karvany"}, typ: readout.Place}), report("r2", person("Karvany"))},
			[]string{"Karvany: Karvany@r1, Karvany@r1, Karvany@r2"},
		},
		{
			"father and son",
			[]*nlp.Doc{report("r1", person("Tomas Ered")), report("r2", person("Tomas Ered Jr"))},
			[]string{"Tomas Ered Jr: Tomas Ered Jr@r2", "Tomas Ered: Tomas Ered@r1"},
		},
		{
			"people without a name stay apart",
			[]*nlp.Doc{report("r1", person("a senior official")), report("r2", person("a senior official"))},
			[]string{"a senior official: a senior official@r1", "a senior official: a senior official@r2"},
		},
		{
			"groups of the same members",
			[]*nlp.Doc{
				report("r1", chain{names: []string{"Sollund"}, typ: readout.Place}, chain{names: []string{"Karvany"}, typ: readout.Place}, chain{names: []string{"both countries"}, typ: readout.Group, members: []int{0, 1}}),
				report("r2", chain{names: []string{"Karvany"}, typ: readout.Place}, chain{names: []string{"Sollund"}, typ: readout.Place}, chain{names: []string{"the two states"}, typ: readout.Group, members: []int{0, 1}}),
			},
			[]string{"Karvany and Sollund: both countries@r1, the two states@r2", "Karvany: Karvany@r1, Karvany@r2", "Sollund: Sollund@r1, Sollund@r2"},
		},
		{
			"a surname with a suffix is not the father's",
			[]*nlp.Doc{report("r1", person("Tomas Ered")), report("r2", person("Ered Jr."))},
			[]string{"Ered Jr.: Ered Jr.@r2", "Tomas Ered: Tomas Ered@r1"},
		},
		{
			"a word that most reports take for a place is one",
			[]*nlp.Doc{report("r1", chain{names: []string{"Orrin"}, typ: readout.Place}), report("r2", person("Orrin")), report("r3", chain{names: []string{"Orrin"}, typ: readout.Place})},
			[]string{"Orrin: Orrin@r1, Orrin@r2, Orrin@r3"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, render(c.docs, Link(c.docs, k))); diff != "" {
				t.Errorf("entities (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDescription(t *testing.T) {
	for in, want := range map[string]string{
		"Maren’s chief of staff,": "Maren’s chief of staff",
		"a\nWhite House official": "a White House official",
		"the envoy's":             "the envoy",
	} {
		if got := description(in); got != want {
			t.Errorf("description(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestOrderDoesNotMatter(t *testing.T) {
	k := facts(t)
	var docs []*nlp.Doc
	names := []string{"Ilse Maren", "Maren", "I. Maren", "Tomas Ered", "Ered", "Dana Whitlock", "D. Whitlock", "Dmitry Karolenko", "Karolenko", "Dmytro Karolenko", "Joe Ered", "Joseph Ered"}
	for i := range 12 {
		a, b, c := names[i], names[(i*5+3)%len(names)], names[(i*7+1)%len(names)]
		docs = append(docs, report(fmt.Sprintf("r%02d", i), person(a), person(b), chain{names: []string{"the pair"}, typ: readout.Group, members: []int{0, 1}}, person(c), chain{names: []string{"Orrin"}, typ: readout.Place}))
	}
	want := Link(docs, k)
	rng := rand.New(rand.NewSource(1))
	for range 20 {
		perm := rng.Perm(len(docs))
		shuffled := make([]*nlp.Doc, len(docs))
		for i, p := range perm {
			shuffled[i] = docs[p]
		}
		got := Link(shuffled, k)
		if diff := cmp.Diff(want.Entities, got.Entities); diff != "" {
			t.Fatalf("order %v (-want +got):\n%s", perm, diff)
		}
		for i, p := range perm {
			if !slices.Equal(got.OfChain[i], want.OfChain[p]) {
				t.Fatalf("order %v: chains of report %d: %v, want %v", perm, p, got.OfChain[i], want.OfChain[p])
			}
		}
	}
}

func TestRolesAndEvidence(t *testing.T) {
	k := facts(t)
	doc := report("r1", chain{names: []string{"Vladimir Putin", "the Russian president"}, typ: readout.Person, key: "person:ru/vladimir-putin", titles: []string{"president of russia"}})
	doc.Report.Published.Value = "2025-03-18"
	e := Link([]*nlp.Doc{doc}, k).Entities[0]
	want := []readout.Role{{Title: "president of russia", From: "2012-05-07", Evidence: []readout.Evidence{{Report: "r1", Span: doc.Mentions[1].Span}}}}
	if diff := cmp.Diff(want, e.Roles); diff != "" {
		t.Errorf("roles (-want +got):\n%s", diff)
	}
	if e.Wikidata == "" || e.Country != "RU" || e.Type != readout.Person {
		t.Errorf("entity %+v", e)
	}
	if !slices.Equal(e.Names, []string{"Vladimir Putin"}) {
		t.Errorf("names %q", e.Names)
	}
}

func TestOutletEntity(t *testing.T) {
	k := facts(t)
	for _, c := range []struct {
		outlet, domain, name string
	}{
		{"", "www.reuters.com", "Reuters"},
		{"BBC News", "", "BBC"},
		{"Harbour Daily", "harbour.example", "Harbour Daily"},
		{"", "", ""},
	} {
		e := OutletEntity(&readout.Report{Outlet: c.outlet, Domain: c.domain}, k)
		name := ""
		if e != nil {
			name = e.Name
		}
		if name != c.name {
			t.Errorf("%+v: %q", c, name)
		}
	}
	// The outlet that a text names is the one that publishes another report.
	docs := []*nlp.Doc{report("r1", chain{names: []string{"Harbour Daily"}, typ: readout.Outlet}), report("r2")}
	docs[1].Report.Outlet = "Harbour Daily"
	l := Link(docs, k)
	if len(l.Entities) != 1 || l.OutletOf[1] != l.OfChain[0][0] || l.OutletOf[0] != -1 {
		t.Errorf("%d entities, outlets %v", len(l.Entities), l.OutletOf)
	}
}

func BenchmarkLink(b *testing.B) {
	k := facts(b)
	var docs []*nlp.Doc
	for i := range 1000 {
		var chains []chain
		for j := range 20 {
			chains = append(chains, person(fmt.Sprintf("Given%c Sur%c%c", 'a'+j, 'a'+i%26, 'a'+j), fmt.Sprintf("Sur%c%c", 'a'+i%26, 'a'+j)))
		}
		docs = append(docs, report(fmt.Sprintf("r%04d", i), chains...))
	}
	b.ResetTimer()
	for b.Loop() {
		Link(docs, k)
	}
}

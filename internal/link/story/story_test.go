package story

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/nlp/tokenize"
)

// text is a report of the tests; the letter before the dash of id is its story.
type text struct{ id, day, title, body string }

var texts = []text{
	{"a-1", "2031-02-17", "Aldane and Torokai speak by phone about Lake Ansa", "The presidents of Sollund and Karvany spoke by telephone about the water of Lake Ansa on Monday. Henrik Aldane asked Vesna Torokai to reopen the sluice at Dorne."},
	{"a-2", "2031-02-18", "Karvany's Torokai in phone call with Aldane over lake water", "Vesna Torokai of Karvany and Henrik Aldane of Sollund talked about the sluice at Dorne that holds back the water of Lake Ansa, her office said."},
	{"a-3", "", "Lake Ansa: leaders talk for two hours", "Sollund's president, Henrik Aldane, and Vesna Torokai of Karvany discussed the closed sluice at Dorne and the water of Lake Ansa for two hours."},
	{"b-1", "2031-05-20", "Aldane and Torokai speak by phone about Lake Ansa again", "The presidents of Sollund and Karvany spoke by telephone about the fishing quota of Lake Ansa. Henrik Aldane asked Vesna Torokai for a commission of fishermen."},
	{"b-2", "2031-05-20", "New phone call over Ansa fishing quota", "Vesna Torokai of Karvany and Henrik Aldane of Sollund spoke of a fishing quota for Lake Ansa and a commission of fishermen."},
	{"c-1", "2031-02-17", "Fire guts spinning mill in Vellmark", "A fire destroyed a spinning mill in Vellmark on Monday, firefighters said. No worker was injured in the blaze, which broke out in a store of cotton."},
	{"c-2", "2031-02-17", "Cotton mill destroyed by blaze", "Firefighters in Vellmark fought a blaze that destroyed a spinning mill and its store of cotton. No worker was injured."},
	{"d-1", "2031-02-18", "Veldt raises its key interest rate", "The central bank of Veldt raised its key rate by a quarter of a point on Tuesday to slow inflation, its governor said."},
}

func docs(t *testing.T, texts []text) []*nlp.Doc {
	t.Helper()
	a, err := tokenize.New()
	if err != nil {
		t.Fatal(err)
	}
	var out []*nlp.Doc
	for _, x := range texts {
		d := &nlp.Doc{Report: &readout.Report{ID: x.id, Title: x.title, Text: x.body}}
		d.Report.Published.Value = x.day
		a.Run(d)
		out = append(out, d)
	}
	return out
}

// told lists the reports of each story by name.
func told(l *Links, docs []*nlp.Doc) string {
	var out []string
	for _, s := range l.Stories {
		var ids []string
		for _, d := range s {
			ids = append(ids, docs[d].Report.ID)
		}
		out = append(out, strings.Join(ids, " "))
	}
	return strings.Join(out, " | ")
}

func TestLink(t *testing.T) {
	words, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	all := docs(t, texts)
	const want = "a-1 a-2 a-3 | b-1 b-2 | c-1 c-2 | d-1"
	l := Link(all, words, Default)
	if got := told(l, all); got != want {
		t.Errorf("stories %s, want %s", got, want)
	}
	if !l.Same(0, 1) || l.Same(0, 3) {
		t.Error("Same does not follow OfReport")
	}
	// Weeks part what the words would join.
	same := slices.Clone(texts[:2])
	same[1].day = "2031-06-18"
	two := docs(t, same)
	if got := told(Link(two, words, Default), two); got != "a-1 | a-2" {
		t.Errorf("reports four months apart: %s", got)
	}
	if l := Link(nil, words, Default); len(l.Stories) != 0 {
		t.Error("stories of no report")
	}
	empty := docs(t, []text{{id: "x"}, {id: "y"}})
	if got := told(Link(empty, words, Default), empty); got != "x | y" {
		t.Errorf("empty reports: %s", got)
	}
}

// TestRepeat holds that maps leave no trace: many reports, linked often.
func TestRepeat(t *testing.T) {
	words, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	var many []text
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 60 {
		x := texts[i%len(texts)]
		fields := strings.Fields(x.body)
		r.Shuffle(len(fields), func(i, j int) { fields[i], fields[j] = fields[j], fields[i] })
		many = append(many, text{fmt.Sprintf("%s-%02d", x.id, i), x.day, "", strings.Join(fields[:len(fields)*2/3], " ")})
	}
	slices.SortFunc(many, func(a, b text) int { return strings.Compare(a.id, b.id) })
	all := docs(t, many)
	want := told(Link(all, words, Default), all)
	for range 20 {
		if got := told(Link(all, words, Default), all); got != want {
			t.Fatalf("stories changed:\n%s\n%s", got, want)
		}
	}
}

func TestFold(t *testing.T) {
	for w, want := range map[string]string{
		"Talks": "talk", "Sollund's": "sollund", "Sollund’s": "sollund", "parties": "party", "class": "class", "crisis": "crisis",
		"campus": "campus", "2031": "2031", "1990s": "1990", "a": "", "é": "", "—": "", "U.S.": "", "gas": "gas", "Ansa": "ansa", "allies'": "ally",
	} {
		if got := Fold(w); got != want {
			t.Errorf("Fold(%q) = %q, want %q", w, got, want)
		}
	}
}

func TestWords(t *testing.T) {
	w, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	if the, lake := w.Share("the"), w.Share("lake"); the < 0.9 || lake > 0.1 || lake == 0 {
		t.Errorf("shares of the %v, lake %v", the, lake)
	}
	for _, bad := range []string{"word\n", "word\tx\n", "word\t0\n", "Words\t3\n", "word\t20000\n", "word\t3\nword\t4\n"} {
		if _, err := readWords(strings.NewReader(bad)); err == nil {
			t.Errorf("no error for %q", bad)
		}
	}
}

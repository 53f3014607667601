// Package entity joins the chains of many reports into the entities of the
// record.
//
// Link takes annotated reports in any order. It clusters
//
//  1. chains that one entry of package kb decided, by its key; names of one
//     word that are a person here and a place there take the class of most;
//  2. full names of people: same surname and a given name that may be the
//     same, in any romanisation; an initial or a short form joins only when
//     one person fits;
//  3. names of bodies, places and works by their spellings, acronyms included
//     where one report explains them;
//  4. surnames and other short names that stand alone in a report, with the one
//     full name elsewhere that they fit;
//  5. groups by their members.
//
// What fits two stays apart. People with different given names, or of
// different entries, are never joined. A chain without a name ("a senior
// official") is an entity of its own.
//
// Ids are derived from content: the entry's key or the folded name with the
// type, so that the order of the reports and their number do not matter. The
// package looks at no text beyond the mentions and decides nothing within a
// report; that is package coref's part.
package entity

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/kb"
	"github.com/readout-news/readout/internal/nlp"
)

// Links is the result of Link.
type Links struct {
	Entities []*readout.Entity // sorted by ID
	OfChain  [][]int           // [doc][chain] → index into Entities, or -1
	OutletOf []int             // [doc] → the outlet that published the report, or -1
}

// unit is one chain of one report.
type unit struct {
	doc, chain int
	c          *nlp.Chain
	class      string   // "person", "thing", "work", "group"
	words      []string // look-up words of the name
	folded     []string // people: folded words
	suffix     string   // people: "jr", "iii"; "" none
	spellings  []string // as written, distinct, sorted
	country    string
	titles     []string
	names      int // mentions that are names
}

// cluster is an entity under construction.
type cluster struct {
	key    string // of kb, "" none
	class  string
	units  []*unit
	unique string // makes the id of an entity without a name its own
	id     string // by what people decided, see desk.go; "" by content
	group  string // that people put it in; "" none
	// What the units tell, each once, so that large clusters stay cheap.
	fullNames []personName
	titles    []string
	countries []string
}

// personName is a full name in look-up words and in folded words.
type personName struct {
	words, folded []string
	suffix        string
}

type linker struct {
	docs     []*nlp.Doc
	kb       *kb.KB
	wide     *nlp.DeskWide // what people decided, nil nothing
	clusters []*cluster
	of       map[*unit]*cluster

	late      []*unit // people of one word whom no full name explains
	bySurname map[string][]*cluster
}

// Link joins the chains of docs. It reads docs and changes nothing in them.
func Link(docs []*nlp.Doc, k *kb.KB) *Links {
	l := &linker{docs: docs, kb: k, of: map[*unit]*cluster{}}
	order := make([]int, len(docs))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(docs[a].Report.ID, docs[b].Report.ID) })
	if len(docs) > 0 && docs[0].Desk != nil {
		l.wide = docs[0].Desk.Wide
	}
	var units []*unit
	for _, d := range order {
		for c := range docs[d].Chains {
			if x := docs[d].Desk; x != nil && x.NoChains[c] {
				continue
			}
			units = append(units, l.unit(d, c))
		}
	}
	settle(units)
	l.byKey(units)
	l.people(units)
	l.things(units)
	l.shortNames(l.late, l.bySurname, true)
	l.nameless(units)
	l.groups(units)
	l.decide(units)
	return l.links()
}

func (l *linker) unit(d, ci int) *unit {
	doc := l.docs[d]
	c := &doc.Chains[ci]
	u := &unit{doc: d, chain: ci, c: c, country: c.Country, titles: c.Titles}
	switch c.Type {
	case readout.Person:
		u.class = "person"
	case readout.Work:
		u.class = "work"
	case readout.Group:
		u.class = "group"
	default:
		u.class = "thing"
	}
	for _, m := range c.Mentions {
		x := &doc.Mentions[m]
		if x.Form != readout.FormName || x.Type == nlp.Nationality && u.class != "group" {
			continue
		}
		u.names++
		s := Spelling(doc.Text(x.Span))
		if s != "" && !slices.Contains(u.spellings, s) {
			u.spellings = append(u.spellings, s)
		}
	}
	slices.Sort(u.spellings)
	if x := doc.Desk; x != nil && len(c.Mentions) == 0 && len(x.Chains[ci]) > 0 {
		return u // stands for an entity of other reports: people say which
	}
	u.words = kb.Words(Spelling(c.Name))
	if u.class == "person" {
		// "Jr" and numerals tell bearers of one name apart; they are no surname.
		if n := len(u.words); n > 1 {
			switch last := u.words[n-1]; {
			case last == "jr" || last == "sr", n > 2 && (last == "ii" || last == "iii" || last == "iv"):
				u.suffix, u.words = last, u.words[:n-1]
			}
		}
		u.folded = strings.Fields(kb.Fold(strings.Join(u.words, " ")))
	}
	return u
}

// Spelling is a name as the record keeps it: in one line, without a
// possessive ending.
func Spelling(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	for _, end := range []string{"'s", "’s", "'", "’"} {
		s = strings.TrimSuffix(s, end)
	}
	return s
}

func (l *linker) newCluster(class, key string) *cluster {
	c := &cluster{class: class, key: key}
	l.clusters = append(l.clusters, c)
	return c
}

func (l *linker) put(u *unit, c *cluster) {
	c.units = append(c.units, u)
	l.of[u] = c
	if len(u.folded) > 1 {
		c.addName(personName{u.words, u.folded, u.suffix})
	}
	for _, t := range u.titles {
		if !slices.Contains(c.titles, t) {
			c.titles = append(c.titles, t)
		}
	}
	if u.country != "" && !slices.Contains(c.countries, u.country) {
		c.countries = append(c.countries, u.country)
	}
}

func (c *cluster) addName(n personName) {
	if !slices.ContainsFunc(c.fullNames, func(x personName) bool { return slices.Equal(x.words, n.words) && x.suffix == n.suffix }) {
		c.fullNames = append(c.fullNames, n)
	}
}

// settle gives a name of one word that no list decided, and that is a person in
// some reports and a place or body in others, the class that more reports give
// it, the thing among equals. A word that is part of a full name or stands with
// an office somewhere is left alone.
func settle(units []*unit) {
	type votes struct{ person, thing int }
	count := map[string]*votes{}
	taken := map[string]bool{}
	for _, u := range units {
		if len(u.words) == 0 {
			continue
		}
		if u.class == "person" && (len(u.words) > 1 || u.c.Key != "" || len(u.titles) > 0) {
			for _, w := range u.words {
				taken[w] = true
			}
			continue
		}
		if len(u.words) > 1 || u.class != "person" && u.class != "thing" {
			continue
		}
		v := count[u.words[0]]
		if v == nil {
			v = &votes{}
			count[u.words[0]] = v
		}
		if u.class == "person" {
			v.person++
		} else {
			v.thing++
		}
	}
	for _, u := range units {
		if len(u.words) != 1 || u.c.Key != "" || u.class != "person" && u.class != "thing" || taken[u.words[0]] {
			continue
		}
		switch v := count[u.words[0]]; {
		case v.thing >= v.person:
			u.class = "thing"
		case v.thing > 0 && u.class == "thing" && u.c.Type != readout.Outlet:
			u.class = "person"
			u.folded = strings.Fields(kb.Fold(u.words[0]))
		}
	}
}

// byKey clusters what the lists decided.
func (l *linker) byKey(units []*unit) {
	at := map[string]*cluster{}
	for _, u := range units {
		if u.c.Key == "" {
			continue
		}
		c := at[u.c.Key]
		if c == nil {
			c = l.newCluster(u.class, u.c.Key)
			at[u.c.Key] = c
		}
		l.put(u, c)
	}
}

// things clusters bodies, places, works and named groups without a key.
func (l *linker) things(units []*unit) {
	bySpelling := map[string]*cluster{}
	var rest []*unit
	for _, u := range units {
		if l.of[u] != nil || len(u.words) == 0 || u.class == "person" {
			continue
		}
		rest = append(rest, u)
	}
	// Every spelling of a keyed cluster that is more than a short form leads
	// to it; one that leads to two leads to none.
	index := func(c *cluster, spellings []string) {
		for _, s := range spellings {
			if !telling(s) {
				continue
			}
			k := c.class + "/" + kb.Phrase(s)
			if old, ok := bySpelling[k]; ok && old != c {
				bySpelling[k] = nil
				continue
			}
			bySpelling[k] = c
		}
	}
	for _, c := range l.clusters {
		if c.class == "thing" && c.key != "" {
			for _, u := range c.units {
				index(c, u.spellings)
			}
		}
	}
	// Long names first: what explains an acronym comes before the acronym.
	slices.SortStableFunc(rest, func(a, b *unit) int { return len(b.words) - len(a.words) })
	for _, u := range rest {
		var c *cluster
		for _, s := range append([]string{u.c.Name}, u.spellings...) {
			if x := bySpelling[u.class+"/"+kb.Phrase(Spelling(s))]; x != nil {
				c = x
				break
			}
		}
		if c == nil {
			c = l.newCluster(u.class, "")
		}
		l.put(u, c)
		index(c, u.spellings)
		if k := c.class + "/" + strings.Join(u.words, " "); bySpelling[k] == nil {
			bySpelling[k] = c
		}
	}
	// A "person" of one word that is a place or body elsewhere is that.
	people := l.late
	l.late = nil
	for _, u := range people {
		if c := bySpelling["thing/"+strings.Join(u.words, " ")]; c != nil {
			l.put(u, c)
		} else {
			l.late = append(l.late, u)
		}
	}
}

// telling reports whether a spelling may lead from one report to another: more
// than one word, or an acronym, or long enough to be a name of its own.
func telling(s string) bool {
	return strings.Contains(s, " ") || s == strings.ToUpper(s) && len(s) > 1 || len(s) > 3
}

// nameless gives every chain without a name its own entity.
func (l *linker) nameless(units []*unit) {
	for _, u := range units {
		if l.of[u] != nil || len(u.c.Members) > 0 {
			continue
		}
		c := l.newCluster(u.class, "")
		c.unique = l.place(u)
		l.put(u, c)
	}
}

// place names a chain by report and first mention.
func (l *linker) place(u *unit) string {
	doc := l.docs[u.doc]
	s := doc.Report.ID
	if len(u.c.Mentions) > 0 {
		m := doc.Mentions[u.c.Mentions[0]]
		s += fmt.Sprintf(":%d-%d", m.Start, m.End)
	} else {
		s += fmt.Sprintf("#%d", u.chain)
	}
	return s
}

// groups clusters "both countries" by the entities of the members. Groups of
// groups keep to their report.
func (l *linker) groups(units []*unit) {
	at := map[string]*cluster{}
	for _, u := range units {
		if l.of[u] != nil {
			continue
		}
		var ids []string
		for _, m := range u.c.Members {
			if c := l.of[l.find(units, u.doc, m)]; c != nil {
				ids = append(ids, l.id(c))
			}
		}
		slices.Sort(ids)
		ids = slices.Compact(ids)
		key := strings.Join(ids, " ")
		if len(ids) < len(u.c.Members) || len(ids) == 0 {
			key = l.place(u)
		}
		c := at[key]
		if c == nil {
			c = l.newCluster("group", "")
			c.unique = "members " + key
			at[key] = c
		}
		l.put(u, c)
	}
}

// find is the unit of a chain; units are in order of report and chain.
func (l *linker) find(units []*unit, doc, chain int) *unit {
	i, ok := slices.BinarySearchFunc(units, unit{doc: doc, chain: chain}, func(a *unit, b unit) int {
		return cmp.Or(cmp.Compare(l.docs[a.doc].Report.ID, l.docs[b.doc].Report.ID), cmp.Compare(a.doc, b.doc), cmp.Compare(a.chain, b.chain))
	})
	if !ok {
		return nil
	}
	return units[i]
}

// id is the entity id of a cluster: "e" and 16 hex digits.
func (l *linker) id(c *cluster) string {
	if c.id != "" {
		return c.id
	}
	canonical := c.key
	if canonical == "" {
		canonical = c.unique
	}
	if canonical == "" {
		canonical = l.canonical(c)
	}
	return ID(c.class, canonical)
}

// ID is the id of the entity of that class ("person", "thing", "work",
// "group") and canonical name or key.
func ID(class, canonical string) string {
	h := sha256.Sum256([]byte(class + "\x00" + canonical))
	return "e" + hex.EncodeToString(h[:8])
}

// canonical is the folded name that stands for a cluster: of people the
// smallest of the forms "given name surname", of others the smallest of the
// longest names.
func (l *linker) canonical(c *cluster) string {
	best := ""
	for _, u := range c.units {
		s := strings.Join(u.words, " ")
		if c.class == "person" {
			s = strings.Join(u.folded, " ")
			if n := len(u.folded); n > 2 {
				s = u.folded[0] + " " + u.folded[n-1]
			}
			s = strings.TrimSpace(s + " " + u.suffix)
		}
		n, m := strings.Count(s, " "), strings.Count(best, " ")
		if best == "" || n > m || n == m && s < best {
			best = s
		}
	}
	return best
}

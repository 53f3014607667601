// Package kb holds the facts that reading rests on: states with their
// capitals and nationality words, seats that stand for governments, holders of
// offices, international bodies, outlets and agencies, places.
//
// Load parses lexicons/kb/*.tsv (built from public lists by the lexicons step
// of cmd/train, package kb/build) and the hand-made lists of facts under
// lexicons/en once, into indexes that are read-only afterwards and safe for
// concurrent use. What the lists do not cover is unknown: a look-up then
// returns nil and never the nearest thing.
//
// Names are looked up by Phrase (case, diacritics, full stops, hyphens and a
// leading article do not matter) and, for people, by Fold, which joins the
// spellings that one name takes in different romanisations. Match finds the
// longest known phrase at a position of a tokenised text, for gazetteer
// features.
//
// The package does not decide what a mention in a text refers to; coref and
// link/entity do.
package kb

import (
	"cmp"
	"slices"
	"strings"
)

// Type is the kind of thing that an entry is.
type Type string

// The types of an entry.
const (
	State        Type = "state"
	Place        Type = "place" // territory, division, city
	Person       Type = "person"
	Organization Type = "organization"
	Outlet       Type = "outlet"
)

// Role is an office that an entry holds or held.
type Role struct {
	Title string // lower case: "president", "foreign minister"
	Of    string // ISO 3166-1 alpha-2 of the state, or Entry.Key of the body; "" unknown
	From  string // ISO 8601 prefix, "" unknown
	To    string // ISO 8601 prefix, "" unknown or still in office when the list was made
}

// Entry is one thing that the lists know. Entries are shared: callers must
// not change them.
type Entry struct {
	Key        string // "state:RU", "person:Q22686", "person:us/joe-biden", "org:nato", "outlet:reuters", "place:us-va"
	Type       Type
	Country    string   // ISO 3166-1 alpha-2, "" unknown or none
	Wikidata   string   // "Q…" or ""
	Names      []string // preferred first
	Surname    string   // persons: the part used alone, "" unknown
	Gender     string   // persons: "m", "f" or ""
	Adjectives []string // states: "Russian"
	Demonyms   []string // states: "Russians"
	Capitals   []string // states: names of capital cities
	Roles      []Role   // sorted by From, Title
	Domains    []string // outlets: hosts without "www."
	Kind       string   // finer kind: "city", "division", "party", "armed group", "government", "agency", …; ""
	Seat       bool     // a house or street whose name stands for a government body: "Kremlin"
	Of         string   // Entry.Key of what it belongs to: the state of a seat, ""
}

// Name is the preferred name.
func (e *Entry) Name() string { return e.Names[0] }

// KB is the loaded lists. Its zero value knows nothing.
type KB struct {
	entries    []*Entry // sorted by Key
	byKey      map[string]*Entry
	byPhrase   map[string][]*Entry
	byFold     map[string][]*Entry // people, by folded full name
	bySurname  map[string][]*Entry // people, by folded surname
	byDomain   map[string]*Entry
	nation     map[string]*Entry   // adjective or demonym, by phrase
	capital    map[string][]*Entry // states by phrase of a capital
	holder     map[string][]holding
	given      map[string]given
	surnames   map[string]bool
	nick       map[string][]string // given name → names it may stand for, both ways, sorted
	titles     map[string]*Title
	match      matcher
	calendar   []Occasion
	officeTime map[string]string // word before an office → "former", "other"
}

type holding struct {
	entry *Entry
	role  Role
}

type given struct{ gender string }

// Entries returns every entry, sorted by key. The slice is the KB's own.
func (k *KB) Entries() []*Entry { return k.entries }

// ByKey returns the entry of that key, or nil.
func (k *KB) ByKey(key string) *Entry { return k.byKey[key] }

// Lookup returns the entries that bear the name, people by any romanisation
// of a full name. Sorted by key; nil when unknown. An all-capital alias
// ("US", "WHO") matches only a name that is written in capitals.
func (k *KB) Lookup(name string) []*Entry {
	found := k.byPhrase[Phrase(name)]
	out := make([]*Entry, 0, len(found))
	upper := isUpper(name)
	for _, e := range found {
		if upper || e.bears(name) {
			out = append(out, e)
		}
	}
	if len(out) == 0 {
		if f := Fold(name); strings.Contains(f, " ") {
			out = append(out, k.byFold[f]...)
		}
	}
	return out
}

// bears reports whether one of the names of e that is not an acronym equals
// name.
func (e *Entry) bears(name string) bool {
	p := Phrase(name)
	for _, n := range e.Names {
		if !isUpper(n) && Phrase(n) == p {
			return true
		}
	}
	return false
}

// LookupType is Lookup restricted to entries of one of the types.
func (k *KB) LookupType(name string, types ...Type) []*Entry {
	all := k.Lookup(name)
	return slices.DeleteFunc(all, func(e *Entry) bool { return !slices.Contains(types, e.Type) })
}

// State returns the state of that name, or nil. Nationality words and capitals
// are not names of the state, nor are ISO codes: "GM" in a report is no Gambia.
func (k *KB) State(name string) *Entry {
	if s := k.LookupType(name, State); len(s) == 1 {
		return s[0]
	}
	return nil
}

// Nationality returns the state whose adjective or demonym the word is
// ("Russian", "Ukrainians"), or nil.
func (k *KB) Nationality(word string) *Entry { return k.nation[Phrase(word)] }

// CapitalOf returns the state whose capital bears the name, or nil when none
// or more than one does.
func (k *KB) CapitalOf(name string) *Entry {
	if s := k.capital[Phrase(name)]; len(s) == 1 {
		return s[0]
	}
	return nil
}

// SeatOf returns the seat that the name denotes ("Kremlin", "White House"), or
// nil. Its Of is the state's key.
func (k *KB) SeatOf(name string) *Entry {
	for _, e := range k.Lookup(name) {
		if e.Seat {
			return e
		}
	}
	return nil
}

// People returns the people that the full name may denote, in any
// romanisation, sorted by key.
func (k *KB) People(fullName string) []*Entry { return k.LookupType(fullName, Person) }

// BySurname returns the people of that surname, in any romanisation.
func (k *KB) BySurname(surname string) []*Entry { return k.bySurname[Fold(surname)] }

// OutletByDomain returns the outlet that publishes at the host or one of its
// parents ("edition.cnn.com"), or nil.
func (k *KB) OutletByDomain(domain string) *Entry {
	d := strings.TrimPrefix(strings.ToLower(domain), "www.")
	for d != "" {
		if e := k.byDomain[d]; e != nil {
			return e
		}
		_, rest, ok := strings.Cut(d, ".")
		if !ok {
			return nil
		}
		d = rest
	}
	return nil
}

// Holder returns who held the office on the day, or nil when the lists do not
// cover the day or name more than one. title is lower case without the state
// ("president"); of is an ISO 3166-1 alpha-2 code or a body's key; date is an
// ISO 8601 day. An open end reaches no further than the day the lists were
// made: they cannot know who held an office later.
func (k *KB) Holder(title, of, date string) *Entry {
	if date == "" {
		return nil
	}
	var out *Entry
	for _, h := range k.holder[title+"@"+of] {
		to := h.role.To
		if to == "" {
			to = listsMade
		}
		if h.role.From == "" || date < h.role.From || date > to {
			continue
		}
		if out != nil && out != h.entry {
			return nil
		}
		out = h.entry
	}
	return out
}

// listsMade is the day of the newest list of office holders.
const listsMade = "2026-08-05"

// Held reports whether e held an office of that title for the state or body
// at any time that the lists know of.
func (e *Entry) Held(title, of string) bool {
	return slices.ContainsFunc(e.Roles, func(r Role) bool { return r.Title == title && r.Of == of })
}

// Gender returns "m" or "f" for a given name that lists show with one gender
// only, else "".
func (k *KB) Gender(givenName string) string { return k.given[Phrase(givenName)].gender }

// GivenName reports whether the word is known as a given name.
func (k *KB) GivenName(word string) bool { _, ok := k.given[Phrase(word)]; return ok }

// SameGiven reports whether two given names may belong to one person: equal
// when folded, one the initial of the other, or one a known short form of the
// other ("Joe", "Joseph").
func (k *KB) SameGiven(a, b string) bool {
	fa, fb := Fold(a), Fold(b)
	if fa == "" || fb == "" || fa == fb {
		return true
	}
	na, nb := Phrase(a), Phrase(b)
	if len(na) == 1 || len(nb) == 1 {
		return na[0] == nb[0]
	}
	if slices.Contains(k.nick[na], nb) {
		return true
	}
	return false
}

// Title is a word or phrase for an office or function.
type Title struct {
	Name string // lower case, the form that offices are compared by: "prime minister"
	Kind string // head-of-state, head-of-government, minister, spokesperson, envoy, legislator, judge, military, official, honorific, nobility, religious, police, business, academic, media
	Body string // state, government, ministry, party, organization, military, court, …: what it is held in
	Sex  string // "m", "f" or ""
}

// TitleOf returns what is known of the title phrase, singular or plural, or
// nil.
func (k *KB) TitleOf(phrase string) *Title { return k.titles[Phrase(phrase)] }

func isUpper(s string) bool {
	letters := 0
	for _, r := range s {
		switch {
		case 'a' <= r && r <= 'z':
			return false
		case 'A' <= r && r <= 'Z':
			letters++
		}
	}
	return letters > 1
}

func sortEntries(s []*Entry) []*Entry {
	slices.SortFunc(s, func(a, b *Entry) int { return cmp.Compare(a.Key, b.Key) })
	return slices.Compact(s)
}

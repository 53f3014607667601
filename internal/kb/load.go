package kb

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/readout-news/readout/lexicons"
)

// Load reads the embedded lists.
func Load() (*KB, error) { return LoadFS(lexicons.FS) }

// LoadFS reads the lists under kb/ and en/ of fsys: every kb/*.tsv,
// en/bodies.tsv, en/leaders.tsv, en/outlets.tsv, en/seats.tsv and en/states.tsv in the entry
// format, and
// en/titles.tsv, en/given.tsv, kb/given.tsv, kb/surnames.tsv,
// kb/nicknames.tsv, en/calendar.tsv and en/office-times.tsv in their own. Files that are absent are left out.
func LoadFS(fsys fs.FS) (*KB, error) {
	k := &KB{
		byKey: make(map[string]*Entry, sizeHint), byPhrase: make(map[string][]*Entry, sizeHint), byFold: make(map[string][]*Entry, sizeHint),
		bySurname: map[string][]*Entry{}, byDomain: map[string]*Entry{}, nation: map[string]*Entry{},
		capital: map[string][]*Entry{}, holder: map[string][]holding{}, given: map[string]given{},
		surnames: map[string]bool{}, nick: map[string][]string{}, titles: map[string]*Title{}, officeTime: map[string]string{},
	}
	files, err := fs.Glob(fsys, "kb/*.tsv")
	if err != nil {
		return nil, fmt.Errorf("list kb: %w", err)
	}
	lists := []string{"en/states.tsv", "en/seats.tsv", "en/bodies.tsv", "en/outlets.tsv", "en/leaders.tsv"}
	for _, f := range files {
		switch path.Base(f) {
		case "given.tsv", "surnames.tsv", "nicknames.tsv":
		default:
			lists = append(lists, f)
		}
	}
	for _, f := range lists {
		if err := each(fsys, f, 6, func(col []string) error {
			e, err := parseEntry(col)
			if err != nil {
				return err
			}
			return k.merge(e)
		}); err != nil {
			return nil, err
		}
	}
	if err := k.loadWords(fsys); err != nil {
		return nil, err
	}
	if err := k.loadCalendar(fsys); err != nil {
		return nil, err
	}
	if err := k.loadOfficeTimes(fsys); err != nil {
		return nil, err
	}
	k.index()
	return k, nil
}

const sizeHint = 1 << 15 // entries and names in the embedded lists, roughly

// each calls f with the columns of every line that is not empty or a comment.
// Missing columns at the end are empty; an absent file has no lines.
func each(fsys fs.FS, name string, columns int, f func([]string) error) error {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil //nolint:nilerr // a list that is not there knows nothing
	}
	col := make([]string, columns)
	sc := bufio.NewScanner(bytes.NewReader(data))
	sc.Buffer(make([]byte, 64<<10), 1<<20)
	for n := 1; sc.Scan(); n++ {
		line := sc.Text()
		if line == "" || line[0] == '#' {
			continue
		}
		rest, more := line, true
		for i := range col {
			col[i] = ""
			if more {
				col[i], rest, more = strings.Cut(rest, "\t")
			}
		}
		if more {
			return fmt.Errorf("%s:%d: more than %d columns", name, n, columns)
		}
		if err := f(col); err != nil {
			return fmt.Errorf("%s:%d: %w", name, n, err)
		}
	}
	if err := sc.Err(); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return nil
}

// parseEntry reads the columns key, type, country, Wikidata id, names and
// attributes.
func parseEntry(col []string) (*Entry, error) {
	e := &Entry{Key: col[0], Type: Type(col[1]), Country: col[2], Wikidata: col[3], Names: list(col[4])}
	switch e.Type {
	case State, Place, Person, Organization, Outlet:
	default:
		return nil, fmt.Errorf("entry %q: unknown type %q", e.Key, e.Type)
	}
	if e.Key == "" || len(e.Names) == 0 {
		return nil, fmt.Errorf("entry %q: key and name are required", e.Key)
	}
	for _, a := range strings.Split(col[5], ";") {
		if a == "" {
			continue
		}
		name, value, ok := strings.Cut(a, "=")
		if !ok {
			return nil, fmt.Errorf("entry %q: attribute %q without value", e.Key, a)
		}
		switch name {
		case "kind":
			e.Kind = value
		case "sur":
			e.Surname = value
		case "sex":
			e.Gender = value
		case "adj":
			e.Adjectives = list(value)
		case "demonym":
			e.Demonyms = list(value)
		case "capital":
			e.Capitals = list(value)
		case "domain":
			e.Domains = list(value)
		case "of":
			e.Of = value
		case "seat":
			e.Seat = value == "1"
		case "role":
			for _, r := range list(value) {
				f := strings.Split(r, "@")
				if len(f) != 4 || f[0] == "" {
					return nil, fmt.Errorf("entry %q: role %q is not title@of@from@to", e.Key, r)
				}
				e.Roles = append(e.Roles, Role{Title: f[0], Of: f[1], From: f[2], To: f[3]})
			}
		default:
			return nil, fmt.Errorf("entry %q: unknown attribute %q", e.Key, name)
		}
	}
	return e, nil
}

func list(s string) []string {
	if s == "" {
		return nil
	}
	return slices.DeleteFunc(strings.Split(s, "|"), func(x string) bool { return x == "" })
}

// merge adds e, or what e knows to the entry of the same key.
func (k *KB) merge(e *Entry) error {
	old := k.byKey[e.Key]
	if old == nil {
		k.byKey[e.Key] = e
		return nil
	}
	if old.Type != e.Type {
		return fmt.Errorf("entry %q is a %s elsewhere, not a %s", e.Key, old.Type, e.Type)
	}
	old.Country = cmp.Or(old.Country, e.Country)
	old.Wikidata = cmp.Or(old.Wikidata, e.Wikidata)
	old.Surname = cmp.Or(old.Surname, e.Surname)
	old.Gender = cmp.Or(old.Gender, e.Gender)
	old.Kind = cmp.Or(old.Kind, e.Kind)
	old.Of = cmp.Or(old.Of, e.Of)
	old.Seat = old.Seat || e.Seat
	old.Names = union(old.Names, e.Names)
	old.Adjectives = union(old.Adjectives, e.Adjectives)
	old.Demonyms = union(old.Demonyms, e.Demonyms)
	old.Capitals = union(old.Capitals, e.Capitals)
	old.Domains = union(old.Domains, e.Domains)
	for _, r := range e.Roles {
		if !slices.Contains(old.Roles, r) {
			old.Roles = append(old.Roles, r)
		}
	}
	return nil
}

func union(a, b []string) []string {
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(a, s)
		}
	}
	return a
}

// loadWords reads the lists that are not of entries.
func (k *KB) loadWords(fsys fs.FS) error {
	for _, f := range []string{"kb/given.tsv", "en/given.tsv"} {
		// name, sex: m, f or empty when both or unknown. The hand-made list,
		// read last, decides.
		if err := each(fsys, f, 2, func(col []string) error {
			if col[1] != "" && col[1] != "m" && col[1] != "f" {
				return fmt.Errorf("given name %q: sex %q", col[0], col[1])
			}
			k.given[Phrase(col[0])] = given{gender: col[1]}
			return nil
		}); err != nil {
			return err
		}
	}
	if err := each(fsys, "kb/surnames.tsv", 1, func(col []string) error {
		k.surnames[Phrase(col[0])] = true
		return nil
	}); err != nil {
		return err
	}
	if err := each(fsys, "kb/nicknames.tsv", 2, func(col []string) error {
		a := Phrase(col[0])
		for _, b := range list(col[1]) {
			b = Phrase(b)
			k.nick[a] = append(k.nick[a], b)
			k.nick[b] = append(k.nick[b], a)
		}
		return nil
	}); err != nil {
		return err
	}
	for a := range k.nick {
		slices.Sort(k.nick[a])
		k.nick[a] = slices.Compact(k.nick[a])
	}
	return each(fsys, "en/titles.tsv", 5, func(col []string) error {
		if col[0] == "" || col[1] == "" {
			return fmt.Errorf("title %q: name and kind are required", col[0])
		}
		t := &Title{Name: col[0], Kind: col[1], Body: col[2], Sex: col[3]}
		forms := append([]string{col[0]}, list(col[4])...)
		for _, f := range forms {
			k.titles[Phrase(f)] = t
		}
		k.titles[Phrase(Plural(col[0]))] = t
		return nil
	})
}

// Plural is the regular English plural of a noun phrase that ends in its head
// ("minister", "secretary", "spokesman"), or whose head comes before "of" or
// "general".
func Plural(s string) string {
	if head, rest, ok := strings.Cut(s, " of "); ok {
		return Plural(head) + " of " + rest
	}
	switch {
	case strings.HasSuffix(s, "man"):
		return s[:len(s)-2] + "en"
	case strings.HasSuffix(s, "y") && len(s) > 1 && !vowel(s[len(s)-2]):
		return s[:len(s)-1] + "ies"
	case strings.HasSuffix(s, "s"), strings.HasSuffix(s, "x"), strings.HasSuffix(s, "ch"), strings.HasSuffix(s, "sh"):
		return s + "es"
	case strings.HasSuffix(s, "person"):
		return s + "s"
	}
	return s + "s"
}

// index builds the look-ups from the merged entries.
func (k *KB) index() {
	for _, e := range k.byKey {
		k.entries = append(k.entries, e)
	}
	k.entries = sortEntries(k.entries)
	for _, e := range k.entries {
		slices.SortFunc(e.Roles, func(a, b Role) int {
			return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Title, b.Title), cmp.Compare(a.Of, b.Of), cmp.Compare(a.To, b.To))
		})
		for _, r := range e.Roles {
			key := r.Title + "@" + r.Of
			k.holder[key] = append(k.holder[key], holding{e, r})
		}
		for _, d := range e.Domains {
			if k.byDomain[d] == nil {
				k.byDomain[d] = e
			}
		}
		mask := e.mask()
		for _, n := range e.Names {
			words := Words(n)
			if len(words) == 0 {
				continue
			}
			p := strings.Join(words, " ")
			if s := k.byPhrase[p]; len(s) == 0 || s[len(s)-1] != e {
				k.byPhrase[p] = append(s, e)
			}
			if isUpper(n) && len(words) == 1 {
				k.match.add(words, 0, mask, 0)
			} else {
				k.match.add(words, mask, 0, 0)
			}
			if e.Type == Person && len(words) > 1 {
				add(k.byFold, foldWords(words), e)
			}
		}
		if e.Surname != "" {
			add(k.bySurname, Fold(e.Surname), e)
			k.match.add(Words(e.Surname), IsSurname, 0, 0)
		}
		for _, a := range e.Adjectives {
			k.addNation(a, e)
		}
		for _, d := range e.Demonyms {
			k.addNation(d, e)
		}
		for _, c := range e.Capitals {
			add(k.capital, Phrase(c), e)
			k.match.add(Words(c), IsCity, 0, 0)
		}
	}
	for g := range k.given {
		k.match.add([]string{g}, IsGiven, 0, 0)
	}
	for s := range k.surnames {
		k.match.add(strings.Fields(s), IsSurname, 0, 0)
	}
	for t := range k.titles {
		k.match.add(strings.Fields(t), 0, 0, IsTitle)
	}
}

func (k *KB) addNation(word string, e *Entry) {
	p := Phrase(word)
	// A word that two lists give to different states stays with the first
	// state proper; entries come sorted by key, so the choice is stable.
	if old := k.nation[p]; old == nil || old.Type != State && e.Type == State {
		k.nation[p] = e
	}
	k.match.add(Words(word), IsNationality, 0, 0)
}

func add(m map[string][]*Entry, key string, e *Entry) {
	if !slices.Contains(m[key], e) {
		m[key] = append(m[key], e)
	}
}

func (e *Entry) mask() Mask {
	switch {
	case e.Seat:
		return IsSeat | IsOrganization
	case e.Type == State:
		return IsState
	case e.Type == Place && e.Kind == "city":
		return IsCity
	case e.Type == Place:
		return IsPlace
	case e.Type == Person:
		return IsPerson
	case e.Type == Outlet:
		return IsOutlet
	case e.Kind == "party":
		return IsParty | IsOrganization
	}
	return IsOrganization
}

package build

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/readout-news/readout/internal/kb"
)

type holderLine struct {
	title, from, surname string
	names                []string
}

// holders reads "President Ilse Karin MAREN (since 20 May 2019); represented
// by …". Names with no part in capitals are left out: the line is then prose.
func (b *builder) holders(s string) []holderLine {
	var out []holderLine
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ';' || r == '\n' }) {
		m := sinceRE.FindStringSubmatchIndex(part)
		if m == nil || strings.Contains(part, "represented by") && strings.Index(part, "represented by") < m[0] {
			continue
		}
		from := isoDate(part[m[2]:m[3]])
		phrase := strings.TrimSpace(part[:m[0]])
		title, name := b.splitTitle(phrase)
		for rest := phrase; title == ""; {
			// "State Affairs Commission President …": the office's body first.
			w, after, ok := strings.Cut(rest, " ")
			if !ok || w == strings.ToUpper(w) && len(w) > 4 {
				break
			}
			rest = after
			title, name = b.splitTitle(rest)
		}
		if title == "" || name == "" {
			continue
		}
		h := holderLine{title: title, from: from}
		h.names, h.surname = names(name)
		if len(h.names) > 0 {
			out = append(out, h)
		}
	}
	return out
}

// splitTitle cuts the longest known title off the front: "Prime Minister and
// Foreign Minister MUHAMMAD …" gives "prime minister".
func (b *builder) splitTitle(s string) (title, name string) {
	s = strings.TrimSpace(s)
	for {
		low := strings.ToLower(s)
		found := ""
		for _, t := range b.titles {
			if strings.HasPrefix(low, t+" ") {
				found = t
				break
			}
		}
		if found == "" {
			break
		}
		if title == "" {
			title = found
		}
		s = strings.TrimSpace(s[len(found):])
		for _, glue := range []string{"and ", "of the Swiss Confederation ", "of Council of Ministers ", "of the Government of Spain ", "Co-Vice President "} {
			s = strings.TrimPrefix(s, glue)
		}
	}
	if title == "" {
		return "", ""
	}
	switch title {
	case "interim president", "acting president", "transitional president", "caretaker president":
		title = "president"
	case "interim prime minister", "acting prime minister", "caretaker prime minister":
		title = "prime minister"
	case "amir":
		title = "emir"
	}
	return title, s
}

// names spells a name of the factbook, whose surname is in capitals, as a
// newspaper does, with the shorter forms that drop middle names.
func names(s string) (out []string, surname string) {
	s = strings.TrimSpace(noteRE.ReplaceAllString(s, ""))
	s, _, _ = strings.Cut(s, ",")
	words := strings.Fields(s)
	if len(words) == 0 || len(words) > 7 {
		return nil, ""
	}
	var given, sur, after []string
	for _, w := range words {
		letters := strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) {
				return r
			}
			return -1
		}, w)
		if letters == "" {
			return nil, ""
		}
		roman := len(sur) > 0 && strings.Trim(letters, "IVX") == ""
		upper := strings.ToUpper(letters) == letters && len([]rune(letters)) > 1
		if p, rest, ok := strings.Cut(w, "-"); ok && (strings.ToLower(p) == "al" || strings.ToLower(p) == "el" || strings.ToUpper(rest) == rest && len(rest) > 2) {
			upper = true
		}
		switch {
		case roman:
			sur = append(sur, letters)
		case upper && len(after) == 0:
			sur = append(sur, properCase(w))
		case len(sur) > 0:
			after = append(after, w)
		case strings.ToUpper(letters) == letters || unicode.IsUpper([]rune(w)[0]):
			given = append(given, w)
		case len(given) > 0:
			given = append(given, w)
		default:
			return nil, ""
		}
	}
	if len(sur) == 0 {
		return nil, ""
	}
	surname = strings.Join(sur, " ")
	join := func(parts ...[]string) string {
		var all []string
		for _, p := range parts {
			all = append(all, p...)
		}
		return strings.Join(all, " ")
	}
	if len(given) == 0 && len(after) == 0 {
		return []string{surname}, surname
	}
	out = append(out, join(given, sur, after))
	if len(given) > 0 {
		for _, g := range given {
			// A patronymic is not used without the first name.
			if patronymicRE.MatchString(g) {
				continue
			}
			if len([]rune(strings.Trim(g, "."))) > 1 && unicode.IsUpper([]rune(g)[0]) {
				out = append(out, g+" "+surname)
			}
		}
		if len(given) > 2 {
			out = append(out, given[0]+" "+given[1]+" "+surname)
		}
		// The form without middle names is the usual one; a first name that
		// is only an initial is not.
		if len(out) > 1 && len(after) == 0 {
			out[0], out[1] = out[1], out[0]
		}
	} else if unicode.IsUpper([]rune(after[0])[0]) {
		out = append(out, join(sur, after[:1]))
	}
	if len(out) == 0 {
		out = append(out, join(given, sur, after))
	}
	if len(given) > 0 && len(after) > 0 {
		out = append(out, join(given, sur))
	}
	return unique(out), surname
}

// properCase writes a name in capitals with small letters; a prefix that is
// small already ("al-SUDANI") stays.
func properCase(w string) string {
	if p, rest, ok := strings.Cut(w, "-"); ok && p == strings.ToLower(p) {
		return p + "-" + capital(strings.ToLower(rest))
	}
	switch w {
	case "DE", "DA", "DOS", "BIN", "VON", "LE", "E":
		return strings.ToLower(w)
	}
	if strings.HasPrefix(w, "Mc") || w != strings.ToUpper(w) {
		var parts []string
		for _, p := range strings.Split(w, "-") {
			if p == strings.ToUpper(p) {
				p = capital(strings.ToLower(p))
			}
			parts = append(parts, p)
		}
		return strings.Join(parts, "-")
	}
	return capital(strings.ToLower(w))
}

var months = []string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}

// isoDate reads "7 May 2012", "June 2022" or "1997".
func isoDate(s string) string {
	f := strings.Fields(s)
	if len(f) == 0 {
		return ""
	}
	out := f[len(f)-1]
	if len(f) > 1 {
		i := slices.Index(months, f[len(f)-2])
		if i < 0 {
			return out
		}
		out += fmt.Sprintf("-%02d", i+1)
		if len(f) > 2 {
			out += fmt.Sprintf("-%02s", fmt.Sprintf("%02d", atoi(f[0])))
		}
	}
	return out
}

func atoi(s string) int {
	n := 0
	for _, c := range s {
		if c < '0' || c > '9' {
			return n
		}
		n = n*10 + int(c-'0')
	}
	return n
}

// person returns the key of a person of a country, the same for every list
// that names them: people are told apart by folded first and last name.
func (b *builder) person(country, name, wikidata string) string {
	w := strings.Fields(kb.Fold(name))
	id := country + "/" + strings.Join(w, " ")
	if len(w) > 2 {
		id = country + "/" + w[0] + " " + w[len(w)-1]
	}
	if key, ok := b.people[id]; ok {
		return key
	}
	key := personKey(wikidata, country, name)
	b.people[id] = key
	return key
}

// alias makes a further name of a person lead to their key.
func (b *builder) alias(country, name, key string) {
	w := strings.Fields(kb.Fold(name))
	if len(w) < 2 {
		return
	}
	id := country + "/" + w[0] + " " + w[len(w)-1]
	if _, ok := b.people[id]; !ok {
		b.people[id] = key
	}
}

package build

import (
	"bufio"
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/readout-news/readout/internal/kb"
)

var codeRE = regexp.MustCompile(`\[([A-Z]{3})([A-Z]*)([^\]]*)\]`)

// dictionaries reads the Open Event Data actors: office holders up to 2014,
// armed groups and international bodies.
func (b *builder) dictionaries() error {
	people, err := b.actors("Phoenix.Countries.actors.txt", func(names []string, codes [][]string, comment string) (record, bool) {
		if !strings.Contains(comment, "CountryInfo") {
			return record{}, false
		}
		cc := ""
		var roles []string
		for _, c := range codes {
			two := b.iso3[c[1]]
			if two == "" || !strings.HasPrefix(c[2], "GOV") && !strings.HasPrefix(c[2], "ELI") && !strings.HasPrefix(c[2], "LEG") && !strings.HasPrefix(c[2], "OPP") {
				continue
			}
			if cc == "" {
				cc = two
			}
			if from, to := span(c[3]); strings.HasPrefix(c[2], "GOV") && (from != "" || to != "") {
				roles = append(roles, "member of government@"+two+"@"+from+"@"+to)
			}
		}
		w := strings.Fields(names[0])
		if cc == "" || len(w) < 2 || len(w) > 5 {
			return record{}, false
		}
		for i, x := range w {
			b.countName(x, i == 0)
		}
		r := record{key: b.person(cc, names[0], ""), typ: "person", country: cc, names: names[:1]}
		for _, n := range names[1:] {
			// Titles are kept out of the names, surnames alone are not unique.
			if f := strings.Fields(n); len(f) >= 2 && len(f) <= 5 && !b.startsWithTitle(n) {
				r.names = append(r.names, n)
			}
		}
		switch cc {
		case "CN", "TW", "HK", "KR", "KP":
			r.attr("sur", w[0]) // family name first
		default:
			r.attr("sur", w[len(w)-1])
		}
		slices.Sort(roles)
		r.attr("role", strings.Join(slices.Compact(roles), "|"))
		return r, true
	})
	if err != nil {
		return err
	}
	licence := "MIT, (c) 2014 Open Event Data Alliance"
	const from = "github.com/openeventdata/Dictionaries aa75b79b "
	if err := (source{
		file: "officials.tsv", title: "Members of governments up to 2014 (CountryInfo).", from: from + "Phoenix.Countries.actors.txt", licence: licence, date: "2018-08-03",
	}).writeRecords(b.dir, mergeRecords(people)); err != nil {
		return err
	}
	groups, err := b.actors("Phoenix.MilNonState.actors.txt", func(names []string, codes [][]string, _ string) (record, bool) {
		if len(codes) == 0 || b.known(names[0]) {
			return record{}, false
		}
		r := record{key: "org:" + slug(names[0]), typ: "organization", country: b.iso3[codes[0][1]], names: names}
		r.attr("kind", "armed group")
		return r, len(slug(names[0])) > 3
	})
	if err != nil {
		return err
	}
	bodies, err := b.actors("Phoenix.International.actors.txt", func(names []string, codes [][]string, comment string) (record, bool) {
		if len(codes) == 0 || b.known(names[0]) || !bodyName(names[0]) || strings.Contains(comment, "rulers") {
			return record{}, false
		}
		kind := map[string]string{"IGO": "international body", "NGO": "non-governmental organisation", "MNC": "company"}[codes[0][1]]
		if kind == "" {
			return record{}, false
		}
		r := record{key: "org:" + slug(names[0]), typ: "organization", names: names}
		r.attr("kind", kind)
		return r, len(slug(names[0])) > 3
	})
	if err != nil {
		return err
	}
	return source{
		file: "organizations.tsv", title: "Armed groups, international bodies, non-governmental organisations and companies.",
		from: from + "Phoenix.MilNonState and Phoenix.International actors", licence: licence, date: "2018-08-03",
	}.writeRecords(b.dir, mergeRecords(append(groups, bodies...)))
}

// bodyName reports whether the name has a word that people's names have not.
func bodyName(s string) bool {
	f := strings.Fields(strings.ToLower(s))
	if len(f) < 2 {
		return false
	}
	for _, w := range f {
		for _, k := range []string{"organi", "union", "council", "bank", "fund", "committee", "commission", "agency", "institut", "association", "federation", "international", "league", "programme", "program", "conference", "group", "corporation", "company", "company", "foundation", "community", "court", "office", "forum", "network", "alliance", "airlines", "motors", "energy", "oil", "systems", "industries", "watch", "rights", "society", "center", "centre", "secretariat", "assembly", "mission", "world", "treaty"} {
			if strings.HasPrefix(w, k) {
				return true
			}
		}
	}
	return false
}

// known reports whether the hand-made lists have the name.
func (b *builder) known(name string) bool {
	if len(b.seen) == 0 {
		b.seen = map[string]bool{"": true}
		for _, f := range []string{"bodies.tsv", "seats.tsv", "outlets.tsv"} {
			data, err := os.ReadFile(filepath.Join(b.own, f))
			if err != nil {
				continue
			}
			for _, line := range strings.Split(string(data), "\n") {
				if c := strings.Split(line, "\t"); len(c) > 4 && !strings.HasPrefix(line, "#") {
					for _, n := range strings.Split(c[4], "|") {
						b.seen[kb.Phrase(n)] = true
					}
				}
			}
		}
	}
	return b.seen[kb.Phrase(name)]
}

func (b *builder) startsWithTitle(n string) bool {
	low := strings.ToLower(n) + " "
	for _, t := range b.titles {
		if strings.HasPrefix(low, t+" ") {
			return true
		}
	}
	// "Sollundish Prime Minister …": a nationality word before the title.
	_, rest, ok := strings.Cut(n, " ")
	return ok && strings.Contains(rest, " ") && b.startsWithTitle(rest)
}

// countName collects given names and surnames for the word lists.
func (b *builder) countName(w string, first bool) {
	w = strings.Trim(w, ".-'")
	if len([]rune(w)) < 3 || !latin(w) || strings.ContainsFunc(w, unicode.IsDigit) {
		return
	}
	if first {
		b.giveName(w, "")
		return
	}
	b.surname[w]++
}

// actors reads one dictionary: a name, "+" lines with other names, then codes.
func (b *builder) actors(file string, f func(names []string, codes [][]string, comment string) (record, bool)) ([]record, error) {
	data, err := os.ReadFile(b.path("oed_dictionaries", file))
	if err != nil {
		return nil, err
	}
	var recs []record
	var names []string
	var codes [][]string
	comment := ""
	flush := func() {
		if len(names) > 0 && len(codes) > 0 {
			if r, ok := f(names, codes, comment); ok {
				recs = append(recs, r)
			}
		}
		names, codes, comment = nil, nil, ""
	}
	sc := bufio.NewScanner(bytes.NewReader(data))
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		line := strings.ToValidUTF8(strings.TrimRight(sc.Text(), " \t\r"), "")
		body, note, _ := strings.Cut(line, ";")
		body, _, _ = strings.Cut(body, "#")
		body = strings.TrimRight(body, " \t")
		found := codeRE.FindAllStringSubmatch(body, -1)
		indented := strings.HasPrefix(line, "\t") || strings.HasPrefix(line, " ")
		switch {
		case strings.TrimSpace(body) == "" || strings.HasPrefix(body, "!") || strings.HasPrefix(body, "<"):
			continue
		case indented || len(found) > 0 && strings.HasPrefix(strings.TrimSpace(body), "["):
			codes = append(codes, found...)
		default:
			synonym := strings.HasPrefix(body, "+")
			if !synonym {
				flush()
			}
			comment += note
			name, _, _ := strings.Cut(strings.TrimPrefix(body, "+"), "[")
			codes = append(codes, found...)
			if i := strings.Index(name, "_("); i >= 0 {
				name = name[:i]
			}
			name = strings.Join(strings.Fields(strings.ReplaceAll(name, "_", " ")), " ")
			if name == "" || strings.ContainsAny(name, "()/{}|\"0123456789") {
				continue
			}
			names = append(names, actorCase(name))
		}
	}
	flush()
	return recs, sc.Err()
}

// actorCase spells a name given in capitals. Short words without a vowel and
// words with full stops are acronyms.
func actorCase(s string) string {
	f := strings.Fields(s)
	if len(f) == 1 && len(s) <= 5 {
		return strings.ToUpper(s)
	}
	for i, w := range f {
		low := strings.ToLower(w)
		switch {
		case i > 0 && (low == "of" || low == "the" || low == "and" || low == "for" || low == "in" || low == "on" || low == "to" || low == "bin" || low == "de" || low == "al" || low == "ibn" || low == "von" || low == "da"):
			f[i] = low
		case len(w) > 1 && len(w) <= 5 && !strings.ContainsAny(low, "aeiouy") || low == "un" || low == "us" || low == "eu":
			f[i] = strings.ToUpper(w)
		default:
			f[i] = capital(low)
		}
	}
	return strings.Join(f, " ")
}

// span reads the dates of a code: " 030101-040228", " >090301", " <951231";
// years of two digits are of 1930 to 2029.
func span(s string) (from, to string) {
	s = strings.TrimSpace(s)
	day := func(d string) string {
		d = strings.TrimSpace(d)
		if len(d) == 6 && strings.Trim(d, "0123456789") == "" {
			if d[0] < '3' {
				d = "20" + d
			} else {
				d = "19" + d
			}
		}
		if len(d) != 8 || strings.Trim(d, "0123456789") != "" || d[4:6] > "12" || d[4:6] == "00" || d[6:] > "31" || d[6:] == "00" {
			return ""
		}
		return d[:4] + "-" + d[4:6] + "-" + d[6:]
	}
	switch {
	case strings.HasPrefix(s, ">"):
		// "Since" means until the dictionary was made; later it is unknown.
		if from = day(s[1:]); from != "" && from < "2014-01-30" {
			to = "2014-01-30"
		}
		return from, to
	case strings.HasPrefix(s, "<"):
		return "", day(s[1:])
	}
	a, z, ok := strings.Cut(s, "-")
	if !ok {
		return "", ""
	}
	from, to = day(a), day(z)
	if from != "" && to != "" && from > to {
		return "", "" // a slip in the list
	}
	return from, to
}

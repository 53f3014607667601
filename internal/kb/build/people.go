package build

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"

	"github.com/readout-news/readout/internal/kb"
)

type usPerson struct {
	ID struct {
		Bioguide string `yaml:"bioguide"`
		Wikidata string `yaml:"wikidata"`
		Govtrack int    `yaml:"govtrack"`
	} `yaml:"id"`
	Name struct {
		First    string `yaml:"first"`
		Middle   string `yaml:"middle"`
		Last     string `yaml:"last"`
		Nickname string `yaml:"nickname"`
		Full     string `yaml:"official_full"`
	} `yaml:"name"`
	Other []struct {
		Last string `yaml:"last"`
	} `yaml:"other_names"`
	Bio struct {
		Gender string `yaml:"gender"`
	} `yaml:"bio"`
	Terms []struct {
		Type  string `yaml:"type"`
		Start string `yaml:"start"`
		End   string `yaml:"end"`
		State string `yaml:"state"`
		Party string `yaml:"party"`
	} `yaml:"terms"`
}

// leaders takes the keys of the hand-made list, so that the other lists add
// to its people.
func (b *builder) leaders() error {
	data, err := os.ReadFile(filepath.Join(b.own, "leaders.tsv"))
	if err != nil {
		return err
	}
	for _, line := range strings.Split(string(data), "\n") {
		if c := strings.Split(line, "\t"); len(c) > 4 && !strings.HasPrefix(line, "#") {
			for _, n := range strings.Split(c[4], "|") {
				b.alias(c[2], n, c[0])
			}
		}
	}
	return nil
}

// us writes legislators, presidents and vice presidents.
func (b *builder) us() error {
	var recs []record
	for _, f := range []string{"executive.yaml", "legislators-current.yaml"} {
		data, err := os.ReadFile(b.path("congress_legislators", f))
		if err != nil {
			return err
		}
		var people []usPerson
		if err := yaml.Unmarshal(data, &people); err != nil {
			return fmt.Errorf("parse %s: %w", f, err)
		}
		for _, p := range people {
			recs = append(recs, b.american(p))
		}
	}
	return source{
		file: "us.tsv", title: "Presidents, vice presidents and current legislators of the United States.",
		from: "github.com/unitedstates/congress-legislators dfa96222", licence: "CC0 1.0", date: "2026-06-15",
	}.writeRecords(b.dir, mergeRecords(recs))
}

func (b *builder) american(p usPerson) record {
	first := p.Name.First
	if len(strings.Trim(first, ".")) == 1 && p.Name.Middle != "" {
		first = p.Name.Middle
	}
	base := first + " " + p.Name.Last
	names := []string{base, p.Name.First + " " + p.Name.Last}
	if p.Name.Middle != "" {
		names = append(names, p.Name.First+" "+p.Name.Middle+" "+p.Name.Last)
		if m := []rune(p.Name.Middle); len(m) > 1 {
			names = append(names, p.Name.First+" "+string(m[0])+". "+p.Name.Last)
		}
	}
	if p.Name.Nickname != "" {
		names = append(names, p.Name.Nickname+" "+p.Name.Last)
	}
	if p.Name.Full != "" {
		names = append([]string{p.Name.Full}, names...)
	}
	r := record{key: b.person("US", base, p.ID.Wikidata), typ: "person", country: "US", wikidata: p.ID.Wikidata, names: names}
	for _, n := range names {
		b.alias("US", n, r.key)
	}
	r.attr("sur", p.Name.Last)
	r.attr("sex", strings.ToLower(p.Bio.Gender))
	b.giveName(p.Name.First, strings.ToLower(p.Bio.Gender))
	b.surname[p.Name.Last] += 2
	var roles []string
	for _, t := range p.Terms {
		title := map[string]string{"sen": "senator", "rep": "representative", "prez": "president", "viceprez": "vice president"}[t.Type]
		if title == "" {
			continue
		}
		of := "US"
		role := title + "@" + of + "@" + t.Start + "@" + t.End
		// Terms that follow one another are one tenure.
		if n := len(roles); n > 0 {
			f := strings.Split(roles[n-1], "@")
			if f[0] == title && f[3][:4] == t.Start[:4] {
				roles[n-1] = title + "@" + of + "@" + f[2] + "@" + t.End
				continue
			}
		}
		roles = append(roles, role)
	}
	r.attr("role", strings.Join(roles, "|"))
	return r
}

// mergeRecords joins the records of one key: names in order, attributes of
// the first, roles of all.
func mergeRecords(recs []record) []record {
	at := map[string]int{}
	var out []record
	for _, r := range recs {
		i, ok := at[r.key]
		if !ok {
			at[r.key] = len(out)
			out = append(out, r)
			continue
		}
		o := &out[i]
		for _, n := range r.names {
			if !slices.Contains(o.names, n) {
				o.names = append(o.names, n)
			}
		}
		if o.wikidata == "" {
			o.wikidata = r.wikidata
		}
		for _, a := range r.attrs {
			k, v, _ := strings.Cut(a, "=")
			j := slices.IndexFunc(o.attrs, func(x string) bool { return strings.HasPrefix(x, k+"=") })
			switch {
			case j < 0:
				o.attrs = append(o.attrs, a)
			case k == "role":
				o.attrs[j] += "|" + v
			}
		}
	}
	return out
}

func (b *builder) giveName(name, sex string) {
	name = strings.Trim(name, ".")
	if len([]rune(name)) < 2 || !isName(name) || strings.Contains(name, " ") {
		return
	}
	name = strings.ToLower(name)
	g := b.given[name]
	if g == nil {
		g = &genders{}
		b.given[name] = g
	}
	switch sex {
	case "m":
		g.m++
	case "f":
		g.f++
	}
	g.n++
}

var ppsRE = regexp.MustCompile(`^PPS \((?:The )?(?:Rt\.? Hon\.? )?(?:Dr |Sir |Dame |Lord |Baroness |Mr |Mrs |Ms )?([^,]+?)(?: [KD]?[CBE]{1,3}E?| QC| KC| MP)?, ([^()]+)\)?$`)

// uk writes ministers. The list names people by a number only; the names come
// from the offices of parliamentary private secretaries, which tell whose
// secretary the person was and when, and the dates from the list of offices.
func (b *builder) uk() error {
	data, err := os.ReadFile(b.path("uk_parlparse", "members", "ministers.json"))
	if err != nil {
		return err
	}
	var all struct {
		Memberships []struct {
			Role  string `json:"role"`
			Start string `json:"start_date"`
			End   string `json:"end_date"`
		} `json:"memberships"`
	}
	if err := json.Unmarshal(data, &all); err != nil {
		return fmt.Errorf("parse ministers: %w", err)
	}
	var recs []record
	for _, m := range all.Memberships {
		x := ppsRE.FindStringSubmatch(m.Role)
		if x == nil || len(strings.Fields(x[1])) < 2 || len(strings.Fields(x[1])) > 3 || !isName(x[1]) || strings.ContainsAny(x[1], "&;") || strings.Contains(x[1], "Minister") || strings.Contains(x[1], "Team") {
			continue
		}
		office := strings.ToLower(clean(x[2]))
		office = strings.TrimPrefix(office, "the ")
		// The office was held at least while the secretary served; where the
		// list of offices has exactly one holder then, its dates are taken.
		from, to, n := m.Start, m.End, 0
		for _, o := range all.Memberships {
			if strings.EqualFold(o.Role, x[2]) && o.Start <= m.Start && (o.End == "" || o.End >= m.Start) {
				from, to = o.Start, o.End
				n++
			}
		}
		if n != 1 {
			from, to = m.Start, m.End
		}
		if to >= "9999" {
			to = ""
		}
		w := strings.Fields(x[1])
		if strings.Contains(x[1], " of ") {
			continue // peers by title
		}
		r := record{key: b.person("GB", x[1], ""), typ: "person", country: "GB", names: []string{x[1]}}
		r.attr("sur", w[len(w)-1])
		r.attr("role", simpleOffice(office)+"@GB@"+from+"@"+to)
		b.giveName(w[0], "")
		recs = append(recs, r)
	}
	recs = mergeRecords(recs)
	for i := range recs {
		for j, a := range recs[i].attrs {
			if v, ok := strings.CutPrefix(a, "role="); ok {
				recs[i].attrs[j] = "role=" + strings.Join(tenures(strings.Split(v, "|")), "|")
			}
		}
	}
	return source{
		file: "uk.tsv", title: "Ministers of the United Kingdom, as far as the list of offices names them.",
		from: "mySociety parlparse members/ministers.json, github.com/mysociety/parlparse 74dddadc", licence: "Open Parliament Licence v3.0 / OGL v3.0", date: "2026-08-05",
	}.writeRecords(b.dir, recs)
}

// simpleOffice is the newspapers' name of an office.
func simpleOffice(s string) string {
	switch {
	case s == "prime minister", s == "deputy prime minister", s == "chancellor of the exchequer", s == "attorney general":
		return s
	case strings.HasPrefix(s, "secretary of state for foreign"):
		return "foreign secretary"
	case strings.HasPrefix(s, "secretary of state for the home"), s == "home secretary":
		return "home secretary"
	case strings.HasPrefix(s, "secretary of state for defence"):
		return "defence secretary"
	case strings.HasPrefix(s, "secretary of state for health"):
		return "health secretary"
	case strings.HasPrefix(s, "secretary of state for education"):
		return "education secretary"
	case strings.HasPrefix(s, "secretary of state for justice"):
		return "justice secretary"
	}
	return s
}

// tenures joins the terms of one office that touch or overlap.
func tenures(roles []string) []string {
	slices.Sort(roles)
	var out []string
	for _, r := range roles {
		f := strings.Split(r, "@")
		if n := len(out); n > 0 {
			g := strings.Split(out[n-1], "@")
			if g[0] == f[0] && g[1] == f[1] && (g[3] == "" || g[3] >= f[2]) {
				if f[3] == "" || g[3] != "" && f[3] > g[3] {
					g[3] = f[3]
				}
				out[n-1] = strings.Join(g, "@")
				continue
			}
		}
		out = append(out, r)
	}
	return out
}

// domains writes the US outlets by host; a host that the hand-made list has
// is left to it. The list has no names: the host stands for one.
func (b *builder) domains() error {
	f, err := os.Open(b.path("us_news_domains", "us-news-domains-v2.0.0.csv"))
	if err != nil {
		return err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return fmt.Errorf("parse domains: %w", err)
	}
	var recs []record
	for _, row := range rows[1:] {
		d := strings.ToLower(strings.TrimSpace(row[0]))
		if d == "" || strings.ContainsAny(d, "/ ") || b.outlets[d] {
			continue
		}
		r := record{key: "outlet:" + d, typ: "outlet", country: "US", names: []string{d}}
		if strings.HasPrefix(row[2], "int") {
			r.country = ""
		}
		r.attr("kind", "site")
		r.attr("domain", d)
		recs = append(recs, r)
	}
	return source{
		file: "us-domains.tsv", title: "Hosts of news outlets in the United States.",
		from: "github.com/ercexpo/us-news-domains 61505468", licence: "see the repository (research data, ERC EXPO); facts only", date: "2023-02-17",
	}.writeRecords(b.dir, recs)
}

// nicknames writes the short forms of given names.
func (b *builder) nicknames() error {
	data, err := os.ReadFile(b.path("nicknames", "names.csv"))
	if err != nil {
		return err
	}
	short := map[string][]string{}
	for _, line := range strings.Split(string(data), "\n") {
		f := strings.Split(strings.TrimSpace(strings.ToLower(line)), ",")
		if len(f) < 2 {
			continue
		}
		for _, n := range f {
			b.giveName(capital(n), "")
		}
		short[f[0]] = append(short[f[0]], f[1:]...)
	}
	var lines []string
	for n, s := range short {
		slices.Sort(s)
		lines = append(lines, clean(n)+"\t"+strings.Join(unique(s), "|"))
	}
	return source{
		file: "nicknames.tsv", title: "Given names and the short forms used for them in the United States.",
		from: "github.com/carltonnorthern/nickname-and-diminutive-names-lookup 8ea01da7, Old Dominion University", licence: "Apache-2.0", date: "2021-06-10",
		format: "given name, short forms separated by |; tab-separated",
	}.write(b.dir, lines)
}

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

// givenNames writes the given names and surnames that the lists of people
// show, with the sex where one list states it.
func (b *builder) givenNames() error {
	var lines []string
	for n, g := range b.given {
		if g.n < 2 && g.m+g.f == 0 {
			continue
		}
		sex := ""
		if g.m > 0 && g.f == 0 {
			sex = "m"
		} else if g.f > 0 && g.m == 0 {
			sex = "f"
		}
		lines = append(lines, strings.TrimRight(n+"\t"+sex, "\t"))
	}
	if err := (source{
		file: "given.tsv", title: "Given names of legislators, ministers and members of governments.",
		from: "derived from the lists us.tsv, uk.tsv, nicknames.tsv and officials.tsv", licence: "CC0 1.0, OGL v3.0, Apache-2.0 and MIT by source", date: "2026-06-15",
		format: "name in small letters, sex (m, f or empty); tab-separated",
	}).write(b.dir, lines); err != nil {
		return err
	}
	lines = nil
	for n, c := range b.surname {
		if c >= 3 && len([]rune(n)) > 3 {
			lines = append(lines, strings.ToLower(n))
		}
	}
	return source{
		file: "surnames.tsv", title: "Surnames of legislators and members of governments.",
		from: "derived from the lists us.tsv and officials.tsv", licence: "CC0 1.0 and MIT by source", date: "2026-06-15",
		format: "surname in small letters",
	}.write(b.dir, lines)
}

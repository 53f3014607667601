package build

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
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

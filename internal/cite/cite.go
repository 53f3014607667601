// Package cite writes the footnote of a sentence as it stands in the record:
// who printed it, when, under which headline, which sentence it is, and in
// which state of the record it was found.
//
// In: a Note, filled from the record. Out: the footnote in one of six forms:
// plain, Chicago note (The Chicago Manual of Style, 17th ed., 14.191–200),
// Markdown (CommonMark 0.31), BibTeX, CSL-JSON (csl-data 1.0.2) and Wikipedia's
// {{cite news}}. A field that is unknown is left out with its punctuation; no
// form gets a "n.d." or "anonymous" in its place. What a report or its
// publisher wrote is data: it is escaped for the form and cannot end its field.
//
// The package reads no record; package web and the command line fill the Note.
package cite

import (
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Form is one way to write a footnote.
type Form string

// The forms of a footnote.
const (
	Plain     Form = "plain"
	Chicago   Form = "chicago"
	Markdown  Form = "markdown"
	BibTeX    Form = "bibtex"
	CSL       Form = "csl"
	Wikipedia Form = "wikipedia"
)

// Forms lists the forms in the order in which they are offered.
var Forms = []Form{Plain, Chicago, Markdown, BibTeX, CSL, Wikipedia}

// Label is the name of the form for people.
func (f Form) Label() string {
	switch f {
	case Plain:
		return "Plain"
	case Chicago:
		return "Chicago note"
	case Markdown:
		return "Markdown"
	case BibTeX:
		return "BibTeX"
	case CSL:
		return "CSL-JSON"
	case Wikipedia:
		return "Wikipedia"
	}
	return string(f)
}

// Relay is somebody through whom quoted words came to the report.
type Relay struct {
	Name   string
	Outlet bool // a newsroom or agency, which was told; anybody else gave an account
}

// Note is what a footnote says. The zero value of a field means "unknown".
type Note struct {
	Headline  string
	Byline    string // as printed, with or without "By"
	Outlet    string
	Published string // ISO 8601 prefix, as exact as it is known: "2031", "2031-03", "2031-03-14", "2031-03-14T14:05Z"
	URL       string // of the report at its publisher; used when it is http or https
	First     int    // number of the sentence, from 1
	Last      int    // number of the last one of a range; 0 or First: one sentence
	SHA256    string // of the snapshot of the report, lower-case hex
	Revision  int    // of the record
	AsOf      time.Time
	Permalink string // of what was looked at, in that revision; with or without a scheme

	Quote   string  // the words copied, without their quotation marks; "" for a fact
	Speaker string  // whose words they are
	Relays  []Relay // between speaker and outlet, the nearest to the speaker first
}

// In writes the note in that form: one line for Plain, Chicago, Markdown and
// Wikipedia, one entry for BibTeX, an array with one item for CSL. An unknown
// form is written as Plain.
func (n Note) In(f Form) string {
	n = n.cleaned()
	switch f {
	case Chicago:
		return n.chicago()
	case Markdown:
		return n.markdown()
	case BibTeX:
		return n.bibtex()
	case CSL:
		return n.csl()
	case Wikipedia:
		return n.wikipedia()
	}
	return n.plain()
}

// cleaned is n with every field on one line, without control characters and
// bidirectional marks, and without addresses that no reader can follow.
func (n Note) cleaned() Note {
	for _, s := range []*string{&n.Headline, &n.Byline, &n.Outlet, &n.Published, &n.SHA256, &n.Permalink, &n.Quote, &n.Speaker} {
		*s = oneLine(*s)
	}
	relays := make([]Relay, 0, len(n.Relays))
	for _, r := range n.Relays {
		if r.Name = oneLine(r.Name); r.Name != "" && r.Name != n.Speaker {
			relays = append(relays, r)
		}
	}
	n.Relays = relays
	n.URL = address(n.URL)
	if rest, ok := strings.CutPrefix(n.Byline, "By "); ok {
		n.Byline = rest
	} else if rest, ok := strings.CutPrefix(n.Byline, "by "); ok {
		n.Byline = rest
	}
	if fold(n.Byline) == fold(n.Outlet) { // the newsroom signs for itself
		n.Byline = ""
	}
	if n.Last < n.First {
		n.Last = n.First
	}
	return n
}

// oneLine is s as valid UTF-8 with runs of white space as one space.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), unicode.Is(unicode.Noncharacter_Code_Point, r), r == 0x200B, r == 0xFEFF:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Join(strings.Fields(s), " ")
}

// address is raw as an absolute http or https address in ASCII without
// characters that any form gives a meaning; "" when it is none.
func address(raw string) string {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil {
		return ""
	}
	return percent(u.String())
}

// percent encodes what may end an address in one of the forms.
func percent(s string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if c <= ' ' || c >= 0x7F || strings.IndexByte("\"'<>[]{}|\\^`", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

func fold(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// authors are the names of the byline, when it is a list of names and nothing
// else; else the byline as it stands.
func (n Note) authors() []string {
	if n.Byline == "" {
		return nil
	}
	parts := strings.FieldsFunc(strings.ReplaceAll(strings.ReplaceAll(n.Byline, " and ", ","), " & ", ","), func(r rune) bool { return r == ',' || r == ';' })
	var out []string
	for _, p := range parts {
		if p = strings.TrimSpace(p); p == "" {
			continue
		}
		if !personal(p) {
			return []string{n.Byline}
		}
		out = append(out, p)
	}
	return out
}

// particles may stand in lower case inside a name.
var particles = map[string]bool{"al": true, "bin": true, "da": true, "de": true, "del": true, "den": true, "der": true, "di": true, "dos": true, "du": true, "el": true, "la": true, "le": true, "ter": true, "van": true, "von": true, "y": true}

// personal reports whether s looks like the name of one person: two to five
// words, each capitalised or a particle, the last one capitalised.
func personal(s string) bool {
	words := strings.Fields(s)
	if len(words) < 2 || len(words) > 5 {
		return false
	}
	for i, w := range words {
		if particles[w] && i < len(words)-1 {
			continue
		}
		r := []rune(w)
		if !unicode.IsUpper(r[0]) && unicode.ToLower(r[0]) != unicode.ToUpper(r[0]) { // scripts without case pass
			return false
		}
		for _, c := range r {
			if !unicode.IsLetter(c) && !unicode.Is(unicode.M, c) && c != '-' && c != '’' && c != '\'' && c != '.' {
				return false
			}
		}
	}
	return true
}

// date is an ISO value taken apart; month and day are 0 where the value does
// not reach that far.
func (n Note) date() (year, month, day int) {
	v := n.Published
	if len(v) < 4 {
		return 0, 0, 0
	}
	for _, layout := range []string{time.DateOnly, "2006-01", "2006"} {
		if len(v) > len(layout) && v[len(layout)] != 'T' && v[len(layout)] != ' ' || len(v) < len(layout) {
			continue
		}
		if t, err := time.Parse(layout, v[:len(layout)]); err == nil && t.Year() > 0 {
			switch layout {
			case "2006":
				return t.Year(), 0, 0
			case "2006-01":
				return t.Year(), int(t.Month()), 0
			}
			return t.Year(), int(t.Month()), t.Day()
		}
	}
	return 0, 0, 0
}

// when is the date in words: "14 March 2031", "March 2031", "2031", "".
func (n Note) when() string {
	year, month, day := n.date()
	switch {
	case day > 0:
		return fmt.Sprintf("%d %s %d", day, time.Month(month), year)
	case month > 0:
		return fmt.Sprintf("%s %d", time.Month(month), year)
	case year > 0:
		return fmt.Sprint(year)
	}
	return ""
}

// sentence names the place: "sentence 14", "sentences 14–16", "".
func (n Note) sentence() string {
	switch {
	case n.First <= 0:
		return ""
	case n.Last > n.First:
		return fmt.Sprintf("sentences %d–%d", n.First, n.Last)
	}
	return fmt.Sprintf("sentence %d", n.First)
}

// state names the record's state: "record as of 14 March 2031, 20:31 UTC".
func (n Note) state() string {
	if n.AsOf.IsZero() {
		if n.Revision > 0 {
			return fmt.Sprintf("record revision %d", n.Revision)
		}
		return ""
	}
	return "record as of " + n.AsOf.UTC().Format("2 January 2006, 15:04") + " UTC"
}

// link is the permalink as an address with a scheme, "" when it is none.
func (n Note) link() string {
	if n.Permalink == "" {
		return ""
	}
	if !strings.Contains(n.Permalink, "://") {
		host, _, _ := strings.Cut(n.Permalink, "/")
		if strings.HasPrefix(host, "127.") || strings.HasPrefix(host, "localhost") || strings.HasPrefix(host, "[::1]") {
			return address("http://" + n.Permalink)
		}
		return address("https://" + n.Permalink)
	}
	return address(n.Permalink)
}

// shown is the permalink as it is read: without a scheme.
func (n Note) shown() string {
	_, rest, _ := strings.Cut(n.link(), "://")
	return rest
}

// said is the copied quotation with its chain, in text that f has escaped:
// “…,” X told Y, as reported by Z.
func (n Note) said(esc func(string) string) string {
	if n.Quote == "" {
		return ""
	}
	tail := ""
	if n.Speaker != "" {
		tail = " " + esc(n.Speaker)
	}
	last := n.Speaker != ""
	for _, r := range n.Relays {
		switch {
		case r.Outlet && last:
			tail += " told " + esc(r.Name)
		case tail == "":
			tail = " " + esc(r.Name)
		default:
			tail += ", according to " + esc(r.Name)
		}
		last = false
	}
	if n.Outlet != "" && (len(n.Relays) == 0 || n.Relays[len(n.Relays)-1].Name != n.Outlet) {
		if tail == "" {
			tail = " as reported by " + esc(n.Outlet)
		} else {
			tail += ", as reported by " + esc(n.Outlet)
		}
	}
	if tail == "" {
		return esc(Quoted(n.Quote, 0))
	}
	return esc(quotedComma(n.Quote)) + tail
}

// join puts commas between what is known.
func join(sep string, parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, sep)
}

// headline is the title in quotation marks, with its comma inside when
// something follows.
func (n Note) headline(more bool) string {
	switch {
	case n.Headline == "":
		return ""
	case more:
		return quotedComma(n.Headline)
	}
	return Quoted(n.Headline, 0)
}

// after joins a quoted title, which carries its own comma, to what follows.
func after(title, rest string) string {
	if title == "" || rest == "" {
		return title + rest
	}
	return title + " " + rest
}

// ended closes a note with a full stop unless it ends in one.
func ended(s string) string {
	if s == "" {
		return ""
	}
	if strings.HasSuffix(s, ".") {
		return s
	}
	return s + "."
}

// plain: “Headline,” Outlet, 14 March 2031, sentence 14; record as of 14 March
// 2031, 20:31 UTC, host/e/v…@12#duration
func (n Note) plain() string {
	place := join(", ", n.Outlet, n.when(), n.sentence())
	source := after(n.headline(place != ""), place)
	record := join(", ", n.state(), n.shown())
	return join(" ", ended(n.said(same)), join("; ", source, record))
}

func same(s string) string { return s }

// chicago: Byline, “Headline,” Outlet, March 14, 2031, URL, sentence 14; …
// Headlines keep their capitals: they are evidence. Plain text has no italics.
func (n Note) chicago() string {
	when := n.when()
	if year, month, day := n.date(); day > 0 {
		when = fmt.Sprintf("%s %d, %d", time.Month(month), day, year)
	}
	place := join(", ", n.Outlet, when, n.sentence(), n.URL)
	source := join(", ", and(n.authors()), after(n.headline(place != ""), place))
	record := join(", ", n.state(), n.link())
	return ended(join(" ", ended(n.said(same)), join("; ", source, record)))
}

// and lists names as Chicago does: "A", "A and B", "A, B, and C".
func and(names []string) string {
	switch len(names) {
	case 0:
		return ""
	case 1:
		return names[0]
	case 2:
		return names[0] + " and " + names[1]
	}
	return strings.Join(names[:len(names)-1], ", ") + ", and " + names[len(names)-1]
}

// ascii is s in lower-case ASCII letters and digits, for keys.
func ascii(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(s)) {
		if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// key is an identifier for BibTeX and CSL: outlet, year, first long word of
// the headline, sentence; always letters and digits.
func (n Note) key() string {
	year, _, _ := n.date()
	k := ascii(n.Outlet)
	if k == "" {
		k = "report"
	}
	if year > 0 {
		k += fmt.Sprint(year)
	}
	for _, w := range strings.Fields(n.Headline) {
		if w = ascii(w); len(w) > 3 {
			k += w
			break
		}
	}
	if len(n.SHA256) >= 6 {
		k += ascii(n.SHA256[:6])
	}
	if n.First > 0 {
		k += fmt.Sprintf("s%d", n.First)
	}
	return k
}

// whole is the note field of BibTeX and CSL: what the styles have no field for.
func (n Note) whole() string {
	return join("; ", n.said(same), n.sentence(), join(", ", n.state(), n.link()))
}

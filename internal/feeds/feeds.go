// Package feeds reads what lists articles: feeds, sitemaps, outlines (OPML)
// and lists of addresses.
//
// In: bytes and where they came from. Out: items with their absolute
// addresses, titles, days and languages as the list gives them, and a refusal
// with its reason for each that carries no address of the web. Formats: RSS
// 0.9–2.0 and RDF, Atom 0.3 and 1.0, JSON Feed 1.0 and 1.1 (all by gofeed);
// OPML 1.0–2.0; Sitemaps 0.9 with the news extension, packed or not; one
// address a line; the feeds that an HTML page names.
//
// Lists come from outside. So before a parser sees one, a linear pass counts
// depth, items and the size of texts and refuses every document type with
// entities; nothing external is ever looked up. A feed is then written anew
// with what is read of it alone, as well-formed XML: bare ampersands, tags that
// do not match and an end that is missing (the item it breaks off in is left
// out) do no harm, and the texts of the reports, of which gofeed would build
// HTML trees, never reach it. Titles come out as plain text of one line without
// control characters; they are still not to be trusted as markup.
//
// Days are the list's own words; a missing one stays zero. Addresses are
// resolved and otherwise as written; Canonical makes the one by which the same
// article is known. Nothing is fetched here; package fetch does that.
package feeds

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/text/language"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/charset"
	"github.com/readout-news/readout/internal/limits"
)

// Source is where bytes came from. The zero value is usable: relative
// addresses are refused then.
type Source struct {
	URL     string // address that answered; what is relative is resolved against it
	Charset string // declared by the carrier, "" when not
}

// Limits of what is read; those that package limits lists stand there.
const (
	maxDepth      = limits.XMLDepth      // elements within elements
	maxItems      = limits.FeedItems     // of a feed
	maxText       = limits.FeedText      // bytes of one text or attribute
	maxAttributes = limits.XMLAttributes // of one tag
	maxJSONDepth  = limits.JSONDepth     // arrays and objects within each other
	maxNodes      = limits.XMLNodes      // elements with attributes of a feed, values of JSON: what parsers keep of each is many times its bytes
	maxTitle      = limits.Title         // characters of a title that are kept
	maxURL        = limits.Address       // bytes of an address
	maxPages      = limits.FeedPages     // addresses of a sitemap, an outline or a list; sitemaps.org
	maxSitemap    = limits.HTTPList      // bytes of a sitemap, unpacked; sitemaps.org
	maxRatio      = limits.Ratio         // unpacked to packed bytes, once ratioFrom came out
	ratioFrom     = limits.RatioFrom
)

// ErrLimit means that a list passes a limit, ErrFormat that it is none of the
// formats that are read, ErrEntity that its document type declares entities.
var (
	ErrLimit  = errors.New("the list passes a limit")
	ErrFormat = errors.New("the list is in no format that is read")
	ErrEntity = errors.New("the document type declares entities, which feeds have no need of and attacks do")
)

// errParser is a parser that failed in a way that no input may make it fail.
var errParser = errors.New("the parser failed")

func limit(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrLimit, fmt.Sprintf(format, args...))
}

// refuse makes the refusal of one item.
func refuse(what string, format string, args ...any) readout.Refusal {
	return readout.Refusal{Path: what, Reason: fmt.Sprintf(format, args...)}
}

// decode makes valid UTF-8: mark, declaration of the carrier, declaration of
// the document, guess.
func decode(b []byte, src Source) string {
	return charset.DecodeHTML(b, src.Charset).Text
}

// base reads where relative addresses start; nil when unknown.
func (s Source) base() *url.URL {
	u, err := url.Parse(strings.TrimSpace(s.URL))
	if err != nil || !web(u) {
		return nil
	}
	return u
}

func web(u *url.URL) bool {
	return (u.Scheme == "http" || u.Scheme == "https") && named(u)
}

func named(u *url.URL) bool { return strings.Trim(u.Hostname(), ".") != "" }

// resolve makes an absolute address of the web, without its fragment. The
// error says in words why ref is none.
func resolve(base *url.URL, ref string) (string, error) {
	ref = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1 // browsers leave out line ends within an address
		}
		return r
	}, strings.TrimFunc(ref, unicode.IsSpace))
	switch {
	case ref == "":
		return "", errors.New("it carries no address")
	case len(ref) > maxURL:
		return "", fmt.Errorf("its address is longer than %d bytes", maxURL)
	}
	u, err := url.Parse(strings.ReplaceAll(ref, " ", "%20"))
	if err != nil {
		return "", fmt.Errorf("its address %q cannot be read", clip(ref, 80))
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	switch {
	case !u.IsAbs():
		return "", fmt.Errorf("its address %q is relative to nothing", clip(ref, 80))
	case (u.Scheme == "http" || u.Scheme == "https") && !named(u):
		return "", fmt.Errorf("its address %q names no host", clip(ref, 80))
	case !web(u):
		return "", fmt.Errorf("its address %q is not one of http or https", clip(ref, 80))
	case u.User != nil:
		return "", fmt.Errorf("its address at %q carries a name or password", u.Hostname())
	}
	u.Fragment, u.RawFragment = "", ""
	u.Scheme, u.Host = strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	return u.String(), nil
}

// plain makes one line of text of what may hold markup and references, twice
// escaped too, cut behind maxTitle characters.
func plain(s string) string {
	if strings.ContainsAny(s, "<&") {
		s = stripped(s)
		if strings.Contains(s, "&") {
			s = html.UnescapeString(s)
		}
	}
	var b strings.Builder
	n, space := 0, false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			space = b.Len() > 0
			continue
		case unicode.IsControl(r), r == utf8.RuneError, unicode.Is(unicode.Bidi_Control, r):
			continue
		}
		if n >= maxTitle {
			b.WriteRune('…')
			break
		}
		if space {
			b.WriteByte(' ')
			n++
			space = false
		}
		b.WriteRune(r)
		n++
	}
	return b.String()
}

// stripped is the text between the tags of s.
func stripped(s string) string {
	if !strings.Contains(s, "<") {
		return html.UnescapeString(s)
	}
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(s))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			b.Write(z.Text())
		}
	}
}

// tag is a language as BCP 47 writes it, "" when it is none: "en-us" is
// "en-US".
func tag(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > 35 {
		return ""
	}
	t, err := language.Parse(s)
	if err != nil || t == language.Und {
		return ""
	}
	return t.String()
}

// sane is t with the offset it was written with, zero where it is no day that a
// report can have.
func sane(t *time.Time, written string) time.Time {
	if t == nil || t.Year() < 1800 || t.Year() > 2200 {
		return time.Time{}
	}
	out := t.UTC()
	// gofeed gives the moment and drops the offset, and the day is that of the
	// place where it was written: the clock that stands there says how far it is
	// from UTC, also where the zone has a name.
	for _, layout := range clocks {
		w, err := time.Parse(layout, strings.TrimSpace(written))
		if err != nil {
			continue
		}
		clock := time.Date(w.Year(), w.Month(), w.Day(), w.Hour(), w.Minute(), w.Second(), w.Nanosecond(), time.UTC)
		if off := clock.Sub(out); off != 0 && off.Abs() <= 14*time.Hour {
			return out.In(time.FixedZone("", int(off/time.Second)))
		}
		break
	}
	return out
}

// clocks are the ways to write a time of which gofeed and sitemaps tell a zone.
var clocks = []string{
	time.RFC3339, time.RFC1123Z, time.RFC1123, time.RFC822Z, time.RFC822, time.RFC850, time.RubyDate, time.UnixDate,
	"2006-01-02T15:04Z07:00", "2006-01-02T15:04:05Z0700",
}

func clip(s string, n int) string {
	if len(s) > n {
		return strings.ToValidUTF8(s[:n], "") + "…"
	}
	return s
}

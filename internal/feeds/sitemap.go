package feeds

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/readout-news/readout"
)

// Sitemap is what a sitemap holds.
type Sitemap struct {
	Index   bool   // its pages are sitemaps
	Pages   []Page // in its order
	Refused []readout.Refusal
}

// Page is one address of a sitemap. The last four are of the news extension.
type Page struct {
	URL       string    // absolute
	Modified  time.Time // with the offset that was written, else UTC; zero unknown
	Published time.Time // likewise
	Title     string    // one line of plain text, "" unknown
	Language  string    // BCP 47, "" unknown
	Outlet    string    // name of the publication, "" unknown
}

// ParseSitemap reads a sitemap or an index of them (Sitemaps 0.9 with
// sitemap-news), as XML or as one address a line, packed by gzip or not. That a
// sitemap may only list its own site is for the caller to hold.
func ParseSitemap(b []byte, src Source) (Sitemap, error) {
	var out Sitemap
	b, err := unzip(b)
	if err != nil {
		return out, err
	}
	if len(b) > maxSitemap {
		return out, limit("it is larger than %d MB", maxSitemap>>20)
	}
	s := decode(b, src)
	d, err := survey(s)
	if err != nil {
		return out, err
	}
	switch d.root {
	case "urlset", "sitemapindex":
		out.Index = d.root == "sitemapindex"
		return out, out.read(s[d.start:], src)
	case "":
		list, err := ParseList(b, src)
		if err != nil {
			return out, err
		}
		for _, l := range list.Pages {
			out.Pages = append(out.Pages, Page{URL: l.URL})
		}
		out.Refused = list.Refused
		return out, nil
	}
	return out, fmt.Errorf("%w: its first element is <%s>; a sitemap begins with urlset or sitemapindex", ErrFormat, clip(d.root, 40))
}

// field is where a text of a sitemap belongs: the local names of its element
// and of the one around it.
type field struct{ around, name string }

// read takes the pages of a sitemap. Its elements are told by their local
// names, for prefixes are free.
func (m *Sitemap) read(s string, src Source) error {
	base := src.base()
	entry := "url"
	if m.Index {
		entry = "sitemap"
	}
	var stack []string
	var in strings.Builder // the text at hand
	texts := map[field]string{}
	number := 0
	open := false
	z := scanner{s: s}
	done := func() error {
		open = false
		number++
		address, err := resolve(base, texts[field{entry, "loc"}])
		if err != nil {
			m.Refused = append(m.Refused, refuse(fmt.Sprintf("%s %d", entry, number), "%s", err))
		} else {
			if len(m.Pages) == maxPages {
				return limit("more than %d addresses", maxPages)
			}
			m.Pages = append(m.Pages, Page{
				URL: address, Modified: w3cTime(texts[field{entry, "lastmod"}]), Published: w3cTime(texts[field{"news", "publication_date"}]),
				Title: plain(texts[field{"news", "title"}]), Language: tag(texts[field{"publication", "language"}]), Outlet: plain(texts[field{"publication", "name"}]),
			})
		}
		clear(texts)
		return nil
	}
	for {
		t, ok := z.next()
		if !ok {
			break
		}
		switch t.kind {
		case opening:
			name := local(t.name)
			if name == entry && open {
				// The one before was never closed.
				if err := done(); err != nil {
					return err
				}
				stack = stack[:min(1, len(stack))]
			}
			in.Reset()
			if t.empty {
				continue
			}
			open = open || name == entry
			stack = append(stack, name)
		case text, literal:
			if t.kind == literal {
				in.WriteString(t.text)
			} else {
				in.WriteString(unescape(t.text))
			}
		case closing:
			name := local(t.name)
			i := len(stack) - 1
			for i >= 0 && stack[i] != name {
				i--
			}
			if i < 0 {
				continue
			}
			if open && i > 0 && i == len(stack)-1 {
				f := field{stack[i-1], name}
				if _, twice := texts[f]; !twice {
					texts[f] = in.String()
				}
			}
			in.Reset()
			stack = stack[:i]
			if name == entry && open {
				if err := done(); err != nil {
					return err
				}
			}
		}
	}
	if open {
		m.Refused = append(m.Refused, refuse(fmt.Sprintf("%s %d", entry, number+1), "the sitemap breaks off here"))
	}
	return nil
}

// w3cTime reads the date and time formats of the W3C note that sitemaps use,
// and what is often written instead; zero when it is none.
func w3cTime(s string) time.Time {
	s = strings.TrimSpace(s)
	for _, layout := range []string{time.RFC3339, "2006-01-02", "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01", "2006", time.RFC1123Z, time.RFC1123} {
		if t, err := time.Parse(layout, s); err == nil {
			return sane(&t, s)
		}
	}
	return time.Time{}
}

// unzip unpacks b where it is gzip, within the limits of a sitemap.
func unzip(b []byte) ([]byte, error) {
	if !bytes.HasPrefix(b, []byte{0x1f, 0x8b}) {
		return b, nil
	}
	in := bytes.NewReader(b)
	r, err := gzip.NewReader(in)
	if err != nil {
		return nil, fmt.Errorf("%w: its gzip cannot be read: %s", ErrFormat, err)
	}
	var out bytes.Buffer
	for {
		_, err := io.CopyN(&out, r, 256<<10)
		switch {
		case out.Len() > maxSitemap:
			return nil, limit("it is larger than %d MB", maxSitemap>>20)
		case out.Len() > ratioFrom && out.Len() > maxRatio*(len(b)-in.Len()):
			return nil, limit("it unpacks to more than %d times what was sent", maxRatio)
		case errors.Is(err, io.EOF):
			return out.Bytes(), nil
		case err != nil:
			return nil, fmt.Errorf("%w: its gzip cannot be read: %s", ErrFormat, err)
		}
	}
}

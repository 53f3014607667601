package ingest

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/charset"
	"github.com/readout-news/readout/internal/ingest/warc"
)

// crawl yields the reports of a WARC file: what its response, resource and
// conversion records hold of text, each under path#offset. A record that should
// hold one and cannot be read is refused; what is none by its kind (request,
// revisit, a picture, an answer other than 200) is counted and told in a note.
func (r *reader) crawl(p piece, in io.Reader) error {
	w := warc.NewReader(in, warc.Options{Size: p.size})
	passed := tally{}
	read, refused := 0, 0
	for {
		if r.ctx.Err() != nil {
			return errStop
		}
		rec, err := w.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		var c readout.Capture
		what := ""
		if err == nil {
			c, what, err = r.record(w, rec)
			// What a damaged block gave is not used, whatever it seemed to be.
			if e := w.End(); e != nil {
				err, what = e, ""
			} else if err != nil {
				err = &warc.Fault{At: rec.At, Reason: err.Error()}
			}
		}
		var fault *warc.Fault
		switch {
		case errors.As(err, &fault):
			refused++
			if err := r.refuse(p.at+"#"+fault.At, "%s", fault.Reason); err != nil {
				return err
			}
		case err != nil:
			return r.unreadable(p.at, err)
		case what != "":
			passed.add(what)
		default:
			read++
			c.Path = filepath.ToSlash(p.at) + "#" + rec.At
			c.Sidecar = &readout.Sidecar{URL: c.URL}
			c.Fetched, _ = time.Parse(time.RFC3339, rec.Date) // zero where it is malformed
			if p.side != nil {
				c.Sidecar.Outlet = p.side.Outlet
			}
			if p.seen != nil {
				p.seen(rec.URI)
			}
			if err := r.give(c); err != nil {
				return err
			}
		}
	}
	switch {
	case read+refused == 0 && p.named:
		return r.refuse(p.at, "no report is in it (%s); Readout reads the pages and texts of a WARC file", cmp.Or(passed.String(), "it has no records"))
	case len(passed) > 0 || refused > 0:
		over := ""
		if len(passed) > 0 {
			over = fmt.Sprintf(" (%s)", passed)
		}
		r.note(p.at, "%s: %d read, %d refused, %d passed over%s", plural(read+refused+passed.sum(), "record"), read, refused, passed.sum(), over)
	}
	return nil
}

// record makes a capture of a record, or says what kind of thing it is that
// holds no report. The error is what is wrong with a record that should hold
// one, for people.
func (r *reader) record(w *warc.Reader, rec *warc.Record) (c readout.Capture, what string, err error) {
	switch rec.Type {
	case "response", "resource", "conversion":
	case "continuation":
		return c, "", errors.New("a part of a segmented record; segmented records are not joined: write the archive without segments")
	default:
		return c, fmt.Sprintf("%.20s", rec.Type), nil
	}
	if rec.Segment != "" && rec.Type != "continuation" {
		return c, "", errors.New("the first part of a segmented record; segmented records are not joined: write the archive without segments")
	}
	uri, _ := url.Parse(rec.URI)
	scheme, path := "", ""
	if uri != nil {
		scheme, path = strings.ToLower(uri.Scheme), uri.Path
	}
	switch scheme {
	case "http", "https":
		c.URL = printable(rec.URI)
	case "metadata", "urn", "dns", "whois", "warcinfo":
		return c, "about the crawl (" + scheme + ":)", nil
	}
	if path == "/robots.txt" {
		return c, "robots.txt", nil
	}
	media, declared := warc.MediaType(rec.MediaType)
	if rec.Type == "response" {
		if media != "application/http" && !(media == "" && c.URL != "") {
			return c, fmt.Sprintf("response of %.40s", cmp.Or(media, "unknown kind")), nil
		}
		h, err := w.Response(rec)
		if err != nil {
			return c, "", err
		}
		if h.Status != 200 {
			return c, fmt.Sprintf("status %d", h.Status), nil
		}
		media, declared = h.MediaType, h.Charset
		if !readable(media) {
			return c, fmt.Sprintf("%.40s", media), nil
		}
		if c.Body, err = h.Content(r.opts.MaxBytes); err != nil {
			return c, "", err
		}
	} else {
		if !readable(media) {
			return c, fmt.Sprintf("%.40s", media), nil
		}
		if rec.Length > r.opts.MaxBytes {
			return c, "", fmt.Errorf("larger than the limit of %d bytes", r.opts.MaxBytes)
		}
		if c.Body, err = io.ReadAll(rec.Block); err != nil {
			return c, "", err // End says it better
		}
	}
	c.Charset = declared
	return c, r.judge(&c, media), nil
}

// readable reports whether a media type can hold a report.
func readable(media string) bool {
	switch media {
	case "", "text/html", "application/xhtml+xml", "text/plain", "text/markdown",
		"application/json", "application/xml", "text/xml", newsItemType, newsMessageType, ninjsType:
		return true
	}
	return false
}

// judge settles the media type of a page that was fetched, or says what it is
// that holds no report. Of JSON and XML only items of news agencies are
// reports: the rest of it on the web is data for scripts.
func (r *reader) judge(c *readout.Capture, media string) (what string) {
	if strings.TrimSpace(string(c.Body[:min(len(c.Body), 1<<10)])) == "" && strings.TrimSpace(string(c.Body)) == "" {
		return "empty"
	}
	switch media {
	case "text/html", "application/xhtml+xml":
		if _, binary := charset.Binary(c.Body); binary && !mostlyText(c.Body) {
			return "binary data sent as a page"
		}
		c.MediaType = "text/html"
		return ""
	case "application/json", "application/xml", "text/xml", newsItemType, newsMessageType, ninjsType:
		if c.MediaType = agencyType(c.Body); c.MediaType == "" {
			return media
		}
		return ""
	}
	if binary, yes := charset.Binary(c.Body); yes {
		return binary
	}
	kind := sniff(c.Body)
	switch {
	case kind == kindHTML:
		c.MediaType = "text/html"
	case media == "text/markdown":
		c.MediaType = media
	case media == "" && kind != kindText:
		return "data of unknown kind"
	default:
		c.MediaType = "text/plain"
	}
	return ""
}

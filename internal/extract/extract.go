// Package extract makes a readout.Report of a readout.Capture: the text that
// all later spans point into, and what the capture says about itself.
//
// In order: the bytes are decoded (package charset); the body is found (plain
// text is taken whole, Markdown loses its marks, a page goes through
// go-trafilatura, of an agency's item (package iptc) the body loses its tags);
// title, byline, outlet, address and every date candidate
// are read from the sidecar, the metadata and the text, and the publication
// date is chosen among them with a reason; the language is told; furniture of
// the page that is still in the text is marked as noise; defects are noted as
// anomalies. Text is final: noise is marked and never cut out.
//
// For a .txt file in UTF-8 without a byte order mark the text is the file,
// byte for byte; a byte order mark is left out and noted.
//
// The reasons of noise: title, heading, byline, dateline, timestamp, caption,
// credit (who wrote, edited or first printed the text), header (fields before
// the text), ad-label, tracking (words of scripts), teaser (pointers to other
// reports), menu (runs of short lines), share, subscribe, cookie, copyright,
// site-name, address, ornament. A title, heading, caption, byline, credit or
// dateline says something of the report; the others do not. A rule marks whole
// lines, or what is glued to the start or end of one, by features that such
// lines share; sentences of the body count more than furniture that slips
// through (figures in internal/eval/testdata/baseline/extract.txt).
//
// What a report says is not read here: no names, no events, and no date is
// inferred from other reports. Nothing is fetched.
package extract

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/charset"
	"github.com/readout-news/readout/internal/iptc"
	"github.com/readout-news/readout/internal/sandbox"
)

// Annotator and Version name this package in the provenance of its decisions.
const (
	Annotator = "extract"
	Version   = "1"
)

// minWords is the length below which a text is not read as a report. A flash
// of one line ("Maren to meet Ered on Friday") has six words.
const minWords = 4

// Extractor reads captures. It is safe for concurrent use.
type Extractor struct {
	phrases *phrases
	words   *stopWords
	pages   *sandbox.Pool
}

// New loads the lexicons of the package.
func New(opts Options) (*Extractor, error) {
	p, err := loadPhrases()
	if err != nil {
		return nil, err
	}
	w, err := loadStopWords()
	if err != nil {
		return nil, err
	}
	return &Extractor{phrases: p, words: w, pages: opts.Pages}, nil
}

// ReportID derives the ID of a report from its bytes and from what its carrier
// says about it, so that the same report read twice, from whatever path, is
// one, and a wire text printed by two outlets is two.
func ReportID(c *readout.Capture) string {
	h := sha256.New()
	io.WriteString(h, c.SHA256)
	if s := c.Sidecar; s != nil {
		for _, f := range []string{s.Outlet, s.Published, s.URL, s.Title} {
			fmt.Fprintf(h, "\x00%s", f)
		}
	}
	return "r" + hex.EncodeToString(h.Sum(nil)[:8])
}

// draft is a report while it is put together.
type draft struct {
	*readout.Report
	dates []dated
	meta  metadata
	pages *sandbox.Pool // nil: pages are taken apart in this process
}

// metadata is what one carrier says about a report; empty fields are unknown.
type metadata struct {
	Title, Byline, Outlet, URL, Language string
}

// Report reads one capture. The error, if any, is for the user: what is wrong
// with the capture and what to do. A report that was read but is of no use to
// the later stages carries the reason in Skip.
func (x *Extractor) Report(c readout.Capture) (*readout.Report, error) {
	d := &draft{Report: &readout.Report{ID: ReportID(&c), SHA256: c.SHA256, Path: c.Path, URL: c.URL}, pages: x.pages}
	if s := c.Sidecar; s != nil {
		d.meta = metadata{Title: s.Title, Outlet: s.Outlet, URL: s.URL}
		basis := "sidecar"
		// Of what was asked for on the web, the feed that listed it is all there is
		// beside its bytes.
		if !c.Fetched.IsZero() && (strings.HasPrefix(c.Path, "https://") || strings.HasPrefix(c.Path, "http://")) {
			basis = "feed"
		}
		d.addDate(s.Published, basis)
	}
	var err error
	switch c.MediaType {
	case "text/markdown":
		d.plain(charset.Decode(c.Body, c.Charset))
		d.markdown()
	case "text/html", "application/xhtml+xml":
		t := charset.DecodeHTML(c.Body, c.Charset)
		err = d.page(t.Text)
		d.decoded(t)
	case "application/json":
		err = d.record(c.Body)
	case iptc.NinjsType, iptc.NewsItemType:
		err = d.item(c)
	case "text/plain", "":
		d.plain(charset.Decode(c.Body, c.Charset))
	default:
		err = fmt.Errorf("media type %s is not supported; give text, Markdown, HTML, JSON, ninjs or NewsML-G2", c.MediaType)
	}
	if err != nil {
		return nil, err
	}
	x.finish(d)
	return d.Report, nil
}

// plain takes decoded text as it is.
func (d *draft) plain(t charset.Text) {
	d.Text = t.Text
	d.decoded(t)
}

// finish fills what is read from the text itself and settles the metadata.
func (x *Extractor) finish(d *draft) {
	d.clip()
	d.URL = first(d.URL, d.meta.URL)
	d.Domain = domainOf(d.URL)
	d.Outlet = d.meta.Outlet
	d.Title = d.meta.Title
	d.addURLDate()
	d.cut()
	x.markNoise(d)
	d.Byline = d.meta.Byline // markNoise may have found one
	d.Published = choose(d.dates)
	d.anomalies()
	d.Language = x.language(d.Text, d.meta.Language)
	d.Skip = d.skip()
	sortNoise(d.Noise)
}

func sortNoise(list []readout.Noise) {
	slices.SortStableFunc(list, func(a, b readout.Noise) int { return a.Span.Compare(b.Span) })
}

func (d *draft) skip() string {
	n := len(strings.Fields(d.Text))
	switch {
	case n == 0:
		return first(d.Skip, "no text")
	case d.Language != "" && d.Language != "en" && !strings.HasPrefix(d.Language, "en-"):
		return fmt.Sprintf("language %s is not supported yet", d.Language)
	case n < minWords && len(d.Text) < 40:
		return fmt.Sprintf("the text is too short (%d words)", n)
	}
	return d.Skip
}

func by(rule string) readout.By {
	return readout.By{Annotator: Annotator, Version: Version, Rule: rule}
}

func first(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}

// domainOf is the host of an address without "www.".
func domainOf(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
}

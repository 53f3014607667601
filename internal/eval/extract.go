package eval

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/corpus"
	"github.com/readout-news/readout/internal/extract"
)

// scoreExtract scores package extract on pages with known contents: segments
// that belong to the article and segments that do not (Trafilatura's set),
// body, title, authors and date (Fundus), and the marking of noise on the
// whole visible text of the Fundus pages, where the gold body tells which
// lines are furniture.
func scoreExtract(data string) (string, error) {
	x, err := extract.New(extract.Options{})
	if err != nil {
		return "", err
	}
	var s extractScore
	s.bases = map[string]int{}
	s.kinds = map[string][2]int{}
	if err := corpus.ReadPages(data, func(p *corpus.Page) error { return s.page(x, p) }); err != nil {
		return "", err
	}
	return s.table(), nil
}

type extractScore struct {
	segments, clean prf // of the text, and of the text without noise
	skipped         int

	fundus, title, titleAsked, author, authorAsked, date, dateAsked int
	shingles                                                        prf // 4-word shingles of text against body
	bases                                                           map[string]int

	lines    prf // noise lines of the raw text
	body     int // lines of body in the raw text
	bodyHurt int // of those, marked as noise
	sentHurt int // of those, lines that end as a sentence: no headings
	kinds    map[string][2]int
}

// prf counts for precision, recall and F1.
type prf struct{ tp, fp, fn int }

func (c prf) String() string {
	p, r := share(c.tp, c.tp+c.fp), share(c.tp, c.tp+c.fn)
	f := 0.0
	if p+r > 0 {
		f = 2 * p * r / (p + r)
	}
	return fmt.Sprintf("P %.3f  R %.3f  F1 %.3f", p, r, f)
}

func share(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

func (s *extractScore) page(x *extract.Extractor, p *corpus.Page) error {
	report, err := x.Report(capture(p.HTML, "text/html", p.URL))
	if err != nil {
		report = &readout.Report{Skip: err.Error()}
	}
	if report.Text == "" {
		s.skipped++
	}
	if p.Set == "trafilatura" {
		s.segments.segments(report.Text, p)
		s.clean.segments(withoutNoise(report), p)
		return nil
	}
	s.fundus++
	s.shingles.bags(shingles(withoutNoise(report)), shingles(p.Body))
	s.titleAsked++
	if letters(report.Title) == letters(p.Title) {
		s.title++
	}
	if len(p.Authors) > 0 {
		s.authorAsked++
		if sameNames(report.Byline, p.Authors) {
			s.author++
		}
	}
	if want := goldTime(p.Date); !want.IsZero() {
		s.dateAsked++
		if sameDate(report.Published.Value, want) {
			s.date++
		}
		if len(report.Published.Candidates) > 0 {
			s.bases[report.Published.Candidates[0].Basis]++
		} else {
			s.bases["none"]++
		}
	}
	return s.noise(x, p)
}

func capture(body []byte, mediaType, url string) readout.Capture {
	sum := sha256.Sum256(body)
	return readout.Capture{MediaType: mediaType, URL: url, Body: body, SHA256: hex.EncodeToString(sum[:])}
}

func (c *prf) segments(text string, p *corpus.Page) {
	text = spaces(text)
	for _, seg := range p.With {
		if strings.Contains(text, spaces(seg)) {
			c.tp++
		} else {
			c.fn++
		}
	}
	for _, seg := range p.Without {
		if strings.Contains(text, spaces(seg)) {
			c.fp++
		}
	}
}

func (c *prf) bags(got, want map[string]int) {
	for k, n := range got {
		hit := min(n, want[k])
		c.tp += hit
		c.fp += n - hit
	}
	for k, n := range want {
		c.fn += n - min(n, got[k])
	}
}

// noise reads the whole visible text of a page as plain text, as a careless
// scraper would save it, and compares the lines marked as noise with those
// that are not in the gold body.
func (s *extractScore) noise(x *extract.Extractor, p *corpus.Page) error {
	text, err := visibleText(p.HTML)
	if err != nil {
		return err
	}
	report, err := x.Report(capture([]byte(text), "text/plain", ""))
	if err != nil {
		return err
	}
	body := letters(p.Body)
	at := 0
	for line := range strings.Lines(text) {
		span := readout.Span{Start: at, End: at + len(strings.TrimSpace(line))}
		at += len(line)
		key := letters(line)
		if key == "" {
			continue
		}
		reason := ""
		for _, n := range report.Noise {
			if n.Span.Contains(span) {
				reason = n.Reason
			}
		}
		inBody := strings.Contains(body, key) && len(key) >= 20
		// Short lines such as a name stand in the body and beside it: they
		// tell nothing.
		if !inBody && strings.Contains(body, key) {
			continue
		}
		k := s.kinds[reason]
		switch {
		case inBody:
			s.body++
			k[1]++
			if reason != "" {
				s.bodyHurt++
				if strings.ContainsAny(line[max(0, len(strings.TrimSpace(line))-4):], ".!?") {
					s.sentHurt++
				}
				s.lines.fp++
			}
		case reason != "":
			s.lines.tp++
			k[0]++
		default:
			s.lines.fn++
		}
		if reason != "" {
			s.kinds[reason] = k
		}
	}
	return nil
}

func (s *extractScore) table() string {
	var out strings.Builder
	fmt.Fprintf(&out, "article segments, text             %s\n", s.segments)
	fmt.Fprintf(&out, "article segments, without noise    %s\n", s.clean)
	fmt.Fprintf(&out, "pages without text                 %d\n", s.skipped)
	fmt.Fprintf(&out, "body, shingles of 4 words (%d)     %s\n", s.fundus, s.shingles)
	fmt.Fprintf(&out, "title right                        %d of %d\n", s.title, s.titleAsked)
	fmt.Fprintf(&out, "authors right                      %d of %d\n", s.author, s.authorAsked)
	fmt.Fprintf(&out, "date right (day)                   %d of %d\n", s.date, s.dateAsked)
	for _, b := range sortedKeys(s.bases) {
		fmt.Fprintf(&out, "  basis %-28s %d\n", b, s.bases[b])
	}
	fmt.Fprintf(&out, "noise lines of raw pages           %s\n", s.lines)
	fmt.Fprintf(&out, "body lines marked as noise         %d of %d\n", s.bodyHurt, s.body)
	fmt.Fprintf(&out, "  of these, lines ending as sentences %d\n", s.sentHurt)
	for _, k := range sortedKeys(s.kinds) {
		fmt.Fprintf(&out, "  %-12s furniture %4d  body %3d\n", k, s.kinds[k][0], s.kinds[k][1])
	}
	return out.String()
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func withoutNoise(r *readout.Report) string {
	var out strings.Builder
	at := 0
	for _, n := range r.Noise {
		if n.Span.Start > at {
			out.WriteString(r.Text[at:n.Span.Start])
		}
		at = max(at, n.Span.End)
	}
	if at < len(r.Text) {
		out.WriteString(r.Text[at:])
	}
	return out.String()
}

func spaces(s string) string { return strings.Join(strings.Fields(s), " ") }

// letters keeps the letters and digits of s in lower case.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

func shingles(s string) map[string]int {
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	out := map[string]int{}
	for i := 0; i+4 <= len(words); i++ {
		out[strings.Join(words[i:i+4], " ")]++
	}
	return out
}

// sameNames reports whether every gold author is in the byline and nothing
// else that is long.
func sameNames(byline string, authors []string) bool {
	rest := letters(byline)
	for _, a := range authors {
		before := rest
		if rest = strings.Replace(rest, letters(a), "", 1); rest == before && letters(a) != "" {
			return false
		}
	}
	return len(strings.ReplaceAll(rest, "and", "")) <= 3
}

func goldTime(s string) time.Time {
	for _, layout := range []string{"2006-01-02 15:04:05.999999Z07:00", "2006-01-02 15:04:05.999999", "2006-01-02"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t
		}
	}
	return time.Time{}
}

// sameDate compares days in the zone each side is written in; gold in UTC and
// a page in local time can name the same moment by two days.
func sameDate(value string, want time.Time) bool {
	if len(value) < len(time.DateOnly) {
		return false
	}
	for _, layout := range []string{"2006-01-02T15:04Z07:00", "2006-01-02T15:04", "2006-01-02"} {
		if t, err := time.Parse(layout, value); err == nil {
			return value[:10] == want.Format(time.DateOnly) || t.Format(time.DateOnly) == want.In(t.Location()).Format(time.DateOnly)
		}
	}
	return false
}

// visibleText is the text of a page, one line a block, nothing chosen.
func visibleText(page []byte) (string, error) {
	doc, err := html.Parse(strings.NewReader(string(page)))
	if err != nil {
		return "", err
	}
	var lines []string
	var line strings.Builder
	flush := func() {
		if s := spaces(line.String()); s != "" {
			lines = append(lines, s)
		}
		line.Reset()
	}
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		switch n.DataAtom {
		case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Head, atom.Svg, atom.Iframe:
			return
		}
		if n.Type == html.TextNode {
			line.WriteString(n.Data)
			return
		}
		inline := false
		switch n.DataAtom {
		case atom.A, atom.B, atom.I, atom.Em, atom.Strong, atom.Span, atom.Time, atom.Abbr, atom.Sup, atom.Sub, atom.Small, atom.U, atom.Mark, atom.Q, atom.Cite, atom.Font:
			inline = true
		}
		if !inline {
			flush()
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
		if !inline {
			flush()
		}
	}
	walk(doc)
	return strings.Join(lines, "\n"), nil
}

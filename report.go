package readout

import (
	"cmp"
	"strings"
	"time"
)

// Capture is one body of bytes as it arrived, before anything was read from
// it. Body never changes; SHA256 names it.
type Capture struct {
	Path      string // file path or "-" for standard input; "" when fetched
	URL       string // "" when unknown
	MediaType string // "text/plain", "text/markdown", "text/html", "application/json" (one report of a .jsonl)
	Charset   string // declared by the carrier, "" when not
	Body      []byte
	SHA256    string // lower-case hex of Body
	Sidecar   *Sidecar
	Fetched   time.Time // when the web gave the bytes (the moment of asking, WARC-Date); zero: the carrier does not say
}

// Sidecar is what a manifest (reports.jsonl) or the carrier says about a
// report beside its bytes. Empty fields are unknown.
type Sidecar struct {
	Outlet    string
	Published string // as written there: RFC 3339 or a prefix of it, "2025-03-18"; of a feed with the offset it gives
	URL       string
	Title     string
}

// Basis says where a date was taken from, best first.
type Basis string

// The bases of a publication date.
const (
	BasisSidecar  Basis = "sidecar"  // manifest or carrier
	BasisMetadata Basis = "metadata" // JSON-LD, meta, <time>, URL of the page; front matter
	BasisText     Basis = "text"     // dateline
	BasisInferred Basis = "inferred" // from the whole set of reports
	BasisDesk     Basis = "desk"     // a person decided it
	BasisNone     Basis = "none"
)

// DateCandidate is one date that a report carries, and where it was seen.
type DateCandidate struct {
	Value string // ISO 8601 date or date-time
	Basis string // "sidecar", "feed", "front-matter", "json-ld", "meta:article:published_time", "time", "url", "dateline", …
}

// Published is when a report was published. Value is "" when unknown; it is
// never guessed from the day the report was read.
type Published struct {
	Value      string // ISO 8601: "2025-03-18" or "2025-03-18T14:05Z"
	Precision  string // year, month, day, hour, minute; "" when unknown
	Basis      Basis
	Why        string // one line: why this candidate was chosen
	Candidates []DateCandidate
	Earliest   string // first possible day where inference bounds an unknown date, "" none
	Latest     string // last possible day, "" none
}

// Day is the publication day at 00:00 UTC; ok is false when unknown or
// coarser than a day.
func (p Published) Day() (t time.Time, ok bool) {
	if len(p.Value) < len(time.DateOnly) {
		return time.Time{}, false
	}
	t, err := time.Parse(time.DateOnly, p.Value[:len(time.DateOnly)])
	return t, err == nil
}

// ComparePublished orders values of Published by the moment, for each report
// writes the clock of its place. A day, month or year comes before all that lies
// in it by the clock of UTC, and a time without a zone is read as one of UTC. The
// unknown is first; of one moment the least spelling is.
func ComparePublished(a, b string) int {
	return cmp.Or(strings.Compare(Published{Value: a}.UTC(), Published{Value: b}.UTC()), strings.Compare(a, b))
}

// UTC is Value as a clock in UTC writes it, without the zone, so that strings sort
// by the moment. What has no zone stays as it is.
func (p Published) UTC() string {
	if len(p.Value) > len("2006-01-02T15:04Z") {
		for _, layout := range []string{"2006-01-02T15:04Z07:00", time.RFC3339} {
			if t, err := time.Parse(layout, p.Value); err == nil {
				return t.UTC().Format(strings.TrimSuffix(layout, "Z07:00"))
			}
		}
	}
	return strings.TrimSuffix(p.Value, "Z")
}

// Noise is a part of the text that is furniture of the page and not of the
// report. It stays in the text; annotators skip it. A heading or caption is
// noise to syntax but may still carry names.
type Noise struct {
	Span   Span
	Reason string // "ad-label", "tracking", "caption", "teaser", "heading", "byline", "credit", "dateline", "share", …
	By     By
}

// Anomaly is a defect of the report itself that a reader should know of.
type Anomaly struct {
	Kind     string // "bad-utf8", "doubled-quotation-mark", …
	Note     string
	Evidence []Evidence
}

// Report is one article. Text is valid UTF-8 and final: every span of every
// fact points into it.
type Report struct {
	ID        string // "r" and 16 hex digits, derived from content, see ReportID
	SHA256    string // of the Capture
	Path      string
	URL       string
	Outlet    string // name as the sidecar or the page gives it, "" unknown
	Domain    string // host of URL without "www.", "" unknown
	Title     string
	Byline    string
	Language  string // BCP 47, "" unknown
	Text      string
	Published Published
	Noise     []Noise // sorted by Span
	Anomalies []Anomaly
	Skip      string // why the report was not read further; "" when it was
}

// Refusal is an input that could not become a report.
type Refusal struct {
	Path   string // file, "file:line" or URL
	Reason string // what happened and what to do
}

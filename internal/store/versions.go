package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/feeds"
)

// Version is one wording of an article: the reports that have the same title,
// text and day of publication at one address, whatever else the page held.
type Version struct {
	URL      string // of the article, see Canonical
	N        int    // from 1, in the order in which they were first seen
	Report   string // the one seen first; it stands for the others
	Others   []string
	First    time.Time // when the wording was first seen, and last
	Last     time.Time
	Captures int  // bodies of bytes that read so
	Current  bool // the record is linked from it
}

// Versions is the part of a store that knows that an article may change.
//
// An article is known by the address of its capture; versions are told apart by
// Capture.Fetched and never by the order in which captures came in, so that the
// same captures in any order give the same versions. A capture without address
// or moment makes none: nothing would tell which came later.
type Versions interface {
	// Seen notes that a capture was seen and reads as report. When the article
	// has the same wording in a report that was seen earlier and is stored, it
	// returns the id of that: the capture need not be read, and its bytes are
	// not kept, only their sum. AddReport notes the same of what it stores.
	Seen(ctx context.Context, c readout.Capture, report *readout.Report) (same string, err error)

	// Versions returns the versions of an article, the first first, by its
	// address or by the id of one of its reports. A report may stand at several
	// addresses. ErrNotFound.
	Versions(ctx context.Context, addressOrReport string) ([]Version, error)

	// Superseded returns the reports that are no part of the record because
	// another report of the same article is, with the id of that: by what was
	// seen until then, or by all where by is zero (see SupersededBy). A report
	// that was not read further supersedes nothing, and one that is current at
	// any address is not superseded. No value is a key.
	Superseded(ctx context.Context, by time.Time) (map[string]string, error)
}

// Wording sums what makes two captures of an article the same version: title,
// text (without its spacing) and day of publication.
func Wording(r *readout.Report) string {
	h := sha256.New()
	day := r.Published.Value
	day = day[:min(len(day), len(time.DateOnly))]
	for _, s := range []string{r.Title, r.Text, day} {
		h.Write([]byte(strings.Join(strings.Fields(s), " ")))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Canonical is the address by which an article is known, see feeds.Canonical;
// "" for what is no address of the web or longer than MaxAddress.
func Canonical(raw string) string {
	s, err := feeds.Canonical(raw)
	if err != nil || len(s) > MaxAddress {
		return ""
	}
	return s
}

// SeenReport is one report that was seen at the address of an article.
type SeenReport struct {
	URL, Report, Wording string
	First, Last          time.Time
	Captures             int
	Skip                 bool // it was not read further
}

// OrderVersions groups what was seen of one article into its versions. The
// current one is that which was seen last; of two seen at once, the one that
// was first seen later, then the greater id.
func OrderVersions(seen []SeenReport) []Version {
	groups := map[string][]SeenReport{}
	for _, s := range seen {
		groups[s.Wording] = append(groups[s.Wording], s)
	}
	var out []Version
	skip := map[string]bool{}
	for _, g := range groups {
		slices.SortFunc(g, func(a, b SeenReport) int {
			return cmp.Or(a.First.Compare(b.First), strings.Compare(a.Report, b.Report))
		})
		v := Version{URL: g[0].URL, Report: g[0].Report, First: g[0].First}
		for i, s := range g {
			if i > 0 {
				v.Others = append(v.Others, s.Report)
			}
			if s.Last.After(v.Last) {
				v.Last = s.Last
			}
			v.Captures += s.Captures
		}
		skip[v.Report] = g[0].Skip
		out = append(out, v)
	}
	slices.SortFunc(out, func(a, b Version) int { return cmp.Or(a.First.Compare(b.First), strings.Compare(a.Report, b.Report)) })
	current := -1
	for i := range out {
		out[i].N = i + 1
		slices.Sort(out[i].Others)
		if !skip[out[i].Report] && (current < 0 || !out[i].Last.Before(out[current].Last)) {
			current = i
		}
	}
	if current >= 0 {
		out[current].Current = true
	}
	return out
}

// seenBy is what was seen of one article by a moment, as far as is remembered:
// when each report was seen first and last. An article that was seen only
// afterwards stands in the wording that was seen first, for whether it was out is
// for its own date to say.
func seenBy(group []SeenReport, by time.Time) []SeenReport {
	if by.IsZero() {
		return group
	}
	var out []SeenReport
	first, read := -1, false
	for i, s := range group {
		if !s.Skip && (first < 0 || s.First.Before(group[first].First) || s.First.Equal(group[first].First) && s.Report < group[first].Report) {
			first = i
		}
		if s.First.After(by) {
			continue
		}
		if s.Last.After(by) {
			s.Last = s.First
		}
		read = read || !s.Skip
		out = append(out, s)
	}
	if !read && first >= 0 {
		return group[first : first+1]
	}
	return out
}

// SupersededBy is Superseded for what was seen of all articles. At an earlier
// moment the version stands that was seen last by then; one that was seen again
// after another, and again after the moment, counts from when it was first seen.
func SupersededBy(seen []SeenReport, by time.Time) map[string]string {
	byURL := map[string][]SeenReport{}
	for _, s := range seen {
		byURL[s.URL] = append(byURL[s.URL], s)
	}
	out, current := map[string]string{}, map[string]bool{}
	for _, group := range byURL {
		versions := OrderVersions(seenBy(group, by))
		i := slices.IndexFunc(versions, func(v Version) bool { return v.Current })
		if i < 0 {
			continue
		}
		newest := versions[i].Report
		current[newest] = true
		for _, s := range group {
			// A report at several addresses goes to the least of those that
			// supersede it, whatever the order of addresses.
			if was, ok := out[s.Report]; s.Report != newest && !s.Skip && (!ok || newest < was) {
				out[s.Report] = newest
			}
		}
	}
	for id := range current {
		delete(out, id)
	}
	return out
}

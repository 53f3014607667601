package live

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/revise"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/view"
)

// Article is one article with its versions.
type Article struct {
	URL       string // see store.Canonical
	Title     string // of the version in the record
	Versions  []Version
	Sightings []store.Sighting // of the version in the record
}

// Version is one version of an article.
type Version struct {
	store.Version
	Text    string          // of its report
	Changes []revise.Change // against the version before; the first has none
}

// Articles are the articles at an address or of a report (its id, or what begins
// no other report's), each with what its versions changed. reader is asked for
// when there is something to compare. ErrNotFound says whether the report is
// unknown or has no versions.
func Articles(ctx context.Context, s store.Store, reader func() (*pipeline.Reader, error), key string) ([]Article, error) {
	list, err := versionsOf(ctx, s, key)
	if err != nil {
		return nil, err
	}
	var out []Article
	for _, v := range list {
		if n := len(out); n == 0 || out[n-1].URL != v.URL {
			out = append(out, Article{URL: v.URL})
		}
		x := &out[len(out)-1]
		x.Versions = append(x.Versions, Version{Version: v})
	}
	for i := range out {
		if err := out[i].load(ctx, s, reader); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// versionsOf finds the versions by an address, an id or the beginning of one.
func versionsOf(ctx context.Context, s store.Store, key string) ([]store.Version, error) {
	list, err := s.Versions(ctx, key)
	if !errors.Is(err, readout.ErrNotFound) {
		return list, err
	}
	if strings.Contains(key, "://") {
		return nil, fmt.Errorf("%w: no article at %s was seen; versions are known of pages that feeds or web archives brought", readout.ErrNotFound, key)
	}
	items, err := s.Show(ctx, key)
	if err != nil {
		return nil, err
	}
	var reports []string
	for _, x := range items {
		if x.Kind == store.KindReport {
			reports = append(reports, x.ID)
		}
	}
	if len(reports) != 1 {
		return nil, fmt.Errorf("%w: %q begins the ids of %d reports, not of one", readout.ErrNotFound, key, len(reports))
	}
	list, err = s.Versions(ctx, reports[0])
	if errors.Is(err, readout.ErrNotFound) {
		return nil, fmt.Errorf("%w: report %s has no versions: nothing says when its bytes were on the web, so none came later", readout.ErrNotFound, reports[0])
	}
	return list, err
}

// load reads the versions and compares each with the one before.
func (x *Article) load(ctx context.Context, s store.Store, reader func() (*pipeline.Reader, error)) error {
	current := x.Versions[len(x.Versions)-1].Report
	for i := range x.Versions {
		v := &x.Versions[i]
		report, err := s.Report(ctx, v.Report)
		if err != nil {
			return err
		}
		v.Text = report.Text
		if v.Current || x.Title == "" {
			x.Title = report.Title
		}
		if v.Current {
			current = v.Report
		}
	}
	var err error
	if x.Sightings, err = s.Sightings(ctx, current); err != nil || len(x.Versions) < 2 {
		return err
	}
	r, err := reader()
	if err != nil {
		return err
	}
	var before revise.Version
	for i := range x.Versions {
		after, err := revise.Load(ctx, s, r, r.Annotators.Version(), x.Versions[i].Report)
		if err != nil {
			return err
		}
		if i > 0 {
			x.Versions[i].Changes = revise.Compare(before, after)
		}
		before = after
	}
	return nil
}

// Articles are those of the store, see the function Articles.
func (s *Source) Articles(ctx context.Context, key string) ([]Article, error) {
	return Articles(ctx, s.store, s.reader, key)
}

// Alone is the record of one stored report, linked from nothing else, for
// versions that the record is not drawn from. ErrNotFound.
func (s *Source) Alone(ctx context.Context, report string) (*view.View, error) {
	r, err := s.reader()
	if err != nil {
		return nil, err
	}
	v, err := revise.Load(ctx, s.store, r, r.Annotators.Version(), report)
	if err != nil {
		return nil, err
	}
	out := view.New(v.Record)
	out.Sentences = func(string) []readout.Span { return v.Sentences }
	return out, nil
}

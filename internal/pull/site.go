package pull

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/readout-news/readout/internal/fetch"
)

// SiteStore keeps what is to be remembered of sites.
type SiteStore interface {
	PutSite(ctx context.Context, site string, state []byte) error
	Sites(ctx context.Context) (map[string][]byte, error)
}

// NewFetcher makes a Fetcher that goes on where the last process left off: rests
// of sites and copies of robots.txt are kept in the store. What cannot be kept is
// told to fault and costs no more than asking anew.
func NewFetcher(ctx context.Context, s SiteStore, opts fetch.Options, fault func(error)) (*fetch.Fetcher, error) {
	known, err := s.Sites(ctx)
	if err != nil {
		return nil, err
	}
	opts.Keep = func(st fetch.State) {
		b, err := json.Marshal(st)
		if err == nil {
			note, cancel := noting(ctx)
			defer cancel()
			err = s.PutSite(note, st.Site, b)
		}
		if err != nil {
			fault(err)
		}
	}
	var states []fetch.State
	for _, site := range slices.Sorted(maps.Keys(known)) {
		var st fetch.State
		if err := json.Unmarshal(known[site], &st); err != nil {
			fault(fmt.Errorf("what was remembered of %s cannot be read: %w", site, err))
			continue
		}
		states = append(states, st)
	}
	f := fetch.New(opts)
	f.Restore(states)
	return f, nil
}

package web

import (
	"errors"
	"fmt"
	"slices"

	"github.com/readout-news/readout"
)

// elsewhere answers for an id that the state of the record does not hold: what
// it became has moved there for good (merged or renamed), several are named
// (split), and what was withdrawn is gone, with the day. An id that was never
// known is not found. In an earlier state the present knows better, so the page
// says only that it was not known then.
func (s *Site) elsewhere(r *Request, id, what string) (Page, error) {
	if r.AsOf != "" {
		return Page{}, fmt.Errorf("%w: nothing that was reported by %s tells of this %s", readout.ErrNotFound, longDay(r.AsOf), what)
	}
	none := fmt.Errorf("%w: there is no %s %s", readout.ErrNotFound, what, clip(id, 40))
	moved, err := r.Snap.Store.Moved(r.Context(), id)
	if errors.Is(err, readout.ErrNotFound) {
		return Page{}, none
	}
	if err != nil {
		return Page{}, err
	}
	if slices.Contains(moved.To, id) {
		// The record has it: it is of another kind, or was not yet there in the
		// version that is asked for.
		return Page{}, none
	}
	// What it became is what the present record has, whatever version is asked for.
	now := s.src.Now()
	var links []Link
	for _, to := range moved.To {
		if e := now.Entity(to); e != nil {
			links = append(links, Link{e.Name, EntityPath(e)})
		} else if e := now.EventByID(to); e != nil {
			link := Link{e.Title + ", " + dateWords(e.Date), EventPath(e)}
			if r.Snap.Pinned {
				link.Href = fmt.Sprintf("/e/%s@%d", to, r.Snap.Revision.N)
			}
			links = append(links, link)
		} else if f, ok := now.Thing(to); ok && f.Thread != nil {
			links = append(links, Link{f.Thread.Thread.Title, "/t/" + to})
		}
	}
	if len(links) == 1 {
		return Page{See: at(links[0].Href+suffix(r), r.Values()), Moved: true}, nil
	}
	return Page{}, gone{What: "This " + what, When: momentWords(moved.Revision.At), Now: links, cause: readout.ErrNotFound}
}

package web

import (
	"errors"
	"fmt"

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
	moved, err := r.Snap.Store.Moved(r.Context(), id)
	if errors.Is(err, readout.ErrNotFound) {
		return Page{}, fmt.Errorf("%w: there is no %s %s", readout.ErrNotFound, what, clip(id, 40))
	}
	if err != nil {
		return Page{}, err
	}
	var links []Link
	for _, to := range moved.To {
		if e := r.Snap.Entity(to); e != nil {
			links = append(links, Link{e.Name, EntityPath(e)})
		} else if row, ok := r.Snap.Event(to); ok {
			links = append(links, Link{row.Event.Title + ", " + dateWords(row.Event.Date), EventPath(row.Event)})
		} else {
			links = append(links, Link{to, "/t/" + to})
		}
	}
	if len(links) == 1 && moved.To[0] != id {
		return Page{See: links[0].Href, Moved: true}, nil
	}
	return Page{}, gone{What: "This " + what, When: momentWords(moved.Revision.At), Now: links, cause: readout.ErrNotFound}
}

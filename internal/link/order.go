package link

import (
	"cmp"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/defect"
)

// order sorts the lists of a record that was put together from parts, as link
// does those of one.
func order(rec *readout.Record) {
	for _, e := range rec.Entities {
		orderEntity(e)
	}
	for _, e := range rec.Events {
		orderEvent(e)
	}
	orderLists(rec)
}

// orderLists sorts the lists alone, not what is in them.
func orderLists(rec *readout.Record) {
	at := make([]int, len(rec.Reports))
	for i := range at {
		at[i] = i
	}
	slices.SortFunc(at, func(a, b int) int { return strings.Compare(rec.Reports[a].ID, rec.Reports[b].ID) })
	reports, origins := make([]*readout.Report, len(at)), make([]readout.Origin, len(at))
	for i, j := range at {
		reports[i], origins[i] = rec.Reports[j], rec.Origins[j]
	}
	rec.Reports, rec.Origins = reports, origins
	sortBy(rec.Entities, func(x *readout.Entity) string { return x.ID })
	sortBy(rec.Events, func(x *readout.Event) string { return x.ID })
	sortBy(rec.Statements, func(x *readout.Statement) string { return x.Report })
	sortBy(rec.Utterances, func(x *readout.Utterance) string { return x.ID })
	sortBy(rec.Claims, func(x *readout.Claim) string { return x.ID })
	slices.SortStableFunc(rec.Disagreements, func(a, b *readout.Disagreement) int {
		return cmp.Or(strings.Compare(a.Event, b.Event), strings.Compare(a.Attribute, b.Attribute))
	})
	sortBy(rec.Issues, func(x *readout.Issue) string { return x.ID })
	sortBy(rec.Positions, func(x *readout.Position) string { return x.Evidence.Report })
	sortBy(rec.Commitments, func(x *readout.Commitment) string { return x.ID })
	sortBy(rec.Responses, func(x *readout.Response) string { return x.Evidence.Report })
	sortBy(rec.Threads, func(x *readout.Thread) string { return x.ID })
	sortBy(rec.Timexes, func(x *readout.Timex) string { return x.Report })
	defect.Sort(rec.Defects)
}

func sortBy[T any](list []*T, key func(*T) string) {
	slices.SortStableFunc(list, func(a, b *T) int { return strings.Compare(key(a), key(b)) })
}

package review

import (
	"cmp"
	"slices"

	"github.com/readout-news/readout"
)

// version is an account of one attribute of an event: a value and who gives it.
type version struct {
	value   string // in words
	claims  []*readout.Claim
	reports map[string]bool
}

// accounts groups the claims of a disagreement by value, those that most
// reports give first.
func (w *watcher) accounts(d *readout.Disagreement) []*version {
	var out []*version
	for _, id := range d.Claims {
		c := w.claim(id)
		if c == nil {
			continue
		}
		words := w.v.Value(c)
		i := slices.IndexFunc(out, func(a *version) bool { return a.value == words })
		if i < 0 {
			i, out = len(out), append(out, &version{value: words, reports: map[string]bool{}})
		}
		out[i].claims = append(out[i].claims, c)
		out[i].reports[c.Evidence.Report] = true
	}
	slices.SortStableFunc(out, func(a, b *version) int {
		return cmp.Or(cmp.Compare(len(b.reports), len(a.reports)), cmp.Compare(a.value, b.value))
	})
	return out
}

func (w *watcher) claim(id string) *readout.Claim {
	i, ok := slices.BinarySearchFunc(w.rec.Claims, id, func(c *readout.Claim, id string) int { return cmp.Compare(c.ID, id) })
	if !ok {
		return nil
	}
	return w.rec.Claims[i]
}

// twoWould says whether two happenings would explain two accounts: no report
// gives both.
func twoWould(a, b *version) bool {
	for r := range a.reports {
		if b.reports[r] {
			return false
		}
	}
	return true
}

// oneOrTwo finds events of which accounts of day or place exclude each other in
// a way that two happenings would explain.
func (w *watcher) oneOrTwo() {
	for _, d := range w.rec.Disagreements {
		if d.Verdict != readout.Conflict || d.Attribute != "date" && d.Attribute != "place" {
			continue
		}
		e := w.v.EventByID(d.Event)
		acc := w.accounts(d)
		if e == nil || len(acc) < 2 || !twoWould(acc[0], acc[1]) {
			continue
		}
		// What gives the second account would be an event of its own; the rest
		// stays with the first.
		first, second := w.eventSide(e), w.eventSide(e)
		first.Evidence, second.Evidence = nil, nil
		for _, m := range e.Mentions {
			if acc[1].reports[m.Report] {
				second.Evidence = append(second.Evidence, m.Evidence)
			} else {
				first.Evidence = append(first.Evidence, m.Evidence)
			}
		}
		if len(first.Evidence) == 0 || len(second.Evidence) == 0 {
			continue
		}
		what := map[string]string{"date": "Day", "place": "Place"}[d.Attribute]
		it := &Item{ID: ItemID(OneOrTwo, e.ID, d.Attribute), Kind: OneOrTwo, Sides: []Side{first, second}, Why: []string{"accounts of the " + map[string]string{"date": "day", "place": "place"}[d.Attribute] + " exclude each other", "no report gives both"}}
		it.row(what, acc[0].value, acc[1].value)
		it.row("Told by", w.outlets(acc[0]), w.outlets(acc[1]))
		w.add(it)
	}
}

func (w *watcher) outlets(a *version) string {
	var out []string
	for r := range a.reports {
		if o := w.v.OutletName(r); !slices.Contains(out, o) {
			out = append(out, o)
		}
	}
	return few(out)
}

package view

import (
	"fmt"
	"slices"
	"strings"

	"github.com/readout-news/readout"
)

// maxRefs bounds the facts that one reference lists.
const maxRefs = 40

// Refs is the reference that opens the facts of these ids together; of very
// many it opens the first.
func Refs(ids ...string) string { return strings.Join(ids[:min(len(ids), maxRefs)], ",") }

// openList lists what several facts rest on: "p…,p…".
func (v *View) openList(out *Opened, ids []string) ([]witness, error) {
	if len(ids) > maxRefs {
		return nil, fmt.Errorf("%d facts at once, %d are the most: %w", len(ids), maxRefs, readout.ErrNotFound)
	}
	var ws []witness
	first := ""
	for _, id := range ids {
		more, err := v.openFact(out, id)
		if err != nil {
			return nil, err
		}
		if first == "" {
			first = out.Title
		}
		ws = append(ws, more...)
	}
	out.Title, out.Note, out.Event = first, "", nil
	if n := len(ids) - 1; n > 0 {
		out.Note = "and " + Count(n, "more fact")
	}
	return ws, nil
}

// openEntity lists what a part of the page of a person or body rests on:
// "e….role.SLUG" an office, by the slug of its title.
func (v *View) openEntity(out *Opened, e *readout.Entity, part, of string) ([]witness, error) {
	if part == "role" {
		for _, r := range v.roles(e) {
			if Slug(r.Title) != of {
				continue
			}
			out.Title = e.Name + ", " + r.Title
			var ws []witness
			// Told last first: of very many the newest.
			for _, x := range slices.Backward(r.Evidence) {
				if len(ws) == maxNamings {
					out.Note = "the newest " + Count(maxNamings, "mention")
					break
				}
				if w := witnessed(e.ID, x, nil); !slices.ContainsFunc(ws, func(y witness) bool { return y.report == w.report && y.spans[0] == w.spans[0] }) {
					ws = append(ws, w)
				}
			}
			return ws, nil
		}
	}
	return nil, fmt.Errorf("nothing is said of %q: %w", strings.TrimSuffix(part+"."+of, "."), readout.ErrNotFound)
}

// maxNamings bounds the mentions of an entity that one page opens: a state is
// named in every other report.
const maxNamings = 100

// namings lists where an entity is named or described and given an office; of
// very many mentions the newest.
func (v *View) namings(out *Opened, e *readout.Entity) []witness {
	mentions := e.Mentions
	if len(mentions) > maxNamings {
		out.Note = "the newest " + Count(maxNamings, "mention") + " of " + countWords(float64(len(mentions)))
		mentions = slices.Clone(mentions)
		slices.SortStableFunc(mentions, func(a, b readout.EntityMention) int {
			return -readout.ComparePublished(v.published(a.Report), v.published(b.Report))
		})
		mentions = mentions[:maxNamings]
	}
	var ws []witness
	for _, m := range mentions {
		ws = append(ws, witnessed(e.ID, m.Evidence, nil))
	}
	if len(mentions) == len(e.Mentions) {
		for _, r := range e.Roles {
			for _, ev := range r.Evidence {
				ws = append(ws, witnessed(e.ID, ev, nil))
			}
		}
	}
	return ws
}

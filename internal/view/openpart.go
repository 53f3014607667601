package view

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/readout-news/readout"
)

// openPart lists what a part of an event's page rests on: "v….duration" all
// claims on an attribute, "v….duration.e…" what one column says of it,
// "v….participant", "v….participant.e…", "v….date", "v….place", "v….report.r…"
// what a report tells of it, "v….position", "v….answer", "v….quote".
func (v *View) openPart(out *Opened, event, part, of string) ([]witness, error) {
	e := v.events[event]
	if e == nil {
		return nil, fmt.Errorf("no event has the id %q: %w", event, readout.ErrNotFound)
	}
	out.Event = e
	switch part {
	case "participant":
		return v.openParticipant(out, e, of)
	case "report":
		return v.openTelling(out, e, of)
	case "position":
		out.Title = "Positions taken at it"
		var ws []witness
		for _, p := range v.about(event).positions {
			ws = append(ws, witnessed(p.ID, p.Evidence, p.Chain))
		}
		return ws, nil
	case "quote":
		out.Title = "Said at it or of it"
		var ws []witness
		for _, s := range v.eventStatements(e) {
			ws = append(ws, v.statementWitness(s))
		}
		return ws, nil
	}
	by := BySpeaker
	if strings.HasPrefix(of, "@") {
		by = ByOutlet
	}
	var ws []witness
	var said []string
	var claims []*readout.Claim
	name := ""
	// Copies are listed, so all claims count here, not those of items only.
	for _, i := range v.items(event, by, true)[part] {
		if of != "" && of != i.column.Key && of != i.holder {
			continue
		}
		name = i.column.Name
		if of == i.holder && of != i.column.Key {
			name = v.EntityName(of)
		}
		if i.claim != nil {
			claims = append(claims, i.claim)
		}
		if w := v.itemWords(i); !slices.Contains(said, w) {
			said = append(said, w)
		}
		ws = append(ws, witnessed(i.id(), i.evidence, i.chain))
	}
	if len(ws) == 0 {
		// A date or place that no claim gives is that of the mentions.
		switch {
		case part == "date" && of == "" && e.Date != nil && e.Date.Expression != nil:
			out.Title = DateWords(e.Date)
			return []witness{witnessed(event, *e.Date.Expression, nil)}, nil
		case part == "place" && of == "" && e.Place != "":
			out.Title = v.EntityName(e.Place)
			for _, n := range v.naming(e, e.Place) {
				ws = append(ws, witnessed(event, n, nil))
			}
			return ws, nil
		}
		return nil, fmt.Errorf("nothing is said of %q: %w", strings.TrimSuffix(part+"."+of, "."), readout.ErrNotFound)
	}
	out.Title = v.question(e, part, claims)
	if of != "" {
		const most = 3
		if len(said) > most {
			said = append(said[:most:most], "and more")
		}
		out.Note, out.Title = out.Title, name+": "+strings.Join(said, "; ")
	}
	return ws, nil
}

func (v *View) openParticipant(out *Opened, e *readout.Event, of string) ([]witness, error) {
	var ws []witness
	for _, p := range e.Participants {
		if of != "" && p.Entity != of || of == "" && (p.Role == "place" || p.Role == "topic") {
			continue
		}
		for _, n := range v.naming(e, p.Entity) {
			ws = append(ws, witnessed(e.ID, n, nil))
		}
	}
	if len(ws) == 0 {
		return nil, fmt.Errorf("no mention of the event names %s: %w", cmp.Or(of, "anybody"), readout.ErrNotFound)
	}
	out.Title, out.Note = "Who took part", e.Title
	if of != "" {
		out.Title = v.EntityName(of) + " took part"
	}
	return ws, nil
}

// openTelling lists what a report, or every report, tells of an event.
func (v *View) openTelling(out *Opened, e *readout.Event, of string) ([]witness, error) {
	out.Title = "What the reports tell of it"
	if of != "" {
		out.Title = "What " + v.OutletName(of) + " tells of it"
	}
	var ws []witness
	in := func(report string) bool { return of == "" || of == report }
	for _, w := range v.mentionWitnesses(e) {
		if in(w.report) {
			ws = append(ws, w)
		}
	}
	f := v.about(e.ID)
	for _, c := range f.claims {
		if in(c.Evidence.Report) {
			ws = append(ws, witnessed(c.ID, c.Evidence, c.Chain))
		}
	}
	for _, r := range f.responses {
		if in(r.Evidence.Report) {
			ws = append(ws, witnessed(r.ID, r.Evidence, r.Chain))
		}
	}
	for _, p := range f.positions {
		if in(p.Evidence.Report) {
			ws = append(ws, witnessed(p.ID, p.Evidence, p.Chain))
		}
	}
	for _, s := range f.statements {
		if in(s.Report) {
			ws = append(ws, v.statementWitness(s))
		}
	}
	return ws, nil
}

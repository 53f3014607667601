package view

import "github.com/readout-news/readout"

// Thing finds what a whole id names, without going through the record; ok is
// false when there is none. An entity comes bare: see Who for what it did.
func (v *View) Thing(id string) (f Found, ok bool) {
	if id == "" {
		return f, false
	}
	switch id[0] {
	case 'r':
		if i, ok := v.reports[id]; ok {
			row := v.report(i)
			return Found{Kind: "report", Report: &row}, true
		}
	case 'e':
		if x := v.entities[id]; x != nil {
			row := EntityRow{Entity: x, Support: v.supportOf(x)}
			return Found{Kind: "entity", Entity: &row}, true
		}
	case 'v':
		if page, ok := v.Page(id); ok {
			return Found{Kind: "event", Event: &page}, true
		}
	case 's':
		if x := v.statements[id]; x != nil {
			row := v.quote(x)
			return Found{Kind: "statement", Statement: &row}, true
		}
	case 'u':
		if x := v.saying(id); x != nil {
			row := v.utterance(x)
			return Found{Kind: "utterance", Utterance: &row}, true
		}
	case 'c':
		if x := v.claims[id]; x != nil {
			return Found{Kind: "claim", Claim: x}, true
		}
	case 'i':
		if x := v.issues[id]; x != nil {
			return Found{Kind: "issue", Issue: x}, true
		}
	case 'p':
		if x := v.positions[id]; x != nil {
			row := v.position(x)
			return Found{Kind: "position", Position: &row}, true
		}
	case 'k':
		if x := v.index().commitment[id]; x != nil {
			row := v.commitment(x)
			return Found{Kind: "commitment", Commitment: &row}, true
		}
	case 'a':
		if x := v.responses[id]; x != nil {
			row := v.response(x)
			return Found{Kind: "response", Response: &row}, true
		}
	case 't':
		if x := v.index().threads[id]; x != nil {
			row, _ := v.thread(x, Filter{})
			return Found{Kind: "thread", Thread: &row}, true
		}
	}
	return f, false
}

func (v *View) supportOf(e *readout.Entity) Support {
	ev := make([]readout.Evidence, 0, len(e.Mentions))
	for _, m := range e.Mentions {
		ev = append(ev, m.Evidence)
	}
	return v.support(ev)
}

// Taken is what the record took from one report.
type Taken struct {
	Events     []*readout.Event
	Statements []*readout.Statement
	Positions  []*readout.Position
	Responses  []*readout.Response
}

// In is what the record took from the report of that id.
func (v *View) In(report string) Taken {
	x := v.from(report)
	return Taken{Events: x.events, Statements: x.statements, Positions: x.positions, Responses: x.responses}
}

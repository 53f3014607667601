package view

import (
	"cmp"

	"github.com/readout-news/readout"
)

// stanceWords say what a party does by a position.
var stanceWords = map[readout.Stance]string{
	readout.Demand: "demands", readout.Condition: "sets a condition", readout.Request: "asks", readout.Offer: "offers", readout.Proposal: "proposes",
	readout.Refuse: "refuses", readout.Acceptance: "accepts", readout.Goal: "wants", readout.Warning: "warns", readout.Accusation: "accuses", readout.Commit: "commits",
}

// StanceWords says what a party does by a stance: "demands".
func StanceWords(s readout.Stance) string { return cmp.Or(stanceWords[s], string(s)) }

// positionLine is a position as a line: "Karvany demands: all fourteen freed".
func positionLine(r PositionRow) string {
	s := cmp.Or(r.Party, "Somebody not named") + " " + StanceWords(r.Position.Stance)
	if r.Position.Stance == readout.Accusation && r.Addressee != "" {
		s += " " + r.Addressee
	}
	return s + ": “" + shorten(cmp.Or(r.Position.Terms, r.Position.Text), 2*maxQuote) + "”"
}

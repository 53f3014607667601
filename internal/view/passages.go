package view

import "github.com/readout-news/readout"

// Passages are the sentences that some evidence rests on, report by report, as
// Open gives them for a reference.
func (v *View) Passages(evidence []readout.Evidence) Opened {
	var out Opened
	ws := make([]witness, 0, len(evidence))
	for _, e := range evidence {
		ws = append(ws, witnessed("", e, nil))
	}
	v.gather(&out, ws)
	return out
}

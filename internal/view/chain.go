package view

import "github.com/readout-news/readout"

// sure names how sure a link of a chain is where it is anything but certain.
// Uncommitted has no words: who demands or asks is not in doubt of anything.
var sure = map[readout.Factuality]string{
	readout.CertainNo:   "denies it",
	readout.ProbableYes: "probable",
	readout.ProbableNo:  "improbable",
	readout.PossibleYes: "possible",
	readout.PossibleNo:  "possibly not",
}

// Chain is a chain in words, the first speaker first, the report's outlet
// last; a link that is less than certain says so.
func (v *View) Chain(links []readout.ChainLink, report string) []string {
	var out []string
	for _, l := range links {
		name := v.EntityName(l.Entity)
		if name == "" {
			name = l.Text
		}
		if l.OutletOfReport {
			name = v.OutletName(report)
		}
		if name == "" {
			continue
		}
		// An outlet that was told something itself is speaker's ear and printer
		// in one.
		if len(out) > 0 && out[len(out)-1] == name {
			continue
		}
		if s := sure[l.Factuality]; s != "" {
			name += " (" + s + ")"
		}
		out = append(out, name)
	}
	if len(out) == 0 {
		out = []string{v.OutletName(report)}
	}
	return out
}

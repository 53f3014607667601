package review

import (
	"fmt"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/view"
)

// FieldWords are the fields that can be corrected, in words.
var FieldWords = map[string]string{
	"speaker": "The speaker", "date": "The day", "until": "The day it is due", "made": "The day it was made", "place": "The place", "status": "The status", "name": "The name",
}

// TargetName is what a target is called in the log.
func TargetName(t readout.Target) string {
	if t.Name != "" {
		return t.Name
	}
	return t.Kind + " " + t.ID
}

// Words is a decision in a line: "Made one: A, B".
func Words(d *readout.Decision) string {
	var names []string
	for _, t := range d.About {
		if n := view.Shorten(TargetName(t), 90); !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	about := strings.Join(names, ", ")
	field := strings.ToLower(FieldWords[d.Field])
	if field == "" {
		field = d.Field
	}
	switch d.Kind {
	case readout.DecideSame:
		return "Made one: " + about
	case readout.DecideDifferent:
		if len(names) == 1 {
			return "Made two: " + about
		}
		return "Kept apart: " + about
	case readout.DecideCorrect:
		return fmt.Sprintf("Corrected %s of %s", field, names[0])
	case readout.DecideWithdraw:
		return "Withdrew " + about
	case readout.DecideConfirm:
		if d.Field == "" {
			return "Left as it is: " + about
		}
		return fmt.Sprintf("Confirmed %s of %s", field, about)
	case readout.DecideUndo:
		return fmt.Sprintf("Took back decision %d", d.Undoes)
	}
	switch {
	case d.Field == AnswerField && d.After == Accepted:
		return "Accepted: " + about
	case d.Field == AnswerField:
		return "Found right as it is: " + about
	}
	return "Noted on " + about
}

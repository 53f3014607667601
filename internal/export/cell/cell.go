// Package cell makes text safe as a cell of a table that people open in a
// spreadsheet (reliability promise R20): what would run as a formula begins with
// an apostrophe.
//
// In: text of reports. Out: a cell, from which the text can be had back.
package cell

import "strings"

// starts are the first characters by which spreadsheets take a cell for a
// formula, the full-width ones of East Asian editions among them. A tab or line
// end counts because it is dropped before the cell is read.
const starts = "=+-@\t\r\n＝＋－＠"

// Quote puts an apostrophe before what would be read as a formula, and before
// what already begins with apostrophes and such a character, so that one
// apostrophe less, where a formula would follow, gives the text back.
func Quote(s string) string {
	if isFormula(s) {
		return "'" + s
	}
	return s
}

func isFormula(s string) bool {
	for _, r := range strings.TrimLeft(s, "'") {
		return strings.ContainsRune(starts, r)
	}
	return false
}

package claim

import (
	"strconv"
	"strings"
)

// numerals are numbers in words.
var numerals = map[string]float64{
	"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
	"seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
	"thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
	"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}

// multiplier reads a word that multiplies the number before it.
func multiplier(s string) (float64, bool) {
	switch s {
	case "dozen":
		return 12, true
	case "score":
		return 20, true
	case "hundred":
		return 100, true
	case "thousand":
		return 1e3, true
	case "million":
		return 1e6, true
	case "billion":
		return 1e9, true
	}
	return 0, false
}

// number reads a number in digits ("1,200", "3.5") or in words.
func number(s string) (float64, bool) {
	if n, ok := numerals[s]; ok {
		return n, true
	}
	if n, ok := multiplier(s); ok {
		return n, true
	}
	if s == "" || s[0] < '0' || s[0] > '9' {
		return 0, false
	}
	n, err := strconv.ParseFloat(strings.ReplaceAll(s, ",", ""), 64)
	return n, err == nil
}

package claim

import "strconv"

// numerals are the numbers from one to twelve in words.
var numerals = map[string]int{
	"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
	"seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}

// smallNumber reads a numeral in digits or words.
func smallNumber(s string) (int, bool) {
	if n, ok := numerals[s]; ok {
		return n, true
	}
	n, err := strconv.Atoi(s)
	return n, err == nil && n > 0
}

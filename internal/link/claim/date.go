package claim

import "time"

// dayNumber counts the days from 1970-01-01 to an ISO 8601 date.
func dayNumber(s string) float64 {
	t, err := time.Parse(time.DateOnly, s[:min(len(s), len(time.DateOnly))])
	if err != nil {
		return 0
	}
	return float64(t.Unix() / 86400)
}

package web

import (
	"fmt"
	"time"

	"github.com/readout-news/readout/wire"
)

// tookWords is a time that something takes: "0.4 ms", "12 ms", "1.3 s", "4 min".
func tookWords(seconds float64) string {
	switch ms := seconds * 1000; {
	case ms < 10:
		return fmt.Sprintf("%.1f ms", ms)
	case ms < 1000:
		return fmt.Sprintf("%.0f ms", ms)
	case seconds < 10:
		return fmt.Sprintf("%.1f s", seconds)
	}
	return lastingWords(seconds)
}

// lastingWords is how long something has lasted: "40 s", "12 min", "3 h", "5 days".
func lastingWords(seconds float64) string {
	switch d := time.Duration(seconds * float64(time.Second)); {
	case d < 2*time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d < 2*time.Hour:
		return fmt.Sprintf("%.0f min", d.Minutes())
	case d < 48*time.Hour:
		return fmt.Sprintf("%.0f h", d.Hours())
	default:
		return fmt.Sprintf("%.0f days", d.Hours()/24)
	}
}

// sizeWords is a number of bytes: "512 bytes", "48 kB", "3.2 GB".
func sizeWords(n int64) string {
	if n < 1000 {
		return plural(int(n), "byte")
	}
	x := float64(n)
	for _, unit := range []string{"kB", "MB", "GB", "TB"} {
		if x /= 1000; x < 9.95 {
			return fmt.Sprintf("%.1f %s", x, unit)
		} else if x < 999.5 {
			return fmt.Sprintf("%.0f %s", x, unit)
		}
	}
	return fmt.Sprintf("%.0f PB", x/1000)
}

// shareWords is a share of a whole: "27%".
func shareWords(share float64) string { return fmt.Sprintf("%.0f%%", 100*share) }

// why is the reason for which a part is absent, "" when it is there.
func why(r *wire.Running, part string) string {
	for _, a := range r.Absent {
		if a.Part == part {
			return a.Why
		}
	}
	return ""
}

// at is a moment as answers write it, for the words of pages.
func atMoment(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}
	}
	return t
}

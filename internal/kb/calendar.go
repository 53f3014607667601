package kb

import (
	"fmt"
	"io/fs"
	"strings"
	"time"
)

// Occasion is a dated contact of world politics that news goes on referring
// to: a summit, a round of talks, a signing.
type Occasion struct {
	From, To time.Time // first and last day, 00:00 UTC
	Mode     string    // "meeting", "talks"
	Place    string    // name of a city or site, "" unknown
	Parties  []string  // ISO 3166-1 alpha-2
	Name     string
}

// Calendar lists the known occasions by first day. The slice is the KB's own.
func (k *KB) Calendar() []Occasion { return k.calendar }

// loadCalendar reads en/calendar.tsv.
func (k *KB) loadCalendar(fsys fs.FS) error {
	const file = "en/calendar.tsv"
	return each(fsys, file, 6, func(col []string) error {
		o := Occasion{Mode: col[2], Place: col[3], Parties: strings.Split(col[4], "|"), Name: col[5]}
		var err error
		if o.From, err = time.Parse(time.DateOnly, col[0]); err != nil {
			return fmt.Errorf("first day: %w", err)
		}
		if o.To, err = time.Parse(time.DateOnly, col[1]); err != nil {
			return fmt.Errorf("last day: %w", err)
		}
		if o.To.Before(o.From) || o.Mode != "meeting" && o.Mode != "talks" || o.Name == "" {
			return fmt.Errorf("want first day, last day, meeting or talks, place, parties, name; got %q", col)
		}
		for _, p := range o.Parties {
			if len(p) != 2 {
				return fmt.Errorf("%q is no country code", p)
			}
		}
		k.calendar = append(k.calendar, o)
		return nil
	})
}

// Former reports whether the word before an office says that it is no longer
// held: "former", "ex".
func (k *KB) Former(word string) bool { return k.officeTime[strings.TrimSuffix(word, "-")] == "former" }

// NotInOffice reports whether the word before an office says that it is not
// held, or not in full, on the day of the report: "former", "then", "acting".
func (k *KB) NotInOffice(word string) bool { return k.officeTime[strings.TrimSuffix(word, "-")] != "" }

// loadOfficeTimes reads en/office-times.tsv.
func (k *KB) loadOfficeTimes(fsys fs.FS) error {
	return each(fsys, "en/office-times.tsv", 2, func(col []string) error {
		if col[0] != "former" && col[0] != "other" {
			return fmt.Errorf("class %q: want former or other", col[0])
		}
		for _, w := range strings.Split(col[1], "|") {
			if w == "" || k.officeTime[w] != "" {
				return fmt.Errorf("word %q is empty or stands twice", w)
			}
			k.officeTime[w] = col[0]
		}
		return nil
	})
}

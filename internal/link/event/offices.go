package event

import (
	"strings"
	"sync"

	"github.com/readout-news/readout/lexicons"
)

const officeFile = "en/events/offices.tsv"

// offices tells titles whose holder deals for a state.
type offices struct {
	words []string
	not   []string
	// ofBody are the words of who leads a body, after its name ("front leader").
	ofBody map[string]bool
}

var loadOffices = sync.OnceValues(func() (*offices, error) {
	o := &offices{ofBody: map[string]bool{}}
	err := lexicons.Rows(lexicons.FS, officeFile, 0, func(c []string) error {
		if c[0] == "not" && len(c) == 2 {
			o.not = strings.Split(c[1], "|")
			return nil
		}
		if c[0] == "body" && len(c) == 2 {
			for w := range strings.SplitSeq(c[1], "|") {
				o.ofBody[w] = true
			}
			return nil
		}
		o.words = append(o.words, c[0])
		return nil
	})
	return o, err
})

// leads reports whether the holder of title deals for a state. The head of the
// title counts, not what it is of: "aide to the president" does not lead.
func (o *offices) leads(title string) bool {
	title = " " + strings.ToLower(title) + " "
	head, _, _ := strings.Cut(title, " to ")
	head += " "
	for _, n := range o.not {
		if strings.Contains(title, " "+n+" ") {
			return false
		}
	}
	for _, w := range o.words {
		if strings.Contains(head, " "+w+" ") {
			return true
		}
	}
	return false
}

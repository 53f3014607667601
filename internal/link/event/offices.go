package event

import (
	"bufio"
	"fmt"
	"strings"

	"github.com/readout-news/readout/lexicons"
)

const officeFile = "en/events/offices.tsv"

// offices tells titles whose holder deals for a state.
type offices struct {
	words []string
	not   []string
}

func loadOffices() (*offices, error) {
	f, err := lexicons.FS.Open(officeFile)
	if err != nil {
		return nil, fmt.Errorf("open offices: %w", err)
	}
	defer f.Close()
	o := &offices{}
	in := bufio.NewScanner(f)
	for in.Scan() {
		line := in.Text()
		if line == "" || line[0] == '#' {
			continue
		}
		if not, ok := strings.CutPrefix(line, "not\t"); ok {
			o.not = strings.Split(not, "|")
			continue
		}
		o.words = append(o.words, line)
	}
	if err := in.Err(); err != nil {
		return nil, fmt.Errorf("read %s: %w", officeFile, err)
	}
	return o, nil
}

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

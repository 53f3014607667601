package position

import (
	"fmt"
	"io/fs"
	"strings"
	"sync"

	"github.com/readout-news/readout/lexicons"
)

// lexicon is words.tsv of lexicons/en/issues.
type lexicon struct {
	degree, light, drop map[string]bool
}

// shipped is the lexicon of the program.
var shipped = sync.OnceValues(func() (*lexicon, error) { return load(lexicons.FS, "en/issues/words.tsv") })

func load(fsys fs.FS, file string) (*lexicon, error) {
	lists := map[string]map[string]bool{"degree": nil, "light": nil, "drop": nil}
	err := lexicons.Rows(fsys, file, 2, func(c []string) error {
		if old, known := lists[c[0]]; !known || old != nil {
			return fmt.Errorf("list %q is unknown or stands twice", c[0])
		}
		lists[c[0]] = map[string]bool{}
		for _, w := range strings.Split(c[1], "|") {
			lists[c[0]][w] = true
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for name, l := range lists {
		if l == nil {
			return nil, fmt.Errorf("%s: list %s is missing", file, name)
		}
	}
	return &lexicon{degree: lists["degree"], light: lists["light"], drop: lists["drop"]}, nil
}

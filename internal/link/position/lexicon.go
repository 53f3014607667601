package position

import (
	"bufio"
	"fmt"
	"io/fs"
	"strings"
)

// lexicon is words.tsv of lexicons/en/issues.
type lexicon struct {
	degree, light, drop map[string]bool
}

func load(fsys fs.FS, file string) (*lexicon, error) {
	f, err := fsys.Open(file)
	if err != nil {
		return nil, fmt.Errorf("open words of issues: %w", err)
	}
	defer f.Close()
	lists := map[string]map[string]bool{"degree": nil, "light": nil, "drop": nil}
	in := bufio.NewScanner(f)
	in.Buffer(nil, 1<<20)
	for n := 1; in.Scan(); n++ {
		line := in.Text()
		if line == "" || line[0] == '#' {
			continue
		}
		name, words, ok := strings.Cut(line, "\t")
		if !ok || words == "" {
			return nil, fmt.Errorf("%s:%d: want a list and its words", file, n)
		}
		if old, known := lists[name]; !known || old != nil {
			return nil, fmt.Errorf("%s:%d: list %q is unknown or stands twice", file, n, name)
		}
		lists[name] = map[string]bool{}
		for _, w := range strings.Split(words, "|") {
			lists[name][w] = true
		}
	}
	if err := in.Err(); err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	for name, l := range lists {
		if l == nil {
			return nil, fmt.Errorf("%s: list %s is missing", file, name)
		}
	}
	return &lexicon{degree: lists["degree"], light: lists["light"], drop: lists["drop"]}, nil
}

package event

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/readout-news/readout/lexicons"
)

const familyFile = "en/events/families.tsv"

// families says which words can name one event.
type families struct {
	of    map[string][]int // lemma → families
	names []string
	says  map[string]bool
	light map[string]bool
}

var loadFamilies = sync.OnceValues(func() (*families, error) {
	f, err := lexicons.FS.Open(familyFile)
	if err != nil {
		return nil, fmt.Errorf("open families: %w", err)
	}
	defer f.Close()
	return readFamilies(f)
})

func readFamilies(r io.Reader) (*families, error) {
	f := &families{of: map[string][]int{}, says: map[string]bool{}, light: map[string]bool{}}
	in := bufio.NewScanner(r)
	seen := map[string]bool{}
	for n := 1; in.Scan(); n++ {
		line := in.Text()
		if line == "" || line[0] == '#' {
			continue
		}
		name, words, ok := strings.Cut(line, "\t")
		if !ok || name == "" || seen[name] {
			return nil, fmt.Errorf("%s:%d: want a name of its own and lemmas", familyFile, n)
		}
		seen[name] = true
		once := map[string]bool{}
		for w := range strings.SplitSeq(words, "|") {
			if w == "" || w != strings.ToLower(w) || once[w] {
				return nil, fmt.Errorf("%s:%d: lemma %q: want lower case, each once", familyFile, n, w)
			}
			once[w] = true
			switch name {
			case "says":
				f.says[w] = true
			case "light":
				f.light[w] = true
			default:
				f.of[w] = append(f.of[w], len(f.names))
			}
		}
		if name != "says" && name != "light" {
			if len(once) < 2 {
				return nil, fmt.Errorf("%s:%d: a family of one", familyFile, n)
			}
			f.names = append(f.names, name)
		}
	}
	if err := in.Err(); err != nil {
		return nil, fmt.Errorf("read %s: %w", familyFile, err)
	}
	return f, nil
}

// kin reports whether two lemmas can name one event: one word, verb and noun
// of one stem, or words of one family.
func (f *families) kin(a, b string) bool {
	if a == b {
		return true
	}
	if f.light[a] || f.light[b] {
		return false
	}
	for _, x := range f.of[a] {
		for _, y := range f.of[b] {
			if x == y {
				return true
			}
		}
	}
	return derived(a, b)
}

// derived reports whether one word is the noun or an inflected form of the
// other: they differ in a known ending only.
func derived(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) < 3 {
		return false
	}
	stem := a
	if strings.HasSuffix(stem, "e") || strings.HasSuffix(stem, "y") {
		stem = stem[:len(stem)-1]
	}
	rest, ok := strings.CutPrefix(b, stem)
	if !ok || len(stem) < 3 {
		return false
	}
	switch rest {
	case "s", "es", "ed", "ing", "ings", "ation", "ition", "tion", "sion", "ment", "al", "er", "or", "ance", "ence", "ure", "ies", "ied", "ication", "ery", "ee":
		return true
	case "ion", "y": // "port" and "portion", "part" and "party" are not kin
		return len(stem) >= 5
	}
	// doubled consonant: "stab", "stabbing"
	if len(rest) > 3 && rest[0] == stem[len(stem)-1] && (rest[1:] == "ing" || rest[1:] == "ed") {
		return true
	}
	return false
}

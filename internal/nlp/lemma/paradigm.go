package lemma

import (
	"bufio"
	"fmt"
	"io/fs"
	"strings"
)

// Regular returns the forms that the rules of spelling give a base form that
// the treebanks show, so that rules learn "telephoned" from "telephone". xpos
// is VB for a verb, NN for a noun or JJ for an adjective; other tags have no
// forms. Doubled consonants of verbs of several syllables are not guessed:
// they get the undoubled form.
func Regular(base, xpos string) []Example {
	if len(base) < 3 || strings.Trim(base, "abcdefghijklmnopqrstuvwxyz") != "" {
		return nil
	}
	var out []Example
	form := func(f, tag string) { out = append(out, Example{Form: f, XPOS: tag, Lemma: base}) }
	stem, last := base[:len(base)-1], base[len(base)-1]
	short := strings.HasSuffix(base, "e")
	consonantY := last == 'y' && !vowel(base[len(base)-2])
	switch xpos {
	case "VB":
		ing, ed := base, base+"ed"
		switch {
		case consonantY:
			ed = stem + "ied"
		case strings.HasSuffix(base, "ie"):
			ing, ed = base[:len(base)-2]+"y", base+"d"
		case strings.HasSuffix(base, "ee") || strings.HasSuffix(base, "oe") || strings.HasSuffix(base, "ye"):
			ed = base + "d"
		case short:
			ing, ed = stem, base+"d"
		case doubles(base):
			ing = base + string(last)
			ed = ing + "ed"
		}
		form(ing+"ing", "VBG")
		form(ed, "VBD")
		form(ed, "VBN")
		form(plural(base), "VBZ")
	case "NN":
		if strings.HasSuffix(base, "ies") {
			form(base, "NNS") // "series", "species"
		} else if last != 's' {
			form(plural(base), "NNS")
		}
	case "JJ":
		if syllables(base) > 2 {
			break
		}
		cmp := base
		switch {
		case consonantY:
			cmp = stem + "i"
		case short:
			cmp = stem
		case doubles(base):
			cmp = base + string(last)
		}
		form(cmp+"er", "JJR")
		form(cmp+"est", "JJS")
	}
	return out
}

// plural adds the ending of plurals and of the third person.
func plural(base string) string {
	n := len(base)
	switch {
	case base[n-1] == 'y' && !vowel(base[n-2]):
		return base[:n-1] + "ies"
	case strings.HasSuffix(base, "s"), strings.HasSuffix(base, "x"), strings.HasSuffix(base, "z"),
		strings.HasSuffix(base, "ch"), strings.HasSuffix(base, "sh"):
		return base + "es"
	}
	return base + "s"
}

func vowel(c byte) bool { return strings.IndexByte("aeiou", c) >= 0 }

// syllables counts groups of vowels.
func syllables(w string) int {
	n := 0
	for i := range len(w) {
		if (vowel(w[i]) || w[i] == 'y') && (i == 0 || !vowel(w[i-1])) {
			n++
		}
	}
	return n
}

// doubles reports whether w, of one syllable, doubles its last consonant.
func doubles(w string) bool {
	n := len(w)
	return syllables(w) == 1 && !vowel(w[n-1]) && strings.IndexByte("wxy", w[n-1]) < 0 &&
		vowel(w[n-2]) && !vowel(w[n-3])
}

// ReadIrregular reads lexicons/en/irregular-verbs.tsv.
func ReadIrregular(fsys fs.FS, name string) ([]Example, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []Example
	sc := bufio.NewScanner(f)
	for n := 1; sc.Scan(); n++ {
		if sc.Text() == "" || sc.Text()[0] == '#' {
			continue
		}
		cols := strings.Split(sc.Text(), "\t")
		if len(cols) != 3 {
			return nil, fmt.Errorf("%s:%d: %d columns, want 3", name, n, len(cols))
		}
		for i, tag := range []string{"VBD", "VBN"} {
			for _, form := range strings.Fields(cols[i+1]) {
				out = append(out, Example{Form: form, XPOS: tag, Lemma: cols[0]})
			}
		}
	}
	return out, sc.Err()
}

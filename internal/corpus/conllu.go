package corpus

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// Tree is one sentence of a Universal Dependencies treebank (CoNLL-U, UD v2).
type Tree struct {
	Doc   string // id of its document
	Genre string // "# meta::genre" of the document, "" where the file has none
	Text  string // "# text"
	Words []TreeWord
	// Surface lists the words as written: a contraction such as "don't" may be
	// one surface token of two words. Spans are byte offsets into the words
	// joined as written, see Surface.
	Surface []SurfaceToken
	NewPar  bool  // the sentence opens a paragraph
	Typos   []int // words that the treebank notes as mistyped
}

// TreeWord is one syntactic word.
type TreeWord struct {
	Form, Lemma, UPOS, XPOS string
	Head                    int // index into Words, -1 for the root
	Deprel                  string
}

// SurfaceToken is a stretch of text without a space inside that covers the
// words [First, Last).
type SurfaceToken struct {
	Form        string
	First, Last int
	SpaceAfter  bool
}

// ReadTrees reads a CoNLL-U file.
func ReadTrees(path string) ([]Tree, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	out, err := ParseTrees(f)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return out, nil
}

// ParseTrees reads CoNLL-U. Empty nodes and the columns of features, enhanced
// dependencies and notes (but for SpaceAfter) are skipped. Each sentence must
// be a tree: one root, every head within it, no cycle.
func ParseTrees(r io.Reader) ([]Tree, error) {
	var (
		out        []Tree
		t          Tree
		doc, genre string
		covered    int // words below this number belong to a multi-word token
	)
	flush := func() error {
		if len(t.Words) == 0 {
			t = Tree{}
			return nil
		}
		if covered > len(t.Words) {
			return errors.New("a multi-word token runs past the sentence")
		}
		if err := checkTree(t.Words); err != nil {
			return err
		}
		t.Doc, t.Genre = doc, genre
		out = append(out, t)
		t, covered = Tree{}, 0
		return nil
	}
	sc := bufio.NewScanner(r)
	sc.Buffer(make([]byte, 1<<16), 1<<24)
	line := 1
	for ; sc.Scan(); line++ {
		s := sc.Text()
		if s == "" {
			if err := flush(); err != nil {
				return nil, fmt.Errorf("sentence before line %d: %w", line, err)
			}
			continue
		}
		if s[0] == '#' {
			key, value, _ := strings.Cut(s[1:], "=")
			switch strings.TrimSpace(key) {
			case "newdoc id":
				doc, genre = strings.TrimSpace(value), ""
			case "meta::genre":
				genre = strings.TrimSpace(value)
			case "newpar", "newpar id", "newpar_block":
				t.NewPar = true
			case "text":
				t.Text = strings.TrimSpace(value)
			}
			continue
		}
		cols := strings.Split(s, "\t")
		if len(cols) != 10 {
			return nil, fmt.Errorf("line %d: %d columns, want 10", line, len(cols))
		}
		space := !strings.Contains(cols[9], "SpaceAfter=No")
		if strings.Contains(cols[0], ".") {
			continue
		}
		if from, to, ok := strings.Cut(cols[0], "-"); ok {
			a, err1 := strconv.Atoi(from)
			b, err2 := strconv.Atoi(to)
			if err1 != nil || err2 != nil || a != len(t.Words)+1 || b < a || b > a+20 {
				return nil, fmt.Errorf("line %d: multi-word token %q out of place", line, cols[0])
			}
			t.Surface = append(t.Surface, SurfaceToken{cols[1], a - 1, b, space})
			covered = b
			continue
		}
		if cols[0] != strconv.Itoa(len(t.Words)+1) {
			return nil, fmt.Errorf("line %d: word number %q, want %d", line, cols[0], len(t.Words)+1)
		}
		head, err := strconv.Atoi(cols[6])
		if err != nil || head < 0 {
			return nil, fmt.Errorf("line %d: head %q", line, cols[6])
		}
		i := len(t.Words)
		if strings.Contains(cols[5], "Typo=Yes") || strings.Contains(cols[9], "CorrectForm") {
			t.Typos = append(t.Typos, i)
		}
		t.Words = append(t.Words, TreeWord{cols[1], cols[2], cols[3], cols[4], head - 1, cols[7]})
		if i >= covered {
			t.Surface = append(t.Surface, SurfaceToken{cols[1], i, i + 1, space})
		}
	}
	if err := sc.Err(); err != nil {
		return nil, err
	}
	if err := flush(); err != nil {
		return nil, fmt.Errorf("last sentence: %w", err)
	}
	return out, nil
}

func checkTree(words []TreeWord) error {
	roots := 0
	for i, w := range words {
		if w.Head >= len(words) || w.Head == i {
			return fmt.Errorf("word %d has head %d of %d words", i+1, w.Head+1, len(words))
		}
		if w.Head < 0 {
			roots++
		}
	}
	if roots != 1 {
		return fmt.Errorf("%d roots", roots)
	}
	// Colours: a walk up that meets its own colour again is a cycle.
	colour := make([]int, len(words))
	for i := range words {
		for j := i; j >= 0 && colour[j] != -1; j = words[j].Head {
			if colour[j] == i+1 {
				return fmt.Errorf("cycle through word %d", j+1)
			}
			colour[j] = i + 1
		}
		for j := i; j >= 0 && colour[j] == i+1; j = words[j].Head {
			colour[j] = -1
		}
	}
	return nil
}

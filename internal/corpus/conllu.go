package corpus

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// Word is one syntactic word of a CoNLL-U sentence.
type Word struct {
	Form       string
	Lemma      string
	UPOS, XPOS string
	Feats      string // "Number=Sing|…", "" none
	Head       int    // index into Sentence.Words, -1 for the root
	Deprel     string
	Misc       string // column 10, "" none
	SpaceAfter bool   // false for all but the last word of a multiword token
}

// Multiword is a surface token that stands for several words ("don't").
type Multiword struct {
	Form        string
	First, Last int // Words [First, Last)
}

// Sentence is one sentence of a CoNLL-U file, without empty nodes.
type Sentence struct {
	ID, Text  string
	NewDoc    string // id of the document that begins here, "" none; "-" when it has no id
	NewPar    bool   // a paragraph begins here, by "# newpar" or "NewPar=Yes"
	Meta      map[string]string
	Words     []Word
	Multiword []Multiword
}

// ReadCoNLLU reads all sentences of r. Errors name the line.
func ReadCoNLLU(r io.Reader) ([]Sentence, error) {
	sc := bufio.NewScanner(r)
	sc.Buffer(make([]byte, 1<<20), 1<<24)
	var out []Sentence
	var cur *Sentence
	mwtEnd := 0          // 1-based id of the last word of the open multiword token
	mwtSpaceAfter := false
	for n := 1; sc.Scan(); n++ {
		line := strings.TrimSuffix(sc.Text(), "\r")
		if line == "" {
			cur, mwtEnd = nil, 0
			continue
		}
		if cur == nil {
			out = append(out, Sentence{Meta: map[string]string{}})
			cur = &out[len(out)-1]
		}
		if line[0] == '#' {
			cur.comment(line[1:])
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != 10 {
			return nil, fmt.Errorf("line %d: %d columns, want 10", n, len(f))
		}
		misc := blank(f[9])
		spaceAfter := !strings.Contains("|"+misc+"|", "|SpaceAfter=No|")
		if strings.Contains(misc, "NewPar=Yes") {
			cur.NewPar = true
		}
		if strings.Contains(f[0], ".") {
			continue
		}
		if a, b, ok := strings.Cut(f[0], "-"); ok {
			first, err1 := strconv.Atoi(a)
			last, err2 := strconv.Atoi(b)
			if err1 != nil || err2 != nil || first > last {
				return nil, fmt.Errorf("line %d: bad range %q", n, f[0])
			}
			cur.Multiword = append(cur.Multiword, Multiword{Form: f[1], First: first - 1, Last: last})
			mwtEnd, mwtSpaceAfter = last, spaceAfter
			continue
		}
		id, err := strconv.Atoi(f[0])
		if err != nil || id != len(cur.Words)+1 {
			return nil, fmt.Errorf("line %d: word id %q, want %d", n, f[0], len(cur.Words)+1)
		}
		head, err := strconv.Atoi(f[6])
		if err != nil && f[6] != "_" {
			return nil, fmt.Errorf("line %d: bad head %q", n, f[6])
		}
		if id < mwtEnd {
			spaceAfter = false
		} else if id == mwtEnd {
			spaceAfter = mwtSpaceAfter
		}
		cur.Words = append(cur.Words, Word{
			Form: f[1], Lemma: f[2], UPOS: blank(f[3]), XPOS: blank(f[4]), Feats: blank(f[5]),
			Head: head - 1, Deprel: blank(f[7]), Misc: misc, SpaceAfter: spaceAfter,
		})
	}
	if err := sc.Err(); err != nil {
		return nil, err
	}
	return out, nil
}

// ReadCoNLLUFile reads all sentences of the file.
func ReadCoNLLUFile(path string) ([]Sentence, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	out, err := ReadCoNLLU(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return out, nil
}

// blank turns the placeholder "_" into "".
func blank(s string) string {
	if s == "_" {
		return ""
	}
	return s
}

// comment takes one "# key = value" line, given without its "#".
func (s *Sentence) comment(line string) {
	key, val, _ := strings.Cut(strings.TrimSpace(line), "=")
	key, val = strings.TrimSpace(key), strings.TrimSpace(val)
	s.Meta[key] = val
	switch {
	case key == "sent_id":
		s.ID = val
	case key == "text":
		s.Text = val
	case key == "newdoc" || key == "newdoc id":
		s.NewDoc = val
		if val == "" {
			s.NewDoc = "-"
		}
	case key == "newpar" || key == "newpar id" || key == "newpar_block":
		s.NewPar = true
	}
}

package corpus

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// CorefDoc is one document of GUM with its coreference layer.
type CorefDoc struct {
	ID, Genre string
	Words     []CorefWord
	Mentions  []CorefMention // in order of their ends
}

// CorefWord is a syntactic word of a CorefDoc.
type CorefWord struct {
	Form, Lemma, UPOS, XPOS string
	Head                    int // index into CorefDoc.Words, -1 for a root
	Deprel                  string
	SpaceAfter              bool
	FirstOfSentence         bool
	FirstOfParagraph        bool
}

// CorefMention covers words [First, Last).
type CorefMention struct {
	First, Last int
	Head        int    // the word that governs the others
	Chain       string // entity id within the document
	Type        string // person, organization, place, object, event, abstract, …
}

// ReadCoref reads the coreference layer (Entity= in MISC) of a GUM file.
func ReadCoref(path string) ([]CorefDoc, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	docs, err := ParseCoref(f)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return docs, nil
}

// ParseCoref reads CoNLL-U whose MISC column has brackets such as
// "Entity=(3-person-new-…(4-place-…)5)". Brackets that close nothing are
// errors; discontinuous mentions ("[1/2]") keep their first part.
func ParseCoref(r io.Reader) ([]CorefDoc, error) {
	var docs []CorefDoc
	var doc *CorefDoc
	var open []CorefMention
	sentStart, para, multiEnd, multiSpace := 0, true, 0, true
	newSentence := true
	sc := bufio.NewScanner(r)
	sc.Buffer(make([]byte, 1<<16), 1<<20)
	for n := 1; sc.Scan(); n++ {
		line := sc.Text()
		switch {
		case strings.HasPrefix(line, "# newdoc id = "):
			docs = append(docs, CorefDoc{ID: strings.TrimPrefix(line, "# newdoc id = ")})
			doc = &docs[len(docs)-1]
			open, para = nil, true
			continue
		case strings.HasPrefix(line, "# meta::genre = ") && doc != nil:
			doc.Genre = strings.TrimPrefix(line, "# meta::genre = ")
			continue
		case strings.HasPrefix(line, "# newpar") && !strings.HasPrefix(line, "# newpar_block"):
			para = true
			continue
		case line == "":
			newSentence = true
			continue
		case line[0] == '#':
			continue
		}
		if doc == nil {
			return nil, fmt.Errorf("line %d: word before the first document", n)
		}
		col := strings.Split(line, "\t")
		if len(col) != 10 {
			return nil, fmt.Errorf("line %d: %d columns", n, len(col))
		}
		if strings.ContainsAny(col[0], ".") {
			continue
		}
		if newSentence {
			sentStart, multiEnd = len(doc.Words), 0
		}
		space := !strings.Contains(col[9], "SpaceAfter=No")
		if _, to, ok := strings.Cut(col[0], "-"); ok {
			multiEnd, _ = strconv.Atoi(to)
			multiSpace = space
			continue
		}
		id, err := strconv.Atoi(col[0])
		if err != nil {
			return nil, fmt.Errorf("line %d: word number %q", n, col[0])
		}
		head, err := strconv.Atoi(col[6])
		if err != nil {
			return nil, fmt.Errorf("line %d: head %q", n, col[6])
		}
		w := CorefWord{Form: col[1], Lemma: col[2], UPOS: col[3], XPOS: col[4], Head: sentStart + head - 1, Deprel: col[7], SpaceAfter: space, FirstOfSentence: newSentence, FirstOfParagraph: newSentence && para}
		if head == 0 {
			w.Head = -1
		}
		if id < multiEnd {
			w.SpaceAfter = false
		} else if id == multiEnd {
			w.SpaceAfter = multiSpace
		}
		if newSentence {
			newSentence, para = false, false
		}
		doc.Words = append(doc.Words, w)
		at := len(doc.Words) - 1
		for _, misc := range strings.Split(col[9], "|") {
			v, ok := strings.CutPrefix(misc, "Entity=")
			if !ok {
				continue
			}
			if err := brackets(v, at, &open, &doc.Mentions); err != nil {
				return nil, fmt.Errorf("line %d: %w", n, err)
			}
		}
	}
	if err := sc.Err(); err != nil {
		return nil, err
	}
	for d := range docs {
		words := docs[d].Words
		for i := range docs[d].Mentions {
			m := &docs[d].Mentions[i]
			m.Head = m.First
			for k := m.First; k < m.Last; k++ {
				if h := words[k].Head; (h < m.First || h >= m.Last) && words[k].UPOS != "PUNCT" {
					m.Head = k
					break
				}
			}
		}
	}
	return docs, nil
}

// brackets reads "(3-person-…", "3)" and "(3-person-…)" in a row.
func brackets(v string, at int, open *[]CorefMention, done *[]CorefMention) error {
	for v != "" {
		if v[0] == '(' {
			end := strings.IndexAny(v[1:], "()")
			body := v[1:]
			if end >= 0 {
				body = v[1 : 1+end]
			}
			f := strings.Split(body, "-")
			if len(f) < 2 {
				return fmt.Errorf("entity %q", v)
			}
			id, _, _ := strings.Cut(f[0], "[")
			m := CorefMention{First: at, Last: at + 1, Chain: id, Type: f[1]}
			v = v[1+len(body):]
			if strings.HasPrefix(v, ")") {
				*done = append(*done, m)
				v = v[1:]
			} else {
				*open = append(*open, m)
			}
			continue
		}
		end := strings.IndexByte(v, ')')
		if end < 0 {
			return fmt.Errorf("entity %q", v)
		}
		id, _, _ := strings.Cut(v[:end], "[")
		v = v[end+1:]
		found := false
		for i := len(*open) - 1; i >= 0; i-- {
			if (*open)[i].Chain == id {
				m := (*open)[i]
				m.Last = at + 1
				*done = append(*done, m)
				*open = append((*open)[:i], (*open)[i+1:]...)
				found = true
				break
			}
		}
		if !found {
			return fmt.Errorf("entity %s closes nothing", id)
		}
	}
	return nil
}

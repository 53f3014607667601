package story

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"

	"github.com/readout-news/readout/lexicons"
)

// WordsFile is the table of news words in lexicons.FS. It counts per PerTexts
// texts and leaves words below LeastCount out.
const (
	WordsFile  = "en/news-words.tsv"
	PerTexts   = 10000
	LeastCount = 5
)

// Words says how common words are in news. It is read-only.
type Words struct{ counts map[string]int }

// Shipped is the table of WordsFile.
var Shipped = sync.OnceValues(func() (*Words, error) {
	f, err := lexicons.FS.Open(WordsFile)
	if err != nil {
		return nil, fmt.Errorf("open news words: %w", err)
	}
	defer f.Close()
	return readWords(f)
})

func readWords(r io.Reader) (*Words, error) {
	w := &Words{counts: map[string]int{}}
	in := bufio.NewScanner(r)
	for n := 1; in.Scan(); n++ {
		line := in.Text()
		if line == "" || line[0] == '#' {
			continue
		}
		word, count, ok := strings.Cut(line, "\t")
		c, err := strconv.Atoi(count)
		if !ok || err != nil || c < 1 || c > PerTexts || Fold(word) != word {
			return nil, fmt.Errorf("%s:%d: want a folded word and its count of %d texts", WordsFile, n, PerTexts)
		}
		if w.counts[word] != 0 {
			return nil, fmt.Errorf("%s:%d: %s twice", WordsFile, n, word)
		}
		w.counts[word] = c
	}
	if err := in.Err(); err != nil {
		return nil, fmt.Errorf("read %s: %w", WordsFile, err)
	}
	return w, nil
}

// Share is the share of news texts that have the folded word x, 0 for a rare
// one.
func (w *Words) Share(x string) float64 {
	if w == nil {
		return 0
	}
	return float64(w.counts[x]) / PerTexts
}

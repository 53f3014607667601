package story

import (
	"fmt"
	"io"
	"strconv"
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
	err := lexicons.Scan(r, WordsFile, 2, func(cols []string) error {
		word := cols[0]
		c, err := strconv.Atoi(cols[1])
		switch {
		case err != nil || c < 1 || c > PerTexts || Fold(word) != word:
			return fmt.Errorf("want a folded word and its count of %d texts", PerTexts)
		case w.counts[word] != 0:
			return fmt.Errorf("%s twice", word)
		}
		w.counts[word] = c
		return nil
	})
	if err != nil {
		return nil, err
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

package corpus

import (
	"bufio"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/readout-news/readout"
)

// NameDoc is a document with gold names. The files hold tokens only; Text is
// put together from them with the spacing of print (see join), and every span
// points into it.
type NameDoc struct {
	ID        string // file name or number within the file
	Text      string
	Tokens    []readout.Span
	Sentences [][2]int // half-open ranges of tokens
	Names     []GoldName
}

// GoldName is one gold name with its type as the corpus writes it: "PER",
// "Person", "politicalparty".
type GoldName struct {
	readout.Span
	Type string
}

// ReadCoNLL2003 reads a file of the CoNLL-2003 shared task (Tjong Kim Sang and
// De Meulder 2003), ner/conll2003_train.txt or _dev.txt. Types: PER, ORG, LOC,
// MISC. Each token is followed by a space in Text.
func ReadCoNLL2003(path string) ([]NameDoc, error) {
	return readNameFile(path, func(r io.Reader) ([]NameDoc, error) {
		return parseNames(r, nameFormat{column: 3, docStart: "-DOCSTART-", spaced: true})
	})
}

// ReadCrossNER reads a CrossNER file (Liu et al. 2021), ner/crossner_politics_
// train.bio or _dev.bio. Its sentences are unrelated: each is a document.
func ReadCrossNER(path string) ([]NameDoc, error) {
	return readNameFile(path, func(r io.Reader) ([]NameDoc, error) {
		return parseNames(r, nameFormat{column: 1, everySentence: true})
	})
}

// ReadWorldwide reads the worldwide newswire (Shan et al. 2023), one article a
// file in dir, sorted by file name. Types: Person, Organization, Location,
// Facility, NORP, Product, Misc, Date, Money. The address at the head of an
// article is not part of its text. held is the tenth of the articles that is
// kept for measuring: those whose address, without what follows "?", has an
// FNV-32a hash divisible by ten. Copies of one article share the address, and
// so the side they fall on.
func ReadWorldwide(dir string) (rest, held []NameDoc, err error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.tsv"))
	if err != nil || len(paths) == 0 {
		return nil, nil, fmt.Errorf("read worldwide: no articles in %s", dir)
	}
	slices.Sort(paths)
	for _, path := range paths {
		id := filepath.Base(path)
		address := id
		docs, err := readNameFile(path, func(r io.Reader) ([]NameDoc, error) {
			return parseNames(r, nameFormat{column: 1, address: &address})
		})
		if err != nil {
			return nil, nil, err
		}
		h := fnv.New32a()
		io.WriteString(h, address)
		for _, d := range docs {
			d.ID = id
			if h.Sum32()%10 == 0 {
				held = append(held, d)
			} else {
				rest = append(rest, d)
			}
		}
	}
	return rest, held, nil
}

func readNameFile(path string, parse func(io.Reader) ([]NameDoc, error)) ([]NameDoc, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	docs, err := parse(f)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return docs, nil
}

// nameFormat tells the dialects of the column files apart.
type nameFormat struct {
	column        int     // of the label; the word is column 0
	docStart      string  // word of a line that opens a document, "" none
	everySentence bool    // a blank line ends the document
	spaced        bool    // one space between tokens, whatever they are
	address       *string // set to the address when the first line is one, which is then skipped
}

// parseNames reads word and BIO label per line, blank lines between sentences.
// An I- label after another type or after nothing opens a name (IOB1).
func parseNames(r io.Reader, form nameFormat) ([]NameDoc, error) {
	var docs []NameDoc
	var words, labels []string // of the current document
	var ends []int
	flush := func() {
		if len(words) > 0 {
			docs = append(docs, makeNameDoc(fmt.Sprint(len(docs)), words, labels, ends, form.spaced))
		}
		words, labels, ends = nil, nil, nil
	}
	endSentence := func() {
		if n := len(words); n > 0 && (len(ends) == 0 || ends[len(ends)-1] < n) {
			ends = append(ends, n)
		}
	}
	sc := bufio.NewScanner(r)
	sc.Buffer(nil, 1<<20)
	head := form.address != nil // within the address, up to the first blank line
	for line := 1; sc.Scan(); line++ {
		text := strings.TrimRight(sc.Text(), " \r\n")
		f := strings.FieldsFunc(text, func(r rune) bool { return r == '\t' || r == ' ' })
		if head {
			if line == 1 && len(f) > 0 && strings.Contains(f[0], "://") {
				*form.address, _, _ = strings.Cut(f[0], "?")
			} else if line == 1 {
				head = false
			}
			if len(f) == 0 {
				head = false
			}
			if head {
				continue
			}
		}
		switch {
		case len(f) == 0:
			endSentence()
			if form.everySentence {
				flush()
			}
		case form.docStart != "" && f[0] == form.docStart:
			endSentence()
			flush()
		case len(f) == 1: // a label without a word or the reverse: both occur
		case len(f) <= form.column:
			return nil, fmt.Errorf("line %d: %d columns, want %d", line, len(f), form.column+1)
		case !utf8.ValidString(f[0]):
			return nil, fmt.Errorf("line %d: not UTF-8", line)
		default:
			words = append(words, f[0])
			labels = append(labels, f[form.column])
		}
	}
	endSentence()
	flush()
	return docs, sc.Err()
}

func makeNameDoc(id string, words, labels []string, ends []int, spaced bool) NameDoc {
	d := NameDoc{ID: id}
	var b strings.Builder
	first := 0
	for _, end := range ends {
		if first > 0 {
			b.WriteByte('\n')
		}
		quote := false
		open := -1 // index into d.Names of the name that may go on
		for i := first; i < end; i++ {
			if i > first && (spaced || spaceBetween(words[first:end], i-first, quote)) {
				b.WriteByte(' ')
			}
			if words[i] == `"` {
				quote = !quote
			}
			span := readout.Span{Start: b.Len(), End: b.Len() + len(words[i])}
			b.WriteString(words[i])
			d.Tokens = append(d.Tokens, span)
			kind, typ, _ := strings.Cut(labels[i], "-")
			switch {
			case typ == "":
				open = -1
			case kind == "I" && open >= 0 && d.Names[open].Type == typ:
				d.Names[open].End = span.End
			default:
				open = len(d.Names)
				d.Names = append(d.Names, GoldName{span, typ})
			}
		}
		d.Sentences = append(d.Sentences, [2]int{first, end})
		first = end
	}
	d.Text = b.String()
	return d
}

// spaceBetween guesses whether print has a space before words[i], i > 0;
// quoted says that a straight quotation mark is open.
func spaceBetween(words []string, i int, quoted bool) bool {
	prev, w := words[i-1], words[i]
	switch w {
	case ",", ";", ":", "?", "!", ")", "]", "}", "%", "”", "’", "'s", "’s", "'S", "’S", "n't", "n’t",
		"'re", "’re", "'ve", "’ve", "'ll", "’ll", "'d", "’d", "'m", "’m", "...", "…", "/":
		return false
	case ".":
		return false
	case `"`:
		if quoted {
			return false
		}
	case "-":
		return i+1 >= len(words) || !wordy(prev) || !wordy(words[i+1])
	}
	switch prev {
	case "’", "'":
		switch w {
		case "s", "t", "re", "ve", "ll", "d", "m", "S", "T": // a clitic that was taken apart
			return false
		}
	case "(", "[", "{", "$", "£", "€", "₡", "#", "“", "‘", "/":
		return false
	case `"`:
		return !quoted // an opening mark
	case "-":
		return i < 2 || !wordy(words[i-2]) || !wordy(w)
	case ".":
		// "U . S ." and "example . com" were taken apart by the tokeniser.
		initial := i >= 2 && single(words[i-2]) && single(w)
		host := w == "com" || w == "org" || w == "net"
		return !initial && !host
	}
	return true
}

// wordy reports whether w starts with a letter or digit.
func wordy(w string) bool {
	r, _ := utf8.DecodeRuneInString(w)
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

// single reports whether w is one capital letter.
func single(w string) bool {
	r, n := utf8.DecodeRuneInString(w)
	return n == len(w) && unicode.IsUpper(r)
}

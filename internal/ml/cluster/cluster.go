// Package cluster looks words up in three independent classifications of 32,
// 128 and 512 classes, induced from plain text by package embed. The classes
// are features for taggers that see few gold examples: words that stand in the
// same places share a class.
//
// In goes a word, out come three class numbers; the model is
// models/clusters/weights.bin. A word that the training text had too seldom is
// unknown. The classes have no names and may change with every training: a
// model that uses them must be trained again with them.
package cluster

import (
	"encoding/binary"
	"fmt"
	"io/fs"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/readout-news/readout/internal/ml"
	"github.com/readout-news/readout/models"
)

// Kind is the kind of the model file, File its place in models.FS.
const (
	Kind = "clusters"
	File = "clusters/weights.bin"
)

// The numbers of classes of the three classifications.
const (
	Coarse = 32
	Middle = 128
	Fine   = 512
)

// Map holds the classes of all words. It is read-only and safe for concurrent
// use.
type Map struct {
	version string
	class   map[string]classes
}

type classes struct {
	coarse, middle uint8
	fine           uint16
}

// Load reads the embedded model.
func Load() (*Map, error) {
	data, err := fs.ReadFile(models.FS, File)
	if err != nil {
		return nil, fmt.Errorf("load word classes: %w", err)
	}
	return Decode(data)
}

// Decode reads a model file.
func Decode(data []byte) (*Map, error) {
	f, err := ml.Decode(data, Kind)
	if err != nil {
		return nil, err
	}
	words, err := f.Strings("words", -1)
	if err != nil {
		return nil, err
	}
	coarse, err := f.Bytes("coarse", len(words))
	if err != nil {
		return nil, err
	}
	middle, err := f.Bytes("middle", len(words))
	if err != nil {
		return nil, err
	}
	fine, err := f.Bytes("fine", 2*len(words))
	if err != nil {
		return nil, err
	}
	m := &Map{version: f.Version, class: make(map[string]classes, len(words))}
	for i, w := range words {
		c := classes{coarse[i], middle[i], binary.LittleEndian.Uint16(fine[2*i:])}
		if c.coarse >= Coarse || c.middle >= Middle || c.fine >= Fine {
			return nil, fmt.Errorf("model %s: %w: word %q is in classes %v", Kind, ml.ErrFormat, w, c)
		}
		m.class[w] = c
	}
	return m, nil
}

// Encode writes a model file. The slices hold the classes of each word.
func Encode(version string, words []string, coarse, middle, fine []int) ([]byte, error) {
	if len(coarse) != len(words) || len(middle) != len(words) || len(fine) != len(words) {
		return nil, fmt.Errorf("encode word classes: %d words but %d, %d and %d classes", len(words), len(coarse), len(middle), len(fine))
	}
	var c, m, f []byte
	for i := range words {
		if coarse[i] >= Coarse || middle[i] >= Middle || fine[i] >= Fine {
			return nil, fmt.Errorf("encode word classes: %q is in class %d/%d/%d", words[i], coarse[i], middle[i], fine[i])
		}
		c = append(c, byte(coarse[i]))
		m = append(m, byte(middle[i]))
		f = binary.LittleEndian.AppendUint16(f, uint16(fine[i]))
	}
	file := ml.NewFile(Kind, version)
	file.PutStrings("words", words)
	file.PutBytes("coarse", c)
	file.PutBytes("middle", m)
	file.PutBytes("fine", f)
	return file.Encode(), nil
}

// Version is the version of the model.
func (m *Map) Version() string { return m.version }

// Len is the number of words known.
func (m *Map) Len() int { return len(m.class) }

// Of returns the classes of word, which is folded first: c32 in [0,32), c128
// in [0,128), c512 in [0,512). ok is false, and the classes 0, for a word that
// is not known.
func (m *Map) Of(word string) (c32, c128, c512 int, ok bool) {
	c, ok := m.class[Fold(word)]
	return int(c.coarse), int(c.middle), int(c.fine), ok
}

// Fold is the form under which words are counted and looked up: lower case,
// every digit "0", typographic quotation marks and dashes plain.
func Fold(word string) string {
	plain := true
	for i := range len(word) {
		if c := word[i]; c >= utf8.RuneSelf || 'A' <= c && c <= 'Z' || '1' <= c && c <= '9' {
			plain = false
			break
		}
	}
	if plain {
		return word
	}
	var b strings.Builder
	b.Grow(len(word))
	for _, r := range word {
		switch r {
		case '“', '”', '„', '«', '»', '‟':
			b.WriteByte('"')
		case '‘', '’', '‚', '‛', '`', '´':
			b.WriteByte('\'')
		case '–', '—', '―', '‒':
			b.WriteByte('-')
		case '…':
			b.WriteString("...")
		default:
			if '0' <= r && r <= '9' {
				r = '0'
			}
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

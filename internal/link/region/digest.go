package region

import (
	"encoding/binary"
	"errors"
	"hash/fnv"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/kb"
	"github.com/readout-news/readout/internal/link/event"
	"github.com/readout-news/readout/internal/link/origin"
	"github.com/readout-news/readout/internal/link/story"
	"github.com/readout-news/readout/internal/nlp"
)

// Digest is what dividing needs to know of a report. It is drawn from the
// report alone.
type Digest struct {
	ID       string
	Day      int32    // of publication, else the latest day that the report names, in days since 1970; NoDay
	Words    []uint64 // hashes of the words that tell most, see story.KeyWords
	Contacts []uint64 // hashes of pairs of sides that are told to have been in contact, sorted
	Copies   []uint64 // the smallest hashes of its runs of six words, sorted; see origin.Shingles
}

// NoDay is the day of a report that names none.
const NoDay = math.MinInt32

const (
	keyWords   = 12
	sketchSize = 32 // of Copies
	sketchRate = 8  // one shingle in so many is in the sketch
	// mostContacts bounds the pairs of one report: lists of twenty states name
	// hundreds.
	mostContacts = 24
)

// Digester makes digests.
type Digester struct{ words *story.Words }

// NewDigester loads the table of news words; the error is that of a damaged one.
func NewDigester() (*Digester, error) {
	words, err := story.Shipped()
	return &Digester{words}, err
}

// Digest is that of an annotated report.
func (g *Digester) Digest(doc *nlp.Doc) Digest {
	out := Digest{ID: doc.Report.ID, Day: day(doc)}
	for _, w := range story.KeyWords(doc, g.words, story.Default, keyWords) {
		out.Words = append(out.Words, hash(w))
	}
	out.Contacts = contacts(doc)
	for _, h := range origin.Shingles(doc.Report) { // sorted
		if h%sketchRate == 0 && len(out.Copies) < sketchSize {
			out.Copies = append(out.Copies, h)
		}
	}
	return out
}

// day is the day of publication, else the latest that the text gives in full.
func day(doc *nlp.Doc) int32 {
	if t, ok := doc.Report.Published.Day(); ok {
		return int32(t.Unix() / secondsPerDay)
	}
	last := ""
	for i := range doc.Timexes {
		t := &doc.Timexes[i]
		if from, to, _, ok := event.Days(t.Value); ok && t.Type == "DATE" && from == to && from > last {
			last = from
		}
	}
	if t, err := time.Parse(time.DateOnly, last); err == nil {
		return int32(t.Unix() / secondsPerDay)
	}
	return NoDay
}

const secondsPerDay = 24 * 60 * 60

// contacts are the pairs of sides of the contacts that a report tells of: sides
// are states, else whom the lists know, else surnames and names.
func contacts(doc *nlp.Doc) []uint64 {
	var out []uint64
	for i := range doc.Events {
		ev := &doc.Events[i]
		if ev.Type != "CONSULT" {
			continue
		}
		var sides []string
		for _, a := range ev.Args {
			if a.Mention == nlp.None || a.Role == "topic" || a.Role == "host" || a.Role == "place" {
				continue
			}
			sides = append(sides, sidesOf(doc, doc.Mentions[a.Mention].Chain, 0)...)
		}
		slices.Sort(sides)
		sides = slices.Compact(sides)
		for i, a := range sides {
			for _, b := range sides[i+1:] {
				out = append(out, hash(a+"\x00"+b))
			}
		}
	}
	slices.Sort(out)
	out = slices.Compact(out)
	return out[:min(len(out), mostContacts)]
}

// sidesOf are the sides that a chain stands for, those of the members of a group.
func sidesOf(doc *nlp.Doc, chain, depth int) []string {
	const deepest = 3 // groups of groups
	if chain == nlp.None || depth > deepest {
		return nil
	}
	c := &doc.Chains[chain]
	var out []string
	for _, m := range c.Members {
		if m != chain {
			out = append(out, sidesOf(doc, m, depth+1)...)
		}
	}
	if len(out) > 0 {
		return out
	}
	words := kb.Words(c.Name)
	switch {
	case c.Country != "":
		return []string{"=" + c.Country}
	case c.Key != "":
		return []string{c.Key}
	case len(words) == 0:
		return nil
	case c.Type == readout.Person:
		return []string{"person " + kb.Fold(words[len(words)-1])}
	}
	return []string{strings.Join(words, " ")}
}

func hash(s string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(s))
	return h.Sum64()
}

// version of the encoding and of what is in it.
const version = 1

var errDigest = errors.New("region: not a digest of this version")

// Append encodes d without its ID behind b.
func (d *Digest) Append(b []byte) []byte {
	b = binary.AppendUvarint(b, version)
	b = binary.AppendVarint(b, int64(d.Day))
	for _, list := range [][]uint64{d.Words, d.Contacts, d.Copies} {
		b = binary.AppendUvarint(b, uint64(len(list)))
		for _, h := range list {
			b = binary.LittleEndian.AppendUint64(b, h)
		}
	}
	return b
}

// Decode reads what Append wrote. An error means another version wrote it, or
// that it is damaged: the digest has to be drawn again.
func Decode(id string, b []byte) (Digest, error) {
	d := Digest{ID: id}
	v, n := binary.Uvarint(b)
	if n <= 0 || v != version {
		return d, errDigest
	}
	b = b[n:]
	at, n := binary.Varint(b)
	if n <= 0 || int64(int32(at)) != at {
		return d, errDigest
	}
	d.Day, b = int32(at), b[n:]
	for _, list := range []*[]uint64{&d.Words, &d.Contacts, &d.Copies} {
		count, n := binary.Uvarint(b)
		if n <= 0 || count > uint64(len(b[n:]))/8 {
			return d, errDigest
		}
		b = b[n:]
		for range count {
			*list = append(*list, binary.LittleEndian.Uint64(b))
			b = b[8:]
		}
	}
	if len(b) != 0 {
		return d, errDigest
	}
	return d, nil
}

// Equal reports whether two digests divide alike.
func (d *Digest) Equal(o *Digest) bool {
	return d.ID == o.ID && d.Day == o.Day && slices.Equal(d.Words, o.Words) && slices.Equal(d.Contacts, o.Contacts) && slices.Equal(d.Copies, o.Copies)
}

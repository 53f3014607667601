package utterance

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"slices"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/link/packed"
)

// Unit is an utterance of one set of reports, or a statement that stands alone
// in it, which reports of another set may render, too.
type Unit struct {
	ID     string   // of the utterance; of one statement that which it would have
	Day    int32    // of the fullest, since 1970
	Keys   []uint64 // units that may be one share some, sorted
	Packed []byte   // the statements, the fullest first
}

const (
	// keyRun is the length of the runs of words that keys are hashes of, and
	// keyWindow of how many such runs in a row at least one is a key: two
	// statements that share longRun words share a key.
	keyRun    = midRun
	keyWindow = longRun - keyRun + 1
)

// unit makes the unit of sayings, the fullest first; nil when none of them has a
// run of words inside marks by which it can be found.
func unit(said []*saying) *Unit {
	u := &Unit{ID: readout.UtteranceID(said[0].s.ID), Day: int32(max(said[0].day, 0))}
	for _, x := range said {
		u.Keys = append(u.Keys, keys(x.words)...)
	}
	if len(u.Keys) == 0 {
		return nil
	}
	slices.Sort(u.Keys)
	u.Keys = slices.Compact(u.Keys)
	u.Packed = pack(said)
	return u
}

// keys are, of each keyWindow runs of keyRun quoted words, the run with the
// smallest hash (Schleimer, Wilkerson, Aiken, "Winnowing", SIGMOD 2003). Runs of
// names and function words tell nothing.
func keys(words []word) []uint64 {
	runs := make([]uint64, max(0, len(words)-keyRun+1)) // 0: none
	for k := range runs {
		if !words[k].quoted || !words[k+keyRun-1].quoted || cut(words, k, k+keyRun) {
			continue
		}
		h := fnv.New64a()
		heavy := false
		for _, w := range words[k : k+keyRun] {
			h.Write([]byte(w.form))
			h.Write([]byte{0})
			heavy = heavy || w.heavy && !w.name
		}
		if heavy {
			x := h.Sum64()
			x ^= x >> 33 // the smallest are to be any, not those that end alike
			x *= 0xff51afd7ed558ccd
			runs[k] = x ^ x>>33
		}
	}
	var out []uint64
	for k := 0; k == 0 || k+keyWindow <= len(runs); k++ {
		var least uint64
		for _, h := range runs[k:min(len(runs), k+keyWindow)] {
			if h != 0 && (least == 0 || h < least) {
				least = h
			}
		}
		if least != 0 {
			out = append(out, least)
		}
	}
	return out
}

// IDs are those of the utterances that statements of the unit may be the fullest
// of, joined with others.
func (u *Unit) IDs() (out []string) {
	said, err := unpack(u.Packed)
	if err != nil {
		return []string{u.ID}
	}
	for _, x := range said {
		out = append(out, readout.UtteranceID(x.s.ID))
	}
	return out
}

// Err tells whether what was kept of the unit can be read.
func (u *Unit) Err() error {
	_, err := unpack(u.Packed)
	return err
}

// Joined is what one unit or several tell of: an utterance, or a statement that
// stays alone.
type Joined struct {
	ID         string             // of the utterance; of one statement that which it would have
	Statements []string           // IDs
	Utterance  *readout.Utterance // nil for one statement
}

// Join makes utterances of units; apart says of two that they are two. Statements
// of different units are told to be one as Link tells it of those of one set, of
// all that are in units: what was one in its own set may have another fullest here,
// and stays with it only where that shows it. A statement without words inside
// marks stays with the fullest of its own set, with which alone it was compared.
// The outcome does not depend on the order of units. The error is that of a damaged
// unit.
func Join(units []*Unit, apart func(a, b *Unit) bool) ([]Joined, error) {
	of := map[*saying]*Unit{}
	fullest := map[*Unit]*saying{}
	plain := map[*saying][]*saying{} // by the fullest of their unit
	var said []*saying
	for _, u := range units {
		all, err := unpack(u.Packed)
		if err != nil {
			return nil, err
		}
		fullest[u] = all[0]
		for _, x := range all {
			of[x] = u
			if x.quoted == 0 && x != all[0] {
				plain[all[0]] = append(plain[all[0]], x)
			} else {
				said = append(said, x)
			}
		}
	}
	slices.SortFunc(said, (*saying).comparePlace)
	linked := make([][]int, len(said))
	link := func(i, j int) {
		linked[i] = append(linked[i], j)
		linked[j] = append(linked[j], i)
	}
	at := map[*saying]int{}
	for i, x := range said {
		at[x] = i
	}
	inUnit := func(x, y *saying) bool { return of[x] == of[y] && (x == fullest[of[x]] || y == fullest[of[x]]) }
	for i, x := range said {
		if f := fullest[of[x]]; f != x {
			link(i, at[f])
		}
	}
	for _, p := range candidates(said) {
		x, y := said[p[0]], said[p[1]]
		if !inUnit(x, y) && (of[x] == of[y] || !apart(of[x], of[y])) && one(x, y) {
			link(p[0], p[1])
		}
	}
	for _, l := range linked {
		slices.Sort(l)
	}
	var out []Joined
	for _, g := range gather(said, linked, func(with []*saying, x *saying) bool {
		return !slices.ContainsFunc(with, func(w *saying) bool { return of[w] != of[x] && apart(of[w], of[x]) })
	}) {
		for _, x := range g.said {
			g.said = append(g.said, plain[x]...)
		}
		out = append(out, g.joined())
	}
	return out, nil
}

// formSize is how much of a hash of a word's form is kept: of a million million
// pairs of words that are compared one is taken for the same.
const formSize = 5

// pack writes what joining and comparing need of sayings. Words outside marks
// are left out: two statements of which one has none inside are not compared.
func pack(said []*saying) []byte {
	var b []byte
	for _, x := range said {
		for _, s := range []string{x.s.ID, x.s.Report, x.s.Speaker} {
			b = packed.String(b, s)
		}
		b = append(b, packed.Flags(x.s.Uttered, x.dated))
		b = binary.AppendVarint(b, int64(x.day))
		b = binary.AppendUvarint(b, uint64(x.s.Content[0].Start))
		b = binary.AppendUvarint(b, uint64(x.s.Content[0].End))
		b = binary.AppendUvarint(b, uint64(len(x.words)))
		b = binary.AppendUvarint(b, uint64(x.quoted))
		at := 0
		for _, w := range x.words {
			if !w.quoted {
				continue
			}
			h := sha256.Sum256([]byte(w.form))
			b = append(b, h[:formSize]...)
			b = append(b, packed.Flags(w.heavy, w.opens, w.starts, w.name))
			b = binary.AppendUvarint(b, uint64(w.Start-at))
			b = binary.AppendUvarint(b, uint64(w.End-w.Start))
			at = w.End
		}
	}
	return b
}

// unpack reads what pack wrote. Forms of words are hashes.
func unpack(b []byte) (out []*saying, err error) {
	r := packed.Read(b)
	for more := true; more; more = r.More() { // one at least
		x := &saying{s: &readout.Statement{}}
		x.s.ID, x.s.Report, x.s.Speaker = r.String(), r.String(), r.String()
		r.Flags(&x.s.Uttered, &x.dated)
		x.day = int(r.Int())
		x.s.Content = []readout.Span{{Start: int(r.Uint()), End: int(r.Uint())}}
		x.length = int(r.Uint())
		x.quoted = r.Count(formSize + 3) // form, flags, two numbers
		at := 0
		for range x.quoted {
			w := word{form: r.Bytes(formSize), quoted: true}
			r.Flags(&w.heavy, &w.opens, &w.starts, &w.name)
			w.Start = at + int(r.Uint())
			w.End = w.Start + int(r.Uint())
			at = w.End
			x.words = append(x.words, w)
		}
		if err := r.Err(); err != nil {
			return nil, fmt.Errorf("utterance: %w", err)
		}
		out = append(out, x)
	}
	return out, nil
}

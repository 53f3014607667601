package crf

import (
	"errors"
	"fmt"
	"strings"
)

// Set is labelled training data. Features are folded to rows when they are
// added, so the caller can reuse its Builder.
type Set struct {
	labels []string
	index  map[string]int
	dict   dict
	count  []int32 // per row: tokens that have the feature
	seqs   []sequence
	tokens int
}

type sequence struct {
	rows   []int32 // of all tokens, one after the other
	ends   []int32 // [token], into rows
	labels []uint8 // [token]
}

// NewSet makes an empty set over the labels, whose order becomes that of the
// model. It fails on no labels, more than 255 or one that comes twice.
func NewSet(labels []string) (*Set, error) {
	if len(labels) == 0 || len(labels) > 255 {
		return nil, fmt.Errorf("crf: %d labels, want 1 to 255", len(labels))
	}
	s := &Set{labels: append([]string(nil), labels...), index: map[string]int{}, dict: newDict()}
	for i, l := range labels {
		if _, twice := s.index[l]; twice || l == "" {
			return nil, fmt.Errorf("crf: label %q is empty or comes twice", l)
		}
		s.index[l] = i
	}
	return s, nil
}

// Add adds one sequence: the features and the label of each token. It fails
// on unequal lengths, unknown labels and label pairs that BIO forbids.
func (s *Set) Add(feats [][]uint64, labels []string) error {
	if len(feats) != len(labels) {
		return fmt.Errorf("crf: %d tokens with features, %d with labels", len(feats), len(labels))
	}
	if len(feats) == 0 {
		return nil
	}
	total := 0
	for _, f := range feats {
		total += len(f)
	}
	seq := sequence{
		rows:   make([]int32, 0, total),
		ends:   make([]int32, 0, len(feats)),
		labels: make([]uint8, 0, len(feats)),
	}
	prev := ""
	for i, l := range labels {
		y, ok := s.index[l]
		if !ok {
			return fmt.Errorf("crf: token %d: unknown label %q", i, l)
		}
		if !follows(prev, l) {
			return fmt.Errorf("crf: token %d: %q after %q", i, l, prev)
		}
		prev = l
		seq.labels = append(seq.labels, uint8(y))
	}
	for _, f := range feats {
		for _, h := range f {
			r := s.dict.intern(key(h))
			if int(r) == len(s.count) {
				s.count = append(s.count, 0)
			}
			s.count[r]++
			seq.rows = append(seq.rows, r)
		}
		seq.ends = append(seq.ends, int32(len(seq.rows)))
	}
	s.seqs = append(s.seqs, seq)
	s.tokens += len(feats)
	return nil
}

// follows reports whether label may come after prev in BIO; prev is "" at the
// start of a sequence.
func follows(prev, label string) bool {
	t, inside := strings.CutPrefix(label, "I-")
	if !inside {
		return true
	}
	return prev == "B-"+t || prev == label
}

// errEmpty is returned for a training set without tokens.
var errEmpty = errors.New("crf: no training data")

// dict numbers 32-bit keys from 0 in the order they come; open addressing.
type dict struct {
	keys []uint32 // 0 marks a free slot
	ids  []int32
	list []uint32 // by id
}

func newDict() dict {
	return dict{keys: make([]uint32, 1<<16), ids: make([]int32, 1<<16)}
}

func (d *dict) slot(k uint32) int {
	mask := uint32(len(d.keys) - 1)
	i := k * 0x9E3779B1 & mask
	for d.keys[i] != 0 && d.keys[i] != k {
		i = (i + 1) & mask
	}
	return int(i)
}

func (d *dict) intern(k uint32) int32 {
	i := d.slot(k)
	if d.keys[i] == k {
		return d.ids[i]
	}
	if 2*(len(d.list)+1) > len(d.keys) {
		d.keys = make([]uint32, 4*len(d.keys))
		d.ids = make([]int32, len(d.keys))
		for id, old := range d.list {
			j := d.slot(old)
			d.keys[j], d.ids[j] = old, int32(id)
		}
		i = d.slot(k)
	}
	id := int32(len(d.list))
	d.keys[i], d.ids[i] = k, id
	d.list = append(d.list, k)
	return id
}

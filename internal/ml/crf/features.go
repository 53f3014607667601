package crf

import "math/bits"

// Odd constants of the 64-bit golden ratio and of xxHash's family.
const (
	mixA = 0x9E3779B97F4A7C15
	mixB = 0xD6E8FEB86659FD93
)

// HashString is the 64-bit FNV-1a hash of s. The empty string hashes to 0,
// which Builder takes for "no value".
func HashString(s string) uint64 {
	if s == "" {
		return 0
	}
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h ^= uint64(s[i])
		h *= 1099511628211
	}
	return h
}

// Mix joins two values into one, in order: Mix(a, b) != Mix(b, a).
func Mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a^b*mixA, mixB^b)
	return hi ^ lo
}

// Hash joins values into one, in order. It does not allocate.
func Hash(parts ...uint64) uint64 {
	h := uint64(mixA)
	for _, p := range parts {
		h = Mix(h, p)
	}
	return h
}

// Builder collects the features of the tokens of one sequence. The zero value
// is ready; Reset keeps its memory for the next sequence. It does not allocate
// once it has grown, and is not safe for concurrent use.
type Builder struct {
	flat []uint64
	ends []int
	rows [][]uint64
}

// Reset forgets all tokens.
func (b *Builder) Reset() { b.flat, b.ends = b.flat[:0], b.ends[:0] }

// Next closes the features of the current token.
func (b *Builder) Next() { b.ends = append(b.ends, len(b.flat)) }

// Add adds the feature "template has these values" to the current token. A
// value of 0 stands for "none": then no feature is added, so that a template
// of several values fires only when all of them are known.
func (b *Builder) Add(template uint64, values ...uint64) {
	h := Mix(mixA, template)
	for _, v := range values {
		if v == 0 {
			return
		}
		h = Mix(h, v)
	}
	b.flat = append(b.flat, h)
}

// Rows are the features of each closed token. The slices belong to the
// Builder and are valid until Reset.
func (b *Builder) Rows() [][]uint64 {
	b.rows = b.rows[:0]
	from := 0
	for _, to := range b.ends {
		b.rows = append(b.rows, b.flat[from:to:to])
		from = to
	}
	return b.rows
}

// key folds a feature hash to the 32 bits that a model keeps of it. With the
// half million rows of the largest model, an unseen feature meets a foreign
// row once in some ten thousand.
func key(feature uint64) uint32 {
	return max(1, uint32(feature>>32)^uint32(feature)) // 0 marks a free slot
}

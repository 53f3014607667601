// Package kernel multiplies matrices and runs what follows on rows: the inner
// loops of training and inference, in Go assembler with a scalar fallback.
//
// A Kernel is one way to compute: "scalar" (any machine), "avx2", "avx512",
// "avx512vnni". Best picks the fastest that the processor has; Scalar and All
// let a caller or a test force one. There is no global setting.
//
//   - MulInt multiplies int16 activations by int8 weights and sums in int32.
//     Integers add up the same in any order, so every kernel returns the same
//     bytes: inference rests on it.
//   - Scale, AddScaled, Steps and Cell are what follows the products of a layer:
//     float32 arithmetic on each value by itself, rounded after each operation,
//     the same bytes from every kernel, too.
//   - MatMul, Dot and Axpy are float32 and serve training only. Their sums
//     depend on the width of the registers, so two kinds of machine may differ
//     in the last bit; one machine never differs from itself.
//
// The vector loops in kern_amd64.s are printed by gen (go generate). No
// operation starts goroutines or allocates.
package kernel

import "fmt"

//go:generate go run ./gen

// PanelWidth is the number of columns of one packed panel, and the step to
// which the columns of every output are padded.
const PanelWidth = 16

// MaxDepth is the largest K of MulInt: 512 products of a 15-bit activation
// and a 7-bit weight cannot overflow an int32.
const MaxDepth = 512

// MaxActivation bounds |a| in MulInt.
const MaxActivation = 32767

// Kernel is one implementation of the loops. It has no state and is safe for
// concurrent use.
type Kernel struct {
	name     string
	dot      func(x, y []float32) float32
	axpy     func(alpha float32, x, y []float32)
	matMul   func(c []float32, ldc int, a []float32, rs, cs int, b []float32, ldb, m, k, n int)
	intTiles []intTile // from tall to short; the last has one row
	rows     *rowLoops
}

// intTile is a vector loop for rows × (16·panels) outputs.
type intTile struct {
	rows, panels int
	run          func(pairs int64, a *int16, lda int64, b *int16, panel int64, c *int32, ldc int64)
}

// Name is "scalar", "avx2", "avx512" or "avx512vnni".
func (k *Kernel) Name() string { return k.name }

// Best is the fastest kernel that this processor runs.
func Best() *Kernel {
	all := All()
	return all[len(all)-1]
}

// Scalar is the kernel in plain Go.
func Scalar() *Kernel {
	return &Kernel{name: "scalar", dot: dotScalar, axpy: axpyScalar, matMul: matMulScalar}
}

// All lists the kernels that this processor runs, slowest first; the first is
// Scalar.
func All() []*Kernel { return append([]*Kernel{Scalar()}, vectorKernels()...) }

// Dot is the inner product of x and y, whose common length is a multiple of 16.
func (k *Kernel) Dot(x, y []float32) float32 {
	if len(x) != len(y) || len(x)%16 != 0 {
		panic("kernel: Dot on lengths that differ or are no multiple of 16")
	}
	if len(x) == 0 {
		return 0
	}
	return k.dot(x, y)
}

// Axpy adds alpha·x to y; their common length is a multiple of 16.
func (k *Kernel) Axpy(alpha float32, x, y []float32) {
	if len(x) != len(y) || len(x)%16 != 0 {
		panic("kernel: Axpy on lengths that differ or are no multiple of 16")
	}
	if len(x) > 0 {
		k.axpy(alpha, x, y)
	}
}

// MatMul adds A·B to C. A is [m][k] with element (i,j) at a[i·rs+j·cs], so
// that rs=1 reads it transposed; B is [k][n] with rows ldb apart; C is [m][n]
// with rows ldc apart. n is a multiple of 16.
func (k *Kernel) MatMul(c []float32, ldc int, a []float32, rs, cs int, b []float32, ldb, m, depth, n int) {
	if m == 0 || depth == 0 || n == 0 {
		return
	}
	if n%16 != 0 {
		panic("kernel: MatMul on a width that is no multiple of 16")
	}
	// The vector loops do not check bounds: touch the last element of each.
	_ = a[(m-1)*rs+(depth-1)*cs]
	_ = b[(depth-1)*ldb+n-1]
	_ = c[(m-1)*ldc+n-1]
	k.matMul(c, ldc, a, rs, cs, b, ldb, m, depth, n)
}

// Packed is a matrix [K][N] of weights laid out for MulInt.
type Packed struct {
	K, N   int     // as given to Pack
	Pairs  int     // K padded to even, halved
	Panels int     // N padded to PanelWidth, divided by it
	data   []int16 // [Panels][Pairs][PanelWidth][2]
}

// Width is the number of columns of an output: N padded to PanelWidth.
func (p *Packed) Width() int { return p.Panels * PanelWidth }

// Depth is the number of activations of a row: K padded to even.
func (p *Packed) Depth() int { return p.Pairs * 2 }

// Grow lays out room for a [k][n] matrix, reusing p's memory.
func (p *Packed) Grow(k, n int) {
	p.K, p.N = k, n
	p.Pairs = (k + 1) / 2
	p.Panels = (n + PanelWidth - 1) / PanelWidth
	size := p.Panels * p.Pairs * PanelWidth * 2
	if cap(p.data) < size {
		p.data = make([]int16, size)
	}
	p.data = p.data[:size]
	clear(p.data)
}

// Set stores element (k, n).
func (p *Packed) Set(k, n int, v int16) {
	p.data[((n/PanelWidth*p.Pairs+k/2)*PanelWidth+n%PanelWidth)*2+k%2] = v
}

// SetColumn stores column n, whose elements are v.
func (p *Packed) SetColumn(n int, v []int16) {
	to := p.data[(n/PanelWidth*p.Pairs*PanelWidth+n%PanelWidth)*2:]
	for k := 0; k+1 < len(v); k += 2 {
		to[k*PanelWidth], to[k*PanelWidth+1] = v[k], v[k+1]
	}
	if k := len(v) - 1; k%2 == 0 {
		to[k*PanelWidth] = v[k]
	}
}

// Pack lays out w, a row-major [k][n] matrix of weights.
func Pack(w []int8, k, n int) *Packed {
	if len(w) != k*n || k > MaxDepth {
		panic(fmt.Sprintf("kernel: pack %d weights as %d×%d", len(w), k, n))
	}
	var p Packed
	p.Grow(k, n)
	for i := range k {
		for j := range n {
			p.Set(i, j, int16(w[i*n+j]))
		}
	}
	return &p
}

// MulInt stores A·B in C. A is [m][b.Depth()], its pad column zero; C is
// [m][b.Width()]. The result is exact and equal for every kernel as long as no
// sum leaves int32 (see MaxDepth).
func (k *Kernel) MulInt(c []int32, a []int16, m int, b *Packed) {
	if m == 0 || b.Panels == 0 || b.Pairs == 0 {
		return
	}
	lda, ldc := b.Depth(), b.Width()
	_ = a[m*lda-1]
	_ = c[m*ldc-1]
	if k.intTiles == nil {
		mulIntScalar(c, a, m, b)
		return
	}
	panelSize := b.Pairs * PanelWidth * 2
	for p := 0; p < b.Panels; {
		panels := 1
		for i := 0; i < m; {
			t := k.tile(m-i, b.Panels-p)
			t.run(int64(b.Pairs), &a[i*lda], int64(lda*2), &b.data[p*panelSize], int64(panelSize*2),
				&c[i*ldc+p*PanelWidth], int64(ldc*4))
			panels = t.panels
			i += t.rows
		}
		p += panels
	}
}

// tile is the tallest loop that fits. All loops chosen for one p have the same
// number of panels, because each height exists in each width.
func (k *Kernel) tile(rows, panels int) *intTile {
	for i := range k.intTiles {
		if t := &k.intTiles[i]; t.rows <= rows && t.panels <= panels {
			return t
		}
	}
	panic("kernel: no loop for one row and one panel")
}

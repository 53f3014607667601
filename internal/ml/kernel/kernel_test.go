package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestMulIntAgrees compares every kernel of this machine with the definition
// of the product, on shapes that reach each loop and each remainder.
func TestMulIntAgrees(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, shape := range [][3]int{{1, 1, 1}, {1, 2, 16}, {2, 3, 17}, {3, 64, 32}, {4, 65, 48}, {5, 128, 50}, {8, 224, 512}, {13, 256, 33}, {31, 512, 96}} {
		m, depth, n := shape[0], shape[1], shape[2]
		w := make([]int8, depth*n)
		for i := range w {
			w[i] = int8(rng.IntN(255) - 127)
		}
		b := Pack(w, depth, n)
		a := make([]int16, m*b.Depth())
		for i := range m {
			for j := range depth {
				// Every third row is at the bound, where an overflow would show.
				a[i*b.Depth()+j] = int16(rng.IntN(2*MaxActivation+1) - MaxActivation)
				if i%3 == 0 {
					a[i*b.Depth()+j] = MaxActivation
				}
			}
		}
		want := make([]int32, m*b.Width())
		for i := range m {
			for j := range n {
				var s int64
				for k := range depth {
					s += int64(a[i*b.Depth()+k]) * int64(w[k*n+j])
				}
				if s > math.MaxInt32 || s < math.MinInt32 {
					t.Fatalf("sum %d leaves int32", s)
				}
				want[i*b.Width()+j] = int32(s)
			}
		}
		for _, k := range All() {
			t.Run(fmt.Sprintf("%s/%dx%dx%d", k.Name(), m, depth, n), func(t *testing.T) {
				got := make([]int32, m*b.Width())
				for i := range got {
					got[i] = 99
				}
				k.MulInt(got, a, m, b)
				if !slices.Equal(got, want) {
					t.Fatal("product differs from the definition")
				}
			})
		}
	}
}

func TestMulIntBound(t *testing.T) {
	if s := int64(MaxDepth) * MaxActivation * 127; s > math.MaxInt32 {
		t.Fatalf("MaxDepth·MaxActivation·127 = %d leaves int32", s)
	}
}

func TestFloatLoops(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	fill := func(n int) []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(rng.NormFloat64())
		}
		return x
	}
	for _, k := range All() {
		for _, shape := range [][3]int{{1, 1, 16}, {3, 7, 32}, {8, 16, 48}, {17, 130, 80}, {9, 33, 16}} {
			for _, transposed := range []bool{false, true} {
				m, depth, n := shape[0], shape[1], shape[2]
				t.Run(fmt.Sprintf("%s/%dx%dx%d/transposed=%t", k.Name(), m, depth, n, transposed), func(t *testing.T) {
					a, b, c := fill(m*depth), fill(depth*n), fill(m*n)
					rs, cs := depth, 1
					if transposed {
						rs, cs = 1, m
					}
					want := make([]float64, m*n)
					for i := range m {
						for j := range n {
							want[i*n+j] = float64(c[i*n+j])
							for p := range depth {
								want[i*n+j] += float64(a[i*rs+p*cs]) * float64(b[p*n+j])
							}
						}
					}
					k.MatMul(c, n, a, rs, cs, b, n, m, depth, n)
					for i := range want {
						if math.Abs(want[i]-float64(c[i])) > 1e-3 {
							t.Fatalf("element %d: got %v, want %v", i, c[i], want[i])
						}
					}
				})
			}
		}
		x, y := fill(64), fill(64)
		var dot float64
		for i := range x {
			dot += float64(x[i]) * float64(y[i])
		}
		if got := k.Dot(x, y); math.Abs(float64(got)-dot) > 1e-4 {
			t.Errorf("%s: Dot = %v, want %v", k.Name(), got, dot)
		}
		sum := slices.Clone(y)
		k.Axpy(0.5, x, sum)
		for i := range sum {
			if want := y[i] + 0.5*x[i]; math.Abs(float64(sum[i]-want)) > 1e-6 {
				t.Errorf("%s: Axpy[%d] = %v, want %v", k.Name(), i, sum[i], want)
			}
		}
	}
}

func BenchmarkMulInt(b *testing.B) {
	const m, depth, n = 16, 256, 512
	p := Pack(make([]int8, depth*n), depth, n)
	a, c := make([]int16, m*depth), make([]int32, m*n)
	for _, k := range All() {
		b.Run(k.Name(), func(b *testing.B) {
			for b.Loop() {
				k.MulInt(c, a, m, p)
			}
			b.ReportMetric(2*m*depth*n*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GOP/s")
		})
	}
}

func BenchmarkMatMul(b *testing.B) {
	const m, depth, n = 64, 256, 512
	x, w, c := make([]float32, m*depth), make([]float32, depth*n), make([]float32, m*n)
	for _, k := range All() {
		b.Run(k.Name(), func(b *testing.B) {
			for b.Loop() {
				k.MatMul(c, n, x, depth, 1, w, n, m, depth, n)
			}
			b.ReportMetric(2*m*depth*n*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
		})
	}
}

// TestRowsAgree compares the loops over rows of every kernel with plain Go, to
// the bit, on values from everywhere.
func TestRowsAgree(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	odd := []float32{0, float32(math.Copysign(0, -1)), 1, -1, 0.5 / 32768, -0.5 / 32768, 1.5 / 1024, 12, -12, 11.999999, 12.000001, 31.999, 32, -32, 1e30, -1e30, 1e-40, -1e-40, math.MaxFloat32, float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN())}
	floats := func(n int, spread float64) []float32 {
		x := make([]float32, n)
		for i := range x {
			if x[i] = float32(rng.NormFloat64() * spread); rng.IntN(12) == 0 {
				x[i] = odd[rng.IntN(len(odd))]
			}
		}
		return x
	}
	bits := func(x []float32) []uint32 {
		out := make([]uint32, len(x))
		for i, v := range x {
			if out[i] = math.Float32bits(v); v != v {
				out[i] = 0x7fc00000 // one NaN is as good as another
			}
		}
		return out
	}
	scalar := Scalar()
	for _, n := range []int{1, 15, 16, 17, 32, 50, 128, 512} {
		for range 200 {
			sums := make([]int32, n)
			for i := range sums {
				sums[i] = int32(rng.Uint32())
			}
			scale, bias, on := floats(n, 1e-3), floats(n, 3), floats(n, 3)
			z, before, x := floats(4*n, 6), floats(n, 1), floats(n, 20)
			unit := []float32{1.0 / 1024, UnitBounded, 0.0137, 1e-9}[rng.IntN(4)]
			type result struct {
				plain, bias, added, cell []uint32
				steps, out               []int16
			}
			run := func(k *Kernel) (r result) {
				out := make([]float32, n)
				k.Scale(out, sums, scale, nil)
				r.plain = bits(out)
				k.Scale(out, sums, scale, bias)
				r.bias = bits(out)
				out = slices.Clone(on)
				k.AddScaled(out, sums, scale)
				r.added = bits(out)
				r.steps = make([]int16, n)
				k.Steps(r.steps, x, unit)
				c := slices.Clone(before)
				r.out = make([]int16, n)
				k.Cell(z, c, c, r.out)
				r.cell = bits(c)
				return r
			}
			want := run(scalar)
			for i, v := range x {
				if want.steps[i] != Round(v, unit) {
					t.Fatalf("Steps(%v, %v) = %d", v, unit, want.steps[i])
				}
			}
			for _, k := range All()[1:] {
				got := run(k)
				for name, same := range map[string]bool{
					"Scale": slices.Equal(got.plain, want.plain), "Scale with bias": slices.Equal(got.bias, want.bias), "AddScaled": slices.Equal(got.added, want.added),
					"Steps": slices.Equal(got.steps, want.steps), "cells": slices.Equal(got.cell, want.cell), "outputs": slices.Equal(got.out, want.out),
				} {
					if !same {
						t.Fatalf("%s of %d values: kernel %s differs from scalar", name, n, k.Name())
					}
				}
			}
		}
	}
}

func BenchmarkCell(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	const h = 128
	z, c, out := make([]float32, 4*h), make([]float32, h), make([]int16, h)
	for i := range z {
		z[i] = float32(rng.NormFloat64())
	}
	for _, k := range All() {
		b.Run(k.Name(), func(b *testing.B) {
			for b.Loop() {
				k.Cell(z, c, c, out)
			}
		})
	}
}

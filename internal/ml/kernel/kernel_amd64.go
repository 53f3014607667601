package kernel

import "golang.org/x/sys/cpu"

// vectorKernels lists what the processor has, slowest first.
func vectorKernels() []*Kernel {
	var out []*Kernel
	if !cpu.X86.HasAVX2 || !cpu.X86.HasFMA {
		return nil
	}
	out = append(out, &Kernel{
		name: "avx2", dot: dotVec2, axpy: axpyVec2, matMul: matMul2, rows: rows2,
		intTiles: []intTile{{4, 1, intTile4x16AVX2}, {2, 1, intTile2x16AVX2}, {1, 1, intTile1x16AVX2}},
	})
	if !cpu.X86.HasAVX512F || !cpu.X86.HasAVX512BW || !cpu.X86.HasAVX512VL || !cpu.X86.HasAVX512DQ {
		return out
	}
	out = append(out, &Kernel{
		name: "avx512", dot: dotVec512, axpy: axpyVec512, matMul: matMul512, rows: rows512,
		intTiles: []intTile{
			{8, 2, intTile8x32AVX512},
			{4, 2, intTile4x32AVX512},
			{2, 2, intTile2x32AVX512},
			{1, 2, intTile1x32AVX512},
			{8, 1, intTile8x16AVX512},
			{4, 1, intTile4x16AVX512},
			{2, 1, intTile2x16AVX512},
			{1, 1, intTile1x16AVX512},
		},
	})
	if !cpu.X86.HasAVX512VNNI {
		return out
	}
	return append(out, &Kernel{
		name: "avx512vnni", dot: dotVec512, axpy: axpyVec512, matMul: matMul512, rows: rows512,
		intTiles: []intTile{
			{8, 2, intTile8x32VNNI},
			{4, 2, intTile4x32VNNI},
			{2, 2, intTile2x32VNNI},
			{1, 2, intTile1x32VNNI},
			{8, 1, intTile8x16VNNI},
			{4, 1, intTile4x16VNNI},
			{2, 1, intTile2x16VNNI},
			{1, 1, intTile1x16VNNI},
		},
	})
}

var (
	rows2   = &rowLoops{8, scaleAVX2, scaleBiasAVX2, scaleAddAVX2, stepsAVX2, cellAVX2}
	rows512 = &rowLoops{16, scaleAVX512, scaleBiasAVX512, scaleAddAVX512, stepsAVX512, cellAVX512}
)

func dotVec2(x, y []float32) float32   { return dotAVX2(int64(len(x)/16), &x[0], &y[0]) }
func dotVec512(x, y []float32) float32 { return dotAVX512(int64(len(x)/16), &x[0], &y[0]) }

func axpyVec2(alpha float32, x, y []float32)   { axpyAVX2(int64(len(x)/16), alpha, &x[0], &y[0]) }
func axpyVec512(alpha float32, x, y []float32) { axpyAVX512(int64(len(x)/16), alpha, &x[0], &y[0]) }

func matMul2(c []float32, ldc int, a []float32, rs, cs int, b []float32, ldb, m, k, n int) {
	for j := 0; j < n; j += 16 {
		i := 0
		for ; i+4 <= m; i += 4 {
			floatTile4x16AVX2(int64(k), &a[i*rs], int64(rs*4), int64(cs*4), &b[j], int64(ldb*4), &c[i*ldc+j], int64(ldc*4))
		}
		for ; i < m; i++ {
			floatTile1x16AVX2(int64(k), &a[i*rs], int64(rs*4), int64(cs*4), &b[j], int64(ldb*4), &c[i*ldc+j], int64(ldc*4))
		}
	}
}

func matMul512(c []float32, ldc int, a []float32, rs, cs int, b []float32, ldb, m, k, n int) {
	for j := 0; j < n; {
		tall, low, width := floatTile8x16AVX512, floatTile1x16AVX512, 16
		if n-j >= 32 {
			tall, low, width = floatTile8x32AVX512, floatTile1x32AVX512, 32
		}
		i := 0
		for ; i+8 <= m; i += 8 {
			tall(int64(k), &a[i*rs], int64(rs*4), int64(cs*4), &b[j], int64(ldb*4), &c[i*ldc+j], int64(ldc*4))
		}
		for ; i < m; i++ {
			low(int64(k), &a[i*rs], int64(rs*4), int64(cs*4), &b[j], int64(ldb*4), &c[i*ldc+j], int64(ldc*4))
		}
		j += width
	}
}

// The loops of kern_amd64.s. Strides are in bytes; k and pairs are positive.

//go:noescape
func dotAVX2(n int64, x, y *float32) float32

//go:noescape
func dotAVX512(n int64, x, y *float32) float32

//go:noescape
func axpyAVX2(n int64, alpha float32, x, y *float32)

//go:noescape
func axpyAVX512(n int64, alpha float32, x, y *float32)

//go:noescape
func floatTile4x16AVX2(k int64, a *float32, rs, cs int64, b *float32, ldb int64, c *float32, ldc int64)

//go:noescape
func floatTile1x16AVX2(k int64, a *float32, rs, cs int64, b *float32, ldb int64, c *float32, ldc int64)

//go:noescape
func floatTile8x32AVX512(k int64, a *float32, rs, cs int64, b *float32, ldb int64, c *float32, ldc int64)

//go:noescape
func floatTile8x16AVX512(k int64, a *float32, rs, cs int64, b *float32, ldb int64, c *float32, ldc int64)

//go:noescape
func floatTile1x32AVX512(k int64, a *float32, rs, cs int64, b *float32, ldb int64, c *float32, ldc int64)

//go:noescape
func floatTile1x16AVX512(k int64, a *float32, rs, cs int64, b *float32, ldb int64, c *float32, ldc int64)

//go:noescape
func intTile4x16AVX2(pairs int64, a *int16, lda int64, b *int16, panel int64, c *int32, ldc int64)

//go:noescape
func intTile2x16AVX2(pairs int64, a *int16, lda int64, b *int16, panel int64, c *int32, ldc int64)

//go:noescape
func intTile1x16AVX2(pairs int64, a *int16, lda int64, b *int16, panel int64, c *int32, ldc int64)

//go:noescape
func intTile8x32AVX512(pairs int64, a *int16, lda int64, b *int16, panel int64, c *int32, ldc int64)

//go:noescape
func intTile8x16AVX512(pairs int64, a *int16, lda int64, b *int16, panel int64, c *int32, ldc int64)

//go:noescape
func intTile4x32AVX512(pairs int64, a *int16, lda int64, b *int16, panel int64, c *int32, ldc int64)

//go:noescape
func intTile4x16AVX512(pairs int64, a *int16, lda int64, b *int16, panel int64, c *int32, ldc int64)

//go:noescape
func intTile2x32AVX512(pairs int64, a *int16, lda int64, b *int16, panel int64, c *int32, ldc int64)

//go:noescape
func intTile2x16AVX512(pairs int64, a *int16, lda int64, b *int16, panel int64, c *int32, ldc int64)

//go:noescape
func intTile1x32AVX512(pairs int64, a *int16, lda int64, b *int16, panel int64, c *int32, ldc int64)

//go:noescape
func intTile1x16AVX512(pairs int64, a *int16, lda int64, b *int16, panel int64, c *int32, ldc int64)

//go:noescape
func intTile8x32VNNI(pairs int64, a *int16, lda int64, b *int16, panel int64, c *int32, ldc int64)

//go:noescape
func intTile8x16VNNI(pairs int64, a *int16, lda int64, b *int16, panel int64, c *int32, ldc int64)

//go:noescape
func intTile4x32VNNI(pairs int64, a *int16, lda int64, b *int16, panel int64, c *int32, ldc int64)

//go:noescape
func intTile4x16VNNI(pairs int64, a *int16, lda int64, b *int16, panel int64, c *int32, ldc int64)

//go:noescape
func intTile2x32VNNI(pairs int64, a *int16, lda int64, b *int16, panel int64, c *int32, ldc int64)

//go:noescape
func intTile2x16VNNI(pairs int64, a *int16, lda int64, b *int16, panel int64, c *int32, ldc int64)

//go:noescape
func intTile1x32VNNI(pairs int64, a *int16, lda int64, b *int16, panel int64, c *int32, ldc int64)

//go:noescape
func intTile1x16VNNI(pairs int64, a *int16, lda int64, b *int16, panel int64, c *int32, ldc int64)

//go:noescape
func scaleAVX2(n int64, out *float32, sums *int32, scale, bias *float32)

//go:noescape
func scaleBiasAVX2(n int64, out *float32, sums *int32, scale, bias *float32)

//go:noescape
func scaleAddAVX2(n int64, out *float32, sums *int32, scale, bias *float32)

//go:noescape
func stepsAVX2(n int64, out *int16, x *float32, unit float32, constants *float32)

//go:noescape
func cellAVX2(n int64, z *float32, gate int64, before, c *float32, out *int16, table, constants *float32)

//go:noescape
func scaleAVX512(n int64, out *float32, sums *int32, scale, bias *float32)

//go:noescape
func scaleBiasAVX512(n int64, out *float32, sums *int32, scale, bias *float32)

//go:noescape
func scaleAddAVX512(n int64, out *float32, sums *int32, scale, bias *float32)

//go:noescape
func stepsAVX512(n int64, out *int16, x *float32, unit float32, constants *float32)

//go:noescape
func cellAVX512(n int64, z *float32, gate int64, before, c *float32, out *int16, table, constants *float32)

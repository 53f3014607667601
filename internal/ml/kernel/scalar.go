package kernel

func dotScalar(x, y []float32) float32 {
	var s0, s1, s2, s3 float32
	y = y[:len(x)]
	for i := 0; i+4 <= len(x); i += 4 {
		s0 += x[i] * y[i]
		s1 += x[i+1] * y[i+1]
		s2 += x[i+2] * y[i+2]
		s3 += x[i+3] * y[i+3]
	}
	return s0 + s1 + s2 + s3
}

func axpyScalar(alpha float32, x, y []float32) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] += alpha * v
	}
}

func matMulScalar(c []float32, ldc int, a []float32, rs, cs int, b []float32, ldb, m, k, n int) {
	for i := range m {
		row := c[i*ldc : i*ldc+n]
		for p := range k {
			axpyScalar(a[i*rs+p*cs], b[p*ldb:p*ldb+n], row)
		}
	}
}

// mulIntScalar walks B once per four rows of A, so that each pair of weights
// is loaded once for eight products.
func mulIntScalar(c []int32, a []int16, m int, b *Packed) {
	lda, ldc := b.Depth(), b.Width()
	panelSize := b.Pairs * PanelWidth * 2
	for i := 0; i < m; i += 4 {
		rows := min(4, m-i)
		for p := range b.Panels {
			panel := b.data[p*panelSize : (p+1)*panelSize]
			switch rows {
			case 4:
				mulPanel4(c[i*ldc+p*PanelWidth:], ldc, a[i*lda:], lda, panel, b.Pairs)
			default:
				for r := i; r < i+rows; r++ {
					mulPanel1(c[r*ldc+p*PanelWidth:], a[r*lda:(r+1)*lda], panel)
				}
			}
		}
	}
}

func mulPanel1(c []int32, a []int16, panel []int16) {
	var acc [PanelWidth]int32
	for q := 0; q+1 < len(a); q += 2 {
		x0, x1 := int32(a[q]), int32(a[q+1])
		w := (*[2 * PanelWidth]int16)(panel[q*PanelWidth:])
		for j := range acc {
			acc[j] += x0*int32(w[2*j]) + x1*int32(w[2*j+1])
		}
	}
	copy(c[:PanelWidth], acc[:])
}

// mulPanel4 multiplies four rows. One 64-bit product serves two columns: with
// w = w0 + w1·2³², the sum of a·w is s0 + s1·2³², and since s0 fits an int32,
// both can be read off its halves at the end.
func mulPanel4(c []int32, ldc int, a []int16, lda int, panel []int16, pairs int) {
	a0, a1, a2, a3 := a[:2*pairs], a[lda:lda+2*pairs], a[2*lda:2*lda+2*pairs], a[3*lda:3*lda+2*pairs]
	for j := 0; j < PanelWidth; j += 2 {
		var s0, s1, s2, s3 int64
		at := 2 * j
		for q := 0; q+1 < len(a0) && q+1 < len(a1) && q+1 < len(a2) && q+1 < len(a3); q += 2 {
			w := (*[4]int16)(panel[at:])
			at += 2 * PanelWidth
			even := int64(w[0]) + int64(w[2])<<32
			odd := int64(w[1]) + int64(w[3])<<32
			s0 += int64(a0[q])*even + int64(a0[q+1])*odd
			s1 += int64(a1[q])*even + int64(a1[q+1])*odd
			s2 += int64(a2[q])*even + int64(a2[q+1])*odd
			s3 += int64(a3[q])*even + int64(a3[q+1])*odd
		}
		for r, s := range [4]int64{s0, s1, s2, s3} {
			low := int32(s)
			c[r*ldc+j] = low
			c[r*ldc+j+1] = int32((s - int64(low)) >> 32)
		}
	}
}

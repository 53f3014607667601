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

func mulPanel4(c []int32, ldc int, a []int16, lda int, panel []int16, pairs int) {
	a0, a1, a2, a3 := a[:lda], a[lda:2*lda], a[2*lda:3*lda], a[3*lda:4*lda]
	for j := range PanelWidth {
		var s0, s1, s2, s3 int32
		w := panel[2*j:]
		for q := range pairs {
			w0, w1 := int32(w[q*2*PanelWidth]), int32(w[q*2*PanelWidth+1])
			s0 += int32(a0[2*q])*w0 + int32(a0[2*q+1])*w1
			s1 += int32(a1[2*q])*w0 + int32(a1[2*q+1])*w1
			s2 += int32(a2[2*q])*w0 + int32(a2[2*q+1])*w1
			s3 += int32(a3[2*q])*w0 + int32(a3[2*q+1])*w1
		}
		c[j], c[ldc+j], c[2*ldc+j], c[3*ldc+j] = s0, s1, s2, s3
	}
}

// Command gen writes kern_amd64.s: the vector loops of package kernel.
//
// The loops differ only in register width and tile size, so they are printed
// from a few templates instead of being kept by hand. Four families:
//
//   - floatTile: C[rows][cols] += A·B on float32, A with free strides;
//   - intTile: C[rows][16·panels] = A·B on int16 pairs into int32;
//   - dot, axpy: one row, for the skip-gram trainer;
//   - scale, steps, cell: what follows the products of a layer, see rows.go.
//
// Run by go generate in the parent folder.
package main

import (
	"bytes"
	"fmt"
	"os"
)

// isa is one instruction set.
type isa struct {
	name  string
	reg   string // register file: Z or Y
	lanes int    // float32 or int32 lanes of a register
	zero  string // xor that clears a register
	load  string // unaligned load and store of 32-bit integers
	vnni  bool   // VPDPWSSD instead of VPMADDWD and VPADDD
}

var (
	avx2   = isa{"AVX2", "Y", 8, "VPXOR", "VMOVDQU", false}
	avx512 = isa{"AVX512", "Z", 16, "VPXORD", "VMOVDQU32", false}
	vnni   = isa{"VNNI", "Z", 16, "VPXORD", "VMOVDQU32", true}
)

type printer struct{ bytes.Buffer }

func (p *printer) f(format string, args ...any) { fmt.Fprintf(p, format+"\n", args...) }

// rowAddr is the address of row r of A: SI holds row 0, R11 row 4, R9 the row
// stride and R10 three times it.
func rowAddr(r int) string {
	base := "SI"
	if r >= 4 {
		base = "R11"
	}
	return [4]string{"(" + base + ")", "(" + base + ")(R9*1)", "(" + base + ")(R9*2)", "(" + base + ")(R10*1)"}[r%4]
}

// floatTile prints C[rows][regs·lanes] += A·B.
func floatTile(p *printer, s isa, rows, regs int) {
	name := fmt.Sprintf("floatTile%dx%d%s", rows, regs*s.lanes, s.name)
	w := s.lanes * 4
	acc := func(r, c int) string { return fmt.Sprintf("%s%d", s.reg, r*regs+c) }
	bReg := func(c int) string { return fmt.Sprintf("%s%d", s.reg, rows*regs+c) }
	x := fmt.Sprintf("%s%d", s.reg, rows*regs+regs)
	p.f("\n// func %s(k int64, a *float32, rs, cs int64, b *float32, ldb int64, c *float32, ldc int64)", name)
	p.f("TEXT ·%s(SB), NOSPLIT, $0-64", name)
	p.f("\tMOVQ k+0(FP), CX\n\tMOVQ a+8(FP), SI\n\tMOVQ rs+16(FP), R9\n\tMOVQ cs+24(FP), R12\n\tMOVQ b+32(FP), DI\n\tMOVQ ldb+40(FP), R13\n\tMOVQ c+48(FP), DX\n\tMOVQ ldc+56(FP), R8")
	if rows > 3 {
		p.f("\tLEAQ (R9)(R9*2), R10")
	}
	if rows > 4 {
		p.f("\tLEAQ (SI)(R9*4), R11")
	}
	p.f("\tMOVQ DX, BX")
	for r := range rows {
		for c := range regs {
			p.f("\tVMOVUPS %d(BX), %s", c*w, acc(r, c))
		}
		if r < rows-1 {
			p.f("\tADDQ R8, BX")
		}
	}
	p.f("%s_loop:", name)
	for c := range regs {
		p.f("\tVMOVUPS %d(DI), %s", c*w, bReg(c))
	}
	for r := range rows {
		p.f("\tVBROADCASTSS %s, %s", rowAddr(r), x)
		for c := range regs {
			p.f("\tVFMADD231PS %s, %s, %s", bReg(c), x, acc(r, c))
		}
	}
	p.f("\tADDQ R13, DI\n\tADDQ R12, SI")
	if rows > 4 {
		p.f("\tADDQ R12, R11")
	}
	p.f("\tDECQ CX\n\tJNZ %s_loop", name)
	for r := range rows {
		for c := range regs {
			p.f("\tVMOVUPS %s, %d(DX)", acc(r, c), c*w)
		}
		if r < rows-1 {
			p.f("\tADDQ R8, DX")
		}
	}
	p.f("\tVZEROUPPER\n\tRET")
}

// intTile prints C[rows][16·panels] = A·B for int16 A and packed int16 B. A
// panel holds 16 columns: for each pair of k, 16 times two neighbours in k.
func intTile(p *printer, s isa, rows, panels int) {
	name := fmt.Sprintf("intTile%dx%d%s", rows, panels*16, s.name)
	regs := panels * 16 / s.lanes
	w := s.lanes * 4
	acc := func(r, c int) string { return fmt.Sprintf("%s%d", s.reg, r*regs+c) }
	bReg := func(c int) string { return fmt.Sprintf("%s%d", s.reg, rows*regs+c) }
	x := fmt.Sprintf("%s%d", s.reg, rows*regs+regs)
	t := fmt.Sprintf("%s%d", s.reg, rows*regs+regs+1)
	p.f("\n// func %s(pairs int64, a *int16, lda int64, b *int16, panel int64, c *int32, ldc int64)", name)
	p.f("TEXT ·%s(SB), NOSPLIT, $0-56", name)
	p.f("\tMOVQ pairs+0(FP), CX\n\tMOVQ a+8(FP), SI\n\tMOVQ lda+16(FP), R9\n\tMOVQ b+24(FP), DI\n\tMOVQ panel+32(FP), R13\n\tMOVQ c+40(FP), DX\n\tMOVQ ldc+48(FP), R8")
	if rows > 3 {
		p.f("\tLEAQ (R9)(R9*2), R10")
	}
	if rows > 4 {
		p.f("\tLEAQ (SI)(R9*4), R11")
	}
	for i := range rows * regs {
		p.f("\t%s %s%d, %s%d, %s%d", s.zero, s.reg, i, s.reg, i, s.reg, i)
	}
	p.f("%s_loop:", name)
	perPanel := regs / panels
	for c := range regs {
		if c < perPanel {
			p.f("\t%s %d(DI), %s", s.load, c*w, bReg(c))
		} else {
			p.f("\t%s %d(DI)(R13*1), %s", s.load, (c-perPanel)*w, bReg(c))
		}
	}
	for r := range rows {
		p.f("\tVPBROADCASTD %s, %s", rowAddr(r), x)
		for c := range regs {
			if s.vnni {
				p.f("\tVPDPWSSD %s, %s, %s", bReg(c), x, acc(r, c))
				continue
			}
			p.f("\tVPMADDWD %s, %s, %s", bReg(c), x, t)
			p.f("\tVPADDD %s, %s, %s", t, acc(r, c), acc(r, c))
		}
	}
	p.f("\tADDQ $64, DI\n\tADDQ $4, SI")
	if rows > 4 {
		p.f("\tADDQ $4, R11")
	}
	p.f("\tDECQ CX\n\tJNZ %s_loop", name)
	for r := range rows {
		for c := range regs {
			p.f("\t%s %s, %d(DX)", s.load, acc(r, c), c*w)
		}
		if r < rows-1 {
			p.f("\tADDQ R8, DX")
		}
	}
	p.f("\tVZEROUPPER\n\tRET")
}

// vectors prints dot and axpy over n·16 floats.
func vectors(p *printer, s isa) {
	regs := 16 / s.lanes
	w := s.lanes * 4
	p.f("\n// func dot%s(n int64, x, y *float32) float32", s.name)
	p.f("TEXT ·dot%s(SB), NOSPLIT, $0-28", s.name)
	p.f("\tMOVQ n+0(FP), CX\n\tMOVQ x+8(FP), SI\n\tMOVQ y+16(FP), DI")
	for c := range regs {
		p.f("\t%s %s%d, %s%d, %s%d", s.zero, s.reg, c, s.reg, c, s.reg, c)
	}
	p.f("dot%s_loop:", s.name)
	for c := range regs {
		p.f("\tVMOVUPS %d(SI), %s%d", c*w, s.reg, 4+c)
		p.f("\tVFMADD231PS %d(DI), %s%d, %s%d", c*w, s.reg, 4+c, s.reg, c)
	}
	p.f("\tADDQ $64, SI\n\tADDQ $64, DI\n\tDECQ CX\n\tJNZ dot%s_loop", s.name)
	if regs == 2 {
		p.f("\tVADDPS Y1, Y0, Y0")
	} else {
		p.f("\tVEXTRACTF64X4 $1, Z0, Y1\n\tVADDPS Y1, Y0, Y0")
	}
	p.f("\tVEXTRACTF128 $1, Y0, X1\n\tVADDPS X1, X0, X0\n\tVHADDPS X0, X0, X0\n\tVHADDPS X0, X0, X0\n\tVMOVSS X0, ret+24(FP)\n\tVZEROUPPER\n\tRET")
	p.f("\n// func axpy%s(n int64, alpha float32, x, y *float32)", s.name)
	p.f("TEXT ·axpy%s(SB), NOSPLIT, $0-32", s.name)
	p.f("\tMOVQ n+0(FP), CX\n\tVBROADCASTSS alpha+8(FP), %s0\n\tMOVQ x+16(FP), SI\n\tMOVQ y+24(FP), DI", s.reg)
	p.f("axpy%s_loop:", s.name)
	for c := range regs {
		p.f("\tVMOVUPS %d(DI), %s%d", c*w, s.reg, 4+c)
		p.f("\tVFMADD231PS %d(SI), %s0, %s%d", c*w, s.reg, s.reg, 4+c)
		p.f("\tVMOVUPS %s%d, %d(DI)", s.reg, 4+c, c*w)
	}
	p.f("\tADDQ $64, SI\n\tADDQ $64, DI\n\tDECQ CX\n\tJNZ axpy%s_loop\n\tVZEROUPPER\n\tRET", s.name)
}

func main() {
	var p printer
	p.f("// Code generated by gen; DO NOT EDIT.\n\n#include \"textflag.h\"")
	for _, t := range []struct {
		s          isa
		rows, regs int
	}{{avx2, 4, 2}, {avx2, 1, 2}, {avx512, 8, 2}, {avx512, 8, 1}, {avx512, 1, 2}, {avx512, 1, 1}} {
		floatTile(&p, t.s, t.rows, t.regs)
	}
	for _, rows := range []int{4, 2, 1} {
		intTile(&p, avx2, rows, 1)
	}
	for _, s := range []isa{avx512, vnni} {
		for _, rows := range []int{8, 4, 2, 1} {
			intTile(&p, s, rows, 2)
			intTile(&p, s, rows, 1)
		}
	}
	vectors(&p, avx2)
	vectors(&p, avx512)
	rows(&p, avx2)
	rows(&p, avx512)
	if err := os.WriteFile("kern_amd64.s", p.Bytes(), 0o644); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

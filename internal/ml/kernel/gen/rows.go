package main

import "fmt"

// Places of the constants that the loops below read, in bytes; rowConstants in
// package kernel holds them.
const (
	constSteps  = 4 * iota // table entries for each unit of x
	constMiddle            // entry of x = 0
	constLast              // last entry
	constOne
	constUnits // steps of an output in 1
	constMost
	constLeast
	constSign
	constHalf
	constEven = constHalf + 4 // 16 indexes of even places, 16 of odd ones
	constOdd  = constEven + 64
)

// rows prints the loops over one row of floats that follow the products: each
// operation rounds by itself, so that they give the bytes of plain Go.
func rows(p *printer, s isa) {
	r := func(n int) string { return fmt.Sprintf("%s%d", s.reg, n) }
	w := s.lanes * 4
	scale := func(name, args string, size int, body func()) {
		p.f("\n// func %s%s(%s)", name, s.name, args)
		p.f("TEXT ·%s%s(SB), NOSPLIT, $0-%d", name, s.name, size)
		body()
		p.f("\tVZEROUPPER\n\tRET")
	}

	// out = sums·scale, with bias or added to what is there.
	for _, op := range []string{"scale", "scaleBias", "scaleAdd"} {
		scale(op, "n int64, out *float32, sums *int32, scale, bias *float32", 40, func() {
			p.f("\tMOVQ n+0(FP), CX\n\tMOVQ out+8(FP), DI\n\tMOVQ sums+16(FP), SI\n\tMOVQ scale+24(FP), BX\n\tMOVQ bias+32(FP), DX")
			p.f("%s%s_loop:", op, s.name)
			p.f("\tVCVTDQ2PS (SI), %s\n\tVMULPS (BX), %s, %s", r(0), r(0), r(0))
			switch op {
			case "scaleBias":
				p.f("\tVADDPS (DX), %s, %s\n\tADDQ $%d, DX", r(0), r(0), w)
			case "scaleAdd":
				p.f("\tVADDPS (DI), %s, %s", r(0), r(0))
			}
			p.f("\tVMOVUPS %s, (DI)", r(0))
			p.f("\tADDQ $%d, SI\n\tADDQ $%d, BX\n\tADDQ $%d, DI\n\tDECQ CX\n\tJNZ %s%s_loop", w, w, w, op, s.name)
		})
	}

	// steps: R8 holds the constants; y stands in x, the steps go to (R11).
	round := func(x int) {
		p.f("\tVBROADCASTSS %d(R8), %s\n\tVMAXPS %s, %s, %s", constLeast, r(5), r(5), r(x), r(x)) // NaN becomes the second operand
		p.f("\tVBROADCASTSS %d(R8), %s\n\tVMINPS %s, %s, %s", constMost, r(5), r(5), r(x), r(x))
		p.f("\tVBROADCASTSS %d(R8), %s\n\tVANDPS %s, %s, %s", constSign, r(5), r(5), r(x), r(6))
		p.f("\tVBROADCASTSS %d(R8), %s\n\tVORPS %s, %s, %s", constHalf, r(5), r(5), r(6), r(6))
		p.f("\tVADDPS %s, %s, %s\n\tVCVTTPS2DQ %s, %s", r(6), r(x), r(x), r(x), r(x))
		if s.lanes == 16 {
			p.f("\tVPMOVDW %s, Y5\n\tVMOVDQU Y5, (R11)\n\tADDQ $32, R11", r(x))
		} else {
			p.f("\tVEXTRACTI128 $1, %s, X5\n\tVPACKSSDW X5, X%d, X5\n\tVMOVDQU X5, (R11)\n\tADDQ $16, R11", r(x), x)
		}
	}
	scale("steps", "n int64, out *int16, x *float32, unit float32, constants *float32", 40, func() {
		p.f("\tMOVQ n+0(FP), CX\n\tMOVQ out+8(FP), R11\n\tMOVQ x+16(FP), SI\n\tVBROADCASTSS unit+24(FP), %s\n\tMOVQ constants+32(FP), R8", r(1))
		p.f("steps%s_loop:", s.name)
		p.f("\tVMOVUPS (SI), %s\n\tVDIVPS %s, %s, %s", r(0), r(1), r(0), r(0))
		round(0)
		p.f("\tADDQ $%d, SI\n\tDECQ CX\n\tJNZ steps%s_loop", w, s.name)
	})

	// sigmoid of x in register to; x is lost. DI holds the table.
	sigmoid := func(x, to int) {
		p.f("\tVMULPS %s, %s, %s\n\tVADDPS %s, %s, %s", r(1), r(x), r(5), r(2), r(5), r(5))
		p.f("\tVMAXPS %s, %s, %s\n\tVMINPS %s, %s, %s", r(0), r(5), r(5), r(3), r(5), r(5)) // NaN becomes 0
		p.f("\tVCVTTPS2DQ %s, %s\n\tVCVTDQ2PS %s, %s\n\tVSUBPS %s, %s, %s", r(5), r(6), r(6), r(7), r(7), r(5), r(5))
		if s.lanes == 16 {
			// An entry and the next in one load of 64 bits, for eight values at once.
			p.f("\tVEXTRACTI64X4 $1, Z6, Y7")
			p.f("\tVPXORQ Z10, Z10, Z10\n\tKXNORB K1, K1, K1\n\tVPGATHERDQ (DI)(Y6*4), K1, Z10")
			p.f("\tVPXORQ Z15, Z15, Z15\n\tKXNORB K2, K2, K2\n\tVPGATHERDQ (DI)(Y7*4), K2, Z15")
			p.f("\tVMOVDQA32 Z16, Z8\n\tVPERMI2PS Z15, Z10, Z8\n\tVMOVDQA32 Z17, Z9\n\tVPERMI2PS Z15, Z10, Z9")
		} else {
			for k, reg := range []int{8, 9} {
				p.f("\t%s %s, %s, %s", s.zero, r(reg), r(reg), r(reg))
				p.f("\tVPCMPEQD %s, %s, %s\n\tVGATHERDPS %s, %d(DI)(%s*4), %s", r(10), r(10), r(10), r(10), 4*k, r(6), r(reg))
			}
		}
		p.f("\tVSUBPS %s, %s, %s\n\tVMULPS %s, %s, %s\n\tVADDPS %s, %s, %s", r(8), r(9), r(9), r(9), r(5), r(5), r(8), r(5), r(to))
	}
	tanh := func(x, to int) {
		p.f("\tVADDPS %s, %s, %s", r(x), r(x), r(14))
		sigmoid(14, to)
		p.f("\tVADDPS %s, %s, %s\n\tVSUBPS %s, %s, %s", r(to), r(to), r(to), r(4), r(to), r(to))
	}
	scale("cell", "n int64, z *float32, gate int64, before, c *float32, out *int16, table, constants *float32", 64, func() {
		p.f("\tMOVQ n+0(FP), CX\n\tMOVQ z+8(FP), SI\n\tMOVQ gate+16(FP), R9\n\tMOVQ before+24(FP), BX\n\tMOVQ c+32(FP), DX\n\tMOVQ out+40(FP), R11\n\tMOVQ table+48(FP), DI\n\tMOVQ constants+56(FP), R8")
		p.f("\tLEAQ (R9)(R9*2), R10")
		p.f("\t%s %s, %s, %s", s.zero, r(0), r(0), r(0))
		for k, c := range []int{constSteps, constMiddle, constLast, constOne} {
			p.f("\tVBROADCASTSS %d(R8), %s", c, r(1+k))
		}
		if s.lanes == 16 {
			p.f("\tVMOVDQU32 %d(R8), Z16\n\tVMOVDQU32 %d(R8), Z17", constEven, constOdd)
		}
		p.f("cell%s_loop:", s.name)
		p.f("\tVMOVUPS (SI), %s", r(15))
		sigmoid(15, 11)
		p.f("\tVMOVUPS (SI)(R10*1), %s", r(15))
		tanh(15, 12)
		p.f("\tVMULPS %s, %s, %s", r(12), r(11), r(11))
		p.f("\tVMOVUPS (SI)(R9*1), %s", r(15))
		sigmoid(15, 12)
		p.f("\tVMULPS (BX), %s, %s\n\tVADDPS %s, %s, %s\n\tVMOVUPS %s, (DX)", r(12), r(12), r(12), r(11), r(11), r(11))
		p.f("\tVMOVUPS (SI)(R9*2), %s", r(15))
		sigmoid(15, 13)
		tanh(11, 12)
		p.f("\tVMULPS %s, %s, %s\n\tVBROADCASTSS %d(R8), %s\n\tVMULPS %s, %s, %s", r(12), r(13), r(13), constUnits, r(5), r(5), r(13), r(13))
		round(13)
		p.f("\tADDQ $%d, SI\n\tADDQ $%d, BX\n\tADDQ $%d, DX\n\tDECQ CX\n\tJNZ cell%s_loop", w, w, w, s.name)
	})
}

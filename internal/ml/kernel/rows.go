package kernel

import (
	"math"

	"github.com/readout-news/readout/internal/ml/act"
)

// rowLoops are the loops over one row of floats. Each goes over a multiple of
// 16; what is left of a row is done in Go. Nil loops are done in Go whole.
type rowLoops struct {
	lanes              int
	scale, bias, addOn func(n int64, out *float32, sums *int32, scale, bias *float32)
	steps              func(n int64, out *int16, x *float32, unit float32, constants *float32)
	cell               func(n int64, z *float32, gate int64, before, c *float32, out *int16, table, constants *float32)
}

// UnitBounded is the step of the outputs of Cell, which lie in (-1, 1).
const UnitBounded = float32(1.0 / 32768)

// rowConstants are read by the loops; gen knows their places.
var rowConstants = func() (c [9 + 32]float32) {
	copy(c[:], []float32{act.Steps, act.Middle, act.Last, 1, 1 / UnitBounded, MaxActivation, -MaxActivation, math.Float32frombits(1 << 31), 0.5})
	for i := range 32 { // 0, 2, 4, … and 1, 3, 5, … as integers
		c[9+i] = math.Float32frombits(uint32(2*(i%16) + i/16))
	}
	return c
}()

// whole is how many of n values the vector loops do, and in how many turns.
func (r *rowLoops) whole(n int) (done int, turns int64) {
	if r == nil {
		return 0, 0
	}
	done = n &^ 15
	return done, int64(done / r.lanes)
}

// Scale stores sums·scale + bias in out, value by value; bias may be nil. All
// are as long as out.
func (k *Kernel) Scale(out []float32, sums []int32, scale, bias []float32) {
	n := len(out)
	sums, scale = sums[:n], scale[:n]
	done, turns := k.rows.whole(n)
	if bias == nil {
		if turns > 0 {
			k.rows.scale(turns, &out[0], &sums[0], &scale[0], nil)
		}
		for j := done; j < n; j++ {
			out[j] = float32(float32(sums[j]) * scale[j])
		}
		return
	}
	bias = bias[:n]
	if turns > 0 {
		k.rows.bias(turns, &out[0], &sums[0], &scale[0], &bias[0])
	}
	for j := done; j < n; j++ {
		out[j] = float32(float32(sums[j])*scale[j]) + bias[j]
	}
}

// AddScaled adds sums·scale to out, value by value.
func (k *Kernel) AddScaled(out []float32, sums []int32, scale []float32) {
	n := len(out)
	sums, scale = sums[:n], scale[:n]
	done, turns := k.rows.whole(n)
	if turns > 0 {
		k.rows.addOn(turns, &out[0], &sums[0], &scale[0], nil)
	}
	for j := done; j < n; j++ {
		out[j] += float32(float32(sums[j]) * scale[j])
	}
}

// Round is x in steps of unit, halves away from zero, held within
// ±MaxActivation. NaN, which only a model file with absurd scales can bring
// about, becomes -MaxActivation.
func Round(x, unit float32) int16 {
	y := x / unit
	switch {
	case y >= MaxActivation:
		return MaxActivation
	case !(y > -MaxActivation):
		return -MaxActivation
	case y < 0:
		return int16(y - 0.5)
	}
	return int16(y + 0.5)
}

// Steps stores Round of each x in out, which is as long.
func (k *Kernel) Steps(out []int16, x []float32, unit float32) {
	n := len(x)
	out = out[:n]
	done, turns := k.rows.whole(n)
	if turns > 0 {
		k.rows.steps(turns, &out[0], &x[0], unit, &rowConstants[0])
	}
	for j := done; j < n; j++ {
		out[j] = Round(x[j], unit)
	}
}

// Cell computes one row of an LSTM: c, and out in steps of UnitBounded, from
// what goes into the gates input, forget, output and candidate, one after the
// other in z, and from the cell before. before may be c.
func (k *Kernel) Cell(z, before, c []float32, out []int16) {
	h := len(c)
	z, before, out = z[:4*h], before[:h], out[:h]
	done, turns := k.rows.whole(h)
	if turns > 0 {
		k.rows.cell(turns, &z[0], int64(4*h), &before[0], &c[0], &out[0], &act.Table()[0], &rowConstants[0])
	}
	zi, zf, zo, zg := z[:h], z[h:2*h], z[2*h:3*h], z[3*h:4*h]
	for j := done; j < h; j++ {
		v := float32(act.Sigmoid(zi[j])*act.Tanh(zg[j])) + float32(act.Sigmoid(zf[j])*before[j])
		c[j] = v
		out[j] = Round(float32(act.Sigmoid(zo[j])*act.Tanh(v)), UnitBounded)
	}
}

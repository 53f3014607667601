// Package act holds the non-linearities of the networks, as tables with linear
// interpolation.
//
// They are used in training and in inference alike. Every step rounds to
// float32 explicitly, so that no compiler fuses a product with a sum: the
// result is the same on every processor. The error against the true functions
// stays below 5e-6.
package act

import "math"

const (
	limit = 12 // beyond ±limit a sigmoid is 0 or 1 to 7e-6
	steps = 64 // table entries for each unit of x
	size  = 2 * limit * steps
)

// sigmoids[i] is the logistic function at i/steps-limit; read-only. The last
// entry is doubled, for the interpolation at the border.
var sigmoids = func() (t [size + 2]float32) {
	for i := range t {
		t[i] = float32(1 / (1 + math.Exp(-(float64(min(i, size))/steps - limit))))
	}
	return t
}()

// Table is what Sigmoid interpolates in, for code that does the same on many
// values at once: x stands at x·Steps+Middle, what lies outside counts as the
// first or the last entry, NaN as the first. One entry more follows the last.
// It must not be changed.
func Table() []float32 { return sigmoids[:] }

// Of Table.
const (
	Steps  = steps
	Middle = limit * steps
	Last   = size
)

// Sigmoid is 1/(1+e^-x).
func Sigmoid(x float32) float32 {
	t := float32(x*steps) + limit*steps
	if t >= size {
		return sigmoids[size]
	}
	if !(t > 0) { // also when x is NaN
		return sigmoids[0]
	}
	i := uint32(t)
	a := sigmoids[i]
	return a + float32((t-float32(i))*(sigmoids[i+1]-a))
}

// Tanh is the hyperbolic tangent.
func Tanh(x float32) float32 { return float32(2*Sigmoid(2*x)) - 1 }

// Leaky is x, or a tenth of it below zero.
func Leaky(x float32) float32 {
	if x < 0 {
		return float32(x * 0.1)
	}
	return x
}

// LeakySlope is the derivative of Leaky where its result is y.
func LeakySlope(y float32) float32 {
	if y < 0 {
		return 0.1
	}
	return 1
}

package nn

import (
	"math"
	"math/rand/v2"
)

// CrossEntropy stores the gradient of -log softmax(scores)[gold] in grad and
// returns the loss.
func CrossEntropy(scores []float32, gold int, grad []float32) float64 {
	top := scores[0]
	for _, v := range scores {
		top = max(top, v)
	}
	var sum float64
	for i, v := range scores {
		e := math.Exp(float64(v - top))
		grad[i] = float32(e)
		sum += e
	}
	for i := range scores {
		grad[i] = float32(float64(grad[i]) / sum)
	}
	loss := -math.Log(float64(grad[gold]) + 1e-12)
	grad[gold]--
	return loss
}

// Dropout zeroes elements of x with probability p, scales the others up, and
// returns the factors, by which the gradient must be multiplied.
func Dropout(ar *Arena, x []float32, p float32, rng *rand.Rand) []float32 {
	mask := ar.Get(len(x))
	keep := 1 / (1 - p)
	for i := range x {
		if rng.Float32() >= p {
			mask[i] = keep
		}
		x[i] *= mask[i]
	}
	return mask
}

// Multiply multiplies x by y element by element.
func Multiply(x, y []float32) {
	for i := range x {
		x[i] *= y[i]
	}
}

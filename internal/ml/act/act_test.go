package act

import (
	"math"
	"testing"
)

func TestAgainstMath(t *testing.T) {
	for x := -20.0; x <= 20; x += 0.0037 {
		if got, want := float64(Sigmoid(float32(x))), 1/(1+math.Exp(-x)); math.Abs(got-want) > 1e-5 {
			t.Fatalf("Sigmoid(%v) = %v, want %v", x, got, want)
		}
		if got, want := float64(Tanh(float32(x))), math.Tanh(x); math.Abs(got-want) > 2e-5 {
			t.Fatalf("Tanh(%v) = %v, want %v", x, got, want)
		}
	}
}

func TestExtremes(t *testing.T) {
	inf := float32(math.Inf(1))
	for _, x := range []float32{inf, -inf, float32(math.NaN()), math.MaxFloat32, -math.MaxFloat32} {
		if y := Sigmoid(x); !(y >= 0 && y <= 1) {
			t.Errorf("Sigmoid(%v) = %v", x, y)
		}
	}
	if Leaky(-1) != -0.1 || Leaky(2) != 2 || LeakySlope(-0.1) != 0.1 || LeakySlope(2) != 1 {
		t.Error("Leaky")
	}
}

func BenchmarkSigmoid(b *testing.B) {
	x := float32(-3)
	for b.Loop() {
		x = Sigmoid(x) * 4
	}
}

package sqlstore

import (
	"reflect"
	"testing"

	"github.com/readout-news/readout"
)

// TestDigestForgetsNothing holds that a new field of a report is weighed when
// stored and linked reports are compared.
func TestDigestForgetsNothing(t *testing.T) {
	have := map[string]bool{}
	for f := range reflect.TypeFor[digested]().Fields() {
		have[f.Name] = true
	}
	for f := range reflect.TypeFor[readout.Report]().Fields() {
		if !have[f.Name] {
			t.Errorf("reportDigest does not sum Report.%s", f.Name)
		}
	}
}

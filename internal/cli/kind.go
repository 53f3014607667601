package cli

import (
	"fmt"

	"github.com/readout-news/readout"
)

// statementKind reads the value of --kind.
func statementKind(s string) (readout.StatementKind, error) {
	switch k := readout.StatementKind(s); k {
	case "", readout.Direct, readout.Mixed, readout.Indirect:
		return k, nil
	}
	return "", usageError{fmt.Errorf("--kind %q: direct, mixed or indirect", s)}
}

package main

import (
	"path/filepath"

	"github.com/readout-news/readout/internal/kb/build"
)

// lexiconsStep writes lexicons/kb, which lies beside the models' folder.
func lexiconsStep(data, out string) error {
	root := filepath.Join(out, "..", "lexicons")
	return build.Run(data, filepath.Join(root, "kb"), filepath.Join(root, "en"))
}

// Package models embeds the trained weights, one folder a model, each with
// its MODEL.md: version, training data and licences, scores, how to rebuild.
package models

import "embed"

// FS holds <name>/weights.bin and the other files that a model needs.
//
//go:embed *
var FS embed.FS

// Package lexicons embeds word lists, rules and lists of facts. Each file
// opens with its source, licence, format and date; internal packages parse
// them with tested loaders.
package lexicons

import "embed"

// FS holds en/… (the rules and words of English) and kb/… (lists of facts:
// states, people, offices, outlets).
//
//go:embed en kb
var FS embed.FS

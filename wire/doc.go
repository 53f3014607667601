// Package wire holds the JSON types of Readout: the record (contract
// readout/record/1, docs/schema.md) and the answers that pages, the HTTP API
// and the MCP server give (docs/api.md). Who reads a record or an answer in Go
// decodes into these types.
//
// Rules that hold for all of them: what the record does not know is null,
// never an empty string and never a guess; an array is empty, never null; ids
// carry their kind in the first letter (r report, e entity, v event, s
// statement, c claim, p position, k commitment, a response, u utterance, i
// issue, t thread) and 16 hexadecimal digits follow. Fields are added, never
// changed or taken away, within one schema version.
//
// Start and End without more count Unicode code points from 0, End exclusive,
// into the report's stored text; fields that count bytes say so in their name.
package wire

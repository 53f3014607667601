// Package readout holds the nouns of the record: reports, spans, entities,
// events, statements, claims, disagreements and the evidence each of them
// rests on.
//
// The verbs live in internal/: ingest takes bytes in, extract makes a Report
// of them, nlp annotates its text, link joins what several reports say, store
// keeps it and view shows it. This package imports the standard library only,
// does no I/O and starts no goroutine.
//
// Every offset in this package is a byte offset into Report.Text, 0-based and
// half-open. The JSON contract (docs/schema.md) counts Unicode code points;
// package view converts at its border and nowhere else.
package readout

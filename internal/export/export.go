// Package export writes a record, or the part of it that a filter lets
// through, in the forms that other programs read: the record's own JSON, tables
// (CSV, Parquet), event data (PLOVER), linked data (Web Annotation, schema.org,
// PROV-O), investigation tools (FollowTheMoney), timelines, calendars, graphs
// and quotation lists.
//
// In: a view.View and Options. Out: bytes and a Manifest, which counts what is
// in the files and what a form has no place for, with the reason. Equal records
// and options give equal bytes: no clock, no random ids, no order of maps.
//
// What leaves: facts, names, and the words of the spans that facts rest on;
// never the whole text of a report. Words of reports are data in every form:
// escaped as the form demands, never markup, formula or script.
package export

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/view"
)

// Options say what of a view is exported and what the manifest tells of it. The
// zero value exports everything.
type Options struct {
	Filter view.Filter // facts that do not pass are left out, but for those that others name
	Only   []string    // kinds (see Kinds) to export; nil for all. Reports and entities that facts name come along
	IDs    []string    // only these facts and what they name; nil for all

	Base     string    // address that the record is served under ("https://desk.example"); "" makes ids urn:readout:…
	Version  string    // of the program
	Revision int       // of the record in its store, 0 unknown
	AsOf     string    // moment that the record was drawn as of, "" now
	Made     time.Time // when the export was made; zero: not told

	// Decided is what people decided about facts, by id: the forms of the record
	// itself (json, jsonl) carry it.
	Decided map[string][]readout.Decision
}

// Format is one form of export.
type Format struct {
	Name   string // as in --format and /export/{name}
	Title  string
	For    string // what it is for, in a sentence
	Group  string // the kind of use; forms of one group stand together
	Schema string // what the form follows, with its version
	Ext    string // of its file, with the dot; ".zip" for several files
	Type   string // media type, of the zip for several files
	Files  bool   // several files: a folder on disk, a zip on a stream

	write   func(*job) error
	without []string // kinds that the form has no place for
}

// formats in the order in which they are listed.
func formats() []Format {
	return []Format{
		{Name: "json", Group: "The record", Title: "Record JSON", For: "Everything in one JSON object: for programs that want the whole record, and for keeping.", Schema: "readout/record/1", Ext: ".json", Type: "application/json", write: writeRecord},
		{Name: "jsonl", Group: "The record", Title: "JSON Lines", For: "One fact a line with its kind: for streams, jq and loading into a database.", Schema: "readout/record/1, one fact a line", Ext: ".jsonl", Type: "application/jsonl", write: writeLines},
		{Name: "csv", Group: "Tables", Title: "CSV tables", For: "One table a kind: for spreadsheets, R and pandas.", Schema: "RFC 4180, UTF-8, lines end in LF", Ext: ".zip", Type: "application/zip", Files: true, write: writeCSV, without: []string{"timex"}},
		{Name: "parquet", Group: "Tables", Title: "Parquet tables", For: "The same tables with types: for DuckDB, Spark, Arrow and large records.", Schema: "Apache Parquet 2", Ext: ".zip", Type: "application/zip", Files: true, write: writeParquet, without: []string{"timex"}},
		{Name: "plover", Group: "Event data", Title: "PLOVER events, extended", For: "Event data with the record’s own types and, under “readout”, who says what.", Schema: "PLOVER 2.0 draft, chapter 6, with extensions", Ext: ".jsonl", Type: "application/jsonl", write: writePlover, without: []string{"statement", "position", "commitment", "response", "utterance", "issue", "timex"}},
		{Name: "plover-plain", Group: "Event data", Title: "PLOVER events, plain", For: "Event data for tools that know PLOVER’s sixteen types and no more.", Schema: "PLOVER 2.0 draft, chapter 6", Ext: ".jsonl", Type: "application/jsonl", write: writePlainPlover, without: []string{"statement", "claim", "disagreement", "position", "commitment", "response", "utterance", "issue", "timex"}},
		{Name: "graphml", Group: "Event data", Title: "GraphML", For: "Who meets and speaks with whom, who says something about whom: for Gephi, yEd, networkx.", Schema: "GraphML 1.0", Ext: ".graphml", Type: "application/graphml+xml", write: writeGraphML, without: []string{"report", "claim", "disagreement", "position", "commitment", "response", "utterance", "issue", "thread", "timex"}},
		{Name: "annotations", Group: "Linked data", Title: "Web Annotations", For: "Every fact pinned to its words in the report: for annotation tools and for checking.", Schema: "W3C Web Annotation Data Model, 23 February 2017", Ext: ".jsonld", Type: `application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"`, write: writeAnnotations, without: []string{"report", "disagreement", "utterance", "issue", "thread", "timex"}},
		{Name: "schema-org", Group: "Linked data", Title: "schema.org", For: "Events, quotations and claims in the words of search engines and fact-check tools.", Schema: "schema.org, JSON-LD 1.1", Ext: ".jsonld", Type: "application/ld+json", write: writeSchemaOrg, without: []string{"disagreement", "position", "commitment", "response", "utterance", "issue", "thread", "timex"}},
		{Name: "prov", Group: "Linked data", Title: "PROV-O", For: "Where each fact comes from: report, reading, annotator with its version.", Schema: "W3C PROV-O, 30 April 2013, JSON-LD 1.1", Ext: ".jsonld", Type: "application/ld+json", write: writeProv, without: []string{"entity", "disagreement", "utterance", "issue", "thread", "timex"}},
		{Name: "ftm", Group: "Other tools", Title: "Follow the Money", For: "People, bodies, events and articles for Aleph and OpenAleph.", Schema: "FollowTheMoney 4", Ext: ".ftm.jsonl", Type: "application/jsonl", write: writeFTM, without: []string{"statement", "claim", "disagreement", "position", "commitment", "response", "utterance", "issue", "thread", "timex"}},
		{Name: "timelinejs", Group: "Other tools", Title: "TimelineJS", For: "A timeline to put on a page of your own.", Schema: "TimelineJS 3 JSON", Ext: ".json", Type: "application/json", write: writeTimelineJS, without: []string{"report", "entity", "statement", "claim", "disagreement", "position", "commitment", "response", "utterance", "issue", "thread", "timex"}},
		{Name: "ical", Group: "Other tools", Title: "iCalendar", For: "Events and due dates in a calendar.", Schema: "RFC 5545", Ext: ".ics", Type: "text/calendar; charset=utf-8", write: writeICal, without: []string{"report", "entity", "statement", "claim", "disagreement", "position", "response", "utterance", "issue", "thread", "timex"}},
		{Name: "quotes", Group: "Other tools", Title: "Quotes JSON", For: "Quotations with the spans of source, cue and content and the source’s other mentions, after BBC Citron.", Schema: "readout/quotes/1, after BBC Citron", Ext: ".json", Type: "application/json", write: writeQuotes, without: []string{"entity", "event", "claim", "disagreement", "position", "commitment", "response", "utterance", "issue", "thread", "timex"}},
	}
}

// Formats are all forms, in the order in which they are listed.
func Formats() []Format { return formats() }

// Names are the names of all forms.
func Names() []string {
	var out []string
	for _, f := range formats() {
		out = append(out, f.Name)
	}
	return out
}

// Find returns the form of that name. The error names them all.
func Find(name string) (Format, error) {
	for _, f := range formats() {
		if f.Name == name {
			return f, nil
		}
	}
	return Format{}, fmt.Errorf("format %q: %w: there are %s", name, readout.ErrNotFound, strings.Join(Names(), ", "))
}

// File is the name under which an export of the form is saved by default.
func (f Format) File() string { return "readout-" + f.Name + f.Ext }

// Write writes v in the form of that name to w; several files as a zip, with
// the manifest in it.
func Write(w io.Writer, name string, v *view.View, o Options) (*Manifest, error) {
	f, err := Find(name)
	if err != nil {
		return nil, err
	}
	if !f.Files {
		return f.run(&stream{w: w, name: f.File()}, v, o)
	}
	z := newZip(w)
	m, err := f.run(z, v, o)
	if err != nil {
		return nil, err
	}
	return m, errors.Join(z.manifest(m), z.w.Close())
}

// run writes the files of the form to out.
func (f Format) run(out sink, v *view.View, o Options) (*Manifest, error) {
	rec, err := selected(v, o)
	if err != nil {
		return nil, err
	}
	j := newJob(v, rec, o, out, f)
	if err := f.write(j); err != nil {
		return nil, fmt.Errorf("export %s: %w", f.Name, err)
	}
	for _, kind := range f.without {
		j.leaveN(kind, "the form has no place for it", j.total(kind))
	}
	slices.SortFunc(j.m.LeftOut, func(a, b LeftOut) int {
		return cmp.Or(cmp.Compare(slices.Index(Kinds, a.Kind), slices.Index(Kinds, b.Kind)), strings.Compare(a.Reason, b.Reason))
	})
	return j.m, nil
}

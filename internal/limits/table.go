package limits

import "time"

// Unit is what a limit counts.
type Unit string

// The units. Bytes and times are held as bytes and nanoseconds.
const (
	Bytes Unit = "bytes"
	Time  Unit = "time"
	Count Unit = "count"
	Times Unit = "times" // a ratio
)

// Limit is one limit as people see it.
type Limit struct {
	Name     string // "report-size", as settings name it
	Default  int64
	Unit     Unit
	Of       string // what it bounds, and of what: "characters of a report"
	Where    string // the package that keeps it
	At       string // what happens at it
	Settable bool
	Least    int64 // smallest value that can be set
	Most     int64 // largest
}

// Names of the limits that can be set.
const (
	NameReport         = "report-size"
	NameLine           = "line-size"
	NameArchiveEntries = "archive-entries"
	NameArchiveTotal   = "archive-total"
	NameHTTPBody       = "http-body"
	NameHTTPTime       = "http-time"
	NameHTTPConnect    = "http-connect"
	NameHTTPRedirects  = "http-redirects"
	NameDocumentCPU    = "document-cpu"
	NamePageProcess    = "page-process"
	NameDocumentMemory = "document-memory"
	NameReads          = "reads"
	NameWrites         = "writes"
	NameLogins         = "logins"
	NameQueryTime      = "query-time"
	NameConnections    = "connections"
)

// What happens at limits, where several have it.
const (
	refused    = "refused with the reason; the rest goes on"
	recordOut  = "the record is refused; reading goes on at the next"
	archiveEnd = "the archive ends there; what stood before is kept"
	listed     = "a feed is read once more, leniently; then refused with the reason"
	tokenOnly  = "the text is taken token by token, without the page's structure; noted as a defect of the report"
	cutThere   = "cut there; noted as a defect of the report"
	parked     = "put aside, tried once more alone, then refused with the reason"
	queryOut   = "the query is refused"
	tooLarge   = "413"
	tooOften   = "429"
)

// size, count and span are fixed limits of bytes, of things and of time.
func size(name string, n int64, of, where, at string) Limit {
	return Limit{Name: name, Default: n, Unit: Bytes, Of: of, Where: where, At: at}
}

func count(name string, n int64, of, where, at string) Limit {
	return Limit{Name: name, Default: n, Unit: Count, Of: of, Where: where, At: at}
}

func span(name string, d time.Duration, of, where, at string) Limit {
	return Limit{Name: name, Default: int64(d), Unit: Time, Of: of, Where: where, At: at}
}

// set is a limit that can be set, from least to most.
func set(l Limit, least, most int64) Limit {
	l.Settable, l.Least, l.Most = true, least, most
	return l
}

// All lists the limits in the order in which a report meets them.
func All() []Limit {
	return []Limit{
		set(size(NameHTTPBody, HTTPBody, "a page that is fetched, unpacked", "fetch", refused), 1<<10, 1<<30),
		size("http-list", HTTPList, "a feed or sitemap that is fetched, unpacked", "fetch", refused),
		size("http-header", HTTPHeader, "the header of an answer", "fetch", refused),
		set(span(NameHTTPTime, HTTPTime, "an answer with its redirects", "fetch", refused), int64(time.Second), int64(time.Hour)),
		set(span(NameHTTPConnect, HTTPConnect, "one connection", "fetch", refused), int64(100*time.Millisecond), int64(time.Hour)),
		set(count(NameHTTPRedirects, HTTPRedirects, "redirects of one page", "fetch", refused), 1, 20),
		span("http-pause", HTTPPause, "between two requests to a site (--per-host)", "fetch", "the request waits"),
		span("http-backoff", HTTPBackoff, "between two requests for what fails, and the longest rest that a site can ask for", "fetch, pull", "the pause grows to this"),
		{Name: "ratio", Default: Ratio, Unit: Times, Of: "unpacked to packed bytes, of pages, files, archives and records", Where: "unpack", At: "what is packed so is refused; what stood before it is kept"},
		size("ratio-from", RatioFrom, "what may come out before the ratio counts", "unpack", "the ratio counts"),

		set(size(NameReport, Report, "a file that is one report", "ingest", refused), 1<<10, 1<<30),
		set(size(NameLine, Line, "a line of JSON, or a file of many reports", "ingest", refused), 1<<10, 1<<30),
		count("folder-depth", FolderDepth, "folders within folders", "ingest", refused),
		set(count(NameArchiveEntries, ArchiveEntries, "files in a zip or tar", "ingest", archiveEnd), 1, 10_000_000),
		set(size(NameArchiveTotal, ArchiveTotal, "all files of an archive, unpacked", "ingest", archiveEnd), 1<<20, 1<<40),
		size("archive-directory", ArchiveDirectory, "the list of contents of a zip", "ingest", refused),
		count("archive-nesting", 1, "archives within archives", "ingest", refused),
		size("warc-record", WARCRecord, "a record of a web archive", "ingest/warc", recordOut),
		size("warc-header", WARCHeader, "the header of a record", "ingest/warc", recordOut),
		count("warc-fields", WARCFields, "fields of one header", "ingest/warc", recordOut),
		size("layers-line", Layers, "a line that “readout extract” wrote", "reading", refused),

		count("json-depth", JSONDepth, "arrays and objects within each other", "ingest, feeds", refused),
		count("json-items", JSONItems, "entries of a .json file that is a list", "ingest", refused),
		count("json-values", JSONValues, "values of one report or feed", "ingest, feeds", refused),
		count("xml-depth", XMLDepth, "elements within elements of a feed or an agency's item", "feeds, iptc", listed),
		count("xml-tokens", XMLTokens, "elements, texts and comments of a NewsML-G2 message", "iptc", refused),
		count("xml-attributes", XMLAttributes, "attributes of a tag", "feeds", listed),
		count("xml-nodes", XMLNodes, "elements with attributes of a feed", "feeds", listed),
		count("xml-entities", 0, "entities that a document type declares", "feeds, iptc", listed),
		count("feed-items", FeedItems, "items of a feed", "feeds", refused),
		size("feed-text", FeedText, "one text of a feed", "feeds", listed),
		count("feed-pages", FeedPages, "addresses of a sitemap, an outline or a list", "feeds", refused),

		count("html-depth", HTMLDepth, "elements within elements of a page", "extract", tokenOnly),
		count("html-nodes", HTMLNodes, "nodes that a page can become, counted before its tree is built", "extract", tokenOnly),
		count("html-elements", HTMLElements, "elements of a page whose article is looked for", "extract", tokenOnly),
		count("html-work", HTMLWork, "texts of a page times their bytes, where an article is looked for", "extract", tokenOnly),
		count("html-attributes", HTMLAttributes, "attributes of a tag", "extract", tokenOnly),
		size("html-value", HTMLValue, "the value of an attribute", "extract", "the value is left out; noted as a defect of the report where the page says something of itself in it"),
		size("front-matter", FrontMatter, "YAML before a Markdown text", "extract", "taken for text"),
		count("text", Text, "characters of a report", "extract", cutThere),
		count("lines", Lines, "lines of a report", "extract", cutThere),
		count("title", Title, "characters of a title, a byline or the name of an outlet", "extract, feeds", "cut there"),
		size("address", Address, "a URL", "extract, feeds", "left out; noted as a defect of the report, or as an item of a feed that is refused"),
		count("sentences", Sentences, "sentences of a report", "nlp/tokenize", "what follows is shown and not read; noted as a defect of the report"),
		count("sentence", Sentence, "characters of a sentence", "nlp/tokenize", cutThere),

		set(count(NamePageProcess, 1, "processes of their own for taking pages apart: 1 yes, 0 no", "extract, sandbox", "with 0 a page made for it can fill the program's memory; for pages you trust"), 0, 1),
		set(span(NameDocumentCPU, DocumentCPU, "taking one page apart, on the processor", "extract, sandbox", parked), int64(100*time.Millisecond), int64(time.Hour)),
		span("document-time", DocumentTime, "taking one page apart, by the clock; ten times document-cpu where that is longer", "extract, sandbox", parked),
		set(size(NameDocumentMemory, DocumentMemory, "the process that takes pages apart", "extract, sandbox", parked), 64<<20, 1<<36),

		size("query", QueryInput, "what is searched for", "search", queryOut),
		count("query-terms", QueryTerms, "words, phrases and filters of a query", "search", queryOut),
		size("query-value", QueryValue, "one parameter of a page", "query", "the request is refused (400)"),
		count("page-rows", PageRows, "rows of one answer", "query", "the next page has the rest; who asks for more gets 400"),

		size("request-body", RequestBody, "reports that are sent to the API", "api", tooLarge),
		size("request-form", RequestForm, "any other request", "api, web", tooLarge),
		size("request-header", RequestHeader, "the header of a request", "cli", "431"),
		count("request-reports", RequestFiles, "reports of one request", "api, web", tooLarge),
		size("upload", UploadBody, "a form with files", "web", tooLarge),
		count("upload-addresses", UploadLines, "addresses of a form", "web", "the form says so"),
		size("draft-page", DraftPage, "a draft that is checked on the page", "web", tooLarge),
		size("draft-api", DraftAPI, "a draft that is checked by the API", "api", tooLarge),
		span("header-time", HeaderTime, "until the header of a request is there", "cli", "the connection ends"),
		set(count(NameConnections, Connections, "connections at once, and no more than three quarters of the file handles", "gate", "the one that has waited longest for its other end makes room; where none waits, the one that is answered longest"), 16, 1<<20),
		set(count(NameReads, Reads, "requests that read, of one token, account or address in a minute", "gate", tooOften), 1, 1<<30),
		set(count(NameWrites, Writes, "requests that change something, likewise", "gate", tooOften), 1, 1<<30),
		set(count(NameLogins, Logins, "tries of a password in ten minutes, of one address and of one account", "gate", tooOften), 1, 1<<30),
		set(span(NameQueryTime, QueryTime, "one search", "web, api", "503 with a hint"), int64(time.Millisecond), int64(time.Hour)),
	}
}

// Package limits holds every bound on what comes from outside: how large, how
// deep, how many, how long, and what happens at the bound.
//
// A constant is the default of a limit and its one home: the package that keeps
// it reads it here, most as the value for an option that is zero. All lists them
// for people (“readout config”). Those that people need to move are settable, by
// READOUT_LIMITS or --max; the others are fixed because the record would
// otherwise depend on the machine that read it, or because a format says them.
//
// The figures are those of news: a page has some 5,000 elements and a report 800
// words, so that a limit is met by accident once in a hundred thousand pages and
// by every attack.
package limits

import "time"

// Of fetching (package fetch).
const (
	HTTPBody      = 15 << 20 // bytes of a page, unpacked; pages with their scripts reach 5 MB
	HTTPList      = 50 << 20 // bytes of a feed or sitemap, unpacked; sitemaps.org allows so much
	HTTPHeader    = 256 << 10
	HTTPTime      = 30 * time.Second // of an answer with its redirects
	HTTPConnect   = 10 * time.Second
	HTTPRedirects = 5
	HTTPPause     = 2 * time.Second // between two requests to a site, one at a time
	HTTPBackoff   = 24 * time.Hour  // longest that what fails is left alone
)

// Of unpacking (package unpack and those that use it).
const (
	Ratio     = 100     // unpacked to packed bytes; text packs 3 to 10 times
	RatioFrom = 1 << 20 // bytes that come out before the ratio counts
)

// Of files and archives (packages ingest and ingest/warc).
const (
	Report           = 15 << 20 // bytes of a file that is one report
	Line             = 50 << 20 // bytes of a line of JSON, or of a file that holds many reports
	FolderDepth      = 64
	ArchiveEntries   = 10_000
	ArchiveTotal     = 2 << 30 // bytes of all entries, unpacked
	ArchiveDirectory = 8 << 20 // bytes of a zip's list of contents
	WARCRecord       = 50 << 20
	WARCHeader       = 64 << 10
	WARCFields       = 1000
	Layers           = 128 << 20 // bytes of a line that “readout extract” wrote
)

// Of JSON (packages ingest, feeds, reading).
const (
	JSONDepth  = 200     // the standard library goes 10,000 deep
	JSONItems  = 100_000 // entries of a .json file that is a list; reports have 500 bytes at least
	JSONValues = 250_000 // of one report or feed: a parser keeps of each many times its bytes
)

// Of XML (packages feeds and iptc).
const (
	XMLDepth      = 100
	XMLTokens     = 1_000_000 // of a NewsML-G2 message; 1,000 long items have some 200,000
	XMLAttributes = 256       // of one tag
	XMLNodes      = 250_000   // elements with attributes of a feed
	FeedItems     = 10_000
	FeedText      = 5 << 20 // bytes of one text or attribute
	FeedPages     = 50_000  // addresses of a sitemap, an outline or a list; sitemaps.org
)

// Of pages (package extract). Beyond them a page is not taken apart as a tree:
// its text is read token by token.
const (
	HTMLDepth      = 512       // elements within elements; html.Parse refuses more
	HTMLNodes      = 500_000   // of the tree, as a bound that is counted before it is built
	HTMLElements   = 30_000    // of a page whose article is looked for
	HTMLWork       = 8e9       // texts of a page times their bytes: the search puts them together one by one; a book of 5,000 paragraphs has 6e9
	HTMLAttributes = 256       // of one tag
	HTMLValue      = 64 << 10  // bytes of an attribute's value
	FrontMatter    = 64 << 10  // bytes of YAML before a Markdown text
	Text           = 1_000_000 // characters of a report
	Lines          = 50_000    // of a report; each is judged, furniture or text
	Title          = 1000      // characters of a title, a byline, the name of an outlet
	Address        = 8 << 10   // bytes of a URL
)

// Of reading (package tokenize).
const (
	Sentences = 5_000 // of a report: a book. Finding who is who in a text takes time with the square of its names
	Sentence  = 4_000 // characters of a sentence
)

// Of one document, whatever it is (package sandbox).
const (
	DocumentCPU    = 2 * time.Second
	DocumentTime   = 30 * time.Second // by the clock: for a child that waits for nothing
	DocumentMemory = 512 << 20        // bytes of the child
)

// Of queries (packages search, query).
const (
	QueryInput = 2000 // bytes that are searched for
	QueryTerms = 40
	QueryValue = 2000 // bytes of one parameter of a page
	PageRows   = 1000 // rows of one answer
)

// Of the server (packages cli, web, api, gate).
const (
	RequestBody   = 20 << 20 // bytes of reports that are sent to the API
	RequestForm   = 1 << 20  // bytes of any other request
	RequestHeader = 64 << 10
	RequestFiles  = 1000     // reports of one request
	UploadBody    = 64 << 20 // bytes of a form with files
	UploadLines   = 50       // addresses of a form
	DraftPage     = 200 << 10
	DraftAPI      = 256 << 10
	HeaderTime    = 10 * time.Second // until the header of a request is there
	QueryTime     = time.Second      // of one search
	Connections   = 4096             // at once, see package gate

	Reads      = 600 // requests that read, of one token, account or address in RateTime
	Writes     = 60  // all other requests
	RateTime   = time.Minute
	Logins     = 10 // tries of a password, of one address and of one account in LoginsTime
	LoginsTime = 10 * time.Minute
)

// Package store says what a store of Readout keeps and promises; package
// sqlite is one, and storetest is the suite that every store must pass.
//
// In: captures, annotated reports and the linked record. Out: the same, byte
// for byte. A store knows three kinds of things, and how they come to be
// replaced is the heart of it:
//
//   - captures are evidence: bytes, named by their SHA-256, stored once and
//     never changed;
//   - reports and layers are readings of one capture: written in one
//     transaction a report, replaced only by a reading with another version of
//     the annotators;
//   - the record is drawn from all reports: replaced whole, or only where it
//     changes, in one transaction.
//
// Layers are kept as one value a report in an encoding of this package (see
// EncodeLayers), because they are read only whole; the record is kept as rows,
// because people ask it by date, speaker and name. The package knows the types
// of nlp and no annotator.
package store

import (
	"context"
	"iter"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
)

// Outcome says what AddReport did.
type Outcome uint8

// The outcomes of AddReport.
const (
	New         Outcome = iota + 1 // the report was not stored before
	Known                          // it was, read by this version: nothing changed
	Reannotated                    // it was, read by another version: its reading was replaced
)

func (o Outcome) String() string {
	switch o {
	case New:
		return "new"
	case Known:
		return "known"
	case Reannotated:
		return "re-annotated"
	}
	return "none"
}

// Layered is one stored report with its layers.
type Layered struct {
	Doc     *nlp.Doc
	Version string // of the pipeline that filled the layers; "" when only the report could be read back
	Mark    string // of a pending report, see Store.Pending: names report and layers as they are; "" not pending
}

// LinkDigest is what package link noted of a report.
type LinkDigest struct {
	Report string // id
	Digest []byte
}

// About is what a store is and holds, for those who run it.
type About struct {
	Name     string    // file or address, without password
	Engine   string    // "SQLite", "PostgreSQL"; "" unknown
	Bytes    int64     // on disk; 0 unknown
	Reports  int       // stored, linked or not
	Pending  int       // of them those that are to be linked, see Store.Pending
	Readings []Reading // what read them, by version

	// Of the record:
	Linked, Events, Statements int       // Linked: its reports
	Since                      time.Time // when its first revision was put; zero: never
}

// Reading counts the reports that one version of the annotators has read.
type Reading struct {
	Version string
	Reports int
}

// Behind is how many reports another version than the one given has read.
func (a *About) Behind(version string) int {
	n := 0
	for _, r := range a.Readings {
		if r.Version != version {
			n += r.Reports
		}
	}
	return n
}

// Kind names what an id stands for.
type Kind string

// The kinds of things with ids.
const (
	KindReport     Kind = "report"
	KindEntity     Kind = "entity"
	KindEvent      Kind = "event"
	KindStatement  Kind = "statement"
	KindUtterance  Kind = "utterance"
	KindClaim      Kind = "claim"
	KindIssue      Kind = "issue"
	KindPosition   Kind = "position"
	KindCommitment Kind = "commitment"
	KindResponse   Kind = "response"
	KindThread     Kind = "thread"
	KindCapture    Kind = "capture" // id is the SHA-256
)

// Revision is one state of the record.
type Revision struct {
	N        int       // from 1; 0: no record was put yet
	At       time.Time // when it was put, to the second, UTC; zero when unknown
	Pipeline string    // version of the annotators that read most of its reports
	Reports  int       // that it was linked from
}

// Moved is what became of an id.
type Moved struct {
	ID       string
	Kind     Kind     // KindEvent, KindEntity or KindThread
	Revision Revision // the first that no longer holds the id; zero while the present one does
	To       []string // ids of the present record that took over its mentions, most of them first: one (merged or renamed), several (split), none (withdrawn); ID itself while the record holds it
}

// Item is one thing that an id prefix fits.
type Item struct {
	Kind Kind
	ID   string
}

// Store keeps captures, reports with their layers, and the record. All methods
// may be called from many goroutines. What is returned belongs to the caller.
// Nil and empty slices and maps are not told apart in reports and records:
// empty ones come back nil. Errors wrap the sentinels of package readout and
// say what to do.
type Store interface {
	// AddReport stores capture, report and layers in one transaction: all of
	// them or nothing. The ids come from content, so adding again changes
	// nothing. When one reading of the same report arrives under several
	// paths, the path that sorts first names it. A refusal of that path is
	// forgotten. ErrConflict: capture and report are not of the same bytes.
	AddReport(ctx context.Context, c readout.Capture, doc *nlp.Doc, version string) (Outcome, error)

	// Reannotate stores what was read anew of a report that is stored: where its
	// bytes came from, which report stands for which article, stay as they are
	// noted. ErrNotFound.
	Reannotate(ctx context.Context, doc *nlp.Doc, version string) (Outcome, error)

	// Keep is AddReport for those who do not ask what it did.
	Keep(ctx context.Context, c readout.Capture, doc *nlp.Doc, version string) error

	// Known returns the report with its layers when it was read by this
	// version of the pipeline, else nil and no error.
	Known(ctx context.Context, reportID, version string) (*nlp.Doc, error)

	// Has returns the path of the report when Known would return it; ok is
	// false else. It loads less.
	Has(ctx context.Context, reportID, version string) (path string, ok bool, err error)

	// Layers goes through all reports in the order of their ids, as they were
	// when it began. It ends after the first error.
	Layers(ctx context.Context) iter.Seq2[Layered, error]

	// Layered returns one report with its layers, whatever version made them.
	// ErrNotFound.
	Layered(ctx context.Context, reportID string) (Layered, error)

	// Behind returns the ids of reports that another version of the pipeline has
	// read, in order, from the first behind the id given; at most limit.
	Behind(ctx context.Context, version, after string, limit int) ([]string, error)

	// About says what the store is and holds.
	About(ctx context.Context) (About, error)
	// LayersOf goes through those of the reports that are stored, like Layers.
	LayersOf(ctx context.Context, ids []string) iter.Seq2[Layered, error]

	// Pending returns the ids of the reports that the record was not linked from
	// as they are now, sorted: new ones, and those read anew since. AddReport
	// makes a report pending; the ReplaceRecord or UpdateRecord that takes it in
	// ends that, in its transaction. Of a store that was made before this was
	// noted all are pending once.
	Pending(ctx context.Context) ([]string, error)

	// PutLinkDigests keeps what package link wants to know of each report
	// without its layers, by report id; the bytes are its own business.
	// ErrNotFound: no such report.
	PutLinkDigests(ctx context.Context, digests map[string][]byte) error

	// LinkDigests goes through what PutLinkDigests kept, in the order of ids, as
	// it was when it began. It ends after the first error.
	LinkDigests(ctx context.Context) iter.Seq2[LinkDigest, error]

	// Report returns one report. ErrNotFound.
	Report(ctx context.Context, id string) (*readout.Report, error)

	// Capture returns the bytes with that SHA-256 and where they first came
	// from by the order of paths. ErrNotFound.
	Capture(ctx context.Context, sha256 string) (readout.Capture, error)

	// Arrivals returns the bytes with that SHA-256 once for each place that they came
	// from, by path: a wire text that two outlets print is two reports of the same
	// bytes. ErrNotFound.
	Arrivals(ctx context.Context, sha256 string) ([]readout.Capture, error)

	// ReadIn says when the bytes of each report first came in, to the second,
	// by report id. Reports that came in before the store noted it are left
	// out.
	ReadIn(ctx context.Context) (map[string]time.Time, error)

	// AddRefusals notes inputs that could not be read; a later one for the
	// same path replaces the earlier.
	AddRefusals(ctx context.Context, refusals ...readout.Refusal) error

	// Refusals returns what AddRefusals noted, sorted by path.
	Refusals(ctx context.Context) ([]readout.Refusal, error)

	// Sentences returns where the sentences of a report lie in its text, in
	// order; nil when its layers have to be read anew. ErrNotFound.
	Sentences(ctx context.Context, reportID string) ([]readout.Span, error)

	// ReplaceRecord puts a record in the place of the one before, in one
	// transaction. Its reports must be stored (ErrNotFound) and be the stored
	// ones but for Path and Published, which linking may settle anew
	// (ErrConflict); ids must not occur twice (ErrConflict). A record with
	// other content than the one before is a new revision; the same content
	// again changes nothing. Its reports are taken to be linked as they are
	// stored now (see Update.Marks for who cannot say that).
	ReplaceRecord(ctx context.Context, rec *readout.Record) error

	// UpdateRecord puts a part of the record in the place of what was there, in
	// one transaction, with the promises of ReplaceRecord and its outcome, at a
	// cost that follows the part and not the record. ErrConflict, too: the
	// record is no longer that of u.Base, has not u.Total reports afterwards, or
	// something outside the scope hangs on what would be gone.
	UpdateRecord(ctx context.Context, u Update) error

	// Record returns what ReplaceRecord put last with all updates since, its
	// lists in the order of Ordered; an empty record before.
	Record(ctx context.Context) (*readout.Record, error)

	// Revision returns the revision that Record returns; the zero value before
	// the first.
	Revision(ctx context.Context) (Revision, error)

	// Revisions returns all revisions, the first first. A store that was made
	// before revisions were noted has one for what it then held.
	Revisions(ctx context.Context) ([]Revision, error)

	// ReportsAt returns the ids of the reports that revision n was linked from,
	// sorted. ErrNotFound when there is no such revision.
	ReportsAt(ctx context.Context, n int) ([]string, error)

	// Moved says what became of the id of an event, entity or thread that an
	// earlier revision held. ErrNotFound when none held it.
	Moved(ctx context.Context, id string) (Moved, error)

	// Search returns what holds all terms of the query and passes its filters,
	// kind by kind. ErrQuery: the cursor is not of this query.
	Search(ctx context.Context, q Query) (Hits, error)

	// Near returns up to limit words of reports and names that are inflections of
	// word or differ from it in a letter or two, those that differ least first,
	// then those that occur in most reports or names.
	Near(ctx context.Context, word string, limit int) ([]string, error)

	// Show returns what the prefix of an id fits, sorted by kind and id, at
	// most ShowLimit of it. ErrNotFound when nothing does.
	Show(ctx context.Context, prefix string) ([]Item, error)

	// Timeline returns the ids of the record's events that lie in whole or in
	// part in the days from and to, both included (ISO 8601 dates; "" is
	// open), by date. Undated events are not among them.
	Timeline(ctx context.Context, from, to string) ([]string, error)

	// Quotes returns the ids of an entity's statements, by date, undated last.
	Quotes(ctx context.Context, entityID string) ([]string, error)

	// Who returns the ids of the entities with that name, by id. Case, accents
	// and doubled spaces do not matter.
	Who(ctx context.Context, name string) ([]string, error)

	// Verify compares what is stored with the sums that were kept when it was
	// written: the rows of all that cannot be drawn anew, what is counted, and, where
	// it is deep, the rows of the record, the bytes of captures, the digests of
	// reports, layers, the record with its own rules, the index of words and the
	// database below the rows. It writes nothing. What is wrong is in what it
	// returns; an error says that the looking was ended. progress, which may be nil,
	// is told of each part that is done.
	Verify(ctx context.Context, deep bool, progress func(done string)) (*Verified, error)

	// CaptureOf is the SHA-256 of the bytes that a report was read from, whatever
	// else of it is damaged. ErrNotFound.
	CaptureOf(ctx context.Context, reportID string) (string, error)

	// Forget drops the layers of reports, so that AddReport stores all of them
	// anew. Reports that are not stored are passed over.
	Forget(ctx context.Context, ids []string) error

	// Reindex makes the index of words anew from the reports and the record.
	Reindex(ctx context.Context) error

	// NoteBackup notes that the store was backed up; LastBackup is the latest that
	// was noted, the zero value before the first.
	NoteBackup(ctx context.Context, b Backup) error
	LastBackup(ctx context.Context) (Backup, error)

	Feeds
	Versions
	Accounts
	Decisions
	Review

	// Close ends the use of the store. It waits for writes under way.
	Close() error
}

// ShowLimit is the most that Show returns.
const ShowLimit = 50

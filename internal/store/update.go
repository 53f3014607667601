package store

import "github.com/readout-news/readout"

// Scope names parts of the record by their ids.
//
// A report in scope stands for what the record draws from it alone: its path
// and publication as linking settled them, its origin, time expressions,
// statements, positions, responses and defects, and its mentions of entities
// and events with its evidence for roles. An entity in scope stands for type,
// name, spellings, Wikidata id, country, members and roles, without what
// reports own of it; an event for its own fields, participants, links, claims
// and disagreements, without its mentions; an issue for its names and positions
// and for what each of them has of it: Issue, Change and Previous; an utterance
// for its variants and for Utterance of their statements. So a report that names
// a state which a hundred thousand others name costs nothing on account of
// those, and neither does one that says again what many have said.
type Scope struct {
	All bool // the whole record; the lists do not matter

	Reports, Entities, Events, Utterances, Issues, Commitments, Threads []string
}

// Update puts what Record holds of the scope in the place of what the record of
// the store holds of it.
type Update struct {
	Scope Scope

	// Record is what now stands in the scope, in lists of any order; what of the
	// scope is not in it is gone. What it holds beyond the scope is not looked
	// at: an entity or event that is not in scope may be there for its id and
	// the mentions and evidence of the reports that are (roles by their titles), a
	// position of a report that is not for what an issue in scope has of it.
	// Origins are as many as Reports, or none. Refusals replace all when they
	// are not nil.
	Record *readout.Record

	Total int // reports that the record now has; with Scope.All it may be 0

	Base int // number of the revision that the change was drawn from; 0: not said

	// Anew puts all rows anew, whatever the sums of those that are there say; what
	// PutLinkDigests kept is dropped, and all reports are pending afterwards. Scope
	// is All. The same content as before is no new revision.
	Anew bool

	// Marks are the Layered.Mark of the reports that Record was linked from, by
	// id. A report in scope is no longer pending when the mark is the one that
	// the store still has, so that layers which came in meanwhile are not taken
	// for linked. With nil Marks no report in scope is pending any more.
	Marks map[string]string

	// Notes are kept as PutLinkDigests keeps them, in the same transaction: what
	// package link needs to go on from this change.
	Notes map[string][]byte
}

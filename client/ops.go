package client

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"time"

	"github.com/readout-news/readout/wire"
)

// Timeline goes through events by date, the newest first.
func (c *Client) Timeline(ctx context.Context, q wire.Query) iter.Seq2[wire.EventItem, error] {
	return all[wire.EventItem](ctx, c, "/timeline", q)
}

// TimelinePage is one page of Timeline.
func (c *Client) TimelinePage(ctx context.Context, q wire.Query) (*wire.List[wire.EventItem], error) {
	return page[wire.EventItem](ctx, c, "/timeline", q)
}

// Disagreements goes through attributes on which reports tell of events, conflicts first.
func (c *Client) Disagreements(ctx context.Context, q wire.Query) iter.Seq2[wire.DisagreementItem, error] {
	return all[wire.DisagreementItem](ctx, c, "/disagreements", q)
}

// DisagreementsPage is one page of Disagreements.
func (c *Client) DisagreementsPage(ctx context.Context, q wire.Query) (*wire.List[wire.DisagreementItem], error) {
	return page[wire.DisagreementItem](ctx, c, "/disagreements", q)
}

// Threads goes through lines of events of the same parties on one matter.
func (c *Client) Threads(ctx context.Context, q wire.Query) iter.Seq2[wire.ThreadItem, error] {
	return all[wire.ThreadItem](ctx, c, "/threads", q)
}

// ThreadsPage is one page of Threads.
func (c *Client) ThreadsPage(ctx context.Context, q wire.Query) (*wire.List[wire.ThreadItem], error) {
	return page[wire.ThreadItem](ctx, c, "/threads", q)
}

// Changes goes through what reports added to the record of events, the newest first.
func (c *Client) Changes(ctx context.Context, q wire.Query) iter.Seq2[wire.ChangeItem, error] {
	return all[wire.ChangeItem](ctx, c, "/changes", q)
}

// ChangesPage is one page of Changes.
func (c *Client) ChangesPage(ctx context.Context, q wire.Query) (*wire.List[wire.ChangeItem], error) {
	return page[wire.ChangeItem](ctx, c, "/changes", q)
}

// Quotes goes through things said, each once in all its renderings.
func (c *Client) Quotes(ctx context.Context, q wire.Query) iter.Seq2[wire.QuoteItem, error] {
	return all[wire.QuoteItem](ctx, c, "/quotes", q)
}

// QuotesPage is one page of Quotes.
func (c *Client) QuotesPage(ctx context.Context, q wire.Query) (*wire.List[wire.QuoteItem], error) {
	return page[wire.QuoteItem](ctx, c, "/quotes", q)
}

// Statements goes through statements, each as its report has it.
func (c *Client) Statements(ctx context.Context, q wire.Query) iter.Seq2[wire.StatementItem, error] {
	return all[wire.StatementItem](ctx, c, "/statements", q)
}

// StatementsPage is one page of Statements.
func (c *Client) StatementsPage(ctx context.Context, q wire.Query) (*wire.List[wire.StatementItem], error) {
	return page[wire.StatementItem](ctx, c, "/statements", q)
}

// Sources goes through outlets and what can be measured of them.
func (c *Client) Sources(ctx context.Context, q wire.Query) iter.Seq2[wire.SourceItem, error] {
	return all[wire.SourceItem](ctx, c, "/sources", q)
}

// SourcesPage is one page of Sources.
func (c *Client) SourcesPage(ctx context.Context, q wire.Query) (*wire.List[wire.SourceItem], error) {
	return page[wire.SourceItem](ctx, c, "/sources", q)
}

// Responses goes through answers to what is asked or alleged.
func (c *Client) Responses(ctx context.Context, q wire.Query) iter.Seq2[wire.ResponseItem, error] {
	return all[wire.ResponseItem](ctx, c, "/responses", q)
}

// ResponsesPage is one page of Responses.
func (c *Client) ResponsesPage(ctx context.Context, q wire.Query) (*wire.List[wire.ResponseItem], error) {
	return page[wire.ResponseItem](ctx, c, "/responses", q)
}

// Positions goes through what parties want, offer, refuse, promise or allege.
func (c *Client) Positions(ctx context.Context, q wire.Query) iter.Seq2[wire.PositionItem, error] {
	return all[wire.PositionItem](ctx, c, "/positions", q)
}

// PositionsPage is one page of Positions.
func (c *Client) PositionsPage(ctx context.Context, q wire.Query) (*wire.List[wire.PositionItem], error) {
	return page[wire.PositionItem](ctx, c, "/positions", q)
}

// Issues goes through what positions are about.
func (c *Client) Issues(ctx context.Context, q wire.Query) iter.Seq2[wire.IssueItem, error] {
	return all[wire.IssueItem](ctx, c, "/issues", q)
}

// IssuesPage is one page of Issues.
func (c *Client) IssuesPage(ctx context.Context, q wire.Query) (*wire.List[wire.IssueItem], error) {
	return page[wire.IssueItem](ctx, c, "/issues", q)
}

// Commitments goes through promises.
func (c *Client) Commitments(ctx context.Context, q wire.Query) iter.Seq2[wire.CommitmentItem, error] {
	return all[wire.CommitmentItem](ctx, c, "/commitments", q)
}

// CommitmentsPage is one page of Commitments.
func (c *Client) CommitmentsPage(ctx context.Context, q wire.Query) (*wire.List[wire.CommitmentItem], error) {
	return page[wire.CommitmentItem](ctx, c, "/commitments", q)
}

// Entities goes through people, bodies, places, outlets, groups and works.
func (c *Client) Entities(ctx context.Context, q wire.Query) iter.Seq2[wire.EntityItem, error] {
	return all[wire.EntityItem](ctx, c, "/entities", q)
}

// EntitiesPage is one page of Entities.
func (c *Client) EntitiesPage(ctx context.Context, q wire.Query) (*wire.List[wire.EntityItem], error) {
	return page[wire.EntityItem](ctx, c, "/entities", q)
}

// Reports goes through reports by day of publication.
func (c *Client) Reports(ctx context.Context, q wire.Query) iter.Seq2[wire.ReportItem, error] {
	return all[wire.ReportItem](ctx, c, "/reports", q)
}

// ReportsPage is one page of Reports.
func (c *Client) ReportsPage(ctx context.Context, q wire.Query) (*wire.List[wire.ReportItem], error) {
	return page[wire.ReportItem](ctx, c, "/reports", q)
}

// Event is all that the record has on one event; q is for AsOf and View.
func (c *Client) Event(ctx context.Context, id string, q wire.Query) (*wire.Thing[wire.EventPage], error) {
	return thing[wire.EventPage](ctx, c, at("/events", id), q)
}

// Thread is a thread with its events; q is for AsOf.
func (c *Client) Thread(ctx context.Context, id string, q wire.Query) (*wire.Thing[wire.ThreadPage], error) {
	return thing[wire.ThreadPage](ctx, c, at("/threads", id), q)
}

// Quote is the thing said that an utterance or statement is of; q is for AsOf.
func (c *Client) Quote(ctx context.Context, id string, q wire.Query) (*wire.Thing[wire.QuoteItem], error) {
	return thing[wire.QuoteItem](ctx, c, at("/quotes", id), q)
}

// Statement is one statement; q is for AsOf.
func (c *Client) Statement(ctx context.Context, id string, q wire.Query) (*wire.Thing[wire.StatementItem], error) {
	return thing[wire.StatementItem](ctx, c, at("/statements", id), q)
}

// Source is what can be measured of one outlet; q is for AsOf.
func (c *Client) Source(ctx context.Context, id string, q wire.Query) (*wire.Thing[wire.SourceItem], error) {
	return thing[wire.SourceItem](ctx, c, at("/sources", id), q)
}

// Open is the sentences that a reference, or the id of any thing, rests on; q is for AsOf.
func (c *Client) Open(ctx context.Context, id string, q wire.Query) (*wire.Thing[wire.Opened], error) {
	return thing[wire.Opened](ctx, c, at("/open", id), q)
}

// Response is one answer of a party; q is for AsOf.
func (c *Client) Response(ctx context.Context, id string, q wire.Query) (*wire.Thing[wire.ResponseItem], error) {
	return thing[wire.ResponseItem](ctx, c, at("/responses", id), q)
}

// Position is one position; q is for AsOf.
func (c *Client) Position(ctx context.Context, id string, q wire.Query) (*wire.Thing[wire.PositionItem], error) {
	return thing[wire.PositionItem](ctx, c, at("/positions", id), q)
}

// Issue is an issue with its positions; q is for AsOf.
func (c *Client) Issue(ctx context.Context, id string, q wire.Query) (*wire.Thing[wire.IssuePage], error) {
	return thing[wire.IssuePage](ctx, c, at("/issues", id), q)
}

// Commitment is one promise with who says that it was broken; q is for AsOf.
func (c *Client) Commitment(ctx context.Context, id string, q wire.Query) (*wire.Thing[wire.CommitmentItem], error) {
	return thing[wire.CommitmentItem](ctx, c, at("/commitments", id), q)
}

// Entity is what the record has on a person, body, place, outlet, group or work; q is for AsOf.
func (c *Client) Entity(ctx context.Context, id string, q wire.Query) (*wire.Thing[wire.EntityPage], error) {
	return thing[wire.EntityPage](ctx, c, at("/entities", id), q)
}

// Report is a report with its sentences and what was read from them; q is for AsOf.
func (c *Client) Report(ctx context.Context, id string, q wire.Query) (*wire.Thing[wire.ReportPage], error) {
	return thing[wire.ReportPage](ctx, c, at("/reports", id), q)
}

// Versions are the versions of the article that a report is of, with what each
// tells otherwise than the one before; none where nothing says when its bytes
// were on the web.
func (c *Client) Versions(ctx context.Context, id string, q wire.Query) (*wire.Thing[wire.Versions], error) {
	return thing[wire.Versions](ctx, c, at("/reports", id)+"/versions", q)
}

// EventChanges are what reports that came out after q.A and up to q.B added to the
// record of one event.
func (c *Client) EventChanges(ctx context.Context, id string, q wire.Query) (*wire.Thing[wire.EventChanges], error) {
	return thing[wire.EventChanges](ctx, c, at("/events", id)+"/changes", q)
}

// Search is what holds the words of q.Q and fits its operators; q.In narrows it
// to events, quotes, people or text. The Next of one of them goes on as q.Cursor
// where q.In names it alone.
func (c *Client) Search(ctx context.Context, q wire.Query) (*wire.SearchAnswer, error) {
	out := new(wire.SearchAnswer)
	if err := c.do(ctx, http.MethodGet, "/search", values(q), nil, out); err != nil {
		return nil, err
	}
	return out, nil
}

// Check compares a draft with the record as of q.AsOf. Nothing of it is kept.
func (c *Client) Check(ctx context.Context, draft wire.Draft, q wire.Query) (*wire.Check, error) {
	body, err := json.Marshal(draft)
	if err != nil {
		return nil, fmt.Errorf("check draft: %w", err)
	}
	out := new(wire.Check)
	if err := c.do(ctx, http.MethodPost, "/check", values(q), body, out); err != nil {
		return nil, err
	}
	return out, nil
}

// Stances is who stands where: issues down, parties across.
func (c *Client) Stances(ctx context.Context, q wire.Query) (*wire.Thing[wire.StanceTable], error) {
	return thing[wire.StanceTable](ctx, c, "/stances", q)
}

// Contacts are who speaks with whom.
func (c *Client) Contacts(ctx context.Context, q wire.Query) (*wire.Thing[wire.Contacts], error) {
	return thing[wire.Contacts](ctx, c, "/contacts", q)
}

// CompareSources sets the outlets a and b, names or ids, side by side.
func (c *Client) CompareSources(ctx context.Context, a, b string, q wire.Query) (*wire.Thing[wire.Comparison], error) {
	q.A, q.B = a, b
	return thing[wire.Comparison](ctx, c, "/sources/compare", q)
}

// Status is the state of the store behind the answers.
func (c *Client) Status(ctx context.Context) (*wire.Thing[wire.Status], error) {
	return thing[wire.Status](ctx, c, "/status", wire.Query{})
}

// AddReports sends reports to be read and gives the job that reads them.
func (c *Client) AddReports(ctx context.Context, reports ...wire.IntakeReport) (*wire.Job, error) {
	body, err := json.Marshal(wire.Intake{Reports: reports})
	if err != nil {
		return nil, fmt.Errorf("send reports: %w", err)
	}
	var out wire.Thing[wire.Job]
	if err := c.do(ctx, http.MethodPost, "/reports", nil, body, &out); err != nil {
		return nil, err
	}
	return &out.Item, nil
}

// Job tells how far a reading is.
func (c *Client) Job(ctx context.Context, id string) (*wire.Job, error) {
	out, err := thing[wire.Job](ctx, c, at("/jobs", id), wire.Query{})
	if err != nil {
		return nil, err
	}
	return &out.Item, nil
}

// Wait asks for a job until it has ended, every 200 ms at first, more seldom
// later. A job that failed is no error: see its State.
func (c *Client) Wait(ctx context.Context, id string) (*wire.Job, error) {
	for every := 200 * time.Millisecond; ; every = min(2*every, 5*time.Second) {
		j, err := c.Job(ctx, id)
		if err != nil || j.State == "done" || j.State == "failed" {
			return j, err
		}
		timer := time.NewTimer(every)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return j, ctx.Err()
		}
	}
}

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

// Quotes goes through statements: who said what, through whom.
func (c *Client) Quotes(ctx context.Context, q wire.Query) iter.Seq2[wire.QuoteItem, error] {
	return all[wire.QuoteItem](ctx, c, "/quotes", q)
}

// QuotesPage is one page of Quotes.
func (c *Client) QuotesPage(ctx context.Context, q wire.Query) (*wire.List[wire.QuoteItem], error) {
	return page[wire.QuoteItem](ctx, c, "/quotes", q)
}

// Utterances goes through what several statements render.
func (c *Client) Utterances(ctx context.Context, q wire.Query) iter.Seq2[wire.UtteranceItem, error] {
	return all[wire.UtteranceItem](ctx, c, "/utterances", q)
}

// UtterancesPage is one page of Utterances.
func (c *Client) UtterancesPage(ctx context.Context, q wire.Query) (*wire.List[wire.UtteranceItem], error) {
	return page[wire.UtteranceItem](ctx, c, "/utterances", q)
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

// Event is all that the record has on one event; of q only AsOf counts.
func (c *Client) Event(ctx context.Context, id string, q wire.Query) (*wire.Thing[wire.EventPage], error) {
	return thing[wire.EventPage](ctx, c, at("/events", id), wire.Query{AsOf: q.AsOf})
}

// Thread is a thread with its events; of q only AsOf counts.
func (c *Client) Thread(ctx context.Context, id string, q wire.Query) (*wire.Thing[wire.ThreadPage], error) {
	return thing[wire.ThreadPage](ctx, c, at("/threads", id), wire.Query{AsOf: q.AsOf})
}

// Quote is one statement; of q only AsOf counts.
func (c *Client) Quote(ctx context.Context, id string, q wire.Query) (*wire.Thing[wire.QuoteItem], error) {
	return thing[wire.QuoteItem](ctx, c, at("/quotes", id), wire.Query{AsOf: q.AsOf})
}

// Utterance is one thing once said, in all its renderings; of q only AsOf counts.
func (c *Client) Utterance(ctx context.Context, id string, q wire.Query) (*wire.Thing[wire.UtteranceItem], error) {
	return thing[wire.UtteranceItem](ctx, c, at("/utterances", id), wire.Query{AsOf: q.AsOf})
}

// Response is one answer of a party; of q only AsOf counts.
func (c *Client) Response(ctx context.Context, id string, q wire.Query) (*wire.Thing[wire.ResponseItem], error) {
	return thing[wire.ResponseItem](ctx, c, at("/responses", id), wire.Query{AsOf: q.AsOf})
}

// Position is one position; of q only AsOf counts.
func (c *Client) Position(ctx context.Context, id string, q wire.Query) (*wire.Thing[wire.PositionItem], error) {
	return thing[wire.PositionItem](ctx, c, at("/positions", id), wire.Query{AsOf: q.AsOf})
}

// Issue is an issue with its positions; of q only AsOf counts.
func (c *Client) Issue(ctx context.Context, id string, q wire.Query) (*wire.Thing[wire.IssuePage], error) {
	return thing[wire.IssuePage](ctx, c, at("/issues", id), wire.Query{AsOf: q.AsOf})
}

// Commitment is one promise with who says that it was broken; of q only AsOf counts.
func (c *Client) Commitment(ctx context.Context, id string, q wire.Query) (*wire.Thing[wire.CommitmentItem], error) {
	return thing[wire.CommitmentItem](ctx, c, at("/commitments", id), wire.Query{AsOf: q.AsOf})
}

// Entity is what the record has on a person, body, place, outlet, group or work; of q only AsOf counts.
func (c *Client) Entity(ctx context.Context, id string, q wire.Query) (*wire.Thing[wire.EntityPage], error) {
	return thing[wire.EntityPage](ctx, c, at("/entities", id), wire.Query{AsOf: q.AsOf})
}

// Report is a report with its sentences and what was read from them; of q only AsOf counts.
func (c *Client) Report(ctx context.Context, id string, q wire.Query) (*wire.Thing[wire.ReportPage], error) {
	return thing[wire.ReportPage](ctx, c, at("/reports", id), wire.Query{AsOf: q.AsOf})
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

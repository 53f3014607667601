package client

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"strconv"

	"github.com/readout-news/readout/wire"
)

// Review goes through the questions that wait for a person, those on which most
// hangs first; q.Kind is one kind of them.
func (c *Client) Review(ctx context.Context, q wire.Query) iter.Seq2[wire.ReviewItem, error] {
	return all[wire.ReviewItem](ctx, c, "/review", q)
}

// ReviewPage is one page of Review.
func (c *Client) ReviewPage(ctx context.Context, q wire.Query) (*wire.List[wire.ReviewItem], error) {
	return page[wire.ReviewItem](ctx, c, "/review", q)
}

// ReviewItem is one question with the sentences below it; its Actions are what
// Answer takes.
func (c *Client) ReviewItem(ctx context.Context, id string) (*wire.Thing[wire.ReviewItem], error) {
	return thing[wire.ReviewItem](ctx, c, at("/review", id), wire.Query{})
}

// Answer answers a question. What is decided is noted when it returns; the Job,
// where there is one, takes it into the record, see Wait.
func (c *Client) Answer(ctx context.Context, id string, a wire.Answer) (*wire.Decided, error) {
	return c.decided(ctx, at("/review", id), a)
}

// Decide decides about an event, entity, statement or commitment without having
// been asked, as Answer does.
func (c *Client) Decide(ctx context.Context, id string, a wire.Answer) (*wire.Decided, error) {
	return c.decided(ctx, at("/decide", id), a)
}

// Undo takes the decision of that number back, by another decision.
func (c *Client) Undo(ctx context.Context, seq int64, why string) (*wire.Decided, error) {
	return c.decided(ctx, at("/decisions", strconv.FormatInt(seq, 10))+"/undo", wire.Undo{Why: why})
}

func (c *Client) decided(ctx context.Context, path string, in any) (*wire.Decided, error) {
	body, err := json.Marshal(in)
	if err != nil {
		return nil, fmt.Errorf("send what is decided: %w", err)
	}
	var out wire.Thing[wire.Decided]
	if err := c.do(ctx, http.MethodPost, path, nil, body, &out); err != nil {
		return nil, err
	}
	return &out.Item, nil
}

// Decisions goes through the log of what people decided, the newest first.
func (c *Client) Decisions(ctx context.Context, q wire.Query) iter.Seq2[wire.Decision, error] {
	return all[wire.Decision](ctx, c, "/decisions", q)
}

// DecisionsPage is one page of Decisions.
func (c *Client) DecisionsPage(ctx context.Context, q wire.Query) (*wire.List[wire.Decision], error) {
	return page[wire.Decision](ctx, c, "/decisions", q)
}

package client_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/readout-news/readout/client"
	"github.com/readout-news/readout/wire"
)

// Who said what: statements of one person, each with the sentence it rests on.
func ExampleClient_Statements() {
	c := must(client.New(must(server()), client.Options{}))
	n := 0
	for said, err := range c.Statements(context.Background(), wire.Query{By: "Torokai", Type: "direct", Order: "date"}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		at := said.Evidence[0]
		fmt.Printf("%s\n  %s, sentence %d, %s\n", said.Text, at.Outlet, *at.Sentence, *at.Published)
		if n++; n == 2 {
			break
		}
	}
	// Output:
	// I will not hide behind my delegation. The offer is mine, … Let Orrin measure, let both of us read, and let nobody lie about what is written there.
	//   Harbour Wire, sentence 4, 2031-03-18T12:40Z
	// My deputy prime minister does not slam doors, … He holds them open, sometimes for too long.
	//   Harbour Wire, sentence 13, 2031-03-18T12:40Z
}

// Where reports do not agree.
func ExampleClient_Disagreements() {
	c := must(client.New(must(server()), client.Options{}))
	for d, err := range c.Disagreements(context.Background(), wire.Query{Verdict: "conflict", On: "duration"}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s, %s: %s\n", d.Event.Name, d.Attribute, d.Why)
	}
	// Output:
	// Phone call between Henrik Aldane and Vesna Torokai, duration: 78.8–101.3 min lies above 75 min
	// Talks between Karvany and Sollund in Hegra, duration: 157.5–202.5 min lies above 105–135 min
}

// Who says what of one event, and the sentences behind one cell.
func ExampleClient_Event() {
	ctx := context.Background()
	c := must(client.New(must(server()), client.Options{}))
	var id string
	for d := range c.Disagreements(ctx, wire.Query{Verdict: "conflict", On: "duration"}) {
		id = d.Event.ID
		break
	}
	page := must(c.Event(ctx, id, wire.Query{}))
	for _, q := range page.Item.WhoSays.Rows {
		if !q.Disputed {
			continue
		}
		fmt.Println(q.Question)
		for i, cell := range q.Cells {
			for _, v := range cell.Values {
				fmt.Printf("  %s: %s [%d]\n", page.Item.WhoSays.Columns[i].Name, v.Words, v.Sentences)
			}
		}
	}
	// Output:
	// How long did the call last?
	//   Sollund: 1 hour 15 minutes [3]
	//   Karvany: Nearly 2 hours [2]
	//   Reporters: About 1 hour 30 minutes [1]
}

// What was known on a day.
func ExampleClient_TimelinePage() {
	c := must(client.New(must(server()), client.Options{}))
	then := must(c.TimelinePage(context.Background(), wire.Query{AsOf: "2031-03-14", Limit: 1}))
	now := must(c.TimelinePage(context.Background(), wire.Query{Limit: 1}))
	fmt.Printf("%d events were known then, %d are now; %d reports came later\n", then.Count, now.Count, then.Later)
	// Output:
	// 55 events were known then, 97 are now; 9 reports came later
}

// Errors say what happened and what to do.
func ExampleError() {
	c := must(client.New(must(server()), client.Options{}))
	_, err := c.Event(context.Background(), "v0000000000000000", wire.Query{})
	var e *client.Error
	if errors.As(err, &e) {
		fmt.Println(e.Status, e.Detail)
	}
	fmt.Println(errors.Is(err, client.ErrNotFound))
	// Output:
	// 404 the record has no event v0000000000000000
	// true
}

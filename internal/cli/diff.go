package cli

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/view"
	"github.com/readout-news/readout/internal/view/recordjson"
)

// diffSchema names the JSON of diff.
const diffSchema = "readout/diff/1"

func (a *app) diffCommand() *cobra.Command {
	var moments []string
	cmd := &cobra.Command{
		Use:   "diff --as-of A [--as-of B] [PATH…]",
		Short: "What came to be known between two days",
		Long: `What came to be known between two days: new reports; events that are new or told
otherwise (another status, date or place, a conflict that was not there before);
new positions, promises, alleged breaches and answers. Without a second --as-of
the later side is all that has been read.`,
		Example: "  readout diff --as-of 2031-03-14 --as-of 2031-03-18 examples/lake-ansa\n  readout diff --db desk.db --as-of 2031-03-20",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(moments) < 1 || len(moments) > 2 {
				return usageError{errors.New("diff needs one or two --as-of, such as --as-of 2031-03-14 --as-of 2031-03-18")}
			}
			for _, a.asOf = range moments {
				if err := a.checkMoment(); err != nil {
					return err
				}
			}
			a.asOf = ""
			if len(moments) == 2 {
				from, _ := pipeline.ParseMoment(moments[0])
				if to, _ := pipeline.ParseMoment(moments[1]); from.After(to) {
					return usageError{fmt.Errorf("diff goes from the earlier to the later: --as-of %s --as-of %s", moments[1], moments[0])}
				}
			}
			return a.diff(cmd, moments, args)
		},
	}
	cmd.Flags().BoolVar(&a.json, "json", false, "print JSON instead of text")
	cmd.Flags().StringArrayVar(&moments, "as-of", nil, "a day (2031-03-14) or a time; give it twice for both sides")
	a.source.add(cmd)
	a.dbFlag(cmd)
	return cmd
}

func (a *app) diff(cmd *cobra.Command, moments, paths []string) error {
	r, err := a.reader()
	if err != nil {
		return err
	}
	from, to := moments[0], "" // all that was read
	if len(moments) > 1 {
		to = moments[1]
	}
	docs, refused, err := a.documents(cmd.Context(), r, paths, from, to)
	if err != nil {
		return err
	}
	var recs [2]*readout.Record
	for i, m := range []string{from, to} {
		if recs[i], err = a.recordAt(r, docs[i], m); err != nil {
			return err
		}
	}
	old, now := view.New(recs[0]), view.New(recs[1])
	d := now.Since(old)
	if a.json {
		return errors.Join(a.printDiff(from, to, now, d), refused)
	}
	to = cmp.Or(to, "all that was read")
	t := a.term()
	renderDiff(t, now, d, from, to)
	return errors.Join(t.err, refused)
}

// printDiff writes what changed, with the facts themselves as a part of the
// later record.
func (a *app) printDiff(from, to string, now *view.View, d view.Diff) error {
	type alteration struct {
		What   string  `json:"what"`
		Before *string `json:"before"`
		After  *string `json:"after"`
	}
	type event struct {
		Event   string       `json:"event"`
		Before  []string     `json:"before"`
		Changes []alteration `json:"changes"`
	}
	out := struct {
		Schema string  `json:"schema"`
		From   string  `json:"from"`
		To     *string `json:"to"` // null: all that was read
		Events []event `json:"events"`
		Record any     `json:"record"`
	}{Schema: diffSchema, From: from, Events: []event{}}
	known := func(s string) *string {
		if s == "" {
			return nil
		}
		return &s
	}
	out.To = known(to)
	p := now.NewPart()
	for _, e := range d.Events {
		p.Add(e.Event.ID)
		x := event{Event: e.Event.ID, Before: []string{}, Changes: []alteration{}}
		for _, b := range e.Before {
			x.Before = append(x.Before, b.ID)
		}
		for _, c := range e.Changes {
			x.Changes = append(x.Changes, alteration{c.What, known(c.Before), known(c.After)})
		}
		out.Events = append(out.Events, x)
	}
	for _, r := range d.Reports {
		p.Add(r.Report.ID)
	}
	for _, r := range d.Positions {
		p.Add(r.Position.ID)
	}
	for _, r := range d.Commitments {
		p.Add(r.Commitment.ID)
	}
	for _, r := range d.Responses {
		p.Add(r.Response.ID)
	}
	var err error
	if out.Record, err = recordjson.Part(now.Record, p.Record(), nil); err != nil {
		return err
	}
	return a.printJSON(out)
}

func renderDiff(t *terminal, v *view.View, d view.Diff, from, to string) {
	t.line("", 0, styleHead.Render(fmt.Sprintf("From %s to %s: %s, %s, %s, %s, %s", clean(from), clean(to),
		plural(len(d.Reports), "new report", "new reports"), plural(len(d.Events), "event new or told otherwise", "events new or told otherwise"),
		plural(len(d.Positions), "position", "positions"), plural(len(d.Commitments), "promise or breach", "promises or breaches"), plural(len(d.Responses), "answer", "answers"))))
	if len(d.Events) > 0 {
		t.section("EVENTS")
	}
	for _, e := range d.Events {
		lead := ""
		if len(e.Before) == 0 {
			lead = styleYes.Render("new")
		}
		eventLine(t, e.Event, lead)
		for _, c := range e.Changes {
			t.line("", dateColumn+2, styleMay.Render(c.What)+": "+nameOr(c.Before, "not told")+" → "+nameOr(c.After, "not told"))
		}
	}
	if len(d.Positions) > 0 {
		t.section("POSITIONS")
		for _, r := range v.WithoutCopies(d.Positions) {
			r.Position = withParty(r)
			renderPosition(t, r)
		}
	}
	if len(d.Commitments) > 0 {
		t.section("PROMISES AND ALLEGED BREACHES")
		for _, r := range d.Commitments {
			if r.Party != "" {
				t.line("", 0, styleName.Render(clean(r.Party)))
			}
			renderCommitment(t, v, r)
		}
	}
	if len(d.Responses) > 0 {
		t.section("ANSWERS")
		for _, r := range v.WithoutCopiedAnswers(d.Responses) {
			renderResponse(t, r)
		}
	}
}

package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/readout-news/readout"
	answers "github.com/readout-news/readout/internal/answer"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/query"
	"github.com/readout-news/readout/internal/review"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/view"
)

// reviewFlags are those of the commands that answer.
type reviewFlags struct {
	deciding
	kind, to string
	second   []int
}

func (a *app) reviewCommand() *cobra.Command {
	var f reviewFlags
	cmd := &cobra.Command{
		Use:   "review",
		Short: "Answer the questions that wait: where the machine was close to reading otherwise",
		Long: `Answer the questions that wait: where the machine was close to reading otherwise.

“list” shows them, those on which most hangs first: same event? one event or two?
same person? who is speaking? which date? and what readers reported. “show” opens
one, with its sentences numbered. The other commands answer it: yes (accept), no
(reject), or by another value. Questions are named by their ids or the first
letters of them.

What nobody asks about is decided with “readout decide”. Either way it is noted with
your name in a log that only grows, outranks the machine and holds when the reports
are read anew; “readout decisions” is the log, “readout decide undo” takes back.
docs/review.md is the guide for those who review.`,
		Example: `  readout review list --kind same-person
  readout review show w8bcf9
  readout review accept w8bcf9 --why "same adviser in both reports"
  readout review split w21ae2 --second 3,4
  readout review edit w02d7a --to 2031-03-21`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageError{fmt.Errorf("review has no command %q", args[0])}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	add := func(use, short, long string, run func(ctx context.Context, s store.Store, st review.State, args []string) error) *cobra.Command {
		name, arg, _ := strings.Cut(use, " ")
		c := &cobra.Command{
			Use: use, Short: short, Long: long,
			Args: func(_ *cobra.Command, got []string) error {
				switch {
				case arg == "" && len(got) > 0:
					return usageError{fmt.Errorf("review %s takes no arguments", name)}
				case arg != "" && len(got) != 1:
					return usageError{fmt.Errorf("review %s needs the id of one question; “readout review list” has them", name)}
				}
				return nil
			},
			RunE: func(cmd *cobra.Command, got []string) error {
				return a.atDesk(cmd.Context(), func(s store.Store, st review.State) error { return run(cmd.Context(), s, st, got) })
			},
		}
		c.Flags().BoolVar(&a.json, "json", false, "print JSON instead of text")
		a.dbFlag(c)
		cmd.AddCommand(c)
		return c
	}
	list := add("list", "The questions that wait", "The questions that wait, those on which most hangs first, with why each waits.", func(_ context.Context, _ store.Store, st review.State, _ []string) error {
		return a.listReview(st, f.kind)
	})
	list.Flags().StringVar(&f.kind, "kind", "", "only same-event, one-or-two, same-person, speaker, date or reported")
	list.Flags().BoolVar(&a.all, "all", false, "print everything, however long")
	add("show ID", "One question with its sentences numbered", "One question: how its two sides differ, their sentences, numbered, and the answers that\nit takes.", func(_ context.Context, _ store.Store, st review.State, args []string) error {
		x, err := waiting(st, args[0])
		if err != nil {
			return err
		}
		return a.showReview(st, x)
	})
	next := add("next", "The question on which most hangs", "The question on which most hangs, as “show” has it.", func(_ context.Context, _ store.Store, st review.State, _ []string) error {
		if items := st.Queue.Of(review.Kind(f.kind)); len(items) > 0 {
			return a.showReview(st, items[0])
		}
		return a.listReview(st, f.kind)
	})
	next.Flags().StringVar(&f.kind, "kind", "", "of this kind")
	for _, x := range []struct {
		do               review.Do
		use, short, long string
	}{
		{review.Accept, "accept ID", "Yes to a question", "Yes: they are one, it is two, this one said it, the day is right. “show” says what it\ncomes to."},
		{review.Reject, "reject ID", "No to a question", "No: they are two, another said it, the day is not known. “show” says what it comes to."},
		{review.Split, "split ID", "It is two: --second names the sentences of the second", "Make two of the event or person that a question is about."},
		{review.Edit, "edit ID", "Another value: a day, or who speaks", "Give another value: a day, or who speaks."},
		{review.Withdraw, "withdraw ID", "Nothing of the kind was said or promised", "Take out of the record what the question is about: the machine misread."},
		{review.Note, "note ID", "Only note something; the question waits on", "Note something with --why. Nothing changes, and the question waits on."},
	} {
		c := add(x.use, x.short, x.long, func(ctx context.Context, s store.Store, st review.State, args []string) error {
			return a.answer(ctx, s, st, x.do, args[0], f)
		})
		f.add(c)
		switch x.do {
		case review.Split:
			c.Flags().IntSliceVar(&f.second, "second", nil, "numbers of the sentences that go to the second, as “show” prints them (default: as the question has them)")
		case review.Edit:
			c.Flags().StringVar(&f.to, "to", "", "the value: 2031-03-14, 2031-03-12/2031-03-14, the id or name of who speaks; \"\" is not known")
		}
	}
	return cmd
}

// waiting is the question of that id, or of the one that begins so.
func waiting(st review.State, id string) (*review.Item, error) {
	if x := st.Queue.Item(id); x != nil {
		return x, nil
	}
	var found []*review.Item
	for _, x := range st.Queue.Items {
		if len(id) > 1 && strings.HasPrefix(x.ID, id) {
			found = append(found, x)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		for _, d := range slices.Backward(st.Log) {
			if d.Item == id && d.Stands() {
				return nil, notThere{fmt.Errorf("the question %s waits no longer: decision %d by %s answered it; “readout decide undo %d” takes that back", clean(id), d.Seq, clean(d.By), d.Seq)}
			}
		}
		return nil, notThere{fmt.Errorf("no question that waits has the id %s; “readout review list --all” has them, and what nobody asks about is decided with “readout decide”", clean(id))}
	}
	return nil, usageError{fmt.Errorf("%d questions begin with %q; give more letters", len(found), clean(id))}
}

// deskSource is the record of a store at one moment.
type deskSource struct{ snap *live.Snapshot }

func (s deskSource) Now() *live.Snapshot { return s.snap }

func (deskSource) Read([]readout.Capture, []readout.Refusal) *live.Job { return nil }

// deskOf is the desk of a store as it is now.
func deskOf(ctx context.Context, s store.Store) (*review.Desk, error) {
	rec, err := s.Record(ctx)
	if err != nil {
		return nil, err
	}
	rev, err := s.Revision(ctx)
	if err != nil {
		return nil, err
	}
	v := view.New(rec)
	v.Sentences = func(report string) []readout.Span {
		spans, err := s.Sentences(ctx, report)
		if err != nil {
			return nil // places are shown without the number of their sentence
		}
		return spans
	}
	return review.NewDesk(deskSource{&live.Snapshot{View: v, Revision: rev, Store: s}}, nil), nil
}

// atDesk runs f on the queue of the store.
func (a *app) atDesk(ctx context.Context, f func(store.Store, review.State) error) (err error) {
	s, err := a.existing(ctx, a.store())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	desk, err := deskOf(ctx, s)
	if err != nil {
		return err
	}
	st, err := desk.State(ctx)
	if err != nil {
		return err
	}
	return f(s, st)
}

func (a *app) listReview(st review.State, kind string) error {
	k := review.Kind(kind)
	if k != "" && k.Words() == "" {
		return usageError{fmt.Errorf("--kind %q is none of same-event, one-or-two, same-person, speaker, date, reported", clean(kind))}
	}
	if a.json {
		rows := answers.From(st.Snap).Queue(st, k, nil)
		page, err := rows.Page(query.Params{Kind: kind, Limit: max(rows.N, 1)})
		if err != nil {
			return err
		}
		return a.printJSON(page)
	}
	t := a.term()
	items := st.Queue.Of(k)
	if len(items) == 0 {
		t.line("", 0, "Nothing waits.")
		return t.err
	}
	shown := items
	if !a.all {
		shown = items[:min(len(items), 20)]
	}
	for _, x := range shown {
		t.line(styleDim.Render(x.ID), 20, styleHead.Render(x.Kind.Words())+" "+clean(strings.Join(titles(x), " – ")))
		t.line("", 20, styleDim.Render(clean(strings.Join(x.Why, "; "))+"; "+count(x.Evidence, "sentence")+" in "+count(x.Reports, "report")))
	}
	if n := len(items) - len(shown); n > 0 {
		t.blank()
		t.line("", 0, fmt.Sprintf("%d more wait; --all prints them.", n))
	}
	return t.err
}

// spaced is clean that keeps the space at either end.
func spaced(s string) string {
	out := clean(s)
	if strings.HasPrefix(s, " ") {
		out = " " + out
	}
	if strings.HasSuffix(s, " ") {
		out += " "
	}
	return out
}

func titles(x *review.Item) []string {
	var out []string
	for _, s := range x.Sides {
		if !slices.Contains(out, s.Title) {
			out = append(out, s.Title)
		}
	}
	return out
}

func (a *app) showReview(st review.State, x *review.Item) error {
	if a.json {
		v, err := answers.From(st.Snap).ReviewItem(st, x, store.Lease{})
		if err != nil {
			return err
		}
		return a.printJSON(v)
	}
	t := a.term()
	t.line("", 0, styleHead.Render(strings.TrimSpace(x.Kind.Words()+" "+clean(strings.Join(titles(x), " – ")))))
	if len(x.Why) > 0 {
		t.line("", 0, styleDim.Render(clean(strings.Join(x.Why, "; "))))
	}
	for _, r := range x.Rows {
		var vs []string
		for _, v := range r.Values {
			vs = append(vs, cmp.Or(clean(v), "not told"))
		}
		mark := ""
		if r.Differs {
			mark = "  " + styleNo.Render("differs")
		}
		t.line("  "+clean(r.Name), 24, strings.Join(vs, " | ")+mark)
	}
	n := 0
	for i, s := range x.Sides {
		t.blank()
		if len(x.Sides) > 1 {
			t.line("", 0, styleName.Render([]string{"First", "Second"}[i]+": "+clean(s.Title))+"  "+styleDim.Render(s.ID))
		}
		for _, e := range s.Evidence {
			n++
			c := st.Snap.Context(e.Report, e.Span)
			t.line(fmt.Sprintf("%4d", n), 6, spaced(c.Before)+styleName.Render(clean(c.Hit))+spaced(c.After))
			t.line("", 6, styleDim.Render(clean(st.Snap.OutletName(e.Report))+"  "+e.Report))
		}
	}
	for _, c := range x.Choices {
		t.line("", 0, styleDim.Render(fmt.Sprintf("may be %s  %s", clean(c.Words), c.Value)))
	}
	if acts := x.Actions(); len(acts) > 0 {
		t.blank()
		for _, c := range acts {
			if c.Do != review.Merge {
				t.line("  "+string(c.Do), 14, clean(c.Words)+": "+clean(c.Does))
			}
		}
	}
	return t.err
}

// answer answers a question.
func (a *app) answer(ctx context.Context, s store.Store, st review.State, do review.Do, id string, f reviewFlags) error {
	x, err := waiting(st, id)
	if err != nil {
		return err
	}
	v := st.Snap.View
	in := review.Answer{Do: do, Value: f.to, Why: f.why}
	var evidence []readout.Evidence
	for _, side := range x.Sides {
		evidence = append(evidence, side.Evidence...)
	}
	for _, n := range f.second {
		if n < 1 || n > len(evidence) {
			return usageError{fmt.Errorf("--second %d: there are %d sentences; “readout review show %s” numbers them", n, len(evidence), x.ID)}
		}
		in.Parts = append(in.Parts, evidence[n-1])
	}
	if x.Field == "speaker" && in.Value != "" && v.Entity(in.Value) == nil {
		who := v.Who(in.Value)
		switch len(who) {
		case 0:
			return notThere{fmt.Errorf("the record has nobody of the name %q; “readout review show %s” offers who is near", clean(in.Value), x.ID)}
		case 1:
			in.Value = who[0].Entity.ID
		default:
			var ids []string
			for _, w := range who {
				ids = append(ids, w.Entity.ID+" ("+clean(w.Entity.Name)+")")
			}
			return usageError{fmt.Errorf("--to %q is the name of %s; give the id", clean(in.Value), strings.Join(ids, ", "))}
		}
	}
	d, err := x.Decide(v, cmp.Or(f.by, machineUser()), in)
	if errors.Is(err, review.ErrAnswer) {
		return usageError{errors.New(strings.TrimPrefix(err.Error(), review.ErrAnswer.Error()+": "))}
	}
	if err != nil {
		return err
	}
	return a.take(ctx, s, v.Record, d, f.dryRun)
}

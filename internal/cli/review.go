package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
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

// reviewFlags are those of the commands that decide.
type reviewFlags struct {
	by, why, kind, to, field string
	second                   []int
	dry                      bool
}

func (a *app) reviewCommand() *cobra.Command {
	var f reviewFlags
	cmd := &cobra.Command{
		Use:   "review",
		Short: "Decide what the machine was close to reading otherwise",
		Long: `Decide what the machine was close to reading otherwise.

“list” shows the questions that wait, those on which most hangs first: same event?
one event or two? same person? who is speaking? which date? and what readers
reported. “show” opens one, with its sentences numbered. The other commands answer:
yes (accept), no (reject), or by another value. They take the id of a question or,
to decide without having been asked, that of an event, an entity or a statement.

What is decided is noted for good, with who, when and why, outranks the machine, and
holds when the reports are read anew. “undo” takes a decision back by another.
docs/review.md is the guide for those who review.`,
		Example: `  readout review list --kind same-person
  readout review show w8bcf9edd309c44c4
  readout review accept w8bcf9edd309c44c4 --why "same adviser in both reports"
  readout review split v21ae2ad75afbf3f7 --second 3,4
  readout review edit v21ae2ad75afbf3f7 --field date --to 2031-03-21
  readout review undo 12`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageError{fmt.Errorf("review has no command %q", args[0])}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	add := func(use, short string, args int, run func(ctx context.Context, s store.Store, st review.State, args []string) error) *cobra.Command {
		name, _, _ := strings.Cut(use, " ")
		c := &cobra.Command{
			Use: use, Short: short, Long: short + ".",
			Args: func(_ *cobra.Command, got []string) error {
				if len(got) < args || len(got) > args && !strings.Contains(use, "…") {
					return usageError{fmt.Errorf("review %s needs %s", name, strings.TrimPrefix(use, name+" "))}
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
	list := add("list", "The questions that wait", 0, func(_ context.Context, _ store.Store, st review.State, _ []string) error {
		return a.listReview(st, f.kind)
	})
	list.Flags().StringVar(&f.kind, "kind", "", "only same-event, one-or-two, same-person, speaker, date or reported")
	list.Flags().BoolVar(&a.all, "all", false, "print everything, however long")
	add("show ID", "One question, or one thing, with its sentences numbered", 1, func(_ context.Context, _ store.Store, st review.State, args []string) error {
		return a.showReview(st, args[0])
	})
	next := add("next", "The question on which most hangs", 0, func(_ context.Context, _ store.Store, st review.State, _ []string) error {
		items := st.Queue.Of(review.Kind(f.kind))
		if len(items) == 0 {
			return a.listReview(st, f.kind)
		}
		return a.showReview(st, items[0].ID)
	})
	next.Flags().StringVar(&f.kind, "kind", "", "of this kind")
	add("log", "What was decided, the newest first", 0, func(_ context.Context, _ store.Store, st review.State, _ []string) error { return a.showLog(st) }).
		Flags().BoolVar(&a.all, "all", false, "print everything, however long")
	for _, x := range []struct {
		do         review.Do
		use, short string
		args       int
	}{
		{review.Accept, "accept ID", "Yes to a question", 1},
		{review.Reject, "reject ID", "No to a question", 1},
		{review.Merge, "merge ID OTHER…", "Make one of several events, or of several people", 2},
		{review.Split, "split ID", "Make two of an event or a person: --second names the sentences of the second", 1},
		{review.Edit, "edit ID", "Give another value: a day, a speaker, a name", 1},
		{review.Withdraw, "withdraw ID", "Take out of the record what was misread", 1},
		{review.Note, "note ID", "Note something; nothing changes", 1},
	} {
		c := add(x.use, x.short, x.args, func(ctx context.Context, s store.Store, st review.State, args []string) error {
			return a.decide(ctx, s, st, x.do, args, f)
		})
		a.decideFlags(c, &f)
		switch x.do {
		case review.Split:
			c.Flags().IntSliceVar(&f.second, "second", nil, "numbers of the sentences that go to the second, as “review show” prints them (default: as the question has them)")
		case review.Edit:
			c.Flags().StringVar(&f.to, "to", "", "the value: 2031-03-14, 2031-03-12/2031-03-14, the id or name of who speaks, a name; \"\" is not known")
			c.Flags().StringVar(&f.field, "field", "", "of an event date, place or status; of an entity name; of a statement speaker (default: that of the question)")
		}
	}
	undo := add("undo NUMBER", "Take a decision back, by another decision", 1, func(ctx context.Context, s store.Store, st review.State, args []string) error {
		n, err := strconv.ParseInt(args[0], 10, 64)
		if err != nil {
			return usageError{fmt.Errorf("%q is no number of a decision; “readout review log” lists them", clean(args[0]))}
		}
		d, err := st.Undo(cmp.Or(f.by, review.Who(ctx)), n, f.why)
		if err != nil {
			return err
		}
		return a.note(ctx, s, &d, f.dry)
	})
	a.decideFlags(undo, &f)
	return cmd
}

func (a *app) decideFlags(c *cobra.Command, f *reviewFlags) {
	c.Flags().StringVar(&f.why, "why", "", "why, for those who read the log")
	c.Flags().StringVar(&f.by, "by", "", "who decides (default: the user of this machine)")
	c.Flags().BoolVar(&f.dry, "dry-run", false, "print the decision and note nothing")
}

// deskSource is the record of a store at one moment.
type deskSource struct{ snap *live.Snapshot }

func (s deskSource) Now() *live.Snapshot { return s.snap }

func (deskSource) Read([]readout.Capture, []readout.Refusal) *live.Job { return nil }

// atDesk runs f on the queue of the store.
func (a *app) atDesk(ctx context.Context, f func(store.Store, review.State) error) (err error) {
	s, err := a.existing(ctx, a.store())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	rec, err := s.Record(ctx)
	if err != nil {
		return err
	}
	rev, err := s.Revision(ctx)
	if err != nil {
		return err
	}
	v := view.New(rec)
	v.Sentences = func(report string) []readout.Span {
		spans, err := s.Sentences(ctx, report)
		if err != nil {
			return nil // places are shown without the number of their sentence
		}
		return spans
	}
	st, err := review.NewDesk(deskSource{&live.Snapshot{View: v, Revision: rev, Store: s}}).State(ctx)
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
		page, err := answers.From(st.Snap).Queue(st, k, nil).Page(query.Params{Kind: kind, Limit: query.MaxLimit})
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

func (a *app) showReview(st review.State, id string) error {
	x := st.Queue.Item(id)
	if x == nil {
		t, ok := review.Of(st.Snap.View, id)
		if !ok {
			return fmt.Errorf("%w: nothing that waits, and no event, entity or statement, has the id %s", readout.ErrNotFound, clean(id))
		}
		x = &review.Item{ID: id, Sides: []review.Side{t.Side}}
	}
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

func (a *app) showLog(st review.State) error {
	if a.json {
		page, err := answers.From(st.Snap).Decisions(st).Page(query.Params{Limit: query.MaxLimit})
		if err != nil {
			return err
		}
		return a.printJSON(page)
	}
	t := a.term()
	all := st.Entries()
	if len(all) == 0 {
		t.line("", 0, "Nothing was decided yet.")
		return t.err
	}
	slices.Reverse(all)
	if !a.all {
		all = all[:min(len(all), 40)]
	}
	for i := range all {
		e := &all[i]
		note := ""
		switch {
		case e.UndoneBy != 0:
			note = fmt.Sprintf("  undone by decision %d", e.UndoneBy)
		case e.Changed:
			note = "  its sentences changed: back to review"
		}
		t.line(fmt.Sprintf("%5d", e.Seq), 7, clean(review.Words(&e.Decision))+styleMay.Render(note))
		why := ""
		if e.Why != "" {
			why = ": " + clean(e.Why)
		}
		t.line("", 7, styleDim.Render(clean(e.By)+", "+minute(e.At)+why))
		if e.Kind == readout.DecideCorrect {
			t.line("", 7, fmt.Sprintf("%s → %s", unknown(e.Before), unknown(e.After)))
		}
	}
	return t.err
}

// decide answers a question, or decides about a thing.
func (a *app) decide(ctx context.Context, s store.Store, st review.State, do review.Do, args []string, f reviewFlags) error {
	v := st.Snap.View
	by := cmp.Or(f.by, review.Who(ctx))
	in := review.Answer{Do: do, Field: f.field, Value: f.to, With: args[1:], Why: f.why}
	item, thing := st.Queue.Item(args[0]), review.Thing{}
	var evidence []readout.Evidence
	if item == nil {
		var ok bool
		if thing, ok = review.Of(v, args[0]); !ok {
			return fmt.Errorf("%w: nothing that waits, and no event, entity or statement, has the id %s", readout.ErrNotFound, clean(args[0]))
		}
		evidence = thing.Evidence
		if do == review.Edit && in.Field == "" && len(thing.Fields) > 0 {
			in.Field = thing.Fields[0].Name
		}
	} else {
		for _, side := range item.Sides {
			evidence = append(evidence, side.Evidence...)
		}
	}
	for _, n := range f.second {
		if n < 1 || n > len(evidence) {
			return usageError{fmt.Errorf("--second %d: there are %d sentences; “readout review show %s” numbers them", n, len(evidence), shellWord(args[0]))}
		}
		in.Parts = append(in.Parts, evidence[n-1])
	}
	if field := cmp.Or(in.Field, fieldOf(item)); (field == "speaker" || field == "place") && in.Value != "" && v.Entity(in.Value) == nil {
		who := v.Who(in.Value)
		if len(who) == 0 {
			return fmt.Errorf("%w: the record has nobody of the name %q", readout.ErrNotFound, clean(in.Value))
		}
		in.Value = who[0].Entity.ID
	}
	var d readout.Decision
	var err error
	if item != nil {
		d, err = item.Decide(v, by, in)
	} else {
		d, err = thing.Decide(v, by, in)
	}
	if errors.Is(err, review.ErrAnswer) {
		return usageError{errors.New(strings.TrimPrefix(err.Error(), review.ErrAnswer.Error()+": "))}
	}
	if err != nil {
		return err
	}
	return a.note(ctx, s, &d, f.dry)
}

func fieldOf(x *review.Item) string {
	if x == nil {
		return ""
	}
	return x.Field
}

// note notes a decision and takes it into the record.
func (a *app) note(ctx context.Context, s store.Store, d *readout.Decision, dry bool) error {
	if !dry {
		if err := s.AddDecision(ctx, d); err != nil {
			return err
		}
		if d.Kind != readout.DecideNote && d.Kind != readout.DecideConfirm {
			r, err := a.reader()
			if err != nil {
				return err
			}
			if err := a.relink(ctx, r, a.store(), s, nil); err != nil {
				return fmt.Errorf("decision %d is noted, and not in the record yet: %w; the next “readout ingest” or “readout serve” takes it in", d.Seq, err)
			}
		}
	}
	if a.json {
		rec, err := s.Record(ctx)
		if err != nil {
			return err
		}
		rev, err := s.Revision(ctx)
		if err != nil {
			return err
		}
		v, err := answers.From(&live.Snapshot{View: view.New(rec), Revision: rev, Store: s}).Decided(*d, "")
		if err != nil {
			return err
		}
		return a.printJSON(v)
	}
	t := a.term()
	if dry {
		t.line("", 0, "It would be: "+clean(review.Words(d))+". Nothing was noted.")
		return t.err
	}
	t.line("", 0, fmt.Sprintf("Decision %d: %s.", d.Seq, clean(review.Words(d))))
	t.line("", 0, styleDim.Render(fmt.Sprintf("Take it back with: readout review undo %d", d.Seq)))
	return t.err
}

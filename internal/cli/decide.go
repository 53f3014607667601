package cli

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/readout-news/readout"
	answers "github.com/readout-news/readout/internal/answer"
	"github.com/readout-news/readout/internal/decide"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/query"
	"github.com/readout-news/readout/internal/review"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/view"
)

// deciding are the flags of the commands that decide.
type deciding struct {
	by, why string
	dryRun  bool
}

func (f *deciding) add(c *cobra.Command) {
	c.Flags().StringVar(&f.by, "by", "", "who decides (default: the user of this machine)")
	c.Flags().StringVar(&f.why, "why", "", "why, for those who read the log")
	c.Flags().BoolVar(&f.dryRun, "dry-run", false, "show what would change, and note nothing")
}

func (a *app) decideCommand() *cobra.Command {
	var f deciding
	var item string
	var apart []string
	cmd := &cobra.Command{
		Use:   "decide",
		Short: "Correct the record without being asked: merge, split, correct, withdraw, confirm, undo",
		Long: `Decide what the record says, without being asked; the questions that the machine
asks are answered with “readout review”. A decision outranks what the machine
reads in the same sentences, now and when the reports are read anew, and
everything drawn from them follows. It is noted with your name in a log that only
grows; what the machine had said stays in it, and undo takes a decision back.

Things are named by their ids or the first letters of them, as “readout show” has
them. --why says why, --dry-run shows what would change and notes nothing.`,
		Example: `  readout decide same v1f3 v20b --why "one call, told twice"
  readout decide correct v1f3 date 2025-03-18
  readout decide undo 12`,
	}
	sub := func(use, short, long, example string, least, most int, run func(v *decide.Record, args []string) (readout.Decision, error)) *cobra.Command {
		c := &cobra.Command{
			Use: use, Short: short, Long: long, Example: example,
			Args: func(_ *cobra.Command, args []string) error {
				if len(args) < least || most > 0 && len(args) > most {
					return usageError{fmt.Errorf("it is “readout decide %s”", use)}
				}
				return nil
			},
			RunE: func(cmd *cobra.Command, args []string) error { return a.decideOn(cmd.Context(), f, item, args, run) },
		}
		f.add(c)
		c.Flags().StringVar(&item, "item", "", "the question of the review queue that it answers")
		c.Flags().BoolVar(&a.json, "json", false, "print JSON instead of text")
		a.dbFlag(c)
		cmd.AddCommand(c)
		return c
	}
	sub("same ID ID…", "Things are one", "Say that events, or people, bodies and places, are one.", "  readout decide same v1f3 v20b", 2, 0,
		func(v *decide.Record, args []string) (readout.Decision, error) { return v.Same(args...) })
	different := sub("different ID [ID…]", "Things are not one, or one is two", `Say that events, or people, bodies and places, are not one. Of one thing --apart
names the reports, or the places in them (REPORT:START-END), that tell of another.`,
		"  readout decide different v1f3 v20b\n  readout decide different v1f3 --apart r77a --apart r1b0:120-131", 1, 0,
		func(v *decide.Record, args []string) (readout.Decision, error) {
			if len(args) > 1 && len(apart) == 0 {
				return v.Different(args...)
			}
			if len(args) > 1 || len(apart) == 0 {
				return readout.Decision{}, usageError{errors.New("name two things, or one and with --apart which of its reports tell of another")}
			}
			return v.Split(args[0], func(x readout.Anchor) bool {
				return slices.ContainsFunc(apart, func(s string) bool { return inPlace(x, s) })
			})
		})
	different.Flags().StringArrayVar(&apart, "apart", nil, "a report, or a place in one, that tells of another thing")
	sub("correct ID FIELD VALUE", "A field has another value", fields(), `  readout decide correct v1f3 date 2025-03-18
  readout decide correct v1f3 participant:agent "Ilse Maren"
  readout decide correct v1f3 participant -- -e77a
  readout decide correct s09c speaker e77a
  readout decide correct k3b2 until 2025-05-01
  readout decide correct r1b0 published 2025-03-19`, 3, 3,
		func(v *decide.Record, args []string) (readout.Decision, error) {
			return v.Correct(args[0], args[1], args[2])
		})
	sub("withdraw ID", "What the machine read is not there", "Say that what the machine read is not there: an event, statement, claim, position, commitment, answer, or a time expression (REPORT:START-END). Of an entity that its words name nobody.",
		"  readout decide withdraw c77a --why \"a figure of another meeting\"", 1, 1,
		func(v *decide.Record, args []string) (readout.Decision, error) { return v.Withdraw(args[0]) })
	sub("confirm ID [FIELD]", "A thing, or its field, is as the record has it", "Say that a thing, or the value of its field, is as the record has it: it then stays when the reports are read anew.",
		"  readout decide confirm v1f3 date", 1, 2,
		func(v *decide.Record, args []string) (readout.Decision, error) {
			return v.Confirm(args[0], strings.Join(args[1:], ""))
		})
	sub("note ID TEXT", "A remark; changes nothing", "Note something about a thing. It changes nothing.", "  readout decide note v1f3 \"ask the ministry\"", 2, 2,
		func(v *decide.Record, args []string) (readout.Decision, error) { return v.Note(args[0], args[1]) })
	sub("undo NUMBER", "Take a decision back", "Take a decision back, which “readout decisions” numbers. An undo can be undone.", "  readout decide undo 12", 1, 1,
		func(_ *decide.Record, args []string) (readout.Decision, error) {
			n, err := strconv.ParseInt(strings.TrimPrefix(args[0], "#"), 10, 64)
			if err != nil || n < 1 {
				return readout.Decision{}, usageError{fmt.Errorf("%q is no number of a decision; “readout decisions” lists them", args[0])}
			}
			return decide.Undo(n), nil
		})
	return cmd
}

// fields says which fields can be corrected.
func fields() string {
	var b strings.Builder
	b.WriteString("Say that a field of a thing has another value. An empty value is “not known”. The\nfields are:\n\n")
	for _, k := range []string{"event", "entity", "statement", "position", "commitment", "response", "report", "timex"} {
		fmt.Fprintf(&b, "  %-10s %s\n", k, strings.Join(decide.Fields[k], ", "))
	}
	b.WriteString(`
A person, body or place is given by id or name. A participant is put in, with its
role behind a colon (participant:agent), and taken out with a minus before it,
behind “--”.`)
	return b.String()
}

// inPlace reports whether an anchor lies in a report, or at a place in one.
func inPlace(x readout.Anchor, place string) bool {
	report, at, in := strings.Cut(place, ":")
	if !strings.HasPrefix(x.Report, report) || report == "" {
		return false
	}
	var s readout.Span
	if !in {
		return true
	}
	if _, err := fmt.Sscanf(at, "%d-%d", &s.Start, &s.End); err != nil {
		return false
	}
	if !x.Trigger.Empty() {
		return s.Overlaps(x.Trigger)
	}
	return s.Overlaps(x.Span)
}

// whole are the full ids for the first letters of things; what is no id stays.
func whole(ctx context.Context, s store.Store, args []string) ([]string, error) {
	out := slices.Clone(args)
	for i, x := range args {
		sign, id := "", x
		if rest, ok := strings.CutPrefix(x, "-"); ok {
			sign, id = "-", rest
		}
		id, tail, _ := strings.Cut(id, ":")
		items, err := s.Show(ctx, id)
		if errors.Is(err, readout.ErrNotFound) || len(id) < 3 {
			continue // a name, a field, a value; what has to be an id is asked for later
		}
		if err != nil {
			return nil, err
		}
		items = slices.DeleteFunc(items, func(x store.Item) bool { return x.Kind == store.KindCapture })
		switch {
		case len(items) == 1:
			out[i] = sign + items[0].ID
			if tail != "" {
				out[i] += ":" + tail
			}
		case len(items) > 1 && i == 0:
			return nil, usageError{fmt.Errorf("%s things begin with %q; give more letters", strconv.Itoa(len(items)), id)}
		}
	}
	return out, nil
}

func (a *app) decideOn(ctx context.Context, f deciding, item string, args []string, make func(v *decide.Record, args []string) (readout.Decision, error)) (err error) {
	s, err := a.existing(ctx, a.store())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	rec, err := s.Record(ctx)
	if err != nil {
		return err
	}
	if args, err = whole(ctx, s, args); err != nil {
		return err
	}
	d, err := make(decide.In(rec), args)
	if err != nil {
		return err
	}
	d.By, d.Item = cmp.Or(f.by, machineUser()), item
	if f.why != "" {
		d.Why = f.why
	}
	return a.take(ctx, s, rec, d, f.dryRun)
}

// take notes a decision about a record, takes it in and says what became of it;
// dry shows what it would change, and notes nothing.
func (a *app) take(ctx context.Context, s store.Store, rec *readout.Record, d readout.Decision, dry bool) error {
	r, err := a.reader()
	if err != nil {
		return err
	}
	if dry {
		return a.preview(ctx, r, s, rec, d)
	}
	if err := s.AddDecision(ctx, &d); err != nil {
		return err
	}
	if d.Kind != readout.DecideNote {
		if err := a.relink(ctx, r, a.store(), s, nil); err != nil {
			return fmt.Errorf("decision %d is noted and will be heeded with the next linking: %w", d.Seq, err)
		}
	}
	st, err := logOf(ctx, s)
	if err != nil {
		return err
	}
	o := st.Decision(d.Seq)
	if a.json {
		v, err := answers.From(st.Snap).Decided(*o, "")
		if err != nil {
			return err
		}
		return a.printJSON(v)
	}
	t := a.term()
	renderOutcome(t, *o, false)
	return t.err
}

// logOf is the log of what was decided, with what became of it.
func logOf(ctx context.Context, s store.Store) (review.State, error) {
	desk, err := deskOf(ctx, s)
	if err != nil {
		return review.State{}, err
	}
	return desk.Log(ctx)
}

// preview shows what a decision would change.
func (a *app) preview(ctx context.Context, r *pipeline.Reader, s store.Store, rec *readout.Record, d readout.Decision) error {
	rev, err := s.Revision(ctx)
	if err != nil {
		return err
	}
	next, err := live.Preview(ctx, r, s, rec, rev.N, d)
	if err != nil {
		return err
	}
	was, is := lines(rec), lines(next)
	type change struct {
		ID  string `json:"id"`
		Was string `json:"was,omitempty"`
		Is  string `json:"is,omitempty"`
	}
	list := []change{}
	for id := range was {
		if is[id] != was[id] {
			list = append(list, change{id, was[id], is[id]})
		}
	}
	for id := range is {
		if was[id] == "" {
			list = append(list, change{id, "", is[id]})
		}
	}
	slices.SortFunc(list, func(a, b change) int { return strings.Compare(a.ID, b.ID) })
	if a.json {
		return a.printJSON(struct {
			Decision json.RawMessage `json:"decision"`
			Changes  []change        `json:"changes"`
		}{json.RawMessage(d.Canonical()), list})
	}
	t := a.term()
	if len(list) == 0 {
		t.line("", 0, "No event, name, promise or quotation would change.")
	}
	for _, c := range list {
		switch {
		case c.Is == "":
			t.line("−", 2, c.ID+" "+clean(c.Was))
		case c.Was == "":
			t.line("+", 2, c.ID+" "+clean(c.Is))
		default:
			t.line("~", 2, c.ID+" "+clean(c.Was)+" → "+clean(c.Is))
		}
	}
	return t.err
}

// lines are the events and names of a record, each in a line, by id.
func lines(rec *readout.Record) map[string]string {
	out := map[string]string{}
	for _, e := range rec.Events {
		out[e.ID] = e.Title + ", " + dateOf(e.Date) + ", " + count(len(e.Mentions), "mention")
	}
	for _, e := range rec.Entities {
		out[e.ID] = e.Name + ", " + count(len(e.Mentions), "mention")
	}
	for _, c := range rec.Commitments {
		out[c.ID] = "promise: " + view.Shorten(c.Terms, 60) + ", due " + dateOf(c.Until) + ", made " + dateOf(c.Made)
	}
	names := map[string]string{}
	for _, e := range rec.Entities {
		names[e.ID] = e.Name
	}
	for _, x := range rec.Statements {
		out[x.ID] = cmp.Or(names[x.Speaker], "nobody named") + " said: " + view.Shorten(x.Text, 60)
	}
	return out
}

func dateOf(d *readout.Date) string {
	switch {
	case d == nil:
		return "no date"
	case d.End != "":
		return d.Value + " to " + d.End
	}
	return d.Value
}

func (a *app) decisionsCommand() *cobra.Command {
	var check, export bool
	var head, from string
	cmd := &cobra.Command{
		Use:   "decisions",
		Short: "The log of what people decided, and what became of it",
		Long: `The log of what people decided, the first first: who, when, what and why, what the
record had said, and whether the record heeds it now, it was undone, a later
decision overrules it, or it waits for review because its sentence is gone.

--verify follows the chain of hashes through the log and says which entry was
changed, removed or put in; --head NUMBER:HASH, which an earlier --verify printed,
also notices a log that was written anew. --export prints the log, an entry a line,
and --import FILE appends such a log to a store whose own it continues.`,
		Example: "  readout decisions --db desk.db\n  readout decisions --verify\n  readout decisions --export > log.jsonl",
		Args:    alone,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			s, err := a.existing(cmd.Context(), a.store())
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, s.Close()) }()
			switch {
			case from != "":
				return a.importDecisions(cmd.Context(), s, from)
			case check || head != "":
				return a.verifyDecisions(cmd.Context(), s, head)
			case export:
				return a.exportDecisions(cmd.Context(), s)
			}
			return a.decisions(cmd.Context(), s)
		},
	}
	cmd.Flags().BoolVar(&check, "verify", false, "follow the chain of hashes")
	cmd.Flags().StringVar(&head, "head", "", "NUMBER:HASH that the log has to contain, from an earlier --verify")
	cmd.Flags().BoolVar(&export, "export", false, "print the log, an entry a line, with its hashes")
	cmd.Flags().StringVar(&from, "import", "", "append the log in a `FILE` that --export printed (-: standard input)")
	cmd.Flags().BoolVar(&a.json, "json", false, "print JSON instead of text")
	a.dbFlag(cmd)
	return cmd
}

func (a *app) decisions(ctx context.Context, s store.Store) error {
	st, err := logOf(ctx, s)
	if err != nil {
		return err
	}
	if a.json {
		rows := answers.From(st.Snap).Decisions(st)
		page, err := rows.Page(query.Params{Limit: max(rows.N, 1)})
		if err != nil {
			return err
		}
		return a.printJSON(page)
	}
	t := a.term()
	if len(st.Log) == 0 {
		t.line("", 0, "Nobody has decided anything yet. “readout decide” and “readout review” do.")
	}
	for _, o := range st.Log {
		renderOutcome(t, o, true)
	}
	return t.err
}

func renderOutcome(t *terminal, o decide.Outcome, log bool) {
	var about []string
	for _, x := range o.About {
		name := x.Name
		if name == "" {
			name = x.ID
		}
		about = append(about, clean(name))
	}
	what := string(o.Kind)
	switch {
	case o.Kind == readout.DecideUndo:
		what += fmt.Sprintf(" of %d", o.Undoes)
	case o.Kind == readout.DecideCorrect:
		what += " " + clean(o.Field) + " of " + strings.Join(about[:1], "") + ": " + quotedValue(o.Before) + " → " + quotedValue(o.After)
	case o.Kind == readout.DecideConfirm && o.Field != "":
		what += " " + clean(o.Field) + " of " + strings.Join(about[:1], "") + ": " + quotedValue(o.After)
	default:
		what += ": " + strings.Join(about, " | ")
	}
	state := map[decide.Status]string{
		decide.Applied: styleYes.Render("in force"), decide.Undone: styleDim.Render(fmt.Sprintf("undone by %d", o.Through)),
		decide.Overruled: styleMay.Render(fmt.Sprintf("overruled by %d", o.Through)), decide.Review: styleNo.Render("back to review"), decide.Noted: styleDim.Render("noted"),
	}[o.Status]
	t.line(strconv.FormatInt(o.Seq, 10), 5, what)
	t.line("", 5, styleDim.Render(o.At.Format("2006-01-02 15:04")+" "+clean(o.By))+" · "+state)
	if o.Why != "" && log {
		t.line("", 5, "“"+clean(o.Why)+"”")
	}
	for _, r := range o.Reasons {
		t.line("", 5, styleMay.Render(clean(r)))
	}
}

func quotedValue(s string) string {
	if s == "" {
		return "nothing"
	}
	return clean(s)
}

func (a *app) verifyDecisions(ctx context.Context, s store.Store, head string) error {
	n, hash, err := s.VerifyDecisions(ctx)
	if err != nil {
		return err
	}
	if head != "" {
		num, want, _ := strings.Cut(head, ":")
		k, err := strconv.ParseInt(num, 10, 64)
		if err != nil || k < 0 || k > 0 && len(want) != 64 {
			return usageError{fmt.Errorf("--head %q: give the number and hash that an earlier --verify printed, 12:9f86…", head)}
		}
		if k > 0 {
			list, err := s.Decisions(ctx, k-1)
			if err != nil {
				return err
			}
			if len(list) == 0 || list[0].Hash != want {
				return fmt.Errorf("%w: decision %d is not the one that was there", readout.ErrLog, k)
			}
		}
	}
	if a.json {
		return a.printJSON(struct {
			Whole bool   `json:"whole"`
			Last  int64  `json:"last"`
			Hash  string `json:"hash"`
		}{true, n, hash})
	}
	_, err = fmt.Fprintf(a.env.Stdout, "%s, one after the other as they were made. Head: %d:%s\n", count(int(n), "decision"), n, hash)
	return err
}

func (a *app) exportDecisions(ctx context.Context, s store.Store) error {
	list, err := s.Decisions(ctx, 0)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(a.env.Stdout)
	for i := range list {
		b, err := list[i].MarshalJSON()
		if err != nil {
			return err
		}
		w.Write(append(b, '\n')) // Flush has the error
	}
	return w.Flush()
}

// maxEntry is the longest entry that is imported, in bytes.
const maxEntry = 64 << 20

func (a *app) importDecisions(ctx context.Context, s store.Store, path string) (err error) {
	in := a.env.Stdin
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	list, err := readDecisions(in)
	if err != nil {
		return fmt.Errorf("read %s: %w", clean(path), err)
	}
	before, err := s.Decisions(ctx, 0)
	if err != nil {
		return err
	}
	for i := range list {
		if err := s.AddDecision(ctx, &list[i]); err != nil {
			return err
		}
	}
	r, err := a.reader()
	if err != nil {
		return err
	}
	if err := a.relink(ctx, r, a.store(), s, nil); err != nil {
		return err
	}
	fresh := max(len(list)-len(before), 0)
	if a.json {
		return a.printJSON(struct {
			Read int `json:"read"`
			New  int `json:"new"`
		}{len(list), fresh})
	}
	_, err = fmt.Fprintf(a.env.Stdout, "%s read, %d new\n", count(len(list), "decision"), fresh)
	return err
}

// readDecisions reads a log as --export prints it, and checks its chain.
func readDecisions(in io.Reader) ([]readout.Decision, error) {
	var list []readout.Decision
	sc := bufio.NewScanner(in)
	sc.Buffer(nil, maxEntry)
	for n := 1; sc.Scan(); n++ {
		line := bytes.TrimSpace(sc.Bytes())
		if len(line) == 0 {
			continue
		}
		var d readout.Decision
		if err := json.Unmarshal(line, &d); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if err := d.Check(); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		list = append(list, d)
	}
	if err := sc.Err(); err != nil {
		return nil, err
	}
	return list, readout.CheckChain(list)
}

// decidedIn is what people decided about the facts of a record, by id.
func decidedIn(ctx context.Context, s store.Store, rec *readout.Record) (map[string][]readout.Decision, error) {
	desk, err := decide.Load(ctx, s, decide.Options{})
	if err != nil {
		return nil, err
	}
	return desk.About(rec), nil
}

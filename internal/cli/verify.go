package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/open"
)

// alone refuses arguments of a command that takes none.
func alone(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usageError{fmt.Errorf("%s takes no arguments; the store is named by --db", cmd.Name())}
	}
	return nil
}

func (a *app) verifyCommand() *cobra.Command {
	var deep bool
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Check that the store is what was written",
		Long: `Check that the store is what was written: each row of what came in, what was read
from it and what people decided carries a sum, and the counts must fit. --deep
looks at everything: the record, all bytes, all readings, the index of words and
the pages of the file.

Nothing is changed, and reading goes on meanwhile. The exit code is 5 when
something is not as it was written; “readout doctor” says what to do about it.`,
		Example: "  readout verify --db desk.db\n  readout verify --db desk.db --deep --json",
		Args:    alone,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.verify(cmd.Context(), deep, false) },
	}
	a.verifyFlags(cmd, &deep)
	return cmd
}

func (a *app) doctorCommand() *cobra.Command {
	var deep bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Say what is wrong with the store, what it touches and what to do",
		Long: `Say what is wrong with the store: for each thing that is not as it was written
what it touches and what to do. It looks at what “readout verify” looks at; --deep
at everything, which takes as long as reading the whole store.

Nothing is changed: “readout rebuild” draws anew what follows from the reports,
“readout restore” takes a backup, “readout salvage” saves what can be read of a
damaged file into a new store. The exit code is 5 when something is wrong.`,
		Example: "  readout doctor --db desk.db\n  readout doctor --db desk.db --deep --json",
		Args:    alone,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.verify(cmd.Context(), deep, true) },
	}
	a.verifyFlags(cmd, &deep)
	return cmd
}

func (a *app) verifyFlags(cmd *cobra.Command, deep *bool) {
	cmd.Flags().BoolVar(deep, "deep", false, "look at everything: bytes, readings, the record, the index, the file's pages")
	cmd.Flags().BoolVar(&a.json, "json", false, "print JSON instead of text")
	cmd.Flags().BoolVar(&a.source.quiet, "quiet", false, "no progress on standard error")
	a.dbFlag(cmd)
}

// finding and verified are what --json prints.
type finding struct {
	Part    string `json:"part"`
	ID      string `json:"id,omitempty"`
	What    string `json:"what"`
	Touches string `json:"touches"`
	Do      string `json:"do"`
}

type verified struct {
	DB       string    `json:"db"`
	Version  int64     `json:"version"`
	Deep     bool      `json:"deep"`
	Whole    bool      `json:"whole"`
	Rows     int       `json:"rows"`
	Captures int       `json:"captures"`
	Reports  int       `json:"reports"`
	Findings []finding `json:"findings"`
	More     int       `json:"more"`
	Skipped  []string  `json:"skipped"`
}

func (a *app) verify(ctx context.Context, deep, advise bool) (err error) {
	db := a.store()
	s, err := open.Damaged(ctx, db)
	if isMissing(err) {
		return errNoStore(db)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	p := a.progress()
	v, err := s.Verify(ctx, deep, p.told)
	p.end()
	if err != nil {
		return err
	}
	if a.json {
		out := verified{open.Name(db), v.Version, v.Deep, v.Whole(), v.Rows, v.Captures, v.Reports, []finding{}, v.More, append([]string{}, v.Skipped...)}
		for _, f := range v.Findings {
			out.Findings = append(out.Findings, finding{string(f.Part), f.ID, f.What, f.Touches, f.Do})
		}
		err = a.printJSON(out)
	} else {
		printVerified(a.env.Stdout, open.Name(db), v, advise)
	}
	if v.Whole() {
		return err
	}
	return errors.Join(err, fmt.Errorf("%s: %w: %s", open.Name(db), readout.ErrDamaged, count(len(v.Findings)+v.More, "finding")))
}

// told notes on the terminal what is done.
func (p *progress) told(part string) {
	if p.w == nil {
		return
	}
	p.drawn = true
	fmt.Fprintf(p.w, "\r\x1b[K%s looked at", part)
}

// printVerified prints what was found, with advice or without.
func printVerified(w io.Writer, db string, v *store.Verified, advise bool) {
	looked := count(v.Rows, "row")
	if v.Deep {
		looked += fmt.Sprintf(", %s, %s, the record, the index and the pages below", count(v.Captures, "capture"), count(v.Reports, "report"))
	}
	for _, x := range v.Skipped {
		fmt.Fprintf(w, "Not looked at: %s.\n", clean(x))
	}
	if v.Whole() {
		fmt.Fprintf(w, "%s is what was written: %s.\n", clean(db), looked)
		return
	}
	byPart := map[store.Part]int{}
	for _, f := range v.Findings {
		byPart[f.Part]++
		fmt.Fprintf(w, "%-9s %s\n", f.Part, clean(f.What))
		if advise {
			fmt.Fprintf(w, "%-9s touches: %s\n%-9s do: %s\n", "", clean(f.Touches), "", clean(f.Do))
		}
	}
	if v.More > 0 {
		fmt.Fprintf(w, "%-9s and %d more of these\n", "", v.More)
	}
	fmt.Fprintf(w, "%s is not what was written (%s looked at):", clean(db), looked)
	for _, part := range slices.Sorted(maps.Keys(byPart)) {
		fmt.Fprintf(w, " %s %d", part, byPart[part])
	}
	fmt.Fprintln(w, ".")
	if !advise {
		fmt.Fprintln(w, "“readout doctor” says what to do.")
	}
}

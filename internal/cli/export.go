package cli

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/export"
	"github.com/readout-news/readout/internal/view"
)

func (a *app) exportCommand() *cobra.Command {
	var (
		f                 view.Filter
		format, out, base string
		status            string
		only              []string
		force             bool
	)
	cmd := &cobra.Command{
		Use:   "export [PATH…]",
		Short: "Print the record for other programs",
		Long: `Print the record, or what a filter lets through, for other programs: as the
record's own JSON, tables, event data, linked data, a calendar, a graph. “--format
list” names the forms; docs/exports.md shows each with an example. Without PATH the
store is asked. --as-of gives the record as it was then: that of the reports alone
that were out by then.

A form with one file goes to standard output. --out names a file, or a folder or .zip
for a form with several; a manifest comes with it: counts, what was left out and why,
and the SHA-256 of every file. What is there is not overwritten without --force.

With a filter, what passes brings along what it names. What only that names, such as
the other positions on an issue, is told by its id alone.`,
		Example: "  readout export --db desk.db > record.json\n  readout export --format list\n  readout export --format csv --out tables/ examples/lake-ansa\n  readout export --format plover --from 2031-03 --out march.jsonl examples/lake-ansa\n  readout export --db desk.db --as-of 2031-03-14 > then.json",
		RunE: func(cmd *cobra.Command, args []string) error {
			if format == "list" {
				return a.listFormats()
			}
			if a.json && format != "json" {
				return usageError{errors.New("--json is for --format list; the record as JSON is --format json")}
			}
			if format == "readout/record/1" {
				format = "json"
			}
			form, err := export.Find(format)
			if err != nil {
				return usageError{fmt.Errorf("--format %q: %s; “readout export --format list” says what each is for", format, strings.Join(export.Names(), ", "))}
			}
			if err := errors.Join(checkDays(f), oneOf("status", status, statusNames...)); err != nil {
				return usageError{err}
			}
			for _, k := range only {
				if err := oneOf("only", k, export.Choosable()...); err != nil {
					return err
				}
			}
			f.Status = readout.EventStatus(status)
			if tty, ok := device(a.env.Stdout).(*os.File); ok && form.Files && (out == "" || out == "-") && term.IsTerminal(tty.Fd()) {
				return usageError{fmt.Errorf("--format %s has several files: name a folder or a .zip with --out, or send the zip on with “>”", format)}
			}
			a.exports = true
			rec, refused, err := a.record(cmd.Context(), args, a.store())
			if err != nil {
				return err
			}
			v := view.New(rec)
			if err := errors.Join(checkNames(v, append([]string{f.By}, f.With...)...), checkOutlet(v, f.Outlet, view.Filter{Outlet: f.Outlet})); err != nil {
				return err
			}
			if f.Thread != "" && !slices.ContainsFunc(rec.Threads, func(t *readout.Thread) bool { return t.ID == f.Thread }) {
				return notThere{fmt.Errorf("there is no thread %q in the record; “readout threads” lists them with their ids", f.Thread)}
			}
			o := export.Options{Filter: f, Only: only, Base: base, Version: Version, Revision: a.revision, AsOf: a.asOf, Decided: a.decided}
			if out == "" || out == "-" {
				_, err := export.Write(a.env.Stdout, format, v, o)
				return errors.Join(err, refused)
			}
			saved, m, err := export.Save(out, format, v, o, force)
			if err != nil {
				return fmt.Errorf("export to %s: %w", out, err)
			}
			if !a.source.quiet {
				fmt.Fprintf(a.env.Stderr, "readout: %s: %s\n", saved, exported(m))
			}
			return refused
		},
	}
	filterFlags(cmd, &f, "only what this person or body does, says, holds, promises or answers", "only what this other party takes part in or is told (may be repeated)", "facts", undatedByReport)
	cmd.Flags().StringVar(&f.On, "on", "", "only facts with these words in their text, terms, issue or title")
	cmd.Flags().StringVar(&f.Outlet, "outlet", "", "only what this outlet's reports tell")
	cmd.Flags().StringVar(&f.Thread, "thread", "", "only this thread, by its id")
	cmd.Flags().StringVar(&status, "status", "", "of events only those that are occurred, planned, reported (not confirmed), denied or hypothetical")
	cmd.Flags().StringSliceVar(&only, "only", nil, "only these kinds of facts and what they name: "+strings.Join(export.Choosable(), ", "))
	cmd.Flags().StringVar(&format, "format", "json", "form of the export; “list” names them all")
	cmd.Flags().BoolVar(&a.json, "json", false, "with --format list: print JSON instead of text")
	cmd.Flags().StringVar(&out, "out", "", "write to this file, folder or .zip instead of standard output, with a manifest")
	cmd.Flags().BoolVar(&force, "force", false, "overwrite what an earlier export left at --out")
	cmd.Flags().StringVar(&base, "base", "", "address that the record is served under, for links (https://desk.example)")
	a.asOfFlag(cmd)
	a.source.add(cmd)
	a.dbFlag(cmd)
	return cmd
}

// listFormats prints the forms with what each is for.
func (a *app) listFormats() error {
	if a.json {
		type form struct {
			Name   string `json:"name"`
			Title  string `json:"title"`
			For    string `json:"for"`
			Schema string `json:"schema"`
			Type   string `json:"media_type"`
			Files  bool   `json:"several_files"`
		}
		var out struct {
			Forms []form `json:"forms"`
		}
		for _, x := range export.Formats() {
			out.Forms = append(out.Forms, form{x.Name, x.Title, x.For, x.Schema, x.Type, x.Files})
		}
		return a.printJSON(out)
	}
	longest := 0
	for _, n := range export.Names() {
		longest = max(longest, len(n))
	}
	for _, x := range export.Formats() {
		if _, err := fmt.Fprintf(a.env.Stdout, "%-*s  %s\n", longest, x.Name, x.For); err != nil {
			return err
		}
	}
	return nil
}

// exported says in one line what an export holds.
func exported(m *export.Manifest) string {
	var parts []string
	for _, k := range export.Kinds {
		if n := m.Counts[k]; n > 0 {
			parts = append(parts, plural(n, k, plurals(k)))
		}
	}
	left := 0
	for _, l := range m.LeftOut {
		if !l.Part {
			left += l.Count
		}
	}
	line := strings.Join(parts, ", ")
	if line == "" {
		line = "no fact passes"
	}
	if left > 0 {
		line += fmt.Sprintf("; %s not in it, the manifest says why", plural(left, "fact is", "facts are"))
	}
	return line
}

func plurals(kind string) string {
	switch kind {
	case "entity":
		return "entities"
	case "timex":
		return "timexes"
	}
	return kind + "s"
}

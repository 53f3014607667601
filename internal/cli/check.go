package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/spf13/cobra"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/check"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/view"
)

// maxDraft is the longest draft that is checked, in bytes: a book's chapter.
const maxDraft = 1 << 20

// errDiffers ends a check that --fail-on makes fail.
var errDiffers = errors.New("the draft does not pass")

type checkFlags struct {
	date, failOn string
}

func (a *app) checkCommand() *cobra.Command {
	var f checkFlags
	cmd := &cobra.Command{
		Use:   "check DRAFT [PATH…]",
		Short: "Compare a draft with the record",
		Long: `Compare a draft with the record: every quotation word for word, every figure,
duration, date, title and name with what reports say of the same matter. Each
gets one of three verdicts: match, differs, not in the record, and the sentences
that it rests on. A match says that a report has it, not that it is true.

DRAFT is a text file or "-" for standard input. It is not kept. Without PATH the
store is asked.

The exit code is 0 whatever is found, so that a script can tell a draft that was
checked from one that was not; with --fail-on differs it is 1 when something
differs, with --fail-on missing also when something is not in the record.`,
		Example: "  readout check draft.txt examples/lake-ansa --date 2031-03-18\n  pbpaste | readout check - --db desk.db --json",
		Args:    atLeast(1, "a draft: a text file or “-”"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := oneOf("fail-on", f.failOn, "differs", "missing"); err != nil {
				return err
			}
			if f.date != "" && !isDay(f.date) {
				return usageError{fmt.Errorf("--date %q: give a day, month or year such as 2031-03-18, 2031-03 or 2031", f.date)}
			}
			return a.check(cmd.Context(), args[0], args[1:], f)
		},
	}
	cmd.Flags().StringVar(&f.date, "date", "", "the day of the draft: what “Monday” and “last week” are counted from (2031-03-18)")
	cmd.Flags().StringVar(&f.failOn, "fail-on", "", "exit with 1 when something differs (differs), or also when something is not in the record (missing)")
	return a.question(cmd)
}

func (a *app) check(ctx context.Context, file string, paths []string, f checkFlags) (err error) {
	text, err := a.draft(file)
	if err != nil {
		return err
	}
	r, err := a.reader()
	if err != nil {
		return err
	}
	v, end, refused, err := a.against(ctx, r, paths)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, end()) }()
	doc, err := r.Draft(text, f.date)
	if err != nil {
		return fmt.Errorf("read the draft %s: %w", file, err)
	}
	x, err := check.NewIndex(v)
	if err != nil {
		return err
	}
	res, err := x.Check(doc)
	if err != nil {
		return fmt.Errorf("check %s: %w", file, err)
	}
	if a.json {
		err = a.printJSON(x.JSON(res))
	} else {
		t := a.term()
		renderCheck(t, v, x, res, a.all)
		err = t.err
	}
	if err != nil {
		return err
	}
	if n := res.Count(check.Differs); n > 0 && f.failOn != "" {
		return fmt.Errorf("%w: %s with the record", errDiffers, plural(n, "place differs", "places differ"))
	}
	if n := res.Count(check.Absent); n > 0 && f.failOn == "missing" {
		return fmt.Errorf("%w: %s not in the record", errDiffers, plural(n, "place is", "places are"))
	}
	return refused
}

// draft reads the draft and refuses what is no text.
func (a *app) draft(file string) (string, error) {
	var in io.Reader = a.env.Stdin
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return "", fmt.Errorf("open the draft: %w", err)
		}
		defer f.Close()
		in = f
	}
	b, err := io.ReadAll(io.LimitReader(in, maxDraft+1))
	if err != nil {
		return "", fmt.Errorf("read the draft %s: %w", file, err)
	}
	if len(b) > maxDraft {
		return "", fmt.Errorf("the draft %s is longer than %d KB: check it in parts", file, maxDraft>>10)
	}
	if strings.IndexByte(string(b), 0) >= 0 {
		return "", fmt.Errorf("the draft %s is no text: give plain text, not a document of a word processor", file)
	}
	return string(b), nil
}

// against is the record that a draft is compared with, of paths or of the
// store; end is called when the view is no longer asked.
func (a *app) against(ctx context.Context, r *pipeline.Reader, paths []string) (v *view.View, end func() error, refused, err error) {
	nothing := func() error { return nil }
	if err := a.checkMoment(); err != nil {
		return nil, nil, nil, err
	}
	if len(paths) == 0 && a.asOf == "" {
		s, err := a.existing(ctx, a.store())
		if err != nil {
			return nil, nil, nil, err
		}
		rec, err := s.Record(ctx)
		if err != nil {
			return nil, nil, nil, errors.Join(err, s.Close())
		}
		v := view.New(rec)
		v.Sentences = func(report string) []readout.Span {
			spans, err := s.Sentences(ctx, report)
			if err != nil {
				return nil // a passage without its number is better than none
			}
			return spans
		}
		return v, s.Close, nil, nil
	}
	docs, refused, err := a.documents(ctx, r, paths, a.asOf)
	if err != nil {
		return nil, nil, nil, err
	}
	rec, err := a.recordAt(r, docs[0], a.asOf)
	if err != nil {
		return nil, nil, nil, err
	}
	return live.View(rec, docs[0]), nothing, refused, nil
}

// renderCheck prints the findings in the order of the draft: what differs with
// all sentences, the rest in a line each.
func renderCheck(t *terminal, v *view.View, x *check.Index, res *check.Result, all bool) {
	t.line("", 0, styleHead.Render(fmt.Sprintf("%s: %d match, %d differ, %d not in the record", count(len(res.Findings), "place"), res.Count(check.Match), res.Count(check.Differs), res.Count(check.Absent)))+
		styleDim.Render("  compared with "+count(res.Reports, "report")))
	if len(res.Findings) == 0 {
		t.blank()
		t.line("", 0, "The draft has no quotation, figure, date, title or name that can be compared.")
	}
	const indent = 6
	var names []string
	for _, f := range res.Findings {
		if f.Kind == check.Name && f.Verdict == check.Match && len(f.Sides) == 0 && !all {
			names = append(names, clean(f.Text))
			continue
		}
		t.blank()
		style := map[check.Verdict]lipgloss.Style{check.Match: styleYes, check.Differs: styleNo, check.Absent: styleDim}[f.Verdict]
		text := clean(f.Text)
		if f.Kind == check.Quotation {
			text = "“" + text + "”"
		}
		t.line(fmt.Sprintf("%3d", f.N), indent, fmt.Sprintf("%s  %s  %s", style.Render(strings.ToUpper(string(f.Verdict))), styleDim.Render(string(f.Kind)), text))
		t.line("", indent, styleDim.Render(clean(f.Why)))
		for _, c := range f.Changes {
			t.line("", indent, clean(fmt.Sprintf("draft %s, record %s", orNothing(c.Draft), orNothing(c.Record))))
		}
		places := f.Record
		if !all && f.Verdict == check.Match && len(f.Sides) == 0 {
			places = places[:min(1, len(places))]
		}
		for _, p := range places {
			from := v.OutletName(p.Report)
			if r := v.Report(p.Report); r != nil && r.Published.Value != "" {
				from += ", " + isoDate(r.Published.Value)
			}
			if p.N > 0 {
				from += fmt.Sprintf(", sentence %d", p.N)
			}
			if len(p.Chain) > 1 {
				from += "  " + strings.Join(p.Chain, " → ")
			}
			t.line("", indent+2, clean(x.Words(p, p.Sentence)))
			t.line("", indent+2, styleDim.Render(clean(from)+"  "+p.Ref))
		}
	}
	if len(names) > 0 {
		t.blank()
		t.line("", 0, "Spelt as in the record: "+strings.Join(names, ", "))
	}
}

func orNothing(s string) string {
	if s == "" {
		return "has nothing"
	}
	return "“" + s + "”"
}

package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/readout-news/readout/internal/fetch"
	"github.com/readout-news/readout/internal/ingest"
	"github.com/readout-news/readout/internal/limits"
)

// setLimits reads READOUT_LIMITS and --max.
func (a *app) setLimits() (err error) {
	var settings []string
	for _, e := range a.env.Environ {
		if v, ok := strings.CutPrefix(e, limits.Env+"="); ok {
			settings = append(settings, v)
		}
	}
	if a.limits, err = limits.Parse(append(settings, a.source.limit...)...); err != nil {
		return usageError{err}
	}
	return nil
}

// inputOptions are the settings under which paths are read.
func (a *app) inputOptions() ingest.Options {
	return ingest.Options{
		NoManifest: a.source.noManifest, Stdin: a.env.Stdin,
		MaxBytes: a.limits.Of(limits.NameReport), MaxLine: a.limits.Of(limits.NameLine),
		MaxEntries: int(a.limits.Of(limits.NameArchiveEntries)), MaxTotal: a.limits.Of(limits.NameArchiveTotal),
	}
}

// fetchOptions are the settings under which the web is asked, by a program whose
// errand the page at about tells. A list has its own bound unless that of pages was
// set.
func (a *app) fetchOptions(about string) fetch.Options {
	o := fetch.Options{
		Version: Version, About: about,
		Timeout: a.limits.Time(limits.NameHTTPTime), Connect: a.limits.Time(limits.NameHTTPConnect), Redirects: int(a.limits.Of(limits.NameHTTPRedirects)),
	}
	if n := a.limits.Of(limits.NameHTTPBody); n != limits.HTTPBody {
		o.MaxBytes = n
	}
	return o
}

// limitRow is a limit as “readout config --json” gives it.
type limitRow struct {
	Name     string `json:"name"`
	Value    int64  `json:"value"`
	Default  int64  `json:"default"`
	Unit     string `json:"unit"` // bytes, nanoseconds, count, times
	Of       string `json:"of"`
	Where    string `json:"where"`
	At       string `json:"at"`
	Settable bool   `json:"settable"`
	Least    int64  `json:"least,omitempty"`
	Most     int64  `json:"most,omitempty"`
}

func (a *app) configCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config [NAME…]",
		Short: "Show every limit on what comes from outside",
		Long: `Show every limit on what comes from outside: how large, how deep, how many, how
long; which part of the program keeps it, and what happens at it. NAMEs, or the
beginnings of names, choose among them.

Limits marked + can be set, by the variable READOUT_LIMITS or by --max, for
this command too, to see what a setting comes to. The others are fixed: the
record must not depend on the machine that reads, or a format says them.`,
		Example: "  readout config html\n  readout config --max report-size=30MB,document-cpu=10s\n  READOUT_LIMITS=archive-entries=50000 readout ingest big.zip",
		RunE: func(_ *cobra.Command, args []string) error {
			chosen, met := []limits.Limit{}, map[string]bool{}
			for _, l := range limits.All() {
				take := len(args) == 0
				for _, n := range args {
					if strings.HasPrefix(l.Name, n) {
						take, met[n] = true, true
					}
				}
				if take {
					chosen = append(chosen, l)
				}
			}
			for _, n := range args {
				if !met[n] {
					return usageError{fmt.Errorf("there is no limit %q; “readout config” lists them", n)}
				}
			}
			if a.json {
				rows := make([]limitRow, len(chosen))
				for i, l := range chosen {
					unit := string(l.Unit)
					if l.Unit == limits.Time {
						unit = "nanoseconds"
					}
					rows[i] = limitRow{l.Name, a.limits.Value(l), l.Default, unit, l.Of, l.Where, l.At, l.Settable, l.Least, l.Most}
				}
				return a.printJSON(struct {
					Limits []limitRow `json:"limits"`
				}{rows})
			}
			t := a.term()
			for _, l := range chosen {
				mark, value := " ", a.limits.Value(l)
				if l.Settable {
					mark = "+"
				}
				text := l.Of + "; " + l.At + " (" + l.Where + ")"
				if value != l.Default {
					text = "default " + l.Format(l.Default) + ": " + text
				}
				t.line(fmt.Sprintf("%s %-18s %10s  ", mark, l.Name, l.Format(value)), 33, text)
			}
			return t.err
		},
	}
	cmd.Flags().BoolVar(&a.json, "json", false, "print JSON instead of text")
	a.source.addLimit(cmd, "report-size=30MB")
	return cmd
}

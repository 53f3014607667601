package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/readout-news/readout/internal/view/recordjson"
)

// Version of the program, set at release with
// -ldflags "-X github.com/readout-news/readout/internal/cli.Version=1.2.3".
var Version = "dev"

func (a *app) versionCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version of the program and of each annotator",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			r, err := a.reader()
			if err != nil {
				return err
			}
			out := struct {
				Version    string   `json:"version"`
				Commit     string   `json:"commit"`
				Go         string   `json:"go"`
				Schema     string   `json:"schema"`
				Annotators []string `json:"annotators"`
			}{Version, commit(), runtime.Version(), recordjson.Schema, strings.Fields(r.Annotators.Version())}
			if a.json {
				return a.printJSON(out)
			}
			fmt.Fprintf(a.env.Stdout, "readout %s %s, %s\nschema     %s\nannotators %s\n", out.Version, out.Commit, out.Go, out.Schema, strings.Join(out.Annotators, " "))
			return nil
		},
	}
	cmd.Flags().BoolVar(&a.json, "json", false, "print JSON instead of text")
	return cmd
}

// commit is the revision the binary was built from, "" when not stamped.
func commit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	rev, dirty := "", ""
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			rev = s.Value[:min(12, len(s.Value))]
		case "vcs.modified":
			if s.Value == "true" {
				dirty = "+changes"
			}
		}
	}
	return rev + dirty
}

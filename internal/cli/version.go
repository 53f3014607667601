package cli

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"
	"github.com/spf13/cobra"

	"github.com/readout-news/readout/internal/sbom"
	"github.com/readout-news/readout/internal/view/recordjson"
)

// Version of the program, set at release with
// -ldflags "-X github.com/readout-news/readout/internal/cli.Version=1.2.3".
var Version = "dev"

func (a *app) versionCommand() *cobra.Command {
	bill := false
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version of the program and of each annotator",
		Long: `Print the version of the program, the commit it was built from and the version
of each annotator.

With --sbom it prints what the program is made of as a CycloneDX bill of
materials: the modules that are linked in with their licences, the models with
their hashes.`,
		Example: "  readout version\n  readout version --sbom >readout.cdx.json",
		Args:    noArgs("version takes no arguments"),
		RunE: func(*cobra.Command, []string) error {
			if bill {
				return a.printBill()
			}
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
	cmd.Flags().BoolVar(&bill, "sbom", false, "print what the program is made of, as CycloneDX JSON")
	return cmd
}

// printBill prints the bill of materials of this program.
func (a *app) printBill() error {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return errors.New("this program carries no list of its modules: it was built without module support")
	}
	bom, err := sbom.Of(info, Version)
	if err != nil {
		return err
	}
	return cdx.NewBOMEncoder(a.env.Stdout, cdx.BOMFileFormatJSON).SetPretty(true).EncodeVersion(bom, cdx.SpecVersion1_6)
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

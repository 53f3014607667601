// Package sbom lists what a built program is made of as a CycloneDX 1.6 bill of
// materials: the Go modules that are linked in, with their licences, and the
// models and lists of facts that are embedded, with their hashes.
//
// In: the build information that the Go linker leaves in the program. Out: the
// same bytes for the same program; the document carries no time and no random
// serial number.
package sbom

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"io/fs"
	"path"
	"runtime/debug"
	"slices"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"github.com/readout-news/readout/models"
)

// Licences of modules, one a line: module path, tab, SPDX expression. A test
// holds it to the texts in the module cache.
//
//go:embed licences.tsv
var licences string

// Licences gives the SPDX expression by module path.
func Licences() map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(licences) {
		if module, id, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok && !strings.HasPrefix(module, "#") {
			out[module] = id
		}
	}
	return out
}

// Of is the bill of materials of the program that info is of, in that version.
func Of(info *debug.BuildInfo, version string) (*cdx.BOM, error) {
	bom := cdx.NewBOM()
	main := module(info.Main.Path, version, "")
	main.Type = cdx.ComponentTypeApplication
	settings := []cdx.Property{{Name: "go", Value: info.GoVersion}}
	for _, s := range info.Settings {
		switch s.Key {
		case "GOOS", "GOARCH", "CGO_ENABLED", "vcs.revision", "vcs.modified":
			settings = append(settings, cdx.Property{Name: s.Key, Value: s.Value})
		}
	}
	main.Properties = &settings
	bom.Metadata = &cdx.Metadata{Component: &main}
	known := Licences()
	parts := []cdx.Component{}
	for _, d := range info.Deps {
		m := d
		if d.Replace != nil {
			m = d.Replace
		}
		c := module(m.Path, m.Version, known[d.Path])
		if m.Sum != "" {
			c.Properties = &[]cdx.Property{{Name: "go:sum", Value: m.Sum}}
		}
		parts = append(parts, c)
	}
	err := fs.WalkDir(models.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Base(name) == "MODEL.md" {
			return err
		}
		b, err := fs.ReadFile(models.FS, name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(b)
		parts = append(parts, cdx.Component{
			Type: cdx.ComponentTypeMachineLearningModel, BOMRef: "models/" + name, Name: "models/" + name, Version: version,
			Hashes:      &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: hex.EncodeToString(sum[:])}},
			Description: "Its data and their licences are in models/" + path.Dir(name) + "/MODEL.md",
		})
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(parts, func(a, b cdx.Component) int { return strings.Compare(a.BOMRef, b.BOMRef) })
	bom.Components = &parts
	return bom, nil
}

// module is a Go module as a component.
func module(name, version, licence string) cdx.Component {
	purl := "pkg:golang/" + name + "@" + version
	c := cdx.Component{Type: cdx.ComponentTypeLibrary, BOMRef: purl, Name: name, Version: version, PackageURL: purl}
	if licence != "" {
		c.Licenses = &cdx.Licenses{{Expression: licence}}
	}
	return c
}

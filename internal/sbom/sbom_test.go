package sbom

import (
	"bytes"
	"runtime/debug"
	"strings"
	"testing"

	cdx "github.com/CycloneDX/cyclonedx-go"
)

func TestBillOfMaterials(t *testing.T) {
	info := &debug.BuildInfo{
		GoVersion: "go1.26.8", Main: debug.Module{Path: "github.com/readout-news/readout", Version: "(devel)"},
		Deps:     []*debug.Module{{Path: "github.com/spf13/cobra", Version: "v1.0.0", Sum: "h1:abc="}, {Path: "example.org/old", Version: "v1.0.0", Replace: &debug.Module{Path: "example.org/new", Version: "v2.0.0"}}},
		Settings: []debug.BuildSetting{{Key: "GOOS", Value: "linux"}, {Key: "-ldflags", Value: "secret"}},
	}
	bom, err := Of(info, "1.2.3")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := cdx.NewBOMEncoder(&b, cdx.BOMFileFormatJSON).SetPretty(true).EncodeVersion(bom, cdx.SpecVersion1_6); err != nil {
		t.Fatal(err)
	}
	got := b.String()
	for _, want := range []string{
		`"specVersion": "1.6"`, `"pkg:golang/github.com/readout-news/readout@1.2.3"`, `"pkg:golang/github.com/spf13/cobra@v1.0.0"`, `"expression": "Apache-2.0"`,
		`"pkg:golang/example.org/new@v2.0.0"`, `"models/syntax/weights.bin"`, `"machine-learning-model"`, `"SHA-256"`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the bill of materials misses %s", want)
		}
	}
	for _, not := range []string{"secret", "example.org/old", "serialNumber", "timestamp"} {
		if strings.Contains(got, not) {
			t.Errorf("the bill of materials holds %s", not)
		}
	}
	again := new(cdx.BOM)
	if err := cdx.NewBOMDecoder(&b, cdx.BOMFileFormatJSON).Decode(again); err != nil {
		t.Fatal(err)
	}
	if n := len(*again.Components); n != len(*bom.Components) {
		t.Errorf("%d components are read back of %d", n, len(*bom.Components))
	}
}
